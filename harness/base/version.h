/* What this program is: its version, its commit, and the libraries that it was built with. */
#ifndef ASSAY_BASE_VERSION_H
#define ASSAY_BASE_VERSION_H

const char *assay_version(void); /* "0.1.0" */
const char *assay_commit(void);  /* 40 hexadecimal digits; NULL when it was not built from a git work tree */

struct assay_built_with {
    const char *name;    /* "jansson" */
    const char *version; /* of its headers when assay was built */
};
extern const struct assay_built_with assay_built_with[]; /* ended by a NULL name */

#endif
