/* The tables of a scaling's fields, and what is checked when one is complete. The order and names are those of
 * write_scaling.c and docs/result-document.md; the rules that need the whole document are in check_scaling.c. */
#include "result/reader.h"

#include "result/number.h"

#include <math.h>
#include <stdlib.h>

/* Indexes come as numbers, which the reader keeps as reals until all are there. */
static int set_benchmarks(struct assay_reader *reader, struct assay_scaling *scaling)
{
    const struct assay_reals *indexes = &reader->scaling_benchmarks;
    if (indexes->count != reader->scaling_values.count) {
        return assay_reader_fail(reader, ASSAY_EINPUT, "%zu benchmarks, %zu values", indexes->count,
                                 reader->scaling_values.count);
    }
    scaling->benchmarks = calloc(indexes->count + 1, sizeof *scaling->benchmarks);
    if (!scaling->benchmarks) {
        return assay_reader_fail(reader, ASSAY_ENOMEM, "out of memory");
    }
    for (size_t i = 0; i < indexes->count; i++) {
        double index = indexes->values[i];
        if (!(index >= 0 && index <= ASSAY_NUMBER_EXACT && index == floor(index))) {
            return assay_reader_fail(reader, ASSAY_EINPUT, "benchmarks[%zu]: want the index of a benchmark", i);
        }
        scaling->benchmarks[i] = (size_t)index;
    }
    return 0;
}

static int close_scaling(struct assay_reader *reader, void *target)
{
    struct assay_scaling *scaling = target;
    int result = set_benchmarks(reader, scaling);
    if (!result) {
        scaling->values = reader->scaling_values.values;
        scaling->count = reader->scaling_values.count;
        reader->scaling_values = (struct assay_reals){ 0 };
        free(reader->scaling_benchmarks.values);
        reader->scaling_benchmarks = (struct assay_reals){ 0 };
    }
    return result;
}

static void *open_benchmarks(struct assay_reader *reader)
{
    return &reader->scaling_benchmarks;
}

static void *open_values(struct assay_reader *reader)
{
    return &reader->scaling_values;
}

static void *open_form(struct assay_reader *reader)
{
    struct assay_scaling *scaling = &reader->document->scalings[reader->document->scaling_count - 1];
    struct assay_scaling_form *forms = reallocarray(scaling->forms, scaling->form_count + 1, sizeof *forms);
    if (!forms) {
        return NULL;
    }
    scaling->forms = forms;
    forms[scaling->form_count] = (struct assay_scaling_form){ .coefficient = NAN, .overhead = 0, .error = NAN };
    return &forms[scaling->form_count++];
}

#define IN(member) .offset = offsetof(struct assay_scaling_form, member)
static const struct assay_field form_fields[] = {
    { "form", assay_set_needed, .required = true, IN(form) },
    { "coefficient", assay_set_number, .required = true, IN(coefficient) },
    { "overhead", assay_set_number, IN(overhead) },
    { "error", assay_set_number, .required = true, IN(error) },
    { "plausible", assay_set_bool, .required = true, IN(plausible) },
};
static const struct assay_shape form_shape = ASSAY_SHAPE(form_fields, NULL);
#undef IN

#define IN(member) .offset = offsetof(struct assay_scaling, member)
static const struct assay_field scaling_fields[] = {
    { "kernel", assay_set_needed, .required = true, IN(kernel) },
    { "implementation", assay_set_needed, .required = true, IN(implementation) },
    { "parameter", assay_set_needed, .required = true, IN(parameter) },
    { "benchmarks", .required = true, ASSAY_REALS_UP_TO(0, ASSAY_MOST_BENCHMARKS), .open = open_benchmarks },
    { "values", .required = true, ASSAY_REALS_UP_TO(0, ASSAY_MOST_BENCHMARKS), .open = open_values },
    { "exponent", assay_set_real, IN(exponent) },
    { "ci95", assay_set_null, .opens = ASSAY_OPENS_ENDS, IN(low),
      .count_offset = offsetof(struct assay_scaling, high) },
    { "best", assay_set_text, IN(best) },
    { "reason", assay_set_text, IN(reason) },
    { "forms", ASSAY_OBJECTS(form_shape, open_form, ASSAY_MOST_WORDS) },
};
const struct assay_shape assay_shape_scaling = ASSAY_SHAPE(scaling_fields, close_scaling);
#undef IN
