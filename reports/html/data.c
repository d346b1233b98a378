/* The documents within the page, and what is said of them. Knows packing only by pack.c. */
#include "reports/html/page.h"

#include "base/number.h"
#include "reports/html/parts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct assay_html_carried { /* a document on its way */
    struct assay_packing *packing;
    bool own; /* begun here */
    struct assay_packed packed;
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

static int begin(struct assay_html_carried *carried, const struct assay_report_part *part, struct assay_error *error)
{
    bool own = false;
    carried->packing = part->packing;
    if (carried->packing) {
        return assay_packing_wait(&carried->packed, carried->packing, error);
    }
    FILE *bytes = bytes_of(part, &own, error);
    if (!bytes) {
        return error && error->code ? error->code : ASSAY_EIO;
    }
    int code = assay_packing_begin(&carried->packing, bytes, error);
    carried->own = !code;
    if (!code) {
        code = assay_packing_wait(&carried->packed, carried->packing, error);
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

static void append_list(struct assay_html *page, const struct assay_html_carried *carried)
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
        append_size(out, assay_packing_size(carried[i].packing));
        assay_text_format(out, "<td><code class=\"digest\">%s</code></td></tr>\n", packed->sha256);
    }
    assay_text_append(out, "</tbody></table></div>\n");
}

int assay_html_data(struct assay_html *page, struct assay_error *error)
{
    size_t count = page->report->part_count;
    struct assay_text *out = &page->text;
    page->carried = calloc(count ? count : 1, sizeof *page->carried);
    int code = page->carried ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    for (size_t i = 0; !code && i < count; i++) {
        code = begin(&page->carried[i], &page->report->parts[i], error);
    }
    if (code) {
        return code;
    }
    assay_text_format(
        out,
        "<section id=\"data\"><h2>Data</h2>\n<p class=\"summary\">This page carries %s whole: every sample is in "
        "it, and nothing is loaded from elsewhere. Save it with the button at the top, or read it back, byte for byte:"
        "</p>\n<pre><code>assay report PAGE.html -o result.json</code></pre>\n",
        count == 1 ? "its document" : "its documents");
    if (count > 1) {
        assay_text_append(out, "<p>With <code>--document N</code> the N-th of them.</p>\n");
    }
    append_list(page, page->carried);
    assay_html_close(page);
    return 0;
}

int assay_html_documents(struct assay_html *page, struct assay_error *error)
{
    struct assay_text *out = &page->text;
    int code = 0;
    for (size_t i = 0; !code && i < page->report->part_count; i++) {
        const struct assay_packed *packed = &page->carried[i].packed;
        assay_text_format(out, ASSAY_PAGE_DOCUMENT "%zu\" data-name=\"", i);
        assay_html_take(out, assay_html_part_name(page->report, i));
        assay_text_format(out,
                          "\" data-length=\"%" PRIu64 "\" data-sha256=\"%s\" data-encoding=\"" ASSAY_PAGE_ENCODING "\">",
                          packed->length, packed->sha256);
        assay_html_flush(page);
        if (out->failed || page->io_errno) {
            return 0; /* said at the end */
        }
        code = assay_packing_write(page->carried[i].packing, page->to, error);
        assay_text_append(out, "</script>\n");
    }
    return code;
}

void assay_html_data_release(struct assay_html *page)
{
    for (size_t i = 0; page->carried && i < page->report->part_count; i++) {
        if (page->carried[i].own) {
            assay_packing_free(page->carried[i].packing);
        }
    }
    free(page->carried);
    page->carried = NULL;
}
