/* What a series leads one to expect of its next point, from the level that it is at. Numbers alone; knows no store and no terminal. */
#ifndef ASSAY_HISTORY_PREDICT_H
#define ASSAY_HISTORY_PREDICT_H

#include "base/error.h"
#include "result/history.h"

#include <stddef.h>

/* Fewer points of the present level say too little of how they scatter. */
#define ASSAY_PREDICT_LEAST 10

struct assay_prediction { /* logs; NaN: fewer than two points */
    double level;
    double low, high; /* where one more point of this level lies, with the confidence that was asked for */
    size_t count;     /* points of the present level */
};
/* From the points that have a value and are not of the commit `but` (NULL: all count). The interval is Student's, for one more point:
 * spread * t * sqrt(1 + the mean's own variance, with its autocorrelation). ASSAY_ENOMEM alone. */
int assay_history_predict(struct assay_prediction *out, const struct assay_history_series *series, const char *but,
                          double confidence, struct assay_error *error);

#endif
