/* One iteration by callgrind: the plug-in's functions, and the library functions that they call, each with all that it
 * calls inside. Knows no grammar (callgrind_read.c) and no process. */
#include "profile/callgrind_graph.h"

#include "base/text.h"
#include "profile/merge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NOTES_MOST = 3 };

/* In file 0 and in file 1. */
struct amount {
    double in[ASSAY_CALLGRIND_FILES];
};
struct reduced { /* a function */
    bool plugin, entry /* a library function that the plug-in calls */, reached, called /* by another function */;
    struct amount own, calls, primitive, outermost /* inclusive, of calls that are not within it */, all;
    uint32_t row;
};
struct work {
    const struct assay_callgrind *graph;
    struct reduced *functions;
    bool *plugin;    /* by object */
    uint32_t *queue; /* functions to look at; room for all */
    struct assay_pairs edges;
    struct assay_profile *out;
    struct assay_error *error;
    size_t shared; /* callbacks of which it is not known through which library function they came */
};

static void add(struct amount *to, const double *in, double part)
{
    for (size_t i = 0; i < ASSAY_CALLGRIND_FILES; i++) {
        to->in[i] += in[i] * part;
    }
}

/* One iteration. */
static double iteration(const struct amount *amount)
{
    return amount->in[1] - amount->in[0];
}

static int no_memory(const struct work *work)
{
    return assay_fail(work->error, ASSAY_ENOMEM, "out of memory");
}

/* ---- whose a function is ---- */

static bool same_file(const char *one, const char *other)
{
    if (strcmp(one, other) == 0) {
        return true;
    }
    char *first = realpath(one, NULL), *second = realpath(other, NULL);
    bool same = first != NULL && second != NULL && strcmp(first, second) == 0;
    free(first);
    free(second);
    return same;
}

static struct reduced *caller_of(const struct work *work, const struct assay_callgrind_edge *edge)
{
    return &work->functions[assay_callgrind_function_of(edge->from)];
}

static struct reduced *callee_of(const struct work *work, const struct assay_callgrind_edge *edge)
{
    return &work->functions[assay_callgrind_function_of(edge->to)];
}

/* Everything else belongs to the worker, above the kernel's run, and is left out. */
static void mark_reached(const struct work *work)
{
    bool more = true;
    while (more) { /* library functions nest a few levels deep */
        more = false;
        for (size_t i = 0; i < work->graph->edge_count; i++) {
            const struct assay_callgrind_edge *edge = &work->graph->edges[i];
            struct reduced *to = callee_of(work, edge);
            if (caller_of(work, edge)->reached && !to->reached) {
                to->reached = more = true;
            }
        }
    }
}

/* ---- costs ---- */

/* From f to "f.part.0", which the compiler cut out of it: no call in the source. The other way round it is one. */
static bool is_inside(const struct assay_callgrind_edge *edge)
{
    return assay_callgrind_function_of(edge->from) == assay_callgrind_function_of(edge->to) &&
           !assay_callgrind_is_piece(edge->from) && assay_callgrind_is_piece(edge->to);
}

static void add_call(struct reduced *to, const struct assay_callgrind_edge *edge)
{
    bool outermost = edge->to % 2 == 0;
    add(&to->calls, edge->calls, 1);
    add(&to->primitive, edge->calls, outermost);
    add(&to->all, edge->cost, 1);
    add(&to->outermost, edge->cost, outermost);
}

/* What no function calls was at work before counting began: it costs its own instructions and what it calls. */
static void sum_up_callers(struct work *work)
{
    const struct assay_callgrind *graph = work->graph;
    for (size_t i = 0; i < graph->function_count; i++) {
        if (work->functions[i].plugin && !work->functions[i].called) {
            add(&work->functions[i].outermost, graph->functions[i].self[0], 1);
        }
    }
    for (size_t i = 0; i < graph->edge_count; i++) {
        const struct assay_callgrind_edge *edge = &graph->edges[i];
        struct reduced *from = caller_of(work, edge);
        if (from->plugin && !from->called && edge->from % 2 == 0 && !is_inside(edge)) {
            add(&from->outermost, edge->cost, 1);
        }
    }
}

static bool sum_up(struct work *work, const char *plugin)
{
    const struct assay_callgrind *graph = work->graph;
    bool found = false;
    for (size_t i = 0; i < graph->object_count; i++) {
        work->plugin[i] = same_file(graph->objects[i], plugin);
    }
    for (size_t i = 0; i < graph->function_count; i++) {
        struct reduced *function = &work->functions[i];
        function->row = ASSAY_NONE;
        function->plugin = function->reached = work->plugin[graph->functions[i].object];
        found = found || function->plugin;
        if (function->plugin) {
            add(&function->own, graph->functions[i].self[0], 1);
            add(&function->own, graph->functions[i].self[1], 1);
        }
    }
    mark_reached(work);
    for (size_t i = 0; i < graph->edge_count; i++) {
        const struct assay_callgrind_edge *edge = &graph->edges[i];
        struct reduced *from = caller_of(work, edge);
        struct reduced *to = callee_of(work, edge);
        if (!to->plugin && from->plugin) {
            to->entry = true;
            add_call(to, edge);
            add(&to->own, edge->cost, 1); /* less what it calls back, below */
        } else if (to->plugin && !is_inside(edge)) {
            add(&to->calls, edge->calls, 1);
            add(&to->primitive, edge->calls, edge->to % 2 == 0 && from != to);
            add(&to->outermost, edge->cost, edge->to % 2 == 0 && from != to);
            to->called = to->called || from != to;
        }
    }
    sum_up_callers(work);
    return found;
}

/* ---- rows and edges ---- */

static char *known_path(const char *path)
{
    return strcmp(path, "???") == 0 ? NULL : assay_copy(path);
}

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static bool is_nothing(const struct reduced *function)
{
    return iteration(&function->own) == 0 && iteration(&function->calls) == 0 && iteration(&function->outermost) == 0;
}

static bool add_row(struct work *work, size_t which)
{
    const struct assay_callgrind_function *function = &work->graph->functions[which];
    struct reduced *reduced = &work->functions[which];
    const char *object = work->graph->objects[function->object];
    const char *file = reduced->plugin ? function->file : base_of(object);
    struct assay_profile_function_row *row = assay_profile_add_function(work->out);
    if (row == NULL) {
        return false;
    }
    reduced->row = (uint32_t)work->out->function_count - 1;
    bool named = strncmp(function->name, "0x", 2) != 0;
    row->kind = !reduced->plugin ? ASSAY_FUNCTION_LIBRARY : named ? ASSAY_FUNCTION_PLAIN : ASSAY_FUNCTION_UNNAMED;
    row->line = reduced->plugin ? function->line : 0;
    row->name = assay_copy(function->name);
    row->file = known_path(file);
    row->calls = iteration(&reduced->calls);
    row->primitive_calls = iteration(&reduced->primitive);
    row->own = iteration(&reduced->own);
    bool within = !reduced->plugin && reduced->primitive.in[1] <= 0; /* only ever called while at work */
    row->total = within ? row->own : iteration(&reduced->outermost);
    return row->name != NULL && (row->file != NULL || strcmp(file, "???") == 0);
}

/* Whether callgrind can tell that a call is not within another one along the same edge: fib to fib'2 is the first,
 * fib'2 to fib'2 is most often a later one. */
static bool is_first(const struct assay_callgrind_edge *edge)
{
    return edge->from % 2 == 0 || edge->to % 2 == 0;
}

static bool add_edge(struct work *work, uint32_t caller, uint32_t callee, const struct assay_callgrind_edge *edge,
                     double part)
{
    struct amount calls = { .in = { 0 } }, cost = { .in = { 0 } };
    add(&calls, edge->calls, part);
    add(&cost, edge->cost, part);
    if (caller == ASSAY_NONE || callee == ASSAY_NONE || (iteration(&calls) == 0 && iteration(&cost) == 0)) {
        return true;
    }
    uint64_t key = assay_pair_key(caller, callee);
    uint32_t at = assay_pairs_get(&work->edges, key);
    struct assay_profile_edge *to = NULL;
    if (at == ASSAY_NONE) {
        to = assay_profile_add_edge(work->out);
        if (to == NULL || !assay_pairs_put(&work->edges, key, (uint32_t)work->out->edge_count - 1)) {
            return false;
        }
        to->caller = caller;
        to->callee = callee;
        to->calls = to->primitive_calls = to->total = to->own = 0;
    } else {
        to = &work->out->edges[at];
    }
    to->calls += iteration(&calls);
    to->primitive_calls += is_first(edge) ? iteration(&calls) : 0;
    to->total += is_first(edge) ? iteration(&cost) : 0;
    to->own += iteration(&cost); /* of all: finish_edges wants it */
    return true;
}

/* ---- library functions that call the plug-in back ---- */

/* The library functions, called by the plug-in, through which `from` may have been called: into the queue. */
static size_t find_entries(const struct work *work, bool *seen, uint32_t from)
{
    const struct assay_callgrind *graph = work->graph;
    size_t count = 0, entries = 0;
    memset(seen, 0, graph->function_count * sizeof *seen);
    work->queue[count++] = from;
    seen[from] = true;
    for (size_t at = 0; at < count; at++) {
        for (size_t i = 0; i < graph->edge_count; i++) {
            uint32_t caller = assay_callgrind_function_of(graph->edges[i].from);
            uint32_t callee = assay_callgrind_function_of(graph->edges[i].to);
            if (callee == work->queue[at] && !work->functions[caller].plugin && !seen[caller]) {
                seen[caller] = true;
                work->queue[count++] = caller;
            }
        }
    }
    for (size_t at = 0; at < count; at++) {
        if (work->functions[work->queue[at]].entry) {
            work->queue[entries++] = work->queue[at];
        }
    }
    return entries;
}

static double weight_of(const struct reduced *entry)
{
    return fmax(entry->all.in[ASSAY_CALLGRIND_FILES - 1], 0);
}

/* Callgrind knows callers, not their callers: where more than one library function leads there, each has a part by its
 * cost. */
static bool book_callback(struct work *work, bool *seen, const struct assay_callgrind_edge *edge, bool edges)
{
    size_t count = find_entries(work, seen, assay_callgrind_function_of(edge->from));
    double whole = 0;
    for (size_t i = 0; i < count; i++) {
        whole += weight_of(&work->functions[work->queue[i]]);
    }
    for (size_t i = 0; i < count; i++) {
        struct reduced *entry = &work->functions[work->queue[i]];
        double part = whole > 0 ? weight_of(entry) / whole : 1 / (double)count;
        if (!edges) {
            add(&entry->own, edge->cost, -part);
        } else if (!add_edge(work, entry->row, callee_of(work, edge)->row, edge, part)) {
            return false;
        }
    }
    work->shared += edges && count > 1;
    return true;
}

static bool is_callback(const struct work *work, const struct assay_callgrind_edge *edge)
{
    const struct reduced *caller = caller_of(work, edge);
    return callee_of(work, edge)->plugin && !caller->plugin && caller->reached;
}

/* ---- one profile ---- */

/* The callee's own cost is known where one caller has all calls. */
static void finish_edges(struct assay_profile *out)
{
    for (size_t i = 0; i < out->edge_count; i++) {
        struct assay_profile_edge *edge = &out->edges[i];
        const struct assay_profile_function_row *callee = &out->functions[edge->callee];
        if (edge->primitive_calls == 0) { /* which calls are within others is not known: no more than the function's */
            edge->total = fmin(edge->own, callee->total);
            edge->primitive_calls = edge->total == edge->own ? edge->calls : NAN;
        }
        edge->own = edge->calls == callee->calls ? callee->own : NAN;
    }
}

static bool note(struct work *work, const struct reduced *function, size_t *noted)
{
    const struct assay_profile_function_row *row = &work->out->functions[function->row];
    bool repeats = row->own >= 0 && row->calls >= 0 && row->total >= 0;
    if (repeats || ++*noted > NOTES_MOST) {
        return true;
    }
    return assay_profile_note(
        work->out, "%s does not repeat itself: %.0f instructions and %.0f calls in one iteration, %.0f and %.0f in two",
        row->name, function->own.in[0], function->calls.in[0], function->own.in[1], function->calls.in[1]);
}

static bool add_notes(struct work *work)
{
    size_t noted = 0;
    bool ok = true;
    for (size_t i = 0; i < work->graph->function_count && ok; i++) {
        ok = work->functions[i].row == ASSAY_NONE || note(work, &work->functions[i], &noted);
    }
    if (ok && noted > NOTES_MOST) {
        ok = assay_profile_note(work->out, "%zu more functions do not repeat themselves", noted - NOTES_MOST);
    }
    if (ok && work->shared > 0) {
        ok = assay_profile_note(work->out,
                                "callgrind does not tell which library function made %zu of the calls back into "
                                "the plug-in: each that may have has a part by its cost",
                                work->shared);
    }
    for (size_t i = 0; i < ASSAY_CALLGRIND_FILES && ok; i++) {
        if (work->graph->totals[i] != work->graph->sums[i]) {
            ok = assay_profile_note(work->out, "callgrind's functions add up to %.0f instructions, its total is %.0f",
                                    work->graph->sums[i], work->graph->totals[i]);
        }
    }
    return ok;
}

static bool fill(struct work *work, bool *seen)
{
    const struct assay_callgrind *graph = work->graph;
    struct assay_profile *out = work->out;
    bool ok = true;
    for (size_t i = 0; i < graph->edge_count; i++) {
        if (is_callback(work, &graph->edges[i])) {
            (void)book_callback(work, seen, &graph->edges[i], false);
        }
    }
    for (size_t i = 0; i < graph->function_count && ok; i++) {
        const struct reduced *function = &work->functions[i];
        ok = (!function->plugin && !function->entry) || is_nothing(function) || add_row(work, i);
    }
    for (size_t i = 0; i < graph->edge_count && ok; i++) {
        const struct assay_callgrind_edge *edge = &graph->edges[i];
        if (caller_of(work, edge)->plugin && !is_inside(edge)) {
            ok = add_edge(work, caller_of(work, edge)->row, callee_of(work, edge)->row, edge, 1);
        } else if (is_callback(work, edge)) {
            ok = book_callback(work, seen, edge, true);
        }
    }
    finish_edges(out);
    out->calls = out->primitive_calls = 0;
    for (size_t i = 0; i < out->function_count; i++) {
        out->calls += out->functions[i].calls;
        out->primitive_calls += out->functions[i].primitive_calls;
    }
    return ok && add_notes(work);
}

static int reduce(struct assay_profile *out, const struct assay_callgrind *graph, const char *plugin,
                  struct assay_error *error)
{
    struct work work = { .graph = graph, .out = out, .error = error };
    work.functions = calloc(graph->function_count + 1, sizeof *work.functions);
    work.plugin = calloc(graph->object_count + 1, sizeof *work.plugin);
    work.queue = calloc(graph->function_count + 1, sizeof *work.queue);
    bool *seen = calloc(graph->function_count + 1, sizeof *seen);
    int result = 0;
    bool room = work.functions != NULL && work.plugin != NULL && work.queue != NULL && seen != NULL;
    if (room && !sum_up(&work, plugin)) {
        result = assay_fail(error, ASSAY_EINPUT, "callgrind saw no function of '%s'", plugin);
    } else if (!room || !fill(&work, seen)) {
        result = no_memory(&work);
    }
    free(work.functions);
    free(work.plugin);
    free(work.queue);
    free(seen);
    assay_pairs_release(&work.edges);
    return result;
}

static bool set_text(char **text, const char *value)
{
    free(*text);
    *text = assay_copy(value);
    return *text != NULL;
}

int assay_profile_from_callgrind(struct assay_profile *out, const char *one, const char *two, const char *plugin,
                                 struct assay_error *error)
{
    struct assay_callgrind graph = { .objects = NULL };
    int result = assay_callgrind_read(&graph, 0, one, error);
    if (result == 0) {
        result = assay_callgrind_read(&graph, 1, two, error);
    }
    if (result == 0) {
        result = reduce(out, &graph, plugin, error);
    }
    if (result == 0 &&
        (!set_text(&out->source, "callgrind") || !set_text(&out->cost, "instructions") || !set_text(&out->unit, "1"))) {
        result = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    assay_callgrind_release(&graph);
    return result;
}
