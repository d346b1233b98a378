/* Keeps a processor from being halted. Knows no worker. */
#include "measure/awake.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the child. Any other process on this processor goes before it (SCHED_IDLE). Never returns. */
static void idle(int processor, pid_t parent)
{
    cpu_set_t set;
    struct sched_param none = { 0 };
    signal(SIGINT, SIG_IGN); /* a Ctrl-C is the coordinator's to answer */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    CPU_ZERO(&set);
    CPU_SET((size_t)processor, &set);
    if (getppid() != parent || sched_setaffinity(0, sizeof set, &set) != 0 ||
        sched_setscheduler(0, SCHED_IDLE, &none) != 0) {
        _exit(1); /* without the priority it would be a neighbour */
    }
    for (;;) {
#if defined __x86_64__ || defined __i386__
        __builtin_ia32_pause();
#else
        __asm__ volatile("" ::: "memory");
#endif
    }
}

int assay_awake_begin(pid_t *pid, int processor, struct assay_error *error)
{
    pid_t parent = getpid();
    pid_t child = fork();
    if (child < 0) {
        return assay_fail_errno(error, errno, "cannot start a process that keeps a processor awake");
    }
    if (child == 0) {
        idle(processor, parent);
    }
    *pid = child;
    return 0;
}

void assay_awake_end(pid_t pid)
{
    if (pid > 0) {
        (void)kill(pid, SIGKILL);
        (void)waitpid(pid, NULL, 0);
    }
}
