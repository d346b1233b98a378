/* Requests, one function each. Words of refusals name the thing and the wish. */
#include "worker/requests.h"

#include "worker/usage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* No batch has more iterations: the time of 10^12 empty ones says enough, and counts stay exact. */
#define MOST_ITERATIONS ((uint64_t)1000000000000)
#define EXACT_MAX ((uint64_t)1 << 53)

int assay_act_unknown(struct assay_reply *reply, struct assay_session *session, const struct assay_request *request,
                      struct assay_refusal *failure)
{
    (void)reply;
    (void)session;
    return assay_refuse(failure, "unavailable", "unknown request '%s'", request->word != NULL ? request->word : "");
}

int assay_act_describe(struct assay_reply *reply, struct assay_session *session, const struct assay_request *request,
                       struct assay_refusal *failure)
{
    struct assay_error error = { 0 };
    (void)request;
    if (assay_loaded_ask(session->loaded, &error) != 0) {
        return assay_refuse(failure, "out-of-memory", "%s", error.text);
    }
    reply->has_description = true;
    reply->description = session->loaded->description; /* borrowed, like the version */
    reply->description.version = (char *)session->version;
    return 0;
}

/* An index; negative after a refusal. */
static long find_kernel(const struct assay_session *session, const char *name, struct assay_refusal *failure)
{
    long found = assay_loaded_find(session->loaded, name);
    if (found < 0) {
        assay_refuse(failure, "failed", "no kernel '%s' in this plug-in", name);
    }
    return found;
}

static double finite_or_zero(double value)
{
    return isfinite(value) && value > 0 ? value : 0;
}

int assay_act_expect(struct assay_reply *reply, struct assay_session *session, const struct assay_request *request,
                     struct assay_refusal *failure)
{
    struct assay_argument_list list;
    struct assay_work work = { .struct_size = sizeof work };
    long index = find_kernel(session, request->kernel, failure);
    if (index < 0) {
        return -1;
    }
    const struct assay_kernel *kernel = &session->loaded->kernels[index];
    if (assay_argument_list_make(&list, &session->loaded->description.kernels[index], request->arguments,
                                 request->argument_count, failure) != 0) {
        return -1;
    }
    int code = assay_kernel_expect(&reply->expected, &reply->has_expected, kernel, &list, failure);
    if (code == 0 && kernel->work != NULL && kernel->work(&list.arguments, &work) == 0) {
        reply->items = finite_or_zero(work.items);
        reply->bytes = finite_or_zero(work.bytes);
        reply->least_operations = finite_or_zero(work.least_operations);
    }
    assay_argument_list_release(&list);
    return code;
}

int assay_act_setup(struct assay_reply *reply, struct assay_session *session, const struct assay_request *request,
                    struct assay_refusal *failure)
{
    long index = find_kernel(session, request->kernel, failure);
    (void)reply;
    if (index < 0) {
        return -1;
    }
    const struct assay_kernel_description *description = &session->loaded->description.kernels[index];
    const struct assay_kernel *kernel = &session->loaded->kernels[index];
    const char *reason = kernel->unavailable != NULL ? kernel->unavailable() : NULL;
    if (reason != NULL) {
        return assay_refuse(failure, "unavailable", "%s", reason);
    }
    if (request->threads > 1 && description->shared_state) {
        return assay_refuse(failure, "unavailable", "kernel '%s' shares its state: want 1 thread, not %u",
                            description->name, request->threads);
    }
    struct assay_instance_options options = { .arguments = request->arguments,
                                              .argument_count = request->argument_count,
                                              .seed = request->seed,
                                              .threads = request->threads > 0 ? request->threads : 1,
                                              .expected = request->has_expected ? &request->expected : NULL };
    if (assay_instance_new(&session->instance, kernel, description, &options, failure) != 0) {
        return -1;
    }
    /* The counters are the calling thread's: of several threads they would count one. */
    session->counting = request->counters && options.threads == 1 && !description->makes_threads &&
                        assay_counters_open(&session->counters);
    session->ran = false;
    session->verified = -1;
    session->seed = request->seed;
    session->profiles = 0;
    return 0;
}

/* One batch, of a request to run or of a calibration; `room` is NULL where no details are wanted. */
static int run_batch(struct assay_batch *out, bool *measured, struct assay_session *session,
                     const struct assay_request *wish, const struct assay_recorder *recorder, size_t *room,
                     struct assay_refusal *failure)
{
    struct assay_batch_options options = { .iterations = wish->iterations,
                                           .lead_in = wish->lead_in,
                                           .extra_work = wish->extra_work,
                                           .flush = wish->flush,
                                           .details = room != NULL,
                                           .observed_room = room != NULL ? *room : 0,
                                           .caches = &session->caches,
                                           .counters = session->counting ? &session->counters : NULL,
                                           .counts = session->loaded->counts,
                                           .allocations = session->allocations,
                                           .recorder = recorder };
    int code = assay_batch_run(out, measured, session->instance, &options, failure);
    if (*measured) {
        session->ran = true;
        session->verified = out->verified;
        for (size_t i = 0; room != NULL && i < out->observed_count; i++) {
            *room -= out->observed[i].count;
        }
    }
    return code;
}

/* A wrong answer is shown: of the first thread whose answer disagrees, else the first. */
static void show_answer(struct assay_reply *reply, const struct assay_session *session)
{
    char words[400];
    const struct assay_instance *instance = session->instance;
    const struct assay_share *shown = &instance->shares[0];
    for (uint32_t i = 0; i < instance->threads; i++) {
        const struct assay_share *share = &instance->shares[i];
        bool wrong = instance->description->deterministic && share->first_iterations != 0 &&
                     !assay_answer_agrees(words, sizeof words, &share->last, &share->first);
        for (unsigned j = 0; j < instance->expected_count; j++) {
            wrong = wrong || !assay_answer_agrees(words, sizeof words, &share->last, &instance->expected[j]);
        }
        if (wrong) {
            shown = share;
            break;
        }
    }
    reply->has_answer = true;
    reply->answer = shown->last;
    reply->verified = session->verified;
}

/* From a batch that took `elapsed_ns`: how many iterations to try next. At least twice as many, and at most sixteen
 * times: the first ones are slow. */
static uint64_t next_iterations(uint64_t iterations, double elapsed_ns, double wanted_ns)
{
    double factor = elapsed_ns > 0 ? wanted_ns / elapsed_ns : 16;
    factor = factor < 2 ? 2 : factor > 16 ? 16 : factor;
    double next = (double)iterations * factor;
    return next > (double)MOST_ITERATIONS ? MOST_ITERATIONS : (uint64_t)next;
}

int assay_act_calibrate(struct assay_reply *reply, struct assay_session *session, const struct assay_request *request,
                        struct assay_refusal *failure)
{
    uint64_t iterations = 1;
    double total_ns = 0;
    for (;;) {
        struct assay_batch batch;
        bool measured;
        struct assay_request wish = { .iterations = iterations };
        int code = run_batch(&batch, &measured, session, &wish, NULL, NULL, failure);
        if (code != 0) {
            if (measured) {
                show_answer(reply, session);
                assay_batch_free_parts(&batch);
            }
            return -1;
        }
        double elapsed_ns = batch.elapsed_ns;
        assay_batch_free_parts(&batch);
        total_ns += elapsed_ns;
        if (session->instance->description->one_iteration || iterations >= MOST_ITERATIONS) {
            break;
        }
        if (elapsed_ns >= request->batch_ns / 2) {
            double wanted = (double)iterations * (request->batch_ns / elapsed_ns);
            iterations = wanted > 1.5 ? (uint64_t)(wanted + 0.5) : 1;
            break;
        }
        iterations = next_iterations(iterations, elapsed_ns, request->batch_ns);
    }
    reply->iterations = iterations;
    reply->elapsed_ns = total_ns;
    return 0;
}

int assay_session_batch(struct assay_reply *reply, struct assay_session *session, const struct assay_request *wish,
                        const struct assay_recorder *recorder, size_t *room, struct assay_refusal *failure)
{
    bool measured;
    int code = run_batch(&reply->batches[reply->batch_count], &measured, session, wish, recorder, room, failure);
    reply->batch_count += measured;
    if (code != 0 && measured) {
        show_answer(reply, session);
    }
    return code;
}

int assay_session_ready(struct assay_reply *reply, const struct assay_session *session, const struct assay_request *request,
                        uint32_t batches, struct assay_refusal *failure)
{
    const struct assay_instance *instance = session->instance;
    if (instance->description->one_iteration && request->iterations != 1) {
        return assay_refuse(failure, "failed", "kernel '%s' does one iteration a batch, not %llu",
                            instance->description->name, (unsigned long long)request->iterations);
    }
    if (request->iterations > EXACT_MAX / instance->threads) {
        return assay_refuse(failure, "protocol-error", "too many iterations for %u threads: want 2^53 in all at most",
                            instance->threads);
    }
    reply->batches = calloc(batches, sizeof *reply->batches);
    return reply->batches != NULL ? 0 : assay_refuse(failure, "out-of-memory", "out of memory for %u batches", batches);
}

/* How many batches the turns have in all; 0: not digits, or more than a request may have. */
static uint32_t count_turns(const char *turns)
{
    uint32_t count = 0;
    for (const char *turn = turns; *turn != '\0'; turn++) {
        if (*turn < '0' || *turn > '9') {
            return 0;
        }
        count += (uint32_t)(*turn - '0');
        if (count > ASSAY_BATCHES_MAX) {
            return 0;
        }
    }
    return count;
}

/* Turn by turn with another worker. What was waited is part of the next batch's untimed time. */
static int run_turns(struct assay_reply *reply, struct assay_session *session, const struct assay_request *request,
                     struct assay_request *wish, size_t *room, struct assay_refusal *failure)
{
    for (const char *turn = request->turns; *turn != '\0'; turn++) {
        double waited_ns;
        if (!assay_relay_take(&session->relay, &waited_ns)) {
            return assay_refuse(failure, "failed", "the worker that it takes turns with has gone");
        }
        wish->lead_in = request->lead_in;
        for (int i = 0; i < *turn - '0'; i++) {
            if (assay_session_batch(reply, session, wish, NULL, room, failure) != 0) {
                return -1;
            }
            if (i == 0) {
                reply->batches[reply->batch_count - 1].untimed_ns += waited_ns;
            }
            wish->lead_in = 0;
        }
        if (!assay_relay_give(&session->relay)) {
            return assay_refuse(failure, "failed", "the worker that it takes turns with has gone");
        }
    }
    return 0;
}

int assay_act_run(struct assay_reply *reply, struct assay_session *session, const struct assay_request *request,
                  struct assay_refusal *failure)
{
    size_t room = ASSAY_BATCH_OBSERVED_MAX;
    uint32_t batches = request->batches > 0 ? request->batches : 1;
    if (request->turns != NULL && !session->relay.here) {
        return assay_refuse(failure, "unavailable", "no turns: start it with --turns");
    }
    if (request->turns != NULL && (batches = count_turns(request->turns)) == 0) {
        return assay_refuse(failure, "protocol-error", "bad turns '%.40s': want digits, not all 0, and 10000 batches at most", request->turns);
    }
    struct assay_request wish = { .iterations = request->iterations,
                                  .flush = request->flush,
                                  .lead_in = request->lead_in,
                                  .extra_work = request->extra_work };
    if (wish.lead_in > 1 && session->instance->description->one_iteration) {
        wish.lead_in = 1;
    }
    if (assay_session_ready(reply, session, request, batches, failure) != 0) {
        return -1;
    }
    if (request->turns != NULL) {
        return run_turns(reply, session, request, &wish, &room, failure);
    }
    for (uint32_t i = 0; i < batches; i++) {
        if (assay_session_batch(reply, session, &wish, NULL, &room, failure) != 0) {
            return -1;
        }
        reply->batches[i].start_ns = NAN; /* the coordinator knows */
        wish.lead_in = 0; /* before the first batch only */
    }
    return 0;
}

int assay_act_answer(struct assay_reply *reply, struct assay_session *session, const struct assay_request *request,
                     struct assay_refusal *failure)
{
    (void)request;
    if (!session->ran) {
        return assay_refuse(failure, "protocol-error", "answer before any batch: want run first");
    }
    reply->has_answer = true;
    reply->answer = session->instance->shares[0].last;
    reply->verified = session->verified;
    return 0;
}

int assay_act_teardown(struct assay_reply *reply, struct assay_session *session, const struct assay_request *request,
                       struct assay_refusal *failure)
{
    (void)request;
    int result = assay_instance_tear_down(session->instance, failure);
    assay_session_tear_down(session);
    reply->peak_bytes = (double)assay_usage_peak_bytes(); /* negative: left out */
    return result;
}

int assay_act_quit(struct assay_reply *reply, struct assay_session *session, const struct assay_request *request,
                   struct assay_refusal *failure)
{
    (void)reply;
    (void)request;
    (void)failure;
    session->quit = true;
    return 0;
}

void assay_session_tear_down(struct assay_session *session)
{
    assay_instance_free(session->instance);
    session->instance = NULL;
    if (session->counting) {
        assay_counters_close(&session->counters);
        session->counting = false;
    }
}

void assay_act_forget(struct assay_reply *reply)
{
    for (size_t i = 0; i < reply->batch_count; i++) {
        assay_batch_free_parts(&reply->batches[i]);
    }
    free(reply->batches);
    free(reply->expected.source);
    if (reply->has_profile) {
        assay_message_profile_release(&reply->profile);
    }
    *reply = (struct assay_reply){ .id = 0 };
}
