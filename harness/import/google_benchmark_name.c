/* google-benchmark keeps arguments and options inside names only: "family/arg/name:arg/option:value". Pure text. */
#include "import/google_benchmark.h"

#include "base/number.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How it was measured, not what (BenchmarkName::str of google-benchmark). */
static bool is_option(struct assay_piece part)
{
    static const char *const words[] = { "real_time", "process_time", "manual_time", NULL };
    static const char *const prefixes[] = { "iterations:", "repeats:", "min_time:", "min_warmup_time:", NULL };
    for (size_t i = 0; words[i]; i++) {
        if (assay_piece_is(part, words[i])) {
            return true;
        }
    }
    for (size_t i = 0; prefixes[i]; i++) {
        size_t length = strlen(prefixes[i]);
        if (part.length > length && memcmp(part.at, prefixes[i], length) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_threads(struct assay_piece part)
{
    static const char prefix[] = "threads:";
    size_t length = sizeof prefix - 1;
    return part.length > length && memcmp(part.at, prefix, length) == 0;
}

static bool is_number(const char *text)
{
    double number = 0;
    return text[0] != '\0' && strspn(text, "-0123456789.eE+") == strlen(text) && assay_parse_real(text, &number);
}

/* "8" as arg0 (the number counts such arguments), "n:64" as n; *used: it is one of these. */
static int add_argument(const struct assay_import_reading *reading, struct assay_benchmark *benchmark, char *part,
                        unsigned *bare, bool *used)
{
    char name[16];
    char *colon = strchr(part, ':');
    *used = false;
    if (is_number(part)) {
        (void)snprintf(name, sizeof name, "arg%u", *bare);
        *bare += 1;
        return assay_import_parameter(reading, benchmark, name, part, used);
    }
    if (!colon || colon == part || colon[1] == '\0' || colon[1] == ':') {
        return 0;
    }
    *colon = '\0';
    int code = assay_import_parameter(reading, benchmark, part, colon + 1, used);
    *colon = ':';
    return code;
}

static int add_part(const struct assay_import_reading *reading, struct assay_benchmark *benchmark,
                    struct assay_piece piece, unsigned *bare, struct assay_text *kernel)
{
    bool used = false;
    char *part = assay_copy_bytes(piece.at, piece.length);
    int code = part ? 0 : assay_import_no_memory(reading);
    if (!code && is_option(piece)) {
        char *colon = strchr(part, ':');
        if (colon) {
            *colon = '=';
        }
        used = assay_benchmark_tag(benchmark, part);
        code = used ? 0 : assay_import_no_memory(reading);
    } else if (!code && is_threads(piece)) {
        used = true; /* a field of its own says it */
    } else if (!code) {
        code = add_argument(reading, benchmark, part, bare, &used);
    }
    if (!code && !used) {
        assay_text_append(kernel, "/");
        assay_text_append(kernel, part);
    }
    free(part);
    return code;
}

int assay_gbench_name(const struct assay_import_reading *reading, struct assay_benchmark *benchmark, const char *name)
{
    struct assay_text kernel = ASSAY_TEXT_INIT;
    const char *slash = strchr(name, '/');
    unsigned bare = 0;
    int code = 0;
    assay_text_append_bytes(&kernel, name, slash ? (size_t)(slash - name) : strlen(name));
    while (slash && !code) {
        const char *at = slash + 1;
        slash = strchr(at, '/');
        struct assay_piece part = { at, slash ? (size_t)(slash - at) : strlen(at) };
        code = add_part(reading, benchmark, part, &bare, &kernel);
    }
    benchmark->kernel = code || kernel.failed ? NULL : assay_text_take(&kernel);
    assay_text_release(&kernel);
    return code || benchmark->kernel ? code : assay_import_no_memory(reading);
}
