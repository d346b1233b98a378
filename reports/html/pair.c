/* What a benchmark's comparisons say, beside its samples, and which side its samples are shown over. Knows no chart. */
#include "reports/html/page.h"

#include "reports/html/parts.h"
#include "reports/verdicts.h"

#include <stdlib.h>

static const struct assay_compared *next_of(const struct assay_report_comparisons *comparisons, size_t benchmark,
                                            size_t *from)
{
    while (comparisons && *from < comparisons->row_count) {
        const struct assay_compared *row = &comparisons->rows[(*from)++];
        if (row->comparison->head == benchmark) {
            return row;
        }
    }
    return NULL;
}

size_t assay_html_base_of(const struct assay_report_comparisons *comparisons, size_t benchmark)
{
    size_t from = 0, found = SIZE_MAX;
    for (const struct assay_compared *row; (row = next_of(comparisons, benchmark, &from));) {
        if (found != SIZE_MAX && found != row->comparison->base) {
            return SIZE_MAX; /* of several: none stands out */
        }
        found = row->comparison->base;
    }
    return found == benchmark ? SIZE_MAX : found;
}

/* Reason and notes stand in the table's row; the way back to it is the ratio's link. */
void assay_html_pairs(struct assay_text *out, const struct assay_report_comparisons *comparisons, size_t part,
                      size_t benchmark)
{
    size_t from = 0;
    for (const struct assay_compared *row; (row = next_of(comparisons, benchmark, &from));) {
        const struct assay_comparison *comparison = row->comparison;
        size_t index = (size_t)(comparison - comparisons->document->comparisons);
        assay_text_format(out, "<p class=\"compared\" data-word=\"%s\">Against <a href=\"#b%zu-%zu\">",
                          row->failed ? "failed" : assay_verdict_word(comparison->verdict), part, comparison->base);
        assay_html_text(out, comparison->base == benchmark ? "itself" : row->base->id);
        assay_text_append(out, "</a>: ");
        assay_html_take(out,
                        row->failed ? assay_words_failure(row->base, row->head) : assay_words_sentence(comparison));
        assay_text_format(out, ". <a href=\"#c%zu-%zu\">Its row among all comparisons</a>.</p>\n", part, index);
    }
}
