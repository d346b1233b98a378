/* Passes in processes of their own: what the builds with hooks count and time. Knows no name of a function. */
#include "passes/engine.h"

#include "base/clock.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a call costs with a tree and times, before this machine's hooks have said it; and without reading a clock. */
static const double TREE_CALL_NS = 40, UNTIMED_CALL_NS = 8;
/* Slower than so many times the plain build, hooks time a part of the calls only: not below this. */
static const double DILATION_MOST = 5, LEAST_SHARE = 1.0 / 64;
static const double TREE_NS = 1e8, TREE_BATCH_NS = 2e7;
/* Rounds with times: second witnesses, or the first where no samples could be taken. */
enum { TREES_SECOND = 3, TREES_FIRST = TREES_MOST };
/* Start, set-up and end of a process, roughly. */
static const double PROCESS_S = 0.03;

/* ---- one question ---- */

static void note_missing(struct subject *subject, const char *build, const char *consequence)
{
    subject_note(subject,
                 "no %s build: %s (it is NAME.builds/%s.so beside NAME.so: assay_add_kernel() without TIMED_ONLY makes "
                 "it, and so does "
                 "a project from `assay new`)",
                 build, consequence, build);
}

static bool fits(struct engine *engine, struct subject *subject, const struct question *question)
{
    double left_s = engine_left_s(engine);
    if (question->expected_s <= left_s) {
        return true;
    }
    subject_note(subject, "pass %s: left out: it would take about %.3g s, and of the budget %.3g s are left",
                 question->pass_name, question->expected_s, fmax(0, left_s));
    return false;
}

static bool is_as_asked(const struct engine *engine, const struct subject *subject, const struct question *question,
                        const struct assay_reply *reply, struct assay_failure *failure)
{
    uint32_t threads = engine->plan.items[subject->bench].threads;
    double ran = 0, wanted = (double)question->request.iterations * question->request.batches * threads;
    for (size_t i = 0; i < reply->batch_count; i++) {
        ran += (double)reply->batches[i].iterations;
    }
    bool profile = question->request.kind != ASSAY_REQUEST_PROFILE || question->request.record == ASSAY_RECORD_LINES ||
                   reply->has_profile;
    if (reply->batch_count != question->request.batches || ran != wanted || !profile) {
        assay_failure_set(failure, ASSAY_STATUS_PROTOCOL_ERROR,
                          "replied with %zu batches, %.0f iterations and %s profile, want %u, %.0f and one",
                          reply->batch_count, ran, reply->has_profile ? "a" : "no", question->request.batches, wanted);
        return false;
    }
    return true;
}

/* A deterministic kernel gives one answer for one seed, whatever the build: else the passes did not run the same work.
 */
static void compare_answers(struct engine *engine, struct subject *subject, const struct question *question,
                            struct assay_reply *answer)
{
    const struct assay_planned *planned = &engine->plan.items[subject->bench];
    if (!answer->has_answer || question->timed || question->seed != subject->seed || !planned->kernel->deterministic ||
        answer->verified == 1) {
        return;
    }
    if (!subject->has_answer) {
        subject->answer = answer->answer;
        subject->has_answer = true;
        answer->answer = (struct assay_message_answer){ 0 };
    } else if (strcmp(subject->answer.sha256, answer->answer.sha256) != 0) {
        subject_note(subject,
                     "pass %s: the answer is not the plain build's (count %llu, want %llu; sum %llu, want %llu), and "
                     "the kernel says that "
                     "it is deterministic",
                     question->pass_name, (unsigned long long)answer->answer.count,
                     (unsigned long long)subject->answer.count, (unsigned long long)answer->answer.sum,
                     (unsigned long long)subject->answer.sum);
    }
}

static void keep(struct subject *subject, struct assay_pass *pass, struct assay_reply *reply)
{
    *pass = (struct assay_pass){ .batches = (double)reply->batch_count, .steal_ns = NAN };
    for (size_t i = 0; i < reply->batch_count; i++) {
        pass->iterations += (double)reply->batches[i].iterations;
        pass->elapsed_ns += reply->batches[i].elapsed_ns;
    }
    subject->iterations += pass->iterations;
    if (reply->has_profile) {
        pass->recorded = reply->profile;
        reply->has_profile = false;
        assay_message_profile_init(&reply->profile);
    } else {
        assay_message_profile_init(&pass->recorded);
    }
}

bool engine_ask(struct engine *engine, struct subject *subject, struct assay_pass *pass,
                const struct question *question)
{
    struct assay_run *run = &engine->run;
    struct assay_alone alone = { .bench = subject->bench,
                                 .plugin = question->plugin,
                                 .environment = question->environment,
                                 .seed = question->seed,
                                 .warm_up = question->warm_up,
                                 .pinned = true,
                                 .checked = true,
                                 .request = &question->request };
    struct assay_reply reply = { 0 }, answer = { 0 };
    struct assay_failure failure = { 0 };
    if (assay_run_stopped(run) || !fits(engine, subject, question)) {
        return false;
    }
    assay_run_tell(run, subject->bench);
    bool ok = assay_run_alone(run, &alone, &reply, &answer, &failure) &&
              is_as_asked(engine, subject, question, &reply, &failure);
    if (ok) {
        compare_answers(engine, subject, question, &answer);
        keep(subject, pass, &reply);
    } else {
        engine_pass_failed(engine, subject, question->pass_name, &failure);
    }
    assay_reply_release(&reply);
    assay_reply_release(&answer);
    return ok;
}

/* ---- hooks ---- */

static double sum_of(const double *column, size_t count)
{
    double sum = 0;
    for (size_t i = 0; column != NULL && i < count; i++) {
        sum += column[i];
    }
    return column != NULL ? sum : NAN;
}

static double known_or(double value, double otherwise)
{
    return isfinite(value) && value > 0 ? value : otherwise;
}

/* One plain iteration with the seed of the counted passes, for its answer; where an oracle has confirmed answers there
 * is no need. */
static void ask_plain(struct engine *engine, struct subject *subject)
{
    const struct assay_planned *planned = &engine->plan.items[subject->bench];
    struct assay_pass plain = { 0 };
    struct question question = { .pass_name = "plain",
                                 .plugin = planned->source->path,
                                 .seed = subject->seed,
                                 .request = { .kind = ASSAY_REQUEST_RUN, .iterations = 1, .batches = 1 },
                                 .expected_s = PROCESS_S + subject->iteration_ns * 1e-9 };
    if (planned->kernel->deterministic && engine->run.document->benchmarks[subject->bench].verified != 1) {
        (void)engine_ask(engine, subject, &plain, &question);
    }
    assay_message_profile_release(&plain.recorded);
}

static bool ask_once(struct engine *engine, struct subject *subject, struct assay_pass *pass, const char *pass_name,
                     const char *plugin, enum assay_record record)
{
    double calls_ns = (isfinite(subject->calls) ? subject->calls : 0) * TREE_CALL_NS;
    struct question question = {
        .pass_name = pass_name,
        .plugin = plugin,
        .seed = subject->seed,
        .request = { .kind = ASSAY_REQUEST_PROFILE, .iterations = 1, .batches = 1, .record = record },
        .expected_s = PROCESS_S + (subject->iteration_ns + (record == ASSAY_RECORD_TREE ? calls_ns : 0)) * 1e-9
    };
    bool ok = engine_ask(engine, subject, pass, &question);
    if (ok) {
        double calls = sum_of(pass->recorded.calls, pass->recorded.node_count) / pass->iterations;
        subject->calls = isfinite(calls) ? calls : subject->calls;
    }
    return ok;
}

/* So that hooks make an iteration no more than five times as long. */
static void choose_share(struct engine *engine, struct subject *subject)
{
    const struct assay_message_profile *said = &subject->single.recorded;
    double timed_ns = known_or(said->inside_ns + said->outside_ns, TREE_CALL_NS);
    double untimed_ns = known_or(said->untimed_ns, UNTIMED_CALL_NS);
    double calls = known_or(subject->calls, 0), plain_ns = subject->iteration_ns;
    double room_ns = (DILATION_MOST - 1) * plain_ns;
    double share = engine->wish->timed_share;
    if (share <= 0) {
        share = calls * timed_ns <= room_ns ? 1 : (room_ns / calls - untimed_ns) / timed_ns;
    }
    subject->timed_share = fmin(1, fmax(LEAST_SHARE, share));
    double call_ns = subject->timed_share >= 1 ? timed_ns : untimed_ns + subject->timed_share * timed_ns;
    subject->dilation = plain_ns > 0 ? 1 + calls * call_ns / plain_ns : 1;
}

static uint64_t iterations_for(double wanted_ns, double iteration_ns)
{
    double count = floor(wanted_ns / iteration_ns);
    return count < 1 ? 1 : count > 0x1p40 ? (uint64_t)1 << 40 : (uint64_t)count;
}

static void ask_trees(struct engine *engine, struct subject *subject)
{
    const struct assay_planned *planned = &engine->plan.items[subject->bench];
    double iteration_ns = fmax(1, subject->iteration_ns * subject->dilation);
    uint64_t iterations = planned->kernel->one_iteration ? 1 : iterations_for(TREE_BATCH_NS, iteration_ns);
    double batch_ns = (double)iterations * iteration_ns;
    double outer_ns = fmax(batch_ns, subject->outer_ns);
    uint32_t batches = (uint32_t)fmax(1, fmin(1000, TREE_NS * engine->scale / outer_ns));
    size_t wanted = subject->round_count > 0 ? TREES_SECOND : TREES_FIRST;
    for (size_t r = 0; r < wanted && !assay_run_stopped(&engine->run); r++) {
        struct question question = { .pass_name = "tree with times",
                                     .plugin = subject->instrumented,
                                     .seed = assay_random_derive(subject->seed, r + 1),
                                     .warm_up = batches > 1 ? iterations : 0,
                                     .timed = true,
                                     .request = { .kind = ASSAY_REQUEST_PROFILE,
                                                  .iterations = iterations,
                                                  .batches = batches,
                                                  .record = ASSAY_RECORD_TREE,
                                                  .timed_share = subject->timed_share },
                                     .expected_s = PROCESS_S + outer_ns * (batches + 1) * 1e-9 };
        if ((r > 0 && question.expected_s > engine_left_s(engine)) ||
            !engine_ask(engine, subject, &subject->trees[subject->tree_count], &question)) {
            break;
        }
        subject->tree_count++;
    }
}

void engine_hooks(struct engine *engine, struct subject *subject)
{
    if (subject->counting == NULL) {
        note_missing(subject, "counts", "calls are not counted a second time");
    }
    if (subject->instrumented == NULL) {
        note_missing(subject, "profile", "no calling contexts, and no second witness of the times");
    }
    if (subject->counting != NULL || subject->instrumented != NULL) {
        ask_plain(engine, subject);
    }
    if (subject->counting != NULL &&
        ask_once(engine, subject, &subject->counts, "calls", subject->counting, ASSAY_RECORD_CALLS)) {
        (void)ask_once(engine, subject, &subject->again, "calls again", subject->counting, ASSAY_RECORD_CALLS);
    }
    if (subject->instrumented != NULL &&
        ask_once(engine, subject, &subject->single, "tree", subject->instrumented, ASSAY_RECORD_TREE)) {
        choose_share(engine, subject);
        if (!engine->wish->no_hooks) {
            ask_trees(engine, subject);
        }
    }
}
