/* Files that cannot be plug-ins, found out by reading them: every refusal word for word, and no damage leads out of the
 * file. */
// links: worker-core base test_plugins
#include "worker/elf_file.h"

#include <elf.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static char directory[] = "/tmp/assay-test-loader-XXXXXX";
static char path[128];
static char *good;
static size_t good_size;

static int make_directory(void **state)
{
    (void)state;
    FILE *file = fopen(ASSAY_TEST_PLUGINS "/good.so", "rb");
    assert_non_null(file);
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/p.so", directory);
    good = malloc((size_t)1 << 22);
    assert_non_null(good);
    good_size = fread(good, 1, (size_t)1 << 22, file);
    fclose(file);
    return 0;
}

static int remove_directory(void **state)
{
    (void)state;
    free(good);
    unlink(path);
    return rmdir(directory);
}

/* What the check of the file says; "" if it passes. */
static const char *check_file(void)
{
    static struct assay_error error;
    char build_id[ASSAY_BUILD_ID_SIZE] = "untouched";
    error = (struct assay_error){ 0 };
    int code = assay_elf_check(build_id, path, &error);
    assert_true((code == 0) == (error.text[0] == '\0'));
    if (code != 0) {
        assert_string_equal(build_id, "untouched");
    }
    return error.text;
}

/* The same of a file that holds these bytes. */
static const char *check(const char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
    return check_file();
}

/* The same with bytes changed in place, where check() has put the good plug-in before. */
static const char *check_changed(size_t offset, const void *bytes, size_t size)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(fd, bytes, size, (off_t)offset), size);
    const char *words = check_file();
    assert_int_equal(pwrite(fd, good + offset, size, (off_t)offset), size);
    close(fd);
    return words;
}

static void files_that_are_no_elf_are_named_so(void **state)
{
    (void)state;
    assert_string_equal(check("", 0), "plug-in 'p.so' is empty, want an ELF shared object");
    assert_string_equal(check("#!/bin/sh\n", 10), "plug-in 'p.so' is not an ELF file, want a shared object");
    assert_string_equal(check("\177EL", 3), "plug-in 'p.so' is not an ELF file, want a shared object");
}

static void files_that_are_not_there_are_named_so(void **state)
{
    (void)state;
    char build_id[ASSAY_BUILD_ID_SIZE];
    struct assay_error error = { 0 };
    assert_int_equal(assay_elf_check(build_id, "/nowhere/p.so", &error), ASSAY_EIO);
    assert_string_equal(error.text, "cannot read plug-in '/nowhere/p.so': No such file or directory");
    error = (struct assay_error){ 0 };
    assert_int_equal(assay_elf_check(build_id, "/tmp", &error), ASSAY_EINPUT);
    assert_string_equal(error.text, "plug-in '/tmp' is a directory, want an ELF shared object");
    error = (struct assay_error){ 0 };
    assert_int_equal(assay_elf_check(build_id, "/dev/null", &error), ASSAY_EINPUT);
    assert_string_equal(error.text, "plug-in '/dev/null' is not a regular file, want an ELF shared object");
}

static void objects_for_other_machines_are_refused(void **state)
{
    (void)state;
    const unsigned char class32 = ELFCLASS32;
    const unsigned char big_endian = ELFDATA2MSB;
    const uint16_t sparc = EM_SPARCV9;
    const uint16_t executable = ET_EXEC;
    assert_string_equal(check(good, good_size), "");
    assert_string_equal(check_changed(EI_CLASS, &class32, 1), "plug-in 'p.so' is for 32-bit programs, want 64-bit");
    assert_string_equal(check_changed(EI_DATA, &big_endian, 1),
                        "plug-in 'p.so' has the other byte order than this machine");
    assert_memory_equal(check_changed(offsetof(Elf64_Ehdr, e_machine), &sparc, 2),
                        "plug-in 'p.so' is for an unknown machine (ELF machine 43), want ", 64);
    assert_string_equal(check_changed(offsetof(Elf64_Ehdr, e_type), &executable, 2),
                        "plug-in 'p.so' is not a shared object (ELF type 2, want 3)");
}

static void cut_off_files_are_refused_wherever_they_were_cut(void **state)
{
    (void)state;
    char words[160];
    for (size_t size = 4; size < good_size; size = size < 70 ? size + 1 : size + size / 7) {
        const char *said = check(good, size);
        snprintf(words, sizeof words, "plug-in 'p.so' is truncated: it has %zu bytes, its headers speak of ", size);
        assert_memory_equal(said, words, strlen(words));
    }
    snprintf(words, sizeof words, "plug-in 'p.so' is truncated: it has %zu bytes, its headers speak of %zu",
             good_size - 1, good_size);
    assert_string_equal(check(good, good_size - 1), words);
    assert_string_equal(check(good, good_size), "");
}

/* No change of a header byte may lead outside of the file; the sanitizers watch. */
static void damaged_headers_are_survived(void **state)
{
    (void)state;
    const unsigned char damages[] = { 0x00, 0x7f, 0x80, 0xff };
    assert_string_equal(check(good, good_size), "");
    for (size_t offset = 16; offset < 64 + 12 * sizeof(Elf64_Phdr); offset++) {
        for (size_t i = 0; i < sizeof damages; i++) {
            check_changed(offset, &damages[i], 1);
        }
    }
}

static void only_paths_of_descriptors_have_a_descriptor(void **state)
{
    (void)state;
    assert_int_equal(assay_descriptor_of_path("/proc/self/fd/0"), 0);
    assert_int_equal(assay_descriptor_of_path("/proc/self/fd/217"), 217);
    assert_int_equal(assay_descriptor_of_path("/proc/self/fd/"), -1);
    assert_int_equal(assay_descriptor_of_path("/proc/self/fd/-1"), -1);
    assert_int_equal(assay_descriptor_of_path("/proc/self/fd/4294967296"), -1);
    assert_int_equal(assay_descriptor_of_path("/proc/self/fd/7/x.so"), -1);
    assert_int_equal(assay_descriptor_of_path("/proc/1/fd/7"), -1);
    assert_int_equal(assay_descriptor_of_path("7"), -1);
}

static const char *name_of_descriptor(int fd)
{
    static char name[ASSAY_PLUGIN_NAME_SIZE];
    char place[64];
    snprintf(place, sizeof place, "/proc/self/fd/%d", fd);
    assay_plugin_name(name, place);
    return name;
}

static void a_plugin_is_called_by_its_file_or_its_memory(void **state)
{
    (void)state;
    char name[ASSAY_PLUGIN_NAME_SIZE];
    assay_plugin_name(name, "/a/b/c.so");
    assert_string_equal(name, "c.so");
    assay_plugin_name(name, "c.so");
    assert_string_equal(name, "c.so");
    assay_plugin_name(name, "/proc/self/fd/999999");
    assert_string_equal(name, "999999");
    assert_string_equal(check(good, good_size), "");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_string_equal(name_of_descriptor(fd), "p.so");
    close(fd);
    fd = memfd_create("base.so", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_string_equal(name_of_descriptor(fd), "base.so");
    close(fd);
}

static void a_copy_in_memory_is_checked_like_a_file(void **state)
{
    (void)state;
    char place[64];
    char build_id[ASSAY_BUILD_ID_SIZE];
    struct assay_error error = { 0 };
    int fd = memfd_create("base.so", MFD_CLOEXEC);
    assert_true(fd >= 0);
    snprintf(place, sizeof place, "/proc/self/fd/%d", fd);
    assert_int_equal(assay_elf_check(build_id, place, &error), ASSAY_EINPUT);
    assert_string_equal(error.text, "plug-in 'base.so' is empty, want an ELF shared object");
    error = (struct assay_error){ 0 };
    assert_int_equal(write(fd, good, good_size), (ssize_t)good_size);
    assert_int_equal(assay_elf_check(build_id, place, &error), 0);
    assert_int_equal(strlen(build_id), 40);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_that_are_no_elf_are_named_so),
        cmocka_unit_test(files_that_are_not_there_are_named_so),
        cmocka_unit_test(objects_for_other_machines_are_refused),
        cmocka_unit_test(cut_off_files_are_refused_wherever_they_were_cut),
        cmocka_unit_test(damaged_headers_are_survived),
        cmocka_unit_test(only_paths_of_descriptors_have_a_descriptor),
        cmocka_unit_test(a_plugin_is_called_by_its_file_or_its_memory),
        cmocka_unit_test(a_copy_in_memory_is_checked_like_a_file),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
