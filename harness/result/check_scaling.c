/* The rules of a scaling, one function a rule: benchmarks that exist, at growing values, numbers in their bounds, and a best
 * form that was tried. Knows no JSON. */
#include "result/scalings.h"

#include <math.h>
#include <string.h>

static int refuse(struct assay_error *error, size_t index, const char *name, const char *want)
{
    return assay_fail(error, ASSAY_EINPUT, "scalings[%zu].%s: want %s", index, name, want);
}

static int check_points(const struct assay_document *document, size_t index, struct assay_error *error)
{
    const struct assay_scaling *scaling = &document->scalings[index];
    for (size_t i = 0; i < scaling->count; i++) {
        double value = scaling->values[i];
        if (scaling->benchmarks[i] >= document->benchmark_count) {
            return assay_fail(error, ASSAY_EINPUT, "scalings[%zu].benchmarks[%zu]: want the index of a benchmark", index,
                              i);
        }
        if (!(isfinite(value) && value > 0 && (i == 0 || value > scaling->values[i - 1]))) {
            return assay_fail(error, ASSAY_EINPUT,
                              "scalings[%zu].values[%zu]: want a number above 0 and above the one before", index, i);
        }
    }
    return 0;
}

static int check_exponent(const struct assay_scaling *scaling, size_t index, struct assay_error *error)
{
    if (isinf(scaling->exponent)) {
        return refuse(error, index, "exponent", "a finite number or null");
    }
    bool known = isfinite(scaling->low) && isfinite(scaling->high) && scaling->low <= scaling->high;
    if (!known && !(isnan(scaling->low) && isnan(scaling->high))) {
        return refuse(error, index, "ci95", "two numbers, low <= high, or null");
    }
    return 0;
}

static bool is_amount(double value)
{
    return isfinite(value) && value >= 0;
}

static int check_forms(const struct assay_scaling *scaling, size_t index, struct assay_error *error)
{
    for (size_t i = 0; i < scaling->form_count; i++) {
        const struct assay_scaling_form *form = &scaling->forms[i];
        const char *wrong = !is_amount(form->coefficient) ? "coefficient"
                            : !is_amount(form->overhead)  ? "overhead"
                            : !is_amount(form->error)     ? "error"
                                                          : NULL;
        if (wrong) {
            return assay_fail(error, ASSAY_EINPUT, "scalings[%zu].forms[%zu].%s: want a number of 0 or more", index, i,
                              wrong);
        }
    }
    return 0;
}

static int check_best(const struct assay_scaling *scaling, size_t index, struct assay_error *error)
{
    if (scaling->best && (scaling->form_count == 0 || strcmp(scaling->forms[0].form, scaling->best) != 0 ||
                          !scaling->forms[0].plausible)) {
        return refuse(error, index, "best", "the first of its forms, which is plausible");
    }
    if (!scaling->best && !scaling->reason) {
        return refuse(error, index, "reason", "words on why no form is the best");
    }
    return 0;
}

int assay_scaling_check(const struct assay_document *document, size_t index, struct assay_error *error)
{
    const struct assay_scaling *scaling = &document->scalings[index];
    int result = check_points(document, index, error);
    result = result ? result : check_exponent(scaling, index, error);
    result = result ? result : check_forms(scaling, index, error);
    return result ? result : check_best(scaling, index, error);
}
