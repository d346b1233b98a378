/*
 * assay/kernel.h: the plug-in ABI, version 1.0. Everything a kernel's author needs, and nothing else:
 * C99, libc only, also valid C++. A plug-in built with this header has no undefined symbols but libc's.
 *
 * A plug-in is a shared object that exports one data symbol, `assay_plugin`. It lists kernels; a kernel is a
 * unit of work. The worker loads the plug-in, calls setup once, then for every batch
 *
 *     prepare (untimed)   run (timed: the only timed call, it owns its loop)   answer (untimed)
 *
 * and teardown at the end. With `--threads N` there are N states, one a thread; each gets its own setup,
 * prepare, run, answer and teardown, and run is called at the same time on all of them.
 *
 * Promise (docs/plugin-abi.md has it whole): every struct begins with its size; fields are only ever
 * appended; a host accepts every plug-in of its own major version, and reads a field that an older plug-in
 * does not have as zero. Arrays are arrays of pointers, ended by NULL, so that growth breaks no stride.
 * All strings are NUL-terminated UTF-8 that lives as long as the plug-in.
 */
#ifndef ASSAY_KERNEL_H
#define ASSAY_KERNEL_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASSAY_ABI_MAJOR 1
#define ASSAY_ABI_MINOR 0

/* The first eight bytes of `assay_plugin`, whatever the version. */
#define ASSAY_PLUGIN_MAGIC "ASSAYPLG"

/* ---- What a kernel can be asked for ------------------------------------------------------------------ */

/* How the text of a parameter is read. One grammar for the command line, suites and the protocol. */
enum assay_parameter_type {
    ASSAY_INTEGER = 1, /* 0 to 2^64-1: 1000, 1e3 and 1_000 are one; canonical text is plain decimal */
    ASSAY_REAL = 2,    /* finite; canonical text is the shortest that reads back as the same double */
    ASSAY_CHOICE = 3,  /* one of `choices` */
    ASSAY_TEXT = 4,    /* any UTF-8 text without NUL */
    ASSAY_FLAG = 5     /* true or false */
};

struct assay_parameter {
    uint32_t struct_size;
    uint32_t type; /* enum assay_parameter_type */
    const char *name;     /* [a-z][a-z0-9_]*, at most 63 bytes */
    const char *summary;  /* one line */
    const char *fallback; /* the default, as text; required */
    const char *least;    /* inclusive bounds of INTEGER and REAL, as text; NULL: none */
    const char *most;
    const char *const *choices; /* CHOICE: NULL-terminated; else NULL */
};

/* One argument: a parameter's name with its canonical text, checked by the host against the declaration. */
struct assay_argument {
    uint32_t struct_size;
    const char *name;
    const char *text;
};

/* All arguments, every declared parameter in declared order; valid during the call that it is passed to. */
struct assay_arguments {
    uint32_t struct_size;
    uint32_t count;
    const struct assay_argument *const *items;
};

/* ---- What the host offers ---------------------------------------------------------------------------- */

/* Passed to setup; lives until that state's teardown has returned. */
struct assay_host {
    uint32_t struct_size;
    uint16_t major; /* the ABI that the host speaks */
    uint16_t minor;
    void *context;
    /* Records why a call of this kernel is about to return non-zero; one line; the last call wins. */
    void (*fail)(void *context, const char *reason);
    uint32_t thread;  /* which of `threads` states this is, from 0 */
    uint32_t threads; /* at least 1 */
};

/* Takes the answer of the last iteration of a batch, in order. Valid during the call of `answer`.
 * The answer is a sequence of lines: an integer is one line of decimal text, a text is one line as it is.
 * The worker forms count (lines), sum (of the integers, modulo 2^64) and sha256 (of all lines, each ended
 * by a line feed), and compares them with what the answer must be. */
struct assay_sink {
    uint32_t struct_size;
    uint16_t major;
    uint16_t minor;
    void *context;
    void (*integer)(void *context, uint64_t value);
    void (*integers)(void *context, const uint64_t *values, size_t count);
    void (*text)(void *context, const char *bytes, size_t length); /* one line, without its line feed */
    /* One of the kernel's own measures (index into its `measures`) for the batch. */
    void (*measure)(void *context, uint32_t index, double value);
    /* Values of one of the kernel's own distributions, gathered during the batch. */
    void (*observe)(void *context, uint32_t index, const double *values, size_t count);
};

/* What the answer must be. Filled by `expect`; what the oracle does not know stays unset in `known`. */
#define ASSAY_KNOWS_COUNT 1u
#define ASSAY_KNOWS_SUM 2u
#define ASSAY_KNOWS_SHA256 4u
struct assay_expected {
    uint32_t struct_size;
    uint32_t known; /* ASSAY_KNOWS_... */
    uint64_t count;
    uint64_t sum;
    char sha256[65];    /* 64 lower-case hexadecimal digits */
    const char *source; /* where the knowledge comes from: a table, a paper, another method; required */
};

/* What one iteration does, for throughput and for plausibility. 0: not said. */
struct assay_work {
    uint32_t struct_size;
    uint32_t reserved;
    double items; /* processed by an iteration */
    double bytes;
    /* The least number of elementary operations an iteration needs, whatever the compiler does: additions,
     * divisions, loads. An iteration that is faster than 8 of them a clock cycle is `implausible`. */
    double least_operations;
};

/* A kernel's own measure (one value a batch) or distribution (many values a batch). */
struct assay_measure {
    uint32_t struct_size;
    uint32_t better; /* ASSAY_LOWER or ASSAY_HIGHER */
    const char *name; /* [a-z][a-z0-9_]* */
    const char *unit; /* "ns", "bytes", "1"; UCUM where it has one */
};
#define ASSAY_LOWER 0u
#define ASSAY_HIGHER 1u

/* ---- A kernel ---------------------------------------------------------------------------------------- */

#define ASSAY_MAKES_THREADS 1u   /* run makes threads of its own: CPU time is taken of the whole process */
#define ASSAY_FORKS 2u           /* run makes processes */
#define ASSAY_DETERMINISTIC 4u   /* same arguments, seed and iterations: same work, same answer */
#define ASSAY_ONE_ITERATION 8u   /* a batch is always one iteration */
#define ASSAY_SHARED_STATE 16u   /* must not be run with --threads above 1 */

/* Callbacks return 0, or non-zero after host->fail. Only name, summary, setup and run are required. */
struct assay_kernel {
    uint32_t struct_size;
    uint32_t flags;
    const char *name;                 /* [a-z][a-z0-9_]*(.[a-z0-9_]+)*, at most 63 bytes, unique in the plug-in */
    const char *const *aliases;       /* other names it answers to; NULL: none */
    const char *summary;              /* one line */
    const char *version;              /* x.y.z of the work: x or y changes when results are no longer comparable */
    const char *const *tags;
    const struct assay_parameter *const *parameters;
    const struct assay_measure *const *measures;
    const struct assay_measure *const *distributions;
    /* NULL, or the reason why the kernel cannot run here (an instruction set, a library). */
    const char *(*unavailable)(void);
    /* Makes a state: allocates, makes input from the seed. Equal seeds give equal input. Untimed. */
    int (*setup)(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,
                 void **state);
    /* Readies a batch: fresh buffers, input that iterations consume. Untimed. */
    int (*prepare)(void *state, uint64_t iterations);
    /* Does the work `iterations` times. Timed: no allocation that is not the work, no print. */
    int (*run)(void *state, uint64_t iterations);
    /* Hands over the last iteration's answer. Untimed; after every batch. NULL: the answer is empty. */
    int (*answer)(void *state, const struct assay_sink *sink);
    /* Frees a state. If its end went wrong (a server that died otherwise than it was told to), call host->fail. */
    void (*teardown)(void *state);
    /* What the answer must be, by a method that is not the kernel's own. 0, or non-zero: unknown. */
    int (*expect)(const struct assay_arguments *arguments, struct assay_expected *expected);
    int (*work)(const struct assay_arguments *arguments, struct assay_work *work);
};

/* ---- A plug-in --------------------------------------------------------------------------------------- */

struct assay_plugin {
    char magic[8]; /* ASSAY_PLUGIN_MAGIC, without a NUL */
    uint32_t struct_size;
    uint16_t major;
    uint16_t minor;
    const struct assay_kernel *const *kernels; /* NULL-terminated */
    const char *build; /* compiler and flags; assay_add_kernel() fills it through ASSAY_BUILD; may be NULL */
};

#ifdef __cplusplus
#define ASSAY_EXTERN extern "C"
#else
#define ASSAY_EXTERN extern
#endif
#if defined(__GNUC__)
#define ASSAY_EXPORT __attribute__((visibility("default")))
#else
#define ASSAY_EXPORT
#endif

#ifndef ASSAY_BUILD
#define ASSAY_BUILD NULL
#endif

/* Operation counts. ASSAY_COUNT(n) adds n in the counts build of a plug-in and is nothing elsewhere.
 * The counts build exports `assay_counts`; the worker reads it after each batch. */
struct assay_counts {
    uint32_t struct_size;
    uint32_t reserved;
    uint64_t operations;
};
ASSAY_EXTERN ASSAY_EXPORT struct assay_counts assay_counts;
#ifdef ASSAY_COUNTS_BUILD
#define ASSAY_COUNT(n) ((void)(assay_counts.operations += (uint64_t)(n)))
#define ASSAY_DEFINE_COUNTS struct assay_counts assay_counts = { (uint32_t)sizeof(struct assay_counts), 0, 0 };
#else
#define ASSAY_COUNT(n) ((void)0)
#define ASSAY_DEFINE_COUNTS
#endif

ASSAY_EXTERN ASSAY_EXPORT const struct assay_plugin assay_plugin;

/* Defines the plug-in. Once in a plug-in, after its kernels:
 *
 *     ASSAY_PLUGIN(&first_kernel, &second_kernel)
 */
#define ASSAY_PLUGIN(...)                                                                                  \
    static const struct assay_kernel *const assay_plugin_kernels[] = { __VA_ARGS__, NULL };                 \
    ASSAY_DEFINE_COUNTS                                                                                     \
    const struct assay_plugin assay_plugin = { { 'A', 'S', 'S', 'A', 'Y', 'P', 'L', 'G' },                  \
                                               (uint32_t)sizeof(struct assay_plugin),                       \
                                               ASSAY_ABI_MAJOR,                                             \
                                               ASSAY_ABI_MINOR,                                             \
                                               assay_plugin_kernels,                                        \
                                               ASSAY_BUILD };

/* ---- Reading arguments ------------------------------------------------------------------------------- */

/* The text of an argument; NULL if there is none of that name. */
static inline const char *assay_argument_text(const struct assay_arguments *arguments, const char *name)
{
    uint32_t i;
    for (i = 0; i < arguments->count; i++) {
        if (strcmp(arguments->items[i]->name, name) == 0) {
            return arguments->items[i]->text;
        }
    }
    return NULL;
}

/* The value of an INTEGER argument; 0 if there is none of that name. The host has checked the bounds. */
static inline uint64_t assay_argument_integer(const struct assay_arguments *arguments, const char *name)
{
    const char *text = assay_argument_text(arguments, name);
    return text ? (uint64_t)strtoull(text, NULL, 10) : 0;
}

/* The value of a REAL argument; 0 if there is none of that name. */
static inline double assay_argument_real(const struct assay_arguments *arguments, const char *name)
{
    const char *text = assay_argument_text(arguments, name);
    return text ? strtod(text, NULL) : 0.0;
}

/* Whether an argument's text is exactly `text`: for CHOICE, and FLAG with "true". */
static inline int assay_argument_is(const struct assay_arguments *arguments, const char *name, const char *text)
{
    const char *value = assay_argument_text(arguments, name);
    return value != NULL && strcmp(value, text) == 0;
}

/* Keeps the compiler from removing the work that made the memory at `p`, without costing an instruction. */
#if defined(__GNUC__)
static inline void assay_use(const void *p) { __asm__ volatile("" : : "r"(p) : "memory"); }
#else
static inline void assay_use(const void *p) { static const volatile void *volatile sink; sink = p; }
#endif

#ifdef __cplusplus
}
#endif
#endif
