/* The first lines of every report: what it is about, one sentence, counts, the worst and the best. By what the documents
 * hold: crossovers, comparisons, profiles, benchmarks alone, or histories alone. Knows no format. */
#include "reports/verdict.h"

#include "base/text.h"
#include "base/version.h"
#include "reports/cells.h"
#include "reports/crossovers.h"
#include "reports/history.h"
#include "reports/profiles/text.h"
#include "reports/verdicts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Owns `text`: cleaned of what moves a cursor or turns text around. */
static char *clean_take(char *text)
{
    char *clean = text ? assay_cell_clean(text, true) : NULL;
    free(text);
    return clean;
}

/* ---- comparisons ---- */

struct tally {
    size_t counts[ASSAY_VERDICT_COUNT];
    size_t failed, rows;
    double margin;
    const struct assay_compared *worst, *best, *only;
    size_t worst_part, best_part;
};

static void gather(struct tally *tally, const struct assay_report *report)
{
    for (size_t i = 0; i < report->part_count; i++) {
        const struct assay_report_comparisons *own = report->parts[i].comparisons;
        if (!own || own->row_count == 0) {
            continue;
        }
        tally->margin = tally->rows == 0 || tally->margin == own->margin ? own->margin : (double)NAN;
        tally->only = &own->rows[0];
        for (size_t k = 0; k < ASSAY_VERDICT_COUNT; k++) {
            tally->counts[k] += own->counts[k];
        }
        tally->failed += own->failed;
        tally->rows += own->row_count;
        const struct assay_compared *worst = own->worst ? own->worst : &own->rows[0];
        const struct assay_compared *best = own->best ? own->best : &own->rows[0];
        if (isfinite(worst->comparison->ratio) && assay_compared_goes_further(worst, tally->worst, 1)) {
            tally->worst = worst;
            tally->worst_part = i;
        }
        if (isfinite(best->comparison->ratio) && assay_compared_goes_further(best, tally->best, -1)) {
            tally->best = best;
            tally->best_part = i;
        }
    }
}

static char *extreme_words(const struct assay_compared *row)
{
    char *ratio = assay_words_ratio(row->comparison), *interval = assay_words_interval(row->comparison);
    char *verdict = assay_words_verdict(row->comparison);
    char *words = ratio && interval && verdict
                      ? assay_formatted("%s: head takes %s times base's time %s, %s", row->name, ratio,
                                        interval[0] ? interval : "with no bounds yet", verdict)
                      : NULL;
    free(ratio);
    free(interval);
    free(verdict);
    return clean_take(words);
}

static char *row_id(const struct assay_report *report, size_t part, const struct assay_compared *row)
{
    return assay_formatted("c%zu-%zu", part, (size_t)(row->comparison - report->parts[part].document->comparisons));
}

static char *compared_sentence(const struct tally *tally)
{
    size_t slower = tally->counts[ASSAY_VERDICT_SLOWER], faster = tally->counts[ASSAY_VERDICT_FASTER];
    size_t open = tally->counts[ASSAY_VERDICT_INCONCLUSIVE];
    if (tally->rows == 1) {
        const struct assay_compared *row = tally->only;
        char *words = row->failed ? assay_words_failure(row->base, row->head) : assay_words_sentence(row->comparison);
        char *all = words ? assay_formatted("%s: %s.", row->name, words) : NULL;
        free(words);
        return clean_take(all);
    }
    if (slower > 0) {
        return assay_formatted("%zu of %zu benchmarks %s slower.", slower, tally->rows, slower == 1 ? "is" : "are");
    }
    if (tally->failed > 0) {
        return assay_formatted("%zu of %zu benchmarks could not be compared; none is proven slower.", tally->failed,
                               tally->rows);
    }
    if (open > 0) {
        return assay_formatted("No benchmark is proven slower; %zu of %zu could not be decided.", open, tally->rows);
    }
    if (faster > 0) {
        return assay_formatted("%zu of %zu benchmarks %s faster, and none is slower.", faster, tally->rows,
                               faster == 1 ? "is" : "are");
    }
    return assay_formatted("None of %zu benchmarks differs by more than the margin.", tally->rows);
}

static bool fill_compared(struct assay_report *report)
{
    struct assay_report_verdict *verdict = &report->verdict;
    struct tally tally = { .margin = NAN };
    gather(&tally, report);
    verdict->tone = tally.counts[ASSAY_VERDICT_SLOWER] > 0 || tally.failed > 0 ? ASSAY_TONE_BAD
                    : tally.counts[ASSAY_VERDICT_INCONCLUSIVE] > 0             ? ASSAY_TONE_WARN
                                                                               : ASSAY_TONE_GOOD;
    verdict->sentence = compared_sentence(&tally);
    verdict->counts = assay_words_counts(tally.counts, tally.failed, tally.margin);
    if (tally.worst) {
        verdict->worst = extreme_words(tally.worst);
        verdict->worst_id = row_id(report, tally.worst_part, tally.worst);
    }
    if (tally.best && tally.best != tally.worst) {
        verdict->best = extreme_words(tally.best);
        verdict->best_id = row_id(report, tally.best_part, tally.best);
    }
    return verdict->sentence && verdict->counts && (!tally.worst || (verdict->worst && verdict->worst_id)) &&
           (!verdict->best == !verdict->best_id);
}

static bool fill_crossed(struct assay_report *report, size_t part)
{
    const struct assay_document *document = report->parts[part].document;
    struct assay_report_verdict *verdict = &report->verdict;
    bool decided = document->crossovers[0].outcome != ASSAY_CROSSOVER_UNDECIDED;
    char *words = assay_words_crossover(document, 0);
    char *looked = assay_words_looked(document, 0);
    verdict->tone = decided ? ASSAY_TONE_GOOD : ASSAY_TONE_WARN;
    verdict->sentence = clean_take(words ? assay_formatted("%s.", words) : NULL);
    verdict->counts = clean_take(looked);
    free(words);
    return verdict->sentence && verdict->counts;
}

/* ---- profiles ---- */

static char *share_words(const struct assay_page *page, size_t function)
{
    const struct assay_profile_function_row *row = &page->profile->functions[function];
    double half = assay_half_of(row->share, row->share_low, row->share_high);
    char *share = assay_page_share(page, function);
    char *error = isfinite(half) ? assay_page_points(page, half) : assay_copy("");
    char *words = share && error
                      ? assay_formatted("%s%s%s of its %s", share, error[0] ? " \xc2\xb1" : "", error,
                                        page->cost == ASSAY_PAGE_TIME           ? "time"
                                        : page->cost == ASSAY_PAGE_INSTRUCTIONS ? "instructions"
                                                                                : "allocations")
                      : NULL;
    free(share);
    free(error);
    return words;
}

static bool fill_profiled(struct assay_report *report, size_t part)
{
    static const struct assay_report_options options = ASSAY_REPORT_OPTIONS_INIT;
    const struct assay_document *document = report->parts[part].document;
    struct assay_report_verdict *verdict = &report->verdict;
    struct assay_page page;
    struct assay_error error = { 0 };
    if (assay_page_open(&page, document, 0, &options, &error)) {
        return false;
    }
    const struct assay_profile *profile = page.profile;
    char *name = page.row_count > 0 ? assay_profile_function_text(&profile->functions[page.rows[0]]) : NULL;
    char *share = page.row_count > 0 ? share_words(&page, page.rows[0]) : NULL;
    char *calls = isfinite(profile->calls) ? assay_count_text(profile->calls) : assay_copy("");
    const char *id = page.benchmark && page.benchmark->id ? page.benchmark->id : "?";
    verdict->tone = ASSAY_TONE_PLAIN;
    verdict->sentence = clean_take(name && share ? assay_formatted("%s: %s has %s.", id, name, share)
                                                 : assay_formatted("%s: no function was seen.", id));
    verdict->counts = calls ? assay_formatted("%zu profile%s, %zu functions%s%s%s", document->profile_count,
                                              document->profile_count == 1 ? "" : "s", profile->function_count,
                                              calls[0] ? ", " : "", calls, calls[0] ? " calls an iteration" : "")
                            : NULL;
    free(name);
    free(share);
    free(calls);
    assay_page_release(&page);
    return verdict->sentence && verdict->counts;
}

/* ---- benchmarks alone ---- */

static char *row_words(const struct assay_report_row *row)
{
    const struct assay_statistics *statistics = &row->benchmark->statistics;
    char *time = assay_cell_ns(statistics->median, true);
    char *interval =
        statistics->ci95.known ? assay_cell_interval(statistics->median, &statistics->ci95, true) : assay_copy("");
    char *ratio = assay_cell_ratio(row->ratio), *range = assay_cell_range(row->ratio_low, row->ratio_high, true);
    bool beside = ratio && ratio[0] && row->ratio != 1;
    size_t figures = ratio ? strcspn(ratio, " ") : 0;
    char *words = time && interval && ratio && range
                      ? assay_formatted("%s: %s%s%s%s%.*s%s%s%s%s", row->name, time, interval[0] ? " " : "", interval,
                                        beside ? ", " : "",
                                        beside ? (int)figures : 0, ratio, beside ? " times its group's reference" : "",
                                        beside && range[0] ? " [" : "", beside ? range : "",
                                        beside && range[0] ? "]" : "")
                      : NULL;
    free(time);
    free(interval);
    free(ratio);
    free(range);
    return clean_take(words);
}

struct standing {
    size_t rows, good, failed, unverified;
    const struct assay_report_row *first, *last, *one; /* of the group with the widest ratio */
    size_t part;
    size_t tied; /* with the first */
};

static void stand(struct standing *standing, const struct assay_report *report, size_t part)
{
    const struct assay_report_model *model = report->parts[part].benchmarks;
    for (size_t i = 0; i < model->group_count; i++) {
        const struct assay_report_group *group = &model->groups[i];
        const struct assay_report_row *first = &model->rows[group->first]; /* the first in rank, or else the fastest */
        for (size_t k = group->first; k < group->first + group->count; k++) {
            const struct assay_report_row *row = &model->rows[k];
            standing->rows++;
            standing->good += row->timed;
            standing->failed += row->benchmark->status != ASSAY_STATUS_OK;
            standing->unverified += row->timed && row->benchmark->verified < 0;
            standing->one = row->timed ? row : standing->one;
            if (isfinite(row->ratio) && (!standing->last || row->ratio > standing->last->ratio)) {
                standing->last = row;
                standing->first = first;
                standing->part = part;
            }
        }
    }
}

static char *measured_sentence(const struct standing *standing)
{
    if (standing->rows == 0) {
        return assay_copy("There are no benchmarks.");
    }
    if (standing->good == 0) {
        return assay_formatted("None of %zu benchmarks gave a time.", standing->rows);
    }
    if (standing->failed > 0) {
        return assay_formatted("%zu of %zu benchmarks failed.", standing->failed, standing->rows);
    }
    if (standing->good == 1) {
        char *words = row_words(standing->one);
        char *all = words ? assay_formatted("%s.", words) : NULL;
        free(words);
        return all;
    }
    if (standing->first && standing->tied == 1) { /* what nobody checked takes no rank, and may be faster */
        bool all = standing->unverified == 0;
        return clean_take(assay_formatted("%s is the fastest of %zu%s.", standing->first->name,
                                          standing->rows - standing->unverified,
                                          all ? "" : " with an answer that was checked"));
    }
    return assay_formatted("%zu benchmarks were measured, and none failed.", standing->rows);
}

static char *row_anchor(const struct assay_report *report, size_t part, const struct assay_report_row *row)
{
    return assay_formatted("b%zu-%zu", part, (size_t)(row->benchmark - report->parts[part].document->benchmarks));
}

static bool fill_measured(struct assay_report *report)
{
    struct assay_report_verdict *verdict = &report->verdict;
    struct standing standing = { 0 };
    size_t groups = 0;
    for (size_t i = 0; i < report->part_count; i++) {
        stand(&standing, report, i);
        groups += report->parts[i].benchmarks->group_count;
    }
    for (size_t i = 0; groups == 1 && i < report->parts[0].benchmarks->row_count; i++) {
        standing.tied += report->parts[0].benchmarks->rows[i].rank == 1;
    }
    verdict->tone = standing.failed > 0 || standing.good == 0 ? ASSAY_TONE_BAD : ASSAY_TONE_PLAIN;
    verdict->sentence = measured_sentence(&standing);
    verdict->counts = assay_formatted("%zu of %zu timed, %zu failed, %zu with an answer that nobody checked",
                                      standing.good, standing.rows, standing.failed, standing.unverified);
    if (standing.last && standing.first != standing.last) {
        verdict->worst = row_words(standing.last);
        verdict->worst_id = row_anchor(report, standing.part, standing.last);
        verdict->best = row_words(standing.first);
        verdict->best_id = row_anchor(report, standing.part, standing.first);
    }
    return verdict->sentence && verdict->counts;
}

/* ---- histories alone ---- */

static bool has_slowdown(const struct assay_history_series *series)
{
    for (size_t i = 0; i < series->change_count; i++) {
        if (assay_history_tone(series, series->changes[i].point) == ASSAY_TONE_BAD) {
            return true;
        }
    }
    return false;
}

static bool fill_recorded(struct assay_report *report)
{
    struct assay_report_verdict *verdict = &report->verdict;
    const struct assay_document **documents = calloc(report->part_count, sizeof *documents);
    size_t series = 0, slower = 0;
    for (size_t i = 0; documents && i < report->part_count; i++) {
        documents[i] = report->parts[i].document;
        series += documents[i]->history_count;
        for (size_t k = 0; k < documents[i]->history_count; k++) {
            slower += has_slowdown(&documents[i]->history[k]);
        }
    }
    char *counts = documents ? assay_words_history_counts(documents, report->part_count) : NULL;
    verdict->tone = slower > 0 ? ASSAY_TONE_BAD : ASSAY_TONE_PLAIN;
    verdict->sentence = slower > 0 ? assay_formatted("%zu of %zu series %s a slowdown that nobody accepted.", slower, series,
                                                     slower == 1 ? "has" : "have")
                                   : assay_formatted("None of %zu series has a slowdown that nobody accepted.", series);
    verdict->counts = clean_take(counts);
    free(documents);
    return verdict->sentence && verdict->counts;
}

/* ---- the rest ---- */

static char *title_of(const struct assay_report *report)
{
    const struct assay_document *document = report->parts[0].document;
    struct assay_text text = ASSAY_TEXT_INIT;
    if (document->suite) {
        assay_text_format(&text, "suite %s", document->suite);
    } else if (document->benchmark_count == 1 && document->benchmarks[0].id) {
        assay_text_append(&text, document->benchmarks[0].id);
    } else if (document->benchmark_count == 0 && document->history_count > 0) {
        assay_text_format(&text, "history of %zu series", document->history_count);
    } else {
        assay_text_format(&text, "%zu benchmarks", document->benchmark_count);
    }
    if (report->part_count > 1) {
        assay_text_format(&text, " and %zu more document%s", report->part_count - 1, report->part_count == 2 ? "" : "s");
    }
    return clean_take(assay_text_take(&text));
}

static char *origin_of(const struct assay_report *report)
{
    const struct assay_document *document = report->parts[0].document;
    const struct assay_session *session = document->session_count > 0 ? &document->sessions[0] : NULL;
    const struct assay_fact *model = session ? assay_facts_find(&session->environment, "cpu", "model") : NULL;
    bool known = model && model->kind == ASSAY_FACT_TEXT;
    return clean_take(assay_formatted("%s%s%s \xc2\xb7 assay %s", known ? model->text : "", known ? " \xc2\xb7 " : "",
                                      session && session->created ? session->created : "time not known",
                                      document->tool_version ? document->tool_version : assay_version()));
}

static bool fill_warnings(struct assay_report *report)
{
    bool good = true;
    for (size_t i = 0; i < report->part_count && good; i++) {
        const struct assay_document *document = report->parts[i].document;
        for (size_t k = 0; k < document->warning_count && good; k++) {
            good = assay_texts_append_take(&report->warnings, &report->warning_count,
                                           clean_take(assay_copy(document->warnings[k])));
        }
        if (document->common_cause) {
            good = good && assay_texts_append_take(&report->warnings, &report->warning_count,
                                                   clean_take(assay_copy(document->common_cause)));
        }
    }
    return good;
}

static bool fill_sentence(struct assay_report *report)
{
    size_t crossed = SIZE_MAX, profiled = SIZE_MAX;
    bool compared = false, measured = false, recorded = false;
    for (size_t i = report->part_count; i-- > 0;) {
        crossed = report->parts[i].document->crossover_count > 0 ? i : crossed;
        profiled = report->parts[i].document->profile_count > 0 ? i : profiled;
        compared = compared || report->parts[i].comparisons;
        measured = measured || report->parts[i].document->benchmark_count > 0;
        recorded = recorded || report->parts[i].document->history_count > 0;
    }
    return crossed != SIZE_MAX     ? fill_crossed(report, crossed)
           : compared              ? fill_compared(report)
           : profiled != SIZE_MAX  ? fill_profiled(report, profiled)
           : !measured && recorded ? fill_recorded(report)
                                   : fill_measured(report);
}

bool assay_verdict_fill(struct assay_report *report)
{
    report->title = title_of(report);
    report->origin = origin_of(report);
    return report->title && report->origin && fill_sentence(report) && assay_trust_fill(report) && fill_warnings(report);
}
