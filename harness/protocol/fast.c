/* A short cut for the two lines that stand beside every batch, a request to run and a reply of one batch, in the plain
 * shape in which our writers write them: jansson takes 2 and 5 microseconds for them, this takes a tenth. It is never
 * cleverer than the full reader: at the first byte that is not of the plain shape (white space, an escape, an
 * exponent, an unknown or repeated key) it gives up, and jansson decides. Knows no error. */
#include "protocol/fast.h"

#include "protocol/batch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct scan {
    const char *at;
    const char *end;
};

static bool literal(struct scan *scan, const char *text, size_t length)
{
    if ((size_t)(scan->end - scan->at) < length || memcmp(scan->at, text, length) != 0) {
        return false;
    }
    scan->at += length;
    return true;
}
#define LITERAL(scan, text) literal(scan, text, sizeof(text) - 1)

/* At most 15 digits, so that every value stays exact; no leading zeros. */
static bool integer(struct scan *scan, uint64_t *value)
{
    const char *begin = scan->at;
    uint64_t sum = 0;

    while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9' && scan->at - begin < 16) {
        sum = sum * 10 + (uint64_t)(*scan->at++ - '0');
    }
    *value = sum;
    return scan->at > begin && scan->at - begin < 16 && (*begin != '0' || scan->at - begin == 1);
}

/* With a fraction of at most 3 digits: an exact integer below 2^53 divided by an exact power of ten is rounded once, as
 * strtod rounds (IEEE 754-2008, 5.4.1). */
static bool number(struct scan *scan, double *value)
{
    static const double powers[] = { 1.0, 10.0, 100.0, 1000.0 };
    uint64_t whole;
    size_t places = 0;

    if (!integer(scan, &whole)) {
        return false;
    }
    if (scan->at < scan->end && *scan->at == '.') {
        scan->at++;
        while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9' && places < 4) {
            whole = whole * 10 + (uint64_t)(*scan->at++ - '0');
            places++;
        }
        if (places == 0 || places > 3 || whole >= ASSAY_EXACT_MAX) {
            return false;
        }
    }
    *value = (double)whole / powers[places];
    return true;
}

static bool end(const struct scan *scan)
{
    return scan->at == scan->end;
}

bool assay_fast_run_request(struct assay_request *out, const char *line, size_t length)
{
    struct scan scan = { line, line + length };
    uint64_t id, iterations, lead_in = 0;

    if (!LITERAL(&scan, "{\"id\":") || !integer(&scan, &id) || !LITERAL(&scan, ",\"request\":\"run\",\"iterations\":") ||
        !integer(&scan, &iterations) || id == 0 || iterations == 0) {
        return false;
    }
    if (LITERAL(&scan, ",\"lead_in\":") && !integer(&scan, &lead_in)) {
        return false;
    }
    if (!LITERAL(&scan, "}") || !end(&scan)) {
        return false;
    }
    *out = (struct assay_request){ .id = id, .kind = ASSAY_REQUEST_RUN, .threads = 1, .batches = 1,
                                   .iterations = iterations, .lead_in = lead_in };
    return true;
}

/* One of the optional numbers; `next` is where the search begins, since they mostly come in the table's order. */
static bool optional_number(struct scan *scan, struct assay_batch *batch, const struct assay_batch_number **next)
{
    const struct assay_batch_number *number_of = *next;

    for (; number_of->field.key; number_of++) {
        if (literal(scan, number_of->member, number_of->member_length)) {
            *next = number_of + 1; /* a repeated or earlier key is not found: the full reader decides */
            double *value = (double *)((char *)batch + number_of->field.offset);
            if (number(scan, value) && (number_of->field.kind != ASSAY_FIELD_WHOLE || *value == floor(*value))) {
                return true;
            }
            scan->at = scan->end; /* a key without its plain number: nothing after it can match */
            return false;
        }
    }
    return false;
}

static bool batch_members(struct scan *scan, struct assay_batch *batch)
{
    const struct assay_batch_number *next = assay_batch_numbers;

    if (!LITERAL(scan, "{\"iterations\":") || !integer(scan, &batch->iterations) || batch->iterations == 0 ||
        !LITERAL(scan, ",\"elapsed_ns\":") || !number(scan, &batch->elapsed_ns)) {
        return false;
    }
    while (optional_number(scan, batch, &next)) {
    }
    if (LITERAL(scan, ",\"verified\":true")) {
        batch->verified = 1;
    }
    return LITERAL(scan, "}]}") && end(scan);
}

bool assay_fast_run_reply(struct assay_reply *out, const char *line, size_t length)
{
    struct scan scan = { line, line + length };
    struct assay_batch batch;
    struct assay_batch *batches;
    uint64_t id;

    if (!LITERAL(&scan, "{\"id\":") || !integer(&scan, &id) || id == 0 || !LITERAL(&scan, ",\"ok\":true,\"batches\":[")) {
        return false;
    }
    assay_batch_init(&batch);
    if (!batch_members(&scan, &batch)) {
        return false;
    }
    batches = malloc(sizeof *batches);
    if (!batches) {
        return false; /* the full reader says so */
    }
    *batches = batch;
    *out = (struct assay_reply){ .id = id, .ok = true, .batches = batches, .batch_count = 1, .verified = -1,
                                 .peak_bytes = (double)NAN };
    return true;
}
