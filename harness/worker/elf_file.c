/* Reads an ELF file's headers with suspicion: every offset is checked against the file's size before it is followed.
 * Knows nothing of dlopen and of the ABI. */
#include "worker/elf_file.h"

#include "base/number.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#if __SIZEOF_POINTER__ == 8
#define OUR_CLASS ELFCLASS64
#else
#define OUR_CLASS ELFCLASS32
#endif
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define OUR_ORDER ELFDATA2LSB
#else
#define OUR_ORDER ELFDATA2MSB
#endif

/* A file in memory, and what to call it. */
struct image {
    const unsigned char *bytes;
    size_t size;
    const char *name;
};

static const struct {
    unsigned machine;
    const char *name;
} machines[] = {
    { EM_386, "x86" },         { EM_X86_64, "x86-64" }, { EM_ARM, "ARM" },
    { EM_AARCH64, "AArch64" }, { EM_RISCV, "RISC-V" },  { EM_PPC64, "POWER" },
    { EM_S390, "S390" },       { EM_MIPS, "MIPS" },     { EM_LOONGARCH, "LoongArch" },
};

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

int assay_descriptor_of_path(const char *path)
{
    static const char place[] = "/proc/self/fd/";
    uint64_t number;
    if (strncmp(path, place, sizeof place - 1) != 0 || !assay_parse_integer(path + sizeof place - 1, &number)) {
        return -1;
    }
    return number <= INT_MAX ? (int)number : -1;
}

void assay_plugin_name(char name[ASSAY_PLUGIN_NAME_SIZE], const char *path)
{
    static const char memory[] = "/memfd:";
    static const char gone[] = " (deleted)";
    char target[4096];
    ssize_t length = assay_descriptor_of_path(path) >= 0 ? readlink(path, target, sizeof target - 1) : -1;
    if (length <= 0) {
        snprintf(name, ASSAY_PLUGIN_NAME_SIZE, "%s", last_part(path));
        return;
    }
    target[length] = '\0';
    char *end = target + length - (sizeof gone - 1);
    if (end > target && strcmp(end, gone) == 0) {
        *end = '\0';
    }
    bool is_memory = strncmp(target, memory, sizeof memory - 1) == 0;
    snprintf(name, ASSAY_PLUGIN_NAME_SIZE, "%.255s", last_part(is_memory ? target + sizeof memory - 1 : target));
}

static const char *machine_name(unsigned machine)
{
    for (size_t i = 0; i < sizeof machines / sizeof machines[0]; i++) {
        if (machines[i].machine == machine) {
            return machines[i].name;
        }
    }
    return "an unknown machine";
}

/* The machine of this program, from its own ELF header in memory: no list of compilers' macros. */
static unsigned our_machine(void)
{
    extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));
    return __ehdr_start.e_machine;
}

static int truncated(const struct image *image, uint64_t wanted, struct assay_error *error)
{
    return assay_fail(error, ASSAY_EINPUT, "plug-in '%s' is truncated: it has %zu bytes, its headers speak of %llu",
                      image->name, image->size, (unsigned long long)wanted);
}

static int check_identity(const struct image *image, struct assay_error *error)
{
    const unsigned char *ident = image->bytes;
    if (image->size == 0) {
        return assay_fail(error, ASSAY_EINPUT, "plug-in '%s' is empty, want an ELF shared object", image->name);
    }
    if (image->size < SELFMAG || memcmp(ident, ELFMAG, SELFMAG) != 0) {
        return assay_fail(error, ASSAY_EINPUT, "plug-in '%s' is not an ELF file, want a shared object", image->name);
    }
    if (image->size < EI_NIDENT) {
        return truncated(image, sizeof(ElfW(Ehdr)), error);
    }
    if (ident[EI_CLASS] != OUR_CLASS) {
        return assay_fail(error, ASSAY_EINPUT, "plug-in '%s' is for %s-bit programs, want %d-bit", image->name,
                          ident[EI_CLASS] == ELFCLASS32   ? "32"
                          : ident[EI_CLASS] == ELFCLASS64 ? "64"
                                                          : "other",
                          (int)(8 * sizeof(void *)));
    }
    if (ident[EI_DATA] != OUR_ORDER) {
        return assay_fail(error, ASSAY_EINPUT, "plug-in '%s' has the other byte order than this machine", image->name);
    }
    if (image->size < sizeof(ElfW(Ehdr))) {
        return truncated(image, sizeof(ElfW(Ehdr)), error);
    }
    return 0;
}

static int check_header(const struct image *image, const ElfW(Ehdr) * header, struct assay_error *error)
{
    if (header->e_machine != our_machine()) {
        return assay_fail(error, ASSAY_EINPUT, "plug-in '%s' is for %s (ELF machine %u), want %s (%u)", image->name,
                          machine_name(header->e_machine), (unsigned)header->e_machine, machine_name(our_machine()),
                          our_machine());
    }
    if (header->e_type != ET_DYN) {
        return assay_fail(error, ASSAY_EINPUT, "plug-in '%s' is not a shared object (ELF type %u, want %u)",
                          image->name, (unsigned)header->e_type, (unsigned)ET_DYN);
    }
    if (header->e_phnum == 0 || header->e_phentsize != sizeof(ElfW(Phdr))) {
        return assay_fail(error, ASSAY_EINPUT, "plug-in '%s' has no readable program headers", image->name);
    }
    uint64_t end = (uint64_t)header->e_phnum * sizeof(ElfW(Phdr));
    if (header->e_phoff > UINT64_MAX - end || header->e_phoff + end > image->size) {
        return truncated(image, header->e_phoff > UINT64_MAX - end ? UINT64_MAX : header->e_phoff + end, error);
    }
    /* The section headers stand last in the file: a copy that broke off lacks them even when all segments are there. */
    end = (uint64_t)header->e_shnum * header->e_shentsize;
    if (header->e_shnum != 0 && (header->e_shoff > UINT64_MAX - end || header->e_shoff + end > image->size)) {
        return truncated(image, header->e_shoff > UINT64_MAX - end ? UINT64_MAX : header->e_shoff + end, error);
    }
    return 0;
}

/* Takes the build-id out of one note segment, if it is there and whole. */
static void read_notes(char *build_id, const unsigned char *notes, size_t size)
{
    size_t at = 0;
    while (size - at >= sizeof(ElfW(Nhdr))) {
        ElfW(Nhdr) note;
        memcpy(&note, notes + at, sizeof note);
        at += sizeof note;
        size_t name = ((size_t)note.n_namesz + 3) & ~(size_t)3;
        size_t text = ((size_t)note.n_descsz + 3) & ~(size_t)3;
        if (name > size - at || text > size - at - name) {
            return;
        }
        if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && memcmp(notes + at, "GNU", 4) == 0 &&
            note.n_descsz <= (ASSAY_BUILD_ID_SIZE - 1) / 2) {
            for (size_t i = 0; i < note.n_descsz; i++) {
                snprintf(build_id + 2 * i, 3, "%02x", notes[at + name + i]);
            }
            return;
        }
        at += name + text;
    }
}

static int check_segments(char *build_id, const struct image *image, const ElfW(Ehdr) * header,
                          struct assay_error *error)
{
    for (unsigned i = 0; i < header->e_phnum; i++) {
        ElfW(Phdr) segment;
        memcpy(&segment, image->bytes + header->e_phoff + i * sizeof segment, sizeof segment);
        if (segment.p_type != PT_LOAD && segment.p_type != PT_DYNAMIC && segment.p_type != PT_NOTE) {
            continue;
        }
        if (segment.p_offset > image->size || segment.p_filesz > image->size - segment.p_offset) {
            uint64_t end =
                segment.p_offset > UINT64_MAX - segment.p_filesz ? UINT64_MAX : segment.p_offset + segment.p_filesz;
            return truncated(image, end, error);
        }
        if (segment.p_type == PT_NOTE && build_id[0] == '\0') {
            read_notes(build_id, image->bytes + segment.p_offset, segment.p_filesz);
        }
    }
    return 0;
}

static int check_image(char *build_id, const struct image *image, struct assay_error *error)
{
    int code = check_identity(image, error);
    if (code != 0) {
        return code;
    }
    ElfW(Ehdr) header;
    memcpy(&header, image->bytes, sizeof header);
    code = check_header(image, &header, error);
    return code != 0 ? code : check_segments(build_id, image, &header, error);
}

int assay_elf_check(char build_id[ASSAY_BUILD_ID_SIZE], const char *path, struct assay_error *error)
{
    char name[ASSAY_PLUGIN_NAME_SIZE];
    struct image image = { NULL, 0, name };
    struct stat status;
    char found[ASSAY_BUILD_ID_SIZE] = "";
    void *memory = MAP_FAILED;
    int code;
    assay_plugin_name(name, path);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe without a writer must not hold us */
    if (fd < 0 || fstat(fd, &status) != 0) {
        code = assay_fail_errno(error, errno, "cannot read plug-in '%s'", path);
        goto done;
    }
    if (!S_ISREG(status.st_mode)) {
        code = assay_fail(error, ASSAY_EINPUT, "plug-in '%s' is %s, want an ELF shared object", path,
                          S_ISDIR(status.st_mode) ? "a directory" : "not a regular file");
        goto done;
    }
    image.size = (size_t)status.st_size;
    if (image.size > 0) {
        memory = mmap(NULL, image.size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (memory == MAP_FAILED) {
            code = assay_fail_errno(error, errno, "cannot read plug-in '%s'", path);
            goto done;
        }
        image.bytes = memory;
    }
    code = check_image(found, &image, error);
    if (code == 0) {
        memcpy(build_id, found, sizeof found);
    }
done:
    if (memory != MAP_FAILED) {
        munmap(memory, image.size);
    }
    if (fd >= 0) {
        close(fd);
    }
    return code;
}
