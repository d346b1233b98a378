/* Measuring for the command compare: all pairs once, or --self, many times with and without work added; what is not measured. */
#include "cli/compare.h"

#include "base/clock.h"
#include "base/number.h"
#include "base/random.h"
#include "cli/command_line.h"
#include "cli/interrupt.h"
#include "cli/output.h"

#include <stdlib.h>

void assay_compare_configure(struct assay_compare_options *options, const struct compare_values *values)
{
    *options = (struct assay_compare_options)ASSAY_COMPARE_OPTIONS_INIT;
    if (values->margin.given) {
        assay_margin_parse(&options->margin, values->margin.text);
    }
    if (values->confidence.given) {
        options->confidence = values->confidence.real;
    }
    options->pairs = values->pairs.integer;
    options->duet = values->duet.given > 0;
    options->instructions = values->instructions.given > 0;
    options->no_layouts = values->no_layouts.given > 0;
}

int assay_compare_measure(struct assay_document **out, struct assay_compare_session *session, double budget_s,
                          struct assay_error *error)
{
    const struct assay_invocation *invocation = session->invocation;
    char *command = assay_command_line((const char *const *)invocation->argv);
    struct assay_measure_options measure = {
        .places = &session->work.places,
        .command = command ? command : "",
        .program_start_ns = invocation->program_start_ns,
        .stop = &assay_interrupt_stop,
    };
    struct assay_compare_options options = session->options;
    if (session->values->self.given) { /* the budget of one comparison counts from here */
        measure.program_start_ns = assay_clock_ns();
    }
    options.measure = &measure;
    options.progress = assay_progress_compare;
    options.context = &session->line;
    options.budget_s = budget_s;
    int code = assay_compare_run(out, &session->interrupted, session->work.plan, session->work.pairs,
                                 session->work.count, &options, error);
    free(command);
    return code;
}

/* What is left of --budget, shared among the runs that are left; below 0: no budget. */
static double next_budget_s(const struct assay_compare_session *session, size_t left)
{
    if (!session->values->budget.given) {
        return -1.0;
    }
    double gone_s = (double)(assay_clock_ns() - session->invocation->program_start_ns) * 1e-9;
    double rest_s = session->values->budget.real - gone_s;
    return rest_s > 0.0 ? rest_s / (double)left : 0.0;
}

/* Runs with and without work added, in an order drawn from the plan's seed; each run has a seed of its own. */
int assay_compare_measure_self(struct assay_document **out, struct assay_compare_session *session,
                               struct assay_error *error)
{
    size_t count = (size_t)session->values->self.integer * 2;
    double margin = session->options.margin;
    uint64_t seed = session->work.plan->seed;
    uint32_t *order = calloc(count, sizeof(*order));
    struct assay_document *whole = NULL;
    struct assay_random random;
    int code = order ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    assay_random_init(&random, seed);
    for (size_t i = 0; order && i < count; i++) {
        order[i] = (uint32_t)i;
    }
    if (order) {
        assay_random_shuffle(&random, order, count);
    }
    for (size_t i = 0; i < count && !code && !session->interrupted; i++) {
        struct assay_document *document = NULL;
        double budget_s = next_budget_s(session, count - i);
        if (i > 0 && budget_s == 0.0) {
            break;
        }
        session->options.injected = order[i] % 2 ? margin : 0.0;
        session->work.plan->seed = assay_random_derive(seed, i);
        session->line.round = i + 1;
        session->line.rounds = count;
        code = assay_compare_measure(&document, session, budget_s, error);
        if (!code && whole) {
            code = assay_document_append_take(whole, document, error);
        } else if (!code) {
            whole = document;
        }
    }
    session->work.plan->seed = seed;
    free(order);
    if (code) {
        assay_document_free(whole);
        return code;
    }
    *out = whole;
    return 0;
}

/* ---- what is not measured ---- */

/* What found no partner was said; it is not measured, and no benchmark that failed. */
int assay_compare_drop_unpaired(struct assay_compare_work *work, struct assay_error *error)
{
    size_t count = work->plan->count, next = 0;
    bool *kept = calloc(count + 1, sizeof *kept);
    size_t *place = calloc(count + 1, sizeof *place);
    int code = kept && place ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    for (size_t i = 0; i < work->count && !code; i++) {
        kept[work->pairs[i].base] = kept[work->pairs[i].head] = true;
    }
    for (size_t i = 0; i < count && !code; i++) {
        place[i] = next;
        next += kept[i];
    }
    for (size_t i = 0; i < work->count && !code; i++) {
        work->pairs[i] = (struct assay_compare_pair){ place[work->pairs[i].base], place[work->pairs[i].head] };
    }
    if (!code) {
        assay_plan_keep(work->plan, kept);
    }
    free(kept);
    free(place);
    return code;
}

/* ---- --dry-run ---- */

int assay_compare_print_plan(const struct assay_compare_work *work, const struct compare_values *values)
{
    static const struct assay_option_value standard_output = { 0 };
    const struct assay_plan *plan = work->plan;
    struct assay_text text = ASSAY_TEXT_INIT;
    struct assay_compare_options options;
    char number[32];
    assay_compare_configure(&options, values);
    if (values->results.format.given && values->results.format.integer == ASSAY_AS_JSON) {
        assay_plan_write(&text, plan);
        assay_text_append_char(&text, '\n');
        return assay_output_write(&text, &standard_output);
    }
    assay_text_format(&text, "%zu pair%s\n", work->count, work->count == 1 ? "" : "s");
    for (size_t i = 0; i < work->count; i++) {
        const struct assay_planned *sides[2] = { &plan->items[work->pairs[i].base], &plan->items[work->pairs[i].head] };
        for (size_t k = 0; k < 2; k++) {
            assay_text_format(&text, "%s%s", k ? "    against " : "  ", sides[k]->id);
            if (sides[k]->source) {
                assay_text_format(&text, "  [%s]", sides[k]->source->path);
            }
            if (sides[k]->unavailable) {
                assay_text_format(&text, "  unavailable: %s", sides[k]->unavailable);
            }
            assay_text_append_char(&text, '\n');
        }
        if (work->labels[i]) {
            assay_text_format(&text, "    %s\n", work->labels[i]);
        }
    }
    for (size_t i = 0; i < work->warning_count; i++) {
        assay_text_format(&text, "%s\n", work->warnings[i]);
    }
    double rounds = values->self.given ? 2.0 * (double)values->self.integer : 1.0;
    double ceiling_s = values->budget.given ? values->budget.real : options.each_s * (double)work->count * rounds;
    assay_text_format(&text, "margin %.6g %%, confidence %.6g\nseed %llu\n", options.margin * 100.0, options.confidence,
                      (unsigned long long)plan->seed);
    assay_text_format(&text, "expected to take at most %s\n", assay_format_duration(number, ceiling_s));
    return assay_output_write(&text, &standard_output);
}
