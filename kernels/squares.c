/* Squares by message, from a course lab on measuring programs: one side sends the integers 0 to 9, the other sends
 * their squares back. An iteration is these ten round trips. The kernels differ in who the other side is and in how it
 * ends, which is the lab's: see the three services below. How a message gets across is transport/'s business.
 *
 * A server lives as long as its state, so that a round trip is two messages and a multiplication, and nothing else. A
 * message is one 64-bit word: what is asked is below 2^32, because it is 0 to 9, so every square fits. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <assay/kernel.h>

#include "transport/link.h"
#include "transport/placement.h"
#include "transport/process.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

/* A function that the compiler neither inlines nor clones: profiles and layouts find it under its name. */
#if defined(__GNUC__) && !defined(__clang__)
#define APART __attribute__((noipa))
#else
#define APART __attribute__((noinline))
#endif

enum { NUMBERS = 10 };
/* Round trips of a batch whose times are kept: a document shall not grow with the speed of a transport. */
enum { TIMES_MOST = 4096 };
/* No number that is asked for, and no square of one. */
#define STOP UINT64_MAX

struct state {
    const struct assay_host *host;
    const struct service *service;
    struct link link;
    struct placement placement;
    struct process process; /* the server, if it is one */
    pthread_t thread;       /* else */
    bool shows;
    uint64_t squares[NUMBERS];   /* of the last iteration */
    uint64_t stride;             /* each so-manieth round trip is timed */
    int64_t sent_ns[DEPTH_MOST]; /* of those under way that are timed, in turn */
    double times_ns[TIMES_MOST];
    size_t time_count;
};

/* Who the other side is, from its beginning to its end. */
struct service {
    const char *server; /* in messages */
    bool is_process;
    int (*serve)(struct link *link);  /* the other side's program; its exit status. Only STOP and ENDED end it */
    bool (*end)(struct state *state); /* the clean end; false after fail() */
};

static __attribute__((format(printf, 2, 3))) bool fail(struct state *self, const char *format, ...)
{
    char words[320];
    int kept = errno;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    self->host->fail(self->host->context, words);
    errno = kept;
    return false;
}

/* ---- The servers --------------------------------------------------------------------------------------- */

static APART bool answer_one(struct link *link, uint64_t number)
{
    return link->transport->send(link, SERVER, number * number) == MOVED;
}

/* Of the channel: as long as it is open. */
static APART int serve_while_open(struct link *link)
{
    for (uint64_t number;;) {
        enum moved moved = link->transport->receive(link, SERVER, &number);
        if (moved == ENDED) {
            return 0;
        }
        if (moved != MOVED || !answer_one(link, number)) {
            return 1;
        }
    }
}

/* Of the process behind queues: it has no way to stop. */
static APART int serve_for_ever(struct link *link)
{
    for (uint64_t number;;) {
        if (link->transport->receive(link, SERVER, &number) != MOVED || !answer_one(link, number)) {
            return 1;
        }
    }
}

/* Of the thread behind queues: until STOP, which has no answer. */
static APART int serve_until_stop(struct link *link)
{
    for (uint64_t number;;) {
        if (link->transport->receive(link, SERVER, &number) != MOVED) {
            return 1;
        }
        if (number == STOP) {
            return 0;
        }
        if (!answer_one(link, number)) {
            return 1;
        }
    }
}

/* ---- Their ends ---------------------------------------------------------------------------------------- */

/* Reaps the server; false unless it ended by just this. */
static bool ended_by(struct state *self, int code, int status)
{
    char words[80];
    siginfo_t end = process_reap(&self->process);
    if (end.si_code == code && end.si_status == status) {
        return true;
    }
    process_end_words(words, sizeof words, &end);
    return fail(self, "%s %s at its end", self->service->server, words);
}

/* Closing reaches the server where it waits, which is in a receive. */
static bool end_by_closing(struct state *self)
{
    self->link.transport->close(&self->link, DRIVER);
    return ended_by(self, CLD_EXITED, 0);
}

/* Only here is a death by SIGTERM clean, and only this one: not that of a server which was dead before. */
static bool end_by_terminating(struct state *self)
{
    bool early = process_has_ended(&self->process);
    (void)kill(self->process.pid, SIGTERM);
    bool clean = ended_by(self, CLD_KILLED, SIGTERM);
    return clean && early ? fail(self, "%s was terminated before its end", self->service->server) : clean;
}

/* STOP is behind all work; then there is no thread, and nothing to receive. */
static bool end_by_stop(struct state *self)
{
    void *status = NULL;
    (void)self->link.transport->send(&self->link, DRIVER, STOP);
    pthread_join(self->thread, &status);
    size_t left = self->link.transport->queued(&self->link, DRIVER);
    if (status != NULL) {
        return fail(self, "%s ended by itself", self->service->server);
    }
    return left == 0 || fail(self, "%s left %zu messages in its output queue", self->service->server, left);
}

static const struct service channel = { "the channel's worker", true, serve_while_open, end_by_closing };
static const struct service process_queue = { "the queues' process", true, serve_for_ever, end_by_terminating };
static const struct service thread_queue = { "the queues' thread", false, serve_until_stop, end_by_stop };

/* ---- The driver ---------------------------------------------------------------------------------------- */

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Why a message did not get across. Always false. */
static bool fail_message(struct state *self, enum moved moved)
{
    char words[80] = "has closed its side";
    if (moved == BROKEN) {
        return fail(self, "transport=%s: a message did not get across: %s", self->link.transport->name,
                    strerror(errno));
    }
    if (self->service->is_process) {
        process_words(words, sizeof words, &self->process);
    }
    return fail(self, "%s %s in the middle of its work", self->service->server, words);
}

/* Sends the numbers 0 to 9, so many times as it takes for `total` messages, and receives their squares; never with more
 * than depth under way. What is timed is from before its send to after its receipt. */
static APART bool drive(struct state *self, uint64_t total)
{
    struct link *link = &self->link;
    uint64_t sent = 0, received = 0, next_out = 0, next_in = 0;
    size_t begun = 0;
    enum moved moved;
    while (received < total) {
        while (sent < total && sent - received < link->depth) {
            if (sent == next_out) {
                self->sent_ns[begun++ % DEPTH_MOST] = now_ns();
                next_out += self->stride;
            }
            if ((moved = link->transport->send(link, DRIVER, sent % NUMBERS)) != MOVED) {
                return fail_message(self, moved);
            }
            sent++;
        }
        if ((moved = link->transport->receive(link, DRIVER, &self->squares[received % NUMBERS])) != MOVED) {
            return fail_message(self, moved);
        }
        if (received == next_in) {
            self->times_ns[self->time_count] = (double)(now_ns() - self->sent_ns[self->time_count % DEPTH_MOST]);
            self->time_count++;
            next_in += self->stride;
        }
        received++;
    }
    return true;
}

/* Each so-manieth round trip, so that TIMES_MOST are enough for all of them; not each tenth, nor any other number that
 * would time some of 0 to 9 and never the others. */
static uint64_t stride_of(uint64_t iterations)
{
    uint64_t total = iterations * NUMBERS;
    uint64_t stride = total / TIMES_MOST + (total % TIMES_MOST != 0);
    while (stride % 2 == 0 || stride % 5 == 0) {
        stride++;
    }
    return stride;
}

/* Where the present thread was pinned last. A batch's thread may be another one in each batch. */
static __thread int pinned_to = -1;

static bool pin_driver(struct state *self)
{
    int processor = self->placement.driver;
    if (processor == pinned_to) {
        return true;
    }
    if (!placement_pin(processor, 0)) {
        return fail(self, "cannot run on processor %d: %s", processor, strerror(errno));
    }
    pinned_to = processor;
    return true;
}

/* With one state the batch's thread is this one, and run finds nothing to do. */
static int square_prepare(void *state, uint64_t iterations)
{
    struct state *self = state;
    self->stride = stride_of(iterations);
    self->time_count = 0;
    return pin_driver(self) ? 0 : 1;
}

static int square_run(void *state, uint64_t iterations)
{
    struct state *self = state;
    return pin_driver(self) && drive(self, iterations * NUMBERS) ? 0 : 1;
}

/* ---- A state and its life ------------------------------------------------------------------------------ */

static void *thread_main(void *context)
{
    static char failed;
    struct state *self = context;
    if (placement_pin(self->placement.server, 0) && self->service->serve(&self->link) == 0) {
        return NULL;
    }
    self->link.transport->close(&self->link, SERVER);
    return &failed;
}

/* Ends a server that did not answer as it should. */
static void abandon_server(struct state *self)
{
    if (self->service->is_process) {
        (void)kill(self->process.pid, SIGKILL);
        (void)process_reap(&self->process);
    } else {
        (void)self->link.transport->send(&self->link, DRIVER, STOP);
        pthread_join(self->thread, NULL);
    }
}

/* Starts the server. False, and there is none. */
static bool start_server(struct state *self)
{
    if (!self->service->is_process) {
        int code = pthread_create(&self->thread, NULL, thread_main, self);
        errno = code != 0 ? code : errno;
        return code == 0 || fail(self, "cannot make a thread: %s", strerror(code));
    }
    if (!process_start(&self->process, &self->link, self->service->serve)) {
        return fail(self, "%s", self->link.reason);
    }
    if (!placement_pin(self->placement.server, self->process.pid)) {
        fail(self, "cannot run on processor %d: %s", self->placement.server, strerror(errno));
        abandon_server(self);
        return false;
    }
    return true;
}

/* What the parameters ask for makes sense, each alone and all together. */
static bool choose(struct state *self, const struct assay_arguments *arguments)
{
    char reason[200];
    const char *placement = assay_argument_text(arguments, "placement");
    bool spins = assay_argument_is(arguments, "wait", "spin");
    if (!placement_choose(&self->placement, placement, self->host->thread, reason, sizeof reason)) {
        return fail(self, "%s", reason);
    }
    if (spins && strcmp(placement, "same") == 0) {
        return fail(self, "placement=same with wait=spin makes no sense: who spins keeps the other from the processor");
    }
    if (spins && self->placement.allowed_count < 2) {
        return fail(self, "wait=spin needs two processors, and this process may use one");
    }
    return true;
}

static void square_teardown(void *state)
{
    struct state *self = state;
    (void)self->service->end(self);
    link_release(&self->link);
    placement_restore(&self->placement);
    pinned_to = -1;
    free(self);
}

/* Ends with one round trip: the server is there, and both have touched what they will use. */
static int square_setup(const struct service *service, const struct assay_host *host,
                        const struct assay_arguments *arguments, void **state)
{
    struct link_options options = { .transport = assay_argument_text(arguments, "transport"),
                                    .waiting = assay_argument_text(arguments, "wait"),
                                    .crosses = service->is_process,
                                    .depth = (uint32_t)assay_argument_integer(arguments, "depth") };
    struct state *self = calloc(1, sizeof *self);
    if (self == NULL) {
        host->fail(host->context, "out of memory");
        return 1;
    }
    self->host = host;
    self->service = service;
    self->shows = assay_argument_is(arguments, "show_output", "true");
    self->stride = 1;
    if (!link_open(&self->link, &options)) {
        fail(self, "%s", self->link.reason);
    } else if (choose(self, arguments) && start_server(self)) {
        if (drive(self, 1)) {
            *state = self;
            return 0;
        }
        abandon_server(self);
    }
    int kept = errno;
    link_release(&self->link);
    free(self);
    errno = kept;
    return 1;
}

static int channel_setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,
                         void **state)
{
    (void)seed; /* the numbers are always the same */
    return square_setup(&channel, host, arguments, state);
}

static int process_queue_setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,
                               void **state)
{
    (void)seed;
    return square_setup(&process_queue, host, arguments, state);
}

static int thread_queue_setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,
                              void **state)
{
    (void)seed;
    return square_setup(&thread_queue, host, arguments, state);
}

/* Prints as the lab does, but after the clock has stopped. */
static int square_answer(void *state, const struct assay_sink *sink)
{
    struct state *self = state;
    sink->integers(sink->context, self->squares, NUMBERS);
    if (sink->observe != NULL) {
        sink->observe(sink->context, 0, self->times_ns, self->time_count);
    }
    for (int i = 0; self->shows && i < NUMBERS; i++) {
        printf("%d squared is %llu\n", i, (unsigned long long)self->squares[i]);
    }
    return self->shows && fflush(stdout) != 0 ? !fail(self, "cannot print: %s", strerror(errno)) : 0;
}

static int square_expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    (void)arguments;
    expected->known = ASSAY_KNOWS_COUNT | ASSAY_KNOWS_SUM;
    expected->count = NUMBERS;
    expected->sum = 9 * (9 + 1) * (2 * 9 + 1) / 6;
    expected->source = "n squared, n = 0..9 (arithmetic: sum 285)";
    return 0;
}

/* Least: to put down a word and to find it, on either way, and a multiplication. */
static int square_work(const struct assay_arguments *arguments, struct assay_work *work)
{
    (void)arguments;
    work->items = NUMBERS;
    work->least_operations = 5.0 * NUMBERS;
    return 0;
}

/* ---- The kernels --------------------------------------------------------------------------------------- */

#define PARAMETER .struct_size = (uint32_t)sizeof(struct assay_parameter)

static const char *const transport_names[] = { "condition", "pipe", "socketpair", "eventfd",
                                               "futex",     "ring", "mqueue",     NULL };
static const char *const placement_names[] = { "free", "same", "other", NULL };
static const char *const wait_names[] = { "usual", "block", "spin", "spin_then_block", NULL };

#define TRANSPORT(name_, fallback_)                                                                                    \
    static const struct assay_parameter name_ = { PARAMETER,                                                           \
                                                  .type = ASSAY_CHOICE,                                                \
                                                  .name = "transport",                                                 \
                                                  .summary = "how a message gets across",                              \
                                                  .fallback = fallback_,                                               \
                                                  .choices = transport_names }
TRANSPORT(channel_transport, "socketpair");
TRANSPORT(process_transport, "pipe");
TRANSPORT(thread_transport, "condition");

static const struct assay_parameter depth = {
    PARAMETER,       .type = ASSAY_INTEGER, .name = "depth", .summary = "numbers under way at a time, at most",
    .fallback = "1", .least = "1",          .most = "1024",
};
static const struct assay_parameter placement = {
    PARAMETER,
    .type = ASSAY_CHOICE,
    .name = "placement",
    .summary = "the two sides on the same processor, on other ones, or wherever the scheduler likes",
    .fallback = "free",
    .choices = placement_names,
};
static const struct assay_parameter wait_parameter = {
    PARAMETER,           .type = ASSAY_CHOICE,  .name = "wait", .summary = "what a receiver does until a message comes",
    .fallback = "usual", .choices = wait_names,
};
static const struct assay_parameter show_output = {
    PARAMETER,
    .type = ASSAY_FLAG,
    .name = "show_output",
    .summary = "print the squares of every batch's last iteration",
    .fallback = "false",
};

#define PARAMETERS(transport_)                                                                                         \
    {                                                                                                                  \
        &transport_, &depth, &placement, &wait_parameter, &show_output, NULL                                           \
    }
static const struct assay_parameter *const channel_parameters[] = PARAMETERS(channel_transport);
static const struct assay_parameter *const process_parameters[] = PARAMETERS(process_transport);
static const struct assay_parameter *const thread_parameters[] = PARAMETERS(thread_transport);

static const struct assay_measure round_trip = { (uint32_t)sizeof(struct assay_measure), ASSAY_LOWER, "round_trip",
                                                 "ns" };
static const struct assay_measure *const distributions[] = { &round_trip, NULL };
static const char *const process_tags[] = { "square", "message", "processes", "lab", NULL };
static const char *const thread_tags[] = { "square", "message", "threads", "lab", NULL };

/* Each state has a server of its own. The servers of FORKS are made by setup; the thread that watches for their death
 * does nothing. */
#define KERNEL(name_, summary_, flags_, tags_, parameters_, setup_)                                                    \
    {                                                                                                                  \
        .struct_size = (uint32_t)sizeof(struct assay_kernel), .flags = ASSAY_DETERMINISTIC | (flags_), .name = name_,  \
        .summary = summary_, .version = "1.0.0", .tags = tags_, .parameters = parameters_,                             \
        .distributions = distributions, .setup = setup_, .prepare = square_prepare, .run = square_run,                 \
        .answer = square_answer, .teardown = square_teardown, .expect = square_expect, .work = square_work,            \
    }

static const struct assay_kernel channel_kernel =
    KERNEL("square.channel", "squares by a worker in another process, behind a channel that is closed at the end",
           ASSAY_FORKS, process_tags, channel_parameters, channel_setup);
static const struct assay_kernel process_queue_kernel =
    KERNEL("square.process_queue", "squares by another process between two queues, which is terminated at the end",
           ASSAY_FORKS, process_tags, process_parameters, process_queue_setup);
static const struct assay_kernel thread_queue_kernel =
    KERNEL("square.thread_queue", "squares by a thread between two queues, until it gets STOP", ASSAY_MAKES_THREADS,
           thread_tags, thread_parameters, thread_queue_setup);

ASSAY_PLUGIN(&channel_kernel, &process_queue_kernel, &thread_queue_kernel)
