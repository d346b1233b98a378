/* The command import: results of other tools to a document of assay's, and the table of it. Measures nothing. */
#include "import/import.h"

#include "base/file.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/common.h"
#include "cli/interrupt.h"
#include "cli/results.h"
#include "cli/say.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_FILES = 1000 };

struct import_values {
    struct assay_results_values results;
    struct assay_option_value format, limit;
};

#define AT(field) .offset = offsetof(struct import_values, field)

static const struct assay_option options[] = {
    { .name = "format",
      .kind = ASSAY_OPTION_CHOICE,
      .value = "F",
      .group = "What is read",
      .summary = "what wrote the files",
      .fallback = "found for each file by its name or content",
      .choices = assay_import_names,
      AT(format) },
    { .name = "limit",
      .kind = ASSAY_OPTION_INTEGER,
      .value = "N",
      .summary = "drag-race: a pass sieves up to N",
      .fallback = "1000000",
      .least = 1,
      .most = (double)ASSAY_IMPORT_LIMIT_MOST,
      .wish = "a whole number from 1 to 1e12",
      AT(limit) },
    { ASSAY_COMMON_DOCUMENT, AT(results.output) },
    { ASSAY_COMMON_QUIET, AT(results.quiet) },
    { ASSAY_COMMON_COLOR, AT(results.color) },
    { .name = NULL },
};

static bool is_standard_input(const char *name)
{
    return strcmp(name, "-") == 0;
}

static int check_names(const struct assay_arguments *arguments, struct assay_error *error)
{
    size_t inputs = 0;
    for (size_t i = 0; i < arguments->name_count; i++) {
        inputs += is_standard_input(arguments->names[i]);
    }
    return inputs > 1 ? assay_fail(error, ASSAY_EUSAGE, "bad '-': standard input can be read once") : 0;
}

/* Standard input may be a program that takes its time: Ctrl-C ends the wait. Heap bytes. */
static int read_input(struct assay_import_source *source, struct assay_error *error)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    char buffer[16384];
    int code = 0;
    for (bool more = true; more && !code;) {
        ssize_t got = read(STDIN_FILENO, buffer, sizeof buffer);
        if (got < 0 && errno != EINTR) {
            code = assay_fail_errno(error, errno, "cannot read '%s'", source->name);
        } else if (assay_interrupt_stop) {
            code = assay_fail(error, ASSAY_EINTERRUPTED, "interrupted; nothing is stored");
        } else if (got > 0) {
            assay_text_append_bytes(&text, buffer, (size_t)got);
        }
        if (!code && text.length > ASSAY_IMPORT_BYTES) {
            code = assay_fail(error, ASSAY_EINPUT, "'%s' is over %zu bytes", source->name, ASSAY_IMPORT_BYTES);
        }
        more = got != 0;
    }
    source->length = text.length;
    source->bytes = code ? NULL : assay_text_take(&text);
    assay_text_release(&text);
    return !code && !source->bytes ? assay_fail(error, ASSAY_ENOMEM, "out of memory") : code;
}

static int read_source(struct assay_import_source *source, const char *name, struct assay_error *error)
{
    char *bytes = NULL;
    source->name = name;
    if (is_standard_input(name)) {
        source->name = "standard input";
        return read_input(source, error);
    }
    int code = assay_file_read(&bytes, &source->length, name, ASSAY_IMPORT_BYTES, error);
    source->bytes = bytes;
    return code;
}

static void free_sources(struct assay_import_source *sources, size_t count)
{
    for (size_t i = 0; sources && i < count; i++) {
        free((void *)(uintptr_t)sources[i].bytes);
    }
    free(sources);
}

static int read_document(struct assay_document **document, const struct assay_invocation *invocation,
                         struct assay_error *error)
{
    const struct import_values *values = invocation->values;
    const struct assay_arguments *arguments = &invocation->arguments;
    struct assay_import_source *sources = calloc(arguments->name_count, sizeof *sources);
    int code = sources ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    for (size_t i = 0; i < arguments->name_count && !code; i++) {
        sources[i].limit = values->limit.given ? values->limit.integer : ASSAY_IMPORT_LIMIT_USUAL;
        code = read_source(&sources[i], arguments->names[i], error);
    }
    if (!code) {
        const struct assay_import_format *format = values->format.given ? assay_import_find(values->format.text) : NULL;
        code = assay_import(document, sources, arguments->name_count, format, error);
    }
    free_sources(sources, arguments->name_count);
    return code;
}

/* As of a run: what failed where it was measured, or cannot be true, is a benchmark that failed. What has no sample in
 * the file (unavailable) did not fail. */
static int judge(const struct assay_document *document)
{
    for (size_t i = 0; i < document->benchmark_count; i++) {
        enum assay_status status = document->benchmarks[i].status;
        if (status != ASSAY_STATUS_OK && status != ASSAY_STATUS_UNAVAILABLE) {
            return ASSAY_EXIT_FAILED;
        }
    }
    return ASSAY_EXIT_OK;
}

/* The document first: a report that fails, or a reader who went away, must not cost it. */
static int deliver(struct assay_results *results, struct assay_document *read)
{
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    char *path = NULL;
    int status = judge(read);
    if (assay_results_save(&document, &path, results, read, &error)) {
        return assay_say_error(&error);
    }
    bool failed = assay_results_report(results, document, &error) && (results->render || !assay_output_is_gone());
    status = failed ? assay_say_error(&error) : assay_finish_output(status);
    if (!results->values->quiet.given) {
        assay_results_say_where(path);
    }
    free(path);
    assay_document_free(document);
    return status;
}

static int import(const struct assay_invocation *invocation)
{
    const struct import_values *values = invocation->values;
    struct assay_results results = { 0 };
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    assay_interrupt_open();
    int code = check_names(&invocation->arguments, &error);
    if (!code) {
        code = assay_results_open(&results, &values->results, NULL, &error);
    }
    if (!code) {
        code = read_document(&document, invocation, &error);
    }
    int status = code ? assay_say_error(&error) : deliver(&results, document);
    assay_results_release(&results);
    return status;
}

static const struct assay_example examples[] = {
    { "assay import results.json", "what google-benchmark, hyperfine or pyperf wrote" },
    { "go test -bench=. | assay import -", "lines of Go's benchmark format" },
    { "assay import results.drag-race", "lines of the drag race; those that cannot be true are marked" },
    { "./my-sieve | assay import -", "the same, from a program that prints them" },
    { "assay import --limit 30 small.drag-race", "lines of passes that sieved up to 30" },
    { NULL, NULL },
};

const struct assay_command assay_command_import = {
    .syntax = { .command = "import",
                .options = options,
                .positional = { .name = "FILE",
                                .summary = "results that another tool wrote; -: standard input",
                                .least = 1,
                                .most = MOST_FILES,
                                .completion = ASSAY_COMPLETE_FILE } },
    .summary = "read results of other tools, mark what cannot be true",
    .description =
        "Several files make one document, a session each. What a format cannot say is not made up: it is null in the "
        "document and said below the table. What the file says has failed keeps its words; results of the drag race "
        "that "
        "are faster than the work could be done are marked as implausible.",
    .examples = examples,
    .values_size = sizeof(struct import_values),
    .run = import,
};
