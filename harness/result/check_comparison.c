/* The rules of a comparison, one function a rule: numbers in their bounds, blocks that name what exists, and a verdict
 * that its own interval supports. Knows no JSON. */
#include "result/comparison.h"

#include "result/number.h"

#include <math.h>

/* Two roundings of a ratio and its logarithm may part by this much; no verdict hangs on it. */
#define ROUNDING 1e-12

static int refuse(struct assay_error *error, size_t index, const char *name, const char *want)
{
    return assay_fail(error, ASSAY_EINPUT, "comparisons[%zu].%s: want %s", index, name, want);
}

#define AT(member) #member, offsetof(struct assay_comparison, member)
#define IN(name, member) name, offsetof(struct assay_comparison, member)
static const struct bound {
    const char *name;
    size_t offset;
    double least, most; /* where they are open, the next double */
    bool nullable;
    const char *want;
} bounds[] = {
    { AT(ratio), 0x1p-1074, INFINITY, true, "a number above 0, or null" },
    { IN("interval", low), 0x1p-1074, INFINITY, true, "a ratio above 0, or null" },
    { IN("interval", high), 0x1p-1074, INFINITY, true, "a ratio above 0, or null" },
    { AT(confidence), 0x1p-1074, 1 - 0x1p-53, false, "a number above 0 and below 1" },
    { IN("ci95", ci95_low), 0x1p-1074, INFINITY, true, "a ratio above 0, or null" },
    { IN("ci95", ci95_high), 0x1p-1074, INFINITY, true, "a ratio above 0, or null" },
    { AT(margin), 0, INFINITY, false, "a number of 0 or more" },
    { AT(direction_at_s), 0, INFINITY, true, "a number of 0 or more, or null" },
    { AT(log_evidence), -INFINITY, INFINITY, true, "a finite number or null" },
    { AT(gate_log_evidence), -INFINITY, INFINITY, true, "a finite number or null" },
    { AT(pairs), 0, INFINITY, true, "a number of 0 or more, or null" },
    { AT(seconds), 0, INFINITY, true, "a number of 0 or more, or null" },
    { AT(minimum_detectable_effect), 0, INFINITY, true, "a number of 0 or more, or null" },
    { AT(seconds_needed), 0, INFINITY, true, "a number of 0 or more, or null" },
    { AT(spread), 0, INFINITY, true, "a number of 0 or more, or null" },
    { AT(carry_over), -INFINITY, INFINITY, true, "a finite number or null" },
    { IN("carry_over", carry_over_low), -INFINITY, INFINITY, true, "a finite number or null" },
    { IN("carry_over", carry_over_high), -INFINITY, INFINITY, true, "a finite number or null" },
    { AT(autocorrelation), -1, 1, true, "a number from -1 to 1, or null" },
    { AT(drift_p), 0, 1, true, "a number from 0 to 1, or null" },
    { AT(between_share), 0, 1, true, "a number from 0 to 1, or null" },
    { AT(injected), -INFINITY, INFINITY, false, "a finite number" },
    { IN("instructions", base_instructions), 0, INFINITY, true, "a number of 0 or more, or null" },
    { IN("instructions", head_instructions), 0, INFINITY, true, "a number of 0 or more, or null" },
};
#undef AT
#undef IN

static int check_numbers(const struct assay_comparison *comparison, size_t index, struct assay_error *error)
{
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
        double value = *(const double *)(const void *)((const char *)comparison + bounds[i].offset);
        bool good =
            isnan(value) ? bounds[i].nullable : isfinite(value) && value >= bounds[i].least && value <= bounds[i].most;
        if (!good) {
            return refuse(error, index, bounds[i].name, bounds[i].want);
        }
    }
    return 0;
}

/* What of a comparison must fit together. */
static int check_parts(const struct assay_document *document, size_t index, struct assay_error *error)
{
    const struct assay_comparison *comparison = &document->comparisons[index];
    if (comparison->base >= document->benchmark_count || comparison->head >= document->benchmark_count) {
        return refuse(error, index, comparison->base >= document->benchmark_count ? "base" : "head",
                      "the index of a benchmark");
    }
    if (comparison->low > comparison->high) {
        return refuse(error, index, "interval", "low <= high");
    }
    if (isnan(comparison->ci95_low) != isnan(comparison->ci95_high) || comparison->ci95_low > comparison->ci95_high) {
        return refuse(error, index, "ci95", "low <= high, or null");
    }
    if (isnan(comparison->carry_over) && !(isnan(comparison->carry_over_low) && isnan(comparison->carry_over_high))) {
        return refuse(error, index, "carry_over", "a value where there is an interval");
    }
    if (comparison->carry_over_low > comparison->carry_over_high) {
        return refuse(error, index, "carry_over", "low <= high");
    }
    if (!comparison->instructions_source &&
        !(isnan(comparison->base_instructions) && isnan(comparison->head_instructions))) {
        return refuse(error, index, "instructions", "a source where there are counts");
    }
    if (comparison->direction < -1 || comparison->direction > 1) {
        return refuse(error, index, "direction", "1, -1 or 0");
    }
    return 0;
}

static enum assay_verdict verdict_of(const struct assay_comparison *comparison, double wider)
{
    struct assay_interval interval = { isnan(comparison->low) ? -INFINITY : log(comparison->low) - wider,
                                       isnan(comparison->high) ? INFINITY : log(comparison->high) + wider, false };
    interval.known = isfinite(interval.low) && isfinite(interval.high);
    return assay_verdict_of(&interval, comparison->margin);
}

static int check_verdict(const struct assay_comparison *comparison, size_t index, struct assay_error *error)
{
    if ((unsigned)comparison->verdict >= ASSAY_VERDICT_COUNT) {
        return refuse(error, index, "verdict", "a known verdict, such as 'same'");
    }
    if (comparison->verdict == ASSAY_VERDICT_INCONCLUSIVE && comparison->reason) {
        return 0;
    }
    enum assay_verdict right = verdict_of(comparison, 0);
    if (comparison->verdict == right || comparison->verdict == verdict_of(comparison, ROUNDING) ||
        (comparison->high - comparison->low > 4 * ROUNDING * comparison->high &&
         comparison->verdict == verdict_of(comparison, -ROUNDING))) {
        return 0;
    }
    if (comparison->verdict == ASSAY_VERDICT_INCONCLUSIVE) {
        return assay_fail(error, ASSAY_EINPUT,
                          "comparisons[%zu].verdict: 'inconclusive' without a reason, the interval says '%s'", index,
                          assay_verdict_word(right));
    }
    return assay_fail(error, ASSAY_EINPUT, "comparisons[%zu].verdict: '%s', but its interval says '%s'", index,
                      assay_verdict_word(comparison->verdict), assay_verdict_word(right));
}

/* The largest value that a column may have; what is no index and no word is bounded by being a number. */
static double most(const struct assay_document *document, const struct assay_comparison *comparison,
                   const double *values)
{
    const struct assay_blocks *blocks = &comparison->blocks;
    if (values == blocks->base_process) {
        return (double)document->benchmarks[comparison->base].process_count - 1;
    }
    if (values == blocks->head_process) {
        return (double)document->benchmarks[comparison->head].process_count - 1;
    }
    if (values == blocks->order) {
        return 65535; /* a bit a quartet, 16 at most */
    }
    return values == blocks->head_first || values == blocks->set_aside ? 1 : ASSAY_NUMBER_EXACT;
}

static const char *whole_words(double largest)
{
    return largest == 65535 ? "0 to 65535" : largest == 1 ? "0 or 1" : "a whole number up to 2^53";
}

static int check_column(const struct assay_document *document, size_t index, size_t column, struct assay_error *error)
{
    const struct assay_comparison *comparison = &document->comparisons[index];
    const struct assay_block_column *kind = &assay_block_columns[column];
    const double *values = assay_blocks_column(&comparison->blocks, column);
    bool is_process = values == comparison->blocks.base_process || values == comparison->blocks.head_process;
    bool is_time = values == comparison->blocks.start_s || values == comparison->blocks.seconds;
    double largest = most(document, comparison, values);
    for (size_t i = 0; i < comparison->blocks.count; i++) {
        double value = values[i];
        const char *want = NULL;
        if (isnan(value) && kind->nullable) {
            continue;
        }
        if (!isfinite(value)) {
            want = kind->nullable ? "a finite number or null" : "a finite number";
        } else if ((kind->whole || is_time) && value < 0) {
            want = "a number of 0 or more";
        } else if (kind->whole && (value != floor(value) || value > largest)) {
            want = is_process ? "the index of a process" : whole_words(largest);
        }
        if (want) {
            return assay_fail(error, ASSAY_EINPUT, "comparisons[%zu].blocks.%s[%zu]: want %s", index, kind->name, i,
                              want);
        }
    }
    return 0;
}

int assay_comparison_check(const struct assay_document *document, size_t index, struct assay_error *error)
{
    const struct assay_comparison *comparison = &document->comparisons[index];
    int result = check_parts(document, index, error);
    if (!result) {
        result = check_numbers(comparison, index, error);
    }
    if (!result) {
        result = check_verdict(comparison, index, error);
    }
    for (size_t i = 0; i < ASSAY_BLOCK_COLUMN_COUNT && !result; i++) {
        result = check_column(document, index, i, error);
    }
    return result;
}
