/* Profiles and their differences as JSON, field by field in the order that a person wants to read them: a function, an
 * edge, a source line and an address take a line each, the tree a list a column. The reader's tables of the same fields
 * are in profile_fields.c. */
#include "result/profiles.h"

#include <math.h>

/* [low, high] with null for an end that is not known; null altogether if neither is. */
static void write_ends(struct assay_writer *writer, const char *key, double low, double high)
{
    if (isnan(low) && isnan(high)) {
        assay_writer_text(writer, key, NULL);
    } else {
        assay_writer_reals(writer, key, (const double[]){ low, high }, 2);
    }
}

static void write_notes(struct assay_writer *writer, char *const *notes, size_t count)
{
    assay_writer_open(writer, "notes", '[', false);
    for (size_t i = 0; i < count; i++) {
        assay_writer_text(writer, NULL, notes[i]);
    }
    assay_writer_close(writer, ']');
}

static void write_plain(struct assay_writer *writer, const struct assay_profile *profile)
{
    assay_writer_open(writer, "plain", '{', true);
    assay_writer_real(writer, "ns", profile->plain_ns);
    assay_writer_real(writer, "low", profile->plain_low);
    assay_writer_real(writer, "high", profile->plain_high);
    assay_writer_close(writer, '}');
}

static void write_sampling(struct assay_writer *writer, const struct assay_profile *profile)
{
    assay_writer_open(writer, "sampling", '{', false);
    assay_writer_text(writer, "sampler", profile->sampler);
    assay_writer_real(writer, "samples", profile->sample_count);
    assay_writer_real(writer, "period_ns", profile->period_ns);
    assay_writer_real(writer, "precision", profile->precision);
    assay_writer_real(writer, "missing", profile->missing);
    assay_writer_real(writer, "unresolved", profile->unresolved);
    assay_writer_real(writer, "restored", profile->restored);
    assay_writer_real(writer, "slowdown", profile->sampled_slowdown);
    assay_writer_close(writer, '}');
}

static void write_hooks(struct assay_writer *writer, const struct assay_profile *profile)
{
    assay_writer_open(writer, "hooks", '{', false);
    assay_writer_real(writer, "inside_ns", profile->inside_ns);
    assay_writer_real(writer, "inside_spread_ns", profile->inside_spread_ns);
    assay_writer_real(writer, "outside_ns", profile->outside_ns);
    assay_writer_real(writer, "outside_spread_ns", profile->outside_spread_ns);
    assay_writer_real(writer, "closure", profile->closure);
    assay_writer_real(writer, "dilation", profile->dilation);
    assay_writer_real(writer, "timed_share", profile->timed_share);
    assay_writer_real(writer, "threads", profile->threads);
    assay_writer_real(writer, "folded_calls", profile->folded_calls);
    assay_writer_real(writer, "lost_calls", profile->lost_calls);
    assay_writer_real(writer, "jumps", profile->jumps);
    assay_writer_close(writer, '}');
}

static void write_function(struct assay_writer *writer, const struct assay_profile_function_row *row, size_t rounds)
{
    assay_writer_open(writer, NULL, '{', true);
    assay_writer_text(writer, "name", row->name);
    assay_writer_text(writer, "file", row->file);
    assay_writer_u64(writer, "line", row->line);
    assay_writer_text(writer, "kind", assay_function_kind_word(row->kind));
    assay_writer_real(writer, "calls", row->calls);
    assay_writer_real(writer, "primitive_calls", row->primitive_calls);
    assay_writer_real(writer, "own", row->own);
    write_ends(writer, "own_interval", row->own_low, row->own_high);
    assay_writer_real(writer, "total", row->total);
    write_ends(writer, "total_interval", row->total_low, row->total_high);
    assay_writer_real(writer, "second", row->second);
    assay_writer_real(writer, "second_total", row->second_total);
    assay_writer_real(writer, "share", row->share);
    write_ends(writer, "share_interval", row->share_low, row->share_high);
    assay_writer_real(writer, "samples", row->samples);
    assay_writer_real(writer, "at_most", row->at_most);
    assay_writer_real(writer, "hooked_own", row->hooked_own);
    assay_writer_real(writer, "hooked_own_error", row->hooked_own_error);
    assay_writer_real(writer, "hooked_total", row->hooked_total);
    write_ends(writer, "range", row->range_low, row->range_high);
    assay_writer_text(writer, "agreement", assay_agreement_word(row->agreement));
    if (row->rounds && rounds > 0) {
        assay_writer_reals(writer, "rounds", row->rounds, rounds);
    } else {
        assay_writer_text(writer, "rounds", NULL);
    }
    assay_writer_close(writer, '}');
}

static void write_edges(struct assay_writer *writer, const struct assay_profile *profile)
{
    assay_writer_open(writer, "edges", '[', false);
    for (size_t i = 0; i < profile->edge_count; i++) {
        const struct assay_profile_edge *edge = &profile->edges[i];
        assay_writer_open(writer, NULL, '{', true);
        assay_writer_u64(writer, "caller", edge->caller);
        assay_writer_u64(writer, "callee", edge->callee);
        assay_writer_real(writer, "calls", edge->calls);
        assay_writer_real(writer, "primitive_calls", edge->primitive_calls);
        assay_writer_real(writer, "own", edge->own);
        assay_writer_real(writer, "total", edge->total);
        assay_writer_close(writer, '}');
    }
    assay_writer_close(writer, ']');
}

static void write_tree(struct assay_writer *writer, const struct assay_profile_tree *tree)
{
    if (tree->count == 0) {
        assay_writer_text(writer, "tree", NULL);
        return;
    }
    assay_writer_open(writer, "tree", '{', false);
    for (size_t i = 0; i < ASSAY_TREE_COLUMN_COUNT; i++) {
        assay_writer_reals(writer, assay_tree_columns[i].name, assay_tree_values(tree, i), tree->count);
    }
    assay_writer_close(writer, '}');
}

static void write_lines(struct assay_writer *writer, const struct assay_profile *profile)
{
    assay_writer_open(writer, "lines", '[', false);
    for (size_t i = 0; i < profile->line_count; i++) {
        const struct assay_profile_line *line = &profile->lines[i];
        assay_writer_open(writer, NULL, '{', true);
        assay_writer_text(writer, "file", line->file);
        assay_writer_u64(writer, "line", line->line);
        assay_writer_u64(writer, "function", line->function);
        assay_writer_real(writer, "samples", line->samples);
        assay_writer_real(writer, "share", line->share);
        assay_writer_real(writer, "count", line->count);
        assay_writer_close(writer, '}');
    }
    assay_writer_close(writer, ']');
    assay_writer_open(writer, "addresses", '[', false);
    for (size_t i = 0; i < profile->address_count; i++) {
        const struct assay_profile_address *address = &profile->addresses[i];
        assay_writer_open(writer, NULL, '{', true);
        assay_writer_u64(writer, "address", address->address);
        assay_writer_u64(writer, "symbol", address->symbol);
        assay_writer_real(writer, "samples", address->samples);
        assay_writer_close(writer, '}');
    }
    assay_writer_close(writer, ']');
}

static void write_profile(struct assay_writer *writer, const struct assay_profile *profile)
{
    assay_writer_open(writer, NULL, '{', false);
    assay_writer_u64(writer, "benchmark", profile->benchmark);
    assay_writer_text(writer, "cost", profile->cost);
    assay_writer_text(writer, "unit", profile->unit);
    assay_writer_text(writer, "source", profile->source);
    assay_writer_text(writer, "object", profile->object);
    assay_writer_real(writer, "iterations", profile->iterations);
    write_plain(writer, profile);
    assay_writer_real(writer, "calls", profile->calls);
    assay_writer_real(writer, "primitive_calls", profile->primitive_calls);
    assay_writer_real(writer, "items", profile->items);
    write_sampling(writer, profile);
    write_hooks(writer, profile);
    assay_writer_u64(writer, "rounds", profile->round_count);
    assay_writer_open(writer, "functions", '[', false);
    for (size_t i = 0; i < profile->function_count; i++) {
        write_function(writer, &profile->functions[i], profile->round_count);
    }
    assay_writer_close(writer, ']');
    write_edges(writer, profile);
    write_tree(writer, &profile->tree);
    write_lines(writer, profile);
    write_notes(writer, profile->notes, profile->note_count);
    assay_writer_close(writer, '}');
}

static void write_index(struct assay_writer *writer, const char *key, size_t index)
{
    if (index == SIZE_MAX) {
        assay_writer_text(writer, key, NULL);
    } else {
        assay_writer_u64(writer, key, index);
    }
}

static void write_difference(struct assay_writer *writer, const struct assay_profile_difference *difference)
{
    assay_writer_open(writer, NULL, '{', false);
    assay_writer_u64(writer, "base", difference->base);
    assay_writer_u64(writer, "head", difference->head);
    assay_writer_text(writer, "unit", difference->unit);
    assay_writer_real(writer, "confidence", difference->confidence);
    assay_writer_u64(writer, "rounds", difference->rounds);
    assay_writer_truth(writer, "paired", difference->paired);
    assay_writer_open(writer, "changes", '[', false);
    for (size_t i = 0; i < difference->change_count; i++) {
        const struct assay_profile_change *change = &difference->changes[i];
        assay_writer_open(writer, NULL, '{', true);
        assay_writer_text(writer, "name", change->name);
        assay_writer_text(writer, "file", change->file);
        write_index(writer, "base", change->base);
        write_index(writer, "head", change->head);
        assay_writer_real(writer, "base_own", change->base_own);
        assay_writer_real(writer, "head_own", change->head_own);
        assay_writer_real(writer, "change", change->change);
        write_ends(writer, "interval", change->change_low, change->change_high);
        assay_writer_real(writer, "base_calls", change->base_calls);
        assay_writer_real(writer, "head_calls", change->head_calls);
        assay_writer_truth(writer, "proven", change->proven);
        assay_writer_close(writer, '}');
    }
    assay_writer_close(writer, ']');
    write_notes(writer, difference->notes, difference->note_count);
    assay_writer_close(writer, '}');
}

void assay_profiles_write(struct assay_writer *writer, const struct assay_document *document)
{
    if (document->profile_count > 0) {
        assay_writer_open(writer, "profiles", '[', false);
        for (size_t i = 0; i < document->profile_count; i++) {
            write_profile(writer, &document->profiles[i]);
        }
        assay_writer_close(writer, ']');
    }
    if (document->difference_count > 0) {
        assay_writer_open(writer, "profile_differences", '[', false);
        for (size_t i = 0; i < document->difference_count; i++) {
            write_difference(writer, &document->differences[i]);
        }
        assay_writer_close(writer, ']');
    }
}
