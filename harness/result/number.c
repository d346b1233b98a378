/* Reals as JSON numbers and back. Exactness: a decimal m * 10^-k with m up to 2^53 and k up to 22 is m / 10^k
 * rounded once, since both are doubles (Clinger, 1990); both directions rest on that. */
#include "result/number.h"

#include "base/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double powers[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
#define POWER_MOST 22

/* The digits of `whole` with a point before the last `decimals` of them. */
static void append_digits(struct assay_text *text, bool negative, uint64_t whole, unsigned decimals)
{
    char buffer[32];
    char *at = buffer + sizeof buffer;
    unsigned written = 0;
    while (whole > 0 || written <= decimals) {
        if (written == decimals && decimals > 0) {
            *--at = '.';
        }
        *--at = (char)('0' + whole % 10);
        whole /= 10;
        written++;
    }
    if (negative) {
        *--at = '-';
    }
    assay_text_append_bytes(text, at, (size_t)(buffer + sizeof buffer - at));
}

void assay_number_append(struct assay_text *text, double value)
{
    if (!isfinite(value)) {
        assay_text_append(text, "null");
        return;
    }
    double size = fabs(value);
    for (unsigned decimals = 0; decimals <= 6; decimals++) {
        double scaled = nearbyint(size * powers[decimals]);
        if (scaled > ASSAY_NUMBER_EXACT) {
            break;
        }
        if (scaled / powers[decimals] == size) {
            append_digits(text, signbit(value) != 0, (uint64_t)scaled, decimals);
            return;
        }
    }
    assay_text_append_real(text, value);
}

/* Digits and a point, at most 19 digits in all; the slow way takes everything else. */
static bool parse_short(const char *bytes, size_t length, double *value)
{
    size_t i = length > 0 && bytes[0] == '-' ? 1 : 0;
    bool negative = i > 0;
    uint64_t whole = 0;
    unsigned decimals = 0;
    bool point = false;
    if (length - i > 20) {
        return false;
    }
    for (; i < length; i++) {
        unsigned digit = (unsigned)(unsigned char)bytes[i] - '0';
        if (digit <= 9) {
            whole = whole * 10 + digit;
            decimals += point;
            if (whole > (uint64_t)ASSAY_NUMBER_EXACT) {
                return false;
            }
        } else if (bytes[i] == '.' && !point) {
            point = true;
        } else {
            return false;
        }
    }
    if (decimals > POWER_MOST) {
        return false;
    }
    double size = (double)whole / powers[decimals];
    *value = negative ? -size : size;
    return true;
}

bool assay_number_parse(const char *bytes, size_t length, double *value)
{
    if (parse_short(bytes, length, value)) {
        return true;
    }
    char buffer[64];
    char *copy = length < sizeof buffer ? buffer : assay_copy_bytes(bytes, length);
    if (!copy) {
        return false;
    }
    if (copy == buffer) {
        memcpy(buffer, bytes, length);
        buffer[length] = '\0';
    }
    bool good = assay_parse_real(copy, value);
    if (copy != buffer) {
        free(copy);
    }
    return good;
}

bool assay_number_parse_u64(const char *bytes, size_t length, uint64_t *value)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned digit = (unsigned)(unsigned char)bytes[i] - '0';
        if (digit > 9 || __builtin_mul_overflow(sum, 10u, &sum) || __builtin_add_overflow(sum, digit, &sum)) {
            return false;
        }
    }
    if (length == 0) {
        return false;
    }
    *value = sum;
    return true;
}
