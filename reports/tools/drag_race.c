/* Benchmarks as lines of the prime-sieve drag race,
 * `label;passes;duration;threads;algorithm=...,faithful=...,bits=...`, as its rules have it (CONTRIBUTING.md of
 * github.com/PlummersSoftwareLLC/Primes, "Output") and its report tool reads it. Only what took place and was right:
 * the line has no room to say anything else. */
#include "reports/report.h"

#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_GIVEN = 3, LONGEST_WORD = 32 };

struct total {
    double passes;     /* of all samples and threads; whole */
    double elapsed_ns; /* of all samples, rounded: a line has nine digits behind the point */
};

static struct total total_of(const struct assay_benchmark *benchmark)
{
    struct total total = { 0, 0 };
    for (size_t i = 0; i < benchmark->samples.count; i++) {
        total.passes += benchmark->samples.iterations[i];
        total.elapsed_ns += benchmark->samples.elapsed_ns[i];
    }
    total.elapsed_ns = round(total.elapsed_ns);
    return total;
}

/* Why the benchmark has no line; NULL: it has one. */
static const char *why_not(const struct assay_benchmark *benchmark)
{
    struct total total = total_of(benchmark);
    if (benchmark->status != ASSAY_STATUS_OK) {
        return assay_status_word(benchmark->status);
    }
    if (benchmark->verified != 1) {
        return "its answer is not verified";
    }
    if (benchmark->mode && strcmp(benchmark->mode, "warm") != 0) {
        return "each pass in a fresh process, or after flushed caches";
    }
    if (benchmark->samples.count == 0) {
        return "no samples";
    }
    if (!(total.elapsed_ns >= 1 && total.elapsed_ns < 0x1p63)) {
        return "a time below 1 ns, or above 2^63";
    }
    return total.passes <= 0x1p53 ? NULL : "over 2^53 passes";
}

/* A label may hold anything but ';' and the end of the line. */
static void append_label(struct assay_text *text, const char *id)
{
    char *clean = assay_utf8_clean(id ? id : "?", id ? strlen(id) : 1, NULL);
    text->failed = text->failed || !clean;
    for (char *at = clean; at && *at; at++) {
        *at = *at == ';' ? ',' : (unsigned char)*at < ' ' || *at == 0x7f ? '?' : *at;
    }
    assay_text_append(text, clean ? clean : "");
    free(clean);
}

/* What the report tool takes as a value. */
static bool is_value(const char *value)
{
    static const char taken[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+.\"':";
    size_t length = strlen(value);
    return length > 0 && length <= LONGEST_WORD && strspn(value, taken) == length;
}

/* The rules want a fresh buffer for each pass: a kernel that can keep its own, and did, is not faithful however it is
 * tagged. */
static bool kept_its_buffer(const struct assay_benchmark *benchmark)
{
    for (size_t i = 0; i < benchmark->parameter_count; i++) {
        if (strcmp(benchmark->parameters[i].name, "buffer") == 0) {
            return strcmp(benchmark->parameters[i].text, "fresh") != 0;
        }
    }
    return false;
}

static void append_tags(struct assay_text *text, const struct assay_benchmark *benchmark)
{
    static const char *const names[] = { "algorithm", "faithful", "bits" };
    char lead = ';';
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = assay_benchmark_tag_value(benchmark, names[i]);
        if (value && strcmp(names[i], "faithful") == 0 && kept_its_buffer(benchmark)) {
            value = "no";
        }
        if (value && is_value(value)) {
            assay_text_format(text, "%c%s=%s", lead, names[i], value);
            lead = ',';
        }
    }
}

static void append_line(struct assay_text *text, const struct assay_benchmark *benchmark)
{
    struct total total = total_of(benchmark);
    uint64_t elapsed_ns = (uint64_t)total.elapsed_ns;
    append_label(text, benchmark->id);
    assay_text_format(text, ";%.0f;%" PRIu64 ".%09" PRIu64 ";%" PRIu32, total.passes, elapsed_ns / 1000000000,
                      elapsed_ns % 1000000000, benchmark->threads);
    append_tags(text, benchmark);
    assay_text_append_char(text, '\n');
}

int assay_report_drag_race(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                           struct assay_error *error)
{
    const struct assay_document *document = report->parts[0].document;
    struct assay_text text = ASSAY_TEXT_INIT;
    (void)options;
    int code = assay_document_check(document, error);
    for (size_t i = 0; i < document->benchmark_count && !code; i++) {
        if (!why_not(&document->benchmarks[i])) {
            append_line(&text, &document->benchmarks[i]);
        }
    }
    errno = 0;
    if (!code && text.failed) {
        code = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    } else if (!code && (fwrite(text.bytes ? text.bytes : "", 1, text.length, to) != text.length || fflush(to))) {
        code = assay_fail_errno(error, errno ? errno : EIO, "cannot write the lines");
    }
    assay_text_release(&text);
    return code;
}

char *assay_report_drag_race_left_out(const struct assay_document *document)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    size_t count = 0;
    for (size_t i = 0; i < document->benchmark_count; i++) {
        const struct assay_benchmark *benchmark = &document->benchmarks[i];
        const char *why = why_not(benchmark);
        if (why && count++ < NAMES_GIVEN) {
            assay_text_append(&text, count > 1 ? ", " : "");
            append_label(&text, benchmark->id);
            assay_text_format(&text, " (%s)", why);
        }
    }
    if (count > NAMES_GIVEN) {
        assay_text_format(&text, " and %zu more", count - NAMES_GIVEN);
    }
    char *words = count > 0 ? assay_text_take(&text) : NULL;
    assay_text_release(&text);
    return words;
}
