/* What every command says in the same way: errors, and the end of standard output. */
#include "cli/say.h"

#include "cli/command.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

int assay_say_error(const struct assay_error *error)
{
    fprintf(stderr, "assay: %s\n", error->text[0] ? error->text : "failed without a reason");
    return error->code == ASSAY_EINTERRUPTED ? ASSAY_EXIT_INTERRUPTED : ASSAY_EXIT_USAGE;
}

int assay_say_errorf(const char *format, ...)
{
    char text[480];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    struct assay_error error = { 0 };
    assay_fail(&error, ASSAY_EUSAGE, "%s", text); /* cleans control characters */
    return assay_say_error(&error);
}

bool assay_output_is_gone(void)
{
    struct pollfd output = { .fd = STDOUT_FILENO, .events = POLLOUT };
    return poll(&output, 1, 0) == 1 && (output.revents & POLLERR);
}

int assay_finish_output(int status)
{
    errno = 0;
    bool failed = ferror(stdout) != 0;
    if (fflush(stdout) == 0 && !failed) {
        return status;
    }
    if (assay_output_is_gone()) {
        return status;
    }
    struct assay_error error = { 0 };
    if (errno) {
        assay_fail_errno(&error, errno, "cannot write standard output");
    } else {
        assay_fail(&error, ASSAY_EIO, "cannot write standard output");
    }
    return assay_say_error(&error);
}
