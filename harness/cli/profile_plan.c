/* From the words of the command profile to a plan of one benchmark, of two, or of a suite's. Measures nothing. */
#include "cli/profile.h"

#include "base/file.h"
#include "base/number.h"
#include "cli/compare.h"
#include "cli/output.h"
#include "cli/requirements.h"
#include "cli/say.h"

#include <stdlib.h>
#include <string.h>

#define USUAL_BUDGET_S 15.0 /* a benchmark; as passes/ has it */

void assay_profile_work_release(struct assay_profile_work *work)
{
    assay_plan_free(work->plan);
    assay_catalog_close(work->catalog);
    assay_places_release(&work->places);
    *work = (struct assay_profile_work){ 0 };
}

/* What the options say of any plan. */
static struct assay_plan_options options_of(const struct profile_values *values)
{
    static const char *const none[] = { NULL };
    struct assay_plan_options options = {
        .suite = values->suite.text,
        .grid = values->parameter.texts ? values->parameter.texts : none,
        .filter = values->filter.text,
        .protocol = ASSAY_PROTOCOL_UNSET,
        .has_seed = values->seed.given > 0,
        .seed = values->seed.integer,
        .memory_bytes = values->memory.integer,
        .threads = (uint32_t)values->threads.integer,
        .processors = values->cpu.text,
    };
    if (values->timeout.given) {
        options.protocol.timeout_s = values->timeout.real;
    }
    return options;
}

static int plan_by(struct assay_plan **plan, struct assay_profile_work *work, const struct assay_plan_options *options,
                   struct assay_error *error)
{
    struct assay_references *references = NULL;
    int code = assay_references_open(&references, work->places.reference, error);
    if (!code) {
        code = assay_plan_new(plan, work->catalog, references, work->places.suites, options, error);
    }
    assay_references_close(references);
    return code;
}

/* The one benchmark that a word and the options make. */
static int plan_one(struct assay_plan **plan, struct assay_profile_work *work, const char *word,
                    const struct profile_values *values, struct assay_error *error)
{
    const char *const names[] = { word, NULL };
    struct assay_plan_options options = options_of(values);
    options.benchmarks = names;
    int code = plan_by(plan, work, &options, error);
    if (!code && (*plan)->count != 1) {
        code = assay_fail(error, ASSAY_EUSAGE,
                          "bad -p for a profile of '%.160s': want one value of each parameter, not %zu", word,
                          (*plan)->count);
        assay_plan_free(*plan);
        *plan = NULL;
    }
    return code;
}

static int open_catalog(struct assay_profile_work *work, struct assay_error *error)
{
    int code = assay_places_find(&work->places, error);
    return code ? code : assay_catalog_open(&work->catalog, &work->places, error);
}

int assay_profile_prepare_suite(struct assay_profile_work *work, const struct profile_values *values,
                                struct assay_error *error)
{
    struct assay_plan_options options = options_of(values);
    options.jobs = 1; /* a profile is of one benchmark, alone */
    int code = open_catalog(work, error);
    return code ? code : plan_by(&work->plan, work, &options, error);
}

/* A plug-in by itself means the other's kernel; alone it is none. */
static int read_words(struct assay_side sides[2], const char *const *words, size_t count, struct assay_error *error)
{
    int code = 0;
    for (size_t i = 0; i < count && !code; i++) {
        code = assay_side_read(&sides[i], words[i], false, error);
    }
    if (!code && count == 2) {
        code = assay_sides_match(&sides[0], &sides[1], error);
    }
    for (size_t i = 0; i < count && !code; i++) {
        if (sides[i].kind == ASSAY_SIDE_PLUGINS) {
            code = assay_fail(error, ASSAY_EUSAGE, "bad benchmark '%.160s': want a kernel of it, as in '%.160s:KERNEL'",
                              sides[i].text, sides[i].text);
        }
    }
    return code;
}

int assay_profile_prepare(struct assay_profile_work *work, const char *const *words, size_t count,
                          const struct profile_values *values, struct assay_error *error)
{
    struct assay_side sides[2] = { { .text = NULL }, { .text = NULL } };
    int code = open_catalog(work, error);
    if (!code) {
        code = read_words(sides, words, count, error);
    }
    for (size_t i = 0; i < count && !code; i++) {
        struct assay_plan *plan = NULL;
        code = plan_one(&plan, work, sides[i].text, values, error);
        if (!code && !work->plan) {
            work->plan = plan;
        } else if (!code) {
            code = assay_plan_join_take(work->plan, &plan, error);
        }
    }
    assay_side_release(&sides[0]);
    assay_side_release(&sides[1]);
    return code;
}

int assay_profile_print_plan(const struct assay_profile_work *work, const struct profile_values *values)
{
    static const struct assay_option_value standard_output = { 0 };
    const struct assay_plan *plan = work->plan;
    struct assay_text text = ASSAY_TEXT_INIT, warnings = ASSAY_TEXT_INIT;
    struct assay_error error = { 0 };
    char number[32];
    if (assay_check_requirements(&warnings, plan, &error)) {
        assay_text_release(&warnings);
        return assay_say_error(&error);
    }
    if (values->results.format.given && strcmp(values->results.format.text, "json") == 0) {
        assay_plan_write(&text, plan);
        assay_text_append_char(&text, '\n');
        assay_text_release(&warnings);
        return assay_output_write(&text, &standard_output);
    }
    for (size_t i = 0; i < plan->count; i++) {
        const struct assay_planned *item = &plan->items[i];
        assay_text_format(&text, "%s%s", i && !plan->suite ? "  against " : "", item->id);
        if (item->source) {
            assay_text_format(&text, "  [%s]", item->source->path);
        }
        if (item->unavailable) {
            assay_text_format(&text, "  unavailable: %s", item->unavailable);
        }
        assay_text_append_char(&text, '\n');
    }
    double ceiling_s = values->budget.given ? values->budget.real : USUAL_BUDGET_S * (double)plan->count;
    assay_text_format(&text, "seed %llu\nexpected to take at most %s\n", (unsigned long long)plan->seed,
                      assay_format_duration(number, ceiling_s));
    assay_text_append(&text, warnings.bytes ? warnings.bytes : "");
    assay_text_release(&warnings);
    return assay_output_write(&text, &standard_output);
}
