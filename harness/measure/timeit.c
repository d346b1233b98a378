/* What `python -m timeit` does. Prints nothing. */
#include "measure/timeit.h"

#include "measure/run.h"

#include <stdlib.h>
#include <string.h>

/* A number of iterations is enough when it takes this long (CPython's Timer.autorange). */
static const double ENOUGH_S = 0.2;

void assay_timeit_release(struct assay_timeit *timeit)
{
    free(timeit->seconds);
    free(timeit->message);
    *timeit = (struct assay_timeit){ 0 };
}

struct session {
    struct assay_channel *channel;
    struct assay_channel_limits limits;
    struct assay_failure failure;
};

static bool open_session(struct session *session, const struct assay_plan *plan, const struct assay_planned *benchmark,
                         struct assay_error *error)
{
    const char *argv[64];
    struct assay_request setup = { 0 };
    struct assay_reply reply = { 0 };
    assay_run_command(argv, benchmark->source, benchmark->source->path);
    if (assay_channel_open(&session->channel, &(struct assay_launch){ .argv = argv }, error) != 0) {
        return false;
    }
    assay_run_request(&setup, ASSAY_REQUEST_SETUP, benchmark);
    setup.seed = plan->seed;
    setup.has_expected = benchmark->has_expected;
    setup.expected = benchmark->expected;
    bool ok = assay_channel_greet(session->channel, &session->limits, &session->failure) &&
              assay_channel_call(session->channel, &setup, &reply, &session->limits, &session->failure);
    assay_reply_release(&reply);
    return ok;
}

/* Seconds of one batch; false: the session's failure tells. */
static bool time_once(struct session *session, uint64_t loops, double *seconds, int *verified)
{
    struct assay_request request = { .kind = ASSAY_REQUEST_RUN, .iterations = loops, .batches = 1 };
    struct assay_reply reply = { 0 };
    bool ok = assay_channel_call(session->channel, &request, &reply, &session->limits, &session->failure);
    if (ok && reply.batch_count != 1) {
        assay_failure_set(&session->failure, ASSAY_STATUS_PROTOCOL_ERROR, "replied with %zu batches, want 1", reply.batch_count);
        ok = false;
    }
    if (ok) {
        *seconds = reply.batches[0].elapsed_ns * 1e-9;
        *verified = reply.batches[0].verified;
    }
    assay_reply_release(&reply);
    return ok;
}

/* 1, 2, 5, 10, 20, 50, ... until one takes 0.2 s. */
static bool seek_loops(struct session *session, uint64_t *loops, int *verified, assay_timeit_trial_fn trial, void *context)
{
    static const uint64_t steps[] = { 1, 2, 5 };
    for (uint64_t ten = 1; ten < (uint64_t)1 << 50; ten *= 10) {
        for (size_t i = 0; i < 3; i++) {
            double seconds = 0;
            if (!time_once(session, ten * steps[i], &seconds, verified)) {
                return false;
            }
            if (trial != NULL) {
                trial(context, ten * steps[i], seconds);
            }
            *loops = ten * steps[i];
            if (seconds >= ENOUGH_S) {
                return true;
            }
        }
    }
    assay_failure_set(&session->failure, ASSAY_STATUS_IMPLAUSIBLE, "takes no time at all: was the work removed?");
    return false;
}

int assay_timeit_run(struct assay_timeit *out, const struct assay_plan *plan, const struct assay_planned *benchmark,
                     uint64_t loops, uint32_t repeats, assay_timeit_trial_fn trial,
                     const struct assay_measure_options *options, struct assay_error *error)
{
    struct assay_timeit made = { .loops = loops, .verified = -1 };
    struct session session = { .limits = { .timeout_s = plan->protocol.timeout_s,
                                           .memory_bytes = plan->memory_bytes,
                                           .stop = options->stop } };
    int result = assay_spawn_adopt(error);
    made.seconds = calloc(repeats > 0 ? repeats : 1, sizeof *made.seconds);
    if (result != 0 || made.seconds == NULL) {
        free(made.seconds);
        return result != 0 ? result : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    bool ok = open_session(&session, plan, benchmark, error);
    if (session.channel == NULL) {
        free(made.seconds);
        return error != NULL ? error->code : ASSAY_EIO;
    }
    ok = ok && (loops > 0 || seek_loops(&session, &made.loops, &made.verified, trial, options->context));
    for (uint32_t i = 0; ok && i < repeats; i++) {
        ok = time_once(&session, made.loops, &made.seconds[i], &made.verified);
        made.repeats += ok;
    }
    assay_channel_close(session.channel);
    (void)assay_spawn_sweep(NULL, NULL, 0);
    made.status = session.failure.status;
    made.message = ok ? NULL : assay_copy(session.failure.message);
    *out = made;
    return 0;
}
