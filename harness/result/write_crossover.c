/* Crossovers as JSON, field by field in the order that a person wants to read them. The reader's table of the same
 * fields is in crossover_fields.c. */
#include "result/crossovers.h"

static const char *side_word(int faster)
{
    return faster < 0 ? "base" : faster > 0 ? "head" : NULL;
}

static void write_crossover(struct assay_writer *writer, const struct assay_crossover *crossover)
{
    assay_writer_open(writer, NULL, '{', false);
    assay_writer_text(writer, "base", crossover->base ? crossover->base : "");
    assay_writer_text(writer, "head", crossover->head ? crossover->head : "");
    assay_writer_text(writer, "parameter", crossover->parameter ? crossover->parameter : "");
    assay_writer_real(writer, "from", crossover->from);
    assay_writer_real(writer, "to", crossover->to);
    assay_writer_real(writer, "confidence", crossover->confidence);
    assay_writer_text(writer, "outcome", assay_crossover_outcome_word(crossover->outcome));
    assay_writer_text(writer, "reason", crossover->reason);
    assay_writer_text(writer, "faster_at_from", side_word(crossover->faster_at_from));
    assay_writer_text(writer, "faster_at_to", side_word(crossover->faster_at_to));
    assay_writer_open(writer, "changes", '[', false);
    for (size_t i = 0; i < crossover->change_count; i++) {
        assay_writer_open(writer, NULL, '{', true);
        assay_writer_real(writer, "low", crossover->changes[i].low);
        assay_writer_real(writer, "high", crossover->changes[i].high);
        assay_writer_real(writer, "estimate", crossover->changes[i].estimate);
        assay_writer_close(writer, '}');
    }
    assay_writer_close(writer, ']');
    assay_writer_open(writer, "points", '[', false);
    for (size_t i = 0; i < crossover->point_count; i++) {
        assay_writer_open(writer, NULL, '{', true);
        assay_writer_real(writer, "value", crossover->values[i]);
        assay_writer_u64(writer, "comparison", crossover->comparisons[i]);
        assay_writer_close(writer, '}');
    }
    assay_writer_close(writer, ']');
    assay_writer_real(writer, "seconds", crossover->seconds);
    assay_writer_close(writer, '}');
}

void assay_crossovers_write(struct assay_writer *writer, const struct assay_document *document)
{
    if (document->crossover_count == 0) {
        return;
    }
    assay_writer_open(writer, "crossovers", '[', false);
    for (size_t i = 0; i < document->crossover_count; i++) {
        write_crossover(writer, &document->crossovers[i]);
    }
    assay_writer_close(writer, ']');
}
