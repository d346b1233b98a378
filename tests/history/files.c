/* Files that are no store, may not be written, are cut off, or lie on a full disk: one line that says what helps, and what was recorded
 * before is whole. */
#include "place.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* A store of so many documents, closed. Heap. */
static char *store_of(int documents)
{
    char *address = fresh_address();
    struct assay_store *store = opened(address, ASSAY_STORE_CREATE);
    for (int i = 0; i < documents; i++) {
        char document[16];
        (void)snprintf(document, sizeof document, "d%d", i);
        record_at(store, document, "c", i, NULL);
    }
    assay_store_close(store);
    return address;
}

static void write_file(const char *path, const void *bytes, size_t length)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

/* The work in a process that has no rights over what is root's. Its exit status. */
static int as_nobody(int (*work)(const char *address), const char *address)
{
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        place_child = true;
        if (geteuid() == 0 && (setgid(65534) || setuid(65534))) {
            _exit(201);
        }
        _exit(work(address));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int count_documents(struct assay_store *store)
{
    struct found found = find(store, &(struct assay_store_query){ 0 });
    int count = found.count == 1 ? (int)found.series[0].point_count : -1;
    release_found(&found);
    return count;
}

/* ---- no stores ---- */

static void what_is_no_store_is_refused(void **state)
{
    (void)state;
    char *place = fresh_address();
    char noise[8192];
    memset(noise, 'x', sizeof noise);
    write_file(place, noise, sizeof noise);
    for (int mode = ASSAY_STORE_READ; mode <= ASSAY_STORE_CREATE; mode++) {
        struct assay_error error = refusal_of(place, (enum assay_store_mode)mode);
        assert_refused(error, ASSAY_EINPUT, "is no store: want a file that 'assay track record' made");
        assert_refused(error, ASSAY_EINPUT, place);
        error = refusal_of("/tmp", (enum assay_store_mode)mode);
        assert_refused(error, ASSAY_EINPUT, "'/tmp' is a directory, and no store: want a file");
        error = refusal_of("/dev/full", (enum assay_store_mode)mode);
        assert_refused(error, ASSAY_EINPUT, "'/dev/full' is a device or a pipe, and no store: want a file");
    }
    char *kept = NULL;
    size_t length = 0;
    assert_int_equal(assay_file_read(&kept, &length, place, sizeof noise, NULL), 0);
    assert_int_equal(length, sizeof noise);
    assert_memory_equal(kept, noise, length); /* nobody wrote into it */
    free(kept);
    write_file(place, "", 0);
    struct assay_error error = refusal_of(place, ASSAY_STORE_READ);
    assert_refused(error, ASSAY_EINPUT, "is empty, and no store");
    free(place);
    error = refusal_of("/nowhere/at/all/x.db", ASSAY_STORE_CREATE);
    assert_refused(error, ASSAY_EIO, "cannot make store '/nowhere/at/all/x.db': there is no directory '/nowhere/at/all'");
    error = refusal_of("/etc/passwd/x.db", ASSAY_STORE_READ);
    assert_refused(error, ASSAY_EIO, "cannot open store '/etc/passwd/x.db': Not a directory");
}

static void a_database_of_something_else_is_refused_and_left_alone(void **state)
{
    (void)state;
    char *place = fresh_address();
    char head[32];
    behind_the_back(place, "pragma journal_mode = delete;\ncreate table bookmarks (url text);\ncreate table assay (schema text);\n");
    for (int mode = ASSAY_STORE_READ; mode <= ASSAY_STORE_CREATE; mode++) {
        struct assay_error error = refusal_of(place, (enum assay_store_mode)mode);
        assert_refused(error, ASSAY_EINPUT, "is a database of something else, and no store: want another file");
    }
    int file = open(place, O_RDONLY);
    assert_int_equal(read(file, head, sizeof head), sizeof head);
    close(file);
    assert_int_equal(head[18], 1); /* not made a WAL file either (the format's "file format write version") */
    free(place);
}

static void odd_names_are_names(void **state)
{
    (void)state;
    static const char *const names[] = { "a?mode=memory", "b%41#c", "d e'f", "g&h=i" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *address = assay_formatted("%s/%s", place_directory, names[i]), *doubled = assay_formatted("/%s", address);
        assay_store_close(opened(address, ASSAY_STORE_CREATE));
        assert_true(assay_path_exists(address));
        assay_store_close(opened(doubled, ASSAY_STORE_READ));
        free(address);
        free(doubled);
    }
}

/* Wherever it is cut, it is refused, or whole: never read in part. */
static void a_truncated_store_is_refused(void **state)
{
    (void)state;
    char *address = store_of(50);
    struct stat found;
    assert_int_equal(stat(address, &found), 0);
    int refused = 0;
    for (off_t size = found.st_size - 1; size > 0; size = size > 6000 ? size - 4096 : size - 500) {
        struct assay_error error = { 0 };
        struct assay_store *store = NULL;
        assert_int_equal(truncate(address, size), 0);
        for (int mode = ASSAY_STORE_READ; mode <= ASSAY_STORE_CREATE; mode++) {
            if (assay_store_open(&store, address, (enum assay_store_mode)mode, &error) == 0) {
                fail_msg("opened with %lld bytes in mode %d", (long long)size, mode);
            }
            assert_int_equal(error.code, ASSAY_EINPUT);
            if (!strstr(error.text, "is damaged or cut off") && !strstr(error.text, "is no store")) {
                fail_msg("%lld bytes: %s", (long long)size, error.text);
            }
            error = (struct assay_error){ 0 };
            refused++;
        }
    }
    assert_in_range(refused, 30, 1000);
    free(address);
}

/* ---- read-only ---- */

static int refused_as_read_only(const char *address)
{
    struct assay_error error = { 0 };
    struct assay_store *store = NULL;
    if (assay_store_open(&store, address, ASSAY_STORE_WRITE, &error) == 0) {
        return 1;
    }
    fprintf(stderr, "%s\n", error.text);
    return error.code == ASSAY_EIO && (strstr(error.text, "is read-only: want the right to write") ||
                                       strstr(error.text, "cannot open store")) ? 0 : 2;
}

static int count_by_reading(const char *address)
{
    struct assay_store *store = opened(address, ASSAY_STORE_READ);
    int count = count_documents(store);
    assay_store_close(store);
    return count;
}

static void a_store_that_may_only_be_read_is_read(void **state)
{
    (void)state;
    char *address = store_of(5), *log = assay_formatted("%s-wal", address);
    assert_int_equal(chmod(place_directory, 0555), 0);
    assert_int_equal(chmod(address, 0444), 0);
    assert_false(assay_path_exists(log));
    assert_int_equal(as_nobody(refused_as_read_only, address), 0);
    assert_int_equal(as_nobody(count_by_reading, address), 5);
    assert_int_equal(chmod(address, 0400), 0);
    if (geteuid() == 0) { /* one that may not even be read */
        assert_int_equal(as_nobody(refused_as_read_only, address), 0);
    }
    assert_int_equal(chmod(place_directory, 0755), 0);
    assert_int_equal(chmod(address, 0644), 0);
    free(address);
    free(log);
}

/* While a writer is there: its log is beside the file, and read too. */
static void a_reader_without_rights_sees_what_a_writer_has_just_written(void **state)
{
    (void)state;
    char *address = store_of(5);
    struct assay_store *store = opened(address, ASSAY_STORE_WRITE);
    record_at(store, "new", "c", 9, NULL);
    assert_int_equal(chmod(place_directory, 0555), 0);
    assert_int_equal(as_nobody(count_by_reading, address), 6);
    assert_int_equal(chmod(place_directory, 0755), 0);
    assay_store_close(store);
    free(address);
}

/* A file read as one that nobody writes to, and somebody does: said, not shown. */
static int read_beside_a_writer(const char *address, int tell, int wait)
{
    struct assay_error error = { 0 };
    struct found found = { 0 };
    const struct assay_store_query any = { 0 };
    char byte = 0;
    struct assay_store *store = opened(address, ASSAY_STORE_READ);
    if (count_documents(store) != 5 || write(tell, &byte, 1) != 1 || read(wait, &byte, 1) != 1) {
        return 1;
    }
    if (assay_store_series(&found.series, &found.count, store, &any, &error) == 0) {
        return 2;
    }
    return strstr(error.text, "was written to while it was read: do it again") ? 0 : 3;
}

static void a_still_file_that_moves_is_not_believed(void **state)
{
    (void)state;
    char *address = store_of(5), byte = 0;
    int ready[2], moved[2], status = 0;
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(moved), 0);
    assert_int_equal(chmod(place_directory, 0555), 0);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        place_child = true;
        _exit(geteuid() == 0 && (setgid(65534) || setuid(65534)) ? 201 : read_beside_a_writer(address, ready[1], moved[0]));
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1); /* 0: it ended */
    assert_int_equal(chmod(place_directory, 0755), 0);
    struct assay_store *store = opened(address, ASSAY_STORE_WRITE);
    record_at(store, "new", "c", 9, NULL);
    assay_store_close(store);
    assert_int_equal(write(moved[1], &byte, 1), 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    close(ready[0]);
    close(moved[0]);
    close(moved[1]);
    free(address);
}

/* ---- full ---- */

/* Documents with samples that do not pack, until one is refused; how many were recorded before. */
static int record_until_refused(const char *address, struct assay_error *error)
{
    static double samples[4096];
    struct assay_store *store = opened(address, ASSAY_STORE_CREATE);
    int recorded = 0, code = 0;
    for (size_t i = 0; i < 4096; i++) {
        samples[i] = sqrt((double)i + 2);
    }
    for (; recorded < 200 && !code; recorded += !code) {
        char document[16];
        bool added = false;
        struct assay_store_value value = ratio_of("b", 1.5);
        value.samples = samples;
        value.sample_count = 4096;
        (void)snprintf(document, sizeof document, "d%d", recorded);
        const struct assay_store_run run = run_of(document, "c", &value, 1);
        code = assay_store_record(store, &run, &added, error);
    }
    assay_store_close(store);
    return recorded;
}

static void assert_whole_after_full(const char *address, int recorded)
{
    struct assay_store *store = opened(address, ASSAY_STORE_READ);
    assert_int_equal(count_documents(store), recorded);
    assay_store_close(store);
    assert_int_equal(number_of(address, "select count(*) from assay_samples"), recorded);
    assert_int_equal(number_of(address, "select count(*) from pragma_integrity_check where integrity_check = 'ok'"), 1);
}

static int fill_under_limit(const char *address)
{
    const struct rlimit limit = { 600000, 600000 };
    struct assay_error error = { 0 };
    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit)) {
        return 120;
    }
    int recorded = record_until_refused(address, &error);
    bool good = error.code == ASSAY_EIO && strstr(error.text, "the disk is full or the file may not grow: free some space");
    if (!good) {
        fprintf(stderr, "%s\n", error.text);
    }
    return good ? recorded : 121;
}

static void a_file_that_may_not_grow_keeps_what_it_has(void **state)
{
    (void)state;
    char *address = fresh_address();
    assert_int_equal(chmod(place_directory, 0777), 0);
    int recorded = as_nobody(fill_under_limit, address);
    assert_in_range(recorded, 2, 100);
    assert_int_equal(chmod(place_directory, 0755), 0);
    assert_whole_after_full(address, recorded);
    free(address);
}

static void a_full_disk_keeps_what_it_has(void **state)
{
    (void)state;
    char *disk = assay_formatted("%s/disk", place_directory), *address = assay_formatted("%s/store.db", disk);
    assert_int_equal(mkdir(disk, 0755), 0);
    if (mount("none", disk, "tmpfs", 0, "size=700k") != 0) { /* no right to: RLIMIT_FSIZE above has to do */
        free(disk);
        free(address);
        skip();
    }
    struct assay_error error = { 0 };
    int recorded = record_until_refused(address, &error);
    char *copy = assay_formatted("cp %s/store.db* %s/ && umount %s", disk, place_directory, disk);
    assert_int_equal(system(copy), 0);
    assert_refused(error, ASSAY_EIO, "the disk is full or the file may not grow: free some space and do it again; what was recorded "
                                     "before is whole");
    assert_in_range(recorded, 1, 100);
    free(copy);
    copy = assay_formatted("%s/store.db", place_directory);
    assert_whole_after_full(copy, recorded);
    free(copy);
    free(disk);
    free(address);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_store_is_refused),
        cmocka_unit_test(a_database_of_something_else_is_refused_and_left_alone),
        cmocka_unit_test(odd_names_are_names),
        cmocka_unit_test(a_truncated_store_is_refused),
        cmocka_unit_test(a_store_that_may_only_be_read_is_read),
        cmocka_unit_test(a_reader_without_rights_sees_what_a_writer_has_just_written),
        cmocka_unit_test(a_still_file_that_moves_is_not_believed),
        cmocka_unit_test(a_file_that_may_not_grow_keeps_what_it_has),
        cmocka_unit_test(a_full_disk_keeps_what_it_has),
    };
    unsetenv("ASSAY_TEST_SERVER"); /* files alone */
    return cmocka_run_group_tests(tests, place_make, place_remove);
}
