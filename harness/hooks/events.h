/* Events that are not an entry below, or an exit of, the top frame. Internal to the hooks. */
#ifndef ASSAY_HOOKS_EVENTS_H
#define ASSAY_HOOKS_EVENTS_H

#include "tree.h"

/* Ends the interval of the present context, timed in a window. */
void assay_events_end_interval(struct tree *tree);

/* Before an entry at `stack` from `site`: takes away frames that cannot be alive any more. */
void assay_events_settle(struct tree *tree, uintptr_t stack, uintptr_t site);
/* An exit that does not fit the top frame: of an older one, if one fits; else nothing. `torn_down`: the hook was jumped
 * to, as the function's last deed, and its stack pointer is the caller's already. */
void assay_events_leave_other(struct tree *tree, uintptr_t function, uintptr_t stack, uintptr_t site, bool torn_down);

/* The stack pointer of the function that called this one, before the call. 0: not known on this processor. */
#if defined(__x86_64__)
#define ASSAY_HOOKS_STACK_OF_CALLER ((uintptr_t)__builtin_frame_address(0) + 2 * sizeof(void *))
#else
#define ASSAY_HOOKS_STACK_OF_CALLER ((uintptr_t)0)
#endif

#endif
