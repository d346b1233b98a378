/* What is installed on a machine as far as benchmarks may feel it: packages of its distribution, and interpreters with
 * packages of their own. What machine/ finds out, result/ keeps and compares. Knows no package manager and no JSON. */
#ifndef ASSAY_BASE_SOFTWARE_H
#define ASSAY_BASE_SOFTWARE_H

#include <stdbool.h>
#include <stddef.h>

/* Where a package's installed version can be had. */
enum assay_archive {
    ASSAY_ARCHIVE_UNKNOWN, /* no list has this version: it is older than the lists, or there are none */
    ASSAY_ARCHIVE_OWN,     /* from the distribution itself */
    ASSAY_ARCHIVE_OTHER    /* from somewhere else */
};
struct assay_package {
    char *name;         /* "gcc-12" */
    char *architecture; /* "amd64", "all" */
    char *version;      /* "12.2.0-14+deb12u1" */
    bool foreign;       /* not of the machine's own architecture: name:architecture is its full name */
    bool manual;        /* somebody asked for it; else it came with another */
    bool toolchain;     /* compilers, linker, libc, libbenchmark, interpreters: what is timed is made of it, or by it */
    enum assay_archive archive;
};

enum assay_bringer { /* of a package of an interpreter */
    ASSAY_BRINGER_SYSTEM,   /* the distribution's own packages */
    ASSAY_BRINGER_INDEX,    /* pip and its like, from an index: name and version say all */
    ASSAY_BRINGER_ELSEWHERE /* a directory, an address, another manager: name and version do not lead back there */
};
struct assay_module {
    char *name, *version;
    enum assay_bringer bringer;
};
struct assay_interpreter {
    char *name;    /* "python3", "python3-path", "pypy3": unique */
    char *program; /* what starts it: "python3" */
    char *version; /* "CPython 3.11.2" */
    char *path;    /* of the program here, links resolved; for asking, never written down; NULL: not known */
    bool packaged; /* its program belongs to a package of the distribution */
    bool separate; /* a virtual environment: the packages beside that program are another interpreter's */
    struct assay_module *modules; /* by name */
    size_t module_count, module_capacity;
    char *reason; /* why modules are not known; NULL: they are */
};

struct assay_software {
    char *distribution, *release; /* "debian", "12"; NULL: not known */
    struct assay_package *packages; /* by name, then architecture */
    size_t package_count, package_capacity;
    char *packages_reason; /* why packages are not known; NULL: they are */
    struct assay_interpreter *interpreters; /* in the order in which they were found */
    size_t interpreter_count, interpreter_capacity;
    char *interpreters_reason; /* likewise */
    bool failed;               /* an addition ran out of memory */
};

void assay_software_release(struct assay_software *software);
/* Adds one with copies of the texts; borrowed until the next addition. NULL: out of memory, and `failed` is set. */
struct assay_package *assay_software_add_package(struct assay_software *software, const char *name,
                                                 const char *architecture, const char *version);
struct assay_interpreter *assay_software_add_interpreter(struct assay_software *software, const char *name,
                                                         const char *program, const char *version);
void assay_software_add_module(struct assay_software *software, struct assay_interpreter *interpreter,
                               const char *name, const char *version, enum assay_bringer bringer);
/* Copies all of `from` into the empty `to`. */
void assay_software_copy(struct assay_software *to, const struct assay_software *from);
/* Packages by name and architecture, modules by name. */
void assay_software_sort(struct assay_software *software);
/* Borrowed; NULL: there is none. `architecture` NULL: that of the machine. The packages must be sorted. */
const struct assay_package *assay_software_find(const struct assay_software *software, const char *name,
                                                const char *architecture);

/* Texts that stand in command lines, so that no file can slip another word into one: a package's name, a version, a
 * module's name or version, and words such as an architecture or a distribution. */
bool assay_software_is_package_name(const char *text);
bool assay_software_is_version(const char *text);
bool assay_software_is_module_text(const char *text);
bool assay_software_is_word(const char *text);

#endif
