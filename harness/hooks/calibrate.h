/* What the hooks themselves cost. Internal to the hooks. */
#ifndef ASSAY_HOOKS_CALIBRATE_H
#define ASSAY_HOOKS_CALIBRATE_H

#include <assay/profile.h>

/* `calibrate` of struct assay_profile. */
int assay_hooks_calibrate(struct assay_profile_cost *cost);

#endif
