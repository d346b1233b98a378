/* The formats that a report can have. Knows only their names. */
#include "reports/report.h"

#include "reports/profiles/profiles.h"
#include "reports/tools/timed.h"

#include <errno.h>
#include <string.h>

const struct assay_report_format assay_report_formats[] = {
    { "text", ".txt", assay_report_text, false, false, false, false, NULL },
    { "csv", ".csv", assay_report_csv, false, false, false, true, NULL },
    { "json", ".json", assay_report_json, false, false, false, true, NULL },
    { "drag-race", ".drag-race", assay_report_drag_race, false, false, false, true, assay_report_drag_race_left_out },
    { "pstats", ".pstats", assay_report_pstats, true, true, true, true, NULL },
    { "collapsed", ".collapsed", assay_report_collapsed, true, false, false, true, NULL },
    { "pprof", ".pb.gz", assay_report_pprof, true, true, true, true, NULL },
    { "callgrind", ".callgrind", assay_report_callgrind, true, false, true, true, NULL },
    { "speedscope", ".speedscope.json", assay_report_speedscope, true, false, false, true, NULL },
    { "html", ".html", assay_report_html, false, false, false, false, NULL },
    { "svg", ".svg", assay_report_svg, false, false, false, false, NULL },
    { "markdown", ".md", assay_report_markdown, false, false, false, false, NULL },
    { "md", ".md", assay_report_markdown, false, false, false, false, NULL },
    { "junit", ".xml", assay_report_junit, false, false, false, false, NULL },
    { "rows", ".rows.csv", assay_report_rows, false, false, false, false, NULL },
    { "google-benchmark", ".gbench.json", assay_report_google_benchmark, false, false, false, true,
      assay_timed_left_out },
    { "bencher", ".bmf.json", assay_report_bencher, false, false, false, true, assay_timed_left_out },
    { "smaller-is-better", ".smaller.json", assay_report_smaller_is_better, false, false, false, true,
      assay_timed_left_out },
    { "benchfmt", ".benchfmt", assay_report_benchfmt, false, false, false, true, assay_timed_left_out },
    { "hyperfine", ".hyperfine.json", assay_report_hyperfine, false, false, false, true, assay_timed_left_out },
    { "pyperf", ".pyperf.json", assay_report_pyperf, false, false, false, true, assay_report_pyperf_left_out },
    { NULL, NULL, NULL, false, false, false, false, NULL },
};

const struct assay_report_format *assay_report_format_find(const char *name)
{
    for (const struct assay_report_format *format = assay_report_formats; format->name; format++) {
        if (strcmp(format->name, name) == 0) {
            return format;
        }
    }
    return NULL;
}

/* The longest suffix that fits: "x.speedscope.json" is no document. */
const struct assay_report_format *assay_report_format_of_path(const char *path)
{
    const struct assay_report_format *found = NULL;
    size_t length = strlen(path);
    for (const struct assay_report_format *format = assay_report_formats; format->name; format++) {
        size_t suffix = strlen(format->suffix);
        bool fits = length > suffix && strcmp(path + length - suffix, format->suffix) == 0;
        if (fits && (!found || suffix > strlen(found->suffix))) {
            found = format;
        }
    }
    return found;
}

/* As it was read, byte for byte, where that is known. */
int assay_report_json(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                      struct assay_error *error)
{
    const struct assay_report_part *part = &report->parts[0];
    char buffer[16384];
    size_t got = 0;
    (void)options;
    if (!part->bytes) {
        return assay_document_write(part->document, to, error);
    }
    rewind(part->bytes);
    while ((got = fread(buffer, 1, sizeof buffer, part->bytes)) > 0) {
        if (fwrite(buffer, 1, got, to) != got) {
            return assay_fail_errno(error, errno, "cannot write the document");
        }
    }
    if (ferror(part->bytes) || fflush(to)) {
        return assay_fail_errno(error, errno, "cannot write the document");
    }
    return 0;
}
