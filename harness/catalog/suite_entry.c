/* One benchmark of a suite. Knows no file but the one that it stands in. */
#include "catalog/suite_parts.h"

#include "base/text.h"
#include "catalog/keys.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

void assay_suite_entry_release(struct assay_suite_entry *entry)
{
    struct assay_parameter_list list = { entry->parameters, entry->parameter_count };
    free(entry->kernel);
    assay_parameter_list_release(&list);
    assay_texts_free(entry->implementations);
    free(entry->group);
    free(entry->baseline);
    free(entry->jobs);
    free(entry->expected.source);
    free(entry->file);
}

/* A name or a list of them. */
static int read_kernels(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error)
{
    int code = assay_key_texts(into, key, node, error);
    char **names = *(char ***)into;
    for (size_t i = 0; code == 0 && names[i] != NULL; i++) {
        if (!assay_name_valid(names[i], true)) {
            code = assay_yaml_fail(error, node->kind == ASSAY_YAML_SEQUENCE ? node->items[i].value : node,
                                   "'%s' is not a kernel's name: want one such as primes.trial (parameters and "
                                   "implementations have keys of their own)", names[i]);
        }
    }
    return code;
}

static int read_implementations(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error)
{
    int code = assay_key_texts(into, key, node, error);
    char **names = *(char ***)into;
    for (size_t i = 0; code == 0 && names[i] != NULL; i++) {
        if (!assay_name_valid(names[i], false)) {
            code = assay_yaml_fail(error, node, "'%s' is not an implementation's name: want one such as c or cpython",
                                   names[i]);
        }
    }
    return code;
}

static int read_threads(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error)
{
    uint64_t value = 0;
    int code = assay_key_bounded(&value, key, node, 1, 1024, error); /* 1024: the protocol's most */
    if (code == 0) {
        *(uint32_t *)into = (uint32_t)value;
    }
    return code;
}

/* How many run at the same time: a number or a list of them, each once. */
static int read_jobs(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error)
{
    bool list = node->kind == ASSAY_YAML_SEQUENCE;
    size_t count = list ? node->count : 1;
    size_t kept = 0;
    if (count == 0) {
        return assay_yaml_fail(error, node, "'%s' is an empty list", key);
    }
    uint32_t *jobs = calloc(count + 1, sizeof *jobs);
    if (jobs == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "%s: out of memory", node->file);
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t value = 0;
        int code = assay_key_bounded(&value, key, list ? node->items[i].value : node, 1, ASSAY_SUITE_JOBS_MAX, error);
        if (code != 0) {
            free(jobs);
            return code;
        }
        size_t k = 0;
        while (k < kept && jobs[k] != value) {
            k++;
        }
        if (k == kept) {
            jobs[kept++] = (uint32_t)value;
            jobs[kept] = 0;
        }
    }
    *(uint32_t **)into = jobs;
    return 0;
}

static int read_expect(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error)
{
    static const struct assay_key fields[] = { ASSAY_KEYS_ANSWER(0), { NULL, NULL, 0, false } };
    (void)key;
    int code = assay_keys_read(into, "an expected answer", node, fields, error);
    return code != 0 ? code : assay_key_answer_check(into, node, error);
}

static const struct assay_yaml *value_of(const struct assay_yaml *mapping, const char *key)
{
    for (size_t i = 0; i < mapping->count; i++) {
        if (strcmp(mapping->items[i].key, key) == 0) {
            return mapping->items[i].value;
        }
    }
    return mapping;
}

/* A baseline is one of the implementations, and stands in a group: that is what is compared with it. */
static int check_baseline(const struct assay_suite_entry *entry, const struct assay_yaml *mapping, struct assay_error *error)
{
    const struct assay_yaml *node = value_of(mapping, "baseline");
    struct assay_text all = ASSAY_TEXT_INIT;
    for (char **name = entry->implementations; *name != NULL; name++) {
        if (strcmp(*name, entry->baseline) == 0) {
            assay_text_release(&all);
            return entry->group != NULL ? 0
                                        : assay_yaml_fail(error, node, "the baseline '%s' needs a group that it is the "
                                                          "baseline of: want the key 'group'", entry->baseline);
        }
        assay_text_format(&all, "%s%s", all.length > 0 ? ", " : "", *name);
    }
    const char *nearest = assay_nearest(entry->baseline, (const char *const *)entry->implementations);
    int code = nearest != NULL
                   ? assay_yaml_fail(error, node, "the baseline '%s' is none of the implementations: did you mean '%s'?",
                                     entry->baseline, nearest)
                   : assay_yaml_fail(error, node, "the baseline '%s' is none of the implementations: want one of %s",
                                     entry->baseline, all.bytes != NULL ? all.bytes : "them");
    assay_text_release(&all);
    return code;
}

/* Parameters are read beside the entry, since an entry keeps pointer and count as two members. */
struct benchmark {
    struct assay_suite_entry entry;
    char **kernels;
    struct assay_parameter_list parameters;
};

/* The one of the listed kernels that is asked for. The others get entries of their own, from the same text. */
static int choose_kernel(struct benchmark *benchmark, bool *more, size_t which, const struct assay_yaml *node,
                         struct assay_error *error)
{
    benchmark->entry.kernel = assay_copy(benchmark->kernels[which]);
    *more = benchmark->kernels[which + 1] != NULL;
    return benchmark->entry.kernel != NULL ? 0 : assay_fail(error, ASSAY_ENOMEM, "%s: out of memory", node->file);
}

int assay_suite_read_benchmark(struct assay_suite_entry *out, bool *more, size_t which, const struct assay_yaml *node,
                               struct assay_error *error)
{
    static const struct assay_key fields[] = {
        { "kernel", read_kernels, offsetof(struct benchmark, kernels), true },
        { "parameters", assay_key_parameters, offsetof(struct benchmark, parameters), false },
        { "implementations", read_implementations, offsetof(struct benchmark, entry.implementations), false },
        { "group", assay_key_text, offsetof(struct benchmark, entry.group), false },
        { "baseline", assay_key_text, offsetof(struct benchmark, entry.baseline), false },
        { "threads", read_threads, offsetof(struct benchmark, entry.threads), false },
        { "jobs", read_jobs, offsetof(struct benchmark, entry.jobs), false },
        { "expect", read_expect, offsetof(struct benchmark, entry.expected), false },
        { NULL, NULL, 0, false }
    };
    struct benchmark benchmark = { .entry = { .threads = 1, .line = node->line } };
    int code = assay_keys_read(&benchmark, "a benchmark", node, fields, error);
    struct assay_suite_entry *entry = &benchmark.entry;
    entry->parameters = benchmark.parameters.items;
    entry->parameter_count = benchmark.parameters.count;
    entry->has_expected = entry->expected.source != NULL;
    if (code == 0) {
        code = choose_kernel(&benchmark, more, which, node, error);
    }
    assay_texts_free(benchmark.kernels);
    if (code == 0 && entry->implementations == NULL) {
        entry->implementations = calloc(2, sizeof *entry->implementations);
        if (entry->implementations == NULL || (entry->implementations[0] = assay_copy("c")) == NULL) {
            code = assay_fail(error, ASSAY_ENOMEM, "%s: out of memory", node->file);
        }
    }
    if (code == 0 && entry->baseline != NULL) {
        code = check_baseline(entry, node, error);
    }
    if (code == 0 && (entry->file = assay_copy(node->file)) == NULL) {
        code = assay_fail(error, ASSAY_ENOMEM, "%s: out of memory", node->file);
    }
    if (code != 0) {
        assay_suite_entry_release(entry);
        return code;
    }
    *out = *entry;
    return 0;
}
