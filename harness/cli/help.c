/* Help for people, from the tables: of assay, of a command. Knows no command by name. */
#include "cli/help.h"

#include "cli/say.h"
#include "cli/terminal.h"
#include "cli/topics.h"
#include "cli/wrap.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define WIDEST 80
#define NARROW 60

static size_t help_width(void)
{
    struct assay_terminal terminal;
    assay_terminal_look(&terminal, STDOUT_FILENO, ASSAY_COLOR_AUTO);
    if (terminal.width == 0 || terminal.width > WIDEST) {
        return WIDEST;
    }
    return terminal.width < 30 ? 30 : terminal.width;
}

void assay_help_spell(struct assay_text *text, const struct assay_option *option, bool bare)
{
    if (option->letter) {
        assay_text_format(text, "-%c, ", option->letter);
    } else if (!bare) {
        assay_text_append(text, "    ");
    }
    assay_text_format(text, "--%s", option->name);
    if (option->traits & ASSAY_OPTION_OPTIONAL) {
        assay_text_format(text, " [%s]", option->value);
    } else if (option->value) {
        assay_text_format(text, " %s", option->value);
    }
}

void assay_help_summary(struct assay_text *text, const struct assay_option *option)
{
    assay_text_append(text, option->summary);
    if (option->choices) {
        assay_text_append(text, ": ");
        assay_option_choices(text, option->choices, " or ");
    }
    if (option->fallback) {
        assay_text_format(text, " (default: %s)", option->fallback);
    }
}

void assay_help_operands(struct assay_text *text, const struct assay_syntax *syntax)
{
    const struct assay_positional *positional = &syntax->positional;
    if (positional->name) {
        const char *dots = positional->most > 1 && !strchr(positional->name, ' ') ? "..." : "";
        assay_text_format(text, positional->least ? " %s%s" : " [%s%s]", positional->name, dots);
    }
    if (syntax->takes_command) {
        assay_text_format(text, " [%s]", syntax->command_operand ? syntax->command_operand : "-- COMMAND...");
    }
}

/* One entry: what it is called, then what it does, beside or below it. */
static void append_entry(struct assay_text *text, const char *name, const char *summary, size_t column, size_t width)
{
    size_t indent = width < NARROW ? 8 : column;
    size_t used = 2 + strlen(name);
    assay_text_format(text, "  %s", name);
    if (used + 2 > indent) {
        assay_text_append_char(text, '\n');
        used = 0;
    }
    assay_wrap_pad(text, indent - used);
    assay_wrap(text, summary, indent, indent, width);
}

static void append_options(struct assay_text *text, const struct assay_syntax *syntax, size_t width)
{
    const struct assay_option *option;
    const char *group = NULL;
    for (size_t i = 0; (option = assay_option_at(syntax, i)); i++) {
        if (option->traits & ASSAY_OPTION_HIDDEN) {
            continue;
        }
        if (option->group && !(group && strcmp(group, option->group) == 0)) {
            assay_text_format(text, "\n%s:\n", option->group);
        }
        group = option->group ? option->group : group;
        struct assay_text name = ASSAY_TEXT_INIT;
        struct assay_text summary = ASSAY_TEXT_INIT;
        assay_help_spell(&name, option, false);
        assay_help_summary(&summary, option);
        if (!name.failed && !summary.failed) {
            append_entry(text, name.bytes, summary.bytes, 28, width);
        }
        assay_text_release(&name);
        assay_text_release(&summary);
    }
}

static void append_command(struct assay_text *text, const struct assay_command *command, size_t width)
{
    const struct assay_syntax *syntax = &command->syntax;
    struct assay_text line = ASSAY_TEXT_INIT;
    assay_text_format(&line, "assay %s: %s", syntax->command, command->summary);
    assay_wrap(text, line.bytes ? line.bytes : "", 0, 4, width);
    assay_text_clear(&line);
    assay_text_format(&line, "usage: assay %s [OPTION...]", syntax->command);
    assay_help_operands(&line, syntax);
    assay_text_append_char(text, '\n');
    assay_wrap(text, line.bytes ? line.bytes : "", 0, 11, width);
    assay_text_release(&line);
    if (command->description) {
        assay_text_append_char(text, '\n');
        assay_wrap(text, command->description, 0, 0, width);
    }
    if (syntax->positional.name) {
        assay_text_append_char(text, '\n');
        append_entry(text, syntax->positional.name, syntax->positional.summary, 28, width);
    }
    append_options(text, syntax, width);
    if (command->examples) {
        assay_text_append(text, "\nExamples:\n");
    }
    for (size_t i = 0; command->examples && command->examples[i].line; i++) {
        assay_text_format(text, "  %s\n      ", command->examples[i].line);
        assay_wrap(text, command->examples[i].summary, 6, 6, width);
    }
}

static void append_overview(struct assay_text *text, size_t width)
{
    assay_wrap(text,
               "assay: time kernels and programs, with an uncertainty beside every number and every answer checked", 0,
               0, width);
    assay_text_append(text, "\nusage: assay COMMAND [OPTION...]\n\nCommands:\n");
    for (size_t i = 0; assay_commands[i]; i++) {
        append_entry(text, assay_commands[i]->syntax.command, assay_commands[i]->summary, 18, width);
    }
    assay_text_append(text, "\nTopics (assay help TOPIC):\n");
    for (size_t i = 0; assay_topics[i].name; i++) {
        append_entry(text, assay_topics[i].name, assay_topics[i].summary, 28, width);
    }
    assay_text_append(text, "\nOther:\n");
    append_entry(text, "-h, --help", "print this help, or that of a command", 18, width);
    append_entry(text, "-V, --version", "print the version", 18, width);
}

/* Prints and releases. */
static int print_text(struct assay_text *text)
{
    int status = ASSAY_EXIT_OK;
    if (text->failed) {
        status = assay_say_errorf("out of memory");
    } else {
        fwrite(text->bytes, 1, text->length, stdout);
    }
    assay_text_release(text);
    return assay_finish_output(status);
}

int assay_help_print(const struct assay_command *command)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    if (command) {
        append_command(&text, command, help_width());
    } else {
        append_overview(&text, help_width());
    }
    return print_text(&text);
}

static bool in_group(const struct assay_command *command, const char *word)
{
    size_t length = strlen(word);
    return strncmp(command->syntax.command, word, length) == 0 && command->syntax.command[length] == ' ';
}

bool assay_help_has_group(const char *word)
{
    for (size_t i = 0; assay_commands[i]; i++) {
        if (in_group(assay_commands[i], word)) {
            return true;
        }
    }
    return false;
}

int assay_help_print_group(const char *word)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    size_t width = help_width();
    const char *gap = "";
    for (size_t i = 0; assay_commands[i]; i++) {
        if (in_group(assay_commands[i], word)) {
            assay_text_append(&text, gap);
            append_command(&text, assay_commands[i], width);
            gap = "\n";
        }
    }
    return print_text(&text);
}
