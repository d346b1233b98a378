/* A profile without inlined functions: what they cost is the cost of the functions that hold their code. Knows no
 * addresses' names: who holds whom is told by the tree, else by the callers (fold_holders.c). */
#include "profile/fold.h"

#include "base/text.h"
#include "profile/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ENOUGH_SAMPLES = 30 }; /* result/profile.h, at_most */

struct fold {
    const struct assay_profile *from;
    struct assay_profile *to;
    struct assay_holders holders;
    bool *holds;           /* others or itself */
    uint32_t *row;         /* of each function; ASSAY_NONE: it has none */
    uint32_t *main_holder; /* the row that holds most of it */
};

/* A part of a number that may not be known. */
static void add(double *to, double value, double part, double whole)
{
    if (!isnan(value)) {
        *to = (isnan(*to) ? 0 : *to) + (part == whole ? value : value * part / whole);
    }
}

/* ---- functions ---- */

static bool find_holders(struct fold *fold)
{
    const struct assay_parts *const both[] = { &fold->holders.functions, &fold->holders.edges };
    fold->holds = calloc(fold->from->function_count + 1, sizeof *fold->holds);
    for (size_t i = 0; fold->holds != NULL && i < 2; i++) {
        for (size_t k = 0; k < both[i]->count; k++) {
            fold->holds[both[i]->items[k].to] = true;
        }
    }
    return fold->holds != NULL;
}

/* An inlined function is a holder only where nothing holds it in turn: then it stays. */
static bool copy_rows(struct fold *fold)
{
    for (uint32_t i = 0; i < fold->from->function_count; i++) {
        const struct assay_profile_function_row *old = &fold->from->functions[i];
        bool inlined = old->kind == ASSAY_FUNCTION_INLINED;
        fold->row[i] = ASSAY_NONE;
        if (inlined && !fold->holds[i]) {
            continue;
        }
        fold->row[i] = (uint32_t)fold->to->function_count;
        struct assay_profile_function_row *row = assay_profile_add_function(fold->to);
        if (row == NULL) {
            return false;
        }
        size_t bytes = fold->from->round_count * sizeof *old->rounds;
        *row = *old;
        row->kind = inlined ? ASSAY_FUNCTION_PLAIN : old->kind;
        row->name = assay_copy(old->name);
        row->file = assay_copy(old->file);
        row->rounds = old->rounds == NULL ? NULL : malloc(bytes > 0 ? bytes : 1);
        if (row->rounds != NULL) {
            memcpy(row->rounds, old->rounds, bytes);
        }
        if ((old->name != NULL && row->name == NULL) || (old->file != NULL && row->file == NULL) ||
            (old->rounds != NULL && row->rounds == NULL)) {
            return false;
        }
    }
    return true;
}

/* Intervals are added end to end: too wide if anything, whatever the parts have to do with each other. */
static bool add_row(struct assay_profile_function_row *to, const struct assay_profile_function_row *old,
                    size_t round_count, double part, double whole)
{
    double bound = isnan(to->at_most) ? to->share_high : to->at_most;
    add(&bound, isnan(old->at_most) ? old->share_high : old->at_most, part, whole);
    add(&to->own, old->own, part, whole);
    add(&to->own_low, old->own_low, part, whole);
    add(&to->own_high, old->own_high, part, whole);
    add(&to->second, old->second, part, whole);
    add(&to->share, old->share, part, whole);
    add(&to->share_low, old->share_low, part, whole);
    add(&to->share_high, old->share_high, part, whole);
    add(&to->samples, old->samples, part, whole);
    add(&to->hooked_own, old->hooked_own, part, whole);
    add(&to->hooked_own_error, old->hooked_own_error, part, whole);
    to->at_most = to->samples < ENOUGH_SAMPLES ? bound : NAN;
    if (old->rounds != NULL && to->rounds == NULL) {
        to->rounds = calloc(round_count + 1, sizeof *to->rounds);
        if (to->rounds == NULL) {
            return false;
        }
    }
    for (size_t i = 0; old->rounds != NULL && i < round_count; i++) {
        add(&to->rounds[i], old->rounds[i], part, whole);
    }
    if (to->agreement == ASSAY_AGREES || to->agreement == ASSAY_DISAGREES) {
        bool apart =
            to->hooked_own + to->hooked_own_error < to->own_low || to->hooked_own - to->hooked_own_error > to->own_high;
        to->agreement = apart ? ASSAY_DISAGREES : ASSAY_AGREES;
    }
    return true;
}

/* What an inlined function keeps for itself: the row starts with nothing, and gets its part as any holder does. */
static void empty_row(struct assay_profile_function_row *row, size_t round_count)
{
    double *const numbers[] = { &row->own,        &row->own_low,          &row->own_high,   &row->second,
                                &row->share,      &row->share_low,        &row->share_high, &row->samples,
                                &row->hooked_own, &row->hooked_own_error, &row->at_most };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        *numbers[i] = NAN;
    }
    for (size_t i = 0; row->rounds != NULL && i < round_count; i++) {
        row->rounds[i] = 0;
    }
}

static bool give_rows(struct fold *fold)
{
    size_t round_count = fold->from->round_count;
    for (uint32_t i = 0; i < fold->from->function_count; i++) {
        if (fold->from->functions[i].kind == ASSAY_FUNCTION_INLINED && fold->row[i] != ASSAY_NONE) {
            empty_row(&fold->to->functions[fold->row[i]], round_count);
        }
    }
    for (uint32_t i = 0; i < fold->from->function_count; i++) {
        const struct assay_profile_function_row *old = &fold->from->functions[i];
        size_t count = 0, measure = 0;
        double whole = 0, most = -1;
        fold->main_holder[i] = fold->row[i];
        if (old->kind != ASSAY_FUNCTION_INLINED) {
            continue;
        }
        const struct assay_part *parts = assay_parts_of(&fold->holders.functions, i, false, &count, &measure, &whole);
        for (size_t k = 0; k < count; k++) {
            double part = assay_part_value(&parts[k], measure);
            uint32_t row = fold->row[parts[k].to];
            fold->main_holder[i] = part > most ? row : fold->main_holder[i];
            most = fmax(most, part);
            if (part > 0 && !add_row(&fold->to->functions[row], old, round_count, part, whole)) {
                return false;
            }
        }
        if (fold->row[i] == ASSAY_NONE) {
            add(&fold->to->calls, -old->calls, 1, 1);
            add(&fold->to->primitive_calls, -old->primitive_calls, 1, 1);
        } else if (!assay_profile_note(fold->to,
                                       "%s is inlined, and it is not known into what everywhere: it stays a row",
                                       old->name == NULL ? "?" : old->name)) {
            return false;
        }
    }
    return true;
}

/* ---- edges ---- */

static bool add_edge(struct fold *fold, struct assay_pairs *index, uint64_t key, const struct assay_profile_edge *old,
                     double part, double whole)
{
    uint32_t at = assay_pairs_get(index, key);
    if (at == ASSAY_NONE) {
        at = (uint32_t)fold->to->edge_count;
        struct assay_profile_edge *edge = assay_profile_add_edge(fold->to);
        if (edge == NULL || !assay_pairs_put(index, key, at)) {
            return false;
        }
        edge->caller = (uint32_t)(key >> 32);
        edge->callee = (uint32_t)key;
    }
    struct assay_profile_edge *edge = &fold->to->edges[at];
    add(&edge->calls, old->calls, part, whole);
    add(&edge->primitive_calls, old->primitive_calls, part, whole);
    add(&edge->own, old->own, part, whole);
    add(&edge->total, old->total, part, whole);
    return true;
}

/* What an inlined function calls is called by those that hold it; that it is called itself is no more to be seen. */
static bool fold_edges(struct fold *fold)
{
    struct assay_pairs index = { .keys = NULL };
    bool ok = true;
    for (uint32_t i = 0; i < fold->from->edge_count && ok; i++) {
        const struct assay_profile_edge *old = &fold->from->edges[i];
        uint32_t callee = fold->row[old->callee], caller = fold->row[old->caller];
        size_t count = 0, measure = 0;
        double whole = 0;
        if (fold->from->functions[old->callee].kind == ASSAY_FUNCTION_INLINED) {
            continue;
        }
        if (fold->from->functions[old->caller].kind != ASSAY_FUNCTION_INLINED) {
            ok = add_edge(fold, &index, assay_pair_key(caller, callee), old, 1, 1);
            continue;
        }
        const struct assay_part *parts = assay_parts_of(&fold->holders.edges, i, true, &count, &measure, &whole);
        if (count == 0) {
            parts = assay_parts_of(&fold->holders.functions, old->caller, true, &count, &measure, &whole);
        }
        for (size_t k = 0; k < count && ok; k++) {
            double part = assay_part_value(&parts[k], measure);
            ok = part <= 0 || add_edge(fold, &index, assay_pair_key(fold->row[parts[k].to], callee), old, part, whole);
        }
    }
    assay_pairs_release(&index);
    return ok;
}

/* ---- tree ---- */

/* Which node each becomes; those that meet in one have the same function below the same node. */
static bool place_nodes(const struct fold *fold, uint32_t *node_of, uint32_t *first, size_t *count)
{
    const struct assay_profile_tree *old = &fold->from->tree;
    struct assay_pairs index = { .keys = NULL };
    bool ok = true;
    for (uint32_t i = 0; i < old->count && ok; i++) {
        uint32_t function = (uint32_t)old->function[i];
        uint32_t parent = old->parent[i] < 0 ? ASSAY_NONE : node_of[(size_t)old->parent[i]];
        if (fold->from->functions[function].kind == ASSAY_FUNCTION_INLINED && parent != ASSAY_NONE) {
            node_of[i] = parent;
            continue;
        }
        uint64_t key = assay_pair_key(parent, fold->row[function]);
        node_of[i] = assay_pairs_get(&index, key);
        if (node_of[i] == ASSAY_NONE) {
            first[*count] = i;
            node_of[i] = (uint32_t)*count;
            ok = assay_pairs_put(&index, key, (uint32_t)(*count)++);
        }
    }
    assay_pairs_release(&index);
    return ok;
}

static void fill_nodes(struct fold *fold, const uint32_t *node_of, const uint32_t *first)
{
    const struct assay_profile_tree *old = &fold->from->tree;
    struct assay_profile_tree *tree = &fold->to->tree;
    for (size_t i = 0; i < tree->count; i++) {
        double parent = old->parent[first[i]];
        tree->function[i] = fold->row[(size_t)old->function[first[i]]];
        tree->parent[i] = parent < 0 ? -1 : (double)node_of[(size_t)parent];
    }
    for (size_t i = 0; i < old->count; i++) {
        size_t to = node_of[i];
        bool inlined = fold->from->functions[(size_t)old->function[i]].kind == ASSAY_FUNCTION_INLINED;
        if (!inlined || old->parent[i] < 0) {
            add(&tree->calls[to], old->calls[i], 1, 1);
        }
        add(&tree->own[to], old->own[i], 1, 1);
        add(&tree->samples[to], old->samples[i], 1, 1);
        add(&tree->second[to], old->second[i], 1, 1);
    }
}

static bool fold_tree(struct fold *fold)
{
    size_t before = fold->from->tree.count, count = 0;
    if (before == 0) {
        return true;
    }
    uint32_t *node_of = calloc(before, sizeof *node_of), *first = calloc(before, sizeof *first);
    bool ok = node_of != NULL && first != NULL && place_nodes(fold, node_of, first, &count) &&
              assay_profile_tree_reserve(&fold->to->tree, count);
    if (ok) {
        fill_nodes(fold, node_of, first);
    }
    free(node_of);
    free(first);
    return ok;
}

/* ---- the rest ---- */

static bool copy_places(struct fold *fold)
{
    for (size_t i = 0; i < fold->from->line_count; i++) {
        struct assay_profile_line *line = assay_profile_add_line(fold->to);
        if (line == NULL) {
            return false;
        }
        *line = fold->from->lines[i];
        line->function = fold->main_holder[line->function];
        line->file = assay_copy(line->file);
        if (line->file == NULL && fold->from->lines[i].file != NULL) {
            return false;
        }
    }
    for (size_t i = 0; i < fold->from->address_count; i++) {
        struct assay_profile_address *address = assay_profile_add_address(fold->to);
        if (address == NULL) {
            return false;
        }
        *address = fold->from->addresses[i];
        address->symbol = fold->main_holder[address->symbol];
    }
    return true;
}

static bool copy_words(struct assay_profile *to, const struct assay_profile *from)
{
    *to = *from; /* the numbers; what is owned is copied below */
    to->functions = NULL;
    to->edges = NULL;
    to->tree = (struct assay_profile_tree){ .count = 0 };
    to->lines = NULL;
    to->addresses = NULL;
    to->notes = NULL;
    to->function_count = to->edge_count = to->line_count = to->address_count = to->note_count = 0;
    to->function_capacity = to->edge_capacity = to->line_capacity = to->address_capacity = 0;
    to->cost = assay_copy(from->cost);
    to->unit = assay_copy(from->unit);
    to->source = assay_copy(from->source);
    to->object = assay_copy(from->object);
    to->sampler = assay_copy(from->sampler);
    bool ok = (to->cost != NULL || from->cost == NULL) && (to->unit != NULL || from->unit == NULL) &&
              (to->source != NULL || from->source == NULL) && (to->object != NULL || from->object == NULL) &&
              (to->sampler != NULL || from->sampler == NULL);
    for (size_t i = 0; i < from->note_count && ok; i++) {
        ok = assay_profile_note(to, "%s", from->notes[i]);
    }
    return ok;
}

/* As result/profile.h has it. */
static void find_precision(struct assay_profile *profile)
{
    double widest = NAN;
    for (size_t i = 0; i < profile->function_count; i++) {
        const struct assay_profile_function_row *row = &profile->functions[i];
        if (row->samples >= ENOUGH_SAMPLES) {
            widest = fmax(widest, (row->share_high - row->share_low) / 2);
        }
    }
    profile->precision = isnan(profile->precision) ? NAN : widest;
}

int assay_profile_fold(struct assay_profile *out, const struct assay_profile *profile, struct assay_error *error)
{
    struct assay_profile folded;
    struct fold fold = { .from = profile, .to = &folded };
    assay_profile_init(&folded);
    fold.row = calloc(profile->function_count + 1, sizeof *fold.row);
    fold.main_holder = calloc(profile->function_count + 1, sizeof *fold.main_holder);
    bool ok = copy_words(&folded, profile) && fold.row != NULL && fold.main_holder != NULL &&
              assay_holders_find(&fold.holders, profile) && find_holders(&fold) && copy_rows(&fold) &&
              give_rows(&fold) && fold_edges(&fold) && fold_tree(&fold) && copy_places(&fold);
    assay_holders_release(&fold.holders);
    free(fold.holds);
    free(fold.row);
    free(fold.main_holder);
    if (!ok) {
        assay_profile_release(&folded);
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    find_precision(&folded);
    assay_profile_release(out);
    *out = folded;
    return 0;
}
