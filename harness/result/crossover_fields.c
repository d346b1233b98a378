/* The tables of a crossover's fields. The order and names are those of write_crossover.c and docs/result-document.md;
 * the rules that need the whole document are in check_crossover.c. */
#include "result/reader.h"

#include <math.h>
#include <string.h>

static struct assay_crossover *present(struct assay_reader *reader)
{
    return &reader->document->crossovers[reader->document->crossover_count - 1];
}

static bool is_word(const struct assay_value *value, const char *word)
{
    return value->type == ASSAY_VALUE_TEXT && value->length == strlen(word) &&
           memcmp(value->bytes, word, value->length) == 0;
}

static ASSAY_SETTER(set_outcome)
{
    enum assay_crossover_outcome *outcome = (enum assay_crossover_outcome *)(void *)((char *)target + field->offset);
    (void)reader;
    for (unsigned i = 0; i < ASSAY_CROSSOVER_OUTCOMES; i++) {
        if (is_word(value, assay_crossover_outcome_word((enum assay_crossover_outcome)i))) {
            *outcome = (enum assay_crossover_outcome)i;
            return NULL;
        }
    }
    return "a known outcome, such as 'one'";
}

/* Which side is faster; null: not proven. */
static ASSAY_SETTER(set_side)
{
    int *faster = (int *)(void *)((char *)target + field->offset);
    (void)reader;
    *faster = is_word(value, "head") - is_word(value, "base");
    return *faster != 0 || value->type == ASSAY_VALUE_NULL ? NULL : "'base', 'head', or null";
}

/* Changes. */

static void *open_change(struct assay_reader *reader)
{
    static const struct assay_crossover_change empty = { NAN, NAN, NAN };
    struct assay_crossover *crossover = present(reader);
    return assay_crossover_add_change(crossover, &empty) ? &crossover->changes[crossover->change_count - 1] : NULL;
}

#define IN(member) .offset = offsetof(struct assay_crossover_change, member)
static const struct assay_field change_fields[] = {
    { "low", assay_set_number, .required = true, IN(low) },
    { "high", assay_set_number, .required = true, IN(high) },
    { "estimate", assay_set_real, IN(estimate) },
};
static const struct assay_shape change_shape = ASSAY_SHAPE(change_fields, NULL);
#undef IN

/* Points: gathered one by one, kept as two columns. */

static void *open_point(struct assay_reader *reader)
{
    reader->point = (struct assay_reader_point){ NAN, 0 };
    return &reader->point;
}

static int close_point(struct assay_reader *reader, void *target)
{
    const struct assay_reader_point *point = target;
    return assay_crossover_add_point(present(reader), point->value, point->comparison)
               ? 0
               : assay_reader_fail(reader, ASSAY_ENOMEM, "out of memory");
}

#define IN(member) .offset = offsetof(struct assay_reader_point, member)
static const struct assay_field point_fields[] = {
    { "value", assay_set_number, .required = true, IN(value) },
    { "comparison", assay_set_size, .required = true, IN(comparison) },
};
static const struct assay_shape point_shape = ASSAY_SHAPE(point_fields, close_point);
#undef IN

/* A crossover. */

#define IN(member) .offset = offsetof(struct assay_crossover, member)
static const struct assay_field crossover_fields[] = {
    { "base", assay_set_needed, .required = true, IN(base) },
    { "head", assay_set_needed, .required = true, IN(head) },
    { "parameter", assay_set_needed, .required = true, IN(parameter) },
    { "from", assay_set_number, .required = true, IN(from) },
    { "to", assay_set_number, .required = true, IN(to) },
    { "confidence", assay_set_number, .required = true, IN(confidence) },
    { "outcome", set_outcome, .required = true, IN(outcome) },
    { "reason", assay_set_text, IN(reason) },
    { "faster_at_from", set_side, IN(faster_at_from) },
    { "faster_at_to", set_side, IN(faster_at_to) },
    { "changes", .required = true, ASSAY_OBJECTS(change_shape, open_change, ASSAY_MOST_POINTS) },
    { "points", .required = true, ASSAY_OBJECTS(point_shape, open_point, ASSAY_MOST_POINTS) },
    { "seconds", assay_set_real, IN(seconds) },
};
const struct assay_shape assay_shape_crossover = ASSAY_SHAPE(crossover_fields, NULL);
#undef IN
