/* The request loop: a table of requests, each with when it is allowed and what does it. */
#include "worker/session.h"

#include "protocol/line.h"
#include "protocol/message.h"
#include "worker/profile.h"
#include "worker/requests.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum needs { NOTHING, A_PLUGIN, NO_SETUP, A_SETUP };

static const struct {
    enum needs needs;
    int (*act)(struct assay_reply *reply, struct assay_session *session, const struct assay_request *request,
               struct assay_refusal *failure);
} acts[] = {
    [ASSAY_REQUEST_UNKNOWN] = { NOTHING, assay_act_unknown },
    [ASSAY_REQUEST_DESCRIBE] = { A_PLUGIN, assay_act_describe },
    [ASSAY_REQUEST_EXPECT] = { A_PLUGIN, assay_act_expect },
    [ASSAY_REQUEST_SETUP] = { NO_SETUP, assay_act_setup },
    [ASSAY_REQUEST_CALIBRATE] = { A_SETUP, assay_act_calibrate },
    [ASSAY_REQUEST_RUN] = { A_SETUP, assay_act_run },
    [ASSAY_REQUEST_ANSWER] = { A_SETUP, assay_act_answer },
    [ASSAY_REQUEST_PROFILE] = { A_SETUP, assay_act_profile },
    [ASSAY_REQUEST_TEARDOWN] = { A_SETUP, assay_act_teardown },
    [ASSAY_REQUEST_QUIT] = { NOTHING, assay_act_quit },
};

static int check_order(const struct assay_session *session, enum needs needs, const char *word,
                       struct assay_refusal *failure)
{
    if ((needs == A_PLUGIN || needs == NO_SETUP) && session->loaded == NULL) {
        return assay_refuse(failure, "unavailable", "%s", session->refusal);
    }
    if (needs == NO_SETUP && session->instance != NULL) {
        return assay_refuse(failure, "protocol-error", "%s while kernel '%s' is set up: want teardown first", word,
                            session->instance->description->name);
    }
    if (needs == A_SETUP && session->instance == NULL) {
        return assay_refuse(failure, "protocol-error", "%s while nothing is set up: want setup first", word);
    }
    return 0;
}

/* Does one request line; -1 only when the reply cannot be written. */
static int serve(struct assay_session *session, const char *line, size_t length, struct assay_text *text,
                 struct assay_error *error)
{
    struct assay_request request = { 0 };
    struct assay_reply reply = { 0 };
    struct assay_refusal failure = { NULL, { 0, "" } };
    struct assay_error why = { 0 };
    if (assay_request_read(&request, line, length, &why) != 0) {
        assay_refuse(&failure, "protocol-error", "%s", why.text);
    } else if (check_order(session, acts[request.kind].needs, assay_request_word(request.kind), &failure) == 0) {
        acts[request.kind].act(&reply, session, &request, &failure);
    }
    reply.id = request.id;
    reply.ok = failure.status == NULL;
    reply.status = (char *)failure.status; /* borrowed: taken out again below */
    reply.message = reply.ok ? NULL : failure.error.text;
    assay_text_clear(text);
    assay_reply_write(text, &reply);
    if (text->failed || text->length >= ASSAY_REPLY_LINE_MAX) {
        struct assay_reply instead = { .id = request.id,
                                       .status = (char *)"failed",
                                       .message = (char *)"the reply is too long for a line" };
        assay_text_clear(text);
        assay_reply_write(text, &instead);
    }
    int code = assay_line_write(session->replies, text->bytes, text->length, error);
    assay_act_forget(&reply);
    assay_request_release(&request);
    return code;
}

static int say_hello(const struct assay_session *session, const char *version, struct assay_text *text,
                     struct assay_error *error)
{
    char *capabilities[20] = { (char *)"expect", (char *)"flush", (char *)"threads", (char *)"lead-in", (char *)"extra-work" };
    size_t count = 5;
    if (session->relay.here) {
        capabilities[count++] = (char *)"turns";
    }
    if (session->can_count) {
        capabilities[count++] = (char *)"counters";
    }
    if (session->loaded != NULL && session->loaded->counts != NULL) {
        capabilities[count++] = (char *)"counts";
    }
    if (session->allocations != NULL) {
        capabilities[count++] = (char *)"allocations";
    }
    assay_profile_capabilities(capabilities, &count, session);
    struct assay_hello hello = { .major = ASSAY_PROTOCOL_MAJOR,
                                 .minor = ASSAY_PROTOCOL_MINOR,
                                 .implementation = (char *)"c",
                                 .version = (char *)version,
                                 .pid = getpid(),
                                 .capabilities = capabilities };
    assay_hello_write(text, &hello);
    return assay_line_write(session->replies, text->bytes, text->length, error);
}

/* A line that is too long or holds a NUL: said, once per line, and gone on if the reader can. */
static int refuse_line(const struct assay_session *session, const struct assay_error *why, struct assay_text *text,
                       struct assay_error *error)
{
    struct assay_reply reply = { .status = (char *)"protocol-error", .message = (char *)why->text };
    assay_text_clear(text);
    assay_reply_write(text, &reply);
    return assay_line_write(session->replies, text->bytes, text->length, error);
}

static int serve_all(struct assay_session *session, struct assay_line_reader *reader, struct assay_text *text,
                     struct assay_error *error)
{
    while (!session->quit) {
        char *line;
        size_t length;
        struct assay_error why = { 0 };
        int got = assay_line_next(&line, &length, reader, &why);
        int code = 0;
        if (got == ASSAY_LINE_END) {
            return 0;
        }
        if (got == ASSAY_EIO) {
            *error = why;
            return got;
        }
        if (got < 0) {
            code = refuse_line(session, &why, text, error);
        } else if (got == ASSAY_LINE_READY) {
            code = serve(session, line, length, text, error);
        }
        if (code != 0) {
            return code;
        }
    }
    return 0;
}

int assay_session_run(const struct assay_session_options *options, struct assay_error *error)
{
    struct assay_session session = {
        .loaded = options->loaded, .refusal = options->refusal, .version = options->version, .replies = options->replies,
        .relay = options->relay
    };
    struct assay_line_reader reader;
    struct assay_text text = ASSAY_TEXT_INIT;
    struct assay_counters counters;
    struct assay_allocations *allocations = dlsym(RTLD_DEFAULT, ASSAY_ALLOCATIONS_SYMBOL);
    if (allocations != NULL && allocations->struct_size >= offsetof(struct assay_allocations, read_thread)) {
        session.allocations = allocations;
    }
    if (assay_counters_open(&counters)) { /* only to know: a setup opens its own */
        session.can_count = true;
        assay_counters_close(&counters);
    }
    assay_line_reader_init(&reader, options->requests, ASSAY_REQUEST_LINE_MAX);
    int code = say_hello(&session, options->version, &text, error);
    if (code == 0) {
        code = serve_all(&session, &reader, &text, error);
    }
    assay_session_tear_down(&session);
    assay_caches_release(&session.caches);
    assay_line_reader_release(&reader);
    assay_text_release(&text);
    return code;
}
