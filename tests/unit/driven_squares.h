/* A host that drives the built plug-in squares.so in every combination of its parameters, and counts what a state
 * leaves behind: descriptors, threads, processes, shared memory. */
#ifndef ASSAY_TESTS_DRIVEN_SQUARES_H
#define ASSAY_TESTS_DRIVEN_SQUARES_H

#include "built_plugin.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static struct loaded squares;

static const char *const kernels[] = { "square.channel", "square.process_queue", "square.thread_queue" };
static const char *const transports[] = { "condition", "pipe", "socketpair", "eventfd", "futex", "ring", "mqueue" };
static const char *const placements[] = { "free", "same", "other" };
static const char *const waits[] = { "block", "spin", "spin_then_block" };
enum { KERNELS = 3, TRANSPORTS = 7, PLACEMENTS = 3, WAITS = 3, PARAMETERS = 5 };

/* ---- What is there ------------------------------------------------------------------------------------- */

struct census {
    size_t descriptors, threads, children, shared;
};

static inline size_t entries(const char *path)
{
    size_t count = 0;
    DIR *directory = opendir(path);
    assert_non_null(directory);
    while (readdir(directory) != NULL) {
        count++;
    }
    closedir(directory);
    return count;
}

/* Mappings of memory that is shared with forked processes. */
static inline size_t shared_mappings(void)
{
    char line[600];
    size_t count = 0;
    FILE *file = fopen("/proc/self/maps", "re");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        count += strstr(line, "rw-s") != NULL;
    }
    fclose(file);
    return count;
}

/* The child of ours that was found last; dead ones that nobody reaped count. */
static pid_t child;
static inline size_t children(void)
{
    size_t count = 0;
    DIR *directory = opendir("/proc");
    assert_non_null(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char path[300], line[512];
        int parent = 0;
        (void)snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
        FILE *file = entry->d_name[0] >= '0' && entry->d_name[0] <= '9' ? fopen(path, "re") : NULL;
        if (file != NULL && fgets(line, sizeof line, file) != NULL && strrchr(line, ')') != NULL &&
            sscanf(strrchr(line, ')') + 1, " %*c %d", &parent) == 1 && parent == getpid()) {
            child = (pid_t)strtol(entry->d_name, NULL, 10);
            count++;
        }
        if (file != NULL) {
            fclose(file);
        }
    }
    closedir(directory);
    return count;
}

static inline struct census take_census(void)
{
    return (struct census){ entries("/proc/self/fd"), entries("/proc/self/task"), children(), shared_mappings() };
}

static inline void same_census(const struct census *before, const char *what)
{
    struct census now = take_census();
    /* A thread that was joined is out of /proc a moment later. */
    for (int tries = 0; now.threads != before->threads && tries < 5000; tries++) {
        usleep(1000);
        now = take_census();
    }
    if (memcmp(&now, before, sizeof now) != 0) {
        fail_msg("%s: descriptors %zu, were %zu; threads %zu, were %zu; children %zu, were %zu; shared %zu, were %zu",
                 what, now.descriptors, before->descriptors, now.threads, before->threads, now.children,
                 before->children, now.shared, before->shared);
    }
}

/* ---- A host -------------------------------------------------------------------------------------------- */

/* A kernel's arguments. It points into itself: not to be copied. */
struct asked {
    struct assay_argument items[PARAMETERS];
    const struct assay_argument *pointers[PARAMETERS];
    struct assay_arguments arguments;
    char words[200];
};

static inline void ask(struct asked *asked, const char *transport, const char *depth, const char *placement,
                       const char *wait)
{
    const char *const pairs[PARAMETERS][2] = { { "transport", transport },
                                               { "depth", depth },
                                               { "placement", placement },
                                               { "wait", wait },
                                               { "show_output", "false" } };
    for (size_t i = 0; i < PARAMETERS; i++) {
        asked->items[i] = (struct assay_argument){ sizeof(struct assay_argument), pairs[i][0], pairs[i][1] };
        asked->pointers[i] = &asked->items[i];
    }
    asked->arguments = (struct assay_arguments){ sizeof asked->arguments, PARAMETERS, asked->pointers };
    (void)snprintf(asked->words, sizeof asked->words, "transport=%s depth=%s placement=%s wait=%s", transport, depth,
                   placement, wait);
}

static inline struct assay_host host_of(uint32_t thread, uint32_t threads)
{
    return (struct assay_host){
        sizeof(struct assay_host), ASSAY_ABI_MAJOR, ASSAY_ABI_MINOR, NULL, keep_reason, thread, threads
    };
}

struct answer {
    uint64_t values[16];
    size_t count, times;
    double shortest_ns;
};

static inline void take_integer(void *context, uint64_t value)
{
    struct answer *answer = context;
    assert_true(answer->count < 16);
    answer->values[answer->count++] = value;
}

static inline void take_integers(void *context, const uint64_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        take_integer(context, values[i]);
    }
}

static inline void take_times(void *context, uint32_t index, const double *values, size_t count)
{
    struct answer *answer = context;
    assert_int_equal(index, 0);
    answer->shortest_ns = 1e300;
    for (size_t i = 0; i < count; i++) {
        answer->shortest_ns = values[i] < answer->shortest_ns ? values[i] : answer->shortest_ns;
    }
    answer->times += count;
}

static inline bool set_up(void **state, const char *name, const struct asked *asked)
{
    static struct assay_host host;
    host = host_of(0, 1);
    last_reason[0] = '\0';
    *state = NULL;
    return find(&squares, name)->setup(&host, &asked->arguments, 1, state) == 0;
}

static inline void must_set_up(void **state, const char *name, const struct asked *asked)
{
    if (!set_up(state, name, asked)) {
        fail_msg("%s %s: %s", name, asked->words, last_reason);
    }
}

static inline bool run_batch(struct answer *answer, const char *name, void *state, uint64_t iterations)
{
    const struct assay_kernel *kernel = find(&squares, name);
    struct assay_sink sink = { sizeof sink, ASSAY_ABI_MAJOR, ASSAY_ABI_MINOR, answer, take_integer, take_integers, NULL,
                               NULL,        take_times };
    *answer = (struct answer){ .count = 0 };
    return kernel->prepare(state, iterations) == 0 && kernel->run(state, iterations) == 0 &&
           kernel->answer(state, &sink) == 0;
}

/* 0 1 4 9 ... 81, as everybody knows them. */
static inline void check_squares(const struct answer *answer, const char *words)
{
    static const uint64_t known[] = { 0, 1, 4, 9, 16, 25, 36, 49, 64, 81 };
    if (answer->count != 10 || memcmp(answer->values, known, sizeof known) != 0) {
        fail_msg("%s: wrong squares", words);
    }
    assert_true(answer->times >= 1 && answer->shortest_ns > 0);
}

static inline bool is(const char *text, const char *other)
{
    return strcmp(text, other) == 0;
}

static inline bool makes_sense(const char *transport, const char *placement, const char *wait)
{
    if (is(wait, "spin") && is(placement, "same")) {
        return false;
    }
    if (is(transport, "condition") || is(transport, "futex")) {
        return is(wait, "block");
    }
    return !is(transport, "ring") || !is(wait, "block");
}

typedef void (*combination_test)(const char *name, const struct asked *asked, bool sensible);

/* All of them. depth=5: as many as a message queue takes on any system. */
static inline void for_all(combination_test test, size_t wanted)
{
    size_t sensible = 0;
    for (size_t i = 0; i < KERNELS * TRANSPORTS * PLACEMENTS * WAITS; i++) {
        const char *transport = transports[i / KERNELS % TRANSPORTS];
        const char *placement = placements[i / KERNELS / TRANSPORTS % PLACEMENTS];
        const char *wait = waits[i / KERNELS / TRANSPORTS / PLACEMENTS];
        struct asked asked;
        ask(&asked, transport, i % 2 == 0 ? "1" : "5", placement, wait);
        test(kernels[i % KERNELS], &asked, makes_sense(transport, placement, wait));
        sensible += makes_sense(transport, placement, wait);
    }
    assert_int_equal(sensible, wanted);
}

/* Per kernel: condition and futex 3 placements; ring 2 with spin and 3 with spin_then_block; the other four 3 + 2 + 3.
 */
enum { SENSIBLE = KERNELS * (2 * 3 + 5 + 4 * 8) };

static int load_squares(void **state)
{
    (void)state;
    squares = load("squares.so");
    return 0;
}

#endif
