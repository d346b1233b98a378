/* Whether two plug-ins hold the same machine code, and which functions differ. What compare.h says of
 * assay_code_is_same, with names. Loads and runs nothing. */
#ifndef ASSAY_COMPARE_CODE_H
#define ASSAY_COMPARE_CODE_H

#include <stddef.h>

/* 1: the same, *count is 0. 0: not, *names (heap array of heap strings: assay_names_free) are the functions that
 * differ, that only one side has, or that refer to data that differs: sorted. -1: not known, outputs are untouched. */
int assay_code_differs_in(char ***names, size_t *count, const char *base_plugin, const char *head_plugin);

#endif
