/* The text report of profiles: of fixed documents against golden outputs, and what must hold for any. */
// links: reports profile result stats base
#include "sample_profile.h"

#include "reports/profiles/profiles.h"
#include "reports/report.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include "report_golden.h"

static const char *const none[] = { NULL };
static const struct assay_profile_view usual = { .selection = { .sort = none, .restrict_to = none } };

static char *rendered(const struct assay_document *document, const char *format,
                      const struct assay_report_options *options)
{
    char *bytes = NULL;
    size_t length = 0;
    struct assay_error error = { 0 };
    FILE *to = open_memstream(&bytes, &length);
    if (assay_report_render(assay_report_format_find(format), document, options, to, &error))
        fail_msg("%s", error.text);
    fclose(to);
    return bytes;
}

static char *shown(const struct assay_document *document, unsigned width, const struct assay_profile_view *view)
{
    return rendered(document, "text", &(struct assay_report_options){ width, false, false, 0, false, view, false, NULL, 0 });
}

/* Consumes the document. */
static void assert_golden(const char *name, struct assay_document *document, const struct assay_report_options *options)
{
    char *text = rendered(document, "text", options);
    char *whole = assay_formatted("profile-%s", name);
    assert_golden_take(whole, text);
    free(whole);
    assay_document_free(document);
}

static void at_60_columns(void **state)
{
    (void)state;
    assert_golden("60", sample_profiled(), &(struct assay_report_options){ 60, false, true, 0, true, NULL, false, NULL, 0 });
}

static void at_80_columns(void **state)
{
    (void)state;
    assert_golden("80", sample_profiled(), &(struct assay_report_options){ 80, false, true, 0, true, NULL, false, NULL, 0 });
}

static void at_120_columns(void **state)
{
    (void)state;
    assert_golden("120", sample_profiled(), &(struct assay_report_options){ 120, false, true, 0, true, NULL, false, NULL, 0 });
}

static void in_ascii_as_wide_as_it_needs(void **state)
{
    (void)state;
    assert_golden("ascii", sample_profiled(), &(struct assay_report_options){ 0, false, false, 0, true, NULL, false, NULL, 0 });
}

static void in_color_with_restrictions_lines_and_instructions(void **state)
{
    static const char *const sort[] = { "calls", "name", NULL };
    static const char *const restricted[] = { "trial", "3", NULL };
    static const struct assay_profile_view view = { .selection = { .sort = sort, .restrict_to = restricted },
                                                    .lines = true,
                                                    .assembly = "trial_next: 39.3 % of the samples\n"
                                                                "  39.3 %      1139: div %rcx\n" };
    (void)state;
    assert_golden("color", sample_profiled(), &(struct assay_report_options){ 100, true, true, 0, true, &view, false, NULL, 0 });
}

static void callers_and_callees(void **state)
{
    static const struct assay_profile_view view = { .selection = { .sort = none, .restrict_to = none },
                                                    .callers = true,
                                                    .callees = true };
    (void)state;
    assert_golden("edges", sample_profiled(), &(struct assay_report_options){ 80, false, true, 0, true, &view, false, NULL, 0 });
}

static void two_side_by_side(void **state)
{
    static const char *const restricted[] = { "4", NULL };
    static const struct assay_profile_view view = { .selection = { .sort = none, .restrict_to = restricted } };
    (void)state;
    assert_golden("changes", sample_compared_profiles(),
                  &(struct assay_report_options){ 80, false, true, 0, true, &view, false, NULL, 0 });
    assert_golden("changes-120", sample_compared_profiles(),
                  &(struct assay_report_options){ 120, true, false, 0, true, &view, false, NULL, 0 });
}

static void of_an_interpreter(void **state)
{
    (void)state;
    assert_golden("python", sample_interpreted(), &(struct assay_report_options){ 80, false, true, 0, true, NULL, false, NULL, 0 });
}

static void of_allocations(void **state)
{
    (void)state;
    assert_golden("allocations", sample_allocations(),
                  &(struct assay_report_options){ 80, false, true, 0, true, NULL, false, NULL, 0 });
}

/* ---- what must hold for any ---- */

static size_t longest_line(const char *text)
{
    size_t longest = 0;
    for (const char *at = text; *at;) {
        size_t length = strcspn(at, "\n");
        char *line = assay_copy_bytes(at, length);
        size_t width = assay_utf8_width(line);
        longest = width > longest ? width : longest;
        free(line);
        at += length + (at[length] == '\n');
    }
    return longest;
}

static void the_table_is_never_wider_than_asked(void **state)
{
    static const struct assay_profile_view lines = { .selection = { .sort = none, .restrict_to = none },
                                                     .lines = true };
    static const struct assay_profile_view edges = { .selection = { .sort = none, .restrict_to = none },
                                                     .callers = true,
                                                     .callees = true };
    const struct assay_profile_view *const views[] = { &usual, &lines, &edges };
    (void)state;
    for (unsigned width = 60; width <= 200; width += 7) {
        for (size_t i = 0; i < 3; i++) {
            struct assay_document *document = sample_compared_profiles();
            char *text = shown(document, width, views[i]);
            if (longest_line(text) > width)
                fail_msg("%zu columns at width %u:\n%s", longest_line(text), width, text);
            free(text);
            assay_document_free(document);
        }
    }
}

static void pstats_columns_stay_when_all_others_go(void **state)
{
    (void)state;
    struct assay_document *document = sample_profiled();
    char *text = shown(document, 80, &usual);
    assert_non_null(strstr(text, "12463 function calls (12461 primitive calls) in 0.000258 seconds\n"));
    free(text);
    text = shown(document, 60, &usual);
    static const char *const titles[] = { "ncalls", "tottime", "percall", "cumtime", "percall", "function" };
    const char *at = strstr(text, "\nncalls ");
    assert_non_null(at);
    for (size_t i = 0; i < 6; i++) { /* in pstats' order, on one line, and nothing else */
        at += strspn(at, i ? " " : "\n");
        if (strncmp(at, titles[i], strlen(titles[i])) != 0)
            fail_msg("no %s in pstats' place in:\n%s", titles[i], text);
        at += strlen(titles[i]);
    }
    assert_int_equal(*at, '\n');
    assert_null(strstr(text, "share"));
    assert_null(strstr(text, "hooks  "));
    assert_non_null(strstr(text, "5/3"));
    free(text);
    text = shown(document, 0, &usual);
    assert_non_null(strstr(text, " share"));
    assert_non_null(strstr(text, "disagrees"));
    assert_non_null(strstr(text, "overlaps 2.200..9.900"));
    assert_non_null(strstr(text, "time/item"));
    free(text);
    assay_document_free(document);
}

static void closure_is_always_said(void **state)
{
    (void)state;
    struct assay_document *document = sample_profiled();
    char *text = shown(document, 0, &usual);
    assert_non_null(
        strstr(text, "closure: the hooks' corrected times sum to 1.012 of the plain time, 1.2 % too much\n"));
    free(text);
    document->profiles[0].closure = -0.25;
    text = shown(document, 0, &usual);
    assert_non_null(
        strstr(text, "closure: the hooks' corrected times sum to 0.750 of the plain time, 25.0 % too little\n"));
    free(text);
    document->profiles[0].closure = NAN;
    text = shown(document, 0, &usual);
    assert_non_null(strstr(text, "closure: not known: no times by hooks\n"));
    free(text);
    assay_document_free(document);
}

/* With fewer than 30 samples no row claims a time or a share, only bounds. */
static void few_samples_give_a_bound(void **state)
{
    (void)state;
    struct assay_document *document = sample_profiled();
    char *text = shown(document, 0, &usual);
    char *row = strstr(text, "trial.c:12(halve)");
    assert_non_null(row);
    *row = '\0';
    row = strrchr(text, '\n') + 1;
    assert_non_null(strstr(row, "<=1.060"));
    assert_non_null(strstr(row, "<=0.4 %"));
    assert_non_null(strstr(row, "too small"));
    assert_null(strstr(row, "0.360"));
    free(text);
    assay_document_free(document);
}

static void what_the_samples_did_not_see_is_said(void **state)
{
    (void)state;
    struct assay_document *document = sample_profiled();
    struct assay_profile *profile = &document->profiles[0];
    char *text = shown(document, 0, &usual);
    assert_non_null(strstr(text,
                           "samples: 2431 by cpu-clock, 1.002 ms apart; not seen 1.2 %, unresolved 0.0 %, restored "
                           "0.1 %; precision +-1.8 points; slowed by 1.9 %\n"));
    assert_non_null(strstr(text,
                           "hooks: 18.2 +-0.3 ns inside and 20.1 +-0.4 ns outside a call, subtracted; the run took "
                           "3.1 times as long with them\n"));
    free(text);
    profile->sample_count = NAN;
    free(profile->sampler);
    profile->sampler = sample_copy("refused: perf_event_paranoid is 4");
    profile->timed_share = 0.25;
    profile->lost_calls = 3;
    text = shown(document, 0, &usual);
    assert_non_null(strstr(text, "samples: none: refused: perf_event_paranoid is 4\n"));
    assert_non_null(strstr(text, "25.0 % of the calls timed, all counted"));
    assert_non_null(strstr(text, "lost: 3 calls were not counted\n"));
    free(text);
    assay_document_free(document);
}

static void a_change_is_marked_in_words_only_where_it_is_proven(void **state)
{
    (void)state;
    struct assay_document *document = sample_compared_profiles();
    struct assay_profile_difference *difference = &document->differences[0];
    char *text = shown(document, 0, &usual);
    assert_non_null(strstr(text, "2 of 5 functions changed"));
    assert_non_null(strstr(text, "slower"));
    assert_non_null(strstr(text, "faster"));
    assert_non_null(strstr(text, "gone"));
    assert_non_null(strstr(text, "new"));
    free(text);
    for (size_t i = 0; i < difference->change_count; i++)
        difference->changes[i].proven = false;
    text = shown(document, 0, &usual);
    assert_non_null(strstr(text, "no change is proven"));
    assert_null(strstr(text, "slower"));
    assert_null(strstr(text, "faster"));
    free(text);
    assay_document_free(document);
}

static void no_control_character_reaches_a_terminal(void **state)
{
    (void)state;
    static const struct assay_profile_view view = {
        .selection = { .sort = none, .restrict_to = none }, .lines = true, .callers = true, .assembly = "a\x1b[31mb\n"
    };
    struct assay_document *document = sample_profiled();
    struct assay_profile *profile = &document->profiles[0];
    free(profile->functions[0].name);
    profile->functions[0].name = sample_copy("evil\x1b[2J\nname");
    free(profile->functions[1].file);
    profile->functions[1].file = sample_copy("tri\x1b[1;1H.c");
    free(profile->lines[0].file);
    profile->lines[0].file = sample_copy("/src/\x1b]0;x\x07.c");
    assay_profile_note(profile, "note\x1b[7m");
    const struct assay_profile_view *const views[] = { &usual, &view };
    for (size_t i = 0; i < 2; i++) {
        char *text = shown(document, 0, views[i]);
        for (const char *at = text; *at; at++)
            assert_true((*at >= 0x20 && *at < 0x7f) || *at == '\n');
        free(text);
    }
    assay_document_free(document);
}

/* A line's text comes from its source, as it stands there; a source that was written after the plug-in is told of. */
static void hot_lines_show_their_source(void **state)
{
    (void)state;
    static const struct assay_profile_view view = { .selection = { .sort = none, .restrict_to = none },
                                                    .lines = true,
                                                    .line_limit = 2 };
    struct assay_error error = { 0 };
    char directory[] = "/tmp/assay-lines-XXXXXX";
    assert_non_null(mkdtemp(directory));
    char *source = assay_formatted("%s/s.c", directory);
    char *object = assay_formatted("%s/o.so", directory);
    struct assay_document *document = sample_profiled();
    struct assay_profile *profile = &document->profiles[0];
    free(profile->lines[0].file);
    profile->lines[0].file = sample_copy(source);
    profile->lines[0].line = 2;
    free(profile->object);
    profile->object = sample_copy(object);
    assert_int_equal(assay_file_write(source, "first\n\twhile (n % d) \n", 22, &error), 0);
    char *text = shown(document, 0, &view);
    assert_non_null(strstr(text, " 117522  s.c:2(is_prime)  "));
    assert_non_null(strstr(text, "  while (n % d)\n"));
    assert_non_null(strstr(text, "and 1 line more; 1 line was executed, but never sampled\n"));
    assert_null(strstr(text, "may have moved"));
    free(text);
    assert_int_equal(assay_file_write(object, "", 0, &error), 0);
    struct timespec old[2] = { { 1000, 0 }, { 1000, 0 } };
    assert_int_equal(utimensat(AT_FDCWD, object, old, 0), 0);
    text = shown(document, 0, &view);
    assert_non_null(strstr(text, "was written after the plug-in was built"));
    free(text);
    assert_int_equal(unlink(source), 0);
    text = shown(document, 0, &view);
    assert_non_null(strstr(text, "s.c:2(is_prime)"));
    assert_null(strstr(text, "while"));
    free(text);
    unlink(object);
    rmdir(directory);
    free(source);
    free(object);
    assay_document_free(document);
}

static size_t count_of(const char *text, const char *what)
{
    size_t count = 0;
    for (const char *at = strstr(text, what); at; at = strstr(at + 1, what))
        count++;
    return count;
}

static void csv_has_a_row_a_function(void **state)
{
    (void)state;
    static const char *const restricted[] = { "3", NULL };
    static const struct assay_profile_view view = { .selection = { .sort = none, .restrict_to = restricted } };
    struct assay_document *document = sample_compared_profiles();
    struct assay_report_options options = ASSAY_REPORT_OPTIONS_INIT;
    char *text = rendered(document, "csv", &options);
    assert_int_equal(count_of(text, "\r\n"), 1 + 2 * SAMPLE_FUNCTIONS);
    assert_memory_equal(text, "benchmark,cost,unit,source,plain_ns,items,function,file,line,kind,calls,", 70);
    assert_non_null(strstr(text, ",disagrees\r\n"));
    free(text);
    options.profile = &view;
    text = rendered(document, "csv", &options);
    assert_int_equal(count_of(text, "\r\n"), 1 + 2 * 3);
    free(text);
    assay_document_free(document);
}

static void a_full_disk_is_an_error_in_every_format(void **state)
{
    (void)state;
    struct assay_document *document = sample_profiled();
    struct assay_report_options options = ASSAY_REPORT_OPTIONS_INIT;
    for (const struct assay_report_format *format = assay_report_formats; format->name; format++) {
        struct assay_error error = { 0 };
        FILE *to = fopen("/dev/full", "w");
        if (assay_report_render(format, document, &options, to, &error) != ASSAY_EIO)
            fail_msg("%s: %s", format->name, error.text);
        fclose(to);
    }
    assay_document_free(document);
}

static void wrong_selections_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = { "tottme", NULL };
    static const char *const open[] = { "(", NULL };
    const struct assay_profile_view views[] = { { .selection = { .sort = wrong, .restrict_to = none } },
                                                { .selection = { .sort = none, .restrict_to = open } } };
    struct assay_document *document = sample_profiled();
    for (size_t i = 0; i < 2; i++) {
        struct assay_report_options options = { 80, false, false, 0, false, &views[i], false, NULL, 0 };
        struct assay_error error = { 0 };
        char *bytes = NULL;
        size_t length = 0;
        FILE *to = open_memstream(&bytes, &length);
        assert_int_equal(assay_report_render(assay_report_format_find("text"), document, &options, to, &error), ASSAY_EUSAGE);
        assert_int_equal(assay_report_render(assay_report_format_find("csv"), document, &options, to, &error), ASSAY_EUSAGE);
        fclose(to);
        assert_int_equal(length, 0);
        free(bytes);
    }
    assay_document_free(document);
}

static void names_imply_their_format(void **state)
{
    (void)state;
    assert_string_equal(assay_report_format_of_path("x.speedscope.json")->name, "speedscope");
    assert_string_equal(assay_report_format_of_path("x.json")->name, "json");
    assert_string_equal(assay_report_format_of_path("x.pb.gz")->name, "pprof");
    assert_string_equal(assay_report_format_of_path("x.pstats")->name, "pstats");
    assert_true(assay_report_format_find("pprof")->binary);
    assert_false(assay_report_format_find("text")->of_profiles);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_60_columns),
        cmocka_unit_test(at_80_columns),
        cmocka_unit_test(at_120_columns),
        cmocka_unit_test(in_ascii_as_wide_as_it_needs),
        cmocka_unit_test(in_color_with_restrictions_lines_and_instructions),
        cmocka_unit_test(callers_and_callees),
        cmocka_unit_test(two_side_by_side),
        cmocka_unit_test(of_an_interpreter),
        cmocka_unit_test(of_allocations),
        cmocka_unit_test(the_table_is_never_wider_than_asked),
        cmocka_unit_test(pstats_columns_stay_when_all_others_go),
        cmocka_unit_test(closure_is_always_said),
        cmocka_unit_test(few_samples_give_a_bound),
        cmocka_unit_test(what_the_samples_did_not_see_is_said),
        cmocka_unit_test(a_change_is_marked_in_words_only_where_it_is_proven),
        cmocka_unit_test(no_control_character_reaches_a_terminal),
        cmocka_unit_test(hot_lines_show_their_source),
        cmocka_unit_test(csv_has_a_row_a_function),
        cmocka_unit_test(a_full_disk_is_an_error_in_every_format),
        cmocka_unit_test(wrong_selections_are_refused),
        cmocka_unit_test(names_imply_their_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
