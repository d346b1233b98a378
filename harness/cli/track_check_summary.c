/* The Markdown summary of a check, for a pull request: which commits, what was decided, then the report as it always is. */
#include "cli/track_check.h"

#include "base/file.h"
#include "reports/markdown.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

static void append_commit(struct assay_text *text, const char *name, const struct assay_commit *commit)
{
    if (!commit->id) {
        return;
    }
    assay_text_format(text, "- **%s:** `%.12s` ", name, commit->id);
    assay_markdown_text(text, commit->subject ? commit->subject : "", false);
    assay_text_append_char(text, '\n');
}

/* Each line as a point of a list. */
static void append_lines(struct assay_text *text, const char *lead, const char *lines)
{
    for (const char *at = lines ? lines : ""; *at;) {
        size_t length = strcspn(at, "\n");
        char *line = assay_copy_bytes(at, length);
        text->failed = text->failed || !line;
        if (line && line[0]) {
            assay_text_append(text, lead);
            assay_markdown_text(text, line, false);
            assay_text_append_char(text, '\n');
        }
        free(line);
        at += length + (at[length] == '\n');
    }
}

/* "added by HEAD: a, b" stands at the top: a benchmark that is gone shows in no table. */
static void append_changed(struct assay_text *text, const struct assay_document *document)
{
    for (size_t i = 0; i < document->warning_count; i++) {
        const char *warning = document->warnings[i];
        bool added = strncmp(warning, "added by ", strlen("added by ")) == 0;
        const char *names = strstr(warning, ": ");
        if (names && (added || strncmp(warning, "removed by ", strlen("removed by ")) == 0)) {
            assay_text_append(text, added ? "- **Added:** " : "- **Removed:** ");
            assay_markdown_text(text, names + 2, false);
            assay_text_append_char(text, '\n');
        }
    }
}

static void append_head(struct assay_text *text, const struct assay_check *check)
{
    if (check->base.id) {
        assay_text_format(text, "## assay: `%.12s` to `%.12s`\n\n", check->base.id, check->head.id);
    } else {
        assay_text_format(text, "## assay: `%.12s` against its history\n\n", check->head.id ? check->head.id : "?");
    }
    append_commit(text, "Base", &check->base);
    append_commit(text, "Head", &check->head);
    append_commit(text, "Reference", &check->reference);
    append_changed(text, check->document);
    append_lines(text, check->base.id ? "- **Accepted:** " : "- ", check->judged.bytes);
    assay_text_append_char(text, '\n');
}

static void append_news(struct assay_text *text, const struct assay_check *check)
{
    if (check->news.length > 0) {
        assay_text_append(text, "\n### News in the history\n\n");
        append_lines(text, "- ", check->news.bytes);
    }
}

/* The report between both, which gives way to them. */
static int append_report(struct assay_text *text, const struct assay_document *document, size_t reserved,
                         struct assay_error *error)
{
    struct assay_report_options options = ASSAY_REPORT_OPTIONS_INIT;
    const struct assay_report_input input = { .document = document };
    struct assay_report *report = NULL;
    char *bytes = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&bytes, &length);
    options.reserved = reserved;
    int code = stream ? assay_report_new(&report, &input, 1, error) : no_memory(error);
    if (!code) {
        code = assay_report_markdown(report, &options, stream, error);
    }
    if (stream && fclose(stream) != 0 && !code) {
        code = no_memory(error);
    }
    if (!code) {
        assay_text_append_bytes(text, bytes, length);
    }
    free(bytes);
    assay_report_free(report);
    return code;
}

int assay_check_summarize(const struct assay_check *check, struct assay_error *error)
{
    struct assay_text text = ASSAY_TEXT_INIT, end = ASSAY_TEXT_INIT;
    append_head(&text, check);
    append_news(&end, check);
    int code = append_report(&text, check->document, text.length + end.length, error);
    assay_text_append(&text, end.bytes ? end.bytes : "");
    if (!code) {
        code = text.failed || end.failed ? no_memory(error)
                                         : assay_file_write(check->values->summary.text, text.bytes, text.length, error);
    }
    assay_text_release(&text);
    assay_text_release(&end);
    return code;
}
