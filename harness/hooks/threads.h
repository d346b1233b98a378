/* Which tree is the present thread's, and what all threads share. Internal to the hooks. */
#ifndef ASSAY_HOOKS_THREADS_H
#define ASSAY_HOOKS_THREADS_H

#include "tree.h"

#define ASSAY_HOOKS_UNLIKELY(condition) __builtin_expect(!!(condition), 0)

/* Of one thread at a time; taken over by the next new one when it ends. Never given back: others may be reading the
 * list. */
struct thread {
    struct tree tree;
    struct tree handler; /* of signals' handlers that interrupt a hook */
    uint32_t busy;       /* hooks that are at work: 1 in `tree`, 2 in `handler` */
    uint32_t number;
    uint32_t entered; /* threads that had it before the present one, and entered a function */
    struct thread *next;
    atomic_bool taken;
};

/* What is being recorded. Written by `start` and `stop` alone. */
struct recording {
    uint32_t records; /* ASSAY_PROFILE_...; 0: nothing */
    uint32_t clock;   /* enum clock: of a window */
    double share;
    uint64_t seed;
    void (*read_cost)(uint64_t *first, uint64_t *second);
};
extern struct recording assay_hooks_recording;
extern _Atomic(uint64_t) assay_hooks_lost; /* calls of threads that got no tree */

extern __thread struct thread *assay_hooks_mine __attribute__((tls_model("initial-exec")));
extern _Atomic(struct thread *) assay_hooks_threads;

/* NULL: no memory. */
struct thread *assay_thread_attach(void);
/* One that no other thread can come by; assay_thread_free() gives it back. */
struct thread *assay_thread_new(void);
void assay_thread_free(struct thread *thread);
/* Whether the thread that has it now has entered a function. */
bool assay_thread_entered(const struct thread *thread);
/* Empties both trees for a new recording. */
void assay_thread_reset(struct thread *thread);

/* Begins a window of timed events, or the gap after it. */
void assay_events_turn(struct tree *tree);
/* As at the beginning of a recording. */
void assay_events_reset(struct tree *tree, uint64_t seed);

#endif
