/* What of a machine disturbs benchmarks, graded. Reads no file: all it knows is what it is given. */
#include "cli/findings.h"

#include "base/number.h"
#include "base/text.h"
#include "base/vector.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void assay_findings_add(struct assay_findings *findings, enum assay_grade grade, const char *name, const char *remedy,
                        const char *format, ...)
{
    void *items = findings->items;
    struct assay_text text = ASSAY_TEXT_INIT;
    va_list arguments;
    va_start(arguments, format);
    assay_text_vformat(&text, format, arguments);
    va_end(arguments);
    if (text.failed || !assay_reserve(&items, &findings->capacity, findings->count + 1, sizeof(*findings->items))) {
        assay_text_release(&text);
        findings->failed = true;
        return;
    }
    findings->items = items;
    size_t place = findings->count++;
    while (place > 0 && findings->items[place - 1].grade < grade) {
        findings->items[place] = findings->items[place - 1];
        place--;
    }
    findings->items[place] = (struct assay_finding){ grade, name, assay_text_take(&text), remedy };
    assay_text_release(&text);
}

void assay_findings_release(struct assay_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        free(findings->items[i].text);
    }
    free(findings->items);
    *findings = (struct assay_findings){ 0 };
}

bool assay_findings_block(const struct assay_findings *findings)
{
    return findings->count > 0 && findings->items[0].grade == ASSAY_GRADE_BLOCKING;
}

/* ---- facts as values ---- */

static const char *text_of(const struct assay_observed *observed, const char *group, const char *name)
{
    const struct assay_fact *fact = assay_facts_find(observed->facts, group, name);
    return fact && fact->kind == ASSAY_FACT_TEXT ? fact->text : NULL;
}

static int64_t integer_of(const struct assay_observed *observed, const char *group, const char *name)
{
    const struct assay_fact *fact = assay_facts_find(observed->facts, group, name);
    return fact && fact->kind == ASSAY_FACT_INTEGER ? fact->integer : -1;
}

static bool is_true(const struct assay_observed *observed, const char *group, const char *name)
{
    const struct assay_fact *fact = assay_facts_find(observed->facts, group, name);
    return fact && fact->kind == ASSAY_FACT_BOOL && fact->truth;
}

/* ---- one check each ---- */

static void check_build(struct assay_findings *out, const struct assay_observed *observed)
{
    if (observed->sanitized) {
        assay_findings_add(out, ASSAY_GRADE_BLOCKING, "build", "build assay without ASSAY_SANITIZE",
                           "this assay was built with a sanitizer: what it times is not what you use");
    } else if (observed->unoptimized) {
        assay_findings_add(out, ASSAY_GRADE_CAUTION, "build", "build with CMAKE_BUILD_TYPE=RelWithDebInfo",
                           "this assay was built without optimization: short batches time assay itself too");
    }
}

static void check_processors(struct assay_findings *out, const struct assay_observed *observed)
{
    int64_t all = integer_of(observed, "topology", "processors");
    if (observed->processors == 1) {
        assay_findings_add(out, ASSAY_GRADE_CAUTION, "processors",
                           "give this machine, container or process a second one",
                           "one processor only: what is measured shares it with assay, and with everything else");
    } else if (observed->processors > 1 && all > (int64_t)observed->processors) {
        assay_findings_add(out, ASSAY_GRADE_INFORMATION, "processors", NULL,
                           "this process may use %u of %lld processors", observed->processors, (long long)all);
    }
}

static void check_load(struct assay_findings *out, const struct assay_observed *observed)
{
    static const char remedy[] = "end what runs beside, or wait until it has ended";
    if (observed->load < 0.0 || observed->processors == 0 || observed->load <= 0.5 * observed->processors) {
        return;
    }
    bool full = observed->load >= observed->processors;
    assay_findings_add(out, full ? ASSAY_GRADE_BLOCKING : ASSAY_GRADE_CAUTION, "load", remedy,
                       "a load of %.2f over the last minute on %u processor%s: %s", observed->load,
                       observed->processors, observed->processors == 1 ? "" : "s",
                       full ? "none is free to measure on" : "other programs take turns with what is measured");
}

static void check_steal(struct assay_findings *out, const struct assay_observed *observed)
{
    static const char remedy[] = "use a machine of its own, or a quieter hour; longer budgets help too";
    if (observed->steal_share >= 0.1) {
        assay_findings_add(out, ASSAY_GRADE_BLOCKING, "steal", remedy,
                           "the hypervisor took %.0f %% of a busy processor's time for others",
                           observed->steal_share * 100.0);
    } else if (observed->steal_share >= 0.01) {
        assay_findings_add(out, ASSAY_GRADE_CAUTION, "steal", remedy,
                           "the hypervisor took %.1f %% of a busy processor's time for others",
                           observed->steal_share * 100.0);
    }
}

static void check_frequency(struct assay_findings *out, const struct assay_observed *observed)
{
    const char *governor = text_of(observed, "frequency", "governor");
    if (governor && strcmp(governor, "performance") != 0) {
        assay_findings_add(out, ASSAY_GRADE_CAUTION, "governor", "cpupower frequency-set -g performance (as root)",
                           "the frequency governor is %s: the clock rate follows the load", governor);
    } else if (!governor) {
        assay_findings_add(out, ASSAY_GRADE_INFORMATION, "governor", NULL,
                           "the frequency governor is not shown: whether the clock rate moves is not known");
    }
    if (is_true(observed, "frequency", "turbo")) {
        assay_findings_add(
            out, ASSAY_GRADE_CAUTION, "turbo",
            "switch it off in /sys/devices/system/cpu/ (intel_pstate/no_turbo or cpufreq/boost, as root)",
            "turbo is on: the clock rate depends on heat and on what the other processors do");
    }
}

static void check_siblings(struct assay_findings *out, const struct assay_observed *observed)
{
    if (is_true(observed, "topology", "smt")) {
        assay_findings_add(out, ASSAY_GRADE_CAUTION, "smt",
                           "measure on one processor of each core (--cpu), and leave its sibling idle",
                           "processors come in pairs that share a core (SMT): a busy sibling slows what is measured");
    }
}

/* Whether `features` holds `word` between blanks. */
static bool has_feature(const char *features, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = features; at; at = strchr(at, ' ')) {
        at += *at == ' ';
        if (strncmp(at, word, length) == 0 && (at[length] == ' ' || at[length] == '\0')) {
            return true;
        }
    }
    return false;
}

static void check_clock(struct assay_findings *out, const struct assay_observed *observed)
{
    const char *architecture = text_of(observed, "cpu", "architecture");
    const char *source = text_of(observed, "clock", "source");
    const char *features = text_of(observed, "cpu", "features"), *more = text_of(observed, "cpu", "features_more");
    bool x86 = architecture && strcmp(architecture, "x86_64") == 0;
    int64_t resolution_ns = integer_of(observed, "clock", "resolution_ns");
    char number[32];
    if (resolution_ns > 1000) {
        assay_findings_add(out, ASSAY_GRADE_BLOCKING, "clock", NULL, "the clock moves in steps of %s",
                           assay_format_ns(number, (double)resolution_ns));
    } else if (x86 && source && strcmp(source, "tsc") != 0) {
        assay_findings_add(
            out, strcmp(source, "kvm-clock") == 0 ? ASSAY_GRADE_INFORMATION : ASSAY_GRADE_CAUTION, "clock",
            "see whether the kernel's log says why tsc was not trusted; boot with tsc=reliable if it may be",
            "the clock source is %s, not tsc: reading it takes longer", source);
    }
    if (x86 && features && !(has_feature(features, "constant_tsc") || has_feature(more, "constant_tsc"))) {
        assay_findings_add(out, ASSAY_GRADE_CAUTION, "tsc", NULL,
                           "the processor does not promise a time stamp counter of constant rate");
    }
}

static void check_memory(struct assay_findings *out, const struct assay_observed *observed)
{
    static const char remedy[] = "end what holds it; --memory keeps workers from taking the rest";
    int64_t total = integer_of(observed, "memory", "total_bytes"),
            limit = integer_of(observed, "memory", "limit_bytes");
    int64_t available = integer_of(observed, "memory", "available_bytes");
    int64_t swap = integer_of(observed, "memory", "swap_bytes"),
            free_swap = integer_of(observed, "memory", "swap_free_bytes");
    int64_t of = limit > 0 && limit < total ? limit : total;
    char number[32], other[32];
    if (of > 0 && available >= 0 && available < of / 10) {
        bool full = available < of / 50;
        assay_findings_add(out, full ? ASSAY_GRADE_BLOCKING : ASSAY_GRADE_CAUTION, "memory", remedy,
                           "%s of %s of memory are free", assay_format_size(number, (uint64_t)available),
                           assay_format_size(other, (uint64_t)of));
    }
    if (swap > 0 && free_swap >= 0 && swap - free_swap > swap / 100) {
        assay_findings_add(out, ASSAY_GRADE_CAUTION, "swap", "swapoff -a (as root), when there is memory for all",
                           "%s of swap are in use: a page that comes back from there costs milliseconds",
                           assay_format_size(number, (uint64_t)(swap - free_swap)));
    }
}

static void check_quota(struct assay_findings *out, const struct assay_observed *observed)
{
    if (observed->quota > 0.0 && (observed->processors == 0 || observed->quota < observed->processors)) {
        assay_findings_add(
            out, observed->quota < 1.0 ? ASSAY_GRADE_BLOCKING : ASSAY_GRADE_CAUTION, "quota",
            "raise the container's limit (docker: --cpus), or give it processors of its own (--cpuset-cpus)",
            "a control group grants %.4g processors' worth of time: who has used it up is stopped for tens of "
            "milliseconds",
            observed->quota);
    }
}

static void check_placing(struct assay_findings *out, const struct assay_observed *observed)
{
    const char *aslr = text_of(observed, "kernel", "aslr");
    if (integer_of(observed, "kernel", "aslr") == 0 || (aslr && strcmp(aslr, "0") == 0)) {
        assay_findings_add(out, ASSAY_GRADE_CAUTION, "aslr", "sysctl kernel.randomize_va_space=2 (as root)",
                           "addresses are not randomized: every process has the same luck with its caches");
    }
}

static void check_virtual(struct assay_findings *out, const struct assay_observed *observed)
{
    const char *hypervisor = text_of(observed, "virtualization", "hypervisor");
    if (hypervisor) {
        assay_findings_add(out, ASSAY_GRADE_INFORMATION, "hypervisor", NULL,
                           "a virtual machine (%s): neighbours share caches and memory without being seen", hypervisor);
    }
    const struct assay_fact *instructions = assay_facts_find(observed->facts, "counters", "instructions");
    if (instructions &&
        (instructions->kind == ASSAY_FACT_NONE || (instructions->kind == ASSAY_FACT_BOOL && !instructions->truth))) {
        assay_findings_add(out, ASSAY_GRADE_INFORMATION, "counters", NULL,
                           "no hardware counters: instructions can be counted by valgrind only");
    }
}

void assay_findings_of(struct assay_findings *out, const struct assay_observed *observed)
{
    static void (*const checks[])(struct assay_findings *, const struct assay_observed *) = {
        check_build,    check_load,  check_steal,  check_processors, check_quota,   check_frequency,
        check_siblings, check_clock, check_memory, check_placing,    check_virtual,
    };
    *out = (struct assay_findings){ 0 };
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
        checks[i](out, observed);
    }
}
