/* Forks, watches and reaps. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "process.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* An old kernel, or a sandbox that does not know it, has no close_range(). */
static void close_between(unsigned first, unsigned last)
{
    if (first > last || close_range(first, last, 0) == 0) {
        return;
    }
    struct rlimit limit = { .rlim_cur = 1024 };
    (void)getrlimit(RLIMIT_NOFILE, &limit);
    for (unsigned fd = first; fd <= last && fd < limit.rlim_cur; fd++) {
        close((int)fd);
    }
}

/* All but the link's, standard input, output and error too: who reads our output to its end does not wait for the
 * server. */
static void close_the_rest(const struct link *link)
{
    unsigned first = 0;
    for (;;) {
        unsigned next = ~0u;
        for (size_t i = 0; i < DESCRIPTORS; i++) {
            if (link->descriptors[i] >= 0 && (unsigned)link->descriptors[i] >= first &&
                (unsigned)link->descriptors[i] < next) {
                next = (unsigned)link->descriptors[i];
            }
        }
        if (next == ~0u) {
            break;
        }
        if (next > first) {
            close_between(first, next - 1);
        }
        first = next + 1;
    }
    close_between(first, ~0u);
}

static _Noreturn void become_server(struct link *link, int (*serve)(struct link *link), pid_t parent)
{
    sigset_t none;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(1); /* it died before the line above */
    }
    for (int number = 1; number < NSIG; number++) {
        (void)signal(number, SIG_DFL);
    }
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    link_keep(link, SERVER);
    close_the_rest(link);
    _exit(serve(link));
}

static siginfo_t end_of(pid_t pid, int options)
{
    siginfo_t end = { .si_pid = 0 };
    while (waitid(P_PID, (id_t)pid, &end, WEXITED | options) != 0 && errno == EINTR) {
    }
    return end;
}

static void *watch(void *context)
{
    const struct process *process = context;
    (void)end_of(process->pid, WNOWAIT);
    process->link->transport->close(process->link, SERVER);
    return NULL;
}

/* With every signal blocked: none that is for the process shall end up there. */
static int start_watching(struct process *process)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = pthread_create(&process->watcher, NULL, watch, process);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}

bool process_start(struct process *process, struct link *link, int (*serve)(struct link *link))
{
    pid_t parent = getpid();
    *process = (struct process){ .link = link };
    pid_t pid = fork();
    if (pid < 0) {
        return link_refuse(link, "cannot make a process");
    }
    if (pid == 0) {
        become_server(link, serve, parent);
    }
    process->pid = pid;
    link_keep(link, DRIVER);
    int code = start_watching(process);
    if (code != 0) {
        (void)kill(pid, SIGKILL);
        (void)end_of(pid, 0);
        process->pid = 0;
        errno = code;
        return link_refuse(link, "cannot make a thread");
    }
    return true;
}

bool process_has_ended(const struct process *process)
{
    return end_of(process->pid, WNOWAIT | WNOHANG).si_pid != 0;
}

siginfo_t process_reap(struct process *process)
{
    pthread_join(process->watcher, NULL); /* it ends when the server has */
    siginfo_t end = end_of(process->pid, 0);
    process->pid = 0;
    return end;
}

void process_words(char *words, size_t size, const struct process *process)
{
    siginfo_t end = end_of(process->pid, WNOWAIT);
    process_end_words(words, size, &end);
}

void process_end_words(char *words, size_t size, const siginfo_t *end)
{
    if (end->si_code == CLD_EXITED) {
        (void)snprintf(words, size, "exited with status %d", end->si_status);
    } else {
        const char *name = sigdescr_np(end->si_status);
        (void)snprintf(words, size, "was killed by signal %d (%s)", end->si_status, name != NULL ? name : "unknown");
    }
}
