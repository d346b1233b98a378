/* kernels/random_fill.c from inside: whether each generator's forms are distributed as they should be, from fixed
 * seeds; the life of a state. The generators' own vectors are in test_generators.c, how words become numbers in
 * test_random_forms.c. */
// links: built_kernels
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int allocation_fails_at = -1, allocations, blocks; /* blocks: that are not freed */

static void *counted(void *block)
{
    blocks += block != NULL;
    return block;
}

static void *counted_malloc(size_t size)
{
    return allocations++ == allocation_fails_at ? NULL : counted(malloc(size));
}

static void *counted_calloc(size_t count, size_t size)
{
    return allocations++ == allocation_fails_at ? NULL : counted(calloc(count, size));
}

static void counted_free(void *block)
{
    blocks -= block != NULL;
    free(block);
}

#define malloc counted_malloc
#define calloc counted_calloc
#define free counted_free
#include "../../kernels/random_fill.c"
#undef malloc
#undef calloc
#undef free

#include <cmocka.h> /* behind the source: its `fail` is a macro */

/* ---- Distributions, of every generator --------------------------------------------------------------- */

/* scipy 1.10: stats.kstwo.isf(1e-6, 20000), stats.chi2.isf(1e-6, 99). A right generator fails with one seed of a
 * million, and the seeds are fixed; but rdrand has none, so that it fails once in a million runs. */
enum { DRAWN = 20000, CELLS = 100 };
static const double MOST_DISTANCE = 0.019036122860194064, MOST_CHI_SQUARE = 180.79201532589974;

static struct ziggurat tables;
static double reals[DRAWN];
static uint64_t integers[DRAWN];

/* Draws with a generator of random_fill.c in a form. */
static void draw(const struct generator *generator, enum form form, uint64_t bound, void *numbers)
{
    union any_generator seeded = { { 0 } };
    bool exhausted = false;
    struct fill wish = { &seeded, DRAWN, bound, &tables, numbers, numbers };
    if (generator == &processor) {
        seeded.rdrand.exhausted = &exhausted;
    }
    generator->start(&seeded, 20260101);
    generator->fill[form](&wish);
    assert_false(exhausted);
}

/* Of the generators, where they can be had. */
static const struct generator *generator_at(size_t i)
{
    size_t count = sizeof generators / sizeof generators[0];
    return i < count ? &generators[i] : i == count && rdrand_unavailable() == NULL ? &processor : NULL;
}

static int compare(const void *a, const void *b)
{
    const double *first = a, *second = b;
    return (*first > *second) - (*first < *second);
}

static double uniform(double x)
{
    return x;
}

static double normal(double x)
{
    return 0.5 * erfc(-x / sqrt(2.0));
}

/* Kolmogorov and Smirnov's distance of `reals`, which are sorted, from a distribution. */
static double distance(double (*distribution)(double x))
{
    double most = 0;
    qsort(reals, DRAWN, sizeof reals[0], compare);
    for (int i = 0; i < DRAWN; i++) {
        double at = distribution(reals[i]);
        most = fmax(most, fmax(at - (double)i / DRAWN, (double)(i + 1) / DRAWN - at));
    }
    return most;
}

/* Of `integers` in CELLS equal cells of 0 to range-1. */
static double chi_square(double range)
{
    double seen[CELLS] = { 0 }, sum = 0;
    for (int i = 0; i < DRAWN; i++) {
        seen[(int)(((double)integers[i] + 0.5) / range * CELLS)]++; /* + 0.5: 29 / 100 * 100 is below 29 */
    }
    for (int i = 0; i < CELLS; i++) {
        double off = seen[i] - (double)DRAWN / CELLS;
        sum += off * off / ((double)DRAWN / CELLS);
    }
    return sum;
}

static void uniform_forms_are_uniform(void **state)
{
    const struct generator *generator;
    (void)state;
    for (size_t i = 0; (generator = generator_at(i)) != NULL; i++) {
        draw(generator, DOUBLE, 0, reals);
        assert_true(distance(uniform) < MOST_DISTANCE);
        assert_true(reals[0] >= 0.0 && reals[DRAWN - 1] < 1.0);
        draw(generator, BOUNDED, CELLS, integers);
        assert_true(chi_square(CELLS) < MOST_CHI_SQUARE);
        draw(generator, BOUNDED, (UINT64_C(1) << 63) + 1, integers); /* half of all words are rejected */
        assert_true(chi_square(0x1p63 + 1) < MOST_CHI_SQUARE);
        draw(generator, UINT64, 0, integers);
        for (int k = 0; k < DRAWN; k++) { /* the lowest eleven bits, which no double has */
            reals[k] = ((double)(integers[k] & 0x7FF) + 0.5) * 0x1p-11;
        }
        assert_true(distance(uniform) < MOST_DISTANCE);
    }
}

/* Mean, variance, skewness and excess within six standard errors; the whole distribution; and numbers beyond the
 * ziggurat's last layer, of which a thousandth's quarter should be there: 5.2 of 20,000, none at all once in 170 seeds.
 */
static void check_normal(const struct generator *generator, enum form form, size_t *beyond)
{
    double moments[5] = { 0 };
    draw(generator, form, 0, reals);
    for (int i = 0; i < DRAWN; i++) {
        double power = 1;
        for (int k = 1; k < 5; k++) {
            power *= reals[i];
            moments[k] += power / DRAWN;
        }
        *beyond += fabs(reals[i]) > (double)ZIGGURAT_TAIL;
    }
    assert_true(fabs(moments[1]) < 6 * sqrt(1.0 / DRAWN));
    assert_true(fabs(moments[2] - 1) < 6 * sqrt(2.0 / DRAWN));
    assert_true(fabs(moments[3]) < 6 * sqrt(15.0 / DRAWN));
    assert_true(fabs(moments[4] - 3) < 6 * sqrt(96.0 / DRAWN));
    assert_true(distance(normal) < MOST_DISTANCE);
}

/* Of n numbers 2 * (1 - Phi(3.654...)) * n are beyond: 0.00025803 (scipy 1.10, stats.norm.sf). */
static void normal_forms_are_normal(void **state)
{
    const struct generator *generator;
    size_t beyond[FORMS] = { 0 }, kinds = 0;
    (void)state;
    for (; (generator = generator_at(kinds)) != NULL; kinds++) {
        for (enum form form = NORMAL_ZIGGURAT; form <= NORMAL_POLAR; form++) {
            check_normal(generator, form, &beyond[form]);
        }
    }
    assert_true(kinds >= sizeof generators / sizeof generators[0]);
    for (enum form form = NORMAL_ZIGGURAT; form <= NORMAL_POLAR; form++) {
        double expected = 0.00025803248765390077 * DRAWN * (double)kinds;
        assert_true(fabs((double)beyond[form] - expected) < 6 * sqrt(expected));
    }
}

/* ---- A state and its life ---------------------------------------------------------------------------- */

static char reason[200];
static void take_reason(void *context, const char *text)
{
    (void)context;
    snprintf(reason, sizeof reason, "%s", text);
}

static uint64_t taken[100];
static size_t taken_count;
static void take_all(void *context, const uint64_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        (void)context;
        assert_true(taken_count < 100);
        taken[taken_count++] = values[i];
    }
}

static void take(void *context, uint64_t value)
{
    take_all(context, &value, 1);
}

static const struct assay_sink sink = {
    .struct_size = sizeof sink, .major = ASSAY_ABI_MAJOR, .integer = take, .integers = take_all
};

/* The arguments of a kernel of this plug-in. It points into itself: not to be copied. */
struct words {
    struct assay_argument items[5];
    const struct assay_argument *pointers[5];
    struct assay_arguments arguments;
};

static void words_init(struct words *self, const char *generator, const char *form, const char *count, const char *seed)
{
    const char *const names[] = { "generator", "form", "count", "bound", "seed" };
    const char *const texts[] = { generator, form, count, "1000", seed };
    for (int i = 0; i < 5; i++) {
        self->items[i] = (struct assay_argument){ sizeof self->items[i], names[i], texts[i] };
        self->pointers[i] = &self->items[i];
    }
    self->arguments = (struct assay_arguments){ sizeof self->arguments, 5, self->pointers };
}

/* Sets up, runs, answers and tears down; -1 where setup refuses, else what run returned. */
static int run_kernel(const struct assay_kernel *kernel, const struct words *words, uint64_t process_seed,
                      uint64_t iterations, uint32_t threads)
{
    struct assay_host host = { sizeof host, ASSAY_ABI_MAJOR, 0, NULL, take_reason, 0, threads };
    void *made = NULL;
    reason[0] = '\0';
    taken_count = 0;
    if (kernel->setup(&host, &words->arguments, process_seed, &made) != 0) {
        return -1;
    }
    int code = kernel->run(made, iterations);
    if (code == 0) {
        kernel->answer(made, &sink);
    }
    kernel->teardown(made);
    return code;
}

static int forget(void **state)
{
    (void)state;
    allocation_fails_at = -1;
    allocations = blocks = 0;
    return 0;
}

/* For rand() too, whose state no copy holds. */
static void every_iteration_begins_at_the_seed(void **state)
{
    struct words words;
    uint64_t once[100];
    (void)state;
    for (size_t i = 0; generator_names[i] != NULL; i++) {
        for (size_t form = 0; form < FORMS; form++) {
            words_init(&words, generator_names[i], form_names[form], "99", "7");
            assert_int_equal(run_kernel(&random_fill, &words, 1, 1, 1), 0);
            assert_int_equal(taken_count, 99);
            memcpy(once, taken, sizeof once);
            assert_int_equal(run_kernel(&random_fill, &words, 2, 3, 1), 0);
            assert_memory_equal(taken, once, 99 * sizeof once[0]);
        }
    }
    assert_int_equal(blocks, 0);
}

static void seed_0_is_the_process_s(void **state)
{
    struct words words;
    (void)state;
    words_init(&words, "splitmix64", "uint64", "1", "0");
    assert_int_equal(run_kernel(&random_fill, &words, 1234567, 1, 1), 0);
    assert_true(taken[0] == UINT64_C(6457827717110365317)); /* rosettacode.org */
    words_init(&words, "splitmix64", "uint64", "1", "1234567");
    assert_int_equal(run_kernel(&random_fill, &words, 99, 1, 1), 0);
    assert_true(taken[0] == UINT64_C(6457827717110365317));
}

static void answers_are_exact_integers(void **state)
{
    (void)state;
    assert_true(line_of(DOUBLE, 1.0 - 0x1p-53) == (UINT64_C(1) << 53) - 1);
    assert_true(line_of(NORMAL_POLAR, 1.5) == 3 << 23);
    assert_true(line_of(NORMAL_ZIGGURAT, -1.0) == UINT64_MAX - (1 << 24) + 1);
    assert_true(line_of(NORMAL_ZIGGURAT, 1.0 + 0x1p-26) == 1 << 24);
}

static void rand_is_for_one_thread(void **state)
{
    struct words words;
    (void)state;
    words_init(&words, "rand", "uint64", "1", "1");
    assert_int_equal(run_kernel(&random_fill, &words, 1, 1, 2), -1);
    assert_string_equal(reason, "rand() has one state in a process: want 1 thread");
    words_init(&words, "mt19937", "uint64", "1", "1");
    assert_int_equal(run_kernel(&random_fill, &words, 1, 1, 2), 0);
    assert_int_equal(blocks, 0);
}

static void out_of_memory_leaves_nothing(void **state)
{
    const struct assay_kernel *const kernels[] = { &random_fill, &random_fill_rdrand };
    struct words words;
    (void)state;
    words_init(&words, "chacha8", "normal-ziggurat", "99", "1");
    for (int i = 0; i < 4; i++) {
        forget(NULL);
        allocation_fails_at = i / 2;
        assert_int_equal(run_kernel(kernels[i % 2], &words, 1, 1, 1), -1);
        assert_non_null(strstr(reason, "out of memory"));
        assert_int_equal(blocks, 0);
    }
}

static void rdrand_that_runs_dry_is_a_failure_in_words(void **state)
{
    struct words words;
    void *made = NULL;
    struct assay_host host = { sizeof host, ASSAY_ABI_MAJOR, 0, NULL, take_reason, 0, 1 };
    (void)state;
    if (rdrand_unavailable() != NULL) {
        return; /* that the kernel says so is checked by tests/run/test_random.py */
    }
    words_init(&words, "", "bounded", "99", "1");
    assert_int_equal(run_kernel(&random_fill_rdrand, &words, 1, 2, 1), 0);
    assert_int_equal(taken_count, 99);
    assert_int_equal(random_fill_rdrand.setup(&host, &words.arguments, 1, &made), 0);
    *((struct state *)made)->seeded.rdrand.exhausted = true;
    assert_int_equal(random_fill_rdrand.run(made, 1), 1);
    assert_string_equal(reason, "rdrand gave no number in ten retries");
    random_fill_rdrand.teardown(made);
    assert_int_equal(blocks, 0);
}

static void work_grows_with_generator_and_form(void **state)
{
    struct words words;
    struct assay_work work = { .struct_size = sizeof work };
    (void)state;
    words_init(&words, "chacha8", "double", "1000", "1");
    assert_int_equal(random_fill.work(&words.arguments, &work), 0);
    assert_true(work.items == 1000 && work.bytes == 8000 && work.least_operations == 14000);
    assert_int_equal(random_fill_rdrand.work(&words.arguments, &work), 0);
    assert_true(work.least_operations == 2500);
}

static int make_tables(void **state)
{
    (void)state;
    ziggurat_init(&tables);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uniform_forms_are_uniform),
        cmocka_unit_test(normal_forms_are_normal),
        cmocka_unit_test_setup(every_iteration_begins_at_the_seed, forget),
        cmocka_unit_test_setup(seed_0_is_the_process_s, forget),
        cmocka_unit_test(answers_are_exact_integers),
        cmocka_unit_test_setup(rand_is_for_one_thread, forget),
        cmocka_unit_test_setup(out_of_memory_leaves_nothing, forget),
        cmocka_unit_test_setup(rdrand_that_runs_dry_is_a_failure_in_words, forget),
        cmocka_unit_test(work_grows_with_generator_and_form),
    };
    return cmocka_run_group_tests_name("random_fill", tests, make_tables, NULL);
}
