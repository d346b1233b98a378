/* The documents within the page, and what is said of them. Knows packing only by pack.c. */
#include "reports/html/page.h"

#include "base/number.h"
#include "reports/html/parts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct carried { /* what the list says of a document */
    struct assay_packed packed;
    uint64_t in_page; /* characters of base64 */
};

/* The bytes as they were read, or the document written anew into a file without a name; *own: to be closed. */
static FILE *bytes_of(const struct assay_report_part *part, bool *own, struct assay_error *error)
{
    *own = part->bytes == NULL;
    if (part->bytes) {
        return part->bytes;
    }
    FILE *file = tmpfile();
    if (!file) {
        assay_fail_errno(error, errno, "a temporary file for the document");
        return NULL;
    }
    if (assay_document_write(part->document, file, error) ||
        (fflush(file) && assay_fail_errno(error, errno, "writing the document"))) {
        fclose(file);
        return NULL;
    }
    return file;
}

static int write_element(struct carried *carried, struct assay_html *page, size_t index,
                         const struct assay_packing *packing, struct assay_error *error)
{
    struct assay_text *out = &page->text;
    char *name = assay_html_part_name(page->report, index);
    assay_text_format(out, ASSAY_PAGE_DOCUMENT "%zu\" data-name=\"", index);
    assay_html_take(out, name);
    assay_text_format(out,
                      "\" data-length=\"%" PRIu64 "\" data-sha256=\"%s\" data-encoding=\"" ASSAY_PAGE_ENCODING "\">",
                      carried->packed.length, carried->packed.sha256);
    assay_html_flush(page);
    if (page->text.failed || page->io_errno) {
        return 0; /* said at the end */
    }
    int code = assay_packing_write(&carried->in_page, packing, page->to, error);
    assay_text_append(out, "</script>\n");
    return code;
}

static int write_document(struct carried *carried, struct assay_html *page, size_t index, struct assay_error *error)
{
    const struct assay_report_part *part = &page->report->parts[index];
    struct assay_packing *packing = part->packing;
    bool own = false;
    int code = 0;
    FILE *bytes = packing ? NULL : bytes_of(part, &own, error);
    if (!packing && !bytes) {
        return error && error->code ? error->code : ASSAY_EIO;
    }
    if (!packing) {
        code = assay_packing_begin(&packing, bytes, error);
    }
    if (!code) {
        code = assay_packing_wait(&carried->packed, packing, error);
    }
    if (!code) {
        code = write_element(carried, page, index, packing, error);
    }
    if (!part->packing) {
        assay_packing_free(packing);
    }
    if (own) {
        fclose(bytes);
    }
    return code;
}

static void append_size(struct assay_text *out, uint64_t bytes)
{
    char size[32];
    assay_text_format(out, "<td data-number=\"%" PRIu64 "\">", bytes);
    assay_html_text(out, assay_format_size(size, bytes));
    assay_text_append(out, "</td>");
}

static void append_list(struct assay_html *page, const struct carried *carried)
{
    struct assay_text *out = &page->text;
    assay_text_append(
        out,
        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Documents in this page\">"
        "<table id=\"carried\"><caption>Documents in this page</caption>\n<thead><tr><th scope=\"col\">document</th>"
        "<th scope=\"col\" data-numeric=\"true\">bytes</th><th scope=\"col\" data-numeric=\"true\">size</th>"
        "<th scope=\"col\" data-numeric=\"true\">share of this page</th><th scope=\"col\">SHA-256</th></tr></thead>\n"
        "<tbody>\n");
    for (size_t i = 0; i < page->report->part_count; i++) {
        const struct assay_packed *packed = &carried[i].packed;
        assay_text_append(out, "<tr><th scope=\"row\">");
        assay_html_take(out, assay_html_part_name(page->report, i));
        assay_text_format(out, "</th><td data-number=\"%" PRIu64 "\">%" PRIu64 "</td>", packed->length, packed->length);
        append_size(out, packed->length);
        append_size(out, carried[i].in_page);
        assay_text_format(out, "<td><code class=\"digest\">%s</code></td></tr>\n", packed->sha256);
    }
    assay_text_append(out, "</tbody></table></div>\n");
}

int assay_html_data(struct assay_html *page, struct assay_error *error)
{
    size_t count = page->report->part_count;
    struct carried *carried = calloc(count ? count : 1, sizeof *carried);
    struct assay_text *out = &page->text;
    int code = carried ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    assay_text_format(
        out,
        "<section id=\"data\"><h2>Data</h2>\n<p class=\"summary\">This page carries %s whole: every sample is in "
        "it, and nothing is loaded from elsewhere. Save it with the button at the top, or read it back, byte for byte:"
        "</p>\n<pre><code>assay report PAGE.html -o result.json</code></pre>\n",
        count == 1 ? "its document" : "its documents");
    if (count > 1) {
        assay_text_append(out, "<p>With <code>--document N</code> the N-th of them.</p>\n");
    }
    for (size_t i = 0; !code && i < count; i++) {
        code = write_document(&carried[i], page, i, error);
    }
    if (!code) {
        append_list(page, carried);
        assay_html_close(page);
    }
    free(carried);
    return code;
}
