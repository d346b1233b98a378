/* The caller's error. Knows nothing above it. */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* One line stays one line, whatever a file name holds. */
static void flatten(char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f) {
            *text = '?';
        }
    }
}

/* In parentheses, which no macro of the header touches. */
int (assay_fail)(struct assay_error *error, int code, const char *format, ...)
{
    if (error != NULL && error->code == ASSAY_OK) {
        va_list arguments;
        va_start(arguments, format);
        (void)vsnprintf(error->text, sizeof error->text, format, arguments);
        va_end(arguments);
        flatten(error->text);
        error->code = code;
    }
    return code;
}

int (assay_fail_errno)(struct assay_error *error, int errno_value, const char *format, ...)
{
    if (error != NULL && error->code == ASSAY_OK) {
        va_list arguments;
        va_start(arguments, format);
        (void)vsnprintf(error->text, sizeof error->text, format, arguments);
        va_end(arguments);
        size_t used = strlen(error->text);
        (void)snprintf(error->text + used, sizeof error->text - used, ": %s", strerror(errno_value));
        flatten(error->text);
        error->code = ASSAY_EIO;
    }
    return ASSAY_EIO;
}
