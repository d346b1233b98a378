/* The reader of exported environments, fed with anything: it refuses with one line, or what it gives is written and read back,
 * differs from itself in nothing, and holds no word that could be more than a word in a command line. */
// links: result stats base
#include "result/environment.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_words(const struct assay_software *software)
{
    static const char unsafe[] = " \t\r\n'\"`$\\;&|<>(){}*?[]#";
    for (size_t i = 0; i < software->package_count; i++) {
        const struct assay_package *package = &software->packages[i];
        if (strpbrk(package->name, unsafe) || strpbrk(package->version, unsafe) || strpbrk(package->architecture, unsafe) ||
            package->name[0] == '-') {
            abort();
        }
    }
    for (size_t i = 0; i < software->interpreter_count; i++) {
        const struct assay_interpreter *interpreter = &software->interpreters[i];
        for (size_t k = 0; k < interpreter->module_count; k++) {
            if (strpbrk(interpreter->modules[k].name, unsafe) || strpbrk(interpreter->modules[k].version, unsafe)) {
                abort();
            }
        }
        if (strpbrk(interpreter->name, unsafe) || strpbrk(interpreter->program, unsafe) || strpbrk(interpreter->version, "\r\n\x1b")) {
            abort();
        }
    }
}

static void check_again(const struct assay_environment *environment)
{
    struct assay_environment again = { 0 };
    struct assay_differences differences = { 0 };
    struct assay_text left_out = ASSAY_TEXT_INIT;
    struct assay_error error = { 0 };
    enum assay_environment_kind kind;
    char *bytes = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&bytes, &length);
    if (!file || assay_environment_write(environment, file, &error) || fclose(file) ||
        assay_environment_read(&again, &kind, bytes, length, "again", &error) ||
        !assay_environment_compare(&differences, &left_out, environment, &again) || differences.count != 0) {
        abort();
    }
    assay_text_release(&left_out);
    assay_differences_release(&differences);
    assay_environment_release(&again);
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct assay_environment environment = { 0 };
    struct assay_error error = { 0 };
    enum assay_environment_kind kind;
    int code = assay_environment_read(&environment, &kind, (const char *)data, size, "fuzz.json", &error);
    if (code != 0) {
        if (error.text[0] == '\0' || strchr(error.text, '\n') != NULL || environment.created != NULL) {
            abort();
        }
    } else if (kind == ASSAY_IS_ENVIRONMENT) {
        check_words(&environment.software);
        check_again(&environment);
    }
    assay_environment_release(&environment);
    return 0;
}
