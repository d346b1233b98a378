/* The counts build's runtime: tables of counters, one a thread, and what they add up to between start and stop.
 * Knows no worker, no kernel, no names. Compiled without -finstrument-functions.
 *
 * Counters only ever grow: start and stop note their sums, so that no thread's table is written by another. A table
 * that a thread leaves behind is taken over by the next new thread. A forked child counts into its own copy, which
 * nobody reads. A signal's handler may count between any two instructions: on x86-64 a counter is raised by one of
 * them. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#define ASSAY_HOOKS_OUT_OF_LINE
#include "counting.h"
#include "pages.h"

#include <assay/profile.h>

#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/* A function that has no counter: not aligned (gcc's cold functions), or another object's (what a C++ library offers to
 * inline). Only its thread writes it, but a handler may come in between. */
struct other {
    _Atomic(uintptr_t) function; /* 0: empty */
    _Atomic(uint64_t) calls;
};
enum { OTHERS = 1 << 16 }; /* a power of two */

/* Of one thread at a time. Never given back: others may be reading the list. */
struct table {
    struct table *next;
    unsigned long long *counters;
    struct other *others;
    atomic_bool taken;
};

struct count {
    uintptr_t function;
    uint64_t calls;
};
struct counts {
    struct count *items;
    size_t size; /* of the pages, in bytes */
    size_t count;
};

__thread struct assay_counting assay_counting;
static __thread struct table *mine;
static _Atomic(struct table *) tables;
static atomic_bool lost; /* memory ran out: some calls were not counted */
static bool running;
static struct counts before, between;
static pthread_key_t leaving;
static atomic_bool leaving_made;

void __cyg_profile_func_enter(void *function, void *call_site);
void __cyg_profile_func_exit(void *function, void *call_site);

/* Where clang's calls go. */
ASSAY_HOOKS_HIDDEN void __cyg_profile_func_enter(void *function, void *call_site)
{
    (void)call_site;
    ASSAY_HOOKS_COUNT(function)
}

ASSAY_HOOKS_HIDDEN void __cyg_profile_func_exit(void *function, void *call_site)
{
    (void)function;
    (void)call_site;
}

/* How many counters the object needs: up to the end of its code, by its own program headers. */
static size_t counters_needed(void)
{
    const ElfW(Ehdr) *header = (const ElfW(Ehdr) *)(uintptr_t)__ehdr_start;
    const ElfW(Phdr) *segments = (const ElfW(Phdr) *)(uintptr_t)(__ehdr_start + header->e_phoff);
    size_t end = 0;
    for (size_t i = 0; i < header->e_phnum; i++) {
        if (segments[i].p_type == PT_LOAD && (segments[i].p_flags & PF_X) != 0 &&
            segments[i].p_vaddr + segments[i].p_memsz > end) {
            end = segments[i].p_vaddr + segments[i].p_memsz;
        }
    }
    return end / 16 + 1;
}

/* When a thread ends: its table may be used by another. */
static void leave(void *table)
{
    mine = NULL;
    assay_counting.limit = 0;
    atomic_store(&((struct table *)table)->taken, false);
}

static struct table *adopt_table(void)
{
    for (struct table *table = atomic_load(&tables); table != NULL; table = table->next) {
        bool free_one = false;
        if (atomic_compare_exchange_strong(&table->taken, &free_one, true)) {
            return table;
        }
    }
    return NULL;
}

static struct table *make_table(size_t limit)
{
    struct table *table = assay_hooks_pages(sizeof *table);
    if (table == NULL) {
        return NULL;
    }
    table->counters = assay_hooks_pages(limit * sizeof *table->counters);
    table->others = assay_hooks_pages(OTHERS * sizeof *table->others);
    if (table->counters == NULL || table->others == NULL) {
        assay_hooks_drop(table->counters, limit * sizeof *table->counters);
        assay_hooks_drop(table->others, OTHERS * sizeof *table->others);
        assay_hooks_drop(table, sizeof *table);
        return NULL;
    }
    atomic_init(&table->taken, true);
    table->next = atomic_load(&tables);
    while (!atomic_compare_exchange_weak(&tables, &table->next, table)) {
    }
    return table;
}

static bool attach(void)
{
    size_t limit = counters_needed();
    struct table *table = adopt_table();
    if (table == NULL) {
        table = make_table(limit);
    }
    if (table == NULL) {
        return false;
    }
    if (atomic_load(&leaving_made)) {
        pthread_setspecific(leaving, table);
    }
    mine = table;
    assay_counting.counters = table->counters;
    atomic_signal_fence(memory_order_seq_cst); /* a handler must not see the limit first */
    assay_counting.limit = limit;
    return true;
}

static void count_other(struct other *others, uintptr_t function)
{
    size_t at = (size_t)(((uint64_t)function * UINT64_C(0x9E3779B97F4A7C15)) >> 48);
    for (size_t tries = 0; tries < OTHERS; tries++, at = (at + 1) & (OTHERS - 1)) {
        uintptr_t found = 0;
        if (atomic_load(&others[at].function) == function ||
            atomic_compare_exchange_strong(&others[at].function, &found, function) || found == function) {
            atomic_fetch_add(&others[at].calls, 1);
            return;
        }
    }
    atomic_store(&lost, true);
}

void assay_count_slowly(void *function)
{
    if (assay_counting.limit == 0 && !attach()) {
        atomic_store(&lost, true);
        return;
    }
    uintptr_t at = ASSAY_HOOKS_AT(function);
    if (at < assay_counting.limit) {
        assay_counting.counters[at]++;
    } else {
        count_other(mine->others, (uintptr_t)function);
    }
}

static int by_function(const void *a, const void *b)
{
    uintptr_t left = ((const struct count *)a)->function, right = ((const struct count *)b)->function;
    return (left > right) - (left < right);
}

static void drop(struct counts *counts)
{
    assay_hooks_drop(counts->items, counts->size);
    *counts = (struct counts){ NULL, 0, 0 };
}

/* Puts entries of one function together; `counts` is in no order. */
static void join(struct counts *counts)
{
    size_t kept = 0;
    qsort(counts->items, counts->count, sizeof *counts->items, by_function);
    for (size_t i = 0; i < counts->count; i++) {
        if (kept > 0 && counts->items[kept - 1].function == counts->items[i].function) {
            counts->items[kept - 1].calls += counts->items[i].calls;
        } else {
            counts->items[kept++] = counts->items[i];
        }
    }
    counts->count = kept;
}

static void add(struct counts *counts, uintptr_t function, uint64_t calls)
{
    if (calls > 0) {
        counts->items[counts->count++] = (struct count){ function, calls };
    }
}

/* All that was ever counted, by function, ascending. False: no memory. */
static bool gather(struct counts *counts)
{
    size_t limit = counters_needed(), threads = 0;
    struct table *first = atomic_load(&tables);
    for (struct table *table = first; table != NULL; table = table->next) {
        threads++;
    }
    drop(counts);
    if (threads == 0) {
        return true;
    }
    counts->size = threads * (limit + OTHERS) * sizeof *counts->items;
    counts->items = assay_hooks_pages(counts->size);
    if (counts->items == NULL) {
        counts->size = 0;
        return false;
    }
    for (struct table *table = first; table != NULL; table = table->next) {
        for (size_t i = 0; i < limit; i++) {
            add(counts, (uintptr_t)__ehdr_start + 16 * i, table->counters[i]);
        }
        for (size_t i = 0; i < OTHERS; i++) {
            add(counts, atomic_load(&table->others[i].function), atomic_load(&table->others[i].calls));
        }
    }
    join(counts);
    return true;
}

static int start(uint32_t records)
{
    if ((records & ~ASSAY_PROFILE_CALLS) != 0) {
        return -1;
    }
    drop(&between);
    running = true;
    atomic_store(&lost, !gather(&before));
    return 0;
}

/* What came since start: both lists ascend, and every function of the first is in the second. */
static void take_difference(void)
{
    size_t kept = 0, old = 0;
    if (!gather(&between)) {
        atomic_store(&lost, true);
        return;
    }
    for (size_t i = 0; i < between.count; i++) {
        struct count now = between.items[i];
        while (old < before.count && before.items[old].function < now.function) {
            old++;
        }
        if (old < before.count && before.items[old].function == now.function) {
            now.calls -= before.items[old].calls;
        }
        if (now.calls > 0) {
            between.items[kept++] = now;
        }
    }
    between.count = kept;
}

static void stop(void)
{
    if (running) {
        take_difference();
        running = false;
    }
}

static int read_functions(assay_profile_visitor visitor, void *context)
{
    int result = 0;
    if (running) {
        take_difference();
    }
    if (atomic_load(&lost)) {
        return -1;
    }
    for (size_t i = 0; i < between.count && result == 0; i++) {
        struct assay_profile_function function = { (uint32_t)sizeof function, 0, between.items[i].function,
                                                   between.items[i].calls };
        result = visitor(context, &function);
    }
    return result;
}

/* At load, so that no hook has to ask whether it is the first. */
__attribute__((constructor)) static void make_key(void)
{
    atomic_store(&leaving_made, pthread_key_create(&leaving, leave) == 0);
}

/* At unload: no thread may call `leave` any more. */
__attribute__((destructor)) static void remove_key(void)
{
    if (atomic_exchange(&leaving_made, false)) {
        pthread_key_delete(leaving);
    }
}

const struct assay_profile assay_profile = {
    .magic = { 'A', 'S', 'S', 'A', 'Y', 'P', 'R', 'F' },
    .struct_size = (uint32_t)sizeof(struct assay_profile),
    .major = ASSAY_PROFILE_MAJOR,
    .minor = ASSAY_PROFILE_MINOR,
    .records = ASSAY_PROFILE_CALLS,
    .start = start,
    .stop = stop,
    .read = read_functions,
};
