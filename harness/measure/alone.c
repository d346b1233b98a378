/* A process of its own for one question that no timed process carries: what a build with hooks counted, what a
 * preloaded library saw. Knows no pass by name. */
#include "measure/run.h"

#include "base/file.h"
#include "machine/machine.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *assay_run_build(const char *plugin, const char *file)
{
    size_t length = strlen(plugin);
    if (length < 3 || strcmp(plugin + length - 3, ".so") != 0) {
        return NULL;
    }
    char *path = assay_formatted("%.*s.builds/%s", (int)(length - 3), plugin, file);
    if (path != NULL && !assay_path_exists(path)) {
        free(path);
        path = NULL;
    }
    return path;
}

char *assay_run_preload(const struct assay_run *run, const char **reason)
{
    const char *library = run->options->places->preload;
    if (library == NULL) {
        *reason = "the allocation counter is not installed";
        return NULL;
    }
    if (strpbrk(library, " :") != NULL) {
        *reason = "assay lies in a directory whose name holds a space or a colon, which the dynamic linker's "
                  "LD_PRELOAD cannot name";
        return NULL;
    }
    char *words = assay_formatted("LD_PRELOAD=%s", library);
    *reason = words == NULL ? "out of memory" : NULL;
    return words;
}

static bool set_up(struct assay_run *run, const struct assay_alone *alone, struct assay_channel *channel,
                   struct assay_failure *failure)
{
    struct assay_request setup = { 0 };
    struct assay_reply reply = { 0 };
    assay_run_request(&setup, ASSAY_REQUEST_SETUP, &run->plan->items[alone->bench]);
    setup.seed = alone->seed;
    if (alone->checked) {
        assay_run_expect(&setup, &run->document->benchmarks[alone->bench].oracle);
    }
    bool ok = assay_channel_call(channel, &setup, &reply, &run->limits, failure);
    assay_reply_release(&reply);
    return ok;
}

static bool warm_up(struct assay_run *run, const struct assay_alone *alone, struct assay_channel *channel,
                    struct assay_failure *failure)
{
    struct assay_request batch = { .kind = ASSAY_REQUEST_RUN, .iterations = alone->warm_up, .batches = 1 };
    struct assay_reply reply = { 0 };
    bool ok = alone->warm_up == 0 || assay_channel_call(channel, &batch, &reply, &run->limits, failure);
    assay_reply_release(&reply);
    return ok;
}

static bool converse(struct assay_run *run, const struct assay_alone *alone, struct assay_channel *channel,
                     struct assay_reply *reply, struct assay_reply *answer, struct assay_failure *failure)
{
    struct assay_request question = *alone->request; /* its id is set when it is sent */
    struct assay_request ask = { .kind = ASSAY_REQUEST_ANSWER };
    if (!assay_channel_greet(channel, &run->limits, failure)) {
        return false;
    }
    if (alone->pinned) { /* threads that its setup makes inherit it */
        (void)assay_run_pin(run, alone->bench, 0, channel->process.pid);
    }
    return set_up(run, alone, channel, failure) && warm_up(run, alone, channel, failure) &&
           assay_channel_call(channel, &question, reply, &run->limits, failure) &&
           (answer == NULL || assay_channel_call(channel, &ask, answer, &run->limits, failure));
}

bool assay_run_alone(struct assay_run *run, const struct assay_alone *alone, struct assay_reply *reply,
                     struct assay_reply *answer, struct assay_failure *failure)
{
    enum { MOST_WORDS = 8 };
    const char *argv[64];
    const char *environment[MOST_WORDS + 1] = { "ASSAY_PROCESS=alone" };
    struct assay_error error = { 0 };
    struct assay_channel *channel = NULL;
    for (size_t i = 0; alone->environment != NULL && alone->environment[i] != NULL && i + 1 < MOST_WORDS; i++) {
        environment[i + 1] = alone->environment[i];
    }
    assay_run_command(argv, run->plan->items[alone->bench].source, alone->plugin);
    struct assay_launch launch = { .argv = argv, .environment = environment };
    if (assay_channel_open(&channel, &launch, &error) != 0) {
        assay_failure_set(failure, ASSAY_STATUS_FAILED, "%s", error.text);
        return false;
    }
    bool ok = converse(run, alone, channel, reply, answer, failure);
    assay_channel_close(channel);
    (void)assay_spawn_sweep(NULL, NULL, 0);
    return ok;
}
