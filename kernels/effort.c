/* Kernels that exist to be compared: each spends its time on one thing, in `units` equal units of work, so that
 * units=1010 against 1000 is one per cent more of it. The answer is the checksum of a unit and the same for any number
 * of them, and items are not declared, so that ratios are per iteration. tests/trust finds out with them how far a
 * verdict can be trusted. Must not know who compares what. */
#include <assay/kernel.h>

#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>

/* A function that keeps its name in profiles and layouts. */
#if defined(__GNUC__) && !defined(__clang__)
#define APART __attribute__((noipa))
#else
#define APART __attribute__((noinline))
#endif

enum { SIEVE_LIMIT = 128 }; /* effort.branchy's */

struct state {
    const struct assay_host *host;
    uint64_t (*work)(struct state *); /* all units of one iteration: their checksums, joined by `or` */
    uint64_t units;
    uint64_t checksum;   /* of the last iteration */
    uint64_t multiplier; /* of the chains below: loaded, so that no compiler can fold steps into one */
    uint64_t increment;
    uint64_t start;
    uint64_t steps; /* of a unit */
    uint64_t at;    /* walks: the present line */
    uint64_t leap;  /* walks: multiplier to the power of `steps` */
    uint64_t mask;  /* walks: lines - 1 */
    const unsigned char *memory;
    void *mapping;
    size_t mapping_size;
    bool no_memory;
    uint8_t flags[SIEVE_LIMIT];
};

/* Knuth's MMIX: The Art of Computer Programming, volume 2, 3.3.4, table 1, line 26, with a common odd increment. The
 * multiplier is 1 modulo 4 and the increment odd: a full period for every power of two (Hull and Dobell, 1962). */
#define MULTIPLIER UINT64_C(6364136223846793005)
#define INCREMENT UINT64_C(1442695040888963407)

/* ---- effort.integer: multiplications and additions, each waiting for the one before ---------------------- */

enum { INTEGER_STEPS = 64 };

static APART uint64_t integer_work(struct state *self)
{
    uint64_t seen = 0;
    for (uint64_t unit = 0; unit < self->units; unit++) {
        uint64_t multiplier = self->multiplier, increment = self->increment, value = self->start;
        for (uint64_t step = 0; step < self->steps; step++) {
            value = value * multiplier + increment;
            ASSAY_COUNT(1);
        }
        seen |= value;
        assay_use(self);
    }
    return seen;
}

/* ---- effort.branchy: a sieve so small that its branches are the work -------------------------------------- */

static APART uint64_t branchy_work(struct state *self)
{
    uint64_t seen = 0;
    uint8_t *is_prime = self->flags;
    for (uint64_t unit = 0; unit < self->units; unit++) {
        uint32_t sum = 0;
        memset(is_prime, 1, SIEVE_LIMIT);
        assay_use(is_prime);
        for (uint32_t p = 2; p < SIEVE_LIMIT; p++) {
            ASSAY_COUNT(1);
            if (is_prime[p]) {
                sum += p;
                for (uint32_t i = p * p; i < SIEVE_LIMIT; i += p) {
                    is_prime[i] = 0;
                    ASSAY_COUNT(1);
                }
            }
        }
        seen |= sum;
    }
    return seen;
}

/* ---- effort.l1, effort.l2, effort.memory: loads, each of which says where the next is --------------------- */

/* Lines are visited once a period, in the order of a congruential generator into which each loaded value is added. All
 * of memory holds zeros, which no compiler and no processor can know, so nothing has to be shuffled beforehand. A unit
 * goes on where the last one ended. From any line x, `steps` steps lead to leap * x + c, and
 * c is the checksum. */
enum { LINE = 64, CACHED_STEPS = 16, MEMORY_STEPS = 1 };

static APART uint64_t walk_work(struct state *self)
{
    uint64_t seen = 0;
    const unsigned char *memory = self->memory;
    for (uint64_t unit = 0; unit < self->units; unit++) {
        uint64_t from = self->at, line = from, loaded;
        for (uint64_t step = 0; step < self->steps; step++) {
            memcpy(&loaded, memory + line * LINE, sizeof loaded);
            line = (line * self->multiplier + self->increment + loaded) & self->mask;
            ASSAY_COUNT(1);
        }
        self->at = line;
        seen |= (line - self->leap * from) & self->mask;
    }
    return seen;
}

/* ---- effort.allocation: blocks of six sizes, freed in another order ---------------------------------------- */

enum { BLOCKS = 6 };
static const size_t block_sizes[BLOCKS] = { 24, 200, 56, 1000, 40, 1500 };
static const size_t free_order[BLOCKS] = { 2, 0, 4, 5, 3, 1 };

/* Every block carries its size at both ends; the checksum is the sum of what is found there. */
static APART uint64_t allocation_work(struct state *self)
{
    uint64_t seen = 0;
    for (uint64_t unit = 0; unit < self->units; unit++) {
        unsigned char *blocks[BLOCKS];
        uint64_t sum = 0;
        for (size_t i = 0; i < BLOCKS; i++) {
            uint32_t size = (uint32_t)block_sizes[i];
            blocks[i] = malloc(size);
            ASSAY_COUNT(1);
            if (blocks[i] == NULL) {
                self->no_memory = true;
                continue;
            }
            memcpy(blocks[i], &size, sizeof size);
            memcpy(blocks[i] + size - sizeof size, &size, sizeof size);
            assay_use(blocks[i]);
        }
        for (size_t i = 0; i < BLOCKS; i++) {
            unsigned char *block = blocks[free_order[i]];
            uint32_t first = 0, last = 0;
            if (block != NULL) {
                memcpy(&first, block, sizeof first);
                memcpy(&last, block + block_sizes[free_order[i]] - sizeof last, sizeof last);
                sum += (uint64_t)first + last;
            }
            free(block);
            ASSAY_COUNT(1);
        }
        seen |= sum;
    }
    return seen;
}

/* ---- effort.system_call: into the kernel and back ----------------------------------------------------------- */

static APART uint64_t system_call_work(struct state *self)
{
    uint64_t seen = 0;
    for (uint64_t unit = 0; unit < self->units; unit++) {
        seen |= (uint64_t)sched_get_priority_max(SCHED_FIFO); /* never cached, and a constant of Linux */
        ASSAY_COUNT(1);
    }
    return seen;
}

/* ---- A state and its life ------------------------------------------------------------------------------------ */

static int effort_run(void *state, uint64_t iterations)
{
    struct state *self = state;
    for (uint64_t i = 0; i < iterations; i++) {
        self->checksum = self->work(self);
    }
    if (self->no_memory) {
        self->host->fail(self->host->context, "out of memory");
        return 1;
    }
    return 0;
}

static int effort_answer(void *state, const struct assay_sink *sink)
{
    const struct state *self = state;
    sink->integer(sink->context, self->checksum);
    return 0;
}

static void effort_teardown(void *state)
{
    struct state *self = state;
    if (self->mapping != NULL) {
        munmap(self->mapping, self->mapping_size);
    }
    free(self);
}

static struct state *state_new(const struct assay_host *host, const struct assay_arguments *arguments,
                               uint64_t (*work)(struct state *), uint64_t steps)
{
    struct state *self = calloc(1, sizeof *self);
    if (self == NULL) {
        host->fail(host->context, "out of memory");
        return NULL;
    }
    self->host = host;
    self->work = work;
    self->units = assay_argument_integer(arguments, "units");
    self->multiplier = MULTIPLIER;
    self->increment = INCREMENT;
    self->start = 1;
    self->steps = steps;
    return self;
}

/* From here on small pages, which lie anywhere, would decide which lines of a second-level cache fight for a place: the
 * spread between processes was 5 to 12 % with them. */
#define LARGE_FROM ((size_t)128 << 10)

/* Maps `size` bytes and touches every page. Large pages where the system gives them: 64 MiB are then there after 32
 * faults, and a load misses the caches but not the table of translations. */
static bool map_memory(struct state *self, size_t size)
{
    static const size_t small = 4096, huge = (size_t)2 << 20;
    bool large = size >= LARGE_FROM;
    self->mapping_size = large ? (size + huge - 1) / huge * huge + huge : size;
    void *mapping = mmap(NULL, self->mapping_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED) {
        return false;
    }
    unsigned char *memory = mapping;
    self->mapping = mapping;
    if (large) {
        memory += (huge - (uintptr_t)memory % huge) % huge;
        madvise(memory, self->mapping_size - huge, MADV_HUGEPAGE); /* a wish: without it, only setup and spread are larger */
    }
    for (size_t at = 0; at < size; at += small) {
        memory[at] = 0;
        assay_use(memory);
    }
    self->memory = memory;
    return true;
}

static int walk_setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,
                      void **state, uint64_t steps)
{
    uint64_t kib = assay_argument_integer(arguments, "kib");
    struct state *self = NULL;
    if (kib == 0 || (kib & (kib - 1)) != 0) {
        char reason[100];
        snprintf(reason, sizeof reason, "bad kib '%llu': want a power of two", (unsigned long long)kib);
        host->fail(host->context, reason);
        return 1;
    }
    self = state_new(host, arguments, walk_work, steps);
    if (self == NULL) {
        return 1;
    }
    if (!map_memory(self, (size_t)kib * 1024)) {
        host->fail(host->context, "out of memory");
        effort_teardown(self);
        return 1;
    }
    self->mask = kib * 1024 / LINE - 1;
    self->at = seed & self->mask;
    self->leap = 1;
    for (uint64_t step = 0; step < steps; step++) {
        self->leap *= self->multiplier;
    }
    *state = self;
    return 0;
}

#define SETUP(name, steps)                                                                                             \
    static int name##_setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,     \
                            void **state)                                                                              \
    {                                                                                                                  \
        (void)seed; /* nothing here depends on input */                                                                \
        struct state *self = state_new(host, arguments, name##_work, steps);                                           \
        *state = self;                                                                                                 \
        return self == NULL;                                                                                           \
    }
SETUP(integer, INTEGER_STEPS)
SETUP(branchy, 0)
SETUP(allocation, 0)
SETUP(system_call, 0)

#define WALK_SETUP(name, steps)                                                                                        \
    static int name##_setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,     \
                            void **state)                                                                              \
    {                                                                                                                  \
        return walk_setup(host, arguments, seed, state, steps);                                                        \
    }
WALK_SETUP(l1, CACHED_STEPS)
WALK_SETUP(l2, CACHED_STEPS)
WALK_SETUP(memory, MEMORY_STEPS)

/* ---- What the answer must be, and what an iteration does at least ----------------------------------------------- */

static int expect_sum(struct assay_expected *expected, uint64_t sum, const char *source)
{
    expected->known = ASSAY_KNOWS_COUNT | ASSAY_KNOWS_SUM;
    expected->count = 1;
    expected->sum = sum;
    expected->source = source;
    return 0;
}

/* Where `steps` steps lead from `start`, in log2(steps) squarings instead of one step after the other. */
static uint64_t jump(uint64_t start, uint64_t steps)
{
    uint64_t multiplier = MULTIPLIER, increment = INCREMENT, all = 1, added = 0;
    for (; steps > 0; steps /= 2) {
        if (steps % 2 == 1) {
            all *= multiplier;
            added = added * multiplier + increment;
        }
        increment *= multiplier + 1;
        multiplier *= multiplier;
    }
    return all * start + added;
}
static const char jump_source[] = "jump-ahead of a congruential generator (Brown, 1994)";

static int integer_expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    (void)arguments;
    return expect_sum(expected, jump(1, INTEGER_STEPS), jump_source);
}

static int walk_expect(const struct assay_arguments *arguments, struct assay_expected *expected, uint64_t steps)
{
    uint64_t lines = assay_argument_integer(arguments, "kib") * 1024 / LINE;
    return expect_sum(expected, jump(0, steps) & (lines - 1), jump_source);
}

static int cached_expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    return walk_expect(arguments, expected, CACHED_STEPS);
}

static int memory_expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    return walk_expect(arguments, expected, MEMORY_STEPS);
}

static int branchy_expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    (void)arguments;
    return expect_sum(expected, 1720, "OEIS A007504(31), the 31 primes below 128");
}

static int allocation_expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    (void)arguments;
    return expect_sum(expected, 5640, "2 x (24 + 200 + 56 + 1000 + 40 + 1500)");
}

static int system_call_expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    (void)arguments;
    return expect_sum(expected, 99, "sched(7): the priorities of SCHED_FIFO are 1 to 99");
}

/* Operations of a unit that no compiler can do without. Items stay unsaid. */
#define WORK(name, operations)                                                                                         \
    static int name##_operations(const struct assay_arguments *arguments, struct assay_work *work)                     \
    {                                                                                                                  \
        work->least_operations = (operations) * (double)assay_argument_integer(arguments, "units");                    \
        return 0;                                                                                                      \
    }
WORK(integer, 2.0 * INTEGER_STEPS)
WORK(branchy, 1.0 * SIEVE_LIMIT)
WORK(cached, 3.0 * CACHED_STEPS)
WORK(memory, 3.0 * MEMORY_STEPS)
WORK(allocation, 6.0 * BLOCKS)
WORK(system_call, 1.0)

/* ---- The kernels ---------------------------------------------------------------------------------------------------
 */

#define SIZE(type) ((uint32_t)sizeof(struct type))
#define KIB(fallback)                                                                                                  \
    {                                                                                                                  \
        SIZE(assay_parameter), ASSAY_INTEGER, "kib", "working set in KiB, a power of two", fallback, "1", "4194304",   \
            NULL                                                                                                       \
    }

static const struct assay_parameter units = { SIZE(assay_parameter), ASSAY_INTEGER, "units",
                                              "equal units of work", "1000",        "1",
                                              "1000000000",          NULL };
static const struct assay_parameter l1_kib = KIB("16"), l2_kib = KIB("64"), memory_kib = KIB("65536");
static const struct assay_parameter *const by_units[] = { &units, NULL };
static const struct assay_parameter *const by_l1[] = { &units, &l1_kib, NULL };
static const struct assay_parameter *const by_l2[] = { &units, &l2_kib, NULL };
static const struct assay_parameter *const by_memory[] = { &units, &memory_kib, NULL };
static const char *const tags[] = { "effort", NULL };

/* A kernel: its name, what it is by, what knows its answer and its operations, and a summary. */
#define KERNEL(id, by, knows, operations, text)                                                                        \
    static const struct assay_kernel id##_kernel = {                                                                   \
        .struct_size = SIZE(assay_kernel),                                                                             \
        .flags = ASSAY_DETERMINISTIC,                                                                                  \
        .name = "effort." #id,                                                                                         \
        .summary = text,                                                                                               \
        .version = "1.0.0",                                                                                            \
        .tags = tags,                                                                                                  \
        .parameters = by,                                                                                              \
        .setup = id##_setup,                                                                                           \
        .run = effort_run,                                                                                             \
        .answer = effort_answer,                                                                                       \
        .teardown = effort_teardown,                                                                                   \
        .expect = knows##_expect,                                                                                      \
        .work = operations##_operations,                                                                               \
    };
KERNEL(integer, by_units, integer, integer, "multiplies and adds, each step waiting for the last")
KERNEL(branchy, by_units, branchy, branchy, "sieves the numbers below 128, over and over")
KERNEL(l1, by_l1, cached, cached, "dependent loads within the first-level cache")
KERNEL(l2, by_l2, cached, cached, "dependent loads within the second-level cache")
KERNEL(memory, by_memory, memory, memory, "dependent loads beyond the last cache")
KERNEL(allocation, by_units, allocation, allocation, "allocates six blocks and frees them in another order")
KERNEL(system_call, by_units, system_call, system_call, "calls the system for a constant")

ASSAY_PLUGIN(&integer_kernel, &branchy_kernel, &l1_kernel, &l2_kernel, &memory_kernel, &allocation_kernel,
             &system_call_kernel)
