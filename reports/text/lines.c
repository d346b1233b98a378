/* Breaking words into lines, by columns of the terminal. */
#include "reports/text/lines.h"

#include "reports/cells.h"
#include "reports/text/table.h"

#include <stdlib.h>
#include <string.h>

#define LONGEST_BRACKETS 32 /* bytes of "[1.017, 1.025]" that are kept on one line */

/* Bytes of the next word: with the sign behind a number, or up to the bracket that closes it. */
static size_t word_length(const char *at)
{
    const char *closing = at[0] == '[' ? strchr(at, ']') : NULL;
    size_t length = closing && closing - at < LONGEST_BRACKETS ? (size_t)(closing - at) : 0;
    length += strcspn(at + length, " ");
    while (at[length] == ' ' && at[length + 1] == '%') {
        length += 1 + strcspn(at + length + 1, " ");
    }
    return length;
}

/* The word for a terminal; a no-break space has done its work and becomes a space. Heap; NULL: no memory. */
static char *word_clean(const char *at, size_t length, bool unicode)
{
    struct assay_text word = ASSAY_TEXT_INIT;
    for (size_t i = 0; i < length; i++) {
        bool joined = i + 1 < length && at[i] == '\xc2' && at[i + 1] == '\xa0';
        assay_text_append_char(&word, joined ? ' ' : at[i]);
        i += joined;
    }
    char *raw = assay_text_take(&word);
    char *clean = raw ? assay_cell_clean(raw, unicode) : NULL;
    free(raw);
    return clean;
}

void assay_line_append(struct assay_text *out, size_t column, const char *text, size_t indent,
                       const struct assay_report_options *options)
{
    bool fresh = true;
    for (const char *at = text; *at;) {
        size_t length = word_length(at);
        char *word = word_clean(at, length, options->unicode);
        size_t width = word ? assay_utf8_width(word) : 0;
        out->failed = out->failed || !word;
        if (!fresh && options->width > 0 && column + 1 + width > options->width) {
            assay_text_format(out, "\n%*s", (int)indent, "");
            column = indent;
            fresh = true;
        }
        assay_text_format(out, "%s%s", fresh ? "" : " ", word ? word : "");
        column += width + !fresh;
        fresh = false;
        free(word);
        at += length;
        at += strspn(at, " ");
    }
    assay_text_append_char(out, '\n');
}

void assay_line_append_led(struct assay_text *out, const char *lead, const char *text, size_t indent,
                           const struct assay_report_options *options)
{
    assay_text_append(out, lead);
    assay_line_append(out, assay_utf8_width(lead), text, indent, options);
}

void assay_line_append_title(struct assay_text *out, const char *title, const struct assay_report_options *options)
{
    assay_text_append_char(out, '\n');
    assay_style_append(out, title, ASSAY_STYLE_BOLD, options->color);
    assay_text_append_char(out, '\n');
}

void assay_line_append_part_take(struct assay_text *out, size_t *column, char *part,
                                 const struct assay_report_options *options)
{
    char *clean = part ? assay_cell_clean(part, options->unicode) : NULL;
    size_t width = clean ? assay_utf8_width(clean) : 0;
    bool first = *column == 0;
    bool breaks = !first && options->width > 0 && *column + 3 + width > options->width;
    const char *dot = options->unicode ? " \xc2\xb7 " : ", ";
    assay_text_append(out, first ? "" : breaks ? "\n" : dot);
    assay_text_append(out, clean ? clean : "");
    *column = first || breaks ? width : *column + assay_utf8_width(dot) + width;
    out->failed = out->failed || !clean;
    free(clean);
    free(part);
}
