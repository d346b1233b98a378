/* A Dockerfile that makes an equal environment, as far as packages do. Every word of a command in it was checked when it was
 * read: no name is more than a name. Runs nothing. */
#include "cli/env.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

/* What boots a machine does nothing in an image but fill it, and some of it asks for a disk. */
static bool is_of_a_machine(const char *name)
{
    static const char *const patterns[] = { "linux-image-*", "grub*", "shim-*", "firmware-*", "*-microcode",
                                            "initramfs-tools*", "dracut*", "systemd-boot*" };
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        if (fnmatch(patterns[i], name, 0) == 0) {
            return true;
        }
    }
    return false;
}

static bool by_pip(const struct assay_module *module)
{
    return module->bringer == ASSAY_BRINGER_INDEX && !assay_env_module_lack(module);
}

static size_t count_by_pip(const struct assay_interpreter *interpreter)
{
    size_t count = 0;
    for (size_t i = 0; i < interpreter->module_count; i++) {
        count += by_pip(&interpreter->modules[i]);
    }
    return count;
}

static bool has_system_modules(const struct assay_interpreter *interpreter)
{
    for (size_t i = 0; i < interpreter->module_count; i++) {
        if (interpreter->modules[i].bringer == ASSAY_BRINGER_SYSTEM) {
            return true;
        }
    }
    return false;
}

/* ---- packages ---- */

/* The image's platform by the machine's architecture; NULL: whatever it is built on. */
static const char *platform_of(const struct assay_environment *environment)
{
    static const struct {
        const char *architecture, *platform;
    } platforms[] = {
        { "x86_64", "linux/amd64" }, { "aarch64", "linux/arm64" },   { "armv7l", "linux/arm/v7" },
        { "i686", "linux/386" },     { "ppc64le", "linux/ppc64le" }, { "riscv64", "linux/riscv64" },
        { "s390x", "linux/s390x" },
    };
    const struct assay_fact *fact = assay_facts_find(&environment->facts, "cpu", "architecture");
    for (size_t i = 0; fact && fact->kind == ASSAY_FACT_TEXT && i < sizeof platforms / sizeof platforms[0]; i++) {
        if (strcmp(fact->text, platforms[i].architecture) == 0) {
            return platforms[i].platform;
        }
    }
    return NULL;
}

static bool is_foreign_before(const struct assay_software *software, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (software->packages[i].foreign &&
            strcmp(software->packages[i].architecture, software->packages[index].architecture) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_installed(const struct assay_software *software, const char *name)
{
    const struct assay_package *package = assay_software_find(software, name, NULL);
    return package && package->archive != ASSAY_ARCHIVE_OTHER;
}

static void append_helper(struct assay_text *text, const struct assay_software *software, const char *name, bool *done)
{
    if (!*done && !is_installed(software, name)) {
        assay_text_format(text, " \\\n        %s", name);
    }
    *done = true;
}

/* What pip and virtual environments need, where the machine had them from elsewhere. */
static void append_helpers(struct assay_text *text, const struct assay_software *software)
{
    bool pip = false, python = false, pypy = false;
    for (size_t i = 0; i < software->interpreter_count; i++) {
        const struct assay_interpreter *interpreter = &software->interpreters[i];
        if (interpreter->packaged && interpreter->separate && strcmp(interpreter->program, "pypy3") == 0) {
            append_helper(text, software, "pypy3-venv", &pypy);
        } else if (interpreter->packaged && interpreter->separate) {
            append_helper(text, software, "python3-venv", &python);
        } else if (interpreter->packaged && count_by_pip(interpreter) > 0) {
            append_helper(text, software, "python3-pip", &pip);
        }
    }
}

static void append_lacks(struct assay_text *text, const struct assay_software *software)
{
    for (size_t i = 0; i < software->package_count; i++) {
        const struct assay_package *package = &software->packages[i];
        const char *lack = is_of_a_machine(package->name) ? "boots a machine: left out of an image"
                                                          : assay_env_package_lack(package);
        if (lack) {
            assay_env_comment(text, "# ", "%s=%s: %s", package->name, package->version, lack);
        }
    }
}

static void append_packages(struct assay_text *text, const struct assay_software *software)
{
    append_lacks(text, software);
    assay_text_append(text, "RUN ");
    for (size_t i = 0; i < software->package_count; i++) {
        if (software->packages[i].foreign && !is_foreign_before(software, i)) {
            assay_text_format(text, "dpkg --add-architecture %s && ", software->packages[i].architecture);
        }
    }
    assay_text_append(text, "apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "
                            "--allow-downgrades");
    for (size_t i = 0; i < software->package_count; i++) {
        const struct assay_package *package = &software->packages[i];
        if (package->archive == ASSAY_ARCHIVE_OTHER || is_of_a_machine(package->name)) {
            continue;
        }
        bool exact = package->archive == ASSAY_ARCHIVE_OWN;
        assay_text_format(text, " \\\n        %s%s%s%s%s", package->name, package->foreign ? ":" : "",
                          package->foreign ? package->architecture : "", exact ? "=" : "", exact ? package->version : "");
    }
    append_helpers(text, software);
    assay_text_append(text, " \\\n    && rm -rf /var/lib/apt/lists/*\n");
}

/* ---- interpreters ---- */

static void append_requirements(struct assay_text *text, const struct assay_interpreter *interpreter)
{
    for (size_t i = 0; i < interpreter->module_count; i++) {
        if (by_pip(&interpreter->modules[i])) {
            assay_text_format(text, " \\\n        '%s==%s'", interpreter->modules[i].name,
                              interpreter->modules[i].version);
        }
    }
    assay_text_append(text, "\n");
}

/* pip is told nothing of dependencies: the list is all there was. */
#define PIP "-m pip install --no-cache-dir --no-deps"

static void append_interpreter(struct assay_text *text, const struct assay_interpreter *interpreter)
{
    size_t count = count_by_pip(interpreter);
    const char *name = interpreter->name;
    assay_env_comment_interpreter(text, interpreter);
    if (!interpreter->packaged) {
        return; /* the comment says that it must be brought */
    }
    if (interpreter->separate) {
        assay_text_format(text, "RUN %s -m venv%s /opt/%s\n", interpreter->program,
                          has_system_modules(interpreter) ? " --system-site-packages" : "", name);
        if (count > 0) {
            assay_text_format(text, "RUN /opt/%s/bin/python " PIP, name);
            append_requirements(text, interpreter);
        }
        if (strcmp(name, "python3") == 0) {
            assay_text_format(text, "ENV ASSAY_PYTHON=/opt/%s/bin/python3\n", name);
        } else {
            assay_text_format(text, "ENV PATH=/opt/%s/bin:$PATH\n", name);
        }
    } else if (count > 0) { /* by the variable: an older pip does not know the option, nor needs it */
        assay_text_format(text, "RUN PIP_BREAK_SYSTEM_PACKAGES=1 %s " PIP, interpreter->program);
        append_requirements(text, interpreter);
    }
}

/* ---- the whole ---- */

static int check(const struct assay_software *software, struct assay_error *error)
{
    const char *id = software->distribution;
    if (software->packages_reason) {
        return assay_fail(error, ASSAY_EINPUT, "no Dockerfile can be written, the packages are not known: %s",
                          software->packages_reason);
    }
    if (!id || (strcmp(id, "debian") != 0 && strcmp(id, "ubuntu") != 0)) {
        return assay_fail(error, ASSAY_EINPUT, "no Dockerfile can be written for '%.60s': want Debian or Ubuntu, whose "
                          "packages these are", id ? id : "a distribution that is not known");
    }
    if (!software->release || strchr(software->release, '+')) {
        return assay_fail(error, ASSAY_EINPUT, "no Dockerfile can be written: the release of %s is not known", id);
    }
    return 0;
}

int assay_env_dockerfile(struct assay_text *text, const struct assay_environment *environment, struct assay_error *error)
{
    const struct assay_software *software = &environment->software;
    const char *platform = platform_of(environment);
    int code = check(software, error);
    if (code) {
        return code;
    }
    assay_env_comment_head(text, environment, "dockerfile");
    assay_text_format(text, "FROM %s%s%s%s:%s\n", platform ? "--platform=" : "", platform ? platform : "",
                      platform ? " " : "", software->distribution, software->release);
    append_packages(text, software);
    if (software->interpreters_reason) {
        assay_env_comment(text, "# ", "interpreters: %s", software->interpreters_reason);
    }
    for (size_t i = 0; i < software->interpreter_count; i++) {
        append_interpreter(text, &software->interpreters[i]);
    }
    return 0;
}
