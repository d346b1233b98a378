/* The coverage build: lines executed between start and stop, read by the tool that stands beside its notes. */
// links: profile_plugins base
#include "recorded_calls.h"

#include "base/child.h"

#include <unistd.h>

/* Where line counts are known: exact.threads of tests/profile/threads.c executes `leaf();` of thousand() 8000 times an
 * iteration, whatever the threads do at the same time. */
#define LINE "        leaf();"

static void run_shell(struct assay_child_result *result, const char *script, const char *directory)
{
    const char *const argv[] = { "sh", "-euc", script, "sh", directory, ASSAY_KERNEL_DIRECTORY, NULL };
    struct assay_error error = { 0 };
    assert_int_equal(assay_child_run(result, argv, 60.0, &error), 0);
}

/* The line's count as gcov's text tells it; a file of annotated source comes from both tools. */
static uint64_t count_in(const char *text)
{
    const char *line = strstr(text, LINE);
    assert_non_null(line);
    while (line > text && line[-1] != '\n') {
        line--;
    }
    return strtoull(line, NULL, 10);
}

static void lines_are_counted_in_all_threads(void **state)
{
    static const char script[] =
        "cd \"$1\"; mkdir read; cp \"$2\"/exact_threads.builds/coverage/*.gcno read;"
        "find . -name '*.gcda' -exec cp '{}' read ';'; cd read;"
        "$(cat \"$2\"/exact_threads.builds/coverage/tool) threads.c.gcda > said; cat threads.c.gcov";
    char directory[] = "/tmp/assay-lines-XXXXXX";
    struct assay_child_result result = { 0 };
    (void)state;
    assert_non_null(mkdtemp(directory));
    setenv("GCOV_PREFIX", directory, 1);
    struct loaded loaded = load("exact_threads.builds/coverage.so");
    assert_non_null(loaded.profile);
    assert_int_equal(loaded.profile->records, ASSAY_PROFILE_LINES);
    assert_int_equal(loaded.profile->start(ASSAY_PROFILE_CALLS), -1);
    assert_int_equal(loaded.profile->read(NULL, NULL), -1);
    find(&loaded, "exact.threads")->run(NULL, 5); /* before start: must not be seen */
    for (int round = 0; round < 2; round++) {     /* the second adds to the first's file */
        assert_int_equal(loaded.profile->start(ASSAY_PROFILE_LINES), 0);
        assert_int_equal(find(&loaded, "exact.threads")->run(NULL, 1), 0);
        loaded.profile->stop();
    }
    dlclose(loaded.object); /* writes again, nothing more */
    run_shell(&result, script, directory);
    assert_int_equal(count_in(result.out), 2 * 8000);
    assay_child_result_release(&result);
    run_shell(&result, "rm -r \"$1\"", directory);
    assay_child_result_release(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_counted_in_all_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
