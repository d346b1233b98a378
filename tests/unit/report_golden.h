/* Reports against the files of tests/golden/report. Comes after cmocka.h. */
#ifndef ASSAY_TESTS_REPORT_GOLDEN_H
#define ASSAY_TESTS_REPORT_GOLDEN_H

#include "base/file.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* That `text` (heap; owned) is the file NAME. ASSAY_ACCEPT=1 writes it anew; its diff is read before it is kept. */
static inline void assert_golden_file_take(const char *name, char *text)
{
    char *path = assay_formatted("%s/tests/golden/report/%s", ASSAY_SOURCE_DIR, name);
    char *golden = NULL;
    size_t length = 0;
    struct assay_error error = { 0 };
    if (getenv("ASSAY_ACCEPT"))
        assert_int_equal(assay_file_write(path, text, strlen(text), &error), 0);
    if (assay_file_read(&golden, &length, path, 1u << 20, &error))
        fail_msg("%s", error.text);
    assert_string_equal(text, golden);
    free(golden);
    free(path);
    free(text);
}

/* The same of NAME.txt. */
static inline void assert_golden_take(const char *name, char *text)
{
    char *file = assay_formatted("%s.txt", name);
    assert_golden_file_take(file, text);
    free(file);
}

#endif
