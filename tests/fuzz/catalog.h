/* A catalog of one stand-in plug-in, FUZZ_PLUGIN, with a kernel that has a parameter, a measure and a distribution: for readers of
 * what names plug-ins. The "plug-in" is a text that holds the reply to `describe`, the "worker" a script that says it. */
#ifndef ASSAY_TESTS_FUZZ_CATALOG_H
#define ASSAY_TESTS_FUZZ_CATALOG_H

#include "catalog/catalog.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Its directory is this descriptor, so that files of the corpus can name it. */
#define FUZZ_DIRECTORY_FD 201
#define FUZZ_PLUGIN "/proc/self/fd/201/a.so"

static struct assay_catalog *fuzz_catalog;
static char fuzz_directory[] = "/tmp/assay-fuzz-catalog-XXXXXX";

static inline void fuzz_write(const char *name, const char *text, mode_t mode)
{
    int fd = openat(FUZZ_DIRECTORY_FD, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) || close(fd) != 0) {
        abort();
    }
}

static inline int fuzz_remove(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

static void fuzz_catalog_close(void)
{
    assay_catalog_close(fuzz_catalog);
    fuzz_catalog = NULL;
    (void)nftw(fuzz_directory, fuzz_remove, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void fuzz_catalog_open(void)
{
    char *directories[] = { fuzz_directory, NULL };
    char worker[64];
    struct assay_places places = { .worker = worker, .plugin_directories = directories };
    struct assay_error error = { 0 };
    int fd = mkdtemp(fuzz_directory) != NULL ? open(fuzz_directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd < 0 || dup2(fd, FUZZ_DIRECTORY_FD) < 0 || close(fd) != 0 || atexit(fuzz_catalog_close) != 0) {
        abort();
    }
    snprintf(worker, sizeof worker, "%s/worker", fuzz_directory);
    setenv("XDG_CACHE_HOME", fuzz_directory, 1);
    fuzz_write("worker",
               "#!/bin/sh\n"
               "echo '{\"assay_worker\":1,\"minor\":0,\"implementation\":\"c\",\"pid\":1,\"capabilities\":[]}' >&4\n"
               "read -r line <&3\n"
               "cat \"$1\" >&4\n",
               0755);
    fuzz_write("a.so",
               "{\"id\":1,\"ok\":true,\"implementation\":\"c\",\"kernels\":[{\"name\":\"k\",\"summary\":\"stands in\",\"parameters\":["
               "{\"name\":\"limit\",\"type\":\"integer\",\"summary\":\"how far\",\"default\":\"10\",\"least\":\"1\",\"most\":\"1000\"}],"
               "\"measures\":[{\"name\":\"m\",\"unit\":\"s\",\"better\":\"lower\"}],"
               "\"distributions\":[{\"name\":\"d\",\"unit\":\"s\",\"better\":\"lower\"}]}]}\n",
               0644);
    struct assay_found found;
    if (assay_catalog_open(&fuzz_catalog, &places, &error) != 0 ||
        assay_catalog_find(&found, fuzz_catalog, NULL, "k", NULL, &error) != 0) {
        fprintf(stderr, "%s\n", error.text);
        abort();
    }
}

#endif
