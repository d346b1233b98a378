/* The words of comparisons, for every renderer: one place, so that no two reports say a verdict differently. A
 * percentage never stands without the ratio of times and its interval beside it. "Slower by 1 %": head takes 1.01 times
 * base's time; "faster by 1 %": base takes 1.01 times head's. All give heap texts in ASCII but for what the document
 * says itself; NULL: out of memory. Knows no format. */
#ifndef ASSAY_REPORTS_VERDICTS_H
#define ASSAY_REPORTS_VERDICTS_H

#include "result/document.h"

#include <stddef.h>

/* For a row: "slower by at least 0.4 %". */
char *assay_words_verdict(const struct assay_comparison *comparison);
/* For the head of a report; begins with assay_verdict_word:
 * "slower by more than 1 %: head takes 1.021 times base's time [1.017, 1.025]". */
char *assay_words_sentence(const struct assay_comparison *comparison);
/* In place of both where a side failed: "inconclusive (head: crashed)". */
char *assay_words_failure(const struct assay_benchmark *base, const struct assay_benchmark *head);
/* For many: "2 of 50 slower, 48 same within 1 %". `failed` are those that could not be compared, and not among
 * `counts`; margin NaN: not the same for all. */
char *assay_words_counts(const size_t counts[ASSAY_VERDICT_COUNT], size_t failed, double margin);
char *assay_words_ratio(const struct assay_comparison *comparison);    /* "1.021"; "": not known */
char *assay_words_interval(const struct assay_comparison *comparison); /* "[1.017, ?]"; "": neither end is known */
/* How the instructions of both sides differ: "+1.00 %", "same code", or "". */
char *assay_words_witness(const struct assay_comparison *comparison);
/* What an open one could have found, and what would decide it: "about 12 s more would decide at 1 %". "": not known. */
char *assay_words_wanted(const struct assay_comparison *comparison);
/* When a direction was proven: "proven slower after 0.42 s of 1.6 s". "": none was. */
char *assay_words_direction(const struct assay_comparison *comparison);

char *assay_words_odds(double log_evidence); /* "1000 to 1", "10^12 to 1" */
char *assay_words_effect(double fraction);   /* "1.8 %", "0.43 %": what was measured */
char *assay_words_seconds(double seconds);   /* "0.42 s", "1.6 s", "12 s", "2 m 05 s" */

#endif
