/* A sentence on each scaling: the exponent with its interval, the form that fits best, and those that fit as well. Knows
 * scalings as they stand in the document; computes none. */
#include "reports/scalings.h"

#include "reports/cells.h"
#include "reports/text/lines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FORMS_GIVEN = 4 }; /* by name in a sentence */
#define FAR 0.5           /* off by this much of a logarithm, a form is no description */

static bool same(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

static const struct assay_benchmark *first_of(const struct assay_document *document, const struct assay_scaling *scaling)
{
    return scaling->count > 0 ? &document->benchmarks[scaling->benchmarks[0]] : NULL;
}

/* Whether another scaling of this kernel along this parameter has another value of `pair`, so that it must be named. */
static bool differs(const struct assay_document *document, const struct assay_scaling *scaling,
                    const struct assay_pair *pair)
{
    for (size_t i = 0; i < document->scaling_count; i++) {
        const struct assay_scaling *other = &document->scalings[i];
        const struct assay_benchmark *benchmark = first_of(document, other);
        if (!benchmark || !same(other->kernel, scaling->kernel) || !same(other->parameter, scaling->parameter)) {
            continue;
        }
        for (size_t k = 0; k < benchmark->parameter_count; k++) {
            if (same(benchmark->parameters[k].name, pair->name) && !same(benchmark->parameters[k].text, pair->text)) {
                return true;
            }
        }
    }
    return false;
}

/* "sieve.segmented:segment=32768@cpython (first)": what its benchmarks share, as far as it is needed. */
static void append_name(struct assay_text *text, const struct assay_document *document,
                        const struct assay_scaling *scaling)
{
    const struct assay_benchmark *benchmark = first_of(document, scaling);
    const char *lead = ":";
    assay_text_append(text, scaling->kernel);
    for (size_t i = 0; benchmark && i < benchmark->parameter_count; i++) {
        const struct assay_pair *pair = &benchmark->parameters[i];
        if (!same(pair->name, scaling->parameter) && differs(document, scaling, pair)) {
            assay_text_format(text, strchr(pair->text, ' ') ? "%s%s=\"%s\"" : "%s%s=%s", lead, pair->name, pair->text);
            lead = ",";
        }
    }
    if (strcmp(scaling->implementation, "c") != 0) {
        assay_text_format(text, "@%s", scaling->implementation);
    }
    if (benchmark && benchmark->mode && !same(benchmark->mode, "warm")) {
        assay_text_format(text, " (%s)", benchmark->mode);
    }
    if (benchmark && benchmark->threads > 1) {
        assay_text_format(text, " x%u threads", benchmark->threads);
    }
    if (benchmark && benchmark->jobs > 1) {
        assay_text_format(text, " (%u at once)", benchmark->jobs);
    }
}

/* What rounds to nothing has no sign. */
static double unsigned_zero(double value, int digits)
{
    return fabs(value) < 0.5 * pow(10, -digits) ? 0 : value;
}

static void append_exponent(struct assay_text *text, const struct assay_scaling *scaling)
{
    bool known = isfinite(scaling->low);
    double width = scaling->high - scaling->low;
    int digits = known && width < 0.02 ? width < 0.002 ? 4 : 3 : 2;
    const char *verb = known && scaling->low > 0 ? "grows" : known && scaling->high < 0 ? "falls" : "goes";
    if (!isfinite(scaling->exponent)) {
        assay_text_append(text, "how time grows is not known");
        return;
    }
    assay_text_format(text, "time %s as %s^%.*f", verb, scaling->parameter, digits,
                      unsigned_zero(scaling->exponent, digits));
    if (known) {
        assay_text_format(text, " [%.*f, %.*f]", digits, unsigned_zero(scaling->low, digits), digits,
                          unsigned_zero(scaling->high, digits));
    }
}

static void append_form(struct assay_text *text, const struct assay_scaling_form *form, bool unicode)
{
    for (const char *at = form->form; *at; at++) { /* "n log log n" in two lines would be two other forms */
        assay_text_append(text, *at == ' ' ? "\xc2\xa0" : (const char[]){ *at, '\0' });
    }
    if (form->overhead > 0) {
        char *overhead = assay_cell_ns(form->overhead, unicode);
        assay_text_format(text, " with an overhead of %s", overhead ? overhead : "");
        free(overhead);
    }
}

/* "A, B and C", of the plausible forms from `first` on; how many there are. */
static size_t append_plausible(struct assay_text *text, const struct assay_scaling *scaling, size_t first, bool unicode)
{
    size_t count = 0, given = 0;
    for (size_t i = first; i < scaling->form_count; i++) {
        count += scaling->forms[i].plausible;
    }
    size_t most = count > FORMS_GIVEN + 1 ? FORMS_GIVEN : count; /* "and 1 more" would be no shorter */
    for (size_t i = first; i < scaling->form_count && given < most; i++) {
        if (scaling->forms[i].plausible) {
            assay_text_append(text, given == 0 ? "" : given + 1 < count ? ", " : " and ");
            append_form(text, &scaling->forms[i], unicode);
            given++;
        }
    }
    if (given < count) {
        assay_text_format(text, " and %zu more", count - given);
    }
    return count;
}

static void append_best(struct assay_text *text, const struct assay_scaling *scaling, bool unicode)
{
    struct assay_text others = ASSAY_TEXT_INIT;
    char *error = assay_cell_percent(scaling->forms[0].error);
    assay_text_append(text, "; ");
    append_form(text, &scaling->forms[0], unicode);
    assay_text_format(text, " fits best (off by %s)", error ? error : "");
    size_t count = append_plausible(&others, scaling, 1, unicode);
    if (count > 0) {
        assay_text_format(text, ", %s %s as well", others.bytes ? others.bytes : "", count > 1 ? "fit" : "fits");
    }
    text->failed = text->failed || others.failed || !error;
    assay_text_release(&others);
    free(error);
}

/* Without a best form: those that fit alike, or the nearest if any is near. */
static void append_undecided(struct assay_text *text, const struct assay_scaling *scaling, bool unicode)
{
    struct assay_text forms = ASSAY_TEXT_INIT;
    size_t count = append_plausible(&forms, scaling, 0, unicode);
    if (count > 0) {
        assay_text_format(text, "; %s %s", forms.bytes ? forms.bytes : "", count > 1 ? "fit alike" : "fits");
    }
    if (scaling->reason) {
        assay_text_format(text, "; %s", scaling->reason);
    }
    if (count == 0 && scaling->form_count > 0 && scaling->forms[0].error < FAR) {
        char *error = assay_cell_percent(scaling->forms[0].error);
        assay_text_append(text, "; the nearest is ");
        append_form(text, &scaling->forms[0], unicode);
        assay_text_format(text, " (off by %s)", error ? error : "");
        free(error);
    }
    text->failed = text->failed || forms.failed;
    assay_text_release(&forms);
}

char *assay_words_scaling_name(const struct assay_document *document, const struct assay_scaling *scaling)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    append_name(&text, document, scaling);
    return assay_text_take(&text);
}

char *assay_words_scaling(const struct assay_scaling *scaling, bool unicode)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    append_exponent(&text, scaling);
    if (scaling->best && scaling->form_count > 0) {
        append_best(&text, scaling, unicode);
        assay_text_append(&text, scaling->reason ? "; " : "");
        assay_text_append(&text, scaling->reason ? scaling->reason : "");
    } else {
        append_undecided(&text, scaling, unicode);
    }
    return assay_text_take(&text);
}

void assay_text_append_scalings(struct assay_text *out, const struct assay_document *document,
                                const struct assay_report_options *options)
{
    if (document->scaling_count > 0) {
        assay_line_append_title(out, "scaling", options);
    }
    for (size_t i = 0; i < document->scaling_count; i++) {
        char *name = assay_words_scaling_name(document, &document->scalings[i]);
        char *words = assay_words_scaling(&document->scalings[i], options->unicode);
        char *line = name && words ? assay_formatted("%s: %s", name, words) : NULL;
        assay_line_append_led(out, "  ", line ? line : "", 4, options);
        out->failed = out->failed || !line;
        free(line);
        free(words);
        free(name);
    }
}
