/* Wishes to planned benchmarks: the kernel is looked up, its parameters get their values, the grid is multiplied out. */
#include "plan/items.h"

#include "base/vector.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One declared parameter with the canonical texts of the values that it shall take. */
struct axis {
    char **values;
    size_t count;
};

void assay_planned_release(struct assay_planned *item)
{
    free(item->id);
    free(item->kernel_name);
    free(item->implementation);
    for (size_t i = 0; i < item->argument_count; i++) {
        free(item->arguments[i].name);
        free(item->arguments[i].text);
    }
    free(item->arguments);
    free(item->group);
    free(item->mode);
    free(item->expected.source);
    free(item->unavailable);
}

void assay_items_release(struct assay_items *items)
{
    for (size_t i = 0; i < items->count; i++) {
        assay_planned_release(&items->items[i]);
    }
    free(items->items);
    *items = (struct assay_items){ NULL, 0, 0 };
}

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

bool assay_answer_copy(struct assay_message_answer *out, const struct assay_message_answer *answer)
{
    struct assay_message_answer copy = *answer;
    copy.source = assay_copy(answer->source);
    if (answer->source != NULL && copy.source == NULL) {
        return false;
    }
    *out = copy;
    return true;
}

/* Passes an error on with the place of the suite's entry, or the kernel's name, before it. */
static int fail_in(struct assay_error *error, const struct assay_wish *wish, int code, const struct assay_error *inner)
{
    if (wish->entry != NULL) {
        return assay_fail(error, code, "%s:%u: %s", wish->entry->file, wish->entry->line, inner->text);
    }
    return assay_fail(error, code, "%s", inner->text);
}

/* ---- values ---- */

static const struct assay_parameter_description *find_parameter(const struct assay_kernel_description *kernel,
                                                                const char *name)
{
    for (size_t i = 0; i < kernel->parameter_count; i++) {
        if (strcmp(kernel->parameters[i].name, name) == 0) {
            return &kernel->parameters[i];
        }
    }
    return NULL;
}

static int fail_parameter(const struct assay_kernel_description *kernel, const char *name, struct assay_error *error)
{
    const char **names = calloc(kernel->parameter_count + 1, sizeof *names);
    struct assay_text all = ASSAY_TEXT_INIT;
    int code;
    for (size_t i = 0; names != NULL && i < kernel->parameter_count; i++) {
        names[i] = kernel->parameters[i].name;
        assay_text_format(&all, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    const char *nearest = names != NULL ? assay_nearest(name, names) : NULL;
    if (nearest != NULL) {
        code = assay_fail(error, ASSAY_EUSAGE, "%s has no parameter '%s': did you mean '%s'?", kernel->name, name, nearest);
    } else {
        code = assay_fail(error, ASSAY_EUSAGE, "%s has no parameter '%s': want %s", kernel->name, name,
                          kernel->parameter_count > 0 && all.bytes != NULL ? all.bytes : "none");
    }
    assay_text_release(&all);
    free(names);
    return code;
}

/* Every parameter that the wish names must be one of the kernel's. */
static int check_names(const struct assay_wish *wish, const struct assay_kernel_description *kernel,
                       struct assay_error *error)
{
    for (size_t i = 0; i < wish->argument_count; i++) {
        if (find_parameter(kernel, wish->arguments[i].name) == NULL) {
            return fail_parameter(kernel, wish->arguments[i].name, error);
        }
    }
    for (size_t i = 0; wish->entry != NULL && i < wish->entry->parameter_count; i++) {
        if (find_parameter(kernel, wish->entry->parameters[i].name) == NULL) {
            return fail_parameter(kernel, wish->entry->parameters[i].name, error);
        }
    }
    return 0;
}

static void axes_free(struct axis *axes, size_t count)
{
    for (size_t i = 0; axes != NULL && i < count; i++) {
        for (size_t k = 0; k < axes[i].count; k++) {
            free(axes[i].values[k]);
        }
        free(axes[i].values);
    }
    free(axes);
}

/* Checks the texts (NULL-terminated) and keeps each canonical value once. */
static int fill_axis(struct axis *axis, const struct assay_kernel_description *kernel,
                     const struct assay_parameter_description *parameter, char *const *texts, struct assay_error *error)
{
    size_t count = 0;
    while (texts[count] != NULL) {
        count++;
    }
    if (count > ASSAY_PLAN_ITEMS_MAX) {
        return assay_fail(error, ASSAY_EUSAGE, "%s: %zu values for %s: want at most %u", kernel->name, count, parameter->name,
                          ASSAY_PLAN_ITEMS_MAX);
    }
    axis->values = calloc(count + 1, sizeof *axis->values);
    if (axis->values == NULL) {
        return no_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        struct assay_error inner = { 0 };
        char *value = NULL;
        int code = assay_value_canonical(&value, parameter, texts[i], &inner);
        if (code != 0) {
            return assay_fail(error, code, "%s: %s", kernel->name, inner.text);
        }
        size_t k = 0;
        while (k < axis->count && strcmp(axis->values[k], value) != 0) {
            k++;
        }
        if (k < axis->count) {
            free(value);
        } else {
            axis->values[axis->count++] = value;
        }
    }
    return 0;
}

/* The texts for a parameter: the command line's name over -p over the suite over the default. `one` is storage. */
static char *const *texts_for(const struct assay_parameter_description *parameter, const struct assay_planning *planning,
                              const struct assay_wish *wish, char *one[2])
{
    const struct assay_grid *grid = planning->grid;
    char *const *chosen = NULL;
    one[0] = parameter->fallback;
    one[1] = NULL;
    for (size_t i = 0; wish->entry != NULL && i < wish->entry->parameter_count; i++) {
        if (strcmp(wish->entry->parameters[i].name, parameter->name) == 0) {
            chosen = wish->entry->parameters[i].values;
        }
    }
    for (size_t i = 0; i < grid->count; i++) {
        if (strcmp(grid->items[i].name, parameter->name) == 0) {
            chosen = grid->items[i].values;
            grid->used[i] = true;
        }
    }
    for (size_t i = 0; i < wish->argument_count; i++) {
        if (strcmp(wish->arguments[i].name, parameter->name) == 0) {
            one[0] = wish->arguments[i].text;
            chosen = NULL;
            break;
        }
    }
    return chosen != NULL ? chosen : one;
}

static int make_axes(struct axis **out, const struct assay_kernel_description *kernel, struct assay_planning *planning,
                     const struct assay_wish *wish, struct assay_error *error)
{
    struct axis *axes = calloc(kernel->parameter_count + 1, sizeof *axes);
    int code = axes != NULL ? check_names(wish, kernel, error) : no_memory(error);
    for (size_t i = 0; code == 0 && i < kernel->parameter_count; i++) {
        char *one[2];
        code = fill_axis(&axes[i], kernel, &kernel->parameters[i], texts_for(&kernel->parameters[i], planning, wish, one),
                         error);
    }
    if (code != 0) {
        axes_free(axes, kernel->parameter_count);
        return code;
    }
    *out = axes;
    return 0;
}

/* ---- expected answers ---- */

static bool disagree(const struct assay_message_answer *a, const struct assay_message_answer *b)
{
    return (a->count_known && b->count_known && a->count != b->count) ||
           (a->sum_known && b->sum_known && a->sum != b->sum) ||
           (a->sha256_known && b->sha256_known && strcmp(a->sha256, b->sha256) != 0);
}

/* Completes the suite's answer by the reference's. */
static bool complete(struct assay_message_answer *answer, const struct assay_message_answer *known)
{
    bool more = (known->count_known && !answer->count_known) || (known->sum_known && !answer->sum_known) ||
                (known->sha256_known && !answer->sha256_known);
    if (!more) {
        return true;
    }
    char *source = assay_formatted("%s; %s", answer->source, known->source);
    if (source == NULL) {
        return false;
    }
    if (!answer->count_known) {
        answer->count_known = known->count_known;
        answer->count = known->count;
    }
    if (!answer->sum_known) {
        answer->sum_known = known->sum_known;
        answer->sum = known->sum;
    }
    if (!answer->sha256_known) {
        answer->sha256_known = known->sha256_known;
        memcpy(answer->sha256, known->sha256, sizeof answer->sha256);
    }
    free(answer->source);
    answer->source = source;
    return true;
}

static int find_expected(struct assay_planned *item, const struct assay_planning *planning, const struct assay_wish *wish,
                         struct assay_error *error)
{
    struct assay_message_answer known;
    bool in_suite = wish->entry != NULL && wish->entry->has_expected;
    bool in_references = planning->references != NULL &&
                         assay_references_find(&known, planning->references, item->kernel_name, item->arguments,
                                               item->argument_count);
    if (in_suite && in_references && disagree(&wish->entry->expected, &known)) {
        return assay_fail(error, ASSAY_EINPUT, "%s: the suite's answer (%s) is not the known one (%s)", item->id,
                          wish->entry->expected.source, known.source);
    }
    if (in_suite || in_references) {
        if (!assay_answer_copy(&item->expected, in_suite ? &wish->entry->expected : &known)) {
            return no_memory(error);
        }
        item->has_expected = true;
    }
    return in_suite && in_references && !complete(&item->expected, &known) ? no_memory(error) : 0;
}

/* ---- items ---- */

/* What one combination of values needs beside them. */
struct shape {
    const struct assay_source *source;              /* NULL when unavailable */
    const struct assay_kernel_description *kernel;  /* whose parameters are taken */
    const char *unavailable;                        /* NULL: it can run */
};

static int fill_arguments(struct assay_planned *item, const struct shape *shape, const struct axis *axes,
                          const size_t *chosen, struct assay_error *error)
{
    const struct assay_kernel_description *kernel = shape->kernel;
    item->arguments = calloc(kernel->parameter_count + 1, sizeof *item->arguments);
    if (item->arguments == NULL) {
        return no_memory(error);
    }
    for (size_t i = 0; i < kernel->parameter_count; i++) {
        struct assay_message_argument *argument = &item->arguments[item->argument_count++];
        argument->name = assay_copy(kernel->parameters[i].name);
        argument->text = assay_copy(axes[i].values[chosen[i]]);
        if (argument->name == NULL || argument->text == NULL) {
            return no_memory(error);
        }
    }
    return 0;
}

static int fill_item(struct assay_planned *item, const struct shape *shape, const struct axis *axes, const size_t *chosen,
                     const struct assay_planning *planning, const struct assay_wish *wish, struct assay_error *error)
{
    const char *unavailable = shape->unavailable;
    char reason[96];
    item->by_user = wish->by_user;
    item->threads = planning->threads != 0 ? planning->threads : wish->entry != NULL ? wish->entry->threads : 1;
    item->baseline = wish->entry != NULL && wish->entry->baseline != NULL && wish->implementation != NULL &&
                     strcmp(wish->entry->baseline, wish->implementation) == 0;
    item->kernel_name = assay_copy(shape->kernel->name);
    item->implementation = assay_copy(wish->implementation != NULL ? wish->implementation : "c");
    item->group = wish->entry != NULL ? assay_copy(wish->entry->group) : NULL;
    int code = fill_arguments(item, shape, axes, chosen, error);
    if (code != 0) {
        return code;
    }
    item->id = assay_name_id(shape->kernel->name, item->arguments, item->argument_count, item->implementation);
    if (item->kernel_name == NULL || item->implementation == NULL || item->id == NULL ||
        (item->group == NULL && wish->entry != NULL && wish->entry->group != NULL)) {
        return no_memory(error);
    }
    if (unavailable == NULL && shape->kernel->shared_state && item->threads > 1) {
        snprintf(reason, sizeof reason, "cannot run on %u threads at once: its state is shared", item->threads);
        unavailable = reason;
    }
    if (unavailable != NULL) {
        item->unavailable = assay_copy(unavailable);
        return item->unavailable != NULL ? 0 : no_memory(error);
    }
    item->source = shape->source;
    item->kernel = shape->kernel;
    return find_expected(item, planning, wish, error);
}

static bool same_group(const struct assay_planned *a, const struct assay_planned *b)
{
    return a->group != NULL && b->group != NULL && strcmp(a->group, b->group) == 0 && strcmp(a->mode, b->mode) == 0 &&
           a->jobs == b->jobs;
}

/* A group is compared with one benchmark. The same benchmark once more will be dropped. */
static int check_baseline(const struct assay_items *items, const struct assay_planned *item, struct assay_error *error)
{
    for (size_t i = 0; item->baseline && i < items->count; i++) {
        const struct assay_planned *other = &items->items[i];
        if (other->baseline && same_group(other, item) &&
            (strcmp(other->id, item->id) != 0 || other->threads != item->threads)) {
            return assay_fail(error, ASSAY_EUSAGE, "group '%.60s' gets two baselines, %.120s and %.120s: want one, so one value "
                              "of each parameter, or a group each", item->group, other->id, item->id);
        }
    }
    return 0;
}

/* Takes `item` over, or releases it. */
static int add_item_take(struct assay_items *items, struct assay_planned *item, struct assay_error *error)
{
    void *storage = items->items;
    int code = check_baseline(items, item, error);
    if (code == 0 && items->count >= ASSAY_PLAN_ITEMS_MAX) {
        code = assay_fail(error, ASSAY_EUSAGE, "more than %u benchmarks: want fewer values in the grid",
                          ASSAY_PLAN_ITEMS_MAX);
    }
    if (code == 0 && !assay_reserve(&storage, &items->capacity, items->count + 1, sizeof *item)) {
        code = no_memory(error);
    }
    if (code != 0) {
        assay_planned_release(item);
        return code;
    }
    items->items = storage;
    items->items[items->count++] = *item;
    return 0;
}

/* One combination, with each number of jobs, in each mode. */
static int add_combination(struct assay_planning *planning, const struct shape *shape, const struct axis *axes,
                           const size_t *chosen, const struct assay_wish *wish, struct assay_error *error)
{
    static const char *const modes[] = { "warm", "first", "flushed" };
    const uint32_t one[] = { planning->jobs != 0 ? planning->jobs : 1, 0 };
    const uint32_t *jobs = planning->jobs == 0 && wish->entry != NULL && wish->entry->jobs != NULL ? wish->entry->jobs : one;
    int code = 0;
    for (; code == 0 && *jobs != 0; jobs++) {
        for (size_t i = 0; code == 0 && i < (planning->cold ? 3u : 1u); i++) {
            struct assay_planned item = { .mode = assay_copy(modes[i]), .jobs = *jobs };
            code = item.mode != NULL ? fill_item(&item, shape, axes, chosen, planning, wish, error) : no_memory(error);
            if (code != 0) {
                assay_planned_release(&item);
            } else {
                code = add_item_take(planning->items, &item, error);
            }
        }
    }
    return code;
}

/* All combinations, the last declared parameter changing first. */
static int add_combinations(struct assay_planning *planning, const struct shape *shape, const struct axis *axes,
                            const struct assay_wish *wish, struct assay_error *error)
{
    size_t count = shape->kernel->parameter_count;
    size_t *chosen = calloc(count + 1, sizeof *chosen);
    int code = chosen != NULL ? 0 : no_memory(error);
    for (bool more = true; code == 0 && more;) {
        code = add_combination(planning, shape, axes, chosen, wish, error);
        size_t i = count;
        while (i > 0 && ++chosen[i - 1] == axes[i - 1].count) {
            chosen[--i] = 0;
        }
        more = i > 0;
    }
    free(chosen);
    return code;
}

/* Which kernel the wish means. One that cannot run here lends its parameters from another implementation. */
static int find_shape(struct shape *shape, char **reason, const struct assay_planning *planning,
                      const struct assay_wish *wish, struct assay_error *error)
{
    struct assay_found found;
    struct assay_error inner = { 0 };
    int code = assay_catalog_find(&found, planning->catalog, wish->only, wish->kernel, wish->implementation, &inner);
    if (code == 0) {
        *shape = (struct shape){ found.source, found.kernel, found.kernel->unavailable };
        return 0;
    }
    if (code != ASSAY_EUNAVAILABLE || !assay_catalog_find_any(&found, planning->catalog, wish->kernel)) {
        return assay_fail(error, code, "%s", inner.text);
    }
    *reason = assay_copy(inner.text);
    *shape = (struct shape){ NULL, found.kernel, *reason };
    return *reason != NULL ? 0 : no_memory(error);
}

int assay_items_add(struct assay_planning *planning, const struct assay_wish *wish, struct assay_error *error)
{
    struct shape shape = { NULL, NULL, NULL };
    struct assay_error inner = { 0 };
    struct axis *axes = NULL;
    char *reason = NULL;
    int code = find_shape(&shape, &reason, planning, wish, &inner);
    if (code == 0) {
        code = make_axes(&axes, shape.kernel, planning, wish, &inner);
    }
    if (code == 0) {
        code = add_combinations(planning, &shape, axes, wish, &inner);
        axes_free(axes, shape.kernel->parameter_count);
    }
    free(reason);
    return code != 0 ? fail_in(error, wish, code, &inner) : 0;
}
