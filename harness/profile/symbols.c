/* Names and lines of addresses, by libdw: the one place that knows elfutils. Knows no profile. */
#include "profile/symbols.h"

#include "base/text.h"
#include "base/vector.h"
#include "profile/pairs.h"
#include "profile/symbols_parts.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What was found at one address. */
struct place {
    struct assay_frame *frames;
    size_t count;
};
struct file {
    char *path;
    Dwfl *dwfl; /* NULL: it cannot be read */
    Dwfl_Module *module;
    Elf *elf;
    GElf_Addr bias;
    Dwarf *dwarf; /* NULL: no debug information */
    Dwarf_Addr dwarf_bias;
    bool symbol_table;
    struct assay_symbol *symbols; /* functions, ascending */
    size_t symbol_count, symbol_capacity;
    uint64_t *starts; /* of functions by .eh_frame_hdr, ascending: what is left of a stripped file */
    size_t start_count;
    struct place *places;
    size_t place_count, place_capacity;
    struct assay_pairs by_address;
};
struct assay_symbols {
    struct file **files;
    size_t file_count, file_capacity;
    char **texts; /* names that no file holds */
    size_t text_count, text_capacity;
};

/* ---- A file ----------------------------------------------------------------------------------------------- */

/* Debug information beside the file, by its build id, on this machine: never from a server. */
static const Dwfl_Callbacks callbacks = {
    .find_elf = dwfl_build_id_find_elf,
    .find_debuginfo = dwfl_build_id_find_debuginfo,
    .section_address = dwfl_offline_section_address,
};

static Elf_Scn *section_named(Elf *elf, const char *wanted, GElf_Shdr *header)
{
    size_t names;
    if (elf_getshdrstrndx(elf, &names) != 0) {
        return NULL;
    }
    for (Elf_Scn *scn = NULL; (scn = elf_nextscn(elf, scn)) != NULL;) {
        const char *name = gelf_getshdr(scn, header) == NULL ? NULL : elf_strptr(elf, names, header->sh_name);
        if (name != NULL && strcmp(name, wanted) == 0) {
            return scn;
        }
    }
    return NULL;
}

static bool has_symbol_table(Elf *elf)
{
    GElf_Shdr header;
    for (Elf_Scn *scn = NULL; (scn = elf_nextscn(elf, scn)) != NULL;) {
        if (gelf_getshdr(scn, &header) != NULL && header.sh_type == SHT_SYMTAB) {
            return true;
        }
    }
    return false;
}

/* Where functions begin, by the table that unwinding needs and stripping leaves: LSB core 5.0, 10.6.2. The encodings
 * that linkers write: a count of 4 bytes, pairs of 4 bytes each relative to the section. */
static bool read_starts(struct file *file)
{
    GElf_Shdr header;
    Elf_Scn *scn = section_named(file->elf, ".eh_frame_hdr", &header);
    Elf_Data *data = scn == NULL ? NULL : elf_rawdata(scn, NULL);
    const unsigned char *bytes = data == NULL ? NULL : data->d_buf;
    if (bytes == NULL || data->d_size < 12 || bytes[0] != 1 || bytes[2] != 0x03 || bytes[3] != 0x3b) {
        return true;
    }
    uint32_t count;
    memcpy(&count, bytes + 8, sizeof count);
    if (count == 0 || count > (data->d_size - 12) / 8) {
        return true;
    }
    file->starts = calloc(count, sizeof *file->starts);
    if (file->starts == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        int32_t offset;
        memcpy(&offset, bytes + 12 + (size_t)8 * i, sizeof offset);
        file->starts[i] = header.sh_addr + (uint64_t)(int64_t)offset;
    }
    file->start_count = count;
    return true;
}

static bool read_symbols(struct file *file)
{
    int count = dwfl_module_getsymtab(file->module);
    for (int i = 1; i < count; i++) {
        GElf_Sym symbol;
        GElf_Addr address;
        GElf_Word section;
        const char *name = dwfl_module_getsym_info(file->module, i, &symbol, &address, &section, NULL, NULL);
        int type = GELF_ST_TYPE(symbol.st_info);
        if (name == NULL || *name == '\0' || section == SHN_UNDEF || (type != STT_FUNC && type != STT_GNU_IFUNC)) {
            continue;
        }
        if (!assay_reserve((void **)&file->symbols, &file->symbol_capacity, file->symbol_count + 1,
                           sizeof *file->symbols)) {
            return false;
        }
        int binding = GELF_ST_BIND(symbol.st_info);
        file->symbols[file->symbol_count++] = (struct assay_symbol){ .start = address - file->bias,
                                                                     .size = symbol.st_size,
                                                                     .rank = binding == STB_GLOBAL ? 0
                                                                             : binding == STB_WEAK ? 1
                                                                                                   : 2,
                                                                     .chosen_at_start = type == STT_GNU_IFUNC,
                                                                     .name = name };
    }
    return assay_symbols_choose(&file->symbols, &file->symbol_count, &file->symbol_capacity, file->path);
}

static void file_free(struct file *file)
{
    if (file == NULL) {
        return;
    }
    for (size_t i = 0; i < file->place_count; i++) {
        free(file->places[i].frames);
    }
    free(file->places);
    assay_pairs_release(&file->by_address);
    free(file->symbols);
    free(file->starts);
    dwfl_end(file->dwfl);
    free(file->path);
    free(file);
}

/* False: no memory. A file that cannot be read is one without a module. */
static bool file_open(struct file *file)
{
    Dwfl *dwfl = dwfl_begin(&callbacks);
    if (dwfl == NULL) {
        return false;
    }
    dwfl_report_begin(dwfl);
    file->module = dwfl_report_offline(dwfl, file->path, file->path, -1);
    dwfl_report_end(dwfl, NULL, NULL);
    file->elf = file->module == NULL ? NULL : dwfl_module_getelf(file->module, &file->bias);
    if (file->elf == NULL) {
        dwfl_end(dwfl);
        return true;
    }
    file->dwfl = dwfl;
    file->dwarf = dwfl_module_getdwarf(file->module, &file->dwarf_bias);
    file->symbol_table = has_symbol_table(file->elf) || file->dwarf != NULL;
    return read_symbols(file) && read_starts(file);
}

static struct file *file_of(struct assay_symbols *symbols, const char *path)
{
    for (size_t i = 0; i < symbols->file_count; i++) {
        if (strcmp(symbols->files[i]->path, path) == 0) {
            return symbols->files[i];
        }
    }
    struct file *file = calloc(1, sizeof *file);
    if (file == NULL || (file->path = assay_copy(path)) == NULL || !file_open(file) ||
        !assay_reserve((void **)&symbols->files, &symbols->file_capacity, symbols->file_count + 1,
                       sizeof(struct file *))) {
        file_free(file);
        return NULL;
    }
    symbols->files[symbols->file_count++] = file;
    return file;
}

int assay_symbols_new(struct assay_symbols **out, struct assay_error *error)
{
    struct assay_symbols *symbols = calloc(1, sizeof *symbols);
    if (symbols == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory for symbols");
    }
    *out = symbols;
    return 0;
}

void assay_symbols_free(struct assay_symbols *symbols)
{
    if (symbols == NULL) {
        return;
    }
    for (size_t i = 0; i < symbols->file_count; i++) {
        file_free(symbols->files[i]);
    }
    for (size_t i = 0; i < symbols->text_count; i++) {
        free(symbols->texts[i]);
    }
    free(symbols->files);
    free(symbols->texts);
    free(symbols);
}

/* ---- An address ------------------------------------------------------------------------------------------- */

/* Keeps a heap string until the symbols are freed; NULL: no memory. */
static const char *keep(struct assay_symbols *symbols, char *text)
{
    if (text == NULL ||
        !assay_reserve((void **)&symbols->texts, &symbols->text_capacity, symbols->text_count + 1, sizeof(char *))) {
        free(text);
        return NULL;
    }
    symbols->texts[symbols->text_count++] = text;
    return text;
}

/* What glibc puts before the names that it calls itself by. */
static const char glibc_internal[] = "__GI_";

/* Without the compiler's suffixes. */
static const char *plain_name(struct assay_symbols *symbols, const char *name)
{
    if (strncmp(name, glibc_internal, sizeof glibc_internal - 1) == 0) {
        name += sizeof glibc_internal - 1;
    }
    size_t length = assay_symbols_plain_length(name);
    return name[length] == '\0' ? name : keep(symbols, assay_copy_bytes(name, length));
}

/* The compilation unit that holds an address. Compilers that write no .debug_aranges (clang) need the long way. */
static Dwarf_Die *unit_of(const struct file *file, uint64_t address, Dwarf_Addr *bias)
{
    Dwarf_Die *unit = dwfl_module_addrdie(file->module, address + file->bias, bias);
    if (unit != NULL) {
        return unit;
    }
    while ((unit = dwfl_module_nextcu(file->module, unit, bias)) != NULL) {
        if (dwarf_haspc(unit, address + file->bias - *bias) > 0) {
            return unit;
        }
    }
    return NULL;
}

static const char *name_of(Dwarf_Die *die)
{
    Dwarf_Attribute attribute;
    const char *name = dwarf_formstring(dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute));
    if (name == NULL) {
        name = dwarf_formstring(dwarf_attr_integrate(die, DW_AT_name, &attribute));
    }
    return name;
}

static void declared_at(struct assay_frame *frame, Dwarf_Die *die)
{
    int line = 0;
    frame->file = dwarf_decl_file(die);
    if (dwarf_decl_line(die, &line) == 0 && line > 0) {
        frame->line = (uint32_t)line;
    }
}

/* Where an inlined function was called. */
static void called_at(const char **file, uint32_t *line, Dwarf_Die *unit, Dwarf_Die *die)
{
    Dwarf_Attribute attribute;
    Dwarf_Word index = 0, number = 0;
    Dwarf_Files *files;
    size_t count;
    *file = NULL;
    *line = 0;
    if (dwarf_formudata(dwarf_attr(die, DW_AT_call_file, &attribute), &index) == 0 &&
        dwarf_getsrcfiles(unit, &files, &count) == 0 && index < count) {
        *file = dwarf_filesrc(files, (size_t)index, NULL, NULL);
    }
    if (dwarf_formudata(dwarf_attr(die, DW_AT_call_line, &attribute), &number) == 0 && number <= UINT32_MAX) {
        *line = (uint32_t)number;
    }
}

#define MOST_INLINED 64

/* The functions whose code physically holds an address, outermost first. */
struct chain {
    Dwarf_Die dies[MOST_INLINED];
    size_t count;
};

/* dwarf_getscopes believes what blocks say of themselves: gcc 12 ends the DWARF 4 ranges of a block at its function's
 * start with an empty one, so that they hold nothing. What is inlined into a block says itself where it is. */
static bool find_chain(struct chain *chain, Dwarf_Die *die, Dwarf_Addr address, int depth)
{
    Dwarf_Die child;
    if (depth > 2 * MOST_INLINED || dwarf_child(die, &child) != 0) {
        return false;
    }
    do {
        int tag = dwarf_tag(&child);
        bool function = tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;
        bool block = tag == DW_TAG_lexical_block || tag == DW_TAG_try_block || tag == DW_TAG_catch_block ||
                     tag == DW_TAG_namespace;
        if (function && chain->count < MOST_INLINED && dwarf_haspc(&child, address) > 0) {
            chain->dies[chain->count++] = child;
            (void)find_chain(chain, &child, address, depth + 1);
            return true;
        }
        if (block && find_chain(chain, &child, address, depth + 1)) {
            return true;
        }
    } while (dwarf_siblingof(&child, &child) == 0);
    return false;
}

/* Fills frames (room for MOST_INLINED) of what debug information says; the last is the symbol's. 0: it says nothing. */
static size_t frames_by_chain(struct assay_frame *frames, const struct file *file, uint64_t address)
{
    Dwarf_Addr bias = 0;
    Dwarf_Die *unit = file->dwarf == NULL ? NULL : unit_of(file, address, &bias);
    struct chain chain = { .count = 0 };
    Dwarf_Addr at = address + file->bias - bias;
    if (unit == NULL || !find_chain(&chain, unit, at, 0) || dwarf_tag(&chain.dies[0]) != DW_TAG_subprogram) {
        return 0;
    }
    Dwarf_Line *line = dwarf_getsrc_die(unit, at);
    int number = 0;
    const char *at_file = dwarf_linesrc(line, NULL, NULL);
    uint32_t at_line = dwarf_lineno(line, &number) == 0 && number > 0 ? (uint32_t)number : 0;
    for (size_t i = 0; i < chain.count; i++) {
        Dwarf_Die *die = &chain.dies[chain.count - 1 - i];
        struct assay_frame *frame = &frames[i];
        *frame = (struct assay_frame){ .name = name_of(die), .at_file = at_file, .at_line = at_line };
        frame->named = frame->name != NULL;
        frame->inlined = dwarf_tag(die) == DW_TAG_inlined_subroutine;
        declared_at(frame, die);
        if (frame->inlined) {
            called_at(&at_file, &at_line, unit, die);
        }
    }
    return chain.count;
}

/* What debug information does not say, the symbol table does, or the unwinding table, or the address itself. */
static bool complete(struct assay_symbols *symbols, const struct file *file, struct assay_frame *frames, size_t count,
                     uint64_t address)
{
    struct assay_frame *last = &frames[count - 1];
    const struct assay_symbol *symbol = assay_symbols_covering(file->symbols, file->symbol_count, address);
    uint64_t start = assay_symbols_start(file->starts, file->start_count, address);
    if (symbol != NULL && symbol->size == 0 && start > symbol->start) {
        symbol = NULL; /* another function has begun since */
    }
    last->start = symbol != NULL ? symbol->start : start;
    if (symbol != NULL &&
        (!last->named || assay_symbols_is_better(file->symbols, file->symbol_count, symbol, last->name))) {
        last->name = symbol->name;
        last->named = true;
    }
    for (size_t i = 0; i < count; i++) {
        if (frames[i].named) {
            frames[i].name = plain_name(symbols, frames[i].name);
        } else {
            uint64_t known = i + 1 == count && last->start != 0 ? last->start : address;
            frames[i].name = keep(symbols, assay_formatted("0x%" PRIx64, known));
        }
        if (frames[i].name == NULL) {
            return false;
        }
    }
    return true;
}

int assay_symbols_find(const struct assay_frame **frames, size_t *count, struct assay_symbols *symbols,
                       const char *path, uint64_t address, struct assay_error *error)
{
    struct file *file = file_of(symbols, path);
    uint32_t known = file == NULL ? ASSAY_NONE : assay_pairs_get(&file->by_address, address);
    if (file != NULL && known == ASSAY_NONE) {
        struct assay_frame found[MOST_INLINED] = { { .at_line = 0 } };
        size_t depth = frames_by_chain(found, file, address);
        depth = depth == 0 ? 1 : depth;
        struct assay_frame *kept = NULL;
        if (complete(symbols, file, found, depth, address) && (kept = calloc(depth, sizeof *kept)) != NULL &&
            assay_reserve((void **)&file->places, &file->place_capacity, file->place_count + 1, sizeof *file->places) &&
            assay_pairs_put(&file->by_address, address, (uint32_t)file->place_count)) {
            memcpy(kept, found, depth * sizeof *kept);
            known = (uint32_t)file->place_count++;
            file->places[known] = (struct place){ kept, depth };
        } else {
            free(kept);
        }
    }
    if (known == ASSAY_NONE) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory for the symbols of '%s'", path);
    }
    *frames = file->places[known].frames;
    *count = file->places[known].count;
    return 0;
}

/* ---- What the file says of itself ------------------------------------------------------------------------- */

/* The bytes of `size` at an address of the file's code; NULL: none. */
static const unsigned char *code_at(size_t *size, const struct file *file, uint64_t address)
{
    GElf_Shdr header;
    for (Elf_Scn *scn = NULL; (scn = elf_nextscn(file->elf, scn)) != NULL;) {
        if (gelf_getshdr(scn, &header) == NULL || header.sh_type != SHT_PROGBITS ||
            (header.sh_flags & SHF_EXECINSTR) == 0 || address < header.sh_addr ||
            address - header.sh_addr >= header.sh_size) {
            continue;
        }
        Elf_Data *data = elf_rawdata(scn, NULL);
        size_t offset = (size_t)(address - header.sh_addr);
        if (data == NULL || data->d_buf == NULL || offset >= data->d_size) {
            return NULL;
        }
        *size = *size < data->d_size - offset ? *size : data->d_size - offset;
        return (const unsigned char *)data->d_buf + offset;
    }
    return NULL;
}

static bool sets_up_frames(const struct file *file)
{
    GElf_Ehdr header;
    if (gelf_getehdr(file->elf, &header) == NULL || header.e_machine != EM_X86_64) {
        return true;
    }
    size_t judged = 0, with = 0;
    bool by_symbols = file->symbol_count > 0 && file->symbol_table;
    size_t count = by_symbols ? file->symbol_count : file->start_count;
    for (size_t i = 0; i < count && judged < 256; i++) {
        uint64_t start = by_symbols ? file->symbols[i].start : file->starts[i];
        uint64_t end = by_symbols ? start + file->symbols[i].size : i + 1 < count ? file->starts[i + 1] : start + 64;
        size_t size = end > start && end - start < 4096 ? (size_t)(end - start) : 4096;
        const unsigned char *code = code_at(&size, file, start);
        if (code == NULL || (by_symbols && assay_symbols_of_startup(file->symbols[i].name)) ||
            !assay_code_is_judged(size)) {
            continue;
        }
        judged++;
        with += assay_code_sets_up_frame(code, size);
    }
    return with * 2 >= judged;
}

void assay_symbols_describe(struct assay_symbols_file *out, struct assay_symbols *symbols, const char *path)
{
    const struct file *file = file_of(symbols, path);
    *out = (struct assay_symbols_file){ .stripped = true, .frame_pointers = true };
    if (file != NULL && file->dwfl != NULL) {
        Dwarf_Addr bias;
        out->readable = true;
        out->stripped = !file->symbol_table;
        out->lines = file->dwarf != NULL && dwfl_module_nextcu(file->module, NULL, &bias) != NULL;
        out->frame_pointers = sets_up_frames(file);
    }
}
