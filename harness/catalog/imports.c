/* Libraries and versioned symbols of a shared object, read without a library. */
#include "catalog/imports.h"

#include "base/file.h"
#include "base/text.h"
#include "base/vector.h"
#include "catalog/elf_bytes.h"

#include <stdlib.h>
#include <string.h>

/* The tables that are read, by kind; sh_type SHT_NULL: not there. */
struct tables {
    Elf64_Shdr symbols, strings, versions, needs, dynamic;
};

/* Copies `size` bytes at `offset` inside a section. */
static bool copy(void *out, size_t size, const struct assay_elf *elf, const Elf64_Shdr *section, uint64_t offset)
{
    if (offset > section->sh_size || size > section->sh_size - offset) {
        return false;
    }
    memcpy(out, elf->bytes + section->sh_offset + offset, size);
    return true;
}

/* A text of the table of strings; NULL: outside. */
static const char *text_at(const struct assay_elf *elf, const struct tables *tables, uint64_t offset)
{
    const Elf64_Shdr *strings = &tables->strings;
    if (offset >= strings->sh_size) {
        return NULL;
    }
    const char *text = elf->bytes + strings->sh_offset + offset;
    return memchr(text, '\0', strings->sh_size - offset) != NULL ? text : NULL;
}

static bool find_tables(struct tables *tables, const struct assay_elf *elf)
{
    *tables = (struct tables){ .symbols = { .sh_type = SHT_NULL } };
    for (size_t i = 0; i < elf->head.e_shnum; i++) {
        Elf64_Shdr section = assay_elf_section(elf, i);
        Elf64_Shdr *slot = section.sh_type == SHT_DYNSYM        ? &tables->symbols
                           : section.sh_type == SHT_GNU_versym  ? &tables->versions
                           : section.sh_type == SHT_GNU_verneed ? &tables->needs
                           : section.sh_type == SHT_DYNAMIC     ? &tables->dynamic
                                                                : NULL;
        if (slot != NULL && !assay_elf_inside(elf, section.sh_offset, section.sh_size)) {
            return false;
        }
        if (slot != NULL) {
            *slot = section;
        }
    }
    if (tables->symbols.sh_type == SHT_NULL || tables->symbols.sh_link >= elf->head.e_shnum) {
        return false;
    }
    tables->strings = assay_elf_section(elf, tables->symbols.sh_link);
    return tables->strings.sh_type == SHT_STRTAB &&
           assay_elf_inside(elf, tables->strings.sh_offset, tables->strings.sh_size);
}

/* Library and version that a symbol's number stands for. False: there is none. */
static bool find_version(const char **library, const char **version, const struct assay_elf *elf,
                         const struct tables *tables, unsigned number)
{
    uint64_t at = 0;
    Elf64_Verneed need;
    for (size_t files = 0; files < 65536 && copy(&need, sizeof need, elf, &tables->needs, at); files++) {
        uint64_t inner = at + need.vn_aux;
        Elf64_Vernaux one;
        for (size_t i = 0; i < need.vn_cnt && copy(&one, sizeof one, elf, &tables->needs, inner); i++) {
            if ((one.vna_other & 0x7fff) == number) {
                *library = text_at(elf, tables, need.vn_file);
                *version = text_at(elf, tables, one.vna_name);
                return *library != NULL && *version != NULL;
            }
            inner += one.vna_next;
        }
        if (need.vn_next == 0) {
            break;
        }
        at += need.vn_next;
    }
    return false;
}

static bool add_library(struct assay_imports *imports, size_t *capacity, const char *name)
{
    if (!assay_reserve((void **)&imports->libraries, capacity, imports->library_count + 1,
                       sizeof *imports->libraries) ||
        (imports->libraries[imports->library_count] = assay_copy(name)) == NULL) {
        return false;
    }
    imports->library_count++;
    return true;
}

/* A library's name stands in the linker's command between commas. */
static bool is_odd_library(const char *name)
{
    return name[0] == '\0' ||
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-") != strlen(name);
}

static bool read_libraries(struct assay_imports *imports, const struct assay_elf *elf, const struct tables *tables)
{
    size_t capacity = 0;
    Elf64_Dyn entry;
    for (uint64_t at = 0; copy(&entry, sizeof entry, elf, &tables->dynamic, at) && entry.d_tag != DT_NULL;
         at += sizeof entry) {
        const char *name = entry.d_tag == DT_NEEDED ? text_at(elf, tables, entry.d_un.d_val) : NULL;
        if (name != NULL) {
            imports->odd = imports->odd || is_odd_library(name);
            if (!add_library(imports, &capacity, name)) {
                return false;
            }
        }
    }
    return true;
}

static bool add_import(struct assay_imports *imports, size_t *capacity, const Elf64_Sym *symbol, const char *name,
                       const char *library, const char *version)
{
    unsigned type = ELF64_ST_TYPE(symbol->st_info);
    if (!assay_reserve((void **)&imports->items, capacity, imports->count + 1, sizeof *imports->items)) {
        return false;
    }
    struct assay_import *made = &imports->items[imports->count++];
    *made = (struct assay_import){ .symbol = assay_copy(name),
                                   .library = assay_copy(library),
                                   .version = assay_copy(version),
                                   .function = type == STT_FUNC || type == STT_NOTYPE,
                                   .weak = ELF64_ST_BIND(symbol->st_info) == STB_WEAK };
    imports->odd = imports->odd || !assay_elf_can_be_said(name) || (library != NULL && is_odd_library(library)) ||
                   (version != NULL && !assay_elf_can_be_said(version)) || (!made->function && type != STT_OBJECT);
    return made->symbol != NULL && (library == NULL || (made->library != NULL && made->version != NULL));
}

static bool read_symbols(struct assay_imports *imports, const struct assay_elf *elf, const struct tables *tables)
{
    size_t capacity = 0;
    Elf64_Sym symbol;
    for (uint64_t i = 1; copy(&symbol, sizeof symbol, elf, &tables->symbols, i * sizeof symbol); i++) {
        const char *name = text_at(elf, tables, symbol.st_name), *library = NULL, *version = NULL;
        uint16_t number = 0;
        if (symbol.st_shndx != SHN_UNDEF || name == NULL || name[0] == '\0') {
            continue;
        }
        if (copy(&number, sizeof number, elf, &tables->versions, i * sizeof number) && (number & 0x7fff) > 1 &&
            !find_version(&library, &version, elf, tables, number & 0x7fff)) {
            imports->odd = true;
        }
        if (!add_import(imports, &capacity, &symbol, name, library, version)) {
            return false;
        }
    }
    return true;
}

static int compare_texts(const char *a, const char *b)
{
    return strcmp(a == NULL ? "" : a, b == NULL ? "" : b);
}

static int compare(const void *a, const void *b)
{
    const struct assay_import *x = a, *y = b;
    int order = compare_texts(x->symbol, y->symbol);
    order = order != 0 ? order : compare_texts(x->library, y->library);
    return order != 0 ? order : compare_texts(x->version, y->version);
}

int assay_imports_read(struct assay_imports *out, const char *path, struct assay_error *error)
{
    struct assay_imports imports = { .libraries = NULL };
    struct assay_elf elf;
    struct tables tables;
    char *bytes = NULL;
    size_t length = 0;
    int code = assay_file_read(&bytes, &length, path, ASSAY_ELF_BYTES_MAX, error);
    if (code != 0) {
        return code;
    }
    if (!assay_elf_init(&elf, bytes, length) || !find_tables(&tables, &elf)) {
        code = assay_fail(error, ASSAY_EINPUT, "%s: not a whole 64-bit shared object of this machine", path);
        goto done;
    }
    if (!read_libraries(&imports, &elf, &tables) || !read_symbols(&imports, &elf, &tables)) {
        code = assay_fail(error, ASSAY_ENOMEM, "out of memory");
        goto done;
    }
    if (imports.count > 1) {
        qsort(imports.items, imports.count, sizeof *imports.items, compare);
    }
    *out = imports;
    imports = (struct assay_imports){ .libraries = NULL };
done:
    assay_imports_release(&imports);
    free(bytes);
    return code;
}

void assay_imports_release(struct assay_imports *imports)
{
    assay_names_free(imports->libraries, imports->library_count);
    for (size_t i = 0; i < imports->count; i++) {
        free(imports->items[i].symbol);
        free(imports->items[i].library);
        free(imports->items[i].version);
    }
    free(imports->items);
    *imports = (struct assay_imports){ .libraries = NULL };
}

bool assay_imports_equal(const struct assay_imports *a, const struct assay_imports *b)
{
    bool equal = a->count == b->count && a->library_count == b->library_count;
    for (size_t i = 0; equal && i < a->library_count; i++) {
        equal = strcmp(a->libraries[i], b->libraries[i]) == 0;
    }
    for (size_t i = 0; equal && i < a->count; i++) {
        const struct assay_import *x = &a->items[i], *y = &b->items[i];
        equal = compare(x, y) == 0 && x->weak == y->weak;
    }
    return equal;
}
