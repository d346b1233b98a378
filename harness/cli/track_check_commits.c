/* Which commits are checked: base, head and the pinned reference build. Builds and measures nothing. */
#include "cli/track_check.h"

#include <stdlib.h>
#include <string.h>

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

static const char *repository_of(const struct assay_check *check)
{
    return check->values->repository.text;
}

static int find(struct assay_commit *out, const struct assay_check *check, const char *reference, struct assay_error *error)
{
    return assay_repository_commit(out, repository_of(check), reference, error);
}

/* ---- head ---- */

static int warn_of_changes(struct assay_check *check, struct assay_error *error)
{
    struct assay_commit here = { .order = -1 };
    struct assay_error ignored = { 0 };
    size_t count = 0;
    int code = 0;
    if (find(&here, check, "HEAD", &ignored) == 0 && strcmp(here.id, check->head.id) == 0) {
        code = assay_repository_changes(&count, repository_of(check), error);
    }
    assay_commit_release(&here);
    if (code || count == 0) {
        return code;
    }
    return assay_check_warn_take(check,
                                 assay_formatted("%zu changed file%s of the work tree %s not in it: a commit is checked as "
                                                 "it is on record",
                                                 count, count == 1 ? "" : "s", count == 1 ? "is" : "are"),
                                 error);
}

/* ---- base ---- */

/* Where head left that branch; *merge NULL: there is no such branch, or head lies on it. */
static int try_branch(char **merge, const struct assay_check *check, const char *branch, bool *there,
                      struct assay_error *error)
{
    struct assay_commit tip = { .order = -1 };
    struct assay_error unknown = { 0 };
    if (find(&tip, check, branch, &unknown) != 0) {
        return 0;
    }
    char *found = NULL;
    int code = assay_repository_merge_base(&found, repository_of(check), tip.id, check->head.id, error);
    assay_commit_release(&tip);
    *there = true;
    if (!code && strcmp(found, check->head.id) != 0) {
        *merge = found;
        found = NULL;
    }
    free(found);
    return code;
}

static int find_default_base(struct assay_check *check, struct assay_error *error)
{
    static const char *const branches[] = { "origin/HEAD", "main", "master" };
    char *merge = NULL;
    bool there = false;
    int code = 0;
    for (size_t i = 0; i < sizeof branches / sizeof *branches && !code && !there; i++) {
        code = try_branch(&merge, check, branches[i], &there, error);
    }
    if (!code && merge) {
        code = find(&check->base, check, merge, error);
        free(merge);
        return code;
    }
    char *before = code ? NULL : assay_formatted("%s~1", check->head.id);
    if (!code) {
        code = before ? find(&check->base, check, before, error) : no_memory(error);
    }
    free(before);
    if (code) {
        return code;
    }
    return assay_check_warn_take(check,
                                 assay_formatted("base is the commit before head: %s",
                                                 there ? "head lies on the main branch itself"
                                                       : "there is no origin/HEAD, main or master to have left"),
                                 error);
}

/* What moved on the other branch meanwhile is not head's doing: a base that is no ancestor means the commit where both parted. */
static int find_named_base(struct assay_check *check, const char *reference, struct assay_error *error)
{
    struct assay_commit named = { .order = -1 };
    char *merge = NULL;
    int code = find(&named, check, reference, error);
    if (!code) {
        code = assay_repository_merge_base(&merge, repository_of(check), named.id, check->head.id, error);
    }
    bool behind = !code && strcmp(merge, check->head.id) == 0 && strcmp(named.id, check->head.id) != 0;
    bool apart = !code && !behind && strcmp(merge, named.id) != 0;
    if (!code && apart) {
        code = find(&check->base, check, merge, error);
    } else if (!code) {
        check->base = named;
        named = (struct assay_commit){ .order = -1 };
    }
    char *said = NULL;
    if (!code && (apart || behind)) {
        said = apart ? assay_formatted("base is %.12s, where head and '%.100s' parted", merge, reference)
                     : assay_formatted("head lies before base '%.100s': what is compared goes back in time", reference);
        code = assay_check_warn_take(check, said, error);
    }
    free(merge);
    assay_commit_release(&named);
    return code;
}

int assay_check_find_commits(struct assay_check *check, struct assay_error *error)
{
    const struct check_values *values = check->values;
    int code = find(&check->head, check, values->head.given ? values->head.text : "HEAD", error);
    if (!code) {
        code = warn_of_changes(check, error);
    }
    if (!code && !values->against_history.given) {
        code = values->base.given ? find_named_base(check, values->base.text, error) : find_default_base(check, error);
    }
    return code;
}

int assay_check_find_reference(struct assay_check *check, struct assay_error *error)
{
    const struct check_values *values = check->values;
    struct assay_error unknown = { 0 };
    char *baseline = NULL;
    int code = 0;
    if (values->reference.given) {
        return find(&check->reference, check, values->reference.text, error);
    }
    if (check->store) {
        code = assay_store_baseline(&baseline, check->store, error);
    }
    /* Nobody asked for it here: a baseline that this clone does not have costs the record, not the check. */
    if (!code && baseline && find(&check->reference, check, baseline, &unknown) != 0) {
        code = assay_check_warn_take(check, assay_formatted("nothing is recorded: the accepted baseline: %s", unknown.text), error);
    }
    free(baseline);
    return code;
}
