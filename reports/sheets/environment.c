/* Environments: a column for each that differs (of all documents and sessions), what differs, how grave that is and what can be
 * done; then all facts. */
#include "reports/sheets/sheets.h"

#include "base/text.h"
#include "result/environments.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 20, MOST_ROWS = 1000 };

struct environment {
    const struct assay_report_part *part;
    size_t part_index, session;
    size_t sessions; /* that have it, this one included */
    const struct assay_facts *facts;
    struct assay_differences from_first;
};

/* What differs anywhere, once. */
struct finding {
    const char *group, *name;
    enum assay_grade grade;
};

struct gathered {
    bool one_document; /* of the report: columns are its sessions */
    struct environment columns[MOST_COLUMNS];
    size_t count;
    size_t left_out; /* sessions that have no column, and may differ */
    struct finding *findings;
    size_t finding_count;
};

static void release(struct gathered *gathered)
{
    for (size_t i = 0; i < gathered->count; i++) {
        assay_differences_release(&gathered->columns[i].from_first);
    }
    free(gathered->findings);
}

/* Whether a column has these facts already; *known is its index. False: out of memory. */
static bool find_equal(const struct gathered *gathered, const struct assay_facts *facts, size_t *known)
{
    *known = gathered->count;
    for (size_t i = 0; i < gathered->count && *known == gathered->count; i++) {
        struct assay_differences differences = { 0 };
        if (!assay_environments_compare(&differences, gathered->columns[i].facts, facts)) {
            return false;
        }
        *known = differences.count == 0 ? i : *known;
        assay_differences_release(&differences);
    }
    return true;
}

static bool add_session(struct gathered *gathered, const struct assay_report *report, size_t part, size_t session)
{
    const struct assay_facts *facts = &report->parts[part].document->sessions[session].environment;
    size_t known = 0;
    if (gathered->left_out > 0) { /* full: nothing more is compared, however many there are */
        gathered->left_out++;
        return true;
    }
    if (!find_equal(gathered, facts, &known)) {
        return false;
    }
    if (known < gathered->count) {
        gathered->columns[known].sessions++;
    } else if (known == MOST_COLUMNS) {
        gathered->left_out++;
    } else {
        struct environment *column = &gathered->columns[gathered->count++];
        *column = (struct environment){ &report->parts[part], part, session, 1, facts, { 0 } };
        return assay_environments_compare(&column->from_first, gathered->columns[0].facts, facts);
    }
    return true;
}

static int compare_findings(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    int group = strcmp(x->group, y->group);
    return group ? group : strcmp(x->name, y->name);
}

static int compare_grades(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    return x->grade != y->grade ? (x->grade > y->grade ? -1 : 1) : compare_findings(a, b);
}

/* Each fact that differs in some column once, by its gravest grade; the gravest first. */
static bool find(struct gathered *gathered)
{
    size_t count = 0, kept = 0;
    for (size_t i = 0; i < gathered->count; i++) {
        count += gathered->columns[i].from_first.count;
    }
    struct finding *findings = calloc(count + 1, sizeof *findings);
    gathered->findings = findings;
    if (!findings) {
        return false;
    }
    for (size_t i = 0; i < gathered->count; i++) {
        const struct assay_differences *differences = &gathered->columns[i].from_first;
        for (size_t k = 0; k < differences->count; k++) {
            const struct assay_difference *item = &differences->items[k];
            findings[kept++] = (struct finding){ item->group, item->name, item->grade };
        }
    }
    qsort(findings, count, sizeof *findings, compare_findings);
    kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && compare_findings(&findings[kept - 1], &findings[i]) == 0) {
            enum assay_grade grade = findings[i].grade;
            findings[kept - 1].grade = grade > findings[kept - 1].grade ? grade : findings[kept - 1].grade;
        } else {
            findings[kept++] = findings[i];
        }
    }
    gathered->finding_count = kept;
    qsort(findings, kept, sizeof *findings, compare_grades);
    return true;
}

/* ---- rows ---- */

static char *show(const struct assay_facts *facts, const char *group, const char *name)
{
    const struct assay_fact *fact = assay_facts_find(facts, group, name);
    return fact && fact->kind != ASSAY_FACT_NONE ? assay_fact_show(fact) : assay_copy("");
}

static void put_values(struct assay_sheet *sheet, struct assay_sheet_row *row, const struct gathered *gathered,
                       const char *group, const char *name)
{
    assay_sheet_put_take(sheet, row, 0, assay_formatted("%s.%s", group, name), NAN, ASSAY_TONE_PLAIN);
    for (size_t i = 0; i < gathered->count; i++) {
        assay_sheet_put_take(sheet, row, i + 1, show(gathered->columns[i].facts, group, name), NAN, ASSAY_TONE_PLAIN);
    }
}

/* Which documents and sessions the columns are: "base.json", "base.json, session 2 of 3", and when. */
static void put_names(struct assay_sheet *sheet, const struct gathered *gathered)
{
    struct assay_sheet_row *names = assay_sheet_add(sheet);
    assay_sheet_put_take(sheet, names, 0, assay_copy("document"), NAN, ASSAY_TONE_PLAIN);
    for (size_t i = 0; i < gathered->count; i++) {
        const struct environment *column = &gathered->columns[i];
        struct assay_text text = ASSAY_TEXT_INIT;
        if (column->part->name) {
            assay_text_append(&text, column->part->name);
        } else {
            assay_text_format(&text, "document %zu", column->part_index + 1);
        }
        if (column->part->document->session_count > 1) {
            assay_text_format(&text, ", session %zu of %zu", column->session + 1, column->part->document->session_count);
        }
        if (column->sessions > 1) {
            assay_text_format(&text, " and %zu more", column->sessions - 1);
        }
        assay_sheet_put_take(sheet, names, i + 1, assay_text_take(&text), NAN, ASSAY_TONE_PLAIN);
    }
    struct assay_sheet_row *times = assay_sheet_add(sheet);
    assay_sheet_put_take(sheet, times, 0, assay_copy("measured"), NAN, ASSAY_TONE_PLAIN);
    for (size_t i = 0; i < gathered->count; i++) {
        const struct environment *column = &gathered->columns[i];
        const char *created = column->part->document->sessions[column->session].created;
        assay_sheet_put_take(sheet, times, i + 1, assay_copy(created ? created : ""), NAN, ASSAY_TONE_PLAIN);
    }
}

/* Of one document its sessions; of several a number, for the row of documents has their names, which may be long. */
static char *column_title(const struct gathered *gathered, size_t index)
{
    return gathered->count == 1     ? assay_copy("value")
           : gathered->one_document ? assay_formatted("session %zu", gathered->columns[index].session + 1)
                                    : assay_formatted("environment %zu", index + 1);
}

static void add_columns(struct assay_sheet *sheet, const struct gathered *gathered)
{
    assay_sheet_column(sheet, "fact", "group and name; docs/environment.md", false);
    for (size_t i = 0; i < gathered->count; i++) {
        char *title = column_title(gathered, i);
        assay_sheet_column(sheet, title, NULL, false);
        sheet->failed = sheet->failed || !title;
        free(title);
    }
}

static char *left_out_words(const struct gathered *gathered)
{
    return gathered->left_out > 0 ? assay_formatted("The first %d environments have a column; %zu further sessions have none.",
                                                    MOST_COLUMNS, gathered->left_out)
                                  : assay_copy("");
}

static struct assay_sheet *add_sheet(struct assay_section *section, const struct gathered *gathered, const char *id,
                                     const char *title)
{
    struct assay_sheet *sheet = assay_section_add(section, id, 0, 0);
    if (sheet) {
        assay_sheet_title_take(sheet, assay_copy(title));
        assay_sheet_note_take(sheet, left_out_words(gathered));
        add_columns(sheet, gathered);
    }
    return sheet;
}

static bool add_differences(struct assay_section *section, const struct gathered *gathered)
{
    static const enum assay_tone tones[] = { [ASSAY_GRADE_INFORMATION] = ASSAY_TONE_MUTED,
                                             [ASSAY_GRADE_CAUTION] = ASSAY_TONE_WARN,
                                             [ASSAY_GRADE_BLOCKING] = ASSAY_TONE_BAD };
    struct assay_sheet *sheet = add_sheet(section, gathered, "differences", "environment differences");
    if (!sheet) {
        return false;
    }
    assay_sheet_column(sheet, "grade", "blocking: times cannot be compared; caution: it can move a time", false);
    assay_sheet_column(sheet, "what can be done", NULL, false);
    put_names(sheet, gathered);
    for (size_t i = 0; i < gathered->finding_count && sheet->row_count < MOST_ROWS; i++) {
        const struct finding *finding = &gathered->findings[i];
        const char *remedy = finding->grade == ASSAY_GRADE_INFORMATION
                                 ? NULL
                                 : assay_environments_remedy(finding->group, finding->name);
        struct assay_sheet_row *row = assay_sheet_add(sheet);
        put_values(sheet, row, gathered, finding->group, finding->name);
        assay_sheet_put_take(sheet, row, gathered->count + 1, assay_copy(assay_grade_word(finding->grade)),
                             (double)finding->grade, tones[finding->grade]);
        assay_sheet_put_take(sheet, row, gathered->count + 2, assay_copy(remedy ? remedy : ""), NAN, ASSAY_TONE_PLAIN);
    }
    return true;
}

/* Facts in the order in which the first column that has them has them; each once. */
static bool add_facts(struct assay_section *section, const struct gathered *gathered)
{
    struct assay_sheet *sheet = add_sheet(section, gathered, "facts", "all facts");
    if (!sheet) {
        return false;
    }
    assay_sheet_column(sheet, "source", "where the first value comes from, or why there is none", false);
    put_names(sheet, gathered);
    for (size_t i = 0; i < gathered->count; i++) {
        const struct assay_facts *facts = gathered->columns[i].facts;
        for (size_t k = 0; k < facts->count && sheet->row_count < MOST_ROWS; k++) {
            const struct assay_fact *fact = &facts->items[k];
            bool seen = false;
            for (size_t before = 0; before < i && !seen; before++) {
                seen = assay_facts_find(gathered->columns[before].facts, fact->group, fact->name);
            }
            if (!seen) {
                struct assay_sheet_row *row = assay_sheet_add(sheet);
                put_values(sheet, row, gathered, fact->group, fact->name);
                assay_sheet_put_take(sheet, row, gathered->count + 1, assay_copy(fact->origin ? fact->origin : ""), NAN,
                                     ASSAY_TONE_MUTED);
            }
        }
    }
    return true;
}

static bool summarize(struct assay_section *section, const struct gathered *gathered)
{
    size_t grades[ASSAY_GRADE_BLOCKING + 1] = { 0 };
    for (size_t i = 0; i < gathered->finding_count; i++) {
        grades[gathered->findings[i].grade]++;
    }
    section->summary = gathered->count == 1 ? assay_copy("one environment")
                                            : assay_formatted("%zu blocking, %zu caution, %zu information",
                                                              grades[ASSAY_GRADE_BLOCKING], grades[ASSAY_GRADE_CAUTION],
                                                              grades[ASSAY_GRADE_INFORMATION]);
    return section->summary != NULL;
}

bool assay_sheets_environment(struct assay_section *section, const struct assay_report *report)
{
    struct gathered gathered = { .one_document = report->part_count == 1 };
    bool good = true;
    for (size_t i = 0; i < report->part_count; i++) {
        for (size_t k = 0; k < report->parts[i].document->session_count && good; k++) {
            good = add_session(&gathered, report, i, k);
        }
    }
    good = good && find(&gathered);
    if (good && gathered.count > 0) {
        good = (gathered.count == 1 || add_differences(section, &gathered)) && add_facts(section, &gathered) &&
               summarize(section, &gathered);
    }
    release(&gathered);
    return good;
}
