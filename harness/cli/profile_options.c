/* The option table of the command profile, and what in it excludes what. */
#include "cli/profile.h"

#include "base/number.h"
#include "cli/common.h"

#include <stdlib.h>
#include <string.h>

#define AT(member) .offset = offsetof(struct profile_values, member)
#define MOST_PERCENT 50.0
#define LEAST_PERCENT 0.1

static const char *const costs[] = { "time", "instructions", "allocations", NULL };
static const char *const samplers[] = { "cpu-clock", "timer", NULL };
static const char *const formats[] = { "text",   "json",      "html",  "svg",       "md",         "csv", "rows",
                                       "pstats", "collapsed", "pprof", "callgrind", "speedscope", NULL };

bool assay_precision_parse(double *fraction, const char *text)
{
    size_t length = strlen(text);
    bool sign = length > 0 && text[length - 1] == '%';
    char *number = assay_copy_bytes(text, sign ? length - 1 : length);
    double percent = 0.0;
    bool right = number != NULL && assay_parse_real(number, &percent);
    free(number);
    if (!right || percent < LEAST_PERCENT || percent > MOST_PERCENT) {
        return false;
    }
    *fraction = percent / 100.0;
    return true;
}

static bool is_precision(const char *text)
{
    double ignored;
    return assay_precision_parse(&ignored, text);
}

bool assay_profile_is_stored(const char *word)
{
    size_t length = strlen(word);
    return length > 5 && strcmp(word + length - 5, ".json") == 0;
}

const struct assay_option assay_profile_options[] = {
    { ASSAY_COMMON_SUITE, .group = "What is profiled", .summary = "every benchmark of a suite, one after another",
      AT(suite) },
    { ASSAY_COMMON_FILTER, AT(filter) },
    { .name = "against",
      .kind = ASSAY_OPTION_TEXT,
      .value = "OTHER",
      .summary = "profile OTHER too, side by side, and say which functions differ; a benchmark, or a stored document",
      .wish = "a benchmark or a document (*.json)",
      .completion = ASSAY_COMPLETE_BENCHMARK,
      AT(against) },
    { ASSAY_COMMON_PARAMETER, .summary = "set a parameter, on both sides", AT(parameter) },
    { ASSAY_COMMON_THREADS, AT(threads) },
    { .name = "cost",
      .kind = ASSAY_OPTION_CHOICE,
      .value = "COST",
      .summary = "what is booked to functions (instructions are counted by callgrind)",
      .choices = costs,
      .fallback = "time",
      AT(cost) },

    { .name = "sort",
      .kind = ASSAY_OPTION_TEXT,
      .traits = ASSAY_OPTION_REPEATED,
      .value = "KEY[,KEY...]",
      .group = "What is shown",
      .summary = "order of rows, with the keys of Python's pstats; the first decides",
      .fallback = "tottime",
      .wish = "keys of pstats, such as cumulative or calls,name",
      AT(sort) },
    { .name = "restrict",
      .kind = ASSAY_OPTION_TEXT,
      .traits = ASSAY_OPTION_REPEATED,
      .value = "WHICH",
      .summary = "fewer rows: so many (10), a fraction of them (0.1), or those that match an extended regular "
                 "expression; several in order",
      .wish = "a number, a fraction such as 0.1, or an extended regular expression",
      AT(restricted) },
    { .name = "fold",
      .kind = ASSAY_OPTION_FLAG,
      .summary = "book inlined functions to the functions that hold them",
      AT(fold) },
    { .name = "callers", .kind = ASSAY_OPTION_FLAG, .summary = "show who called each function", AT(callers) },
    { .name = "callees", .kind = ASSAY_OPTION_FLAG, .summary = "show whom each function called", AT(callees) },
    { .name = "lines",
      .kind = ASSAY_OPTION_FLAG,
      .summary = "show the hottest source lines, with how often each was executed",
      AT(lines) },
    { .name = "asm",
      .kind = ASSAY_OPTION_FLAG,
      .summary = "show the instructions of the hottest functions, with their samples",
      AT(assembly) },

    { .name = "precision",
      .kind = ASSAY_OPTION_TEXT,
      .value = "PCT",
      .group = "How",
      .summary = "sample until every share is known to this many points, or the budget ends",
      .fallback = "2%",
      .wish = "a percentage from 0.1% to 50%, such as 2% or 1",
      .check = is_precision,
      AT(precision) },
    { .name = "budget",
      .kind = ASSAY_OPTION_DURATION,
      .traits = ASSAY_OPTION_ABOVE,
      .value = "TIME",
      .summary = "ceiling for all passes together, from start to exit",
      .fallback = "15s a benchmark",
      .wish = "a time above 0, such as 10s",
      .most = ASSAY_LONGEST_S,
      AT(budget) },
    { .name = "timed-share",
      .kind = ASSAY_OPTION_REAL,
      .traits = ASSAY_OPTION_ABOVE,
      .value = "SHARE",
      .summary = "time this share of the calls, at random, and count all",
      .fallback = "as many as slow the run no more than fivefold",
      .least = 0,
      .most = 1,
      AT(timed_share) },
    { .name = "no-samples", .kind = ASSAY_OPTION_FLAG, .summary = "take no samples: times by hooks", AT(no_samples) },
    { .name = "no-hooks", .kind = ASSAY_OPTION_FLAG, .summary = "time no calls: times by samples", AT(no_hooks) },
    { .name = "sampler",
      .kind = ASSAY_OPTION_CHOICE,
      .value = "CLOCK",
      .summary = "what takes the samples, the kernel's software clock or a timer's signal",
      .choices = samplers,
      .fallback = "cpu-clock where it is allowed",
      AT(sampler) },
    { ASSAY_COMMON_TIMEOUT, AT(timeout) },
    { ASSAY_COMMON_SEED, AT(seed) },
    { ASSAY_COMMON_CPU, AT(cpu) },
    { ASSAY_COMMON_MEMORY, AT(memory) },

    { .name = "output",
      .letter = 'o',
      .kind = ASSAY_OPTION_TEXT,
      .value = "FILE",
      .group = "Results",
      .summary = "write to FILE; .html, .md, .txt, .csv, .pstats, .collapsed, .pb.gz, .callgrind and .speedscope.json imply that "
                 "format, all other names the document (json), whose place is else assay-results/; -: standard output",
      .wish = "a file",
      .completion = ASSAY_COMPLETE_FILE,
      AT(results.output) },
    { .name = "format",
      .kind = ASSAY_OPTION_CHOICE,
      .value = "F",
      .summary = "what is written",
      .choices = formats,
      .fallback = "text",
      AT(results.format) },
    { ASSAY_COMMON_DRY_RUN, AT(dry_run) },
    { ASSAY_COMMON_QUIET, AT(results.quiet) },
    { ASSAY_COMMON_COLOR, AT(results.color) },
    { .name = NULL },
};

void assay_profile_configure(struct assay_profile_options *options, const struct profile_values *values)
{
    *options = (struct assay_profile_options){
        .cost = values->cost.given ? (enum assay_cost)values->cost.integer : ASSAY_COST_TIME,
        .precision = 0.02,
        .budget_s = values->budget.given ? values->budget.real : 0,
        .period_ns = 1e6,
        .timed_share = values->timed_share.given ? values->timed_share.real : 0,
        .lines = values->lines.given || values->assembly.given,
        .no_samples = values->no_samples.given > 0,
        .no_hooks = values->no_hooks.given > 0,
        .timer = values->sampler.given && values->sampler.integer == 1,
    };
    if (values->precision.given) {
        assay_precision_parse(&options->precision, values->precision.text);
    }
}

/* ---- what excludes what ---- */

static const struct assay_option_value *value_of(const struct profile_values *values, const struct assay_option *option)
{
    return (const struct assay_option_value *)((const char *)values + option->offset);
}

static bool is_among(const char *name, const char *const *names)
{
    for (size_t i = 0; names[i]; i++) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* The first option that was given and is among `names` as `wanted` says; NULL: none. */
static const char *first_given(const struct profile_values *values, const char *const *names, bool wanted)
{
    for (const struct assay_option *option = assay_profile_options; option->name; option++) {
        if (value_of(values, option)->given && is_among(option->name, names) == wanted) {
            return option->name;
        }
    }
    return NULL;
}

static int check_cost(const struct profile_values *values, struct assay_error *error)
{
    static const char *const of_time[] = {
        "precision", "timed-share", "no-samples", "no-hooks", "sampler", "asm", NULL
    };
    const char *wrong = first_given(values, of_time, true);
    if (values->cost.given && values->cost.integer != ASSAY_COST_TIME && wrong) {
        return assay_fail(error, ASSAY_EUSAGE, "bad --%s with --cost %s: it is counted, not timed", wrong,
                          values->cost.text);
    }
    if (values->no_samples.given && values->no_hooks.given) {
        return assay_fail(error, ASSAY_EUSAGE, "bad --no-samples with --no-hooks: no times would be left");
    }
    if (values->no_samples.given) {
        static const char *const of_samples[] = { "precision", "sampler", "asm", NULL };
        wrong = first_given(values, of_samples, true);
        return wrong ? assay_fail(error, ASSAY_EUSAGE, "bad --%s with --no-samples: it needs them", wrong) : 0;
    }
    if (values->no_hooks.given && values->timed_share.given) {
        return assay_fail(error, ASSAY_EUSAGE, "bad --timed-share with --no-hooks: no call is timed then");
    }
    return 0;
}

static int check_stored(const char *document, const struct profile_values *values, struct assay_error *error)
{
    static const char *const allowed[] = { "against", "sort",   "restrict", "fold",  "callers", "callees", "lines",
                                           "asm",     "output", "format",   "quiet", "color",   NULL };
    const char *wrong = first_given(values, allowed, false);
    return wrong ? assay_fail(error, ASSAY_EUSAGE, "bad --%s with '%.160s': it has been measured", wrong, document) : 0;
}

/* A suite says what is profiled; nothing else does beside it. */
static int check_suite(const struct assay_invocation *invocation, struct assay_error *error)
{
    const struct profile_values *values = invocation->values;
    const char *suite = values->suite.text;
    if (!values->suite.given && invocation->arguments.name_count == 0) {
        return assay_fail(error, ASSAY_EUSAGE, "missing %s: see assay %s --help", "BENCHMARK", "profile");
    }
    if (!values->suite.given) {
        return values->filter.given ? assay_fail(error, ASSAY_EUSAGE, "bad --filter: want it with --suite, which has benchmarks to "
                                                 "choose from") : 0;
    }
    if (invocation->arguments.name_count) {
        return assay_fail(error, ASSAY_EUSAGE, "unexpected '%.160s' with --suite '%.160s': want one or the other",
                          invocation->arguments.names[0], suite);
    }
    return values->against.given
               ? assay_fail(error, ASSAY_EUSAGE, "bad --against with --suite '%.160s': want a benchmark for each side", suite)
               : 0;
}

int assay_profile_options_check(const struct assay_invocation *invocation, struct assay_error *error)
{
    const struct profile_values *values = invocation->values;
    const char *name = invocation->arguments.name_count ? invocation->arguments.names[0] : NULL;
    const struct assay_report_format *format =
        values->results.format.given   ? assay_report_format_find(values->results.format.text)
        : values->results.output.given ? assay_report_format_of_path(values->results.output.text)
                                       : NULL;
    int code = check_suite(invocation, error);
    if (code) {
        return code;
    }
    bool stored =
        name && assay_profile_is_stored(name) && (!values->against.given || assay_profile_is_stored(values->against.text));
    if (format && format->single && values->against.given) {
        return assay_fail(error, ASSAY_EUSAGE, "bad --format '%.160s' with --against: it holds one profile",
                          format->name);
    }
    if (format && format->single && values->suite.given) {
        return assay_fail(error, ASSAY_EUSAGE, "bad --format '%.160s' with --suite: it holds one profile", format->name);
    }
    return stored ? check_stored(name, values, error) : check_cost(values, error);
}
