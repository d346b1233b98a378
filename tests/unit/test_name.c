/* Names of benchmarks: the grammar, quoting, paths, ids that read back as themselves. */
// links: plan catalog machine protocol base
#include "plan/plan.h"
#include "plan/values.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct assay_name parsed(const char *text)
{
    struct assay_error error = { 0 };
    struct assay_name name = { 0 };
    if (assay_name_parse(&name, text, &error) != 0) {
        fail_msg("%s", error.text);
    }
    return name;
}

static void refuses(const char *text, const char *part)
{
    struct assay_error error = { 0 };
    struct assay_name name = { 0 };
    assert_int_equal(assay_name_parse(&name, text, &error), ASSAY_EUSAGE);
    assert_memory_equal(error.text, "bad benchmark '", 15);
    if (strstr(error.text, part) == NULL) {
        fail_msg("'%s' does not say '%s'", error.text, part);
    }
    assert_null(name.kernel);
}

static void a_kernel_alone_is_a_name(void **state)
{
    (void)state;
    struct assay_name name = parsed("primes.trial");
    assert_string_equal(name.kernel, "primes.trial");
    assert_null(name.path);
    assert_null(name.implementation);
    assert_int_equal(name.argument_count, 0);
    assay_name_release(&name);
}

static void every_part_is_taken_as_written(void **state)
{
    (void)state;
    struct assay_name name = parsed("primes.below:bound=1e3,step=1_0@cpython");
    assert_string_equal(name.kernel, "primes.below");
    assert_int_equal(name.argument_count, 2);
    assert_string_equal(name.arguments[0].name, "bound");
    assert_string_equal(name.arguments[0].text, "1e3");
    assert_string_equal(name.arguments[1].text, "1_0");
    assert_string_equal(name.implementation, "cpython");
    assay_name_release(&name);
}

static void quoted_values_hold_anything(void **state)
{
    (void)state;
    struct assay_name name = parsed("k:a='x,y:z=@',b=\"it's \"\"q\"\"\",c='don''t',d=''@pypy");
    assert_int_equal(name.argument_count, 4);
    assert_string_equal(name.arguments[0].text, "x,y:z=@");
    assert_string_equal(name.arguments[1].text, "it's \"q\"");
    assert_string_equal(name.arguments[2].text, "don't");
    assert_string_equal(name.arguments[3].text, "");
    assert_string_equal(name.implementation, "pypy");
    assay_name_release(&name);
}

static void a_path_stands_before_the_kernel(void **state)
{
    (void)state;
    static const struct {
        const char *text, *path, *kernel;
    } cases[] = {
        { "./x.so:demo", "./x.so", "demo" },
        { "x.so:demo:limit=3", "x.so", "demo" },
        { "x.so:demo@c", "x.so", "demo" },
        { "/a b/c=1,@:d/x.so:demo.two", "/a b/c=1,@:d/x.so", "demo.two" },
        { "/tmp/a.so:b/x.so:demo", "/tmp/a.so:b/x.so", "demo" },
        { "x.so:limit=3", NULL, "x.so" }, /* a kernel may be named so: what follows is a parameter */
        { "command.run:line='ld x.so:demo'", NULL, "command.run" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct assay_name name = parsed(cases[i].text);
        if (cases[i].path == NULL) {
            assert_null(name.path);
        } else {
            assert_string_equal(name.path, cases[i].path);
        }
        assert_string_equal(name.kernel, cases[i].kernel);
        assay_name_release(&name);
    }
}

static void what_is_no_name_is_refused_in_one_line(void **state)
{
    (void)state;
    refuses("", "want KERNEL");
    refuses("Primes", "want KERNEL");
    refuses("a..b", "want KERNEL");
    refuses("primes.trial limit=3", "want KERNEL");
    refuses("k:", "want NAME=VALUE");
    refuses("k:limit", "want NAME=VALUE");
    refuses("k:limit=3,", "want NAME=VALUE");
    refuses("k:9a=3", "parameter's name");
    refuses("k:limit=", "a value is missing");
    refuses("k:a=,b=1", "a value is missing");
    refuses("k:a=1,a=2", "twice");
    refuses("k:a=b=c", "must be quoted");
    refuses("k:a=b'c", "must be quoted");
    refuses("k:a='b", "not closed");
    refuses("k:a='b'c", "behind a closing quote");
    refuses("k@", "implementation");
    refuses("k@C", "implementation");
    refuses("k@c@d", "implementation");
    refuses("./x.so:", "want KERNEL");
}

static void ids_quote_what_must_be_and_read_back_as_themselves(void **state)
{
    (void)state;
    static const char *const values[] = { "1000", "-1.5", "", "a b", "x,y", "it's", "\"", "a:b", "a=b", "c@d", "\xc3\xa9", "''" };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char name[] = "value";
        char *copy = strdup(values[i]);
        struct assay_message_argument argument = { name, copy };
        char *id = assay_name_id("demo.text", &argument, 1, "cpython");
        assert_non_null(id);
        struct assay_name back = parsed(id);
        assert_int_equal(back.argument_count, 1);
        assert_string_equal(back.arguments[0].text, values[i]);
        assert_string_equal(back.implementation, "cpython");
        assay_name_release(&back);
        free(id);
        free(copy);
    }
}

static void an_id_of_c_names_no_implementation(void **state)
{
    (void)state;
    char name[] = "limit", text[] = "1000";
    struct assay_message_argument argument = { name, text };
    char *id = assay_name_id("primes.trial", &argument, 1, "c");
    assert_string_equal(id, "primes.trial:limit=1000");
    free(id);
    id = assay_name_id("primes.trial", NULL, 0, NULL);
    assert_string_equal(id, "primes.trial");
    free(id);
}

static void a_grid_lists_values_by_comma(void **state)
{
    (void)state;
    static const char *const texts[] = { "limit=1000,2e3", "path=/a:b,'c,d'", NULL };
    struct assay_error error = { 0 };
    struct assay_grid grid;
    assert_int_equal(assay_grid_parse(&grid, texts, &error), 0);
    assert_int_equal(grid.count, 2);
    assert_string_equal(grid.items[0].name, "limit");
    assert_string_equal(grid.items[0].values[1], "2e3");
    assert_null(grid.items[0].values[2]);
    assert_string_equal(grid.items[1].values[0], "/a:b");
    assert_string_equal(grid.items[1].values[1], "c,d");
    assert_false(grid.used[0]);
    assay_grid_release(&grid);
}

static void a_grid_that_is_none_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = { "", "limit", "=3", "Limit=3", "limit=", "limit=1,", "limit=1,,2", "limit='1" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const char *const texts[] = { wrong[i], NULL };
        struct assay_error error = { 0 };
        struct assay_grid grid = { NULL, NULL, 0 };
        assert_int_equal(assay_grid_parse(&grid, texts, &error), ASSAY_EUSAGE);
        assert_memory_equal(error.text, "bad -p '", 8);
        assert_null(grid.items);
    }
    static const char *const twice[] = { "a=1", "a=2", NULL };
    struct assay_error error = { 0 };
    struct assay_grid grid = { NULL, NULL, 0 };
    assert_int_equal(assay_grid_parse(&grid, twice, &error), ASSAY_EUSAGE);
    assert_string_equal(error.text, "bad -p 'a=2': a stands twice, want its values in one list");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kernel_alone_is_a_name),
        cmocka_unit_test(every_part_is_taken_as_written),
        cmocka_unit_test(quoted_values_hold_anything),
        cmocka_unit_test(a_path_stands_before_the_kernel),
        cmocka_unit_test(what_is_no_name_is_refused_in_one_line),
        cmocka_unit_test(ids_quote_what_must_be_and_read_back_as_themselves),
        cmocka_unit_test(an_id_of_c_names_no_implementation),
        cmocka_unit_test(a_grid_lists_values_by_comma),
        cmocka_unit_test(a_grid_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
