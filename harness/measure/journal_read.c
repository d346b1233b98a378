/* The append-only record of a run: reading, and what journals there are. Knows no worker. */
#include "measure/journal.h"

#include "base/file.h"
#include "base/vector.h"
#include "protocol/line.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SCHEMA "assay.journal/"

/* Whether the first line is one that this version reads. */
static int check_head(const json_t *head, const char *path, struct assay_error *error)
{
    const char *schema = json_string_value(json_object_get(head, "journal"));
    if (schema == NULL || strncmp(schema, SCHEMA, strlen(SCHEMA)) != 0) {
        return assay_fail(error, ASSAY_EINPUT, "'%s' is not a journal of assay", path);
    }
    if (strcmp(schema, SCHEMA "1") != 0) {
        return assay_fail(error, ASSAY_EINPUT, "journal '%s' is %s, this assay reads assay.journal/1", path, schema);
    }
    return 0;
}

/* One line: the head, or one for `take`. *bad says that it is not JSON. */
static int take_line(bool *bad, size_t number, const char *line, size_t length, const char *path, assay_journal_take_fn head,
                     assay_journal_take_fn take, void *context, struct assay_error *error)
{
    json_t *object = json_loadb(line, length, JSON_REJECT_DUPLICATES, NULL);
    int result = 0;
    *bad = !json_is_object(object);
    if (!*bad && number == 0) {
        result = check_head(object, path, error);
        result = result == 0 && head != NULL ? head(context, object, error) : result;
    } else if (!*bad) {
        result = take(context, object, error);
    }
    json_decref(object);
    return result;
}

static int open_journal(int *fd, const char *path, struct assay_error *error)
{
    struct stat status;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0) {
        return assay_fail_errno(error, errno, "cannot open the journal '%s'", path);
    }
    if (fstat(*fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        close(*fd);
        return assay_fail(error, ASSAY_EINPUT, "'%s' is not a journal of assay", path);
    }
    return 0;
}

int assay_journal_read(int64_t *length, const char *path, assay_journal_take_fn head, assay_journal_take_fn take,
                       void *context, struct assay_error *error)
{
    int fd = -1;
    int result = open_journal(&fd, path, error);
    if (result != 0) {
        return result;
    }
    struct assay_line_reader reader;
    assay_line_reader_init(&reader, fd, ASSAY_REPLY_LINE_MAX + ASSAY_REQUEST_LINE_MAX);
    int64_t whole = 0;
    size_t number = 0;
    bool bad = false;
    for (;;) {
        char *line = NULL;
        size_t size = 0;
        int got = assay_line_next(&line, &size, &reader, error);
        if (got == ASSAY_LINE_AGAIN) {
            continue;
        }
        if (got != ASSAY_LINE_READY) {
            result = got < 0 ? got : 0;
            break;
        }
        if (bad) {
            result = assay_fail(error, ASSAY_EINPUT, "line %zu of journal '%s' is not a JSON object", number, path);
            break;
        }
        result = take_line(&bad, number, line, size, path, head, take, context, error);
        if (result != 0) {
            break;
        }
        whole += bad ? 0 : (int64_t)size + 1;
        number++;
    }
    if (result == 0 && whole == 0) {
        result = assay_fail(error, ASSAY_EINPUT, "'%s' is not a journal of assay", path);
    }
    assay_line_reader_release(&reader);
    close(fd);
    if (result == 0) {
        *length = whole;
    }
    return result;
}

static int info_head(void *context, const json_t *line, struct assay_error *error)
{
    struct assay_journal_info *info = context;
    (void)error;
    info->created = assay_copy(json_string_value(json_object_get(line, "created")));
    info->command = assay_copy(json_string_value(json_object_get(line, "command")));
    info->output = assay_copy(json_string_value(json_object_get(line, "output")));
    info->benchmarks = json_array_size(json_object_get(json_object_get(line, "plan"), "benchmarks"));
    return 0;
}

static int info_take(void *context, const json_t *line, struct assay_error *error)
{
    struct assay_journal_info *info = context;
    (void)error;
    info->samples += json_object_get(line, "batch") != NULL;
    info->ended = info->ended || json_object_get(line, "end") != NULL;
    return 0;
}

static bool is_locked(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool locked = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (fd >= 0) {
        close(fd);
    }
    return locked;
}

static void describe(struct assay_journal_info *info, const char *directory, const char *name)
{
    struct assay_error problem = { 0 };
    int64_t length = 0;
    info->path = assay_path_join(directory, name);
    if (info->path == NULL) {
        return;
    }
    if (assay_journal_read(&length, info->path, info_head, info_take, info, &problem) != 0) {
        info->problem = assay_copy(problem.text);
    }
    info->running = is_locked(info->path);
}

static int newest_first(const void *a, const void *b)
{
    const struct assay_journal_info *x = a, *y = b;
    return strcmp(y->created != NULL ? y->created : "", x->created != NULL ? x->created : "");
}

int assay_journal_list(struct assay_journal_info **out, size_t *count, const char *directory, struct assay_error *error)
{
    char **names = NULL;
    size_t found = 0;
    if (!assay_path_is_directory(directory)) {
        *out = NULL;
        *count = 0;
        return 0;
    }
    int result = assay_directory_list(&names, &found, directory, ".journal", error);
    if (result != 0) {
        return result;
    }
    struct assay_journal_info *list = calloc(found + 1, sizeof *list);
    for (size_t i = 0; list != NULL && i < found; i++) {
        describe(&list[i], directory, names[i]);
    }
    assay_names_free(names, found);
    if (list == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    if (found > 1) {
        qsort(list, found, sizeof *list, newest_first);
    }
    *out = list;
    *count = found;
    return 0;
}

void assay_journal_list_free(struct assay_journal_info *list, size_t count)
{
    for (size_t i = 0; list != NULL && i < count; i++) {
        free(list[i].path);
        free(list[i].created);
        free(list[i].command);
        free(list[i].output);
        free(list[i].problem);
    }
    free(list);
}

int assay_journal_newest(char **path, const char *directory, struct assay_error *error)
{
    struct assay_journal_info *list = NULL;
    size_t count = 0;
    int result = assay_journal_list(&list, &count, directory, error);
    if (result != 0) {
        return result;
    }
    char *newest = NULL;
    for (size_t i = 0; i < count && newest == NULL; i++) {
        if (list[i].problem == NULL && !list[i].running) {
            newest = assay_copy(list[i].path);
        }
    }
    assay_journal_list_free(list, count);
    if (newest == NULL) {
        return assay_fail(error, ASSAY_EUSAGE, "there is no journal to resume in '%s'", directory);
    }
    *path = newest;
    return 0;
}
