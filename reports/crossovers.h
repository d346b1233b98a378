/* The words of crossovers: where along a parameter the faster of two changes, for every renderer. All give heap texts;
 * NULL: out of memory. Knows no format. */
#ifndef ASSAY_REPORTS_CROSSOVERS_H
#define ASSAY_REPORTS_CROSSOVERS_H

#include "base/text.h"
#include "reports/model.h"
#include "reports/report.h"
#include "result/document.h"

#include <stddef.h>

/* The answer in one sentence:
 * "primes.listed is faster from limit 262 [250, 271] on; below it primes.trial is",
 * "primes.trial is faster at every limit that was looked at from 10 to 100000, by 1.2 to 3 times",
 * "the faster one changes 2 times between limit 10 and 100000: at 262 [250, 271] to primes.listed, at ...",
 * "undecided: the budget ended after 3 of the 9 values that are looked at first". */
char *assay_words_crossover(const struct assay_document *document, size_t index);
/* A value of the parameter: whole where all of them are. */
char *assay_words_value(const struct assay_crossover *crossover, double value);
/* What the answer rests on: "looked at 16 values; two changes within a factor of 3.16 may go unseen". */
char *assay_words_looked(const struct assay_document *document, size_t index);

/* All of the text report of a document with crossovers but the tables of other comparisons and of benchmarks. */
int assay_text_append_crossovers(struct assay_text *out, const struct assay_report_model *model,
                                 const struct assay_report_options *options, struct assay_error *error);
/* Comparisons that belong to no crossover. */
size_t assay_crossovers_count_others(const struct assay_document *document);

#endif
