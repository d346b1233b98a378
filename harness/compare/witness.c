/* A second witness beside the clock: how many instructions an iteration takes. The worker runs one batch of one
 * iteration in one process and one batch of two in another, and the difference is what an iteration takes, without what
 * a call of run costs once. Where the processor's counters can be read they count; elsewhere callgrind does. Knows no
 * statistics. */
#include "compare/compare.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "machine/machine.h"
#include "measure/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_WORDS = 80 };
/* Share of the memory that is free which valgrind and the kernel may take. */
static const double most_memory = 0.8;
static const size_t most_output_bytes = (size_t)64 << 20;
static const double ending_s = 30.0;

/* libc chooses how to copy by the sizes of caches; here it is told, so that another processor gives the same count.
 * Symbols are looked up when libraries are loaded, not by the first call, which would be counted. */
static const char tunables[] =
    "GLIBC_TUNABLES=glibc.cpu.x86_data_cache_size=0x8000:glibc.cpu.x86_shared_cache_size=0x100000:"
    "glibc.cpu.x86_non_temporal_threshold=0x400000:glibc.cpu.x86_rep_movsb_threshold=0x800";
static const char bind_now[] = "LD_BIND_NOW=1";

/* One question: what, of whom, within what. */
struct witness {
    const struct assay_planned *planned;
    uint64_t seed;
    char *directory; /* for what callgrind writes, and the plug-in under a name that is as long on either side: the
                        length of a path can move memory */
    char *plugin;
    char *output;
    bool callgrind;
    double timeout_s;
    struct assay_channel_limits limits;
};

static bool in_path(const char *program)
{
    const char *path = getenv("PATH");
    for (const char *part = path != NULL ? path : "/usr/bin:/bin"; part != NULL;) {
        size_t length = strcspn(part, ":");
        char *candidate = assay_formatted("%.*s/%s", (int)length, part, program);
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

/* Why nothing can be counted, whatever counts; NULL: it can. Static. */
static const char *objection(const struct assay_planned *planned)
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

/* ---- One process ---------------------------------------------------------------------------------------- */

static bool open_worker(struct assay_channel **channel, const struct witness *witness, const char *marker,
                        struct assay_failure *failure)
{
    const char *words[64], *argv[MOST_WORDS];
    const char *environment[] = { tunables, bind_now, marker, NULL };
    size_t count = 0;
    struct assay_error error = { 0 };
    char *output = assay_formatted("--callgrind-out-file=%s", witness->output);
    const char *const valgrind[] = { "valgrind", "--tool=callgrind", "--instr-atstart=no", "--vgdb=no", "-q", output };
    for (size_t i = 0; witness->callgrind && i < sizeof valgrind / sizeof valgrind[0]; i++) {
        argv[count++] = valgrind[i];
    }
    assay_run_command(words, witness->planned->source, witness->plugin);
    for (size_t i = 0; words[i] != NULL; i++) {
        argv[count++] = words[i];
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

/* A process that runs one batch of so many iterations and ends; `instructions` by its counters, if it reads them. */
static bool run_batch(double *instructions, const struct witness *witness, uint64_t iterations,
                      struct assay_failure *failure)
{
    struct assay_channel *channel = NULL;
    struct assay_request setup = { 0 };
    struct assay_request batch = { .kind = ASSAY_REQUEST_RUN, .iterations = iterations, .batches = 1 };
    struct assay_request quit = { .kind = ASSAY_REQUEST_QUIT };
    struct assay_reply ready = { 0 }, reply = { 0 }, end = { 0 };
    char *marker = assay_formatted("ASSAY_PROCESS=witness.%ld", (long)getpid());
    if (marker == NULL) {
        assay_failure_set(failure, ASSAY_STATUS_FAILED, "out of memory");
        return false;
    }
    assay_run_request(&setup, ASSAY_REQUEST_SETUP, witness->planned);
    setup.seed = witness->seed;
    setup.counters = !witness->callgrind;
    bool ok = open_worker(&channel, witness, marker, failure) &&
              assay_channel_greet(channel, &witness->limits, failure) &&
              assay_channel_call(channel, &setup, &ready, &witness->limits, failure) &&
              assay_channel_call(channel, &batch, &reply, &witness->limits, failure) &&
              assay_channel_call(channel, &quit, &end, &witness->limits, failure) &&
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

/* The number behind "totals:" in what callgrind wrote. */
static bool read_totals(double *instructions, const char *path)
{
    static const char heading[] = "\ntotals: ";
    struct assay_error ignored = { 0 };
    char *bytes = NULL, *end = NULL;
    size_t length = 0;
    if (assay_file_read(&bytes, &length, path, most_output_bytes, &ignored) != 0) {
        return false;
    }
    const char *line = strstr(bytes, heading);
    const char *digits = line == NULL ? "" : line + strlen(heading);
    unsigned long long total = strtoull(digits, &end, 10);
    bool found = end != digits && digits[0] >= '0' && digits[0] <= '9' && total > 0 && total < ASSAY_EXACT_MAX;
    if (found) {
        *instructions = (double)total;
    }
    free(bytes);
    return found;
}

static bool count_batch(double *instructions, const struct witness *witness, uint64_t iterations,
                        struct assay_failure *failure)
{
    if (!run_batch(instructions, witness, iterations, failure)) {
        return false;
    }
    if (witness->callgrind && !read_totals(instructions, witness->output)) {
        assay_failure_set(failure, ASSAY_STATUS_FAILED, "callgrind counted nothing");
        return false;
    }
    if (!isfinite(*instructions)) {
        assay_failure_set(failure, ASSAY_STATUS_FAILED, "the worker's counters gave no count");
        return false;
    }
    return true;
}

static bool count_iteration(double *instructions, const struct witness *witness, struct assay_failure *failure)
{
    double once = NAN, twice = NAN;
    if (!count_batch(&once, witness, 1, failure)) {
        return false;
    }
    if (witness->planned->kernel->one_iteration) {
        *instructions = once;
        return true;
    }
    if (!count_batch(&twice, witness, 2, failure)) {
        return false;
    }
    if (twice <= once) {
        assay_failure_set(failure, ASSAY_STATUS_FAILED,
                          "two iterations took no more instructions (%.0f) than one (%.0f)", twice, once);
        return false;
    }
    *instructions = twice - once;
    return true;
}

/* ---- Words ---------------------------------------------------------------------------------------------- */

static char *explain(const struct witness *witness, const struct assay_failure *failure)
{
    if (failure->status == ASSAY_STATUS_CRASHED && strncmp(failure->message, "killed by signal 4,", 19) == 0) {
        return assay_copy("uses instructions that valgrind does not know (AVX-512, as by -march=native?)");
    }
    if (failure->status == ASSAY_STATUS_TIMED_OUT) {
        return assay_formatted("took longer than %g s %s", witness->timeout_s,
                               witness->callgrind ? "under valgrind" : "to count");
    }
    if (!witness->callgrind) {
        return assay_copy(failure->message);
    }
    return assay_formatted("under valgrind: %s", failure->message);
}

/* ---- Directory ------------------------------------------------------------------------------------------ */

static bool make_directory(struct witness *witness, const char *plugin)
{
    const char *parent = getenv("TMPDIR");
    char *absolute = realpath(plugin, NULL);
    witness->directory =
        assay_formatted("%s/assay-witness-XXXXXX", parent != NULL && parent[0] == '/' ? parent : "/tmp");
    bool made = absolute != NULL && witness->directory != NULL && mkdtemp(witness->directory) != NULL;
    if (!made) {
        free(witness->directory);
        witness->directory = NULL;
    }
    witness->plugin = made ? assay_formatted("%s/plugin.so", witness->directory) : NULL;
    witness->output = made ? assay_formatted("%s/callgrind.out", witness->directory) : NULL;
    made = witness->plugin != NULL && witness->output != NULL && symlink(absolute, witness->plugin) == 0;
    free(absolute);
    return made;
}

static void remove_directory(struct witness *witness)
{
    char **names = NULL;
    size_t count = 0;
    struct assay_error ignored = { 0 };
    if (witness->directory != NULL && assay_directory_list(&names, &count, witness->directory, "", &ignored) == 0) {
        for (size_t i = 0; i < count; i++) {
            char *path = assay_path_join(witness->directory, names[i]);
            if (path != NULL) {
                unlink(path);
            }
            free(path);
        }
        rmdir(witness->directory);
    }
    assay_names_free(names, count);
    free(witness->directory);
    free(witness->plugin);
    free(witness->output);
}

static void set_limits(struct witness *witness)
{
    int64_t available = assay_machine_available_bytes();
    witness->limits =
        (struct assay_channel_limits){ .timeout_s = witness->timeout_s,
                                       .budget_end_ns = assay_clock_ns() + (int64_t)(witness->timeout_s * 1e9),
                                       .memory_bytes =
                                           available > 0 ? (uint64_t)((double)available * most_memory) : 0 };
}

int assay_witness_instructions(double *instructions, char **source, const struct assay_planned *planned,
                               const char *plugin, uint64_t seed, double timeout_s)
{
    struct witness witness = { .planned = planned, .seed = seed, .timeout_s = timeout_s };
    struct assay_failure failure = { .status = ASSAY_STATUS_OK };
    char ignored[200];
    double counted = NAN;
    const char *no = objection(planned);
    char *words = no != NULL ? assay_copy(no) : NULL;
    if (no == NULL && !make_directory(&witness, plugin)) {
        no = "cannot make a temporary directory that names the plug-in";
        words = assay_copy(no);
    }
    if (no == NULL && assay_machine_has_counters(ignored, sizeof ignored)) {
        set_limits(&witness);
        words = count_iteration(&counted, &witness, &failure) ? assay_copy("counters") : NULL;
    }
    if (no == NULL && !isfinite(counted)) {
        failure = (struct assay_failure){ .status = ASSAY_STATUS_OK };
        witness.callgrind = true;
        set_limits(&witness);
        words = !in_path("valgrind")                            ? assay_copy("valgrind is not installed")
                : count_iteration(&counted, &witness, &failure) ? assay_copy("callgrind")
                                                                : explain(&witness, &failure);
    }
    remove_directory(&witness);
    if (words == NULL) {
        return -1;
    }
    *instructions = counted;
    *source = words;
    return 0;
}
