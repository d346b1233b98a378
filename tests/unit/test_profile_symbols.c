/* Names and lines of every address of small plug-ins, by gcc and clang, against binutils' addr2line and nm. */
// links: profile protocol result stats base
#include "profile/symbols.h"
#include "profile/symbols_parts.h"

#include "compile_here.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <link.h>

static const char source[] = "static inline __attribute__((always_inline)) int twice(int x)\n"
                             "{\n"
                             "    volatile int y = x;\n"
                             "    return y * 2;\n"
                             "}\n"
                             "static inline __attribute__((always_inline)) int four(int x)\n"
                             "{\n"
                             "    volatile int z = twice(x) + 1;\n"
                             "    return twice(z);\n"
                             "}\n"
                             "__attribute__((noinline)) int outer(int x)\n"
                             "{\n"
                             "    for (volatile int i = 0; i < x; i++) {\n"
                             "        x += four(x);\n"
                             "    }\n"
                             "    return x;\n"
                             "}\n"
                             "static __attribute__((noinline)) int hidden(int x)\n"
                             "{\n"
                             "    return outer(x) + twice(x);\n"
                             "}\n"
                             "int entry(int x)\n"
                             "{\n"
                             "    return hidden(x) + outer(x);\n"
                             "}\n";

static int make_source(void **state)
{
    struct assay_error error = { 0 };
    int failed = make_here(state);
    char *path = path_here("k.c");
    failed = failed || assay_file_write(path, source, strlen(source), &error) != 0;
    free(path);
    return failed;
}

static struct assay_symbols *fresh(void)
{
    struct assay_symbols *symbols = NULL;
    struct assay_error error = { 0 };
    assert_int_equal(assay_symbols_new(&symbols, &error), 0);
    return symbols;
}

static const char *last_part(const char *path)
{
    const char *slash = path == NULL ? NULL : strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* One address: `text` is what addr2line -f -i -s says of it, two lines a frame, up to the next address. */
static const char *compare_frames(struct assay_symbols *symbols, const char *path, uint64_t address, const char *text,
                                  size_t *inlined)
{
    const struct assay_frame *frames;
    size_t count, at = 0;
    struct assay_error error = { 0 };
    assert_int_equal(assay_symbols_find(&frames, &count, symbols, path, address, &error), 0);
    while (*text != '\0' && strncmp(text, "0x", 2) != 0) {
        char name[64], file[64];
        unsigned line = 0;
        int used = 0;
        assert_true(at < count);
        assert_int_equal(sscanf(text, "%63s %63[^:]:%u%*[^\n] %n", name, file, &line, &used), 3);
        if (used == 0) { /* no discriminator */
            assert_int_equal(sscanf(text, "%63s %63[^:]:%u %n", name, file, &line, &used), 3);
        }
        if (strcmp(frames[at].name, name) != 0 || frames[at].at_line != line ||
            strcmp(last_part(frames[at].at_file), file) != 0) {
            fail_msg("%" PRIx64 " frame %zu: %s %s:%u, addr2line says %s %s:%u", address, at, frames[at].name,
                     frames[at].at_file, frames[at].at_line, name, file, line);
        }
        assert_true(frames[at].inlined == (at + 1 < count));
        text += used;
        at++;
    }
    assert_int_equal(at, count);
    *inlined += count - 1;
    return text;
}

static void addresses_are_as_addr2line_has_them(void **state)
{
    (void)state;
    static const char *const compilers[] = { "gcc -gdwarf-5", "gcc -gdwarf-4", "clang -gdwarf-4", "clang -gdwarf-5" };
    for (size_t i = 0; i < sizeof compilers / sizeof *compilers; i++) {
        free(shell("$1 -O2 -shared -fPIC -fno-omit-frame-pointer -o k.so $PWD/k.c", compilers[i], ""));
        char *addresses = shell("nm -S k.so | awk '$3 ~ /[tT]/ && $4 ~ /^(outer|hidden|entry)$/ { print $1, $2 }' |"
                                " while read start size; do a=$((0x$start)); e=$((a + 0x$size));"
                                " while [ $a -lt $e ]; do printf '0x%x\\n' $a; a=$((a + 1)); done; done |"
                                " addr2line -a -f -i -s -e k.so",
                                "", "");
        char *path = path_here("k.so");
        struct assay_symbols *symbols = fresh();
        size_t inlined = 0, seen = 0;
        for (const char *at = addresses; *at != '\0'; seen++) {
            uint64_t address = strtoull(at, NULL, 16);
            at = compare_frames(symbols, path, address, strchr(at, '\n') + 1, &inlined);
        }
        assert_true(seen > 60 && inlined > 20);
        assay_symbols_free(symbols);
        free(path);
        free(addresses);
    }
}

static uint64_t address_of(const char *file, const char *name)
{
    char *text = shell("nm $1 | awk -v n=$2 '$3 == n { print $1 }'", file, name);
    uint64_t address = strtoull(text, NULL, 16);
    free(text);
    return address;
}

static void a_function_is_where_it_is_declared(void **state)
{
    (void)state;
    free(shell("gcc -O2 -g -shared -fPIC -o k.so $PWD/k.c", "", ""));
    char *path = path_here("k.so");
    struct assay_symbols *symbols = fresh();
    struct assay_error error = { 0 };
    const struct assay_frame *frames;
    size_t count;
    uint64_t start = address_of("k.so", "hidden");
    assert_int_equal(assay_symbols_find(&frames, &count, symbols, path, start, &error), 0);
    const struct assay_frame *last = &frames[count - 1];
    assert_string_equal(last->name, "hidden");
    assert_string_equal(last_part(last->file), "k.c");
    assert_int_equal(last->line, 18);
    assert_true(last->named && last->start == start && !last->inlined);
    const struct assay_frame *again;
    assert_int_equal(assay_symbols_find(&again, &count, symbols, path, start, &error), 0);
    assert_ptr_equal(again, frames);
    assay_symbols_free(symbols);
    free(path);
}

/* What the tools that made the file know of it, after strip as well: the start of the function by its unwinding table.
 */
static void a_stripped_file_has_addresses(void **state)
{
    (void)state;
    free(shell("gcc -O2 -g -shared -fPIC -fvisibility=hidden -o k.so $PWD/k.c && cp k.so whole.so && strip k.so", "",
               ""));
    char *path = path_here("k.so");
    struct assay_symbols *symbols = fresh();
    struct assay_error error = { 0 };
    const struct assay_frame *frames;
    size_t count;
    uint64_t start = address_of("whole.so", "outer");
    char *name = assay_formatted("0x%" PRIx64, start);
    assert_int_equal(assay_symbols_find(&frames, &count, symbols, path, start + 9, &error), 0);
    assert_int_equal(count, 1);
    assert_false(frames[0].named);
    assert_string_equal(frames[0].name, name);
    assert_null(frames[0].file);
    struct assay_symbols_file file;
    assay_symbols_describe(&file, symbols, path);
    assert_true(file.readable && file.stripped && !file.lines);
    free(name);
    free(path);
    path = path_here("whole.so");
    assay_symbols_describe(&file, symbols, path);
    assert_true(file.readable && !file.stripped && file.lines);
    free(path);
    path = path_here("nowhere.so");
    assay_symbols_describe(&file, symbols, path);
    assert_true(!file.readable && file.frame_pointers);
    assert_int_equal(assay_symbols_find(&frames, &count, symbols, path, 0x1234, &error), 0);
    assert_string_equal(frames[0].name, "0x1234");
    assay_symbols_free(symbols);
    free(path);
}

static void without_debug_information_there_are_names(void **state)
{
    (void)state;
    free(shell("gcc -O2 -shared -fPIC -o k.so $PWD/k.c", "", ""));
    char *path = path_here("k.so");
    struct assay_symbols *symbols = fresh();
    struct assay_error error = { 0 };
    const struct assay_frame *frames;
    size_t count;
    assert_int_equal(assay_symbols_find(&frames, &count, symbols, path, address_of("k.so", "hidden") + 3, &error), 0);
    assert_true(count == 1 && frames[0].named && frames[0].file == NULL);
    assert_string_equal(frames[0].name, "hidden");
    assay_symbols_free(symbols);
    free(path);
}

#if defined(__x86_64__)
static void frame_pointers_are_seen_in_the_code(void **state)
{
    (void)state;
    static const char *const with[] = { "gcc -O2 -g -fno-omit-frame-pointer", "clang -O2 -g -fno-omit-frame-pointer",
                                        "gcc -O2 -g -fno-omit-frame-pointer -fcf-protection" };
    static const char *const without[] = { "gcc -O2 -g -fomit-frame-pointer", "clang -O2 -g -fomit-frame-pointer" };
    for (size_t i = 0; i < 5; i++) {
        free(shell("$1 -shared -fPIC -o k.so $PWD/k.c && strip -o s.so k.so", i < 3 ? with[i] : without[i - 3], ""));
        static const char *const names[] = { "k.so", "s.so" };
        for (size_t k = 0; k < 2; k++) {
            char *path = path_here(names[k]);
            struct assay_symbols *symbols = fresh();
            struct assay_symbols_file file;
            assay_symbols_describe(&file, symbols, path);
            assert_int_equal(file.frame_pointers, i < 3);
            assay_symbols_free(symbols);
            free(path);
        }
    }
}
#endif

/* A libc without symbols for its many memcpys: the one that this process calls has its name. */
static void libc_functions_have_the_name_that_is_called(void **state)
{
    (void)state;
    void *library = dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD);
    struct link_map *map = NULL;
    assert_non_null(library);
    assert_int_equal(dlinfo(library, RTLD_DI_LINKMAP, &map), 0);
    static const char *const names[] = { "qsort", "malloc", "strlen" };
    struct assay_symbols *symbols = fresh();
    struct assay_error error = { 0 };
    for (size_t i = 0; i < 3; i++) {
        const struct assay_frame *frames;
        size_t count;
        uint64_t address = (uint64_t)(uintptr_t)dlsym(library, names[i]) - map->l_addr;
        assert_int_equal(assay_symbols_find(&frames, &count, symbols, map->l_name, address + 4, &error), 0);
        assert_string_equal(frames[count - 1].name, names[i]);
    }
    assay_symbols_free(symbols);
    dlclose(library);
}

static void suffixes_of_the_compiler_are_cut(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        { "f.part.0", "f" },      { "f.constprop.0.isra.1", "f" },
        { "f.cold", "f" },        { "f.localalias", "f" },
        { "f.lto_priv.12", "f" }, { "memcpy@@GLIBC_2.14", "memcpy" },
        { "f.cold.1", "f" },      { "f.partial", "f.partial" },
        { ".plain", ".plain" },   { "f", "f" },
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(assay_symbols_plain_length(names[i][0]), strlen(names[i][1]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_as_addr2line_has_them),
        cmocka_unit_test(a_function_is_where_it_is_declared),
        cmocka_unit_test(a_stripped_file_has_addresses),
        cmocka_unit_test(without_debug_information_there_are_names),
#if defined(__x86_64__)
        cmocka_unit_test(frame_pointers_are_seen_in_the_code),
#endif
        cmocka_unit_test(libc_functions_have_the_name_that_is_called),
        cmocka_unit_test(suffixes_of_the_compiler_are_cut),
    };
    return cmocka_run_group_tests(tests, make_source, remove_here);
}
