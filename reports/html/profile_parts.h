/* The parts of the profile section, for its own files. */
#ifndef ASSAY_REPORTS_HTML_PROFILE_PARTS_H
#define ASSAY_REPORTS_HTML_PROFILE_PARTS_H

#include "base/text.h"
#include "reports/profiles/text.h"
#include "reports/report.h"

#include <stdbool.h>
#include <stddef.h>

/* Rows that a table of the section shows; more would make the page heavier than its document. */
#define ASSAY_PROFILE_ROWS 300

/* A profile's flame graph as a figure with legend and summary, or a sentence on why there is none. `linked`, by function:
 * tables link to "fPART-PROFILE-FUNCTION", which becomes the id of a frame or of an empty mark. profile_flame.c */
void assay_html_flame(struct assay_text *out, const struct assay_page *page, size_t part, const bool *linked);
/* The same of the head of a difference, coloured by what changed; its index is into the document's differences. */
void assay_html_flame_changes(struct assay_text *out, const struct assay_difference_pages *pages, size_t part,
                              size_t index);
/* Of amounts: "us", "instructions", "allocations". Borrowed. */
const char *assay_html_unit(const struct assay_page *page);
/* How a function that changed looks: "more", "less" (both proven), "maybe-more", "maybe-less", "new", "same". */
const char *assay_html_change_look(const struct assay_profile_change *change);
/* What the looks mean, with a swatch each: of the kinds of functions that the profile has, or of changes. profile_legend.c */
void assay_html_legend_kinds(struct assay_text *out, const struct assay_profile *profile);
void assay_html_legend_changes(struct assay_text *out, bool timed);
/* Patterns that fills refer to, once a page. */
void assay_html_patterns(struct assay_text *out);
/* The pattern that a look is filled with; NULL: none. */
const char *assay_html_look_pattern(const char *look);
/* The class of a kind of function. */
const char *assay_html_kind_look(enum assay_function_kind kind);

/* Text from outside, cleaned and escaped; frees it. NULL: memory is out. profile.c */
void assay_html_profile_take(struct assay_text *out, char *text);

#endif
