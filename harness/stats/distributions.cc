// Boost.Math behind a C face: the one file that includes Boost. Its policies return NaN, so that no exception
// crosses into C. Knows nothing of what is measured.
#include "stats/distributions.h"

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

namespace
{
namespace policies = boost::math::policies;
using quiet =
    policies::policy<policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
                     policies::overflow_error<policies::ignore_error>,
                     policies::underflow_error<policies::ignore_error>, policies::denorm_error<policies::ignore_error>,
                     policies::rounding_error<policies::ignore_error>,
                     policies::evaluation_error<policies::ignore_error>,
                     policies::indeterminate_result_error<policies::ignore_error>, policies::promote_double<false>>;
using binomial = boost::math::binomial_distribution<double, quiet>;
using normal = boost::math::normal_distribution<double, quiet>;
using student = boost::math::students_t_distribution<double, quiet>;

constexpr double not_known = std::numeric_limits<double>::quiet_NaN();

bool inside(double p)
{
    return p > 0 && p < 1;
}
} // namespace

extern "C" double assay_binomial_cdf(unsigned k, unsigned n, double p)
{
    if (!(p >= 0 && p <= 1))
        return not_known;
    return k >= n ? 1.0 : boost::math::cdf(binomial(n, p), k);
}

extern "C" double assay_normal_cdf(double x)
{
    if (std::isinf(x))
        return x > 0 ? 1.0 : 0.0;
    return boost::math::cdf(normal(), x);
}

extern "C" double assay_normal_quantile(double p)
{
    return inside(p) ? boost::math::quantile(normal(), p) : not_known;
}

extern "C" double assay_student_quantile(double p, double degrees)
{
    return inside(p) && degrees > 0 ? boost::math::quantile(student(degrees), p) : not_known;
}
