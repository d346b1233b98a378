/* Comparisons as JSON, field by field in the order that a person wants to read them. The reader's table of the same
 * fields is in comparison_fields.c. */
#include "result/comparison.h"

#include <math.h>

/* [low, high] with null for an end that is not known; null altogether if neither is. */
static void write_ends(struct assay_writer *writer, const char *key, double low, double high)
{
    if (isnan(low) && isnan(high)) {
        assay_writer_text(writer, key, NULL);
    } else {
        assay_writer_reals(writer, key, (const double[]){ low, high }, 2);
    }
}

static void write_carry_over(struct assay_writer *writer, const struct assay_comparison *comparison)
{
    if (isnan(comparison->carry_over)) {
        assay_writer_text(writer, "carry_over", NULL);
        return;
    }
    assay_writer_open(writer, "carry_over", '{', true);
    assay_writer_real(writer, "value", comparison->carry_over);
    assay_writer_real(writer, "low", comparison->carry_over_low);
    assay_writer_real(writer, "high", comparison->carry_over_high);
    assay_writer_close(writer, '}');
}

static void write_instructions(struct assay_writer *writer, const struct assay_comparison *comparison)
{
    if (!comparison->instructions_source) {
        assay_writer_text(writer, "instructions", NULL);
        return;
    }
    assay_writer_open(writer, "instructions", '{', true);
    assay_writer_real(writer, "base", comparison->base_instructions);
    assay_writer_real(writer, "head", comparison->head_instructions);
    assay_writer_text(writer, "source", comparison->instructions_source);
    assay_writer_close(writer, '}');
}

static void write_notes(struct assay_writer *writer, const struct assay_comparison *comparison)
{
    assay_writer_open(writer, "notes", '[', false);
    for (size_t i = 0; i < comparison->note_count; i++) {
        assay_writer_text(writer, NULL, comparison->notes[i]);
    }
    assay_writer_close(writer, ']');
}

static void write_blocks(struct assay_writer *writer, const struct assay_blocks *blocks)
{
    assay_writer_open(writer, "blocks", '{', false);
    for (size_t i = 0; i < ASSAY_BLOCK_COLUMN_COUNT; i++) {
        assay_writer_reals(writer, assay_block_columns[i].name, assay_blocks_column(blocks, i), blocks->count);
    }
    assay_writer_close(writer, '}');
}

static void write_verdict(struct assay_writer *writer, const struct assay_comparison *comparison)
{
    assay_writer_real(writer, "ratio", comparison->ratio);
    write_ends(writer, "interval", comparison->low, comparison->high);
    assay_writer_real(writer, "confidence", comparison->confidence);
    write_ends(writer, "ci95", comparison->ci95_low, comparison->ci95_high);
    assay_writer_real(writer, "margin", comparison->margin);
    assay_writer_text(writer, "verdict", assay_verdict_word(comparison->verdict));
    assay_writer_text(writer, "reason", comparison->reason);
    assay_writer_i64(writer, "direction", comparison->direction);
    assay_writer_truth(writer, "beyond_margin", comparison->beyond_margin);
    assay_writer_real(writer, "direction_at_s", comparison->direction_at_s);
    assay_writer_real(writer, "log_evidence", comparison->log_evidence);
    assay_writer_real(writer, "gate_log_evidence", comparison->gate_log_evidence);
    assay_writer_truth(writer, "discovery", comparison->discovery);
}

static void write_comparison(struct assay_writer *writer, const struct assay_comparison *comparison)
{
    assay_writer_open(writer, NULL, '{', false);
    assay_writer_u64(writer, "base", comparison->base);
    assay_writer_u64(writer, "head", comparison->head);
    assay_writer_text(writer, "id", comparison->id ? comparison->id : "");
    assay_writer_text(writer, "design", comparison->design ? comparison->design : "blocks");
    assay_writer_text(writer, "unit", comparison->unit ? comparison->unit : "iteration");
    write_verdict(writer, comparison);
    assay_writer_real(writer, "pairs", comparison->pairs);
    assay_writer_real(writer, "seconds", comparison->seconds);
    assay_writer_real(writer, "minimum_detectable_effect", comparison->minimum_detectable_effect);
    assay_writer_real(writer, "seconds_needed", comparison->seconds_needed);
    assay_writer_real(writer, "spread", comparison->spread);
    write_carry_over(writer, comparison);
    assay_writer_real(writer, "autocorrelation", comparison->autocorrelation);
    assay_writer_real(writer, "drift_p", comparison->drift_p);
    assay_writer_real(writer, "between_share", comparison->between_share);
    assay_writer_real(writer, "injected", comparison->injected);
    write_instructions(writer, comparison);
    assay_writer_truth(writer, "same_code", comparison->same_code);
    write_notes(writer, comparison);
    write_blocks(writer, &comparison->blocks);
    assay_writer_close(writer, '}');
}

void assay_comparisons_write(struct assay_writer *writer, const struct assay_document *document)
{
    if (document->comparison_count > 0) {
        assay_writer_open(writer, "comparisons", '[', false);
        for (size_t i = 0; i < document->comparison_count; i++) {
            write_comparison(writer, &document->comparisons[i]);
        }
        assay_writer_close(writer, ']');
    }
    if (document->comparison_count > 0 || document->common_cause) {
        assay_writer_text(writer, "common_cause", document->common_cause);
    }
}
