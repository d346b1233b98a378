/* What `assay report` is given: files of several kinds become documents. For report.c. */
#ifndef ASSAY_CLI_REPORT_H
#define ASSAY_CLI_REPORT_H

#include "base/error.h"
#include "result/document.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* One document with the bytes it was read from. */
struct assay_read {
    struct assay_document *document;
    char *name;   /* for people: "base.json", without its folder; heap */
    FILE *bytes;  /* seekable; NULL: made of another tool's file, there are none */
    char *memory; /* what `bytes` reads from, where it is no file; heap */
    struct assay_packing *packing; /* of `bytes`, for a page (reports/html/page.h); NULL: not begun */
};
struct assay_readings {
    struct assay_read *items;
    size_t count, capacity;
    bool for_page; /* set it first: documents are packed while they are parsed */
};
/* Appends what a file holds: a document, the documents of a page, or results of another tool. "-" is standard input.
 * ASSAY_EINPUT: none of these, in one line. */
int assay_readings_add(struct assay_readings *readings, const char *path, struct assay_error *error);
/* Appends a document that is there already; owns the parts of `read`, also on failure. */
int assay_readings_keep(struct assay_readings *readings, struct assay_read *read, struct assay_error *error);
void assay_readings_release(struct assay_readings *readings);

#endif
