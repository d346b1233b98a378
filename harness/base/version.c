/* What this program is. The build system knows, and tells by definitions. */
#include "base/version.h"

#include <stddef.h>

const char *assay_version(void)
{
    return ASSAY_VERSION;
}

const char *assay_commit(void)
{
    return sizeof ASSAY_COMMIT > 1 ? ASSAY_COMMIT : NULL;
}

const struct assay_built_with assay_built_with[] = { { "google-benchmark", ASSAY_BENCHMARK_VERSION },
                                                     { "boost", ASSAY_BOOST_VERSION },
                                                     { "jansson", ASSAY_JANSSON_VERSION },
                                                     { "yajl", ASSAY_YAJL_VERSION },
                                                     { "libyaml", ASSAY_YAML_VERSION },
                                                     { NULL, NULL } };
