/* The completion script of fish. */
#include "cli/completion.h"

#include "cli/command.h"

#include <string.h>

/* "complete -c assay -n 'the command is NAME'" */
static void print_start(struct assay_text *to, const char *name)
{
    int length = (int)strcspn(name, " ");
    assay_text_format(to, "complete -c assay -n '__fish_seen_subcommand_from %.*s", length, name);
    if (name[length]) {
        assay_text_format(to, "; and __fish_seen_subcommand_from %s", name + length + 1);
    }
    assay_text_append(to, "'");
}

/* " -a '...'": what stands in the place of a value; files are offered where nothing else is. */
static void print_action(struct assay_text *to, enum assay_completion completion)
{
    static const char *const actions[] = {
        [ASSAY_COMPLETE_NOTHING] = " -f",
        [ASSAY_COMPLETE_FILE] = " -F",
        [ASSAY_COMPLETE_BENCHMARK] = " -f -a '(" ASSAY_ASK_BENCHMARKS ")'",
        [ASSAY_COMPLETE_SUITE] = " -F -a '(" ASSAY_ASK_SUITES ")'",
        [ASSAY_COMPLETE_TOPIC] = NULL,
        [ASSAY_COMPLETE_PROGRAM] = " -f -a '(__fish_complete_command)'",
    };
    if (actions[completion]) {
        assay_text_append(to, actions[completion]);
        return;
    }
    assay_text_append(to, " -f -a '");
    assay_completion_print_topics(to);
    assay_text_append(to, "'");
}

static void print_option(struct assay_text *to, const char *name, const struct assay_option *option)
{
    print_start(to, name);
    assay_text_format(to, " -l %s", option->name);
    if (option->letter) {
        assay_text_format(to, " -s %c", option->letter);
    }
    if (option->value && !(option->traits & ASSAY_OPTION_OPTIONAL)) {
        assay_text_append(to, " -r");
    }
    if (option->choices) {
        assay_text_append(to, " -f -a '");
        assay_completion_print_choices(to, option->choices);
        assay_text_append(to, "'");
    } else if (option->value) {
        print_action(to, option->completion);
    }
    assay_text_append(to, " -d '");
    for (const char *c = option->summary; *c; c++) { /* fish: \' inside single quotes */
        assay_text_format(to, *c == '\'' || *c == '\\' ? "\\%c" : "%c", *c);
    }
    assay_text_append(to, "'\n");
}

static void print_command(struct assay_text *to, const struct assay_command *command)
{
    const char *name = command->syntax.command;
    int length = (int)strcspn(name, " ");
    const struct assay_option *option;
    assay_text_format(to, "complete -c assay -n __fish_use_subcommand -f -a %.*s -d '", length, name);
    for (const char *c = command->summary; *c; c++) {
        assay_text_format(to, *c == '\'' || *c == '\\' ? "\\%c" : "%c", *c);
    }
    assay_text_append(to, "'\n");
    if (name[length]) {
        assay_text_format(to, "complete -c assay -n '__fish_seen_subcommand_from %.*s' -f -a %s\n", length, name,
                          name + length + 1);
    }
    if (command->syntax.positional.name) {
        print_start(to, name);
        print_action(to, command->syntax.positional.completion);
        assay_text_append_char(to, '\n');
    }
    for (size_t i = 0; (option = assay_completion_option(&command->syntax, i)); i++) {
        print_option(to, name, option);
    }
}

void assay_completion_fish(struct assay_text *to)
{
    assay_text_append(to, "# fish completion of assay, made from its option table\n"
                          "complete -c assay -f\n"
                          "complete -c assay -n __fish_use_subcommand -l version -s V -d 'print the version'\n"
                          "complete -c assay -n __fish_use_subcommand -l help -s h -d 'print help'\n");
    for (size_t i = 0; assay_commands[i]; i++) {
        print_command(to, assay_commands[i]);
    }
}
