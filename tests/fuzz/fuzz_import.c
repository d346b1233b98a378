/* Any bytes as results of another tool: every format refuses them with one line, or makes a document that holds its
 * rules, can be shown, and reads back. */
// links: import reports result stats base
#include "import/import.h"
#include "reports/report.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void show(const struct assay_document *document, const char *format)
{
    struct assay_report_options options = ASSAY_REPORT_OPTIONS_INIT;
    struct assay_document *again = NULL;
    char *bytes = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&bytes, &length);
    if (!to || assay_report_render(assay_report_format_find(format), document, &options, to, NULL) || fclose(to))
        abort();
    FILE *from = strcmp(format, "json") == 0 ? fmemopen(bytes, length, "r") : NULL;
    if (from && assay_document_read(&again, from, "again", NULL))
        abort(); /* what was written can be read */
    if (from)
        fclose(from);
    assay_document_free(again);
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* A copy of exactly that length, so that a byte read behind it is found. */
    char *bytes = malloc(size ? size : 1);
    if (!bytes)
        abort();
    if (size > 0)
        memcpy(bytes, data, size);
    for (const struct assay_import_format *format = assay_import_formats; format->name; format++) {
        const struct assay_import_source source = { "fuzz", bytes, size, ASSAY_IMPORT_LIMIT_USUAL };
        struct assay_document *document = NULL;
        struct assay_error error = { 0 };
        (void)format->sniff(&source);
        if (assay_import(&document, &source, 1, format, &error)) {
            if (document || error.text[0] == '\0' || strchr(error.text, '\n'))
                abort(); /* one line, and nothing made */
            continue;
        }
        if (document->benchmark_count == 0 || assay_document_check(document, NULL))
            abort();
        show(document, "text");
        show(document, "json");
        assay_document_free(document);
    }
    free(bytes);
    return 0;
}
