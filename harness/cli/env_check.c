/* The command env check: what of this machine disturbs benchmarks, with --noise what it can decide now, and with a file
 * whether it is the machine that the file tells of. */
#include "base/clock.h"
#include "base/number.h"
#include "cli/command.h"
#include "cli/common.h"
#include "cli/env.h"
#include "cli/findings.h"
#include "cli/interrupt.h"
#include "cli/noise.h"
#include "cli/say.h"
#include "cli/wrap.h"
#include "machine/machine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUSY_NS 500000000 /* how long a processor is kept busy to see what is stolen of it */

struct check_values {
    struct assay_option_value noise, output, format;
};

static const struct assay_option options[] = {
    { .name = "noise",
      .kind = ASSAY_OPTION_DURATION,
      .value = "TIME",
      .group = "What is looked at",
      .summary =
          "spend TIME on what difference this machine can decide now, compute-bound and memory-bound, in 1, 10 and "
          "60 seconds",
      .wish = "a time from 1s, such as 20s",
      .least = 1.0,
      .most = 3600.0,
      .offset = offsetof(struct check_values, noise) },
    { ASSAY_COMMON_OUTPUT, .offset = offsetof(struct check_values, output) },
    { ASSAY_COMMON_FORMAT, .offset = offsetof(struct check_values, format) },
    { .name = NULL },
};

/* The share of this processor that the hypervisor took while it was kept busy; negative: not known. */
static double observe_steal(void)
{
    int64_t begin_ns = assay_clock_ns(), steal_ns = assay_machine_steal_ns(-1), now_ns = begin_ns;
    while (now_ns - begin_ns < BUSY_NS && !assay_interrupt_stop) {
        assay_machine_chain_ns(1000000);
        now_ns = assay_clock_ns();
    }
    int64_t after_ns = assay_machine_steal_ns(-1);
    return steal_ns < 0 || after_ns < steal_ns ? -1.0 : (double)(after_ns - steal_ns) / (double)(now_ns - begin_ns);
}

static void observe(struct assay_observed *observed, const struct assay_facts *facts)
{
    bool set[4096];
    double load;
    *observed = (struct assay_observed){ .facts = facts,
                                         .load = getloadavg(&load, 1) == 1 ? load : -1.0,
                                         .steal_share = observe_steal(),
                                         .processors = assay_machine_processors(set, 4096),
                                         .quota = assay_machine_quota() };
#ifndef __OPTIMIZE__
    observed->unoptimized = true;
#endif
#if defined(__SANITIZE_ADDRESS__)
    observed->sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
    observed->sanitized = true;
#endif
#endif
}

/* ---- what the noise says ---- */

static void judge_noise(struct assay_findings *findings, const struct assay_noise *noise)
{
    if (!noise->known) {
        assay_findings_add(findings, ASSAY_GRADE_CAUTION, "noise", "give it more time: --noise 20s",
                           "%s: what can be decided is not known: %s", noise->kernel, noise->reason);
    } else if (noise->direction != 0) {
        assay_findings_add(
            findings, ASSAY_GRADE_BLOCKING, "noise", "try again; if it stays, trust no comparison on this machine",
            "%s against itself was called %s", noise->kernel, noise->direction > 0 ? "slower" : "faster");
    } else if (!(noise->detectable[1] <= 0.01)) {
        assay_findings_add(findings, ASSAY_GRADE_CAUTION, "noise",
                           "a quieter machine or hour; processors that nothing else uses (--cpu); a longer --budget",
                           "%s: a difference of 1 %% cannot be decided within 10 s", noise->kernel);
    }
}

static void append_percent(struct assay_text *text, double fraction)
{
    if (isfinite(fraction)) {
        assay_text_format(text, fraction < 0.1 ? "%.2g %%" : "%.0f %%", fraction * 100.0);
    } else {
        assay_text_append(text, "nothing");
    }
}

static void append_noise_text(struct assay_text *text, const struct assay_noise *noise, size_t width)
{
    struct assay_text line = ASSAY_TEXT_INIT;
    char number[32];
    assay_text_format(&line, "%s, %s: ", noise->bound, noise->kernel);
    if (noise->known) {
        assay_text_append(&line, "decides ");
        for (size_t i = 0; i < ASSAY_NOISE_SPANS; i++) {
            append_percent(&line, noise->detectable[i]);
            assay_text_format(&line, " in %.0f s%s", assay_noise_spans_s[i], i + 1 < ASSAY_NOISE_SPANS ? ", " : "");
        }
        assay_text_append(&line, " (spread of blocks ");
        append_percent(&line, noise->spread);
        assay_text_format(&line, ", %zu blocks of %s)", noise->blocks, assay_format_ns(number, noise->block_s * 1e9));
    } else {
        assay_text_append(&line, noise->reason);
    }
    text->failed = text->failed || line.failed;
    assay_wrap(text, line.bytes ? line.bytes : "", 0, 4, width);
    assay_text_release(&line);
}

static void append_text(struct assay_text *text, const struct assay_findings *findings, const struct assay_noise *noise,
                        size_t width)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct assay_finding *finding = &findings->items[i];
        const char *grade = assay_grade_word(finding->grade);
        assay_text_append(text, grade);
        assay_wrap_pad(text, 13 - strlen(grade));
        assay_wrap(text, finding->text, 13, 13, width);
        if (finding->remedy) {
            assay_wrap_pad(text, 13);
            assay_text_append(text, "what helps: ");
            assay_wrap(text, finding->remedy, 25, 15, width);
        }
    }
    if (findings->count == 0) {
        assay_text_append(text, "nothing was found that disturbs benchmarks\n");
    }
    for (size_t i = 0; noise && i < ASSAY_NOISE_KERNELS; i++) {
        assay_text_append(text, i == 0 ? "\nThe smallest difference that is found in 9 of 10 comparisons:\n" : "");
        append_noise_text(text, &noise[i], width);
    }
}

/* ---- JSON ---- */

static void append_member(struct assay_text *text, const char *name, const char *value)
{
    assay_text_format(text, "\"%s\":", name);
    if (value) {
        assay_text_append_json(text, value, strlen(value));
    } else {
        assay_text_append(text, "null");
    }
}

static void append_number(struct assay_text *text, const char *name, double value)
{
    assay_text_format(text, ",\"%s\":", name);
    if (isfinite(value)) {
        assay_text_append_real(text, value);
    } else {
        assay_text_append(text, "null");
    }
}

static void append_noise_json(struct assay_text *text, const struct assay_noise *noise)
{
    assay_text_append(text, "{");
    append_member(text, "kernel", noise->kernel);
    assay_text_append(text, ",");
    append_member(text, "bound", noise->bound);
    assay_text_append(text, ",");
    append_member(text, "reason", noise->known ? NULL : noise->reason);
    assay_text_format(text, ",\"blocks\":%zu", noise->blocks);
    append_number(text, "spread", noise->known ? noise->spread : NAN);
    append_number(text, "block_s", noise->known ? noise->block_s : NAN);
    assay_text_append(text, ",\"detectable\":[");
    for (size_t i = 0; i < ASSAY_NOISE_SPANS; i++) {
        assay_text_format(text, "%s{\"seconds\":%.0f", i ? "," : "", assay_noise_spans_s[i]);
        append_number(text, "difference", noise->known ? noise->detectable[i] : NAN);
        assay_text_append(text, "}");
    }
    assay_text_append(text, "]}");
}

static void append_json(struct assay_text *text, const struct assay_findings *findings, const struct assay_noise *noise)
{
    assay_text_append(text, "{\"findings\":[");
    for (size_t i = 0; i < findings->count; i++) {
        const struct assay_finding *finding = &findings->items[i];
        assay_text_append(text, i ? ",\n  {" : "\n  {");
        append_member(text, "grade", assay_grade_word(finding->grade));
        assay_text_append(text, ",");
        append_member(text, "name", finding->name);
        assay_text_append(text, ",");
        append_member(text, "text", finding->text);
        assay_text_append(text, ",");
        append_member(text, "remedy", finding->remedy);
        assay_text_append(text, "}");
    }
    assay_text_append(text, "],\n \"noise\":[");
    for (size_t i = 0; noise && i < ASSAY_NOISE_KERNELS; i++) {
        assay_text_append(text, i ? ",\n  " : "\n  ");
        append_noise_json(text, &noise[i]);
    }
    assay_text_append(text, "]}\n");
}

/* ---- the command ---- */

static int print(struct assay_findings *findings, const struct assay_noise *noise, const struct check_values *values)
{
    struct assay_terminal terminal;
    struct assay_text text = ASSAY_TEXT_INIT;
    assay_terminal_look(&terminal, STDOUT_FILENO, ASSAY_COLOR_AUTO);
    if (assay_output_format(&values->format, &values->output) == ASSAY_AS_JSON) {
        append_json(&text, findings, noise);
    } else {
        append_text(&text, findings, noise, terminal.width == 0 ? 100 : terminal.width < 40 ? 40 : terminal.width);
    }
    text.failed = text.failed || findings->failed;
    return assay_output_write(&text, &values->output);
}

/* This machine against the one of the file. */
static int check_against(const char *path, const struct check_values *values)
{
    struct assay_environment there = { 0 }, here = { 0 };
    struct assay_error error = { 0 };
    if (values->noise.given) {
        return assay_say_errorf("bad --noise: want it without FILE, whose machine's noise nobody can measure here");
    }
    int code = assay_env_read(&there, path, &error);
    code = code ? code : assay_env_gather(&here, &there, &error);
    const struct assay_env_sides sides = {
        .base_name = strcmp(path, "-") == 0 ? "standard input" : path, .head_name = "this machine", .base = &there, .head = &here
    };
    int status = code ? assay_say_error(&error) : assay_env_print(&sides, &values->output, &values->format);
    assay_environment_release(&there);
    assay_environment_release(&here);
    return status;
}

static int check_here(const struct check_values *values)
{
    struct assay_noise noise[ASSAY_NOISE_KERNELS];
    struct assay_facts facts = ASSAY_FACTS_INIT;
    struct assay_findings findings = { 0 };
    struct assay_observed observed;
    struct assay_error error = { 0 };
    bool interrupted = false;
    int code = 0;
    assay_interrupt_open();
    assay_machine_collect(&facts);
    observe(&observed, &facts);
    assay_findings_of(&findings, &observed);
    if (values->noise.given) {
        code = assay_noise_measure(noise, &interrupted, values->noise.real, &error);
    }
    for (size_t i = 0; values->noise.given && !code && !interrupted && i < ASSAY_NOISE_KERNELS; i++) {
        judge_noise(&findings, &noise[i]);
    }
    int status = code ? assay_say_error(&error) : print(&findings, values->noise.given ? noise : NULL, values);
    if (status == ASSAY_EXIT_OK) {
        bool ended = interrupted || assay_interrupt_stop;
        status = ended                             ? ASSAY_EXIT_INTERRUPTED
                 : facts.failed                    ? assay_say_errorf("out of memory")
                 : assay_findings_block(&findings) ? ASSAY_EXIT_REGRESSION
                                                   : ASSAY_EXIT_OK;
    }
    assay_findings_release(&findings);
    assay_facts_release(&facts);
    return status;
}

static int check(const struct assay_invocation *invocation)
{
    const struct assay_arguments *arguments = &invocation->arguments;
    return arguments->name_count > 0 ? check_against(arguments->names[0], invocation->values)
                                     : check_here(invocation->values);
}

static const struct assay_example examples[] = {
    { "assay env check", "what disturbs benchmarks here; the exit status is 1 if something makes them worthless" },
    { "assay env check --noise 20s", "what difference a comparison can decide here and now" },
    { "assay env check there.json", "whether this machine is as that one; the exit status is 1 if times cannot be compared" },
    { NULL, NULL },
};

const struct assay_command assay_command_env_check = {
    .syntax = { .command = "env check",
                .options = options,
                .positional = { .name = "FILE",
                                .summary = "check this machine against an exported environment, a result document or a page "
                                           "instead; -: standard input",
                                .most = 1,
                                .completion = ASSAY_COMPLETE_FILE } },
    .summary = "say what of this machine disturbs benchmarks, and what helps",
    .description =
        "Findings are blocking, caution or information. With --noise two kernels are compared with themselves, to "
        "say what difference can be decided in 1, 10 and 60 seconds. With FILE, differences are graded likewise.",
    .examples = examples,
    .values_size = sizeof(struct check_values),
    .run = check,
};
