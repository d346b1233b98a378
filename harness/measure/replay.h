/* A journal into a fresh run: its plan, and what was measured. Internal to measure/. */
#ifndef ASSAY_MEASURE_REPLAY_H
#define ASSAY_MEASURE_REPLAY_H

#include "measure/run.h"

struct assay_replay {
    struct assay_plan *plan; /* owned; the run borrows it */
    int64_t length;          /* of the journal's whole lines */
    int64_t realtime_ns;     /* CLOCK_REALTIME when the run began */
    double last_ns;          /* end of the last batch, since then */
    double paused_ns;        /* of that time, between a run that broke off and the one that went on with it */
};
/* Makes `run` as it stood when the journal broke off, but for its journal and its clock. What is damaged is ASSAY_EINPUT;
 * then there is neither run nor plan to release. */
int assay_replay_journal(struct assay_replay *out, struct assay_run *run, struct assay_catalog *catalog, const char *path,
                         const struct assay_measure_options *options, struct assay_error *error);

#endif
