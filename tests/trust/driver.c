/* Runs a kernel of kernels/effort.c in a loop and prints what each epoch took: the program that other tools' rules are
 * tried on. Must not know any rule.
 *
 * usage: trust-driver KERNEL ITERATIONS EPOCHS UNITS...
 *
 * A line an epoch: UNITS and nanoseconds an iteration. All epochs of the first UNITS come first, after one untimed. */
#include "effort.h"

#include <time.h>

static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

static int measure(const char *name, const char *units, uint64_t iterations, uint64_t epochs)
{
    struct effort effort;
    int failed = effort_init(&effort, name, units);
    if (failed != 0) {
        return failed;
    }
    failed = effort.kernel->run(effort.state, iterations);
    for (uint64_t i = 0; i < epochs && failed == 0; i++) {
        double start_ns = now_ns();
        failed = effort.kernel->run(effort.state, iterations);
        double elapsed_ns = now_ns() - start_ns;
        printf("%s %.3f\n", units, elapsed_ns / (double)iterations);
    }
    effort.kernel->teardown(effort.state);
    return failed;
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: trust-driver KERNEL ITERATIONS EPOCHS UNITS...\n");
        return 2;
    }
    uint64_t iterations = strtoull(argv[2], NULL, 10), epochs = strtoull(argv[3], NULL, 10);
    for (int i = 4; i < argc; i++) {
        if (measure(argv[1], argv[i], iterations > 0 ? iterations : 1, epochs) != 0) {
            return 1;
        }
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
