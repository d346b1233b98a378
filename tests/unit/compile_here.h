/* A temporary directory, files in it, and compilers run in it: for the tests of code and builds. */
#ifndef ASSAY_TESTS_COMPILE_HERE_H
#define ASSAY_TESTS_COMPILE_HERE_H

#include "base/child.h"
#include "base/file.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

static char here[] = "/tmp/assay-test-compile-XXXXXX";

/* What a shell says of `script`, with here as its directory and $1, $2; heap. It must end well. */
static inline char *shell(const char *script, const char *first, const char *second)
{
    struct assay_child_result result = { 0 };
    struct assay_error error = { 0 };
    char *whole = assay_formatted("cd %s && { %s\n}", here, script);
    const char *const argv[] = { "sh", "-c", whole, "-", first, second, NULL };
    if (assay_child_run(&result, argv, 60.0, &error) != 0 || !WIFEXITED(result.status) ||
        WEXITSTATUS(result.status) != 0) {
        fail_msg("%s: %s%s", script, error.text, result.err == NULL ? "" : result.err);
    }
    char *out = assay_copy(result.out);
    assay_child_result_release(&result);
    free(whole);
    return out;
}

static inline char *path_here(const char *name)
{
    return assay_formatted("%s/%s", here, name);
}

static inline int make_here(void **state)
{
    (void)state;
    char *cache = mkdtemp(here) == NULL ? NULL : path_here("cache");
    int failed = cache == NULL || setenv("XDG_CACHE_HOME", cache, 1) != 0;
    free(cache);
    return failed;
}

static inline int remove_here(void **state)
{
    const char *const argv[] = { "rm", "-r", here, NULL };
    struct assay_child_result result = { 0 };
    struct assay_error error = { 0 };
    (void)state;
    int code = assay_child_run(&result, argv, 60.0, &error);
    assay_child_result_release(&result);
    return code;
}

#endif
