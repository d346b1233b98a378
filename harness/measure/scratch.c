/* A directory for files of a moment. */
#include "measure/scratch.h"

#include "base/file.h"
#include "base/text.h"

#include <stdlib.h>
#include <unistd.h>

char *assay_scratch_make(const char *what)
{
    const char *parent = getenv("TMPDIR");
    char *directory = assay_formatted("%s/assay-%s-XXXXXX", parent != NULL && parent[0] == '/' ? parent : "/tmp", what);
    if (directory != NULL && mkdtemp(directory) == NULL) {
        free(directory);
        directory = NULL;
    }
    return directory;
}

void assay_scratch_remove(char *directory)
{
    char **names = NULL;
    size_t count = 0;
    struct assay_error ignored = { 0 };
    if (directory != NULL && assay_directory_list(&names, &count, directory, "", &ignored) == 0) {
        for (size_t i = 0; i < count; i++) {
            char *path = assay_path_join(directory, names[i]);
            if (path != NULL) {
                unlink(path);
            }
            free(path);
        }
        rmdir(directory);
    }
    assay_names_free(names, count);
    free(directory);
}
