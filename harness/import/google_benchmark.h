/* The parts of google-benchmark's reader, for its own files. The format: src/json_reporter.cc of
 * github.com/google/benchmark, versions 1.4 to 1.9.5. */
#ifndef ASSAY_IMPORT_GOOGLE_BENCHMARK_H
#define ASSAY_IMPORT_GOOGLE_BENCHMARK_H

#include "import/reading.h"

/* What the real time of a benchmark with threads is: up to 1.8.5 the wall time over the iterations of all threads, from
 * 1.9.0 on (commit a008bf82) the number of threads times as much. */
enum assay_gbench_threads { ASSAY_GBENCH_WALL, ASSAY_GBENCH_SUM, ASSAY_GBENCH_UNSURE };

/* The context as facts, and what its library_version (which came with 1.8.4) means for threads. */
int assay_gbench_context(enum assay_gbench_threads *threads, const struct assay_import_reading *reading,
                         struct assay_json context);
/* From a name such as "BM_x<int>/8/n:64/real_time/threads:2": kernel "BM_x<int>", parameters arg0=8 and n=64, tag
 * real_time. What is neither stays in the kernel's name. */
int assay_gbench_name(const struct assay_import_reading *reading, struct assay_benchmark *benchmark, const char *name);

#endif
