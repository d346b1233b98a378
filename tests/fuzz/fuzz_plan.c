/* Any JSON as a plan from a journal: refused in one line, or a plan that is written and comes back as the same text. */
// links: plan catalog result machine protocol stats base
#include "plan/plan.h"

#include "catalog.h"

#include <jansson.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct assay_plan *read_plan(const char *bytes, size_t length)
{
    struct assay_plan *plan = NULL;
    struct assay_error error = { 0 };
    json_t *object = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, NULL);
    if (object == NULL) {
        return NULL;
    }
    int code = assay_plan_read(&plan, fuzz_catalog, object, &error);
    if (code == 0 ? plan == NULL : plan != NULL || error.text[0] == '\0' || strchr(error.text, '\n') != NULL) {
        abort();
    }
    json_decref(object);
    return plan;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct assay_text once = ASSAY_TEXT_INIT, twice = ASSAY_TEXT_INIT;
    if (fuzz_catalog == NULL) {
        fuzz_catalog_open();
    }
    struct assay_plan *plan = read_plan((const char *)data, size);
    if (plan == NULL) {
        return 0;
    }
    assay_plan_write(&once, plan);
    assay_plan_free(plan);
    plan = once.failed ? NULL : read_plan(once.bytes, once.length);
    if (plan == NULL) {
        abort();
    }
    assay_plan_write(&twice, plan);
    assay_plan_free(plan);
    if (twice.failed || twice.length != once.length || memcmp(once.bytes, twice.bytes, once.length) != 0) {
        fprintf(stderr, "%s\n%s\n", once.bytes, twice.bytes);
        abort();
    }
    assay_text_release(&once);
    assay_text_release(&twice);
    return 0;
}
