/* A run from the plan to the document: rounds of fresh processes until the protocol, the samples or the budget end it.
 * Knows no JSON and prints nothing. */
#include "measure/run.h"

#include "base/clock.h"
#include "base/vector.h"
#include "base/version.h"
#include "base/file.h"
#include "machine/machine.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Batches of one process when nothing else is said. */
enum { USUAL_BATCHES = 10, FLUSHED_BATCHES = 5 };
/* Multiplications of the reference chain: about a millisecond. */
enum { REFERENCE_OPERATIONS = 1000000 };

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
    return strcmp(planned->mode, "first") == 0 ? 1 : strcmp(planned->mode, "flushed") == 0 ? FLUSHED_BATCHES : USUAL_BATCHES;
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
    free(benchmark->mode);
    benchmark->mode = keep(planned->mode, &changed);
    benchmark->group = keep(planned->group, &changed);
    benchmark->threads = planned->threads;
    benchmark->parameters = calloc(planned->argument_count + 1, sizeof *benchmark->parameters);
    if (benchmark->id == NULL || benchmark->kernel == NULL || benchmark->implementation == NULL ||
        benchmark->mode == NULL || benchmark->parameters == NULL) {
        return false;
    }
    for (size_t i = 0; i < planned->argument_count; i++) {
        benchmark->parameters[i].name = keep(planned->arguments[i].name, &changed);
        benchmark->parameters[i].text = keep(planned->arguments[i].text, &changed);
        benchmark->parameter_count++;
    }
    return !changed || assay_benchmark_flag(benchmark, "invalid-utf8");
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
        double samples = want.samples > 0 ? (double)want.samples : (double)want.processes * USUAL_BATCHES;
        sum_s += want.active ? want.processes * want.process_s + samples * want.batch_s : 0;
    }
    double budget_s = plan->protocol.budget_s;
    if (budget_s > 0 && (plan->protocol.samples <= 0 || budget_s < sum_s)) {
        return budget_s;
    }
    return sum_s;
}

/* The processes that wait for their turn at the same time, one piece of the round. */
static int run_piece(struct assay_run *run, const uint32_t *benches, const uint32_t *batches, size_t count, bool shuffle,
                     struct assay_error *error)
{
    int result = assay_slots_open(run, benches, count, error);
    uint32_t wanted[ASSAY_SCHEDULE_WINDOW] = { 0 };
    for (size_t i = 0; i < run->slot_count; i++) {
        for (size_t k = 0; k < count; k++) {
            wanted[i] = run->slots[i].bench == benches[k] ? batches[k] : wanted[i];
        }
    }
    if (result == 0) {
        result = assay_batches_run(run, wanted, shuffle, error);
    }
    int closed = assay_slots_close(run, result == 0 ? error : NULL);
    return result != 0 ? result : closed;
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
        session->reference_operations = REFERENCE_OPERATIONS;
        session->reference_start_ns[session->reference_count] = start_ns;
        session->reference_elapsed_ns[session->reference_count++] = elapsed_ns;
    }
    return ok;
}

/* The fixed chain of work between blocks of work, on the workers' processor: a machine that slowed down shows here. */
static int measure_reference(struct assay_run *run, struct assay_error *error)
{
    if (run->pinned) {
        (void)assay_machine_pin(0, run->processors, ASSAY_PROCESSORS_MAX, NULL);
    }
    double start_ns = (double)(assay_clock_ns() - run->start_ns);
    double elapsed_ns = (double)assay_machine_chain_ns(REFERENCE_OPERATIONS);
    if (run->pinned) {
        (void)assay_machine_pin(0, run->own, ASSAY_PROCESSORS_MAX, NULL);
    }
    if (!assay_session_add_reference(run->session, start_ns, elapsed_ns)) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    return assay_journal_reference(&run->journal, start_ns, elapsed_ns, error);
}

static int run_round(struct assay_run *run, const struct assay_round *round, bool shuffle, struct assay_error *error)
{
    size_t window = shuffle ? ASSAY_SCHEDULE_WINDOW : 1;
    int result = 0;
    for (size_t i = 0; i < round->count && result == 0 && !assay_run_stopped(run); i += window) {
        size_t count = round->count - i < window ? round->count - i : window;
        result = measure_reference(run, error);
        if (result == 0) {
            result = run_piece(run, round->benchmarks + i, round->batches + i, count, shuffle, error);
        }
    }
    return result;
}

/* Wants of the benchmarks; sequential order looks at one of them at a time. */
static void copy_wants(struct assay_want *wants, const struct assay_run *run, bool sequential)
{
    bool taken = false;
    for (size_t i = 0; i < run->plan->count; i++) {
        wants[i] = run->benches[i].want;
        bool done = wants[i].samples > 0 ? wants[i].samples_done >= wants[i].samples : wants[i].processes_done >= wants[i].processes;
        if (sequential && (taken || done)) {
            wants[i].active = false;
        }
        taken = taken || wants[i].active;
    }
}

static int run_rounds(struct assay_run *run, struct assay_error *error)
{
    bool shuffle = run->plan->protocol.order == 0;
    struct assay_want *wants = calloc(run->plan->count + 1, sizeof *wants);
    int result = wants != NULL ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    while (result == 0 && !assay_run_stopped(run)) {
        struct assay_round round = { 0 };
        copy_wants(wants, run, !shuffle);
        if (assay_schedule_round(&round, wants, run->plan->count, USUAL_BATCHES, assay_run_left_s(run), shuffle, &run->random) != 0) {
            result = assay_fail(error, ASSAY_ENOMEM, "out of memory");
            break;
        }
        size_t count = round.count;
        if (count > 0) {
            result = run_round(run, &round, shuffle, error);
        }
        assay_round_release(&round);
        if (count == 0) {
            break;
        }
    }
    free(wants);
    return result;
}

int assay_run_go(struct assay_run *run, struct assay_error *error)
{
    assay_machine_collect(&run->session->environment);
    assay_machine_collect_load(&run->session->environment, "before");
    int result = assay_run_begin(run, error);
    if (result == 0 && !run->ended) {
        result = run_rounds(run, error);
    }
    if (result == 0 && !run->ended && run->session->reference_count > 0) {
        result = measure_reference(run, error);
    }
    run->limits.budget_end_ns = 0;
    if (result == 0 && !assay_run_stopped(run)) {
        assay_passes_run(run);
    }
    run->interrupted = run->interrupted || assay_run_stopped(run);
    assay_machine_collect_load(&run->session->environment, "after");
    run->session->duration_s = (double)(assay_clock_ns() - run->start_ns) * 1e-9;
    if (result == 0) {
        result = assay_run_finish(run, error);
    }
    if (result == 0 && !run->interrupted && !run->ended) {
        result = assay_journal_end(&run->journal, error);
    }
    return result;
}

int assay_measure_run(struct assay_document **out, char **journal_path, bool *interrupted, const struct assay_plan *plan,
                      const struct assay_measure_options *options, struct assay_error *error)
{
    struct assay_run run;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int result = assay_run_new(&run, plan, options, error);
    if (result != 0) {
        goto done;
    }
    struct assay_journal_head head = { .id = run.document->id,
                                       .created = run.document->created,
                                       .command = options->command,
                                       .output = options->output,
                                       .realtime_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec };
    result = assay_journal_create(&run.journal, options->journal, &head, plan, error);
    if (result != 0) {
        goto done;
    }
    *journal_path = assay_copy(run.journal.path);
    result = assay_run_go(&run, error);
    if (result == 0) {
        *interrupted = run.interrupted;
        *out = run.document;
        run.document = NULL;
    }
done:
    assay_run_release(&run);
    return result;
}
