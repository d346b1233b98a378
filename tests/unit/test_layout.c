/* Layouts: linked by the real compiler, checked by nm. */
// links: catalog protocol base built_kernels
#include "catalog/layout.h"

#include "base/child.h"
#include "base/file.h"
#include "base/text.h"
#include "catalog/imports.h"
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

/* ---- Several at once, and quickly --------------------------------------------------------------------- */

static void several_layouts_are_linked_at_once_and_only_once(void **state)
{
    static const uint32_t numbers[] = { 11, 12, 13, 11, 14, 15 };
    const struct assay_layouts_options options = { .at_once = 3 };
    struct assay_error error = { 0 };
    struct stat before, after;
    (void)state;
    if (assay_layouts_link(primes, numbers, 6, &options, &error) != 0) {
        fail_msg("%s", error.text);
    }
    for (size_t i = 0; i < 6; i++) {
        char *path = layout_of(primes, numbers[i]), *symbols = symbols_of(path);
        assert_int_equal(place(symbols, "primes_run") % 4096, assay_layout_offset(numbers[i], "primes_run"));
        free(symbols);
        free(path);
    }
    char *path = layout_of(primes, 12);
    assert_int_equal(stat(path, &before), 0);
    assert_int_equal(assay_layouts_link(primes, numbers, 6, &options, &error), 0);
    assert_int_equal(stat(path, &after), 0);
    assert_true(before.st_ino == after.st_ino);
    free(path);
}

static void linking_ends_when_the_user_asks(void **state)
{
    static const uint32_t numbers[] = { 21, 22 };
    static const volatile sig_atomic_t stop = 1;
    const struct assay_layouts_options options = { .at_once = 2, .stop = &stop };
    struct assay_error error = { 0 };
    (void)state;
    assert_int_equal(assay_layouts_link(primes, numbers, 2, &options, &error), ASSAY_EINTERRUPTED);
}

static void a_quick_layout_takes_the_same_symbols_and_has_a_build_id(void **state)
{
    struct assay_imports linked = { .libraries = NULL }, quick = { .libraries = NULL };
    struct assay_sections sections = { NULL, 0, NULL };
    struct assay_error error = { 0 };
    char *words = NULL;
    size_t length = 0;
    (void)state;
    char *path = layout_of(primes, 31), *last = strrchr(path, '/');
    char *command = assay_formatted("%.*s/quick.json", (int)(last - path), path);
    assert_int_equal(assay_file_read(&words, &length, command, 100000, &error), 0);
    assert_non_null(strstr(words, "standin-0.so")); /* the quick way was taken */
    assert_int_equal(assay_imports_read(&linked, primes, &error), 0);
    assert_int_equal(assay_imports_read(&quick, path, &error), 0);
    assert_true(linked.count > 3 && linked.library_count > 0);
    assert_true(assay_imports_equal(&linked, &quick));
    assert_int_equal(assay_sections_read(&sections, path, &error), 0);
    assert_non_null(sections.build_id);
    assert_int_equal(strlen(sections.build_id), 40);
    quick.items[0].symbol[0] ^= 1;
    assert_false(assay_imports_equal(&linked, &quick));
    assay_sections_release(&sections);
    assay_imports_release(&linked);
    assay_imports_release(&quick);
    free(words);
    free(command);
    free(path);
}

static void what_stand_ins_cannot_stand_in_for_is_linked_by_the_compiler(void **state)
{
    (void)state;
    /* helped() comes from an archive: it is code, not a symbol of another library. */
    char *plugin = build("archived", "int helped(int); int first(int x) { return helped(x) * 2; }\n", other_helper);
    char *command = assay_formatted("cd %s && echo 'int helped(int x) { return x + 40; }' > helped.c && cc -O2 -fPIC -c helped.c && "
                                    "ar rc libhelped.a helped.o && cc -shared -o archived.so archived.builds/timed.o libhelped.a",
                                    directory);
    const char *const argv[] = { "sh", "-c", command, NULL };
    free(run(argv));
    char *json = assay_formatted("{\"format\":1,\"compiler\":\"cc\",\"arguments\":[\"-shared\",\"-Wl,-z,defs\"],"
                                 "\"libraries\":[\"-L%s\",\"-lhelped\"]}",
                                 directory);
    free(write_file("archived.builds/link.json", json));
    char *path = layout_of(plugin, 2);
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    assert_non_null(object);
    int (*first)(int);
    *(void **)&first = dlsym(object, "first");
    assert_int_equal(first(1), 82);
    dlclose(object);
    free(path);
    free(json);
    free(command);
    free(plugin);
}

static void layouts_that_came_along_are_found_sorted(void **state)
{
    struct assay_error error = { 0 };
    char **paths = NULL;
    size_t count = 7;
    (void)state;
    char *plugin = build("foreign", with_helper, other_helper);
    assert_int_equal(assay_layouts_foreign(&paths, &count, plugin, &error), 0);
    assert_int_equal(count, 0);
    assay_names_free(paths, count);
    char *command = assay_formatted("cd %s/foreign.builds && mkdir layouts && cp ../foreign.so layouts/b.so && cp ../foreign.so "
                                    "layouts/a.so && touch layouts/notes.txt",
                                    directory);
    const char *const argv[] = { "sh", "-c", command, NULL };
    free(run(argv));
    assert_int_equal(assay_layouts_foreign(&paths, &count, plugin, &error), 0);
    assert_int_equal(count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(paths[i][0], '/');
        assert_string_equal(strrchr(paths[i], '/'), i == 0 ? "/a.so" : "/b.so");
    }
    assay_names_free(paths, count);
    free(command);
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
        struct assay_imports imports = { .libraries = NULL };
        (void)assay_imports_read(&imports, path, NULL);
        assay_imports_release(&imports);
        assay_sections_release(&sections);
    }
    assert_true(refused > 90); /* the table of sections stands at the end */
    free(path);
    free(bytes);
}

/* Whatever the bytes are: an answer, and no harm (the sanitizers watch). */
static void a_damaged_shared_object_is_refused_or_read(void **state)
{
    struct assay_error error = { 0 };
    char *bytes = NULL, *path = assay_formatted("%s/damaged.so", directory);
    size_t length = 0, read = 0;
    uint64_t random = 7;
    (void)state;
    assert_int_equal(assay_file_read(&bytes, &length, primes, (size_t)1 << 24, &error), 0);
    for (int i = 0; i < 1500; i++) {
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407); /* Knuth's MMIX generator */
        size_t span = i % 3 == 0 ? 64 : i % 3 == 1 ? 4096 : length, at = (size_t)(random >> 33) % span;
        at = i % 3 == 1 ? length - 1 - at % length : at; /* the head, the table of sections, anything */
        char kept = bytes[at];
        struct assay_imports imports = { .libraries = NULL };
        bytes[at] = (char)(random >> 25);
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(bytes, 1, length, file), length);
        assert_int_equal(fclose(file), 0);
        read += assay_imports_read(&imports, path, NULL) == 0;
        assay_imports_release(&imports);
        bytes[at] = kept;
    }
    assert_in_range(read, 500, 1499);
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
        cmocka_unit_test(several_layouts_are_linked_at_once_and_only_once),
        cmocka_unit_test(linking_ends_when_the_user_asks),
        cmocka_unit_test(a_quick_layout_takes_the_same_symbols_and_has_a_build_id),
        cmocka_unit_test(what_stand_ins_cannot_stand_in_for_is_linked_by_the_compiler),
        cmocka_unit_test(layouts_that_came_along_are_found_sorted),
        cmocka_unit_test(a_plug_in_without_its_parts_is_unavailable),
        cmocka_unit_test(a_compiler_that_is_missing_or_refuses_is_said),
        cmocka_unit_test(a_damaged_shared_object_is_refused_or_read),
        cmocka_unit_test(a_file_cut_anywhere_is_refused_or_read_and_never_overrun),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
