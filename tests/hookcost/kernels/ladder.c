/* Kernels whose functions' times are known without any profiler: by timing the plain build with one function's work
 * changed. What profiles are held against by tests/hookcost. Must not know any hook. */
#include "steps.h"

#include <time.h>

/* All parameters of all kernels; each reads what it declares. */
struct state {
    uint64_t own, leaf, calls, depth, middle, last;
    double period_ns, share; /* ladder.period */
    double ticks_per_ns;
    uint64_t beside; /* ladder.wide: what its leaf adds up */
    uint64_t value;
};

static const uint64_t START = 88172645463325252u;

#if defined(LADDER_BROKEN) /* for a test: a leaf that does one step too few */
#define LESS(steps) ((steps) > 0 ? (steps)-1 : 0)
#else
#define LESS(steps) (steps)
#endif

/* ---- ladder.chain: a caller, and a leaf whose result it waits for ------------------------------------------ */

static APART uint64_t chain_leaf(uint64_t x, uint64_t steps)
{
    STEP_ON(x, LESS(steps));
    return x;
}

static APART uint64_t chain_caller(uint64_t x, const struct state *self)
{
    STEP_ON(x, self->own);
    for (uint64_t i = 0; i < self->calls; i++) {
        x = chain_leaf(x, self->leaf);
    }
    return x;
}

static int chain_run(void *state, uint64_t iterations)
{
    struct state *self = state;
    for (uint64_t i = 0; i < iterations; i++) {
        START_AFTER(x, self->value, START);
        self->value = chain_caller(x, self);
    }
    return 0;
}

static uint64_t number(const struct assay_arguments *arguments, const char *name)
{
    return assay_argument_integer(arguments, name);
}

static int chain_expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    uint64_t steps = number(arguments, "own") + number(arguments, "calls") * number(arguments, "leaf");
    return expect_one(expected, jump(START, steps), STEPS_SOURCE);
}

/* ---- ladder.wide: a leaf that nobody waits for -------------------------------------------------------------- */

/* Four chains at once; neither the caller's nor the next call's work needs them, so that they overlap both. */
static APART void wide_leaf(uint64_t *beside, uint64_t start, uint64_t steps)
{
    uint64_t a = start, b = start + 1, c = start + 2, d = start + 3;
    for (uint64_t i = 0; i < LESS(steps); i++) {
        a = a * STEP_FACTOR + STEP_ADDEND;
        b = b * STEP_FACTOR + STEP_ADDEND;
        c = c * STEP_FACTOR + STEP_ADDEND;
        d = d * STEP_FACTOR + STEP_ADDEND;
        KEEP(a);
        KEEP(b);
        KEEP(c);
        KEEP(d);
    }
    *beside += a ^ b ^ c ^ d;
}

static APART uint64_t wide_caller(uint64_t x, struct state *self)
{
    uint64_t part = self->calls > 0 ? self->own / self->calls : 0;
    STEP_ON(x, self->own - part * self->calls);
    for (uint64_t i = 0; i < self->calls; i++) {
        wide_leaf(&self->beside, START + i, self->leaf);
        STEP_ON(x, part);
    }
    return x;
}

static int wide_run(void *state, uint64_t iterations)
{
    struct state *self = state;
    for (uint64_t i = 0; i < iterations; i++) {
        self->beside = 0;
        START_AFTER(x, self->value, START);
        self->value = wide_caller(x, self);
    }
    return 0;
}

static int wide_answer(void *state, const struct assay_sink *sink)
{
    struct state *self = state;
    sink->integer(sink->context, self->value + self->beside);
    return 0;
}

static int wide_expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    uint64_t sum = jump(START, number(arguments, "own")), leaf = number(arguments, "leaf");
    for (uint64_t i = 0; i < number(arguments, "calls"); i++) {
        uint64_t x = START + i;
        sum += jump(x, leaf) ^ jump(x + 1, leaf) ^ jump(x + 2, leaf) ^ jump(x + 3, leaf);
    }
    return expect_one(expected, sum, STEPS_SOURCE);
}

/* ---- ladder.tree: two levels, three leaves, uneven ----------------------------------------------------------- */

static APART uint64_t tree_short(uint64_t x, uint64_t steps)
{
    STEP_ON(x, LESS(steps));
    return x;
}

static APART uint64_t tree_middle(uint64_t x, uint64_t steps)
{
    STEP_ON(x, steps);
    return x;
}

static APART uint64_t tree_long(uint64_t x, uint64_t steps)
{
    STEP_ON(x, steps);
    return x;
}

static APART uint64_t tree_left(uint64_t x, const struct state *self)
{
    STEP_ON(x, self->own);
    for (int i = 0; i < 8; i++) {
        x = tree_short(x, self->leaf);
    }
    x = tree_long(x, self->last);
    KEEP(x); /* no tail call */
    return x;
}

static APART uint64_t tree_right(uint64_t x, const struct state *self)
{
    for (int i = 0; i < 3; i++) {
        x = tree_middle(x, self->middle);
        x = tree_short(x, self->leaf);
    }
    STEP_ON(x, self->own / 2);
    return x;
}

static int tree_run(void *state, uint64_t iterations)
{
    struct state *self = state;
    for (uint64_t i = 0; i < iterations; i++) {
        START_AFTER(x, self->value, START);
        x = tree_left(x, self);
        x = tree_right(x, self);
        self->value = tree_left(x, self);
    }
    return 0;
}

static int tree_expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    uint64_t own = number(arguments, "own"), leaf = number(arguments, "short");
    uint64_t left = own + 8 * leaf + number(arguments, "long");
    uint64_t right = 3 * (number(arguments, "middle") + leaf) + own / 2;
    return expect_one(expected, jump(START, 2 * left + right), STEPS_SOURCE);
}

/* ---- ladder.recursion: a function within itself, and a leaf on every level ---------------------------------- */

static APART uint64_t recursion_leaf(uint64_t x, uint64_t steps)
{
    STEP_ON(x, LESS(steps));
    return x;
}

static APART uint64_t recursion_descend(uint64_t x, uint64_t depth, const struct state *self)
{
    STEP_ON(x, self->own);
    if (depth > 0) {
        x = recursion_descend(x, depth - 1, self);
        KEEP(x); /* no tail call */
    }
    x = recursion_leaf(x, self->leaf);
    KEEP(x);
    return x;
}

static int recursion_run(void *state, uint64_t iterations)
{
    struct state *self = state;
    for (uint64_t i = 0; i < iterations; i++) {
        START_AFTER(x, self->value, START);
        self->value = recursion_descend(x, self->depth, self);
    }
    return 0;
}

static int recursion_expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    uint64_t steps = (number(arguments, "depth") + 1) * (number(arguments, "own") + number(arguments, "leaf"));
    return expect_one(expected, jump(START, steps), STEPS_SOURCE);
}

/* ---- ladder.period: iterations in step with a clock ------------------------------------------------------------ */

static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

/* Read without a call where that is possible: a call would be a function of its own in the profile. */
#if defined(__x86_64__)
#define TICKS() __builtin_ia32_rdtsc()
#else
#define TICKS() ((uint64_t)now_ns())
#endif

static double measure_ticks(void)
{
    double start_ns = now_ns(), end_ns = start_ns;
    uint64_t start = TICKS();
    while (end_ns < start_ns + 1e7) {
        end_ns = now_ns();
    }
    return (double)(TICKS() - start) / (end_ns - start_ns);
}

static APART void period_leaf(uint64_t end)
{
    while (TICKS() < end) {
        __asm__ volatile("");
    }
}

static APART void period_caller(uint64_t leaf_end, uint64_t end)
{
    period_leaf(leaf_end);
    while (TICKS() < end) {
        __asm__ volatile("");
    }
}

/* Iteration k ends k+1 periods after the first began, by the system's clock: no error adds up. One that comes too late
 * (the processor was away for longer) does not hurry: the next whole period counts. */
static int period_run(void *state, uint64_t iterations)
{
    struct state *self = state;
    double begin_ns = now_ns();
    for (uint64_t i = 0; i < iterations; i++) {
        double at_ns = now_ns();
        uint64_t at = TICKS();
        while (begin_ns + self->period_ns <= at_ns) {
            begin_ns += self->period_ns;
        }
        double leaf_ns = begin_ns + self->share * self->period_ns - at_ns, end_ns = begin_ns + self->period_ns - at_ns;
        period_caller(at + (uint64_t)((leaf_ns > 0 ? leaf_ns : 0) * self->ticks_per_ns),
                      at + (uint64_t)(end_ns * self->ticks_per_ns));
        begin_ns += self->period_ns;
        self->value = i + 1 < iterations ? 0 : 1;
    }
    return 0;
}

static int period_expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    (void)arguments;
    return expect_one(expected, 1, "the last iteration ended");
}

/* ---- A state and its life -------------------------------------------------------------------------------------- */

static int setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed, void **state)
{
    struct state *self = calloc(1, sizeof *self);
    (void)seed;
    if (self == NULL) {
        host->fail(host->context, "out of memory");
        return 1;
    }
    bool tree = assay_argument_text(arguments, "short") != NULL;
    self->own = number(arguments, "own");
    self->leaf = number(arguments, tree ? "short" : "leaf");
    self->calls = number(arguments, "calls");
    self->depth = number(arguments, "depth");
    self->middle = number(arguments, "middle");
    self->last = number(arguments, "long");
    self->period_ns = assay_argument_real(arguments, "period_us") * 1e3;
    self->share = assay_argument_real(arguments, "share");
    self->ticks_per_ns = self->period_ns > 0 ? measure_ticks() : 0;
    *state = self;
    return 0;
}

static int answer(void *state, const struct assay_sink *sink)
{
    sink->integer(sink->context, ((struct state *)state)->value);
    return 0;
}

/* ---- The kernels ------------------------------------------------------------------------------------------------ */

INTEGER_PARAMETER(own, "steps of the caller itself, an iteration", "116", "1000000000")
INTEGER_PARAMETER(leaf, "steps of a leaf", "12", "1000000000")
INTEGER_PARAMETER(calls, "leaves called, an iteration", "10", "1000000")
INTEGER_PARAMETER(depth, "levels below the first", "10", "10000")
INTEGER_PARAMETER(short, "steps of the short leaf", "10", "1000000000")
INTEGER_PARAMETER(middle, "steps of the middle leaf", "40", "1000000000")
INTEGER_PARAMETER(long, "steps of the long leaf", "200", "1000000000")
static const struct assay_parameter period_us = { .struct_size = (uint32_t)sizeof(struct assay_parameter),
                                                  .type = ASSAY_REAL,
                                                  .name = "period_us",
                                                  .summary = "how long an iteration is",
                                                  .fallback = "1000",
                                                  .least = "1",
                                                  .most = "1000000" };
static const struct assay_parameter share = { .struct_size = (uint32_t)sizeof(struct assay_parameter),
                                              .type = ASSAY_REAL,
                                              .name = "share",
                                              .summary = "of it in the leaf",
                                              .fallback = "0.3",
                                              .least = "0",
                                              .most = "1" };
static const struct assay_parameter *const with_calls[] = { &own_parameter, &leaf_parameter, &calls_parameter, NULL };
static const struct assay_parameter *const with_depth[] = { &own_parameter, &leaf_parameter, &depth_parameter, NULL };
static const struct assay_parameter *const with_leaves[] = { &own_parameter, &short_parameter, &middle_parameter,
                                                             &long_parameter, NULL };
static const struct assay_parameter *const with_period[] = { &period_us, &share, NULL };

#define KERNEL(id, text, with, answers)                                                                                \
    static const struct assay_kernel id##_kernel = { .struct_size = (uint32_t)sizeof(struct assay_kernel),             \
                                                     .flags = ASSAY_DETERMINISTIC,                                     \
                                                     .name = "ladder." #id,                                            \
                                                     .summary = text,                                                  \
                                                     .version = "1.0.0",                                               \
                                                     .parameters = with,                                               \
                                                     .setup = setup,                                                   \
                                                     .run = id##_run,                                                  \
                                                     .answer = answers,                                                \
                                                     .teardown = free,                                                 \
                                                     .expect = id##_expect };
KERNEL(chain, "a caller and a leaf that wait for each other", with_calls, answer)
KERNEL(wide, "a leaf whose work overlaps its caller's", with_calls, wide_answer)
KERNEL(tree, "two levels and three leaves, uneven", with_leaves, answer)
KERNEL(recursion, "a function within itself, with a leaf on every level", with_depth, answer)
KERNEL(period, "iterations as long as a clock's period", with_period, answer)

ASSAY_PLUGIN(&chain_kernel, &wide_kernel, &tree_kernel, &recursion_kernel, &period_kernel)
