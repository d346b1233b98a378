/* The exit status' question. */
#include "compare/compare.h"

#include <math.h>

bool assay_compare_is_regression(const struct assay_comparison *comparison)
{
    return comparison->verdict == ASSAY_VERDICT_SLOWER && isfinite(comparison->gate_log_evidence) &&
           comparison->log_evidence >= comparison->gate_log_evidence;
}
