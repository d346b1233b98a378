/* Files to documents: which kind a file is, by its content. Renders nothing. */
#include "cli/report.h"

#include "base/file.h"
#include "base/text.h"
#include "base/vector.h"
#include "import/import.h"
#include "reports/html/page.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PAGE_BYTES ((size_t)1 << 30)     /* the longest page that is taken */
#define DOCUMENT_BYTES ((size_t)1 << 31) /* the longest document out of a page */
enum { PEEK = 4096 };

static void release(struct assay_read *read)
{
    assay_packing_free(read->packing); /* reads `bytes` until it is done */
    assay_document_free(read->document);
    if (read->bytes) {
        fclose(read->bytes);
    }
    free(read->memory);
    free(read->name);
}

void assay_readings_release(struct assay_readings *readings)
{
    for (size_t i = 0; i < readings->count; i++) {
        release(&readings->items[i]);
    }
    free(readings->items);
    *readings = (struct assay_readings){ 0 };
}

int assay_readings_keep(struct assay_readings *readings, struct assay_read *read, struct assay_error *error)
{
    void *items = readings->items;
    if (!read->name || !assay_reserve(&items, &readings->capacity, readings->count + 1, sizeof *readings->items)) {
        release(read);
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    readings->items = items;
    readings->items[readings->count++] = *read;
    return 0;
}

/* ---- the file ---- */

static int spool(FILE **out, FILE *from, const char *name, struct assay_error *error)
{
    char buffer[16384];
    FILE *to = tmpfile();
    size_t got = 0;
    int code = to ? 0 : assay_fail_errno(error, errno, "cannot make a temporary file");
    while (!code && (got = fread(buffer, 1, sizeof buffer, from)) > 0) {
        if (fwrite(buffer, 1, got, to) != got) {
            code = assay_fail_errno(error, errno, "cannot write a temporary file");
        }
    }
    if (!code && ferror(from)) {
        code = assay_fail_errno(error, errno, "cannot read '%.160s'", name);
    }
    if (code) {
        if (to) {
            fclose(to);
        }
        return code;
    }
    rewind(to);
    *out = to;
    return 0;
}

/* A stream that can be read more than once. */
static int open_file(FILE **out, const char *path, struct assay_error *error)
{
    struct stat found;
    bool input = strcmp(path, "-") == 0;
    FILE *file = input ? stdin : fopen(path, "re");
    if (!file) {
        return assay_fail_errno(error, errno, "cannot read '%.160s'", path);
    }
    int code = fstat(fileno(file), &found) ? assay_fail_errno(error, errno, "cannot read '%.160s'", path) : 0;
    if (!code && S_ISDIR(found.st_mode)) {
        code = assay_fail(error, ASSAY_EINPUT, "cannot read '%.160s': it is a directory", path);
    }
    if (code || (S_ISREG(found.st_mode) && !input)) {
        *out = code ? NULL : file;
        if (code && !input) {
            fclose(file);
        }
        return code;
    }
    code = spool(out, file, input ? "standard input" : path, error);
    if (!input) {
        fclose(file);
    }
    return code;
}

static int read_whole(char **bytes, size_t *length, FILE *file, const char *name, size_t limit,
                      struct assay_error *error)
{
    struct stat found;
    if (fstat(fileno(file), &found) || found.st_size < 0) {
        return assay_fail_errno(error, errno, "cannot read '%.160s'", name);
    }
    size_t size = (size_t)found.st_size;
    if (size > limit) {
        return assay_fail(error, ASSAY_EINPUT, "'%.160s' is over %zu bytes", name, limit);
    }
    char *made = malloc(size + 1);
    if (!made) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    rewind(file);
    *length = fread(made, 1, size, file);
    made[*length] = '\0';
    *bytes = made;
    rewind(file);
    return 0;
}

/* ---- what it holds ---- */

/* Its bytes to its document, from their beginning. */
static int parse(struct assay_read *read, const struct assay_readings *readings, const char *name,
                 struct assay_error *error)
{
    int code = readings->for_page ? assay_packing_begin(&read->packing, read->bytes, error) : 0;
    rewind(read->bytes);
    return code ? code : assay_document_read(&read->document, read->bytes, name, error);
}

static int add_unpacked(struct assay_readings *readings, char *memory, size_t length, char *name,
                        struct assay_error *error)
{
    struct assay_read read = { .name = name, .memory = memory };
    read.bytes = fmemopen(memory, length ? length : 1, "rb");
    int code = read.bytes && name ? parse(&read, readings, name, error) : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    if (code) {
        release(&read);
        return code;
    }
    return assay_readings_keep(readings, &read, error);
}

static int add_page(struct assay_readings *readings, FILE *file, const char *name, struct assay_error *error)
{
    char *page = NULL, *memory = NULL;
    size_t length = 0, document_length = 0;
    int code = read_whole(&page, &length, file, name, PAGE_BYTES, error);
    size_t count = code ? 0 : assay_page_count(page, length);
    if (!code && count == 0) {
        code = assay_fail(error, ASSAY_EINPUT, "'%.160s' is a page without a document: it was cut off", name);
    }
    for (size_t i = 0; i < count && !code; i++) {
        char *own = assay_page_name(page, length, i); /* a page of a page is the same page */
        own = own ? own : assay_formatted("document %zu of %s", i + 1, name);
        code = assay_page_document(&memory, &document_length, page, length, i, DOCUMENT_BYTES, error);
        if (code) {
            free(own);
        } else {
            code = add_unpacked(readings, memory, document_length, own, error);
        }
    }
    free(page);
    return code;
}

static const struct assay_import_format *sniff(const struct assay_import_source *source)
{
    for (const struct assay_import_format *format = assay_import_formats; format->name; format++) {
        if (format->sniff(source)) {
            return format;
        }
    }
    return NULL;
}

/* A file that some other tool wrote; *found: whether it is of a format that is known. */
static int add_foreign(struct assay_readings *readings, FILE *file, const char *name, bool *found,
                       struct assay_error *error)
{
    struct assay_import_source source = { .name = name, .limit = ASSAY_IMPORT_LIMIT_USUAL };
    struct assay_read read = { 0 };
    char *bytes = NULL;
    *found = false;
    if (read_whole(&bytes, &source.length, file, name, ASSAY_IMPORT_BYTES, NULL)) {
        return 0;
    }
    source.bytes = bytes;
    const struct assay_import_format *format = sniff(&source);
    int code = 0;
    if (format) {
        *found = true;
        code = assay_import(&read.document, &source, 1, format, error);
        read.name = assay_path_base(name);
        if (code) {
            release(&read);
        } else {
            code = assay_readings_keep(readings, &read, error);
        }
    }
    free(bytes);
    return code;
}

static int add_document(struct assay_readings *readings, FILE **file, const char *name, struct assay_error *error)
{
    struct assay_read read = { .name = assay_path_base(name), .bytes = *file };
    *file = NULL;
    int code = parse(&read, readings, name, error);
    if (code) {
        release(&read);
        return code;
    }
    return assay_readings_keep(readings, &read, error);
}

int assay_readings_add(struct assay_readings *readings, const char *path, struct assay_error *error)
{
    FILE *file = NULL;
    char head[PEEK + 1];
    bool foreign = false;
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    int code = open_file(&file, path, error);
    if (code) {
        return code;
    }
    size_t length = fread(head, 1, PEEK, file);
    head[length] = '\0';
    rewind(file);
    if (length == 0) {
        code = assay_fail(error, ASSAY_EINPUT, "'%.160s' is empty", name);
    } else if (assay_page_is(head, length)) {
        code = add_page(readings, file, name, error);
    } else if (!strstr(head, "assay.result/")) {
        code = add_foreign(readings, file, name, &foreign, error);
        code = code || foreign ? code : add_document(readings, &file, name, error);
    } else {
        code = add_document(readings, &file, name, error);
    }
    if (file) {
        fclose(file);
    }
    return code;
}
