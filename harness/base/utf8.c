/* UTF-8: cleaning, width, JSON strings. Knows no terminal. */
#include "base/text.h"

#include <stdint.h>
#include <string.h>
#include <wchar.h>

/* Length of the valid sequence at `bytes` (RFC 3629: no overlong forms, no surrogates, up to U+10FFFF), with its code
 * point; 0 if there is none. */
static size_t sequence(const unsigned char *bytes, size_t length, uint32_t *point)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    unsigned char first = bytes[0];
    size_t size = first < 0x80 ? 1 : (first & 0xe0) == 0xc0 ? 2 : (first & 0xf0) == 0xe0 ? 3 : (first & 0xf8) == 0xf0 ? 4 : 0;
    if (size == 0 || size > length) {
        return 0;
    }
    uint32_t value = size == 1 ? first : first & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((bytes[i] & 0xc0) != 0x80) {
            return 0;
        }
        value = (value << 6) | (bytes[i] & 0x3fu);
    }
    if (value < least[size] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
        return 0;
    }
    *point = value;
    return size;
}

char *assay_utf8_clean(const char *bytes, size_t length, bool *changed)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    bool replaced = false;
    size_t start = 0;
    for (size_t i = 0; i < length;) {
        uint32_t point = 0;
        size_t size = sequence((const unsigned char *)bytes + i, length - i, &point);
        if (size > 0 && point != 0) {
            i += size;
            continue;
        }
        assay_text_append_bytes(&text, bytes + start, i - start);
        assay_text_append(&text, "\xEF\xBF\xBD");
        replaced = true;
        i += 1;
        start = i;
    }
    assay_text_append_bytes(&text, bytes + start, length - start);
    if (changed != NULL) {
        *changed = replaced;
    }
    return assay_text_take(&text);
}

/* The blocks whose characters take two columns in a terminal (Unicode Standard Annex 11, W and F). */
static bool is_wide(uint32_t point)
{
    static const uint32_t wide[][2] = { { 0x1100, 0x115f },   { 0x2e80, 0x303e },   { 0x3041, 0xa4cf },
                                        { 0xac00, 0xd7a3 },   { 0xf900, 0xfaff },   { 0xfe30, 0xfe6f },
                                        { 0xff00, 0xff60 },   { 0xffe0, 0xffe6 },   { 0x1f300, 0x1f64f },
                                        { 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd } };
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
        if (point >= wide[i][0] && point <= wide[i][1]) {
            return true;
        }
    }
    return false;
}

static bool is_combining(uint32_t point)
{
    return (point >= 0x300 && point <= 0x36f) || (point >= 0x200b && point <= 0x200f) ||
           (point >= 0x20d0 && point <= 0x20ff) || (point >= 0xfe00 && point <= 0xfe0f);
}

size_t assay_utf8_width(const char *string)
{
    size_t width = 0;
    size_t length = strlen(string);
    for (size_t i = 0; i < length;) {
        uint32_t point = 0;
        size_t size = sequence((const unsigned char *)string + i, length - i, &point);
        i += size > 0 ? size : 1;
        width += size > 0 && is_combining(point) ? 0 : is_wide(point) ? 2 : 1;
    }
    return width;
}

void assay_text_append_json(struct assay_text *text, const char *string, size_t length)
{
    static const char short_escapes[][2] = { { '"', '"' },  { '\\', '\\' }, { '\n', 'n' }, { '\r', 'r' },
                                             { '\t', 't' }, { '\b', 'b' },  { '\f', 'f' } };
    assay_text_append_char(text, '"');
    size_t start = 0;
    for (size_t i = 0; i < length;) {
        uint32_t point = 0;
        size_t size = sequence((const unsigned char *)string + i, length - i, &point);
        if (size > 0 && point >= 0x20 && point != '"' && point != '\\' && point != 0x7f) {
            i += size;
            continue;
        }
        assay_text_append_bytes(text, string + start, i - start);
        bool done = size == 0;
        if (done) {
            assay_text_append(text, "\xEF\xBF\xBD");
        }
        for (size_t k = 0; !done && k < sizeof short_escapes / sizeof short_escapes[0]; k++) {
            if (point == (uint32_t)short_escapes[k][0]) {
                assay_text_append_char(text, '\\');
                assay_text_append_char(text, short_escapes[k][1]);
                done = true;
            }
        }
        if (!done) {
            assay_text_format(text, "\\u%04x", (unsigned)point);
        }
        i += size > 0 ? size : 1;
        start = i;
    }
    assay_text_append_bytes(text, string + start, length - start);
    assay_text_append_char(text, '"');
}

void assay_text_append_json_member(struct assay_text *text, const char *name, const char *string)
{
    assay_text_format(text, "\"%s\":", name);
    if (string != NULL) {
        assay_text_append_json(text, string, strlen(string));
    } else {
        assay_text_append(text, "null");
    }
}
