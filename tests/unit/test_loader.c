/* The gate for plug-ins: every refusal word for word, as docs/plugin-abi.md promises them, on structs in memory and on
 * files. */
// links: worker-core protocol base test_plugins
#include "worker/loader.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* ---- a plug-in in memory that can be spoilt ----------------------------------------------------------- */

static int set_up(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed, void **state)
{
    (void)host;
    (void)arguments;
    (void)seed;
    *state = NULL;
    return 0;
}

static int run(void *state, uint64_t iterations)
{
    (void)state;
    (void)iterations;
    return 0;
}

/* Spare pointers behind each struct, so that a plug-in of a newer version can be tried. */
struct spoilt {
    struct assay_plugin plugin;
    const struct assay_kernel *kernels[3];
    struct assay_kernel kernel;
    void *beyond_kernel[4];
    struct assay_kernel other;
    const char *aliases[3];
    const char *tags[2];
    const struct assay_parameter *parameters[3];
    struct assay_parameter limit, mode;
    const char *choices[3];
    const struct assay_measure *measures[3];
    struct assay_measure time, rate;
};

static void make_good(struct spoilt *s)
{
    *s = (struct spoilt){
        .plugin = { .struct_size = sizeof s->plugin, .major = 1, .minor = 0, .kernels = s->kernels, .build = "cc -O2" },
        .kernels = { &s->kernel, &s->other, NULL },
        .kernel = { .struct_size = sizeof s->kernel,
                    .name = "k.one",
                    .aliases = s->aliases,
                    .summary = "one",
                    .version = "1.2.3",
                    .tags = s->tags,
                    .parameters = s->parameters,
                    .measures = s->measures,
                    .setup = set_up,
                    .run = run },
        .other = { .struct_size = sizeof s->other, .name = "k.two", .summary = "two", .setup = set_up, .run = run },
        .aliases = { "first", "erste", NULL },
        .tags = { "test", NULL },
        .parameters = { &s->limit, &s->mode, NULL },
        .limit = { sizeof s->limit, ASSAY_INTEGER, "limit", "how far", "1e3", "1", "1_000_000", NULL },
        .mode = { sizeof s->mode, ASSAY_CHOICE, "mode", "how", "fast", NULL, NULL, s->choices },
        .choices = { "fast", "slow", NULL },
        .measures = { &s->time, &s->rate, NULL },
        .time = { sizeof s->time, ASSAY_LOWER, "time", "ns" },
        .rate = { sizeof s->rate, ASSAY_HIGHER, "rate", "1" },
    };
    memcpy(s->plugin.magic, ASSAY_PLUGIN_MAGIC, sizeof s->plugin.magic);
}

static struct assay_loaded *judge(const struct spoilt *s, size_t size, struct assay_error *error)
{
    struct assay_loaded *loaded = NULL;
    *error = (struct assay_error){ 0 };
    int code = assay_loaded_judge(&loaded, &s->plugin, size, "x.so", error);
    assert_true((code == 0) == (loaded != NULL));
    return loaded;
}

static void accepted(const struct spoilt *s)
{
    struct assay_error error;
    struct assay_loaded *loaded = judge(s, 0, &error);
    assert_string_equal(error.text, "");
    assay_loaded_free(loaded);
}

static void refused(const struct spoilt *s, const char *words)
{
    struct assay_error error;
    assert_null(judge(s, 0, &error));
    assert_string_equal(error.text, words);
    assert_int_equal(error.code, ASSAY_EINPUT);
}

#define SPOIL(CHANGE, WORDS)                                                                                           \
    do {                                                                                                               \
        struct spoilt s;                                                                                               \
        make_good(&s);                                                                                                 \
        CHANGE;                                                                                                        \
        refused(&s, "plug-in 'x.so'" WORDS);                                                                           \
    } while (0)
#define ACCEPT(CHANGE)                                                                                                 \
    do {                                                                                                               \
        struct spoilt s;                                                                                               \
        make_good(&s);                                                                                                 \
        CHANGE;                                                                                                        \
        accepted(&s);                                                                                                  \
    } while (0)

static void a_good_plugin_is_described(void **state)
{
    (void)state;
    struct spoilt s;
    struct assay_error error;
    make_good(&s);
    struct assay_loaded *loaded = judge(&s, sizeof s.plugin, &error);
    assert_non_null(loaded);
    const struct assay_description *all = &loaded->description;
    assert_int_equal(all->kernel_count, 2);
    assert_string_equal(all->build, "cc -O2");
    assert_int_equal(all->abi_major, 1);
    const struct assay_kernel_description *one = &all->kernels[0];
    assert_string_equal(one->aliases[1], "erste");
    assert_string_equal(one->parameters[0].fallback, "1000");
    assert_string_equal(one->parameters[0].most, "1000000");
    assert_string_equal(one->parameters[1].choices[1], "slow");
    assert_true(one->measures[1].higher_is_better);
    assert_int_equal(assay_loaded_find(loaded, "first"), 0);
    assert_int_equal(assay_loaded_find(loaded, "k.two"), 1);
    assert_int_equal(assay_loaded_find(loaded, "k"), -1);
    assay_loaded_free(loaded);
}

static void versions_are_judged_before_sizes(void **state)
{
    (void)state;
    SPOIL(s.plugin.magic[0] = 'a', ": assay_plugin does not begin with ASSAYPLG");
    SPOIL(s.plugin.major = 2, " speaks ABI 2.0, this assay 1.x");
    SPOIL((s.plugin.major = 0, s.plugin.minor = 9, s.plugin.struct_size = 1), " speaks ABI 0.9, this assay 1.x");
    ACCEPT(s.plugin.minor = 65535);
}

static void truncated_structs_are_refused(void **state)
{
    (void)state;
    SPOIL(s.plugin.struct_size = 16, ": truncated struct: assay_plugin of 16 bytes, want at least 24 in whole fields");
    SPOIL(s.kernel.struct_size = 100,
          ": kernel 1: truncated struct: struct assay_kernel of 100 bytes, want at least 104 in whole fields");
    SPOIL(s.other.struct_size = 0,
          ": kernel 2: truncated struct: struct assay_kernel of 0 bytes, want at least 104 in whole fields");
    SPOIL(s.kernel.struct_size = 108,
          ": kernel 1: truncated struct: struct assay_kernel of 108 bytes, want at least 104 in whole fields");
    SPOIL(s.kernel.struct_size = 70000, ": kernel 1: struct assay_kernel of 70000 bytes, want at most 65536");
    SPOIL(s.mode.struct_size = 24,
          ": kernel 'k.one': parameter 2: truncated struct: struct assay_parameter of 24 bytes, "
          "want at least 32 in whole fields");
    SPOIL(s.time.struct_size = 16,
          ": kernel 'k.one': truncated struct: struct assay_measure of 16 bytes, want at least 24 in whole fields");
}

static void the_symbols_size_bounds_what_is_read(void **state)
{
    (void)state;
    struct spoilt s;
    struct assay_error error;
    make_good(&s);
    assert_null(judge(&s, 12, &error));
    assert_string_equal(error.text, "plug-in 'x.so': truncated struct: assay_plugin of 12 bytes, want at least 24");
    assert_null(judge(&s, 24, &error));
    assert_string_equal(error.text, "plug-in 'x.so': truncated struct: assay_plugin says 32 bytes and has 24");
}

static int never_called(const struct assay_arguments *arguments, struct assay_work *work)
{
    (void)arguments;
    (void)work;
    return 0;
}

static void fields_beyond_the_stated_size_are_zero(void **state)
{
    (void)state;
    struct spoilt s;
    struct assay_error error;
    make_good(&s);
    s.kernel.work = never_called;
    s.kernel.struct_size = offsetof(struct assay_kernel, work);
    s.plugin.struct_size = offsetof(struct assay_plugin, build);
    struct assay_loaded *loaded = judge(&s, 0, &error);
    assert_non_null(loaded);
    assert_null(loaded->kernels[0].work);
    assert_null(loaded->description.build);
    assay_loaded_free(loaded);
    /* A newer one is larger: what it has more is not read. */
    make_good(&s);
    s.kernel.struct_size += sizeof s.beyond_kernel;
    memset(s.beyond_kernel, 0xff, sizeof s.beyond_kernel);
    accepted(&s);
}

static void names_are_valid_and_unique(void **state)
{
    (void)state;
    SPOIL(s.kernel.name = NULL, ": kernel 1: kernel without a name");
    SPOIL(s.other.name = "K",
          ": kernel 2: bad name of a kernel 'K': want [a-z][a-z0-9_]*(.[a-z0-9_]+)*, at most 63 bytes");
    SPOIL(s.kernel.name = "a..b",
          ": kernel 1: bad name of a kernel 'a..b': want [a-z][a-z0-9_]*(.[a-z0-9_]+)*, at most 63 bytes");
    SPOIL(s.aliases[1] = "x y",
          ": kernel 'k.one': bad name of an alias 'x y': want [a-z][a-z0-9_]*(.[a-z0-9_]+)*, at most 63 bytes");
    SPOIL(s.other.name = "k.one", ": duplicate name 'k.one'");
    SPOIL(s.other.name = "erste", ": duplicate name 'erste'");
    SPOIL(s.other.aliases = s.aliases, ": duplicate name 'first'");
    SPOIL(s.aliases[1] = "first", ": duplicate name 'first'");
    SPOIL(s.aliases[0] = "k.one", ": duplicate name 'k.one'");
    SPOIL(s.limit.name = "a.b",
          ": kernel 'k.one': bad name of a parameter 'a.b': want [a-z][a-z0-9_]*, at most 63 bytes");
    SPOIL(s.mode.name = "limit", ": kernel 'k.one': duplicate parameter 'limit'");
    SPOIL(s.rate.name = "time", ": kernel 'k.one': duplicate measure 'time'");
    SPOIL(s.rate.name = "Rate",
          ": kernel 'k.one': bad name of a measure 'Rate': want [a-z][a-z0-9_]*, at most 63 bytes");
    SPOIL((s.kernel.measures = NULL, s.kernel.distributions = s.measures, s.rate.name = "time"),
          ": kernel 'k.one': duplicate distribution 'time'");
}

static void what_is_required_must_be_there(void **state)
{
    (void)state;
    SPOIL(s.plugin.kernels = NULL, ": no kernels");
    SPOIL(s.kernels[0] = NULL, ": no kernels");
    SPOIL(s.kernel.summary = NULL, ": kernel 'k.one': no summary");
    SPOIL(s.kernel.setup = NULL, ": kernel 'k.one': no setup function");
    SPOIL(s.other.run = NULL, ": kernel 'k.two': no run function");
    SPOIL(s.kernel.version = "1.2", ": kernel 'k.one': bad version '1.2': want x.y.z");
    SPOIL(s.kernel.version = "1.2.3-rc1", ": kernel 'k.one': bad version '1.2.3-rc1': want x.y.z");
    SPOIL(s.time.unit = NULL, ": kernel 'k.one': no unit");
    ACCEPT(s.kernel.version = NULL);
    ACCEPT((s.kernel.aliases = NULL, s.kernel.tags = NULL, s.kernel.parameters = NULL, s.kernel.measures = NULL));
}

static void texts_are_one_line_of_utf8(void **state)
{
    (void)state;
    SPOIL(s.kernel.summary = "two\nlines", ": kernel 'k.one': summary has a control character, want one line of text");
    SPOIL(s.rate.unit = "\033[1m", ": kernel 'k.one': unit has a control character, want one line of text");
    SPOIL(s.tags[0] = "t\xff", ": kernel 'k.one': tags is not UTF-8");
    SPOIL(s.choices[1] = "\xc3", ": kernel 'k.one': parameter 'mode': choices is not UTF-8");
    struct spoilt s;
    struct assay_error error;
    make_good(&s);
    s.kernel.summary = "caf\xe9";
    s.plugin.build = "cc\n-O2\xff";
    struct assay_loaded *loaded = judge(&s, 0, &error);
    assert_non_null(loaded);
    assert_string_equal(loaded->description.kernels[0].summary, "caf\xef\xbf\xbd");
    assert_string_equal(loaded->description.build, "cc -O2\xef\xbf\xbd");
    assay_loaded_free(loaded);
}

static void parameters_make_sense(void **state)
{
    (void)state;
    SPOIL(s.limit.type = 0, ": kernel 'k.one': parameter 'limit': type 0 is unknown, want 1 to 5");
    SPOIL(s.limit.type = 6, ": kernel 'k.one': parameter 'limit': type 6 is unknown, want 1 to 5");
    SPOIL(s.limit.fallback = NULL, ": kernel 'k.one': parameter 'limit': no default");
    SPOIL(s.limit.fallback = "0",
          ": kernel 'k.one': parameter 'limit': bad default: bad limit '0': want an integer from 1 "
          "to 1000000");
    SPOIL(s.limit.least = "x", ": kernel 'k.one': parameter 'limit': bad least: bad limit 'x': want an integer");
    SPOIL(s.mode.fallback = "quick",
          ": kernel 'k.one': parameter 'mode': bad default: bad mode 'quick': want fast or slow");
    SPOIL(s.mode.least = "1", ": kernel 'k.one': parameter 'mode': least is for integer and real parameters");
    SPOIL(s.mode.choices = NULL, ": kernel 'k.one': parameter 'mode': a choice without choices");
    SPOIL(s.choices[1] = "fast", ": kernel 'k.one': parameter 'mode': duplicate choice 'fast'");
    SPOIL(s.limit.choices = s.choices, ": kernel 'k.one': parameter 'limit': choices are for choice parameters");
}

/* Arrays without their NULL are cut off. */
static void endless_arrays_are_refused(void **state)
{
    (void)state;
    struct spoilt s;
    static const char *aliases[300];
    static const struct assay_kernel *kernels[1100];
    make_good(&s);
    for (size_t i = 0; i < 300; i++) {
        aliases[i] = "again";
    }
    s.kernel.aliases = aliases;
    refused(&s, "plug-in 'x.so': kernel 'k.one': more than 256 entries of aliases: does the array end with NULL?");
    make_good(&s);
    for (size_t i = 0; i < 1100; i++) {
        kernels[i] = &s.kernel;
    }
    s.plugin.kernels = kernels;
    refused(&s, "plug-in 'x.so': more than 1024 kernels: does the array end with NULL?");
}

/* ---- files: what test_elf_file.c does not see -------------------------------------------------------------- */

static void plugins_of_other_versions_load_or_say_why_not(void **state)
{
    (void)state;
    struct assay_loaded *loaded;
    struct assay_error error = { 0 };
    assert_int_equal(assay_loaded_open(&loaded, ASSAY_TEST_PLUGINS "/abi_old_minor.so", &error), 0);
    assert_null(loaded->kernels[0].teardown);
    assert_null(loaded->kernels[0].expect);
    assay_loaded_free(loaded);
    assert_int_equal(assay_loaded_open(&loaded, ASSAY_TEST_PLUGINS "/abi_new_minor.so", &error), 0);
    assert_int_equal(loaded->description.abi_minor, 7);
    assay_loaded_free(loaded);
    loaded = NULL;
    assert_int_equal(assay_loaded_open(&loaded, ASSAY_TEST_PLUGINS "/abi_wrong_major.so", &error), ASSAY_EINPUT);
    assert_string_equal(error.text, "plug-in 'abi_wrong_major.so' speaks ABI 2.0, this assay 1.x");
    error = (struct assay_error){ 0 };
    assert_int_equal(assay_loaded_open(&loaded, ASSAY_TEST_PLUGINS "/abi_no_symbol.so", &error), ASSAY_EINPUT);
    assert_string_equal(error.text, "plug-in 'abi_no_symbol.so' has no symbol assay_plugin");
    assert_null(loaded);
}

static void build_ids_and_counts_are_found(void **state)
{
    (void)state;
    struct assay_loaded *loaded;
    struct assay_error error = { 0 };
    assert_int_equal(assay_loaded_open(&loaded, ASSAY_TEST_PLUGINS "/good_counts.so", &error), 0);
    assert_non_null(loaded->counts);
    assert_int_equal(strlen(loaded->description.build_id), 40);
    assay_loaded_free(loaded);
    assert_int_equal(assay_loaded_open(&loaded, ASSAY_TEST_PLUGINS "/good.so", &error), 0);
    assert_null(loaded->counts);
    assert_int_equal(assay_loaded_ask(loaded, &error), 0);
    assert_string_equal(loaded->description.kernels[assay_loaded_find(loaded, "good.absent")].unavailable,
                        "needs a machine that was never built");
    assay_loaded_free(loaded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_plugin_is_described),
        cmocka_unit_test(versions_are_judged_before_sizes),
        cmocka_unit_test(truncated_structs_are_refused),
        cmocka_unit_test(the_symbols_size_bounds_what_is_read),
        cmocka_unit_test(fields_beyond_the_stated_size_are_zero),
        cmocka_unit_test(names_are_valid_and_unique),
        cmocka_unit_test(what_is_required_must_be_there),
        cmocka_unit_test(texts_are_one_line_of_utf8),
        cmocka_unit_test(parameters_make_sense),
        cmocka_unit_test(endless_arrays_are_refused),
        cmocka_unit_test(plugins_of_other_versions_load_or_say_why_not),
        cmocka_unit_test(build_ids_and_counts_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
