/* Series out of the store: which fit a question, their points in the order of commits, what was accepted in them. Knows no change. */
#include "history/store_parts.h"

#include "base/text.h"
#include "base/vector.h"
#include "history/instant.h"
#include "history/samples.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SERIES_COLUMNS "select id, benchmark, unit, fingerprint, reference from assay_series"
static const char select_all[] = SERIES_COLUMNS;
static const char select_named[] = SERIES_COLUMNS " where benchmark = $1";
static const char select_points[] =
    "select p.run, c.id, c.place, c.author_s, c.name, c.parent, r.branch, c.author_date, c.subject, r.document, p.value, p.low, p.high,"
    " p.status, p.flags from assay_point p join assay_run r on r.id = p.run left join assay_commit c on c.id = r.commit_id"
    " where p.series = $1 and ($2 is null or r.branch = $2) and ($3 is null or c.author_s >= $3) and ($4 is null or c.author_s <= $4)";
static const char select_decisions[] = "select benchmark, commit_name, who, decided, reason from assay_decision order by id";
static const char select_samples[] =
    "select s.packed from assay_samples s join assay_run r on r.id = s.run join assay_series e on e.id = s.series"
    " where r.document = $1 and e.benchmark = $2 and e.unit = $3 order by e.id limit 1";

struct decision {
    char *benchmark, *commit, *who, *when, *reason;
};
struct reading {
    const struct assay_store_query *query;
    bool has_since, has_until;
    int64_t since, until;
    struct assay_history_series *series;
    int64_t *keys; /* one a series */
    size_t count, capacity, key_capacity;
    struct decision *decisions;
    size_t decision_count, decision_capacity;
    /* of the series that is being read */
    struct assay_history_point *points;
    struct assay_store_place *places;
    size_t point_count, point_capacity, place_capacity;
};

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

/* ---- which series ---- */

static bool is_wanted(const char *benchmark, const char *unit, const char *fingerprint, const char *reference,
                      const struct assay_store_query *query)
{
    bool any = true, wanted = false;
    for (int i = 0; i < ASSAY_HISTORY_UNITS; i++) {
        any = any && !query->units[i];
        wanted = wanted || (query->units[i] && strcmp(unit, assay_history_unit_word((enum assay_history_unit)i)) == 0);
    }
    return (any || wanted) && (!query->benchmark || assay_store_matches(query->benchmark, benchmark)) &&
           (!query->fingerprint || strcmp(query->fingerprint, fingerprint) == 0) &&
           (!query->reference || strcmp(query->reference, reference) == 0);
}

/* "" stands for not known. */
static int copy_known(char **out, const struct assay_cell *cell, struct assay_error *error)
{
    return cell->null || cell->length == 0 ? 0 : assay_store_copy_cell(out, cell, error);
}

static int series_row(void *context, const struct assay_cell *cells, struct assay_error *error)
{
    struct reading *reading = context;
    if (!is_wanted(cells[1].text, cells[2].text, cells[3].text, cells[4].text, reading->query)) {
        return 0;
    }
    void *items = reading->series, *keys = reading->keys;
    bool room = assay_reserve(&items, &reading->capacity, reading->count + 1, sizeof *reading->series);
    reading->series = items;
    room = room && assay_reserve(&keys, &reading->key_capacity, reading->count + 1, sizeof *reading->keys);
    reading->keys = keys;
    if (!room) {
        return no_memory(error);
    }
    struct assay_history_series *series = &reading->series[reading->count];
    *series = (struct assay_history_series){ .unit = ASSAY_HISTORY_RATIO };
    reading->keys[reading->count++] = cells[0].integer;
    while (strcmp(cells[2].text, assay_history_unit_word(series->unit)) != 0) {
        if (!assay_history_unit_word(++series->unit)) {
            return assay_fail(error, ASSAY_EINPUT, "a series of '%s' in unit '%s', which this assay does not know", cells[1].text,
                              cells[2].text);
        }
    }
    int code = assay_store_copy_cell(&series->benchmark, &cells[1], error);
    code = code ? code : copy_known(&series->fingerprint, &cells[3], error);
    return code ? code : copy_known(&series->reference, &cells[4], error);
}

/* ---- their points ---- */

/* Words with blanks between; before them what went wrong, where something did. */
static int copy_flags(struct assay_history_point *point, const char *status, const char *flags, struct assay_error *error)
{
    const char *const texts[] = { strcmp(status, "ok") == 0 ? "" : status, flags };
    size_t most = 2 + strlen(flags) / 2;
    point->flags = calloc(most, sizeof *point->flags);
    for (size_t i = 0; i < 2 && point->flags; i++) {
        for (const char *at = texts[i] + strspn(texts[i], " "); *at; at += strspn(at, " ")) {
            size_t length = strcspn(at, " ");
            char *word = assay_copy_bytes(at, length);
            if (!word) {
                return no_memory(error);
            }
            point->flags[point->flag_count++] = word;
            at += length;
        }
    }
    return point->flags ? 0 : no_memory(error);
}

static double real_of(const struct assay_cell *cell)
{
    return cell->null ? NAN : cell->type == ASSAY_CELL_INTEGER ? (double)cell->integer : cell->real;
}

static int fill_point(struct assay_history_point *point, const struct assay_cell *cells, struct assay_error *error)
{
    char **const texts[] = { &point->commit, &point->parent, &point->branch, &point->author_date, &point->subject, &point->document };
    int code = 0;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && !code; i++) {
        code = assay_store_copy_cell(texts[i], &cells[i], error);
    }
    point->value = real_of(&cells[6]);
    point->low = real_of(&cells[7]);
    point->high = real_of(&cells[8]);
    return code ? code : copy_flags(point, cells[9].text, cells[10].text, error);
}

static int point_row(void *context, const struct assay_cell *cells, struct assay_error *error)
{
    struct reading *reading = context;
    void *points = reading->points, *places = reading->places;
    bool room = assay_reserve(&points, &reading->point_capacity, reading->point_count + 1, sizeof *reading->points);
    reading->points = points;
    room = room && assay_reserve(&places, &reading->place_capacity, reading->point_count + 1, sizeof *reading->places);
    reading->places = places;
    if (!room) {
        return no_memory(error);
    }
    size_t row = reading->point_count++;
    reading->points[row] = (struct assay_history_point){ .value = NAN };
    reading->places[row] = (struct assay_store_place){ .run = cells[0].integer,
                                                       .commit = cells[1].null ? 0 : cells[1].integer,
                                                       .has_order = !cells[2].null,
                                                       .order = cells[2].integer,
                                                       .has_date = !cells[3].null,
                                                       .date = cells[3].integer,
                                                       .row = row };
    return fill_point(&reading->points[row], &cells[4], error);
}

static void drop_points(struct reading *reading)
{
    struct assay_history_series gone = { .points = reading->points, .point_count = reading->point_count };
    assay_history_release(&gone);
    free(reading->places);
    reading->points = NULL;
    reading->places = NULL;
    reading->point_count = reading->point_capacity = reading->place_capacity = 0;
}

/* The newest `most` in their order to the series; the others stay behind and are dropped. */
static int take_points(struct assay_history_series *series, struct reading *reading, struct assay_error *error)
{
    size_t count = reading->point_count, most = reading->query->most;
    size_t from = most > 0 && count > most ? count - most : 0;
    if (!assay_store_sort(reading->places, count)) {
        return no_memory(error);
    }
    for (size_t i = from; i < count; i++) {
        struct assay_history_point *point = assay_history_add_point(series);
        if (!point) {
            return no_memory(error);
        }
        struct assay_history_point *row = &reading->points[reading->places[i].row];
        *point = *row;
        *row = (struct assay_history_point){ 0 };
    }
    return 0;
}

static int read_points(struct reading *reading, size_t index, struct assay_database *database, struct assay_error *error)
{
    const struct assay_cell cells[] = { assay_cell_integer(reading->keys[index]), assay_cell_text(reading->query->branch),
                                        assay_cell_integer_or_null(reading->has_since, reading->since),
                                        assay_cell_integer_or_null(reading->has_until, reading->until) };
    int code = ASSAY_STORE_RUN(database, select_points, cells, point_row, reading, error);
    code = code ? code : take_points(&reading->series[index], reading, error);
    drop_points(reading);
    return code;
}

/* ---- what was accepted ---- */

static int decision_row(void *context, const struct assay_cell *cells, struct assay_error *error)
{
    struct reading *reading = context;
    void *items = reading->decisions;
    bool room = assay_reserve(&items, &reading->decision_capacity, reading->decision_count + 1, sizeof *reading->decisions);
    reading->decisions = items;
    if (!room) {
        return no_memory(error);
    }
    struct decision *decision = &reading->decisions[reading->decision_count++];
    *decision = (struct decision){ 0 };
    char **const texts[] = { &decision->benchmark, &decision->commit, &decision->who, &decision->when, &decision->reason };
    int code = 0;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && !code; i++) {
        code = assay_store_copy_cell(texts[i], &cells[i], error);
    }
    return code;
}

static bool copy_to(char **out, const char *text)
{
    *out = assay_copy(text);
    return *out || !text;
}

static int accept_one(struct assay_history_series *series, const struct decision *decision, struct assay_error *error)
{
    struct assay_history_acceptance *acceptance = assay_history_add_acceptance(series);
    if (!acceptance) {
        return no_memory(error);
    }
    for (size_t i = series->point_count; i-- > 0;) { /* the first of its commit, where the change is */
        if (series->points[i].commit && strcmp(series->points[i].commit, decision->commit) == 0) {
            acceptance->point = (int32_t)i;
        }
    }
    bool own = strcmp(decision->benchmark, series->benchmark) == 0;
    bool good = copy_to(&acceptance->commit, acceptance->point < 0 ? decision->commit : NULL) &&
                copy_to(&acceptance->who, decision->who) && copy_to(&acceptance->when, decision->when) &&
                copy_to(&acceptance->reason, decision->reason) && copy_to(&acceptance->benchmark, own ? NULL : decision->benchmark);
    return good ? 0 : no_memory(error);
}

static int accept_all(struct assay_history_series *series, const struct reading *reading, struct assay_error *error)
{
    int code = 0;
    for (size_t i = 0; i < reading->decision_count && !code; i++) {
        bool fits = assay_store_matches(reading->decisions[i].benchmark, series->benchmark);
        code = fits ? accept_one(series, &reading->decisions[i], error) : 0;
    }
    return code;
}

/* ---- all of it ---- */

static void release_series(struct reading *reading)
{
    drop_points(reading);
    for (size_t i = 0; i < reading->count; i++) {
        assay_history_release(&reading->series[i]);
    }
    free(reading->series);
    reading->series = NULL;
    reading->count = reading->capacity = 0;
}

static void release_rest(struct reading *reading)
{
    for (size_t i = 0; i < reading->decision_count; i++) {
        free(reading->decisions[i].benchmark);
        free(reading->decisions[i].commit);
        free(reading->decisions[i].who);
        free(reading->decisions[i].when);
        free(reading->decisions[i].reason);
    }
    free(reading->decisions);
    free(reading->keys);
    reading->decisions = NULL;
    reading->keys = NULL;
    reading->decision_count = reading->decision_capacity = reading->key_capacity = 0;
}

/* A series whose points all fall outside of the question is none. */
static void drop_empty(struct reading *reading)
{
    size_t kept = 0;
    for (size_t i = 0; i < reading->count; i++) {
        if (reading->series[i].point_count > 0) {
            reading->series[kept++] = reading->series[i];
        } else {
            assay_history_release(&reading->series[i]);
        }
    }
    reading->count = kept;
}

static int read_all(void *context, struct assay_database *database, struct assay_error *error)
{
    struct reading *reading = context;
    const char *benchmark = reading->query->benchmark;
    release_series(reading); /* of a connection that was lost on the way */
    release_rest(reading);
    bool named = benchmark && !assay_store_is_pattern(benchmark);
    const struct assay_cell cells[] = { assay_cell_text(benchmark) };
    struct assay_statement every = { .sql = select_all, .row = series_row, .context = reading };
    struct assay_statement decided = { .sql = select_decisions, .row = decision_row, .context = reading };
    int code = named ? ASSAY_STORE_RUN(database, select_named, cells, series_row, reading, error)
                     : assay_database_run(database, &every, error);
    code = code ? code : assay_database_run(database, &decided, error);
    for (size_t i = 0; i < reading->count && !code; i++) {
        code = read_points(reading, i, database, error);
        code = code ? code : accept_all(&reading->series[i], reading, error);
    }
    return code;
}

static int compare_series(const void *a, const void *b)
{
    const struct assay_history_series *x = a, *y = b;
    const char *const texts[][2] = { { x->fingerprint, y->fingerprint }, { x->reference, y->reference } };
    int order = strcmp(x->benchmark, y->benchmark);
    order = order ? order : (x->unit > y->unit) - (x->unit < y->unit);
    for (size_t i = 0; i < 2 && order == 0; i++) {
        order = strcmp(texts[i][0] ? texts[i][0] : "", texts[i][1] ? texts[i][1] : "");
    }
    return order;
}

static int read_dates(struct reading *reading, struct assay_error *error)
{
    const struct assay_store_query *query = reading->query;
    reading->has_since = assay_history_instant(&reading->since, query->since);
    reading->has_until = assay_history_instant(&reading->until, query->until);
    if ((query->since && !reading->has_since) || (query->until && !reading->has_until)) {
        return assay_fail(error, ASSAY_EUSAGE, "bad date '%s': want one such as 2026-02-07T09:30:00Z",
                          query->since && !reading->has_since ? query->since : query->until);
    }
    return 0;
}

int assay_store_series(struct assay_history_series **series, size_t *count, struct assay_store *store,
                       const struct assay_store_query *query, struct assay_error *error)
{
    struct reading reading = { .query = query };
    int code = read_dates(&reading, error);
    code = code ? code : assay_store_transact(store, ASSAY_TRANSACTION_READ, read_all, &reading, error);
    release_rest(&reading);
    if (code) {
        release_series(&reading);
        return code;
    }
    drop_empty(&reading);
    if (reading.count > 0) {
        qsort(reading.series, reading.count, sizeof *reading.series, compare_series);
    } else {
        free(reading.series);
        reading.series = NULL;
    }
    *series = reading.series;
    *count = reading.count;
    return 0;
}

/* ---- samples ---- */

struct sampling {
    struct assay_cell cells[3];
    double *samples;
    size_t count;
};

static int samples_row(void *context, const struct assay_cell *cells, struct assay_error *error)
{
    struct sampling *sampling = context;
    return assay_samples_unpack(&sampling->samples, &sampling->count, cells[0].bytes, cells[0].length, error);
}

static int read_samples(void *context, struct assay_database *database, struct assay_error *error)
{
    struct sampling *sampling = context;
    free(sampling->samples);
    sampling->samples = NULL;
    sampling->count = 0;
    return ASSAY_STORE_RUN(database, select_samples, sampling->cells, samples_row, sampling, error);
}

int assay_store_samples(double **samples, size_t *count, struct assay_store *store, const char *document, const char *benchmark,
                        enum assay_history_unit unit, struct assay_error *error)
{
    struct sampling sampling = {
        .cells = { assay_cell_text(document), assay_cell_text(benchmark), assay_cell_text(assay_history_unit_word(unit)) }
    };
    int code = assay_store_transact(store, ASSAY_TRANSACTION_READ, read_samples, &sampling, error);
    if (code) {
        free(sampling.samples);
        return code;
    }
    *samples = sampling.samples;
    *count = sampling.count;
    return 0;
}
