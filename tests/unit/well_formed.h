/* Whether a text is well-formed XML of the strict kind that charts are: one root, elements nested, attributes quoted
 * and not repeated, the five entities, no character that XML 1.0 forbids. Knows no element. */
#ifndef ASSAY_TESTS_WELL_FORMED_H
#define ASSAY_TESTS_WELL_FORMED_H

#include "base/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define WELL_FORMED_DEPTH 32
#define WELL_FORMED_ATTRIBUTES 24

struct well_formed_name {
    const char *at;
    size_t length;
};

static inline bool well_formed_same(struct well_formed_name a, struct well_formed_name b)
{
    return a.length == b.length && memcmp(a.at, b.at, a.length) == 0;
}

static inline struct well_formed_name well_formed_take_name(const char **at)
{
    struct well_formed_name name = { *at,
                                     strspn(*at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-:") };
    *at += name.length;
    return name;
}

/* Text up to `end`; NULL: what stands there may not. */
static inline const char *well_formed_text(const char *at, char end)
{
    static const char *const entities[] = { "&lt;", "&gt;", "&amp;", "&quot;", "&#39;" };
    while (*at && *at != end) {
        size_t length = *at == '&' ? 0 : 1;
        for (size_t i = 0; *at == '&' && i < sizeof entities / sizeof entities[0]; i++) {
            length = strncmp(at, entities[i], strlen(entities[i])) == 0 ? strlen(entities[i]) : length;
        }
        if (length == 0 || *at == '<' || *at == '>' || *at == '"') {
            return NULL;
        }
        at += length;
    }
    return at;
}

/* Behind a tag's name, up to behind its '>'; *empty: it ended in "/>". NULL: it is broken. */
static inline const char *well_formed_attributes(const char *at, bool *empty)
{
    struct well_formed_name names[WELL_FORMED_ATTRIBUTES];
    size_t count = 0;
    while (*at == ' ' && count < WELL_FORMED_ATTRIBUTES) {
        at++;
        names[count] = well_formed_take_name(&at);
        if (names[count].length == 0 || strncmp(at, "=\"", 2) != 0) {
            return NULL;
        }
        for (size_t i = 0; i < count; i++) {
            if (well_formed_same(names[i], names[count])) {
                return NULL;
            }
        }
        count++;
        at = well_formed_text(at + 2, '"');
        if (!at || *at != '"') {
            return NULL;
        }
        at++;
    }
    *empty = *at == '/';
    at += *empty;
    return *at == '>' ? at + 1 : NULL;
}

static inline bool well_formed_characters(const char *text)
{
    bool changed = false;
    char *clean = assay_utf8_clean(text, strlen(text), &changed);
    bool good = clean && !changed;
    for (const unsigned char *at = (const unsigned char *)text; good && *at; at++) {
        good = (*at >= 0x20 || *at == '\n' || *at == '\t') && !(at[0] == 0xef && at[1] == 0xbf && at[2] >= 0xbe);
    }
    free(clean);
    return good;
}

/* Where it is broken, borrowed; NULL: it is well-formed. */
static inline const char *well_formed_problem(const char *text)
{
    struct well_formed_name open[WELL_FORMED_DEPTH];
    size_t depth = 0, roots = 0;
    const char *at = text;
    if (!well_formed_characters(text)) {
        return "a character";
    }
    while (*at) {
        const char *start = at;
        at = well_formed_text(at, '<');
        if (!at || (depth == 0 && strspn(start, "\n ") < (size_t)(at - start))) {
            return start;
        }
        if (!*at) {
            break;
        }
        bool closing = at[1] == '/', empty = false;
        at += closing ? 2 : 1;
        struct well_formed_name name = well_formed_take_name(&at);
        if (name.length == 0 || (closing && *at != '>')) {
            return start;
        }
        at = closing ? at + 1 : well_formed_attributes(at, &empty);
        if (!at || (closing && (depth == 0 || !well_formed_same(open[depth - 1], name)))) {
            return start;
        }
        roots += !closing && depth == 0;
        if (closing) {
            depth--;
        } else if (!empty && depth < WELL_FORMED_DEPTH) {
            open[depth++] = name;
        }
    }
    return depth == 0 && roots == 1 ? NULL : "the end";
}

#endif
