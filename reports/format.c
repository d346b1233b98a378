/* The formats that a report can have. Knows only their names. */
#include "reports/report.h"

#include "reports/profiles/profiles.h"

#include <string.h>

const struct assay_report_format assay_report_formats[] = {
    { "text", ".txt", assay_report_text, false, false, false, NULL },
    { "csv", ".csv", assay_report_csv, false, false, false, NULL },
    { "json", ".json", assay_report_json, false, false, false, NULL },
    { "drag-race", ".drag-race", assay_report_drag_race, false, false, false, assay_report_drag_race_left_out },
    { "pstats", ".pstats", assay_report_pstats, true, true, true, NULL },
    { "collapsed", ".collapsed", assay_report_collapsed, true, false, false, NULL },
    { "pprof", ".pb.gz", assay_report_pprof, true, true, true, NULL },
    { "callgrind", ".callgrind", assay_report_callgrind, true, false, true, NULL },
    { "speedscope", ".speedscope.json", assay_report_speedscope, true, false, false, NULL },
    { NULL, NULL, NULL, false, false, false, NULL },
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

int assay_report_json(const struct assay_document *document, const struct assay_report_options *options, FILE *to,
                      struct assay_error *error)
{
    (void)options;
    return assay_document_write(document, to, error);
}
