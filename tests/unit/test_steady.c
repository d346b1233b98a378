/* When a process has settled: simulated warm-ups with fixed seeds, watched as a run watches them. */
// links: stats base
#include "stats/steady.h"

#include "variates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { MOST = 2000, RUNS = 500 };

/* The time of batch i without its noise. */
typedef double (*shape_fn)(size_t i);

static double level(size_t i)
{
    (void)i;
    return 1;
}

/* Interpreted, then compiled once: ten times as fast from batch 25 on. */
static double one_step(size_t i)
{
    return i < 25 ? 10 : 1;
}

/* Two compilers, one after the other: the first plateau is as long as what came before it. */
static double two_steps(size_t i)
{
    return i < 20 ? 8 : i < 45 ? 3 : 1;
}

/* Code that is replaced piece by piece. */
static double decay(size_t i)
{
    return 1 + 5 * exp(-(double)i / 40);
}

/* It never ends: 0.4 % more with each batch. */
static double slide(size_t i)
{
    return pow(1.004, (double)i);
}

/* When it settled, watched with the run's own rhythm; 0: never. */
static size_t watch(shape_fn shape, double spread, uint64_t seed)
{
    double values[MOST];
    struct assay_random random;
    assay_random_init(&random, seed);
    size_t next = ASSAY_STEADY_LEAST;
    for (size_t i = 0; i < MOST; i++) {
        double u = variate_open(&random);
        values[i] = shape(i) * (1 + spread * fabs(variate_laplace(&random)) + (u < 0.02 ? u * 25 : 0)); /* and stalls */
        if (i + 1 == next) {
            if (assay_stats_settled(values, i + 1)) {
                return i + 1;
            }
            next += next / 2;
        }
    }
    return 0;
}

/* Of RUNS, how many settled within `most` batches, and how many of all that settled did so while the time was over 5 % off. */
static void count(unsigned *in_time, unsigned *wrong, shape_fn shape, double spread, size_t most)
{
    *in_time = *wrong = 0;
    for (uint64_t run = 0; run < RUNS; run++) {
        size_t at = watch(shape, spread, run + 1);
        *in_time += at > 0 && at <= most;
        *wrong += at > 0 && fabs(shape(at) / shape(MOST) - 1) > 0.05;
    }
}

static void what_is_level_settles_soon(void **state)
{
    (void)state;
    for (double spread = 0.005; spread < 0.03; spread *= 2) {
        unsigned in_time, wrong;
        count(&in_time, &wrong, level, spread, 72);
        print_message("level, spread %.3f: %u of %d settled within 72 batches\n", spread, in_time, RUNS);
        assert_true(in_time >= RUNS * 9 / 10);
    }
}

static void nothing_settles_before_it_is_compiled(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        shape_fn shape;
        size_t soon;
    } shapes[] = { { "one step", one_step, 400 }, { "two steps", two_steps, 300 }, { "decay", decay, 600 } };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        for (double spread = 0.005; spread < 0.03; spread *= 2) {
            unsigned in_time, wrong;
            count(&in_time, &wrong, shapes[i].shape, spread, shapes[i].soon);
            print_message("%s, spread %.3f: %u of %d settled within %zu batches, %u too early\n", shapes[i].name, spread,
                          in_time, RUNS, shapes[i].soon, wrong);
            assert_true(in_time >= RUNS * 9 / 10);
            assert_true(wrong <= RUNS / 50);
        }
    }
}

static void what_never_settles_is_not_said_to(void **state)
{
    (void)state;
    unsigned settled, wrong;
    count(&settled, &wrong, slide, 0.01, MOST);
    print_message("slide: %u of %d settled\n", settled, RUNS);
    assert_true(settled <= RUNS / 50); /* 16 of 500 by the medians alone, without the test of a trend */
}

static void too_few_or_impossible_values_have_not_settled(void **state)
{
    (void)state;
    double values[64];
    for (size_t i = 0; i < 64; i++) {
        values[i] = 1;
    }
    assert_false(assay_stats_settled(values, ASSAY_STEADY_LEAST - 1));
    assert_true(assay_stats_settled(values, ASSAY_STEADY_LEAST));
    values[50] = 0;
    assert_false(assay_stats_settled(values, 64));
    values[50] = NAN;
    assert_false(assay_stats_settled(values, 64));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_level_settles_soon),
        cmocka_unit_test(nothing_settles_before_it_is_compiled),
        cmocka_unit_test(what_never_settles_is_not_said_to),
        cmocka_unit_test(too_few_or_impossible_values_have_not_settled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
