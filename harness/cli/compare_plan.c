/* From the command line of compare to one plan with both sides in it, and the pairs. Measures nothing. */
#include "cli/compare.h"

#include "base/file.h"

#include <stdlib.h>
#include <string.h>

#define BATCH_S 0.0025 /* short, so that what disturbs both sides of a pair is the same */

/* All but the catalog. */
static void release_plan(struct assay_compare_work *work)
{
    assay_plan_free(work->plan);
    for (size_t i = 0; work->labels && i < work->count; i++) {
        free(work->labels[i]);
    }
    for (size_t i = 0; i < work->warning_count; i++) {
        free(work->warnings[i]);
    }
    free(work->labels);
    free(work->warnings);
    free(work->pairs);
    work->plan = NULL;
    work->labels = work->warnings = NULL;
    work->pairs = NULL;
    work->count = work->warning_count = 0;
}

void assay_compare_work_release(struct assay_compare_work *work)
{
    release_plan(work);
    assay_catalog_close(work->catalog);
    assay_places_release(&work->places);
    free(work->fixed);
    *work = (struct assay_compare_work){ 0 };
}

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

static int warn(struct assay_compare_work *work, char *taken, struct assay_error *error)
{
    return assay_texts_append_take(&work->warnings, &work->warning_count, taken) ? 0 : no_memory(error);
}

/* ---- one side ---- */

/* What one side is planned from: a benchmark's name, or plug-ins. */
struct from {
    const char *benchmark;
    const struct assay_source **sources; /* NULL-terminated; heap */
};

/* What -p says, and the value that --crossover looks at. Heap, its texts borrowed; NULL: no memory. */
static const char **grid_of(const struct assay_compare_work *work, const struct compare_values *values)
{
    size_t count = 0;
    while (values->parameter.texts && values->parameter.texts[count]) {
        count++;
    }
    const char **grid = calloc(count + 2, sizeof(*grid));
    for (size_t i = 0; grid && i < count; i++) {
        grid[i] = values->parameter.texts[i];
    }
    if (grid) {
        grid[count] = work->fixed;
    }
    return grid;
}

static int plan_side(struct assay_plan **plan, struct assay_compare_work *work, const struct from *from,
                     const struct compare_values *values, struct assay_error *error)
{
    static const char *const none[] = { NULL };
    const char *const names[] = { from->benchmark, NULL };
    struct assay_references *references = NULL;
    const char **grid = grid_of(work, values);
    int code = grid ? assay_references_open(&references, work->places.reference, error) : no_memory(error);
    if (code) {
        free(grid);
        return code;
    }
    struct assay_plan_options options = {
        .benchmarks = from->benchmark ? names : none,
        .sources = from->sources,
        .suite = values->suite.text,
        .grid = grid,
        .filter = values->filter.text,
        .protocol = ASSAY_PROTOCOL_UNSET,
        .has_seed = values->seed.given > 0,
        .seed = values->seed.integer,
        .memory_bytes = values->memory.integer,
        .threads = (uint32_t)values->threads.integer,
        .processors = values->cpu.text,
        .no_layouts = values->no_layouts.given > 0,
        .may_be_empty = values->part.given > 0,
    };
    options.protocol.batch_s = BATCH_S;
    options.protocol.warmup_s = 0.0;
    if (values->timeout.given) {
        options.protocol.timeout_s = values->timeout.real;
    }
    code = assay_plan_new(plan, work->catalog, references, work->places.suites, &options, error);
    assay_references_close(references);
    free(grid);
    return code;
}

/* The plug-ins of a directory. One that cannot be loaded is said, not an error: it was met in a search. */
static int load_directory(struct from *from, struct assay_compare_work *work, const char *directory,
                          struct assay_error *error)
{
    char **names = NULL;
    size_t count = 0, used = 0;
    int code = assay_directory_list(&names, &count, directory, ".so", error);
    if (code) {
        return code;
    }
    from->sources = calloc(count + 1, sizeof(*from->sources));
    code = from->sources ? 0 : no_memory(error);
    for (size_t i = 0; i < count && !code; i++) {
        struct assay_error inner = { 0 };
        char *path = assay_path_join(directory, names[i]);
        int loaded = path ? assay_catalog_load(&from->sources[used], work->catalog, path, &inner) : ASSAY_ENOMEM;
        if (!loaded) {
            used++;
        } else {
            from->sources[used] = NULL;
            code = loaded == ASSAY_ENOMEM ? no_memory(error) : warn(work, assay_copy(inner.text), error);
        }
        free(path);
    }
    assay_names_free(names, count);
    if (!code && !used && !(work->may_lack && count == 0)) {
        code = assay_fail(error, ASSAY_EUSAGE, "bad '%.160s': want a directory with plug-ins (*.so) that can be loaded",
                          directory);
    }
    return code;
}

static int load_sources(struct from *from, struct assay_compare_work *work, const char *path, struct assay_error *error)
{
    if (assay_path_is_directory(path)) {
        return load_directory(from, work, path, error);
    }
    from->sources = calloc(2, sizeof(*from->sources));
    return from->sources ? assay_catalog_load(from->sources, work->catalog, path, error) : no_memory(error);
}

/* ---- sides to pairs ---- */

/* Takes the next side into the plan. The first is the base of all. */
static int add_side(struct assay_plan_side *side, struct assay_compare_work *work, struct assay_plan **plan,
                    struct assay_error *error)
{
    *side = (struct assay_plan_side){ work->plan ? work->plan->count : 0, (*plan)->count };
    if (!work->plan) {
        work->plan = *plan;
        *plan = NULL;
        return 0;
    }
    return assay_plan_join_take(work->plan, plan, error);
}

/* "only in old/: a, b" for what found no partner. */
static int say_unpaired(struct assay_compare_work *work, const struct assay_plan_pairs *pairs,
                        const struct assay_plan_side *side, const char *name, struct assay_error *error)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    for (size_t i = side->first; i < side->first + side->count; i++) {
        if (!pairs->paired[i]) {
            assay_text_format(&text, text.length ? ", %s" : "only in %s: %s",
                              text.length ? work->plan->items[i].id : name, work->plan->items[i].id);
        }
    }
    int code = text.failed ? no_memory(error) : text.length ? warn(work, assay_text_take(&text), error) : 0;
    assay_text_release(&text);
    return code;
}

/* What is said of two sides. */
struct wording {
    const char *base, *head;
    bool label; /* ids do not tell them apart */
};

static int add_pairs(struct assay_compare_work *work, const struct assay_plan_side *base,
                     const struct assay_plan_side *head, enum assay_pairing pairing, const struct wording *wording,
                     struct assay_error *error)
{
    struct assay_plan_pairs pairs;
    int code = assay_plan_pair(&pairs, work->plan, base, head, pairing, error);
    if (code) {
        return code;
    }
    size_t count = work->count + pairs.count;
    struct assay_compare_pair *items = realloc(work->pairs, (count + 1) * sizeof(*items));
    work->pairs = items ? items : work->pairs;
    char **labels = realloc(work->labels, (count + 1) * sizeof(*labels));
    work->labels = labels ? labels : work->labels;
    code = items && labels ? 0 : no_memory(error);
    for (size_t i = 0; i < pairs.count && !code; i++) {
        char *label = wording->label ? assay_formatted("base is %s, head is %s", wording->base, wording->head) : NULL;
        work->pairs[work->count] = (struct assay_compare_pair){ pairs.items[i].base, pairs.items[i].head };
        work->labels[work->count++] = label;
        code = wording->label && !label ? no_memory(error) : 0;
    }
    if (!code) {
        code = say_unpaired(work, &pairs, base, wording->base, error);
    }
    if (!code) {
        code = say_unpaired(work, &pairs, head, wording->head, error);
    }
    assay_plan_pairs_release(&pairs);
    return code;
}

/* Two sides, each planned from its own. */
static int prepare_two(struct assay_compare_work *work, const struct from from[2], const struct wording *wording,
                       const struct compare_values *values, struct assay_error *error)
{
    struct assay_plan_side sides[2];
    int code = 0;
    for (size_t i = 0; i < 2 && !code; i++) {
        struct assay_plan *plan = NULL;
        code = plan_side(&plan, work, &from[i], values, error);
        if (!code) {
            code = add_side(&sides[i], work, &plan, error);
        }
    }
    if (!code) {
        code = add_pairs(work, &sides[0], &sides[1], from[0].benchmark ? ASSAY_PAIR_BY_PARAMETERS : ASSAY_PAIR_BY_ID,
                         wording, error);
    }
    if (!code && work->plan->count == 0) {
        code = values->filter.given
                   ? assay_fail(error, ASSAY_EUSAGE, "no benchmark matches --filter '%.200s'", values->filter.text)
                   : assay_fail(error, ASSAY_EUSAGE, "nothing to compare: neither side has a benchmark");
    }
    if (!code && work->count == 0 && !values->part.given) {
        code = assay_fail(error, ASSAY_EUSAGE, "nothing to compare: '%.160s' and '%.160s' have no benchmark in common",
                          wording->base, wording->head);
    }
    return code;
}

/* Every benchmark of the plan against itself. */
static int prepare_self(struct assay_compare_work *work, const struct from *from, const struct compare_values *values,
                        struct assay_error *error)
{
    int code = plan_side(&work->plan, work, from, values, error);
    if (code) {
        return code;
    }
    work->pairs = calloc(work->plan->count + 1, sizeof(*work->pairs));
    work->labels = calloc(work->plan->count + 1, sizeof(*work->labels));
    if (!work->pairs || !work->labels) {
        return no_memory(error);
    }
    for (size_t i = 0; i < work->plan->count; i++) {
        work->pairs[work->count++] = (struct assay_compare_pair){ i, i };
    }
    return 0;
}

static int prepare_commands(struct assay_compare_work *work, const struct assay_invocation *invocation,
                            struct assay_error *error)
{
    const struct compare_values *values = invocation->values;
    const char *const *words = invocation->arguments.rest;
    size_t wanted = values->self.given ? 1 : 2;
    struct from from[2] = { { NULL, NULL }, { NULL, NULL } };
    char *names[2] = { NULL, NULL };
    int code = 0;
    for (size_t i = 0; i < wanted && !code; i++) {
        if (i > 0 && !*words) {
            code = assay_fail(error, ASSAY_EUSAGE, "missing the second command: want -- COMMAND -- COMMAND");
            break;
        }
        words += i > 0;
        code = assay_side_command(&names[i], &words, error);
        from[i].benchmark = names[i];
    }
    if (!code && *words) {
        code = assay_fail(error, ASSAY_EUSAGE,
                          wanted == 1 ? "unexpected second '--': want --self N -- COMMAND"
                                      : "unexpected third '--': want -- COMMAND -- COMMAND");
    }
    if (!code && wanted == 1) {
        code = prepare_self(work, &from[0], values, error);
    } else if (!code) {
        struct wording wording = { names[0], names[1], false };
        code = prepare_two(work, from, &wording, values, error);
    }
    free(names[0]);
    free(names[1]);
    return code;
}

static int read_sides(struct assay_side sides[2], size_t count, const struct assay_invocation *invocation,
                      struct assay_error *error)
{
    const struct compare_values *values = invocation->values;
    int code = 0;
    for (size_t i = 0; i < count && !code; i++) {
        code = assay_side_read(&sides[i], invocation->arguments.names[i], false, error);
    }
    if (!code && count == 2) {
        code = assay_sides_match(&sides[0], &sides[1], error);
    }
    if (!code && values->suite.given && sides[0].kind == ASSAY_SIDE_BENCHMARK) {
        code = assay_fail(error, ASSAY_EUSAGE,
                          "bad --suite '%.160s': want plug-ins or directories to take its kernels from, not '%.120s'",
                          values->suite.text, sides[0].text);
    }
    return code;
}

static int prepare_names(struct assay_compare_work *work, const struct assay_invocation *invocation,
                         struct assay_error *error)
{
    const struct compare_values *values = invocation->values;
    const char *const *words = invocation->arguments.names;
    size_t count = values->self.given ? 1 : 2;
    struct assay_side sides[2] = { { .text = NULL }, { .text = NULL } };
    struct from from[2] = { { NULL, NULL }, { NULL, NULL } };
    int code = read_sides(sides, count, invocation, error);
    for (size_t i = 0; i < count && !code; i++) {
        if (sides[i].kind == ASSAY_SIDE_BENCHMARK) {
            from[i].benchmark = sides[i].text;
        } else {
            code = load_sources(&from[i], work, sides[i].text, error);
        }
    }
    if (!code && count == 1) {
        code = prepare_self(work, &from[0], values, error);
    } else if (!code) {
        struct wording wording = { words[0], words[1], false };
        code = prepare_two(work, from, &wording, values, error);
    }
    for (size_t i = 0; i < 2; i++) {
        free(from[i].sources);
        assay_side_release(&sides[i]);
    }
    return code;
}

/* ---- --toolchain and --cflags: builds of one source ---- */

/* The words of "gcc-12,clang-14", NULL-terminated, and the text that they lie in; both heap. */
static const char **split_list(char **storage, const char *list)
{
    size_t count = 1;
    for (const char *c = list; *c; c++) {
        count += *c == ',';
    }
    const char **words = calloc(count + 1, sizeof(*words));
    char *text = assay_copy(list);
    if (!words || !text) {
        free(words);
        free(text);
        return NULL;
    }
    char *next = text;
    for (size_t i = 0; i < count; i++) {
        words[i] = strsep(&next, ",");
    }
    *storage = text;
    return words;
}

static int make_builds(struct assay_build **builds, size_t *count, const struct assay_compare_work *work,
                       const char *source, const struct compare_values *values, struct assay_error *error)
{
    static const char *const usual[] = { "-O2", NULL };
    char *storage = NULL;
    const char **toolchains = split_list(&storage, values->toolchain.given ? values->toolchain.text : "cc");
    int code = toolchains ? 0 : no_memory(error);
    size_t compilers = 0;
    while (toolchains && toolchains[compilers]) {
        compilers++;
    }
    if (!code && compilers * (values->cflags.given > 1 ? values->cflags.given : 1) < 2) {
        code = assay_fail(error, ASSAY_EUSAGE,
                          "one build of '%.160s' has nothing to be compared with: want several "
                          "compilers in --toolchain, or several --cflags",
                          source);
    }
    if (!code) {
        code = assay_builds_make(builds, count, source, toolchains, values->cflags.given ? values->cflags.texts : usual,
                                 work->places.include, error);
    }
    free(toolchains);
    free(storage);
    return code;
}

static int plan_build(struct assay_plan_side *side, struct assay_compare_work *work, const struct assay_build *build,
                      const char *kernel, const struct compare_values *values, struct assay_error *error)
{
    struct from from = { NULL, NULL };
    struct assay_plan *plan = NULL;
    char *name = kernel ? assay_formatted("%s:%s", build->plugin, kernel) : NULL;
    from.benchmark = name;
    int code = kernel && !name ? no_memory(error) : 0;
    if (!code && !kernel) {
        code = load_sources(&from, work, build->plugin, error);
    }
    if (!code) {
        code = plan_side(&plan, work, &from, values, error);
    }
    if (!code) {
        code = add_side(side, work, &plan, error);
    }
    free(from.sources);
    free(name);
    return code;
}

static int prepare_builds(struct assay_compare_work *work, const struct assay_invocation *invocation,
                          struct assay_error *error)
{
    const struct compare_values *values = invocation->values;
    struct assay_side source = { .text = NULL };
    struct assay_build *builds = NULL;
    struct assay_plan_side base, head;
    size_t count = 0;
    int code = assay_side_read(&source, invocation->arguments.names[0], true, error);
    if (!code) {
        code = make_builds(&builds, &count, work, source.text, values, error);
    }
    if (!code) {
        code = plan_build(&base, work, &builds[0], source.kernel, values, error);
    }
    for (size_t i = 1; i < count && !code; i++) {
        struct wording wording = { builds[0].name, builds[i].name, true };
        code = plan_build(&head, work, &builds[i], source.kernel, values, error);
        if (!code) {
            code = add_pairs(work, &base, &head, ASSAY_PAIR_BY_ID, &wording, error);
        }
    }
    assay_builds_free(builds, count);
    assay_side_release(&source);
    return code;
}

/* ---- all of it ---- */

static int prepare_pairs(struct assay_compare_work *work, const struct assay_invocation *invocation,
                         struct assay_error *error)
{
    const struct compare_values *values = invocation->values;
    int code = 0;
    work->may_lack = values->part.given > 0;
    if (invocation->arguments.rest) {
        code = prepare_commands(work, invocation, error);
    } else if (values->toolchain.given || values->cflags.given) {
        code = prepare_builds(work, invocation, error);
    } else {
        code = prepare_names(work, invocation, error);
    }
    if (!code && work->count == 0 && !values->part.given) {
        code = assay_fail(error, ASSAY_EUSAGE, "nothing to compare: no benchmark is left");
    }
    return code ? code : assay_compare_drop_unpaired(work, error);
}

int assay_compare_prepare_at(struct assay_compare_work *work, const struct assay_invocation *invocation, char **taken,
                             struct assay_error *error)
{
    release_plan(work);
    free(work->fixed);
    work->fixed = *taken;
    *taken = NULL;
    return work->fixed ? prepare_pairs(work, invocation, error) : no_memory(error);
}

int assay_compare_prepare(struct assay_compare_work *work, const struct assay_invocation *invocation,
                          struct assay_error *error)
{
    int code = assay_places_find(&work->places, error);
    if (!code) {
        code = assay_catalog_open(&work->catalog, &work->places, error);
    }
    return code ? code : prepare_pairs(work, invocation, error);
}
