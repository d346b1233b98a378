/* Which symbol covers an address, names without the compiler's suffixes, and what machine code says of frames. */
#include "profile/symbols_parts.h"

#include "base/vector.h"

#include <dlfcn.h>
#include <gnu/lib-names.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LOCAL = 2 }; /* rank of symbols that no other file can call */

static size_t underscores(const char *name)
{
    return strspn(name, "_");
}

static int by_address(const void *one, const void *other)
{
    const struct assay_symbol *a = one, *b = other;
    if (a->start != b->start) {
        return a->start < b->start ? -1 : 1;
    }
    if (a->rank != b->rank) {
        return a->rank - b->rank;
    }
    if (underscores(a->name) != underscores(b->name)) {
        return underscores(a->name) < underscores(b->name) ? -1 : 1;
    }
    return strcmp(a->name, b->name);
}

static bool same_file(const char *one, const char *other)
{
    struct stat a, b;
    return stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Indirect functions of libc and libm (memcpy, exp) run as one of several bodies that have no symbol in a stripped
 * libc. Which one, the loader has decided for this process as for the worker: both run on this machine. */
static bool add_chosen(struct assay_symbol **symbols, size_t *count, size_t *capacity, const char *path,
                       const char *name_of_library)
{
    void *library = dlopen(name_of_library, RTLD_NOW | RTLD_NOLOAD);
    struct link_map *map = NULL;
    bool enough = true;
    if (library == NULL || dlinfo(library, RTLD_DI_LINKMAP, &map) != 0 || !same_file(map->l_name, path)) {
        map = NULL;
    }
    for (size_t i = 0, known = *count; map != NULL && i < known && enough; i++) {
        const char *name = (*symbols)[i].name;
        const void *chosen = (*symbols)[i].chosen_at_start ? dlsym(library, name) : NULL;
        if (chosen == NULL || (uintptr_t)chosen < map->l_addr) {
            continue;
        }
        enough = assay_reserve((void **)symbols, capacity, *count + 1, sizeof **symbols);
        if (enough) {
            /* No size: whatever lies before the next function. */
            (*symbols)[(*count)++] =
                (struct assay_symbol){ .start = (uintptr_t)chosen - map->l_addr, .name = name, .rank = 1 };
        }
    }
    if (library != NULL) {
        (void)dlclose(library);
    }
    return enough;
}

bool assay_symbols_choose(struct assay_symbol **symbols, size_t *count, size_t *capacity, const char *path)
{
    if (!add_chosen(symbols, count, capacity, path, LIBC_SO) || !add_chosen(symbols, count, capacity, path, LIBM_SO)) {
        return false;
    }
    if (*count > 1) {
        qsort(*symbols, *count, sizeof **symbols, by_address);
    }
    return true;
}

/* Index of the first symbol above the address. */
static size_t above(const struct assay_symbol *symbols, size_t count, uint64_t address)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (symbols[middle].start <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

#define LOOK_BACK 64 /* functions that overlap: aliases, and the rare label of assembly within one */

const struct assay_symbol *assay_symbols_covering(const struct assay_symbol *symbols, size_t count, uint64_t address)
{
    const struct assay_symbol *best = NULL;
    size_t end = above(symbols, count, address);
    for (size_t i = end; i > 0 && end - i < LOOK_BACK; i--) {
        const struct assay_symbol *symbol = &symbols[i - 1];
        if (best != NULL && symbol->start != best->start) {
            break;
        }
        bool nearest = symbol->size == 0 && symbol->start == symbols[end - 1].start;
        if (nearest || address - symbol->start < symbol->size) {
            best = symbol; /* the last that is seen at one address is the first in order */
        }
    }
    return best;
}

bool assay_symbols_is_better(const struct assay_symbol *symbols, size_t count, const struct assay_symbol *symbol,
                             const char *name)
{
    const struct assay_symbol *end = symbols + count;
    for (const struct assay_symbol *other = symbol; other < end && other->start == symbol->start; other++) {
        if (other->rank < LOCAL && strcmp(other->name, name) == 0) {
            return false;
        }
    }
    return symbol->rank < LOCAL;
}

uint64_t assay_symbols_start(const uint64_t *starts, size_t count, uint64_t address)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (starts[middle] <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low == 0 ? 0 : starts[low - 1];
}

size_t assay_symbols_plain_length(const char *name)
{
    static const char *const suffixes[] = { "part",       "constprop", "isra", "cold",
                                            "localalias", "lto_priv",  "llvm", "clone" };
    size_t length = strlen(name);
    for (const char *dot = strpbrk(name + (*name != '\0'), ".@"); dot != NULL; dot = strpbrk(dot + 1, ".@")) {
        if (*dot == '@') {
            return (size_t)(dot - name);
        }
        size_t word = strcspn(dot + 1, ".");
        for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
            if (strlen(suffixes[i]) == word && strncmp(dot + 1, suffixes[i], word) == 0) {
                return (size_t)(dot - name);
            }
        }
    }
    return length;
}

bool assay_symbols_of_startup(const char *name)
{
    static const char *const names[] = { "_init",       "_fini",  "deregister_tm_clones", "register_tm_clones",
                                         "frame_dummy", "_start", "__do_global_dtors_aux" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

bool assay_code_is_judged(size_t size)
{
    return size >= 12;
}

bool assay_code_sets_up_frame(const unsigned char *code, size_t size)
{
    static const unsigned char move[] = { 0x48, 0x89, 0xe5 }; /* mov %rsp,%rbp */
    bool pushed = false;
    for (size_t i = 0; i + sizeof move <= size; i++) {
        pushed = pushed || code[i] == 0x55;
        if (pushed && memcmp(code + i, move, sizeof move) == 0) {
            return true;
        }
    }
    return false;
}
