/* The command track init: a workflow for a CI service, made from a template. Knows no service but by its template. */
#include "base/file.h"
#include "base/text.h"
#include "catalog/catalog.h"
#include "cli/say.h"
#include "cli/track.h"
#include "cli/track_trees.h"
#include "history/repository.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define TEMPLATE_LIMIT (1u << 20)
#define BUILD "cmake -S . -B build && cmake --build build"

struct init_values {
    struct assay_option_value build, plugins, branch, reference, repository, budget, source, output, force, quiet;
};

#define AT(field) .offset = offsetof(struct init_values, field)

static const struct service {
    const char *name, *template, *file;
    bool program;  /* the file is run itself */
    bool installs; /* a fresh machine each time: assay comes from somewhere */
    bool dollars;  /* its variables are expanded: "$$" is a dollar */
} services[] = {
    { "github", "ci-github.yml.in", ".github/workflows/assay.yml", false, true, false },
    { "gitlab", "ci-gitlab.yml.in", ".gitlab/assay.yml", false, true, true },
    { "shell", "ci-shell.sh.in", "assay-check.sh", true, false, false },
};

/* What stands between single quotes of a shell and of YAML, on one line. */
static bool is_quotable(const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        if (*at < ' ' || *at == 0x7f || *at == '\'') {
            return false;
        }
    }
    return text[0] != '\0' && strstr(text, "${{") == NULL;
}

static bool is_plugins(const char *text)
{
    return is_quotable(text) && assay_track_is_within(text);
}

#define QUOTABLE "on one line and without \"'\""

static const struct assay_option options[] = {
    { .name = "build",
      .kind = ASSAY_OPTION_TEXT,
      .value = "COMMAND",
      .group = "What the workflow does",
      .summary = "line for a shell that builds a commit's plug-ins, in its own work tree",
      .fallback = BUILD,
      .wish = "a line for a shell, " QUOTABLE,
      .check = is_quotable,
      .completion = ASSAY_COMPLETE_PROGRAM,
      AT(build) },
    { .name = "plugins",
      .kind = ASSAY_OPTION_TEXT,
      .value = "DIR",
      .summary = "where the build leaves its plug-ins, in the work tree",
      .fallback = "build",
      .wish = "a directory within the work tree, such as build, " QUOTABLE,
      .check = is_plugins,
      AT(plugins) },
    { .name = "branch",
      .kind = ASSAY_OPTION_TEXT,
      .value = "NAME",
      .summary = "the branch whose commits are recorded",
      .fallback = "main",
      .wish = "the name of a branch, " QUOTABLE,
      .check = is_quotable,
      AT(branch) },
    { .name = "reference",
      .kind = ASSAY_OPTION_TEXT,
      .value = "REF",
      .summary = "the pinned commit whose build the history is measured against",
      .fallback = "HEAD as it is now",
      .wish = "the name of a commit",
      AT(reference) },
    { ASSAY_TRACK_REPOSITORY, AT(repository) },
    { .name = "budget",
      .kind = ASSAY_OPTION_DURATION,
      .traits = ASSAY_OPTION_ABOVE,
      .value = "TIME",
      .summary = "ceiling for all pairs of a comparison together",
      .fallback = "5min",
      .wish = "a time above 0, such as 5min",
      .most = ASSAY_LONGEST_S,
      AT(budget) },
    { .name = "source",
      .kind = ASSAY_OPTION_TEXT,
      .value = "URL",
      .summary = "the repository that assay itself is installed from",
      .fallback = "the machines of the CI have assay",
      .wish = "an address for git clone, " QUOTABLE,
      .check = is_quotable,
      AT(source) },
    { .name = "output",
      .letter = 'o',
      .kind = ASSAY_OPTION_TEXT,
      .value = "FILE",
      .group = "Output",
      .summary = "where the workflow is written; -: standard output",
      .fallback = "where the service looks for it",
      .wish = "a file",
      .completion = ASSAY_COMPLETE_FILE,
      AT(output) },
    { .name = "force", .kind = ASSAY_OPTION_FLAG, .summary = "write over a file that is there", AT(force) },
    { .name = "quiet", .letter = 'q', .kind = ASSAY_OPTION_FLAG, .summary = "say nothing", AT(quiet) },
    { .name = NULL },
};

/* ---- marks ---- */

struct mark {
    const char *name, *value;
};

/* The template with each @NAME@ of `marks` replaced; heap; NULL: out of memory. */
static char *fill(const char *template, const struct mark *marks, size_t count, bool dollars)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    while (*template) {
        size_t which = 0;
        while (which < count && strncmp(template, marks[which].name, strlen(marks[which].name)) != 0) {
            which++;
        }
        if (which == count) {
            assay_text_append_char(&text, *template++);
            continue;
        }
        for (const char *at = marks[which].value; *at; at++) {
            assay_text_append(&text, dollars && *at == '$' ? "$" : "");
            assay_text_append_char(&text, *at);
        }
        template += strlen(marks[which].name);
    }
    return assay_text_take(&text);
}

/* ---- its file ---- */

/* The full id where there is a repository; a fresh directory has none yet, and then the last accepted commit is taken. */
static int find_reference(char **id, const struct init_values *values, struct assay_error *error)
{
    struct assay_commit commit = { .order = -1 };
    struct assay_error refusal = { 0 };
    int code = assay_repository_commit(&commit, values->repository.text, values->reference.given ? values->reference.text : "HEAD",
                                       &refusal);
    if (code && values->reference.given) {
        return assay_fail(error, refusal.code, "%s", refusal.text);
    }
    *id = assay_copy(code ? "" : commit.id);
    assay_commit_release(&commit);
    return *id ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

static int make(char **text, const struct service *service, const char *file, const struct init_values *values,
                struct assay_error *error)
{
    struct assay_places places = { 0 };
    char *template = NULL, *reference = NULL, *path = NULL;
    size_t length = 0;
    int code = assay_places_find(&places, error);
    path = code ? NULL : assay_path_join(places.templates, service->template);
    code = code ? code : find_reference(&reference, values, error);
    code = code ? code : path ? assay_file_read(&template, &length, path, TEMPLATE_LIMIT, error)
                              : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    if (!code) {
        const struct mark marks[] = { { "@BUILD@", values->build.given ? values->build.text : BUILD },
                                      { "@PLUGINS@", values->plugins.given ? values->plugins.text : "build" },
                                      { "@BRANCH@", values->branch.given ? values->branch.text : "main" },
                                      { "@REFERENCE@", reference },
                                      { "@BUDGET@", values->budget.given ? values->budget.text : "5min" },
                                      { "@SOURCE@", values->source.given ? values->source.text : "" },
                                      { "@FILE@", file } };
        *text = fill(template, marks, sizeof marks / sizeof *marks, service->dollars);
        code = *text ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    free(template);
    free(reference);
    free(path);
    assay_places_release(&places);
    return code;
}

static int make_directory_of(const char *file, struct assay_error *error)
{
    char *directory = assay_path_directory(file);
    int code = directory ? assay_directory_make(directory, error) : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    free(directory);
    return code;
}

static int write_out(const char *file, const char *text, const struct service *service, struct assay_error *error)
{
    if (strcmp(file, "-") == 0) {
        fputs(text, stdout);
        return 0;
    }
    int code = make_directory_of(file, error);
    code = code ? code : assay_file_write(file, text, strlen(text), error);
    if (!code && service->program && chmod(file, 0755) != 0) {
        code = assay_fail_errno(error, errno, "cannot make '%s' a program", file);
    }
    return code;
}

/* ---- what is said ---- */

static void say_next(const char *file, const struct service *service, const struct init_values *values)
{
    fprintf(stderr, "made: %s\n", file);
    if (strcmp(service->name, "shell") == 0) {
        fprintf(stderr, "run it: sh %s\n", file);
    } else if (strcmp(service->name, "gitlab") == 0) {
        fprintf(stderr, "include it: .gitlab-ci.yml wants \"include: [{ local: %s }]\"\n", file);
    }
    if (service->installs && !values->source.given) {
        fprintf(stderr, "note: without --source the machines that run it must have assay, or ASSAY_SOURCE in %s must say where it is "
                        "cloned from\n",
                file);
    }
}

static int run(const struct assay_invocation *invocation)
{
    const struct init_values *values = invocation->values;
    const char *name = invocation->arguments.names[0];
    const struct service *service = NULL;
    struct assay_error error = { 0 };
    char *text = NULL;
    for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
        service = strcmp(services[i].name, name) == 0 ? &services[i] : service;
    }
    if (!service) {
        return assay_say_errorf("unknown service '%.160s': want github, gitlab or shell", name);
    }
    const char *file = values->output.given ? values->output.text : service->file;
    bool shown = strcmp(file, "-") == 0;
    if (!shown && !values->force.given && assay_path_exists(file)) {
        return assay_say_errorf("'%.160s' exists already: --force writes over it", file);
    }
    int code = make(&text, service, shown ? service->file : file, values, &error);
    code = code ? code : write_out(file, text, service, &error);
    if (!code && !shown && !values->quiet.given) {
        say_next(file, service, values);
    }
    free(text);
    return assay_finish_output(code ? assay_say_error(&error) : ASSAY_EXIT_OK);
}

static const struct assay_example examples[] = {
    { "assay track init github --source https://example.org/assay.git", "for a repository whose plug-ins CMake builds into build/" },
    { "assay track init gitlab --build 'make kernels' --plugins out", "another build" },
    { "assay track init shell -o ci/assay.sh", "for any other CI, and for the desk" },
    { NULL, NULL },
};

const struct assay_command assay_command_track_init = {
    .syntax = { .command = "track init",
                .options = options,
                .positional = { .name = "SERVICE", .summary = "github, gitlab or shell", .least = 1, .most = 1 } },
    .summary = "write a workflow that checks every change in CI",
    .description = "The workflow installs assay, builds base and head, checks them side by side, posts the summary, keeps the store of "
                   "results, and fails on a proven regression alone. It is a file of yours: read it, and change what you like.",
    .examples = examples,
    .values_size = sizeof(struct init_values),
    .run = run,
};
