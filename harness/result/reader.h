/* The parts of the reader, for its own files: a stack of frames driven by yajl's events, and tables that say which
 * field goes where. Samples go from the event to their column: no tree of the document is ever made. */
#ifndef ASSAY_RESULT_READER_H
#define ASSAY_RESULT_READER_H

#include "result/document.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ASSAY_READER_FRAMES 16 /* deeper than the deepest field that is modelled */
#define ASSAY_READER_DEPTH 64  /* of anything, known or not */

/* A scalar as it came. `bytes` is borrowed and has no NUL at its end. */
struct assay_value {
    enum { ASSAY_VALUE_NULL, ASSAY_VALUE_TRUTH, ASSAY_VALUE_NUMBER, ASSAY_VALUE_TEXT } type;
    const char *bytes;
    size_t length;
    bool truth;
};

struct assay_reader;
struct assay_shape;

enum assay_opening { /* what may open under a field */
                     ASSAY_OPENS_NOTHING,
                     ASSAY_OPENS_OBJECT,
                     ASSAY_OPENS_OBJECTS, /* an array of objects */
                     ASSAY_OPENS_REALS,   /* an array of numbers, null for NaN */
                     ASSAY_OPENS_TEXTS,
                     ASSAY_OPENS_INTERVAL,    /* [low, high] */
                     ASSAY_OPENS_ENDS,        /* [low, high] into two doubles, null for NaN */
                     ASSAY_OPENS_PARAMETERS,  /* an object of texts */
                     ASSAY_OPENS_ENVIRONMENT, /* an object of groups of facts */
                     ASSAY_OPENS_GROUP        /* an object of facts */
};

struct assay_field {
    const char *name;
    /* Takes a scalar; NULL on success, else what is wanted ("a number"). NULL pointer: no scalar may stand here. */
    const char *(*set)(struct assay_reader *reader, const struct assay_field *field, void *target,
                       const struct assay_value *value);
    bool required;
    enum assay_opening opens;
    size_t offset;       /* in the target */
    size_t count_offset; /* of the lists' count; of the flag beside an optional scalar; of the second of two ends */
    size_t capacity_offset;
    size_t most;                     /* elements */
    const struct assay_shape *shape; /* of the object or objects */
    /* Gives the target of an object, an environment or numbers; NULL pointer: it is the parent's (+ offset). */
    void *(*open)(struct assay_reader *reader);
};

struct assay_shape {
    const struct assay_field *fields;
    size_t count; /* at most 64 */
    /* After the last field; 0 or a code, with the error said. May be NULL. */
    int (*close)(struct assay_reader *reader, void *target);
};

struct assay_frame {
    enum assay_opening type;
    const struct assay_shape *shape;   /* of OBJECT */
    const struct assay_field *field;   /* the field that opened it */
    const struct assay_field *pending; /* of OBJECT: the field whose value comes next; NULL: unknown */
    void *target;
    uint64_t seen; /* bits of the shape's fields */
    size_t count;  /* elements so far */
    char *key;     /* of PARAMETERS, ENVIRONMENT and GROUP: the pending key; heap */
};

struct assay_reals {
    double *values;
    size_t count;
    size_t capacity;
};

struct assay_reader {
    struct assay_document *document;
    struct assay_error *error;
    uint64_t events;
    struct assay_frame frames[ASSAY_READER_FRAMES];
    unsigned depth;
    unsigned skipping;                /* open things under an unknown field */
    json_t *rest[ASSAY_READER_DEPTH]; /* the open things of a top-level field that is kept */
    unsigned resting;
    char *rest_key; /* pending; heap */
    /* What is being filled. */
    bool has_schema;
    struct assay_session top; /* the document's own command, seed and environment */
    struct assay_facts *facts;
    struct assay_fact fact;
    struct assay_measure_values **list;
    size_t *list_count;
    struct assay_reals columns[ASSAY_COLUMN_COUNT];
    struct assay_reals blocks[ASSAY_BLOCK_COLUMN_COUNT];
    struct assay_reals nodes[ASSAY_TREE_COLUMN_COUNT];
    struct assay_reals rounds; /* of the open function */
    size_t round_count;        /* of the open profile's functions; 0: none had any yet */
    size_t change_capacity;    /* of the open difference */
    struct assay_reals scaling_benchmarks, scaling_values; /* of the open scaling */
    struct assay_reader_point { /* of the open crossover */
        double value;
        size_t comparison;
    } point;
    struct assay_reader_reference {
        double operations;
        struct assay_reals start_ns, elapsed_ns;
    } reference;
};

extern const struct assay_shape assay_shape_document;
extern const struct assay_shape assay_shape_benchmark;
extern const struct assay_shape assay_shape_comparison;
extern const struct assay_shape assay_shape_crossover;
extern const struct assay_shape assay_shape_history;
extern const struct assay_shape assay_shape_profile;
extern const struct assay_shape assay_shape_difference;
extern const struct assay_shape assay_shape_scaling;
extern const struct assay_field assay_field_fact; /* how a group's facts are read */

/* Bounds of the lists, so that a small hostile file cannot ask for all memory. */
#define ASSAY_MOST_BENCHMARKS 100000
#define ASSAY_MOST_SESSIONS 10000
#define ASSAY_MOST_PROCESSES 1000000
#define ASSAY_MOST_COMPARISONS 100000
#define ASSAY_MOST_BLOCKS 1000000   /* each has a process of its own on both sides */
#define ASSAY_MOST_CROSSOVERS 10000
#define ASSAY_MOST_POINTS 10000     /* of a crossover; changes too */
#define ASSAY_MOST_HISTORIES 100000
#define ASSAY_MOST_RECORDS 1000000  /* points of a history */
#define ASSAY_MOST_CHANGES 100000   /* of a history */
#define ASSAY_MOST_PROFILES 10000
#define ASSAY_MOST_NAMES 1000000    /* functions of a profile, source lines, changes */
#define ASSAY_MOST_EDGES 10000000   /* of a profile; addresses too */
#define ASSAY_MOST_ROUNDS 1000000
#define ASSAY_MOST_VALUES 200000000 /* of one column: 1.6 GB */
#define ASSAY_MOST_FACTS 4096
#define ASSAY_MOST_TEXT 1000000u /* bytes of one text */
#define ASSAY_MOST_WORDS 10000 /* flags, parameters, measures, warnings */

/* For the tables. */
#define ASSAY_SHAPE(array, at_close)                                                                                   \
    {                                                                                                                  \
        .fields = (array), .count = sizeof(array) / sizeof(array)[0], .close = (at_close)                              \
    }
#define ASSAY_OBJECT(of) .opens = ASSAY_OPENS_OBJECT, .shape = &(of)
#define ASSAY_OBJECTS(of, opener, limit) .opens = ASSAY_OPENS_OBJECTS, .shape = &(of), .open = (opener), .most = (limit)
/* An array of numbers into the struct assay_reals at `at` of the target. */
#define ASSAY_REALS(at) ASSAY_REALS_UP_TO(at, ASSAY_MOST_VALUES)
#define ASSAY_REALS_UP_TO(at, limit)                                                                                   \
    .opens = ASSAY_OPENS_REALS, .most = (limit), .offset = (at) + offsetof(struct assay_reals, values),                \
    .count_offset = (at) + offsetof(struct assay_reals, count),                                                        \
    .capacity_offset = (at) + offsetof(struct assay_reals, capacity)

/* Events (events.c). 1: go on; 0: stop, the error is said. */
int assay_reader_scalar(struct assay_reader *reader, const struct assay_value *value);
int assay_reader_key(struct assay_reader *reader, const char *bytes, size_t length);
int assay_reader_open(struct assay_reader *reader, bool object);
int assay_reader_close(struct assay_reader *reader);

/* Refusals (refusal.c). Says an error with the place: "benchmarks[3].samples: TEXT". Returns the code. */
int assay_reader_fail(struct assay_reader *reader, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same for an event to return: 0. */
int assay_reader_refuse(struct assay_reader *reader, const char *want); /* "PLACE: want WANT" */
int assay_reader_no_memory(struct assay_reader *reader);
int assay_reader_too_deep(struct assay_reader *reader);

/* Kept fields (rest.c), same return values. */
int assay_rest_begin(struct assay_reader *reader, const char *key, size_t length);
int assay_rest_scalar(struct assay_reader *reader, const struct assay_value *value);
int assay_rest_key(struct assay_reader *reader, const char *bytes, size_t length);
int assay_rest_open(struct assay_reader *reader, bool object);
int assay_rest_close(struct assay_reader *reader);

/* Whether it is RFC 3339 in UTC. */
bool assay_reader_is_time(const char *bytes, size_t length);

/* Setters (setters.c); they write to target + offset. */
#define ASSAY_SETTER(name)                                                                                             \
    const char *name(struct assay_reader *reader, const struct assay_field *field, void *target,                       \
                     const struct assay_value *value)
ASSAY_SETTER(assay_set_null);      /* null only: the list or object is not there */
ASSAY_SETTER(assay_set_text);      /* char *; null: NULL */
ASSAY_SETTER(assay_set_needed);    /* char *; no null */
ASSAY_SETTER(assay_set_time);      /* char *; RFC 3339 in UTC */
ASSAY_SETTER(assay_set_real);      /* double; null: NaN */
ASSAY_SETTER(assay_set_number);    /* double; no null */
ASSAY_SETTER(assay_set_said);      /* double of 0 or more; null: 0 */
ASSAY_SETTER(assay_set_size);      /* size_t */
ASSAY_SETTER(assay_set_u32);       /* uint32_t */
ASSAY_SETTER(assay_set_index);     /* int32_t; null: -1 */
ASSAY_SETTER(assay_set_u64);       /* uint64_t, a number or decimal text */
ASSAY_SETTER(assay_set_known_u64); /* the same or null, and the bool at count_offset */
ASSAY_SETTER(assay_set_sha256);    /* char[65]; null: empty; the bool at count_offset unless that is 0 */
ASSAY_SETTER(assay_set_truth);     /* int; null: -1 */
ASSAY_SETTER(assay_set_bool);
ASSAY_SETTER(assay_set_status);
ASSAY_SETTER(assay_set_better); /* bool: higher */
ASSAY_SETTER(assay_set_reason); /* char[96]; null: empty */
ASSAY_SETTER(assay_set_schema);
ASSAY_SETTER(assay_set_fact); /* struct assay_fact's value */

#endif
