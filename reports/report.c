/* Documents become a report: a part each, the verdict, the sections. Knows no format. */
#include "reports/report.h"

#include "base/text.h"
#include "reports/sheets/sheets.h"
#include "reports/verdict.h"

#include <stdlib.h>

static int add_part(struct assay_report *report, const struct assay_report_input *input, struct assay_error *error)
{
    struct assay_report_part *part = &report->parts[report->part_count++];
    *part = (struct assay_report_part){
        .document = input->document, .name = input->name, .bytes = input->bytes, .packing = input->packing
    };
    int code = assay_report_model_new(&part->benchmarks, input->document, error);
    if (!code && input->document->comparison_count > 0) {
        code = assay_report_comparisons_new(&part->comparisons, input->document, error);
    }
    return code;
}

static int fill(struct assay_report *report, struct assay_error *error)
{
    if (!assay_sheets_fill(report) || !assay_verdict_fill(report)) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    return 0;
}

int assay_report_new(struct assay_report **out, const struct assay_report_input *inputs, size_t count,
                     struct assay_error *error)
{
    struct assay_report *report = calloc(1, sizeof *report);
    struct assay_report_part *parts = calloc(count, sizeof *parts);
    int code = report && parts ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    if (report) {
        report->parts = parts;
    } else {
        free(parts);
    }
    for (size_t i = 0; i < count && !code; i++) {
        code = add_part(report, &inputs[i], error);
    }
    if (!code) {
        code = fill(report, error);
    }
    if (code) {
        assay_report_free(report);
        return code;
    }
    *out = report;
    return 0;
}

static void release_verdict(struct assay_report_verdict *verdict)
{
    free(verdict->sentence);
    free(verdict->counts);
    free(verdict->worst);
    free(verdict->best);
    free(verdict->worst_id);
    free(verdict->best_id);
    free(verdict->trust_words);
    for (size_t i = 0; i < verdict->reason_count; i++) {
        free(verdict->reasons[i]);
    }
    free(verdict->reasons);
}

void assay_report_free(struct assay_report *report)
{
    if (!report) {
        return;
    }
    for (size_t i = 0; i < report->part_count; i++) {
        assay_report_model_free(report->parts[i].benchmarks);
        assay_report_comparisons_free(report->parts[i].comparisons);
    }
    for (size_t i = 0; i < ASSAY_SECTION_COUNT; i++) {
        struct assay_section *section = &report->sections[i];
        for (size_t k = 0; k < section->sheet_count; k++) {
            assay_sheet_release(&section->sheets[k]);
        }
        free(section->sheets);
        free(section->summary);
    }
    for (size_t i = 0; i < report->warning_count; i++) {
        free(report->warnings[i]);
    }
    release_verdict(&report->verdict);
    free(report->warnings);
    free(report->parts);
    free(report->title);
    free(report->origin);
    free(report);
}

int assay_report_render(const struct assay_report_format *format, const struct assay_document *document,
                        const struct assay_report_options *options, FILE *to, struct assay_error *error)
{
    const struct assay_report_input input = { .document = document };
    struct assay_report *report = NULL;
    int code = assay_report_new(&report, &input, 1, error);
    if (!code) {
        code = format->render(report, options, to, error);
    }
    assay_report_free(report);
    return code;
}
