/* The command track log: the history of a benchmark, or what there is in a store. Writes nothing into it. */
#include "cli/track.h"

#include "base/file.h"
#include "base/vector.h"
#include "cli/common.h"
#include "cli/output.h"
#include "cli/results.h"
#include "cli/say.h"
#include "cli/track_log_text.h"
#include "cli/track_slice.h"
#include "history/instant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EVENT_POINTS = 2500 }; /* that the list of a store searches at most: it must come at once */

struct log_values {
    struct assay_option_value store, output, format, width, quiet, color;
    struct assay_track_filters filters;
};

#define AT(field) .offset = offsetof(struct log_values, field)

static const char *const formats[] = { "text", "json", "html", "svg", "md", "rows", NULL };

static const struct assay_option options[] = {
    { ASSAY_TRACK_STORE_MADE, AT(store) },
    { ASSAY_TRACK_FINGERPRINT, AT(filters.fingerprint) },
    { ASSAY_TRACK_BRANCH, .fallback = "the one that most results are of", AT(filters.branch) },
    { ASSAY_TRACK_SINCE, AT(filters.since) },
    { ASSAY_TRACK_UNTIL, AT(filters.until) },
    { ASSAY_TRACK_COMMITS, .fallback = "200", AT(filters.commits) },
    { .name = "unit",
      .kind = ASSAY_OPTION_CHOICE,
      .value = "U",
      .summary = "ratios to a reference build, times, or both",
      .fallback = "ratios where there are any, else times",
      .choices = assay_track_units,
      AT(filters.unit) },
    { ASSAY_COMMON_OUTPUT, AT(output) },
    { .name = "format",
      .kind = ASSAY_OPTION_CHOICE,
      .value = "F",
      .summary = "what is written",
      .choices = formats,
      .fallback = "text",
      AT(format) },
    { .name = "width",
      .kind = ASSAY_OPTION_INTEGER,
      .value = "N",
      .summary = "columns of a text",
      .fallback = "those of the terminal",
      .least = 40,
      .most = 1000,
      AT(width) },
    { ASSAY_COMMON_QUIET, AT(quiet) },
    { ASSAY_COMMON_COLOR, AT(color) },
    { .name = NULL },
};

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

static int refuse_filters(struct assay_error *error)
{
    return assay_fail(error, ASSAY_EINPUT, "no result fits: want fewer of --fingerprint, --branch, --unit, --since and --until");
}

static int choose_format(const struct assay_report_format **format, const struct log_values *values, struct assay_error *error)
{
    const struct assay_report_format *found = NULL;
    bool known = false;
    if (values->format.given) {
        found = assay_report_format_find(values->format.text);
    } else {
        found = assay_output_is_standard(&values->output) ? assay_report_format_find("text")
                                                          : assay_report_format_of_path(values->output.text);
    }
    for (size_t i = 0; found && formats[i]; i++) {
        known = known || strcmp(found->name, formats[i]) == 0 || strcmp(found->name, "markdown") == 0;
    }
    *format = found;
    return known ? 0
                 : assay_fail(error, ASSAY_EUSAGE,
                              "bad -o '%.160s': its ending implies no format of a history, want one such as .html or .json, or --format",
                              values->output.text);
}

/* ---- text ---- */

static void look(struct assay_report_options *view, const struct log_values *values)
{
    struct assay_terminal terminal;
    bool file = !assay_output_is_standard(&values->output);
    assay_terminal_look(&terminal, STDOUT_FILENO, (enum assay_color_choice)values->color.integer);
    view->width = values->width.given ? (unsigned)values->width.integer : file ? 0 : terminal.width;
    view->color = !file && terminal.color;
    view->unicode = terminal.unicode;
}

static int write_text(struct assay_text *text, const struct log_values *values, struct assay_error *error)
{
    struct assay_output *file = NULL;
    if (text->failed) {
        return no_memory(error);
    }
    if (assay_output_is_standard(&values->output)) {
        fwrite(text->bytes ? text->bytes : "", 1, text->length, stdout);
        return 0;
    }
    int code = assay_output_open(&file, values->output.text, error);
    if (!code) {
        fwrite(text->bytes ? text->bytes : "", 1, text->length, assay_output_stream(file));
        code = assay_output_commit(file, error);
    }
    return code;
}

static int write_series(const struct assay_history_series *series, size_t count, const struct log_values *values,
                        struct assay_error *error)
{
    struct assay_report_options view = ASSAY_REPORT_OPTIONS_INIT;
    struct assay_text text = ASSAY_TEXT_INIT;
    look(&view, values);
    for (size_t i = 0; i < count; i++) {
        assay_text_append(&text, i > 0 ? "\n" : "");
        assay_track_log_series(&text, &series[i], &view);
    }
    int code = write_text(&text, values, error);
    assay_text_release(&text);
    return code;
}

/* ---- what there is in a store ---- */

static int compare_newest(const void *a, const void *b)
{
    const struct assay_store_listed *x = a, *y = b;
    int64_t date_x = INT64_MIN, date_y = INT64_MIN;
    (void)assay_history_instant(&date_x, x->newest_date);
    (void)assay_history_instant(&date_y, y->newest_date);
    return date_x != date_y ? (date_x > date_y ? -1 : 1) : strcmp(x->benchmark, y->benchmark);
}

static int compare_names(const void *a, const void *b)
{
    const struct assay_store_listed *x = a, *y = b;
    int benchmark = strcmp(x->benchmark, y->benchmark);
    return benchmark ? benchmark : (x->unit > y->unit) - (x->unit < y->unit);
}

struct searched {
    struct assay_history_series *series;
    size_t count, capacity;
};

static int search_one(struct searched *searched, struct assay_store *store, const char *benchmark,
                      const struct assay_track_slice *slice, struct assay_error *error)
{
    struct assay_track_slice one = *slice;
    struct assay_history_series *series = NULL;
    void *items = searched->series;
    size_t count = 0;
    one.query.benchmark = benchmark;
    int code = assay_track_find(&series, &count, store, &one, error);
    bool room = code || assay_reserve(&items, &searched->capacity, searched->count + count, sizeof *searched->series);
    searched->series = items;
    for (size_t i = 0; searched->series && i < count && room; i++) {
        if (!benchmark || strcmp(series[i].benchmark, benchmark) == 0) {
            searched->series[searched->count++] = series[i];
            series[i] = (struct assay_history_series){ 0 };
        }
    }
    assay_track_free(series, count);
    return room ? code : no_memory(error);
}

/* The series with the newest results, as many as can be searched at once; `items` are sorted by that. *whole: these are all. */
static int search_newest(struct searched *searched, bool *whole, struct assay_store *store, struct assay_store_listed *items,
                         size_t count, const struct assay_track_slice *slice, struct assay_error *error)
{
    size_t points = 0, taken = 0;
    for (; taken < count; taken++) {
        size_t own = items[taken].points < ASSAY_TRACK_SEARCHED ? items[taken].points : ASSAY_TRACK_SEARCHED;
        if (taken > 0 && points + own > EVENT_POINTS) {
            break;
        }
        points += own;
    }
    *whole = taken == count;
    if (*whole) {
        return search_one(searched, store, NULL, slice, error);
    }
    qsort(items, taken, sizeof *items, compare_names);
    int code = 0;
    for (size_t i = 0; i < taken && !code; i++) {
        bool again = i > 0 && strcmp(items[i - 1].benchmark, items[i].benchmark) == 0;
        code = again ? 0 : search_one(searched, store, items[i].benchmark, slice, error);
    }
    return code;
}

/* Series of other machines and units go to the end; how many are left before them. */
static size_t choose_fitting(struct assay_store_listed *items, size_t count, const struct assay_store_query *query)
{
    size_t fitting = 0;
    for (size_t i = 0; i < count; i++) {
        struct assay_store_listed item = items[i];
        bool any = true;
        for (size_t unit = 0; unit < ASSAY_HISTORY_UNITS; unit++) {
            any = any && !query->units[unit];
        }
        bool own = !query->fingerprint || (item.fingerprint && strcmp(item.fingerprint, query->fingerprint) == 0);
        if (own && (any || query->units[item.unit])) {
            items[i] = items[fitting];
            items[fitting++] = item;
        }
    }
    return fitting;
}

static int write_list(struct assay_store *store, const char *address, const struct assay_track_slice *slice,
                      const struct log_values *values, struct assay_error *error)
{
    struct assay_report_options view = ASSAY_REPORT_OPTIONS_INIT;
    struct assay_text text = ASSAY_TEXT_INIT;
    struct assay_store_listed *items = NULL;
    struct searched searched = { 0 };
    struct assay_event *events = NULL;
    size_t count = 0, fitting = 0, event_count = 0;
    bool whole = true;
    int code = assay_store_list(&items, &count, store, error);
    look(&view, values);
    if (!code) {
        fitting = choose_fitting(items, count, &slice->query);
        code = count == 0     ? assay_track_unknown(store, address, NULL, error)
               : fitting == 0 ? refuse_filters(error)
                              : 0;
    }
    if (!code) {
        qsort(items, fitting, sizeof *items, compare_names);
        assay_track_log_list(&text, items, fitting, &view);
        qsort(items, fitting, sizeof *items, compare_newest);
        code = search_newest(&searched, &whole, store, items, fitting, slice, error);
    }
    code = code ? code : assay_history_events(&events, &event_count, searched.series, searched.count, error);
    if (!code) {
        assay_track_log_events(&text, events, event_count, searched.series, &view);
        if (!whole && !values->quiet.given) {
            assay_text_format(&text, "  of the %zu series with the newest results; of others: assay track log BENCHMARK\n", searched.count);
        }
        code = write_text(&text, values, error);
    }
    assay_history_events_free(events, event_count);
    assay_track_free(searched.series, searched.count);
    assay_store_list_free(items, count);
    assay_text_release(&text);
    return code;
}

/* ---- the other formats ---- */

static int write_document(struct assay_history_series *series, size_t count, const struct assay_report_format *format,
                          const struct log_values *values, struct assay_error *error)
{
    struct assay_document *document = NULL;
    struct assay_report *report = NULL;
    int code = assay_track_document_take(&document, series, count, error);
    const struct assay_report_input input = { .document = document };
    if (!code) {
        code = assay_report_new(&report, &input, 1, error);
    }
    if (!code) {
        struct assay_results_form form = { .format = format,
                                           .path = assay_output_is_standard(&values->output) ? NULL : values->output.text,
                                           .quiet = &values->quiet,
                                           .color = &values->color,
                                           .view = ASSAY_REPORT_OPTIONS_INIT };
        form.view.verdict = true;
        code = assay_results_write(&form, report, error);
    }
    assay_report_free(report);
    assay_document_free(document);
    return code;
}

/* Results there are, but none that fits the options. */
static int refuse_nothing(struct assay_store *store, const char *address, const char *benchmark, bool filtered, struct assay_error *error)
{
    struct assay_history_series *series = NULL;
    const struct assay_store_query any = { .benchmark = benchmark, .most = 1 };
    size_t count = 0;
    int code = filtered ? assay_store_series(&series, &count, store, &any, error) : 0;
    assay_track_free(series, count);
    if (code) {
        return code;
    }
    if (count > 0) {
        return refuse_filters(error);
    }
    return assay_track_unknown(store, address, benchmark, error);
}

static int show(struct assay_store *store, const char *address, const struct assay_track_slice *slice,
                const struct assay_report_format *format, const struct log_values *values, struct assay_error *error)
{
    const char *benchmark = slice->query.benchmark;
    struct assay_history_series *series = NULL;
    const struct assay_track_filters *filters = &values->filters;
    size_t count = 0, points = 0;
    bool text = strcmp(format->name, "text") == 0;
    if (text && !benchmark) {
        return write_list(store, address, slice, values, error);
    }
    int code = assay_track_find(&series, &count, store, slice, error);
    for (size_t i = 0; i < count; i++) {
        points += series[i].point_count;
    }
    bool filtered = filters->fingerprint.given || filters->branch.given || filters->unit.given || filters->since.given || filters->until.given;
    if (!code && points == 0) {
        code = refuse_nothing(store, address, benchmark, filtered, error);
    } else if (!code) {
        code = text ? write_series(series, count, values, error) : write_document(series, count, format, values, error);
    }
    assay_track_free(series, count);
    return code;
}

static int run(const struct assay_invocation *invocation)
{
    const struct log_values *values = invocation->values;
    const char *benchmark = invocation->arguments.name_count > 0 ? invocation->arguments.names[0] : NULL;
    const char *address = assay_track_address(&values->store);
    const struct assay_report_format *format = NULL;
    struct assay_track_slice slice;
    struct assay_store *store = NULL;
    struct assay_error error = { 0 };
    int code = assay_track_slice_init(&slice, benchmark, &values->filters, &error);
    slice.shown = values->filters.commits.given ? slice.shown : ASSAY_TRACK_SHOWN;
    code = code ? code : choose_format(&format, values, &error);
    code = code ? code : assay_store_open(&store, address, ASSAY_STORE_READ, &error);
    code = code ? code : show(store, address, &slice, format, values, &error);
    assay_store_close(store);
    assay_track_slice_release(&slice);
    if (code && !assay_output_is_gone()) {
        return assay_say_error(&error);
    }
    return assay_finish_output(ASSAY_EXIT_OK);
}

static const struct assay_example examples[] = {
    { "assay track log", "which benchmarks there are, and the last events" },
    { "assay track log sieve.bytes:limit=1000000", "its history, with a plot" },
    { "assay track log 'sieve.*' --commits 20", "of all that begin so, the last 20 results" },
    { "assay track log -o history.html", "everything, as a page" },
    { NULL, NULL },
};

const struct assay_command assay_command_track_log = {
    .syntax = { .command = "track log",
                .options = options,
                .positional = { .name = "BENCHMARK", .summary = "its id; '*' stands for any text", .most = 1, .completion = ASSAY_COMPLETE_BENCHMARK } },
    .summary = "show the history of a benchmark, and where it changed",
    .description = "A row a result, the newest last; where the level changed, by how much, and who accepted it. The same changes as in "
                   "`assay report --history`.",
    .examples = examples,
    .values_size = sizeof(struct log_values),
    .run = run,
};
