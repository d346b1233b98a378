/* The run's state: made from a plan, asked and changed by all its parts, released. Knows no worker. */
#include "measure/run.h"

#include "base/clock.h"
#include "base/vector.h"
#include "base/version.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Batches of one process in a cold mode. */
enum { FLUSHED_BATCHES = 5 };

bool assay_run_stopped(const struct assay_run *run)
{
    return run->interrupted || (run->options->stop != NULL && *run->options->stop != 0);
}

double assay_run_left_s(const struct assay_run *run)
{
    if (run->budget_s < 0) {
        return -1;
    }
    double spent_s = (double)(assay_clock_ns() - run->options->program_start_ns) * 1e-9;
    double left_s = run->budget_s - run->reserve_s - spent_s;
    return left_s > 0 ? left_s : 0;
}

int assay_bench_fail(struct assay_run *run, size_t bench, const struct assay_failure *failure, struct assay_error *error)
{
    struct assay_bench *state = &run->benches[bench];
    if (failure->status == ASSAY_STATUS_INTERRUPTED) {
        run->interrupted = true;
        return 0; /* finish.c gives the status to everything that is not done */
    }
    if (state->failure.status != ASSAY_STATUS_OK) {
        return 0;
    }
    state->want.active = false;
    if (failure->at_budget_end) {
        return 0; /* what it has is good; finish.c tells if it has nothing */
    }
    state->failure = *failure;
    if (failure->status == ASSAY_STATUS_WRONG_ANSWER) {
        run->document->benchmarks[bench].verified = 0;
    }
    return assay_journal_failure(&run->journal, bench, failure->status, failure->message, error);
}

/* The batches that one process of this benchmark takes unless samples or a budget say otherwise. */
static uint32_t usual_batches(const struct assay_planned *planned)
{
    return strcmp(planned->mode, "first") == 0 ? 1 : strcmp(planned->mode, "flushed") == 0 ? FLUSHED_BATCHES : ASSAY_USUAL_BATCHES;
}

static void want_init(struct assay_want *want, const struct assay_plan *plan, const struct assay_planned *planned)
{
    const struct assay_protocol *protocol = &plan->protocol;
    uint64_t usual = usual_batches(planned);
    want->active = planned->unavailable == NULL;
    want->processes = (uint32_t)protocol->processes;
    want->samples = protocol->samples > 0 ? (uint64_t)protocol->samples : protocol->budget_s > 0 ? 0 : want->processes * usual;
    if (want->samples > 0 && want->samples < want->processes) {
        want->processes = (uint32_t)want->samples;
    }
    if (usual == 1 && protocol->samples > 0) {
        want->processes = (uint32_t)protocol->samples;
    }
    want->batch_s = protocol->batch_s;
    want->process_s = protocol->warmup_s + 0.01;
}

static char *keep(const char *text, bool *changed)
{
    bool replaced = false;
    char *copy = text == NULL ? NULL : assay_utf8_clean(text, strlen(text), &replaced);
    *changed = *changed || replaced;
    return copy;
}

/* The document's benchmark as the plan has it. */
static bool describe(struct assay_benchmark *benchmark, const struct assay_planned *planned)
{
    bool changed = false;
    benchmark->id = keep(planned->id, &changed);
    benchmark->kernel = keep(planned->kernel_name, &changed);
    benchmark->version = planned->kernel != NULL ? keep(planned->kernel->version, &changed) : NULL;
    benchmark->implementation = keep(planned->implementation, &changed);
    benchmark->plugin = planned->source != NULL ? keep(planned->source->path, &changed) : NULL;
    benchmark->build = planned->source != NULL ? keep(planned->source->description.build, &changed) : NULL;
    free(benchmark->mode);
    benchmark->mode = keep(planned->mode, &changed);
    benchmark->group = keep(planned->group, &changed);
    benchmark->threads = planned->threads;
    benchmark->jobs = planned->jobs;
    benchmark->baseline = planned->baseline;
    bool tagged = true;
    for (size_t i = 0; planned->kernel != NULL && planned->kernel->tags[i] != NULL && tagged; i++) {
        tagged = assay_benchmark_tag(benchmark, planned->kernel->tags[i]);
    }
    benchmark->parameters = calloc(planned->argument_count + 1, sizeof *benchmark->parameters);
    if (benchmark->id == NULL || benchmark->kernel == NULL || benchmark->implementation == NULL ||
        benchmark->mode == NULL || benchmark->parameters == NULL || !tagged) {
        return false;
    }
    for (size_t i = 0; i < planned->argument_count; i++) {
        benchmark->parameters[i].name = keep(planned->arguments[i].name, &changed);
        benchmark->parameters[i].text = keep(planned->arguments[i].text, &changed);
        benchmark->parameter_count++;
    }
    return (planned->jobs <= 1 || assay_benchmark_flag(benchmark, "at-once")) &&
           (!changed || assay_benchmark_flag(benchmark, "invalid-utf8"));
}

static int fill_document(struct assay_run *run, struct assay_error *error)
{
    char created[32];
    int result = assay_document_new(&run->document, error);
    if (result != 0) {
        return result;
    }
    assay_clock_utc(created);
    struct assay_session *session = assay_document_add_session(run->document);
    if (session == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    run->session = session;
    free(run->document->created);
    run->document->created = assay_copy(created);
    run->document->tool_version = assay_copy(assay_version());
    run->document->tool_commit = assay_copy(assay_commit());
    run->document->suite = assay_copy(run->plan->suite);
    run->document->suite_version = assay_copy(run->plan->suite_version);
    free(session->id);
    free(session->created);
    session->id = assay_copy(run->document->id);
    session->created = assay_copy(created);
    session->command = assay_copy(run->options->command);
    session->seed = run->plan->seed;
    for (size_t i = 0; i < run->plan->count; i++) {
        struct assay_benchmark *benchmark = assay_document_add(run->document);
        if (benchmark == NULL || !describe(benchmark, &run->plan->items[i])) {
            return assay_fail(error, ASSAY_ENOMEM, "out of memory");
        }
    }
    return 0;
}

int assay_run_new(struct assay_run *run, const struct assay_plan *plan, const struct assay_measure_options *options,
                  struct assay_error *error)
{
    *run = (struct assay_run){ .plan = plan, .options = options };
    run->journal = (struct assay_journal){ .fd = -1, .line = ASSAY_TEXT_INIT };
    run->benches = calloc(plan->count + 1, sizeof *run->benches);
    run->slots = calloc(plan->count + 1, sizeof *run->slots);
    if (run->benches == NULL || run->slots == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    run->start_ns = assay_clock_ns();
    run->budget_s = plan->protocol.budget_s > 0 ? plan->protocol.budget_s : -1;
    run->reserve_s = 0.02 + run->budget_s * 0.002;
    run->reserve_s += (plan->want_allocations + plan->want_operations) * 0.02 * (double)plan->count;
    run->limits = (struct assay_channel_limits){ .timeout_s = plan->protocol.timeout_s,
                                                 .memory_bytes = plan->memory_bytes,
                                                 .stop = options->stop };
    if (run->budget_s > 0) {
        run->limits.budget_end_ns = options->program_start_ns + (int64_t)((run->budget_s - run->reserve_s) * 1e9);
    }
    assay_random_init(&run->random, plan->seed);
    for (size_t i = 0; i < plan->count; i++) {
        want_init(&run->benches[i].want, plan, &plan->items[i]);
        run->benches[i].estimate_ns = NAN;
    }
    run->expected_s = assay_measure_expected_s(plan);
    return fill_document(run, error);
}

void assay_run_release(struct assay_run *run)
{
    for (size_t i = 0; i < run->slot_count; i++) {
        assay_channel_close(run->slots[i].channel);
    }
    assay_journal_release(&run->journal);
    assay_document_free(run->document);
    free(run->benches);
    free(run->slots);
    *run = (struct assay_run){ 0 };
}

double assay_measure_expected_s(const struct assay_plan *plan)
{
    double sum_s = 0;
    for (size_t i = 0; i < plan->count; i++) {
        struct assay_want want = { 0 };
        want_init(&want, plan, &plan->items[i]);
        double samples = want.samples > 0 ? (double)want.samples : (double)want.processes * ASSAY_USUAL_BATCHES;
        sum_s += want.active ? want.processes * want.process_s + samples * want.batch_s : 0;
    }
    double budget_s = plan->protocol.budget_s;
    if (budget_s > 0 && (plan->protocol.samples <= 0 || budget_s < sum_s)) {
        return budget_s;
    }
    return sum_s;
}

bool assay_session_add_reference(struct assay_session *session, double start_ns, double elapsed_ns)
{
    void *starts = session->reference_start_ns;
    void *elapsed = session->reference_elapsed_ns;
    size_t capacity = session->reference_capacity;
    bool ok = assay_reserve(&starts, &capacity, session->reference_count + 1, sizeof(double));
    session->reference_start_ns = starts;
    size_t other = session->reference_capacity;
    ok = ok && assay_reserve(&elapsed, &other, session->reference_count + 1, sizeof(double));
    session->reference_elapsed_ns = elapsed;
    if (ok) {
        session->reference_capacity = capacity;
        session->reference_operations = ASSAY_REFERENCE_OPERATIONS;
        session->reference_start_ns[session->reference_count] = start_ns;
        session->reference_elapsed_ns[session->reference_count++] = elapsed_ns;
    }
    return ok;
}
