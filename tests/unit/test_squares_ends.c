/* The built plug-in squares.so: how its servers end, and that one which dies otherwise is a failure in words, hangs
 * nobody and leaves nothing behind. */
// links: built_kernels base
#include "driven_squares.h"

/* The server of the state that was just set up. */
static pid_t server(void)
{
    assert_int_equal(children(), 1);
    return child;
}

static void kill_and_wait(pid_t pid, int number)
{
    siginfo_t end;
    assert_int_equal(kill(pid, number), 0);
    assert_int_equal(waitid(P_PID, (id_t)pid, &end, WEXITED | WNOWAIT), 0);
}

static void kill_one(const char *name, const struct asked *asked, bool sensible)
{
    struct census before = take_census();
    struct answer answer;
    void *state;
    if (!sensible || is(name, "square.thread_queue")) {
        return;
    }
    for (int number = SIGKILL; number != 0; number = number == SIGKILL ? SIGTERM : 0) {
        char words[200];
        must_set_up(&state, name, asked);
        kill_and_wait(server(), number);
        assert_false(run_batch(&answer, name, state, 3));
        (void)snprintf(words, sizeof words, "%s was killed by signal %s in the middle of its work",
                       is(name, "square.channel") ? "the channel's worker" : "the queues' process",
                       number == SIGKILL ? "9 (Killed)" : "15 (Terminated)");
        assert_string_equal(last_reason, words);
        find(&squares, name)->teardown(state);
        same_census(&before, asked->words);
    }
}

static void a_server_that_died_is_a_failure_in_words(void **state)
{
    (void)state;
    for_all(kill_one, SENSIBLE);
}

struct killing {
    pid_t pid;
};

static void *kill_soon(void *context)
{
    usleep(2000);
    kill(((struct killing *)context)->pid, SIGKILL);
    return NULL;
}

static void kill_one_at_work(const char *name, const struct asked *asked, bool sensible)
{
    struct census before = take_census();
    struct answer answer;
    struct killing killing;
    pthread_t killer;
    void *state;
    if (!sensible || is(name, "square.thread_queue")) {
        return;
    }
    must_set_up(&state, name, asked);
    killing.pid = server();
    assert_int_equal(pthread_create(&killer, NULL, kill_soon, &killing), 0);
    assert_false(run_batch(&answer, name, state, UINT64_C(1) << 40));
    assert_non_null(strstr(last_reason, "was killed by signal 9 (Killed) in the middle of its work"));
    pthread_join(killer, NULL);
    find(&squares, name)->teardown(state);
    same_census(&before, asked->words);
}

static void a_server_that_dies_at_work_hangs_nobody(void **state)
{
    (void)state;
    for_all(kill_one_at_work, SENSIBLE);
}

/* Teardown of a state whose server got `number` before; what it says. */
static const char *end_after(const char *name, int number)
{
    struct asked asked;
    void *state;
    ask(&asked, "pipe", "1", "free", "block");
    must_set_up(&state, name, &asked);
    if (number != 0) {
        kill_and_wait(server(), number);
    }
    find(&squares, name)->teardown(state);
    return last_reason;
}

static void sigterm_is_clean_for_the_process_queue_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < KERNELS; i++) {
        assert_string_equal(end_after(kernels[i], 0), "");
    }
    assert_string_equal(end_after("square.channel", SIGTERM),
                        "the channel's worker was killed by signal 15 (Terminated) at its end");
    assert_string_equal(end_after("square.channel", SIGKILL),
                        "the channel's worker was killed by signal 9 (Killed) at its end");
    assert_string_equal(end_after("square.process_queue", SIGKILL),
                        "the queues' process was killed by signal 9 (Killed) at its end");
    assert_string_equal(end_after("square.process_queue", SIGTERM),
                        "the queues' process was terminated before its end");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_that_died_is_a_failure_in_words),
        cmocka_unit_test(a_server_that_dies_at_work_hangs_nobody),
        cmocka_unit_test(sigterm_is_clean_for_the_process_queue_alone),
    };
    return cmocka_run_group_tests(tests, load_squares, NULL);
}
