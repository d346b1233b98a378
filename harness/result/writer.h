/* JSON as a stream, laid out so that a person and a diff can read it: one field a line, lists of numbers wrapped.
 * Knows no document. */
#ifndef ASSAY_RESULT_WRITER_H
#define ASSAY_RESULT_WRITER_H

#include "base/error.h"
#include "base/facts.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define ASSAY_WRITER_DEPTH 32

struct assay_writer {
    FILE *to;
    struct assay_text text;         /* what is not yet written */
    unsigned depth;                 /* of open objects and arrays */
    bool begun[ASSAY_WRITER_DEPTH]; /* has the open thing of that depth an element? */
    bool tight[ASSAY_WRITER_DEPTH]; /* is it on one line? */
    bool dirty;                     /* a text was not UTF-8 */
    int io_errno;                   /* the first failed write; 0: none */
};
void assay_writer_init(struct assay_writer *writer, FILE *to);
/* Writes the rest and releases; an error if anything went wrong on the way. */
int assay_writer_finish(struct assay_writer *writer, struct assay_error *error);

/* `key` NULL: an element of an array. `tight`: on one line. */
void assay_writer_open(struct assay_writer *writer, const char *key, char bracket, bool tight);
void assay_writer_close(struct assay_writer *writer, char bracket);
void assay_writer_text(struct assay_writer *writer, const char *key, const char *text);  /* NULL: null */
void assay_writer_real(struct assay_writer *writer, const char *key, double value);      /* not finite: null */
void assay_writer_u64(struct assay_writer *writer, const char *key, uint64_t value);     /* over 2^53: a text */
void assay_writer_i64(struct assay_writer *writer, const char *key, int64_t value);      /* likewise */
void assay_writer_decimal(struct assay_writer *writer, const char *key, uint64_t value); /* always a text */
void assay_writer_truth(struct assay_writer *writer, const char *key, int truth);        /* -1: null */
void assay_writer_raw(struct assay_writer *writer, const char *key, const char *json);   /* as it is */
void assay_writer_reals(struct assay_writer *writer, const char *key, const double *values, size_t count);

/* An object of groups of facts, each {value, source} or {value: null, reason} (write_facts.c). */
void assay_writer_facts(struct assay_writer *writer, const char *key, const struct assay_facts *facts);

#endif
