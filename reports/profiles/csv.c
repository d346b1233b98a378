/* Profiles as RFC 4180: a row a function, all its numbers. docs/result-document.md names the columns. */
#include "reports/csv.h"

#include "reports/profiles/text.h"

#include <math.h>

static void head(struct assay_csv *csv)
{
    static const char *const names[] = {
        "benchmark",    "cost",         "unit",
        "source",       "plain_ns",     "items",
        "function",     "file",         "line",
        "kind",         "calls",        "primitive_calls",
        "own",          "own_low",      "own_high",
        "total",        "total_low",    "total_high",
        "second",       "second_total", "share",
        "share_low",    "share_high",   "samples",
        "at_most",      "hooked_own",   "hooked_own_error",
        "hooked_total", "range_low",    "range_high",
        "agreement",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assay_csv_field(csv, names[i]);
    }
    assay_csv_end_row(csv);
}

static void put_row(struct assay_csv *csv, const struct assay_page *page, size_t function)
{
    const struct assay_profile *profile = page->profile;
    const struct assay_profile_function_row *row = &profile->functions[function];
    const double before[] = {
        row->calls,      row->primitive_calls,  row->own,          row->own_low,   row->own_high,
        row->total,      row->total_low,        row->total_high,   row->second,    row->second_total,
        row->share,      row->share_low,        row->share_high,   row->samples,   row->at_most,
        row->hooked_own, row->hooked_own_error, row->hooked_total, row->range_low, row->range_high
    };
    assay_csv_field(csv, page->benchmark->id);
    assay_csv_field(csv, profile->cost);
    assay_csv_field(csv, profile->unit);
    assay_csv_field(csv, profile->source);
    assay_csv_real(csv, profile->plain_ns);
    assay_csv_real(csv, profile->items > 0 ? profile->items : NAN);
    assay_csv_field(csv, row->name);
    assay_csv_field(csv, row->file);
    assay_csv_real(csv, row->line ? (double)row->line : NAN);
    assay_csv_field(csv, assay_function_kind_word(row->kind));
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        assay_csv_real(csv, before[i]);
    }
    assay_csv_field(csv, assay_agreement_word(row->agreement));
    assay_csv_end_row(csv);
}

int assay_csv_profiles(struct assay_csv *csv, const struct assay_document *document,
                       const struct assay_report_options *options, struct assay_error *error)
{
    head(csv);
    for (size_t i = 0; i < document->profile_count; i++) {
        struct assay_page page;
        int code = assay_page_open(&page, document, i, options, error);
        if (code) {
            return code;
        }
        for (size_t k = 0; k < page.row_count; k++) {
            put_row(csv, &page, page.rows[k]);
        }
        assay_page_release(&page);
    }
    return 0;
}
