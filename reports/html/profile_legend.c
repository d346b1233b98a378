/* What the looks of frames mean, in words beside a swatch: never by colour alone. Knows no tree. */
#include "reports/html/profile_parts.h"

#include <string.h>

struct key {
    const char *look, *words;
};

static const struct key kinds[ASSAY_FUNCTION_KINDS] = {
    [ASSAY_FUNCTION_PLAIN] = { "function", "function" },
    [ASSAY_FUNCTION_INLINED] = { "inlined", "inlined into its caller (stripes)" },
    [ASSAY_FUNCTION_LIBRARY] = { "library", "of a library (dots)" },
    [ASSAY_FUNCTION_UNNAMED] = { "unnamed", "without a name (broken edge)" },
    [ASSAY_FUNCTION_OUTSIDE] = { "outside", "outside: kernel, waiting, profiler (lines)" },
};

const char *assay_html_kind_look(enum assay_function_kind kind)
{
    return (unsigned)kind < ASSAY_FUNCTION_KINDS ? kinds[kind].look : "function";
}

static const struct {
    const char *look, *id, *lines;
} patterns[] = {
    { "inlined", "look-inlined", "M-1,7 L7,-1 M-1,1 L1,-1 M5,7 L7,5" },
    { "library", "look-library", "M2,2 h1.5 M5,5 h1.5" },
    { "outside", "look-outside", "M0,1.5 H6 M0,4.5 H6" },
    { "new", "look-new", "M3,0 V6 M0,3 H6" },
};
#define PATTERNS (sizeof patterns / sizeof patterns[0])

const char *assay_html_look_pattern(const char *look)
{
    for (size_t i = 0; i < PATTERNS; i++) {
        if (strcmp(patterns[i].look, look) == 0) {
            return patterns[i].id;
        }
    }
    return NULL;
}

static void append_key(struct assay_text *out, const struct key *key)
{
    const char *pattern = assay_html_look_pattern(key->look);
    assay_text_format(out, "<li><svg viewBox=\"0 0 24 14\" aria-hidden=\"true\"><rect class=\"%s\"", key->look);
    if (pattern) {
        assay_text_format(out, " fill=\"url(#%s)\"", pattern);
    }
    assay_text_format(out, " width=\"24\" height=\"14\"/></svg> %s</li>", key->words);
}

void assay_html_legend_kinds(struct assay_text *out, const struct assay_profile *profile)
{
    bool seen[ASSAY_FUNCTION_KINDS] = { false };
    for (size_t i = 0; i < profile->function_count; i++) {
        seen[(unsigned)profile->functions[i].kind % ASSAY_FUNCTION_KINDS] = true;
    }
    assay_text_append(out, "<ul class=\"legend\">");
    for (size_t i = 0; i < ASSAY_FUNCTION_KINDS; i++) {
        if (seen[i]) {
            append_key(out, &kinds[i]);
        }
    }
    assay_text_append(out, "</ul>\n");
}

void assay_html_legend_changes(struct assay_text *out, bool timed)
{
    const struct key keys[] = {
        { "less", timed ? "\xe2\x96\xbc faster by itself, proven" : "\xe2\x96\xbc fewer by itself, proven" },
        { "maybe-less", "less, not proven" },
        { "same", "no difference known" },
        { "maybe-more", "more, not proven" },
        { "more", timed ? "\xe2\x96\xb2 slower by itself, proven" : "\xe2\x96\xb2 more by itself, proven" },
        { "new", "new in head" },
    };
    assay_text_append(out, "<ul class=\"legend\">");
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        append_key(out, &keys[i]);
    }
    assay_text_append(out, "</ul>\n");
}

/* Lines over the colour of a look; the style sheet has the colours. */
void assay_html_patterns(struct assay_text *out)
{
    assay_text_append(out, "<svg class=\"patterns\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>");
    for (size_t i = 0; i < PATTERNS; i++) {
        assay_text_format(out,
                          "<pattern id=\"%s\" class=\"%s\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
                          "<rect width=\"6\" height=\"6\"/><path d=\"%s\"/></pattern>",
                          patterns[i].id, patterns[i].id, patterns[i].lines);
    }
    assay_text_append(out, "</defs></svg>\n");
}
