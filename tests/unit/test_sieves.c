/* The sieves of kernels/sieves: every design at every kind of limit against the oracle, its crossings as counted, its
 * buffer; and that a wrong sieve is found out. */
// links: linked_sieves built_kernels
#include "taken_primes.h"

#include "sieves/sieve.h"

static const struct sieve_design *const designs[] = {
    &sieve_bytes,     &sieve_odd_bits,    &sieve_linear,    &sieve_atkin,   &sieve_sundaram,
    &sieve_pritchard, &sieve_incremental, &sieve_segmented, &sieve_wheel30, &sieve_byte1981,
};
enum { DESIGNS = sizeof designs / sizeof designs[0], OF_ANY_LIMIT = DESIGNS - 1 };

/* The plug-in as it is linked here: under the sanitizers, if there are any. */
static const struct assay_kernel *linked(const struct sieve_design *design)
{
    struct loaded here = { .plugin = &assay_plugin };
    return find(&here, design->name);
}

/* ---- The sieves' malloc and free --------------------------------------------------------------------- */

void *__real_malloc(size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void __wrap_free(void *memory);

static size_t allocations;
static size_t refuse_from = SIZE_MAX; /* this allocation, from 0, and all after it */
static void *held;                    /* the last block, until it is freed */
static bool held_two;

void *__wrap_malloc(size_t size)
{
    if (allocations++ >= refuse_from) {
        return NULL;
    }
    held_two |= held != NULL;
    return held = __real_malloc(size);
}

void __wrap_free(void *memory)
{
    held = memory == held ? NULL : held;
    __real_free(memory);
}

/* ---- Answers ----------------------------------------------------------------------------------------- */

static void check(const struct sieve_design *design, uint64_t limit, const char *buffer, uint64_t iterations)
{
    struct taken taken = { 0 };
    assert_true(take_batch(&taken, linked(design), limit, buffer, iterations));
    const char *wrong = what_is_wrong(&taken, design->without_two ? 3 : 2, design->fixed != 0 ? design->fixed : limit);
    if (wrong != NULL) {
        fail_msg("%s below %llu, buffer %s: %s", design->name, (unsigned long long)limit, buffer, wrong);
    }
    free(taken.values);
}

static void check_all(uint64_t limit, uint64_t iterations)
{
    for (size_t i = 0; i < OF_ANY_LIMIT; i++) {
        check(designs[i], limit, "kept", iterations);
        check(designs[i], limit, "fresh", iterations);
    }
}

static void every_design_finds_the_primes_below_chosen_limits(void **state)
{
    static const uint64_t limits[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 25, 26, 29, 30, 31, 32, 1000, 1000000 };
    (void)state;
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        check_all(limits[i], 2);
    }
    for (size_t i = 0; i < OF_ANY_LIMIT; i++) {
        check(designs[i], 10000000, i % 2 == 0 ? "kept" : "fresh", 1);
    }
}

static void every_design_finds_the_primes_below_every_small_limit(void **state)
{
    (void)state;
    for (uint64_t limit = 12; limit < 1100; limit++) {
        check_all(limit, 1);
    }
}

/* Steele, Lea and Flood's splitmix64, so that the limits are the same everywhere. */
static uint64_t random_below(uint64_t *counter, uint64_t end)
{
    uint64_t z = *counter += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (z ^ (z >> 31)) % end;
}

static void every_design_finds_the_primes_below_random_limits(void **state)
{
    uint64_t seed = 1981, counter = seed;
    (void)state;
    print_message("seed %llu, limits", (unsigned long long)seed);
    for (int i = 0; i < 40; i++) {
        uint64_t limit = random_below(&counter, BY_DEFINITION + 1);
        print_message(" %llu", (unsigned long long)limit);
        check_all(limit, 2);
    }
    print_message("\n");
}

static void the_sieve_of_1981_finds_its_1899_primes(void **state)
{
    const struct assay_kernel *kernel = linked(&sieve_byte1981);
    struct assay_expected expected = { .struct_size = sizeof expected };
    void *block = malloc(sieve_byte1981.size(0));
    struct taken taken = { 0 };
    struct call call;
    (void)state;
    check(&sieve_byte1981, 0, "kept", 3);
    check(&sieve_byte1981, 0, "fresh", 3);
    sieve_byte1981.sieve(block, 0);
    sieve_byte1981.primes(block, 0, take_one, &taken);
    assert_int_equal(taken.count, 1899);
    assert_int_equal(taken.values[1898], 16381); /* the last prime below 16384 */
    call_init(&call, "buffer", "kept", NULL, NULL);
    assert_int_equal(kernel->expect(&call.arguments, &expected), 0);
    assert_int_equal(expected.count, 1899);
    free(taken.values);
    free(block);
}

/* ---- A wrong sieve is found out ---------------------------------------------------------------------- */

static const char *wrong_of(const struct sieve_design *design, uint64_t limit)
{
    struct taken taken = { 0 };
    void *block = malloc(design->size(limit));
    design->sieve(block, limit);
    design->primes(block, limit, take_one, &taken);
    const char *wrong = what_is_wrong(&taken, 2, limit);
    free(taken.values);
    free(block);
    return wrong;
}

/* Begins behind the square: squares of primes stay. */
static void sieve_from_behind_the_square(void *block, uint64_t limit)
{
    uint8_t *is_prime = block;
    memset(is_prime, 1, (size_t)limit + 1);
    for (uint64_t p = 2; p * p < limit; p++) {
        for (uint64_t i = p * p + p; is_prime[p] && i < limit; i += p) {
            is_prime[i] = 0;
        }
    }
}

static void sieve_and_lose_the_last(void *block, uint64_t limit)
{
    uint8_t *is_prime = block;
    sieve_bytes.sieve(block, limit);
    while (!is_prime[--limit]) {
    }
    is_prime[limit] = 0;
}

/* The same count and a larger sum: 9 in place of 3. */
static void sieve_with_one_exchanged(void *block, uint64_t limit)
{
    uint8_t *is_prime = block;
    sieve_bytes.sieve(block, limit);
    is_prime[3] = 0;
    is_prime[9] = 1;
}

static void primes_twice_two(const void *block, uint64_t limit, sieve_take take, void *context)
{
    take(context, 2);
    sieve_bytes.primes(block, limit, take, context);
}

static void a_wrong_sieve_is_found_out(void **state)
{
    static const uint64_t limits[] = { 10, 1000, 300000, 1000000 };
    (void)state;
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        struct sieve_design twin = sieve_bytes;
        assert_null(wrong_of(&twin, limits[i]));
        twin.sieve = sieve_from_behind_the_square;
        assert_string_equal(wrong_of(&twin, limits[i]), "a composite");
        twin.sieve = sieve_and_lose_the_last;
        assert_string_equal(wrong_of(&twin, limits[i]), "another count");
        twin.sieve = sieve_with_one_exchanged;
        assert_string_equal(wrong_of(&twin, limits[i]), "a composite");
        twin = sieve_bytes;
        twin.primes = primes_twice_two;
        assert_string_equal(wrong_of(&twin, limits[i]), "not ascending");
    }
}

/* ---- The block --------------------------------------------------------------------------------------- */

/* What stands in the block before, and what stands behind it, has no part in it. */
static void a_design_keeps_to_its_block(void **state)
{
    static const uint64_t limits[] = { 0, 1, 2, 3, 10, 48, 49, 50, 1000, 12345, 120409, 120410, 1000000 };
    enum { BEHIND = 256 };
    (void)state;
    for (size_t i = 0; i < OF_ANY_LIMIT * sizeof limits / sizeof limits[0]; i++) {
        const struct sieve_design *design = designs[i % OF_ANY_LIMIT];
        uint64_t limit = limits[i / OF_ANY_LIMIT];
        size_t size = design->size(limit);
        uint8_t *block = malloc(size + BEHIND);
        struct taken taken = { 0 };
        memset(block, 0xa5, size + BEHIND);
        if (design->ready != NULL) {
            design->ready();
        }
        design->sieve(block, limit);
        for (size_t at = size; at < size + BEHIND; at++) {
            assert_int_equal(block[at], 0xa5);
        }
        design->primes(block, limit, take_one, &taken);
        while (taken.count > 0 && taken.values[taken.count - 1] >= limit) {
            taken.count--; /* it may go on beyond the limit */
        }
        assert_null(what_is_wrong(&taken, 2, limit));
        free(taken.values);
        free(block);
    }
}

static void fresh_is_a_block_for_every_iteration_and_never_two(void **state)
{
    (void)state;
    for (size_t i = 0; i < DESIGNS; i++) {
        struct taken taken = { 0 };
        allocations = 0;
        held = NULL;
        held_two = false;
        assert_true(take_batch(&taken, linked(designs[i]), 1000, "kept", 5));
        assert_int_equal(allocations, 1);
        assert_true(take_batch(&taken, linked(designs[i]), 1000, "fresh", 5));
        assert_int_equal(allocations, 1 + 5);
        assert_false(held_two);
        assert_null(held);
        __real_free(taken.values);
    }
}

static void no_memory_is_said_with_how_much_was_wanted(void **state)
{
    struct taken taken = { 0 };
    (void)state;
    for (size_t i = 0; i < DESIGNS; i++) {
        uint64_t limit = designs[i]->fixed != 0 ? designs[i]->fixed : 1000000;
        char wanted[100];
        snprintf(wanted, sizeof wanted, "out of memory for a buffer of %zu bytes", designs[i]->size(limit));
        for (size_t fresh = 0; fresh < 2; fresh++) {
            allocations = 0;
            refuse_from = fresh * 2; /* the third iteration's */
            last_reason[0] = '\0';
            assert_false(take_batch(&taken, linked(designs[i]), limit, fresh != 0 ? "fresh" : "kept", 5));
            assert_string_equal(last_reason, wanted);
            assert_null(held);
            refuse_from = SIZE_MAX;
        }
    }
}

/* ---- Crossings --------------------------------------------------------------------------------------- */

static double least_of(const struct assay_kernel *kernel, uint64_t limit)
{
    struct assay_work work = { .struct_size = sizeof work };
    struct call call;
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)limit);
    call_init(&call, "limit", text, "buffer", "kept");
    assert_int_equal(kernel->work(&call.arguments, &work), 0);
    return work.least_operations;
}

/* What `work` says by arithmetic is what the counts build counts, exactly: so never more than is done. */
static void least_operations_are_the_crossings_that_are_counted(void **state)
{
    static const uint64_t limits[] = { 0,   1,   2,    3,    4,    5,     9,     10,     25,     26,      27,
                                       30,  49,  50,   75,   120,  121,   122,   211,    1000,   1225,    2310,
                                       961, 962, 2311, 9409, 9410, 10000, 30031, 123456, 510511, 1000000, 3123457 };
    struct loaded counts = load("sieves.builds/counts.so");
    (void)state;
    assert_non_null(counts.counts);
    for (size_t i = 0; i < DESIGNS * sizeof limits / sizeof limits[0]; i++) {
        const struct assay_kernel *kernel = find(&counts, designs[i % DESIGNS]->name);
        uint64_t limit = limits[i / DESIGNS];
        struct taken taken = { 0 };
        counts.counts->operations = 0;
        assert_true(take_batch(&taken, kernel, limit, "kept", 1));
        uint64_t counted = counts.counts->operations;
        if (least_of(kernel, limit) != (double)counted) {
            fail_msg("%s below %llu: counted %llu, arithmetic says %.0f", kernel->name, (unsigned long long)limit,
                     (unsigned long long)counted, least_of(kernel, limit));
        }
        free(taken.values);
    }
    dlclose(counts.object);
}

/* Pairs of numbers counted by brute force from each design's definition, over sets and lists in Python 3.11; linear:
 * 499,999 odd numbers from 3 on less 78,497 odd primes (OEIS A006880). */
static void crossings_at_a_million_are_those_of_the_definition(void **state)
{
    static const struct {
        const struct sieve_design *design;
        uint64_t thousand, million;
    } known[] = {
        { &sieve_bytes, 1409, 2122046 },     { &sieve_odd_bits, 457, 811068 },  { &sieve_linear, 332, 421502 },
        { &sieve_atkin, 350, 358797 },       { &sieve_sundaram, 563, 1419797 }, { &sieve_pritchard, 81, 108492 },
        { &sieve_incremental, 457, 811068 }, { &sieve_byte1981, 14999, 14999 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        assert_int_equal(known[i].design->crossings(1000), known[i].thousand);
        assert_int_equal(known[i].design->crossings(1000000), known[i].million);
    }
}

/* ---- Labels ------------------------------------------------------------------------------------------ */

/* As docs/sieves.md has them. */
static void every_kernel_says_how_the_drag_race_would_label_it(void **state)
{
    static const char *const labels[DESIGNS] = {
        "algorithm=other,faithful=yes,bits=8",  "algorithm=base,faithful=yes,bits=1",
        "algorithm=other,faithful=yes,bits=64", "algorithm=other,faithful=no,bits=1",
        "algorithm=other,faithful=no,bits=8",   "algorithm=wheel,faithful=yes,bits=64",
        "algorithm=other,faithful=no",          "algorithm=wheel,faithful=yes,bits=1",
        "algorithm=wheel,faithful=no,bits=1",   "algorithm=base,faithful=no,bits=8",
    };
    (void)state;
    for (size_t i = 0; i < DESIGNS; i++) {
        const char *const *tags = linked(designs[i])->tags;
        char text[100] = "";
        assert_string_equal(tags[0], "primes");
        assert_string_equal(tags[1], "sieve");
        for (size_t j = 2; tags[j] != NULL; j++) {
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", j > 2 ? "," : "", tags[j]);
        }
        assert_string_equal(text, labels[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_design_finds_the_primes_below_chosen_limits),
        cmocka_unit_test(every_design_finds_the_primes_below_every_small_limit),
        cmocka_unit_test(every_design_finds_the_primes_below_random_limits),
        cmocka_unit_test(the_sieve_of_1981_finds_its_1899_primes),
        cmocka_unit_test(a_wrong_sieve_is_found_out),
        cmocka_unit_test(a_design_keeps_to_its_block),
        cmocka_unit_test(fresh_is_a_block_for_every_iteration_and_never_two),
        cmocka_unit_test(no_memory_is_said_with_how_much_was_wanted),
        cmocka_unit_test(least_operations_are_the_crossings_that_are_counted),
        cmocka_unit_test(crossings_at_a_million_are_those_of_the_definition),
        cmocka_unit_test(every_kernel_says_how_the_drag_race_would_label_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
