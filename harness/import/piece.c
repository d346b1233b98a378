/* Pieces of an input: what they are, and where they stand. */
#include "import/piece.h"

#include "import/import.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SHOWN = 40 };

static bool is_inside_character(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80; /* not the first byte of one in UTF-8 */
}

bool assay_piece_is(struct assay_piece piece, const char *text)
{
    return piece.length == strlen(text) && memcmp(piece.at, text, piece.length) == 0;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\v' || byte == '\f';
}

struct assay_piece assay_piece_trimmed(const char *begin, const char *end)
{
    while (begin < end && is_blank(*begin)) {
        begin++;
    }
    while (end > begin && is_blank(end[-1])) {
        end--;
    }
    return (struct assay_piece){ begin, (size_t)(end - begin) };
}

bool assay_piece_whole(uint64_t *value, struct assay_piece digits, uint64_t most)
{
    uint64_t read = 0;
    for (size_t i = 0; i < digits.length; i++) {
        if (digits.at[i] < '0' || digits.at[i] > '9') {
            return false;
        }
        uint64_t digit = (uint64_t)(digits.at[i] - '0');
        if (read > (most - digit) / 10 || digit > most) {
            return false;
        }
        read = read * 10 + digit;
    }
    if (digits.length > 0) {
        *value = read;
    }
    return digits.length > 0;
}

int assay_piece_shown(struct assay_piece piece)
{
    size_t shown = piece.length < SHOWN ? piece.length : SHOWN;
    while (shown > 0 && shown < piece.length && is_inside_character(piece.at[shown])) {
        shown--;
    }
    return (int)shown;
}

int assay_import_refuse(const struct assay_import_source *source, const char *at, struct assay_error *error,
                        const char *format, ...)
{
    char words[320];
    size_t line = 1, column = 1;
    for (const char *byte = source->bytes; byte < at; byte++) {
        line += *byte == '\n';
        column = *byte == '\n' ? 1 : column + !is_inside_character(*byte);
    }
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    return assay_fail(error, ASSAY_EINPUT, "%.120s:%zu:%zu: %s", source->name, line, column, words);
}
