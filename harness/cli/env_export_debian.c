/* A list of packages for apt-get, and the comments that it shares with a Dockerfile: every line is either a word that apt-get
 * takes or a comment. Runs nothing. */
#include "cli/env.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void assay_env_comment(struct assay_text *text, const char *begin, const char *format, ...)
{
    va_list arguments;
    struct assay_text line = ASSAY_TEXT_INIT;
    va_start(arguments, format);
    assay_text_vformat(&line, format, arguments);
    va_end(arguments);
    for (size_t i = 0; i < line.length; i++) { /* reasons and facts come from files */
        line.bytes[i] = (unsigned char)line.bytes[i] < ' ' || line.bytes[i] == 0x7f ? ' ' : line.bytes[i];
    }
    text->failed = text->failed || line.failed;
    assay_text_format(text, "%s%s\n", begin, line.bytes ? line.bytes : "");
    assay_text_release(&line);
}

const char *assay_env_package_lack(const struct assay_package *package)
{
    static const char *const lacks[] = {
        [ASSAY_ARCHIVE_UNKNOWN] = "no package list has this version; what there is now is taken (snapshot.debian.org may have it)",
        [ASSAY_ARCHIVE_OWN] = NULL,
        [ASSAY_ARCHIVE_OTHER] = "not from the distribution's own archive: left out, install it from where it came",
    };
    return lacks[package->archive];
}

const char *assay_env_module_lack(const struct assay_module *module)
{
    if (module->bringer == ASSAY_BRINGER_ELSEWHERE) {
        return "from a directory, an address or another manager: left out, install it from where it came";
    }
    if (module->bringer == ASSAY_BRINGER_INDEX && strchr(module->version, '+')) {
        return "a local version, which no public index has: left out";
    }
    return NULL;
}

static const char *fact_text(const struct assay_environment *environment, const char *group, const char *name)
{
    const struct assay_fact *fact = assay_facts_find(&environment->facts, group, name);
    return fact && fact->kind == ASSAY_FACT_TEXT ? fact->text : NULL;
}

void assay_env_comment_head(struct assay_text *text, const struct assay_environment *environment, const char *format)
{
    static const char *const compilers[] = { "cc", "cxx", "gcc", "clang" };
    const struct assay_software *software = &environment->software;
    const char *kernel = fact_text(environment, "kernel", "release");
    const char *model = fact_text(environment, "cpu", "model");
    assay_env_comment(text, "# ", "Written by assay env export --format %s: the packages of %s %s, as of %s.", format,
                      software->distribution ? software->distribution : "a distribution that is not known",
                      software->release ? software->release : "", environment->created);
    assay_env_comment(text, "# ", "No package brings the processor (%s), the kernel (%s) or their settings: assay env check "
                      "FILE compares them.", model ? model : "not known", kernel ? kernel : "not known");
    for (size_t i = 0; i < sizeof compilers / sizeof compilers[0]; i++) {
        const char *words = fact_text(environment, "compilers", compilers[i]);
        if (words) {
            assay_env_comment(text, "# ", "%s was %s.", i == 1 ? "c++" : compilers[i], words);
        }
    }
}

void assay_env_comment_interpreter(struct assay_text *text, const struct assay_interpreter *interpreter)
{
    static const char *const bringers[] = { [ASSAY_BRINGER_SYSTEM] = "with the packages of the distribution",
                                            [ASSAY_BRINGER_INDEX] = "pip",
                                            [ASSAY_BRINGER_ELSEWHERE] = "" };
    assay_env_comment(text, "#\n# ", "%s: %s%s%s", interpreter->name, interpreter->version,
                      interpreter->separate ? ", a virtual environment" : "",
                      interpreter->packaged ? "" : ", not from a package of the distribution: install it from where it came");
    if (interpreter->reason) {
        assay_env_comment(text, "#   ", "its packages are not known: %s", interpreter->reason);
    }
    for (size_t i = 0; i < interpreter->module_count; i++) {
        const struct assay_module *module = &interpreter->modules[i];
        const char *lack = assay_env_module_lack(module);
        assay_env_comment(text, "#   ", "%s==%s (%s)", module->name, module->version,
                          lack ? lack : bringers[module->bringer]);
    }
}

static void append_package(struct assay_text *text, const struct assay_package *package)
{
    const char *colon = package->foreign ? ":" : "";
    const char *architecture = package->foreign ? package->architecture : "";
    const char *lack = assay_env_package_lack(package);
    if (lack) {
        assay_env_comment(text, "# ", "%s%s%s=%s: %s", package->name, colon, architecture, package->version, lack);
    }
    if (package->archive == ASSAY_ARCHIVE_OWN) {
        assay_text_format(text, "%s%s%s=%s\n", package->name, colon, architecture, package->version);
    } else if (package->archive == ASSAY_ARCHIVE_UNKNOWN) {
        assay_text_format(text, "%s%s%s\n", package->name, colon, architecture);
    }
}

static void comment_foreign(struct assay_text *text, const struct assay_software *software)
{
    for (size_t i = 0; i < software->package_count; i++) {
        if (software->packages[i].foreign) {
            assay_env_comment(text, "# ", "%s is of another architecture: dpkg --add-architecture %s, then apt-get update.",
                              software->packages[i].name, software->packages[i].architecture);
        }
    }
}

int assay_env_debian(struct assay_text *text, const struct assay_environment *environment, struct assay_error *error)
{
    const struct assay_software *software = &environment->software;
    if (software->packages_reason) {
        return assay_fail(error, ASSAY_EINPUT, "no list can be written, the packages are not known: %s",
                          software->packages_reason);
    }
    assay_env_comment_head(text, environment, "debian");
    assay_env_comment(text, "# ", "To install them: grep -v '^#' THIS-FILE | xargs apt-get install --no-install-recommends "
                      "--allow-downgrades (--simulate tells what that would do).");
    comment_foreign(text, software);
    for (size_t i = 0; i < software->package_count; i++) {
        append_package(text, &software->packages[i]);
    }
    if (software->interpreters_reason) {
        assay_env_comment(text, "# ", "interpreters: %s", software->interpreters_reason);
    }
    for (size_t i = 0; i < software->interpreter_count; i++) {
        assay_env_comment_interpreter(text, &software->interpreters[i]);
    }
    return 0;
}
