/* The page: its policy, what it never lets out of a document, and documents of every odd kind. */
// links: reports result stats base
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "rendered_page.h"

#include "compared_document.h"
#include "crossed_document.h"
#include "known_scalings.h"

static void the_policy_names_the_digest_of_the_one_script(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(2, 6, 2);
    struct page page = page_of(document);
    char *script = between(page.bytes, "<script>", "</script>");
    char digest[52], *policy;
    assay_pack_digest(digest, script, strlen(script));
    char *want = assay_formatted("default-src 'none'; script-src '%s'; style-src 'unsafe-inline'; img-src data:; "
                                 "base-uri 'none'; form-action 'none'",
                                 digest);
    policy = between(page.bytes, "http-equiv=\"Content-Security-Policy\" content=\"", "\"/>");
    assert_string_equal(policy, want);
    assert_true(strstr(page.bytes, "Content-Security-Policy") < strstr(page.bytes, "<style>"));
    size_t scripts = 0;
    for (const char *at = page.bytes; (at = strstr(at, "<script>")); at++)
        scripts++;
    assert_int_equal(scripts, 1);
    free(want);
    free(policy);
    free(script);
    free(page.bytes);
    assay_document_free(document);
}

/* Of "abc", by Python's hashlib and base64. */
static void a_digest_is_base64_of_sha_256(void **state)
{
    (void)state;
    char digest[52];
    assay_pack_digest(digest, "abc", 3);
    assert_string_equal(digest, "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
}

static void nothing_is_loaded_from_anywhere(void **state)
{
    (void)state;
    static const char *const places[] = { " src=\"", " href=\"", " action=\"", " data=\"", "url(" };
    struct assay_document *document = compared_suite();
    struct page page = page_of(document);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        for (const char *at = page.bytes; (at = strstr(at, places[i]));) {
            at += strlen(places[i]);
            if (*at != '#' && strncmp(at, "data:", 5) != 0)
                fail_msg("loads %.40s", at);
        }
    }
    assert_null(strstr(page.bytes, "@import"));
    assert_null(strstr(page.bytes, " onclick="));
    free(page.bytes);
    assay_document_free(document);
}

static void the_document_is_never_in_the_page_as_json(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(SAMPLE_KERNELS, 6, 2);
    struct page page = page_of(document);
    assert_null(strstr(page.bytes, "\"elapsed_ns\""));
    assert_null(strstr(page.bytes, "assay.result/1"));
    assert_null(strstr(page.bytes, "application/json\">"));
    assert_non_null(
        strstr(page.bytes, "<script type=\"application/octet-stream\" id=\"document-0\" data-name=\"result.json\" "));
    free(page.bytes);
    assay_document_free(document);
}

static void the_page_has_the_parts_that_its_script_relies_on(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "<main id=\"main\"",
        "<h1 id=\"title\">",
        "<div id=\"tools\" hidden=",
        "id=\"search\" type=\"search\"",
        "id=\"hide-same\"",
        "<button id=\"theme\"",
        "<button id=\"save\"",
        "<section id=\"verdict\" data-tone=\"",
        "<p id=\"sentence\">",
        "<p id=\"counts\">",
        "id=\"worst\"",
        "id=\"best\"",
        "id=\"trust\" data-trust=\"",
        "<section id=\"comparison\">",
        "<section id=\"benchmarks\">",
        "<section id=\"reading\">",
        "<section id=\"data\">",
        "<details class=\"benchmark\" id=\"b0-0\" data-word=\"ok\" data-search=\"",
        "<figure class=\"chart forest\" id=\"",
        "<tr id=\"c0-0\" data-word=\"",
    };
    struct assay_document *document = compared_suite();
    struct page page = page_of(document);
    assert_markup(&page);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (!strstr(page.bytes, parts[i]))
            fail_msg("no %s", parts[i]);
    }
    free(page.bytes);
    assay_document_free(document);
}

static void links_within_the_page_lead_somewhere_and_ids_are_unique(void **state)
{
    (void)state;
    struct assay_document *documents[] = { compared_suite(), sample_document(SAMPLE_KERNELS, 6, 3), scaling_families(),
                                           crossed_once() };
    for (size_t i = 0; i < 4; i++) {
        struct page page = page_of(documents[i]);
        *strstr(page.bytes, "<script>") = '\0';
        for (const char *at = page.bytes; (at = strstr(at, "href=\"#")); at++) {
            char *id = between(at, "href=\"#", "\"");
            char *target = assay_formatted(" id=\"%s\"", id);
            if (!strstr(page.bytes, target))
                fail_msg("document %zu: no element %s", i, id);
            free(target);
            free(id);
        }
        for (const char *at = page.bytes; (at = strstr(at, " id=\"")); at++) {
            char *id = between(at, " id=\"", "\"");
            char *again = assay_formatted(" id=\"%s\"", id);
            if (strstr(at + 1, again))
                fail_msg("document %zu: two elements %s", i, id);
            free(again);
            free(id);
        }
        free(page.bytes);
        assay_document_free(documents[i]);
    }
}

static void no_text_of_a_document_becomes_markup(void **state)
{
    (void)state;
    struct assay_document *documents[] = { sample_document(SAMPLE_KERNELS, 6, 2), compared_suite(), scaling_families(),
                                           crossed_once() };
    for (size_t i = 0; i < 4; i++) {
        make_document_hostile(documents[i]);
        struct page page = page_with(documents[i], NULL, HOSTILE);
        assert_harmless(&page);
        free(page.bytes);
        assay_document_free(documents[i]);
    }
}

/* ---- odd documents ---- */

static void assert_page(const struct assay_document *document, const char *wanted)
{
    struct page page = page_of(document);
    assert_markup(&page);
    if (wanted && !strstr(page.bytes, wanted))
        fail_msg("no %s", wanted);
    char *base64 = strstr(page.bytes, "raw-deflate\">"); /* may spell anything */
    assert_non_null(base64);
    for (const char *end = strstr(base64, "</script>"); base64 < end; base64++)
        *base64 = '.';
    assert_null(strstr(page.bytes, "nan"));
    assert_null(strstr(page.bytes, "inf "));
    free(page.bytes);
}

static void a_document_without_benchmarks_is_a_page(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(0, 1, 1);
    struct page page = page_of(document);
    assert_markup(&page);
    assert_null(strstr(page.bytes, "<section id=\"benchmarks\">"));
    assert_non_null(strstr(page.bytes, "<section id=\"data\">"));
    free(page.bytes);
    assay_document_free(document);
}

static void one_sample_has_a_chart_and_says_that_it_is_one(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(1, 1, 1);
    assert_page(document, "One sample: ");
    assay_document_free(document);
}

static void samples_that_are_all_equal_are_a_page(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(1, 6, 4);
    struct assay_samples *samples = &document->benchmarks[0].samples;
    for (size_t i = 0; i < samples->count; i++)
        samples->elapsed_ns[i] = 1000 * samples->iterations[i];
    assert_int_equal(assay_document_compute(document, NULL), 0);
    assert_page(document, "<figure class=\"chart distribution\"");
    assay_document_free(document);
}

static void samples_over_ten_orders_of_magnitude_are_a_page(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(1, 6, 4);
    struct assay_samples *samples = &document->benchmarks[0].samples;
    for (size_t i = 0; i < samples->count; i++) {
        samples->iterations[i] = 1;
        samples->elapsed_ns[i] = pow(10, (double)(i % 12));
    }
    assert_int_equal(assay_document_compute(document, NULL), 0);
    assert_page(document, "<figure class=\"chart order\"");
    assay_document_free(document);
}

/* A document of another tool may have samples alone. */
static void samples_without_statistics_have_no_numbers(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(1, 6, 4);
    assert_int_equal(assay_document_compute(document, NULL), 0);
    document->benchmarks[0].statistics = (struct assay_statistics){ 0 };
    document->benchmarks[0].has_statistics = false;
    struct page page = page_of(document);
    assert_markup(&page);
    assert_non_null(strstr(page.bytes, "24 samples, of which the document has no statistics."));
    assert_non_null(strstr(page.bytes, "nothing looked for drift."));
    assert_null(strstr(page.bytes, "0.000 ns"));
    free(page.bytes);
    assay_document_free(document);
}

static void a_chart_of_some_of_a_group_does_not_say_all(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(0, 1, 1);
    for (size_t i = 0; i < 3; i++) {
        sample_fill(assay_document_add(document), &sample_kernels[0], 6, 4, i);
    }
    assert_int_equal(assay_document_compute(document, NULL), 0);
    struct page all = page_of(document);
    assert_non_null(strstr(all.bytes, "All 3 implementations in one chart."));
    document->benchmarks[2].status = ASSAY_STATUS_WRONG_ANSWER;
    struct page some = page_of(document);
    assert_non_null(strstr(some.bytes, "2 of 3 implementations in one chart; the others stand below."));
    free(all.bytes);
    free(some.bytes);
    assay_document_free(document);
}

static void benchmarks_that_all_failed_keep_their_rows(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(0, 1, 1);
    for (size_t i = 0; i < 5; i++) {
        sample_fill(assay_document_add(document), &sample_kernels[SAMPLE_KERNELS - 1], 1, 1, i);
        free(document->benchmarks[i].id);
        document->benchmarks[i].id = assay_formatted("bad.kernel%zu", i);
    }
    assert_int_equal(assay_document_compute(document, NULL), 0);
    struct page page = page_of(document);
    assert_markup(&page);
    assert_non_null(strstr(page.bytes, "<details class=\"benchmark\" id=\"b0-4\" data-word=\"crashed\""));
    assert_non_null(strstr(page.bytes, "ended by signal 11 (SIGSEGV) in setup"));
    assert_null(strstr(page.bytes, "class=\"chart"));
    assert_null(strstr(page.bytes, "no oracle knows it")); /* there was no answer to be known */
    free(page.bytes);
    assay_document_free(document);
}

/* How often a tag begins so. Not by strstr: under AddressSanitizer each call of it reads to the end of the page. */
static size_t elements_of(const struct page *page, const char *beginning)
{
    size_t count = 0;
    for (const char *at = page->bytes; (at = strchr(at, '<')); at++) {
        count += strncmp(at, beginning, strlen(beginning)) == 0;
    }
    return count;
}

static void of_5000_benchmarks_200_have_charts_and_the_page_says_so(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(0, 1, 1);
    for (size_t i = 0; i < 5000; i++) {
        struct sample_kernel kernel = sample_kernels[0];
        kernel.group = NULL;
        kernel.status = i == 4999 ? ASSAY_STATUS_WRONG_ANSWER : ASSAY_STATUS_OK;
        sample_fill(assay_document_add(document), &kernel, 1, 2, i);
    }
    assert_int_equal(assay_document_compute(document, NULL), 0);
    struct page page = page_of(document);
    assert_markup(&page);
    assert_int_equal(elements_of(&page, "<details class=\"benchmark\""), 5000);
    assert_int_equal(elements_of(&page, "<figure class=\"chart order\""), 200);
    assert_non_null(strstr(page.bytes, "200 of 5000 benchmarks have charts"));
    assert_non_null(strstr(page.bytes, "id=\"order0-4999\"")); /* what failed comes first */
    assert_null(strstr(page.bytes, "id=\"order0-4000\""));
    free(page.bytes);
    assay_document_free(document);
}

static void sizes_of_caches_are_marked_where_the_bytes_pass_them(void **state)
{
    (void)state;
    struct assay_document *document = scaling_families();
    struct page without = page_of(document);
    assert_null(strstr(without.bytes, "L2 "));
    for (size_t i = 0; i < document->benchmark_count; i++)
        document->benchmarks[i].bytes = strtod(document->benchmarks[i].parameters[0].text, NULL) * 8;
    assay_facts_integer(&document->sessions[0].environment, "caches", "l2_bytes", 40000, "test");
    assay_facts_integer(&document->sessions[0].environment, "caches", "l3_bytes", INT64_C(1) << 50, "test");
    struct page with = page_of(document);
    assert_non_null(strstr(with.bytes, "no longer fit a cache"));
    assert_non_null(strstr(with.bytes, "L2 "));
    assert_null(strstr(with.bytes, "L3 "));
    free(without.bytes);
    free(with.bytes);
    assay_document_free(document);
}

static void budgets_of_size_are_kept(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(0, 1, 1);
    for (size_t i = 0; i < 20; i++)
        sample_fill(assay_document_add(document), &sample_kernels[i % 5], 10, 30, i + 1);
    assert_int_equal(assay_document_compute(document, NULL), 0);
    struct page page = page_of(document);
    char *style = between(page.bytes, "<style>", "</style>"), *script = between(page.bytes, "<script>", "</script>");
    assert_true(strlen(style) + strlen(script) <= 80000);
    /* The document is as large as its samples are random: its share is said in the page, and not ours to keep small. */
    char *document_in_page = between(page.bytes, "raw-deflate\">", "</script>");
    size_t own = page.length - strlen(document_in_page);
    if (own > 300000)
        fail_msg("the page of 20 benchmarks with 300 samples takes %zu bytes beside its document", own);
    free(document_in_page);
    free(style);
    free(script);
    free(page.bytes);
    assay_document_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_policy_names_the_digest_of_the_one_script),
        cmocka_unit_test(a_digest_is_base64_of_sha_256),
        cmocka_unit_test(nothing_is_loaded_from_anywhere),
        cmocka_unit_test(the_document_is_never_in_the_page_as_json),
        cmocka_unit_test(the_page_has_the_parts_that_its_script_relies_on),
        cmocka_unit_test(links_within_the_page_lead_somewhere_and_ids_are_unique),
        cmocka_unit_test(no_text_of_a_document_becomes_markup),
        cmocka_unit_test(a_document_without_benchmarks_is_a_page),
        cmocka_unit_test(one_sample_has_a_chart_and_says_that_it_is_one),
        cmocka_unit_test(samples_that_are_all_equal_are_a_page),
        cmocka_unit_test(samples_over_ten_orders_of_magnitude_are_a_page),
        cmocka_unit_test(samples_without_statistics_have_no_numbers),
        cmocka_unit_test(a_chart_of_some_of_a_group_does_not_say_all),
        cmocka_unit_test(benchmarks_that_all_failed_keep_their_rows),
        cmocka_unit_test(of_5000_benchmarks_200_have_charts_and_the_page_says_so),
        cmocka_unit_test(sizes_of_caches_are_marked_where_the_bytes_pass_them),
        cmocka_unit_test(budgets_of_size_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
