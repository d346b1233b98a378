/* The exponent of a power law, and forms of growth against each other. Knows numbers alone. growth.h says what is
 * computed, docs/statistics.md why. */
#include "stats/growth.h"

#include "stats/distributions.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define LEAST_VALUES 3
#define LEAST_FOR_FORMS 5    /* values with which a form need not be proven, and points with which an overhead is tried */
#define LEAST_RANGE 8.0      /* of the largest n to the smallest, likewise */
#define MOST_ALIKE 0.9       /* autocorrelation, as estimated */
#define LEAST_VARIANCE 1e-18 /* of a logarithm: what lies nearer than 1e-9 is rounding */
#define LARGEST_LOG 700.0    /* e^700 is a double */

/* n^power (ln n)^log (ln ln n)^log_log */
static const struct form {
    const char *name;
    double power, log, log_log;
    double least; /* n from which on it is defined and grows */
} forms[ASSAY_GROWTH_FORMS] = {
    { "constant", 0, 0, 0, 0 },
    { "log n", 0, 1, 0, 1 },
    { "sqrt n", 0.5, 0, 0, 0 },
    { "n", 1, 0, 0, 0 },
    { "n log log n", 1, 0, 1, 3 },
    { "n log n", 1, 1, 0, 1 },
    { "n sqrt n / log n", 1.5, -1, 0, 3 },
    { "n sqrt n", 1.5, 0, 0, 0 },
    { "n^2 / log^2 n", 2, -2, 0, 3 },
    { "n^2", 2, 0, 0, 0 },
    { "n^2 log n", 2, 1, 0, 1 },
    { "n^3", 3, 0, 0, 0 },
};

/* The points as logarithms, by growing n, and what follows from them alone. */
struct points {
    double *x, *y;     /* ln n, ln time */
    double *own;       /* their uncertainties */
    double *shape;     /* room for a form's values over its largest, 0 to 1, */
    double *residuals; /* and for what a curve leaves */
    size_t count, values;
    double variance; /* mean of the squared uncertainties: no residual variance is taken for less */
    double spread;   /* of n: largest over smallest */
    bool has_zero;
};

/* One curve. */
struct curve {
    bool tried;
    double rss;       /* sum of squares of ln(time / curve) */
    double inflation; /* of their variance, because neighbours are alike */
    double coefficient, overhead;
    double score; /* AICc */
};

/* A form with both of its curves. */
struct candidate {
    unsigned form;
    struct curve plain, raised; /* without and with an overhead */
    const struct curve *chosen;
    bool plausible;
};

const char *assay_growth_form_name(unsigned form)
{
    return form < ASSAY_GROWTH_FORMS ? forms[form].name : NULL;
}

/* ln of the form at n = e^x; -infinity where it is 0. */
static double form_log(const struct form *form, double x)
{
    double value = form->power * x;
    if (form->log != 0) {
        value += form->log * log(x);
    }
    if (form->log_log != 0) {
        value += form->log_log * log(log(x));
    }
    return value;
}

double assay_growth_form_value(unsigned form, double n)
{
    return form < ASSAY_GROWTH_FORMS && n > 0 && n >= forms[form].least ? exp(form_log(&forms[form], log(n))) : NAN;
}

static double mean(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += values[i];
    }
    return sum / (double)count;
}

/* Points. */

static void points_release(struct points *points)
{
    free(points->x);
    free(points->y);
    free(points->own);
    free(points->shape);
    free(points->residuals);
}

static bool is_good(const struct assay_growth_point *point)
{
    return isfinite(point->n) && point->n >= 0 && isfinite(point->time_ns) && point->time_ns > 0 &&
           isfinite(point->uncertainty) && point->uncertainty >= 0;
}

static int by_n(const void *a, const void *b)
{
    const struct assay_growth_point *x = a, *y = b;
    return (x->n > y->n) - (x->n < y->n);
}

static void fill(struct points *points, const struct assay_growth_point *sorted, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (sorted[i].n <= 0) {
            points->has_zero = true;
            continue;
        }
        size_t at = points->count++;
        points->x[at] = log(sorted[i].n);
        points->y[at] = log(sorted[i].time_ns);
        points->own[at] = sorted[i].uncertainty;
        points->variance += sorted[i].uncertainty * sorted[i].uncertainty;
        points->values += at == 0 || points->x[at] > points->x[at - 1];
    }
    if (points->count > 0) {
        points->variance /= (double)points->count;
        points->spread = exp(points->x[points->count - 1] - points->x[0]);
    }
    points->variance = fmax(points->variance, LEAST_VARIANCE);
}

static bool points_init(struct points *points, const struct assay_growth_point *given, size_t count)
{
    double **const columns[] = { &points->x, &points->y, &points->own, &points->shape, &points->residuals };
    struct assay_growth_point *sorted = calloc(count + 1, sizeof *sorted);
    bool good = sorted != NULL;
    *points = (struct points){ .spread = 1 };
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        *columns[i] = calloc(count + 1, sizeof(double));
        good = good && *columns[i];
    }
    for (size_t i = 0; i < count && good; i++) {
        good = is_good(&given[i]);
        sorted[i] = given[i];
    }
    if (good) {
        qsort(sorted, count, sizeof *sorted, by_n);
        fill(points, sorted, count);
    }
    free(sorted);
    return good;
}

/* Neighbouring points are off to the same side where a cache is full or the curve bends: they are worth fewer points.
 * (1 + r) / (1 - r) for the variance of a mean under a first-order autocorrelation r (Bartlett, 1946), which residuals
 * show too small by about (1 + 4 r) / count (Kendall, 1954). Never below 1. */
static double inflation(const struct points *points, double rss)
{
    double lag = 0;
    for (size_t i = 1; i < points->count; i++) {
        lag += points->residuals[i] * points->residuals[i - 1];
    }
    if (!(rss > LEAST_VARIANCE * (double)points->count)) {
        return 1;
    }
    double r = lag / rss;
    r = fmin(fmax(r + (1 + 4 * fmax(r, 0)) / (double)points->count, 0), MOST_ALIKE);
    return (1 + r) / (1 - r);
}

/* How far a sum of squares may lie above the smallest: t^2 times the residual variance about that, which is no less than
 * the points' own. */
static double allowance(const struct points *points, const struct curve *curve, size_t parameters, double p)
{
    double degrees = (double)(points->count - parameters);
    double t = assay_student_quantile(p, degrees);
    return t * t * fmax(curve->rss / degrees * curve->inflation, points->variance);
}

/* The free power law. */

/* Fills exponent and interval. */
static struct curve fit_power(struct assay_growth *growth, const struct points *points)
{
    double x = mean(points->x, points->count);
    double y = mean(points->y, points->count);
    double xx = 0, xy = 0, rss = 0, own = 0;
    for (size_t i = 0; i < points->count; i++) {
        xx += (points->x[i] - x) * (points->x[i] - x);
        xy += (points->x[i] - x) * (points->y[i] - y);
    }
    growth->exponent = xy / xx;
    for (size_t i = 0; i < points->count; i++) {
        double weight = (points->x[i] - x) * points->own[i];
        points->residuals[i] = points->y[i] - y - growth->exponent * (points->x[i] - x);
        rss += points->residuals[i] * points->residuals[i];
        own += weight * weight;
    }
    struct curve power = { .tried = true, .rss = rss, .inflation = inflation(points, rss) };
    double degrees = (double)points->count - 2;
    double half = fmax(assay_student_quantile(0.975, degrees) * sqrt(rss / degrees * power.inflation / xx),
                       assay_normal_quantile(0.975) * sqrt(own) / xx);
    growth->low = growth->exponent - half;
    growth->high = growth->exponent + half;
    return power;
}

/* Curves. */

/* With the overhead fixed to q times the form's largest part, the scale that fits is a mean of logarithms. */
static double rss_at(const struct points *points, double q, double *scale)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < points->count; i++) {
        sum += points->y[i] - log(q + points->shape[i]);
    }
    double center = sum / (double)points->count;
    for (size_t i = 0; i < points->count; i++) {
        points->residuals[i] = points->y[i] - log(q + points->shape[i]) - center;
        squares += points->residuals[i] * points->residuals[i];
    }
    *scale = center;
    return squares;
}

static double rss_of_log(const struct points *points, double log_q)
{
    double scale;
    return rss_at(points, exp(log_q), &scale);
}

/* The ln q that fits best: a grid, so that no valley is missed, then a golden section (Kiefer, 1953). `smallest`: the
 * form's least part above 0. */
static double best_log_q(const struct points *points, double smallest)
{
    static const double step = 0.5, beyond = 9, golden = 0.6180339887498949;
    double best = log(smallest) - beyond;
    double least = INFINITY;
    double at = best;
    while (at <= beyond) {
        double rss = rss_of_log(points, at);
        if (rss < least) {
            least = rss;
            best = at;
        }
        at += step;
    }
    double low = best - step, high = best + step;
    double left = high - golden * (high - low), right = low + golden * (high - low);
    double at_left = rss_of_log(points, left), at_right = rss_of_log(points, right);
    for (int i = 0; i < 40; i++) {
        if (at_left < at_right) {
            high = right, right = left, at_right = at_left;
            left = high - golden * (high - low);
            at_left = rss_of_log(points, left);
        } else {
            low = left, left = right, at_left = at_right;
            right = low + golden * (high - low);
            at_right = rss_of_log(points, right);
        }
    }
    return (low + high) / 2;
}

/* AICc of a curve with `parameters` and a variance. Without its correction where that is not defined: then no curve has
 * more parameters than another. */
static double score_of(const struct points *points, double rss, double parameters)
{
    double count = (double)points->count;
    double p = parameters + 1;
    double correction = count > p + 1 ? 2 * p * (p + 1) / (count - p - 1) : 0;
    return count * log(fmax(rss / count, points->variance)) + 2 * p + correction;
}

static struct curve curve_at(const struct points *points, double q, double largest_log, double parameters)
{
    double scale;
    struct curve curve = { .tried = true, .rss = rss_at(points, q, &scale) };
    curve.inflation = inflation(points, curve.rss);
    curve.coefficient = exp(scale - largest_log);
    curve.overhead = q * exp(scale);
    curve.score = score_of(points, curve.rss, parameters);
    curve.tried = isfinite(curve.coefficient) && isfinite(curve.overhead) && isfinite(curve.rss);
    return curve;
}

/* Whether time grows in the raised curve for certain: with a large enough overhead any form is a constant, and among
 * eleven one would often seem to grow at 95 %. */
static bool grows(const struct points *points, const struct curve *curve, double constant_rss)
{
    return constant_rss > curve->rss + allowance(points, curve, 2, 0.995);
}

/* Both curves of a form; neither is tried where the form is not defined for all points. */
static struct candidate fit_form(struct points *points, unsigned index, double constant_rss)
{
    const struct form *form = &forms[index];
    struct candidate candidate = { .form = index };
    double largest = -INFINITY, smallest = INFINITY;
    double least = form->least > 0 ? log(form->least) : -INFINITY;
    bool has_zero = false;
    for (size_t i = 0; i < points->count; i++) {
        if (points->x[i] < least) {
            return candidate;
        }
        double value = form_log(form, points->x[i]);
        points->shape[i] = value;
        has_zero = has_zero || value == -INFINITY;
        largest = fmax(largest, value);
        smallest = value == -INFINITY ? smallest : fmin(smallest, value);
    }
    if (fabs(largest) > LARGEST_LOG || largest - smallest > LARGEST_LOG) {
        return candidate;
    }
    for (size_t i = 0; i < points->count; i++) {
        points->shape[i] = exp(points->shape[i] - largest);
    }
    if (!has_zero) {
        candidate.plain = curve_at(points, 0, largest, 1);
    }
    if (index > 0 && points->values >= LEAST_FOR_FORMS) {
        double q = exp(best_log_q(points, exp(smallest - largest)));
        candidate.raised = curve_at(points, q, largest, 2);
        candidate.raised.tried = candidate.raised.tried && grows(points, &candidate.raised, constant_rss);
    }
    return candidate;
}

/* Choosing. */

static bool is_better(const struct curve *curve, const struct curve *than)
{
    if (!curve->tried || !than || !than->tried) {
        return curve->tried;
    }
    double difference = curve->score - than->score;
    return fabs(difference) > 1e-9 ? difference < 0 : curve->rss < than->rss;
}

/* The curve with the smallest score whose sum of squares is at most `limit`; NULL: none. */
static const struct curve *choose(const struct candidate *candidate, double limit)
{
    const struct curve *chosen = NULL;
    if (candidate->plain.tried && candidate->plain.rss <= limit) {
        chosen = &candidate->plain;
    }
    if (candidate->raised.tried && candidate->raised.rss <= limit && is_better(&candidate->raised, chosen)) {
        chosen = &candidate->raised;
    }
    return chosen;
}

/* Chooses each form's curve; the best candidate, NULL: a free power law beats them all. */
static struct candidate *choose_all(const struct points *points, struct candidate *candidates,
                                    const struct curve *power)
{
    double limit = power->rss + allowance(points, power, 2, 0.995);
    struct candidate *best = NULL;
    for (unsigned i = 0; i < ASSAY_GROWTH_FORMS; i++) {
        candidates[i].chosen = choose(&candidates[i], limit);
        if (candidates[i].chosen && is_better(candidates[i].chosen, best ? best->chosen : NULL)) {
            best = &candidates[i];
        }
    }
    double region = -INFINITY;
    if (best) {
        size_t parameters = best->chosen == &best->raised ? 3 : 2; /* its own, and the one that leads to other forms */
        region = best->chosen->rss + allowance(points, best->chosen, parameters, 0.975);
    }
    for (unsigned i = 0; i < ASSAY_GROWTH_FORMS; i++) {
        const struct curve *within = &candidates[i] == best ? best->chosen : choose(&candidates[i], region);
        candidates[i].plausible = within != NULL;
        candidates[i].chosen = within ? within : choose(&candidates[i], INFINITY);
    }
    return best;
}

static int by_fit(const void *a, const void *b)
{
    const struct assay_growth_fit *x = a, *y = b;
    if (x->plausible != y->plausible) {
        return x->plausible ? -1 : 1;
    }
    if (x->error != y->error) {
        return x->error < y->error ? -1 : 1;
    }
    return (x->form > y->form) - (x->form < y->form);
}

/* The forms that were tried: the best, then by how they fit. */
static void list_fits(struct assay_growth *growth, const struct points *points, const struct candidate *candidates,
                      const struct candidate *best)
{
    size_t first = best != NULL;
    growth->fit_count = first;
    for (unsigned i = 0; i < ASSAY_GROWTH_FORMS; i++) {
        const struct curve *curve = candidates[i].chosen;
        if (curve) {
            struct assay_growth_fit *fit = &growth->fits[&candidates[i] == best ? 0 : growth->fit_count++];
            *fit = (struct assay_growth_fit){ i, curve->coefficient, curve->overhead,
                                              sqrt(curve->rss / (double)points->count), candidates[i].plausible };
        }
    }
    qsort(growth->fits + first, growth->fit_count - first, sizeof growth->fits[0], by_fit);
}

/* Whether there is a best form, and the words on it. */
static void judge(struct assay_growth *growth, const struct points *points, bool found)
{
    bool proven = found && (growth->fit_count < 2 || !growth->fits[1].plausible);
    bool few = points->values < LEAST_FOR_FORMS;
    bool near = points->spread < LEAST_RANGE * (1 - 1e-12);
    char words[80] = "";
    growth->has_best = found && (proven || !(few || near));
    if (few) {
        (void)snprintf(words, sizeof words, "%zu values", points->values);
    } else if (near) {
        (void)snprintf(words, sizeof words, "values within a factor of %.3g", points->spread);
    }
    if (!found) {
        (void)snprintf(growth->reason, sizeof growth->reason, "no form fits as well as the power law");
    } else if (words[0]) {
        (void)snprintf(growth->reason, sizeof growth->reason,
                       proven ? "this rests on %s" : "%s cannot tell forms apart", words);
    }
    if (points->has_zero) {
        size_t length = 0;
        while (growth->reason[length]) {
            length++;
        }
        (void)snprintf(growth->reason + length, sizeof growth->reason - length, "%sthe value 0 is left out",
                       length ? "; " : "");
    }
}

int assay_growth_compute(struct assay_growth *growth, const struct assay_growth_point *points, size_t count)
{
    struct points logs;
    struct candidate candidates[ASSAY_GROWTH_FORMS];
    int result = points_init(&logs, points, count) ? 0 : -1;
    if (!result) {
        *growth = (struct assay_growth){ .count = logs.count, .values = logs.values, .exponent = NAN, .low = NAN,
                                         .high = NAN };
    }
    if (!result && logs.values < LEAST_VALUES) {
        (void)snprintf(growth->reason, sizeof growth->reason, "fewer than 3 values above 0");
    } else if (!result) {
        struct curve power = fit_power(growth, &logs);
        candidates[0] = fit_form(&logs, 0, INFINITY);
        for (unsigned i = 1; i < ASSAY_GROWTH_FORMS; i++) {
            candidates[i] = fit_form(&logs, i, candidates[0].plain.rss);
        }
        const struct candidate *best = choose_all(&logs, candidates, &power);
        list_fits(growth, &logs, candidates, best);
        judge(growth, &logs, best != NULL);
    }
    points_release(&logs);
    return result;
}
