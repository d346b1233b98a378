/* Instructions of an iteration, counted by callgrind around the real worker: the same count every time, and one that
 * follows the work. */
// links: compare measure plan catalog result stats protocol machine base built_kernels test_plugins
#include "compare/compare.h"

#include "machine/machine.h"

#include "compile_here.h"

#include <math.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(SANITIZED)
#define SANITIZED 1
#endif
#if !defined(SANITIZED)
#define SANITIZED 0 /* a sanitizer and valgrind want the same memory: then what counts is unused */
#endif

enum { AGAIN = 5 };
static const double enough_s = 120;

static char worker[] = ASSAY_KERNEL_DIRECTORY "/../assay-worker";
static char *no_directories[] = { NULL };
static const struct assay_places places = { .worker = worker, .plugin_directories = no_directories };

/* What the witness says of a benchmark, with its plug-in in another place if one is given. `source` is heap. */
static double ask(char **source, const char *benchmark, const char *elsewhere)
{
    const char *const names[] = { benchmark, NULL };
    struct assay_plan_options options = { .benchmarks = names, .protocol = ASSAY_PROTOCOL_UNSET };
    struct assay_catalog *catalog = NULL;
    struct assay_plan *plan = NULL;
    struct assay_error error = { 0 };
    double instructions = 7;
    if (assay_catalog_open(&catalog, &places, &error) != 0 ||
        assay_plan_new(&plan, catalog, NULL, here, &options, &error) != 0) {
        fail_msg("%s", error.text);
    }
    assert_int_equal(plan->count, 1);
    const struct assay_planned *planned = &plan->items[0];
    const char *plugin = elsewhere != NULL ? elsewhere : planned->source == NULL ? "none.so" : planned->source->path;
    assert_int_equal(assay_witness_instructions(&instructions, source, planned, plugin, 42, enough_s), 0);
    assert_non_null(*source);
    assay_plan_free(plan);
    assay_catalog_close(catalog);
    return instructions;
}

static __attribute__((unused)) double counted(const char *benchmark, const char *elsewhere)
{
    char *source = NULL;
    double instructions = ask(&source, benchmark, elsewhere);
    if (strcmp(source, "callgrind") != 0 && strcmp(source, "counters") != 0) {
        fail_msg("%s: %s", benchmark, source);
    }
    assert_true(isfinite(instructions) && instructions > 0);
    free(source);
    return instructions;
}

static void expect_reason(const char *benchmark, const char *reason)
{
    char *source = NULL;
    double instructions = ask(&source, benchmark, NULL);
    assert_true(isnan(instructions));
    assert_string_equal(source, reason);
    free(source);
}

#define PRIMES ASSAY_KERNEL_DIRECTORY "/primes.so:primes.below:bound=200"
#define EFFORT ASSAY_KERNEL_DIRECTORY "/effort.so:effort.integer:units="

static __attribute__((unused)) void the_same_binary_gives_the_same_count(void **state)
{
    (void)state;
    double first = counted(PRIMES, NULL);
    for (int i = 1; i < AGAIN; i++) {
        assert_true(counted(PRIMES, NULL) == first);
    }
    /* In a directory with another name, as the other side's would be. */
    free(
        shell("mkdir -p a-directory-with-a-rather-long-name && cp \"$1\" a-directory-with-a-rather-long-name/primes.so",
              ASSAY_KERNEL_DIRECTORY "/primes.so", NULL));
    char *copy = path_here("a-directory-with-a-rather-long-name/primes.so");
    assert_true(counted(PRIMES, copy) == first);
    free(copy);
}

static __attribute__((unused)) void one_percent_more_work_is_one_percent_more_instructions(void **state)
{
    (void)state;
    double less = counted(EFFORT "10000", NULL), more = counted(EFFORT "10100", NULL);
    assert_true(fabs(more / less - 1.01) < 0.0002);
}

static void what_cannot_be_counted_is_said(void **state)
{
    (void)state;
    expect_reason(ASSAY_TEST_PLUGINS "/good.so:good.forking",
                  "the kernel makes processes, whose instructions are not counted");
    expect_reason(ASSAY_TEST_PLUGINS "/good.so:good.threaded",
                  "the kernel runs on several threads, whose instructions depend on how they meet");
    expect_reason(ASSAY_TEST_PLUGINS "/good.so:good.absent", "the benchmark is not available");
}

static void without_valgrind_it_says_so(void **state)
{
    char ignored[200];
    (void)state;
    char *path = assay_copy(getenv("PATH")), *source = NULL;
    if (assay_machine_has_counters(ignored, sizeof ignored)) {
        free(path);
        return; /* it is not asked where counters count */
    }
    setenv("PATH", here, 1);
    double instructions = ask(&source, ASSAY_KERNEL_DIRECTORY "/primes.so:primes.below:bound=200", NULL);
    setenv("PATH", path, 1);
    assert_true(isnan(instructions));
    assert_string_equal(source, "valgrind is not installed");
    free(source);
    free(path);
}

static __attribute__((unused)) void instructions_that_valgrind_does_not_know_are_named(void **state)
{
    (void)state;
#if defined(__x86_64__)
    static const char *const by[] = { "gcc", NULL }, *const with[] = { "-mavx512f", NULL };
    struct assay_build *builds = NULL;
    struct assay_error error = { 0 };
    size_t count = 0;
    char ignored[200];
    if (assay_machine_has_counters(ignored, sizeof ignored)) {
        return; /* valgrind is not asked */
    }
    char *source = path_here("wide.c");
    free(shell(
        "printf '%s' \"$1\" > wide.c",
        "#include <assay/kernel.h>\n"
        "static int set_up(const struct assay_host *h, const struct assay_arguments *a, uint64_t s, void **state)\n"
        "{ (void)h; (void)a; (void)s; *state = 0; return 0; }\n"
        "static int wide_run(void *state, uint64_t n)\n"
        "{ (void)state; while (n-- > 0) { __asm__ volatile(\"vpxorq %%zmm16, %%zmm16, %%zmm16\" : : : \"memory\"); } "
        "return 0; }\n"
        "static const struct assay_kernel wide = { .struct_size = sizeof wide, .name = \"wide.xor\", .summary = "
        "\"wide\",\n"
        "    .setup = set_up, .run = wide_run };\n"
        "ASSAY_PLUGIN(&wide)\n",
        NULL));
    if (assay_builds_make(&builds, &count, source, by, with, ASSAY_SOURCE_DIR "/harness/include", &error) != 0) {
        fail_msg("%s", error.text);
    }
    char *benchmark = assay_formatted("%s:wide.xor", builds[0].plugin);
    expect_reason(benchmark, "uses instructions that valgrind does not know (AVX-512, as by -march=native?)");
    free(benchmark);
    assay_builds_free(builds, count);
    free(source);
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#if !SANITIZED /* a sanitized worker does not run under valgrind */
        cmocka_unit_test(the_same_binary_gives_the_same_count),
        cmocka_unit_test(one_percent_more_work_is_one_percent_more_instructions),
        cmocka_unit_test(instructions_that_valgrind_does_not_know_are_named),
#endif
        cmocka_unit_test(what_cannot_be_counted_is_said),
        cmocka_unit_test(without_valgrind_it_says_so),
    };
    return cmocka_run_group_tests(tests, make_here, remove_here);
}
