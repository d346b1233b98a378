/* The hooks forget at every start; what the batches of one request left is summed here. */
#include "worker/profile_hooks.h"

#include "base/text.h"
#include "base/vector.h"

#include <math.h>
#include <stdlib.h>

static const enum assay_tree_column calls_columns[] = { ASSAY_TREE_CALLS };
static const enum assay_tree_column tree_columns[] = { ASSAY_TREE_CALLS, ASSAY_TREE_INTERVALS, ASSAY_TREE_TIMED,
                                                       ASSAY_TREE_COST, ASSAY_TREE_FOLDED };
static const enum assay_tree_column cost_columns[] = { ASSAY_TREE_CALLS, ASSAY_TREE_INTERVALS, ASSAY_TREE_FIRST,
                                                       ASSAY_TREE_SECOND, ASSAY_TREE_FOLDED };
#define WIDTH(columns) (sizeof(columns) / sizeof(columns)[0])

/* What each record asks of a build. */
static const struct {
    uint32_t wish;
    const enum assay_tree_column *columns;
    size_t width;
} records[ASSAY_RECORDS] = {
    [ASSAY_RECORD_CALLS] = { ASSAY_PROFILE_CALLS, calls_columns, WIDTH(calls_columns) },
    [ASSAY_RECORD_TREE] = { ASSAY_PROFILE_TREE | ASSAY_PROFILE_TIMES, tree_columns, WIDTH(tree_columns) },
    [ASSAY_RECORD_ALLOCATIONS] = { ASSAY_PROFILE_TREE | ASSAY_PROFILE_COST, cost_columns, WIDTH(cost_columns) },
    [ASSAY_RECORD_LINES] = { ASSAY_PROFILE_LINES, calls_columns, WIDTH(calls_columns) },
};

bool assay_hooks_can(const struct assay_profile *profile, enum assay_record record, const struct assay_allocations *allocations)
{
    uint32_t wish = records[record].wish;
    return wish != 0 && (profile->records & wish) == wish &&
           (record != ASSAY_RECORD_ALLOCATIONS || (allocations != NULL && allocations->read_thread != NULL));
}

int assay_hooks_open(struct assay_hooks *hooks, const struct assay_profile *profile, enum assay_record record,
                     const struct assay_profile_cost *cost, struct assay_refusal *failure)
{
    *hooks = (struct assay_hooks){ .profile = profile, .record = record, .wish = records[record].wish, .cost = cost };
    assay_profile_tree_init(&hooks->tree, records[record].columns, records[record].width);
    if (assay_objects_refresh(&hooks->objects) != 0) {
        assay_hooks_close(hooks);
        return assay_refuse(failure, "out-of-memory", "out of memory for a list of what is mapped");
    }
    return 0;
}

void assay_hooks_close(struct assay_hooks *hooks)
{
    assay_profile_tree_release(&hooks->tree);
    assay_objects_release(&hooks->objects);
}

static void before(void *context)
{
    struct assay_hooks *hooks = context;
    hooks->code = hooks->profile->start(hooks->wish);
}

static void after(void *context)
{
    struct assay_hooks *hooks = context;
    if (hooks->code == 0) {
        hooks->profile->stop();
    }
}

void assay_hooks_attach(struct assay_hooks *hooks, struct assay_recorder *recorder)
{
    recorder->context = hooks;
    recorder->before = before;
    recorder->after = after;
}

/* ---- reading what a batch left ----------------------------------------------------------------------- */

static int add_function(void *context, const struct assay_profile_function *function)
{
    struct assay_hooks *hooks = context;
    struct assay_tree_key key = { .parent = -1 };
    key.file = assay_objects_find(&key.address, &hooks->objects, function->address);
    int64_t node = assay_profile_tree_node(&hooks->tree, &key);
    if (node < 0) {
        return 1;
    }
    assay_profile_tree_values(&hooks->tree, node)[0] += (double)function->calls;
    return 0;
}

/* Where the contexts of one batch went in the tree of all. */
struct contexts {
    struct assay_hooks *hooks;
    int64_t *nodes;
    size_t count, capacity;
};

static int add_context(void *context, const struct assay_profile_context *one)
{
    struct contexts *contexts = context;
    struct assay_hooks *hooks = contexts->hooks;
    struct assay_tree_key key = { .parent = -1, .file = -1, .thread = one->thread };
    if (one->parent >= (int64_t)contexts->count) {
        return 2;
    }
    if (one->parent >= 0) {
        key.parent = contexts->nodes[one->parent];
    }
    if (one->address != 0) {
        key.file = assay_objects_find(&key.address, &hooks->objects, one->address);
    }
    int64_t node = assay_profile_tree_node(&hooks->tree, &key);
    if (node < 0 || !assay_reserve((void **)&contexts->nodes, &contexts->capacity, contexts->count + 1,
                                   sizeof *contexts->nodes)) {
        return 1;
    }
    contexts->nodes[contexts->count++] = node;
    double *values = assay_profile_tree_values(&hooks->tree, node);
    bool times = hooks->record == ASSAY_RECORD_TREE;
    values[0] += (double)one->calls;
    values[1] += (double)one->intervals;
    values[2] += times ? (double)one->timed : (double)one->ticks;
    values[3] += times ? (double)one->ticks / hooks->cost->ticks_per_ns : (double)one->second;
    values[4] += (double)one->folded;
    return 0;
}

static void add_losses(struct assay_profile_losses *sum, const struct assay_profile_losses *one)
{
    sum->threads = one->threads > sum->threads ? one->threads : sum->threads;
    sum->folded_calls += one->folded_calls;
    sum->lost_calls += one->lost_calls;
    sum->jumps += one->jumps;
    sum->moved += one->moved;
    sum->deepest = one->deepest > sum->deepest ? one->deepest : sum->deepest;
    sum->contexts = one->contexts > sum->contexts ? one->contexts : sum->contexts;
    sum->bytes = one->bytes > sum->bytes ? one->bytes : sum->bytes;
}

static int refuse_reading(int code, struct assay_refusal *failure)
{
    if (code < 0) {
        return assay_refuse(failure, "failed", "the hooks ran out of memory: counts are missing");
    }
    return code == 1 ? assay_refuse(failure, "out-of-memory", "out of memory for a profile")
                     : assay_refuse(failure, "failed", "the hooks gave a context before its parent");
}

int assay_hooks_collect(struct assay_hooks *hooks, struct assay_refusal *failure)
{
    const struct assay_profile *profile = hooks->profile;
    struct assay_profile_losses losses = { .struct_size = sizeof losses };
    struct contexts contexts = { .hooks = hooks };
    int code = 0;
    if (hooks->code != 0) {
        return assay_refuse(failure, "unavailable", "the hooks of this build refuse to record %s",
                            assay_record_word(hooks->record));
    }
    if (assay_objects_refresh(&hooks->objects) != 0) {
        return assay_refuse(failure, "out-of-memory", "out of memory for a list of what is mapped");
    }
    if (hooks->record == ASSAY_RECORD_CALLS) {
        code = profile->read(add_function, hooks);
    } else if (hooks->record != ASSAY_RECORD_LINES) {
        code = profile->read_tree(add_context, &contexts);
    }
    free(contexts.nodes);
    if (code != 0) {
        return refuse_reading(code, failure);
    }
    if (profile->losses != NULL) {
        profile->losses(&losses);
        add_losses(&hooks->losses, &losses);
    }
    return 0;
}

/* ---- the message ------------------------------------------------------------------------------------- */

/* A median of noisy repeats may lie below 0; no cost does. */
static double cost_ns(double ticks, double ticks_per_ns)
{
    return ticks > 0 ? ticks / ticks_per_ns : 0;
}

static int write_cost(struct assay_message_profile *out, const struct assay_profile_cost *cost, struct assay_refusal *failure)
{
    out->inside_ns = cost_ns(cost->inside, cost->ticks_per_ns);
    out->inside_spread_ns = cost_ns(cost->inside_spread, cost->ticks_per_ns);
    out->outside_ns = cost_ns(cost->outside, cost->ticks_per_ns);
    out->outside_spread_ns = cost_ns(cost->outside_spread, cost->ticks_per_ns);
    out->inside_most_ns = cost_ns(cost->inside_most, cost->ticks_per_ns);
    out->outside_most_ns = cost_ns(cost->outside_most, cost->ticks_per_ns);
    out->untimed_ns = cost_ns(cost->untimed, cost->ticks_per_ns);
    out->untimed_spread_ns = cost_ns(cost->untimed_spread, cost->ticks_per_ns);
    out->tick_ns = 1 / cost->ticks_per_ns;
#if defined(__x86_64__)
    out->source = assay_copy("rdtscp");
#else
    out->source = assay_copy("clock");
#endif
    return out->source != NULL ? 0 : assay_refuse(failure, "out-of-memory", "out of memory for a profile");
}

int assay_hooks_write(struct assay_message_profile *out, const struct assay_hooks *hooks, struct assay_refusal *failure)
{
    out->threads = hooks->losses.threads;
    out->folded_calls = (double)hooks->losses.folded_calls;
    out->lost_calls = (double)hooks->losses.lost_calls;
    out->jumps = (double)hooks->losses.jumps;
    out->moved = (double)hooks->losses.moved;
    out->deepest = (double)hooks->losses.deepest;
    out->contexts = (double)hooks->losses.contexts;
    out->bytes = (double)hooks->losses.bytes;
    if (hooks->record != ASSAY_RECORD_LINES &&
        assay_profile_tree_write(out, &hooks->tree, &hooks->objects, ASSAY_PROFILE_NODES_MAX) != 0) {
        return assay_refuse(failure, "out-of-memory", "out of memory for a profile");
    }
    return hooks->record == ASSAY_RECORD_TREE ? write_cost(out, hooks->cost, failure) : 0;
}
