/* Frames that are left without an exit.
 *
 * exact.longjmp    50 times: landing calls f1 to f5, and f5 jumps back; then landing ends. f1 to f5: 50 calls in one
 * context each exact.again      40 times in one frame: retry calls thrower, which jumps back to it: the same stack, the
 * same call site exact.middle     30 times: middle calls m1 to m3, m3 jumps back to middle, which then calls after
 * exact.unseen     70 times: above calls after, then u1 to u3; u3 has another object jump back to above, which calls after again
 * exact.raise      100 times: raiser calls raise(), whose handler calls leaf: 100 each
 * exact.escape     60 times: the handler jumps out, and leaf is called by whoever it jumped to
 * exact.onstack    20 times in a thread: a handler on a stack of its own, above the thread's, then leaf
 * exact.timer      a handler interrupts a loop of calls, hooks included, 100 times or more: the kernel counts itself */
#include "exact.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

static volatile uint64_t sink;
static jmp_buf place;

KEPT static void f5(void)
{
    sink++;
    longjmp(place, 1);
}
#define CALLS_NEXT(name, next)                                                                                         \
    KEPT static void name(void)                                                                                        \
    {                                                                                                                  \
        sink++;                                                                                                        \
        next();                                                                                                        \
        sink++;                                                                                                        \
    }
CALLS_NEXT(f4, f5)
CALLS_NEXT(f3, f4)
CALLS_NEXT(f2, f3)
CALLS_NEXT(f1, f2)
KEPT static void landing(void)
{
    if (setjmp(place) == 0) {
        f1();
    }
}
EXACT_RUN(longjumps, for (int k = 0; k < 50; k++) landing())
EXACT_KERNEL(longjumps, "exact.longjmp", "longjmp out of five frames")

KEPT static void thrower(void)
{
    sink++;
    longjmp(place, 1);
}
KEPT static void retry(void)
{
    volatile int left = 40;
    setjmp(place);
    while (left > 0) {
        left = left - 1;
        thrower();
    }
}
EXACT_RUN(again, retry())
EXACT_KERNEL(again, "exact.again", "longjmp from the same place to the same place")

KEPT static void m3(void)
{
    sink++;
    longjmp(place, 1);
}
CALLS_NEXT(m2, m3)
CALLS_NEXT(m1, m2)
KEPT static void after(void)
{
    sink++;
}
KEPT static void middle(void)
{
    if (setjmp(place) == 0) {
        m1();
    }
    after();
}
EXACT_RUN(middles, for (int k = 0; k < 30; k++) middle())
EXACT_KERNEL(middles, "exact.middle", "longjmp to a frame that calls on")

_Noreturn void exact_jump(jmp_buf place); /* of libexact_other.so, which has no hooks */
KEPT static void u3(void)
{
    sink++;
    exact_jump(place);
}
CALLS_NEXT(u2, u3)
/* A large frame: only one that reaches below the next function's is known to be dead. */
KEPT static void u1(void)
{
    volatile char room[400];
    room[0] = 1;
    u2();
    sink += (uint64_t)room[0];
}
KEPT static void above(void)
{
    after();
    if (setjmp(place) == 0) {
        u1();
    }
    after();
}
EXACT_RUN(unseen, for (int k = 0; k < 70; k++) above())
EXACT_KERNEL(unseen, "exact.unseen", "longjmp by another object")

KEPT static void leaf(void)
{
    sink++;
}
KEPT static void on_signal(int number)
{
    (void)number;
    leaf();
}
UNSEEN static void watch(struct sigaction *before, int number, void (*handler)(int), int flags)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, before);
}
KEPT static void raiser(void)
{
    raise(SIGUSR1);
}
UNSEEN static int raises_run(void *state, uint64_t iterations)
{
    struct sigaction before;
    (void)state;
    watch(&before, SIGUSR1, on_signal, 0);
    for (uint64_t i = 0; i < 100 * iterations; i++) {
        raiser();
    }
    sigaction(SIGUSR1, &before, NULL);
    return 0;
}
EXACT_KERNEL(raises, "exact.raise", "a handler that calls")

static sigjmp_buf way_out;
KEPT static void escaping(int number)
{
    (void)number;
    sink++;
    siglongjmp(way_out, 1);
}
KEPT static void escape(void)
{
    if (sigsetjmp(way_out, 1) == 0) {
        raiser();
    } else {
        leaf();
    }
}
UNSEEN static int escapes_run(void *state, uint64_t iterations)
{
    struct sigaction before;
    (void)state;
    watch(&before, SIGUSR1, escaping, 0);
    for (uint64_t i = 0; i < 60 * iterations; i++) {
        escape();
    }
    sigaction(SIGUSR1, &before, NULL);
    return 0;
}
EXACT_KERNEL(escapes, "exact.escape", "siglongjmp out of a handler")

enum { STACK_SIZE = 1 << 16 };
KEPT static void high(void)
{
    raiser();
    leaf();
}
UNSEEN static void *with_stack(void *memory)
{
    stack_t stack, before;
    memset(&stack, 0, sizeof stack);
    stack.ss_sp = memory;
    stack.ss_size = STACK_SIZE;
    sigaltstack(&stack, &before);
    for (int i = 0; i < 20; i++) {
        high();
    }
    sigaltstack(&before, NULL);
    return NULL;
}
UNSEEN static int onstack_run(void *state, uint64_t iterations)
{
    char memory[STACK_SIZE]; /* on this thread's stack, which is above that of a thread made later */
    struct sigaction before;
    pthread_t thread;
    int result = 0;
    (void)state;
    watch(&before, SIGUSR1, on_signal, SA_ONSTACK);
    for (uint64_t i = 0; i < iterations && result == 0; i++) {
        result = pthread_create(&thread, NULL, with_stack, memory) != 0 || pthread_join(thread, NULL) != 0;
    }
    sigaction(SIGUSR1, &before, NULL);
    return result;
}
EXACT_KERNEL(onstack, "exact.onstack", "a handler on a stack of its own")

static volatile sig_atomic_t alarms;
static uint64_t alarm_count, turn_count;
KEPT static void inner(void)
{
    sink++;
}
KEPT static void on_alarm(int number)
{
    (void)number;
    alarms = alarms + 1;
    inner();
}
KEPT static void turn(void)
{
    sink++;
}
UNSEEN static int timers_run(void *state, uint64_t iterations)
{
    const struct itimerval often = { { 0, 200 }, { 0, 200 } }, never = { { 0, 0 }, { 0, 0 } };
    struct sigaction before;
    (void)state;
    (void)iterations;
    alarms = 0;
    turn_count = 0;
    watch(&before, SIGALRM, on_alarm, SA_RESTART);
    setitimer(ITIMER_REAL, &often, NULL);
    while (alarms < 100) {
        turn();
        turn_count++;
    }
    setitimer(ITIMER_REAL, &never, NULL);
    sigaction(SIGALRM, &before, NULL);
    alarm_count = (uint64_t)alarms;
    return 0;
}
EXACT_KERNEL(timers, "exact.timer", "a handler that interrupts hooks")

const struct exact exact_calls[] = {
    EXACT("exact.longjmp", landing, 50, 50, 1),
    EXACT("exact.longjmp", f1, 50, 50, 1),
    EXACT("exact.longjmp", f2, 50, 50, 1),
    EXACT("exact.longjmp", f3, 50, 50, 1),
    EXACT("exact.longjmp", f4, 50, 50, 1),
    EXACT("exact.longjmp", f5, 50, 50, 1),
    EXACT("exact.again", retry, 1, 1, 1),
    EXACT("exact.again", thrower, 40, 40, 1),
    EXACT("exact.middle", middle, 30, 30, 1),
    EXACT("exact.middle", m1, 30, 30, 1),
    EXACT("exact.middle", m2, 30, 30, 1),
    EXACT("exact.middle", m3, 30, 30, 1),
    EXACT("exact.middle", after, 30, 30, 1),
    EXACT("exact.unseen", above, 70, 70, 1),
    EXACT("exact.unseen", u1, 70, 70, 1),
    EXACT("exact.unseen", u2, 70, 70, 1),
    EXACT("exact.unseen", u3, 70, 70, 1),
    EXACT("exact.unseen", after, 140, 140, 1),
    EXACT("exact.raise", raiser, 100, 100, 1),
    EXACT("exact.raise", on_signal, 100, 100, 1),
    EXACT("exact.raise", leaf, 100, 100, 1),
    EXACT("exact.escape", escape, 60, 60, 1),
    EXACT("exact.escape", raiser, 60, 60, 1),
    EXACT("exact.escape", escaping, 60, 60, 1),
    EXACT("exact.escape", leaf, 60, 60, 1),
    EXACT("exact.onstack", high, 20, 20, 1),
    EXACT("exact.onstack", raiser, 20, 20, 1),
    EXACT("exact.onstack", on_signal, 20, 20, 1),
    EXACT("exact.onstack", leaf, 40, 40, 2), /* of the handler's and of high's */
    EXACT_COUNTED("exact.timer", turn, 0, &turn_count),
    EXACT_COUNTED("exact.timer", on_alarm, 0, &alarm_count),
    EXACT_COUNTED("exact.timer", inner, 0, &alarm_count),
    EXACT_END,
};

ASSAY_PLUGIN(&longjumps, &again, &middles, &unseen, &raises, &escapes, &onstack, &timers)
