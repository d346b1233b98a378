/* The plan: who asked for what, which settings hold, which benchmarks are left. Starts nothing. */
#include "plan/plan.h"

#include "base/random.h"
#include "catalog/suite.h"
#include "machine/machine.h"
#include "plan/items.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

static const struct assay_protocol defaults = {
    .warmup_s = 0.01,
    .batch_s = 0.01,
    .budget_s = -1.0,
    .timeout_s = 30.0,
    .samples = -1, /* without a budget: ten a process */
    .processes = 10,
    .order = 0,
};

void assay_plan_free(struct assay_plan *plan)
{
    if (plan == NULL) {
        return;
    }
    struct assay_items items = { plan->items, plan->count, plan->count };
    assay_items_release(&items);
    free(plan->suite);
    free(plan->suite_version);
    free(plan->processors);
    assay_requirements_free(plan->requirements, plan->requirement_count);
    free(plan);
}

/* 0 is a setting only where it can be meant: no warm-up, the interleaved order. */
static double first_real(double a, double b)
{
    return a > 0.0 ? a : b;
}

static int64_t first_count(int64_t a, int64_t b)
{
    return a > 0 ? a : b;
}

/* Fields of `over` that are set, else those of `under`. What ends a run is one wish: who says a budget or a number of
 * samples says both, so that `--budget` alone spends its time past the suite's number of samples. */
static struct assay_protocol lay_over(const struct assay_protocol *over, const struct assay_protocol *under)
{
    bool ends = over->budget_s > 0.0 || over->samples > 0;
    return (struct assay_protocol){
        .warmup_s = over->warmup_s >= 0.0 ? over->warmup_s : under->warmup_s,
        .batch_s = first_real(over->batch_s, under->batch_s),
        .budget_s = ends ? first_real(over->budget_s, -1.0) : under->budget_s,
        .timeout_s = first_real(over->timeout_s, under->timeout_s),
        .samples = ends ? first_count(over->samples, -1) : under->samples,
        .processes = first_count(over->processes, under->processes),
        .order = over->order != -1 ? over->order : under->order,
    };
}

/* ---- what was asked for ---- */

static int add_named(struct assay_planning *planning, const char *text, struct assay_error *error)
{
    struct assay_name name = { 0 };
    const struct assay_source *only = NULL;
    int code = assay_name_parse(&name, text, error);
    if (code == 0 && name.path != NULL) {
        code = assay_catalog_load(&only, planning->catalog, name.path, error);
    }
    if (code == 0) {
        struct assay_wish wish = { .kernel = name.kernel,
                                   .implementation = name.implementation,
                                   .only = only,
                                   .arguments = name.arguments,
                                   .argument_count = name.argument_count,
                                   .by_user = true };
        code = assay_items_add(planning, &wish, error);
    }
    assay_name_release(&name);
    return code;
}

static int add_suite(struct assay_planning *planning, const struct assay_suite *suite, struct assay_error *error)
{
    for (size_t i = 0; i < suite->entry_count; i++) {
        const struct assay_suite_entry *entry = &suite->entries[i];
        for (char **implementation = entry->implementations; *implementation != NULL; implementation++) {
            struct assay_wish wish = { .kernel = entry->kernel, .implementation = *implementation, .entry = entry };
            int code = assay_items_add(planning, &wish, error);
            if (code != 0) {
                return code;
            }
        }
    }
    return 0;
}

/* Whether a source before `end` has a kernel of that name. */
static bool stood_before(const struct assay_source *const *sources, const struct assay_source *const *end, const char *kernel)
{
    for (; sources != end; sources++) {
        for (size_t i = 0; i < (*sources)->description.kernel_count; i++) {
            if (strcmp((*sources)->description.kernels[i].name, kernel) == 0) {
                return true;
            }
        }
    }
    return false;
}

static int add_sources(struct assay_planning *planning, const struct assay_source *const *sources, struct assay_error *error)
{
    for (const struct assay_source *const *at = sources; *at != NULL; at++) {
        const struct assay_description *description = &(*at)->description;
        for (size_t i = 0; i < description->kernel_count; i++) {
            struct assay_wish wish = { .kernel = description->kernels[i].name,
                                       .implementation = description->implementation,
                                       .only = *at };
            int code = stood_before(sources, at, wish.kernel) ? 0 : assay_items_add(planning, &wish, error);
            if (code != 0) {
                return code;
            }
        }
    }
    return 0;
}

/* The suite's kernels as far as the sources have them. */
static int add_suite_of_sources(struct assay_planning *planning, const struct assay_suite *suite,
                                const struct assay_source *const *sources, struct assay_error *error)
{
    for (size_t i = 0; i < suite->entry_count; i++) {
        const struct assay_suite_entry *entry = &suite->entries[i];
        for (char **implementation = entry->implementations; *implementation != NULL; implementation++) {
            struct assay_found found;
            const struct assay_source *const *at = sources;
            while (*at != NULL &&
                   assay_catalog_find(&found, planning->catalog, *at, entry->kernel, *implementation, NULL) != 0) {
                at++;
            }
            struct assay_wish wish = { .kernel = entry->kernel, .implementation = *implementation, .only = *at, .entry = entry };
            int code = *at != NULL ? assay_items_add(planning, &wish, error) : 0;
            if (code != 0) {
                return code;
            }
        }
    }
    return 0;
}

/* A parameter of -p that no benchmark has is a mistake, with the nearest that one has. */
static int check_grid(const struct assay_grid *grid, const struct assay_items *items, struct assay_error *error)
{
    size_t wrong = 0;
    while (wrong < grid->count && grid->used[wrong]) {
        wrong++;
    }
    if (wrong == grid->count) {
        return 0;
    }
    size_t count = 0;
    for (size_t i = 0; i < items->count; i++) {
        count += items->items[i].argument_count;
    }
    const char **names = calloc(count + 1, sizeof *names);
    count = 0;
    for (size_t i = 0; names != NULL && i < items->count; i++) {
        for (size_t k = 0; k < items->items[i].argument_count; k++) {
            names[count++] = items->items[i].arguments[k].name;
        }
    }
    const char *unknown = grid->items[wrong].name;
    const char *nearest = names != NULL ? assay_nearest(unknown, names) : NULL;
    int code = nearest != NULL
                   ? assay_fail(error, ASSAY_EUSAGE, "no benchmark has a parameter '%s': did you mean '%s'?", unknown, nearest)
                   : assay_fail(error, ASSAY_EUSAGE, "no benchmark has a parameter '%s': `assay list` shows those there are",
                                unknown);
    free(names);
    return code;
}

/* ---- what is left ---- */

static void keep_if(struct assay_items *items, const bool *keep)
{
    size_t kept = 0;
    for (size_t i = 0; i < items->count; i++) {
        if (keep[i]) {
            items->items[kept++] = items->items[i];
        } else {
            assay_planned_release(&items->items[i]);
        }
    }
    items->count = kept;
}

static int filter(struct assay_items *items, const char *pattern, bool may_be_empty, struct assay_error *error)
{
    regex_t regex;
    char why[200];
    bool any = false;
    int wrong = regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB);
    if (wrong != 0) {
        regerror(wrong, &regex, why, sizeof why);
        return assay_fail(error, ASSAY_EUSAGE, "bad --filter '%.200s': %s", pattern, why);
    }
    bool *keep = calloc(items->count + 1, sizeof *keep);
    for (size_t i = 0; keep != NULL && i < items->count; i++) {
        keep[i] = regexec(&regex, items->items[i].id, 0, NULL, 0) == 0;
        any = any || keep[i];
    }
    regfree(&regex);
    if (keep == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    if (any || may_be_empty) {
        keep_if(items, keep);
    }
    free(keep);
    return any || may_be_empty ? 0 : assay_fail(error, ASSAY_EUSAGE, "no benchmark matches --filter '%.200s'", pattern);
}

struct ranked {
    const struct assay_planned *item;
    size_t index;
};

static int compare_items(const struct assay_planned *a, const struct assay_planned *b)
{
    int order = strcmp(a->id, b->id);
    order = order != 0 ? order : strcmp(a->mode, b->mode);
    order = order != 0 ? order : (a->threads > b->threads) - (a->threads < b->threads);
    order = order != 0 ? order : (a->jobs > b->jobs) - (a->jobs < b->jobs);
    if (order != 0 || a->source == b->source) {
        return order;
    }
    return strcmp(a->source != NULL ? a->source->path : "", b->source != NULL ? b->source->path : "");
}

static int compare_ranked(const void *a, const void *b)
{
    const struct ranked *left = a, *right = b;
    int order = compare_items(left->item, right->item);
    return order != 0 ? order : (left->index > right->index) - (left->index < right->index);
}

/* The first stays; it takes over what a later one knows and it does not. */
static bool absorb(struct assay_planned *first, struct assay_planned *later)
{
    first->by_user = first->by_user || later->by_user;
    if (first->group == NULL) {
        first->group = later->group;
        first->baseline = later->baseline;
        later->group = NULL;
    }
    if (!first->has_expected && later->has_expected) {
        first->has_expected = assay_answer_copy(&first->expected, &later->expected);
        return first->has_expected;
    }
    return true;
}

static int remove_duplicates(struct assay_items *items, struct assay_error *error)
{
    struct ranked *ranked = calloc(items->count + 1, sizeof *ranked);
    bool *keep = calloc(items->count + 1, sizeof *keep);
    bool right = ranked != NULL && keep != NULL;
    for (size_t i = 0; right && i < items->count; i++) {
        ranked[i] = (struct ranked){ &items->items[i], i };
        keep[i] = true;
    }
    if (right) {
        qsort(ranked, items->count, sizeof *ranked, compare_ranked);
    }
    size_t first = 0;
    for (size_t i = 1; right && i < items->count; i++) {
        if (compare_items(ranked[first].item, ranked[i].item) != 0) {
            first = i;
            continue;
        }
        keep[ranked[i].index] = false;
        right = absorb(&items->items[ranked[first].index], &items->items[ranked[i].index]);
    }
    if (right) {
        keep_if(items, keep);
    }
    free(ranked);
    free(keep);
    return right ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

/* ---- the plan ---- */

static int copy_settings(struct assay_plan *plan, const struct assay_plan_options *options, const struct assay_suite *suite,
                         struct assay_error *error)
{
    static const struct assay_protocol unset = ASSAY_PROTOCOL_UNSET;
    struct assay_protocol below = lay_over(suite != NULL ? &suite->protocol : &unset, &defaults);
    int code = assay_protocol_check(&options->protocol, "--", error);
    if (code != 0) {
        return code;
    }
    plan->protocol = lay_over(&options->protocol, &below);
    plan->seed = options->has_seed ? options->seed : assay_random_fresh();
    plan->jobs = options->jobs != 0 ? options->jobs : 1;
    plan->want_counters = options->want_counters;
    plan->want_allocations = options->want_allocations;
    plan->want_operations = options->want_operations;
    plan->layouts = !options->no_layouts;
    plan->memory_bytes = options->memory_bytes;
    if (plan->memory_bytes == 0) {
        int64_t available = assay_machine_available_bytes();
        plan->memory_bytes = available > 0 ? (uint64_t)available / 5 * 4 : 0;
    }
    plan->processors = assay_copy(options->processors);
    plan->suite = assay_copy(suite != NULL ? suite->name : NULL);
    plan->suite_version = assay_copy(suite != NULL ? suite->version : NULL);
    if ((options->processors != NULL && plan->processors == NULL) ||
        (suite != NULL && (plan->suite == NULL || plan->suite_version == NULL))) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    return 0;
}

static int gather(struct assay_items *items, struct assay_catalog *catalog, const struct assay_references *references,
                  const struct assay_suite *suite, const struct assay_plan_options *options, struct assay_error *error)
{
    struct assay_grid grid = { NULL, NULL, 0 };
    struct assay_planning planning = { .catalog = catalog,
                                       .references = references,
                                       .grid = &grid,
                                       .threads = options->threads,
                                       .jobs = options->jobs,
                                       .cold = options->cold,
                                       .items = items };
    int code = assay_grid_parse(&grid, options->grid, error);
    for (const char *const *name = options->benchmarks; code == 0 && name != NULL && *name != NULL; name++) {
        code = add_named(&planning, *name, error);
    }
    if (code == 0 && options->sources != NULL && suite != NULL) {
        code = add_suite_of_sources(&planning, suite, options->sources, error);
    } else if (code == 0 && suite != NULL) {
        code = add_suite(&planning, suite, error);
    } else if (code == 0 && options->sources != NULL) {
        code = add_sources(&planning, options->sources, error);
    }
    if (code == 0 && (items->count > 0 || !options->may_be_empty)) {
        code = check_grid(&grid, items, error);
    }
    if (code == 0) {
        code = remove_duplicates(items, error);
    }
    if (code == 0 && options->filter != NULL) {
        code = filter(items, options->filter, options->may_be_empty, error);
    }
    assay_grid_release(&grid);
    return code;
}

int assay_plan_new(struct assay_plan **out, struct assay_catalog *catalog, const struct assay_references *references,
                   const char *suites, const struct assay_plan_options *options, struct assay_error *error)
{
    struct assay_suite *suite = NULL;
    struct assay_items items = { NULL, 0, 0 };
    bool named = options->sources != NULL || (options->benchmarks != NULL && options->benchmarks[0] != NULL);
    const char *suite_name = options->suite != NULL ? options->suite : named ? NULL : "quick";
    int code = 0;
    struct assay_plan *plan = calloc(1, sizeof *plan);
    if (plan == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    if (suite_name != NULL) {
        code = assay_suite_open(&suite, suites, suite_name, error);
    }
    if (code == 0) {
        code = copy_settings(plan, options, suite, error);
    }
    if (code == 0) {
        code = gather(&items, catalog, references, suite, options, error);
    }
    if (suite != NULL) {
        plan->requirements = suite->requirements;
        plan->requirement_count = suite->requirement_count;
        suite->requirements = NULL;
        suite->requirement_count = 0;
    }
    plan->items = items.items;
    plan->count = items.count;
    assay_suite_close(suite);
    if (code != 0) {
        assay_plan_free(plan);
        return code;
    }
    assay_plan_find_oracles(plan, catalog);
    *out = plan;
    return 0;
}
