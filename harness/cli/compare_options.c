/* The option table of the command compare, and what in it excludes what. */
#include "cli/compare.h"

#include "base/number.h"
#include "cli/common.h"

#include <stdlib.h>
#include <string.h>

#define AT(member) .offset = offsetof(struct compare_values, member)
#define LEAST_MARGIN 0.0005
#define LEAST_MARGIN_BARE 0.001 /* 0.01 and 0.05 without a sign are more often meant as fractions */

bool assay_margin_parse(double *fraction, const char *text)
{
    size_t length = strlen(text);
    bool sign = length > 0 && text[length - 1] == '%';
    char *number = assay_copy_bytes(text, sign ? length - 1 : length);
    double percent = 0.0;
    bool right = number != NULL && assay_parse_real(number, &percent);
    free(number);
    if (!right || percent / 100.0 < (sign ? LEAST_MARGIN : LEAST_MARGIN_BARE) || percent > 100.0) {
        return false;
    }
    *fraction = percent / 100.0;
    return true;
}

static bool is_margin(const char *text)
{
    double ignored;
    return assay_margin_parse(&ignored, text);
}

/* Names of compilers with commas between, none of them empty. */
static bool is_list(const char *text)
{
    for (const char *word = text;; word++) {
        size_t length = strcspn(word, ",");
        if (length == 0) {
            return false;
        }
        word += length;
        if (!*word) {
            return true;
        }
    }
}

static bool is_word(const char *text)
{
    return text[0] != '\0';
}

static bool is_positive(const char *text)
{
    double value = 0.0;
    return assay_parse_real(text, &value) && value > 0.0;
}

const struct assay_option assay_compare_options[] = {
    { ASSAY_COMMON_SUITE, .group = "What is compared",
      .summary = "of two directories or plug-ins the benchmarks of this suite, instead of every kernel at its defaults",
      AT(suite) },
    { ASSAY_COMMON_PARAMETER, .summary = "set a parameter on both sides; a pair for each value", AT(parameter) },
    { ASSAY_COMMON_FILTER, AT(filter) },
    { .name = "toolchain",
      .kind = ASSAY_OPTION_TEXT,
      .value = "CC[,CC...]",
      .summary = "compare builds of one source, FILE.c[:KERNEL], by these compilers; the first build is the base",
      .fallback = "cc, if there are --cflags",
      .wish = "a list of compilers, such as gcc-12,clang-14",
      .check = is_list,
      .completion = ASSAY_COMPLETE_PROGRAM,
      AT(toolchain) },
    { .name = "cflags",
      .kind = ASSAY_OPTION_TEXT,
      .traits = ASSAY_OPTION_REPEATED,
      .value = "FLAGS",
      .summary = "build with these flags; each further --cflags is another build by every compiler",
      .fallback = "-O2",
      .wish = "flags of a compiler, such as '-O3 -march=native'",
      AT(cflags) },
    { ASSAY_COMMON_THREADS, AT(threads) },

    { .name = "margin",
      .kind = ASSAY_OPTION_TEXT,
      .value = "PCT",
      .group = "When it is decided",
      .summary = "difference that matters, in percent with or without the sign; less is 'same' or 'shifted'",
      .fallback = "1%",
      .wish = "a percentage above 0, from 0.05% to 100%, such as 1% or 0.5; below 0.1 with the sign",
      .check = is_margin,
      AT(margin) },
    { .name = "confidence",
      .kind = ASSAY_OPTION_REAL,
      .value = "C",
      .summary = "chance that the interval, looked at all the time, never leaves out the true ratio",
      .fallback = "0.999",
      .least = 0.9,
      .most = 0.9999,
      AT(confidence) },
    { .name = "strict",
      .kind = ASSAY_OPTION_FLAG,
      .summary = "end with status 4 if a comparison is inconclusive",
      AT(strict) },
    { .name = "budget",
      .kind = ASSAY_OPTION_DURATION,
      .traits = ASSAY_OPTION_ABOVE,
      .value = "TIME",
      .summary = "ceiling for all pairs together, from start to exit",
      .fallback = "10s for each pair, 60s with --crossover",
      .wish = "a time above 0, such as 10s",
      .most = ASSAY_LONGEST_S,
      AT(budget) },
    { .name = "pairs",
      .kind = ASSAY_OPTION_INTEGER,
      .value = "N",
      .summary = "measure N pairs of batches, however soon it is decided; with --budget, whichever ends first",
      .least = 1,
      .most = 10000000,
      AT(pairs) },
    { .name = "self",
      .kind = ASSAY_OPTION_INTEGER,
      .value = "N",
      .summary = "compare BASE with itself N times, and N times with work of --margin added: false alarms, and what is "
                 "found",
      .least = 1,
      .most = 100000,
      AT(self) },
    { ASSAY_COMMON_TIMEOUT, AT(timeout) },

    { .name = "crossover",
      .kind = ASSAY_OPTION_TEXT,
      .value = "PARAM",
      .group = "Where they cross",
      .summary = "find where along this parameter the faster one changes, between --from and --to, within --budget",
      .wish = "the name of a parameter that both sides have, such as limit",
      .check = is_word,
      AT(crossover) },
    { .name = "from",
      .kind = ASSAY_OPTION_TEXT,
      .value = "LO",
      .summary = "least value of PARAM, above 0: values are looked at on a logarithmic scale",
      .wish = "a number above 0, such as 10",
      .check = is_positive,
      AT(from) },
    { .name = "to",
      .kind = ASSAY_OPTION_TEXT,
      .value = "HI",
      .summary = "largest value of PARAM",
      .wish = "a number above --from, such as 1e5",
      .check = is_positive,
      AT(to) },

    { .name = "duet",
      .kind = ASSAY_OPTION_FLAG,
      .group = "How",
      .summary = "run both sides at the same time, on two processors that share nothing",
      AT(duet) },
    { .name = "instructions",
      .kind = ASSAY_OPTION_FLAG,
      .summary = "count the instructions of both sides too: a second witness that noise does not reach",
      AT(instructions) },
    { ASSAY_COMMON_SEED, AT(seed) },
    { ASSAY_COMMON_CPU, AT(cpu) },
    { ASSAY_COMMON_MEMORY, AT(memory) },
    { ASSAY_COMMON_NO_LAYOUTS, AT(no_layouts) },

    { ASSAY_COMMON_DOCUMENT, AT(results.output) },
    { ASSAY_COMMON_REPORT, AT(results.format) },
    { .name = "force",
      .kind = ASSAY_OPTION_FLAG,
      .summary = "compare stored documents also where their environments differ too much",
      AT(force) },
    { ASSAY_COMMON_DRY_RUN, AT(dry_run) },
    { .name = "part",
      .kind = ASSAY_OPTION_FLAG,
      .traits = ASSAY_OPTION_HIDDEN,
      .summary = "for assay track: nothing in common is no mistake, and where the document is goes unsaid",
      AT(part) },
    { ASSAY_COMMON_QUIET, AT(results.quiet) },
    { ASSAY_COMMON_COLOR, AT(results.color) },
    { .name = NULL },
};

static const struct assay_option_value *value_of(const struct compare_values *values, const struct assay_option *option)
{
    return (const struct assay_option_value *)((const char *)values + option->offset);
}

/* The first option that was given and is not among `allowed` (NULL-terminated); NULL: none. */
static const char *first_but(const struct compare_values *values, const char *const *allowed)
{
    for (const struct assay_option *option = assay_compare_options; option->name; option++) {
        bool fine = !value_of(values, option)->given;
        for (size_t i = 0; !fine && allowed[i]; i++) {
            fine = strcmp(option->name, allowed[i]) == 0;
        }
        if (!fine) {
            return option->name;
        }
    }
    return NULL;
}

static bool is_document(const char *word)
{
    size_t length = strlen(word);
    return length > 5 && strcmp(word + length - 5, ".json") == 0;
}

static int check_documents(const struct assay_invocation *invocation, struct assay_error *error)
{
    static const char *const allowed[] = { "margin", "strict", "force", "output", "format", "quiet", "color", NULL };
    const struct assay_arguments *arguments = &invocation->arguments;
    bool first = is_document(arguments->names[0]);
    const char *other = arguments->names[first ? 1 : 0];
    if (!other) {
        return assay_fail(error, ASSAY_EUSAGE, "missing HEAD: want a second document to compare '%.160s' with",
                          arguments->names[0]);
    }
    if (!is_document(other)) {
        return assay_fail(error, ASSAY_EUSAGE, "cannot compare the document '%.160s' with '%.160s': want two documents",
                          arguments->names[first ? 0 : 1], other);
    }
    const char *wrong = first_but(invocation->values, allowed);
    return wrong ? assay_fail(error, ASSAY_EUSAGE, "bad --%s with two documents: they have been measured", wrong) : 0;
}

static int check_numbers(const struct compare_values *values, struct assay_error *error)
{
    static const struct {
        const char *first, *second, *why;
        size_t first_at, second_at;
    } pairs[] = {
#define EXCLUDES(a, b, why) { #a, #b, why, offsetof(struct compare_values, a), offsetof(struct compare_values, b) }
        EXCLUDES(crossover, self, "it compares a benchmark with itself"),
        EXCLUDES(crossover, toolchain, "want the plug-ins of two builds"),
        EXCLUDES(crossover, cflags, "want the plug-ins of two builds"),
        EXCLUDES(crossover, pairs, "a value is measured until it is proven which side is faster there"),
        EXCLUDES(crossover, instructions, "each value would be run under callgrind too"),
        EXCLUDES(crossover, suite, "want one benchmark on each side"),
        EXCLUDES(duet, self, "it compares a benchmark with itself in turns"),
        EXCLUDES(instructions, self, "work that is added is no instruction of the kernel's"),
        EXCLUDES(strict, self, "it prints how often it decides"),
        EXCLUDES(toolchain, self, "it compares a benchmark with itself"),
        EXCLUDES(cflags, self, "it compares a benchmark with itself"),
        EXCLUDES(toolchain, suite, "want FILE.c:KERNEL, or all kernels of the file"),
        EXCLUDES(cflags, suite, "want FILE.c:KERNEL, or all kernels of the file"),
#undef EXCLUDES
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        const struct assay_option_value *first = (const void *)((const char *)values + pairs[i].first_at);
        const struct assay_option_value *second = (const void *)((const char *)values + pairs[i].second_at);
        if (first->given && second->given) {
            return assay_fail(error, ASSAY_EUSAGE, "bad --%s with --%s: %s", pairs[i].first, pairs[i].second,
                              pairs[i].why);
        }
    }
    if (values->duet.given && values->threads.given && values->threads.integer > 1) {
        return assay_fail(error, ASSAY_EUSAGE, "bad --duet with --threads %s: each side has one processor then",
                          values->threads.text);
    }
    return 0;
}

static int check_words(const struct assay_invocation *invocation, struct assay_error *error)
{
    static const char *const not_of_commands[] = { "suite",  "parameter", "filter",       "toolchain",
                                                   "cflags", "threads",   "instructions", "crossover" };
    const struct compare_values *values = invocation->values;
    const struct assay_arguments *arguments = &invocation->arguments;
    if (arguments->rest) {
        if (arguments->name_count) {
            return assay_fail(error, ASSAY_EUSAGE,
                              "unexpected '%.160s' before '--': want '-- COMMAND -- COMMAND' alone",
                              arguments->names[0]);
        }
        for (size_t i = 0; i < sizeof(not_of_commands) / sizeof(not_of_commands[0]); i++) {
            for (const struct assay_option *option = assay_compare_options; option->name; option++) {
                if (strcmp(option->name, not_of_commands[i]) == 0 && value_of(values, option)->given) {
                    return assay_fail(error, ASSAY_EUSAGE, "bad --%s with commands: only kernels have it",
                                      option->name);
                }
            }
        }
        return 0;
    }
    bool alone = values->self.given || values->toolchain.given || values->cflags.given;
    if (arguments->name_count == 0) {
        return assay_fail(error, ASSAY_EUSAGE, "missing BASE and HEAD: see assay compare --help");
    }
    if (alone && arguments->name_count > 1) {
        return assay_fail(error, ASSAY_EUSAGE, "unexpected '%.160s': with --%s '%.160s' is compared with itself",
                          arguments->names[1],
                          values->self.given        ? "self"
                          : values->toolchain.given ? "toolchain"
                                                    : "cflags",
                          arguments->names[0]);
    }
    if (!alone && arguments->name_count < 2) {
        return assay_fail(error, ASSAY_EUSAGE, "missing HEAD: want something to compare '%.160s' with, or --self N",
                          arguments->names[0]);
    }
    return 0;
}

/* --crossover, --from and --to go together. */
static int check_crossover(const struct compare_values *values, struct assay_error *error)
{
    const struct assay_option_value *ends[2] = { &values->from, &values->to };
    static const char *const names[2] = { "from", "to" };
    static const char *const wishes[2] = { "the least", "the largest" };
    for (size_t i = 0; i < 2; i++) {
        if (values->crossover.given && !ends[i]->given) {
            return assay_fail(error, ASSAY_EUSAGE, "missing --%s: want %s %.120s to look at", names[i], wishes[i],
                              values->crossover.text);
        }
        if (!values->crossover.given && ends[i]->given) {
            return assay_fail(error, ASSAY_EUSAGE, "bad --%s: want --crossover PARAM, it is an end of its range",
                              names[i]);
        }
    }
    return 0;
}

int assay_compare_check(const struct assay_invocation *invocation, struct assay_error *error)
{
    const struct compare_values *values = invocation->values;
    const struct assay_arguments *arguments = &invocation->arguments;
    int code = check_numbers(values, error);
    if (!code) {
        code = check_crossover(values, error);
    }
    if (code) {
        return code;
    }
    for (size_t i = 0; !arguments->rest && i < arguments->name_count; i++) {
        if (is_document(arguments->names[i])) {
            return check_documents(invocation, error);
        }
    }
    if (values->force.given) {
        return assay_fail(error, ASSAY_EUSAGE,
                          "bad --force: want two documents, what is measured now has one environment");
    }
    return check_words(invocation, error);
}
