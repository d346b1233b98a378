/* How often each line was executed: the coverage build runs one iteration, and its compiler's own tool reads what it
 * wrote. The tool and the compiler's notes lie in NAME.builds/coverage/ (docs/plugin-abi.md). Knows neither format. */
#include "passes/engine.h"

#include "base/child.h"
#include "base/file.h"
#include "base/text.h"
#include "measure/scratch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TOOL_WORDS = 8, FILES_MOST = 200 };
static const double PROCESS_S = 0.1, TOOL_TIMEOUT_S = 60;
/* Counters in every branch: an iteration takes so many times as long, at the most. */
static const double COVERAGE_SLOWDOWN = 10;

/* Links the compiler's notes (*.gcno) beside the counters, where the tool looks for them. */
static bool link_notes(const char *scratch, const char *from, struct assay_failure *failure)
{
    char **names = NULL;
    size_t count = 0;
    struct assay_error error = { 0 };
    bool ok = assay_directory_list(&names, &count, from, ".gcno", &error) == 0 && count > 0;
    if (!ok) {
        assay_failure_set(failure, ASSAY_STATUS_FAILED, "no *.gcno in '%s'", from);
    }
    for (size_t i = 0; i < count && ok; i++) {
        char *target = assay_path_join(from, names[i]), *link = assay_path_join(scratch, names[i]);
        ok = target != NULL && link != NULL && symlink(target, link) == 0;
        if (!ok) {
            assay_failure_set(failure, ASSAY_STATUS_FAILED, "cannot link '%s'", names[i]);
        }
        free(target);
        free(link);
    }
    assay_names_free(names, count);
    return ok;
}

/* The command of the tool, as NAME.builds/coverage/tool has it: words with spaces between. They point into *line. */
static size_t read_tool(const char *words[TOOL_WORDS + 4], char **line, const char *directory)
{
    char *path = assay_path_join(directory, "tool");
    size_t count = 0;
    char *rest = NULL;
    *line = path != NULL ? assay_file_line(path) : NULL;
    free(path);
    for (char *word = *line != NULL ? strtok_r(*line, " ", &rest) : NULL; word != NULL && count < TOOL_WORDS;
         word = strtok_r(NULL, " ", &rest)) {
        words[count++] = word;
    }
    return count;
}

/* Runs the tool over one file of counters, and appends what it prints. */
static bool run_tool(struct assay_text *text, const char *const *words, size_t count, const char *file,
                     struct assay_failure *failure)
{
    const char *argv[TOOL_WORDS + 4] = { NULL };
    bool clang = strstr(words[0], "llvm-cov") != NULL;
    memcpy(argv, words, count * sizeof *argv);
    if (!clang) {
        argv[count++] = "--json-format";
    }
    argv[count++] = "--stdout";
    argv[count++] = file;
    struct assay_child_result result = { 0 };
    struct assay_error error = { 0 };
    if (assay_child_run(&result, argv, TOOL_TIMEOUT_S, &error) != 0) {
        assay_failure_set(failure, ASSAY_STATUS_UNAVAILABLE, "%s", error.text);
        return false;
    }
    bool ok = result.status == 0 && result.length > 0;
    if (ok) {
        assay_text_append_bytes(text, result.out, result.length);
        assay_text_append_char(text, '\n');
    } else {
        int length = (int)strcspn(result.err, "\n");
        assay_failure_set(failure, ASSAY_STATUS_FAILED, "%s printed no lines: %.*s", words[0],
                          length < 200 ? length : 200, result.err);
    }
    assay_child_result_release(&result);
    return ok && !text->failed;
}

/* All files of counters that the process left. */
static bool read_counters(struct subject *subject, const char *scratch, const char *directory,
                          struct assay_failure *failure)
{
    const char *words[TOOL_WORDS + 4];
    char **names = NULL;
    char *line = NULL;
    size_t count = 0, word_count = read_tool(words, &line, directory);
    struct assay_error error = { 0 };
    struct assay_text text = ASSAY_TEXT_INIT;
    bool ok = word_count > 0;
    if (!ok) {
        assay_failure_set(failure, ASSAY_STATUS_UNAVAILABLE, "'%s/tool' does not name the tool that reads them",
                          directory);
    }
    if (ok && (assay_directory_list(&names, &count, scratch, ".gcda", &error) != 0 || count == 0)) {
        assay_failure_set(failure, ASSAY_STATUS_FAILED, "the coverage build wrote no counters");
        ok = false;
    }
    for (size_t i = 0; i < count && i < FILES_MOST && ok; i++) {
        char *path = assay_path_join(scratch, names[i]);
        ok = path != NULL && run_tool(&text, words, word_count, path, failure);
        free(path);
    }
    if (ok) {
        subject->lines_length = text.length;
        subject->lines = assay_text_take(&text);
    }
    assay_text_release(&text);
    assay_names_free(names, count);
    free(line);
    return ok;
}

static bool count_lines(struct engine *engine, struct subject *subject, const char *scratch, const char *directory,
                        struct assay_failure *failure)
{
    char *prefix = assay_formatted("GCOV_PREFIX=%s", scratch);
    /* All directories of the compiler's path come off: the files lie in one. */
    const char *environment[] = { prefix, "GCOV_PREFIX_STRIP=999", NULL };
    struct assay_pass pass = { 0 };
    struct question question = {
        .pass_name = "lines",
        .plugin = subject->coverage,
        .environment = environment,
        .seed = subject->seed,
        .request = { .kind = ASSAY_REQUEST_PROFILE, .iterations = 1, .batches = 1, .record = ASSAY_RECORD_LINES },
        .expected_s = PROCESS_S + COVERAGE_SLOWDOWN * subject->iteration_ns * 1e-9
    };
    bool ok = prefix != NULL && link_notes(scratch, directory, failure);
    if (ok && engine_ask(engine, subject, &pass, &question)) { /* it has noted its own failure */
        ok = read_counters(subject, scratch, directory, failure);
    }
    assay_message_profile_release(&pass.recorded);
    free(prefix);
    return ok;
}

void engine_lines(struct engine *engine, struct subject *subject)
{
    struct assay_failure failure = { 0 };
    if (subject->coverage == NULL) {
        subject_note(
            subject,
            "no coverage build: executions of lines are not counted (it is NAME.builds/coverage.so beside NAME.so: "
            "assay_add_kernel() without TIMED_ONLY makes it, where the compiler can)");
        return;
    }
    char *scratch = assay_scratch_make("lines");
    /* NAME.builds/coverage.so has its notes in NAME.builds/coverage/. */
    char *directory = assay_formatted("%.*s", (int)(strlen(subject->coverage) - 3), subject->coverage);
    if (scratch == NULL || directory == NULL) {
        assay_failure_set(&failure, ASSAY_STATUS_FAILED, "cannot make a temporary directory");
    } else {
        (void)count_lines(engine, subject, scratch, directory, &failure);
    }
    if (failure.status != ASSAY_STATUS_OK) {
        engine_pass_failed(engine, subject, "lines", &failure);
    }
    free(directory);
    assay_scratch_remove(scratch);
}
