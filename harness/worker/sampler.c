/* From stacks to a tree: which part of a stack is the kernel's, and what is said of those that are cut short. */
#include "worker/sampler.h"

#include "worker/frame.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_PERIOD_NS 1e6

struct assay_samples {
    const struct assay_recorder *recorder;
    struct assay_profile_tree tree;
    struct assay_objects objects;
    long worker_file, libc_file; /* in `objects` */
    double period_ns;            /* of this batch */
    double count, short_count, deep_count;
    bool failed;
};

struct assay_sampler {
    const struct assay_sampler_kind *kind;
    void *state;
    struct assay_samples samples;
    struct assay_random random;
    double mean_period_ns;
    double periods_ns, batches; /* sum, and how many */
    double lost;
    struct assay_text note;
};

/* ---- one stack --------------------------------------------------------------------------------------- */

/* The window of a batch's thread; NULL: another thread. */
static const struct assay_window *window_of(const struct assay_recorder *recorder, pid_t thread)
{
    for (uint32_t i = 0; i < recorder->threads; i++) {
        if (recorder->windows[i].thread == thread) {
            return &recorder->windows[i];
        }
    }
    return NULL;
}

/* Whether it was taken while its thread, or of another thread any of the batch's, was in run. */
static bool is_inside(const struct assay_recorder *recorder, const struct assay_window *window, int64_t time_ns)
{
    if (window != NULL) {
        return time_ns >= window->start_ns && time_ns < window->end_ns;
    }
    for (uint32_t i = 0; i < recorder->threads; i++) {
        if (time_ns >= recorder->windows[i].start_ns && time_ns < recorder->windows[i].end_ns) {
            return true;
        }
    }
    return false;
}

static long file_of(const struct assay_samples *samples, uint64_t address)
{
    uint64_t inside;
    return assay_objects_find(&inside, &samples->objects, address);
}

/* How many frames are the kernel's: up to the call of run. A stack that does not reach it has lost frames (code without
 * frame pointers, or more frames than a sample holds): kept is what comes before the worker's own and before what is no
 * code. */
static size_t depth_in_run(struct assay_samples *samples, const struct assay_stack *stack)
{
    size_t depth = 0;
    for (size_t i = 1; i < stack->depth; i++) {
        if (assay_recorder_calls_run(stack->addresses[i])) {
            return i;
        }
    }
    for (; depth < stack->depth; depth++) {
        long file = file_of(samples, stack->addresses[depth] - (depth > 0));
        if (file == samples->worker_file || (file < 0 && depth > 0)) {
            break;
        }
    }
    samples->deep_count += stack->depth >= ASSAY_STACK_MAX;
    samples->short_count += depth > 0 && stack->depth < ASSAY_STACK_MAX;
    return depth;
}

/* Of a thread that the kernel made: without the frames of the C library (or of a sanitizer) that started it. */
static size_t depth_in_thread(const struct assay_samples *samples, const struct assay_stack *stack)
{
    size_t depth = stack->depth;
    while (depth > 1) {
        long file = file_of(samples, stack->addresses[depth - 1] - 1);
        if (file >= 0 && file != samples->libc_file && file != samples->worker_file) {
            break;
        }
        depth--;
    }
    return depth;
}

static int64_t find_leaf(struct assay_samples *samples, const struct assay_stack *stack, size_t depth, uint32_t thread)
{
    int64_t node = -1;
    for (size_t i = depth; i > 0; i--) {
        struct assay_tree_key key = { .parent = node, .thread = thread };
        /* A return address may be another function's first: the call before it is its caller's for certain. */
        uint64_t address = stack->addresses[i - 1] - (i > 1);
        key.file = assay_objects_find(&key.address, &samples->objects, address);
        node = assay_profile_tree_node(&samples->tree, &key);
        if (node < 0) {
            return -1;
        }
    }
    return node;
}

/* The stack with the caller that the walk left out, if it did. */
static struct assay_stack restored(const struct assay_stack *stack, uint64_t room[ASSAY_STACK_MAX + 1])
{
    struct assay_stack whole = *stack;
    uint64_t caller = assay_frame_caller(stack->addresses[0], stack->top, stack->top_count);
    if (caller == 0 || stack->depth > ASSAY_STACK_MAX || (stack->depth > 1 && stack->addresses[1] == caller)) {
        return whole;
    }
    room[0] = stack->addresses[0];
    room[1] = caller;
    memcpy(room + 2, stack->addresses + 1, (stack->depth - 1) * sizeof *room);
    whole.addresses = room;
    whole.depth++;
    return whole;
}

void assay_samples_add(struct assay_samples *samples, const struct assay_stack *taken)
{
    uint64_t room[ASSAY_STACK_MAX + 1] = { 0 };
    const struct assay_window *window = window_of(samples->recorder, taken->thread);
    if (taken->depth == 0 || !is_inside(samples->recorder, window, taken->time_ns)) {
        return;
    }
    struct assay_stack whole = restored(taken, room);
    const struct assay_stack *stack = &whole;
    size_t depth = window != NULL ? depth_in_run(samples, stack) : depth_in_thread(samples, stack);
    if (depth == 0) { /* the worker's own clock readings */
        return;
    }
    int64_t node = find_leaf(samples, stack, depth, window == &samples->recorder->windows[0] ? 0 : 1);
    if (node < 0) {
        samples->failed = true;
        return;
    }
    double *values = assay_profile_tree_values(&samples->tree, node);
    values[0] += 1;
    values[1] += stack->weight_ns;
    samples->count += 1;
}

/* ---- the recorder ------------------------------------------------------------------------------------ */

static int ready(void *context, struct assay_refusal *failure)
{
    struct assay_sampler *sampler = context;
    sampler->samples.period_ns = sampler->mean_period_ns * (0.75 + 0.5 * assay_random_real(&sampler->random));
    sampler->periods_ns += sampler->samples.period_ns;
    sampler->batches++;
    return sampler->kind->ready(sampler->state, failure);
}

static void before(void *context)
{
    struct assay_sampler *sampler = context;
    sampler->kind->before(sampler->state);
}

static void after(void *context)
{
    struct assay_sampler *sampler = context;
    sampler->kind->after(sampler->state);
}

static void enter(void *context, uint32_t thread)
{
    struct assay_sampler *sampler = context;
    sampler->kind->enter(sampler->state, thread);
}

static void leave(void *context, uint32_t thread)
{
    struct assay_sampler *sampler = context;
    sampler->kind->leave(sampler->state, thread);
}

/* ---- one request ------------------------------------------------------------------------------------- */

static const enum assay_tree_column columns[] = { ASSAY_TREE_SAMPLES, ASSAY_TREE_WEIGHT };

static void add_note(struct assay_text *note, const char *words)
{
    if (words != NULL) {
        assay_text_append(note, note->length > 0 ? "; " : "");
        assay_text_append(note, words);
    }
}

/* The kernel's clock if it is wanted and granted, else the timer. */
static int choose(struct assay_sampler *sampler, struct assay_recorder *recorder, const struct assay_sampler_options *options,
                  struct assay_refusal *failure)
{
    struct assay_text why = ASSAY_TEXT_INIT;
    if (!options->timer) {
        sampler->kind = &assay_sampler_perf;
        sampler->state = sampler->kind->open(recorder, options->others, &sampler->samples.period_ns, &sampler->random, &why);
        add_note(&sampler->note, sampler->state == NULL ? why.bytes : NULL);
    }
    if (sampler->state == NULL) {
        assay_text_clear(&why);
        sampler->kind = &assay_sampler_timer;
        sampler->state = sampler->kind->open(recorder, options->others, &sampler->samples.period_ns, &sampler->random, &why);
    }
    if (sampler->state == NULL) {
        add_note(&sampler->note, why.bytes);
        assay_refuse(failure, "unavailable", "cannot sample: %s", sampler->note.bytes != NULL ? sampler->note.bytes : "?");
    } else if (options->others || sampler->kind == &assay_sampler_timer) {
        add_note(&sampler->note, sampler->kind->note);
    }
    assay_text_release(&why);
    return sampler->state != NULL ? 0 : -1;
}

int assay_sampler_open(struct assay_sampler **out, struct assay_recorder *recorder,
                       const struct assay_sampler_options *options, struct assay_refusal *failure)
{
    struct assay_sampler *sampler = calloc(1, sizeof *sampler);
    if (sampler == NULL) {
        return assay_refuse(failure, "out-of-memory", "out of memory for samples");
    }
    sampler->mean_period_ns = options->period_ns > 0 ? options->period_ns : DEFAULT_PERIOD_NS;
    sampler->samples.period_ns = sampler->mean_period_ns;
    sampler->samples.recorder = recorder;
    assay_random_init(&sampler->random, options->seed);
    assay_profile_tree_init(&sampler->samples.tree, columns, sizeof columns / sizeof columns[0]);
    if (choose(sampler, recorder, options, failure) != 0) {
        assay_sampler_close(sampler);
        return -1;
    }
    recorder->context = sampler;
    recorder->ready = ready;
    recorder->before = before;
    recorder->after = after;
    recorder->enter = enter;
    recorder->leave = leave;
    *out = sampler;
    return 0;
}

void assay_sampler_close(struct assay_sampler *sampler)
{
    if (sampler == NULL) {
        return;
    }
    if (sampler->state != NULL) {
        sampler->kind->close(sampler->state);
    }
    assay_profile_tree_release(&sampler->samples.tree);
    assay_objects_release(&sampler->samples.objects);
    assay_text_release(&sampler->note);
    free(sampler);
}

int assay_sampler_collect(struct assay_sampler *sampler, struct assay_refusal *failure)
{
    struct assay_samples *samples = &sampler->samples;
    if (assay_objects_refresh(&samples->objects) != 0) { /* a kernel may have loaded more */
        return assay_refuse(failure, "out-of-memory", "out of memory for a list of what is mapped");
    }
    samples->worker_file = file_of(samples, (uint64_t)(uintptr_t)assay_sampler_collect);
    samples->libc_file = file_of(samples, (uint64_t)(uintptr_t)getppid);
    sampler->lost += sampler->kind->collect(sampler->state, samples);
    return samples->failed ? assay_refuse(failure, "out-of-memory", "out of memory for samples") : 0;
}

/* What is said only where it is more than an accident of single instructions: a twentieth of the samples. */
static void note_cut_stacks(struct assay_sampler *sampler)
{
    const struct assay_samples *samples = &sampler->samples;
    if (samples->short_count > samples->count / 20) {
        add_note(&sampler->note, "");
        assay_text_format(&sampler->note, "%.0f of %.0f stacks do not reach run: code without frame pointers",
                          samples->short_count, samples->count);
    }
    if (samples->deep_count > 0) {
        add_note(&sampler->note, "");
        assay_text_format(&sampler->note, "%.0f of %.0f stacks are deeper than %d frames and have lost their roots",
                          samples->deep_count, samples->count, ASSAY_STACK_MAX);
    }
}

int assay_sampler_write(struct assay_message_profile *out, struct assay_sampler *sampler, struct assay_refusal *failure)
{
    note_cut_stacks(sampler);
    out->period_ns = sampler->batches > 0 ? sampler->periods_ns / sampler->batches : sampler->mean_period_ns;
    out->lost = sampler->lost;
    out->source = assay_copy(sampler->kind->source(sampler->state));
    if (out->source == NULL || sampler->note.failed ||
        (sampler->note.length > 0 && (out->note = assay_copy(sampler->note.bytes)) == NULL) ||
        assay_profile_tree_write(out, &sampler->samples.tree, &sampler->samples.objects, ASSAY_PROFILE_NODES_MAX) != 0) {
        return assay_refuse(failure, "out-of-memory", "out of memory for samples");
    }
    return 0;
}
