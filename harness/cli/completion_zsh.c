/* The completion script of zsh, for its _arguments. */
#include "cli/completion.h"

#include "cli/command.h"

#include <string.h>

static void print_action(struct assay_text *to, enum assay_completion completion)
{
    static const char *const actions[] = {
        [ASSAY_COMPLETE_NOTHING] = " ",
        [ASSAY_COMPLETE_FILE] = "_files",
        [ASSAY_COMPLETE_BENCHMARK] = "_assay_benchmarks",
        [ASSAY_COMPLETE_SUITE] = "_assay_suites",
        [ASSAY_COMPLETE_TOPIC] = "_assay_topics",
        [ASSAY_COMPLETE_PROGRAM] = "_command_names -e",
    };
    assay_text_append(to, actions[completion]);
}

/* '(-o --output)'{-o+,--output=}'[summary]:FILE:_files' */
static void print_option(struct assay_text *to, const struct assay_option *option)
{
    bool repeated = (option->traits & ASSAY_OPTION_REPEATED) != 0;
    const char *long_end = option->value ? "=" : "";
    if (option->letter && !repeated) {
        assay_text_format(to, "        '(-%c --%s)'", option->letter, option->name);
    } else {
        assay_text_append(to, repeated ? "        '*'" : "        ");
    }
    if (option->letter) {
        assay_text_format(to, "{-%c%s,--%s%s}'[", option->letter, option->value ? "+" : "", option->name, long_end);
    } else {
        assay_text_format(to, "'--%s%s[", option->name, long_end);
    }
    assay_completion_print_quoted(to, option->summary, "[]:\\");
    assay_text_append_char(to, ']');
    if (option->value) {
        assay_text_append(to, option->traits & ASSAY_OPTION_OPTIONAL ? "::" : ":");
        assay_completion_print_quoted(to, option->value, ":\\");
        assay_text_append_char(to, ':');
        if (option->choices) {
            assay_text_append_char(to, '(');
            assay_completion_print_choices(to, option->choices);
            assay_text_append_char(to, ')');
        } else {
            print_action(to, option->completion);
        }
    }
    assay_text_append(to, "' \\\n");
}

static void print_command(struct assay_text *to, const struct assay_syntax *syntax)
{
    const struct assay_option *option;
    const struct assay_positional *positional = &syntax->positional;
    assay_text_format(to, "    '%s')\n        _arguments -s \\\n", syntax->command);
    for (size_t i = 0; (option = assay_completion_option(syntax, i)); i++) {
        print_option(to, option);
    }
    if (positional->name) {
        assay_text_format(to, "        '%s:", positional->most > 1 ? "*" : "");
        assay_completion_print_quoted(to, positional->name, ":\\");
        assay_text_append_char(to, ':');
        print_action(to, positional->completion);
        assay_text_append(to, "'");
    }
    assay_text_append(to, "\n        ;;\n");
}

static void print_second_words(struct assay_text *to, const char *name)
{
    int length = (int)strcspn(name, " ");
    if (!name[length]) {
        return;
    }
    assay_text_format(to,
                      "    if [[ $command == %.*s ]]; then\n"
                      "        if ((CURRENT == 3)); then compadd ",
                      length, name);
    assay_completion_print_second_words(to, name);
    assay_text_append(to, "; return; fi\n"
                          "        command+=\" $words[3]\"; shift words; ((CURRENT--))\n"
                          "    fi\n");
}

void assay_completion_zsh(struct assay_text *to)
{
    assay_text_append(to, "#compdef assay\n"
                          "# zsh completion of assay, made from its option table\n"
                          "_assay_benchmarks() { compadd -- ${(f)\"$(" ASSAY_ASK_BENCHMARKS ")\"} }\n"
                          "_assay_suites() { compadd -- ${(f)\"$(" ASSAY_ASK_SUITES ")\"}; _files }\n");
    assay_text_append(to, "_assay_topics() { compadd -- ");
    assay_completion_print_topics(to);
    assay_text_append(to, "}\n"
                          "_assay() {\n"
                          "    local command=$words[2]\n");
    assay_text_append(to, "    if ((CURRENT == 2)); then compadd -- ");
    assay_completion_print_first_words(to);
    assay_text_append(to, "--help --version; return; fi\n");
    for (size_t i = 0; assay_commands[i]; i++) {
        if (assay_completion_is_new(i)) {
            print_second_words(to, assay_commands[i]->syntax.command);
        }
    }
    assay_text_append(to, "    shift words; ((CURRENT--))\n"
                          "    case $command in\n");
    for (size_t i = 0; assay_commands[i]; i++) {
        print_command(to, &assay_commands[i]->syntax);
    }
    assay_text_append(to, "    esac\n"
                          "}\n"
                          "_assay \"$@\"\n");
}
