/* Comparisons from outside: what is taken, and what is refused in which words. */
// links: result stats base
#include "base/text.h"
#include "result/document.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static int read_text(struct assay_document **document, const char *json, struct assay_error *error)
{
    FILE *from = fmemopen((void *)(uintptr_t)json, strlen(json), "r");
    int result = assay_document_read(document, from, "x.json", error);
    fclose(from);
    return result;
}

static struct assay_document *read_back(const char *json)
{
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    if (read_text(&document, json, &error))
        fail_msg("%s", error.text);
    return document;
}

/* A small document in pieces. Benchmark 0 has two processes, 1 has one. */
#define HEAD                                                                                                           \
    "{\"schema\":\"assay.result/1\",\"id\":\"a\",\"created\":\"2026-11-22T16:10:31Z\",\"tool\":{\"name\":\"assay\"},"  \
    "\"environment\":{},\"benchmarks\":["                                                                              \
    "{\"id\":\"k\",\"kernel\":\"k\",\"implementation\":\"c\",\"status\":\"ok\",\"processes\":[{},{}],"                 \
    "\"samples\":{\"iterations\":[],\"elapsed_ns\":[],\"process\":[]}},"                                               \
    "{\"id\":\"k\",\"kernel\":\"k\",\"implementation\":\"c\",\"status\":\"ok\",\"processes\":[{}],"                    \
    "\"samples\":{\"iterations\":[],\"elapsed_ns\":[],\"process\":[]}}],\"comparisons\":["
#define IDS "\"id\":\"k\",\"design\":\"blocks\",\"unit\":\"iteration\","
#define BEGIN HEAD "{\"base\":0,\"head\":1," IDS "\"confidence\":0.999,\"margin\":0.01"
#define INCONCLUSIVE ",\"verdict\":\"inconclusive\""
#define SAME ",\"verdict\":\"same\",\"interval\":[0.995,1.005]"
#define END "}]}"
#define BLOCKS(log, base, head, aside)                                                                                 \
    ",\"blocks\":{\"log_ratio\":[" log "],\"base_process\":[" base "],\"head_process\":[" head                         \
    "],\"set_aside\":[" aside "]"

static void the_least_comparison_is_taken(void **state)
{
    (void)state;
    struct assay_document *document = read_back(BEGIN INCONCLUSIVE END);
    struct assay_document *fresh =
        read_back(BEGIN INCONCLUSIVE ",\"ratio\":null,\"interval\":null,\"ci95\":null,"
                                     "\"carry_over\":null,\"instructions\":null,\"same_code\":null,"
                                     "\"blocks\":null,\"reason\":null,\"later\":{\"x\":[{}]}},"
                                     "{\"base\":1,\"head\":1," IDS "\"confidence\":0.5,\"margin\":0.01" SAME BLOCKS(
                                         "", "", "", "") ",\"joules\":[1,2]}}],\"common_cause\":null}");
    assert_int_equal(document->comparison_count, 1);
    const struct assay_comparison *comparison = &document->comparisons[0], *nulls = &fresh->comparisons[0];
    assert_true(isnan(comparison->ratio) && isnan(nulls->ratio) && isnan(comparison->low) && isnan(nulls->low));
    assert_true(isnan(comparison->ci95_high) && isnan(nulls->ci95_high) && isnan(nulls->carry_over));
    assert_true(comparison->same_code == -1 && nulls->same_code == -1 && comparison->injected == 0);
    assert_true(!comparison->reason && !nulls->reason && !nulls->instructions_source && nulls->blocks.count == 0);
    assert_true(comparison->confidence == 0.999 && comparison->margin == 0.01 && comparison->head == 1);
    assert_int_equal(fresh->comparison_count, 2);
    assert_null(document->rest);
    assay_document_free(document);
    assay_document_free(fresh);
}

static void columns_that_blocks_lack_are_not_known(void **state)
{
    (void)state;
    struct assay_document *document =
        read_back(BEGIN SAME BLOCKS("0.001,-0.5", "1,0", "0,0", "0,1") ",\"order\":[3,null]}" END);
    const struct assay_blocks *blocks = &document->comparisons[0].blocks;
    assert_int_equal(blocks->count, 2);
    assert_true(blocks->log_ratio[1] == -0.5 && blocks->order[0] == 3 && isnan(blocks->order[1]));
    assert_true(isnan(blocks->layout[0]) && isnan(blocks->seconds[1]) && blocks->set_aside[1] == 1);
    assay_document_free(document);
}

static const struct bad_comparison {
    const char *json;
    const char *words;
} bad_comparisons[] = {
    { HEAD "1]}", "comparisons[0]: want an object" },
    { HEAD "{}]}", "comparisons[0]: no field 'base'" },
    { HEAD "{\"base\":0,\"head\":1}]}", "no field 'id'" },
    { HEAD "{\"base\":-1}]}", "comparisons[0].base: want a whole number" },
    { HEAD "{\"base\":null}]}", "comparisons[0].base: want a whole number" },
    { HEAD "{\"base\":0,\"base\":0}]}", "duplicate field 'base'" },
    { HEAD "{\"base\":2,\"head\":1," IDS "\"confidence\":0.999,\"margin\":0.01" INCONCLUSIVE END,
      "comparisons[0].base: want the index of a benchmark" },
    { HEAD "{\"base\":0,\"head\":9007199254740992," IDS "\"confidence\":0.999,\"margin\":0.01" INCONCLUSIVE END,
      "comparisons[0].head: want the index of a benchmark" },
    { BEGIN END, "no field 'verdict'" },
    { BEGIN ",\"verdict\":\"great\"" END, "comparisons[0].verdict: want a known verdict, such as 'same'" },
    { BEGIN ",\"verdict\":\"same\\u0000\"" END, "verdict: want a known verdict" },
    { BEGIN ",\"verdict\":\"same-same-same-same-same-same-same\"" END, "verdict: want a known verdict" },
    { BEGIN ",\"verdict\":1" END, "verdict: want a known verdict" },
    { BEGIN ",\"verdict\":\"slower\"" END, "comparisons[0].verdict: 'slower', but its interval says 'inconclusive'" },
    { BEGIN ",\"verdict\":\"slower\",\"interval\":[0.995,1.005]" END, "'slower', but its interval says 'same'" },
    { BEGIN ",\"verdict\":\"same\",\"interval\":[1.001,1.005]" END, "'same', but its interval says 'shifted'" },
    { BEGIN ",\"verdict\":\"faster\",\"interval\":[1.001,1.02]" END, "'faster', but its interval says 'slower'" },
    { BEGIN ",\"verdict\":\"same\",\"interval\":[1.02,1.03],\"reason\":\"so\"" END, "its interval says 'slower'" },
    { BEGIN ",\"verdict\":\"slower\",\"interval\":[null,1.2]" END, "its interval says 'inconclusive'" },
    { BEGIN ",\"verdict\":\"inconclusive\",\"interval\":[1.02,1.03]" END,
      "comparisons[0].verdict: 'inconclusive' without a reason, the interval says 'slower'" },
    { BEGIN INCONCLUSIVE ",\"interval\":[1]" END, "interval[0]: want two finite numbers or nulls" },
    { BEGIN INCONCLUSIVE ",\"interval\":[1,2,3]" END, "want two finite numbers or nulls" },
    { BEGIN INCONCLUSIVE ",\"interval\":[1,\"2\"]" END, "interval[1]: want two finite numbers or nulls" },
    { BEGIN INCONCLUSIVE ",\"interval\":[[]]" END, "comparisons[0].interval[0]: want a scalar" },
    { BEGIN INCONCLUSIVE ",\"interval\":{}" END, "interval: want an array" },
    { BEGIN INCONCLUSIVE ",\"interval\":1" END, "interval: want an object, an array, or null" },
    { BEGIN INCONCLUSIVE ",\"interval\":[2,1]" END, "comparisons[0].interval: want low <= high" },
    { BEGIN INCONCLUSIVE ",\"interval\":[0,1]" END, "comparisons[0].interval: want a ratio above 0, or null" },
    { BEGIN INCONCLUSIVE ",\"ci95\":[1,null]" END, "comparisons[0].ci95: want low <= high, or null" },
    { BEGIN INCONCLUSIVE ",\"ci95\":[1.2,1.1]" END, "comparisons[0].ci95: want low <= high, or null" },
    { BEGIN INCONCLUSIVE ",\"ratio\":0" END, "comparisons[0].ratio: want a number above 0, or null" },
    { BEGIN INCONCLUSIVE ",\"ratio\":1e999" END, "ratio: want a finite number or null" },
    { HEAD "{\"base\":0,\"head\":1," IDS "\"confidence\":1,\"margin\":0.01" INCONCLUSIVE END,
      "comparisons[0].confidence: want a number above 0 and below 1" },
    { HEAD "{\"base\":0,\"head\":1," IDS "\"confidence\":0,\"margin\":0.01" INCONCLUSIVE END, "confidence: want" },
    { HEAD "{\"base\":0,\"head\":1," IDS "\"confidence\":null,\"margin\":0.01" INCONCLUSIVE END, "confidence: want" },
    { HEAD "{\"base\":0,\"head\":1," IDS "\"confidence\":0.5,\"margin\":-0.01" INCONCLUSIVE END,
      "comparisons[0].margin: want a number of 0 or more" },
    { BEGIN INCONCLUSIVE ",\"direction\":2" END, "direction: want 1, -1 or 0" },
    { BEGIN INCONCLUSIVE ",\"direction\":null" END, "direction: want 1, -1 or 0" },
    { BEGIN INCONCLUSIVE ",\"beyond_margin\":1" END, "beyond_margin: want true or false" },
    { BEGIN INCONCLUSIVE ",\"discovery\":null" END, "discovery: want true or false" },
    { BEGIN INCONCLUSIVE ",\"same_code\":1" END, "same_code: want true, false, or null" },
    { BEGIN INCONCLUSIVE ",\"drift_p\":1.5" END, "comparisons[0].drift_p: want a number from 0 to 1, or null" },
    { BEGIN INCONCLUSIVE ",\"between_share\":-1" END, "between_share: want a number from 0 to 1" },
    { BEGIN INCONCLUSIVE ",\"autocorrelation\":-2" END, "autocorrelation: want a number from -1 to 1" },
    { BEGIN INCONCLUSIVE ",\"seconds\":-2" END, "seconds: want a number of 0 or more, or null" },
    { BEGIN INCONCLUSIVE ",\"injected\":null" END, "injected: want a finite number" },
    { BEGIN INCONCLUSIVE ",\"notes\":[1]" END, "comparisons[0].notes[0]: want a text" },
    { BEGIN INCONCLUSIVE ",\"carry_over\":{\"low\":1}" END, "carry_over: want a value where there is an interval" },
    { BEGIN INCONCLUSIVE ",\"carry_over\":{\"value\":1,\"low\":2,\"high\":1}" END, "carry_over: want low <= high" },
    { BEGIN INCONCLUSIVE ",\"carry_over\":[1]" END, "carry_over: want an object" },
    { BEGIN INCONCLUSIVE ",\"instructions\":{\"base\":1}" END, "instructions: no field 'source'" },
    { BEGIN INCONCLUSIVE ",\"instructions\":{\"base\":-1,\"source\":\"x\"}" END,
      "comparisons[0].instructions: want a number of 0 or more" },
    { BEGIN SAME ",\"blocks\":[]" END, "blocks: want an object" },
    { BEGIN SAME ",\"blocks\":{}" END, "comparisons[0].blocks: no field 'log_ratio'" },
    { BEGIN SAME BLOCKS("1,2", "0", "0,0", "0,0") "}" END, "column 'base_process' has 1 values, 'log_ratio' has 2" },
    { BEGIN SAME BLOCKS("1", "0", "0", "0") ",\"layout\":[]}" END, "column 'layout' has 0 values, 'log_ratio' has 1" },
    { BEGIN SAME BLOCKS("null", "0", "0", "0") "}" END, "comparisons[0].blocks.log_ratio[0]: want a finite number" },
    { BEGIN SAME BLOCKS("1,2", "0,2", "0,0", "0,0") "}" END, "base_process[1]: want the index of a process" },
    { BEGIN SAME BLOCKS("1", "0", "1", "0") "}" END, "head_process[0]: want the index of a process" },
    { BEGIN SAME BLOCKS("1", "0.5", "0", "0") "}" END, "base_process[0]: want the index of a process" },
    { BEGIN SAME BLOCKS("1", "-1", "0", "0") "}" END, "base_process[0]: want a number of 0 or more" },
    { BEGIN SAME BLOCKS("1", "null", "0", "0") "}" END, "base_process[0]: want a finite number" },
    { BEGIN SAME BLOCKS("1", "0", "0", "2") "}" END, "set_aside[0]: want 0 or 1" },
    { BEGIN SAME BLOCKS("1", "0", "0", "0") ",\"order\":[65536]}" END, "order[0]: want 0 to 65535" },
    { BEGIN SAME BLOCKS("1", "0", "0", "0") ",\"layout\":[1.5]}" END, "layout[0]: want a whole number up to 2^53" },
    { BEGIN SAME BLOCKS("1", "0", "0", "0") ",\"seconds\":[-1]}" END, "seconds[0]: want a number of 0 or more" },
    { BEGIN SAME "}],\"comparisons\":[]}", "duplicate field 'comparisons'" },
    { BEGIN SAME "}],\"common_cause\":1}", "common_cause: want a text or null" },
};

static void each_kind_of_bad_comparison_is_refused_in_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_comparisons / sizeof bad_comparisons[0]; i++) {
        struct assay_document *document = NULL;
        struct assay_error error = { 0 };
        int result = read_text(&document, bad_comparisons[i].json, &error);
        if (result != ASSAY_EINPUT || document || !strstr(error.text, bad_comparisons[i].words))
            fail_msg("case %zu: %d '%s', want '%s'", i, result, error.text, bad_comparisons[i].words);
    }
}

static void an_inconclusive_verdict_with_a_reason_may_stand_against_its_interval(void **state)
{
    (void)state;
    struct assay_document *document =
        read_back(BEGIN INCONCLUSIVE ",\"interval\":[1.02,1.03],\"reason\":\"8 layouts, want 11\"" END);
    assert_string_equal(document->comparisons[0].reason, "8 layouts, want 11");
    assay_document_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_comparison_is_taken),
        cmocka_unit_test(columns_that_blocks_lack_are_not_known),
        cmocka_unit_test(each_kind_of_bad_comparison_is_refused_in_words),
        cmocka_unit_test(an_inconclusive_verdict_with_a_reason_may_stand_against_its_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
