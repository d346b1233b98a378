/* The command list: kernels, suites, or journals, as text or JSON. Runs nothing but what the catalog asks plug-ins. */
#include "base/file.h"
#include "catalog/catalog.h"
#include "cli/command.h"
#include "cli/common.h"
#include "cli/list_text.h"
#include "cli/output.h"
#include "cli/say.h"

#include <stdlib.h>
#include <string.h>

struct list_values {
    struct assay_option_value suites;
    struct assay_option_value journals;
    struct assay_option_value tag;
    struct assay_option_value names;
    struct assay_option_value output;
    struct assay_option_value format;
};

static const struct assay_option options[] = {
    { .name = "suites",
      .kind = ASSAY_OPTION_FLAG,
      .group = "What is listed",
      .summary = "list suites instead of kernels",
      .offset = offsetof(struct list_values, suites) },
    { .name = "journals",
      .kind = ASSAY_OPTION_FLAG,
      .summary = "list runs that assay run --resume can go on with",
      .offset = offsetof(struct list_values, journals) },
    { .name = "tag",
      .kind = ASSAY_OPTION_TEXT,
      .value = "T",
      .summary = "list only kernels with this tag",
      .wish = "a tag",
      .offset = offsetof(struct list_values, tag) },
    { .name = "names",
      .kind = ASSAY_OPTION_FLAG,
      .traits = ASSAY_OPTION_HIDDEN,
      .summary = "names alone, one a line, for completions",
      .offset = offsetof(struct list_values, names) },
    { ASSAY_COMMON_OUTPUT, .offset = offsetof(struct list_values, output) },
    { ASSAY_COMMON_FORMAT, .offset = offsetof(struct list_values, format) },
    { .name = NULL },
};

/* Whether any kernel of the catalog has the tag; else says which there are none of. */
static bool has_tag(const struct assay_catalog *catalog, const char *tag)
{
    for (size_t i = 0; i < assay_catalog_count(catalog); i++) {
        const struct assay_description *description = &assay_catalog_at(catalog, i)->description;
        for (size_t k = 0; k < description->kernel_count; k++) {
            if (assay_list_tagged(&description->kernels[k], tag)) {
                return true;
            }
        }
    }
    return false;
}

static int list_kernels(struct assay_text *text, const struct assay_places *places, const struct list_values *values,
                        enum assay_list_form form, struct assay_error *error)
{
    struct assay_catalog *catalog;
    int code = assay_catalog_open(&catalog, places, error);
    if (code) {
        return code;
    }
    const char *tag = values->tag.text;
    if (tag && !has_tag(catalog, tag)) {
        code = assay_fail(error, ASSAY_EUSAGE, "bad --tag '%.160s': no kernel has this tag", tag);
    } else {
        assay_list_kernels(text, catalog, tag, form);
    }
    assay_catalog_close(catalog);
    return code;
}

static int list_suites(struct assay_text *text, const struct assay_places *places, enum assay_list_form form,
                       struct assay_error *error)
{
    struct assay_catalog *catalog = NULL;
    int code = form == ASSAY_LIST_NAMES ? 0 : assay_catalog_open(&catalog, places, error);
    if (!code) {
        code = assay_list_suites(text, places->suites, catalog, form, error);
    }
    assay_catalog_close(catalog);
    return code;
}

static int list_journals(struct assay_text *text, enum assay_list_form form, struct assay_error *error)
{
    char *state = assay_state_directory();
    char *directory = state ? assay_path_join(state, "journals") : NULL;
    int code = directory ? assay_list_journals(text, directory, form, error)
                         : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    free(directory);
    free(state);
    return code;
}

static int list(const struct assay_invocation *invocation)
{
    const struct list_values *values = invocation->values;
    struct assay_error error = { 0 };
    struct assay_places places = { 0 };
    struct assay_text text = ASSAY_TEXT_INIT;
    if (values->suites.given && values->journals.given) {
        return assay_say_errorf("bad --journals: want either --suites or --journals");
    }
    if (values->tag.given && (values->suites.given || values->journals.given)) {
        return assay_say_errorf("bad --tag '%.160s': only kernels have tags", values->tag.text);
    }
    enum assay_list_form form = ASSAY_LIST_TEXT;
    if (values->names.given) {
        form = ASSAY_LIST_NAMES;
    } else if (assay_output_format(&values->format, &values->output) == ASSAY_AS_JSON) {
        form = ASSAY_LIST_JSON;
    }
    int code = assay_places_find(&places, &error);
    if (!code && values->suites.given) {
        code = list_suites(&text, &places, form, &error);
    } else if (!code && values->journals.given) {
        code = list_journals(&text, form, &error);
    } else if (!code) {
        code = list_kernels(&text, &places, values, form, &error);
    }
    int status = code ? assay_say_error(&error) : assay_output_write(&text, &values->output);
    assay_text_release(&text);
    assay_places_release(&places);
    return status;
}

const struct assay_command assay_command_list = {
    .syntax = { .command = "list", .options = options },
    .summary = "show kernels, suites, or journals",
    .description = "Each kernel with its parameters and their defaults, its other names, and the implementations there "
                   "are. What was found but cannot be used is listed as unavailable, with the reason. Of suites, how many "
                   "benchmarks they are here, and how many of them cannot run.",
    .values_size = sizeof(struct list_values),
    .run = list,
};
