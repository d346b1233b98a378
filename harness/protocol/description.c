/* What a worker says of itself and its kernels, in memory and written. Reading is description_read.c. */
#include "protocol/description.h"

#include "protocol/fields.h"
#include "protocol/words.h"
#include "protocol/write.h"

#include <stdlib.h>
#include <string.h>

const char *const assay_value_type_words[] = { NULL, "integer", "real", "choice", "text", "flag", NULL };

const struct assay_kernel_flag assay_kernel_flags[] = {
    { "makes-threads", offsetof(struct assay_kernel_description, makes_threads) },
    { "forks", offsetof(struct assay_kernel_description, forks) },
    { "deterministic", offsetof(struct assay_kernel_description, deterministic) },
    { "one-iteration", offsetof(struct assay_kernel_description, one_iteration) },
    { "shared-state", offsetof(struct assay_kernel_description, shared_state) },
    { NULL, 0 },
};

static void release_measures(struct assay_measure_description *measures, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        free(measures[i].name);
        free(measures[i].unit);
    }
    free(measures);
}

static void release_kernel(struct assay_kernel_description *kernel)
{
    size_t i;

    free(kernel->name);
    assay_lines_free(kernel->aliases);
    free(kernel->summary);
    free(kernel->version);
    assay_lines_free(kernel->tags);
    for (i = 0; i < kernel->parameter_count; i++) {
        struct assay_parameter_description *parameter = &kernel->parameters[i];
        free(parameter->name);
        free(parameter->summary);
        free(parameter->fallback);
        free(parameter->least);
        free(parameter->most);
        assay_lines_free(parameter->choices);
    }
    free(kernel->parameters);
    release_measures(kernel->measures, kernel->measure_count);
    release_measures(kernel->distributions, kernel->distribution_count);
    free(kernel->unavailable);
}

void assay_description_release(struct assay_description *description)
{
    size_t i;

    free(description->implementation);
    free(description->version);
    free(description->build);
    free(description->build_id);
    for (i = 0; i < description->kernel_count; i++) {
        release_kernel(&description->kernels[i]);
    }
    free(description->kernels);
    *description = (struct assay_description){ 0 };
}

static void write_parameters(struct assay_text *text, const struct assay_kernel_description *kernel)
{
    size_t i;

    assay_text_append(text, ",\"parameters\":[");
    for (i = 0; i < kernel->parameter_count; i++) {
        const struct assay_parameter_description *parameter = &kernel->parameters[i];
        assay_write_string(text, i ? ",{\"name\":" : "{\"name\":", parameter->name);
        assay_write_string(text, ",\"type\":", assay_value_type_words[parameter->type]);
        assay_write_string(text, ",\"summary\":", parameter->summary ? parameter->summary : "");
        assay_write_string(text, ",\"default\":", parameter->fallback);
        assay_write_string(text, ",\"least\":", parameter->least);
        assay_write_string(text, ",\"most\":", parameter->most);
        assay_write_strings(text, ",\"choices\":", parameter->choices);
        assay_text_append_char(text, '}');
    }
    assay_text_append_char(text, ']');
}

static void write_measures(struct assay_text *text, const char *key, const struct assay_measure_description *measures,
                           size_t count)
{
    size_t i;

    assay_text_append(text, key);
    for (i = 0; i < count; i++) {
        assay_write_string(text, i ? ",{\"name\":" : "{\"name\":", measures[i].name);
        assay_write_string(text, ",\"unit\":", measures[i].unit);
        assay_write_string(text, ",\"better\":", measures[i].higher_is_better ? "higher" : "lower");
        assay_text_append_char(text, '}');
    }
    assay_text_append_char(text, ']');
}

static void write_flags(struct assay_text *text, const struct assay_kernel_description *kernel)
{
    const struct assay_kernel_flag *flag;
    bool first = true;

    assay_text_append(text, ",\"flags\":[");
    for (flag = assay_kernel_flags; flag->word; flag++) {
        if (*(const bool *)((const char *)kernel + flag->offset)) {
            assay_write_string(text, first ? "" : ",", flag->word);
            first = false;
        }
    }
    assay_text_append_char(text, ']');
}

static void write_kernel(struct assay_text *text, const struct assay_kernel_description *kernel)
{
    assay_write_string(text, "{\"name\":", kernel->name);
    assay_write_strings(text, ",\"aliases\":", kernel->aliases);
    assay_write_string(text, ",\"summary\":", kernel->summary ? kernel->summary : "");
    assay_write_string(text, ",\"version\":", kernel->version);
    assay_write_strings(text, ",\"tags\":", kernel->tags);
    write_parameters(text, kernel);
    write_measures(text, ",\"measures\":[", kernel->measures, kernel->measure_count);
    write_measures(text, ",\"distributions\":[", kernel->distributions, kernel->distribution_count);
    write_flags(text, kernel);
    assay_text_append(text, kernel->expects ? ",\"expects\":true" : ",\"expects\":false");
    assay_write_string(text, ",\"unavailable\":", kernel->unavailable);
    assay_text_append_char(text, '}');
}

void assay_description_write(struct assay_text *text, const struct assay_description *description)
{
    size_t i;

    assay_write_string(text, "\"implementation\":", description->implementation);
    assay_write_string(text, ",\"version\":", description->version);
    if (description->abi_major || description->abi_minor) {
        assay_write_integer(text, ",\"abi\":[", description->abi_major);
        assay_write_integer(text, ",", description->abi_minor);
        assay_text_append_char(text, ']');
    }
    assay_write_string(text, ",\"build\":", description->build);
    assay_write_string(text, ",\"build_id\":", description->build_id);
    assay_text_append(text, ",\"kernels\":[");
    for (i = 0; i < description->kernel_count; i++) {
        if (i) {
            assay_text_append_char(text, ',');
        }
        write_kernel(text, &description->kernels[i]);
    }
    assay_text_append_char(text, ']');
}

static bool answers_to(const struct assay_kernel_description *kernel, const char *name)
{
    size_t i;

    if (strcmp(kernel->name, name) == 0) {
        return true;
    }
    for (i = 0; kernel->aliases && kernel->aliases[i]; i++) {
        if (strcmp(kernel->aliases[i], name) == 0) {
            return true;
        }
    }
    return false;
}

const struct assay_kernel_description *assay_description_find(const struct assay_description *description,
                                                              const char *name)
{
    size_t i;

    for (i = 0; i < description->kernel_count; i++) {
        if (answers_to(&description->kernels[i], name)) {
            return &description->kernels[i];
        }
    }
    return NULL;
}
