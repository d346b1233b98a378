/* The catalog's kernels as text, JSON, or names alone. */
#include "cli/list_text.h"

#include "cli/terminal.h"
#include "cli/wrap.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool assay_list_tagged(const struct assay_kernel_description *kernel, const char *tag)
{
    for (size_t i = 0; kernel->tags[i]; i++) {
        if (strcmp(kernel->tags[i], tag) == 0) {
            return true;
        }
    }
    return false;
}

static size_t list_width(void)
{
    struct assay_terminal terminal;
    assay_terminal_look(&terminal, STDOUT_FILENO, ASSAY_COLOR_AUTO);
    if (terminal.width == 0) {
        return 100;
    }
    return terminal.width < 30 ? 30 : terminal.width;
}

/* A kernel of a source. Rows are sorted by name, so that those of one kernel stand together: a thousand plug-ins must
 * not be compared with each other. */
struct row {
    const struct assay_source *source;
    const struct assay_kernel_description *kernel;
    size_t order;
};
struct rows {
    struct row *items;
    size_t count;
};

static int compare_rows(const void *left, const void *right)
{
    const struct row *a = left, *b = right;
    int order = strcmp(a->kernel->name, b->kernel->name);
    return order ? order : (a->order > b->order) - (a->order < b->order);
}

static bool gather(struct rows *rows, const struct assay_catalog *catalog, const char *tag)
{
    size_t capacity = 1;
    for (size_t i = 0; i < assay_catalog_count(catalog); i++) {
        capacity += assay_catalog_at(catalog, i)->description.kernel_count;
    }
    *rows = (struct rows){ calloc(capacity, sizeof(struct row)), 0 };
    if (!rows->items) {
        return false;
    }
    for (size_t i = 0; i < assay_catalog_count(catalog); i++) {
        const struct assay_source *source = assay_catalog_at(catalog, i);
        for (size_t k = 0; k < source->description.kernel_count; k++) {
            if (!tag || assay_list_tagged(&source->description.kernels[k], tag)) {
                rows->items[rows->count] = (struct row){ source, &source->description.kernels[k], rows->count };
                rows->count++;
            }
        }
    }
    qsort(rows->items, rows->count, sizeof(struct row), compare_rows);
    return true;
}

static const char *implementation_of(const struct row *row)
{
    return row->source->description.implementation ? row->source->description.implementation : "?";
}

/* `room`: columns of a line. Choices that do not fit into one may be broken before a '|'. */
static void append_parameters(struct assay_text *line, const struct assay_kernel_description *kernel, size_t room)
{
    for (size_t i = 0; i < kernel->parameter_count; i++) {
        const struct assay_parameter_description *parameter = &kernel->parameters[i];
        size_t begin = line->length + 1;
        assay_text_format(line, " %s=%s", parameter->name, parameter->fallback ? parameter->fallback : "");
        for (size_t c = 0; parameter->choices && parameter->choices[c]; c++) {
            if (parameter->fallback && strcmp(parameter->choices[c], parameter->fallback) == 0) {
                continue;
            }
            bool full = line->length - begin + 1 + strlen(parameter->choices[c]) > room;
            begin = full ? line->length + 1 : begin;
            assay_text_format(line, full ? " |%s" : "|%s", parameter->choices[c]);
        }
    }
}

/* The implementations of one kernel (`count` rows), each with the reason if it cannot run. Of two plug-ins with the
 * same kernel and implementation the first is the one that runs. */
static void append_implementations(struct assay_text *line, const struct row *rows, size_t count)
{
    const char *gap = "  in ";
    for (size_t i = 0; i < count; i++) {
        size_t same = 0;
        while (strcmp(implementation_of(&rows[same]), implementation_of(&rows[i])) != 0) {
            same++;
        }
        if (same < i) {
            continue;
        }
        const char *reason = rows[i].source->unavailable;
        if (!reason) {
            reason = rows[i].kernel->unavailable;
        }
        assay_text_format(line, "%s%s", gap, implementation_of(&rows[i]));
        if (reason) {
            assay_text_format(line, " (unavailable: %s)", reason);
        }
        gap = ", ";
    }
}

static void append_kernel(struct assay_text *text, const struct row *rows, size_t count, size_t column, size_t width)
{
    const struct assay_kernel_description *kernel = rows->kernel;
    struct assay_text line = ASSAY_TEXT_INIT;
    size_t used = assay_utf8_width(kernel->name);
    assay_text_append(text, kernel->name);
    if (used + 2 > column) {
        assay_text_append_char(text, '\n');
        used = 0;
    }
    assay_wrap_pad(text, column - used);
    assay_wrap(text, kernel->summary ? kernel->summary : "", column, column, width);
    append_parameters(&line, kernel, width > column + 2 + 10 ? width - column - 2 : 10);
    for (size_t i = 0; kernel->aliases[i]; i++) {
        assay_text_format(&line, "%s%s", i ? ", " : "  also ", kernel->aliases[i]);
    }
    append_implementations(&line, rows, count);
    assay_wrap_pad(text, column);
    assay_wrap(text, line.bytes ? line.bytes : "", column, column + 2, width);
    assay_text_release(&line);
}

static void append_broken(struct assay_text *text, const struct assay_catalog *catalog, size_t width)
{
    for (size_t i = 0; i < assay_catalog_count(catalog); i++) {
        const struct assay_source *source = assay_catalog_at(catalog, i);
        if (!source->unavailable || source->description.kernel_count > 0) {
            continue;
        }
        struct assay_text line = ASSAY_TEXT_INIT;
        assay_text_format(&line, "%s: unavailable: %s", source->path, source->unavailable);
        assay_wrap(text, line.bytes ? line.bytes : "", 0, 4, width);
        assay_text_release(&line);
    }
}

static void append_table(struct assay_text *text, const struct assay_catalog *catalog, const char *tag)
{
    struct rows rows;
    size_t width = list_width();
    size_t column = 0;
    if (!gather(&rows, catalog, tag)) {
        text->failed = true;
        return;
    }
    for (size_t i = 0; i < rows.count; i++) {
        size_t wide = assay_utf8_width(rows.items[i].kernel->name) + 2;
        if (wide > column && wide <= width / 3) {
            column = wide;
        }
    }
    column = column > 4 ? column : 4;
    for (size_t i = 0, end; i < rows.count; i = end) {
        for (end = i + 1; end < rows.count; end++) {
            if (strcmp(rows.items[end].kernel->name, rows.items[i].kernel->name) != 0) {
                break;
            }
        }
        append_kernel(text, rows.items + i, end - i, column, width);
    }
    if (!tag) {
        append_broken(text, catalog, width);
    }
    free(rows.items);
}

/* A source as its worker describes it, with only the kernels of `tag`. False: none is left. */
static bool append_source(struct assay_text *text, const struct assay_source *source, const char *tag, bool first)
{
    struct assay_description shown = source->description;
    size_t count = 0;
    shown.kernels = calloc(source->description.kernel_count + 1, sizeof(*shown.kernels));
    for (size_t k = 0; shown.kernels && k < source->description.kernel_count; k++) {
        if (!tag || assay_list_tagged(&source->description.kernels[k], tag)) {
            shown.kernels[count++] = source->description.kernels[k]; /* borrows what is in it */
        }
    }
    text->failed = text->failed || !shown.kernels;
    shown.kernel_count = count;
    if (!tag || count > 0) {
        assay_text_append(text, first ? "\n  {" : ",\n  {");
        assay_text_append_json_member(text, "path", source->path);
        assay_text_append(text, ",");
        assay_text_append_json_member(text, "unavailable", source->unavailable);
        if (shown.implementation) {
            assay_text_append(text, ",");
            assay_description_write(text, &shown);
        }
        assay_text_append(text, "}");
    }
    free(shown.kernels);
    return !tag || count > 0;
}

static void append_json(struct assay_text *text, const struct assay_catalog *catalog, const char *tag)
{
    bool first = true;
    assay_text_append(text, "{\"sources\":[");
    for (size_t i = 0; i < assay_catalog_count(catalog); i++) {
        if (append_source(text, assay_catalog_at(catalog, i), tag, first)) {
            first = false;
        }
    }
    assay_text_append(text, "\n]}\n");
}

/* What can be run, as it would be written: KERNEL, KERNEL@cpython. */
static void append_names(struct assay_text *text, const struct assay_catalog *catalog)
{
    for (size_t i = 0; i < assay_catalog_count(catalog); i++) {
        const struct assay_description *description = &assay_catalog_at(catalog, i)->description;
        const char *implementation = description->implementation;
        for (size_t k = 0; k < description->kernel_count; k++) {
            assay_text_append(text, description->kernels[k].name);
            if (implementation && strcmp(implementation, "c") != 0) {
                assay_text_format(text, "@%s", implementation);
            }
            assay_text_append_char(text, '\n');
        }
    }
}

void assay_list_kernels(struct assay_text *text, const struct assay_catalog *catalog, const char *tag,
                        enum assay_list_form form)
{
    if (form == ASSAY_LIST_JSON) {
        append_json(text, catalog, tag);
    } else if (form == ASSAY_LIST_NAMES) {
        append_names(text, catalog);
    } else {
        append_table(text, catalog, tag);
    }
}
