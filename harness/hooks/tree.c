/* Calling-context trees: memory, look-up, folding. Knows no clock and no event. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "tree.h"
#include "pages.h"

#include <string.h>

enum { FIRST_TABLE = 1 << 10, FOLD_ROOM = 1 << 14 };

struct bounds assay_hooks_bounds = { 1 << 20, 1024, 1 << 20 };
_Atomic(uint32_t) assay_hooks_contexts;

bool assay_tree_init(struct tree *tree, uint32_t room, uint32_t frames)
{
    memset(tree, 0, sizeof *tree);
    tree->room = room;
    tree->capacity = FIRST + room + FOLD_ROOM;
    tree->frame_count = frames;
    tree->table_size = FIRST_TABLE;
    tree->nodes = assay_hooks_pages(tree->capacity * sizeof *tree->nodes);
    tree->frames = assay_hooks_pages((frames + 2) * sizeof *tree->frames);
    tree->table = assay_hooks_pages(tree->table_size * sizeof *tree->table);
    if (tree->nodes == NULL || tree->frames == NULL || tree->table == NULL) {
        assay_tree_release(tree);
        return false;
    }
    tree->end = tree->frames + frames + 1;
    assay_tree_reset(tree);
    return true;
}

void assay_tree_release(struct tree *tree)
{
    assay_hooks_drop(tree->nodes, tree->capacity * sizeof *tree->nodes);
    assay_hooks_drop(tree->frames, (tree->frame_count + 2) * sizeof *tree->frames);
    assay_hooks_drop(tree->table, tree->table_size * sizeof *tree->table);
    memset(tree, 0, sizeof *tree);
}

void assay_tree_reset(struct tree *tree)
{
    if (tree->used > FIRST) {
        memset(tree->table, 0, tree->table_size * sizeof *tree->table);
    }
    memset(tree->nodes, 0, FIRST * sizeof *tree->nodes);
    tree->nodes[FOLD].folded = 1;
    tree->nodes[FOLD].function = 1; /* no function is there */
    tree->nodes[ROOT].last_child = tree->nodes[FOLD].last_child = tree->nodes[FOLD].successor = FOLD;
    tree->used = FIRST;
    tree->frames[0] = (struct frame){ UINTPTR_MAX, &tree->nodes[ROOT], 0 };
    tree->top = tree->deepest = tree->frames;
    tree->current = &tree->nodes[ROOT];
    tree->processor = NO_PROCESSOR;
    tree->beyond = 0;
    tree->folded_calls = tree->lost_calls = tree->jumps = tree->moved = tree->deepest_ever = 0;
}

static uint32_t hash(const struct tree *tree, uint32_t parent, uintptr_t function)
{
    uint64_t key = ((uint64_t)function + ((uint64_t)parent << 40)) ^ ((uint64_t)parent * UINT64_C(0xD6E8FEB86659FD93));
    key *= UINT64_C(0x9E3779B97F4A7C15);
    return (uint32_t)(key >> 32) & (tree->table_size - 1);
}

/* Where the node stands in the table, or the empty place where it belongs. There always is one. */
static uint32_t *find(const struct tree *tree, uint32_t parent, uintptr_t function)
{
    uint32_t at = hash(tree, parent, function);
    while (tree->table[at] != 0) {
        const struct node *node = &tree->nodes[tree->table[at]];
        if (node->parent == parent && node->function == function) {
            break;
        }
        at = (at + 1) & (tree->table_size - 1);
    }
    return &tree->table[at];
}

static bool grow(struct tree *tree)
{
    uint32_t *old = tree->table, size = tree->table_size;
    uint32_t *table = assay_hooks_pages(2 * (size_t)size * sizeof *table);
    if (table == NULL) {
        return false;
    }
    tree->table = table;
    tree->table_size = 2 * size;
    for (uint32_t i = FIRST; i < tree->used; i++) {
        *find(tree, tree->nodes[i].parent, tree->nodes[i].function) = i;
    }
    assay_hooks_drop(old, size * sizeof *old);
    return true;
}

/* NULL: no room. Contexts below FOLD have room of their own. */
static struct node *make(struct tree *tree, uint32_t parent, uintptr_t function)
{
    bool reserve = parent == FOLD;
    if (tree->used >= (reserve ? tree->capacity : FIRST + tree->room) ||
        (2 * (tree->used + 1) > tree->table_size && !grow(tree))) {
        return NULL;
    }
    if (!reserve && atomic_fetch_add(&assay_hooks_contexts, 1) >= assay_hooks_bounds.contexts) {
        atomic_fetch_sub(&assay_hooks_contexts, 1);
        return NULL;
    }
    struct node *node = &tree->nodes[tree->used];
    const struct node *above = &tree->nodes[parent];
    memset(node, 0, sizeof *node);
    node->function = function;
    node->last_child = FOLD;
    node->successor = tree->used;
    node->parent = parent;
    node->depth = (uint16_t)(above->depth + 1);
    node->folded = above->folded != 0 || above->depth >= assay_hooks_bounds.depth;
    *find(tree, parent, function) = tree->used;
    tree->used++;
    return node;
}

static struct node *find_or_make(struct tree *tree, uint32_t parent, uintptr_t function)
{
    uint32_t found = *find(tree, parent, function);
    return found != 0 ? &tree->nodes[found] : make(tree, parent, function);
}

struct node *assay_tree_fold(struct tree *tree, uintptr_t function)
{
    struct node *node = find_or_make(tree, FOLD, function);
    if (node != NULL) {
        tree->current->extra++;
        tree->nodes[FOLD].extra--;
        tree->folded_calls++;
    }
    return node;
}

void assay_tree_follow(struct tree *tree, struct node *current, const struct node *node)
{
    uint32_t index = assay_tree_index(tree, node);
    if (current->last_child != FOLD) {
        tree->nodes[current->last_child].successor = index;
    }
    current->last_child = index;
}

struct node *assay_tree_child(struct tree *tree, uintptr_t function, bool make_one)
{
    struct node *current = tree->current;
    uint32_t parent = current->folded ? current->parent : assay_tree_index(tree, current);
    uint32_t found = *find(tree, parent, function);
    struct node *node = found != 0 ? &tree->nodes[found] : NULL;
    if (node == NULL && !make_one) {
        return NULL;
    }
    if (node == NULL) {
        node = make(tree, parent, function);
    }
    if (node == NULL) {
        return parent == FOLD ? NULL : assay_tree_fold(tree, function);
    }
    if (current->folded) {
        current->extra++;
        tree->nodes[parent].extra--;
    }
    if (node->folded) {
        tree->folded_calls++;
    } else {
        assay_tree_follow(tree, current, node);
    }
    return node;
}

/* The interval of the top frame ends with the event that found it dead; those that called it begin no new one. */
void assay_tree_pop(struct tree *tree, struct frame *to, bool jumped)
{
    for (struct frame *frame = tree->top; frame > to; frame--) {
        if (frame == tree->end) {
            continue; /* the guard */
        }
        if (frame != tree->top) {
            frame->node->extra--;
        }
        tree->jumps += jumped;
    }
    tree->beyond = 0;
    tree->top = to;
    tree->current = to->node;
    tree->processor = NO_PROCESSOR;
}

uint64_t assay_tree_bytes(const struct tree *tree)
{
    return tree->used * sizeof *tree->nodes + tree->table_size * sizeof *tree->table +
           (assay_tree_deepest(tree) + 1) * sizeof *tree->frames;
}
