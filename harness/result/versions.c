/* Versions x.y.z, and what they allow. Knows neither suite files nor kernels. */
#include "result/versions.h"

#include <string.h>

/* The length of x.y in x.y.z. */
static size_t major_minor(const char *version)
{
    const char *dot = strchr(version, '.');
    dot = dot ? strchr(dot + 1, '.') : NULL;
    return dot ? (size_t)(dot - version) : strlen(version);
}

bool assay_versions_comparable(const char *a, const char *b)
{
    if (!a || !b) {
        return true;
    }
    size_t length = major_minor(a);
    return length == major_minor(b) && memcmp(a, b, length) == 0;
}

int assay_document_check_suite(const struct assay_document *document, const char *suite, const char *version,
                               struct assay_error *error)
{
    if (!suite || !document->suite || strcmp(suite, document->suite) != 0 ||
        assay_versions_comparable(document->suite_version, version)) {
        return 0;
    }
    return assay_fail(error, ASSAY_EINPUT,
                      "cannot append: the document has suite '%.60s' in version %.30s, this is %.30s, and results of another x or "
                      "y of x.y.z cannot be compared",
                      suite, document->suite_version, version);
}
