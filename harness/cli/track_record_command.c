/* The command track record: documents into a store, and what is news. Measures nothing. */
#include "cli/track.h"

#include "cli/common.h"
#include "cli/report.h"
#include "cli/say.h"
#include "cli/track_news.h"
#include "cli/track_record.h"
#include "cli/track_slice.h"
#include "history/instant.h"
#include "reports/cells.h"
#include "reports/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_FILES = 1000 };

struct record_values {
    struct assay_option_value store, repository, commit, branch, date, reference, quiet;
};

#define AT(field) .offset = offsetof(struct record_values, field)

static bool is_instant(const char *text)
{
    int64_t seconds = 0;
    return assay_history_instant(&seconds, text);
}

static const struct assay_option options[] = {
    { ASSAY_TRACK_STORE, AT(store) },
    { ASSAY_TRACK_REPOSITORY, AT(repository) },
    { .name = "commit",
      .kind = ASSAY_OPTION_TEXT,
      .value = "REF",
      .group = "What was measured",
      .summary = "the commit that all of them are of",
      .fallback = "what each document says of the work tree it was measured in",
      .wish = "the name of a commit",
      AT(commit) },
    { .name = "branch",
      .kind = ASSAY_OPTION_TEXT,
      .value = "B",
      .summary = "the branch it is on",
      .fallback = "what the document, or git, says",
      .wish = "the name of a branch",
      AT(branch) },
    { .name = "date",
      .kind = ASSAY_OPTION_TEXT,
      .value = "DATE",
      .summary = "the commit's author date",
      .fallback = "what the document, or git, says",
      .wish = "a date with time and offset, such as 2026-02-07T09:30:00+01:00",
      .check = is_instant,
      AT(date) },
    { .name = "reference",
      .kind = ASSAY_OPTION_TEXT,
      .value = "REF",
      .summary = "the commit of the pinned build that base of every comparison is: its ratios are recorded too",
      .wish = "the name of a commit",
      AT(reference) },
    { ASSAY_COMMON_QUIET, .group = "Output", AT(quiet) },
    { .name = NULL },
};

/* A run of the command. */
struct recording {
    const struct record_values *values;
    struct assay_readings readings;
    struct assay_commit *commits; /* of each reading */
    struct assay_commit reference;
    struct assay_track_touched touched;
    const char *address;
};

static int read_all(struct recording *recording, const struct assay_arguments *arguments, struct assay_error *error)
{
    bool input = false;
    for (size_t i = 0; i < arguments->name_count; i++) {
        bool again = input && strcmp(arguments->names[i], "-") == 0;
        input = input || strcmp(arguments->names[i], "-") == 0;
        int code = again ? assay_fail(error, ASSAY_EUSAGE, "bad '-': standard input can be read once")
                         : assay_readings_add(&recording->readings, arguments->names[i], error);
        if (code) {
            return code;
        }
    }
    return 0;
}

/* Statistics are optional in a document: who wrote it may have left them to us. */
static int compute(struct assay_readings *readings, struct assay_error *error)
{
    int code = 0;
    for (size_t i = 0; i < readings->count && !code; i++) {
        struct assay_document *document = readings->items[i].document;
        bool lacking = false;
        for (size_t k = 0; k < document->benchmark_count; k++) {
            lacking = lacking || (document->benchmarks[k].samples.count > 0 && !document->benchmarks[k].has_statistics);
        }
        code = lacking ? assay_document_compute(document, error) : 0;
    }
    return code;
}

/* All of them before the store is touched: of a list with one that is refused nothing is recorded. */
static int find_commits(struct recording *recording, struct assay_error *error)
{
    const struct record_values *values = recording->values;
    const struct assay_track_wish wish = { .commit = values->commit.text,
                                           .branch = values->branch.text,
                                           .date = values->date.text,
                                           .repository = values->repository.text };
    size_t count = recording->readings.count;
    recording->commits = calloc(count + 1, sizeof *recording->commits);
    int code = recording->commits ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    if (!code && values->reference.given) {
        code = assay_track_commit_named(&recording->reference, values->reference.text, values->repository.text, error);
    }
    for (size_t i = 0; i < count && !code; i++) {
        const struct assay_read *read = &recording->readings.items[i];
        code = assay_track_commit_of(&recording->commits[i], read->document, read->name, &wish, error);
    }
    return code;
}

/* "recorded: result.json at 3c820b7b174a (5 values)" */
static void say_line(const struct recording *recording, size_t index, const struct assay_track_put *put)
{
    char *commit = assay_words_history_commit(recording->commits[index].id);
    const char *name = recording->readings.items[index].name;
    if (!put->added) {
        printf("was there already: %s\n", name); /* at the commit that was named then */
    } else {
        printf("recorded: %s at %s (%zu value%s)\n", name, commit ? commit : "?", put->values, put->values == 1 ? "" : "s");
    }
    fflush(stdout);
    if (put->left_out > 0) {
        fprintf(stderr, "left out: %zu benchmark%s of %s whose name another has\n", put->left_out, put->left_out == 1 ? "" : "s",
                name);
    }
    free(commit);
}

static int put_all(struct recording *recording, struct assay_store *store, struct assay_error *error)
{
    int code = 0;
    for (size_t i = 0; i < recording->readings.count && !code; i++) {
        const struct assay_track_origin origin = { .commit = &recording->commits[i], .reference = recording->reference.id };
        struct assay_track_put put = { 0 };
        code = assay_track_put(&put, &recording->touched, store, recording->readings.items[i].document, &origin, error);
        if (!code && !recording->values->quiet.given) {
            say_line(recording, i, &put);
        }
    }
    return code;
}

/* A store that is out of reach takes nothing: what has no file of its own is kept. */
static int refuse(struct recording *recording, const struct assay_error *refusal, struct assay_error *error)
{
    size_t kept = 0;
    char *path = NULL;
    for (size_t i = 0; refusal->code == ASSAY_EIO && i < recording->readings.count; i++) {
        free(path);
        path = NULL;
        kept += assay_track_save_beside(&path, recording->readings.items[i].document) == 0;
    }
    int code = kept == 0 ? assay_fail(error, refusal->code, "%s", refusal->text)
               : kept == 1
                   ? assay_fail(error, refusal->code, "%.260s; the document is kept: record '%.160s' when the store is well",
                                refusal->text, path)
                   : assay_fail(error, refusal->code, "%.240s; the %zu documents are kept beside '%.160s': record them when the store is well",
                                refusal->text, kept, path);
    free(path);
    return code;
}

static int record(struct recording *recording, struct assay_text *said, struct assay_error *error)
{
    struct assay_error refusal = { 0 };
    struct assay_store *store = NULL;
    if (assay_store_open(&store, recording->address, ASSAY_STORE_CREATE, &refusal)) {
        return refuse(recording, &refusal, error);
    }
    int code = put_all(recording, store, error);
    if (!code) {
        code = assay_track_news(said, store, &recording->touched, error);
    }
    assay_store_close(store);
    return code;
}

/* A paragraph a line, in what the terminal can show; also where something failed later: it is marked as told. */
static void tell(const struct assay_text *said)
{
    struct assay_terminal terminal;
    assay_terminal_look(&terminal, STDOUT_FILENO, ASSAY_COLOR_NEVER);
    for (const char *at = said->bytes; at && *at; at += strcspn(at, "\n") + 1) {
        char *line = assay_copy_bytes(at, strcspn(at, "\n"));
        char *clean = line ? assay_cell_clean(line, terminal.unicode) : NULL;
        printf("%s\n", clean ? clean : "out of memory");
        free(line);
        free(clean);
    }
}

static void release(struct recording *recording)
{
    for (size_t i = 0; recording->commits && i < recording->readings.count; i++) {
        assay_commit_release(&recording->commits[i]);
    }
    free(recording->commits);
    assay_commit_release(&recording->reference);
    assay_readings_release(&recording->readings);
    assay_track_touched_release(&recording->touched);
}

static int run(const struct assay_invocation *invocation)
{
    const struct record_values *values = invocation->values;
    struct recording recording = { .values = values, .address = assay_track_address(&values->store) };
    struct assay_text said = ASSAY_TEXT_INIT;
    struct assay_error error = { 0 };
    int code = read_all(&recording, &invocation->arguments, &error);
    code = code ? code : compute(&recording.readings, &error);
    code = code ? code : find_commits(&recording, &error);
    code = code ? code : record(&recording, &said, &error);
    tell(&said);
    release(&recording);
    assay_text_release(&said);
    return assay_finish_output(code ? assay_say_error(&error) : ASSAY_EXIT_OK);
}

static const struct assay_example examples[] = {
    { "assay track record result.json", "the commit is that of the work tree it was measured in" },
    { "assay track record gbench.json --commit HEAD~3", "results of another tool (see assay help import)" },
    { "assay track record comparison.json --reference v1.0", "ratios to the build of v1.0 that it was measured against" },
    { "assay track record --store postgresql://db/history result.json", "into the store of a team" },
    { NULL, NULL },
};

const struct assay_command assay_command_track_record = {
    .syntax = { .command = "track record",
                .options = options,
                .positional = { .name = "RESULT",
                                .summary = "a document, a page, or what another tool wrote; -: standard input",
                                .least = 1,
                                .most = MOST_FILES,
                                .completion = ASSAY_COMPLETE_FILE } },
    .summary = "put results on record, and say what is news",
    .description =
        "Each benchmark's median goes into the history of its commit, with its samples. Where the level of a benchmark changed, that "
        "is said once. It proves no regression, so that the exit status is 0 all the same: `assay track check` decides. Recording a "
        "document again changes nothing.",
    .examples = examples,
    .values_size = sizeof(struct record_values),
    .run = run,
};
