/* Lines of Go's benchmark format. Stricter than Go's tools, which pass over what they do not like: a line that begins
 * like a result and has a number of iterations is meant as one. */
#include "import/benchfmt.h"

#include "base/number.h"

#include <math.h>
#include <string.h>

enum { LONGEST_NUMBER = 64 };
static const char prefix[] = "Benchmark";

static bool is_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

struct assay_piece assay_benchfmt_word(struct assay_piece *rest)
{
    const char *at = rest->at, *end = rest->at + rest->length;
    while (at < end && is_space(*at)) {
        at++;
    }
    struct assay_piece word = { at, 0 };
    while (at < end && !is_space(*at)) {
        at++;
    }
    word.length = (size_t)(at - word.at);
    *rest = (struct assay_piece){ at, (size_t)(end - at) };
    return word;
}

static bool is_whole(struct assay_piece piece)
{
    for (size_t i = 0; i < piece.length; i++) {
        if (piece.at[i] < '0' || piece.at[i] > '9') {
            return false;
        }
    }
    return piece.length > 0;
}

/* "goos: linux": begins with a small letter, and has neither blanks nor capitals before the colon. */
static bool read_key(struct assay_benchfmt_line *line)
{
    struct assay_piece whole = line->line;
    size_t length = 0;
    while (length < whole.length && whole.at[length] != ':' && !is_space(whole.at[length]) &&
           !(whole.at[length] >= 'A' && whole.at[length] <= 'Z')) {
        length++;
    }
    bool small = whole.length > 0 && whole.at[0] >= 'a' && whole.at[0] <= 'z';
    bool colon = length < whole.length && whole.at[length] == ':';
    if (!small || !colon ||
        (length + 1 < whole.length && whole.at[length + 1] != ' ' && whole.at[length + 1] != '\t')) {
        return false;
    }
    line->key = (struct assay_piece){ whole.at, length };
    line->value = assay_piece_trimmed(whole.at + length + 1, whole.at + whole.length);
    return true;
}

/* Go's names go on with a capital, others' need not: "Benchmarking 10 things" is none, for want of a figure. */
static bool is_result(struct assay_piece whole)
{
    struct assay_piece rest = whole;
    struct assay_piece name = assay_benchfmt_word(&rest);
    if (name.at != whole.at || name.length <= sizeof prefix - 1 || memcmp(name.at, prefix, sizeof prefix - 1) != 0 ||
        !is_whole(assay_benchfmt_word(&rest))) {
        return false;
    }
    char next = name.at[sizeof prefix - 1];
    struct assay_piece figure = assay_benchfmt_word(&rest);
    return next < 'a' || next > 'z' || (figure.length > 0 && (figure.at[0] <= '9'));
}

/* "PASS" and "ok  PACKAGE  TIME". */
static bool is_end(struct assay_piece first)
{
    return assay_piece_is(first, "PASS") || assay_piece_is(first, "FAIL") || assay_piece_is(first, "ok");
}

void assay_benchfmt_next(struct assay_benchfmt_line *line, struct assay_piece *rest)
{
    *line = (struct assay_benchfmt_line){ .kind = ASSAY_BENCHFMT_END };
    if (rest->length == 0) {
        return;
    }
    const char *feed = memchr(rest->at, '\n', rest->length);
    size_t length = feed ? (size_t)(feed - rest->at) : rest->length;
    line->line = (struct assay_piece){ rest->at, length - (length > 0 && rest->at[length - 1] == '\r') };
    length += feed != NULL;
    *rest = (struct assay_piece){ rest->at + length, rest->length - length };
    struct assay_piece words = line->line;
    struct assay_piece first = assay_benchfmt_word(&words);
    if (is_result(line->line)) {
        line->kind = ASSAY_BENCHFMT_RESULT;
    } else if (assay_piece_is(first, "Unit")) {
        line->kind = ASSAY_BENCHFMT_UNIT;
        line->key = assay_benchfmt_word(&words);
        line->value = words;
    } else if (first.at == line->line.at && is_end(first)) {
        line->kind = ASSAY_BENCHFMT_PASS;
    } else {
        line->kind = read_key(line) ? ASSAY_BENCHFMT_KEY : ASSAY_BENCHFMT_OTHER;
    }
}

/* As Go prints them: digits, point, exponent; NaN, +Inf, -Inf. */
static bool read_figure(double *value, struct assay_piece piece)
{
    char copy[LONGEST_NUMBER + 1];
    if (assay_piece_is(piece, "NaN") || assay_piece_is(piece, "+Inf") || assay_piece_is(piece, "-Inf")) {
        *value = NAN;
        return true;
    }
    if (piece.length == 0 || piece.length > LONGEST_NUMBER) {
        return false;
    }
    memcpy(copy, piece.at, piece.length);
    copy[piece.length] = '\0';
    return strspn(copy, "+-.0123456789eE") == piece.length && assay_parse_real(copy, value);
}

static bool has_unit(const struct assay_benchfmt_result *result, struct assay_piece unit)
{
    for (size_t i = 0; i < result->count; i++) {
        if (result->figures[i].unit.length == unit.length &&
            memcmp(result->figures[i].unit.at, unit.at, unit.length) == 0) {
            return true;
        }
    }
    return false;
}

static int read_pair(struct assay_benchfmt_result *result, struct assay_piece value, struct assay_piece unit,
                     const struct assay_import_source *source, struct assay_error *error)
{
    struct assay_benchfmt_figure figure = { NAN, unit };
    if (!read_figure(&figure.value, value)) {
        return assay_import_refuse(source, value.at, error, "bad figure '%.*s': want a number",
                                   assay_piece_shown(value), value.at);
    }
    if (unit.length == 0) {
        return assay_import_refuse(source, unit.at, error, "no unit behind '%.*s'", assay_piece_shown(value), value.at);
    }
    if (has_unit(result, unit)) {
        return assay_import_refuse(source, unit.at, error, "bad unit '%.*s': want each unit once",
                                   assay_piece_shown(unit), unit.at);
    }
    if (result->count == ASSAY_BENCHFMT_FIGURES) {
        return assay_import_refuse(source, value.at, error, "want at most %d figures", ASSAY_BENCHFMT_FIGURES);
    }
    result->figures[result->count++] = figure;
    return 0;
}

int assay_benchfmt_read(struct assay_benchfmt_result *result, const struct assay_benchfmt_line *line,
                        const struct assay_import_source *source, struct assay_error *error)
{
    struct assay_piece rest = line->line;
    struct assay_piece name = assay_benchfmt_word(&rest), number = assay_benchfmt_word(&rest);
    size_t skipped = sizeof prefix - 1;
    *result = (struct assay_benchfmt_result){ .name = { name.at + skipped, name.length - skipped } };
    if (line->line.length > ASSAY_BENCHFMT_LINE) {
        return assay_import_refuse(source, line->line.at, error, "a line of %zu bytes, want at most %d",
                                   line->line.length, ASSAY_BENCHFMT_LINE);
    }
    if (!assay_piece_whole(&result->iterations, number, UINT64_C(1) << 53) || result->iterations == 0) {
        return assay_import_refuse(source, number.at, error,
                                   "bad iterations '%.*s': want a whole number from 1 to 2^53",
                                   assay_piece_shown(number), number.at);
    }
    struct assay_piece value = assay_benchfmt_word(&rest);
    if (value.length == 0) {
        return assay_import_refuse(source, value.at, error,
                                   "no figure behind the iterations: want VALUE UNIT, such as 5.4 ns/op");
    }
    int code = 0;
    while (!code && value.length > 0) {
        code = read_pair(result, value, assay_benchfmt_word(&rest), source, error);
        value = assay_benchfmt_word(&rest);
    }
    return code;
}
