/* The server of a link as a process of its own, which cannot outlive the one that made it. Knows no transport, and not
 * what the server does. */
#ifndef ASSAY_TRANSPORT_PROCESS_H
#define ASSAY_TRANSPORT_PROCESS_H

#include "link.h"

#include <pthread.h>
#include <signal.h>
#include <sys/types.h>

struct process {
    struct link *link;
    pid_t pid; /* 0: none */
    pthread_t watcher;
};

/* Forks a process that runs serve(link), and exits with what that returns. It has the server's side of the link and
 * nothing else: no other descriptor, no handler of a signal. SIGKILL reaches it when the thread that called this ends,
 * by whatever death: call it on one that lives as long as the state. This process is left with the driver's side. While
 * the server lives a thread waits for its death, and then closes the link on its behalf: no transport needs to see by
 * itself that the other side is gone.
 *
 * False: link->reason says why, and there is neither process nor thread. */
bool process_start(struct process *process, struct link *link, int (*serve)(struct link *link));

/* Whether it has ended; nothing is reaped. */
bool process_has_ended(const struct process *process);
/* Waits for its end, reaps it and joins the watching thread. What it ended by is si_code and si_status. */
siginfo_t process_reap(struct process *process);
/* How a process that is dying ended, in words; waits for its end, reaps nothing. */
void process_words(char *words, size_t size, const struct process *process);
/* The same of an end that is known. */
void process_end_words(char *words, size_t size, const siginfo_t *end);

#endif
