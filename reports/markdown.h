/* Parts of the Markdown report: text from outside made harmless, and tables that end where the room does. For markdown*.c. */
#ifndef ASSAY_REPORTS_MARKDOWN_H
#define ASSAY_REPORTS_MARKDOWN_H

#include "base/text.h"
#include "reports/sheet.h"

#include <stdbool.h>
#include <stddef.h>

/* A comment on GitHub holds 65,536 characters. As many bytes are never more, however a forge counts. */
#define ASSAY_MARKDOWN_MOST 65536
/* No text from outside takes more: a row must fit. */
#define ASSAY_MARKDOWN_TEXT_MOST 300

/* Appends text so that a reader of GitHub-flavoured Markdown shows it as it is: no markup, no HTML, no end of a table's cell, and
 * no mention of a person, link to an issue, address or emoji (a zero-width space breaks those). `start`: it may begin a line. */
void assay_markdown_text(struct assay_text *out, const char *text, bool start);
/* The same within HTML that Markdown leaves alone. */
void assay_markdown_html(struct assay_text *out, const char *text);
/* As code, which no forge looks into for mentions, where it can be (no '`', no '|'); else as text. */
void assay_markdown_code(struct assay_text *out, const char *text);

struct assay_markdown {
    struct assay_text text;
    size_t room;     /* bytes that text may have */
    size_t rows_out; /* rows that had no room */
};
/* A table of `count` rows from `first`, as many as there is room for beside `reserved` bytes; gives how many. Nothing at all where
 * not one has room. */
size_t assay_markdown_table(struct assay_markdown *markdown, const struct assay_sheet *sheet, size_t first, size_t count,
                            size_t reserved);
/* A folded table with its title; what has no room is counted. */
void assay_markdown_folded(struct assay_markdown *markdown, const struct assay_sheet *sheet, size_t first,
                           const char *title);

#endif
