/* Flame graphs of the profile section: a profile's own, and one of a difference's head. Knows what frames stand for,
 * not where they are drawn (svg/flame.c). */
#include "reports/html/profile_parts.h"

#include "reports/cells.h"
#include "reports/svg/flame.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>


struct looks { /* what frames are described from */
    const struct assay_page *page;
    size_t part;
    double whole;
    bool *marked;     /* by function: its id is given away */
    const char *unit; /* what a change is of: "item" */
    /* Of a difference; NULL: kinds of functions are shown. */
    const struct assay_difference_pages *sides;
    const struct assay_profile_change **changes; /* by function of the head; NULL: none */
};

/* ---- words ---- */

const char *assay_html_unit(const struct assay_page *page)
{
    return page->cost == ASSAY_PAGE_TIME           ? page->unit
           : page->cost == ASSAY_PAGE_INSTRUCTIONS ? "instructions"
                                                   : "allocations";
}

static void add_take(struct assay_text *text, const char *lead, char *taken, const char *tail)
{
    assay_text_append(text, lead);
    assay_text_append(text, taken ? taken : "");
    assay_text_append(text, tail);
    text->failed = text->failed || !taken;
    free(taken);
}

static void add_amount(struct assay_text *text, const char *lead, const struct assay_page *page, double value)
{
    add_take(text, lead, assay_page_amount(page, value), " ");
    assay_text_append(text, assay_html_unit(page));
}

static char *clean_name(const struct assay_page *page, size_t function)
{
    const char *name = function < page->profile->function_count ? page->profile->functions[function].name : NULL;
    return assay_cell_clean(name ? name : "?", true);
}

/* "; own time of one item +12.300 us [+11.900, +12.700], slower" */
static void add_change(struct assay_text *text, const struct looks *looks, const struct assay_profile_change *change)
{
    const struct assay_difference_pages *sides = looks->sides;
    if (!change) {
        return;
    }
    char *said = assay_difference_cell(sides, change, ASSAY_CHANGE_SAID);
    char *interval = assay_difference_cell(sides, change, ASSAY_CHANGE_INTERVAL);
    assay_text_format(text, "; its own of one %s ", looks->unit);
    add_take(text, "", assay_difference_cell(sides, change, ASSAY_CHANGE_BY), "");
    assay_text_format(text, " %s%s%s, %s", assay_html_unit(&sides->unit), interval && interval[0] ? " " : "",
                      interval ? interval : "", said && said[0] ? said : "not proven");
    text->failed = text->failed || !said || !interval;
    free(said);
    free(interval);
}

/* "trial.c:44(trial_next): 97.3 % of all, total 249.704 us, own 101.263 us, 1230 calls" */
static char *frame_words(const struct looks *looks, size_t node, double total)
{
    const struct assay_page *page = looks->page;
    const struct assay_profile_tree *tree = &page->profile->tree;
    size_t function = (size_t)tree->function[node];
    double own = isfinite(tree->own[node]) ? tree->own[node] : 0;
    struct assay_text text = ASSAY_TEXT_INIT;
    add_take(&text, "", assay_page_function(page, function), ": ");
    add_take(&text, "", assay_page_points(page, total / looks->whole), " of all, ");
    add_amount(&text, "total ", page, total);
    add_amount(&text, ", own ", page, own);
    if (isfinite(tree->calls[node])) {
        add_take(&text, ", ", assay_count_text(tree->calls[node]), tree->calls[node] == 1 ? " call" : " calls");
    }
    if (looks->sides) {
        add_change(&text, looks, looks->changes[function]);
    }
    char *words = assay_text_take(&text);
    char *clean = words ? assay_cell_clean(words, true) : NULL;
    free(words);
    return clean;
}

/* ---- frames ---- */

const char *assay_html_change_look(const struct assay_profile_change *change)
{
    if (!change || !(change->change < 0 || change->change > 0)) {
        return change && change->base == SIZE_MAX ? "new" : "same";
    }
    if (change->base == SIZE_MAX) {
        return "new";
    }
    return change->proven ? (change->change > 0 ? "more" : "less") : change->change > 0 ? "maybe-more" : "maybe-less";
}

/* What is changed is seen without colour too. */
static const char *mark_of(const char *look)
{
    static const char *const marks[][2] = { { "more", "\xe2\x96\xb2 " },
                                            { "less", "\xe2\x96\xbc " },
                                            { "new", "new: " } };
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (strcmp(look, marks[i][0]) == 0) {
            return marks[i][1];
        }
    }
    return "";
}

static bool describe(struct assay_svg_frame *frame, size_t node, double total, void *context)
{
    struct looks *looks = context;
    const struct assay_page *page = looks->page;
    size_t function = (size_t)page->profile->tree.function[node];
    char *name = clean_name(page, function);
    frame->look = looks->sides ? assay_html_change_look(looks->changes[function])
                               : assay_html_kind_look(page->profile->functions[function].kind);
    frame->pattern = assay_html_look_pattern(frame->look);
    frame->label = name ? assay_formatted("%s%s", looks->sides ? mark_of(frame->look) : "", name) : NULL;
    frame->words = frame_words(looks, node, total);
    free(name);
    bool named = looks->marked && !looks->marked[function];
    if (named) {
        frame->id = assay_formatted("f%zu-%zu-%zu", looks->part, page->index, function);
        looks->marked[function] = true;
    }
    return frame->label && frame->words && (frame->id || !named);
}

/* ---- the figure ---- */

/* What tables link to and no frame stands for. */
static void append_marks(struct assay_text *out, const struct looks *looks, const bool *linked)
{
    size_t count = looks->page->profile->function_count;
    for (size_t i = 0; linked && i < count; i++) {
        if (linked[i] && !(looks->marked && looks->marked[i])) {
            assay_text_format(out, "<span id=\"f%zu-%zu-%zu\"></span>", looks->part, looks->page->index, i);
        }
    }
}

static void append_reason(struct assay_text *out, const struct assay_page *page)
{
    bool no_tree = page->profile->tree.count == 0;
    assay_text_append(out, "<p class=\"note\">No flame graph: ");
    if (no_tree) {
        const char *source = page->profile->source ? page->profile->source : "the profile's source";
        assay_html_profile_take(out, assay_cell_clean(source, true));
        assay_text_append(out, " tells who called whom, but no whole stacks; the table has what is known.</p>\n");
    } else {
        assay_text_append(out, "its frames cost nothing; the table has what is known.</p>\n");
    }
}

/* "...; all is 257.531 us. The largest by themselves: is_prime 54.2 %, ..." */
static char *description(const struct looks *looks)
{
    const struct assay_page *page = looks->page;
    struct assay_text text = ASSAY_TEXT_INIT;
    add_amount(&text, "A frame is as wide as its cost with all that it calls; all is ", page, looks->whole);
    for (size_t i = 0; i < page->row_count && i < 3; i++) {
        add_take(&text, i ? ", " : ". The largest by themselves: ", clean_name(page, page->rows[i]), " ");
        add_take(&text, "", assay_page_share(page, page->rows[i]), "");
    }
    assay_text_append(&text, ".");
    return assay_text_take(&text);
}

/* "Not drawn: 12 of 40 frames, of less than 0.1 %." */
static void append_left_out(struct assay_text *out, const struct assay_svg_flame_drawn *drawn)
{
    if (drawn->left_out == 0) {
        return;
    }
    assay_text_format(out, "<span class=\"still\"> Not drawn: %zu of %zu frames, of less than %.1f %%", drawn->left_out,
                      drawn->left_out + drawn->frames, ASSAY_FLAME_LEAST * 100);
    if (drawn->frames == ASSAY_FLAME_FRAMES) {
        assay_text_format(out, " or beyond the largest %d", ASSAY_FLAME_FRAMES);
    }
    if (drawn->depth > ASSAY_FLAME_DEPTH) {
        assay_text_format(out, " or deeper than %d rows of %zu", ASSAY_FLAME_DEPTH, drawn->depth);
    }
    assay_text_append(out, ".</span>");
}

static void append_drawing(struct assay_text *out, struct assay_svg_flame_drawn *drawn, struct looks *looks,
                           const char *id, const char *title)
{
    const struct assay_profile_tree *tree = &looks->page->profile->tree;
    struct assay_text all = ASSAY_TEXT_INIT;
    char *words = description(looks), *clean = assay_cell_clean(title, true);
    add_amount(&all, "all ", looks->page, looks->whole);
    char *label = assay_text_take(&all);
    out->failed = out->failed || !words || !clean || !label;
    if (words && clean && label) {
        const struct assay_svg_text text = { id, clean, words };
        const struct assay_svg_flame flame = { .parent = tree->parent,
                                               .own = tree->own,
                                               .count = tree->count,
                                               .all = label,
                                               .describe = describe,
                                               .context = looks };
        assay_text_append(out, "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"");
        assay_svg_escape(out, clean);
        assay_text_append(out, "\">\n");
        assay_svg_flame(out, drawn, &text, &flame);
        assay_text_append(out, "</div>\n");
        assay_text_append(out, "<figcaption>");
        assay_svg_escape(out, words);
        append_left_out(out, drawn);
        assay_text_append(out, "</figcaption>\n");
    }
    free(words);
    free(clean);
    free(label);
}

static bool has_cost(double *whole, const struct assay_profile_tree *tree)
{
    double *totals = assay_svg_flame_totals(whole, tree->parent, tree->own, tree->count);
    bool known = totals != NULL;
    free(totals);
    return known && *whole > 0 && isfinite(*whole);
}

void assay_html_flame(struct assay_text *out, const struct assay_page *page, size_t part, const bool *linked)
{
    struct looks looks = { .page = page, .part = part };
    if (!has_cost(&looks.whole, &page->profile->tree)) {
        append_reason(out, page);
        append_marks(out, &looks, linked);
        return;
    }
    struct assay_svg_flame_drawn drawn;
    looks.marked = calloc(page->profile->function_count + 1, sizeof *looks.marked);
    char *id = assay_formatted("flame-%zu-%zu", part, page->index);
    char *title = assay_formatted("%s: flame graph", page->benchmark->id);
    if (looks.marked && id && title) {
        assay_text_format(out, "<figure class=\"flame\" id=\"%s\" data-part=\"%zu\" data-profile=\"%zu\">\n", id, part,
                          page->index);
        append_drawing(out, &drawn, &looks, id, title);
        assay_html_legend_kinds(out, page->profile);
        append_marks(out, &looks, linked);
        assay_text_append(out, "</figure>\n");
    } else {
        out->failed = true;
    }
    free(looks.marked);
    free(id);
    free(title);
}

/* ---- of a difference ---- */

static void append_gone(struct assay_text *out, const struct assay_difference_pages *pages,
                        const struct assay_profile_difference *difference)
{
    size_t gone = 0;
    for (size_t i = 0; i < difference->change_count; i++) {
        const struct assay_profile_change *change = &difference->changes[i];
        if (change->head == SIZE_MAX && gone++ < 10) {
            assay_text_append(out, gone == 1 ? "<p class=\"gone\">Gone, and so not in the graph: " : ", ");
            assay_html_profile_take(out, assay_difference_cell(pages, change, ASSAY_CHANGE_NAME));
        }
    }
    if (gone > 10) {
        assay_text_format(out, ", and %zu more", gone - 10);
    }
    assay_text_append(out, gone ? ".</p>\n" : "");
}

void assay_html_flame_changes(struct assay_text *out, const struct assay_difference_pages *pages, size_t part,
                              size_t index)
{
    const struct assay_page *head = pages->head;
    const struct assay_profile_difference *difference = &head->document->differences[index];
    struct looks looks = { .page = head, .part = part, .sides = pages };
    looks.unit = difference->unit ? difference->unit : "iteration";
    if (!has_cost(&looks.whole, &head->profile->tree)) {
        append_reason(out, head);
        append_gone(out, pages, difference);
        return;
    }
    struct assay_svg_flame_drawn drawn;
    looks.changes = calloc(head->profile->function_count + 1, sizeof(void *));
    char *id = assay_formatted("flame-d%zu-%zu", part, index);
    char *title = assay_formatted("%s: flame graph of head, by change", head->benchmark->id);
    if (looks.changes && id && title) {
        for (size_t i = 0; i < difference->change_count; i++) {
            const struct assay_profile_change *change = &difference->changes[i];
            if (change->head < head->profile->function_count) {
                looks.changes[change->head] = change;
            }
        }
        assay_text_format(out,
                          "<figure class=\"flame changes\" id=\"%s\" data-part=\"%zu\" data-profile=\"%zu\" "
                          "data-difference=\"%zu\">\n",
                          id, part, head->index, index);
        append_drawing(out, &drawn, &looks, id, title);
        assay_html_legend_changes(out, head->cost == ASSAY_PAGE_TIME);
        append_gone(out, pages, difference);
        assay_text_append(out, "</figure>\n");
    } else {
        out->failed = true;
    }
    free(looks.changes);
    free(id);
    free(title);
}
