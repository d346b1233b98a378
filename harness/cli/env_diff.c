/* The command env diff: what differs between two environments, and whether their times can be compared. */
#include "cli/command.h"
#include "cli/common.h"
#include "cli/env.h"
#include "cli/output.h"
#include "cli/say.h"

#include <string.h>
#include <unistd.h>

struct diff_values {
    struct assay_option_value output, format;
};

static const struct assay_option options[] = {
    { ASSAY_COMMON_OUTPUT, .offset = offsetof(struct diff_values, output) },
    { ASSAY_COMMON_FORMAT, .offset = offsetof(struct diff_values, format) },
    { .name = NULL },
};

int assay_env_print(const struct assay_env_sides *sides, const struct assay_option_value *output,
                    const struct assay_option_value *format)
{
    struct assay_terminal terminal;
    struct assay_text text = ASSAY_TEXT_INIT;
    bool json = assay_output_format(format, output) == ASSAY_AS_JSON, blocks = false;
    assay_terminal_look(&terminal, STDOUT_FILENO, ASSAY_COLOR_AUTO);
    if (!assay_env_show(&text, &blocks, sides, json, terminal.width, terminal.unicode)) {
        assay_text_release(&text);
        return assay_say_errorf("out of memory");
    }
    int status = assay_output_write(&text, output);
    return status == ASSAY_EXIT_OK && blocks ? ASSAY_EXIT_REGRESSION : status;
}

static const char *name_of(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

static int run(const struct assay_invocation *invocation)
{
    const struct diff_values *values = invocation->values;
    const char *const *names = invocation->arguments.names;
    struct assay_environment base = { 0 }, head = { 0 };
    struct assay_error error = { 0 };
    if (strcmp(names[0], "-") == 0 && strcmp(names[1], "-") == 0) {
        return assay_say_errorf("bad HEAD '-': standard input can be one side only");
    }
    int code = assay_env_read(&base, names[0], &error);
    code = code ? code : assay_env_read(&head, names[1], &error);
    const struct assay_env_sides sides = {
        .base_name = name_of(names[0]), .head_name = name_of(names[1]), .base = &base, .head = &head
    };
    int status = code ? assay_say_error(&error) : assay_env_print(&sides, &values->output, &values->format);
    assay_environment_release(&base);
    assay_environment_release(&head);
    return status;
}

static const struct assay_example examples[] = {
    { "assay env diff base.json head.json", "the exit status is 1 if times of the two cannot be compared" },
    { "assay env diff here.json <(ssh other assay env export)", "another machine, as it is now" },
    { NULL, NULL },
};

const struct assay_command assay_command_env_diff = {
    .syntax = { .command = "env diff",
                .options = options,
                .positional = { .name = "BASE HEAD",
                                .summary = "exported environments, result documents or pages; -: standard input",
                                .least = 2,
                                .most = 2,
                                .completion = ASSAY_COMPLETE_FILE } },
    .summary = "say how two environments differ, and whether times can be compared",
    .description = "Differences are blocking, caution or information, with what can be done about them.",
    .examples = examples,
    .values_size = sizeof(struct diff_values),
    .run = run,
};
