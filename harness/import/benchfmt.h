/* The grammar of a line of Go's benchmark format (golang.org/design/14313-benchmark-format, and the package
 * golang.org/x/perf/benchfmt): bytes to fields. Knows no document. */
#ifndef ASSAY_IMPORT_BENCHFMT_H
#define ASSAY_IMPORT_BENCHFMT_H

#include "import/import.h"
#include "import/piece.h"

enum { ASSAY_BENCHFMT_FIGURES = 64, ASSAY_BENCHFMT_LINE = 65536 };

enum assay_benchfmt_kind {
    ASSAY_BENCHFMT_END,
    ASSAY_BENCHFMT_OTHER,  /* other output, or nothing */
    ASSAY_BENCHFMT_RESULT, /* meant as "BenchmarkNAME N VALUE UNIT ...": read() says whether it is one */
    ASSAY_BENCHFMT_KEY,    /* "key: value" */
    ASSAY_BENCHFMT_UNIT,   /* "Unit UNIT key=value ..." */
    ASSAY_BENCHFMT_PASS    /* "PASS", "FAIL ...", "ok ...": what a process of `go test` says last */
};

struct assay_benchfmt_line {
    enum assay_benchfmt_kind kind;
    struct assay_piece line;       /* without its end */
    struct assay_piece key, value; /* KEY; UNIT: the unit, and what stands behind it */
};
/* Takes the next line off `rest`. */
void assay_benchfmt_next(struct assay_benchfmt_line *line, struct assay_piece *rest);

struct assay_benchfmt_figure {
    double value; /* NaN: not finite */
    struct assay_piece unit;
};
struct assay_benchfmt_result {
    struct assay_piece name;                                      /* behind "Benchmark": "Sum/n=10-8" */
    uint64_t iterations;                                          /* 1 to 2^53 */
    struct assay_benchfmt_figure figures[ASSAY_BENCHFMT_FIGURES]; /* each unit once */
    size_t count;
};
/* ASSAY_EINPUT, "NAME:LINE:COLUMN: ...". */
int assay_benchfmt_read(struct assay_benchfmt_result *result, const struct assay_benchfmt_line *line,
                        const struct assay_import_source *source, struct assay_error *error);

/* A word of a line of units: "better=higher". */
struct assay_piece assay_benchfmt_word(struct assay_piece *rest);

#endif
