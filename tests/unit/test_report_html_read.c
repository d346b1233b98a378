/* Documents out of a page: byte for byte, or refused in one line. */
// links: reports result stats base
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "rendered_page.h"

#include "base/random.h"

#define LIMIT ((size_t)1 << 30)

/* A page around bytes that are no document at all: what it carries is what it was given. */
static struct page page_around(const char *bytes, size_t length)
{
    struct assay_document *document = sample_document(1, 1, 1);
    FILE *from = tmpfile();
    assert_int_equal(fwrite(bytes, 1, length, from), length);
    struct page page = page_with(document, from, "result.json");
    fclose(from);
    assay_document_free(document);
    return page;
}

static void assert_round_trip(const char *bytes, size_t length)
{
    struct page page = page_around(bytes, length);
    struct assay_error error = { 0 };
    char *document = NULL;
    size_t document_length = 0;
    assert_true(assay_page_is(page.bytes, page.length));
    assert_int_equal(assay_page_count(page.bytes, page.length), 1);
    if (assay_page_document(&document, &document_length, page.bytes, page.length, 0, LIMIT, &error))
        fail_msg("%zu bytes: %s", length, error.text);
    assert_int_equal(document_length, length);
    assert_memory_equal(document, bytes, length);
    free(document);
    free(page.bytes);
}

static void a_document_comes_back_byte_for_byte(void **state)
{
    (void)state;
    static const size_t sizes[] = { 0, 1, 2, 3, 4, 5, 100, 49151, 49152, 49153, 300000 };
    struct assay_random random;
    assay_random_init(&random, 7);
    char *bytes = malloc(300000);
    for (size_t i = 0; i < 300000; i++)
        bytes[i] = i % 3 ? (char)(assay_random_next(&random) >> 56) : 'x';
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        assert_round_trip(bytes, sizes[i]);
    free(bytes);
}

static void a_document_in_memory_is_carried_as_it_is_written(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(SAMPLE_KERNELS, 6, 2);
    char *want = NULL, *got = NULL;
    size_t want_length = 0, got_length = 0;
    FILE *to = open_memstream(&want, &want_length);
    assert_int_equal(assay_document_write(document, to, NULL), 0);
    fclose(to);
    struct page page = page_of(document);
    assert_int_equal(assay_page_document(&got, &got_length, page.bytes, page.length, 0, LIMIT, NULL), 0);
    assert_int_equal(got_length, want_length);
    assert_memory_equal(got, want, want_length);
    free(want);
    free(got);
    free(page.bytes);
    assay_document_free(document);
}

static void several_documents_are_told_apart(void **state)
{
    (void)state;
    struct assay_document *one = sample_document(1, 1, 1), *other = sample_document(2, 1, 1);
    const struct assay_report_input inputs[] = { { .document = one, .name = "one.json" },
                                                 { .document = other, .name = "other.json" } };
    const struct assay_report_options options = ASSAY_REPORT_OPTIONS_INIT;
    struct assay_report *report = NULL;
    struct page page;
    assert_int_equal(assay_report_new(&report, inputs, 2, NULL), 0);
    FILE *to = open_memstream(&page.bytes, &page.length);
    assert_int_equal(assay_report_html(report, &options, to, NULL), 0);
    fclose(to);
    assert_markup(&page);
    assert_int_equal(assay_page_count(page.bytes, page.length), 2);
    for (size_t i = 0; i < 2; i++) {
        char *bytes = NULL;
        size_t length = 0;
        assert_int_equal(assay_page_document(&bytes, &length, page.bytes, page.length, i, LIMIT, NULL), 0);
        assert_true((strstr(bytes, "primes.listed:") != NULL) == (i == 1));
        free(bytes);
    }
    struct assay_error error = { 0 };
    char *none = NULL;
    size_t length = 0;
    assert_int_equal(assay_page_document(&none, &length, page.bytes, page.length, 2, LIMIT, &error), ASSAY_EINPUT);
    assert_string_equal(error.text, "no document 2 in the page: it has 2");
    assay_report_free(report);
    free(page.bytes);
    assay_document_free(one);
    assay_document_free(other);
}

/* ---- refusals ---- */

static char *changed(const struct page *page, const char *from, const char *to)
{
    const char *at = strstr(page->bytes, from);
    assert_non_null(at);
    return assay_formatted("%.*s%s%s", (int)(at - page->bytes), page->bytes, to, at + strlen(from));
}

static void assert_refused(const char *bytes, size_t limit, const char *words)
{
    struct assay_error error = { 0 };
    char *document = NULL;
    size_t length = 77;
    assert_int_equal(assay_page_document(&document, &length, bytes, strlen(bytes), 0, limit, &error), ASSAY_EINPUT);
    assert_null(document);
    assert_int_equal(length, 77);
    if (!strstr(error.text, words))
        fail_msg("'%s', want '%s'", error.text, words);
}

static void assert_change_refused(const struct page *page, const char *from, const char *to, const char *words)
{
    char *bytes = changed(page, from, to);
    assert_refused(bytes, LIMIT, words);
    free(bytes);
}

static void what_is_damaged_is_refused_in_one_line(void **state)
{
    (void)state;
    static const char text[] = "what a page carries, as often as it takes: page page page page page";
    struct page page = page_around(text, strlen(text));
    char *digest = between(page.bytes, "data-sha256=\"", "\"");
    char *sha256 = assay_formatted("data-sha256=\"%s", digest);
    char *base64 = between(page.bytes, "raw-deflate\">", "</script>");
    char *middle = assay_formatted("%.*s!%s", 8, base64, base64 + 9);
    char *head = assay_formatted("%.16s</script>", base64), *whole = assay_formatted("%s</script>", base64);
    assert_change_refused(&page, sha256,
                          "data-sha256=\"0000000000000000000000000000000000000000000000000000000000000000",
                          "its SHA-256 is");
    assert_change_refused(&page, sha256, "data-sha256=\"00", "does not say its SHA-256");
    assert_change_refused(&page, base64, middle, "document 0 of the page is damaged: no base64");
    assert_change_refused(&page, base64, "////", "is damaged: no deflate");
    assert_change_refused(&page, whole, head, "document 0 of the page is truncated");
    assert_change_refused(&page, base64, "", "is truncated");
    assert_change_refused(&page, "data-length=\"67\"", "data-length=\"66\"", "longer than the 66 bytes that it says");
    assert_change_refused(&page, "data-length=\"67\"", "data-length=\"68\"", "shorter than the 68 bytes that it says");
    assert_change_refused(&page, "data-length=\"67\"", "data-length=\"-1\"", "does not say how long it is");
    assert_change_refused(&page, "data-length=\"67\"", "", "does not say how long it is");
    assert_change_refused(&page, "base64 raw-deflate", "base64 brotli", "is not base64 raw-deflate");
    assert_change_refused(&page, "assay.page/1:", "assay.page/2:", "another version");
    assert_change_refused(&page, "<!-- assay.page", "<!-- other.page", "not a page of assay's");
    assert_refused(page.bytes, 66, "has 67 bytes, at most 66 are read");
    free(digest);
    free(sha256);
    free(base64);
    free(middle);
    free(head);
    free(whole);
    free(page.bytes);
}

/* Wherever a download ended, there is one line and no crash. */
static void a_page_that_was_cut_is_refused(void **state)
{
    (void)state;
    char text[600];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + i * i % 23);
    struct page page = page_around(text, sizeof text);
    size_t end =
        (size_t)(strstr(strstr(page.bytes, "id=\"document-0\""), "</script>") - page.bytes) + strlen("</script>");
    for (size_t length = end - 900; length < end; length++) {
        struct assay_error error = { 0 };
        char *copy = assay_copy_bytes(page.bytes, length), *document = NULL;
        size_t document_length = 0;
        assert_int_equal(assay_page_document(&document, &document_length, copy, length, 0, LIMIT, &error),
                         ASSAY_EINPUT);
        assert_true(error.text[0] && !strchr(error.text, '\n'));
        free(copy);
    }
    free(page.bytes);
}

static void a_page_that_a_browser_saved_is_still_one(void **state)
{
    (void)state;
    struct page page = page_around("document", 8);
    char *saved = assay_formatted("\xef\xbb\xbf\n<!-- saved by a browser -->%s", page.bytes);
    char *broken = changed(&page, "raw-deflate\">", "raw-deflate\">\n  ");
    char *document = NULL;
    size_t length = 0;
    assert_true(assay_page_is(saved, strlen(saved)));
    assert_false(assay_page_is("{\"schema\":\"<!-- assay.page/1\"}", 31));
    assert_false(assay_page_is("", 0));
    assert_int_equal(assay_page_document(&document, &length, saved, strlen(saved), 0, LIMIT, NULL), 0);
    assert_string_equal(document, "document");
    free(document);
    assert_int_equal(assay_page_document(&document, &length, broken, strlen(broken), 0, LIMIT, NULL), 0);
    assert_string_equal(document, "document");
    free(document);
    free(saved);
    free(broken);
    free(page.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_comes_back_byte_for_byte),
        cmocka_unit_test(a_document_in_memory_is_carried_as_it_is_written),
        cmocka_unit_test(several_documents_are_told_apart),
        cmocka_unit_test(what_is_damaged_is_refused_in_one_line),
        cmocka_unit_test(a_page_that_was_cut_is_refused),
        cmocka_unit_test(a_page_that_a_browser_saved_is_still_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
