/* What the layouts of one build are made of, and how one of them is linked. Internal to catalog/. */
#ifndef ASSAY_CATALOG_LAYOUT_PARTS_H
#define ASSAY_CATALOG_LAYOUT_PARTS_H

#include "base/error.h"
#include "catalog/sections.h"

#include <stddef.h>
#include <stdint.h>

struct assay_layout_parts {
    char *object;                   /* NAME.builds/timed.o */
    char *recipe;                   /* NAME.builds/link.json */
    char *directory;                /* in the cache, of this very build */
    struct assay_sections sections; /* of the object */
    char **quick; /* the linker's command, with ASSAY_LAYOUT_SCRIPT and ASSAY_LAYOUT_OUTPUT to be replaced; of no words
                     where only the compiler can link it */
    size_t quick_count;
};
#define ASSAY_LAYOUT_SCRIPT "@script@"
#define ASSAY_LAYOUT_OUTPUT "@output@"

/* layout.c: paths; the rest is empty. */
int assay_layout_parts_find(struct assay_layout_parts *out, const char *plugin, struct assay_error *error);
/* What linking needs: sections and the quick command. Release `parts` in any case. */
int assay_layout_parts_read(struct assay_layout_parts *parts, const char *plugin, struct assay_error *error);
void assay_layout_parts_release(struct assay_layout_parts *parts);
char *assay_layout_file(const struct assay_layout_parts *parts, uint32_t k); /* heap; NULL: no memory */
char *assay_layout_part(const char *plugin, const char *file); /* NAME.so -> NAME.builds/FILE; heap; NULL: no memory */

/* layout_link.c: links layout k into `path`, whole or not at all. Safe on several threads at once. */
int assay_layout_link(const char *path, const struct assay_layout_parts *parts, uint32_t k, struct assay_error *error);
/* The same by the quick command alone. */
int assay_layout_link_quick(const char *path, const struct assay_layout_parts *parts, uint32_t k,
                            struct assay_error *error);
/* COMPILER ARGUMENTS -T SCRIPT -o OUTPUT OBJECT LIBRARIES, as link.json says; heap words, ended by NULL
 * (assay_names_free). */
int assay_layout_command(char ***words, size_t *count, const struct assay_layout_parts *parts, const char *script,
                         const char *output, struct assay_error *error);

/* layout_quick.c: finds or makes the quick command of this build. Only memory and the disk can fail. */
int assay_layout_quick_find(struct assay_layout_parts *parts, const char *plugin, struct assay_error *error);

#endif
