/* What dpkg, apt and compilers print, line by line. Runs nothing and knows no file. */
#include "machine/packages.h"

#include "base/text.h"

#include <fnmatch.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The next line of *text, heap, without its end; NULL: no more, or out of memory. */
static char *take_line(const char **text)
{
    size_t length = strcspn(*text, "\n");
    if (**text == '\0') {
        return NULL;
    }
    char *line = assay_copy_bytes(*text, length);
    *text += length + ((*text)[length] == '\n');
    return line;
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* "libc6:i386", changed in place to "libc6"; NULL: the machine's own architecture. */
static struct assay_package *find_full(const struct assay_software *software, char *full)
{
    char *colon = strchr(full, ':');
    if (colon) {
        *colon = '\0';
    }
    const struct assay_package *found = assay_software_find(software, full, colon ? colon + 1 : NULL);
    if (!found && colon) { /* apt says "name:any" or the native architecture where the package is of all */
        found = assay_software_find(software, full, NULL);
    }
    return (struct assay_package *)(uintptr_t)found;
}

/* ---- dpkg ---- */

/* "ii ": what is wanted of it, what it is, whether it is broken. One that is held ("hi ") or waits for a trigger is
 * installed all the same. */
static bool is_installed(const char *status)
{
    return status[0] && status[1] && strchr("iWt", status[1]) && status[2] != 'R';
}

void assay_packages_parse(struct assay_software *software, const char *text, const char *native)
{
    char *line;
    while ((line = take_line(&text))) {
        char *rest = line;
        char *fields[4] = { NULL };
        for (size_t i = 0; i < 4 && rest; i++) {
            fields[i] = strsep(&rest, "\t");
        }
        if (fields[3] && is_installed(fields[0]) && assay_software_is_package_name(fields[1]) &&
            assay_software_is_word(fields[2]) && assay_software_is_version(fields[3])) {
            struct assay_package *package = assay_software_add_package(software, fields[1], fields[2], fields[3]);
            if (package) {
                package->foreign = strcmp(fields[2], "all") != 0 && strcmp(fields[2], native) != 0;
            }
        }
        free(line);
    }
    assay_software_sort(software);
}

void assay_packages_mark_owners(struct assay_software *software, const char *text)
{
    char *line;
    while ((line = take_line(&text))) {
        char *path = strstr(line, ": /");
        if (path) {
            *path = '\0';
        }
        char *rest = path ? line : NULL;
        for (char *name; (name = strsep(&rest, ",")) != NULL;) {
            name += strspn(name, " ");
            struct assay_package *owner = strchr(name, ' ') ? NULL : find_full(software, name); /* "diversion by ..." */
            if (owner) {
                owner->toolchain = true;
            }
        }
        free(line);
    }
}

void assay_packages_mark_known(struct assay_software *software)
{
    /* What programs in PATH do not lead to: libraries, headers, what a compiler or an interpreter is made of. */
    static const char *const patterns[] = {
        "binutils",     "binutils-*-linux-gnu*", "cpp",       "cpp-[0-9]*",     "cython3",        "g++",
        "g++-[0-9]*",   "gcc",                   "gcc-[0-9]*", "libbenchmark*", "libc6",          "libc6-dev",
        "libgcc-[0-9]*-dev", "libgcc-s1",        "libgomp1",  "libstdc++6",     "libstdc++-[0-9]*-dev",
        "linux-libc-dev",
    };
    for (size_t i = 0; i < software->package_count; i++) {
        struct assay_package *package = &software->packages[i];
        for (size_t k = 0; !package->foreign && k < sizeof patterns / sizeof patterns[0]; k++) {
            package->toolchain = package->toolchain || fnmatch(patterns[k], package->name, 0) == 0;
        }
        /* gcc-12-base and the like hold a copyright and no code. */
        size_t length = strlen(package->name);
        if (length > 5 && strcmp(package->name + length - 5, "-base") == 0) {
            package->toolchain = false;
        }
    }
}

/* ---- apt ---- */

void assay_packages_mark_manual(struct assay_software *software, const char *text)
{
    char *line;
    while ((line = take_line(&text))) {
        struct assay_package *package = find_full(software, line);
        if (package) {
            package->manual = true;
        }
        free(line);
    }
}

/* The value of "o=" and the like in "release v=12,o=Debian,a=stable"; into `word`, empty where there is none. */
static void release_word(char *word, size_t size, const char *line, char key)
{
    const char tag[] = { key, '=', '\0' };
    const char *at = line + strspn(line, " ") + strlen("release ");
    word[0] = '\0';
    while (*at) {
        size_t length = strcspn(at, ",");
        if (begins(at, tag)) {
            snprintf(word, size, "%.*s", (int)(length - 2), at + 2);
            return;
        }
        at += length + (at[length] == ',');
    }
}

/* What names a list behind its priority: "http://deb.debian.org/debian bookworm/main amd64 Packages". */
static const char *behind_priority(const char *line)
{
    line += strspn(line, " ");
    line += strspn(line, "-0123456789");
    return line + strspn(line, " ");
}

static bool is_own(const char *line, const char *distribution)
{
    char origin[64], component[64];
    release_word(origin, sizeof origin, line, 'o');
    release_word(component, sizeof component, line, 'c');
    /* Of Debian's components, main alone is Debian, and in every image's sources. */
    return strcasecmp(origin, distribution) == 0 &&
           (strcasecmp(distribution, "debian") != 0 || strcmp(component, "main") == 0);
}

/* The distribution's own lists, a line each; its first byte is a line feed. */
static char *own_lists(const char *lists, const char *distribution)
{
    struct assay_text own = ASSAY_TEXT_INIT;
    char *list = NULL;
    char *line;
    assay_text_append(&own, "\n");
    while ((line = take_line(&lists))) {
        const char *at = line + strspn(line, " ");
        if (begins(at, "release ")) {
            if (list && is_own(line, distribution)) {
                assay_text_format(&own, "%s\n", behind_priority(list));
            }
            free(line);
        } else if (!begins(at, "origin ")) {
            free(list);
            list = line;
        } else {
            free(line);
        }
    }
    free(list);
    char *made = assay_text_take(&own);
    assay_text_release(&own);
    return made;
}

/* What is gathered of one package in `apt-cache policy NAME`. */
struct standing {
    struct assay_package *package;
    char candidate[208];
    bool within; /* lines of the installed version */
    bool own, other;
};

static void settle(const struct standing *standing)
{
    struct assay_package *package = standing->package;
    if (package && standing->own) {
        package->archive = ASSAY_ARCHIVE_OWN;
    } else if (package && standing->other) {
        package->archive = ASSAY_ARCHIVE_OTHER;
    } else if (package) {
        /* In no list. Where a list has a newer one, this was in it once, as likely as not; where none has, it came from
         * elsewhere. */
        bool newer = standing->candidate[0] && strcmp(standing->candidate, package->version) != 0;
        package->archive = newer ? ASSAY_ARCHIVE_UNKNOWN : ASSAY_ARCHIVE_OTHER;
    }
}

static void read_standing(struct standing *standing, const char *line, const char *own)
{
    size_t indent = strspn(line, " ");
    const char *list = behind_priority(line);
    if (begins(line, "  Candidate: ")) {
        snprintf(standing->candidate, sizeof standing->candidate, "%s", line + strlen("  Candidate: "));
    } else if (begins(line, " *** ")) {
        standing->within = true;
    } else if (indent == 5) {
        standing->within = false;
    } else if (indent > 5 && standing->within && list[0] && strcmp(list, "/var/lib/dpkg/status") != 0) {
        char *wanted = assay_formatted("\n%s\n", list);
        bool is = wanted && strstr(own, wanted);
        standing->own = standing->own || is;
        standing->other = standing->other || !is;
        free(wanted);
    }
}

void assay_packages_mark_archives(struct assay_software *software, const char *lists, const char *versions)
{
    char *own = software->distribution ? own_lists(lists, software->distribution) : NULL;
    struct standing standing = { 0 };
    char *line;
    if (!own || own[1] == '\0') { /* no list at all: nothing tells */
        free(own);
        return;
    }
    while ((line = take_line(&versions))) {
        size_t length = strlen(line);
        if (length > 1 && line[0] != ' ' && line[length - 1] == ':') {
            settle(&standing);
            line[length - 1] = '\0';
            standing = (struct standing){ .package = find_full(software, line) };
        } else {
            read_standing(&standing, line, own);
        }
        free(line);
    }
    settle(&standing);
    free(own);
}

/* ---- the distribution, and compilers ---- */

char *assay_os_release_word(const char *text, const char *key)
{
    char *made = NULL;
    char *line;
    while (!made && (line = take_line(&text))) {
        size_t length = strlen(key);
        if (begins(line, key) && line[length] == '=') {
            char *value = line + length + 1;
            value += *value == '"' || *value == '\'';
            value[strcspn(value, "\"'")] = '\0';
            made = assay_software_is_word(value) ? assay_copy(value) : NULL;
        }
        free(line);
    }
    return made;
}

static bool macro(unsigned *value, const char *macros, const char *name)
{
    char *wanted = assay_formatted("#define %s ", name);
    const char *at = wanted ? strstr(macros, wanted) : NULL;
    bool found = at && sscanf(at + strlen(wanted), "%u", value) == 1;
    free(wanted);
    return found;
}

bool assay_compiler_parse(char *words, size_t size, const char *macros)
{
    static const struct {
        const char *name; /* as CMake calls it, and with it a plug-in's build */
        const char *macros[3];
    } compilers[] = {
        { "Clang", { "__clang_major__", "__clang_minor__", "__clang_patchlevel__" } }, /* it defines GNU's too */
        { "GNU", { "__GNUC__", "__GNUC_MINOR__", "__GNUC_PATCHLEVEL__" } },
    };
    for (size_t i = 0; i < sizeof compilers / sizeof compilers[0]; i++) {
        unsigned version[3];
        bool all = true;
        for (size_t k = 0; k < 3; k++) {
            all = all && macro(&version[k], macros, compilers[i].macros[k]);
        }
        if (all) {
            snprintf(words, size, "%s %u.%u.%u", compilers[i].name, version[0], version[1], version[2]);
            return true;
        }
    }
    return false;
}
