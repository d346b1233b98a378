/* The sequence is kept in the form in which it came, so that the next batch's can be compared piece by piece as it
 * comes: no second buffer, no decimal digits. Knows no kernel and no clock. */
#include "worker/answer.h"

#include "base/vector.h"

#include <inttypes.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Lines on their way into the digest, gathered so that SHA256Update sees large pieces. */
struct lines {
    SHA256_CTX context;
    size_t used;
    uint8_t chunk[8192];
};

/* A piece in the buffer: its kind, its size (integers, or bytes of text), and the integers or bytes. */
enum piece_kind { PIECE_INTEGERS = 'i', PIECE_TEXT = 't' };
#define PIECE_HEADER (1 + sizeof(size_t))

struct assay_answer {
    char *kept; /* pieces: of this batch up to `position`, beyond it of the batch before */
    size_t length;
    size_t capacity;
    size_t position;
    bool same;        /* as the batch before, so far */
    bool streaming;   /* too long to keep: `lines` is being fed */
    bool digest_good; /* `digest` is that of kept[0..length) */
    char digest[65];
    uint64_t digests;
    uint64_t count;
    uint64_t sum;
    struct lines lines;
};

struct assay_answer *assay_answer_new(void)
{
    return calloc(1, sizeof(struct assay_answer));
}

void assay_answer_free(struct assay_answer *answer)
{
    if (answer != NULL) {
        free(answer->kept);
        free(answer);
    }
}

static void lines_flush(struct lines *lines)
{
    SHA256Update(&lines->context, lines->chunk, lines->used);
    lines->used = 0;
}

static void lines_integer(struct lines *lines, uint64_t value)
{
    uint8_t digits[21];
    size_t at = sizeof digits;
    digits[--at] = '\n';
    do {
        digits[--at] = (uint8_t)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    if (sizeof lines->chunk - lines->used < sizeof digits) {
        lines_flush(lines);
    }
    memcpy(lines->chunk + lines->used, digits + at, sizeof digits - at);
    lines->used += sizeof digits - at;
}

static void lines_text(struct lines *lines, const char *bytes, size_t length)
{
    if (sizeof lines->chunk - lines->used <= length) {
        lines_flush(lines);
    }
    if (length >= sizeof lines->chunk) {
        SHA256Update(&lines->context, (const uint8_t *)bytes, length);
    } else {
        memcpy(lines->chunk + lines->used, bytes, length);
        lines->used += length;
    }
    lines->chunk[lines->used++] = '\n';
    if (lines->used == sizeof lines->chunk) {
        lines_flush(lines);
    }
}

static void feed(struct lines *lines, enum piece_kind kind, const char *data, size_t size)
{
    if (kind == PIECE_TEXT) {
        lines_text(lines, data, size);
        return;
    }
    for (size_t i = 0; i < size; i++) {
        uint64_t value;
        memcpy(&value, data + i * sizeof value, sizeof value); /* the buffer does not align */
        lines_integer(lines, value);
    }
}

static size_t piece_bytes(enum piece_kind kind, size_t size)
{
    return kind == PIECE_INTEGERS ? size * sizeof(uint64_t) : size;
}

/* Feeds the pieces of this batch that are kept. */
static void feed_kept(struct assay_answer *answer)
{
    SHA256Init(&answer->lines.context);
    answer->lines.used = 0;
    answer->digests++;
    for (size_t at = 0; at < answer->position;) {
        enum piece_kind kind = (enum piece_kind)answer->kept[at];
        size_t size;
        memcpy(&size, answer->kept + at + 1, sizeof size);
        feed(&answer->lines, kind, answer->kept + at + PIECE_HEADER, size);
        at += PIECE_HEADER + piece_bytes(kind, size);
    }
}

/* Whether the piece stands at `position` already. */
static bool repeats(const struct assay_answer *answer, enum piece_kind kind, const char *data, size_t size,
                    size_t bytes)
{
    if (answer->length - answer->position < PIECE_HEADER + bytes) {
        return false;
    }
    const char *at = answer->kept + answer->position;
    return at[0] == (char)kind && memcmp(at + 1, &size, sizeof size) == 0 &&
           memcmp(at + PIECE_HEADER, data, bytes) == 0;
}

/* Takes one piece: passes over it if the batch before had it here, else keeps it, else feeds the digest. */
static void take(struct assay_answer *answer, enum piece_kind kind, const char *data, size_t size)
{
    size_t bytes = piece_bytes(kind, size);
    if (answer->streaming) {
        feed(&answer->lines, kind, data, size);
        return;
    }
    if (answer->same && repeats(answer, kind, data, size, bytes)) {
        answer->position += PIECE_HEADER + bytes;
        return;
    }
    answer->same = false;
    answer->length = answer->position; /* what the batch before had from here on is gone */
    answer->digest_good = false;
    void *kept = answer->kept;
    if (bytes > ASSAY_ANSWER_KEPT || answer->position + PIECE_HEADER + bytes > ASSAY_ANSWER_KEPT ||
        !assay_reserve(&kept, &answer->capacity, answer->position + PIECE_HEADER + bytes, 1)) {
        answer->streaming = true;
        feed_kept(answer);
        feed(&answer->lines, kind, data, size);
        return;
    }
    answer->kept = kept;
    char *at = answer->kept + answer->position;
    at[0] = (char)kind;
    memcpy(at + 1, &size, sizeof size);
    memcpy(at + PIECE_HEADER, data, bytes);
    answer->position += PIECE_HEADER + bytes;
    answer->length = answer->position;
}

void assay_answer_begin(struct assay_answer *answer)
{
    answer->position = 0;
    answer->same = answer->length > 0 || answer->digest_good;
    answer->streaming = false;
    answer->count = 0;
    answer->sum = 0;
}

void assay_answer_integers(struct assay_answer *answer, const uint64_t *values, size_t count)
{
    if (count == 0) {
        return;
    }
    uint64_t sum = answer->sum;
    for (size_t i = 0; i < count; i++) {
        sum += values[i];
    }
    answer->sum = sum;
    answer->count += count;
    /* In pieces that are far below the limit, so that a long array's beginning is kept like any other. */
    const size_t most = ASSAY_ANSWER_KEPT / 16 / sizeof *values;
    for (size_t at = 0; at < count; at += most) {
        size_t part = count - at < most ? count - at : most;
        take(answer, PIECE_INTEGERS, (const char *)(values + at), part);
    }
}

void assay_answer_text(struct assay_answer *answer, const char *bytes, size_t length)
{
    answer->count++;
    take(answer, PIECE_TEXT, bytes, length);
}

void assay_answer_end(struct assay_answer *answer, struct assay_message_answer *out)
{
    if (!answer->streaming) {
        if (answer->position != answer->length) { /* it is a beginning of the batch before */
            answer->length = answer->position;
            answer->digest_good = false;
        }
        if (!answer->digest_good) {
            feed_kept(answer);
        }
    }
    if (answer->streaming || !answer->digest_good) {
        lines_flush(&answer->lines);
        SHA256End(&answer->lines.context, answer->digest);
        answer->digest_good = !answer->streaming;
    }
    *out = (struct assay_message_answer){
        .count_known = true, .sum_known = true, .sha256_known = true, .count = answer->count, .sum = answer->sum
    };
    memcpy(out->sha256, answer->digest, sizeof out->sha256);
}

uint64_t assay_answer_digests(const struct assay_answer *answer)
{
    return answer->digests;
}

bool assay_answer_agrees(char *words, size_t size, const struct assay_message_answer *got,
                         const struct assay_message_answer *want)
{
    const char *open = want->source != NULL ? " (" : "";
    const char *source = want->source != NULL ? want->source : "";
    const char *close = want->source != NULL ? ")" : "";
    if (want->count_known && want->count != got->count) {
        snprintf(words, size, "count is %" PRIu64 ", want %" PRIu64 "%s%s%s", got->count, want->count, open, source,
                 close);
    } else if (want->sum_known && want->sum != got->sum) {
        snprintf(words, size, "sum is %" PRIu64 ", want %" PRIu64 "%s%s%s", got->sum, want->sum, open, source, close);
    } else if (want->sha256_known && memcmp(want->sha256, got->sha256, 64) != 0) {
        snprintf(words, size, "sha256 is %.16s..., want %.16s...%s%s%s", got->sha256, want->sha256, open, source,
                 close);
    } else {
        return true;
    }
    return false;
}
