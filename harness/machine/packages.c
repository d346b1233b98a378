/* Debian's packages as dpkg and apt tell: which matter here, in which versions. Where there is no dpkg, the reason. */
#include "machine/packages.h"
#include "machine/software.h"

#include "base/child.h"
#include "base/file.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define TIMEOUT_S 60.0 /* a cold disk and long lists */
#define OS_RELEASE_LIMIT 65536

/* Runs a command; its output in heap *out where it can be started and, if `strict`, ends well. Else false, with one line
 * in *reason unless that is NULL (heap, or NULL). */
static bool ask(char **out, char **reason, const char *const *argv, bool strict)
{
    struct assay_child_result result = { 0 };
    struct assay_error error = { 0 };
    if (assay_child_run(&result, argv, TIMEOUT_S, &error) != 0) {
        if (reason) {
            *reason = assay_copy(error.text);
        }
        return false;
    }
    bool good = WIFEXITED(result.status) && WEXITSTATUS(result.status) == 0;
    if (good || !strict) {
        *out = result.out;
        result.out = NULL;
    } else if (reason) {
        result.err[strcspn(result.err, "\n")] = '\0';
        *reason = assay_formatted("%s: %s", argv[0], result.err[0] ? result.err : "failed without a word");
    }
    assay_child_result_release(&result);
    return *out != NULL;
}

static void read_distribution(struct assay_software *software)
{
    char *text = NULL;
    size_t length;
    if (assay_file_read(&text, &length, "/etc/os-release", OS_RELEASE_LIMIT, NULL) != 0) {
        return;
    }
    software->distribution = assay_os_release_word(text, "ID");
    software->release = assay_os_release_word(text, "VERSION_ID");
    if (!software->release) { /* testing and unstable have no number */
        software->release = assay_os_release_word(text, "VERSION_CODENAME");
    }
    free(text);
}

/* All that is installed; false, with the reason in `to`, where dpkg does not tell. */
static bool read_installed(struct assay_software *all, struct assay_software *to)
{
    static const char *const query[] = { "dpkg-query", "-W", "-f", ASSAY_PACKAGES_FORMAT, NULL };
    static const char *const architecture[] = { "dpkg", "--print-architecture", NULL };
    char *text = NULL, *native = NULL;
    bool good = ask(&native, &to->packages_reason, architecture, true) &&
                ask(&text, &to->packages_reason, query, true);
    if (good) {
        native[strcspn(native, "\n")] = '\0';
        assay_packages_parse(all, text, native);
    } else if (!to->packages_reason) {
        to->failed = true;
    }
    free(text);
    free(native);
    return good;
}

/* ---- which of them matter ---- */

/* Words for a command line, the strings owned. */
struct words {
    const char **items;
    size_t count, capacity;
    bool failed;
};

static void add_word_take(struct words *words, char *word)
{
    if (words->count + 2 > words->capacity) {
        size_t capacity = words->capacity < 32 ? 32 : words->capacity * 2;
        const char **items = realloc(words->items, capacity * sizeof *items);
        if (!items) {
            words->failed = true;
            free(word);
            return;
        }
        words->items = items;
        words->capacity = capacity;
    }
    words->failed = words->failed || !word;
    words->items[words->count] = word;
    words->count += word != NULL;
    words->items[words->count] = NULL;
}

static void release_words(struct words *words)
{
    for (size_t i = 0; i < words->count; i++) {
        free((void *)(uintptr_t)words->items[i]);
    }
    free(words->items);
}

/* A path for dpkg-query -S, as it is and as it was before /bin and /lib were moved under /usr: dpkg knows files by the
 * names that their packages gave them. Pattern characters would match too much. */
static void add_path(struct words *words, const char *path)
{
    if (path[0] != '/' || strpbrk(path, "*?[\\")) {
        return;
    }
    add_word_take(words, assay_copy(path));
    if (strncmp(path, "/usr/", strlen("/usr/")) == 0) {
        add_word_take(words, assay_copy(path + strlen("/usr")));
    } else {
        add_word_take(words, assay_formatted("/usr%s", path));
    }
}

/* A program's path, and where its links end: /usr/bin/python3 and /usr/bin/python3.11 have packages each. */
static void add_program(struct words *words, const char *path)
{
    char *end = realpath(path, NULL);
    add_path(words, path);
    if (end && strcmp(end, path) != 0) {
        add_path(words, end);
    }
    free(end);
}

/* Compilers and linkers in PATH, and the interpreters that were found. */
static void add_programs(struct words *words, const struct assay_software *software)
{
    static const char *const find[] = { "sh",  "-c",      "for program; do command -v \"$program\"; done",
                                        "sh",  "cc",      "c++",
                                        "gcc", "g++",     "clang",
                                        "ld",  "clang++", "as",
                                        "pypy3", NULL };
    char *paths = NULL;
    if (ask(&paths, NULL, find, false)) {
        for (char *rest = paths, *path; (path = strsep(&rest, "\n")) != NULL;) {
            add_program(words, path);
        }
        free(paths);
    }
    add_program(words, "/usr/bin/python3");
    for (size_t i = 0; i < software->interpreter_count; i++) {
        if (software->interpreters[i].path) {
            add_program(words, software->interpreters[i].path);
        }
    }
}

static void mark_toolchain(struct assay_software *all, const struct assay_software *software)
{
    struct words words = { 0 };
    char *owners = NULL;
    add_word_take(&words, assay_copy("dpkg-query"));
    add_word_take(&words, assay_copy("-S"));
    add_programs(&words, software);
    if (!words.failed && ask(&owners, NULL, words.items, false)) { /* it fails where one path has no package */
        assay_packages_mark_owners(all, owners);
    }
    all->failed = all->failed || words.failed;
    assay_packages_mark_known(all);
    free(owners);
    release_words(&words);
}

static void mark_manual(struct assay_software *all)
{
    static const char *const argv[] = { "apt-mark", "showmanual", NULL };
    char *names = NULL;
    if (ask(&names, NULL, argv, true)) { /* no apt: nobody noted who asked for what */
        assay_packages_mark_manual(all, names);
        free(names);
    }
}

static bool is_among(const char *name, const char *const *names)
{
    for (size_t i = 0; names && names[i]; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* Modules of the system's interpreters: some came by a recommendation, which is not followed where others are made. */
static bool is_python(const char *name)
{
    return strncmp(name, "python3-", strlen("python3-")) == 0 || strncmp(name, "pypy3-", strlen("pypy3-")) == 0;
}

static void select_packages(struct assay_software *software, const struct assay_software *all, const char *const *also)
{
    for (size_t i = 0; i < all->package_count; i++) {
        const struct assay_package *package = &all->packages[i];
        if (!package->manual && !package->toolchain && !is_python(package->name) && !is_among(package->name, also)) {
            continue;
        }
        struct assay_package *made =
            assay_software_add_package(software, package->name, package->architecture, package->version);
        if (made) {
            made->foreign = package->foreign;
            made->manual = package->manual;
            made->toolchain = package->toolchain;
        }
    }
    software->failed = software->failed || all->failed;
}

/* ---- where they can be had ---- */

static void mark_archives(struct assay_software *software)
{
    static const char *const lists_of[] = { "env", "LC_ALL=C", "apt-cache", "policy", NULL };
    struct words words = { 0 };
    char *lists = NULL, *versions = NULL;
    for (size_t i = 0; lists_of[i]; i++) {
        add_word_take(&words, assay_copy(lists_of[i]));
    }
    for (size_t i = 0; i < software->package_count; i++) {
        const struct assay_package *package = &software->packages[i];
        add_word_take(&words, package->foreign ? assay_formatted("%s:%s", package->name, package->architecture)
                                               : assay_copy(package->name));
    }
    if (!words.failed && ask(&lists, NULL, lists_of, true) && ask(&versions, NULL, words.items, true)) {
        assay_packages_mark_archives(software, lists, versions);
    }
    software->failed = software->failed || words.failed;
    free(lists);
    free(versions);
    release_words(&words);
}

void assay_machine_packages(struct assay_software *software, const char *const *also)
{
    struct assay_software all = { 0 };
    read_distribution(software);
    if (read_installed(&all, software)) {
        mark_manual(&all);
        mark_toolchain(&all, software);
        select_packages(software, &all, also);
        assay_software_sort(software);
        mark_archives(software);
    }
    assay_software_release(&all);
}
