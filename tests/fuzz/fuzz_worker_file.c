/* Any bytes as a NAME.worker.yaml: refused with one line, or a command that can be started or says why it cannot. */
// links: catalog protocol machine base
#include "catalog/worker.h"

#include "file.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct assay_worker_file file = { 0 };
    struct assay_error error = { 0 };
    fuzz_file_set(data, size);
    if (assay_worker_file_read(&file, FUZZ_PATH, "/workers", &error) != 0) {
        if (file.command != NULL || error.text[0] == '\0' || strchr(error.text, '\n') != NULL) {
            abort();
        }
        return 0;
    }
    if (file.implementation == NULL || file.implementation[0] == '\0' || file.command == NULL || file.command[0] == NULL) {
        abort();
    }
    if (file.unavailable == NULL && file.command[0][0] != '/') {
        abort(); /* what can be started has an absolute path */
    }
    assay_worker_file_release(&file);
    return 0;
}
