/* github-action-benchmark's customSmallerIsBetter (its README, "customBiggerIsBetter and customSmallerIsBetter"): an entry a
 * benchmark, the median with its interval as the range; and one a comparison, the ratio of head's time to base's. */
#include "reports/report.h"

#include "reports/cells.h"
#include "reports/tools/stream.h"
#include "reports/tools/timed.h"
#include "reports/verdicts.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

static void begin(struct assay_stream *stream, const char *name, const char *unit, double value)
{
    assay_text_append(&stream->text, "{\"name\":");
    assay_stream_string(stream, name);
    assay_text_append(&stream->text, ",\"unit\":");
    assay_stream_string(stream, unit);
    assay_stream_member(stream, "value", value);
}

static void member(struct assay_stream *stream, const char *name, char *owned)
{
    stream->text.failed = stream->text.failed || !owned;
    assay_text_format(&stream->text, ",\"%s\":", name);
    assay_stream_string(stream, owned);
    free(owned);
}

static void append_benchmark(struct assay_stream *stream, const struct assay_timed *timed)
{
    const struct assay_benchmark *benchmark = timed->benchmark;
    const struct assay_statistics *statistics = &benchmark->statistics;
    char *flags = assay_cell_flags(benchmark, true);
    begin(stream, timed->name, "ns/iter", statistics->median);
    if (statistics->ci95.known) {
        member(stream, "range", assay_cell_interval(statistics->median, &statistics->ci95, true));
    }
    stream->text.failed = stream->text.failed || !flags;
    member(stream, "extra",
           assay_formatted("median of %zu samples in %" PRIu32 " processes\nthreads: %" PRIu32 "%s%s",
                           statistics->samples, statistics->processes, benchmark->threads,
                           flags && flags[0] ? "\nflags: " : "", flags ? flags : ""));
    assay_text_append_char(&stream->text, '}');
    free(flags);
}

/* False: has no ratio. */
static bool append_comparison(struct assay_stream *stream, const struct assay_compared *row, const char *lead)
{
    if (!isfinite(row->comparison->ratio) || row->comparison->base == row->comparison->head) {
        return false;
    }
    char *name = assay_one_line(row->name, ASSAY_TIMED_NAME_MOST);
    char *entry = name ? assay_formatted("%s (head/base)", name) : NULL;
    char *interval = assay_words_interval(row->comparison);
    stream->text.failed = stream->text.failed || !entry || !interval;
    assay_text_append(&stream->text, lead);
    begin(stream, entry, "ratio", row->comparison->ratio);
    if (interval && interval[0]) {
        member(stream, "range", assay_copy(interval));
    }
    member(stream, "extra", assay_words_sentence(row->comparison));
    assay_text_append_char(&stream->text, '}');
    free(interval);
    free(entry);
    free(name);
    return true;
}

int assay_report_smaller_is_better(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                                   struct assay_error *error)
{
    struct assay_stream stream = ASSAY_STREAM_INIT(to);
    struct assay_timed_list list = { 0 };
    const struct assay_report_comparisons *comparisons = report->parts[0].comparisons;
    const char *lead = "\n  ";
    (void)options;
    int code = assay_timed_open(&list, report, error);
    assay_text_append(&stream.text, "[");
    for (size_t i = 0; i < list.count && !stream.text.failed; i++) {
        assay_text_append(&stream.text, lead);
        append_benchmark(&stream, &list.items[i]);
        assay_stream_flush(&stream);
        lead = ",\n  ";
    }
    for (size_t i = 0; comparisons && i < comparisons->row_count && !stream.text.failed; i++) {
        lead = append_comparison(&stream, &comparisons->rows[i], lead) ? ",\n  " : lead;
        assay_stream_flush(&stream);
    }
    assay_text_append(&stream.text, "\n]\n");
    assay_timed_release(&list);
    return assay_stream_end(&stream, code, error);
}
