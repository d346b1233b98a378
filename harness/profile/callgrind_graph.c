/* The functions, objects and calls that callgrind's files name, each once. Knows no format. */
#include "profile/callgrind_parts.h"

#include "base/text.h"
#include "base/vector.h"
#include "profile/symbols_parts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void assay_callgrind_release(struct assay_callgrind *graph)
{
    for (size_t i = 0; i < graph->object_count; i++) {
        free(graph->objects[i]);
    }
    for (size_t i = 0; i < graph->function_count; i++) {
        free(graph->functions[i].file);
        free(graph->functions[i].name);
    }
    free(graph->objects);
    free(graph->functions);
    free(graph->edges);
    assay_pairs_release(&graph->function_index);
    assay_pairs_release(&graph->edge_index);
    *graph = (struct assay_callgrind){ .objects = NULL };
}

static uint32_t object_of(struct assay_callgrind *graph, const char *path)
{
    for (size_t i = 0; i < graph->object_count; i++) {
        if (strcmp(graph->objects[i], path) == 0) {
            return (uint32_t)i;
        }
    }
    void *items = graph->objects;
    bool ok = assay_reserve(&items, &graph->object_capacity, graph->object_count + 1, sizeof *graph->objects);
    graph->objects = items;
    char *copy = ok ? assay_copy(path) : NULL;
    if (copy == NULL) {
        return ASSAY_NONE;
    }
    graph->objects[graph->object_count] = copy;
    return (uint32_t)graph->object_count++;
}

/* The length without "'2"; *inner says whether there was one. */
static size_t plain_length(const char *name, bool *inner)
{
    size_t length = strlen(name), digits = length;
    while (digits > 0 && isdigit((unsigned char)name[digits - 1])) {
        digits--;
    }
    *inner = digits < length && digits > 1 && name[digits - 1] == '\'';
    return *inner ? digits - 1 : length;
}

static bool is_function(const struct assay_callgrind_function *function, uint32_t object, const char *file,
                        const char *name, size_t length)
{
    return function->object == object && strcmp(function->file, file) == 0 &&
           strncmp(function->name, name, length) == 0 && function->name[length] == '\0';
}

static uint32_t add_function(struct assay_callgrind *graph, uint64_t key, uint32_t object, const char *file, char *name)
{
    void *items = graph->functions;
    bool ok = graph->function_count < UINT32_MAX / 4 - 1 &&
              assay_reserve(&items, &graph->function_capacity, graph->function_count + 1, sizeof *graph->functions);
    graph->functions = items;
    char *copy = ok ? assay_copy(file) : NULL;
    if (copy == NULL || !assay_pairs_put(&graph->function_index, key, (uint32_t)graph->function_count)) {
        free(copy);
        free(name);
        return ASSAY_NONE;
    }
    graph->functions[graph->function_count] =
        (struct assay_callgrind_function){ .object = object, .file = copy, .name = name };
    return (uint32_t)graph->function_count++;
}

uint32_t assay_callgrind_node(struct assay_callgrind *graph, const char *object, const char *file, const char *name)
{
    bool inner = false;
    size_t length = plain_length(name, &inner);
    uint32_t which = object_of(graph, object);
    char *plain = which == ASSAY_NONE ? NULL : assay_copy_bytes(name, length);
    if (plain == NULL) {
        return ASSAY_NONE;
    }
    length = assay_symbols_plain_length(plain); /* the compiler's suffixes: other passes do not have them */
    bool piece = strstr(plain + length, ".part.") != NULL || strstr(plain + length, ".cold") != NULL;
    plain[length] = '\0';
    uint64_t key = assay_pairs_hash(assay_pairs_hash(which, file), plain);
    uint32_t function = assay_pairs_get(&graph->function_index, key);
    while (function != ASSAY_NONE && !is_function(&graph->functions[function], which, file, plain, length)) {
        function = assay_pairs_get(&graph->function_index, ++key); /* another with the same hash */
    }
    if (function == ASSAY_NONE) {
        function = add_function(graph, key, which, file, plain);
    } else {
        free(plain);
    }
    return function == ASSAY_NONE ? ASSAY_NONE : 4 * function + 2 * (uint32_t)piece + inner;
}

bool assay_callgrind_call(struct assay_callgrind *graph, size_t which, const struct assay_callgrind_edge *call)
{
    uint64_t key = assay_pair_key(call->from, call->to);
    uint32_t at = assay_pairs_get(&graph->edge_index, key);
    if (at == ASSAY_NONE) {
        void *items = graph->edges;
        bool ok = assay_reserve(&items, &graph->edge_capacity, graph->edge_count + 1, sizeof *graph->edges);
        graph->edges = items;
        at = (uint32_t)graph->edge_count;
        if (!ok || !assay_pairs_put(&graph->edge_index, key, at)) {
            return false;
        }
        graph->edges[graph->edge_count++] = (struct assay_callgrind_edge){ .from = call->from, .to = call->to };
    }
    graph->edges[at].calls[which] += call->calls[which];
    graph->edges[at].cost[which] += call->cost[which];
    return true;
}
