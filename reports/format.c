/* The formats that a report can have. Knows only their names. */
#include "reports/report.h"

#include <string.h>

const struct assay_report_format assay_report_formats[] = {
    { "text", ".txt", assay_report_text },
    { "csv", ".csv", assay_report_csv },
    { "json", ".json", assay_report_json },
    { NULL, NULL, NULL },
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

const struct assay_report_format *assay_report_format_of_path(const char *path)
{
    size_t length = strlen(path);
    for (const struct assay_report_format *format = assay_report_formats; format->name; format++) {
        size_t suffix = strlen(format->suffix);
        if (length > suffix && strcmp(path + length - suffix, format->suffix) == 0) {
            return format;
        }
    }
    return NULL;
}

int assay_report_json(const struct assay_document *document, const struct assay_report_options *options, FILE *to,
                      struct assay_error *error)
{
    (void)options;
    return assay_document_write(document, to, error);
}
