/* The profile of a round of batches, as a worker sends it: a tree of addresses (or names) with what was recorded at each
 * node. docs/worker-protocol.md. For both sides; knows no descriptor and no process. */
#ifndef ASSAY_PROTOCOL_PROFILE_H
#define ASSAY_PROTOCOL_PROFILE_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a request `profile` asks to be recorded. */
enum assay_record {
    ASSAY_RECORD_CALLS,       /* calls of each function (nodes without parents) */
    ASSAY_RECORD_TREE,        /* calls and times by calling context */
    ASSAY_RECORD_SAMPLES,     /* stacks, taken at random times */
    ASSAY_RECORD_ALLOCATIONS, /* calls and allocations by calling context */
    ASSAY_RECORD_LINES,       /* nothing comes back but batches: the counters are written to files when the request ends */
    ASSAY_RECORD_FUNCTIONS,   /* an interpreter's own profiler: functions and edges by name */
    ASSAY_RECORDS
};
const char *assay_record_word(enum assay_record record); /* "calls", "tree", "samples", "allocations", "lines", "functions" */

/* Mean periods that a request for samples may ask for. */
#define ASSAY_PERIOD_MIN_NS 10000.0
#define ASSAY_PERIOD_MAX_NS 1e9

/* A file that was mapped. Addresses are those of the file (symbols and DWARF agree with them): where it was mapped is
 * already taken off. */
struct assay_message_object {
    char *path;
    char *build_id; /* hexadecimal; NULL: none */
};

/* At most this many nodes in a reply: what a line holds. */
#define ASSAY_PROFILE_NODES_MAX ((size_t)150000)

/* A column of doubles is NULL where the record does not have it. */
struct assay_message_profile {
    struct assay_message_object *objects;
    size_t object_count;

    /* Nodes, parents before children. */
    size_t node_count;
    double *parent;    /* index of a node; -1: a root */
    double *object;    /* index into objects; -1: no object (a thread's root; code that was generated) */
    double *address;   /* tree, calls: of the function. samples: of the instruction in a leaf, and in callers the return
                          address less one. 0 at a thread's root */
    double *thread;    /* tree, allocations: which thread. samples: 0 the thread that runs batches, else another */
    double *calls;     /* in all batches of the request together, likewise below */
    double *intervals;
    double *timed;
    double *cost_ns;   /* tree: of the timed intervals, the hooks' own cost included */
    double *first;     /* allocations: how many */
    double *second;    /* allocations: bytes */
    double *folded;
    double *samples;   /* that ended in this node */
    double *weight_ns; /* samples: sum of their periods */

    /* FUNCTIONS: by name, with edges. */
    struct assay_message_function {
        char *name, *file;
        uint32_t line;
        double calls, primitive, own_ns, total_ns;
    } *functions;
    size_t function_count;
    struct assay_message_edge {
        uint32_t caller, callee; /* indexes into functions */
        double calls, primitive, own_ns, total_ns;
    } *edges;
    size_t edge_count;

    /* Of all batches of the request together; NaN: not known. */
    double elapsed_ns;   /* wall time inside run, of the thread that runs batches; several threads: of the longest */
    double cpu_ns;       /* processor time of all threads within it */
    double main_cpu_ns;  /* of the thread that runs batches */
    double queued_ns;    /* that it was ready to run and had no processor: others had it */
    double period_ns;    /* samples: mean of the periods */
    double lost;         /* samples that the ring had no room for */
    double truncated;    /* nodes that did not fit the reply: what they had is booked to their parents */
    char *source;        /* samples: "cpu-clock", "cpu-clock of every processor" or "timer"; tree: "rdtscp", "clock" */
    char *note;          /* what a reader must be told, one line; NULL */

    /* The hooks' own cost, in nanoseconds a call: TREE. NaN: not measured. */
    double inside_ns, inside_spread_ns, outside_ns, outside_spread_ns, untimed_ns, untimed_spread_ns;
    double inside_most_ns, outside_most_ns; /* around bodies that do nothing, beside which it cannot hide */
    double tick_ns;
    /* Losses: TREE, CALLS, ALLOCATIONS. 0: none. */
    double threads, folded_calls, lost_calls, jumps, moved, deepest, contexts, bytes;
};
/* Nothing known: numbers NaN but for lost, truncated and the losses, which are 0. */
void assay_message_profile_init(struct assay_message_profile *profile);
void assay_message_profile_release(struct assay_message_profile *profile);

/* ,"profile":{...} of a reply. */
void assay_message_profile_write(struct assay_text *line, const struct assay_message_profile *profile);
struct json_t;
/* Refuses, with ASSAY_EINPUT: columns of unequal length, a parent that is not before its child, indexes out of range,
 * negative or non-finite numbers. */
int assay_message_profile_read(struct assay_message_profile *out, const struct json_t *object, struct assay_error *error);

#endif
