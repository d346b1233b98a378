/* --against-history: one result against what the store leads one to expect. Weaker than a comparison, and it says by how much: the machine
 * of another day is in every one of those results. */
#include "cli/track_check.h"

#include "base/attend.h"
#include "base/file.h"
#include "catalog/catalog.h"
#include "cli/compare.h"
#include "cli/interrupt.h"
#include "cli/track_values.h"
#include "history/predict.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define CONFIDENCE 0.999 /* of all benchmarks together */

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

/* ---- the result ---- */

/* A list of words that grows; texts are heap. */
struct words {
    char **items;
    size_t count;
};

static int add(struct words *words, char *taken, struct assay_error *error)
{
    return assay_texts_append_take(&words->items, &words->count, taken) ? 0 : no_memory(error);
}

/* "PATH.so:KERNEL" of every kernel that head's build has. */
static int add_kernels(struct words *words, const char *plugins, struct assay_error *error)
{
    struct assay_places places = { 0 };
    struct assay_catalog *catalog = NULL;
    char **names = NULL;
    size_t count = 0;
    int code = assay_directory_list(&names, &count, plugins, ".so", error);
    code = code ? code : assay_places_find(&places, error);
    code = code ? code : assay_catalog_open(&catalog, &places, error);
    for (size_t i = 0; i < count && !code; i++) {
        const struct assay_source *source = NULL;
        char *path = assay_path_join(plugins, names[i]);
        code = path ? assay_catalog_load(&source, catalog, path, error) : no_memory(error);
        for (size_t k = 0; !code && k < source->description.kernel_count; k++) {
            code = add(words, assay_formatted("%s:%s", path, source->description.kernels[k].name), error);
        }
        free(path);
    }
    assay_names_free(names, count);
    assay_catalog_close(catalog);
    assay_places_release(&places);
    return code;
}

static int add_options(struct words *words, const struct check_values *values, const char *path, struct assay_error *error)
{
    const struct {
        const char *name, *text;
    } taking[] = { { "-o", path }, { "--filter", values->filter.text }, { "--budget", values->budget.text } };
    int code = 0;
    for (size_t i = 0; i < sizeof taking / sizeof *taking && !code; i++) {
        code = taking[i].text ? add(words, assay_copy(taking[i].name), error) : 0;
        code = taking[i].text && !code ? add(words, assay_copy(taking[i].text), error) : code;
    }
    for (size_t i = 0; i < values->parameter.given && !code; i++) {
        code = add(words, assay_copy("-p"), error);
        code = code ? code : add(words, assay_copy(values->parameter.texts[i]), error);
    }
    return code || !values->results.quiet.given ? code : add(words, assay_copy("-q"), error);
}

/* `assay run` of all of head's kernels, as a child, its progress on our standard error. */
static int run_words(struct assay_check *check, const struct words *words, const char *path, struct assay_error *error)
{
    const char **argv = calloc(words->count + 1, sizeof *argv);
    int ended = 0;
    for (size_t i = 0; argv && i < words->count; i++) {
        argv[i] = words->items[i];
    }
    const struct assay_attended child = { .argv = argv, .output = "/dev/null", .stop = &assay_interrupt_stop };
    int code = argv ? assay_attend(&ended, &child, error) : no_memory(error);
    free(argv);
    if (!code && WIFSIGNALED(ended)) {
        code = assay_fail(error, ASSAY_EIO, "assay run was killed by signal %d", WTERMSIG(ended));
    }
    if (!code && WEXITSTATUS(ended) != ASSAY_EXIT_USAGE) {
        check->status = WEXITSTATUS(ended);
        code = assay_document_load(&check->document, path, error);
    }
    return code;
}

static int run_head(struct assay_check *check, struct assay_error *error)
{
    struct words words = { NULL, 0 };
    char *path = assay_formatted("%s/head.json", check->trees.place);
    int code = path ? 0 : no_memory(error);
    code = code ? code : add(&words, assay_copy("/proc/self/exe"), error);
    code = code ? code : add(&words, assay_copy("run"), error);
    code = code ? code : add_options(&words, check->values, path, error);
    size_t options = words.count;
    code = code ? code : add_kernels(&words, check->head_plugins, error);
    if (!code && words.count == options) {
        code = assay_fail(error, ASSAY_EINPUT, "no plug-ins (*.so) in '%.160s' of head: want --plugins DIR", check->trees.directory);
    }
    code = code ? code : run_words(check, &words, path, error);
    if (!code && check->document) {
        const struct assay_track_sides sides = { .head = &check->head,
                                                 .base = &check->head,
                                                 .base_plugins = check->head_plugins,
                                                 .head_plugins = check->head_plugins,
                                                 .place = check->trees.place,
                                                 .command = check->line };
        code = assay_track_label(check->document, &sides, error);
    }
    assay_names_free(words.items, words.count);
    free(path);
    return code;
}

static int measure_head(struct assay_check *check, struct assay_error *error)
{
    int code = assay_check_find_commits(check, error);
    code = code ? code : assay_track_trees_open(&check->trees, error);
    code = code ? code : assay_track_trees_build(&check->head_plugins, &check->trees, &check->head, "head", error);
    return code ? code : run_head(check, error);
}

/* A document may be of no commit that anybody knows: then none of the store's results is left out as its own. */
static int load_result(struct assay_check *check, struct assay_error *error)
{
    const char *name = check->invocation->arguments.names[0];
    const struct assay_track_wish wish = { .commit = check->values->head.text, .repository = check->values->repository.text };
    struct assay_error unknown = { 0 };
    int code = assay_document_load(&check->document, name, error);
    if (!code && assay_track_commit_of(&check->head, check->document, name, &wish, &unknown) && check->values->head.given) {
        code = assay_fail(error, unknown.code, "%s", unknown.text);
    }
    for (size_t i = 0; !code && i < check->document->benchmark_count; i++) {
        enum assay_status status = check->document->benchmarks[i].status;
        bool failed = status != ASSAY_STATUS_OK && status != ASSAY_STATUS_UNAVAILABLE;
        check->status = failed ? ASSAY_EXIT_FAILED : check->status;
    }
    return code;
}

/* ---- what it is compared with ---- */

/* The branch whose history counts: that of --base, else the main one, else head's. *branch heap. */
static int find_branch(char **branch, const struct assay_check *check, struct assay_error *error)
{
    const struct check_values *values = check->values;
    const char *const names[] = { "origin/HEAD", "main", "master" };
    struct assay_commit commit = { .order = -1 };
    struct assay_error unknown = { 0 };
    int code = 0;
    if (values->base.given) {
        code = assay_repository_commit(&commit, values->repository.text, values->base.text, &unknown);
        *branch = assay_copy(!code && commit.branch ? commit.branch : values->base.text);
        assay_commit_release(&commit);
        return *branch ? 0 : no_memory(error);
    }
    for (size_t i = 0; i < sizeof names / sizeof *names && !*branch; i++) {
        if (assay_repository_commit(&commit, values->repository.text, names[i], &unknown) == 0) {
            *branch = commit.branch;
            commit.branch = NULL;
            assay_commit_release(&commit);
        }
    }
    if (!*branch) {
        *branch = assay_copy(check->head.branch);
    }
    return *branch ? 0 : assay_fail(error, ASSAY_EUSAGE, "missing --base: want the branch whose history counts, such as main");
}

struct against { /* what all benchmarks of one check have in common */
    struct assay_check *check;
    struct assay_store_query query;
    double confidence, margin; /* of each; the margin is a logarithm */
    size_t compared, slower, most_points;
};

/* The series of that name, which is no pattern; NULL: there is none. */
static const struct assay_history_series *own_series(const struct assay_history_series *series, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(series[i].benchmark, name) == 0) {
            return &series[i];
        }
    }
    return NULL;
}

static void say_verdict(struct against *against, const struct assay_store_value *value, const struct assay_prediction *expected)
{
    double beyond = against->margin, low = log(value->low), high = log(value->high);
    bool slower = low > expected->high + beyond, faster = high < expected->low - beyond;
    double stands_out = expm1(expected->high + beyond - expected->level);
    assay_text_format(&against->check->judged,
                      "%s: %s: %.4g times its level [%.4g, %.4g] over %zu results; a result stands out from %.1f %% on, where the "
                      "margin is %.3g %%\n",
                      value->benchmark,
                      slower   ? "slower than its history"
                      : faster ? "faster than its history"
                               : "not distinguishable from its history",
                      exp(log(value->value) - expected->level), exp(low - expected->level), exp(high - expected->level),
                      expected->count, stands_out * 100.0, expm1(beyond) * 100.0);
    against->compared++;
    against->slower += slower;
}

static int judge_value(struct against *against, const struct assay_store_value *value, struct assay_error *error)
{
    struct assay_history_series *series = NULL;
    struct assay_prediction expected = { .count = 0 };
    size_t count = 0;
    if (!(value->low > 0) || !isfinite(value->high)) {
        assay_text_format(&against->check->judged, "%s: not compared: it has no time with an interval (%s)\n", value->benchmark,
                          value->status);
        return 0;
    }
    against->query.benchmark = value->benchmark;
    int code = assay_store_series(&series, &count, against->check->store, &against->query, error);
    const struct assay_history_series *own = code ? NULL : own_series(series, count, value->benchmark);
    if (own) {
        code = assay_history_predict(&expected, own, against->check->head.id, against->confidence, error);
    }
    if (!code && expected.count >= ASSAY_PREDICT_LEAST && isfinite(expected.high)) {
        say_verdict(against, value, &expected);
    } else if (!code) {
        assay_text_format(&against->check->judged, "%s: not compared: %zu results of this kind of machine at its level, it takes %d\n",
                          value->benchmark, expected.count, ASSAY_PREDICT_LEAST);
        against->most_points = expected.count > against->most_points ? expected.count : against->most_points;
    }
    for (size_t i = 0; i < count; i++) {
        assay_history_release(&series[i]);
    }
    free(series);
    return code;
}

static int judge_all(struct against *against, const struct assay_track_values *values, struct assay_error *error)
{
    struct assay_check *check = against->check;
    int code = 0;
    assay_text_append(&check->judged, "against history, which is weaker than a comparison side by side: what the machine itself does from day to "
                                      "day is in every result\n");
    for (size_t i = 0; i < values->count && !code; i++) {
        code = judge_value(against, &values->items[i], error);
    }
    if (!code && check->judged.failed) {
        code = no_memory(error);
    }
    if (!code && against->compared == 0) {
        code = assay_fail(error, ASSAY_EINPUT,
                          "nothing to compare with: %zu results of branch '%.100s' on this kind of machine (%.40s), it takes %d",
                          against->most_points, against->query.branch, against->query.fingerprint, ASSAY_PREDICT_LEAST);
    }
    if (!code && check->status == ASSAY_EXIT_OK) {
        bool open = against->compared < values->count;
        check->status = against->slower                    ? ASSAY_EXIT_REGRESSION
                        : open && check->values->strict.given ? ASSAY_EXIT_UNDECIDED
                                                              : ASSAY_EXIT_OK;
    }
    return code;
}

static const char *fingerprint_of(const struct assay_document *document)
{
    const struct assay_fact *fact = assay_facts_find(&document->sessions[0].environment, "machine", "fingerprint");
    return fact && fact->kind == ASSAY_FACT_TEXT ? fact->text : NULL;
}

static int judge(struct assay_check *check, struct assay_error *error)
{
    struct assay_track_values values = { 0 };
    struct against against = { .check = check, .margin = 0.01 };
    char *branch = NULL;
    against.query.fingerprint = fingerprint_of(check->document);
    against.query.units[ASSAY_HISTORY_NS] = true;
    if (check->values->margin.given) {
        assay_margin_parse(&against.margin, check->values->margin.text);
    }
    against.margin = log1p(against.margin);
    if (!against.query.fingerprint) {
        return assay_fail(error, ASSAY_EINPUT, "the result does not say on what kind of machine it was measured: unlike ones are never compared");
    }
    int code = find_branch(&branch, check, error);
    code = code ? code : assay_track_values_fill(&values, check->document, NULL, error);
    if (!code) {
        against.query.branch = branch;
        against.confidence = 1 - (1 - CONFIDENCE) / (values.count > 0 ? (double)values.count : 1.0);
        code = judge_all(&against, &values, error);
    }
    assay_track_values_release(&values);
    free(branch);
    return code;
}

int assay_check_against_history(struct assay_check *check, struct assay_error *error)
{
    int code = assay_store_open(&check->store, assay_track_address(&check->values->store), ASSAY_STORE_READ, error);
    if (!code) {
        code = check->invocation->arguments.name_count > 0 ? load_result(check, error) : measure_head(check, error);
    }
    if (!code && check->document && check->status != ASSAY_EXIT_INTERRUPTED) {
        code = judge(check, error);
    }
    return code;
}
