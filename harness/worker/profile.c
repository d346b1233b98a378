/* Recorders are chosen here: the hooks of an instrumented build, or samples of any build. */
#include "worker/profile.h"

#include "worker/profile_hooks.h"
#include "worker/sampler.h"

#include <math.h>
#include <stdlib.h>

/* One request: who records, and what the batches came to. */
struct profiling {
    struct assay_recorder recorder;
    struct assay_hooks hooks;
    struct assay_sampler *sampler; /* NULL: the hooks record */
    double elapsed_ns, cpu_ns, main_cpu_ns, queued_ns;
};

static const char *const capability_words[] = {
    [ASSAY_RECORD_CALLS] = "profile-calls",
    [ASSAY_RECORD_TREE] = "profile-tree",
    [ASSAY_RECORD_SAMPLES] = "profile-samples",
    [ASSAY_RECORD_ALLOCATIONS] = "profile-allocations",
    [ASSAY_RECORD_LINES] = "profile-lines",
};
#define WORDS (sizeof capability_words / sizeof capability_words[0])

static bool can(const struct assay_session *session, enum assay_record record)
{
    return record == ASSAY_RECORD_SAMPLES ||
           (session->loaded != NULL && assay_hooks_can(&session->loaded->profile, record, session->allocations));
}

void assay_profile_capabilities(char **capabilities, size_t *count, const struct assay_session *session)
{
    for (size_t i = 0; i < WORDS; i++) {
        if (can(session, (enum assay_record)i)) {
            capabilities[(*count)++] = (char *)capability_words[i];
        }
    }
}

/* Why a record cannot be had. */
static int refuse_record(const struct assay_session *session, enum assay_record record, struct assay_refusal *failure)
{
    if (record == ASSAY_RECORD_FUNCTIONS) {
        return assay_refuse(failure, "unavailable", "this worker has no interpreter whose functions it could record");
    }
    if (session->loaded->profile.records == 0) {
        return assay_refuse(failure, "unavailable", "this build of the plug-in has no hooks");
    }
    if (record == ASSAY_RECORD_ALLOCATIONS && (session->loaded->profile.records & ASSAY_PROFILE_COST) != 0) {
        return assay_refuse(failure, "unavailable", "the counter of allocations is not loaded");
    }
    return assay_refuse(failure, "unavailable", "the hooks of this build of the plug-in do not record %s",
                        assay_record_word(record));
}

/* Once a process: it takes its time. */
static int calibrate(struct assay_session *session, struct assay_refusal *failure)
{
    struct assay_profile_cost cost = { .struct_size = sizeof cost };
    if (session->cost.ticks_per_ns > 0) {
        return 0;
    }
    if (session->loaded->profile.calibrate(&cost) != 0 || !(cost.ticks_per_ns > 0)) {
        return assay_refuse(failure, "unavailable", "the hooks of this build of the plug-in have no clock");
    }
    session->cost = cost;
    return 0;
}

static int open_hooks(struct profiling *profiling, struct assay_session *session, const struct assay_request *request,
                      struct assay_refusal *failure)
{
    const struct assay_profile *profile = &session->loaded->profile;
    if (request->record == ASSAY_RECORD_TREE) {
        if (calibrate(session, failure) != 0) {
            return -1;
        }
        profile->set_share(request->timed_share > 0 ? request->timed_share : 1,
                           assay_random_derive(session->seed, session->profiles));
    } else if (request->record == ASSAY_RECORD_ALLOCATIONS) {
        profile->set_cost(session->allocations->read_thread);
    }
    if (assay_hooks_open(&profiling->hooks, profile, request->record, &session->cost, failure) != 0) {
        return -1;
    }
    assay_hooks_attach(&profiling->hooks, &profiling->recorder);
    return 0;
}

static int open_recorder(struct profiling *profiling, struct assay_session *session, const struct assay_request *request,
                         struct assay_refusal *failure)
{
    const struct assay_instance *instance = session->instance;
    if (!can(session, request->record)) {
        return refuse_record(session, request->record, failure);
    }
    profiling->recorder.threads = instance->threads;
    profiling->recorder.windows = calloc(instance->threads, sizeof *profiling->recorder.windows);
    if (profiling->recorder.windows == NULL) {
        return assay_refuse(failure, "out-of-memory", "out of memory for %u threads", instance->threads);
    }
    if (request->record != ASSAY_RECORD_SAMPLES) {
        return open_hooks(profiling, session, request, failure);
    }
    struct assay_sampler_options options = { .period_ns = request->period_ns,
                                             .timer = request->timer,
                                             .others = instance->threads > 1 || instance->description->makes_threads,
                                             .seed = assay_random_derive(session->seed, session->profiles) };
    return assay_sampler_open(&profiling->sampler, &profiling->recorder, &options, failure);
}

/* Of several threads the longest one's wall time, and the processor time of all. What a kernel's own threads took is seen
 * in that of the process, which with several batch threads holds the others too. */
static void add_times(struct profiling *profiling, bool makes_threads)
{
    const struct assay_window *windows = profiling->recorder.windows;
    int64_t longest_ns = 0, cpu_ns = 0, process_cpu_ns = 0;
    for (uint32_t i = 0; i < profiling->recorder.threads; i++) {
        int64_t elapsed_ns = windows[i].end_ns - windows[i].start_ns;
        longest_ns = elapsed_ns > longest_ns ? elapsed_ns : longest_ns;
        process_cpu_ns = windows[i].process_cpu_ns > process_cpu_ns ? windows[i].process_cpu_ns : process_cpu_ns;
        cpu_ns += windows[i].cpu_ns;
    }
    profiling->elapsed_ns += (double)longest_ns;
    profiling->cpu_ns += (double)(makes_threads ? process_cpu_ns : cpu_ns);
    profiling->main_cpu_ns += (double)windows[0].cpu_ns;
    profiling->queued_ns += windows[0].queued_ns >= 0 ? (double)windows[0].queued_ns : NAN;
}

static int run_batches(struct assay_reply *reply, struct profiling *profiling, struct assay_session *session,
                       const struct assay_request *request, struct assay_refusal *failure)
{
    const struct assay_kernel_description *description = session->instance->description;
    size_t room = ASSAY_BATCH_OBSERVED_MAX;
    struct assay_request wish = { .iterations = request->iterations, .lead_in = request->lead_in };
    if (wish.lead_in > 1 && description->one_iteration) {
        wish.lead_in = 1;
    }
    for (uint32_t i = 0; i < (request->batches > 0 ? request->batches : 1); i++) {
        if (assay_session_batch(reply, session, &wish, &profiling->recorder, &room, failure) != 0) {
            return -1;
        }
        reply->batches[i].start_ns = NAN;
        wish.lead_in = 0;
        add_times(profiling, description->makes_threads);
        int code = profiling->sampler != NULL ? assay_sampler_collect(profiling->sampler, failure)
                                              : assay_hooks_collect(&profiling->hooks, failure);
        if (code != 0) {
            return -1;
        }
    }
    return 0;
}

static int write_profile(struct assay_message_profile *out, struct profiling *profiling, struct assay_refusal *failure)
{
    out->elapsed_ns = profiling->elapsed_ns;
    out->cpu_ns = profiling->cpu_ns;
    out->main_cpu_ns = profiling->main_cpu_ns;
    out->queued_ns = profiling->queued_ns;
    return profiling->sampler != NULL ? assay_sampler_write(out, profiling->sampler, failure)
                                      : assay_hooks_write(out, &profiling->hooks, failure);
}

int assay_act_profile(struct assay_reply *reply, struct assay_session *session, const struct assay_request *request,
                      struct assay_refusal *failure)
{
    struct profiling profiling = { .sampler = NULL };
    int result = -1;
    session->profiles++;
    if (assay_session_ready(reply, session, request, request->batches > 0 ? request->batches : 1, failure) == 0 &&
        open_recorder(&profiling, session, request, failure) == 0 &&
        run_batches(reply, &profiling, session, request, failure) == 0) {
        assay_message_profile_init(&reply->profile);
        reply->has_profile = true;
        result = write_profile(&reply->profile, &profiling, failure);
    }
    if (result != 0 && reply->has_profile) {
        assay_message_profile_release(&reply->profile);
        reply->has_profile = false;
    }
    assay_sampler_close(profiling.sampler);
    assay_hooks_close(&profiling.hooks);
    free(profiling.recorder.windows);
    return result;
}
