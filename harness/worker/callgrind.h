/* Counting instead of timing: whether this process runs under valgrind, and how a batch is counted there.
 * callgrind.c alone touches valgrind's header. Knows no kernel's struct and no clock.
 *
 * Started as `valgrind --tool=callgrind --instr-atstart=no --callgrind-out-file=F ... assay-worker PLUGIN`, the worker
 * turns instrumentation on around the call of a kernel's run, and off behind it. It asks for no dump and zeroes
 * nothing: the line `totals:` of F (not `summary:`), written when the process ends, is that of all its batches
 * together,
 *
 *     batches x (a constant few of the bracket itself) + all that `run` executed, in the libraries that it calls too.
 *
 * So a process that runs nothing but one batch of n iterations holds that batch, and the difference between two such
 * processes, of 2 iterations and of 1, is one iteration without what a call of run costs once.
 *
 * Counted is every batch of one thread, those of a calibration and of warming up as well. Never counted are lead-ins,
 * prepare, answer, setup, and batches on several threads (instrumentation is the whole process's: one thread's end
 * would cut off the others). Threads that a kernel makes itself are counted; processes that it forks are not in the
 * worker's totals. A run that fails or throws leaves totals that mean nothing. Under valgrind's other tools the bracket
 * does nothing. */
#ifndef ASSAY_WORKER_CALLGRIND_H
#define ASSAY_WORKER_CALLGRIND_H

#include <stdbool.h>
#include <stdint.h>

/* Under valgrind, with any of its tools. */
bool assay_callgrind_is_here(void);
/* Calls run with instrumentation on, and returns its value. */
int assay_callgrind_run(int (*run)(void *state, uint64_t iterations), void *state, uint64_t iterations);

#endif
