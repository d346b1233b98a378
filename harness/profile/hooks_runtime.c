/* The hooks' runtime: linked into the profile and counts builds of every plug-in, hidden but for `assay_profile`.
 * Counts entries a function in one table a thread, so that a call costs a look-up and an addition, no lock.
 * Compiled without -finstrument-functions: it must not count itself. Knows no worker, no kernel, no names.
 *
 * Allocates by mmap alone, so that a kernel that counts allocations sees none of it. A table that a thread leaves
 * behind is taken over by the next new thread; its counts stay, since only their sum is read. A forked child counts
 * into its own copy, which nobody reads. Signal handlers in a plug-in want `no_instrument_function`: a table is not
 * safe against them while it grows. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <assay/profile.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct slot {
    uintptr_t function; /* 0: empty */
    uint64_t calls;
};

/* Of one thread at a time. Never given back: others may be reading the list. */
struct table {
    struct table *next;
    struct slot *slots;
    size_t capacity; /* a power of two */
    size_t used;
    atomic_bool taken;
};

enum { FIRST_CAPACITY = 256 };

static _Atomic(struct table *) tables;
static atomic_bool active;
static atomic_bool lost; /* memory ran out: some calls were not counted */
static pthread_key_t leaving;
static atomic_bool leaving_made;
static __thread struct table *mine;

void __cyg_profile_func_enter(void *function, void *call_site);
void __cyg_profile_func_exit(void *function, void *call_site);

static void *get_pages(size_t size)
{
    void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return pages == MAP_FAILED ? NULL : pages;
}

/* When a thread ends: its table may be used by another. */
static void leave(void *table)
{
    mine = NULL;
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

static struct table *make_table(void)
{
    struct table *table = get_pages(sizeof *table);
    if (table == NULL) {
        return NULL;
    }
    table->slots = get_pages(FIRST_CAPACITY * sizeof *table->slots);
    if (table->slots == NULL) {
        munmap(table, sizeof *table);
        return NULL;
    }
    table->capacity = FIRST_CAPACITY;
    atomic_init(&table->taken, true);
    table->next = atomic_load(&tables);
    while (!atomic_compare_exchange_weak(&tables, &table->next, table)) {
    }
    return table;
}

static struct table *my_table(void)
{
    if (mine == NULL) {
        mine = adopt_table();
        if (mine == NULL) {
            mine = make_table();
        }
        if (mine != NULL && atomic_load(&leaving_made)) {
            pthread_setspecific(leaving, mine);
        }
    }
    return mine;
}

/* The slot of `function`, or the empty one where it belongs. There always is one. */
static struct slot *find_slot(struct slot *slots, size_t capacity, uintptr_t function)
{
    size_t at = (size_t)(((uint64_t)function * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (capacity - 1);
    while (slots[at].function != 0 && slots[at].function != function) {
        at = (at + 1) & (capacity - 1);
    }
    return &slots[at];
}

static bool grow(struct table *table)
{
    size_t capacity = 2 * table->capacity;
    struct slot *slots = get_pages(capacity * sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    for (size_t i = 0; i < table->capacity; i++) {
        if (table->slots[i].function != 0) {
            *find_slot(slots, capacity, table->slots[i].function) = table->slots[i];
        }
    }
    munmap(table->slots, table->capacity * sizeof *slots);
    table->slots = slots;
    table->capacity = capacity;
    return true;
}

void __cyg_profile_func_enter(void *function, void *call_site)
{
    (void)call_site;
    if (!atomic_load_explicit(&active, memory_order_relaxed)) {
        return;
    }
    struct table *table = mine != NULL ? mine : my_table();
    if (table == NULL) {
        atomic_store(&lost, true);
        return;
    }
    struct slot *slot = find_slot(table->slots, table->capacity, (uintptr_t)function);
    if (slot->function == 0) {
        if (2 * (table->used + 1) > table->capacity) {
            if (!grow(table)) {
                atomic_store(&lost, true);
                return;
            }
            slot = find_slot(table->slots, table->capacity, (uintptr_t)function);
        }
        slot->function = (uintptr_t)function;
        table->used++;
    }
    slot->calls++;
}

void __cyg_profile_func_exit(void *function, void *call_site)
{
    (void)function;
    (void)call_site;
}

static int start(uint32_t records)
{
    if ((records & ~ASSAY_PROFILE_CALLS) != 0) {
        return -1;
    }
    for (struct table *table = atomic_load(&tables); table != NULL; table = table->next) {
        memset(table->slots, 0, table->capacity * sizeof *table->slots);
        table->used = 0;
    }
    atomic_store(&lost, false);
    atomic_store(&active, true);
    return 0;
}

static void stop(void)
{
    atomic_store(&active, false);
}

static int by_function(const void *a, const void *b)
{
    uintptr_t left = ((const struct slot *)a)->function, right = ((const struct slot *)b)->function;
    return (left > right) - (left < right);
}

/* Copies all threads' slots into one array, sorted. NULL without memory or when there are none. */
static struct slot *gather(size_t *count)
{
    size_t used = 0, at = 0;
    for (struct table *table = atomic_load(&tables); table != NULL; table = table->next) {
        used += table->used;
    }
    struct slot *all = used > 0 ? malloc(used * sizeof *all) : NULL;
    for (struct table *table = atomic_load(&tables); all != NULL && table != NULL; table = table->next) {
        for (size_t i = 0; i < table->capacity; i++) {
            if (table->slots[i].function != 0) {
                all[at++] = table->slots[i];
            }
        }
    }
    if (all != NULL) {
        qsort(all, at, sizeof *all, by_function);
    }
    *count = used;
    return all;
}

static int read_functions(assay_profile_visitor visitor, void *context)
{
    size_t count = 0;
    struct slot *all = gather(&count);
    int result = 0;
    if (atomic_load(&lost) || (count > 0 && all == NULL)) {
        result = -1;
        goto done;
    }
    for (size_t i = 0; i < count && result == 0;) {
        struct assay_profile_function function = { (uint32_t)sizeof function, 0, all[i].function, 0 };
        for (; i < count && all[i].function == function.address; i++) {
            function.calls += all[i].calls;
        }
        result = visitor(context, &function);
    }
done:
    free(all);
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
    { 'A', 'S', 'S', 'A', 'Y', 'P', 'R', 'F' },
    (uint32_t)sizeof(struct assay_profile),
    ASSAY_PROFILE_MAJOR,
    ASSAY_PROFILE_MINOR,
    ASSAY_PROFILE_CALLS,
    0,
    start,
    stop,
    read_functions,
};
