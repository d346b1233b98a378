/* Scalings as JSON, field by field in the order that a person wants to read them. The reader's table of the same fields is
 * in scaling_fields.c. */
#include "result/scalings.h"

#include <math.h>

static void write_indexes(struct assay_writer *writer, const struct assay_scaling *scaling)
{
    assay_writer_open(writer, "benchmarks", '[', true);
    for (size_t i = 0; i < scaling->count; i++) {
        assay_writer_u64(writer, NULL, scaling->benchmarks[i]);
    }
    assay_writer_close(writer, ']');
}

static void write_forms(struct assay_writer *writer, const struct assay_scaling *scaling)
{
    assay_writer_open(writer, "forms", '[', false);
    for (size_t i = 0; i < scaling->form_count; i++) {
        const struct assay_scaling_form *form = &scaling->forms[i];
        assay_writer_open(writer, NULL, '{', true);
        assay_writer_text(writer, "form", form->form);
        assay_writer_real(writer, "coefficient", form->coefficient);
        assay_writer_real(writer, "overhead", form->overhead);
        assay_writer_real(writer, "error", form->error);
        assay_writer_truth(writer, "plausible", form->plausible);
        assay_writer_close(writer, '}');
    }
    assay_writer_close(writer, ']');
}

static void write_scaling(struct assay_writer *writer, const struct assay_scaling *scaling)
{
    assay_writer_open(writer, NULL, '{', false);
    assay_writer_text(writer, "kernel", scaling->kernel);
    assay_writer_text(writer, "implementation", scaling->implementation);
    assay_writer_text(writer, "parameter", scaling->parameter);
    write_indexes(writer, scaling);
    assay_writer_reals(writer, "values", scaling->values, scaling->count);
    assay_writer_real(writer, "exponent", scaling->exponent);
    if (isnan(scaling->low)) {
        assay_writer_text(writer, "ci95", NULL);
    } else {
        assay_writer_reals(writer, "ci95", (const double[]){ scaling->low, scaling->high }, 2);
    }
    assay_writer_text(writer, "best", scaling->best);
    assay_writer_text(writer, "reason", scaling->reason);
    write_forms(writer, scaling);
    assay_writer_close(writer, '}');
}

void assay_scalings_write(struct assay_writer *writer, const struct assay_document *document)
{
    if (document->scaling_count == 0) {
        return;
    }
    assay_writer_open(writer, "scalings", '[', false);
    for (size_t i = 0; i < document->scaling_count; i++) {
        write_scaling(writer, &document->scalings[i]);
    }
    assay_writer_close(writer, ']');
}
