/* Kernels that tell what was done with them and where they are, for tests of the worker: which callbacks came, how far
 * down the stack they ran, how many descriptors a program started by them would inherit. */
#define _GNU_SOURCE 1 /* sched_getaffinity */
#include <assay/kernel.h>

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

extern char **environ;

/* ---- diary.calls: its measures tell how often each callback came since setup, and with how many iterations ---- */

struct calls {
    const struct assay_host *host;
    uint64_t prepares, runs, answers, iterations;
    uint64_t ready;  /* iterations of the last prepare; 0: used up */
    int unasked;     /* the last run has not been asked for its answer */
    uint64_t poison; /* a run of as many iterations fails */
};

static int calls_setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,
                       void **state)
{
    struct calls *calls = calloc(1, sizeof *calls);
    (void)seed;
    if (calls == NULL) {
        return -1;
    }
    calls->host = host;
    calls->poison = assay_argument_integer(arguments, "poison");
    *state = calls;
    return 0;
}

static int calls_prepare(void *state, uint64_t iterations)
{
    struct calls *calls = state;
    if (calls->unasked) {
        calls->host->fail(calls->host->context, "a run was not asked for its answer");
        return -1;
    }
    calls->prepares++;
    calls->ready = iterations;
    return 0;
}

static int calls_run(void *state, uint64_t iterations)
{
    struct calls *calls = state;
    if (calls->ready != iterations) {
        calls->host->fail(calls->host->context, "run was not prepared");
        return -1;
    }
    if (iterations == calls->poison) {
        calls->host->fail(calls->host->context, "poisoned");
        return -1;
    }
    calls->ready = 0;
    calls->unasked = 1;
    calls->runs++;
    calls->iterations += iterations;
    for (uint64_t i = 0; i < iterations; i++) {
        ASSAY_COUNT(1);
        assay_use(state);
    }
    return 0;
}

static int calls_answer(void *state, const struct assay_sink *sink)
{
    struct calls *calls = state;
    const uint64_t counts[] = { calls->prepares, calls->runs, ++calls->answers, calls->iterations };
    calls->unasked = 0;
    for (uint32_t i = 0; i < 4; i++) {
        sink->measure(sink->context, i, (double)counts[i]);
    }
    return 0;
}

static const struct assay_parameter calls_poison = {
    sizeof(struct assay_parameter), ASSAY_INTEGER, "poison", "a run of as many iterations fails", "0", NULL, NULL, NULL
};
static const struct assay_parameter *const calls_parameters[] = { &calls_poison, NULL };
static const struct assay_measure calls_prepares = { sizeof(struct assay_measure), ASSAY_LOWER, "prepares", "1" };
static const struct assay_measure calls_runs = { sizeof(struct assay_measure), ASSAY_LOWER, "runs", "1" };
static const struct assay_measure calls_answers = { sizeof(struct assay_measure), ASSAY_LOWER, "answers", "1" };
static const struct assay_measure calls_iterations = { sizeof(struct assay_measure), ASSAY_LOWER, "iterations", "1" };
static const struct assay_measure *const calls_measures[] = { &calls_prepares, &calls_runs, &calls_answers,
                                                              &calls_iterations, NULL };

static const struct assay_kernel calls_kernel = { .struct_size = sizeof(struct assay_kernel),
                                                  .name = "diary.calls",
                                                  .summary = "tells which callbacks came",
                                                  .parameters = calls_parameters,
                                                  .measures = calls_measures,
                                                  .setup = calls_setup,
                                                  .prepare = calls_prepare,
                                                  .run = calls_run,
                                                  .answer = calls_answer,
                                                  .teardown = free };
static const struct assay_kernel once_kernel = { .struct_size = sizeof(struct assay_kernel),
                                                 .flags = ASSAY_ONE_ITERATION,
                                                 .name = "diary.once",
                                                 .summary = "tells the same, of single iterations",
                                                 .parameters = calls_parameters,
                                                 .measures = calls_measures,
                                                 .setup = calls_setup,
                                                 .prepare = calls_prepare,
                                                 .run = calls_run,
                                                 .answer = calls_answer,
                                                 .teardown = free };

/* ---- diary.stack: how many bytes its frame lies below the environment's array, where the stack begins ---- */

static int depth_setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,
                       void **state)
{
    (void)host;
    (void)arguments;
    (void)seed;
    *state = calloc(1, sizeof(uint64_t));
    return *state != NULL ? 0 : -1;
}

static int depth_run(void *state, uint64_t iterations)
{
    uintptr_t begin = (uintptr_t)environ;
    (void)iterations;
    *(uint64_t *)state = (uint64_t)(begin - (uintptr_t)__builtin_frame_address(0));
    return 0;
}

static int depth_answer(void *state, const struct assay_sink *sink)
{
    sink->integer(sink->context, *(uint64_t *)state);
    return 0;
}

static const struct assay_kernel stack_kernel = { .struct_size = sizeof(struct assay_kernel),
                                                  .name = "diary.stack",
                                                  .summary = "tells how far down the stack it runs",
                                                  .setup = depth_setup,
                                                  .run = depth_run,
                                                  .answer = depth_answer,
                                                  .teardown = free };

/* ---- diary.descriptors: how many above 2 an exec would hand on ---- */

static int descriptors_run(void *state, uint64_t iterations)
{
    (void)state;
    (void)iterations;
    return 0;
}

static int descriptors_answer(void *state, const struct assay_sink *sink)
{
    DIR *directory = opendir("/proc/self/fd");
    uint64_t inherited = 0;
    (void)state;
    if (directory == NULL) {
        return -1;
    }
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        int fd = (int)strtol(entry->d_name, NULL, 10);
        int flags = fd > 2 ? fcntl(fd, F_GETFD) : FD_CLOEXEC;
        inherited += (flags & FD_CLOEXEC) == 0;
    }
    closedir(directory);
    sink->integer(sink->context, inherited);
    return 0;
}

static const struct assay_kernel descriptors_kernel = { .struct_size = sizeof(struct assay_kernel),
                                                        .name = "diary.descriptors",
                                                        .summary =
                                                            "tells how many descriptors its children would inherit",
                                                        .setup = depth_setup,
                                                        .run = descriptors_run,
                                                        .answer = descriptors_answer,
                                                        .teardown = free };

/* ---- diary.pool: how many processors a thread may use that setup made ---- */

static void *count_processors(void *state)
{
    cpu_set_t set;
    *(uint64_t *)state = sched_getaffinity(0, sizeof set, &set) == 0 ? (uint64_t)CPU_COUNT(&set) : 0;
    return NULL;
}

static int pool_setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,
                      void **state)
{
    pthread_t thread;
    if (depth_setup(host, arguments, seed, state) != 0 ||
        pthread_create(&thread, NULL, count_processors, *state) != 0) {
        return -1;
    }
    return pthread_join(thread, NULL);
}

static const struct assay_kernel pool_kernel = { .struct_size = sizeof(struct assay_kernel),
                                                 .flags = ASSAY_MAKES_THREADS,
                                                 .name = "diary.pool",
                                                 .summary = "tells how many processors a thread of its setup may use",
                                                 .setup = pool_setup,
                                                 .run = descriptors_run,
                                                 .answer = depth_answer,
                                                 .teardown = free };

ASSAY_PLUGIN(&calls_kernel, &once_kernel, &stack_kernel, &descriptors_kernel, &pool_kernel)
