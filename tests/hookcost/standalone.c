/* A kernel as a program, linked with its plug-in's source: what profilers of whole programs are tried on. Must not know
 * any of them.
 *
 * usage: PROGRAM KERNEL ITERATIONS BATCHES [NAME=VALUE...]
 *
 * A line a batch: nanoseconds an iteration. Start and end of the program are not in it. */
#include "one_kernel.h"

int main(int argc, char **argv)
{
    struct one_kernel one;
    if (argc < 4) {
        fprintf(stderr, "usage: %s KERNEL ITERATIONS BATCHES [NAME=VALUE...]\n", argv[0]);
        return 2;
    }
    uint64_t iterations = strtoull(argv[2], NULL, 10), batches = strtoull(argv[3], NULL, 10);
    if (iterations < 1 || one_kernel_init(&one, &assay_plugin, argv[1], argv + 4, argc - 4) != 0) {
        return 1;
    }
    int failed = 0;
    for (uint64_t i = 0; i < batches && failed == 0; i++) {
        double start_ns = now_ns();
        failed = one.kernel->run(one.state, iterations);
        printf("%.6g\n", (now_ns() - start_ns) / (double)iterations);
    }
    one.kernel->teardown(one.state);
    return failed == 0 && fflush(stdout) == 0 ? 0 : 1;
}
