/* Whether machine code is the same: small sources compiled by gcc here and now, and then damaged byte by byte. */
// links: compare measure plan catalog result stats protocol machine base
#include "compare/code.h"

#include "compare/compare.h"

#include "compile_here.h"

/* NAME.so and NAME.builds/timed.o from a source text. */
static void build(const char *name, const char *flags, const char *source)
{
    char *script =
        assay_formatted("mkdir -p %s.builds && printf '%%s' \"$1\" > %s.c && gcc -O2 -g -fPIC -ffunction-sections %s "
                        "-c %s.c -o %s.o && gcc -r -nostdlib -o %s.builds/timed.o %s.o && gcc -shared -o %s.so %s.o",
                        name, name, flags, name, name, name, name, name, name);
    free(shell(script, source, NULL));
    free(script);
}

/* The result, and the names joined by blanks in `shown`. */
static int compare(char shown[300], const char *base, const char *head)
{
    char *a = path_here(base), *b = path_here(head), **names = NULL;
    size_t count = 0, length = 0;
    int result = assay_code_differs_in(&names, &count, a, b);
    assert_int_equal(result, assay_code_is_same(a, b));
    shown[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        length += (size_t)snprintf(shown + length, 300 - length, i > 0 ? " %s" : "%s", names[i]);
    }
    assert_true(result == 0 ? count > 0 : count == 0);
    assay_names_free(names, count);
    free(a);
    free(b);
    return result;
}

static void expect(const char *base, const char *head, int result, const char *functions)
{
    char shown[300];
    assert_int_equal(compare(shown, base, head), result);
    assert_string_equal(shown, functions);
    assert_int_equal(compare(shown, head, base), result); /* either way round */
}

#define TABLE(value) "static const int table[5] = { 1, 2, " value ", 4, 5 };\n"
#define PICK "int pick(int i) { return table[i % 5]; }\n"
#define SCALE(value) "double scale(double x) { return x * " value " + 0.5; }\n"
#define TELL(text) "int puts(const char *);\nint tell(void) { return puts(\"" text "\"); }\n"
#define CHOOSE                                                                                                         \
    "int f0(void); int f1(void); int f2(void); int f3(void); int f4(void);\n"                                          \
    "int choose(int i) { switch (i) { case 0: return f0(); case 1: return f1() + 1; case 2: return f2() * 3;\n"        \
    "  case 3: return f3() - 4; case 4: return f4() ^ 5; default: return 7; } }\n"
#define HELP "static __attribute__((noinline)) int help(int x) { __asm__ volatile(\"\"); return x + 1; }\n"
#define CALL "int call(int x) { return help(x) * 2; }\n"
#define COUNT "int count(void) { static int n = 3; return n++; }\n"
#define WHOLE TABLE("3") PICK SCALE("1.7") TELL("hello") CHOOSE HELP CALL COUNT

static void the_same_source_twice_is_the_same_code(void **state)
{
    (void)state;
    build("one", "-DASSAY_BUILD=1", WHOLE);
    build("two", "-DASSAY_BUILD=2 -fno-dwarf2-cfi-asm", WHOLE);
    expect("one.so", "two.so", 1, "");
    expect("one.so", "one.so", 1, "");
}

static void an_edit_elsewhere_names_only_what_was_added(void **state)
{
    (void)state;
    build("one", "", WHOLE);
    build("more", "",
          "int odd(const char **w) { static int n = 9; static const double d[2] = { 2.5, 3.5 };\n"
          "  *w = \"good day\"; return n++ + (int)(d[n & 1] * 9.25); }\n" WHOLE);
    expect("one.so", "more.so", 0, "odd");
}

static void a_changed_function_is_named_and_its_callers_are_not(void **state)
{
    (void)state;
    build("one", "", WHOLE);
    build("helped", "",
          TABLE("3") PICK SCALE("1.7") TELL("hello") CHOOSE
          "static __attribute__((noinline)) int help(int x) { __asm__ volatile(\"\"); return x + 2; }\n" CALL COUNT);
    expect("one.so", "helped.so", 0, "help");
}

static void constants_are_part_of_what_code_does(void **state)
{
    static const struct {
        const char *source, *function;
    } changed[] = {
        { TABLE("6") PICK SCALE("1.7") TELL("hello") CHOOSE HELP CALL COUNT, "pick" },
        { TABLE("3") PICK SCALE("1.8") TELL("hello") CHOOSE HELP CALL COUNT, "scale" },
        { TABLE("3") PICK SCALE("1.7") TELL("hullo") CHOOSE HELP CALL COUNT, "tell" },
        { TABLE("3") PICK SCALE("1.7") TELL("hello") CHOOSE HELP CALL
          "int count(void) { static int n = 4; return n++; }\n",
          "count" },
    };
    (void)state;
    build("one", "", WHOLE);
    for (size_t i = 0; i < sizeof changed / sizeof changed[0]; i++) {
        build("changed", "", changed[i].source);
        expect("one.so", "changed.so", 0, changed[i].function);
    }
}

static void data_that_data_points_to_counts_and_what_no_code_sees_does_not(void **state)
{
    (void)state;
    build("words", "",
          "static const char *const words[2] = { \"a\", \"b\" };\nconst char *word(int i) { return words[i & 1]; }\n"
          "const char *const nobody[1] = { \"x\" };\n");
    build("other", "",
          "static const char *const words[2] = { \"a\", \"c\" };\nconst char *word(int i) { return words[i & 1]; }\n"
          "const char *const nobody[1] = { \"x\" };\n");
    build("unseen", "",
          "static const char *const words[2] = { \"a\", \"b\" };\nconst char *word(int i) { return words[i & 1]; }\n"
          "const char *const nobody[1] = { \"yy\" };\n");
    expect("words.so", "other.so", 0, "word");
    expect("words.so", "unseen.so", 1, "");
}

static void another_callee_is_another_function(void **state)
{
    (void)state;
    build("sine", "", "double sin(double); double wave(double x) { return sin(x) + 1; }\n");
    build("cosine", "", "double cos(double); double wave(double x) { return cos(x) + 1; }\n");
    expect("sine.so", "cosine.so", 0, "wave");
}

static void another_optimization_is_another_code(void **state)
{
    char shown[300];
    (void)state;
    build("one", "", WHOLE);
    build("plain", "-O0", WHOLE);
    assert_int_equal(compare(shown, "one.so", "plain.so"), 0);
    assert_non_null(strstr(shown, "choose"));
}

static void linked_code_is_the_same_or_not_known(void **state)
{
    (void)state;
    build("one", "", WHOLE);
    build("sine", "", "double sin(double); double wave(double x) { return sin(x) + 1; }\n");
    build("cosine", "", "double cos(double); double wave(double x) { return cos(x) + 1; }\n");
    free(shell(
        "mkdir -p bare && cp one.so bare/one.so && cp one.so bare/copy.so && cp sine.so bare/sine.so && cp cosine.so "
        "bare/cosine.so && gcc -g -shared -Wl,--build-id=0x12345678 -o bare/noted.so one.o && gcc -g -shared "
        "-Wl,--build-id=0x12345679 -o bare/noted2.so one.o",
        NULL, NULL));
    expect("bare/one.so", "bare/copy.so", 1, "");
    expect("bare/noted.so", "bare/noted2.so", 1, "");
    expect("bare/one.so", "bare/sine.so", -1, "");
    expect("bare/sine.so", "bare/cosine.so", -1, ""); /* the same bytes of code, another name of the callee */
}

static void what_cannot_be_read_is_not_known(void **state)
{
    (void)state;
    build("one", "", WHOLE);
    free(shell("mkdir -p bad && : > bad/empty.so && echo text > bad/text.so && head -c 700 one.so > bad/cut.so", NULL,
               NULL));
    expect("bad/empty.so", "one.so", -1, "");
    expect("bad/text.so", "bad/cut.so", -1, "");
    expect("bad/none.so", "one.so", -1, "");
    expect("bad/none.so", "bad/none.so", -1, "");
}

/* Whatever the bytes are: an answer, and no crash (the sanitizers watch). */
static void damaged_objects_are_judged_without_harm(void **state)
{
    struct assay_error error = { 0 };
    char *bytes = NULL, *whole, *damaged, *object;
    size_t length = 0, unknown = 0;
    uint64_t random = 42;
    (void)state;
    build("one", "", WHOLE);
    free(shell("mkdir -p damaged.builds && objcopy --strip-debug one.builds/timed.o one.builds/small.o && mv "
               "one.builds/small.o "
               "one.builds/timed.o && cp one.so damaged.so",
               NULL, NULL));
    whole = path_here("one.so");
    damaged = path_here("damaged.so");
    object = path_here("damaged.builds/timed.o");
    char *timed = path_here("one.builds/timed.o");
    assert_int_equal(assay_file_read(&bytes, &length, timed, (size_t)1 << 24, &error), 0);
    for (int i = 0; i < 3000; i++) {
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407); /* Knuth's MMIX generator */
        size_t from = i % 3 == 0   ? 0
                      : i % 3 == 1 ? length - length / 3
                                   : 0; /* the head, the table of sections, anything */
        size_t span = i % 3 == 0 ? 64 : i % 3 == 1 ? length / 3 : length;
        size_t at = from + (size_t)(random >> 33) % span;
        size_t cut = i % 10 == 9 ? at : length;
        char kept = bytes[at];
        bytes[at] = (char)(i % 4 == 0 ? 0xff : (char)(random >> 25));
        FILE *file = fopen(object, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(bytes, 1, cut, file), cut);
        assert_int_equal(fclose(file), 0);
        int result = assay_code_is_same(whole, damaged);
        assert_in_range(result + 1, 0, 2);
        unknown += result == -1;
        bytes[at] = kept;
    }
    assert_in_range(unknown, 300, 2900);
    free(timed);
    free(bytes);
    free(object);
    free(damaged);
    free(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_source_twice_is_the_same_code),
        cmocka_unit_test(an_edit_elsewhere_names_only_what_was_added),
        cmocka_unit_test(a_changed_function_is_named_and_its_callers_are_not),
        cmocka_unit_test(constants_are_part_of_what_code_does),
        cmocka_unit_test(data_that_data_points_to_counts_and_what_no_code_sees_does_not),
        cmocka_unit_test(another_callee_is_another_function),
        cmocka_unit_test(another_optimization_is_another_code),
        cmocka_unit_test(linked_code_is_the_same_or_not_known),
        cmocka_unit_test(what_cannot_be_read_is_not_known),
        cmocka_unit_test(damaged_objects_are_judged_without_harm),
    };
    return cmocka_run_group_tests(tests, make_here, remove_here);
}
