/* The words of histories: what a result was, where the level changed and by how much, who accepted it; for every renderer,
 * so that all say the same. Texts are heap, and may hold what the document says itself; NULL: out of memory. Knows no
 * format. */
#ifndef ASSAY_REPORTS_HISTORY_H
#define ASSAY_REPORTS_HISTORY_H

#include "reports/sheet.h"
#include "result/document.h"

#include <stdbool.h>
#include <stddef.h>

char *assay_words_history_commit(const char *commit); /* the first 12 digits of a long hexadecimal name; NULL: "?" */
char *assay_words_history_date(const char *date);     /* "2026-02-07" of RFC 3339, else as it is; NULL: "" */
/* Of a point: "1.081", "2.125 µs". */
char *assay_words_history_value(const struct assay_history_series *series, size_t point, bool unicode);
/* "[1.079, 1.083]" of a ratio, "±0.3 %" of a time; "": not known. */
char *assay_words_history_interval(const struct assay_history_series *series, size_t point, bool unicode);
/* What happened at a point: "slower by 8.1 %: 1.081 times the time before [1.079, 1.083]; accepted by Ada on 2026-02-09: it
 * checks its input"; "": nothing. */
char *assay_words_history_event(const struct assay_history_series *series, size_t point);
/* What the values are: "time over that of build cec06f3a8442, measured side by side; machine 9a3c5e1f00b7d264". */
char *assay_words_history_unit(const struct assay_history_series *series);
/* The whole in a sentence or two: "40 results from 2026-01-01 to 2026-03-23, the last 1.083 [1.081, 1.085]. At 3c820b7b174a: slower by
 * ...". At most the last three changes. */
char *assay_words_history_summary(const struct assay_history_series *series);
/* Of all: "2 series, 80 results: 1 slower (1 accepted), 1 faster". */
char *assay_words_history_counts(const struct assay_document *const *documents, size_t count);
/* An acceptance as a phrase: "accepted by Ada on 2026-02-09: REASON". */
char *assay_words_history_acceptance(const struct assay_history_acceptance *acceptance);

/* Bad: a slowdown that nobody accepted. Warn: a change whose way is not proven. Good: faster. Plain: nothing, or accepted. */
enum assay_tone assay_history_tone(const struct assay_history_series *series, size_t point);
/* Indexes of the document's histories, those with slowdowns that nobody accepted first, then changed ones; heap. */
size_t *assay_history_order(const struct assay_document *document);

#endif
