/* From the options of the command run to a plan, and the plan as text. Measures nothing. */
#include "cli/run.h"

#include "base/number.h"
#include "cli/command_line.h"
#include "cli/output.h"
#include "cli/requirements.h"
#include "cli/say.h"
#include "machine/machine.h"
#include "measure/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROCESSOR_CAPACITY 4096

static int check_processors(const char *text, struct assay_error *error)
{
    bool wanted[PROCESSOR_CAPACITY];
    bool here[PROCESSOR_CAPACITY] = { false };
    if (!assay_parse_processors(text, wanted, PROCESSOR_CAPACITY)) {
        return 0; /* "all" */
    }
    unsigned count = assay_machine_processors(here, PROCESSOR_CAPACITY);
    for (unsigned i = 0; i < PROCESSOR_CAPACITY; i++) {
        if (wanted[i] && !here[i]) {
            return assay_fail(error, ASSAY_EUSAGE,
                              "bad --cpu '%.160s': processor %u is none of the %u that this process may use", text, i,
                              count);
        }
    }
    return 0;
}

/* A journal has its plan; only what is done with the result can still be said. */
static int check_resume(const struct assay_invocation *invocation, struct assay_error *error)
{
    const char *group = NULL;
    const void *values = invocation->values;
    for (const struct assay_option *option = assay_run_options; option->name; option++) {
        group = option->group ? option->group : group;
        const struct assay_option_value *value =
            (const struct assay_option_value *)((const char *)values + option->offset);
        if (value->given && strcmp(group, "Results") != 0) {
            return assay_fail(error, ASSAY_EUSAGE, "bad --%s with --resume: the plan is that of the journal",
                              option->name);
        }
    }
    if (invocation->arguments.name_count || invocation->arguments.rest) {
        return assay_fail(error, ASSAY_EUSAGE, "unexpected '%.160s' with --resume: the plan is that of the journal",
                          invocation->arguments.name_count ? invocation->arguments.names[0] : "--");
    }
    const struct run_values *run = values;
    if (run->dry_run.given) {
        return assay_fail(error, ASSAY_EUSAGE, "bad --dry-run with --resume: the plan is that of the journal");
    }
    return 0;
}

int assay_run_check(const struct assay_invocation *invocation, struct assay_error *error)
{
    const struct run_values *values = invocation->values;
    const struct assay_arguments *arguments = &invocation->arguments;
    if (values->resume.given) {
        return check_resume(invocation, error);
    }
    if (values->prepare.given && !arguments->rest) {
        return assay_fail(error, ASSAY_EUSAGE, "bad --prepare '%.160s': want a COMMAND after '--' to prepare for",
                          values->prepare.text);
    }
    if (arguments->rest && assay_command_check(arguments->rest[0], error)) {
        return error->code;
    }
    return values->cpu.given ? check_processors(values->cpu.text, error) : 0;
}

/* The benchmark of "-- COMMAND...": whole processes, by the kernel command.run. Heap. */
static char *command_benchmark(const struct assay_invocation *invocation)
{
    const struct run_values *values = invocation->values;
    char *line = assay_command_line(invocation->arguments.rest);
    char *prepare = assay_copy(values->prepare.given ? values->prepare.text : "");
    struct assay_message_argument arguments[] = { { (char *)"line", line }, { (char *)"prepare", prepare } };
    char *name = line && prepare ? assay_name_id("command.run", arguments, values->prepare.given ? 2 : 1, NULL) : NULL;
    free(prepare);
    free(line);
    return name;
}

static void fill_protocol(struct assay_protocol *protocol, const struct run_values *values)
{
    if (values->warmup.given) {
        protocol->warmup_s = values->warmup.real;
    }
    if (values->batch.given) {
        protocol->batch_s = values->batch.real;
    }
    if (values->budget.given) {
        protocol->budget_s = values->budget.real;
    }
    if (values->timeout.given) {
        protocol->timeout_s = values->timeout.real;
    }
    if (values->samples.given) {
        protocol->samples = (int64_t)values->samples.integer;
    }
    if (values->processes.given) {
        protocol->processes = (int64_t)values->processes.integer;
    }
    if (values->order.given) {
        protocol->order = (int)values->order.integer;
    }
}

int assay_run_plan(struct assay_plan **plan, struct assay_catalog *catalog, const struct assay_places *places,
                   const struct assay_invocation *invocation, struct assay_error *error)
{
    const struct run_values *values = invocation->values;
    const struct assay_arguments *arguments = &invocation->arguments;
    static const char *const none[] = { NULL };
    char *command = arguments->rest ? command_benchmark(invocation) : NULL;
    const char **benchmarks = calloc(arguments->name_count + 2, sizeof(*benchmarks));
    struct assay_references *references = NULL;
    int code = 0;
    if (!benchmarks || (arguments->rest && !command)) {
        code = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    if (!code) {
        code = assay_references_open(&references, places->reference, error);
    }
    if (code) {
        goto done;
    }
    memcpy(benchmarks, arguments->names, arguments->name_count * sizeof(*benchmarks));
    benchmarks[arguments->name_count] = command;
    struct assay_plan_options options = {
        .benchmarks = benchmarks,
        .suite = values->suite.text,
        .grid = values->parameter.texts ? values->parameter.texts : none,
        .filter = values->filter.text,
        .protocol = ASSAY_PROTOCOL_UNSET,
        .has_seed = values->seed.given > 0,
        .seed = values->seed.integer,
        .memory_bytes = values->memory.integer,
        .threads = (uint32_t)values->threads.integer,
        .jobs = (uint32_t)values->jobs.integer,
        .processors = values->cpu.text,
        .cold = values->cold.given > 0,
        .want_counters = (values->results.columns.integer & ASSAY_SHOW_COUNTERS) != 0,
        .want_allocations = (values->results.columns.integer & ASSAY_SHOW_ALLOCATIONS) != 0,
        .want_operations = (values->results.columns.integer & ASSAY_SHOW_OPERATIONS) != 0,
        .no_layouts = values->no_layouts.given > 0,
    };
    fill_protocol(&options.protocol, values);
    code = assay_plan_new(plan, catalog, references, places->suites, &options, error);
    if (!code && (*plan)->count == 0) {
        code = assay_fail(error, ASSAY_EUSAGE, "nothing to measure: no benchmark is left");
        assay_plan_free(*plan);
    }
done:
    assay_references_close(references);
    free(benchmarks);
    free(command);
    return code;
}

static void append_item(struct assay_text *text, const struct assay_planned *item)
{
    assay_text_format(text, "  %s", item->id);
    if (item->mode && strcmp(item->mode, "warm") != 0) {
        assay_text_format(text, "  [%s]", item->mode);
    }
    if (item->threads > 1) {
        assay_text_format(text, "  [%u threads]", item->threads);
    }
    if (item->jobs > 1) {
        assay_text_format(text, "  [%u at once]", item->jobs);
    }
    assay_text_append(text, item->baseline ? "  [baseline]" : "");
    if (item->unavailable) {
        assay_text_format(text, "  unavailable: %s", item->unavailable);
    }
    assay_text_append_char(text, '\n');
}

static void append_plan(struct assay_text *text, const struct assay_plan *plan)
{
    const struct assay_protocol *protocol = &plan->protocol;
    char a[32], b[32];
    size_t count = 0;
    for (size_t i = 0; i < plan->count; i++) {
        count += plan->items[i].unavailable == NULL;
    }
    assay_text_format(text, "%zu benchmark%s", count, count == 1 ? "" : "s");
    if (plan->suite) {
        assay_text_format(text, " of suite %s %s", plan->suite, plan->suite_version ? plan->suite_version : "");
    }
    assay_text_append_char(text, '\n');
    for (size_t i = 0; i < plan->count; i++) {
        append_item(text, &plan->items[i]);
    }
    assay_text_format(text, "batches of %s after a warm-up of %s in at least %lld processes each, %s\n",
                      assay_format_ns(a, protocol->batch_s * 1e9), assay_format_ns(b, protocol->warmup_s * 1e9),
                      (long long)protocol->processes, protocol->order == 1 ? "sequential" : "interleaved");
    if (protocol->samples > 0) {
        assay_text_format(text, "%lld samples of each\n", (long long)protocol->samples);
    }
    if (protocol->budget_s > 0.0) {
        assay_text_format(text, "budget %s\n", assay_format_duration(a, protocol->budget_s));
    }
    assay_append_requirements(text, plan);
    assay_text_format(text, "seed %llu\n", (unsigned long long)plan->seed);
    assay_text_format(text, "expected to take %s\n", assay_format_duration(a, assay_measure_expected_s(plan)));
}

int assay_run_print_plan(const struct assay_plan *plan, const struct run_values *values)
{
    static const struct assay_option_value standard_output = { 0 };
    struct assay_text text = ASSAY_TEXT_INIT;
    struct assay_text warnings = ASSAY_TEXT_INIT;
    struct assay_error error = { 0 };
    int status;
    if (assay_check_requirements(&warnings, plan, &error)) {
        status = assay_say_error(&error);
    } else {
        if (values->results.format.given && values->results.format.integer == ASSAY_AS_JSON) {
            assay_plan_write(&text, plan);
            assay_text_append_char(&text, '\n');
        } else {
            append_plan(&text, plan);
            assay_text_append(&text, warnings.bytes ? warnings.bytes : "");
        }
        status = assay_output_write(&text, &standard_output);
    }
    assay_text_release(&warnings);
    assay_text_release(&text);
    return status;
}
