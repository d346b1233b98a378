/* Any bytes as a plug-in's file: refused with one line that begins with the plug-in's name, or a build-id is found in it. */
// links: worker-core base
#include "worker/elf_file.h"

#include "file.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char build_id[ASSAY_BUILD_ID_SIZE] = "untouched";
    struct assay_error error = { 0 };
    fuzz_file_set(data, size);
    int code = assay_elf_check(build_id, FUZZ_PATH, &error);
    if (code == 0 ? strspn(build_id, "0123456789abcdef") != strlen(build_id) : strcmp(build_id, "untouched") != 0) {
        abort();
    }
    if (code != 0 && (strncmp(error.text, "plug-in '", 9) != 0 || strchr(error.text, '\n') != NULL)) {
        abort();
    }
    return 0;
}
