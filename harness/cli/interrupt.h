/* Signals that ask a measuring command to end. */
#ifndef ASSAY_CLI_INTERRUPT_H
#define ASSAY_CLI_INTERRUPT_H

#include <signal.h>

/* Non-zero after the first SIGINT, SIGTERM or SIGHUP. */
extern volatile sig_atomic_t assay_interrupt_stop;
/* The first signal asks to stop, a second one of its kind kills. A reader of standard output who goes away is not to
 * end the run before its document is safe: SIGPIPE does nothing then (by a handler, which programs that are started
 * do not inherit). */
void assay_interrupt_open(void);

#endif
