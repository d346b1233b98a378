/* Differences of two environments as text for people, or as JSON. Knows no file. */
#include "cli/env.h"

#include "cli/wrap.h"
#include "reports/cells.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMN = 13, LEAST_WIDTH = 40, USUAL_WIDTH = 100 };

/* ---- lists of words: long, and mostly equal ---- */

static bool is_list(const struct assay_difference *difference)
{
    return strcmp(difference->group, "cpu") == 0 && strncmp(difference->name, "features", strlen("features")) == 0 &&
           difference->base && difference->head;
}

static bool has_word(const char *list, const char *word, size_t length)
{
    for (const char *at = list; *at;) {
        size_t own = strcspn(at, " ");
        if (own == length && memcmp(at, word, length) == 0) {
            return true;
        }
        at += own + (at[own] == ' ');
    }
    return false;
}

/* The words of `list` that `other` lacks: "only in here.json: avx512f, pku"; nothing where it has them all. */
static void append_missing(struct assay_text *text, const char *where, const char *list, const char *other)
{
    bool first = true;
    for (const char *at = list; *at;) {
        size_t length = strcspn(at, " ");
        if (length > 0 && !has_word(other, at, length)) {
            if (first) {
                assay_text_format(text, "%sonly in %s: ", text->length ? "; " : "", where);
            } else {
                assay_text_append(text, ", ");
            }
            assay_text_append_bytes(text, at, length);
            first = false;
        }
        at += length + (at[length] == ' ');
    }
}

/* ---- text ---- */

static void append_values(struct assay_text *line, const struct assay_difference *difference, const struct assay_env_sides *sides)
{
    struct assay_text words = ASSAY_TEXT_INIT;
    if (is_list(difference)) {
        append_missing(&words, sides->base_name, difference->base, difference->head);
        append_missing(&words, sides->head_name, difference->head, difference->base);
    }
    if (words.length > 0) {
        assay_text_append(line, words.bytes);
    } else {
        assay_text_format(line, "%s -> %s", difference->base ? difference->base : "not known",
                          difference->head ? difference->head : "not known");
    }
    line->failed = line->failed || words.failed;
    assay_text_release(&words);
}

/* What files say is cleaned: no name or value moves a cursor. */
static void append_wrapped(struct assay_text *text, const struct assay_text *line, size_t column, size_t indent, size_t width,
                           bool unicode)
{
    char *clean = assay_cell_clean(line->bytes ? line->bytes : "", unicode);
    text->failed = text->failed || line->failed || !clean;
    assay_wrap(text, clean ? clean : "", column, indent, width);
    free(clean);
}

/* One that is installed on one side alone is not unknown on the other. */
static bool is_installed(const char *group)
{
    static const char *const groups[] = { "toolchain", "packages", "modules", "interpreters" };
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        if (strcmp(groups[i], group) == 0) {
            return true;
        }
    }
    return false;
}

static void append_difference(struct assay_text *text, const struct assay_difference *difference,
                              const struct assay_env_sides *sides, size_t width, bool unicode)
{
    struct assay_text line = ASSAY_TEXT_INIT;
    const char *grade = assay_grade_word(difference->grade);
    const char *remedy = difference->grade == ASSAY_GRADE_INFORMATION
                             ? NULL
                             : assay_environments_remedy(difference->group, difference->name);
    assay_text_format(&line, "%s.%s: ", difference->group, difference->name);
    if (is_installed(difference->group) && !difference->base) {
        assay_text_format(&line, "%s only in %s", difference->head, sides->head_name);
    } else if (is_installed(difference->group) && !difference->head) {
        assay_text_format(&line, "%s only in %s", difference->base, sides->base_name);
    } else {
        append_values(&line, difference, sides);
    }
    assay_text_append(text, grade);
    assay_wrap_pad(text, COLUMN - strlen(grade));
    append_wrapped(text, &line, COLUMN, COLUMN + 2, width, unicode);
    assay_text_release(&line);
    if (remedy) {
        assay_wrap_pad(text, COLUMN);
        assay_text_append(text, "what helps: ");
        assay_wrap(text, remedy, COLUMN + strlen("what helps: "), COLUMN + 2, width);
    }
}

static void append_left_out(struct assay_text *text, const struct assay_text *left_out, size_t width, bool unicode)
{
    for (const char *at = left_out->bytes ? left_out->bytes : ""; *at;) {
        size_t length = strcspn(at, "\n");
        struct assay_text line = ASSAY_TEXT_INIT;
        assay_text_append_bytes(&line, at, length);
        assay_text_append(text, "not compared ");
        append_wrapped(text, &line, COLUMN, COLUMN + 2, width, unicode);
        assay_text_release(&line);
        at += length + (at[length] == '\n');
    }
}

static void append_text(struct assay_text *text, const struct assay_differences *differences, const struct assay_text *left_out,
                        const struct assay_env_sides *sides, size_t width, bool unicode)
{
    struct assay_text line = ASSAY_TEXT_INIT;
    for (size_t i = 0; i < differences->count; i++) {
        append_difference(text, &differences->items[i], sides, width, unicode);
    }
    append_left_out(text, left_out, width, unicode);
    assay_text_append(text, text->length ? "\n" : "");
    if (differences->count == 0) {
        assay_text_format(&line, "%s and %s do not differ", sides->base_name, sides->head_name);
    } else {
        assay_text_format(&line, "%s -> %s: %zu blocking, %zu caution, %zu information%s", sides->base_name, sides->head_name,
                          differences->blocking, differences->caution,
                          differences->count - differences->blocking - differences->caution,
                          differences->blocking  ? "; times cannot be compared"
                          : differences->caution ? "; times may differ for these reasons"
                                                 : "; times can be compared");
    }
    append_wrapped(text, &line, 0, 2, width, unicode);
    assay_text_release(&line);
}

/* ---- JSON ---- */

static void append_json(struct assay_text *text, const struct assay_differences *differences, const struct assay_text *left_out,
                        const struct assay_env_sides *sides)
{
    assay_text_append(text, "{");
    assay_text_append_json_member(text, "base", sides->base_name);
    assay_text_append(text, ",");
    assay_text_append_json_member(text, "head", sides->head_name);
    assay_text_format(text, ",\"blocking\":%zu,\"caution\":%zu,\"information\":%zu,\n \"differences\":[", differences->blocking,
                      differences->caution, differences->count - differences->blocking - differences->caution);
    for (size_t i = 0; i < differences->count; i++) {
        const struct assay_difference *difference = &differences->items[i];
        const char *const members[][2] = {
            { "grade", assay_grade_word(difference->grade) },
            { "group", difference->group },
            { "name", difference->name },
            { "base", difference->base },
            { "head", difference->head },
            { "remedy", difference->grade == ASSAY_GRADE_INFORMATION
                            ? NULL
                            : assay_environments_remedy(difference->group, difference->name) },
        };
        assay_text_append(text, i ? ",\n  {" : "\n  {");
        for (size_t k = 0; k < sizeof members / sizeof members[0]; k++) {
            assay_text_append(text, k ? "," : "");
            assay_text_append_json_member(text, members[k][0], members[k][1]);
        }
        assay_text_append(text, "}");
    }
    assay_text_append(text, "],\n \"not_compared\":[");
    for (const char *at = left_out->bytes ? left_out->bytes : ""; *at;) {
        size_t length = strcspn(at, "\n");
        assay_text_append(text, at == left_out->bytes ? "\n  " : ",\n  ");
        assay_text_append_json(text, at, length);
        at += length + (at[length] == '\n');
    }
    assay_text_append(text, "]}\n");
}

bool assay_env_show(struct assay_text *text, bool *blocks, const struct assay_env_sides *sides, bool json, unsigned width,
                    bool unicode)
{
    struct assay_differences differences = { 0 };
    struct assay_text left_out = ASSAY_TEXT_INIT;
    bool good = assay_environment_compare(&differences, &left_out, sides->base, sides->head) && !left_out.failed;
    *blocks = good && differences.blocking > 0;
    if (good && json) {
        append_json(text, &differences, &left_out, sides);
    } else if (good) {
        append_text(text, &differences, &left_out, sides, width == 0 ? USUAL_WIDTH : width < LEAST_WIDTH ? LEAST_WIDTH : width,
                    unicode);
    }
    assay_differences_release(&differences);
    assay_text_release(&left_out);
    return good && !text->failed;
}
