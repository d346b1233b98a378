/* What the worker does to its own process before anything of a plug-in runs: where the channel is, and that nothing
 * outlives it. Knows no message. */
#ifndef ASSAY_WORKER_PROCESS_H
#define ASSAY_WORKER_PROCESS_H

#include "base/error.h"

struct assay_channel {
    int requests; /* descriptors, close-on-exec, out of the way of small numbers */
    int replies;
};

/* Takes the channel from descriptors 3 and 4. */
int assay_channel_from_descriptors(struct assay_channel *out, struct assay_error *error);
/* Takes it from standard input and output, and puts /dev/null and standard error in their places. */
int assay_channel_from_stdio(struct assay_channel *out, struct assay_error *error);

/* Moves a descriptor out of the way of small numbers, close-on-exec; the new one, or -1. */
int assay_process_move_descriptor(int fd);

/* No program that a kernel starts inherits the descriptor, if it is open at all. It stays open: the plug-in's path
 * keeps its meaning. */
void assay_process_keep_descriptor(int fd);

/* The process dies with its parent, and so do the processes it forks (fork runs handlers; vfork and posix_spawn do not:
 * those are the process group's business). A child whose thread of birth ends dies too: that is what the system offers.
 */
int assay_process_bind(struct assay_error *error);

#endif
