/* Environments side by side: what is a difference, and how grave. */
// links: result stats base
#include "result/environments.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static struct assay_differences compared(const struct assay_facts *base, const struct assay_facts *head)
{
    struct assay_differences differences = { 0 };
    assert_true(assay_environments_compare(&differences, base, head));
    return differences;
}

static void equal_environments_do_not_differ(void **state)
{
    (void)state;
    struct assay_facts facts = ASSAY_FACTS_INIT, again = ASSAY_FACTS_INIT, none = ASSAY_FACTS_INIT;
    assay_facts_text(&facts, "cpu", "model", "A", "x");
    assay_facts_integer(&facts, "topology", "processors", 2, "x");
    assay_facts_real(&facts, "load", "before_1m", 0.5, "x");
    assay_facts_bool(&facts, "topology", "smt", true, "x");
    assay_facts_none(&facts, "frequency", "governor", "no cpufreq");
    assay_facts_copy(&again, &facts);
    assay_facts_text(&again, "cpu", "model", "A", "another source");
    struct assay_differences differences = compared(&facts, &again);
    assert_int_equal(differences.count, 0);
    assay_differences_release(&differences);
    differences = compared(&none, &none);
    assert_int_equal(differences.count, 0);
    assert_null(differences.items);
    assay_facts_release(&facts);
    assay_facts_release(&again);
}

/* Every row of docs/environment.md's last table. */
static const struct {
    const char *group, *name;
    enum assay_grade grade;
} graded[] = {
    { "cpu", "model", ASSAY_GRADE_BLOCKING },
    { "cpu", "vendor", ASSAY_GRADE_BLOCKING },
    { "cpu", "family", ASSAY_GRADE_BLOCKING },
    { "cpu", "model_number", ASSAY_GRADE_BLOCKING },
    { "cpu", "stepping", ASSAY_GRADE_BLOCKING },
    { "cpu", "architecture", ASSAY_GRADE_BLOCKING },
    { "cpu", "microcode", ASSAY_GRADE_CAUTION },
    { "cpu", "features", ASSAY_GRADE_CAUTION },
    { "cpu", "codename", ASSAY_GRADE_INFORMATION },
    { "caches", "l1d_bytes", ASSAY_GRADE_BLOCKING },
    { "caches", "l3_bytes", ASSAY_GRADE_BLOCKING },
    { "caches", "l2_ways", ASSAY_GRADE_BLOCKING },
    { "caches", "line_bytes", ASSAY_GRADE_BLOCKING },
    { "caches", "l3_shared_by", ASSAY_GRADE_CAUTION },
    { "topology", "sockets", ASSAY_GRADE_BLOCKING },
    { "topology", "cores", ASSAY_GRADE_BLOCKING },
    { "topology", "processors", ASSAY_GRADE_BLOCKING },
    { "topology", "allowed", ASSAY_GRADE_CAUTION },
    { "virtualization", "hypervisor", ASSAY_GRADE_BLOCKING },
    { "virtualization", "container", ASSAY_GRADE_CAUTION },
    { "kernel", "release", ASSAY_GRADE_CAUTION },
    { "frequency", "governor", ASSAY_GRADE_CAUTION },
    { "libraries", "libc", ASSAY_GRADE_CAUTION },
    { "libraries", "google-benchmark", ASSAY_GRADE_CAUTION },
    { "libraries", "libcpuid", ASSAY_GRADE_INFORMATION },
    { "libraries", "libyaml", ASSAY_GRADE_INFORMATION },
    { "plugins", "primes.so", ASSAY_GRADE_CAUTION },
    { "machine", "fingerprint", ASSAY_GRADE_CAUTION },
    { "memory", "total_bytes", ASSAY_GRADE_CAUTION },
    { "memory", "limit_bytes", ASSAY_GRADE_CAUTION },
    { "memory", "available_bytes", ASSAY_GRADE_INFORMATION },
    { "memory", "swap_free_bytes", ASSAY_GRADE_INFORMATION },
    { "clock", "source", ASSAY_GRADE_CAUTION },
    { "clock", "resolution_ns", ASSAY_GRADE_INFORMATION },
    { "counters", "cycles", ASSAY_GRADE_INFORMATION },
    { "load", "before_1m", ASSAY_GRADE_INFORMATION },
    { "load", "of_a_later_version", ASSAY_GRADE_INFORMATION },
    { "git", "commit", ASSAY_GRADE_INFORMATION },
    { "cpu", "features_more", ASSAY_GRADE_CAUTION },
    { "caches", "l1i_bytes", ASSAY_GRADE_BLOCKING },
    { "caches", "l2_bytes", ASSAY_GRADE_BLOCKING },
    { "caches", "l1d_ways", ASSAY_GRADE_BLOCKING },
    { "caches", "l1i_ways", ASSAY_GRADE_BLOCKING },
    { "caches", "l3_ways", ASSAY_GRADE_BLOCKING },
    { "topology", "smt", ASSAY_GRADE_CAUTION },
    { "memory", "page_bytes", ASSAY_GRADE_CAUTION },
    { "memory", "transparent_hugepages", ASSAY_GRADE_CAUTION },
    { "memory", "swap_bytes", ASSAY_GRADE_INFORMATION },
    { "kernel", "aslr", ASSAY_GRADE_CAUTION },
    { "kernel", "distribution", ASSAY_GRADE_CAUTION },
    { "frequency", "turbo", ASSAY_GRADE_CAUTION },
    { "frequency", "driver", ASSAY_GRADE_CAUTION },
    { "libraries", "jansson", ASSAY_GRADE_INFORMATION },
    { "libraries", "yajl", ASSAY_GRADE_INFORMATION },
    { "libraries", "boost", ASSAY_GRADE_INFORMATION },
    { "import", "format", ASSAY_GRADE_INFORMATION },
    { "compilers", "cc", ASSAY_GRADE_BLOCKING },
    { "compilers", "clang", ASSAY_GRADE_CAUTION },
    { "toolchain", "gcc-12", ASSAY_GRADE_CAUTION },
    { "packages", "bash", ASSAY_GRADE_INFORMATION },
    { "interpreters", "python3", ASSAY_GRADE_CAUTION },
    { "modules", "python3/numpy", ASSAY_GRADE_CAUTION },
    { "modules", "python3-path/cython", ASSAY_GRADE_CAUTION },
    { "modules", "python3/six", ASSAY_GRADE_INFORMATION },
    { "cpu", "of_a_later_version", ASSAY_GRADE_CAUTION },
    { "unheard", "of", ASSAY_GRADE_CAUTION },
};

static void facts_are_graded_by_what_they_do_to_times(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof graded / sizeof graded[0]; i++) {
        struct assay_facts base = ASSAY_FACTS_INIT, head = ASSAY_FACTS_INIT;
        assay_facts_integer(&base, graded[i].group, graded[i].name, 1, "x");
        assay_facts_integer(&head, graded[i].group, graded[i].name, 2, "x");
        struct assay_differences differences = compared(&base, &head);
        assert_int_equal(differences.count, 1);
        if (differences.items[0].grade != graded[i].grade)
            fail_msg("%s.%s is %s, want %s", graded[i].group, graded[i].name,
                     assay_grade_word(differences.items[0].grade), assay_grade_word(graded[i].grade));
        assert_string_equal(differences.items[0].group, graded[i].group);
        assert_string_equal(differences.items[0].name, graded[i].name);
        assert_string_equal(differences.items[0].base, "1");
        assert_string_equal(differences.items[0].head, "2");
        assay_differences_release(&differences);
        assay_facts_release(&base);
        assay_facts_release(&head);
    }
}

static void a_fact_of_one_side_calls_for_caution_at_most(void **state)
{
    (void)state;
    struct assay_facts base = ASSAY_FACTS_INIT, head = ASSAY_FACTS_INIT;
    assay_facts_text(&base, "cpu", "model", "A", "x");
    assay_facts_none(&head, "cpu", "model", "no /proc");
    assay_facts_text(&head, "caches", "l2_bytes", "B", "x");
    assay_facts_text(&base, "load", "before_1m", "C", "x");
    assay_facts_none(&base, "kernel", "release", "uname fails"); /* and head does not have it: nobody knows */
    struct assay_differences differences = compared(&base, &head);
    assert_int_equal(differences.count, 3);
    assert_int_equal(differences.blocking, 0);
    assert_int_equal(differences.caution, 2);
    assert_string_equal(differences.items[0].group, "caches");
    assert_null(differences.items[0].base);
    assert_string_equal(differences.items[0].head, "B");
    assert_string_equal(differences.items[1].base, "A");
    assert_null(differences.items[1].head);
    assert_int_equal(differences.items[2].grade, ASSAY_GRADE_INFORMATION);
    assay_differences_release(&differences);
    assay_facts_release(&base);
    assay_facts_release(&head);
}

static void the_gravest_come_first_then_group_and_name(void **state)
{
    (void)state;
    static const char *const names[][2] = { { "load", "b" },    { "git", "commit" },        { "kernel", "release" },
                                            { "cpu", "model" }, { "topology", "cores" },    { "cpu", "architecture" },
                                            { "load", "a" },    { "frequency", "governor" } };
    static const char *const order[] = { "architecture", "model", "cores", "governor", "release", "commit", "a", "b" };
    struct assay_facts base = ASSAY_FACTS_INIT, head = ASSAY_FACTS_INIT;
    for (size_t i = 0; i < 8; i++) {
        assay_facts_text(&base, names[i][0], names[i][1], "left", "x");
        assay_facts_text(&head, names[7 - i][0], names[7 - i][1], "right", "x");
    }
    struct assay_differences differences = compared(&base, &head);
    assert_int_equal(differences.count, 8);
    assert_int_equal(differences.blocking, 3);
    assert_int_equal(differences.caution, 2);
    for (size_t i = 0; i < 8; i++)
        assert_string_equal(differences.items[i].name, order[i]);
    assay_differences_release(&differences);
    assert_int_equal(differences.count, 0);
    assay_facts_release(&base);
    assay_facts_release(&head);
}

static void a_whole_number_equals_the_same_real_and_no_text(void **state)
{
    (void)state;
    struct assay_facts base = ASSAY_FACTS_INIT, head = ASSAY_FACTS_INIT;
    assay_facts_integer(&base, "memory", "page_bytes", 4096, "x");
    assay_facts_real(&head, "memory", "page_bytes", 4096, "x");
    assay_facts_integer(&base, "kernel", "aslr", 2, "x");
    assay_facts_text(&head, "kernel", "aslr", "2", "x");
    assay_facts_bool(&base, "topology", "smt", true, "x");
    assay_facts_bool(&head, "topology", "smt", false, "x");
    struct assay_differences differences = compared(&base, &head);
    assert_int_equal(differences.count, 2);
    assert_string_equal(differences.items[0].name, "aslr");
    assert_string_equal(differences.items[1].base, "true");
    assay_differences_release(&differences);
    assay_facts_release(&base);
    assay_facts_release(&head);
}

static void what_may_move_a_time_has_a_remedy(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof graded / sizeof graded[0]; i++) {
        const char *remedy = assay_environments_remedy(graded[i].group, graded[i].name);
        if ((remedy && remedy[0]) != (graded[i].grade != ASSAY_GRADE_INFORMATION))
            fail_msg("%s.%s: '%s'", graded[i].group, graded[i].name, remedy ? remedy : "NULL");
    }
    assert_string_equal(assay_environments_remedy("cpu", "model"), "compare on one machine");
    assert_string_equal(assay_environments_remedy("frequency", "governor"),
                        "set the same governor: cpupower frequency-set -g performance");
    assert_string_equal(assay_environments_remedy("plugins", "any.so"), "build both with one compiler and the same flags");
    assert_null(assay_environments_remedy("load", "before_1m"));
}

static void grades_have_words(void **state)
{
    (void)state;
    assert_string_equal(assay_grade_word(ASSAY_GRADE_INFORMATION), "information");
    assert_string_equal(assay_grade_word(ASSAY_GRADE_CAUTION), "caution");
    assert_string_equal(assay_grade_word(ASSAY_GRADE_BLOCKING), "blocking");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_environments_do_not_differ),
        cmocka_unit_test(facts_are_graded_by_what_they_do_to_times),
        cmocka_unit_test(a_fact_of_one_side_calls_for_caution_at_most),
        cmocka_unit_test(the_gravest_come_first_then_group_and_name),
        cmocka_unit_test(a_whole_number_equals_the_same_real_and_no_text),
        cmocka_unit_test(what_may_move_a_time_has_a_remedy),
        cmocka_unit_test(grades_have_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
