/* The command env export: this machine's environment as a file that others are checked against, or from which an equal one
 * can be made. */
#include "cli/command.h"
#include "cli/common.h"
#include "cli/env.h"
#include "cli/output.h"
#include "cli/say.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct export_values {
    struct assay_option_value output, format;
};

enum export_format { AS_JSON, AS_DEBIAN, AS_DOCKERFILE };
static const char *const formats[] = { "json", "debian", "dockerfile", NULL };

static const struct assay_option options[] = {
    { .name = "output",
      .letter = 'o',
      .kind = ASSAY_OPTION_TEXT,
      .value = "FILE",
      .group = "Output",
      .summary = "write to FILE; Dockerfile and names that end in .dockerfile imply that format",
      .wish = "a file",
      .fallback = "-, standard output",
      .completion = ASSAY_COMPLETE_FILE,
      .offset = offsetof(struct export_values, output) },
    { .name = "format",
      .kind = ASSAY_OPTION_CHOICE,
      .value = "F",
      .summary = "the whole environment, a list for apt-get, or a Dockerfile that makes an equal one",
      .choices = formats,
      .fallback = "json",
      .offset = offsetof(struct export_values, format) },
    { .name = NULL },
};

static bool ends(const char *text, const char *with)
{
    size_t length = strlen(text), wanted = strlen(with);
    return length >= wanted && strcmp(text + length - wanted, with) == 0;
}

static enum export_format choose_format(const struct export_values *values)
{
    if (values->format.given) {
        return (enum export_format)values->format.integer;
    }
    const char *name = assay_output_is_standard(&values->output) ? "" : values->output.text;
    const char *slash = strrchr(name, '/');
    bool docker = strcmp(slash ? slash + 1 : name, "Dockerfile") == 0 || ends(name, ".dockerfile");
    return docker ? AS_DOCKERFILE : AS_JSON;
}

static int write_json(struct assay_text *text, const struct assay_environment *environment, struct assay_error *error)
{
    char *bytes = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&bytes, &length);
    if (!memory) {
        return assay_fail_errno(error, errno, "cannot write to memory");
    }
    int code = assay_environment_write(environment, memory, error);
    if (fclose(memory) && !code) {
        code = assay_fail_errno(error, errno, "cannot write to memory");
    }
    if (!code) {
        assay_text_append_bytes(text, bytes, length);
    }
    free(bytes);
    return code;
}

static int render(struct assay_text *text, const struct assay_environment *environment, enum export_format format,
                  struct assay_error *error)
{
    switch (format) {
    case AS_DEBIAN:
        return assay_env_debian(text, environment, error);
    case AS_DOCKERFILE:
        return assay_env_dockerfile(text, environment, error);
    case AS_JSON:
        break;
    }
    return write_json(text, environment, error);
}

/* What of a machine could not be found out is in the file; whoever looks only at the exit status should hear it too. */
static void say_lacks(const struct assay_software *software)
{
    if (software->packages_reason) {
        fprintf(stderr, "left out: packages: %s\n", software->packages_reason);
    }
    for (size_t i = 0; i < software->interpreter_count; i++) {
        if (software->interpreters[i].reason) {
            fprintf(stderr, "left out: packages of %s: %s\n", software->interpreters[i].name,
                    software->interpreters[i].reason);
        }
    }
}

static int run(const struct assay_invocation *invocation)
{
    const struct export_values *values = invocation->values;
    const char *path = invocation->arguments.name_count > 0 ? invocation->arguments.names[0] : NULL;
    struct assay_environment environment = { 0 };
    struct assay_text text = ASSAY_TEXT_INIT;
    struct assay_error error = { 0 };
    int code = path ? assay_env_read(&environment, path, &error) : assay_env_gather(&environment, NULL, &error);
    code = code ? code : render(&text, &environment, choose_format(values), &error);
    int status = code ? assay_say_error(&error) : assay_output_write(&text, &values->output);
    if (!code && !path) {
        say_lacks(&environment.software);
    }
    assay_text_release(&text);
    assay_environment_release(&environment);
    return status;
}

static const struct assay_example examples[] = {
    { "assay env export -o here.json", "what assay env check and assay env diff compare with" },
    { "assay env export -o Dockerfile", "an image with the same packages" },
    { "assay env export --format debian -o list", "for apt-get; the comments in it say how" },
    { "assay env export there.json --format debian", "the list of another machine" },
    { NULL, NULL },
};

const struct assay_command assay_command_env_export = {
    .syntax = { .command = "env export",
                .options = options,
                .positional = { .name = "FILE",
                                .summary = "an exported environment to write anew instead of this machine's; -: standard input",
                                .most = 1,
                                .completion = ASSAY_COMPLETE_FILE } },
    .summary = "write this machine's environment, or what makes an equal one",
    .description = "The environment holds every fact of assay env show, the compilers, the packages that matter with their "
                   "versions, and each interpreter with its own. What cannot be had again is said in comments.",
    .examples = examples,
    .values_size = sizeof(struct export_values),
    .run = run,
};
