/* A line of text split into words. */
#include "base/words.h"

#include "base/file.h"
#include "base/text.h"
#include "base/vector.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n';
}

/* Appends what stands in quotes (the opening one is at *at) and moves *at behind the closing one. False: there is none.
 */
static bool take_quoted(struct assay_text *word, const char **at)
{
    char quote = *(*at)++;
    for (; **at != quote; (*at)++) {
        if (**at == '\0') {
            return false;
        }
        if (quote == '"' && **at == '\\' && (*at)[1] != '\0' && strchr("\"\\$`", (*at)[1]) != NULL) {
            (*at)++;
        }
        assay_text_append_char(word, **at);
    }
    (*at)++;
    return true;
}

static int take_word(struct assay_text *word, const char **at, const char *line, struct assay_error *error)
{
    assay_text_append(word, ""); /* '' is a word too */
    while (**at != '\0' && !is_blank(**at)) {
        char byte = **at;
        if (byte == '\'' || byte == '"') {
            if (!take_quoted(word, at)) {
                return assay_fail(error, ASSAY_EINPUT, "bad words '%.200s': a quote %c is not closed", line, byte);
            }
        } else if (byte == '\\') {
            if ((*at)[1] == '\0') {
                return assay_fail(error, ASSAY_EINPUT, "bad words '%.200s': nothing follows the last backslash", line);
            }
            assay_text_append_char(word, (*at)[1]);
            *at += 2;
        } else {
            assay_text_append_char(word, byte);
            (*at)++;
        }
    }
    return word->failed ? assay_fail(error, ASSAY_ENOMEM, "out of memory") : 0;
}

int assay_words_split(char ***words, size_t *count, const char *line, struct assay_error *error)
{
    char **list = NULL;
    size_t taken = 0, capacity = 0;
    const char *at = line;
    int code = 0;
    for (;;) {
        struct assay_text word = ASSAY_TEXT_INIT;
        if (!assay_reserve((void **)&list, &capacity, taken + 1, sizeof *list)) {
            code = assay_fail(error, ASSAY_ENOMEM, "out of memory");
            break;
        }
        list[taken] = NULL;
        while (is_blank(*at)) {
            at++;
        }
        if (*at == '\0') {
            break;
        }
        code = take_word(&word, &at, line, error);
        if (code != 0) {
            assay_text_release(&word);
            break;
        }
        list[taken++] = assay_text_take(&word);
    }
    if (code != 0) {
        assay_names_free(list, taken);
        return code;
    }
    *words = list;
    *count = taken;
    return 0;
}
