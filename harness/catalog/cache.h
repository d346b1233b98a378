/* What plug-ins said of themselves, kept between runs. A file that can be deleted at any time: what is missing, stale or
 * damaged is asked again. Written whole under another name and renamed, so that several programs may use it at once. */
#ifndef ASSAY_CATALOG_CACHE_H
#define ASSAY_CATALOG_CACHE_H

#include "base/error.h"
#include "base/text.h"
#include "protocol/description.h"

#include <stdbool.h>

struct assay_cache;
/* Reads the cache at `path`; a file that is not there or is not one is an empty cache. Only memory can fail. */
int assay_cache_open(struct assay_cache **out, const char *path, struct assay_error *error);
/* Writes it if anything was put. A cache that cannot be written is no error: the next run asks again. */
void assay_cache_save(struct assay_cache *cache);
void assay_cache_close(struct assay_cache *cache);

/* The description that was put for `path` with the same `stamp`; false if there is none. Once for each path. */
bool assay_cache_take(struct assay_description *out, struct assay_cache *cache, const char *path, const char *stamp);
void assay_cache_put(struct assay_cache *cache, const char *path, const char *stamp,
                     const struct assay_description *description);

/* Appends what names the present content of the file `path`: size, times and inode ("-" if it is not there). */
void assay_cache_stamp(struct assay_text *stamp, const char *path);

#endif
