/* Drawing an interval in a row of cells. */
#include "reports/text/bar.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MIDDLE = ASSAY_BAR_CELLS / 2 };

enum mark { EMPTY, BAND, ONE, SPAN, CROSSING, ESTIMATE, LEFT, RIGHT };

bool assay_bar_axis(struct assay_bar_axis *axis, const double *lows, const double *highs, size_t count, double margin)
{
    static const double widths[] = { 2, 3, 5, 8 };
    const size_t last = sizeof widths / sizeof widths[0] - 1;
    double furthest = 0;
    double nearest = INFINITY;
    for (size_t i = 0; i < count; i++) {
        double low = log(lows[i]);
        double high = log(highs[i]);
        if (!isfinite(low) || !isfinite(high)) {
            continue;
        }
        furthest = fmax(furthest, fmax(fabs(low), fabs(high)));
        nearest = fmin(nearest, low <= 0 && high >= 0 ? 0 : fmin(fabs(low), fabs(high)));
    }
    size_t i = 0;
    while (i < last && furthest > log1p(widths[i] * margin)) {
        i++;
    }
    double reach = log1p(widths[i] * margin);
    if (!(margin > 0) || !(nearest < reach)) {
        return false;
    }
    *axis = (struct assay_bar_axis){ reach, 1 + widths[i] * margin };
    return true;
}

char *assay_bar_title(const struct assay_bar_axis *axis)
{
    char left[16];
    char right[16];
    (void)snprintf(left, sizeof left, "%.3f", 1 / axis->limit);
    (void)snprintf(right, sizeof right, "%.3f", axis->limit);
    return assay_formatted("%-*s1%*s", MIDDLE, left, MIDDLE, right);
}

/* The cell of a log ratio; beyond the ends one off them. Away from 1, never the middle. */
static int cell_of(const struct assay_bar_axis *axis, double value)
{
    double at = fmax(-MIDDLE - 1, fmin(MIDDLE + 1, round(value / axis->reach * MIDDLE)));
    return at == 0 && value != 0 ? MIDDLE + (value > 0 ? 1 : -1) : MIDDLE + (int)at;
}

static void draw(enum mark marks[ASSAY_BAR_CELLS], const struct assay_bar_axis *axis, double ratio, double low,
                 double high, double margin)
{
    int band = (int)floor(log1p(margin) / axis->reach * MIDDLE + 1e-9);
    int from = cell_of(axis, log(low));
    int to = cell_of(axis, log(high));
    int estimate = (int)fmax(from, fmin(to, cell_of(axis, log(ratio))));
    for (int i = 0; i < ASSAY_BAR_CELLS; i++) {
        bool spans = i >= from && i <= to;
        int off = i - MIDDLE < 0 ? MIDDLE - i : i - MIDDLE;
        marks[i] = off == 0 ? (spans ? CROSSING : ONE) : spans ? SPAN : off <= band ? BAND : EMPTY;
        marks[i] = i == estimate ? ESTIMATE : marks[i];
    }
    if (from < 0) {
        marks[0] = LEFT;
    }
    if (to >= ASSAY_BAR_CELLS) {
        marks[ASSAY_BAR_CELLS - 1] = RIGHT;
    }
}

char *assay_bar(const struct assay_bar_axis *axis, double ratio, double low, double high, double margin, bool unicode)
{
    static const char *const shapes[][2] = {
        [EMPTY] = { " ", " " },
        [BAND] = { ".", "\xe2\x96\x91" },
        [ONE] = { "|", "\xe2\x94\x82" },
        [SPAN] = { "=", "\xe2\x94\x81" },
        [CROSSING] = { "+", "\xe2\x94\xbf" },
        [ESTIMATE] = { "o", "\xe2\x97\x8f" },
        [LEFT] = { "<", "<" },
        [RIGHT] = { ">", ">" },
    };
    enum mark marks[ASSAY_BAR_CELLS] = { EMPTY };
    struct assay_text text = ASSAY_TEXT_INIT;
    assay_text_append(&text, "");
    if (isfinite(log(low)) && isfinite(log(high)) && isfinite(log(ratio))) {
        draw(marks, axis, ratio, low, high, margin);
        for (size_t i = 0; i < ASSAY_BAR_CELLS; i++) {
            assay_text_append(&text, shapes[marks[i]][unicode]);
        }
    }
    return assay_text_take(&text);
}
