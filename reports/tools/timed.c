/* Benchmarks with a time, their names and their repetitions, for the formats of other tools. */
#include "reports/tools/timed.h"

#include "base/text.h"
#include "reports/cells.h"
#include "stats/stats.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_GIVEN = 3 };

/* Bytes of a space that is not ' ', for Unicode has many; 0: none is here. */
static size_t odd_space(const unsigned char *at)
{
    static const char *const spaces[] = { "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\xaf", "\xe2\x81\x9f",
                                          "\xe3\x80\x80", "\xe2\x80\xa8", "\xe2\x80\xa9" };
    for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++) {
        size_t length = strlen(spaces[i]);
        if (strncmp((const char *)at, spaces[i], length) == 0) {
            return length;
        }
    }
    return at[0] == 0xe2 && at[1] == 0x80 && at[2] >= 0x80 && at[2] <= 0x8a ? 3 : 0;
}

char *assay_one_line(const char *text, size_t most)
{
    struct assay_text line = ASSAY_TEXT_INIT;
    size_t kept = strnlen(text ? text : "", most * 4 + 4); /* four bytes a character at most */
    char *piece = assay_copy_bytes(text ? text : "", kept);
    char *clean = piece ? assay_cell_clean(piece, true) : NULL;
    size_t characters = 0;
    for (const char *at = clean; at && *at; characters++) {
        size_t space = odd_space((const unsigned char *)at);
        size_t length = 1;
        while (((unsigned char)at[length] & 0xc0) == 0x80) {
            length++;
        }
        if (characters == most) {
            assay_text_append(&line, "\xe2\x80\xa6");
            break;
        }
        if (space || *at == ' ') {
            assay_text_append(&line, line.length > 0 ? " " : "");
        } else {
            assay_text_append_bytes(&line, at, length);
        }
        at += length;
    }
    line.failed = line.failed || !clean;
    free(clean);
    free(piece);
    while (!line.failed && line.length > 0 && line.bytes[line.length - 1] == ' ') {
        line.bytes[--line.length] = '\0';
    }
    return assay_text_take(&line);
}

/* 'b', 'h' or 'x' (both) for benchmarks that are sides of comparisons, 0 for others. */
static char *sides_of(const struct assay_document *document)
{
    char *sides = calloc(document->benchmark_count + 1, 1);
    for (size_t i = 0; sides && i < document->comparison_count; i++) {
        size_t base = document->comparisons[i].base, head = document->comparisons[i].head;
        if (base < document->benchmark_count && head < document->benchmark_count && base != head) {
            sides[base] = sides[base] == 0 || sides[base] == 'b' ? 'b' : 'x';
            sides[head] = sides[head] == 0 || sides[head] == 'h' ? 'h' : 'x';
        }
    }
    return sides;
}

/* Whether the sides of some comparison with this head have the same id. */
static bool *twins_of(const struct assay_document *document)
{
    bool *twins = calloc(document->benchmark_count + 1, sizeof *twins);
    for (size_t i = 0; twins && i < document->comparison_count; i++) {
        size_t base = document->comparisons[i].base, head = document->comparisons[i].head;
        bool known = base < document->benchmark_count && head < document->benchmark_count && base != head;
        const char *one = known ? document->benchmarks[base].id : NULL;
        const char *other = known ? document->benchmarks[head].id : NULL;
        if (one && other && strcmp(one, other) == 0) {
            twins[base] = twins[head] = true;
        }
    }
    return twins;
}

static bool add(struct assay_timed_list *list, const struct assay_report_row *row, const char *side)
{
    char *line = assay_one_line(row->name, ASSAY_TIMED_NAME_MOST);
    char *name = line ? assay_formatted("%s%s%s%s", line[0] ? line : "?", side ? " (" : "", side ? side : "",
                                        side ? ")" : "")
                      : NULL;
    free(line);
    list->items[list->count++] = (struct assay_timed){ row->benchmark, name, side };
    return name != NULL;
}

static int by_name(const void *a, const void *b)
{
    const struct assay_timed *const *one = a, *const *other = b;
    int order = strcmp((*one)->name, (*other)->name);
    return order ? order : (*one > *other) - (*one < *other);
}

/* Numbers those of one name from the second on. */
static bool number_run(struct assay_timed **run, size_t count, const char *lead, char before)
{
    for (size_t i = 1; i < count; i++) {
        const char *rest = before ? strrchr(run[i]->name, before) : NULL;
        size_t length = rest ? (size_t)(rest - run[i]->name) : strlen(run[i]->name);
        char *name = assay_formatted("%.*s%s%zu%s", (int)length, run[i]->name, lead, i + 1, rest ? rest : "");
        if (!name) {
            return false;
        }
        free(run[i]->name);
        run[i]->name = name;
    }
    return true;
}

/* What a number makes equal to another name is numbered again: names only grow, so this ends. */
bool assay_timed_tell_apart(const struct assay_timed_list *list, const char *lead, char before)
{
    struct assay_timed **sorted = calloc(list->count + 1, sizeof *sorted);
    bool good = sorted != NULL, changed = good;
    while (good && changed) {
        changed = false;
        for (size_t i = 0; i < list->count; i++) {
            sorted[i] = &list->items[i];
        }
        qsort(sorted, list->count, sizeof *sorted, by_name);
        for (size_t i = 0, end; good && i < list->count; i = end) {
            for (end = i + 1; end < list->count && strcmp(sorted[i]->name, sorted[end]->name) == 0;) {
                end++;
            }
            changed = changed || end > i + 1;
            good = number_run(sorted + i, end - i, lead, before);
        }
    }
    free(sorted);
    return good;
}

static bool fill(struct assay_timed_list *list, const struct assay_report_model *model)
{
    const struct assay_document *document = model->document;
    size_t count = document->benchmark_count;
    *list = (struct assay_timed_list){ .items = calloc(count + 1, sizeof *list->items),
                                       .of_benchmark = calloc(count + 1, sizeof *list->of_benchmark) };
    const struct assay_report_row **rows = calloc(count + 1, sizeof *rows);
    char *sides = sides_of(document);
    bool *twins = twins_of(document);
    bool good = list->items && list->of_benchmark && rows && sides && twins;
    for (size_t i = 0; good && i < model->row_count; i++) {
        rows[model->rows[i].benchmark - document->benchmarks] = &model->rows[i];
    }
    for (size_t i = 0; good && i < count; i++) {
        list->of_benchmark[i] = SIZE_MAX;
        if (rows[i] && rows[i]->timed) {
            list->of_benchmark[i] = list->count;
            const char *side = !twins[i] || sides[i] == 'x' ? NULL : sides[i] == 'b' ? "base" : "head";
            good = add(list, rows[i], side);
        }
    }
    free(rows);
    free(sides);
    free(twins);
    return good && assay_timed_tell_apart(list, "~", '\0');
}

int assay_timed_open(struct assay_timed_list *list, const struct assay_report *report, struct assay_error *error)
{
    int code = assay_document_check(report->parts[0].document, error);
    if (!code && !fill(list, report->parts[0].benchmarks)) {
        code = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    return code;
}

void assay_timed_release(struct assay_timed_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].name);
    }
    free(list->items);
    free(list->of_benchmark);
    *list = (struct assay_timed_list){ 0 };
}

/* Medians of the samples whose `count` rows are in `order`: those of one repetition. */
static bool repetition_of(struct assay_repetition *out, const struct assay_samples *samples, const size_t *order,
                          size_t count, double *room)
{
    bool cpu = true;
    *out = (struct assay_repetition){ .cpu_ns = NAN };
    for (size_t i = 0; i < count; i++) {
        out->iterations += samples->iterations[order[i]];
        out->elapsed_ns += samples->elapsed_ns[order[i]];
        room[i] = assay_samples_ns(samples, order[i]);
        cpu = cpu && isfinite(samples->cpu_ns[order[i]]);
    }
    if (assay_stats_median(&out->ns, room, count)) {
        return false;
    }
    for (size_t i = 0; cpu && i < count; i++) {
        room[i] = samples->cpu_ns[order[i]] / samples->iterations[order[i]];
    }
    return !cpu || assay_stats_median(&out->cpu_ns, room, count) == 0;
}

/* The samples of each process together, processes in the order of their first sample; NULL: out of memory. Gives the
 * number of each process's samples in `counts`, and how many processes have one. */
static size_t *by_process(const struct assay_benchmark *benchmark, size_t *counts, size_t *processes)
{
    const struct assay_samples *samples = &benchmark->samples;
    size_t *order = calloc(samples->count + 1, sizeof *order);
    size_t *slots = calloc(benchmark->process_count + 1, sizeof *slots); /* of a process, from 1 */
    size_t *starts = calloc(benchmark->process_count + 1, sizeof *starts);
    bool good = order && slots && starts;
    *processes = 0;
    for (size_t i = 0; good && i < samples->count; i++) {
        size_t process = (size_t)samples->process[i];
        slots[process] = slots[process] ? slots[process] : ++*processes;
        counts[slots[process] - 1]++;
    }
    for (size_t i = 1; good && i < *processes; i++) {
        starts[i] = starts[i - 1] + counts[i - 1];
    }
    for (size_t i = 0; good && i < samples->count; i++) {
        order[starts[slots[(size_t)samples->process[i]] - 1]++] = i;
    }
    free(slots);
    free(starts);
    if (!good) {
        free(order);
        order = NULL;
    }
    return order;
}

bool assay_repetitions_fill(struct assay_repetitions *repetitions, const struct assay_benchmark *benchmark)
{
    const struct assay_samples *samples = &benchmark->samples;
    *repetitions = (struct assay_repetitions){ .items = calloc(samples->count + 1, sizeof *repetitions->items) };
    size_t processes = 0;
    size_t *counts = calloc(benchmark->process_count + 1, sizeof *counts);
    double *room = calloc(samples->count + 1, sizeof *room);
    size_t *order = counts ? by_process(benchmark, counts, &processes) : NULL;
    bool good = repetitions->items && room && order;
    repetitions->order = order;
    repetitions->of_processes = processes > 1;
    size_t want = processes > 1 ? processes : samples->count;
    for (size_t at = 0; good && repetitions->count < want;) {
        size_t length = processes > 1 ? counts[repetitions->count] : 1;
        struct assay_repetition *repetition = &repetitions->items[repetitions->count++];
        good = repetition_of(repetition, samples, order + at, length, room);
        repetition->first = at;
        repetition->count = length;
        at += length;
    }
    if (good && samples->count == 0 && benchmark->has_statistics) {
        repetitions->items[repetitions->count++] = (struct assay_repetition){
            .iterations = 1, .ns = benchmark->statistics.median, .cpu_ns = NAN
        };
    }
    free(counts);
    free(room);
    return good;
}

void assay_repetitions_release(struct assay_repetitions *repetitions)
{
    free(repetitions->items);
    free(repetitions->order);
    *repetitions = (struct assay_repetitions){ 0 };
}

const char *assay_timed_why_not(const struct assay_benchmark *benchmark)
{
    bool ended = benchmark->status == ASSAY_STATUS_OK || benchmark->status == ASSAY_STATUS_INTERRUPTED;
    return ended && benchmark->has_statistics     ? NULL
           : benchmark->status == ASSAY_STATUS_OK ? "no samples"
                                                  : assay_status_word(benchmark->status);
}

char *assay_left_out(const struct assay_document *document, const char *(*why_not)(const struct assay_benchmark *))
{
    struct assay_text text = ASSAY_TEXT_INIT;
    size_t count = 0;
    for (size_t i = 0; i < document->benchmark_count; i++) {
        const struct assay_benchmark *benchmark = &document->benchmarks[i];
        const char *why = why_not(benchmark);
        if (!why || count++ >= NAMES_GIVEN) {
            continue;
        }
        char *name = assay_one_line(benchmark->id ? benchmark->id : "?", ASSAY_TIMED_NAME_MOST);
        assay_text_format(&text, "%s%s (%s)", count > 1 ? ", " : "", name ? name : "?", why);
        free(name);
    }
    if (count > NAMES_GIVEN) {
        assay_text_format(&text, " and %zu more", count - NAMES_GIVEN);
    }
    char *words = count > 0 ? assay_text_take(&text) : NULL;
    assay_text_release(&text);
    return words;
}

char *assay_timed_left_out(const struct assay_document *document)
{
    return assay_left_out(document, assay_timed_why_not);
}
