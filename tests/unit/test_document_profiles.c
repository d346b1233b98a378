/* Profiles in documents: written, read back, refused in which words, appended, in the sample of the tree. */
// links: result stats base
#include "known_profiles.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <unistd.h>
#include <cmocka.h>

#include "document_texts.h"

#define SAMPLE ASSAY_SOURCE_DIR "/data/samples/profiles.json"

#define SAME(member) assert_same_real(x->member, y->member)

static void assert_same_functions(const struct assay_profile *a, const struct assay_profile *b)
{
    assert_int_equal(a->function_count, b->function_count);
    for (size_t i = 0; i < a->function_count; i++) {
        const struct assay_profile_function_row *x = &a->functions[i], *y = &b->functions[i];
        assert_same_text_or_null(x->name, y->name);
        assert_same_text_or_null(x->file, y->file);
        assert_true(x->line == y->line && x->kind == y->kind && x->agreement == y->agreement);
        SAME(calls), SAME(primitive_calls), SAME(own), SAME(own_low);
        SAME(own_high), SAME(total), SAME(total_low), SAME(total_high);
        SAME(second), SAME(second_total), SAME(share), SAME(share_low);
        SAME(share_high), SAME(samples), SAME(at_most), SAME(hooked_own);
        SAME(hooked_own_error), SAME(hooked_total), SAME(range_low), SAME(range_high);
        assert_true(!x->rounds == !y->rounds);
        for (size_t k = 0; x->rounds && k < a->round_count; k++)
            assert_same_real(x->rounds[k], y->rounds[k]);
    }
}

static void assert_same_numbers(const struct assay_profile *x, const struct assay_profile *y)
{
    SAME(iterations), SAME(plain_ns), SAME(plain_low), SAME(plain_high);
    SAME(calls), SAME(primitive_calls), SAME(items), SAME(sample_count);
    SAME(period_ns), SAME(precision), SAME(missing), SAME(unresolved);
    SAME(restored), SAME(sampled_slowdown), SAME(inside_ns), SAME(inside_spread_ns);
    SAME(outside_ns), SAME(outside_spread_ns), SAME(closure), SAME(dilation);
    SAME(timed_share), SAME(threads), SAME(folded_calls), SAME(lost_calls);
    SAME(jumps);
}

static void assert_same_profile(const struct assay_profile *a, const struct assay_profile *b)
{
    assert_true(a->benchmark == b->benchmark && a->round_count == b->round_count);
    assert_same_text_or_null(a->cost, b->cost);
    assert_same_text_or_null(a->unit, b->unit);
    assert_same_text_or_null(a->source, b->source);
    assert_same_text_or_null(a->object, b->object);
    assert_same_text_or_null(a->sampler, b->sampler);
    assert_same_numbers(a, b);
    assert_same_functions(a, b);
    assert_true(a->edge_count == b->edge_count && a->line_count == b->line_count);
    assert_true(a->address_count == b->address_count && a->note_count == b->note_count);
    for (size_t i = 0; i < a->edge_count; i++) {
        const struct assay_profile_edge *x = &a->edges[i], *y = &b->edges[i];
        assert_true(x->caller == y->caller && x->callee == y->callee);
        SAME(calls), SAME(primitive_calls), SAME(own), SAME(total);
    }
    for (size_t i = 0; i < a->line_count; i++) {
        const struct assay_profile_line *x = &a->lines[i], *y = &b->lines[i];
        assert_string_equal(x->file, y->file);
        assert_true(x->line == y->line && x->function == y->function);
        SAME(samples), SAME(share), SAME(count);
    }
    for (size_t i = 0; i < a->address_count; i++) {
        assert_true(a->addresses[i].address == b->addresses[i].address);
        assert_true(a->addresses[i].symbol == b->addresses[i].symbol);
        assert_same_real(a->addresses[i].samples, b->addresses[i].samples);
    }
    for (size_t i = 0; i < a->note_count; i++)
        assert_string_equal(a->notes[i], b->notes[i]);
    assert_int_equal(a->tree.count, b->tree.count);
    double *const columns[][2] = { { a->tree.function, b->tree.function }, { a->tree.parent, b->tree.parent },
                                   { a->tree.calls, b->tree.calls },       { a->tree.own, b->tree.own },
                                   { a->tree.samples, b->tree.samples },   { a->tree.second, b->tree.second } };
    for (size_t k = 0; k < sizeof columns / sizeof columns[0]; k++) {
        for (size_t i = 0; i < a->tree.count; i++)
            assert_same_real(columns[k][0][i], columns[k][1][i]);
    }
}

static void assert_same_difference(const struct assay_profile_difference *a, const struct assay_profile_difference *b)
{
    assert_true(a->base == b->base && a->head == b->head && a->rounds == b->rounds && a->paired == b->paired);
    assert_string_equal(a->unit, b->unit);
    assert_same_real(a->confidence, b->confidence);
    assert_true(a->change_count == b->change_count && a->note_count == b->note_count);
    for (size_t i = 0; i < a->change_count; i++) {
        const struct assay_profile_change *x = &a->changes[i], *y = &b->changes[i];
        assert_same_text_or_null(x->name, y->name);
        assert_same_text_or_null(x->file, y->file);
        assert_true(x->base == y->base && x->head == y->head && x->proven == y->proven);
        SAME(base_own), SAME(head_own), SAME(change), SAME(change_low), SAME(change_high);
        SAME(base_calls), SAME(head_calls);
    }
    for (size_t i = 0; i < a->note_count; i++)
        assert_string_equal(a->notes[i], b->notes[i]);
}

static void every_profile_comes_back_bit_for_bit(void **state)
{
    (void)state;
    struct assay_document *document = known_profiles();
    char *first = written(document);
    struct assay_document *again = read_back(first);
    char *second = written(again);
    assert_string_equal(first, second);
    assert_int_equal(again->profile_count, 4);
    for (size_t i = 0; i < again->profile_count; i++)
        assert_same_profile(&document->profiles[i], &again->profiles[i]);
    assert_int_equal(again->difference_count, 1);
    assert_same_difference(&document->differences[0], &again->differences[0]);
    assert_null(again->rest);
    free(first);
    free(second);
    assay_document_free(document);
    assay_document_free(again);
}

static void an_empty_profile_knows_nothing(void **state)
{
    (void)state;
    struct assay_profile profile;
    assay_profile_init(&profile);
    assert_true(isnan(profile.plain_ns) && isnan(profile.calls) && isnan(profile.closure) && isnan(profile.jumps));
    assert_true(profile.items == 0 && profile.benchmark == 0 && profile.tree.count == 0 && !profile.sampler);
    const struct assay_profile_function_row *row = assay_profile_add_function(&profile);
    assert_true(isnan(row->own) && isnan(row->at_most) && isnan(row->range_high) && isnan(row->hooked_own_error));
    assert_true(row->agreement == ASSAY_NOT_COMPARED && !row->name && !row->rounds);
    assert_true(assay_profile_tree_reserve(&profile.tree, 3));
    assert_true(profile.tree.count == 3 && isnan(profile.tree.function[2]) && isnan(profile.tree.second[0]));
    assert_true(assay_profile_tree_reserve(&profile.tree, 1));
    assert_int_equal(profile.tree.count, 1);
    assert_true(assay_profile_note(&profile, "%d of %s", 3, "fib"));
    assert_string_equal(profile.notes[0], "3 of fib");
    assay_profile_release(&profile);
    assert_null(profile.functions);
    assert_null(profile.tree.own);
}

static void every_kind_and_agreement_has_a_word(void **state)
{
    (void)state;
    static const char *const kinds[] = { "function", "inlined", "library", "unnamed", "outside" };
    static const char *const agreements[] = { "agrees", "disagrees", "too-small", "overlaps", "not-compared" };
    for (unsigned i = 0; i < 5; i++) {
        assert_string_equal(assay_function_kind_word((enum assay_function_kind)i), kinds[i]);
        assert_string_equal(assay_agreement_word((enum assay_agreement)i), agreements[i]);
    }
}

static void a_document_without_profiles_does_not_mention_them(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(1, 6, 2);
    char *json = written(document);
    assert_null(strstr(json, "profile"));
    free(json);
    assay_document_free(document);
}

static void evil_bytes_in_a_profile_become_replacement_characters_and_a_warning(void **state)
{
    (void)state;
    static const char evil[] = "a\xff \"\\\n\x01<b>\xed\xa0\x80";
    struct assay_document *document = known_profiles();
    size_t warnings = document->warning_count;
    struct assay_profile *profile = &document->profiles[0];
    char **const texts[] = { &profile->object,        &profile->sampler,      &profile->functions[0].name,
                             &profile->functions[0].file, &profile->lines[0].file, &profile->notes[0] };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        known_copy(texts[i], evil);
    char *json = written(document);
    struct assay_document *again = read_back(json);
    assert_non_null(strstr(again->profiles[0].functions[0].name, "a\xef\xbf\xbd \"\\\n\x01<b>"));
    assert_int_equal(again->warning_count, warnings + 1);
    char *second = written(again);
    assert_string_equal(json, second);
    free(json);
    free(second);
    assay_document_free(document);
    assay_document_free(again);
}

/* 150,000 contexts, as deep as the Ackermann function goes: if reading were quadratic, the test would run out of time. */
static void a_tree_of_150000_nodes_comes_back(void **state)
{
    (void)state;
    enum { NODES = 150000 };
    struct assay_document *document = known_document("time");
    struct assay_profile_tree *tree = &document->profiles[0].tree;
    assert_true(assay_profile_tree_reserve(tree, NODES));
    for (size_t i = 0; i < NODES; i++) {
        tree->function[i] = (double)(i % KNOWN_FUNCTIONS);
        tree->parent[i] = i == 0 ? -1 : i % 3 == 0 ? (double)(i / 3) : (double)(i - 1);
        tree->calls[i] = i % 5 == 0 ? NAN : (double)i;
        tree->own[i] = (double)i / 3;
    }
    char *json = written(document);
    struct assay_document *again = read_back(json);
    assert_same_profile(&document->profiles[0], &again->profiles[0]);
    free(json);
    assay_document_free(document);
    assay_document_free(again);
}

static void a_profile_that_breaks_its_rules_in_memory_is_not_written(void **state)
{
    (void)state;
    struct assay_document *document = known_profiles();
    struct assay_error first = { 0 }, second = { 0 }, third = { 0 }, fourth = { 0 };
    FILE *to = fopen("/dev/null", "w");
    document->profiles[3].functions[2].own = INFINITY;
    assert_int_equal(assay_document_write(document, to, &first), ASSAY_EINPUT);
    assert_string_equal(first.text, "profiles[3].functions[2].own: want a finite number or null");
    document->profiles[3].functions[2].own = 1;
    document->profiles[0].functions[1].kind = (enum assay_function_kind)9;
    assert_int_equal(assay_document_write(document, to, &second), ASSAY_EINPUT);
    assert_string_equal(second.text,
                        "profiles[0].functions[1].kind: want a known kind of function, such as 'library'");
    document->profiles[0].functions[1].kind = ASSAY_FUNCTION_PLAIN;
    document->profiles[0].functions[FIB].rounds[1] = -INFINITY;
    assert_int_equal(assay_document_write(document, to, &third), ASSAY_EINPUT);
    assert_string_equal(third.text, "profiles[0].functions[4].rounds: want finite numbers or nulls");
    document->profiles[0].functions[FIB].rounds[1] = 1;
    known_copy(&document->profiles[1].source, NULL);
    assert_int_equal(assay_document_write(document, to, &fourth), ASSAY_EINPUT);
    assert_string_equal(fourth.text, "profiles[1].source: want a text");
    fclose(to);
    assay_document_free(document);
}

/* ---- append ---- */

static void appended_profiles_point_to_where_their_benchmarks_went(void **state)
{
    (void)state;
    struct assay_document *to = sample_document(3, 6, 2);
    struct assay_document *kept = known_profiles();
    (void)known_profile(to, 2, "time", "cProfile");
    to->benchmarks[0].mode[0] = 'W'; /* another benchmark, so what is appended does not join it */
    assert_int_equal(assay_document_append_take(to, known_profiles(), NULL), 0);
    assert_int_equal(to->profile_count, 5);
    static const size_t places[] = { 2, 3, 1, 3, 1 };
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(to->profiles[i].benchmark, places[i]);
    assert_int_equal(to->difference_count, 1);
    assert_true(to->differences[0].base == 1 && to->differences[0].head == 4);
    assert_same_functions(&to->profiles[1], &kept->profiles[0]);
    assert_int_equal(assay_document_check(to, NULL), 0);
    assay_document_free(to);
    assay_document_free(kept);
}

/* ---- the sample in the tree ---- */

static void the_sample_in_the_tree_is_as_the_writer_writes_it_and_valid(void **state)
{
    (void)state;
    assert_sample_take(known_profiles(), SAMPLE);
}

/* Each rule of the validator, seen to go red: one field of the sample is replaced. */
static void the_validator_sees_a_bad_profile(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *words;
    } cases[] = {
        { "\"cost\": \"time\"", "\"cost\": \"joules\"", "is not one of" },
        { "\"kind\": \"library\"", "\"kind\": \"method\"", "is not one of" },
        { "\"agreement\": \"overlaps\"", "\"agreement\": \"maybe\"", "is not one of" },
        { "\"parent\": [-1, 0,", "\"parent\": [-1, 1,", "a parent is not before its child" },
        { "\"function\": [0, 1,", "\"function\": [0, 99,", "no such function" },
        { "\"parent\": [-1, 0,", "\"parent\": [-1,", "differ in length" },
        { "\"caller\": 0, \"callee\": 1,", "\"caller\": 0, \"callee\": 99,", "no such function" },
        { "\"symbol\": 6", "\"symbol\": 66", "no such function" },
        { "\"calls\": 3000000026", "\"calls\": -1", "is less than the minimum" },
        { "\"range\": [12.5, 48]", "\"range\": [48, 12.5]", "the wrong way round" },
        { "\"rounds\": 3,\n      \"functions\"", "\"rounds\": 4,\n      \"functions\"", "rounds" },
        { "\"head\": 3,", "\"head\": 4,", "no such profile" },
        { "\"unit\": \"item\"", "\"unit\": \"day\"", "is not one of" },
    };
    char *golden = NULL;
    size_t length = 0;
    assert_int_equal(assay_file_read(&golden, &length, SAMPLE, 1u << 20, NULL), 0);
    char *path = assay_formatted("/tmp/assay-profile-%ld.json", (long)getpid());
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *said = NULL;
        const char *at = strstr(golden, cases[i].from);
        if (!at)
            fail_msg("no %s in the sample", cases[i].from);
        char *json = assay_formatted("%.*s%s%s", (int)(at - golden), golden, cases[i].to, at + strlen(cases[i].from));
        assert_int_equal(assay_file_write(path, json, strlen(json), NULL), 0);
        int status = validate(path, &said);
        unlink(path);
        if (status != 1 || !strstr(said, cases[i].words))
            fail_msg("case %zu: status %d: %s", i, status, said);
        free(json);
        free(said);
    }
    free(path);
    free(golden);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_profile_comes_back_bit_for_bit),
        cmocka_unit_test(an_empty_profile_knows_nothing),
        cmocka_unit_test(every_kind_and_agreement_has_a_word),
        cmocka_unit_test(a_document_without_profiles_does_not_mention_them),
        cmocka_unit_test(evil_bytes_in_a_profile_become_replacement_characters_and_a_warning),
        cmocka_unit_test(a_tree_of_150000_nodes_comes_back),
        cmocka_unit_test(a_profile_that_breaks_its_rules_in_memory_is_not_written),
        cmocka_unit_test(appended_profiles_point_to_where_their_benchmarks_went),
        cmocka_unit_test(the_sample_in_the_tree_is_as_the_writer_writes_it_and_valid),
        cmocka_unit_test(the_validator_sees_a_bad_profile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
