/* Arrays of random numbers: what a number costs, by its generator and by its form. An iteration fills one array,
 * beginning at the seed, so that its answer is always the same and can be looked up.
 *
 * random.fill has the generators that can be seeded. The processor's rdrand is a kernel of its own, random.fill_rdrand:
 * where the instruction is missing it must be `unavailable`, which a plug-in says of a kernel and not of a parameter's
 * value; and it gives other numbers each time, where random.fill promises the same.
 *
 * An answer is one integer a number: as it is; a double as its multiple of 2^-53; a normal number to the nearest
 * multiple of 2^-24, two's complement, because the last bits of log() and exp() are the C library's. Generators and
 * their vectors: docs/random-numbers.md. */
#include <assay/kernel.h>

#include "generators/chacha8.h"
#include "generators/forms.h"
#include "generators/libc_rand.h"
#include "generators/mt19937.h"
#include "generators/mt19937_64.h"
#include "generators/pcg32.h"
#include "generators/pcg64_dxsm.h"
#include "generators/philox4x64.h"
#include "generators/rdrand.h"
#include "generators/splitmix64.h"
#include "generators/xoshiro256pp.h"
#include "generators/ziggurat.h"

#include <math.h>
#include <stdbool.h>

/* ---- Every generator in every form ------------------------------------------------------------------- */

#define GENERATOR splitmix64
#include "generators/forms.inc"
#define GENERATOR xoshiro256pp
#include "generators/forms.inc"
#define GENERATOR pcg32
#include "generators/forms.inc"
#define GENERATOR pcg64_dxsm
#include "generators/forms.inc"
#define GENERATOR mt19937
#include "generators/forms.inc"
#define GENERATOR mt19937_64
#include "generators/forms.inc"
#define GENERATOR philox4x64
#include "generators/forms.inc"
#define GENERATOR chacha8
#include "generators/forms.inc"
#define GENERATOR libc_rand
#include "generators/forms.inc"
#define GENERATOR rdrand
#include "generators/forms.inc"

/* Name in C, name, and the least operations of 64 bits. A least is what the best compiler and machine cannot do
 * without. A unit of 512 bits does 8 operations of 64 bits or 16 of 32 at once, two such a cycle; the check allows 8 a
 * cycle. So one of 64 bits counts for 1/2 and one of 32 for 1/4; those of rand() and rdrand, which stand alone, count
 * whole. docs/random-numbers.md counts them. */
#define GENERATORS(X)                                                                                                  \
    X(splitmix64, "splitmix64", 4.5)                                                                                   \
    X(xoshiro256pp, "xoshiro256++", 5.0)                                                                               \
    X(pcg32, "pcg32", 8.0)                                                                                             \
    X(pcg64_dxsm, "pcg64-dxsm", 6.0)                                                                                   \
    X(mt19937, "mt19937", 9.0)                                                                                         \
    X(mt19937_64, "mt19937-64", 9.0)                                                                                   \
    X(philox4x64, "philox4x64-10", 9.75)                                                                               \
    X(chacha8, "chacha8", 12.5)                                                                                        \
    X(libc_rand, "rand", 15.0)

enum form { UINT64, DOUBLE, BOUNDED, NORMAL_ZIGGURAT, NORMAL_POLAR, FORMS };

static const char *const form_names[] = { "uint64", "double", "bounded", "normal-ziggurat", "normal-polar", NULL };
/* What a number needs beside its 64 bits, by the same measure. */
static const double form_operations[FORMS] = { 0.0, 1.5, 1.0, 3.0, 4.0 };

struct generator {
    const char *name;
    double operations;
    void (*start)(void *generator, uint64_t seed);
    void (*fill[FORMS])(const struct fill *fill);
};

#define ROW(type, label, least)                                                                                        \
    {                                                                                                                  \
        label, least, type##_start,                                                                                    \
        {                                                                                                              \
            type##_fill_uint64, type##_fill_double, type##_fill_bounded, type##_fill_normal_ziggurat,                  \
                type##_fill_normal_polar                                                                               \
        }                                                                                                              \
    }
#define LISTED(type, label, least) ROW(type, label, least),
static const struct generator generators[] = { GENERATORS(LISTED) };
static const struct generator processor = ROW(rdrand, "rdrand", 1.0);

#define LABEL(type, label, least) label,
static const char *const generator_names[] = { GENERATORS(LABEL) NULL };

#define MEMBER(type, label, least) struct type type;
union any_generator {
    GENERATORS(MEMBER)
    struct rdrand rdrand;
};

/* ---- A state and its life ---------------------------------------------------------------------------- */

struct state {
    const struct assay_host *host;
    const struct generator *generator;
    enum form form;
    bool restarts; /* rand(): what a seed sets is not in `seeded` but in the C library */
    bool exhausted;
    uint64_t seed;
    union any_generator seeded;
    struct fill fill;
    struct ziggurat ziggurat;
};

static size_t place_of(const struct assay_arguments *arguments, const char *parameter, const char *const *choices)
{
    size_t i = 0;
    while (choices[i + 1] != NULL && !assay_argument_is(arguments, parameter, choices[i])) {
        i++; /* the host has checked that it is one of them */
    }
    return i;
}

static void fill_teardown(void *state)
{
    struct state *self = state;
    free(self->fill.integers);
    free(self);
}

static int setup_with(const struct assay_host *host, const struct assay_arguments *arguments,
                      const struct generator *generator, uint64_t seed, void **state)
{
    struct state *self = calloc(1, sizeof *self);
    if (self == NULL) {
        host->fail(host->context, "out of memory");
        return 1;
    }
    self->host = host;
    self->generator = generator;
    self->form = (enum form)place_of(arguments, "form", form_names);
    self->seed = seed;
    self->fill = (struct fill){ .generator = &self->seeded, .ziggurat = &self->ziggurat };
    self->fill.count = (size_t)assay_argument_integer(arguments, "count");
    self->fill.bound = assay_argument_integer(arguments, "bound");
    self->fill.integers = malloc(self->fill.count * sizeof *self->fill.integers);
    if (self->fill.integers == NULL) {
        host->fail(host->context, "out of memory for the array of numbers");
        free(self);
        return 1;
    }
    self->fill.reals = (double *)self->fill.integers; /* one array: a form uses it as the one or as the other */
    generator->start(&self->seeded, seed);
    if (self->form == NORMAL_ZIGGURAT) {
        ziggurat_init(&self->ziggurat);
    }
    *state = self;
    return 0;
}

static int fill_setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,
                      void **state)
{
    const struct generator *generator = &generators[place_of(arguments, "generator", generator_names)];
    uint64_t wanted = assay_argument_integer(arguments, "seed");
    bool restarts = generator->start == libc_rand_start;
    if (restarts && host->threads > 1) {
        host->fail(host->context, "rand() has one state in a process: want 1 thread");
        return 1;
    }
    if (setup_with(host, arguments, generator, wanted != 0 ? wanted : seed, state) != 0) {
        return 1;
    }
    ((struct state *)*state)->restarts = restarts;
    return 0;
}

static int rdrand_setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,
                        void **state)
{
    if (setup_with(host, arguments, &processor, seed, state) != 0) {
        return 1;
    }
    struct state *self = *state;
    self->seeded.rdrand.exhausted = &self->exhausted;
    return 0;
}

static int fill_run(void *state, uint64_t iterations)
{
    struct state *self = state;
    for (uint64_t i = 0; i < iterations; i++) {
        if (self->restarts) {
            self->generator->start(&self->seeded, self->seed);
        }
        self->generator->fill[self->form](&self->fill);
        assay_use(self->fill.integers);
    }
    if (self->exhausted) {
        self->host->fail(self->host->context, "rdrand gave no number in ten retries");
        return 1;
    }
    return 0;
}

/* ---- Answer and work --------------------------------------------------------------------------------- */

static uint64_t line_of(enum form form, double number)
{
    return form == DOUBLE ? (uint64_t)(number * 0x1p53) : (uint64_t)llrint(number * 0x1p24);
}

static int fill_answer(void *state, const struct assay_sink *sink)
{
    const struct state *self = state;
    if (self->form == UINT64 || self->form == BOUNDED) {
        sink->integers(sink->context, self->fill.integers, self->fill.count);
        return 0;
    }
    for (size_t i = 0; i < self->fill.count; i++) {
        sink->integer(sink->context, line_of(self->form, self->fill.reals[i]));
    }
    return 0;
}

static int fill_expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    expected->known = ASSAY_KNOWS_COUNT;
    expected->count = assay_argument_integer(arguments, "count");
    expected->source = "as many numbers as were asked for";
    return 0;
}

static int work_of(const struct assay_arguments *arguments, const struct generator *generator, struct assay_work *work)
{
    size_t form = place_of(arguments, "form", form_names);
    work->items = (double)assay_argument_integer(arguments, "count");
    work->bytes = work->items * (double)sizeof(uint64_t);
    work->least_operations = work->items * (generator->operations + form_operations[form]);
    return 0;
}

static int fill_work(const struct assay_arguments *arguments, struct assay_work *work)
{
    return work_of(arguments, &generators[place_of(arguments, "generator", generator_names)], work);
}

static int rdrand_work(const struct assay_arguments *arguments, struct assay_work *work)
{
    return work_of(arguments, &processor, work);
}

/* ---- The kernels ------------------------------------------------------------------------------------- */

#define PARAMETER .struct_size = (uint32_t)sizeof(struct assay_parameter)

static const struct assay_parameter generator_parameter = {
    PARAMETER,
    .type = ASSAY_CHOICE,
    .name = "generator",
    .summary = "where the numbers come from",
    .fallback = "pcg64-dxsm", /* numpy has it: the defaults are verified, and run in Python too */
    .choices = generator_names,
};
static const struct assay_parameter form_parameter = {
    PARAMETER,
    .type = ASSAY_CHOICE,
    .name = "form",
    .summary = "what is made of the generator's bits",
    .fallback = "uint64",
    .choices = form_names,
};
static const struct assay_parameter count_parameter = {
    PARAMETER,           .type = ASSAY_INTEGER, .name = "count",    .summary = "numbers in the array",
    .fallback = "10000", .least = "1",          .most = "10000000",
};
static const struct assay_parameter bound_parameter = {
    PARAMETER,          .type = ASSAY_INTEGER, .name = "bound", .summary = "bounded numbers are from 0 to one below it",
    .fallback = "1000", .least = "1",
};
static const struct assay_parameter seed_parameter = {
    PARAMETER,        .type = ASSAY_INTEGER, .name = "seed", .summary = "the generator's; 0: that of the process",
    .fallback = "42",
};
static const struct assay_parameter *const fill_parameters[] = { &generator_parameter, &form_parameter,
                                                                 &count_parameter,     &bound_parameter,
                                                                 &seed_parameter,      NULL };
static const struct assay_parameter *const rdrand_parameters[] = { &form_parameter, &count_parameter, &bound_parameter,
                                                                   NULL };
static const char *const tags[] = { "random", NULL };

static const struct assay_kernel random_fill = {
    .struct_size = (uint32_t)sizeof(struct assay_kernel),
    .flags = ASSAY_DETERMINISTIC,
    .name = "random.fill",
    .summary = "fills an array with random numbers",
    .version = "1.0.0",
    .tags = tags,
    .parameters = fill_parameters,
    .setup = fill_setup,
    .run = fill_run,
    .answer = fill_answer,
    .teardown = fill_teardown,
    .expect = fill_expect,
    .work = fill_work,
};

static const struct assay_kernel random_fill_rdrand = {
    .struct_size = (uint32_t)sizeof(struct assay_kernel),
    .name = "random.fill_rdrand",
    .summary = "fills an array with the processor's own random numbers",
    .version = "1.0.0",
    .tags = tags,
    .parameters = rdrand_parameters,
    .unavailable = rdrand_unavailable,
    .setup = rdrand_setup,
    .run = fill_run,
    .answer = fill_answer,
    .teardown = fill_teardown,
    .expect = fill_expect,
    .work = rdrand_work,
};

ASSAY_PLUGIN(&random_fill, &random_fill_rdrand)
