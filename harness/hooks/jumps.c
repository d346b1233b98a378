/* Frames that were left without an exit: by longjmp, by an exception, by handlers on stacks of their own.
 *
 * What a frame is known by is its stack pointer at its entry: stacks grow down, so a frame below the present event is
 * dead. At equal height stand functions that the compiler inlined into one another, which return to the same place.
 * When a jump is known (profile.so is linked with --wrap) so is where it goes, and nothing has to be guessed. Of one that is not, a
 * dead frame smaller than the next function's stays until the true caller's exit: only contexts, never counts, are wrong. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "events.h"
#include "threads.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>

struct range {
    uintptr_t start, end;
};

/* The stack of handlers, when the event is on it. Only asked where frames seem dead, which is rare. */
static bool on_alternate_stack(uintptr_t stack, struct range *range)
{
    stack_t alternate;
    int before = errno;
    bool is = sigaltstack(NULL, &alternate) == 0 && (alternate.ss_flags & SS_DISABLE) == 0;
    errno = before;
    if (!is) {
        return false;
    }
    range->start = (uintptr_t)alternate.ss_sp;
    range->end = range->start + alternate.ss_size;
    return stack >= range->start && stack < range->end;
}

static bool inside(const struct range *range, uintptr_t stack)
{
    return stack >= range->start && stack < range->end;
}

void assay_events_settle(struct tree *tree, uintptr_t stack, uintptr_t site)
{
    struct frame *to = tree->top;
    struct range range = { 0, 0 };
    if (to == tree->end) { /* the guard: frames beyond are alive unless the event is above the last frame */
        if (stack <= to[-1].stack) {
            return;
        }
        to--;
    }
    if (on_alternate_stack(stack, &range) && !inside(&range, to->stack)) {
        return; /* a handler's first function: what it interrupted is alive, wherever it stands */
    }
    while (to->stack < stack || (to->stack == stack && to->site != site)) {
        to--;
    }
    assay_tree_pop(tree, to, true);
}

/* Beyond the frames an exit is matched by number alone. False: the exit is of a frame. */
static bool leave_beyond(struct tree *tree, uintptr_t stack)
{
    if (tree->top != tree->end) {
        return false;
    }
    if (stack < tree->end[-1].stack) {
        struct node *current = tree->current;
        assay_events_end_interval(tree);
        tree->beyond--;
        if (tree->beyond == 0) {
            tree->top = tree->end - 1;
            current = tree->top->node;
        }
        tree->current = current; /* most likely: a function that calls itself */
        return true;
    }
    tree->top = tree->end - 1;
    tree->beyond = 0;
    tree->current = tree->top->node;
    tree->processor = NO_PROCESSOR;
    return false;
}

void assay_events_leave_other(struct tree *tree, uintptr_t function, uintptr_t stack, uintptr_t site, bool torn_down)
{
    if (leave_beyond(tree, stack)) {
        return;
    }
    struct frame *frame = tree->top;
    while (frame > tree->frames &&
           (frame->node->function != function || (frame->stack < stack && !(torn_down && frame->site == site)))) {
        frame--;
    }
    if (frame == tree->frames) {
        return; /* entered before the recording, or with no memory for a frame */
    }
    if (frame != tree->top) {
        assay_tree_pop(tree, frame, true);
    }
    assay_events_end_interval(tree);
    tree->top = frame - 1;
    tree->current = frame[-1].node;
}

/* ---- Known jumps ------------------------------------------------------------------------------------- */

/* The stack pointer that a jump sets; 0: not known. glibc keeps it rotated and combined with a secret of the process
 * (sysdeps/unix/sysv/linux/x86_64/pointer_guard.h, jmpbuf-offsets.h: JB_RSP is 6). */
static uintptr_t target_of(const struct __jmp_buf_tag *jump)
{
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__LP64__)
    uintptr_t guard, kept = (uintptr_t)jump->__jmpbuf[6];
    __asm__("mov %%fs:0x30, %0" : "=r"(guard));
    return (kept >> 17 | kept << 47) ^ guard;
#else
    (void)jump;
    return 0;
#endif
}

/* Frames below the target are dead, and of those at its height all but the first: a function that calls setjmp is not
 * inlined, and what was inlined into it has been left. */
static void land(struct tree *tree, uintptr_t target, bool keep_inlined)
{
    struct range range = { 0, 0 };
    struct frame *to = tree->top;
    bool leaves_alternate =
        on_alternate_stack((uintptr_t)__builtin_frame_address(0), &range) && !inside(&range, target);
    assay_events_end_interval(tree);
    if (to == tree->end) {
        if (target <= to[-1].stack) {
            tree->current->extra++;
            return;
        }
        to--;
    }
    while (to->stack < target || (leaves_alternate && inside(&range, to->stack)) ||
           (!keep_inlined && to->stack == target && to[-1].stack == target)) {
        to--;
    }
    if (to == tree->top) {
        tree->current->extra++; /* its interval ended here, and another began */
        return;
    }
    uint32_t processor = tree->processor;
    assay_tree_pop(tree, to, true);
    tree->processor = processor; /* this event was read in time */
}

/* A handler that interrupted a hook and jumps out of both never comes back to it. */
static void forget_hook(struct thread *thread, uintptr_t target)
{
    struct tree *handler = &thread->handler;
    if (handler->top == handler->frames || target > handler->frames[1].stack) {
        if (handler->top != handler->frames) {
            handler->current->extra--;
            assay_tree_pop(handler, handler->frames, true);
        }
        thread->busy = 0;
    }
}

static void jump_to(uintptr_t target, bool keep_inlined)
{
    struct thread *thread = assay_hooks_mine;
    if (assay_hooks_recording.records == 0 || thread == NULL || target == 0) {
        return;
    }
    if (thread->busy != 0) {
        forget_hook(thread, target);
    }
    if (thread->busy == 0) {
        thread->busy = 1;
        atomic_signal_fence(memory_order_seq_cst);
        land(&thread->tree, target, keep_inlined);
        atomic_signal_fence(memory_order_seq_cst);
        thread->busy = 0;
    }
}

/* Weak: a plug-in that is linked without --wrap never comes here, and its jumps are found out by the next event. */
#define WRAP(name)                                                                                                     \
    __attribute__((weak)) _Noreturn void __real_##name(struct __jmp_buf_tag *jump, int value);                         \
    _Noreturn void __wrap_##name(struct __jmp_buf_tag *jump, int value);                                               \
    __attribute__((visibility("hidden"))) _Noreturn void __wrap_##name(struct __jmp_buf_tag *jump, int value)          \
    {                                                                                                                  \
        jump_to(target_of(jump), false);                                                                               \
        __real_##name(jump, value);                                                                                    \
    }
WRAP(longjmp)
WRAP(_longjmp)
WRAP(siglongjmp)
#ifdef __GLIBC__
WRAP(__longjmp_chk)
#endif

/* Where an exception was caught, the stack pointer is the catching function's: clang calls no exit hook on the way. */
__attribute__((weak)) void *__real___cxa_begin_catch(void *exception);
void *__wrap___cxa_begin_catch(void *exception);
__attribute__((visibility("hidden"))) void *__wrap___cxa_begin_catch(void *exception)
{
    jump_to(ASSAY_HOOKS_STACK_OF_CALLER, true);
    return __real___cxa_begin_catch(exception);
}
