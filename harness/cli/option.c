/* The parser of every command line. Knows the option table and no command; prints nothing. */
#include "cli/option.h"

#include "cli/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What every command accepts besides its own. Its value is not kept: seeing it ends the parse. */
static const struct assay_option help_option = {
    .name = "help",
    .letter = 'h',
    .kind = ASSAY_OPTION_FLAG,
    .group = "Other",
    .summary = "print this help",
};

const struct assay_option *assay_option_at(const struct assay_syntax *syntax, size_t index)
{
    size_t own = 0;
    while (syntax->options && own <= index && syntax->options[own].name) {
        own++;
    }
    if (index < own) {
        return &syntax->options[index];
    }
    return index == own ? &help_option : NULL;
}

struct assay_option_value *assay_option_value(void *values, const struct assay_option *option)
{
    return (struct assay_option_value *)((char *)values + option->offset);
}

/* ---- what one parse holds ---- */
struct parse {
    struct assay_arguments *arguments;
    void *values;
    const struct assay_syntax *syntax;
    char *const *next; /* the word to be read next */
    struct assay_error *error;
};

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

/* Appends to a NULL-terminated list; command lines are short, so each append reallocates. */
static bool append_word(const char ***list, size_t count, const char *word)
{
    const char **grown = realloc(*list, (count + 2) * sizeof(*grown));
    if (!grown) {
        return false;
    }
    grown[count] = word;
    grown[count + 1] = NULL;
    *list = grown;
    return true;
}

static int accept_value(struct parse *parse, const struct assay_option *option, const char *text, const char *spelled)
{
    struct assay_option_value *value = assay_option_value(parse->values, option);
    int code = assay_option_value_read(value, option, text, spelled, parse->error);
    if (code) {
        return code;
    }
    if ((option->traits & ASSAY_OPTION_REPEATED) && !append_word(&value->texts, value->given, text)) {
        return no_memory(parse->error);
    }
    value->text = text;
    value->given++;
    return 0;
}

static void accept_flag(struct parse *parse, const struct assay_option *option)
{
    if (option == &help_option) {
        parse->arguments->help = true;
    } else {
        assay_option_value(parse->values, option)->given++;
    }
}

/* The option's value is `attached` (after '=' or the letter) or else the next word. */
static int accept_option(struct parse *parse, const struct assay_option *option, const char *attached,
                         const char *spelled)
{
    if (attached) {
        return accept_value(parse, option, attached, spelled);
    }
    const char *word = *parse->next;
    if (option->traits & ASSAY_OPTION_OPTIONAL) {
        if (!word || word[0] == '-') {
            assay_option_value(parse->values, option)->given++;
            return 0;
        }
    } else if (!word) {
        struct assay_text wish = ASSAY_TEXT_INIT;
        assay_option_wish(&wish, option);
        int code = assay_fail(parse->error, ASSAY_EUSAGE, "missing value of %s: want %s", spelled,
                              wish.bytes ? wish.bytes : option->value);
        assay_text_release(&wish);
        return code;
    }
    parse->next++;
    return accept_value(parse, option, word, spelled);
}

/* The option that `name` may have been meant to be: the only one it begins, else the nearest. NULL: none. */
static const char *guess_option(const struct assay_syntax *syntax, const char *name)
{
    const struct assay_option *option;
    const char **names = NULL;
    const char *begun = NULL;
    size_t count = 0, begun_count = 0;
    for (size_t i = 0; (option = assay_option_at(syntax, i)); i++) {
        if (option->traits & ASSAY_OPTION_HIDDEN) {
            continue;
        }
        if (strncmp(option->name, name, strlen(name)) == 0) {
            begun = option->name;
            begun_count++;
        }
        if (append_word(&names, count, option->name)) {
            count++;
        }
    }
    if (begun_count != 1) {
        begun = names ? assay_nearest(name, names) : NULL;
    }
    free(names);
    return begun;
}

static int unknown_option(struct parse *parse, const char *word, size_t length)
{
    char *wrong = assay_copy_bytes(word, length);
    if (!wrong) {
        return no_memory(parse->error);
    }
    bool is_long = strncmp(wrong, "--", 2) == 0 && wrong[2];
    const char *meant = is_long ? guess_option(parse->syntax, wrong + 2) : NULL;
    int code;
    if (meant) {
        code = assay_fail(parse->error, ASSAY_EUSAGE, "unknown option '%.160s': did you mean --%s?", wrong, meant);
    } else {
        code = assay_fail(parse->error, ASSAY_EUSAGE, "unknown option '%.160s': see assay %s --help", wrong,
                          parse->syntax->command);
    }
    free(wrong);
    return code;
}

static const struct assay_option *find_long(const struct assay_syntax *syntax, const char *name, size_t length)
{
    const struct assay_option *option;
    for (size_t i = 0; (option = assay_option_at(syntax, i)); i++) {
        if (strlen(option->name) == length && memcmp(option->name, name, length) == 0) {
            return option;
        }
    }
    return NULL;
}

static const struct assay_option *find_letter(const struct assay_syntax *syntax, char letter)
{
    const struct assay_option *option;
    for (size_t i = 0; (option = assay_option_at(syntax, i)); i++) {
        if (option->letter == letter) {
            return option;
        }
    }
    return NULL;
}

static int parse_long(struct parse *parse, const char *word)
{
    size_t length = strcspn(word, "=");
    const char *attached = word[length] ? word + length + 1 : NULL;
    const struct assay_option *option = find_long(parse->syntax, word + 2, length - 2);
    if (!option) {
        return unknown_option(parse, word, length);
    }
    char spelled[64];
    snprintf(spelled, sizeof(spelled), "--%s", option->name);
    if (option->kind != ASSAY_OPTION_FLAG) {
        return accept_option(parse, option, attached, spelled);
    }
    if (attached) {
        return assay_fail(parse->error, ASSAY_EUSAGE, "bad %s '%.160s': want no value", spelled, attached);
    }
    accept_flag(parse, option);
    return 0;
}

/* "-qv", "-n 5", "-n5", "-vn5". */
static int parse_letters(struct parse *parse, const char *word)
{
    for (const char *letter = word + 1; *letter && !parse->arguments->help; letter++) {
        char spelled[3] = { '-', *letter, '\0' };
        const struct assay_option *option = find_letter(parse->syntax, *letter);
        if (!option) {
            return unknown_option(parse, spelled, 2);
        }
        if (option->kind != ASSAY_OPTION_FLAG) {
            return accept_option(parse, option, letter[1] ? letter + 1 : NULL, spelled);
        }
        accept_flag(parse, option);
    }
    return 0;
}

static int accept_name(struct parse *parse, const char *word)
{
    const struct assay_positional *positional = &parse->syntax->positional;
    struct assay_arguments *arguments = parse->arguments;
    if (arguments->name_count >= positional->most) {
        if (positional->most == 0) {
            return assay_fail(parse->error, ASSAY_EUSAGE, "unexpected '%.160s': assay %s takes options only", word,
                              parse->syntax->command);
        }
        return assay_fail(parse->error, ASSAY_EUSAGE, "unexpected '%.160s': assay %s takes %s%s", word,
                          parse->syntax->command, strchr(positional->name, ' ') ? "" : "one ", positional->name);
    }
    if (!append_word(&arguments->names, arguments->name_count, word)) {
        return no_memory(parse->error);
    }
    arguments->name_count++;
    return 0;
}

static int parse_rest(struct parse *parse)
{
    int code = 0;
    if (parse->syntax->takes_command) {
        parse->arguments->rest = (const char *const *)parse->next;
        if (!*parse->next) {
            code = assay_fail(parse->error, ASSAY_EUSAGE, "missing command after '--': want a program to run");
        }
        return code;
    }
    while (!code && *parse->next) {
        code = accept_name(parse, *parse->next++);
    }
    return code;
}

int assay_option_parse(struct assay_arguments *arguments, void *values, const struct assay_syntax *syntax,
                       char *const *argv, struct assay_error *error)
{
    *arguments = (struct assay_arguments){ .names = calloc(1, sizeof(char *)) };
    if (!arguments->names) {
        return no_memory(error);
    }
    struct parse parse = { arguments, values, syntax, argv, error };
    int code = 0;
    bool ended = false;
    while (!code && !ended && !arguments->help && *parse.next) {
        const char *word = *parse.next++;
        if (strcmp(word, "--") == 0) {
            code = parse_rest(&parse);
            ended = true;
        } else if (strncmp(word, "--", 2) == 0) {
            code = parse_long(&parse, word);
        } else if (word[0] == '-' && word[1]) {
            code = parse_letters(&parse, word);
        } else {
            code = accept_name(&parse, word);
        }
    }
    if (!code && !arguments->help && arguments->name_count < syntax->positional.least) {
        code = assay_fail(error, ASSAY_EUSAGE, "missing %s: see assay %s --help", syntax->positional.name,
                          syntax->command);
    }
    return code;
}

void assay_arguments_release(struct assay_arguments *arguments, void *values, const struct assay_syntax *syntax)
{
    for (size_t i = 0; values && syntax->options && syntax->options[i].name; i++) {
        struct assay_option_value *value = assay_option_value(values, &syntax->options[i]);
        free(value->texts);
        value->texts = NULL;
    }
    free(arguments->names);
    *arguments = (struct assay_arguments){ 0 };
}
