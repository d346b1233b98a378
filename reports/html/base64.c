/* base64. Knows no page. */
#include "reports/html/base64.h"

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t assay_base64_encode(char *text, const unsigned char *bytes, size_t count)
{
    char *to = text;
    for (size_t i = 0; i < count; i += 3) {
        size_t left = count - i;
        unsigned second = left > 1 ? bytes[i + 1] : 0, third = left > 2 ? bytes[i + 2] : 0;
        unsigned group = (unsigned)bytes[i] << 16 | second << 8 | third;
        *to++ = alphabet[group >> 18];
        *to++ = alphabet[group >> 12 & 63];
        *to++ = '=';
        *to++ = '=';
        if (left > 1) {
            to[-2] = alphabet[group >> 6 & 63];
        }
        if (left > 2) {
            to[-1] = alphabet[group & 63];
        }
    }
    return (size_t)(to - text);
}

static void fill_values(signed char values[256])
{
    memset(values, -1, 256);
    for (int i = 0; i < 64; i++) {
        values[(unsigned char)alphabet[i]] = (signed char)i;
    }
}

bool assay_base64_decode(unsigned char *bytes, size_t *count, const char *text, size_t length)
{
    signed char values[256];
    unsigned group = 0, digits = 0, padding = 0;
    size_t made = 0;
    fill_values(values);
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            continue;
        }
        if (c == '=' && digits % 4 >= 2) {
            padding++;
            group <<= 6;
        } else if (values[c] >= 0 && padding == 0) {
            group = group << 6 | (unsigned)values[c];
        } else {
            return false;
        }
        if (++digits % 4 == 0) {
            bytes[made++] = (unsigned char)(group >> 16);
            bytes[made++] = (unsigned char)(group >> 8);
            bytes[made++] = (unsigned char)group;
            group = 0;
        }
    }
    *count = made - padding;
    return digits % 4 == 0 && padding <= 2;
}
