/* What difference this machine can decide now: two kernels, each against itself. For assay env check --noise. */
#ifndef ASSAY_CLI_NOISE_H
#define ASSAY_CLI_NOISE_H

#include "base/error.h"
#include "result/document.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ASSAY_NOISE_KERNELS 2
#define ASSAY_NOISE_SPANS 3
extern const double assay_noise_spans_s[ASSAY_NOISE_SPANS]; /* 1, 10, 60 */

struct assay_noise {
    const char *kernel; /* "effort.integer" */
    const char *bound;  /* "compute-bound" */
    bool known;         /* at least ASSAY_SEQUENCE_LEARN blocks */
    char reason[200];   /* why not */
    size_t blocks;
    double spread;                        /* of blocks, a log ratio */
    double block_s;                       /* what a block takes */
    double detectable[ASSAY_NOISE_SPANS]; /* the smallest difference, a fraction, found in 9 of 10; infinite: none */
    int direction;                        /* a difference was claimed where there is none */
};
/* From one comparison of a kernel with itself. `kernel`, `bound` are the caller's to set. -1: out of memory. */
int assay_noise_of(struct assay_noise *noise, const struct assay_comparison *comparison);
/* Measures each kernel for half of `budget_s`. *interrupted: what was not measured is not known. */
int assay_noise_measure(struct assay_noise noise[ASSAY_NOISE_KERNELS], bool *interrupted, double budget_s,
                        struct assay_error *error);

#endif
