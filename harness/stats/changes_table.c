/* The thresholds of the search for changes, by what is known of the noise. Made by `tests/replay/calibrate.c`
 * (replay-calibrate 1), which says how; tests/unit/test_changes_rates.c checks them by simulation.
 *
 * Rows: degrees of freedom of the level's spread, 8 to 1000; columns: its estimated autocorrelation, 0 to 0.9. Few
 * points of a level need more than Student's t would say, because its autocorrelation is hardly known. Where much of it
 * is seen, less is needed than where none is: there the estimate errs upwards more often than down. */
#include "stats/changes_parts.h"

#include <math.h>

#define RATES 3
#define MOST_RATE 0.003
#define LEAST_RATE 1e-9 /* nothing is surer than that */

static const double rates[RATES] = { MOST_RATE, 0.0006, 0.0001 };
static const double thresholds[RATES][ASSAY_CHANGES_ROWS][ASSAY_CHANGES_COLUMNS] = {
    {
        /* 0.003 */
        { 6.496, 5.672, 5.097, 4.127, 3.007, 3.033 },
        { 5.106, 4.833, 4.289, 3.560, 3.004, 3.000 },
        { 4.111, 4.077, 3.901, 3.468, 3.004, 3.000 },
        { 3.712, 3.644, 3.645, 3.503, 3.007, 3.000 },
        { 3.475, 3.279, 3.372, 3.416, 3.009, 3.000 },
        { 3.317, 3.128, 3.285, 3.247, 3.011, 3.001 },
        { 3.269, 3.126, 3.204, 3.091, 3.019, 3.001 },
        { 3.238, 3.087, 3.133, 3.048, 3.016, 3.531 },
    },
    {
        /* 0.0006 */
        { 9.304, 7.837, 7.091, 5.473, 3.766, 3.893 },
        { 7.092, 6.673, 5.874, 4.785, 3.334, 3.000 },
        { 5.514, 5.651, 5.124, 4.565, 3.355, 3.000 },
        { 4.606, 4.697, 4.853, 4.511, 3.339, 3.000 },
        { 4.121, 4.037, 4.321, 4.309, 3.329, 3.001 },
        { 3.930, 3.767, 3.976, 4.044, 3.487, 3.001 },
        { 3.823, 3.673, 3.783, 3.713, 3.516, 3.002 },
        { 3.774, 3.680, 3.696, 3.590, 3.471, 3.408 },
    },
    {
        /* 0.0001 */
        { 11.655, 8.503, 8.114, 6.356, 5.105, 5.002 },
        { 9.748, 8.566, 7.855, 6.144, 4.511, 4.332 },
        { 7.220, 7.382, 6.703, 5.555, 4.091, 3.886 },
        { 5.733, 6.387, 6.315, 5.623, 4.100, 3.742 },
        { 4.825, 4.951, 5.373, 5.342, 3.996, 3.609 },
        { 4.523, 4.452, 4.629, 4.846, 4.012, 3.571 },
        { 4.361, 4.154, 4.361, 4.361, 4.055, 3.663 },
        { 4.288, 4.192, 4.222, 4.138, 4.007, 3.815 },
    },
};

/* The logarithm of the threshold is a straight line in that of the rate between two of the table's rates, and beyond
 * the least: quantiles of normal tails grow more slowly, so that rates below the least are rather too high. */
static double slope(const double at[RATES], size_t from)
{
    return log(at[from + 1] / at[from]) / log(rates[from + 1] / rates[from]);
}

static void thresholds_of(double at[RATES], double degrees, double correlation)
{
    struct assay_changes_place place = assay_changes_place(degrees, correlation);
    for (size_t i = 0; i < RATES; i++) {
        at[i] = assay_changes_between(&place, thresholds[i]);
    }
}

double assay_changes_threshold(double degrees, double correlation, double rate)
{
    double at[RATES];
    thresholds_of(at, degrees, correlation);
    rate = fmin(rate, MOST_RATE);
    size_t from = rate >= rates[1] ? 0 : 1;
    return at[from] * pow(rate / rates[from], slope(at, from));
}

double assay_changes_rate(double degrees, double correlation, double score)
{
    double at[RATES];
    thresholds_of(at, degrees, correlation);
    size_t from = score <= at[1] ? 0 : 1;
    double power = slope(at, from);
    if (!(power < 0)) { /* both rates have the least threshold there is */
        return rates[from];
    }
    return fmax(LEAST_RATE, fmin(MOST_RATE, rates[from] * pow(score / at[from], 1 / power)));
}
