/* One option's value: text to number, with the option's bounds. Knows no command line. */
#include "cli/value.h"

#include "base/number.h"

#include <string.h>

#define PROCESSOR_CAPACITY 4096

static bool read_text(struct assay_option_value *value, const struct assay_option *option, const char *text)
{
    (void)value;
    return option->check ? option->check(text) : text[0] != '\0';
}

static bool in_bounds(const struct assay_option *option, double number)
{
    if (number < option->least || (option->most > 0.0 && number > option->most)) {
        return false;
    }
    return !(option->traits & ASSAY_OPTION_ABOVE) || number > option->least;
}

static bool read_integer(struct assay_option_value *value, const struct assay_option *option, const char *text)
{
    return assay_parse_integer(text, &value->integer) && in_bounds(option, (double)value->integer);
}

static bool read_real(struct assay_option_value *value, const struct assay_option *option, const char *text)
{
    return assay_parse_real(text, &value->real) && in_bounds(option, value->real);
}

static bool read_duration(struct assay_option_value *value, const struct assay_option *option, const char *text)
{
    return assay_parse_duration(text, &value->real) && in_bounds(option, value->real);
}

static bool read_size(struct assay_option_value *value, const struct assay_option *option, const char *text)
{
    return assay_parse_size(text, &value->integer) && in_bounds(option, (double)value->integer);
}

static bool read_processors(struct assay_option_value *value, const struct assay_option *option, const char *text)
{
    bool set[PROCESSOR_CAPACITY];
    (void)value;
    (void)option;
    return strcmp(text, "all") == 0 || assay_parse_processors(text, set, PROCESSOR_CAPACITY);
}

static bool find_choice(uint64_t *index, const char *const *choices, const char *word, size_t length)
{
    for (size_t i = 0; choices[i]; i++) {
        if (strlen(choices[i]) == length && memcmp(choices[i], word, length) == 0) {
            *index = i;
            return true;
        }
    }
    return false;
}

static bool read_choice(struct assay_option_value *value, const struct assay_option *option, const char *text)
{
    return find_choice(&value->integer, option->choices, text, strlen(text));
}

static bool read_choices(struct assay_option_value *value, const struct assay_option *option, const char *text)
{
    uint64_t bits = 0;
    for (const char *word = text;; word++) {
        size_t length = strcspn(word, ",");
        uint64_t index;
        if (!find_choice(&index, option->choices, word, length)) {
            return false;
        }
        /* The last choice is "all". */
        bits |= option->choices[index + 1] ? UINT64_C(1) << index : (UINT64_C(1) << index) - 1;
        word += length;
        if (!*word) {
            break;
        }
    }
    value->integer = bits;
    return true;
}

typedef bool (*reader_fn)(struct assay_option_value *, const struct assay_option *, const char *);
static const reader_fn readers[] = {
    [ASSAY_OPTION_FLAG] = NULL,
    [ASSAY_OPTION_TEXT] = read_text,
    [ASSAY_OPTION_INTEGER] = read_integer,
    [ASSAY_OPTION_REAL] = read_real,
    [ASSAY_OPTION_DURATION] = read_duration,
    [ASSAY_OPTION_SIZE] = read_size,
    [ASSAY_OPTION_PROCESSORS] = read_processors,
    [ASSAY_OPTION_CHOICE] = read_choice,
    [ASSAY_OPTION_CHOICES] = read_choices,
};

void assay_option_choices(struct assay_text *text, const char *const *choices, const char *joint)
{
    for (size_t i = 0; choices[i]; i++) {
        assay_text_format(text, "%s%s", i == 0 ? "" : choices[i + 1] ? ", " : joint, choices[i]);
    }
}

static void wish_number(struct assay_text *text, const struct assay_option *option, const char *thing)
{
    bool above = (option->traits & ASSAY_OPTION_ABOVE) != 0;
    if (option->most > 0.0 && !above) {
        assay_text_format(text, "%.15g to %.15g", option->least, option->most);
    } else if (option->most > 0.0) {
        assay_text_format(text, "%s above %.15g, at most %.15g", thing, option->least, option->most);
    } else if (option->least > 0.0 || above) {
        assay_text_format(text, "%s %s %.15g", thing, above ? "above" : "from", option->least);
    } else {
        assay_text_append(text, thing);
    }
}

/* 86400 -> "24h": the largest unit that gives a whole number. */
static void append_time(struct assay_text *text, double seconds)
{
    static const struct {
        const char *unit;
        double seconds;
    } units[] = { { "h", 3600.0 }, { "m", 60.0 }, { "s", 1.0 }, { "ms", 1e-3 }, { "us", 1e-6 }, { "ns", 1e-9 } };
    size_t i = 0;
    while (i < 5 && seconds < units[i].seconds) {
        i++;
    }
    assay_text_format(text, "%.6g%s", seconds / units[i].seconds, units[i].unit);
}

static void wish_time(struct assay_text *text, const struct assay_option *option)
{
    assay_text_append(text, "a time");
    if (option->traits & ASSAY_OPTION_ABOVE) {
        assay_text_format(text, " above %.15g", option->least);
    }
    if (option->fallback && option->fallback[0] >= '1' && option->fallback[0] <= '9') {
        assay_text_format(text, ", such as %s", option->fallback);
    } else {
        assay_text_append(text, ", such as 10s");
    }
}

/* A time that is too long is told the bound; every other mistake is told how a time is written. */
static bool is_too_long(const struct assay_option *option, const char *text)
{
    double seconds;
    return option->kind == ASSAY_OPTION_DURATION && option->most > 0.0 && assay_parse_duration(text, &seconds) &&
           seconds > option->most;
}

void assay_option_wish(struct assay_text *text, const struct assay_option *option)
{
    if (option->wish) {
        assay_text_append(text, option->wish);
        return;
    }
    switch (option->kind) {
    case ASSAY_OPTION_FLAG:
        assay_text_append(text, "no value");
        break;
    case ASSAY_OPTION_TEXT:
        assay_text_append(text, option->value);
        break;
    case ASSAY_OPTION_INTEGER:
        wish_number(text, option, "a whole number");
        break;
    case ASSAY_OPTION_REAL:
        wish_number(text, option, "a number");
        break;
    case ASSAY_OPTION_DURATION:
        wish_time(text, option);
        break;
    case ASSAY_OPTION_SIZE:
        assay_text_append(text, "a size, such as 512M");
        break;
    case ASSAY_OPTION_PROCESSORS:
        assay_text_append(text, "a list of processors, such as 0 or 0,2-3, or all");
        break;
    case ASSAY_OPTION_CHOICE:
        assay_option_choices(text, option->choices, " or ");
        break;
    case ASSAY_OPTION_CHOICES:
        assay_text_append(text, "a list of ");
        assay_option_choices(text, option->choices, " or ");
        break;
    }
}

int assay_option_value_read(struct assay_option_value *value, const struct assay_option *option, const char *text,
                            const char *spelled, struct assay_error *error)
{
    struct assay_option_value read = *value;
    if (readers[option->kind](&read, option, text)) {
        value->integer = read.integer;
        value->real = read.real;
        return 0;
    }
    struct assay_text wish = ASSAY_TEXT_INIT;
    if (is_too_long(option, text)) {
        assay_text_append(&wish, "a time of at most ");
        append_time(&wish, option->most);
    } else {
        assay_option_wish(&wish, option);
    }
    int code = assay_fail(error, ASSAY_EUSAGE, "bad %s '%.160s': want %s", spelled, text,
                          wish.bytes ? wish.bytes : "something else");
    assay_text_release(&wish);
    return code;
}
