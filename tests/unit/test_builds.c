/* Builds of one source by gcc and clang into the cache, as a comparison of compilers asks for them. */
// links: compare measure plan catalog result stats protocol machine base test_plugins
#include "compare/compare.h"

#include "catalog/layout.h"

#include "compile_here.h"

#include <assay/kernel.h>

#include <dlfcn.h>
#include <sys/stat.h>
#include <unistd.h>

static const char good[] = ASSAY_SOURCE_DIR "/tests/plugins/good.c";
static const char include[] = ASSAY_SOURCE_DIR "/harness/include";

static const char *const *list(const char *a, const char *b)
{
    static const char *words[4][3];
    static size_t next;
    const char **made = words[next++ % 4];
    made[0] = a;
    made[1] = b;
    made[2] = NULL;
    return made;
}

static int make(struct assay_build **builds, size_t *count, const char *source, const char *const *by,
                const char *const *with, struct assay_error *error)
{
    *error = (struct assay_error){ 0 };
    return assay_builds_make(builds, count, source, by, with, include, error);
}

static void a_grid_has_every_compiler_with_every_flag_in_order(void **state)
{
    static const char *const names[] = { "gcc -O1", "gcc -O2 -DX='a b'", "clang -O1", "clang -O2 -DX='a b'" };
    struct assay_build *builds = NULL;
    struct assay_error error;
    size_t count = 0;
    (void)state;
    if (make(&builds, &count, good, list("gcc", "clang"), list("-O1", "-O2 -DX='a b'"), &error) != 0) {
        fail_msg("%s", error.text);
    }
    assert_int_equal(count, 4);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(builds[i].name, names[i]);
        assert_int_equal(strncmp(builds[i].plugin, here, strlen(here)), 0);
        void *object = dlopen(builds[i].plugin, RTLD_NOW | RTLD_LOCAL);
        assert_non_null(object);
        const struct assay_plugin *plugin = dlsym(object, "assay_plugin");
        assert_non_null(plugin);
        assert_string_equal(plugin->kernels[0]->name, "good.sum");
        assert_non_null(strstr(plugin->build, i % 2 == 0 ? "-O1" : "-DX='a b'"));
        assert_non_null(strstr(plugin->build, i < 2 ? "gcc" : "clang"));
        assert_non_null(strstr(plugin->build, "-O2 -g -fPIC -ffunction-sections -falign-functions=64 -falign-loops=32 "
                                              "-fno-omit-frame-pointer -fvisibility=hidden"));
        dlclose(object);
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(builds[i].plugin, builds[k].plugin);
        }
    }
    assay_builds_free(builds, count);
}

static void every_build_has_layouts(void **state)
{
    struct assay_build *builds = NULL;
    struct assay_error error;
    size_t count = 0;
    char *path = NULL;
    (void)state;
    assert_int_equal(make(&builds, &count, good, list("gcc", "clang"), list("-O1", NULL), &error), 0);
    assert_int_equal(count, 2);
    for (size_t i = 0; i < count; i++) {
        if (assay_layout_path(&path, builds[i].plugin, 3, &error) != 0) {
            fail_msg("%s", error.text);
        }
        char *symbols = shell("nm \"$1\" | grep ' t sum_run$'", path, NULL);
        assert_int_equal(strtoull(symbols, NULL, 16) % 4096, assay_layout_offset(3, "sum_run"));
        free(symbols);
        free(path);
    }
    assert_int_equal(assay_code_is_same(builds[0].plugin, builds[1].plugin), 0);
    assay_builds_free(builds, count);
}

static void a_second_call_finds_what_the_first_made(void **state)
{
    struct assay_build *first = NULL, *second = NULL;
    struct assay_error error;
    struct stat before, after;
    size_t count = 0;
    (void)state;
    assert_int_equal(make(&first, &count, good, list("gcc", NULL), list("-O3", NULL), &error), 0);
    assert_int_equal(make(&second, &count, good, list("gcc", NULL), list("-O3", NULL), &error), 0);
    assert_string_equal(first[0].plugin, second[0].plugin);
    assert_int_equal(stat(first[0].plugin, &before), 0);
    assay_builds_free(second, count);
    /* What lacks a part is made anew. */
    char *part = assay_formatted("%.*s.builds/timed.o", (int)(strlen(first[0].plugin) - 3), first[0].plugin);
    assert_int_equal(unlink(part), 0);
    assert_int_equal(make(&second, &count, good, list("gcc", NULL), list("-O3", NULL), &error), 0);
    assert_int_equal(stat(second[0].plugin, &after), 0);
    assert_true(before.st_ino != after.st_ino && assay_path_exists(part));
    char *left = shell("find cache/assay/builds -maxdepth 1 -name '*.*' | head -1", NULL, NULL);
    assert_string_equal(left, "");
    free(left);
    free(part);
    assay_builds_free(first, count);
    assay_builds_free(second, count);
}

static void an_edit_of_a_header_makes_another_build(void **state)
{
    struct assay_build *first = NULL, *second = NULL;
    struct assay_error error;
    size_t count = 0;
    (void)state;
    free(shell("printf '#include \"size.h\"\\n#include <assay/kernel.h>\\nint size(void); int size(void) { return "
               "SIZE; }\\n' > "
               "sized.c && echo '#define SIZE 1' > size.h",
               NULL, NULL));
    char *source = path_here("sized.c");
    assert_int_equal(make(&first, &count, source, NULL, NULL, &error), 0);
    assert_string_equal(first[0].name, "cc");
    free(shell("echo '#define SIZE 2' > size.h", NULL, NULL));
    assert_int_equal(make(&second, &count, source, list("cc", NULL), list("", NULL), &error), 0);
    assert_string_not_equal(first[0].plugin, second[0].plugin);
    assay_builds_free(first, 1);
    assay_builds_free(second, 1);
    free(source);
}

static void expect_refusal(const char *source, const char *compiler, const char *flags, int code, const char *words)
{
    struct assay_build *builds = NULL;
    struct assay_error error;
    size_t count = 7;
    assert_int_equal(make(&builds, &count, source, list(compiler, NULL), list(flags, NULL), &error), code);
    if (strstr(error.text, words) == NULL) {
        fail_msg("'%s' does not say '%s'", error.text, words);
    }
    assert_null(builds);
    assert_int_equal(count, 7);
}

static void what_cannot_be_built_is_said_in_words(void **state)
{
    (void)state;
    free(shell("echo 'int broken( {' > broken.c && echo 'int f(void); int g(void); int g(void) { return f(); }' > "
               "lacking.c && "
               "mkdir -p notacompiler",
               NULL, NULL));
    char *broken = path_here("broken.c"), *lacking = path_here("lacking.c"), *none = path_here("none.c");
    char *directory = path_here("notacompiler");
    expect_refusal(broken, "gcc", "", ASSAY_EINPUT, "error: expected");
    expect_refusal(lacking, "gcc", "", ASSAY_EINPUT, "undefined reference to `f'");
    expect_refusal(none, "gcc", "", ASSAY_EINPUT, "none.c: No such file");
    expect_refusal(good, "no-such-compiler-9", "", ASSAY_EUNAVAILABLE, "no compiler 'no-such-compiler-9'");
    expect_refusal(good, directory, "", ASSAY_EUNAVAILABLE, "no compiler");
    expect_refusal(good, "false", "", ASSAY_EUNAVAILABLE, "want a C compiler");
    free(broken);
    free(lacking);
    free(none);
    free(directory);
}

static void flags_reach_no_shell_and_decide_nothing_but_code(void **state)
{
    (void)state;
    expect_refusal(good, "gcc", "-O2 'x", ASSAY_EINPUT, "a quote ' is not closed");
    expect_refusal(good, "gcc", "-o /tmp/elsewhere.o", ASSAY_EINPUT, "bad flag '-o'");
    expect_refusal(good, "gcc", "-S", ASSAY_EINPUT, "bad flag '-S'");
    expect_refusal(good, "gcc", "-xc++", ASSAY_EINPUT, "bad flag '-xc++'");
    expect_refusal(good, "gcc", "-fno-such-flag", ASSAY_EINPUT, "-fno-such-flag");
    char *trap = assay_formatted("; touch %s/trapped #", here);
    expect_refusal(good, "gcc", trap, ASSAY_EINPUT, "cannot build");
    free(trap);
    char *trapped = path_here("trapped");
    assert_false(assay_path_exists(trapped));
    free(trapped);
    char *left = shell("find cache/assay/builds -maxdepth 1 -name '*.*' | head -1", NULL, NULL);
    assert_string_equal(left, "");
    free(left);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_grid_has_every_compiler_with_every_flag_in_order),
        cmocka_unit_test(every_build_has_layouts),
        cmocka_unit_test(a_second_call_finds_what_the_first_made),
        cmocka_unit_test(an_edit_of_a_header_makes_another_build),
        cmocka_unit_test(what_cannot_be_built_is_said_in_words),
        cmocka_unit_test(flags_reach_no_shell_and_decide_nothing_but_code),
    };
    return cmocka_run_group_tests(tests, make_here, remove_here);
}
