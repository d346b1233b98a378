/* Brendan Gregg's collapsed stacks (github.com/brendangregg/FlameGraph): a line a context, frames from the root joined by
 * ';', a blank, and what the context cost by itself as a whole number. */
#include "reports/profiles/profiles.h"

#include "reports/profiles/foreign.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Of several profiles each has a root of its own: the benchmark, "~2" behind it the second time. */
static void put_root(const struct assay_document *document, size_t index, FILE *to)
{
    const char *id = document->benchmarks[document->profiles[index].benchmark].id;
    size_t before = 0;
    for (size_t i = 0; i < index; i++) {
        before += strcmp(document->benchmarks[document->profiles[i].benchmark].id, id) == 0;
    }
    if (document->profile_count > 1) {
        assay_foreign_put(to, id, ";");
        if (before > 0) {
            (void)fprintf(to, "~%zu", before + 1);
        }
        (void)fputc(';', to);
    }
}

static int put_profile(const struct assay_document *document, size_t index, FILE *to, struct assay_error *error)
{
    const struct assay_profile *profile = &document->profiles[index];
    bool memory = false;
    size_t depth = assay_foreign_depth(profile, &memory);
    char **names = assay_foreign_names(profile);
    uint32_t *frames = calloc(depth + 1, sizeof *frames);
    memory = memory && names && frames;
    for (size_t node = 0; memory && node < profile->tree.count; node++) {
        uint64_t own = assay_foreign_whole(profile->tree.own[node]);
        if (own == 0) {
            continue;
        }
        put_root(document, index, to);
        size_t count = assay_foreign_frames(profile, node, frames);
        for (size_t i = 0; i < count; i++) {
            assay_foreign_put(to, names[frames[i]], ";");
            (void)fputc(i + 1 < count ? ';' : ' ', to);
        }
        (void)fprintf(to, "%" PRIu64 "\n", own);
    }
    free(frames);
    assay_foreign_names_free(names, profile);
    return memory ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

int assay_report_collapsed(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                           struct assay_error *error)
{
    const struct assay_document *document = report->parts[0].document;
    (void)options;
    int result = assay_foreign_check(document, "collapsed", false, error);
    for (size_t i = 0; i < document->profile_count && !result; i++) {
        result = assay_foreign_needs_tree(&document->profiles[i], "a flame graph", error);
        if (!result && strcmp(document->profiles[i].cost, document->profiles[0].cost) != 0) {
            result = assay_fail(error, ASSAY_EUSAGE, "collapsed holds one cost, the document has %s and %s",
                                document->profiles[0].cost, document->profiles[i].cost);
        }
    }
    for (size_t i = 0; i < document->profile_count && !result; i++) {
        result = put_profile(document, i, to, error);
    }
    return result ? result : assay_foreign_finish(to, "collapsed", error);
}
