/* What disturbs benchmarks: each finding from the facts that make it, and none from a quiet machine. */
// links: cli
#include "cli/findings.h"

#include "cli/noise.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct assay_facts facts;

/* A machine that nothing is wrong with. */
static int setup(void **state)
{
    (void)state;
    facts = (struct assay_facts)ASSAY_FACTS_INIT;
    assay_facts_text(&facts, "cpu", "architecture", "x86_64", "test");
    assay_facts_text(&facts, "cpu", "features", "fpu constant_tsc nonstop_tsc", "test");
    assay_facts_integer(&facts, "topology", "processors", 4, "test");
    assay_facts_bool(&facts, "topology", "smt", false, "test");
    assay_facts_integer(&facts, "memory", "total_bytes", 1000000000, "test");
    assay_facts_integer(&facts, "memory", "available_bytes", 900000000, "test");
    assay_facts_integer(&facts, "memory", "swap_bytes", 0, "test");
    assay_facts_integer(&facts, "memory", "swap_free_bytes", 0, "test");
    assay_facts_integer(&facts, "kernel", "aslr", 2, "test");
    assay_facts_text(&facts, "frequency", "governor", "performance", "test");
    assay_facts_bool(&facts, "frequency", "turbo", false, "test");
    assay_facts_text(&facts, "clock", "source", "tsc", "test");
    assay_facts_integer(&facts, "clock", "resolution_ns", 1, "test");
    assay_facts_bool(&facts, "counters", "instructions", true, "test");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    assay_facts_release(&facts);
    return 0;
}

static struct assay_observed quiet(void)
{
    return (struct assay_observed){ .facts = &facts, .load = 0.1, .steal_share = 0.0, .processors = 4, .quota = -1.0 };
}

/* Exactly one finding, with this name and grade, whose text holds `part`. */
static void finds(const struct assay_observed *observed, const char *name, enum assay_grade grade, const char *part)
{
    struct assay_findings found;
    assay_findings_of(&found, observed);
    assert_false(found.failed);
    if (found.count != 1 || strcmp(found.items[0].name, name) != 0 || found.items[0].grade != grade ||
        strstr(found.items[0].text, part) == NULL) {
        fail_msg("%zu findings, the first is %s: %s; want %s with '%s'", found.count, found.count ? found.items[0].name : "-",
                 found.count ? found.items[0].text : "-", name, part);
    }
    assert_int_equal(assay_findings_block(&found), grade == ASSAY_GRADE_BLOCKING);
    assay_findings_release(&found);
}

static void a_quiet_machine_has_no_finding(void **state)
{
    (void)state;
    struct assay_observed observed = quiet();
    struct assay_findings found;
    assay_findings_of(&found, &observed);
    assert_int_equal(found.count, 0);
    assert_false(assay_findings_block(&found));
    assay_findings_release(&found);
}

static void readings_are_graded(void **state)
{
    (void)state;
    struct assay_observed observed = quiet();
    observed.load = 2.5;
    finds(&observed, "load", ASSAY_GRADE_CAUTION, "2.50 over the last minute on 4 processors");
    observed.load = 4.0;
    finds(&observed, "load", ASSAY_GRADE_BLOCKING, "none is free");
    observed = quiet();
    observed.steal_share = 0.02;
    finds(&observed, "steal", ASSAY_GRADE_CAUTION, "2.0 %");
    observed.steal_share = 0.3;
    finds(&observed, "steal", ASSAY_GRADE_BLOCKING, "30 %");
    observed = quiet();
    observed.quota = 2.5;
    finds(&observed, "quota", ASSAY_GRADE_CAUTION, "2.5 processors' worth");
    observed.quota = 0.5;
    finds(&observed, "quota", ASSAY_GRADE_BLOCKING, "0.5 processors' worth");
    observed.quota = 4.0;
    observed.processors = 2;
    finds(&observed, "processors", ASSAY_GRADE_INFORMATION, "2 of 4");
    observed.processors = 1;
    finds(&observed, "processors", ASSAY_GRADE_CAUTION, "one processor only");
    observed = quiet();
    observed.sanitized = true;
    finds(&observed, "build", ASSAY_GRADE_BLOCKING, "sanitizer");
    observed = quiet();
    observed.unoptimized = true;
    finds(&observed, "build", ASSAY_GRADE_CAUTION, "without optimization");
}

static void facts_are_graded(void **state)
{
    (void)state;
    struct assay_observed observed = quiet();
    assay_facts_text(&facts, "frequency", "governor", "powersave", "test");
    finds(&observed, "governor", ASSAY_GRADE_CAUTION, "powersave");
    assay_facts_none(&facts, "frequency", "governor", "not shown");
    finds(&observed, "governor", ASSAY_GRADE_INFORMATION, "not shown");
    assay_facts_text(&facts, "frequency", "governor", "performance", "test");
    assay_facts_bool(&facts, "frequency", "turbo", true, "test");
    finds(&observed, "turbo", ASSAY_GRADE_CAUTION, "turbo");
    assay_facts_bool(&facts, "frequency", "turbo", false, "test");
    assay_facts_bool(&facts, "topology", "smt", true, "test");
    finds(&observed, "smt", ASSAY_GRADE_CAUTION, "share a core");
    assay_facts_bool(&facts, "topology", "smt", false, "test");
    assay_facts_text(&facts, "clock", "source", "hpet", "test");
    finds(&observed, "clock", ASSAY_GRADE_CAUTION, "hpet");
    assay_facts_integer(&facts, "clock", "resolution_ns", 4000000, "test");
    finds(&observed, "clock", ASSAY_GRADE_BLOCKING, "steps of 4.000 ms");
    assay_facts_integer(&facts, "clock", "resolution_ns", 1, "test");
    assay_facts_text(&facts, "clock", "source", "tsc", "test");
    assay_facts_text(&facts, "cpu", "features", "fpu not_constant_tsc constant_tscx", "test");
    finds(&observed, "tsc", ASSAY_GRADE_CAUTION, "constant rate");
    assay_facts_text(&facts, "cpu", "features_more", "constant_tsc", "test");
    assay_facts_integer(&facts, "kernel", "aslr", 0, "test");
    finds(&observed, "aslr", ASSAY_GRADE_CAUTION, "not randomized");
    assay_facts_integer(&facts, "kernel", "aslr", 2, "test");
    assay_facts_text(&facts, "virtualization", "hypervisor", "KVM", "test");
    finds(&observed, "hypervisor", ASSAY_GRADE_INFORMATION, "KVM");
}

static void memory_is_graded_by_what_is_left(void **state)
{
    (void)state;
    struct assay_observed observed = quiet();
    assay_facts_integer(&facts, "memory", "available_bytes", 90000000, "test");
    finds(&observed, "memory", ASSAY_GRADE_CAUTION, "are free");
    assay_facts_integer(&facts, "memory", "available_bytes", 10000000, "test");
    finds(&observed, "memory", ASSAY_GRADE_BLOCKING, "are free");
    assay_facts_integer(&facts, "memory", "limit_bytes", 20000000, "test"); /* half of what the group may have */
    assay_facts_integer(&facts, "memory", "swap_bytes", 1000000, "test");
    assay_facts_integer(&facts, "memory", "swap_free_bytes", 500000, "test");
    finds(&observed, "swap", ASSAY_GRADE_CAUTION, "of swap are in use");
}

static void what_blocks_stands_first(void **state)
{
    (void)state;
    struct assay_observed observed = quiet();
    struct assay_findings found;
    assay_facts_text(&facts, "virtualization", "hypervisor", "KVM", "test");
    assay_facts_text(&facts, "frequency", "governor", "powersave", "test");
    assay_facts_integer(&facts, "clock", "resolution_ns", 4000000, "test");
    observed.load = 3.0;
    assay_findings_of(&found, &observed);
    assert_int_equal(found.count, 4);
    assert_string_equal(found.items[0].name, "clock");
    assert_string_equal(found.items[1].name, "load");
    assert_string_equal(found.items[2].name, "governor");
    assert_string_equal(found.items[3].name, "hypervisor");
    assay_findings_release(&found);
}

static void noise_says_what_can_be_decided_or_why_not(void **state)
{
    (void)state;
    static const double row[ASSAY_BLOCK_COLUMN_COUNT] = { 0.001, 0, 0, 0, 0.02, 0, 0, 0, 0, 0, 0 };
    struct assay_comparison comparison = { .spread = 0.005, .reason = (char *)"too few blocks" };
    struct assay_noise noise = { .kernel = "k" };
    for (size_t i = 0; i < 5; i++) {
        assert_true(assay_blocks_append(&comparison.blocks, row));
    }
    assert_int_equal(assay_noise_of(&noise, &comparison), 0);
    assert_false(noise.known);
    assert_string_equal(noise.reason, "too few blocks");
    assert_true(assay_blocks_append(&comparison.blocks, row));
    assert_int_equal(assay_noise_of(&noise, &comparison), 0);
    assert_true(noise.known && noise.block_s == 0.02);
    assert_true(noise.detectable[0] > noise.detectable[1] && noise.detectable[1] > noise.detectable[2]);
    assert_true(noise.detectable[2] > 0.0 && isfinite(noise.detectable[0]));
    assay_blocks_release(&comparison.blocks);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_quiet_machine_has_no_finding),   TEST(readings_are_graded),
        TEST(facts_are_graded),                 TEST(memory_is_graded_by_what_is_left),
        TEST(what_blocks_stands_first),         TEST(noise_says_what_can_be_decided_or_why_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
