/* Any bytes as a file of known answers: refused with one line, or answers that can be looked for and name their source. */
// links: catalog protocol machine base
#include "catalog/catalog.h"
#include "protocol/message.h"

#include "file.h"

#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char directory[] = "/tmp/assay-fuzz-references-XXXXXX";
static char link_path[64];

static void remove_directory(void)
{
    unlink(link_path);
    rmdir(directory);
}

/* A directory with one file in it, which is the input. */
static void make_directory(void)
{
    if (mkdtemp(directory) == NULL) {
        abort();
    }
    snprintf(link_path, sizeof link_path, "%s/a.yaml", directory);
    if (symlink(FUZZ_PATH, link_path) != 0 || atexit(remove_directory) != 0) {
        abort();
    }
}

static void look_for(const struct assay_references *references, const char *kernel, const char *limit)
{
    char name[] = "limit", text[32];
    struct assay_message_argument argument = { name, text };
    struct assay_message_answer answer = { 0 };
    snprintf(text, sizeof text, "%s", limit);
    if (assay_references_find(&answer, references, kernel, &argument, 1) &&
        (answer.source == NULL || !(answer.count_known || answer.sum_known || answer.sha256_known))) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct assay_references *references = NULL;
    struct assay_error error = { 0 };
    if (link_path[0] == '\0') {
        make_directory();
    }
    fuzz_file_set(data, size);
    if (assay_references_open(&references, directory, &error) != 0) {
        if (references != NULL || error.text[0] == '\0' || strchr(error.text, '\n') != NULL) {
            abort();
        }
        return 0;
    }
    look_for(references, "primes.trial", "10000");
    look_for(references, "k", "x");
    assay_references_close(references);
    return 0;
}
