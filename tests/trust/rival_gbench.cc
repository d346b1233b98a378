/* A kernel of kernels/effort.c as a user of google-benchmark would time it: linked in, one benchmark a process. Must
 * not know assay.
 *
 * usage: trust-gbench KERNEL UNITS [--benchmark_...] */
#include "effort.h"

#include <benchmark/benchmark.h>

int main(int argc, char **argv)
{
    struct effort effort;
    benchmark::Initialize(&argc, argv);
    if (argc != 3) {
        fprintf(stderr, "usage: trust-gbench KERNEL UNITS [--benchmark_...]\n");
        return 2;
    }
    if (effort_init(&effort, argv[1], argv[2]) != 0) {
        return 1;
    }
    benchmark::RegisterBenchmark(argv[1], [&effort](benchmark::State &state) {
        for (auto _ : state) {
            if (effort.kernel->run(effort.state, 1) != 0) {
                state.SkipWithError("the kernel failed");
                break;
            }
        }
    });
    benchmark::RunSpecifiedBenchmarks();
    effort.kernel->teardown(effort.state);
    return 0;
}
