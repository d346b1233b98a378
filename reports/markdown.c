/* Markdown for pull requests, in the order in which a reader stops: the verdict, the ten worst rows, the rest folded, what failed, and
 * last how the environments differ. What stands at the end is made first, so that rows give way and it does not. */
#include "reports/markdown.h"

#include "reports/crossovers.h"
#include "reports/report.h"
#include "reports/tools/stream.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS_SHOWN = 10, LINES_SHOWN = 10, TAIL_MOST = 16384, NOTE_MOST = 160 };

static void append_line(struct assay_text *text, const char *lead, const char *words)
{
    if (words && words[0]) {
        assay_text_append(text, lead);
        assay_markdown_text(text, words, false);
        assay_text_append_char(text, '\n');
    }
}

static void append_verdict(struct assay_text *text, const struct assay_report *report)
{
    const struct assay_report_verdict *verdict = &report->verdict;
    assay_text_append(text, "### ");
    assay_markdown_text(text, verdict->sentence, true);
    assay_text_append(text, "\n\n");
    if (verdict->counts && verdict->counts[0]) {
        assay_markdown_text(text, verdict->counts, true);
        assay_text_append(text, "\n\n");
    }
    append_line(text, "- **Worst:** ", verdict->worst);
    append_line(text, "- **Best:** ", verdict->best);
    append_line(text, "- **Trust:** ", verdict->trust_words);
    assay_text_append_char(text, '\n');
}

/* Escapes make six bytes of one, so that ten long lines may be too much for a comment. */
static bool has_room(const struct assay_text *text, size_t lines)
{
    return lines < LINES_SHOWN && text->length < TAIL_MOST;
}

/* A folded list of at most ten lines. */
static void append_list(struct assay_text *text, const char *title, char *const *lines, size_t count)
{
    if (count == 0) {
        return;
    }
    assay_text_format(text, "<details><summary>%s: %zu</summary>\n\n", title, count);
    size_t shown = 0;
    for (; shown < count && has_room(text, shown); shown++) {
        assay_text_append(text, "- ");
        assay_markdown_text(text, lines[shown], true);
        assay_text_append_char(text, '\n');
    }
    if (count > shown) {
        assay_text_format(text, "- and %zu more\n", count - shown);
    }
    assay_text_append(text, "\n</details>\n\n");
}

static void append_failed(struct assay_text *text, const struct assay_report *report)
{
    size_t count = 0, shown = 0;
    for (size_t i = 0; i < report->part_count; i++) {
        const struct assay_report_model *model = report->parts[i].benchmarks;
        for (size_t k = 0; k < model->row_count; k++) {
            const struct assay_report_row *row = &model->rows[k];
            count += row->benchmark->status != ASSAY_STATUS_OK;
            if (row->benchmark->status == ASSAY_STATUS_OK || !has_room(text, shown)) {
                continue;
            }
            assay_text_append(text, shown++ == 0 ? "**Failed**\n\n- " : "- ");
            assay_markdown_code(text, row->name);
            assay_text_format(text, " %s", assay_status_word(row->benchmark->status));
            const char *message = row->benchmark->message ? row->benchmark->message : "";
            assay_text_append(text, message[0] ? ": " : "");
            assay_markdown_text(text, message, false);
            assay_text_append_char(text, '\n');
        }
    }
    if (count > shown) {
        assay_text_format(text, "- and %zu more\n", count - shown);
    }
    assay_text_append(text, count > 0 ? "\n" : "");
}

/* The first of the environment's sheets, where there are two: how the columns of the second differ. */
static void append_environment(struct assay_markdown *tail, const struct assay_report *report)
{
    const struct assay_section *section = &report->sections[ASSAY_SECTION_ENVIRONMENT];
    const struct assay_sheet *sheet = section->sheet_count > 1 ? &section->sheets[0] : NULL;
    if (!sheet || sheet->row_count == 0) {
        return;
    }
    assay_text_append(&tail->text, "**Environments differ**\n\n");
    size_t shown = assay_markdown_table(tail, sheet, 0, ROWS_SHOWN, NOTE_MOST);
    assay_text_append_char(&tail->text, '\n');
    assay_markdown_folded(tail, sheet, shown, "More differences");
}

static void fill_tail(struct assay_markdown *tail, const struct assay_report *report)
{
    append_failed(&tail->text, report);
    append_list(&tail->text, "What the trust rests on", report->verdict.reasons, report->verdict.reason_count);
    append_list(&tail->text, "Warnings", report->warnings, report->warning_count);
    append_environment(tail, report);
    assay_text_append(&tail->text, "<sub>");
    assay_markdown_text(&tail->text, report->title, false);
    assay_text_append(&tail->text, report->origin && report->origin[0] ? " \xc2\xb7 " : "");
    assay_markdown_text(&tail->text, report->origin, false);
    assay_text_append(&tail->text, "</sub>\n");
}

/* What the verdict speaks of: crossovers if all comparisons belong to some, comparisons, profiles, or results. */
static enum assay_section_kind main_section(const struct assay_report *report)
{
    size_t comparisons = 0, others = 0;
    for (size_t i = 0; i < report->part_count; i++) {
        comparisons += report->parts[i].document->comparison_count;
        others += assay_crossovers_count_others(report->parts[i].document);
    }
    if (comparisons > 0) {
        return others > 0 ? ASSAY_SECTION_COMPARISON : ASSAY_SECTION_CROSSOVER;
    }
    bool profiled = report->sections[ASSAY_SECTION_PROFILE].sheet_count > 0;
    return profiled ? ASSAY_SECTION_PROFILE : ASSAY_SECTION_LEADERBOARD;
}

/* Ten rows in all, then what is left of each table. */
static void append_main(struct assay_markdown *markdown, const struct assay_section *section)
{
    size_t *shown = calloc(section->sheet_count + 1, sizeof *shown);
    size_t left = ROWS_SHOWN;
    markdown->text.failed = markdown->text.failed || !shown;
    for (size_t i = 0; i < section->sheet_count && left > 0 && !markdown->text.failed; i++) {
        const struct assay_sheet *sheet = &section->sheets[i];
        if (section->sheet_count > 1 && sheet->row_count > 0 && sheet->title[0]) {
            assay_text_append(&markdown->text, "#### ");
            assay_markdown_text(&markdown->text, sheet->title, true);
            assay_text_append(&markdown->text, "\n\n");
        }
        shown[i] = assay_markdown_table(markdown, sheet, 0, left, NOTE_MOST);
        assay_text_append_char(&markdown->text, '\n');
        left -= shown[i] < left ? shown[i] : left;
    }
    for (size_t i = 0; i < section->sheet_count && !markdown->text.failed; i++) {
        const struct assay_sheet *sheet = &section->sheets[i];
        assay_markdown_folded(markdown, sheet, shown[i], section->sheet_count > 1 ? sheet->title : "More");
    }
    free(shown);
}

/* The other tables, folded. What a page shows of a single benchmark or of the machine is too much for a comment. */
static void append_rest(struct assay_markdown *markdown, const struct assay_report *report, enum assay_section_kind first)
{
    for (size_t i = 0; i < ASSAY_SECTION_COUNT; i++) {
        const struct assay_section *section = &report->sections[i];
        bool ratios = i == ASSAY_SECTION_COMPARISON && first != ASSAY_SECTION_CROSSOVER; /* the results have them too */
        if (i == first || i == ASSAY_SECTION_BENCHMARKS || i == ASSAY_SECTION_ENVIRONMENT || ratios) {
            continue;
        }
        for (size_t k = 0; k < section->sheet_count; k++) {
            const struct assay_sheet *sheet = &section->sheets[k];
            char *title = assay_formatted("%s%s%s", section->title, sheet->title[0] ? ": " : "", sheet->title);
            markdown->text.failed = markdown->text.failed || !title;
            assay_markdown_folded(markdown, sheet, 0, title ? title : "");
            free(title);
        }
    }
}

int assay_report_markdown(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                          struct assay_error *error)
{
    struct assay_markdown tail = { .room = TAIL_MOST };
    struct assay_markdown markdown = { .room = 0 };
    struct assay_stream stream = ASSAY_STREAM_INIT(to);
    enum assay_section_kind first = main_section(report);
    fill_tail(&tail, report);
    size_t end = tail.text.length + NOTE_MOST + options->reserved;
    markdown.room = end < ASSAY_MARKDOWN_MOST ? ASSAY_MARKDOWN_MOST - end : 0;
    append_verdict(&markdown.text, report);
    append_main(&markdown, &report->sections[first]);
    append_rest(&markdown, report, first);
    stream.text = markdown.text;
    size_t out = markdown.rows_out + tail.rows_out;
    if (out > 0) {
        assay_text_format(&stream.text, "%zu more row%s left out: a comment holds %d characters.\n\n", out,
                          out == 1 ? " is" : "s are", ASSAY_MARKDOWN_MOST);
    }
    assay_text_append(&stream.text, tail.text.bytes ? tail.text.bytes : "");
    stream.text.failed = stream.text.failed || tail.text.failed;
    assay_text_release(&tail.text);
    return assay_stream_end(&stream, 0, error);
}
