/* The document that the tests of result/ and reports/ share: two groups, failures of several kinds, numbers from a
 * fixed seed. Made through the public functions only, as measure/ does. */
#ifndef ASSAY_TESTS_SAMPLE_DOCUMENT_H
#define ASSAY_TESTS_SAMPLE_DOCUMENT_H

#include "base/random.h"
#include "base/text.h"
#include "result/document.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct sample_kernel {
    const char *kernel;
    const char *parameters[2][2];
    const char *implementation;
    const char *group;
    double ns;     /* of an iteration */
    double spread; /* of samples, a fraction */
    enum assay_status status;
    const char *message;
    const char *mode;
};

static const struct sample_kernel sample_kernels[] = {
    { "primes.trial",
      { { "limit", "10000" } },
      "c",
      "primes below 10000",
      257600,
      0.004,
      ASSAY_STATUS_OK,
      NULL,
      "warm" },
    { "primes.listed",
      { { "limit", "10000" } },
      "c",
      "primes below 10000",
      6421000,
      0.01,
      ASSAY_STATUS_OK,
      NULL,
      "warm" },
    { "primes.listed_root",
      { { "limit", "10000" }, { "variant", "fixed" } },
      "c",
      "primes below 10000",
      256500,
      0.02,
      ASSAY_STATUS_OK,
      NULL,
      "warm" },
    { "primes.listed_root_break",
      { { "limit", "10000" }, { "variant", "fixed" } },
      "c",
      "primes below 10000",
      131700,
      0.003,
      ASSAY_STATUS_OK,
      NULL,
      "warm" },
    { "primes.trial",
      { { "limit", "10000" } },
      "cpython",
      "primes below 10000",
      18730000,
      0.015,
      ASSAY_STATUS_OK,
      NULL,
      "warm" },
    { "primes.broken",
      { { "limit", "10000" } },
      "c",
      "primes below 10000",
      99000,
      0.01,
      ASSAY_STATUS_WRONG_ANSWER,
      "count is 1228, want 1229 (OEIS A006880)",
      "warm" },
    { "sieve.bytes",
      { { "limit", "1000000" } },
      "c",
      "primes below 1000000",
      3412000,
      0.05,
      ASSAY_STATUS_OK,
      NULL,
      "warm" },
    { "sieve.segmented",
      { { "limit", "1000000" } },
      "c",
      "primes below 1000000",
      611400,
      0.006,
      ASSAY_STATUS_OK,
      NULL,
      "warm" },
    { "sieve.segmented",
      { { "limit", "1000000" } },
      "c",
      "primes below 1000000",
      1802000,
      0.4,
      ASSAY_STATUS_OK,
      NULL,
      "first" },
    { "command.run", { { "line", "gzip -9 -k 'a file'" } }, "c", NULL, 81250000, 0.03, ASSAY_STATUS_OK, NULL, "warm" },
    { "bad.segfault",
      { { NULL } },
      "c",
      NULL,
      0,
      0,
      ASSAY_STATUS_CRASHED,
      "ended by signal 11 (SIGSEGV) in setup",
      "warm" },
};
#define SAMPLE_KERNELS (sizeof sample_kernels / sizeof sample_kernels[0])

/* The primes below 10000, below 1000000, and below 10000 without the last; by Python's hashlib. */
static const struct sample_answer {
    uint32_t count;
    uint64_t sum;
    const char *sha256;
} sample_answers[] = {
    { 1229, 5736396, "804f74b128ae459284af93c743465e1fa141bc96e67126bad50de8d0633eb86f" },
    { 78498, 37550402023, "4883963dd4510a29d6df2ffe4dd11e4e1a910e815c7810b200c77b3357f22a28" },
    { 1228, 5726423, "f841ad31f04e8eb275fed8fd3fae015b3a7a9c33ce67e281a3b8f6e942cd5ce7" },
};

static inline char *sample_copy(const char *text)
{
    return assay_copy(text);
}

static inline void sample_name(struct assay_benchmark *benchmark, const struct sample_kernel *kernel)
{
    struct assay_text id = ASSAY_TEXT_INIT;
    assay_text_append(&id, kernel->kernel);
    for (size_t i = 0; i < 2 && kernel->parameters[i][0]; i++) {
        const char *text = kernel->parameters[i][1];
        assay_text_format(&id, strchr(text, ' ') ? "%s%s=\"%s\"" : "%s%s=%s", i ? "," : ":", kernel->parameters[i][0],
                          text);
        assay_benchmark_add_parameter(benchmark, kernel->parameters[i][0], text);
    }
    if (strcmp(kernel->implementation, "c") != 0)
        assay_text_format(&id, "@%s", kernel->implementation);
    benchmark->id = assay_text_take(&id);
    benchmark->kernel = sample_copy(kernel->kernel);
    benchmark->version = sample_copy("1.0.0");
    benchmark->implementation = sample_copy(kernel->implementation);
    benchmark->plugin = sample_copy("kernels/sample.so");
    if (strcmp(kernel->implementation, "c") == 0)
        benchmark->build = sample_copy("gcc 12.2.0 -O2 -fno-omit-frame-pointer");
    free(benchmark->mode);
    benchmark->mode = sample_copy(kernel->mode);
    benchmark->group = kernel->group ? sample_copy(kernel->group) : NULL;
    benchmark->status = kernel->status;
    benchmark->message = kernel->message ? sample_copy(kernel->message) : NULL;
    if (strcmp(kernel->kernel, "sieve.bytes") == 0)
        assay_benchmark_flag(benchmark, "prints");
}

/* About normal: the sum of 12 uniforms. */
static inline double sample_normal(struct assay_random *random)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += assay_random_real(random);
    return sum;
}

static inline void sample_row(struct assay_benchmark *benchmark, const struct sample_kernel *kernel, size_t process,
                              double start_ns, double level, struct assay_random *random)
{
    double ns = kernel->ns * (1 + level + kernel->spread * fabs(sample_normal(random)));
    double iterations = ceil(10e6 / kernel->ns);
    double elapsed = round(ns * iterations * 10) / 10;
    const double values[ASSAY_COLUMN_COUNT] = { iterations,
                                                elapsed,
                                                floor(elapsed * 0.999),
                                                start_ns,
                                                (double)process,
                                                0,
                                                floor(assay_random_real(random) * 1.1),
                                                0,
                                                NAN,
                                                0 };
    assay_samples_append(&benchmark->samples, values);
}

static inline void sample_measure(struct assay_benchmark *benchmark, size_t processes, size_t batches,
                                  const struct sample_kernel *kernel, uint64_t seed)
{
    struct assay_random random;
    assay_random_init(&random, seed);
    double levels[64] = { 0 };
    for (size_t i = 0; i < processes; i++) {
        struct assay_process *process = assay_benchmark_add_process(benchmark);
        *process =
            (struct assay_process){ 0,    0,     1,    assay_random_derive(seed, i), sample_copy("5f3c0a9b11d2"), 1,
                                    31e6, 2.1e6, 4.2e6 };
        levels[i] = kernel->spread * 0.5 * sample_normal(&random);
    }
    for (size_t i = 0; i < processes * batches && kernel->ns > 0; i++)
        sample_row(benchmark, kernel, i % processes, (double)i * 95e6 + (double)(seed % 7) * 11e6,
                   levels[i % processes], &random);
}

static inline void sample_fill(struct assay_benchmark *benchmark, const struct sample_kernel *kernel, size_t processes,
                               size_t batches, uint64_t seed)
{
    sample_name(benchmark, kernel);
    sample_measure(benchmark, processes, batches, kernel, seed);
    if (!kernel->group)
        return;
    const struct sample_answer *right = &sample_answers[strstr(kernel->group, "1000000") ? 1 : 0];
    const struct sample_answer *given = kernel->status == ASSAY_STATUS_OK ? right : &sample_answers[2];
    benchmark->items = right->count;
    benchmark->least_operations = right->count;
    benchmark->verified = kernel->status == ASSAY_STATUS_OK;
    benchmark->answer = (struct assay_answer){ .known = true, .count = given->count, .sum = given->sum };
    memcpy(benchmark->answer.sha256, given->sha256, 65);
    benchmark->oracle =
        (struct assay_oracle){ .count_known = true, .count = right->count, .source = sample_copy("OEIS A006880") };
}

static inline struct assay_document *sample_document(size_t kernels, size_t processes, size_t batches)
{
    struct assay_document *document = NULL;
    if (assay_document_new(&document, NULL))
        return NULL;
    struct assay_session *session = assay_document_add_session(document);
    free(document->id);
    free(document->created);
    free(session->id);
    free(session->created);
    document->id = sample_copy("0123456789abcdef0123456789abcdef");
    document->created = sample_copy("2026-11-22T16:10:31Z");
    session->id = sample_copy("00112233445566778899aabbccddeeff");
    session->created = sample_copy("2026-11-22T16:10:31Z");
    session->command = sample_copy("assay run --suite quick");
    session->seed = 12345678901234567890u;
    session->duration_s = 41.5;
    document->tool_version = sample_copy("0.1.0");
    document->tool_commit = sample_copy("1f0c7a2");
    document->suite = sample_copy("quick");
    document->suite_version = sample_copy("1.0.0");
    assay_facts_text(&session->environment, "cpu", "model", "Example Processor 9000", "libcpuid 0.6.2");
    assay_facts_integer(&session->environment, "cpu", "logical", 2, "sched_getaffinity");
    assay_facts_real(&session->environment, "load", "before", 0.12, "/proc/loadavg");
    assay_facts_none(&session->environment, "frequency", "governor", "no cpufreq in this virtual machine");
    session->reference_operations = 1e6;
    session->reference_count = 8;
    session->reference_start_ns = calloc(8, sizeof(double));
    session->reference_elapsed_ns = calloc(8, sizeof(double));
    for (size_t i = 0; i < 8; i++) {
        session->reference_start_ns[i] = (double)i * 5e9;
        session->reference_elapsed_ns[i] = i < 4 ? 1002000 + (double)i : 1085000 + (double)i;
    }
    for (size_t i = 0; i < kernels && i < SAMPLE_KERNELS; i++)
        sample_fill(assay_document_add(document), &sample_kernels[i], processes, batches, i + 1);
    assay_document_warn(document, "the load was %.1f when the run began", 0.9);
    if (assay_document_compute(document, NULL)) {
        assay_document_free(document);
        return NULL;
    }
    return document;
}

#endif
