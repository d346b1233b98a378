/* The run while it goes on: what its parts share. For measure/, and for compare/ and
 * passes/, which run batches in another order. */
#ifndef ASSAY_MEASURE_RUN_H
#define ASSAY_MEASURE_RUN_H

#include "measure/channel.h"
#include "measure/journal.h"
#include "measure/measure.h"
#include "measure/schedule.h"

enum { ASSAY_PROCESSORS_MAX = 1024 };
/* Benchmarks that are measured at the same time, at most. */
enum { ASSAY_LANES_MAX = 64 };
/* Batches of one process when nothing else is said. */
enum { ASSAY_USUAL_BATCHES = 10 };
/* Multiplications of the reference chain: about a millisecond. */
enum { ASSAY_REFERENCE_OPERATIONS = 1000000 };

/* One benchmark's progress; beside it stands the document's benchmark of the same index. */
struct assay_bench {
    struct assay_want want;
    struct assay_failure failure;
    uint64_t iterations;  /* a batch's; 0: not yet calibrated */
    uint32_t layouts;     /* how many are there; 0: as linked only */
    double estimate_ns;   /* of an iteration, for progress; NaN: none */
    bool journaled;       /* its line is written */
    uint32_t slow_batches; /* since the last good one, of which the worker's clock saw too little */
};

/* How a process and the scheduler got on; believe.c. */
struct assay_turns {
    double ran_ns;    /* the worker's */
    double waited_ns; /* ready to run and not running: the worker's and our own */
    bool known;
};

/* One open process of a benchmark. */
struct assay_slot {
    size_t bench;
    struct assay_channel *channel; /* NULL: ended or never begun */
    size_t process;                /* index into the document's processes[] */
    char marker[48];               /* "ASSAY_PROCESS=BENCH.NUMBER" */
    int processor;                 /* pinned to; -1: free */
    int64_t opened_ns;
    int64_t steal_ns;              /* reading before the batch under way; negative: none */
    struct assay_turns turns;      /* before the batch under way */
};

struct assay_run {
    const struct assay_plan *plan;
    const struct assay_measure_options *options;
    struct assay_document *document;
    struct assay_session *session; /* document->sessions[0] */
    struct assay_journal journal;
    struct assay_bench *benches;   /* plan->count */
    struct assay_slot *slots;      /* those that are open, plan->count of room */
    size_t slot_count;
    struct assay_random random;
    struct assay_channel_limits limits;
    int64_t start_ns;              /* zero of start_ns columns, on the coordinator's clock */
    double budget_s;               /* below 0: none */
    double reserve_s;              /* kept back for writing the document */
    double expected_s;             /* the whole, for progress */
    double cycle_ns;               /* a clock cycle, for plausibility */
    bool processors[ASSAY_PROCESSORS_MAX]; /* for workers */
    int lane_processors[ASSAY_LANES_MAX]; /* one a lane; -1: free */
    uint32_t lanes;                /* of the benchmarks that are measured now: their `jobs` */
    bool own[ASSAY_PROCESSORS_MAX]; /* where the coordinator stays */
    bool pinned;
    bool ended;                    /* a resumed run whose journal says that all was measured */
    bool interrupted;
    struct assay_error *error;     /* of the journal: ends the run */
};

/* place.c: which processors the workers have, a lane each, and where the coordinator stays. */
int assay_run_place(struct assay_run *run, struct assay_error *error);
/* begin.c: processors, oracles; and the layouts that a run's processes will use, linked beforehand. */
int assay_run_begin(struct assay_run *run, struct assay_error *error);
void assay_run_link(struct assay_run *run);
/* slot.c: a process from start to end. Failures go to the benchmark; an error is the journal's. */
int assay_slots_open(struct assay_run *run, const uint32_t *benches, size_t count, struct assay_error *error);
int assay_slots_close(struct assay_run *run, struct assay_error *error);
/* warm_up.c: everything between setup and the first sample. Fills the process's warmup_ns and, of a worker with the
 * capability "jit", `steady`. False: the benchmark failed. */
bool assay_slot_warm_up(struct assay_run *run, struct assay_slot *slot, struct assay_process *process,
                        struct assay_failure *failure);
/* Batches of `iterations`, not kept, until their times have settled or it takes too long: `steady` says which. */
bool assay_slot_settle(struct assay_run *run, struct assay_slot *slot, struct assay_process *process, uint64_t iterations,
                       struct assay_failure *failure);
/* The command that starts a worker for a plug-in or a worker file, with `plugin` in place of the plug-in's path. Borrowed
 * parts; argv has room for 64. */
void assay_run_command(const char *argv[64], const struct assay_source *source, const char *plugin);
/* Whether a benchmark makes threads or processes: it takes every processor, not its lane's. */
bool assay_run_uses_many(const struct assay_planned *planned);
/* Pins a worker to its lane's processor, or to all that one which uses many may have. Which; -1: it is free. */
int assay_run_pin(const struct assay_run *run, size_t bench, uint32_t lane, pid_t pid);
/* Fills a SETUP or EXPECT request with the benchmark's kernel and arguments (borrowed: do not release). */
void assay_run_request(struct assay_request *request, enum assay_request_kind kind, const struct assay_planned *planned);
/* believe.c: before batches are sent; and whether those that came back can be believed. False with `failure`. */
void assay_batch_watch(struct assay_run *run, struct assay_slot *slot);
bool assay_batch_believe(struct assay_run *run, struct assay_slot *slot, const struct assay_batch *batches, size_t count,
                         struct assay_failure *failure);
/* What the worker shall check every answer of this benchmark against: all that any oracle knows. Borrowed. */
void assay_run_expect(struct assay_request *request, const struct assay_oracle *oracle);
/* batch.c: the timed part. Sends a request for batches of the benchmark's iterations. */
struct assay_batch_wish {
    uint32_t batches;    /* 1 or more */
    const char *turns;   /* a digit a turn with another worker, instead of `batches`; NULL */
    uint64_t lead_in;    /* iterations before the first, or before each turn, not reported */
    uint64_t extra_work; /* of each batch */
};
bool assay_batch_send(struct assay_run *run, struct assay_slot *slot, const struct assay_batch_wish *wish,
                      struct assay_failure *failure);
int assay_batches_run(struct assay_run *run, const uint32_t *batches, bool shuffle, struct assay_error *error);
/* Tells the progress, as far as expected_s goes. */
void assay_run_tell(const struct assay_run *run, size_t bench);
/* Judges and keeps one reply to `run`, of as many batches as were asked for; false: the benchmark failed. */
bool assay_batch_take(struct assay_run *run, struct assay_slot *slot, const struct assay_reply *reply, uint32_t batches,
                      struct assay_error *error);
/* The answer that a reply carries, if any, becomes the benchmark's. */
void assay_benchmark_keep_answer(struct assay_benchmark *benchmark, const struct assay_reply *reply);
/* passes.c: what is counted in processes of their own, untimed: allocations, operations. */
void assay_passes_run(struct assay_run *run);
/* alone.c: a fresh process that is asked one question, and ended. */
struct assay_alone {
    size_t bench;
    const char *plugin;                  /* in place of the source's path */
    const char *const *environment;      /* up to 6 texts added to ours, NULL-terminated; may be NULL */
    uint64_t seed;
    uint64_t warm_up;                    /* iterations of a batch before; 0: none */
    bool pinned;                         /* where timed processes run */
    bool checked;                        /* answers against what oracles know */
    const struct assay_request *request; /* the question: RUN or PROFILE */
};
/* `answer` (may be NULL) takes the answer of its last batch. Both replies are to be released in any case. Not while slots are
 * open: what the process left behind is looked for among all children. */
bool assay_run_alone(struct assay_run *run, const struct assay_alone *alone, struct assay_reply *reply,
                     struct assay_reply *answer, struct assay_failure *failure);
/* NAME.so has other builds in NAME.builds/. Heap; NULL: there is no such file. */
char *assay_run_build(const char *plugin, const char *file);
/* "LD_PRELOAD=" with the allocation counter; heap. NULL: *reason (static) says why not. */
char *assay_run_preload(const struct assay_run *run, const char **reason);
/* finish.c: groups, statistics, flags, warnings. */
int assay_run_finish(struct assay_run *run, struct assay_error *error);
/* state.c: what all parts ask and change. */
/* The fixed chain of work, timed once on the workers' processor, into session and journal. */
int assay_run_reference(struct assay_run *run, struct assay_error *error);
/* One reading of the reference chain. False: out of memory. */
bool assay_session_add_reference(struct assay_session *session, double start_ns, double elapsed_ns);
int assay_bench_fail(struct assay_run *run, size_t bench, const struct assay_failure *failure, struct assay_error *error);
bool assay_run_stopped(const struct assay_run *run);
double assay_run_left_s(const struct assay_run *run); /* of the budget; below 0 when there is none */
int assay_run_new(struct assay_run *run, const struct assay_plan *plan, const struct assay_measure_options *options,
                  struct assay_error *error);
int assay_run_go(struct assay_run *run, struct assay_error *error);
void assay_run_release(struct assay_run *run);

#endif
