/* The sections of a report: documents as sheets, a file a section. For report.c. */
#ifndef ASSAY_REPORTS_SHEETS_H
#define ASSAY_REPORTS_SHEETS_H

#include "reports/report.h"

#include <stdbool.h>
#include <stddef.h>

/* All sections of a report whose parts are there. False: out of memory. */
bool assay_sheets_fill(struct assay_report *report);

/* A sheet at the end of the section, with its id ("ID0-3" of part and index); borrowed until the next. NULL: out of memory. */
struct assay_sheet *assay_section_add(struct assay_section *section, const char *id, size_t part, size_t index);

/* One section each, of all parts; false: out of memory. */
bool assay_sheets_comparison(struct assay_section *section, const struct assay_report *report);
bool assay_sheets_benchmarks(struct assay_section *section, const struct assay_report *report);
bool assay_sheets_scaling(struct assay_section *section, const struct assay_report *report);
bool assay_sheets_crossover(struct assay_section *section, const struct assay_report *report);
bool assay_sheets_history(struct assay_section *section, const struct assay_report *report);
bool assay_sheets_profile(struct assay_section *section, const struct assay_report *report);
struct assay_page; /* profiles/text.h */
/* Of the profile section: the hot lines of one profile, if it has lines. */
bool assay_sheets_lines(struct assay_section *section, const struct assay_page *page, size_t part);
bool assay_sheets_leaderboard(struct assay_section *section, const struct assay_report *report);
bool assay_sheets_environment(struct assay_section *section, const struct assay_report *report);

#endif
