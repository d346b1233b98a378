/* A point as a line of JSON or CSV, from one list of fields. Knows no store. */
#include "cli/track_export.h"

#include <math.h>
#include <string.h>

enum kind { TEXT, NUMBER, WORDS };
struct field {
    const char *name;
    enum kind kind;
    const char *text;
    double number;
};
#define FIELDS 14

static size_t list(struct field fields[FIELDS], const struct assay_track_exported *exported)
{
    const struct assay_history_series *series = exported->series;
    const struct assay_history_point *point = exported->point;
    const struct field all[FIELDS] = {
        { "benchmark", TEXT, series->benchmark, 0 },
        { "unit", TEXT, assay_history_unit_word(series->unit), 0 },
        { "fingerprint", TEXT, series->fingerprint, 0 },
        { "reference", TEXT, series->reference, 0 },
        { "commit", TEXT, point->commit, 0 },
        { "parent", TEXT, point->parent, 0 },
        { "branch", TEXT, point->branch, 0 },
        { "author_date", TEXT, point->author_date, 0 },
        { "subject", TEXT, point->subject, 0 },
        { "value", NUMBER, NULL, point->value },
        { "low", NUMBER, NULL, point->low },
        { "high", NUMBER, NULL, point->high },
        { "document", TEXT, point->document, 0 },
        { "flags", WORDS, NULL, 0 },
    };
    memcpy(fields, all, sizeof all);
    return FIELDS;
}

static void append_number(struct assay_text *line, double number, const char *unknown)
{
    if (isfinite(number)) {
        assay_text_append_real(line, number);
    } else {
        assay_text_append(line, unknown);
    }
}

/* ---- JSON ---- */

static void append_text(struct assay_text *line, const char *text)
{
    if (text) {
        assay_text_append_json(line, text, strlen(text));
    } else {
        assay_text_append(line, "null");
    }
}

static void append_json(struct assay_text *line, const struct field *field, const struct assay_history_point *point)
{
    assay_text_format(line, "\"%s\":", field->name);
    if (field->kind == TEXT) {
        append_text(line, field->text);
    } else if (field->kind == NUMBER) {
        append_number(line, field->number, "null");
    } else {
        assay_text_append_char(line, '[');
        for (size_t i = 0; i < point->flag_count; i++) {
            assay_text_append(line, i > 0 ? "," : "");
            append_text(line, point->flags[i]);
        }
        assay_text_append_char(line, ']');
    }
}

void assay_track_export_json(struct assay_text *line, const struct assay_track_exported *exported)
{
    struct field fields[FIELDS];
    size_t count = list(fields, exported);
    for (size_t i = 0; i < count; i++) {
        assay_text_append_char(line, i > 0 ? ',' : '{');
        append_json(line, &fields[i], exported->point);
    }
    if (exported->with_samples) {
        assay_text_append(line, ",\"samples\":[");
        for (size_t i = 0; i < exported->sample_count; i++) {
            assay_text_append(line, i > 0 ? "," : "");
            append_number(line, exported->samples[i], "null");
        }
        assay_text_append_char(line, ']');
    }
    assay_text_append(line, "}\n");
}

/* ---- CSV ---- */

/* In quotes where a reader would else see more than one field. */
static void append_quoted(struct assay_text *line, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        assay_text_append(line, text);
        return;
    }
    assay_text_append_char(line, '"');
    for (; *text; text++) {
        assay_text_append(line, *text == '"' ? "\"" : "");
        assay_text_append_char(line, *text);
    }
    assay_text_append_char(line, '"');
}

static void append_words(struct assay_text *line, const struct assay_history_point *point)
{
    struct assay_text words = ASSAY_TEXT_INIT;
    for (size_t i = 0; i < point->flag_count; i++) {
        assay_text_format(&words, "%s%s", i > 0 ? " " : "", point->flags[i]);
    }
    append_quoted(line, words.bytes ? words.bytes : "");
    line->failed = line->failed || words.failed;
    assay_text_release(&words);
}

void assay_track_export_csv(struct assay_text *line, const struct assay_track_exported *exported)
{
    struct field fields[FIELDS];
    size_t count = list(fields, exported);
    for (size_t i = 0; i < count; i++) {
        assay_text_append(line, i > 0 ? "," : "");
        if (fields[i].kind == TEXT) {
            append_quoted(line, fields[i].text ? fields[i].text : "");
        } else if (fields[i].kind == NUMBER) {
            append_number(line, fields[i].number, "");
        } else {
            append_words(line, exported->point);
        }
    }
    if (exported->with_samples) {
        assay_text_append_char(line, ',');
        for (size_t i = 0; i < exported->sample_count; i++) {
            assay_text_append(line, i > 0 ? " " : "");
            append_number(line, exported->samples[i], "");
        }
    }
    assay_text_append(line, "\r\n");
}

void assay_track_export_head(struct assay_text *line, bool with_samples)
{
    const struct assay_history_series series = { .unit = ASSAY_HISTORY_NS };
    const struct assay_history_point point = { .value = NAN };
    const struct assay_track_exported none = { .series = &series, .point = &point };
    struct field fields[FIELDS];
    size_t count = list(fields, &none);
    for (size_t i = 0; i < count; i++) {
        assay_text_format(line, "%s%s", i > 0 ? "," : "", fields[i].name);
    }
    assay_text_append(line, with_samples ? ",samples\r\n" : "\r\n");
}
