/* Man pages: a page's prose, with synopsis and options from the table. Writes roff for man(7). */
#include "cli/manual.h"

#include "base/file.h"
#include "base/version.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/topics.h"

#include <stdlib.h>
#include <string.h>

#define TEMPLATE_LIMIT (1u << 20)

static bool on_page(const struct assay_command *command, const char *page)
{
    size_t length = page ? strlen(page) : 0;
    const char *name = command->syntax.command;
    for (size_t i = 0; i < length; i++) { /* "env-check" is "env check" */
        if (name[i] != page[i] && !(name[i] == ' ' && page[i] == '-')) {
            return false;
        }
    }
    return page && (name[length] == '\0' || name[length] == ' ');
}

/* Text as roff: '-' is a minus that can be copied, and a line may not begin with a request. */
static void append_roff(struct assay_text *roff, const char *string)
{
    bool start = true;
    for (; *string; string++) {
        if (start && (*string == '.' || *string == '\'')) {
            assay_text_append(roff, "\\&");
        }
        if (*string == '-') {
            assay_text_append(roff, "\\-");
        } else if (*string == '\\') {
            assay_text_append(roff, "\\e");
        } else if (*string == '\'') {
            assay_text_append(roff, "\\(aq");
        } else {
            assay_text_append_char(roff, *string);
        }
        start = *string == '\n';
    }
}

static void append_styled(struct assay_text *roff, char font, const char *string)
{
    assay_text_format(roff, "\\f%c", font);
    append_roff(roff, string);
    assay_text_append(roff, "\\fR");
}

/* "\fB-o\fR, \fB--output\fR \fIFILE\fR" */
static void append_option(struct assay_text *roff, const struct assay_option *option)
{
    bool optional = (option->traits & ASSAY_OPTION_OPTIONAL) != 0;
    if (option->letter) {
        char letter[3] = { '-', option->letter, '\0' };
        append_styled(roff, 'B', letter);
        assay_text_append(roff, ", ");
    }
    assay_text_append(roff, "\\fB\\-\\-");
    append_roff(roff, option->name);
    assay_text_append(roff, "\\fR");
    if (!option->value) {
        return;
    }
    assay_text_append(roff, optional ? " [" : " ");
    append_styled(roff, 'I', option->value);
    assay_text_append(roff, optional ? "]" : "");
}

/* "[\fB-o\fR\ \fIFILE\fR]", which no line end breaks. */
static void append_short_option(struct assay_text *roff, const struct assay_option *option)
{
    bool optional = (option->traits & ASSAY_OPTION_OPTIONAL) != 0;
    if (option->letter) {
        assay_text_format(roff, "[\\fB\\-%c\\fR", option->letter);
    } else {
        assay_text_append(roff, "[\\fB\\-\\-");
        append_roff(roff, option->name);
        assay_text_append(roff, "\\fR");
    }
    if (option->value) {
        assay_text_append(roff, optional ? "\\ [" : "\\ ");
        append_styled(roff, 'I', option->value);
        assay_text_append(roff, optional ? "]" : "");
    }
    assay_text_append(roff, "]\n");
}

static void append_synopsis(struct assay_text *roff, const char *page)
{
    if (!page) {
        assay_text_append(roff, ".SY assay\n\\fICOMMAND\\fR\n[\\fIOPTION\\fR...]\n.YS\n");
    }
    for (size_t i = 0; assay_commands[i]; i++) {
        const struct assay_command *command = assay_commands[i];
        if (!on_page(command, page)) {
            continue;
        }
        assay_text_append(roff, ".SY assay\n");
        append_styled(roff, 'B', command->syntax.command);
        assay_text_append_char(roff, '\n');
        const struct assay_option *option;
        for (size_t j = 0; (option = assay_option_at(&command->syntax, j)); j++) {
            if (option->traits & ASSAY_OPTION_HIDDEN || strcmp(option->name, "help") == 0) {
                continue;
            }
            append_short_option(roff, option);
        }
        struct assay_text operands = ASSAY_TEXT_INIT;
        assay_help_operands(&operands, &command->syntax);
        if (operands.length) {
            append_roff(roff, operands.bytes + 1);
            assay_text_append_char(roff, '\n');
        }
        assay_text_release(&operands);
        assay_text_append(roff, ".YS\n");
    }
}

static void append_entry(struct assay_text *roff, const char *name, const char *summary)
{
    assay_text_append(roff, ".TP\n");
    append_styled(roff, 'B', name);
    assay_text_append_char(roff, '\n');
    append_roff(roff, summary);
    assay_text_append(roff, ".\n");
}

static void append_command_options(struct assay_text *roff, const struct assay_syntax *syntax)
{
    const struct assay_option *option;
    const char *group = NULL;
    if (syntax->positional.name) {
        assay_text_append(roff, ".TP\n");
        append_styled(roff, 'I', syntax->positional.name);
        assay_text_append_char(roff, '\n');
        append_roff(roff, syntax->positional.summary);
        assay_text_append(roff, ".\n");
    }
    for (size_t i = 0; (option = assay_option_at(syntax, i)); i++) {
        if (option->traits & ASSAY_OPTION_HIDDEN) {
            continue;
        }
        if (option->group && !(group && strcmp(group, option->group) == 0)) {
            assay_text_format(roff, ".SS %s\n", option->group);
        }
        group = option->group ? option->group : group;
        struct assay_text summary = ASSAY_TEXT_INIT;
        assay_help_summary(&summary, option);
        assay_text_append(roff, ".TP\n");
        append_option(roff, option);
        assay_text_append_char(roff, '\n');
        append_roff(roff, summary.bytes ? summary.bytes : "");
        assay_text_append(roff, ".\n");
        assay_text_release(&summary);
    }
}

static void append_options(struct assay_text *roff, const char *page)
{
    for (size_t i = 0; assay_commands[i]; i++) {
        if (on_page(assay_commands[i], page)) {
            append_command_options(roff, &assay_commands[i]->syntax);
        }
    }
}

static void append_examples(struct assay_text *roff, const char *page)
{
    for (size_t i = 0; assay_commands[i]; i++) {
        const struct assay_example *example = assay_commands[i]->examples;
        for (; on_page(assay_commands[i], page) && example && example->line; example++) {
            append_entry(roff, example->line, example->summary);
        }
    }
}

static void append_commands(struct assay_text *roff, const char *page)
{
    (void)page;
    for (size_t i = 0; assay_commands[i]; i++) {
        append_entry(roff, assay_commands[i]->syntax.command, assay_commands[i]->summary);
    }
}

static void append_topics(struct assay_text *roff, const char *page)
{
    (void)page;
    for (size_t i = 0; assay_topics[i].name; i++) {
        assay_text_format(roff, "%s.EX\n", i ? ".PP\n" : "");
        append_roff(roff, assay_topics[i].text);
        assay_text_append(roff, ".EE\n");
    }
}

static const struct {
    const char *mark;
    void (*append)(struct assay_text *roff, const char *page);
} marks[] = {
    { "@SYNOPSIS@", append_synopsis }, { "@OPTIONS@", append_options }, { "@EXAMPLES@", append_examples },
    { "@COMMANDS@", append_commands }, { "@TOPICS@", append_topics },
};

/* One line without its line feed. False: a mark that nobody knows. */
static bool append_line(struct assay_text *roff, const char *line, size_t length, const char *page)
{
    static const char version[] = "@VERSION@";
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (strlen(marks[i].mark) == length && memcmp(marks[i].mark, line, length) == 0) {
            marks[i].append(roff, page);
            return true;
        }
    }
    const char *found = memmem(line, length, version, sizeof(version) - 1);
    if (found) {
        assay_text_append_bytes(roff, line, (size_t)(found - line));
        assay_text_append(roff, assay_version());
        length -= (size_t)(found - line) + sizeof(version) - 1;
        line = found + sizeof(version) - 1;
    }
    assay_text_append_bytes(roff, line, length);
    assay_text_append_char(roff, '\n');
    return !memchr(line, '@', length);
}

int assay_manual_write(const char *page, const char *path, const char *output, struct assay_error *error)
{
    char *prose = NULL;
    size_t length = 0;
    struct assay_text roff = ASSAY_TEXT_INIT;
    struct assay_output *file = NULL;
    int code = assay_file_read(&prose, &length, path, TEMPLATE_LIMIT, error);
    if (code) {
        return code;
    }
    for (size_t at = 0; at < length && !code;) {
        size_t line = strcspn(prose + at, "\n");
        if (!append_line(&roff, prose + at, line, page)) {
            code = assay_fail(error, ASSAY_EINPUT, "%s: unknown mark in '%.*s'", path, (int)line, prose + at);
        }
        at += line + 1;
    }
    if (!code && roff.failed) {
        code = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    if (!code) {
        code = assay_output_open(&file, output, error);
    }
    if (code) {
        goto done;
    }
    fwrite(roff.bytes ? roff.bytes : "", 1, roff.length, assay_output_stream(file));
    code = assay_output_commit(file, error);
done:
    assay_text_release(&roff);
    free(prose);
    return code;
}
