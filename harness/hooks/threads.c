/* Threads that come, go and fork: each has a tree of its own, found by one thread-local pointer. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "threads.h"
#include "pages.h"

#include <pthread.h>

enum { HANDLER_CONTEXTS = 1 << 12, HANDLER_FRAMES = 1 << 10 };

__thread struct thread *assay_hooks_mine;
_Atomic(struct thread *) assay_hooks_threads;
_Atomic(uint64_t) assay_hooks_lost;
struct recording assay_hooks_recording;
static pthread_key_t leaving;
static atomic_bool leaving_made;
static _Atomic(uint32_t) numbers;

/* The frames that a thread still has when it ends. Whoever takes its tree over begins at the root. */
static void leave_tree(struct tree *tree)
{
    if (tree->top != tree->frames) {
        tree->top->node->extra--; /* its last interval has no end */
        assay_tree_pop(tree, tree->frames, true);
    }
    tree->processor = NO_PROCESSOR;
}

bool assay_thread_entered(const struct thread *thread)
{
    return thread->tree.deepest != thread->tree.frames || thread->handler.deepest != thread->handler.frames;
}

static void leave(void *ending)
{
    struct thread *thread = ending;
    assay_hooks_mine = NULL;
    leave_tree(&thread->tree);
    leave_tree(&thread->handler);
    thread->entered += assay_thread_entered(thread);
    thread->tree.deepest_ever = assay_tree_deepest(&thread->tree);
    thread->tree.deepest = thread->tree.frames;
    thread->handler.deepest = thread->handler.frames;
    thread->busy = 0;
    atomic_store(&thread->taken, false);
}

void assay_thread_reset(struct thread *thread)
{
    assay_tree_reset(&thread->tree);
    assay_tree_reset(&thread->handler);
    assay_events_reset(&thread->tree, assay_hooks_recording.seed + 2UL * thread->number);
    assay_events_reset(&thread->handler, assay_hooks_recording.seed + 2UL * thread->number + 1);
    thread->entered = 0;
    thread->busy = 0;
}

struct thread *assay_thread_new(void)
{
    struct thread *thread = assay_hooks_pages(sizeof *thread);
    if (thread == NULL) {
        return NULL;
    }
    /* Where memory is not handed out before it is there (overcommit 2), a smaller tree is better than none. */
    bool well = false;
    for (uint32_t room = assay_hooks_bounds.contexts; !well && room > 0; room /= 4) {
        well = assay_tree_init(&thread->tree, room, assay_hooks_bounds.frames);
    }
    if (!well || !assay_tree_init(&thread->handler, HANDLER_CONTEXTS, HANDLER_FRAMES)) {
        assay_thread_free(thread);
        return NULL;
    }
    atomic_init(&thread->taken, true);
    return thread;
}

void assay_thread_free(struct thread *thread)
{
    assay_tree_release(&thread->tree);
    assay_tree_release(&thread->handler);
    assay_hooks_drop(thread, sizeof *thread);
}

static struct thread *adopt(void)
{
    for (struct thread *thread = atomic_load(&assay_hooks_threads); thread != NULL; thread = thread->next) {
        bool free_one = false;
        if (atomic_compare_exchange_strong(&thread->taken, &free_one, true)) {
            return thread;
        }
    }
    return NULL;
}

struct thread *assay_thread_attach(void)
{
    struct thread *thread = adopt();
    if (thread == NULL) {
        thread = assay_thread_new();
        if (thread == NULL) {
            return NULL;
        }
        thread->number = atomic_fetch_add(&numbers, 1);
        assay_thread_reset(thread);
        thread->next = atomic_load(&assay_hooks_threads);
        while (!atomic_compare_exchange_weak(&assay_hooks_threads, &thread->next, thread)) {
        }
    }
    if (atomic_load(&leaving_made)) {
        pthread_setspecific(leaving, thread);
    }
    assay_hooks_mine = thread;
    return thread;
}

/* A child's calls are nobody's: it keeps the parent's pages as they were, and writes no copy of them. */
static void forked(void)
{
    assay_hooks_recording.records = 0;
}

/* At load, so that no hook has to ask whether it is the first. */
__attribute__((constructor)) static void watch(void)
{
    atomic_store(&leaving_made, pthread_key_create(&leaving, leave) == 0);
    pthread_atfork(NULL, NULL, forked);
}

/* At unload: no thread may call `leave` any more. */
__attribute__((destructor)) static void unwatch(void)
{
    if (atomic_exchange(&leaving_made, false)) {
        pthread_key_delete(leaving);
    }
}
