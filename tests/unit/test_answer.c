/* Answers: count, sum and digest, and the sequence that is kept from batch to batch. The digests are what sha256sum
 * prints for the same lines. */
// links: worker-core protocol base
#include "worker/answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* printf '' | sha256sum */
#define NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
/* seq 0 9 | sha256sum */
#define NINE "7427877c40fb0361401248f9c96abe6117396bc6ab16811b5b1706274c02443e"
/* seq 0 8 | sha256sum */
#define EIGHT "3025504b09307ca02bc4d32551aed10ed5d40d72b1730c4891ce35b9ab55bcb7"
/* printf '0\n18446744073709551615\n' | sha256sum */
#define EXTREMES "3063b9f8fd5c6f37d6c24eca056fffe96e2bf8539986da00f2f2a71e4ccd93fa"
/* printf '3 squared is 9\n9\n\n' | sha256sum */
#define MIXED "9baaba4ea0c6708f7818a7c6ce14f8853312c4233828200ebbe03871d833e39a"
/* seq 0 1999999 | sha256sum */
#define MILLIONS "beaa1fec591ed74a8a72068132cd6651dbbc8ba042f1056b24767465f5b62ced"
/* seq 0 1999998 | sha256sum */
#define ONE_LESS "4d1a88c87a717b552b1ea016003a44781e9221c9cfc9d42b095fee5ed6524391"
/* head -c 20000 /dev/zero | tr '\0' x, then a line feed | sha256sum */
#define LONG_LINE "a168e7ecc1c0f191c22ad3221fd52fa3e5e4d8883d085099d3fbf500cadf3f8a"

static struct assay_message_answer end(struct assay_answer *answer)
{
    struct assay_message_answer out;
    assay_answer_end(answer, &out);
    assert_true(out.count_known && out.sum_known && out.sha256_known);
    assert_null(out.source);
    return out;
}

/* The numbers 0 to count-1, one call each. */
static struct assay_message_answer one_by_one(struct assay_answer *answer, uint64_t count)
{
    assay_answer_begin(answer);
    for (uint64_t i = 0; i < count; i++) {
        assay_answer_integers(answer, &i, 1);
    }
    return end(answer);
}

/* The same in one call. */
static struct assay_message_answer at_once(struct assay_answer *answer, uint64_t count)
{
    uint64_t *values = malloc(count * sizeof *values);
    assert_non_null(values);
    for (uint64_t i = 0; i < count; i++) {
        values[i] = i;
    }
    assay_answer_begin(answer);
    assay_answer_integers(answer, values, count);
    free(values);
    return end(answer);
}

static void no_answer_is_the_digest_of_nothing(void **state)
{
    (void)state;
    struct assay_answer *answer = assay_answer_new();
    for (int batch = 0; batch < 3; batch++) {
        struct assay_message_answer out = one_by_one(answer, 0);
        assert_int_equal(out.count, 0);
        assert_int_equal(out.sum, 0);
        assert_string_equal(out.sha256, NOTHING);
    }
    assert_int_equal(assay_answer_digests(answer), 1);
    assay_answer_free(answer);
}

static void numbers_become_lines_however_they_are_handed_over(void **state)
{
    (void)state;
    struct assay_answer *answer = assay_answer_new();
    struct assay_message_answer out = one_by_one(answer, 10);
    assert_int_equal(out.count, 10);
    assert_int_equal(out.sum, 45);
    assert_string_equal(out.sha256, NINE);
    out = at_once(answer, 10);
    assert_int_equal(out.sum, 45);
    assert_string_equal(out.sha256, NINE);
    assay_answer_free(answer);
}

static void sums_wrap_at_two_to_the_64(void **state)
{
    (void)state;
    const uint64_t extremes[] = { 0, UINT64_MAX };
    const uint64_t two = 2;
    struct assay_answer *answer = assay_answer_new();
    assay_answer_begin(answer);
    assay_answer_integers(answer, extremes, 2);
    assert_string_equal(end(answer).sha256, EXTREMES);
    assay_answer_begin(answer);
    assay_answer_integers(answer, extremes, 2);
    assay_answer_integers(answer, &two, 1);
    struct assay_message_answer out = end(answer);
    assert_int_equal(out.sum, 1);
    assert_int_equal(out.count, 3);
    assay_answer_free(answer);
}

static void texts_count_as_lines_and_add_nothing(void **state)
{
    (void)state;
    const uint64_t nine = 9;
    struct assay_answer *answer = assay_answer_new();
    for (int batch = 0; batch < 2; batch++) {
        assay_answer_begin(answer);
        assay_answer_text(answer, "3 squared is 9", 14);
        assay_answer_integers(answer, &nine, 1);
        assay_answer_text(answer, "", 0);
        struct assay_message_answer out = end(answer);
        assert_int_equal(out.count, 3);
        assert_int_equal(out.sum, 9);
        assert_string_equal(out.sha256, MIXED);
    }
    assay_answer_free(answer);
}

static void a_line_longer_than_the_chunk_is_whole(void **state)
{
    (void)state;
    char line[20000];
    memset(line, 'x', sizeof line);
    struct assay_answer *answer = assay_answer_new();
    assay_answer_begin(answer);
    assay_answer_text(answer, line, sizeof line);
    assert_string_equal(end(answer).sha256, LONG_LINE);
    assay_answer_free(answer);
}

static void an_equal_sequence_reuses_the_digest(void **state)
{
    (void)state;
    struct assay_answer *answer = assay_answer_new();
    for (int batch = 0; batch < 5; batch++) {
        assert_string_equal(one_by_one(answer, 10).sha256, NINE);
    }
    assert_int_equal(assay_answer_digests(answer), 1);
    assay_answer_free(answer);
}

static void a_changed_sequence_is_seen_wherever_it_changes(void **state)
{
    (void)state;
    const uint64_t values[][3] = { { 1, 2, 3 }, { 1, 2, 4 }, { 0, 2, 4 }, { 0, 3, 4 }, { 1, 2, 3 } };
    struct assay_answer *kept = assay_answer_new();
    for (size_t batch = 0; batch < 5; batch++) {
        struct assay_answer *fresh = assay_answer_new();
        assay_answer_begin(kept);
        assay_answer_begin(fresh);
        for (size_t i = 0; i < 3; i++) {
            assay_answer_integers(kept, &values[batch][i], 1);
            assay_answer_integers(fresh, &values[batch][i], 1);
        }
        assert_string_equal(end(kept).sha256, end(fresh).sha256);
        assert_int_equal(assay_answer_digests(kept), batch + 1);
        assay_answer_free(fresh);
    }
    assay_answer_free(kept);
}

static void a_shorter_or_longer_sequence_is_another(void **state)
{
    (void)state;
    struct assay_answer *answer = assay_answer_new();
    assert_string_equal(one_by_one(answer, 10).sha256, NINE);
    assert_string_equal(one_by_one(answer, 9).sha256, EIGHT);
    assert_string_equal(one_by_one(answer, 9).sha256, EIGHT);
    assert_int_equal(assay_answer_digests(answer), 2);
    assert_string_equal(one_by_one(answer, 0).sha256, NOTHING);
    assert_string_equal(one_by_one(answer, 10).sha256, NINE);
    assay_answer_free(answer);
}

static void sequences_beyond_the_limit_have_true_digests(void **state)
{
    (void)state;
    struct assay_answer *answer = assay_answer_new();
    for (int batch = 0; batch < 2; batch++) {
        assert_string_equal(one_by_one(answer, 2000000).sha256, MILLIONS);
        assert_string_equal(at_once(answer, 1999999).sha256, ONE_LESS);
        assert_string_equal(at_once(answer, 1999999).sha256, ONE_LESS);
        assert_string_equal(one_by_one(answer, 10).sha256, NINE);
        assert_string_equal(one_by_one(answer, 10).sha256, NINE);
    }
    assert_int_equal(assay_answer_digests(answer), 8);
    assay_answer_free(answer);
}

static void a_disagreement_names_the_part_and_the_source(void **state)
{
    (void)state;
    char words[200];
    struct assay_message_answer got = {
        .count_known = true, .sum_known = true, .sha256_known = true, .count = 1228, .sum = 5, .sha256 = NINE
    };
    struct assay_message_answer want = { .count_known = true, .count = 1229, .source = (char *)"OEIS A006880" };
    assert_false(assay_answer_agrees(words, sizeof words, &got, &want));
    assert_string_equal(words, "count is 1228, want 1229 (OEIS A006880)");
    want = (struct assay_message_answer){ .sum_known = true, .sum = UINT64_MAX };
    assert_false(assay_answer_agrees(words, sizeof words, &got, &want));
    assert_string_equal(words, "sum is 5, want 18446744073709551615");
    want = (struct assay_message_answer){ .sha256_known = true, .sha256 = NOTHING, .source = (char *)"x" };
    assert_false(assay_answer_agrees(words, sizeof words, &got, &want));
    assert_memory_equal(words, "sha256 is " NINE, 26);
    assert_non_null(strstr(words, "..., want e3b0c44298fc1c14... (x)"));
}

static void what_is_not_known_is_not_compared(void **state)
{
    (void)state;
    char words[200] = "untouched";
    struct assay_message_answer got = { .count = 1, .sum = 2, .sha256 = NINE };
    struct assay_message_answer want = { .count = 7, .sum = 8, .sha256 = NOTHING };
    assert_true(assay_answer_agrees(words, sizeof words, &got, &want));
    want = (struct assay_message_answer){ .count_known = true, .count = 1, .sum = 8 };
    assert_true(assay_answer_agrees(words, sizeof words, &got, &want));
    assert_string_equal(words, "untouched");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_answer_is_the_digest_of_nothing),
        cmocka_unit_test(numbers_become_lines_however_they_are_handed_over),
        cmocka_unit_test(sums_wrap_at_two_to_the_64),
        cmocka_unit_test(texts_count_as_lines_and_add_nothing),
        cmocka_unit_test(a_line_longer_than_the_chunk_is_whole),
        cmocka_unit_test(an_equal_sequence_reuses_the_digest),
        cmocka_unit_test(a_changed_sequence_is_seen_wherever_it_changes),
        cmocka_unit_test(a_shorter_or_longer_sequence_is_another),
        cmocka_unit_test(sequences_beyond_the_limit_have_true_digests),
        cmocka_unit_test(a_disagreement_names_the_part_and_the_source),
        cmocka_unit_test(what_is_not_known_is_not_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
