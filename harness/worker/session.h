/* The worker's side of the protocol (docs/worker-protocol.md): reads requests, does them, replies, until quit or the
 * end of the channel. Knows no process and no command line. */
#ifndef ASSAY_WORKER_SESSION_H
#define ASSAY_WORKER_SESSION_H

#include "base/error.h"
#include "worker/loader.h"
#include "worker/relay.h"

struct assay_session_options {
    struct assay_loaded *loaded; /* NULL: the plug-in was refused */
    const char *refusal;         /* why; with `loaded` NULL */
    const char *version;         /* of this program, for people */
    int requests;                /* descriptors */
    int replies;
    struct assay_relay relay; /* with another worker; not here: none */
};

/* 0 at quit or the end of requests; an error when the channel fails. Tears down what is set up. */
int assay_session_run(const struct assay_session_options *options, struct assay_error *error);

#endif
