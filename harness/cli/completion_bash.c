/* The completion script of bash. */
#include "cli/completion.h"

#include "cli/command.h"

#include <string.h>

static void print_words(struct assay_text *to, void (*words)(struct assay_text *))
{
    assay_text_append(to, "COMPREPLY=($(compgen -W '");
    words(to);
    assay_text_append(to, "' -- \"$cur\"))");
}

static void print_action(struct assay_text *to, enum assay_completion completion)
{
    static const char *const actions[] = {
        [ASSAY_COMPLETE_NOTHING] = ":",
        [ASSAY_COMPLETE_FILE] = "compopt -o filenames; COMPREPLY=($(compgen -f -- \"$cur\"))",
        [ASSAY_COMPLETE_BENCHMARK] = "COMPREPLY=($(compgen -W \"$(" ASSAY_ASK_BENCHMARKS ")\" -- \"$cur\"))",
        [ASSAY_COMPLETE_SUITE] = "COMPREPLY=($(compgen -W \"$(" ASSAY_ASK_SUITES ")\" -- \"$cur\") "
                                 "$(compgen -f -- \"$cur\"))",
        [ASSAY_COMPLETE_TOPIC] = NULL,
        [ASSAY_COMPLETE_PROGRAM] = "COMPREPLY=($(compgen -c -- \"$cur\"))",
    };
    if (actions[completion]) {
        assay_text_append(to, actions[completion]);
    } else {
        print_words(to, assay_completion_print_topics);
    }
}

/* What may stand after an option that takes a value. */
static void print_values(struct assay_text *to, const struct assay_syntax *syntax)
{
    const struct assay_option *option;
    for (size_t i = 0; (option = assay_completion_option(syntax, i)); i++) {
        if (!option->value) {
            continue;
        }
        assay_text_format(to, "    '%s --%s'", syntax->command, option->name);
        if (option->letter) {
            assay_text_format(to, "|'%s -%c'", syntax->command, option->letter);
        }
        assay_text_append(to, ")\n        ");
        if (option->choices) {
            assay_text_append(to, "COMPREPLY=($(compgen -W '");
            assay_completion_print_choices(to, option->choices);
            assay_text_append(to, "' -- \"$cur\"))");
        } else {
            print_action(to, option->completion);
        }
        assay_text_append(to, "; return ;;\n");
    }
}

static void print_options(struct assay_text *to, const struct assay_syntax *syntax)
{
    const struct assay_option *option;
    assay_text_format(to, "        '%s') COMPREPLY=($(compgen -W '", syntax->command);
    for (size_t i = 0; (option = assay_completion_option(syntax, i)); i++) {
        assay_text_format(to, "--%s ", option->name);
        if (option->letter) {
            assay_text_format(to, "-%c ", option->letter);
        }
    }
    assay_text_append(to, "' -- \"$cur\")) ;;\n");
}

static void print_second_words(struct assay_text *to, const char *name)
{
    int length = (int)strcspn(name, " ");
    if (!name[length]) {
        return;
    }
    assay_text_format(to,
                      "    if [[ $command == %.*s ]]; then\n"
                      "        if [[ $COMP_CWORD -eq 2 ]]; then COMPREPLY=($(compgen -W '",
                      length, name);
    assay_completion_print_second_words(to, name);
    assay_text_append(to, "' -- \"$cur\")); return; fi\n"
                          "        command+=\" ${COMP_WORDS[2]}\"\n"
                          "    fi\n");
}

void assay_completion_bash(struct assay_text *to)
{
    assay_text_append(
        to, "# bash completion of assay, made from its option table\n"
            "_assay()\n"
            "{\n"
            "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} i\n"
            "    if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
            "    COMPREPLY=()\n"
            "    if [[ $COMP_CWORD -eq 1 ]]; then\n");
    assay_text_append(to, "        COMPREPLY=($(compgen -W '");
    assay_completion_print_first_words(to);
    assay_text_append(to, "--help --version' -- \"$cur\")); return\n    fi\n");
    for (size_t i = 0; assay_commands[i]; i++) {
        if (assay_completion_is_new(i)) {
            print_second_words(to, assay_commands[i]->syntax.command);
        }
    }
    assay_text_append(to, "    for ((i = 2; i < COMP_CWORD; i++)); do\n"
                          "        [[ ${COMP_WORDS[i]} == -- ]] && { COMPREPLY=($(compgen -c -- \"$cur\")); return; }\n"
                          "    done\n"
                          "    case \"$command $prev\" in\n");
    for (size_t i = 0; assay_commands[i]; i++) {
        print_values(to, &assay_commands[i]->syntax);
    }
    assay_text_append(to, "    esac\n"
                          "    if [[ $cur == -* ]]; then\n"
                          "        case $command in\n");
    for (size_t i = 0; assay_commands[i]; i++) {
        print_options(to, &assay_commands[i]->syntax);
    }
    assay_text_append(to, "        esac\n"
                          "        return\n"
                          "    fi\n"
                          "    case $command in\n");
    for (size_t i = 0; assay_commands[i]; i++) {
        assay_text_format(to, "    '%s') ", assay_commands[i]->syntax.command);
        print_action(to, assay_commands[i]->syntax.positional.completion);
        assay_text_append(to, " ;;\n");
    }
    assay_text_append(to, "    esac\n"
                          "}\n"
                          "complete -F _assay assay\n");
}
