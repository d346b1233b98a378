/* Functions by name, and the tree of calling contexts that all passes share. Knows no time. */
#include "profile/merge_parts.h"

#include "base/text.h"
#include "base/vector.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- Functions ---------------------------------------------------------------------------------------------- */

static bool same_text(const char *one, const char *other)
{
    return one == NULL || other == NULL ? one == other : strcmp(one, other) == 0;
}

uint32_t merge_function(struct merge *merge, const char *name, const char *file, uint32_t line,
                        enum assay_function_kind kind)
{
    struct assay_profile *out = merge->out;
    uint64_t key = assay_pairs_hash(assay_pairs_hash(UINT64_C(0xcbf29ce484222325), name), file);
    uint32_t found;
    while ((found = assay_pairs_get(&merge->names, key)) != ASSAY_NONE &&
           !(same_text(out->functions[found].name, name) && same_text(out->functions[found].file, file))) {
        key++; /* two texts with one hash */
    }
    if (found != ASSAY_NONE) {
        if (out->functions[found].line == 0) {
            out->functions[found].line = line;
        }
        return found;
    }
    found = (uint32_t)out->function_count;
    if (!assay_reserve((void **)&merge->about, &merge->about_capacity, (size_t)found + 1, sizeof *merge->about) ||
        !assay_pairs_put(&merge->names, key, found)) {
        return ASSAY_NONE;
    }
    merge->about[found] = (struct about){ .library = kind == ASSAY_FUNCTION_LIBRARY };
    struct assay_profile_function_row *row = assay_profile_add_function(out);
    if (row == NULL) {
        return ASSAY_NONE;
    }
    row->name = assay_copy(name);
    row->file = assay_copy(file);
    row->line = line;
    row->kind = kind;
    return row->name != NULL && (row->file != NULL || file == NULL) ? found : ASSAY_NONE;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

uint32_t merge_function_of_frame(struct merge *merge, const struct assay_frame *frame, const char *path)
{
    if (!frame->named) { /* addresses of two builds are not to be taken for each other */
        return merge_function(merge, frame->name, last_part(path), 0, ASSAY_FUNCTION_UNNAMED);
    }
    return merge_function(merge, frame->name, frame->file, frame->line, ASSAY_FUNCTION_PLAIN);
}

/* ---- Contexts ----------------------------------------------------------------------------------------------- */

uint32_t merge_child(struct merge *merge, uint32_t context, uint32_t function)
{
    uint64_t key = assay_pair_key(context, function);
    uint32_t found = assay_pairs_get(&merge->children, key);
    if (found != ASSAY_NONE) {
        return found;
    }
    found = (uint32_t)merge->context_count;
    if (merge->context_count >= BRIDGE_NONE ||
        !assay_reserve((void **)&merge->contexts, &merge->context_capacity, merge->context_count + 1,
                       sizeof *merge->contexts) ||
        !assay_pairs_put(&merge->children, key, found)) {
        return ASSAY_NONE;
    }
    merge->contexts[merge->context_count++] =
        (struct context){ .parent = context, .function = function, .edge = ASSAY_NONE };
    return found;
}

static int find_edge(struct merge *merge, struct context *context)
{
    uint32_t caller = merge->contexts[context->parent].function;
    if (context->parent == ROOT) {
        return 0;
    }
    uint64_t key = assay_pair_key(caller, context->function);
    context->edge = assay_pairs_get(&merge->edges, key);
    if (context->edge == ASSAY_NONE) {
        context->edge = (uint32_t)merge->out->edge_count;
        struct assay_profile_edge *edge = assay_profile_add_edge(merge->out);
        if (edge == NULL || !assay_pairs_put(&merge->edges, key, context->edge)) {
            return merge_no_memory(merge);
        }
        edge->caller = caller;
        edge->callee = context->function;
    }
    return 0;
}

/* A walk through the tree, with how often each function and edge is on the way from the root. */
struct walk {
    uint32_t *child, *next; /* of each context: its first child, its next sibling; ROOT: none */
    uint32_t *functions, *edges;
};

static void enter(struct merge *merge, const struct walk *walk, uint32_t at, bool entering)
{
    struct context *context = &merge->contexts[at];
    if (at == ROOT) {
        return;
    }
    if (!entering) {
        walk->functions[context->function]--;
        if (context->edge != ASSAY_NONE) {
            walk->edges[context->edge]--;
        }
        return;
    }
    context->first = walk->functions[context->function]++ == 0;
    context->first_edge = context->edge != ASSAY_NONE && walk->edges[context->edge]++ == 0;
}

/* Depth first, without recursion: a tree may be as deep as the program. */
static void mark_first(struct merge *merge, const struct walk *walk)
{
    uint32_t at = ROOT;
    bool down = true;
    for (;;) {
        if (down) {
            enter(merge, walk, at, true);
            if (walk->child[at] != ROOT) {
                at = walk->child[at];
                continue;
            }
        }
        enter(merge, walk, at, false);
        if (at == ROOT) {
            return;
        }
        down = walk->next[at] != ROOT;
        at = down ? walk->next[at] : merge->contexts[at].parent;
    }
}

int merge_finish_contexts(struct merge *merge)
{
    size_t count = merge->context_count;
    int code = 0;
    for (size_t i = 1; i < count && code == 0; i++) {
        code = find_edge(merge, &merge->contexts[i]);
    }
    struct walk walk = { calloc(count, sizeof(uint32_t)), calloc(count, sizeof(uint32_t)),
                         calloc(merge->out->function_count + 1, sizeof(uint32_t)),
                         calloc(merge->out->edge_count + 1, sizeof(uint32_t)) };
    if (code == 0 && (walk.child == NULL || walk.next == NULL || walk.functions == NULL || walk.edges == NULL)) {
        code = merge_no_memory(merge);
    }
    if (code == 0) {
        for (uint32_t i = (uint32_t)count - 1; i > 0; i--) {
            uint32_t parent = merge->contexts[i].parent;
            walk.next[i] = walk.child[parent];
            walk.child[parent] = i;
        }
        mark_first(merge, &walk);
    }
    free(walk.child);
    free(walk.next);
    free(walk.functions);
    free(walk.edges);
    return code;
}

/* ---- Passes with hooks -------------------------------------------------------------------------------------- */

static bool same_file(const char *one, const char *other)
{
    struct stat a, b;
    if (one == NULL || other == NULL) {
        return false;
    }
    return strcmp(one, other) == 0 ||
           (stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino);
}

bool *merge_ours(const struct merge *merge, const struct assay_message_profile *recorded)
{
    bool *ours = calloc(recorded->object_count + 1, sizeof *ours);
    for (size_t i = 0; ours != NULL && i < recorded->object_count; i++) {
        const char *path = recorded->objects[i].path;
        ours[i] = same_file(path, merge->passes->plugin) || same_file(path, merge->passes->instrumented) ||
                  same_file(path, merge->passes->counting);
    }
    return ours;
}

uint32_t merge_entered(struct merge *merge, const struct assay_message_profile *recorded, size_t node)
{
    uint64_t address = (uint64_t)recorded->address[node];
    if (recorded->object[node] < 0) {
        char name[32];
        (void)snprintf(name, sizeof name, "0x%" PRIx64, address);
        return merge_function(merge, name, NULL, 0, ASSAY_FUNCTION_UNNAMED);
    }
    const char *path = recorded->objects[(size_t)recorded->object[node]].path;
    const struct assay_frame *frames;
    size_t count;
    if (assay_symbols_find(&frames, &count, merge->symbols, path, address, merge->error) != 0) {
        return ASSAY_NONE;
    }
    return merge_function_of_frame(merge, &frames[count - 1], path);
}

int merge_hooked_contexts(uint32_t **contexts, struct merge *merge, const struct assay_message_profile *recorded)
{
    uint32_t *of = calloc(recorded->node_count + 1, sizeof *of);
    int code = of == NULL ? merge_no_memory(merge) : 0;
    for (size_t i = 0; i < recorded->node_count && code == 0; i++) {
        uint32_t parent = recorded->parent[i] < 0 ? ROOT : of[(size_t)recorded->parent[i]];
        if (recorded->object[i] < 0 && !(recorded->address[i] > 0)) {
            of[i] = ROOT; /* a thread's */
            continue;
        }
        uint32_t function = merge_entered(merge, recorded, i);
        of[i] = function == ASSAY_NONE ? ASSAY_NONE : merge_child(merge, parent, function);
        if (of[i] == ASSAY_NONE) {
            code = merge_no_memory(merge);
            break;
        }
        merge->about[function].seen = true;
    }
    if (code != 0) {
        free(of);
        return code;
    }
    *contexts = of;
    return 0;
}
