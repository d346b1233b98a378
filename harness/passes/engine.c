/* From a plan to a document with profiles: which passes, in which order, within which time. Knows no number of a
 * profile. */
#include "passes/engine.h"

#include "base/clock.h"
#include "base/text.h"
#include "machine/machine.h"
#include "measure/scratch.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Without a wish: so long a benchmark. */
static const double USUAL_BUDGET_S = 15;
/* A smaller budget than this a benchmark makes rounds shorter, down to a fifth. */
static const double WHOLE_ROUNDS_S = 10, LEAST_SCALE = 0.2;
static const double BATCH_S = 0.015, WARM_UP_S = 0.1;
/* The first rounds leave the rest of the time for the hooks, and for more rounds where precision wants them. */
static const double FIRST_SHARE = 0.5;
/* Rounds between two looks at the precision. */
enum { LOOK_EACH = 2 };

double engine_left_s(const struct engine *engine)
{
    return engine->budget_s - (double)(assay_clock_ns() - engine->run.options->program_start_ns) * 1e-9;
}

bool engine_stands(const struct engine *engine, const struct subject *subject)
{
    return engine->plan.items[subject->bench].unavailable == NULL &&
           engine->run.benches[subject->bench].failure.status == ASSAY_STATUS_OK;
}

void subject_note(struct subject *subject, const char *format, ...)
{
    char text[800];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    (void)assay_texts_append_take(&subject->notes, &subject->note_count, assay_utf8_clean(text, strlen(text), NULL));
}

void engine_pass_failed(struct engine *engine, struct subject *subject, const char *pass,
                        const struct assay_failure *failure)
{
    if (failure->status == ASSAY_STATUS_INTERRUPTED) {
        engine->run.interrupted = true;
    } else {
        subject_note(subject, "pass %s: %s: %s", pass, assay_status_word(failure->status), failure->message);
    }
}

/* ---- which passes ---- */

static bool is_interpreted(const struct engine *engine, const struct subject *subject)
{
    const struct assay_planned *planned = &engine->plan.items[subject->bench];
    return planned->source != NULL && planned->source->is_worker;
}

/* The passes that are not rounds. */
static void run_counted(struct engine *engine, struct subject *subject)
{
    enum assay_cost cost = engine->wish->cost;
    if (subject->hooked || !engine_stands(engine, subject) || assay_run_stopped(&engine->run)) {
        return;
    }
    subject->hooked = true;
    assay_run_tell(&engine->run, subject->bench);
    if (cost == ASSAY_COST_INSTRUCTIONS) {
        engine_instructions(engine, subject);
    } else if (is_interpreted(engine, subject)) {
        engine_functions(engine, subject);
    } else if (cost == ASSAY_COST_ALLOCATIONS) {
        engine_allocations(engine, subject);
    } else {
        engine_hooks(engine, subject);
    }
    if (engine->wish->lines && cost == ASSAY_COST_TIME && !is_interpreted(engine, subject)) {
        engine_lines(engine, subject);
    }
}

/* The widest of all benchmarks' shares over what is wished; above 1: more rounds. 0: nobody samples; infinite: not
 * known yet. */
static int find_width(double *width, struct engine *engine, struct assay_error *error)
{
    int result = 0;
    *width = 0;
    for (size_t i = 0; i < engine->count && result == 0; i++) {
        const struct subject *subject = &engine->subjects[i];
        double precision = NAN;
        if (subject->sampling && engine_stands(engine, subject)) {
            result = engine_precision(&precision, engine, subject, error);
            *width = fmax(*width, isnan(precision) ? INFINITY : precision / engine->wish->precision);
        }
    }
    return result;
}

/* For progress: an interval is half as wide with four times as many rounds. */
static void expect(struct engine *engine, size_t rounds, double width)
{
    double spent_s = engine->budget_s - engine_left_s(engine);
    double more_s = (double)rounds * (width * width - 1) * engine->round_s;
    engine->run.expected_s = fmin(engine->budget_s, spent_s + fmax(engine->round_s, more_s));
}

static bool has_time(const struct engine *engine)
{
    return !assay_run_stopped(&engine->run) && engine_left_s(engine) > engine->round_s;
}

static size_t rounds_of(const struct engine *engine)
{
    size_t most = 0;
    for (size_t i = 0; i < engine->count; i++) {
        size_t processes = engine->run.document->benchmarks[engine->subjects[i].bench].process_count;
        most = processes > most && engine_stands(engine, &engine->subjects[i]) ? processes : most;
    }
    return most;
}

static int run_passes(struct engine *engine, struct assay_error *error)
{
    double width = INFINITY;
    int result = engine_rounds(engine, ROUNDS_LEAST, engine->budget_s * FIRST_SHARE, error);
    for (size_t i = 0; i < engine->count && result == 0; i++) {
        run_counted(engine, &engine->subjects[i]);
    }
    if (result == 0 && has_time(engine)) {
        result = engine_rounds(engine, ROUNDS_LEAST, engine->budget_s, error);
    }
    while (result == 0 && width > 1 && has_time(engine) && rounds_of(engine) < ROUNDS_MOST) {
        size_t before = rounds_of(engine);
        result = find_width(&width, engine, error);
        if (result == 0 && width > 1) {
            expect(engine, before, width);
            result = engine_rounds(engine, before + LOOK_EACH, engine->budget_s, error);
            width = rounds_of(engine) > before ? width : 0;
        }
    }
    return result;
}

/* ---- begin and end ---- */

/* The caller's plan with our batches. Its budget is ours to keep: a default one is no reason to end a long iteration.
 */
static void make_plan(struct engine *engine, const struct assay_plan *plan)
{
    const struct assay_profile_options *wish = engine->wish;
    bool interpreted = false;
    engine->plan = *plan;
    engine->budget_s = wish->budget_s > 0 ? wish->budget_s : USUAL_BUDGET_S * (double)plan->count;
    engine->scale = fmin(1, fmax(LEAST_SCALE, engine->budget_s / (WHOLE_ROUNDS_S * (double)plan->count)));
    for (size_t i = 0; i < plan->count; i++) {
        interpreted = interpreted || (plan->items[i].source != NULL && plan->items[i].source->is_worker);
    }
    struct assay_protocol *protocol = &engine->plan.protocol;
    protocol->batch_s = BATCH_S;
    protocol->samples = 0;
    protocol->budget_s = wish->budget_s;
    if (!interpreted) { /* a just-in-time compiler needs the time that the plan gives it */
        protocol->warmup_s = fmin(protocol->warmup_s, WARM_UP_S * engine->scale);
    }
    engine->plan.layouts = false; /* samples are of the plug-in as it is: its lines and symbols are in the file */
    engine->plan.want_allocations = engine->plan.want_operations = false;
}

static int make_subjects(struct engine *engine, struct assay_error *error)
{
    struct assay_run *run = &engine->run;
    engine->subjects = calloc(engine->plan.count + 1, sizeof *engine->subjects);
    if (engine->subjects == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    engine->count = engine->plan.count;
    for (size_t i = 0; i < engine->count; i++) {
        struct subject *subject = &engine->subjects[i];
        const struct assay_planned *planned = &engine->plan.items[i];
        bool worker = planned->source != NULL && planned->source->is_worker;
        *subject = (struct subject){ .bench = i,
                                     .calls = NAN,
                                     .timed_share = 1,
                                     .dilation = 1,
                                     .seed = assay_random_derive(run->plan->seed, (uint64_t)i << 20) };
        subject->sampling = engine->wish->cost == ASSAY_COST_TIME && !engine->wish->no_samples && !worker;
        if (planned->source != NULL && !worker) {
            subject->counting = assay_run_build(planned->source->path, "counts.so");
            subject->instrumented = assay_run_build(planned->source->path, "profile.so");
            subject->coverage = assay_run_build(planned->source->path, "coverage.so");
        }
        /* No number of processes or samples ends it: interrupted is whatever was interrupted. */
        run->benches[i].want.processes = UINT32_MAX;
        run->benches[i].want.samples = 0;
    }
    return 0;
}

static int begin(struct engine *engine, struct assay_error *error)
{
    struct assay_run *run = &engine->run;
    assay_machine_collect(&run->session->environment);
    assay_machine_collect_load(&run->session->environment, "before");
    run->expected_s = fmin(engine->budget_s, 4.0 * engine->scale * (double)engine->count + 2);
    int result = assay_run_begin(run, error);
    if (result == 0) {
        result = make_subjects(engine, error);
    }
    return result == 0 ? assay_symbols_new(&engine->symbols, error) : result;
}

static int add_difference(struct engine *engine, struct assay_error *error)
{
    struct assay_document *document = engine->run.document;
    if (engine->count != 2 || document->profile_count != 2) {
        return 0;
    }
    const struct assay_profile *base = &document->profiles[0], *head = &document->profiles[1];
    bool paired = base->round_count == head->round_count && base->round_count > 1;
    struct assay_profile_difference made = { 0 };
    int result = assay_profile_difference_make(&made, base, head, paired, error);
    struct assay_profile_difference *row = result == 0 ? assay_document_add_difference(document) : NULL;
    if (row == NULL) {
        assay_profile_difference_release(&made);
        return result != 0 ? result : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    *row = made;
    row->base = 0;
    row->head = 1;
    return 0;
}

static int add_profiles(struct engine *engine, struct assay_error *error)
{
    struct assay_document *document = engine->run.document;
    int result = 0;
    for (size_t i = 0; i < engine->count && result == 0; i++) {
        const struct subject *subject = &engine->subjects[i];
        if (document->benchmarks[subject->bench].status != ASSAY_STATUS_OK &&
            document->benchmarks[subject->bench].status != ASSAY_STATUS_INTERRUPTED) {
            continue;
        }
        if (!document->benchmarks[subject->bench].has_statistics) {
            continue;
        }
        struct assay_profile made;
        result = engine_assemble(engine, subject, &made, error);
        struct assay_profile *row = result == 0 ? assay_document_add_profile(document) : NULL;
        if (row != NULL) {
            *row = made;
        } else {
            assay_profile_release(&made);
            result = result != 0 ? result : assay_fail(error, ASSAY_ENOMEM, "out of memory");
        }
    }
    return result == 0 ? add_difference(engine, error) : result;
}

static int finish(struct engine *engine, struct assay_error *error)
{
    struct assay_run *run = &engine->run;
    run->limits.budget_end_ns = 0;
    run->budget_s = -1; /* no benchmark is too wide for a budget: a profile has its own words for precision */
    run->interrupted = run->interrupted || assay_run_stopped(run);
    int result = run->session->reference_count > 0 ? assay_run_reference(run, error) : 0;
    assay_machine_collect_load(&run->session->environment, "after");
    run->session->duration_s = (double)(assay_clock_ns() - run->start_ns) * 1e-9;
    if (result == 0) {
        result = assay_run_finish(run, error);
    }
    return result == 0 ? add_profiles(engine, error) : result;
}

static void release_subject(struct subject *subject)
{
    struct assay_pass *single[] = { &subject->fresh,  &subject->counts,      &subject->again,
                                    &subject->single, &subject->allocations, &subject->functions };
    for (size_t i = 0; i < sizeof single / sizeof single[0]; i++) {
        assay_message_profile_release(&single[i]->recorded);
    }
    for (size_t i = 0; i < subject->round_count; i++) {
        assay_message_profile_release(&subject->rounds[i].recorded);
    }
    for (size_t i = 0; i < subject->tree_count; i++) {
        assay_message_profile_release(&subject->trees[i].recorded);
    }
    for (size_t i = 0; i < subject->note_count; i++) {
        free(subject->notes[i]);
    }
    free(subject->notes);
    free(subject->no_samples);
    free(subject->counting);
    free(subject->instrumented);
    free(subject->coverage);
    free(subject->lines);
    assay_scratch_remove(subject->callgrind);
    assay_message_answer_release(&subject->answer);
}

static void release(struct engine *engine)
{
    for (size_t i = 0; i < engine->count; i++) {
        release_subject(&engine->subjects[i]);
    }
    free(engine->subjects);
    assay_symbols_free(engine->symbols);
    assay_run_release(&engine->run);
}

int assay_profile_run(struct assay_document **out, const struct assay_plan *plan,
                      const struct assay_measure_options *options, const struct assay_profile_options *wish,
                      struct assay_error *error)
{
    struct engine engine = { .wish = wish };
    struct assay_error own = { 0 };
    bool allowed[ASSAY_PROCESSORS_MAX] = { false }; /* for the caller, who may go on to other work */
    unsigned processors = assay_machine_processors(allowed, ASSAY_PROCESSORS_MAX);
    if (plan->count < 1 || plan->count > SUBJECTS_MOST) {
        return assay_fail(error, ASSAY_EUSAGE,
                          "bad number of benchmarks %zu: a profile is of one, or of two side by side", plan->count);
    }
    make_plan(&engine, plan);
    int result = assay_run_new(&engine.run, &engine.plan, options, &own);
    if (result == 0) {
        result = begin(&engine, &own);
    }
    if (result == 0) {
        result = run_passes(&engine, &own);
    }
    if (result == 0) {
        result = finish(&engine, &own);
    }
    if (result == 0) {
        *out = engine.run.document;
        engine.run.document = NULL;
    } else {
        result = assay_fail(error, own.code, "%s", own.text);
    }
    release(&engine);
    if (processors > 0) {
        (void)assay_machine_pin(0, allowed, ASSAY_PROCESSORS_MAX, NULL);
    }
    return result;
}
