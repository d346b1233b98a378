/* The kernels' own distributions as a table of quantiles: the middle and the tail, which a mean hides. Reads the model
 * and nothing else. */
#include "reports/text/text.h"

#include "base/number.h"
#include "base/text.h"
#include "reports/cells.h"
#include "reports/text/lines.h"
#include "reports/text/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *title;
    double p;
    unsigned drop; /* as in table.h */
} quantiles[] = {
    { "p50", 0.5, 0 }, { "p90", 0.9, 2 }, { "p99", 0.99, 6 }, { "p99.9", 0.999, 4 }, { "max", 1.0, 5 },
};
#define QUANTILES (sizeof quantiles / sizeof quantiles[0])

/* A quantile needs ten values beyond it, or it is one unlucky value: then there is none. */
static double quantile_of(const struct assay_measure_values *values, double p)
{
    double quantile = NAN;
    bool enough = p >= 1.0 || (double)values->count * (1 - p) >= 10.0 || p <= 0.5;
    if (!enough || values->count == 0 || assay_stats_quantile(&quantile, values->values, values->count, p) != 0) {
        return NAN;
    }
    return quantile;
}

static char *cell(double value, const char *unit, bool unicode)
{
    char buffer[32];
    if (!isfinite(value)) {
        return assay_copy(unicode ? "\xe2\x80\x93" : "-");
    }
    if (strcmp(unit, "ns") == 0) {
        return assay_cell_ns(value, unicode);
    }
    return assay_copy(assay_format_si(buffer, value, strcmp(unit, "1") == 0 ? "" : unit));
}

static void put_row(struct assay_table *table, const char *name, const struct assay_measure_values *values,
                    const struct assay_report_options *options)
{
    struct assay_table_row *row = assay_table_add(table);
    size_t column = 0;
    assay_table_put_take(table, row, column++, assay_cell_clean(name, options->unicode), ASSAY_STYLE_PLAIN);
    assay_table_put_take(table, row, column++, assay_cell_clean(values->name, options->unicode), ASSAY_STYLE_PLAIN);
    for (size_t i = 0; i < QUANTILES; i++) {
        char *text = cell(quantile_of(values, quantiles[i].p), values->unit, options->unicode);
        assay_table_put_take(table, row, column++, text, ASSAY_STYLE_PLAIN);
    }
    assay_table_put_take(table, row, column, assay_formatted("%zu", values->count), ASSAY_STYLE_PLAIN);
}

static void put_heading(struct assay_table *table, const struct assay_report_group *group,
                        const struct assay_report_options *options)
{
    struct assay_table_row *row = assay_table_add(table);
    if (row) {
        row->type = ASSAY_TABLE_HEADING;
    }
    char *text = group->shared[0] ? assay_formatted("%s (%s)", group->name, group->shared) : assay_copy(group->name);
    assay_table_put_take(table, row, 0, text ? assay_cell_clean(text, options->unicode) : NULL, ASSAY_STYLE_DIM);
    free(text);
}

/* With short names each group says first what its names leave out. */
static void build(struct assay_table *table, const struct assay_report_model *model, bool short_names,
                  const struct assay_report_options *options)
{
    *table = (struct assay_table){ .elastic = 0 };
    assay_table_column(table, "distributions", true, 0);
    assay_table_column(table, "of", true, 3);
    for (size_t i = 0; i < QUANTILES; i++) {
        assay_table_column(table, quantiles[i].title, false, quantiles[i].drop);
    }
    assay_table_column(table, "values", false, 1);
    for (size_t g = 0; g < model->group_count; g++) {
        const struct assay_report_group *group = &model->groups[g];
        bool headed = !short_names || !group->name || group->count < 2;
        for (size_t i = group->first; i < group->first + group->count; i++) {
            const struct assay_report_row *row = &model->rows[i];
            for (size_t k = 0; k < row->benchmark->distribution_count; k++) {
                if (row->benchmark->distributions[k].count == 0) {
                    continue;
                }
                if (!headed) {
                    put_heading(table, group, options);
                }
                headed = true;
                put_row(table, short_names ? row->short_name : row->name, &row->benchmark->distributions[k], options);
            }
        }
    }
}

void assay_text_append_distributions(struct assay_text *out, const struct assay_report_model *model,
                                     const struct assay_report_options *options)
{
    struct assay_table table;
    build(&table, model, false, options);
    if (options->width > 0 && assay_table_measure(&table) > options->width) {
        assay_table_release(&table);
        build(&table, model, true, options);
    }
    if (table.row_count > 0) {
        assay_text_append(out, "\n");
        assay_table_fit(&table, options->width, options->unicode);
        assay_table_append(out, &table, options->color);
    }
    out->failed = out->failed || table.failed;
    assay_table_release(&table);
}
