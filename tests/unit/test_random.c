/* kernels/random.c from inside: its doubles against published ones, its endings when memory or threads run out.
 * The source is part of this test, so that malloc and pthread_create can be made to fail in it and nowhere else. */
// links: built_kernels
#include <dirent.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pthread.h>
#include <unistd.h>

static int malloc_fails_at = -1, mallocs, blocks; /* blocks: that are not freed */
static bool no_threads;
static int threads_made, threads_joined;

static void *counted_malloc(size_t size)
{
    void *block = mallocs++ == malloc_fails_at ? NULL : malloc(size);
    __atomic_add_fetch(&blocks, block != NULL, __ATOMIC_SEQ_CST);
    return block;
}

static void *counted_calloc(size_t count, size_t size)
{
    void *block = calloc(count, size);
    __atomic_add_fetch(&blocks, block != NULL, __ATOMIC_SEQ_CST);
    return block;
}

static void counted_free(void *block)
{
    __atomic_sub_fetch(&blocks, block != NULL, __ATOMIC_SEQ_CST);
    free(block);
}

static int counted_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *context)
{
    threads_made += no_threads ? 0 : 1;
    return no_threads ? 11 : pthread_create(thread, attributes, start, context);
}

static int counted_join(pthread_t thread, void **result)
{
    threads_joined++;
    return pthread_join(thread, result);
}

#define malloc counted_malloc
#define calloc counted_calloc
#define free counted_free
#define pthread_create counted_create
#define pthread_join counted_join
#include "../../kernels/random.c"
#undef malloc
#undef calloc
#undef free
#undef pthread_create
#undef pthread_join

#include <cmocka.h> /* behind the source: its `fail` is a macro */

/* ---- Generators -------------------------------------------------------------------------------------- */

/* rosettacode.org, "Pseudo-random numbers/Splitmix64": how often each fifth of [0, 1) comes in 100,000 floats from
 * 987654321. The generators' own vectors are in test_generators.c. */
static void doubles_of_splitmix64_fall_as_published(void **state)
{
    static const uint32_t fifths[] = { 20027, 19892, 20073, 19978, 20030 };
    struct generator self;
    uint32_t seen[5] = { 0 };
    (void)state;
    generator_init(&self, false, 987654321);
    for (int i = 0; i < 100000; i++) {
        seen[(int)(next_double(&self) * 5)]++;
    }
    assert_memory_equal(seen, fifths, sizeof seen);
}

/* MATLAB's documentation of rand: the first numbers after its start, which is mt19937ar with seed 5489 and
 * genrand_res53. */
static void doubles_are_those_of_genrand_res53(void **state)
{
    static const double published[] = { .8147, .9058, .1270, .9134, .6324, .0975, .2785, .5469, .9575, .9649 };
    struct generator self;
    (void)state;
    generator_init(&self, true, 5489);
    for (size_t i = 0; i < 10; i++) {
        double number = next_double(&self);
        assert_true(number > published[i] - 5e-5 && number < published[i] + 5e-5);
    }
}

static void doubles_are_below_one(void **state)
{
    struct generator self = { .mersenne = false };
    (void)state;
    /* The counter before the one that gives 2^64-1: the mixing is a bijection, so walk it backwards. */
    uint64_t z = UINT64_MAX;
    z ^= z >> 31 ^ z >> 62;
    z *= UINT64_C(0x319642B2D24D8EC3); /* the inverse of the second factor modulo 2^64 */
    z ^= z >> 27 ^ z >> 54;
    z *= UINT64_C(0x96DE1B173F119089); /* of the first */
    z ^= z >> 30 ^ z >> 60;
    self.splitmix64.counter = z - UINT64_C(0x9E3779B97F4A7C15);
    assert_true(next_double(&self) == 1.0 - 0x1p-53);
}

/* ---- Iterations and their endings ----------------------------------------------------------------------- */

static char reason[200];
static void take_reason(void *context, const char *text)
{
    (void)context;
    snprintf(reason, sizeof reason, "%s", text);
}

static uint64_t taken[5000];
static size_t taken_count;
static void take(void *context, uint64_t value)
{
    (void)context;
    assert_true(taken_count < 5000);
    taken[taken_count++] = value;
}

/* Sets up, runs and tears down; what run returned, or -1 where setup failed. */
static int run_once(const char *n, const char *which, const char *text_seed, uint64_t process_seed, uint64_t iterations)
{
    struct assay_host host = {
        .struct_size = sizeof host, .major = ASSAY_ABI_MAJOR, .fail = take_reason, .threads = 1
    };
    struct assay_sink sink = { .struct_size = sizeof sink, .major = ASSAY_ABI_MAJOR, .integer = take };
    struct assay_argument items[] = { { sizeof items[0], "n", n },
                                      { sizeof items[0], "generator", which },
                                      { sizeof items[0], "seed", text_seed },
                                      { sizeof items[0], "show_output", "false" } };
    const struct assay_argument *pointers[] = { &items[0], &items[1], &items[2], &items[3] };
    struct assay_arguments arguments = { sizeof arguments, 4, pointers };
    void *made = NULL;
    taken_count = 0;
    reason[0] = '\0';
    if (random_setup(&host, &arguments, process_seed, &made) != 0) {
        return -1;
    }
    int result = random_run(made, iterations);
    if (result == 0) {
        random_answer(made, &sink);
    }
    random_teardown(made);
    return result;
}

static int count_tasks(void)
{
    DIR *directory = opendir("/proc/self/task");
    int tasks = 0;
    while (readdir(directory) != NULL) {
        tasks++;
    }
    closedir(directory);
    return tasks;
}

static int forget(void **state)
{
    (void)state;
    malloc_fails_at = -1;
    mallocs = blocks = threads_made = threads_joined = 0;
    no_threads = false;
    return 0;
}

static void an_iteration_gives_every_number_once(void **state)
{
    struct generator self;
    (void)state;
    assert_int_equal(run_once("60", "mt19937", "5489", 7, 3), 0);
    assert_int_equal(taken_count, 60 * 59 / 2);
    generator_init(&self, true, 5489);
    for (size_t i = 0; i < taken_count; i++) {
        uint64_t high = mt19937_next(&self.mt19937) >> 5, low = mt19937_next(&self.mt19937) >> 6;
        assert_true(taken[i] == (high << 26 | low));
    }
    assert_int_equal(threads_made, 3);
    assert_int_equal(threads_joined, 3);
    assert_int_equal(blocks, 0);
}

static void no_array_one_array_and_an_empty_one(void **state)
{
    static const char *const few[] = { "0", "1", "2" };
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(run_once(few[i], "splitmix64", "1", 1, 2), 0);
        assert_int_equal(taken_count, i == 2);
    }
    assert_int_equal(blocks, 0);
}

static void seed_0_is_the_process_s(void **state)
{
    uint64_t first = 0;
    (void)state;
    run_once("2", "splitmix64", "0", 1234567, 1);
    first = taken[0];
    assert_true(first == UINT64_C(6457827717110365317) >> 11);
    run_once("2", "splitmix64", "1234567", 99, 1);
    assert_true(taken[0] == first);
    run_once("2", "splitmix64", "0", 99, 1);
    assert_true(taken[0] != first);
}

/* Wherever memory runs out, the thread is joined and everything freed. The first malloc is setup's, the others the
 * thread's. */
static void out_of_memory_leaves_nothing(void **state)
{
    int tasks = count_tasks();
    (void)state;
    for (int at = 0; at < 12; at++) {
        forget(NULL);
        malloc_fails_at = at;
        int result = run_once("10", "splitmix64", "1", 1, 1);
        assert_int_equal(result, at == 0 ? -1 : at < 10 ? 1 : 0);
        assert_true(result == 0 || strstr(reason, "out of memory") != NULL);
        assert_int_equal(blocks, 0);
        assert_int_equal(threads_joined, threads_made);
        assert_int_equal(count_tasks(), tasks);
    }
}

static void no_thread_is_a_failure_in_words(void **state)
{
    (void)state;
    no_threads = true;
    assert_int_equal(run_once("10", "splitmix64", "1", 1, 1), 1);
    assert_string_equal(reason, "cannot make a thread");
    assert_int_equal(blocks, 0);
    assert_int_equal(threads_joined, 0);
}

static void messages_come_in_order(void **state)
{
    struct queue queue;
    struct message first = { .count = 1 }, second = { .count = 2 }, third = { .count = 3 };
    (void)state;
    queue_init(&queue);
    queue_push(&queue, &first);
    queue_push(&queue, &second);
    assert_ptr_equal(queue_pop(&queue), &first);
    queue_push(&queue, &third);
    assert_ptr_equal(queue_pop(&queue), &second);
    assert_ptr_equal(queue_pop(&queue), &third);
    queue_push(&queue, &first);
    assert_ptr_equal(queue_pop(&queue), &first);
    queue_release(&queue);
}

/* Called on this thread: it returns when the signal comes, and the signal has no answer. */
static void the_signal_ends_the_thread_and_0_is_an_empty_array(void **state)
{
    struct state self = { .seed = 1 };
    struct message none = { .what = NUMBERS, .count = 0 }, stop = { .what = STOP };
    (void)state;
    queue_init(&self.requests);
    queue_init(&self.answers);
    queue_push(&self.requests, &none);
    queue_push(&self.requests, &stop);
    assert_null(serve(&self));
    assert_ptr_equal(queue_pop(&self.answers), &none);
    assert_true(none.what == NUMBERS && none.count == 0 && none.numbers == NULL);
    assert_null(self.answers.first);
    assert_null(self.requests.first);
    queue_release(&self.requests);
    queue_release(&self.answers);
}

/* The lab's output: a line an array, the empty one too. */
static void arrays_are_shown_one_a_line(void **state)
{
    double numbers[] = { 0.5, 0.25, 0.125 };
    struct state self = { .arrays = 3, .numbers = numbers };
    char line[100];
    FILE *file = tmpfile();
    int out = dup(STDOUT_FILENO);
    (void)state;
    assert_non_null(file);
    fflush(stdout);
    dup2(fileno(file), STDOUT_FILENO);
    show(&self);
    dup2(out, STDOUT_FILENO);
    close(out);
    rewind(file);
    static const char *const lines[] = { "0: []\n", "1: [0.5]\n", "2: [0.25, 0.125]\n" };
    for (size_t i = 0; i < 3; i++) {
        assert_non_null(fgets(line, sizeof line, file));
        assert_string_equal(line, lines[i]);
    }
    assert_null(fgets(line, sizeof line, file));
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doubles_of_splitmix64_fall_as_published),
        cmocka_unit_test(doubles_are_those_of_genrand_res53),
        cmocka_unit_test(doubles_are_below_one),
        cmocka_unit_test_setup(an_iteration_gives_every_number_once, forget),
        cmocka_unit_test_setup(no_array_one_array_and_an_empty_one, forget),
        cmocka_unit_test_setup(seed_0_is_the_process_s, forget),
        cmocka_unit_test_setup(out_of_memory_leaves_nothing, forget),
        cmocka_unit_test_setup(no_thread_is_a_failure_in_words, forget),
        cmocka_unit_test(messages_come_in_order),
        cmocka_unit_test(the_signal_ends_the_thread_and_0_is_an_empty_array),
        cmocka_unit_test(arrays_are_shown_one_a_line),
    };
    return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
