/* Before the first batch: what oracles know, the speed of a clock cycle; and layouts. */
#include "measure/run.h"

#include "base/version.h"
#include "catalog/layout.h"
#include "machine/machine.h"
#include "plan/requirements.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LAYOUTS = 64 };

/* ---- oracles ---- */

/* Joins what a second oracle knows to the first; false with words when they contradict each other. */
static bool join_oracle(struct assay_oracle *oracle, const struct assay_message_answer *more, struct assay_failure *failure)
{
    const char *source = more->source != NULL ? more->source : "an oracle without name";
    if (oracle->count_known && more->count_known && oracle->count != more->count) {
        assay_failure_set(failure, ASSAY_STATUS_FAILED, "oracles disagree: count is %" PRIu64 " (%s) or %" PRIu64 " (%s)", oracle->count,
                          oracle->source, more->count, source);
        return false;
    }
    if (oracle->sum_known && more->sum_known && oracle->sum != more->sum) {
        assay_failure_set(failure, ASSAY_STATUS_FAILED, "oracles disagree: sum is %" PRIu64 " (%s) or %" PRIu64 " (%s)", oracle->sum,
                          oracle->source, more->sum, source);
        return false;
    }
    if (oracle->sha256_known && more->sha256_known && strcmp(oracle->sha256, more->sha256) != 0) {
        assay_failure_set(failure, ASSAY_STATUS_FAILED, "oracles disagree: sha256 is %.12s... (%s) or %.12s... (%s)", oracle->sha256,
                          oracle->source, more->sha256, source);
        return false;
    }
    oracle->count = more->count_known ? more->count : oracle->count;
    oracle->sum = more->sum_known ? more->sum : oracle->sum;
    if (more->sha256_known) {
        memcpy(oracle->sha256, more->sha256, sizeof oracle->sha256);
    }
    oracle->count_known = oracle->count_known || more->count_known;
    oracle->sum_known = oracle->sum_known || more->sum_known;
    oracle->sha256_known = oracle->sha256_known || more->sha256_known;
    char *joined = oracle->source == NULL ? assay_copy(source) : assay_formatted("%s; %s", oracle->source, source);
    if (joined != NULL) {
        free(oracle->source);
        oracle->source = joined;
    }
    return true;
}

/* Asks an open worker what it expects of one benchmark. */
static void ask_one(struct assay_run *run, struct assay_channel *channel, size_t bench, struct assay_failure *failure)
{
    const struct assay_planned *planned = &run->plan->items[bench];
    struct assay_benchmark *benchmark = &run->document->benchmarks[bench];
    struct assay_request request = { 0 };
    struct assay_reply reply = { 0 };
    assay_run_request(&request, ASSAY_REQUEST_EXPECT, planned);
    if (assay_channel_call(channel, &request, &reply, &run->limits, failure)) {
        benchmark->items = reply.items;
        benchmark->bytes = reply.bytes;
        benchmark->least_operations = reply.least_operations;
        if (reply.has_expected) {
            (void)join_oracle(&benchmark->oracle, &reply.expected, failure);
        }
    }
    assay_reply_release(&reply);
}

static struct assay_channel *open_oracle(struct assay_run *run, const struct assay_source *source, struct assay_failure *failure)
{
    const char *argv[64];
    struct assay_error error = { 0 };
    struct assay_channel *channel = NULL;
    assay_run_command(argv, source, source->path);
    if (assay_channel_open(&channel, &(struct assay_launch){ .argv = argv }, &error) != 0) {
        assay_failure_set(failure, ASSAY_STATUS_FAILED, "%s", error.text);
        return NULL;
    }
    if (!assay_channel_greet(channel, &run->limits, failure)) {
        assay_channel_close(channel);
        return NULL;
    }
    return channel;
}

static bool wants_oracle(const struct assay_run *run, size_t bench, const struct assay_source *source)
{
    const struct assay_bench *state = &run->benches[bench];
    return state->want.active && run->plan->items[bench].oracle == source;
}

/* All benchmarks whose oracle is `source`, through one worker as long as it lives. */
static int ask_source(struct assay_run *run, const struct assay_source *source, size_t from, struct assay_error *error)
{
    struct assay_channel *channel = NULL;
    int result = 0;
    for (size_t i = from; i < run->plan->count && result == 0 && !assay_run_stopped(run); i++) {
        if (!wants_oracle(run, i, source)) {
            continue;
        }
        struct assay_failure failure = { 0 };
        if (channel == NULL) {
            channel = open_oracle(run, source, &failure);
        }
        if (channel != NULL) {
            ask_one(run, channel, i, &failure);
        }
        if (failure.status != ASSAY_STATUS_OK) {
            assay_channel_close(channel);
            channel = NULL;
            result = assay_bench_fail(run, i, &failure, error);
        }
    }
    assay_channel_close(channel);
    return result;
}

static int ask_oracles(struct assay_run *run, struct assay_error *error)
{
    int result = 0;
    for (size_t i = 0; i < run->plan->count && result == 0; i++) {
        const struct assay_planned *planned = &run->plan->items[i];
        struct assay_failure failure = { 0 };
        if (planned->has_expected && !join_oracle(&run->document->benchmarks[i].oracle, &planned->expected, &failure)) {
            result = assay_bench_fail(run, i, &failure, error);
        }
    }
    for (size_t i = 0; i < run->plan->count && result == 0; i++) {
        const struct assay_source *source = run->plan->items[i].oracle;
        bool first = source != NULL;
        for (size_t k = 0; first && k < i; k++) {
            first = run->plan->items[k].oracle != source;
        }
        if (first) {
            result = ask_source(run, source, i, error);
        }
    }
    return result;
}

/* ---- layouts ---- */

/* Links the layouts that the processes of this benchmark will use; how many there are. */
static uint32_t link_layouts(const struct assay_run *run, const struct assay_planned *planned, uint32_t wanted)
{
    if (!run->plan->layouts || planned->source == NULL || planned->source->is_worker) {
        return 0;
    }
    uint32_t linked = 0;
    for (uint32_t k = 1; k <= wanted && k <= MOST_LAYOUTS && !assay_run_stopped(run); k++) {
        char *path = NULL;
        if (run->budget_s >= 0 && assay_run_left_s(run) < run->budget_s / 2) {
            break; /* links are made once and kept; time to measure is not */
        }
        if (assay_layout_path(&path, planned->source->path, k, NULL) != 0) {
            break;
        }
        free(path);
        linked = k;
    }
    return linked;
}

void assay_run_link(struct assay_run *run)
{
    for (size_t i = 0; i < run->plan->count; i++) {
        struct assay_bench *state = &run->benches[i];
        if (!state->want.active) {
            continue;
        }
        bool shared = false;
        for (size_t k = 0; k < i && !shared; k++) {
            shared = run->plan->items[k].source == run->plan->items[i].source && run->benches[k].want.active;
            state->layouts = shared ? run->benches[k].layouts : 0;
        }
        if (!shared) {
            state->layouts = link_layouts(run, &run->plan->items[i], state->want.processes);
        }
    }
}

/* ---- what the plug-ins were built with ---- */

static void add_plugin_facts(struct assay_facts *facts, const struct assay_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        const struct assay_source *source = plan->items[i].source;
        if (source == NULL) {
            continue;
        }
        const struct assay_description *description = &source->description;
        /* The version is the worker's: of an interpreter it is how the kernel was built, of assay-worker it is not. */
        const char *value = description->build != NULL || !source->is_worker ? description->build : description->version;
        char *base = assay_copy(strrchr(source->path, '/') != NULL ? strrchr(source->path, '/') + 1 : source->path);
        if (base != NULL && value != NULL) {
            assay_facts_text(facts, "plugins", base, value, "the plug-in itself");
        } else if (base != NULL) {
            assay_facts_none(facts, "plugins", base, "the plug-in does not say how it was built");
        }
        free(base);
    }
}

void assay_measure_add_facts(struct assay_facts *facts, const struct assay_plan *plan)
{
    add_plugin_facts(facts, plan);
    for (const struct assay_built_with *library = assay_built_with; library->name != NULL; library++) {
        assay_facts_text(facts, "libraries", library->name, library->version, "the headers that assay was built with");
    }
}

static bool warn_in_document(void *context, const char *words)
{
    return assay_document_warn(context, "%s", words);
}

int assay_run_begin(struct assay_run *run, struct assay_error *error)
{
    int result = assay_spawn_adopt(error);
    if (result == 0) {
        result = assay_run_place(run, error);
    }
    if (result != 0) {
        return result;
    }
    assay_measure_add_facts(&run->session->environment, run->plan);
    result = assay_plan_check_requirements(run->plan, &run->session->environment, warn_in_document, run->document, error);
    if (result != 0) {
        return result;
    }
    if (run->pinned) {
        (void)assay_machine_pin(0, run->processors, ASSAY_PROCESSORS_MAX, NULL);
    }
    run->cycle_ns = assay_machine_cycle_ns();
    if (run->pinned) {
        (void)assay_machine_pin(0, run->own, ASSAY_PROCESSORS_MAX, NULL);
    }
    return ask_oracles(run, error);
}
