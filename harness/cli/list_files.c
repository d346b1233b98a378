/* Journals as text, JSON, or names alone. */
#include "cli/list_text.h"

#include "base/file.h"
#include "measure/journal.h"

#include <string.h>

static void append_journal(struct assay_text *text, const struct assay_journal_info *journal, bool json)
{
    const char *state = journal->problem   ? journal->problem
                        : journal->running ? "running"
                        : journal->ended   ? "ended, its document is missing"
                                           : "to be resumed";
    if (json) {
        assay_text_append(text, "{");
        assay_text_append_json_member(text, "path", journal->path);
        assay_text_append(text, ",");
        assay_text_append_json_member(text, "created", journal->created);
        assay_text_append(text, ",");
        assay_text_append_json_member(text, "command", journal->command);
        assay_text_append(text, ",");
        assay_text_append_json_member(text, "output", journal->output);
        assay_text_format(text, ",\"benchmarks\":%zu,\"samples\":%zu,\"ended\":%s,\"running\":%s,", journal->benchmarks,
                          journal->samples, journal->ended ? "true" : "false", journal->running ? "true" : "false");
        assay_text_append_json_member(text, "problem", journal->problem);
        assay_text_append(text, "}");
        return;
    }
    assay_text_format(text, "%s\n", journal->path);
    if (!journal->problem || journal->created) {
        assay_text_format(text, "    %s  %zu benchmark%s, %zu samples\n    %s\n",
                          journal->created ? journal->created : "?", journal->benchmarks,
                          journal->benchmarks == 1 ? "" : "s", journal->samples,
                          journal->command ? journal->command : "");
    }
    assay_text_format(text, "    %s\n", state);
}

int assay_list_journals(struct assay_text *text, const char *directory, enum assay_list_form form,
                        struct assay_error *error)
{
    struct assay_journal_info *list = NULL;
    size_t count = 0;
    int code = assay_journal_list(&list, &count, directory, error);
    if (code) {
        return code;
    }
    bool json = form == ASSAY_LIST_JSON;
    assay_text_append(text, json ? "{\"journals\":[" : "");
    for (size_t i = 0; i < count; i++) {
        assay_text_append(text, !json ? "" : i ? ",\n  " : "\n  ");
        if (form == ASSAY_LIST_NAMES) {
            assay_text_format(text, "%s\n", list[i].path);
        } else {
            append_journal(text, &list[i], json);
        }
    }
    assay_text_append(text, json ? "\n]}\n" : "");
    assay_journal_list_free(list, count);
    return 0;
}
