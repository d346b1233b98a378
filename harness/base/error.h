/* The caller's error: a code for the program, one line for the person. Knows nothing above it. */
#ifndef ASSAY_BASE_ERROR_H
#define ASSAY_BASE_ERROR_H

/* Codes are negative; 0 is success. They say what kind of thing went wrong, the text says which. */
enum assay_code {
    ASSAY_OK = 0,
    ASSAY_EUSAGE = -1,       /* the user asked for something that cannot be: exit 2 */
    ASSAY_EINPUT = -2,       /* a file, plug-in or message from outside is not what it should be: exit 2 */
    ASSAY_EIO = -3,          /* the system refused: exit 2 */
    ASSAY_ENOMEM = -4,       /* out of memory: exit 2 */
    ASSAY_EUNAVAILABLE = -5, /* this machine cannot do it */
    ASSAY_EINTERRUPTED = -6  /* a signal asked to stop */
};

/* Zero it before use: `struct assay_error error = { 0 };`. The text never holds a line feed. */
struct assay_error {
    int code;
    char text[480];
};

/* Records `code` and the formatted text, unless the struct holds an error already (the first one wins) or is
 * NULL. Control characters become '?'. Returns `code`, so that `return assay_fail(error, ...)` reads well. */
int assay_fail(struct assay_error *error, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same, with ": " and strerror(errno_value) appended; the code is ASSAY_EIO. */
int assay_fail_errno(struct assay_error *error, int errno_value, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#ifdef __clang_analyzer__ /* It reads one file at a time: what these return, it would have to guess. */
#define assay_fail(error, code, ...) ((void)assay_fail(error, code, __VA_ARGS__), (int)(code))
#define assay_fail_errno(error, errno_value, ...) ((void)assay_fail_errno(error, errno_value, __VA_ARGS__), (int)ASSAY_EIO)
#endif

#endif
