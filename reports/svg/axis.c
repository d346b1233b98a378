/* Ticks of linear and logarithmic axes. Knows no SVG. */
#include "reports/svg/axis.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COLUMN_WIDTH                                                                                                   \
    6.8               /* of a digit in DejaVu Sans at 12 units is 7.6, of a mixed text 6.6; other fonts are narrower */
#define LABEL_GAP 8   /* between labels side by side */
#define EVEN_BELOW 2  /* fold: a logarithmic axis that is shorter has evenly spaced values */
#define LEAST_STEP 24 /* between ticks of an upright axis */

struct unit {
    double size;
    const char *name;
};
static const struct unit times[] = { { 1e9, " s" }, { 1e6, " ms" }, { 1e3, " \xc2\xb5s" }, { 1, " ns" } };
static const struct unit numbers[] = { { 1e12, "T" }, { 1e9, "G" }, { 1e6, "M" }, { 1e3, "k" }, { 1, "" } };

static struct unit unit_of(enum assay_axis_kind kind, double value)
{
    const struct unit *units = kind == ASSAY_AXIS_TIME ? times : numbers;
    size_t count = kind == ASSAY_AXIS_TIME ? sizeof times / sizeof times[0] : sizeof numbers / sizeof numbers[0];
    if (kind == ASSAY_AXIS_RATIO || (kind == ASSAY_AXIS_NUMBER && fabs(value) < 9999.5)) {
        return units[count - 1];
    }
    size_t i = 0;
    while (i + 1 < count && fabs(value) < units[i].size * 0.9999) {
        i++;
    }
    return units[i];
}

double assay_axis_text_width(const char *text)
{
    return COLUMN_WIDTH * (double)assay_utf8_width(text);
}

double assay_axis_label_width(const struct assay_axis *axis)
{
    double widest = 0;
    for (size_t i = 0; i < axis->count; i++) {
        widest = fmax(widest, assay_axis_text_width(axis->labels[i]));
    }
    return widest;
}

void assay_axis_init(struct assay_axis *axis, enum assay_axis_kind kind, double low, double high, bool logarithmic)
{
    *axis = (struct assay_axis){ .kind = kind, .logarithmic = logarithmic && low > 0 };
    double middle = fmax(fabs(low), fabs(high));
    if (high - low <= 1e-9 * middle || !(high > low)) {
        double air = low == 0 && high == 0 ? 1 : 0.01 * middle;
        low -= air;
        high += air;
    }
    if (axis->logarithmic) {
        double air = pow(high / low, 0.03);
        axis->low = low / air;
        axis->high = high * air;
    } else {
        double air = 0.03 * (high - low);
        axis->low = low >= 0 && low < air ? fmin(0, low) : low - air;
        axis->high = high + air;
    }
}

double assay_axis_at(const struct assay_axis *axis, double value)
{
    double inside = fmin(fmax(value, axis->low), axis->high);
    double share = axis->logarithmic ? log(inside / axis->low) / log(axis->high / axis->low)
                                     : (inside - axis->low) / (axis->high - axis->low);
    return axis->from + share * (axis->to - axis->from);
}

static void add_tick(struct assay_axis *axis, double value)
{
    if (value >= axis->low && value <= axis->high) {
        if (axis->count < ASSAY_AXIS_TICKS) {
            axis->ticks[axis->count] = value;
        }
        axis->count++; /* beyond the table: too many, and tried again with fewer */
    }
}

/* Multiples of `step`, in one unit and with the same decimals. */
static void even_ticks(struct assay_axis *axis, double step)
{
    struct unit unit = unit_of(axis->kind, fmax(fabs(axis->low), fabs(axis->high)));
    int decimals = (int)fmin(9, fmax(0, -floor(log10(step / unit.size) + 1e-9)));
    axis->count = 0;
    double first = ceil(axis->low / step - 1e-9);
    for (double k = first; k * step <= axis->high && axis->count <= ASSAY_AXIS_TICKS; k++) {
        add_tick(axis, k * step);
    }
    for (size_t i = 0; i < axis->count && i < ASSAY_AXIS_TICKS; i++) {
        double shown = axis->ticks[i] / unit.size;
        bool zero = fabs(shown) < step / unit.size / 2;
        snprintf(axis->labels[i], ASSAY_AXIS_LABEL, "%.*f%.5s", zero ? 0 : decimals, zero ? 0.0 : shown,
                 zero && axis->kind != ASSAY_AXIS_TIME ? "" : unit.name);
    }
}

#define MANTISSAS 9
/* Digits between the powers of ten, ended by 0, from many to few. */
static const double mantissas[][MANTISSAS] = {
    { 1, 1.5, 2, 3, 4, 5, 6, 8 }, { 1, 1.5, 2, 3, 5, 7 }, { 1, 2, 5 }, { 1, 3 }, { 1 },
};
#define MANTISSA_SETS (sizeof mantissas / sizeof mantissas[0])

/* Powers of ten, every `stride`th, times the digits; each with the unit that suits it. */
static void decade_ticks(struct assay_axis *axis, const double *digits, int stride)
{
    axis->count = 0;
    int first = (int)floor(log10(axis->low)) - stride;
    int last = (int)ceil(log10(axis->high));
    first -= ((first % stride) + stride) % stride;
    for (int k = first; k <= last && axis->count <= ASSAY_AXIS_TICKS; k += stride) {
        for (const double *digit = digits; *digit > 0; digit++) {
            add_tick(axis, *digit * pow(10, k));
        }
    }
    for (size_t i = 0; i < axis->count && i < ASSAY_AXIS_TICKS; i++) {
        struct unit unit = unit_of(axis->kind, axis->ticks[i]);
        snprintf(axis->labels[i], ASSAY_AXIS_LABEL, "%.6g%.5s", axis->ticks[i] / unit.size, unit.name);
    }
}

static bool ticks_fit(const struct assay_axis *axis, bool upwards)
{
    if (axis->count > ASSAY_AXIS_TICKS) {
        return false;
    }
    for (size_t i = 1; i < axis->count; i++) {
        double apart = fabs(assay_axis_at(axis, axis->ticks[i]) - assay_axis_at(axis, axis->ticks[i - 1]));
        double want =
            upwards
                ? LEAST_STEP
                : (assay_axis_text_width(axis->labels[i]) + assay_axis_text_width(axis->labels[i - 1])) / 2 + LABEL_GAP;
        if (apart < want) {
            return false;
        }
    }
    return true;
}

/* 1, 2, 5, 10, 20, ... times `least`, a power of ten. */
static double nice_step(double least, int index)
{
    static const double factors[] = { 1, 2, 5 };
    int decade = index / 3;
    return least * factors[index % 3] * pow(10, decade);
}

static void place_even(struct assay_axis *axis, bool upwards)
{
    double least = pow(10, floor(log10((axis->high - axis->low) / ASSAY_AXIS_TICKS)));
    for (int i = 0; i < 9; i++) {
        if (axis->whole && nice_step(least, i) < 0.999) {
            continue;
        }
        even_ticks(axis, nice_step(least, i));
        if (ticks_fit(axis, upwards)) {
            return;
        }
    }
    axis->count = 0;
}

void assay_axis_place(struct assay_axis *axis, double from, double to, bool upwards)
{
    axis->from = from;
    axis->to = to;
    if (!axis->logarithmic || axis->high / axis->low < EVEN_BELOW) {
        place_even(axis, upwards);
        return;
    }
    for (size_t i = 0; i < MANTISSA_SETS; i++) {
        decade_ticks(axis, mantissas[i], 1);
        if (ticks_fit(axis, upwards)) {
            return;
        }
    }
    for (int stride = 2; !ticks_fit(axis, upwards) && stride < 400; stride++) {
        decade_ticks(axis, mantissas[MANTISSA_SETS - 1], stride);
    }
}
