/* What a reader must know of both sides of a comparison: where they differ beside their time. Measures nothing but
 * instructions, when asked. */
#include "compare/experiment.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static const char *value_of(const struct assay_benchmark *benchmark, const char *name)
{
    for (size_t i = 0; i < benchmark->parameter_count; i++) {
        if (strcmp(benchmark->parameters[i].name, name) == 0) {
            return benchmark->parameters[i].text;
        }
    }
    return NULL;
}

/* "units is 1000 in base, 1010 in head; ..." for parameters that differ. */
static void append_parameters(struct assay_text *text, const struct assay_benchmark *base,
                              const struct assay_benchmark *head)
{
    for (size_t i = 0; i < base->parameter_count; i++) {
        const char *other = value_of(head, base->parameters[i].name);
        if (other == NULL || strcmp(other, base->parameters[i].text) != 0) {
            assay_text_format(text, "%s%s is %s in base, %s in head", text->length > 0 ? "; " : "",
                              base->parameters[i].name, base->parameters[i].text, other != NULL ? other : "not there");
        }
    }
    for (size_t i = 0; i < head->parameter_count; i++) {
        if (value_of(base, head->parameters[i].name) == NULL) {
            assay_text_format(text, "%s%s is not there in base, %s in head", text->length > 0 ? "; " : "",
                              head->parameters[i].name, head->parameters[i].text);
        }
    }
}

static bool note_differences(struct assay_comparison *row, const struct contest *contest,
                             const struct assay_benchmark *base, const struct assay_benchmark *head)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    bool ok = true;
    append_parameters(&text, base, head);
    if (same_text(base->kernel, head->kernel) && text.length > 0) {
        ok = assay_comparison_note(row, "different parameters: %s", text.bytes);
    }
    assay_text_release(&text);
    if (same_text(base->kernel, head->kernel) && !same_text(base->version, head->version)) {
        ok = ok && assay_comparison_note(row, "different versions of the kernel: %s in base, %s in head",
                                         base->version != NULL ? base->version : "none",
                                         head->version != NULL ? head->version : "none");
    }
    if (same_text(base->implementation, head->implementation) && !same_text(base->build, head->build)) {
        ok = ok && assay_comparison_note(row, "different builds: %s in base, %s in head",
                                         base->build != NULL ? base->build : "not said",
                                         head->build != NULL ? head->build : "not said");
    }
    if (contest->items[BASE] != contest->items[HEAD]) {
        ok = ok && assay_comparison_note(
                       row, "different units of work: an iteration is %g items in base, %g in head; times are per item",
                       contest->items[BASE], contest->items[HEAD]);
    }
    return ok;
}

static bool note_experiment(const struct experiment *experiment, struct assay_comparison *row,
                            const struct contest *contest)
{
    const struct assay_run *run = &experiment->run;
    const struct assay_planned *base = &run->plan->items[contest->bench[BASE]],
                               *head = &run->plan->items[contest->bench[HEAD]];
    bool ok = true;
    if (base->source == NULL || head->source == NULL) {
        return true;
    }
    if (assay_run_uses_many(base) || assay_run_uses_many(head)) {
        ok = assay_comparison_note(row, "it makes threads or processes: both sides take all processors in turn");
    } else if (run->pinned && experiment->own_processor == experiment->processors[BASE]) {
        ok = assay_comparison_note(row, "one processor only: the coordinator shares it with both sides");
    }
    if (strcmp(base->kernel_name, "command.run") == 0 || base->source->is_worker || head->source->is_worker) {
        ok = ok && assay_comparison_note(
                       row, "programs are compared as they are: the places of their code were not drawn anew");
    } else if (experiment->options->no_layouts) {
        ok = ok && assay_comparison_note(row, "one layout only, as asked (--no-layouts)");
    } else if (contest->layouts.stuck) {
        ok = ok && assay_comparison_note(row, "only %zu layouts could be linked: they were used more than once",
                                         contest->layouts.count);
    } else if (contest->tried && !contest->layouts.any && contest->layouts.foreign_count > 1 &&
               contest->layouts.foreign_count < 11) {
        ok = ok && assay_comparison_note(row, "%zu layouts came with the plug-ins; each is one value of the interval",
                                         contest->layouts.foreign_count);
    }
    if (contest->lead_in == 0 && contest->blocks > 0) {
        ok = ok && assay_comparison_note(row, "no lead-ins: an iteration takes over 10 ms and warms itself up");
    }
    return ok;
}

static bool witness(const struct experiment *experiment, struct assay_comparison *row, const struct contest *contest)
{
    const struct assay_plan *plan = experiment->run.plan;
    const struct assay_planned *sides[SIDES] = { &plan->items[contest->bench[BASE]],
                                                 &plan->items[contest->bench[HEAD]] };
    if (sides[BASE]->source == NULL || sides[HEAD]->source == NULL || sides[BASE]->source->is_worker ||
        sides[HEAD]->source->is_worker || strcmp(sides[BASE]->kernel_name, "command.run") == 0) {
        return true;
    }
    if (strcmp(sides[BASE]->kernel_name, sides[HEAD]->kernel_name) == 0) {
        row->same_code = assay_code_is_same(sides[BASE]->source->path, sides[HEAD]->source->path);
    }
    double *counts[SIDES] = { &row->base_instructions, &row->head_instructions };
    for (int side = BASE; experiment->options->instructions && side < SIDES && !assay_run_stopped(&experiment->run);
         side++) {
        free(row->instructions_source);
        row->instructions_source = NULL;
        if (assay_witness_instructions(counts[side], &row->instructions_source, sides[side], sides[side]->source->path,
                                       plan->seed, plan->protocol.timeout_s) != 0) {
            return false;
        }
        if (!isfinite(*counts[side])) {
            break; /* the reason stays */
        }
    }
    return true;
}

int assay_contest_describe(struct experiment *experiment, struct contest *contest, struct assay_error *error)
{
    struct assay_document *document = experiment->run.document;
    struct assay_comparison *row = &document->comparisons[contest->index];
    const struct assay_benchmark *base = &document->benchmarks[contest->bench[BASE]],
                                 *head = &document->benchmarks[contest->bench[HEAD]];
    bool ok = note_differences(row, contest, base, head) && note_experiment(experiment, row, contest) &&
              witness(experiment, row, contest);
    return ok ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory describing comparisons");
}
