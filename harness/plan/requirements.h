/* What a suite wants of the machine, held against what the machine is. Pure: facts in, words out. */
#ifndef ASSAY_PLAN_REQUIREMENTS_H
#define ASSAY_PLAN_REQUIREMENTS_H

#include "base/error.h"
#include "base/facts.h"
#include "plan/plan.h"

#include <stdbool.h>

/* Is told each requirement that is not met and only warns: "suite 'x' wants frequency.governor performance, is powersave".
 * False: out of memory. */
typedef bool (*assay_requirement_fn)(void *context, const char *words);

/* Holds every requirement of the plan against `facts`. ASSAY_EUSAGE: those that are strict and not met, in words; a fact whose name
 * is none of `facts`, with the nearest; a number wanted of what is no number. A fact without a value meets nothing; the words say
 * why it has none. With "=" and "!=" numbers are compared as numbers, truths with true and false, all else as text; facts whose name
 * ends in _bytes take sizes ("4G"). Nobody is warned when the answer is an error. */
int assay_plan_check_requirements(const struct assay_plan *plan, const struct assay_facts *facts, assay_requirement_fn warn,
                                  void *context, struct assay_error *error);

#endif
