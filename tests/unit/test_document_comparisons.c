/* Comparisons in documents: written, read back, refused, appended, in the sample of the tree. */
// links: result stats base
#include "sample_comparison.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include "document_texts.h"

#define SAMPLE ASSAY_SOURCE_DIR "/data/samples/comparisons.json"

static struct assay_document *sample(void)
{
    struct assay_document *document = sample_comparison_document();
    assert_non_null(document);
    return document;
}

static void assert_same_comparison(const struct assay_comparison *a, const struct assay_comparison *b)
{
    const double *const reals[][2] = {
        { &a->ratio, &b->ratio },
        { &a->low, &b->low },
        { &a->high, &b->high },
        { &a->confidence, &b->confidence },
        { &a->ci95_low, &b->ci95_low },
        { &a->ci95_high, &b->ci95_high },
        { &a->margin, &b->margin },
        { &a->direction_at_s, &b->direction_at_s },
        { &a->log_evidence, &b->log_evidence },
        { &a->gate_log_evidence, &b->gate_log_evidence },
        { &a->pairs, &b->pairs },
        { &a->seconds, &b->seconds },
        { &a->minimum_detectable_effect, &b->minimum_detectable_effect },
        { &a->seconds_needed, &b->seconds_needed },
        { &a->spread, &b->spread },
        { &a->carry_over, &b->carry_over },
        { &a->carry_over_low, &b->carry_over_low },
        { &a->carry_over_high, &b->carry_over_high },
        { &a->autocorrelation, &b->autocorrelation },
        { &a->drift_p, &b->drift_p },
        { &a->between_share, &b->between_share },
        { &a->injected, &b->injected },
        { &a->base_instructions, &b->base_instructions },
        { &a->head_instructions, &b->head_instructions },
    };
    for (size_t i = 0; i < sizeof reals / sizeof reals[0]; i++)
        assert_same_real(*reals[i][0], *reals[i][1]);
    assert_true(a->base == b->base && a->head == b->head && a->verdict == b->verdict && a->direction == b->direction);
    assert_true(a->beyond_margin == b->beyond_margin && a->discovery == b->discovery && a->same_code == b->same_code);
    assert_same_text_or_null(a->id, b->id);
    assert_same_text_or_null(a->design, b->design);
    assert_same_text_or_null(a->unit, b->unit);
    assert_same_text_or_null(a->reason, b->reason);
    assert_same_text_or_null(a->instructions_source, b->instructions_source);
    assert_int_equal(a->note_count, b->note_count);
    for (size_t i = 0; i < a->note_count; i++)
        assert_string_equal(a->notes[i], b->notes[i]);
    assert_int_equal(a->blocks.count, b->blocks.count);
    for (size_t i = 0; i < ASSAY_BLOCK_COLUMN_COUNT; i++) {
        for (size_t row = 0; row < a->blocks.count; row++)
            assert_same_real(assay_blocks_column(&a->blocks, i)[row], assay_blocks_column(&b->blocks, i)[row]);
    }
}

static void every_comparison_comes_back_bit_for_bit(void **state)
{
    (void)state;
    struct assay_document *document = sample();
    document->common_cause = sample_copy("all took 1.02 times the time");
    char *first = written(document);
    struct assay_document *again = read_back(first);
    char *second = written(again);
    assert_string_equal(first, second);
    assert_int_equal(again->comparison_count, SAMPLE_PAIRS + 1);
    for (size_t i = 0; i < again->comparison_count; i++)
        assert_same_comparison(&document->comparisons[i], &again->comparisons[i]);
    assert_string_equal(again->common_cause, "all took 1.02 times the time");
    assert_null(again->rest);
    free(first);
    free(second);
    assay_document_free(document);
    assay_document_free(again);
}

static void an_empty_comparison_knows_nothing(void **state)
{
    (void)state;
    struct assay_document *document = sample();
    const struct assay_comparison *fresh = assay_document_add_comparison(document);
    assert_true(isnan(fresh->ratio) && isnan(fresh->low) && isnan(fresh->between_share));
    assert_true(isnan(fresh->margin) && isnan(fresh->head_instructions) && isnan(fresh->gate_log_evidence));
    assert_true(fresh->injected == 0 && fresh->same_code == -1 && fresh->direction == 0);
    assert_int_equal(fresh->verdict, ASSAY_VERDICT_INCONCLUSIVE);
    assert_int_equal(fresh->blocks.count, 0);
    assert_null(fresh->id);
    assay_document_free(document);
}

static void a_document_without_comparisons_does_not_mention_them(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(1, 6, 2);
    char *json = written(document);
    assert_null(strstr(json, "comparisons"));
    assert_null(strstr(json, "common_cause"));
    free(json);
    assay_document_free(document);
}

static void evil_bytes_in_a_comparison_become_replacement_characters_and_a_warning(void **state)
{
    (void)state;
    static const char evil[] = "a\xff \"\\\n\x01<b>\xed\xa0\x80";
    struct assay_document *document = sample();
    size_t warnings = document->warning_count;
    struct assay_comparison *comparison = &document->comparisons[2];
    char **const texts[] = { &comparison->id,
                             &comparison->design,
                             &comparison->unit,
                             &comparison->reason,
                             &comparison->instructions_source,
                             &document->common_cause };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        free(*texts[i]);
        *texts[i] = sample_copy(evil);
    }
    assert_true(assay_comparison_note(comparison, "%s", evil));
    char *json = written(document);
    struct assay_document *again = read_back(json);
    assert_non_null(strstr(again->comparisons[2].reason, "a\xef\xbf\xbd \"\\\n\x01<b>"));
    assert_int_equal(again->warning_count, warnings + 1);
    char *second = written(again);
    assert_string_equal(json, second);
    free(json);
    free(second);
    assay_document_free(document);
    assay_document_free(again);
}

/* exp and log part by a rounding: ends at 1 and at the margin are no contradiction. */
static void a_verdict_on_the_edge_of_its_interval_is_taken(void **state)
{
    (void)state;
    static const struct {
        double low, high;
        enum assay_verdict verdict;
    } cases[] = {
        { 0, 0, ASSAY_VERDICT_SAME },
        { 1e-17, 0.02, ASSAY_VERDICT_SLOWER },
        { -0.02, -1e-17, ASSAY_VERDICT_FASTER },
        { -0.00995033085316808285, 0.00995033085316808285, ASSAY_VERDICT_SAME }, /* ln 1.01, by bc */
        { -0.001, 0.00995033085316808285 - 1e-14, ASSAY_VERDICT_INCONCLUSIVE },
        { 0.00995033085316808285 - 1e-9, 0.00995033085316808285 + 1e-15, ASSAY_VERDICT_SLOWER },
    };
    struct assay_document *document = sample();
    struct assay_comparison *comparison = &document->comparisons[0];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct assay_error error = { 0 };
        comparison->low = exp(cases[i].low);
        comparison->high = exp(cases[i].high);
        comparison->verdict = cases[i].verdict;
        if (assay_document_check(document, &error))
            fail_msg("case %zu: %s", i, error.text);
    }
    assay_document_free(document);
}

static void a_comparison_that_breaks_its_rules_in_memory_is_not_written(void **state)
{
    (void)state;
    struct assay_document *document = sample();
    struct assay_comparison *comparison = &document->comparisons[3];
    struct assay_error first = { 0 }, second = { 0 }, third = { 0 };
    FILE *to = fopen("/dev/null", "w");
    comparison->high = INFINITY;
    assert_int_equal(assay_document_write(document, to, &first), ASSAY_EINPUT);
    assert_string_equal(first.text, "comparisons[3].interval: want a ratio above 0, or null");
    comparison->high = 1;
    comparison->verdict = (enum assay_verdict)77;
    assert_int_equal(assay_document_write(document, to, &second), ASSAY_EINPUT);
    assert_string_equal(second.text, "comparisons[3].verdict: want a known verdict, such as 'same'");
    comparison->verdict = ASSAY_VERDICT_INCONCLUSIVE;
    comparison->reason = sample_copy("tested");
    free(comparison->instructions_source);
    comparison->instructions_source = NULL;
    comparison->base_instructions = 7;
    assert_int_equal(assay_document_write(document, to, &third), ASSAY_EINPUT);
    assert_string_equal(third.text, "comparisons[3].instructions: want a source where there are counts");
    fclose(to);
    assay_document_free(document);
}

static void blocks_grow_row_by_row(void **state)
{
    (void)state;
    struct assay_blocks blocks = { 0 };
    for (size_t i = 0; i < 1000; i++) {
        double values[ASSAY_BLOCK_COLUMN_COUNT];
        for (size_t k = 0; k < ASSAY_BLOCK_COLUMN_COUNT; k++)
            values[k] = (double)(i * 100 + k);
        assert_true(assay_blocks_append(&blocks, values));
    }
    assert_int_equal(blocks.count, 1000);
    assert_true(blocks.log_ratio[999] == 99900 && blocks.set_aside[0] == 10 && blocks.head_process[7] == 709);
    assay_blocks_release(&blocks);
    assert_null(blocks.order);
    assert_int_equal(blocks.count, 0);
}

/* ---- append ---- */

static void appended_comparisons_point_to_where_their_benchmarks_went(void **state)
{
    (void)state;
    struct assay_document *to = sample_document(4, 6, 2); /* kernels 0 to 3; 0, 2 and 3 are joined */
    struct assay_document *from = sample();
    struct assay_document *kept = sample();
    assert_int_equal(assay_document_append_take(to, from, NULL), 0);
    assert_int_equal(to->comparison_count, SAMPLE_PAIRS + 1);
    const struct assay_comparison *same = &to->comparisons[0];
    assert_int_equal(same->base, 0); /* joined with the first of its kind, which had 6 processes */
    assert_int_equal(same->head, 4); /* there was one only: added behind */
    assert_true(same->blocks.base_process[0] == 6 && same->blocks.base_process[7] == 7);
    assert_true(same->blocks.head_process[0] == 0 && same->blocks.head_process[7] == 1);
    const struct assay_comparison *self = &to->comparisons[SAMPLE_PAIRS];
    assert_true(self->base == 0 && self->head == 0);
    assert_true(self->blocks.base_process[1] == 7 && self->blocks.head_process[1] == 7);
    for (size_t i = 0; i < to->comparison_count; i++) {
        const struct assay_comparison *now = &to->comparisons[i], *then = &kept->comparisons[i];
        assert_string_equal(to->benchmarks[now->head].id, kept->benchmarks[then->head].id);
        assert_string_equal(now->id, then->id);
        assert_int_equal(now->note_count, then->note_count);
        assert_int_equal(now->blocks.count, then->blocks.count);
    }
    assert_int_equal(assay_document_check(to, NULL), 0);
    assay_document_free(kept);
    assay_document_free(to);
}

static void comparisons_that_were_there_stay_when_a_session_is_appended(void **state)
{
    (void)state;
    struct assay_document *to = sample();
    struct assay_document *kept = sample();
    to->common_cause = sample_copy("all moved");
    assert_int_equal(assay_document_append_take(to, sample_document(4, 6, 2), NULL), 0);
    assert_int_equal(to->comparison_count, SAMPLE_PAIRS + 1);
    for (size_t i = 0; i < to->comparison_count; i++)
        assert_same_comparison(&to->comparisons[i], &kept->comparisons[i]);
    assert_string_equal(to->common_cause, "all moved");
    assay_document_free(kept);
    assay_document_free(to);
}

static void a_common_cause_among_other_comparisons_becomes_a_warning(void **state)
{
    (void)state;
    struct assay_document *to = sample_document(1, 6, 2);
    struct assay_document *from = sample();
    from->common_cause = sample_copy("all moved");
    assert_int_equal(assay_document_append_take(to, from, NULL), 0);
    assert_string_equal(to->common_cause, "all moved");
    size_t warnings = to->warning_count;
    from = sample();
    from->common_cause = sample_copy("all moved back");
    size_t more = from->warning_count;
    assert_int_equal(assay_document_append_take(to, from, NULL), 0);
    assert_null(to->common_cause);
    assert_int_equal(to->warning_count, warnings + more + 2);
    assert_string_equal(to->warnings[warnings], "all moved");
    assert_string_equal(to->warnings[warnings + 1], "all moved back");
    from = sample();
    from->common_cause = sample_copy("all moved again");
    assert_int_equal(assay_document_append_take(to, from, NULL), 0);
    assert_null(to->common_cause);
    assert_string_equal(to->warnings[warnings + more + 2], "all moved again");
    assert_int_equal(to->comparison_count, 3 * (SAMPLE_PAIRS + 1));
    assert_int_equal(assay_document_check(to, NULL), 0);
    assay_document_free(to);
}

/* ---- the sample in the tree ---- */

static void the_sample_in_the_tree_is_valid_and_as_the_writer_writes_it(void **state)
{
    (void)state;
    struct assay_document *document = sample();
    bool seen[ASSAY_VERDICT_COUNT] = { false };
    for (size_t i = 0; i < document->comparison_count; i++)
        seen[document->comparisons[i].verdict] = true;
    for (size_t i = 0; i < ASSAY_VERDICT_COUNT; i++)
        assert_true(seen[i]);
    assert_sample_take(document, SAMPLE);
}

static void the_validator_sees_a_verdict_that_contradicts_its_interval(void **state)
{
    (void)state;
    char *said = NULL;
    assert_int_equal(validate(ASSAY_SOURCE_DIR "/tests/fuzz/corpus/document/comparison-contradicts.json", &said), 1);
    assert_non_null(strstr(said, "comparisons[0].verdict: same, the interval says slower"));
    free(said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_comparison_comes_back_bit_for_bit),
        cmocka_unit_test(an_empty_comparison_knows_nothing),
        cmocka_unit_test(a_document_without_comparisons_does_not_mention_them),
        cmocka_unit_test(evil_bytes_in_a_comparison_become_replacement_characters_and_a_warning),
        cmocka_unit_test(a_verdict_on_the_edge_of_its_interval_is_taken),
        cmocka_unit_test(a_comparison_that_breaks_its_rules_in_memory_is_not_written),
        cmocka_unit_test(blocks_grow_row_by_row),
        cmocka_unit_test(appended_comparisons_point_to_where_their_benchmarks_went),
        cmocka_unit_test(comparisons_that_were_there_stay_when_a_session_is_appended),
        cmocka_unit_test(a_common_cause_among_other_comparisons_becomes_a_warning),
        cmocka_unit_test(the_sample_in_the_tree_is_valid_and_as_the_writer_writes_it),
        cmocka_unit_test(the_validator_sees_a_verdict_that_contradicts_its_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
