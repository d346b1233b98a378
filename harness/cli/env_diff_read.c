/* A file to an environment: which kind it is, by its content. Compares nothing. */
#include "cli/env.h"

#include "base/file.h"
#include "cli/report.h"
#include "reports/html/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PEEK = 4096 };

static int of_readings(struct assay_environment *out, const char *path, struct assay_error *error)
{
    struct assay_readings readings = { 0 };
    int code = assay_readings_add(&readings, path, error);
    if (!code && readings.count != 1) {
        code = assay_fail(error, ASSAY_EINPUT, "'%.160s' holds %zu documents: want one", path, readings.count);
    }
    code = code ? code : assay_environment_of_document(out, readings.items[0].document, error);
    assay_readings_release(&readings);
    return code;
}

/* Of a document that is in memory already, since it came through a pipe. */
static int of_bytes(struct assay_environment *out, char *bytes, size_t length, const char *name, struct assay_error *error)
{
    struct assay_document *document = NULL;
    FILE *file = fmemopen(bytes, length, "rb");
    if (!file) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    int code = assay_document_read(&document, file, name, error);
    code = code ? code : assay_environment_of_document(out, document, error);
    assay_document_free(document);
    fclose(file);
    return code;
}

/* Whether the file begins as a document or a page does: those may be longer than any environment. */
static bool begins_a_document(const char *path)
{
    char head[PEEK + 1];
    FILE *file = fopen(path, "re");
    size_t length = file ? fread(head, 1, PEEK, file) : 0;
    head[length] = '\0';
    if (file) {
        fclose(file);
    }
    return assay_page_is(head, length) || (strstr(head, "assay.result/") && !strstr(head, ASSAY_ENVIRONMENT_SCHEMA));
}

int assay_env_read(struct assay_environment *out, const char *path, struct assay_error *error)
{
    enum assay_environment_kind kind;
    struct stat found;
    char *bytes = NULL;
    size_t length = 0;
    bool input = strcmp(path, "-") == 0;
    const char *name = input ? "standard input" : path;
    bool regular = !input && stat(path, &found) == 0 && S_ISREG(found.st_mode);
    if (regular && begins_a_document(path)) {
        return of_readings(out, path, error);
    }
    int code = assay_file_read(&bytes, &length, input ? "/dev/stdin" : path, ASSAY_ENVIRONMENT_BYTES, error);
    if (!code && length == 0) {
        code = assay_fail(error, ASSAY_EINPUT, "'%.160s' is empty", name);
    }
    code = code ? code : assay_environment_read(out, &kind, bytes, length, name, error);
    if (!code && kind == ASSAY_IS_RESULT) {
        code = regular ? of_readings(out, path, error) : of_bytes(out, bytes, length, name, error);
    }
    free(bytes);
    return code;
}
