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
    free(entry->expected.source);
    free(entry->file);
}

static int read_kernel(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error)
{
    int code = assay_key_text(into, key, node, error);
    if (code == 0 && !assay_name_valid(*(char **)into, true)) {
        code = assay_yaml_fail(error, node, "'%s' is not a kernel's name: want one such as primes.trial (parameters and "
                               "implementations have keys of their own)", *(char **)into);
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

static int read_expect(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error)
{
    static const struct assay_key fields[] = { ASSAY_KEYS_ANSWER(0), { NULL, NULL, 0, false } };
    (void)key;
    int code = assay_keys_read(into, "an expected answer", node, fields, error);
    return code != 0 ? code : assay_key_answer_check(into, node, error);
}

/* Parameters are read beside the entry, since an entry keeps pointer and count as two members. */
struct benchmark {
    struct assay_suite_entry entry;
    struct assay_parameter_list parameters;
};

int assay_suite_read_benchmark(struct assay_suite_entry *out, const struct assay_yaml *node, struct assay_error *error)
{
    static const struct assay_key fields[] = {
        { "kernel", read_kernel, offsetof(struct benchmark, entry.kernel), true },
        { "parameters", assay_key_parameters, offsetof(struct benchmark, parameters), false },
        { "implementations", read_implementations, offsetof(struct benchmark, entry.implementations), false },
        { "group", assay_key_text, offsetof(struct benchmark, entry.group), false },
        { "threads", read_threads, offsetof(struct benchmark, entry.threads), false },
        { "expect", read_expect, offsetof(struct benchmark, entry.expected), false },
        { NULL, NULL, 0, false }
    };
    struct benchmark benchmark = { .entry = { .threads = 1, .line = node->line } };
    int code = assay_keys_read(&benchmark, "a benchmark", node, fields, error);
    struct assay_suite_entry *entry = &benchmark.entry;
    entry->parameters = benchmark.parameters.items;
    entry->parameter_count = benchmark.parameters.count;
    entry->has_expected = entry->expected.source != NULL;
    if (code == 0 && entry->implementations == NULL) {
        entry->implementations = calloc(2, sizeof *entry->implementations);
        if (entry->implementations == NULL || (entry->implementations[0] = assay_copy("c")) == NULL) {
            code = assay_fail(error, ASSAY_ENOMEM, "%s: out of memory", node->file);
        }
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
