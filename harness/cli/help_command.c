/* The command help: of assay, a command or a topic; and what build scripts ask of the tables (hidden options). */
#include "cli/command.h"
#include "cli/completion.h"
#include "cli/help.h"
#include "cli/manual.h"
#include "cli/say.h"
#include "cli/topics.h"

#include <stdio.h>
#include <string.h>

struct help_values {
    struct assay_option_value man;
    struct assay_option_value output;
    struct assay_option_value completion;
    struct assay_option_value table;
};

static const struct assay_option options[] = {
    { .name = "man",
      .kind = ASSAY_OPTION_TEXT,
      .traits = ASSAY_OPTION_HIDDEN,
      .value = "TEMPLATE",
      .summary = "fill in a page's template",
      .offset = offsetof(struct help_values, man) },
    { .name = "output",
      .letter = 'o',
      .kind = ASSAY_OPTION_TEXT,
      .traits = ASSAY_OPTION_HIDDEN,
      .value = "FILE",
      .summary = "where a page goes",
      .offset = offsetof(struct help_values, output) },
    { .name = "completion",
      .kind = ASSAY_OPTION_CHOICE,
      .traits = ASSAY_OPTION_HIDDEN,
      .value = "SHELL",
      .summary = "print completions",
      .choices = assay_completion_shells,
      .offset = offsetof(struct help_values, completion) },
    { .name = "table",
      .kind = ASSAY_OPTION_FLAG,
      .traits = ASSAY_OPTION_HIDDEN,
      .summary = "print every option of every command",
      .offset = offsetof(struct help_values, table) },
    { .name = NULL },
};

/* "COMMAND --long -x VALUE", one option a line: what tests compare pages with. */
static int print_table(void)
{
    for (size_t i = 0; assay_commands[i]; i++) {
        const struct assay_syntax *syntax = &assay_commands[i]->syntax;
        const struct assay_option *option;
        for (size_t j = 0; (option = assay_option_at(syntax, j)); j++) {
            if (option->traits & ASSAY_OPTION_HIDDEN) {
                continue;
            }
            char letter[3] = { '-', option->letter, '\0' };
            printf("%s\t--%s\t%s\t%s\n", syntax->command, option->name, option->letter ? letter : "",
                   option->value ? option->value : "");
        }
    }
    return assay_finish_output(ASSAY_EXIT_OK);
}

static int unknown_topic(const char *name)
{
    const char *names[48];
    size_t count = 0;
    for (size_t i = 0; assay_commands[i] && count < 32; i++) {
        names[count++] = assay_commands[i]->syntax.command;
    }
    for (size_t i = 0; assay_topics[i].name && count < 47; i++) {
        names[count++] = assay_topics[i].name;
    }
    names[count] = NULL;
    const char *nearest = assay_nearest(name, names);
    if (nearest) {
        return assay_say_errorf("unknown command or topic '%.160s': did you mean %s?", name, nearest);
    }
    return assay_say_errorf("unknown command or topic '%.160s': see assay help", name);
}

static int print_about(const char *const *names, size_t count)
{
    if (count == 0) {
        return assay_help_print(NULL);
    }
    int words = 0;
    const struct assay_command *command = assay_command_find((char *const *)names, &words);
    if (command && (size_t)words == count) {
        return assay_help_print(command);
    }
    if (command) {
        return assay_say_errorf("unexpected '%.160s': assay help takes one COMMAND|TOPIC", names[words]);
    }
    if (count > 1) {
        return unknown_topic(assay_help_has_group(names[0]) ? names[1] : names[0]);
    }
    if (assay_help_has_group(names[0])) {
        return assay_help_print_group(names[0]);
    }
    for (size_t i = 0; assay_topics[i].name; i++) {
        if (strcmp(assay_topics[i].name, names[0]) == 0) {
            fputs(assay_topics[i].text, stdout);
            return assay_finish_output(ASSAY_EXIT_OK);
        }
    }
    return unknown_topic(names[0]);
}

static int help(const struct assay_invocation *invocation)
{
    const struct help_values *values = invocation->values;
    const struct assay_arguments *arguments = &invocation->arguments;
    const char *output = values->output.given ? values->output.text : "-";
    if (values->table.given) {
        return print_table();
    }
    if (values->completion.given) {
        return assay_completion_print((size_t)values->completion.integer, output);
    }
    if (values->man.given) {
        struct assay_error error = { 0 };
        const char *page = arguments->name_count ? arguments->names[0] : NULL;
        if (assay_manual_write(page, values->man.text, output, &error)) {
            return assay_say_error(&error);
        }
        return assay_finish_output(ASSAY_EXIT_OK);
    }
    return print_about(arguments->names, arguments->name_count);
}

const struct assay_command assay_command_help = {
    .syntax = { .command = "help",
                .options = options,
                .positional = { .name = "COMMAND|TOPIC",
                                .summary = "a command or a topic; none: an overview",
                                .most = 2,
                                .completion = ASSAY_COMPLETE_TOPIC } },
    .summary = "explain a command or a topic",
    .values_size = sizeof(struct help_values),
    .run = help,
};
