/* Known answers: which entry fits, and what a file of them must not be. */
// links: catalog protocol machine base
#include "catalog/catalog.h"

#include "protocol/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static char directory[64];

static int make_directory(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/assay-references-XXXXXX");
    return mkdtemp(directory) != NULL ? 0 : -1;
}

static void path_of(char path[128], const char *name)
{
    snprintf(path, 128, "%s/%s", directory, name);
}

static int remove_directory(void **state)
{
    (void)state;
    char path[128];
    path_of(path, "a.yaml");
    unlink(path);
    path_of(path, "b.yaml");
    unlink(path);
    return rmdir(directory);
}

static void write_file(const char *name, const char *text)
{
    char path[128];
    path_of(path, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static struct assay_references *opened(const char *from)
{
    struct assay_error error = { 0 };
    struct assay_references *references = NULL;
    if (assay_references_open(&references, from, &error) != 0) {
        fail_msg("%s", error.text);
    }
    return references;
}

/* The count of the entry that fits kernel(limit, variant); -1: none. */
static int64_t count_of(const struct assay_references *references, const char *kernel, const char *limit, const char *variant)
{
    char limit_name[] = "limit", variant_name[] = "variant";
    char limit_text[32], variant_text[32];
    snprintf(limit_text, sizeof limit_text, "%s", limit);
    snprintf(variant_text, sizeof variant_text, "%s", variant != NULL ? variant : "");
    struct assay_message_argument arguments[] = { { limit_name, limit_text }, { variant_name, variant_text } };
    struct assay_message_answer answer;
    bool found = assay_references_find(&answer, references, kernel, arguments, variant != NULL ? 2 : 1);
    return found ? (int64_t)answer.count : -1;
}

static void an_entry_fits_by_kernel_and_every_value_it_names(void **state)
{
    (void)state;
    write_file("a.yaml", "format: 1\nanswers:\n"
                         "  - {kernels: [primes.root], parameters: {limit: 1e4, variant: [as-written, old]}, count: 1264, source: x}\n"
                         "  - {kernels: [primes.*, 'sieve.b?tes'], parameters: {limit: 10_000}, count: 1229, source: y}\n");
    struct assay_references *references = opened(directory);
    assert_int_equal(count_of(references, "primes.root", "10000", "as-written"), 1264);
    assert_int_equal(count_of(references, "primes.root", "10000", "old"), 1264);
    assert_int_equal(count_of(references, "primes.root", "10000", "fixed"), 1229);
    assert_int_equal(count_of(references, "primes.trial", "10000", NULL), 1229);
    assert_int_equal(count_of(references, "sieve.bytes", "10000", NULL), 1229);
    assert_int_equal(count_of(references, "sieve.odd_bits", "10000", NULL), -1);
    assert_int_equal(count_of(references, "primes.trial", "1000", NULL), -1);
    assert_int_equal(count_of(references, "primes.trial", "1e4", NULL), -1); /* not canonical: no argument looks so */
    assay_references_close(references);
}

static void an_entry_for_a_parameter_that_a_kernel_has_not_does_not_fit(void **state)
{
    (void)state;
    write_file("a.yaml", "format: 1\nanswers: [{kernels: ['*'], parameters: {variant: x}, count: 1, source: x}]\n");
    struct assay_references *references = opened(directory);
    assert_int_equal(count_of(references, "primes.trial", "1000", NULL), -1);
    assert_int_equal(count_of(references, "primes.trial", "1000", "x"), 1);
    assay_references_close(references);
}

static void the_first_entry_of_the_first_file_wins(void **state)
{
    (void)state;
    write_file("b.yaml", "format: 1\nanswers: [{kernels: ['*'], count: 2, source: b}]\n");
    write_file("a.yaml", "format: 1\nanswers: [{kernels: ['*'], count: 1, source: a}]\n");
    struct assay_references *references = opened(directory);
    assert_int_equal(count_of(references, "k", "1", NULL), 1);
    assay_references_close(references);
}

static void parts_that_are_not_said_are_not_known(void **state)
{
    (void)state;
    write_file("a.yaml", "format: 1\nanswers: [{kernels: [k], sum: '18446744073709551615', source: a}]\n");
    struct assay_references *references = opened(directory);
    struct assay_message_answer answer;
    assert_true(assay_references_find(&answer, references, "k", NULL, 0));
    assert_true(answer.sum_known && !answer.count_known && !answer.sha256_known);
    assert_true(answer.sum == UINT64_MAX);
    assert_string_equal(answer.source, "a");
    assay_references_close(references);
}

static void no_references_know_nothing(void **state)
{
    (void)state;
    struct assay_message_answer answer;
    assert_false(assay_references_find(&answer, NULL, "k", NULL, 0));
}

static void a_wrong_file_is_refused_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        { "", ":1:1: the file is empty" },
        { "format: 1\n", ":1:1: a file of known answers needs the key 'answers'" },
        { "format: 2\nanswers: []\n", ":1:9: format 2 is unknown: want 1" },
        { "format: 1\nanswers: {}\n", ":2:10: 'answers' is a list, this is a mapping" },
        { "format: 1\nanswers: [{kernels: [k], count: 1}]\n", ":2:11: a known answer needs the key 'source'" },
        { "format: 1\nanswers: [{kernels: [k], source: a}]\n", ":2:11: the answer is not said: want count, sum or sha256" },
        { "format: 1\nanswers: [{kernels: [], count: 1, source: a}]\n", ":2:21: 'kernels' is an empty list" },
        { "format: 1\nanswers: [{kernels: ['[k]'], count: 1, source: a}]\n", ":2:21: bad kernel '[k]'" },
        { "format: 1\nanswers: [{kernels: [k], count: -1, source: a}]\n", ":2:33: bad count '-1'" },
        { "format: 1\nanswers: [{kernel: [k], count: 1, source: a}]\n",
          ":2:12: unknown key 'kernel' in a known answer: did you mean 'kernels'?" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct assay_error error = { 0 };
        struct assay_references *references = NULL;
        write_file("a.yaml", cases[i].text);
        assert_int_equal(assay_references_open(&references, directory, &error), ASSAY_EINPUT);
        if (strstr(error.text, cases[i].message) == NULL) {
            fail_msg("'%s' does not say '%s'", error.text, cases[i].message);
        }
        assert_null(references);
    }
}

static void the_answers_that_come_with_assay_are_readable_and_known(void **state)
{
    (void)state;
    struct assay_references *references = opened(ASSAY_SOURCE_DIR "/data/reference");
    /* OEIS A006880: 1229 primes below 10^4. */
    assert_int_equal(count_of(references, "primes.trial", "10000", NULL), 1229);
    assert_int_equal(count_of(references, "primes.listed_root", "10000", "fixed"), 1229);
    assert_int_equal(count_of(references, "primes.listed_root", "10000", "as-written"), 1264);
    assay_references_close(references);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_entry_fits_by_kernel_and_every_value_it_names, make_directory, remove_directory),
        cmocka_unit_test_setup_teardown(an_entry_for_a_parameter_that_a_kernel_has_not_does_not_fit, make_directory,
                                        remove_directory),
        cmocka_unit_test_setup_teardown(the_first_entry_of_the_first_file_wins, make_directory, remove_directory),
        cmocka_unit_test_setup_teardown(parts_that_are_not_said_are_not_known, make_directory, remove_directory),
        cmocka_unit_test(no_references_know_nothing),
        cmocka_unit_test_setup_teardown(a_wrong_file_is_refused_with_its_place, make_directory, remove_directory),
        cmocka_unit_test(the_answers_that_come_with_assay_are_readable_and_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
