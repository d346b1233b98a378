/* The tables of the fields of profiles and their differences, and what is checked when an object is complete. The order
 * and names are those of write_profile.c and docs/result-document.md; the rules that need the whole document are in
 * check_profile.c. */
#include "result/reader.h"

#include "base/vector.h"
#include "result/profiles.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct assay_profile *present(struct assay_reader *reader)
{
    return &reader->document->profiles[reader->document->profile_count - 1];
}

static struct assay_profile_difference *present_difference(struct assay_reader *reader)
{
    return &reader->document->differences[reader->document->difference_count - 1];
}

/* The text of the value if it is a short one; else "". */
static const char *word_of(char buffer[32], const struct assay_value *value)
{
    memset(buffer, 0, 32);
    if (value->type == ASSAY_VALUE_TEXT && value->length < 32) {
        memcpy(buffer, value->bytes, value->length);
    }
    return strlen(buffer) == value->length ? buffer : "";
}

static ASSAY_SETTER(set_kind)
{
    char buffer[32];
    enum assay_function_kind *kind = (enum assay_function_kind *)(void *)((char *)target + field->offset);
    (void)reader;
    return assay_function_kind_parse(kind, word_of(buffer, value)) ? NULL
                                                                   : "a known kind of function, such as 'library'";
}

static ASSAY_SETTER(set_agreement)
{
    char buffer[32];
    enum assay_agreement *agreement = (enum assay_agreement *)(void *)((char *)target + field->offset);
    (void)reader;
    return assay_agreement_parse(agreement, word_of(buffer, value)) ? NULL : "a known agreement, such as 'agrees'";
}

/* An index into a list, or null: SIZE_MAX. */
static ASSAY_SETTER(set_place)
{
    if (value->type == ASSAY_VALUE_NULL) {
        *(size_t *)(void *)((char *)target + field->offset) = SIZE_MAX;
        return NULL;
    }
    return assay_set_size(reader, field, target, value) ? "a whole number of 0 or more, or null" : NULL;
}

/* Functions. */

static void *open_function(struct assay_reader *reader)
{
    return assay_profile_add_function(present(reader));
}

static void *open_rounds(struct assay_reader *reader)
{
    return &reader->rounds;
}

/* How many rounds there are is said by the profile, which may come later: the first function that has them decides. */
static int close_function(struct assay_reader *reader, void *target)
{
    struct assay_profile_function_row *row = target;
    struct assay_reals *rounds = &reader->rounds;
    if (rounds->count > 0 && reader->round_count > 0 && rounds->count != reader->round_count) {
        return assay_reader_fail(reader, ASSAY_EINPUT, "%zu rounds, another function has %zu", rounds->count,
                                 reader->round_count);
    }
    if (rounds->count > 0) {
        reader->round_count = rounds->count;
        row->rounds = rounds->values;
    } else {
        free(rounds->values);
    }
    *rounds = (struct assay_reals){ 0 };
    return 0;
}

#define IN(member) .offset = offsetof(struct assay_profile_function_row, member)
#define ENDS(low, high)                                                                                                \
    .opens = ASSAY_OPENS_ENDS, IN(low), .count_offset = offsetof(struct assay_profile_function_row, high)
static const struct assay_field function_fields[] = {
    { "name", assay_set_needed, .required = true, IN(name) },
    { "file", assay_set_text, IN(file) },
    { "line", assay_set_u32, IN(line) },
    { "kind", set_kind, .required = true, IN(kind) },
    { "calls", assay_set_real, IN(calls) },
    { "primitive_calls", assay_set_real, IN(primitive_calls) },
    { "own", assay_set_real, IN(own) },
    { "own_interval", assay_set_null, ENDS(own_low, own_high) },
    { "total", assay_set_real, IN(total) },
    { "total_interval", assay_set_null, ENDS(total_low, total_high) },
    { "second", assay_set_real, IN(second) },
    { "second_total", assay_set_real, IN(second_total) },
    { "share", assay_set_real, IN(share) },
    { "share_interval", assay_set_null, ENDS(share_low, share_high) },
    { "samples", assay_set_real, IN(samples) },
    { "at_most", assay_set_real, IN(at_most) },
    { "hooked_own", assay_set_real, IN(hooked_own) },
    { "hooked_own_error", assay_set_real, IN(hooked_own_error) },
    { "hooked_total", assay_set_real, IN(hooked_total) },
    { "range", assay_set_null, ENDS(range_low, range_high) },
    { "agreement", set_agreement, IN(agreement) },
    { "rounds", assay_set_null, ASSAY_REALS_UP_TO(0, ASSAY_MOST_ROUNDS), .open = open_rounds },
};
static const struct assay_shape function_shape = ASSAY_SHAPE(function_fields, close_function);
#undef ENDS
#undef IN

/* Edges, lines, addresses. */

static void *open_edge(struct assay_reader *reader)
{
    return assay_profile_add_edge(present(reader));
}

#define IN(member) .offset = offsetof(struct assay_profile_edge, member)
static const struct assay_field edge_fields[] = {
    { "caller", assay_set_u32, .required = true, IN(caller) },
    { "callee", assay_set_u32, .required = true, IN(callee) },
    { "calls", assay_set_real, IN(calls) },
    { "primitive_calls", assay_set_real, IN(primitive_calls) },
    { "own", assay_set_real, IN(own) },
    { "total", assay_set_real, IN(total) },
};
static const struct assay_shape edge_shape = ASSAY_SHAPE(edge_fields, NULL);
#undef IN

static void *open_line(struct assay_reader *reader)
{
    return assay_profile_add_line(present(reader));
}

#define IN(member) .offset = offsetof(struct assay_profile_line, member)
static const struct assay_field line_fields[] = {
    { "file", assay_set_needed, .required = true, IN(file) },
    { "line", assay_set_u32, .required = true, IN(line) },
    { "function", assay_set_u32, .required = true, IN(function) },
    { "samples", assay_set_real, IN(samples) },
    { "share", assay_set_real, IN(share) },
    { "count", assay_set_real, IN(count) },
};
static const struct assay_shape line_shape = ASSAY_SHAPE(line_fields, NULL);
#undef IN

static void *open_address(struct assay_reader *reader)
{
    return assay_profile_add_address(present(reader));
}

#define IN(member) .offset = offsetof(struct assay_profile_address, member)
static const struct assay_field address_fields[] = {
    { "address", assay_set_u64, .required = true, IN(address) },
    { "symbol", assay_set_u32, .required = true, IN(symbol) },
    { "samples", assay_set_real, IN(samples) },
};
static const struct assay_shape address_shape = ASSAY_SHAPE(address_fields, NULL);
#undef IN

/* The tree. */

static void *open_tree(struct assay_reader *reader)
{
    return reader->nodes;
}

/* A column that the document lacks is not known: NaN. */
static int close_tree(struct assay_reader *reader, void *target)
{
    struct assay_reals *columns = target;
    struct assay_profile_tree *tree = &present(reader)->tree;
    uint64_t seen = reader->frames[reader->depth - 1].seen;
    size_t count = columns[0].count;
    for (size_t i = 0; i < ASSAY_TREE_COLUMN_COUNT; i++) {
        if (seen & (uint64_t)1 << i && columns[i].count != count) {
            return assay_reader_fail(reader, ASSAY_EINPUT, "column '%s' has %zu values, '%s' has %zu",
                                     assay_tree_columns[i].name, columns[i].count, assay_tree_columns[0].name, count);
        }
    }
    if (count > 0 && !assay_profile_tree_reserve(tree, count)) {
        return assay_reader_fail(reader, ASSAY_ENOMEM, "out of memory");
    }
    for (size_t i = 0; i < ASSAY_TREE_COLUMN_COUNT; i++) {
        if (columns[i].count > 0) {
            free(assay_tree_values(tree, i));
            assay_tree_set_values(tree, i, columns[i].values);
        } else {
            free(columns[i].values);
        }
        columns[i] = (struct assay_reals){ 0 };
    }
    return 0;
}

/* In the order of assay_tree_columns, which is where a column's index is its bit in `seen`. */
#define COLUMN(index, text, must)                                                                                      \
    {                                                                                                                  \
        text, .required = must, ASSAY_REALS((index) * sizeof(struct assay_reals))                                      \
    }
static const struct assay_field tree_fields[ASSAY_TREE_COLUMN_COUNT] = {
    COLUMN(0, "function", true), COLUMN(1, "parent", true),   COLUMN(2, "calls", false),
    COLUMN(3, "own", false),     COLUMN(4, "samples", false), COLUMN(5, "second", false),
};
#undef COLUMN
static const struct assay_shape tree_shape = ASSAY_SHAPE(tree_fields, close_tree);

/* A profile. */

#define IN(member) .offset = offsetof(struct assay_profile, member)
static const struct assay_field plain_fields[] = {
    { "ns", assay_set_real, IN(plain_ns) },
    { "low", assay_set_real, IN(plain_low) },
    { "high", assay_set_real, IN(plain_high) },
};
static const struct assay_shape plain_shape = ASSAY_SHAPE(plain_fields, NULL);

static const struct assay_field sampling_fields[] = {
    { "sampler", assay_set_text, IN(sampler) },      { "samples", assay_set_real, IN(sample_count) },
    { "period_ns", assay_set_real, IN(period_ns) },  { "precision", assay_set_real, IN(precision) },
    { "missing", assay_set_real, IN(missing) },      { "unresolved", assay_set_real, IN(unresolved) },
    { "restored", assay_set_real, IN(restored) },    { "slowdown", assay_set_real, IN(sampled_slowdown) },
};
static const struct assay_shape sampling_shape = ASSAY_SHAPE(sampling_fields, NULL);

static const struct assay_field hooks_fields[] = {
    { "inside_ns", assay_set_real, IN(inside_ns) },
    { "inside_spread_ns", assay_set_real, IN(inside_spread_ns) },
    { "outside_ns", assay_set_real, IN(outside_ns) },
    { "outside_spread_ns", assay_set_real, IN(outside_spread_ns) },
    { "closure", assay_set_real, IN(closure) },
    { "dilation", assay_set_real, IN(dilation) },
    { "timed_share", assay_set_real, IN(timed_share) },
    { "threads", assay_set_real, IN(threads) },
    { "folded_calls", assay_set_real, IN(folded_calls) },
    { "lost_calls", assay_set_real, IN(lost_calls) },
    { "jumps", assay_set_real, IN(jumps) },
};
static const struct assay_shape hooks_shape = ASSAY_SHAPE(hooks_fields, NULL);

static int close_profile(struct assay_reader *reader, void *target)
{
    const struct assay_profile *profile = target;
    size_t rounds = reader->round_count;
    reader->round_count = 0;
    if (rounds > 0 && rounds != profile->round_count) {
        return assay_reader_fail(reader, ASSAY_EINPUT, "%zu rounds, its functions have %zu", profile->round_count,
                                 rounds);
    }
    return 0;
}

static const struct assay_field profile_fields[] = {
    { "benchmark", assay_set_size, .required = true, IN(benchmark) },
    { "cost", assay_set_needed, .required = true, IN(cost) },
    { "unit", assay_set_needed, .required = true, IN(unit) },
    { "source", assay_set_needed, .required = true, IN(source) },
    { "object", assay_set_text, IN(object) },
    { "iterations", assay_set_real, IN(iterations) },
    { "plain", assay_set_null, ASSAY_OBJECT(plain_shape) },
    { "calls", assay_set_real, IN(calls) },
    { "primitive_calls", assay_set_real, IN(primitive_calls) },
    { "items", assay_set_said, IN(items) },
    { "sampling", assay_set_null, ASSAY_OBJECT(sampling_shape) },
    { "hooks", assay_set_null, ASSAY_OBJECT(hooks_shape) },
    { "rounds", assay_set_size, IN(round_count) },
    { "functions", .required = true, ASSAY_OBJECTS(function_shape, open_function, ASSAY_MOST_NAMES) },
    { "edges", ASSAY_OBJECTS(edge_shape, open_edge, ASSAY_MOST_EDGES) },
    { "tree", assay_set_null, .opens = ASSAY_OPENS_OBJECT, .shape = &tree_shape, .open = open_tree },
    { "lines", ASSAY_OBJECTS(line_shape, open_line, ASSAY_MOST_NAMES) },
    { "addresses", ASSAY_OBJECTS(address_shape, open_address, ASSAY_MOST_EDGES) },
    { "notes", .opens = ASSAY_OPENS_TEXTS, .most = ASSAY_MOST_WORDS, IN(notes),
      .count_offset = offsetof(struct assay_profile, note_count) },
};
const struct assay_shape assay_shape_profile = ASSAY_SHAPE(profile_fields, close_profile);
#undef IN

/* A difference. */

static void *open_change(struct assay_reader *reader)
{
    struct assay_profile_difference *difference = present_difference(reader);
    void *items = difference->changes;
    reader->change_capacity = difference->change_count ? reader->change_capacity : 0; /* of another difference */
    bool room =
        assay_reserve(&items, &reader->change_capacity, difference->change_count + 1, sizeof *difference->changes);
    difference->changes = items;
    if (!room) {
        return NULL;
    }
    struct assay_profile_change *change = &difference->changes[difference->change_count++];
    *change = (struct assay_profile_change){ .base = SIZE_MAX,     .head = SIZE_MAX,   .base_own = NAN,
                                             .head_own = NAN,      .change = NAN,      .change_low = NAN,
                                             .change_high = NAN,   .base_calls = NAN,  .head_calls = NAN };
    return change;
}

#define IN(member) .offset = offsetof(struct assay_profile_change, member)
static const struct assay_field change_fields[] = {
    { "name", assay_set_needed, .required = true, IN(name) },
    { "file", assay_set_text, IN(file) },
    { "base", set_place, IN(base) },
    { "head", set_place, IN(head) },
    { "base_own", assay_set_real, IN(base_own) },
    { "head_own", assay_set_real, IN(head_own) },
    { "change", assay_set_real, IN(change) },
    { "interval", assay_set_null, .opens = ASSAY_OPENS_ENDS, IN(change_low),
      .count_offset = offsetof(struct assay_profile_change, change_high) },
    { "base_calls", assay_set_real, IN(base_calls) },
    { "head_calls", assay_set_real, IN(head_calls) },
    { "proven", assay_set_bool, .required = true, IN(proven) },
};
static const struct assay_shape change_shape = ASSAY_SHAPE(change_fields, NULL);
#undef IN

#define IN(member) .offset = offsetof(struct assay_profile_difference, member)
static const struct assay_field difference_fields[] = {
    { "base", assay_set_size, .required = true, IN(base) },
    { "head", assay_set_size, .required = true, IN(head) },
    { "unit", assay_set_needed, .required = true, IN(unit) },
    { "confidence", assay_set_number, .required = true, IN(confidence) },
    { "rounds", assay_set_size, IN(rounds) },
    { "paired", assay_set_bool, IN(paired) },
    { "changes", .required = true, ASSAY_OBJECTS(change_shape, open_change, ASSAY_MOST_NAMES) },
    { "notes", .opens = ASSAY_OPENS_TEXTS, .most = ASSAY_MOST_WORDS, IN(notes),
      .count_offset = offsetof(struct assay_profile_difference, note_count) },
};
const struct assay_shape assay_shape_difference = ASSAY_SHAPE(difference_fields, NULL);
#undef IN
