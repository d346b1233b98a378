/* Exported environments: what is written reads back as the same, what cannot be one is refused in one line, and two are set
 * side by side with their packages. */
// links: result stats base
#include "result/environment.h"

#include "known_environment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct assay_environment read_text(const char *text)
{
    struct assay_environment environment = { 0 };
    struct assay_error error = { 0 };
    enum assay_environment_kind kind;
    if (assay_environment_read(&environment, &kind, text, strlen(text), "known.json", &error) != 0) {
        fail_msg("%s", error.text);
    }
    assert_int_equal(kind, ASSAY_IS_ENVIRONMENT);
    return environment;
}

static void everything_is_read(void **state)
{
    (void)state;
    struct assay_environment environment = read_text(KNOWN_ENVIRONMENT);
    const struct assay_software *software = &environment.software;
    assert_string_equal(environment.created, "2026-11-22T16:10:31Z");
    assert_string_equal(assay_facts_find(&environment.facts, "cpu", "model")->text, "Acme 9");
    assert_int_equal(assay_facts_find(&environment.facts, "cpu", "microcode")->kind, ASSAY_FACT_NONE);
    assert_int_equal(assay_facts_find(&environment.facts, "topology", "cores")->integer, 4);
    assert_true(assay_facts_find(&environment.facts, "topology", "smt")->truth);
    assert_true(assay_facts_find(&environment.facts, "odd", "real")->real == 0.5);
    assert_string_equal(software->distribution, "debian");
    assert_int_equal(software->package_count, 6);
    assert_true(assay_software_find(software, "gcc-12", NULL)->toolchain);
    assert_int_equal(assay_software_find(software, "bash", NULL)->archive, ASSAY_ARCHIVE_OWN);
    assert_int_equal(assay_software_find(software, "nodejs", NULL)->archive, ASSAY_ARCHIVE_OTHER);
    assert_int_equal(assay_software_find(software, "curl", NULL)->archive, ASSAY_ARCHIVE_UNKNOWN);
    assert_true(assay_software_find(software, "libc6", "i386")->foreign);
    assert_int_equal(software->interpreter_count, 3);
    assert_int_equal(software->interpreters[0].module_count, 4);
    assert_true(software->interpreters[1].separate);
    assert_string_equal(software->interpreters[2].reason, "it did not answer");
    assay_environment_release(&environment);
}

static char *written(const struct assay_environment *environment)
{
    char *bytes = NULL;
    size_t length;
    struct assay_error error = { 0 };
    FILE *file = open_memstream(&bytes, &length);
    assert_int_equal(assay_environment_write(environment, file, &error), 0);
    fclose(file);
    return bytes;
}

static void what_is_written_reads_back_as_the_same(void **state)
{
    (void)state;
    struct assay_environment environment = read_text(KNOWN_ENVIRONMENT), copy = { 0 };
    char *first = written(&environment);
    struct assay_environment again = read_text(first);
    for (size_t i = 0; i < environment.software.package_count; i++) {
        assert_int_equal(again.software.packages[i].archive, environment.software.packages[i].archive);
        assert_int_equal(again.software.packages[i].manual, environment.software.packages[i].manual);
        assert_int_equal(again.software.packages[i].foreign, environment.software.packages[i].foreign);
    }
    for (size_t i = 0; i < environment.software.interpreters[0].module_count; i++) {
        assert_int_equal(again.software.interpreters[0].modules[i].bringer, environment.software.interpreters[0].modules[i].bringer);
    }
    assert_true(again.software.interpreters[0].packaged && again.software.interpreters[1].separate);
    char *second = written(&again);
    assert_string_equal(first, second);
    assay_software_copy(&copy.software, &again.software);
    assay_facts_copy(&copy.facts, &again.facts);
    copy.created = strdup(again.created);
    char *third = written(&copy);
    assert_string_equal(first, third);
    struct assay_differences differences = { 0 };
    struct assay_text left_out = ASSAY_TEXT_INIT;
    assert_true(assay_environment_compare(&differences, &left_out, &environment, &again));
    assert_int_equal(differences.count, 0);
    assert_string_equal(left_out.bytes, "packages of pypy3: it did not answer\n");
    assay_text_release(&left_out);
    assay_differences_release(&differences);
    assay_environment_release(&environment);
    assay_environment_release(&again);
    assay_environment_release(&copy);
    free(first);
    free(second);
    free(third);
}

/* ---- refusals ---- */

static void refuses(const char *text, size_t length, const char *words)
{
    struct assay_environment environment = { 0 };
    struct assay_error error = { 0 };
    enum assay_environment_kind kind;
    int code = assay_environment_read(&environment, &kind, text, length, "f.json", &error);
    if (code != ASSAY_EINPUT || !strstr(error.text, words) || strncmp(error.text, "f.json: ", 8) != 0 || strpbrk(error.text, "\n\x1b")) {
        fail_msg("code %d, '%s', want '%s' for %.300s", code, error.text, words, text);
    }
    assert_null(environment.created); /* untouched */
    assert_int_equal(environment.facts.count, 0);
}

/* The known one with the first `from` replaced. */
static char *with(const char *from, const char *to)
{
    const char *at = strstr(KNOWN_ENVIRONMENT, from);
    if (!at) {
        fail_msg("'%s' is not there", from);
    }
    return assay_formatted("%.*s%s%s", (int)(at - KNOWN_ENVIRONMENT), KNOWN_ENVIRONMENT, to, at + strlen(from));
}

static void what_cannot_be_an_environment_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *words;
    } cases[] = {
        { "assay.environment/1", "assay.environment/2", "schema 'assay.environment/2' is not known" },
        { "assay.environment/1", "assay.environment/", "is not known" },
        { "assay.environment/1", "other/1", "neither an environment nor a result document" },
        { "\"assay.environment/1\"", "7", "neither an environment nor a result document" },
        { "2026-11-22T16:10:31Z", "yesterday", "created: want a time" },
        { "\"2026-11-22T16:10:31Z\"", "5", "created: want a time" },
        { "\"cpu\":{", "\"cpu\":7,\"other\":{", "environment.cpu: want an object of facts" },
        { KNOWN_FACTS, "\"environment\":{}", "environment: want an object of groups" },
        { KNOWN_FACTS, "\"environment\":{\"cpu\":{}}", "environment: want an object of groups" },
        { KNOWN_FACTS, "\"environment\":[]", "environment: want an object of groups" },
        { "{\"value\":4,\"source\":\"x\"}", "4", "environment.topology.cores: want {" },
        { "{\"value\":4,\"source\":\"x\"}", "{\"value\":4}", "environment.topology.cores: want {" },
        { "{\"value\":4,\"source\":\"x\"}", "{\"value\":[4],\"source\":\"x\"}", "environment.topology.cores: want {" },
        { "\"id\":\"debian\"", "\"id\":\"debian\\nRUN reboot\"", "distribution: want words" },
        { "\"release\":\"12\"", "\"release\":\"12 AS x\"", "distribution: want words" },
        { "\"packages_reason\":null,\"packages\":[{\"name\":\"bash\"", "\"packages\":7,\"x\":[{\"name\":\"bash\"", "packages: want a list" },
        { "\"name\":\"bash\"", "\"name\":\"bash; reboot\"", "packages[0]: want a Debian package's name" },
        { "\"name\":\"bash\"", "\"name\":\"--purge\"", "packages[0]: want a Debian package's name" },
        { "\"name\":\"bash\"", "\"name\":\"bash-\"", "packages[0]: want a Debian package's name" },
        { "\"name\":\"bash\"", "\"name\":7", "packages[0]: want a Debian package's name" },
        { "\"5.2-1\"", "\"5.2-1 $(reboot)\"", "packages[0]: want a Debian package's name" },
        { "\"5.2-1\"", "\"5.2-\"", "packages[0]: want a Debian package's name" },
        { "\"5.2-1\"", "\"5.2\\n\"", "packages[0]: want a Debian package's name" },
        { "\"architecture\":\"amd64\"", "\"architecture\":\"amd64&&reboot\"", "packages[0]: want a Debian package's name" },
        { "\"foreign\":false", "\"foreign\":0", "packages[0]: want foreign" },
        { "\"archive\":\"other\"", "\"archive\":\"moon\"", "want foreign" },
        { "\"archive\":null", "\"archive\":7", "want foreign" },
        { "\"name\":\"curl\"", "\"name\":\"bash\"", "packages: 'bash' stands there twice" },
        { "\"program\":\"python3\"", "\"program\":\"reboot\"", "interpreters[0]: want an interpreter's own name" },
        { "\"name\":\"python3\"", "\"name\":\"../x\"", "interpreters[0]: want an interpreter's own name" },
        { "\"name\":\"python3-path\"", "\"name\":\"python3\"", "interpreters[1]: want an interpreter's own name" },
        { "CPython 3.11.2", "CPython\\u001b[31m", "interpreters[0]: want an interpreter's own name" },
        { "CPython 3.11.2", "C\\nRUN reboot", "interpreters[0]: want an interpreter's own name" },
        { "\"separate\":false", "\"separate\":null", "interpreters[0]: want packaged and separate" },
        { "\"numpy\"", "\"numpy'\"", "python3[0]: want a package's name, version, and where it is from" },
        { "\"1.24.2\"", "\"1 --index-url x\"", "python3[0]: want a package's name" },
        { "\"from\":\"index\"", "\"from\":\"moon\"", "python3[1]: want a package's name" },
        { "\"it did not answer\"", "7", "packages: want a list of at most" },
        { "\"kernel\":{", "\"kernel\":{},\"kernel\":{", "not JSON" }, /* a key twice */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = with(cases[i].from, cases[i].to);
        refuses(text, strlen(text), cases[i].words);
        free(text);
    }
}

static void what_is_not_json_or_cut_off_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = { "", "x", "[]", "null", "{}", "{\"schema\":null}", "FROM debian:12\n" };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        refuses(texts[i], strlen(texts[i]), i < 2 || i == 3 || i == 6 ? "not JSON" : "neither an environment");
    }
    for (size_t length = 1; length + 1 < sizeof KNOWN_ENVIRONMENT; length += 13) {
        refuses(KNOWN_ENVIRONMENT, length, "not JSON");
    }
    refuses("{\"schema\":\"\xff\"}", 14, "not JSON");
    char *large = calloc(1, ASSAY_ENVIRONMENT_BYTES + 1);
    memset(large, ' ', ASSAY_ENVIRONMENT_BYTES + 1);
    refuses(large, ASSAY_ENVIRONMENT_BYTES + 1, "an environment is never that long");
    free(large);
}

static void a_result_document_is_told_apart(void **state)
{
    (void)state;
    struct assay_environment environment = { 0 };
    struct assay_error error = { 0 };
    enum assay_environment_kind kind;
    static const char text[] = "{\"schema\":\"assay.result/1\"}";
    assert_int_equal(assay_environment_read(&environment, &kind, text, strlen(text), "f", &error), 0);
    assert_int_equal(kind, ASSAY_IS_RESULT);
    assert_null(environment.created);
}

static void a_reason_is_one_line(void **state)
{
    (void)state;
    char *text = with("it did not answer", "a\\u001bb\\nRUN c");
    struct assay_environment environment = read_text(text);
    assert_string_equal(environment.software.interpreters[2].reason, "a b RUN c");
    assay_environment_release(&environment);
    free(text);
}

/* ---- compared ---- */

static void every_kind_of_difference_is_graded(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *group, *name;
        enum assay_grade grade;
    } cases[] = {
        { "Acme 9", "Acme 8", "cpu", "model", ASSAY_GRADE_BLOCKING },
        { "\"value\":4", "\"value\":8", "topology", "cores", ASSAY_GRADE_BLOCKING },
        { "GNU 12.2.0", "GNU 13.1.0", "compilers", "cc", ASSAY_GRADE_BLOCKING },
        { "Clang 14.0.6", "Clang 15.0.0", "compilers", "clang", ASSAY_GRADE_CAUTION },
        { "12.2.0-14", "12.2.0-15", "toolchain", "gcc-12", ASSAY_GRADE_CAUTION },
        { "5.2-1", "5.2-2", "packages", "bash", ASSAY_GRADE_INFORMATION },
        { "2.36-9", "2.36-8", "packages", "libc6:i386", ASSAY_GRADE_INFORMATION },
        { "CPython 3.11.2", "CPython 3.12.0", "interpreters", "python3", ASSAY_GRADE_CAUTION },
        { "1.24.2", "1.25.0", "modules", "python3/numpy", ASSAY_GRADE_CAUTION },
        { "\"0.58.0\"", "\"0.59.0\"", "modules", "python3-path/numba", ASSAY_GRADE_CAUTION },
        { "\"2.0\"", "\"2.1\"", "modules", "python3/cy-thing", ASSAY_GRADE_INFORMATION },
        { "\"name\":\"bash\"", "\"name\":\"dash\"", "packages", "bash", ASSAY_GRADE_INFORMATION },
        { "\"name\":\"gcc-12\"", "\"name\":\"gcc-13\"", "toolchain", "gcc-12", ASSAY_GRADE_CAUTION },
        { "\"name\":\"python3-path\"", "\"name\":\"graalpy\"", "interpreters", "graalpy", ASSAY_GRADE_CAUTION },
    };
    struct assay_environment base = read_text(KNOWN_ENVIRONMENT);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = with(cases[i].from, cases[i].to);
        struct assay_environment head = read_text(text);
        struct assay_differences differences = { 0 };
        struct assay_text left_out = ASSAY_TEXT_INIT;
        assert_true(assay_environment_compare(&differences, &left_out, &base, &head));
        size_t two = strstr(cases[i].from, "name") ? 2 : 1; /* gone here, new there */
        if (differences.count != two || strcmp(differences.items[0].group, cases[i].group) != 0 ||
            strcmp(differences.items[0].name, cases[i].name) != 0 || differences.items[0].grade != cases[i].grade) {
            fail_msg("%s: %zu differences, %s.%s %s", cases[i].to, differences.count, differences.count ? differences.items[0].group : "",
                     differences.count ? differences.items[0].name : "", differences.count ? assay_grade_word(differences.items[0].grade) : "");
        }
        assert_int_equal(differences.blocking, cases[i].grade == ASSAY_GRADE_BLOCKING);
        assay_text_release(&left_out);
        assay_differences_release(&differences);
        assay_environment_release(&head);
        free(text);
    }
    assay_environment_release(&base);
}

static void a_package_of_the_toolchain_on_one_side_is_so_on_both(void **state)
{
    (void)state;
    struct assay_environment base = read_text(KNOWN_ENVIRONMENT);
    char *text = with("\"toolchain\":true", "\"toolchain\":false");
    struct assay_environment head = read_text(text);
    for (size_t i = 0; i < 2; i++) {
        struct assay_differences differences = { 0 };
        struct assay_text left_out = ASSAY_TEXT_INIT;
        assert_true(assay_environment_compare(&differences, &left_out, i ? &head : &base, i ? &base : &head));
        assert_int_equal(differences.count, 0);
        assay_text_release(&left_out);
        assay_differences_release(&differences);
    }
    assay_environment_release(&base);
    assay_environment_release(&head);
    free(text);
}

static void what_one_side_did_not_ask_is_said_and_not_compared(void **state)
{
    (void)state;
    struct assay_environment base = read_text(KNOWN_ENVIRONMENT);
    char *text = with("\"libraries\":{\"libc\":{", "\"load\":{\"before_1m\":{\"value\":0.5,\"source\":\"x\"}},\"libraries\":{\"boost\":{");
    struct assay_environment head = read_text(text);
    struct assay_differences differences = { 0 };
    struct assay_text left_out = ASSAY_TEXT_INIT;
    free(head.software.packages_reason);
    head.software.packages_reason = strdup("no dpkg");
    head.software.interpreters_reason = strdup("not asked");
    assert_true(assay_environment_compare(&differences, &left_out, &base, &head));
    assert_int_equal(differences.count, 0);
    assert_string_equal(left_out.bytes, "load: known on one side only\nlibraries: libc, boost (known on one side only)\n"
                                        "packages: no dpkg\ninterpreters: not asked\n");
    assay_text_release(&left_out);
    assay_differences_release(&differences);
    assay_environment_release(&base);
    assay_environment_release(&head);
    free(text);
}

static struct assay_environment of_plugins(const char *const *builds)
{
    struct assay_error error = { 0 };
    struct assay_session session = { .created = (char *)(uintptr_t)"2026-11-22T16:10:31Z" };
    struct assay_document document = { .sessions = &session, .session_count = 1 };
    struct assay_environment made = { 0 };
    for (size_t i = 0; builds[i]; i++) {
        char name[32];
        snprintf(name, sizeof name, "p%zu.so", i);
        assay_facts_text(&session.environment, "plugins", name, builds[i], "itself");
    }
    assert_int_equal(assay_environment_of_document(&made, &document, &error), 0);
    assay_facts_release(&session.environment);
    return made;
}

static void the_compiler_of_a_document_is_that_of_its_plugins(void **state)
{
    (void)state;
    struct assay_environment made = of_plugins((const char *const[]){ "GNU 12.2.0 -O2 -g", "GNU 12.2.0 -O3", NULL });
    assert_string_equal(assay_facts_find(&made.facts, "compilers", "cc")->text, "GNU 12.2.0");
    assert_non_null(made.software.packages_reason);
    assay_environment_release(&made);
    made = of_plugins((const char *const[]){ "GNU 12.2.0 -O2 -g", "Clang 14.0.6 -O3", NULL });
    assert_int_equal(assay_facts_find(&made.facts, "compilers", "cc")->kind, ASSAY_FACT_NONE);
    assay_environment_release(&made);
    made = of_plugins((const char *const[]){ NULL });
    assert_null(assay_facts_find(&made.facts, "compilers", "cc"));
    assay_environment_release(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_read),
        cmocka_unit_test(what_is_written_reads_back_as_the_same),
        cmocka_unit_test(what_cannot_be_an_environment_is_refused),
        cmocka_unit_test(what_is_not_json_or_cut_off_is_refused),
        cmocka_unit_test(a_result_document_is_told_apart),
        cmocka_unit_test(a_reason_is_one_line),
        cmocka_unit_test(every_kind_of_difference_is_graded),
        cmocka_unit_test(a_package_of_the_toolchain_on_one_side_is_so_on_both),
        cmocka_unit_test(what_one_side_did_not_ask_is_said_and_not_compared),
        cmocka_unit_test(the_compiler_of_a_document_is_that_of_its_plugins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
