/* A kernel of a plug-in, set up with some arguments by name and the rest by default: a host of a few lines for the
 * programs of this folder. Must not know assay's worker. */
#ifndef HOOKCOST_ONE_KERNEL_H
#define HOOKCOST_ONE_KERNEL_H

#include <assay/kernel.h>

#include <stdio.h>
#include <time.h>

struct one_kernel {
    const struct assay_kernel *kernel;
    void *state;
};

static inline void one_kernel_say(void *context, const char *reason)
{
    (void)context;
    fprintf(stderr, "%s\n", reason);
}

static inline double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

/* The text behind NAME= among the words, or the parameter's default. */
static inline const char *one_kernel_value(const struct assay_parameter *parameter, char **words, int count)
{
    size_t length = strlen(parameter->name);
    for (int i = 0; i < count; i++) {
        if (strncmp(words[i], parameter->name, length) == 0 && words[i][length] == '=') {
            return words[i] + length + 1;
        }
    }
    return parameter->fallback;
}

/* words: NAME=VALUE, canonical. 0, or -1 after a word on standard error. */
static inline int one_kernel_init(struct one_kernel *one, const struct assay_plugin *plugin, const char *name,
                                  char **words, int count)
{
    enum { MOST = 8 };
    static const struct assay_host host = {
        .struct_size = (uint32_t)sizeof host, .major = ASSAY_ABI_MAJOR, .fail = one_kernel_say, .threads = 1
    };
    struct assay_argument items[MOST];
    const struct assay_argument *pointers[MOST];
    struct assay_arguments arguments = { (uint32_t)sizeof arguments, 0, pointers };
    size_t i = 0;
    while (plugin->kernels[i] != NULL && strcmp(plugin->kernels[i]->name, name) != 0) {
        i++;
    }
    one->kernel = plugin->kernels[i];
    if (one->kernel == NULL) {
        fprintf(stderr, "no kernel %s\n", name);
        return -1;
    }
    for (; arguments.count < MOST && one->kernel->parameters[arguments.count] != NULL; arguments.count++) {
        const struct assay_parameter *parameter = one->kernel->parameters[arguments.count];
        items[arguments.count] = (struct assay_argument){ (uint32_t)sizeof items[0], parameter->name,
                                                          one_kernel_value(parameter, words, count) };
        pointers[arguments.count] = &items[arguments.count];
    }
    return one->kernel->setup(&host, &arguments, 1, &one->state) == 0 ? 0 : -1;
}

#endif
