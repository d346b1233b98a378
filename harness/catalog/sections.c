/* Reads ELF without a library: a few copies, each of them checked against the file's length first. */
#include "catalog/sections.h"

#include "base/file.h"
#include "base/text.h"
#include "base/vector.h"

#include <elf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* No plug-in is near this; a file that is larger is not read into memory. */
static const size_t most_bytes = (size_t)256 << 20;

/* The file's bytes, and what of them is the table of sections. */
struct elf {
    const char *bytes;
    size_t length;
    Elf64_Ehdr head;
    const char *names; /* of sections; ends by a NUL inside the file */
    size_t names_length;
};

static bool inside(const struct elf *elf, uint64_t offset, uint64_t size)
{
    return offset <= elf->length && size <= elf->length - offset;
}

static Elf64_Shdr section_at(const struct elf *elf, size_t index)
{
    Elf64_Shdr section; /* copied: nothing in the file need be aligned */
    memcpy(&section, elf->bytes + elf->head.e_shoff + index * sizeof section, sizeof section);
    return section;
}

static bool elf_init(struct elf *elf, const char *bytes, size_t length)
{
    const unsigned char order = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;
    *elf = (struct elf){ .bytes = bytes, .length = length };
    if (length < sizeof elf->head) {
        return false;
    }
    memcpy(&elf->head, bytes, sizeof elf->head);
    if (memcmp(elf->head.e_ident, ELFMAG, SELFMAG) != 0 || elf->head.e_ident[EI_CLASS] != ELFCLASS64 ||
        elf->head.e_ident[EI_DATA] != order || elf->head.e_shentsize != sizeof(Elf64_Shdr) ||
        !inside(elf, elf->head.e_shoff, (uint64_t)elf->head.e_shnum * sizeof(Elf64_Shdr)) ||
        elf->head.e_shstrndx >= elf->head.e_shnum) {
        return false;
    }
    Elf64_Shdr names = section_at(elf, elf->head.e_shstrndx);
    if (names.sh_size == 0 || !inside(elf, names.sh_offset, names.sh_size) ||
        bytes[names.sh_offset + names.sh_size - 1] != '\0') {
        return false;
    }
    elf->names = bytes + names.sh_offset;
    elf->names_length = (size_t)names.sh_size;
    return true;
}

/* The build-id of a note section, as hexadecimal; NULL if it holds none. */
static char *build_id_of(const struct elf *elf, const Elf64_Shdr *section)
{
    Elf64_Nhdr note;
    if (!inside(elf, section->sh_offset, section->sh_size) || section->sh_size < sizeof note + 4) {
        return NULL;
    }
    const char *at = elf->bytes + section->sh_offset;
    memcpy(&note, at, sizeof note);
    if (note.n_type != NT_GNU_BUILD_ID || note.n_namesz != 4 || memcmp(at + sizeof note, "GNU", 4) != 0 ||
        note.n_descsz > section->sh_size - sizeof note - 4) {
        return NULL;
    }
    struct assay_text hex = ASSAY_TEXT_INIT;
    assay_text_append(&hex, "");
    for (size_t i = 0; i < note.n_descsz; i++) {
        assay_text_format(&hex, "%02x", (unsigned)(unsigned char)at[sizeof note + 4 + i]);
    }
    return assay_text_take(&hex);
}

static bool can_be_said(const char *name)
{
    return name[0] != '\0' &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.$")] == '\0';
}

static bool add_function(struct assay_sections *sections, size_t *capacity, const char *name)
{
    char *copy = assay_copy(name);
    if (copy == NULL ||
        !assay_reserve((void **)&sections->functions, capacity, sections->count + 1, sizeof *sections->functions)) {
        free(copy);
        return false;
    }
    sections->functions[sections->count++] = copy;
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Static functions of two files may share a name, and so a section's name: one entry stands for both. */
static void sort_once_each(struct assay_sections *sections)
{
    size_t kept = 0;
    if (sections->count == 0) {
        return;
    }
    qsort(sections->functions, sections->count, sizeof *sections->functions, by_name);
    for (size_t i = 1; i < sections->count; i++) {
        if (strcmp(sections->functions[kept], sections->functions[i]) == 0) {
            free(sections->functions[i]);
        } else {
            sections->functions[++kept] = sections->functions[i];
        }
    }
    sections->count = kept + 1;
}

static int read_all(struct assay_sections *out, const struct elf *elf, struct assay_error *error)
{
    size_t capacity = 0;
    for (size_t i = 0; i < elf->head.e_shnum; i++) {
        Elf64_Shdr section = section_at(elf, i);
        const char *name = section.sh_name < elf->names_length ? elf->names + section.sh_name : "";
        if (section.sh_type == SHT_NOTE && out->build_id == NULL) {
            out->build_id = build_id_of(elf, &section);
        }
        if (section.sh_type == SHT_PROGBITS && (section.sh_flags & SHF_EXECINSTR) != 0 &&
            strncmp(name, ".text.", 6) == 0 && can_be_said(name + 6) && !add_function(out, &capacity, name + 6)) {
            return assay_fail(error, ASSAY_ENOMEM, "out of memory");
        }
    }
    sort_once_each(out);
    return 0;
}

int assay_sections_read(struct assay_sections *out, const char *path, struct assay_error *error)
{
    struct assay_sections sections = { NULL, 0, NULL };
    struct elf elf;
    char *bytes = NULL;
    size_t length = 0;
    int code = assay_file_read(&bytes, &length, path, most_bytes, error);
    if (code != 0) {
        return code;
    }
    if (!elf_init(&elf, bytes, length)) {
        code = assay_fail(error, ASSAY_EINPUT, "%s: not a whole 64-bit ELF file of this machine", path);
        goto done;
    }
    code = read_all(&sections, &elf, error);
    if (code == 0) {
        *out = sections;
        sections = (struct assay_sections){ NULL, 0, NULL };
    }
done:
    assay_sections_release(&sections);
    free(bytes);
    return code;
}

void assay_sections_release(struct assay_sections *sections)
{
    for (size_t i = 0; i < sections->count; i++) {
        free(sections->functions[i]);
    }
    free(sections->functions);
    free(sections->build_id);
    *sections = (struct assay_sections){ NULL, 0, NULL };
}
