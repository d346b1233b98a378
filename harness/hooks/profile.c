/* The profile build's `assay_profile`: begins and ends a recording, and hands over what the threads' trees hold. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "calibrate.h"
#include "clock.h"
#include "pages.h"
#include "threads.h"

#include <assay/profile.h>

#include <stdlib.h>

enum { DEPTH_MOST = 60000, CONTEXTS_MOST = 1 << 28, FRAMES_MOST = 1 << 28 };

static uint32_t records; /* of the last recording */
static double share = 1.0;
static uint64_t share_seed;
static void (*cost_reader)(uint64_t *first, uint64_t *second);

static uint32_t bound(const char *name, uint32_t otherwise, uint32_t most)
{
    const char *text = getenv(name);
    unsigned long value = text != NULL ? strtoul(text, NULL, 10) : 0;
    return value == 0 ? otherwise : value < most ? (uint32_t)value : most;
}

static int start(uint32_t asked)
{
    const uint32_t can = ASSAY_PROFILE_CALLS | ASSAY_PROFILE_TREE | ASSAY_PROFILE_TIMES | ASSAY_PROFILE_COST;
    const uint32_t costs = asked & (ASSAY_PROFILE_TIMES | ASSAY_PROFILE_COST);
    if (asked == 0 || (asked & ~can) != 0 || (costs != 0 && (asked & ASSAY_PROFILE_TREE) == 0) ||
        costs == (ASSAY_PROFILE_TIMES | ASSAY_PROFILE_COST) ||
        ((asked & ASSAY_PROFILE_COST) != 0 && cost_reader == NULL)) {
        return -1;
    }
    assay_hooks_recording.records = 0;
    assay_hooks_bounds.contexts = bound("ASSAY_PROFILE_CONTEXTS", 1u << 20, CONTEXTS_MOST);
    assay_hooks_bounds.depth = bound("ASSAY_PROFILE_DEPTH", 1024, DEPTH_MOST);
    assay_hooks_bounds.frames = bound("ASSAY_PROFILE_FRAMES", 1u << 20, FRAMES_MOST);
    records = asked;
    assay_hooks_recording.clock = (asked & ASSAY_PROFILE_COST) != 0    ? CLOCK_COST
                                  : (asked & ASSAY_PROFILE_TIMES) != 0 ? assay_clock_best()
                                                                       : CLOCK_NONE;
    if (share <= 0.0 && assay_hooks_recording.clock != CLOCK_COST) {
        assay_hooks_recording.clock = CLOCK_NONE;
    }
    assay_hooks_recording.share = share;
    assay_hooks_recording.seed = share_seed;
    assay_hooks_recording.read_cost = cost_reader;
    atomic_store(&assay_hooks_contexts, 0);
    atomic_store(&assay_hooks_lost, 0);
    for (struct thread *thread = atomic_load(&assay_hooks_threads); thread != NULL; thread = thread->next) {
        assay_thread_reset(thread);
    }
    atomic_signal_fence(memory_order_seq_cst);
    assay_hooks_recording.records = asked;
    return 0;
}

static void stop(void)
{
    assay_hooks_recording.records = 0;
}

static void set_share(double new_share, uint64_t seed)
{
    share = new_share;
    share_seed = seed;
}

static void set_cost(void (*read_cost)(uint64_t *first, uint64_t *second))
{
    cost_reader = read_cost;
}

static void losses(struct assay_profile_losses *losses)
{
    struct assay_profile_losses all = { .struct_size = (uint32_t)sizeof all,
                                        .lost_calls = atomic_load(&assay_hooks_lost),
                                        .contexts = atomic_load(&assay_hooks_contexts) };
    for (struct thread *thread = atomic_load(&assay_hooks_threads); thread != NULL; thread = thread->next) {
        const struct tree *const trees[] = { &thread->tree, &thread->handler };
        all.threads += thread->entered + assay_thread_entered(thread);
        for (size_t i = 0; i < 2; i++) {
            uint64_t deepest = assay_tree_deepest(trees[i]);
            all.folded_calls += trees[i]->folded_calls;
            all.lost_calls += trees[i]->lost_calls;
            all.jumps += trees[i]->jumps;
            all.moved += trees[i]->moved;
            all.deepest = deepest > all.deepest ? deepest : all.deepest;
            all.bytes += assay_tree_bytes(trees[i]);
        }
    }
    *losses = all;
}

/* ---- The tree ---------------------------------------------------------------------------------------- */

/* How many intervals each node had: every call ends one by its exit, every child's call one of its parent's; less those
 * that have not ended. NULL: no memory. */
static int64_t *count_intervals(const struct tree *tree)
{
    int64_t *intervals = assay_hooks_pages(tree->used * sizeof *intervals);
    if (intervals == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < tree->used; i++) {
        const struct node *node = &tree->nodes[i];
        intervals[i] += (int64_t)node->calls + node->extra;
        if (i >= FIRST) {
            intervals[node->parent] += (int64_t)node->calls;
        }
    }
    for (const struct frame *frame = tree->top; frame > tree->frames; frame--) {
        intervals[assay_tree_index(tree, frame->node)]--;
    }
    return intervals;
}

/* Nodes as they are numbered, but for FOLD: what has no room counts as called by the thread itself. */
static int visit_tree(const struct tree *tree, uint32_t thread, int64_t *visited, assay_profile_context_visitor visitor,
                      void *context)
{
    int result = 0;
    int64_t *intervals = count_intervals(tree);
    if (intervals == NULL) {
        return -1;
    }
    for (uint32_t i = 0; i < tree->used && result == 0; i++) {
        const struct node *node = &tree->nodes[i];
        if (i == FOLD) {
            continue;
        }
        int64_t parent = i == ROOT ? -1 : node->parent <= FOLD ? *visited : *visited + node->parent - 1;
        struct assay_profile_context one = { .struct_size = (uint32_t)sizeof one,
                                             .thread = thread,
                                             .address = node->function,
                                             .parent = parent,
                                             .calls = node->calls,
                                             .timed = node->timed,
                                             .ticks = node->ticks,
                                             .second = node->second,
                                             .folded = node->folded ? node->calls : 0 };
        one.intervals = intervals[i] > (int64_t)node->timed ? (uint64_t)intervals[i] : node->timed;
        result = visitor(context, &one);
    }
    *visited += tree->used - 1;
    assay_hooks_drop(intervals, tree->used * sizeof *intervals);
    return result;
}

static int read_tree(assay_profile_context_visitor visitor, void *context)
{
    int64_t visited = 0;
    int result = 0;
    if ((records & ASSAY_PROFILE_TREE) == 0) {
        return -1;
    }
    for (struct thread *thread = atomic_load(&assay_hooks_threads); thread != NULL && result == 0;
         thread = thread->next) {
        if (thread->tree.used > FIRST) {
            result = visit_tree(&thread->tree, thread->number, &visited, visitor, context);
        }
        if (result == 0 && thread->handler.used > FIRST) {
            result = visit_tree(&thread->handler, thread->number, &visited, visitor, context);
        }
    }
    return result;
}

/* ---- Functions --------------------------------------------------------------------------------------- */

static int by_function(const void *a, const void *b)
{
    uint64_t left = ((const struct assay_profile_function *)a)->address;
    uint64_t right = ((const struct assay_profile_function *)b)->address;
    return (left > right) - (left < right);
}

static size_t gather(struct assay_profile_function *all, const struct tree *tree)
{
    size_t count = 0;
    for (uint32_t i = FIRST; i < tree->used; i++) {
        if (tree->nodes[i].calls > 0) {
            all[count++] = (struct assay_profile_function){ (uint32_t)sizeof *all, 0, tree->nodes[i].function,
                                                            tree->nodes[i].calls };
        }
    }
    return count;
}

static int read_functions(assay_profile_visitor visitor, void *context)
{
    struct assay_profile_losses lost;
    size_t room = 1, count = 0;
    int result = 0;
    losses(&lost);
    for (struct thread *thread = atomic_load(&assay_hooks_threads); thread != NULL; thread = thread->next) {
        room += (size_t)thread->tree.used + thread->handler.used;
    }
    struct assay_profile_function *all = lost.lost_calls == 0 ? assay_hooks_pages(room * sizeof *all) : NULL;
    if (all == NULL) {
        return -1;
    }
    for (struct thread *thread = atomic_load(&assay_hooks_threads); thread != NULL; thread = thread->next) {
        count += gather(all + count, &thread->tree);
        count += gather(all + count, &thread->handler);
    }
    qsort(all, count, sizeof *all, by_function);
    for (size_t i = 0; i < count && result == 0;) {
        struct assay_profile_function function = all[i];
        for (i++; i < count && all[i].address == function.address; i++) {
            function.calls += all[i].calls;
        }
        result = visitor(context, &function);
    }
    assay_hooks_drop(all, room * sizeof *all);
    return result;
}

const struct assay_profile assay_profile = {
    .magic = { 'A', 'S', 'S', 'A', 'Y', 'P', 'R', 'F' },
    .struct_size = (uint32_t)sizeof(struct assay_profile),
    .major = ASSAY_PROFILE_MAJOR,
    .minor = ASSAY_PROFILE_MINOR,
    .records = ASSAY_PROFILE_CALLS | ASSAY_PROFILE_TREE | ASSAY_PROFILE_TIMES | ASSAY_PROFILE_COST,
    .start = start,
    .stop = stop,
    .read = read_functions,
    .read_tree = read_tree,
    .calibrate = assay_hooks_calibrate,
    .losses = losses,
    .set_share = set_share,
    .set_cost = set_cost,
};
