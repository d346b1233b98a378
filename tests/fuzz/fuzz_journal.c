/* Any bytes as the journal of a run: damaged, in one line, or a run that can be finished and whose document can be written,
 * however odd what was measured. */
// links: measure plan catalog result machine protocol stats base
#include "measure/replay.h"

#include "catalog.h"
#include "file.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int take(void *context, const struct json_t *line, struct assay_error *error)
{
    (void)context;
    (void)error;
    return line == NULL;
}

static void finish_and_write(struct assay_run *run)
{
    struct assay_error error = { 0 };
    FILE *to = fopen("/dev/null", "w");
    if (to == NULL || assay_run_finish(run, &error) != 0 || assay_document_write(run->document, to, &error) != 0) {
        fprintf(stderr, "%s\n", error.text);
        abort(); /* a journal that was accepted makes a document */
    }
    fclose(to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct assay_measure_options options = { .command = "fuzz" };
    struct assay_error error = { 0 };
    struct assay_replay replay = { 0 };
    struct assay_run run;
    int64_t length = -1;
    if (fuzz_catalog == NULL) {
        fuzz_catalog_open();
    }
    fuzz_file_set(data, size);
    int readable = assay_journal_read(&length, FUZZ_PATH, NULL, take, NULL, &error);
    if (readable == 0 ? length <= 0 || (uint64_t)length > size : length != -1 || error.text[0] == '\0') {
        abort();
    }
    if (assay_replay_journal(&replay, &run, fuzz_catalog, FUZZ_PATH, &options, &error) != 0) {
        if (replay.plan != NULL || error.text[0] == '\0' || strchr(error.text, '\n') != NULL) {
            abort();
        }
        return 0;
    }
    if (readable != 0 || replay.length != length) {
        abort();
    }
    finish_and_write(&run);
    assay_run_release(&run);
    assay_plan_free(replay.plan);
    return 0;
}
