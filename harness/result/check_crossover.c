/* The rules of a crossover, one function a rule: values that grow and name comparisons, changes between values that are
 * proven opposite, and an outcome that the comparisons support. Knows no JSON. */
#include "result/crossovers.h"

#include <math.h>
#include <stdint.h>

static int refuse(struct assay_error *error, size_t index, const char *name, const char *want)
{
    return assay_fail(error, ASSAY_EINPUT, "crossovers[%zu].%s: want %s", index, name, want);
}

static int check_numbers(const struct assay_crossover *crossover, size_t index, struct assay_error *error)
{
    if (!(crossover->from > 0 && isfinite(crossover->from))) {
        return refuse(error, index, "from", "a number above 0");
    }
    if (!(crossover->to > crossover->from && isfinite(crossover->to))) {
        return refuse(error, index, "to", "a number above 'from'");
    }
    if (!(crossover->confidence > 0 && crossover->confidence < 1)) {
        return refuse(error, index, "confidence", "a number above 0 and below 1");
    }
    if (!isnan(crossover->seconds) && !(crossover->seconds >= 0 && isfinite(crossover->seconds))) {
        return refuse(error, index, "seconds", "a number of 0 or more, or null");
    }
    return 0;
}

static int check_points(const struct assay_document *document, size_t index, struct assay_error *error)
{
    const struct assay_crossover *crossover = &document->crossovers[index];
    for (size_t i = 0; i < crossover->point_count; i++) {
        double value = crossover->values[i];
        const char *want = NULL;
        if (!(value >= crossover->from && value <= crossover->to)) {
            want = "a number from 'from' to 'to'";
        } else if (i > 0 && !(value > crossover->values[i - 1])) {
            want = "more than the value before";
        }
        if (want) {
            return assay_fail(error, ASSAY_EINPUT, "crossovers[%zu].points[%zu].value: want %s", index, i, want);
        }
        if (crossover->comparisons[i] >= document->comparison_count) {
            return assay_fail(error, ASSAY_EINPUT,
                              "crossovers[%zu].points[%zu].comparison: want the index of a comparison", index, i);
        }
    }
    return 0;
}

/* Which way a point is proven. */
static int proven(const struct assay_document *document, const struct assay_crossover *crossover, size_t point)
{
    return assay_comparison_proven(&document->comparisons[crossover->comparisons[point]]);
}

/* The point of that value; SIZE_MAX: none. */
static size_t point_at(const struct assay_crossover *crossover, double value)
{
    for (size_t i = 0; i < crossover->point_count; i++) {
        if (crossover->values[i] == value) {
            return i;
        }
    }
    return SIZE_MAX;
}

/* A change lies between two points that are proven opposite, with none that is proven in between. */
static bool is_supported(const struct assay_document *document, const struct assay_crossover *crossover,
                         const struct assay_crossover_change *change)
{
    size_t low = point_at(crossover, change->low), high = point_at(crossover, change->high);
    if (low == SIZE_MAX || high == SIZE_MAX || low >= high) {
        return false;
    }
    for (size_t i = low + 1; i < high; i++) {
        if (proven(document, crossover, i) != 0) {
            return false;
        }
    }
    return proven(document, crossover, low) * proven(document, crossover, high) == -1;
}

static int check_changes(const struct assay_document *document, size_t index, struct assay_error *error)
{
    const struct assay_crossover *crossover = &document->crossovers[index];
    for (size_t i = 0; i < crossover->change_count; i++) {
        const struct assay_crossover_change *change = &crossover->changes[i];
        const char *want = NULL;
        if (!is_supported(document, crossover, change)) {
            want = "two points that are proven opposite, with none that is proven in between";
        } else if (i > 0 && change->low < crossover->changes[i - 1].high) {
            want = "changes by growing value";
        } else if (!isnan(change->estimate) && !(change->estimate >= change->low && change->estimate <= change->high)) {
            want = "an estimate from low to high, or null";
        }
        if (want) {
            return assay_fail(error, ASSAY_EINPUT, "crossovers[%zu].changes[%zu]: want %s", index, i, want);
        }
    }
    return 0;
}

/* The side that is proven faster at the end of that value. */
static int faster_at(const struct assay_document *document, const struct assay_crossover *crossover, double value)
{
    size_t point = point_at(crossover, value);
    return point == SIZE_MAX ? 0 : -proven(document, crossover, point);
}

static bool all_one_way(const struct assay_document *document, const struct assay_crossover *crossover)
{
    for (size_t i = 0; i < crossover->point_count; i++) {
        if (proven(document, crossover, i) == 0 ||
            proven(document, crossover, i) != proven(document, crossover, 0)) {
            return false;
        }
    }
    return crossover->faster_at_from != 0 && crossover->faster_at_from == crossover->faster_at_to;
}

static int check_outcome(const struct assay_document *document, size_t index, struct assay_error *error)
{
    const struct assay_crossover *crossover = &document->crossovers[index];
    if (crossover->faster_at_from != faster_at(document, crossover, crossover->from)) {
        return refuse(error, index, "faster_at_from", "the side that its comparison proves faster, or null");
    }
    if (crossover->faster_at_to != faster_at(document, crossover, crossover->to)) {
        return refuse(error, index, "faster_at_to", "the side that its comparison proves faster, or null");
    }
    switch (crossover->outcome) {
    case ASSAY_CROSSOVER_UNDECIDED:
        return crossover->reason ? 0 : refuse(error, index, "reason", "words where the outcome is 'undecided'");
    case ASSAY_CROSSOVER_ONE:
        return crossover->change_count == 1 ? 0 : refuse(error, index, "outcome", "'one' with one change alone");
    case ASSAY_CROSSOVER_NONE:
        return all_one_way(document, crossover)
                   ? 0
                   : refuse(error, index, "outcome", "'none' only where all points are proven one way, at both ends too");
    case ASSAY_CROSSOVER_SEVERAL:
        return crossover->change_count > 1 ? 0 : refuse(error, index, "outcome", "'several' with two changes or more");
    default:
        return refuse(error, index, "outcome", "a known outcome, such as 'one'");
    }
}

int assay_crossover_check(const struct assay_document *document, size_t index, struct assay_error *error)
{
    static int (*const rules[])(const struct assay_document *, size_t, struct assay_error *) = {
        check_points,
        check_changes,
        check_outcome,
    };
    int result = check_numbers(&document->crossovers[index], index, error);
    for (size_t i = 0; i < sizeof rules / sizeof rules[0] && !result; i++) {
        result = rules[i](document, index, error);
    }
    return result;
}
