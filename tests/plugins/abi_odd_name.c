/* A kernel whose name holds bytes that no name may: a line feed, an escape sequence, half a UTF-8 character, a quote.
 */
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

static const struct assay_kernel odd = { .struct_size = sizeof(struct assay_kernel),
                                         .name = "odd\n\033[31m\xc3\"name",
                                         .summary = "odd",
                                         .setup = set_up,
                                         .run = run };

ASSAY_PLUGIN(&odd)
