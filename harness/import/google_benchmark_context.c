/* What google-benchmark says of the machine and of itself, as facts. The host's name is left out: documents are handed
 * on. */
#include "import/google_benchmark.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char origin[] = "google-benchmark's context";

/* Numbers that assay has a name for too. */
static void add_caches(struct assay_facts *facts, struct assay_json caches)
{
    struct assay_json_walk walk = assay_json_walk(caches);
    while (!walk.object && assay_json_next(&walk)) {
        uint64_t level = 0, size = 0;
        char name[32];
        char *type = assay_json_text(assay_json_member(walk.value, "type"), NULL);
        const char *letter = !type                              ? NULL
                             : strcmp(type, "Data") == 0        ? "d"
                             : strcmp(type, "Instruction") == 0 ? "i"
                             : strcmp(type, "Unified") == 0     ? ""
                                                                : NULL;
        if (letter && assay_json_whole(&level, assay_json_member(walk.value, "level"), 1, 9) &&
            assay_json_whole(&size, assay_json_member(walk.value, "size"), 1, UINT64_C(1) << 40)) {
            (void)snprintf(name, sizeof name, "l%u%s_bytes", (unsigned)level, letter);
            assay_facts_integer(facts, "caches", name, (int64_t)size, origin);
        }
        free(type);
    }
}

static void add_load(struct assay_facts *facts, struct assay_json load)
{
    static const char *const names[] = { "before_1m", "before_5m", "before_15m" };
    struct assay_json_walk walk = assay_json_walk(load);
    double value = 0;
    for (size_t i = 0; i < 3 && !walk.object && assay_json_next(&walk); i++) {
        if (assay_json_number(&value, walk.value) && value >= 0) {
            assay_facts_real(facts, "load", names[i], value, origin);
        }
    }
}

/* "v1.9.5", "v1.8.4-12-gabc1234"; anything else ("v0.0.0", "") says nothing. */
static enum assay_gbench_threads read_version(struct assay_json version)
{
    unsigned major = 0, minor = 0;
    char *text = assay_json_text(version, NULL);
    bool known = text && sscanf(text[0] == 'v' ? text + 1 : text, "%3u.%3u", &major, &minor) == 2 && major > 0;
    free(text);
    return !known ? ASSAY_GBENCH_UNSURE : major > 1 || (major == 1 && minor > 8) ? ASSAY_GBENCH_SUM : ASSAY_GBENCH_WALL;
}

/* One member; members that have a meaning of their own are in the branches. */
static int add_member(const struct assay_import_reading *reading, const char *name, struct assay_json value)
{
    static const char *const known[] = { "date",         "executable",         "mhz_per_cpu",     "cpu_scaling_enabled",
                                         "aslr_enabled", "library_build_type", "library_version", NULL };
    struct assay_facts *facts = assay_import_facts(reading);
    uint64_t count = 0;
    if (strcmp(name, "host_name") == 0 || strcmp(name, "json_schema_version") == 0) {
        return 0;
    }
    if (strcmp(name, "num_cpus") == 0) {
        if (assay_json_whole(&count, value, 1, 1000000)) {
            assay_facts_integer(facts, "topology", "processors", (int64_t)count, origin);
        }
        return 0;
    }
    if (strcmp(name, "cpu_model") == 0 && assay_json_kind(value) == ASSAY_JSON_TEXT_VALUE) { /* assay's own export */
        char *model = NULL;
        int code = assay_import_text(reading, &model, NULL, value, name);
        if (!code && model[0] != '\0') {
            assay_facts_text(facts, "cpu", "model", model, origin);
        }
        free(model);
        return code;
    }
    if (strcmp(name, "caches") == 0) {
        add_caches(facts, value);
        return 0;
    }
    if (strcmp(name, "load_avg") == 0) {
        add_load(facts, value);
        return 0;
    }
    for (size_t i = 0; known[i]; i++) {
        if (strcmp(name, known[i]) == 0) {
            return assay_import_fact(reading, "", name, value, origin);
        }
    }
    return assay_import_fact(reading, "context_", name, value, origin);
}

int assay_gbench_context(enum assay_gbench_threads *threads, const struct assay_import_reading *reading,
                         struct assay_json context)
{
    struct assay_json_walk walk = assay_json_walk(context);
    int code = 0;
    *threads = ASSAY_GBENCH_WALL;
    while (walk.object && !code && assay_json_next(&walk)) {
        char *name = assay_json_key(walk.key);
        code = name ? add_member(reading, name, walk.value) : assay_import_no_memory(reading);
        if (name && strcmp(name, "library_version") == 0) {
            *threads = read_version(walk.value);
        }
        free(name);
    }
    return code || !assay_import_facts(reading)->failed ? code : assay_import_no_memory(reading);
}
