/* Which kernels exist: searches plug-in directories, asks each plug-in (through a worker) what it offers, and keeps
 * the answers in a cache. Never maps a kernel's code. */
#ifndef ASSAY_CATALOG_CATALOG_H
#define ASSAY_CATALOG_CATALOG_H

#include "base/error.h"
#include "protocol/description.h"

#include <stdbool.h>
#include <stddef.h>

/* Where things are. Found once by cli/: beside the program in a build tree, under the prefix when installed. */
struct assay_places {
    char *worker;          /* path of assay-worker */
    char **plugin_directories; /* searched in order; NULL-terminated: ASSAY_PATH's first, then our own */
    char *suites;          /* directory */
    char *reference;       /* directory of known answers */
    char *templates;       /* what `assay new` copies */
    char *preload;         /* path of the allocation counter to preload; NULL: none */
    char *include;         /* directory that holds assay/kernel.h */
};
int assay_places_find(struct assay_places *places, struct assay_error *error);
void assay_places_release(struct assay_places *places);

/* A plug-in (*.so) or a worker description (*.worker.yaml) that was found. */
struct assay_source {
    char *path;             /* absolute */
    bool is_worker;         /* *.worker.yaml */
    char **command;         /* argv that starts a worker for it, NULL-terminated (without channel arguments); may be NULL
                               when unavailable */
    char **required;        /* the other programs that it needs, by their paths, NULL-terminated; NULL: none */
    struct assay_description description; /* when unavailable: empty, but for the implementation that a worker's file says */
    char *unavailable;      /* why it cannot be used: not ELF, another ABI, the interpreter is missing; NULL: fine */
};

struct assay_catalog;
/* Searches all directories. What is broken is listed with `unavailable`, not an error. */
int assay_catalog_open(struct assay_catalog **out, const struct assay_places *places, struct assay_error *error);
void assay_catalog_close(struct assay_catalog *catalog);
/* Adds one plug-in by path (PATH.so: in a benchmark's name). Here a broken one is an error. Borrowed. */
int assay_catalog_load(const struct assay_source **out, struct assay_catalog *catalog, const char *path,
                       struct assay_error *error);
size_t assay_catalog_count(const struct assay_catalog *catalog);
const struct assay_source *assay_catalog_at(const struct assay_catalog *catalog, size_t index); /* borrowed */

struct assay_found {
    const struct assay_source *source;
    const struct assay_kernel_description *kernel;
};
/* The kernel named `name` (or alias) in `implementation` (NULL: "c"), from `only` (NULL: any source; the first directory
 * wins). Errors: unknown kernel with the nearest name; known kernel but not in that implementation, naming those there
 * are; a source that is unavailable, with its reason (ASSAY_EUNAVAILABLE). */
int assay_catalog_find(struct assay_found *found, const struct assay_catalog *catalog, const struct assay_source *only,
                       const char *name, const char *implementation, struct assay_error *error);
/* The kernel of that name or alias in any implementation, whatever its source. */
bool assay_catalog_find_any(struct assay_found *found, const struct assay_catalog *catalog, const char *name);

/* Known answers from data/reference/ (docs/reference-answers.md). Every *.yaml of the directory is read; a broken one is an
 * error. The first entry that fits, by files' names and then by order, is the answer. */
struct assay_references;
int assay_references_open(struct assay_references **out, const char *directory, struct assay_error *error);
void assay_references_close(struct assay_references *references);
struct assay_message_answer;
struct assay_message_argument;
/* Whether an entry fits kernel and arguments (an entry may leave parameters out). Fills *out with borrowed source. */
bool assay_references_find(struct assay_message_answer *out, const struct assay_references *references, const char *kernel,
                           const struct assay_message_argument *arguments, size_t count);

#endif
