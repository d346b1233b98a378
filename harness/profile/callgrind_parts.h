/* How a graph of callgrind's is filled. Internal to callgrind_graph.c and callgrind_read.c. */
#ifndef ASSAY_PROFILE_CALLGRIND_PARTS_H
#define ASSAY_PROFILE_CALLGRIND_PARTS_H

#include "profile/callgrind_graph.h"

/* The node of a function, which may be new; `name` with callgrind's suffix. ASSAY_NONE: no memory. */
uint32_t assay_callgrind_node(struct assay_callgrind *graph, const char *object, const char *file, const char *name);
/* Adds calls and cost of file `which` to the edge. False: no memory. */
bool assay_callgrind_call(struct assay_callgrind *graph, size_t which, const struct assay_callgrind_edge *call);

#endif
