/* Numbers as people write them. Pure, and the same in every locale that has set LC_NUMERIC to "C". */
#include "base/number.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 64 };

/* Copies `text` without its underscores; false if one does not stand between digits, or the text is too long. */
static bool without_underscores(char out[LONGEST], const char *text)
{
    size_t used = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (text[i] == '_') {
            if (i == 0 || !isdigit((unsigned char)text[i - 1]) || !isdigit((unsigned char)text[i + 1])) {
                return false;
            }
            continue;
        }
        if (used + 1 >= LONGEST) {
            return false;
        }
        out[used++] = text[i];
    }
    out[used] = '\0';
    return used > 0;
}

/* Digits with at most one point, then at most one exponent: nothing else that strtod would take. */
static bool is_decimal(const char *text, bool sign)
{
    size_t i = sign && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    size_t digits = 0;
    bool point = false;
    for (; isdigit((unsigned char)text[i]) || (text[i] == '.' && !point); i++) {
        point = point || text[i] == '.';
        digits += text[i] != '.';
    }
    if (digits == 0) {
        return false;
    }
    if (text[i] == 'e' || text[i] == 'E') {
        i += text[i + 1] == '-' || text[i + 1] == '+' ? 2 : 1;
        if (!isdigit((unsigned char)text[i])) {
            return false;
        }
        while (isdigit((unsigned char)text[i])) {
            i++;
        }
    }
    return text[i] == '\0';
}

/* A decimal with point or exponent that is a whole number: shifts the digits, exactly. */
static bool scaled_integer(const char *text, uint64_t *value)
{
    char digits[LONGEST];
    size_t count = 0;
    long shift = 0;
    size_t i = 0;
    bool point = false;
    for (; isdigit((unsigned char)text[i]) || text[i] == '.'; i++) {
        if (text[i] == '.') {
            point = true;
            continue;
        }
        digits[count++] = text[i];
        shift -= point;
    }
    if (text[i] != '\0') {
        long exponent = strtol(text + i + 1, NULL, 10); /* clamped: nothing beyond 1e20 fits, nothing below is whole */
        shift += exponent > 1000 ? 1000 : exponent < -1000 ? -1000 : exponent;
    }
    while (count > 0 && digits[count - 1] == '0') {
        count--;
        shift++;
    }
    if (count == 0) {
        *value = 0;
        return true;
    }
    if (shift < 0 || shift > 20) {
        return false;
    }
    uint64_t result = 0;
    for (size_t k = 0; k < count + (size_t)shift; k++) {
        unsigned digit = k < count ? (unsigned)(digits[k] - '0') : 0;
        if (result > (UINT64_MAX - digit) / 10) {
            return false;
        }
        result = result * 10 + digit;
    }
    *value = result;
    return true;
}

bool assay_parse_integer(const char *text, uint64_t *value)
{
    char plain[LONGEST];
    return without_underscores(plain, text) && is_decimal(plain, false) && scaled_integer(plain, value);
}

bool assay_parse_real(const char *text, double *value)
{
    char plain[LONGEST];
    if (!without_underscores(plain, text) || !is_decimal(plain, true)) {
        return false;
    }
    double parsed = strtod(plain, NULL);
    if (!isfinite(parsed)) {
        return false;
    }
    *value = parsed;
    return true;
}

/* Parts of one are told by their whole divisor: 100 / 1e6 is rounded once and is 1e-4, 100 * 1e-6 is less. */
struct unit {
    const char *name;
    double factor, divisor;
};

/* Splits "12.5ms" into its number and its unit. */
static bool with_unit(const char *text, const struct unit *units, double *value)
{
    size_t length = strlen(text);
    size_t number = length;
    while (number > 0 && isalpha((unsigned char)text[number - 1])) {
        number--;
    }
    char digits[LONGEST];
    if (number == 0 || number >= LONGEST) {
        return false;
    }
    memcpy(digits, text, number);
    digits[number] = '\0';
    double parsed = 0;
    if (digits[0] == '-' || digits[0] == '+' || !assay_parse_real(digits, &parsed)) {
        return false;
    }
    for (; units->name != NULL; units++) {
        if (strcmp(text + number, units->name) == 0) {
            *value = parsed * units->factor / units->divisor;
            return isfinite(*value);
        }
    }
    return false;
}

bool assay_parse_duration(const char *text, double *seconds)
{
    static const struct unit units[] = { { "ns", 1, 1e9 }, { "us", 1, 1e6 },  { "ms", 1, 1e3 }, { "s", 1, 1 },
                                         { "m", 60, 1 },   { "h", 3600, 1 }, { NULL, 0, 0 } };
    if (strcmp(text, "0") == 0) {
        *seconds = 0;
        return true;
    }
    return with_unit(text, units, seconds);
}

bool assay_parse_size(const char *text, uint64_t *bytes)
{
    static const struct unit units[] = {
        { "", 1, 1 },        { "B", 1, 1 },        { "K", 0x1p10, 1 },   { "M", 0x1p20, 1 },   { "G", 0x1p30, 1 },
        { "T", 0x1p40, 1 },  { "KiB", 0x1p10, 1 }, { "MiB", 0x1p20, 1 }, { "GiB", 0x1p30, 1 }, { "TiB", 0x1p40, 1 },
        { NULL, 0, 0 }
    };
    double value = 0;
    if (!with_unit(text, units, &value) || value >= 0x1p63) {
        return false;
    }
    *bytes = (uint64_t)value;
    return true;
}

/* One "3" or "0-3" at *text; moves *text behind it. */
static bool take_range(const char **text, bool *set, size_t capacity)
{
    char *end = NULL;
    if (!isdigit((unsigned char)**text)) {
        return false;
    }
    unsigned long first = strtoul(*text, &end, 10);
    unsigned long last = first;
    if (*end == '-' && isdigit((unsigned char)end[1])) {
        last = strtoul(end + 1, &end, 10);
    }
    if (last < first || last >= capacity) {
        return false;
    }
    for (unsigned long i = first; i <= last; i++) {
        set[i] = true;
    }
    *text = end;
    return true;
}

bool assay_parse_processors(const char *text, bool *set, size_t capacity)
{
    memset(set, 0, capacity * sizeof *set);
    for (;;) {
        if (!take_range(&text, set, capacity)) {
            return false;
        }
        if (*text == '\0') {
            return true;
        }
        if (*text++ != ',') {
            return false;
        }
    }
}
