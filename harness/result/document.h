/*
 * The result document in memory: `assay.result/1`. docs/result-document.md describes the fields, and
 * data/schema/result-1.json is the schema. Plain structs, owned by the document, filled by measure/ and read
 * by reports/. Knows no clock and no worker.
 *
 * Numbers are finite; NaN in a column stands for "not known" and is written as null.
 */
#ifndef ASSAY_RESULT_DOCUMENT_H
#define ASSAY_RESULT_DOCUMENT_H

#include "base/error.h"
#include "base/facts.h"
#include "result/crossover.h"
#include "result/history.h"
#include "result/profile.h"
#include "result/scaling.h"
#include "stats/stats.h"
#include "stats/verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum assay_status {
    ASSAY_STATUS_OK,
    ASSAY_STATUS_WRONG_ANSWER,
    ASSAY_STATUS_CRASHED,
    ASSAY_STATUS_TIMED_OUT,
    ASSAY_STATUS_OUT_OF_MEMORY,
    ASSAY_STATUS_EXITED,
    ASSAY_STATUS_FAILED,
    ASSAY_STATUS_PROTOCOL_ERROR,
    ASSAY_STATUS_UNAVAILABLE,
    ASSAY_STATUS_IMPLAUSIBLE,
    ASSAY_STATUS_INTERRUPTED,
    ASSAY_STATUS_COUNT
};
const char *assay_status_word(enum assay_status status); /* "wrong-answer" */
bool assay_status_parse(enum assay_status *status, const char *word);

struct assay_pair { /* a parameter with its canonical text */
    char *name;
    char *text;
};

struct assay_answer {
    bool known;
    uint64_t count;
    uint64_t sum; /* modulo 2^64; a decimal string in JSON */
    char sha256[65];
};

/* What an oracle knows of the answer. */
struct assay_oracle {
    bool count_known, sum_known, sha256_known;
    uint64_t count, sum;
    char sha256[65];
    char *source; /* NULL: no oracle */
};

/* Columns of equal length `count`, in the order of time. Reals: NaN is null. */
struct assay_samples {
    size_t count;
    size_t capacity;
    double *iterations; /* whole numbers up to 2^53 */
    double *elapsed_ns;
    double *cpu_ns;
    double *start_ns; /* since the run began, on the coordinator's clock; whole */
    double *process;  /* index into processes[]; whole */
    double *voluntary_switches;
    double *involuntary_switches;
    double *migrations;
    double *steal_ns;
    double *faults;
};
/* The columns as a table, so that writer, reader, CSV and schema test walk one list. */
struct assay_column {
    const char *name; /* "elapsed_ns" */
    size_t offset;    /* of the double* in struct assay_samples */
    bool whole;       /* always a whole number */
};
#define ASSAY_COLUMN_COUNT 10
extern const struct assay_column assay_columns[ASSAY_COLUMN_COUNT];
/* The column's values. Borrowed. */
double *assay_samples_column(const struct assay_samples *samples, size_t column);
/* Appends one row: `values` in the order of assay_columns. False: out of memory. */
bool assay_samples_append(struct assay_samples *samples, const double values[ASSAY_COLUMN_COUNT]);
/* Room for `wanted` rows in every column; false, with the rows as they were: out of memory. */
bool assay_samples_reserve(struct assay_samples *samples, size_t wanted);
/* Puts a heap array in the place of a column, without freeing what stood there. */
void assay_samples_set_column(struct assay_samples *samples, size_t column, double *values);
void assay_samples_release(struct assay_samples *samples);
/* Nanoseconds per iteration of one row: what every statistic is of. */
static inline double assay_samples_ns(const struct assay_samples *samples, size_t row)
{
    return samples->elapsed_ns[row] / samples->iterations[row];
}

struct assay_process {
    uint32_t session;  /* index into the document's sessions[] */
    int32_t layout;    /* which layout was loaded; 0: as linked; -1: does not apply */
    int32_t processor; /* pinned to; -1: free */
    uint64_t seed;     /* decimal string in JSON */
    char *build_id;    /* hexadecimal; NULL: none */
    int steady;        /* 1, 0, or -1: not known */
    double warmup_ns;  /* time in warm-up batches; NaN: not known */
    double startup_ns; /* from start to ready and set up; NaN: not known */
    double peak_bytes; /* peak resident size; NaN: not known */
};

/* One of a kernel's own measures, or a counter: a value a batch. */
struct assay_measure_values {
    char *name;
    char *unit;
    bool higher_is_better;
    char *reason;   /* why there are no values (a counter that this machine lacks); NULL else */
    double *values; /* measures: one a sample, in order; distributions: any number; counters: one a batch that was
                       counted, per iteration (not lined up with the samples). NaN: null */
    size_t count;
    size_t capacity;
    double *counts; /* distributions only: how many of the values each sample gave, whole, one a sample, in order;
                       empty: not known */
    size_t counts_count;
    size_t counts_capacity;
};

struct assay_benchmark {
    char *id;
    char *kernel;
    char *version; /* the kernel's x.y.z; NULL: not said */
    struct assay_pair *parameters;
    size_t parameter_count;
    char *implementation; /* "c", "cpython", ... */
    char *plugin;         /* path of the plug-in or worker file as found; NULL: none */
    char *build;          /* what the plug-in says of its compiler and flags; NULL: nothing */
    char *mode;           /* "warm", "first" (first iteration of a fresh process), "flushed" (caches flushed) */
    uint32_t threads;
    uint32_t jobs;  /* benchmarks that were measured at the same time, this one included; 1: alone */
    char *group;    /* benchmarks of one group are ranked together; NULL: none */
    bool baseline;  /* what the others of its group are compared with; at most one a group, mode and jobs */
    char **tags;    /* what the kernel says of its kind: a word ("sieve") or NAME=VALUE ("bits=8") */
    size_t tag_count;
    enum assay_status status;
    char *message; /* NULL when ok */
    char **flags;  /* words: those of assay_stats_flag_word, and "prints", "invalid-utf8", ... */
    size_t flag_count;
    struct assay_answer answer;
    int verified; /* 1 true, 0 false, -1 null: no oracle knows */
    struct assay_oracle oracle;
    double items, bytes, least_operations; /* of an iteration; 0: not said */
    double operations;                     /* counted by the counts build for one iteration; NaN: not counted */
    struct assay_process *processes;
    size_t process_count, process_capacity;
    struct assay_samples samples;
    struct assay_measure_values *measures; /* one value a sample */
    size_t measure_count;
    struct assay_measure_values *distributions; /* any number of values */
    size_t distribution_count;
    struct assay_measure_values *counters; /* allocations, allocated_bytes, cycles, ...: per iteration */
    size_t counter_count;
    bool has_statistics; /* false: no sample */
    struct assay_statistics statistics;
};

struct assay_session { /* one run whose samples are in the document; `--append` adds one */
    char *id;
    char *created; /* RFC 3339, UTC */
    char *command;
    uint64_t seed;
    double duration_s;
    struct assay_facts environment; /* of that session; sessions[0]'s is the document's `environment` */
    /* The fixed chain of work, measured between blocks: machine drift shows here. */
    double *reference_start_ns;
    double *reference_elapsed_ns;
    size_t reference_count, reference_capacity;
    double reference_operations; /* dependent multiplications in one measurement */
};

/* What the blocks of a comparison measured: columns of equal length `count`, in the order of time. NaN is null. */
struct assay_blocks {
    size_t count, capacity;
    double *log_ratio;    /* ln(head's time over base's), per item of work where units differ; never NaN */
    double *first_half;   /* the same of the first half of its quartets, */
    double *second_half;  /* and of the second */
    double *start_s;      /* since the comparison's first block began */
    double *seconds;      /* both starts included */
    double *layout;       /* k of both sides; 0: as linked; NaN: does not apply */
    double *order;        /* 0 to 65535, a bit a quartet, the first is 1: set for BAAB, clear for ABBA (A is base) */
    double *head_first;   /* 1: head's process was started first; else 0 */
    double *base_process; /* index into base's processes[] */
    double *head_process;
    double *set_aside;    /* 1: not in the verdict, by a rule blind to the side; else 0 */
};
struct assay_block_column {
    const char *name; /* "log_ratio" */
    size_t offset;    /* of the double* in struct assay_blocks */
    bool whole;       /* a whole number, 0 or more */
    bool nullable;
};
#define ASSAY_BLOCK_COLUMN_COUNT 11
extern const struct assay_block_column assay_block_columns[ASSAY_BLOCK_COLUMN_COUNT];
double *assay_blocks_column(const struct assay_blocks *blocks, size_t column); /* borrowed */
/* One row, in the order of assay_block_columns. False: out of memory. */
bool assay_blocks_append(struct assay_blocks *blocks, const double values[ASSAY_BLOCK_COLUMN_COUNT]);
void assay_blocks_release(struct assay_blocks *blocks);

/* Two benchmarks against each other. Ratios are head's time over base's; margins and effects are fractions. NaN stands for
 * "not known" and is written as null. */
struct assay_comparison {
    size_t base, head; /* indexes into benchmarks[]; may be equal: a benchmark against itself */
    char *id;          /* for people: the id that both share, or "ID against ID" */
    char *design;      /* "blocks", "duet", "layouts" (foreign layouts are the unit), "stored" */
    char *unit;        /* what a time is per: "iteration" or "item" */
    double ratio;      /* Hodges-Lehmann over blocks; NaN without blocks */
    double low, high;  /* the confidence sequence at `confidence`: verdicts come from it alone; NaN: not bounded yet */
    double confidence;
    double ci95_low, ci95_high; /* of `ratio`, for a number of blocks fixed beforehand: a description; NaN: too few */
    double margin;
    enum assay_verdict verdict;
    char *reason;               /* why it is inconclusive, or limited; NULL */
    int direction;              /* 1: head proven slower, -1: faster, 0: neither */
    bool beyond_margin;         /* by more than the margin */
    double direction_at_s;      /* NaN: no direction was proven */
    double log_evidence;        /* ln E against "no difference", of the larger side */
    double gate_log_evidence;   /* what a failed build needs; NaN: no gate (stored) */
    bool discovery;             /* among those that e-BH at 5 % calls different */
    double pairs;               /* of neighbouring batches, in the verdict */
    double seconds;             /* spent on it, links and starts included */
    double minimum_detectable_effect; /* had 90 % power with what was measured; NaN: not known */
    double seconds_needed;      /* in all, to decide at the margin; NaN: decided, or not known */
    double spread;              /* 1.4826 MAD of the blocks' log ratios */
    double carry_over;          /* median of ln(batch after the other side / batch after itself); NaN */
    double carry_over_low, carry_over_high; /* its 95 % interval */
    double autocorrelation;     /* of blocks, lag 1, by ranks */
    double drift_p;             /* that the ratio moved while it was measured */
    double between_share;       /* of the variance: between blocks, against within */
    double injected;            /* work added to head to test the test, a fraction; 0 */
    double base_instructions, head_instructions; /* of an iteration, exact; NaN */
    char *instructions_source;  /* "callgrind", "counters", or why they are not known; NULL: not asked */
    int same_code;              /* 1: both sides' machine code is the same, relocations masked; 0: not; -1: not known */
    char **notes;               /* what a reader must know of this comparison, one line each */
    size_t note_count;
    struct assay_blocks blocks;
};
void assay_comparison_release(struct assay_comparison *comparison);
bool assay_comparison_note(struct assay_comparison *comparison, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

struct json_t; /* jansson's; only result/ looks inside */

struct assay_document {
    char *id; /* 32 hexadecimal digits, random */
    char *created;
    char *tool_version;
    char *tool_commit; /* NULL: not known */
    char *suite;       /* name; NULL: none */
    char *suite_version;
    struct assay_session *sessions; /* at least one */
    size_t session_count;
    struct assay_benchmark *benchmarks;
    size_t benchmark_count, benchmark_capacity;
    struct assay_comparison *comparisons;
    size_t comparison_count, comparison_capacity;
    struct assay_profile *profiles;
    size_t profile_count, profile_capacity;
    struct assay_profile_difference *differences; /* of profiles, `profile_differences[]` */
    size_t difference_count, difference_capacity;
    struct assay_scaling *scalings; /* computed from the samples, like the statistics */
    size_t scaling_count, scaling_capacity;
    struct assay_crossover *crossovers;
    size_t crossover_count, crossover_capacity;
    struct assay_history_series *history;
    size_t history_count, history_capacity;
    char *common_cause; /* one line: all comparisons moved together; NULL */
    char **warnings; /* of the whole run, one line each */
    size_t warning_count;
    struct json_t *rest; /* top-level fields this version does not model (unknown ones), kept as they are;
                            NULL: none */
};

int assay_document_new(struct assay_document **out, struct assay_error *error); /* empty, with a fresh id */
void assay_document_free(struct assay_document *document);
/* Adds an empty benchmark (mode "warm", jobs 1, verified -1, operations NaN); borrowed until the next addition. NULL: no
 * memory. */
struct assay_benchmark *assay_document_add(struct assay_document *document);
/* Adds a session with a fresh id and the present time; borrowed until the next addition. NULL: no memory. */
struct assay_session *assay_document_add_session(struct assay_document *document);
/* Adds an empty comparison (numbers NaN, same_code -1, verdict inconclusive, injected 0); borrowed until the next addition.
 * NULL: no memory. */
struct assay_comparison *assay_document_add_comparison(struct assay_document *document);
/* Likewise an empty profile of benchmarks[0], and an empty difference. */
struct assay_profile *assay_document_add_profile(struct assay_document *document);
struct assay_profile_difference *assay_document_add_difference(struct assay_document *document);
/* Likewise an empty scaling (numbers NaN) and an empty crossover (numbers NaN, outcome undecided). */
struct assay_scaling *assay_document_add_scaling(struct assay_document *document);
struct assay_crossover *assay_document_add_crossover(struct assay_document *document);
/* Likewise an empty series (unit ratio). */
struct assay_history_series *assay_document_add_history(struct assay_document *document);
bool assay_document_warn(struct assay_document *document, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool assay_benchmark_flag(struct assay_benchmark *benchmark, const char *word); /* no duplicates */
bool assay_benchmark_tag(struct assay_benchmark *benchmark, const char *tag);
/* The value of the tag "NAME=VALUE"; borrowed; NULL: there is none. */
const char *assay_benchmark_tag_value(const struct assay_benchmark *benchmark, const char *name);
/* Adds a parameter; both texts are copied. */
bool assay_benchmark_add_parameter(struct assay_benchmark *benchmark, const char *name, const char *text);
/* Adds a heap string to a list of them and owns it, also on failure. False: out of memory, or `text` is NULL. */
bool assay_texts_append_take(char ***texts, size_t *count, char *text);
struct assay_process *assay_benchmark_add_process(struct assay_benchmark *benchmark); /* borrowed; NULL: no memory */
/* Finds by name or adds; borrowed until the next addition. `list` is one of measures, distributions, counters. */
struct assay_measure_values *assay_measure_get(struct assay_measure_values **list, size_t *count, const char *name,
                                               const char *unit, bool higher_is_better);
bool assay_measure_append(struct assay_measure_values *measure, double value);
/* What one sample gave to a distribution: appends the values, and their number (0 too) to `counts`. Once for every
 * sample or never, and then without assay_measure_append. False, with all as it was: out of memory. */
bool assay_measure_append_counted(struct assay_measure_values *measure, const double *values, size_t count);
/* The rules that a document keeps, in memory and on disk: at least one session; threads and iterations of 1 and more
 * and elapsed times in every row; columns finite, not negative, and whole where they must be; rows and processes that
 * name a process and a session that exist; as many values of a measure as samples; a distribution's counts, where it
 * has any, whole, one a sample, and in sum the number of its values; comparisons whose numbers are finite or NaN and in
 * their bounds, whose blocks name processes that exist, and whose verdict is that of their interval (or inconclusive,
 * with a reason); histories whose changes and acceptances name points that exist. Reader, writer and compute all ask it. */
int assay_document_check(const struct assay_document *document, struct assay_error *error);
/* Computes `statistics` and the flags of stats/ from the samples of every benchmark. Flags of stats/ that no longer
 * hold go. The document must hold its rules. */
int assay_document_compute(struct assay_document *document, struct assay_error *error);
/* Appends the sessions and samples of `from` to `to`: benchmarks of equal id, mode, version, threads and jobs are joined (the
 * first of a kind with the first), others added, statistics computed anew. A joined benchmark keeps the `build` of
 * `to`, and the counts of a distribution if both sides know them. `from` is consumed (freed), also on failure; then
 * `to` is as it was, but for ENOMEM. A `from` with fields in `rest` is refused: they point into its own lists. */
int assay_document_append_take(struct assay_document *to, struct assay_document *from, struct assay_error *error);

/* Streams the JSON, after assay_document_check. Does not close `to`. Text that is not UTF-8 goes out with U+FFFD, and
 * the benchmark with the flag "invalid-utf8" (a warning of the document elsewhere). */
int assay_document_write(const struct assay_document *document, FILE *to, struct assay_error *error);
/* To a file: temporary name, flush, rename; "-" is standard output. */
int assay_document_save(const struct assay_document *document, const char *path, struct assay_error *error);
/* Streams the JSON in: unknown fields at the top are kept, elsewhere ignored, an unknown major version refused, sizes
 * checked. `name` stands in errors. */
int assay_document_read(struct assay_document **out, FILE *from, const char *name, struct assay_error *error);
int assay_document_load(struct assay_document **out, const char *path, struct assay_error *error);

#endif
