/* sieve.primesieve and primesieve.count: the record to hold the other sieves against, libprimesieve on one thread.
 *
 * Idea    segments on a wheel of 30, eight flags a byte, with patterns for the first primes, loops unrolled by residue,
 *         and for large primes lists of who is due in which segment.
 * Time    O(n log log n).
 * Memory  O(sqrt n) to sieve, and 8 bytes for each prime of a list.
 * Source  Walisch, https://github.com/kimwalisch/primesieve; Debian's libprimesieve-dev.
 *
 * sieve.primesieve has the library write all primes below the limit into an array that it allocates: more than the other
 * sieves do while they are timed, whose tables are read afterwards. primesieve.count only counts them, as quickly as
 * the library can: less than the others do, since nobody can read from a count which they were. The record for what
 * the others do lies between the two.
 *
 * The library is looked for when the kernel is: a plug-in that was built with its header loads without it, and says so.
 */
#include <assay/kernel.h>

#include "oracle/prime_oracle.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>

#if defined(__has_include)
#if __has_include(<primesieve.h>)
#include <primesieve.h>
#define WITH_PRIMESIEVE
#endif
#endif

struct state {
    const struct assay_host *host;
    uint64_t limit;
    uint64_t *primes; /* the library's; NULL: none yet */
    size_t count;
    uint64_t counted; /* of primesieve.count */
};

#ifdef WITH_PRIMESIEVE

#define TEXT(number) #number
#define SONAME_OF(major) "libprimesieve.so." TEXT(major)
#define SONAME SONAME_OF(PRIMESIEVE_VERSION_MAJOR) /* of the header's interface, not of any other */

static struct {
    void *object;
    __typeof__(primesieve_generate_primes) *generate;
    __typeof__(primesieve_count_primes) *count;
    __typeof__(primesieve_free) *release;
    __typeof__(primesieve_set_num_threads) *set_threads;
} library;

/* An address that dlsym gave, as the function that it is: ISO C has no cast for it. 0, or -1: not there. */
static int look_up(const char *name, void *function, size_t size)
{
    void *address = dlsym(library.object, name);
    memcpy(function, &address, size);
    return address != NULL ? 0 : -1;
}

static const char *unavailable(void)
{
    static char reason[300];
    if (library.object != NULL) {
        return NULL;
    }
    library.object = dlopen(SONAME, RTLD_NOW | RTLD_LOCAL);
    if (library.object == NULL) {
        const char *why = dlerror();
        snprintf(reason, sizeof reason, "cannot load libprimesieve: %s", why != NULL ? why : SONAME);
        return reason;
    }
    if (look_up("primesieve_generate_primes", &library.generate, sizeof library.generate) != 0 ||
        look_up("primesieve_count_primes", &library.count, sizeof library.count) != 0 ||
        look_up("primesieve_free", &library.release, sizeof library.release) != 0 ||
        look_up("primesieve_set_num_threads", &library.set_threads, sizeof library.set_threads) != 0) {
        dlclose(library.object);
        library.object = NULL;
        return SONAME " lacks what primesieve.h declares";
    }
    return NULL;
}

static void release(struct state *self)
{
    if (self->primes != NULL) {
        library.release(self->primes);
    }
    self->primes = NULL;
    self->count = 0;
}

static int run(void *state, uint64_t iterations)
{
    struct state *self = state;
    for (uint64_t i = 0; i < iterations && self->limit > 0; i++) {
        release(self);
        errno = 0; /* EDOM is the only way that it tells "failed" from "none" */
        self->primes = library.generate(0, self->limit - 1, &self->count, UINT64_PRIMES);
        if (errno == EDOM) {
            errno = ENOMEM; /* the one thing that can go wrong between valid bounds */
            self->host->fail(self->host->context, "libprimesieve is out of memory for the primes");
            return 1;
        }
        assay_use(self->primes);
    }
    return 0;
}

static int count_run(void *state, uint64_t iterations)
{
    struct state *self = state;
    for (uint64_t i = 0; i < iterations; i++) {
        self->counted = self->limit > 0 ? library.count(0, self->limit - 1) : 0;
        if (self->counted == PRIMESIEVE_ERROR) {
            self->host->fail(self->host->context, "libprimesieve is out of memory");
            return 1;
        }
        assay_use(&self->counted);
    }
    return 0;
}

static int setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed, void **state)
{
    struct state *self = calloc(1, sizeof *self);
    const char *missing = unavailable();
    (void)seed; /* the input is the limit alone */
    if (self == NULL || missing != NULL) {
        host->fail(host->context, missing != NULL ? missing : "out of memory");
        free(self);
        return 1;
    }
    library.set_threads(1);
    self->host = host;
    self->limit = assay_argument_integer(arguments, "limit");
    *state = self;
    return 0;
}

#else

static const char *unavailable(void)
{
    return "built without primesieve.h (Debian: libprimesieve-dev)";
}

static void release(struct state *self)
{
    (void)self;
}

static int run(void *state, uint64_t iterations)
{
    (void)state, (void)iterations;
    return 1;
}

static int count_run(void *state, uint64_t iterations)
{
    return run(state, iterations);
}

static int setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed, void **state)
{
    (void)arguments, (void)seed, (void)state;
    host->fail(host->context, unavailable());
    return 1;
}

#endif

static int answer(void *state, const struct assay_sink *sink)
{
    const struct state *self = state;
    sink->integers(sink->context, self->primes, self->count);
    return 0;
}

static int count_answer(void *state, const struct assay_sink *sink)
{
    const struct state *self = state;
    sink->integer(sink->context, self->counted);
    return 0;
}

static void teardown(void *state)
{
    release(state);
    free(state);
}

static int expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    struct prime_oracle oracle;
    if (prime_oracle_below(&oracle, assay_argument_integer(arguments, "limit")) != 0) {
        return 1;
    }
    expected->known = ASSAY_KNOWS_COUNT | ASSAY_KNOWS_SUM;
    expected->count = oracle.count;
    expected->sum = oracle.sum;
    expected->source = prime_oracle_source;
    return 0;
}

/* One line: how many there are. */
static int count_expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    struct prime_oracle oracle;
    if (prime_oracle_below(&oracle, assay_argument_integer(arguments, "limit")) != 0) {
        return 1;
    }
    expected->known = ASSAY_KNOWS_COUNT | ASSAY_KNOWS_SUM;
    expected->count = 1;
    expected->sum = oracle.count;
    expected->source = prime_oracle_source;
    return 0;
}

/* Least: the flags of 8 in 30 numbers are looked at, a word of 64 an operation; how many crossings come before is the
 * library's affair. */
static int count_work(const struct assay_arguments *arguments, struct assay_work *work)
{
    work->items = (double)assay_argument_integer(arguments, "limit");
    work->least_operations = work->items / 240.0;
    return 0;
}

/* Items are the numbers sieved, bytes the primes stored. Least: each prime is stored; how many crossings the library
 * needs for them is its own affair. */
static int work(const struct assay_arguments *arguments, struct assay_work *work)
{
    struct prime_oracle oracle;
    uint64_t limit = assay_argument_integer(arguments, "limit");
    if (prime_oracle_below(&oracle, limit) != 0) {
        return 1;
    }
    work->items = (double)limit;
    work->bytes = (double)oracle.count * sizeof(uint64_t);
    work->least_operations = (double)oracle.count;
    return 0;
}

#define SIZE(type) ((uint32_t)sizeof(struct type))

static const struct assay_parameter limit = { SIZE(assay_parameter), ASSAY_INTEGER, "limit",
                                              "primes below this",   "100000",      "0",
                                              "10000000000",         NULL };
static const struct assay_parameter *const parameters[] = { &limit, NULL };

/* As the public drag race would label it (sieves/sieve.h): wheel, for the patterns; not faithful, because it is
 * external code; a bit a flag. */
static const char *const tags[] = { "primes", "sieve", "algorithm=wheel", "faithful=no", "bits=1", NULL };

static const struct assay_kernel primesieve = {
    .struct_size = SIZE(assay_kernel),
    .flags = ASSAY_DETERMINISTIC,
    .name = "sieve.primesieve",
    .summary = "the record: libprimesieve on one thread, primes into an array",
    .version = "1.0.0",
    .tags = tags,
    .parameters = parameters,
    .unavailable = unavailable,
    .setup = setup,
    .run = run,
    .answer = answer,
    .teardown = teardown,
    .expect = expect,
    .work = work,
};

static const char *const count_tags[] = { "primes", "algorithm=wheel", "faithful=no", "bits=1", NULL };

static const struct assay_kernel primesieve_count = {
    .struct_size = SIZE(assay_kernel),
    .flags = ASSAY_DETERMINISTIC,
    .name = "primesieve.count",
    .summary = "the record: libprimesieve on one thread, primes counted and not kept",
    .version = "1.0.0",
    .tags = count_tags,
    .parameters = parameters,
    .unavailable = unavailable,
    .setup = setup,
    .run = count_run,
    .answer = count_answer,
    .teardown = teardown,
    .expect = count_expect,
    .work = count_work,
};

ASSAY_PLUGIN(&primesieve, &primesieve_count)
