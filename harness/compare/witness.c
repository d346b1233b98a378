/* A second witness beside the clock: how many instructions an iteration takes. The worker runs one batch of one
 * iteration in one process and one batch of two in another, and the difference is what an iteration takes, without what
 * a call of run costs once. Where the processor's counters can be read they count; elsewhere callgrind does. Knows no
 * statistics. */
#include "compare/compare.h"

#include "base/file.h"
#include "base/text.h"
#include "machine/machine.h"
#include "measure/valgrind.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const size_t most_output_bytes = (size_t)64 << 20;

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

static bool count_batch(double *instructions, const struct assay_valgrind *valgrind, uint64_t iterations,
                        struct assay_failure *failure)
{
    if (!assay_valgrind_batch(instructions, valgrind, iterations, failure)) {
        return false;
    }
    if (valgrind->callgrind && !read_totals(instructions, valgrind->output)) {
        assay_failure_set(failure, ASSAY_STATUS_FAILED, "callgrind counted nothing");
        return false;
    }
    if (!isfinite(*instructions)) {
        assay_failure_set(failure, ASSAY_STATUS_FAILED, "the worker's counters gave no count");
        return false;
    }
    return true;
}

static bool count_iteration(double *instructions, const struct assay_valgrind *valgrind, struct assay_failure *failure)
{
    double once = NAN, twice = NAN;
    if (!count_batch(&once, valgrind, 1, failure)) {
        return false;
    }
    if (valgrind->planned->kernel->one_iteration) {
        *instructions = once;
        return true;
    }
    if (!count_batch(&twice, valgrind, 2, failure)) {
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

int assay_witness_instructions(double *instructions, char **source, const struct assay_planned *planned,
                               const char *plugin, uint64_t seed, double timeout_s)
{
    struct assay_valgrind valgrind = { .planned = planned, .seed = seed, .timeout_s = timeout_s };
    struct assay_failure failure = { .status = ASSAY_STATUS_OK };
    char ignored[200];
    double counted = NAN;
    const char *no = assay_valgrind_objection(planned);
    char *words = no != NULL ? assay_copy(no) : NULL;
    if (no == NULL && !assay_valgrind_init(&valgrind, plugin)) {
        no = "cannot make a temporary directory that names the plug-in";
        words = assay_copy(no);
    }
    if (no == NULL && assay_machine_has_counters(ignored, sizeof ignored)) {
        assay_valgrind_limit(&valgrind);
        words = count_iteration(&counted, &valgrind, &failure) ? assay_copy("counters") : NULL;
    }
    if (no == NULL && !isfinite(counted)) {
        failure = (struct assay_failure){ .status = ASSAY_STATUS_OK };
        valgrind.callgrind = true;
        assay_valgrind_limit(&valgrind);
        words = !assay_valgrind_is_installed()                   ? assay_copy("valgrind is not installed")
                : count_iteration(&counted, &valgrind, &failure) ? assay_copy("callgrind")
                                                                 : assay_valgrind_explain(&valgrind, &failure);
    }
    assay_valgrind_release(&valgrind);
    if (words == NULL) {
        return -1;
    }
    *instructions = counted;
    *source = words;
    return 0;
}
