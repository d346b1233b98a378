/* Machine code of plug-ins, read by libelf: the one place that knows that library. What is equal, differ.c says. */
#include "compare/code.h"

#include "base/file.h"
#include "base/text.h"
#include "compare/compare.h"
#include "compare/object.h"

#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const size_t most_bytes = (size_t)256 << 20;

static void object_release(struct assay_object *object)
{
    for (size_t i = 0; object->sections != NULL && i < object->section_count; i++) {
        free(object->sections[i].relocations);
    }
    free(object->sections);
    free(object->symbols);
    free(object->objects);
    elf_end(object->elf);
    free(object->file);
    *object = (struct assay_object){ .file = NULL };
}

/* ---- Sections ------------------------------------------------------------------------------------------- */

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static bool read_section(struct assay_object_section *out, Elf *elf, Elf_Scn *scn, size_t names)
{
    GElf_Shdr header;
    if (gelf_getshdr(scn, &header) == NULL) {
        return false;
    }
    const char *name = elf_strptr(elf, names, header.sh_name);
    bool loaded = (header.sh_flags & SHF_ALLOC) != 0, executed = (header.sh_flags & SHF_EXECINSTR) != 0;
    bool has_bytes = header.sh_type != SHT_NOBITS && header.sh_type != SHT_NULL;
    out->name = name == NULL ? "" : name;
    out->size = header.sh_size;
    out->code = loaded && executed && header.sh_type == SHT_PROGBITS;
    out->data = loaded && !executed;
    out->debug_like = begins(out->name, ".eh_frame") || begins(out->name, ".gcc_except_table") ||
                      begins(out->name, ".note") || begins(out->name, ".gnu.");
    if ((header.sh_flags & SHF_MERGE) != 0 && header.sh_entsize > 0 && header.sh_entsize <= 4096) {
        out->merged = header.sh_entsize;
        out->strings = (header.sh_flags & SHF_STRINGS) != 0 && header.sh_entsize == 1;
    }
    if (!has_bytes || (!out->code && !out->data)) {
        return true;
    }
    Elf_Data *data = elf_rawdata(scn, NULL);
    if (data == NULL || data->d_size != header.sh_size || (data->d_size > 0 && data->d_buf == NULL)) {
        return false;
    }
    out->bytes = data->d_buf;
    return true;
}

static bool read_sections(struct assay_object *object)
{
    size_t count = 0, names = 0;
    if (elf_getshdrnum(object->elf, &count) != 0 || elf_getshdrstrndx(object->elf, &names) != 0 || count == 0 ||
        count > 1000000) {
        return false;
    }
    object->sections = calloc(count, sizeof *object->sections);
    if (object->sections == NULL) {
        return false;
    }
    object->section_count = count;
    for (size_t i = 0; i < count; i++) {
        Elf_Scn *scn = elf_getscn(object->elf, i);
        object->sections[i].name = "";
        if (scn == NULL || (i > 0 && !read_section(&object->sections[i], object->elf, scn, names))) {
            return false;
        }
    }
    return true;
}

/* The first section of a type from index `*at` on; NULL: no more. */
static Elf_Scn *next_of_type(GElf_Shdr *header, const struct assay_object *object, size_t *at, uint32_t type)
{
    for (; *at < object->section_count; (*at)++) {
        Elf_Scn *scn = elf_getscn(object->elf, *at);
        if (scn != NULL && gelf_getshdr(scn, header) != NULL && header->sh_type == type) {
            return scn;
        }
    }
    return NULL;
}

/* ---- Symbols -------------------------------------------------------------------------------------------- */

static void read_symbol(struct assay_object_symbol *out, const struct assay_object *object, const GElf_Sym *symbol,
                        GElf_Word more, size_t names)
{
    size_t section = symbol->st_shndx == SHN_XINDEX ? more : symbol->st_shndx;
    const char *name = elf_strptr(object->elf, names, symbol->st_name);
    bool special = symbol->st_shndx >= SHN_LORESERVE && symbol->st_shndx != SHN_XINDEX;
    unsigned type = GELF_ST_TYPE(symbol->st_info);
    out->name = name == NULL ? "" : name;
    out->value = symbol->st_value;
    out->size = symbol->st_size;
    out->section = section == SHN_UNDEF || special || section >= object->section_count ? ASSAY_OBJECT_NONE : section;
    out->is_section = type == STT_SECTION && out->section != ASSAY_OBJECT_NONE;
    out->is_local = GELF_ST_BIND(symbol->st_info) == STB_LOCAL;
    out->is_object = type == STT_OBJECT && out->section != ASSAY_OBJECT_NONE && out->size > 0 &&
                     object->sections[out->section].data && out->value <= object->sections[out->section].size &&
                     out->size <= object->sections[out->section].size - out->value;
}

static int by_place(const void *a, const void *b, void *context)
{
    const struct assay_object_symbol *symbols = context;
    const struct assay_object_symbol *x = &symbols[*(const size_t *)a], *y = &symbols[*(const size_t *)b];
    if (x->section != y->section) {
        return x->section < y->section ? -1 : 1;
    }
    if (x->value != y->value) {
        return x->value < y->value ? -1 : 1;
    }
    return strcmp(x->name, y->name);
}

/* The table of symbols; `*table` is the index of its section, 0: there is none. */
static bool read_symbols(size_t *table, struct assay_object *object)
{
    GElf_Shdr header;
    size_t at = 1, other = 1;
    Elf_Scn *scn = next_of_type(&header, object, &at, SHT_SYMTAB);
    *table = scn == NULL ? 0 : at;
    if (scn == NULL) {
        return true;
    }
    Elf_Data *data = elf_getdata(scn, NULL);
    size_t each = gelf_fsize(object->elf, ELF_T_SYM, 1, EV_CURRENT);
    size_t count = data == NULL || each == 0 ? 0 : data->d_size / each;
    GElf_Shdr ignored;
    Elf_Scn *indexes = next_of_type(&ignored, object, &other, SHT_SYMTAB_SHNDX);
    Elf_Data *index_data = indexes == NULL ? NULL : elf_getdata(indexes, NULL);
    object->symbols = calloc(count + 1, sizeof *object->symbols);
    object->objects = calloc(count + 1, sizeof *object->objects);
    if (object->symbols == NULL || object->objects == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        GElf_Sym symbol;
        GElf_Word more = 0;
        if (gelf_getsymshndx(data, index_data, (int)i, &symbol, &more) == NULL) {
            return false;
        }
        read_symbol(&object->symbols[i], object, &symbol, more, header.sh_link);
        if (object->symbols[i].is_object) {
            object->objects[object->object_count++] = i;
        }
    }
    object->symbol_count = count;
    qsort_r(object->objects, object->object_count, sizeof *object->objects, by_place, object->symbols);
    return true;
}

/* ---- Relocations ---------------------------------------------------------------------------------------- */

static int by_offset(const void *a, const void *b)
{
    const struct assay_object_relocation *x = a, *y = b;
    if (x->offset != y->offset) {
        return x->offset < y->offset ? -1 : 1;
    }
    return x->type < y->type ? -1 : x->type > y->type;
}

static bool read_relocations_of(struct assay_object_section *section, const struct assay_object *object, Elf_Scn *scn)
{
    Elf_Data *data = elf_getdata(scn, NULL);
    size_t each = gelf_fsize(object->elf, ELF_T_RELA, 1, EV_CURRENT);
    size_t count = data == NULL || each == 0 ? 0 : data->d_size / each;
    if (data == NULL || section->relocations != NULL) {
        return false; /* nobody makes two for one section */
    }
    section->relocations = calloc(count + 1, sizeof *section->relocations);
    if (section->relocations == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        GElf_Rela from;
        if (gelf_getrela(data, (int)i, &from) == NULL || GELF_R_SYM(from.r_info) >= object->symbol_count) {
            return false;
        }
        section->relocations[i] = (struct assay_object_relocation){ .offset = from.r_offset,
                                                                    .addend = from.r_addend,
                                                                    .type = (uint32_t)GELF_R_TYPE(from.r_info),
                                                                    .symbol = GELF_R_SYM(from.r_info) };
    }
    section->relocation_count = count;
    qsort(section->relocations, count, sizeof *section->relocations, by_offset);
    return true;
}

static bool read_relocations(struct assay_object *object, size_t table)
{
    GElf_Shdr header;
    Elf_Scn *scn;
    for (size_t at = 1; (scn = next_of_type(&header, object, &at, SHT_RELA)) != NULL; at++) {
        if (header.sh_info >= object->section_count) {
            return false;
        }
        struct assay_object_section *section = &object->sections[header.sh_info];
        if ((section->code || section->data) && !section->debug_like &&
            (table == 0 || header.sh_link != table || !read_relocations_of(section, object, scn))) {
            return false;
        }
    }
    /* Relocations without addends hide them in the bytes: of machines that have those, nothing is known. */
    size_t at = 1;
    return next_of_type(&header, object, &at, SHT_REL) == NULL;
}

static bool read_all(struct assay_object *object, size_t length)
{
    GElf_Ehdr header;
    size_t table = 0;
    object->elf = elf_memory(object->file, length);
    if (object->elf == NULL || elf_kind(object->elf) != ELF_K_ELF || gelf_getehdr(object->elf, &header) == NULL) {
        return false;
    }
    object->machine =
        header.e_machine | (unsigned)header.e_ident[EI_CLASS] << 16 | (unsigned)header.e_ident[EI_DATA] << 24;
    object->type = header.e_type;
    return read_sections(object) &&
           (object->type != ET_REL || (read_symbols(&table, object) && read_relocations(object, table)));
}

static bool object_read(struct assay_object *out, const char *path)
{
    struct assay_error ignored = { 0 };
    struct assay_object object = { .file = NULL };
    size_t length = 0;
    if (elf_version(EV_CURRENT) == EV_NONE || assay_file_read(&object.file, &length, path, most_bytes, &ignored) != 0) {
        return false;
    }
    if (!read_all(&object, length)) {
        object_release(&object);
        return false;
    }
    *out = object;
    return true;
}

/* ---- Two plug-ins --------------------------------------------------------------------------------------- */

/* NAME.so -> NAME.builds/timed.o; heap. */
static char *timed_of(const char *plugin)
{
    size_t length = strlen(plugin);
    length -= length > 3 && strcmp(plugin + length - 3, ".so") == 0 ? 3 : 0;
    return assay_formatted("%.*s.builds/timed.o", (int)length, plugin);
}

static bool is_one_file(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && S_ISREG(x.st_mode) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static bool is_loaded(const struct assay_object_section *section)
{
    return (section->code || section->data) && !begins(section->name, ".note");
}

/* Of linked code only equality is known: an address in it may differ though the code does not. All that is loaded must
 * be equal, names of what is called among it, but notes: the build-id covers what nobody runs. */
static int compare_linked(const struct assay_object *base, const struct assay_object *head)
{
    size_t i = 0, k = 0, code = 0;
    for (;; i++, k++) {
        while (i < base->section_count && !is_loaded(&base->sections[i])) {
            i++;
        }
        while (k < head->section_count && !is_loaded(&head->sections[k])) {
            k++;
        }
        if (i == base->section_count || k == head->section_count) {
            break;
        }
        const struct assay_object_section *a = &base->sections[i], *b = &head->sections[k];
        if (strcmp(a->name, b->name) != 0 || a->size != b->size || (a->bytes == NULL) != (b->bytes == NULL) ||
            (a->bytes != NULL && a->size > 0 && memcmp(a->bytes, b->bytes, a->size) != 0)) {
            return -1;
        }
        code += a->code && a->size > 0;
    }
    return i == base->section_count && k == head->section_count && code > 0 ? 1 : -1;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int compare_paths(char ***names, size_t *count, const char *base, const char *head)
{
    struct assay_object a = { .file = NULL }, b = { .file = NULL };
    char **found = NULL;
    size_t found_count = 0;
    int result = -1;
    if (!object_read(&a, base) || !object_read(&b, head) || a.machine != b.machine || a.type != b.type) {
        goto done;
    }
    if (a.type != ET_REL) {
        result = compare_linked(&a, &b);
    } else if (assay_objects_differ(&found, &found_count, &a, &b)) {
        result = found_count == 0;
    }
    if (found_count > 1) {
        qsort(found, found_count, sizeof *found, by_name);
    }
    if (result >= 0) {
        *names = found;
        *count = found_count;
        found = NULL;
    }
done:
    assay_names_free(found, found_count);
    object_release(&a);
    object_release(&b);
    return result;
}

int assay_code_differs_in(char ***names, size_t *count, const char *base_plugin, const char *head_plugin)
{
    if (is_one_file(base_plugin, head_plugin)) {
        *names = NULL;
        *count = 0;
        return 1;
    }
    char *base = timed_of(base_plugin), *head = timed_of(head_plugin);
    bool relocatable = base != NULL && head != NULL && assay_path_exists(base) && assay_path_exists(head);
    int result =
        relocatable ? compare_paths(names, count, base, head) : compare_paths(names, count, base_plugin, head_plugin);
    free(base);
    free(head);
    return result;
}

int assay_code_is_same(const char *base_plugin, const char *head_plugin)
{
    char **names = NULL;
    size_t count = 0;
    int result = assay_code_differs_in(&names, &count, base_plugin, head_plugin);
    assay_names_free(names, count);
    return result;
}
