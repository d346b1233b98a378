/* Lines split into words as a shell would. The expected words are those of `sh -c 'printf "<%s>" LINE'`. */
// links: base
#include "base/words.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void expect(const char *line, const char *wanted)
{
    struct assay_error error = { 0 };
    char **words = NULL, shown[200] = "";
    size_t count = 0, length = 0;
    assert_int_equal(assay_words_split(&words, &count, line, &error), 0);
    for (size_t i = 0; i < count; i++) {
        length += (size_t)snprintf(shown + length, sizeof shown - length, "<%s>", words[i]);
    }
    assert_null(words[count]);
    assert_string_equal(shown, wanted);
    assay_names_free(words, count);
}

static void words_are_those_of_a_shell(void **state)
{
    (void)state;
    expect("", "");
    expect(" \t ", "");
    expect("-O2  -g\t-DA=1 ", "<-O2><-g><-DA=1>");
    expect("'a b' \"c d\" e\\ f", "<a b><c d><e f>");
    expect("-DX='\"y z\"'", "<-DX=\"y z\">");
    expect("\"a\\\"b\" \"a\\nb\" 'a\\'", "<a\"b><a\\nb><a\\>");
    expect("'' a\"\"b", "<><ab>");
}

static void nothing_is_expanded_or_run(void **state)
{
    (void)state;
    expect("$HOME ; rm * | `x` >y", "<$HOME><;><rm><*><|><`x`><>y>");
}

static void what_is_not_whole_is_refused(void **state)
{
    static const char *const bad[] = { "'", "\"", "a 'b", "a \"b\\", "a \\" };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct assay_error error = { 0 };
        char **words = NULL;
        size_t count = 7;
        assert_int_equal(assay_words_split(&words, &count, bad[i], &error), ASSAY_EINPUT);
        assert_null(words);
        assert_int_equal(count, 7);
        assert_non_null(strstr(error.text, bad[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_those_of_a_shell),
        cmocka_unit_test(nothing_is_expanded_or_run),
        cmocka_unit_test(what_is_not_whole_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
