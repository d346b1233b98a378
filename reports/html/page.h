/* The page, and reading documents back out of one. docs/reports.md shows its parts. */
#ifndef ASSAY_REPORTS_HTML_PAGE_H
#define ASSAY_REPORTS_HTML_PAGE_H

#include "base/error.h"
#include "base/text.h"
#include "reports/report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- sections that are files of their own; each appends to the page, out->failed when memory is out ---- */

/* A sheet as a table. sheet.c */
void assay_html_sheet(struct assay_text *out, const struct assay_sheet *sheet);
/* The profile section, after its heading: flame graphs, tables, differences. profile.c */
void assay_html_profile(struct assay_text *out, const struct assay_report *report);
/* The history section, after its heading: a chart and a table a series. history.c */
void assay_html_history(struct assay_text *out, const struct assay_report *report);

/* ---- documents in a page; pack.c, unpack.c ---- */

/* What a page says of a document beside its bytes. */
struct assay_packed {
    uint64_t length;
    char sha256[65]; /* hexadecimal */
};
/* A document on its way into a page. Packing is most of the work that a page takes, and needs nothing but the bytes: it begins as
 * soon as these are there, in a thread of its own. */
struct assay_packing;
/* Of all of `from`. Of a file by its descriptor, whose position stays where it is: the caller may read the stream meanwhile, and
 * leaves it open until the wait. Owned by the caller. */
int assay_packing_begin(struct assay_packing **out, FILE *from, struct assay_error *error);
/* Until it is done. Fails if it failed. */
int assay_packing_wait(struct assay_packed *packed, struct assay_packing *packing, struct assay_error *error);
/* After the wait: raw deflate (RFC 1951) as base64 (RFC 4648) in one line, and how many characters that is. */
int assay_packing_write(const struct assay_packing *packing, FILE *to, struct assay_error *error);
size_t assay_packing_size(const struct assay_packing *packing);
void assay_packing_free(struct assay_packing *packing); /* waits first; NULL: nothing */
/* Back into a heap buffer of `said->length` bytes and a NUL. Blanks in the base64 are passed over. ASSAY_EINPUT, one line that
 * begins with `name`: bad base64 or deflate, truncated, longer than said, another digest. */
int assay_unpack(char **out, const struct assay_packed *said, const char *base64, size_t length, const char *name,
                 struct assay_error *error);
/* base64 of the SHA-256 of a text, for a content security policy: "sha256-...". */
void assay_pack_digest(char digest[52], const char *text, size_t length);

/* ---- reading back; read.c ---- */

/* Whether the bytes begin as a page of assay's does. */
bool assay_page_is(const char *bytes, size_t length);
/* How many documents the page holds. */
size_t assay_page_count(const char *bytes, size_t length);
/* What the document of that index was called when the page was made. Heap; NULL: the page does not say, or out of memory. */
char *assay_page_name(const char *bytes, size_t length, size_t index);
/* Unpacks one, byte for byte, into a heap buffer. ASSAY_EINPUT, one line: no such document, bad base64, truncated, longer
 * than it says or than `limit`, digest differs. */
int assay_page_document(char **document, size_t *document_length, const char *bytes, size_t length, size_t index,
                        size_t limit, struct assay_error *error);

#endif
