/* The words, the model, the bars and the CSV of comparisons. Expected texts are written by hand from the numbers. */
// links: reports result stats base
#include "compared_document.h"

#include "reports/text/bar.h"
#include "reports/comparisons.h"
#include "reports/report.h"
#include "reports/verdicts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

/* Owns `text`. */
static void assert_text_take(char *text, const char *wanted)
{
    assert_non_null(text);
    assert_string_equal(text, wanted);
    free(text);
}

static void ratios_show_on_which_side_of_1_their_interval_lies(void **state)
{
    (void)state;
    struct assay_comparison c = { .ratio = 1.0207, .low = 1.0168, .high = 1.0246 };
    assert_text_take(assay_words_ratio(&c), "1.021");
    assert_text_take(assay_words_interval(&c), "[1.017, 1.025]");
    c = (struct assay_comparison){ .ratio = 1.0021, .low = 1.00031, .high = 1.0043 };
    assert_text_take(assay_words_ratio(&c), "1.0021");
    assert_text_take(assay_words_interval(&c), "[1.0003, 1.0043]");
    c = (struct assay_comparison){ .ratio = 49.013, .low = 48.71, .high = 49.2 };
    assert_text_take(assay_words_interval(&c), "[48.71, 49.20]");
    c = (struct assay_comparison){ .ratio = 0.02041, .low = 0.0203, .high = 0.02049 };
    assert_text_take(assay_words_ratio(&c), "0.0204");
    c = (struct assay_comparison){ .ratio = 1.01, .low = NAN, .high = 1.2 };
    assert_text_take(assay_words_interval(&c), "[?, 1.200]");
    c = (struct assay_comparison){ .ratio = NAN, .low = NAN, .high = NAN };
    assert_text_take(assay_words_ratio(&c), "");
    assert_text_take(assay_words_interval(&c), "");
}

static void no_more_is_said_than_was_proven(void **state)
{
    (void)state;
    struct assay_comparison c = { .margin = 0.01, .verdict = ASSAY_VERDICT_SLOWER, .low = 1.0099, .high = 1.03 };
    assert_text_take(assay_words_verdict(&c), "slower by at least 0.9 %");
    c.low = 1.004;
    assert_text_take(assay_words_verdict(&c), "slower by at least 0.4 %");
    c.low = 1.00047;
    assert_text_take(assay_words_verdict(&c), "slower by at least 0.04 %");
    c.low = 1.0000001;
    assert_text_take(assay_words_verdict(&c), "slower");
    c.margin = 0.2;
    c.low = 1.1999;
    assert_text_take(assay_words_verdict(&c), "slower by at least 19 %");
    c = (struct assay_comparison){ .margin = 0.01, .verdict = ASSAY_VERDICT_FASTER, .low = 0.98, .high = 0.995 };
    assert_text_take(assay_words_verdict(&c), "faster by at least 0.5 %"); /* 1 / 0.995 = 1.00503 */
    c.beyond_margin = true;
    c.margin = 0.005;
    assert_text_take(assay_words_verdict(&c), "faster by more than 0.5 %");
}

static void sentences_begin_with_the_verdict_and_hold_ratio_and_interval(void **state)
{
    (void)state;
    struct assay_comparison c = { .margin = 0.01, .ratio = 1.0061, .low = 0.9943, .high = 1.018, .seconds = 10 };
    c.minimum_detectable_effect = 0.0176;
    c.seconds_needed = 21.4;
    assert_text_take(
        assay_words_sentence(&c),
        "inconclusive: head takes 1.006 times base's time [0.994, 1.018]; the smallest difference that had "
        "a 90 % chance to be found is 1.8 %; about 12 s more would decide at 1 %");
    c.seconds_needed = 1e6;
    c.minimum_detectable_effect = NAN;
    assert_text_take(assay_words_sentence(&c), "inconclusive: head takes 1.006 times base's time [0.994, 1.018]; to "
                                               "decide at 1 % takes more than a day");
    c.reason = (char[]){ "only 4 blocks" };
    c.seconds_needed = c.ratio = c.low = c.high = NAN;
    assert_text_take(assay_words_sentence(&c), "inconclusive: only 4 blocks");
    c.ratio = 1.01;
    c.unit = (char[]){ "item" };
    assert_text_take(assay_words_sentence(&c),
                     "inconclusive: only 4 blocks; head takes 1.010 times base's time an item, "
                     "with no bounds yet");
}

static void counts_name_what_is_there_and_nothing_else(void **state)
{
    (void)state;
    size_t counts[ASSAY_VERDICT_COUNT] = { [ASSAY_VERDICT_SAME] = 50 };
    assert_text_take(assay_words_counts(counts, 0, 0.01), "all 50 same within 1 %");
    counts[ASSAY_VERDICT_SLOWER] = 2;
    counts[ASSAY_VERDICT_INCONCLUSIVE] = 1;
    assert_text_take(assay_words_counts(counts, 1, NAN),
                     "2 of 54 slower, 1 inconclusive, 50 same, 1 could not be compared");
    memset(counts, 0, sizeof counts);
    assert_text_take(assay_words_counts(counts, 3, NAN), "3 could not be compared");
}

static void numbers_of_evidence_time_and_work_are_rounded_towards_doubt(void **state)
{
    (void)state;
    assert_text_take(assay_words_odds(log(200)), "200 to 1");
    assert_text_take(assay_words_odds(log(1999)), "1990 to 1");
    assert_text_take(assay_words_odds(log(9.9e12)), "10^12 to 1");
    assert_text_take(assay_words_seconds(0.42), "0.42 s");
    assert_text_take(assay_words_seconds(1.64), "1.6 s");
    assert_text_take(assay_words_seconds(12.3), "12 s");
    assert_text_take(assay_words_seconds(125), "2 m 05 s");
    assert_text_take(assay_words_effect(0.0043), "0.43 %");
    assert_text_take(assay_words_effect(0.0176), "1.8 %");
    struct assay_comparison c = { .same_code = 1, .base_instructions = NAN, .head_instructions = NAN };
    assert_text_take(assay_words_witness(&c), "same code");
    c.same_code = -1;
    assert_text_take(assay_words_witness(&c), "");
    c.base_instructions = 1000000;
    c.head_instructions = 990000;
    assert_text_take(assay_words_witness(&c), "-1.00 %");
}

static void the_model_counts_orders_and_gates(void **state)
{
    (void)state;
    struct assay_document *document = compared_suite();
    struct assay_report_comparisons *comparisons = NULL;
    assert_int_equal(assay_report_comparisons_new(&comparisons, document, NULL), 0);
    assert_int_equal(comparisons->counts[ASSAY_VERDICT_SLOWER], 2);
    assert_int_equal(comparisons->counts[ASSAY_VERDICT_INCONCLUSIVE], 1);
    assert_int_equal(comparisons->failed, 1);
    assert_int_equal(comparisons->gate_failures, 2);
    assert_int_equal(comparisons->discoveries, 4);
    assert_string_equal(comparisons->worst->short_name, "sieve.bytes");
    assert_string_equal(comparisons->best->short_name, "sieve.segmented");
    assert_string_equal(comparisons->rows[0].name, "sieve.bytes:limit=1000000");
    assert_string_equal(comparisons->shared, "limit=1000000");
    assert_string_equal(comparisons->base_label, "old");
    assert_string_equal(comparisons->head_label, "new");
    assert_true(fabs(comparisons->more_s - 11.4) < 1e-9);
    assay_report_comparisons_free(comparisons);
    document->comparisons[3].log_evidence = log(1399); /* sieve.bytes: one short of what seven need */
    assert_int_equal(assay_report_comparisons_new(&comparisons, document, NULL), 0);
    assert_int_equal(comparisons->gate_failures, 1);
    assert_false(comparisons->rows[0].fails_gate);
    assay_report_comparisons_free(comparisons);
    assay_document_free(document);
}

static void a_comparison_of_a_benchmark_that_is_not_there_is_refused(void **state)
{
    (void)state;
    struct assay_document *document = compared_suite();
    struct assay_report_comparisons *comparisons = NULL;
    struct assay_error error = { 0 };
    document->comparisons[1].head = document->benchmark_count;
    assert_int_equal(assay_report_comparisons_new(&comparisons, document, &error), ASSAY_EINPUT);
    assert_null(comparisons);
    assay_document_free(document);
}

static void bars_keep_off_1_where_the_interval_does(void **state)
{
    (void)state;
    struct assay_bar_axis axis;
    const double lows[] = { 0.997, 1.0001, 0.5 };
    const double highs[] = { 1.012, 1.019, 1.5 };
    assert_true(assay_bar_axis(&axis, lows, highs, 2, 0.01));
    assert_text_take(assay_bar_title(&axis), "0.980     1     1.020");
    assert_text_take(assay_bar(&axis, 1.005, lows[0], highs[0], 0.01, false), "     ...==+==o===    ");
    assert_text_take(assay_bar(&axis, 1.006, lows[1], highs[1], 0.01, false), "     .....|==o=======");
    assert_text_take(assay_bar(&axis, 1, lows[2], highs[2], 0.01, false), "<=========o=========>");
    assert_text_take(assay_bar(&axis, 1.9, 1.8, 2, 0.01, false), "     .....|.....    >");
    assert_text_take(assay_bar(&axis, 1, NAN, 2, 0.01, false), "");
    const double far_low[] = { 1.8, NAN };
    const double far_high[] = { 2, 1.01 };
    assert_false(assay_bar_axis(&axis, far_low, far_high, 2, 0.01));
    assert_false(assay_bar_axis(&axis, lows, highs, 2, 0));
}

static char *csv(const struct assay_document *document)
{
    char *bytes = NULL;
    size_t length = 0;
    struct assay_error error = { 0 };
    FILE *to = open_memstream(&bytes, &length);
    if (assay_report_render(assay_report_format_find("csv"), document, &(struct assay_report_options)ASSAY_REPORT_OPTIONS_INIT, to, &error))
        fail_msg("%s", error.text);
    fclose(to);
    return bytes;
}

static void csv_has_a_row_a_block_and_one_for_what_has_none(void **state)
{
    (void)state;
    struct assay_document *document = compared_suite();
    char *text = csv(document);
    size_t rows = 0;
    size_t wanted = 1 + 1; /* the head; sieve.broken */
    for (const char *at = text; (at = strstr(at, "\r\n")); at += 2)
        rows++;
    for (size_t i = 0; i < document->comparison_count; i++)
        wanted += document->comparisons[i].blocks.count;
    assert_int_equal(rows, wanted);
    assert_int_equal(
        strncmp(text,
                "comparison,id,base,head,base_plugin,head_plugin,base_status,head_status,design,unit,margin,"
                "verdict,log_ratio,first_half,second_half,start_s,seconds,layout,order,head_first,"
                "base_process,head_process,set_aside\r\n0,sieve.odd:limit=1000000,",
                200),
        0);
    assert_non_null(strstr(text, "\r\n3,sieve.bytes:limit=1000000,sieve.bytes:limit=1000000,sieve.bytes:limit=1000000,"
                                 "old/sieve.so,new/sieve.so,ok,ok,blocks,iteration,0.01,slower,"));
    assert_non_null(strstr(text, ",0.025,0.025,2,1,1,0,0,1\r\n")); /* its second block, set aside */
    const char *last = ",0.025,62,1,1,0,0,0";                      /* and its last, before the first row of the next */
    assert_int_equal(strncmp(strstr(text, "\r\n4,") - strlen(last), last, strlen(last)), 0);
    assert_non_null(strstr(text, ",ok,crashed,blocks,iteration,0.01,inconclusive,,,,,,,,,,,\r\n"));
    double value = strtod(strstr(strstr(text, "\r\n3,"), "slower,") + 7, NULL);
    assert_true(value == document->comparisons[3].blocks.log_ratio[0]);
    free(text);
    assay_document_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ratios_show_on_which_side_of_1_their_interval_lies),
        cmocka_unit_test(no_more_is_said_than_was_proven),
        cmocka_unit_test(sentences_begin_with_the_verdict_and_hold_ratio_and_interval),
        cmocka_unit_test(counts_name_what_is_there_and_nothing_else),
        cmocka_unit_test(numbers_of_evidence_time_and_work_are_rounded_towards_doubt),
        cmocka_unit_test(the_model_counts_orders_and_gates),
        cmocka_unit_test(a_comparison_of_a_benchmark_that_is_not_there_is_refused),
        cmocka_unit_test(bars_keep_off_1_where_the_interval_does),
        cmocka_unit_test(csv_has_a_row_a_block_and_one_for_what_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
