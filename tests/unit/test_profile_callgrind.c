/* Callgrind's files become the profile of one iteration. What is written by hand adds up on paper; the recursive one is
 * what callgrind 3.19 wrote of fib(6) compiled by gcc 12 -O1 (11 instructions where n < 2, else 18: 13 and 12 of its 25
 * calls); what valgrind counts here has its instructions in the source. */
// links: profile result protocol stats base
#include "profile/merge.h"

#include "compile_here.h"

#include <math.h>

#define PLUGIN "/p/plugin.so"

/* One iteration is
 *   run 10 - step 2 calls, 5 each - memcpy a call, 7 each, 3 of them in its inside
 *          - qsort 12 - msort 18 - cmp 4 calls, 5 each
 * and a call of run costs 100 more, a call by the worker 1000. */
static const char plain_format[] = "# callgrind format\nversion: 1\ncreator: by hand\n\npositions: line\nevents: Ir\n\n"
                                   "ob=/w/worker\nfl=w.c\nfn=call_run\n7 1000\ncob=" PLUGIN "\ncfi=k.c\ncfn=run\n"
                                   "calls=1 40\n8 %d\n\n"
                                   "ob=" PLUGIN "\nfl=k.c\nfn=run\n40 %d\ncfn=step\ncalls=%d 12\n41 %d\n"
                                   "cob=/lib/libc.so.6\ncfi=sort.c\ncfn=qsort\ncalls=%d 3\n42 %d\n\n"
                                   "fn=step\n12 %d\nfi=inline.h\n3 %d\ncob=/lib/libc.so.6\ncfi=???\ncfn=memcpy\n"
                                   "calls=%d 0\n13 %d\nfe=k.c\n14 0\n\nfn=cmp\n20 %d\n\n"
                                   "ob=/lib/libc.so.6\nfl=???\nfn=memcpy\n0 %d\ncfn=inside\ncalls=%d 0\n0 %d\n\n"
                                   "fn=inside\n0 %d\n\nfl=sort.c\nfn=qsort\n3 %d\ncfn=msort\ncalls=%d 9\n4 %d\n\n"
                                   "fn=msort\n9 %d\ncob=" PLUGIN "\ncfi=k.c\ncfn=cmp\ncalls=%d 20\n10 %d\n\n"
                                   "totals: %d\n";

/* The same with numbers for names, steps for lines, addresses before lines, and events before and after Ir. */
static const char packed_format[] =
    "version: 1\npositions: instr line\nevents: Dr Ir Dw\nsummary: 0 %22$d 0\n\n"
    "ob=(1) /w/worker\nfl=(1) w.c\nfn=(1) call_run\n0x10 7 4 1000 9\ncob=(2) " PLUGIN "\ncfi=(2) k.c\ncfn=(2) run\n"
    "calls=1 0x400 40\n+4 +1 0 %1$d 0\n\n"
    "ob=(2)\nfl=(2)\nfn=(2)\n0x400 40 1 %2$d\ncfn=(3) step\ncalls=%3$d 0x500 -28\n* +1 0 %4$d\n"
    "cob=(3) /lib/libc.so.6\ncfi=(3) sort.c\ncfn=(4) qsort\ncalls=%5$d 0x600 3\n+2 +1 0 %6$d 7\njump=3 0x404 -2\n* *\n"
    "jcnd=1/3 0x404 -2\n+1 *\n\n"
    "fn=(3)\n0x500 -30 0 %7$d\nfi=(4) inline.h\n+3 3 0 %8$d 1\ncob=(3)\ncfi=(5) ???\ncfn=(5) memcpy\n"
    "calls=%9$d 0 0\n+3 13 0 %10$d\nfe=(2)\n+1 +1 3\n\nfn=(6) cmp\n-80 20 0 %11$d\n\n"
    "ob=(3)\nfl=(5)\nfn=(5)\n0x900 0 0 %12$d\ncfn=(7) inside\ncalls=%13$d 0 0\n* * 0 %14$d\n\n"
    "fn=(7)\n+9 * 0 %15$d\n\nfl=(3)\nfn=(4)\n* +3 0 %16$d\ncfn=(8) msort\ncalls=%17$d 0 +6\n+1 +1 0 %18$d\n\n"
    "fn=(8)\n0x990 9 0 %19$d\ncob=(2)\ncfi=(2)\ncfn=(6)\ncalls=%20$d 0 20\n* +1 0 %21$d\n\n"
    "totals: 1 %22$d 9\n";

static char *write_here(const char *name, const char *bytes)
{
    struct assay_error error = { 0 };
    char *path = path_here(name);
    assert_int_equal(assay_file_write(path, bytes, strlen(bytes), &error), 0);
    return path;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static char *write_iterations(const char *name, const char *format, int n)
{
    char *bytes =
        assay_formatted(format, 100 + 84 * n, 100 + 10 * n, 2 * n, 24 * n, n, 50 * n, 6 * n, 4 * n, 2 * n, 14 * n,
                        20 * n, 8 * n, 2 * n, 6 * n, 6 * n, 12 * n, n, 38 * n, 18 * n, 4 * n, 20 * n, 1100 + 84 * n);
    assert_non_null(bytes);
    char *path = write_here(name, bytes);
    free(bytes);
    return path;
}
#pragma GCC diagnostic pop

static void read_files(struct assay_profile *profile, const char *one, const char *two, const char *plugin)
{
    struct assay_error error = { 0 };
    assay_profile_init(profile);
    if (assay_profile_from_callgrind(profile, one, two, plugin, &error) != 0) {
        fail_msg("%s", error.text);
    }
}

static size_t row_of(const struct assay_profile *profile, const char *name)
{
    size_t found = profile->function_count;
    for (size_t i = 0; i < profile->function_count; i++) {
        if (strcmp(profile->functions[i].name, name) == 0) {
            assert_int_equal(found, profile->function_count);
            found = i;
        }
    }
    if (found == profile->function_count) {
        fail_msg("no function %s", name);
    }
    return found;
}

static void expect_row(const struct assay_profile *profile, const char *name, double calls, double primitive,
                       double own, double total)
{
    const struct assay_profile_function_row *row = &profile->functions[row_of(profile, name)];
    if (row->calls != calls || row->primitive_calls != primitive || row->own != own || row->total != total) {
        fail_msg("%s has %g/%g calls, own %g, total %g", name, row->calls, row->primitive_calls, row->own, row->total);
    }
}

/* own NaN: not known. */
static void expect_edge(const struct assay_profile *profile, const char *caller, const char *callee, double calls,
                        double primitive, double own, double total)
{
    size_t from = row_of(profile, caller), to = row_of(profile, callee);
    for (size_t i = 0; i < profile->edge_count; i++) {
        const struct assay_profile_edge *edge = &profile->edges[i];
        if (edge->caller == from && edge->callee == to) {
            assert_true(edge->calls == calls && edge->primitive_calls == primitive && edge->total == total);
            assert_true(edge->own == own || (isnan(edge->own) && isnan(own)));
            return;
        }
    }
    fail_msg("no edge from %s to %s", caller, callee);
}

static void expect_iteration(const struct assay_profile *profile)
{
    double sum = 0;
    assert_int_equal(profile->function_count, 5);
    expect_row(profile, "run", 0, 0, 10, 84); /* its one call is one of all iterations */
    expect_row(profile, "step", 2, 2, 10, 24);
    expect_row(profile, "cmp", 4, 4, 20, 20);
    expect_row(profile, "memcpy", 2, 2, 14, 14);
    expect_row(profile, "qsort", 1, 1, 30, 50);
    for (size_t i = 0; i < profile->function_count; i++) {
        sum += profile->functions[i].own;
    }
    assert_true(sum == 84);
    assert_int_equal(profile->edge_count, 4);
    expect_edge(profile, "run", "step", 2, 2, 10, 24);
    expect_edge(profile, "run", "qsort", 1, 1, 30, 50);
    expect_edge(profile, "step", "memcpy", 2, 2, 14, 14);
    expect_edge(profile, "qsort", "cmp", 4, 4, 20, 20);
    assert_true(profile->calls == 9 && profile->primitive_calls == 9);
    assert_int_equal(profile->note_count, 0);
    assert_string_equal(profile->source, "callgrind");
    assert_string_equal(profile->cost, "instructions");
    assert_string_equal(profile->unit, "1");
    const struct assay_profile_function_row *step = &profile->functions[row_of(profile, "step")];
    assert_string_equal(step->file, "k.c");
    assert_int_equal(step->line, 12);
    assert_int_equal(step->kind, ASSAY_FUNCTION_PLAIN);
    const struct assay_profile_function_row *sort = &profile->functions[row_of(profile, "qsort")];
    assert_string_equal(sort->file, "libc.so.6");
    assert_int_equal(sort->line, 0);
    assert_int_equal(sort->kind, ASSAY_FUNCTION_LIBRARY);
}

static void two_files_less_one_are_an_iteration(void **state)
{
    static const char *const formats[] = { plain_format, packed_format };
    (void)state;
    for (int i = 0; i < 4; i++) { /* either form on either side */
        struct assay_profile profile;
        char *one = write_iterations("one", formats[i % 2], 1), *two = write_iterations("two", formats[i / 2], 2);
        read_files(&profile, one, two, PLUGIN);
        expect_iteration(&profile);
        assay_profile_release(&profile);
        free(one);
        free(two);
    }
}

static void what_does_not_repeat_itself_is_noted(void **state)
{
    struct assay_profile profile;
    (void)state;
    char *one = write_iterations("one", plain_format, 2), *two = write_iterations("two", packed_format, 1);
    read_files(&profile, one, two, PLUGIN);
    expect_row(&profile, "step", -2, -2, -10, -24);
    assert_int_equal(profile.note_count, 4); /* of five functions */
    assert_string_equal(profile.notes[0], "run does not repeat itself: 120 instructions and 1 calls in one iteration, "
                                          "110 and 1 in two");
    assert_string_equal(profile.notes[3], "2 more functions do not repeat themselves");
    assay_profile_release(&profile);
    free(one);
    free(two);
}

#define NOTHING "version: 1\nevents: Ir\ntotals: 0\n"
#define HEAD "positions: line\nevents: Ir\nob=" PLUGIN "\nfl=k.c\n"

static void read_second(struct assay_profile *profile, const char *bytes)
{
    char *one = write_here("one", NOTHING), *two = write_here("two", bytes);
    read_files(profile, one, two, PLUGIN);
    free(one);
    free(two);
}

static void recursion_counts_the_outermost_once(void **state)
{
    struct assay_profile profile;
    (void)state;
    read_second(&profile,
                HEAD "fn=(538) fib\n3 13\ncfn=(539) fib'2\ncalls=1 *\n* 214\n* 3\ncfn=(539)\ncalls=1 *\n* 127\n"
                     "* 2\n\nfn=(539)\n3 286\ncfn=(539)\ncalls=11 *\n* 440\n* 33\ncfn=(539)\ncalls=11 *\n* 237\n"
                     "* 22\n\nfn=(536) main\n4 3\ncfn=(538)\ncalls=1 -1\n* 359\n* 16\ntotals: 378\n");
    assert_int_equal(profile.function_count, 2);
    expect_row(&profile, "fib", 25, 1, 13 * 11 + 12 * 18, 359);
    expect_row(&profile, "main", 0, 0, 19, 378);
    expect_edge(&profile, "main", "fib", 1, 1, NAN, 359);
    expect_edge(&profile, "fib", "fib", 24, 2, NAN, 341); /* the two calls of the outermost: 359 less its own 18 */
    assert_int_equal(profile.note_count, 0);
    assay_profile_release(&profile);
}

/* even(10) - odd(20) - even(10) - odd(20): each is entered twice, once from outside itself. */
static void functions_that_call_each_other_have_true_totals(void **state)
{
    struct assay_profile profile;
    (void)state;
    read_second(&profile, HEAD "fn=even\n3 10\ncfn=odd\ncalls=1 9\n4 50\nfn=odd\n9 20\ncfn=even'2\ncalls=1 3\n9 30\n"
                               "fn=even'2\n3 10\ncfn=odd'2\ncalls=1 9\n4 20\nfn=odd'2\n9 20\n"
                               "fn=top\n1 1\ncfn=even\ncalls=1 3\n1 60\ntotals: 61\n");
    expect_row(&profile, "even", 2, 1, 20, 60);
    expect_row(&profile, "odd", 2, 1, 40, 50);
    expect_edge(&profile, "even", "odd", 2, 1, 40, 50);
    expect_edge(&profile, "odd", "even", 1, 1, NAN, 30);
    assay_profile_release(&profile);
}

/* top(1) - f(2) - f.part.0(10) - f(2) - f.part.0(18): two calls of f, one from within f. */
static void what_the_compiler_cut_out_is_not_called(void **state)
{
    struct assay_profile profile;
    (void)state;
    read_second(&profile,
                HEAD "fn=top\n1 1\ncfn=f\ncalls=1 3\n1 32\nfn=f\n3 2\ncfn=f.part.0\ncalls=1 4\n3 30\n"
                     "fn=f.part.0\n4 10\ncfn=f'2\ncalls=1 3\n4 20\nfn=f'2\n3 2\ncfn=f.part.0'2\ncalls=1 4\n3 18\n"
                     "fn=f.part.0'2\n4 18\ntotals: 33\n");
    assert_int_equal(profile.function_count, 2);
    expect_row(&profile, "f", 2, 1, 32, 32);
    expect_row(&profile, "top", 0, 0, 1, 33);
    expect_edge(&profile, "top", "f", 1, 1, NAN, 32);
    expect_edge(&profile, "f", "f", 1, 1, NAN, 20);
    assay_profile_release(&profile);
}

/* visit is called back by qsort and by bsearch, both through walk: 60 of 80 instructions came through qsort. */
static void callbacks_of_unknown_way_are_parted_and_noted(void **state)
{
    struct assay_profile profile;
    (void)state;
    read_second(&profile,
                HEAD "fn=run\n1 5\ncob=libc\ncfi=l.c\ncfn=qsort\ncalls=1 1\n1 60\ncob=libc\ncfi=l.c\ncfn=bsearch\n"
                     "calls=1 1\n1 20\nfn=visit\n9 40\nfn=unused\n9 0\nob=libc\nfl=l.c\nfn=qsort\n1 10\ncfn=walk\n"
                     "calls=1 1\n1 50\nfn=bsearch\n1 5\ncfn=walk\ncalls=1 1\n1 15\nfn=walk\n1 25\ncob=" PLUGIN
                     "\ncfi=k.c\ncfn=visit\ncalls=4 9\n1 40\ntotals: 85\n");
    assert_int_equal(profile.function_count, 4);
    expect_row(&profile, "qsort", 1, 1, 60 - 30, 60);
    expect_row(&profile, "bsearch", 1, 1, 20 - 10, 20);
    expect_edge(&profile, "qsort", "visit", 3, 3, NAN, 30);
    expect_edge(&profile, "bsearch", "visit", 1, 1, NAN, 10);
    assert_int_equal(profile.note_count, 1);
    assert_non_null(strstr(profile.notes[0], "does not tell which library function made 1 of the calls back"));
    assay_profile_release(&profile);
}

static void totals_that_do_not_add_up_are_noted(void **state)
{
    struct assay_profile profile;
    (void)state;
    read_second(&profile, HEAD "fn=0x0000000000001130\n3 10\ntotals: 12\n");
    assert_int_equal(profile.functions[0].kind, ASSAY_FUNCTION_UNNAMED);
    assert_int_equal(profile.note_count, 1);
    assert_string_equal(profile.notes[0], "callgrind's functions add up to 10 instructions, its total is 12");
    assay_profile_release(&profile);
}

static void expect_refusal(const char *bytes, const char *words)
{
    struct assay_profile profile;
    struct assay_error error = { 0 };
    char *one = write_here("one", NOTHING), *two = write_here("two", bytes);
    assay_profile_init(&profile);
    assert_int_equal(assay_profile_from_callgrind(&profile, one, two, PLUGIN, &error), ASSAY_EINPUT);
    if (strstr(error.text, words) == NULL) {
        fail_msg("%s\nhas no\n%s", error.text, words);
    }
    assay_profile_release(&profile);
    free(one);
    free(two);
}

static void other_files_are_refused(void **state)
{
    (void)state;
    expect_refusal("", "ends before its totals");
    expect_refusal(HEAD "fn=f\n3 10\n", "ends before its totals");
    expect_refusal("events: Dr Dw\n", "line 1: instructions (Ir) are not among the events 'Dr Dw'");
    expect_refusal("positions:\n", "line 1: bad positions ''");
    expect_refusal("positions: a b c d e\n", "line 1: bad positions 'a b c d e'");
    expect_refusal(HEAD "3 10\n", "line 5: a cost of no function '3 10'");
    expect_refusal(HEAD "fn=f\n3 ten\n", "line 6: bad cost '3 ten'");
    expect_refusal(HEAD "fn=f\n+ 10\n", "line 6: bad position '+ 10'");
    expect_refusal(HEAD "fn=f\n*3 10\n", "line 6: bad position '*3 10'");
    expect_refusal(HEAD "fn=(3)\n", "line 5: a name that was not given before '(3)'");
    expect_refusal(HEAD "fn=(3 f\n", "line 5: bad number of a name '(3 f'");
    expect_refusal(HEAD "fn=(99999999999) f\n", "line 5: bad number of a name");
    expect_refusal(HEAD "fn=f\ncalls=1 3\n", "line 6: calls of no function '1 3'");
    expect_refusal(HEAD "fn=f\ncfn=g\ncalls=x 3\n", "line 7: bad calls 'x 3'");
    expect_refusal("totals: x\n", "line 1: bad totals 'x'");
    expect_refusal("<html>\n", "line 1: not callgrind's: '<html>'");
    expect_refusal("events: Ir\nob=/elsewhere.so\nfl=k.c\nfn=f\n1 2\ntotals: 2\n",
                   "callgrind saw no function of '" PLUGIN "'");
    expect_refusal(NOTHING, "callgrind saw no function of '" PLUGIN "'");
}

/* ---- valgrind itself ---- */

#if defined(__x86_64__)
/* leaf: 9 no-operations and a return; middle: two calls of leaf and a return; down(n): 5, and the 3 of down(0): test,
 * jump, return. Hidden, so that no stub of the linker's is between: callgrind books its jump with the caller. */
static const char counted[] =
    "__asm__(\".text\\n.hidden leaf\\n.globl leaf\\n.type leaf,@function\\nleaf:\\n.rept 9\\nnop\\n.endr\\nret\\n\"\n"
    "\".size leaf,.-leaf\\n.hidden middle\\n.globl middle\\n.type middle,@function\\nmiddle:\\ncall leaf\\n\"\n"
    "\"call leaf\\nret\\n.size middle,.-middle\\n.hidden down\\n.globl down\\n.type down,@function\\ndown:\\n\"\n"
    "\"test %edi,%edi\\njz 1f\\ndec %edi\\ncall down\\n1: ret\\n.size down,.-down\\n\");\n"
    "#pragma GCC visibility push(hidden)\n"
    "void middle(void); void down(int n);\n"
    "#pragma GCC visibility pop\n"
    "void *memset(void *, int, unsigned long); static char room[4096];\n"
    "void run(int n) { while (n-- > 0) { middle(); down(6); memset(room, n, sizeof room); } }\n";
#define COMPILE                                                                                                        \
    "printf '%s' \"$1\" > counted.c && gcc -g -O0 -fno-builtin -shared -fPIC -o counted.so counted.c && "              \
    "printf 'void run(int n); int main(int c, char **v) { (void)v; run(c); return 0; }' > main.c && "                  \
    "gcc -g -o main main.c ./counted.so && "                                                                           \
    "for n in 1 2; do set --; test $n = 1 || set -- more; "                                                            \
    "LD_BIND_NOW=1 valgrind -q --tool=callgrind --callgrind-out-file=out.$n ./main \"$@\"; done"

static void valgrind_counts_what_the_source_says(void **state)
{
    struct assay_profile profile;
    (void)state;
    free(shell(COMPILE, counted, NULL));
    char *one = path_here("out.1"), *two = path_here("out.2"), *plugin = path_here("counted.so");
    read_files(&profile, one, two, plugin);
    expect_row(&profile, "leaf", 2, 2, 20, 20);
    expect_row(&profile, "middle", 1, 1, 3, 23);
    expect_row(&profile, "down", 7, 1, 6 * 5 + 3, 33);
    expect_edge(&profile, "middle", "leaf", 2, 2, 20, 20);
    expect_edge(&profile, "run", "middle", 1, 1, 3, 23);
    expect_edge(&profile, "down", "down", 6, 1, NAN, 28);
    const struct assay_profile_function_row *run = &profile.functions[row_of(&profile, "run")], *library = NULL;
    double sum = 0;
    for (size_t i = 0; i < profile.function_count; i++) {
        sum += profile.functions[i].own;
        library = profile.functions[i].kind == ASSAY_FUNCTION_LIBRARY ? &profile.functions[i] : library;
    }
    assert_int_equal(profile.function_count, 5); /* nothing of main and of the dynamic linker */
    assert_true(run->total == sum && run->own > 0);
    assert_non_null(strstr(run->file, "counted.c"));
    assert_non_null(library);
    assert_non_null(strstr(library->name, "memset"));
    assert_non_null(strstr(library->file, "libc"));
    assert_true(library->calls == 1 && library->own == library->total && library->own > 1);
    assert_int_equal(profile.note_count, 0);
    assay_profile_release(&profile);
    free(one);
    free(two);
    free(plugin);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_files_less_one_are_an_iteration),
        cmocka_unit_test(what_does_not_repeat_itself_is_noted),
        cmocka_unit_test(recursion_counts_the_outermost_once),
        cmocka_unit_test(functions_that_call_each_other_have_true_totals),
        cmocka_unit_test(what_the_compiler_cut_out_is_not_called),
        cmocka_unit_test(callbacks_of_unknown_way_are_parted_and_noted),
        cmocka_unit_test(totals_that_do_not_add_up_are_noted),
        cmocka_unit_test(other_files_are_refused),
#if defined(__x86_64__)
        cmocka_unit_test(valgrind_counts_what_the_source_says),
#endif
    };
    return cmocka_run_group_tests(tests, make_here, remove_here);
}
