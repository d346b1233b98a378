/* How much memory and time a document of a million samples takes: writes one, then reads it back in a process of its
 * own, so that each peak is its own. Prints `samples=N write_s=S write_mb=P read_s=S read_mb=P peak_mb=P` (MB of 2^20
 * bytes). */
// links: result stats base
#include "base/clock.h"
#include "base/random.h"
#include "base/text.h"
#include "result/document.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAMPLES 1000000
#define PROCESSES 100

static bool fill(struct assay_document *document)
{
    struct assay_random random;
    assay_random_init(&random, 1);
    struct assay_benchmark *benchmark = assay_document_add_session(document) ? assay_document_add(document) : NULL;
    if (!benchmark)
        return false;
    benchmark->id = assay_copy("million");
    benchmark->kernel = assay_copy("million");
    benchmark->implementation = assay_copy("c");
    for (int i = 0; i < PROCESSES; i++) {
        if (!assay_benchmark_add_process(benchmark))
            return false;
    }
    for (int i = 0; i < SAMPLES; i++) {
        /* As they come from the worker: seconds in a double, times 10^9, which have 16 digits and more. */
        double elapsed_ns = (0.01 + 0.001 * assay_random_real(&random)) * 1e9;
        const double row[ASSAY_COLUMN_COUNT] = { 512,
                                                 elapsed_ns,
                                                 floor(elapsed_ns * 0.999),
                                                 i * 10500000.0,
                                                 (double)(i % PROCESSES),
                                                 0,
                                                 (double)assay_random_below(&random, 2),
                                                 0,
                                                 NAN,
                                                 0 };
        if (!assay_samples_append(&benchmark->samples, row))
            return false;
    }
    return true;
}

static int write_million(const char *path, struct assay_error *error)
{
    struct assay_document *document = NULL;
    int result = assay_document_new(&document, error);
    if (!result && !fill(document))
        result = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    if (!result)
        result = assay_document_compute(document, error);
    if (!result)
        result = assay_document_save(document, path, error);
    assay_document_free(document);
    return result;
}

static int read_million(const char *path, struct assay_error *error)
{
    struct assay_document *document = NULL;
    int result = assay_document_load(&document, path, error);
    if (!result && document->benchmarks[0].samples.count != SAMPLES)
        result = assay_fail(error, ASSAY_EINPUT, "samples are missing");
    assay_document_free(document);
    return result;
}

struct cost {
    double seconds;
    double peak_mb;
};

/* Runs one half in a child, for what it takes. */
static int measure(struct cost *cost, int (*half)(const char *, struct assay_error *), const char *path)
{
    int64_t start_ns = assay_clock_ns();
    pid_t child = fork();
    if (child == 0) {
        struct assay_error error = { 0 };
        int result = half(path, &error);
        if (result)
            fprintf(stderr, "million: %s\n", error.text);
        _exit(result ? 1 : 0);
    }
    struct rusage usage;
    int status = 1;
    if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0)
        return 1;
    *cost = (struct cost){ (double)(assay_clock_ns() - start_ns) / 1e9, (double)usage.ru_maxrss / 1024 };
    return 0;
}

int main(int argc, char **argv)
{
    struct cost writing, reading;
    if (argc != 2) {
        fprintf(stderr, "million: want a file to write\n");
        return 2;
    }
    if (measure(&writing, write_million, argv[1]) || measure(&reading, read_million, argv[1]))
        return 1;
    printf("samples=%d write_s=%.3f write_mb=%.1f read_s=%.3f read_mb=%.1f peak_mb=%.1f\n", SAMPLES, writing.seconds,
           writing.peak_mb, reading.seconds, reading.peak_mb, fmax(writing.peak_mb, reading.peak_mb));
    return 0;
}
