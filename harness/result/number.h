/* Reals as JSON numbers and back, fast enough for millions: the common shapes without printf and strtod, the rest
 * through base/. Knows no document. */
#ifndef ASSAY_RESULT_NUMBER_H
#define ASSAY_RESULT_NUMBER_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The largest whole number up to which every one is a double: 2^53. */
#define ASSAY_NUMBER_EXACT 9007199254740992.0

/* Appends the shortest number that reads back as the same double, whole numbers up to 2^53 without point or
 * exponent, and `null` for what is not finite. */
void assay_number_append(struct assay_text *text, double value);

/* Reads a JSON number (the lexer has checked its grammar) of `length` bytes. False: not finite. */
bool assay_number_parse(const char *bytes, size_t length, double *value);

/* 0 to 2^64-1 in decimal digits, nothing else. */
bool assay_number_parse_u64(const char *bytes, size_t length, uint64_t *value);

#endif
