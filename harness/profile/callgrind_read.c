/* Reads callgrind's profile format. Knows the grammar and nothing of plug-ins. */
#include "profile/callgrind_parts.h"

#include "base/file.h"
#include "base/text.h"
#include "base/vector.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { POSITIONS_MOST = 4, IDS_MOST = 10000000 };
static const size_t size_limit = (size_t)1 << 30;

/* "(id) name" once, "(id)" from then on; objects, files and functions are numbered apart. */
struct names {
    char **items;
    size_t count, capacity;
};
struct reader {
    struct assay_callgrind *graph;
    size_t which, line;
    const char *path;
    struct assay_error *error;
    struct names objects, files, functions, plain /* names that have no number */;
    const char *object, *file;               /* where we are: borrowed from the names */
    const char *called_object, *called_file; /* NULL: as where we are */
    uint32_t node, called;
    uint32_t own_file_function; /* `file` is the one that this function is of; ASSAY_NONE: inlined code */
    size_t position_count, line_column, event;
    int64_t last[POSITIONS_MOST];
    double calls; /* the next cost is that of so many calls; below 0: none are announced */
    bool jumped;  /* the next line has a position and no cost */
    bool ended;   /* there were totals */
};

static int refuse(const struct reader *reader, const char *what, const char *text)
{
    return assay_fail(reader->error, ASSAY_EINPUT, "callgrind's %s, line %zu: %s '%.80s'", reader->path, reader->line,
                      what, text);
}

static int no_memory(const struct reader *reader)
{
    return assay_fail(reader->error, ASSAY_ENOMEM, "out of memory");
}

/* ---- names ---- */

static bool names_reserve(struct names *names, size_t wanted)
{
    void *items = names->items;
    bool ok = wanted <= names->count || assay_reserve(&items, &names->capacity, wanted, sizeof *names->items);
    names->items = items;
    while (ok && names->count < wanted) {
        names->items[names->count++] = NULL;
    }
    return ok;
}

static void names_release(struct names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        free(names->items[i]);
    }
    free(names->items);
}

static int read_plain_name(const char **name, struct reader *reader, const char *text)
{
    struct names *names = &reader->plain;
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->items[i], text) == 0) {
            *name = names->items[i];
            return 0;
        }
    }
    char *copy = assay_utf8_clean(text, strlen(text), NULL);
    if (copy == NULL || !names_reserve(names, names->count + 1)) {
        free(copy);
        return no_memory(reader);
    }
    names->items[names->count - 1] = copy;
    *name = copy;
    return 0;
}

static int read_name(const char **name, struct reader *reader, struct names *names, const char *text)
{
    char *end = NULL;
    if (*text != '(' || !isdigit((unsigned char)text[1])) {
        return read_plain_name(name, reader, text);
    }
    size_t id = strtoull(text + 1, &end, 10);
    if (*end != ')' || id > IDS_MOST) {
        return refuse(reader, "bad number of a name", text);
    }
    const char *given = end + 1 + strspn(end + 1, " ");
    bool known = id < names->count && names->items[id] != NULL;
    if (*given == '\0' && !known) {
        return refuse(reader, "a name that was not given before", text);
    }
    if (*given != '\0' && !known) {
        if (!names_reserve(names, id + 1)) {
            return no_memory(reader);
        }
        names->items[id] = assay_utf8_clean(given, strlen(given), NULL);
    }
    *name = names->items[id]; /* a number that is given again keeps its name */
    return *name != NULL ? 0 : no_memory(reader);
}

/* ---- cost lines ---- */

static bool read_number(double *value, const char **at)
{
    char *end = NULL;
    if (!isdigit((unsigned char)**at)) {
        return false;
    }
    bool hexadecimal = (*at)[0] == '0' && ((*at)[1] == 'x' || (*at)[1] == 'X');
    *value = (double)strtoull(*at, &end, hexadecimal ? 16 : 10);
    *at = end + strspn(end, " \t");
    return *end == '\0' || end != *at;
}

/* Positions are absolute, or told from the line before: "+3", "-3", "*". */
static bool read_position(int64_t *last, const char **at)
{
    double value = 0;
    char sign = **at;
    if (sign == '*') {
        ++*at;
        bool ended = **at == '\0' || **at == ' ' || **at == '\t';
        *at += strspn(*at, " \t");
        return ended;
    }
    *at += sign == '+' || sign == '-';
    if (!read_number(&value, at) || value > 0x1p62) {
        return false;
    }
    uint64_t step = (uint64_t)value, before = (uint64_t)*last; /* without overflow, whatever the file says */
    *last = (int64_t)(sign == '+' ? before + step : sign == '-' ? before - step : step);
    return true;
}

static int book(struct reader *reader, double cost)
{
    if (reader->calls >= 0) {
        struct assay_callgrind_edge call = { .from = reader->node, .to = reader->called };
        call.calls[reader->which] = reader->calls;
        call.cost[reader->which] = cost;
        reader->calls = -1;
        reader->called = ASSAY_NONE;
        return assay_callgrind_call(reader->graph, reader->which, &call) ? 0 : no_memory(reader);
    }
    struct assay_callgrind_function *function = &reader->graph->functions[assay_callgrind_function_of(reader->node)];
    function->self[reader->node % 2][reader->which] += cost;
    reader->graph->sums[reader->which] += cost;
    int64_t line = reader->line_column < reader->position_count ? reader->last[reader->line_column] : 0;
    if (function->line == 0 && line > 0 && line <= UINT32_MAX &&
        reader->own_file_function == assay_callgrind_function_of(reader->node)) {
        function->line = (uint32_t)line;
    }
    return 0;
}

static int read_cost(struct reader *reader, const char *text)
{
    const char *at = text;
    double cost = 0;
    for (size_t i = 0; i < reader->position_count; i++) {
        if (!read_position(&reader->last[i], &at)) {
            return refuse(reader, "bad position", text);
        }
    }
    if (reader->jumped) {
        reader->jumped = false;
        return 0;
    }
    if (reader->node == ASSAY_NONE) {
        return refuse(reader, "a cost of no function", text);
    }
    for (size_t i = 0; i <= reader->event; i++) { /* costs that are left out at the end are 0 */
        cost = 0;
        if (*at != '\0' && !read_number(&cost, &at)) {
            return refuse(reader, "bad cost", text);
        }
    }
    return book(reader, cost);
}

/* ---- headers and names ---- */

/* The index of a word among words; `count` gets how many there are. */
static size_t find_word(size_t *count, const char *words, const char *word)
{
    size_t found = SIZE_MAX, length = strlen(word);
    *count = 0;
    for (words += strspn(words, " \t"); *words != '\0'; words += strspn(words, " \t")) {
        size_t own = strcspn(words, " \t");
        found = own == length && strncmp(words, word, own) == 0 ? *count : found;
        ++*count;
        words += own;
    }
    return found;
}

static int read_header(struct reader *reader, const char *key, const char *value)
{
    size_t count = 0;
    if (strcmp(key, "positions") == 0) {
        reader->line_column = find_word(&reader->position_count, value, "line");
        return reader->position_count > 0 && reader->position_count <= POSITIONS_MOST
                   ? 0
                   : refuse(reader, "bad positions", value);
    }
    if (strcmp(key, "events") == 0) {
        reader->event = find_word(&count, value, "Ir");
        return reader->event < count ? 0 : refuse(reader, "instructions (Ir) are not among the events", value);
    }
    if (strcmp(key, "totals") == 0) {
        const char *at = value;
        double total = 0;
        for (size_t i = 0; i <= reader->event; i++) {
            total = 0;
            if (*at != '\0' && !read_number(&total, &at)) {
                return refuse(reader, "bad totals", value);
            }
        }
        reader->graph->totals[reader->which] += total;
        reader->ended = true;
    }
    return 0;
}

static int enter(uint32_t *node, struct reader *reader, const char *object, const char *file, const char *value)
{
    const char *name = NULL;
    int result = read_name(&name, reader, &reader->functions, value);
    if (result == 0) {
        *node = assay_callgrind_node(reader->graph, object != NULL ? object : "???", file != NULL ? file : "???", name);
        result = *node != ASSAY_NONE ? 0 : no_memory(reader);
    }
    return result;
}

static int read_calls(struct reader *reader, const char *value)
{
    const char *at = value;
    if (reader->called == ASSAY_NONE || reader->node == ASSAY_NONE) {
        return refuse(reader, "calls of no function", value);
    }
    return read_number(&reader->calls, &at) ? 0 : refuse(reader, "bad calls", value);
}

static int read_file(struct reader *reader, const char *value)
{
    int result = read_name(&reader->file, reader, &reader->files, value);
    if (result == 0 && reader->node != ASSAY_NONE) {
        uint32_t function = assay_callgrind_function_of(reader->node);
        bool back = strcmp(reader->graph->functions[function].file, reader->file) == 0;
        reader->own_file_function = back ? function : ASSAY_NONE;
    }
    return result;
}

static int read_assignment(struct reader *reader, const char *key, const char *value)
{
    if (strcmp(key, "fl") == 0 || strcmp(key, "fi") == 0 || strcmp(key, "fe") == 0) {
        return read_file(reader, value);
    }
    if (strcmp(key, "ob") == 0) {
        return read_name(&reader->object, reader, &reader->objects, value);
    }
    if (strcmp(key, "cob") == 0) {
        return read_name(&reader->called_object, reader, &reader->objects, value);
    }
    if (strcmp(key, "cfi") == 0 || strcmp(key, "cfl") == 0) {
        return read_name(&reader->called_file, reader, &reader->files, value);
    }
    if (strcmp(key, "fn") == 0) {
        int result = enter(&reader->node, reader, reader->object, reader->file, value);
        reader->own_file_function = assay_callgrind_function_of(reader->node);
        return result;
    }
    if (strcmp(key, "cfn") == 0) {
        const char *object = reader->called_object != NULL ? reader->called_object : reader->object;
        const char *file = reader->called_file != NULL ? reader->called_file : reader->file;
        reader->called_object = reader->called_file = NULL;
        return enter(&reader->called, reader, object, file, value);
    }
    if (strcmp(key, "calls") == 0) {
        return read_calls(reader, value);
    }
    reader->jumped = strcmp(key, "jump") == 0 || strcmp(key, "jcnd") == 0;
    return 0; /* what the format may yet get is none of ours */
}

static int read_line(struct reader *reader, char *text)
{
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1])) {
        text[--length] = '\0';
    }
    if (*text == '\0' || *text == '#') {
        return 0;
    }
    if (isdigit((unsigned char)*text) || *text == '+' || *text == '-' || *text == '*') {
        return read_cost(reader, text);
    }
    size_t word = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    char kind = text[word];
    if (word == 0 || (kind != '=' && kind != ':')) {
        return refuse(reader, "not callgrind's:", text);
    }
    text[word] = '\0';
    char *value = text + word + 1;
    value += strspn(value, " \t");
    return kind == '=' ? read_assignment(reader, text, value) : read_header(reader, text, value);
}

int assay_callgrind_read(struct assay_callgrind *graph, size_t which, const char *path, struct assay_error *error)
{
    struct reader reader = { .graph = graph,
                             .which = which,
                             .path = path,
                             .error = error,
                             .node = ASSAY_NONE,
                             .called = ASSAY_NONE,
                             .own_file_function = ASSAY_NONE,
                             .position_count = 1,
                             .calls = -1 };
    char *bytes = NULL;
    size_t length = 0;
    int result = assay_file_read(&bytes, &length, path, size_limit, error);
    char *rest = bytes;
    for (char *line = strsep(&rest, "\n"); line != NULL && result == 0; line = strsep(&rest, "\n")) {
        reader.line++;
        result = read_line(&reader, line);
    }
    if (result == 0 && !reader.ended) {
        result = assay_fail(error, ASSAY_EINPUT, "callgrind's %s ends before its totals", path);
    }
    free(bytes);
    names_release(&reader.objects);
    names_release(&reader.files);
    names_release(&reader.functions);
    names_release(&reader.plain);
    return result;
}
