/* Crossovers in documents: written, read back, refused, appended; the sample in the tree and the validator that shares
 * no line with the reader. */
// links: result stats base
#include "crossed_document.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include "document_texts.h"

#define SAMPLE ASSAY_SOURCE_DIR "/data/samples/crossovers.json"

static void a_crossover_comes_back_bit_for_bit(void **state)
{
    (void)state;
    struct assay_document *document = crossed_once(), *again = NULL;
    struct assay_error error = { 0 };
    char *json = written(document);
    if (read_text(&again, json, &error))
        fail_msg("%s", error.text);
    const struct assay_crossover *a = &document->crossovers[0], *b = &again->crossovers[0];
    assert_int_equal(again->crossover_count, 1);
    assert_string_equal(a->base, b->base);
    assert_string_equal(a->head, b->head);
    assert_string_equal(a->parameter, b->parameter);
    assert_string_equal(a->reason, b->reason);
    assert_true(a->from == b->from && a->to == b->to && a->confidence == b->confidence && a->seconds == b->seconds);
    assert_true(b->outcome == ASSAY_CROSSOVER_ONE && b->faster_at_from == -1 && b->faster_at_to == 1);
    assert_int_equal(b->change_count, 1);
    assert_memory_equal(a->changes, b->changes, sizeof *a->changes);
    assert_int_equal(b->point_count, CROSSED_POINTS);
    assert_memory_equal(a->values, b->values, CROSSED_POINTS * sizeof *a->values);
    assert_memory_equal(a->comparisons, b->comparisons, CROSSED_POINTS * sizeof *a->comparisons);
    char *twice = written(again);
    assert_string_equal(json, twice);
    free(twice);
    free(json);
    assay_document_free(document);
    assay_document_free(again);
}

static void a_document_without_crossovers_does_not_mention_them(void **state)
{
    (void)state;
    struct assay_document *document = compared_document();
    char *json = written(document);
    assert_null(strstr(json, "crossovers"));
    free(json);
    assay_document_free(document);
}

/* Comparison i is proven: base faster, base faster, not proven, head faster. */
#define SIDES                                                                                                          \
    "{\"id\":\"k\",\"kernel\":\"k\",\"implementation\":\"c\",\"status\":\"ok\",\"processes\":[{}],"                    \
    "\"samples\":{\"iterations\":[],\"elapsed_ns\":[],\"process\":[]}}"
#define COMPARED(verdict, low, high)                                                                                   \
    "{\"base\":0,\"head\":0,\"id\":\"k\",\"design\":\"blocks\",\"unit\":\"iteration\",\"confidence\":0.9999,"          \
    "\"margin\":0.01,\"verdict\":\"" verdict "\",\"interval\":[" low "," high "]}"
#define HEAD                                                                                                           \
    "{\"schema\":\"assay.result/1\",\"id\":\"a\",\"created\":\"2026-11-22T16:10:31Z\",\"tool\":{\"name\":\"assay\"},"  \
    "\"environment\":{},\"benchmarks\":[" SIDES "],\"comparisons\":[" COMPARED("slower", "1.2", "1.3") ","             \
    COMPARED("slower", "1.02", "1.1") "," COMPARED("inconclusive", "0.9", "1.1") "," COMPARED("faster", "0.8", "0.9")  \
    "],\"crossovers\":["
#define NAMES "{\"base\":\"a\",\"head\":\"b\",\"parameter\":\"limit\""
#define RANGE ",\"from\":10,\"to\":1000,\"confidence\":0.999"
#define POINT(value, comparison) "{\"value\":" value ",\"comparison\":" comparison "}"
#define POINTS                                                                                                         \
    ",\"points\":[" POINT("10", "0") "," POINT("100", "1") "," POINT("200", "2") "," POINT("1000", "3") "]"
#define ENDS ",\"faster_at_from\":\"base\",\"faster_at_to\":\"head\""
#define ONE ",\"outcome\":\"one\""
#define CHANGE ",\"changes\":[{\"low\":100,\"high\":1000,\"estimate\":300}]"
#define END "}]}"

static void the_least_crossover_is_taken(void **state)
{
    (void)state;
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    if (read_text(&document, HEAD NAMES RANGE ONE ENDS CHANGE POINTS ",\"later\":[{}]" END, &error))
        fail_msg("%s", error.text);
    assert_true(isnan(document->crossovers[0].seconds));
    assert_null(document->crossovers[0].reason);
    assay_document_free(document);
    if (read_text(&document,
                  HEAD NAMES RANGE ",\"outcome\":\"undecided\",\"reason\":\"so\",\"changes\":[],\"points\":[]" END,
                  &error))
        fail_msg("%s", error.text);
    assert_int_equal(document->crossovers[0].faster_at_from, 0);
    assay_document_free(document);
}

static const struct bad_crossover {
    const char *json;
    const char *words;
} bad_crossovers[] = {
    { HEAD "1]}", "crossovers[0]: want an object" },
    { HEAD "{}]}", "crossovers[0]: no field 'base'" },
    { HEAD NAMES RANGE ENDS CHANGE POINTS END, "no field 'outcome'" },
    { HEAD NAMES RANGE ONE ENDS POINTS END, "no field 'changes'" },
    { HEAD NAMES RANGE ONE ENDS CHANGE END, "no field 'points'" },
    { HEAD NAMES RANGE ",\"outcome\":\"many\"" ENDS CHANGE POINTS END,
      "crossovers[0].outcome: want a known outcome, such as 'one'" },
    { HEAD NAMES RANGE ",\"outcome\":1" ENDS CHANGE POINTS END, "outcome: want a known outcome" },
    { HEAD NAMES RANGE ONE ",\"faster_at_from\":\"both\"" CHANGE POINTS END,
      "crossovers[0].faster_at_from: want 'base', 'head', or null" },
    { HEAD NAMES ",\"from\":0,\"to\":1000,\"confidence\":0.999" ONE ENDS CHANGE POINTS END,
      "crossovers[0].from: want a number above 0" },
    { HEAD NAMES ",\"from\":10,\"to\":10,\"confidence\":0.999" ONE ENDS CHANGE POINTS END,
      "crossovers[0].to: want a number above 'from'" },
    { HEAD NAMES ",\"from\":10,\"to\":1000,\"confidence\":1" ONE ENDS CHANGE POINTS END,
      "crossovers[0].confidence: want a number above 0 and below 1" },
    { HEAD NAMES RANGE ONE ENDS CHANGE POINTS ",\"seconds\":-1" END, "crossovers[0].seconds: want a number of 0 or more" },
    { HEAD NAMES RANGE ONE ENDS CHANGE ",\"points\":[" POINT("10", "0") "," POINT("1000", "4") "]" END,
      "crossovers[0].points[1].comparison: want the index of a comparison" },
    { HEAD NAMES RANGE ONE ENDS CHANGE ",\"points\":[" POINT("10", "0") "," POINT("10", "3") "]" END,
      "crossovers[0].points[1].value: want more than the value before" },
    { HEAD NAMES RANGE ONE ENDS CHANGE ",\"points\":[" POINT("9", "0") "]" END,
      "crossovers[0].points[0].value: want a number from 'from' to 'to'" },
    { HEAD NAMES RANGE ONE ENDS CHANGE ",\"points\":[" POINT("1e999", "0") "]" END, "points[0].value: want" },
    { HEAD NAMES RANGE ONE ENDS CHANGE ",\"points\":[" POINT("10", "-1") "]" END, "points[0].comparison: want" },
    { HEAD NAMES RANGE ONE ENDS ",\"changes\":[{\"low\":10,\"high\":1000}]" POINTS END,
      "crossovers[0].changes[0]: want two points that are proven opposite" }, /* 100 is proven in between */
    { HEAD NAMES RANGE ONE ENDS ",\"changes\":[{\"low\":10,\"high\":100}]" POINTS END, "proven opposite" },
    { HEAD NAMES RANGE ONE ENDS ",\"changes\":[{\"low\":200,\"high\":1000}]" POINTS END, "proven opposite" },
    { HEAD NAMES RANGE ONE ENDS ",\"changes\":[{\"low\":1000,\"high\":100}]" POINTS END, "proven opposite" },
    { HEAD NAMES RANGE ONE ENDS ",\"changes\":[{\"low\":101,\"high\":1000}]" POINTS END, "proven opposite" },
    { HEAD NAMES RANGE ONE ENDS ",\"changes\":[{\"low\":100}]" POINTS END, "changes[0]: no field 'high'" },
    { HEAD NAMES RANGE ONE ENDS ",\"changes\":[{\"low\":100,\"high\":1000,\"estimate\":99}]" POINTS END,
      "crossovers[0].changes[0]: want an estimate from low to high, or null" },
    { HEAD NAMES RANGE ONE ENDS ",\"changes\":[{\"low\":100,\"high\":1000},{\"low\":100,\"high\":1000}]" POINTS END,
      "crossovers[0].changes[1]: want changes by growing value" },
    { HEAD NAMES RANGE ONE ENDS ",\"changes\":[]" POINTS END, "crossovers[0].outcome: want 'one' with one change alone" },
    { HEAD NAMES RANGE ",\"outcome\":\"several\"" ENDS CHANGE POINTS END, "want 'several' with two changes or more" },
    { HEAD NAMES RANGE ",\"outcome\":\"none\"" ENDS ",\"changes\":[]" POINTS END,
      "want 'none' only where all points are proven one way, at both ends too" },
    { HEAD NAMES RANGE ",\"outcome\":\"undecided\"" ENDS CHANGE POINTS END,
      "crossovers[0].reason: want words where the outcome is 'undecided'" },
    { HEAD NAMES RANGE ONE ",\"faster_at_from\":\"head\",\"faster_at_to\":\"head\"" CHANGE POINTS END,
      "crossovers[0].faster_at_from: want the side that its comparison proves faster, or null" },
    { HEAD NAMES RANGE ONE ",\"faster_at_from\":\"base\"" CHANGE POINTS END, "crossovers[0].faster_at_to: want the side" },
};

static void each_kind_of_bad_crossover_is_refused_in_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_crossovers / sizeof bad_crossovers[0]; i++) {
        struct assay_document *document = NULL;
        struct assay_error error = { 0 };
        int result = read_text(&document, bad_crossovers[i].json, &error);
        if (result != ASSAY_EINPUT || document || !strstr(error.text, bad_crossovers[i].words))
            fail_msg("case %zu: %d '%s', want '%s'", i, result, error.text, bad_crossovers[i].words);
    }
}

static void what_breaks_its_rules_in_memory_is_not_written(void **state)
{
    (void)state;
    struct assay_document *document = crossed_once();
    struct assay_error first = { 0 }, second = { 0 };
    FILE *to = fopen("/dev/null", "w");
    document->crossovers[0].comparisons[2] = CROSSED_POINTS;
    assert_int_equal(assay_document_write(document, to, &first), ASSAY_EINPUT);
    assert_string_equal(first.text, "crossovers[0].points[2].comparison: want the index of a comparison");
    document->crossovers[0].comparisons[2] = 2;
    document->crossovers[0].outcome = (enum assay_crossover_outcome)77;
    assert_int_equal(assay_document_write(document, to, &second), ASSAY_EINPUT);
    assert_string_equal(second.text, "crossovers[0].outcome: want a known outcome, such as 'one'");
    fclose(to);
    assay_document_free(document);
}

static void what_a_reason_takes_back_proves_nothing(void **state)
{
    (void)state;
    struct assay_document *document = crossed_once();
    struct assay_comparison *comparison = &document->comparisons[0];
    assert_int_equal(assay_comparison_proven(comparison), 1);
    comparison->verdict = ASSAY_VERDICT_INCONCLUSIVE;
    comparison->reason = assay_copy("one layout only");
    assert_int_equal(assay_comparison_proven(comparison), 0);
    assay_document_free(document);
}

static void appended_crossovers_point_to_where_their_comparisons_went(void **state)
{
    (void)state;
    struct assay_document *to = crossed_once();
    assert_int_equal(assay_document_append_take(to, crossed_once(), NULL), 0);
    assert_int_equal(to->crossover_count, 2);
    assert_int_equal(to->comparison_count, 2 * CROSSED_POINTS);
    for (size_t i = 0; i < CROSSED_POINTS; i++) {
        assert_int_equal(to->crossovers[0].comparisons[i], i);
        assert_int_equal(to->crossovers[1].comparisons[i], CROSSED_POINTS + i);
    }
    assert_int_equal(assay_document_check(to, NULL), 0);
    assay_document_free(to);
}

/* ---- the sample in the tree ---- */

static void the_sample_in_the_tree_is_valid_and_as_the_writer_writes_it(void **state)
{
    (void)state;
    assert_sample_take(crossed_once(), SAMPLE);
}

static void the_validator_sees_a_change_that_its_comparisons_do_not_support(void **state)
{
    (void)state;
    char *said = NULL;
    assert_int_equal(validate(ASSAY_SOURCE_DIR "/tests/fuzz/corpus/document/crossover-contradicts.json", &said), 1);
    assert_non_null(strstr(said, "crossovers[0].changes[0]: its ends are not proven opposite"));
    free(said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crossover_comes_back_bit_for_bit),
        cmocka_unit_test(a_document_without_crossovers_does_not_mention_them),
        cmocka_unit_test(the_least_crossover_is_taken),
        cmocka_unit_test(each_kind_of_bad_crossover_is_refused_in_words),
        cmocka_unit_test(what_breaks_its_rules_in_memory_is_not_written),
        cmocka_unit_test(what_a_reason_takes_back_proves_nothing),
        cmocka_unit_test(appended_crossovers_point_to_where_their_comparisons_went),
        cmocka_unit_test(the_sample_in_the_tree_is_valid_and_as_the_writer_writes_it),
        cmocka_unit_test(the_validator_sees_a_change_that_its_comparisons_do_not_support),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
