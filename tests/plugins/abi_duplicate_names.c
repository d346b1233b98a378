/* Two kernels that answer to one name: the second's alias is the first's name. */
#include <assay/kernel.h>

static int set_up(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed, void **state)
{
    (void)host;
    (void)arguments;
    (void)seed;
    *state = NULL;
    return 0;
}

static int run(void *state, uint64_t iterations)
{
    (void)state;
    (void)iterations;
    return 0;
}

static const char *const aliases[] = { "other", "twin.first", NULL };
static const struct assay_kernel first = {
    .struct_size = sizeof(struct assay_kernel), .name = "twin.first", .summary = "one", .setup = set_up, .run = run
};
static const struct assay_kernel second = { .struct_size = sizeof(struct assay_kernel),
                                            .name = "twin.second",
                                            .aliases = aliases,
                                            .summary = "two",
                                            .setup = set_up,
                                            .run = run };

ASSAY_PLUGIN(&first, &second)
