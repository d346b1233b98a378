/* Text for people in columns: words wrapped with a hanging indent. */
#include "cli/wrap.h"

#include <stdlib.h>
#include <string.h>

void assay_wrap_pad(struct assay_text *text, size_t count)
{
    while (count-- > 0) {
        assay_text_append_char(text, ' ');
    }
}

void assay_wrap(struct assay_text *text, const char *words, size_t column, size_t indent, size_t width)
{
    bool first = true;
    for (const char *word = words + strspn(words, " "); *word; word += strspn(word, " ")) {
        size_t length = strcspn(word, " ");
        char *copy = assay_copy_bytes(word, length);
        size_t columns = copy ? assay_utf8_width(copy) : length;
        free(copy);
        if (!first && column + 1 + columns > width) {
            assay_text_append_char(text, '\n');
            assay_wrap_pad(text, indent);
            column = indent;
        } else if (!first) {
            assay_text_append_char(text, ' ');
            column++;
        }
        assay_text_append_bytes(text, word, length);
        column += columns;
        word += length;
        first = false;
    }
    assay_text_append_char(text, '\n');
}
