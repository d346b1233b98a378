/* Versions x.y.z of suites and kernels: another x or y makes results incomparable, another z does not. Pure. */
#ifndef ASSAY_RESULT_VERSIONS_H
#define ASSAY_RESULT_VERSIONS_H

#include "base/error.h"
#include "result/document.h"

#include <stdbool.h>

/* Whether x and y are the same. What is not said (NULL) stands in nobody's way; what is not x.y.z is compared as a whole. */
bool assay_versions_comparable(const char *a, const char *b);

/* Whether results of `suite` in version `version` may be added to the document: ASSAY_EINPUT where it has results of that suite in
 * another x or y. Both may be NULL. */
int assay_document_check_suite(const struct assay_document *document, const char *suite, const char *version,
                               struct assay_error *error);

#endif
