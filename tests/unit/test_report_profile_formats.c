/* Profiles in the formats of other tools: what is refused, what becomes of odd numbers and names, and disks that are full.
 * That the tools themselves read the files is shown in tests/readers. */
// links: reports profile result stats base
#include "known_profiles.h"

#include "base/child.h"
#include "reports/profiles/profiles.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static const char *const names[] = { "pstats", "collapsed", "pprof", "callgrind", "speedscope" };
#define FORMATS (sizeof names / sizeof names[0])

static int render(const struct assay_document *document, const char *name, char **text, struct assay_error *error)
{
    struct assay_report_options options = ASSAY_REPORT_OPTIONS_INIT;
    size_t length = 0;
    FILE *to = open_memstream(text, &length);
    int result = assay_report_render(assay_report_format_find(name), document, &options, to, error);
    fclose(to);
    return result;
}

static char *rendered(const struct assay_document *document, const char *name)
{
    char *text = NULL;
    struct assay_error error = { 0 };
    if (render(document, name, &text, &error))
        fail_msg("%s: %s", name, error.text);
    return text;
}

/* Nothing is written, and the words are these. */
static void assert_refused(const struct assay_document *document, const char *name, int code, const char *words)
{
    char *text = NULL;
    struct assay_error error = { 0 };
    int result = render(document, name, &text, &error);
    if (result != code || strcmp(error.text, words) != 0 || strlen(text) > 0)
        fail_msg("%s: %d '%s', want %d '%s'", name, result, error.text, code, words);
    free(text);
}

static void a_suffix_implies_its_format(void **state)
{
    (void)state;
    static const char *const paths[] = { "a.pstats", "a.collapsed", "a.pb.gz", "a.callgrind", "a.speedscope.json" };
    for (size_t i = 0; i < FORMATS; i++)
        assert_string_equal(assay_report_format_of_path(paths[i])->name, names[i]);
    assert_string_equal(assay_report_format_of_path("a.json")->name, "json");
}

static void a_document_without_profiles_has_none_of_these_formats(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(1, 6, 2);
    for (size_t i = 0; i < FORMATS; i++)
        assert_refused(document, names[i], ASSAY_EINPUT, "the document has no profile");
    assay_document_free(document);
}

static void edges_alone_make_no_contexts(void **state)
{
    (void)state;
    struct assay_document *document = known_document("cProfile");
    static const char *const words = "a flame graph cannot be made from edges, and cProfile gave no contexts";
    assert_refused(document, "collapsed", ASSAY_EINPUT, words);
    assert_refused(document, "speedscope", ASSAY_EINPUT, words);
    assert_refused(document, "pprof", ASSAY_EINPUT, "pprof's samples cannot be made from edges, and cProfile gave no contexts");
    free(rendered(document, "pstats"));
    free(rendered(document, "callgrind"));
    assay_document_free(document);
}

static void several_profiles_are_refused_where_one_has_room(void **state)
{
    (void)state;
    struct assay_document *document = known_profiles();
    static const char *const single[] = { "pstats", "pprof", "callgrind" };
    for (size_t i = 0; i < 3; i++) {
        char *words = assay_formatted("%s holds one profile, the document has 4", single[i]);
        assert_refused(document, single[i], ASSAY_EUSAGE, words);
        free(words);
    }
    assay_document_free(document);
}

static void a_document_that_breaks_its_rules_is_not_rendered(void **state)
{
    (void)state;
    struct assay_document *document = known_document("time");
    document->profiles[0].tree.parent[3] = 7;
    for (size_t i = 0; i < FORMATS; i++)
        assert_refused(document, names[i], ASSAY_EINPUT,
                       "profiles[0].tree.parent[3]: want -1 or the index of a node before it");
    assay_document_free(document);
}

static void a_full_disk_is_an_error(void **state)
{
    (void)state;
    struct assay_document *document = known_document("time");
    struct assay_report_options options = ASSAY_REPORT_OPTIONS_INIT;
    for (size_t i = 0; i < FORMATS; i++) {
        struct assay_error error = { 0 };
        FILE *to = fopen("/dev/full", "w");
        char *words = assay_formatted("cannot write the %s file: No space left on device", names[i]);
        assert_int_equal(assay_report_render(assay_report_format_find(names[i]), document, &options, to, &error), ASSAY_EIO);
        assert_string_equal(error.text, words);
        free(words);
        fclose(to);
    }
    assay_document_free(document);
}

static void what_is_not_known_or_below_0_is_0(void **state)
{
    (void)state;
    struct assay_document *document = known_document("time");
    struct assay_profile *profile = &document->profiles[0];
    for (size_t i = 0; i < KNOWN_NODES; i++)
        profile->tree.own[i] = i == 4 ? 12.5 : i % 2 ? NAN : -4;
    for (size_t i = 0; i < KNOWN_FUNCTIONS; i++)
        profile->functions[i].own = i == FIB ? 12.5 : i % 2 ? NAN : -4;
    char *collapsed = rendered(document, "collapsed");
    assert_string_equal(collapsed, "run;fib 12\n");
    char *callgrind = rendered(document, "callgrind");
    assert_non_null(strstr(callgrind, "\nsummary: 12\n"));
    assert_non_null(strstr(callgrind, "\ntotals: 12\n"));
    assert_null(strstr(callgrind, "nan"));
    char *speedscope = rendered(document, "speedscope");
    assert_non_null(strstr(speedscope, "\"endValue\":12.5,\"samples\":[\n[0,4]],\"weights\":[12.5]}"));
    free(collapsed);
    free(callgrind);
    free(speedscope);
    assay_document_free(document);
}

static void odd_names_stay_one_frame_and_one_line(void **state)
{
    (void)state;
    struct assay_document *document = known_document("time");
    struct assay_profile *profile = &document->profiles[0];
    known_copy(&profile->functions[RUN].name, "operator;\n\"run\" \xff");
    char *collapsed = rendered(document, "collapsed");
    assert_int_equal(strncmp(collapsed, "operator__\"run\" \xff 1000\n", 23), 0);
    char *callgrind = rendered(document, "callgrind");
    assert_non_null(strstr(callgrind, "\nfn=(1) operator;_\"run\" "));
    char *speedscope = rendered(document, "speedscope");
    assert_non_null(strstr(speedscope, "{\"name\":\"operator;\\n\\\"run\\\" \xef\xbf\xbd\""));
    free(rendered(document, "pstats"));
    free(rendered(document, "pprof"));
    free(collapsed);
    free(callgrind);
    free(speedscope);
    assay_document_free(document);
}

/* Else a dictionary would keep the last of them only. */
static void two_functions_of_one_file_and_name_stay_apart(void **state)
{
    (void)state;
    struct assay_document *document = known_document("time");
    struct assay_profile *profile = &document->profiles[0];
    known_copy(&profile->functions[STEP].name, "run");
    known_copy(&profile->functions[IS_PRIME].name, "run");
    char *collapsed = rendered(document, "collapsed");
    assert_non_null(strstr(collapsed, "run;run~2;run~3 40\n"));
    char *callgrind = rendered(document, "callgrind");
    assert_non_null(strstr(callgrind, "=(3) run~3\n"));
    assert_non_null(strstr(callgrind, "=(8) is_prime\n")); /* of another file: no need */
    free(collapsed);
    free(callgrind);
    assay_document_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_suffix_implies_its_format),
        cmocka_unit_test(a_document_without_profiles_has_none_of_these_formats),
        cmocka_unit_test(edges_alone_make_no_contexts),
        cmocka_unit_test(several_profiles_are_refused_where_one_has_room),
        cmocka_unit_test(a_document_that_breaks_its_rules_is_not_rendered),
        cmocka_unit_test(a_full_disk_is_an_error),
        cmocka_unit_test(what_is_not_known_or_below_0_is_0),
        cmocka_unit_test(odd_names_stay_one_frame_and_one_line),
        cmocka_unit_test(two_functions_of_one_file_and_name_stay_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
