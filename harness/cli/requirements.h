/* A suite's requirements on the environment, for a plan that is only shown: a run holds them against its own facts. */
#ifndef ASSAY_CLI_REQUIREMENTS_H
#define ASSAY_CLI_REQUIREMENTS_H

#include "base/error.h"
#include "base/text.h"
#include "plan/plan.h"

/* Gathers the facts of this machine if the plan requires any, and says what a run would: an error where it would refuse, else
 * a line of `text` for what it would warn of. */
int assay_check_requirements(struct assay_text *text, const struct assay_plan *plan, struct assay_error *error);
/* The requirements as one line of `text`; nothing where there are none. */
void assay_append_requirements(struct assay_text *text, const struct assay_plan *plan);

#endif
