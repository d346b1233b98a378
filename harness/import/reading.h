/* What the readers of formats share: one input on its way into a document, with refusals that name the place. */
#ifndef ASSAY_IMPORT_READING_H
#define ASSAY_IMPORT_READING_H

#include "import/import.h"
#include "import/json.h"
#include "import/piece.h"

#define ASSAY_IMPORT_TEXT 65536u       /* the longest text that is kept, in bytes */
#define ASSAY_IMPORT_SAMPLES 1000000u  /* the most of one input */
#define ASSAY_IMPORT_PROCESSES 100000u /* likewise */
#define ASSAY_IMPORT_MEASURES 64u      /* the most of one benchmark */
#define ASSAY_IMPORT_PARAMETERS 64u    /* likewise */

struct assay_import_reading {
    struct assay_document *document;
    const struct assay_import_source *source;
    struct assay_error *error;
    char place[64]; /* what is read: "results[3]"; stands in refusals */
    size_t first;   /* the input's benchmarks begin here */
    size_t samples, processes;
};

/* ASSAY_ENOMEM. */
int assay_import_no_memory(const struct assay_import_reading *reading);
/* ASSAY_EINPUT: "NAME:LINE:COLUMN: PLACE.MEMBER: want ..."; `member` may be NULL. */
int assay_import_want(const struct assay_import_reading *reading, const char *at, const char *member, const char *want);

#ifdef __clang_analyzer__ /* As in base/error.h: these never return 0. */
#define assay_import_no_memory(reading) ((void)assay_import_no_memory(reading), (int)ASSAY_ENOMEM)
#define assay_import_want(...) ((void)assay_import_want(__VA_ARGS__), (int)ASSAY_EINPUT)
#endif

/* The named members of an object, as assay_json_members; refused are what is no object, what has one of them twice, and
 * what lacks one of the first `needed`. */
int assay_import_members(const struct assay_import_reading *reading, struct assay_json *values,
                         const char *const *names, size_t needed, struct assay_json object);
/* A text, heap; refused are what is none and over ASSAY_IMPORT_TEXT bytes. *changed is set if it had to be cleaned. */
int assay_import_text(const struct assay_import_reading *reading, char **text, bool *changed, struct assay_json value,
                      const char *member);

/* Begins: a session that says the format and, of the machine, nothing, for the reason `unsaid`. */
int assay_import_begin(struct assay_import_reading *reading, const char *format, const char *unsaid);
/* The session's facts, borrowed. */
struct assay_facts *assay_import_facts(const struct assay_import_reading *reading);
/* A fact of the group "import" with any name: what a name may not hold becomes '_'. `value`: a scalar; others are none.
 */
int assay_import_fact(const struct assay_import_reading *reading, const char *prefix, const char *name,
                      struct assay_json value, const char *origin);
int assay_import_fact_text(const struct assay_import_reading *reading, const char *prefix, const char *name,
                           const char *text, const char *origin);

/* A benchmark of that id, which it owns, also on failure; `changed`: it had to be cleaned. Its kernel is for the caller
 * to say, else assay_import_finish() makes it the id. */
int assay_import_benchmark(struct assay_import_reading *reading, struct assay_benchmark **out, char *id_take,
                           bool changed);
/* Its parameter, if it has none of that name and not too many; *added says so. */
int assay_import_parameter(const struct assay_import_reading *reading, struct assay_benchmark *benchmark,
                           const char *name, const char *text, bool *added);
/* One process more of it, in this session. */
int assay_import_process(struct assay_import_reading *reading, struct assay_benchmark *benchmark);

struct assay_import_sample {
    double iterations; /* whole, 1 to 2^53 */
    double elapsed_ns; /* refused: what is not finite, below 0 or above 10^18 */
    double cpu_ns;     /* NaN: not known; else likewise */
    const char *at;    /* where it stands */
};
/* One sample more of the benchmark's last process. */
int assay_import_sample(struct assay_import_reading *reading, struct assay_benchmark *benchmark,
                        const struct assay_import_sample *sample);

struct assay_import_measure {
    const char *name, *unit;
    bool higher_is_better;
    double value; /* NaN: not known */
};
/* Of the last sample; the samples before have null. False in *added: the sample has that measure already. Refused:
 * too many, at `at`. */
int assay_import_measure(const struct assay_import_reading *reading, struct assay_benchmark *benchmark,
                         const struct assay_import_measure *measure, const char *at, bool *added);

/* Ends: measures are as long as samples; every benchmark has a kernel; refused is an input without benchmarks, `want`.
 */
int assay_import_finish(const struct assay_import_reading *reading, const char *want);
/* A warning, unless the document has the same. */
int assay_import_warn(const struct assay_import_reading *reading, const char *words);

#endif
