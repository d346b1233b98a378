/* What is measured next, from wants and a seed. */
// links: measure base
#include "measure/schedule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct assay_want want(uint32_t processes, uint64_t samples)
{
    return (struct assay_want){ .active = true, .processes = processes, .samples = samples, .batch_s = 0.01, .process_s = 0.01 };
}

static void samples_are_spread_evenly_over_the_processes_left(void **state)
{
    (void)state;
    struct assay_want one = want(10, 25);
    uint64_t all = 0;
    while (one.samples_done < one.samples) {
        uint32_t batches = assay_schedule_batches(&one, 10);
        assert_in_range(batches, 2, 3);
        one.samples_done += batches;
        one.processes_done++;
        all += batches;
    }
    assert_int_equal(all, 25);
    assert_int_equal(one.processes_done, 10);
}

static void the_same_seed_gives_the_same_order(void **state)
{
    (void)state;
    const uint32_t batches[] = { 5, 5, 5 };
    struct assay_random a, b, c;
    assay_random_init(&a, 1);
    assay_random_init(&b, 1);
    assay_random_init(&c, 2);
    size_t length = 0;
    uint32_t *x = assay_schedule_order(&length, batches, 3, true, &a);
    uint32_t *y = assay_schedule_order(&length, batches, 3, true, &b);
    uint32_t *z = assay_schedule_order(&length, batches, 3, true, &c);
    assert_int_equal(length, 15);
    assert_memory_equal(x, y, 15 * sizeof *x);
    assert_memory_not_equal(x, z, 15 * sizeof *x);
    uint32_t counts[3] = { 0 };
    for (size_t i = 0; i < length; i++) {
        counts[x[i]]++;
    }
    assert_true(counts[0] == 5 && counts[1] == 5 && counts[2] == 5);
    free(x);
    free(y);
    free(z);
}

static void sequential_order_runs_one_after_the_other(void **state)
{
    (void)state;
    const uint32_t batches[] = { 2, 1 };
    struct assay_random random;
    assay_random_init(&random, 1);
    size_t length = 0;
    uint32_t *order = assay_schedule_order(&length, batches, 2, false, &random);
    assert_int_equal(length, 3);
    assert_true(order[0] == 0 && order[1] == 0 && order[2] == 1);
    free(order);
}

static void a_round_takes_everybody_who_wants(void **state)
{
    (void)state;
    struct assay_want wants[3] = { want(10, 100), want(10, 100), want(10, 100) };
    wants[1].active = false;
    wants[2].samples_done = 100;
    struct assay_random random;
    assay_random_init(&random, 3);
    struct assay_round round = { 0 };
    assert_int_equal(assay_schedule_round(&round, wants, 3, 10, -1, true, &random), 0);
    assert_int_equal(round.count, 1);
    assert_int_equal(round.benchmarks[0], 0);
    assert_int_equal(round.batches[0], 10);
    assay_round_release(&round);
}

static void a_budget_cuts_batches_so_that_all_processes_fit(void **state)
{
    (void)state;
    struct assay_want wants[2] = { want(10, 0), want(10, 0) };
    struct assay_random random;
    assay_random_init(&random, 3);
    struct assay_round round = { 0 };
    /* Ten rounds of two processes in 1 s: 0.1 s a round, 0.02 s of it for two processes, so 4 batches each. */
    assert_int_equal(assay_schedule_round(&round, wants, 2, 10, 1.0001, true, &random), 0);
    assert_int_equal(round.count, 2);
    assert_int_equal(round.batches[0], 4);
    assert_int_equal(round.batches[1], 4);
    assay_round_release(&round);
    /* Too little for one batch of both: one of them gets its process. */
    assert_int_equal(assay_schedule_round(&round, wants, 2, 10, 0.03, true, &random), 0);
    assert_int_equal(round.count, 1);
    assay_round_release(&round);
    assert_int_equal(assay_schedule_round(&round, wants, 2, 10, 0.001, true, &random), 0);
    assert_int_equal(round.count, 0);
    assay_round_release(&round);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_are_spread_evenly_over_the_processes_left),
        cmocka_unit_test(the_same_seed_gives_the_same_order),
        cmocka_unit_test(sequential_order_runs_one_after_the_other),
        cmocka_unit_test(a_round_takes_everybody_who_wants),
        cmocka_unit_test(a_budget_cuts_batches_so_that_all_processes_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
