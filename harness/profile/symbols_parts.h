/* What symbols.c needs and what knows no elfutils: which symbol covers an address, names, machine code. Internal. */
#ifndef ASSAY_PROFILE_SYMBOLS_PARTS_H
#define ASSAY_PROFILE_SYMBOLS_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct assay_symbol { /* a function */
    uint64_t start, size;
    const char *name;
    int rank;             /* the lower, the more likely to be the name that people know */
    bool chosen_at_start; /* an indirect function: its address is that of the code that chooses */
};
/* Sorts by address, best name first, and adds what indirect functions (memcpy) stand for on this machine, where `path` is
 * the library that this process uses itself. False: no memory. */
bool assay_symbols_choose(struct assay_symbol **symbols, size_t *count, size_t *capacity, const char *path);
/* NULL: none covers it. */
const struct assay_symbol *assay_symbols_covering(const struct assay_symbol *symbols, size_t count, uint64_t address);
/* Whether a symbol that others may call names its function better than debug information does: that has names of a library's
 * own (__GI_qsort), which no other symbol there bears. */
bool assay_symbols_is_better(const struct assay_symbol *symbols, size_t count, const struct assay_symbol *symbol,
                             const char *name);
/* The last of ascending starts that is not above the address; 0: there is none. */
uint64_t assay_symbols_start(const uint64_t *starts, size_t count, uint64_t address);
/* How much of a symbol's name is the function's: without ".part.0", ".cold", "@@GLIBC_2.14". */
size_t assay_symbols_plain_length(const char *name);
/* Functions that come with the compiler into every shared object. */
bool assay_symbols_of_startup(const char *name);

/* x86-64. Short functions tell nothing: thunks and returns have no frame in any build. */
bool assay_code_is_judged(size_t size);
/* Whether a function sets up a frame pointer: push %rbp, and mov %rsp,%rbp somewhere after it (shrink-wrapping puts
 * early returns before both). */
bool assay_code_sets_up_frame(const unsigned char *code, size_t size);

#endif
