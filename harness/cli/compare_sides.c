/* What the words BASE and HEAD mean: benchmarks, plug-ins, a source, documents, commands. Loads nothing. */
#include "cli/compare.h"

#include "base/file.h"
#include "cli/command_line.h"

#include <stdlib.h>
#include <string.h>

static bool ends_in(const char *text, const char *suffix)
{
    size_t length = strlen(text), end = strlen(suffix);
    return length > end && strcmp(text + length - end, suffix) == 0;
}

/* The end of "FILE.c" in "FILE.c" or "FILE.c:KERNEL...": the first ".c:" whose file is there, else the first. 0: no
 * such word. */
static size_t source_length(const char *word)
{
    size_t first = 0;
    for (const char *end = strstr(word, ".c:"); end; end = strstr(end + 1, ".c:")) {
        size_t length = (size_t)(end - word) + 2;
        char *path = assay_copy_bytes(word, length);
        bool there = path && assay_path_exists(path);
        free(path);
        if (there) {
            return length;
        }
        first = first ? first : length;
    }
    return ends_in(word, ".c") && (!first || assay_path_exists(word)) ? strlen(word) : first;
}

static int read_source(struct assay_side *side, const char *word, size_t length, struct assay_error *error)
{
    if (length == 0) {
        return assay_fail(error, ASSAY_EUSAGE,
                          "bad BASE '%.160s': --toolchain and --cflags want a source to build, "
                          "FILE.c[:KERNEL]",
                          word);
    }
    side->kind = ASSAY_SIDE_SOURCE;
    side->text = assay_copy_bytes(word, length);
    side->kernel = word[length] ? word + length + 1 : NULL;
    if (!side->text) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    if (!assay_path_exists(side->text)) {
        return assay_fail(error, ASSAY_EUSAGE, "bad BASE '%.160s': there is no such file", side->text);
    }
    return 0;
}

int assay_side_read(struct assay_side *side, const char *word, bool builds, struct assay_error *error)
{
    size_t length = source_length(word);
    *side = (struct assay_side){ .kind = ASSAY_SIDE_BENCHMARK };
    if (builds) {
        return read_source(side, word, length, error);
    }
    if (length == strlen(word) && assay_path_exists(word)) {
        return assay_fail(error, ASSAY_EUSAGE,
                          "bad '%.160s': a source is compared over its builds, want --toolchain or --cflags", word);
    }
    if (ends_in(word, ".json")) {
        side->kind = ASSAY_SIDE_DOCUMENT;
    } else if (ends_in(word, ".so") || assay_path_is_directory(word)) {
        side->kind = ASSAY_SIDE_PLUGINS;
    }
    side->text = assay_copy(word);
    return side->text ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

void assay_side_release(struct assay_side *side)
{
    free(side->text);
    *side = (struct assay_side){ 0 };
}

/* "PATH.so" and "[OTHER.so:]KERNEL..." to "PATH.so:KERNEL...". */
static int lend_kernel(struct assay_side *to, const struct assay_side *from, struct assay_error *error)
{
    struct assay_name name = { 0 };
    int code = assay_name_parse(&name, from->text, error);
    if (code) {
        return code;
    }
    const char *kernel = from->text + (name.path ? strlen(name.path) + 1 : 0);
    char *joined = assay_formatted("%s:%s", to->text, kernel);
    assay_name_release(&name);
    if (!joined) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    free(to->text);
    to->text = joined;
    to->kind = ASSAY_SIDE_BENCHMARK;
    return 0;
}

int assay_sides_match(struct assay_side *base, struct assay_side *head, struct assay_error *error)
{
    if (base->kind == head->kind) {
        return 0;
    }
    struct assay_side *whole = base->kind == ASSAY_SIDE_PLUGINS ? base : head;
    const struct assay_side *named = whole == base ? head : base;
    if (whole->kind != ASSAY_SIDE_PLUGINS || named->kind != ASSAY_SIDE_BENCHMARK) {
        return assay_fail(error, ASSAY_EUSAGE, "cannot compare '%.160s' with '%.160s': want two of one kind",
                          base->text, head->text);
    }
    if (assay_path_is_directory(whole->text)) {
        return assay_fail(error, ASSAY_EUSAGE,
                          "cannot compare the directory '%.160s' with the benchmark '%.160s': want the plug-in of the "
                          "directory, or two directories",
                          whole->text, named->text);
    }
    return lend_kernel(whole, named, error);
}

/* Whether the line means something to a shell that the kernel command.run, which only splits words, would refuse. */
static bool needs_shell(const char *line)
{
    char quote = '\0';
    for (const char *at = line; *at; at++) {
        if (quote == '\'') {
            quote = *at == '\'' ? '\0' : quote;
        } else if (*at == '\\' && at[1]) {
            at++;
        } else if (quote == '"') {
            if (*at == '$' || *at == '`') {
                return true;
            }
            quote = *at == '"' ? '\0' : quote;
        } else if (*at == '\'' || *at == '"') {
            quote = *at;
        } else if (strchr("|&;<>()$`*?[]{}#~!\n", *at)) {
            return true;
        }
    }
    return false;
}

/* The first word of a plain line must be a program; a line for a shell is left to the shell. Heap; NULL: no memory. */
static char *command_line_of(const char *line, struct assay_error *error)
{
    const char *const shell[] = { "sh", "-c", line, NULL };
    size_t blanks = strspn(line, " \t"), length = strcspn(line + blanks, " \t");
    const char *first = line + blanks;
    bool assigns = memchr(first, '=', length) != NULL;
    if (needs_shell(line) || assigns) {
        return assay_command_line(shell);
    }
    char *program = assay_copy_bytes(first, length);
    char *copy = program ? assay_copy(line) : NULL;
    if (program && !strpbrk(program, "'\"\\") && assay_command_check(program, error)) {
        free(copy);
        copy = NULL;
    }
    free(program);
    return copy;
}

int assay_side_command(char **benchmark, const char *const **words, struct assay_error *error)
{
    const char *const *first = *words;
    size_t count = 0;
    while (first[count] && strcmp(first[count], "--") != 0) {
        count++;
    }
    if (count == 0) {
        return assay_fail(error, ASSAY_EUSAGE, "missing command after '--': want -- COMMAND -- COMMAND");
    }
    char *line = NULL;
    if (count == 1) {
        line = command_line_of(first[0], error);
    } else if (!assay_command_check(first[0], error)) {
        const char **side = calloc(count + 1, sizeof(*side));
        if (side) {
            memcpy(side, first, count * sizeof(*side));
            line = assay_command_line(side);
        }
        free(side);
    }
    struct assay_message_argument arguments[] = { { (char *)"line", line } };
    char *name = line ? assay_name_id("command.run", arguments, 1, NULL) : NULL;
    free(line);
    if (!name) {
        return assay_fail(error, error->code ? error->code : ASSAY_ENOMEM, "out of memory");
    }
    *benchmark = name;
    *words = first + count;
    return 0;
}
