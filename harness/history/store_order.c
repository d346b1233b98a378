/* The order of points in a series. Knows no database. */
#include "history/store_parts.h"

#include <stdlib.h>
#include <string.h>

/* How well a place is known. */
enum known { BY_ORDER, BY_DATE, BY_RECORDING, KINDS };

static enum known kind_of(const struct assay_store_place *place)
{
    return place->has_order ? BY_ORDER : place->has_date ? BY_DATE : BY_RECORDING;
}

static int compare(int64_t x, int64_t y)
{
    return (x > y) - (x < y);
}

/* Of one kind. Commits of two branches may have one order: then the date decides; and points of one commit stay together. */
static int compare_alike(const void *a, const void *b)
{
    const struct assay_store_place *x = a, *y = b;
    enum known kind = kind_of(x);
    int result = (int)kind - (int)kind_of(y);
    result = result || kind != BY_ORDER ? result : compare(x->order, y->order);
    result = result || kind == BY_RECORDING ? result : compare(x->has_date, y->has_date);
    result = result || kind == BY_RECORDING || !x->has_date ? result : compare(x->date, y->date);
    result = result || kind == BY_RECORDING ? result : compare(x->commit, y->commit);
    return result ? result : compare(x->run, y->run);
}

/* Of two kinds: by what both have. */
static bool comes_before(const struct assay_store_place *x, const struct assay_store_place *y)
{
    return x->has_date && y->has_date && x->date != y->date ? x->date < y->date : x->run < y->run;
}

/* Two sorted parts that lie one behind the other. Between kinds there is no order that holds for any three, but two sorted lists can
 * always be merged. */
static void merge(struct assay_store_place *places, size_t middle, size_t count, struct assay_store_place *room)
{
    size_t left = 0, right = middle;
    for (size_t to = 0; to < count; to++) {
        bool from_right = left == middle || (right < count && comes_before(&places[right], &places[left]));
        room[to] = places[from_right ? right++ : left++];
    }
    memcpy(places, room, count * sizeof *places);
}

bool assay_store_sort(struct assay_store_place *places, size_t count)
{
    size_t counts[KINDS] = { 0 };
    for (size_t i = 0; i < count; i++) {
        counts[kind_of(&places[i])]++;
    }
    if (count == 0) {
        return true;
    }
    struct assay_store_place *room = malloc(count * sizeof *room);
    if (room) {
        qsort(places, count, sizeof *places, compare_alike);
        merge(places, counts[BY_ORDER], counts[BY_ORDER] + counts[BY_DATE], room);
        merge(places, counts[BY_ORDER] + counts[BY_DATE], count, room);
    }
    free(room);
    return room != NULL;
}
