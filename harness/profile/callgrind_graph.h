/* Callgrind's output as functions and calls between them; several files side by side. Internal to profile/. */
#ifndef ASSAY_PROFILE_CALLGRIND_GRAPH_H
#define ASSAY_PROFILE_CALLGRIND_GRAPH_H

#include "base/error.h"
#include "profile/pairs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ASSAY_CALLGRIND_FILES 2

/* Callgrind writes "f'2" for f while another f is at work, and the compiler "f.part.0" for what it cut out of f. A node
 * is a function in one of these forms: 4 * function + (2 for such a piece) + (1 for the inner level). */
static inline uint32_t assay_callgrind_function_of(uint32_t node)
{
    return node / 4;
}
static inline bool assay_callgrind_is_piece(uint32_t node)
{
    return node / 2 % 2 == 1;
}

struct assay_callgrind_function {
    uint32_t object;                       /* index into objects */
    char *file, *name;                     /* as callgrind writes them, the suffixes taken off */
    uint32_t line;                         /* the first that has code; 0: not known */
    double self[2][ASSAY_CALLGRIND_FILES]; /* instructions, by level and file */
};
struct assay_callgrind_edge {
    uint32_t from, to; /* nodes */
    double calls[ASSAY_CALLGRIND_FILES];
    double cost[ASSAY_CALLGRIND_FILES]; /* inclusive; that of a call within a call counts in both */
};
struct assay_callgrind {
    char **objects;
    size_t object_count, object_capacity;
    struct assay_callgrind_function *functions;
    size_t function_count, function_capacity;
    struct assay_callgrind_edge *edges;
    size_t edge_count, edge_capacity;
    struct assay_pairs function_index, edge_index;
    double totals[ASSAY_CALLGRIND_FILES],
        sums[ASSAY_CALLGRIND_FILES]; /* what the file says, and what its lines add up to */
};
void assay_callgrind_release(struct assay_callgrind *graph);
/* Adds a file (callgrind's profile format, version 1: valgrind's manual, "Callgrind Format Specification") as number
 * `which`. ASSAY_EINPUT names the line. */
int assay_callgrind_read(struct assay_callgrind *graph, size_t which, const char *path, struct assay_error *error);

#endif
