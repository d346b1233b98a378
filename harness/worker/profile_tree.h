/* A tree of calling contexts that grows while it is filled, and becomes the columns of a message. Knows no hook, no
 * sample and no file. */
#ifndef ASSAY_WORKER_PROFILE_TREE_H
#define ASSAY_WORKER_PROFILE_TREE_H

#include "protocol/profile.h"
#include "worker/objects.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum assay_tree_column {
    ASSAY_TREE_CALLS,
    ASSAY_TREE_INTERVALS,
    ASSAY_TREE_TIMED,
    ASSAY_TREE_COST,
    ASSAY_TREE_FIRST,
    ASSAY_TREE_SECOND,
    ASSAY_TREE_FOLDED,
    ASSAY_TREE_SAMPLES,
    ASSAY_TREE_WEIGHT,
    ASSAY_TREE_COLUMNS
};

/* What tells a node from its siblings. */
struct assay_tree_key {
    int64_t parent;   /* -1: a root */
    int64_t file;     /* index into assay_objects.files; -1: none */
    uint64_t address; /* in the file */
    uint32_t thread;
};

struct assay_profile_tree {
    const enum assay_tree_column *columns; /* static; the first ranks what is cut */
    size_t width;
    struct assay_tree_key *keys;
    size_t key_capacity;
    double *values; /* `width` a node */
    size_t value_capacity;
    size_t count;
    uint32_t *slots; /* open addressing: index + 1; 0: empty */
    size_t slot_count;
};

void assay_profile_tree_init(struct assay_profile_tree *tree, const enum assay_tree_column *columns, size_t width);
void assay_profile_tree_release(struct assay_profile_tree *tree);

/* The node of that key, made if there is none; its parent must be there. An index, or -1: out of memory. */
int64_t assay_profile_tree_node(struct assay_profile_tree *tree, const struct assay_tree_key *key);
/* The node's values, in the order of `columns`; valid until the next node is made. */
double *assay_profile_tree_values(struct assay_profile_tree *tree, int64_t node);

/* Fills nodes, objects and `truncated` of a message that has none. Of more than `most` nodes, leaves are cut, those with
 * the least in the first column first, and what they had is added to their parents'. -1: out of memory. */
int assay_profile_tree_write(struct assay_message_profile *out, const struct assay_profile_tree *tree,
                             const struct assay_objects *objects, size_t most);

#endif
