/* The tables of a comparison's fields, and what is checked when its blocks are complete. The order and names are those
 * of write_comparison.c and docs/result-document.md; the rules that need the whole document are in check_comparison.c.
 */
#include "result/reader.h"

#include "result/comparison.h"
#include "result/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct assay_comparison *present(struct assay_reader *reader)
{
    return &reader->document->comparisons[reader->document->comparison_count - 1];
}

static ASSAY_SETTER(set_verdict)
{
    char word[32] = "";
    (void)reader;
    if (value->type == ASSAY_VALUE_TEXT && value->length < sizeof word) {
        memcpy(word, value->bytes, value->length);
    }
    enum assay_verdict *verdict = (enum assay_verdict *)(void *)((char *)target + field->offset);
    return strlen(word) == value->length && assay_verdict_parse(verdict, word) ? NULL
                                                                               : "a known verdict, such as 'same'";
}

static ASSAY_SETTER(set_direction)
{
    double number = NAN;
    (void)reader;
    if (value->type != ASSAY_VALUE_NUMBER || !assay_number_parse(value->bytes, value->length, &number) ||
        (number != 0 && number != 1 && number != -1)) {
        return "1, -1 or 0";
    }
    *(int *)(void *)((char *)target + field->offset) = (int)number;
    return NULL;
}

static ASSAY_SETTER(set_bool)
{
    (void)reader;
    if (value->type != ASSAY_VALUE_TRUTH) {
        return "true or false";
    }
    *(bool *)((char *)target + field->offset) = value->truth;
    return NULL;
}

/* Blocks. */

static void *open_blocks(struct assay_reader *reader)
{
    return reader->blocks;
}

/* A column that the document lacks is not known: NaN. */
static bool fill(struct assay_reals *column, size_t count)
{
    free(column->values);
    column->values = malloc((count ? count : 1) * sizeof *column->values);
    for (size_t i = 0; column->values && i < count; i++) {
        column->values[i] = NAN;
    }
    return column->values != NULL;
}

static int close_blocks(struct assay_reader *reader, void *target)
{
    struct assay_reals *columns = target;
    uint64_t seen = reader->frames[reader->depth - 1].seen;
    struct assay_blocks *blocks = &present(reader)->blocks;
    size_t count = columns[0].count;
    for (size_t i = 0; i < ASSAY_BLOCK_COLUMN_COUNT; i++) {
        bool given = seen & (uint64_t)1 << i;
        if (given && columns[i].count != count) {
            return assay_reader_fail(reader, ASSAY_EINPUT, "column '%s' has %zu values, '%s' has %zu",
                                     assay_block_columns[i].name, columns[i].count, assay_block_columns[0].name, count);
        }
        if (!given && !fill(&columns[i], count)) {
            return assay_reader_fail(reader, ASSAY_ENOMEM, "out of memory");
        }
    }
    for (size_t i = 0; i < ASSAY_BLOCK_COLUMN_COUNT; i++) {
        assay_blocks_set_column(blocks, i, columns[i].values);
        columns[i] = (struct assay_reals){ 0 };
    }
    blocks->count = blocks->capacity = count;
    return 0;
}

/* In the order of assay_block_columns, which is where a column's index is its bit in `seen`. */
#define COLUMN(index, text, must)                                                                                      \
    {                                                                                                                  \
        text, .required = must, ASSAY_REALS_UP_TO((index) * sizeof(struct assay_reals), ASSAY_MOST_BLOCKS)             \
    }
static const struct assay_field block_fields[ASSAY_BLOCK_COLUMN_COUNT] = {
    COLUMN(0, "log_ratio", true),    COLUMN(1, "first_half", false), COLUMN(2, "second_half", false),
    COLUMN(3, "start_s", false),     COLUMN(4, "seconds", false),    COLUMN(5, "layout", false),
    COLUMN(6, "order", false),       COLUMN(7, "head_first", false), COLUMN(8, "base_process", true),
    COLUMN(9, "head_process", true), COLUMN(10, "set_aside", true),
};
#undef COLUMN
static const struct assay_shape blocks_shape = ASSAY_SHAPE(block_fields, close_blocks);

/* A comparison. */

#define IN(member) .offset = offsetof(struct assay_comparison, member)
static const struct assay_field carry_over_fields[] = {
    { "value", assay_set_real, IN(carry_over) },
    { "low", assay_set_real, IN(carry_over_low) },
    { "high", assay_set_real, IN(carry_over_high) },
};
static const struct assay_shape carry_over_shape = ASSAY_SHAPE(carry_over_fields, NULL);

static const struct assay_field instructions_fields[] = {
    { "base", assay_set_real, IN(base_instructions) },
    { "head", assay_set_real, IN(head_instructions) },
    { "source", assay_set_needed, .required = true, IN(instructions_source) },
};
static const struct assay_shape instructions_shape = ASSAY_SHAPE(instructions_fields, NULL);

#define ENDS(low, high) .opens = ASSAY_OPENS_ENDS, IN(low), .count_offset = offsetof(struct assay_comparison, high)
static const struct assay_field comparison_fields[] = {
    { "base", assay_set_size, .required = true, IN(base) },
    { "head", assay_set_size, .required = true, IN(head) },
    { "id", assay_set_needed, .required = true, IN(id) },
    { "design", assay_set_needed, .required = true, IN(design) },
    { "unit", assay_set_needed, .required = true, IN(unit) },
    { "ratio", assay_set_real, IN(ratio) },
    { "interval", assay_set_null, ENDS(low, high) },
    { "confidence", assay_set_number, .required = true, IN(confidence) },
    { "ci95", assay_set_null, ENDS(ci95_low, ci95_high) },
    { "margin", assay_set_number, .required = true, IN(margin) },
    { "verdict", set_verdict, .required = true, IN(verdict) },
    { "reason", assay_set_text, IN(reason) },
    { "direction", set_direction, IN(direction) },
    { "beyond_margin", set_bool, IN(beyond_margin) },
    { "direction_at_s", assay_set_real, IN(direction_at_s) },
    { "log_evidence", assay_set_real, IN(log_evidence) },
    { "gate_log_evidence", assay_set_real, IN(gate_log_evidence) },
    { "discovery", set_bool, IN(discovery) },
    { "pairs", assay_set_real, IN(pairs) },
    { "seconds", assay_set_real, IN(seconds) },
    { "minimum_detectable_effect", assay_set_real, IN(minimum_detectable_effect) },
    { "seconds_needed", assay_set_real, IN(seconds_needed) },
    { "spread", assay_set_real, IN(spread) },
    { "carry_over", assay_set_null, ASSAY_OBJECT(carry_over_shape) },
    { "autocorrelation", assay_set_real, IN(autocorrelation) },
    { "drift_p", assay_set_real, IN(drift_p) },
    { "between_share", assay_set_real, IN(between_share) },
    { "injected", assay_set_number, IN(injected) },
    { "instructions", assay_set_null, ASSAY_OBJECT(instructions_shape) },
    { "same_code", assay_set_truth, IN(same_code) },
    { "notes", .opens = ASSAY_OPENS_TEXTS, .most = ASSAY_MOST_WORDS, IN(notes),
      .count_offset = offsetof(struct assay_comparison, note_count) },
    { "blocks", assay_set_null, .opens = ASSAY_OPENS_OBJECT, .shape = &blocks_shape, .open = open_blocks },
};
const struct assay_shape assay_shape_comparison = ASSAY_SHAPE(comparison_fields, NULL);
#undef IN
