/* Which commit a document is of: by the command line, by the document itself, by git. Records nothing. */
#include "cli/track.h"

#include <stdlib.h>
#include <string.h>

enum { LEAST_DIGITS = 40 }; /* of a name that git need not know */

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

static bool is_full_name(const char *reference)
{
    size_t length = strlen(reference);
    return length >= LEAST_DIGITS && strspn(reference, "0123456789abcdef") == length;
}

/* A name that says nothing without the repository that it is of: "HEAD", "main~2", "@{1}". */
static bool is_relative(const char *reference)
{
    return strcmp(reference, "HEAD") == 0 || strcmp(reference, "@") == 0 || strpbrk(reference, "~^:") || strstr(reference, "@{");
}

int assay_track_commit_named(struct assay_commit *out, const char *reference, const char *repository, struct assay_error *error)
{
    struct assay_error refusal = { 0 };
    struct assay_commit found = { .order = -1 };
    if (!reference[0]) {
        return assay_fail(error, ASSAY_EUSAGE, "bad commit '': want the name of a commit");
    }
    if (assay_repository_commit(&found, repository, reference, &refusal) == 0) {
        *out = found;
        return 0;
    }
    /* Where there is a repository that does not know it, or whose git will not say, a short name is a mistake: "HEAD" is no commit. */
    bool nowhere = refusal.code == ASSAY_EUNAVAILABLE && !is_relative(reference);
    if (repository || refusal.code == ASSAY_ENOMEM || (!nowhere && !is_full_name(reference))) {
        return assay_fail(error, refusal.code, "%s", refusal.text);
    }
    *out = (struct assay_commit){ .id = assay_copy(reference), .order = -1 };
    return out->id ? 0 : no_memory(error);
}

/* ---- what the document says ---- */

/* The text of a fact of its work tree; NULL: not known. Borrowed. */
static const char *said(const struct assay_document *document, const char *name)
{
    const struct assay_fact *fact = assay_facts_find(&document->sessions[0].environment, "git", name);
    return fact && fact->kind == ASSAY_FACT_TEXT ? fact->text : NULL;
}

static int check_clean(const struct assay_document *document, const char *name, struct assay_error *error)
{
    const char *commit = said(document, "commit");
    for (size_t i = 0; i < document->session_count; i++) {
        const struct assay_facts *facts = &document->sessions[i].environment;
        const struct assay_fact *dirty = assay_facts_find(facts, "git", "dirty");
        const struct assay_fact *own = assay_facts_find(facts, "git", "commit");
        if (dirty && dirty->kind == ASSAY_FACT_BOOL && dirty->truth) {
            return assay_fail(error, ASSAY_EINPUT,
                              "'%.160s' was measured with changes that no commit has: commit them and measure again, or name its "
                              "commit with --commit REF",
                              name);
        }
        if (commit && (!own || own->kind != ASSAY_FACT_TEXT || strcmp(own->text, commit) != 0)) {
            return assay_fail(error, ASSAY_EINPUT,
                              "'%.160s' has sessions of several commits: record each by itself, or name one with --commit REF",
                              name);
        }
    }
    return 0;
}

/* What git knows and the document does not. Takes the texts that it uses. */
static void complete(struct assay_commit *commit, struct assay_commit *known)
{
    char **const to[] = { &commit->parent, &commit->branch, &commit->author_date, &commit->subject };
    char **const from[] = { &known->parent, &known->branch, &known->author_date, &known->subject };
    for (size_t i = 0; i < sizeof to / sizeof to[0]; i++) {
        if (!*to[i]) {
            *to[i] = *from[i];
            *from[i] = NULL;
        }
    }
    commit->order = known->order;
}

static bool copy(char **to, const char *from)
{
    *to = assay_copy(from);
    return *to || !from;
}

static int read_document(struct assay_commit *out, const struct assay_document *document, const char *name,
                         const struct assay_track_wish *wish, struct assay_error *error)
{
    struct assay_commit known = { .order = -1 };
    struct assay_error refusal = { 0 };
    const char *commit = said(document, "commit");
    if (!commit) {
        return assay_fail(error, ASSAY_EINPUT, "'%.160s' does not say of which commit it is: want --commit REF", name);
    }
    int code = check_clean(document, name, error);
    if (code) {
        return code;
    }
    *out = (struct assay_commit){ .order = -1 };
    bool good = copy(&out->id, commit) && copy(&out->parent, said(document, "parent")) &&
                copy(&out->branch, said(document, "branch")) && copy(&out->author_date, said(document, "author_date"));
    if (good && assay_repository_commit(&known, wish->repository, commit, &refusal) == 0) {
        free(known.branch); /* the document's was true when it was measured; of the present one nothing follows */
        known.branch = NULL;
        complete(out, &known);
        assay_commit_release(&known);
    } else if (good && wish->repository) {
        assay_commit_release(out);
        return assay_fail(error, refusal.code, "%s", refusal.text);
    }
    if (!good) {
        assay_commit_release(out);
        return no_memory(error);
    }
    return 0;
}

static int put(char **text, const char *wish, struct assay_error *error)
{
    char *made = wish ? assay_copy(wish) : NULL;
    if (wish && !made) {
        return no_memory(error);
    }
    if (wish) {
        free(*text);
        *text = made;
    }
    return 0;
}

int assay_track_commit_of(struct assay_commit *out, const struct assay_document *document, const char *name,
                          const struct assay_track_wish *wish, struct assay_error *error)
{
    struct assay_commit made = { .order = -1 };
    int code = wish->commit ? assay_track_commit_named(&made, wish->commit, wish->repository, error)
                            : read_document(&made, document, name, wish, error);
    if (code) {
        return code;
    }
    const char *own = said(document, "commit");
    if (!made.branch && own && strcmp(own, made.id) == 0) { /* named by its id: it was measured on that branch all the same */
        code = put(&made.branch, said(document, "branch"), error);
    }
    code = code ? code : put(&made.branch, wish->branch, error);
    code = code ? code : put(&made.author_date, wish->date, error);
    if (code) {
        assay_commit_release(&made);
        return code;
    }
    *out = made;
    return 0;
}
