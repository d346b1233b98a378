/* Results of other tools as documents: bytes in, a document out. Opens no file and measures nothing; docs/import.md
 * says what each format can and cannot say. */
#ifndef ASSAY_IMPORT_IMPORT_H
#define ASSAY_IMPORT_IMPORT_H

#include "base/error.h"
#include "result/document.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ASSAY_IMPORT_BYTES ((size_t)64 << 20) /* the longest input that is taken */
#define ASSAY_IMPORT_BENCHMARKS 100000u       /* as many as a document may have */
#define ASSAY_IMPORT_LIMIT_USUAL 1000000u     /* a pass of the drag race sieves up to here */
#define ASSAY_IMPORT_LIMIT_MOST UINT64_C(1000000000000)

/* What one input holds. All borrowed. */
struct assay_import_source {
    const char *name; /* stands in errors and warnings: a path, or "standard input" */
    const char *bytes;
    size_t length;
    uint64_t limit; /* drag-race: up to which number a pass sieved, 1 to ASSAY_IMPORT_LIMIT_MOST */
};

struct assay_import_format {
    const char *name;    /* "drag-race" */
    const char *summary; /* a phrase for people */
    /* Whether the input, by its name or its content, is of this format: a guess that costs little. */
    bool (*sniff)(const struct assay_import_source *source);
    /* Appends the input to the document: a session and its benchmarks, and what the format cannot say as warnings.
     * ASSAY_EINPUT names line and column, or what is missing; the document is then of no use any more. */
    int (*read)(struct assay_document *document, const struct assay_import_source *source, struct assay_error *error);
};
extern const struct assay_import_format assay_import_formats[]; /* ended by a NULL name */
extern const char *const assay_import_names[];                  /* theirs, in the same order; ended by NULL */

const struct assay_import_format *assay_import_find(const char *name); /* NULL: there is none */

/* Reads all inputs into one document, each a session of its own, with statistics computed. `format` NULL: found for
 * each input by itself. *out is owned by the caller, and untouched on failure. */
int assay_import(struct assay_document **out, const struct assay_import_source *sources, size_t count,
                 const struct assay_import_format *format, struct assay_error *error);

/* The formats' own parts, for the table. */
bool assay_import_sniff_drag_race(const struct assay_import_source *source);
int assay_import_read_drag_race(struct assay_document *document, const struct assay_import_source *source,
                                struct assay_error *error);
bool assay_import_sniff_google_benchmark(const struct assay_import_source *source);
int assay_import_read_google_benchmark(struct assay_document *document, const struct assay_import_source *source,
                                       struct assay_error *error);
bool assay_import_sniff_hyperfine(const struct assay_import_source *source);
int assay_import_read_hyperfine(struct assay_document *document, const struct assay_import_source *source,
                                struct assay_error *error);
bool assay_import_sniff_pyperf(const struct assay_import_source *source);
int assay_import_read_pyperf(struct assay_document *document, const struct assay_import_source *source,
                             struct assay_error *error);
bool assay_import_sniff_benchfmt(const struct assay_import_source *source);
int assay_import_read_benchfmt(struct assay_document *document, const struct assay_import_source *source,
                               struct assay_error *error);
/* A warning of the document, unless it has the same already. False: out of memory. */
bool assay_import_warn_once(struct assay_document *document, const char *words);

#endif
