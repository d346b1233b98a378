/* Feeds every file of a directory once to a fuzz target, where there is no libFuzzer: what was found stays found, under any
 * compiler. An empty directory is a failure. */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LARGEST = 1 << 24 };

/* In memory of exactly its size, so that a sanitizer sees a read past its end. */
static bool feed(const char *path)
{
    static uint8_t bytes[LARGEST];
    FILE *file = fopen(path, "rb");
    size_t size = file != NULL ? fread(bytes, 1, sizeof bytes, file) : 0;
    bool whole = file != NULL && !ferror(file) && size < sizeof bytes;
    uint8_t *exact = malloc(size > 0 ? size : 1);
    if (file != NULL) {
        fclose(file);
    }
    if (whole && exact != NULL) {
        memcpy(exact, bytes, size);
        (void)LLVMFuzzerTestOneInput(exact, size);
    }
    free(exact);
    return whole && exact != NULL;
}

int main(int argc, char **argv)
{
    struct dirent **names = NULL;
    int count = argc == 2 ? scandir(argv[1], &names, NULL, alphasort) : -1;
    int fed = 0;
    bool good = count >= 0;
    for (int i = 0; i < count; i++) {
        char path[4096];
        int length = snprintf(path, sizeof path, "%s/%s", argv[1], names[i]->d_name);
        if (good && names[i]->d_name[0] != '.') {
            printf("%s\n", names[i]->d_name);
            fflush(stdout); /* the last name is the one that failed */
            good = length > 0 && (size_t)length < sizeof path && feed(path);
            fed++;
        }
        free(names[i]);
    }
    free(names);
    if (!good || fed == 0) {
        fprintf(stderr, "want a directory with files to feed to this target\n");
        return 1;
    }
    return 0;
}
