/* How a benchmark went wrong. Knows no process. */
#include "measure/failure.h"

#include <stdarg.h>
#include <stdio.h>

void assay_failure_set(struct assay_failure *failure, enum assay_status status, const char *format, ...)
{
    if (failure->status != ASSAY_STATUS_OK) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(failure->message, sizeof failure->message, format, arguments);
    va_end(arguments);
    for (char *c = failure->message; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20) {
            *c = ' ';
        }
    }
    failure->status = status;
}
