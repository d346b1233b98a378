/* How to read the page: the method in a few words, and what nobody must conclude. Knows no number of the report. */
#include "reports/html/parts.h"

struct term {
    const char *word, *meaning;
};

static const struct term verdicts[] = {
    { "slower",
      "head takes more time than base: the whole interval of the ratio lies above 1 and reaches beyond the margin. "
      "\xe2\x80\x9c"
      "By more than 1 %\xe2\x80\x9d: the whole interval lies beyond it." },
    { "faster", "the same below 1." },
    { "same", "the interval lies within the margin and holds 1. No difference as large as the margin is left." },
    { "shifted", "the interval lies within the margin but not over 1: a difference that is real and smaller than what "
                 "was asked for." },
    { "inconclusive", "the interval says too little. Neither \xe2\x80\x9csame\xe2\x80\x9d nor \xe2\x80\x9c"
                      "different\xe2\x80\x9d follows; more time may decide." },
    { "failed",
      "a side crashed, answered wrongly or did not end. A time without a right answer is none, and takes no rank." },
};

static const struct term flags[] = {
    { "drift", "the samples move with time: a median of them is of no one moment." },
    { "two modes", "the times fall into two clusters: one number for both describes neither." },
    { "few samples", "fewer than 6 processes, or an interval wider than a fifth of the median." },
    { "noisy neighbour", "over 5 % of the batches were disturbed by stolen time or by other processes." },
    { "not steady", "within its processes the later samples differ from the earlier: warm-up had not ended." },
};

static const char *const method[] = {
    "A sample is the time of one batch of iterations, divided by their number. Batches come from several fresh "
    "processes, because "
    "memory layout and start-up make processes differ by more than batches of one process do. The process is the unit: "
    "the time shown is the median of the processes\xe2\x80\x99 medians.",
    "An interval of a time is the 95 % confidence interval of that median over processes. With fewer than six "
    "processes there is "
    "none, and none is invented.",
    "A ratio is head\xe2\x80\x99s time over base\xe2\x80\x99s, of neighbouring pairs: what slows the machine down for "
    "a while meets "
    "both sides. 1.02 means 2 % more time. Its interval holds at whatever moment the comparison ended (a confidence "
    "sequence), and verdicts come from it alone. The margin is the difference that was asked about.",
    "Distribution: the curve is an estimate of the density, points are samples, the mark is the median with its "
    "interval. "
    "Order: the same samples as they came; a step or a slope there is the machine or the warm-up.",
};

static const char *const warnings[] = {
    "Two intervals that overlap do not show that two times are the same; use the comparison\xe2\x80\x99s verdict.",
    "A ratio of this machine is not that of another one. Times of different machines, compilers or settings compare "
    "environments: see what differs there first.",
    "\xe2\x80\x9cInconclusive\xe2\x80\x9d is not \xe2\x80\x9csame\xe2\x80\x9d, and a smaller median without a verdict "
    "is not \xe2\x80\x9c"
    "faster\xe2\x80\x9d.",
    "Ranks tie where intervals overlap; the order within a tie means nothing.",
    "A fitted growth holds for the values that were measured, not beyond them.",
    "A profile says where time goes, not what removing a function would save.",
};

static void append_terms(struct assay_text *out, const char *title, const struct term *terms, size_t count)
{
    assay_text_format(out, "<h3>%s</h3>\n<dl>\n", title);
    for (size_t i = 0; i < count; i++) {
        assay_text_format(out, "<dt>%s</dt><dd>%s</dd>\n", terms[i].word, terms[i].meaning);
    }
    assay_text_append(out, "</dl>\n");
}

void assay_html_reading(struct assay_html *page)
{
    struct assay_text *out = &page->text;
    assay_text_append(out, "<section id=\"reading\"><h2>How to read this page</h2>\n<h3>How it was measured</h3>\n");
    for (size_t i = 0; i < sizeof method / sizeof method[0]; i++) {
        assay_text_format(out, "<p>%s</p>\n", method[i]);
    }
    append_terms(out, "Words of verdicts", verdicts, sizeof verdicts / sizeof verdicts[0]);
    append_terms(out, "Flags", flags, sizeof flags / sizeof flags[0]);
    assay_text_append(out, "<h3>What not to conclude</h3>\n<ul>\n");
    for (size_t i = 0; i < sizeof warnings / sizeof warnings[0]; i++) {
        assay_text_format(out, "<li>%s</li>\n", warnings[i]);
    }
    assay_text_append(out, "</ul>\n");
    assay_html_close(page);
}
