/* Requests and replies of the worker protocol (docs/worker-protocol.md): structs to lines and back, for both
 * sides. Knows no descriptor and no process. */
#ifndef ASSAY_PROTOCOL_MESSAGE_H
#define ASSAY_PROTOCOL_MESSAGE_H

#include "base/error.h"
#include "base/text.h"
#include "protocol/description.h"
#include "protocol/profile.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ASSAY_PROTOCOL_MAJOR 1
#define ASSAY_PROTOCOL_MINOR 3

/* Bounds of docs/worker-protocol.md. */
#define ASSAY_EXACT_MAX ((uint64_t)1 << 53) /* iterations, ids, counts: what a double holds exactly */
#define ASSAY_BATCHES_MAX 10000u
#define ASSAY_THREADS_MAX 1024u

/* What an answer must be, or was. Unknown parts of an expectation are false. */
struct assay_message_answer {
    bool count_known, sum_known, sha256_known;
    uint64_t count;
    uint64_t sum;
    char sha256[65];
    char *source; /* of an expectation; NULL in an answer, and where it is not said */
};
void assay_message_answer_release(struct assay_message_answer *answer);

/* All readers refuse, with ASSAY_EINPUT, what is not one JSON object, has a duplicate key, lacks a required field, or
 * has a field of the wrong type or out of range; they ignore unknown fields. Writers append to `line`, without a
 * line feed; the caller checks line->failed. */

/* ---- worker -> coordinator, the first line ---- */
struct assay_hello {
    unsigned major, minor;
    char *implementation;
    char *version;
    int64_t pid;
    char **capabilities; /* NULL-terminated */
};
void assay_hello_release(struct assay_hello *hello);
void assay_hello_write(struct assay_text *line, const struct assay_hello *hello);
/* Refuses another major version in words: "worker speaks protocol 2, want 1". */
int assay_hello_read(struct assay_hello *out, const char *line, size_t length, struct assay_error *error);
bool assay_hello_can(const struct assay_hello *hello, const char *capability);

/* ---- requests ---- */
enum assay_request_kind {
    ASSAY_REQUEST_UNKNOWN, /* a name this version does not know: the worker says so and goes on */
    ASSAY_REQUEST_DESCRIBE,
    ASSAY_REQUEST_EXPECT,
    ASSAY_REQUEST_SETUP,
    ASSAY_REQUEST_CALIBRATE,
    ASSAY_REQUEST_RUN,
    ASSAY_REQUEST_ANSWER,
    ASSAY_REQUEST_PROFILE,
    ASSAY_REQUEST_TEARDOWN,
    ASSAY_REQUEST_QUIT
};
const char *assay_request_word(enum assay_request_kind kind);

struct assay_message_argument {
    char *name;
    char *text;
};
struct assay_request {
    uint64_t id;
    enum assay_request_kind kind;
    char *word;                     /* the name as sent, when UNKNOWN */
    char *kernel;                   /* EXPECT, SETUP */
    struct assay_message_argument *arguments; /* EXPECT, SETUP: every declared parameter, canonical text */
    size_t argument_count;
    uint64_t seed;                  /* SETUP */
    uint32_t threads;               /* SETUP; 1 */
    bool has_expected;              /* SETUP: what the coordinator knows of the answer */
    struct assay_message_answer expected;
    bool counters;                  /* SETUP: read hardware counters around batches */
    double batch_ns;                /* CALIBRATE: how long a batch shall be */
    uint64_t iterations;            /* RUN, PROFILE */
    uint32_t batches;               /* RUN, PROFILE; 1 */
    bool flush;                     /* RUN: flush the caches before each batch */
    uint64_t lead_in;               /* RUN: iterations before the first batch, neither timed nor reported; only where the
                                       hello says "lead-in"; 0: none */
    char *turns;                    /* RUN: instead of `batches`, a digit a turn with another worker: how many batches it has;
                                       `lead_in` comes before each turn; only where the hello says "turns"; NULL: none */
    uint64_t extra_work;            /* RUN: dependent multiplications in the timed part of each batch, after the kernel's run:
                                       a slowdown of known size, to test who compares; only where the hello says
                                       "extra-work"; 0: none */
    enum assay_record record;       /* PROFILE: what; only what the hello names: "profile-calls", "profile-tree", "profile-samples",
                                       "profile-allocations", "profile-lines", "profile-functions" */
    double period_ns;               /* PROFILE of samples: in the mean; 0: 1 ms */
    double timed_share;             /* PROFILE of a tree: of the calls; 0: all */
    bool timer;                     /* PROFILE of samples: by a timer's signal, not the kernel's sampling clock */
};
void assay_request_release(struct assay_request *request);
void assay_request_write(struct assay_text *line, const struct assay_request *request);
/* On failure only out->id is set: the id of the line, or 0 if it has none that can be read, so that the refusal can
 * name it. A request of an unknown name is no failure. */
int assay_request_read(struct assay_request *out, const char *line, size_t length, struct assay_error *error);

/* ---- replies ---- */
struct assay_named_value {
    char *name;
    double value;
};
struct assay_named_values {
    char *name;
    double *values;
    size_t count;
};
struct assay_batch {
    uint64_t iterations;  /* of all threads together */
    double elapsed_ns;
    double cpu_ns;        /* NaN: not known, likewise below */
    double start_ns;      /* when it began, by CLOCK_MONOTONIC; whole; said of turns */
    double untimed_ns;    /* prepare, flush, and forming and checking the answer, by the worker's clock */
    double voluntary_switches, involuntary_switches, migrations, faults;
    int verified;         /* 1, 0, -1: no expectation */
    double operations;    /* counts build: in this batch */
    double allocations, allocated_bytes; /* with the allocation counter loaded: in this batch */
    double cycles, instructions, branch_misses, cache_misses;
    struct assay_named_value *measures;
    size_t measure_count;
    struct assay_named_values *observed;
    size_t observed_count;
};
/* Nothing known: NaN everywhere, verified -1. */
void assay_batch_init(struct assay_batch *batch);

struct assay_reply {
    uint64_t id;    /* 0: null, a refusal of a line without one */
    bool ok;
    char *status;   /* when not ok: failed, unavailable, protocol-error, wrong-answer or out-of-memory */
    char *message;  /* when not ok: one line */
    /* parts, present by request */
    bool has_description;
    struct assay_description description;  /* DESCRIBE */
    bool has_expected;                     /* EXPECT: false when the reply says null */
    struct assay_message_answer expected;
    double items, bytes, least_operations; /* EXPECT; 0: not said */
    uint64_t iterations;                   /* CALIBRATE */
    double elapsed_ns;                     /* CALIBRATE: spent in its batches */
    struct assay_batch *batches;           /* RUN; also when not ok: those that were measured */
    size_t batch_count;
    bool has_answer;
    struct assay_message_answer answer;    /* ANSWER, and with wrong-answer */
    int verified;                          /* ANSWER: 1, 0, -1 */
    double peak_bytes;                     /* TEARDOWN: peak resident size; NaN */
    bool has_profile;                      /* PROFILE, beside its batches */
    struct assay_message_profile profile;
};
void assay_reply_release(struct assay_reply *reply);
/* Writes the parts that are there: a part is absent when its flag is false, its count 0, its number 0 or NaN (of a batch:
 * NaN). Times are written in steps of a picosecond. */
void assay_reply_write(struct assay_text *line, const struct assay_reply *reply);
/* Reads whatever parts are there; which of them a request needs, its sender checks. */
int assay_reply_read(struct assay_reply *out, const char *line, size_t length, struct assay_error *error);

#endif
