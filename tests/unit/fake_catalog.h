/* A directory of plug-ins for tests of the catalog and of plans. A "plug-in" here is a text file that holds the reply to
 * `describe`; the "worker" is a shell script that says it, and keeps a log of being started. */
#ifndef ASSAY_TESTS_FAKE_CATALOG_H
#define ASSAY_TESTS_FAKE_CATALOG_H

#include "catalog/catalog.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char fake_directory[64];
static char fake_plugins[80], fake_second[80], fake_worker[80];

static inline void fake_write(const char *directory, const char *name, const char *text)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static inline int fake_setup(void **state)
{
    (void)state;
    strcpy(fake_directory, "/tmp/assay-catalog-XXXXXX");
    if (mkdtemp(fake_directory) == NULL) {
        return -1;
    }
    snprintf(fake_plugins, sizeof fake_plugins, "%s/plugins", fake_directory);
    snprintf(fake_second, sizeof fake_second, "%s/second", fake_directory);
    snprintf(fake_worker, sizeof fake_worker, "%s/worker", fake_directory);
    fake_write(fake_directory, "worker",
               "#!/bin/sh\n"
               "echo \"$1\" >> \"${0%/*}/log\"\n"
               "echo '{\"assay_worker\":1,\"minor\":0,\"implementation\":\"c\",\"pid\":1,\"capabilities\":[]}' >&4\n"
               "read -r line <&3\n"
               "cat \"$1\" >&4\n");
    setenv("XDG_CACHE_HOME", fake_directory, 1);
    unsetenv("ASSAY_PYTHON");
    return mkdir(fake_plugins, 0777) | mkdir(fake_second, 0777) | chmod(fake_worker, 0755);
}

static inline int fake_remove(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

static inline int fake_teardown(void **state)
{
    (void)state;
    return nftw(fake_directory, fake_remove, 8, FTW_DEPTH | FTW_PHYS);
}

/* How often a worker was started. */
static inline size_t fake_starts(void)
{
    char path[160];
    size_t lines = 0;
    snprintf(path, sizeof path, "%s/log", fake_directory);
    FILE *file = fopen(path, "r");
    for (int byte; file != NULL && (byte = fgetc(file)) != EOF;) {
        lines += byte == '\n';
    }
    if (file != NULL) {
        fclose(file);
    }
    return lines;
}

static inline struct assay_catalog *fake_open(void)
{
    char *directories[] = { fake_plugins, fake_second, NULL };
    struct assay_places places = { .worker = fake_worker, .plugin_directories = directories };
    struct assay_catalog *catalog = NULL;
    struct assay_error error = { 0 };
    if (assay_catalog_open(&catalog, &places, &error) != 0) {
        fail_msg("%s", error.text);
    }
    return catalog;
}

#define FAKE_REPLY(kernels) "{\"id\":1,\"ok\":true,\"implementation\":\"c\",\"kernels\":[" kernels "]}\n"
#define FAKE_LIMIT                                                                                                     \
    "{\"name\":\"limit\",\"type\":\"integer\",\"summary\":\"how far\",\"default\":\"1000\",\"least\":\"1\",\"most\":\"1000000\"}"
#define FAKE_VARIANT                                                                                                   \
    "{\"name\":\"variant\",\"type\":\"choice\",\"summary\":\"which\",\"default\":\"fixed\",\"choices\":[\"fixed\",\"as-written\"]}"
#define FAKE_TRIAL "{\"name\":\"primes.trial\",\"aliases\":[\"primes1\"],\"summary\":\"divides\",\"parameters\":[" FAKE_LIMIT "]}"
#define FAKE_ROOT                                                                                                      \
    "{\"name\":\"primes.root\",\"summary\":\"divides\",\"parameters\":[" FAKE_LIMIT "," FAKE_VARIANT "],"                \
    "\"flags\":[\"shared-state\"]}"

#endif
