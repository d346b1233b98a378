/* sieve.primesieve with the library that is installed, and where there is none. */
// links: linked_primesieve built_kernels
#include "taken_primes.h"

void *__real_dlopen(const char *file, int flags);
void *__wrap_dlopen(const char *file, int flags);

static bool hidden; /* no library can be loaded */

void *__wrap_dlopen(const char *file, int flags)
{
    return hidden ? __real_dlopen("/nowhere/libprimesieve.so", flags) : __real_dlopen(file, flags);
}

static const struct assay_kernel *linked(void)
{
    struct loaded here = { .plugin = &assay_plugin };
    return find(&here, "sieve.primesieve");
}

/* Comes first: what is found once stays. */
static void a_machine_without_the_library_is_told_so(void **state)
{
    struct taken taken = { 0 };
    (void)state;
    hidden = true;
    const char *reason = linked()->unavailable();
    assert_non_null(reason);
    assert_non_null(strstr(reason, "primesieve"));
    assert_null(strchr(reason, '\n'));
    assert_false(take_batch(&taken, linked(), 100, NULL, 1));
    assert_string_equal(last_reason, reason);
    hidden = false;
}

static void the_library_finds_the_primes_or_is_not_there(void **state)
{
    static const uint64_t limits[] = { 0, 1, 2, 3, 4, 5, 29, 30, 31, 32, 1000, 299999, 1000000, 10000000 };
    (void)state;
    if (linked()->unavailable() != NULL) {
        print_message("%s\n", linked()->unavailable());
        assert_non_null(strstr(linked()->unavailable(), "primesieve"));
        return;
    }
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        struct taken taken = { 0 };
        assert_true(take_batch(&taken, linked(), limits[i], NULL, 2));
        assert_null(what_is_wrong(&taken, 2, limits[i]));
        free(taken.values);
    }
}

/* pi(n) for n = 0, 2, 3, 4, 10^3, 10^6, 10^7: OEIS A000720 and A006880; below a limit is up to the number before it. */
static void the_library_counts_what_is_known(void **state)
{
    static const struct {
        uint64_t limit, count;
    } known[] = { { 0, 0 }, { 1, 0 }, { 2, 0 }, { 3, 1 }, { 4, 2 }, { 1000, 168 }, { 1000000, 78498 }, { 10000000, 664579 } };
    struct loaded here = { .plugin = &assay_plugin };
    const struct assay_kernel *kernel = find(&here, "primesieve.count");
    (void)state;
    if (kernel->unavailable() != NULL) {
        return;
    }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct taken taken = { 0 };
        struct assay_expected expected = { .struct_size = sizeof expected };
        struct call call;
        char text[24];
        snprintf(text, sizeof text, "%llu", (unsigned long long)known[i].limit);
        call_init(&call, "limit", text, NULL, NULL);
        assert_true(take_batch(&taken, kernel, known[i].limit, NULL, 2));
        assert_true(taken.count == 1 && taken.values[0] == known[i].count);
        assert_int_equal(kernel->expect(&call.arguments, &expected), 0);
        assert_true(expected.count == 1 && expected.sum == known[i].count);
        free(taken.values);
    }
}

/* The plug-in itself loads in any case, and names no library that the loader would have to find. */
static void the_plugin_loads_without_the_library(void **state)
{
    struct loaded built = load("primesieve.so");
    struct assay_expected expected = { .struct_size = sizeof expected };
    struct assay_work work = { .struct_size = sizeof work };
    struct call call;
    (void)state;
    call_init(&call, "limit", "1000000", NULL, NULL);
    const struct assay_kernel *kernel = find(&built, "sieve.primesieve");
    assert_int_equal(kernel->expect(&call.arguments, &expected), 0);
    assert_true(expected.count == 78498 && expected.sum == UINT64_C(37550402023));
    assert_int_equal(kernel->work(&call.arguments, &work), 0);
    assert_true(work.least_operations == 78498);
    dlclose(built.object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_machine_without_the_library_is_told_so),
        cmocka_unit_test(the_library_finds_the_primes_or_is_not_there),
        cmocka_unit_test(the_library_counts_what_is_known),
        cmocka_unit_test(the_plugin_loads_without_the_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
