/* Makes the table of harness/stats/changes_table.c: the thresholds with which a series in which nothing changes shows a
 * change at as many of its points as is aimed at. Prints the rows of the table; `calibrate 1` takes some 8 minutes.
 *
 * Stochastic approximation (Robbins and Monro, 1951): series run through the search itself, with this table in place of
 * the library's. Each point lowers the threshold of the cell that the level before it stands in by step x rate, each
 * alarm raises that of the cell it came from by step, and begins another series: at rest a cell has one alarm in 1 /
 * rate points. What counts is the mean of the thresholds over the last three fifths of the run. Half of the series are
 * independent, half have an autocorrelation from 0 to 0.7, evenly: the table's cell is that of the *estimated* one, so
 * some true one has to be thought of. */
// links: stats base
#include "stats/changes_parts.h"

#include "../unit/variates.h"

#include <stdio.h>
#include <stdlib.h>

#define MOST_CORRELATION 0.7
#define AIMS 3
#define NO_CREEP 1e9
#define LEAST_THRESHOLD 3.0 /* well above what is looked at at all, also where the prior would allow less */

static const struct aim {
    double rate;
    double points; /* simulated, in millions, at an effort of 1 */
} aims[AIMS] = { { 0.003, 30 }, { 0.0006, 120 }, { 0.0001, 150 } };

/* The library asks for thresholds by these two names, so what they work on cannot be handed to them. */
static double thresholds[ASSAY_CHANGES_ROWS][ASSAY_CHANGES_COLUMNS];
static double aimed;
static struct assay_changes_place alarmed;

double assay_changes_threshold(double degrees, double correlation, double rate)
{
    if (rate < aimed) { /* creep is looked for at a tenth of the rate, and left out here */
        return NO_CREEP;
    }
    struct assay_changes_place place = assay_changes_place(degrees, correlation);
    return assay_changes_between(&place, (const double(*)[ASSAY_CHANGES_COLUMNS])thresholds);
}

double assay_changes_rate(double degrees, double correlation, double score)
{
    (void)score;
    alarmed = assay_changes_place(degrees, correlation); /* asked once a change, when it is reported */
    return 0;
}

static void nudge(const struct assay_changes_place *place, double by)
{
    double *upper = thresholds[place->row] + place->column;
    double *lower = thresholds[place->row + 1] + place->column;
    upper[0] = fmax(LEAST_THRESHOLD, upper[0] + by * (1 - place->down) * (1 - place->right));
    upper[1] = fmax(LEAST_THRESHOLD, upper[1] + by * (1 - place->down) * place->right);
    lower[0] = fmax(LEAST_THRESHOLD, lower[0] + by * place->down * (1 - place->right));
    lower[1] = fmax(LEAST_THRESHOLD, lower[1] + by * place->down * place->right);
}

/* Points added until the first alarm, or the end. Most series are short: the upper rows are for those. */
static size_t run_series(struct assay_random *random, double rate, double step)
{
    static const size_t lengths[] = { 30, 30, 60, 60, 120, 120, 250, 1000 };
    size_t length = lengths[assay_random_below(random, sizeof lengths / sizeof *lengths)];
    double correlation = assay_random_below(random, 2) == 0 ? 0 : MOST_CORRELATION * assay_random_real(random);
    double fresh = sqrt(1 - correlation * correlation);
    double value = variate_normal(random);
    struct assay_changes_options options = ASSAY_CHANGES_OPTIONS_INIT;
    options.margin = 0;
    options.rate = rate;
    struct assay_changes *changes;
    if (assay_changes_new(&changes, &options) != 0) {
        abort();
    }
    bool found = false;
    size_t points = 0;
    for (; points < length && !found; points++) {
        struct assay_level before = changes->levels[changes->count % ASSAY_CHANGES_LEVELS];
        struct assay_change change;
        value = correlation * value + fresh * variate_normal(random);
        assay_changes_add(changes, &found, &change, value, NAN, 0);
        double degrees = before.degrees - (double)options.least; /* of the level before the shortest split */
        if (changes->count > options.least + 1 && degrees >= ASSAY_CHANGES_LEAST_DEGREES) {
            struct assay_changes_place place = assay_changes_place(degrees, before.correlation);
            nudge(&place, -step * rate);
        }
        if (found) {
            nudge(&alarmed, step);
        }
    }
    assay_changes_free(changes);
    return points;
}

static void calibrate(double sums[ASSAY_CHANGES_ROWS][ASSAY_CHANGES_COLUMNS], struct assay_random *random,
                      const struct aim *aim, double effort)
{
    double total = aim->points * 1e6 * effort;
    double done = 0;
    double kept = 0;
    aimed = aim->rate;
    for (size_t row = 0; row < ASSAY_CHANGES_ROWS; row++) {
        for (size_t column = 0; column < ASSAY_CHANGES_COLUMNS; column++) {
            thresholds[row][column] = 4 + 10 / assay_changes_grid_degrees[row];
        }
    }
    while (done < total) {
        double share = done / total;
        done += (double)run_series(random, aim->rate, share < 0.1 ? 0.1 : share < 0.4 ? 0.04 : 0.02);
        if (share < 0.4) {
            continue;
        }
        kept++;
        for (size_t row = 0; row < ASSAY_CHANGES_ROWS; row++) {
            for (size_t column = 0; column < ASSAY_CHANGES_COLUMNS; column++) {
                sums[row][column] += thresholds[row][column];
            }
        }
    }
    for (size_t row = 0; row < ASSAY_CHANGES_ROWS; row++) {
        for (size_t column = 0; column < ASSAY_CHANGES_COLUMNS; column++) {
            sums[row][column] /= kept;
        }
    }
}

int main(int argc, char **argv)
{
    double effort = argc == 2 ? strtod(argv[1], NULL) : 0;
    if (!(effort > 0 && effort <= 100)) {
        fprintf(stderr, "usage: calibrate EFFORT (1 is what the table was made with; up to 100)\n");
        return 2;
    }
    struct assay_random random;
    assay_random_init(&random, 1);
    for (size_t i = 0; i < AIMS; i++) {
        double table[ASSAY_CHANGES_ROWS][ASSAY_CHANGES_COLUMNS] = { { 0 } };
        calibrate(table, &random, &aims[i], effort);
        printf("    { /* %g */\n", aims[i].rate);
        for (size_t row = 0; row < ASSAY_CHANGES_ROWS; row++) {
            for (size_t column = 0; column < ASSAY_CHANGES_COLUMNS; column++) {
                printf("%s%.3f", column == 0 ? "      { " : ", ", table[row][column]);
            }
            printf(" },\n");
        }
        printf("    },\n");
        fflush(stdout);
    }
    return 0;
}
