/* Histories in documents: written, read back, refused, appended; the sample in the tree and the validator that shares no line
 * with the reader. */
// links: result stats base
#include "known_history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include "document_texts.h"

#define SAMPLE ASSAY_SOURCE_DIR "/data/samples/history.json"

static void assert_same_point(const struct assay_history_point *a, const struct assay_history_point *b)
{
    const char *const texts[][2] = { { a->commit, b->commit },           { a->parent, b->parent },
                                     { a->branch, b->branch },           { a->author_date, b->author_date },
                                     { a->subject, b->subject },         { a->document, b->document } };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_same_text_or_null(texts[i][0], texts[i][1]);
    assert_same_real(a->value, b->value);
    assert_same_real(a->low, b->low);
    assert_same_real(a->high, b->high);
    assert_int_equal(a->flag_count, b->flag_count);
    for (size_t i = 0; i < a->flag_count; i++)
        assert_string_equal(a->flags[i], b->flags[i]);
}

static void assert_same_change(const struct assay_history_change *a, const struct assay_history_change *b)
{
    assert_int_equal(a->point, b->point);
    assert_int_equal(a->since, b->since);
    assert_same_real(a->ratio, b->ratio);
    assert_same_real(a->low, b->low);
    assert_same_real(a->high, b->high);
    assert_same_real(a->confidence, b->confidence);
    assert_true(a->reported == b->reported);
}

static void assert_same_acceptance(const struct assay_history_acceptance *a, const struct assay_history_acceptance *b)
{
    assert_int_equal(a->point, b->point);
    assert_same_text_or_null(a->commit, b->commit);
    assert_string_equal(a->who, b->who);
    assert_string_equal(a->when, b->when);
    assert_string_equal(a->reason, b->reason);
    assert_same_text_or_null(a->benchmark, b->benchmark);
}

static void assert_same_series(const struct assay_history_series *a, const struct assay_history_series *b)
{
    assert_string_equal(a->benchmark, b->benchmark);
    assert_true(a->unit == b->unit);
    assert_same_text_or_null(a->fingerprint, b->fingerprint);
    assert_same_text_or_null(a->reference, b->reference);
    assert_int_equal(a->point_count, b->point_count);
    assert_int_equal(a->change_count, b->change_count);
    assert_int_equal(a->accepted_count, b->accepted_count);
    for (size_t i = 0; i < a->point_count; i++)
        assert_same_point(&a->points[i], &b->points[i]);
    for (size_t i = 0; i < a->change_count; i++)
        assert_same_change(&a->changes[i], &b->changes[i]);
    for (size_t i = 0; i < a->accepted_count; i++)
        assert_same_acceptance(&a->accepted[i], &b->accepted[i]);
}

/* The sample, with what the sample has not: creep, an acceptance by commit, half an interval. */
static struct assay_document *every_kind(void)
{
    struct assay_document *document = history_document();
    struct assay_history_series *series = &document->history[0];
    struct assay_history_change *creep = history_change(series, 38, 1.031, NAN, 1.04);
    creep->since = 20;
    creep->confidence = NAN;
    struct assay_history_acceptance *acceptance = assay_history_add_acceptance(series);
    acceptance->commit = assay_copy("of another branch");
    acceptance->who = assay_copy("Bob");
    acceptance->when = assay_copy("2026-02-10T14:05:00Z");
    acceptance->reason = assay_copy("\xc3\xa9t\xc3\xa9");
    return document;
}

static void a_history_comes_back_bit_for_bit(void **state)
{
    (void)state;
    struct assay_document *document = every_kind();
    char *json = written(document);
    struct assay_document *again = read_back(json);
    assert_int_equal(again->history_count, 2);
    assert_null(again->rest);
    for (size_t i = 0; i < 2; i++)
        assert_same_series(&document->history[i], &again->history[i]);
    char *twice = written(again);
    assert_string_equal(json, twice);
    free(twice);
    free(json);
    assay_document_free(document);
    assay_document_free(again);
}

static void a_document_without_history_does_not_mention_it(void **state)
{
    (void)state;
    struct assay_document *document = history_document();
    while (document->history_count > 0)
        assay_history_release(&document->history[--document->history_count]);
    char *json = written(document);
    assert_null(strstr(json, "\"history\""));
    free(json);
    assay_document_free(document);
}

#define HEAD                                                                                                           \
    "{\"schema\":\"assay.result/1\",\"id\":\"a\",\"created\":\"2026-11-22T16:10:31Z\",\"tool\":{\"name\":\"assay\"},"  \
    "\"environment\":{},\"benchmarks\":[],\"history\":["
#define NAME "{\"benchmark\":\"k\""
#define RATIO ",\"unit\":\"ratio\",\"reference\":\"r\""
#define POINTS(points) ",\"points\":[" points "]"
#define TWO POINTS("{\"value\":1,\"commit\":\"c\"},{\"value\":1.5}")
#define CHANGES(changes) ",\"changes\":[" changes "]"
#define ACCEPTED(accepted) ",\"accepted\":[" accepted "]"
#define BY "\"who\":\"w\",\"when\":\"2026-11-22T16:10:31Z\",\"reason\":\"so\""
#define END "}]}"

static void the_least_history_is_taken(void **state)
{
    (void)state;
    struct assay_document *document = read_back(
        HEAD NAME ",\"unit\":\"ns\"" TWO CHANGES("{\"point\":1,\"ratio\":1.5,\"more\":[1]}") ACCEPTED("{\"point\":0," BY "}")
            ",\"later\":{}" END);
    const struct assay_history_series *series = &document->history[0];
    assert_true(series->unit == ASSAY_HISTORY_NS);
    assert_null(series->fingerprint);
    assert_null(series->reference);
    assert_null(series->points[1].commit);
    assert_true(isnan(series->points[0].low) && isnan(series->points[0].high));
    assert_true(isnan(series->changes[0].confidence));
    assert_int_equal(series->changes[0].since, -1);
    assert_false(series->changes[0].reported);
    assert_null(series->accepted[0].commit);
    assay_document_free(document);
    document = read_back(HEAD NAME RATIO POINTS("") END); /* nothing was recorded yet */
    assert_int_equal(document->history[0].point_count, 0);
    assay_document_free(document);
}

static const struct bad_history {
    const char *json;
    const char *words;
} bad_histories[] = {
    { HEAD "1]}", "history[0]: want an object" },
    { HEAD "{}]}", "history[0]: no field 'benchmark'" },
    { HEAD NAME POINTS("") END, "no field 'unit'" },
    { HEAD NAME RATIO END, "no field 'points'" },
    { HEAD "{\"benchmark\":\"\"" RATIO TWO END, "history[0].benchmark: want the id of a benchmark" },
    { HEAD NAME ",\"unit\":\"s\"" TWO END, "history[0].unit: want 'ratio' or 'ns'" },
    { HEAD NAME ",\"unit\":1" TWO END, "history[0].unit: want 'ratio' or 'ns'" },
    { HEAD NAME ",\"unit\":\"ratio\"" TWO END, "history[0].reference: want the commit that ratios are to" },
    { HEAD NAME RATIO POINTS("{}") END, "history[0].points[0]: no field 'value'" },
    { HEAD NAME RATIO POINTS("{\"value\":null}") END, "history[0].points[0].value: want a" },
    { HEAD NAME RATIO POINTS("{\"value\":1},{\"value\":0}") END, "history[0].points[1].value: want a number above 0" },
    { HEAD NAME RATIO POINTS("{\"value\":-1}") END, "history[0].points[0].value: want a number above 0" },
    { HEAD NAME RATIO POINTS("{\"value\":1e999}") END, "history[0].points[0].value: want a" },
    { HEAD NAME RATIO POINTS("{\"value\":1,\"commit\":1}") END, "history[0].points[0].commit: want a text" },
    { HEAD NAME RATIO POINTS("{\"value\":1,\"flags\":[1]}") END, "history[0].points[0].flags[0]: want a text" },
    { HEAD NAME RATIO POINTS("{\"value\":1,\"interval\":[1]}") END, "want two finite numbers or nulls" },
    { HEAD NAME RATIO POINTS("{\"value\":1,\"interval\":[0,2]}") END,
      "history[0].points[0].interval: want numbers above 0, or null" },
    { HEAD NAME RATIO POINTS("{\"value\":1,\"interval\":[null,-2]}") END, "want numbers above 0, or null" },
    { HEAD NAME RATIO POINTS("{\"value\":1,\"interval\":[1.1,2]}") END,
      "history[0].points[0].interval: want low <= value <= high" },
    { HEAD NAME RATIO POINTS("{\"value\":1,\"interval\":[null,0.9]}") END, "want low <= value <= high" },
    { HEAD NAME RATIO TWO CHANGES("{\"ratio\":1.5}") END, "history[0].changes[0]: no field 'point'" },
    { HEAD NAME RATIO TWO CHANGES("{\"point\":1}") END, "history[0].changes[0]: no field 'ratio'" },
    { HEAD NAME RATIO TWO CHANGES("{\"point\":0,\"ratio\":1.5}") END,
      "history[0].changes[0].point: want the index of a point that is not the first" },
    { HEAD NAME RATIO TWO CHANGES("{\"point\":2,\"ratio\":1.5}") END, "changes[0].point: want the index of a point" },
    { HEAD NAME RATIO TWO CHANGES("{\"point\":-1,\"ratio\":1.5}") END, "changes[0].point: want a whole number" },
    { HEAD NAME RATIO TWO CHANGES("{\"point\":1,\"ratio\":1.5},{\"point\":1,\"ratio\":1.5}") END,
      "history[0].changes[1].point: want more than the change before" },
    { HEAD NAME RATIO TWO CHANGES("{\"point\":1,\"ratio\":1.5,\"since\":1}") END,
      "history[0].changes[0].since: want the index of a point before it, or null" },
    { HEAD NAME RATIO TWO CHANGES("{\"point\":1,\"ratio\":0}") END, "changes[0].ratio: want a number above 0" },
    { HEAD NAME RATIO TWO CHANGES("{\"point\":1,\"ratio\":1.5,\"interval\":[1.6,1.7]}") END,
      "history[0].changes[0].interval: want low <= ratio <= high" },
    { HEAD NAME RATIO TWO CHANGES("{\"point\":1,\"ratio\":1.5,\"confidence\":0}") END,
      "history[0].changes[0].confidence: want a number above 0 and at most 1, or null" },
    { HEAD NAME RATIO TWO CHANGES("{\"point\":1,\"ratio\":1.5,\"confidence\":1.01}") END, "changes[0].confidence: want" },
    { HEAD NAME RATIO TWO CHANGES("{\"point\":1,\"ratio\":1.5,\"reported\":null}") END,
      "history[0].changes[0].reported: want true or false" },
    { HEAD NAME RATIO TWO ACCEPTED("{\"point\":0}") END, "history[0].accepted[0]: no field 'who'" },
    { HEAD NAME RATIO TWO ACCEPTED("{\"point\":0,\"who\":\"w\",\"when\":\"now\",\"reason\":\"so\"}") END,
      "history[0].accepted[0].when: want" },
    { HEAD NAME RATIO TWO ACCEPTED("{\"point\":0,\"who\":\"w\",\"when\":\"2026-11-22T16:10:31Z\",\"reason\":null}") END,
      "history[0].accepted[0].reason: want a text" },
    { HEAD NAME RATIO TWO ACCEPTED("{\"point\":2," BY "}") END,
      "history[0].accepted[0].point: want the index of a point, or null" },
    { HEAD NAME RATIO TWO ACCEPTED("{" BY "}") END, "history[0].accepted[0].commit: want a commit where there is no point" },
    { HEAD NAME RATIO TWO ACCEPTED("{\"point\":0,\"commit\":\"d\"," BY "}") END,
      "history[0].accepted[0].commit: want that of its point, or null" },
};

static void each_kind_of_bad_history_is_refused_in_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_histories / sizeof bad_histories[0]; i++) {
        struct assay_document *document = NULL;
        struct assay_error error = { 0 };
        int result = read_text(&document, bad_histories[i].json, &error);
        if (result != ASSAY_EINPUT || document || !strstr(error.text, bad_histories[i].words))
            fail_msg("case %zu: %d '%s', want '%s'", i, result, error.text, bad_histories[i].words);
    }
}

static void refuse_writing(struct assay_document *document, const char *words)
{
    struct assay_error error = { 0 };
    FILE *to = fopen("/dev/null", "w");
    assert_int_equal(assay_document_write(document, to, &error), ASSAY_EINPUT);
    assert_string_equal(error.text, words);
    fclose(to);
}

static void what_breaks_its_rules_in_memory_is_not_written(void **state)
{
    (void)state;
    struct assay_document *document = history_document();
    struct assay_history_series *series = &document->history[0];
    series->points[5].value = NAN;
    refuse_writing(document, "history[0].points[5].value: want a number above 0");
    series->points[5].value = 1;
    series->points[5].low = INFINITY;
    refuse_writing(document, "history[0].points[5].interval: want numbers above 0, or null");
    series->points[5].low = NAN;
    series->changes[0].since = -2;
    refuse_writing(document, "history[0].changes[0].since: want the index of a point before it, or null");
    series->changes[0].since = -1;
    free(series->accepted[0].who);
    series->accepted[0].who = NULL;
    refuse_writing(document, "history[0].accepted[0].who: want a text");
    series->unit = (enum assay_history_unit)77;
    refuse_writing(document, "history[0].unit: want 'ratio' or 'ns'");
    assay_document_free(document);
}

static void what_holds_for_a_point_is_found(void **state)
{
    (void)state;
    struct assay_document *document = every_kind();
    struct assay_history_series *series = &document->history[0];
    assert_ptr_equal(assay_history_change_at(series, HISTORY_SLOWER), &series->changes[0]);
    assert_ptr_equal(assay_history_change_at(series, 38), &series->changes[1]);
    assert_null(assay_history_change_at(series, 0));
    assert_null(assay_history_change_at(series, 18));
    assert_null(assay_history_change_at(series, 39));
    assert_ptr_equal(assay_history_acceptance_at(series, HISTORY_SLOWER), &series->accepted[0]);
    assert_null(assay_history_acceptance_at(series, 18));
    series->accepted[1].point = HISTORY_SLOWER; /* the last one holds */
    assert_ptr_equal(assay_history_acceptance_at(series, HISTORY_SLOWER), &series->accepted[1]);
    assert_int_equal(assay_history_direction(&series->changes[0]), 1);
    assert_int_equal(assay_history_direction(&series->changes[1]), 0); /* its low end is not known */
    assert_int_equal(assay_history_direction(&document->history[1].changes[0]), -1);
    assay_document_free(document);
}

static void appended_histories_stand_behind_those_that_were_there(void **state)
{
    (void)state;
    struct assay_document *to = history_document();
    assert_int_equal(assay_document_append_take(to, every_kind(), NULL), 0);
    assert_int_equal(to->history_count, 4);
    struct assay_document *want = every_kind();
    for (size_t i = 0; i < 2; i++)
        assert_same_series(&to->history[2 + i], &want->history[i]);
    assay_document_free(want);
    assay_document_free(to);
}

static void the_sample_in_the_tree_is_valid_and_as_the_writer_writes_it(void **state)
{
    (void)state;
    assert_sample_take(history_document(), SAMPLE);
}

static void the_validator_sees_what_a_schema_cannot(void **state)
{
    (void)state;
    char *said = NULL;
    assert_int_equal(validate(ASSAY_SOURCE_DIR "/tests/fuzz/corpus/document/history-contradicts.json", &said), 1);
    assert_non_null(strstr(said, "history[0].changes[0].point: no such point, or the first"));
    assert_non_null(strstr(said, "history[0].points[0].interval: the value is outside"));
    assert_non_null(strstr(said, "history[0].accepted[0]: its point has another commit"));
    free(said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_history_comes_back_bit_for_bit),
        cmocka_unit_test(a_document_without_history_does_not_mention_it),
        cmocka_unit_test(the_least_history_is_taken),
        cmocka_unit_test(each_kind_of_bad_history_is_refused_in_words),
        cmocka_unit_test(what_breaks_its_rules_in_memory_is_not_written),
        cmocka_unit_test(what_holds_for_a_point_is_found),
        cmocka_unit_test(appended_histories_stand_behind_those_that_were_there),
        cmocka_unit_test(the_sample_in_the_tree_is_valid_and_as_the_writer_writes_it),
        cmocka_unit_test(the_validator_sees_what_a_schema_cannot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
