/* Suites: what is read, what is refused and with which words, includes and their circles. */
// links: catalog protocol machine base
#include "catalog/suite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define HEAD "format: 1\nname: t\nversion: 1.0.0\n"

static char directory[64];

static int make_directory(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/assay-suite-XXXXXX");
    return mkdtemp(directory) != NULL ? 0 : -1;
}

static int remove_directory(void **state)
{
    (void)state;
    static const char *const names[] = { "a.yaml", "b.yaml", "c.yaml", "quick.yaml", "empty.yaml" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", directory, names[i]);
        unlink(path);
    }
    return rmdir(directory);
}

static void write_file(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static struct assay_suite *reads(const char *text)
{
    struct assay_error error = { 0 };
    struct assay_suite *suite = NULL;
    if (assay_suite_parse(&suite, NULL, "s.yaml", text, strlen(text), &error) != 0) {
        fail_msg("%s", error.text);
    }
    return suite;
}

static void refuses(const char *text, const char *message)
{
    struct assay_error error = { 0 };
    struct assay_suite *suite = NULL;
    assert_int_equal(assay_suite_parse(&suite, NULL, "s.yaml", text, strlen(text), &error), ASSAY_EINPUT);
    assert_string_equal(error.text, message);
    assert_null(suite);
}

static void every_key_is_read(void **state)
{
    (void)state;
    struct assay_suite *suite = reads(
        HEAD "summary: all keys\n"
             "protocol: {warmup: 0s, batch: 20ms, budget: 1m, timeout: 5s, samples: 1e2, processes: 8, order: sequential}\n"
             "benchmarks:\n"
             "  - kernel: primes.trial\n"
             "    parameters: {limit: [1000, 2e3], label: ''}\n"
             "    implementations: [c, cpython]\n"
             "    group: primes\n"
             "    baseline: cpython\n"
             "    threads: 2\n"
             "    jobs: [1, 3, 1]\n"
             "    expect: {count: 168, sum: 18446744073709551615, source: a table,\n"
             "      sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef}\n"
             "  - kernel: sieve.bytes\n");
    assert_string_equal(suite->name, "t");
    assert_string_equal(suite->summary, "all keys");
    assert_true(suite->protocol.warmup_s == 0.0 && suite->protocol.batch_s == 0.02 && suite->protocol.budget_s == 60.0);
    assert_int_equal(suite->protocol.samples, 100);
    assert_int_equal(suite->protocol.processes, 8);
    assert_int_equal(suite->protocol.order, 1);
    assert_int_equal(suite->entry_count, 2);
    const struct assay_suite_entry *entry = &suite->entries[0];
    assert_string_equal(entry->kernel, "primes.trial");
    assert_int_equal(entry->parameter_count, 2);
    assert_string_equal(entry->parameters[0].values[1], "2e3");
    assert_null(entry->parameters[0].values[2]);
    assert_string_equal(entry->parameters[1].values[0], "");
    assert_string_equal(entry->implementations[1], "cpython");
    assert_string_equal(entry->group, "primes");
    assert_string_equal(entry->baseline, "cpython");
    assert_int_equal(entry->threads, 2);
    assert_int_equal(entry->jobs[0], 1);
    assert_int_equal(entry->jobs[1], 3);
    assert_int_equal(entry->jobs[2], 0); /* the second 1 says nothing new */
    assert_true(entry->has_expected && entry->expected.count_known && entry->expected.sum_known);
    assert_true(entry->expected.sum == UINT64_MAX && entry->expected.count == 168 && entry->expected.sha256_known);
    assert_int_equal(entry->line, 7);
    assert_string_equal(entry->file, "s.yaml");
    assert_string_equal(suite->entries[1].implementations[0], "c");
    assert_int_equal(suite->entries[1].threads, 1);
    assert_false(suite->entries[1].has_expected);
    assert_null(suite->entries[1].jobs);
    assert_null(suite->entries[1].baseline);
    assay_suite_close(suite);
}

static void several_kernels_share_what_their_entry_says(void **state)
{
    (void)state;
    struct assay_suite *suite = reads(HEAD "benchmarks:\n"
                                           "  - kernel: [sieve.bytes, sieve.linear, sieve.atkin]\n"
                                           "    parameters: {limit: 10}\n"
                                           "    group: primes\n"
                                           "    expect: {count: 4, source: by hand}\n"
                                           "  - kernel: primes.trial\n");
    static const char *const names[] = { "sieve.bytes", "sieve.linear", "sieve.atkin", "primes.trial" };
    assert_int_equal(suite->entry_count, 4);
    for (size_t i = 0; i < 4; i++) {
        const struct assay_suite_entry *entry = &suite->entries[i];
        assert_string_equal(entry->kernel, names[i]);
        assert_int_equal(entry->parameter_count, i < 3 ? 1 : 0);
        assert_int_equal(entry->expected.count, i < 3 ? 4 : 0);
        assert_int_equal(entry->line, i < 3 ? 5 : 9);
    }
    assay_suite_close(suite);
    refuses(HEAD "benchmarks:\n  - kernel: [a, 'A b']\n",
            "s.yaml:5:17: 'A b' is not a kernel's name: want one such as primes.trial (parameters and implementations have "
            "keys of their own)");
    refuses(HEAD "benchmarks: [{kernel: []}]\n", "s.yaml:4:23: 'kernel' is an empty list");
}

static void what_is_not_said_is_unset(void **state)
{
    (void)state;
    struct assay_suite *suite = reads(HEAD "benchmarks: [{kernel: a}]\n");
    assert_string_equal(suite->summary, "");
    assert_true(suite->protocol.warmup_s < 0 && suite->protocol.batch_s < 0 && suite->protocol.budget_s < 0);
    assert_int_equal(suite->protocol.samples, -1);
    assert_int_equal(suite->protocol.order, -1);
    assay_suite_close(suite);
}

static void unknown_keys_are_refused_with_the_nearest(void **state)
{
    (void)state;
    refuses(HEAD "benchmark: []\n", "s.yaml:4:1: unknown key 'benchmark' in a suite: did you mean 'benchmarks'?");
    refuses(HEAD "protocol:\n  warm-up: 1ms\n",
            "s.yaml:5:3: unknown key 'warm-up' in a protocol: did you mean 'warmup'?");
    refuses(HEAD "benchmarks:\n  - kernel: a\n    xyzzy: 1\n",
            "s.yaml:6:5: unknown key 'xyzzy' in a benchmark: want one of kernel, parameters, implementations, group, "
            "baseline, threads, jobs, expect");
}

static void missing_keys_are_named(void **state)
{
    (void)state;
    refuses("name: t\nversion: 1.0.0\nbenchmarks: [{kernel: a}]\n", "s.yaml:1:1: a suite needs the key 'format'");
    refuses(HEAD, "s.yaml:1:1: a suite needs the key 'benchmarks' or 'include'");
    refuses(HEAD "benchmarks: []\n", "s.yaml: the suite has no benchmarks");
    refuses(HEAD "benchmarks: [{group: a}]\n", "s.yaml:4:14: a benchmark needs the key 'kernel'");
    refuses(HEAD "benchmarks: [{kernel: a, expect: {count: 1}}]\n",
            "s.yaml:4:34: an expected answer needs the key 'source'");
    refuses(HEAD "benchmarks: [{kernel: a, expect: {source: x}}]\n",
            "s.yaml:4:34: the answer is not said: want count, sum or sha256");
}

static void wrong_values_are_refused_with_the_wish(void **state)
{
    (void)state;
    refuses("format: 2\n", "s.yaml:1:9: format 2 is unknown: want 1");
    refuses("format: 1\nversion: 1.0\n", "s.yaml:2:10: bad version '1.0': want x.y.z, such as 1.0.0");
    refuses("format: 1\nversion: 1.0.0.0\n", "s.yaml:2:10: bad version '1.0.0.0': want x.y.z, such as 1.0.0");
    refuses("format: 1\nname:\n", "s.yaml:2:6: 'name' has no value");
    refuses("format: 1\nname: [a]\n", "s.yaml:2:7: 'name' is a single value, this is a list");
    refuses("protocol: {batch: 10}\n", "s.yaml:1:19: bad batch '10': want a time from 100us to 1h, such as 10ms");
    refuses("protocol: {batch: 50us}\n", "s.yaml:1:19: bad batch '50us': want a time from 100us to 1h, such as 10ms");
    refuses("protocol: {timeout: nan}\n", "s.yaml:1:21: bad timeout 'nan': want a time from 1ms to 168h, such as 30s");
    refuses("protocol: {samples: 0}\n", "s.yaml:1:21: bad samples '0': want 1 to 100000");
    refuses("protocol: {processes: -1}\n", "s.yaml:1:23: bad processes '-1': want 1 to 10000");
    refuses("protocol: {order: random}\n", "s.yaml:1:19: bad order 'random': want interleaved or sequential");
    refuses("protocol: 3\n", "s.yaml:1:11: a protocol is a mapping of keys such as 'warmup: ...', this is a value");
    refuses("benchmarks: 3\n", "s.yaml:1:1: a suite needs the key 'format'");
    refuses(HEAD "benchmarks: 3\n",
            "s.yaml:4:13: 'benchmarks' is a list of mappings such as '- kernel: primes.trial', this is a value");
    refuses("- 1\n", "s.yaml:1:1: a suite is a mapping of keys such as 'format: ...', this is a list");
}

static void wrong_benchmarks_are_refused_with_the_wish(void **state)
{
    (void)state;
    refuses(HEAD "benchmarks: [{kernel: 'a:limit=3'}]\n",
            "s.yaml:4:23: 'a:limit=3' is not a kernel's name: want one such as primes.trial (parameters and implementations "
            "have keys of their own)");
    refuses(HEAD "benchmarks: [{kernel: a, threads: 0}]\n", "s.yaml:4:35: bad threads '0': want 1 to 1024");
    refuses(HEAD "benchmarks: [{kernel: a, parameters: {limit: []}}]\n", "s.yaml:4:46: 'limit' is an empty list");
    refuses(HEAD "benchmarks: [{kernel: a, parameters: {limit: [[1]]}}]\n",
            "s.yaml:4:47: 'limit' is a single value, this is a list");
    refuses(HEAD "benchmarks: [{kernel: a, parameters: {limit: }}]\n", "s.yaml:4:46: 'limit' has no value");
    refuses(HEAD "benchmarks: [{kernel: a, parameters: {Limit: 1}}]\n",
            "s.yaml:4:39: 'Limit' is not a parameter's name: want [a-z][a-z0-9_]*");
    refuses(HEAD "benchmarks: [{kernel: a, implementations: [C]}]\n",
            "s.yaml:4:43: 'C' is not an implementation's name: want one such as c or cpython");
    refuses(HEAD "benchmarks: [{kernel: a, expect: {source: x, sha256: ABC}}]\n",
            "s.yaml:4:54: bad sha256 'ABC': want 64 lower-case hexadecimal digits");
}

static void a_baseline_is_one_of_the_implementations_of_a_group(void **state)
{
    (void)state;
    refuses(HEAD "benchmarks:\n  - kernel: a\n    implementations: [c, cpython]\n    group: g\n    baseline: cpyton\n",
            "s.yaml:8:15: the baseline 'cpyton' is none of the implementations: did you mean 'cpython'?");
    refuses(HEAD "benchmarks: [{kernel: a, group: g, baseline: cpython}]\n",
            "s.yaml:4:46: the baseline 'cpython' is none of the implementations: want one of c");
    refuses(HEAD "benchmarks: [{kernel: a, baseline: c}]\n",
            "s.yaml:4:36: the baseline 'c' needs a group that it is the baseline of: want the key 'group'");
    refuses(HEAD "benchmarks: [{kernel: a, baseline: [c]}]\n", "s.yaml:4:36: 'baseline' is a single value, this is a list");
}

static void jobs_are_within_their_bounds(void **state)
{
    (void)state;
    refuses(HEAD "benchmarks: [{kernel: a, jobs: 0}]\n", "s.yaml:4:32: bad jobs '0': want 1 to 64");
    refuses(HEAD "benchmarks: [{kernel: a, jobs: [1, 65]}]\n", "s.yaml:4:36: bad jobs '65': want 1 to 64");
    refuses(HEAD "benchmarks: [{kernel: a, jobs: []}]\n", "s.yaml:4:32: 'jobs' is an empty list");
    refuses(HEAD "benchmarks: [{kernel: a, jobs: three}]\n", "s.yaml:4:32: bad jobs 'three': want 1 to 64");
    struct assay_suite *suite = reads(HEAD "benchmarks: [{kernel: a, jobs: 64}]\n");
    assert_true(suite->entries[0].jobs[0] == 64 && suite->entries[0].jobs[1] == 0);
    assay_suite_close(suite);
}

static void conditions_on_the_environment_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *fact, *wish, *value;
        enum assay_relation relation;
        bool warn_only;
    } wanted[] = { { "frequency.governor", "performance", "performance", ASSAY_EQUAL, false },
                   { "topology.processors", ">=3", "3", ASSAY_AT_LEAST, true },
                   { "virtualization.hypervisor", "!=none", "none", ASSAY_UNEQUAL, false },
                   { "memory.total_bytes", ">4G", "4G", ASSAY_ABOVE, false },
                   { "load.before_1m", "<=0.5", "0.5", ASSAY_AT_MOST, true },
                   { "cpu.stepping", "<9", "9", ASSAY_BELOW, false },
                   { "cpu.model", "=Example Processor", "Example Processor", ASSAY_EQUAL, false } };
    struct assay_suite *suite = reads(HEAD "environment:\n  frequency.governor: performance\n"
                                           "  topology.processors: '>= 3 ?'\n"
                                           "  virtualization.hypervisor: '!=none'\n"
                                           "  memory.total_bytes: '>4G'\n"
                                           "  load.before_1m: <=0.5?\n"
                                           "  cpu.stepping: ' < 9 '\n"
                                           "  cpu.model: = Example Processor\n"
                                           "benchmarks: [{kernel: a}]\n");
    assert_int_equal(suite->requirement_count, 7);
    for (size_t i = 0; i < 7; i++) {
        const struct assay_suite_requirement *requirement = &suite->requirements[i];
        const char *value = NULL;
        assert_string_equal(requirement->fact, wanted[i].fact);
        assert_string_equal(requirement->wish, wanted[i].wish);
        assert_int_equal(requirement->warn_only, wanted[i].warn_only);
        assert_int_equal(assay_relation_of(&value, requirement->wish), wanted[i].relation);
        assert_string_equal(value, wanted[i].value);
        assert_int_equal(requirement->line, 5 + i);
    }
    assay_suite_close(suite);
}

static void bad_conditions_are_refused_with_the_wish(void **state)
{
    (void)state;
    static const char wish[] = ": want a value, or one of = != >= <= < > and a value";
    static const char *const bad[] = { "'?'", "'>='", "==2", "'>=>2'", "'= ?'" };
    static const char *const said[] = { "", ">=", "==2", ">=>2", "=" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[160], message[200];
        snprintf(text, sizeof text, HEAD "environment: {cpu.stepping: %s}\n", bad[i]);
        snprintf(message, sizeof message, "s.yaml:4:15: bad condition '%s' for cpu.stepping%s", said[i], wish);
        refuses(text, message);
    }
    refuses(HEAD "environment: {cpu.stepping: '>=many'}\n",
            "s.yaml:4:15: bad condition '>=many' for cpu.stepping: only a number is more or less than another");
    refuses(HEAD "environment: {governor: performance}\n",
            "s.yaml:4:15: 'governor' is not a fact of the environment: want a group and a name such as frequency.governor");
    refuses(HEAD "environment: {cpu.: 1}\n",
            "s.yaml:4:15: 'cpu.' is not a fact of the environment: want a group and a name such as frequency.governor");
    refuses(HEAD "environment: performance\n",
            "s.yaml:4:14: 'environment' is a mapping such as {frequency.governor: performance}, this is a value");
    refuses(HEAD "environment: {cpu.model: x, cpu.model: y}\n", "s.yaml:4:29: 'cpu.model' stands here twice, first in line 4");
    refuses(HEAD "environment: {cpu.model: [x]}\n", "s.yaml:4:26: 'cpu.model' is a single value, this is a list");
    refuses(HEAD "environment:\n  cpu.stepping: >=3\n",
            "s.yaml:5:18: not YAML: did not find expected comment or line break while scanning a block scalar: a text that "
            "begins with > or | stands in quotes");
    refuses(HEAD "environment:\n  cpu.stepping: !=3\n",
            "s.yaml:5:17: tags (!type) are not taken: a text that begins with ! stands in quotes");
}

static void included_suites_give_their_benchmarks_first(void **state)
{
    (void)state;
    struct assay_error error = { 0 };
    struct assay_suite *suite = NULL;
    write_file("a.yaml", HEAD "include: [b, ./c.yaml]\nbenchmarks: [{kernel: a}]\n");
    write_file("b.yaml", HEAD "protocol: {samples: 7}\nenvironment: {cpu.model: x}\ninclude: c.yaml\nbenchmarks: [{kernel: b}]\n");
    write_file("c.yaml", HEAD "benchmarks: [{kernel: c}]\n");
    assert_int_equal(assay_suite_open(&suite, directory, "a", &error), 0);
    assert_int_equal(suite->entry_count, 3); /* c once, though it is included twice */
    assert_string_equal(suite->entries[0].kernel, "c");
    assert_string_equal(suite->entries[1].kernel, "b");
    assert_string_equal(suite->entries[2].kernel, "a");
    assert_int_equal(suite->protocol.samples, -1); /* protocol and environment are those of the suite that was asked for */
    assert_int_equal(suite->requirement_count, 0);
    assay_suite_close(suite);
}

static void circles_are_refused_with_their_chain(void **state)
{
    (void)state;
    struct assay_error error = { 0 };
    struct assay_suite *suite = NULL;
    char message[480];
    write_file("a.yaml", HEAD "include: [b]\n");
    write_file("b.yaml", HEAD "include:\n  - c.yaml\n");
    write_file("c.yaml", HEAD "include: b\n");
    assert_int_equal(assay_suite_open(&suite, directory, "a", &error), ASSAY_EINPUT);
    snprintf(message, sizeof message, "%s/c.yaml:4:10: suites include each other: %s/b.yaml -> %s/c.yaml -> %s/b.yaml",
             directory, directory, directory, directory);
    assert_string_equal(error.text, message);
    assert_null(suite);
}

static void unknown_suites_get_the_nearest_name(void **state)
{
    (void)state;
    struct assay_error error = { 0 };
    struct assay_suite *suite = NULL;
    write_file("quick.yaml", HEAD "benchmarks: [{kernel: a}]\n");
    assert_int_equal(assay_suite_open(&suite, directory, "qiuck", &error), ASSAY_EUSAGE);
    assert_string_equal(error.text, "unknown suite 'qiuck': did you mean 'quick'?");
    error = (struct assay_error){ 0 };
    assert_int_equal(assay_suite_open(&suite, directory, "/no/such.yaml", &error), ASSAY_EIO);
    assert_non_null(strstr(error.text, "/no/such.yaml"));
    error = (struct assay_error){ 0 };
    assert_true(assay_suite_open(&suite, directory, "/tmp/", &error) < 0);
    assert_non_null(strstr(error.text, "directory"));
    error = (struct assay_error){ 0 };
    write_file("empty.yaml", "");
    assert_int_equal(assay_suite_open(&suite, directory, "empty", &error), ASSAY_EINPUT);
    assert_non_null(strstr(error.text, "empty.yaml:1:1: the file is empty"));
    error = (struct assay_error){ 0 };
    write_file("a.yaml", HEAD "include: quikc\n");
    assert_int_equal(assay_suite_open(&suite, directory, "a", &error), ASSAY_EUSAGE);
    assert_non_null(strstr(error.text, "a.yaml:4:10: unknown suite 'quikc': did you mean 'quick'?"));
}

static void bytes_from_nowhere_include_nothing(void **state)
{
    (void)state;
    refuses(HEAD "include: [/etc/passwd]\n", "s.yaml:4:11: a suite from here cannot include others");
}

static void the_suites_that_come_with_assay_are_right(void **state)
{
    (void)state;
    static const char suites[] = ASSAY_SOURCE_DIR "/data/suites";
    struct assay_error error = { 0 };
    char **names = NULL;
    size_t count = 0;
    assert_int_equal(assay_suite_names(&names, &count, suites, &error), 0);
    assert_true(count >= 3);
    for (size_t i = 0; i < count; i++) {
        struct assay_suite *suite = NULL;
        if (assay_suite_open(&suite, suites, names[i], &error) != 0) {
            fail_msg("%s", error.text);
        }
        assert_string_equal(suite->name, names[i]);
        assert_string_not_equal(suite->summary, "");
        assay_suite_close(suite);
        free(names[i]);
    }
    free(names);
}

static void settings_out_of_bounds_are_named(void **state)
{
    (void)state;
    struct assay_error error = { 0 };
    struct assay_protocol protocol = ASSAY_PROTOCOL_UNSET;
    assert_int_equal(assay_protocol_check(&protocol, "--", &error), 0);
    protocol.batch_s = 5e-5;
    assert_int_equal(assay_protocol_check(&protocol, "--", &error), ASSAY_EUSAGE);
    assert_string_equal(error.text, "bad --batch '50.00 us': want a time from 100us to 1h, such as 10ms");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_is_read),
        cmocka_unit_test(several_kernels_share_what_their_entry_says),
        cmocka_unit_test(what_is_not_said_is_unset),
        cmocka_unit_test(unknown_keys_are_refused_with_the_nearest),
        cmocka_unit_test(missing_keys_are_named),
        cmocka_unit_test(wrong_values_are_refused_with_the_wish),
        cmocka_unit_test(wrong_benchmarks_are_refused_with_the_wish),
        cmocka_unit_test(a_baseline_is_one_of_the_implementations_of_a_group),
        cmocka_unit_test(jobs_are_within_their_bounds),
        cmocka_unit_test(conditions_on_the_environment_are_read),
        cmocka_unit_test(bad_conditions_are_refused_with_the_wish),
        cmocka_unit_test_setup_teardown(included_suites_give_their_benchmarks_first, make_directory, remove_directory),
        cmocka_unit_test_setup_teardown(circles_are_refused_with_their_chain, make_directory, remove_directory),
        cmocka_unit_test_setup_teardown(unknown_suites_get_the_nearest_name, make_directory, remove_directory),
        cmocka_unit_test(bytes_from_nowhere_include_nothing),
        cmocka_unit_test(the_suites_that_come_with_assay_are_right),
        cmocka_unit_test(settings_out_of_bounds_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
