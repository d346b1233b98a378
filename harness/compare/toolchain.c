/* Compilers found in PATH and asked what they are and take. */
#include "compare/toolchain.h"

#include "base/child.h"
#include "base/file.h"
#include "base/text.h"
#include "base/words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* The path of a program as execvp would find it; heap, NULL: none, or no memory. */
static char *find_program(const char *program)
{
    if (strchr(program, '/') != NULL) {
        return access(program, X_OK) == 0 && !assay_path_is_directory(program) ? realpath(program, NULL) : NULL;
    }
    const char *path = getenv("PATH");
    for (const char *part = path != NULL ? path : "/usr/bin:/bin"; part != NULL && program[0] != '\0';) {
        size_t length = strcspn(part, ":");
        char *found =
            length == 0 ? assay_formatted("./%s", program) : assay_formatted("%.*s/%s", (int)length, part, program);
        if (found != NULL && access(found, X_OK) == 0 && !assay_path_is_directory(found)) {
            return found;
        }
        free(found);
        part = part[length] == ':' ? part + length + 1 : NULL;
    }
    return NULL;
}

static int ask_version(struct assay_recipe *recipe, struct assay_error *error)
{
    const char *const argv[] = { recipe->compiler, "--version", NULL };
    struct assay_child_result result = { 0 };
    int code = assay_child_run(&result, argv, ASSAY_COMPILE_TIMEOUT_S, error);
    if (code == 0 && (!WIFEXITED(result.status) || WEXITSTATUS(result.status) != 0 || result.out[0] == '\0')) {
        code =
            assay_fail(error, ASSAY_EUNAVAILABLE, "'%s --version' says nothing: want a C compiler", recipe->compiler);
    }
    if (code == 0) {
        char *line = assay_copy_bytes(result.out, strcspn(result.out, "\n"));
        recipe->version = line == NULL ? NULL : assay_utf8_clean(line, strlen(line), NULL);
        free(line);
        code = recipe->version == NULL ? assay_fail(error, ASSAY_ENOMEM, "out of memory") : 0;
    }
    assay_child_result_release(&result);
    return code;
}

/* Whether it compiles nothing with this flag and does not even warn. */
static bool takes(const struct assay_recipe *recipe, const char *flag)
{
    const char *const argv[] = { recipe->compiler, "-Werror",   flag, "-x", "c", "-S", "-o",
                                 "/dev/null",      "/dev/null", NULL };
    struct assay_child_result result = { 0 };
    struct assay_error ignored = { 0 };
    bool taken = assay_child_run(&result, argv, ASSAY_COMPILE_TIMEOUT_S, &ignored) == 0 && WIFEXITED(result.status) &&
                 WEXITSTATUS(result.status) == 0;
    assay_child_result_release(&result);
    return taken;
}

/* Flags that decide what is made would not make a plug-in. */
static int check_flags(const struct assay_recipe *recipe, struct assay_error *error)
{
    static const char *const refused[] = { "-c",   "-S", "-E",     "-M",       "-MM", "-r", "-fsyntax-only",
                                           "-###", "-",  "--help", "--version" };
    for (size_t i = 0; i < recipe->flag_count; i++) {
        const char *flag = recipe->flags[i];
        bool bad = begins(flag, "-o") || begins(flag, "-x") || begins(flag, "-save-temps");
        for (size_t k = 0; k < sizeof refused / sizeof refused[0]; k++) {
            bad = bad || strcmp(flag, refused[k]) == 0;
        }
        if (bad) {
            return assay_fail(error, ASSAY_EINPUT,
                              "bad flag '%.100s' of a build: want flags that change code, not what is made", flag);
        }
    }
    return 0;
}

int assay_recipe_init(struct assay_recipe *recipe, const char *source, const char *toolchain, const char *flags,
                      const char *include, struct assay_error *error)
{
    recipe->include = include;
    recipe->shown = flags;
    int code = assay_words_split(&recipe->flags, &recipe->flag_count, flags, error);
    if (code != 0 || (code = check_flags(recipe, error)) != 0) {
        return code;
    }
    recipe->source = realpath(source, NULL);
    if (recipe->source == NULL) {
        return assay_fail(error, ASSAY_EINPUT, "cannot find %s: %s", source, strerror(errno));
    }
    char *base = assay_path_base(recipe->source);
    recipe->name =
        base == NULL ? NULL : assay_copy_bytes(base, strcspn(base, ".") > 0 ? strcspn(base, ".") : strlen(base));
    free(base);
    if (recipe->name == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    recipe->compiler = find_program(toolchain);
    if (recipe->compiler == NULL) {
        return assay_fail(error, ASSAY_EUNAVAILABLE, "no compiler '%s': want a program in PATH, or the path of one",
                          toolchain);
    }
    code = ask_version(recipe, error);
    if (code == 0) {
        recipe->aligns_functions = takes(recipe, "-falign-functions=64");
        recipe->aligns_loops = takes(recipe, "-falign-loops=32");
    }
    return code;
}

void assay_recipe_release(struct assay_recipe *recipe)
{
    free(recipe->compiler);
    free(recipe->version);
    free(recipe->source);
    free(recipe->name);
    assay_names_free(recipe->flags, recipe->flag_count);
    *recipe = (struct assay_recipe){ .compiler = NULL };
}
