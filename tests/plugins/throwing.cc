// A kernel in C++ whose run throws: the exception must end at the worker's timer, not in its C code.
#include <assay/kernel.h>

#include <stdexcept>

namespace
{

int set_up(const assay_host *, const assay_arguments *, uint64_t, void **state)
{
    *state = nullptr;
    return 0;
}

int run(void *, uint64_t)
{
    throw std::runtime_error("thrown");
}

assay_kernel make()
{
    assay_kernel kernel = {};
    kernel.struct_size = sizeof kernel;
    kernel.name = "throwing.run";
    kernel.summary = "throws";
    kernel.setup = set_up;
    kernel.run = run;
    return kernel;
}

const assay_kernel kernel = make();

} // namespace

ASSAY_PLUGIN(&kernel)
