/* The option table of the command run. */
#include "cli/run.h"

#include "cli/terminal.h"

#include <regex.h>
#include <string.h>

#define AT(member) .offset = offsetof(struct run_values, member)
#define LONGEST_S (240.0 * 3600.0)

/* The formats that run writes; each is one of reports/. */
static const char *const formats[] = { "text", "json", "csv", NULL };
static const char *const orders[] = { "interleaved", "sequential", NULL };
/* In the order of the bits ASSAY_SHOW_...; "all" last. */
static const char *const columns[] = { "cpu",      "allocations", "memory",   "switches", "faults",
                                       "counters", "operations",  "measures", "all",      NULL };

/* NAME=VALUE with something on both sides. */
static bool is_assignment(const char *text)
{
    size_t length = strcspn(text, "=");
    return length > 0 && text[length] == '=' && text[length + 1] != '\0';
}

static bool is_expression(const char *text)
{
    regex_t expression;
    if (!text[0] || regcomp(&expression, text, REG_EXTENDED | REG_NOSUB) != 0)
        return false;
    regfree(&expression);
    return true;
}

const struct assay_option assay_run_options[] = {
    { .name = "suite", .kind = ASSAY_OPTION_TEXT, .value = "NAME|FILE", .group = "What is measured",
      .summary = "the benchmarks and the protocol of a suite", .fallback = "quick, if no benchmark is named",
      .wish = "the name of a suite (see assay list --suites), or a file", .completion = ASSAY_COMPLETE_SUITE,
      AT(suite) },
    { .name = "parameter", .letter = 'p', .kind = ASSAY_OPTION_TEXT, .traits = ASSAY_OPTION_REPEATED,
      .value = "NAME=VALUE[,VALUE...]", .summary = "set a parameter of the kernels; a benchmark for each value",
      .wish = "NAME=VALUE[,VALUE...], such as limit=1000,1e6", .check = is_assignment, AT(parameter) },
    { .name = "filter", .kind = ASSAY_OPTION_TEXT, .value = "REGEX",
      .summary = "only benchmarks whose id matches the extended regular expression",
      .wish = "an extended regular expression", .check = is_expression, AT(filter) },
    { .name = "threads", .kind = ASSAY_OPTION_INTEGER, .value = "N", .summary = "run each kernel on N threads at once",
      .fallback = "1", .least = 1, .most = 1024, AT(threads) },
    { .name = "cold", .kind = ASSAY_OPTION_FLAG,
      .summary = "measure also the first iteration of a fresh process, and the first after the caches are flushed",
      AT(cold) },
    { .name = "prepare", .kind = ASSAY_OPTION_TEXT, .value = "COMMAND",
      .summary = "run this shell command, untimed, before each run of the COMMAND after '--'",
      .wish = "a shell command", .completion = ASSAY_COMPLETE_PROGRAM, AT(prepare) },

    { .name = "budget", .kind = ASSAY_OPTION_DURATION, .traits = ASSAY_OPTION_ABOVE, .value = "TIME",
      .group = "How much", .summary = "spend this much time in all, from start to exit", .wish = NULL,
      .most = LONGEST_S, AT(budget) },
    { .name = "samples", .kind = ASSAY_OPTION_INTEGER, .value = "N", .summary = "end at N samples of each benchmark",
      .fallback = "the suite's protocol", .least = 1, .most = 1000000, AT(samples) },
    { .name = "processes", .kind = ASSAY_OPTION_INTEGER, .value = "N",
      .summary = "use at least N fresh processes for each benchmark", .fallback = "10", .least = 1, .most = 10000,
      AT(processes) },
    { .name = "batch", .kind = ASSAY_OPTION_DURATION, .traits = ASSAY_OPTION_ABOVE, .value = "TIME",
      .summary = "length of a batch, what one sample times", .fallback = "10ms", .most = 3600.0, AT(batch) },
    { .name = "warmup", .kind = ASSAY_OPTION_DURATION, .value = "TIME",
      .summary = "run batches this long in each process before the first sample", .fallback = "10ms", .most = 3600.0,
      AT(warmup) },
    { .name = "timeout", .kind = ASSAY_OPTION_DURATION, .traits = ASSAY_OPTION_ABOVE, .value = "TIME",
      .summary = "give up a worker that does not answer for this long", .fallback = "30s", .most = LONGEST_S,
      AT(timeout) },

    { .name = "order", .kind = ASSAY_OPTION_CHOICE, .value = "ORDER", .group = "How",
      .summary = "order of the batches of different benchmarks", .choices = orders, .fallback = "interleaved",
      AT(order) },
    { .name = "seed", .kind = ASSAY_OPTION_INTEGER, .value = "N",
      .summary = "number that order and inputs are drawn from", .fallback = "a fresh one, recorded",
      .wish = "a whole number below 2^64", AT(seed) },
    { .name = "cpu", .kind = ASSAY_OPTION_PROCESSORS, .value = "LIST",
      .summary = "processors to measure on, such as 0 or 0,2-3; all: not pinned", AT(cpu) },
    { .name = "jobs", .kind = ASSAY_OPTION_INTEGER, .value = "N",
      .summary = "measure N benchmarks at the same time; they disturb each other", .fallback = "1", .least = 1,
      .most = 1024, AT(jobs) },
    { .name = "memory", .kind = ASSAY_OPTION_SIZE, .traits = ASSAY_OPTION_ABOVE, .value = "SIZE",
      .summary = "end a worker whose resident memory passes SIZE", .fallback = "80 % of what is free",
      .wish = "a size above 0, such as 512M", AT(memory) },
    { .name = "no-layouts", .kind = ASSAY_OPTION_FLAG, .summary = "run plug-ins only as they were linked, not in "
      "several layouts of their code", AT(no_layouts) },

    { .name = "output", .letter = 'o', .kind = ASSAY_OPTION_TEXT, .value = "FILE", .group = "Results",
      .summary = "write to FILE; .txt and .csv imply that format, all other names the document (json), whose place is "
                 "else assay-results/; -: standard output", .wish = "a file", .completion = ASSAY_COMPLETE_FILE,
      AT(output) },
    { .name = "format", .kind = ASSAY_OPTION_CHOICE, .value = "F", .summary = "what is written", .choices = formats,
      .fallback = "text", AT(format) },
    { .name = "columns", .kind = ASSAY_OPTION_CHOICES, .value = "LIST", .summary = "columns to gather and show besides",
      .choices = columns, AT(columns) },
    { .name = "append", .kind = ASSAY_OPTION_TEXT, .value = "FILE", .summary = "add this session to the document FILE",
      .wish = "a document", .completion = ASSAY_COMPLETE_FILE, AT(append) },
    { .name = "resume", .kind = ASSAY_OPTION_TEXT, .traits = ASSAY_OPTION_OPTIONAL, .value = "JOURNAL",
      .summary = "go on with a run that was cut off; without JOURNAL with the newest (assay list --journals)",
      .wish = "a journal", .completion = ASSAY_COMPLETE_FILE, AT(resume) },
    { .name = "dry-run", .kind = ASSAY_OPTION_FLAG, .summary = "print the plan and how long it will take; measure nothing",
      AT(dry_run) },
    { .name = "quiet", .letter = 'q', .kind = ASSAY_OPTION_FLAG, .summary = "no progress, no hints", AT(quiet) },
    { .name = "color", .kind = ASSAY_OPTION_CHOICE, .value = "WHEN", .summary = "colour in tables",
      .choices = assay_color_choices, .fallback = "auto", AT(color) },
    { .name = NULL },
};
