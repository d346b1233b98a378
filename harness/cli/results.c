/* Where the results of a measuring command go: the document to a file, the report to people. Measures nothing. */
#include "cli/results.h"

#include "base/file.h"
#include "base/number.h"
#include "base/text.h"
#include "cli/output.h"
#include "cli/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_DIRECTORY "assay-results/"

/* --format, else what the file's name says, else the document for a file and a table for a terminal. */
static const struct assay_report_format *choose_format(const struct assay_results_values *values, bool profiles)
{
    const struct assay_report_format *format = NULL;
    if (values->format.given) {
        return assay_report_format_find(values->format.text);
    }
    if (assay_output_is_standard(&values->output)) {
        return assay_report_format_find("text");
    }
    format = assay_report_format_of_path(values->output.text);
    return format && (profiles || !format->of_profiles) ? format : assay_report_format_find("json");
}

static char *absolute(const char *path)
{
    char *here = getcwd(NULL, 0);
    char *joined = assay_path_join(here ? here : "", path);
    free(here);
    return joined;
}

/* A directory takes new files only if one can be made: permission bits say nothing to root or of a file system that is
 * read-only. */
static int check_directory(const char *directory, struct assay_error *error)
{
    char *probe = assay_formatted("%s/.assay-probe-XXXXXX", directory);
    int descriptor = probe ? mkostemp(probe, O_CLOEXEC) : -1;
    int code = 0;
    if (descriptor < 0) {
        code = assay_fail_errno(error, errno, "cannot write into '%s'", directory);
    } else {
        close(descriptor);
        unlink(probe);
    }
    free(probe);
    return code;
}

static bool names_directory(const char *path)
{
    size_t length = strlen(path);
    return length && path[length - 1] == '/';
}

static int check_path(const char *path, struct assay_error *error)
{
    struct stat found;
    if (names_directory(path)) {
        int code = assay_directory_make(path, error);
        return code ? code : check_directory(path, error);
    }
    if (stat(path, &found) == 0) {
        if (S_ISDIR(found.st_mode)) {
            return assay_fail(error, ASSAY_EUSAGE, "bad -o '%.160s': want a file, this is a directory", path);
        }
        if (!S_ISREG(found.st_mode)) { /* a device, a pipe: written to as it is */
            return access(path, W_OK) == 0 ? 0 : assay_fail_errno(error, errno, "cannot write '%.160s'", path);
        }
    }
    char *directory = assay_path_directory(path);
    int code = directory ? check_directory(directory, error) : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    free(directory);
    return code;
}

/* Where the document goes, and what of it the journal keeps. An appended document is not said to the journal: what is
 * resumed later must not take its place. */
static int choose_document(struct assay_results *results, const char *resumed, struct assay_error *error)
{
    const struct assay_results_values *values = results->values;
    bool to_file = !assay_output_is_standard(&values->output) && strcmp(results->format->name, "json") == 0;
    const char *path = to_file                ? values->output.text
                       : values->append.given ? values->append.text
                       : resumed              ? resumed
                                              : DEFAULT_DIRECTORY;
    results->document = assay_copy(path);
    results->journal = values->append.given ? NULL : absolute(path);
    if (!results->document || (!values->append.given && !results->journal)) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    results->made = names_directory(path) && !assay_path_exists(path);
    return check_path(path, error);
}

/* What is written, and where it goes. */
static int choose(struct assay_results *results, const struct assay_results_values *values, bool profiles,
                  struct assay_error *error)
{
    *results = (struct assay_results){ .values = values, .format = choose_format(values, profiles) };
    if (!results->format) {
        return assay_fail(error, ASSAY_EUSAGE, "bad --format '%.160s': this build does not write it",
                          values->format.text);
    }
    bool json = strcmp(results->format->name, "json") == 0;
    bool to_file = !assay_output_is_standard(&values->output);
    results->shown = json && to_file ? assay_report_format_find("text") : results->format;
    results->render = to_file && !json ? values->output.text : NULL;
    return 0;
}

int assay_results_open(struct assay_results *results, const struct assay_results_values *values, const char *resumed,
                       struct assay_error *error)
{
    int code = choose(results, values, false, error);
    if (!code) {
        code = choose_document(results, resumed, error);
    }
    if (!code && results->render) {
        code = check_path(results->render, error);
    }
    if (!code && values->append.given) {
        code = assay_document_load(&results->base, values->append.text, error);
    }
    return code;
}

int assay_results_open_profiles(struct assay_results *results, const struct assay_results_values *values, bool stored,
                                struct assay_error *error)
{
    int code = choose(results, values, true, error);
    if (!code && results->format->binary && !results->render && isatty(STDOUT_FILENO)) {
        code = assay_fail(error, ASSAY_EUSAGE, "bad --format '%.160s' on a terminal: it is no text, want -o FILE",
                          results->format->name);
    }
    if (!code && stored) { /* what is shown is all that is written */
        results->shown = results->format;
        results->render = assay_output_is_standard(&values->output) ? NULL : values->output.text;
    } else if (!code) {
        code = choose_document(results, NULL, error);
    }
    if (!code && results->render) {
        code = check_path(results->render, error);
    }
    return code;
}

void assay_results_release(struct assay_results *results)
{
    if (results->made) { /* a run that left nothing leaves no directory */
        rmdir(results->document);
    }
    free(results->document);
    free(results->journal);
    assay_document_free(results->base);
    *results = (struct assay_results){ 0 };
}

/* 2026-11-22T161031Z-1a2b3c4d.json: without colons, which some file systems and tools do not take. */
static char *document_name(const char *directory, const struct assay_document *document)
{
    struct assay_text name = ASSAY_TEXT_INIT;
    assay_text_append(&name, directory);
    for (const char *c = document->created; c && *c; c++) {
        if (*c != ':') {
            assay_text_append_char(&name, *c);
        }
    }
    assay_text_format(&name, "-%.8s.json", document->id);
    char *path = assay_text_take(&name);
    assay_text_release(&name);
    return path;
}

int assay_results_save(struct assay_document **shown, char **path, struct assay_results *results,
                       struct assay_document *document, struct assay_error *error)
{
    char *place =
        names_directory(results->document) ? document_name(results->document, document) : assay_copy(results->document);
    int code = place ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    if (!code && results->base) {
        code = assay_document_append_take(results->base, document, error); /* consumes it in any case */
        document = results->base;
    }
    if (!code) {
        code = assay_document_save(document, place, error);
    }
    if (code) {
        if (document != results->base) {
            assay_document_free(document);
        }
        free(place);
        return code;
    }
    results->base = NULL;
    results->made = false;
    *shown = document;
    *path = place;
    return 0;
}

static int render(const struct assay_results_form *form, const struct assay_report *report, struct assay_error *error)
{
    struct assay_output *file = NULL;
    if (!form->path) {
        return form->format->render(report, &form->view, stdout, error);
    }
    int code = assay_output_open(&file, form->path, error);
    if (code) {
        return code;
    }
    code = form->format->render(report, &form->view, assay_output_stream(file), error);
    if (code) {
        assay_output_abort(file);
        return code;
    }
    return assay_output_commit(file, error);
}

/* A format without room for remarks leaves out in silence: people are told beside it. */
static void say_left_out(const struct assay_report_format *format, const struct assay_report *report)
{
    for (size_t i = 0; format->left_out && i < report->part_count; i++) {
        char *words = format->left_out(report->parts[i].document);
        if (words) {
            fflush(stdout);
            fprintf(stderr, "left out: %s\n", words);
        }
        free(words);
    }
}

int assay_results_write(struct assay_results_form *form, const struct assay_report *report, struct assay_error *error)
{
    struct assay_terminal terminal;
    assay_terminal_look(&terminal, STDOUT_FILENO, (enum assay_color_choice)form->color->integer);
    form->view.hints = !form->quiet->given;
    form->view.unicode = terminal.unicode;
    form->view.width = form->path ? 0 : terminal.width;
    form->view.color = !form->path && terminal.color;
    int code = render(form, report, error);
    if (!code && !form->quiet->given) {
        say_left_out(form->format, report);
    }
    return code;
}

int assay_results_report(const struct assay_results *results, const struct assay_document *document,
                         struct assay_error *error)
{
    const struct assay_report_input input = { .document = document };
    struct assay_results_form form = { .format = results->shown,
                                       .path = results->render,
                                       .quiet = &results->values->quiet,
                                       .color = &results->values->color,
                                       .view = ASSAY_REPORT_OPTIONS_INIT };
    struct assay_report *report = NULL;
    form.view.columns = (unsigned)results->values->columns.integer;
    form.view.profile = results->view;
    int code = assay_report_new(&report, &input, 1, error);
    if (!code) {
        code = assay_results_write(&form, report, error);
    }
    assay_report_free(report);
    return code;
}

void assay_results_say_where(const char *path)
{
    struct stat found;
    char size[32];
    if (stat(path, &found) == 0 && S_ISREG(found.st_mode)) {
        fprintf(stderr, "document: %s (%s)\n", path, assay_format_si(size, (double)found.st_size, "B"));
    }
}
