/* The bracket around a counted batch; what the counts hold stands in the header. Knows no output file: that is read by
 * whoever started valgrind. */
#include "worker/callgrind.h"

#include <valgrind/callgrind.h>

bool assay_callgrind_is_here(void)
{
    return RUNNING_ON_VALGRIND != 0;
}

int assay_callgrind_run(int (*run)(void *state, uint64_t iterations), void *state, uint64_t iterations)
{
    CALLGRIND_START_INSTRUMENTATION;
    int code = run(state, iterations);
    CALLGRIND_STOP_INSTRUMENTATION;
    return code;
}
