/* The experiment while it goes on: what the files of this folder share. Internal to compare/. docs/comparisons.md. */
#ifndef ASSAY_COMPARE_EXPERIMENT_H
#define ASSAY_COMPARE_EXPERIMENT_H

#include "compare/compare.h"
#include "measure/run.h"
#include "stats/sequence.h"
#include "stats/verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BASE, HEAD, SIDES };
/* A block is 2 to 16 quartets, each ABBA or BAAB: A is base. */
enum { QUARTETS_LEAST = 2, QUARTETS_MOST = 16, SLOTS_MOST = 4 * QUARTETS_MOST };
/* Where workers cannot take turns by themselves a slot is several short batches. */
enum { SLOT_BATCHES_MOST = 16 };

/* The layouts that a comparison draws from. */
struct layouts {
    bool any;           /* both sides can be linked anew */
    uint32_t *drawn;    /* numbers in the order of their use, without replacement; heap */
    char **paths;       /* of the files: base's and head's of the first number, of the second, ...; NULL: not linked */
    size_t count;       /* numbers that are linked on both sides */
    size_t drawn_count; /* numbers that are drawn */
    size_t capacity, path_capacity;
    bool stuck;            /* a link failed: what there is is used again */
    char **foreign[SIDES]; /* plug-ins that come in several layouts of their own, and cannot be linked anew */
    size_t foreign_counts[SIDES];
    size_t foreign_count; /* of the side that has fewer; 0: none */
};

/* One comparison. Its row in the document is document->comparisons[index]. */
struct contest {
    size_t index;
    size_t bench[SIDES];        /* may be equal */
    uint64_t iterations[SIDES]; /* of a batch, really run; they differ by the injected work alone */
    bool relayed;               /* the workers take turns by themselves; else each slot is a message */
    int quartets;               /* of a block */
    uint32_t batches;           /* of a slot; relayed: 1 */
    uint64_t extra_work;        /* of each of head's batches: injected */
    double injected;            /* both as a share of a batch's work */
    uint64_t lead_in;           /* iterations before the first batch after the other side; 0: none */
    uint64_t first_lead_in;     /* before the first batch of a process */
    double items[SIDES];        /* of an iteration, by which times are divided; 1: per iteration */
    struct assay_random random; /* coins, offsets, layouts: from the recorded seed and the index */
    struct layouts layouts;
    struct assay_sequence sequence;
    struct assay_judgement judgement;
    struct assay_interval interval; /* of the log ratio, at the last look */
    double *carry_overs;            /* one a block */
    double *means;                  /* likewise: ln of the ratio of all time, spikes and all */
    size_t carry_over_capacity, mean_capacity;
    double *pauses; /* seconds of the blocks that count; for the rule that sets blocks aside */
    size_t pause_capacity, pause_count;
    uint64_t blocks;  /* begun */
    int64_t first_ns; /* when the first block began; 0: not yet */
    double spent_s;   /* all that was spent on it */
    double block_s;   /* median so far; 0: not known */
    bool tried;       /* the trial was made */
    bool cut_short;   /* by the user or by the end of the budget: nobody's failure */
    bool over;        /* decided, failed, refused, or out of time */
    char reason[400]; /* why it cannot be decided; "": nothing to say */
};

struct experiment {
    struct assay_run run; /* documents, processors, limits: shared with measure/ */
    const struct assay_compare_options *options;
    struct contest *contests;
    size_t count;
    int processors[SIDES]; /* of each side; equal but in a duet; -1: not pinned */
    pid_t awake[SIDES];    /* keep the sides' processors from being halted; 0: none */
    int own_processor;     /* where the coordinator stays; the same as a side's where there is one only */
    struct assay_error *error;
};

/* What a block measured. */
struct block {
    uint64_t number; /* 0: the trial; blocks count from 1 */
    uint32_t layout; /* 0: as linked */
    size_t draw;     /* which of the contest's layouts, own or foreign */
    int quartets;
    bool reversed[QUARTETS_MOST]; /* BAAB; in a duet the first: the sides begin on each other's processors */
    bool head_first;
    unsigned char order[SLOTS_MOST]; /* BASE or HEAD: whose slot it is */
    double log_ns[SLOTS_MOST]; /* of the slot: ln of nanoseconds per item; of several batches the mean of the middle
                                  half */
    double sum_ns[SIDES];      /* of all batches, per item */
    struct assay_slot slots[SIDES];
    int relay[SIDES][2]; /* the pipe through which a side gets its turn: read and write end; -1: none */
    int64_t begun_ns;
};

/* ---- side.c: a process of one side ---- */
/* Starts both sides' processes, in the order of the coin, greets them and sets them up. False: the contest is over,
 * with the failure in the benchmark; or the user stopped. */
bool assay_sides_open(struct experiment *experiment, struct contest *contest, struct block *block);
/* Ends both. Also after a failure. `asked`: teardown and quit as the protocol has them, with the most memory that each
 * says it took; else they are ended at once. */
void assay_sides_close(struct experiment *experiment, struct contest *contest, struct block *block, bool asked);
/* ---- turns.c: their batches, kept in the document. False: failed. ---- */
/* The slots of the block's order one after the other, by messages or, relayed, by the workers themselves. */
bool assay_turns_run(struct experiment *experiment, struct contest *contest, struct block *block);
/* One slot of each side at the same time. */
bool assay_turns_together(struct experiment *experiment, struct contest *contest, struct block *block, uint64_t lead_in,
                          double log_ns[SIDES]);
/* A failure ends the contest; of a worker it goes to its benchmark. */
void assay_contest_fail(struct experiment *experiment, struct contest *contest, int side,
                        const struct assay_failure *failure);
void assay_contest_end(struct contest *contest, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- layouts.c ---- */
int assay_contest_find_layouts(struct experiment *experiment, struct contest *contest);
/* Chooses the block's layout; links more when they are used up. */
void assay_contest_next_layout(struct experiment *experiment, struct contest *contest, struct block *block);
/* The file that a side loads in that block; borrowed. */
const char *assay_contest_plugin(const struct experiment *experiment, const struct contest *contest,
                                 const struct block *block, int side);
void assay_contest_release_layouts(struct contest *contest);

/* ---- trial.c: before the first block: iterations of a batch, whether the answers agree ---- */
void assay_contest_try(struct experiment *experiment, struct contest *contest);
/* ---- block.c ---- */
/* The side that is first (`i` 0) and the one that is second (1) wherever one has to be, by the coin of the start. */
int assay_block_side(const struct block *block, int i);
void assay_contest_block(struct experiment *experiment, struct contest *contest);
/* ---- duet.c ---- */
/* Two processors, or ASSAY_EUSAGE in words. */
int assay_duet_place(struct experiment *experiment, struct assay_error *error);
bool assay_duet_run(struct experiment *experiment, struct contest *contest, struct block *block);
/* ---- judge.c: the look after a block; and the comparison's row ---- */
void assay_contest_look(struct experiment *experiment, struct contest *contest);
int assay_contest_finish(struct experiment *experiment, struct contest *contest, struct assay_error *error);
/* Seconds until this contest is likely to be decided; from what is known. */
double assay_contest_needs_s(const struct experiment *experiment, const struct contest *contest);
/* ---- family.c ---- */
int assay_comparisons_judge(struct assay_document *document, double margin, struct assay_error *error);
/* ---- notes.c: what a reader must know of both sides ---- */
int assay_contest_describe(struct experiment *experiment, struct contest *contest, struct assay_error *error);

#endif
