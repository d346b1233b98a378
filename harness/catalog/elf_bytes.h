/* An ELF file in memory and its table of sections, every offset checked. Internal to catalog/; needs no library. */
#ifndef ASSAY_CATALOG_ELF_BYTES_H
#define ASSAY_CATALOG_ELF_BYTES_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No plug-in is near this; a file that is larger is not read into memory. */
#define ASSAY_ELF_BYTES_MAX ((size_t)256 << 20)

struct assay_elf {
    const char *bytes; /* borrowed */
    size_t length;
    Elf64_Ehdr head;
    const char *names; /* of sections; ends by a NUL inside the file */
    size_t names_length;
};
/* False: not a whole 64-bit ELF file of this machine's byte order. */
bool assay_elf_init(struct assay_elf *elf, const char *bytes, size_t length);
bool assay_elf_inside(const struct assay_elf *elf, uint64_t offset, uint64_t size);
/* `index` below head.e_shnum. */
Elf64_Shdr assay_elf_section(const struct assay_elf *elf, size_t index);
const char *assay_elf_section_name(const struct assay_elf *elf, const Elf64_Shdr *section); /* borrowed, "" if none */
/* Letters, digits, '_', '.' and '$': what a linker script can say without quotes. */
bool assay_elf_can_be_said(const char *name);

#endif
