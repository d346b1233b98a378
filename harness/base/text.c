/* A growing string. Knows no file and no meaning. */
#include "base/text.h"
#include "base/vector.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void assay_text_release(struct assay_text *text)
{
    free(text->bytes);
    *text = (struct assay_text)ASSAY_TEXT_INIT;
}

void assay_text_clear(struct assay_text *text)
{
    text->length = 0;
    text->failed = false;
    if (text->bytes != NULL) {
        text->bytes[0] = '\0';
    }
}

static bool make_room(struct assay_text *text, size_t more)
{
    if (text->failed || more > SIZE_MAX - text->length - 1) {
        text->failed = true;
        return false;
    }
    void *items = text->bytes;
    if (!assay_reserve(&items, &text->capacity, text->length + more + 1, 1)) {
        text->failed = true;
        return false;
    }
    text->bytes = items;
    return true;
}

void assay_text_append_bytes(struct assay_text *text, const char *bytes, size_t length)
{
    if (!make_room(text, length)) {
        return;
    }
    if (length > 0) {
        memcpy(text->bytes + text->length, bytes, length);
    }
    text->length += length;
    text->bytes[text->length] = '\0';
}

void assay_text_append(struct assay_text *text, const char *string)
{
    assay_text_append_bytes(text, string, strlen(string));
}

void assay_text_append_char(struct assay_text *text, char byte)
{
    assay_text_append_bytes(text, &byte, 1);
}

void assay_text_vformat(struct assay_text *text, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    char small[256];
    int length = vsnprintf(small, sizeof small, format, arguments);
    if (length < 0) {
        text->failed = true;
    } else if ((size_t)length < sizeof small) {
        assay_text_append_bytes(text, small, (size_t)length);
    } else if (make_room(text, (size_t)length)) {
        (void)vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void assay_text_format(struct assay_text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    assay_text_vformat(text, format, arguments);
    va_end(arguments);
}

/* By hand: most of what a journal line holds are whole numbers, and printf takes ten times as long. */
void assay_text_append_integer(struct assay_text *text, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    assay_text_append_bytes(text, digits + at, sizeof digits - at);
}

void assay_text_append_real(struct assay_text *text, double value)
{
    assert(isfinite(value));
    char digits[40];
    if (fabs(value) < 1e15 && value == floor(value)) {
        if (value < 0) {
            assay_text_append_char(text, '-');
        }
        assay_text_append_integer(text, (uint64_t)fabs(value));
        return;
    }
    /* 15 digits read back as the same double for most values; 17 for all (IEEE 754-2008, 5.12.2). */
    for (int precision = 15; precision <= 17; precision++) {
        (void)snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (precision == 17 || strtod(digits, NULL) == value) {
            break;
        }
    }
    assay_text_append(text, digits);
}

char *assay_text_take(struct assay_text *text)
{
    if (text->bytes == NULL && !text->failed) {
        assay_text_append(text, "");
    }
    char *bytes = text->bytes;
    if (text->failed) {
        free(bytes);
        bytes = NULL;
    }
    *text = (struct assay_text)ASSAY_TEXT_INIT;
    return bytes;
}

char *assay_copy(const char *string)
{
    return string == NULL ? NULL : assay_copy_bytes(string, strlen(string));
}

char *assay_copy_bytes(const char *bytes, size_t length)
{
    char *copy = malloc(length + 1);
    if (copy != NULL) {
        memcpy(copy, bytes, length);
        copy[length] = '\0';
    }
    return copy;
}

char *assay_formatted(const char *format, ...)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    va_list arguments;
    va_start(arguments, format);
    assay_text_vformat(&text, format, arguments);
    va_end(arguments);
    return assay_text_take(&text);
}
