/* The profiling while it goes on: what the files of this folder share. Internal to passes/. docs/profiles.md. */
#ifndef ASSAY_PASSES_ENGINE_H
#define ASSAY_PASSES_ENGINE_H

#include "measure/run.h"
#include "passes/passes.h"
#include "profile/merge.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SUBJECTS_MOST = 2, ROUNDS_LEAST = 8, ROUNDS_MOST = 64, TREES_MOST = 8 };

/* One benchmark that is profiled, and what its passes recorded. */
struct subject {
    size_t bench;
    double iteration_ns;    /* plain, on its thread, as far as known; 0: not yet */
    double outer_ns;        /* of a plain batch, all that belongs to it included */
    bool sampling;          /* rounds still take samples */
    char *no_samples;       /* why not; heap, NULL */
    bool functions_offered; /* its worker has a profiler of its own */
    bool hooked;            /* the passes in processes of their own were run */
    uint64_t seed;          /* of all passes that run one iteration */
    struct assay_pass rounds[ROUNDS_MOST];
    size_t round_count;
    struct assay_pass fresh; /* this round's samples, until the other subject has its too */
    bool has_fresh;
    struct assay_pass counts, again, single, allocations, functions; /* iterations 0: none */
    struct assay_pass trees[TREES_MOST];
    size_t tree_count;
    double calls;                             /* of an iteration, by the first tree or the counts; NaN */
    double timed_share;                       /* 1: all */
    double dilation;                          /* expected of the hooks; 1 or more */
    double iterations;                        /* of all passes but the plain batches */
    char *counting, *instrumented, *coverage; /* builds; NULL: none */
    char *callgrind;                          /* directory with the files "one" and "two"; NULL */
    char *lines;                              /* what the coverage tool printed; NULL */
    size_t lines_length;
    struct assay_message_answer answer; /* of one plain iteration with `seed` */
    bool has_answer;
    char **notes;
    size_t note_count;
};

struct engine {
    struct assay_run run;   /* documents, processors, limits: shared with measure/ */
    struct assay_plan plan; /* the caller's, with our batches; borrows all that it points to */
    const struct assay_profile_options *wish;
    double budget_s; /* from program start, for all passes */
    double scale;    /* of the time a round takes: below 1 with a small budget */
    double round_s;  /* what the last one took */
    struct subject *subjects;
    size_t count;
    struct assay_symbols *symbols;
};

/* ---- engine.c ---- */
double engine_left_s(const struct engine *engine);
/* Whether the benchmark still stands: neither failed nor left out. */
bool engine_stands(const struct engine *engine, const struct subject *subject);
/* Keeps a line for the reader of the profile. Out of memory loses it. */
void subject_note(struct subject *subject, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What became of a pass that failed: a note; or, if the user stopped, the run's end. */
void engine_pass_failed(struct engine *engine, struct subject *subject, const char *pass,
                        const struct assay_failure *failure);

/* ---- rounds.c: a fresh process each, plain batches and then samples ---- */
/* Until so many rounds are there, or the next one would end after `until_s` from the program's start. The first is run
 * in any case. */
int engine_rounds(struct engine *engine, size_t wanted, double until_s, struct assay_error *error);

/* ---- counted.c: passes in processes of their own ---- */
/* One question in a fresh process, what it recorded into *pass. `pass_name` for notes; `expected_s` is compared with
 * what the budget has left. */
struct question {
    const char *pass_name;
    const char *plugin;
    const char *const *environment;
    uint64_t seed, warm_up;
    bool timed; /* pinned as timed processes are; and the answer not compared */
    struct assay_request request;
    double expected_s;
};
bool engine_ask(struct engine *engine, struct subject *subject, struct assay_pass *pass,
                const struct question *question);
/* counts, tree and, with times, trees. */
void engine_hooks(struct engine *engine, struct subject *subject);
/* ---- costs.c ---- */
void engine_allocations(struct engine *engine, struct subject *subject);
void engine_instructions(struct engine *engine, struct subject *subject);
void engine_functions(struct engine *engine, struct subject *subject);
/* ---- lines.c: how often each line was executed, from the coverage build and its compiler's tool ---- */
void engine_lines(struct engine *engine, struct subject *subject);

/* ---- assemble.c: what was recorded becomes a profile ---- */
/* `out` is initialised here. */
int engine_assemble(struct engine *engine, const struct subject *subject, struct assay_profile *out,
                    struct assay_error *error);
/* Half the widest interval so far; NaN: not known. Errors: memory. */
int engine_precision(double *precision, struct engine *engine, const struct subject *subject,
                     struct assay_error *error);

#endif
