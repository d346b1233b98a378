/* The rules of a history, one function a rule: values above 0 inside of their intervals, changes that grow and name points,
 * acceptances that name what they accept. Knows no JSON. */
#include "result/histories.h"

#include <math.h>
#include <string.h>

/* The place within the series: "points[3].value". */
struct place {
    size_t series;
    const char *list;
    size_t index;
};

static int refuse(struct assay_error *error, const struct place *place, const char *name, const char *want)
{
    return assay_fail(error, ASSAY_EINPUT, "history[%zu].%s[%zu].%s: want %s", place->series, place->list, place->index,
                      name, want);
}

static bool is_above_zero(double value)
{
    return value > 0 && isfinite(value);
}

static int check_value(double value, double low, double high, const char *name, const struct place *place,
                       struct assay_error *error)
{
    if (!is_above_zero(value)) {
        return refuse(error, place, name, "a number above 0");
    }
    if ((!isnan(low) && !is_above_zero(low)) || (!isnan(high) && !is_above_zero(high))) {
        return refuse(error, place, "interval", "numbers above 0, or null");
    }
    if (low > value || high < value) { /* false with NaN */
        return assay_fail(error, ASSAY_EINPUT, "history[%zu].%s[%zu].interval: want low <= %s <= high", place->series,
                          place->list, place->index, name);
    }
    return 0;
}

static int check_series(const struct assay_document *document, size_t index, struct assay_error *error)
{
    const struct assay_history_series *series = &document->history[index];
    if (!series->benchmark || !series->benchmark[0]) {
        return assay_fail(error, ASSAY_EINPUT, "history[%zu].benchmark: want the id of a benchmark", index);
    }
    if (!assay_history_unit_word(series->unit)) {
        return assay_fail(error, ASSAY_EINPUT, "history[%zu].unit: want 'ratio' or 'ns'", index);
    }
    if (series->unit == ASSAY_HISTORY_RATIO && !series->reference) {
        return assay_fail(error, ASSAY_EINPUT, "history[%zu].reference: want the commit that ratios are to", index);
    }
    return 0;
}

static int check_points(const struct assay_document *document, size_t index, struct assay_error *error)
{
    const struct assay_history_series *series = &document->history[index];
    int result = 0;
    for (size_t i = 0; i < series->point_count && !result; i++) {
        const struct assay_history_point *point = &series->points[i];
        const struct place place = { index, "points", i };
        result = check_value(point->value, point->low, point->high, "value", &place, error);
    }
    return result;
}

static int check_change(const struct assay_history_series *series, const struct place *place, struct assay_error *error)
{
    const struct assay_history_change *change = &series->changes[place->index];
    if (change->point == 0 || change->point >= series->point_count) {
        return refuse(error, place, "point", "the index of a point that is not the first");
    }
    if (place->index > 0 && change->point <= series->changes[place->index - 1].point) {
        return refuse(error, place, "point", "more than the change before");
    }
    if (change->since < -1 || (change->since >= 0 && (size_t)change->since >= change->point)) {
        return refuse(error, place, "since", "the index of a point before it, or null");
    }
    if (!isnan(change->confidence) && !(change->confidence > 0 && change->confidence <= 1)) {
        return refuse(error, place, "confidence", "a number above 0 and at most 1, or null");
    }
    return check_value(change->ratio, change->low, change->high, "ratio", place, error);
}

static int check_changes(const struct assay_document *document, size_t index, struct assay_error *error)
{
    int result = 0;
    for (size_t i = 0; i < document->history[index].change_count && !result; i++) {
        const struct place place = { index, "changes", i };
        result = check_change(&document->history[index], &place, error);
    }
    return result;
}

static int check_acceptance(const struct assay_history_series *series, const struct place *place,
                            struct assay_error *error)
{
    const struct assay_history_acceptance *acceptance = &series->accepted[place->index];
    if (acceptance->point < -1 || (acceptance->point >= 0 && (size_t)acceptance->point >= series->point_count)) {
        return refuse(error, place, "point", "the index of a point, or null");
    }
    if (acceptance->point < 0 && !acceptance->commit) {
        return refuse(error, place, "commit", "a commit where there is no point");
    }
    const char *commit = acceptance->point < 0 ? NULL : series->points[acceptance->point].commit;
    if (commit && acceptance->commit && strcmp(commit, acceptance->commit) != 0) {
        return refuse(error, place, "commit", "that of its point, or null");
    }
    if (!acceptance->who || !acceptance->when || !acceptance->reason) {
        return refuse(error, place, !acceptance->who ? "who" : !acceptance->when ? "when" : "reason", "a text");
    }
    return 0;
}

static int check_accepted(const struct assay_document *document, size_t index, struct assay_error *error)
{
    int result = 0;
    for (size_t i = 0; i < document->history[index].accepted_count && !result; i++) {
        const struct place place = { index, "accepted", i };
        result = check_acceptance(&document->history[index], &place, error);
    }
    return result;
}

int assay_history_check(const struct assay_document *document, size_t index, struct assay_error *error)
{
    static int (*const rules[])(const struct assay_document *, size_t, struct assay_error *) = {
        check_series,
        check_points,
        check_changes,
        check_accepted,
    };
    int result = 0;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0] && !result; i++) {
        result = rules[i](document, index, error);
    }
    return result;
}
