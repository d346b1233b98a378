/* Paths and directories. Knows nothing of what files hold. */
#include "base/file.h"
#include "base/text.h"
#include "base/vector.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *assay_path_join(const char *a, const char *b)
{
    if (a[0] == '\0' || b[0] == '/') {
        return assay_copy(b);
    }
    return assay_formatted(a[strlen(a) - 1] == '/' ? "%s%s" : "%s/%s", a, b);
}

char *assay_path_directory(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL) {
        return assay_copy(".");
    }
    return slash == path ? assay_copy("/") : assay_copy_bytes(path, (size_t)(slash - path));
}

char *assay_path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return assay_copy(slash == NULL ? path : slash + 1);
}

bool assay_path_exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0;
}

bool assay_path_is_directory(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

int assay_directory_make(const char *path, struct assay_error *error)
{
    int result = 0;
    char *copy = assay_copy(path);
    if (copy == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    for (char *end = copy + 1; result == 0; end++) {
        if (*end != '/' && *end != '\0') {
            continue;
        }
        char kept = *end;
        *end = '\0';
        int problem = mkdir(copy, 0777) == 0 ? 0 : errno;
        if (problem != 0 && problem != EEXIST && problem != EISDIR && !assay_path_is_directory(copy)) {
            result = assay_fail_errno(error, problem, "cannot make directory '%s'", copy);
        }
        *end = kept;
        if (kept == '\0') {
            break;
        }
    }
    if (result == 0 && !assay_path_is_directory(path)) {
        result = assay_fail(error, ASSAY_EIO, "'%s' is not a directory", path);
    }
    free(copy);
    return result;
}

void assay_names_free(char **names, size_t count)
{
    for (size_t i = 0; names != NULL && i < count; i++) {
        free(names[i]);
    }
    free(names);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool ends_with(const char *name, const char *suffix)
{
    size_t length = strlen(name);
    size_t tail = strlen(suffix);
    return length > tail && strcmp(name + length - tail, suffix) == 0;
}

int assay_directory_list(char ***names, size_t *count, const char *path, const char *suffix, struct assay_error *error)
{
    DIR *directory = opendir(path);
    if (directory == NULL) {
        return assay_fail_errno(error, errno, "cannot read directory '%s'", path);
    }
    char **found = NULL;
    size_t used = 0, capacity = 0;
    int result = 0;
    for (struct dirent *entry; result == 0 && (entry = readdir(directory)) != NULL;) {
        if (entry->d_name[0] == '.' || !ends_with(entry->d_name, suffix)) {
            continue;
        }
        void *items = found;
        char *copy = assay_copy(entry->d_name);
        if (copy == NULL || !assay_reserve(&items, &capacity, used + 1, sizeof *found)) {
            free(copy);
            result = assay_fail(error, ASSAY_ENOMEM, "out of memory");
            break;
        }
        found = items;
        found[used++] = copy;
    }
    closedir(directory);
    if (result != 0) {
        assay_names_free(found, used);
        return result;
    }
    if (used > 1) {
        qsort(found, used, sizeof *found, compare_names);
    }
    *names = found;
    *count = used;
    return 0;
}

/* $VARIABLE/assay, or ~/FALLBACK/assay, or /tmp/assay-UID. */
static char *home_directory(const char *variable, const char *fallback)
{
    const char *base = getenv(variable);
    if (base != NULL && base[0] == '/') {
        return assay_path_join(base, "assay");
    }
    const char *home = getenv("HOME");
    if (home != NULL && home[0] == '/') {
        return assay_formatted("%s/%s/assay", home, fallback);
    }
    return assay_formatted("/tmp/assay-%u", (unsigned)getuid());
}

char *assay_cache_directory(void)
{
    return home_directory("XDG_CACHE_HOME", ".cache");
}

char *assay_state_directory(void)
{
    return home_directory("XDG_STATE_HOME", ".local/state");
}
