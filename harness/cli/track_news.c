/* Events to paragraphs: what is news, and that it was told. Knows no command line and no git. */
#include "cli/track_news.h"

#include "base/clock.h"
#include "base/vector.h"
#include "cli/track.h"
#include "cli/track_slice.h"
#include "history/judge.h"
#include "reports/cells.h"
#include "reports/history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NEAR = 3 }; /* points: a late result of an older commit may move a change by so many */

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

/* ---- what was touched ---- */

bool assay_track_touch(struct assay_track_touched *touched, const struct assay_store_run *run)
{
    for (size_t i = 0; i < run->value_count; i++) {
        void *items = touched->items;
        bool room = assay_reserve(&items, &touched->capacity, touched->count + 1, sizeof *touched->items);
        touched->items = items;
        if (!room) {
            return false;
        }
        struct assay_track_touch *item = &touched->items[touched->count++];
        *item = (struct assay_track_touch){ assay_copy(run->values[i].benchmark), assay_copy(run->fingerprint) };
        if (!item->benchmark || (run->fingerprint && !item->fingerprint)) {
            return false;
        }
    }
    return true;
}

void assay_track_touched_release(struct assay_track_touched *touched)
{
    for (size_t i = 0; i < touched->count; i++) {
        free(touched->items[i].benchmark);
        free(touched->items[i].fingerprint);
    }
    free(touched->items);
    *touched = (struct assay_track_touched){ 0 };
}

static int compare_texts(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) : (a != NULL) - (b != NULL);
}

static int compare_touched(const void *a, const void *b)
{
    const struct assay_track_touch *x = a, *y = b;
    int benchmark = strcmp(x->benchmark, y->benchmark);
    return benchmark ? benchmark : compare_texts(x->fingerprint, y->fingerprint);
}

/* ---- words ---- */

void assay_track_quote(struct assay_text *text, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:=,@/+-";
    if (word[0] && strspn(word, plain) == strlen(word)) {
        assay_text_append(text, word);
        return;
    }
    assay_text_append_char(text, '\'');
    for (; *word; word++) {
        if (*word == '\'') {
            assay_text_append(text, "'\\''");
        } else {
            assay_text_append_char(text, *word);
        }
    }
    assay_text_append_char(text, '\'');
}

void assay_track_effect(struct assay_text *text, const struct assay_history_change *change)
{
    double low = (change->low - 1) * 100, high = (change->high - 1) * 100;
    int digits = isfinite(low) && isfinite(high) && high - low < 0.3 ? 2 : 1;
    assay_text_format(text, "%+.*f %%", digits, (change->ratio - 1) * 100);
    if (isfinite(low) && isfinite(high)) {
        assay_text_format(text, " [%.*f, %.*f]", digits, low, digits, high);
    }
}

/* A text from outside, for a terminal; NULL: no memory. */
static void append_clean(struct assay_text *text, const char *raw)
{
    char *clean = raw ? assay_cell_clean(raw, true) : NULL;
    assay_text_append(text, clean ? clean : "");
    text->failed = text->failed || !clean;
    free(clean);
}

/* A commit in brief. */
static void append_commit(struct assay_text *text, const char *commit)
{
    char *brief = assay_words_history_commit(commit);
    append_clean(text, brief);
    free(brief);
}

/* The same as a word for a shell. */
static void append_commit_quoted(struct assay_text *text, const char *commit)
{
    struct assay_text brief = ASSAY_TEXT_INIT;
    append_commit(&brief, commit);
    assay_track_quote(text, brief.bytes ? brief.bytes : "");
    text->failed = text->failed || brief.failed;
    assay_text_release(&brief);
}

/* ---- what is news ---- */

/* What one paragraph is made of. */
struct telling {
    struct assay_text *said;
    struct assay_store *store;
    const struct assay_history_series *series;
    const struct assay_event *event;
    char when[32];
};

static const struct assay_history_series *series_of(const struct telling *telling, size_t member)
{
    return &telling->series[telling->event->members[member].series];
}

static const struct assay_history_change *change_of(const struct telling *telling, size_t member)
{
    return &series_of(telling, member)->changes[telling->event->members[member].change];
}

/* Whether somebody was told, or accepted it, where the change stood before a late result of an older commit moved it. */
static int ask_neighbours(bool *known, const struct telling *telling, size_t member, struct assay_error *error)
{
    const struct assay_history_series *series = series_of(telling, member);
    struct assay_history_change places[2 * NEAR];
    struct assay_history_series probe = *series;
    size_t point = change_of(telling, member)->point, count = 0;
    *known = assay_history_acceptance_at(series, point) != NULL;
    for (size_t at = point > NEAR ? point - NEAR : 1; at <= point + NEAR && at < series->point_count; at++) {
        if (at != point && !assay_history_change_at(series, at)) { /* a change that stands there was told for itself */
            *known = *known || assay_history_acceptance_at(series, at);
            places[count++] = (struct assay_history_change){ .point = at, .since = -1, .ratio = 1 };
        }
    }
    probe.changes = places;
    probe.change_count = count;
    int code = *known || count == 0 ? 0 : assay_store_mark_reported(&probe, 1, telling->store, error);
    for (size_t i = 0; i < count && !code; i++) {
        *known = *known || places[i].reported;
    }
    return code;
}

/* A change that only stands at the beginning of what is searched comes of where that begins. */
static bool is_at_the_edge(const struct telling *telling, size_t member)
{
    return series_of(telling, member)->point_count >= ASSAY_TRACK_SEARCHED &&
           change_of(telling, member)->point < ASSAY_TRACK_SEARCHED / 4;
}

/* Of a benchmark on several machines one is told. */
static bool is_repeated(const struct telling *telling, size_t member, const bool *told)
{
    for (size_t i = 0; i < member; i++) {
        if (told[i] && strcmp(series_of(telling, i)->benchmark, series_of(telling, member)->benchmark) == 0) {
            return true;
        }
    }
    return false;
}

/* Sets which members are told, and marks in the store what need not be told again. */
static int choose(bool *told, const struct telling *telling, struct assay_error *error)
{
    int code = 0;
    for (size_t i = 0; i < telling->event->member_count && !code; i++) {
        const struct assay_history_change *change = change_of(telling, i);
        bool silent = change->reported || assay_history_direction(change) == 0 || !telling->event->commit ||
                      is_at_the_edge(telling, i) || is_repeated(telling, i, told);
        bool known = false, first = false;
        if (!silent) {
            code = ask_neighbours(&known, telling, i, error);
        }
        if (!code && !silent) { /* what moved here from where it was told is marked here too: it may move on */
            code = assay_store_report(telling->store, series_of(telling, i)->benchmark, telling->event->commit, telling->when,
                                      &first, error);
        }
        told[i] = !code && first && !known;
    }
    return code;
}

/* "slower: 3 benchmarks at 3c820b7b174a (sieve: check limits), worst sieve.bytes +5.2 % [4.1, 6.3]" and what to do about it. */
static void tell(const struct telling *telling, const bool *told, int way)
{
    struct assay_text *said = telling->said;
    size_t worst = SIZE_MAX, count = 0, before = 0;
    for (size_t i = 0; i < telling->event->member_count; i++) {
        bool own = assay_history_direction(change_of(telling, i)) == way;
        worst = own && told[i] && worst == SIZE_MAX ? i : worst;
        count += own && told[i];
        before += own && change_of(telling, i)->reported;
    }
    if (count == 0) {
        return;
    }
    const struct assay_history_series *series = series_of(telling, worst);
    const struct assay_history_change *change = change_of(telling, worst);
    assay_text_append(said, way > 0 ? "slower" : "faster");
    if (change->since >= 0) {
        assay_text_append(said, " in small steps since ");
        append_commit(said, series->points[change->since].commit);
    }
    assay_text_format(said, ": %zu benchmark%s at ", count, count == 1 ? "" : "s");
    append_commit(said, telling->event->commit);
    if (telling->event->subject) {
        assay_text_append(said, " (");
        append_clean(said, telling->event->subject);
        assay_text_append_char(said, ')');
    }
    assay_text_format(said, ", %s", count == 1 ? "" : way > 0 ? "worst " : "best ");
    append_clean(said, series->benchmark);
    assay_text_append_char(said, ' ');
    assay_track_effect(said, change);
    if (before > 0) {
        assay_text_format(said, " (told before of %zu more)", before);
    }
    if (way > 0) {
        assay_text_append(said, "; if it is wanted: assay track accept ");
        char *name = assay_cell_clean(count == 1 ? series->benchmark : "*", true);
        assay_track_quote(said, name ? name : "*");
        free(name);
        assay_text_append_char(said, ' ');
        append_commit_quoted(said, telling->event->commit);
        assay_text_append(said, " --reason \"...\"");
        assay_track_append_store(said, telling->store);
    }
    assay_text_append_char(said, '\n');
}

static int tell_events(struct telling *telling, const struct assay_event *events, size_t count, struct assay_error *error)
{
    int code = 0;
    for (size_t i = 0; i < count && !code; i++) {
        bool *told = calloc(events[i].member_count + 1, sizeof *told);
        telling->event = &events[i];
        code = told ? choose(told, telling, error) : no_memory(error);
        if (!code) {
            tell(telling, told, 1);
            tell(telling, told, -1);
        }
        free(told);
    }
    return code;
}

/* ---- the series ---- */

struct gathered {
    struct assay_history_series *items;
    size_t count, capacity;
};

/* The series of one benchmark on one machine, and of no other that its name fits as a pattern. */
static int gather(struct gathered *gathered, struct assay_store *store, const struct assay_track_touch *touch,
                  struct assay_error *error)
{
    const struct assay_track_slice slice = { .query = { .benchmark = touch->benchmark, .fingerprint = touch->fingerprint } };
    struct assay_history_series *series = NULL;
    void *items = gathered->items;
    size_t count = 0;
    int code = assay_track_find(&series, &count, store, &slice, error);
    bool room = code || assay_reserve(&items, &gathered->capacity, gathered->count + count, sizeof *gathered->items);
    gathered->items = items;
    for (size_t i = 0; gathered->items && i < count && room; i++) {
        if (strcmp(series[i].benchmark, touch->benchmark) == 0 &&
            compare_texts(series[i].fingerprint, touch->fingerprint) == 0) {
            gathered->items[gathered->count++] = series[i];
            series[i] = (struct assay_history_series){ 0 };
        }
    }
    assay_track_free(series, count);
    return room ? code : no_memory(error);
}

int assay_track_news(struct assay_text *said, struct assay_store *store, struct assay_track_touched *touched,
                     struct assay_error *error)
{
    struct gathered gathered = { 0 };
    struct assay_event *events = NULL;
    size_t event_count = 0;
    int code = 0;
    if (touched->count > 1) {
        qsort(touched->items, touched->count, sizeof *touched->items, compare_touched);
    }
    for (size_t i = 0; i < touched->count && !code; i++) {
        bool again = i > 0 && compare_touched(&touched->items[i - 1], &touched->items[i]) == 0;
        code = again ? 0 : gather(&gathered, store, &touched->items[i], error);
    }
    if (!code) {
        code = assay_history_events(&events, &event_count, gathered.items, gathered.count, error);
    }
    if (!code) {
        struct telling telling = { .said = said, .store = store, .series = gathered.items };
        assay_clock_utc(telling.when);
        code = tell_events(&telling, events, event_count, error);
        code = !code && said->failed ? no_memory(error) : code;
    }
    assay_history_events_free(events, event_count);
    assay_track_free(gathered.items, gathered.count);
    return code;
}
