/* YAML into a small tree of nodes that know where they stand. Takes the part of YAML that people write by hand:
 * one document of mappings, sequences and scalars. Refuses aliases, anchors, tags, duplicate keys, a second document,
 * more than 1 MiB and more than 32 levels, so that a file is never more than it looks. Knows no suite. */
#ifndef ASSAY_CATALOG_YAML_H
#define ASSAY_CATALOG_YAML_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

#define ASSAY_YAML_BYTES_MAX ((size_t)1 << 20)
#define ASSAY_YAML_DEPTH_MAX 32u

enum assay_yaml_kind { ASSAY_YAML_SCALAR, ASSAY_YAML_SEQUENCE, ASSAY_YAML_MAPPING };

struct assay_yaml_item;
struct assay_yaml {
    enum assay_yaml_kind kind;
    const char *file; /* borrowed from the document */
    unsigned line;    /* from 1, as is the column, which counts characters */
    unsigned column;
    char *text;       /* SCALAR: UTF-8 without NUL; NULL otherwise */
    bool quoted;      /* SCALAR: written in quotes or as a block, so that '' is a text and not nothing */
    struct assay_yaml_item *items; /* SEQUENCE and MAPPING, in the order of the file */
    size_t count;
    size_t capacity;
};
struct assay_yaml_item {
    char *key; /* in a MAPPING; NULL in a SEQUENCE */
    unsigned line, column; /* of the key */
    struct assay_yaml *value;
};

/* The caller's storage: zero it, or let a parse fill it. */
struct assay_yaml_document {
    char *file;
    struct assay_yaml *root;
};

/* Reads `length` bytes; `file` is what errors call them. Errors are ASSAY_EINPUT, `FILE:LINE:COLUMN: ...`. */
int assay_yaml_parse(struct assay_yaml_document *out, const char *file, const char *bytes, size_t length,
                     struct assay_error *error);
/* The same for a file, which must be readable and not a directory. */
int assay_yaml_read(struct assay_yaml_document *out, const char *path, struct assay_error *error);
void assay_yaml_release(struct assay_yaml_document *document);

/* Records ASSAY_EINPUT with the position of `node` before the text; returns it. */
int assay_yaml_fail(struct assay_error *error, const struct assay_yaml *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same with the position of an item's key. */
int assay_yaml_fail_key(struct assay_error *error, const struct assay_yaml *mapping, const struct assay_yaml_item *item,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));
/* "a mapping", "a list", "a value", "nothing": for error texts. */
const char *assay_yaml_word(const struct assay_yaml *node);

#endif
