/* The coverage build's `assay_profile`: it records no calls, it resets the compiler's counters and writes them out.
 * Both gcc and clang offer these two functions to a program that is linked with --coverage. */
#include <assay/profile.h>

#include <stddef.h>

void __gcov_reset(void);
void __gcov_dump(void);

static int start(uint32_t records)
{
    if ((records & ~ASSAY_PROFILE_LINES) != 0) {
        return -1;
    }
    __gcov_reset();
    return 0;
}

/* Adds to the files that are there; GCOV_PREFIX says where. Both compilers write again when the process ends, clang all
 * that it has read from them too: it then finds nothing to add. */
static void stop(void)
{
    __gcov_dump();
    __gcov_reset();
}

static int read_functions(assay_profile_visitor visitor, void *context)
{
    (void)visitor;
    (void)context;
    return -1;
}

const struct assay_profile assay_profile = {
    .magic = { 'A', 'S', 'S', 'A', 'Y', 'P', 'R', 'F' },
    .struct_size = (uint32_t)sizeof(struct assay_profile),
    .major = ASSAY_PROFILE_MAJOR,
    .minor = ASSAY_PROFILE_MINOR,
    .records = ASSAY_PROFILE_LINES,
    .start = start,
    .stop = stop,
    .read = read_functions,
};
