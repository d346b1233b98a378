/* Threads, processes, other objects.
 *
 * exact.threads    twice 4 threads at once, 1000 calls each: 8000 calls, 8 entries, in 4 trees at most
 * exact.passing    50 threads one after the other, 7 calls each: 350, in one tree
 * exact.unfinished a thread ends by pthread_exit below three frames, 10 times: 10 calls each
 * exact.fork       10 calls, a child with 1000 calls of its own, 10 more calls: 20
 * exact.callback   another object calls back 300 times, libc's qsort as often as it compares: the kernel counts itself
 * exact.destructor a thread's own data is destroyed after its tree was given back, by a function that calls: 5 threads
 */
#include "exact.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static _Atomic uint64_t sink;

KEPT static void leaf(void)
{
    sink++;
}
KEPT static void *thousand(void *unused)
{
    for (int i = 0; i < 1000; i++) {
        leaf();
    }
    return unused;
}
/* All at the same time. */
UNSEEN static int run_threads(void *(*work)(void *), int count)
{
    pthread_t threads[8];
    int made = 0;
    while (made < count && pthread_create(&threads[made], NULL, work, NULL) == 0) {
        made++;
    }
    for (int i = 0; i < made; i++) {
        pthread_join(threads[i], NULL);
    }
    return made < count;
}
EXACT_RUN(four, if (run_threads(thousand, 4) != 0 || run_threads(thousand, 4) != 0) return 1)
EXACT_KERNEL(four, "exact.threads", "threads at the same time")

KEPT static void *seven(void *unused)
{
    for (int i = 0; i < 7; i++) {
        leaf();
    }
    return unused;
}
EXACT_RUN(passing, for (int k = 0; k < 50; k++) if (run_threads(seven, 1) != 0) return 1)
EXACT_KERNEL(passing, "exact.passing", "threads one after the other")

KEPT static void third(void)
{
    sink++;
    pthread_exit(NULL);
}
KEPT static void second(void)
{
    third();
    sink++;
}
KEPT static void *ending(void *unused)
{
    second();
    return unused;
}
EXACT_RUN(unfinished, for (int k = 0; k < 10; k++) if (run_threads(ending, 1) != 0) return 1)
EXACT_KERNEL(unfinished, "exact.unfinished", "threads that end below their functions")

KEPT static void parent(void)
{
    for (int i = 0; i < 10; i++) {
        leaf();
    }
}
UNSEEN static int fork_once(void)
{
    int status = 1;
    parent();
    pid_t child = fork();
    if (child == 0) {
        thousand(NULL);
        _exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
        return 1;
    }
    parent();
    return status;
}
EXACT_RUN(forks, if (fork_once() != 0) return 1)
EXACT_KERNEL(forks, "exact.fork", "a child's calls are its own")

static uint64_t compared;
void exact_apply(void (*function)(void), int times); /* of libexact_other.so, which has no hooks */
KEPT static int compare(const void *a, const void *b)
{
    int left = *(const int *)a, right = *(const int *)b;
    compared++;
    return (left > right) - (left < right);
}
KEPT static void sort_numbers(void)
{
    int numbers[100];
    compared = 0;
    for (int i = 0; i < 100; i++) {
        numbers[i] = i * 37 % 101;
    }
    qsort(numbers, 100, sizeof numbers[0], compare);
}
EXACT_RUN(callbacks, sort_numbers(); exact_apply(leaf, 300))
EXACT_KERNEL(callbacks, "exact.callback", "called from libc and from another object")

static pthread_key_t key;
KEPT static void destroy(void *unused)
{
    (void)unused;
    leaf();
}
KEPT static void *with_data(void *unused)
{
    pthread_setspecific(key, &sink);
    return unused;
}
UNSEEN static int destructors_run(void *state, uint64_t iterations)
{
    int result = 0;
    (void)state;
    if (pthread_key_create(&key, destroy) != 0) {
        return 1;
    }
    for (uint64_t i = 0; i < 5 * iterations && result == 0; i++) {
        result = run_threads(with_data, 1);
    }
    pthread_key_delete(key);
    return result;
}
EXACT_KERNEL(destructors, "exact.destructor", "calls while a thread ends")

const struct exact exact_calls[] = {
    EXACT("exact.threads", thousand, 8, 8, 0),     EXACT("exact.threads", leaf, 8000, 8000, 0),
    EXACT("exact.passing", seven, 50, 50, 1),      EXACT("exact.passing", leaf, 350, 350, 1),
    EXACT("exact.unfinished", ending, 10, 10, 1),  EXACT("exact.unfinished", second, 10, 10, 1),
    EXACT("exact.unfinished", third, 10, 10, 1),   EXACT("exact.fork", parent, 2, 2, 1),
    EXACT("exact.fork", leaf, 20, 20, 1),          EXACT("exact.callback", sort_numbers, 1, 1, 1),
    EXACT("exact.callback", leaf, 300, 300, 1),    EXACT_COUNTED("exact.callback", compare, 0, &compared),
    EXACT("exact.destructor", with_data, 5, 5, 1), EXACT("exact.destructor", destroy, 5, 5, 1),
    EXACT("exact.destructor", leaf, 5, 5, 1),      EXACT_END,
};

ASSAY_PLUGIN(&four, &passing, &unfinished, &forks, &callbacks, &destructors)
