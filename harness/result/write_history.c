/* Histories as JSON, field by field in the order that a person wants to read them: a line a point. The reader's table of the
 * same fields is in history_fields.c. */
#include "result/histories.h"

#include <math.h>

/* [low, high] with null for an end that is not known; null altogether if neither is. */
static void write_interval(struct assay_writer *writer, double low, double high)
{
    if (isnan(low) && isnan(high)) {
        assay_writer_text(writer, "interval", NULL);
    } else {
        assay_writer_reals(writer, "interval", (const double[]){ low, high }, 2);
    }
}

static void write_index(struct assay_writer *writer, const char *key, int32_t index)
{
    if (index < 0) {
        assay_writer_text(writer, key, NULL);
    } else {
        assay_writer_i64(writer, key, index);
    }
}

static void write_point(struct assay_writer *writer, const struct assay_history_point *point)
{
    assay_writer_open(writer, NULL, '{', true);
    assay_writer_text(writer, "commit", point->commit);
    assay_writer_text(writer, "parent", point->parent);
    assay_writer_text(writer, "branch", point->branch);
    assay_writer_text(writer, "author_date", point->author_date);
    assay_writer_text(writer, "subject", point->subject);
    assay_writer_real(writer, "value", point->value);
    write_interval(writer, point->low, point->high);
    assay_writer_text(writer, "document", point->document);
    assay_writer_open(writer, "flags", '[', true);
    for (size_t i = 0; i < point->flag_count; i++) {
        assay_writer_text(writer, NULL, point->flags[i]);
    }
    assay_writer_close(writer, ']');
    assay_writer_close(writer, '}');
}

static void write_change(struct assay_writer *writer, const struct assay_history_change *change)
{
    assay_writer_open(writer, NULL, '{', true);
    assay_writer_u64(writer, "point", change->point);
    write_index(writer, "since", change->since);
    assay_writer_real(writer, "ratio", change->ratio);
    write_interval(writer, change->low, change->high);
    assay_writer_real(writer, "confidence", change->confidence);
    assay_writer_truth(writer, "reported", change->reported);
    assay_writer_close(writer, '}');
}

static void write_acceptance(struct assay_writer *writer, const struct assay_history_acceptance *acceptance)
{
    assay_writer_open(writer, NULL, '{', true);
    write_index(writer, "point", acceptance->point);
    assay_writer_text(writer, "commit", acceptance->commit);
    assay_writer_text(writer, "who", acceptance->who);
    assay_writer_text(writer, "when", acceptance->when);
    assay_writer_text(writer, "reason", acceptance->reason);
    assay_writer_text(writer, "benchmark", acceptance->benchmark);
    assay_writer_close(writer, '}');
}

static void write_series(struct assay_writer *writer, const struct assay_history_series *series)
{
    assay_writer_open(writer, NULL, '{', false);
    assay_writer_text(writer, "benchmark", series->benchmark);
    assay_writer_text(writer, "unit", assay_history_unit_word(series->unit));
    assay_writer_text(writer, "fingerprint", series->fingerprint);
    assay_writer_text(writer, "reference", series->reference);
    assay_writer_open(writer, "points", '[', false);
    for (size_t i = 0; i < series->point_count; i++) {
        write_point(writer, &series->points[i]);
    }
    assay_writer_close(writer, ']');
    assay_writer_open(writer, "changes", '[', false);
    for (size_t i = 0; i < series->change_count; i++) {
        write_change(writer, &series->changes[i]);
    }
    assay_writer_close(writer, ']');
    assay_writer_open(writer, "accepted", '[', false);
    for (size_t i = 0; i < series->accepted_count; i++) {
        write_acceptance(writer, &series->accepted[i]);
    }
    assay_writer_close(writer, ']');
    assay_writer_close(writer, '}');
}

void assay_history_write(struct assay_writer *writer, const struct assay_document *document)
{
    if (document->history_count == 0) {
        return;
    }
    assay_writer_open(writer, "history", '[', false);
    for (size_t i = 0; i < document->history_count; i++) {
        write_series(writer, &document->history[i]);
    }
    assay_writer_close(writer, ']');
}
