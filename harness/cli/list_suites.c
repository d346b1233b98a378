/* Suites as a table, as JSON, or names alone. A suite's benchmarks are what it plans here and now. */
#include "cli/list_text.h"

#include "base/file.h"
#include "catalog/suite.h"
#include "cli/terminal.h"
#include "cli/wrap.h"
#include "plan/plan.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COLUMNS = 3 }; /* name, version, benchmarks: in front of the summary */

struct row {
    char *name;
    struct assay_suite *suite; /* NULL: it cannot be read */
    size_t count, unavailable; /* of its benchmarks */
    char *counts;              /* "4 (1 unavailable)" */
    char *reason;              /* why nothing of it can be planned; NULL: it can */
};

static void row_release(struct row *row)
{
    assay_suite_close(row->suite);
    free(row->name);
    free(row->counts);
    free(row->reason);
}

static void count_benchmarks(struct row *row, struct assay_catalog *catalog, const char *directory, struct assay_error *error)
{
    static const char *const none[] = { NULL };
    struct assay_plan_options options = { .suite = row->name, .grid = none, .protocol = ASSAY_PROTOCOL_UNSET };
    struct assay_plan *plan = NULL;
    if (assay_plan_new(&plan, catalog, NULL, directory, &options, error)) {
        return;
    }
    row->count = plan->count;
    for (size_t i = 0; i < plan->count; i++) {
        row->unavailable += plan->items[i].unavailable != NULL;
    }
    assay_plan_free(plan);
}

/* False: out of memory. */
static bool fill_row(struct row *row, const char *name, const char *directory, struct assay_catalog *catalog)
{
    struct assay_error error = { 0 };
    row->name = assay_copy(name);
    if (row->name && !assay_suite_open(&row->suite, directory, name, &error)) {
        count_benchmarks(row, catalog, directory, &error);
    }
    if (error.code) {
        row->reason = assay_copy(error.text);
    } else if (row->unavailable > 0) {
        row->counts = assay_formatted("%zu (%zu unavailable)", row->count, row->unavailable);
    } else {
        row->counts = assay_formatted("%zu", row->count);
    }
    return row->name && (row->counts || row->reason);
}

/* ---- the table ---- */

static const char *cell(const struct row *row, size_t column)
{
    const char *const cells[COLUMNS] = { row->name, row->suite ? row->suite->version : "?", row->counts };
    return cells[column] ? cells[column] : "";
}

/* The text, or what of it stands in `width` columns (0: all) with "..." at its end. */
static void append_cut(struct assay_text *text, const char *words, size_t width)
{
    if (width == 0 || assay_utf8_width(words) <= width) {
        assay_text_append(text, words);
        return;
    }
    size_t length = strlen(words);
    char *head = assay_copy(words);
    while (head && length > 0 && (assay_utf8_width(head) > width - 3 || ((unsigned char)words[length] & 0xc0u) == 0x80u ||
                                  words[length - 1] == ' ')) {
        head[--length] = '\0';
    }
    assay_text_format(text, "%s...", head ? head : "");
    free(head);
}

static void append_row(struct assay_text *text, const struct row *row, const size_t widths[COLUMNS], size_t width)
{
    size_t used = 0;
    for (size_t i = 0; i < (row->reason ? 2 : COLUMNS); i++) {
        assay_text_append(text, cell(row, i));
        assay_wrap_pad(text, widths[i] - assay_utf8_width(cell(row, i)) + 2);
        used += widths[i] + 2;
    }
    if (row->reason) { /* what is wrong is worth more lines than what is right */
        struct assay_text line = ASSAY_TEXT_INIT;
        assay_text_format(&line, "unavailable: %s", row->reason);
        assay_wrap(text, line.bytes ? line.bytes : "", used, 4, width ? width : 100);
        assay_text_release(&line);
        return;
    }
    const char *summary = row->suite->summary;
    size_t left = width > used + 10 ? width - used : 10;
    append_cut(text, summary, width ? left : 0);
    while (text->length > 0 && text->bytes[text->length - 1] == ' ') {
        text->bytes[--text->length] = '\0';
    }
    assay_text_append_char(text, '\n');
}

static void append_table(struct assay_text *text, const struct row *rows, size_t count)
{
    static const char *const heads[COLUMNS] = { "suite", "version", "benchmarks" };
    struct assay_terminal terminal;
    size_t widths[COLUMNS];
    assay_terminal_look(&terminal, STDOUT_FILENO, ASSAY_COLOR_AUTO);
    for (size_t k = 0; k < COLUMNS; k++) {
        widths[k] = strlen(heads[k]);
        for (size_t i = 0; i < count; i++) {
            size_t width = assay_utf8_width(cell(&rows[i], k));
            widths[k] = width > widths[k] ? width : widths[k];
        }
        assay_text_append(text, heads[k]);
        assay_wrap_pad(text, widths[k] - strlen(heads[k]) + 2);
    }
    assay_text_append(text, "summary\n");
    for (size_t i = 0; i < count; i++) {
        append_row(text, &rows[i], widths, terminal.width);
    }
}

/* ---- JSON ---- */

static void append_json(struct assay_text *text, const struct row *rows, size_t count)
{
    assay_text_append(text, "{\"suites\":[");
    for (size_t i = 0; i < count; i++) {
        const struct row *row = &rows[i];
        assay_text_append(text, i ? ",\n  {" : "\n  {");
        assay_text_append_json_member(text, "name", row->name);
        assay_text_append(text, ",");
        assay_text_append_json_member(text, "version", row->suite ? row->suite->version : NULL);
        assay_text_append(text, ",");
        assay_text_append_json_member(text, "summary", row->suite ? row->suite->summary : NULL);
        assay_text_format(text, ",\"benchmarks\":%zu,\"unavailable_benchmarks\":%zu,", row->count, row->unavailable);
        assay_text_append_json_member(text, "unavailable", row->reason);
        assay_text_append(text, "}");
    }
    assay_text_append(text, "\n]}\n");
}

int assay_list_suites(struct assay_text *text, const char *directory, struct assay_catalog *catalog,
                      enum assay_list_form form, struct assay_error *error)
{
    char **names = NULL;
    size_t count = 0;
    int code = assay_suite_names(&names, &count, directory, error);
    if (code) {
        return code;
    }
    struct row *rows = calloc(count + 1, sizeof *rows);
    bool good = rows != NULL;
    for (size_t i = 0; i < count && good; i++) {
        if (form == ASSAY_LIST_NAMES) {
            assay_text_format(text, "%s\n", names[i]);
        } else {
            good = fill_row(&rows[i], names[i], directory, catalog);
        }
    }
    if (good && form == ASSAY_LIST_TEXT) {
        append_table(text, rows, count);
    } else if (good && form == ASSAY_LIST_JSON) {
        append_json(text, rows, count);
    }
    for (size_t i = 0; i < count && rows; i++) {
        row_release(&rows[i]);
    }
    free(rows);
    assay_names_free(names, count);
    return good ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
}
