/* A comparison's life: made empty, noted upon, moved from document to document, released. Knows no JSON. */
#include "result/comparison.h"

#include "base/text.h"
#include "base/vector.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>

struct assay_comparison *assay_document_add_comparison(struct assay_document *document)
{
    void *items = document->comparisons;
    bool room = assay_reserve(&items, &document->comparison_capacity, document->comparison_count + 1,
                              sizeof *document->comparisons);
    document->comparisons = items;
    if (!room) {
        return NULL;
    }
    struct assay_comparison *comparison = &document->comparisons[document->comparison_count++];
    *comparison = (struct assay_comparison){
        .ratio = NAN,
        .low = NAN,
        .high = NAN,
        .confidence = NAN,
        .ci95_low = NAN,
        .ci95_high = NAN,
        .margin = NAN,
        .verdict = ASSAY_VERDICT_INCONCLUSIVE,
        .direction_at_s = NAN,
        .log_evidence = NAN,
        .gate_log_evidence = NAN,
        .pairs = NAN,
        .seconds = NAN,
        .minimum_detectable_effect = NAN,
        .seconds_needed = NAN,
        .spread = NAN,
        .carry_over = NAN,
        .carry_over_low = NAN,
        .carry_over_high = NAN,
        .autocorrelation = NAN,
        .drift_p = NAN,
        .between_share = NAN,
        .base_instructions = NAN,
        .head_instructions = NAN,
        .same_code = -1,
    };
    return comparison;
}

void assay_comparison_release(struct assay_comparison *comparison)
{
    free(comparison->id);
    free(comparison->design);
    free(comparison->unit);
    free(comparison->reason);
    free(comparison->instructions_source);
    for (size_t i = 0; i < comparison->note_count; i++) {
        free(comparison->notes[i]);
    }
    free(comparison->notes);
    assay_blocks_release(&comparison->blocks);
    *comparison = (struct assay_comparison){ 0 };
}

bool assay_comparison_note(struct assay_comparison *comparison, const char *format, ...)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    va_list arguments;
    va_start(arguments, format);
    assay_text_vformat(&text, format, arguments);
    va_end(arguments);
    return assay_texts_append_take(&comparison->notes, &comparison->note_count, assay_text_take(&text));
}

static void shift(double *processes, size_t count, size_t by)
{
    for (size_t i = 0; i < count; i++) {
        processes[i] += (double)by;
    }
}

/* "All moved together" is said of one document's comparisons. Among others it is a warning. */
static bool take_common_cause(struct assay_document *to, struct assay_document *from, size_t before)
{
    bool good = true;
    if (before == 0 && !to->common_cause) {
        to->common_cause = from->common_cause;
        from->common_cause = NULL;
    } else if (from->comparison_count > 0 || from->common_cause) {
        good = (!to->common_cause || assay_document_warn(to, "%s", to->common_cause)) &&
               (!from->common_cause || assay_document_warn(to, "%s", from->common_cause));
        free(to->common_cause);
        to->common_cause = NULL;
    }
    return good;
}

bool assay_comparisons_take(struct assay_document *to, struct assay_document *from, const struct assay_moved *moved)
{
    size_t before = to->comparison_count;
    for (size_t i = 0; i < from->comparison_count; i++) {
        struct assay_comparison *into = assay_document_add_comparison(to);
        if (!into) {
            return false;
        }
        *into = from->comparisons[i];
        from->comparisons[i] = (struct assay_comparison){ 0 };
        shift(into->blocks.base_process, into->blocks.count, moved[into->base].first_process);
        shift(into->blocks.head_process, into->blocks.count, moved[into->head].first_process);
        into->base = moved[into->base].benchmark;
        into->head = moved[into->head].benchmark;
    }
    return take_common_cause(to, from, before);
}
