/* JSON in memory, read where it stands: no tree is made, so that reading costs no memory beside the input's. NaN,
 * Infinity and both with a minus are taken for numbers: google-benchmark and Python write them. Knows no format. */
#ifndef ASSAY_IMPORT_JSON_H
#define ASSAY_IMPORT_JSON_H

#include "import/import.h"
#include "import/piece.h"

#define ASSAY_JSON_DEPTH 64u

enum assay_json_kind {
    ASSAY_JSON_NOTHING, /* no value: `at` is NULL, or it is not JSON */
    ASSAY_JSON_NULL,
    ASSAY_JSON_TRUTH,
    ASSAY_JSON_NUMBER,
    ASSAY_JSON_TEXT_VALUE,
    ASSAY_JSON_ARRAY,
    ASSAY_JSON_OBJECT
};

struct assay_json { /* a value: its bytes, borrowed */
    const char *at, *end;
};

/* Checks the whole input by RFC 8259, but for what is said above, and bytes that are no UTF-8, which text() cleans. Its
 * one value goes to *value. ASSAY_EINPUT names line and column. */
int assay_json_open(struct assay_json *value, const struct assay_import_source *source, struct assay_error *error);
/* The same without any check, for a guess: the first value of the bytes, cut off where they end. */
struct assay_json assay_json_peek(const char *bytes, size_t length);

enum assay_json_kind assay_json_kind(struct assay_json value);
bool assay_json_is_true(struct assay_json value);
/* NaN for what is not finite. False: no number. */
bool assay_json_number(double *number, struct assay_json value);
/* A whole number from `least` to `most`, 2^53 at most; "1000.0" and "1e3" are whole. */
bool assay_json_whole(uint64_t *number, struct assay_json value, uint64_t least, uint64_t most);
/* Heap, with what is no UTF-8, and NUL, as U+FFFD; *changed (may be NULL) is set if there was any, and else left. NULL:
 * no text, or out of memory. */
char *assay_json_text(struct assay_json value, bool *changed);
/* Walks through the members of an object or the elements of an array; nothing of anything else. */
struct assay_json_walk {
    const char *at, *end;
    bool object;
    struct assay_piece key; /* of a member, as it stands between its quotes */
    struct assay_json value;
};
struct assay_json_walk assay_json_walk(struct assay_json container);
bool assay_json_next(struct assay_json_walk *walk);
bool assay_json_key_is(struct assay_piece key, const char *name);
/* Heap, cleaned like a text. NULL: out of memory. */
char *assay_json_key(struct assay_piece key);

/* The first member of that name; NOTHING if there is none. */
struct assay_json assay_json_member(struct assay_json object, const char *name);
/* The first element; NOTHING if there is none. */
struct assay_json assay_json_first(struct assay_json array);
/* Fills values[i] with the member names[i], the first of each; NOTHING for those that are not there. The names end with
 * NULL. The second of a member that is there twice, for a refusal; NOTHING: there is none. */
struct assay_json assay_json_members(struct assay_json *values, const char *const *names, struct assay_json object);

#endif
