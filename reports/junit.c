/* JUnit's XML, for the pages of CI systems: a test suite a document, a test case a comparison, and a benchmark that is compared with
 * none. A failure is what fails a build (docs/exit-status.md): slower, with evidence enough. An error is a benchmark that
 * did not end well; one that is unavailable is skipped. `time` is what measuring took. */
#include "reports/report.h"

#include "reports/tools/stream.h"
#include "reports/tools/timed.h"
#include "reports/verdicts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MOST = 4000 };

/* What is in the place of a passed test: <failure>, <error> or <skipped>; `kind` NULL: it passed. All heap. */
struct outcome {
    const char *kind;
    const char *type;
    char *message;
    char *words; /* for people, also where it passed; NULL: nothing */
};
struct counts {
    size_t tests, failures, errors, skipped;
    double seconds;
};

/* Text from outside as XML 1.0 takes it, in content and in attributes of double quotes. */
static void append_xml(struct assay_text *text, const char *outside)
{
    char *line = assay_one_line(outside, TEXT_MOST);
    text->failed = text->failed || !line;
    for (const char *at = line; at && *at; at++) {
        if (strncmp(at, "\xef\xbf\xbe", 3) == 0 || strncmp(at, "\xef\xbf\xbf", 3) == 0) { /* no characters of XML */
            assay_text_append(text, "\xef\xbf\xbd");
            at += 2;
            continue;
        }
        switch (*at) {
        case '&': assay_text_append(text, "&amp;"); break;
        case '<': assay_text_append(text, "&lt;"); break;
        case '>': assay_text_append(text, "&gt;"); break;
        case '"': assay_text_append(text, "&quot;"); break;
        default: assay_text_append_char(text, *at);
        }
    }
    free(line);
}

static void append_attribute(struct assay_text *text, const char *name, const char *value)
{
    assay_text_format(text, " %s=\"", name);
    append_xml(text, value);
    assay_text_append_char(text, '"');
}

static double measured_s(const struct assay_benchmark *benchmark)
{
    double ns = 0;
    for (size_t i = 0; i < benchmark->samples.count; i++) {
        ns += benchmark->samples.elapsed_ns[i];
    }
    return isfinite(ns) ? ns / 1e9 : 0;
}

/* Skipped only if nothing but absence stands in the way. */
static const char *kind_of(enum assay_status status)
{
    return status == ASSAY_STATUS_OK ? NULL : status == ASSAY_STATUS_UNAVAILABLE ? "skipped" : "error";
}

static struct outcome outcome_of_benchmark(const struct assay_benchmark *benchmark)
{
    struct outcome outcome = { .kind = kind_of(benchmark->status), .type = assay_status_word(benchmark->status) };
    if (outcome.kind) {
        outcome.message = assay_formatted("%s%s%s", outcome.type, benchmark->message ? ": " : "",
                                          benchmark->message ? benchmark->message : "");
    }
    return outcome;
}

/* The comparisons that are values of a crossover: which side is faster at them is the question, and no regression. */
static bool *searched_of(const struct assay_document *document)
{
    bool *searched = calloc(document->comparison_count + 1, sizeof *searched);
    for (size_t i = 0; searched && i < document->crossover_count; i++) {
        for (size_t k = 0; k < document->crossovers[i].point_count; k++) {
            searched[document->crossovers[i].comparisons[k]] = true;
        }
    }
    return searched;
}

static struct outcome outcome_of_comparison(const struct assay_compared *row, bool searched)
{
    struct outcome outcome = { .words = NULL };
    if (row->failed) {
        bool base = row->base->status != ASSAY_STATUS_OK && row->base->status != ASSAY_STATUS_UNAVAILABLE;
        const struct assay_benchmark *worse = base || row->head->status == ASSAY_STATUS_OK ? row->base : row->head;
        outcome.kind = kind_of(worse->status);
        outcome.kind = outcome.kind ? outcome.kind : "error";
        outcome.type = assay_status_word(worse->status);
        outcome.message = assay_words_failure(row->base, row->head);
        outcome.words = assay_copy(worse->message);
        return outcome;
    }
    bool against_itself = row->base == row->head || row->comparison->injected > 0; /* a test of the test */
    if (row->fails_gate && !against_itself && !searched) {
        outcome.kind = "failure";
        outcome.type = assay_verdict_word(row->comparison->verdict);
        outcome.message = assay_words_sentence(row->comparison);
    }
    outcome.words = assay_words_sentence(row->comparison);
    return outcome;
}

static void append_case(struct assay_stream *stream, const struct assay_benchmark *benchmark, const char *name,
                        double seconds, struct outcome *outcome, struct counts *counts)
{
    struct assay_text *text = &stream->text;
    seconds = isfinite(seconds) ? seconds : 0;
    text->failed = text->failed || (outcome->kind && !outcome->message);
    assay_text_append(text, "    <testcase");
    append_attribute(text, "classname", benchmark->kernel);
    append_attribute(text, "name", name);
    assay_text_format(text, " time=\"%.6f\">\n", seconds);
    if (outcome->kind) {
        assay_text_format(text, "      <%s", outcome->kind);
        append_attribute(text, "type", outcome->type);
        append_attribute(text, "message", outcome->message);
        assay_text_append(text, "/>\n");
    }
    if (outcome->words) {
        assay_text_append(text, "      <system-out>");
        append_xml(text, outcome->words);
        assay_text_append(text, "</system-out>\n");
    }
    assay_text_append(text, "    </testcase>\n");
    counts->tests++;
    counts->seconds += seconds;
    counts->failures += outcome->kind && outcome->kind[0] == 'f';
    counts->errors += outcome->kind && outcome->kind[0] == 'e';
    counts->skipped += outcome->kind && outcome->kind[0] == 's';
    free(outcome->message);
    free(outcome->words);
}

static bool *compared_of(const struct assay_document *document)
{
    bool *compared = calloc(document->benchmark_count + 1, sizeof *compared);
    for (size_t i = 0; compared && i < document->comparison_count; i++) {
        compared[document->comparisons[i].base] = true;
        compared[document->comparisons[i].head] = true;
    }
    return compared;
}

static void append_cases(struct assay_stream *stream, const struct assay_report_part *part, struct counts *counts)
{
    const struct assay_document *document = part->document;
    bool *compared = compared_of(document), *searched = searched_of(document);
    stream->text.failed = stream->text.failed || !compared || !searched;
    for (size_t i = 0; part->comparisons && i < part->comparisons->row_count && !stream->text.failed; i++) {
        const struct assay_compared *row = &part->comparisons->rows[i];
        struct outcome outcome = outcome_of_comparison(row, searched[row->comparison - document->comparisons]);
        append_case(stream, row->head, row->name, row->comparison->seconds, &outcome, counts);
    }
    for (size_t i = 0; i < part->benchmarks->row_count && !stream->text.failed; i++) {
        const struct assay_report_row *row = &part->benchmarks->rows[i];
        if (!compared[row->benchmark - document->benchmarks]) {
            struct outcome outcome = outcome_of_benchmark(row->benchmark);
            append_case(stream, row->benchmark, row->name, measured_s(row->benchmark), &outcome, counts);
        }
    }
    free(compared);
    free(searched);
}

static void append_counts(struct assay_text *text, const struct counts *counts)
{
    assay_text_format(text, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"%.6f\"", counts->tests,
                      counts->failures, counts->errors, counts->skipped, counts->seconds);
}

/* A suite's counts stand before its cases, so its cases are made first. */
static void append_suite(struct assay_stream *stream, const struct assay_report_part *part)
{
    const struct assay_document *document = part->document;
    struct assay_stream cases = ASSAY_STREAM_INIT(NULL);
    struct counts counts = { 0 };
    append_cases(&cases, part, &counts);
    assay_text_append(&stream->text, "  <testsuite");
    append_attribute(&stream->text, "name", part->name ? part->name : document->suite ? document->suite : "assay");
    append_counts(&stream->text, &counts);
    if (document->created && strlen(document->created) >= 19) { /* dateTime of the schemas, which have no zone */
        char *created = assay_copy_bytes(document->created, 19);
        append_attribute(&stream->text, "timestamp", created);
        free(created);
    }
    assay_text_append(&stream->text, ">\n");
    assay_text_append_bytes(&stream->text, cases.text.bytes ? cases.text.bytes : "", cases.text.length);
    assay_text_append(&stream->text, "  </testsuite>\n");
    stream->text.failed = stream->text.failed || cases.text.failed;
    assay_text_release(&cases.text);
    assay_stream_flush(stream);
}

int assay_report_junit(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                       struct assay_error *error)
{
    struct assay_stream stream = ASSAY_STREAM_INIT(to);
    int code = 0;
    (void)options;
    for (size_t i = 0; i < report->part_count && !code; i++) {
        code = assay_document_check(report->parts[i].document, error);
    }
    assay_text_append(&stream.text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"assay\">\n");
    for (size_t i = 0; i < report->part_count && !code; i++) {
        append_suite(&stream, &report->parts[i]);
    }
    assay_text_append(&stream.text, "</testsuites>\n");
    return assay_stream_end(&stream, code, error);
}
