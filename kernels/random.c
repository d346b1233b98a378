/* Random numbers by message, from a course lab on measuring programs: a thread waits on a queue for an integer i and
 * answers with an array of i uniform doubles in [0, 1); the driver sends 0, 1, ..., n-1 and takes each array before it
 * sends the next number. An iteration is the lab's whole program: it makes the thread, gets its numbers, sends STOP and
 * joins, so that nothing is left between iterations, whatever ended them. Every step is a function of its own: a
 * profile shows what of the time is numbers, what is copying, and what is waiting for each other.
 *
 * An answer is the numbers as whole multiples of 2^-53, which they are. */
#include <assay/kernel.h>

#include "generators/mt19937.h"
#include "generators/splitmix64.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

/* A function that the compiler neither inlines nor clones: profiles and layouts find it under its name. */
#if defined(__GNUC__) && !defined(__clang__)
#define APART __attribute__((noipa))
#else
#define APART __attribute__((noinline))
#endif

/* ---- Generators -------------------------------------------------------------------------------------- */

struct generator {
    bool mersenne;
    struct splitmix64 splitmix64;
    struct mt19937 mt19937;
};

static APART double next_double(struct generator *self)
{
    return self->mersenne ? mt19937_double(&self->mt19937) : splitmix64_double(&self->splitmix64);
}

static void generator_init(struct generator *self, bool mersenne, uint64_t seed)
{
    self->mersenne = mersenne;
    splitmix64_seed(&self->splitmix64, seed);
    mt19937_seed(&self->mt19937, seed);
}

/* ---- Messages and queues ----------------------------------------------------------------------------- */

enum what { NUMBERS, STOP, NO_MEMORY };

struct message {
    struct message *next;
    enum what what;
    size_t count;
    double *numbers; /* of an answer; the taker's */
};

/* First in, first out, without bound; the messages are its senders'. */
struct queue {
    pthread_mutex_t mutex;
    pthread_cond_t filled;
    struct message *first;
    struct message *last;
};

static APART void queue_push(struct queue *self, struct message *message)
{
    message->next = NULL;
    pthread_mutex_lock(&self->mutex);
    if (self->first == NULL) {
        self->first = message;
    } else {
        self->last->next = message;
    }
    self->last = message;
    pthread_cond_signal(&self->filled);
    pthread_mutex_unlock(&self->mutex);
}

/* Waits until there is one. */
static APART struct message *queue_pop(struct queue *self)
{
    pthread_mutex_lock(&self->mutex);
    while (self->first == NULL) {
        pthread_cond_wait(&self->filled, &self->mutex);
    }
    struct message *message = self->first;
    self->first = message->next;
    pthread_mutex_unlock(&self->mutex);
    return message;
}

static void queue_init(struct queue *self)
{
    *self = (struct queue){ .mutex = PTHREAD_MUTEX_INITIALIZER, .filled = PTHREAD_COND_INITIALIZER };
}

static void queue_release(struct queue *self)
{
    pthread_cond_destroy(&self->filled);
    pthread_mutex_destroy(&self->mutex);
}

/* ---- The two sides ----------------------------------------------------------------------------------- */

struct state {
    const struct assay_host *host;
    struct queue requests;
    struct queue answers;
    bool mersenne;
    bool shows;
    uint64_t seed;
    size_t arrays;   /* n: of 0, 1, ..., n-1 numbers */
    double *numbers; /* of the last iteration, one array behind the other */
    size_t received;
};

static APART void fill(struct generator *generator, double *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        numbers[i] = next_double(generator);
    }
}

/* The thread: a message becomes its own answer, until STOP, which has none. */
static APART void *serve(void *context)
{
    struct state *self = context;
    struct generator generator;
    generator_init(&generator, self->mersenne, self->seed);
    for (;;) {
        struct message *message = queue_pop(&self->requests);
        if (message->what == STOP) {
            return NULL;
        }
        message->numbers = message->count > 0 ? malloc(message->count * sizeof *message->numbers) : NULL;
        if (message->numbers == NULL && message->count > 0) {
            message->what = NO_MEMORY;
        } else {
            fill(&generator, message->numbers, message->count);
        }
        queue_push(&self->answers, message);
    }
}

/* Copies an array to those that came before, and frees it. */
static APART void keep(struct state *self, struct message *message)
{
    if (message->count > 0) {
        memcpy(self->numbers + self->received, message->numbers, message->count * sizeof *self->numbers);
    }
    self->received += message->count;
    free(message->numbers);
}

/* Asks for all arrays, one after the other. False: the thread had no memory for one. */
static APART bool drive(struct state *self)
{
    self->received = 0;
    for (size_t i = 0; i < self->arrays; i++) {
        struct message request = { NULL, NUMBERS, i, NULL };
        queue_push(&self->requests, &request);
        struct message *answer = queue_pop(&self->answers);
        if (answer->what != NUMBERS) {
            return false;
        }
        keep(self, answer);
    }
    return true;
}

static int random_run(void *state, uint64_t iterations)
{
    struct state *self = state;
    for (uint64_t i = 0; i < iterations; i++) {
        pthread_t thread;
        struct message stop = { NULL, STOP, 0, NULL };
        if (pthread_create(&thread, NULL, serve, self) != 0) {
            self->host->fail(self->host->context, "cannot make a thread");
            return 1;
        }
        bool all = drive(self);
        queue_push(&self->requests, &stop);
        pthread_join(thread, NULL);
        if (!all) {
            self->host->fail(self->host->context, "out of memory for an array of numbers");
            return 1;
        }
    }
    return 0;
}

/* ---- A state and its life ---------------------------------------------------------------------------- */

static size_t total_of(uint64_t arrays)
{
    return (size_t)(arrays > 0 ? arrays * (arrays - 1) / 2 : 0);
}

static void random_teardown(void *state)
{
    struct state *self = state;
    queue_release(&self->requests);
    queue_release(&self->answers);
    free(self->numbers);
    free(self);
}

static int random_setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,
                        void **state)
{
    struct state *self = calloc(1, sizeof *self);
    if (self == NULL) {
        host->fail(host->context, "out of memory");
        return 1;
    }
    queue_init(&self->requests);
    queue_init(&self->answers);
    self->host = host;
    self->arrays = (size_t)assay_argument_integer(arguments, "n");
    self->mersenne = assay_argument_is(arguments, "generator", "mt19937");
    self->shows = assay_argument_is(arguments, "show_output", "true");
    self->seed = assay_argument_integer(arguments, "seed");
    if (self->seed == 0) {
        self->seed = seed;
    }
    self->numbers = malloc((total_of(self->arrays) + 1) * sizeof *self->numbers);
    if (self->numbers == NULL) {
        host->fail(host->context, "out of memory");
        random_teardown(self);
        return 1;
    }
    *state = self;
    return 0;
}

/* As the lab prints them, but after the clock has stopped. */
static void show(const struct state *self)
{
    const double *number = self->numbers;
    for (size_t i = 0; i < self->arrays; i++) {
        printf("%zu: [", i);
        for (size_t k = 0; k < i; k++) {
            printf("%s%.17g", k > 0 ? ", " : "", *number++);
        }
        printf("]\n");
    }
    fflush(stdout);
}

static int random_answer(void *state, const struct assay_sink *sink)
{
    struct state *self = state;
    for (size_t i = 0; i < self->received; i++) {
        sink->integer(sink->context, (uint64_t)(self->numbers[i] * 0x1p53));
    }
    if (self->shows) {
        show(self);
    }
    return 0;
}

static int random_expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    expected->known = ASSAY_KNOWS_COUNT;
    expected->count = total_of(assay_argument_integer(arguments, "n"));
    expected->source = "0 + 1 + ... + (n-1) numbers";
    return 0;
}

/* Least: splitmix64 needs an addition, three shifts, three exclusive ors and two multiplications a number; mt19937
 * more. */
static int random_work(const struct assay_arguments *arguments, struct assay_work *work)
{
    work->items = (double)total_of(assay_argument_integer(arguments, "n"));
    work->bytes = work->items * (double)sizeof(double);
    work->least_operations = 9.0 * work->items;
    return 0;
}

/* ---- The kernel -------------------------------------------------------------------------------------- */

#define PARAMETER .struct_size = (uint32_t)sizeof(struct assay_parameter)

static const char *const generators[] = { "splitmix64", "mt19937", NULL };
static const struct assay_parameter arrays = {
    PARAMETER,         .type = ASSAY_INTEGER, .name = "n",     .summary = "arrays of 0 to n-1 numbers",
    .fallback = "100", .least = "0",          .most = "10000",
};
static const struct assay_parameter generator = {
    PARAMETER,
    .type = ASSAY_CHOICE,
    .name = "generator",
    .summary = "where the numbers come from",
    .fallback = "splitmix64",
    .choices = generators,
};
static const struct assay_parameter seed = {
    PARAMETER,       .type = ASSAY_INTEGER, .name = "seed", .summary = "the generator's; 0: that of the process",
    .fallback = "0",
};
static const struct assay_parameter show_output = {
    PARAMETER,
    .type = ASSAY_FLAG,
    .name = "show_output",
    .summary = "print the arrays of every batch's last iteration",
    .fallback = "false",
};
static const struct assay_parameter *const parameters[] = { &arrays, &generator, &seed, &show_output, NULL };
static const char *const tags[] = { "random", "message", "threads", "lab", NULL };

static const struct assay_kernel list_by_thread = {
    .struct_size = (uint32_t)sizeof(struct assay_kernel),
    .flags = ASSAY_DETERMINISTIC | ASSAY_MAKES_THREADS,
    .name = "random.list_by_thread",
    .summary = "asks a thread for arrays of random numbers, one after the other",
    .version = "1.0.0",
    .tags = tags,
    .parameters = parameters,
    .setup = random_setup,
    .run = random_run,
    .answer = random_answer,
    .teardown = random_teardown,
    .expect = random_expect,
    .work = random_work,
};

ASSAY_PLUGIN(&list_by_thread)
