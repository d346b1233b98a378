/* Numbers as a person reads them in a cell. */
#include "reports/cells.h"

#include "base/number.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Characters that move a terminal's cursor or turn its text around: C0, DEL, C1, and the direction marks. */
static size_t unfit(const unsigned char *at)
{
    if (at[0] < 0x20 || at[0] == 0x7f) {
        return 1;
    }
    if (at[0] == 0xc2 && at[1] >= 0x80 && at[1] <= 0x9f) {
        return 2;
    }
    bool marks =
        at[0] == 0xe2 && at[1] == 0x80 && ((at[2] >= 0x8b && at[2] <= 0x8f) || (at[2] >= 0xa8 && at[2] <= 0xae));
    bool isolates = at[0] == 0xe2 && at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9;
    return marks || isolates ? 3 : 0;
}

char *assay_cell_clean(const char *text, bool unicode)
{
    struct assay_text out = ASSAY_TEXT_INIT;
    char *clean = assay_utf8_clean(text ? text : "", text ? strlen(text) : 0, NULL);
    for (const char *at = clean; at && *at;) {
        size_t bad = unfit((const unsigned char *)at);
        size_t length = 1;
        while (((unsigned char)at[length] & 0xc0) == 0x80) {
            length++;
        }
        if (bad || (!unicode && length > 1)) {
            assay_text_append(&out, unicode ? "\xef\xbf\xbd" : "?");
        } else {
            assay_text_append_bytes(&out, at, length);
        }
        at += bad ? bad : length;
    }
    out.failed = out.failed || !clean;
    free(clean);
    return assay_text_take(&out);
}

char *assay_cell_ascii(const char *text, bool unicode)
{
    static const char *const signs[][2] = { { "\xc2\xb5", "u" },      { "\xc2\xb1", "+-" },     { "\xc2\xb7", "|" },
                                            { "\xc2\xa0", " " },      { "\xc3\x97", "x" },      { "\xe2\x80\x93", "-" },
                                            { "\xe2\x80\xa6", ".." }, { "\xe2\x89\xa4", "<=" } };
    struct assay_text out = ASSAY_TEXT_INIT;
    if (unicode) {
        return assay_copy(text);
    }
    assay_text_append(&out, "");
    for (const char *at = text; *at;) {
        const char *sign = NULL;
        size_t length = 1;
        for (size_t i = 0; i < sizeof signs / sizeof signs[0] && !sign; i++) {
            length = strlen(signs[i][0]);
            sign = strncmp(at, signs[i][0], length) == 0 ? signs[i][1] : NULL;
        }
        if (sign) {
            assay_text_append(&out, sign);
        } else {
            length = 1;
            assay_text_append_char(&out, *at);
        }
        at += length;
    }
    char *known = assay_text_take(&out);
    char *clean = known ? assay_cell_clean(known, false) : NULL; /* what is still not ASCII: '?' */
    free(known);
    return clean;
}

char *assay_cell_ns(double ns, bool unicode)
{
    char buffer[32];
    assay_format_ns(buffer, ns);
    size_t length = strlen(buffer);
    if (unicode && length > 2 && strcmp(buffer + length - 2, "us") == 0) {
        return assay_formatted("%.*s\xc2\xb5s", (int)(length - 2), buffer);
    }
    return assay_copy(buffer);
}

static int decimals_of(double percent)
{
    return percent < 0.0995 ? 2 : percent < 9.95 ? 1 : 0;
}

char *assay_cell_percent(double fraction)
{
    double percent = fraction * 100;
    return isfinite(percent) ? assay_formatted("%.*f %%", decimals_of(percent), percent) : assay_copy("");
}

char *assay_cell_interval(double median, const struct assay_interval *interval, bool unicode)
{
    if (!interval->known || !(median > 0)) {
        return assay_copy(unicode ? "\xe2\x80\x93" : "-");
    }
    double below = fmax(0, (median - interval->low) / median * 100);
    double above = fmax(0, (interval->high - median) / median * 100);
    double most = fmax(below, above);
    int decimals = decimals_of(most);
    /* One figure stands for both sides where it does not hide much; it is then the larger. */
    if (most <= 1.5 * fmin(below, above) || fabs(above - below) < 0.1) {
        return assay_formatted("%s%.*f %%", unicode ? "\xc2\xb1" : "+-", decimals, most);
    }
    return assay_formatted("-%.*f +%.*f %%", decimals, below, decimals, above);
}

static int ratio_decimals(double ratio)
{
    return ratio < 0.0995 ? 4 : ratio < 0.9945 ? 3 : ratio < 9.995 ? 2 : ratio < 99.95 ? 1 : 0;
}

char *assay_cell_ratio(double ratio)
{
    static const char *const behind[] = { "   ", " ", "", "", "" }; /* so that the points stand below each other */
    int decimals = ratio_decimals(ratio);
    return isfinite(ratio) ? assay_formatted("%.*f%s", decimals, ratio, behind[decimals]) : assay_copy("");
}

char *assay_cell_range(double low, double high, bool unicode)
{
    if (!isfinite(low) || !isfinite(high)) {
        return assay_copy("");
    }
    int decimals = ratio_decimals(high);
    return assay_formatted("%.*f%s%.*f", decimals, low, unicode ? "\xe2\x80\x93" : "-", decimals, high);
}

char *assay_cell_rate(const struct assay_report_row *row)
{
    char buffer[32];
    if (!isfinite(row->rate)) {
        return assay_copy("");
    }
    return assay_copy(assay_format_si(buffer, row->rate, row->rate_is_bytes ? "B/s" : "/s"));
}

char *assay_cell_samples(const struct assay_statistics *statistics, bool unicode)
{
    uint32_t processes = statistics->processes;
    if (processes > 0 && statistics->samples % processes == 0) {
        return assay_formatted("%u%s%zu", processes, unicode ? "\xc3\x97" : "x", statistics->samples / processes);
    }
    return assay_formatted("%zu in %u", statistics->samples, processes);
}

char *assay_cell_histogram(const struct assay_report_row *row, bool unicode)
{
    static const char *const blocks[] = { " ",
                                          "\xe2\x96\x81",
                                          "\xe2\x96\x82",
                                          "\xe2\x96\x83",
                                          "\xe2\x96\x84",
                                          "\xe2\x96\x85",
                                          "\xe2\x96\x86",
                                          "\xe2\x96\x87",
                                          "\xe2\x96\x88" };
    static const char *const plain[] = { " ", ".", ".", ":", ":", "+", "+", "#", "#" };
    struct assay_text out = ASSAY_TEXT_INIT;
    uint32_t most = 0;
    for (size_t i = 0; i < ASSAY_REPORT_BINS; i++) {
        most = row->bins[i] > most ? row->bins[i] : most;
    }
    for (size_t i = 0; i < ASSAY_REPORT_BINS && most > 0; i++) {
        /* What is there at all is seen: rounded up. */
        size_t level = ((uint64_t)row->bins[i] * 8 + most - 1) / most;
        assay_text_append(&out, unicode ? blocks[level] : plain[level]);
    }
    return assay_text_take(&out);
}

char *assay_cell_words(const char *dashed, bool unicode)
{
    char *words = assay_cell_clean(dashed, unicode);
    for (char *at = words; at && *at; at++) {
        if (*at == '-') {
            *at = ' ';
        }
    }
    return words;
}

char *assay_cell_flags(const struct assay_benchmark *benchmark, bool unicode)
{
    struct assay_text out = ASSAY_TEXT_INIT;
    for (size_t i = 0; i < benchmark->flag_count; i++) {
        char *words = assay_cell_words(benchmark->flags[i], unicode);
        assay_text_format(&out, "%s%s", i ? ", " : "", words ? words : "");
        out.failed = out.failed || !words;
        free(words);
    }
    return assay_text_take(&out);
}
