/* The command track export: points of a store as JSON lines or CSV. Searches nothing. */
#include "cli/track.h"

#include "base/file.h"
#include "cli/common.h"
#include "cli/say.h"
#include "cli/track_export.h"
#include "cli/track_slice.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct export_values {
    struct assay_option_value store, output, format, samples;
    struct assay_track_filters filters;
};

#define AT(field) .offset = offsetof(struct export_values, field)

enum export_format { AS_JSONL, AS_CSV };
static const char *const formats[] = { "jsonl", "csv", NULL };

static const struct assay_option options[] = {
    { ASSAY_TRACK_STORE_MADE, AT(store) },
    { ASSAY_TRACK_FINGERPRINT, AT(filters.fingerprint) },
    { ASSAY_TRACK_BRANCH, .fallback = "all", AT(filters.branch) },
    { ASSAY_TRACK_SINCE, AT(filters.since) },
    { ASSAY_TRACK_UNTIL, AT(filters.until) },
    { ASSAY_TRACK_COMMITS, .fallback = "all", AT(filters.commits) },
    { .name = "unit",
      .kind = ASSAY_OPTION_CHOICE,
      .value = "U",
      .summary = "ratios to a reference build, times, or both",
      .fallback = "all",
      .choices = assay_track_units,
      AT(filters.unit) },
    { .name = "samples",
      .kind = ASSAY_OPTION_FLAG,
      .summary = "with the samples of each time, nanoseconds of an iteration",
      AT(samples) },
    { ASSAY_COMMON_OUTPUT, AT(output) },
    { .name = "format",
      .kind = ASSAY_OPTION_CHOICE,
      .value = "F",
      .summary = "how to write it",
      .choices = formats,
      .fallback = "jsonl",
      AT(format) },
    { .name = NULL },
};

/* What is written, and where to. */
struct writing {
    FILE *to;
    enum export_format format;
    bool samples;
};

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

static int write_point(struct writing *writing, struct assay_store *store, const struct assay_history_series *series, size_t index,
                       struct assay_error *error)
{
    struct assay_track_exported point = { .series = series, .point = &series->points[index], .with_samples = writing->samples };
    struct assay_text line = ASSAY_TEXT_INIT;
    double *samples = NULL;
    int code = 0;
    if (writing->samples && point.point->document) {
        code = assay_store_samples(&samples, &point.sample_count, store, point.point->document, series->benchmark, series->unit, error);
        point.samples = samples;
    }
    if (!code && writing->format == AS_CSV) {
        assay_track_export_csv(&line, &point);
    } else if (!code) {
        assay_track_export_json(&line, &point);
    }
    if (!code && line.failed) {
        code = no_memory(error);
    } else if (!code && fwrite(line.bytes, 1, line.length, writing->to) != line.length) {
        code = assay_fail_errno(error, errno, "cannot write the points");
    }
    free(samples);
    assay_text_release(&line);
    return code;
}

/* The series of one benchmark: a store may be larger than the memory. */
static int write_benchmark(struct writing *writing, struct assay_store *store, const char *benchmark,
                           const struct assay_track_slice *slice, struct assay_error *error)
{
    struct assay_store_query query = slice->query;
    struct assay_history_series *series = NULL;
    size_t count = 0;
    query.benchmark = benchmark;
    query.most = slice->shown;
    int code = assay_store_series(&series, &count, store, &query, error);
    for (size_t i = 0; i < count && !code; i++) {
        bool own = strcmp(series[i].benchmark, benchmark) == 0; /* its name may be a pattern of others */
        for (size_t k = 0; own && k < series[i].point_count && !code; k++) {
            code = write_point(writing, store, &series[i], k, error);
        }
    }
    assay_track_free(series, count);
    return code;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const struct assay_store_listed *)a)->benchmark, ((const struct assay_store_listed *)b)->benchmark);
}

static int write_all(struct writing *writing, struct assay_store *store, const char *address, const struct assay_track_slice *slice,
                     struct assay_error *error)
{
    struct assay_store_listed *items = NULL;
    size_t count = 0, fitting = 0;
    int code = assay_store_list(&items, &count, store, error);
    if (!code && count > 0) {
        qsort(items, count, sizeof *items, compare_names);
    }
    if (!code && writing->format == AS_CSV) {
        struct assay_text head = ASSAY_TEXT_INIT;
        assay_track_export_head(&head, writing->samples);
        code = head.failed ? no_memory(error) : 0;
        if (!code) {
            fwrite(head.bytes, 1, head.length, writing->to);
        }
        assay_text_release(&head);
    }
    for (size_t i = 0; i < count && !code; i++) {
        bool again = i > 0 && strcmp(items[i - 1].benchmark, items[i].benchmark) == 0;
        bool fits = !slice->query.benchmark || assay_store_matches(slice->query.benchmark, items[i].benchmark);
        fitting += fits;
        code = again || !fits ? 0 : write_benchmark(writing, store, items[i].benchmark, slice, error);
    }
    if (!code && fitting == 0) {
        code = assay_track_unknown(store, address, slice->query.benchmark, error);
    }
    assay_store_list_free(items, count);
    return code;
}

static int choose_format(enum export_format *format, const struct export_values *values, struct assay_error *error)
{
    const char *path = assay_output_is_standard(&values->output) ? NULL : values->output.text;
    const char *dot = path ? strrchr(path, '.') : NULL;
    bool csv = dot && strcmp(dot, ".csv") == 0, jsonl = dot && strcmp(dot, ".jsonl") == 0;
    if (!values->format.given && path && !csv && !jsonl) {
        return assay_fail(error, ASSAY_EUSAGE, "bad -o '%.160s': its ending implies no format, want .jsonl or .csv, or --format", path);
    }
    *format = values->format.given ? (enum export_format)values->format.integer : csv ? AS_CSV : AS_JSONL;
    return 0;
}

static int export_points(struct assay_store *store, const char *address, const struct assay_track_slice *slice,
                         enum export_format format, const struct export_values *values, struct assay_error *error)
{
    struct writing writing = { .to = stdout, .format = format, .samples = values->samples.given > 0 };
    struct assay_output *file = NULL;
    int code = 0;
    if (!assay_output_is_standard(&values->output)) {
        code = assay_output_open(&file, values->output.text, error);
        writing.to = file ? assay_output_stream(file) : NULL;
    }
    code = code ? code : write_all(&writing, store, address, slice, error);
    if (file && code) {
        assay_output_abort(file);
    } else if (file) {
        code = assay_output_commit(file, error);
    }
    return code;
}

static int run(const struct assay_invocation *invocation)
{
    const struct export_values *values = invocation->values;
    const char *benchmark = invocation->arguments.name_count > 0 ? invocation->arguments.names[0] : NULL;
    const char *address = assay_track_address(&values->store);
    enum export_format format = AS_JSONL;
    struct assay_track_slice slice;
    struct assay_store *store = NULL;
    struct assay_error error = { 0 };
    int code = assay_track_slice_init(&slice, benchmark, &values->filters, &error);
    code = code ? code : choose_format(&format, values, &error);
    code = code ? code : assay_store_open(&store, address, ASSAY_STORE_READ, &error);
    code = code ? code : export_points(store, address, &slice, format, values, &error);
    assay_store_close(store);
    assay_track_slice_release(&slice);
    if (code && !assay_output_is_gone()) {
        return assay_say_error(&error);
    }
    return assay_finish_output(ASSAY_EXIT_OK);
}

static const struct assay_example examples[] = {
    { "assay track export -o history.jsonl", "everything, a JSON object a result" },
    { "assay track export 'sieve.*' --since 2026-01-01 --format csv", "a table of some" },
    { "assay track export --samples | jq .samples", "with what was measured" },
    { NULL, NULL },
};

const struct assay_command assay_command_track_export = {
    .syntax = { .command = "track export",
                .options = options,
                .positional = { .name = "BENCHMARK", .summary = "its id; '*' stands for any text", .most = 1, .completion = ASSAY_COMPLETE_BENCHMARK } },
    .summary = "write results of a store as JSON lines or CSV",
    .description = "A line a result, also of those that failed, in the order of commits. Numbers read back as the same numbers.",
    .examples = examples,
    .values_size = sizeof(struct export_values),
    .run = run,
};
