/* What dpkg, apt, /etc/os-release and compilers print, as packages: also held ones, other architectures, diversions, versions
 * that no list has, lists of others, and text that is not what it should be. */
// links: machine base
#include "machine/packages.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char installed[] = "ii \tzlib1g\tamd64\t1:1.2.13.dfsg-1\n"
                                "ii \tgcc-12\tamd64\t12.2.0-14+deb12u1\n"
                                "ii \tgcc-12-base\tamd64\t12.2.0-14+deb12u1\n"
                                "hi \tbash\tamd64\t5.2.15-2+b7\n"
                                "iU \thalf-done\tamd64\t1.0-1\n"
                                "rc \tremoved\tamd64\t1.0-1\n"
                                "iW \twaits\tamd64\t1.0-1\n"
                                "ii \tlibc6\tamd64\t2.36-9+deb12u10\n"
                                "ii \tlibc6\ti386\t2.36-9+deb12u10\n"
                                "ii \tpython3-yaml\tall\t6.0-3+b2\n"
                                "ii \tnodejs\tamd64\t20.20.2-1nodesource1\n"
                                "ii \tcurl\tamd64\t7.88.1-10\n"
                                "ii \tbad name\tamd64\t1\n"
                                "ii \t$(reboot)\tamd64\t1\n"
                                "ii \tevil\tamd64\t1;reboot\n"
                                "ii \tremover-\tamd64\t1\n"
                                "ii \tshort\tamd64\n"
                                "\n"
                                "nothing";

static struct assay_software parsed(void)
{
    struct assay_software software = { 0 };
    assay_packages_parse(&software, installed, "amd64");
    assert_false(software.failed);
    return software;
}

static const struct assay_package *found(const struct assay_software *software, const char *name)
{
    const struct assay_package *package = assay_software_find(software, name, NULL);
    if (!package) {
        fail_msg("no package '%s'", name);
    }
    return package;
}

static void installed_packages_are_read_and_nothing_else(void **state)
{
    (void)state;
    struct assay_software software = parsed();
    static const char *const names[] = { "bash", "curl", "gcc-12", "gcc-12-base", "libc6", "libc6", "nodejs", "python3-yaml", "waits", "zlib1g" };
    assert_int_equal(software.package_count, sizeof names / sizeof names[0]);
    for (size_t i = 0; i < software.package_count; i++) {
        assert_string_equal(software.packages[i].name, names[i]);
    }
    assert_string_equal(found(&software, "zlib1g")->version, "1:1.2.13.dfsg-1");
    assert_false(found(&software, "python3-yaml")->foreign);
    assert_false(found(&software, "libc6")->foreign);
    assert_true(assay_software_find(&software, "libc6", "i386")->foreign);
    assert_null(assay_software_find(&software, "libc6", "arm64"));
    assert_null(assay_software_find(&software, "removed", NULL));
    assay_software_release(&software);
}

static void what_somebody_asked_for_is_marked(void **state)
{
    (void)state;
    struct assay_software software = parsed();
    assay_packages_mark_manual(&software, "bash\nlibc6:i386\nunheard-of\n\npython3-yaml:any");
    assert_true(found(&software, "bash")->manual);
    assert_true(found(&software, "python3-yaml")->manual);
    assert_true(assay_software_find(&software, "libc6", "i386")->manual);
    assert_false(found(&software, "libc6")->manual);
    assert_false(found(&software, "curl")->manual);
    assay_software_release(&software);
}

static void owners_of_files_are_the_toolchain_but_for_diversions(void **state)
{
    (void)state;
    struct assay_software software = parsed();
    assay_packages_mark_owners(&software, "diversion by curl from: /bin/sh\n"
                                          "diversion by curl to: /bin/sh.distrib\n"
                                          "bash, libc6:amd64: /bin/sh\n"
                                          "dpkg-query: no path found matching pattern /x\n");
    assert_true(found(&software, "bash")->toolchain);
    assert_true(found(&software, "libc6")->toolchain);
    assert_false(found(&software, "curl")->toolchain);
    assert_false(assay_software_find(&software, "libc6", "i386")->toolchain);
    assay_software_release(&software);
}

static void a_toolchain_is_known_by_its_names(void **state)
{
    (void)state;
    struct assay_software software = parsed();
    assay_packages_mark_known(&software);
    assert_true(found(&software, "gcc-12")->toolchain);
    assert_true(found(&software, "libc6")->toolchain);
    assert_false(found(&software, "gcc-12-base")->toolchain);
    assert_false(found(&software, "zlib1g")->toolchain);
    assert_false(assay_software_find(&software, "libc6", "i386")->toolchain);
    assay_software_release(&software);
}

static const char lists[] = "Package files:\n"
                            " 100 /var/lib/dpkg/status\n"
                            "     release a=now\n"
                            " 500 https://deb.nodesource.com/node_20.x nodistro/main amd64 Packages\n"
                            "     release o=. nodistro,n=nodistro,l=. nodistro,c=main,b=amd64\n"
                            "     origin deb.nodesource.com\n"
                            " 500 http://deb.debian.org/debian bookworm/main amd64 Packages\n"
                            "     release v=12.15,o=Debian,a=oldstable,n=bookworm,l=Debian,c=main,b=amd64\n"
                            "     origin deb.debian.org\n"
                            " 500 http://deb.debian.org/debian bookworm/non-free amd64 Packages\n"
                            "     release v=12.15,o=Debian,a=oldstable,n=bookworm,l=Debian,c=non-free,b=amd64\n"
                            "     origin deb.debian.org\n"
                            "Pinned packages:\n";
static const char versions[] = "gcc-12:\n"
                               "  Installed: 12.2.0-14+deb12u1\n"
                               "  Candidate: 12.2.0-14+deb12u1\n"
                               "  Version table:\n"
                               " *** 12.2.0-14+deb12u1 500\n"
                               "        500 http://deb.debian.org/debian bookworm/main amd64 Packages\n"
                               "        100 /var/lib/dpkg/status\n"
                               "nodejs:\n"
                               "  Installed: 20.20.2-1nodesource1\n"
                               "  Candidate: 20.20.2-1nodesource1\n"
                               "  Version table:\n"
                               " *** 20.20.2-1nodesource1 500\n"
                               "        500 https://deb.nodesource.com/node_20.x nodistro/main amd64 Packages\n"
                               "        100 /var/lib/dpkg/status\n"
                               "     18.20.4 500\n"
                               "        500 http://deb.debian.org/debian bookworm/main amd64 Packages\n"
                               "curl:\n"
                               "  Installed: 7.88.1-10\n"
                               "  Candidate: 7.88.1-12\n"
                               "  Version table:\n"
                               "     7.88.1-12 500\n"
                               "        500 http://deb.debian.org/debian bookworm/main amd64 Packages\n"
                               " *** 7.88.1-10 100\n"
                               "        100 /var/lib/dpkg/status\n"
                               "zlib1g:\n"
                               "  Installed: 1:1.2.13.dfsg-1\n"
                               "  Candidate: 1:1.2.13.dfsg-1\n"
                               "  Version table:\n"
                               " *** 1:1.2.13.dfsg-1 100\n"
                               "        100 /var/lib/dpkg/status\n"
                               "bash:\n"
                               "  Installed: 5.2.15-2+b7\n"
                               "  Candidate: 5.2.15-2+b7\n"
                               "  Version table:\n"
                               " *** 5.2.15-2+b7 500\n"
                               "        500 http://deb.debian.org/debian bookworm/non-free amd64 Packages\n";

static void the_archive_of_the_installed_version_is_found(void **state)
{
    (void)state;
    struct assay_software software = parsed();
    software.distribution = assay_copy("debian");
    assay_packages_mark_archives(&software, lists, versions);
    assert_int_equal(found(&software, "gcc-12")->archive, ASSAY_ARCHIVE_OWN);
    assert_int_equal(found(&software, "nodejs")->archive, ASSAY_ARCHIVE_OTHER); /* another version of it is Debian's */
    assert_int_equal(found(&software, "curl")->archive, ASSAY_ARCHIVE_UNKNOWN); /* there is a newer one */
    assert_int_equal(found(&software, "zlib1g")->archive, ASSAY_ARCHIVE_OTHER); /* installed from a file */
    assert_int_equal(found(&software, "bash")->archive, ASSAY_ARCHIVE_OTHER);   /* no image has non-free */
    assert_int_equal(found(&software, "libc6")->archive, ASSAY_ARCHIVE_UNKNOWN); /* not asked about */
    assay_software_release(&software);
}

static void without_lists_nothing_is_known_of_archives(void **state)
{
    (void)state;
    static const char *const without[] = { "", "Package files:\n 100 /var/lib/dpkg/status\n     release a=now\nPinned packages:\n" };
    for (size_t i = 0; i < 2; i++) {
        struct assay_software software = parsed();
        software.distribution = assay_copy("debian");
        assay_packages_mark_archives(&software, without[i], versions);
        for (size_t k = 0; k < software.package_count; k++) {
            assert_int_equal(software.packages[k].archive, ASSAY_ARCHIVE_UNKNOWN);
        }
        assay_software_release(&software);
    }
}

static void cut_off_answers_are_survived(void **state)
{
    (void)state;
    for (size_t length = 0; length < sizeof versions; length += 7) {
        struct assay_software software = parsed();
        char *head = assay_copy_bytes(versions, length);
        char *first = assay_copy_bytes(lists, length < sizeof lists ? length : sizeof lists - 1);
        software.distribution = assay_copy("debian");
        assay_packages_mark_archives(&software, first, head);
        assert_int_equal(software.package_count, 10);
        free(head);
        free(first);
        assay_software_release(&software);
    }
}

static void the_distribution_is_a_word(void **state)
{
    (void)state;
    static const char text[] = "PRETTY_NAME=\"Debian GNU/Linux 12\"\nNAME='Debian'\nVERSION_ID=\"12\"\nID=debian\nX_ID=wrong\nBAD=$(reboot)\nUP=Debian\n";
    char *id = assay_os_release_word(text, "ID");
    char *release = assay_os_release_word(text, "VERSION_ID");
    assert_string_equal(id, "debian");
    assert_string_equal(release, "12");
    assert_null(assay_os_release_word(text, "BAD"));
    assert_null(assay_os_release_word(text, "UP"));
    assert_null(assay_os_release_word(text, "NONE"));
    assert_null(assay_os_release_word("", "ID"));
    free(id);
    free(release);
}

static void a_compiler_is_what_its_macros_say(void **state)
{
    (void)state;
    char words[64];
    assert_true(assay_compiler_parse(words, sizeof words, "#define __GNUC__ 12\n#define __GNUC_MINOR__ 2\n#define __GNUC_PATCHLEVEL__ 0\n"));
    assert_string_equal(words, "GNU 12.2.0");
    assert_true(assay_compiler_parse(words, sizeof words,
                                     "#define __GNUC__ 4\n#define __GNUC_MINOR__ 2\n#define __GNUC_PATCHLEVEL__ 1\n"
                                     "#define __clang_major__ 14\n#define __clang_minor__ 0\n#define __clang_patchlevel__ 6\n"));
    assert_string_equal(words, "Clang 14.0.6");
    assert_false(assay_compiler_parse(words, sizeof words, "#define __GNUC__ 12\n"));
    assert_false(assay_compiler_parse(words, sizeof words, ""));
}

static void words_of_command_lines_are_nothing_more(void **state)
{
    (void)state;
    static const char *const bad[] = { "",      "-o",       "a b",   "a;b",  "a$b", "a`b", "a|b",   "a&b",    "a\nb",   "a'b", "a\"b",
                                       "a\\b", "../../x",  "a/b",   "a=b",  "a*",  "?x",  "~x",    "a<b",    "a\tb",   "(a",  "\xc3\xa4",
                                       "foo-", "--option", "a\x7f", "#a",   "a#b", "{a}", "a[0]",  "a,b",    "%a",     "a^",  "@a" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (assay_software_is_package_name(bad[i]) || assay_software_is_version(bad[i])) {
            fail_msg("'%s' is taken", bad[i]);
        }
        if (strcmp(bad[i], "foo-") != 0 && (assay_software_is_module_text(bad[i]) || assay_software_is_word(bad[i]))) {
            fail_msg("'%s' is taken for a module or a word", bad[i]);
        }
    }
    char longest[202];
    memset(longest, 'a', sizeof longest);
    longest[201] = '\0';
    assert_false(assay_software_is_package_name(longest));
    longest[200] = '\0';
    assert_true(assay_software_is_package_name(longest));
    assert_true(assay_software_is_package_name("g++"));
    assert_true(assay_software_is_version("1:2.36-9+deb12u10~bpo1"));
    assert_true(assay_software_is_module_text("1!2.0.post1+local"));
    assert_false(assay_software_is_package_name(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(installed_packages_are_read_and_nothing_else),
        cmocka_unit_test(what_somebody_asked_for_is_marked),
        cmocka_unit_test(owners_of_files_are_the_toolchain_but_for_diversions),
        cmocka_unit_test(a_toolchain_is_known_by_its_names),
        cmocka_unit_test(the_archive_of_the_installed_version_is_found),
        cmocka_unit_test(without_lists_nothing_is_known_of_archives),
        cmocka_unit_test(cut_off_answers_are_survived),
        cmocka_unit_test(the_distribution_is_a_word),
        cmocka_unit_test(a_compiler_is_what_its_macros_say),
        cmocka_unit_test(words_of_command_lines_are_nothing_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
