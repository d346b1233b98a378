/* The byte that two workers pass to each other. */
#include "worker/relay.h"

#include "base/clock.h"
#include "worker/process.h"

#include <errno.h>
#include <stdint.h>
#include <unistd.h>

int assay_relay_open(struct assay_relay *relay, struct assay_error *error)
{
    int in = assay_process_move_descriptor(ASSAY_TURN_IN), out = assay_process_move_descriptor(ASSAY_TURN_OUT);
    if (in < 0 || out < 0) {
        return assay_fail(error, ASSAY_EIO, "descriptors 6 and 7 are not open: want both with --turns");
    }
    *relay = (struct assay_relay){ true, in, out };
    return 0;
}

bool assay_relay_take(const struct assay_relay *relay, double *waited_ns)
{
    char byte;
    ssize_t got;
    int64_t begun_ns = assay_clock_ns();
    while ((got = read(relay->in, &byte, 1)) < 0 && errno == EINTR) {
    }
    *waited_ns = (double)(assay_clock_ns() - begun_ns);
    return got == 1;
}

bool assay_relay_give(const struct assay_relay *relay)
{
    ssize_t put;
    while ((put = write(relay->out, "t", 1)) < 0 && errno == EINTR) {
    }
    return put == 1;
}
