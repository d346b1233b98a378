/* What happens at an event, an entry or an exit of a function: one step in the tree and, in a window of timed events,
 * one reading of the clock and one addition. Called directly, not through the PLT: the two hooks are hidden.
 *
 * An entry reads the clock last and an exit first, so that what the hooks do stands in the caller. A look-up that has
 * to make a context is timed and taken off. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "clock.h"
#include "events.h"
#include "threads.h"

enum { WINDOW = 32 }; /* timed events in a row: 31 intervals */

void __cyg_profile_func_enter(void *function, void *call_site);
void __cyg_profile_func_exit(void *function, void *call_site);

/* ---- Windows ----------------------------------------------------------------------------------------- */

/* xorshift64* (Vigna 2016). */
static uint64_t draw(struct tree *tree)
{
    tree->random ^= tree->random >> 12;
    tree->random ^= tree->random << 25;
    tree->random ^= tree->random >> 27;
    return tree->random * UINT64_C(0x2545F4914F6CDD1D);
}

/* Uniform from 1 to twice the mean less one: no period of the kernel's keeps step with it. */
static uint64_t gap(struct tree *tree)
{
    double mean = WINDOW * (1.0 - assay_hooks_recording.share) / assay_hooks_recording.share;
    double unit = (double)(draw(tree) >> 11) * 0x1p-53;
    return 1 + (uint64_t)(unit * (2.0 * mean - 1.0));
}

void assay_events_turn(struct tree *tree)
{
    if (tree->clock == CLOCK_NONE) {
        tree->clock = assay_hooks_recording.clock;
        tree->processor = NO_PROCESSOR;
        tree->left = WINDOW;
    } else {
        tree->clock = CLOCK_NONE;
        tree->left = gap(tree);
    }
}

void assay_events_reset(struct tree *tree, uint64_t seed)
{
    double share = assay_hooks_recording.share;
    tree->random = (seed + 1) * UINT64_C(0x9E3779B97F4A7C15);
    tree->random += tree->random == 0;
    tree->processor = NO_PROCESSOR;
    if (assay_hooks_recording.clock == CLOCK_NONE || share >= 1.0 || assay_hooks_recording.clock == CLOCK_COST) {
        tree->clock = assay_hooks_recording.clock;
        tree->left = UINT64_MAX;
    } else {
        tree->clock = CLOCK_NONE;
        draw(tree);
        tree->left = gap(tree);
    }
}

/* ---- Times ------------------------------------------------------------------------------------------- */

static void book_other(struct tree *tree, struct node *node)
{
    uint64_t now, second = 0;
    if (tree->clock == CLOCK_COST) {
        assay_hooks_recording.read_cost(&now, &second);
    } else {
        now = assay_clock_system();
    }
    if (tree->processor != NO_PROCESSOR) {
        node->ticks += now - tree->last;
        node->second += second - tree->last_second;
        node->timed++;
    }
    tree->processor = 0;
    tree->last = now;
    tree->last_second = second;
}

static inline __attribute__((always_inline)) void book_tsc(struct tree *tree, struct node *node)
{
    uint32_t processor;
    uint64_t now = assay_clock_tsc(&processor);
    if (__builtin_expect(processor == tree->processor, 1)) {
        node->ticks += now - tree->last;
        node->timed++;
    } else {
        tree->moved += tree->processor != NO_PROCESSOR;
        tree->processor = processor;
    }
    tree->last = now;
}

/* Ends the interval of `node`. */
static void end_interval(struct tree *tree, struct node *node)
{
    if (tree->left <= 1) {
        assay_events_turn(tree);
    } else {
        tree->left--;
    }
    if (tree->clock == CLOCK_TSC) {
        book_tsc(tree, node);
    } else if (tree->clock != CLOCK_NONE) {
        book_other(tree, node);
    }
}

void assay_events_end_interval(struct tree *tree)
{
    end_interval(tree, tree->current);
}

/* A context by the table, its making taken off the running interval. */
static __attribute__((noinline)) struct node *look_up(struct tree *tree, uintptr_t function)
{
    struct node *node = assay_tree_child(tree, function, false);
    if (node != NULL || tree->clock != CLOCK_TSC) {
        return node != NULL ? node : assay_tree_child(tree, function, true);
    }
    uint32_t from, to;
    uint64_t before = assay_clock_tsc(&from);
    node = assay_tree_child(tree, function, true);
    uint64_t after = assay_clock_tsc(&to);
    if (from == to && to == tree->processor) {
        tree->last += after - before;
    }
    return node;
}

/* ---- Events, in general ------------------------------------------------------------------------------ */

/* Deeper than there are frames: calls are counted by function. The guard above the last frame sends every event here.
 */
static struct node *enter_beyond(struct tree *tree, uintptr_t function)
{
    uint64_t deep = tree->frame_count + ++tree->beyond;
    tree->deepest_ever = deep > tree->deepest_ever ? deep : tree->deepest_ever;
    if (tree->top != tree->end) {
        tree->top = tree->end;
        *tree->top = (struct frame){ 0, &tree->nodes[FOLD], 0 };
    }
    return assay_tree_fold(tree, function);
}

static void enter(struct tree *tree, uintptr_t function, uintptr_t stack, uintptr_t site)
{
    if (tree->top->stack < stack || (tree->top->stack == stack && tree->top->site != site)) {
        assay_events_settle(tree, stack, site);
    }
    struct node *current = tree->current, *node = &tree->nodes[assay_tree_expected(tree, current)];
    if (tree->top + 1 >= tree->end) {
        node = enter_beyond(tree, function);
    } else {
        node = node->function == function ? node : &tree->nodes[current->last_child]; /* the same again */
        if (node->function == function) {
            assay_tree_follow(tree, current, node);
        } else {
            node = look_up(tree, function);
        }
        if (node != NULL) {
            *++tree->top = (struct frame){ stack, node, site };
            tree->deepest = tree->top > tree->deepest ? tree->top : tree->deepest;
        }
    }
    if (node == NULL) {
        tree->lost_calls++; /* and its exit will find no frame */
        return;
    }
    node->calls++;
    tree->current = node;
    end_interval(tree, current);
}

static void leave(struct tree *tree, uintptr_t function, uintptr_t stack, uintptr_t site, bool torn_down)
{
    if (tree->current->function != function || tree->top->stack < stack) {
        assay_events_leave_other(tree, function, stack, site, torn_down);
        return;
    }
    end_interval(tree, tree->current);
    tree->top--;
    tree->current = tree->top->node;
}

/* The hook of a handler that came in the middle of a hook goes into a tree of its own; one level of that is kept. */
static void nested(struct thread *thread, bool entry, uintptr_t function, uintptr_t stack, uintptr_t site)
{
    if (thread->busy > 1) {
        thread->handler.lost_calls += entry;
        return;
    }
    thread->busy = 2;
    if (thread->handler.top == thread->handler.frames) {
        thread->handler.processor = NO_PROCESSOR; /* between handlers no time is the tree's */
    }
    atomic_signal_fence(memory_order_seq_cst);
    if (entry) {
        enter(&thread->handler, function, stack, site);
    } else {
        leave(&thread->handler, function, stack, site, false);
    }
    atomic_signal_fence(memory_order_seq_cst);
    thread->busy = 1;
}

/* ---- The hooks --------------------------------------------------------------------------------------- */

/* What the fast paths below leave to these two, which are called as their last deed: so the hooks save no register. */
static __attribute__((noinline)) void enter_slowly(struct thread *thread, uintptr_t function, uintptr_t stack,
                                                   uintptr_t site)
{
    enter(&thread->tree, function, stack, site);
    atomic_signal_fence(memory_order_seq_cst);
    thread->busy = 0;
}

static __attribute__((noinline)) void leave_slowly(struct thread *thread, uintptr_t function, uintptr_t stack,
                                                   uintptr_t site, bool torn_down)
{
    leave(&thread->tree, function, stack, site, torn_down);
    atomic_signal_fence(memory_order_seq_cst);
    thread->busy = 0;
}

/* The thread's first event, or a handler's in the middle of a hook. */
static __attribute__((noinline)) void enter_new(uintptr_t function, uintptr_t stack, uintptr_t site)
{
    struct thread *thread = assay_hooks_mine;
    if (assay_hooks_recording.records == 0) {
        return;
    }
    if (thread == NULL && (thread = assay_thread_attach()) == NULL) {
        atomic_fetch_add(&assay_hooks_lost, 1);
        return;
    }
    if (thread->busy != 0) {
        nested(thread, true, function, stack, site);
        return;
    }
    thread->busy = 1;
    atomic_signal_fence(memory_order_seq_cst);
    enter_slowly(thread, function, stack, site);
}

static __attribute__((noinline)) void leave_nested(uintptr_t function, uintptr_t stack, uintptr_t site)
{
    if (assay_hooks_recording.records != 0 && assay_hooks_mine != NULL) {
        nested(assay_hooks_mine, false, function, stack, site);
    }
}

/* Where the hooked function's frame stands; elsewhere than on x86 a fixed distance below, which orders frames as well.
 */
#define STACK ((uintptr_t)__builtin_frame_address(0) + 2 * sizeof(void *))

__attribute__((visibility("hidden"))) void __cyg_profile_func_enter(void *function, void *call_site)
{
    struct thread *thread = assay_hooks_mine;
    uintptr_t stack = STACK, site = (uintptr_t)call_site;
    if (ASSAY_HOOKS_UNLIKELY(thread == NULL) || ASSAY_HOOKS_UNLIKELY(assay_hooks_recording.records == 0) ||
        ASSAY_HOOKS_UNLIKELY(thread->busy != 0)) {
        enter_new((uintptr_t)function, stack, site);
        return;
    }
    thread->busy = 1;
    atomic_signal_fence(memory_order_seq_cst);
    struct tree *tree = &thread->tree;
    struct frame *top = tree->top;
    struct node *current = tree->current;
    uint32_t expected = assay_tree_expected(tree, current);
    struct node *node = &tree->nodes[expected];
    if (ASSAY_HOOKS_UNLIKELY(node->function != (uintptr_t)function) || ASSAY_HOOKS_UNLIKELY(top >= tree->deepest) ||
        ASSAY_HOOKS_UNLIKELY(top->stack <= stack && (top->stack != stack || top->site != site)) ||
        ASSAY_HOOKS_UNLIKELY(tree->left <= 1) || ASSAY_HOOKS_UNLIKELY(tree->clock > CLOCK_TSC)) {
        enter_slowly(thread, (uintptr_t)function, stack, site);
        return;
    }
    top[1].stack = stack;
    top[1].node = node;
    top[1].site = site;
    tree->top = top + 1;
    tree->current = node;
    current->last_child = expected;
    node->calls++;
    tree->left--;
    if (tree->clock != CLOCK_NONE) {
        book_tsc(tree, current);
    }
    atomic_signal_fence(memory_order_seq_cst);
    thread->busy = 0;
}

__attribute__((visibility("hidden"))) void __cyg_profile_func_exit(void *function, void *call_site)
{
    struct thread *thread = assay_hooks_mine;
    uintptr_t stack = STACK;
    if (ASSAY_HOOKS_UNLIKELY(thread == NULL) || ASSAY_HOOKS_UNLIKELY(assay_hooks_recording.records == 0) ||
        ASSAY_HOOKS_UNLIKELY(thread->busy != 0)) {
        leave_nested((uintptr_t)function, stack, (uintptr_t)call_site);
        return;
    }
    thread->busy = 1;
    atomic_signal_fence(memory_order_seq_cst);
    struct tree *tree = &thread->tree;
    struct frame *top = tree->top;
    struct node *current = tree->current;
    if (ASSAY_HOOKS_UNLIKELY(current->function != (uintptr_t)function) || ASSAY_HOOKS_UNLIKELY(top->stack < stack) ||
        ASSAY_HOOKS_UNLIKELY(tree->left <= 1) || ASSAY_HOOKS_UNLIKELY(tree->clock > CLOCK_TSC)) {
        leave_slowly(thread, (uintptr_t)function, stack, (uintptr_t)call_site,
                     __builtin_return_address(0) == call_site);
        return;
    }
    tree->left--;
    if (tree->clock != CLOCK_NONE) {
        book_tsc(tree, current);
    }
    tree->top = top - 1;
    tree->current = top[-1].node;
    atomic_signal_fence(memory_order_seq_cst);
    thread->busy = 0;
}
