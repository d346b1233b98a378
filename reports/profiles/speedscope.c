/* speedscope's file format (github.com/jlfwong/speedscope, file-format-schema.json): frames that all profiles share, and a
 * "sampled" profile a value, in which each context is a sample whose weight is its own cost. */
#include "reports/profiles/profiles.h"

#include "base/text.h"
#include "reports/profiles/foreign.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct scope {
    FILE *to;
    struct assay_text text;
    bool begun; /* a profile was written */
};

static void flush(struct scope *scope)
{
    if (!scope->text.failed && scope->text.length > 0) {
        (void)fwrite(scope->text.bytes, 1, scope->text.length, scope->to);
        assay_text_clear(&scope->text);
    }
}

static void put_json(struct scope *scope, const char *text)
{
    assay_text_append_json(&scope->text, text, strlen(text));
}

static bool put_frames(struct scope *scope, const struct assay_profile *profile, bool first)
{
    char **names = assay_foreign_names(profile);
    for (size_t i = 0; names && i < profile->function_count; i++) {
        const struct assay_profile_function_row *row = &profile->functions[i];
        assay_text_append(&scope->text, first && i == 0 ? "\n{\"name\":" : ",\n{\"name\":");
        put_json(scope, names[i]);
        if (row->file) {
            assay_text_append(&scope->text, ",\"file\":");
            put_json(scope, row->file);
        }
        if (row->line > 0) {
            assay_text_format(&scope->text, ",\"line\":%u", row->line);
        }
        assay_text_append_char(&scope->text, '}');
        flush(scope);
    }
    bool good = names != NULL;
    assay_foreign_names_free(names, profile);
    return good;
}

static bool is_shown(double value)
{
    return isfinite(value) && value > 0;
}

static bool put_samples(struct scope *scope, const struct assay_profile *profile, const double *values, size_t first)
{
    bool memory = false;
    uint32_t *frames = calloc(assay_foreign_depth(profile, &memory) + 1, sizeof *frames);
    bool begun = false;
    for (size_t node = 0; frames && memory && node < profile->tree.count; node++) {
        if (!is_shown(values[node])) {
            continue;
        }
        assay_text_append(&scope->text, begun ? ",\n[" : "\n[");
        size_t count = assay_foreign_frames(profile, node, frames);
        for (size_t i = 0; i < count; i++) {
            assay_text_format(&scope->text, i ? ",%zu" : "%zu", first + frames[i]);
        }
        assay_text_append_char(&scope->text, ']');
        begun = true;
        flush(scope);
    }
    free(frames);
    return frames && memory;
}

/* One value of the contexts as a profile of its own; nothing where no context has any. */
static bool put_profile(struct scope *scope, const struct assay_document *document, const struct assay_profile *profile,
                        const double *values, const char *unit, size_t first)
{
    double sum = 0;
    for (size_t i = 0; i < profile->tree.count; i++) {
        sum += is_shown(values[i]) ? values[i] : 0;
    }
    assay_text_append(&scope->text, scope->begun ? ",\n" : "\n");
    scope->begun = true;
    assay_text_append(&scope->text, "{\"type\":\"sampled\",\"name\":");
    put_json(scope, document->benchmarks[profile->benchmark].id);
    assay_text_format(&scope->text, ",\"unit\":\"%s\",\"startValue\":0,\"endValue\":", unit);
    assay_text_append_real(&scope->text, sum);
    assay_text_append(&scope->text, ",\"samples\":[");
    if (!put_samples(scope, profile, values, first)) {
        return false;
    }
    assay_text_append(&scope->text, "],\"weights\":[");
    bool begun = false;
    for (size_t i = 0; i < profile->tree.count; i++) {
        if (is_shown(values[i])) {
            assay_text_append(&scope->text, begun ? "," : "");
            assay_text_append_real(&scope->text, values[i]);
            begun = true;
            flush(scope);
        }
    }
    assay_text_append(&scope->text, "]}");
    return true;
}

static bool put_document(struct scope *scope, const struct assay_document *document)
{
    bool good = true;
    size_t first = 0;
    assay_text_append(&scope->text, "{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\"name\":");
    put_json(scope, document->benchmarks[document->profiles[0].benchmark].id);
    assay_text_append(&scope->text, ",\"exporter\":\"assay\",\"activeProfileIndex\":0,\"shared\":{\"frames\":[");
    for (size_t i = 0; i < document->profile_count && good; i++) {
        good = put_frames(scope, &document->profiles[i], first == 0);
        first += document->profiles[i].function_count;
    }
    assay_text_append(&scope->text, "\n]},\"profiles\":[");
    first = 0;
    for (size_t i = 0; i < document->profile_count && good; i++) {
        const struct assay_profile *profile = &document->profiles[i];
        bool time = strcmp(profile->cost, "time") == 0;
        good = put_profile(scope, document, profile, profile->tree.own, time ? "nanoseconds" : "none", first);
        if (good && strcmp(profile->cost, "allocations") == 0) {
            good = put_profile(scope, document, profile, profile->tree.second, "bytes", first);
        }
        first += profile->function_count;
    }
    assay_text_append(&scope->text, "\n]}\n");
    flush(scope);
    return good && !scope->text.failed;
}

int assay_report_speedscope(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                            struct assay_error *error)
{
    const struct assay_document *document = report->parts[0].document;
    (void)options;
    struct scope scope = { .to = to };
    int result = assay_foreign_check(document, "speedscope", false, error);
    for (size_t i = 0; i < document->profile_count && !result; i++) {
        result = assay_foreign_needs_tree(&document->profiles[i], "a flame graph", error);
    }
    if (!result && !put_document(&scope, document)) {
        result = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    assay_text_release(&scope.text);
    return result ? result : assay_foreign_finish(to, "speedscope", error);
}
