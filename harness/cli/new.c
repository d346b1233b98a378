/* The command new: a plug-in to start from, made from the templates. Knows nothing of what is in them. */
#include "base/file.h"
#include "base/text.h"
#include "catalog/catalog.h"
#include "cli/command.h"
#include "cli/say.h"
#include "protocol/description.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPLATE_LIMIT (1u << 20)

struct new_values {
    struct assay_option_value quiet;
};

static const struct assay_option options[] = {
    { .name = "quiet",
      .letter = 'q',
      .kind = ASSAY_OPTION_FLAG,
      .group = "Output",
      .summary = "say nothing",
      .offset = offsetof(struct new_values, quiet) },
    { .name = NULL },
};

static const struct {
    const char *template;
    bool named;       /* the file is called after the plug-in */
    const char *file; /* its name, or what follows the plug-in's name */
} files[] = {
    { "kernel.c.in", true, ".c" },
    { "CMakeLists.txt.in", false, "CMakeLists.txt" },
};
#define FILE_COUNT (sizeof(files) / sizeof(files[0]))

static void replace_name(struct assay_text *text, const char *template, const char *name)
{
    static const char mark[] = "@NAME@";
    const char *found;
    while ((found = strstr(template, mark))) {
        assay_text_append_bytes(text, template, (size_t)(found - template));
        assay_text_append(text, name);
        template = found + sizeof(mark) - 1;
    }
    assay_text_append(text, template);
}

static char *target_path(size_t file, const char *name)
{
    char base[128];
    snprintf(base, sizeof(base), "%s%s", files[file].named ? name : "", files[file].file);
    return assay_path_join(name, base);
}

static int write_file(size_t file, const char *name, const char *templates, struct assay_error *error)
{
    char *bytes = NULL;
    size_t length = 0;
    struct assay_text text = ASSAY_TEXT_INIT;
    char *from = assay_path_join(templates, files[file].template);
    char *to = target_path(file, name);
    int code = 0;
    if (!from || !to) {
        code = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    if (!code) {
        code = assay_file_read(&bytes, &length, from, TEMPLATE_LIMIT, error);
    }
    if (!code) {
        replace_name(&text, bytes, name);
        code = text.failed ? assay_fail(error, ASSAY_ENOMEM, "out of memory")
                           : assay_file_write(to, text.bytes, text.length, error);
    }
    assay_text_release(&text);
    free(bytes);
    free(to);
    free(from);
    return code;
}

/* Takes back what was made, so that the same command can be tried again. */
static void remove_made(const char *name, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *path = target_path(i, name);
        if (path) {
            unlink(path);
        }
        free(path);
    }
    rmdir(name);
}

static int make_plugin(const char *name, const char *templates, struct assay_error *error)
{
    int code = 0;
    if (!assay_name_valid(name, false)) {
        return assay_fail(error, ASSAY_EUSAGE,
                          "bad name '%.160s': want a small letter, then small letters, digits or _, at most 63", name);
    }
    if (mkdir(name, 0777) != 0) {
        if (errno == EEXIST) {
            return assay_fail(error, ASSAY_EUSAGE, "'%s' exists already: want the name of a new directory", name);
        }
        return assay_fail_errno(error, errno, "cannot make directory '%s'", name);
    }
    size_t made = 0;
    while (!code && made < FILE_COUNT) {
        code = write_file(made++, name, templates, error);
    }
    if (code) {
        remove_made(name, made);
    }
    return code;
}

static int new_plugin(const struct assay_invocation *invocation)
{
    const struct new_values *values = invocation->values;
    const char *name = invocation->arguments.names[0];
    struct assay_error error = { 0 };
    struct assay_places places = { 0 };
    int status = ASSAY_EXIT_OK;
    if (assay_places_find(&places, &error) || make_plugin(name, places.templates, &error)) {
        status = assay_say_error(&error);
    } else if (!values->quiet.given) {
        fprintf(stderr,
                "made: %s/%s.c and %s/CMakeLists.txt\n"
                "build it: cmake -S %s -B %s/build && cmake --build %s/build\n"
                "run it:   assay run ./%s/build/%s.so:%s.sort\n",
                name, name, name, name, name, name, name, name, name);
    }
    assay_places_release(&places);
    return status;
}

const struct assay_command assay_command_new = {
    .syntax = { .command = "new",
                .options = options,
                .positional = { .name = "NAME",
                                .summary = "name of the plug-in, its kernel, and the directory that is made",
                                .least = 1,
                                .most = 1 } },
    .summary = "make a plug-in to start from",
    .description =
        "Makes a directory with a kernel in C and a CMakeLists.txt that builds, runs, and passes its check as "
        "it is.",
    .values_size = sizeof(struct new_values),
    .run = new_plugin,
};
