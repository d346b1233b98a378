/* What a reader must be told of the passes and of the plug-in. Knows no number of a function. */
#include "profile/merge_parts.h"

#include "base/text.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Whether two notes differ in numbers alone: rounds say the same of themselves. */
static bool same_but_numbers(const char *one, const char *other)
{
    for (;;) {
        while (isdigit((unsigned char)*one) || *one == '.') {
            one++;
        }
        while (isdigit((unsigned char)*other) || *other == '.') {
            other++;
        }
        if (*one != *other) {
            return false;
        }
        if (*one == '\0') {
            return true;
        }
        one++;
        other++;
    }
}

static bool pass_part_on(struct assay_profile *out, const char *part)
{
    for (size_t i = 0; i < out->note_count; i++) {
        if (same_but_numbers(out->notes[i], part)) {
            return true;
        }
    }
    return assay_profile_note(out, "%s", part);
}

/* A worker has one note for all that it says, in parts: one part may be new where the others were said. */
static bool pass_on(struct assay_profile *out, const char *note)
{
    static const char between[] = "; ";
    bool ok = true;
    while (ok && note != NULL) {
        const char *end = strstr(note, between);
        char *part = end != NULL ? assay_formatted("%.*s", (int)(end - note), note) : assay_copy(note);
        ok = part != NULL && pass_part_on(out, part);
        free(part);
        note = end != NULL ? end + strlen(between) : NULL;
    }
    return ok;
}

/* Worst of all passes with hooks. */
static void count_losses(struct assay_profile *out, const struct assay_message_profile *recorded)
{
    out->threads = fmax(out->threads, recorded->threads);
    out->folded_calls = fmax(out->folded_calls, recorded->folded_calls);
    out->lost_calls = fmax(out->lost_calls, recorded->lost_calls);
    out->jumps = fmax(out->jumps, recorded->jumps);
}

static bool note_pass(struct merge *merge, const struct assay_pass *pass, const char *name)
{
    struct assay_profile *out = merge->out;
    if (pass == NULL) {
        return true;
    }
    const struct assay_message_profile *recorded = &pass->recorded;
    count_losses(out, recorded);
    out->iterations = (isnan(out->iterations) ? 0 : out->iterations) + pass->iterations;
    if (recorded->truncated > 0 &&
        !assay_profile_note(out,
                            "pass %s: %.15g contexts did not fit a reply: what they had is in those that called them",
                            name, recorded->truncated)) {
        return false;
    }
    return pass_on(out, recorded->note);
}

static bool note_losses(struct assay_profile *out)
{
    bool ok = true;
    if (out->folded_calls > 0) {
        ok = assay_profile_note(
            out, "%.15g calls were deeper, or in more contexts, than the tree goes: counted by function alone",
            out->folded_calls);
    }
    if (ok && out->lost_calls > 0) {
        ok = assay_profile_note(out,
                                "%.15g calls are not counted: hooks ran out of memory, or signals came within signals",
                                out->lost_calls);
    }
    if (ok && out->jumps > 0) {
        ok = assay_profile_note(out, "%.15g frames were left without a return (longjmp, exceptions, ends of threads)",
                                out->jumps);
    }
    return ok;
}

static bool note_samples(struct merge *merge)
{
    const struct assay_passes *passes = merge->passes;
    double lost = 0, truncated = 0;
    for (size_t r = 0; r < passes->round_count; r++) {
        const struct assay_message_profile *recorded = &passes->rounds[r].recorded;
        lost += recorded->lost;
        truncated += recorded->truncated;
        merge->out->iterations =
            (isnan(merge->out->iterations) ? 0 : merge->out->iterations) + passes->rounds[r].iterations;
        if (!pass_on(merge->out, recorded->note)) {
            return false;
        }
    }
    bool ok = lost == 0 || assay_profile_note(merge->out, "%.15g samples were lost: there was no room for them", lost);
    return ok &&
           (truncated == 0 ||
            assay_profile_note(merge->out, "pass samples: %.15g stacks did not fit a reply: they end at their callers",
                               truncated));
}

static bool note_file(struct merge *merge)
{
    const struct assay_passes *passes = merge->passes;
    struct assay_symbols_file file;
    assay_symbols_describe(&file, merge->symbols, passes->plugin);
    const char *slash = strrchr(passes->plugin, '/'), *name = slash == NULL ? passes->plugin : slash + 1;
    bool ok = true;
    if (!file.readable) {
        return assay_profile_note(merge->out, "%s cannot be read: functions are shown by address", name);
    }
    if (file.stripped) {
        ok = assay_profile_note(merge->out, "%s is stripped: functions are shown by address", name);
    } else if (!file.lines) {
        ok = assay_profile_note(
            merge->out, "%s has no debug information (-g): files, lines and inlined functions are not known", name);
    }
    if (ok && !file.frame_pointers && passes->round_count > 0) {
        ok = assay_profile_note(
            merge->out,
            "%s is built without frame pointers (-fno-omit-frame-pointer): callers in sampled stacks may be wrong",
            name);
    }
    return ok;
}

int merge_notes(struct merge *merge)
{
    const struct assay_passes *passes = merge->passes;
    bool ok = note_file(merge) && note_pass(merge, passes->counts, "calls") &&
              note_pass(merge, passes->again, "calls again") && note_pass(merge, passes->single, "tree") &&
              note_pass(merge, passes->allocations, "allocations");
    for (size_t i = 0; i < passes->tree_count && ok; i++) {
        ok = note_pass(merge, &passes->trees[i], "tree with times");
    }
    ok = ok && note_losses(merge->out) && note_samples(merge);
    return ok ? 0 : merge_no_memory(merge);
}
