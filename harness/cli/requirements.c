/* What a suite wants of the machine, said before a run. Decides nothing: plan/requirements.c does. */
#include "cli/requirements.h"

#include "base/facts.h"
#include "machine/machine.h"
#include "measure/measure.h"
#include "plan/requirements.h"

static bool append_warning(void *context, const char *words)
{
    struct assay_text *text = context;
    assay_text_format(text, "warning: %s\n", words);
    return !text->failed;
}

int assay_check_requirements(struct assay_text *text, const struct assay_plan *plan, struct assay_error *error)
{
    struct assay_facts facts = ASSAY_FACTS_INIT;
    if (plan->requirement_count == 0) {
        return 0;
    }
    assay_machine_collect(&facts);
    assay_machine_collect_load(&facts, "before");
    assay_measure_add_facts(&facts, plan);
    int code = facts.failed ? assay_fail(error, ASSAY_ENOMEM, "out of memory")
                            : assay_plan_check_requirements(plan, &facts, append_warning, text, error);
    assay_facts_release(&facts);
    return code;
}

void assay_append_requirements(struct assay_text *text, const struct assay_plan *plan)
{
    for (size_t i = 0; i < plan->requirement_count; i++) {
        const struct assay_suite_requirement *requirement = &plan->requirements[i];
        assay_text_format(text, "%s%s %s%s", i ? ", " : "wants ", requirement->fact, requirement->wish,
                          requirement->warn_only ? " (else a warning)" : "");
    }
    assay_text_append(text, plan->requirement_count ? "\n" : "");
}
