/* What Python's pstats.Stats loads: a dictionary by marshal, version 2 (Python's Python/marshal.c and Lib/cProfile.py):
 * {(file, line, name): (primitive calls, calls, tottime, cumtime, {caller: (calls, primitive calls, tottime, cumtime)})}.
 * Callers have the two counts the other way round, as cProfile writes them. Times are seconds of an iteration; other costs
 * stand in their place as they are. What is not known is 0. */
#include "reports/profiles/profiles.h"

#include "base/text.h"
#include "reports/profiles/foreign.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct marshal {
    struct assay_text text;
    const struct assay_profile *profile;
    char **names;
    size_t *order; /* edges by their callee */
    size_t *starts;
    double divisor; /* of a cost: 1e9 makes seconds */
};

static void put_byte(struct marshal *out, unsigned byte)
{
    assay_text_append_char(&out->text, (char)byte);
}

static void put_bytes(struct marshal *out, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++) {
        put_byte(out, (unsigned)(value >> 8 * i) & 0xff);
    }
}

/* 'i' has 31 bits and a sign; 'l' has digits of 15 bits. */
static void put_whole(struct marshal *out, uint64_t value)
{
    if (value <= INT32_MAX) {
        put_byte(out, 'i');
        put_bytes(out, value, 4);
        return;
    }
    unsigned digits = 0;
    for (uint64_t rest = value; rest > 0; rest >>= 15) {
        digits++;
    }
    put_byte(out, 'l');
    put_bytes(out, digits, 4);
    for (; digits > 0; digits--, value >>= 15) {
        put_bytes(out, value & 0x7fff, 2);
    }
}

static void put_real(struct marshal *out, double value)
{
    double known = isfinite(value) ? value / out->divisor : 0;
    uint64_t bits = 0;
    memcpy(&bits, &known, sizeof bits);
    put_byte(out, 'g');
    put_bytes(out, bits, 8);
}

static void put_text(struct marshal *out, const char *text)
{
    char *clean = assay_utf8_clean(text, strlen(text), NULL);
    size_t length = clean ? strlen(clean) : 0;
    put_byte(out, 'u');
    put_bytes(out, length, 4);
    assay_text_append_bytes(&out->text, clean ? clean : "", length);
    out->text.failed = out->text.failed || !clean;
    free(clean);
}

static void put_tuple(struct marshal *out, unsigned count)
{
    put_byte(out, '(');
    put_bytes(out, count, 4);
}

/* Libraries stand as pstats has functions that are built in: '~', 0, "<memcpy in libc.so.6>". */
static void put_key(struct marshal *out, size_t function)
{
    const struct assay_profile_function_row *row = &out->profile->functions[function];
    bool built_in = row->kind == ASSAY_FUNCTION_LIBRARY || row->kind == ASSAY_FUNCTION_OUTSIDE || !row->file;
    put_tuple(out, 3);
    put_text(out, built_in ? "~" : row->file);
    put_whole(out, built_in ? 0 : row->line);
    char *name = row->kind == ASSAY_FUNCTION_LIBRARY ? assay_formatted("<%s>", out->names[function])
                                                     : assay_copy(out->names[function]);
    put_text(out, name ? name : "");
    out->text.failed = out->text.failed || !name;
    free(name);
}

static void put_function(struct marshal *out, size_t function)
{
    const struct assay_profile *profile = out->profile;
    const struct assay_profile_function_row *row = &profile->functions[function];
    put_key(out, function);
    put_tuple(out, 5);
    put_whole(out, assay_foreign_whole(row->primitive_calls));
    put_whole(out, assay_foreign_whole(row->calls));
    put_real(out, row->own);
    put_real(out, row->total);
    put_byte(out, '{');
    for (size_t i = out->starts[function]; i < out->starts[function + 1]; i++) {
        const struct assay_profile_edge *edge = &profile->edges[out->order[i]];
        put_key(out, edge->caller);
        put_tuple(out, 4);
        put_whole(out, assay_foreign_whole(edge->calls));
        put_whole(out, assay_foreign_whole(edge->primitive_calls));
        put_real(out, edge->own);
        put_real(out, edge->total);
    }
    put_byte(out, '0');
}

/* A stable counting sort: those of callee i are order[starts[i]] to order[starts[i + 1] - 1]. */
static void order_edges(struct marshal *out)
{
    const struct assay_profile *profile = out->profile;
    for (size_t i = 0; i < profile->edge_count; i++) {
        out->starts[profile->edges[i].callee + 2]++;
    }
    for (size_t i = 0; i < profile->function_count; i++) {
        out->starts[i + 2] += out->starts[i + 1];
    }
    for (size_t i = 0; i < profile->edge_count; i++) {
        out->order[out->starts[profile->edges[i].callee + 1]++] = i;
    }
}

int assay_report_pstats(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                        struct assay_error *error)
{
    const struct assay_document *document = report->parts[0].document;
    (void)options;
    int result = assay_foreign_check(document, "pstats", true, error);
    if (result) {
        return result;
    }
    const struct assay_profile *profile = &document->profiles[0];
    struct marshal out = { .profile = profile,
                          .names = assay_foreign_names(profile),
                          .order = calloc(profile->edge_count + 1, sizeof(size_t)),
                          .starts = calloc(profile->function_count + 2, sizeof(size_t)),
                          .divisor = strcmp(profile->cost, "time") == 0 ? 1e9 : 1 };
    bool good = out.names && out.order && out.starts;
    if (good) {
        order_edges(&out);
        put_byte(&out, '{');
        for (size_t i = 0; i < profile->function_count; i++) {
            put_function(&out, i);
        }
        put_byte(&out, '0');
    }
    if (!good || out.text.failed) {
        result = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    } else {
        (void)fwrite(out.text.bytes, 1, out.text.length, to);
        result = assay_foreign_finish(to, "pstats", error);
    }
    assay_text_release(&out.text);
    assay_foreign_names_free(out.names, profile);
    free(out.order);
    free(out.starts);
    return result;
}
