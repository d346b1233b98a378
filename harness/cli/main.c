/* The program assay: finds the command and reads its line; the commands do the rest. */
#include "base/clock.h"
#include "base/version.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/say.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The names of all commands, or, with `first`, the second words of those that begin with it. */
static size_t command_words(const char *words[], size_t capacity, const char *first)
{
    size_t count = 0;
    for (size_t i = 0; assay_commands[i] && count + 1 < capacity; i++) {
        const char *name = assay_commands[i]->syntax.command;
        const char *space = strchr(name, ' ');
        if (!first) {
            words[count++] = name;
        } else if (space && strncmp(name, first, strlen(first)) == 0 && name[strlen(first)] == ' ') {
            words[count++] = space + 1;
        }
    }
    words[count] = NULL;
    return count;
}

/* `assay env`, `assay env shwo`, `assay rnu`. */
static int no_command(char *const *argv)
{
    const char *words[32];
    if (command_words(words, 32, argv[0]) > 0) {
        struct assay_text wish = ASSAY_TEXT_INIT;
        assay_option_choices(&wish, words, " or ");
        int status = assay_say_errorf("%s%.160s%s after 'assay %s': want %s", argv[1] ? "unknown '" : "missing word",
                                      argv[1] ? argv[1] : "", argv[1] ? "'" : "", argv[0],
                                      wish.bytes ? wish.bytes : "a command");
        assay_text_release(&wish);
        return status;
    }
    if (argv[0][0] == '-') {
        return assay_say_errorf("unknown option '%.160s': options stand after the command, see assay help", argv[0]);
    }
    command_words(words, 32, NULL);
    const char *nearest = assay_nearest(argv[0], words);
    if (nearest) {
        return assay_say_errorf("unknown command '%.160s': did you mean %s?", argv[0], nearest);
    }
    return assay_say_errorf("unknown command '%.160s': see assay help", argv[0]);
}

static int run_command(const struct assay_command *command, int words, struct assay_invocation *invocation)
{
    struct assay_error error = { 0 };
    int status;
    void *values = calloc(1, command->values_size ? command->values_size : 1);
    if (!values) {
        return assay_say_errorf("out of memory");
    }
    if (assay_option_parse(&invocation->arguments, values, &command->syntax, invocation->argv + 1 + words, &error)) {
        status = assay_say_error(&error);
    } else if (invocation->arguments.help) {
        status = assay_help_print(command);
    } else {
        invocation->command = command;
        invocation->values = values;
        status = command->run(invocation);
    }
    assay_arguments_release(&invocation->arguments, values, &command->syntax);
    free(values);
    return status;
}

static bool is_any(const char *word, const char *a, const char *b)
{
    return word && (strcmp(word, a) == 0 || strcmp(word, b) == 0);
}

/* Descriptors 0 to 2 must be taken, or the next file, a journal, would become standard output. Writing to the stand-in
 * fails, as it does without. */
static void fill_standard_streams(void)
{
    for (int descriptor = 0; descriptor <= 2; descriptor++) {
        if (fcntl(descriptor, F_GETFD) < 0 && open("/dev/null", O_RDONLY) < 0) {
            return;
        }
    }
}

int main(int argc, char **argv)
{
    fill_standard_streams();
    struct assay_invocation invocation = { .argc = argc, .argv = argv, .program_start_ns = assay_clock_ns() };
    char *const *words = argc > 1 ? argv + 1 : NULL;
    if (!words || is_any(words[0], "--help", "-h")) {
        return assay_help_print(NULL);
    }
    if (is_any(words[0], "--version", "-V")) {
        printf("assay %s\n", assay_version());
        return assay_finish_output(ASSAY_EXIT_OK);
    }
    int used = 0;
    const struct assay_command *command = assay_command_find(words, &used);
    if (command) {
        return run_command(command, used, &invocation);
    }
    if (is_any(words[1], "--help", "-h") && assay_help_has_group(words[0])) {
        return assay_help_print_group(words[0]);
    }
    return no_command(words);
}
