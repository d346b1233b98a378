/* A plug-in for assay: looks up every number of a table once, in an order that the seed has shuffled. */
#include "lookup.h"

#include <assay/kernel.h>

struct state {
    uint32_t count;
    uint32_t *table;  /* 0, 3, 6, ... */
    uint32_t *wanted; /* the same, shuffled */
    uint64_t sum;     /* of the indexes that the last iteration found */
};

static void teardown(void *state)
{
    struct state *self = (struct state *)state;
    free(self->table);
    free(self->wanted);
    free(self);
}

static int setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed, void **state)
{
    struct state *self = (struct state *)calloc(1, sizeof *self);
    if (self == NULL) {
        host->fail(host->context, "out of memory");
        return 1;
    }
    self->count = (uint32_t)assay_argument_integer(arguments, "count");
    self->table = (uint32_t *)calloc(self->count, sizeof *self->table);
    self->wanted = (uint32_t *)calloc(self->count, sizeof *self->wanted);
    if (self->table == NULL || self->wanted == NULL) {
        host->fail(host->context, "out of memory");
        teardown(self);
        return 1;
    }
    for (uint32_t i = 0; i < self->count; i++) { /* Fisher and Yates, from the inside out; Knuth's MMIX generator */
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint32_t k = (uint32_t)((seed >> 33) % (i + 1));
        self->table[i] = 3 * i;
        self->wanted[i] = self->wanted[k];
        self->wanted[k] = 3 * i;
    }
    *state = self;
    return 0;
}

static int run(void *state, uint64_t iterations)
{
    struct state *self = (struct state *)state;
    for (uint64_t i = 0; i < iterations; i++) {
        self->sum = 0;
        for (uint32_t k = 0; k < self->count; k++) {
            self->sum += lookup(self->table, self->count, self->wanted[k]);
        }
        assay_use(&self->sum);
    }
    return 0;
}

static int answer(void *state, const struct assay_sink *sink)
{
    sink->integer(sink->context, ((struct state *)state)->sum);
    return 0;
}

static int expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    uint64_t count = assay_argument_integer(arguments, "count");
    expected->known = ASSAY_KNOWS_COUNT | ASSAY_KNOWS_SUM;
    expected->count = 1;
    expected->sum = count * (count - 1) / 2;
    expected->source = "Gauss: 0 + 1 + ... + n-1 = n(n-1)/2";
    return 0;
}

static int work(const struct assay_arguments *arguments, struct assay_work *work)
{
    work->items = (double)assay_argument_integer(arguments, "count");
    work->least_operations = work->items; /* every number is looked at */
    return 0;
}

static const struct assay_parameter count = {
    sizeof(struct assay_parameter), ASSAY_INTEGER, "count", "numbers in the table", "1024", "1", "1000000", NULL
};
static const struct assay_parameter *const parameters[] = { &count, NULL };
static const struct assay_kernel kernel = {
    .struct_size = sizeof(struct assay_kernel),
    .flags = ASSAY_DETERMINISTIC,
    .name = "lookup.all",
    .summary = "looks up every number of a table",
    .version = "1.0.0",
    .parameters = parameters,
    .setup = setup,
    .run = run,
    .answer = answer,
    .teardown = teardown,
    .expect = expect,
    .work = work,
};

ASSAY_PLUGIN(&kernel)
