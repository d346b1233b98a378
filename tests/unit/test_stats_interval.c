/* The 95 % interval of the median keeps its promise: coverage by simulation with fixed seeds. */
// links: stats base
#include "stats/stats.h"

#include "variates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define TRIALS 20000 /* the standard error of a coverage of 95 % is then 0.15 points */

static double normal(struct assay_random *random)
{
    return variate_normal(random);
}

static double lognormal(struct assay_random *random)
{
    return exp(0.5 * variate_normal(random)) - 1;
}

static double laplace(struct assay_random *random)
{
    return variate_laplace(random);
}

/* Half the processes at -1, half at 1, each with a spread of a quarter: the median lies in the valley at 0. */
static double two_modes(struct assay_random *random)
{
    double center = assay_random_below(random, 2) ? 1 : -1;
    return center + 0.25 * variate_normal(random);
}

/* The share of trials, in percent, whose interval holds the true median, 0. */
static double coverage(double (*draw)(struct assay_random *), size_t count, uint64_t seed)
{
    struct assay_random random;
    assay_random_init(&random, seed);
    int held = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
        double values[15];
        for (size_t i = 0; i < count; i++)
            values[i] = draw(&random);
        struct assay_interval interval;
        assert_int_equal(assay_stats_median_interval(&interval, values, count, 0.95), 0);
        assert_true(interval.known);
        held += interval.low <= 0 && interval.high >= 0;
    }
    return 100.0 * held / TRIALS;
}

static void covers(double (*draw)(struct assay_random *), double least, double most)
{
    const size_t counts[] = { 8, 10, 15 };
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        double percent = coverage(draw, counts[i], 1000 + i);
        print_message("n = %zu: %.2f %%\n", counts[i], percent);
        if (percent < least || percent > most)
            fail_msg("n = %zu covers %.2f %%, want %g to %g", counts[i], percent, least, most);
    }
}

static void the_interval_covers_the_median_of_normal_values(void **state)
{
    (void)state;
    covers(normal, 93, 97);
}

static void the_interval_covers_the_median_of_lognormal_values(void **state)
{
    (void)state;
    covers(lognormal, 93, 97);
}

static void the_interval_covers_the_median_of_laplace_values(void **state)
{
    (void)state;
    covers(laplace, 93, 97);
}

static void the_interval_covers_the_median_between_two_modes(void **state)
{
    (void)state;
    covers(two_modes, 91, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_interval_covers_the_median_of_normal_values),
        cmocka_unit_test(the_interval_covers_the_median_of_lognormal_values),
        cmocka_unit_test(the_interval_covers_the_median_of_laplace_values),
        cmocka_unit_test(the_interval_covers_the_median_between_two_modes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
