/* Kernels that assay measures itself with: nothing at all, and one that is slow in every other process. */
#include <assay/kernel.h>

struct state {
    uint64_t turns; /* of the two-mode kernel's inner loop */
    uint64_t value;
};

static int setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed, void **state)
{
    struct state *made = calloc(1, sizeof *made);
    (void)arguments;
    if (made == NULL) {
        host->fail(host->context, "out of memory");
        return 1;
    }
    made->turns = (seed & 1) != 0 ? 2600 : 2000;
    *state = made;
    return 0;
}

/* One iteration is one turn of the loop, which the compiler must keep. */
static int run_empty(void *state, uint64_t iterations)
{
    for (uint64_t i = 0; i < iterations; i++) {
        assay_use(state);
    }
    return 0;
}

static int run_two_modes(void *state, uint64_t iterations)
{
    struct state *self = state;
    for (uint64_t i = 0; i < iterations; i++) {
        uint64_t x = i | 1;
        for (uint64_t k = 0; k < self->turns; k++) {
            x *= 0x9e3779b97f4a7c15u;
            assay_use(&x);
        }
        self->value = x;
    }
    return 0;
}

static const struct assay_kernel empty = {
    .struct_size = sizeof empty,
    .flags = ASSAY_DETERMINISTIC,
    .name = "self.empty",
    .summary = "a loop around nothing",
    .version = "1.0.0",
    .setup = setup,
    .run = run_empty,
    .teardown = free,
};

static const struct assay_kernel two_modes = {
    .struct_size = sizeof two_modes,
    .name = "self.two_modes",
    .summary = "30 % more work in the processes whose seed is odd",
    .version = "1.0.0",
    .setup = setup,
    .run = run_two_modes,
    .teardown = free,
};

ASSAY_PLUGIN(&empty, &two_modes)
