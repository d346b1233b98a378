/* One comparison of a bisection: measured by a child, or taken from what an earlier one left in --keep. Decides nothing. */
#include "cli/track_bisect.h"

#include "base/file.h"
#include "base/text.h"
#include "plan/plan.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUDGET "30s" /* of a comparison */

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

/* ---- the benchmark ---- */

/* Every byte that means something in an extended regular expression means itself. */
static void append_literal(struct assay_text *text, const char *literal)
{
    for (const char *at = literal; *at; at++) {
        assay_text_format(text, strchr(".[]{}()*+?^$|\\", *at) ? "\\%c" : "%c", *at);
    }
}

/* "NAME=VALUE", quoted where a comma would end it. */
static char *parameter_of(const struct assay_message_argument *argument)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    bool quoted = argument->text[strcspn(argument->text, ",:=@'\"")] != '\0';
    assay_text_format(&text, "%s=%s", argument->name, quoted ? "'" : "");
    for (const char *at = argument->text; *at; at++) {
        assay_text_append(&text, quoted && *at == '\'' ? "'" : "");
        assay_text_append_char(&text, *at);
    }
    assay_text_append(&text, quoted ? "'" : "");
    return assay_text_take(&text);
}

int assay_bisect_name(struct assay_bisect *bisect, const char *benchmark, struct assay_error *error)
{
    struct assay_name name = { 0 };
    struct assay_text filter = ASSAY_TEXT_INIT;
    int code = assay_name_parse(&name, benchmark, error);
    if (code) {
        return code;
    }
    if (name.path) {
        code = assay_fail(error, ASSAY_EUSAGE, "bad BENCHMARK '%.160s': want it without a plug-in, every commit has its own", benchmark);
    }
    assay_text_append_char(&filter, '^');
    append_literal(&filter, name.kernel);
    assay_text_append(&filter, name.implementation ? "(:.*)?@" : "(:|$)");
    append_literal(&filter, name.implementation ? name.implementation : "");
    assay_text_append(&filter, name.implementation ? "$" : "");
    for (size_t i = 0; i < name.argument_count && !code; i++) {
        code = assay_texts_append_take(&bisect->parameters, &bisect->parameter_count, parameter_of(&name.arguments[i]))
                   ? 0
                   : no_memory(error);
    }
    assay_name_release(&name);
    bisect->filter = assay_text_take(&filter);
    return code || bisect->filter ? code : no_memory(error);
}

/* ---- what is there already ---- */

/* FNV-1a, 64 bits (Fowler, Noll and Vo, 1991); a NUL ends each part. */
static uint64_t mix(uint64_t hash, const char *text)
{
    for (const char *at = text;; at++) {
        hash = (hash ^ (unsigned char)*at) * UINT64_C(1099511628211);
        if (!*at) {
            return hash;
        }
    }
}

/* Where the document of such a comparison is: by all that made it. Heap; NULL: no memory. */
static char *place_of(const struct assay_bisect *bisect, size_t base, size_t head, const char *const *words)
{
    uint64_t hash = mix(UINT64_C(14695981039346656037), bisect->commits[base].commit.id);
    hash = mix(mix(hash, bisect->commits[head].commit.id), bisect->trees.command);
    hash = mix(hash, bisect->trees.directory);
    for (; *words; words++) {
        hash = strcmp(*words, "-q") != 0 ? mix(hash, *words) : hash;
    }
    return assay_formatted("%s/%.12s-%.12s-%016" PRIx64 ".json", bisect->trees.place, bisect->commits[base].commit.id,
                           bisect->commits[head].commit.id, hash);
}

/* ---- measuring ---- */

/* Heap, texts borrowed; NULL: no memory. */
static const char **words_of(const struct assay_bisect *bisect, const char *margin)
{
    const struct bisect_values *values = bisect->values;
    const char **words = calloc(2 * bisect->parameter_count + 10, sizeof *words);
    size_t count = 0;
    if (!words) {
        return NULL;
    }
    const char *const own[] = { "--filter", bisect->filter, "--margin", margin, "--budget",
                                values->budget.given ? values->budget.text : BUDGET };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        words[count++] = own[i];
    }
    for (size_t i = 0; i < bisect->parameter_count; i++) {
        words[count++] = "-p";
        words[count++] = bisect->parameters[i];
    }
    if (values->results.quiet.given) {
        words[count++] = "-q";
    }
    return words;
}

static int compare(struct assay_document **document, int *status, struct assay_bisect *bisect, size_t base, size_t head,
                   const char *const *words, struct assay_error *error)
{
    struct assay_track_sides sides = { .base = &bisect->commits[base].commit,
                                       .head = &bisect->commits[head].commit,
                                       .place = bisect->trees.place,
                                       .command = bisect->line };
    int code = assay_track_trees_build(&sides.base_plugins, &bisect->trees, sides.base, "commit", error);
    code = code ? code : assay_track_trees_build(&sides.head_plugins, &bisect->trees, sides.head, "commit", error);
    const struct assay_track_compare wish = { sides.base_plugins, sides.head_plugins, words };
    code = code ? code : assay_track_compare(document, status, &wish, error);
    return code || !*document ? code : assay_track_label(*document, &sides, error);
}

/* What one comparison says, or why it says nothing. */
static void read_ratio(struct assay_bisect_ratio *out, const struct assay_document *document, int status)
{
    const struct assay_comparison *comparison = document->comparison_count == 1 ? &document->comparisons[0] : NULL;
    *out = (struct assay_bisect_ratio){ .ratio = NAN, .low = NAN, .high = NAN };
    if (!comparison) {
        snprintf(out->reason, sizeof out->reason, "%s",
                 document->comparison_count ? "several benchmarks have that name: want one with its parameters or implementation"
                                            : "one of the two has no such benchmark");
    } else if (status == ASSAY_EXIT_FAILED || !isfinite(comparison->ratio)) {
        snprintf(out->reason, sizeof out->reason, "%s", comparison->reason ? comparison->reason : "it could not be measured");
    } else {
        out->measured = true;
        out->ratio = log(comparison->ratio);
        out->low = log(comparison->low);
        out->high = log(comparison->high);
        out->direction = comparison->direction;
    }
}

int assay_bisect_measure(struct assay_bisect_ratio *out, struct assay_bisect *bisect, size_t base, size_t head, double margin,
                         struct assay_error *error)
{
    char percent[40];
    struct assay_document *document = NULL;
    int status = ASSAY_EXIT_OK;
    snprintf(percent, sizeof percent, "%.6g%%", fmin(fmax(margin * 100.0, 0.05), 100.0));
    const char **words = words_of(bisect, percent);
    char *path = words ? place_of(bisect, base, head, words) : NULL;
    int code = path ? 0 : no_memory(error);
    bool kept = !code && assay_path_exists(path) && assay_document_load(&document, path, NULL) == 0;
    if (!code && !kept) {
        code = compare(&document, &status, bisect, base, head, words, error);
    }
    bisect->failed = bisect->failed || (!code && !document);
    if (!code && document) {
        read_ratio(out, document, status);
        if (!kept && out->measured && status != ASSAY_EXIT_INTERRUPTED) {
            code = assay_document_save(document, path, error);
        }
        assay_document_free(bisect->document);
        bisect->document = document;
    }
    free(words);
    free(path);
    return code;
}
