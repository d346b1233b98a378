/* Any bytes as a document: read without a fault; what is read can be computed, written, and read again, to the same
 * text. */
// links: result stats base
#include "base/text.h"
#include "result/document.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct assay_document *read_bytes(const char *bytes, size_t length)
{
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    FILE *from = length > 0 ? fmemopen((void *)(uintptr_t)bytes, length, "r") : NULL;
    if (!from)
        return NULL;
    if (assay_document_read(&document, from, "fuzz", &error) == 0 ? error.code != 0 : error.code == 0 || document)
        abort(); /* an error says so, and leaves the output alone */
    fclose(from);
    return document;
}

static char *write_bytes(const struct assay_document *document, size_t *length)
{
    char *bytes = NULL;
    struct assay_error error = { 0 };
    FILE *to = open_memstream(&bytes, length);
    if (!to || assay_document_write(document, to, &error))
        abort(); /* what was read holds its rules */
    fclose(to);
    return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct assay_document *first = read_bytes((const char *)data, size);
    if (!first)
        return 0;
    size_t length = 0;
    char *once = write_bytes(first, &length);
    struct assay_document *second = read_bytes(once, length);
    size_t again = 0;
    char *twice = second ? write_bytes(second, &again) : NULL;
    if (!twice || again != length || memcmp(once, twice, length) != 0)
        abort();
    (void)assay_document_compute(second, NULL);
    free(once);
    free(twice);
    assay_document_free(first);
    assay_document_free(second);
    return 0;
}
