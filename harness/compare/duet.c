/* A duet: both sides at the same time, on two processors that share nothing that a neighbour could take from the other.
 * What disturbs the machine then disturbs both. Halfway they change places. */
#include "compare/experiment.h"

#include "base/clock.h"
#include "machine/machine.h"

#include <math.h>
#include <string.h>

/* Slots of each side in a block of a duet: as many as in two quartets. */
enum { DUET_PAIRS = 4 };

/* The user named two processors: his to answer for. */
static bool named_two(int found[SIDES], const struct assay_run *run)
{
    size_t count = 0;
    for (int i = 0; run->plan->processors != NULL && i < ASSAY_PROCESSORS_MAX; i++) {
        if (run->processors[i]) {
            if (count < SIDES) {
                found[count] = i;
            }
            count++;
        }
    }
    return count == SIDES;
}

int assay_duet_place(struct experiment *experiment, struct assay_error *error)
{
    struct assay_run *run = &experiment->run;
    char shared[160] = "";
    if (!run->pinned) {
        return assay_fail(error, ASSAY_EUSAGE, "bad --duet: processors cannot be chosen here");
    }
    for (size_t i = 0; i < run->plan->count; i++) {
        const struct assay_planned *planned = &run->plan->items[i];
        if (assay_run_uses_many(planned)) {
            return assay_fail(error, ASSAY_EUSAGE,
                              "bad --duet: %s makes threads or processes, which want all processors", planned->id);
        }
    }
    if (named_two(experiment->processors, run)) {
        return 0;
    }
    for (int a = 0; a < ASSAY_PROCESSORS_MAX; a++) {
        for (int b = a + 1; (run->processors[a] || run->own[a]) && b < ASSAY_PROCESSORS_MAX; b++) {
            if ((run->processors[b] || run->own[b]) && !assay_machine_share(shared, sizeof shared, a, b)) {
                experiment->processors[BASE] = a;
                experiment->processors[HEAD] = b;
                return 0;
            }
        }
    }
    return assay_fail(error, ASSAY_EUSAGE,
                      "bad --duet: want two processors that share nothing; %s (--cpu A,B names two all the same)",
                      shared[0] != '\0' ? shared : "there is only one");
}

static bool change_places(struct experiment *experiment, struct block *block, bool swapped)
{
    for (int i = 0; i < SIDES; i++) {
        int side = assay_block_side(block, i);
        bool set[ASSAY_PROCESSORS_MAX] = { false };
        int processor = experiment->processors[swapped ? 1 - side : side];
        set[processor] = true;
        block->slots[side].processor = processor;
        if (assay_machine_pin(block->slots[side].channel->process.pid, set, ASSAY_PROCESSORS_MAX, NULL) != 0) {
            return false;
        }
    }
    return true;
}

bool assay_duet_run(struct experiment *experiment, struct contest *contest, struct block *block)
{
    for (int pair = 0; pair < DUET_PAIRS; pair++) {
        bool swapped = (pair >= DUET_PAIRS / 2) != block->reversed[0];
        double log_ns[SIDES];
        uint64_t lead_in = pair == 0 || pair == DUET_PAIRS / 2 ? contest->lead_in : 0;
        if ((pair == 0 || pair == DUET_PAIRS / 2) && !change_places(experiment, block, swapped)) {
            assay_contest_end(contest, "a side could not be brought to its processor");
            return false;
        }
        if (!assay_turns_together(experiment, contest, block, lead_in, log_ns)) {
            return false;
        }
        for (int side = BASE; side < SIDES; side++) {
            block->order[2 * pair + side] = (unsigned char)side;
            block->log_ns[2 * pair + side] = log_ns[side];
        }
    }
    return true;
}
