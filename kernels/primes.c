/* The five prime generators of a course lab on measuring programs: what a C programmer gets who writes down the
 * lab's Python as it stands. Each is an iterator whose `next` is a function of its own, called once for every value,
 * so that a profile shows it with the lab's call counts; order and number of the `%` operations are the lab's.
 * None is meant to be fast (sieves.c is), and two are wrong as written: that is the lesson.
 * Must not know how the expected answer is found: that is oracle/prime_oracle.h. */
#include <assay/kernel.h>

#include "oracle/prime_oracle.h"

#include <math.h>
#include <stdbool.h>

/* A function that the compiler neither inlines nor clones: profiles and layouts find it under its name. */
#if defined(__GNUC__) && !defined(__clang__)
#define APART __attribute__((noipa))
#else
#define APART __attribute__((noinline))
#endif

/* One `%`, counted in the counts build. A macro: a function would be a call of its own in the profile. */
#define DIVIDES(divisor, number) (ASSAY_COUNT(1), (number) % (divisor) == 0)

/* ---- Growing lists ----------------------------------------------------------------------------------- */

struct list {
    uint32_t *items;
    size_t count;
    size_t capacity;
};

static bool list_push(struct list *list, uint32_t value)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity > 0 ? 2 * list->capacity : 16;
        uint32_t *items = realloc(list->items, capacity * sizeof *items);
        if (items == NULL) {
            return false;
        }
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = value;
    return true;
}

static void list_release(struct list *list)
{
    free(list->items);
    *list = (struct list){ NULL, 0, 0 };
}

/* ---- The generators ---------------------------------------------------------------------------------- */

enum step { ENDED, FOUND, NO_MEMORY };

/* One struct for all five; each uses what it needs. */
struct iterator {
    uint32_t current;     /* the next candidate */
    uint32_t reach;       /* 0 as written, 1 fixed: known primes below floor(sqrt(n)) + reach are tried */
    struct list numbers;  /* primes.below: what is left of 2..bound-1 */
    struct list known;    /* primes.listed*: the values yielded so far */
    struct list dividing; /* primes.listed*: the known ones that divide the candidate */
};

/* PrimesBelow: the first number left is the next prime; a new list of those it does not divide replaces the old. */
static APART enum step below_next(struct iterator *self, uint32_t *prime)
{
    struct list rest = { NULL, 0, 0 };
    if (self->numbers.count == 0) {
        return ENDED;
    }
    uint32_t first = self->numbers.items[0];
    for (size_t i = 0; i < self->numbers.count; i++) {
        if (!DIVIDES(first, self->numbers.items[i]) && !list_push(&rest, self->numbers.items[i])) {
            list_release(&rest);
            return NO_MEMORY;
        }
    }
    list_release(&self->numbers);
    self->numbers = rest;
    *prime = first;
    return FOUND;
}

/* Primes: every i from 2 to floor(sqrt(n)), up to the first divisor. */
static APART enum step trial_next(struct iterator *self, uint32_t *prime)
{
    for (;;) {
        uint32_t candidate = self->current++;
        uint32_t root = (uint32_t)sqrt((double)candidate);
        uint32_t i = 2;
        while (i <= root && !DIVIDES(i, candidate)) {
            i++;
        }
        if (i > root) {
            *prime = candidate;
            return FOUND;
        }
    }
}

/* Primes2: all known primes, all divisors collected, no early end. */
static APART enum step listed_next(struct iterator *self, uint32_t *prime)
{
    for (;;) {
        uint32_t candidate = self->current++;
        self->dividing.count = 0;
        for (size_t i = 0; i < self->known.count; i++) {
            if (DIVIDES(self->known.items[i], candidate) && !list_push(&self->dividing, self->known.items[i])) {
                return NO_MEMORY;
            }
        }
        if (self->dividing.count == 0) {
            *prime = candidate;
            return list_push(&self->known, candidate) ? FOUND : NO_MEMORY;
        }
    }
}

/* Primes3: as Primes2, but only while the known prime is below floor(sqrt(n)) (as written; `<=` fixes it). */
static APART enum step listed_root_next(struct iterator *self, uint32_t *prime)
{
    for (;;) {
        uint32_t candidate = self->current++;
        uint32_t end = (uint32_t)sqrt((double)candidate) + self->reach;
        self->dividing.count = 0;
        for (size_t i = 0; i < self->known.count && self->known.items[i] < end; i++) {
            if (DIVIDES(self->known.items[i], candidate) && !list_push(&self->dividing, self->known.items[i])) {
                return NO_MEMORY;
            }
        }
        if (self->dividing.count == 0) {
            *prime = candidate;
            return list_push(&self->known, candidate) ? FOUND : NO_MEMORY;
        }
    }
}

/* Primes4: as Primes3, up to the first divisor. */
static APART enum step listed_root_break_next(struct iterator *self, uint32_t *prime)
{
    for (;;) {
        uint32_t candidate = self->current++;
        uint32_t end = (uint32_t)sqrt((double)candidate) + self->reach;
        bool divided = false;
        for (size_t i = 0; i < self->known.count && self->known.items[i] < end && !divided; i++) {
            divided = DIVIDES(self->known.items[i], candidate);
        }
        if (!divided) {
            *prime = candidate;
            return list_push(&self->known, candidate) ? FOUND : NO_MEMORY;
        }
    }
}

/* ---- A state and its life ---------------------------------------------------------------------------- */

struct state {
    const struct assay_host *host;
    enum step (*next)(struct iterator *, uint32_t *);
    bool below; /* starts from the list of all numbers, and ends by itself */
    uint32_t limit;
    uint32_t reach;
    struct list found; /* the last iteration's values */
};

static bool iterator_init(struct iterator *self, const struct state *state)
{
    *self = (struct iterator){ .current = 2, .reach = state->reach };
    for (uint32_t number = 2; state->below && number < state->limit; number++) {
        if (!list_push(&self->numbers, number)) {
            return false;
        }
    }
    return true;
}

static void iterator_release(struct iterator *self)
{
    list_release(&self->numbers);
    list_release(&self->known);
    list_release(&self->dividing);
}

/* One iteration: makes the iterator, takes values while they are below the limit, and releases it. The value that
 * reaches the limit is made and thrown away, as `takewhile` does. */
static bool take_all(struct state *state)
{
    struct iterator iterator;
    uint32_t prime = 0;
    enum step step = NO_MEMORY;
    list_release(&state->found);
    if (!iterator_init(&iterator, state)) {
        goto done;
    }
    while ((step = state->next(&iterator, &prime)) == FOUND && prime < state->limit) {
        if (!list_push(&state->found, prime)) {
            step = NO_MEMORY;
            break;
        }
    }
done:
    iterator_release(&iterator);
    return step != NO_MEMORY;
}

static int primes_run(void *state, uint64_t iterations)
{
    struct state *self = state;
    for (uint64_t i = 0; i < iterations; i++) {
        if (!take_all(self)) {
            self->host->fail(self->host->context, "out of memory");
            return 1;
        }
    }
    return 0;
}

static int primes_answer(void *state, const struct assay_sink *sink)
{
    const struct state *self = state;
    for (size_t i = 0; i < self->found.count; i++) {
        sink->integer(sink->context, self->found.items[i]);
    }
    return 0;
}

static void primes_teardown(void *state)
{
    struct state *self = state;
    list_release(&self->found);
    free(self);
}

static int setup(const struct assay_host *host, const struct assay_arguments *arguments, void **state,
                 enum step (*next)(struct iterator *, uint32_t *))
{
    struct state *self = calloc(1, sizeof *self);
    if (self == NULL) {
        host->fail(host->context, "out of memory");
        return 1;
    }
    self->host = host;
    self->next = next;
    self->below = next == below_next;
    self->limit = (uint32_t)assay_argument_integer(arguments, self->below ? "bound" : "limit");
    self->reach = assay_argument_is(arguments, "variant", "fixed") ? 1 : 0;
    *state = self;
    return 0;
}

#define SETUP(name)                                                                                                    \
    static int name##_setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,     \
                            void **state)                                                                              \
    {                                                                                                                  \
        (void)seed; /* the input is the limit alone */                                                                 \
        return setup(host, arguments, state, name##_next);                                                             \
    }
SETUP(below)
SETUP(trial)
SETUP(listed)
SETUP(listed_root)
SETUP(listed_root_break)

/* ---- What the answer must be, and what an iteration does at least ------------------------------------ */

static uint64_t limit_of(const struct assay_arguments *arguments)
{
    return assay_argument_integer(arguments, assay_argument_text(arguments, "bound") != NULL ? "bound" : "limit");
}

static int primes_expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    struct prime_oracle oracle;
    bool as_written = assay_argument_is(arguments, "variant", "as-written");
    if ((as_written ? prime_oracle_as_written_below : prime_oracle_below)(&oracle, limit_of(arguments)) != 0) {
        return 1;
    }
    expected->known = ASSAY_KNOWS_COUNT | ASSAY_KNOWS_SUM;
    expected->count = oracle.count;
    expected->sum = oracle.sum;
    expected->source = as_written ? prime_oracle_as_written_source : prime_oracle_source;
    return 0;
}

/* Items are candidates: the count of values is the oracle's to know. Least: every candidate but the first few is
 * divided at least once (primes.below: its first filter looks at every number). */
static int primes_work(const struct assay_arguments *arguments, struct assay_work *work)
{
    double limit = (double)limit_of(arguments);
    work->items = limit;
    work->least_operations = limit > 10.0 ? limit - 10.0 : 0.0;
    return 0;
}

/* primes.listed: every candidate in the upper half is divided by all primes in the lower, and pi(x) > x / ln x for
 * x of 17 and up (Rosser and Schoenfeld, 1962). */
static int listed_work(const struct assay_arguments *arguments, struct assay_work *work)
{
    double half = (double)limit_of(arguments) / 2.0;
    work->items = 2.0 * half;
    work->least_operations = half >= 17.0 ? (half - 1.0) * half / log(half) : 0.0;
    return 0;
}

/* ---- The kernels ------------------------------------------------------------------------------------- */

#define SIZE(type) ((uint32_t)sizeof(struct type))

static const char *const variants[] = { "as-written", "fixed", NULL };
static const struct assay_parameter bound = { SIZE(assay_parameter), ASSAY_INTEGER, "bound",
                                              "primes below this",   "1000",        "0",
                                              "100000000",           NULL };
static const struct assay_parameter limit = { SIZE(assay_parameter), ASSAY_INTEGER, "limit",
                                              "values below this",   "10000",       "0",
                                              "100000000",           NULL };
static const struct assay_parameter variant = {
    SIZE(assay_parameter), ASSAY_CHOICE, "variant", "p < floor(sqrt(n)) as the lab wrote it, or <= as it should be",
    "as-written",          NULL,         NULL,      variants
};
static const struct assay_parameter *const by_bound[] = { &bound, NULL };
static const struct assay_parameter *const by_limit[] = { &limit, NULL };
static const struct assay_parameter *const by_variant[] = { &limit, &variant, NULL };
static const char *const tags[] = { "primes", "generator", "lab", NULL };
static const char *const primes1[] = { "primes1", NULL };
static const char *const primes2[] = { "primes2", NULL };
static const char *const primes3[] = { "primes3", NULL };
static const char *const primes4[] = { "primes4", NULL };

/* What all five have in common. */
#define COMMON(id, text)                                                                                               \
    .struct_size = SIZE(assay_kernel), .flags = ASSAY_DETERMINISTIC, .name = "primes." #id, .summary = text,           \
    .version = "1.0.0", .tags = tags, .setup = id##_setup, .run = primes_run, .answer = primes_answer,                 \
    .teardown = primes_teardown, .expect = primes_expect

static const struct assay_kernel below_kernel = {
    COMMON(below, "filters the list of all numbers by each prime, a new list every time (Turner)"),
    .parameters = by_bound,
    .work = primes_work,
};
static const struct assay_kernel trial_kernel = {
    COMMON(trial, "divides each candidate by 2 to its root, up to the first divisor"),
    .aliases = primes1,
    .parameters = by_limit,
    .work = primes_work,
};
static const struct assay_kernel listed_kernel = {
    COMMON(listed, "divides each candidate by all primes found before"),
    .aliases = primes2,
    .parameters = by_limit,
    .work = listed_work,
};
static const struct assay_kernel listed_root_kernel = {
    COMMON(listed_root, "divides each candidate by all primes found before, up to its root"),
    .aliases = primes3,
    .parameters = by_variant,
    .work = primes_work,
};
static const struct assay_kernel listed_root_break_kernel = {
    COMMON(listed_root_break, "divides by the primes found before, up to the root or the first divisor"),
    .aliases = primes4,
    .parameters = by_variant,
    .work = primes_work,
};

ASSAY_PLUGIN(&below_kernel, &trial_kernel, &listed_kernel, &listed_root_kernel, &listed_root_break_kernel)
