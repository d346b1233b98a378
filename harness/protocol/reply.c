/* Replies to lines: written by hand, since one is written beside every batch. Reading is reply_read.c. */
#include "protocol/message.h"

#include "protocol/answer.h"
#include "protocol/batch.h"
#include "protocol/write.h"

#include <math.h>
#include <stdlib.h>

#define MEMBER(name) ",\"" #name "\":"
#define ENTRY(name, kind, is_time)                                                                                     \
    {                                                                                                                  \
        { #name, kind, offsetof(struct assay_batch, name), false, 0, 0 }, MEMBER(name), sizeof(MEMBER(name)) - 1, is_time \
    }
#define NUMBER(name, is_time) ENTRY(name, ASSAY_FIELD_NUMBER, is_time)
#define WHOLE(name) ENTRY(name, ASSAY_FIELD_WHOLE, false) /* a column of the document that has no fractions */
const struct assay_batch_number assay_batch_numbers[] = {
    NUMBER(cpu_ns, true),
    NUMBER(untimed_ns, true),
    WHOLE(start_ns),
    WHOLE(voluntary_switches),
    WHOLE(involuntary_switches),
    WHOLE(migrations),
    WHOLE(faults),
    NUMBER(operations, false),
    NUMBER(allocations, false),
    NUMBER(allocated_bytes, false),
    NUMBER(cycles, false),
    NUMBER(instructions, false),
    NUMBER(branch_misses, false),
    NUMBER(cache_misses, false),
    { { NULL, ASSAY_FIELD_NUMBER, 0, false, 0, 0 }, NULL, 0, false },
};

static double *number_at(struct assay_batch *batch, const struct assay_batch_number *number)
{
    return (double *)((char *)batch + number->field.offset);
}

void assay_batch_init(struct assay_batch *batch)
{
    const struct assay_batch_number *number;

    *batch = (struct assay_batch){ .verified = -1 };
    for (number = assay_batch_numbers; number->field.key; number++) {
        *number_at(batch, number) = (double)NAN;
    }
}

static void release_batch(struct assay_batch *batch)
{
    size_t i;

    for (i = 0; i < batch->measure_count; i++) {
        free(batch->measures[i].name);
    }
    free(batch->measures);
    for (i = 0; i < batch->observed_count; i++) {
        free(batch->observed[i].name);
        free(batch->observed[i].values);
    }
    free(batch->observed);
}

void assay_reply_release(struct assay_reply *reply)
{
    size_t i;

    free(reply->status);
    free(reply->message);
    assay_description_release(&reply->description);
    assay_message_answer_release(&reply->expected);
    for (i = 0; i < reply->batch_count; i++) {
        release_batch(&reply->batches[i]);
    }
    free(reply->batches);
    assay_message_answer_release(&reply->answer);
    if (reply->has_profile) {
        assay_message_profile_release(&reply->profile);
    }
    *reply = (struct assay_reply){ 0 };
}

static void write_verified(struct assay_text *line, int verified)
{
    if (verified >= 0) {
        assay_text_append(line, verified ? ",\"verified\":true" : ",\"verified\":false");
    }
}

static void write_measures(struct assay_text *line, const struct assay_batch *batch)
{
    const char *comma = ",\"measures\":{";
    size_t i;

    for (i = 0; i < batch->measure_count; i++) {
        if (isfinite(batch->measures[i].value)) {
            assay_write_string(line, comma, batch->measures[i].name);
            assay_write_number(line, ":", batch->measures[i].value);
            comma = ",";
        }
    }
    assay_text_append(line, comma[1] ? "" : "}");
}

static void write_observed(struct assay_text *line, const struct assay_batch *batch)
{
    size_t i, j;

    for (i = 0; i < batch->observed_count; i++) {
        const char *comma = "";
        assay_write_string(line, i ? "," : ",\"observed\":{", batch->observed[i].name);
        assay_text_append(line, ":[");
        for (j = 0; j < batch->observed[i].count; j++) {
            if (isfinite(batch->observed[i].values[j])) {
                assay_write_number(line, comma, batch->observed[i].values[j]);
                comma = ",";
            }
        }
        assay_text_append_char(line, ']');
    }
    assay_text_append(line, batch->observed_count ? "}" : "");
}

static void write_batch(struct assay_text *line, const struct assay_batch *batch)
{
    const struct assay_batch_number *number;

    assay_write_integer(line, "{\"iterations\":", batch->iterations);
    assay_write_time(line, ",\"elapsed_ns\":", batch->elapsed_ns);
    for (number = assay_batch_numbers; number->field.key; number++) {
        double value = *number_at((struct assay_batch *)batch, number);
        if (number->is_time) {
            assay_write_time(line, number->member, value);
        } else {
            assay_write_number(line, number->member, value);
        }
    }
    write_verified(line, batch->verified);
    write_measures(line, batch);
    write_observed(line, batch);
    assay_text_append_char(line, '}');
}

static void write_batches(struct assay_text *line, const struct assay_reply *reply)
{
    size_t i;

    for (i = 0; i < reply->batch_count; i++) {
        assay_text_append(line, i ? "," : ",\"batches\":[");
        write_batch(line, &reply->batches[i]);
    }
    assay_text_append(line, reply->batch_count ? "]" : "");
}

static double said(double value)
{
    return isfinite(value) && value > 0.0 ? value : 0.0;
}

static void write_work(struct assay_text *line, const struct assay_reply *reply)
{
    if (said(reply->items) > 0.0 || said(reply->bytes) > 0.0 || said(reply->least_operations) > 0.0) {
        assay_write_number(line, ",\"work\":{\"items\":", said(reply->items));
        assay_write_number(line, ",\"bytes\":", said(reply->bytes));
        assay_write_number(line, ",\"least_operations\":", said(reply->least_operations));
        assay_text_append_char(line, '}');
    }
}

static void write_parts(struct assay_text *line, const struct assay_reply *reply)
{
    if (reply->has_description) {
        assay_text_append_char(line, ',');
        assay_description_write(line, &reply->description);
    }
    if (reply->has_expected) {
        assay_answer_write(line, ",\"expected\":", &reply->expected);
    }
    write_work(line, reply);
    if (reply->iterations) {
        assay_write_integer(line, ",\"iterations\":", reply->iterations);
        assay_write_time(line, ",\"elapsed_ns\":", reply->elapsed_ns);
    }
    write_batches(line, reply);
    if (reply->has_profile) {
        assay_message_profile_write(line, &reply->profile);
    }
    if (reply->has_answer) {
        assay_answer_write(line, ",\"answer\":", &reply->answer);
        write_verified(line, reply->verified);
    }
    if (reply->peak_bytes > 0.0) {
        assay_write_number(line, ",\"peak_bytes\":", reply->peak_bytes);
    }
}

void assay_reply_write(struct assay_text *line, const struct assay_reply *reply)
{
    if (reply->id) {
        assay_write_integer(line, "{\"id\":", reply->id);
    } else {
        assay_text_append(line, "{\"id\":null");
    }
    assay_text_append(line, reply->ok ? ",\"ok\":true" : ",\"ok\":false");
    assay_write_string(line, ",\"status\":", reply->status);
    assay_write_string(line, ",\"message\":", reply->message);
    write_parts(line, reply);
    assay_text_append_char(line, '}');
}
