/* Two stored documents become a third with a comparison for every benchmark that both have. Measures nothing: what two
 * runs at different times can say is weaker than blocks, and each comparison says so. docs/result-document.md, "Stored
 * comparisons". */
#include "compare/compare.h"

#include "base/text.h"
#include "base/version.h"
#include "compare/stored.h"
#include "result/environments.h"
#include "result/versions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_NAMED 3     /* differences in an error and in a note */
#define MOST_WARNINGS 12 /* of differences that call for caution */

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

static bool same_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

/* ---- environments ---- */

static void append_value(struct assay_text *text, const char *value, const char *side)
{
    if (value) {
        assay_text_format(text, "'%.60s' in %s", value, side);
    } else {
        assay_text_format(text, "not known in %s", side);
    }
}

static void append_difference(struct assay_text *text, const struct assay_difference *difference)
{
    assay_text_format(text, "%s.%s is ", difference->group, difference->name);
    append_value(text, difference->base, "base");
    assay_text_append(text, ", ");
    append_value(text, difference->head, "head");
}

/* The blocking differences between two sessions as one line; *line stays NULL if there is none. */
static bool list_blocking(char **line, const struct assay_session *base, const struct assay_session *head)
{
    struct assay_differences differences = { 0 };
    struct assay_text text = ASSAY_TEXT_INIT;
    if (!assay_environments_compare(&differences, &base->environment, &head->environment)) {
        return false;
    }
    for (size_t i = 0; i < differences.blocking && i < MOST_NAMED; i++) {
        assay_text_append(&text, i ? "; " : "");
        append_difference(&text, &differences.items[i]);
    }
    if (differences.blocking > MOST_NAMED) {
        assay_text_format(&text, "; and %zu more", differences.blocking - MOST_NAMED);
    }
    bool good = !text.failed;
    if (good && differences.blocking > 0) {
        *line = assay_text_take(&text);
    }
    assay_text_release(&text);
    assay_differences_release(&differences);
    return good;
}

/* Every session of head before every one of base would be many; all are held against base's first. */
static bool find_unlike(char **line, const struct assay_document *base, const struct assay_document *head)
{
    bool good = true;
    *line = NULL;
    for (size_t i = 0; i < head->session_count && good && !*line; i++) {
        good = list_blocking(line, &base->sessions[0], &head->sessions[i]);
    }
    for (size_t i = 1; i < base->session_count && good && !*line; i++) {
        good = list_blocking(line, &base->sessions[i], &head->sessions[0]);
    }
    return good;
}

/* The versions of one suite that must not be compared as one line; *line stays NULL if they may be. False: out of memory. */
static bool find_other_suite(char **line, const struct assay_document *base, const struct assay_document *head)
{
    *line = NULL;
    if (!base->suite || !same_text(base->suite, head->suite) ||
        assay_versions_comparable(base->suite_version, head->suite_version)) {
        return true;
    }
    *line = assay_formatted("suite '%.60s' is version %.30s in base, %.30s in head", base->suite, base->suite_version,
                            head->suite_version);
    return *line != NULL;
}

static bool warn_of_cautions(struct assay_document *document, const struct assay_document *base,
                             const struct assay_document *head)
{
    struct assay_differences differences = { 0 };
    if (!assay_environments_compare(&differences, &base->sessions[0].environment, &head->sessions[0].environment)) {
        return false;
    }
    bool good = true;
    for (size_t i = 0; i < differences.caution && i < MOST_WARNINGS && good; i++) {
        struct assay_text text = ASSAY_TEXT_INIT;
        append_difference(&text, &differences.items[differences.blocking + i]);
        good = !text.failed && assay_document_warn(document, "%s", text.bytes);
        assay_text_release(&text);
    }
    if (good && differences.caution > MOST_WARNINGS) {
        good = assay_document_warn(document, "%zu more facts differ between the environments",
                                   differences.caution - MOST_WARNINGS);
    }
    assay_differences_release(&differences);
    return good;
}

/* ---- the new document ---- */

/* Sessions of the new document: the comparison's own, base's, head's. */
static bool add_sessions(struct assay_document *document, const struct assay_document *base,
                         const struct assay_document *head, const char *command)
{
    struct assay_session *own = assay_document_add_session(document);
    if (!own) {
        return false;
    }
    free(own->id);
    own->id = assay_copy(document->id);
    own->command = assay_copy(command);
    assay_facts_copy(&own->environment, &base->sessions[0].environment);
    bool good = own->id && (own->command || !command) && !own->environment.failed;
    const struct assay_document *const sides[] = { base, head };
    for (size_t side = 0; side < 2; side++) {
        for (size_t i = 0; i < sides[side]->session_count && good; i++) {
            struct assay_session *session = assay_document_add_session(document);
            good = session && assay_stored_copy_session(session, &sides[side]->sessions[i]);
        }
    }
    return good;
}

static bool add_head(struct assay_document *document, const struct assay_document *base,
                     const struct assay_document *head)
{
    document->tool_version = assay_copy(assay_version());
    document->tool_commit = assay_copy(assay_commit());
    if (!document->tool_version || (assay_commit() && !document->tool_commit)) {
        return false;
    }
    if (!base->suite || !same_text(base->suite, head->suite)) {
        return true;
    }
    document->suite = assay_copy(base->suite);
    bool one = base->suite_version && same_text(base->suite_version, head->suite_version);
    document->suite_version = one ? assay_copy(base->suite_version) : NULL;
    return document->suite && (!one || document->suite_version);
}

static bool same_benchmark(const struct assay_benchmark *a, const struct assay_benchmark *b)
{
    return same_text(a->id, b->id) && same_text(a->mode, b->mode) && a->threads == b->threads && a->jobs == b->jobs;
}

static bool add_benchmark(struct assay_document *document, const struct assay_benchmark *from, size_t first_session)
{
    struct assay_benchmark *to = assay_document_add(document);
    return to && assay_stored_copy_benchmark(to, from, first_session);
}

static bool warn_alone(struct assay_document *document, const struct assay_benchmark *benchmark, const char *side)
{
    return assay_document_warn(document, "%s (%s) is in %s only", benchmark->id ? benchmark->id : "?",
                               benchmark->mode ? benchmark->mode : "warm", side);
}

/* Pairs of base and head behind each other: the first of a kind with the first. What has no other side is a warning. */
static bool add_benchmarks(struct assay_document *document, const struct assay_document *base,
                           const struct assay_document *head)
{
    bool *taken = calloc(head->benchmark_count + 1, sizeof *taken);
    bool good = taken != NULL;
    for (size_t i = 0; i < base->benchmark_count && good; i++) {
        size_t k = 0;
        while (k < head->benchmark_count && (taken[k] || !same_benchmark(&base->benchmarks[i], &head->benchmarks[k]))) {
            k++;
        }
        if (k == head->benchmark_count) {
            good = warn_alone(document, &base->benchmarks[i], "base");
            continue;
        }
        taken[k] = true;
        good = add_benchmark(document, &base->benchmarks[i], 1) &&
               add_benchmark(document, &head->benchmarks[k], 1 + base->session_count);
    }
    for (size_t k = 0; k < head->benchmark_count && good; k++) {
        good = taken[k] || warn_alone(document, &head->benchmarks[k], "head");
    }
    free(taken);
    return good;
}

static bool warn_of_sides(struct assay_document *document, const struct assay_document *base,
                          const struct assay_document *head)
{
    const struct assay_document *const sides[] = { base, head };
    for (size_t side = 0; side < 2; side++) {
        for (size_t i = 0; i < sides[side]->warning_count; i++) {
            if (!assay_document_warn(document, "in %s: %s", side ? "head" : "base", sides[side]->warnings[i])) {
                return false;
            }
        }
    }
    for (size_t i = 0; i < base->session_count; i++) {
        for (size_t k = 0; k < head->session_count; k++) {
            if (same_text(base->sessions[i].id, head->sessions[k].id)) {
                return assay_document_warn(document,
                                           "both sides hold the session %.32s: they are not independent, and look more "
                                           "alike than they are",
                                           base->sessions[i].id ? base->sessions[i].id : "");
            }
        }
    }
    return true;
}

static bool set_shift(struct assay_stored_terms *terms, struct assay_document *document,
                      const struct assay_document *base, const struct assay_document *head)
{
    double before = NAN;
    double after = NAN;
    if (!assay_stored_reference(&before, base) || !assay_stored_reference(&after, head)) {
        return false;
    }
    terms->machine_shift = after - before;
    if (isnan(terms->machine_shift)) {
        return assay_document_warn(document, "whether the machine itself moved is not known: no reference chain in %s",
                                   !isnan(before) ? "head"
                                   : isnan(after) ? "both"
                                                  : "base");
    }
    if (fabs(terms->machine_shift) > log1p(terms->margin / 2)) {
        return assay_document_warn(document,
                                   "the machine itself moved: its reference chain took %.4f times the time in head's "
                                   "sessions",
                                   exp(terms->machine_shift));
    }
    return true;
}

static bool add_comparisons(struct assay_document *document, const struct assay_stored_terms *terms)
{
    for (size_t i = 0; i + 1 < document->benchmark_count; i += 2) {
        struct assay_comparison *comparison = assay_document_add_comparison(document);
        if (!comparison || !assay_stored_judge(comparison, document, i, i + 1, terms)) {
            return false;
        }
    }
    return true;
}

static int build(struct assay_document *document, const struct assay_document *base, const struct assay_document *head,
                 struct assay_stored_terms *terms, const char *command, struct assay_error *error)
{
    if (!add_head(document, base, head) || !add_sessions(document, base, head, command) ||
        !add_benchmarks(document, base, head)) {
        return no_memory(error);
    }
    if (document->benchmark_count == 0) {
        return assay_fail(error, ASSAY_EINPUT,
                          "nothing to compare: no benchmark is in both documents (same id, mode and threads)");
    }
    terms->sessions = document->session_count;
    if (!set_shift(terms, document, base, head) || !add_comparisons(document, terms) ||
        !warn_of_cautions(document, base, head) || !warn_of_sides(document, base, head)) {
        return no_memory(error);
    }
    return assay_document_check(document, error);
}

int assay_compare_stored(struct assay_document **out, const struct assay_document *base,
                         const struct assay_document *head, double margin, bool force, const char *command,
                         struct assay_error *error)
{
    struct assay_stored_terms terms = { .margin = margin, .machine_shift = NAN, .force = force };
    struct assay_document *document = NULL;
    if (!(margin >= 0 && isfinite(margin))) {
        return assay_fail(error, ASSAY_EUSAGE, "bad margin: want a number of 0 or more");
    }
    int result = assay_document_check(base, error);
    if (!result) {
        result = assay_document_check(head, error);
    }
    if (!result && (!find_unlike(&terms.unlike, base, head) || !find_other_suite(&terms.suites, base, head))) {
        result = no_memory(error);
    }
    if (!result && terms.suites && !force) {
        result = assay_fail(error, ASSAY_EINPUT,
                            "other versions of a suite (--force compares them all the same): %s, and results of another x or y "
                            "of x.y.z cannot be compared",
                            terms.suites);
    }
    if (!result && terms.unlike && !force) {
        result = assay_fail(error, ASSAY_EINPUT, "unlike environments (--force compares them all the same): %s",
                            terms.unlike);
    }
    if (!result) {
        result = assay_document_new(&document, error);
    }
    if (!result) {
        result = build(document, base, head, &terms, command, error);
    }
    free(terms.unlike);
    free(terms.suites);
    if (result) {
        assay_document_free(document);
        return result;
    }
    *out = document;
    return 0;
}
