/* The profile section of the page: its flame graphs as SVG, its tables, and what must hold for any profile. */
// links: reports profile result stats base
#include "known_profiles.h"
#include "sample_profile.h"

#include "reports/html/page.h"
#include "reports/svg/flame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include "report_golden.h"

/* Consumes the document. */
static char *section(struct assay_document *document)
{
    const struct assay_report_input input = { .document = document };
    struct assay_report *report = NULL;
    struct assay_error error = { 0 };
    struct assay_text out = ASSAY_TEXT_INIT;
    if (assay_report_new(&report, &input, 1, &error)) {
        fail_msg("%s", error.text);
    }
    assay_html_profile(&out, report);
    assert_false(out.failed);
    assay_report_free(report);
    assay_document_free(document);
    return assay_text_take(&out);
}

static size_t occurrences(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part)) {
        count++;
    }
    return count;
}

/* ---- the drawing ---- */

static bool plainly(struct assay_svg_frame *frame, size_t node, double total, void *context)
{
    (void)context;
    frame->label = assay_formatted("node %zu", node);
    frame->words = assay_formatted("node %zu of %g", node, total);
    frame->look = "function";
    return frame->label && frame->words;
}

static char *drawing(struct assay_svg_flame_drawn *drawn, const double *parent, const double *own, size_t count)
{
    const struct assay_svg_text text = { "flame", "title", "description" };
    const struct assay_svg_flame flame = { parent, own, count, "all", plainly, NULL };
    struct assay_text out = ASSAY_TEXT_INIT;
    assay_svg_flame(&out, drawn, &text, &flame);
    assert_false(out.failed);
    assay_text_append(&out, "");
    return assay_text_take(&out);
}

static void a_drawing_is_as_it_was(void **state)
{
    (void)state;
    static const double parent[] = { -1, 0, 0, 2, -1 }, own[] = { 10, 20, 30, 30, 10 };
    struct assay_svg_flame_drawn drawn;
    assert_golden_take("flame", drawing(&drawn, parent, own, 5));
    assert_int_equal(drawn.frames, 5);
    assert_int_equal(drawn.left_out, 0);
    assert_int_equal(drawn.depth, 3);
    assert_float_equal(drawn.whole, 100, 1e-9);
}

/* Sum of the widths in each row; rows end with </g> and a line feed. */
static void widths_by_row(double *sums, size_t most, const char *svg)
{
    size_t row = 0;
    for (const char *at = svg; *at && row < most; at++) {
        row += strncmp(at, "</g>\n", 5) == 0;
        if (row < most && strncmp(at, " width=\"", 8) == 0) {
            sums[row] += strtod(at + 8, NULL);
        }
    }
}

static void roots_take_the_whole_width_and_children_stay_in_their_parent(void **state)
{
    (void)state;
    static const double parent[] = { -1, 0, 0, 2, -1 }, own[] = { 10, 20, 30, 30, 10 };
    struct assay_svg_flame_drawn drawn;
    double sums[4] = { 0 };
    char *svg = drawing(&drawn, parent, own, 5);
    widths_by_row(sums, 4, svg);
    assert_float_equal(sums[0], 1000, 0.05); /* all */
    assert_float_equal(sums[1], 1000, 0.05); /* both roots: 90 and 10 of 100 */
    assert_float_equal(sums[2], 800, 0.05);  /* 60 and 20 */
    assert_float_equal(sums[3], 300, 0.05);
    free(svg);
}

static void costs_below_zero_and_unknown_ones_are_nothing(void **state)
{
    (void)state;
    static const double parent[] = { -1, 0, 0 }, own[] = { 10, -4, NAN };
    struct assay_svg_flame_drawn drawn;
    char *svg = drawing(&drawn, parent, own, 3);
    assert_float_equal(drawn.whole, 10, 1e-9);
    assert_int_equal(drawn.frames, 1);
    free(svg);
    svg = drawing(&drawn, parent, (const double[]){ 0, -4, NAN }, 3);
    assert_string_equal(svg, "");
    free(svg);
}

enum { MANY = 5000 };

static void at_most_so_many_frames_are_drawn_and_the_rest_is_counted(void **state)
{
    (void)state;
    static double parent[MANY], own[MANY];
    struct assay_svg_flame_drawn drawn;
    for (size_t i = 0; i < MANY; i++) { /* a chain of which every frame has more than 0.1 %, as wide as deep */
        parent[i] = i % 100 ? (double)i - 1 : -1;
        own[i] = i % 100 == 99 ? 1 : 0;
    }
    char *svg = drawing(&drawn, parent, own, MANY);
    assert_int_equal(drawn.frames, ASSAY_FLAME_FRAMES);
    assert_int_equal(drawn.left_out, MANY - ASSAY_FLAME_FRAMES);
    free(svg);
    for (size_t i = 0; i < MANY; i++) { /* one large, the others below 0.1 % */
        parent[i] = -1;
        own[i] = i == 0 ? 1e6 : 1;
    }
    svg = drawing(&drawn, parent, own, MANY);
    assert_int_equal(drawn.frames, 1);
    assert_int_equal(drawn.left_out, MANY - 1);
    free(svg);
    for (size_t i = 0; i < MANY; i++) { /* one deep recursion */
        parent[i] = (double)i - 1;
        own[i] = i == MANY - 1 ? 1 : 0;
    }
    svg = drawing(&drawn, parent, own, MANY);
    assert_int_equal(drawn.frames, ASSAY_FLAME_DEPTH);
    assert_int_equal(drawn.depth, MANY);
    free(svg);
}

/* ---- the section ---- */

static void a_profile_has_graph_legend_table_lines_and_notes(void **state)
{
    (void)state;
    char *html = section(sample_profiled());
    assert_non_null(strstr(html, "<figure class=\"flame\" id=\"flame-0-0\" data-part=\"0\" data-profile=\"0\">"));
    assert_non_null(strstr(
        html, "trial.c:44(trial_next): 93.6 % of all, total 241.323 \xc2\xb5s, own 101.263 \xc2\xb5s, 1230 calls"));
    assert_non_null(strstr(html, "inlined into its caller (stripes)"));
    assert_null(strstr(html, "broken edge")); /* no function without a name */
    assert_non_null(strstr(html, "<table id=\"profile0-0\">"));
    assert_non_null(strstr(html, "<td data-number=\"101263\">101.263</td>"));
    assert_non_null(strstr(html, "<table id=\"lines0-0\">"));
    assert_non_null(strstr(html, "<li>closure: "));
    free(html);
}

/* Every link of a table leads to something, with script or without. */
static void links_lead_to_one_thing_each(void **state)
{
    (void)state;
    char *html = section(known_profiles());
    size_t links = 0;
    for (const char *at = strstr(html, "href=\"#"); at; at = strstr(at + 1, "href=\"#")) {
        char *id = assay_copy_bytes(at + 7, strcspn(at + 7, "\""));
        char *target = assay_formatted(" id=\"%s\"", id);
        if (occurrences(html, target) != 1) {
            fail_msg("%zu elements have the id %s", occurrences(html, target), id);
        }
        links++;
        free(id);
        free(target);
    }
    assert_int_equal(links, 4 * KNOWN_FUNCTIONS + 3);
    free(html);
}

static void a_profile_of_edges_says_why_it_has_no_graph(void **state)
{
    (void)state;
    char *html = section(known_document("cProfile"));
    assert_null(strstr(html, "<figure"));
    assert_non_null(strstr(html, "No flame graph: cProfile tells who called whom, but no whole stacks"));
    assert_non_null(strstr(html, "<table id=\"profile0-0\">"));
    free(html);
}

static void a_profile_without_cost_says_so(void **state)
{
    (void)state;
    struct assay_document *document = sample_profiled();
    struct assay_profile_tree *tree = &document->profiles[0].tree;
    for (size_t i = 0; i < tree->count; i++) {
        tree->own[i] = 0;
    }
    char *html = section(document);
    assert_null(strstr(html, "<figure"));
    assert_non_null(strstr(html, "No flame graph: its frames cost nothing"));
    free(html);
}

static void hostile_names_stay_text(void **state)
{
    (void)state;
    struct assay_document *document = sample_profiled();
    struct assay_profile_function_row *row = &document->profiles[0].functions[1];
    known_copy(&row->name, "</title><script>alert(1)</script>\"'&\x01\xe2\x80\xae\xff");
    known_copy(&row->file, "/src/\"><img src=x>.c");
    known_copy(&document->benchmarks[0].id, "a\" onload=\"b<c");
    known_copy(&document->profiles[0].lines[1].file, "<b>.c");
    char *html = section(document);
    assert_null(strstr(html, "<script"));
    assert_null(strstr(html, "<img"));
    assert_null(strstr(html, "<b>"));
    assert_null(strstr(html, "onload=\"b"));
    assert_null(strchr(html, '\x01'));
    assert_null(strstr(html, "\xe2\x80\xae"));
    assert_null(strchr(html, '\xff'));
    assert_non_null(strstr(html, "&lt;/title&gt;&lt;script&gt;alert(1)"));
    free(html);
}

/* ---- differences ---- */

static void a_difference_marks_what_changed_in_words_and_looks(void **state)
{
    (void)state;
    struct assay_document *document = known_profiles();
    struct assay_profile_tree *tree =
        &document->profiles[3].tree; /* of head: make what changed wide enough to be drawn */
    for (size_t i = 0; i < tree->count; i++) {
        tree->own[i] = 100;
    }
    char *html = section(document);
    const char *end = strstr(html, "id=\"p0-0\"");
    assert_non_null(end);
    char *first = assay_copy_bytes(html, (size_t)(end - html));
    assert_non_null(strstr(first, "<table id=\"difference0-0\">"));
    assert_non_null(strstr(first, "id=\"flame-d0-0\""));
    assert_non_null(strstr(first, "<rect class=\"less\""));
    assert_non_null(strstr(first, ">\xe2\x96\xbc fib</text>"));
    assert_non_null(strstr(first, "its own of one item -300.000 ns [-310.000, -290.000], faster"));
    assert_non_null(strstr(first, "<rect class=\"new\" fill=\"url(#look-new)\""));
    assert_non_null(strstr(first, "<rect class=\"same\""));
    assert_non_null(strstr(first, "Gone, and so not in the graph: trial.c:10(run)"));
    assert_non_null(strstr(first, "<td>gone</td>"));
    assert_non_null(strstr(first, "<td data-tone=\"good\">faster</td>"));
    free(first);
    free(html);
}

static void a_change_that_is_not_proven_does_not_look_proven(void **state)
{
    (void)state;
    struct assay_document *document = known_profiles();
    struct assay_profile_tree *tree = &document->profiles[3].tree;
    for (size_t i = 0; i < tree->count; i++) {
        tree->own[i] = 100;
    }
    document->differences[0].changes[0].proven = false;
    document->differences[0].changes[0].change_low = -900;
    document->differences[0].changes[0].change_high = 300;
    char *html = section(document);
    char *figure = strstr(html, "<svg class=\"frames\"");
    *strstr(figure, "</svg>") = '\0';
    assert_null(strstr(figure, "class=\"less\""));
    assert_non_null(strstr(figure, "class=\"maybe-less\""));
    assert_null(strstr(figure, "\xe2\x96\xbc"));
    assert_non_null(strstr(figure, "not proven"));
    free(html);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_drawing_is_as_it_was),
        cmocka_unit_test(roots_take_the_whole_width_and_children_stay_in_their_parent),
        cmocka_unit_test(costs_below_zero_and_unknown_ones_are_nothing),
        cmocka_unit_test(at_most_so_many_frames_are_drawn_and_the_rest_is_counted),
        cmocka_unit_test(a_profile_has_graph_legend_table_lines_and_notes),
        cmocka_unit_test(links_lead_to_one_thing_each),
        cmocka_unit_test(a_profile_of_edges_says_why_it_has_no_graph),
        cmocka_unit_test(a_profile_without_cost_says_so),
        cmocka_unit_test(hostile_names_stay_text),
        cmocka_unit_test(a_difference_marks_what_changed_in_words_and_looks),
        cmocka_unit_test(a_change_that_is_not_proven_does_not_look_proven),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
