/* What a report shows of one profile: which rows, in which order and unit, and its numbers as texts. Knows no layout.
 */
#include "reports/profiles/text.h"

#include "base/number.h"
#include "reports/cells.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const no_words[] = { NULL };
static const struct assay_profile_view usual_view = { .selection = { .sort = no_words, .restrict_to = no_words } };

const struct assay_profile_view *assay_profile_view_of(const struct assay_report_options *options)
{
    return options->profile ? options->profile : &usual_view;
}

/* ---- what is shown ---- */

static enum assay_page_cost cost_of(const struct assay_profile *profile)
{
    const char *cost = profile->cost ? profile->cost : "time";
    return strcmp(cost, "instructions") == 0  ? ASSAY_PAGE_INSTRUCTIONS
           : strcmp(cost, "allocations") == 0 ? ASSAY_PAGE_ALLOCATIONS
                                              : ASSAY_PAGE_TIME;
}

const char *assay_time_unit(double *size, double largest_ns, bool unicode)
{
    static const struct {
        double size;
        const char *ascii, *unicode;
    } units[] = { { 1e9, "s", "s" }, { 1e6, "ms", "ms" }, { 1e3, "us", "\xc2\xb5s" }, { 1, "ns", "ns" } };
    size_t at = 0;
    while (at < 3 && !(largest_ns >= units[at].size)) {
        at++;
    }
    *size = units[at].size;
    return unicode ? units[at].unicode : units[at].ascii;
}

static void choose_unit(struct assay_page *page)
{
    const struct assay_profile *profile = page->profile;
    double largest = isfinite(profile->plain_ns) ? profile->plain_ns : 0;
    page->unit = "";
    page->unit_size = 1;
    if (page->cost != ASSAY_PAGE_TIME) {
        return;
    }
    for (size_t i = 0; i < profile->function_count; i++) {
        largest = fmax(largest, profile->functions[i].own); /* fmax passes NaN over */
        largest = fmax(largest, profile->functions[i].total);
    }
    page->unit = assay_time_unit(&page->unit_size, largest, page->options->unicode);
}

static int fold(struct assay_page *page, struct assay_error *error)
{
    page->folded = malloc(sizeof *page->folded);
    if (!page->folded) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    assay_profile_init(page->folded);
    int code = assay_profile_fold(page->folded, page->profile, error);
    if (!code) {
        page->profile = page->folded;
    }
    return code;
}

int assay_page_open(struct assay_page *page, const struct assay_document *document, size_t index,
                    const struct assay_report_options *options, struct assay_error *error)
{
    const struct assay_profile *profile = &document->profiles[index];
    *page = (struct assay_page){ .document = document,
                                 .index = index,
                                 .profile = profile,
                                 .view = assay_profile_view_of(options),
                                 .options = options,
                                 .cost = cost_of(profile),
                                 .sampled = profile->source && strcmp(profile->source, "samples") == 0 };
    if (profile->benchmark >= document->benchmark_count) {
        return assay_fail(error, ASSAY_EINPUT, "profile %zu is of a benchmark that is not there", index);
    }
    page->benchmark = &document->benchmarks[profile->benchmark];
    int code = page->view->selection.fold_inlined ? fold(page, error) : 0;
    if (!code) {
        code = assay_profile_select(&page->rows, &page->row_count, &page->note, page->profile, &page->view->selection,
                                    error);
    }
    if (code) {
        assay_page_release(page);
        return code;
    }
    choose_unit(page);
    return 0;
}

void assay_page_release(struct assay_page *page)
{
    if (page->folded) {
        assay_profile_release(page->folded);
    }
    free(page->folded);
    free(page->rows);
    free(page->note);
    *page = (struct assay_page){ 0 };
}

/* pstats' words (Lib/pstats.py, sort_arg_dict_default). A beginning stands for its key, as pstats takes it. */
static const char *order_words(const char *key)
{
    static const char *const words[][2] = {
        { "calls", "call count" },        { "ncalls", "call count" },
        { "cumtime", "cumulative time" }, { "cumulative", "cumulative time" },
        { "filename", "file name" },      { "line", "line number" },
        { "module", "file name" },        { "name", "function name" },
        { "nfl", "name/file/line" },      { "pcalls", "primitive call count" },
        { "stdname", "standard name" },   { "time", "internal time" },
        { "tottime", "internal time" },
    };
    size_t length = strlen(key);
    const char *begun = NULL;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i][0], key) == 0) {
            return words[i][1];
        }
        begun = !begun && strncmp(words[i][0], key, length) == 0 ? words[i][1] : begun;
    }
    return begun ? begun : key;
}

/* pstats' words, with the cost in the place of its time. */
static void append_order(struct assay_text *text, const struct assay_page *page, const char *key)
{
    const char *words = order_words(key);
    const char *cost = page->cost == ASSAY_PAGE_INSTRUCTIONS ? "instructions" : "allocations";
    assay_text_append(text, text->length ? ", " : "");
    if (page->cost != ASSAY_PAGE_TIME && strcmp(words, "internal time") == 0) {
        assay_text_format(text, "own %s", cost);
    } else if (page->cost != ASSAY_PAGE_TIME && strcmp(words, "cumulative time") == 0) {
        assay_text_format(text, "cumulative %s", cost);
    } else {
        assay_text_append(text, words);
    }
}

char *assay_page_order(const struct assay_page *page)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    const char *const *sort = page->view->selection.sort;
    if (!sort || !sort[0]) {
        append_order(&text, page, "tottime");
        return assay_text_take(&text);
    }
    for (size_t i = 0; sort[i]; i++) {
        append_order(&text, page, sort[i]);
    }
    return assay_text_take(&text);
}

/* ---- numbers as texts ---- */

const char *assay_sign_plus_minus(bool unicode)
{
    return unicode ? "\xc2\xb1" : "+-";
}

const char *assay_sign_at_most(bool unicode)
{
    return unicode ? "\xe2\x89\xa4" : "<=";
}

double assay_half_of(double value, double low, double high)
{
    return isfinite(value) && isfinite(low) && isfinite(high) ? fmax(0, fmax(value - low, high - value)) : NAN;
}

char *assay_page_dash(const struct assay_page *page)
{
    return assay_copy(page->options->unicode ? "\xe2\x80\x93" : "-");
}

char *assay_page_amount(const struct assay_page *page, double value)
{
    if (!isfinite(value)) {
        return assay_page_dash(page);
    }
    double shown = value / page->unit_size;
    bool whole = page->cost != ASSAY_PAGE_TIME;
    return assay_formatted("%.*f", !whole ? 3 : shown == floor(shown) ? 0 : 2, shown);
}

char *assay_page_half(const struct assay_page *page, double half)
{
    double shown = half / page->unit_size;
    if (!isfinite(shown) || (page->cost != ASSAY_PAGE_TIME && shown == 0)) {
        return assay_copy("");
    }
    return assay_formatted("%.*f", shown < 0.0995 ? 3 : shown < 0.995 ? 2 : shown < 9.95 ? 1 : 0, shown);
}

char *assay_page_each(const struct assay_page *page, double value, double count)
{
    double each = value / count;
    if (!isfinite(each)) {
        return assay_copy("");
    }
    if (page->cost == ASSAY_PAGE_TIME) {
        return assay_cell_ns(each, page->options->unicode);
    }
    if (each > 0 && each < 0.01) {
        return assay_formatted("%.2g", each);
    }
    return assay_formatted("%.*f", each == floor(each) ? 0 : each < 10 ? 2 : 1, each);
}

char *assay_count_text(double count)
{
    double whole = round(count);
    if (fabs(count - whole) <= 1e-5 * fabs(count)) { /* a mean over many iterations, but for one in 100000 */
        return assay_formatted("%.0f", whole);
    }
    return assay_formatted(count < 0.01 ? "%.2g" : count < 10 ? "%.3f" : "%.2f", count);
}

char *assay_page_calls(const struct assay_page *page, double calls, double primitive)
{
    (void)page;
    if (!isfinite(calls)) {
        return assay_copy("");
    }
    char *all = assay_count_text(calls);
    if (!isfinite(primitive) || primitive == calls) {
        return all;
    }
    char *own = assay_count_text(primitive);
    char *both = all && own ? assay_formatted("%s/%s", all, own) : NULL;
    free(all);
    free(own);
    return both;
}

char *assay_page_points(const struct assay_page *page, double fraction)
{
    double points = fraction * 100;
    if (!isfinite(points)) {
        return assay_page_dash(page);
    }
    return assay_formatted("%.*f %%", fabs(points) < 0.0995 && points != 0 ? 2 : 1, points);
}

const char *assay_mark_inlined(const struct assay_report_options *options)
{
    return options->width == 0 || options->width >= 80 ? "[inlined]" : "*";
}

char *assay_page_function(const struct assay_page *page, size_t function)
{
    const struct assay_profile_function_row *row = &page->profile->functions[function];
    char *raw = assay_profile_function_text(row);
    char *clean = raw ? assay_cell_clean(raw, page->options->unicode) : NULL;
    char *text = !clean ? NULL
                 : row->kind == ASSAY_FUNCTION_INLINED
                     ? assay_formatted("%s %s", clean, assay_mark_inlined(page->options))
                     : assay_copy(clean);
    free(raw);
    free(clean);
    return text;
}

char *assay_page_share(const struct assay_page *page, size_t function)
{
    const struct assay_profile_function_row *row = &page->profile->functions[function];
    double whole = 0;
    for (size_t i = 0; i < page->profile->function_count && !isfinite(row->share); i++) {
        whole += fmax(0, page->profile->functions[i].own); /* fmax passes NaN over */
    }
    return assay_page_points(page, isfinite(row->share) ? row->share : fmax(0, row->own) / whole);
}
