/* The built plug-in of kernels/effort.c: the answer of a unit whatever their number, and operations in proportion to
 * it. */
// links: built_kernels base
#include "built_plugin.h"

#include <stdbool.h>

/* The checksums, found without C: the 64-bit generator of Knuth's MMIX with increment 1442695040888963407, 64 steps
 * from 1 and 16 or 1 steps from 0 modulo the lines of the working set, by whole numbers of Python 3.11; the sum of the
 * primes below 128 by trial division there (OEIS A007504: 1720); 2 x (24 + 200 + 56 + 1000 + 40 + 1500); and the
 * highest priority that sched(7) gives for SCHED_FIFO. Operations a unit: steps; for the sieve the 126 numbers looked
 * at and the 136 times that one was crossed off (the same Python, by the definition); allocations and releases; calls.
 */
static const struct effort {
    const char *name;
    const char *kib;
    uint64_t answer;
    uint64_t operations;
} efforts[] = {
    { "effort.integer", NULL, UINT64_C(15518063374572960321), 64 },
    { "effort.branchy", NULL, 1720, 262 },
    { "effort.l1", "16", 80, 16 },
    { "effort.l2", "64", 592, 16 },
    { "effort.memory", "65536", 491855, 1 },
    { "effort.allocation", NULL, 5640, 12 },
    { "effort.system_call", NULL, 99, 1 },
};
enum { EFFORTS = sizeof efforts / sizeof efforts[0] };

struct taken {
    uint64_t value;
    size_t count;
};
static void take_integer(void *context, uint64_t value)
{
    struct taken *taken = context;
    taken->value = value;
    taken->count++;
}

/* `kib` NULL: the kernel has no working set. */
static void call_effort(struct call *call, const char *units, const char *kib)
{
    call_init(call, "units", units, kib != NULL ? "kib" : NULL, kib);
}

static bool run_batch(struct taken *taken, const struct assay_kernel *kernel, const struct call *call, uint64_t seed,
                      uint64_t iterations)
{
    struct assay_host host = { sizeof host, ASSAY_ABI_MAJOR, ASSAY_ABI_MINOR, NULL, keep_reason, 0, 1 };
    struct assay_sink sink = { sizeof sink, ASSAY_ABI_MAJOR, ASSAY_ABI_MINOR, taken, take_integer, NULL, NULL, NULL,
                               NULL };
    void *state = NULL;
    *taken = (struct taken){ 0, 0 };
    if (kernel->setup(&host, &call->arguments, seed, &state) != 0) {
        return false;
    }
    bool well = kernel->run(state, iterations) == 0 && kernel->answer(state, &sink) == 0;
    kernel->teardown(state);
    return well;
}

static void the_answer_is_that_of_a_unit_whatever_their_number(void **state)
{
    static const char *const numbers[] = { "1", "2", "1000", "1010" };
    struct loaded timed = load("effort.so");
    (void)state;
    assert_null(timed.counts);
    for (size_t i = 0; i < EFFORTS; i++) {
        for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++) {
            struct taken taken;
            struct call call;
            call_effort(&call, numbers[k], efforts[i].kib);
            assert_true(run_batch(&taken, find(&timed, efforts[i].name), &call, 7 + 1000 * k, 3));
            assert_int_equal(taken.count, 1);
            assert_true(taken.value == efforts[i].answer);
        }
    }
    dlclose(timed.object);
}

static void what_is_expected_is_what_another_method_finds(void **state)
{
    struct loaded timed = load("effort.so");
    (void)state;
    for (size_t i = 0; i < EFFORTS; i++) {
        struct assay_expected expected = { .struct_size = sizeof expected };
        struct call call;
        call_effort(&call, "1000", efforts[i].kib);
        assert_int_equal(find(&timed, efforts[i].name)->expect(&call.arguments, &expected), 0);
        assert_int_equal(expected.known, ASSAY_KNOWS_COUNT | ASSAY_KNOWS_SUM);
        assert_int_equal(expected.count, 1);
        assert_true(expected.sum == efforts[i].answer);
        assert_non_null(expected.source);
    }
    dlclose(timed.object);
}

static uint64_t operations(const struct loaded *counts, const struct effort *effort, const char *units)
{
    struct taken taken;
    struct call call;
    call_effort(&call, units, effort->kib);
    counts->counts->operations = 0;
    assert_true(run_batch(&taken, find(counts, effort->name), &call, 1, 1));
    return counts->counts->operations;
}

static void ten_units_more_in_a_thousand_are_one_per_cent_more_work(void **state)
{
    struct loaded counts = load("effort.builds/counts.so");
    (void)state;
    assert_non_null(counts.counts);
    for (size_t i = 0; i < EFFORTS; i++) {
        assert_int_equal(operations(&counts, &efforts[i], "1000"), 1000 * efforts[i].operations);
        assert_int_equal(operations(&counts, &efforts[i], "1010"), 1010 * efforts[i].operations);
    }
    dlclose(counts.object);
}

static void work_is_said_in_operations_and_not_in_items(void **state)
{
    struct loaded timed = load("effort.so");
    (void)state;
    for (size_t i = 0; i < EFFORTS; i++) {
        struct assay_work small = { .struct_size = sizeof small }, large = { .struct_size = sizeof large };
        struct call call;
        call_effort(&call, "1000", efforts[i].kib);
        assert_int_equal(find(&timed, efforts[i].name)->work(&call.arguments, &small), 0);
        call_effort(&call, "1010", efforts[i].kib);
        assert_int_equal(find(&timed, efforts[i].name)->work(&call.arguments, &large), 0);
        assert_true(small.items == 0.0 && small.bytes == 0.0);
        assert_true(small.least_operations > 0.0 && small.least_operations <= 3000.0 * (double)efforts[i].operations);
        assert_true(large.least_operations == small.least_operations / 1000 * 1010);
    }
    dlclose(timed.object);
}

static void a_working_set_is_a_power_of_two(void **state)
{
    struct loaded timed = load("effort.so");
    struct taken taken;
    struct call call;
    (void)state;
    call_effort(&call, "10", "48");
    assert_false(run_batch(&taken, find(&timed, "effort.l1"), &call, 1, 1));
    assert_string_equal(last_reason, "bad kib '48': want a power of two");
    call_effort(&call, "10", "1");
    assert_true(run_batch(&taken, find(&timed, "effort.l1"), &call, 1, 1));
    assert_true(taken.value == 0); /* 16 steps on 16 lines lead back: the period is full */
    dlclose(timed.object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_answer_is_that_of_a_unit_whatever_their_number),
        cmocka_unit_test(what_is_expected_is_what_another_method_finds),
        cmocka_unit_test(ten_units_more_in_a_thousand_are_one_per_cent_more_work),
        cmocka_unit_test(work_is_said_in_operations_and_not_in_items),
        cmocka_unit_test(a_working_set_is_a_power_of_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
