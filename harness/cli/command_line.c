/* Command lines as text that a shell would read back. */
#include "cli/command_line.h"

#include "base/file.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void append_quoted(struct assay_text *text, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%^";
    if (word[0] && word[strspn(word, plain)] == '\0') {
        assay_text_append(text, word);
        return;
    }
    assay_text_append_char(text, '\'');
    for (; *word; word++) {
        if (*word == '\'') {
            assay_text_append(text, "'\\''");
        } else {
            assay_text_append_char(text, *word);
        }
    }
    assay_text_append_char(text, '\'');
}

char *assay_command_line(const char *const *words)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    for (size_t i = 0; words[i]; i++) {
        if (i) {
            assay_text_append_char(&text, ' ');
        }
        append_quoted(&text, words[i]);
    }
    char *line = assay_text_take(&text);
    assay_text_release(&text);
    return line;
}

static bool can_run(const char *path)
{
    return access(path, X_OK) == 0 && !assay_path_is_directory(path);
}

static bool in_path(const char *program)
{
    const char *path = getenv("PATH");
    for (const char *part = path ? path : "/usr/bin:/bin"; part;) {
        size_t length = strcspn(part, ":");
        char *directory = assay_copy_bytes(part, length);
        char *candidate = directory ? assay_path_join(length ? directory : ".", program) : NULL;
        bool found = candidate && can_run(candidate);
        free(candidate);
        free(directory);
        if (found) {
            return true;
        }
        part = part[length] ? part + length + 1 : NULL;
    }
    return false;
}

int assay_command_check(const char *program, struct assay_error *error)
{
    if (strchr(program, '/') ? can_run(program) : program[0] && in_path(program)) {
        return 0;
    }
    return assay_fail(error, ASSAY_EUSAGE,
                      "bad command '%.160s' after '--': want a program in PATH, or the path of one", program);
}
