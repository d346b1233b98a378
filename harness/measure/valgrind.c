/* A worker that counts instructions, in a process of its own. */
#include "measure/valgrind.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "machine/machine.h"
#include "measure/run.h"
#include "measure/scratch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_WORDS = 80 };
/* Share of the memory that is free which valgrind and the kernel may take. */
static const double most_memory = 0.8;
static const double ending_s = 30.0;

/* libc chooses how to copy by the sizes of caches; here it is told, so that another processor gives the same count.
 * Symbols are looked up when libraries are loaded, not by the first call, which would be counted. */
static const char tunables[] =
    "GLIBC_TUNABLES=glibc.cpu.x86_data_cache_size=0x8000:glibc.cpu.x86_shared_cache_size=0x100000:"
    "glibc.cpu.x86_non_temporal_threshold=0x400000:glibc.cpu.x86_rep_movsb_threshold=0x800";
static const char bind_now[] = "LD_BIND_NOW=1";

bool assay_valgrind_is_installed(void)
{
    const char *path = getenv("PATH");
    for (const char *part = path != NULL ? path : "/usr/bin:/bin"; part != NULL;) {
        size_t length = strcspn(part, ":");
        char *candidate = assay_formatted("%.*s/valgrind", (int)length, part);
        bool found =
            candidate != NULL && length > 0 && access(candidate, X_OK) == 0 && !assay_path_is_directory(candidate);
        free(candidate);
        if (found) {
            return true;
        }
        part = part[length] == ':' ? part + length + 1 : NULL;
    }
    return false;
}

const char *assay_valgrind_objection(const struct assay_planned *planned)
{
    if (planned->source == NULL || planned->kernel == NULL) {
        return "the benchmark is not available";
    }
    if (planned->source->is_worker) {
        return "not a C plug-in";
    }
    if (planned->threads > 1 || planned->kernel->makes_threads) {
        return "the kernel runs on several threads, whose instructions depend on how they meet";
    }
    if (planned->kernel->forks) {
        return "the kernel makes processes, whose instructions are not counted";
    }
    return NULL;
}

static bool open_worker(struct assay_channel **channel, const struct assay_valgrind *valgrind, const char *marker,
                        struct assay_failure *failure)
{
    const char *command[64], *argv[MOST_WORDS];
    const char *environment[] = { tunables, bind_now, marker, NULL };
    size_t count = 0;
    struct assay_error error = { 0 };
    char *output = assay_formatted("--callgrind-out-file=%s", valgrind->output);
    const char *const words[] = { "valgrind", "--tool=callgrind", "--instr-atstart=no", "--vgdb=no", "-q", output };
    for (size_t i = 0; valgrind->callgrind && i < sizeof words / sizeof words[0]; i++) {
        argv[count++] = words[i];
    }
    assay_run_command(command, valgrind->planned->source, valgrind->plugin);
    for (size_t i = 0; command[i] != NULL; i++) {
        argv[count++] = command[i];
    }
    argv[count] = NULL;
    struct assay_launch launch = { .argv = argv, .environment = environment };
    bool ok = output != NULL && assay_channel_open(channel, &launch, &error) == 0;
    if (!ok) {
        assay_failure_set(failure, ASSAY_STATUS_FAILED, "%s", output == NULL ? "out of memory" : error.text);
    }
    free(output);
    return ok;
}

bool assay_valgrind_batch(double *instructions, const struct assay_valgrind *valgrind, uint64_t iterations,
                          struct assay_failure *failure)
{
    struct assay_channel *channel = NULL;
    struct assay_request setup = { 0 };
    struct assay_request batch = { .kind = ASSAY_REQUEST_RUN, .iterations = iterations, .batches = 1 };
    struct assay_request quit = { .kind = ASSAY_REQUEST_QUIT };
    struct assay_reply ready = { 0 }, reply = { 0 }, end = { 0 };
    char *marker = assay_formatted("ASSAY_PROCESS=valgrind.%ld", (long)getpid());
    if (marker == NULL) {
        assay_failure_set(failure, ASSAY_STATUS_FAILED, "out of memory");
        return false;
    }
    assay_run_request(&setup, ASSAY_REQUEST_SETUP, valgrind->planned);
    setup.seed = valgrind->seed;
    setup.counters = !valgrind->callgrind;
    bool ok = open_worker(&channel, valgrind, marker, failure) &&
              assay_channel_greet(channel, &valgrind->limits, failure) &&
              assay_channel_call(channel, &setup, &ready, &valgrind->limits, failure) &&
              assay_channel_call(channel, &batch, &reply, &valgrind->limits, failure) &&
              assay_channel_call(channel, &quit, &end, &valgrind->limits, failure) &&
              assay_channel_leave(channel, ending_s, failure);
    if (ok && reply.batch_count != 1) {
        assay_failure_set(failure, ASSAY_STATUS_PROTOCOL_ERROR, "replied with %zu batches, want 1", reply.batch_count);
        ok = false;
    }
    if (ok) {
        *instructions = reply.batches[0].instructions;
    }
    assay_reply_release(&ready);
    assay_reply_release(&reply);
    assay_reply_release(&end);
    assay_channel_close(channel);
    (void)assay_spawn_sweep(marker, NULL, 0);
    free(marker);
    return ok;
}

char *assay_valgrind_explain(const struct assay_valgrind *valgrind, const struct assay_failure *failure)
{
    if (failure->status == ASSAY_STATUS_CRASHED && strncmp(failure->message, "killed by signal 4,", 19) == 0) {
        return assay_copy("uses instructions that valgrind does not know (AVX-512, as by -march=native?)");
    }
    if (failure->status == ASSAY_STATUS_TIMED_OUT) {
        return assay_formatted("took longer than %g s %s", valgrind->timeout_s,
                               valgrind->callgrind ? "under valgrind" : "to count");
    }
    if (!valgrind->callgrind) {
        return assay_copy(failure->message);
    }
    return assay_formatted("under valgrind: %s", failure->message);
}

bool assay_valgrind_init(struct assay_valgrind *valgrind, const char *plugin)
{
    char *absolute = realpath(plugin, NULL);
    valgrind->directory = absolute != NULL ? assay_scratch_make("valgrind") : NULL;
    bool made = valgrind->directory != NULL;
    valgrind->plugin = made ? assay_formatted("%s/plugin.so", valgrind->directory) : NULL;
    valgrind->output = made ? assay_formatted("%s/callgrind.out", valgrind->directory) : NULL;
    made = valgrind->plugin != NULL && valgrind->output != NULL && symlink(absolute, valgrind->plugin) == 0;
    free(absolute);
    return made;
}

void assay_valgrind_release(struct assay_valgrind *valgrind)
{
    assay_scratch_remove(valgrind->directory);
    free(valgrind->plugin);
    free(valgrind->output);
}

void assay_valgrind_limit(struct assay_valgrind *valgrind)
{
    int64_t available = assay_machine_available_bytes();
    valgrind->limits =
        (struct assay_channel_limits){ .timeout_s = valgrind->timeout_s,
                                       .budget_end_ns = assay_clock_ns() + (int64_t)(valgrind->timeout_s * 1e9),
                                       .memory_bytes = available > 0 ? (uint64_t)((double)available * most_memory) : 0,
                                       .stop = valgrind->stop };
}
