/* One place that joins a status with its words. */
#include "worker/refusal.h"

#include <stdarg.h>
#include <stdio.h>

int assay_refuse(struct assay_refusal *failure, const char *status, const char *format, ...)
{
    char words[sizeof failure->error.text];
    va_list arguments;
    if (failure->status != NULL) {
        return -1;
    }
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    failure->status = status;
    failure->error = (struct assay_error){ 0 };
    assay_fail(&failure->error, ASSAY_EINPUT, "%s", words);
    return -1;
}
