/* Two sides in one plan: whole plug-ins, joining, which benchmark meets which. */
// links: plan catalog machine protocol base
#include "plan/pairs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_plan.h"

static const struct assay_source *source_named(const char *name)
{
    for (size_t i = 0; i < assay_catalog_count(catalog); i++) {
        const struct assay_source *source = assay_catalog_at(catalog, i);
        if (strstr(source->path, name) != NULL) {
            return source;
        }
    }
    fail_msg("no source %s", name);
    return NULL;
}

/* The plan of two names with -p of `grid`, base's items first. */
static struct assay_plan *two(struct assay_plan_side sides[2], const char *base, const char *head, const char *const *grid)
{
    const char *const names[2][2] = { { base, NULL }, { head, NULL } };
    struct assay_plan *plans[2];
    struct assay_error error = { 0 };
    for (size_t i = 0; i < 2; i++) {
        struct assay_plan_options options = options_for(names[i]);
        options.grid = grid;
        plans[i] = planned(&options);
    }
    sides[0] = (struct assay_plan_side){ 0, plans[0]->count };
    sides[1] = (struct assay_plan_side){ plans[0]->count, plans[1]->count };
    assert_int_equal(assay_plan_join_take(plans[0], &plans[1], &error), 0);
    assert_null(plans[1]);
    return plans[0];
}

static void pairs_are(const struct assay_plan *plan, const struct assay_plan_side sides[2], enum assay_pairing pairing,
                      const struct assay_plan_pair *wanted, size_t count)
{
    struct assay_plan_pairs pairs;
    struct assay_error error = { 0 };
    assert_int_equal(assay_plan_pair(&pairs, plan, &sides[0], &sides[1], pairing, &error), 0);
    assert_int_equal(pairs.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(pairs.items[i].base, wanted[i].base);
        assert_int_equal(pairs.items[i].head, wanted[i].head);
        assert_true(pairs.paired[wanted[i].base] && pairs.paired[wanted[i].head]);
    }
    assay_plan_pairs_release(&pairs);
}

static void a_joined_plan_has_both_sides_in_order(void **state)
{
    (void)state;
    struct assay_plan_side sides[2];
    struct assay_plan *plan = two(sides, "primes.trial:limit=5", "primes.trial:limit=5", NULL);
    assert_int_equal(plan->count, 2); /* the same benchmark on both sides stays twice */
    assert_string_equal(plan->items[0].id, "primes.trial:limit=5");
    assert_string_equal(plan->items[1].id, "primes.trial:limit=5");
    assay_plan_free(plan);
}

static void one_against_one_is_a_pair_whatever_they_are(void **state)
{
    (void)state;
    static const struct assay_plan_pair wanted[] = { { 0, 1 } };
    struct assay_plan_side sides[2];
    struct assay_plan *plan = two(sides, "primes.trial:limit=5", "primes.root:limit=7", NULL);
    pairs_are(plan, sides, ASSAY_PAIR_BY_PARAMETERS, wanted, 1);
    pairs_are(plan, sides, ASSAY_PAIR_BY_ID, NULL, 0);
    assay_plan_free(plan);
}

static void a_grid_pairs_equal_parameters_of_different_kernels(void **state)
{
    (void)state;
    static const char *const grid[] = { "limit=5,6,7", NULL };
    static const struct assay_plan_pair wanted[] = { { 0, 3 }, { 1, 4 }, { 2, 5 } };
    struct assay_plan_side sides[2];
    struct assay_plan *plan = two(sides, "primes.trial", "primes.root", grid);
    assert_int_equal(plan->count, 6);
    pairs_are(plan, sides, ASSAY_PAIR_BY_PARAMETERS, wanted, 3);
    assay_plan_free(plan);
}

static void a_value_that_only_one_side_has_finds_no_partner(void **state)
{
    (void)state;
    static const char *const grid[] = { "limit=5,6", NULL };
    static const struct assay_plan_pair wanted[] = { { 0, 2 } };
    struct assay_plan_side sides[2];
    struct assay_plan *plan = two(sides, "primes.trial", "primes.root:limit=5", grid);
    pairs_are(plan, sides, ASSAY_PAIR_BY_PARAMETERS, wanted, 1);
    assay_plan_free(plan);
}

static void a_base_meets_every_variant_of_head(void **state)
{
    (void)state;
    struct assay_plan_side sides[2];
    struct assay_plan_pairs pairs;
    struct assay_error error = { 0 };
    static const char *const names[2][3] = { { "primes.trial:limit=5", NULL },
                                             { "primes.root:limit=5,variant=fixed", "primes.root:limit=5,variant=as-written" } };
    struct assay_plan_options options = options_for(names[0]);
    struct assay_plan *plan = planned(&options);
    struct assay_plan_options more = options_for(names[1]);
    struct assay_plan *other = planned(&more);
    sides[0] = (struct assay_plan_side){ 0, 1 };
    sides[1] = (struct assay_plan_side){ 1, 2 };
    assert_int_equal(assay_plan_join_take(plan, &other, &error), 0);
    static const struct assay_plan_pair wanted[] = { { 0, 1 }, { 0, 2 } };
    pairs_are(plan, sides, ASSAY_PAIR_BY_PARAMETERS, wanted, 2);
    /* and the other way round */
    assert_int_equal(assay_plan_pair(&pairs, plan, &sides[1], &sides[0], ASSAY_PAIR_BY_PARAMETERS, &error), 0);
    assert_int_equal(pairs.count, 2);
    assert_true(pairs.paired[0] && pairs.paired[1] && pairs.paired[2]);
    assay_plan_pairs_release(&pairs);
    assay_plan_free(plan);
}

static void another_number_of_threads_or_jobs_is_another_benchmark(void **state)
{
    (void)state;
    struct assay_plan_side sides[2];
    struct assay_plan *plan = two(sides, "primes.trial", "primes.trial", NULL);
    plan->items[1].threads = 2;
    pairs_are(plan, sides, ASSAY_PAIR_BY_ID, NULL, 0);
    pairs_are(plan, sides, ASSAY_PAIR_BY_PARAMETERS, NULL, 0);
    plan->items[1].threads = 1;
    plan->items[1].jobs = 3;
    pairs_are(plan, sides, ASSAY_PAIR_BY_ID, NULL, 0);
    pairs_are(plan, sides, ASSAY_PAIR_BY_PARAMETERS, NULL, 0);
    assay_plan_free(plan);
}

static void whole_plugins_give_every_kernel_at_its_defaults_once(void **state)
{
    (void)state;
    fake_write(fake_plugins, "c.so", FAKE_REPLY(FAKE_TRIAL));
    assay_catalog_close(catalog);
    catalog = fake_open();
    const struct assay_source *const sources[] = { source_named("/a.so"), source_named("/b.so"), source_named("/c.so"), NULL };
    struct assay_plan_options options = options_for(NULL);
    options.sources = sources;
    struct assay_plan *plan = planned(&options);
    assert_int_equal(plan->count, 3);
    assert_string_equal(plan->items[0].id, "primes.trial:limit=1000");
    assert_ptr_equal(plan->items[0].source, sources[0]); /* c.so has it too: the first one holds */
    assert_string_equal(plan->items[1].id, "primes.root:limit=1000,variant=fixed");
    assert_string_equal(plan->items[2].unavailable, "no AVX-512 here");
    assert_false(plan->items[0].by_user);
    assert_null(plan->suite);
    assay_plan_free(plan);
}

static void a_suite_picks_from_whole_plugins_what_they_have(void **state)
{
    (void)state;
    fake_write(fake_directory, "quick.yaml",
               SUITE "benchmarks: [{kernel: primes1, parameters: {limit: [10, 20]}, group: g}, {kernel: elsewhere}]\n");
    const struct assay_source *const sources[] = { source_named("/a.so"), NULL };
    struct assay_plan_options options = options_for(NULL);
    options.sources = sources;
    options.suite = "quick";
    struct assay_plan *plan = planned(&options);
    assert_int_equal(plan->count, 2);
    assert_string_equal(plan->items[1].id, "primes.trial:limit=20");
    assert_string_equal(plan->items[0].group, "g");
    assay_plan_free(plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_joined_plan_has_both_sides_in_order),
        TEST(one_against_one_is_a_pair_whatever_they_are),
        TEST(a_grid_pairs_equal_parameters_of_different_kernels),
        TEST(a_value_that_only_one_side_has_finds_no_partner),
        TEST(a_base_meets_every_variant_of_head),
        TEST(another_number_of_threads_or_jobs_is_another_benchmark),
        TEST(whole_plugins_give_every_kernel_at_its_defaults_once),
        TEST(a_suite_picks_from_whole_plugins_what_they_have),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
