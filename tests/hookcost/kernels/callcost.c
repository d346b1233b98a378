/* Kernels that are calls and little else: what a hook costs is their time with it less their time without. The same
 * file is compiled for assay and for its peers. Must not know any hook. */
#include "steps.h"

struct state {
    uint64_t size;  /* n, calls, depth */
    uint64_t steps; /* callcost.med */
    uint64_t value;
};

/* ---- callcost.fib: recursion, 2 fib(n+1) - 1 calls -------------------------------------------------------------- */

static APART uint64_t fib(uint64_t n)
{
    if (n < 2) {
        return n;
    }
    uint64_t first = fib(n - 1);
    KEEP(first);
    uint64_t second = fib(n - 2);
    KEEP(second); /* no loop instead of a call */
    return first + second;
}

static int fib_run(void *state, uint64_t iterations)
{
    struct state *self = state;
    for (uint64_t i = 0; i < iterations; i++) {
        self->value = fib(self->size);
    }
    return 0;
}

/* By doubling, from the identities of Dijkstra's EWD654: no recursion of the kind that is measured. */
static uint64_t fibonacci(uint64_t n)
{
    uint64_t a = 0, b = 1;
    for (int bit = 63; bit >= 0; bit--) {
        uint64_t twice = a * (2 * b - a), after = a * a + b * b;
        bool odd = (n >> bit & 1) != 0;
        a = odd ? after : twice;
        b = odd ? twice + after : after;
    }
    return a;
}

static int fib_expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    return expect_one(expected, fibonacci(assay_argument_integer(arguments, "n")), "Fibonacci numbers by doubling");
}

/* ---- callcost.leaf and callcost.billion: a body of 2 ns ------------------------------------------------------------
 */

static APART uint64_t leaf(uint64_t x)
{
    STEP_ON(x, 1);
    return x;
}

/* Each call waits for the last. */
static int leaf_run(void *state, uint64_t iterations)
{
    struct state *self = state;
    for (uint64_t i = 0; i < iterations; i++) {
        START_AFTER(x, self->value, 1);
        for (uint64_t k = 0; k < self->size; k++) {
            x = leaf(x);
        }
        self->value = x;
    }
    return 0;
}

static int leaf_expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    return expect_one(expected, jump(1, assay_argument_integer(arguments, "calls")), STEPS_SOURCE);
}

/* ---- callcost.med: a body of about 200 ns
 * ------------------------------------------------------------------------------ */

static APART uint64_t med(uint64_t x, uint64_t steps)
{
    STEP_ON(x, steps);
    return x;
}

static int med_run(void *state, uint64_t iterations)
{
    struct state *self = state;
    for (uint64_t i = 0; i < iterations; i++) {
        START_AFTER(x, self->value, 1);
        for (uint64_t k = 0; k < self->size; k++) {
            x = med(x, self->steps);
        }
        self->value = x;
    }
    return 0;
}

static int med_expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    uint64_t steps = assay_argument_integer(arguments, "calls") * assay_argument_integer(arguments, "steps");
    return expect_one(expected, jump(1, steps), STEPS_SOURCE);
}

/* ---- callcost.contexts: every call in a context of its own ----------------------------------------------------------
 */

static uint64_t contexts_below(uint64_t depth);

/* Ten functions that call all ten: 10 + 100 + ... + 10^depth contexts, each entered once. */
#define DIGIT(k)                                                                                                       \
    static APART uint64_t digit_##k(uint64_t depth)                                                                    \
    {                                                                                                                  \
        return 1 + contexts_below(depth);                                                                              \
    }
DIGIT(0)
DIGIT(1)
DIGIT(2)
DIGIT(3)
DIGIT(4)
DIGIT(5)
DIGIT(6)
DIGIT(7)
DIGIT(8)
DIGIT(9)

static inline __attribute__((always_inline, no_instrument_function)) uint64_t contexts_below(uint64_t depth)
{
    if (depth == 0) {
        return 0;
    }
    depth--;
    return digit_0(depth) + digit_1(depth) + digit_2(depth) + digit_3(depth) + digit_4(depth) + digit_5(depth) +
           digit_6(depth) + digit_7(depth) + digit_8(depth) + digit_9(depth);
}

static int contexts_run(void *state, uint64_t iterations)
{
    struct state *self = state;
    for (uint64_t i = 0; i < iterations; i++) {
        self->value = contexts_below(self->size);
    }
    return 0;
}

static int contexts_expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    uint64_t power = 10;
    for (uint64_t i = 0; i < assay_argument_integer(arguments, "depth"); i++) {
        power *= 10;
    }
    return expect_one(expected, (power - 10) / 9, "10 + 100 + ... + 10^depth");
}

/* ---- A state and its life
 * ------------------------------------------------------------------------------------------------ */

static int setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed, void **state)
{
    static const char *const sizes[] = { "n", "calls", "depth" };
    struct state *self = calloc(1, sizeof *self);
    (void)seed;
    if (self == NULL) {
        host->fail(host->context, "out of memory");
        return 1;
    }
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        if (assay_argument_text(arguments, sizes[i]) != NULL) {
            self->size = assay_argument_integer(arguments, sizes[i]);
        }
    }
    self->steps = assay_argument_integer(arguments, "steps");
    *state = self;
    return 0;
}

static int answer(void *state, const struct assay_sink *sink)
{
    sink->integer(sink->context, ((struct state *)state)->value);
    return 0;
}

INTEGER_PARAMETER(n, "which Fibonacci number", "25", "60")
INTEGER_PARAMETER(calls, "of the leaf, an iteration", "100000", "1000000000000")
INTEGER_PARAMETER(steps, "of the body", "116", "1000000000")
INTEGER_PARAMETER(depth, "of the tree of calls", "7", "9")
static const struct assay_parameter billion_parameter = { .struct_size = (uint32_t)sizeof(struct assay_parameter),
                                                          .type = ASSAY_INTEGER,
                                                          .name = "calls",
                                                          .summary = "of the leaf, an iteration",
                                                          .fallback = "1000000000",
                                                          .least = "0",
                                                          .most = "1000000000000" };
static const struct assay_parameter *const with_n[] = { &n_parameter, NULL };
static const struct assay_parameter *const with_calls[] = { &calls_parameter, NULL };
static const struct assay_parameter *const with_steps[] = { &calls_parameter, &steps_parameter, NULL };
static const struct assay_parameter *const with_depth[] = { &depth_parameter, NULL };
static const struct assay_parameter *const with_billion[] = { &billion_parameter, NULL };

#define KERNEL(id, text, with, runs, expects, more)                                                                    \
    static const struct assay_kernel id##_kernel = { .struct_size = (uint32_t)sizeof(struct assay_kernel),             \
                                                     .flags = ASSAY_DETERMINISTIC | (more),                            \
                                                     .name = "callcost." #id,                                          \
                                                     .summary = text,                                                  \
                                                     .version = "1.0.0",                                               \
                                                     .parameters = with,                                               \
                                                     .setup = setup,                                                   \
                                                     .run = runs,                                                      \
                                                     .answer = answer,                                                 \
                                                     .teardown = free,                                                 \
                                                     .expect = expects };
KERNEL(fib, "Fibonacci numbers by recursion", with_n, fib_run, fib_expect, 0)
KERNEL(leaf, "calls of a body of two nanoseconds", with_calls, leaf_run, leaf_expect, 0)
KERNEL(med, "calls of a body of about 200 nanoseconds", with_steps, med_run, med_expect, 0)
KERNEL(contexts, "eleven million calling contexts, each entered once", with_depth, contexts_run, contexts_expect, 0)
KERNEL(billion, "a billion calls", with_billion, leaf_run, leaf_expect, ASSAY_ONE_ITERATION)

ASSAY_PLUGIN(&fib_kernel, &leaf_kernel, &med_kernel, &contexts_kernel, &billion_kernel)
