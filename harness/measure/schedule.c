/* What is measured next. Pure: knows no process and no clock. */
#include "measure/schedule.h"

#include <math.h>
#include <stdlib.h>

uint32_t assay_schedule_batches(const struct assay_want *want, uint32_t usual)
{
    if (want->samples == 0) {
        return usual;
    }
    uint64_t left = want->samples > want->samples_done ? want->samples - want->samples_done : 0;
    uint32_t processes = want->processes > want->processes_done ? want->processes - want->processes_done : 1;
    uint64_t batches = (left + processes - 1) / processes;
    return batches < UINT32_MAX ? (uint32_t)batches : UINT32_MAX;
}

static bool is_wanted(const struct assay_want *want)
{
    return want->active && (want->samples == 0 || want->samples_done < want->samples);
}

/* How many more rounds must fit into the budget: as many as the benchmark furthest behind wants processes. */
static uint32_t rounds_left(const struct assay_want *wants, size_t count)
{
    uint32_t most = 1;
    for (size_t i = 0; i < count; i++) {
        uint32_t left = wants[i].processes > wants[i].processes_done ? wants[i].processes - wants[i].processes_done : 0;
        if (is_wanted(&wants[i]) && left > most) {
            most = left;
        }
    }
    return most;
}

static double cost(const struct assay_want *want, uint32_t batches)
{
    return want->process_s + want->batch_s * (double)batches;
}

/* The largest number of batches, up to `usual`, with which a round of everything wanted fits into `share_s`; 1 if none
 * does. */
static uint32_t batches_that_fit(const struct assay_want *wants, size_t count, uint32_t usual, double share_s)
{
    for (uint32_t batches = usual; batches > 1; batches--) {
        double sum = 0;
        for (size_t i = 0; i < count; i++) {
            sum += is_wanted(&wants[i]) ? cost(&wants[i], batches) : 0;
        }
        if (sum <= share_s) {
            return batches;
        }
    }
    return 1;
}

int assay_schedule_round(struct assay_round *round, const struct assay_want *wants, size_t count, uint32_t usual, double left_s,
                         bool shuffle, struct assay_random *random)
{
    struct assay_round made = { calloc(count + 1, sizeof(uint32_t)), calloc(count + 1, sizeof(uint32_t)), 0, 0 };
    uint32_t *order = calloc(count + 1, sizeof(uint32_t));
    if (made.benchmarks == NULL || made.batches == NULL || order == NULL) {
        assay_round_release(&made);
        free(order);
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        order[i] = (uint32_t)i;
    }
    if (shuffle) {
        assay_random_shuffle(random, order, count);
    }
    bool budget = left_s >= 0;
    uint32_t most = budget ? batches_that_fit(wants, count, usual, left_s / rounds_left(wants, count)) : usual;
    for (size_t i = 0; i < count; i++) {
        const struct assay_want *want = &wants[order[i]];
        if (!is_wanted(want)) {
            continue;
        }
        uint32_t batches = assay_schedule_batches(want, most);
        batches = budget && batches > most ? most : batches;
        if (budget && made.expected_s + cost(want, batches) > left_s) {
            continue;
        }
        made.benchmarks[made.count] = order[i];
        made.batches[made.count++] = batches;
        made.expected_s += cost(want, batches);
    }
    free(order);
    *round = made;
    return 0;
}

void assay_round_release(struct assay_round *round)
{
    free(round->benchmarks);
    free(round->batches);
    *round = (struct assay_round){ 0 };
}

uint32_t *assay_schedule_order(size_t *length, const uint32_t *batches, size_t count, bool shuffle,
                               struct assay_random *random)
{
    size_t all = 0;
    for (size_t i = 0; i < count; i++) {
        all += batches[i];
    }
    uint32_t *order = calloc(all + 1, sizeof *order);
    if (order == NULL) {
        return NULL;
    }
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < batches[i]; k++) {
            order[used++] = (uint32_t)i;
        }
    }
    if (shuffle) {
        assay_random_shuffle(random, order, all);
    }
    *length = all;
    return order;
}
