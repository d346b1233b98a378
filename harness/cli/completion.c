/* What the completions of all shells share: the words of the tables. Knows no shell's grammar. */
#include "cli/completion.h"

#include "cli/command.h"
#include "cli/output.h"
#include "cli/topics.h"

#include <string.h>

const char *const assay_completion_shells[] = { "bash", "zsh", "fish", NULL };
static void (*const printers[])(struct assay_text *) = { assay_completion_bash, assay_completion_zsh,
                                                         assay_completion_fish };

int assay_completion_print(size_t shell, const char *output)
{
    const struct assay_option_value file = { .given = 1, .text = output };
    struct assay_text text = ASSAY_TEXT_INIT;
    printers[shell](&text);
    return assay_output_write(&text, &file);
}

const struct assay_option *assay_completion_option(const struct assay_syntax *syntax, size_t index)
{
    const struct assay_option *option;
    for (size_t i = 0; (option = assay_option_at(syntax, i)); i++) {
        if (!(option->traits & ASSAY_OPTION_HIDDEN) && index-- == 0) {
            return option;
        }
    }
    return NULL;
}

bool assay_completion_is_new(size_t index)
{
    const char *name = assay_commands[index]->syntax.command;
    size_t length = strcspn(name, " ");
    for (size_t i = 0; i < index; i++) {
        const char *other = assay_commands[i]->syntax.command;
        if (strcspn(other, " ") == length && memcmp(name, other, length) == 0) {
            return false;
        }
    }
    return true;
}

void assay_completion_print_first_words(struct assay_text *to)
{
    for (size_t i = 0; assay_commands[i]; i++) {
        const char *name = assay_commands[i]->syntax.command;
        if (assay_completion_is_new(i)) {
            assay_text_format(to, "%.*s ", (int)strcspn(name, " "), name);
        }
    }
}

size_t assay_completion_print_second_words(struct assay_text *to, const char *first)
{
    size_t count = 0;
    size_t length = strcspn(first, " ");
    for (size_t i = 0; assay_commands[i]; i++) {
        const char *name = assay_commands[i]->syntax.command;
        if (strncmp(name, first, length) == 0 && name[length] == ' ') {
            assay_text_format(to, "%s ", name + length + 1);
            count++;
        }
    }
    return count;
}

void assay_completion_print_topics(struct assay_text *to)
{
    assay_completion_print_first_words(to);
    for (size_t i = 0; assay_topics[i].name; i++) {
        assay_text_format(to, "%s ", assay_topics[i].name);
    }
}

void assay_completion_print_choices(struct assay_text *to, const char *const *choices)
{
    for (size_t i = 0; choices[i]; i++) {
        assay_text_format(to, "%s%s", i ? " " : "", choices[i]);
    }
}

void assay_completion_print_quoted(struct assay_text *to, const char *string, const char *special)
{
    for (; *string; string++) {
        if (*string == '\'') {
            assay_text_append(to, "'\\''");
        } else if (strchr(special, *string)) {
            assay_text_format(to, "\\%c", *string);
        } else {
            assay_text_append_char(to, *string);
        }
    }
}
