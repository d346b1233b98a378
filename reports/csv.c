/* RFC 4180: a row a sample, of a document with comparisons a row a block, with profiles a row a function; and one row
 * with empty columns for what has none, so that a failure does not vanish. docs/result-document.md names the columns.
 */
#include "reports/csv.h"

#include "base/file.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FLUSH_BYTES 65536

static void flush(struct assay_csv *csv)
{
    errno = 0;
    if (csv->text.length > 0 && !csv->io_errno &&
        fwrite(csv->text.bytes, 1, csv->text.length, csv->to) != csv->text.length) {
        csv->io_errno = errno ? errno : EIO;
    }
    assay_text_clear(&csv->text);
}

void assay_csv_field(struct assay_csv *csv, const char *text)
{
    if (csv->begun) {
        assay_text_append_char(&csv->text, ',');
    }
    csv->begun = true;
    char *clean = text ? assay_utf8_clean(text, strlen(text), NULL) : NULL;
    if (text && !clean) {
        csv->text.failed = true;
    }
    if (!clean || !clean[strcspn(clean, ",\"\r\n")]) {
        assay_text_append(&csv->text, clean ? clean : "");
    } else {
        assay_text_append_char(&csv->text, '"');
        for (const char *at = clean; *at; at++) {
            assay_text_append_bytes(&csv->text, *at == '"' ? "\"\"" : at, *at == '"' ? 2 : 1);
        }
        assay_text_append_char(&csv->text, '"');
    }
    free(clean);
}

void assay_csv_real(struct assay_csv *csv, double value)
{
    if (csv->begun) {
        assay_text_append_char(&csv->text, ',');
    }
    csv->begun = true;
    if (isfinite(value)) {
        assay_text_append_real(&csv->text, value);
    }
}

void assay_csv_end_row(struct assay_csv *csv)
{
    assay_text_append(&csv->text, "\r\n");
    csv->begun = false;
    if (csv->text.length > FLUSH_BYTES && !csv->text.failed) {
        flush(csv);
    }
}

int assay_csv_end(struct assay_csv *csv, struct assay_error *error)
{
    int result = csv->text.failed ? assay_fail(error, ASSAY_ENOMEM, "out of memory") : 0;
    if (!result) {
        flush(csv);
        errno = 0;
        if (!csv->io_errno && fflush(csv->to)) {
            csv->io_errno = errno ? errno : EIO;
        }
    }
    if (!result && csv->io_errno) {
        result = assay_fail_errno(error, csv->io_errno, "cannot write the table");
    }
    assay_text_release(&csv->text);
    return result;
}

static bool add_measure(struct assay_csv *csv, const char *name)
{
    for (size_t i = 0; i < csv->measure_count; i++) {
        if (strcmp(csv->measures[i], name) == 0) {
            return true;
        }
    }
    return assay_texts_append_take(&csv->measures, &csv->measure_count, assay_copy(name));
}

static void head(struct assay_csv *csv)
{
    static const char *const names[] = { "benchmark", "kernel", "version", "implementation", "mode",
                                         "threads",   "group",  "status",  "verified",       "session" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assay_csv_field(csv, names[i]);
    }
    for (size_t i = 0; i < ASSAY_COLUMN_COUNT; i++) {
        assay_csv_field(csv, assay_columns[i].name);
    }
    assay_csv_field(csv, "ns_per_iteration");
    for (size_t i = 0; i < csv->measure_count; i++) {
        char *name = assay_formatted("measure:%s", csv->measures[i]);
        assay_csv_field(csv, name);
        free(name);
    }
    assay_csv_end_row(csv);
}

static const double *measure_values(const struct assay_benchmark *benchmark, const char *name)
{
    for (size_t i = 0; i < benchmark->measure_count; i++) {
        if (strcmp(benchmark->measures[i].name, name) == 0) {
            return benchmark->measures[i].values;
        }
    }
    return NULL;
}

/* Row `at` of the benchmark; without samples, the one row that says how it ended. */
static void row(struct assay_csv *csv, const struct assay_benchmark *benchmark, size_t at)
{
    const struct assay_samples *samples = &benchmark->samples;
    bool known = at < samples->count;
    assay_csv_field(csv, benchmark->id);
    assay_csv_field(csv, benchmark->kernel);
    assay_csv_field(csv, benchmark->version);
    assay_csv_field(csv, benchmark->implementation);
    assay_csv_field(csv, benchmark->mode);
    assay_csv_real(csv, benchmark->threads);
    assay_csv_field(csv, benchmark->group);
    assay_csv_field(csv, assay_status_word(benchmark->status));
    assay_csv_field(csv, benchmark->verified < 0 ? "" : benchmark->verified ? "true" : "false");
    assay_csv_real(csv, known ? (double)benchmark->processes[(size_t)samples->process[at]].session : NAN);
    for (size_t i = 0; i < ASSAY_COLUMN_COUNT; i++) {
        assay_csv_real(csv, known ? assay_samples_column(samples, i)[at] : NAN);
    }
    assay_csv_real(csv, known ? assay_samples_ns(samples, at) : NAN);
    for (size_t i = 0; i < csv->measure_count; i++) {
        const double *values = known ? measure_values(benchmark, csv->measures[i]) : NULL;
        assay_csv_real(csv, values ? values[at] : NAN);
    }
    assay_csv_end_row(csv);
}

static void blocks_head(struct assay_csv *csv)
{
    static const char *const names[] = { "comparison",  "id",          "base",   "head", "base_plugin", "head_plugin",
                                         "base_status", "head_status", "design", "unit", "margin",      "verdict" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assay_csv_field(csv, names[i]);
    }
    for (size_t i = 0; i < ASSAY_BLOCK_COLUMN_COUNT; i++) {
        assay_csv_field(csv, assay_block_columns[i].name);
    }
    assay_csv_end_row(csv);
}

/* Block `at` of the comparison; without blocks, the one row that says what became of it. */
static void block_row(struct assay_csv *csv, const struct assay_document *document, size_t index, size_t at)
{
    const struct assay_comparison *comparison = &document->comparisons[index];
    const struct assay_benchmark *base = &document->benchmarks[comparison->base];
    const struct assay_benchmark *head = &document->benchmarks[comparison->head];
    const char *const names[] = { comparison->id,
                                  base->id,
                                  head->id,
                                  base->plugin,
                                  head->plugin,
                                  assay_status_word(base->status),
                                  assay_status_word(head->status),
                                  comparison->design,
                                  comparison->unit };
    assay_csv_real(csv, (double)index);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assay_csv_field(csv, names[i]);
    }
    assay_csv_real(csv, comparison->margin);
    assay_csv_field(csv, assay_verdict_word(comparison->verdict));
    for (size_t i = 0; i < ASSAY_BLOCK_COLUMN_COUNT; i++) {
        assay_csv_real(csv, at < comparison->blocks.count ? assay_blocks_column(&comparison->blocks, i)[at] : NAN);
    }
    assay_csv_end_row(csv);
}

static void all_blocks(struct assay_csv *csv, const struct assay_document *document)
{
    blocks_head(csv);
    for (size_t i = 0; i < document->comparison_count; i++) {
        for (size_t k = 0; k < document->comparisons[i].blocks.count || k == 0; k++) {
            block_row(csv, document, i, k);
        }
    }
}

static bool all_samples(struct assay_csv *csv, const struct assay_document *document)
{
    for (size_t i = 0; i < document->benchmark_count; i++) {
        const struct assay_benchmark *benchmark = &document->benchmarks[i];
        for (size_t k = 0; k < benchmark->measure_count; k++) {
            if (!add_measure(csv, benchmark->measures[k].name)) {
                return false;
            }
        }
    }
    head(csv);
    for (size_t i = 0; i < document->benchmark_count; i++) {
        const struct assay_benchmark *benchmark = &document->benchmarks[i];
        for (size_t k = 0; k < benchmark->samples.count || k == 0; k++) {
            row(csv, benchmark, k);
        }
    }
    return true;
}

int assay_report_csv(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                     struct assay_error *error)
{
    const struct assay_document *document = report->parts[0].document;
    struct assay_csv csv = { .to = to };
    bool good = true;
    int result = assay_document_check(document, error);
    if (result) {
        return result;
    }
    if (document->profile_count > 0) {
        result = assay_csv_profiles(&csv, document, options, error);
    } else if (document->comparison_count > 0) {
        all_blocks(&csv, document);
    } else {
        good = all_samples(&csv, document);
    }
    csv.text.failed = csv.text.failed || !good;
    if (!result) {
        result = assay_csv_end(&csv, error);
    }
    assay_text_release(&csv.text);
    assay_names_free(csv.measures, csv.measure_count);
    return result;
}
