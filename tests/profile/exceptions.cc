// Exceptions, by which frames are left as they are by longjmp; gcc calls the exit hooks on the way, clang does not.
//
// exact.throw      80 times: attempt calls e1, e2, e3, and e3 throws to attempt, which calls caught. 80 calls each
// exact.rethrow    25 times: pass catches what e3 throws and throws it on to its caller
#include "exact.h"

#include <stdexcept>

namespace
{

volatile uint64_t sink;

KEPT void e3()
{
    sink = sink + 1;
    throw 7;
}
KEPT void e2()
{
    e3();
    sink = sink + 1;
}
KEPT void e1()
{
    e2();
    sink = sink + 1;
}
KEPT void caught()
{
    sink = sink + 1;
}
KEPT void attempt()
{
    try {
        e1();
    } catch (int) {
        caught();
    }
}
EXACT_RUN(throws, for (int k = 0; k < 80; k++) attempt())

KEPT void pass()
{
    try {
        e3();
    } catch (int) {
        throw;
    }
}
KEPT void retry()
{
    for (int i = 0; i < 25; i++) {
        try {
            pass();
        } catch (int) {
            caught();
        }
    }
}
EXACT_RUN(rethrows, retry())

UNSEEN assay_kernel make(const char *name, const char *summary, int (*run)(void *, uint64_t))
{
    assay_kernel kernel = {};
    kernel.struct_size = sizeof kernel;
    kernel.name = name;
    kernel.summary = summary;
    kernel.setup = exact_setup;
    kernel.run = run;
    return kernel;
}

const assay_kernel throwing = make("exact.throw", "exceptions through three frames", throws_run);
const assay_kernel rethrowing = make("exact.rethrow", "exceptions thrown on", rethrows_run);

} // namespace

extern "C" const struct exact exact_calls[] = {
    EXACT("exact.throw", attempt, 80, 80, 1),  EXACT("exact.throw", e1, 80, 80, 1),
    EXACT("exact.throw", e2, 80, 80, 1),       EXACT("exact.throw", e3, 80, 80, 1),
    EXACT("exact.throw", caught, 80, 80, 1),   EXACT("exact.rethrow", retry, 1, 1, 1),
    EXACT("exact.rethrow", pass, 25, 25, 1),   EXACT("exact.rethrow", e3, 25, 25, 1),
    EXACT("exact.rethrow", caught, 25, 25, 1), EXACT_END,
};

ASSAY_PLUGIN(&throwing, &rethrowing)
