/* The hottest source lines of a profile: samples, how often each was executed, and its text where the source can be
 * read. */
#include "reports/profiles/text.h"

#include "base/file.h"
#include "reports/cells.h"
#include "reports/text/lines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SOURCE_MOST ((size_t)16 << 20)
enum { USUAL_LINES = 20, SOURCE_LEAST = 12, GAP = 2 };
enum column { SHARE, SAMPLES, EXECUTED, PLACE, SOURCE, COLUMNS };

/* ---- sources ---- */

struct source {
    const char *path;
    char *bytes; /* NULL: cannot be read */
    bool newer;  /* than the plug-in */
};
struct sources {
    struct source *items;
    size_t count, capacity;
};

static void sources_release(struct sources *sources)
{
    for (size_t i = 0; i < sources->count; i++) {
        free(sources->items[i].bytes);
    }
    free(sources->items);
}

/* A source that was written after the plug-in may have other lines there. */
static bool is_newer(const struct stat *source, const char *object)
{
    struct stat built;
    return object && stat(object, &built) == 0 && source->st_mtime > built.st_mtime;
}

static const struct source *source_of(struct sources *sources, size_t most, const char *path, const char *object)
{
    for (size_t i = 0; i < sources->count; i++) {
        if (strcmp(sources->items[i].path, path) == 0) {
            return &sources->items[i];
        }
    }
    if (sources->count == most) {
        return NULL;
    }
    struct source *added = &sources->items[sources->count++];
    struct assay_error error = { 0 };
    struct stat found;
    size_t length = 0;
    *added = (struct source){ .path = path };
    if (stat(path, &found) == 0 && S_ISREG(found.st_mode)) { /* a document may name anything */
        added->newer = is_newer(&found, object);
        if (assay_file_read(&added->bytes, &length, path, SOURCE_MOST, &error)) {
            added->bytes = NULL;
        }
    }
    return added;
}

/* A line's text without the blanks around it; heap; "" where there is none; NULL: no memory. */
static char *line_text(const struct source *source, uint32_t line, bool unicode)
{
    const char *at = source && source->bytes ? source->bytes : "";
    for (uint32_t i = 1; i < line && *at; i++) {
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
    at += strspn(at, " \t");
    size_t length = strcspn(at, "\n");
    while (length && (at[length - 1] == ' ' || at[length - 1] == '\r' || at[length - 1] == '\t')) {
        length--;
    }
    char *raw = assay_copy_bytes(at, length);
    for (char *c = raw; c && *c; c++) {
        *c = *c == '\t' ? ' ' : *c;
    }
    char *clean = raw ? assay_cell_clean(raw, unicode) : NULL;
    free(raw);
    return clean;
}

/* ---- which lines ---- */

static double known(double value)
{
    return isfinite(value) ? value : 0;
}

static int hotter_first(const void *a, const void *b)
{
    const struct assay_profile_line *x = *(const struct assay_profile_line *const *)a;
    const struct assay_profile_line *y = *(const struct assay_profile_line *const *)b;
    double first = known(x->samples) - known(y->samples);
    first = first != 0 ? first : known(x->count) - known(y->count);
    if (first != 0) {
        return first > 0 ? -1 : 1;
    }
    int order = strcmp(x->file ? x->file : "", y->file ? y->file : "");
    return order ? order : x->line < y->line ? -1 : x->line > y->line;
}

const struct assay_profile_line **assay_page_hottest(const struct assay_page *page)
{
    const struct assay_profile *profile = &page->document->profiles[page->index]; /* folding moves no line */
    const struct assay_profile_line **lines = calloc(profile->line_count + 1, sizeof(void *));
    for (size_t i = 0; lines && i < profile->line_count; i++) {
        lines[i] = &profile->lines[i];
    }
    if (lines) {
        qsort(lines, profile->line_count, sizeof(void *), hotter_first);
    }
    return lines;
}

static bool is_shown(const struct assay_page *page, const struct assay_profile_line *line)
{
    for (size_t i = 0; i < page->row_count; i++) {
        if (page->rows[i] == line->function) {
            return true;
        }
    }
    return false;
}

/* The lines to show, the hottest first; *cold: those left out because no sample was taken there, though others were. */
static const struct assay_profile_line **choose(size_t *count, size_t *cold, const struct assay_page *page)
{
    const struct assay_profile *profile = &page->document->profiles[page->index];
    const struct assay_profile_line **lines = assay_page_hottest(page);
    size_t hot = 0;
    *count = *cold = 0;
    for (size_t i = 0; lines && i < profile->line_count; i++) {
        if (page->folded || is_shown(page, lines[i])) {
            hot += lines[i]->samples > 0;
            lines[(*count)++] = lines[i];
        }
    }
    if (hot) {
        *cold = *count - hot;
        *count = hot;
    }
    return lines;
}

/* ---- the table ---- */

char *assay_page_place(const struct assay_page *page, const struct assay_profile_line *line)
{
    const struct assay_profile *profile = &page->document->profiles[page->index];
    const char *slash = line->file ? strrchr(line->file, '/') : NULL;
    const char *name = line->function < profile->function_count ? profile->functions[line->function].name : "?";
    return assay_formatted("%s:%u(%s)", slash ? slash + 1 : line->file ? line->file : "?", line->line, name);
}

static char *place_text(const struct assay_page *page, const struct assay_profile_line *line)
{
    char *raw = assay_page_place(page, line);
    char *clean = raw ? assay_cell_clean(raw, page->options->unicode) : NULL;
    free(raw);
    return clean;
}

static void put_line(struct assay_table *table, const struct assay_page *page, const struct assay_profile_line *line,
                     const struct source *source)
{
    struct assay_table_row *row = assay_table_add(table);
    char *const texts[COLUMNS] = {
        [SHARE] = assay_page_points(page, line->share),
        [SAMPLES] = isfinite(line->samples) ? assay_formatted("%.0f", line->samples) : assay_page_dash(page),
        [EXECUTED] = isfinite(line->count) ? assay_page_calls(page, line->count, line->count) : assay_page_dash(page),
        [PLACE] = place_text(page, line),
        [SOURCE] = line_text(source, line->line, page->options->unicode),
    };
    for (size_t i = 0; i < COLUMNS; i++) {
        assay_table_put_take(table, row, i, texts[i], i == SOURCE ? ASSAY_STYLE_DIM : ASSAY_STYLE_PLAIN);
    }
}

/* Cuts what does not fit from the right of the sources. */
static void fit(struct assay_table *table, const struct assay_report_options *options)
{
    size_t needed = assay_table_measure(table);
    if (options->width == 0 || needed <= options->width) {
        return;
    }
    size_t others = needed - table->columns[SOURCE].width;
    size_t room = options->width > others ? options->width - others : 0;
    for (size_t i = 0; i < table->row_count; i++) {
        struct assay_table_cell *cell = &table->rows[i].cells[SOURCE];
        size_t length = cell->text ? strlen(cell->text) : 0;
        while (room >= SOURCE_LEAST && length && assay_utf8_width(cell->text) > room) {
            do {
                length--;
            } while (length && ((unsigned char)cell->text[length] & 0xc0) == 0x80);
            cell->text[length] = '\0';
        }
    }
    if (room < SOURCE_LEAST) {
        table->columns[SOURCE].hidden = true;
    } else {
        table->columns[SOURCE].width = room;
    }
}

static void append_newer(struct assay_text *out, const struct sources *sources, const struct assay_page *page)
{
    for (size_t i = 0; i < sources->count; i++) {
        if (sources->items[i].newer) {
            char *words = assay_formatted("%s was written after the plug-in was built: its lines may have moved",
                                          sources->items[i].path);
            assay_line_append_led(out, "note: ", words ? words : "", 2, page->options);
            out->failed = out->failed || !words;
            free(words);
        }
    }
}

/* "and 3 lines more; 20 were executed, but never sampled" */
static void append_rest(struct assay_text *out, size_t more, size_t cold, const struct assay_page *page)
{
    struct assay_text line = ASSAY_TEXT_INIT;
    if (more) {
        assay_text_format(&line, "and %zu line%s more", more, more == 1 ? "" : "s");
    }
    if (cold) {
        assay_text_format(&line, "%s%zu line%s executed, but never sampled", more ? "; " : "", cold,
                          cold == 1 ? " was" : "s were");
    }
    if (more || cold) {
        char *text = assay_text_take(&line);
        assay_line_append(out, 0, text ? text : "", 2, page->options);
        out->failed = out->failed || !text;
        free(text);
    }
}

void assay_page_append_lines(struct assay_text *out, const struct assay_page *page)
{
    static const char *const titles[COLUMNS] = { "share", "samples", "executed", "line", "" };
    const struct assay_profile *profile = &page->document->profiles[page->index];
    struct assay_table table = { .elastic = SOURCE };
    size_t count = 0, cold = 0;
    size_t most = page->view->line_limit ? page->view->line_limit : USUAL_LINES;
    const struct assay_profile_line **lines = choose(&count, &cold, page);
    struct sources sources = { .items = calloc(most, sizeof *sources.items) };
    out->failed = out->failed || !lines || !sources.items;
    assay_line_append_title(out, "hot lines", page->options);
    if (count == 0) {
        assay_line_append(out, 0, "none: no line of these functions was sampled or counted", 2, page->options);
    }
    for (size_t i = 0; i < COLUMNS; i++) {
        assay_table_column(&table, titles[i], i == PLACE || i == SOURCE, 0);
    }
    for (size_t i = 0; !out->failed && i < count && i < most; i++) {
        const char *path = lines[i]->file;
        put_line(&table, page, lines[i], path ? source_of(&sources, most, path, profile->object) : NULL);
    }
    if (table.row_count) {
        fit(&table, page->options);
        assay_table_append(out, &table, page->options->color);
    }
    append_rest(out, count > most ? count - most : 0, cold, page);
    append_newer(out, &sources, page);
    out->failed = out->failed || table.failed;
    assay_table_release(&table);
    if (sources.items) {
        sources_release(&sources);
    }
    free(lines);
}
