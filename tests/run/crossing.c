/* Kernels that cross where their work says: each does a number of equal units of work that follows from its parameters
 * alone, so that the ratio of two is known. Must not know who compares what. */
#include <assay/kernel.h>

#include <signal.h>
#include <stdbool.h>

/* A function that keeps its name in layouts. */
#if defined(__GNUC__) && !defined(__clang__)
#define APART __attribute__((noipa))
#else
#define APART __attribute__((noinline))
#endif

#define SIZE(type) ((uint32_t)sizeof(struct type))

enum { CONSTANT = 600, STEPS = 32 };

struct state {
    uint64_t units;
    uint64_t value;
    bool other;
    bool falls;
};

/* Multiplications that each wait for the one before: Knuth's MMIX. */
static APART uint64_t work(uint64_t units, uint64_t value)
{
    for (uint64_t unit = 0; unit < units * STEPS; unit++) {
        value = value * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    }
    return value;
}

static int begin(const struct assay_arguments *arguments, void **state, double factor, bool constant)
{
    struct state *self = calloc(1, sizeof(*self));
    if (self == NULL) {
        return 1;
    }
    double n = (double)assay_argument_integer(arguments, "n") * assay_argument_real(arguments, "scale") * factor;
    self->units = constant ? CONSTANT : n > 1 ? (uint64_t)n : 1;
    *state = self;
    return 0;
}

#define SETUP(name, factor, constant)                                                                                  \
    static int name##_setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,     \
                            void **state)                                                                              \
    {                                                                                                                  \
        (void)host, (void)seed;                                                                                        \
        uint64_t n = assay_argument_integer(arguments, "n");                                                           \
        (void)n;                                                                                                       \
        return begin(arguments, state, factor, constant);                                                              \
    }
SETUP(constant, 1, true)
SETUP(linear, 1, false)
SETUP(triple, 3, false)
SETUP(middle, n > 100 && n < 2000 ? 0.5 : 2, false) /* half the work in the middle, else twice */

static int other_setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,
                       void **state)
{
    int code = linear_setup(host, arguments, seed, state);
    if (code == 0) {
        ((struct state *)*state)->other = assay_argument_is(arguments, "way", "wrong");
    }
    return code;
}

static int falls_setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,
                       void **state)
{
    int code = triple_setup(host, arguments, seed, state);
    if (code == 0) {
        ((struct state *)*state)->falls = assay_argument_integer(arguments, "n") > 1000;
    }
    return code;
}

static int run(void *state, uint64_t iterations)
{
    struct state *self = state;
    if (self->falls) {
        raise(SIGKILL);
    }
    for (uint64_t i = 0; i < iterations; i++) {
        self->value = work(self->units, i);
        assay_use(self);
    }
    return 0;
}

static int answer(void *state, const struct assay_sink *sink)
{
    sink->integer(sink->context, ((struct state *)state)->other ? 2 : 1);
    return 0;
}

static const struct assay_parameter n = { SIZE(assay_parameter), ASSAY_INTEGER, "n",   "what the work depends on",
                                          "100",                 "1",           "1e6", NULL };
static const struct assay_parameter scale = { SIZE(assay_parameter), ASSAY_REAL, "scale", "times n", "1",
                                              "0.001",               "1000",     NULL };
static const char *const ways[] = { "wrong", "right", NULL };
static const struct assay_parameter way = { SIZE(assay_parameter), ASSAY_CHOICE, "way", "the answer", "wrong", NULL,
                                            NULL,                  ways };
static const struct assay_parameter *const both[] = { &n, &scale, NULL };
static const struct assay_parameter *const three[] = { &n, &scale, &way, NULL };

#define KERNEL(called, words, takes)                                                                                   \
    static const struct assay_kernel called##_kernel = {                                                               \
        .struct_size = SIZE(assay_kernel),                                                                             \
        .flags = ASSAY_DETERMINISTIC,                                                                                  \
        .name = "crossing." #called,                                                                                   \
        .summary = words,                                                                                              \
        .version = "1.0.0",                                                                                            \
        .parameters = takes,                                                                                           \
        .setup = called##_setup,                                                                                       \
        .run = run,                                                                                                    \
        .answer = answer,                                                                                              \
        .teardown = free,                                                                                              \
    }
KERNEL(constant, "600 units of work", both);
KERNEL(linear, "n times scale units of work", both);
KERNEL(triple, "three times as many", both);
KERNEL(middle, "half as many for n above 100 and below 2000, else twice as many", both);
KERNEL(other, "as linear, with another answer", three);
KERNEL(falls, "three times as many, and killed above n of 1000", both);

ASSAY_PLUGIN(&constant_kernel, &linear_kernel, &triple_kernel, &middle_kernel, &other_kernel, &falls_kernel)
