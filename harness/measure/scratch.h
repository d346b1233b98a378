/* A directory for files of a moment: made in TMPDIR, removed with what is in it. */
#ifndef ASSAY_MEASURE_SCRATCH_H
#define ASSAY_MEASURE_SCRATCH_H

/* Heap: /tmp/assay-WHAT-XXXXXX. NULL: cannot be made. */
char *assay_scratch_make(const char *what);
/* Removes its files and itself, and frees the name. It holds no directories. NULL is fine. */
void assay_scratch_remove(char *directory);

#endif
