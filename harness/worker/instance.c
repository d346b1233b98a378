/* Setup, readying and teardown of a kernel, and what it says of its own answers. All of it is untimed. */
#include "worker/instance.h"

#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

static void keep_reason(void *context, const char *reason)
{
    struct assay_share *share = context;
    snprintf(share->reason, sizeof share->reason, "%s", reason != NULL ? reason : "");
}

int assay_instance_failed(const struct assay_instance *instance, const struct assay_share *share, const char *callback,
                          int code, int errno_value, struct assay_refusal *failure)
{
    const char *status = errno_value == ENOMEM ? "out-of-memory" : "failed";
    if (share->reason[0] != '\0') {
        return assay_refuse(failure, status, "%s", share->reason);
    }
    return assay_refuse(failure, status, "%s of kernel '%s' returned %d and gave no reason", callback,
                        instance->description->name, code);
}

static bool is_digest(const char *text)
{
    return strspn(text, "0123456789abcdef") == 64 && text[64] == '\0';
}

int assay_kernel_expect(struct assay_message_answer *out, bool *known, const struct assay_kernel *kernel,
                        const struct assay_argument_list *list, struct assay_refusal *failure)
{
    struct assay_expected said = { .struct_size = sizeof said };
    *known = false;
    if (kernel->expect == NULL || kernel->expect(&list->arguments, &said) != 0) {
        return 0;
    }
    if ((said.known & (ASSAY_KNOWS_COUNT | ASSAY_KNOWS_SUM | ASSAY_KNOWS_SHA256)) == 0) {
        return 0;
    }
    if (said.source == NULL || said.source[0] == '\0') {
        return assay_refuse(failure, "failed", "expect of kernel '%s' names no source", kernel->name);
    }
    said.sha256[64] = '\0';
    if ((said.known & ASSAY_KNOWS_SHA256) != 0 && !is_digest(said.sha256)) {
        return assay_refuse(failure, "failed",
                            "expect of kernel '%s' gives a sha256 that is not 64 lower-case "
                            "hexadecimal digits",
                            kernel->name);
    }
    struct assay_message_answer answer = { .count_known = (said.known & ASSAY_KNOWS_COUNT) != 0,
                                           .sum_known = (said.known & ASSAY_KNOWS_SUM) != 0,
                                           .sha256_known = (said.known & ASSAY_KNOWS_SHA256) != 0,
                                           .count = said.count,
                                           .sum = said.sum,
                                           .source = assay_utf8_clean(said.source, strlen(said.source), NULL) };
    memcpy(answer.sha256, said.sha256, sizeof answer.sha256);
    if (answer.source == NULL) {
        return assay_refuse(failure, "out-of-memory", "out of memory");
    }
    *out = answer;
    *known = true;
    return 0;
}

/* Keeps a copy of the coordinator's expectation and asks the plug-in for its own. */
static int gather_expected(struct assay_instance *instance, const struct assay_message_answer *given,
                           struct assay_refusal *failure)
{
    if (given != NULL && (given->count_known || given->sum_known || given->sha256_known)) {
        struct assay_message_answer *kept = &instance->expected[instance->expected_count++];
        *kept = *given;
        kept->source = assay_copy(given->source);
    }
    bool known;
    struct assay_message_answer own;
    if (assay_kernel_expect(&own, &known, instance->kernel, &instance->list, failure) != 0) {
        return -1;
    }
    if (known) {
        instance->expected[instance->expected_count++] = own;
    }
    return 0;
}

static int set_up_share(struct assay_instance *instance, uint32_t thread, uint64_t seed, struct assay_refusal *failure)
{
    struct assay_share *share = &instance->shares[thread];
    share->host = (struct assay_host){ .struct_size = sizeof share->host,
                                       .major = ASSAY_ABI_MAJOR,
                                       .minor = ASSAY_ABI_MINOR,
                                       .context = share,
                                       .fail = keep_reason,
                                       .thread = thread,
                                       .threads = instance->threads };
    share->answer = assay_answer_new();
    if (share->answer == NULL) {
        return assay_refuse(failure, "out-of-memory", "out of memory for thread %u", thread);
    }
    errno = 0;
    int code = instance->kernel->setup(&share->host, &instance->list.arguments, seed, &share->state);
    if (code != 0) {
        return assay_instance_failed(instance, share, "setup", code, errno, failure);
    }
    share->made = true;
    return 0;
}

int assay_instance_new(struct assay_instance **out, const struct assay_kernel *kernel,
                       const struct assay_kernel_description *description, const struct assay_instance_options *options,
                       struct assay_refusal *failure)
{
    struct assay_instance *instance = calloc(1, sizeof *instance);
    if (instance == NULL) {
        return assay_refuse(failure, "out-of-memory", "out of memory");
    }
    instance->kernel = kernel;
    instance->description = description;
    if (assay_argument_list_make(&instance->list, description, options->arguments, options->argument_count, failure) !=
            0 ||
        gather_expected(instance, options->expected, failure) != 0) {
        goto failed;
    }
    instance->shares = calloc(options->threads, sizeof *instance->shares);
    if (instance->shares == NULL) {
        assay_refuse(failure, "out-of-memory", "out of memory for %u threads", options->threads);
        goto failed;
    }
    instance->threads = options->threads;
    for (uint32_t thread = 0; thread < instance->threads; thread++) {
        if (set_up_share(instance, thread, options->seed, failure) != 0) {
            goto failed;
        }
    }
    *out = instance;
    return 0;
failed:
    assay_instance_free(instance);
    return -1;
}

int assay_instance_prepare(struct assay_instance *instance, uint64_t iterations, struct assay_refusal *failure)
{
    for (uint32_t i = 0; instance->kernel->prepare != NULL && i < instance->threads; i++) {
        struct assay_share *share = &instance->shares[i];
        share->reason[0] = '\0';
        errno = 0;
        int code = instance->kernel->prepare(share->state, iterations);
        if (code != 0) {
            return assay_instance_failed(instance, share, "prepare", code, errno, failure);
        }
    }
    return 0;
}

/* Teardown returns nothing: it failed if it gave a reason. */
static int tear_down_share(struct assay_instance *instance, struct assay_share *share, struct assay_refusal *failure)
{
    if (!share->made) {
        return 0;
    }
    share->made = false;
    share->reason[0] = '\0';
    if (instance->kernel->teardown != NULL) {
        instance->kernel->teardown(share->state);
    }
    return share->reason[0] == '\0' ? 0 : assay_refuse(failure, "failed", "%s", share->reason);
}

int assay_instance_tear_down(struct assay_instance *instance, struct assay_refusal *failure)
{
    int result = 0;
    for (uint32_t thread = instance->threads; thread > 0; thread--) {
        if (tear_down_share(instance, &instance->shares[thread - 1], failure) != 0) {
            result = -1;
        }
    }
    return result;
}

void assay_instance_free(struct assay_instance *instance)
{
    struct assay_refusal ignored = { 0 };
    if (instance == NULL) {
        return;
    }
    (void)assay_instance_tear_down(instance, &ignored);
    for (uint32_t thread = 0; thread < instance->threads; thread++) {
        assay_answer_free(instance->shares[thread].answer);
    }
    free(instance->shares);
    for (unsigned i = 0; i < instance->expected_count; i++) {
        free(instance->expected[i].source);
    }
    assay_argument_list_release(&instance->list);
    free(instance);
}
