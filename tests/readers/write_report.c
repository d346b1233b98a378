/* Writes a document's report in one of the formats: write_report FILE FORMAT. What the format has no room for goes to
 * standard error, a line. */
#include "reports/report.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    struct assay_error error = { 0 };
    struct assay_report_options options = ASSAY_REPORT_OPTIONS_INIT;
    struct assay_document *document = NULL;
    const struct assay_report_format *format = argc == 3 ? assay_report_format_find(argv[2]) : NULL;
    if (!format) {
        fprintf(stderr, "usage: write_report FILE FORMAT\n");
        return 2;
    }
    int code = assay_document_load(&document, argv[1], &error);
    if (!code) {
        code = assay_report_render(format, document, &options, stdout, &error);
    }
    char *left_out = !code && format->left_out ? format->left_out(document) : NULL;
    if (code || left_out) {
        fprintf(stderr, "%s\n", code ? error.text : left_out);
    }
    free(left_out);
    assay_document_free(document);
    return code ? 1 : 0;
}
