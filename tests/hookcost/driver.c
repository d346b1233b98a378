/* What hooks cost: batches of a kernel without them, with them, and without them once more, in one process and in
 * random order, so that whatever slows the machine slows all three. Must not judge: hookcost.py does.
 *
 * usage: hookcost-driver PLAIN.so HOOKED.so calls|tree|SHARE THREADS ROUNDS ITERATIONS KERNEL [NAME=VALUE...]
 *
 * SHARE: a tree of which this share of the events is timed. Every thread has a state of its own. A line a round:
 * nanoseconds an iteration, the mean of the threads: plain, hooked, plain again. A last line: calls counted by
 * function, calls counted in contexts, contexts, bytes of memory, calls lost; all of the last hooked batch. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "one_kernel.h"

#include <assay/profile.h>

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>

enum { MOST_THREADS = 64, VARIANTS = 3 };

struct build {
    const struct assay_plugin *plugin;
    const struct assay_profile *hooks; /* NULL: plain */
    struct one_kernel states[MOST_THREADS];
};

struct runner {
    struct one_kernel *one;
    pthread_barrier_t *gate;
    uint64_t iterations;
    double elapsed_ns;
    int failed;
};

static int open_build(struct build *build, const char *path, const char *kernel, int threads, char **words, int count)
{
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (object == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return -1;
    }
    build->plugin = dlsym(object, "assay_plugin");
    build->hooks = dlsym(object, "assay_profile");
    if (build->plugin == NULL) {
        fprintf(stderr, "%s is no plug-in\n", path);
        return -1;
    }
    for (int i = 0; i < threads; i++) {
        if (one_kernel_init(&build->states[i], build->plugin, kernel, words, count) != 0) {
            return -1;
        }
    }
    return 0;
}

static void *run_one(void *context)
{
    struct runner *self = context;
    pthread_barrier_wait(self->gate);
    double start_ns = now_ns();
    self->failed = self->one->kernel->run(self->one->state, self->iterations);
    self->elapsed_ns = now_ns() - start_ns;
    return NULL;
}

/* Nanoseconds an iteration, or -1. */
static double run_all(struct build *build, int threads, uint64_t iterations)
{
    struct runner runners[MOST_THREADS];
    pthread_t handles[MOST_THREADS];
    pthread_barrier_t gate;
    double sum_ns = 0;
    pthread_barrier_init(&gate, NULL, (unsigned)threads);
    for (int i = 0; i < threads; i++) {
        runners[i] = (struct runner){ &build->states[i], &gate, iterations, 0, 0 };
    }
    for (int i = 1; i < threads; i++) {
        if (pthread_create(&handles[i], NULL, run_one, &runners[i]) != 0) {
            perror("pthread_create");
            exit(1); /* others wait at the gate */
        }
    }
    run_one(&runners[0]);
    for (int i = 1; i < threads; i++) {
        pthread_join(handles[i], NULL);
    }
    pthread_barrier_destroy(&gate);
    for (int i = 0; i < threads; i++) {
        if (runners[i].failed != 0) {
            return -1;
        }
        sum_ns += runners[i].elapsed_ns;
    }
    return sum_ns / threads / (double)iterations;
}

static int add_function(void *context, const struct assay_profile_function *function)
{
    *(uint64_t *)context += function->calls;
    return 0;
}

static int add_context(void *context, const struct assay_profile_context *one)
{
    *(uint64_t *)context += one->calls;
    return 0;
}

struct wish {
    uint32_t records;
    double share;
};

static int read_wish(struct wish *wish, const char *text)
{
    char *end = NULL;
    *wish = (struct wish){ ASSAY_PROFILE_CALLS, 1 };
    if (strcmp(text, "calls") == 0) {
        return 0;
    }
    wish->records = ASSAY_PROFILE_TREE | ASSAY_PROFILE_TIMES;
    if (strcmp(text, "tree") == 0) {
        return 0;
    }
    wish->share = strtod(text, &end);
    return *end == '\0' && wish->share >= 0 && wish->share <= 1 ? 0 : -1;
}

static double run_hooked(struct build *build, const struct wish *wish, int threads, uint64_t iterations, uint64_t seed)
{
    if (wish->share < 1) {
        build->hooks->set_share(wish->share, seed);
    }
    if (build->hooks->start(wish->records) != 0) {
        fprintf(stderr, "this build does not record that\n");
        return -1;
    }
    double ns = run_all(build, threads, iterations);
    build->hooks->stop();
    return ns;
}

static int say_counts(const struct assay_profile *hooks, const struct wish *wish)
{
    uint64_t by_function = 0, by_context = 0;
    struct assay_profile_losses losses = { .struct_size = (uint32_t)sizeof losses };
    if ((wish->records & ASSAY_PROFILE_CALLS) != 0 && hooks->read(add_function, &by_function) != 0) {
        fprintf(stderr, "counts are missing\n");
        return -1;
    }
    if ((wish->records & ASSAY_PROFILE_TREE) != 0 && hooks->read_tree(add_context, &by_context) != 0) {
        fprintf(stderr, "the tree is missing\n");
        return -1;
    }
    if (hooks->losses != NULL) {
        hooks->losses(&losses);
    }
    printf("counted %llu %llu %llu %llu %llu\n", (unsigned long long)by_function, (unsigned long long)by_context,
           (unsigned long long)losses.contexts, (unsigned long long)losses.bytes,
           (unsigned long long)losses.lost_calls);
    return 0;
}

/* Small, and the same everywhere. */
static uint32_t draw(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + 1;
    return (uint32_t)(*state >> 33);
}

static int run_round(struct build *plain, struct build *hooked, const struct wish *wish, int threads,
                     uint64_t iterations, uint64_t *random)
{
    double ns[VARIANTS];
    int order[VARIANTS] = { 0, 1, 2 };
    for (int i = VARIANTS - 1; i > 0; i--) {
        int other = (int)(draw(random) % (uint32_t)(i + 1)), kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
    for (int i = 0; i < VARIANTS; i++) {
        int variant = order[i];
        ns[variant] =
            variant == 1 ? run_hooked(hooked, wish, threads, iterations, *random) : run_all(plain, threads, iterations);
        if (ns[variant] < 0) {
            return -1;
        }
    }
    printf("%.6g %.6g %.6g\n", ns[0], ns[1], ns[2]);
    return fflush(stdout);
}

int main(int argc, char **argv)
{
    static struct build plain, hooked;
    struct wish wish;
    uint64_t random = (uint64_t)now_ns();
    if (argc < 8 || read_wish(&wish, argv[3]) != 0) {
        fprintf(stderr, "usage: hookcost-driver PLAIN.so HOOKED.so calls|tree|SHARE THREADS ROUNDS ITERATIONS KERNEL "
                        "[NAME=VALUE...]\n");
        return 2;
    }
    int threads = atoi(argv[4]), rounds = atoi(argv[5]), status = 1;
    uint64_t iterations = strtoull(argv[6], NULL, 10);
    if (threads < 1 || threads > MOST_THREADS || iterations < 1) {
        fprintf(stderr, "bad threads or iterations: want 1 to %d, and at least 1\n", MOST_THREADS);
        return 2;
    }
    if (open_build(&plain, argv[1], argv[7], threads, argv + 8, argc - 8) != 0 ||
        open_build(&hooked, argv[2], argv[7], threads, argv + 8, argc - 8) != 0) {
        return 1;
    }
    if (hooked.hooks == NULL) {
        fprintf(stderr, "%s has no hooks\n", argv[2]);
        return 1;
    }
    bool well =
        run_all(&plain, threads, iterations) >= 0 && run_hooked(&hooked, &wish, threads, iterations, random) >= 0;
    for (int i = 0; well && i < rounds; i++) {
        well = run_round(&plain, &hooked, &wish, threads, iterations, &random) == 0;
    }
    if (well && say_counts(hooked.hooks, &wish) == 0) {
        status = 0;
    }
    for (int i = 0; i < threads; i++) {
        plain.states[i].kernel->teardown(plain.states[i].state);
        hooked.states[i].kernel->teardown(hooked.states[i].state);
    }
    return status;
}
