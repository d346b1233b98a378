/* Reads ELF without a library: a few copies, each of them checked against the file's length first. */
#include "catalog/elf_bytes.h"

#include <string.h>

bool assay_elf_inside(const struct assay_elf *elf, uint64_t offset, uint64_t size)
{
    return offset <= elf->length && size <= elf->length - offset;
}

Elf64_Shdr assay_elf_section(const struct assay_elf *elf, size_t index)
{
    Elf64_Shdr section; /* copied: nothing in the file need be aligned */
    memcpy(&section, elf->bytes + elf->head.e_shoff + index * sizeof section, sizeof section);
    return section;
}

const char *assay_elf_section_name(const struct assay_elf *elf, const Elf64_Shdr *section)
{
    return section->sh_name < elf->names_length ? elf->names + section->sh_name : "";
}

bool assay_elf_init(struct assay_elf *elf, const char *bytes, size_t length)
{
    const unsigned char order = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;
    *elf = (struct assay_elf){ .bytes = bytes, .length = length };
    if (length < sizeof elf->head) {
        return false;
    }
    memcpy(&elf->head, bytes, sizeof elf->head);
    if (memcmp(elf->head.e_ident, ELFMAG, SELFMAG) != 0 || elf->head.e_ident[EI_CLASS] != ELFCLASS64 ||
        elf->head.e_ident[EI_DATA] != order || elf->head.e_shentsize != sizeof(Elf64_Shdr) ||
        !assay_elf_inside(elf, elf->head.e_shoff, (uint64_t)elf->head.e_shnum * sizeof(Elf64_Shdr)) ||
        elf->head.e_shstrndx >= elf->head.e_shnum) {
        return false;
    }
    Elf64_Shdr names = assay_elf_section(elf, elf->head.e_shstrndx);
    if (names.sh_size == 0 || !assay_elf_inside(elf, names.sh_offset, names.sh_size) ||
        bytes[names.sh_offset + names.sh_size - 1] != '\0') {
        return false;
    }
    elf->names = bytes + names.sh_offset;
    elf->names_length = (size_t)names.sh_size;
    return true;
}

bool assay_elf_can_be_said(const char *name)
{
    return name[0] != '\0' &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.$")] == '\0';
}
