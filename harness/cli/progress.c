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

/* What runs, cut to the room that the figures leave. */
static void append_line(struct assay_text *text, const char *what, const struct assay_text *figures, unsigned width)
{
    const char *shown = figures->failed || !figures->bytes ? "" : figures->bytes;
    if (figures->length + 8 <= width) { /* else there is no room for words */
        append_columns(text, what, width - figures->length);
        assay_text_append(text, shown);
    } else {
        append_columns(text, figures->length > 2 ? shown + 2 : shown, width);
    }
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
    append_line(text, progress->what ? progress->what : "starting workers", &figures, width);
    assay_text_release(&figures);
}

void assay_progress_compare_text(struct assay_text *text, const struct assay_progress_line *line,
                                 const struct assay_compare_progress *progress, unsigned width)
{
    char number[32];
    struct assay_text figures = ASSAY_TEXT_INIT;
    if (isfinite(progress->ratio)) {
        assay_text_format(&figures, "  %.4f", progress->ratio);
    }
    if (isfinite(progress->low) && isfinite(progress->high)) {
        assay_text_format(&figures, " [%.4f, %.4f]", progress->low, progress->high);
    }
    if (progress->id) {
        assay_text_format(&figures, "  %llu block%s", (unsigned long long)progress->blocks,
                          progress->blocks == 1 ? "" : "s");
        assay_text_format(&figures, "  %s", assay_format_duration(number, progress->seconds));
    }
    if (line->value) {
        assay_text_format(&figures, "  value %zu", line->value);
    } else if (line->rounds) {
        assay_text_format(&figures, "  run %zu of %zu", line->round, line->rounds);
    } else if (progress->pairs > 1) {
        assay_text_format(&figures, "  %zu of %zu decided", progress->decided, progress->pairs);
    }
    append_line(text, progress->id ? progress->id : "preparing", &figures, width);
    assay_text_release(&figures);
}

/* Whether it is time to draw: on a terminal, and not just done. */
static bool is_due(struct assay_progress_line *line, int64_t now_ns)
{
    return line->shown && !(line->drawn && now_ns - line->drawn_at_ns < REDRAW_NS);
}

/* Consumes the text. */
static void draw(struct assay_progress_line *line, struct assay_text *text, int64_t now_ns)
{
    if (text->bytes && !text->failed) {
        fprintf(stderr, "\r%s\033[K", text->bytes);
        fflush(stderr);
        line->drawn = true;
        line->drawn_at_ns = now_ns;
    }
    assay_text_release(text);
}

/* The last column stays free: some terminals wrap as soon as it is written. */
static unsigned room(const struct assay_progress_line *line)
{
    return line->width > 1 ? line->width - 1 : 1;
}

void assay_progress_draw(void *context, const struct assay_progress *progress)
{
    struct assay_progress_line *line = context;
    struct assay_text text = ASSAY_TEXT_INIT;
    int64_t now_ns = assay_clock_ns();
    if (is_due(line, now_ns)) {
        assay_progress_text(&text, progress, room(line));
        draw(line, &text, now_ns);
    }
}

void assay_progress_compare(void *context, const struct assay_compare_progress *progress)
{
    struct assay_progress_line *line = context;
    struct assay_text text = ASSAY_TEXT_INIT;
    int64_t now_ns = assay_clock_ns();
    if (is_due(line, now_ns)) {
        assay_progress_compare_text(&text, line, progress, room(line));
        draw(line, &text, now_ns);
    }
}

void assay_progress_clear(struct assay_progress_line *line)
{
    if (line->drawn) {
        fputs("\r\033[K", stderr);
    }
    line->drawn = false;
}
