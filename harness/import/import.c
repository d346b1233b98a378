/* The formats that are read, and several inputs to one document. Knows no format's grammar, and no file. */
#include "import/import.h"

#include "base/text.h"
#include "base/version.h"

#include <string.h>

const struct assay_import_format assay_import_formats[] = {
    { "drag-race", "lines of the prime-sieve drag race", assay_import_sniff_drag_race, assay_import_read_drag_race },
    { "google-benchmark", "google-benchmark's JSON", assay_import_sniff_google_benchmark,
      assay_import_read_google_benchmark },
    { "hyperfine", "hyperfine's JSON", assay_import_sniff_hyperfine, assay_import_read_hyperfine },
    { "pyperf", "pyperf's JSON", assay_import_sniff_pyperf, assay_import_read_pyperf },
    { "benchfmt", "lines of Go's benchmark format", assay_import_sniff_benchfmt, assay_import_read_benchfmt },
    { NULL, NULL, NULL, NULL },
};
const char *const assay_import_names[] = { "drag-race", "google-benchmark", "hyperfine", "pyperf", "benchfmt", NULL };

const struct assay_import_format *assay_import_find(const char *name)
{
    for (const struct assay_import_format *format = assay_import_formats; format->name; format++) {
        if (strcmp(format->name, name) == 0) {
            return format;
        }
    }
    return NULL;
}

bool assay_import_warn_once(struct assay_document *document, const char *words)
{
    for (size_t i = 0; i < document->warning_count; i++) {
        if (strcmp(document->warnings[i], words) == 0) {
            return true;
        }
    }
    return assay_document_warn(document, "%s", words);
}

static int find_format(const struct assay_import_format **found, const struct assay_import_source *source,
                       struct assay_error *error)
{
    struct assay_text names = ASSAY_TEXT_INIT;
    for (const struct assay_import_format *format = assay_import_formats; format->name; format++) {
        if (format->sniff(source)) {
            *found = format;
            assay_text_release(&names);
            return 0;
        }
        assay_text_format(&names, "%s%s", names.length > 0 ? ", " : "", format->name);
    }
    int code = assay_fail(error, ASSAY_EINPUT, "cannot tell the format of '%.160s': %swant one of %s (--format)",
                          source->name, source->length == 0 ? "it is empty; " : "", names.bytes ? names.bytes : "");
    assay_text_release(&names);
    return code;
}

static int read_all(struct assay_document *document, const struct assay_import_source *sources, size_t count,
                    const struct assay_import_format *format, struct assay_error *error)
{
    for (size_t i = 0; i < count; i++) {
        const struct assay_import_format *own = format;
        int code = own ? 0 : find_format(&own, &sources[i], error);
        if (!code) {
            code = own->read(document, &sources[i], error);
        }
        if (!code && document->benchmark_count > ASSAY_IMPORT_BENCHMARKS) {
            code = assay_fail(error, ASSAY_EINPUT, "'%.160s': want at most %u benchmarks in all", sources[i].name,
                              ASSAY_IMPORT_BENCHMARKS);
        }
        if (code) {
            return code;
        }
    }
    return assay_document_compute(document, error);
}

int assay_import(struct assay_document **out, const struct assay_import_source *sources, size_t count,
                 const struct assay_import_format *format, struct assay_error *error)
{
    struct assay_document *document = NULL;
    int code = assay_document_new(&document, error);
    if (code) {
        return code;
    }
    document->tool_version = assay_copy(assay_version());
    document->tool_commit = assay_copy(assay_commit());
    code = document->tool_version ? read_all(document, sources, count, format, error)
                                  : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    if (!code) {
        code = assay_document_check(document, error);
    }
    if (code) {
        assay_document_free(document);
        return code;
    }
    *out = document;
    return 0;
}
