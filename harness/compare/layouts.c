/* Which layout a block loads: number k on both sides, each number once, so that blocks are independent draws. Links on
 * demand; knows no process and no statistics. */
#include "compare/experiment.h"

#include "base/file.h"
#include "base/vector.h"
#include "catalog/layout.h"

#include <stdlib.h>
#include <string.h>

/* A plug-in's usual number of layouts, and how many are linked at once when some are wanted. */
enum { LAYOUTS = 64, LINKED_AT_ONCE = 8 }; /* the first a multiple of the second */

static const char *plugin_of(const struct experiment *experiment, const struct contest *contest, int side)
{
    return experiment->run.plan->items[contest->bench[side]].source->path;
}

static bool is_plugin(const struct experiment *experiment, const struct contest *contest, int side)
{
    return !experiment->run.plan->items[contest->bench[side]].source->is_worker;
}

/* Draws the next numbers: each run of LAYOUTS numbers in an order of its own. */
static bool draw(struct contest *contest)
{
    struct layouts *layouts = &contest->layouts;
    void *items = layouts->drawn, *paths = layouts->paths;
    size_t total = layouts->drawn_count + LAYOUTS;
    uint32_t order[LAYOUTS];
    bool ok = assay_reserve(&items, &layouts->capacity, total, sizeof *layouts->drawn);
    layouts->drawn = items;
    ok = ok && assay_reserve(&paths, &layouts->path_capacity, SIDES * total, sizeof *layouts->paths);
    layouts->paths = paths;
    if (!ok) {
        return false;
    }
    memset((void *)(layouts->paths + SIDES * layouts->drawn_count), 0, (size_t)SIDES * LAYOUTS * sizeof *layouts->paths);
    uint32_t from = (uint32_t)layouts->drawn_count;
    for (uint32_t i = 0; i < LAYOUTS; i++) {
        order[i] = from + i + 1;
    }
    assay_random_shuffle(&contest->random, order, LAYOUTS);
    memcpy(layouts->drawn + layouts->drawn_count, order, sizeof order);
    layouts->drawn_count = total;
    return true;
}

/* Where the linkers may run: nothing is measured meanwhile. */
static void choose_linkers(struct assay_layouts_options *options, bool set[ASSAY_PROCESSORS_MAX],
                           const struct experiment *experiment)
{
    const struct assay_run *run = &experiment->run;
    *options = (struct assay_layouts_options){ .at_once = 1, .stop = run->options->stop };
    unsigned count = 0;
    for (size_t i = 0; i < ASSAY_PROCESSORS_MAX; i++) {
        set[i] = run->processors[i] || run->own[i];
        count += set[i];
    }
    if (run->pinned && count > 0) {
        options->at_once = count < LINKED_AT_ONCE ? count : LINKED_AT_ONCE;
        options->processors = set;
        options->processor_count = ASSAY_PROCESSORS_MAX;
    }
}

/* Links the numbers from `first` on for both sides and finds the files; how many there are on both. */
static size_t link_some(struct experiment *experiment, struct contest *contest, size_t first, struct assay_error *error)
{
    struct layouts *layouts = &contest->layouts;
    bool processors[ASSAY_PROCESSORS_MAX];
    struct assay_layouts_options options;
    bool same = strcmp(plugin_of(experiment, contest, BASE), plugin_of(experiment, contest, HEAD)) == 0;
    choose_linkers(&options, processors, experiment);
    for (int side = BASE; side < SIDES; side++) {
        if (!(side == HEAD && same) && assay_layouts_link(plugin_of(experiment, contest, side), layouts->drawn + first,
                                                          LINKED_AT_ONCE, &options, error) != 0) {
            return 0;
        }
    }
    for (size_t i = 0; i < (size_t)SIDES * LINKED_AT_ONCE; i++) {
        char **path = &layouts->paths[SIDES * first + i];
        if (assay_layout_path(path, plugin_of(experiment, contest, (int)(i % SIDES)), layouts->drawn[first + i / SIDES],
                              error) != 0) {
            return i / SIDES;
        }
    }
    return LINKED_AT_ONCE;
}

static int find_foreign(struct experiment *experiment, struct contest *contest, struct assay_error *error)
{
    struct layouts *layouts = &contest->layouts;
    for (int side = BASE; side < SIDES; side++) {
        int result = assay_layouts_foreign(&layouts->foreign[side], &layouts->foreign_counts[side],
                                           plugin_of(experiment, contest, side), error);
        if (result != 0) {
            return result;
        }
    }
    const size_t *counts = layouts->foreign_counts;
    layouts->foreign_count = counts[BASE] < counts[HEAD] ? counts[BASE] : counts[HEAD];
    return 0;
}

int assay_contest_find_layouts(struct experiment *experiment, struct contest *contest)
{
    struct layouts *layouts = &contest->layouts;
    struct assay_error reason = { 0 };
    if (!is_plugin(experiment, contest, BASE) || !is_plugin(experiment, contest, HEAD) ||
        experiment->options->no_layouts) {
        return 0;
    }
    if (!draw(contest)) {
        return assay_fail(experiment->error, ASSAY_ENOMEM, "out of memory");
    }
    size_t linked = link_some(experiment, contest, 0, &reason);
    layouts->any = linked > 0;
    layouts->count = linked;
    int result = layouts->any ? 0 : find_foreign(experiment, contest, experiment->error);
    for (int side = BASE; side < SIDES; side++) {
        experiment->run.benches[contest->bench[side]].layouts =
            (uint32_t)(layouts->any ? LAYOUTS : layouts->foreign_count);
    }
    return result;
}

void assay_contest_next_layout(struct experiment *experiment, struct contest *contest, struct block *block)
{
    struct layouts *layouts = &contest->layouts;
    size_t wanted = (size_t)(block->number > 0 ? block->number - 1 : 0);
    block->draw = 0;
    block->layout = 0;
    if (layouts->foreign_count > 0) {
        block->draw = wanted % layouts->foreign_count;
    }
    if (!layouts->any) {
        return;
    }
    if (wanted >= layouts->count && !layouts->stuck && (layouts->count < layouts->drawn_count || draw(contest))) {
        size_t linked = link_some(experiment, contest, layouts->count, NULL);
        layouts->count += linked;
        layouts->stuck = linked < LINKED_AT_ONCE;
    }
    block->draw = wanted % layouts->count; /* a full disk, a linker that went away: go round in those there are */
    block->layout = layouts->drawn[block->draw];
}

const char *assay_contest_plugin(const struct experiment *experiment, const struct contest *contest,
                                 const struct block *block, int side)
{
    const struct layouts *layouts = &contest->layouts;
    return layouts->foreign_count > 0 ? layouts->foreign[side][block->draw]
           : layouts->any             ? layouts->paths[SIDES * block->draw + (size_t)side]
                                      : plugin_of(experiment, contest, side);
}

void assay_contest_release_layouts(struct contest *contest)
{
    struct layouts *layouts = &contest->layouts;
    for (int side = BASE; side < SIDES; side++) {
        assay_names_free(layouts->foreign[side], layouts->foreign_counts[side]);
    }
    for (size_t i = 0; layouts->paths != NULL && i < SIDES * layouts->drawn_count; i++) {
        free(layouts->paths[i]);
    }
    free(layouts->paths);
    free(layouts->drawn);
}
