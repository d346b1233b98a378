/* A growing string of bytes, and small helpers over text. Knows no file and no meaning. */
#ifndef ASSAY_BASE_TEXT_H
#define ASSAY_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `bytes` is NUL-terminated after any append; NULL only while empty and never appended to. An append that
 * runs out of memory sets `failed`, keeps what was there, and makes every later append do nothing: check
 * `failed` once at the end. */
struct assay_text {
    char *bytes;
    size_t length;
    size_t capacity;
    bool failed;
};
#define ASSAY_TEXT_INIT { NULL, 0, 0, false }

void assay_text_release(struct assay_text *text);
void assay_text_clear(struct assay_text *text); /* length 0; keeps the memory and clears `failed` */
void assay_text_append(struct assay_text *text, const char *string);
void assay_text_append_bytes(struct assay_text *text, const char *bytes, size_t length);
void assay_text_append_char(struct assay_text *text, char byte);
void assay_text_format(struct assay_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void assay_text_vformat(struct assay_text *text, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
/* Appends `string` as a JSON string with its quotes; invalid UTF-8 becomes U+FFFD. */
void assay_text_append_json(struct assay_text *text, const char *string, size_t length);
/* Appends `"name":"string"`, or `"name":null` for NULL. `name` is ours: nothing in it is escaped. */
void assay_text_append_json_member(struct assay_text *text, const char *name, const char *string);
void assay_text_append_integer(struct assay_text *text, uint64_t value);
/* Appends the shortest decimal that reads back as the same double; finite numbers only (asserted). */
void assay_text_append_real(struct assay_text *text, double value);
/* Hands the bytes over (heap, NUL-terminated, never NULL unless `failed`) and leaves `text` empty. */
char *assay_text_take(struct assay_text *text);

/* A heap copy; NULL when out of memory or `string` is NULL. */
char *assay_copy(const char *string);
char *assay_copy_bytes(const char *bytes, size_t length);
/* A heap string from a format; NULL when out of memory. */
char *assay_formatted(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A heap copy with every invalid UTF-8 sequence and NUL replaced by U+FFFD; *changed says whether any was.
 * `changed` may be NULL. NULL when out of memory. */
char *assay_utf8_clean(const char *bytes, size_t length, bool *changed);
/* Columns that the text takes in a terminal (wide characters count 2, combining 0), of valid UTF-8. */
size_t assay_utf8_width(const char *string);

/* The name in `names` (NULL-terminated) nearest to `wrong` by Damerau-Levenshtein distance, if it is near
 * enough to suggest (at most a third of the longer length, at least 1); NULL if none is. Borrowed. */
const char *assay_nearest(const char *wrong, const char *const *names);

#endif
