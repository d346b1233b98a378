/* The profile section of the page: differences first, then each profile with its flame graph, table, lines and what
 * must be known of it. Knows how the section is put together; the parts are files of their own. */
#include "reports/html/page.h"

#include "reports/cells.h"
#include "reports/html/profile_parts.h"
#include "reports/svg/charts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct assay_report_options usual = ASSAY_REPORT_OPTIONS_INIT;

/* The pages of one document's profiles. */
struct pages {
    struct assay_page *items;
    size_t count;
};

static void pages_release(struct pages *pages)
{
    for (size_t i = 0; i < pages->count; i++) {
        assay_page_release(&pages->items[i]);
    }
    free(pages->items);
}

static bool pages_open(struct pages *pages, const struct assay_document *document)
{
    struct assay_error error = { 0 };
    *pages = (struct pages){ calloc(document->profile_count + 1, sizeof *pages->items), 0 };
    bool opened = pages->items != NULL;
    while (opened && pages->count < document->profile_count) {
        opened = assay_page_open(&pages->items[pages->count], document, pages->count, &usual, &error) == 0;
        pages->count += opened;
    }
    return opened;
}

void assay_html_profile_take(struct assay_text *out, char *text)
{
    if (text) {
        assay_svg_escape(out, text);
    }
    out->failed = out->failed || !text;
    free(text);
}

static void append_heading(struct assay_text *out, char *text)
{
    char *clean = text ? assay_cell_clean(text, true) : NULL;
    assay_text_append(out, "<h3>");
    assay_html_profile_take(out, clean);
    assay_text_append(out, "</h3>\n");
    free(text);
}

/* The sheet, of at most ASSAY_PROFILE_ROWS rows. */
static void append_sheet(struct assay_text *out, const struct assay_sheet *sheet)
{
    struct assay_sheet shown = *sheet;
    size_t most = ASSAY_PROFILE_ROWS;
    shown.row_count = sheet->row_count < most ? sheet->row_count : most;
    assay_html_sheet(out, &shown);
    if (shown.row_count < sheet->row_count) {
        assay_text_format(
            out,
            "<p class=\"note\">The first %zu of %zu functions; the document, and the search of the flame graph, have "
            "all of them.</p>\n",
            shown.row_count, sheet->row_count);
    }
}

/* Which functions of a profile the section's tables link to; heap, NULL: no memory. */
static bool *linked_of(const struct assay_section *section, const struct assay_page *page, size_t part)
{
    size_t count = page->profile->function_count;
    bool *linked = calloc(count + 1, sizeof *linked);
    for (size_t i = 0; linked && i < section->sheet_count; i++) {
        const struct assay_sheet *sheet = &section->sheets[i];
        for (size_t k = 0; k < sheet->row_count && k < ASSAY_PROFILE_ROWS; k++) {
            size_t of_part = 0, of_profile = 0, function = 0;
            const char *id = sheet->rows[k].id;
            if (id && sscanf(id, "f%zu-%zu-%zu", &of_part, &of_profile, &function) == 3 && of_part == part &&
                of_profile == page->index && function < count) {
                linked[function] = true;
            }
        }
    }
    return linked;
}

/* What the text report says below the table, a line each. */
static void append_notes(struct assay_text *out, const struct assay_page *page)
{
    struct assay_text lines = ASSAY_TEXT_INIT;
    assay_page_append_notes(&lines, page);
    char *text = assay_text_take(&lines);
    char *rest = text;
    assay_text_append(out, "<ul class=\"notes\">\n");
    for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
        if (line[strspn(line, " ")]) {
            assay_text_append(out, "<li>");
            assay_html_profile_take(out, assay_cell_clean(line + strspn(line, " "), true));
            assay_text_append(out, "</li>\n");
        }
    }
    assay_text_append(out, "</ul>\n");
    out->failed = out->failed || !text;
    free(text);
}

/* What a script needs to show amounts with the digits of the table. */
static void append_box(struct assay_text *out, char kind, const struct assay_sheet *sheet,
                       const struct assay_page *page)
{
    assay_text_format(out, "<div class=\"profile\" id=\"%c%zu-%zu\" data-part=\"%zu\" data-profile=\"%zu\"", kind,
                      sheet->part, sheet->index, sheet->part, page->index);
    if (kind == 'd') {
        assay_text_format(out, " data-difference=\"%zu\"", sheet->index);
    }
    assay_text_format(out, " data-unit=\"%s\" data-size=\"%.0f\" data-digits=\"%s\">\n", assay_html_unit(page),
                      page->unit_size, page->cost == ASSAY_PAGE_TIME ? "3" : "");
}

/* "primes.trial: time, by samples" */
static void append_profile_heading(struct assay_text *out, const struct assay_page *page)
{
    static const char *const costs[] = { "time", "instructions", "allocations" };
    const char *cost = costs[page->cost], *source = page->profile->source;
    bool plain = !source || strcmp(source, cost) == 0;
    append_heading(out,
                   assay_formatted("%s: %s%s%s", page->benchmark->id, cost, plain ? "" : ", by ", plain ? "" : source));
}

/* What a sheet of the section is of: "profile", "lines" or "difference". */
static bool is_of(const struct assay_sheet *sheet, const char *kind)
{
    return strncmp(sheet->id, kind, strlen(kind)) == 0;
}

static void append_profile(struct assay_text *out, const struct assay_section *section, const struct assay_sheet *sheet,
                           const struct assay_page *page)
{
    bool *linked = linked_of(section, page, sheet->part);
    out->failed = out->failed || !linked;
    append_box(out, 'p', sheet, page);
    append_profile_heading(out, page);
    assay_html_flame(out, page, sheet->part, linked);
    append_sheet(out, sheet);
    for (size_t i = 0; i < section->sheet_count; i++) {
        const struct assay_sheet *other = &section->sheets[i];
        if (is_of(other, "lines") && other->part == sheet->part && other->index == sheet->index) {
            assay_html_sheet(out, other);
        }
    }
    append_notes(out, page);
    assay_text_append(out, "</div>\n");
    free(linked);
}

static void append_difference(struct assay_text *out, const struct assay_sheet *sheet, const struct pages *pages)
{
    const struct assay_document *document = pages->items[0].document;
    const struct assay_profile_difference *difference = &document->differences[sheet->index];
    struct assay_difference_pages sides;
    assay_difference_pages_init(&sides, difference, &pages->items[difference->base], &pages->items[difference->head]);
    append_box(out, 'd', sheet, sides.head);
    append_heading(out, assay_copy(sheet->title));
    append_sheet(out, sheet);
    assay_html_flame_changes(out, &sides, sheet->part, sheet->index);
    for (size_t i = 0; i < difference->note_count; i++) {
        assay_text_append(out, "<p class=\"note\">");
        assay_html_profile_take(out, assay_cell_clean(difference->notes[i], true));
        assay_text_append(out, "</p>\n");
    }
    assay_text_append(out, "</div>\n");
}

/* What changed is what people look for first. */
static void append_part(struct assay_text *out, const struct assay_section *section, const struct pages *pages,
                        size_t part)
{
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < section->sheet_count; i++) {
            const struct assay_sheet *sheet = &section->sheets[i];
            if (sheet->part != part) {
                continue;
            }
            if (round == 0 && is_of(sheet, "difference")) {
                append_difference(out, sheet, pages);
            } else if (round == 1 && is_of(sheet, "profile")) {
                append_profile(out, section, sheet, &pages->items[sheet->index]);
            }
        }
    }
}

void assay_html_profile(struct assay_text *out, const struct assay_report *report)
{
    const struct assay_section *section = &report->sections[ASSAY_SECTION_PROFILE];
    assay_html_patterns(out);
    for (size_t i = 0; i < report->part_count; i++) {
        struct pages pages;
        if (report->parts[i].document->profile_count == 0) {
            continue;
        }
        if (pages_open(&pages, report->parts[i].document)) {
            append_part(out, section, &pages, i);
        } else {
            out->failed = true;
        }
        pages_release(&pages);
    }
}
