/* The built plug-in squares.so: answers in every combination of its parameters, refusals in words, and nothing of a
 * state that is left behind, whatever became of it. */
// links: built_kernels base
#include "driven_squares.h"

static void run_one(const char *name, const struct asked *asked, bool sensible)
{
    struct census before = take_census();
    struct answer answer;
    void *state;
    if (!sensible) {
        return;
    }
    must_set_up(&state, name, asked);
    assert_int_equal(children(), strcmp(name, "square.thread_queue") != 0 ? 1 : 0);
    assert_true(entries("/proc/self/task") > before.threads);
    assert_true(run_batch(&answer, name, state, 1));
    check_squares(&answer, asked->words);
    assert_int_equal(answer.times, 10);
    assert_true(run_batch(&answer, name, state, 23));
    check_squares(&answer, asked->words);
    assert_int_equal(answer.times, 230);
    find(&squares, name)->teardown(state);
    assert_string_equal(last_reason, "");
    same_census(&before, asked->words);
}

static void every_sensible_combination_answers_and_leaves_nothing(void **state)
{
    (void)state;
    for_all(run_one, SENSIBLE);
}

static void refuse_one(const char *name, const struct asked *asked, bool sensible)
{
    struct census before = take_census();
    void *state;
    if (!sensible) {
        assert_false(set_up(&state, name, asked));
        assert_null(state);
        assert_non_null(strstr(last_reason, " makes no sense: "));
        assert_non_null(strstr(last_reason, asked->items[3].text));
        same_census(&before, asked->words);
    }
}

static void every_other_combination_is_named_and_leaves_nothing(void **state)
{
    (void)state;
    for_all(refuse_one, SENSIBLE);
}

static void choices_are_the_transports(void **state)
{
    (void)state;
    for (size_t i = 0; i < KERNELS; i++) {
        const struct assay_parameter *parameter = find(&squares, kernels[i])->parameters[0];
        assert_string_equal(parameter->name, "transport");
        for (size_t k = 0; k < TRANSPORTS; k++) {
            assert_string_equal(parameter->choices[k], transports[k]);
        }
        assert_null(parameter->choices[TRANSPORTS]);
    }
}

/* With `limit` open files at most. */
static bool set_up_within(void **state, rlim_t limit, const char *name, const struct asked *asked)
{
    struct rlimit before, lower;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    lower = before;
    lower.rlim_cur = limit;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &lower), 0);
    bool well = set_up(state, name, asked);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    return well;
}

/* From no room for a single one upwards. */
static void limit_one(const char *name, const struct asked *asked, bool sensible)
{
    struct census before = take_census();
    size_t refusals = 0;
    void *state = NULL;
    if (!sensible || !is(asked->items[2].text, "free")) {
        return;
    }
    for (rlim_t limit = 0; limit < 1024 && !set_up_within(&state, limit, name, asked); limit++) {
        assert_null(state);
        assert_non_null(strstr(last_reason, "transport="));
        assert_true(strstr(last_reason, "open files") != NULL);
        same_census(&before, asked->words);
        refusals++;
    }
    assert_non_null(state);
    const char *transport = asked->items[0].text;
    assert_int_equal(refusals > 0, !is(transport, "condition") && !is(transport, "futex") && !is(transport, "ring"));
    find(&squares, name)->teardown(state);
    same_census(&before, asked->words);
}

static void every_limit_of_open_files_refuses_in_words_and_leaks_nothing(void **state)
{
    (void)state;
    for_all(limit_one, SENSIBLE);
}

static void a_limit_of_message_queues_refuses_in_words(void **state)
{
    struct rlimit before, lower;
    struct asked asked;
    struct census census = take_census();
    (void)state;
    assert_int_equal(getrlimit(RLIMIT_MSGQUEUE, &before), 0);
    ask(&asked, "mqueue", "1", "free", "block");
    lower = before;
    for (rlim_t bytes = 0; bytes < 1000; bytes += 100) { /* also so many that there is one queue, and no other */
        void *self;
        lower.rlim_cur = bytes;
        assert_int_equal(setrlimit(RLIMIT_MSGQUEUE, &lower), 0);
        bool well = set_up(&self, "square.channel", &asked);
        assert_int_equal(setrlimit(RLIMIT_MSGQUEUE, &before), 0);
        if (well) {
            find(&squares, "square.channel")->teardown(self);
            assert_true(bytes > 0);
        } else {
            assert_string_equal(last_reason, "transport=mqueue: cannot make a message queue: no more bytes in message "
                                             "queues (ulimit -q), or no more open files (ulimit -n)");
        }
        same_census(&census, "mqueue");
    }
}

static void long_batches_keep_a_bounded_number_of_times(void **state)
{
    struct asked asked;
    struct answer answer;
    void *self;
    (void)state;
    ask(&asked, "condition", "5", "same", "block");
    must_set_up(&self, "square.thread_queue", &asked);
    static const uint64_t iterations[] = { 409, 410, 1000, 4097, 9999 };
    for (size_t i = 0; i < sizeof iterations / sizeof iterations[0]; i++) {
        assert_true(run_batch(&answer, "square.thread_queue", self, iterations[i]));
        check_squares(&answer, asked.words);
        assert_in_range(answer.times, 1365,
                        4096); /* the next stride that is coprime to ten is at most 3 times as long */
    }
    find(&squares, "square.thread_queue")->teardown(self);
}

/* ---- Threads ------------------------------------------------------------------------------------------- */

enum { STATES = 4 };
struct turn {
    pthread_t thread;
    const char *name;
    void *state;
    int code;
    int processors; /* that the thread may run on afterwards */
};

static void *run_turn(void *context)
{
    struct turn *turn = context;
    cpu_set_t set;
    turn->code = find(&squares, turn->name)->run(turn->state, 20);
    assert_int_equal(sched_getaffinity(0, sizeof set, &set), 0);
    turn->processors = CPU_COUNT(&set);
    return NULL;
}

/* As `assay run --threads 4` does it: every state its own server, set up in turn, run at once, on threads that are not
 * those of the setup. */
static void run_states(const char *name, const struct asked *asked)
{
    const struct assay_kernel *kernel = find(&squares, name);
    struct turn turns[STATES];
    struct assay_host hosts[STATES];
    for (uint32_t i = 0; i < STATES; i++) {
        hosts[i] = host_of(i, STATES);
        turns[i] = (struct turn){ .name = name };
        assert_int_equal(kernel->setup(&hosts[i], &asked->arguments, 1, &turns[i].state), 0);
    }
    for (int batch = 0; batch < 3; batch++) {
        for (size_t i = 0; i < STATES; i++) {
            assert_int_equal(kernel->prepare(turns[i].state, 20), 0);
        }
        for (size_t i = 0; i < STATES; i++) {
            assert_int_equal(pthread_create(&turns[i].thread, NULL, run_turn, &turns[i]), 0);
        }
        for (size_t i = 0; i < STATES; i++) {
            struct answer answer = { .count = 0 };
            struct assay_sink sink = {
                sizeof sink, ASSAY_ABI_MAJOR, ASSAY_ABI_MINOR, &answer, take_integer, take_integers, NULL,
                NULL,        take_times
            };
            pthread_join(turns[i].thread, NULL);
            assert_int_equal(turns[i].code, 0);
            assert_int_equal(turns[i].processors == 1, !is(asked->items[2].text, "free"));
            assert_int_equal(kernel->answer(turns[i].state, &sink), 0);
            check_squares(&answer, asked->words);
        }
    }
    for (size_t i = STATES; i > 0; i--) {
        kernel->teardown(turns[i - 1].state);
    }
    assert_string_equal(last_reason, "");
}

static void states_run_at_the_same_time_each_with_its_own_server(void **state)
{
    struct census before = take_census();
    cpu_set_t allowed, after;
    (void)state;
    last_reason[0] = '\0';
    assert_int_equal(sched_getaffinity(0, sizeof allowed, &allowed), 0);
    assert_true(CPU_COUNT(&allowed) > 1);
    for (size_t i = 0; i < KERNELS; i++) {
        for (size_t k = 0; k < PLACEMENTS; k++) {
            struct asked asked;
            ask(&asked, "pipe", "3", placements[k], "block");
            run_states(kernels[i], &asked);
            same_census(&before, asked.words);
            assert_int_equal(sched_getaffinity(0, sizeof after, &after), 0);
            assert_true(CPU_EQUAL(&allowed, &after));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(choices_are_the_transports),
        cmocka_unit_test(every_sensible_combination_answers_and_leaves_nothing),
        cmocka_unit_test(every_other_combination_is_named_and_leaves_nothing),
        cmocka_unit_test(every_limit_of_open_files_refuses_in_words_and_leaks_nothing),
        cmocka_unit_test(a_limit_of_message_queues_refuses_in_words),
        cmocka_unit_test(long_batches_keep_a_bounded_number_of_times),
        cmocka_unit_test(states_run_at_the_same_time_each_with_its_own_server),
    };
    return cmocka_run_group_tests(tests, load_squares, NULL);
}
