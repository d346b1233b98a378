// A few benchmarks by google-benchmark itself, whose JSON `assay import` must read: arguments, threads, counters that are no
// numbers, an error.
#include <benchmark/benchmark.h>

#include <cmath>

namespace {

void sum(benchmark::State &state)
{
    for (auto _ : state) {
        long total = 0;
        for (long i = 0; i < state.range(0); i++) {
            benchmark::DoNotOptimize(total += i);
        }
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
    state.counters["odd"] = std::nan("");
    state.counters["endless"] = INFINITY;
    state.SetLabel("a \"label\"");
}

void spin(benchmark::State &state)
{
    for (auto _ : state) {
        benchmark::DoNotOptimize(state.range(0));
    }
}

void bad(benchmark::State &state)
{
    state.SkipWithError("wrong count");
    for (auto _ : state) {
        benchmark::ClobberMemory();
    }
}

} // namespace

BENCHMARK(sum)->Arg(8)->Arg(64);
BENCHMARK(spin)->ArgName("n")->Arg(3)->Threads(2)->UseRealTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(bad);
BENCHMARK_MAIN();
