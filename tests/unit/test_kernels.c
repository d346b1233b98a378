/* The built plug-ins of kernels/, driven by a host of a few lines: answers, operations, calls. */
// links: built_kernels base
#include "built_plugin.h"

#include "base/child.h"

#include <stdbool.h>

/* ---- A small host ------------------------------------------------------------------------------------ */

struct taken {
    uint64_t *values;
    size_t count;
    size_t capacity;
    uint64_t sum;
    double measures[8];
};

static void take_integer(void *context, uint64_t value)
{
    struct taken *taken = context;
    if (taken->count == taken->capacity) {
        taken->capacity = 2 * taken->capacity + 64;
        taken->values = realloc(taken->values, taken->capacity * sizeof *taken->values);
        assert_non_null(taken->values);
    }
    taken->values[taken->count++] = value;
    taken->sum += value;
}

static void take_integers(void *context, const uint64_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        take_integer(context, values[i]);
    }
}

static void take_measure(void *context, uint32_t index, double value)
{
    struct taken *taken = context;
    assert_true(index < 8);
    taken->measures[index] = value;
}

/* Runs one batch. False, with last_reason, if a call of the kernel failed. */
static bool run_batch(struct taken *taken, const struct assay_kernel *kernel, const struct call *call,
                      uint64_t iterations)
{
    struct assay_host host = { sizeof host, ASSAY_ABI_MAJOR, ASSAY_ABI_MINOR, NULL, keep_reason, 0, 1 };
    struct assay_sink sink = { sizeof sink, ASSAY_ABI_MAJOR, ASSAY_ABI_MINOR,
                               taken,       take_integer,    take_integers,
                               NULL,        take_measure,    NULL };
    void *state = NULL;
    bool well = kernel->setup(&host, &call->arguments, 1, &state) == 0;
    if (well) {
        well = (kernel->prepare == NULL || kernel->prepare(state, iterations) == 0) &&
               kernel->run(state, iterations) == 0 && kernel->answer(state, &sink) == 0;
        kernel->teardown(state);
    }
    return well;
}

static struct taken run_kernel(const struct loaded *loaded, const char *name, const char *limit, const char *variant)
{
    struct taken taken = { 0 };
    struct call call;
    call_init(&call, strcmp(name, "primes.below") == 0 ? "bound" : "limit", limit, variant != NULL ? "variant" : NULL,
              variant);
    assert_true(run_batch(&taken, find(loaded, name), &call, 2));
    return taken;
}

/* ---- Answers ----------------------------------------------------------------------------------------- */

static void check_sums(const struct loaded *loaded, const char *name, const char *limit, const char *variant,
                       uint64_t count, uint64_t sum)
{
    struct taken taken = run_kernel(loaded, name, limit, variant);
    assert_int_equal(taken.count, count);
    assert_true(taken.sum == sum);
    free(taken.values);
}

static void generators_yield_what_the_lab_says(void **state)
{
    struct loaded primes = load("primes.so");
    (void)state;
    check_sums(&primes, "primes.below", "1000", NULL, 168, 76127);
    check_sums(&primes, "primes.trial", "10000", NULL, 1229, 5736396);
    check_sums(&primes, "primes.listed", "10000", NULL, 1229, 5736396);
    check_sums(&primes, "primes.listed_root", "10000", "as-written", 1264, 5814166);
    check_sums(&primes, "primes.listed_root_break", "10000", "as-written", 1264, 5814166);
    check_sums(&primes, "primes.listed_root", "10000", "fixed", 1229, 5736396);
    check_sums(&primes, "primes.listed_root_break", "10000", "fixed", 1229, 5736396);
    dlclose(primes.object);
}

enum { MOST_CHECKED = 1500000 };
static bool prime[MOST_CHECKED];

/* By the definition, once for all tests. */
static int find_primes(void **state)
{
    (void)state;
    for (uint32_t n = 2; n < MOST_CHECKED; n++) {
        uint32_t i = 2;
        while (i * i <= n && n % i != 0) {
            i++;
        }
        prime[n] = i * i > n;
    }
    return 0;
}

/* Whether `taken` is exactly the primes below `limit`, in order, by the definition of a prime. */
static void check_sequence(const struct taken *taken, uint64_t limit)
{
    size_t at = 0;
    for (uint64_t n = 0; n < limit; n++) {
        if (prime[n]) {
            assert_true(at < taken->count && taken->values[at] == n);
            at++;
        }
    }
    assert_int_equal(at, taken->count);
}

static const char *const sieves[] = { "sieve.bytes", "sieve.odd_bits", "sieve.segmented", "sieve.wheel30" };
static const char *const right_generators[] = { "primes.below", "primes.trial", "primes.listed" };

static void check_all(const struct loaded *loaded, const char *const *names, size_t count, uint64_t limit)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)limit);
    for (size_t i = 0; i < count; i++) {
        struct taken taken = run_kernel(loaded, names[i], text, NULL);
        check_sequence(&taken, limit);
        free(taken.values);
    }
}

static void every_small_limit_gives_the_exact_sequence(void **state)
{
    struct loaded primes = load("primes.so"), sieve = load("sieves.so");
    (void)state;
    for (uint64_t limit = 0; limit < 700; limit += limit < 130 ? 1 : 19) {
        check_all(&primes, right_generators, 3, limit);
        check_all(&sieve, sieves, 4, limit);
    }
    dlclose(sieve.object);
    dlclose(primes.object);
}

/* 393,216 and 737,280 are the numbers of one segment; OEIS A006880 and A046731 for powers of ten. */
static void sieves_are_right_where_segments_meet(void **state)
{
    static const uint64_t limits[] = { 393215, 393216, 393217, 393300, 737279, 737280, 737281, 786433, 1474561 };
    struct loaded sieve = load("sieves.so");
    (void)state;
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        check_all(&sieve, sieves, 4, limits[i]);
    }
    for (size_t i = 0; i < 4; i++) {
        check_sums(&sieve, sieves[i], "10000000", NULL, 664579, UINT64_C(3203324994356));
    }
    dlclose(sieve.object);
}

static void kernels_expect_what_is_published(void **state)
{
    struct loaded sieve = load("sieves.so");
    struct assay_expected expected = { .struct_size = sizeof expected };
    struct call call;
    (void)state;
    call_init(&call, "limit", "1000000000", NULL, NULL);
    assert_int_equal(find(&sieve, "sieve.wheel30")->expect(&call.arguments, &expected), 0);
    assert_int_equal(expected.known, ASSAY_KNOWS_COUNT | ASSAY_KNOWS_SUM);
    assert_true(expected.count == 50847534 && expected.sum == UINT64_C(24739512092254535));
    assert_non_null(expected.source);
    dlclose(sieve.object);
}

/* ---- Operations and calls ---------------------------------------------------------------------------- */

/* Of one iteration, in the counts build. */
static uint64_t operations(const struct loaded *loaded, const char *name, const char *limit, const char *variant)
{
    loaded->counts->operations = 0;
    free(run_kernel(loaded, name, limit, variant).values); /* two iterations */
    assert_int_equal(loaded->counts->operations % 2, 0);
    return loaded->counts->operations / 2;
}

static void the_counts_build_counts_the_lab_s_divisions(void **state)
{
    struct loaded counts = load("primes.builds/counts.so");
    (void)state;
    assert_non_null(counts.counts);
    assert_int_equal(operations(&counts, "primes.below", "1000", NULL), 15787);
    assert_int_equal(operations(&counts, "primes.trial", "10000", NULL), 117709);
    assert_int_equal(operations(&counts, "primes.listed", "10000", NULL), 6562207);
    assert_int_equal(operations(&counts, "primes.listed_root", "10000", "as-written"), 257340);
    assert_int_equal(operations(&counts, "primes.listed_root_break", "10000", "as-written"), 59737);
    dlclose(counts.object);
}

static void the_timed_build_counts_nothing(void **state)
{
    struct loaded timed = load("primes.so");
    (void)state;
    assert_null(timed.counts);
    assert_null(timed.profile);
    dlclose(timed.object);
}

/* The address of a function in the file, from nm: dladdr does not know static functions. */
static uint64_t address_of(const char *file, const char *function)
{
    char path[600], wanted[100];
    const char *const argv[] = { "nm", path, NULL };
    struct assay_child_result result = { 0 };
    struct assay_error error = { 0 };
    snprintf(path, sizeof path, "%s/%s", ASSAY_KERNEL_DIRECTORY, file);
    snprintf(wanted, sizeof wanted, " t %s\n", function);
    assert_int_equal(assay_child_run(&result, argv, 30.0, &error), 0);
    const char *at = strstr(result.out, wanted);
    assert_non_null(at);
    while (at > result.out && at[-1] != '\n') {
        at--;
    }
    uint64_t address = strtoull(at, NULL, 16);
    assay_child_result_release(&result);
    return address;
}

struct looked_for {
    uint64_t address;
    uint64_t calls;
    uint64_t before; /* the last address: they must ascend */
};

static int look(void *context, const struct assay_profile_function *function)
{
    struct looked_for *looked_for = context;
    assert_true(function->address > looked_for->before);
    looked_for->before = function->address;
    if (function->address == looked_for->address) {
        looked_for->calls = function->calls;
    }
    return 0;
}

/* Calls of `function` in two iterations. */
static uint64_t calls_of(const struct loaded *loaded, const char *file, const char *function, const char *kernel,
                         const char *limit, const char *variant)
{
    Dl_info info;
    assert_non_null(loaded->profile);
    assert_int_equal(memcmp(loaded->profile->magic, ASSAY_PROFILE_MAGIC, 8), 0);
    assert_int_equal(loaded->profile->start(ASSAY_PROFILE_CALLS), 0);
    free(run_kernel(loaded, kernel, limit, variant).values);
    loaded->profile->stop();
    free(run_kernel(loaded, kernel, "30", variant).values); /* must not be seen */
    assert_true(dladdr(loaded->plugin, &info) != 0);
    struct looked_for looked_for = { (uint64_t)(uintptr_t)info.dli_fbase + address_of(file, function), 0, 0 };
    assert_int_equal(loaded->profile->read(look, &looked_for), 0);
    return looked_for.calls;
}

static void hooks_see_next_as_often_as_the_lab(void **state)
{
    static const char *const files[] = { "primes.builds/profile.so", "primes.builds/counts.so" };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct loaded hooked = load(files[i]);
        assert_int_equal(calls_of(&hooked, files[i], "below_next", "primes.below", "1000", NULL), 2 * 169);
        assert_int_equal(calls_of(&hooked, files[i], "trial_next", "primes.trial", "10000", NULL), 2 * 1230);
        assert_int_equal(calls_of(&hooked, files[i], "listed_next", "primes.listed", "10000", NULL), 2 * 1230);
        assert_int_equal(calls_of(&hooked, files[i], "listed_root_next", "primes.listed_root", "10000", "as-written"),
                         2 * 1265);
        assert_int_equal(
            calls_of(&hooked, files[i], "listed_root_break_next", "primes.listed_root_break", "10000", "as-written"),
            2 * 1265);
        dlclose(hooked.object);
    }
}

static void hooks_refuse_what_they_cannot_record(void **state)
{
    struct loaded hooked = load("primes.builds/profile.so");
    (void)state;
    assert_int_equal(hooked.profile->start(1u << 31), -1);
    dlclose(hooked.object);
}

/* ---- command.run ------------------------------------------------------------------------------------- */

static bool run_command(struct taken *taken, const char *line, const char *prepare)
{
    struct loaded command = load("command.so");
    struct call call;
    call_init(&call, "line", line, "prepare", prepare);
    bool well = run_batch(taken, find(&command, "command.run"), &call, 1);
    dlclose(command.object);
    return well;
}

static void commands_run_with_their_words_as_quoted(void **state)
{
    struct taken taken = { 0 };
    (void)state;
    assert_true(run_command(&taken, "true", ""));
    assert_true(taken.measures[2] > 0.0);
    assert_true(run_command(&taken, "test 'a  b' = \"a  b\"", ""));
    assert_true(run_command(&taken, " sh -c 'test \"$1\" = \"a;b\"' - a\\;\"b\"  ", ""));
    assert_true(run_command(&taken, "test -z ''", ""));
}

static void a_command_that_fails_says_how(void **state)
{
    static const struct {
        const char *line, *prepare, *reason;
    } cases[] = {
        { "false", "", "command 'false' ended with status 1, want 0" },
        { "sh -c 'kill -9 $$'", "", "command 'sh' was ended by signal 9 (Killed)" },
        { "no-such-program-anywhere", "",
          "cannot start command 'no-such-program-anywhere': No such file or directory" },
        { "true", "exit 4", "the preparation by '/bin/sh' ended with status 4, want 0" },
        { "  ", "", "bad line '  ': want a command and its arguments" },
        { "echo 'a", "", "bad line 'echo 'a': ': a quote is not closed" },
        { "a | b", "", "bad line 'a | b': |: quote it, or run the line through sh -c" },
        { "echo ~", "", "bad line 'echo ~': ~: quote it, or run the line through sh -c" },
        { "a \\", "", "bad line 'a \\': nothing follows the last backslash" },
    };
    struct taken taken = { 0 };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        last_reason[0] = '\0';
        assert_false(run_command(&taken, cases[i].line, cases[i].prepare));
        assert_string_equal(last_reason, cases[i].reason);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generators_yield_what_the_lab_says),
        cmocka_unit_test(every_small_limit_gives_the_exact_sequence),
        cmocka_unit_test(sieves_are_right_where_segments_meet),
        cmocka_unit_test(kernels_expect_what_is_published),
        cmocka_unit_test(the_counts_build_counts_the_lab_s_divisions),
        cmocka_unit_test(the_timed_build_counts_nothing),
        cmocka_unit_test(hooks_see_next_as_often_as_the_lab),
        cmocka_unit_test(hooks_refuse_what_they_cannot_record),
        cmocka_unit_test(commands_run_with_their_words_as_quoted),
        cmocka_unit_test(a_command_that_fails_says_how),
    };
    return cmocka_run_group_tests(tests, find_primes, NULL);
}
