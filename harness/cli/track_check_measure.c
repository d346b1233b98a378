/* The check itself: two commits built and compared, a reference beside them, and what people decided. Knows no git. */
#include "cli/track_check.h"

#include "cli/interrupt.h"
#include "compare/compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

int assay_check_warn_take(struct assay_check *check, char *text, struct assay_error *error)
{
    if (text && !check->values->results.quiet.given) {
        fprintf(stderr, "note: %s\n", text);
    }
    return assay_texts_append_take(&check->warnings, &check->warning_count, text) ? 0 : no_memory(error);
}

/* Only when it was asked for: a check of two commits needs no store. */
int assay_check_open_store(struct assay_check *check, struct assay_error *error)
{
    const struct assay_option_value *store = &check->values->store;
    const char *setting = getenv("ASSAY_STORE");
    struct assay_error refusal = { 0 };
    if (!store->given && !(setting && setting[0])) {
        return 0;
    }
    const char *address = assay_track_address(store);
    if (assay_store_open(&check->store, address, ASSAY_STORE_CREATE, &refusal) == 0) {
        check->recordable = true;
        return 0;
    }
    /* What was accepted counts also where nothing may be written, as in the checks of a stranger's branch. */
    if (refusal.code != ASSAY_EIO || assay_store_open(&check->store, address, ASSAY_STORE_READ, error)) {
        return assay_fail(error, refusal.code, "%s", refusal.text);
    }
    *error = (struct assay_error){ 0 };
    return assay_check_warn_take(check, assay_formatted("nothing is recorded: %s", refusal.text), error);
}

/* ---- comparing ---- */

/* The options of compare that check has too. Heap, texts borrowed; NULL: no memory. */
static const char **arguments_of(const struct check_values *values)
{
    const struct {
        const char *name;
        const struct assay_option_value *value;
    } taking[] = { { "--filter", &values->filter }, { "--margin", &values->margin }, { "--budget", &values->budget } };
    const char **words = calloc(2 * (size_t)values->parameter.given + 16, sizeof *words);
    size_t count = 0;
    for (size_t i = 0; words && i < sizeof taking / sizeof *taking; i++) {
        if (taking[i].value->given) {
            words[count++] = taking[i].name;
            words[count++] = taking[i].value->text;
        }
    }
    for (size_t i = 0; words && i < values->parameter.given; i++) {
        words[count++] = "-p";
        words[count++] = values->parameter.texts[i];
    }
    if (words && values->strict.given) {
        words[count++] = "--strict";
    }
    if (words && values->results.quiet.given) {
        words[count++] = "-q";
    }
    return words;
}

static int compare(struct assay_document **document, int *status, struct assay_check *check,
                   const struct assay_track_sides *sides, struct assay_error *error)
{
    const char **arguments = arguments_of(check->values);
    const struct assay_track_compare wish = { sides->base_plugins, sides->head_plugins, arguments };
    int code = arguments ? assay_track_compare(document, status, &wish, error) : no_memory(error);
    free(arguments);
    if (!code && *document) {
        code = assay_track_label(*document, sides, error);
    }
    return code;
}

static struct assay_track_sides sides_of(const struct assay_check *check, const struct assay_commit *base, const char *plugins)
{
    return (struct assay_track_sides){ .base = base,
                                       .head = &check->head,
                                       .base_plugins = plugins,
                                       .head_plugins = check->head_plugins,
                                       .place = check->trees.place,
                                       .command = check->line };
}

int assay_check_measure(struct assay_check *check, struct assay_error *error)
{
    int code = assay_track_trees_build(&check->base_plugins, &check->trees, &check->base, "base", error);
    if (!code) {
        code = assay_track_trees_build(&check->head_plugins, &check->trees, &check->head, "head", error);
    }
    if (!code) {
        const struct assay_track_sides sides = sides_of(check, &check->base, check->base_plugins);
        code = compare(&check->document, &check->status, check, &sides, error);
    }
    for (size_t i = 0; i < check->warning_count && !code && check->document; i++) {
        code = assay_document_warn(check->document, "%s", check->warnings[i]) ? 0 : no_memory(error);
    }
    return code;
}

/* ---- recording ---- */

static int record(struct assay_check *check, const struct assay_document *document, struct assay_error *error)
{
    const struct assay_track_origin origin = { .commit = &check->head, .reference = check->reference.id, .source = "assay" };
    bool added = false;
    int code = assay_track_record(&check->news, &added, check->store, document, &origin, error);
    if (!code && !check->values->results.quiet.given) {
        fprintf(stderr, "recorded: %.12s against the reference build of %.12s\n", check->head.id, check->reference.id);
    }
    return code;
}

/* A reference that a person named must build; one that the store has pinned may be too old to. */
static int build_reference(const char **plugins, struct assay_check *check, struct assay_error *error)
{
    struct assay_error inner = { 0 };
    int code = assay_track_trees_build(plugins, &check->trees, &check->reference, "reference", &inner);
    if (code && (check->values->reference.given || code == ASSAY_EINTERRUPTED || code == ASSAY_ENOMEM)) {
        return assay_fail(error, inner.code, "%s", inner.text);
    }
    if (code) {
        *plugins = NULL;
        return assay_check_warn_take(check, assay_formatted("nothing is recorded: %s", inner.text), error);
    }
    return 0;
}

int assay_check_record(struct assay_check *check, struct assay_error *error)
{
    const char *plugins = NULL;
    struct assay_document *document = NULL;
    int status = 0;
    if (!check->reference.id || !check->recordable || assay_interrupt_stop || strcmp(check->reference.id, check->head.id) == 0) {
        return 0;
    }
    if (strcmp(check->reference.id, check->base.id) == 0) {
        return check->document->comparison_count > 0 ? record(check, check->document, error) : 0;
    }
    int code = build_reference(&plugins, check, error);
    if (!code && plugins) {
        const struct assay_track_sides sides = sides_of(check, &check->reference, plugins);
        code = compare(&document, &status, check, &sides, error);
    }
    if (!code && document && status != ASSAY_EXIT_INTERRUPTED && document->comparison_count > 0) {
        code = record(check, document, error);
    }
    assay_document_free(document);
    return code;
}

/* ---- what people decided ---- */

struct range { /* the commits that head has and base has not */
    char **ids;
    size_t count;
};

static bool holds(const struct range *range, const char *commit)
{
    size_t length = commit ? strlen(commit) : 0;
    for (size_t i = 0; i < range->count && length >= 7; i++) {
        if (strncmp(range->ids[i], commit, length) == 0) {
            return true;
        }
    }
    return false;
}

/* The last word on that benchmark within the range; *said heap, NULL: nobody accepted it. */
static int find_word(char **said, struct assay_check *check, const struct range *range, const char *benchmark,
                     struct assay_error *error)
{
    struct assay_history_acceptance *items = NULL;
    size_t count = 0;
    int code = assay_store_decisions(&items, &count, check->store, benchmark, error);
    for (size_t i = count; i > 0 && !code && !*said; i--) {
        const struct assay_history_acceptance *word = &items[i - 1];
        if (holds(range, word->commit)) {
            *said = assay_formatted("accepted by %s (%s, %.12s): %s", word->who, word->when, word->commit, word->reason);
            code = *said ? 0 : no_memory(error);
        }
    }
    assay_store_decisions_free(items, count);
    return code;
}

/* Whether it may pass. */
static int judge_one(bool *passes, struct assay_check *check, const struct range *range, struct assay_comparison *comparison,
                     struct assay_error *error)
{
    const char *id = check->document->benchmarks[comparison->head].id;
    char *said = NULL;
    int code = find_word(&said, check, range, id, error);
    *passes = said != NULL;
    if (!code && said) {
        assay_text_format(&check->judged, "%s: %s\n", id, said);
        code = assay_comparison_note(comparison, "%s", said) && !check->judged.failed ? 0 : no_memory(error);
    }
    free(said);
    return code;
}

int assay_check_accept(struct assay_check *check, struct assay_error *error)
{
    struct assay_document *document = check->document;
    struct range range = { NULL, 0 };
    struct assay_error apart = { 0 };
    bool all = true, open = false;
    int code = 0;
    if (!check->store || check->status == ASSAY_EXIT_INTERRUPTED ||
        assay_repository_between(&range.ids, &range.count, check->values->repository.text, check->base.id, check->head.id, false,
                                 &apart) != 0) {
        return 0; /* back in time nothing was accepted */
    }
    for (size_t i = 0; i < document->comparison_count && !code; i++) {
        struct assay_comparison *comparison = &document->comparisons[i];
        bool passes = true;
        if (assay_compare_is_regression(comparison)) {
            code = judge_one(&passes, check, &range, comparison, error);
        }
        all = all && passes;
        open = open || comparison->verdict == ASSAY_VERDICT_INCONCLUSIVE;
    }
    if (!code && all && check->status == ASSAY_EXIT_REGRESSION) {
        check->status = open && check->values->strict.given ? ASSAY_EXIT_UNDECIDED : ASSAY_EXIT_OK;
    }
    for (size_t i = 0; i < range.count; i++) {
        free(range.ids[i]);
    }
    free(range.ids);
    return code;
}
