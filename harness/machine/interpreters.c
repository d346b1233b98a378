/* Interpreters that kernels may run in. Each is started once and says itself what it is and which packages it finds:
 * what another Python sees would be a guess. */
#include "machine/software.h"

#include "base/child.h"
#include "base/file.h"
#include "base/text.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define TIMEOUT_S 30.0

/* The current directory is no place of packages. Lines: "program PATH PREFIX", "version WORDS", "separate" or "plain",
 * "modules", then "NAME VERSION BRINGER"; a tab between. The first of two packages of one name is the one that is imported;
 * one without a name or version, the remains of another, cannot be. An installer that does not say its name is none that
 * took the package from an index. */
static const char script[] =
    "import sys\n"
    "sys.path[:] = [place for place in sys.path if place]\n"
    "import os, platform, re\n"
    "words = platform.python_implementation() + ' ' + platform.python_version()\n"
    "if hasattr(sys, 'pypy_version_info'):\n"
    "    words = 'PyPy %d.%d.%d (Python %s)' % (sys.pypy_version_info[:3] + (platform.python_version(),))\n"
    "base = getattr(sys, 'base_prefix', sys.prefix)\n"
    "print('program\\t' + os.path.realpath(sys.executable) + '\\t' + sys.prefix)\n"
    "print('version\\t' + words)\n"
    "print('separate' if sys.prefix != base else 'plain')\n"
    "import importlib.metadata\n"
    "seen = {}\n"
    "for found in importlib.metadata.distributions():\n"
    "    try:\n"
    "        name, version = found.metadata['Name'], found.version\n"
    "    except Exception:\n"
    "        continue\n"
    "    if not name or not version:\n"
    "        continue\n"
    "    place = os.path.realpath(str(found.locate_file('')))\n"
    "    direct = found.read_text('direct_url.json')\n"
    "    by = (found.read_text('INSTALLER') or '').strip()\n"
    "    bringer = ('system' if place.startswith(('/usr/lib/', '/usr/lib64/', '/usr/share/'))\n"
    "               else 'elsewhere' if direct or by in ('', 'conda') else 'index')\n"
    "    key = re.sub(r'[-_.]+', '-', name).lower()\n"
    "    seen.setdefault(key, (re.sub(r'[^A-Za-z0-9._-]', '_', name),\n"
    "                          re.sub(r'[^A-Za-z0-9._+!-]', '_', version), bringer))\n"
    "print('modules')\n"
    "for key in sorted(seen):\n"
    "    print('\\t'.join(seen[key]))\n";

static char *next_line(char **rest)
{
    char *line = strsep(rest, "\n");
    return line && line[0] ? line : NULL;
}

/* What stands behind "KEY\t" in the line; NULL: another line. */
static char *value_of(char *line, const char *key)
{
    size_t length = strlen(key);
    return line && strncmp(line, key, length) == 0 && line[length] == '\t' ? line + length + 1 : NULL;
}

static void add_modules(struct assay_software *software, struct assay_interpreter *interpreter, char *rest)
{
    static const char *const bringers[] = { "system", "index", "elsewhere" };
    char *line = next_line(&rest);
    if (!line || strcmp(line, "modules") != 0) {
        interpreter->reason = assay_copy("its importlib.metadata does not answer");
        return;
    }
    while ((line = next_line(&rest))) {
        char *name = strsep(&line, "\t");
        char *version = strsep(&line, "\t");
        for (size_t i = 0; i < 3 && line && version; i++) {
            if (strcmp(line, bringers[i]) == 0 && assay_software_is_module_text(name) &&
                assay_software_is_module_text(version)) {
                assay_software_add_module(software, interpreter, name, version, (enum assay_bringer)i);
            }
        }
    }
}

/* Whether a package of the distribution brought the file. */
static bool is_packaged(const char *path)
{
    const char *const argv[] = { "dpkg-query", "-S", path, NULL };
    struct assay_child_result result = { 0 };
    struct assay_error error = { 0 };
    bool packaged = !strpbrk(path, "*?[\\") && assay_child_run(&result, argv, TIMEOUT_S, &error) == 0 &&
                    WIFEXITED(result.status) && WEXITSTATUS(result.status) == 0;
    assay_child_result_release(&result);
    return packaged;
}

/* Whether a shell would find it; started, a program that is missing and one that hangs are alike. */
static bool is_there(const char *path)
{
    const char *const argv[] = { "sh", "-c", "command -v \"$1\"", "sh", path, NULL };
    struct assay_child_result result = { 0 };
    struct assay_error error = { 0 };
    bool there = assay_child_run(&result, argv, TIMEOUT_S, &error) == 0 && WIFEXITED(result.status) &&
                 WEXITSTATUS(result.status) == 0;
    assay_child_result_release(&result);
    return there;
}

#define NOT_FOUND 127 /* what a shell ends with where there is no such command, and with it the shims of pyenv */

/* One that is there and says nothing that can be read is not passed over. What it says instead may hold paths. */
static void add_silent(struct assay_software *software, const char *name, const char *program, int status)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND) {
        return;
    }
    struct assay_interpreter *made = assay_software_add_interpreter(software, name, program, "unknown");
    if (made && WIFEXITED(status)) {
        made->reason = assay_formatted("it did not say what it is, and ended with status %d", WEXITSTATUS(status));
    } else if (made) {
        made->reason = assay_copy("it did not say what it is, and was ended by a signal");
    }
    software->failed = software->failed || (made && !made->reason);
}

static void add_answered(struct assay_software *software, const char *name, const char *program, const char *version,
                         const char *path, char *rest)
{
    struct assay_interpreter *made = assay_software_add_interpreter(software, name, program, version);
    char *line = next_line(&rest);
    if (made) {
        made->path = assay_copy(path);
        made->packaged = is_packaged(path);
        made->separate = line && strcmp(line, "separate") == 0;
        add_modules(software, made, rest);
    }
}

/* Adds what `path` (or a name in PATH) is under `name`, unless its prefix is *prefix already: then it is the interpreter
 * before. */
static void add_interpreter(struct assay_software *software, const char *name, const char *program, const char *path,
                            char **prefix)
{
    const char *const argv[] = { path, "-c", script, NULL };
    struct assay_child_result result = { .status = SIGKILL }; /* of one that takes too long */
    struct assay_error error = { 0 };
    if (!is_there(path)) {
        return;
    }
    (void)assay_child_run(&result, argv, TIMEOUT_S, &error);
    char *rest = result.out;
    char *place = value_of(next_line(&rest), "program");
    char *version = value_of(next_line(&rest), "version");
    char *own = place ? strchr(place, '\t') : NULL;
    if (own) {
        *own++ = '\0';
    }
    if (!version || !own) {
        add_silent(software, name, program, result.status);
    } else if (!*prefix || strcmp(*prefix, own) != 0) {
        add_answered(software, name, program, version, place, rest);
        free(*prefix);
        *prefix = assay_copy(own);
    }
    assay_child_result_release(&result);
}

void assay_machine_interpreters(struct assay_software *software, const char *python)
{
    char *prefix = NULL;
    if (python) {
        add_interpreter(software, "python3", "python3", python, &prefix);
    }
    add_interpreter(software, python ? "python3-path" : "python3", "python3", "python3", &prefix);
    static const char *const others[] = { "pypy3", "graalpy" };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        free(prefix);
        prefix = NULL;
        add_interpreter(software, others[i], others[i], others[i], &prefix);
    }
    free(prefix);
    assay_software_sort(software);
}
