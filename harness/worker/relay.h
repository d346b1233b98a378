/* Two workers that take turns by themselves: a byte goes from one to the other, and who has it runs. Between two turns
 * there is no coordinator, which would cost more than a turn lasts. Knows no kernel. */
#ifndef ASSAY_WORKER_RELAY_H
#define ASSAY_WORKER_RELAY_H

#include "base/error.h"

#include <stdbool.h>

/* Where the byte comes from and where it goes to, when started with --turns. */
enum { ASSAY_TURN_IN = 6, ASSAY_TURN_OUT = 7 };

struct assay_relay {
    bool here;
    int in, out; /* close-on-exec, out of the way of small numbers */
};
/* Takes descriptors 6 and 7. */
int assay_relay_open(struct assay_relay *relay, struct assay_error *error);
/* Waits for the byte; *waited_ns is how long it took. False: the other one has gone. */
bool assay_relay_take(const struct assay_relay *relay, double *waited_ns);
bool assay_relay_give(const struct assay_relay *relay);

#endif
