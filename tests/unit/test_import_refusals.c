/* What no reader of a format takes: each is refused with one line that says where and what is wanted, and nothing is
 * made. */
// links: import result stats base
#include "imported.h"

#include "base/text.h"

#define ROW(members) "{\"context\":{},\"benchmarks\":[{" members "}]}"
#define GOOD_ROW "\"name\":\"a\",\"run_type\":\"iteration\",\"iterations\":3,\"cpu_time\":1,\"time_unit\":\"ns\""
#define RESULT(members) "{\"results\":[{\"command\":\"a\",\"mean\":1" members "}]}"
#define RUN(members) "{\"version\":\"1.0\",\"metadata\":{\"name\":\"a\"},\"benchmarks\":[{\"runs\":[{" members "}]}]}"

static void google_benchmark_is_refused_in_words(void **state)
{
    (void)state;
    static const char whole[] = "want a whole number from 1 to 2^53";
    static const char *const cases[][2] = {
        { "", "'in' is empty" },
        { "[]", "in:1:1: want an object" },
        { "{}", "in:1:1: the JSON: no member 'benchmarks'" },
        { "{\"benchmarks\":{}}", "in:1:15: benchmarks: want an array" },
        { "{\"benchmarks\":[]}", "no benchmark in 'in': want an element of 'benchmarks' that google-benchmark wrote" },
        { "{\"benchmarks\":[],\"benchmarks\":[]}", "in:1:31: the JSON: want each member once" },
        { "{\"context\":1,\"benchmarks\":[]}", "in:1:12: context: want an object" },
        { "{\"benchmarks\":[1]}", "in:1:16: benchmarks[0]: want an object" },
        { ROW("\"iterations\":3"), "in:1:29: benchmarks[0]: no member 'name'" },
        { ROW("\"name\":7"), "in:1:37: benchmarks[0].name: want a text" },
        { ROW("\"name\":\"\""), "in:1:37: benchmarks[0].name: want a name" },
        { ROW("\"name\":\"a\",\"iterations\":3"), "in:1:29: benchmarks[0]: no member 'real_time'" },
        { ROW("\"name\":\"a\",\"real_time\":3"), "in:1:29: benchmarks[0]: no member 'iterations'" },
        { ROW(GOOD_ROW ",\"real_time\":\"7\""), "in:1:121: benchmarks[0].real_time: want a number" },
        { ROW(GOOD_ROW ",\"real_time\":-7"), "in:1:121: benchmarks[0]: want a time from 0 to 1e9 s in all" },
        { ROW(GOOD_ROW ",\"real_time\":1e18"), "in:1:121: benchmarks[0]: want a time from 0 to 1e9 s in all" },
        { ROW("\"name\":\"a\",\"real_time\":3,\"cpu_time\":-1,\"iterations\":1"),
          "in:1:53: benchmarks[0]: want a time from 0 to 1e9 s in all" },
        { ROW("\"name\":\"a\",\"real_time\":3,\"iterations\":0"), NULL },
        { ROW("\"name\":\"a\",\"real_time\":3,\"iterations\":1.5"), NULL },
        { ROW("\"name\":\"a\",\"real_time\":3,\"iterations\":-1"), NULL },
        { ROW("\"name\":\"a\",\"real_time\":3,\"iterations\":1e17"), NULL },
        { ROW("\"name\":\"a\",\"real_time\":3,\"iterations\":NaN"), NULL },
        { ROW("\"name\":\"a\",\"real_time\":3,\"iterations\":\"1\""), NULL },
        { ROW("\"name\":\"a\",\"time_unit\":\"min\""), "in:1:53: benchmarks[0].time_unit: want ns, us, ms or s" },
        { ROW("\"name\":\"a\",\"time_unit\":1"), "in:1:53: benchmarks[0].time_unit: want ns, us, ms or s" },
        { ROW("\"name\":\"a\",\"threads\":0"),
          "in:1:51: benchmarks[0].threads: want a whole number from 1 to 1000000" },
        { ROW("\"name\":\"a\",\"error_occurred\":true,\"error_message\":{}"),
          "in:1:79: benchmarks[0].error_message: want a text" },
        { ROW(GOOD_ROW ",\"real_time\":1,\"label\":[]"), "in:1:131: benchmarks[0].label: want a text" },
        { "{\"context\":{},\"benchmarks\":[{\"name\":\"a\",\n\"iterations\": 3,\n",
          "in:3:1: the input ends in the middle: want the name of a member in quotes (a program that crashed may have "
          "written it)" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char words[160];
        (void)snprintf(words, sizeof words, "in:1:68: benchmarks[0].iterations: %s", whole);
        assert_import_refused("google-benchmark", cases[i][0], cases[i][1] ? cases[i][1] : words);
    }
}

static void hyperfine_is_refused_in_words(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "{}", "in:1:1: the JSON: no member 'results'" },
        { "{\"results\":3}", "in:1:12: results: want an array" },
        { "{\"results\":[]}", "no benchmark in 'in': want an element of 'results' that hyperfine wrote" },
        { "{\"results\":[{}]}", "in:1:13: results[0]: no member 'command'" },
        { "{\"results\":[{\"command\":null}]}", "in:1:24: results[0].command: want a text" },
        { RESULT(",\"command\":\"b\""), "in:1:47: results[0]: want each member once" },
        { RESULT(",\"times\":[]"), "in:1:45: results[0].times: want an array of 1 number or more" },
        { RESULT(",\"times\":3"), "in:1:45: results[0].times: want an array of 1 number or more" },
        { RESULT(",\"times\":[1,\"2\"]"), "in:1:48: results[0].times: want numbers of 0 or more" },
        { RESULT(",\"times\":[1,-2]"), "in:1:48: results[0].times: want numbers of 0 or more" },
        { RESULT(",\"times\":[NaN]"), "in:1:46: results[0].times: want numbers of 0 or more" },
        { RESULT(",\"times\":[1e10]"), "in:1:46: results[0]: want a time from 0 to 1e9 s in all" },
        { RESULT(",\"times\":[1],\"exit_codes\":[0,0]"),
          "in:1:62: results[0].exit_codes: want an array with an element for each of 'times'" },
        { RESULT(",\"times\":[1],\"exit_codes\":[0.5]"), "in:1:63: results[0].exit_codes: want whole numbers or null" },
        { RESULT(",\"times\":[1],\"memory_usage_byte\":{}"),
          "in:1:69: results[0].memory_usage_byte: want an array with an element for each of 'times'" },
        { RESULT(",\"times\":[1],\"memory_usage_byte\":[\"x\"]"),
          "in:1:70: results[0].memory_usage_byte: want whole numbers or null" },
        { RESULT(",\"times\":[1],\"memory_usage_byte\":[1.5]"),
          "in:1:70: results[0].memory_usage_byte: want whole numbers or null" },
        { RESULT(",\"parameters\":[]"), "in:1:50: results[0].parameters: want an object" },
        { RESULT(",\"parameters\":{\"n\":1}"), "in:1:55: results[0].parameters: want a text" },
        { RESULT(",\"parameters\":{\"n\":\"1\",\"n\":\"2\"}"),
          "in:1:60: results[0].parameters: want at most 64, each name once" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_import_refused("hyperfine", cases[i][0], cases[i][1]);
    }
}

static void pyperf_is_refused_in_words(void **state)
{
    (void)state;
    static const char version[] = ": version: want \"1.0\" or 6 (python3 -m pyperf convert reads others)";
    static const char *const cases[][2] = {
        { "{\"benchmarks\":[]}", "in:1:1: the JSON: no member 'version'" },
        { "{\"benchmarks\":[],\"version\":\"2.0\"}", "28" },
        { "{\"benchmarks\":[],\"version\":5}", "28" },
        { "{\"benchmarks\":[],\"version\":null}", "28" },
        { "{\"benchmarks\":[],\"version\":\"1.0\"}",
          "no benchmark in 'in': want an element of 'benchmarks' that pyperf wrote" },
        { "{\"benchmarks\":[],\"version\":6,\"metadata\":[]}", "in:1:41: want an object" },
        { "{\"benchmarks\":[{\"metadata\":{\"name\":\"a\"}}],\"version\":6}",
          "in:1:16: benchmarks[0]: no member 'runs'" },
        { "{\"benchmarks\":[{\"runs\":[]}],\"version\":6}",
          "in:1:16: benchmarks[0]: no member 'name' in its metadata" },
        { "{\"benchmarks\":[{\"runs\":[],\"metadata\":{\"name\":7}}],\"version\":6}",
          "in:1:46: benchmarks[0].metadata.name: want a text" },
        { "{\"benchmarks\":[{\"runs\":{},\"metadata\":{\"name\":\"a\"}}],\"version\":6}",
          "in:1:24: benchmarks[0].runs: want an array" },
        { "{\"version\":\"1.0\",\"metadata\":{\"name\":\"a\"},\"benchmarks\":[{\"runs\":[7]}]}",
          "in:1:65: benchmarks[0].runs[0]: want an object" },
        { "{\"version\":6,\"benchmarks\":[{\"runs\":[],\"metadata\":{\"name\":\"a\",\"unit\":7}}]}",
          "in:1:69: benchmarks[0].metadata.unit: want a text" },
        { RUN("\"values\":1"), "in:1:75: benchmarks[0].runs[0].values: want an array" },
        { RUN("\"values\":[1,0]"), "in:1:78: benchmarks[0].runs[0].values: want numbers above 0" },
        { RUN("\"values\":[\"1\"]"), "in:1:76: benchmarks[0].runs[0].values: want numbers above 0" },
        { RUN("\"values\":[1e300]"), "in:1:76: benchmarks[0].runs[0]: want a time from 0 to 1e9 s in all" },
        { RUN("\"values\":[1],\"metadata\":{\"loops\":0}"),
          "in:1:99: benchmarks[0].runs[0].loops: want a whole number from 1 to 2^53" },
        { RUN("\"values\":[1],\"metadata\":{\"loops\":9007199254740992,\"inner_loops\":2}"),
          "in:1:65: benchmarks[0].runs[0]: want at most 2^53 loops in all" },
        { RUN("\"values\":[1],\"values\":[2]"), "in:1:88: benchmarks[0].runs[0]: want each member once" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char words[160];
        (void)snprintf(words, sizeof words, "in:1:%s%s", cases[i][1], version);
        assert_import_refused("pyperf", cases[i][0], strlen(cases[i][1]) > 2 ? cases[i][1] : words);
    }
}

static void lines_of_go_are_refused_in_words(void **state)
{
    (void)state;
    static const char none[] = "no benchmark in 'in': want lines such as BenchmarkName-8  1000  5.4 ns/op";
    static const char *const cases[][2] = {
        { "", none },
        { "goos: linux\nPASS\n", none },
        { "\nBenchmarkA 1\n", "in:2:13: no figure behind the iterations: want VALUE UNIT, such as 5.4 ns/op" },
        { "BenchmarkA 1 2", "in:1:15: no unit behind '2'" },
        { "BenchmarkA 1 2 ns/op 3\n", "in:1:23: no unit behind '3'" },
        { "BenchmarkA 1 ns/op 2\n", "in:1:14: bad figure 'ns/op': want a number" },
        { "BenchmarkA 1 1_0 ns/op\n", "in:1:14: bad figure '1_0': want a number" },
        { "BenchmarkA 1 0x1 ns/op\n", "in:1:14: bad figure '0x1': want a number" },
        { "BenchmarkA 1 1e999 ns/op\n", "in:1:14: bad figure '1e999': want a number" },
        { "BenchmarkA 0 1 ns/op\n", "in:1:12: bad iterations '0': want a whole number from 1 to 2^53" },
        { "BenchmarkA 9007199254740993 1 ns/op\n",
          "in:1:12: bad iterations '9007199254740993': want a whole number from 1 to 2^53" },
        { "BenchmarkA 99999999999999999999999 1 ns/op\n",
          "in:1:12: bad iterations '99999999999999999999999': want a whole number from 1 to 2^53" },
        { "BenchmarkA 1 1 ns/op 2 ns/op\n", "in:1:24: bad unit 'ns/op': want each unit once" },
        { "BenchmarkA 1 -1 ns/op\n", "in:1:17: want a time from 0 to 1e9 s in all" },
        { "BenchmarkA 1 NaN ns/op\n", "in:1:18: want a time from 0 to 1e9 s in all" },
        { "BenchmarkA 1000000 1e15 ns/op\n", "in:1:25: want a time from 0 to 1e9 s in all" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_import_refused("benchfmt", cases[i][0], cases[i][1]);
    }
}

static void append_many(struct assay_text *text, const char *part, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assay_text_append(text, part);
    }
    assert_false(text->failed);
}

/* A name of `bytes`, at `format`'s place for one. */
static void name_of(struct assay_text *text, const char *before, size_t bytes, const char *behind)
{
    assay_text_clear(text);
    assay_text_append(text, before);
    append_many(text, "x", bytes);
    assay_text_append(text, behind);
}

static void names_end_at_65536_bytes(void **state)
{
    (void)state;
    static const char *const cases[][4] = {
        { "google-benchmark", "{\"context\":{},\"benchmarks\":[{\"iterations\":1,\"real_time\":1,\"name\":\"", "\"}]}",
          "in:1:66: benchmarks[0].name: want at most 65536 bytes" },
        { "hyperfine", "{\"results\":[{\"mean\":1,\"command\":\"", "\"}]}",
          "in:1:33: results[0].command: want at most 65536 bytes" },
        { "pyperf", "{\"version\":6,\"benchmarks\":[{\"runs\":[{\"values\":[1]}],\"metadata\":{\"name\":\"", "\"}}]}",
          "in:1:72: benchmarks[0].metadata.name: want at most 65536 bytes" },
    };
    struct assay_text text = ASSAY_TEXT_INIT;
    for (size_t i = 0; i < 3; i++) {
        struct assay_document *document = NULL;
        name_of(&text, cases[i][1], 65536, cases[i][2]);
        assert_int_equal(import_bytes(&document, cases[i][0], text.bytes, text.length, NULL), 0);
        assert_int_equal(strlen(document->benchmarks[0].id), 65536);
        assay_document_free(document);
        name_of(&text, cases[i][1], 10u << 20, cases[i][2]);
        assert_import_refused(cases[i][0], text.bytes, cases[i][3]);
    }
    name_of(&text, "Benchmark", 10u << 20, " 1 1 ns/op\n");
    assert_import_refused("benchfmt", text.bytes, "in:1:1: a line of 10485779 bytes, want at most 65536");
    assay_text_release(&text);
}

static void what_is_not_utf8_is_cleaned_and_flagged(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "google-benchmark",
          "{\"context\":{\"a\xff\":\"b\xff\"},\"benchmarks\":[{\"name\":\"a\xff/n\xff:8\",\"iterations\":1,"
          "\"real_time\":1,\"c\xff\":1,\"label\":\"l\xff\"}]}" },
        { "hyperfine",
          "{\"results\":[{\"command\":\"a\xff\",\"mean\":1,\"times\":[1],\"parameters\":{\"p\xff\":\"v\xff\"}}]}" },
        { "pyperf", "{\"version\":6,\"metadata\":{\"k\xff\":\"v\xff\"},\"benchmarks\":[{\"runs\":[{\"values\":[1]}],"
                    "\"metadata\":{\"name\":\"a\xff\"}}]}" },
        { "benchfmt",
          "key\xff: v\xff\nBenchmarka\xff/n\xff=\xff-8 1 1 ns/op 2 u\xff/op\nkey\xff: w\xff\nBenchmarkb 1 1 ns/op\n" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct assay_document *document = imported_text(NULL, cases[i][1]);
        assert_memory_equal(document->benchmarks[0].id, "a\xEF\xBF\xBD", 4);
        assert_string_equal(document->benchmarks[0].flags[0], "invalid-utf8");
        assay_document_free(document);
    }
}

static void too_many_of_anything_is_refused(void **state)
{
    (void)state;
    struct assay_text text = ASSAY_TEXT_INIT;
    assay_text_append(&text, "{\"results\":[{\"command\":\"a\",\"mean\":1,\"times\":[1");
    append_many(&text, ",1", 100000);
    assay_text_append(&text, "]}]}");
    assert_import_refused("hyperfine", text.bytes, "'in': want at most 100000 processes");
    assay_text_clear(&text);
    append_many(&text, "BenchmarkA 1 1 ns/op\n", 1000001);
    assert_import_refused("benchfmt", text.bytes, "'in': want at most 1000000 samples");
    assay_text_clear(&text);
    assay_text_append(&text, "{\"context\":{},\"benchmarks\":[{\"name\":\"a\",\"iterations\":1,\"real_time\":1");
    for (int i = 0; i < 65; i++) {
        assay_text_format(&text, ",\"c%d\":1", i);
    }
    assay_text_append(&text, "}]}");
    assert_import_refused("google-benchmark", text.bytes,
                          "in:1:573: benchmarks[0]: want at most 64 figures beside the time");
    assay_text_clear(&text);
    for (int i = 0; i <= 100000; i++) {
        assay_text_format(&text, "BenchmarkA%d 1 1 ns/op\n", i);
    }
    assert_import_refused("benchfmt", text.bytes, "'in': want at most 100000 benchmarks");
    assay_text_release(&text);
}

static void one_file_is_found_by_its_content_whatever_it_is_called(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "google-benchmark", "{\"context\":{},\"benchmarks\":[{\"name\":\"a\"" }, /* cut off */
        { "google-benchmark", "{\"benchmarks\":[{\"name\":\"a\",\"real_time\":1}]}" },
        { "hyperfine", "{\"results\":[{\"command\":\"a;1;5.0;1\",\"mean\":1" },
        { "pyperf", "{\"benchmarks\":[{\"runs\":[" },
        { "benchfmt", "hello\nBenchmarkA 1 1 ns/op" },
        { "drag-race", "a;1;5.0;1\n" },
        { NULL, "{\"schema\":\"assay.result/1\",\"benchmarks\":[{\"id\":\"a\"}]}" },
        { NULL, "{\"results\":[1],\"benchmarks\":7}" },
        { NULL, "Benchmarking 10 things" },
        { NULL, "BenchmarkA 1 1" },
        { NULL, "{" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct assay_import_source source = { "in", cases[i][1], strlen(cases[i][1]), 1 };
        for (const struct assay_import_format *format = assay_import_formats; format->name; format++) {
            bool wanted = cases[i][0] && strcmp(cases[i][0], format->name) == 0;
            if (format->sniff(&source) != wanted) {
                fail_msg("%s: %s", format->name, cases[i][1]);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(google_benchmark_is_refused_in_words),
        cmocka_unit_test(hyperfine_is_refused_in_words),
        cmocka_unit_test(pyperf_is_refused_in_words),
        cmocka_unit_test(lines_of_go_are_refused_in_words),
        cmocka_unit_test(names_end_at_65536_bytes),
        cmocka_unit_test(what_is_not_utf8_is_cleaned_and_flagged),
        cmocka_unit_test(too_many_of_anything_is_refused),
        cmocka_unit_test(one_file_is_found_by_its_content_whatever_it_is_called),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
