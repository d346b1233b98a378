/* An interpreter's own profiler: its functions and edges as they are, an iteration. Knows no address. */
#include "profile/merge.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>

static bool add_function(struct assay_profile *out, const struct assay_message_function *from, double iterations)
{
    struct assay_profile_function_row *row = assay_profile_add_function(out);
    if (row == NULL) {
        return false;
    }
    row->name = assay_copy(from->name);
    row->file = assay_copy(from->file);
    row->line = from->line;
    row->kind = ASSAY_FUNCTION_PLAIN;
    row->calls = from->calls / iterations;
    row->primitive_calls = from->primitive / iterations;
    row->own = from->own_ns / iterations;
    row->total = from->total_ns / iterations;
    out->calls += row->calls;
    out->primitive_calls += row->primitive_calls;
    return row->name != NULL && (row->file != NULL || from->file == NULL);
}

static bool add_edge(struct assay_profile *out, const struct assay_message_edge *from, double iterations)
{
    struct assay_profile_edge *edge = assay_profile_add_edge(out);
    if (edge != NULL) {
        *edge = (struct assay_profile_edge){ from->caller,
                                             from->callee,
                                             from->calls / iterations,
                                             from->primitive / iterations,
                                             from->own_ns / iterations,
                                             from->total_ns / iterations };
    }
    return edge != NULL;
}

int assay_profile_from_functions(struct assay_profile *out, const struct assay_pass *pass, double plain_ns,
                                 struct assay_error *error)
{
    const struct assay_message_profile *recorded = &pass->recorded;
    double iterations = pass->iterations > 0 ? pass->iterations : 1, sum = 0;
    free(out->cost);
    free(out->unit);
    free(out->source);
    out->cost = assay_copy("time");
    out->unit = assay_copy("ns");
    out->source = assay_copy(recorded->source == NULL ? "cProfile" : recorded->source);
    out->plain_ns = plain_ns;
    out->iterations = pass->iterations;
    out->calls = out->primitive_calls = 0;
    bool ok = out->cost != NULL && out->unit != NULL && out->source != NULL;
    for (size_t i = 0; i < recorded->function_count && ok; i++) {
        ok = add_function(out, &recorded->functions[i], iterations);
        sum += recorded->functions[i].own_ns / iterations;
    }
    for (size_t i = 0; i < recorded->edge_count && ok; i++) {
        ok = add_edge(out, &recorded->edges[i], iterations);
    }
    out->closure = sum / plain_ns - 1;
    out->dilation = sum / plain_ns;
    if (ok && isfinite(out->dilation)) {
        ok = assay_profile_note(out, "%s does not subtract its own cost: its times add up to %.2f times the plain time",
                                out->source, out->dilation);
    }
    ok = ok && (recorded->note == NULL || assay_profile_note(out, "%s", recorded->note));
    return ok ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory for a profile");
}
