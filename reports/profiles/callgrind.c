/* callgrind's profile format, version 1 (valgrind's manual, "Callgrind Format Specification"): what each function cost by
 * itself, and its calls with what they cost in all. Names are compressed: the first time "(3) name", then "(3)". Time is
 * in whole nanoseconds of an iteration. */
#include "reports/profiles/profiles.h"

#include "reports/profiles/foreign.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct grind {
    FILE *to;
    const struct assay_profile *profile;
    char **names;
    size_t *files; /* of each function: the first function of that file, which gives it its number */
    bool *file_told, *name_told;
    size_t *order; /* edges by their caller */
};

struct filed {
    const char *file;
    size_t index;
};

static int by_file(const void *a, const void *b)
{
    const struct filed *x = a, *y = b;
    int order = strcmp(x->file, y->file);
    return order ? order : x->index < y->index ? -1 : x->index > y->index;
}

static bool number_files(struct grind *grind)
{
    size_t count = grind->profile->function_count;
    struct filed *sorted = calloc(count + 1, sizeof *sorted);
    for (size_t i = 0; sorted && i < count; i++) {
        const char *file = grind->profile->functions[i].file;
        sorted[i] = (struct filed){ file ? file : "???", i };
    }
    if (sorted) {
        qsort(sorted, count, sizeof *sorted, by_file);
    }
    for (size_t i = 0, first = 0; sorted && i < count; i++) {
        first = strcmp(sorted[first].file, sorted[i].file) == 0 ? first : i;
        grind->files[sorted[i].index] = sorted[first].index;
    }
    free(sorted);
    return sorted != NULL;
}

/* A stable counting sort of the edges by caller. */
static bool order_edges(struct grind *grind)
{
    const struct assay_profile *profile = grind->profile;
    size_t *starts = calloc(profile->function_count + 1, sizeof *starts);
    for (size_t i = 0; starts && i < profile->edge_count; i++) {
        starts[profile->edges[i].caller + 1]++;
    }
    for (size_t i = 0; starts && i < profile->function_count; i++) {
        starts[i + 1] += starts[i];
    }
    for (size_t i = 0; starts && i < profile->edge_count; i++) {
        grind->order[starts[profile->edges[i].caller]++] = i;
    }
    free(starts);
    return starts != NULL;
}

static void put_name(struct grind *grind, const char *key, size_t number, const char *name, bool *told)
{
    (void)fprintf(grind->to, "%s=(%zu)", key, number + 1);
    if (!told[number]) {
        told[number] = true;
        (void)fputc(' ', grind->to);
        assay_foreign_put(grind->to, name, "");
    }
    (void)fputc('\n', grind->to);
}

static void put_function(struct grind *grind, size_t function, const char *file_key, const char *name_key)
{
    size_t number = grind->files[function];
    const char *file = grind->profile->functions[number].file;
    put_name(grind, file_key, number, file ? file : "???", grind->file_told);
    put_name(grind, name_key, function, grind->names[function], grind->name_told);
}

static void put_cost(struct grind *grind, uint32_t line, double cost)
{
    (void)fprintf(grind->to, "%u %" PRIu64 "\n", line, assay_foreign_whole(cost));
}

/* callgrind_annotate takes a line after "calls=0" for a cost of the caller itself: calls that nobody counted are 1. */
static void put_call(struct grind *grind, const struct assay_profile_edge *edge)
{
    const struct assay_profile_function_row *rows = grind->profile->functions;
    uint64_t calls = assay_foreign_whole(edge->calls);
    put_function(grind, edge->callee, "cfi", "cfn");
    (void)fprintf(grind->to, "calls=%" PRIu64 " %u\n", calls ? calls : 1, rows[edge->callee].line);
    put_cost(grind, rows[edge->caller].line, edge->total);
}

static void put_head(struct grind *grind, const struct assay_document *document)
{
    const struct assay_profile *profile = grind->profile;
    FILE *to = grind->to;
    (void)fputs("# callgrind format\nversion: 1\ncreator: assay ", to);
    assay_foreign_put(to, document->tool_version ? document->tool_version : "", "");
    (void)fputs("\ncmd: ", to);
    assay_foreign_put(to, document->benchmarks[profile->benchmark].id, "");
    (void)fputs("\ndesc: Trigger: one iteration\npositions: line\n", to);
    if (strcmp(profile->cost, "allocations") == 0) { /* without bytes: edges do not tell them */
        (void)fputs("event: Allocs : Allocations\nevents: Allocs\n", to);
    } else if (strcmp(profile->cost, "instructions") == 0) {
        (void)fputs("event: Ir : Instructions executed\nevents: Ir\n", to);
    } else {
        (void)fputs("event: ns : Nanoseconds of an iteration\nevents: ns\n", to);
    }
}

static void put_totals(struct grind *grind, const char *key)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < grind->profile->function_count; i++) {
        sum += assay_foreign_whole(grind->profile->functions[i].own);
    }
    (void)fprintf(grind->to, "%s: %" PRIu64 "\n", key, sum);
}

static void put_profile(struct grind *grind, const struct assay_document *document)
{
    const struct assay_profile *profile = grind->profile;
    size_t at = 0;
    put_head(grind, document);
    put_totals(grind, "summary");
    for (size_t i = 0; i < profile->function_count; i++) {
        const struct assay_profile_function_row *row = &profile->functions[i];
        (void)fputc('\n', grind->to);
        put_function(grind, i, "fl", "fn");
        put_cost(grind, row->line, row->own);
        for (; at < profile->edge_count && profile->edges[grind->order[at]].caller == i; at++) {
            put_call(grind, &profile->edges[grind->order[at]]);
        }
    }
    (void)fputc('\n', grind->to);
    put_totals(grind, "totals");
}

int assay_report_callgrind(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                           struct assay_error *error)
{
    const struct assay_document *document = report->parts[0].document;
    (void)options;
    int result = assay_foreign_check(document, "callgrind", true, error);
    if (result) {
        return result;
    }
    const struct assay_profile *profile = &document->profiles[0];
    struct grind grind = { .to = to,
                           .profile = profile,
                           .names = assay_foreign_names(profile),
                           .files = calloc(profile->function_count + 1, sizeof(size_t)),
                           .file_told = calloc(profile->function_count + 1, sizeof(bool)),
                           .name_told = calloc(profile->function_count + 1, sizeof(bool)),
                           .order = calloc(profile->edge_count + 1, sizeof(size_t)) };
    if (grind.names && grind.files && grind.file_told && grind.name_told && grind.order && number_files(&grind) &&
        order_edges(&grind)) {
        put_profile(&grind, document);
        result = assay_foreign_finish(to, "callgrind", error);
    } else {
        result = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    assay_foreign_names_free(grind.names, profile);
    free(grind.files);
    free(grind.file_told);
    free(grind.name_told);
    free(grind.order);
    return result;
}
