/* Names of benchmarks: [PATH.so:]KERNEL[:NAME=VALUE,...][@IMPLEMENTATION], and ids. Knows no kernel. */
#include "plan/plan.h"

#include "base/vector.h"
#include "plan/values.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char word_bytes[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
static const char kernel_bytes[] = "abcdefghijklmnopqrstuvwxyz0123456789_.";

void assay_name_release(struct assay_name *name)
{
    free(name->path);
    free(name->kernel);
    for (size_t i = 0; i < name->argument_count; i++) {
        free(name->arguments[i].name);
        free(name->arguments[i].text);
    }
    free(name->arguments);
    free(name->implementation);
    *name = (struct assay_name){ 0 };
}

static int fail(struct assay_error *error, const char *text, const char *why)
{
    return assay_fail(error, ASSAY_EUSAGE, "bad benchmark '%.200s': %s", text, why);
}

/* The length of the kernel's name that begins here, if what follows it can follow one; 0 if not. */
static size_t kernel_length(const char *text)
{
    size_t length = text[0] >= 'a' && text[0] <= 'z' ? strspn(text, kernel_bytes) : 0;
    return text[length] == '\0' || text[length] == ':' || text[length] == '@' ? length : 0;
}

/* Where the kernel begins: behind PATH.so: if there is a path. `x.so:limit=3` is a kernel named x.so; `x.so:demo` is a path. */
static const char *kernel_begin(const char *text)
{
    size_t length = kernel_length(text);
    if (length > 0 && text[length] == ':') {
        const char *parameter = text + length + 1;
        if (parameter[strspn(parameter, word_bytes)] == '=') {
            return text;
        }
    } else if (length > 0) {
        return text;
    }
    for (const char *end = strstr(text, ".so:"); end != NULL; end = strstr(end + 1, ".so:")) {
        if (end > text && kernel_length(end + 4) > 0) {
            return end + 4;
        }
    }
    return text;
}

static bool has_argument(const struct assay_name *name, const char *parameter)
{
    for (size_t i = 0; i < name->argument_count; i++) {
        if (strcmp(name->arguments[i].name, parameter) == 0) {
            return true;
        }
    }
    return false;
}

/* One NAME=VALUE at *cursor. */
static bool take_argument(struct assay_name *name, size_t *capacity, const char **cursor, const char **why)
{
    void *arguments = name->arguments;
    size_t length = strspn(*cursor, word_bytes);
    if (length == 0 || (*cursor)[length] != '=') {
        *why = "want NAME=VALUE behind the ':' and after each ','";
        return false;
    }
    *why = "out of memory";
    if (!assay_reserve(&arguments, capacity, name->argument_count + 1, sizeof *name->arguments)) {
        return false;
    }
    name->arguments = arguments;
    char *parameter = assay_copy_bytes(*cursor, length);
    char *value = NULL;
    *cursor += length + 1;
    if (parameter != NULL && !assay_name_valid(parameter, false)) {
        *why = "a parameter's name is [a-z][a-z0-9_]*";
    } else if (parameter != NULL && has_argument(name, parameter)) {
        *why = "a parameter stands there twice";
    } else if (parameter != NULL && assay_value_take(&value, cursor, ",@", ":=", why)) {
        name->arguments[name->argument_count++] = (struct assay_message_argument){ parameter, value };
        return true;
    }
    free(parameter);
    return false;
}

static int parse_arguments(struct assay_name *name, const char **cursor, const char *text, struct assay_error *error)
{
    size_t capacity = 0;
    const char *why = NULL;
    do {
        (*cursor)++; /* the ':' or ',' */
        if (!take_argument(name, &capacity, cursor, &why)) {
            return fail(error, text, why);
        }
    } while (**cursor == ',');
    return 0;
}

static int parse(struct assay_name *name, const char *text, struct assay_error *error)
{
    const char *cursor = kernel_begin(text);
    if (cursor > text && (name->path = assay_copy_bytes(text, (size_t)(cursor - text) - 1)) == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    size_t length = strcspn(cursor, ":@");
    name->kernel = assay_copy_bytes(cursor, length);
    if (name->kernel == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    if (!assay_name_valid(name->kernel, true)) {
        return fail(error, text, "want KERNEL[:NAME=VALUE,...][@IMPLEMENTATION], such as primes.trial:limit=1000@cpython");
    }
    cursor += length;
    if (*cursor == ':') {
        int code = parse_arguments(name, &cursor, text, error);
        if (code != 0) {
            return code;
        }
    }
    if (*cursor == '@') {
        if (!assay_name_valid(cursor + 1, false)) {
            return fail(error, text, "behind the '@' want an implementation such as c, cpython or pypy");
        }
        name->implementation = assay_copy(cursor + 1);
        if (name->implementation == NULL) {
            return assay_fail(error, ASSAY_ENOMEM, "out of memory");
        }
    }
    return 0;
}

int assay_name_parse(struct assay_name *out, const char *text, struct assay_error *error)
{
    struct assay_name name = { 0 };
    int code = parse(&name, text, error);
    if (code != 0) {
        assay_name_release(&name);
        return code;
    }
    *out = name;
    return 0;
}

char *assay_name_id(const char *kernel, const struct assay_message_argument *arguments, size_t count,
                    const char *implementation)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    assay_text_append(&text, kernel);
    for (size_t i = 0; i < count; i++) {
        assay_text_format(&text, "%s%s=", i == 0 ? ":" : ",", arguments[i].name);
        assay_value_append(&text, arguments[i].text);
    }
    if (implementation != NULL && strcmp(implementation, "c") != 0) {
        assay_text_format(&text, "@%s", implementation);
    }
    char *id = text.failed ? NULL : assay_text_take(&text);
    assay_text_release(&text);
    return id;
}
