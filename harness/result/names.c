/* Names from outside on their way out. */
#include "result/names.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static bool is_taken(const struct assay_names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->items[i], name) == 0) {
            return true;
        }
    }
    return false;
}

const char *assay_names_add(struct assay_names *names, const char *name)
{
    char *base = assay_utf8_clean(name ? name : "", name ? strlen(name) : 0, NULL);
    char *unique = assay_copy(base);
    for (unsigned n = 2; unique && is_taken(names, unique); n++) {
        free(unique);
        unique = assay_formatted("%s~%u", base, n);
    }
    free(base);
    if (!assay_texts_append_take(&names->items, &names->count, unique)) {
        names->failed = true;
        return "";
    }
    return names->items[names->count - 1];
}

void assay_names_release(struct assay_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        free(names->items[i]);
    }
    free(names->items);
    *names = (struct assay_names){ 0 };
}

static bool is_dirty(const char *text)
{
    bool changed = false;
    if (text) {
        free(assay_utf8_clean(text, strlen(text), &changed));
    }
    return changed;
}

static bool are_dirty(const struct assay_measure_values *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (is_dirty(list[i].name) || is_dirty(list[i].unit) || is_dirty(list[i].reason)) {
            return true;
        }
    }
    return false;
}

bool assay_benchmark_is_dirty(const struct assay_benchmark *benchmark)
{
    const char *const texts[] = { benchmark->id,     benchmark->kernel,  benchmark->version,
                                  benchmark->plugin, benchmark->mode,    benchmark->implementation,
                                  benchmark->group,  benchmark->message, benchmark->oracle.source,
                                  benchmark->build };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (is_dirty(texts[i])) {
            return true;
        }
    }
    for (size_t i = 0; i < benchmark->parameter_count; i++) {
        if (is_dirty(benchmark->parameters[i].name) || is_dirty(benchmark->parameters[i].text)) {
            return true;
        }
    }
    for (size_t i = 0; i < benchmark->flag_count; i++) {
        if (is_dirty(benchmark->flags[i])) {
            return true;
        }
    }
    for (size_t i = 0; i < benchmark->process_count; i++) {
        if (is_dirty(benchmark->processes[i].build_id)) {
            return true;
        }
    }
    return are_dirty(benchmark->measures, benchmark->measure_count) ||
           are_dirty(benchmark->distributions, benchmark->distribution_count) ||
           are_dirty(benchmark->counters, benchmark->counter_count);
}
