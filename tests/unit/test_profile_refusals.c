/* Profiles from outside: what is taken, and what is refused in which words. */
// links: result stats base
#include "result/document.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static int read_text(struct assay_document **document, const char *json, struct assay_error *error)
{
    FILE *from = fmemopen((void *)(uintptr_t)json, strlen(json), "r");
    int result = assay_document_read(document, from, "x.json", error);
    fclose(from);
    return result;
}

static struct assay_document *read_back(const char *json)
{
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    if (read_text(&document, json, &error))
        fail_msg("%s", error.text);
    return document;
}

/* A small document in pieces. */
#define HEAD                                                                                                           \
    "{\"schema\":\"assay.result/1\",\"id\":\"a\",\"created\":\"2026-11-22T16:10:31Z\",\"tool\":{\"name\":\"assay\"},"  \
    "\"environment\":{},\"benchmarks\":["                                                                              \
    "{\"id\":\"k\",\"kernel\":\"k\",\"implementation\":\"c\",\"status\":\"ok\",\"processes\":[{}],"                    \
    "\"samples\":{\"iterations\":[],\"elapsed_ns\":[],\"process\":[]}}],\"profiles\":["
#define KEYS "\"unit\":\"ns\",\"source\":\"samples\""
#define BEGIN HEAD "{\"benchmark\":0,\"cost\":\"time\"," KEYS
#define TWO ",\"functions\":[{\"name\":\"f\",\"kind\":\"function\"},{\"name\":\"g\",\"kind\":\"function\"}]"
#define F(more) ",\"functions\":[{\"name\":\"f\",\"kind\":\"function\"," more "}]"
#define END "}]}"
#define TREE(function, parent, more)                                                                                   \
    BEGIN TWO ",\"tree\":{\"function\":[" function "],\"parent\":[" parent "]" more "}" END
#define CHANGED(head, changes)                                                                                         \
    BEGIN TWO "}],\"profile_differences\":[{" head ",\"changes\":[" changes "]}]}"
#define PAIR "\"base\":0,\"head\":0,\"unit\":\"item\",\"confidence\":0.95"

static void the_least_profile_is_taken(void **state)
{
    (void)state;
    struct assay_document *document =
        read_back(BEGIN TWO ",\"later\":{\"x\":[{}]},\"tree\":{\"function\":[0,1],\"parent\":[-1,0],\"joules\":[1]}},"
                            "{\"benchmark\":0,\"cost\":\"instructions\"," KEYS ",\"functions\":[],\"tree\":null,"
                            "\"plain\":null,\"sampling\":null,\"hooks\":null,\"object\":null}]}");
    const struct assay_profile *profile = &document->profiles[0];
    assert_true(document->profile_count == 2 && profile->function_count == 2 && profile->tree.count == 2);
    assert_true(isnan(profile->plain_ns) && isnan(profile->functions[1].own) && isnan(profile->tree.own[1]));
    assert_true(profile->tree.parent[0] == -1 && profile->functions[0].agreement == ASSAY_NOT_COMPARED);
    assert_true(isnan(profile->tree.calls[0]) && document->profiles[1].function_count == 0);
    assert_null(document->rest);
    assay_document_free(document);
}

static const struct bad_profile {
    const char *json;
    const char *words;
} bad_profiles[] = {
    { HEAD "1]}", "profiles[0]: want an object" },
    { HEAD "{}]}", "profiles[0]: no field 'benchmark'" },
    { BEGIN END, "profiles[0]: no field 'functions'" },
    { BEGIN TWO ",\"functions\":[]" END, "duplicate field 'functions'" },
    { HEAD "{\"benchmark\":1,\"cost\":\"time\"," KEYS TWO END, "profiles[0].benchmark: want the index of a benchmark" },
    { HEAD "{\"benchmark\":0,\"cost\":\"joules\"," KEYS TWO END,
      "profiles[0].cost: want 'time', 'instructions' or 'allocations'" },
    { BEGIN TWO ",\"calls\":-1" END, "profiles[0].calls: want a number of 0 or more, or null" },
    { BEGIN TWO ",\"calls\":1e999" END, "profiles[0].calls: want a finite number or null" },
    { BEGIN TWO ",\"calls\":1,\"primitive_calls\":2" END, "primitive_calls: want at most as many as calls" },
    { BEGIN TWO ",\"plain\":{\"ns\":1,\"low\":3,\"high\":2}" END, "profiles[0].plain: want low <= high" },
    { BEGIN TWO ",\"plain\":{\"ns\":-1}" END, "profiles[0].plain: want a number of 0 or more, or null" },
    { BEGIN TWO ",\"plain\":[1,2]" END, "profiles[0].plain: want an object" },
    { BEGIN TWO ",\"sampling\":{\"samples\":-1}" END, "profiles[0].sampling.samples: want a number of 0 or more" },
    { BEGIN TWO ",\"sampling\":{\"restored\":1.5}" END, "profiles[0].sampling.restored: want a number from 0 to 1" },
    { BEGIN TWO ",\"hooks\":{\"lost_calls\":-2}" END, "profiles[0].hooks.lost_calls: want a number of 0 or more" },
    { BEGIN TWO ",\"hooks\":{\"timed_share\":2}" END, "profiles[0].hooks.timed_share: want a number from 0 to 1" },
    { BEGIN ",\"functions\":[{\"kind\":\"function\"}]" END, "profiles[0].functions[0]: no field 'name'" },
    { BEGIN ",\"functions\":[{\"name\":\"f\"}]" END, "profiles[0].functions[0]: no field 'kind'" },
    { BEGIN ",\"functions\":[{\"name\":\"f\",\"kind\":\"method\"}]" END,
      "profiles[0].functions[0].kind: want a known kind of function, such as 'library'" },
    { BEGIN F("\"agreement\":\"perhaps\"") END, "agreement: want a known agreement, such as 'agrees'" },
    { BEGIN F("\"agreement\":\"agrees\\u0000\"") END, "agreement: want a known agreement" },
    { BEGIN F("\"agreement\":7") END, "agreement: want a known agreement" },
    { BEGIN F("\"calls\":-1") END, "profiles[0].functions[0].calls: want a number of 0 or more, or null" },
    { BEGIN F("\"calls\":1,\"primitive_calls\":2") END, "functions[0].primitive_calls: want at most as many as calls" },
    { BEGIN F("\"samples\":-1") END, "functions[0].samples: want a number of 0 or more" },
    { BEGIN F("\"share\":1.5") END, "functions[0].share: want a number from 0 to 1, or null" },
    { BEGIN F("\"own_interval\":[2,1]") END, "functions[0].own_interval: want low <= high" },
    { BEGIN F("\"own_interval\":[2]") END, "own_interval[0]: want two finite numbers or nulls" },
    { BEGIN F("\"total_interval\":[2,1]") END, "functions[0].total_interval: want low <= high" },
    { BEGIN F("\"share_interval\":[0.5,0.25]") END, "functions[0].share_interval: want low <= high" },
    { BEGIN F("\"range\":[2,1]") END, "functions[0].range: want low <= high" },
    { BEGIN F("\"hooked_own_error\":-1") END, "functions[0].hooked_own_error: want a number of 0 or more" },
    { BEGIN F("\"rounds\":[1,2]") END, "profiles[0]: 0 rounds, its functions have 2" },
    { BEGIN ",\"rounds\":1,\"functions\":[{\"name\":\"f\",\"kind\":\"function\",\"rounds\":[1]},"
            "{\"name\":\"f\",\"kind\":\"function\",\"rounds\":[1,2]}]" END,
      "profiles[0].functions[1]: 2 rounds, another function has 1" },
    { BEGIN F("\"rounds\":[true]") END, "functions[0].rounds[0]: want a finite number or null" },
    { BEGIN TWO ",\"edges\":[{\"caller\":0}]" END, "profiles[0].edges[0]: no field 'callee'" },
    { BEGIN TWO ",\"edges\":[{\"caller\":2,\"callee\":0}]" END, "edges[0].caller: want the index of a function" },
    { BEGIN TWO ",\"edges\":[{\"caller\":0,\"callee\":2}]" END, "edges[0].callee: want the index of a function" },
    { BEGIN TWO ",\"edges\":[{\"caller\":0,\"callee\":4294967296}]" END, "callee: want a whole number up to 2^32-1" },
    { BEGIN TWO ",\"edges\":[{\"caller\":0,\"callee\":1,\"calls\":-1}]" END, "edges[0].calls: want a number of 0" },
    { BEGIN TWO ",\"edges\":[{\"caller\":0,\"callee\":1,\"calls\":1,\"primitive_calls\":2}]" END,
      "edges[0].primitive_calls: want at most as many as calls" },
    { TREE("0", "", ""), "profiles[0].tree: column 'parent' has 0 values, 'function' has 1" },
    { TREE("0", "-1", ",\"own\":[1,2]"), "profiles[0].tree: column 'own' has 2 values, 'function' has 1" },
    { TREE("0", "-1", ",\"own\":[]"), "profiles[0].tree: column 'own' has 0 values, 'function' has 1" },
    { BEGIN TWO ",\"tree\":{\"function\":[0]}" END, "profiles[0].tree: no field 'parent'" },
    { BEGIN TWO ",\"tree\":[]" END, "profiles[0].tree: want an object" },
    { TREE("2", "-1", ""), "profiles[0].tree.function[0]: want the index of a function" },
    { TREE("0.5", "-1", ""), "profiles[0].tree.function[0]: want the index of a function" },
    { TREE("null", "-1", ""), "profiles[0].tree.function[0]: want the index of a function" },
    { TREE("0", "0", ""), "profiles[0].tree.parent[0]: want -1 or the index of a node before it" },
    { TREE("0,1,0", "-1,2,0", ""), "profiles[0].tree.parent[1]: want -1 or the index of a node before it" },
    { TREE("0", "-2", ""), "profiles[0].tree.parent[0]: want -1 or the index of a node before it" },
    { TREE("0", "null", ""), "profiles[0].tree.parent[0]: want -1 or the index of a node before it" },
    { TREE("0", "-1", ",\"calls\":[-1]"), "profiles[0].tree.calls[0]: want a number of 0 or more, or null" },
    { TREE("0", "-1", ",\"samples\":[-1]"), "profiles[0].tree.samples[0]: want a number of 0 or more, or null" },
    { TREE("0", "-1", ",\"second\":[-1]"), "profiles[0].tree.second[0]: want a number of 0 or more, or null" },
    { BEGIN TWO ",\"lines\":[{\"file\":\"a.c\",\"line\":1,\"function\":2}]" END,
      "profiles[0].lines[0].function: want the index of a function" },
    { BEGIN TWO ",\"lines\":[{\"file\":null,\"line\":1,\"function\":0}]" END, "lines[0].file: want a text" },
    { BEGIN TWO ",\"lines\":[{\"file\":\"a.c\",\"line\":-1,\"function\":0}]" END, "line: want a whole number" },
    { BEGIN TWO ",\"lines\":[{\"file\":\"a.c\",\"line\":1,\"function\":0,\"count\":-1}]" END, "lines[0].count: want" },
    { BEGIN TWO ",\"lines\":[{\"file\":\"a.c\",\"line\":1,\"function\":0,\"share\":2}]" END, "lines[0].share: want" },
    { BEGIN TWO ",\"addresses\":[{\"address\":1,\"symbol\":2}]" END, "symbol: want the index of a function" },
    { BEGIN TWO ",\"addresses\":[{\"address\":1,\"symbol\":0,\"samples\":-1}]" END, "addresses[0].samples: want" },
    { BEGIN TWO ",\"addresses\":[{\"address\":\"0x10\",\"symbol\":0}]" END, "address: want a whole number up to 2^53" },
    { BEGIN TWO ",\"notes\":[1]" END, "profiles[0].notes[0]: want a text" },
    { CHANGED("\"base\":1,\"head\":0,\"unit\":\"item\",\"confidence\":0.95", ""),
      "profile_differences[0].base: want the index of a profile" },
    { CHANGED("\"base\":0,\"head\":1,\"unit\":\"item\",\"confidence\":0.95", ""),
      "profile_differences[0].head: want the index of a profile" },
    { CHANGED("\"base\":0,\"head\":0,\"unit\":\"day\",\"confidence\":0.95", ""),
      "profile_differences[0].unit: want 'iteration' or 'item'" },
    { CHANGED("\"base\":0,\"head\":0,\"unit\":\"item\",\"confidence\":1", ""),
      "profile_differences[0].confidence: want a number above 0 and below 1" },
    { CHANGED(PAIR ",\"paired\":1", ""), "profile_differences[0].paired: want true or false" },
    { CHANGED(PAIR, "{\"name\":\"f\"}"), "changes[0]: no field 'proven'" },
    { CHANGED(PAIR, "{\"name\":\"f\",\"proven\":null}"), "changes[0].proven: want true or false" },
    { CHANGED(PAIR, "{\"name\":\"f\",\"proven\":true,\"base\":2}"),
      "profile_differences[0].changes[0].base: want the index of a function, or null" },
    { CHANGED(PAIR, "{\"name\":\"f\",\"proven\":true,\"head\":2}"), "changes[0].head: want the index of a function" },
    { CHANGED(PAIR, "{\"name\":\"f\",\"proven\":true,\"head\":-1}"), "head: want a whole number of 0 or more, or null" },
    { CHANGED(PAIR, "{\"name\":\"f\",\"proven\":true,\"interval\":[2,1]}"), "changes[0].interval: want low <= high" },
    { CHANGED(PAIR, "{\"name\":\"f\",\"proven\":true,\"base_calls\":-1}"), "changes[0].base_calls: want a number of 0" },
};

static void each_kind_of_bad_profile_is_refused_in_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_profiles / sizeof bad_profiles[0]; i++) {
        struct assay_document *document = NULL;
        struct assay_error error = { 0 };
        int result = read_text(&document, bad_profiles[i].json, &error);
        if (result != ASSAY_EINPUT || document || !strstr(error.text, bad_profiles[i].words))
            fail_msg("case %zu: %d '%s', want '%s'", i, result, error.text, bad_profiles[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_profile_is_taken),
        cmocka_unit_test(each_kind_of_bad_profile_is_refused_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
