/* The tables of a history's fields. The order and names are those of write_history.c and docs/result-document.md; the
 * rules beyond a field's own are in check_history.c. */
#include "result/reader.h"

#include <string.h>

static struct assay_history_series *present(struct assay_reader *reader)
{
    return &reader->document->history[reader->document->history_count - 1];
}

static ASSAY_SETTER(set_unit)
{
    enum assay_history_unit *unit = (enum assay_history_unit *)(void *)((char *)target + field->offset);
    (void)reader;
    for (unsigned i = 0; i < ASSAY_HISTORY_UNITS && value->type == ASSAY_VALUE_TEXT; i++) {
        const char *word = assay_history_unit_word((enum assay_history_unit)i);
        if (value->length == strlen(word) && memcmp(value->bytes, word, value->length) == 0) {
            *unit = (enum assay_history_unit)i;
            return NULL;
        }
    }
    return "'ratio' or 'ns'";
}

static void *open_point(struct assay_reader *reader)
{
    return assay_history_add_point(present(reader));
}

static void *open_change(struct assay_reader *reader)
{
    return assay_history_add_change(present(reader));
}

static void *open_acceptance(struct assay_reader *reader)
{
    return assay_history_add_acceptance(present(reader));
}

#define IN(member) .offset = offsetof(struct assay_history_point, member)
static const struct assay_field point_fields[] = {
    { "commit", assay_set_text, IN(commit) },
    { "parent", assay_set_text, IN(parent) },
    { "branch", assay_set_text, IN(branch) },
    { "author_date", assay_set_text, IN(author_date) },
    { "subject", assay_set_text, IN(subject) },
    { "value", assay_set_number, .required = true, IN(value) },
    { "interval", assay_set_null, .opens = ASSAY_OPENS_ENDS, IN(low),
      .count_offset = offsetof(struct assay_history_point, high) },
    { "document", assay_set_text, IN(document) },
    { "flags", .opens = ASSAY_OPENS_TEXTS, .most = ASSAY_MOST_WORDS, IN(flags),
      .count_offset = offsetof(struct assay_history_point, flag_count) },
};
static const struct assay_shape point_shape = ASSAY_SHAPE(point_fields, NULL);
#undef IN

#define IN(member) .offset = offsetof(struct assay_history_change, member)
static const struct assay_field change_fields[] = {
    { "point", assay_set_size, .required = true, IN(point) },
    { "since", assay_set_index, IN(since) },
    { "ratio", assay_set_number, .required = true, IN(ratio) },
    { "interval", assay_set_null, .opens = ASSAY_OPENS_ENDS, IN(low),
      .count_offset = offsetof(struct assay_history_change, high) },
    { "confidence", assay_set_real, IN(confidence) },
    { "reported", assay_set_bool, IN(reported) },
};
static const struct assay_shape change_shape = ASSAY_SHAPE(change_fields, NULL);
#undef IN

#define IN(member) .offset = offsetof(struct assay_history_acceptance, member)
static const struct assay_field acceptance_fields[] = {
    { "point", assay_set_index, IN(point) },
    { "commit", assay_set_text, IN(commit) },
    { "who", assay_set_needed, .required = true, IN(who) },
    { "when", assay_set_time, .required = true, IN(when) },
    { "reason", assay_set_needed, .required = true, IN(reason) },
    { "benchmark", assay_set_text, IN(benchmark) },
};
static const struct assay_shape acceptance_shape = ASSAY_SHAPE(acceptance_fields, NULL);
#undef IN

#define IN(member) .offset = offsetof(struct assay_history_series, member)
static const struct assay_field series_fields[] = {
    { "benchmark", assay_set_needed, .required = true, IN(benchmark) },
    { "unit", set_unit, .required = true, IN(unit) },
    { "fingerprint", assay_set_text, IN(fingerprint) },
    { "reference", assay_set_text, IN(reference) },
    { "points", .required = true, ASSAY_OBJECTS(point_shape, open_point, ASSAY_MOST_RECORDS) },
    { "changes", ASSAY_OBJECTS(change_shape, open_change, ASSAY_MOST_CHANGES) },
    { "accepted", ASSAY_OBJECTS(acceptance_shape, open_acceptance, ASSAY_MOST_WORDS) },
};
const struct assay_shape assay_shape_history = ASSAY_SHAPE(series_fields, NULL);
#undef IN
