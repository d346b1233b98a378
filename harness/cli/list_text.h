/* Kernels, suites and journals as text, JSON, or names alone. */
#ifndef ASSAY_CLI_LIST_TEXT_H
#define ASSAY_CLI_LIST_TEXT_H

#include "base/text.h"
#include "catalog/catalog.h"

enum assay_list_form { ASSAY_LIST_TEXT, ASSAY_LIST_JSON, ASSAY_LIST_NAMES };

bool assay_list_tagged(const struct assay_kernel_description *kernel, const char *tag);
/* `tag` NULL: all kernels. */
void assay_list_kernels(struct assay_text *text, const struct assay_catalog *catalog, const char *tag,
                        enum assay_list_form form);
/* Every suite is planned with the kernels of `catalog`, to count its benchmarks; NULL (for names alone): none is opened. */
int assay_list_suites(struct assay_text *text, const char *directory, struct assay_catalog *catalog,
                      enum assay_list_form form, struct assay_error *error);
int assay_list_journals(struct assay_text *text, const char *directory, enum assay_list_form form,
                        struct assay_error *error);

#endif
