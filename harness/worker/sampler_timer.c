/* Samples by a timer of each batch thread (timer_create(2), SIGEV_THREAD_ID) on CLOCK_MONOTONIC: processor-time timers
 * expire no more often than the system's tick. The signal's handler walks the frame pointers. Between samples the time is
 * drawn anew, so that the chance of every moment is the same from the first one on: the first time is what is left of a
 * period that is under way, whose length is drawn with a weight of its length (Cox, Renewal Theory, 1962, section 5.2). */
#include "worker/sampler.h"

#include "base/clock.h"
#include "worker/frame.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id /* the C library's name for it is newer than the field */
#define sigev_notify_thread_id _sigev_un._tid
#endif

/* Words of a thread's buffer, of which only those are touched that are used. */
enum { WORDS = 1 << 22, HEAD = 4, TIMER_SIGNAL = SIGPROF };

/* Of one thread of the batch; the handler, on that thread, alone changes what is above the line. */
struct slot {
    int64_t due_ns; /* when the next sample is */
    struct assay_random random;
    size_t used; /* words */
    uint64_t lost;
    /* ---- */
    timer_t timer;
    bool made;
    volatile sig_atomic_t armed;
    double period_ns;
    uintptr_t stack_start, stack_end;
    uint64_t *words; /* a sample: its time, how many periods it stands for, its depth, how many words of the top of the stack
                        there are, its addresses, these words */
};

struct timers {
    const struct assay_recorder *recorder;
    const double *period_ns;
    struct assay_random *random;
    struct slot *slots;
    struct sigaction before;
    bool caught;
};

/* ---- in the handler: async-signal-safe only ------------------------------------------------------------ */

/* Where the thread was; false: this processor's registers are not known here. */
static bool registers_of(const ucontext_t *context, uint64_t *instruction, uintptr_t *frame, uintptr_t *stack)
{
#if defined(__x86_64__)
    *instruction = (uint64_t)context->uc_mcontext.gregs[REG_RIP];
    *frame = (uintptr_t)context->uc_mcontext.gregs[REG_RBP];
    *stack = (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
    return true;
#elif defined(__aarch64__)
    *instruction = context->uc_mcontext.pc;
    *frame = context->uc_mcontext.regs[29];
    *stack = context->uc_mcontext.sp;
    return true;
#else
    (void)context;
    (void)instruction;
    (void)frame;
    (void)stack;
    return false;
#endif
}

/* Frames are two words, the caller's frame and the return address (System V ABI for x86-64, 3.2.2; AAPCS64, 6.2.3). Code
 * without frame pointers leaves anything in the register: every frame must lie in the stack, above the one before. */
__attribute__((no_sanitize("address", "undefined"))) static size_t
walk(uint64_t *addresses, const struct slot *slot, uint64_t instruction, uintptr_t frame, uintptr_t stack)
{
    size_t depth = 0;
    uintptr_t least = stack > slot->stack_start ? stack : slot->stack_start;
    addresses[depth++] = instruction;
    while (depth < ASSAY_STACK_MAX && frame >= least && frame % sizeof(uintptr_t) == 0 &&
           frame <= slot->stack_end - 2 * sizeof(uintptr_t)) {
        const uintptr_t *pair = (const uintptr_t *)frame;
        if (pair[1] == 0) {
            break;
        }
        addresses[depth++] = pair[1];
        least = frame + 1;
        frame = pair[0];
    }
    return depth;
}

__attribute__((no_sanitize("address", "undefined"))) static size_t copy_top(uint64_t *words, const struct slot *slot,
                                                                            uintptr_t stack)
{
    size_t count = 0;
    const uint64_t *top = (const uint64_t *)stack;
    if (stack < slot->stack_start || stack % sizeof *top != 0) {
        return 0;
    }
    while (count < ASSAY_FRAME_WORDS && stack + (count + 1) * sizeof *top <= slot->stack_end) {
        words[count] = top[count];
        count++;
    }
    return count;
}

static double next_period(struct slot *slot)
{
    return slot->period_ns * (0.75 + 0.5 * assay_random_real(&slot->random));
}

static void arm(struct slot *slot)
{
    struct itimerspec due = { .it_value = { (time_t)(slot->due_ns / 1000000000), (long)(slot->due_ns % 1000000000) } };
    timer_settime(slot->timer, TIMER_ABSTIME, &due, NULL);
}

/* Samples that were due while the thread did not run (waiting, or another had the processor) are of the same place. */
static void take(int number, siginfo_t *info, void *context)
{
    int kept = errno;
    struct slot *slot = info->si_code == SI_TIMER ? info->si_value.sival_ptr : NULL;
    uint64_t instruction;
    uintptr_t frame, stack;
    (void)number;
    if (slot != NULL && slot->armed && registers_of(context, &instruction, &frame, &stack)) {
        int64_t now_ns = assay_clock_ns();
        uint64_t periods = 0;
        int64_t time_ns = slot->due_ns;
        for (; slot->due_ns <= now_ns; periods++) {
            slot->due_ns += (int64_t)next_period(slot);
        }
        if (periods > 0 && slot->used + HEAD + ASSAY_STACK_MAX + ASSAY_FRAME_WORDS <= WORDS) {
            uint64_t *words = slot->words + slot->used;
            words[0] = (uint64_t)time_ns;
            words[1] = periods;
            words[2] = walk(words + HEAD, slot, instruction, frame, stack);
            words[3] = copy_top(words + HEAD + words[2], slot, stack);
            slot->used += HEAD + words[2] + words[3];
        } else {
            slot->lost += periods;
        }
        arm(slot);
    }
    errno = kept;
}

/* ---- a request ----------------------------------------------------------------------------------------- */

static void close_timers(void *state)
{
    struct timers *timers = state;
    for (uint32_t i = 0; timers->slots != NULL && i < timers->recorder->threads; i++) {
        struct slot *slot = &timers->slots[i];
        if (slot->made) {
            timer_delete(slot->timer);
        }
        if (slot->words != NULL) {
            munmap(slot->words, WORDS * sizeof *slot->words);
        }
    }
    if (timers->caught) {
        struct sigaction ignore = { .sa_handler = SIG_IGN };
        sigaction(TIMER_SIGNAL, &ignore, NULL); /* drops what is still pending, whose default is to end the process */
        sigaction(TIMER_SIGNAL, &timers->before, NULL);
    }
    free(timers->slots);
    free(timers);
}

static int make_slots(struct timers *timers)
{
    timers->slots = calloc(timers->recorder->threads, sizeof *timers->slots);
    for (uint32_t i = 0; timers->slots != NULL && i < timers->recorder->threads; i++) {
        void *words = mmap(NULL, WORDS * sizeof(uint64_t), PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (words == MAP_FAILED) {
            return -1;
        }
        timers->slots[i].words = words;
    }
    return timers->slots != NULL ? 0 : -1;
}

static bool make_timer(timer_t *timer, void *slot)
{
    struct sigevent event;
    memset(&event, 0, sizeof event);
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = TIMER_SIGNAL;
    event.sigev_value.sival_ptr = slot;
    event.sigev_notify_thread_id = gettid();
    return timer_create(CLOCK_MONOTONIC, &event, timer) == 0;
}

/* Whether the system grants timers at all (a container may not): made in a batch it could not be said any more. */
static bool may_time(struct assay_text *why)
{
    timer_t timer;
    if (!make_timer(&timer, NULL)) {
        assay_text_format(why, "timer_create: %s", strerror(errno));
        return false;
    }
    timer_delete(timer);
    return true;
}

static void *open_timers(const struct assay_recorder *recorder, bool others, const double *period_ns,
                         struct assay_random *random, struct assay_text *why)
{
    struct timers *timers = calloc(1, sizeof *timers);
    struct sigaction action = { .sa_sigaction = take, .sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK };
    ucontext_t nowhere;
    uint64_t instruction;
    uintptr_t frame, stack;
    (void)others;
    if (timers == NULL) {
        assay_text_append(why, "out of memory");
        return NULL;
    }
    *timers = (struct timers){ .recorder = recorder, .period_ns = period_ns, .random = random };
    memset(&nowhere, 0, sizeof nowhere);
    if (!registers_of(&nowhere, &instruction, &frame, &stack)) {
        assay_text_append(why, "stacks of this processor are not known to a timer's handler");
    } else if (!may_time(why)) { /* which it has said */
    } else if (make_slots(timers) != 0) {
        assay_text_append(why, "out of memory");
    } else if (sigaction(TIMER_SIGNAL, &action, &timers->before) != 0) {
        assay_text_format(why, "sigaction: %s", strerror(errno));
    } else {
        timers->caught = true;
        return timers;
    }
    close_timers(timers);
    return NULL;
}

/* ---- a batch ------------------------------------------------------------------------------------------- */

static int ready_timers(void *state, struct assay_refusal *failure)
{
    struct timers *timers = state;
    (void)failure;
    for (uint32_t i = 0; i < timers->recorder->threads; i++) {
        struct slot *slot = &timers->slots[i];
        assay_random_init(&slot->random, assay_random_next(timers->random));
        slot->used = 0;
        slot->lost = 0;
        slot->period_ns = *timers->period_ns;
    }
    return 0;
}

static void before_timers(void *state)
{
    (void)state;
}

static void find_stack(struct slot *slot)
{
    pthread_attr_t attributes;
    void *start = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        pthread_attr_getstack(&attributes, &start, &size);
        pthread_attr_destroy(&attributes);
    }
    slot->stack_start = (uintptr_t)start;
    slot->stack_end = (uintptr_t)start + size;
}

/* Lengths between 3/4 and 5/4 with a weight of their length: by rejection. */
static double under_way(struct slot *slot)
{
    double length;
    do {
        length = next_period(slot);
    } while (assay_random_real(&slot->random) * 1.25 * slot->period_ns > length);
    return length * assay_random_real(&slot->random);
}

static void enter_timers(void *state, uint32_t thread)
{
    struct timers *timers = state;
    struct slot *slot = &timers->slots[thread];
    find_stack(slot);
    slot->made = make_timer(&slot->timer, slot);
    if (slot->made) {
        slot->due_ns = assay_clock_ns() + (int64_t)under_way(slot);
        slot->armed = 1;
        arm(slot);
    }
}

static void stop(struct slot *slot)
{
    slot->armed = 0; /* a signal that is still on its way arms nothing */
    if (slot->made) {
        timer_delete(slot->timer);
        slot->made = false;
    }
}

static void leave_timers(void *state, uint32_t thread)
{
    struct timers *timers = state;
    stop(&timers->slots[thread]);
}

/* Also of a thread whose run threw. */
static void after_timers(void *state)
{
    struct timers *timers = state;
    for (uint32_t i = 0; i < timers->recorder->threads; i++) {
        stop(&timers->slots[i]);
    }
}

static double collect_timers(void *state, struct assay_samples *samples)
{
    struct timers *timers = state;
    double lost = 0;
    for (uint32_t i = 0; i < timers->recorder->threads; i++) {
        const struct slot *slot = &timers->slots[i];
        lost += (double)slot->lost;
        for (size_t at = 0; at < slot->used; at += HEAD + slot->words[at + 2] + slot->words[at + 3]) {
            const uint64_t *words = slot->words + at;
            struct assay_stack stack = { .thread = timers->recorder->windows[i].thread,
                                         .time_ns = (int64_t)words[0],
                                         .weight_ns = (double)words[1] * slot->period_ns,
                                         .depth = words[2],
                                         .addresses = words + HEAD,
                                         .top = words + HEAD + words[2],
                                         .top_count = words[3] };
            assay_samples_add(samples, &stack);
        }
    }
    return lost;
}

static const char *source_timers(const void *state)
{
    (void)state;
    return "timer";
}

const struct assay_sampler_kind assay_sampler_timer = {
    .open = open_timers,
    .ready = ready_timers,
    .before = before_timers,
    .enter = enter_timers,
    .leave = leave_timers,
    .after = after_timers,
    .collect = collect_timers,
    .close = close_timers,
    .source = source_timers,
    .note = "a timer samples wall time: waiting counts, a sample within the system is shown where it returns, and threads that "
            "the kernel makes itself are not seen",
};
