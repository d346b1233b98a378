/* The broken twin of squares.so: its sources, linked so that no process asks to die with its parent, and that who is to be
 * terminated is killed. Nobody else closes a futex, so its servers outlive who made them: tests that look for what is left
 * behind must find them. And the process behind queues ends by the wrong signal, which must be said. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <signal.h>
#include <stdarg.h>
#include <sys/prctl.h>

int __real_prctl(int option, ...);
int __wrap_prctl(int option, ...);

int __wrap_prctl(int option, ...)
{
    va_list arguments;
    va_start(arguments, option);
    unsigned long argument = va_arg(arguments, unsigned long);
    va_end(arguments);
    return __real_prctl(option, option == PR_SET_PDEATHSIG ? 0ul : argument);
}

int __real_kill(pid_t pid, int number);
int __wrap_kill(pid_t pid, int number);

int __wrap_kill(pid_t pid, int number)
{
    return __real_kill(pid, number == SIGTERM ? SIGKILL : number);
}
