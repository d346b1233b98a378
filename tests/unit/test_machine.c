/* What the machine says: parsers against canned files, and facts that always have a source or a reason. */
// links: machine base
#include "base/facts.h"
#include "machine/gather.h"
#include "machine/machine.h"
#include "machine/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* A processor that came out after libcpuid 0.6.2. */
static const char emerald_rapids[] = "processor\t: 0\n"
                                     "vendor_id\t: GenuineIntel\n"
                                     "cpu family\t: 6\n"
                                     "model\t\t: 207\n"
                                     "model name\t: Intel(R) Xeon(R) Processor\n"
                                     "stepping\t: 2\n"
                                     "microcode\t: 0xffffffff\n"
                                     "cpu MHz\t\t: 2300.000\n"
                                     "flags\t\t: fpu vme avx512f hypervisor\n"
                                     "\n"
                                     "processor\t: 1\n"
                                     "model\t\t: 1\n";

static const char graviton[] = "processor\t: 0\n"
                               "BogoMIPS\t: 243.75\n"
                               "Features\t: fp asimd evtstrm\n"
                               "CPU implementer\t: 0x41\n"
                               "CPU architecture: 8\n"
                               "CPU part\t: 0xd0c\n";

static void cpuinfo_of_an_unknown_model_is_read(void **state)
{
    (void)state;
    struct assay_cpuinfo info;
    assay_cpuinfo_parse(&info, emerald_rapids);
    assert_string_equal(info.vendor, "GenuineIntel");
    assert_string_equal(info.model, "Intel(R) Xeon(R) Processor");
    assert_string_equal(info.microcode, "0xffffffff");
    assert_int_equal(info.family, 6);
    assert_int_equal(info.number, 207);
    assert_int_equal(info.stepping, 2);
    assert_string_equal(info.features, "fpu vme avx512f hypervisor");
    assay_cpuinfo_release(&info);
}

static void cpuinfo_without_names_leaves_them_open(void **state)
{
    (void)state;
    struct assay_cpuinfo info;
    assay_cpuinfo_parse(&info, graviton);
    assert_string_equal(info.model, "");
    assert_string_equal(info.vendor, "");
    assert_int_equal(info.family, -1);
    assert_string_equal(info.features, "fp asimd evtstrm");
    assay_cpuinfo_release(&info);
    assay_cpuinfo_parse(&info, "");
    assert_null(info.features);
    assert_int_equal(info.number, -1);
    assay_cpuinfo_parse(&info, "model\t: 99999999999999999999\nstepping : -3\ncpu family");
    assert_int_equal(info.number, -1);
    assert_int_equal(info.stepping, -1);
}

/* What libcpuid 0.6.2 answers is believed for models it knows, and for no other. */
static void a_codename_is_believed_only_for_known_models(void **state)
{
    (void)state;
    assert_false(assay_codename_known("GenuineIntel", 6, 207, 2, "Xeon (Conroe/2M)"));
    assert_false(assay_codename_known("GenuineIntel", 6, 143, 8, "Skylake (Xeon Scalable)"));
    assert_true(assay_codename_known("GenuineIntel", 6, 85, 4, "Skylake (Xeon Scalable)"));
    assert_false(assay_codename_known("GenuineIntel", 6, 85, 7, "Skylake (Xeon Scalable)")); /* Cascade Lake */
    assert_true(assay_codename_known("AuthenticAMD", 25, 1, 1, "EPYC (Milan)"));
    assert_true(assay_codename_known("AuthenticAMD", 23, 49, 0, "EPYC (Rome)"));
    assert_true(assay_codename_known("AuthenticAMD", 23, 49, 0, "Threadripper (Castle Peak)"));
    assert_false(assay_codename_known("AuthenticAMD", 25, 1, 1, "EPYC (Rome)"));   /* known model, wrong name */
    assert_false(assay_codename_known("AuthenticAMD", 25, 17, 1, "EPYC (Milan)")); /* Genoa */
    assert_false(assay_codename_known("GenuineIntel", 25, 1, 1, "EPYC (Milan)"));
    assert_false(assay_codename_known("AuthenticAMD", 25, 1, 1, ""));
    assert_false(assay_codename_known("", -1, -1, -1, ""));
}

static void a_guessed_codename_becomes_a_reason(void **state)
{
    (void)state;
    struct assay_cpuid cpuid = { .known = true,
                                 .library = "libcpuid 0.6.2",
                                 .vendor = "GenuineIntel",
                                 .model = "Intel(R) Xeon(R) Processor",
                                 .codename = "Xeon (Conroe/2M)",
                                 .family = 6,
                                 .number = 207,
                                 .stepping = 3 };
    struct assay_cpuinfo cpuinfo;
    struct assay_facts facts = ASSAY_FACTS_INIT;
    assay_cpuinfo_parse(&cpuinfo, emerald_rapids);
    assay_gather_cpu(&facts, &(struct assay_gathering){ &cpuid, &cpuinfo });
    const struct assay_fact *fact = assay_facts_find(&facts, "cpu", "codename");
    assert_int_equal(fact->kind, ASSAY_FACT_NONE);
    assert_string_equal(fact->origin,
                        "libcpuid 0.6.2 does not know family 6 model 207 stepping 3: its answer would be a guess");
    fact = assay_facts_find(&facts, "cpu", "model");
    assert_string_equal(fact->text, "Intel(R) Xeon(R) Processor");
    assert_string_equal(fact->origin, "/proc/cpuinfo, libcpuid 0.6.2 agrees");
    fact = assay_facts_find(&facts, "cpu", "stepping"); /* they differ: the kernel's word, and both are told */
    assert_int_equal(fact->integer, 2);
    assert_string_equal(fact->origin, "/proc/cpuinfo, libcpuid 0.6.2 says 3");
    assay_facts_release(&facts);
    assay_cpuinfo_release(&cpuinfo);
}

static void without_cpuid_the_kernels_word_is_taken(void **state)
{
    (void)state;
    struct assay_cpuid cpuid = { .library = "libcpuid 0.6.2",
                                 .reason = "this processor has no cpuid instruction",
                                 .family = -1,
                                 .number = -1,
                                 .stepping = -1 };
    struct assay_cpuinfo cpuinfo;
    struct assay_facts facts = ASSAY_FACTS_INIT;
    assay_cpuinfo_parse(&cpuinfo, graviton);
    assay_gather_cpu(&facts, &(struct assay_gathering){ &cpuid, &cpuinfo });
    const struct assay_fact *fact = assay_facts_find(&facts, "cpu", "model");
    assert_int_equal(fact->kind, ASSAY_FACT_NONE);
    assert_string_equal(fact->origin, "not in /proc/cpuinfo; this processor has no cpuid instruction");
    assert_string_equal(assay_facts_find(&facts, "cpu", "features")->origin, "/proc/cpuinfo");
    assert_string_equal(assay_facts_find(&facts, "cpu", "codename")->origin, cpuid.reason);
    assay_facts_release(&facts);
    assay_cpuinfo_release(&cpuinfo);
}

static void sizes_are_read_with_their_units(void **state)
{
    (void)state;
    int64_t bytes = 7;
    assert_true(assay_parse_cache_size(&bytes, "266240K"));
    assert_int_equal(bytes, INT64_C(266240) * 1024);
    assert_true(assay_parse_cache_size(&bytes, "32M\n"));
    assert_int_equal(bytes, 32 << 20);
    bytes = 7;
    assert_false(assay_parse_cache_size(&bytes, "32"));
    assert_false(assay_parse_cache_size(&bytes, "-1K"));
    assert_false(assay_parse_cache_size(&bytes, "K"));
    assert_false(assay_parse_cache_size(&bytes, "32KB"));
    assert_false(assay_parse_cache_size(&bytes, ""));
    const char meminfo[] = "MemTotal:       24684096 kB\nMemAvailable:   24304560 kB\nHugePages_Total:       0\n";
    assert_int_equal(bytes, 7);
    assert_true(assay_parse_meminfo(&bytes, meminfo, "MemAvailable"));
    assert_int_equal(bytes, INT64_C(24304560) * 1024);
    assert_false(assay_parse_meminfo(&bytes, meminfo, "SwapTotal"));
    assert_false(assay_parse_meminfo(&bytes, meminfo, "HugePages_Total"));
    assert_false(assay_parse_meminfo(&bytes, "MemTotal: lots kB\n", "MemTotal"));
    assert_int_equal(bytes, INT64_C(24304560) * 1024);
}

static void steal_is_the_eighth_number_of_a_processors_line(void **state)
{
    (void)state;
    const char stat[] = "cpu  7033 0 4515 396318 832 0 102 231 0 0\n"
                        "cpu0 1 2 3 4 5 6 7 80 9 10\n"
                        "cpu1 1 2 3 4 5 6 7 81 9 10\n"
                        "cpu10 1 2 3 4 5 6 7 90 9 10\n"
                        "intr 1\n";
    int64_t ticks = -5;
    assert_true(assay_parse_steal(&ticks, stat, -1));
    assert_int_equal(ticks, 231);
    assert_true(assay_parse_steal(&ticks, stat, 1));
    assert_int_equal(ticks, 81);
    assert_true(assay_parse_steal(&ticks, stat, 10));
    assert_int_equal(ticks, 90);
    assert_false(assay_parse_steal(&ticks, stat, 2));
    assert_false(assay_parse_steal(&ticks, "cpu  1 2 3 4\n", -1)); /* before Linux 2.6.11 */
    assert_false(assay_parse_steal(&ticks, "", -1));
    assert_int_equal(ticks, 90);
}

static void a_process_may_be_called_anything(void **state)
{
    (void)state;
    int64_t group = 0;
    int64_t pages = 0;
    const char stat[] = "4711 (a) R 1 (b) S 1 4700 4700 0 -1 4194560 100 0 0 0 1 2 0 0 20 0 1 0 12345 8192000 321 1844";
    assert_true(assay_parse_process(&group, &pages, stat));
    assert_int_equal(group, 4700);
    assert_int_equal(pages, 321);
    assert_false(assay_parse_process(&group, &pages, "4711 (a) R 1 2"));
    assert_false(assay_parse_process(&group, &pages, "4711"));
    assert_int_equal(pages, 321);
}

static void choices_lists_and_groups_are_parsed(void **state)
{
    (void)state;
    char word[16] = "before";
    int64_t count = 0;
    assert_false(assay_parse_bracketed(word, sizeof word, "always madvise"));
    assert_false(assay_parse_bracketed(word, sizeof word, "always []"));
    assert_false(assay_parse_bracketed(word, 4, "[never]"));
    assert_string_equal(word, "before");
    assert_true(assay_parse_bracketed(word, sizeof word, "always [madvise] never"));
    assert_string_equal(word, "madvise");
    assert_true(assay_parse_bracketed(word, 6, "[never]"));
    assert_true(assay_parse_list_count(&count, "0-3,8,10-11"));
    assert_int_equal(count, 7);
    assert_true(assay_parse_list_count(&count, "0\n"));
    assert_int_equal(count, 1);
    assert_false(assay_parse_list_count(&count, ""));
    assert_false(assay_parse_list_count(&count, "3-1"));
    assert_false(assay_parse_list_count(&count, "1;2"));
    assert_int_equal(count, 1);
    assert_null(assay_parse_container("0::/init.scope\n"));
    assert_string_equal(assay_parse_container("5:cpu:/docker/0a1b2c\n"), "docker");
    assert_string_equal(assay_parse_container("0::/kubepods.slice/kubepods-pod1.slice\n"), "kubernetes");
    assert_string_equal(assay_parse_container("1:name=systemd:/lxc/box\n"), "lxc");
}

static void the_memory_group_is_found_in_both_versions(void **state)
{
    (void)state;
    char path[64] = "";
    bool unified = false;
    assert_true(assay_parse_cgroup_path(path, sizeof path, &unified, "0::/user.slice/a:b\n"));
    assert_string_equal(path, "/user.slice/a:b");
    assert_true(unified);
    assert_true(
        assay_parse_cgroup_path(path, sizeof path, &unified, "9:name=systemd:/x\n4:cpu,memory:/docker/1\n0::/\n"));
    assert_string_equal(path, "/docker/1");
    assert_false(unified);
    assert_false(assay_parse_cgroup_path(path, sizeof path, &unified, "9:name=systemd:/x\n"));
    assert_false(assay_parse_cgroup_path(path, sizeof path, &unified, ""));
    assert_false(assay_parse_cgroup_path(path, sizeof path, &unified, "garbage"));
    assert_false(assay_parse_cgroup_path(path, 4, &unified, "0::/long\n"));
    assert_string_equal(path, "/docker/1");
}

/* Every fact of this machine, whichever it is. */
static void every_fact_has_a_source_or_a_reason(void **state)
{
    (void)state;
    static const char *const wanted[][2] = {
        { "cpu", "model" },
        { "cpu", "codename" },
        { "cpu", "features" },
        { "cpu", "microcode" },
        { "caches", "l1d_bytes" },
        { "caches", "l3_bytes" },
        { "topology", "sockets" },
        { "topology", "cores" },
        { "topology", "processors" },
        { "topology", "smt" },
        { "memory", "total_bytes" },
        { "memory", "swap_bytes" },
        { "memory", "transparent_hugepages" },
        { "kernel", "release" },
        { "kernel", "aslr" },
        { "virtualization", "hypervisor" },
        { "virtualization", "container" },
        { "frequency", "governor" },
        { "frequency", "turbo" },
        { "clock", "source" },
        { "counters", "cycles" },
        { "counters", "paranoid" },
        { "libraries", "libc" },
        { "libraries", "libcpuid" },
        { "git", "commit" },
        { "git", "parent" },
        { "git", "branch" },
        { "git", "author_date" },
        { "git", "dirty" },
        { "machine", "fingerprint" },
        { "load", "before_1m" },
        { "load", "before_steal_ns" },
    };
    struct assay_facts facts = ASSAY_FACTS_INIT;
    assay_machine_collect(&facts);
    assay_machine_collect_load(&facts, "before");
    assert_false(facts.failed);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!assay_facts_find(&facts, wanted[i][0], wanted[i][1]))
            fail_msg("no fact %s.%s", wanted[i][0], wanted[i][1]);
    for (size_t i = 0; i < facts.count; i++) {
        const struct assay_fact *fact = &facts.items[i];
        if (!fact->origin || !fact->origin[0])
            fail_msg("%s.%s has neither source nor reason", fact->group, fact->name);
        if (fact->kind == ASSAY_FACT_TEXT && !fact->text[0])
            fail_msg("%s.%s is an empty text", fact->group, fact->name);
    }
    assay_facts_release(&facts);
}

static void the_hosts_name_is_not_recorded(void **state)
{
    (void)state;
    struct assay_facts facts = ASSAY_FACTS_INIT;
    assay_machine_collect(&facts);
    for (size_t i = 0; i < facts.count; i++)
        assert_string_not_equal(facts.items[i].name, "hostname");
    assert_null(assay_facts_find(&facts, "kernel", "node"));
    assay_facts_release(&facts);
}

static void the_fingerprint_follows_the_machine_and_not_its_kernels_patches(void **state)
{
    (void)state;
    char first[32] = "";
    const struct {
        const char *release;
        int64_t memory;
        int64_t l3;
        bool same;
    } cases[] = {
        { "6.18.44-a", INT64_C(25276514304), 1 << 25, true },  { "6.19.1", INT64_C(25276000000), 1 << 25, true },
        { "7.0.0", INT64_C(25276514304), 1 << 25, false },     { "6.18.44-a", INT64_C(50000000000), 1 << 25, false },
        { "6.18.44-a", INT64_C(25276514304), 1 << 24, false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct assay_facts facts = ASSAY_FACTS_INIT;
        assay_facts_text(&facts, "cpu", "model", "AMD EPYC", "test");
        assay_facts_text(&facts, "kernel", "release", cases[i].release, "test");
        assay_facts_integer(&facts, "memory", "total_bytes", cases[i].memory, "test");
        assay_facts_integer(&facts, "caches", "l3_bytes", cases[i].l3, "test");
        assay_gather_fingerprint(&facts, NULL);
        const struct assay_fact *fact = assay_facts_find(&facts, "machine", "fingerprint");
        assert_int_equal(strlen(fact->text), 16);
        if (i == 0)
            strcpy(first, fact->text);
        assert_int_equal(strcmp(first, fact->text) == 0, cases[i].same);
        assay_facts_release(&facts);
    }
}

static void a_directory_without_git_gives_reasons(void **state)
{
    (void)state;
    char template[] = "/tmp/assay-test-XXXXXX";
    char before[4096];
    assert_non_null(getcwd(before, sizeof before));
    assert_non_null(mkdtemp(template));
    assert_int_equal(chdir(template), 0);
    struct assay_facts facts = ASSAY_FACTS_INIT;
    assay_gather_git(&facts, NULL);
    assert_int_equal(chdir(before), 0);
    assert_int_equal(rmdir(template), 0);
    assert_int_equal(facts.count, 5);
    for (size_t i = 0; i < facts.count; i++) {
        assert_int_equal(facts.items[i].kind, ASSAY_FACT_NONE);
        assert_true(facts.items[i].origin[0] != 0);
        assert_null(strchr(facts.items[i].origin, '\n'));
    }
    assay_facts_release(&facts);
}

static void readings_of_this_process_are_known(void **state)
{
    (void)state;
    assert_true(assay_machine_resident_bytes(getpid()) > 0);
    assert_true(assay_machine_group_resident_bytes(getpgrp()) >= assay_machine_resident_bytes(getpid()) / 2);
    assert_true(assay_machine_available_bytes() > 0);
    assert_true(assay_machine_cache_bytes() >= 32768);
    assert_true(assay_machine_resident_bytes((pid_t)0x7ffffff0) < 0);
    assert_true(assay_machine_group_resident_bytes((pid_t)0x7ffffff0) < 0);
    assert_true(assay_machine_steal_ns(1000000) < 0);
}

static void pinning_changes_the_processors_and_names_what_it_cannot_do(void **state)
{
    (void)state;
    bool all[4096];
    bool one[4096] = { false };
    struct assay_error error = { 0 };
    unsigned count = assay_machine_processors(all, 4096);
    assert_true(count >= 1);
    unsigned first = 0;
    while (!all[first])
        first++;
    one[first] = true;
    assert_int_equal(assay_machine_pin(0, one, 4096, &error), 0);
    bool now[4096];
    assert_int_equal(assay_machine_processors(now, 4096), 1);
    assert_true(now[first]);
    assert_int_equal(assay_machine_pin(0, all, 4096, &error), 0);
    assert_int_equal(assay_machine_processors(now, 4096), count);
    memset(one, 0, sizeof one);
    assert_int_equal(assay_machine_pin(0, one, 4096, &error), ASSAY_EUSAGE);
    assert_string_equal(error.text, "cannot pin to no processor: want at least one");
    memset(&error, 0, sizeof error);
    one[first] = true;
    assert_int_equal(assay_machine_pin((pid_t)0x7ffffff0, one, 4096, &error), ASSAY_EIO);
    assert_non_null(strstr(error.text, "2147483632"));
}

/* No time is asserted but that there is one. */
static void the_chain_has_a_time(void **state)
{
    (void)state;
    assert_true(assay_machine_chain_ns(0) >= 0);
    assert_true(assay_machine_chain_ns(1000000) > 0);
    assert_true(assay_machine_cycle_ns() > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cpuinfo_of_an_unknown_model_is_read),
        cmocka_unit_test(cpuinfo_without_names_leaves_them_open),
        cmocka_unit_test(a_codename_is_believed_only_for_known_models),
        cmocka_unit_test(a_guessed_codename_becomes_a_reason),
        cmocka_unit_test(without_cpuid_the_kernels_word_is_taken),
        cmocka_unit_test(sizes_are_read_with_their_units),
        cmocka_unit_test(steal_is_the_eighth_number_of_a_processors_line),
        cmocka_unit_test(a_process_may_be_called_anything),
        cmocka_unit_test(choices_lists_and_groups_are_parsed),
        cmocka_unit_test(the_memory_group_is_found_in_both_versions),
        cmocka_unit_test(every_fact_has_a_source_or_a_reason),
        cmocka_unit_test(the_hosts_name_is_not_recorded),
        cmocka_unit_test(the_fingerprint_follows_the_machine_and_not_its_kernels_patches),
        cmocka_unit_test(a_directory_without_git_gives_reasons),
        cmocka_unit_test(readings_of_this_process_are_known),
        cmocka_unit_test(pinning_changes_the_processors_and_names_what_it_cannot_do),
        cmocka_unit_test(the_chain_has_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
