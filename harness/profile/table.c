/* Order and choice of a profile's rows, by the rules of Python's pstats (Lib/pstats.py of 3.11: sort_arg_dict_default,
 * get_sort_arg_defs, eval_print_amount). Knows no columns, no widths and no page. */
#include "profile/table.h"

#include "base/number.h"
#include "base/text.h"

#include <math.h>
#include <regex.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is compared, and which way. */
enum field { CALLS, PRIMITIVE, OWN, TOTAL, FILENAME, LINE, NAME, STANDARD, END };

/* In pstats' order: which beginnings are ambiguous depends on it. */
#define KEY_COUNT 13
static const struct key {
    const char *word;
    enum field fields[4];
} keys[KEY_COUNT] = {
    { "calls", { CALLS, END } },      { "ncalls", { CALLS, END } },      { "cumtime", { TOTAL, END } },
    { "cumulative", { TOTAL, END } }, { "filename", { FILENAME, END } }, { "line", { LINE, END } },
    { "module", { FILENAME, END } },  { "name", { NAME, END } },         { "nfl", { NAME, FILENAME, LINE, END } },
    { "pcalls", { PRIMITIVE, END } }, { "stdname", { STANDARD, END } },  { "time", { OWN, END } },
    { "tottime", { OWN, END } },
};

const char *const assay_sort_keys[] = { "calls",    "ncalls", "cumulative", "cumtime", "tottime", "time", "pcalls",
                                        "filename", "module", "name",       "nfl",     "stdname", "line", NULL };

/* ---- names ---- */

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* pstats has the file "~" for what has none. */
static bool has_place(const struct assay_profile_function_row *function)
{
    return (function->kind == ASSAY_FUNCTION_PLAIN || function->kind == ASSAY_FUNCTION_INLINED) &&
           function->file != NULL;
}

static bool in_library(const struct assay_profile_function_row *function)
{
    return function->kind == ASSAY_FUNCTION_LIBRARY && function->file != NULL;
}

static const char *name_of(const struct assay_profile_function_row *function)
{
    return function->name == NULL ? "?" : function->name;
}

char *assay_profile_function_text(const struct assay_profile_function_row *function)
{
    if (in_library(function)) {
        return assay_formatted("{%s in %s}", name_of(function), base_of(function->file));
    }
    if (function->kind == ASSAY_FUNCTION_LIBRARY) {
        return assay_formatted("{%s}", name_of(function));
    }
    if (has_place(function)) {
        return assay_formatted("%s:%u(%s)", base_of(function->file), (unsigned)function->line, name_of(function));
    }
    return assay_copy(name_of(function));
}

/* ---- sort keys ---- */

static size_t common_length(const char *one, const char *other)
{
    size_t length = 0;
    while (one[length] != '\0' && one[length] == other[length]) {
        length++;
    }
    return length;
}

/* pstats shortens each word until it meets a beginning that an earlier word has, and strikes that one out: "n", "c",
 * "t" and "cum", while "cu" is still the first word's that begins with it. */
static bool is_struck(const char *beginning)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        size_t longest = 0;
        for (size_t j = 0; j < i; j++) {
            size_t common = common_length(keys[i].word, keys[j].word);
            longest = common > longest ? common : longest;
        }
        if (longest > 0 && strlen(beginning) == longest && strncmp(keys[i].word, beginning, longest) == 0) {
            return true;
        }
    }
    return false;
}

static int refuse_key(const char *word, struct assay_error *error)
{
    const char *nearest = assay_nearest(word, assay_sort_keys);
    char all[200] = "", begun[200] = "";
    for (size_t i = 0, at = 0, from = 0; i < KEY_COUNT; i++) {
        at += (size_t)snprintf(all + at, sizeof all - at, "%s%s", i > 0 ? " " : "", assay_sort_keys[i]);
        if (word[0] != '\0' && strncmp(keys[i].word, word, strlen(word)) == 0) {
            from += (size_t)snprintf(begun + from, sizeof begun - from, "%s%s", from > 0 ? ", " : "", keys[i].word);
        }
    }
    if (begun[0] != '\0') {
        return assay_fail(error, ASSAY_EUSAGE, "ambiguous sort key '%.60s': want one of %s", word, begun);
    }
    if (nearest != NULL) {
        return assay_fail(error, ASSAY_EUSAGE, "unknown sort key '%.60s': did you mean '%s'?", word, nearest);
    }
    return assay_fail(error, ASSAY_EUSAGE, "unknown sort key '%.60s': want one of %s", word, all);
}

static const struct key *key_of(const char *word, struct assay_error *error)
{
    for (size_t i = 0; word[0] != '\0' && !is_struck(word) && i < KEY_COUNT; i++) {
        if (strncmp(keys[i].word, word, strlen(word)) == 0) {
            return &keys[i];
        }
    }
    (void)refuse_key(word, error);
    return NULL;
}

/* ---- order ---- */

struct row {
    const struct assay_profile_function_row *function;
    size_t index;
    char *text; /* as the restrictions see it */
    char *name; /* pstats' name of the function: a library's is in angle brackets, as a built-in's */
};
struct order {
    const struct key **keys;
    size_t count;
};

static double number_of(const struct row *row, enum field field)
{
    switch (field) {
    case CALLS:
        return row->function->calls;
    case PRIMITIVE:
        return row->function->primitive_calls;
    case OWN:
        return row->function->own;
    case TOTAL:
        return row->function->total;
    default:
        return has_place(row->function) ? row->function->line : 0;
    }
}

static int compare_numbers(double one, double other, int direction)
{
    if (isnan(one) || isnan(other)) {
        return (isnan(one) != 0) - (isnan(other) != 0); /* not known is last in either direction */
    }
    return direction * ((one > other) - (one < other));
}

static int compare_field(const struct row *one, const struct row *other, enum field field)
{
    switch (field) {
    case FILENAME:
        return strcmp(has_place(one->function) ? base_of(one->function->file) : "~",
                      has_place(other->function) ? base_of(other->function->file) : "~");
    case NAME:
        return strcmp(one->name, other->name);
    case STANDARD:
        return strcmp(one->text, other->text);
    default:
        return compare_numbers(number_of(one, field), number_of(other, field), field == LINE ? 1 : -1);
    }
}

static int compare_rows(const void *first, const void *second, void *context)
{
    const struct row *one = first, *other = second;
    const struct order *order = context;
    for (size_t i = 0; i < order->count; i++) {
        for (const enum field *field = order->keys[i]->fields; *field != END; field++) {
            int found = compare_field(one, other, *field);
            if (found != 0) {
                return found;
            }
        }
    }
    return one->index < other->index ? -1 : one->index > other->index; /* stable, as Python's sort is */
}

static int order_init(struct order *order, const char *const *sort, struct assay_error *error)
{
    static const char *const standard[] = { "tottime", NULL };
    size_t count = 0;
    sort = sort == NULL || sort[0] == NULL ? standard : sort;
    while (sort[count] != NULL) {
        count++;
    }
    order->keys = calloc(count, sizeof *order->keys);
    if (order->keys == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    for (order->count = 0; order->count < count; order->count++) {
        order->keys[order->count] = key_of(sort[order->count], error);
        if (order->keys[order->count] == NULL) {
            return ASSAY_EUSAGE;
        }
    }
    return 0;
}

/* ---- restrictions ---- */

/* As Python's repr writes a string: single quotes, unless it holds some and no double ones. */
static void append_repr(struct assay_text *text, const char *string)
{
    char quote = strchr(string, '\'') != NULL && strchr(string, '"') == NULL ? '"' : '\'';
    assay_text_append_char(text, quote);
    for (; *string != '\0'; string++) {
        unsigned char byte = (unsigned char)*string;
        if (*string == '\\' || *string == quote) {
            assay_text_append_char(text, '\\');
            assay_text_append_char(text, *string);
        } else if (byte < ' ' || byte == 0x7f) {
            const char *named = strchr("\tt\nn\rr", *string);
            if (named != NULL) {
                assay_text_format(text, "\\%c", named[1]);
            } else {
                assay_text_format(text, "\\x%02x", (unsigned)byte);
            }
        } else {
            assay_text_append_char(text, *string);
        }
    }
    assay_text_append_char(text, quote);
}

static bool is_whole(const char *word, double *value)
{
    const char *digits = word + (*word == '-' || *word == '+');
    return *digits != '\0' && digits[strspn(digits, "0123456789")] == '\0' && assay_parse_real(word, value);
}

static int match_rows(struct row *rows, size_t *count, const char *pattern, struct assay_error *error)
{
    regex_t regex;
    char words[160];
    int bad = regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB);
    if (bad != 0) {
        (void)regerror(bad, &regex, words, sizeof words);
        return assay_fail(error, ASSAY_EUSAGE, "bad regular expression '%.100s': %s", pattern, words);
    }
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        if (regexec(&regex, rows[i].text, 0, NULL, 0) == 0) {
            struct row row = rows[i]; /* swapped, so that every row is released once */
            rows[i] = rows[kept];
            rows[kept++] = row;
        }
    }
    regfree(&regex);
    *count = kept;
    return 0;
}

/* One restriction; `said` gets it as Python writes it. */
static int restrict_rows(struct row *rows, size_t *count, struct assay_text *said, const char *word,
                         struct assay_error *error)
{
    double value = 0;
    if (is_whole(word, &value)) {
        assay_text_append_real(said, value);
        *count = value >= 0 && value < (double)*count ? (size_t)value : *count;
        return 0;
    }
    if (strchr(word, '.') != NULL && assay_parse_real(word, &value)) {
        if (value < 0 || value > 1) {
            return assay_fail(error, ASSAY_EUSAGE, "bad restriction '%.60s': want a fraction from 0 to 1", word);
        }
        assay_text_append_real(said, value);
        assay_text_append(said, value == floor(value) ? ".0" : "");
        *count = value < 1 ? (size_t)((double)*count * value + 0.5) : *count;
        return 0;
    }
    append_repr(said, word);
    return match_rows(rows, count, word, error);
}

static int restrict_all(struct row *rows, size_t *count, struct assay_text *note, const char *const *words,
                        struct assay_error *error)
{
    struct assay_text said = ASSAY_TEXT_INIT;
    int result = 0;
    for (; words != NULL && *words != NULL && result == 0; words++) {
        size_t before = *count;
        assay_text_clear(&said);
        result = restrict_rows(rows, count, &said, *words, error);
        if (result == 0 && *count != before) {
            assay_text_format(note, "%s   List reduced from %zu to %zu due to restriction <%s>",
                              note->length > 0 ? "\n" : "", before, *count, said.bytes == NULL ? "" : said.bytes);
        }
        note->failed = note->failed || said.failed;
    }
    assay_text_release(&said);
    return result != 0 || !note->failed ? result : assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

/* ---- selection ---- */

static void rows_free(struct row *rows, size_t count)
{
    for (size_t i = 0; rows != NULL && i < count; i++) {
        free(rows[i].text);
        free(rows[i].name);
    }
    free(rows);
}

static struct row *rows_new(const struct assay_profile *profile)
{
    size_t count = profile->function_count;
    struct row *rows = calloc(count + 1, sizeof *rows);
    for (size_t i = 0; rows != NULL && i < count; i++) {
        const struct assay_profile_function_row *function = &profile->functions[i];
        rows[i] = (struct row){ .function = function, .index = i, .text = assay_profile_function_text(function) };
        rows[i].name = in_library(function) ? assay_formatted("<%s in %s>", name_of(function), base_of(function->file))
                                            : assay_copy(name_of(function));
        if (rows[i].text == NULL || rows[i].name == NULL) {
            rows_free(rows, count);
            return NULL;
        }
    }
    return rows;
}

int assay_profile_select(size_t **rows, size_t *count, char **note, const struct assay_profile *profile,
                         const struct assay_selection *selection, struct assay_error *error)
{
    struct order order = { .keys = NULL };
    struct assay_text said = ASSAY_TEXT_INIT;
    size_t all = profile->function_count, kept = all;
    struct row *chosen = NULL;
    size_t *indexes = NULL;
    int result = order_init(&order, selection->sort, error);
    if (result != 0) {
        goto done;
    }
    chosen = rows_new(profile);
    indexes = calloc(all + 1, sizeof *indexes);
    if (chosen == NULL || indexes == NULL) {
        result = assay_fail(error, ASSAY_ENOMEM, "out of memory");
        goto done;
    }
    qsort_r(chosen, all, sizeof *chosen, compare_rows, &order);
    result = restrict_all(chosen, &kept, &said, selection->restrict_to, error);
    if (result != 0) {
        goto done;
    }
    for (size_t i = 0; i < kept; i++) {
        indexes[i] = chosen[i].index;
    }
    *rows = indexes;
    *count = kept;
    *note = said.length > 0 ? assay_text_take(&said) : NULL;
    indexes = NULL;

done:
    rows_free(chosen, all);
    free(indexes);
    free(order.keys);
    assay_text_release(&said);
    return result;
}
