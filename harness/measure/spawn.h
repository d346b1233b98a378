/* Starts a worker: descriptors 3 and 4, a process group of its own, death with its parent. Knows no message. */
#ifndef ASSAY_MEASURE_SPAWN_H
#define ASSAY_MEASURE_SPAWN_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct assay_spawned {
    pid_t pid;
    int pidfd;
    int request_fd; /* write requests here; non-blocking */
    int reply_fd;   /* read replies here */
    int noise_fd;   /* the worker's standard output and error; non-blocking */
};
/* The descriptor under which a worker finds its image: the plug-in as a file without a name. */
#define ASSAY_IMAGE_FD 5
struct assay_launch {
    const char *const *argv;
    const char *const *environment; /* "NAME=VALUE" texts added to our own, NULL-terminated; may be NULL */
    bool has_image;                 /* `image` becomes the worker's descriptor ASSAY_IMAGE_FD; it stays the caller's too */
    int image;
    bool has_turns;                 /* likewise `turns` as descriptors 6 and 7: the byte that two workers pass comes and goes */
    int turns[2];
    int processor;                  /* started there if `pinned`, else where we may run */
    bool pinned;
};
/* A command that cannot be executed is reported here, not as a worker that exits. */
int assay_spawn(struct assay_spawned *out, const struct assay_launch *launch, struct assay_error *error);

/* Makes this process the one that orphans of its workers come to. Once, before the first worker. */
int assay_spawn_adopt(struct assay_error *error);
/* Kills and reaps every child of this process that is not among `known`: what a worker left behind. With `marker` only
 * those that carry it in their environment ("ASSAY_PROCESS=3.1"). Returns how many still ran. */
size_t assay_spawn_sweep(const char *marker, const pid_t *known, size_t count);

#endif
