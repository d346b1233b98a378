/* Samples by the kernel's clock event (perf_event_open(2), PERF_COUNT_SW_CPU_CLOCK), which needs no counters and no
 * rights: it samples processor time spent in user mode, at kernel.perf_event_paranoid up to 2.
 *
 * One thread: an event of the calling thread. More: an inherited event for every thread that is there and every
 * processor, since an inherited event of all processors cannot be mapped; threads that they make have it too. All events
 * of a processor write to one ring, that of an event which never counts. */
#include "worker/sampler.h"

#include "base/clock.h"
#include "base/vector.h"
#include "worker/frame.h"

#include <dirent.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef PERF_FORMAT_LOST
#define PERF_FORMAT_LOST (1U << 4) /* Linux 6.0 */
#endif

/* Pages of all rings together, and of one; less where the system grants less. */
enum { PAGES_IN_ALL = 4096, PAGES_MOST = 1024, PAGES_LEAST = 8 };

struct ring {
    int processor; /* -1: whichever the thread is on */
    int fd;        /* of the event that never counts */
    struct perf_event_mmap_page *page;
    size_t size; /* of the data */
};

struct event {
    int fd;
    pid_t thread;
    uint64_t lost; /* as last read */
};

struct perf {
    const struct assay_recorder *recorder;
    const double *period_ns;
    struct assay_random *random;
    bool others;
    bool says_lost; /* the system has PERF_FORMAT_LOST */
    pid_t self;
    struct ring *rings;
    size_t ring_count, ring_capacity;
    struct event *events;
    size_t event_count, event_capacity;
    double *phases_ns; /* one a thread of the batch: how long it waits */
    size_t page_size;
    char *record; /* one that lies across the ring's end */
};

static int open_event(const struct perf *perf, unsigned config, pid_t thread, int processor)
{
    struct perf_event_attr attr = {
        .type = PERF_TYPE_SOFTWARE,
        .size = sizeof attr,
        .config = config,
        .sample_period = (uint64_t)*perf->period_ns,
        .sample_type = PERF_SAMPLE_IP | PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_PERIOD | PERF_SAMPLE_CALLCHAIN |
                       PERF_SAMPLE_STACK_USER,
        .sample_stack_user = ASSAY_FRAME_WORDS * sizeof(uint64_t),
        .read_format = perf->says_lost ? PERF_FORMAT_LOST : 0,
        .disabled = 1,
        .inherit = perf->others,
        .exclude_kernel = 1,
        .exclude_hv = 1,
        .exclude_callchain_kernel = 1,
        .use_clockid = 1,
        .clockid = CLOCK_MONOTONIC,
    };
    return (int)syscall(SYS_perf_event_open, &attr, thread, processor, -1, PERF_FLAG_FD_CLOEXEC);
}

/* ---- rings ------------------------------------------------------------------------------------------- */

/* As large as the system grants: without rights, kernel.perf_event_mlock_kb and the limit of locked memory. */
static int map_ring(const struct perf *perf, struct ring *ring, size_t pages)
{
    for (; pages >= PAGES_LEAST; pages /= 2) {
        ring->size = pages * perf->page_size;
        void *mapped = mmap(NULL, ring->size + perf->page_size, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, 0);
        if (mapped != MAP_FAILED) {
            ring->page = mapped;
            return 0;
        }
    }
    return -1;
}

static int add_ring(struct perf *perf, int processor, size_t pages)
{
    if (!assay_reserve((void **)&perf->rings, &perf->ring_capacity, perf->ring_count + 1, sizeof *perf->rings)) {
        return -1;
    }
    struct ring *ring = &perf->rings[perf->ring_count];
    *ring = (struct ring){ .processor = processor };
    ring->fd = open_event(perf, PERF_COUNT_SW_DUMMY, 0, processor);
    if (ring->fd < 0) {
        return -1;
    }
    if (map_ring(perf, ring, pages) != 0) {
        int why = errno;
        close(ring->fd);
        errno = why;
        return -1;
    }
    perf->ring_count++;
    return 0;
}

/* Calls `each` for every thread of the process until it returns another value than 0, which is returned. */
static int for_threads(int (*each)(void *context, pid_t thread), void *context)
{
    DIR *threads = opendir("/proc/self/task");
    struct dirent *entry;
    int code = 0;
    if (threads == NULL) {
        return -1;
    }
    while (code == 0 && (entry = readdir(threads)) != NULL) {
        pid_t thread = (pid_t)strtol(entry->d_name, NULL, 10);
        code = thread > 0 ? each(context, thread) : 0;
    }
    int why = errno;
    closedir(threads);
    errno = why;
    return code;
}

/* Adds the processors that a thread may use; one that has ended uses none. */
static int add_processors(void *context, pid_t thread)
{
    cpu_set_t *all = context, its;
    if (sched_getaffinity(thread, sizeof its, &its) == 0) {
        CPU_OR(all, all, &its);
    }
    return 0;
}

/* One for all, or one for each processor that a thread of this process may use. */
static int add_rings(struct perf *perf)
{
    cpu_set_t set;
    size_t pages = PAGES_MOST;
    int code = 0;
    if (!perf->others) {
        return add_ring(perf, -1, PAGES_MOST);
    }
    CPU_ZERO(&set);
    if (for_threads(add_processors, &set) != 0) {
        return -1;
    }
    while (pages > PAGES_LEAST && pages * (size_t)CPU_COUNT(&set) > PAGES_IN_ALL) {
        pages /= 2;
    }
    for (int i = 0; i < CPU_SETSIZE && code == 0; i++) {
        if (CPU_ISSET((size_t)i, &set)) {
            code = add_ring(perf, i, pages);
        }
    }
    return code;
}

/* ---- events ------------------------------------------------------------------------------------------ */

static int add_event(struct perf *perf, const struct ring *ring, pid_t thread)
{
    if (!assay_reserve((void **)&perf->events, &perf->event_capacity, perf->event_count + 1, sizeof *perf->events)) {
        return -1;
    }
    int fd = open_event(perf, PERF_COUNT_SW_CPU_CLOCK, thread, ring->processor);
    if (fd < 0 || ioctl(fd, PERF_EVENT_IOC_SET_OUTPUT, ring->fd) != 0) {
        int why = errno;
        if (fd >= 0) {
            close(fd);
        }
        errno = why;
        return why == ESRCH ? 0 : -1; /* a thread that has ended meanwhile */
    }
    perf->events[perf->event_count++] = (struct event){ .fd = fd, .thread = thread };
    return 0;
}

static bool has_event(const struct perf *perf, pid_t thread)
{
    for (size_t i = 0; i < perf->event_count; i++) {
        if (perf->events[i].thread == thread) {
            return true;
        }
    }
    return false;
}

static int add_thread(struct perf *perf, pid_t thread)
{
    int code = 0;
    for (size_t i = 0; i < perf->ring_count && code == 0; i++) {
        code = add_event(perf, &perf->rings[i], thread);
    }
    return code;
}

/* The calling thread's are closed, and with them those that its threads inherited. */
static void close_own_events(struct perf *perf)
{
    size_t left = 0;
    for (size_t i = 0; i < perf->event_count; i++) {
        if (perf->events[i].thread == perf->self) {
            close(perf->events[i].fd);
        } else {
            perf->events[left++] = perf->events[i];
        }
    }
    perf->event_count = left;
}

static int add_thread_without(void *context, pid_t thread)
{
    return has_event(context, thread) ? 0 : add_thread(context, thread);
}

/* For every thread of the process that has none. */
static int add_events(struct perf *perf)
{
    int code = add_thread(perf, perf->self);
    return code == 0 && perf->others ? for_threads(add_thread_without, perf) : code;
}

static void close_perf(void *state)
{
    struct perf *perf = state;
    for (size_t i = 0; i < perf->event_count; i++) {
        close(perf->events[i].fd);
    }
    for (size_t i = 0; i < perf->ring_count; i++) {
        munmap(perf->rings[i].page, perf->rings[i].size + perf->page_size);
        close(perf->rings[i].fd);
    }
    free(perf->events);
    free(perf->rings);
    free(perf->phases_ns);
    free(perf->record);
    free(perf);
}

/* The first call tells whether the system knows how to say what was lost. */
static int try_event(struct perf *perf)
{
    for (;;) {
        int fd = open_event(perf, PERF_COUNT_SW_CPU_CLOCK, 0, -1);
        if (fd >= 0) {
            close(fd);
            return 0;
        }
        if (errno != EINVAL || !perf->says_lost) {
            return -1;
        }
        perf->says_lost = false;
    }
}

static void *open_perf(const struct assay_recorder *recorder, bool others, const double *period_ns,
                       struct assay_random *random, struct assay_text *why)
{
    struct perf *perf = calloc(1, sizeof *perf);
    if (perf == NULL) {
        assay_text_append(why, "out of memory");
        return NULL;
    }
    *perf = (struct perf){ .recorder = recorder,
                           .period_ns = period_ns,
                           .random = random,
                           .others = others,
                           .says_lost = true,
                           .self = gettid(),
                           .phases_ns = calloc(recorder->threads, sizeof *perf->phases_ns),
                           .page_size = (size_t)sysconf(_SC_PAGESIZE),
                           .record = malloc(UINT16_MAX + 1) };
    if (perf->phases_ns == NULL || perf->record == NULL) {
        assay_text_append(why, "out of memory");
        close_perf(perf);
        return NULL;
    }
    if (try_event(perf) != 0 || add_rings(perf) != 0) {
        assay_text_format(why, "perf_event_open: %s", strerror(errno));
        close_perf(perf);
        return NULL;
    }
    return perf;
}

/* ---- a batch ----------------------------------------------------------------------------------------- */

/* The calling thread's events are made anew, with the batch's period. To set one's period is not enough: the system swaps
 * the events of threads that follow each other on a processor, and only the first one's would be set. Threads that were
 * there before keep theirs, period and phase: these have drifted apart already. */
static int ready_perf(void *state, struct assay_refusal *failure)
{
    struct perf *perf = state;
    close_own_events(perf);
    if (add_events(perf) != 0) {
        return assay_refuse(failure, "failed", "cannot sample: perf_event_open: %s", strerror(errno));
    }
    for (uint32_t i = 0; i < perf->recorder->threads; i++) {
        perf->phases_ns[i] = assay_random_real(perf->random) * *perf->period_ns;
    }
    return 0;
}

static void control(const struct perf *perf, unsigned long what)
{
    for (size_t i = 0; i < perf->event_count; i++) {
        ioctl(perf->events[i].fd, what, 0);
    }
}

/* The event's clock runs meanwhile: run begins at a random moment of its period. */
static void wait_phase(const struct perf *perf, uint32_t thread)
{
    int64_t until_ns = assay_clock_ns() + (int64_t)perf->phases_ns[thread];
    while (assay_clock_ns() < until_ns) {
    }
}

static void before_perf(void *state)
{
    struct perf *perf = state;
    control(perf, PERF_EVENT_IOC_ENABLE);
    if (perf->recorder->threads == 1) { /* outside the batch's timer */
        wait_phase(perf, 0);
    }
}

static void enter_perf(void *state, uint32_t thread)
{
    struct perf *perf = state;
    if (perf->recorder->threads > 1) { /* each thread has an event of its own, which began with it */
        wait_phase(perf, thread);
    }
}

static void leave_perf(void *state, uint32_t thread)
{
    (void)state;
    (void)thread;
}

static void after_perf(void *state)
{
    control(state, PERF_EVENT_IOC_DISABLE);
}

/* ---- what it left ------------------------------------------------------------------------------------ */

/* The fields in the order that sample_type has. */
struct sample {
    struct perf_event_header header;
    uint64_t ip;
    uint32_t pid, tid;
    uint64_t time;
    uint64_t period;
    uint64_t depth;
    uint64_t addresses[]; /* then how many bytes of the stack there is room for, these, and how many there are */
};

static void add_sample(struct assay_samples *samples, const struct sample *sample)
{
    if (sample->header.size < sizeof *sample ||
        sample->depth > (sample->header.size - sizeof *sample) / sizeof sample->addresses[0] ||
        sample->pid != (uint32_t)getpid()) { /* of a process that the kernel forked */
        return;
    }
    const uint64_t *after = sample->addresses + sample->depth, *end = (const uint64_t *)((const char *)sample + sample->header.size);
    size_t room = after < end ? *after / sizeof *after : 0;
    size_t there = room > 0 && (size_t)(end - after) >= room + 2 ? after[room + 1] / sizeof *after : 0;
    /* The chain has marks (PERF_CONTEXT_USER) before its parts; of a chain that could not be read nothing else. */
    size_t first = 0;
    while (first < sample->depth && sample->addresses[first] >= (uint64_t)PERF_CONTEXT_MAX) {
        first++;
    }
    struct assay_stack stack = { .thread = (pid_t)sample->tid,
                                 .time_ns = (int64_t)sample->time,
                                 .weight_ns = (double)sample->period,
                                 .depth = sample->depth - first,
                                 .addresses = sample->addresses + first,
                                 .top = after + 1,
                                 .top_count = there < room ? there : room };
    if (stack.depth == 0) {
        stack.depth = 1;
        stack.addresses = &sample->ip;
    }
    assay_samples_add(samples, &stack);
}

/* A record lies in one piece, or across the ring's end: then it is put together. */
static const struct perf_event_header *record_at(const struct perf *perf, const struct ring *ring, uint64_t at)
{
    const char *data = (const char *)ring->page + ring->page->data_offset;
    size_t offset = (size_t)(at % ring->size);
    const struct perf_event_header *header = (const void *)(data + offset); /* records are multiples of 8 bytes */
    if (offset + header->size <= ring->size) {
        return header;
    }
    memcpy(perf->record, header, ring->size - offset);
    memcpy(perf->record + (ring->size - offset), data, header->size - (ring->size - offset));
    return (const void *)perf->record;
}

/* How many the records say were lost. */
static double read_ring(const struct perf *perf, const struct ring *ring, struct assay_samples *samples)
{
    uint64_t head = __atomic_load_n(&ring->page->data_head, __ATOMIC_ACQUIRE);
    uint64_t at = ring->page->data_tail;
    double lost = 0;
    while (at < head) {
        const struct perf_event_header *header = record_at(perf, ring, at);
        if (header->size == 0) {
            break;
        }
        if (header->type == PERF_RECORD_SAMPLE) {
            add_sample(samples, (const struct sample *)header);
        } else if (header->type == PERF_RECORD_LOST) {
            lost += (double)((const uint64_t *)(header + 1))[1];
        }
        at += header->size;
    }
    __atomic_store_n(&ring->page->data_tail, head, __ATOMIC_RELEASE);
    return lost;
}

/* The records come only with the next sample that finds room: where the system counts too, its count is taken. */
static double count_lost(struct perf *perf)
{
    double lost = 0;
    for (size_t i = 0; i < perf->event_count; i++) {
        uint64_t values[2]; /* the event's time, and lost */
        if (read(perf->events[i].fd, values, sizeof values) == (ssize_t)sizeof values) {
            lost += (double)(values[1] - perf->events[i].lost);
            perf->events[i].lost = values[1];
        }
    }
    return lost;
}

static double collect_perf(void *state, struct assay_samples *samples)
{
    struct perf *perf = state;
    double lost = 0;
    for (size_t i = 0; i < perf->ring_count; i++) {
        lost += read_ring(perf, &perf->rings[i], samples);
    }
    return perf->says_lost ? count_lost(perf) : lost;
}

static const char *source_perf(const void *state)
{
    const struct perf *perf = state;
    return perf->others ? "cpu-clock of every processor" : "cpu-clock";
}

const struct assay_sampler_kind assay_sampler_perf = {
    .open = open_perf,
    .ready = ready_perf,
    .before = before_perf,
    .enter = enter_perf,
    .leave = leave_perf,
    .after = after_perf,
    .collect = collect_perf,
    .close = close_perf,
    .source = source_perf,
    .note = "of a thread that the kernel makes, the first period is not sampled",
};
