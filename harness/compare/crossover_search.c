/* The scan, the halves, and what came out. Values only: no clock, no kernel, no document. */
#include "compare/crossover_search.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>

/* Changes for which there are values enough to narrow each down with nothing undecided; half as many if much is. */
enum { CHANGES_PROVIDED = 4 };
/* Digits of real values. */
enum { DIGITS = 4 };
/* A half next to undecided values is left when it is this share of its bracket: halving it on would narrow the whole
 * but little. */
static const double HALF_ENOUGH = 0.25;

/* ---- values ---- */

static double round_digits(double value)
{
    double scale = pow(10, DIGITS - 1 - floor(log10(value)));
    double rounded = round(value * scale) / scale;
    return isfinite(scale) && isfinite(rounded) ? rounded : value;
}

/* A value well inside (low, high): at `share` of the way on a logarithmic scale. False: there is none. */
static bool between(const struct assay_crossover_search *search, double low, double high, double share, double *value)
{
    double exact = exp(log(low) + share * (log(high) - log(low)));
    double found = search->whole ? round(exact) : round_digits(exact);
    if (search->whole) {
        found = fmin(fmax(found, low + 1), high - 1);
    } else if (!(found > low && found < high)) {
        found = exact;
    }
    *value = found;
    return found > low && found < high;
}

static double wide_enough(void)
{
    return log1p(ASSAY_SEARCH_RESOLUTION);
}

static double width(double low, double high)
{
    return log(high) - log(low);
}

/* Halvings until a bracket of that width is narrow. */
static size_t halvings(double log_width)
{
    double ratio = log_width / wide_enough();
    return ratio > 1 ? (size_t)ceil(log2(ratio) - 1e-9) : 0;
}

void assay_search_init(struct assay_crossover_search *search, double from, double to, bool whole)
{
    assert(from > 0 && to > from && isfinite(to));
    *search = (struct assay_crossover_search){ .from = from, .to = to, .whole = whole };
    double halves = ceil(2 * log10(to / from) - 1e-9) + 1;
    size_t wanted = halves < ASSAY_SEARCH_SCAN_LEAST  ? ASSAY_SEARCH_SCAN_LEAST
                    : halves > ASSAY_SEARCH_SCAN_MOST ? ASSAY_SEARCH_SCAN_MOST
                                                      : (size_t)halves;
    search->scan[search->scan_count++] = from;
    for (size_t i = 1; i + 1 < wanted; i++) {
        double value = from;
        if (between(search, from, to, (double)i / (double)(wanted - 1), &value) &&
            value > search->scan[search->scan_count - 1]) {
            search->scan[search->scan_count++] = value;
        }
    }
    search->scan[search->scan_count++] = to;
    size_t most = search->scan_count + CHANGES_PROVIDED * (halvings(log(assay_search_spacing(search))) + 1);
    search->most = most < ASSAY_SEARCH_POINTS_MOST ? most : ASSAY_SEARCH_POINTS_MOST;
}

double assay_search_spacing(const struct assay_crossover_search *search)
{
    double widest = 1;
    for (size_t i = 1; i < search->scan_count; i++) {
        widest = fmax(widest, search->scan[i] / search->scan[i - 1]);
    }
    return widest;
}

/* ---- the scan ---- */

/* The distance to the nearest value that was looked at; 0: it was. */
static double distance(const struct assay_crossover_search *search, double value)
{
    double nearest = INFINITY;
    for (size_t i = 0; i < search->count; i++) {
        nearest = fmin(nearest, fabs(log(search->points[i].value) - log(value)));
        nearest = search->points[i].value == value ? 0 : nearest;
    }
    return nearest;
}

/* Both ends, then what lies furthest from what was looked at: if time ends early, the range was seen evenly. */
static bool next_of_scan(const struct assay_crossover_search *search, double *value)
{
    double furthest = 0;
    for (size_t i = 0; i < search->scan_count; i++) {
        double away = distance(search, search->scan[i]);
        if (away > furthest * (1 + 1e-9)) {
            furthest = away;
            *value = search->scan[i];
        }
    }
    return furthest > 0;
}

static size_t count_unscanned(const struct assay_crossover_search *search)
{
    size_t count = 0;
    for (size_t i = 0; i < search->scan_count; i++) {
        count += distance(search, search->scan[i]) > 0;
    }
    return count;
}

/* ---- brackets ---- */

struct bracket {
    size_t low, high; /* points that are proven opposite; those in between are not proven */
};

/* The next bracket whose low end is point `from` or later. */
static bool next_bracket(const struct assay_crossover_search *search, size_t from, struct bracket *bracket)
{
    size_t last = SIZE_MAX;
    for (size_t i = from; i < search->count; i++) {
        int direction = search->points[i].direction;
        if (direction == 0) {
            continue;
        }
        if (last != SIZE_MAX && search->points[last].direction != direction) {
            *bracket = (struct bracket){ last, i };
            return true;
        }
        last = i;
    }
    return false;
}

static double bracket_width(const struct assay_crossover_search *search, const struct bracket *bracket)
{
    return width(search->points[bracket->low].value, search->points[bracket->high].value);
}

/* The middle of a gap between two neighbouring points, if the gap is wider than `enough`. */
static bool halve(const struct assay_crossover_search *search, size_t low, double enough, double *value)
{
    double from = search->points[low].value, to = search->points[low + 1].value;
    return width(from, to) > enough && between(search, from, to, 0.5, value);
}

/* Where to go on in a bracket: its one gap; or, around undecided values, the wider of the two halves. */
static bool narrow(const struct assay_crossover_search *search, const struct bracket *bracket, double *value)
{
    double whole = bracket_width(search, bracket);
    if (whole <= wide_enough()) {
        return false;
    }
    if (bracket->high == bracket->low + 1) {
        return halve(search, bracket->low, wide_enough(), value);
    }
    double enough = fmax(wide_enough() / 2, HALF_ENOUGH * whole * (1 + 1e-9));
    size_t left = bracket->low, right = bracket->high - 1;
    double left_width = width(search->points[left].value, search->points[left + 1].value);
    double right_width = width(search->points[right].value, search->points[right + 1].value);
    size_t first = left_width >= right_width ? left : right, second = first == left ? right : left;
    return halve(search, first, enough, value) || halve(search, second, enough, value);
}

bool assay_search_next(const struct assay_crossover_search *search, double *value)
{
    struct bracket bracket;
    double widest = 0;
    if (search->count >= search->most) {
        return false;
    }
    if (next_of_scan(search, value)) {
        return true;
    }
    for (size_t from = 0; next_bracket(search, from, &bracket); from = bracket.high) {
        double middle = 0, own = bracket_width(search, &bracket);
        if (own > widest && narrow(search, &bracket, &middle)) { /* the widest first: time may end */
            widest = own;
            *value = middle;
        }
    }
    return widest > 0;
}

void assay_search_add(struct assay_crossover_search *search, const struct assay_search_point *point)
{
    assert(search->count < search->most);
    size_t at = search->count++;
    while (at > 0 && search->points[at - 1].value > point->value) {
        search->points[at] = search->points[at - 1];
        at--;
    }
    search->points[at] = *point;
}

size_t assay_search_left(const struct assay_crossover_search *search)
{
    double ignored = 0;
    size_t left = count_unscanned(search), room = search->most - search->count;
    struct bracket bracket;
    if (!assay_search_next(search, &ignored)) {
        return 0;
    }
    for (size_t from = 0; next_bracket(search, from, &bracket); from = bracket.high) {
        left += halvings(bracket_width(search, &bracket));
    }
    left = left > 0 ? left : 1;
    return left < room ? left : room;
}

/* ---- what came out ---- */

/* Points this far from the middle of a bracket tell where the curve goes, in logarithms of the value; the curve is no
 * line, so that points count less the further they are. */
static const double NEAR = 0.4, CURVED = 0.02;
static const double LEAST_ERROR = 5e-4;
/* Huber's k (1964): beyond it a point pulls no harder. */
static const double HUBER = 1.345;
enum { STEPS = 20 };

struct line {
    double x[ASSAY_SEARCH_POINTS_MOST], y[ASSAY_SEARCH_POINTS_MOST], error[ASSAY_SEARCH_POINTS_MOST];
    size_t count;
    double slope, offset; /* y = offset + slope x */
};

static void gather(struct line *line, const struct assay_crossover_search *search, const struct bracket *bracket)
{
    double middle = (log(search->points[bracket->low].value) + log(search->points[bracket->high].value)) / 2;
    double reach = fmax(NEAR, bracket_width(search, bracket) / 2 * (1 + 1e-9));
    line->count = 0;
    for (size_t i = 0; i < search->count; i++) {
        const struct assay_search_point *point = &search->points[i];
        double x = log(point->value) - middle;
        double error = isfinite(point->error) ? fmax(point->error, LEAST_ERROR) : LEAST_ERROR;
        if (fabs(x) <= reach && isfinite(point->log_ratio)) {
            line->x[line->count] = x;
            line->y[line->count] = point->log_ratio;
            line->error[line->count++] = hypot(error, CURVED * x);
        }
    }
}

/* Least squares, weighted anew at each step by how far a point lay off. */
static void fit(struct line *line)
{
    line->slope = line->offset = 0;
    for (int step = 0; step < STEPS; step++) {
        double w = 0, wx = 0, wy = 0, wxx = 0, wxy = 0;
        for (size_t i = 0; i < line->count; i++) {
            double off = fabs(line->y[i] - line->offset - line->slope * line->x[i]) / line->error[i];
            double weight = (step > 0 && off > HUBER ? HUBER / off : 1) / (line->error[i] * line->error[i]);
            w += weight;
            wx += weight * line->x[i];
            wy += weight * line->y[i];
            wxx += weight * line->x[i] * line->x[i];
            wxy += weight * line->x[i] * line->y[i];
        }
        double determinant = w * wxx - wx * wx;
        line->slope = determinant > 0 ? (w * wxy - wx * wy) / determinant : 0;
        line->offset = w > 0 ? (wy - line->slope * wx) / w : 0;
    }
}

/* Where the line through the points around is 0; the geometric middle if it does not fall as the bracket does. */
static double estimate(const struct assay_crossover_search *search, const struct bracket *bracket)
{
    double low = search->points[bracket->low].value, high = search->points[bracket->high].value;
    double middle = (log(low) + log(high)) / 2;
    struct line line;
    gather(&line, search, bracket);
    fit(&line);
    double x = 0;
    if (line.slope * search->points[bracket->high].direction > 0) {
        x = -line.offset / line.slope;
    }
    return fmin(fmax(exp(middle + x), low), high);
}

/* Whether a point lies in one of the changes. */
static bool is_inside(const struct assay_search_finding *finding, double value)
{
    for (size_t i = 0; i < finding->change_count; i++) {
        if (value > finding->changes[i].low && value < finding->changes[i].high) {
            return true;
        }
    }
    return false;
}

/* Whether a point that is not proven lies between two that are proven one way, no further apart than the scan sees: two
 * changes could hide there, but no better than between any two proven points. */
static bool is_covered(const struct assay_crossover_search *search, size_t point)
{
    size_t before = point, after = point;
    while (before > 0 && search->points[before].direction == 0) {
        before--;
    }
    while (after + 1 < search->count && search->points[after].direction == 0) {
        after++;
    }
    const struct assay_search_point *low = &search->points[before], *high = &search->points[after];
    return low->direction != 0 && low->direction == high->direction &&
           high->value / low->value <= assay_search_spacing(search) * (1 + 1e-9);
}

static int faster_at(const struct assay_crossover_search *search, double value)
{
    for (size_t i = 0; i < search->count; i++) {
        if (search->points[i].value == value) {
            return -search->points[i].direction;
        }
    }
    return 0;
}

void assay_search_find(struct assay_search_finding *finding, const struct assay_crossover_search *search)
{
    struct bracket bracket;
    *finding = (struct assay_search_finding){ .open = SIZE_MAX,
                                              .unscanned = count_unscanned(search),
                                              .faster_at_from = faster_at(search, search->from),
                                              .faster_at_to = faster_at(search, search->to) };
    for (size_t from = 0; next_bracket(search, from, &bracket); from = bracket.high) {
        double low = search->points[bracket.low].value, high = search->points[bracket.high].value, middle = 0;
        finding->changes[finding->change_count++] =
            (struct assay_crossover_change){ low, high, estimate(search, &bracket) };
        finding->wide =
            finding->wide || (width(low, high) > wide_enough() && between(search, low, high, 0.5, &middle));
    }
    for (size_t i = 0; i < search->count && finding->open == SIZE_MAX; i++) {
        if (search->points[i].direction == 0 && !is_inside(finding, search->points[i].value) &&
            !is_covered(search, i)) {
            finding->open = i;
        }
    }
    bool all_proven = finding->unscanned == 0 && finding->open == SIZE_MAX;
    finding->outcome = finding->change_count > 1 ? ASSAY_CROSSOVER_SEVERAL
                       : !all_proven             ? ASSAY_CROSSOVER_UNDECIDED
                       : finding->change_count   ? ASSAY_CROSSOVER_ONE
                                                 : ASSAY_CROSSOVER_NONE;
}
