/* What the commands track ... have in common: the store's address, and names that a store does not know. */
#include "cli/track.h"

#include "cli/track_news.h"
#include "cli/track_slice.h"
#include "reports/cells.h"

#include <stdlib.h>
#include <string.h>

const char *assay_track_address(const struct assay_option_value *store)
{
    const char *setting = getenv("ASSAY_STORE");
    return store->given ? store->text : setting && setting[0] ? setting : "history.db";
}

void assay_track_append_store(struct assay_text *text, const struct assay_store *store)
{
    static const struct assay_option_value nothing = { .given = false };
    char *unsaid = assay_store_name(assay_track_address(&nothing));
    const char *name = assay_store_opened_as(store);
    if (!unsaid || strcmp(unsaid, name) != 0) {
        char *clean = assay_cell_clean(name, true);
        assay_text_append(text, " --store ");
        assay_track_quote(text, clean ? clean : "STORE");
        free(clean);
    }
    free(unsaid);
}

/* The names, ended by NULL, borrowed from `items`. Heap; NULL: out of memory. */
static const char **names_of(const struct assay_store_listed *items, size_t count)
{
    const char **names = calloc(count + 1, sizeof *names);
    for (size_t i = 0; names && i < count; i++) {
        names[i] = items[i].benchmark;
    }
    return names;
}

/* How many series it has, and the name of theirs that is nearest; *nearest heap, NULL: none is near. */
static int look(char **nearest, size_t *count, struct assay_store *store, const char *benchmark, struct assay_error *error)
{
    struct assay_store_listed *items = NULL;
    int code = assay_store_list(&items, count, store, error);
    const char **names = code ? NULL : names_of(items, *count);
    const char *near = names && benchmark ? assay_nearest(benchmark, names) : NULL;
    *nearest = near ? assay_copy(near) : NULL;
    free(names);
    if (!code) {
        assay_store_list_free(items, *count);
    }
    return code;
}

static int say_nearest(const char *benchmark, const char *address, const char *nearest, struct assay_error *error)
{
    char *name = assay_store_name(address);
    int code = assay_fail(error, ASSAY_EINPUT, "no benchmark '%.160s' in '%.80s': did you mean '%.160s'?", benchmark, name ? name : "?",
                          nearest);
    free(name);
    return code;
}

int assay_track_unknown(struct assay_store *store, const char *address, const char *benchmark, struct assay_error *error)
{
    char *nearest = NULL, *name = NULL;
    size_t count = 0;
    int code = look(&nearest, &count, store, benchmark, error);
    name = code ? NULL : assay_store_name(address);
    if (!code && count == 0) {
        code = assay_fail(error, ASSAY_EINPUT, "'%.160s' holds no results yet: see assay track record --help", name ? name : "?");
    } else if (!code && nearest) {
        code = say_nearest(benchmark, address, nearest, error);
    } else if (!code && benchmark) {
        code = assay_fail(error, ASSAY_EINPUT, "no benchmark '%.160s' in '%.160s': see assay track log", benchmark, name ? name : "?");
    }
    free(nearest);
    free(name);
    return code;
}

int assay_track_check_name(struct assay_store *store, const char *address, const char *benchmark, struct assay_error *error)
{
    char *nearest = NULL;
    size_t count = 0;
    int code = look(&nearest, &count, store, benchmark, error);
    code = code || !nearest ? code : say_nearest(benchmark, address, nearest, error);
    free(nearest);
    return code;
}
