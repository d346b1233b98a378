/* Nodes in the order in which they were met, so that parents come before children; found again by a hash table. */
#include "worker/profile_tree.h"

#include "base/text.h"
#include "base/vector.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 1024 };
#define MOST_NODES ((size_t)1 << 31)

void assay_profile_tree_init(struct assay_profile_tree *tree, const enum assay_tree_column *columns, size_t width)
{
    *tree = (struct assay_profile_tree){ .columns = columns, .width = width };
}

void assay_profile_tree_release(struct assay_profile_tree *tree)
{
    free(tree->keys);
    free(tree->values);
    free(tree->slots);
    assay_profile_tree_init(tree, tree->columns, tree->width);
}

/* Finalizer of splitmix64 (Steele, Lea and Flood, 2014). */
static uint64_t mix(uint64_t value)
{
    value = (value ^ (value >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94D049BB133111EB);
    return value ^ (value >> 31);
}

static uint64_t hash(const struct assay_tree_key *key)
{
    return mix(mix(key->address) ^ mix((uint64_t)key->parent * 3 + 1) ^ ((uint64_t)key->file << 40) ^ key->thread);
}

static bool same(const struct assay_tree_key *a, const struct assay_tree_key *b)
{
    return a->parent == b->parent && a->address == b->address && a->file == b->file && a->thread == b->thread;
}

/* The slot of that key, or the empty one where it belongs. There always is one. */
static uint32_t *find_slot(const struct assay_profile_tree *tree, const struct assay_tree_key *key)
{
    size_t at = (size_t)hash(key) & (tree->slot_count - 1);
    while (tree->slots[at] != 0 && !same(&tree->keys[tree->slots[at] - 1], key)) {
        at = (at + 1) & (tree->slot_count - 1);
    }
    return &tree->slots[at];
}

static int make_room(struct assay_profile_tree *tree)
{
    size_t wanted = tree->count + 1;
    if (wanted >= MOST_NODES ||
        !assay_reserve((void **)&tree->keys, &tree->key_capacity, wanted, sizeof *tree->keys) ||
        !assay_reserve((void **)&tree->values, &tree->value_capacity, wanted, tree->width * sizeof *tree->values)) {
        return -1;
    }
    if (2 * wanted <= tree->slot_count) {
        return 0;
    }
    size_t slot_count = tree->slot_count > 0 ? 2 * tree->slot_count : FIRST_SLOTS;
    uint32_t *slots = calloc(slot_count, sizeof *slots);
    if (slots == NULL) {
        return -1;
    }
    free(tree->slots);
    tree->slots = slots;
    tree->slot_count = slot_count;
    for (size_t i = 0; i < tree->count; i++) {
        *find_slot(tree, &tree->keys[i]) = (uint32_t)(i + 1);
    }
    return 0;
}

int64_t assay_profile_tree_node(struct assay_profile_tree *tree, const struct assay_tree_key *key)
{
    if (make_room(tree) != 0) {
        return -1;
    }
    uint32_t *slot = find_slot(tree, key);
    if (*slot == 0) {
        tree->keys[tree->count] = *key;
        memset(tree->values + tree->count * tree->width, 0, tree->width * sizeof *tree->values);
        *slot = (uint32_t)++tree->count;
    }
    return (int64_t)*slot - 1;
}

double *assay_profile_tree_values(struct assay_profile_tree *tree, int64_t node)
{
    return tree->values + (size_t)node * tree->width;
}

/* ---- cutting ----------------------------------------------------------------------------------------- */

/* Leaves by rank in a binary heap, the least on top. */
struct cut {
    const struct assay_profile_tree *tree;
    double *values;     /* a copy of the tree's, to be added up */
    uint32_t *children; /* that are left */
    bool *gone;
    uint32_t *heap;
    size_t heap_count;
};

static bool before(const struct cut *cut, size_t a, size_t b)
{
    double left = cut->values[cut->heap[a] * cut->tree->width], right = cut->values[cut->heap[b] * cut->tree->width];
    return left < right || (left == right && cut->heap[a] > cut->heap[b]); /* of equals the later */
}

static void swap(struct cut *cut, size_t a, size_t b)
{
    uint32_t kept = cut->heap[a];
    cut->heap[a] = cut->heap[b];
    cut->heap[b] = kept;
}

static void push(struct cut *cut, size_t node)
{
    size_t at = cut->heap_count++;
    cut->heap[at] = (uint32_t)node;
    for (; at > 0 && before(cut, at, (at - 1) / 2); at = (at - 1) / 2) {
        swap(cut, at, (at - 1) / 2);
    }
}

static size_t pop(struct cut *cut)
{
    size_t top = cut->heap[0], at = 0;
    cut->heap[0] = cut->heap[--cut->heap_count];
    for (;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < cut->heap_count; child++) {
            least = before(cut, child, least) ? child : least;
        }
        if (least == at) {
            return top;
        }
        swap(cut, at, least);
        at = least;
    }
}

static void cut_leaves(struct cut *cut, size_t surplus)
{
    const struct assay_profile_tree *tree = cut->tree;
    for (size_t i = 0; i < tree->count; i++) {
        if (tree->keys[i].parent >= 0) {
            cut->children[tree->keys[i].parent]++;
        }
    }
    for (size_t i = 0; i < tree->count; i++) {
        if (cut->children[i] == 0) {
            push(cut, i);
        }
    }
    for (; surplus > 0; surplus--) {
        size_t leaf = pop(cut);
        int64_t parent = tree->keys[leaf].parent;
        cut->gone[leaf] = true;
        for (size_t i = 0; parent >= 0 && i < tree->width; i++) {
            cut->values[(size_t)parent * tree->width + i] += cut->values[leaf * tree->width + i];
        }
        if (parent >= 0 && --cut->children[parent] == 0) {
            push(cut, (size_t)parent);
        }
    }
}

static void release_cut(struct cut *cut)
{
    free(cut->values);
    free(cut->children);
    free(cut->gone);
    free(cut->heap);
}

static int make_cut(struct cut *cut, const struct assay_profile_tree *tree, size_t most)
{
    size_t room = tree->count + 1;
    *cut = (struct cut){ .tree = tree,
                         .values = calloc(room, tree->width * sizeof *cut->values),
                         .children = calloc(room, sizeof *cut->children),
                         .gone = calloc(room, sizeof *cut->gone),
                         .heap = calloc(room, sizeof *cut->heap) };
    if (cut->values == NULL || cut->children == NULL || cut->gone == NULL || cut->heap == NULL) {
        release_cut(cut);
        return -1;
    }
    if (tree->count > 0) {
        memcpy(cut->values, tree->values, tree->count * tree->width * sizeof *cut->values);
    }
    if (tree->count > most) {
        cut_leaves(cut, tree->count - most);
    }
    return 0;
}

/* ---- the message ------------------------------------------------------------------------------------- */

static double **column_of(struct assay_message_profile *out, enum assay_tree_column column)
{
    double **const columns[] = {
        [ASSAY_TREE_CALLS] = &out->calls,   [ASSAY_TREE_INTERVALS] = &out->intervals, [ASSAY_TREE_TIMED] = &out->timed,
        [ASSAY_TREE_COST] = &out->cost_ns,  [ASSAY_TREE_FIRST] = &out->first,         [ASSAY_TREE_SECOND] = &out->second,
        [ASSAY_TREE_FOLDED] = &out->folded, [ASSAY_TREE_SAMPLES] = &out->samples,     [ASSAY_TREE_WEIGHT] = &out->weight_ns,
    };
    return columns[column];
}

static int make_columns(struct assay_message_profile *out, const struct assay_profile_tree *tree, size_t count)
{
    bool made = true;
    double **const always[] = { &out->parent, &out->object, &out->address, &out->thread };
    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++) {
        made = (*always[i] = calloc(count + 1, sizeof **always[i])) != NULL && made;
    }
    for (size_t i = 0; i < tree->width; i++) {
        double **column = column_of(out, tree->columns[i]);
        made = (*column = calloc(count + 1, sizeof **column)) != NULL && made;
    }
    return made ? 0 : -1;
}

/* Files that nodes lie in, numbered anew in `numbers` (-1: not used). */
static int write_objects(struct assay_message_profile *out, const struct cut *cut, const struct assay_objects *objects,
                         long *numbers)
{
    for (size_t i = 0; i < objects->file_count; i++) {
        numbers[i] = -1;
    }
    out->objects = calloc(objects->file_count + 1, sizeof *out->objects);
    if (out->objects == NULL) {
        return -1;
    }
    for (size_t i = 0; i < cut->tree->count; i++) {
        int64_t file = cut->tree->keys[i].file;
        if (cut->gone[i] || file < 0 || numbers[file] >= 0) {
            continue;
        }
        struct assay_message_object *object = &out->objects[out->object_count];
        numbers[file] = (long)out->object_count++;
        object->path = assay_copy(objects->files[file].path);
        object->build_id = assay_copy(objects->files[file].build_id);
        if (object->path == NULL || (object->build_id == NULL && objects->files[file].build_id != NULL)) {
            return -1;
        }
    }
    return 0;
}

/* `places`: where each node that is left stands in the message. */
static void write_nodes(struct assay_message_profile *out, const struct cut *cut, const long *numbers, uint32_t *places)
{
    const struct assay_profile_tree *tree = cut->tree;
    for (size_t i = 0; i < tree->count; i++) {
        const struct assay_tree_key *key = &tree->keys[i];
        if (cut->gone[i]) {
            continue;
        }
        size_t at = out->node_count++;
        places[i] = (uint32_t)at;
        out->parent[at] = key->parent >= 0 ? (double)places[key->parent] : -1;
        out->object[at] = key->file >= 0 ? (double)numbers[key->file] : -1;
        /* Above 2^53 only where nothing of ours is mapped (vsyscall). */
        out->address[at] = key->address < (uint64_t)1 << 53 ? (double)key->address : 0;
        out->thread[at] = key->thread;
        for (size_t j = 0; j < tree->width; j++) {
            (*column_of(out, tree->columns[j]))[at] = cut->values[i * tree->width + j];
        }
    }
}

int assay_profile_tree_write(struct assay_message_profile *out, const struct assay_profile_tree *tree,
                             const struct assay_objects *objects, size_t most)
{
    struct cut cut;
    int result = -1;
    if (make_cut(&cut, tree, most) != 0) {
        return -1;
    }
    long *numbers = calloc(objects->file_count + 1, sizeof *numbers);
    uint32_t *places = cut.heap; /* done with */
    if (numbers != NULL && make_columns(out, tree, tree->count < most ? tree->count : most) == 0 &&
        write_objects(out, &cut, objects, numbers) == 0) {
        write_nodes(out, &cut, numbers, places);
        out->truncated = tree->count > most ? (double)(tree->count - most) : 0;
        result = 0;
    }
    free(numbers);
    release_cut(&cut);
    return result;
}
