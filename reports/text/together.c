/* What measuring at once did: each benchmark that was measured alone and together with others, the two times side by
 * side. Reads the model and nothing else. */
#include "reports/text/text.h"

#include "base/text.h"
#include "reports/cells.h"
#include "reports/text/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The same benchmark, measured alone; NULL: it was not. */
static const struct assay_report_row *alone(const struct assay_report_model *model, const struct assay_report_row *row)
{
    const struct assay_benchmark *wanted = row->benchmark;
    for (size_t i = 0; i < model->row_count; i++) {
        const struct assay_benchmark *other = model->rows[i].benchmark;
        if (model->rows[i].timed && other->jobs == 1 && other->threads == wanted->threads &&
            strcmp(other->id ? other->id : "", wanted->id ? wanted->id : "") == 0 &&
            strcmp(other->mode ? other->mode : "", wanted->mode ? wanted->mode : "") == 0) {
            return &model->rows[i];
        }
    }
    return NULL;
}

static void put_row(struct assay_table *table, const struct assay_report_row *together,
                    const struct assay_report_row *single, const struct assay_report_options *options)
{
    const struct assay_statistics *both[] = { &single->benchmark->statistics, &together->benchmark->statistics };
    struct assay_table_row *row = assay_table_add(table);
    bool unicode = options->unicode;
    double low = NAN, high = NAN;
    if (both[0]->ci95.known && both[1]->ci95.known && both[0]->ci95.low > 0) {
        low = both[1]->ci95.low / both[0]->ci95.high;
        high = both[1]->ci95.high / both[0]->ci95.low;
    }
    size_t column = 0;
    assay_table_put_take(table, row, column++, assay_cell_clean(together->name, unicode), ASSAY_STYLE_PLAIN);
    for (size_t i = 0; i < 2; i++) {
        assay_table_put_take(table, row, column++, assay_cell_ns(both[i]->median, unicode), ASSAY_STYLE_PLAIN);
    }
    double ratio = both[0]->median > 0 ? both[1]->median / both[0]->median : NAN;
    assay_table_put_take(table, row, column++, assay_cell_ratio(ratio), ASSAY_STYLE_BOLD);
    assay_table_put_take(table, row, column, assay_cell_range(low, high, unicode), ASSAY_STYLE_DIM);
}

void assay_text_append_together(struct assay_text *out, const struct assay_report_model *model,
                                const struct assay_report_options *options)
{
    struct assay_table table = { .elastic = 0 };
    assay_table_column(&table, "in turn and at once", true, 0);
    assay_table_column(&table, "alone", false, 1);
    assay_table_column(&table, "at once", false, 2);
    assay_table_column(&table, "ratio", false, 0);
    assay_table_column(&table, "range", true, 3);
    for (size_t i = 0; i < model->row_count; i++) {
        const struct assay_report_row *row = &model->rows[i];
        const struct assay_report_row *single = row->timed && row->benchmark->jobs > 1 ? alone(model, row) : NULL;
        if (single) {
            put_row(&table, row, single, options);
        }
    }
    if (table.row_count > 0) {
        assay_text_append(out, "\n");
        assay_table_fit(&table, options->width, options->unicode);
        assay_table_append(out, &table, options->color);
    }
    out->failed = out->failed || table.failed;
    assay_table_release(&table);
}
