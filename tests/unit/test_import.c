/* Results of other tools: the grammar of the drag race's lines, what is refused and where, and which published lines
 * cannot be true. */
// links: import reports result stats base
#include "import/drag_race_line.h"
#include "import/import.h"
#include "import/least.h"

#include "base/text.h"
#include "reports/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static struct assay_import_source source_of(const char *text, uint64_t limit)
{
    return (struct assay_import_source){ "in.txt", text, strlen(text), limit };
}

static struct assay_document *imported(const char *text, uint64_t limit)
{
    struct assay_import_source source = source_of(text, limit);
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    if (assay_import(&document, &source, 1, NULL, &error)) {
        fail_msg("%s", error.text);
    }
    return document;
}

static void assert_refused(const char *text, const char *words)
{
    struct assay_import_source source = source_of(text, ASSAY_IMPORT_LIMIT_USUAL);
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    assert_int_equal(assay_import(&document, &source, 1, assay_import_find("drag-race"), &error), ASSAY_EINPUT);
    assert_null(document);
    assert_string_equal(error.text, words);
}

static bool has_warning(const struct assay_document *document, const char *part)
{
    for (size_t i = 0; i < document->warning_count; i++) {
        if (strstr(document->warnings[i], part)) {
            return true;
        }
    }
    return false;
}

static void names_and_table_are_the_same_list(void **state)
{
    (void)state;
    size_t count = 0;
    for (; assay_import_formats[count].name; count++) {
        assert_string_equal(assay_import_names[count], assay_import_formats[count].name);
        assert_ptr_equal(assay_import_find(assay_import_names[count]), &assay_import_formats[count]);
    }
    assert_null(assay_import_names[count]);
    assert_true(count > 0);
    assert_null(assay_import_find("drag"));
}

static void a_line_becomes_a_benchmark_with_one_sample(void **state)
{
    (void)state;
    /* The example of the rules: CONTRIBUTING.md, "Output". */
    struct assay_document *document = imported("mine;1234;5.005678;4;algorithm=base,faithful=no,bits=1\n", 1000000);
    assert_int_equal(document->benchmark_count, 1);
    assert_int_equal(document->session_count, 1);
    const struct assay_benchmark *benchmark = &document->benchmarks[0];
    assert_string_equal(benchmark->id, "mine");
    assert_string_equal(benchmark->kernel, "mine");
    assert_string_equal(benchmark->implementation, "imported");
    assert_int_equal(benchmark->threads, 4);
    assert_int_equal(benchmark->status, ASSAY_STATUS_OK);
    assert_int_equal(benchmark->verified, -1);
    assert_null(benchmark->oracle.source);
    assert_int_equal(benchmark->tag_count, 3);
    assert_string_equal(benchmark->tags[0], "algorithm=base");
    assert_string_equal(assay_benchmark_tag_value(benchmark, "faithful"), "no");
    assert_string_equal(assay_benchmark_tag_value(benchmark, "bits"), "1");
    assert_int_equal(benchmark->process_count, 1);
    assert_int_equal(benchmark->samples.count, 1);
    assert_true(benchmark->samples.iterations[0] == 1234);
    assert_true(benchmark->samples.elapsed_ns[0] == 5005678000.0); /* not 5.005678 * 1e9, which is no whole number */
    assert_true(isnan(benchmark->samples.cpu_ns[0]));
    assert_true(benchmark->has_statistics);
    assert_true(fabs(benchmark->statistics.median - 5005678000.0 / 1234) < 1e-6);
    assert_false(benchmark->statistics.ci95.known);
    assay_document_free(document);
}

static void what_a_line_cannot_say_is_null_and_a_warning(void **state)
{
    (void)state;
    struct assay_document *document = imported("mine;1234;5.0;1\n", 1000000);
    const struct assay_facts *facts = &document->sessions[0].environment;
    assert_int_equal(assay_facts_find(facts, "machine", "fingerprint")->kind, ASSAY_FACT_NONE);
    assert_int_equal(assay_facts_find(facts, "cpu", "model")->kind, ASSAY_FACT_NONE);
    assert_string_equal(assay_facts_find(facts, "import", "format")->text, "drag-race");
    assert_string_equal(assay_facts_find(facts, "import", "format")->origin, "in.txt");
    assert_int_equal(document->warning_count, 1);
    assert_true(has_warning(document, "neither up to which number a pass sieved (taken: 1000000"));
    assert_true(has_warning(document, "nor whether its answer was right"));
    assert_int_equal(document->benchmarks[0].tag_count, 0);
    assay_document_free(document);
}

static void other_output_is_ignored_and_counted(void **state)
{
    (void)state;
    struct assay_document *document =
        imported("\xEF\xBB\xBF" /* the mark that editors put first */
                 "a;7;5.0;1\r\nPasses: 7, Time: 5.0; Valid: 1\r\n\r\n   \nb ; 8 ; 6 ; 2 ; bits=8 ; faithful=yes \ndone",
                 1000000);
    assert_int_equal(document->benchmark_count, 2);
    assert_string_equal(document->benchmarks[0].id, "a");
    assert_string_equal(document->benchmarks[1].id, "b");
    assert_string_equal(assay_benchmark_tag_value(&document->benchmarks[1], "faithful"), "yes");
    assert_true(document->benchmarks[1].samples.elapsed_ns[0] == 6e9);
    assert_true(has_warning(document, "in.txt: 2 lines of other output were ignored"));
    assay_document_free(document);
}

static void a_label_that_is_not_utf8_is_cleaned_and_flagged(void **state)
{
    (void)state;
    struct assay_document *document = imported("a\xff"
                                               "b;7;5.0;1\n",
                                               1000000);
    assert_string_equal(document->benchmarks[0].id, "a\xEF\xBF\xBD"
                                                    "b");
    assert_string_equal(document->benchmarks[0].flags[0], "invalid-utf8");
    assay_document_free(document);
}

static void wrong_lines_are_refused_with_line_and_column(void **state)
{
    (void)state;
    static const char tag[] = "want NAME=VALUE, such as bits=1, of at most 32 characters each";
    static const char *const cases[][2] = {
        { "", "no line of a drag race in 'in.txt': want label;passes;duration;threads" },
        { "a;1;5.0\nhello\n", "no line of a drag race in 'in.txt': want label;passes;duration;threads" },
        { "a;1;5.0;1\n ;1;5.0;1\n", "in.txt:2:2: bad label '': want a name before the first ';'" },
        { "a;0;5.0;1\n", "in.txt:1:3: bad passes '0': want a whole number from 1 to 2^53" },
        { "a;9007199254740993;5.0;1\n",
          "in.txt:1:3: bad passes '9007199254740993': want a whole number from 1 to 2^53" },
        { "a;99999999999999999999999;5.0;1\n",
          "in.txt:1:3: bad passes '99999999999999999999999': want a whole number from 1 to 2^53" },
        { "\xC3\xA4;-1;5.0;1\n", "in.txt:1:3: bad passes '-1': want a whole number from 1 to 2^53" },
        { "a;1;5,0;1\n",
          "in.txt:1:5: bad duration '5,0': want seconds above 0 with a decimal point, such as 5.000043" },
        { "a;1;0.0;1\n",
          "in.txt:1:5: bad duration '0.0': want seconds above 0 with a decimal point, such as 5.000043" },
        { "a;1;5e0;1\n",
          "in.txt:1:5: bad duration '5e0': want seconds above 0 with a decimal point, such as 5.000043" },
        { "a;1;5.;1\n", "in.txt:1:5: bad duration '5.': want seconds above 0 with a decimal point, such as 5.000043" },
        { "a;1;.5;1\n", "in.txt:1:5: bad duration '.5': want seconds above 0 with a decimal point, such as 5.000043" },
        { "a;1;1000000001;1\n",
          "in.txt:1:5: bad duration '1000000001': want seconds above 0 with a decimal point, such as 5.000043" },
        { "a;1;5.0;0\n", "in.txt:1:9: bad threads '0': want a whole number from 1 to 1024" },
        { "a;1;5.0;1025\n", "in.txt:1:9: bad threads '1025': want a whole number from 1 to 1024" },
        { "a;1;5.0;1;\n", NULL },
        { "a;1;5.0;1;bits\n", NULL },
        { "a;1;5.0;1;bits=1,,x=y\n", NULL },
        { "a;1;5.0;1;bits=1 2\n", NULL },
        { "a;1;5.0;1;x=123456789012345678901234567890123\n", NULL },
        { "a;1;5.0;1;bits=1,bits=8\n", "in.txt:1:18: bad tag 'bits=8': want each name once" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct assay_error error = { 0 };
        struct assay_document *document = NULL;
        struct assay_import_source source = source_of(cases[i][0], ASSAY_IMPORT_LIMIT_USUAL);
        if (cases[i][1]) {
            assert_refused(cases[i][0], cases[i][1]);
            continue;
        }
        assert_int_equal(assay_import(&document, &source, 1, assay_import_formats, &error), ASSAY_EINPUT);
        assert_non_null(strstr(error.text, "bad tag '"));
        assert_non_null(strstr(error.text, tag));
    }
}

static void the_longest_number_that_is_taken_is_exact(void **state)
{
    (void)state;
    struct assay_document *document = imported("a;9007199254740992;1000000000;1024;algorithm=other\n", 1);
    assert_true(document->benchmarks[0].samples.iterations[0] == 0x1p53);
    assert_true(document->benchmarks[0].samples.elapsed_ns[0] == 1e18);
    assert_int_equal(document->benchmarks[0].threads, 1024);
    assay_document_free(document);
}

static void a_line_of_over_4096_bytes_is_refused(void **state)
{
    (void)state;
    struct assay_text text = ASSAY_TEXT_INIT;
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    for (int i = 0; i < 4087; i++) {
        assay_text_append_char(&text, 'x');
    }
    assay_text_append(&text, ";1;5.0;1\n");
    struct assay_import_source source = source_of(text.bytes, 1000000);
    assert_int_equal(assay_import(&document, &source, 1, NULL, &error),
                     0); /* 4096 without the line feed: the longest */
    assert_int_equal(source.length, 4096);
    assay_document_free(document);
    document = NULL;
    text.bytes[text.length - 1] = '0';
    assay_text_append(&text, "\n");
    source = source_of(text.bytes, 1000000);
    assert_int_equal(assay_import(&document, &source, 1, assay_import_formats, &error), 0);
    assay_document_free(document);
    document = NULL;
    text.bytes[text.length - 1] = '0';
    source = source_of(text.bytes, 1000000);
    assert_int_equal(assay_import(&document, &source, 1, assay_import_formats, &error), ASSAY_EINPUT);
    assert_non_null(strstr(error.text, "in.txt:1:1: bad line 'xxx"));
    assert_non_null(strstr(error.text, "want at most 4096 bytes"));
    assert_null(document);
    assay_text_release(&text);
}

static void formats_are_found_by_name_or_by_content(void **state)
{
    (void)state;
    const struct assay_import_source named = { "x.drag-race", "", 0, 1 };
    const struct assay_import_source content = source_of("hello\na;1;5.0;1\n", 1);
    const struct assay_import_source other = source_of("for (i = 0; i < 9; i++) a;b;\n", 1);
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    assert_true(assay_import_sniff_drag_race(&named));
    assert_true(assay_import_sniff_drag_race(&content));
    assert_false(assay_import_sniff_drag_race(&other));
    assert_int_equal(assay_import(&document, &other, 1, NULL, &error), ASSAY_EINPUT);
    assert_string_equal(
        error.text, "cannot tell the format of 'in.txt': want one of drag-race, google-benchmark, hyperfine, pyperf, "
                    "benchfmt (--format)");
    assert_null(document);
}

static void several_inputs_are_sessions_of_one_document(void **state)
{
    (void)state;
    const struct assay_import_source sources[] = { { "a.txt", "a;1;5.0;1\n", 10, 1000000 },
                                                   { "b.txt", "b;2;5.0;1\nx\n", 12, 1000000 } };
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    assert_int_equal(assay_import(&document, sources, 2, NULL, &error), 0);
    assert_int_equal(document->session_count, 2);
    assert_int_equal(document->benchmark_count, 2);
    assert_int_equal(document->benchmarks[1].processes[0].session, 1);
    assert_int_equal(document->warning_count, 2); /* what no line says, once; and what was ignored */
    assert_true(has_warning(document, "b.txt: 1 line of other output was ignored"));
    assay_document_free(document);
}

/* ---- what cannot be true ---- */

/* 811068 by trial division and range() in Python: sum(len(range(p * p, 10**6 + 1, 2 * p)) for odd primes p <= 1000),
 * and 5995 likewise to 10^4; to 30 by hand: 9 15 21 27 and 25. 92160 of 510510: OEIS A005867(7), the totient of 17#. */
static void the_least_work_is_counted_as_the_rules_have_it(void **state)
{
    (void)state;
    static const struct {
        uint64_t limit;
        double clearings;
    } cases[] = { { 1, 0 }, { 8, 0 }, { 9, 1 }, { 30, 5 }, { 10000, 5995 }, { 1000000, 811068 } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct assay_least_limit counted;
        struct assay_least least;
        assay_least_limit_init(&counted, cases[i].limit);
        assay_least_pass(&least, &counted, "base", 1);
        assert_true(least.operations == cases[i].clearings);
        assert_true(fabs(least.ns - cases[i].clearings / 8 / 6.2) < 1e-9);
        assert_int_equal(least.bytes, 0);
    }
}

static void other_classes_write_the_table_at_least(void **state)
{
    (void)state;
    struct assay_least_limit counted;
    struct assay_least least;
    assay_least_limit_init(&counted, 1000000);
    assert_true(fabs(counted.share - 92160.0 / 510510) < 1e-15);
    assay_least_pass(&least, &counted, "wheel", 0);
    assert_int_equal(least.bytes, 22566); /* 10^6 * 92160 / 510510 / 8 = 22565.67 */
    assert_true(least.operations == 353); /* of 64 bytes */
    assert_true(fabs(least.ns - 353 / 6.2) < 1e-9);
    assay_least_pass(&least, &counted, NULL, 8);
    assert_int_equal(least.bytes, 180526); /* 180525.36 */
    assay_least_limit_init(&counted, 30);
    assert_true(fabs(counted.share - 8.0 / 30) < 1e-15);
    assay_least_limit_init(&counted, 1);
    assert_true(counted.share == 1);
}

struct published {
    const char *line;
    bool marked;
};

/* From the README files at commit ad33b96 of github.com/PlummersSoftwareLLC/Primes, their labels shortened. */
static const struct published published[] = {
    /* PrimeJulia/solution_2: "You can also pass the limit": a run up to 30 */
    { "jl;6913442;5.0;1;algorithm=base,faithful=yes,bits=1", true },
    /* PrimeCPP/solution_3: the table is a constant of the program, with 1 and with 24 threads */
    { "constexpr;228773990;5.000000;1;algorithm=base,faithful=no,bits=1", true },
    { "constexpr;591836324;5.000693;24;algorithm=base,faithful=no,bits=1", true },
    /* PrimeLisp/solution_2: calculated when the program is read */
    { "cl-hashdot;162685090;5.008;1;algorithm=base,faithful=no,bits=1", true },
    /* PrimeD/solution_2: "fully generated at compile-time, which is kind of cheating" */
    { "Single-SieveRTCT_Cheatiness;92756813;5;1;algorithm=other,bits=1,faithful=no", true },
    /* PrimePowerShell/solution_3: a sieve size of 10 */
    { "ps3;342712;5.00003;1;algorithm=base,faithful=yes,bits=1", true },
    /* PrimeC/solution_5, PrimeNim/solution_3, PrimeC/solution_2: the fastest of their class with one thread */
    { "extend-u64v4b32;72737;5.000043;1;algorithm=other,faithful=yes,bits=1", false },
    { "extreme-hybrid;43711;5.000105359;1;algorithm=base,faithful=yes,bits=1", false },
    { "5760of30030_owrb;32872;5.000085;1;algorithm=wheel,faithful=yes,bits=1", false },
    /* PrimeLisp/solution_2, PrimeC/solution_2: the fastest wheel of all; six threads */
    { "cl-wheel-bitvector;51692;5.009988;1;algorithm=wheel,faithful=yes,bits=1", false },
    { "5760of30030_epar;187042;5.002346;6;algorithm=wheel,faithful=yes,bits=1", false },
    /* PrimeCPP/solution_2 and _3: eight threads; the first of all solutions */
    { "par;2264;5.00982;8;algorithm=base,faithful=yes,bits=1", false },
    { "cpp;4471;5.000244;1;algorithm=base,faithful=yes,bits=1", false },
};

static void published_lines_that_cannot_be_true_are_marked_and_no_other(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof published / sizeof published[0]; i++) {
        struct assay_document *document = imported(published[i].line, 1000000);
        const struct assay_benchmark *benchmark = &document->benchmarks[0];
        bool marked = benchmark->status == ASSAY_STATUS_IMPLAUSIBLE;
        if (marked != published[i].marked || marked != (benchmark->message != NULL)) {
            fail_msg("%s: %s", published[i].line, assay_status_word(benchmark->status));
        }
        assert_int_equal(benchmark->samples.count, 1);
        assay_document_free(document);
    }
}

static void a_mark_says_both_numbers(void **state)
{
    (void)state;
    struct assay_document *document = imported(published[2].line, 1000000);
    assert_string_equal(
        document->benchmarks[0].message,
        "202.8 ns a pass of a thread, but sieving to 1000000 takes 16.35 us or more: 811068 flags cleared "
        "one by one, 8 a cycle, at 6.2 GHz");
    assert_true(document->benchmarks[0].least_operations == 811068);
    assay_document_free(document);
    document = imported(published[4].line, 1000000);
    assert_string_equal(
        document->benchmarks[0].message,
        "53.90 ns a pass, but writing the smallest table to 1000000 takes 56.94 ns or more: 22566 bytes, "
        "64 a cycle, at 6.2 GHz");
    assay_document_free(document);
}

static void the_limit_moves_the_bound(void **state)
{
    (void)state;
    struct assay_document *document = imported(published[0].line, 30);
    assert_int_equal(document->benchmarks[0].status, ASSAY_STATUS_OK);
    assert_null(document->benchmarks[0].message);
    assert_true(has_warning(document, "taken: 30;"));
    assay_document_free(document);
    document = imported(published[7].line, 100000000); /* the record, but to 10^8 */
    assert_int_equal(document->benchmarks[0].status, ASSAY_STATUS_IMPLAUSIBLE);
    assay_document_free(document);
}

static void threads_share_the_passes(void **state)
{
    (void)state;
    /* 300000 passes in 5 s are 16.67 us each, above the bound of 16.35; on two threads 600000 are, and 620000 are not.
     */
    struct assay_document *document = imported("a;300000;5.0;1;algorithm=base\na;600000;5.0;2;algorithm=base\n"
                                               "a;620000;5.0;2;algorithm=base\na;310000;5.0;1;algorithm=base\n",
                                               1000000);
    assert_int_equal(document->benchmarks[0].status, ASSAY_STATUS_OK);
    assert_int_equal(document->benchmarks[1].status, ASSAY_STATUS_OK);
    assert_int_equal(document->benchmarks[2].status, ASSAY_STATUS_IMPLAUSIBLE);
    assert_int_equal(document->benchmarks[3].status, ASSAY_STATUS_IMPLAUSIBLE);
    assay_document_free(document);
}

static void bits_that_are_no_number_count_as_one(void **state)
{
    (void)state;
    /* 1 bit a flag: 56.9 ns; 8: 455 ns. 100 ns a pass lies between. */
    struct assay_document *document = imported("a;50000000;5.0;1;bits=unknown\nb;50000000;5.0;1;bits=8\n", 1000000);
    assert_int_equal(document->benchmarks[0].status, ASSAY_STATUS_OK);
    assert_int_equal(document->benchmarks[1].status, ASSAY_STATUS_IMPLAUSIBLE);
    assay_document_free(document);
}

static void imported_documents_render_in_every_format_and_read_back(void **state)
{
    (void)state;
    struct assay_document *document = imported("a;1;5.0;1\njl;6913442;5.0;2;algorithm=base\n", 1000000);
    static const char *const names[] = { "text", "csv", "json" };
    for (size_t i = 0; i < 3; i++) {
        struct assay_report_options options = ASSAY_REPORT_OPTIONS_INIT;
        struct assay_error error = { 0 };
        char *bytes = NULL;
        size_t length = 0;
        FILE *to = open_memstream(&bytes, &length);
        if (assay_report_render(assay_report_format_find(names[i]), document, &options, to, &error)) {
            fail_msg("%s", error.text);
        }
        fclose(to);
        assert_non_null(strstr(bytes, "implausible"));
        assert_null(strstr(bytes, "jl@imported"));
        if (i == 2) {
            struct assay_document *again = NULL;
            FILE *from = fmemopen(bytes, length, "r");
            assert_int_equal(assay_document_read(&again, from, "again", &error), 0);
            assert_int_equal(again->benchmark_count, 2);
            assay_document_free(again);
            fclose(from);
        }
        free(bytes);
    }
    assay_document_free(document);
}

static void narrow_tables_keep_the_label_as_it_is(void **state)
{
    (void)state;
    struct assay_document *document = imported("some_label_of_a_solution;1;5.0;1\nanother;2;5.0;1\n", 1000000);
    struct assay_report_options options = { .width = 30 };
    char *bytes = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&bytes, &length);
    assert_int_equal(assay_report_render(assay_report_format_find("text"), document, &options, to, NULL), 0);
    fclose(to);
    assert_null(strstr(bytes, "@imported"));
    free(bytes);
    assay_document_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_table_are_the_same_list),
        cmocka_unit_test(a_line_becomes_a_benchmark_with_one_sample),
        cmocka_unit_test(what_a_line_cannot_say_is_null_and_a_warning),
        cmocka_unit_test(other_output_is_ignored_and_counted),
        cmocka_unit_test(a_label_that_is_not_utf8_is_cleaned_and_flagged),
        cmocka_unit_test(wrong_lines_are_refused_with_line_and_column),
        cmocka_unit_test(the_longest_number_that_is_taken_is_exact),
        cmocka_unit_test(a_line_of_over_4096_bytes_is_refused),
        cmocka_unit_test(formats_are_found_by_name_or_by_content),
        cmocka_unit_test(several_inputs_are_sessions_of_one_document),
        cmocka_unit_test(the_least_work_is_counted_as_the_rules_have_it),
        cmocka_unit_test(other_classes_write_the_table_at_least),
        cmocka_unit_test(published_lines_that_cannot_be_true_are_marked_and_no_other),
        cmocka_unit_test(a_mark_says_both_numbers),
        cmocka_unit_test(the_limit_moves_the_bound),
        cmocka_unit_test(threads_share_the_passes),
        cmocka_unit_test(bits_that_are_no_number_count_as_one),
        cmocka_unit_test(imported_documents_render_in_every_format_and_read_back),
        cmocka_unit_test(narrow_tables_keep_the_label_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
