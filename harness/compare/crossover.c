/* One comparison a value, until the search is over: shares out the budget, joins the documents, says why it ended.
 * Which value is next is crossover_search.c's; how a value is planned is the caller's. */
#include "compare/crossover.h"

#include "base/clock.h"
#include "base/text.h"
#include "compare/crossover_search.h"
#include "compare/experiment.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A share that is smaller proves nothing: two starts, a trial and twenty blocks. */
static const double LEAST_SHARE_S = 1.0;
/* Of what the nearest proof took: a value is given so much more at least. */
static const double ROOM = 1.5;

/* The search while it goes on. */
struct hunt {
    const struct assay_crossover_request *request;
    struct assay_crossover_search search;
    size_t comparisons[ASSAY_SEARCH_POINTS_MOST]; /* in the order of looking */
    double values[ASSAY_SEARCH_POINTS_MOST];
    size_t looked;
    struct assay_document *document; /* so far; NULL: nothing yet */
    bool interrupted;
    bool out_of_time;
    char *failure; /* why the search ended before its time; heap; NULL: it did not */
};

double assay_crossover_confidence(double whole, size_t most)
{
    return 1 - (1 - whole) / (double)(most > 0 ? most : 1);
}

static double spent_s(const struct hunt *hunt)
{
    return (double)(assay_clock_ns() - hunt->request->compare->measure->program_start_ns) * 1e-9;
}

/* The canonical text of a value. */
static char *text_of(const struct hunt *hunt, double value)
{
    if (hunt->request->whole) {
        return assay_formatted("%.0f", value);
    }
    struct assay_text text = ASSAY_TEXT_INIT;
    assay_text_append_real(&text, value);
    return assay_text_take(&text);
}

/* ---- one value ---- */

/* What it takes to prove anything near a value: what the nearest proof took. */
static double usual_s(const struct hunt *hunt, double value)
{
    double nearest = INFINITY, usual = LEAST_SHARE_S;
    for (size_t i = 0; i < hunt->looked; i++) {
        const struct assay_comparison *row = &hunt->document->comparisons[hunt->comparisons[i]];
        double away = fabs(log(hunt->values[i] / value));
        if (assay_comparison_proven(row) != 0 && away < nearest) {
            nearest = away;
            usual = row->seconds;
        }
    }
    return usual;
}

/* Most values are decided long before their share ends: each may take twice what is even. A share in which nothing can
 * be proven would be lost, so that it is not cut below what a proof takes. */
static double share_s(const struct hunt *hunt, double value, double left_s)
{
    size_t left = assay_search_left(&hunt->search);
    double share = left > 1 ? 2 * left_s / (double)(left + 1) : left_s;
    return fmin(left_s, fmax(share, ROOM * usual_s(hunt, value)));
}

static int compare_at(struct assay_document **document, struct hunt *hunt, const char *text, double budget_s,
                      struct assay_error *error)
{
    const struct assay_crossover_request *request = hunt->request;
    struct assay_measure_options measure = *request->compare->measure;
    struct assay_compare_options options = *request->compare;
    struct assay_compare_pair pair;
    const struct assay_plan *plan = NULL;
    int code = request->plan(request->context, &plan, &pair, text, error);
    if (code != 0) {
        return code;
    }
    measure.program_start_ns = assay_clock_ns();
    options.measure = &measure;
    options.budget_s = budget_s;
    options.pairs = 0;
    options.direction_only = true;
    options.confidence = assay_crossover_confidence(request->compare->confidence, hunt->search.most);
    return assay_compare_run(document, &hunt->interrupted, plan, &pair, 1, &options, error);
}

static bool has_warning(const struct assay_document *document, const char *warning)
{
    for (size_t i = 0; i < document->warning_count; i++) {
        if (strcmp(document->warnings[i], warning) == 0) {
            return true;
        }
    }
    return false;
}

/* Every comparison warns of the same machine: once is enough. */
static void drop_warnings(const struct assay_document *known, struct assay_document *document)
{
    size_t kept = 0;
    for (size_t i = 0; i < document->warning_count; i++) {
        if (has_warning(known, document->warnings[i])) {
            free(document->warnings[i]);
        } else {
            document->warnings[kept++] = document->warnings[i];
        }
    }
    document->warning_count = kept;
}

/* Joins the document of one more value. */
static int join_take(struct hunt *hunt, struct assay_document *document, struct assay_error *error)
{
    if (hunt->document == NULL) {
        hunt->document = document;
        return 0;
    }
    drop_warnings(hunt->document, document);
    return assay_document_append_take(hunt->document, document, error);
}

/* ---- why it ended ---- */

static bool begins(const char *text, const char *prefix)
{
    return text != NULL && strncmp(text, prefix, strlen(prefix)) == 0;
}

/* "answers differ at limit=100: 1229 against 1264 values; compare what gives the same answer, such as variant=fixed" */
static char *answers_differ(const struct hunt *hunt, const struct assay_comparison *row, const char *text)
{
    const struct assay_answer *base = &hunt->document->benchmarks[row->base].answer;
    const struct assay_answer *head = &hunt->document->benchmarks[row->head].answer;
    struct assay_text words = ASSAY_TEXT_INIT;
    assay_text_format(&words, "answers differ at %s=%s: ", hunt->request->parameter, text);
    if (base->count != head->count) {
        assay_text_format(&words, "%" PRIu64 " against %" PRIu64 " values", base->count, head->count);
    } else {
        assay_text_format(&words, "sums of %" PRIu64 " against %" PRIu64, base->sum, head->sum);
    }
    assay_text_append(&words, "; compare what gives the same answer");
    if (hunt->request->hint != NULL) {
        assay_text_format(&words, ", such as %s", hunt->request->hint);
    }
    return assay_text_take(&words);
}

/* Why the search cannot go on behind this comparison; *failure stays NULL: it can. What only lacked time is no failure.
 */
static int look_for_failure(struct hunt *hunt, const struct assay_comparison *row, const char *text,
                            struct assay_error *error)
{
    static const char *const names[SIDES] = { "base", "head" };
    const size_t sides[SIDES] = { row->base, row->head };
    if (hunt->interrupted || begins(row->reason, "the budget ended")) {
        return 0;
    }
    bool failed = begins(row->reason, "refused:");
    if (failed) {
        hunt->failure = answers_differ(hunt, row, text);
    }
    for (int side = BASE; side < SIDES && !failed; side++) {
        const struct assay_benchmark *benchmark = &hunt->document->benchmarks[sides[side]];
        failed = benchmark->status != ASSAY_STATUS_OK && !begins(benchmark->message, "not measured:");
        if (failed) {
            hunt->failure = assay_formatted("%s %s at %s=%s: %s", names[side], assay_status_word(benchmark->status),
                                            hunt->request->parameter, text,
                                            benchmark->message ? benchmark->message : "no words");
        }
    }
    return failed && hunt->failure == NULL ? assay_fail(error, ASSAY_ENOMEM, "out of memory") : 0;
}

/* ---- the search ---- */

static void keep(struct hunt *hunt, double value, size_t index)
{
    const struct assay_comparison *row = &hunt->document->comparisons[index];
    double blocks = (double)row->blocks.count;
    struct assay_search_point point = {
        .value = value,
        .direction = assay_comparison_proven(row),
        .log_ratio = row->ratio > 0 ? log(row->ratio) : NAN,
        .error = blocks > 0 ? row->spread / sqrt(blocks) : NAN,
    };
    hunt->values[hunt->looked] = value;
    hunt->comparisons[hunt->looked++] = index;
    assay_search_add(&hunt->search, &point);
}

static int look_at(struct hunt *hunt, double value, double budget_s, struct assay_error *error)
{
    struct assay_document *document = NULL;
    char *text = text_of(hunt, value);
    int code = text != NULL ? compare_at(&document, hunt, text, budget_s, error)
                            : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    if (code == 0) {
        code = join_take(hunt, document, error);
    }
    if (code == 0) {
        size_t index = hunt->document->comparison_count - 1;
        keep(hunt, value, index);
        code = look_for_failure(hunt, &hunt->document->comparisons[index], text, error);
    }
    free(text);
    return code;
}

static int hunt_on(struct hunt *hunt, struct assay_error *error)
{
    double value = 0;
    int code = 0;
    while (code == 0 && hunt->failure == NULL && !hunt->interrupted && assay_search_next(&hunt->search, &value)) {
        double left_s = hunt->request->budget_s - spent_s(hunt);
        if (hunt->looked > 0 && left_s < usual_s(hunt, value)) {
            hunt->out_of_time = true;
            break;
        }
        struct assay_error own = { 0 };
        code = look_at(hunt, value, fmax(share_s(hunt, value, left_s), 0), &own);
        if (code != 0 && (hunt->document == NULL || code == ASSAY_ENOMEM)) {
            return assay_fail(error, code, "%s", own.text);
        }
        if (code != 0) { /* what was found is kept */
            hunt->failure = assay_copy(own.text);
            code = hunt->failure != NULL ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
        }
    }
    return code;
}

/* ---- the crossover's row ---- */

/* What would decide a value that nothing is proven of. */
static void append_open(struct assay_text *text, const struct hunt *hunt, const struct assay_search_finding *finding)
{
    const struct assay_search_point *point = &hunt->search.points[finding->open];
    const struct assay_comparison *row = NULL;
    for (size_t i = 0; i < hunt->looked; i++) {
        row = hunt->values[i] == point->value ? &hunt->document->comparisons[hunt->comparisons[i]] : row;
    }
    char *value = text_of(hunt, point->value);
    assay_text_format(text, "at %s=%s the two could not be told apart", hunt->request->parameter, value ? value : "?");
    double more_s = row != NULL ? row->seconds_needed - row->seconds : NAN;
    if (row != NULL && row->reason != NULL) {
        assay_text_format(text, ": %s", row->reason);
    } else if (more_s > 0 && more_s < 86400) {
        assay_text_format(text, ": about %.0f s more there would be needed", ceil(more_s));
    }
    text->failed = text->failed || value == NULL;
    free(value);
}

/* NULL with nothing failed: there is nothing to add. */
static char *reason_of(const struct hunt *hunt, const struct assay_search_finding *finding)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    size_t scanned = hunt->search.scan_count - finding->unscanned;
    if (hunt->failure != NULL) {
        assay_text_append(&text, hunt->failure);
    } else if (hunt->interrupted) {
        assay_text_format(&text, "interrupted after %zu value%s", hunt->looked, hunt->looked == 1 ? "" : "s");
    } else if (finding->unscanned > 0) {
        assay_text_format(&text, "the budget ended after %zu of the %zu values that are looked at first", scanned,
                          hunt->search.scan_count);
    } else if (finding->open != SIZE_MAX) {
        append_open(&text, hunt, finding);
    } else if (finding->wide && hunt->out_of_time) {
        assay_text_format(&text, "the budget ended before the interval was as narrow as %g %%",
                          100 * ASSAY_SEARCH_RESOLUTION);
    } else if (finding->wide) {
        assay_text_append(&text, "the two could not be told apart closer to the change within the budget");
    }
    return text.length > 0 || text.failed ? assay_text_take(&text) : NULL;
}

/* Values in their order, with the comparisons that stand in the order of looking. */
static bool add_points(struct assay_crossover *crossover, const struct hunt *hunt)
{
    bool good = true;
    for (size_t i = 0; i < hunt->search.count && good; i++) {
        double value = hunt->search.points[i].value;
        for (size_t k = 0; k < hunt->looked; k++) {
            if (hunt->values[k] == value) {
                good = assay_crossover_add_point(crossover, value, hunt->comparisons[k]);
            }
        }
    }
    return good;
}

static int describe(struct hunt *hunt, struct assay_error *error)
{
    const struct assay_crossover_request *request = hunt->request;
    struct assay_search_finding finding;
    struct assay_crossover *crossover = assay_document_add_crossover(hunt->document);
    if (crossover == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    assay_search_find(&finding, &hunt->search);
    char *reason = reason_of(hunt, &finding);
    crossover->base = assay_copy(request->base);
    crossover->head = assay_copy(request->head);
    crossover->parameter = assay_copy(request->parameter);
    crossover->from = request->from;
    crossover->to = request->to;
    crossover->confidence = request->compare->confidence;
    crossover->outcome = finding.outcome;
    crossover->faster_at_from = finding.faster_at_from;
    crossover->faster_at_to = finding.faster_at_to;
    crossover->seconds = spent_s(hunt);
    crossover->reason = reason != NULL ? assay_utf8_clean(reason, strlen(reason), NULL) : NULL;
    bool good = crossover->base != NULL && crossover->head != NULL && crossover->parameter != NULL &&
                (crossover->reason != NULL) == (reason != NULL) && add_points(crossover, hunt);
    for (size_t i = 0; i < finding.change_count && good; i++) {
        good = assay_crossover_add_change(crossover, &finding.changes[i]);
    }
    free(reason);
    return good ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

/* Discoveries are counted anew among all. That the sides' ratios go one way is what is asked about, and no common
 * cause; and no value of them fails a build. */
static int judge(struct hunt *hunt, struct assay_error *error)
{
    int code = assay_comparisons_judge(hunt->document, hunt->request->compare->margin, error);
    free(hunt->document->common_cause);
    hunt->document->common_cause = NULL;
    for (size_t i = 0; i < hunt->document->comparison_count; i++) {
        hunt->document->comparisons[i].gate_log_evidence = NAN;
    }
    return code;
}

int assay_crossover_run(struct assay_document **out, bool *interrupted, const struct assay_crossover_request *request,
                        struct assay_error *error)
{
    struct hunt hunt = { .request = request };
    assay_search_init(&hunt.search, request->from, request->to, request->whole);
    int code = hunt_on(&hunt, error);
    if (code == 0) {
        code = judge(&hunt, error);
    }
    if (code == 0) {
        code = describe(&hunt, error);
    }
    free(hunt.failure);
    if (code != 0) {
        assay_document_free(hunt.document);
        return code;
    }
    *interrupted = hunt.interrupted;
    *out = hunt.document;
    return 0;
}
