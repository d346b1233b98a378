/* A line of the prime-sieve drag race, `label;passes;duration;threads[;tags]`, as the rules in the CONTRIBUTING.md of
 * github.com/PlummersSoftwareLLC/Primes have it and its report tool reads it (tools/src/services/report.ts). Stricter
 * than that tool, which passes over what it does not like: a line with three ';' is meant, and refused where it is
 * wrong. */
#include "import/drag_race_line.h"

#include "base/number.h"

#include <string.h>

enum {
    FIELDS = 5,
    LONGEST_LINE = 4096,
    LONGEST_NUMBER = 32, /* digits */
    LONGEST_WORD = 32,   /* name or value of a tag */
    MOST_THREADS = 1024
};
static const double LONGEST_NS = 1e18;
static const uint64_t MOST_PASSES = UINT64_C(1) << 53;

/* The fields between the first four ';', trimmed; the fifth is all the rest. How many there are. */
static size_t split(struct assay_piece fields[FIELDS], struct assay_piece line)
{
    const char *at = line.at;
    const char *end = line.at + line.length;
    size_t count = 0;
    for (bool more = true; more;) {
        const char *mark = count + 1 < FIELDS && at < end ? memchr(at, ';', (size_t)(end - at)) : NULL;
        more = mark != NULL;
        fields[count++] = assay_piece_trimmed(at, more ? mark : end);
        at = more ? mark + 1 : end;
    }
    return count;
}

enum assay_drag_race_found assay_drag_race_next(struct assay_drag_race_place *place)
{
    struct assay_piece fields[FIELDS] = { { NULL, 0 } };
    struct assay_piece *rest = &place->rest;
    if (rest->length == 0) {
        return ASSAY_DRAG_RACE_END;
    }
    const char *feed = memchr(rest->at, '\n', rest->length);
    size_t length = feed ? (size_t)(feed - rest->at) : rest->length;
    size_t used = feed ? length + 1 : length;
    static const char mark[] = "\xEF\xBB\xBF"; /* which editors put before UTF-8 */
    size_t skipped = place->number == 0 && length >= 3 && memcmp(rest->at, mark, 3) == 0 ? 3 : 0;
    place->line = (struct assay_piece){ rest->at + skipped, length - skipped };
    place->number++;
    rest->at += used;
    rest->length -= used;
    size_t count = split(fields, place->line);
    return count >= FIELDS - 1                   ? ASSAY_DRAG_RACE_RESULT
           : count == 1 && fields[0].length == 0 ? ASSAY_DRAG_RACE_EMPTY
                                                 : ASSAY_DRAG_RACE_OTHER;
}

static int refuse(const struct assay_drag_race_place *place, struct assay_piece wrong, const char *what,
                  const char *want, struct assay_error *error)
{
    size_t column = 1;
    for (const char *at = place->line.at; at < wrong.at; at++) {
        column += ((unsigned char)*at & 0xc0) != 0x80; /* characters, not bytes */
    }
    return assay_fail(error, ASSAY_EINPUT, "%.160s:%zu:%zu: bad %s '%.*s': want %s", place->name, place->number, column,
                      what, assay_piece_shown(wrong), wrong.at, want);
}

/* "5.000043" seconds as nanoseconds, rounded once: 5.000043e9 is read, not 5.000043 times 1e9. */
static bool read_duration(double *elapsed_ns, struct assay_piece text)
{
    char copy[LONGEST_NUMBER + sizeof "e9"];
    double read = 0;
    const char *point = text.length > 0 ? memchr(text.at, '.', text.length) : NULL;
    size_t before = point ? (size_t)(point - text.at) : text.length;
    if (text.length > LONGEST_NUMBER || before == 0 || before + 1 == text.length) {
        return false;
    }
    for (size_t i = 0; i < text.length; i++) {
        if (i != before && (text.at[i] < '0' || text.at[i] > '9')) {
            return false;
        }
    }
    memcpy(copy, text.at, text.length);
    memcpy(copy + text.length, "e9", sizeof "e9");
    if (!assay_parse_real(copy, &read) || !(read > 0 && read <= LONGEST_NS)) {
        return false;
    }
    *elapsed_ns = read;
    return true;
}

/* By the rules: no spaces, at most 32 characters. (The report tool passes over tags with rarer characters; `bits=?` is
 * published.) */
static bool is_word(struct assay_piece word)
{
    for (size_t i = 0; i < word.length; i++) {
        if (word.at[i] <= ' ' || word.at[i] > '~') {
            return false;
        }
    }
    return word.length > 0 && word.length <= LONGEST_WORD;
}

static size_t name_length(struct assay_piece tag)
{
    const char *equals = tag.length > 0 ? memchr(tag.at, '=', tag.length) : NULL;
    return equals ? (size_t)(equals - tag.at) : tag.length;
}

static bool is_tag(struct assay_piece tag)
{
    size_t name = name_length(tag);
    return name < tag.length && is_word((struct assay_piece){ tag.at, name }) &&
           is_word((struct assay_piece){ tag.at + name + 1, tag.length - name - 1 });
}

static int add_tag(struct assay_drag_race_line *read, const struct assay_drag_race_place *place, struct assay_piece tag,
                   struct assay_error *error)
{
    size_t name = name_length(tag);
    if (!is_tag(tag)) {
        return refuse(place, tag, "tag", "NAME=VALUE, such as bits=1, of at most 32 characters each", error);
    }
    for (size_t i = 0; i < read->tag_count; i++) {
        if (name == name_length(read->tags[i]) && memcmp(tag.at, read->tags[i].at, name) == 0) {
            return refuse(place, tag, "tag", "each name once", error);
        }
    }
    if (read->tag_count == ASSAY_DRAG_RACE_TAGS) {
        return refuse(place, tag, "tag", "at most 32 of them", error);
    }
    read->tags[read->tag_count++] = tag;
    return 0;
}

/* "algorithm=base,bits=1"; published lines have ';' between tags too, and the report tool takes that. */
static int read_tags(struct assay_drag_race_line *read, const struct assay_drag_race_place *place,
                     struct assay_piece text, struct assay_error *error)
{
    int code = 0;
    size_t begin = 0;
    for (size_t i = 0; i <= text.length && !code; i++) {
        if (i == text.length || text.at[i] == ',' || text.at[i] == ';') {
            code = add_tag(read, place, assay_piece_trimmed(text.at + begin, text.at + i), error);
            begin = i + 1;
        }
    }
    return code;
}

int assay_drag_race_read(struct assay_drag_race_line *read, const struct assay_drag_race_place *place,
                         struct assay_error *error)
{
    struct assay_piece fields[FIELDS] = { { NULL, 0 } };
    size_t count = split(fields, place->line);
    *read = (struct assay_drag_race_line){ .label = fields[0] };
    if (place->line.length > LONGEST_LINE) {
        return refuse(place, place->line, "line", "at most 4096 bytes", error);
    }
    if (fields[0].length == 0) {
        return refuse(place, fields[0], "label", "a name before the first ';'", error);
    }
    if (!assay_piece_whole(&read->passes, fields[1], MOST_PASSES) || read->passes == 0) {
        return refuse(place, fields[1], "passes", "a whole number from 1 to 2^53", error);
    }
    if (!read_duration(&read->elapsed_ns, fields[2])) {
        return refuse(place, fields[2], "duration", "seconds above 0 with a decimal point, such as 5.000043", error);
    }
    if (!assay_piece_whole(&read->threads, fields[3], MOST_THREADS) || read->threads == 0) {
        return refuse(place, fields[3], "threads", "a whole number from 1 to 1024", error);
    }
    return count == FIELDS ? read_tags(read, place, fields[4], error) : 0;
}
