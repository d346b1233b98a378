/* The kernels of kernels/effort.c for a program that links them directly: what other tools' ways are tried on. Must not
 * know assay's worker. C and C++. */
#ifndef TRUST_EFFORT_H
#define TRUST_EFFORT_H

#include <assay/kernel.h>

#include <stdio.h>

struct effort {
    const struct assay_kernel *kernel;
    void *state;
};

static void effort_say(void *context, const char *reason)
{
    (void)context;
    fprintf(stderr, "%s\n", reason);
}

/* Sets a kernel up with its own defaults, but `units`. 0, or -1 after a word on standard error. */
static inline int effort_init(struct effort *effort, const char *name, const char *units)
{
    enum { MOST = 8 };
    static struct assay_host host;
    struct assay_argument items[MOST];
    const struct assay_argument *pointers[MOST];
    struct assay_arguments arguments;
    size_t i = 0;
    host.struct_size = (uint32_t)sizeof host;
    host.major = ASSAY_ABI_MAJOR;
    host.fail = effort_say;
    host.threads = 1;
    arguments.struct_size = (uint32_t)sizeof arguments;
    arguments.count = 0;
    arguments.items = pointers;
    while (assay_plugin.kernels[i] != NULL && strcmp(assay_plugin.kernels[i]->name, name) != 0) {
        i++;
    }
    effort->kernel = assay_plugin.kernels[i];
    if (effort->kernel == NULL) {
        fprintf(stderr, "no kernel %s\n", name);
        return -1;
    }
    for (; arguments.count < MOST && effort->kernel->parameters[arguments.count] != NULL; arguments.count++) {
        const struct assay_parameter *parameter = effort->kernel->parameters[arguments.count];
        struct assay_argument *item = &items[arguments.count];
        item->struct_size = (uint32_t)sizeof *item;
        item->name = parameter->name;
        item->text = strcmp(parameter->name, "units") == 0 ? units : parameter->fallback;
        pointers[arguments.count] = item;
    }
    return effort->kernel->setup(&host, &arguments, 1, &effort->state) == 0 ? 0 : -1;
}

#endif
