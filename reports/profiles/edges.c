/* Who called a function and whom it called, as pstats' print_callers and print_callees. */
#include "reports/profiles/text.h"

#include "reports/text/lines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum column { FUNCTION, ARROW, NCALLS, TOTTIME, CUMTIME, OTHER, COLUMNS };
enum { GAP = 2, NAME_LEAST = 8, HEADED = 15 };

struct edge { /* with the names that it is sorted by */
    const struct assay_profile_edge *edge;
    const struct assay_profile_function_row *other;
    size_t function;
};

/* As pstats, which sorts by file, line and name. */
static int by_place(const void *a, const void *b)
{
    const struct edge *x = a, *y = b;
    int order = strcmp(x->other->file ? x->other->file : "", y->other->file ? y->other->file : "");
    if (order == 0 && x->other->line != y->other->line) {
        order = x->other->line < y->other->line ? -1 : 1;
    }
    order = order ? order : strcmp(x->other->name, y->other->name);
    return order ? order : x->function < y->function ? -1 : x->function > y->function;
}

/* The edges of a function, sorted; heap, NULL: no memory. */
static struct edge *edges_of(size_t *count, const struct assay_page *page, size_t function, bool callees)
{
    const struct assay_profile *profile = page->profile;
    struct edge *edges = calloc(profile->edge_count + 1, sizeof *edges);
    *count = 0;
    for (size_t i = 0; edges && i < profile->edge_count; i++) {
        const struct assay_profile_edge *edge = &profile->edges[i];
        size_t here = callees ? edge->caller : edge->callee;
        size_t other = callees ? edge->callee : edge->caller;
        if (here == function && other < profile->function_count) {
            edges[(*count)++] = (struct edge){ edge, &profile->functions[other], other };
        }
    }
    if (edges) {
        qsort(edges, *count, sizeof *edges, by_place);
    }
    return edges;
}

static void put_edges(struct assay_table *table, const struct assay_page *page, size_t function, bool callees)
{
    size_t count = 0;
    struct edge *edges = edges_of(&count, page, function, callees);
    table->failed = table->failed || !edges;
    for (size_t i = 0; edges && (i < count || i == 0); i++) {
        struct assay_table_row *row = assay_table_add(table);
        if (i == 0) {
            assay_table_put_take(table, row, FUNCTION, assay_page_function(page, function), ASSAY_STYLE_PLAIN);
            assay_table_put_take(table, row, ARROW, assay_copy(callees ? "->" : "<-"), ASSAY_STYLE_DIM);
        }
        if (count == 0) {
            break;
        }
        const struct assay_profile_edge *edge = edges[i].edge;
        char *calls =
            isfinite(edge->calls) ? assay_page_calls(page, edge->calls, edge->primitive_calls) : assay_page_dash(page);
        assay_table_put_take(table, row, NCALLS, calls, ASSAY_STYLE_PLAIN);
        assay_table_put_take(table, row, TOTTIME, assay_page_amount(page, edge->own), ASSAY_STYLE_PLAIN);
        assay_table_put_take(table, row, CUMTIME, assay_page_amount(page, edge->total), ASSAY_STYLE_PLAIN);
        assay_table_put_take(table, row, OTHER, assay_page_function(page, edges[i].function), ASSAY_STYLE_PLAIN);
    }
    free(edges);
}

static void cut_names(struct assay_table *table, size_t column, size_t width, bool unicode)
{
    for (size_t i = 0; i < table->row_count; i++) {
        struct assay_table_cell *cell = &table->rows[i].cells[column];
        if (cell->text) {
            char *cut = assay_cut_left(cell->text, width, unicode);
            table->failed = table->failed || !cut;
            free(cell->text);
            cell->text = cut;
        }
    }
}

/* Both columns of names share the room. */
static void fit(struct assay_table *table, const struct assay_report_options *options)
{
    size_t needed = assay_table_measure(table);
    if (options->width == 0 || needed <= options->width) {
        return;
    }
    size_t first = table->columns[FUNCTION].width, second = table->columns[OTHER].width;
    size_t others = needed - first - second;
    size_t room = options->width > others ? options->width - others : 0;
    size_t half = room / 2 > NAME_LEAST ? room / 2 : NAME_LEAST;
    size_t for_first = second < half ? room - second : first < half ? first : half;
    size_t for_second = room > for_first + NAME_LEAST ? room - for_first : NAME_LEAST;
    cut_names(table, FUNCTION, for_first, options->unicode);
    cut_names(table, OTHER, for_second, options->unicode);
    assay_table_measure(table);
}

void assay_page_append_edges(struct assay_text *out, const struct assay_page *page, bool callees)
{
    static const char *const titles[][COLUMNS] = {
        [ASSAY_PAGE_TIME] = { "", "", "ncalls", "tottime", "cumtime", "" },
        [ASSAY_PAGE_INSTRUCTIONS] = { "", "", "ncalls", "own", "cumulative", "" },
        [ASSAY_PAGE_ALLOCATIONS] = { "", "", "ncalls", "own", "cumulative", "" },
    };
    struct assay_table table = { .elastic = FUNCTION };
    for (size_t i = 0; i < COLUMNS; i++) {
        assay_table_column(&table, titles[page->cost][i], i == FUNCTION || i == ARROW || i == OTHER, 0);
    }
    for (size_t i = 0; i < page->row_count; i++) {
        put_edges(&table, page, page->rows[i], callees);
    }
    fit(&table, page->options);
    size_t width = table.columns[FUNCTION].width;
    assay_text_format(out, "%-*s  %s\n", (int)(width > 8 ? width : 8), "Function",
                      callees ? "called..." : "was called by...");
    assay_table_append(out, &table, page->options->color);
    out->failed = out->failed || table.failed;
    assay_table_release(&table);
}
