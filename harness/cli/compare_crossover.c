/* --crossover: the words of the command line to a range of a parameter, both sides planned at a value, and what a dry
 * run says. Which values are looked at is compare/'s. */
#include "cli/compare.h"

#include "base/clock.h"
#include "base/number.h"
#include "base/random.h"
#include "cli/command_line.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "compare/crossover.h"
#include "compare/crossover_search.h"

#include <stdlib.h>
#include <string.h>

#define LARGEST_WHOLE 0x1p53 /* of which each neighbour is a double too */

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

void assay_compare_range_release(struct assay_compare_range *range)
{
    free(range->base);
    free(range->head);
    free(range->hint);
    *range = (struct assay_compare_range){ 0 };
}

/* ---- the parameter ---- */

static const struct assay_planned *side_of(const struct assay_compare_session *session, size_t side)
{
    const struct assay_compare_pair *pair = &session->work.pairs[0];
    return &session->work.plan->items[side ? pair->head : pair->base];
}

/* The side's parameter; NULL: it has none, with the nearest in words. */
static const struct assay_parameter_description *find_parameter(const struct assay_planned *side, const char *name,
                                                                struct assay_error *error)
{
    const struct assay_kernel_description *kernel = side->kernel;
    const char **names = calloc(kernel->parameter_count + 1, sizeof(*names));
    for (size_t i = 0; i < kernel->parameter_count; i++) {
        if (strcmp(kernel->parameters[i].name, name) == 0) {
            free(names);
            return &kernel->parameters[i];
        }
        if (names) {
            names[i] = kernel->parameters[i].name;
        }
    }
    const char *nearest = names ? assay_nearest(name, names) : NULL;
    assay_fail(error, ASSAY_EUSAGE, "bad --crossover '%.120s': %s has no such parameter%s%s%s", name,
               side->kernel_name, nearest ? ", did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
    free(names);
    return NULL;
}

/* One end of the range, by the parameter's own rules. */
static int read_end(double *value, const char *option, const struct assay_option_value *given,
                    const struct assay_parameter_description *parameter, struct assay_error *error)
{
    struct assay_error inner = { 0 };
    char *text = NULL;
    int code = assay_value_canonical(&text, parameter, given->text, &inner);
    bool right = !code && assay_parse_real(text, value);
    free(text);
    if (code) {
        return assay_fail(error, code == ASSAY_ENOMEM ? code : ASSAY_EUSAGE, "bad --%s: %s", option, inner.text);
    }
    if (!right || (parameter->type == ASSAY_VALUE_INTEGER && *value > LARGEST_WHOLE)) {
        return assay_fail(error, ASSAY_EUSAGE, "bad --%s '%.120s': want at most 2^53", option, given->text);
    }
    return 0;
}

static int read_range(struct assay_compare_session *session, struct assay_error *error)
{
    const struct compare_values *values = session->values;
    struct assay_compare_range *range = &session->range;
    range->parameter = values->crossover.text;
    for (size_t i = 0; i < 2; i++) {
        const struct assay_planned *side = side_of(session, i);
        if (side->unavailable || !side->kernel) {
            return assay_fail(error, ASSAY_EUNAVAILABLE, "%s cannot run: %s", side->id,
                              side->unavailable ? side->unavailable : "no such kernel");
        }
        const struct assay_parameter_description *parameter = find_parameter(side, range->parameter, error);
        if (!parameter) {
            return ASSAY_EUSAGE;
        }
        if (parameter->type != ASSAY_VALUE_INTEGER && parameter->type != ASSAY_VALUE_REAL) {
            return assay_fail(error, ASSAY_EUSAGE, "bad --crossover '%s': want a parameter of numbers, %s of %s is none",
                              range->parameter, range->parameter, side->kernel_name);
        }
        range->whole = range->whole || parameter->type == ASSAY_VALUE_INTEGER;
        int code = read_end(&range->from, "from", &values->from, parameter, error);
        if (!code) {
            code = read_end(&range->to, "to", &values->to, parameter, error);
        }
        if (code) {
            return code;
        }
    }
    if (range->from >= range->to) {
        return assay_fail(error, ASSAY_EUSAGE, "bad --to '%.120s': want more than --from, %.120s", values->to.text,
                          values->from.text);
    }
    return 0;
}

/* ---- the sides ---- */

/* The id without the parameter. Two of one name are told apart by their plug-ins. Heap; NULL: no memory. */
static char *call(const struct assay_planned *side, const char *parameter)
{
    struct assay_message_argument *arguments = calloc(side->argument_count + 1, sizeof(*arguments));
    size_t count = 0;
    for (size_t i = 0; arguments && i < side->argument_count; i++) {
        if (strcmp(side->arguments[i].name, parameter) != 0) {
            arguments[count++] = side->arguments[i];
        }
    }
    char *name = arguments ? assay_name_id(side->kernel_name, arguments, count, side->implementation) : NULL;
    free(arguments);
    return name;
}

static int call_sides(struct assay_compare_session *session, struct assay_error *error)
{
    struct assay_compare_range *range = &session->range;
    char **const names[2] = { &range->base, &range->head };
    for (size_t i = 0; i < 2; i++) {
        *names[i] = call(side_of(session, i), range->parameter);
        if (!*names[i]) {
            return no_memory(error);
        }
    }
    bool alike = strcmp(range->base, range->head) == 0;
    for (size_t i = 0; i < 2 && alike; i++) {
        char *longer = assay_formatted("%s:%s", side_of(session, i)->source->path, *names[i]);
        if (!longer) {
            return no_memory(error);
        }
        free(*names[i]);
        *names[i] = longer;
    }
    return 0;
}

static const char *argument_of(const struct assay_planned *side, const char *name)
{
    for (size_t i = 0; i < side->argument_count; i++) {
        if (strcmp(side->arguments[i].name, name) == 0) {
            return side->arguments[i].text;
        }
    }
    return "";
}

/* A choice that a side has beside the one that was taken: what decides answers is most often one. */
static char *hint_of(const struct assay_planned *side)
{
    for (size_t i = 0; i < side->kernel->parameter_count; i++) {
        const struct assay_parameter_description *parameter = &side->kernel->parameters[i];
        const char *other = NULL;
        size_t others = 0;
        for (size_t k = 0; parameter->choices && parameter->choices[k]; k++) {
            if (strcmp(parameter->choices[k], argument_of(side, parameter->name)) != 0) {
                other = parameter->choices[k];
                others++;
            }
        }
        if (others > 0) {
            return assay_formatted("%s:%s=%s", side->kernel_name, parameter->name, others == 1 ? other : "...");
        }
    }
    return NULL;
}

/* A value of its own goes before -p, and so before every value that is looked at. */
static int check_free(const struct assay_compare_session *session, const char *text, struct assay_error *error)
{
    for (size_t i = 0; i < 2; i++) {
        const struct assay_planned *side = side_of(session, i);
        if (strcmp(argument_of(side, session->range.parameter), text) != 0) {
            return assay_fail(error, ASSAY_EUSAGE, "bad '%.160s' with --crossover %s: want it without a value of %s",
                              side->id, session->range.parameter, session->range.parameter);
        }
    }
    return 0;
}

static int check_grid(const struct compare_values *values, struct assay_error *error)
{
    size_t length = strlen(values->crossover.text);
    for (size_t i = 0; values->parameter.texts && values->parameter.texts[i]; i++) {
        const char *text = values->parameter.texts[i];
        if (strncmp(text, values->crossover.text, length) == 0 && text[length] == '=') {
            return assay_fail(error, ASSAY_EUSAGE, "bad -p '%.120s' with --crossover %.60s: want --from and --to", text,
                              values->crossover.text);
        }
    }
    return 0;
}

/* The text that a plan gives to a value; the canonical one. */
static char *text_of(const struct assay_compare_range *range, double value)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    if (range->whole) {
        return assay_formatted("%.0f", value);
    }
    assay_text_append_real(&text, value);
    return assay_text_take(&text);
}

int assay_compare_find_range(struct assay_compare_session *session, struct assay_error *error)
{
    int code = check_grid(session->values, error);
    if (!code && session->work.count != 1) {
        code = assay_fail(error, ASSAY_EUSAGE, "bad --crossover '%.120s': want one benchmark on each side, not %zu pairs",
                          session->values->crossover.text, session->work.count);
    }
    if (!code) {
        code = read_range(session, error);
    }
    char *text = code ? NULL : text_of(&session->range, session->range.from);
    char *fixed = text ? assay_formatted("%s=%s", session->range.parameter, text) : NULL;
    if (!code) {
        uint64_t seed = session->work.plan->seed;
        code = assay_compare_prepare_at(&session->work, session->invocation, &fixed, error);
        if (!code) {
            session->work.plan->seed = seed;
            code = check_free(session, text, error);
        }
    }
    if (!code) {
        code = call_sides(session, error);
    }
    if (!code) {
        char *own = hint_of(side_of(session, 1));
        session->range.hint = own ? own : hint_of(side_of(session, 0));
    }
    free(text);
    return code;
}

/* ---- measuring ---- */

/* What the plans of all values share. */
struct planning {
    struct assay_compare_session *session;
    uint64_t seed;
};

/* The first value is measured with the seed itself, each other one with a seed of its own. */
static int plan_at(void *context, const struct assay_plan **plan, struct assay_compare_pair *pair, const char *text,
                   struct assay_error *error)
{
    struct planning *planning = context;
    struct assay_compare_session *session = planning->session;
    size_t number = session->line.value++;
    char *fixed = assay_formatted("%s=%s", session->range.parameter, text);
    int code = assay_compare_prepare_at(&session->work, session->invocation, &fixed, error);
    if (!code) {
        session->work.plan->seed = number ? assay_random_derive(planning->seed, number) : planning->seed;
        *plan = session->work.plan;
        *pair = session->work.pairs[0];
    }
    return code;
}

static double budget_of(const struct compare_values *values)
{
    return values->budget.given ? values->budget.real : ASSAY_CROSSOVER_BUDGET_S;
}

int assay_compare_measure_crossover(struct assay_document **out, struct assay_compare_session *session,
                                    struct assay_error *error)
{
    const struct assay_invocation *invocation = session->invocation;
    const struct assay_compare_range *range = &session->range;
    char *command = assay_command_line((const char *const *)invocation->argv);
    struct planning planning = { session, session->work.plan->seed };
    struct assay_measure_options measure = {
        .places = &session->work.places,
        .command = command ? command : "",
        .program_start_ns = invocation->program_start_ns,
        .stop = &assay_interrupt_stop,
    };
    struct assay_compare_options options = session->options;
    options.measure = &measure;
    options.progress = assay_progress_compare;
    options.context = &session->line;
    struct assay_crossover_request request = {
        .base = range->base,
        .head = range->head,
        .parameter = range->parameter,
        .hint = range->hint,
        .from = range->from,
        .to = range->to,
        .whole = range->whole,
        .budget_s = budget_of(session->values),
        .compare = &options,
        .plan = plan_at,
        .context = &planning,
    };
    int code = assay_crossover_run(out, &session->interrupted, &request, error);
    free(command);
    return code;
}

/* ---- --dry-run ---- */

int assay_compare_print_search(const struct assay_compare_session *session)
{
    static const struct assay_option_value standard_output = { 0 };
    const struct assay_compare_range *range = &session->range;
    struct assay_text text = ASSAY_TEXT_INIT;
    struct assay_compare_options options;
    struct assay_crossover_search search;
    char number[32];
    assay_compare_configure(&options, session->values);
    if (session->values->results.format.given && session->values->results.format.integer == ASSAY_AS_JSON) {
        assay_plan_write(&text, session->work.plan);
        assay_text_append_char(&text, '\n');
        return assay_output_write(&text, &standard_output);
    }
    assay_search_init(&search, range->from, range->to, range->whole);
    assay_text_format(&text, "%s against %s\n%s at first:", range->head, range->base, range->parameter);
    for (size_t i = 0; i < search.scan_count; i++) {
        char *value = text_of(range, search.scan[i]);
        assay_text_format(&text, " %s", value ? value : "?");
        free(value);
    }
    double each = assay_crossover_confidence(options.confidence, search.most);
    assay_text_format(&text, "\nat most %zu values; confidence %.6g in all, %.6g of each\nseed %llu\n", search.most,
                      options.confidence, each, (unsigned long long)session->work.plan->seed);
    assay_text_format(&text, "expected to take at most %s\n", assay_format_duration(number, budget_of(session->values)));
    return assay_output_write(&text, &standard_output);
}
