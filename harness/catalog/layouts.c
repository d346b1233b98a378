/* Several layouts at once, and those that a plug-in brings along. */
#include "catalog/layout.h"

#include "base/file.h"
#include "base/text.h"
#include "catalog/layout_parts.h"
#include "machine/machine.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_AT_ONCE = 64 };

/* What the linking threads share. */
struct linking {
    const struct assay_layout_parts *parts;
    const uint32_t *numbers;
    size_t count;
    const struct assay_layouts_options *options;
    pthread_mutex_t lock; /* over what follows */
    size_t next;
    struct assay_error error; /* the first one */
};

/* The next number to link; false: no more. */
static bool take(size_t *index, struct linking *linking)
{
    bool taken = false;
    pthread_mutex_lock(&linking->lock);
    if (linking->options->stop != NULL && *linking->options->stop != 0) {
        (void)assay_fail(&linking->error, ASSAY_EINTERRUPTED, "interrupted while layouts were linked");
    }
    if (linking->error.code == 0 && linking->next < linking->count) {
        *index = linking->next++;
        taken = true;
    }
    pthread_mutex_unlock(&linking->lock);
    return taken;
}

static void link_one(struct linking *linking, uint32_t k)
{
    struct assay_error error = { 0 };
    char *path = assay_layout_file(linking->parts, k);
    int code = 0;
    if (path == NULL) {
        code = assay_fail(&error, ASSAY_ENOMEM, "out of memory");
    } else if (!assay_path_exists(path)) {
        code = assay_layout_link(path, linking->parts, k, &error);
    }
    if (code != 0) {
        pthread_mutex_lock(&linking->lock);
        (void)assay_fail(&linking->error, code, "%s", error.text);
        pthread_mutex_unlock(&linking->lock);
    }
    free(path);
}

static void *work(void *context)
{
    struct linking *linking = context;
    size_t index;
    if (linking->options->processors != NULL) { /* this thread's alone, and its linkers' */
        (void)assay_machine_pin(0, linking->options->processors, linking->options->processor_count, NULL);
    }
    while (take(&index, linking)) {
        link_one(linking, linking->numbers[index]);
    }
    return NULL;
}

/* Threads that wait for linkers. One that cannot be started is done without; signals stay the caller's. */
static void link_all(struct linking *linking, unsigned at_once)
{
    pthread_t threads[MOST_AT_ONCE];
    unsigned started = 0;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (started < at_once && pthread_create(&threads[started], NULL, work, linking) == 0) {
        started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (started == 0) {
        pthread_mutex_lock(&linking->lock);
        (void)assay_fail(&linking->error, ASSAY_EIO, "cannot start a thread to link layouts");
        pthread_mutex_unlock(&linking->lock);
    }
    for (unsigned i = 0; i < started; i++) {
        pthread_join(threads[i], NULL);
    }
}

static bool all_there(const struct assay_layout_parts *parts, const uint32_t *numbers, size_t count)
{
    bool there = true;
    for (size_t i = 0; there && i < count; i++) {
        char *path = assay_layout_file(parts, numbers[i]);
        there = path != NULL && assay_path_exists(path);
        free(path);
    }
    return there;
}

int assay_layouts_link(const char *plugin, const uint32_t *numbers, size_t count,
                       const struct assay_layouts_options *options, struct assay_error *error)
{
    struct assay_layout_parts parts = { .object = NULL };
    struct linking linking = {
        .numbers = numbers, .count = count, .options = options, .lock = PTHREAD_MUTEX_INITIALIZER
    };
    int code = assay_layout_parts_find(&parts, plugin, error);
    if (code == 0 && !all_there(&parts, numbers, count)) {
        code = assay_layout_parts_read(&parts, plugin, error);
        unsigned at_once = options->at_once == 0             ? 1
                           : options->at_once > MOST_AT_ONCE ? MOST_AT_ONCE
                                                             : options->at_once;
        if (code == 0) {
            linking.parts = &parts;
            link_all(&linking, count < at_once ? (unsigned)count : at_once);
            code = linking.error.code == 0 ? 0 : assay_fail(error, linking.error.code, "%s", linking.error.text);
        }
    }
    pthread_mutex_destroy(&linking.lock);
    assay_layout_parts_release(&parts);
    return code;
}

int assay_layouts_foreign(char ***paths, size_t *count, const char *plugin, struct assay_error *error)
{
    char **names = NULL;
    size_t found = 0;
    char *relative = assay_layout_part(plugin, "layouts");
    char *directory = relative != NULL && assay_path_is_directory(relative) ? realpath(relative, NULL) : NULL;
    int code = relative == NULL ? assay_fail(error, ASSAY_ENOMEM, "out of memory") : 0;
    if (directory != NULL) {
        code = assay_directory_list(&names, &found, directory, ".so", error);
    }
    for (size_t i = 0; i < found; i++) {
        char *path = assay_path_join(directory, names[i]);
        if (path == NULL) {
            code = assay_fail(error, ASSAY_ENOMEM, "out of memory");
            break;
        }
        free(names[i]);
        names[i] = path;
    }
    if (code == 0) {
        *paths = names;
        *count = found;
        names = NULL;
    }
    assay_names_free(names, found);
    free(directory);
    free(relative);
    return code;
}
