/* Writing JSON by hand. Knows no message. */
#include "protocol/write.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* Below this a double holds every integer. */
#define EXACT 9007199254740992.0

void assay_write_integer(struct assay_text *text, const char *key, uint64_t value)
{
    assay_text_append(text, key);
    assay_text_append_integer(text, value);
}

void assay_write_number(struct assay_text *text, const char *key, double value)
{
    if (!isfinite(value)) {
        return;
    }
    if (value >= 0.0 && value < EXACT && value == floor(value)) {
        assay_write_integer(text, key, (uint64_t)value);
        return;
    }
    assay_text_append(text, key);
    assay_text_append_real(text, value);
}

void assay_write_time(struct assay_text *text, const char *key, double value_ns)
{
    double scaled = value_ns * 1000.0;
    uint64_t picoseconds;
    unsigned part;

    if (!(scaled >= 0.0 && scaled < EXACT)) {
        assay_write_number(text, key, value_ns);
        return;
    }
    picoseconds = (uint64_t)(scaled + 0.5);
    part = (unsigned)(picoseconds % 1000);
    assay_write_integer(text, key, picoseconds / 1000);
    if (part) {
        char tail[4] = { '.', (char)('0' + part / 100), (char)('0' + part / 10 % 10), (char)('0' + part % 10) };
        size_t length = part % 100 == 0 ? 2 : part % 10 == 0 ? 3 : 4;
        assay_text_append_bytes(text, tail, length);
    }
}

void assay_write_string(struct assay_text *text, const char *key, const char *value)
{
    if (value) {
        assay_text_append(text, key);
        assay_text_append_json(text, value, strlen(value));
    }
}

void assay_write_strings(struct assay_text *text, const char *key, char *const *values)
{
    size_t i;

    if (!values) {
        return;
    }
    assay_text_append(text, key);
    assay_text_append_char(text, '[');
    for (i = 0; values[i]; i++) {
        assay_write_string(text, i ? "," : "", values[i]);
    }
    assay_text_append_char(text, ']');
}
