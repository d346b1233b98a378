// The only file that includes benchmark/benchmark.h. The kernel owns its loop: google-benchmark sees one iteration,
// which is the whole batch. Never use its default reporter: a second round with it reads freed memory in 1.7.1.
#include "worker/gbench_shim.h"

#include <benchmark/benchmark.h>

#include <exception>
#include <ostream>
#include <vector>

namespace
{

// Keeps the one run of a round; prints nothing.
class one_run : public benchmark::BenchmarkReporter
{
  public:
    one_run() : nowhere_(nullptr)
    {
        SetOutputStream(&nowhere_);
        SetErrorStream(&nowhere_);
    }
    bool ReportContext(const Context &) override
    {
        return true; // false would skip the run
    }
    void ReportRuns(const std::vector<Run> &runs) override
    {
        for (const Run &run : runs) {
            if (run.run_type == Run::RT_Iteration) {
                seen = true;
                elapsed_s = run.real_accumulated_time;
                cpu_s = run.cpu_accumulated_time;
            }
        }
    }
    bool seen = false;
    double elapsed_s = 0;
    double cpu_s = 0;

  private:
    std::ostream nowhere_; // without a buffer: every write fails quietly
};

// What went wrong on any thread; written by the threads under google-benchmark's barriers, each its own or the same
// value.
struct outcome {
    bool failed = false;
    bool threw = false;
};

int call(const assay_gbench_job &job, uint32_t thread, outcome &result) noexcept
{
    try {
        return job.run(job.context, thread);
    } catch (...) {
        __atomic_store_n(&result.threw, true, __ATOMIC_RELAXED);
        return -1;
    }
}

void batch(benchmark::State &state, const assay_gbench_job &job, outcome &result)
{
    const uint32_t thread = static_cast<uint32_t>(state.thread_index());
    int code = 0;
    if (thread == 0 && job.before != nullptr) {
        job.before(job.context);
    }
    while (state.KeepRunningBatch(1)) {
        code = call(job, thread, result);
    }
    if (thread == 0 && job.after != nullptr) {
        job.after(job.context);
    }
    if (code != 0) {
        __atomic_store_n(&result.failed, true, __ATOMIC_RELAXED);
        state.SkipWithError("failed");
    }
}

void run_round(one_run &reporter, const assay_gbench_job &job, outcome &result)
{
    benchmark::internal::Benchmark *registered =
        benchmark::RegisterBenchmark("batch", [&job, &result](benchmark::State &state) { batch(state, job, result); });
    registered->Iterations(1)->UseRealTime();
    if (job.threads > 1) {
        registered->Threads(static_cast<int>(job.threads));
    }
    if (job.process_cpu) {
        registered->MeasureProcessCPUTime();
    }
    benchmark::RunSpecifiedBenchmarks(&reporter, "batch");
}

} // namespace

extern "C" int assay_gbench_run(struct assay_gbench_time *out, const struct assay_gbench_job *job,
                                struct assay_error *error)
{
    one_run reporter;
    outcome result;
    try {
        run_round(reporter, *job, result);
        benchmark::ClearRegisteredBenchmarks();
    } catch (const std::exception &exception) { // no thread to be had, no memory
        benchmark::ClearRegisteredBenchmarks();
        return assay_fail(error, ASSAY_EIO, "google-benchmark could not run the batch: %s", exception.what());
    }
    if (result.threw) {
        return assay_fail(error, ASSAY_EINPUT, "the kernel threw an exception");
    }
    if (result.failed) {
        return assay_fail(error, ASSAY_EINPUT, "the kernel reported an error");
    }
    if (!reporter.seen) {
        return assay_fail(error, ASSAY_EIO, "google-benchmark did not run the batch");
    }
    out->elapsed_ns = reporter.elapsed_s * 1e9;
    out->cpu_ns = reporter.cpu_s * 1e9;
    return 0;
}
