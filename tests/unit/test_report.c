/* Formats, rows in order, CSV, and what must hold of a table at any width. */
// links: reports result stats base
#include "sample_document.h"

#include "reports/model.h"
#include "reports/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static char *rendered(const struct assay_document *document, const char *format, unsigned width, bool unicode)
{
    char *bytes = NULL;
    size_t length = 0;
    struct assay_error error = { 0 };
    struct assay_report_options options = { width, false, unicode, 255, true, NULL, false, NULL, 0 };
    FILE *to = open_memstream(&bytes, &length);
    if (assay_report_render(assay_report_format_find(format), document, &options, to, &error))
        fail_msg("%s", error.text);
    fclose(to);
    return bytes;
}

static void formats_are_found_by_name_and_by_path(void **state)
{
    (void)state;
    assert_string_equal(assay_report_format_find("csv")->name, "csv");
    assert_null(assay_report_format_find("xls"));
    assert_string_equal(assay_report_format_of_path("a/b.json")->name, "json");
    assert_string_equal(assay_report_format_of_path("x.txt")->name, "text");
    assert_null(assay_report_format_of_path("x.html5"));
    assert_null(assay_report_format_of_path(".csv"));
}

static const struct assay_report_row *row_of(const struct assay_report_model *model, const char *name)
{
    for (size_t i = 0; i < model->row_count; i++) {
        if (strcmp(model->rows[i].name, name) == 0)
            return &model->rows[i];
    }
    fail_msg("no row '%s'", name);
    return NULL;
}

static void wrong_answers_take_no_rank_however_fast(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(SAMPLE_KERNELS, 10, 10);
    struct assay_report_model *model = NULL;
    assert_int_equal(assay_report_model_new(&model, document, NULL), 0);
    const struct assay_report_row *wrong = row_of(model, "primes.broken:limit=10000");
    assert_int_equal(wrong->rank, 0);
    assert_true(isnan(wrong->ratio));
    assert_false(wrong->timed);
    assert_int_equal(model->rows[0].rank, 1);
    assert_true(model->rows[0].ratio == 1);
    assert_string_equal(model->rows[0].benchmark->kernel, "primes.listed_root_break");
    assay_report_model_free(model);
    assay_document_free(document);
}

static void overlapping_intervals_share_a_rank_and_the_next_is_skipped(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(5, 10, 10);
    struct assay_report_model *model = NULL;
    assert_int_equal(assay_report_model_new(&model, document, NULL), 0);
    const uint32_t want[] = { 1, 2, 2, 4, 5 };
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(model->rows[i].rank, want[i]);
    assay_report_model_free(model);
    assay_document_free(document);
}

static void what_no_oracle_knows_takes_no_rank_beside_what_is_verified(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(5, 10, 10);
    document->benchmarks[3].verified = -1; /* the fastest */
    struct assay_report_model *model = NULL;
    assert_int_equal(assay_report_model_new(&model, document, NULL), 0);
    const struct assay_report_row *unknown = row_of(model, "primes.listed_root_break:limit=10000,variant=fixed");
    assert_int_equal(unknown->rank, 0);
    assert_true(unknown->ratio < 1);
    assert_true(row_of(model, "primes.trial:limit=10000")->ratio == 1 ||
                row_of(model, "primes.listed_root:limit=10000,variant=fixed")->ratio == 1);
    assay_report_model_free(model);
    assay_document_free(document);
}

static void the_table_is_never_wider_than_asked(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(SAMPLE_KERNELS, 10, 10);
    for (unsigned width = 60; width < 200; width += 7) {
        char *text = rendered(document, "text", width, width % 2);
        char *rest = text;
        for (char *line; (line = strsep(&rest, "\n"));) {
            bool single = strchr(line, ' ') == NULL; /* one long word is not broken */
            if (assay_utf8_width(line) > width && !single)
                fail_msg("%zu columns at width %u: %s", assay_utf8_width(line), width, line);
        }
        free(text);
    }
    assay_document_free(document);
}

static void ascii_is_ascii_and_no_control_character_reaches_a_terminal(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(2, 6, 2);
    free(document->benchmarks[0].id);
    document->benchmarks[0].id = sample_copy("a\x1b[2Jb\xc2\x9b"
                                             "1mc\xe2\x80\xae"
                                             "d\xff\te");
    document->benchmarks[0].message = sample_copy("\x1b]0;title\x07");
    for (int unicode = 0; unicode < 2; unicode++) {
        char *text = rendered(document, "text", 100, unicode);
        for (const char *at = text; *at; at++) {
            unsigned char byte = (unsigned char)*at;
            assert_true(byte == '\n' || (byte >= 0x20 && byte != 0x7f));
            assert_true(unicode || byte < 0x80);
        }
        assert_null(strstr(text, "\xc2\x9b"));
        assert_null(strstr(text, "\xe2\x80\xae"));
        free(text);
    }
    assay_document_free(document);
}

static void csv_has_a_row_a_sample_and_one_for_what_failed(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(SAMPLE_KERNELS, 6, 2);
    struct assay_benchmark *benchmark = &document->benchmarks[0];
    free(benchmark->group);
    benchmark->group = sample_copy("a \"b\", c\nd");
    for (size_t i = 0; i < benchmark->samples.count; i++)
        assay_measure_append(assay_measure_get(&benchmark->measures, &benchmark->measure_count, "hits", "1", true),
                             0.5);
    char *text = rendered(document, "csv", 0, true);
    size_t rows = 0;
    for (const char *at = text; (at = strstr(at, "\r\n")); at += 2)
        rows++;
    assert_int_equal(rows, 1 + 10 * 12 + 1);
    assert_non_null(strstr(text, ",ns_per_iteration,measure:hits\r\nprimes.trial:limit=10000,"));
    assert_non_null(strstr(text, ",\"a \"\"b\"\", c\nd\","));
    assert_non_null(strstr(text, "\r\nbad.segfault,bad.segfault,1.0.0,c,warm,1,,crashed,,,,,,,,,,,,,,\r\n"));
    free(text);
    assay_document_free(document);
}

static void a_report_says_that_the_machine_changed_its_speed_only_when_it_did(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(2, 6, 2);
    char *text = rendered(document, "text", 0, true);
    assert_non_null(strstr(text, "this machine changed its speed"));
    free(text);
    for (size_t i = 0; i < 8; i++)
        document->sessions[0].reference_elapsed_ns[i] = i == 3 ? 9e6 : 1e6; /* one disturbed measurement */
    text = rendered(document, "text", 0, true);
    assert_null(strstr(text, "this machine changed its speed"));
    free(text);
    assay_document_free(document);
}

static void a_full_disk_is_an_error_in_every_format(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(2, 6, 2);
    struct assay_report_options options = ASSAY_REPORT_OPTIONS_INIT;
    for (const struct assay_report_format *format = assay_report_formats; format->name; format++) {
        struct assay_error error = { 0 };
        FILE *to = fopen("/dev/full", "w");
        int wanted = format->of_profiles ? ASSAY_EINPUT : ASSAY_EIO; /* test_report_profiles.c has those with profiles */
        assert_int_equal(assay_report_render(format, document, &options, to, &error), wanted);
        fclose(to);
    }
    assay_document_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_are_found_by_name_and_by_path),
        cmocka_unit_test(wrong_answers_take_no_rank_however_fast),
        cmocka_unit_test(overlapping_intervals_share_a_rank_and_the_next_is_skipped),
        cmocka_unit_test(what_no_oracle_knows_takes_no_rank_beside_what_is_verified),
        cmocka_unit_test(the_table_is_never_wider_than_asked),
        cmocka_unit_test(ascii_is_ascii_and_no_control_character_reaches_a_terminal),
        cmocka_unit_test(csv_has_a_row_a_sample_and_one_for_what_failed),
        cmocka_unit_test(a_report_says_that_the_machine_changed_its_speed_only_when_it_did),
        cmocka_unit_test(a_full_disk_is_an_error_in_every_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
