/* Documents out of a page. Knows the elements that data.c writes, and no other HTML. */
#include "reports/html/page.h"

#include "reports/html/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_BYTES 1024 /* a browser that saves a page puts a comment of its own before ours */

struct element { /* pieces of the page */
    const char *attributes, *content;
    size_t attributes_length, content_length;
    bool closed;
};

static const char *find(const char *bytes, size_t length, const char *what)
{
    return memmem(bytes, length, what, strlen(what));
}

bool assay_page_is(const char *bytes, size_t length)
{
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    if (length >= 3 && memcmp(bytes, byte_order_mark, 3) == 0) {
        bytes += 3;
        length -= 3;
    }
    while (length > 0 && strchr(" \t\r\n", *bytes) && *bytes) {
        bytes++;
        length--;
    }
    size_t head = length < HEAD_BYTES ? length : HEAD_BYTES;
    return head > 0 && bytes[0] == '<' && find(bytes, head, "<!-- " ASSAY_PAGE_SCHEMA) != NULL;
}

/* The data element at or behind `at`; false: none. */
static bool next_element(struct element *element, const char *at, const char *end)
{
    const char *begin = find(at, (size_t)(end - at), ASSAY_PAGE_DOCUMENT);
    if (!begin) {
        return false;
    }
    element->attributes = begin + strlen(ASSAY_PAGE_DOCUMENT);
    const char *content = memchr(element->attributes, '>', (size_t)(end - element->attributes));
    element->content = content ? content + 1 : end;
    element->attributes_length = (size_t)((content ? content : end) - element->attributes);
    const char *close = find(element->content, (size_t)(end - element->content), "</script>");
    element->closed = close != NULL;
    element->content_length = (size_t)((close ? close : end) - element->content);
    return true;
}

size_t assay_page_count(const char *bytes, size_t length)
{
    struct element element;
    size_t count = 0;
    for (const char *at = bytes; next_element(&element, at, bytes + length); at = element.content) {
        count++;
    }
    return count;
}

/* The value of an attribute, of at most size-1 bytes. False: not there, or longer. */
static bool attribute(char *value, size_t size, const struct element *element, const char *name)
{
    char opening[40];
    (void)snprintf(opening, sizeof opening, " %.30s=\"", name);
    const char *begin = find(element->attributes, element->attributes_length, opening);
    if (!begin) {
        return false;
    }
    begin += strlen(opening);
    const char *end = memchr(begin, '"', (size_t)(element->attributes + element->attributes_length - begin));
    if (!end || (size_t)(end - begin) >= size) {
        return false;
    }
    memcpy(value, begin, (size_t)(end - begin));
    value[end - begin] = '\0';
    return true;
}

static bool parse_length(uint64_t *length, const char *text)
{
    uint64_t value = 0;
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 18 || text[digits]) {
        return false;
    }
    for (; *text; text++) {
        value = value * 10 + (uint64_t)(*text - '0');
    }
    *length = value;
    return true;
}

static int check_said(struct assay_packed *said, const struct element *element, size_t limit, const char *name,
                      struct assay_error *error)
{
    char length[24], encoding[40];
    if (!attribute(encoding, sizeof encoding, element, "data-encoding") || strcmp(encoding, ASSAY_PAGE_ENCODING) != 0) {
        return assay_fail(error, ASSAY_EINPUT, "%s is not %s", name, ASSAY_PAGE_ENCODING);
    }
    if (!attribute(length, sizeof length, element, "data-length") || !parse_length(&said->length, length)) {
        return assay_fail(error, ASSAY_EINPUT, "%s does not say how long it is", name);
    }
    if (!attribute(said->sha256, sizeof said->sha256, element, "data-sha256") || strlen(said->sha256) != 64) {
        return assay_fail(error, ASSAY_EINPUT, "%s does not say its SHA-256", name);
    }
    if (said->length > limit) {
        return assay_fail(error, ASSAY_EINPUT, "%s has %s bytes, at most %zu are read", name, length, limit);
    }
    return 0;
}

static int check_page(const char *bytes, size_t length, struct assay_error *error)
{
    static const char schema[] = "<!-- " ASSAY_PAGE_SCHEMA "1:";
    if (!assay_page_is(bytes, length)) {
        return assay_fail(error, ASSAY_EINPUT, "not a page of assay's");
    }
    if (!find(bytes, length < HEAD_BYTES ? length : HEAD_BYTES, schema)) {
        return assay_fail(error, ASSAY_EINPUT,
                          "a page of another version of assay: this one reads " ASSAY_PAGE_SCHEMA "1");
    }
    return 0;
}

/* The characters that assay_svg_escape writes as entities. */
static char *unescaped(const char *text)
{
    static const char *const entities[][2] = {
        { "&lt;", "<" }, { "&gt;", ">" }, { "&quot;", "\"" }, { "&#39;", "'" }, { "&apos;", "'" }, { "&amp;", "&" }
    };
    struct assay_text out = ASSAY_TEXT_INIT;
    assay_text_append(&out, "");
    while (*text) {
        size_t length = 1;
        const char *plain = NULL;
        for (size_t i = 0; i < sizeof entities / sizeof entities[0] && !plain; i++) {
            length = strlen(entities[i][0]);
            plain = strncmp(text, entities[i][0], length) == 0 ? entities[i][1] : NULL;
        }
        length = plain ? length : 1;
        assay_text_append_char(&out, plain ? *plain : *text);
        text += length;
    }
    return assay_text_take(&out);
}

char *assay_page_name(const char *bytes, size_t length, size_t index)
{
    struct element element;
    char name[4096];
    const char *at = bytes;
    for (size_t i = 0; i <= index; i++) {
        if (!next_element(&element, at, bytes + length)) {
            return NULL;
        }
        at = element.content;
    }
    return attribute(name, sizeof name, &element, "data-name") && name[0] ? unescaped(name) : NULL;
}

int assay_page_document(char **document, size_t *document_length, const char *bytes, size_t length, size_t index,
                        size_t limit, struct assay_error *error)
{
    struct element element = { 0 };
    struct assay_packed said = { 0 };
    char name[64], *out = NULL;
    int code = check_page(bytes, length, error);
    const char *at = bytes;
    for (size_t i = 0; !code && i <= index; i++) {
        if (!next_element(&element, at, bytes + length)) {
            code = i == 0 ? assay_fail(error, ASSAY_EINPUT, "no document in the page: is it truncated?")
                          : assay_fail(error, ASSAY_EINPUT, "no document %zu in the page: it has %zu", index, i);
        }
        at = element.content;
    }
    snprintf(name, sizeof name, "document %zu of the page", index);
    if (!code && !element.closed) {
        code = assay_fail(error, ASSAY_EINPUT, "%s is truncated", name);
    }
    if (!code) {
        code = check_said(&said, &element, limit, name, error);
    }
    if (!code) {
        code = assay_unpack(&out, &said, element.content, element.content_length, name, error);
    }
    if (!code) {
        *document = out;
        *document_length = (size_t)said.length;
    }
    return code;
}
