/* What a suite wants of the machine, against facts that are written here by hand. */
// links: plan catalog machine protocol base
#include "plan/requirements.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct assay_facts facts;

static int make_facts(void **state)
{
    (void)state;
    assay_facts_text(&facts, "frequency", "governor", "powersave", "test");
    assay_facts_none(&facts, "frequency", "driver", "the hypervisor hides it");
    assay_facts_integer(&facts, "topology", "processors", 2, "test");
    assay_facts_integer(&facts, "memory", "total_bytes", (int64_t)8 << 30, "test");
    assay_facts_real(&facts, "load", "before_1m", 0.25, "test");
    assay_facts_bool(&facts, "frequency", "turbo", true, "test");
    assay_facts_text(&facts, "plugins", "primes.so", "gcc -O2", "test");
    return facts.failed ? -1 : 0;
}

static int release_facts(void **state)
{
    (void)state;
    assay_facts_release(&facts);
    return 0;
}

static bool keep(void *context, const char *words)
{
    struct assay_text *text = context;
    assay_text_format(text, "%s\n", words);
    return !text->failed;
}

/* Holds up to three requirements, each "FACT WISH", against the facts; "?" first: warn only. Heap: what was warned of. */
static char *checked(int code, const char *message, const char *const *lines)
{
    struct assay_suite_requirement requirements[3];
    struct assay_text warned = ASSAY_TEXT_INIT;
    struct assay_error error = { 0 };
    char suite[] = "s";
    size_t count = 0;
    for (; count < 3 && lines[count] != NULL; count++) {
        const char *line = lines[count] + (lines[count][0] == '?');
        const char *gap = strchr(line, ' ');
        requirements[count] = (struct assay_suite_requirement){ .fact = assay_copy_bytes(line, (size_t)(gap - line)),
                                                                .wish = assay_copy(gap + 1),
                                                                .warn_only = lines[count][0] == '?' };
    }
    struct assay_plan plan = { .suite = suite, .requirements = requirements, .requirement_count = count };
    int found = assay_plan_check_requirements(&plan, &facts, keep, &warned, &error);
    if (found != code || (code != 0 && strcmp(error.text, message) != 0)) {
        fail_msg("%s: %d '%s', want %d '%s'", lines[0], found, error.text, code, message);
    }
    for (size_t i = 0; i < count; i++) {
        free(requirements[i].fact);
        free(requirements[i].wish);
    }
    return warned.bytes != NULL ? assay_text_take(&warned) : NULL;
}

static void what_is_met_says_nothing(void **state)
{
    (void)state;
    static const char *const met[] = {
        "frequency.governor powersave", "frequency.governor =powersave", "frequency.governor !=performance", "topology.processors 2",
        "topology.processors 2.0",      "topology.processors >=2",       "topology.processors <=2",          "topology.processors <3",
        "topology.processors >1",       "topology.processors !=3",       "memory.total_bytes >=8G",          "memory.total_bytes 8GiB",
        "memory.total_bytes <9e9",      "load.before_1m <0.5",           "frequency.turbo true",             "frequency.turbo !=false",
        "plugins.primes.so gcc -O2"
    };
    for (size_t i = 0; i < sizeof met / sizeof met[0]; i++) {
        const char *const one[] = { met[i], NULL };
        assert_null(checked(0, "", one));
    }
}

static void what_is_not_met_is_refused_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *line, *words;
    } cases[] = {
        { "frequency.governor performance", "frequency.governor performance, is powersave" },
        { "frequency.governor !=powersave", "frequency.governor !=powersave, is powersave" },
        { "topology.processors >=3", "topology.processors >=3, is 2" },
        { "topology.processors <2", "topology.processors <2, is 2" },
        { "topology.processors >2", "topology.processors >2, is 2" },
        { "topology.processors <=1", "topology.processors <=1, is 2" },
        { "topology.processors !=2", "topology.processors !=2, is 2" },
        { "load.before_1m <=0.2", "load.before_1m <=0.2, is 0.25" },
        { "frequency.turbo false", "frequency.turbo false, is true" },
        { "frequency.driver acpi", "frequency.driver acpi, which is not known: the hypervisor hides it" },
        { "frequency.driver !=acpi", "frequency.driver !=acpi, which is not known: the hypervisor hides it" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *const one[] = { cases[i].line, NULL };
        char message[200];
        snprintf(message, sizeof message, "suite 's' wants %s", cases[i].words);
        assert_null(checked(ASSAY_EUSAGE, message, one));
    }
}

static void all_that_is_not_met_is_said_at_once(void **state)
{
    (void)state;
    static const char *const three[] = { "topology.processors >=3", "?frequency.turbo false", "frequency.governor performance" };
    assert_null(checked(ASSAY_EUSAGE, "suite 's' wants topology.processors >=3, is 2; frequency.governor performance, is powersave",
                        three));
}

static void a_question_mark_only_warns(void **state)
{
    (void)state;
    static const char *const lines[] = { "?topology.processors >=3", "topology.processors 2", "?frequency.driver acpi" };
    char *warned = checked(0, "", lines);
    assert_string_equal(warned, "suite 's' wants topology.processors >=3, is 2\n"
                                "suite 's' wants frequency.driver acpi, which is not known: the hypervisor hides it\n");
    free(warned);
}

/* A mistake is none of the machine's: '?' does not help. */
static void mistakes_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *line, *message;
    } cases[] = {
        { "?frequency.govenor performance",
          "suite 's': the environment has no fact 'frequency.govenor': did you mean 'frequency.governor'?" },
        { "frequency.x 1", "suite 's': the environment has no fact 'frequency.x': of this group there are governor, driver, turbo" },
        { "weather.rain none", "suite 's': the environment has no fact 'weather.rain': `assay env show` lists those there are" },
        { "topology.processors many", "suite 's': bad condition 'many' for topology.processors: want a number" },
        { "topology.processors >=2K", "suite 's': bad condition '>=2K' for topology.processors: want a number" },
        { "frequency.governor >=3", "suite 's': bad condition '>=3' for frequency.governor: it is no number, want = or !=" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *const one[] = { cases[i].line, NULL };
        assert_null(checked(ASSAY_EUSAGE, cases[i].message, one));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_met_says_nothing),
        cmocka_unit_test(what_is_not_met_is_refused_in_words),
        cmocka_unit_test(all_that_is_not_met_is_said_at_once),
        cmocka_unit_test(a_question_mark_only_warns),
        cmocka_unit_test(mistakes_are_refused),
    };
    return cmocka_run_group_tests(tests, make_facts, release_facts);
}
