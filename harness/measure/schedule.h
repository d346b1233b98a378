/* What is measured next: rounds of fresh processes, and within a round batches of all benchmarks in random order, all
 * drawn from the recorded seed. Pure: knows no process and no clock. docs/scheduling.md. */
#ifndef ASSAY_MEASURE_SCHEDULE_H
#define ASSAY_MEASURE_SCHEDULE_H

#include "base/random.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most processes that wait at the same time for their turn. */
#define ASSAY_SCHEDULE_WINDOW 16

/* What one benchmark still wants. */
struct assay_want {
    bool active;         /* false: failed, unavailable or done */
    uint32_t processes;  /* wanted in all */
    uint32_t processes_done;
    uint64_t samples;    /* wanted in all; 0: no end but the budget */
    uint64_t samples_done;
    double batch_s;      /* how long one batch takes, as far as known */
    double process_s;    /* what a process costs beside its batches: start, warm-up, end */
};
/* Batches that this benchmark's next process should take. With samples wanted: what is left, spread evenly over the
 * processes left. Without: `usual`. */
uint32_t assay_schedule_batches(const struct assay_want *want, uint32_t usual);

/* One round: which benchmarks get a process, in which order, and with how many batches each. */
struct assay_round {
    uint32_t *benchmarks; /* shuffled, or in order when sequential */
    uint32_t *batches;    /* of each of them */
    size_t count;
    double expected_s;
};
/* `left_s` below 0: no budget. With a budget the batches are cut so that the processes still wanted fit into it, and
 * benchmarks that do not fit at all are left out; an empty round means that the time is up or nothing is wanted.
 * -1: out of memory. */
int assay_schedule_round(struct assay_round *round, const struct assay_want *wants, size_t count, uint32_t usual, double left_s,
                         bool shuffle, struct assay_random *random);
void assay_round_release(struct assay_round *round);

/* The order of the batches of `count` processes that are open at the same time: a shuffled sequence in which process i
 * occurs batches[i] times. Heap, *length entries; NULL when out of memory. Not shuffled: one after the other. */
uint32_t *assay_schedule_order(size_t *length, const uint32_t *batches, size_t count, bool shuffle,
                               struct assay_random *random);

#endif
