/* kernels/generators/forms.inc: how 64 bits become a double, a bounded and a normal number, with words that the test
 * chooses. */
// links: built_kernels
#include "../../kernels/generators/unit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* A generator of words that the test lays out. */
struct scripted {
    const uint64_t *words;
    size_t *used;
};

static void scripted_seed(struct scripted *self, uint64_t seed)
{
    (void)self;
    (void)seed;
}

static uint64_t scripted_uint64(struct scripted *self)
{
    return self->words[(*self->used)++];
}

static double scripted_double(struct scripted *self)
{
    return unit_double(scripted_uint64(self));
}

#define GENERATOR scripted
#include "../../kernels/generators/forms.inc"

#include <cmocka.h>

/* ---- Forms from chosen words ------------------------------------------------------------------------- */

static struct ziggurat tables;
static size_t words_used;

/* Fills `numbers` by `filler` from the words. */
static void fill_from(void *numbers, size_t count, void (*filler)(const struct fill *), const uint64_t *words,
                      uint64_t bound)
{
    struct scripted generator = { words, &words_used };
    struct fill wish = { &generator, count, bound, &tables, numbers, numbers };
    words_used = 0;
    scripted_start(&generator, 1);
    filler(&wish);
}

static void doubles_are_multiples_of_2_to_minus_53_below_1(void **state)
{
    const uint64_t words[] = { 0, 2047, 2048, UINT64_C(1) << 63, UINT64_MAX };
    uint64_t same[5];
    double numbers[5];
    (void)state;
    fill_from(same, 5, scripted_fill_uint64, words, 0);
    assert_memory_equal(same, words, sizeof same);
    fill_from(numbers, 5, scripted_fill_double, words, 0);
    assert_true(numbers[0] == 0.0 && numbers[1] == 0.0 && numbers[2] == 0x1p-53 && numbers[3] == 0.5);
    assert_true(numbers[4] == 1.0 - 0x1p-53);
}

/* What a word gives below a bound; `rejected`: it was passed over, and the number is that of the word 1. */
static uint64_t below(uint64_t word, uint64_t bound, bool *rejected)
{
    const uint64_t words[] = { word, 1, 1 };
    uint64_t number;
    fill_from(&number, 1, scripted_fill_bounded, words, bound);
    *rejected = words_used > 1;
    return number;
}

/* The least word whose product with the bound has `value` as its upper half; 2^64 for value = bound. */
static uint128 first_word(uint64_t value, uint64_t bound)
{
    return (((uint128)value << 64) + bound - 1) / bound;
}

/* Exact: of the words that lead to `value`, which are a run, only the first may be rejected (each next one's lower half
 * is larger by the bound); those that are left must be floor(2^64 / bound), for every value as many. */
static void check_share(uint64_t value, uint64_t bound)
{
    uint128 first = first_word(value, bound), end = first_word(value + 1, bound);
    uint128 fair = ((uint128)1 << 64) / bound;
    bool first_rejected, rejected;
    uint64_t number = below((uint64_t)first, bound, &first_rejected);
    assert_true(first_rejected || number == value);
    assert_true(end - first - first_rejected == fair);
    if (end - first > 1) {
        assert_true(below((uint64_t)first + 1, bound, &rejected) == value && !rejected);
        assert_true(below((uint64_t)(end - 1), bound, &rejected) == value && !rejected);
    }
}

static void every_bounded_number_has_as_many_words(void **state)
{
    static const uint64_t bounds[] = { 1,
                                       2,
                                       3,
                                       6,
                                       7,
                                       10,
                                       255,
                                       256,
                                       1000,
                                       UINT64_C(1) << 32,
                                       (UINT64_C(1) << 32) + 1,
                                       UINT64_C(6148914691236517206),
                                       UINT64_C(1) << 63,
                                       (UINT64_C(1) << 63) + 1,
                                       UINT64_C(12297829382473034411),
                                       UINT64_MAX - 1,
                                       UINT64_MAX };
    bool rejected;
    (void)state;
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
        uint64_t bound = bounds[i];
        for (uint64_t k = 0; k < 300; k++) {
            uint64_t middle = bound / 300 * k + k;
            check_share(k % bound, bound);
            check_share(bound - 1 - k % bound, bound);
            check_share(middle % bound, bound);
        }
    }
    assert_true(below(0, 3, &rejected) == 0 && rejected); /* 2^64 modulo 3 is 1: one word too many */
    assert_true(below(0, 4, &rejected) == 0 && !rejected);
}

/* Marsaglia and Tsang's table for 256 layers: r 3.6541528853610088, area .00492867323399 (of which the last two digits
 * are theirs). And the layers fit: each has the area of the lowest with its tail, the uppermost ends at the density's
 * top. */
static void layers_have_one_area(void **state)
{
    const double r = 3.6541528853610088, tail = sqrt(acos(-1.0) / 2) * erfc(r / sqrt(2.0));
    const double area = r * exp(-r * r / 2) + tail;
    double ends[ZIGGURAT_LAYERS + 1], below_curve = 0;
    (void)state;
    for (int i = 0; i < ZIGGURAT_LAYERS; i++) {
        ends[i] = tables.width[i] * 0x1p52;
        below_curve += (double)tables.inside[i] * 0x1p-52 / ZIGGURAT_LAYERS;
    }
    assert_true(ends[255] == r);
    assert_true(fabs(area - 0.00492867323399) < 2e-14);
    assert_true(fabs(ends[0] * tables.height[255] - area) < 1e-16);
    assert_true(tables.height[0] == 1.0 && tables.inside[1] == 0);
    for (int i = 1; i < ZIGGURAT_LAYERS; i++) {
        assert_true(fabs(ends[i] * (tables.height[i - 1] - tables.height[i]) - area) < 1e-15);
        assert_true(fabs(tables.height[i] - exp(-ends[i] * ends[i] / 2)) < 1e-15);
        assert_true(i == 1 || fabs((double)tables.inside[i] * 0x1p-52 - ends[i - 1] / ends[i]) < 1e-15);
    }
    assert_true(fabs((double)tables.inside[0] * 0x1p-52 - r / ends[0]) < 1e-15);
    assert_true(below_curve > 0.98 && below_curve < 0.995);
}

/* The word of a layer, a sign and a place. */
static uint64_t ziggurat_word(uint64_t layer, bool negative, uint64_t place)
{
    return layer | (uint64_t)negative << 8 | place << 9;
}

static void the_ziggurat_draws_by_layer_sign_and_place(void **state)
{
    const uint64_t half = UINT64_C(1) << 63, last = (UINT64_C(1) << 52) - 1;
    const uint64_t odd_tail = (tables.inside[0] | 0x1FF) + 1 + 0x100, even_tail = odd_tail - 0x100;
    const uint64_t words[] = {
        ziggurat_word(9, false, 12345),
        ziggurat_word(9, true, 12345), /* inside */
        ziggurat_word(9, false, last),
        0, /* the wedge's outer end: under the curve if at all */
        ziggurat_word(9, false, last),
        UINT64_MAX,
        ziggurat_word(2, true, 1), /* over it: again */
        ziggurat_word(0, false, odd_tail),
        half,
        half, /* the tail: its sign is a bit of the place */
        ziggurat_word(0, true, even_tail),
        UINT64_MAX,
        0,
        half,
        half, /* too far out: again */
        ziggurat_word(0, true, even_tail),
        UINT64_MAX << 38,
        UINT64_MAX << 40, /* x*x is 24, between y and 2y: in */
    };
    const double r = 3.6541528853610088, beyond = r + log(2.0) / r;
    double numbers[7];
    (void)state;
    fill_from(numbers, 7, scripted_fill_normal_ziggurat, words, 0);
    assert_true(numbers[0] == 12345 * tables.width[9] && numbers[1] == -numbers[0]);
    assert_true(numbers[2] == (double)last * tables.width[9]);
    assert_true(numbers[3] == -tables.width[2]);
    assert_true(fabs(numbers[4] + beyond) < 1e-14 && fabs(numbers[5] - beyond) < 1e-14);
    assert_true(fabs(numbers[6] - (r + 26 * log(2.0) / r)) < 1e-14);
    assert_int_equal(words_used, sizeof words / sizeof words[0]);
}

/* x = 2u - 1; (1/2, 1/4) lies in the circle, (-1, 1/4) and (0, 0) do not count. */
static void the_polar_method_takes_points_in_the_circle(void **state)
{
    const uint64_t x = UINT64_C(3) << 62, y = UINT64_C(5) << 61, middle = UINT64_C(1) << 63;
    const uint64_t words[] = { 0, y, middle, middle, x, y, y, x };
    const double square = 0.25 + 0.0625, scale = sqrt(-2 * log(square) / square);
    double numbers[4] = { 0, 0, 0, 7 };
    (void)state;
    fill_from(numbers, 3, scripted_fill_normal_polar, words, 0);
    assert_true(fabs(numbers[0] - scale / 4) < 1e-15 && fabs(numbers[1] - scale / 2) < 1e-15);
    assert_true(fabs(numbers[2] - scale / 2) < 1e-15 && numbers[3] == 7); /* the pair's second has no place */
    assert_int_equal(words_used, 8);
}

static int make_tables(void **state)
{
    (void)state;
    ziggurat_init(&tables);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doubles_are_multiples_of_2_to_minus_53_below_1),
        cmocka_unit_test(every_bounded_number_has_as_many_words),
        cmocka_unit_test(layers_have_one_area),
        cmocka_unit_test(the_ziggurat_draws_by_layer_sign_and_place),
        cmocka_unit_test(the_polar_method_takes_points_in_the_circle),
    };
    return cmocka_run_group_tests_name("random_forms", tests, make_tables, NULL);
}
