/* From the names and texts of a request to the arguments of a kernel. Believes nothing that was sent: workers are
 * started by other programs too. */
#include "worker/instance.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const struct assay_message_argument *find_sent(const struct assay_message_argument *sent, size_t count,
                                                      const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(sent[i].name, name) == 0) {
            return &sent[i];
        }
    }
    return NULL;
}

/* A parameter that was sent and is not declared. */
static int refuse_undeclared(const struct assay_kernel_description *kernel, const struct assay_message_argument *sent,
                             size_t count, struct assay_refusal *failure)
{
    for (size_t i = 0; i < count; i++) {
        bool declared = false;
        for (size_t j = 0; j < kernel->parameter_count; j++) {
            declared = declared || strcmp(kernel->parameters[j].name, sent[i].name) == 0;
        }
        if (!declared) {
            return assay_refuse(failure, "failed", "kernel '%s' has no parameter '%.64s'", kernel->name, sent[i].name);
        }
    }
    return 0;
}

int assay_argument_list_make(struct assay_argument_list *out, const struct assay_kernel_description *kernel,
                             const struct assay_message_argument *sent, size_t count, struct assay_refusal *failure)
{
    struct assay_argument_list list = { .count = kernel->parameter_count };
    if (refuse_undeclared(kernel, sent, count, failure) != 0) {
        return -1;
    }
    list.items = calloc(list.count + 1, sizeof *list.items);
    list.pointers = calloc(list.count + 1, sizeof *list.pointers);
    list.texts = calloc(list.count + 1, sizeof *list.texts);
    if (list.items == NULL || list.pointers == NULL || list.texts == NULL) {
        assay_refuse(failure, "out-of-memory", "out of memory for the arguments of kernel '%s'", kernel->name);
        goto failed;
    }
    for (size_t i = 0; i < list.count; i++) {
        const struct assay_parameter_description *parameter = &kernel->parameters[i];
        const struct assay_message_argument *given = find_sent(sent, count, parameter->name);
        struct assay_error error = { 0 };
        if (given == NULL) {
            assay_refuse(failure, "protocol-error", "no value for parameter '%s' of kernel '%s'", parameter->name,
                         kernel->name);
            goto failed;
        }
        if (assay_value_canonical(&list.texts[i], parameter, given->text, &error) != 0) {
            assay_refuse(failure, "failed", "%s", error.text);
            goto failed;
        }
        list.items[i] = (struct assay_argument){ sizeof list.items[i], parameter->name, list.texts[i] };
        list.pointers[i] = &list.items[i];
    }
    list.arguments = (struct assay_arguments){ sizeof list.arguments, (uint32_t)list.count, list.pointers };
    *out = list;
    return 0;
failed:
    assay_argument_list_release(&list);
    return -1;
}

void assay_argument_list_release(struct assay_argument_list *list)
{
    for (size_t i = 0; list->texts != NULL && i < list->count; i++) {
        free(list->texts[i]);
    }
    free(list->texts);
    free(list->pointers);
    free(list->items);
    *list = (struct assay_argument_list){ .count = 0 };
}
