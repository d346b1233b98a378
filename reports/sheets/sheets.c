/* Which sections a report has, in their order. Knows nothing of what is in them. */
#include "reports/sheets/sheets.h"

#include "base/text.h"
#include "base/vector.h"

static const struct {
    const char *id, *title;
    bool (*fill)(struct assay_section *section, const struct assay_report *report);
} sections[ASSAY_SECTION_COUNT] = {
    [ASSAY_SECTION_COMPARISON] = { "comparison", "Comparison", assay_sheets_comparison },
    [ASSAY_SECTION_BENCHMARKS] = { "benchmarks", "Benchmarks", assay_sheets_benchmarks },
    [ASSAY_SECTION_SCALING] = { "scaling", "Scaling", assay_sheets_scaling },
    [ASSAY_SECTION_CROSSOVER] = { "crossover", "Crossover", assay_sheets_crossover },
    [ASSAY_SECTION_HISTORY] = { "history", "History", assay_sheets_history },
    [ASSAY_SECTION_PROFILE] = { "profile", "Profile", assay_sheets_profile },
    [ASSAY_SECTION_LEADERBOARD] = { "leaderboard", "Leaderboard", assay_sheets_leaderboard },
    [ASSAY_SECTION_ENVIRONMENT] = { "environment", "Environment", assay_sheets_environment },
};

struct assay_sheet *assay_section_add(struct assay_section *section, const char *id, size_t part, size_t index)
{
    void *sheets = section->sheets;
    if (!assay_reserve(&sheets, &section->sheet_capacity, section->sheet_count + 1, sizeof *section->sheets)) {
        return NULL;
    }
    section->sheets = sheets;
    struct assay_sheet *sheet = &section->sheets[section->sheet_count++];
    *sheet = (struct assay_sheet){ .part = part, .index = index };
    sheet->id = assay_formatted("%s%zu-%zu", id, part, index);
    sheet->title = assay_copy("");
    sheet->failed = !sheet->id || !sheet->title;
    return sheet;
}

bool assay_sheets_fill(struct assay_report *report)
{
    for (size_t i = 0; i < ASSAY_SECTION_COUNT; i++) {
        struct assay_section *section = &report->sections[i];
        section->id = sections[i].id;
        section->title = sections[i].title;
        if (!sections[i].fill(section, report)) {
            return false;
        }
        for (size_t k = 0; k < section->sheet_count; k++) {
            if (section->sheets[k].failed) {
                return false;
            }
        }
    }
    return true;
}
