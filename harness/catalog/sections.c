/* Names of code sections and the build-id, picked from an ELF file's table of sections. */
#include "catalog/sections.h"

#include "base/file.h"
#include "base/text.h"
#include "base/vector.h"
#include "catalog/elf_bytes.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The build-id of a note section, as hexadecimal; NULL if it holds none. */
static char *build_id_of(const struct assay_elf *elf, const Elf64_Shdr *section)
{
    Elf64_Nhdr note;
    if (!assay_elf_inside(elf, section->sh_offset, section->sh_size) || section->sh_size < sizeof note + 4) {
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

static int read_all(struct assay_sections *out, const struct assay_elf *elf, struct assay_error *error)
{
    size_t capacity = 0;
    for (size_t i = 0; i < elf->head.e_shnum; i++) {
        Elf64_Shdr section = assay_elf_section(elf, i);
        const char *name = assay_elf_section_name(elf, &section);
        if (section.sh_type == SHT_NOTE && out->build_id == NULL) {
            out->build_id = build_id_of(elf, &section);
        }
        if (section.sh_type == SHT_PROGBITS && (section.sh_flags & SHF_EXECINSTR) != 0 &&
            strncmp(name, ".text.", 6) == 0 && assay_elf_can_be_said(name + 6) &&
            !add_function(out, &capacity, name + 6)) {
            return assay_fail(error, ASSAY_ENOMEM, "out of memory");
        }
    }
    sort_once_each(out);
    return 0;
}

int assay_sections_read(struct assay_sections *out, const char *path, struct assay_error *error)
{
    struct assay_sections sections = { NULL, 0, NULL };
    struct assay_elf elf;
    char *bytes = NULL;
    size_t length = 0;
    int code = assay_file_read(&bytes, &length, path, ASSAY_ELF_BYTES_MAX, error);
    if (code != 0) {
        return code;
    }
    if (!assay_elf_init(&elf, bytes, length)) {
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
