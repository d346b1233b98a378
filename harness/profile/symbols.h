/* Names and lines of addresses, from a file's symbols and debug information (libdw). symbols.c alone touches elfutils. Reads
 * files; maps no code. Results are cached: an address is looked up once. */
#ifndef ASSAY_PROFILE_SYMBOLS_H
#define ASSAY_PROFILE_SYMBOLS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One function at an address: the symbol's last, what is inlined into it before, innermost first. */
struct assay_frame {
    const char *name;     /* borrowed from the symbols */
    const char *file;     /* of the declaration, as the debug information has it; NULL: not known */
    uint32_t line;        /* of the declaration; 0 */
    const char *at_file;  /* where in it the address is: its line, or that of the inlined call; NULL */
    uint32_t at_line;
    bool inlined;
    bool named;           /* false: no symbol covers the address; the name is its hexadecimal text */
    uint64_t start;       /* the symbol's address; 0: not known */
};

struct assay_symbols;
int assay_symbols_new(struct assay_symbols **out, struct assay_error *error);
void assay_symbols_free(struct assay_symbols *symbols);
/* The frames at an address of the file at `path` (addresses as in its symbol table). At least one. Valid until free. A file that
 * cannot be read gives one unnamed frame. Names are as in the symbol table, without the compiler's suffixes (".part.0",
 * ".constprop.0", ".localalias"). Errors: memory only. */
int assay_symbols_find(const struct assay_frame **frames, size_t *count, struct assay_symbols *symbols, const char *path,
                       uint64_t address, struct assay_error *error);
/* What the file says of itself. */
struct assay_symbols_file {
    bool readable, stripped /* no symbol table but the dynamic one */, lines /* has a line table */;
    bool frame_pointers; /* functions set up frame pointers, as far as its machine code tells: judged on its first
                            functions; true where it cannot be told */
};
void assay_symbols_describe(struct assay_symbols_file *out, struct assay_symbols *symbols, const char *path);

#endif
