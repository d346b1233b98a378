/* The transports of kernels/transport/ alone, between two threads and between two processes: order, depth, ends. */
// links: transport base
#include "transport/box.h"
#include "transport/link.h"
#include "transport/placement.h"
#include "transport/process.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const waitings[] = { "block", "spin", "spin_then_block" };

static bool makes_sense(const struct transport *transport, size_t waiting)
{
    return (transport->waits & 1u << waiting) != 0;
}

static void open_link(struct link *link, const struct transport *transport, size_t waiting, bool crosses,
                      uint32_t depth)
{
    struct link_options options = { transport->name, waitings[waiting], crosses, depth };
    if (!link_open(link, &options)) {
        fail_msg("%s", link->reason);
    }
}

/* The largest depth that a transport has room for on this machine, up to `depth`: message queues are short. */
static uint32_t most_depth(const struct transport *transport, uint32_t depth)
{
    struct link link;
    struct link_options options = { transport->name, "block", false, depth };
    char words[100];
    unsigned most = 0;
    if (transport != &transport_mqueue || link_open(&link, &options)) {
        if (transport == &transport_mqueue) {
            link_release(&link);
        }
        return depth;
    }
    (void)snprintf(words, sizeof words,
                   "transport=mqueue: depth=%u is too much for a message queue (fs.mqueue.msg_max)", depth);
    assert_memory_equal(link.reason, words, strlen(words));
    assert_int_equal(sscanf(strrchr(link.reason, ' '), "%u", &most), 1);
    assert_in_range(most, 1, depth - 1);
    return most;
}

typedef void (*link_test)(const struct transport *transport, size_t waiting, bool crosses);

static void for_all(link_test test)
{
    size_t tried = 0;
    for (size_t i = 0; transports[i] != NULL; i++) {
        for (size_t waiting = 0; waiting < 3; waiting++) {
            if (makes_sense(transports[i], waiting)) {
                test(transports[i], waiting, false);
                test(transports[i], waiting, true);
                tried += 2;
            }
        }
    }
    assert_int_equal(tried, 2 * (1 + 3 + 3 + 3 + 1 + 2 + 3));
}

/* ---- The other side ------------------------------------------------------------------------------------ */

/* Answers each word with its complement, so that an echo is no answer. */
static int serve(struct link *link)
{
    uint64_t word;
    enum moved moved;
    while ((moved = link->transport->receive(link, SERVER, &word)) == MOVED) {
        if (link->transport->send(link, SERVER, ~word) != MOVED) {
            return 2;
        }
    }
    return moved == ENDED ? 0 : 3;
}

struct peer {
    struct link *link;
    struct process process;
    pthread_t thread;
    int (*serve)(struct link *link);
};

static void *peer_main(void *context)
{
    struct peer *peer = context;
    return (void *)(intptr_t)peer->serve(peer->link);
}

static void peer_start(struct peer *peer, struct link *link, int (*program)(struct link *link))
{
    *peer = (struct peer){ .link = link, .serve = program };
    if (link->crosses) {
        assert_true(process_start(&peer->process, link, program));
    } else {
        assert_int_equal(pthread_create(&peer->thread, NULL, peer_main, peer), 0);
    }
}

/* What the other side's program returned. */
static int peer_end(struct peer *peer)
{
    if (peer->link->crosses) {
        siginfo_t end = process_reap(&peer->process);
        assert_int_equal(end.si_code, CLD_EXITED);
        return end.si_status;
    }
    void *status;
    pthread_join(peer->thread, &status);
    return (int)(intptr_t)status;
}

/* ---- The tests ----------------------------------------------------------------------------------------- */

static uint64_t nth(uint64_t n)
{
    return n * UINT64_C(0x9E3779B97F4A7C15);
}

static void exchange(struct link *link, uint64_t total)
{
    uint64_t sent = 0, received = 0, word;
    while (received < total) {
        while (sent < total && sent - received < link->depth) {
            assert_int_equal(link->transport->send(link, DRIVER, nth(sent++)), MOVED);
        }
        assert_int_equal(link->transport->receive(link, DRIVER, &word), MOVED);
        assert_true(word == ~nth(received));
        received++;
    }
}

static void pass_words(const struct transport *transport, size_t waiting, bool crosses)
{
    static const uint32_t depths[] = { 1, 2, 7, 100, DEPTH_MOST };
    for (size_t i = 0; i < sizeof depths / sizeof depths[0]; i++) {
        struct link link;
        struct peer peer;
        open_link(&link, transport, waiting, crosses, most_depth(transport, depths[i]));
        peer_start(&peer, &link, serve);
        exchange(&link, 20 + 2 * depths[i]);
        assert_int_equal(transport->queued(&link, DRIVER), 0);
        transport->close(&link, DRIVER);
        assert_int_equal(peer_end(&peer), 0);
        link_release(&link);
    }
}

static void words_come_in_order_at_every_depth(void **state)
{
    (void)state;
    for_all(pass_words);
}

/* Both rings and pipes go around: more words than any of them has room for. */
static void wrap_around(const struct transport *transport, size_t waiting, bool crosses)
{
    struct link link;
    struct peer peer;
    open_link(&link, transport, waiting, crosses, most_depth(transport, 64));
    peer_start(&peer, &link, serve);
    exchange(&link, BOX_ROOM + 17);
    transport->close(&link, DRIVER);
    assert_int_equal(peer_end(&peer), 0);
    link_release(&link);
}

static void more_words_than_there_is_room_pass_one_behind_the_other(void **state)
{
    (void)state;
    for_all(wrap_around);
}

/* Waits until the other side is asleep in the kernel: its state is S. */
static void wait_until_asleep(const struct peer *peer)
{
    char path[64], line[256];
    int tid = 0;
    for (int tries = 0; tries < 20000; tries++) {
        (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)peer->process.pid);
        FILE *file = fopen(path, "re");
        assert_non_null(file);
        assert_non_null(fgets(line, sizeof line, file));
        fclose(file);
        const char *bracket = strrchr(line, ')');
        assert_non_null(bracket);
        if (bracket[2] == 'S') {
            return;
        }
        usleep(500);
    }
    fail_msg("process %d does not go to sleep (%d)", (int)peer->process.pid, tid);
}

static void close_wakes(const struct transport *transport, size_t waiting, bool crosses)
{
    struct link link;
    struct peer peer;
    open_link(&link, transport, waiting, crosses, 1);
    peer_start(&peer, &link, serve);
    if (crosses && waiting != SPIN) {
        wait_until_asleep(&peer);
    } else {
        usleep(1000); /* it is in its receive by now, or gets there and finds the link closed: both must end */
    }
    transport->close(&link, DRIVER);
    assert_int_equal(peer_end(&peer), 0);
    link_release(&link);
}

static void closing_ends_a_receive_that_waits(void **state)
{
    (void)state;
    for_all(close_wakes);
}

/* Takes nothing until it is closed: what was sent before is still there. */
static int serve_late(struct link *link)
{
    uint64_t word;
    while (link->transport->queued(link, SERVER) < 5) {
        usleep(200);
    }
    usleep(2000);
    for (uint64_t i = 0; i < 5; i++) {
        if (link->transport->receive(link, SERVER, &word) != MOVED || word != nth(i)) {
            return 2;
        }
    }
    return link->transport->receive(link, SERVER, &word) == ENDED ? 0 : 3;
}

static void close_behind_words(const struct transport *transport, size_t waiting, bool crosses)
{
    struct link link;
    struct peer peer;
    open_link(&link, transport, waiting, crosses, 5);
    peer_start(&peer, &link, serve_late);
    for (uint64_t i = 0; i < 5; i++) {
        assert_int_equal(transport->send(&link, DRIVER, nth(i)), MOVED);
    }
    transport->close(&link, DRIVER);
    assert_int_equal(peer_end(&peer), 0);
    link_release(&link);
}

static void closing_is_in_order_behind_what_was_sent(void **state)
{
    (void)state;
    for_all(close_behind_words);
}

/* Answers without a question, and is gone. */
static int answer_and_leave(struct link *link)
{
    for (uint64_t i = 0; i < 3; i++) {
        (void)link->transport->send(link, SERVER, nth(i));
    }
    return 7;
}

static void server_leaves(const struct transport *transport, size_t waiting, bool crosses)
{
    struct link link;
    struct peer peer;
    uint64_t word;
    if (!crosses) {
        return; /* a thread does not die alone */
    }
    open_link(&link, transport, waiting, crosses, 3);
    peer_start(&peer, &link, answer_and_leave);
    for (uint64_t i = 0; i < 3; i++) {
        assert_int_equal(transport->receive(&link, DRIVER, &word), MOVED);
        assert_true(word == nth(i));
    }
    assert_int_equal(transport->receive(&link, DRIVER, &word), ENDED);
    /* Nobody reads it: it is refused or lost, but kills nobody and waits for nobody. */
    for (uint64_t i = 0; i < 3; i++) {
        enum moved moved = transport->send(&link, DRIVER, i);
        assert_true(moved == MOVED || moved == ENDED);
    }
    assert_int_equal(peer_end(&peer), 7);
    link_release(&link);
}

static void the_end_of_a_server_is_seen_behind_its_last_word(void **state)
{
    (void)state;
    for_all(server_leaves);
}

/* Killed at some instruction in the middle of many round trips. */
static void *kill_soon(void *context)
{
    const struct peer *peer = context;
    usleep(3000);
    kill(peer->process.pid, SIGKILL);
    return NULL;
}

static void kill_server(const struct transport *transport, size_t waiting, bool crosses)
{
    for (int round = 0; crosses && round < 5; round++) {
        struct link link;
        struct peer peer;
        pthread_t killer;
        uint64_t word;
        enum moved moved = MOVED;
        open_link(&link, transport, waiting, crosses, 1);
        peer_start(&peer, &link, serve);
        assert_int_equal(pthread_create(&killer, NULL, kill_soon, &peer), 0);
        while (moved == MOVED) {
            moved = transport->send(&link, DRIVER, 1);
            moved = moved == MOVED ? transport->receive(&link, DRIVER, &word) : moved;
        }
        assert_int_equal(moved, ENDED);
        pthread_join(killer, NULL);
        siginfo_t end = process_reap(&peer.process);
        assert_int_equal(end.si_code, CLD_KILLED);
        assert_int_equal(end.si_status, SIGKILL);
        link_release(&link);
    }
}

static void a_killed_server_is_noticed_in_every_transport(void **state)
{
    (void)state;
    for_all(kill_server);
}

/* Both mutexes are its own when it dies. */
static int die_with_mutexes(struct link *link)
{
    pthread_mutex_lock(&link->boxes[DRIVER].mutex);
    pthread_mutex_lock(&link->boxes[SERVER].mutex);
    raise(SIGKILL);
    return 0;
}

static void who_dies_with_a_mutex_does_not_keep_the_other_out(void **state)
{
    struct link link;
    struct peer peer;
    uint64_t word;
    (void)state;
    open_link(&link, &transport_condition, BLOCK, true, 1);
    peer_start(&peer, &link, die_with_mutexes);
    assert_int_equal(transport_condition.receive(&link, DRIVER, &word), ENDED);
    assert_int_equal(transport_condition.send(&link, DRIVER, 1), MOVED);
    (void)process_reap(&peer.process);
    link_release(&link);
}

static void combinations_without_sense_are_named(void **state)
{
    struct link link;
    size_t refused = 0;
    (void)state;
    for (size_t i = 0; transports[i] != NULL; i++) {
        for (size_t waiting = 0; waiting < 3; waiting++) {
            struct link_options options = { transports[i]->name, waitings[waiting], true, 1 };
            if (!makes_sense(transports[i], waiting)) {
                char words[80];
                assert_false(link_open(&link, &options));
                (void)snprintf(words, sizeof words, "transport=%s with wait=%s makes no sense: ", options.transport,
                               options.waiting);
                assert_memory_equal(link.reason, words, strlen(words));
                assert_true(strlen(link.reason) > strlen(words));
                link_release(&link);
                refused++;
            }
        }
    }
    assert_int_equal(refused, 5);
}

/* Sends how many descriptors it has open. */
static int count_descriptors(struct link *link)
{
    uint64_t open = 0, word;
    for (int fd = 0; fd < 1024; fd++) {
        open += fcntl(fd, F_GETFD) >= 0;
    }
    (void)link->transport->send(link, SERVER, open);
    return link->transport->receive(link, SERVER, &word) == ENDED ? 0 : 1;
}

static void a_process_has_its_side_of_the_link_and_nothing_else(void **state)
{
    static const struct {
        const struct transport *transport;
        uint64_t descriptors;
    } cases[] = { { &transport_condition, 0 }, { &transport_pipe, 2 },  { &transport_socketpair, 1 },
                  { &transport_eventfd, 2 },   { &transport_futex, 0 }, { &transport_ring, 0 },
                  { &transport_mqueue, 2 } };
    int others[2];
    (void)state;
    assert_int_equal(pipe(others), 0); /* open across exec, as a library's may be */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct link link;
        struct peer peer;
        uint64_t open = 99;
        open_link(&link, cases[i].transport, makes_sense(cases[i].transport, BLOCK) ? BLOCK : SPIN_THEN_BLOCK, true, 1);
        peer_start(&peer, &link, count_descriptors);
        assert_int_equal(cases[i].transport->receive(&link, DRIVER, &open), MOVED);
        assert_int_equal(open, cases[i].descriptors);
        cases[i].transport->close(&link, DRIVER);
        assert_int_equal(peer_end(&peer), 0);
        link_release(&link);
    }
    close(others[0]);
    close(others[1]);
}

static void placement_stays_among_the_allowed_processors(void **state)
{
    static const char *const names[] = { "free", "same", "other" };
    char reason[200];
    cpu_set_t before;
    (void)state;
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    for (uint32_t number = 0; number < 5; number++) {
        for (size_t i = 0; i < 3; i++) {
            struct placement placement;
            bool chosen = placement_choose(&placement, names[i], number, reason, sizeof reason);
            if (i == 2 && CPU_COUNT(&before) < 2) {
                assert_false(chosen);
                continue;
            }
            assert_true(chosen);
            assert_true(i == 0 ? placement.driver == -1 && placement.server == -1
                               : CPU_ISSET((size_t)placement.driver, &before) &&
                                     CPU_ISSET((size_t)placement.server, &before) &&
                                     (i == 1) == (placement.driver == placement.server));
        }
    }
}

static void other_needs_two_processors(void **state)
{
    char reason[200], words[100];
    cpu_set_t before;
    struct placement first, placement;
    (void)state;
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    assert_true(placement_choose(&first, "same", 0, reason, sizeof reason));
    assert_true(placement_pin(first.driver, 0));
    assert_false(placement_choose(&placement, "other", 0, reason, sizeof reason));
    (void)snprintf(words, sizeof words,
                   "placement=other needs two processors, and this process may use one: processor %d", first.driver);
    assert_string_equal(reason, words);
    placement_restore(&first);
    cpu_set_t after;
    assert_int_equal(sched_getaffinity(0, sizeof after, &after), 0);
    assert_true(CPU_EQUAL(&before, &after));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_come_in_order_at_every_depth),
        cmocka_unit_test(more_words_than_there_is_room_pass_one_behind_the_other),
        cmocka_unit_test(closing_ends_a_receive_that_waits),
        cmocka_unit_test(closing_is_in_order_behind_what_was_sent),
        cmocka_unit_test(the_end_of_a_server_is_seen_behind_its_last_word),
        cmocka_unit_test(a_killed_server_is_noticed_in_every_transport),
        cmocka_unit_test(who_dies_with_a_mutex_does_not_keep_the_other_out),
        cmocka_unit_test(combinations_without_sense_are_named),
        cmocka_unit_test(a_process_has_its_side_of_the_link_and_nothing_else),
        cmocka_unit_test(placement_stays_among_the_allowed_processors),
        cmocka_unit_test(other_needs_two_processors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
