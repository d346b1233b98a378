/* How far the machine can be trusted, by what documents say of it: facts, the reference chain, and flags of the samples. The
 * worst of them decides. Knows no machine but by documents. */
#include "reports/verdict.h"

#include "base/file.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Speed that moved by more: a person is told; and the second: no small difference of times far apart means anything. */
#define MOVED 0.05
#define MOVED_FAR 0.20
#define MANY 0.25 /* of the benchmarks, disturbed */

const char *assay_trust_word(enum assay_trust trust)
{
    static const char *const words[] = { "not known", "poor", "fair", "good" };
    return (unsigned)trust < sizeof words / sizeof words[0] ? words[trust] : "not known";
}

struct judging {
    struct assay_report_verdict *verdict;
    char **briefs; /* of each reason, in a few words */
    size_t brief_count;
    size_t graves; /* reasons that make it poor, which stand first */
    bool known;    /* something was known of the machine */
    bool good;
};

/* Puts the last of `count` texts at `to`. */
static void move_forward(char **texts, size_t count, size_t to)
{
    char *last = texts[count - 1];
    memmove(&texts[to + 1], &texts[to], (count - 1 - to) * sizeof *texts);
    texts[to] = last;
}

/* Owns `reason`; the same is said once. */
static void lower_take(struct judging *judging, enum assay_trust to, const char *brief, char *reason)
{
    struct assay_report_verdict *verdict = judging->verdict;
    for (size_t i = 0; reason && i < verdict->reason_count; i++) {
        if (strcmp(verdict->reasons[i], reason) == 0) {
            free(reason);
            return;
        }
    }
    verdict->trust = to < verdict->trust ? to : verdict->trust;
    judging->good = assay_texts_append_take(&verdict->reasons, &verdict->reason_count, reason) && judging->good &&
                    assay_texts_append_take(&judging->briefs, &judging->brief_count, assay_copy(brief));
    if (judging->good && to == ASSAY_TRUST_POOR) {
        move_forward(verdict->reasons, verdict->reason_count, judging->graves);
        move_forward(judging->briefs, judging->brief_count, judging->graves++);
    }
}

/* "poor: its speed moved by 30 %; a virtual machine": what two documents have is said once. Heap. */
static char *words_of(const struct judging *judging)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    assay_text_format(&text, "%s: ", assay_trust_word(judging->verdict->trust));
    for (size_t i = 0; i < judging->brief_count; i++) {
        bool said = false;
        for (size_t k = 0; k < i && !said; k++) {
            said = strcmp(judging->briefs[i], judging->briefs[k]) == 0;
        }
        if (!said) {
            assay_text_format(&text, "%s%s", i > 0 ? "; " : "", judging->briefs[i]);
        }
    }
    assay_text_append(&text, judging->brief_count == 0 ? "nothing speaks against it" : "");
    return assay_text_take(&text);
}

static const char *text_of(const struct assay_facts *facts, const char *group, const char *name)
{
    const struct assay_fact *fact = assay_facts_find(facts, group, name);
    return fact && fact->kind == ASSAY_FACT_TEXT ? fact->text : NULL;
}

static double number_of(const struct assay_facts *facts, const char *group, const char *name)
{
    const struct assay_fact *fact = assay_facts_find(facts, group, name);
    return !fact ? NAN
           : fact->kind == ASSAY_FACT_REAL ? fact->real
           : fact->kind == ASSAY_FACT_INTEGER ? (double)fact->integer
                                              : NAN;
}

static void judge_machine(struct judging *judging, const struct assay_facts *facts)
{
    const char *hypervisor = text_of(facts, "virtualization", "hypervisor");
    const char *governor = text_of(facts, "frequency", "governor");
    const struct assay_fact *turbo = assay_facts_find(facts, "frequency", "turbo");
    double load = number_of(facts, "load", "before_1m"), processors = number_of(facts, "topology", "processors");
    judging->known = judging->known || text_of(facts, "cpu", "model");
    if (load > 0.5 * processors) {
        judging->known = true; /* also where its processor is not named */
        lower_take(judging, load >= processors ? ASSAY_TRUST_POOR : ASSAY_TRUST_FAIR, "other programs ran",
                   assay_formatted("a load of %.2f on %.0f processors before the run: other programs took turns with what "
                                   "was measured; end them, or wait",
                                   load, processors));
    }
    if (hypervisor && strcmp(hypervisor, "none") != 0) {
        lower_take(judging, ASSAY_TRUST_FAIR, "a virtual machine",
                   assay_formatted("a virtual machine (%s): others share its processors unseen; use a machine of its own "
                                   "for small differences",
                                   hypervisor));
    }
    if (governor && strcmp(governor, "performance") != 0) {
        lower_take(judging, ASSAY_TRUST_FAIR, "the clock follows the load",
                   assay_formatted("the frequency governor is %s: the clock follows the load; cpupower frequency-set -g "
                                   "performance",
                                   governor));
    }
    if (turbo && turbo->kind == ASSAY_FACT_BOOL && turbo->truth) {
        lower_take(judging, ASSAY_TRUST_FAIR, "turbo is on",
                   assay_copy("turbo is on: the clock depends on heat and on what the other processors do"));
    }
}

static bool is_disturbed(const struct assay_benchmark *benchmark)
{
    static const char *const flags[] = { "drift", "two-modes", "noisy-neighbour", "not-steady" };
    for (size_t i = 0; i < benchmark->flag_count; i++) {
        for (size_t k = 0; k < sizeof flags / sizeof flags[0]; k++) {
            if (strcmp(benchmark->flags[i], flags[k]) == 0) {
                return true;
            }
        }
    }
    return false;
}

static void judge_samples(struct judging *judging, const struct assay_report_part *part)
{
    size_t timed = 0, disturbed = 0, bounded = 0;
    double moved = part->benchmarks->reference_shift;
    for (size_t i = 0; i < part->benchmarks->row_count; i++) {
        const struct assay_report_row *row = &part->benchmarks->rows[i];
        timed += row->timed;
        disturbed += row->timed && is_disturbed(row->benchmark);
        bounded += row->timed && row->benchmark->statistics.ci95.known;
    }
    if (moved > MOVED) {
        char *brief = assay_formatted("its speed moved by %.0f %%", moved * 100);
        lower_take(judging, moved > MOVED_FAR ? ASSAY_TRUST_POOR : ASSAY_TRUST_FAIR, brief ? brief : "",
                   assay_formatted("a fixed chain of work took %.1f %% longer at one time than at another: times taken far "
                                   "apart are not alike",
                                   moved * 100));
        free(brief);
    }
    if (disturbed > 0) {
        char *brief = assay_formatted("disturbed: %zu of %zu benchmarks", disturbed, timed);
        lower_take(judging, (double)disturbed > MANY * (double)timed ? ASSAY_TRUST_POOR : ASSAY_TRUST_FAIR,
                   brief ? brief : "",
                   assay_formatted("%zu of %zu benchmarks moved, had two speeds or were disturbed by others: their flags say "
                                   "which; a longer budget or a quieter hour helps",
                                   disturbed, timed));
        free(brief);
    }
    if (timed > bounded && !part->comparisons) {
        lower_take(judging, ASSAY_TRUST_FAIR, "not all times have an interval",
                   assay_formatted("%zu of %zu times have no interval: it takes at least 6 processes", timed - bounded,
                                   timed));
    }
}

bool assay_trust_fill(struct assay_report *report)
{
    struct judging judging = { .verdict = &report->verdict, .good = true };
    report->verdict.trust = ASSAY_TRUST_GOOD;
    for (size_t i = 0; i < report->part_count; i++) {
        const struct assay_document *document = report->parts[i].document;
        for (size_t k = 0; k < document->session_count; k++) {
            judge_machine(&judging, &document->sessions[k].environment);
        }
        judge_samples(&judging, &report->parts[i]);
    }
    if (!judging.known) {
        report->verdict.trust = ASSAY_TRUST_UNKNOWN;
    }
    report->verdict.trust_words =
        judging.known ? words_of(&judging)
                      : assay_formatted("%s: the documents say nothing of the machine",
                                        assay_trust_word(report->verdict.trust));
    bool good = judging.good && report->verdict.trust_words;
    assay_names_free(judging.briefs, judging.brief_count);
    return good;
}
