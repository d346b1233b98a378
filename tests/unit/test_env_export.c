/* The list for apt-get and the Dockerfile of a known environment, word by word; what cannot be had, and what no line of them may
 * hold. */
// links: cli
#include "cli/env.h"

#include "known_environment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define LACK_ELSEWHERE "from a directory, an address or another manager: left out, install it from where it came"
#define LACK_LOCAL "a local version, which no public index has: left out"
#define HEAD(format)                                                                                                               \
    "# Written by assay env export --format " format ": the packages of debian 12, as of 2026-11-22T16:10:31Z.\n"                  \
    "# No package brings the processor (Acme 9), the kernel (6.1) or their settings: assay env check FILE compares them.\n"        \
    "# cc was GNU 12.2.0.\n"                                                                                                       \
    "# clang was Clang 14.0.6.\n"
#define CURL "# curl=7.8-1: no package list has this version; what there is now is taken (snapshot.debian.org may have it)\n"
#define NODE "# nodejs=20-1: not from the distribution's own archive: left out, install it from where it came\n"
#define PYTHON                                                                                                                     \
    "#\n# python3: CPython 3.11.2\n"                                                                                               \
    "#   Cy_Thing==2.0 (pip)\n"                                                                                                    \
    "#   mine==0.1 (" LACK_ELSEWHERE ")\n"                                                                                         \
    "#   numpy==1.24.2 (with the packages of the distribution)\n"                                                                  \
    "#   torch==2.0+cpu (" LACK_LOCAL ")\n"
#define VENV "#\n# python3-path: CPython 3.11.2, a virtual environment\n#   numba==0.58.0 (pip)\n"
#define SILENT                                                                                                                     \
    "#\n# pypy3: unknown, not from a package of the distribution: install it from where it came\n"                                 \
    "#   its packages are not known: it did not answer\n"

static struct assay_environment known(void)
{
    struct assay_environment environment = { 0 };
    struct assay_error error = { 0 };
    enum assay_environment_kind kind;
    if (assay_environment_read(&environment, &kind, KNOWN_ENVIRONMENT, strlen(KNOWN_ENVIRONMENT), "known", &error)) {
        fail_msg("%s", error.text);
    }
    return environment;
}

static void the_list_is_for_apt_and_says_what_it_lacks(void **state)
{
    (void)state;
    struct assay_environment environment = known();
    struct assay_text text = ASSAY_TEXT_INIT;
    assert_int_equal(assay_env_debian(&text, &environment, NULL), 0);
    assert_string_equal(text.bytes,
                        HEAD("debian")
                        "# To install them: grep -v '^#' THIS-FILE | xargs apt-get install --no-install-recommends --allow-downgrades "
                        "(--simulate tells what that would do).\n"
                        "# libc6 is of another architecture: dpkg --add-architecture i386, then apt-get update.\n"
                        "bash=5.2-1\n" CURL "curl\n"
                        "gcc-12=12.2.0-14\n"
                        "libc6:i386=2.36-9\n"
                        "linux-image-amd64=6.1-1\n" NODE PYTHON VENV SILENT);
    assay_text_release(&text);
    assay_environment_release(&environment);
}

static void the_dockerfile_makes_what_can_be_made(void **state)
{
    (void)state;
    struct assay_environment environment = known();
    struct assay_text text = ASSAY_TEXT_INIT;
    assert_int_equal(assay_env_dockerfile(&text, &environment, NULL), 0);
    assert_string_equal(text.bytes,
                        HEAD("dockerfile")
                        "FROM --platform=linux/amd64 debian:12\n" CURL
                        "# linux-image-amd64=6.1-1: boots a machine: left out of an image\n" NODE
                        "RUN dpkg --add-architecture i386 && apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes "
                        "--no-install-recommends --allow-downgrades \\\n"
                        "        bash=5.2-1 \\\n"
                        "        curl \\\n"
                        "        gcc-12=12.2.0-14 \\\n"
                        "        libc6:i386=2.36-9 \\\n"
                        "        python3-pip \\\n"
                        "        python3-venv \\\n"
                        "    && rm -rf /var/lib/apt/lists/*\n" PYTHON
                        "RUN PIP_BREAK_SYSTEM_PACKAGES=1 python3 -m pip install --no-cache-dir --no-deps \\\n"
                        "        'Cy_Thing==2.0'\n" VENV
                        "RUN python3 -m venv /opt/python3-path\n"
                        "RUN /opt/python3-path/bin/python -m pip install --no-cache-dir --no-deps \\\n"
                        "        'numba==0.58.0'\n"
                        "ENV PATH=/opt/python3-path/bin:$PATH\n" SILENT);
    assay_text_release(&text);
    assay_environment_release(&environment);
}

/* What was not read from a file but found on a machine: reasons, and facts, in any bytes. */
static void no_text_leaves_its_comment(void **state)
{
    (void)state;
    struct assay_environment environment = known();
    static const char evil[] = "x\nRUN reboot\n$(reboot)\r`reboot`\\";
    struct assay_text texts[2] = { ASSAY_TEXT_INIT, ASSAY_TEXT_INIT };
    assay_facts_text(&environment.facts, "kernel", "release", evil, "x");
    assay_facts_text(&environment.facts, "cpu", "model", evil, "x");
    assay_facts_text(&environment.facts, "compilers", "cc", evil, "x");
    assay_facts_text(&environment.facts, "cpu", "architecture", evil, "x");
    free(environment.software.interpreters[2].reason);
    environment.software.interpreters[2].reason = assay_copy(evil);
    environment.software.interpreters_reason = assay_copy(evil);
    assert_int_equal(assay_env_debian(&texts[0], &environment, NULL), 0);
    assert_int_equal(assay_env_dockerfile(&texts[1], &environment, NULL), 0);
    for (size_t i = 0; i < 2; i++) {
        size_t seen = 0;
        for (char *rest = texts[i].bytes, *line; (line = strsep(&rest, "\n"));) {
            bool holds = strstr(line, "reboot");
            seen += holds;
            if (holds && line[0] != '#') {
                fail_msg("outside of a comment: %s", line);
            }
            assert_null(strchr(line, '\r'));
        }
        assert_int_equal(seen, 4); /* a line holds two of them */
        assay_text_release(&texts[i]);
    }
    assay_environment_release(&environment);
}

static void what_is_not_debian_has_no_dockerfile(void **state)
{
    (void)state;
    static const struct {
        const char *id, *release, *reason, *words;
    } cases[] = {
        { "alpine", "3", NULL, "no Dockerfile can be written for 'alpine': want Debian or Ubuntu, whose packages these are" },
        { NULL, NULL, NULL, "no Dockerfile can be written for 'a distribution that is not known': want Debian or Ubuntu, whose packages these are" },
        { "debian", NULL, NULL, "no Dockerfile can be written: the release of debian is not known" },
        { "debian", "12", "no dpkg", "no Dockerfile can be written, the packages are not known: no dpkg" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct assay_environment environment = known();
        struct assay_software *software = &environment.software;
        struct assay_text text = ASSAY_TEXT_INIT;
        struct assay_error error = { 0 };
        free(software->distribution);
        free(software->release);
        software->distribution = assay_copy(cases[i].id);
        software->release = assay_copy(cases[i].release);
        software->packages_reason = assay_copy(cases[i].reason);
        assert_int_equal(assay_env_dockerfile(&text, &environment, &error), ASSAY_EINPUT);
        assert_string_equal(error.text, cases[i].words);
        error = (struct assay_error){ 0 };
        assert_int_equal(assay_env_debian(&text, &environment, &error), cases[i].reason ? ASSAY_EINPUT : 0);
        assay_text_release(&text);
        assay_environment_release(&environment);
    }
}

static void a_virtual_environment_of_kernels_is_named_to_assay(void **state)
{
    (void)state;
    struct assay_environment environment = known();
    struct assay_text text = ASSAY_TEXT_INIT;
    environment.software.interpreters[0].separate = true;
    assert_int_equal(assay_env_dockerfile(&text, &environment, NULL), 0);
    assert_non_null(strstr(text.bytes, "RUN python3 -m venv --system-site-packages /opt/python3\n"));
    assert_non_null(strstr(text.bytes, "ENV ASSAY_PYTHON=/opt/python3/bin/python3\n"));
    assert_null(strstr(text.bytes, "python3-pip"));
    assay_text_release(&text);
    assay_environment_release(&environment);
}

static void differences_are_shown_with_what_helps(void **state)
{
    (void)state;
    struct assay_environment base = known(), head = known();
    const struct assay_env_sides sides = { .base_name = "a", .head_name = "b", .base = &base, .head = &head };
    struct assay_text text = ASSAY_TEXT_INIT;
    bool blocks = true;
    assert_true(assay_env_show(&text, &blocks, &sides, false, 0, false));
    assert_false(blocks);
    assert_string_equal(text.bytes, "not compared packages of pypy3: it did not answer\n\na and b do not differ\n");
    assay_text_clear(&text);
    assay_facts_text(&base.facts, "cpu", "features", "avx fma pku sse", "x");
    assay_facts_text(&head.facts, "cpu", "features", "avx avx512f fma gfni sse", "x");
    assay_facts_text(&head.facts, "cpu", "model", "Acme \x1b[31m 8", "x");
    assay_facts_text(&head.facts, "kernel", "release", "6.2", "x");
    assert_true(assay_env_show(&text, &blocks, &sides, false, 0, false));
    assert_true(blocks);
    assert_string_equal(text.bytes, "blocking     cpu.model: Acme 9 -> Acme ?[31m 8\n"
                                    "             what helps: compare on one machine\n"
                                    "caution      cpu.features: only in a: pku; only in b: avx512f, gfni\n"
                                    "             what helps: use one hypervisor setting for the processor's features, or compare on one\n"
                                    "               machine\n"
                                    "caution      kernel.release: 6.1 -> 6.2\n"
                                    "             what helps: start the same kernel with the same settings on both\n"
                                    "not compared packages of pypy3: it did not answer\n"
                                    "\n"
                                    "a -> b: 1 blocking, 2 caution, 0 information; times cannot be compared\n");
    assay_text_release(&text);
    assay_environment_release(&base);
    assay_environment_release(&head);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_is_for_apt_and_says_what_it_lacks),
        cmocka_unit_test(the_dockerfile_makes_what_can_be_made),
        cmocka_unit_test(no_text_leaves_its_comment),
        cmocka_unit_test(what_is_not_debian_has_no_dockerfile),
        cmocka_unit_test(a_virtual_environment_of_kernels_is_named_to_assay),
        cmocka_unit_test(differences_are_shown_with_what_helps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
