/* Recording in two halves, so that several documents are searched together: for track_record.c and track_record_command.c. */
#ifndef ASSAY_CLI_TRACK_RECORD_H
#define ASSAY_CLI_TRACK_RECORD_H

#include "cli/track.h"
#include "cli/track_news.h"

struct assay_track_put {
    bool added;      /* false: it was there already */
    size_t values;   /* recorded */
    size_t left_out; /* benchmarks of a name that another has */
};
/* One document, and the benchmarks that it touched; tells nothing. On failure of the store the document is kept beside. */
int assay_track_put(struct assay_track_put *put, struct assay_track_touched *touched, struct assay_store *store,
                    const struct assay_document *document, const struct assay_track_origin *origin, struct assay_error *error);
/* Writes the document into assay-results/, else the state directory, else that of temporary files; *path heap. -1..: none took it. */
int assay_track_save_beside(char **path, const struct assay_document *document);
/* "assay", or the tool that the document was imported from; borrowed. */
const char *assay_track_source(const struct assay_document *document);

#endif
