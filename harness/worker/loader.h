/* Loads one plug-in and judges it: the only file that calls dlopen, and the ABI's gate. What comes out is made of
 * copies in this host's layout, checked, so that nobody behind it asks for sizes or versions again. The words of every
 * refusal stand in docs/plugin-abi.md. */
#ifndef ASSAY_WORKER_LOADER_H
#define ASSAY_WORKER_LOADER_H

#include "base/error.h"
#include "protocol/description.h"

#include <assay/kernel.h>
#include <assay/profile.h>

#include <stddef.h>

struct assay_loaded {
    struct assay_kernel *kernels; /* copies, in the order of description.kernels; for callbacks and flags */
    size_t kernel_count;
    struct assay_description description; /* names, parameters, measures, ...; `unavailable` not yet asked */
    struct assay_counts *counts;          /* of a counts build; else NULL */
    struct assay_profile profile;         /* of an instrumented build, what an older one lacks NULL; else no `records` */
};

/* Loads the plug-in at `path`, which may be /proc/self/fd/N: a copy in memory that was handed over. The code stays
 * mapped until the process ends: kernels may have left threads behind. */
int assay_loaded_open(struct assay_loaded **out, const char *path, struct assay_error *error);
void assay_loaded_free(struct assay_loaded *loaded);

/* The same without dlopen: judges a plug-in's struct of `size` readable bytes (0: not known). `name` is for the words.
 */
int assay_loaded_judge(struct assay_loaded **out, const struct assay_plugin *plugin, size_t size, const char *name,
                       struct assay_error *error);

/* A plug-in's `assay_profile` in this host's layout; NULL, another major version or a struct that is too short for
 * version 1.0 gives one without `records`. */
struct assay_profile assay_loaded_profile(const struct assay_profile *profile);

/* Asks each kernel whether it can run here, once; fills `unavailable` in the description. */
int assay_loaded_ask(struct assay_loaded *loaded, struct assay_error *error);

/* The kernel of that name or alias, as an index; -1 if there is none. */
long assay_loaded_find(const struct assay_loaded *loaded, const char *name);

#endif
