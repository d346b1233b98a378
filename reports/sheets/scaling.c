/* Scalings: the points with what the best form says of each, and below them all forms that were tried. */
#include "reports/sheets/sheets.h"

#include "base/text.h"
#include "reports/cells.h"
#include "reports/scalings.h"
#include "stats/growth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double form_value(const char *name, double n)
{
    for (unsigned i = 0; i < ASSAY_GROWTH_FORMS; i++) {
        if (strcmp(assay_growth_form_name(i), name) == 0) {
            return assay_growth_form_value(i, n);
        }
    }
    return NAN;
}

static double fitted(const struct assay_scaling *scaling, double n)
{
    const struct assay_scaling_form *best = scaling->best && scaling->form_count > 0 ? &scaling->forms[0] : NULL;
    return best ? best->overhead + best->coefficient * form_value(best->form, n) : NAN;
}

static char *known_ns(double ns)
{
    return isfinite(ns) ? assay_cell_ns(ns, true) : assay_copy("");
}

static bool add_points(struct assay_section *section, const struct assay_report *report, size_t at, size_t index)
{
    const struct assay_document *document = report->parts[at].document;
    const struct assay_scaling *scaling = &document->scalings[index];
    struct assay_sheet *sheet = assay_section_add(section, "scaling", at, index);
    if (!sheet) {
        return false;
    }
    assay_sheet_title_take(sheet, assay_words_scaling_name(document, scaling));
    assay_sheet_note_take(sheet, assay_words_scaling(scaling, true));
    assay_sheet_column(sheet, scaling->parameter, NULL, true);
    assay_sheet_column(sheet, "time", "the median iteration", true);
    assay_sheet_column(sheet, "interval", "95 %, over processes", false);
    assay_sheet_column(sheet, "fitted", "by the form that fits best", true);
    for (size_t i = 0; i < scaling->count; i++) {
        const struct assay_benchmark *benchmark = &document->benchmarks[scaling->benchmarks[i]];
        const struct assay_statistics *statistics = &benchmark->statistics;
        struct assay_sheet_row *row = assay_sheet_add(sheet);
        if (!row) {
            return true;
        }
        double curve = fitted(scaling, scaling->values[i]);
        row->id = assay_formatted("b%zu-%zu", at, scaling->benchmarks[i]);
        sheet->failed = sheet->failed || !row->id;
        assay_sheet_put_take(sheet, row, 0, assay_formatted("%.10g", scaling->values[i]), scaling->values[i],
                             ASSAY_TONE_PLAIN);
        if (benchmark->has_statistics) {
            assay_sheet_put_take(sheet, row, 1, assay_cell_ns(statistics->median, true), statistics->median,
                                 ASSAY_TONE_PLAIN);
            assay_sheet_put_take(sheet, row, 2, assay_cell_interval(statistics->median, &statistics->ci95, true), NAN,
                                 ASSAY_TONE_PLAIN);
        }
        assay_sheet_put_take(sheet, row, 3, known_ns(curve), curve, ASSAY_TONE_PLAIN);
    }
    assay_sheet_trim(sheet);
    return true;
}

static bool add_forms(struct assay_section *section, const struct assay_report *report, size_t at, size_t index)
{
    const struct assay_scaling *scaling = &report->parts[at].document->scalings[index];
    struct assay_sheet *sheet = scaling->form_count > 0 ? assay_section_add(section, "forms", at, index) : NULL;
    if (!sheet) {
        return scaling->form_count == 0;
    }
    assay_sheet_title_take(sheet, assay_copy("forms of growth that were tried"));
    assay_sheet_column(sheet, "form", NULL, false);
    assay_sheet_column(sheet, "coefficient", "time for each unit of the form", true);
    assay_sheet_column(sheet, "overhead", NULL, true);
    assay_sheet_column(sheet, "off by", "typical relative distance of a point from the curve", true);
    assay_sheet_column(sheet, "fits", "whether it can be told apart from the best form", false);
    for (size_t i = 0; i < scaling->form_count; i++) {
        const struct assay_scaling_form *form = &scaling->forms[i];
        struct assay_sheet_row *row = assay_sheet_add(sheet);
        if (!row) {
            return true;
        }
        bool best = i == 0 && scaling->best;
        assay_sheet_put_take(sheet, row, 0, assay_copy(form->form), NAN, ASSAY_TONE_PLAIN);
        assay_sheet_put_take(sheet, row, 1, assay_cell_ns(form->coefficient, true), form->coefficient,
                             ASSAY_TONE_PLAIN);
        assay_sheet_put_take(sheet, row, 2, form->overhead > 0 ? assay_cell_ns(form->overhead, true) : assay_copy("0"),
                             form->overhead, ASSAY_TONE_PLAIN);
        assay_sheet_put_take(sheet, row, 3, assay_cell_percent(form->error), form->error, ASSAY_TONE_PLAIN);
        assay_sheet_put_take(sheet, row, 4, assay_copy(best ? "best" : form->plausible ? "as well" : "no"), NAN,
                             best ? ASSAY_TONE_GOOD : form->plausible ? ASSAY_TONE_PLAIN : ASSAY_TONE_MUTED);
    }
    return true;
}

bool assay_sheets_scaling(struct assay_section *section, const struct assay_report *report)
{
    for (size_t i = 0; i < report->part_count; i++) {
        for (size_t k = 0; k < report->parts[i].document->scaling_count; k++) {
            if (!add_points(section, report, i, k) || !add_forms(section, report, i, k)) {
                return false;
            }
        }
    }
    if (section->sheet_count == 0) {
        return true;
    }
    section->summary = assay_copy("How time grows with a parameter, over the values that were measured; beyond them it may "
                                  "change.");
    return section->summary != NULL;
}
