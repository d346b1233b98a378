/* A block: a fresh pair of processes, some quartets of slots, each ABBA or BAAB by a coin. Knows no verdict. */
#include "compare/experiment.h"

#include "base/clock.h"
#include "base/vector.h"
#include "machine/machine.h"

#include <math.h>
#include <string.h>

/* A block that lasted so many times the median of those before it was not measured in one piece: a machine that was
 * suspended, a clock that jumped. The rule does not look at the sides. */
static const double PAUSE = 10;
enum { PAUSE_FROM = 6 };

static void toss(struct block *block, struct assay_random *random)
{
    uint64_t coins = assay_random_next(random);
    block->head_first = (coins >> 63 & 1) != 0;
    for (int q = 0; q < block->quartets; q++) {
        block->reversed[q] = (coins >> (62 - q) & 1) != 0;
        for (int i = 0; i < 4; i++) {
            bool outer = i == 0 || i == 3; /* A B B A */
            block->order[4 * q + i] = outer != block->reversed[q] ? BASE : HEAD;
        }
    }
}

int assay_block_side(const struct block *block, int i)
{
    return (i == 0) == block->head_first ? HEAD : BASE;
}

/* ---- what it says ---- */

/* Each quartet is two pairs: head less base in neighbouring slots, so close in time that what the machine does to one
 * it mostly does to both. Of the pairs of quartets from `first` on, the mean of the middle third. */
static double log_ratio(const struct block *block, int first, int quartets)
{
    double pairs[2 * QUARTETS_MOST];
    size_t count = 0;
    for (int i = 4 * first; i < 4 * (first + quartets); i += 2) {
        double difference = block->log_ns[i] - block->log_ns[i + 1];
        pairs[count++] = block->order[i] == HEAD ? difference : -difference;
    }
    return assay_stats_trimmed_mean(pairs, count, count / 3);
}

/* Slots after the other side's against slots after their own side's, the mean over sides; NaN if one kind is missing.
 */
static double carry_over(const struct block *block)
{
    double sums[SIDES][2] = { { 0, 0 }, { 0, 0 } };
    int counts[SIDES][2] = { { 0, 0 }, { 0, 0 } };
    for (int i = 1; i < 4 * block->quartets; i++) {
        int side = block->order[i], after_other = block->order[i - 1] != side;
        sums[side][after_other] += block->log_ns[i];
        counts[side][after_other]++;
    }
    double sum = 0;
    for (int side = BASE; side < SIDES; side++) {
        if (counts[side][0] == 0 || counts[side][1] == 0) {
            return NAN;
        }
        sum += sums[side][1] / counts[side][1] - sums[side][0] / counts[side][0];
    }
    return sum / SIDES;
}

/* The coins as a number: a bit a quartet, the first is 1. */
static double coins_of(const struct block *block)
{
    double sum = 0;
    for (int q = block->quartets - 1; q >= 0; q--) {
        sum = 2 * sum + block->reversed[q];
    }
    return sum;
}

/* Keeps the block's seconds; whether it lasted too long beside those before it. */
static bool was_paused(struct contest *contest, double seconds)
{
    void *items = contest->pauses;
    bool paused = contest->pause_count >= PAUSE_FROM && seconds > PAUSE * contest->block_s;
    if (!paused && assay_reserve(&items, &contest->pause_capacity, contest->pause_count + 1, sizeof(double))) {
        contest->pauses = items;
        contest->pauses[contest->pause_count++] = seconds;
        /* Without the memory for it the last median stands. */
        (void)assay_stats_median(&contest->block_s, contest->pauses, contest->pause_count);
    }
    return paused;
}

static bool set(double **values, size_t *capacity, size_t row, double value)
{
    void *items = *values;
    if (!assay_reserve(&items, capacity, row + 1, sizeof(double))) {
        return false;
    }
    *values = items;
    (*values)[row] = value;
    return true;
}

/* What the judge describes beside the ratio. */
static bool keep_beside(struct contest *contest, const struct block *block, size_t row)
{
    double mean = log(block->sum_ns[HEAD] / block->sum_ns[BASE]);
    return set(&contest->carry_overs, &contest->carry_over_capacity, row, carry_over(block)) &&
           set(&contest->means, &contest->mean_capacity, row, isfinite(mean) ? mean : 0);
}

static int keep(struct experiment *experiment, struct contest *contest, const struct block *block, double seconds)
{
    struct assay_comparison *comparison = &experiment->run.document->comparisons[contest->index];
    bool paused = was_paused(contest, seconds);
    int half = block->quartets / 2;
    double d = log_ratio(block, 0, block->quartets);
    bool plugin = !experiment->run.plan->items[contest->bench[BASE]].source->is_worker;
    double layout = contest->layouts.foreign_count > 0 ? (double)block->draw + 1 : plugin ? (double)block->layout : NAN;
    const double row[ASSAY_BLOCK_COLUMN_COUNT] = { d,
                                                   log_ratio(block, 0, half),
                                                   log_ratio(block, half, block->quartets - half),
                                                   (double)(block->begun_ns - contest->first_ns) * 1e-9,
                                                   seconds,
                                                   layout,
                                                   coins_of(block),
                                                   (double)block->head_first,
                                                   (double)block->slots[BASE].process,
                                                   (double)block->slots[HEAD].process,
                                                   (double)paused };
    if (!keep_beside(contest, block, comparison->blocks.count) || !assay_blocks_append(&comparison->blocks, row) ||
        (!paused && assay_sequence_add(&contest->sequence, d) != 0)) {
        return assay_fail(experiment->error, ASSAY_ENOMEM, "out of memory keeping blocks");
    }
    return 0;
}

void assay_contest_block(struct experiment *experiment, struct contest *contest)
{
    struct block block = { .number = ++contest->blocks, .quartets = contest->quartets };
    int64_t entered_ns = assay_clock_ns();
    assay_contest_next_layout(experiment, contest, &block); /* may link: counted in what was spent, not in the block */
    toss(&block, &contest->random);
    block.begun_ns = assay_clock_ns();
    contest->first_ns = contest->first_ns == 0 ? block.begun_ns : contest->first_ns;
    bool ok = assay_sides_open(experiment, contest, &block) &&
              (experiment->options->duet ? assay_duet_run(experiment, contest, &block)
                                         : assay_turns_run(experiment, contest, &block));
    assay_sides_close(experiment, contest, &block, false);
    int64_t now_ns = assay_clock_ns();
    if (ok && !contest->over && keep(experiment, contest, &block, (double)(now_ns - block.begun_ns) * 1e-9) != 0) {
        assay_contest_end(contest, "out of memory");
    }
    contest->spent_s += (double)(now_ns - entered_ns) * 1e-9;
}
