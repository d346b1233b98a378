/* The protocol of a suite: how to measure, each field with its bounds. The command line's fields are held to the same. */
#include "catalog/suite_parts.h"

#include "base/number.h"
#include "catalog/keys.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *name;
    size_t offset;
    double least_s, most_s;
    const char *wish;
} durations[] = {
    { "warmup", offsetof(struct assay_protocol, warmup_s), 0.0, 3600.0, "a time from 0 to 1h, such as 10ms" },
    /* Below 100 us the clocks around a batch would show in it. */
    { "batch", offsetof(struct assay_protocol, batch_s), 100e-6, 3600.0, "a time from 100us to 1h, such as 10ms" },
    { "budget", offsetof(struct assay_protocol, budget_s), 1e-3, 604800.0, "a time from 1ms to 168h, such as 30s" },
    { "timeout", offsetof(struct assay_protocol, timeout_s), 1e-3, 604800.0, "a time from 1ms to 168h, such as 30s" },
};
static const struct {
    const char *name;
    size_t offset;
    int64_t least, most;
} counts[] = {
    { "samples", offsetof(struct assay_protocol, samples), 1, 100000 },
    { "processes", offsetof(struct assay_protocol, processes), 1, 10000 },
};
#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static int read_duration(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error)
{
    size_t i = 0;
    while (i + 1 < LENGTH(durations) && strcmp(durations[i].name, key) != 0) {
        i++;
    }
    double seconds = 0;
    if (node->kind != ASSAY_YAML_SCALAR || !assay_parse_duration(node->text, &seconds) ||
        seconds < durations[i].least_s || seconds > durations[i].most_s) {
        return assay_yaml_fail(error, node, "bad %s '%s': want %s", key,
                               node->kind == ASSAY_YAML_SCALAR ? node->text : assay_yaml_word(node), durations[i].wish);
    }
    *(double *)into = seconds;
    return 0;
}

static int read_count(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error)
{
    size_t i = strcmp(counts[0].name, key) == 0 ? 0 : 1;
    uint64_t value = 0;
    int code = assay_key_bounded(&value, key, node, (uint64_t)counts[i].least, (uint64_t)counts[i].most, error);
    if (code == 0) {
        *(int64_t *)into = (int64_t)value;
    }
    return code;
}

static int read_order(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error)
{
    static const char *const words[] = { "interleaved", "sequential" };
    for (int i = 0; node->kind == ASSAY_YAML_SCALAR && i < 2; i++) {
        if (strcmp(node->text, words[i]) == 0) {
            *(int *)into = i;
            return 0;
        }
    }
    return assay_yaml_fail(error, node, "bad %s '%s': want interleaved or sequential", key,
                           node->kind == ASSAY_YAML_SCALAR ? node->text : assay_yaml_word(node));
}

int assay_suite_read_protocol(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error)
{
    static const struct assay_key fields[] = {
        { "warmup", read_duration, offsetof(struct assay_protocol, warmup_s), false },
        { "batch", read_duration, offsetof(struct assay_protocol, batch_s), false },
        { "budget", read_duration, offsetof(struct assay_protocol, budget_s), false },
        { "timeout", read_duration, offsetof(struct assay_protocol, timeout_s), false },
        { "samples", read_count, offsetof(struct assay_protocol, samples), false },
        { "processes", read_count, offsetof(struct assay_protocol, processes), false },
        { "order", read_order, offsetof(struct assay_protocol, order), false },
        { NULL, NULL, 0, false }
    };
    (void)key;
    return assay_keys_read(into, "a protocol", node, fields, error);
}

int assay_protocol_check(const struct assay_protocol *protocol, const char *prefix, struct assay_error *error)
{
    for (size_t i = 0; i < LENGTH(durations); i++) {
        double value = *(const double *)((const char *)protocol + durations[i].offset);
        /* Written so that NaN is refused and what is unset is not. */
        if (!(value <= 0.0 || (value >= durations[i].least_s && value <= durations[i].most_s))) {
            char given[32];
            return assay_fail(error, ASSAY_EUSAGE, "bad %s%s '%s': want %s", prefix, durations[i].name,
                              assay_format_duration(given, value), durations[i].wish);
        }
    }
    for (size_t i = 0; i < LENGTH(counts); i++) {
        int64_t value = *(const int64_t *)((const char *)protocol + counts[i].offset);
        if (value > counts[i].most) {
            return assay_fail(error, ASSAY_EUSAGE, "bad %s%s '%lld': want %lld to %lld", prefix, counts[i].name,
                              (long long)value, (long long)counts[i].least, (long long)counts[i].most);
        }
    }
    if (protocol->order < -1 || protocol->order > 1) {
        return assay_fail(error, ASSAY_EUSAGE, "bad %sorder '%d': want interleaved or sequential", prefix,
                          protocol->order);
    }
    return 0;
}
