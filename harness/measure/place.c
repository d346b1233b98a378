/* Where a run's processes are: workers on processors of their own, one for each lane (each benchmark of those that are
 * measured at the same time), the coordinator elsewhere. Pins nobody but the coordinator; starts nothing. */
#include "measure/run.h"

#include "base/number.h"
#include "machine/machine.h"

#include <stdlib.h>
#include <string.h>

/* What is known while processors are chosen. */
struct choice {
    bool allowed[ASSAY_PROCESSORS_MAX]; /* for this process */
    uint32_t lanes;                     /* wanted */
    uint32_t apart;                     /* chosen so far that share nothing with each other */
    char shared[160];                   /* what two that were looked at share; "": nothing was */
};

/* The most benchmarks that any of the plan wants to be measured with, itself included. */
static uint32_t most_jobs(const struct assay_plan *plan)
{
    uint32_t most = 1;
    for (size_t i = 0; i < plan->count; i++) {
        most = plan->items[i].jobs > most ? plan->items[i].jobs : most;
    }
    return most < ASSAY_LANES_MAX ? most : ASSAY_LANES_MAX;
}

static bool shares_with_chosen(struct assay_run *run, struct choice *choice, int candidate)
{
    for (int i = 0; i < ASSAY_PROCESSORS_MAX; i++) {
        if (run->processors[i] && assay_machine_share(choice->shared, sizeof choice->shared, i, candidate)) {
            return true;
        }
    }
    return false;
}

/* From the last processor down: first those that share nothing with one that was chosen, then, if there are not enough,
 * any. Processor 0 is left to the last: interrupts like it. */
static void choose(struct assay_run *run, struct choice *choice)
{
    uint32_t chosen = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (int i = ASSAY_PROCESSORS_MAX - 1; i >= 0 && chosen < choice->lanes; i--) {
            if (choice->allowed[i] && !run->processors[i] && (pass == 1 || !shares_with_chosen(run, choice, i))) {
                run->processors[i] = true;
                chosen++;
            }
        }
        choice->apart = pass == 0 ? chosen : choice->apart;
    }
}

/* Lanes get the chosen processors in turn: more lanes than processors take turns on what there is. */
static uint32_t give_lanes(struct assay_run *run, const struct choice *choice)
{
    uint32_t lane = 0;
    for (int i = 0; i < ASSAY_PROCESSORS_MAX && lane < choice->lanes; i++) {
        if (run->processors[i]) {
            run->lane_processors[lane++] = i;
        }
    }
    for (uint32_t i = lane; lane > 0 && i < choice->lanes; i++) {
        run->lane_processors[i] = run->lane_processors[i % lane];
    }
    return lane;
}

static void keep_the_rest(struct assay_run *run, const struct choice *choice)
{
    bool any = false;
    for (int i = 0; i < ASSAY_PROCESSORS_MAX; i++) {
        run->own[i] = choice->allowed[i] && !run->processors[i];
        any = any || run->own[i];
    }
    if (!any) {
        memcpy(run->own, run->processors, sizeof run->own);
    }
}

/* What was measured at once must say what it shared. */
static int say_what_is_shared(struct assay_run *run, const struct choice *choice, uint32_t processors,
                              struct assay_error *error)
{
    bool good = true;
    if (processors < choice->lanes) {
        good = assay_document_warn(run->document, "%u benchmarks were measured at once on %u processor%s: they took turns on it",
                                   choice->lanes, processors, processors == 1 ? "" : "s");
    } else if (choice->shared[0] != '\0') {
        good = assay_document_warn(run->document, "%u benchmarks were measured at once: %s", choice->lanes, choice->shared);
    }
    return good ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

/* --jobs wants processors that share nothing; who names processors answers for them, and a suite that asks for jobs
 * does so to show what they do to each other. */
static int refuse_shared(const struct choice *choice, uint32_t jobs, struct assay_error *error)
{
    return assay_fail(error, ASSAY_EUSAGE,
                      "bad --jobs '%u': want %u processors that share nothing, there %s %u: %s (--cpu LIST takes those that "
                      "it names all the same)",
                      jobs, jobs, choice->apart == 1 ? "is" : "are", choice->apart,
                      choice->shared[0] != '\0' ? choice->shared : "this process may use no more");
}

static int read_list(struct assay_run *run, struct choice *choice, const char *list, struct assay_error *error)
{
    if (!assay_parse_processors(list, run->processors, ASSAY_PROCESSORS_MAX)) {
        return assay_fail(error, ASSAY_EUSAGE, "bad --cpu '%s': want processors such as 1 or 0,2-3", list);
    }
    for (int i = 0; i < ASSAY_PROCESSORS_MAX; i++) {
        if (run->processors[i] && !choice->allowed[i]) {
            return assay_fail(error, ASSAY_EUSAGE, "bad --cpu '%s': processor %d is not there for this process", list, i);
        }
        for (int k = 0; k < i && run->processors[i] && choice->lanes > 1; k++) {
            if (run->processors[k] && choice->shared[0] == '\0') {
                (void)assay_machine_share(choice->shared, sizeof choice->shared, k, i);
            }
        }
    }
    return 0;
}

int assay_run_place(struct assay_run *run, struct assay_error *error)
{
    const struct assay_plan *plan = run->plan;
    const char *list = plan->processors;
    struct choice choice = { .lanes = most_jobs(plan) };
    run->lanes = choice.lanes;
    for (uint32_t i = 0; i < ASSAY_LANES_MAX; i++) {
        run->lane_processors[i] = -1;
    }
    unsigned count = assay_machine_processors(choice.allowed, ASSAY_PROCESSORS_MAX);
    run->pinned = count > 0 && (list == NULL || strcmp(list, "all") != 0);
    if (!run->pinned) {
        return 0;
    }
    if (list == NULL) {
        choose(run, &choice);
        if (plan->jobs > 1 && choice.apart < plan->jobs) {
            return refuse_shared(&choice, plan->jobs, error);
        }
    } else if (read_list(run, &choice, list, error) != 0) {
        return error->code;
    }
    keep_the_rest(run, &choice);
    uint32_t processors = give_lanes(run, &choice);
    int result = choice.lanes > 1 ? say_what_is_shared(run, &choice, processors, error) : 0;
    return result != 0 ? result : assay_machine_pin(0, run->own, ASSAY_PROCESSORS_MAX, error);
}
