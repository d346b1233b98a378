/* The command report: documents that are there already, as a page, as text, and in every other form. Measures nothing. */
#include "reports/report.h"

#include "cli/command.h"
#include "cli/common.h"
#include "cli/output.h"
#include "cli/report.h"
#include "cli/results.h"
#include "cli/say.h"
#include "cli/track_slice.h"
#include "reports/html/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_FILES = 100 };

struct report_values {
    struct assay_option_value output, format, chart, document, history, quiet, color;
};

#define AT(field) .offset = offsetof(struct report_values, field)

static const struct assay_option options[] = {
    { .name = "output",
      .letter = 'o',
      .kind = ASSAY_OPTION_TEXT,
      .value = "FILE",
      .group = "What is written",
      .summary = "write to FILE, whose ending implies the format: .html, .md, .txt, .csv, .xml, ...",
      .wish = "a file",
      .fallback = "-, standard output",
      .completion = ASSAY_COMPLETE_FILE,
      AT(output) },
    { .name = "format",
      .kind = ASSAY_OPTION_CHOICE,
      .value = "F",
      .summary = "what is written",
      .fallback = "text",
      .choices = assay_report_formats_all,
      AT(format) },
    { .name = "chart",
      .kind = ASSAY_OPTION_TEXT,
      .value = "ID",
      .summary = "with .svg: the chart of that id on the page, such as distribution0-2",
      .wish = "the id of a chart",
      .fallback = "the first",
      AT(chart) },
    { .name = "document",
      .kind = ASSAY_OPTION_INTEGER,
      .value = "N",
      .summary = "only the N-th document of what is read",
      .least = 1,
      .most = 1000,
      AT(document) },
    { .name = "history",
      .kind = ASSAY_OPTION_TEXT,
      .value = "STORE",
      .summary = "the histories of what is reported out of a store (see assay help track record); without FILE: all that it has",
      .wish = "a file or an address",
      .completion = ASSAY_COMPLETE_FILE,
      AT(history) },
    { ASSAY_COMMON_QUIET, AT(quiet) },
    { ASSAY_COMMON_COLOR, AT(color) },
    { .name = NULL },
};

static int choose_format(const struct assay_report_format **format, const struct report_values *values,
                         struct assay_error *error)
{
    if (values->format.given) {
        *format = assay_report_format_find(values->format.text);
    } else if (assay_output_is_standard(&values->output)) {
        *format = assay_report_format_find("text");
    } else {
        *format = assay_report_format_of_path(values->output.text);
    }
    if (!*format) {
        return assay_fail(error, ASSAY_EUSAGE,
                          "bad -o '%.160s': its ending implies no format, want one such as .html or .md, or --format",
                          values->output.text);
    }
    if (values->chart.given && (*format)->render != assay_report_svg) {
        return assay_fail(error, ASSAY_EUSAGE, "bad --chart '%.80s': %s is not one chart, want --format svg", values->chart.text,
                          (*format)->name);
    }
    if ((*format)->binary && assay_output_is_standard(&values->output) && isatty(STDOUT_FILENO)) {
        return assay_fail(error, ASSAY_EUSAGE, "bad --format '%.160s' on a terminal: it is no text, want -o FILE",
                          (*format)->name);
    }
    return 0;
}

static int read_all(struct assay_readings *readings, const struct assay_invocation *invocation,
                    struct assay_error *error)
{
    const struct assay_arguments *arguments = &invocation->arguments;
    bool input = false;
    for (size_t i = 0; i < arguments->name_count; i++) {
        bool again = input && strcmp(arguments->names[i], "-") == 0;
        input = input || strcmp(arguments->names[i], "-") == 0;
        int code = again ? assay_fail(error, ASSAY_EUSAGE, "bad '-': standard input can be read once")
                         : assay_readings_add(readings, arguments->names[i], error);
        if (code) {
            return code;
        }
    }
    return 0;
}

/* Which of the documents are reported. */
static int choose_documents(struct assay_read **first, size_t *count, const struct assay_readings *readings,
                            const struct assay_report_format *format, const struct report_values *values,
                            struct assay_error *error)
{
    *first = readings->items;
    *count = readings->count;
    if (values->document.given) {
        if (values->document.integer > readings->count) {
            return assay_fail(error, ASSAY_EUSAGE, "bad --document '%s': there %s %zu", values->document.text,
                              readings->count == 1 ? "is" : "are", readings->count);
        }
        *first = &readings->items[values->document.integer - 1];
        *count = 1;
    }
    if (format->one_document && *count > 1) {
        return assay_fail(error, ASSAY_EUSAGE, "%s holds one document, there are %zu: want --document N",
                          format->name, *count);
    }
    return 0;
}

/* ---- histories ---- */

/* With no file the store itself is what is reported. */
static int add_empty(struct assay_readings *readings, const char *address, struct assay_error *error)
{
    struct assay_history_series none = { 0 };
    struct assay_read made = { .name = assay_store_name(address) };
    int code = assay_track_document_take(&made.document, &none, 0, error);
    if (code) {
        free(made.name);
        return code;
    }
    return assay_readings_keep(readings, &made, error);
}

/* The first document gets the histories of all, each series once; the bytes that it was read from do not have them. */
static int fill_history(struct assay_read *first, size_t count, const char *address, struct assay_error *error)
{
    struct assay_store *store = NULL;
    int code = assay_store_open(&store, address, ASSAY_STORE_READ, error);
    assay_packing_free(first->packing); /* reads `bytes` until it is done */
    first->packing = NULL;
    if (first->bytes) {
        fclose(first->bytes);
        first->bytes = NULL;
    }
    for (size_t i = 0; i < count && !code; i++) {
        code = assay_track_fill(first->document, first[i].document, store, error);
    }
    if (!code && first->document->benchmark_count == 0 && first->document->history_count == 0) {
        code = assay_track_unknown(store, address, NULL, error);
    }
    assay_store_close(store);
    return code;
}

static int make(const struct assay_invocation *invocation, struct assay_readings *readings, struct assay_error *error)
{
    const struct report_values *values = invocation->values;
    const struct assay_report_format *format = NULL;
    struct assay_report_input *inputs = NULL;
    struct assay_report *report = NULL;
    struct assay_read *first = NULL;
    size_t count = 0;
    int code = choose_format(&format, values, error);
    if (!code) {
        readings->for_page = format->render == assay_report_html;
        code = read_all(readings, invocation, error);
    }
    if (!code && readings->count == 0) {
        code = values->history.given ? add_empty(readings, values->history.text, error)
                                     : assay_fail(error, ASSAY_EUSAGE, "missing FILE: see assay report --help");
    }
    if (!code) {
        code = choose_documents(&first, &count, readings, format, values, error);
    }
    if (!code && values->history.given) {
        code = fill_history(first, count, values->history.text, error);
    }
    if (!code) {
        inputs = calloc(count, sizeof *inputs);
        code = inputs ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    for (size_t i = 0; !code && i < count; i++) {
        inputs[i] = (struct assay_report_input){ .document = first[i].document,
                                                   .name = first[i].name,
                                                   .bytes = first[i].bytes,
                                                   .packing = first[i].packing };
    }
    if (!code) {
        code = assay_report_new(&report, inputs, count, error);
    }
    if (!code) {
        struct assay_results_form form = { .format = format,
                                           .path = assay_output_is_standard(&values->output) ? NULL : values->output.text,
                                           .quiet = &values->quiet,
                                           .color = &values->color,
                                           .view = ASSAY_REPORT_OPTIONS_INIT };
        form.view.verdict = true;
        form.view.chart = values->chart.given ? values->chart.text : NULL;
        code = assay_results_write(&form, report, error);
    }
    assay_report_free(report);
    free(inputs);
    return code;
}

static int run(const struct assay_invocation *invocation)
{
    struct assay_readings readings = { 0 };
    struct assay_error error = { 0 };
    int code = make(invocation, &readings, &error);
    assay_readings_release(&readings);
    if (code && !assay_output_is_gone()) {
        return assay_say_error(&error);
    }
    return assay_finish_output(ASSAY_EXIT_OK);
}

static const struct assay_example examples[] = {
    { "assay report result.json -o page.html", "one page, for people; it opens from disk and needs no network" },
    { "assay report comparison.json --format md", "for a pull request" },
    { "assay report base.json head.json -o page.html", "several documents, and how their environments differ" },
    { "assay report page.html -o result.json", "the document back out of a page, byte for byte" },
    { "assay report gbench.json -o page.html", "results of another tool (see assay help import)" },
    { "assay report --history history.db -o page.html", "all that `assay track record` put on record" },
    { NULL, NULL },
};

const struct assay_command assay_command_report = {
    .syntax = { .command = "report",
                .options = options,
                .positional = { .name = "FILE",
                                .summary = "a document, a page, or what another tool wrote; -: standard input",
                                .most = MOST_FILES,
                                .completion = ASSAY_COMPLETE_FILE } },
    .summary = "make a page, a text or another form of stored results",
    .description =
        "Every form shows the same verdicts and the same digits. Results of different documents are shown beside each "
        "other and never compared: `assay compare` does that.",
    .examples = examples,
    .values_size = sizeof(struct report_values),
    .run = run,
};
