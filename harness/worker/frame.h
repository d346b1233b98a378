/* The caller of a function that has no frame of its own: which a walk by frame pointers leaves out. gcc gives none to a
 * function that does not touch the stack, whatever is asked of it, and every function lacks one in its first and last
 * instructions. Knows no sample. */
#ifndef ASSAY_WORKER_FRAME_H
#define ASSAY_WORKER_FRAME_H

#include <stddef.h>
#include <stdint.h>

/* How many words from the top of the stack are worth having: pushed registers and a return address. */
#define ASSAY_FRAME_WORDS 16

/* The return address, if the instruction's function has no frame there and it lies in the `count` words from the top of
 * the stack; 0: it has one, or its call frame information (DWARF 5, section 6.4) does not say. */
uint64_t assay_frame_caller(uint64_t instruction, const uint64_t *top, size_t count);

#endif
