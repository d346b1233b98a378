/* One stored benchmark against another: whether they may be compared at all, the interval over their units, and what a
 * reader must know of it. */
#include "compare/stored.h"

#include "base/text.h"
#include "result/versions.h"
#include "stats/welch.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CONFIDENCE 0.95
#define POWER 0.9
#define LEAST_UNITS ASSAY_STATS_LEAST_PROCESSES

struct sides {
    const struct assay_benchmark *base, *head;
    struct assay_stored_units base_units, head_units;
};

/* ---- what forbids any verdict: each gives a heap text, or leaves it NULL; false: out of memory ---- */

static bool refuse_take(char **reason, char *text)
{
    *reason = text;
    return text != NULL;
}

static bool judge_status(char **reason, const char *side, const struct assay_benchmark *benchmark)
{
    if (benchmark->status != ASSAY_STATUS_OK) {
        return refuse_take(reason, assay_formatted("%s is '%s'%s%s", side, assay_status_word(benchmark->status),
                                                   benchmark->message ? ": " : "",
                                                   benchmark->message ? benchmark->message : ""));
    }
    if (benchmark->verified == 0) {
        return refuse_take(reason, assay_formatted("the answer of %s is wrong", side));
    }
    return true;
}

static bool judge_answers(char **reason, const struct sides *sides)
{
    const struct assay_answer *base = &sides->base->answer;
    const struct assay_answer *head = &sides->head->answer;
    if (!base->known || !head->known) {
        return true;
    }
    if (base->count != head->count) {
        return refuse_take(reason,
                           assay_formatted("different answers: count is %" PRIu64 " in base, %" PRIu64 " in head",
                                           base->count, head->count));
    }
    if (base->sum != head->sum) {
        return refuse_take(reason, assay_formatted("different answers: sum is %" PRIu64 " in base, %" PRIu64 " in head",
                                                   base->sum, head->sum));
    }
    if (base->sha256[0] && head->sha256[0] && strcmp(base->sha256, head->sha256) != 0) {
        return refuse_take(reason, assay_formatted("different answers: sha256 is %.12s... in base, %.12s... in head",
                                                   base->sha256, head->sha256));
    }
    return true;
}

static bool judge_version(char **reason, const struct sides *sides, bool force)
{
    const char *base = sides->base->version;
    const char *head = sides->head->version;
    if (force || assay_versions_comparable(base, head)) {
        return true;
    }
    return refuse_take(reason, assay_formatted("the kernel is version %s in base, %s in head: times of another x or y "
                                               "of x.y.z cannot be compared",
                                               base, head));
}

static bool judge_units(char **reason, const char *side, const struct assay_stored_units *units)
{
    if (units->process_count < LEAST_UNITS) {
        return refuse_take(reason,
                           assay_formatted("%s has samples of %zu process%s, want %d or more on a side", side,
                                           units->process_count, units->process_count == 1 ? "" : "es", LEAST_UNITS));
    }
    for (size_t i = 0; i < units->process_count; i++) {
        if (!isfinite(units->processes[i])) {
            return refuse_take(reason, assay_formatted("%s has a process whose median is 0 ns: no ratio", side));
        }
    }
    return true;
}

static bool judge_sides(char **reason, const struct sides *sides, bool force)
{
    *reason = NULL;
    return judge_status(reason, "base", sides->base) && (*reason || judge_status(reason, "head", sides->head)) &&
           (*reason || judge_answers(reason, sides)) && (*reason || judge_version(reason, sides, force)) &&
           (*reason || judge_units(reason, "base", &sides->base_units)) &&
           (*reason || judge_units(reason, "head", &sides->head_units));
}

/* ---- the interval ---- */

static double units_shift(const struct sides *sides, bool per_item)
{
    return per_item ? log(sides->base->items) - log(sides->head->items) : 0;
}

static enum assay_verdict verdict_at(const struct assay_interval *interval, double shift, double margin)
{
    const struct assay_interval moved = { interval->low - shift, interval->high - shift, true };
    return assay_verdict_of(&moved, margin);
}

/* The words that every verdict on stored documents carries. Heap. */
static char *limits(const struct sides *sides, bool by_session)
{
    const struct assay_stored_units *base = &sides->base_units;
    const struct assay_stored_units *head = &sides->head_units;
    if (by_session) {
        return assay_formatted("measured apart: at 95 %% only, over %zu and %zu sessions", base->session_count,
                               head->session_count);
    }
    if (base->session_count > 1 || head->session_count > 1) {
        return assay_formatted(
            "measured apart: at 95 %% only, over %zu and %zu processes of %zu and %zu sessions, which "
            "are assumed alike (from %d on a side they are the units)",
            base->process_count, head->process_count, base->session_count, head->session_count, LEAST_UNITS);
    }
    return assay_formatted("measured apart: at 95 %% only, over %zu and %zu processes of one session each, which are "
                           "assumed alike",
                           base->process_count, head->process_count);
}

/* Without what the machine itself moved by, would it be another verdict? Then it is none. */
static bool take_machine_out(struct assay_comparison *comparison, const struct assay_interval *interval,
                             const struct assay_stored_terms *terms)
{
    if (!(fabs(terms->machine_shift) > log1p(terms->margin / 2))) {
        return true;
    }
    double times = exp(terms->machine_shift);
    enum assay_verdict verdict = verdict_at(interval, terms->machine_shift, terms->margin);
    if (!assay_comparison_note(
            comparison, "the machine itself moved: its reference chain took %.4f times the time in head's sessions",
            times)) {
        return false;
    }
    if (verdict == comparison->verdict) {
        return true;
    }
    char *reason = assay_formatted(
        "%s; without the machine's own move (%.4f times the time) it would say '%s', not '%s'", comparison->reason,
        times, assay_verdict_word(verdict), assay_verdict_word(comparison->verdict));
    free(comparison->reason);
    comparison->reason = reason;
    comparison->verdict = ASSAY_VERDICT_INCONCLUSIVE;
    return reason != NULL;
}

static void set_direction(struct assay_comparison *comparison)
{
    bool proven = comparison->verdict != ASSAY_VERDICT_INCONCLUSIVE && comparison->verdict != ASSAY_VERDICT_SAME;
    comparison->direction = !proven ? 0 : comparison->low > 1 ? 1 : -1;
    comparison->beyond_margin =
        proven && (comparison->low > 1 + comparison->margin || comparison->high < 1 / (1 + comparison->margin));
}

static bool measure(struct assay_comparison *comparison, const struct sides *sides, bool per_item,
                    const struct assay_stored_terms *terms)
{
    const struct assay_stored_units *base = &sides->base_units;
    const struct assay_stored_units *head = &sides->head_units;
    bool by_session = base->session_count >= LEAST_UNITS && head->session_count >= LEAST_UNITS;
    double shift = units_shift(sides, per_item);
    struct assay_welch welch;
    struct assay_interval interval;
    if (by_session) {
        assay_welch(&welch, base->sessions, base->session_count, head->sessions, head->session_count);
    } else {
        assay_welch(&welch, base->processes, base->process_count, head->processes, head->process_count);
    }
    welch.difference += shift;
    assay_welch_interval(&interval, &welch, CONFIDENCE);
    double estimate = shift + (by_session ? head->session_median - base->session_median
                                          : head->process_median - base->process_median);
    /* The interval is of means, the estimate of medians: where they part, it is widened to hold both. */
    interval.low = fmin(interval.low, estimate);
    interval.high = fmax(interval.high, estimate);
    if (!(exp(interval.low) > 0 && isfinite(exp(interval.high)))) {
        comparison->reason = assay_copy("the times lie further apart than a number can say");
        return comparison->reason != NULL;
    }
    comparison->ratio = exp(estimate);
    comparison->low = comparison->ci95_low = exp(interval.low);
    comparison->high = comparison->ci95_high = exp(interval.high);
    double effect = expm1(assay_welch_detectable(&welch, CONFIDENCE, POWER));
    comparison->minimum_detectable_effect = isfinite(effect) ? effect : NAN;
    comparison->verdict = assay_verdict_of(&interval, comparison->margin);
    comparison->reason = limits(sides, by_session);
    bool good = comparison->reason && take_machine_out(comparison, &interval, terms);
    set_direction(comparison);
    return good;
}

/* ---- notes ---- */

/* One build-id of all processes; NULL: none, or several. Borrowed. */
static const char *build_id(const struct assay_benchmark *benchmark)
{
    for (size_t i = 0; i < benchmark->process_count; i++) {
        if (!benchmark->processes[i].build_id ||
            strcmp(benchmark->processes[i].build_id, benchmark->processes[0].build_id) != 0) {
            return NULL;
        }
    }
    return benchmark->process_count > 0 ? benchmark->processes[0].build_id : NULL;
}

static bool note_builds(struct assay_comparison *comparison, const struct sides *sides)
{
    const char *base = build_id(sides->base);
    const char *head = build_id(sides->head);
    if (sides->base->build && sides->head->build && strcmp(sides->base->build, sides->head->build) != 0 &&
        !assay_comparison_note(comparison, "built differently: base '%s', head '%s'", sides->base->build,
                               sides->head->build)) {
        return false;
    }
    if (base && head && strcmp(base, head) != 0) {
        return assay_comparison_note(comparison, "two builds, each with its code where one link put it: another link "
                                                 "alone could move the ratio");
    }
    return true;
}

static bool note_answers(struct assay_comparison *comparison, const struct sides *sides)
{
    bool base = sides->base->verified >= 0; /* a wrong one is the reason already */
    bool head = sides->head->verified >= 0;
    bool both_known = sides->base->answer.known && sides->head->answer.known;
    if (base && head) {
        return true;
    }
    return assay_comparison_note(comparison, "the answer of %s is not verified%s",
                                 !base && !head ? "both sides"
                                 : base         ? "head"
                                                : "base",
                                 both_known ? "; both sides give the same" : "");
}

static bool note_versions(struct assay_comparison *comparison, const struct sides *sides)
{
    const char *base = sides->base->version;
    const char *head = sides->head->version;
    if (base && head ? assay_versions_comparable(base, head) : base == head) {
        return true; /* z says that times are the same */
    }
    return assay_comparison_note(comparison, "the kernel's version is %s in base, %s in head", base ? base : "not said",
                                 head ? head : "not said");
}

static bool note_flags(struct assay_comparison *comparison, const char *side, const struct assay_benchmark *benchmark)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    for (size_t i = 0; i < benchmark->flag_count; i++) {
        assay_text_format(&text, "%s%s", i ? ", " : "", benchmark->flags[i]);
    }
    bool good = !text.failed && (benchmark->flag_count == 0 ||
                                 assay_comparison_note(comparison, "%s is flagged: %s", side, text.bytes));
    assay_text_release(&text);
    return good;
}

static bool note_all(struct assay_comparison *comparison, const struct sides *sides, bool per_item,
                     const struct assay_stored_terms *terms)
{
    bool good = true;
    if (terms->unlike) {
        good = assay_comparison_note(comparison, "unlike environments, compared all the same: %s", terms->unlike);
    }
    if (good && terms->suites) {
        good = assay_comparison_note(comparison, "other versions of a suite, compared all the same: %s", terms->suites);
    }
    if (good && per_item) {
        good = assay_comparison_note(comparison,
                                     "an iteration of base does %.15g items, one of head %.15g: times are per item",
                                     sides->base->items, sides->head->items);
    }
    return good && note_answers(comparison, sides) && note_versions(comparison, sides) &&
           note_builds(comparison, sides) && note_flags(comparison, "base", sides->base) &&
           note_flags(comparison, "head", sides->head);
}

static bool name(struct assay_comparison *comparison, const struct sides *sides, bool per_item)
{
    comparison->id = assay_copy(sides->base->id ? sides->base->id : "");
    comparison->design = assay_copy("stored");
    comparison->unit = assay_copy(per_item ? "item" : "iteration");
    return comparison->id && comparison->design && comparison->unit;
}

bool assay_stored_judge(struct assay_comparison *comparison, const struct assay_document *document, size_t base,
                        size_t head, const struct assay_stored_terms *terms)
{
    struct sides sides = { .base = &document->benchmarks[base], .head = &document->benchmarks[head] };
    bool per_item = sides.base->items > 0 && sides.head->items > 0 && sides.base->items != sides.head->items;
    comparison->base = base;
    comparison->head = head;
    comparison->confidence = CONFIDENCE;
    comparison->margin = terms->margin;
    bool good = assay_stored_units_init(&sides.base_units, sides.base, terms->sessions) &&
                assay_stored_units_init(&sides.head_units, sides.head, terms->sessions) &&
                name(comparison, &sides, per_item) && judge_sides(&comparison->reason, &sides, terms->force) &&
                (comparison->reason || measure(comparison, &sides, per_item, terms)) &&
                note_all(comparison, &sides, per_item, terms);
    assay_stored_units_release(&sides.base_units);
    assay_stored_units_release(&sides.head_units);
    return good;
}
