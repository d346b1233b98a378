/* The command timeit: what `python -m timeit` prints, for a benchmark. */
#include "measure/timeit.h"

#include "catalog/catalog.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct timeit_values {
    struct assay_option_value number, repeat, unit, verbose;
};

static const char *const units[] = { "nsec", "usec", "msec", "sec", NULL };
static const double unit_seconds[] = { 1e-9, 1e-6, 1e-3, 1.0 };
#define UNIT_COUNT 4

static const struct assay_option options[] = {
    { .name = "number",
      .letter = 'n',
      .kind = ASSAY_OPTION_INTEGER,
      .value = "N",
      .group = "Timing",
      .summary = "iterations of each repeat; 0: the first of 1, 2, 5, 10, 20, 50, ... that take 0.2 s",
      .fallback = "0",
      .most = 1e12,
      .offset = offsetof(struct timeit_values, number) },
    { .name = "repeat",
      .letter = 'r',
      .kind = ASSAY_OPTION_INTEGER,
      .value = "R",
      .summary = "how many repeats",
      .fallback = "5",
      .least = 1,
      .most = 1000000,
      .offset = offsetof(struct timeit_values, repeat) },
    { .name = "unit",
      .letter = 'u',
      .kind = ASSAY_OPTION_CHOICE,
      .value = "UNIT",
      .group = "Output",
      .summary = "unit of the times",
      .choices = units,
      .fallback = "the largest that fits",
      .offset = offsetof(struct timeit_values, unit) },
    { .name = "verbose",
      .letter = 'v',
      .kind = ASSAY_OPTION_FLAG,
      .traits = ASSAY_OPTION_REPEATED,
      .summary = "print the time of every repeat; each further -v gives one more digit",
      .offset = offsetof(struct timeit_values, verbose) },
    { .name = NULL },
};

/* How times are written: as %g with so many digits, in one unit or the largest that the time reaches. */
struct style {
    const struct timeit_values *values;
    int precision;
};

static const char *format_time(char buffer[48], const struct style *style, double seconds)
{
    size_t unit = UNIT_COUNT - 1;
    if (style->values->unit.given) {
        unit = (size_t)style->values->unit.integer;
    } else {
        while (unit > 0 && seconds < unit_seconds[unit]) {
            unit--;
        }
    }
    snprintf(buffer, 48, "%.*g %s", style->precision, seconds / unit_seconds[unit], units[unit]);
    return buffer;
}

/* One line for each number of iterations that is tried; `context` is the style. */
static void print_trial(void *context, uint64_t loops, double seconds)
{
    const struct style *style = context;
    if (style->values->verbose.given) {
        printf("%llu loop%s -> %.*g secs\n", (unsigned long long)loops, loops == 1 ? "" : "s", style->precision,
               seconds);
    }
}

static void print_result(const struct assay_timeit *timeit, const struct style *style)
{
    char text[48], other[48];
    double best = timeit->seconds[0], worst = timeit->seconds[0];
    if (style->values->verbose.given) {
        if (!style->values->number.integer) {
            putchar('\n');
        }
        fputs("raw times: ", stdout);
        for (size_t i = 0; i < timeit->repeats; i++) {
            printf("%s%s", i ? ", " : "", format_time(text, style, timeit->seconds[i]));
        }
        fputs("\n\n", stdout);
    }
    for (size_t i = 1; i < timeit->repeats; i++) {
        best = timeit->seconds[i] < best ? timeit->seconds[i] : best;
        worst = timeit->seconds[i] > worst ? timeit->seconds[i] : worst;
    }
    double loops = (double)timeit->loops;
    printf("%llu loop%s, best of %zu: %s per loop\n", (unsigned long long)timeit->loops, timeit->loops == 1 ? "" : "s",
           timeit->repeats, format_time(text, style, best / loops));
    fflush(stdout);
    if (worst >= best * 4.0) {
        fprintf(stderr,
                "assay: warning: The test results are likely unreliable. The worst time (%s) was more than four times "
                "slower than the best time (%s).\n",
                format_time(text, style, worst / loops), format_time(other, style, best / loops));
    }
}

static int time_benchmark(const struct assay_plan *plan, const struct assay_measure_options *measure,
                          struct style *style)
{
    const struct timeit_values *values = style->values;
    const struct assay_planned *benchmark = &plan->items[0];
    struct assay_timeit timeit = { 0 };
    struct assay_error error = { 0 };
    uint32_t repeats = values->repeat.given ? (uint32_t)values->repeat.integer : 5;
    int status = ASSAY_EXIT_OK;
    if (benchmark->unavailable) {
        assay_say_errorf("%s: unavailable: %s", benchmark->id, benchmark->unavailable);
        return ASSAY_EXIT_FAILED;
    }
    if (assay_timeit_run(&timeit, plan, benchmark, values->number.integer, repeats, print_trial, measure, &error)) {
        return assay_say_error(&error);
    }
    if (timeit.status == ASSAY_STATUS_INTERRUPTED) {
        status = ASSAY_EXIT_INTERRUPTED;
    } else if (timeit.status != ASSAY_STATUS_OK) {
        assay_say_errorf("%s: %s: %s", benchmark->id, assay_status_word(timeit.status),
                         timeit.message ? timeit.message : "no reason given");
        status = ASSAY_EXIT_FAILED;
    } else {
        print_result(&timeit, style);
    }
    assay_timeit_release(&timeit);
    return status;
}

static int make_plan(struct assay_plan **plan, struct assay_catalog *catalog, const struct assay_places *places,
                     const char *const *names, struct assay_error *error)
{
    static const char *const none[] = { NULL };
    struct assay_plan_options wanted = { .benchmarks = names, .grid = none, .protocol = ASSAY_PROTOCOL_UNSET };
    struct assay_references *references = NULL;
    int code = assay_references_open(&references, places->reference, error);
    if (code) {
        return code;
    }
    code = assay_plan_new(plan, catalog, references, places->suites, &wanted, error);
    assay_references_close(references);
    if (!code && (*plan)->count != 1) {
        code = assay_fail(error, ASSAY_EUSAGE, "bad benchmark '%.160s': want one, this names %zu", names[0],
                          (*plan)->count);
    }
    return code;
}

static int timeit(const struct assay_invocation *invocation)
{
    struct style style = { .values = invocation->values, .precision = 3 };
    struct assay_error error = { 0 };
    struct assay_places places = { 0 };
    struct assay_catalog *catalog = NULL;
    struct assay_plan *plan = NULL;
    int status;
    if (style.values->verbose.given > 1) {
        style.precision += (int)(style.values->verbose.given < 15 ? style.values->verbose.given - 1 : 14);
    }
    assay_interrupt_open();
    if (assay_places_find(&places, &error) || assay_catalog_open(&catalog, &places, &error) ||
        make_plan(&plan, catalog, &places, invocation->arguments.names, &error)) {
        status = assay_say_error(&error);
    } else {
        struct assay_measure_options measure = { .places = &places,
                                                 .command = "",
                                                 .program_start_ns = invocation->program_start_ns,
                                                 .stop = &assay_interrupt_stop,
                                                 .context = &style };
        status = assay_finish_output(time_benchmark(plan, &measure, &style));
    }
    assay_plan_free(plan);
    assay_catalog_close(catalog);
    assay_places_release(&places);
    return status;
}

static const struct assay_example examples[] = {
    { "assay timeit primes.below:bound=1000", "10000 loops, best of 5: 12.3 usec per loop" },
    { "assay timeit -n 10 -r 3 -u msec -v primes.trial", "10 iterations, 3 times, every time shown" },
    { NULL, NULL },
};

const struct assay_command assay_command_timeit = {
    .syntax = { .command = "timeit",
                .options = options,
                .positional = { .name = "BENCHMARK",
                                .summary = "[PATH.so:]KERNEL[:NAME=VALUE,...][@IMPLEMENTATION], see assay help names",
                                .least = 1,
                                .most = 1,
                                .completion = ASSAY_COMPLETE_BENCHMARK } },
    .summary = "time one benchmark as python -m timeit does",
    .description = "Prints what python -m timeit prints: the best of some repeats. It says nothing of how sure the "
                   "number is; assay run does.",
    .examples = examples,
    .values_size = sizeof(struct timeit_values),
    .run = timeit,
};
