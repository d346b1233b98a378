/* This machine as an environment: facts, compilers, packages, interpreters. Writes nothing. */
#include "cli/env.h"

#include "base/clock.h"
#include "catalog/worker.h"
#include "machine/machine.h"
#include "machine/software.h"

#include <stdlib.h>

/* The names of its packages, borrowed, ended by NULL; heap, NULL: out of memory. */
static const char **names_of(const struct assay_software *software)
{
    const char **names = calloc(software->package_count + 1, sizeof *names);
    for (size_t i = 0; names && i < software->package_count; i++) {
        names[i] = software->packages[i].name;
    }
    return names;
}

int assay_env_gather(struct assay_environment *out, const struct assay_environment *like, struct assay_error *error)
{
    struct assay_environment made = { 0 };
    char created[32];
    char *python = NULL;
    const char **also = like ? names_of(&like->software) : NULL;
    assay_clock_utc(created);
    made.created = assay_copy(created);
    assay_machine_collect(&made.facts);
    assay_machine_compilers(&made.facts);
    if (assay_program_find(&python, "python3", NULL)) { /* the one that kernels would run in */
        python = NULL;
    }
    assay_machine_interpreters(&made.software, python);
    assay_machine_packages(&made.software, also);
    free(python);
    free(also);
    if (!made.created || (like && !also) || made.facts.failed || made.software.failed) {
        assay_environment_release(&made);
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    *out = made;
    return 0;
}
