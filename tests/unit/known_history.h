/* A document with a history, made up by hand for the tests of result/ and reports/: two benchmarks over forty commits, one
 * slowdown that was accepted, one improvement. */
#ifndef ASSAY_TESTS_KNOWN_HISTORY_H
#define ASSAY_TESTS_KNOWN_HISTORY_H

#include "base/text.h"
#include "result/document.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HISTORY_POINTS 40
#define HISTORY_SLOWER 17 /* of the first series */
#define HISTORY_FASTER 24 /* of the second */

static const char *const history_subjects[HISTORY_POINTS] = {
    "sieve: begin", "sieve: name the wheel", "docs: how the wheel turns", "tests: known answers to 10^9",
    "build: clang too", "sieve: words instead of bytes", "cli: --limit takes 1e9", "docs: a page for each option",
    "sieve: clear only odd multiples", "tests: small limits", "ci: a second machine", "sieve: inline the step",
    "docs: fix a link", "tests: a fuzz target", "cli: say which option was wrong", "build: warnings are errors",
    "docs: where the memory goes", "sieve: check the limits of every segment", "tests: a limit that wraps around",
    "sieve: name the segment's end", "docs: why the check stays", "cli: --count alone", "ci: keep the logs",
    "count: table of 256 bytes", "count: popcount instead of a table", "tests: count what popcount counts",
    "docs: processors without popcount", "build: a variant without popcount", "cli: --version says the variant",
    "tests: both variants", "ci: run both variants", "docs: numbers of both variants", "sieve: one loop less",
    "tests: segments of one byte", "cli: colours only on a terminal", "docs: exit codes", "build: reproducible archives",
    "ci: cache the compiler", "docs: who may merge", "release: 1.4.0",
};
/* Thousandths beside the level, as a quiet machine has them. */
static const int history_noise[HISTORY_POINTS] = { 1,  -2, 0,  3,  -1, 2, -3, 0, 1,  -1, 4,  -2, 1,  0,  -1, 2, -2, 1, 3, -1,
                                                   0,  -3, 2,  1,  -1, 0, 2,  1, -2, -4, 1,  0,  3,  -1, 2,  0, 1,  -2, -1, 2 };

/* Forty hexadecimal digits that are no commit of anybody. Heap. */
static inline char *history_commit(size_t index)
{
    unsigned long long hash = 1469598103934665603ull;
    for (size_t i = 0; i < 8; i++)
        hash = (hash ^ (index + 1 + i * 41)) * 1099511628211ull;
    return assay_formatted("%016llx%016llx%08llx", hash, hash * 0x9e3779b97f4a7c15ull, (hash >> 7) & 0xffffffffull);
}

/* Four decimals, so that every machine writes the same sample. */
static inline double history_digits(double value)
{
    return round(value * 10000) / 10000;
}

static inline void history_point(struct assay_history_series *series, size_t index, double level, double half_width)
{
    struct assay_history_point *point = assay_history_add_point(series);
    point->commit = history_commit(index);
    point->parent = index > 0 ? history_commit(index - 1) : NULL;
    point->branch = assay_copy("main");
    point->author_date = assay_formatted("2026-%02zu-%02zuT09:30:00+01:00", 1 + index / 14, 1 + index % 14 * 2);
    point->subject = assay_copy(history_subjects[index]);
    int beside = history_noise[series->unit == ASSAY_HISTORY_NS ? (index * 7 + 3) % HISTORY_POINTS : index];
    point->value = history_digits(level * (1 + beside / 1000.0));
    point->low = history_digits(point->value * (1 - half_width));
    point->high = history_digits(point->value * (1 + half_width));
    point->document = assay_formatted("%032zx", 0x1000 + index);
}

static inline struct assay_history_change *history_change(struct assay_history_series *series, size_t point, double ratio,
                                                          double low, double high)
{
    struct assay_history_change *change = assay_history_add_change(series);
    change->point = point;
    change->ratio = ratio;
    change->low = low;
    change->high = high;
    change->confidence = 0.9999;
    change->reported = true;
    return change;
}

static inline void history_ratios(struct assay_document *document)
{
    struct assay_history_series *series = assay_document_add_history(document);
    series->benchmark = assay_copy("sieve.segmented:limit=10000000");
    series->unit = ASSAY_HISTORY_RATIO;
    series->fingerprint = assay_copy("9a3c5e1f00b7d264");
    series->reference = history_commit(0);
    for (size_t i = 0; i < HISTORY_POINTS; i++)
        history_point(series, i, i < HISTORY_SLOWER ? 1.0 : 1.081, 0.002);
    history_change(series, HISTORY_SLOWER, 1.081, 1.0788, 1.0833);
    struct assay_history_acceptance *acceptance = assay_history_add_acceptance(series);
    acceptance->point = HISTORY_SLOWER;
    acceptance->commit = history_commit(HISTORY_SLOWER);
    acceptance->who = assay_copy("Ada");
    acceptance->when = assay_copy("2026-02-09T14:05:00Z");
    acceptance->reason = assay_copy("the check finds limits that wrapped around; wrong answers were faster");
    acceptance->benchmark = assay_copy("sieve.*");
}

static inline void history_times(struct assay_document *document)
{
    struct assay_history_series *series = assay_document_add_history(document);
    series->benchmark = assay_copy("count.bits:words=4096");
    series->unit = ASSAY_HISTORY_NS;
    series->fingerprint = assay_copy("9a3c5e1f00b7d264");
    for (size_t i = 0; i < HISTORY_POINTS; i++)
        history_point(series, i, i < HISTORY_FASTER ? 2125.0 : 912.5, 0.003);
    history_change(series, HISTORY_FASTER, 0.4294, 0.4281, 0.4307)->reported = false;
    struct assay_history_point *bare = &series->points[3]; /* what another tool may not know */
    free(bare->subject);
    free(bare->document);
    bare->subject = bare->document = NULL;
    bare->low = bare->high = NAN;
    assay_texts_append_take(&series->points[29].flags, &series->points[29].flag_count, assay_copy("drift"));
}

static inline struct assay_document *history_document(void)
{
    struct assay_document *document = NULL;
    if (assay_document_new(&document, NULL))
        return NULL;
    free(document->id);
    free(document->created);
    document->id = assay_copy("0123456789abcdef0123456789abcdef");
    document->created = assay_copy("2026-03-28T12:00:00Z");
    document->tool_version = assay_copy("0.1.0");
    struct assay_session *session = assay_document_add_session(document);
    free(session->id);
    free(session->created);
    session->id = assay_copy(document->id);
    session->created = assay_copy(document->created);
    session->duration_s = NAN;
    assay_facts_text(&session->environment, "machine", "fingerprint", "9a3c5e1f00b7d264", "made up");
    assay_document_warn(document, "this history is made up: it shows how one is written, and nobody measured it");
    history_ratios(document);
    history_times(document);
    return document;
}

#endif
