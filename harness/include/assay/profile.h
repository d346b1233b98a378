/*
 * assay/profile.h: what the instrumented builds of a plug-in export beside `assay_plugin`: the data symbol
 * `assay_profile`, version 1.1. The worker finds it by dlsym, starts it, runs batches, stops it and reads it.
 * C99, libc only, also valid C++. A kernel's author needs nothing of this: assay_add_kernel() links it in.
 *
 * Promise: as in assay/kernel.h. Sizes come first, fields are only appended, a field that is not there reads as zero.
 */
#ifndef ASSAY_PROFILE_H
#define ASSAY_PROFILE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASSAY_PROFILE_MAJOR 1
#define ASSAY_PROFILE_MINOR 1
#define ASSAY_PROFILE_MAGIC "ASSAYPRF"

/* What a build can record, and what `start` is asked for. The counts build can CALLS, the profile build TREE, TIMES and
 * COST, the coverage build LINES. TIMES and COST come with TREE, and not with each other. */
#define ASSAY_PROFILE_CALLS 1u /* how often each function was entered: exact, inlined ones too */
#define ASSAY_PROFILE_TREE 2u  /* the same by calling context */
#define ASSAY_PROFILE_TIMES 4u /* the clock's ticks between events, by calling context */
#define ASSAY_PROFILE_COST 8u  /* instead of the clock's: what `cost` reads */
#define ASSAY_PROFILE_LINES 16u /* start resets the compiler's counters, stop writes them (GCOV_PREFIX says where) */

/* One function. Valid during the call of the visitor. */
struct assay_profile_function {
    uint32_t struct_size;
    uint32_t reserved;
    uint64_t address; /* of the function in this process; dladdr gives the object and its base */
    uint64_t calls;   /* entries between start and stop, all threads together */
};

/* Takes one function; non-zero ends the reading, and `read` returns it. */
typedef int (*assay_profile_visitor)(void *context, const struct assay_profile_function *function);

/* One calling context of one thread. An interval is the time from one event (an entry or an exit) to the next, and
 * belongs to the function that runs in it: a context has calls + the calls of its children of them. */
struct assay_profile_context {
    uint32_t struct_size;
    uint32_t thread;    /* from 0; threads that followed each other may share one */
    uint64_t address;   /* of the function; 0: the thread itself, its root. A thread whose signals' handlers interrupted
                           hooks has a second root for them */
    int64_t parent;     /* which context, counted in the order of visits; -1: a root. Parents come before children */
    uint64_t calls;     /* entries */
    uint64_t intervals; /* all of them, timed or not */
    uint64_t timed;     /* of these: with a reading of the clock at both ends, on one processor */
    uint64_t ticks;     /* sum of the timed ones; with COST of the first cost's differences (calls of malloc) */
    uint64_t second;    /* with COST: of the second's (bytes) */
    uint64_t folded;    /* of `calls`: beyond the tree, booked here by function: all of them or none. Deeper than it goes:
                           below its deepest context. More contexts than there is room for: below the root, where the
                           same function may stand a second time */
};
typedef int (*assay_profile_context_visitor)(void *context, const struct assay_profile_context *one);

/* What the hooks themselves cost, measured on a body whose instructions wait for each other. In ticks. */
struct assay_profile_cost {
    uint32_t struct_size;
    uint32_t reserved;
    double ticks_per_ns;
    double inside, inside_spread;   /* booked to the called function, a call: median of repeats, and their standard
                                       deviation as their median deviation tells it (1.4826 of it) */
    double outside, outside_spread; /* booked to the caller, a call */
    double untimed, untimed_spread; /* a call whose events read no clock, in all */
    /* The same around bodies that do nothing, beside which the hooks' own work cannot hide. A body that takes less than what
     * these are more than `inside` and `outside` runs at the same time as that work: hooks cannot tell how long it is. */
    double inside_most, outside_most;
};

/* What may be lost between start and stop, so that a reader can be told. */
struct assay_profile_losses {
    uint32_t struct_size;
    uint32_t threads;        /* that entered a function */
    uint64_t folded_calls;   /* deeper, or in more contexts, than the tree has room for: counted by function */
    uint64_t lost_calls;     /* not counted at all: memory ran out, or a signal's handler was itself interrupted */
    uint64_t jumps;          /* frames left without an exit: longjmp, exceptions, ends of threads */
    uint64_t moved;          /* intervals thrown away: the processor changed */
    uint64_t deepest;        /* frames */
    uint64_t contexts;
    uint64_t bytes;          /* of memory that the tree took */
};

struct assay_profile {
    char magic[8]; /* ASSAY_PROFILE_MAGIC, without a NUL */
    uint32_t struct_size;
    uint16_t major;
    uint16_t minor;
    uint32_t records; /* ASSAY_PROFILE_..., all that this build can record */
    uint32_t reserved;
    /* Forgets what was recorded and begins. 0, or -1: `records` asks for what this build cannot do. Call start, stop
     * and read from one thread, while no other thread is inside the kernel. */
    int (*start)(uint32_t records);
    /* Ends recording. Calls of threads that still run are no longer counted. With LINES: writes files. */
    void (*stop)(void);
    /* Hands over every function that was entered, in ascending order of address. 0; -1: calls were lost, so that counts
     * are missing (nothing is handed over), or this build counts none; else what the visitor returned. */
    int (*read)(assay_profile_visitor visitor, void *context);

    /* ---- since 1.1; NULL in older builds ---- */
    /* Hands over the contexts of all threads. 0; -1: nothing was recorded by TREE; else what the visitor returned. */
    int (*read_tree)(assay_profile_context_visitor visitor, void *context);
    /* Measures the hooks' own cost, in some 20 ms. Not while recording. 0, or -1: this build has no clock. */
    int (*calibrate)(struct assay_profile_cost *cost);
    /* Reads what was lost since start. */
    void (*losses)(struct assay_profile_losses *losses);
    /* Of the events, how many are timed, in windows that begin at random: 1 all (the default), 0.1 a tenth. */
    void (*set_share)(double share, uint64_t seed);
    /* For COST: adds up to this moment what the calling thread has cost. Called within hooks. */
    void (*set_cost)(void (*read_cost)(uint64_t *first, uint64_t *second));
};

#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
extern const struct assay_profile assay_profile;

#ifdef __cplusplus
}
#endif
#endif
