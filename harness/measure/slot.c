/* One process of a benchmark: start, set up, warm up; and its end. */
#include "measure/run.h"

#include "base/clock.h"
#include "catalog/layout.h"
#include "machine/machine.h"

#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

void assay_run_command(const char *argv[64], const struct assay_source *source, const char *plugin)
{
    size_t count = 0;
    for (; source->command[count] != NULL && count < 62; count++) {
        argv[count] = strcmp(source->command[count], source->path) == 0 ? plugin : source->command[count];
    }
    argv[count] = NULL;
}

bool assay_run_uses_many(const struct assay_planned *planned)
{
    const struct assay_kernel_description *kernel = planned->kernel;
    return planned->threads > 1 || (kernel != NULL && (kernel->makes_threads || kernel->forks));
}

void assay_run_request(struct assay_request *request, enum assay_request_kind kind, const struct assay_planned *planned)
{
    request->kind = kind;
    request->kernel = planned->kernel_name;
    request->arguments = planned->arguments;
    request->argument_count = planned->argument_count;
    request->threads = planned->threads;
}

void assay_run_expect(struct assay_request *request, const struct assay_oracle *oracle)
{
    request->has_expected = oracle->source != NULL;
    request->expected = (struct assay_message_answer){ .count_known = oracle->count_known,
                                                       .sum_known = oracle->sum_known,
                                                       .sha256_known = oracle->sha256_known,
                                                       .count = oracle->count,
                                                       .sum = oracle->sum,
                                                       .source = oracle->source };
    memcpy(request->expected.sha256, oracle->sha256, sizeof request->expected.sha256);
}

/* The plug-in's path in the layout that this process takes: a different one each time, as far as there are. Heap. */
static char *choose_layout(int32_t *layout, const struct assay_run *run, size_t bench, size_t number)
{
    const struct assay_source *source = run->plan->items[bench].source;
    char *path = NULL;
    *layout = source->is_worker ? -1 : 0;
    uint32_t layouts = run->benches[bench].layouts;
    if (layouts > 0) {
        uint32_t k = (uint32_t)(number % layouts) + 1;
        if (assay_layout_path(&path, source->path, k, NULL) == 0) {
            *layout = (int32_t)k;
            return path;
        }
    }
    return assay_copy(source->path);
}

static bool start(struct assay_run *run, struct assay_slot *slot, struct assay_process *process, size_t number,
                  struct assay_failure *failure)
{
    const char *argv[64];
    struct assay_error error = { 0 };
    char *path = choose_layout(&process->layout, run, slot->bench, number);
    if (path == NULL) {
        assay_failure_set(failure, ASSAY_STATUS_FAILED, "out of memory");
        return false;
    }
    (void)snprintf(slot->marker, sizeof slot->marker, "ASSAY_PROCESS=%zu.%zu", slot->bench, number);
    const char *environment[] = { slot->marker, NULL };
    assay_run_command(argv, run->plan->items[slot->bench].source, path);
    slot->opened_ns = assay_clock_ns();
    struct assay_launch launch = { .argv = argv, .environment = environment };
    int result = assay_channel_open(&slot->channel, &launch, &error);
    if (result != 0) {
        assay_failure_set(failure, ASSAY_STATUS_FAILED, "%s", error.text);
    }
    free(path);
    return result == 0;
}

static bool set_up(struct assay_run *run, struct assay_slot *slot, const struct assay_process *process,
                   struct assay_failure *failure)
{
    const struct assay_planned *planned = &run->plan->items[slot->bench];
    struct assay_request request = { 0 };
    struct assay_reply reply = { 0 };
    assay_run_request(&request, ASSAY_REQUEST_SETUP, planned);
    request.seed = process->seed;
    request.counters = run->plan->want_counters;
    assay_run_expect(&request, &run->document->benchmarks[slot->bench].oracle);
    bool ok = assay_channel_call(slot->channel, &request, &reply, &run->limits, failure);
    assay_reply_release(&reply);
    return ok;
}

/* Kernels that make threads or have several states use every processor; others stay on their lane's, and come there
 * when they are set up: until then they do not disturb it. */
int assay_run_pin(const struct assay_run *run, size_t bench, uint32_t lane, pid_t pid)
{
    if (!run->pinned) {
        return -1;
    }
    bool set[ASSAY_PROCESSORS_MAX] = { false };
    int processor = run->lane_processors[lane];
    if (assay_run_uses_many(&run->plan->items[bench])) {
        for (size_t i = 0; i < ASSAY_PROCESSORS_MAX; i++) { /* without --cpu; it was born where the coordinator stays */
            set[i] = run->processors[i] || (run->plan->processors == NULL && run->own[i]);
        }
        (void)assay_machine_pin(pid, set, ASSAY_PROCESSORS_MAX, NULL);
        return -1;
    }
    if (processor < 0) {
        return -1;
    }
    set[processor] = true;
    return assay_machine_pin(pid, set, ASSAY_PROCESSORS_MAX, NULL) == 0 ? processor : -1;
}

static void pin(struct assay_run *run, struct assay_slot *slot, size_t index)
{
    slot->processor = assay_run_pin(run, slot->bench, (uint32_t)(index % run->lanes), slot->channel->process.pid);
}

/* A process that has been started: everything up to its first sample. False: the benchmark failed. */
static bool ready(struct assay_run *run, struct assay_slot *slot, size_t index, struct assay_failure *failure)
{
    struct assay_benchmark *benchmark = &run->document->benchmarks[slot->bench];
    struct assay_process *process = &benchmark->processes[slot->process];
    int64_t begun_ns = assay_clock_ns();
    bool many = assay_run_uses_many(&run->plan->items[slot->bench]);
    if (!assay_channel_greet(slot->channel, &run->limits, failure)) {
        return false;
    }
    if (many) {
        pin(run, slot, index); /* threads that its setup makes inherit it */
    }
    if (!set_up(run, slot, process, failure)) {
        return false;
    }
    process->startup_ns = (double)(assay_clock_ns() - slot->opened_ns);
    if (!many) {
        pin(run, slot, index);
    }
    process->processor = slot->processor;
    if (!assay_slot_warm_up(run, slot, process, failure)) {
        return false;
    }
    /* Not since it was started: that is the wait for all that were started with it. */
    run->benches[slot->bench].want.process_s = (double)(assay_clock_ns() - begun_ns) * 1e-9 + 0.002;
    slot->steal_ns = -1;
    return true;
}

static int journal_process(struct assay_run *run, struct assay_slot *slot, struct assay_error *error)
{
    struct assay_bench *state = &run->benches[slot->bench];
    struct assay_benchmark *benchmark = &run->document->benchmarks[slot->bench];
    int result = 0;
    if (!state->journaled) {
        result = assay_journal_benchmark(&run->journal, slot->bench, &benchmark->answer, state->iterations, error);
        state->journaled = result == 0;
    }
    return result == 0 ? assay_journal_process(&run->journal, slot->bench, slot->process,
                                               &benchmark->processes[slot->process], error)
                       : result;
}

/* The document's entry of a new process. */
static struct assay_process *add_process(struct assay_run *run, struct assay_slot *slot)
{
    const struct assay_planned *planned = &run->plan->items[slot->bench];
    struct assay_benchmark *benchmark = &run->document->benchmarks[slot->bench];
    slot->process = benchmark->process_count;
    struct assay_process *process = assay_benchmark_add_process(benchmark);
    if (process != NULL) {
        /* The seed depends on kernel and process alone, so that a resumed run draws the same inputs. */
        process->seed = assay_random_derive(run->plan->seed, (slot->bench << 20) + slot->process + 1);
        process->build_id = assay_copy(planned->source->description.build_id);
        process->steady = -1;
        process->processor = -1;
        process->warmup_ns = process->startup_ns = process->peak_bytes = NAN;
    }
    return process;
}

int assay_slots_open(struct assay_run *run, const uint32_t *benches, size_t count, struct assay_error *error)
{
    struct assay_failure failures[ASSAY_SCHEDULE_WINDOW];
    int result = 0;
    memset(failures, 0, sizeof failures);
    /* All are started before the first is waited for: interpreters take long to start. */
    for (size_t i = 0; i < count; i++) {
        struct assay_slot *slot = &run->slots[i];
        *slot = (struct assay_slot){ .bench = benches[i], .processor = -1, .steal_ns = -1 };
        run->slot_count = i + 1;
        struct assay_process *process = add_process(run, slot);
        if (process == NULL) {
            return assay_fail(error, ASSAY_ENOMEM, "out of memory");
        }
        (void)start(run, slot, process, slot->process, &failures[i]);
    }
    for (size_t i = 0; i < count && result == 0; i++) {
        struct assay_slot *slot = &run->slots[i];
        bool ok = slot->channel != NULL && !assay_run_stopped(run) && ready(run, slot, i, &failures[i]);
        if (ok) {
            result = journal_process(run, slot, error);
        } else if (failures[i].status != ASSAY_STATUS_OK) {
            result = assay_bench_fail(run, slot->bench, &failures[i], error);
        }
        if (!ok) {
            assay_channel_close(slot->channel);
            slot->channel = NULL;
        }
        run->benches[slot->bench].want.processes_done++;
    }
    return result;
}

/* The answer of the last batch, once a benchmark: the document shows it. An error is the journal's. */
static int ask_answer(struct assay_run *run, struct assay_slot *slot, struct assay_failure *failure, struct assay_error *error)
{
    struct assay_benchmark *benchmark = &run->document->benchmarks[slot->bench];
    struct assay_request request = { .kind = ASSAY_REQUEST_ANSWER };
    struct assay_reply reply = { 0 };
    struct assay_channel_limits limits = run->limits;
    int result = 0;
    if (benchmark->answer.known || benchmark->samples.count == 0) {
        return 0;
    }
    limits.budget_end_ns = 0;
    if (assay_channel_call(slot->channel, &request, &reply, &limits, failure)) {
        assay_benchmark_keep_answer(benchmark, &reply);
        result = assay_journal_benchmark(&run->journal, slot->bench, &benchmark->answer, run->benches[slot->bench].iterations, error);
    }
    assay_reply_release(&reply);
    return result;
}

/* Teardown and the worker's end. A worker that does not leave by itself is killed. */
static void part(struct assay_run *run, struct assay_slot *slot, struct assay_failure *failure)
{
    struct assay_request teardown = { .kind = ASSAY_REQUEST_TEARDOWN };
    struct assay_request quit = { .kind = ASSAY_REQUEST_QUIT };
    struct assay_reply reply = { 0 };
    struct assay_channel_limits limits = run->limits;
    limits.budget_end_ns = 0; /* the end of the budget is when they are asked to leave */
    if (assay_channel_call(slot->channel, &teardown, &reply, &limits, failure)) {
        run->document->benchmarks[slot->bench].processes[slot->process].peak_bytes = reply.peak_bytes;
        assay_reply_release(&reply);
        reply = (struct assay_reply){ 0 };
        if (assay_channel_call(slot->channel, &quit, &reply, &limits, failure)) {
            assay_channel_leave(slot->channel, 1.0, failure);
        }
    }
    assay_reply_release(&reply);
}

static int note_noise(struct assay_run *run, const struct assay_slot *slot, struct assay_error *error)
{
    struct assay_benchmark *benchmark = &run->document->benchmarks[slot->bench];
    size_t before = benchmark->flag_count;
    if (slot->channel->noise_bytes == 0 || !assay_benchmark_flag(benchmark, "prints") || benchmark->flag_count == before) {
        return 0;
    }
    return assay_journal_flag(&run->journal, slot->bench, "prints", error);
}

static int close_one(struct assay_run *run, size_t index, struct assay_error *error)
{
    struct assay_slot *slot = &run->slots[index];
    struct assay_failure failure = { 0 };
    pid_t known[ASSAY_SCHEDULE_WINDOW];
    size_t count = 0;
    int result = 0;
    if (slot->channel != NULL) {
        if (!assay_run_stopped(run)) {
            result = ask_answer(run, slot, &failure, error);
        }
        if (!assay_run_stopped(run) && result == 0 && failure.status == ASSAY_STATUS_OK) {
            part(run, slot, &failure);
        }
        result = result == 0 ? note_noise(run, slot, error) : result;
        assay_channel_close(slot->channel);
        slot->channel = NULL;
    }
    for (size_t i = 0; i < run->slot_count; i++) {
        if (run->slots[i].channel != NULL) {
            known[count++] = run->slots[i].channel->process.pid;
        }
    }
    size_t strays = assay_spawn_sweep(slot->marker, known, count);
    if (strays > 0) {
        assay_failure_set(&failure, ASSAY_STATUS_FAILED, "left %zu process%s behind, now killed", strays, strays == 1 ? "" : "es");
    }
    if (failure.status != ASSAY_STATUS_OK && result == 0) {
        result = assay_bench_fail(run, slot->bench, &failure, error);
    }
    return result;
}

int assay_slots_close(struct assay_run *run, struct assay_error *error)
{
    int result = 0;
    for (size_t i = 0; i < run->slot_count; i++) {
        int closed = close_one(run, i, error);
        result = result == 0 ? closed : result;
    }
    run->slot_count = 0;
    size_t strays = assay_spawn_sweep(NULL, NULL, 0);
    if (strays > 0) { /* it hid its mark: whose it was cannot be told */
        (void)assay_document_warn(run->document, "%zu process%s of these benchmarks outlived its worker and was killed",
                                  strays, strays == 1 ? "" : "es");
    }
    return result;
}
