/* Layouts: linked by the real compiler, checked by nm. */
// links: catalog protocol base built_kernels
#include "catalog/layout.h"

#include "base/child.h"
#include "base/file.h"
#include "base/text.h"
#include "catalog/sections.h"

#include <assay/kernel.h>

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const char primes[] = ASSAY_KERNEL_DIRECTORY "/primes.so";
static char directory[] = "/tmp/assay-test-layout-XXXXXX";

static int make_directory(void **state)
{
    (void)state;
    return mkdtemp(directory) == NULL || setenv("XDG_CACHE_HOME", directory, 1) != 0;
}

static char *run(const char *const *argv)
{
    struct assay_child_result result = { 0 };
    struct assay_error error = { 0 };
    assert_int_equal(assay_child_run(&result, argv, 60.0, &error), 0);
    if (!WIFEXITED(result.status) || WEXITSTATUS(result.status) != 0) {
        fail_msg("%s: %s", argv[0], result.err);
    }
    char *out = assay_copy(result.out);
    assay_child_result_release(&result);
    return out;
}

static int remove_directory(void **state)
{
    const char *const argv[] = { "rm", "-r", directory, NULL };
    (void)state;
    free(run(argv));
    return 0;
}

/* Where nm says a function is; the text sits between "ADDRESS t " and the line's end. */
static uint64_t place(const char *symbols, const char *function)
{
    char wanted[120];
    snprintf(wanted, sizeof wanted, " t %s\n", function);
    const char *at = strstr(symbols, wanted);
    if (at == NULL) {
        fail_msg("no symbol %s", function);
    }
    while (at > symbols && at[-1] != '\n') {
        at--;
    }
    return strtoull(at, NULL, 16);
}

static char *symbols_of(const char *path)
{
    const char *const argv[] = { "nm", path, NULL };
    return run(argv);
}

static char *layout_of(const char *plugin, uint32_t k)
{
    struct assay_error error = { 0 };
    char *path = NULL;
    if (assay_layout_path(&path, plugin, k, &error) != 0) {
        fail_msg("%s", error.text);
    }
    return path;
}

static void an_offset_is_a_whole_line_inside_a_page_and_never_changes(void **state)
{
    bool seen[64] = { false };
    size_t different = 0;
    (void)state;
    /* Computed in Python from the definition in the header. */
    assert_int_equal(assay_layout_offset(1, "trial_next"), 576);
    assert_int_equal(assay_layout_offset(2, "trial_next"), 1664);
    for (uint32_t k = 1; k <= 200; k++) {
        uint32_t offset = assay_layout_offset(k, "run");
        assert_true(offset < 4096 && offset % 64 == 0);
        different += !seen[offset / 64];
        seen[offset / 64] = true;
    }
    assert_true(different > 50); /* of 64; 61 are expected of a fair hash */
}

static void every_function_stands_at_its_offset(void **state)
{
    static const char *const functions[] = {
        "below_next", "trial_next", "listed_next", "listed_root_next", "listed_root_break_next", "primes_run"
    };
    (void)state;
    for (uint32_t k = 1; k <= 3; k++) {
        char *path = layout_of(primes, k);
        char *symbols = symbols_of(path);
        for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
            assert_int_equal(place(symbols, functions[i]) % 4096, assay_layout_offset(k, functions[i]));
        }
        free(symbols);
        free(path);
    }
}

static void a_layout_is_a_plug_in_and_is_linked_once(void **state)
{
    struct stat before, after;
    char *path = layout_of(primes, 7);
    (void)state;
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    assert_non_null(object);
    const struct assay_plugin *plugin = dlsym(object, "assay_plugin");
    assert_non_null(plugin);
    assert_string_equal(plugin->kernels[1]->name, "primes.trial");
    dlclose(object);
    assert_int_equal(stat(path, &before), 0);
    char *again = layout_of(primes, 7);
    assert_int_equal(stat(again, &after), 0);
    assert_string_equal(path, again);
    assert_true(before.st_ino == after.st_ino);
    free(again);
    free(path);
}

/* ---- Plug-ins made for the test ---------------------------------------------------------------------- */

static char *write_file(const char *name, const char *text)
{
    struct assay_error error = { 0 };
    char *path = assay_formatted("%s/%s", directory, name);
    assert_int_equal(assay_file_write(path, text, strlen(text), &error), 0);
    return path;
}

/* Two sources become NAME.so and NAME.builds, as assay_add_kernel() makes them. */
static char *build(const char *name, const char *first, const char *second)
{
    char *builds = assay_formatted("%s/%s.builds", directory, name);
    char *command = assay_formatted("cd %s && printf '%%s' \"$1\" > %s-1.c && printf '%%s' \"$2\" > %s-2.c && mkdir "
                                    "%s.builds && for i in 1 2; do cc -O2 "
                                    "-fPIC -ffunction-sections -falign-functions=64 -c %s-$i.c || exit 1; done && cc "
                                    "-r -nostdlib -o %s.builds/timed.o "
                                    "%s-1.o %s-2.o && cc -shared -o %s.so %s.builds/timed.o && printf "
                                    "'{\"format\":1,\"compiler\":\"cc\",\"arguments\":"
                                    "[\"-shared\"],\"libraries\":[]}' > %s.builds/link.json",
                                    directory, name, name, name, name, name, name, name, name, name, name);
    const char *const argv[] = { "sh", "-c", command, "-", first, second, NULL };
    free(run(argv));
    free(command);
    free(builds);
    return assay_formatted("%s/%s.so", directory, name);
}

static const char with_helper[] =
    "static __attribute__((noinline)) int helper(int x) { __asm__ volatile(\"\"); return x + 1; }\n"
    "int first(int x) { return helper(x) * 2; }\n";
static const char other_helper[] =
    "static __attribute__((noinline)) int helper(int x) { __asm__ volatile(\"\"); return x + 2; }\n"
    "int second(int x) { return helper(x) * 3; }\n"
    "__attribute__((cold)) int seldom(int x) { return x - second(x); }\n";
static const char large[] =
    "void large(void) { __asm__ volatile(\".skip 9000, 0x90\"); }\n"
    "static __attribute__((noinline)) int helper(int x) { __asm__ volatile(\"\"); return x + 1; }\n"
    "int first(int x) { return helper(x) * 2; }\n";

static uint64_t global_place(const char *symbols, const char *function)
{
    char *as_static = assay_copy(symbols);
    for (char *at = as_static; (at = strstr(at, " T ")) != NULL;) {
        at[1] = 't';
    }
    uint64_t address = place(as_static, function);
    free(as_static);
    return address;
}

static void an_edit_elsewhere_moves_nothing(void **state)
{
    (void)state;
    char *before = build("before", with_helper, other_helper), *after = build("after", large, other_helper);
    char *a = layout_of(before, 5), *b = layout_of(after, 5);
    char *in_a = symbols_of(a), *in_b = symbols_of(b);
    static const char *const functions[] = { "first", "second", "helper" };
    for (size_t i = 0; i < 3; i++) { /* "helper" stands for the first of the two of that name */
        assert_int_equal(global_place(in_a, functions[i]) % 4096, assay_layout_offset(5, functions[i]));
        assert_int_equal(global_place(in_b, functions[i]) % 4096, assay_layout_offset(5, functions[i]));
    }
    assert_int_equal(global_place(in_a, "seldom") % 4096, assay_layout_offset(5, "unlikely.seldom"));
    assert_int_equal(global_place(in_b, "large") % 4096, assay_layout_offset(5, "large"));
    free(in_b);
    free(in_a);
    free(b);
    free(a);
    free(after);
    free(before);
}

static void another_build_gets_another_layout(void **state)
{
    (void)state;
    char *plugin = build("changing", with_helper, other_helper);
    char *old_layout = layout_of(plugin, 1);
    char *command = assay_formatted("cd %s && rm -r changing.builds", directory);
    const char *const argv[] = { "sh", "-c", command, NULL };
    free(run(argv));
    free(build("changing", large, other_helper));
    char *new_layout = layout_of(plugin, 1);
    assert_string_not_equal(old_layout, new_layout);
    free(new_layout);
    free(command);
    free(old_layout);
    free(plugin);
}

/* ---- What cannot be ------------------------------------------------------------------------------------ */

static void a_plug_in_without_its_parts_is_unavailable(void **state)
{
    struct assay_error error = { 0 };
    char *path = NULL;
    (void)state;
    assert_int_equal(assay_layout_path(&path, "/nowhere/at/all.so", 1, &error), ASSAY_EUNAVAILABLE);
    assert_null(path);
    assert_non_null(strstr(error.text, "/nowhere/at/all.builds/timed.o"));
}

static void a_compiler_that_is_missing_or_refuses_is_said(void **state)
{
    struct assay_error error = { 0 };
    char *path = NULL;
    (void)state;
    char *plugin = build("broken", with_helper, other_helper);
    free(write_file("broken.builds/link.json",
                    "{\"format\":1,\"compiler\":\"no-such-cc\",\"arguments\":[],\"libraries\":[]}"));
    assert_int_equal(assay_layout_path(&path, plugin, 1, &error), ASSAY_EUNAVAILABLE);
    assert_non_null(strstr(error.text, "no-such-cc"));
    error = (struct assay_error){ 0 };
    free(write_file("broken.builds/link.json",
                    "{\"format\":1,\"compiler\":\"cc\",\"arguments\":[\"-lno-such-library\"],\"libraries\":[]}"));
    assert_int_equal(assay_layout_path(&path, plugin, 1, &error), ASSAY_EUNAVAILABLE);
    assert_non_null(strstr(error.text, "no-such-library"));
    error = (struct assay_error){ 0 };
    free(write_file("broken.builds/link.json", "{\"format\":2}"));
    assert_int_equal(assay_layout_path(&path, plugin, 1, &error), ASSAY_EINPUT);
    assert_null(path);
    free(plugin);
}

static void a_file_cut_anywhere_is_refused_or_read_and_never_overrun(void **state)
{
    struct assay_error error = { 0 };
    char *bytes = NULL, *path = assay_formatted("%s/cut.o", directory);
    size_t length = 0, refused = 0;
    (void)state;
    assert_int_equal(
        assay_file_read(&bytes, &length, ASSAY_KERNEL_DIRECTORY "/primes.builds/timed.o", (size_t)1 << 24, &error), 0);
    for (size_t cut = 0; cut < length; cut += length / 97 + 1) {
        struct assay_sections sections = { NULL, 0, NULL };
        struct assay_error why = { 0 };
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(bytes, 1, cut, file), cut);
        fclose(file);
        refused += assay_sections_read(&sections, path, &why) == ASSAY_EINPUT;
        assay_sections_release(&sections);
    }
    assert_true(refused > 90); /* the table of sections stands at the end */
    free(path);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_offset_is_a_whole_line_inside_a_page_and_never_changes),
        cmocka_unit_test(every_function_stands_at_its_offset),
        cmocka_unit_test(a_layout_is_a_plug_in_and_is_linked_once),
        cmocka_unit_test(an_edit_elsewhere_moves_nothing),
        cmocka_unit_test(another_build_gets_another_layout),
        cmocka_unit_test(a_plug_in_without_its_parts_is_unavailable),
        cmocka_unit_test(a_compiler_that_is_missing_or_refuses_is_said),
        cmocka_unit_test(a_file_cut_anywhere_is_refused_or_read_and_never_overrun),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
