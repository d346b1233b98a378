/* The prediction interval of a series' next point, from the level that the search for changes believes in. */
#include "history/predict.h"

#include "history/judge.h"
#include "stats/changes.h"
#include "stats/distributions.h"

#include <math.h>
#include <string.h>

#define MOST_CORRELATION 0.9

static int add_points(struct assay_changes *changes, const struct assay_history_series *series, const char *but)
{
    const char *version = NULL;
    uint32_t kind = 0;
    int code = 0;
    for (size_t i = 0; i < series->point_count && !code; i++) {
        const struct assay_history_point *point = &series->points[i];
        struct assay_change change;
        bool found;
        if (!(point->value > 0) || !isfinite(point->value) || (but && point->commit && strcmp(point->commit, but) == 0)) {
            continue;
        }
        kind += assay_history_is_other_work(&version, point); /* it begins a level of its own */
        code = assay_changes_add(changes, &found, &change, log(point->value), assay_history_half_width(point), kind);
    }
    return code;
}

int assay_history_predict(struct assay_prediction *out, const struct assay_history_series *series, const char *but,
                          double confidence, struct assay_error *error)
{
    static const struct assay_changes_options options = ASSAY_CHANGES_OPTIONS_INIT;
    struct assay_changes *changes = NULL;
    struct assay_changes_now now;
    if (assay_changes_new(&changes, &options) || add_points(changes, series, but)) {
        assay_changes_free(changes);
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    assay_changes_now(&now, changes);
    assay_changes_free(changes);
    *out = (struct assay_prediction){ .level = now.level, .low = NAN, .high = NAN, .count = now.count };
    if (now.count >= 2) {
        double count = (double)now.count;
        double correlation = isfinite(now.autocorrelation) ? fmax(0, fmin(now.autocorrelation, MOST_CORRELATION)) : 0;
        double of_mean = (1 + correlation) / (1 - correlation) / count;
        double t = assay_student_quantile(1 - (1 - confidence) / 2, count - 1);
        double half = t * now.spread * sqrt(1 + of_mean);
        out->low = now.level - half;
        out->high = now.level + half;
    }
    return 0;
}
