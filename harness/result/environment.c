/* Exported environments: released, taken from documents, written. */
#include "result/environment.h"

#include "base/version.h"
#include "result/writer.h"

#include <stdlib.h>
#include <string.h>

void assay_environment_release(struct assay_environment *environment)
{
    free(environment->created);
    assay_facts_release(&environment->facts);
    assay_software_release(&environment->software);
    *environment = (struct assay_environment){ 0 };
}

/* ---- of a document ---- */

/* How long the compiler's part of "GNU 12.2.0 -O2 -g" is: its first two words. */
static size_t compiler_length(const char *build)
{
    size_t name = strcspn(build, " ");
    return build[name] ? name + 1 + strcspn(build + name + 1, " ") : name;
}

static bool ends(const char *text, const char *with)
{
    size_t length = strlen(text), wanted = strlen(with);
    return length >= wanted && strcmp(text + length - wanted, with) == 0;
}

/* The compiler of the plug-ins as the fact compilers.cc, so that it can be set beside a machine's. */
static void add_compiler(struct assay_facts *facts)
{
    char *found = NULL;
    bool agree = true;
    if (assay_facts_find(facts, "compilers", "cc")) {
        return;
    }
    for (size_t i = 0; i < facts->count; i++) {
        const struct assay_fact *fact = &facts->items[i];
        if (strcmp(fact->group, "plugins") != 0 || fact->kind != ASSAY_FACT_TEXT || !ends(fact->name, ".so")) {
            continue;
        }
        size_t length = compiler_length(fact->text);
        if (!found) {
            found = assay_copy_bytes(fact->text, length);
            facts->failed = facts->failed || !found;
        } else {
            agree = agree && strlen(found) == length && strncmp(found, fact->text, length) == 0;
        }
    }
    if (found && agree) {
        assay_facts_text(facts, "compilers", "cc", found, "the plug-ins");
    } else if (found) {
        assay_facts_none(facts, "compilers", "cc", "the plug-ins were built by different compilers");
    }
    free(found);
}

int assay_environment_of_document(struct assay_environment *out, const struct assay_document *document,
                                  struct assay_error *error)
{
    static const char reason[] = "a result document does not hold them";
    struct assay_environment made = { 0 };
    made.created = assay_copy(document->sessions[0].created ? document->sessions[0].created : document->created);
    made.software.packages_reason = assay_copy(reason);
    made.software.interpreters_reason = assay_copy(reason);
    assay_facts_copy(&made.facts, &document->sessions[0].environment);
    add_compiler(&made.facts);
    if (!made.created || !made.software.packages_reason || !made.software.interpreters_reason || made.facts.failed) {
        assay_environment_release(&made);
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    *out = made;
    return 0;
}

/* ---- written ---- */

static void write_packages(struct assay_writer *writer, const struct assay_software *software)
{
    static const char *const archives[] = { NULL, "distribution", "other" };
    assay_writer_text(writer, "packages_reason", software->packages_reason);
    if (software->packages_reason) {
        assay_writer_text(writer, "packages", NULL);
        return;
    }
    assay_writer_open(writer, "packages", '[', false);
    for (size_t i = 0; i < software->package_count; i++) {
        const struct assay_package *package = &software->packages[i];
        assay_writer_open(writer, NULL, '{', true);
        assay_writer_text(writer, "name", package->name);
        assay_writer_text(writer, "version", package->version);
        assay_writer_text(writer, "architecture", package->architecture);
        assay_writer_truth(writer, "foreign", package->foreign);
        assay_writer_truth(writer, "manual", package->manual);
        assay_writer_truth(writer, "toolchain", package->toolchain);
        assay_writer_text(writer, "archive", archives[package->archive]);
        assay_writer_close(writer, '}');
    }
    assay_writer_close(writer, ']');
}

static void write_interpreter(struct assay_writer *writer, const struct assay_interpreter *interpreter)
{
    static const char *const bringers[] = { "system", "index", "elsewhere" };
    assay_writer_open(writer, NULL, '{', false);
    assay_writer_text(writer, "name", interpreter->name);
    assay_writer_text(writer, "program", interpreter->program);
    assay_writer_text(writer, "version", interpreter->version);
    assay_writer_truth(writer, "packaged", interpreter->packaged);
    assay_writer_truth(writer, "separate", interpreter->separate);
    assay_writer_text(writer, "packages_reason", interpreter->reason);
    if (interpreter->reason) {
        assay_writer_text(writer, "packages", NULL);
    } else {
        assay_writer_open(writer, "packages", '[', false);
        for (size_t i = 0; i < interpreter->module_count; i++) {
            assay_writer_open(writer, NULL, '{', true);
            assay_writer_text(writer, "name", interpreter->modules[i].name);
            assay_writer_text(writer, "version", interpreter->modules[i].version);
            assay_writer_text(writer, "from", bringers[interpreter->modules[i].bringer]);
            assay_writer_close(writer, '}');
        }
        assay_writer_close(writer, ']');
    }
    assay_writer_close(writer, '}');
}

static void write_interpreters(struct assay_writer *writer, const struct assay_software *software)
{
    assay_writer_text(writer, "interpreters_reason", software->interpreters_reason);
    if (software->interpreters_reason) {
        assay_writer_text(writer, "interpreters", NULL);
        return;
    }
    assay_writer_open(writer, "interpreters", '[', false);
    for (size_t i = 0; i < software->interpreter_count; i++) {
        write_interpreter(writer, &software->interpreters[i]);
    }
    assay_writer_close(writer, ']');
}

int assay_environment_write(const struct assay_environment *environment, FILE *to, struct assay_error *error)
{
    const struct assay_software *software = &environment->software;
    struct assay_writer writer;
    assay_writer_init(&writer, to);
    assay_writer_open(&writer, NULL, '{', false);
    assay_writer_text(&writer, "schema", ASSAY_ENVIRONMENT_SCHEMA "1");
    assay_writer_text(&writer, "created", environment->created);
    assay_writer_open(&writer, "tool", '{', true);
    assay_writer_text(&writer, "name", "assay");
    assay_writer_text(&writer, "version", assay_version());
    assay_writer_text(&writer, "commit", assay_commit());
    assay_writer_close(&writer, '}');
    assay_writer_facts(&writer, "environment", &environment->facts);
    assay_writer_open(&writer, "distribution", '{', true);
    assay_writer_text(&writer, "id", software->distribution);
    assay_writer_text(&writer, "release", software->release);
    assay_writer_close(&writer, '}');
    write_packages(&writer, software);
    write_interpreters(&writer, software);
    assay_writer_close(&writer, '}');
    return assay_writer_finish(&writer, error);
}
