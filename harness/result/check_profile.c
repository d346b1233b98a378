/* The rules of profiles and their differences, one function a rule: numbers in their bounds, intervals the right way
 * round, indexes of what exists, and a tree whose parents come before their children. Costs may be below 0 where a
 * correction took more than there was; counts may not. Knows no JSON. */
#include "result/profiles.h"

#include "result/number.h"

#include <math.h>
#include <string.h>

/* Where a number stands, for the words: "profiles[2]", "functions", 7. */
struct place {
    const char *list; /* "profiles" or "profile_differences" */
    size_t index;
    const char *part; /* NULL: of the element itself */
    size_t row;
};

static int refuse(struct assay_error *error, const struct place *place, const char *name, const char *want)
{
    if (!place->part) {
        return assay_fail(error, ASSAY_EINPUT, "%s[%zu].%s: want %s", place->list, place->index, name, want);
    }
    return assay_fail(error, ASSAY_EINPUT, "%s[%zu].%s[%zu].%s: want %s", place->list, place->index, place->part,
                      place->row, name, want);
}

enum bound {
    COST,     /* any finite number, or not known */
    AMOUNT,   /* 0 or more, or not known */
    SHARE,    /* 0 to 1, or not known */
    SAID,     /* 0 or more */
    PROBABLE, /* above 0 and below 1 */
};
static const struct {
    double least, most;
    bool nullable;
    const char *want;
} bounds[] = {
    [COST] = { -INFINITY, INFINITY, true, "a finite number or null" },
    [AMOUNT] = { 0, INFINITY, true, "a number of 0 or more, or null" },
    [SHARE] = { 0, 1, true, "a number from 0 to 1, or null" },
    [SAID] = { 0, INFINITY, false, "a number of 0 or more" },
    [PROBABLE] = { 0x1p-1074, 1 - 0x1p-53, false, "a number above 0 and below 1" },
};

static bool is_within(double value, enum bound bound)
{
    if (isnan(value)) {
        return bounds[bound].nullable;
    }
    return isfinite(value) && value >= bounds[bound].least && value <= bounds[bound].most;
}

struct number {
    const char *name;
    size_t offset;
    enum bound bound;
};

static double at(const void *from, size_t offset)
{
    return *(const double *)(const void *)((const char *)from + offset);
}

static int check_numbers(const struct number *numbers, size_t count, const void *from, const struct place *place,
                         struct assay_error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_within(at(from, numbers[i].offset), numbers[i].bound)) {
            return refuse(error, place, numbers[i].name, bounds[numbers[i].bound].want);
        }
    }
    return 0;
}

struct ends {
    const char *name;
    size_t low, high;
};

static int check_ends(const struct ends *ends, size_t count, const void *from, const struct place *place,
                      struct assay_error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (at(from, ends[i].low) > at(from, ends[i].high)) {
            return refuse(error, place, ends[i].name, "low <= high");
        }
    }
    return 0;
}

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define CHECK(table, from, place) check_numbers(table, COUNT_OF(table), from, place, error)

/* The profile itself. */

#define IN(member) offsetof(struct assay_profile, member)
static const struct number profile_numbers[] = {
    { "iterations", IN(iterations), AMOUNT },
    { "plain", IN(plain_ns), AMOUNT },
    { "plain", IN(plain_low), AMOUNT },
    { "plain", IN(plain_high), AMOUNT },
    { "calls", IN(calls), AMOUNT },
    { "primitive_calls", IN(primitive_calls), AMOUNT },
    { "items", IN(items), SAID },
    { "sampling.samples", IN(sample_count), AMOUNT },
    { "sampling.period_ns", IN(period_ns), AMOUNT },
    { "sampling.precision", IN(precision), AMOUNT },
    { "sampling.missing", IN(missing), COST },
    { "sampling.unresolved", IN(unresolved), SHARE },
    { "sampling.restored", IN(restored), SHARE },
    { "sampling.slowdown", IN(sampled_slowdown), COST },
    { "hooks.inside_ns", IN(inside_ns), COST },
    { "hooks.inside_spread_ns", IN(inside_spread_ns), AMOUNT },
    { "hooks.outside_ns", IN(outside_ns), COST },
    { "hooks.outside_spread_ns", IN(outside_spread_ns), AMOUNT },
    { "hooks.closure", IN(closure), COST },
    { "hooks.dilation", IN(dilation), AMOUNT },
    { "hooks.timed_share", IN(timed_share), SHARE },
    { "hooks.threads", IN(threads), AMOUNT },
    { "hooks.folded_calls", IN(folded_calls), AMOUNT },
    { "hooks.lost_calls", IN(lost_calls), AMOUNT },
    { "hooks.jumps", IN(jumps), AMOUNT },
};
static const struct ends profile_ends[] = { { "plain", IN(plain_low), IN(plain_high) } };
#undef IN

static bool is_cost(const char *word)
{
    return word &&
           (strcmp(word, "time") == 0 || strcmp(word, "instructions") == 0 || strcmp(word, "allocations") == 0);
}

static int check_head(const struct assay_document *document, const struct assay_profile *profile,
                      const struct place *place, struct assay_error *error)
{
    if (profile->benchmark >= document->benchmark_count) {
        return refuse(error, place, "benchmark", "the index of a benchmark");
    }
    if (!is_cost(profile->cost)) {
        return refuse(error, place, "cost", "'time', 'instructions' or 'allocations'");
    }
    if (!profile->unit || !profile->source) {
        return refuse(error, place, profile->unit ? "source" : "unit", "a text");
    }
    int result = CHECK(profile_numbers, profile, place);
    if (!result && profile->primitive_calls > profile->calls) {
        result = refuse(error, place, "primitive_calls", "at most as many as calls");
    }
    return result ? result : check_ends(profile_ends, COUNT_OF(profile_ends), profile, place, error);
}

/* Functions. */

#define IN(member) offsetof(struct assay_profile_function_row, member)
static const struct number function_numbers[] = {
    { "calls", IN(calls), AMOUNT },
    { "primitive_calls", IN(primitive_calls), AMOUNT },
    { "own", IN(own), COST },
    { "own_interval", IN(own_low), COST },
    { "own_interval", IN(own_high), COST },
    { "total", IN(total), COST },
    { "total_interval", IN(total_low), COST },
    { "total_interval", IN(total_high), COST },
    { "second", IN(second), AMOUNT },
    { "second_total", IN(second_total), AMOUNT },
    { "share", IN(share), SHARE },
    { "share_interval", IN(share_low), SHARE },
    { "share_interval", IN(share_high), SHARE },
    { "samples", IN(samples), AMOUNT },
    { "at_most", IN(at_most), SHARE },
    { "hooked_own", IN(hooked_own), COST },
    { "hooked_own_error", IN(hooked_own_error), AMOUNT },
    { "hooked_total", IN(hooked_total), COST },
    { "range", IN(range_low), COST },
    { "range", IN(range_high), COST },
};
static const struct ends function_ends[] = {
    { "own_interval", IN(own_low), IN(own_high) },
    { "total_interval", IN(total_low), IN(total_high) },
    { "share_interval", IN(share_low), IN(share_high) },
    { "range", IN(range_low), IN(range_high) },
};
#undef IN

static int check_function(const struct assay_profile *profile, const struct place *place, struct assay_error *error)
{
    const struct assay_profile_function_row *row = &profile->functions[place->row];
    if (!row->name) {
        return refuse(error, place, "name", "a text");
    }
    if ((unsigned)row->kind >= ASSAY_FUNCTION_KINDS) {
        return refuse(error, place, "kind", "a known kind of function, such as 'library'");
    }
    if ((unsigned)row->agreement >= ASSAY_AGREEMENTS) {
        return refuse(error, place, "agreement", "a known agreement, such as 'agrees'");
    }
    int result = CHECK(function_numbers, row, place);
    if (!result && row->primitive_calls > row->calls) {
        result = refuse(error, place, "primitive_calls", "at most as many as calls");
    }
    for (size_t i = 0; row->rounds && i < profile->round_count && !result; i++) {
        result = isinf(row->rounds[i]) ? refuse(error, place, "rounds", "finite numbers or nulls") : 0;
    }
    return result ? result : check_ends(function_ends, COUNT_OF(function_ends), row, place, error);
}

/* Edges, lines, addresses. */

#define IN(member) offsetof(struct assay_profile_edge, member)
static const struct number edge_numbers[] = {
    { "calls", IN(calls), AMOUNT },
    { "primitive_calls", IN(primitive_calls), AMOUNT },
    { "own", IN(own), COST },
    { "total", IN(total), COST },
};
#undef IN

static int check_edge(const struct assay_profile *profile, const struct place *place, struct assay_error *error)
{
    const struct assay_profile_edge *edge = &profile->edges[place->row];
    if (edge->caller >= profile->function_count || edge->callee >= profile->function_count) {
        return refuse(error, place, edge->caller >= profile->function_count ? "caller" : "callee",
                      "the index of a function");
    }
    if (edge->primitive_calls > edge->calls) {
        return refuse(error, place, "primitive_calls", "at most as many as calls");
    }
    return CHECK(edge_numbers, edge, place);
}

#define IN(member) offsetof(struct assay_profile_line, member)
static const struct number line_numbers[] = {
    { "samples", IN(samples), AMOUNT },
    { "share", IN(share), SHARE },
    { "count", IN(count), AMOUNT },
};
#undef IN

static int check_line(const struct assay_profile *profile, const struct place *place, struct assay_error *error)
{
    const struct assay_profile_line *line = &profile->lines[place->row];
    if (!line->file) {
        return refuse(error, place, "file", "a text");
    }
    if (line->function >= profile->function_count) {
        return refuse(error, place, "function", "the index of a function");
    }
    return CHECK(line_numbers, line, place);
}

static const struct number address_numbers[] = {
    { "samples", offsetof(struct assay_profile_address, samples), AMOUNT },
};

static int check_address(const struct assay_profile *profile, const struct place *place, struct assay_error *error)
{
    const struct assay_profile_address *address = &profile->addresses[place->row];
    if (address->symbol >= profile->function_count) {
        return refuse(error, place, "symbol", "the index of a function");
    }
    return CHECK(address_numbers, address, place);
}

/* The tree. */

static const char *node_wish(const struct assay_profile *profile, const double *values, double value, size_t node)
{
    if (values == profile->tree.function) {
        bool good = value >= 0 && value == floor(value) && value < (double)profile->function_count;
        return good ? NULL : "the index of a function";
    }
    if (values == profile->tree.parent) {
        bool good = value >= -1 && value == floor(value) && value < (double)node;
        return good ? NULL : "-1 or the index of a node before it";
    }
    enum bound bound = values == profile->tree.own ? COST : AMOUNT;
    return is_within(value, bound) ? NULL : bounds[bound].want;
}

static int check_tree(const struct assay_profile *profile, const struct place *place, struct assay_error *error)
{
    for (size_t i = 0; i < ASSAY_TREE_COLUMN_COUNT; i++) {
        const double *values = assay_tree_values(&profile->tree, i);
        for (size_t node = 0; node < profile->tree.count; node++) {
            const char *want = node_wish(profile, values, values[node], node);
            if (want) {
                return assay_fail(error, ASSAY_EINPUT, "%s[%zu].tree.%s[%zu]: want %s", place->list, place->index,
                                  assay_tree_columns[i].name, node, want);
            }
        }
    }
    return 0;
}

int assay_profile_check(const struct assay_document *document, size_t index, struct assay_error *error)
{
    const struct assay_profile *profile = &document->profiles[index];
    const struct {
        const char *name;
        size_t count;
        int (*check)(const struct assay_profile *, const struct place *, struct assay_error *);
    } parts[] = {
        { "functions", profile->function_count, check_function },
        { "edges", profile->edge_count, check_edge },
        { "lines", profile->line_count, check_line },
        { "addresses", profile->address_count, check_address },
    };
    struct place place = { .list = "profiles", .index = index };
    int result = check_head(document, profile, &place, error);
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        place.part = parts[i].name;
        for (place.row = 0; place.row < parts[i].count && !result; place.row++) {
            result = parts[i].check(profile, &place, error);
        }
    }
    return result ? result : check_tree(profile, &place, error);
}

/* Differences. */

#define IN(member) offsetof(struct assay_profile_change, member)
static const struct number change_numbers[] = {
    { "base_own", IN(base_own), COST },     { "head_own", IN(head_own), COST },
    { "change", IN(change), COST },         { "interval", IN(change_low), COST },
    { "interval", IN(change_high), COST },  { "base_calls", IN(base_calls), AMOUNT },
    { "head_calls", IN(head_calls), AMOUNT },
};
static const struct ends change_ends[] = { { "interval", IN(change_low), IN(change_high) } };
#undef IN

static bool is_function(const struct assay_profile *profile, size_t index)
{
    return index == SIZE_MAX || index < profile->function_count;
}

int assay_profile_difference_check(const struct assay_document *document, size_t index, struct assay_error *error)
{
    static const struct number numbers[] = {
        { "confidence", offsetof(struct assay_profile_difference, confidence), PROBABLE }
    };
    const struct assay_profile_difference *difference = &document->differences[index];
    struct place place = { .list = "profile_differences", .index = index };
    if (difference->base >= document->profile_count || difference->head >= document->profile_count) {
        return refuse(error, &place, difference->base >= document->profile_count ? "base" : "head",
                      "the index of a profile");
    }
    if (!difference->unit || (strcmp(difference->unit, "iteration") != 0 && strcmp(difference->unit, "item") != 0)) {
        return refuse(error, &place, "unit", "'iteration' or 'item'");
    }
    int result = CHECK(numbers, difference, &place);
    place.part = "changes";
    for (place.row = 0; place.row < difference->change_count && !result; place.row++) {
        const struct assay_profile_change *change = &difference->changes[place.row];
        bool base = is_function(&document->profiles[difference->base], change->base);
        if (!change->name) {
            result = refuse(error, &place, "name", "a text");
        } else if (!base || !is_function(&document->profiles[difference->head], change->head)) {
            result = refuse(error, &place, base ? "head" : "base", "the index of a function, or null");
        } else {
            result = CHECK(change_numbers, change, &place);
        }
        if (!result) {
            result = check_ends(change_ends, COUNT_OF(change_ends), change, &place, error);
        }
    }
    return result;
}
