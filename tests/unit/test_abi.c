/* The published layout of the ABI (docs/plugin-abi.md has the same numbers): a change that moves a field is seen here.
 */
// links: built_kernels
#include <assay/kernel.h>
#include <assay/profile.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Fields may be appended: then a size grows, and is corrected here. No other number may change within major version 1.
 */
#define SIZE(type, size) assert_int_equal(sizeof(struct type), size)
#define AT(type, field, offset) assert_int_equal(offsetof(struct type, field), offset)

static void what_a_kernel_offers_stays_where_it_is(void **state)
{
    (void)state;
    SIZE(assay_parameter, 56);
    AT(assay_parameter, type, 4);
    AT(assay_parameter, name, 8);
    AT(assay_parameter, summary, 16);
    AT(assay_parameter, fallback, 24);
    AT(assay_parameter, least, 32);
    AT(assay_parameter, most, 40);
    AT(assay_parameter, choices, 48);
    SIZE(assay_measure, 24);
    AT(assay_measure, better, 4);
    AT(assay_measure, name, 8);
    AT(assay_measure, unit, 16);
    SIZE(assay_kernel, 136);
    AT(assay_kernel, flags, 4);
    AT(assay_kernel, name, 8);
    AT(assay_kernel, aliases, 16);
    AT(assay_kernel, summary, 24);
    AT(assay_kernel, version, 32);
    AT(assay_kernel, tags, 40);
    AT(assay_kernel, parameters, 48);
    AT(assay_kernel, measures, 56);
    AT(assay_kernel, distributions, 64);
    AT(assay_kernel, unavailable, 72);
    AT(assay_kernel, setup, 80);
    AT(assay_kernel, prepare, 88);
    AT(assay_kernel, run, 96);
    AT(assay_kernel, answer, 104);
    AT(assay_kernel, teardown, 112);
    AT(assay_kernel, expect, 120);
    AT(assay_kernel, work, 128);
    SIZE(assay_plugin, 32);
    AT(assay_plugin, struct_size, 8);
    AT(assay_plugin, major, 12);
    AT(assay_plugin, minor, 14);
    AT(assay_plugin, kernels, 16);
    AT(assay_plugin, build, 24);
}

static void what_passes_between_host_and_kernel_stays_where_it_is(void **state)
{
    (void)state;
    SIZE(assay_argument, 24);
    AT(assay_argument, name, 8);
    AT(assay_argument, text, 16);
    SIZE(assay_arguments, 16);
    AT(assay_arguments, count, 4);
    AT(assay_arguments, items, 8);
    SIZE(assay_host, 32);
    AT(assay_host, major, 4);
    AT(assay_host, minor, 6);
    AT(assay_host, context, 8);
    AT(assay_host, fail, 16);
    AT(assay_host, thread, 24);
    AT(assay_host, threads, 28);
    SIZE(assay_sink, 56);
    AT(assay_sink, major, 4);
    AT(assay_sink, minor, 6);
    AT(assay_sink, context, 8);
    AT(assay_sink, integer, 16);
    AT(assay_sink, integers, 24);
    AT(assay_sink, text, 32);
    AT(assay_sink, measure, 40);
    AT(assay_sink, observe, 48);
    SIZE(assay_expected, 104);
    AT(assay_expected, known, 4);
    AT(assay_expected, count, 8);
    AT(assay_expected, sum, 16);
    AT(assay_expected, sha256, 24);
    AT(assay_expected, source, 96);
    SIZE(assay_work, 32);
    AT(assay_work, items, 8);
    AT(assay_work, bytes, 16);
    AT(assay_work, least_operations, 24);
}

static void what_the_other_builds_export_stays_where_it_is(void **state)
{
    (void)state;
    SIZE(assay_counts, 16);
    AT(assay_counts, operations, 8);
    SIZE(assay_profile, 88); /* 48 in 1.0 */
    AT(assay_profile, struct_size, 8);
    AT(assay_profile, major, 12);
    AT(assay_profile, minor, 14);
    AT(assay_profile, records, 16);
    AT(assay_profile, start, 24);
    AT(assay_profile, stop, 32);
    AT(assay_profile, read, 40);
    AT(assay_profile, read_tree, 48);
    AT(assay_profile, calibrate, 56);
    AT(assay_profile, losses, 64);
    AT(assay_profile, set_share, 72);
    AT(assay_profile, set_cost, 80);
    SIZE(assay_profile_function, 24);
    AT(assay_profile_function, address, 8);
    AT(assay_profile_function, calls, 16);
    SIZE(assay_profile_context, 72);
    AT(assay_profile_context, thread, 4);
    AT(assay_profile_context, address, 8);
    AT(assay_profile_context, parent, 16);
    AT(assay_profile_context, calls, 24);
    AT(assay_profile_context, intervals, 32);
    AT(assay_profile_context, timed, 40);
    AT(assay_profile_context, ticks, 48);
    AT(assay_profile_context, second, 56);
    AT(assay_profile_context, folded, 64);
    SIZE(assay_profile_cost, 80);
    AT(assay_profile_cost, inside_most, 64);
    AT(assay_profile_cost, ticks_per_ns, 8);
    AT(assay_profile_cost, inside, 16);
    AT(assay_profile_cost, outside, 32);
    AT(assay_profile_cost, untimed, 48);
    SIZE(assay_profile_losses, 64);
    AT(assay_profile_losses, threads, 4);
    AT(assay_profile_losses, folded_calls, 8);
    AT(assay_profile_losses, lost_calls, 16);
    AT(assay_profile_losses, bytes, 56);
}

int main(void)
{
#if __SIZEOF_POINTER__ == 8
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_kernel_offers_stays_where_it_is),
        cmocka_unit_test(what_passes_between_host_and_kernel_stays_where_it_is),
        cmocka_unit_test(what_the_other_builds_export_stays_where_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
#else
    return 0; /* the table is of 64-bit machines */
#endif
}
