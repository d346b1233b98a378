/* What the formats of other tools are made of: the benchmarks that have a time, each under a name of its own, and their
 * repetitions. Knows no format. */
#ifndef ASSAY_REPORTS_TOOLS_TIMED_H
#define ASSAY_REPORTS_TOOLS_TIMED_H

#include "reports/report.h"
#include "result/document.h"

#include <stdbool.h>
#include <stddef.h>

/* Bencher's limit on a name is 1,024 characters; the others have none, and nobody reads that far. */
#define ASSAY_TIMED_NAME_MOST 1000

struct assay_timed {
    const struct assay_benchmark *benchmark;
    char *name; /* one line of UTF-8 without space at its ends, never empty, like no other's: "primes.trial:limit=10
                   (first)"; where both sides of a comparison are of one name, "... (base)" and "... (head)"; what
                   else is of one name gets "~2", "~3", ... */
    const char *side; /* "base" or "head", where the name says it; NULL */
};
struct assay_timed_list {
    struct assay_timed *items; /* in the order of the document */
    size_t count;
    size_t *of_benchmark; /* index into items, or SIZE_MAX, of each of the document's benchmarks */
};
/* Of the report's first document, which is held to its rules first. Release it also after a failure. */
int assay_timed_open(struct assay_timed_list *list, const struct assay_report *report, struct assay_error *error);
void assay_timed_release(struct assay_timed_list *list);
/* Numbers names that are alike, from the second of the list on, until each is its own: `lead` and the number go before the
 * last `before` of the name, or with 0 to its end. False: out of memory. */
bool assay_timed_tell_apart(const struct assay_timed_list *list, const char *lead, char before);

/* A repetition is what another tool would call one run of the benchmark: a process, for those are independent of each other and
 * the samples of one process are not. Of a benchmark that was measured in one process only, it is a sample; of one whose samples are not known, the median is the
 * only one. */
struct assay_repetition {
    double iterations; /* of all its samples */
    double ns;         /* of an iteration: the median over its samples */
    double cpu_ns;     /* likewise; NaN: not known */
    double elapsed_ns; /* of all its samples */
    size_t first, count; /* its samples: rows order[first] to order[first + count - 1] */
};
struct assay_repetitions {
    struct assay_repetition *items; /* in the order of time */
    size_t count;
    size_t *order; /* rows of the samples, those of a process together */
    bool of_processes;
};
/* False: out of memory; release it all the same. */
bool assay_repetitions_fill(struct assay_repetitions *repetitions, const struct assay_benchmark *benchmark);
void assay_repetitions_release(struct assay_repetitions *repetitions);

/* Why it has no time, in a word or two: "crashed"; NULL: it has one. */
const char *assay_timed_why_not(const struct assay_benchmark *benchmark);
/* What there is a reason against, for people: "ID (crashed), ..."; heap; NULL: nothing. For assay_report_format.left_out. */
char *assay_left_out(const struct assay_document *document, const char *(*why_not)(const struct assay_benchmark *));
/* The same of what has no time. */
char *assay_timed_left_out(const struct assay_document *document);
/* Text from outside on one line: what turns or hides text becomes U+FFFD, any space a plain one, none at the ends, cut at
 * `most` characters with an ellipsis. Heap; NULL: out of memory. */
char *assay_one_line(const char *text, size_t most);

#endif
