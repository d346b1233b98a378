/* The tables of a benchmark's fields, and what is checked when one is complete. The order and names are those of
 * write.c and docs/result-document.md. */
#include "result/reader.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct assay_benchmark *present(struct assay_reader *reader)
{
    return &reader->document->benchmarks[reader->document->benchmark_count - 1];
}

static void *open_process(struct assay_reader *reader)
{
    return assay_benchmark_add_process(present(reader));
}

#define IN(member) .offset = offsetof(struct assay_process, member)
static const struct assay_field process_fields[] = {
    { "session", assay_set_u32, IN(session) },        { "layout", assay_set_index, IN(layout) },
    { "processor", assay_set_index, IN(processor) },  { "seed", assay_set_u64, IN(seed) },
    { "build_id", assay_set_text, IN(build_id) },     { "steady", assay_set_truth, IN(steady) },
    { "warmup_ns", assay_set_real, IN(warmup_ns) },   { "startup_ns", assay_set_real, IN(startup_ns) },
    { "peak_bytes", assay_set_real, IN(peak_bytes) },
};
static const struct assay_shape process_shape = ASSAY_SHAPE(process_fields, NULL);
#undef IN

static void *open_samples(struct assay_reader *reader)
{
    return reader->columns;
}

/* Columns that the document lacks are not known: NaN. */
static bool fill_column(struct assay_reals *column, size_t count)
{
    column->values = malloc((count ? count : 1) * sizeof *column->values);
    for (size_t i = 0; column->values && i < count; i++) {
        column->values[i] = NAN;
    }
    return column->values != NULL;
}

static int close_samples(struct assay_reader *reader, void *target)
{
    struct assay_reals *columns = target;
    uint64_t seen = reader->frames[reader->depth - 1].seen;
    struct assay_samples *samples = &present(reader)->samples;
    size_t count = columns[0].count;
    for (size_t i = 0; i < ASSAY_COLUMN_COUNT; i++) {
        bool given = seen & (uint64_t)1 << i;
        if (given && columns[i].count != count) {
            return assay_reader_fail(reader, ASSAY_EINPUT, "column '%s' has %zu values, '%s' has %zu",
                                     assay_columns[i].name, columns[i].count, assay_columns[0].name, count);
        }
        if (!given && !fill_column(&columns[i], count)) {
            return assay_reader_fail(reader, ASSAY_ENOMEM, "out of memory");
        }
    }
    for (size_t i = 0; i < ASSAY_COLUMN_COUNT; i++) {
        assay_samples_set_column(samples, i, columns[i].values);
        columns[i] = (struct assay_reals){ 0 };
    }
    samples->count = samples->capacity = count;
    return 0;
}

/* In the order of assay_columns, which is where a column's index is its bit in `seen`. */
#define COLUMN(index, text, must)                                                                                      \
    {                                                                                                                  \
        text, .required = must, ASSAY_REALS((index) * sizeof(struct assay_reals))                                      \
    }
static const struct assay_field sample_fields[ASSAY_COLUMN_COUNT] = {
    COLUMN(0, "iterations", true),
    COLUMN(1, "elapsed_ns", true),
    COLUMN(2, "cpu_ns", false),
    COLUMN(3, "start_ns", false),
    COLUMN(4, "process", true),
    COLUMN(5, "voluntary_switches", false),
    COLUMN(6, "involuntary_switches", false),
    COLUMN(7, "migrations", false),
    COLUMN(8, "steal_ns", false),
    COLUMN(9, "faults", false),
};
static const struct assay_shape samples_shape = ASSAY_SHAPE(sample_fields, close_samples);

static void *open_values(struct assay_reader *reader, struct assay_measure_values **list, size_t *count)
{
    struct assay_measure_values *grown = reallocarray(*list, *count + 1, sizeof *grown);
    if (!grown) {
        return NULL;
    }
    *list = grown;
    grown[*count] = (struct assay_measure_values){ 0 };
    reader->list = list;
    reader->list_count = count;
    return &grown[(*count)++];
}

static void *open_measure(struct assay_reader *reader)
{
    return open_values(reader, &present(reader)->measures, &present(reader)->measure_count);
}

static void *open_distribution(struct assay_reader *reader)
{
    return open_values(reader, &present(reader)->distributions, &present(reader)->distribution_count);
}

static void *open_counter(struct assay_reader *reader)
{
    return open_values(reader, &present(reader)->counters, &present(reader)->counter_count);
}

static int close_values(struct assay_reader *reader, void *target)
{
    const struct assay_measure_values *measure = target;
    for (size_t i = 0; i + 1 < *reader->list_count; i++) {
        if (strcmp((*reader->list)[i].name, measure->name) == 0) {
            return assay_reader_fail(reader, ASSAY_EINPUT, "duplicate name '%.60s'", measure->name);
        }
    }
    return 0;
}

#define IN(member) .offset = offsetof(struct assay_measure_values, member)
static const struct assay_field value_fields[] = {
    { "name", assay_set_needed, .required = true, IN(name) },
    { "unit", assay_set_needed, .required = true, IN(unit) },
    { "better", assay_set_better, IN(higher_is_better) },
    { "reason", assay_set_text, IN(reason) },
    { "values", .required = true, .opens = ASSAY_OPENS_REALS, IN(values), .most = ASSAY_MOST_VALUES,
      .count_offset = offsetof(struct assay_measure_values, count),
      .capacity_offset = offsetof(struct assay_measure_values, capacity) },
    /* of distributions only, and so the last */
    { "counts", assay_set_null, .opens = ASSAY_OPENS_REALS, IN(counts), .most = ASSAY_MOST_VALUES,
      .count_offset = offsetof(struct assay_measure_values, counts_count),
      .capacity_offset = offsetof(struct assay_measure_values, counts_capacity) },
};
#undef IN
static const struct assay_shape distribution_shape = ASSAY_SHAPE(value_fields, close_values);
static const struct assay_shape values_shape = { .fields = value_fields,
                                                 .count = sizeof value_fields / sizeof value_fields[0] - 1,
                                                 .close = close_values };

/* A benchmark. */

static int close_answer(struct assay_reader *reader, void *target)
{
    (void)reader;
    ((struct assay_answer *)target)->known = true;
    return 0;
}

#define IN(member) .offset = offsetof(struct assay_answer, member)
static const struct assay_field answer_fields[] = {
    { "count", assay_set_u64, .required = true, IN(count) },
    { "sum", assay_set_u64, .required = true, IN(sum) },
    { "sha256", assay_set_sha256, IN(sha256) },
};
static const struct assay_shape answer_shape = ASSAY_SHAPE(answer_fields, close_answer);
#undef IN

#define IN(member, known)                                                                                              \
    .offset = offsetof(struct assay_oracle, member), .count_offset = offsetof(struct assay_oracle, known)
static const struct assay_field oracle_fields[] = {
    { "count", assay_set_known_u64, IN(count, count_known) },
    { "sum", assay_set_known_u64, IN(sum, sum_known) },
    { "sha256", assay_set_sha256, IN(sha256, sha256_known) },
    { "source", assay_set_needed, .required = true, .offset = offsetof(struct assay_oracle, source) },
};
static const struct assay_shape oracle_shape = ASSAY_SHAPE(oracle_fields, NULL);
#undef IN

#define IN(member) .offset = offsetof(struct assay_benchmark, member)
static const struct assay_field work_fields[] = {
    { "items", assay_set_said, IN(items) },
    { "bytes", assay_set_said, IN(bytes) },
    { "least_operations", assay_set_said, IN(least_operations) },
    { "operations", assay_set_real, IN(operations) },
};
static const struct assay_shape work_shape = ASSAY_SHAPE(work_fields, NULL);
#undef IN

static int close_statistics(struct assay_reader *reader, void *target)
{
    (void)target;
    present(reader)->has_statistics = true;
    return 0;
}

#define REAL(name)                                                                                                     \
    {                                                                                                                  \
#name, assay_set_number, .required = true, .offset = offsetof(struct assay_statistics, name)                   \
    }
#define IN(member) .offset = offsetof(struct assay_statistics, member)
static const struct assay_field statistics_fields[] = {
    { "samples", assay_set_size, .required = true, IN(samples) },
    { "processes", assay_set_u32, .required = true, IN(processes) },
    { "sessions", assay_set_u32, .required = true, IN(sessions) },
    REAL(min),
    REAL(median),
    REAL(mean),
    REAL(max),
    REAL(stddev),
    REAL(mad),
    REAL(p05),
    REAL(p95),
    REAL(spread_within),
    REAL(spread_between),
    { "ci95", assay_set_null, .required = true, .opens = ASSAY_OPENS_INTERVAL, IN(ci95) },
    { "ci95_reason", assay_set_reason, IN(ci95_reason) },
};
static const struct assay_shape statistics_shape = ASSAY_SHAPE(statistics_fields, close_statistics);
#undef IN

#define IN(member) .offset = offsetof(struct assay_benchmark, member)
static const struct assay_field benchmark_fields[] = {
    { "id", assay_set_needed, .required = true, IN(id) },
    { "kernel", assay_set_needed, .required = true, IN(kernel) },
    { "version", assay_set_text, IN(version) },
    { "parameters", .opens = ASSAY_OPENS_PARAMETERS, .most = ASSAY_MOST_WORDS },
    { "implementation", assay_set_needed, .required = true, IN(implementation) },
    { "plugin", assay_set_text, IN(plugin) },
    { "build", assay_set_text, IN(build) },
    { "mode", assay_set_needed, IN(mode) },
    { "threads", assay_set_u32, IN(threads) },
    { "jobs", assay_set_u32, IN(jobs) },
    { "group", assay_set_text, IN(group) },
    { "baseline", assay_set_bool, IN(baseline) },
    { "tags", .opens = ASSAY_OPENS_TEXTS, .most = ASSAY_MOST_WORDS, IN(tags),
      .count_offset = offsetof(struct assay_benchmark, tag_count) },
    { "status", assay_set_status, .required = true, IN(status) },
    { "message", assay_set_text, IN(message) },
    { "flags", .opens = ASSAY_OPENS_TEXTS, .most = ASSAY_MOST_WORDS, IN(flags),
      .count_offset = offsetof(struct assay_benchmark, flag_count) },
    { "answer", assay_set_null, ASSAY_OBJECT(answer_shape), IN(answer) },
    { "verified", assay_set_truth, IN(verified) },
    { "oracle", assay_set_null, ASSAY_OBJECT(oracle_shape), IN(oracle) },
    { "work", assay_set_null, ASSAY_OBJECT(work_shape) },
    { "statistics", assay_set_null, ASSAY_OBJECT(statistics_shape), IN(statistics) },
    { "processes", .required = true, ASSAY_OBJECTS(process_shape, open_process, ASSAY_MOST_PROCESSES) },
    { "samples", .required = true, .opens = ASSAY_OPENS_OBJECT, .shape = &samples_shape, .open = open_samples },
    { "measures", ASSAY_OBJECTS(values_shape, open_measure, ASSAY_MOST_WORDS) },
    { "distributions", ASSAY_OBJECTS(distribution_shape, open_distribution, ASSAY_MOST_WORDS) },
    { "counters", ASSAY_OBJECTS(values_shape, open_counter, ASSAY_MOST_WORDS) },
};
const struct assay_shape assay_shape_benchmark = ASSAY_SHAPE(benchmark_fields, NULL);
#undef IN
