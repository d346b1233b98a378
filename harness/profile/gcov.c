/* How often each line was executed, from what the compiler's tool prints of its counters: gcov's JSON (gcc 9 and later,
 * `gcov --json-format`, format version 1) or the annotated text of llvm-cov gcov. Several files may follow each other.
 */
#include "profile/merge.h"

#include "base/text.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double MOST_LINE = 1e9; /* no source file is longer */

/* Debug information and gcov may name one file by unlike paths: the shorter one is then the end of the other. */
static bool same_file(const char *one, const char *other)
{
    size_t a = strlen(one), b = strlen(other);
    const char *longer = a > b ? one : other, *shorter = a > b ? other : one;
    size_t more = a > b ? a - b : b - a;
    return strcmp(longer + more, shorter) == 0 && (more == 0 || longer[more - 1] == '/');
}

/* The function that the line belongs to: the last one declared at or above it. SIZE_MAX: none in the profile. */
static size_t function_of(const struct assay_profile *profile, const char *file, uint32_t line)
{
    size_t found = SIZE_MAX;
    for (size_t i = 0; i < profile->function_count; i++) {
        const struct assay_profile_function_row *row = &profile->functions[i];
        bool holds = row->file != NULL && row->line > 0 && row->line <= line && row->kind != ASSAY_FUNCTION_LIBRARY &&
                     same_file(row->file, file);
        if (holds && (found == SIZE_MAX || row->line > profile->functions[found].line)) {
            found = i;
        }
    }
    return found;
}

/* Adds to the line's count; a line that was never sampled gets a row if it was executed and its function is known. */
static int add_count(struct assay_profile *profile, const char *file, uint32_t line, double count,
                     struct assay_error *error)
{
    for (size_t i = 0; i < profile->line_count; i++) {
        struct assay_profile_line *row = &profile->lines[i];
        if (row->line == line && same_file(row->file, file)) {
            row->count = isnan(row->count) ? count : row->count + count;
            return 0;
        }
    }
    size_t function = function_of(profile, file, line);
    if (count <= 0 || function == SIZE_MAX) {
        return 0;
    }
    struct assay_profile_line *row = assay_profile_add_line(profile);
    char *copy = row != NULL ? assay_copy(profile->functions[function].file) : NULL;
    if (copy == NULL) {
        profile->line_count -= row != NULL;
        return assay_fail(error, ASSAY_ENOMEM, "out of memory for lines");
    }
    *row = (struct assay_profile_line){
        .file = copy, .line = line, .function = (uint32_t)function, .samples = 0, .share = 0, .count = count
    };
    return 0;
}

/* ---- gcov's JSON ------------------------------------------------------------------------------------- */

static int read_file(struct assay_profile *profile, const json_t *file, struct assay_error *error)
{
    const char *name = json_string_value(json_object_get(file, "file"));
    const json_t *lines = json_object_get(file, "lines");
    int code = 0;
    if (name == NULL || !json_is_array(lines)) {
        return assay_fail(error, ASSAY_EINPUT, "gcov's output has a file without a name or lines");
    }
    for (size_t i = 0; i < json_array_size(lines) && code == 0; i++) {
        const json_t *line = json_array_get(lines, i);
        double number = json_number_value(json_object_get(line, "line_number"));
        double count = json_number_value(json_object_get(line, "count"));
        if (number >= 1 && number <= MOST_LINE && count >= 0) {
            code = add_count(profile, name, (uint32_t)number, count, error);
        }
    }
    return code;
}

static int read_json(struct assay_profile *profile, const char *text, size_t length, struct assay_error *error)
{
    size_t at = 0;
    int code = 0;
    while (code == 0 && at < length) {
        json_error_t why;
        json_t *one = json_loadb(text + at, length - at, JSON_DISABLE_EOF_CHECK, &why);
        const json_t *files = json_object_get(one, "files");
        if (!json_is_array(files)) {
            json_decref(one);
            return assay_fail(error, ASSAY_EINPUT, "gcov's output cannot be read: %s",
                              one == NULL ? why.text : "it names no files");
        }
        for (size_t i = 0; i < json_array_size(files) && code == 0; i++) {
            code = read_file(profile, json_array_get(files, i), error);
        }
        json_decref(one);
        at += (size_t)why.position;
        at += strspn(text + at, " \t\r\n");
    }
    return code;
}

/* ---- llvm-cov's text: `   COUNT:  LINE:source`, "-" and "#####" for no code and not executed ------------- */

static const char source_mark[] = "Source:";

static int read_line(struct assay_profile *profile, char **file, const char *line, size_t length,
                     struct assay_error *error)
{
    const char *colon = memchr(line, ':', length);
    const char *number = colon != NULL ? colon + 1 : line;
    const char *rest = colon != NULL ? memchr(number, ':', length - (size_t)(number - line)) : NULL;
    if (rest == NULL) {
        return 0; /* functions' and branches' summaries */
    }
    rest++;
    unsigned long at = strtoul(number, NULL, 10);
    size_t left = length - (size_t)(rest - line);
    if (at == 0 && left > strlen(source_mark) && strncmp(rest, source_mark, strlen(source_mark)) == 0) {
        free(*file);
        *file = assay_formatted("%.*s", (int)(left - strlen(source_mark)), rest + strlen(source_mark));
        return *file != NULL ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory for lines");
    }
    const char *count = line + strspn(line, " ");
    bool executed = *count >= '0' && *count <= '9', missed = *count == '#' || *count == '=';
    if (at == 0 || (double)at > MOST_LINE || *file == NULL || (!executed && !missed)) {
        return 0;
    }
    return add_count(profile, *file, (uint32_t)at, executed ? strtod(count, NULL) : 0, error);
}

static int read_text(struct assay_profile *profile, const char *text, size_t length, struct assay_error *error)
{
    char *file = NULL;
    int code = 0;
    for (size_t at = 0; at < length && code == 0;) {
        const char *end = memchr(text + at, '\n', length - at);
        size_t line = end != NULL ? (size_t)(end - text) - at : length - at;
        code = read_line(profile, &file, text + at, line, error);
        at += line + 1;
    }
    free(file);
    return code;
}

int assay_profile_count_lines(struct assay_profile *profile, const char *gcov, size_t length, struct assay_error *error)
{
    size_t blank = strspn(gcov, " \t\r\n");
    return blank < length && gcov[blank] == '{' ? read_json(profile, gcov + blank, length - blank, error)
                                                : read_text(profile, gcov, length, error);
}
