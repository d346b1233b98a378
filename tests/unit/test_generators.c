/* kernels/generators/: each generator against vectors that others published; where they stand is said beside the
 * numbers. */
// links: built_kernels
#include "../../kernels/generators/chacha8.h"
#include "../../kernels/generators/libc_rand.h"
#include "../../kernels/generators/mt19937.h"
#include "../../kernels/generators/mt19937_64.h"
#include "../../kernels/generators/pcg32.h"
#include "../../kernels/generators/pcg64_dxsm.h"
#include "../../kernels/generators/philox4x64.h"
#include "../../kernels/generators/rdrand.h"
#include "../../kernels/generators/splitmix64.h"
#include "../../kernels/generators/xoshiro256pp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- splitmix64, xoshiro256++ ------------------------------------------------------------------------ */

/* rosettacode.org, "Pseudo-random numbers/Splitmix64"; and github.com/rust-random/rngs, rand_xoshiro/src/splitmix64.rs,
 * test `reference`: the first outputs of Vigna's splitmix64.c. */
static void splitmix64_is_the_published_one(void **state)
{
    static const uint64_t rosetta[] = { UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
                                        UINT64_C(9817491932198370423), UINT64_C(4593380528125082431),
                                        UINT64_C(16408922859458223821) };
    static const uint64_t vigna[] = { UINT64_C(1985237415132408290),  UINT64_C(2979275885539914483),
                                      UINT64_C(13511426838097143398), UINT64_C(8488337342461049707),
                                      UINT64_C(15141737807933549159), UINT64_C(17093170987380407015),
                                      UINT64_C(16389528042912955399), UINT64_C(13177319091862933652),
                                      UINT64_C(10841969400225389492), UINT64_C(17094824097954834098) };
    struct splitmix64 self;
    (void)state;
    splitmix64_seed(&self, 1234567);
    for (size_t i = 0; i < COUNT(rosetta); i++) {
        assert_true(splitmix64_uint64(&self) == rosetta[i]);
    }
    splitmix64_seed(&self, UINT64_C(1477776061723855037));
    for (size_t i = 0; i < COUNT(vigna); i++) {
        assert_true(splitmix64_uint64(&self) == vigna[i]);
    }
}

/* github.com/rust-random/rngs, rand_xoshiro/src/xoshiro256plusplus.rs, test `reference`: the first outputs of the
 * authors' xoshiro256plusplus.c from the state 1, 2, 3, 4. */
static void xoshiro256pp_is_the_published_one(void **state)
{
    static const uint64_t published[] = { 41943041,
                                          58720359,
                                          UINT64_C(3588806011781223),
                                          UINT64_C(3591011842654386),
                                          UINT64_C(9228616714210784205),
                                          UINT64_C(9973669472204895162),
                                          UINT64_C(14011001112246962877),
                                          UINT64_C(12406186145184390807),
                                          UINT64_C(15849039046786891736),
                                          UINT64_C(10450023813501588000) };
    struct xoshiro256pp self = { { 1, 2, 3, 4 } };
    (void)state;
    for (size_t i = 0; i < COUNT(published); i++) {
        assert_true(xoshiro256pp_uint64(&self) == published[i]);
    }
}

/* The course's notes on kernels: the first outputs where the state is four outputs of splitmix64 from 42. */
static void xoshiro256pp_is_seeded_by_splitmix64(void **state)
{
    static const uint64_t noted[] = { UINT64_C(15021278609987233951), UINT64_C(5881210131331364753),
                                      UINT64_C(18149643915985481100) };
    struct xoshiro256pp self;
    (void)state;
    xoshiro256pp_seed(&self, 42);
    for (size_t i = 0; i < COUNT(noted); i++) {
        assert_true(xoshiro256pp_uint64(&self) == noted[i]);
    }
}

/* ---- PCG --------------------------------------------------------------------------------------------- */

/* github.com/imneme/pcg-c, test-high/expected/check-pcg32.out, round 1: seed 42, stream 54. */
static void pcg32_is_the_author_s(void **state)
{
    static const uint32_t published[] = { 0xA15C02B7, 0x7B47F409, 0xBA1D3330, 0x83D2F293, 0xBFA4784B, 0xCBED606E };
    struct pcg32 self;
    (void)state;
    pcg32_seed(&self, 42);
    for (size_t i = 0; i < COUNT(published); i++) {
        assert_true(pcg32_next(&self) == published[i]);
    }
    pcg32_seed(&self, 42);
    assert_true(pcg32_uint64(&self) == UINT64_C(0xA15C02B77B47F409)); /* the first above */
}

/* github.com/numpy/numpy, numpy/random/tests/data/pcg64dxsm-testset-1.csv. Its seed 0xdeadbeaf goes through numpy's
 * SeedSequence, which gives the state below: numpy 1.24, PCG64DXSM(0xdeadbeaf).state. */
static void pcg64_dxsm_is_numpy_s(void **state)
{
    static const uint64_t published[] = { UINT64_C(0xDF1DDCF1E22521FE), UINT64_C(0xC71B2F9C706CF151),
                                          UINT64_C(0x6922A8CC24AD96B2), UINT64_C(0x82738C549BECCC30),
                                          UINT64_C(0x5E8415CDB1F17580) };
    struct pcg64_dxsm self = { (uint128)UINT64_C(0xDCBF51ECA8A06D6D) << 64 | UINT64_C(0xA11C0E6F95BE4591),
                               (uint128)UINT64_C(0x6F01E045569D93C4) << 64 | UINT64_C(0x40AC10DD049310B5) };
    uint64_t last = 0;
    (void)state;
    for (size_t i = 0; i < 1000; i++) {
        last = pcg64_dxsm_uint64(&self);
        assert_true(i >= COUNT(published) || last == published[i]);
    }
    assert_true(last == UINT64_C(0x4955C92AAA231578)); /* line 999 */
}

/* O'Neill's seeding with 42 and stream 54 makes the increment 109 and the state ((109 + 42) * M + 109) modulo 2^128;
 * the outputs are numpy 1.24's, PCG64DXSM with that state. */
static void pcg64_dxsm_is_seeded_as_pcg32(void **state)
{
    struct pcg64_dxsm self;
    (void)state;
    pcg64_dxsm_seed(&self, 42);
    assert_true(pcg64_dxsm_uint64(&self) == UINT64_C(17331114245835578256));
    assert_true(pcg64_dxsm_uint64(&self) == UINT64_C(10267467544499227306));
}

/* ---- Mersenne twisters ------------------------------------------------------------------------------- */

/* ISO C++ [rand.predef]: the 10,000th consecutive outputs from the default seed 5489. */
static void mersenne_twisters_are_the_standard_s(void **state)
{
    struct mt19937 narrow;
    struct mt19937_64 wide;
    uint32_t last = 0;
    uint64_t last_wide = 0;
    (void)state;
    mt19937_seed(&narrow, 5489);
    mt19937_64_seed(&wide, 5489);
    for (int i = 0; i < 10000; i++) {
        last = mt19937_next(&narrow);
        last_wide = mt19937_64_uint64(&wide);
    }
    assert_true(last == UINT32_C(4123659995));
    assert_true(last_wide == UINT64_C(9981545732273789042));
}

/* Seeding by an array, which the authors' published outputs begin with; the kernels do not need it. */
static void seed_by_array(struct mt19937 *self, const uint32_t *key, uint32_t count)
{
    uint32_t *w = self->words, i = 1, j = 0;
    mt19937_seed(self, 19650218);
    for (uint32_t k = 0; k < 2 * MT19937_WORDS - 1; k++) {
        bool first = k < MT19937_WORDS;
        uint32_t before = w[i - 1] ^ (w[i - 1] >> 30);
        w[i] = first ? (w[i] ^ before * 1664525u) + key[j] + j : (w[i] ^ before * 1566083941u) - i;
        j = (j + 1) % count;
        if (++i == MT19937_WORDS) {
            w[0] = w[MT19937_WORDS - 1];
            i = 1;
        }
    }
    w[0] = 0x80000000u;
}

static void seed_wide_by_array(struct mt19937_64 *self, const uint64_t *key, uint64_t count)
{
    uint64_t *w = self->words, i = 1, j = 0;
    mt19937_64_seed(self, 19650218);
    for (uint32_t k = 0; k < 2 * MT19937_64_WORDS - 1; k++) {
        bool first = k < MT19937_64_WORDS;
        uint64_t before = w[i - 1] ^ (w[i - 1] >> 62);
        w[i] = first ? (w[i] ^ before * UINT64_C(3935559000370003845)) + key[j] + j
                     : (w[i] ^ before * UINT64_C(2862933555777941757)) - i;
        j = (j + 1) % count;
        if (++i == MT19937_64_WORDS) {
            w[0] = w[MT19937_64_WORDS - 1];
            i = 1;
        }
    }
    w[0] = UINT64_C(1) << 63;
}

/* mt19937ar.out and mt19937-64.out, which the authors give away with their programs: the first outputs after
 * init_by_array. */
static void mersenne_twisters_are_their_authors(void **state)
{
    static const uint32_t key[] = { 0x123, 0x234, 0x345, 0x456 };
    static const uint64_t wide_key[] = { 0x12345, 0x23456, 0x34567, 0x45678 };
    static const uint32_t published[] = { 1067595299, 955945823,  477289528,  4107218783,
                                          4228976476, 3344332714, 3355579695, 227628506 };
    static const uint64_t wide_published[] = { UINT64_C(7266447313870364031),  UINT64_C(4946485549665804864),
                                               UINT64_C(16945909448695747420), UINT64_C(16394063075524226720),
                                               UINT64_C(4873882236456199058),  UINT64_C(14877448043947020171),
                                               UINT64_C(6740343660852211943),  UINT64_C(13857871200353263164) };
    struct mt19937 self;
    struct mt19937_64 wide;
    (void)state;
    seed_by_array(&self, key, COUNT(key));
    seed_wide_by_array(&wide, wide_key, COUNT(wide_key));
    for (size_t i = 0; i < COUNT(published); i++) {
        assert_true(mt19937_next(&self) == published[i]);
        assert_true(mt19937_64_uint64(&wide) == wide_published[i]);
    }
}

/* ---- Counters under a key ---------------------------------------------------------------------------- */

/* github.com/DEShawResearch/random123, tests/kat_vectors, the lines "philox4x64 10". */
static void philox4x64_is_random123_s(void **state)
{
    static const uint64_t vectors[3][10] = {
        { 0, 0, 0, 0, 0, 0, UINT64_C(0x16554D9ECA36314C), UINT64_C(0xDB20FE9D672D0FDC), UINT64_C(0xD7E772CEE186176B),
          UINT64_C(0x7E68B68AEC7BA23B) },
        { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_C(0x87B092C3013FE90B),
          UINT64_C(0x438C3C67BE8D0224), UINT64_C(0x9CC7D7C69CD777B6), UINT64_C(0xA09CAEBF594F0BA0) },
        { UINT64_C(0x243F6A8885A308D3), UINT64_C(0x13198A2E03707344), UINT64_C(0xA4093822299F31D0),
          UINT64_C(0x082EFA98EC4E6C89), UINT64_C(0x452821E638D01377), UINT64_C(0xBE5466CF34E90C6C),
          UINT64_C(0xA528F45403E61D95), UINT64_C(0x38C72DBD566E9788), UINT64_C(0xA5A1610E72FD18B5),
          UINT64_C(0x57BD43B5E52B7FE6) },
    };
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        uint64_t block[4];
        philox4x64_cipher(block, vectors[i], vectors[i] + 4);
        assert_memory_equal(block, vectors[i] + 6, sizeof block);
    }
}

/* ISO C++26 [rand.predef]: the 10,000th consecutive output of philox4x64 from the default seed 20111115. */
static void philox4x64_counts_as_the_standard_says(void **state)
{
    struct philox4x64 self;
    uint64_t last = 0;
    (void)state;
    philox4x64_seed(&self, 20111115);
    for (int i = 0; i < 10000; i++) {
        last = philox4x64_uint64(&self);
    }
    assert_true(last == UINT64_C(3409172418970261260));
}

static void philox4x64_carries(void **state)
{
    struct philox4x64 self;
    uint64_t expected[4];
    const uint64_t next[4] = { 0, 0, 8, 9 };
    (void)state;
    philox4x64_seed(&self, 1);
    memcpy(self.counter, (uint64_t[]){ UINT64_MAX, UINT64_MAX, 7, 9 }, sizeof self.counter);
    philox4x64_cipher(expected, next, self.key);
    for (int i = 0; i < 4; i++) {
        philox4x64_uint64(&self);
    }
    for (int i = 0; i < 4; i++) {
        assert_true(philox4x64_uint64(&self) == expected[i]);
    }
}

static unsigned digit(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* The next eight bytes of a text of hexadecimal digits, the lowest first. */
static uint64_t next_bytes(const char **at)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++, *at += 2) {
        value |= (uint64_t)(digit((*at)[0]) << 4 | digit((*at)[1])) << (8 * i);
    }
    return value;
}

/* draft-strombergson-chacha-test-vectors-01, keys of 256 bits, 8 rounds: TC1, TC2, TC4, TC7 and TC8, two blocks each.
 * (Read in github.com/abeaumont/ocaml-chacha, which names the draft.) */
static void chacha8_is_the_draft_s(void **state)
{
    static const struct {
        const char *key, *nonce, *stream;
    } vectors[] = {
        { "0000000000000000000000000000000000000000000000000000000000000000", "0000000000000000",
          "3e00ef2f895f40d67f5bb8e81f09a5a12c840ec3ce9a7f3b181be188ef711a1e"
          "984ce172b9216f419f445367456d5619314a42a3da86b001387bfdb80e0cfe42"
          "d2aefa0deaa5c151bf0adb6c01f2a5adc0fd581259f9a2aadcf20f8fd566a26b"
          "5032ec38bbc5da98ee0c6f568b872a65a08abf251deb21bb4b56e5d8821e68aa" },
        { "0100000000000000000000000000000000000000000000000000000000000000", "0000000000000000",
          "cf5ee9a0494aa9613e05d5ed725b804b12f4a465ee635acc3a311de8740489ea"
          "289d04f43c7518db56eb4433e498a1238cd8464d3763ddbb9222ee3bd8fae3c8"
          "b4355a7d93dd8867089ee643558b95754efa2bd1a8a1e2d75bcdb32015542638"
          "291941feb49965587c4fdfe219cf0ec132a6cd4dc067392e67982fe53278c0b4" },
        { "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "ffffffffffffffff",
          "e163bbf8c9a739d18925ee8362dad2cdc973df05225afb2aa26396f2a9849a4a"
          "445e0547d31c1623c537df4ba85c70a9884a35bcbf3dfab077e98b0f68135f54"
          "81d4933f8b322ac0cd762c27235ce2b31534e0244a9a2f1fd5e94498d47ff108"
          "790c009cf9e1a348032a7694cb28024cd96d3498361edb1785af752d187ab54b" },
        { "00112233445566778899aabbccddeeffffeeddccbbaa99887766554433221100", "0f1e2d3c4b5a6978",
          "db43ad9d1e842d1272e4530e276b3f568f8859b3f7cf6d9d2c74fa53808cb515"
          "7a8ebf46ad3dcc4b6c7dadde131784b0120e0e22f6d5f9ffa7407d4a21b695d9"
          "c5dd30bf55612fab9bdd118920c19816470c7f5dcd42325dbbed8c57a56281c1"
          "44cb0f03e81b3004624e0650a1ce5afaf9a7cd8163f6dbd72602257dd96e471e" },
        { "c46ec1b18ce8a878725a37e780dfb7351f68ed2e194c79fbc6aebee1a667975d", "1ada31d5cf688221",
          "838751b42d8ddd8a3d77f48825a2ba752cf4047cb308a5978ef274973be374c9"
          "6ad848065871417b08f034e681fe46a93f7d5c61d1306614d4aaf257a7cff08b"
          "16f2fda170cc18a4b58a2667ed962774af792a6e7f3c77992540711a7a136d7e"
          "8a2f8d3f93816709d45a3fa5f8ce72fde15be7b841acba3a2abd557228d9fe4f" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(vectors); i++) {
        struct chacha8 self;
        uint32_t key[8], nonce[2];
        const char *at = vectors[i].key;
        for (size_t k = 0; k < 8; k += 2) {
            uint64_t two = next_bytes(&at);
            key[k] = (uint32_t)two;
            key[k + 1] = (uint32_t)(two >> 32);
        }
        at = vectors[i].nonce;
        uint64_t two = next_bytes(&at);
        nonce[0] = (uint32_t)two;
        nonce[1] = (uint32_t)(two >> 32);
        chacha8_begin(&self, key, nonce);
        at = vectors[i].stream;
        for (int k = 0; k < 16; k++) {
            assert_true(chacha8_uint64(&self) == next_bytes(&at));
        }
    }
}

/* A seed is the key's first eight bytes: seed 1 is TC2. The counter has 64 bits. */
static void chacha8_seeds_and_carries(void **state)
{
    struct chacha8 self, other;
    (void)state;
    chacha8_seed(&self, 1);
    assert_true(chacha8_uint64(&self) == UINT64_C(0x61A94A49A0E95ECF));
    chacha8_seed(&self, UINT64_C(1) << 32);
    assert_true(chacha8_uint64(&self) != UINT64_C(0x61A94A49A0E95ECF));
    chacha8_seed(&self, 1);
    self.input[12] = UINT32_MAX;
    chacha8_refill(&self);
    assert_true(self.input[12] == 0 && self.input[13] == 1);
    chacha8_seed(&other, 1);
    other.input[13] = 1;
    chacha8_refill(&self);
    chacha8_refill(&other);
    assert_memory_equal(self.block, other.block, sizeof self.block);
}

/* ---- What others have -------------------------------------------------------------------------------- */

/* glibc's numbers from seed 1 were printed in countless texts. That they are r[i] = r[i-3] + r[i-31] without the lowest
 * bit, from a start of 16807^i modulo 2^31-1, was found out by Selinger ("The GLIBC random number generator", 2007). */
static void rand_is_the_c_library_s(void **state)
{
    struct libc_rand self;
    (void)state;
    libc_rand_seed(&self, 1);
    uint64_t first = libc_rand_uint64(&self), second = libc_rand_uint64(&self);
    libc_rand_seed(&self, (UINT64_C(7) << 32) + 1);
    assert_true(libc_rand_uint64(&self) == first); /* 32 bits of the seed */
    assert_true(first != second);
#if defined(__GLIBC__)
    assert_true(first == (UINT64_C(1804289383) << 33 | UINT64_C(846930886) << 2 | 1681692777 >> 29));
    uint64_t r[344 + 1000];
    r[0] = 42;
    for (int i = 1; i < 31; i++) {
        r[i] = r[i - 1] * 16807 % 2147483647;
    }
    for (int i = 31; i < 344 + 1000; i++) {
        r[i] = i < 34 ? r[i - 31] : (r[i - 3] + r[i - 31]) & UINT32_MAX;
    }
    libc_rand_seed(&self, 42);
    for (int i = 344; i + 3 <= 344 + 1000; i += 3) {
        assert_true(libc_rand_uint64(&self) == (r[i] >> 1 << 33 | r[i + 1] >> 1 << 2 | r[i + 2] >> 30));
    }
#endif
}

static int steps, steps_without;

/* Gives 77 after `steps_without` steps that gave nothing. */
static bool scripted_step(uint64_t *number)
{
    *number = 77;
    return steps++ >= steps_without;
}

/* Intel's guide, 5.2.1: ten retries, and not one more. */
static void rdrand_is_retried_ten_times(void **state)
{
    (void)state;
    for (steps_without = 0; steps_without < 13; steps_without++) {
        uint64_t number = 0;
        steps = 0;
        assert_int_equal(rdrand_try(&number, scripted_step), steps_without <= 10);
        assert_int_equal(steps, steps_without <= 10 ? steps_without + 1 : 11);
    }
}

static void rdrand_gives_other_numbers_or_a_reason(void **state)
{
    const char *reason = rdrand_unavailable();
    (void)state;
    if (reason != NULL) {
        assert_non_null(strstr(reason, "rdrand"));
        assert_null(strchr(reason, '\n'));
        return;
    }
    bool exhausted = false;
    struct rdrand self = { &exhausted };
    uint64_t all = 0, none = UINT64_MAX, first = rdrand_uint64(&self), equal = 0;
    for (int i = 0; i < 1000; i++) {
        uint64_t number = rdrand_uint64(&self);
        all |= number;
        none &= number;
        equal += number == first;
    }
    assert_false(exhausted);
    assert_true(all == UINT64_MAX && none == 0); /* every bit is 1 and is 0 some time: wrong once in 2^993 */
    assert_int_equal(equal, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splitmix64_is_the_published_one),
        cmocka_unit_test(xoshiro256pp_is_the_published_one),
        cmocka_unit_test(xoshiro256pp_is_seeded_by_splitmix64),
        cmocka_unit_test(pcg32_is_the_author_s),
        cmocka_unit_test(pcg64_dxsm_is_numpy_s),
        cmocka_unit_test(pcg64_dxsm_is_seeded_as_pcg32),
        cmocka_unit_test(mersenne_twisters_are_the_standard_s),
        cmocka_unit_test(mersenne_twisters_are_their_authors),
        cmocka_unit_test(philox4x64_is_random123_s),
        cmocka_unit_test(philox4x64_counts_as_the_standard_says),
        cmocka_unit_test(philox4x64_carries),
        cmocka_unit_test(chacha8_is_the_draft_s),
        cmocka_unit_test(chacha8_seeds_and_carries),
        cmocka_unit_test(rand_is_the_c_library_s),
        cmocka_unit_test(rdrand_is_retried_ten_times),
        cmocka_unit_test(rdrand_gives_other_numbers_or_a_reason),
    };
    return cmocka_run_group_tests_name("generators", tests, NULL, NULL);
}
