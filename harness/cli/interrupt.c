/* Signals that ask a measuring command to end. */
#include "cli/interrupt.h"

#include <stddef.h>

volatile sig_atomic_t assay_interrupt_stop;

static void ask_to_stop(int signal_number)
{
    assay_interrupt_stop = signal_number;
}

static void do_nothing(int signal_number)
{
    (void)signal_number;
}

void assay_interrupt_open(void)
{
    static const int stops[] = { SIGINT, SIGTERM, SIGHUP };
    /* No SA_RESTART: a wait ends, so that the flag is seen. SA_RESETHAND: the next one kills. */
    struct sigaction stop = { .sa_handler = ask_to_stop, .sa_flags = (int)SA_RESETHAND };
    struct sigaction nothing = { .sa_handler = do_nothing, .sa_flags = SA_RESTART };
    for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++) {
        struct sigaction old;
        /* nohup: who ignores a hang-up goes on doing so. */
        if (stops[i] == SIGHUP && sigaction(SIGHUP, NULL, &old) == 0 && old.sa_handler == SIG_IGN) {
            continue;
        }
        sigaction(stops[i], &stop, NULL);
    }
    sigaction(SIGPIPE, &nothing, NULL);
    sigaction(SIGXFSZ, &nothing, NULL); /* a file over its limit is an error of the write */
}
