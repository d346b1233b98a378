/* Any bytes as a hello, a request or a reply: read or refused, never more. What was read is written, and the line
 * that comes out must be read again. What the short cut accepts, the full reader must accept with the same values. */
// links: protocol base
#include "protocol/batch.h"
#include "protocol/fast.h"
#include "protocol/message.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth)
{
    if (!truth) {
        abort();
    }
}

static void try_hello(const char *line, size_t length)
{
    struct assay_hello hello = { 0 }, again = { 0 };
    struct assay_error error = { 0 };
    struct assay_text text = ASSAY_TEXT_INIT;

    if (assay_hello_read(&hello, line, length, &error) != 0) {
        require(error.code == ASSAY_EINPUT && error.text[0]);
        return;
    }
    assay_hello_write(&text, &hello);
    require(!text.failed && assay_hello_read(&again, text.bytes, text.length, &error) == 0);
    assay_text_release(&text);
    assay_hello_release(&hello);
    assay_hello_release(&again);
}

static void try_request(const char *line, size_t length)
{
    struct assay_request request = { 0 }, again = { 0 };
    struct assay_error error = { 0 };
    struct assay_text text = ASSAY_TEXT_INIT;

    if (assay_request_read(&request, line, length, &error) != 0) {
        require(error.code == ASSAY_EINPUT && error.text[0]);
        return;
    }
    assay_request_write(&text, &request);
    require(!text.failed && assay_request_read(&again, text.bytes, text.length, &error) == 0);
    require(again.id == request.id && again.kind == request.kind && again.argument_count == request.argument_count);
    require(again.iterations == request.iterations && again.lead_in == request.lead_in);
    require(again.record == request.record && again.timer == request.timer);
    assay_text_release(&text);
    assay_request_release(&request);
    assay_request_release(&again);
}

static void try_reply(const char *line, size_t length)
{
    struct assay_reply reply = { 0 }, again = { 0 };
    struct assay_error error = { 0 };
    struct assay_text text = ASSAY_TEXT_INIT;

    if (assay_reply_read(&reply, line, length, &error) != 0) {
        require(error.code == ASSAY_EINPUT && error.text[0]);
        return;
    }
    assay_reply_write(&text, &reply);
    require(!text.failed && assay_reply_read(&again, text.bytes, text.length, &error) == 0);
    require(again.id == reply.id && again.ok == reply.ok && again.batch_count == reply.batch_count);
    require(again.description.kernel_count == reply.description.kernel_count);
    require(again.has_profile == reply.has_profile && again.profile.node_count == reply.profile.node_count);
    require(again.profile.function_count == reply.profile.function_count && again.profile.edge_count == reply.profile.edge_count);
    assay_text_release(&text);
    assay_reply_release(&reply);
    assay_reply_release(&again);
}

/* The line behind a space, which the short cut does not take; heap. */
static char *behind_space(const char *line, size_t length)
{
    char *spaced = malloc(length + 1);

    require(spaced != NULL);
    spaced[0] = ' ';
    memcpy(spaced + 1, line, length);
    return spaced;
}

static void require_same(const struct assay_batch *a, const struct assay_batch *b)
{
    const struct assay_batch_number *number;

    require(a->iterations == b->iterations && a->verified == b->verified);
    require(memcmp(&a->elapsed_ns, &b->elapsed_ns, sizeof a->elapsed_ns) == 0);
    for (number = assay_batch_numbers; number->field.key; number++) { /* as bytes: NaN is the same as NaN */
        size_t at = number->field.offset;
        require(memcmp((const char *)a + at, (const char *)b + at, sizeof(double)) == 0);
    }
}

static void try_short_cut(const char *line, size_t length)
{
    struct assay_request fast = { 0 }, full = { 0 };
    struct assay_reply fast_reply = { 0 }, full_reply = { 0 };
    struct assay_error error = { 0 };
    char *spaced = behind_space(line, length);

    if (assay_fast_run_request(&fast, line, length)) {
        require(assay_request_read(&full, spaced, length + 1, &error) == 0);
        require(full.id == fast.id && full.kind == fast.kind && full.iterations == fast.iterations);
        require(full.lead_in == fast.lead_in);
        require(full.batches == fast.batches && full.threads == fast.threads && full.flush == fast.flush);
    }
    if (assay_fast_run_reply(&fast_reply, line, length)) {
        require(assay_reply_read(&full_reply, spaced, length + 1, &error) == 0);
        require(full_reply.id == fast_reply.id && full_reply.ok && full_reply.batch_count == 1);
        require_same(&full_reply.batches[0], &fast_reply.batches[0]);
    }
    free(spaced);
    assay_request_release(&full);
    assay_reply_release(&fast_reply);
    assay_reply_release(&full_reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    try_hello((const char *)data, size);
    try_request((const char *)data, size);
    try_reply((const char *)data, size);
    if (size > 0) {
        try_short_cut((const char *)data, size);
    }
    return 0;
}
