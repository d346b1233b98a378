/* Numbers as people write them: integers, reals, times, sizes; and back. Pure. */
#ifndef ASSAY_BASE_NUMBER_H
#define ASSAY_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All parsers take the whole string or fail; on failure the output is untouched. */

/* 0 to 2^64-1: "1000", "1_000" (digits on both sides of each '_'), "1e3", "1.5e3" if it is an integer. */
bool assay_parse_integer(const char *text, uint64_t *value);
/* Finite: what strtod takes in the C locale, without hexadecimal, inf and nan; '_' as above. */
bool assay_parse_real(const char *text, double *value);
/* A time above 0 or 0, with unit ns, us, ms, s, m, h: "10ms", "1.5s", "2m". Seconds. "0" needs no unit. */
bool assay_parse_duration(const char *text, double *seconds);
/* A size with unit B, K, M, G, T (powers of 1024; KiB, MiB, ... too), or a bare number of bytes. */
bool assay_parse_size(const char *text, uint64_t *bytes);
/* Comma-separated list of processors: "0", "1,3", "0-3". Fills `set` (a bit a processor, up to `capacity`
 * processors, zeroed first). False on anything else, on an empty set, or on a number >= capacity. */
bool assay_parse_processors(const char *text, bool *set, size_t capacity);

/* The four below write into `buffer` (at least 32 bytes) and return it. */
/* Nanoseconds with 3 to 4 significant digits and unit: "257.6 us". */
const char *assay_format_ns(char buffer[32], double ns);
/* "12.3 MB" style, decimal units, for rates and sizes alike. */
const char *assay_format_si(char buffer[32], double value, const char *unit);
/* Bytes in powers of 1024: "48 KiB". */
const char *assay_format_size(char buffer[32], uint64_t bytes);
/* "12.3 s", "2 m 05 s": a duration for people. */
const char *assay_format_duration(char buffer[32], double seconds);

#endif
