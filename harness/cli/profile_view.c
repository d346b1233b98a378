/* From the options of the command profile to how profiles are shown. */
#include "cli/profile.h"

#include <stdlib.h>
#include <string.h>

static const char *const none[] = { NULL };

/* All words of "--sort a,b --sort c". */
static int split_keys(struct assay_profile_choice *choice, const char *const *texts, struct assay_error *error)
{
    struct assay_text joined = ASSAY_TEXT_INIT;
    size_t count = 1;
    for (size_t i = 0; texts[i]; i++) {
        assay_text_format(&joined, "%s%s", i ? "," : "", texts[i]);
    }
    choice->storage = assay_text_take(&joined);
    for (const char *at = choice->storage; at && *at; at++) {
        count += *at == ',';
    }
    choice->sort = choice->storage ? calloc(count + 1, sizeof(*choice->sort)) : NULL;
    if (!choice->sort) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    char *next = choice->storage;
    for (size_t i = 0; i < count; i++) {
        choice->sort[i] = strsep(&next, ",");
    }
    choice->view.selection.sort = choice->sort;
    return 0;
}

/* What cannot be selected by is found before anything is measured: an empty profile will do. */
static int check(const struct assay_selection *selection, struct assay_error *error)
{
    struct assay_profile profile;
    size_t *rows = NULL, count = 0;
    char *note = NULL;
    assay_profile_init(&profile);
    int code = assay_profile_select(&rows, &count, &note, &profile, selection, error);
    if (!code) {
        free(rows);
        free(note);
    }
    assay_profile_release(&profile);
    return code;
}

int assay_profile_choice_make(struct assay_profile_choice *choice, const struct profile_values *values,
                              struct assay_error *error)
{
    *choice = (struct assay_profile_choice){
        .view = { .selection = { .sort = none,
                                 .restrict_to = values->restricted.texts ? values->restricted.texts : none,
                                 .fold_inlined = values->fold.given > 0 },
                  .callers = values->callers.given > 0,
                  .callees = values->callees.given > 0,
                  .lines = values->lines.given > 0 },
    };
    int code = values->sort.given ? split_keys(choice, values->sort.texts, error) : 0;
    return code ? code : check(&choice->view.selection, error);
}

void assay_profile_choice_release(struct assay_profile_choice *choice)
{
    free(choice->storage);
    free(choice->sort);
    free(choice->assembly);
    *choice = (struct assay_profile_choice){ 0 };
}
