/* The line that says how far a run is: on a terminal only, redrawn at most ten times a second. Measures nothing. */
#include "cli/progress.h"

#include "base/clock.h"
#include "base/number.h"
#include "cli/terminal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define REDRAW_NS 100000000

void assay_progress_open(struct assay_progress_line *line, bool quiet)
{
    struct assay_terminal terminal;
    assay_terminal_look(&terminal, STDERR_FILENO, ASSAY_COLOR_AUTO);
    *line = (struct assay_progress_line){ .shown = terminal.is_terminal && !quiet,
                                          .width = terminal.width ? terminal.width : 80 };
}

/* Appends as many whole characters of `string` as fit into `columns`. */
static void append_columns(struct assay_text *text, const char *string, size_t columns)
{
    size_t end = 0;
    for (;;) {
        size_t next = end + (string[end] != '\0');
        while (((unsigned char)string[next] & 0xC0) == 0x80) {
            next++;
        }
        if (next == end) {
            break;
        }
        char *part = assay_copy_bytes(string, next);
        size_t width = part ? assay_utf8_width(part) : columns + 1;
        free(part);
        if (width > columns) {
            break;
        }
        end = next;
    }
    assay_text_append_bytes(text, string, end);
}

void assay_progress_text(struct assay_text *text, const struct assay_progress *progress, unsigned width)
{
    char number[32];
    struct assay_text figures = ASSAY_TEXT_INIT;
    if (!isnan(progress->estimate_ns)) {
        assay_text_format(&figures, "  %s", assay_format_ns(number, progress->estimate_ns));
    }
    assay_text_format(&figures, "  %.0f %%", 100.0 * progress->share);
    if (!isnan(progress->left_s)) {
        assay_text_format(&figures, "  %s left", assay_format_duration(number, progress->left_s));
    }
    const char *shown = figures.failed ? "" : figures.bytes;
    const char *what = progress->what ? progress->what : "starting workers";
    if (figures.length + 8 <= width) { /* else there is no room for words */
        append_columns(text, what, width - figures.length);
        assay_text_append(text, shown);
    } else {
        append_columns(text, figures.length > 2 ? shown + 2 : shown, width);
    }
    assay_text_release(&figures);
}

void assay_progress_draw(void *context, const struct assay_progress *progress)
{
    struct assay_progress_line *line = context;
    if (!line->shown) {
        return;
    }
    int64_t now_ns = assay_clock_ns();
    if (line->drawn && now_ns - line->drawn_at_ns < REDRAW_NS) {
        return;
    }
    struct assay_text text = ASSAY_TEXT_INIT;
    /* The last column stays free: some terminals wrap as soon as it is written. */
    assay_progress_text(&text, progress, line->width > 1 ? line->width - 1 : 1);
    if (text.bytes && !text.failed) {
        fprintf(stderr, "\r%s\033[K", text.bytes);
        fflush(stderr);
        line->drawn = true;
        line->drawn_at_ns = now_ns;
    }
    assay_text_release(&text);
}

void assay_progress_clear(struct assay_progress_line *line)
{
    if (line->drawn) {
        fputs("\r\033[K", stderr);
    }
    line->drawn = false;
}
