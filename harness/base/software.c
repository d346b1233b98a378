/* Lists of what is installed. Knows no package manager and no JSON. */
#include "base/software.h"

#include "base/text.h"
#include "base/vector.h"

#include <stdlib.h>
#include <string.h>

#define LONGEST 200 /* bytes of a name or version: Debian's and PyPI's longest have some 100 */

static void release_interpreter(struct assay_interpreter *interpreter)
{
    for (size_t i = 0; i < interpreter->module_count; i++) {
        free(interpreter->modules[i].name);
        free(interpreter->modules[i].version);
    }
    free(interpreter->modules);
    free(interpreter->name);
    free(interpreter->program);
    free(interpreter->version);
    free(interpreter->path);
    free(interpreter->reason);
}

static void release_package(struct assay_package *package)
{
    free(package->name);
    free(package->architecture);
    free(package->version);
}

void assay_software_release(struct assay_software *software)
{
    for (size_t i = 0; i < software->package_count; i++) {
        release_package(&software->packages[i]);
    }
    for (size_t i = 0; i < software->interpreter_count; i++) {
        release_interpreter(&software->interpreters[i]);
    }
    free(software->packages);
    free(software->interpreters);
    free(software->distribution);
    free(software->release);
    free(software->packages_reason);
    free(software->interpreters_reason);
    *software = (struct assay_software){ 0 };
}

struct assay_package *assay_software_add_package(struct assay_software *software, const char *name,
                                                 const char *architecture, const char *version)
{
    void *items = software->packages;
    bool room =
        assay_reserve(&items, &software->package_capacity, software->package_count + 1, sizeof *software->packages);
    software->packages = items;
    struct assay_package made = { .name = assay_copy(name),
                                  .architecture = assay_copy(architecture),
                                  .version = assay_copy(version) };
    if (!room || !made.name || !made.architecture || !made.version) {
        release_package(&made);
        software->failed = true;
        return NULL;
    }
    software->packages[software->package_count] = made;
    return &software->packages[software->package_count++];
}

struct assay_interpreter *assay_software_add_interpreter(struct assay_software *software, const char *name,
                                                         const char *program, const char *version)
{
    void *items = software->interpreters;
    bool room = assay_reserve(&items, &software->interpreter_capacity, software->interpreter_count + 1,
                              sizeof *software->interpreters);
    software->interpreters = items;
    struct assay_interpreter made = { .name = assay_copy(name),
                                      .program = assay_copy(program),
                                      .version = assay_copy(version) };
    if (!room || !made.name || !made.program || !made.version) {
        release_interpreter(&made);
        software->failed = true;
        return NULL;
    }
    software->interpreters[software->interpreter_count] = made;
    return &software->interpreters[software->interpreter_count++];
}

void assay_software_add_module(struct assay_software *software, struct assay_interpreter *interpreter,
                               const char *name, const char *version, enum assay_bringer bringer)
{
    void *items = interpreter->modules;
    bool room = assay_reserve(&items, &interpreter->module_capacity, interpreter->module_count + 1,
                              sizeof *interpreter->modules);
    interpreter->modules = items;
    struct assay_module made = { .name = assay_copy(name), .version = assay_copy(version), .bringer = bringer };
    if (!room || !made.name || !made.version) {
        free(made.name);
        free(made.version);
        software->failed = true;
        return;
    }
    interpreter->modules[interpreter->module_count++] = made;
}

static char *copy_text(struct assay_software *to, const char *text)
{
    char *made = assay_copy(text);
    to->failed = to->failed || (text && !made);
    return made;
}

void assay_software_copy(struct assay_software *to, const struct assay_software *from)
{
    to->failed = to->failed || from->failed;
    to->distribution = copy_text(to, from->distribution);
    to->release = copy_text(to, from->release);
    to->packages_reason = copy_text(to, from->packages_reason);
    to->interpreters_reason = copy_text(to, from->interpreters_reason);
    for (size_t i = 0; i < from->package_count; i++) {
        const struct assay_package *package = &from->packages[i];
        struct assay_package *made =
            assay_software_add_package(to, package->name, package->architecture, package->version);
        if (made) {
            made->foreign = package->foreign;
            made->manual = package->manual;
            made->toolchain = package->toolchain;
            made->archive = package->archive;
        }
    }
    for (size_t i = 0; i < from->interpreter_count; i++) {
        const struct assay_interpreter *interpreter = &from->interpreters[i];
        struct assay_interpreter *made = assay_software_add_interpreter(to, interpreter->name, interpreter->program,
                                                                        interpreter->version);
        for (size_t k = 0; made && k < interpreter->module_count; k++) {
            const struct assay_module *module = &interpreter->modules[k];
            assay_software_add_module(to, made, module->name, module->version, module->bringer);
        }
        if (made) {
            made->packaged = interpreter->packaged;
            made->separate = interpreter->separate;
            made->path = copy_text(to, interpreter->path);
            made->reason = copy_text(to, interpreter->reason);
        }
    }
}

/* ---- order ---- */

static int compare_packages(const void *a, const void *b)
{
    const struct assay_package *x = a;
    const struct assay_package *y = b;
    int name = strcmp(x->name, y->name);
    return name ? name : strcmp(x->architecture, y->architecture);
}

static int compare_modules(const void *a, const void *b)
{
    return strcmp(((const struct assay_module *)a)->name, ((const struct assay_module *)b)->name);
}

void assay_software_sort(struct assay_software *software)
{
    if (software->package_count > 0) {
        qsort(software->packages, software->package_count, sizeof *software->packages, compare_packages);
    }
    for (size_t i = 0; i < software->interpreter_count; i++) {
        struct assay_interpreter *interpreter = &software->interpreters[i];
        if (interpreter->module_count > 0) {
            qsort(interpreter->modules, interpreter->module_count, sizeof *interpreter->modules, compare_modules);
        }
    }
}

const struct assay_package *assay_software_find(const struct assay_software *software, const char *name,
                                                const char *architecture)
{
    size_t low = 0;
    size_t high = software->package_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(software->packages[middle].name, name) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < software->package_count && strcmp(software->packages[low].name, name) == 0; low++) {
        const struct assay_package *package = &software->packages[low];
        if (architecture ? strcmp(package->architecture, architecture) == 0 : !package->foreign) {
            return package;
        }
    }
    return NULL;
}

/* ---- what a text may be ---- */

static bool is_of(const char *text, const char *first, const char *others)
{
    size_t length = text ? strlen(text) : 0;
    return length > 0 && length <= LONGEST && strchr(first, text[0]) && strspn(text, others) == length;
}

/* apt-get removes what it is given as "name-" or "name=version-". */
static bool asks_for_removal(const char *text)
{
    return text[strlen(text) - 1] == '-';
}

#define DIGITS "0123456789"
#define SMALL "abcdefghijklmnopqrstuvwxyz"
#define LARGE "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

bool assay_software_is_package_name(const char *text)
{
    return is_of(text, SMALL DIGITS, SMALL DIGITS "+-.") && !asks_for_removal(text);
}

bool assay_software_is_version(const char *text)
{
    return is_of(text, SMALL LARGE DIGITS, SMALL LARGE DIGITS "+-.:~") && !asks_for_removal(text);
}

bool assay_software_is_module_text(const char *text)
{
    return is_of(text, SMALL LARGE DIGITS, SMALL LARGE DIGITS "+-._!");
}

bool assay_software_is_word(const char *text)
{
    return is_of(text, SMALL DIGITS, SMALL DIGITS "+-._");
}
