/* What the formats of other tools share. Knows no format. */
#include "reports/profiles/foreign.h"

#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int assay_foreign_check(const struct assay_document *document, const char *format, bool single,
                        struct assay_error *error)
{
    int result = assay_document_check(document, error);
    if (result) {
        return result;
    }
    if (document->profile_count == 0) {
        return assay_fail(error, ASSAY_EINPUT, "the document has no profile");
    }
    if (single && document->profile_count > 1) {
        return assay_fail(error, ASSAY_EUSAGE, "%s holds one profile, the document has %zu", format,
                          document->profile_count);
    }
    return 0;
}

int assay_foreign_needs_tree(const struct assay_profile *profile, const char *what, struct assay_error *error)
{
    if (profile->tree.count > 0) {
        return 0;
    }
    return assay_fail(error, ASSAY_EINPUT, "%s cannot be made from edges, and %s gave no contexts", what,
                      profile->source);
}

/* Names. */

static char *plain_name(const struct assay_profile_function_row *row)
{
    if (row->kind != ASSAY_FUNCTION_LIBRARY || !row->file) {
        return assay_copy(row->name);
    }
    const char *slash = strrchr(row->file, '/');
    return assay_formatted("%s in %s", row->name, slash ? slash + 1 : row->file);
}

struct named {
    const char *file, *name;
    size_t index;
};

static int by_name(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int order = strcmp(x->file, y->file);
    order = order ? order : strcmp(x->name, y->name);
    return order ? order : x->index < y->index ? -1 : x->index > y->index;
}

static bool same(const struct named *a, const struct named *b)
{
    return strcmp(a->file, b->file) == 0 && strcmp(a->name, b->name) == 0;
}

/* The second of a kind gets "~2", the third "~3". */
static bool part_names(char **names, const struct assay_profile *profile)
{
    size_t count = profile->function_count;
    struct named *sorted = calloc(count + 1, sizeof *sorted);
    char **parted = calloc(count + 1, sizeof *parted);
    bool good = sorted && parted;
    for (size_t i = 0; i < count && good; i++) {
        const char *file = profile->functions[i].file;
        sorted[i] = (struct named){ file ? file : "", names[i], i };
    }
    if (good) {
        qsort(sorted, count, sizeof *sorted, by_name);
    }
    for (size_t i = 0, first = 0; i < count && good; i++) {
        first = same(&sorted[first], &sorted[i]) ? first : i;
        if (i > first) {
            parted[sorted[i].index] = assay_formatted("%s~%zu", sorted[i].name, i - first + 1);
            good = parted[sorted[i].index] != NULL;
        }
    }
    for (size_t i = 0; parted && i < count; i++) {
        if (parted[i]) {
            free(names[i]);
            names[i] = parted[i];
        }
    }
    free(parted);
    free(sorted);
    return good;
}

char **assay_foreign_names(const struct assay_profile *profile)
{
    char **names = calloc(profile->function_count + 1, sizeof *names);
    bool good = names != NULL;
    for (size_t i = 0; i < profile->function_count && good; i++) {
        names[i] = plain_name(&profile->functions[i]);
        good = names[i] != NULL;
    }
    if (!good || !part_names(names, profile)) {
        assay_foreign_names_free(names, profile);
        return NULL;
    }
    return names;
}

void assay_foreign_names_free(char **names, const struct assay_profile *profile)
{
    for (size_t i = 0; names && i < profile->function_count; i++) {
        free(names[i]);
    }
    free(names);
}

/* Numbers, frames, bytes. */

uint64_t assay_foreign_whole(double value)
{
    static const double most = 9007199254740992.0;
    if (!(value > 0)) {
        return 0;
    }
    return value < most ? (uint64_t)nearbyint(value) : (uint64_t)most;
}

size_t assay_foreign_frames(const struct assay_profile *profile, size_t node, uint32_t *frames)
{
    const struct assay_profile_tree *tree = &profile->tree;
    size_t count = 0;
    double at = (double)node;
    while (at >= 0) {
        frames[count++] = (uint32_t)tree->function[(size_t)at];
        at = tree->parent[(size_t)at];
    }
    for (size_t i = 0; i < count / 2; i++) {
        uint32_t swapped = frames[i];
        frames[i] = frames[count - 1 - i];
        frames[count - 1 - i] = swapped;
    }
    return count;
}

size_t assay_foreign_depth(const struct assay_profile *profile, bool *memory)
{
    const struct assay_profile_tree *tree = &profile->tree;
    size_t *depths = calloc(tree->count + 1, sizeof *depths);
    size_t most = 0;
    *memory = depths != NULL;
    for (size_t i = 0; depths && i < tree->count; i++) {
        depths[i] = 1 + (tree->parent[i] >= 0 ? depths[(size_t)tree->parent[i]] : 0);
        most = depths[i] > most ? depths[i] : most;
    }
    free(depths);
    return most;
}

void assay_foreign_put(FILE *to, const char *text, const char *bad)
{
    for (; *text; text++) {
        bool odd = (unsigned char)*text < ' ' || *text == '\x7f' || strchr(bad, *text);
        (void)fputc(odd ? '_' : *text, to);
    }
}

int assay_foreign_finish(FILE *to, const char *format, struct assay_error *error)
{
    errno = 0;
    if (fflush(to) || ferror(to)) {
        return assay_fail_errno(error, errno ? errno : EIO, "cannot write the %s file", format);
    }
    return 0;
}
