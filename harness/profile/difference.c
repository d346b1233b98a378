/* Two profiles against each other: functions aligned by name and file, and which of them changed. Student's t over
 * rounds, in pairs or by Welch; the intervals of all rows hold together (Bonferroni), so that the chance that any row
 * of two equal profiles is marked is at most 5 %. */
#include "profile/merge.h"

#include "base/text.h"
#include "stats/distributions.h"
#include "stats/welch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double LEVEL = 0.95;
enum { LEAST_ROUNDS = 3 };

/* What is known of a change: its estimate, standard error and degrees of freedom; and the means that it is the
 * difference of. */
struct estimate {
    double change, error, degrees;
    bool known;
    double base, head;
};

/* ---- one row ------------------------------------------------------------------------------------------- */

static struct estimate estimate_paired(const double *base, const double *head, size_t rounds)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < rounds; i++) {
        sum += head[i] - base[i];
    }
    double mean = sum / (double)rounds;
    for (size_t i = 0; i < rounds; i++) {
        squares += (head[i] - base[i] - mean) * (head[i] - base[i] - mean);
    }
    double variance = squares / (double)(rounds - 1);
    return (struct estimate){ mean, sqrt(variance / (double)rounds), (double)(rounds - 1), true, NAN, NAN };
}

static struct estimate estimate_apart(const double *base, size_t base_rounds, const double *head, size_t head_rounds)
{
    struct assay_welch welch;
    assay_welch(&welch, base, base_rounds, head, head_rounds);
    return (struct estimate){
        welch.difference, welch.error, isfinite(welch.degrees) ? welch.degrees : 1e6, true, NAN, NAN
    };
}

/* `index` into the profile's functions, SIZE_MAX for one that it does not have: it took no time in any round. NULL: no
 * memory, or the function has no rounds. */
static double *rounds_of(const struct assay_profile *profile, size_t index, double unit)
{
    double *values = calloc(profile->round_count > 0 ? profile->round_count : 1, sizeof *values);
    const double *rounds = index != SIZE_MAX ? profile->functions[index].rounds : NULL;
    for (size_t i = 0; values != NULL && rounds != NULL && i < profile->round_count; i++) {
        values[i] = isfinite(rounds[i]) ? rounds[i] / unit : 0;
    }
    return values;
}

/* What the system took is no change of the kernel where the two were not measured side by side. */
static bool can_be_tested(const struct assay_profile *profile, size_t index, bool paired)
{
    return index == SIZE_MAX || (profile->functions[index].rounds != NULL &&
                                 (paired || profile->functions[index].kind != ASSAY_FUNCTION_OUTSIDE));
}

/* A function that no sample fell into on either side is no test: it would only widen the others' intervals. */
static bool any_time(const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (values[i] != 0) {
            return true;
        }
    }
    return false;
}

static double mean_of(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += values[i];
    }
    return sum / (double)count;
}

/* Rounds are as sampled. What the sampler slows down, both sides share: as one factor it cannot make a change. */
static double sampled_factor(const struct assay_profile *base, const struct assay_profile *head)
{
    double slowdown = (base->sampled_slowdown + head->sampled_slowdown) / 2;
    return isfinite(slowdown) && slowdown > -0.5 ? 1 + slowdown : 1;
}

static int estimate_change(struct estimate *estimate, const struct assay_profile *base, size_t base_index,
                           const struct assay_profile *head, size_t head_index, double base_unit, double head_unit,
                           bool paired)
{
    size_t base_rounds = base->round_count, head_rounds = head->round_count;
    *estimate = (struct estimate){ NAN, NAN, NAN, false, NAN, NAN };
    if (base_rounds < LEAST_ROUNDS || head_rounds < LEAST_ROUNDS || !can_be_tested(base, base_index, paired) ||
        !can_be_tested(head, head_index, paired)) {
        return 0;
    }
    double factor = sampled_factor(base, head);
    double *base_values = rounds_of(base, base_index, base_unit * factor);
    double *head_values = rounds_of(head, head_index, head_unit * factor);
    if (base_values != NULL && head_values != NULL &&
        (any_time(base_values, base_rounds) || any_time(head_values, head_rounds))) {
        *estimate =
            paired ? estimate_paired(base_values, head_values, base_rounds < head_rounds ? base_rounds : head_rounds)
                   : estimate_apart(base_values, base_rounds, head_values, head_rounds);
    }
    int code = base_values != NULL && head_values != NULL ? 0 : -1;
    if (code == 0 && estimate->known) {
        size_t least = base_rounds < head_rounds ? base_rounds : head_rounds;
        estimate->base = mean_of(base_values, paired ? least : base_rounds);
        estimate->head = mean_of(head_values, paired ? least : head_rounds);
    }
    free(base_values);
    free(head_values);
    return code;
}

/* ---- aligning -------------------------------------------------------------------------------------------- */

static bool same_text(const char *one, const char *other)
{
    return one == other || (one != NULL && other != NULL && strcmp(one, other) == 0);
}

/* The file's name without its directories: two builds may lie in unlike trees. */
static const char *plain_file(const char *file)
{
    const char *slash = file != NULL ? strrchr(file, '/') : NULL;
    return slash != NULL ? slash + 1 : file;
}

static size_t find(const struct assay_profile *profile, const struct assay_profile_function_row *wanted)
{
    for (size_t i = 0; i < profile->function_count; i++) {
        const struct assay_profile_function_row *row = &profile->functions[i];
        if (strcmp(row->name, wanted->name) == 0 && same_text(plain_file(row->file), plain_file(wanted->file)) &&
            (row->kind == ASSAY_FUNCTION_OUTSIDE) == (wanted->kind == ASSAY_FUNCTION_OUTSIDE)) {
            return i;
        }
    }
    return SIZE_MAX;
}

static double own_of(const struct assay_profile *profile, size_t index, double unit)
{
    return index == SIZE_MAX ? 0 : profile->functions[index].own / unit;
}

static double calls_of(const struct assay_profile *profile, size_t index, double unit)
{
    return index == SIZE_MAX ? NAN : profile->functions[index].calls / unit;
}

static int add_row(struct assay_profile_difference *out, struct estimate *estimates, const struct assay_profile *base,
                   size_t base_index, const struct assay_profile *head, size_t head_index, bool paired)
{
    bool items = strcmp(out->unit, "item") == 0;
    double base_unit = items ? base->items : 1, head_unit = items ? head->items : 1;
    const struct assay_profile_function_row *named =
        base_index != SIZE_MAX ? &base->functions[base_index] : &head->functions[head_index];
    struct assay_profile_change *change = &out->changes[out->change_count];
    *change = (struct assay_profile_change){ .name = assay_copy(named->name),
                                             .file = named->file != NULL ? assay_copy(named->file) : NULL,
                                             .base = base_index,
                                             .head = head_index,
                                             .base_own = own_of(base, base_index, base_unit),
                                             .head_own = own_of(head, head_index, head_unit),
                                             .base_calls = calls_of(base, base_index, base_unit),
                                             .head_calls = calls_of(head, head_index, head_unit),
                                             .change_low = NAN,
                                             .change_high = NAN };
    change->change = change->head_own - change->base_own;
    out->change_count++;
    bool copied = change->name != NULL && (change->file != NULL || named->file == NULL);
    return copied ? estimate_change(&estimates[out->change_count - 1], base, base_index, head, head_index, base_unit,
                                    head_unit, paired)
                  : -1;
}

static int add_rows(struct assay_profile_difference *out, struct estimate *estimates, const struct assay_profile *base,
                    const struct assay_profile *head, bool paired)
{
    int code = 0;
    for (size_t i = 0; i < base->function_count && code == 0; i++) {
        code = add_row(out, estimates, base, i, head, find(head, &base->functions[i]), paired);
    }
    for (size_t i = 0; i < head->function_count && code == 0; i++) {
        if (find(base, &head->functions[i]) == SIZE_MAX) {
            code = add_row(out, estimates, base, SIZE_MAX, head, i, paired);
        }
    }
    return code;
}

/* ---- which are proven ------------------------------------------------------------------------------------ */

/* Instructions and allocations are counted: they have no rounds and no interval. */
static bool is_exact(const struct assay_profile *profile)
{
    return profile->cost != NULL && strcmp(profile->cost, "time") != 0;
}

/* All intervals hold together with LEVEL, so that a reader may go through all rows and believe each. */
static void mark_proven(struct assay_profile_difference *out, const struct estimate *estimates, bool exact)
{
    size_t tested = 0;
    for (size_t i = 0; i < out->change_count; i++) {
        tested += estimates[i].known;
    }
    for (size_t i = 0; i < out->change_count; i++) {
        const struct estimate *estimate = &estimates[i];
        struct assay_profile_change *change = &out->changes[i];
        if (!estimate->known && exact) {
            change->change_low = change->change_high = change->change;
            change->proven = change->change != 0;
        }
        if (!estimate->known) {
            continue;
        }
        double half = assay_student_quantile(1 - (1 - LEVEL) / 2 / (double)tested, estimate->degrees) * estimate->error;
        change->base_own = estimate->base;
        change->head_own = estimate->head;
        change->change = estimate->change;
        change->change_low = estimate->change - half;
        change->change_high = estimate->change + half;
        change->proven = change->change_low > 0 || change->change_high < 0;
    }
}

static bool add_note(struct assay_profile_difference *out, const char *words)
{
    char **notes = realloc(out->notes, (out->note_count + 1) * sizeof *notes);
    if (notes == NULL) {
        return false;
    }
    out->notes = notes;
    notes[out->note_count] = assay_copy(words);
    out->note_count += notes[out->note_count] != NULL;
    return out->note_count > 0;
}

static bool add_notes(struct assay_profile_difference *out, const struct assay_profile *base,
                      const struct assay_profile *head)
{
    bool ok = true;
    if (!is_exact(base) && (base->round_count < LEAST_ROUNDS || head->round_count < LEAST_ROUNDS)) {
        ok = add_note(out, "no change can be proven: a profile has no repeated passes");
    }
    if (strcmp(out->unit, "iteration") == 0 && base->items != head->items) {
        ok =
            ok &&
            add_note(out, "per iteration: the kernels do not say, or not alike, how many items an iteration processes");
    }
    if (base->source != NULL && head->source != NULL && strcmp(base->source, head->source) != 0) {
        ok = ok && add_note(out, "own times come from unlike sources: what they leave out differs");
    }
    return ok;
}

int assay_profile_difference_make(struct assay_profile_difference *out, const struct assay_profile *base,
                                  const struct assay_profile *head, bool paired, struct assay_error *error)
{
    size_t most = base->function_count + head->function_count;
    if (base->cost != NULL && head->cost != NULL && strcmp(base->cost, head->cost) != 0) {
        return assay_fail(error, ASSAY_EINPUT, "the profiles have unlike costs: %s and %s", base->cost, head->cost);
    }
    struct estimate *estimates = calloc(most > 0 ? most : 1, sizeof *estimates);
    out->changes = calloc(most > 0 ? most : 1, sizeof *out->changes);
    out->unit = assay_copy(base->items > 0 && head->items > 0 ? "item" : "iteration");
    out->confidence = LEVEL;
    out->paired = paired && base->round_count == head->round_count;
    out->rounds = base->round_count < head->round_count ? base->round_count : head->round_count;
    bool ok = estimates != NULL && out->changes != NULL && out->unit != NULL &&
              add_rows(out, estimates, base, head, out->paired) == 0 && add_notes(out, base, head);
    if (ok) {
        mark_proven(out, estimates, is_exact(base) && is_exact(head));
    }
    free(estimates);
    return ok ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory for the difference of two profiles");
}
