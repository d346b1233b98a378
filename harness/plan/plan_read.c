/* A plan from the JSON of a journal. Trusts nothing in it: types, bounds, and that the benchmarks still are what they
 * were. A benchmark that cannot run any more is kept, with the reason. */
#include "plan/plan.h"

#include "base/number.h"
#include "base/vector.h"
#include "plan/items.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define EXACT_MAX ((json_int_t)1 << 53)
#define REQUIREMENTS_MAX 64u
#define JOBS_MAX 1024 /* of the command line */

static int bad(struct assay_error *error, const char *key, const char *wish)
{
    return assay_fail(error, ASSAY_EINPUT, "bad '%s' in a plan: want %s", key, wish);
}

static int get_text(char **out, const json_t *object, const char *key, bool required, struct assay_error *error)
{
    const json_t *value = json_object_get(object, key);
    if (!required && (value == NULL || json_is_null(value))) {
        return 0;
    }
    if (!json_is_string(value)) {
        return bad(error, key, "a text");
    }
    *out = assay_copy(json_string_value(value));
    return *out != NULL ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

static int get_bool(bool *out, const json_t *object, const char *key, struct assay_error *error)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_boolean(value)) {
        return bad(error, key, "true or false");
    }
    *out = json_is_true(value);
    return 0;
}

static int get_large(uint64_t *out, const json_t *object, const char *key, struct assay_error *error)
{
    const char *text = json_string_value(json_object_get(object, key));
    if (text == NULL || !assay_parse_integer(text, out)) {
        return bad(error, key, "a decimal string");
    }
    return 0;
}

/* null leaves *out as it is where it may be null. */
static int get_integer(int64_t *out, const json_t *object, const char *key, json_int_t least, json_int_t most, bool may_be_null,
                       struct assay_error *error)
{
    const json_t *value = json_object_get(object, key);
    if (may_be_null && json_is_null(value)) {
        return 0;
    }
    if (!json_is_integer(value) || json_integer_value(value) < least || json_integer_value(value) > most) {
        return bad(error, key, "an integer within its bounds");
    }
    *out = json_integer_value(value);
    return 0;
}

static int get_unsigned(uint32_t *out, const json_t *object, const char *key, struct assay_error *error)
{
    int64_t value = 0;
    int code = get_integer(&value, object, key, 1, 100000, false, error);
    if (code == 0) {
        *out = (uint32_t)value;
    }
    return code;
}

static int get_seconds(double *out, const json_t *object, const char *key, struct assay_error *error)
{
    const json_t *value = json_object_get(object, key);
    if (json_is_null(value)) {
        return 0;
    }
    if (!json_is_number(value) || !(json_number_value(value) >= 0.0)) {
        return bad(error, key, "a number of seconds");
    }
    *out = json_number_value(value);
    return 0;
}

static int read_protocol(struct assay_protocol *protocol, const json_t *object, struct assay_error *error)
{
    static const struct assay_protocol unset = ASSAY_PROTOCOL_UNSET;
    const struct {
        const char *key;
        double *value;
    } seconds[] = { { "warmup_s", &protocol->warmup_s },
                    { "batch_s", &protocol->batch_s },
                    { "budget_s", &protocol->budget_s },
                    { "timeout_s", &protocol->timeout_s } };
    if (!json_is_object(object)) {
        return bad(error, "protocol", "an object");
    }
    *protocol = unset;
    int code = 0;
    for (size_t i = 0; i < 4 && code == 0; i++) {
        code = get_seconds(seconds[i].value, object, seconds[i].key, error);
    }
    code = code != 0 ? code : get_integer(&protocol->samples, object, "samples", 1, EXACT_MAX, true, error);
    code = code != 0 ? code : get_integer(&protocol->processes, object, "processes", 1, EXACT_MAX, false, error);
    if (code != 0) {
        return code;
    }
    const char *order = json_string_value(json_object_get(object, "order"));
    if (order == NULL || (strcmp(order, "interleaved") != 0 && strcmp(order, "sequential") != 0)) {
        return bad(error, "order", "interleaved or sequential");
    }
    protocol->order = strcmp(order, "sequential") == 0;
    if (protocol->warmup_s < 0.0 || protocol->batch_s <= 0.0 || protocol->timeout_s <= 0.0) {
        return bad(error, "protocol", "warmup_s, batch_s and timeout_s");
    }
    struct assay_error inner = { 0 };
    return assay_protocol_check(protocol, "", &inner) == 0 ? 0 : assay_fail(error, ASSAY_EINPUT, "in a plan: %s", inner.text);
}

static int read_expected(struct assay_planned *item, const json_t *object, struct assay_error *error)
{
    struct assay_message_answer *answer = &item->expected;
    int64_t count = 0;
    if (object == NULL || json_is_null(object)) {
        return 0;
    }
    int code = get_text(&answer->source, object, "source", true, error);
    if (code == 0 && json_object_get(object, "count") != NULL) {
        code = get_integer(&count, object, "count", 0, EXACT_MAX, false, error);
        answer->count = (uint64_t)count;
        answer->count_known = code == 0;
    }
    if (code == 0 && json_object_get(object, "sum") != NULL) {
        code = get_large(&answer->sum, object, "sum", error);
        answer->sum_known = code == 0;
    }
    const json_t *digest = json_object_get(object, "sha256");
    if (code == 0 && digest != NULL) {
        const char *text = json_string_value(digest);
        if (text == NULL || strlen(text) != 64 || strspn(text, "0123456789abcdef") != 64) {
            return bad(error, "sha256", "64 hexadecimal digits");
        }
        memcpy(answer->sha256, text, 65);
        answer->sha256_known = true;
    }
    item->has_expected = code == 0;
    return code;
}

static int read_arguments(struct assay_planned *item, json_t *object, struct assay_error *error)
{
    const char *name = NULL;
    json_t *value = NULL;
    if (!json_is_object(object)) {
        return bad(error, "parameters", "an object");
    }
    item->arguments = calloc(json_object_size(object) + 1, sizeof *item->arguments);
    if (item->arguments == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    json_object_foreach(object, name, value) {
        struct assay_message_argument *argument = &item->arguments[item->argument_count++];
        argument->name = assay_copy(name);
        int code = get_text(&argument->text, object, name, true, error);
        if (code != 0) {
            return code;
        }
        if (argument->name == NULL) {
            return assay_fail(error, ASSAY_ENOMEM, "out of memory");
        }
    }
    return 0;
}

/* Whether the kernel still has these parameters, in this order, and takes these values as they stand. */
static bool still_fits(const struct assay_planned *item, const struct assay_kernel_description *kernel)
{
    bool fits = kernel->parameter_count == item->argument_count;
    for (size_t i = 0; fits && i < item->argument_count; i++) {
        char *canonical = NULL;
        struct assay_error ignored = { 0 };
        fits = strcmp(kernel->parameters[i].name, item->arguments[i].name) == 0 &&
               assay_value_canonical(&canonical, &kernel->parameters[i], item->arguments[i].text, &ignored) == 0 &&
               strcmp(canonical, item->arguments[i].text) == 0;
        free(canonical);
    }
    return fits;
}

/* Finds the kernel again, in the same file. */
static int look_up(struct assay_planned *item, struct assay_catalog *catalog, const char *path, const char *build_id,
                   struct assay_error *error)
{
    struct assay_found found;
    struct assay_error inner = { 0 };
    const struct assay_source *source = NULL;
    int code = assay_catalog_load(&source, catalog, path, &inner);
    if (code == 0) {
        code = assay_catalog_find(&found, catalog, source, item->kernel_name, item->implementation, &inner);
    }
    if (code == ASSAY_ENOMEM) {
        return assay_fail(error, code, "%s", inner.text);
    }
    if (code != 0 || found.kernel->unavailable != NULL) {
        item->unavailable = assay_copy(code != 0 ? inner.text : found.kernel->unavailable);
        return item->unavailable != NULL ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    const char *now = source->description.build_id;
    if (build_id != NULL && now != NULL && strcmp(build_id, now) != 0) {
        return assay_fail(error, ASSAY_EINPUT, "%s was built anew since this plan was made: want build %s, it is %s", path,
                          build_id, now);
    }
    if (strcmp(found.kernel->name, item->kernel_name) != 0 || !still_fits(item, found.kernel)) {
        return assay_fail(error, ASSAY_EINPUT, "%s has changed since this plan was made: %s takes other parameters", path,
                          item->kernel_name);
    }
    item->source = source;
    item->kernel = found.kernel;
    return 0;
}

static int check_item(const struct assay_planned *item, struct assay_error *error)
{
    static const char *const modes[] = { "warm", "first", "flushed", NULL };
    size_t mode = 0;
    while (modes[mode] != NULL && strcmp(modes[mode], item->mode) != 0) {
        mode++;
    }
    if (modes[mode] == NULL) {
        return bad(error, "mode", "warm, first or flushed");
    }
    char *id = assay_name_id(item->kernel_name, item->arguments, item->argument_count, item->implementation);
    if (id == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    bool same = strcmp(id, item->id) == 0;
    free(id);
    return same ? 0 : bad(error, "id", "the kernel, its parameters and its implementation");
}

/* A journal that was written before there were jobs and baselines has neither: alone, and none. */
static int read_company(struct assay_planned *item, const json_t *object, struct assay_error *error)
{
    int64_t jobs = 1;
    int code = 0;
    if (json_object_get(object, "jobs") != NULL) {
        code = get_integer(&jobs, object, "jobs", 1, JOBS_MAX, false, error);
    }
    if (code == 0 && json_object_get(object, "baseline") != NULL) {
        code = get_bool(&item->baseline, object, "baseline", error);
    }
    item->jobs = (uint32_t)jobs;
    return code;
}

static int read_item(struct assay_planned *item, struct assay_catalog *catalog, const json_t *object, struct assay_error *error)
{
    char *path = NULL, *build_id = NULL;
    int code = json_is_object(object) ? 0 : bad(error, "benchmarks", "objects");
    code = code != 0 ? code : get_text(&item->id, object, "id", true, error);
    code = code != 0 ? code : get_text(&item->kernel_name, object, "kernel", true, error);
    code = code != 0 ? code : get_text(&item->implementation, object, "implementation", true, error);
    code = code != 0 ? code : get_text(&item->group, object, "group", false, error);
    code = code != 0 ? code : get_text(&item->mode, object, "mode", true, error);
    code = code != 0 ? code : get_text(&item->unavailable, object, "unavailable", false, error);
    code = code != 0 ? code : get_unsigned(&item->threads, object, "threads", error);
    code = code != 0 ? code : read_company(item, object, error);
    code = code != 0 ? code : get_bool(&item->by_user, object, "by_user", error);
    code = code != 0 ? code : read_arguments(item, json_object_get(object, "parameters"), error);
    code = code != 0 ? code : read_expected(item, json_object_get(object, "expected"), error);
    code = code != 0 ? code : check_item(item, error);
    code = code != 0 ? code : get_text(&path, object, "source", false, error);
    code = code != 0 ? code : get_text(&build_id, object, "build_id", false, error);
    if (code == 0 && item->unavailable == NULL) {
        code = path != NULL ? look_up(item, catalog, path, build_id, error) : bad(error, "source", "a path");
    }
    free(path);
    free(build_id);
    return code;
}

static int read_items(struct assay_plan *plan, struct assay_catalog *catalog, const json_t *list, struct assay_error *error)
{
    if (!json_is_array(list) || json_array_size(list) > ASSAY_PLAN_ITEMS_MAX) {
        return bad(error, "benchmarks", "an array of at most 10000");
    }
    plan->items = calloc(json_array_size(list) + 1, sizeof *plan->items);
    if (plan->items == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    int code = 0;
    for (size_t i = 0; i < json_array_size(list) && code == 0; i++) {
        code = read_item(&plan->items[plan->count++], catalog, json_array_get(list, i), error);
    }
    return code;
}

static int read_requirement(struct assay_suite_requirement *requirement, const json_t *object, struct assay_error *error)
{
    struct assay_error inner = { 0 };
    int code = get_text(&requirement->fact, object, "fact", true, error);
    code = code != 0 ? code : get_text(&requirement->wish, object, "wish", true, error);
    code = code != 0 ? code : get_bool(&requirement->warn_only, object, "warn_only", error);
    if (code == 0 && assay_requirement_check(requirement->fact, requirement->wish, &inner) != 0) {
        code = assay_fail(error, ASSAY_EINPUT, "in a plan: %s", inner.text);
    }
    return code;
}

static int read_requirements(struct assay_plan *plan, const json_t *list, struct assay_error *error)
{
    if (list == NULL) {
        return 0; /* from before there were any */
    }
    if (!json_is_array(list) || json_array_size(list) > REQUIREMENTS_MAX) {
        return bad(error, "requirements", "an array of at most 64");
    }
    plan->requirements = calloc(json_array_size(list) + 1, sizeof *plan->requirements);
    if (plan->requirements == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    int code = 0;
    for (size_t i = 0; i < json_array_size(list) && code == 0; i++) {
        code = read_requirement(&plan->requirements[plan->requirement_count++], json_array_get(list, i), error);
    }
    return code;
}

int assay_plan_read(struct assay_plan **out, struct assay_catalog *catalog, const struct json_t *object,
                    struct assay_error *error)
{
    struct assay_plan *plan = calloc(1, sizeof *plan);
    if (plan == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    int code = json_is_object(object) ? 0 : assay_fail(error, ASSAY_EINPUT, "bad plan: want an object");
    code = code != 0 ? code : get_text(&plan->suite, object, "suite", false, error);
    code = code != 0 ? code : get_text(&plan->suite_version, object, "suite_version", false, error);
    code = code != 0 ? code : get_large(&plan->seed, object, "seed", error);
    code = code != 0 ? code : get_large(&plan->memory_bytes, object, "memory_bytes", error);
    code = code != 0 ? code : get_unsigned(&plan->jobs, object, "jobs", error);
    code = code != 0 ? code : get_text(&plan->processors, object, "processors", false, error);
    code = code != 0 ? code : get_bool(&plan->want_counters, object, "counters", error);
    code = code != 0 ? code : get_bool(&plan->want_allocations, object, "allocations", error);
    code = code != 0 ? code : get_bool(&plan->want_operations, object, "operations", error);
    code = code != 0 ? code : get_bool(&plan->layouts, object, "layouts", error);
    code = code != 0 ? code : read_protocol(&plan->protocol, json_object_get(object, "protocol"), error);
    code = code != 0 ? code : read_requirements(plan, json_object_get(object, "requirements"), error);
    code = code != 0 ? code : read_items(plan, catalog, json_object_get(object, "benchmarks"), error);
    if (code != 0) {
        assay_plan_free(plan);
        return code;
    }
    assay_plan_find_oracles(plan, catalog);
    *out = plan;
    return 0;
}
