/* A fresh process of each side, as much alike as can be: the plug-in from a copy in memory under the same name, the
 * same padding of environment and stack, the same seed. Knows no order of batches and no statistics. */
#include "compare/experiment.h"

#include "base/clock.h"
#include "machine/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_PADDING = 4096, MOST_STACK = 4096, STACK_STEP = 16 };

void assay_contest_end(struct contest *contest, const char *format, ...)
{
    va_list arguments;
    contest->over = true;
    if (contest->reason[0] == '\0') {
        va_start(arguments, format);
        (void)vsnprintf(contest->reason, sizeof contest->reason, format, arguments);
        va_end(arguments);
    }
}

void assay_contest_fail(struct experiment *experiment, struct contest *contest, int side,
                        const struct assay_failure *failure)
{
    static const char *const names[] = { "base", "head" };
    static const char *const words[ASSAY_STATUS_COUNT] = {
        [ASSAY_STATUS_OK] = "ended",
        [ASSAY_STATUS_WRONG_ANSWER] = "gave a wrong answer",
        [ASSAY_STATUS_CRASHED] = "crashed",
        [ASSAY_STATUS_TIMED_OUT] = "timed out",
        [ASSAY_STATUS_OUT_OF_MEMORY] = "ran out of memory",
        [ASSAY_STATUS_EXITED] = "exited",
        [ASSAY_STATUS_FAILED] = "failed",
        [ASSAY_STATUS_PROTOCOL_ERROR] = "broke the protocol",
        [ASSAY_STATUS_UNAVAILABLE] = "cannot run",
        [ASSAY_STATUS_IMPLAUSIBLE] = "was implausibly fast",
        [ASSAY_STATUS_INTERRUPTED] = "was interrupted",
    };
    (void)assay_bench_fail(&experiment->run, contest->bench[side], failure, experiment->error);
    if (contest->reason[0] == '\0') {
        contest->cut_short = failure->status == ASSAY_STATUS_INTERRUPTED || failure->at_budget_end;
    }
    if (failure->status == ASSAY_STATUS_INTERRUPTED) {
        assay_contest_end(contest, "interrupted");
    } else if (contest->blocks == 0) {
        assay_contest_end(contest, "%s %s before the first block: %s", names[side], words[failure->status],
                          failure->message);
    } else {
        assay_contest_end(contest, "%s %s in block %llu: %s", names[side], words[failure->status],
                          (unsigned long long)contest->blocks, failure->message);
    }
}

/* A copy of the file without a name of its own: fresh pages each time, and the same path on both sides. */
static int copy_image(const char *path, struct assay_failure *failure)
{
    struct stat status;
    int from = open(path, O_RDONLY | O_CLOEXEC);
    int image = from >= 0 ? memfd_create("side", MFD_CLOEXEC) : -1;
    bool ok = image >= 0 && fstat(from, &status) == 0;
    off_t done = 0;
    while (ok && done < status.st_size) {
        ssize_t put = sendfile(image, from, &done, (size_t)(status.st_size - done));
        errno = put == 0 ? EIO : errno; /* the file is shorter than it said: nothing failed that would set it */
        ok = put > 0 || (put < 0 && errno == EINTR);
    }
    if (!ok) {
        assay_failure_set(failure, ASSAY_STATUS_FAILED, "cannot copy '%s': %s", path, strerror(errno));
        if (image >= 0) {
            close(image);
        }
        image = -1;
    }
    if (from >= 0) {
        close(from);
    }
    return image;
}

/* What both processes of a block share. */
struct dress {
    char padding[MOST_PADDING + 32];
    char offset[16];
    uint64_t seed;
};

static void draw_dress(struct dress *dress, struct assay_random *random)
{
    size_t length = (size_t)assay_random_below(random, MOST_PADDING);
    int used = snprintf(dress->padding, sizeof dress->padding, "ASSAY_PADDING=");
    memset(dress->padding + used, 'x', length);
    dress->padding[(size_t)used + length] = '\0';
    (void)snprintf(dress->offset, sizeof dress->offset, "%u",
                   (unsigned)assay_random_below(random, MOST_STACK / STACK_STEP) * STACK_STEP);
    dress->seed = assay_random_next(random);
}

/* The command of a side: a plug-in's worker gets its image and the stack's offset, any other worker is started as it
 * is. */
static void make_command(const char *argv[64], char image_path[32], const struct assay_source *source,
                         const struct dress *dress)
{
    if (source->is_worker) {
        assay_run_command(argv, source, source->path);
        return;
    }
    (void)snprintf(image_path, 32, "/proc/self/fd/%d", ASSAY_IMAGE_FD);
    argv[0] = source->command[0];
    argv[1] = "--stack-offset";
    argv[2] = dress->offset;
    argv[3] = "--turns";
    argv[4] = image_path;
    argv[5] = NULL;
}

static struct assay_process *add_process(struct experiment *experiment, struct assay_slot *slot,
                                         const struct block *block, const struct dress *dress)
{
    struct assay_benchmark *benchmark = &experiment->run.document->benchmarks[slot->bench];
    const struct assay_source *source = experiment->run.plan->items[slot->bench].source;
    slot->process = benchmark->process_count;
    struct assay_process *process = assay_benchmark_add_process(benchmark);
    if (process != NULL) {
        process->seed = dress->seed;
        process->layout = source->is_worker ? -1 : (int32_t)block->layout;
        process->build_id = assay_copy(source->description.build_id);
        process->steady = -1;
        process->processor = -1;
        process->warmup_ns = process->startup_ns = process->peak_bytes = NAN;
    }
    return process;
}

static bool start(struct experiment *experiment, const struct contest *contest, struct block *block, int side,
                  int processor, const struct dress *dress, struct assay_failure *failure)
{
    struct assay_slot *slot = &block->slots[side];
    const struct assay_source *source = experiment->run.plan->items[slot->bench].source;
    const char *argv[64];
    char image_path[32];
    struct assay_error error = { 0 };
    int image = -1;
    bool ok = add_process(experiment, slot, block, dress) != NULL;
    if (!ok) {
        assay_failure_set(failure, ASSAY_STATUS_FAILED, "out of memory");
    }
    if (ok && !source->is_worker) {
        image = copy_image(assay_contest_plugin(experiment, contest, block, side), failure);
        ok = image >= 0;
    }
    if (ok) {
        make_command(argv, image_path, source, dress);
        (void)snprintf(slot->marker, sizeof slot->marker, "ASSAY_PROCESS=%zu.%zu", slot->bench, slot->process);
        const char *environment[] = { slot->marker, dress->padding, NULL };
        struct assay_launch launch = { .argv = argv,
                                       .environment = environment,
                                       .has_image = image >= 0,
                                       .image = image,
                                       .has_turns = image >= 0,
                                       .turns = { block->relay[side][0], block->relay[1 - side][1] },
                                       .processor = processor,
                                       .pinned = processor >= 0 };
        slot->opened_ns = assay_clock_ns();
        ok = assay_channel_open(&slot->channel, &launch, &error) == 0;
        if (!ok) {
            assay_failure_set(failure, ASSAY_STATUS_FAILED, "%s", error.text);
        }
    }
    if (image >= 0) {
        close(image);
    }
    return ok;
}

/* Kernels that make threads take every processor, before they make one; others stay on their side's, and go there when
 * all else is done. */
static void pin(struct experiment *experiment, struct assay_slot *slot, int processor)
{
    struct assay_run *run = &experiment->run;
    const struct assay_planned *planned = &run->plan->items[slot->bench];
    bool set[ASSAY_PROCESSORS_MAX] = { false };
    slot->processor = -1;
    if (!run->pinned || processor < 0) {
        return;
    }
    bool many = assay_run_uses_many(planned);
    for (size_t i = 0; many && i < ASSAY_PROCESSORS_MAX; i++) {
        set[i] = run->processors[i] || (run->plan->processors == NULL && run->own[i]);
    }
    set[processor] = true;
    if (assay_machine_pin(slot->channel->process.pid, set, ASSAY_PROCESSORS_MAX, NULL) == 0 && !many) {
        slot->processor = processor;
    }
}

static bool send_setup(struct experiment *experiment, struct assay_slot *slot, struct assay_failure *failure)
{
    struct assay_run *run = &experiment->run;
    struct assay_benchmark *benchmark = &run->document->benchmarks[slot->bench];
    struct assay_request request = { 0 };
    assay_run_request(&request, ASSAY_REQUEST_SETUP, &run->plan->items[slot->bench]);
    request.seed = benchmark->processes[slot->process].seed;
    assay_run_expect(&request, &benchmark->oracle);
    return assay_channel_send(slot->channel, &request, &run->limits, failure);
}

static bool take_setup(struct experiment *experiment, struct assay_slot *slot, struct assay_failure *failure)
{
    struct assay_run *run = &experiment->run;
    struct assay_reply reply = { 0 };
    size_t which = 0;
    bool ok = assay_channel_wait(&which, &reply, &slot->channel, 1, &run->limits, failure) &&
              assay_channel_judge(&reply, failure);
    assay_reply_release(&reply);
    if (ok) {
        struct assay_process *process = &run->document->benchmarks[slot->bench].processes[slot->process];
        process->startup_ns = (double)(assay_clock_ns() - slot->opened_ns);
        process->processor = slot->processor;
    }
    return ok;
}

/* The first to be started begins on the processor of the measurement, the other where the coordinator is, so that both
 * start at the same time; both are then brought to where they are measured. */
static bool launch_both(struct experiment *experiment, struct contest *contest, struct block *block, int *failed,
                        struct assay_failure *failure)
{
    struct dress dress;
    draw_dress(&dress, &contest->random);
    for (int i = 0; i < SIDES; i++) {
        int side = assay_block_side(block, i);
        int processor = i == 0 ? experiment->processors[side] : experiment->own_processor;
        *failed = side;
        if (!start(experiment, contest, block, side, processor, &dress, failure)) {
            return false;
        }
    }
    for (int i = 0; i < SIDES; i++) {
        *failed = assay_block_side(block, i);
        struct assay_slot *slot = &block->slots[*failed];
        if (!assay_channel_greet(slot->channel, &experiment->run.limits, failure)) {
            return false;
        }
        if (assay_run_uses_many(&experiment->run.plan->items[slot->bench])) {
            pin(experiment, slot, experiment->processors[*failed]);
        }
    }
    return true;
}

/* Warms up what is cold in a fresh process: pages, dynamic links, google-benchmark itself. Both at the same time,
 * before they come to one processor. */
static bool warm_up_both(struct experiment *experiment, const struct contest *contest, struct block *block, int *failed,
                         struct assay_failure *failure)
{
    for (int i = 0; i < 2 * SIDES; i++) {
        *failed = assay_block_side(block, i % SIDES);
        struct assay_channel *channel = block->slots[*failed].channel;
        struct assay_request request = { .kind = ASSAY_REQUEST_RUN,
                                         .iterations = contest->first_lead_in,
                                         .batches = 1 };
        struct assay_reply reply = { 0 };
        size_t which = 0;
        bool ok = i < SIDES ? assay_channel_send(channel, &request, &experiment->run.limits, failure)
                            : assay_channel_wait(&which, &reply, &channel, 1, &experiment->run.limits, failure) &&
                                  assay_channel_judge(&reply, failure);
        assay_reply_release(&reply);
        if (!ok) {
            return false;
        }
    }
    return true;
}

/* What compiles while it runs is not compared before it has settled, where it will be measured. */
static bool settle(struct experiment *experiment, const struct contest *contest, struct block *block, int side,
                   struct assay_failure *failure)
{
    struct assay_slot *slot = &block->slots[side];
    struct assay_benchmark *benchmark = &experiment->run.document->benchmarks[slot->bench];
    if (contest->iterations[side] == 0 || !assay_hello_can(&slot->channel->hello, "jit")) {
        return true;
    }
    return assay_slot_settle(&experiment->run, slot, &benchmark->processes[slot->process], contest->iterations[side],
                             failure);
}

static bool set_up_both(struct experiment *experiment, const struct contest *contest, struct block *block, int *failed,
                        struct assay_failure *failure)
{
    for (int i = 0; i < 2 * SIDES; i++) {
        *failed = assay_block_side(block, i % SIDES);
        struct assay_slot *slot = &block->slots[*failed];
        if (!(i < SIDES ? send_setup(experiment, slot, failure) : take_setup(experiment, slot, failure))) {
            return false;
        }
    }
    if (contest->first_lead_in > 0 && !warm_up_both(experiment, contest, block, failed, failure)) {
        return false;
    }
    for (int i = 0; i < SIDES; i++) {
        int side = assay_block_side(block, i);
        struct assay_slot *slot = &block->slots[side];
        pin(experiment, slot, experiment->processors[side]);
        experiment->run.document->benchmarks[slot->bench].processes[slot->process].processor = slot->processor;
        *failed = side;
        if (!settle(experiment, contest, block, side, failure)) {
            return false;
        }
    }
    return true;
}

bool assay_sides_open(struct experiment *experiment, struct contest *contest, struct block *block)
{
    struct assay_failure failure = { 0 };
    int failed = BASE;
    for (int i = 0; i < SIDES; i++) {
        block->slots[i] = (struct assay_slot){ .bench = contest->bench[i], .processor = -1, .steal_ns = -1 };
        block->relay[i][0] = block->relay[i][1] = -1;
    }
    if (pipe2(block->relay[BASE], O_CLOEXEC) != 0 || pipe2(block->relay[HEAD], O_CLOEXEC) != 0) {
        assay_failure_set(&failure, ASSAY_STATUS_FAILED, "cannot make a pipe: %s", strerror(errno));
    } else if (launch_both(experiment, contest, block, &failed, &failure) &&
               set_up_both(experiment, contest, block, &failed, &failure)) {
        return true;
    }
    assay_contest_fail(experiment, contest, failed, &failure);
    return false;
}

static void part(struct experiment *experiment, struct contest *contest, struct block *block, int side)
{
    struct assay_run *run = &experiment->run;
    struct assay_slot *slot = &block->slots[side];
    struct assay_request teardown = { .kind = ASSAY_REQUEST_TEARDOWN }, quit = { .kind = ASSAY_REQUEST_QUIT };
    struct assay_reply reply = { 0 };
    struct assay_failure failure = { 0 };
    if (assay_channel_call(slot->channel, &teardown, &reply, &run->limits, &failure)) {
        run->document->benchmarks[slot->bench].processes[slot->process].peak_bytes = reply.peak_bytes;
        assay_reply_release(&reply);
        reply = (struct assay_reply){ 0 };
        if (assay_channel_call(slot->channel, &quit, &reply, &run->limits, &failure)) {
            assay_channel_leave(slot->channel, 1.0, &failure);
        }
    }
    assay_reply_release(&reply);
    if (failure.status != ASSAY_STATUS_OK) {
        assay_contest_fail(experiment, contest, side, &failure);
    }
}

void assay_sides_close(struct experiment *experiment, struct contest *contest, struct block *block, bool asked)
{
    for (int i = 0; i < SIDES; i++) {
        struct assay_slot *slot = &block->slots[i];
        if (slot->channel == NULL) {
            continue;
        }
        if (asked && !contest->over) {
            part(experiment, contest, block, i);
        }
        if (slot->channel->noise_bytes > 0) {
            (void)assay_benchmark_flag(&experiment->run.document->benchmarks[slot->bench], "prints");
        }
    }
    for (int i = 0; i < SIDES * 2; i++) {
        if (block->relay[i / 2][i % 2] >= 0) {
            close(block->relay[i / 2][i % 2]);
        }
    }
    /* Both are told to end before the first is waited for. */
    for (int i = 0; i < SIDES; i++) {
        if (block->slots[i].channel != NULL && !block->slots[i].channel->over) {
            (void)kill(-block->slots[i].channel->process.pid, SIGKILL);
        }
    }
    for (int i = 0; i < SIDES; i++) {
        assay_channel_close(block->slots[i].channel);
        block->slots[i].channel = NULL;
    }
    for (int i = 0; i < SIDES; i++) {
        struct assay_failure failure = { 0 };
        size_t strays = assay_spawn_sweep(i == BASE ? block->slots[BASE].marker : NULL, experiment->awake, SIDES);
        if (strays > 0 && !contest->over) {
            assay_failure_set(&failure, ASSAY_STATUS_FAILED, "left %zu process%s behind, now killed", strays,
                              strays == 1 ? "" : "es");
            assay_contest_fail(experiment, contest, i, &failure);
        }
    }
}
