/* A profile's life: made empty, grown by passes/ and by the reader, moved from document to document, released; and its
 * words. Knows no JSON. */
#include "result/profile.h"

#include "base/text.h"
#include "base/vector.h"
#include "result/profiles.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_words[ASSAY_FUNCTION_KINDS] = {
    [ASSAY_FUNCTION_PLAIN] = "function",   [ASSAY_FUNCTION_INLINED] = "inlined", [ASSAY_FUNCTION_LIBRARY] = "library",
    [ASSAY_FUNCTION_UNNAMED] = "unnamed", [ASSAY_FUNCTION_OUTSIDE] = "outside",
};

static const char *const agreement_words[ASSAY_AGREEMENTS] = {
    [ASSAY_AGREES] = "agrees",     [ASSAY_DISAGREES] = "disagrees",        [ASSAY_TOO_SMALL] = "too-small",
    [ASSAY_OVERLAPS] = "overlaps", [ASSAY_NOT_COMPARED] = "not-compared",
};

const char *assay_function_kind_word(enum assay_function_kind kind)
{
    return (unsigned)kind < ASSAY_FUNCTION_KINDS ? kind_words[kind] : "unnamed";
}

const char *assay_agreement_word(enum assay_agreement agreement)
{
    return (unsigned)agreement < ASSAY_AGREEMENTS ? agreement_words[agreement] : "not-compared";
}

static bool find_word(const char *const *words, size_t count, const char *word, size_t *which)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], word) == 0) {
            *which = i;
            return true;
        }
    }
    return false;
}

bool assay_function_kind_parse(enum assay_function_kind *kind, const char *word)
{
    size_t which = 0;
    bool found = find_word(kind_words, ASSAY_FUNCTION_KINDS, word, &which);
    *kind = found ? (enum assay_function_kind)which : *kind;
    return found;
}

bool assay_agreement_parse(enum assay_agreement *agreement, const char *word)
{
    size_t which = 0;
    bool found = find_word(agreement_words, ASSAY_AGREEMENTS, word, &which);
    *agreement = found ? (enum assay_agreement)which : *agreement;
    return found;
}

/* The columns of a tree. */

#define COLUMN(member, is_whole, may_be_null)                                                                          \
    {                                                                                                                  \
#member, offsetof(struct assay_profile_tree, member), is_whole, may_be_null                                    \
    }
const struct assay_tree_column assay_tree_columns[ASSAY_TREE_COLUMN_COUNT] = {
    COLUMN(function, true, false), COLUMN(parent, true, false), COLUMN(calls, false, true),
    COLUMN(own, false, true),      COLUMN(samples, false, true), COLUMN(second, false, true),
};
#undef COLUMN

double *assay_tree_values(const struct assay_profile_tree *tree, size_t column)
{
    return *(double *const *)(const void *)((const char *)tree + assay_tree_columns[column].offset);
}

void assay_tree_set_values(struct assay_profile_tree *tree, size_t column, double *values)
{
    *(double **)(void *)((char *)tree + assay_tree_columns[column].offset) = values;
}

static void release_tree(struct assay_profile_tree *tree)
{
    for (size_t i = 0; i < ASSAY_TREE_COLUMN_COUNT; i++) {
        free(assay_tree_values(tree, i));
    }
    *tree = (struct assay_profile_tree){ 0 };
}

bool assay_profile_tree_reserve(struct assay_profile_tree *tree, size_t count)
{
    struct assay_profile_tree fresh = { .count = count };
    for (size_t i = 0; i < ASSAY_TREE_COLUMN_COUNT; i++) {
        double *values = calloc(count ? count : 1, sizeof *values);
        if (!values) {
            release_tree(&fresh);
            return false;
        }
        for (size_t k = 0; k < count; k++) {
            values[k] = NAN;
        }
        assay_tree_set_values(&fresh, i, values);
    }
    release_tree(tree);
    *tree = fresh;
    return true;
}

/* Life. */

void assay_profile_init(struct assay_profile *profile)
{
    *profile = (struct assay_profile){ 0 };
    double *const numbers[] = {
        &profile->iterations,       &profile->plain_ns,         &profile->plain_low,    &profile->plain_high,
        &profile->calls,            &profile->primitive_calls,  &profile->items,        &profile->sample_count,
        &profile->period_ns,        &profile->precision,        &profile->missing,      &profile->unresolved,
        &profile->restored,         &profile->sampled_slowdown, &profile->inside_ns,    &profile->inside_spread_ns,
        &profile->outside_ns,       &profile->outside_spread_ns, &profile->closure,     &profile->dilation,
        &profile->timed_share,      &profile->threads,          &profile->folded_calls, &profile->lost_calls,
        &profile->jumps,
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        *numbers[i] = NAN;
    }
    profile->items = 0; /* 0: not said */
}

static void release_texts(char **texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(texts[i]);
    }
    free(texts);
}

void assay_profile_release(struct assay_profile *profile)
{
    free(profile->cost);
    free(profile->unit);
    free(profile->source);
    free(profile->object);
    free(profile->sampler);
    for (size_t i = 0; i < profile->function_count; i++) {
        free(profile->functions[i].name);
        free(profile->functions[i].file);
        free(profile->functions[i].rounds);
    }
    free(profile->functions);
    free(profile->edges);
    release_tree(&profile->tree);
    for (size_t i = 0; i < profile->line_count; i++) {
        free(profile->lines[i].file);
    }
    free(profile->lines);
    free(profile->addresses);
    release_texts(profile->notes, profile->note_count);
    *profile = (struct assay_profile){ 0 };
}

void assay_profile_difference_release(struct assay_profile_difference *difference)
{
    free(difference->unit);
    for (size_t i = 0; i < difference->change_count; i++) {
        free(difference->changes[i].name);
        free(difference->changes[i].file);
    }
    free(difference->changes);
    release_texts(difference->notes, difference->note_count);
    *difference = (struct assay_profile_difference){ 0 };
}

/* Room for one item more; NULL: out of memory. */
static void *add(void **items, size_t *count, size_t *capacity, size_t size)
{
    if (!assay_reserve(items, capacity, *count + 1, size)) {
        return NULL;
    }
    return (char *)*items + (*count)++ * size;
}

struct assay_profile_function_row *assay_profile_add_function(struct assay_profile *profile)
{
    void *items = profile->functions;
    struct assay_profile_function_row *row =
        add(&items, &profile->function_count, &profile->function_capacity, sizeof *row);
    profile->functions = items;
    if (row) {
        *row = (struct assay_profile_function_row){
            .calls = NAN,      .primitive_calls = NAN, .own = NAN,          .own_low = NAN,
            .own_high = NAN,   .total = NAN,           .total_low = NAN,    .total_high = NAN,
            .second = NAN,     .second_total = NAN,    .share = NAN,        .share_low = NAN,
            .share_high = NAN, .samples = NAN,         .at_most = NAN,      .hooked_own = NAN,
            .hooked_own_error = NAN,                   .hooked_total = NAN, .range_low = NAN,
            .range_high = NAN, .agreement = ASSAY_NOT_COMPARED,
        };
    }
    return row;
}

struct assay_profile_edge *assay_profile_add_edge(struct assay_profile *profile)
{
    void *items = profile->edges;
    struct assay_profile_edge *edge = add(&items, &profile->edge_count, &profile->edge_capacity, sizeof *edge);
    profile->edges = items;
    if (edge) {
        *edge = (struct assay_profile_edge){ .calls = NAN, .primitive_calls = NAN, .own = NAN, .total = NAN };
    }
    return edge;
}

struct assay_profile_line *assay_profile_add_line(struct assay_profile *profile)
{
    void *items = profile->lines;
    struct assay_profile_line *line = add(&items, &profile->line_count, &profile->line_capacity, sizeof *line);
    profile->lines = items;
    if (line) {
        *line = (struct assay_profile_line){ .samples = NAN, .share = NAN, .count = NAN };
    }
    return line;
}

struct assay_profile_address *assay_profile_add_address(struct assay_profile *profile)
{
    void *items = profile->addresses;
    struct assay_profile_address *address =
        add(&items, &profile->address_count, &profile->address_capacity, sizeof *address);
    profile->addresses = items;
    if (address) {
        *address = (struct assay_profile_address){ .samples = NAN };
    }
    return address;
}

bool assay_profile_note(struct assay_profile *profile, const char *format, ...)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    va_list arguments;
    va_start(arguments, format);
    assay_text_vformat(&text, format, arguments);
    va_end(arguments);
    return assay_texts_append_take(&profile->notes, &profile->note_count, assay_text_take(&text));
}

/* Of a document. */

struct assay_profile *assay_document_add_profile(struct assay_document *document)
{
    void *items = document->profiles;
    struct assay_profile *profile =
        add(&items, &document->profile_count, &document->profile_capacity, sizeof *profile);
    document->profiles = items;
    if (profile) {
        assay_profile_init(profile);
    }
    return profile;
}

struct assay_profile_difference *assay_document_add_difference(struct assay_document *document)
{
    void *items = document->differences;
    struct assay_profile_difference *difference =
        add(&items, &document->difference_count, &document->difference_capacity, sizeof *difference);
    document->differences = items;
    if (difference) {
        *difference = (struct assay_profile_difference){ .confidence = NAN };
    }
    return difference;
}

bool assay_profiles_take(struct assay_document *to, struct assay_document *from, const struct assay_moved *moved)
{
    size_t before = to->profile_count;
    for (size_t i = 0; i < from->profile_count; i++) {
        struct assay_profile *into = assay_document_add_profile(to);
        if (!into) {
            return false;
        }
        *into = from->profiles[i];
        from->profiles[i] = (struct assay_profile){ 0 };
        into->benchmark = moved[into->benchmark].benchmark;
    }
    for (size_t i = 0; i < from->difference_count; i++) {
        struct assay_profile_difference *into = assay_document_add_difference(to);
        if (!into) {
            return false;
        }
        *into = from->differences[i];
        from->differences[i] = (struct assay_profile_difference){ 0 };
        into->base += before;
        into->head += before;
    }
    return true;
}
