/* Reading the fields of a JSON object by a table of keys, kinds and bounds. Inside protocol/ only. Knows no message. */
#ifndef ASSAY_PROTOCOL_FIELDS_H
#define ASSAY_PROTOCOL_FIELDS_H

#include "base/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most that a time in nanoseconds, or a counter, can be: sums of them stay finite and printable. */
#define ASSAY_FIELD_NUMBER_MAX 1e18

enum assay_field_kind {
    ASSAY_FIELD_TEXT,    /* char *, heap */
    ASSAY_FIELD_LINE,    /* char *, heap: no control bytes */
    ASSAY_FIELD_NAME,    /* char *, heap: a name */
    ASSAY_FIELD_DOTTED,  /* char *, heap: a kernel's name */
    ASSAY_FIELD_LINES,   /* char **, heap, NULL-terminated; an empty one when absent */
    ASSAY_FIELD_INTEGER, /* uint64_t, least to most */
    ASSAY_FIELD_SMALL,   /* uint32_t, least to most */
    ASSAY_FIELD_DECIMAL, /* uint64_t, from a text of digits */
    ASSAY_FIELD_NUMBER,  /* double, 0 to ASSAY_FIELD_NUMBER_MAX */
    ASSAY_FIELD_WHOLE,   /* double without a fraction, 0 to 2^53 */
    ASSAY_FIELD_BOOL     /* bool */
};

struct assay_field {
    const char *key; /* NULL ends a table */
    enum assay_field_kind kind;
    size_t offset; /* in the struct that is read */
    bool required;
    uint64_t least, most; /* INTEGER, SMALL */
};

/* One JSON object from a line; NULL with ASSAY_EINPUT. The caller frees it with json_decref. */
json_t *assay_fields_parse(const char *line, size_t length, struct assay_error *error);

/* Fills `out`, which the caller has set to defaults. A field that is absent or null keeps its default, or is an error
 * where required. On an error what was read stays, for the caller to release. 0 or negative. */
int assay_fields_read(void *out, const json_t *object, const struct assay_field *table, struct assay_error *error);

/* The same for one row of a table. */
int assay_field_read(void *out, const json_t *object, const struct assay_field *field, struct assay_error *error);

/* The value of a field that must be an object (array) or absent or null: *out is then NULL. 0 or negative. */
int assay_field_object(const json_t **out, const json_t *object, const char *key, struct assay_error *error);
int assay_field_array(const json_t **out, const json_t *object, const char *key, struct assay_error *error);
/* "missing \"KEY\"" */
int assay_field_missing(const char *key, struct assay_error *error);
int assay_field_no_memory(struct assay_error *error);

void assay_lines_free(char **lines);
/* Digits only, 0 to 2^64-1, no leading zeros. */
bool assay_decimal_read(uint64_t *out, const char *text);

#endif
