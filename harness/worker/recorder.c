/* The call of run stands in a function of a section of its own, so that its place in a stack is known by address. */
#include "worker/recorder.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CALLS_RUN __attribute__((noinline, section("assay_calls_run")))
/* The linker's bounds of that section. */
extern const char __start_assay_calls_run[] __attribute__((visibility("hidden")));
extern const char __stop_assay_calls_run[] __attribute__((visibility("hidden")));

/* Never a tail call, or its return address would be another's. */
CALLS_RUN static int call(int (*run)(void *state, uint64_t iterations), void *state, uint64_t iterations)
{
    int code = run(state, iterations);
    __asm__ volatile("" : "+r"(code));
    return code;
}

bool assay_recorder_calls_run(uint64_t address)
{
    return address >= (uintptr_t)__start_assay_calls_run && address < (uintptr_t)__stop_assay_calls_run;
}

static int64_t read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* How long the calling thread has waited for a processor so far (Documentation/scheduler/sched-stats.rst: the second number).
 * Negative: this kernel keeps no such book. */
static int64_t read_queued(void)
{
    char line[96];
    int fd = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, line, sizeof line - 1) : -1;
    if (fd >= 0) {
        close(fd);
    }
    line[got > 0 ? got : 0] = '\0';
    const char *second = strchr(line, ' ');
    return second != NULL ? strtoll(second, NULL, 10) : -1;
}

int assay_recorder_run(const struct assay_recorder *recorder, uint32_t thread, int (*run)(void *state, uint64_t iterations),
                       void *state, uint64_t iterations)
{
    struct assay_window *window = &recorder->windows[thread];
    window->thread = gettid();
    if (recorder->enter != NULL) {
        recorder->enter(recorder->context, thread);
    }
    int64_t queued_ns = read_queued();
    int64_t process_ns = read_clock(CLOCK_PROCESS_CPUTIME_ID);
    int64_t thread_ns = read_clock(CLOCK_THREAD_CPUTIME_ID);
    errno = 0;
    window->start_ns = assay_clock_ns();
    int code = call(run, state, iterations);
    window->end_ns = assay_clock_ns();
    int errno_value = errno; /* the kernel's: not what reading clocks and ending the recording leave */
    window->cpu_ns = read_clock(CLOCK_THREAD_CPUTIME_ID) - thread_ns;
    window->process_cpu_ns = read_clock(CLOCK_PROCESS_CPUTIME_ID) - process_ns;
    int64_t queued_end_ns = read_queued();
    window->queued_ns = queued_ns >= 0 && queued_end_ns >= queued_ns ? queued_end_ns - queued_ns : -1;
    if (recorder->leave != NULL) {
        recorder->leave(recorder->context, thread);
    }
    errno = errno_value;
    return code;
}
