/* Well-behaved kernels that use all of the ABI: answers, texts, measures, distributions, threads, forks. Their answers
 * and what they must be are known by formula, so that tests need no other plug-in. */
#include <assay/kernel.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- good.sum: the numbers 1 to n; the answer is each of them, so count n and sum n(n+1)/2 -------------- */

struct sum {
    uint64_t limit;
    uint64_t *values;
    uint32_t thread;
};

static int sum_setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,
                     void **state)
{
    struct sum *sum = calloc(1, sizeof *sum);
    (void)seed;
    if (sum == NULL) {
        return -1;
    }
    sum->limit = assay_argument_integer(arguments, "limit");
    sum->thread = host->thread;
    sum->values = calloc(sum->limit + 1, sizeof *sum->values);
    if (sum->values == NULL) {
        free(sum);
        host->fail(host->context, "no memory for the numbers");
        return -1;
    }
    *state = sum;
    return 0;
}

static int sum_run(void *state, uint64_t iterations)
{
    struct sum *sum = state;
    for (uint64_t done = 0; done < iterations; done++) {
        for (uint64_t i = 0; i < sum->limit; i++) {
            sum->values[i] = i + 1;
        }
        assay_use(sum->values);
        ASSAY_COUNT(sum->limit);
    }
    return 0;
}

static int sum_answer(void *state, const struct assay_sink *sink)
{
    struct sum *sum = state;
    sink->integers(sink->context, sum->values, sum->limit);
    return 0;
}

static void sum_teardown(void *state)
{
    struct sum *sum = state;
    free(sum->values);
    free(sum);
}

static int sum_expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    uint64_t limit = assay_argument_integer(arguments, "limit");
    expected->known = ASSAY_KNOWS_COUNT | ASSAY_KNOWS_SUM;
    expected->count = limit;
    expected->sum = limit * (limit + 1) / 2;
    expected->source = "Gauss: n(n+1)/2";
    return 0;
}

static int sum_work(const struct assay_arguments *arguments, struct assay_work *work)
{
    work->items = (double)assay_argument_integer(arguments, "limit");
    work->bytes = 8 * work->items;
    work->least_operations = work->items / 8; /* a vector of stores is one */
    return 0;
}

static const struct assay_parameter sum_limit = {
    sizeof(struct assay_parameter), ASSAY_INTEGER, "limit", "the last number", "1_000", "0", "1e6", NULL
};
static const struct assay_parameter *const sum_parameters[] = { &sum_limit, NULL };
static const char *const sum_aliases[] = { "gauss", NULL };
static const char *const sum_tags[] = { "test", NULL };

static const struct assay_kernel sum_kernel = { .struct_size = sizeof(struct assay_kernel),
                                                .flags = ASSAY_DETERMINISTIC,
                                                .name = "good.sum",
                                                .aliases = sum_aliases,
                                                .summary = "writes the numbers 1 to limit",
                                                .version = "1.0.0",
                                                .tags = sum_tags,
                                                .parameters = sum_parameters,
                                                .setup = sum_setup,
                                                .run = sum_run,
                                                .answer = sum_answer,
                                                .teardown = sum_teardown,
                                                .expect = sum_expect,
                                                .work = sum_work };

/* ---- good.empty: nothing, for what the harness itself costs ------------------------------------------- */

static int empty_setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,
                       void **state)
{
    (void)host;
    (void)arguments;
    (void)seed;
    *state = NULL;
    return 0;
}

static int empty_run(void *state, uint64_t iterations)
{
    for (uint64_t i = 0; i < iterations; i++) {
        assay_use(state);
    }
    return 0;
}

static const struct assay_kernel empty_kernel = { .struct_size = sizeof(struct assay_kernel),
                                                  .flags = ASSAY_DETERMINISTIC,
                                                  .name = "good.empty",
                                                  .summary = "an empty loop",
                                                  .version = "1.0.0",
                                                  .setup = empty_setup,
                                                  .run = empty_run };

/* ---- good.talk: every type of parameter, texts as answer, measures and a distribution ----------------- */

struct talk {
    uint64_t lines;
    char greeting[64];
    int loud;
    double factor;
    uint64_t seed;
    uint64_t prepared;
    uint64_t batches;
};

static int talk_setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,
                      void **state)
{
    struct talk *talk = calloc(1, sizeof *talk);
    (void)host;
    if (talk == NULL) {
        return -1;
    }
    talk->lines = assay_argument_integer(arguments, "lines");
    talk->factor = assay_argument_real(arguments, "factor");
    talk->loud = assay_argument_is(arguments, "loud", "true");
    snprintf(talk->greeting, sizeof talk->greeting, "%s %s", assay_argument_text(arguments, "greeting"),
             assay_argument_text(arguments, "whom"));
    talk->seed = seed;
    *state = talk;
    return 0;
}

static int talk_prepare(void *state, uint64_t iterations)
{
    ((struct talk *)state)->prepared = iterations;
    return 0;
}

static int talk_run(void *state, uint64_t iterations)
{
    struct talk *talk = state;
    for (uint64_t i = 0; i < iterations; i++) {
        void *memory = malloc(32); /* what the counter of allocations shall see */
        assay_use(memory);
        free(memory);
    }
    talk->batches++;
    return talk->prepared == iterations ? 0 : -1;
}

static int talk_answer(void *state, const struct assay_sink *sink)
{
    struct talk *talk = state;
    char line[96];
    for (uint64_t i = 0; i < talk->lines; i++) {
        int length = snprintf(line, sizeof line, "%s%s", talk->greeting, talk->loud ? "!" : "");
        sink->text(sink->context, line, (size_t)length);
    }
    sink->integer(sink->context, talk->lines);
    const double observed[3] = { talk->factor, 2 * talk->factor, 3 * talk->factor };
    sink->observe(sink->context, 0, observed, 3);
    sink->measure(sink->context, 0, (double)talk->batches);
    sink->measure(sink->context, 1, talk->factor);
    return 0;
}

static int talk_expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    expected->known = ASSAY_KNOWS_COUNT | ASSAY_KNOWS_SUM;
    expected->sum = assay_argument_integer(arguments, "lines");
    expected->count = expected->sum + 1;
    expected->source = "as many lines as asked for, and their number";
    return 0;
}

static const char *const whom_choices[] = { "world", "moon", NULL };
static const struct assay_parameter talk_lines = {
    sizeof(struct assay_parameter), ASSAY_INTEGER, "lines", "how many lines", "3", "0", "1000", NULL
};
static const struct assay_parameter talk_factor = {
    sizeof(struct assay_parameter), ASSAY_REAL, "factor", "what is observed", "1.5", "0.5", "1e3", NULL
};
static const struct assay_parameter talk_whom = {
    sizeof(struct assay_parameter), ASSAY_CHOICE, "whom", "whom to greet", "world", NULL, NULL, whom_choices
};
static const struct assay_parameter talk_greeting = {
    sizeof(struct assay_parameter), ASSAY_TEXT, "greeting", "how to greet", "h\xc3\xa9llo, \"you\"", NULL, NULL, NULL
};
static const struct assay_parameter talk_loud = {
    sizeof(struct assay_parameter), ASSAY_FLAG, "loud", "with an exclamation mark", "false", NULL, NULL, NULL
};
static const struct assay_parameter *const talk_parameters[] = { &talk_lines,    &talk_factor, &talk_whom,
                                                                 &talk_greeting, &talk_loud,   NULL };
static const struct assay_measure talk_batches = { sizeof(struct assay_measure), ASSAY_HIGHER, "batches", "1" };
static const struct assay_measure talk_given = { sizeof(struct assay_measure), ASSAY_LOWER, "given", "ns" };
static const struct assay_measure *const talk_measures[] = { &talk_batches, &talk_given, NULL };
static const struct assay_measure talk_trip = { sizeof(struct assay_measure), ASSAY_LOWER, "trip", "ns" };
static const struct assay_measure *const talk_distributions[] = { &talk_trip, NULL };

static const struct assay_kernel talk_kernel = { .struct_size = sizeof(struct assay_kernel),
                                                 .name = "good.talk",
                                                 .summary = "greets, and measures itself",
                                                 .version = "1.2.3",
                                                 .parameters = talk_parameters,
                                                 .measures = talk_measures,
                                                 .distributions = talk_distributions,
                                                 .setup = talk_setup,
                                                 .prepare = talk_prepare,
                                                 .run = talk_run,
                                                 .answer = talk_answer,
                                                 .teardown = free,
                                                 .expect = talk_expect };

/* ---- good.threaded, good.forking, good.once, good.shared, good.absent --------------------------------- */

static void *spin(void *cookie)
{
    for (volatile int i = 0; i < 20000; i++) {
    }
    return cookie;
}

static int threaded_run(void *state, uint64_t iterations)
{
    (void)state;
    for (uint64_t i = 0; i < iterations; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, spin, NULL) != 0) {
            return -1;
        }
        pthread_join(thread, NULL);
    }
    return 0;
}

static int forking_run(void *state, uint64_t iterations)
{
    (void)state;
    for (uint64_t i = 0; i < iterations; i++) {
        int status = -1;
        pid_t child = fork();
        if (child == 0) {
            spin(NULL);
            _exit(0);
        }
        if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
            return -1;
        }
    }
    return 0;
}

static int once_run(void *state, uint64_t iterations)
{
    (void)state;
    return iterations == 1 ? 0 : -1;
}

static const char *absent(void)
{
    return "needs a machine that was never built";
}

static const struct assay_kernel threaded_kernel = { .struct_size = sizeof(struct assay_kernel),
                                                     .flags = ASSAY_MAKES_THREADS,
                                                     .name = "good.threaded",
                                                     .summary = "makes a thread and joins it",
                                                     .setup = empty_setup,
                                                     .run = threaded_run };
static const struct assay_kernel forking_kernel = { .struct_size = sizeof(struct assay_kernel),
                                                    .flags = ASSAY_FORKS,
                                                    .name = "good.forking",
                                                    .summary = "makes a process and waits for it",
                                                    .setup = empty_setup,
                                                    .run = forking_run };
static const struct assay_kernel once_kernel = { .struct_size = sizeof(struct assay_kernel),
                                                 .flags = ASSAY_ONE_ITERATION,
                                                 .name = "good.once",
                                                 .summary = "one iteration a batch",
                                                 .setup = empty_setup,
                                                 .run = once_run };
static const struct assay_kernel shared_kernel = { .struct_size = sizeof(struct assay_kernel),
                                                   .flags = ASSAY_SHARED_STATE,
                                                   .name = "good.shared",
                                                   .summary = "not for several threads",
                                                   .setup = empty_setup,
                                                   .run = empty_run };
static const struct assay_kernel absent_kernel = { .struct_size = sizeof(struct assay_kernel),
                                                   .name = "good.absent",
                                                   .summary = "cannot run anywhere",
                                                   .unavailable = absent,
                                                   .setup = empty_setup,
                                                   .run = empty_run };

ASSAY_PLUGIN(&sum_kernel, &empty_kernel, &talk_kernel, &threaded_kernel, &forking_kernel, &once_kernel, &shared_kernel,
             &absent_kernel)
