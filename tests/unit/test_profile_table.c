/* Order, choice and folding of a profile's rows. Orders, restrictions and notes are what Python 3.11's pstats makes of
 * the same seven functions (Stats.stats set by hand, sort_stats and eval_print_amount asked); folded numbers follow by
 * arithmetic. */
// links: profile result protocol stats base
#include "profile/table.h"

#include "base/text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct assay_profile_function_row *add(struct assay_profile *profile, enum assay_function_kind kind,
                                              const char *file, uint32_t line, const char *name)
{
    struct assay_profile_function_row *row = assay_profile_add_function(profile);
    assert_non_null(row);
    row->kind = kind;
    row->file = assay_copy(file);
    row->line = line;
    row->name = assay_copy(name);
    return row;
}

static void add_numbers(struct assay_profile_function_row *row, double primitive, double calls, double own,
                        double total)
{
    row->primitive_calls = primitive;
    row->calls = calls;
    row->own = own;
    row->total = total;
}

static void make_seven(struct assay_profile *profile)
{
    const enum assay_function_kind plain = ASSAY_FUNCTION_PLAIN;
    assay_profile_init(profile);
    add_numbers(add(profile, plain, "/src/kernel.c", 40, "run"), 1, 1, 5, 100);
    add_numbers(add(profile, plain, "/src/kernel.c", 12, "step"), 10, 30, 40, 95);
    add_numbers(add(profile, plain, "tree.c", 7, "step"), 10, 10, 40, 41);
    add_numbers(add(profile, plain, "a/b/tree.c", 99, "Leaf"), 300, 300, 7.5, 7.5);
    add_numbers(add(profile, ASSAY_FUNCTION_LIBRARY, "libc.so.6", 0, "memcpy"), 25, 25, 2.5, 2.5);
    add_numbers(add(profile, ASSAY_FUNCTION_UNNAMED, NULL, 0, "0x1234"), 2, 3, 0.25, 0.25);
    add_numbers(add(profile, plain, "/src/kernel.c", 7, "leaf"), 300, 301, 4.75, 8);
}

/* `words`: sort keys, or restrictions, NULL-terminated; `expected`: indexes as digits. */
static void expect_rows(const struct assay_profile *profile, const char *const *sort, const char *const *restricted,
                        const char *expected, const char *note)
{
    const struct assay_selection selection = { .sort = sort, .restrict_to = restricted };
    struct assay_error error = { 0 };
    size_t *rows = NULL, count = 0;
    char *said = NULL, found[16] = "";
    if (assay_profile_select(&rows, &count, &said, profile, &selection, &error) != 0) {
        fail_msg("%s", error.text);
    }
    assert_true(count < sizeof found);
    for (size_t i = 0; i < count; i++) {
        found[i] = (char)('0' + rows[i]);
    }
    assert_string_equal(found, expected);
    if (note == NULL) {
        assert_null(said);
    } else {
        assert_non_null(said);
        assert_string_equal(said, note);
    }
    free(rows);
    free(said);
}

static void expect_refusal(const char *key, const char *restriction, const char *words)
{
    const char *const sort[] = { key, NULL }, *const restricted[] = { restriction, NULL };
    const struct assay_selection selection = { .sort = sort, .restrict_to = restricted };
    struct assay_profile profile;
    struct assay_error error = { 0 };
    size_t *rows = NULL, count = 7;
    char *said = NULL;
    make_seven(&profile);
    assert_int_equal(assay_profile_select(&rows, &count, &said, &profile, &selection, &error), ASSAY_EUSAGE);
    assert_string_equal(error.text, words);
    assert_null(rows);
    assert_null(said);
    assert_int_equal(count, 7);
    assay_profile_release(&profile);
}

static void each_key_orders_as_pstats_does(void **state)
{
    static const char *const orders[][2] = {
        { "calls", "6314250" },    { "ncalls", "6314250" }, { "cumtime", "0126345" }, { "cumulative", "0126345" },
        { "filename", "0162345" }, { "line", "4526103" },   { "module", "0162345" },  { "name", "5436012" },
        { "nfl", "5436012" },      { "pcalls", "3641250" }, { "stdname", "5106234" }, { "time", "1230645" },
        { "tottime", "1230645" },  { "ca", "6314250" },     { "cu", "0126345" },      { "cumu", "0126345" },
        { "f", "0162345" },        { "l", "4526103" },      { "m", "0162345" },       { "na", "5436012" },
        { "nc", "6314250" },       { "p", "3641250" },      { "s", "5106234" },       { "ti", "1230645" },
        { "to", "1230645" },
    };
    struct assay_profile profile;
    (void)state;
    make_seven(&profile);
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        const char *const sort[] = { orders[i][0], NULL };
        expect_rows(&profile, sort, NULL, orders[i][1], NULL);
    }
    for (size_t i = 0; assay_sort_keys[i] != NULL; i++) {
        const char *const sort[] = { assay_sort_keys[i], NULL };
        bool listed = false;
        for (size_t k = 0; k < 13; k++) {
            listed = listed || strcmp(orders[k][0], sort[0]) == 0;
        }
        assert_true(listed);
    }
    expect_rows(&profile, NULL, NULL, "1230645", NULL); /* tottime */
    assay_profile_release(&profile);
}

static void several_keys_decide_one_after_the_other(void **state)
{
    struct assay_profile profile;
    (void)state;
    make_seven(&profile);
    expect_rows(&profile, (const char *const[]){ "calls", "name", NULL }, NULL, "6314250", NULL);
    expect_rows(&profile, (const char *const[]){ "tottime", "line", NULL }, NULL, "2130645", NULL);
    expect_rows(&profile, (const char *const[]){ "filename", "line", NULL }, NULL, "6102345", NULL);
    expect_rows(&profile, (const char *const[]){ "pcalls", "cumu", "stdname", NULL }, NULL, "6341250", NULL);
    assay_profile_release(&profile);
}

static void what_is_not_known_is_last(void **state)
{
    struct assay_profile profile;
    (void)state;
    make_seven(&profile);
    profile.functions[1].own = NAN;
    profile.functions[6].calls = NAN;
    expect_rows(&profile, NULL, NULL, "2306451", NULL);
    expect_rows(&profile, (const char *const[]){ "calls", NULL }, NULL, "3142506", NULL);
    assay_profile_release(&profile);
}

static void keys_that_pstats_does_not_take_are_refused(void **state)
{
    (void)state;
    expect_refusal("cumtme", NULL, "unknown sort key 'cumtme': did you mean 'cumtime'?");
    expect_refusal("Calls", NULL, "unknown sort key 'Calls': did you mean 'calls'?");
    expect_refusal("callsx", NULL, "unknown sort key 'callsx': did you mean 'calls'?");
    expect_refusal("zzzzzzzz", NULL,
                   "unknown sort key 'zzzzzzzz': want one of calls ncalls cumulative cumtime tottime time "
                   "pcalls filename module name nfl stdname line");
    expect_refusal("c", NULL, "ambiguous sort key 'c': want one of calls, cumtime, cumulative");
    expect_refusal("cum", NULL, "ambiguous sort key 'cum': want one of cumtime, cumulative");
    expect_refusal("n", NULL, "ambiguous sort key 'n': want one of ncalls, name, nfl");
    expect_refusal("t", NULL, "ambiguous sort key 't': want one of time, tottime");
    expect_refusal("", NULL,
                   "unknown sort key '': want one of calls ncalls cumulative cumtime tottime time pcalls "
                   "filename module name nfl stdname line");
}

#define REDUCED(from, to, by) "   List reduced from " from " to " to " due to restriction <" by ">"

static void restrictions_are_those_of_pstats(void **state)
{
    static const struct {
        const char *words[4], *rows, *note;
    } cases[] = {
        { { "3" }, "123", REDUCED("7", "3", "3") },
        { { "0" }, "", REDUCED("7", "0", "0") },
        { { "0.5" }, "1230", REDUCED("7", "4", "0.5") },
        { { ".1" }, "1", REDUCED("7", "1", "0.1") },
        { { "1.0" }, "1230645", NULL },
        { { "0.0" }, "", REDUCED("7", "0", "0.0") },
        { { "kernel" }, "106", REDUCED("7", "3", "'kernel'") },
        { { "le?af", "5" }, "6", REDUCED("7", "1", "'le?af'") },
        { { "step|memcpy", "1" }, "1", REDUCED("7", "3", "'step|memcpy'") "\n" REDUCED("3", "1", "1") },
        { { "c.7" }, "26", REDUCED("7", "2", "'c.7'") },
        { { "\\(l" }, "6", REDUCED("7", "1", "'\\\\(l'") },
        { { "it's{0}|leaf" }, "6", REDUCED("7", "1", "\"it's{0}|leaf\"") },
        { { "5", "0.5", "s" },
          "12",
          REDUCED("7", "5", "5") "\n" REDUCED("5", "3", "0.5") "\n" REDUCED("3", "2", "'s'") },
        { { "-2" }, "1230645", NULL },
        { { "99" }, "1230645", NULL },
    };
    struct assay_profile profile;
    (void)state;
    make_seven(&profile);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expect_rows(&profile, NULL, cases[i].words, cases[i].rows, cases[i].note);
    }
    /* A library's text is what is searched. */
    expect_rows(&profile, NULL, (const char *const[]){ "^\\{memcpy in libc", NULL }, "4",
                REDUCED("7", "1", "'^\\\\{memcpy in libc'"));
    assay_profile_release(&profile);
}

static void restrictions_that_mean_nothing_are_refused(void **state)
{
    (void)state;
    expect_refusal("calls", "1.5", "bad restriction '1.5': want a fraction from 0 to 1");
    expect_refusal("calls", "-0.5", "bad restriction '-0.5': want a fraction from 0 to 1");
    expect_refusal("calls", "(leaf", "bad regular expression '(leaf': Unmatched ( or \\("); /* glibc's words */
}

static void functions_have_their_text(void **state)
{
    static const struct {
        struct assay_profile_function_row row;
        const char *text;
    } cases[] = {
        { { .name = (char *)"f", .file = (char *)"/a/b.c", .line = 12 }, "b.c:12(f)" },
        { { .name = (char *)"f", .file = (char *)"b.c", .kind = ASSAY_FUNCTION_INLINED }, "b.c:0(f)" },
        { { .name = (char *)"f" }, "f" },
        { { .name = (char *)"memcpy", .file = (char *)"/lib/libc.so.6", .kind = ASSAY_FUNCTION_LIBRARY },
          "{memcpy in libc.so.6}" },
        { { .name = (char *)"memcpy", .kind = ASSAY_FUNCTION_LIBRARY }, "{memcpy}" },
        { { .name = (char *)"[kernel]", .kind = ASSAY_FUNCTION_OUTSIDE }, "[kernel]" },
        { { .name = (char *)"0x1234", .file = (char *)"x.so", .kind = ASSAY_FUNCTION_UNNAMED }, "0x1234" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = assay_profile_function_text(&cases[i].row);
        assert_string_equal(text, cases[i].text);
        free(text);
    }
}

/* ---- folding ---- */

enum { RUN, HOT, STEP, LEAF };

static void sample(struct assay_profile_function_row *row, double own, double share, double wide, double first)
{
    row->own = row->samples = own;
    row->own_low = own - 10 * wide;
    row->own_high = own + 10 * wide;
    row->share = share;
    row->share_low = share - wide;
    row->share_high = share + wide;
    row->rounds = calloc(2, sizeof *row->rounds);
    assert_non_null(row->rounds);
    row->rounds[0] = first;
    row->rounds[1] = 2 * own - first;
}

static void connect(struct assay_profile *profile, uint32_t caller, uint32_t callee, double calls, double total)
{
    struct assay_profile_edge *edge = assay_profile_add_edge(profile);
    assert_non_null(edge);
    *edge = (struct assay_profile_edge){ caller, callee, calls, calls, total, total };
}

/* run and step both hold a copy of hot, which calls leaf; run calls leaf itself, too. */
static void make_inlined(struct assay_profile *profile)
{
    static const double functions[] = { RUN, HOT, STEP, HOT, LEAF, LEAF, LEAF };
    static const double parents[] = { -1, 0, 0, 2, 1, 3, 0 };
    static const double own[] = { 10, 20, 30, 60, 1, 4, 3 }, calls[] = { 1, 9, 5, 1, 3, 7, 2 };
    assay_profile_init(profile);
    profile->round_count = 2;
    profile->precision = 0.5;
    profile->calls = 29; /* of leaf 12, of hot 11, of step 5, of run 1: only hot's vanish */
    profile->primitive_calls = 29;
    profile->cost = assay_copy("time");
    assert_true(assay_profile_note(profile, "a note"));
    sample(add(profile, ASSAY_FUNCTION_PLAIN, "k.c", 1, "run"), 10, 0.0625, 0.015625, 8);
    sample(add(profile, ASSAY_FUNCTION_INLINED, "k.c", 2, "hot"), 80, 0.5, 0.0625, 72);
    sample(add(profile, ASSAY_FUNCTION_PLAIN, "k.c", 3, "step"), 30, 0.25, 0.03125, 40);
    sample(add(profile, ASSAY_FUNCTION_PLAIN, "k.c", 4, "leaf"), 8, 0.0625, 0.03125, 8);
    profile->functions[RUN].at_most = 0.125;
    profile->functions[LEAF].at_most = 0.25;
    profile->functions[HOT].calls = profile->functions[HOT].primitive_calls = 11;
    profile->functions[RUN].total = 128;
    connect(profile, RUN, HOT, 9, 25);
    connect(profile, RUN, STEP, 5, 94);
    connect(profile, STEP, HOT, 2, 64);
    connect(profile, HOT, LEAF, 10, 5);
    connect(profile, RUN, LEAF, 2, 3);
    assert_true(assay_profile_tree_reserve(&profile->tree, 7));
    memcpy(profile->tree.function, functions, sizeof functions);
    memcpy(profile->tree.parent, parents, sizeof parents);
    memcpy(profile->tree.own, own, sizeof own);
    memcpy(profile->tree.samples, own, sizeof own);
    memcpy(profile->tree.calls, calls, sizeof calls);
    struct assay_profile_line *line = assay_profile_add_line(profile);
    assert_non_null(line);
    line->file = assay_copy("k.c");
    line->line = 2;
    line->function = HOT;
    line->samples = 80;
    struct assay_profile_address *address = assay_profile_add_address(profile);
    assert_non_null(address);
    *address = (struct assay_profile_address){ 0x40, STEP, 60 };
}

static void fold(struct assay_profile *folded, const struct assay_profile *profile)
{
    struct assay_error error = { 0 };
    assay_profile_init(folded);
    assert_int_equal(assay_profile_fold(folded, profile, &error), 0);
    for (size_t i = 0; i < folded->function_count; i++) {
        assert_int_not_equal(folded->functions[i].kind, ASSAY_FUNCTION_INLINED);
    }
}

static void expect_edge(const struct assay_profile *profile, uint32_t caller, uint32_t callee, double calls,
                        double total)
{
    for (size_t i = 0; i < profile->edge_count; i++) {
        const struct assay_profile_edge *edge = &profile->edges[i];
        if (edge->caller == caller && edge->callee == callee) {
            assert_true(edge->calls == calls && edge->primitive_calls == calls);
            assert_true(edge->total == total && edge->own == total);
            return;
        }
    }
    fail_msg("no edge from %u to %u", (unsigned)caller, (unsigned)callee);
}

/* 80 of hot: 20 of them in run, 60 in step. */
static void inlined_cost_goes_to_the_functions_that_hold_it(void **state)
{
    struct assay_profile profile, folded;
    (void)state;
    make_inlined(&profile);
    fold(&folded, &profile);
    assert_int_equal(folded.function_count, 3);
    const struct assay_profile_function_row *run = &folded.functions[0], *step = &folded.functions[1],
                                            *leaf = &folded.functions[2];
    assert_string_equal(run->name, "run");
    assert_true(run->own == 10 + 20 && run->samples == 30 && run->total == 128);
    assert_true(run->share == 0.0625 + 0.125 && run->share_low == 0.046875 + 0.109375 &&
                run->share_high == 0.078125 + 0.140625);
    assert_true(run->rounds[0] == 8 + 18 && run->rounds[1] == 12 + 22);
    assert_true(isnan(run->at_most)); /* 30 samples are enough */
    assert_string_equal(step->name, "step");
    assert_true(step->own == 30 + 60 && step->samples == 90 && step->share == 0.25 + 0.375);
    assert_true(step->rounds[0] == 40 + 54);
    assert_true(leaf->own == 8 && leaf->at_most == 0.25);
    assert_true(folded.precision == 0.03125 + 0.046875); /* step's */
    assert_true(folded.calls == 18 && folded.primitive_calls == 18);
    assert_string_equal(folded.cost, "time");
    assert_int_equal(folded.note_count, 1);
    assert_int_equal(folded.lines[0].function, 1); /* most of hot is in step */
    assert_true(folded.lines[0].samples == 80);
    assert_int_equal(folded.addresses[0].symbol, 1);
    assay_profile_release(&folded);
    assay_profile_release(&profile);
}

static void what_inlined_functions_call_is_called_by_their_holders(void **state)
{
    static const double functions[] = { 0, 1, 2, 2 }, parents[] = { -1, 0, 0, 1 }, own[] = { 30, 90, 4, 4 },
                        calls[] = { 1, 5, 5, 7 };
    struct assay_profile profile, folded;
    (void)state;
    make_inlined(&profile);
    fold(&folded, &profile);
    assert_int_equal(folded.edge_count, 3);
    expect_edge(&folded, 0, 1, 5, 94);
    expect_edge(&folded, 0, 2, 2 + 3, 3 + 1.5); /* 3 of hot's 10 calls are from the copy in run */
    expect_edge(&folded, 1, 2, 7, 3.5);
    assert_int_equal(folded.tree.count, 4);
    assert_memory_equal(folded.tree.function, functions, sizeof functions);
    assert_memory_equal(folded.tree.parent, parents, sizeof parents);
    assert_memory_equal(folded.tree.own, own, sizeof own);
    assert_memory_equal(folded.tree.samples, own, sizeof own);
    assert_memory_equal(folded.tree.calls, calls, sizeof calls);
    assay_profile_release(&folded);
    assay_profile_release(&profile);
}

/* Without a tree: hot is called 9 times by run and twice by step; inside it "deep" is inlined in turn. */
static void without_a_tree_callers_hold_by_their_calls(void **state)
{
    struct assay_profile profile, folded;
    (void)state;
    make_inlined(&profile);
    assert_true(assay_profile_tree_reserve(&profile.tree, 0));
    sample(add(&profile, ASSAY_FUNCTION_INLINED, "k.c", 9, "deep"), 22, 0.125, 0, 22);
    connect(&profile, HOT, 4, 6, 22);
    connect(&profile, 4, 4, 100, 22); /* of itself: tells nothing */
    fold(&folded, &profile);
    assert_int_equal(folded.function_count, 3);
    assert_true(fabs(folded.functions[0].own - (10 + 80 * 9 / 11.0 + 18)) < 1e-9);
    assert_true(fabs(folded.functions[1].own - (30 + 80 * 2 / 11.0 + 4)) < 1e-9);
    assert_int_equal(folded.edge_count, 3);
    assert_true(fabs(folded.edges[1].calls - (10 * 9 / 11.0 + 2)) < 1e-9); /* run to leaf */
    assay_profile_release(&folded);
    assay_profile_release(&profile);
}

static void nothing_is_lost_where_no_holder_is_known(void **state)
{
    struct assay_profile profile, folded;
    (void)state;
    make_inlined(&profile);
    sample(add(&profile, ASSAY_FUNCTION_INLINED, "k.c", 9, "alone"), 7, 0.0625, 0, 7);
    sample(add(&profile, ASSAY_FUNCTION_INLINED, "k.c", 10, "within"), 5, 0.0625, 0, 5);
    connect(&profile, 4, 5, 1, 5);
    connect(&profile, 5, LEAF, 1, 1);
    fold(&folded, &profile);
    assert_int_equal(folded.function_count, 4);
    assert_string_equal(folded.functions[3].name, "alone");
    assert_true(folded.functions[3].own == 12 && folded.functions[3].rounds[0] == 12);
    assert_int_equal(folded.note_count, 2);
    assert_string_equal(folded.notes[1], "alone is inlined, and it is not known into what everywhere: it stays a row");
    expect_edge(&folded, 3, 2, 1, 1);
    assay_profile_release(&folded);
    assay_profile_release(&profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_key_orders_as_pstats_does),
        cmocka_unit_test(several_keys_decide_one_after_the_other),
        cmocka_unit_test(what_is_not_known_is_last),
        cmocka_unit_test(keys_that_pstats_does_not_take_are_refused),
        cmocka_unit_test(restrictions_are_those_of_pstats),
        cmocka_unit_test(restrictions_that_mean_nothing_are_refused),
        cmocka_unit_test(functions_have_their_text),
        cmocka_unit_test(inlined_cost_goes_to_the_functions_that_hold_it),
        cmocka_unit_test(what_inlined_functions_call_is_called_by_their_holders),
        cmocka_unit_test(without_a_tree_callers_hold_by_their_calls),
        cmocka_unit_test(nothing_is_lost_where_no_holder_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
