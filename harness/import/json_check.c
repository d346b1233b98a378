/* The check of a whole JSON text, byte by byte, before anything is read of it: afterwards nothing can be missing but
 * members. Recursion is bounded by ASSAY_JSON_DEPTH. */
#include "import/json.h"

#include <string.h>

struct check {
    const struct assay_import_source *source;
    const char *at, *end;
    unsigned depth;
    struct assay_error *error;
};

static int check_value(struct check *check);

static void skip_blanks(struct check *check)
{
    while (check->at < check->end &&
           (*check->at == ' ' || *check->at == '\t' || *check->at == '\n' || *check->at == '\r')) {
        check->at++;
    }
}

static int refuse(const struct check *check, const char *want)
{
    if (check->at >= check->end) {
        return assay_import_refuse(check->source, check->end, check->error,
                                   "the input ends in the middle: want %s (a program that crashed may have written it)",
                                   want);
    }
    struct assay_piece rest = { check->at, (size_t)(check->end - check->at) };
    return assay_import_refuse(check->source, check->at, check->error, "bad JSON '%.*s': want %s",
                               assay_piece_shown(rest) > 12 ? 12 : assay_piece_shown(rest), rest.at, want);
}

static bool is_hexadecimal(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

/* From the backslash; `at` is left on the last byte of the escape, or at the end. */
static int check_escape(struct check *check)
{
    check->at++;
    if (check->at < check->end && (*check->at == '\0' || !strchr("\"\\/bfnrtu", *check->at))) {
        return refuse(check, "one of \"\\/bfnrtu behind a backslash");
    }
    bool unicode = check->at < check->end && *check->at == 'u';
    for (int i = 0; i < 4 && unicode && check->at < check->end; i++) {
        check->at++;
        if (check->at < check->end && !is_hexadecimal(*check->at)) {
            return refuse(check, "four hexadecimal digits behind \\u");
        }
    }
    return 0;
}

static int check_text(struct check *check, const char *want)
{
    if (check->at >= check->end || *check->at != '"') {
        return refuse(check, want);
    }
    check->at++;
    while (check->at < check->end && *check->at != '"') {
        if ((unsigned char)*check->at < ' ') {
            return refuse(check, "no control character in a text");
        }
        int code = *check->at == '\\' ? check_escape(check) : 0;
        if (code) {
            return code;
        }
        check->at += check->at < check->end;
    }
    if (check->at >= check->end) {
        return refuse(check, "a quote at the end of a text");
    }
    check->at++;
    return 0;
}

static size_t digits(const char *at, const char *end)
{
    size_t count = 0;
    while (at + count < end && at[count] >= '0' && at[count] <= '9') {
        count++;
    }
    return count;
}

/* How long the number at `at` is; 0: it is none. */
static size_t number_length(const char *begin, const char *end)
{
    const char *at = begin + (begin < end && *begin == '-');
    size_t count = digits(at, end);
    if (count == 0 || (count > 1 && *at == '0')) {
        return 0;
    }
    at += count;
    if (at < end && *at == '.') {
        count = digits(at + 1, end);
        if (count == 0) {
            return 0;
        }
        at += 1 + count;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at += at + 1 < end && (at[1] == '+' || at[1] == '-') ? 2 : 1;
        count = digits(at, end);
        if (count == 0) {
            return 0;
        }
        at += count;
    }
    return (size_t)(at - begin);
}

static int check_scalar(struct check *check)
{
    static const char *const words[] = { "true", "false", "null", "NaN", "Infinity", "-NaN", "-Infinity" };
    size_t left = (size_t)(check->end - check->at);
    size_t length = number_length(check->at, check->end);
    for (size_t i = 0; i < sizeof words / sizeof words[0] && length == 0; i++) {
        size_t word = strlen(words[i]);
        if (word <= left && memcmp(check->at, words[i], word) == 0) {
            length = word;
        }
    }
    if (length == 0) {
        return refuse(check, "a value");
    }
    check->at += length;
    return 0;
}

static int check_member(struct check *check)
{
    int code = check_text(check, "the name of a member in quotes");
    skip_blanks(check);
    if (!code && (check->at >= check->end || *check->at != ':')) {
        code = refuse(check, "':' behind the name of a member");
    }
    if (!code) {
        check->at++;
        code = check_value(check);
    }
    return code;
}

/* An object or array, from its bracket. */
static int check_container(struct check *check)
{
    char close = *check->at == '{' ? '}' : ']';
    if (check->depth == ASSAY_JSON_DEPTH) {
        return refuse(check, "nothing nested deeper than 64");
    }
    check->depth++;
    check->at++;
    skip_blanks(check);
    bool more = check->at >= check->end || *check->at != close;
    while (more) {
        skip_blanks(check);
        int code = close == '}' ? check_member(check) : check_value(check);
        if (code) {
            return code;
        }
        skip_blanks(check);
        if (check->at >= check->end || (*check->at != ',' && *check->at != close)) {
            return refuse(check, close == '}' ? "',' or '}'" : "',' or ']'");
        }
        more = *check->at == ',';
        check->at += more;
    }
    check->at++;
    check->depth--;
    return 0;
}

static int check_value(struct check *check)
{
    skip_blanks(check);
    if (check->at >= check->end) {
        return refuse(check, "a value");
    }
    return *check->at == '{' || *check->at == '[' ? check_container(check)
           : *check->at == '"'                    ? check_text(check, "a text")
                                                  : check_scalar(check);
}

int assay_json_open(struct assay_json *value, const struct assay_import_source *source, struct assay_error *error)
{
    struct assay_json whole = assay_json_peek(source->bytes, source->length);
    struct check check = { source, whole.at, whole.end, 0, error };
    if (whole.at >= whole.end) {
        return assay_fail(error, ASSAY_EINPUT, "'%.160s' is empty", source->name);
    }
    int code = check_value(&check);
    if (!code) {
        whole.end = check.at;
        skip_blanks(&check);
        code = check.at < check.end ? refuse(&check, "nothing behind the JSON") : 0;
    }
    if (!code) {
        *value = whole;
    }
    return code;
}
