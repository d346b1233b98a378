/* A thread's calling-context tree and the frames that lead to where it is in it. One node a context, one frame a call
 * that has not ended. No file of this folder but events.c and jumps.c knows what an event is. */
#ifndef ASSAY_HOOKS_TREE_H
#define ASSAY_HOOKS_TREE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One cache line. */
struct node {
    uintptr_t function;
    uint64_t calls;
    uint64_t timed;          /* intervals with a reading at both ends */
    uint64_t ticks;          /* their sum */
    uint64_t second;         /* of a cost's second number */
    int64_t extra;           /* what calls and the children's calls do not tell of the number of intervals */
    uint32_t last_child; /* the child that was entered last; FOLD, which is no function: none */
    uint32_t successor;  /* which of its siblings followed it the last time; itself at first */
    uint32_t parent;
    uint16_t depth;
    uint16_t folded; /* whether its calls stand here by function alone */
};

struct frame {
    uintptr_t stack; /* the stack pointer of the function at its entry hook: higher is older */
    struct node *node;
    uintptr_t site; /* the return address: equal in functions that are inlined into one another */
};

enum { ROOT = 0, FOLD = 1, FIRST = 2 }; /* nodes that each tree has: the thread, and the parent of what has no room */
#define NO_PROCESSOR UINT32_MAX

/* What the events of a window read. */
enum clock { CLOCK_NONE, CLOCK_TSC, CLOCK_SYSTEM, CLOCK_COST };

struct tree {
    struct node *current; /* of the top frame */
    struct frame *top;    /* frames[0] is the thread itself, and never popped */
    struct frame *deepest;
    struct frame *end; /* one frame more than may be pushed: the guard */
    uint64_t left;     /* events until the window or the gap ends, this one included */
    uint64_t last;     /* reading at the last event */
    uint64_t last_second;
    uint32_t processor; /* of that reading; NO_PROCESSOR: there was none */
    uint32_t clock;     /* enum clock; CLOCK_NONE in a gap */
    struct node *nodes;
    struct frame *frames;
    uint32_t *table; /* of nodes by parent and function; open addressing, 0 is empty */
    uint64_t beyond; /* calls deeper than there are frames */
    uint64_t random;
    uint32_t used; /* nodes */
    uint32_t room; /* nodes, but for those below FOLD */
    uint32_t capacity;
    uint32_t table_size; /* a power of two */
    uint32_t frame_count;
    uint64_t folded_calls, lost_calls, jumps, moved, deepest_ever;
};

/* How large trees may become; read by `start` from the environment. */
struct bounds {
    uint32_t contexts; /* of all threads together: ASSAY_PROFILE_CONTEXTS */
    uint32_t depth;    /* of contexts: ASSAY_PROFILE_DEPTH */
    uint32_t frames;   /* of a thread: ASSAY_PROFILE_FRAMES */
};
extern struct bounds assay_hooks_bounds;
extern _Atomic(uint32_t) assay_hooks_contexts; /* in use, of all threads */

/* Takes memory for at most `room` nodes and `frames` frames. False: none to be had. */
bool assay_tree_init(struct tree *tree, uint32_t room, uint32_t frames);
void assay_tree_release(struct tree *tree);
/* Forgets all contexts and frames; keeps the memory. */
void assay_tree_reset(struct tree *tree);

/* The context of `function` called from `tree->current`, folded where the tree ends. With `make` made if need be. NULL:
 * there is none; no memory. */
struct node *assay_tree_child(struct tree *tree, uintptr_t function, bool make);
/* Remembers that `node` is entered from `current` now, after whichever child was last. */
void assay_tree_follow(struct tree *tree, struct node *current, const struct node *node);
/* The same, wherever the tree is: below FOLD. */
struct node *assay_tree_fold(struct tree *tree, uintptr_t function);

/* Removes the frames above `to`. Their calls end without an exit. */
void assay_tree_pop(struct tree *tree, struct frame *to, bool jumped);

/* The child that is likely to be entered now: callers call in the same order again and again, seldom one function alone. */
static inline uint32_t assay_tree_expected(const struct tree *tree, const struct node *current)
{
    return tree->nodes[current->last_child].successor;
}

static inline uint32_t assay_tree_index(const struct tree *tree, const struct node *node)
{
    return (uint32_t)(node - tree->nodes);
}

/* Frames, at most so far. */
static inline uint64_t assay_tree_deepest(const struct tree *tree)
{
    uint64_t now = (uint64_t)(tree->deepest - tree->frames);
    return now > tree->deepest_ever ? now : tree->deepest_ever;
}

/* Bytes that are in use. */
uint64_t assay_tree_bytes(const struct tree *tree);

#endif
