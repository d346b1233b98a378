/* Two environments set side by side: packages and interpreters become facts beside the facts, and the grades of
 * environments.c hold for all of them. */
#include "result/environment.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* Groups of which only a run knows anything, or only some formats: on one side alone they say nothing. */
static const char *const one_sided[] = { "load", "plugins", "import" };
/* And those of which each fact is asked by some only: an export asks four compilers, a document knows that of its plug-ins,
 * and which libraries those used. */
static const char *const sometimes_asked[] = { "compilers", "libraries" };

static bool has_group(const struct assay_facts *facts, const char *group)
{
    for (size_t i = 0; i < facts->count; i++) {
        if (strcmp(facts->items[i].group, group) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_left_out(const struct assay_fact *fact, const struct assay_facts *other)
{
    for (size_t i = 0; i < sizeof sometimes_asked / sizeof sometimes_asked[0]; i++) {
        if (strcmp(sometimes_asked[i], fact->group) == 0) {
            return !assay_facts_find(other, fact->group, fact->name);
        }
    }
    for (size_t i = 0; i < sizeof one_sided / sizeof one_sided[0]; i++) {
        if (strcmp(one_sided[i], fact->group) == 0) {
            return !has_group(other, fact->group);
        }
    }
    return false;
}

static void add_fact(struct assay_facts *to, const struct assay_fact *fact)
{
    const char *origin = fact->origin ? fact->origin : "";
    switch (fact->kind) {
    case ASSAY_FACT_TEXT:
        assay_facts_text(to, fact->group, fact->name, fact->text, origin);
        break;
    case ASSAY_FACT_INTEGER:
        assay_facts_integer(to, fact->group, fact->name, fact->integer, origin);
        break;
    case ASSAY_FACT_REAL:
        assay_facts_real(to, fact->group, fact->name, fact->real, origin);
        break;
    case ASSAY_FACT_BOOL:
        assay_facts_bool(to, fact->group, fact->name, fact->truth, origin);
        break;
    case ASSAY_FACT_NONE:
        assay_facts_none(to, fact->group, fact->name, origin);
        break;
    }
}

static void add_facts(struct assay_facts *to, const struct assay_facts *own, const struct assay_facts *other)
{
    to->failed = to->failed || own->failed;
    for (size_t i = 0; i < own->count; i++) {
        if (!is_left_out(&own->items[i], other)) {
            add_fact(to, &own->items[i]);
        }
    }
}

/* ---- packages ---- */

/* A package is the toolchain's on both sides if it is on one: else one version would stand in two groups. */
static void add_packages(struct assay_facts *to, const struct assay_software *own, const struct assay_software *other)
{
    for (size_t i = 0; i < own->package_count; i++) {
        const struct assay_package *package = &own->packages[i];
        const char *architecture = package->foreign ? package->architecture : NULL;
        const struct assay_package *there = assay_software_find(other, package->name, architecture);
        bool toolchain = package->toolchain || (there && there->toolchain);
        char *name = architecture ? assay_formatted("%s:%s", package->name, architecture) : assay_copy(package->name);
        if (name) {
            assay_facts_text(to, toolchain ? "toolchain" : "packages", name, package->version, "dpkg");
        }
        to->failed = to->failed || !name;
        free(name);
    }
}

/* "Python_Dateutil" and "python-dateutil" are one (PEP 503). */
static char *module_name(const char *interpreter, const char *name)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    assay_text_format(&text, "%s/", interpreter);
    for (const char *c = name; *c; c++) {
        bool dash = *c == '-' || *c == '_' || *c == '.';
        if (!dash || (text.length > 0 && text.bytes[text.length - 1] != '-')) {
            assay_text_append_char(&text, dash ? '-' : *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c);
        }
    }
    char *made = assay_text_take(&text);
    assay_text_release(&text);
    return made;
}

static const struct assay_interpreter *find_interpreter(const struct assay_software *software, const char *name)
{
    for (size_t i = 0; i < software->interpreter_count; i++) {
        if (strcmp(software->interpreters[i].name, name) == 0) {
            return &software->interpreters[i];
        }
    }
    return NULL;
}

static void add_interpreters(struct assay_facts *to, const struct assay_software *own,
                             const struct assay_software *other)
{
    for (size_t i = 0; i < own->interpreter_count; i++) {
        const struct assay_interpreter *interpreter = &own->interpreters[i];
        const struct assay_interpreter *there = find_interpreter(other, interpreter->name);
        assay_facts_text(to, "interpreters", interpreter->name, interpreter->version, "itself");
        /* Where there is no such interpreter, that says it: each of its packages would say it again. */
        for (size_t k = 0; there && !there->reason && k < interpreter->module_count; k++) {
            char *name = module_name(interpreter->name, interpreter->modules[k].name);
            if (name) {
                assay_facts_text(to, "modules", name, interpreter->modules[k].version, "importlib.metadata");
            }
            to->failed = to->failed || !name;
            free(name);
        }
    }
}

/* ---- the whole ---- */

/* "libraries: boost, jansson": the facts that the other side does not have; nothing where it has them all. */
static void append_unasked(struct assay_text *text, const char *group, const struct assay_facts *own,
                           const struct assay_facts *other)
{
    for (size_t i = 0; i < own->count; i++) {
        const struct assay_fact *fact = &own->items[i];
        if (strcmp(fact->group, group) == 0 && fact->kind != ASSAY_FACT_NONE && is_left_out(fact, other)) {
            bool begun = text->length > 0 && text->bytes[text->length - 1] != '\n';
            assay_text_format(text, "%s%s", begun ? ", " : group, begun ? "" : ": ");
            for (const char *at = fact->name; *at; at++) { /* a line a kind: no name ends one */
                assay_text_append_char(text, *at == '\n' ? ' ' : *at);
            }
        }
    }
}

static void say_left_out(struct assay_text *text, const struct assay_facts *own, const struct assay_facts *other)
{
    for (size_t i = 0; i < sizeof one_sided / sizeof one_sided[0]; i++) {
        if (has_group(own, one_sided[i]) != has_group(other, one_sided[i])) {
            assay_text_format(text, "%s: known on one side only\n", one_sided[i]);
        }
    }
    for (size_t i = 0; i < sizeof sometimes_asked / sizeof sometimes_asked[0]; i++) {
        size_t before = text->length;
        append_unasked(text, sometimes_asked[i], own, other);
        append_unasked(text, sometimes_asked[i], other, own);
        if (text->length > before) {
            assay_text_append(text, " (known on one side only)\n");
        }
    }
}

/* Interpreters of both sides, of which one does not know its packages. */
static void say_silent(struct assay_text *text, const struct assay_software *own, const struct assay_software *other)
{
    for (size_t i = 0; i < own->interpreter_count; i++) {
        const struct assay_interpreter *interpreter = &own->interpreters[i];
        const struct assay_interpreter *there = find_interpreter(other, interpreter->name);
        if (there && (interpreter->reason || there->reason)) {
            assay_text_format(text, "packages of %s: %s\n", interpreter->name,
                              interpreter->reason ? interpreter->reason : there->reason);
        }
    }
}

static void add_side(struct assay_facts *to, const struct assay_environment *own, const struct assay_environment *other,
                     bool packages, bool interpreters)
{
    add_facts(to, &own->facts, &other->facts);
    if (packages) {
        add_packages(to, &own->software, &other->software);
    }
    if (interpreters) {
        add_interpreters(to, &own->software, &other->software);
    }
}

bool assay_environment_compare(struct assay_differences *out, struct assay_text *left_out,
                               const struct assay_environment *base, const struct assay_environment *head)
{
    const struct assay_software *a = &base->software, *b = &head->software;
    struct assay_facts left = ASSAY_FACTS_INIT, right = ASSAY_FACTS_INIT;
    bool packages = !a->packages_reason && !b->packages_reason;
    bool interpreters = !a->interpreters_reason && !b->interpreters_reason;
    add_side(&left, base, head, packages, interpreters);
    add_side(&right, head, base, packages, interpreters);
    bool good = !left.failed && !right.failed && assay_environments_compare(out, &left, &right);
    say_left_out(left_out, &base->facts, &head->facts);
    if (!packages) {
        assay_text_format(left_out, "packages: %s\n", a->packages_reason ? a->packages_reason : b->packages_reason);
    }
    if (interpreters) {
        say_silent(left_out, a, b);
    } else {
        assay_text_format(left_out, "interpreters: %s\n",
                          a->interpreters_reason ? a->interpreters_reason : b->interpreters_reason);
    }
    assay_facts_release(&left);
    assay_facts_release(&right);
    return good;
}
