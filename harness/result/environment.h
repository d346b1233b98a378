/* An exported environment, `assay.environment/1`: the facts of a machine and what is installed there. In memory, read,
 * written, and set beside another. docs/environment.md describes the fields. Knows no machine. */
#ifndef ASSAY_RESULT_ENVIRONMENT_H
#define ASSAY_RESULT_ENVIRONMENT_H

#include "base/error.h"
#include "base/facts.h"
#include "base/software.h"
#include "base/text.h"
#include "result/document.h"
#include "result/environments.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define ASSAY_ENVIRONMENT_SCHEMA "assay.environment/"
#define ASSAY_ENVIRONMENT_BYTES ((size_t)16 << 20) /* the longest that is read; a full one has some 200 KB */

struct assay_environment {
    char *created; /* RFC 3339, UTC */
    struct assay_facts facts;
    struct assay_software software;
};
void assay_environment_release(struct assay_environment *environment);

/* What kind a JSON text is, by its `schema`. */
enum assay_environment_kind { ASSAY_IS_ENVIRONMENT, ASSAY_IS_RESULT, ASSAY_IS_NEITHER };
/* Reads an exported environment. `name` stands in errors. *kind: what the text says that it is; where it is a result
 * document, 0 is returned and *out stays as it was. ASSAY_EINPUT, in one line: not JSON, cut off, not UTF-8, another
 * schema or version, a fact, package or interpreter that cannot be one. */
int assay_environment_read(struct assay_environment *out, enum assay_environment_kind *kind, const char *bytes,
                           size_t length, const char *name, struct assay_error *error);
/* Of the document's first session. It has no packages; the compiler is that of its plug-ins, where they agree. */
int assay_environment_of_document(struct assay_environment *out, const struct assay_document *document,
                                  struct assay_error *error);
/* Streams the JSON. Does not close `to`. */
int assay_environment_write(const struct assay_environment *environment, FILE *to, struct assay_error *error);

/* Every difference, graded, also of packages, interpreters and their packages where both sides know them. Groups that only
 * a run can know (load, plugins, import), and facts that only some ask for (compilers, libraries), are compared where both
 * have them. `left_out` gets a line, ended by a line feed, for each kind of thing that is known on one side only, and so not
 * compared. False: out of memory. */
bool assay_environment_compare(struct assay_differences *out, struct assay_text *left_out,
                               const struct assay_environment *base, const struct assay_environment *head);

#endif
