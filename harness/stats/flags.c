/* What a careful reader of a benchmark's samples would be warned of: a table of detectors. Each asks for proof
 * (a test) and for size (over 2 %), so that neither noise nor trifles raise it. Knows no words but the flags'. */
#include "stats/stats.h"

#include "stats/levels.h"
#include "stats/order.h"
#include "stats/tests.h"

#include <math.h>
#include <stdlib.h>

#define PROOF 0.01         /* two-sided level of the tests; 8 processes can reach it by the signed-rank test */
#define WORTH_SAYING 0.02  /* of the median */
#define WIDE_INTERVAL 0.10 /* each way */
#define DISTURBED_SHARE 0.05
#define DISTURBED_SLOWER 1.2
#define DISTURBED_STOLEN 0.01 /* of the batch's time: less cannot have slowed it by a fifth */
#define PROCESS_GAP 1.1       /* modes of processes: a gap that much wider than all that is not gap */
#define SAMPLE_SEPARATION 2.2
#define VALLEY_SHARE 4 /* at most a quarter of the smaller mode may lie between both */
#define LEAST_SAMPLES_FOR_MODES 20

struct scene {
    const struct assay_flags_input *input;
    const struct assay_levels *levels;
    double *scratch; /* room for a number a sample */
};

/* Every detector: *found, or -1 when out of memory. */
typedef int detector(bool *found, const struct scene *scene);

/* How far the medians of one session go from its first to its last third. */
static double third_to_third(double *scratch, const double *medians, size_t count)
{
    size_t third = count / 3;
    if (third == 0) {
        return 0;
    }
    for (size_t i = 0; i < third; i++) {
        scratch[i] = medians[i];
        scratch[third + i] = medians[count - third + i];
    }
    assay_sort(scratch, third);
    assay_sort(scratch + third, third);
    return assay_sorted_median(scratch + third, third) - assay_sorted_median(scratch, third);
}

/* Within sessions only: that another day is slower is no drift. */
static int detect_drift(bool *found, const struct scene *scene)
{
    const struct assay_levels *levels = scene->levels;
    size_t count = levels->process_count;
    int code = -1;
    double *medians = calloc(count, sizeof *medians);
    double *moves = calloc(levels->session_count, sizeof *moves);
    if (!medians || !moves) {
        goto done;
    }
    assay_levels_process_medians(medians, levels);
    double s = 0;
    double variance = 0;
    uint32_t sessions = 0;
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && levels->processes[end].session == levels->processes[i].session; end++) {
            ;
        }
        if (assay_trend_add(&s, &variance, medians + i, end - i) != 0) {
            goto done;
        }
        moves[sessions++] = third_to_third(scene->scratch, medians + i, end - i);
    }
    assay_sort(moves, sessions);
    double move = assay_sorted_median(moves, sessions);
    *found = assay_trend_p(s, variance) < PROOF && fabs(move) > WORTH_SAYING * scene->input->statistics->median;
    code = 0;
done:
    free(moves);
    free(medians);
    return code;
}

/* Modes that processes fall into: a gap between their medians, at least two processes on each side. */
static bool process_modes(const struct scene *scene)
{
    size_t count = scene->levels->process_count;
    if (count < ASSAY_STATS_LEAST_PROCESSES) {
        return false;
    }
    assay_levels_process_medians(scene->scratch, scene->levels);
    assay_sort(scene->scratch, count);
    size_t below;
    if (assay_cluster_gap(&below, scene->scratch, count, 2) <= PROCESS_GAP) {
        return false;
    }
    return scene->scratch[below] - scene->scratch[below - 1] > WORTH_SAYING * scene->input->statistics->median;
}

/* Whether at least a quarter of the processes, and two, have two samples or more on each side of `border`. */
static bool modes_within_processes(const struct assay_levels *levels, double border)
{
    uint32_t mixed = 0;
    for (uint32_t i = 0; i < levels->process_count; i++) {
        const struct assay_level_process *process = &levels->processes[i];
        size_t low = 0;
        for (size_t j = process->first; j < process->first + process->count; j++) {
            low += levels->values[j] < border;
        }
        mixed += low >= 2 && process->count - low >= 2;
    }
    return mixed >= 2 && mixed >= levels->process_count / 4;
}

/* Modes that samples fall into within processes: each holds an eighth of all samples or more, so that stalls and
 * a slow first batch are none. */
/* Whether few samples lie between the two clusters' medians. A long tail on one side splits into clusters too, but fills
 * the middle third between them; two modes leave it nearly empty. */
static bool is_empty_between(const double *sorted, size_t count, size_t below, double distance)
{
    double low = assay_sorted_median(sorted, below);
    size_t between = 0;
    for (size_t i = 0; i < count; i++) {
        between += sorted[i] > low + distance / 3 && sorted[i] < low + distance * 2 / 3;
    }
    size_t smaller = below < count - below ? below : count - below;
    return between * VALLEY_SHARE <= smaller;
}

static int sample_modes(bool *found, const struct scene *scene)
{
    size_t count = scene->levels->value_count;
    if (count < LEAST_SAMPLES_FOR_MODES) {
        return 0;
    }
    double *sorted = assay_sorted(scene->levels->values, count);
    if (!sorted) {
        return -1;
    }
    double separation;
    size_t below;
    int code = assay_cluster_separation(&separation, &below, sorted, count, count / 8 + 1);
    if (code == 0 && separation > SAMPLE_SEPARATION) {
        double distance = assay_sorted_median(sorted + below, count - below) - assay_sorted_median(sorted, below);
        *found = distance > WORTH_SAYING * scene->input->statistics->median &&
                 is_empty_between(sorted, count, below, distance) && modes_within_processes(scene->levels, sorted[below]);
    }
    free(sorted);
    return code;
}

static int detect_two_modes(bool *found, const struct scene *scene)
{
    *found = process_modes(scene);
    return *found ? 0 : sample_modes(found, scene);
}

static int detect_few_samples(bool *found, const struct scene *scene)
{
    const struct assay_statistics *statistics = scene->input->statistics;
    *found = statistics->processes < ASSAY_STATS_LEAST_PROCESSES || !statistics->ci95.known ||
             statistics->ci95.high - statistics->ci95.low > 2 * WIDE_INTERVAL * statistics->median;
    return 0;
}

/* Whether something else is known to have had the processor during the batch; NaN compares as false. */
static bool interrupted(const struct assay_flags_input *input, size_t sample)
{
    if (input->involuntary_switches && input->involuntary_switches[sample] > 0) {
        return true;
    }
    if (!input->steal_ns || !(input->steal_ns[sample] > 0)) {
        return false;
    }
    return !input->elapsed_ns || input->steal_ns[sample] > DISTURBED_STOLEN * input->elapsed_ns[sample];
}

static int detect_noise(bool *found, const struct scene *scene)
{
    const struct assay_levels *levels = scene->levels;
    size_t disturbed = 0;
    for (uint32_t i = 0; i < levels->process_count; i++) {
        const struct assay_level_process *process = &levels->processes[i];
        for (size_t j = process->first; j < process->first + process->count; j++) {
            disturbed +=
                levels->values[j] > DISTURBED_SLOWER * process->median && interrupted(scene->input, levels->origin[j]);
        }
    }
    *found = (double)disturbed > DISTURBED_SHARE * (double)levels->value_count;
    return 0;
}

/* The median of a process's later half less that of its earlier half; `scratch` holds one half. */
static double later_less_earlier(double *scratch, const double *values, size_t count)
{
    size_t half = count / 2;
    double medians[2];
    for (int side = 0; side < 2; side++) {
        const double *from = side == 0 ? values : values + count - half;
        for (size_t i = 0; i < half; i++) {
            scratch[i] = from[i];
        }
        assay_sort(scratch, half);
        medians[side] = assay_sorted_median(scratch, half);
    }
    return medians[1] - medians[0];
}

static int detect_not_steady(bool *found, const struct scene *scene)
{
    const struct assay_levels *levels = scene->levels;
    double *moves = calloc(levels->process_count, sizeof *moves);
    if (!moves) {
        return -1;
    }
    size_t count = 0;
    for (uint32_t i = 0; i < levels->process_count; i++) {
        const struct assay_level_process *process = &levels->processes[i];
        if (process->count >= 4 && process->median > 0) {
            moves[count++] =
                later_less_earlier(scene->scratch, levels->values + process->first, process->count) / process->median;
        }
    }
    double p = 1;
    int code = assay_signed_rank_p(&p, moves, count);
    if (code == 0 && p < PROOF) {
        assay_sort(moves, count);
        *found = fabs(assay_sorted_median(moves, count)) > WORTH_SAYING;
    }
    free(moves);
    return code;
}

static const struct {
    unsigned flag;
    const char *word;
    detector *detect;
} table[] = {
    { ASSAY_FLAG_DRIFT, "drift", detect_drift },
    { ASSAY_FLAG_TWO_MODES, "two-modes", detect_two_modes },
    { ASSAY_FLAG_FEW_SAMPLES, "few-samples", detect_few_samples },
    { ASSAY_FLAG_NOISY, "noisy-neighbour", detect_noise },
    { ASSAY_FLAG_NOT_STEADY, "not-steady", detect_not_steady },
};

int assay_stats_flags(unsigned *flags, const struct assay_flags_input *input)
{
    struct assay_levels levels = { 0 };
    if (!assay_all_finite(input->samples->values_ns, input->samples->count) ||
        assay_levels_init(&levels, input->samples) != 0) {
        return -1;
    }
    int code = -1;
    unsigned raised = 0;
    double *scratch = calloc(levels.value_count, sizeof *scratch);
    if (!scratch) {
        goto done;
    }
    const struct scene scene = { input, &levels, scratch };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        bool found = false;
        if (table[i].detect(&found, &scene) != 0) {
            goto done;
        }
        raised |= found ? table[i].flag : 0;
    }
    *flags = raised;
    code = 0;
done:
    free(scratch);
    assay_levels_release(&levels);
    return code;
}

const char *assay_stats_flag_word(unsigned flag)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].flag == flag) {
            return table[i].word;
        }
    }
    return NULL;
}
