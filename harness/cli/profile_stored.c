/* Profiles that are stored already: read, and two of them in one document with their difference. Measures nothing. */
#include "cli/profile.h"

#include "base/text.h"
#include "profile/merge.h"

#include <string.h>

int assay_profile_load(struct assay_document **out, const char *path, struct assay_error *error)
{
    struct assay_document *document = NULL;
    int code = assay_document_load(&document, path, error);
    if (!code && document->profile_count == 0) {
        code = assay_fail(error, ASSAY_EUSAGE, "bad document '%.160s': want one of assay profile, it has no profile",
                          path);
    }
    if (code) {
        assay_document_free(document);
        return code;
    }
    *out = document;
    return 0;
}

/* Both are whole afterwards: `from` is freed with what `to` had newly made. */
#define SWAP(type, a, b)                                                                                               \
    do {                                                                                                               \
        type held = *(a);                                                                                              \
        *(a) = *(b);                                                                                                   \
        *(b) = held;                                                                                                   \
    } while (0)

/* Moves the profile with its benchmark, the sessions and the warnings. Benchmarks of one id stay apart: they may be of
 * different builds. */
static int take(struct assay_document *to, struct assay_document *from, struct assay_error *error)
{
    size_t sessions = to->session_count;
    size_t at = from->profiles[0].benchmark;
    bool right = true;
    for (size_t i = 0; i < from->session_count && right; i++) {
        struct assay_session *session = assay_document_add_session(to);
        right = session != NULL;
        if (right) {
            SWAP(struct assay_session, session, &from->sessions[i]);
        }
    }
    struct assay_benchmark *benchmark = right ? assay_document_add(to) : NULL;
    struct assay_profile *profile = benchmark ? assay_document_add_profile(to) : NULL;
    for (size_t i = 0; i < from->warning_count && profile; i++) {
        right = right && assay_document_warn(to, "%s", from->warnings[i]);
    }
    if (!profile || !right) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    SWAP(struct assay_benchmark, benchmark, &from->benchmarks[at]);
    SWAP(struct assay_profile, profile, &from->profiles[0]);
    profile->benchmark = to->benchmark_count - 1;
    for (size_t i = 0; i < benchmark->process_count; i++) {
        benchmark->processes[i].session += (uint32_t)sessions;
    }
    return 0;
}

static int check(const struct assay_document *document, const char *word, struct assay_error *error)
{
    if (document->profile_count == 1) {
        return 0;
    }
    return assay_fail(error, ASSAY_EUSAGE, "cannot compare '%.160s': want one profile, it has %zu", word,
                      document->profile_count);
}

/* Times of two kinds differ by more than the kernels do. */
static int note_sources(struct assay_profile_difference *row, const struct assay_profile *base,
                        const struct assay_profile *head, struct assay_error *error)
{
    const char *first = base->source ? base->source : "?", *second = head->source ? head->source : "?";
    if (strcmp(first, second) == 0) {
        return 0;
    }
    char *note = assay_formatted("base's times are by %s, head's by %s: they differ by that too", first, second);
    return assay_texts_append_take(&row->notes, &row->note_count, note)
               ? 0
               : assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

static int add_difference(struct assay_document *document, struct assay_error *error)
{
    struct assay_profile_difference made = { 0 };
    const struct assay_profile *base = &document->profiles[0], *head = &document->profiles[1];
    if (strcmp(base->cost ? base->cost : "time", head->cost ? head->cost : "time") != 0) {
        return assay_fail(error, ASSAY_EUSAGE, "cannot compare a profile of %s with one of %s", base->cost, head->cost);
    }
    int code = assay_profile_difference_make(&made, base, head, false, error);
    struct assay_profile_difference *row = code ? NULL : assay_document_add_difference(document);
    if (!code && !row) {
        code = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    if (code) {
        assay_profile_difference_release(&made);
        return code;
    }
    *row = made;
    row->base = 0;
    row->head = 1;
    return note_sources(row, base, head, error);
}

int assay_profile_join_take(struct assay_document **out, struct assay_document *base, struct assay_document *head,
                            const char *const words[2], struct assay_error *error)
{
    struct assay_document *document = NULL; /* with an id of its own: the stored ones stay as they are */
    int code = check(base, words[0], error);
    if (!code) {
        code = check(head, words[1], error);
    }
    if (!code) {
        code = assay_document_new(&document, error);
    }
    if (!code) {
        code = take(document, base, error);
    }
    if (!code) {
        code = take(document, head, error);
    }
    if (!code) {
        code = add_difference(document, error);
    }
    assay_document_free(base);
    assay_document_free(head);
    if (code) {
        assay_document_free(document);
        return code;
    }
    *out = document;
    return 0;
}
