/* Values of a JSON text, found by walking it again and again: kinds, numbers, texts, members. The check of the whole is
 * json_check.c's; what is read here is safe on any bytes. */
#include "import/json.h"

#include "base/text.h"
#include "result/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_KEY = 4096 }; /* that is compared, if it holds an escape */

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) {
        at++;
    }
    return at;
}

/* From a quote to behind the next; the end, if there is none. */
static const char *skip_text(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++) {
        at += *at == '\\';
    }
    return at < end ? at + 1 : end;
}

static const char *skip_value(const char *at, const char *end)
{
    size_t depth = 0;
    do {
        if (at < end && *at == '"') {
            at = skip_text(at, end);
            continue;
        }
        bool opens = at < end && (*at == '[' || *at == '{');
        bool closes = at < end && (*at == ']' || *at == '}');
        if (depth == 0 && !opens) { /* a scalar */
            while (at < end && !strchr(",]}: \t\r\n", *at)) {
                at++;
            }
            return at;
        }
        depth += opens;
        depth -= closes;
        at++;
    } while (depth > 0 && at < end);
    return at < end ? at : end;
}

struct assay_json assay_json_peek(const char *bytes, size_t length)
{
    static const char mark[] = "\xEF\xBB\xBF";
    const char *end = bytes + length;
    const char *at = length >= 3 && memcmp(bytes, mark, 3) == 0 ? bytes + 3 : bytes;
    return (struct assay_json){ skip_blanks(at, end), end };
}

enum assay_json_kind assay_json_kind(struct assay_json value)
{
    if (!value.at || value.at >= value.end) {
        return ASSAY_JSON_NOTHING;
    }
    switch (*value.at) {
    case '{':
        return ASSAY_JSON_OBJECT;
    case '[':
        return ASSAY_JSON_ARRAY;
    case '"':
        return ASSAY_JSON_TEXT_VALUE;
    case 't':
    case 'f':
        return ASSAY_JSON_TRUTH;
    case 'n':
        return ASSAY_JSON_NULL;
    default:
        return ASSAY_JSON_NUMBER;
    }
}

bool assay_json_is_true(struct assay_json value)
{
    return assay_json_kind(value) == ASSAY_JSON_TRUTH && *value.at == 't';
}

bool assay_json_number(double *number, struct assay_json value)
{
    if (assay_json_kind(value) != ASSAY_JSON_NUMBER) {
        return false;
    }
    if (!assay_number_parse(value.at, (size_t)(value.end - value.at), number)) {
        *number = NAN;
    }
    return true;
}

bool assay_json_whole(uint64_t *number, struct assay_json value, uint64_t least, uint64_t most)
{
    double read = NAN;
    if (!assay_json_number(&read, value) || !(read >= (double)least && read <= ASSAY_NUMBER_EXACT) ||
        read != floor(read) || (uint64_t)read > most) {
        return false;
    }
    *number = (uint64_t)read;
    return true;
}

/* ---- texts ---- */

/* Four hexadecimal digits; false: there are none. */
static bool read_hex(uint32_t *point, const char *at, const char *end)
{
    *point = 0;
    for (int i = 0; i < 4; i++) {
        static const char digits[] = "0123456789abcdef";
        const char *digit = at + i < end && at[i] ? strchr(digits, at[i] | 0x20) : NULL;
        if (!digit) {
            return false;
        }
        *point = *point << 4 | (uint32_t)(digit - digits);
    }
    return true;
}

/* Surrogates that stand alone come out as bytes that are no UTF-8, for whoever cleans the text. */
static size_t encode(char out[4], uint32_t point)
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    size_t length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--, point >>= 6) {
        out[i] = (char)(0x80 | (point & 0x3f));
    }
    out[0] = (char)((0xf00u >> length & 0xffu) | point);
    return length;
}

/* An escape from its backslash: how many bytes it takes; what it means goes to out[0..*length]. */
static size_t read_escape(char out[4], size_t *length, const char *at, const char *end)
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    uint32_t point = 0, low = 0;
    if (at + 1 < end && at[1] == 'u' && read_hex(&point, at + 2, end)) {
        bool pair = (point & 0xfc00) == 0xd800 && at + 7 < end && at[6] == '\\' && at[7] == 'u' &&
                    read_hex(&low, at + 8, end) && (low & 0xfc00) == 0xdc00;
        *length = encode(out, pair ? 0x10000 + ((point & 0x3ff) << 10 | (low & 0x3ff)) : point);
        return pair ? 12 : 6;
    }
    const char *known = at + 1 < end && at[1] ? strchr(from, at[1]) : NULL;
    out[0] = known ? to[known - from] : at + 1 < end ? at[1] : '\\';
    *length = 1;
    return at + 1 < end ? 2 : 1;
}

static char *decode(const char *at, const char *end, bool *changed)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    bool cleaned = false;
    assay_text_append_bytes(&text, "", 0);
    while (at < end) {
        char bytes[4];
        size_t length = 0;
        const char *escape = memchr(at, '\\', (size_t)(end - at));
        assay_text_append_bytes(&text, at, (size_t)((escape ? escape : end) - at));
        at = escape ? escape : end;
        if (escape) {
            at += read_escape(bytes, &length, at, end);
            assay_text_append_bytes(&text, bytes, length);
        }
    }
    char *clean = text.failed ? NULL : assay_utf8_clean(text.bytes ? text.bytes : "", text.length, &cleaned);
    assay_text_release(&text);
    if (cleaned && changed) {
        *changed = true;
    }
    return clean;
}

char *assay_json_text(struct assay_json value, bool *changed)
{
    if (assay_json_kind(value) != ASSAY_JSON_TEXT_VALUE || value.end - value.at < 2) {
        return NULL;
    }
    return decode(value.at + 1, value.end - 1, changed);
}

/* ---- members and elements ---- */

struct assay_json_walk assay_json_walk(struct assay_json container)
{
    enum assay_json_kind kind = assay_json_kind(container);
    bool walks = kind == ASSAY_JSON_ARRAY || kind == ASSAY_JSON_OBJECT;
    return (struct assay_json_walk){ .at = walks ? container.at + 1 : container.end,
                                     .end = container.end,
                                     .object = kind == ASSAY_JSON_OBJECT };
}

bool assay_json_next(struct assay_json_walk *walk)
{
    const char *at = skip_blanks(walk->at, walk->end);
    walk->at = walk->end;
    if (at < walk->end && *at == ',') {
        at = skip_blanks(at + 1, walk->end);
    }
    if (at >= walk->end || *at == ']' || *at == '}') {
        return false;
    }
    if (walk->object) {
        const char *behind = *at == '"' ? skip_text(at, walk->end) : at;
        if (behind - at < 2) {
            return false;
        }
        walk->key = (struct assay_piece){ at + 1, (size_t)(behind - at) - 2 };
        at = skip_blanks(behind, walk->end);
        if (at >= walk->end || *at != ':') {
            return false;
        }
        at = skip_blanks(at + 1, walk->end);
    }
    walk->at = skip_value(at, walk->end);
    walk->value = (struct assay_json){ at, walk->at };
    return walk->at > at;
}

bool assay_json_key_is(struct assay_piece key, const char *name)
{
    if (key.length == 0 || !memchr(key.at, '\\', key.length)) {
        return assay_piece_is(key, name);
    }
    if (key.length > LONGEST_KEY) {
        return false;
    }
    char *text = assay_json_key(key);
    bool same = text && strcmp(text, name) == 0;
    free(text);
    return same;
}

char *assay_json_key(struct assay_piece key)
{
    return decode(key.at, key.at + key.length, NULL);
}

struct assay_json assay_json_member(struct assay_json object, const char *name)
{
    struct assay_json_walk walk = assay_json_walk(object);
    while (walk.object && assay_json_next(&walk)) {
        if (assay_json_key_is(walk.key, name)) {
            return walk.value;
        }
    }
    return (struct assay_json){ NULL, NULL };
}

struct assay_json assay_json_first(struct assay_json array)
{
    struct assay_json_walk walk = assay_json_walk(array);
    bool found = assay_json_kind(array) == ASSAY_JSON_ARRAY && assay_json_next(&walk);
    return found ? walk.value : (struct assay_json){ NULL, NULL };
}

struct assay_json assay_json_members(struct assay_json *values, const char *const *names, struct assay_json object)
{
    struct assay_json twice = { NULL, NULL };
    struct assay_json_walk walk = assay_json_walk(object);
    for (size_t i = 0; names[i]; i++) {
        values[i] = twice;
    }
    while (walk.object && assay_json_next(&walk)) {
        size_t i = 0;
        while (names[i] && !assay_json_key_is(walk.key, names[i])) {
            i++;
        }
        if (names[i] && !values[i].at) {
            values[i] = walk.value;
        } else if (names[i] && !twice.at) {
            twice = walk.value;
        }
    }
    return twice;
}
