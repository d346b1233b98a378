/* The append-only record of a run: writing. Knows no worker and no schedule. */
#include "measure/journal.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static int append(struct assay_journal *journal, struct assay_error *error)
{
    struct assay_text *line = &journal->line;
    assay_text_append_char(line, '\n');
    if (line->failed) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory writing the journal");
    }
    if (journal->fd < 0) {
        return 0; /* a comparison keeps none */
    }
    size_t done = 0;
    while (done < line->length) {
        ssize_t wrote = write(journal->fd, line->bytes + done, line->length - done);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            int problem = wrote < 0 ? errno : ENOSPC;
            (void)!ftruncate(journal->fd, journal->length);
            return assay_fail_errno(error, problem, "cannot write the journal '%s' (it is intact)", journal->path);
        }
        done += (size_t)wrote;
    }
    journal->length += (int64_t)line->length;
    return 0;
}

static struct assay_text *begin(struct assay_journal *journal)
{
    assay_text_clear(&journal->line);
    return &journal->line;
}

static void put_string(struct assay_text *line, const char *key, const char *value)
{
    assay_text_format(line, "%s\"%s\":", line->length > 1 ? "," : "", key);
    if (value == NULL) {
        assay_text_append(line, "null");
    } else {
        assay_text_append_json(line, value, strlen(value));
    }
}

static void put_number(struct assay_text *line, double value)
{
    if (isfinite(value)) {
        assay_text_append_real(line, value);
    } else {
        assay_text_append(line, "null");
    }
}

int assay_journal_create(struct assay_journal *journal, const char *directory, const struct assay_journal_head *head,
                         const struct assay_plan *plan, struct assay_error *error)
{
    int result = assay_directory_make(directory, error);
    if (result != 0) {
        return result;
    }
    struct assay_journal made = { .fd = -1, .line = ASSAY_TEXT_INIT };
    made.path = assay_formatted("%s/%s.journal", directory, head->id);
    if (made.path == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    made.fd = open(made.path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
    if (made.fd < 0) {
        result = assay_fail_errno(error, errno, "cannot write the journal '%s'", made.path);
        assay_journal_release(&made);
        return result;
    }
    (void)flock(made.fd, LOCK_EX | LOCK_NB);
    struct assay_text *line = begin(&made);
    assay_text_append(line, "{");
    put_string(line, "journal", "assay.journal/1");
    put_string(line, "id", head->id);
    put_string(line, "created", head->created);
    put_string(line, "command", head->command);
    put_string(line, "output", head->output);
    assay_text_format(line, ",\"realtime_ns\":\"%" PRId64 "\",\"plan\":", head->realtime_ns);
    assay_plan_write(line, plan);
    assay_text_append(line, "}");
    result = append(&made, error);
    if (result != 0) {
        (void)unlink(made.path); /* nothing was measured: nothing is lost */
        assay_journal_release(&made);
        return result;
    }
    *journal = made;
    return 0;
}

int assay_journal_reopen(struct assay_journal *journal, const char *path, struct assay_error *error)
{
    struct assay_journal made = { .fd = -1, .line = ASSAY_TEXT_INIT };
    made.path = assay_copy(path);
    made.fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK);
    if (made.path == NULL || made.fd < 0) {
        int result = assay_fail_errno(error, errno, "cannot go on with the journal '%s'", path);
        assay_journal_release(&made);
        return result;
    }
    if (flock(made.fd, LOCK_EX | LOCK_NB) != 0) {
        assay_journal_release(&made);
        return assay_fail(error, ASSAY_EUSAGE, "the run of journal '%s' is still going on", path);
    }
    *journal = made;
    return 0;
}

int assay_journal_mend(struct assay_journal *journal, int64_t length, struct assay_error *error)
{
    if (ftruncate(journal->fd, length) != 0) {
        return assay_fail_errno(error, errno, "cannot mend the journal '%s'", journal->path);
    }
    journal->length = length;
    return 0;
}

int assay_journal_benchmark(struct assay_journal *journal, size_t benchmark, const struct assay_answer *answer,
                            uint64_t iterations, struct assay_error *error)
{
    struct assay_text *line = begin(journal);
    assay_text_format(line, "{\"benchmark\":%zu,\"iterations\":\"%" PRIu64 "\"", benchmark, iterations);
    if (answer->known) {
        assay_text_format(line, ",\"answer\":{\"count\":%" PRIu64 ",\"sum\":\"%" PRIu64 "\",\"sha256\":\"%s\"}", answer->count,
                          answer->sum, answer->sha256);
    }
    assay_text_append_char(line, '}');
    return append(journal, error);
}

int assay_journal_process(struct assay_journal *journal, size_t benchmark, size_t process,
                          const struct assay_process *from, struct assay_error *error)
{
    struct assay_text *line = begin(journal);
    assay_text_format(line, "{\"process\":%zu,\"of\":%zu,\"session\":%u,\"layout\":%d,\"processor\":%d,\"seed\":\"%" PRIu64 "\"", process,
                      benchmark, from->session, from->layout, from->processor, from->seed);
    put_string(line, "build_id", from->build_id);
    assay_text_append(line, ",\"warmup_ns\":");
    put_number(line, from->warmup_ns);
    assay_text_append(line, ",\"startup_ns\":");
    put_number(line, from->startup_ns);
    assay_text_append_char(line, '}');
    return append(journal, error);
}

/* The values that a batch gave to the kernel's measures and distributions, by name. */
static void put_values(struct assay_text *line, const struct assay_batch *batch)
{
    for (size_t i = 0; i < batch->measure_count; i++) {
        assay_text_append(line, i == 0 ? ",\"measures\":{" : ",");
        assay_text_append_json(line, batch->measures[i].name, strlen(batch->measures[i].name));
        assay_text_append_char(line, ':');
        put_number(line, batch->measures[i].value);
    }
    assay_text_append(line, batch->measure_count > 0 ? "}" : "");
    for (size_t i = 0; i < batch->observed_count; i++) {
        assay_text_append(line, i == 0 ? ",\"observed\":{" : ",");
        assay_text_append_json(line, batch->observed[i].name, strlen(batch->observed[i].name));
        for (size_t k = 0; k < batch->observed[i].count; k++) {
            assay_text_append(line, k == 0 ? ":[" : ",");
            put_number(line, batch->observed[i].values[k]);
        }
        assay_text_append(line, batch->observed[i].count > 0 ? "]" : ":[]");
    }
    assay_text_append(line, batch->observed_count > 0 ? "}" : "");
}

int assay_journal_batch(struct assay_journal *journal, size_t benchmark, const double row[ASSAY_COLUMN_COUNT], int verified,
                        const struct assay_batch *batch, struct assay_error *error)
{
    struct assay_text *line = begin(journal);
    assay_text_append(line, "{\"batch\":[");
    assay_text_append_integer(line, benchmark);
    assay_text_append(line, verified < 0 ? ",-1" : verified > 0 ? ",1" : ",0");
    for (size_t i = 0; i < ASSAY_COLUMN_COUNT; i++) {
        assay_text_append_char(line, ',');
        put_number(line, row[i]);
    }
    assay_text_append_char(line, ']');
    put_values(line, batch);
    assay_text_append_char(line, '}');
    return append(journal, error);
}

int assay_journal_failure(struct assay_journal *journal, size_t benchmark, enum assay_status status, const char *message,
                          struct assay_error *error)
{
    struct assay_text *line = begin(journal);
    assay_text_format(line, "{\"failed\":%zu", benchmark);
    put_string(line, "status", assay_status_word(status));
    put_string(line, "message", message);
    assay_text_append_char(line, '}');
    return append(journal, error);
}

int assay_journal_flag(struct assay_journal *journal, size_t benchmark, const char *word, struct assay_error *error)
{
    struct assay_text *line = begin(journal);
    assay_text_format(line, "{\"flagged\":%zu", benchmark);
    put_string(line, "flag", word);
    assay_text_append_char(line, '}');
    return append(journal, error);
}

int assay_journal_reference(struct assay_journal *journal, double start_ns, double elapsed_ns, struct assay_error *error)
{
    struct assay_text *line = begin(journal);
    assay_text_format(line, "{\"reference\":[%.0f,%.0f]}", start_ns, elapsed_ns);
    return append(journal, error);
}

int assay_journal_resumed(struct assay_journal *journal, double start_ns, struct assay_error *error)
{
    assay_text_format(begin(journal), "{\"resumed\":%.0f}", start_ns);
    return append(journal, error);
}

int assay_journal_end(struct assay_journal *journal, struct assay_error *error)
{
    assay_text_append(begin(journal), "{\"end\":true}");
    return append(journal, error);
}

void assay_journal_release(struct assay_journal *journal)
{
    if (journal->fd >= 0) {
        close(journal->fd);
    }
    journal->fd = -1;
    free(journal->path);
    journal->path = NULL;
    assay_text_release(&journal->line);
}

int assay_journal_remove(const char *path, struct assay_error *error)
{
    return unlink(path) == 0 ? 0 : assay_fail_errno(error, errno, "cannot remove the journal '%s'", path);
}
