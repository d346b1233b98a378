/* The catalog: searching, describing through a worker, the cache, workers in other languages, finding by name. The worker
 * is a stand-in that says what the test wrote. */
// links: catalog protocol machine base
#include "catalog/catalog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_catalog.h"

static const struct assay_source *source_of(const struct assay_catalog *catalog, const char *end)
{
    for (size_t i = 0; i < assay_catalog_count(catalog); i++) {
        const struct assay_source *source = assay_catalog_at(catalog, i);
        if (strstr(source->path, end) != NULL) {
            return source;
        }
    }
    fail_msg("no source %s", end);
    return NULL;
}

static void finds(const struct assay_catalog *catalog, const char *name, const char *path)
{
    struct assay_error error = { 0 };
    struct assay_found found;
    if (assay_catalog_find(&found, catalog, NULL, name, NULL, &error) != 0) {
        fail_msg("%s", error.text);
    }
    assert_non_null(strstr(found.source->path, path));
}

static void refuses(const struct assay_catalog *catalog, const char *name, const char *implementation, int code,
                    const char *message)
{
    struct assay_error error = { 0 };
    struct assay_found found;
    assert_int_equal(assay_catalog_find(&found, catalog, NULL, name, implementation, &error), code);
    assert_string_equal(error.text, message);
}

static void plugins_are_described_and_found_by_name_and_alias(void **state)
{
    (void)state;
    fake_write(fake_plugins, "a.so", FAKE_REPLY(FAKE_TRIAL "," FAKE_ROOT));
    fake_write(fake_plugins, "notes.txt", "not a plug-in");
    struct assay_catalog *catalog = fake_open();
    assert_int_equal(assay_catalog_count(catalog), 1);
    const struct assay_source *source = assay_catalog_at(catalog, 0);
    assert_null(source->unavailable);
    assert_string_equal(source->command[0], fake_worker);
    assert_string_equal(source->command[1], source->path);
    assert_int_equal(source->description.kernel_count, 2);
    assert_true(source->description.kernels[1].shared_state);
    finds(catalog, "primes.trial", "a.so");
    finds(catalog, "primes1", "a.so");
    assay_catalog_close(catalog);
}

static void an_unknown_benchmark_gets_the_nearest_name(void **state)
{
    (void)state;
    fake_write(fake_plugins, "a.so", FAKE_REPLY(FAKE_TRIAL));
    struct assay_catalog *catalog = fake_open();
    refuses(catalog, "primes.trail", NULL, ASSAY_EUSAGE, "unknown benchmark 'primes.trail': did you mean 'primes.trial'?");
    refuses(catalog, "xyzzy", NULL, ASSAY_EUSAGE, "unknown benchmark 'xyzzy': `assay list` shows those there are");
    refuses(catalog, "primes.trial", "lua", ASSAY_EUSAGE, "benchmark 'primes.trial' has no implementation 'lua': want @c");
    assay_catalog_close(catalog);
}

static void the_first_directory_wins_and_a_name_wins_over_an_alias(void **state)
{
    (void)state;
    fake_write(fake_plugins, "z.so", FAKE_REPLY("{\"name\":\"other\",\"aliases\":[\"primes.root\"],\"summary\":\"x\"}"));
    fake_write(fake_plugins, "y.so", FAKE_REPLY(FAKE_TRIAL));
    fake_write(fake_second, "a.so", FAKE_REPLY(FAKE_TRIAL "," FAKE_ROOT));
    struct assay_catalog *catalog = fake_open();
    finds(catalog, "primes.trial", "plugins/y.so");
    finds(catalog, "primes.root", "second/a.so");
    assay_catalog_close(catalog);
}

static void what_is_broken_is_listed_with_the_reason(void **state)
{
    (void)state;
    fake_write(fake_plugins, "fine.so", FAKE_REPLY(FAKE_TRIAL));
    fake_write(fake_plugins, "refused.so",
               "{\"id\":1,\"ok\":false,\"status\":\"unavailable\",\"message\":\"not an ELF file\"}\n");
    fake_write(fake_plugins, "silent.so", "");
    fake_write(fake_plugins, "noise.so", "no JSON\n");
    fake_write(fake_plugins, "torn.so", "{\"id\":1,\"ok\":true");
    char path[160];
    snprintf(path, sizeof path, "%s/directory.so", fake_plugins);
    assert_int_equal(mkdir(path, 0777), 0);
    struct assay_catalog *catalog = fake_open();
    assert_null(source_of(catalog, "fine.so")->unavailable);
    assert_string_equal(source_of(catalog, "refused.so")->unavailable, "not an ELF file");
    assert_string_equal(source_of(catalog, "silent.so")->unavailable,
                        "its worker ended with status 0 before it described itself");
    assert_non_null(source_of(catalog, "noise.so")->unavailable);
    assert_non_null(source_of(catalog, "torn.so")->unavailable);
    assert_string_equal(source_of(catalog, "directory.so")->unavailable, "not a regular file");
    finds(catalog, "primes.trial", "fine.so");
    refuses(catalog, "xyzzy", NULL, ASSAY_EUSAGE,
            "unknown benchmark 'xyzzy': `assay list` shows those there are, and 5 plug-ins that cannot be used");
    assay_catalog_close(catalog);
}

static void a_worker_that_dies_is_a_reason_with_its_last_words(void **state)
{
    (void)state;
    fake_write(fake_plugins, "a.so", FAKE_REPLY(FAKE_TRIAL));
    fake_write(fake_directory, "worker", "#!/bin/sh\necho 'no room left' >&2\nexit 7\n");
    struct assay_catalog *catalog = fake_open();
    assert_string_equal(assay_catalog_at(catalog, 0)->unavailable,
                        "its worker ended with status 7 before it described itself: no room left");
    assay_catalog_close(catalog);
    fake_write(fake_directory, "worker", "#!/bin/sh\nkill -SEGV $$\n");
    catalog = fake_open();
    assert_non_null(strstr(assay_catalog_at(catalog, 0)->unavailable, "signal 11"));
    assay_catalog_close(catalog);
}

static void a_worker_of_another_protocol_is_refused_in_words(void **state)
{
    (void)state;
    fake_write(fake_plugins, "a.so", FAKE_REPLY(FAKE_TRIAL));
    fake_write(fake_directory, "worker",
               "#!/bin/sh\necho '{\"assay_worker\":2,\"minor\":0,\"implementation\":\"c\",\"pid\":1}' >&4\nsleep 60\n");
    struct assay_catalog *catalog = fake_open();
    assert_non_null(strstr(assay_catalog_at(catalog, 0)->unavailable, "worker speaks protocol 2, want 1"));
    assay_catalog_close(catalog);
}

static void a_description_is_asked_for_once(void **state)
{
    (void)state;
    fake_write(fake_plugins, "a.so", FAKE_REPLY(FAKE_TRIAL "," FAKE_ROOT));
    fake_write(fake_plugins, "b.so", FAKE_REPLY("{\"name\":\"tab\",\"summary\":\"back\\\\slash \xc3\xa9\"}"));
    for (int i = 0; i < 3; i++) {
        struct assay_catalog *catalog = fake_open();
        finds(catalog, "primes1", "a.so");
        const struct assay_description *description = &source_of(catalog, "a.so")->description;
        assert_string_equal(description->kernels[1].parameters[1].choices[1], "as-written");
        assert_null(description->kernels[1].parameters[1].choices[2]);
        assert_null(description->kernels[0].parameters[0].choices);
        assert_string_equal(description->kernels[0].parameters[0].most, "1000000");
        assert_string_equal(source_of(catalog, "b.so")->description.kernels[0].summary, "back\\slash \xc3\xa9");
        assay_catalog_close(catalog);
        assert_int_equal(fake_starts(), 2);
    }
}

static void what_changed_is_asked_again(void **state)
{
    (void)state;
    fake_write(fake_plugins, "a.so", FAKE_REPLY(FAKE_TRIAL));
    fake_write(fake_plugins, "b.so", FAKE_REPLY(FAKE_ROOT));
    assay_catalog_close(fake_open());
    fake_write(fake_plugins, "a.so", FAKE_REPLY("{\"name\":\"changed\",\"summary\":\"x\"}"));
    struct assay_catalog *catalog = fake_open();
    finds(catalog, "changed", "a.so");
    assay_catalog_close(catalog);
    assert_int_equal(fake_starts(), 3);
    /* A new worker may read more than the old one did. */
    FILE *worker = fopen(fake_worker, "a");
    assert_non_null(worker);
    fputs("# new\n", worker);
    fclose(worker);
    assay_catalog_close(fake_open());
    assert_int_equal(fake_starts(), 5);
}

static void what_is_unavailable_is_asked_again(void **state)
{
    (void)state;
    fake_write(fake_plugins, "a.so", FAKE_REPLY("{\"name\":\"a\",\"summary\":\"x\",\"unavailable\":\"no such library\"}"));
    fake_write(fake_plugins, "b.so", "");
    assay_catalog_close(fake_open());
    assay_catalog_close(fake_open());
    assert_int_equal(fake_starts(), 4);
}

static void a_damaged_cache_is_an_empty_one(void **state)
{
    (void)state;
    char path[160];
    char bytes[4096];
    fake_write(fake_plugins, "a.so", FAKE_REPLY(FAKE_TRIAL));
    assay_catalog_close(fake_open());
    snprintf(path, sizeof path, "%s/assay/catalog", fake_directory);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_true(length > 100 && length < sizeof bytes);
    size_t starts = fake_starts();
    for (size_t i = 0; i < length; i += 7) {
        char whole = bytes[i];
        bytes[i] = (char)(bytes[i] ^ 1);
        file = fopen(path, "w");
        assert_non_null(file);
        fwrite(bytes, 1, length, file);
        fclose(file);
        bytes[i] = whole;
        struct assay_catalog *catalog = fake_open();
        finds(catalog, "primes.trial", "a.so");
        assay_catalog_close(catalog);
        assert_int_equal(fake_starts(), ++starts);
    }
    file = fopen(path, "w");
    assert_non_null(file);
    fwrite(bytes, 1, length / 2, file);
    fclose(file);
    struct assay_catalog *catalog = fake_open();
    finds(catalog, "primes.trial", "a.so");
    assay_catalog_close(catalog);
    assert_int_equal(fake_starts(), starts + 1);
}

static void a_cache_that_cannot_be_written_is_no_error(void **state)
{
    (void)state;
    setenv("XDG_CACHE_HOME", "/proc/no-such-place", 1);
    fake_write(fake_plugins, "a.so", FAKE_REPLY(FAKE_TRIAL));
    struct assay_catalog *catalog = fake_open();
    finds(catalog, "primes.trial", "a.so");
    assay_catalog_close(catalog);
}

static void a_plugin_is_loaded_by_its_path(void **state)
{
    (void)state;
    char path[160];
    struct assay_error error = { 0 };
    const struct assay_source *source = NULL, *again = NULL;
    struct assay_found found;
    fake_write(fake_plugins, "a.so", FAKE_REPLY(FAKE_TRIAL));
    fake_write(fake_directory, "mine.so", FAKE_REPLY(FAKE_TRIAL));
    fake_write(fake_directory, "broken.so", "{\"id\":1,\"ok\":false,\"status\":\"unavailable\",\"message\":\"truncated\"}\n");
    struct assay_catalog *catalog = fake_open();
    snprintf(path, sizeof path, "%s/mine.so", fake_directory);
    assert_int_equal(assay_catalog_load(&source, catalog, path, &error), 0);
    assert_int_equal(assay_catalog_load(&again, catalog, path, &error), 0);
    assert_ptr_equal(source, again);
    assert_int_equal(assay_catalog_find(&found, catalog, source, "primes1", NULL, &error), 0);
    assert_ptr_equal(found.source, source);
    finds(catalog, "primes.trial", "plugins/a.so");
    snprintf(path, sizeof path, "%s/broken.so", fake_directory);
    assert_int_equal(assay_catalog_load(&source, catalog, path, &error), ASSAY_EINPUT);
    assert_non_null(strstr(error.text, "broken.so': truncated"));
    error = (struct assay_error){ 0 };
    assert_true(assay_catalog_load(&source, catalog, "/no/such.so", &error) < 0);
    assert_non_null(strstr(error.text, "/no/such.so"));
    assay_catalog_close(catalog);
}

#define LUA_REPLY                                                                                                      \
    "#!/bin/sh\n"                                                                                                      \
    "echo '{\"assay_worker\":1,\"minor\":0,\"implementation\":\"lua\",\"pid\":1}' >&4\n"                                \
    "read -r line <&3\n"                                                                                               \
    "echo '{\"id\":1,\"ok\":true,\"implementation\":\"lua\",\"kernels\":[" FAKE_TRIAL "]}' >&4\n"

static void a_worker_in_another_language_is_described_by_its_own_command(void **state)
{
    (void)state;
    char path[160];
    struct assay_error error = { 0 };
    struct assay_found found;
    fake_write(fake_plugins, "lua-worker", LUA_REPLY);
    snprintf(path, sizeof path, "%s/lua-worker", fake_plugins);
    assert_int_equal(chmod(path, 0755), 0);
    fake_write(fake_plugins, "lua.worker.yaml",
               "format: 1\nimplementation: lua\ncommand: ['${here}/lua-worker', '${assay}/x', $$y]\nrequires: [sh]\n");
    struct assay_catalog *catalog = fake_open();
    const struct assay_source *source = source_of(catalog, "lua.worker.yaml");
    assert_null(source->unavailable);
    assert_true(source->is_worker);
    assert_string_equal(source->command[0], path);
    snprintf(path, sizeof path, "%s/x", fake_directory);
    assert_string_equal(source->command[1], path);
    assert_string_equal(source->command[2], "$y");
    assert_int_equal(assay_catalog_find(&found, catalog, NULL, "primes1", "lua", &error), 0);
    refuses(catalog, "primes.trial", NULL, ASSAY_EUSAGE, "benchmark 'primes.trial' has no implementation 'c': want @lua");
    assay_catalog_close(catalog);
}

static void a_worker_that_is_not_what_its_file_says_is_unavailable(void **state)
{
    (void)state;
    char path[160];
    fake_write(fake_plugins, "lua-worker", LUA_REPLY);
    snprintf(path, sizeof path, "%s/lua-worker", fake_plugins);
    assert_int_equal(chmod(path, 0755), 0);
    fake_write(fake_plugins, "a.worker.yaml", "format: 1\nimplementation: pypy\ncommand: ['${here}/lua-worker']\n");
    struct assay_catalog *catalog = fake_open();
    assert_string_equal(assay_catalog_at(catalog, 0)->unavailable, "says it is lua, want pypy");
    assay_catalog_close(catalog);
}

static void an_interpreter_that_is_missing_is_a_reason(void **state)
{
    (void)state;
    fake_write(fake_plugins, "a.so", FAKE_REPLY(FAKE_TRIAL));
    fake_write(fake_plugins, "lua.worker.yaml", "format: 1\nimplementation: lua\ncommand: [no-such-lua]\n");
    fake_write(fake_plugins, "py.worker.yaml", "format: 1\nimplementation: py\ncommand: [sh]\nrequires: [no-such-py]\n");
    fake_write(fake_plugins, "cpython.worker.yaml", "format: 1\nimplementation: cpython\ncommand: [python3]\n");
    setenv("ASSAY_PYTHON", "no-such-python", 1);
    struct assay_catalog *catalog = fake_open();
    refuses(catalog, "primes.trial", "lua", ASSAY_EUNAVAILABLE, "needs no-such-lua, which is not installed");
    refuses(catalog, "primes.trial", "py", ASSAY_EUNAVAILABLE, "needs no-such-py, which is not installed");
    refuses(catalog, "primes.trial", "cpython", ASSAY_EUNAVAILABLE,
            "ASSAY_PYTHON: needs no-such-python, which is not installed");
    assay_catalog_close(catalog);
}

static void a_program_that_is_required_and_changes_is_a_reason_to_ask_again(void **state)
{
    (void)state;
    char path[160], tool[160];
    char *before = strdup(getenv("PATH"));
    snprintf(path, sizeof path, "%s:/usr/bin:/bin", fake_second);
    setenv("PATH", path, 1);
    fake_write(fake_second, "assay-tool", "#!/bin/sh\n");
    snprintf(tool, sizeof tool, "%s/assay-tool", fake_second);
    assert_int_equal(chmod(tool, 0755), 0);
    fake_write(fake_plugins, "a.txt", FAKE_REPLY(FAKE_TRIAL));
    fake_write(fake_plugins, "a.worker.yaml", "format: 1\nimplementation: c\ncommand: ['${here}/../worker', '${here}/a.txt']\n"
                                              "requires: [sh, assay-tool]\n");
    assay_catalog_close(fake_open());
    struct assay_catalog *catalog = fake_open();
    assert_int_equal(fake_starts(), 1);
    assert_string_equal(assay_catalog_at(catalog, 0)->required[1], tool);
    assay_catalog_close(catalog);
    fake_write(fake_second, "assay-tool", "#!/bin/sh\n# another version\n");
    catalog = fake_open();
    finds(catalog, "primes.trial", "a.worker.yaml");
    assay_catalog_close(catalog);
    assert_int_equal(fake_starts(), 2);
    setenv("PATH", before, 1);
    free(before);
}

static void a_wrong_worker_file_is_listed_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        { "format: 2\n", "a.worker.yaml:1:9: format 2 is unknown: want 1" },
        { "format: 1\ncomand: [x]\n", "a.worker.yaml:2:1: unknown key 'comand' in a description of a worker: did you mean "
                                      "'command'?" },
        { "format: 1\nimplementation: lua\ncommand: []\n", "a.worker.yaml:3:10: 'command' is a list of 1 to 64 words" },
        { "format: 1\nimplementation: lua\ncommand: ['$HOME/x']\n", "a.worker.yaml:3:11: unknown '$' in a word" },
        { "format: 1\nimplementation: lua\ncommand: [./x]\n", "needs ./x, which is not an absolute path" },
        { "format: 1\nimplementation: Lua\ncommand: [x]\n", "'Lua' is not an implementation's name" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fake_write(fake_plugins, "a.worker.yaml", cases[i].text);
        struct assay_catalog *catalog = fake_open();
        const char *reason = assay_catalog_at(catalog, 0)->unavailable;
        if (reason == NULL || strstr(reason, cases[i].message) == NULL) {
            fail_msg("'%s' does not say '%s'", reason != NULL ? reason : "", cases[i].message);
        }
        assay_catalog_close(catalog);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_setup, fake_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(plugins_are_described_and_found_by_name_and_alias),
        TEST(an_unknown_benchmark_gets_the_nearest_name),
        TEST(the_first_directory_wins_and_a_name_wins_over_an_alias),
        TEST(what_is_broken_is_listed_with_the_reason),
        TEST(a_worker_that_dies_is_a_reason_with_its_last_words),
        TEST(a_worker_of_another_protocol_is_refused_in_words),
        TEST(a_description_is_asked_for_once),
        TEST(what_changed_is_asked_again),
        TEST(what_is_unavailable_is_asked_again),
        TEST(a_damaged_cache_is_an_empty_one),
        TEST(a_cache_that_cannot_be_written_is_no_error),
        TEST(a_plugin_is_loaded_by_its_path),
        TEST(a_worker_in_another_language_is_described_by_its_own_command),
        TEST(a_worker_that_is_not_what_its_file_says_is_unavailable),
        TEST(an_interpreter_that_is_missing_is_a_reason),
        TEST(a_program_that_is_required_and_changes_is_a_reason_to_ask_again),
        TEST(a_wrong_worker_file_is_listed_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
