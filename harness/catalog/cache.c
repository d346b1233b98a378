/* The cache of descriptions: one line a plug-in, found by its path, read only when it is wanted. */
#include "catalog/cache.h"

#include "base/file.h"
#include "base/vector.h"
#include "catalog/record.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The first line; another program's cache has another. Increase the number with every change of a line. */
static const char heading[] = "assay catalog cache 1";
#define CACHE_BYTES_MAX ((size_t)64 << 20)
#define CACHE_LINES_MAX 20000u /* of plug-ins that are elsewhere: the oldest way to be forgotten */

struct line {
    const char *path; /* ended by a NUL in the bytes */
    char *stamp;
    char *fields;
    size_t length;    /* from path to the end of the line */
    uint64_t sum;
};
struct assay_cache {
    char *file;
    char *bytes;
    struct line *lines; /* sorted by path */
    size_t count;
    size_t capacity;
    struct assay_text added; /* whole lines, to be written */
    char **added_paths;
    size_t added_count;
    size_t added_capacity;
};

/* FNV-1a over words of eight bytes, the last filled up by zeros: finds a damaged line, defends against nobody. */
static uint64_t checksum(const char *bytes, size_t length)
{
    uint64_t sum = UINT64_C(14695981039346656037) ^ length;
    for (size_t i = 0; i < length; i += sizeof(uint64_t)) {
        uint64_t word = 0;
        memcpy(&word, bytes + i, length - i < sizeof word ? length - i : sizeof word);
        sum = (sum ^ word) * UINT64_C(1099511628211);
        sum ^= sum >> 32; /* a product's high bits depend on all bits of the word, its low bits do not */
    }
    return sum;
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(((const struct line *)a)->path, ((const struct line *)b)->path);
}

/* One line, `SUM PATH \t STAMP \t FIELDS`; false if it is not whole. Changes tabs into NULs, nothing more. */
static bool split_line(struct line *out, char *text, size_t length)
{
    char *end = NULL;
    if (length < 18 || text[16] != ' ') {
        return false;
    }
    uint64_t sum = strtoull(text, &end, 16);
    char *path = text + 17;
    char *stamp = memchr(path, '\t', length - 17);
    char *fields = stamp != NULL ? memchr(stamp + 1, '\t', length - (size_t)(stamp + 1 - text)) : NULL;
    if (end != text + 16 || fields == NULL) {
        return false;
    }
    *out = (struct line){ path, stamp + 1, fields + 1, length - 17, sum };
    return true;
}

static bool add_line(struct assay_cache *cache, char *text, size_t length)
{
    struct line line;
    void *lines = cache->lines;
    if (!split_line(&line, text, length)) {
        return true;
    }
    if (!assay_reserve(&lines, &cache->capacity, cache->count + 1, sizeof line)) {
        return false;
    }
    cache->lines = lines;
    cache->lines[cache->count++] = line;
    return true;
}

/* Splits the bytes into lines; those that are not whole are left out. False: out of memory. */
static bool split(struct assay_cache *cache, size_t length)
{
    size_t heading_length = strlen(heading);
    char *end = cache->bytes + length;
    if (length <= heading_length || memcmp(cache->bytes, heading, heading_length) != 0 ||
        cache->bytes[heading_length] != '\n') {
        return true;
    }
    bool sorted = true;
    for (char *line = cache->bytes + heading_length + 1; line < end;) {
        char *feed = memchr(line, '\n', (size_t)(end - line));
        if (feed == NULL) {
            break;
        }
        *feed = '\0';
        if (!add_line(cache, line, (size_t)(feed - line))) {
            return false;
        }
        line = feed + 1;
    }
    for (size_t i = 0; i < cache->count; i++) {
        struct line *line = &cache->lines[i];
        bool whole = checksum(line->path, line->length) == line->sum;
        line->stamp[-1] = '\0';
        line->fields[-1] = '\0';
        if (!whole) {
            line->stamp = NULL; /* never taken, never kept */
        }
        sorted = sorted && (i == 0 || compare_lines(line - 1, line) <= 0);
    }
    if (!sorted) {
        qsort(cache->lines, cache->count, sizeof *cache->lines, compare_lines);
    }
    return true;
}

int assay_cache_open(struct assay_cache **out, const char *path, struct assay_error *error)
{
    struct assay_cache *cache = calloc(1, sizeof *cache);
    struct assay_error ignored = { 0 };
    size_t length = 0;
    if (cache == NULL || (cache->file = assay_copy(path)) == NULL) {
        free(cache);
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    if (assay_file_read(&cache->bytes, &length, path, CACHE_BYTES_MAX, &ignored) == 0 && !split(cache, length)) {
        assay_cache_close(cache);
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    *out = cache;
    return 0;
}

void assay_cache_close(struct assay_cache *cache)
{
    if (cache == NULL) {
        return;
    }
    assay_names_free(cache->added_paths, cache->added_count);
    assay_text_release(&cache->added);
    free(cache->lines);
    free(cache->bytes);
    free(cache->file);
    free(cache);
}

static struct line *find_line(const struct assay_cache *cache, const char *path)
{
    struct line wanted = { .path = path };
    return cache->count == 0 ? NULL
                             : bsearch(&wanted, cache->lines, cache->count, sizeof *cache->lines, compare_lines);
}

/* A path or stamp that has the cache's own marks is not kept: nobody names files so. */
static bool can_keep(const char *path)
{
    return strpbrk(path, "\t\n") == NULL;
}

bool assay_cache_take(struct assay_description *out, struct assay_cache *cache, const char *path, const char *stamp)
{
    struct line *line = find_line(cache, path);
    if (line == NULL || line->stamp == NULL || strcmp(line->stamp, stamp) != 0) {
        return false;
    }
    /* Reading changes the bytes, and the line may have to be written again: read from a copy. */
    char *copy = assay_copy(line->fields);
    bool taken = copy != NULL && assay_record_read(out, copy);
    free(copy);
    return taken;
}

void assay_cache_put(struct assay_cache *cache, const char *path, const char *stamp,
                     const struct assay_description *description)
{
    struct assay_text line = ASSAY_TEXT_INIT;
    void *paths = cache->added_paths;
    if (!can_keep(path) || !can_keep(stamp) ||
        !assay_reserve(&paths, &cache->added_capacity, cache->added_count + 1, sizeof *cache->added_paths)) {
        return;
    }
    cache->added_paths = paths;
    assay_text_format(&line, "%s\t%s\t", path, stamp);
    assay_record_write(&line, description);
    char *copy = assay_copy(path);
    if (line.failed || copy == NULL) {
        free(copy);
    } else {
        cache->added_paths[cache->added_count++] = copy;
        assay_text_format(&cache->added, "%016llx ", (unsigned long long)checksum(line.bytes, line.length));
        assay_text_append_bytes(&cache->added, line.bytes, line.length);
        assay_text_append_char(&cache->added, '\n');
    }
    assay_text_release(&line);
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What is written: the lines that were there, but for those put anew and those whose file is gone. */
static void keep_lines(struct assay_text *text, struct assay_cache *cache)
{
    size_t kept = cache->added_count;
    qsort(cache->added_paths, cache->added_count, sizeof *cache->added_paths, compare_texts);
    for (size_t i = 0; i < cache->count && kept < CACHE_LINES_MAX; i++) {
        const struct line *line = &cache->lines[i];
        if (line->stamp == NULL || !assay_path_exists(line->path) ||
            bsearch(&line->path, cache->added_paths, cache->added_count, sizeof *cache->added_paths, compare_texts) != NULL) {
            continue;
        }
        assay_text_format(text, "%016llx ", (unsigned long long)line->sum);
        assay_text_format(text, "%s\t%s\t%s\n", line->path, line->stamp, line->fields);
        kept++;
    }
}

void assay_cache_save(struct assay_cache *cache)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    struct assay_error ignored = { 0 };
    if (cache->added_count == 0 || cache->added.failed) {
        return;
    }
    assay_text_format(&text, "%s\n", heading);
    keep_lines(&text, cache);
    assay_text_append_bytes(&text, cache->added.bytes, cache->added.length);
    char *directory = assay_path_directory(cache->file);
    if (!text.failed && directory != NULL && assay_directory_make(directory, &ignored) == 0) {
        assay_file_write(cache->file, text.bytes, text.length, &ignored);
    }
    free(directory);
    assay_text_release(&text);
}

void assay_cache_stamp(struct assay_text *stamp, const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        assay_text_append(stamp, "-;");
        return;
    }
    /* The time of the last change of the inode is there for copies that keep size and time of modification. */
    assay_text_format(stamp, "%llu.%lld.%09ld.%lld.%09ld.%llu;", (unsigned long long)status.st_size,
                      (long long)status.st_mtim.tv_sec, status.st_mtim.tv_nsec, (long long)status.st_ctim.tv_sec,
                      status.st_ctim.tv_nsec, (unsigned long long)status.st_ino);
}
