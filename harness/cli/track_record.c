/* A document into a store: what it is of, that it is not lost when the store fails, and what is news. Reads no command line. */
#include "cli/track_record.h"

#include "base/file.h"
#include "cli/track_values.h"

#include <stdlib.h>
#include <string.h>

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

/* A fact of the first session; NULL: not known. Borrowed. */
static const char *fact(const struct assay_document *document, const char *group, const char *name)
{
    const struct assay_fact *found = assay_facts_find(&document->sessions[0].environment, group, name);
    return found && found->kind == ASSAY_FACT_TEXT ? found->text : NULL;
}

const char *assay_track_source(const struct assay_document *document)
{
    const char *format = fact(document, "import", "format");
    return format ? format : "assay";
}

/* ---- who it is ---- */

/* FNV-1a, 64 bits (Fowler, Noll and Vo, 1991). */
static uint64_t mix(uint64_t hash, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ at[i]) * UINT64_C(1099511628211);
    }
    return hash;
}

static uint64_t mix_run(uint64_t hash, const struct assay_store_run *run)
{
    hash = mix(hash, run->commit.id, strlen(run->commit.id) + 1);
    for (size_t i = 0; i < run->value_count; i++) {
        const struct assay_store_value *value = &run->values[i];
        hash = mix(hash, value->benchmark, strlen(value->benchmark) + 1);
        hash = mix(hash, &value->value, sizeof value->value);
        if (value->sample_count > 0) {
            hash = mix(hash, value->samples, value->sample_count * sizeof *value->samples);
        }
    }
    return hash;
}

/* What another tool wrote has no id: the same results of the same commit are the same document. Heap. */
static char *id_of(const struct assay_document *document, const struct assay_store_run *run)
{
    if (!fact(document, "import", "format")) {
        return assay_copy(document->id);
    }
    return assay_formatted("%016llx%016llx", (unsigned long long)mix_run(UINT64_C(14695981039346656037), run),
                           (unsigned long long)mix_run(UINT64_C(0x9e3779b97f4a7c15), run));
}

/* ---- when the store fails ---- */

static char *place_of(size_t index, const struct assay_document *document)
{
    char *state = index == 1 ? assay_state_directory() : NULL;
    const char *temporary = getenv("TMPDIR");
    const char *directory = index == 0 ? "assay-results" : index == 1 ? state : temporary && temporary[0] ? temporary : "/tmp";
    char *path = directory && (index > 1 || assay_directory_make(directory, NULL) == 0)
                     ? assay_formatted("%s/unrecorded-%s.json", directory, document->id)
                     : NULL;
    free(state);
    return path;
}

int assay_track_save_beside(char **path, const struct assay_document *document)
{
    for (size_t i = 0; i < 3; i++) { /* the disk that the store is on may be full */
        char *place = place_of(i, document);
        if (place && assay_document_save(document, place, NULL) == 0) {
            *path = place;
            return 0;
        }
        free(place);
    }
    return ASSAY_EIO;
}

/* The store's words, and where the document is now. */
static int refuse(const struct assay_error *refusal, const struct assay_document *document, struct assay_error *error)
{
    char *path = NULL;
    if (assay_track_save_beside(&path, document)) {
        return assay_fail(error, refusal->code, "%.300s; the document could not be kept beside either", refusal->text);
    }
    int code = assay_fail(error, refusal->code, "%.260s; the document is kept: record '%.160s' when the store is well", refusal->text, path);
    free(path);
    return code;
}

/* ---- recording ---- */

static void set_commit(struct assay_store_commit *to, const struct assay_commit *from)
{
    *to = (struct assay_store_commit){ .id = from->id,
                                       .parent = from->parent,
                                       .branch = from->branch,
                                       .author_date = from->author_date,
                                       .subject = from->subject,
                                       .order = from->order };
}

int assay_track_put(struct assay_track_put *put, struct assay_track_touched *touched, struct assay_store *store,
                    const struct assay_document *document, const struct assay_track_origin *origin, struct assay_error *error)
{
    struct assay_track_values values = { 0 };
    struct assay_error refusal = { 0 };
    int code = assay_track_values_fill(&values, document, origin->reference, error);
    if (code) {
        return code;
    }
    struct assay_store_run run = { .fingerprint = fact(document, "machine", "fingerprint"),
                                   .created = document->created,
                                   .source = origin->source ? origin->source : assay_track_source(document),
                                   .values = values.items,
                                   .value_count = values.count };
    set_commit(&run.commit, origin->commit);
    char *id = id_of(document, &run);
    run.document = id;
    *put = (struct assay_track_put){ .values = values.count, .left_out = values.left_out };
    bool room = id != NULL;
    if (room && values.count == 0) {
        code = assay_fail(error, ASSAY_EINPUT, "the document has no benchmark of its commit: nothing to record");
    } else if (room && assay_store_record(store, &run, &put->added, &refusal)) {
        code = refuse(&refusal, document, error);
    } else if (room && put->added) {
        room = assay_track_touch(touched, &run);
    }
    free(id);
    assay_track_values_release(&values);
    return room ? code : no_memory(error);
}

int assay_track_record(struct assay_text *said, bool *added, struct assay_store *store, const struct assay_document *document,
                       const struct assay_track_origin *origin, struct assay_error *error)
{
    struct assay_track_touched touched = { 0 };
    struct assay_track_put put = { 0 };
    int code = assay_track_put(&put, &touched, store, document, origin, error);
    *added = put.added;
    if (!code) {
        code = assay_track_news(said, store, &touched, error);
    }
    assay_track_touched_release(&touched);
    return code;
}
