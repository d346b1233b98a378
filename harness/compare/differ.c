/* What of two relocatable objects differs, function by function. Bytes that relocations fill are left out, and what
 * they refer to is compared instead: functions by name, data by content, so that an edit elsewhere in the file, which
 * moves everything and changes nothing, is seen as none. Knows no file and no library. */
#include "compare/object.h"

#include "base/text.h"
#include "base/vector.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

/* Data that refers to data, and so on: deeper than this is called different. */
enum { DEEPEST = 200 };

/* A piece of data: an object with a name, or what lies between one place that is referred to and the next. */
struct piece {
    size_t section;
    uint64_t start, size;
    const char *name; /* NULL: none */
    size_t key;       /* in `matched` */
};
struct place {
    size_t section;
    uint64_t offset;
};
/* One side, with every place in its data that something refers to or that has a name: sorted, each once. */
struct side {
    const struct assay_object *object;
    struct place *places;
    size_t place_count, place_capacity;
};
struct comparison {
    struct side base, head;
    size_t
        *matched;  /* of each piece of base (symbols, then places) 1 + the head's piece that it is equal to; 0: none */
    size_t *trail; /* pieces matched for the function under way: assumptions until it has proven equal */
    size_t trail_count, trail_capacity;
    size_t depth;
    bool failed; /* out of memory */
};

static bool same_range(struct comparison *all, const struct assay_object_section *a, uint64_t a_start,
                       const struct assay_object_section *b, uint64_t b_start, uint64_t size);

/* ---- Relocations ---------------------------------------------------------------------------------------- */

/* How many bytes a relocation fills; 0: parts of a word, which are zeros before. */
static uint64_t width_of(const struct assay_object *object, uint32_t type)
{
    if ((object->machine & 0xffff) != EM_X86_64) {
        return 0;
    }
    switch (type) {
    case R_X86_64_64:
    case R_X86_64_PC64:
    case R_X86_64_GOTOFF64:
    case R_X86_64_DTPOFF64:
    case R_X86_64_TPOFF64:
    case R_X86_64_GOT64:
    case R_X86_64_GOTPC64:
    case R_X86_64_GOTPCREL64:
    case R_X86_64_PLTOFF64:
        return 8;
    case R_X86_64_16:
    case R_X86_64_PC16:
        return 2;
    case R_X86_64_8:
    case R_X86_64_PC8:
        return 1;
    default:
        return 4;
    }
}

/* Where in the section of its symbol a relocation points. On x86-64 what is relative to the next instruction has 4 less
 * in its addend, and less still where an operand follows. */
static uint64_t target_of(const struct assay_object *object, const struct assay_object_relocation *relocation)
{
    uint64_t target = object->symbols[relocation->symbol].value + (uint64_t)relocation->addend;
    bool relative = (object->machine & 0xffff) == EM_X86_64 && width_of(object, relocation->type) == 4 &&
                    relocation->type != R_X86_64_32 && relocation->type != R_X86_64_32S;
    return target + (relative ? 4 : 0);
}

/* The index of the first relocation at or behind `offset`. */
static size_t first_relocation(const struct assay_object_section *section, uint64_t offset)
{
    size_t low = 0, high = section->relocation_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (section->relocations[middle].offset < offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* ---- Names and places ----------------------------------------------------------------------------------- */

/* Whether two names are one but for the number that a compiler appends to static data ("table.1234"). */
static bool same_name(const struct assay_object_symbol *a, const struct assay_object_symbol *b)
{
    size_t x = strlen(a->name), y = strlen(b->name);
    if (a->is_local && b->is_local) {
        size_t digits = strspn(a->name + strcspn(a->name, "."), ".0123456789");
        x -= digits > 1 && strcspn(a->name, ".") + digits == x ? digits : 0;
        digits = strspn(b->name + strcspn(b->name, "."), ".0123456789");
        y -= digits > 1 && strcspn(b->name, ".") + digits == y ? digits : 0;
    }
    return x == y && strncmp(a->name, b->name, x) == 0;
}

/* The data object that holds the byte at `offset` of a section; ASSAY_OBJECT_NONE: none does. */
static size_t object_at(const struct assay_object *object, size_t section, uint64_t offset)
{
    size_t low = 0, high = object->object_count;
    while (low < high) { /* the first that starts behind it */
        size_t middle = low + (high - low) / 2;
        const struct assay_object_symbol *symbol = &object->symbols[object->objects[middle]];
        if (symbol->section < section || (symbol->section == section && symbol->value <= offset)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == 0) {
        return ASSAY_OBJECT_NONE;
    }
    const struct assay_object_symbol *symbol = &object->symbols[object->objects[low - 1]];
    return symbol->section == section && offset - symbol->value < symbol->size ? object->objects[low - 1]
                                                                               : ASSAY_OBJECT_NONE;
}

static int by_place(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->section != y->section) {
        return x->section < y->section ? -1 : 1;
    }
    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static bool add_place(struct side *side, size_t section, uint64_t offset)
{
    const struct assay_object *object = side->object;
    if (section == ASSAY_OBJECT_NONE || !object->sections[section].data || offset >= object->sections[section].size) {
        return true;
    }
    if (!assay_reserve((void **)&side->places, &side->place_capacity, side->place_count + 1, sizeof *side->places)) {
        return false;
    }
    side->places[side->place_count++] = (struct place){ section, offset };
    return true;
}

/* Finds every place. False: out of memory. */
static bool side_init(struct side *side, const struct assay_object *object)
{
    *side = (struct side){ .object = object };
    bool ok = true;
    size_t kept = 0;
    for (size_t i = 0; ok && i < object->symbol_count; i++) {
        ok = add_place(side, object->symbols[i].section, object->symbols[i].value);
    }
    for (size_t i = 0; ok && i < object->section_count; i++) {
        for (size_t k = 0; ok && k < object->sections[i].relocation_count; k++) {
            const struct assay_object_relocation *relocation = &object->sections[i].relocations[k];
            ok = add_place(side, object->symbols[relocation->symbol].section, target_of(object, relocation));
        }
    }
    if (side->place_count > 1) {
        qsort(side->places, side->place_count, sizeof *side->places, by_place);
    }
    for (size_t i = 0; i < side->place_count; i++) {
        if (kept == 0 || by_place(&side->places[kept - 1], &side->places[i]) != 0) {
            side->places[kept++] = side->places[i];
        }
    }
    side->place_count = kept;
    return ok;
}

/* The piece around a place. False: outside its section. */
static bool piece_at(struct piece *out, const struct side *side, size_t section, uint64_t offset)
{
    const struct assay_object *object = side->object;
    const struct place wanted = { section, offset };
    size_t symbol = object_at(object, section, offset);
    if (symbol != ASSAY_OBJECT_NONE) {
        const struct assay_object_symbol *is = &object->symbols[symbol];
        *out = (struct piece){ section, is->value, is->size, is->name, symbol };
        return true;
    }
    const struct place *place =
        side->place_count == 0 ? NULL : bsearch(&wanted, side->places, side->place_count, sizeof wanted, by_place);
    if (place == NULL) {
        return false;
    }
    size_t index = (size_t)(place - side->places);
    bool last = index + 1 == side->place_count || place[1].section != section;
    uint64_t end = last ? object->sections[section].size : place[1].offset;
    *out = (struct piece){ section, offset, end - offset, NULL, object->symbol_count + index };
    return true;
}

/* ---- Data ----------------------------------------------------------------------------------------------- */

/* Entries of sections in which equal ones are kept once: their place says nothing, their bytes all. */
static bool same_entry(const struct assay_object_section *a, uint64_t at_a, const struct assay_object_section *b,
                       uint64_t at_b)
{
    uint64_t entry = a->merged;
    if (a->bytes == NULL || b->bytes == NULL || b->merged != entry || a->strings != b->strings || at_a >= a->size ||
        at_b >= b->size) {
        return false;
    }
    if (a->strings) {
        const unsigned char *end = memchr(a->bytes + at_a, 0, a->size - at_a);
        size_t length = end == NULL ? 0 : (size_t)(end - (a->bytes + at_a)) + 1;
        return length > 0 && length <= b->size - at_b && memcmp(a->bytes + at_a, b->bytes + at_b, length) == 0;
    }
    if (at_a % entry != 0) { /* an operand of 1 to 4 bytes follows: the entry is the next one */
        at_a += 4;
        at_b += 4;
    }
    if (at_a % entry != at_b % entry) {
        return false;
    }
    at_a -= at_a % entry;
    at_b -= at_b % entry;
    return at_a + entry <= a->size && at_b + entry <= b->size && memcmp(a->bytes + at_a, b->bytes + at_b, entry) == 0;
}

/* Whether nothing but zeros follows in what one piece has more than the other: the gap before what is aligned. */
static bool is_gap(const struct assay_object_section *section, const struct piece *piece, uint64_t from)
{
    for (uint64_t i = piece->start + from; section->bytes != NULL && i < piece->start + piece->size; i++) {
        if (section->bytes[i] != 0) {
            return false;
        }
    }
    size_t next = first_relocation(section, piece->start + from);
    return next == section->relocation_count || section->relocations[next].offset >= piece->start + piece->size;
}

static bool same_piece(struct comparison *all, const struct piece *a, const struct piece *b)
{
    const struct assay_object_section *x = &all->base.object->sections[a->section],
                                      *y = &all->head.object->sections[b->section];
    uint64_t size = a->size < b->size ? a->size : b->size;
    if (all->matched[a->key] == b->key + 1) {
        return true;
    }
    if (all->matched[a->key] != 0 || all->depth >= DEEPEST || (a->size != b->size && a->name != NULL) ||
        !is_gap(x, a, size) || !is_gap(y, b, size)) {
        return false; /* one piece here for two there: their number or order changed */
    }
    if (!assay_reserve((void **)&all->trail, &all->trail_capacity, all->trail_count + 1, sizeof *all->trail)) {
        all->failed = true;
        return false;
    }
    all->trail[all->trail_count++] = a->key;
    all->matched[a->key] = b->key + 1;
    all->depth++;
    bool same = same_range(all, x, a->start, y, b->start, size);
    all->depth--;
    return same;
}

static bool same_data(struct comparison *all, size_t section_a, uint64_t at_a, size_t section_b, uint64_t at_b)
{
    const struct assay_object_section *a = &all->base.object->sections[section_a],
                                      *b = &all->head.object->sections[section_b];
    struct piece x, y;
    if (a->merged > 0 && a->relocation_count == 0 && b->relocation_count == 0) {
        return same_entry(a, at_a, b, at_b);
    }
    if (!piece_at(&x, &all->base, section_a, at_a) || !piece_at(&y, &all->head, section_b, at_b) ||
        (x.name == NULL) != (y.name == NULL) || at_a - x.start != at_b - y.start) {
        return false;
    }
    bool named = x.name == NULL ? strcmp(a->name, b->name) == 0
                                : same_name(&all->base.object->symbols[x.key], &all->head.object->symbols[y.key]);
    return named && same_piece(all, &x, &y);
}

/* Sections, and labels that a compiler numbers as it goes. */
static bool is_anonymous(const struct assay_object_symbol *symbol)
{
    return symbol->is_section ||
           (symbol->is_local && symbol->section != ASSAY_OBJECT_NONE && strncmp(symbol->name, ".L", 2) == 0);
}

static bool same_relocation(struct comparison *all, const struct assay_object_relocation *a,
                            const struct assay_object_relocation *b)
{
    const struct assay_object *base = all->base.object, *head = all->head.object;
    const struct assay_object_symbol *x = &base->symbols[a->symbol], *y = &head->symbols[b->symbol];
    bool here = x->section != ASSAY_OBJECT_NONE, nameless = is_anonymous(x);
    if (a->type != b->type || here != (y->section != ASSAY_OBJECT_NONE)) {
        return false;
    }
    if (here && base->sections[x->section].data && head->sections[y->section].data) {
        bool both = !nameless && !is_anonymous(y); /* a name that may be replaced at load time counts */
        return (!both || same_name(x, y)) &&
               same_data(all, x->section, target_of(base, a), y->section, target_of(head, b));
    }
    if (nameless != is_anonymous(y)) {
        return false;
    }
    return nameless ? strcmp(base->sections[x->section].name, head->sections[y->section].name) == 0 &&
                          x->value + (uint64_t)a->addend == y->value + (uint64_t)b->addend
                    : strcmp(x->name, y->name) == 0 && a->addend == b->addend;
}

/* ---- Ranges --------------------------------------------------------------------------------------------- */

/* Bytes of two ranges, without those that relocations fill, and the relocations. */
static bool same_range(struct comparison *all, const struct assay_object_section *a, uint64_t a_start,
                       const struct assay_object_section *b, uint64_t b_start, uint64_t size)
{
    size_t i = first_relocation(a, a_start), k = first_relocation(b, b_start);
    uint64_t done = 0;
    if ((a->bytes == NULL) != (b->bytes == NULL) || a_start > a->size || size > a->size - a_start ||
        b_start > b->size || size > b->size - b_start) {
        return false;
    }
    while (done <= size) {
        bool more_a = i < a->relocation_count && a->relocations[i].offset - a_start < size;
        bool more_b = k < b->relocation_count && b->relocations[k].offset - b_start < size;
        uint64_t next = more_a ? a->relocations[i].offset - a_start : size;
        if (more_a != more_b || (more_a && next != b->relocations[k].offset - b_start) ||
            (a->bytes != NULL && next > done &&
             memcmp(a->bytes + a_start + done, b->bytes + b_start + done, next - done) != 0)) {
            return false;
        }
        if (!more_a) {
            return true;
        }
        if (!same_relocation(all, &a->relocations[i], &b->relocations[k])) {
            return false;
        }
        uint64_t end = next + width_of(all->base.object, a->relocations[i].type);
        done = end > done ? end : done;
        i++;
        k++;
    }
    return true;
}

/* ---- Functions ------------------------------------------------------------------------------------------ */

static bool same_function(struct comparison *all, const struct assay_object_section *a,
                          const struct assay_object_section *b)
{
    bool same = a->size == b->size && same_range(all, a, 0, b, 0, a->size);
    for (size_t i = 0; !same && i < all->trail_count; i++) {
        all->matched[all->trail[i]] = 0; /* assumed for this function, which may have disproven it */
    }
    all->trail_count = 0;
    return same;
}

/* Code sections, sorted by name; those of one name in their order. */
static int by_name(const void *a, const void *b)
{
    const struct assay_object_section *const *x = a, *const *y = b;
    int order = strcmp((*x)->name, (*y)->name);
    return order != 0 ? order : *x < *y ? -1 : *x > *y;
}

static const struct assay_object_section **code_of(size_t *count, const struct assay_object *object)
{
    const struct assay_object_section **list = calloc(object->section_count + 1, sizeof *list);
    *count = 0;
    for (size_t i = 0; list != NULL && i < object->section_count; i++) {
        if (object->sections[i].code && object->sections[i].size > 0) {
            list[(*count)++] = &object->sections[i];
        }
    }
    if (*count > 1) {
        qsort(list, *count, sizeof *list, by_name);
    }
    return list;
}

static bool add_name(char ***names, size_t *count, size_t *capacity, const char *section)
{
    const char *name = strncmp(section, ".text.", 6) == 0 && section[6] != '\0' ? section + 6 : section;
    char *copy = assay_utf8_clean(name, strlen(name), NULL);
    if (copy == NULL || !assay_reserve((void **)names, capacity, *count + 1, sizeof **names)) {
        free(copy);
        return false;
    }
    (*names)[(*count)++] = copy;
    return true;
}

bool assay_objects_differ(char ***names, size_t *count, const struct assay_object *base,
                          const struct assay_object *head)
{
    struct comparison all = { .depth = 0 };
    size_t a_count = 0, b_count = 0, capacity = 0, i = 0, k = 0;
    const struct assay_object_section **a = code_of(&a_count, base), **b = code_of(&b_count, head);
    all.failed = a == NULL || b == NULL || !side_init(&all.base, base) || !side_init(&all.head, head) ||
                 (all.matched = calloc(base->symbol_count + all.base.place_count + 1, sizeof *all.matched)) == NULL;
    while (!all.failed && (i < a_count || k < b_count)) {
        int order = i == a_count ? 1 : k == b_count ? -1 : strcmp(a[i]->name, b[k]->name);
        const char *name = order <= 0 ? a[i]->name : b[k]->name;
        bool same = order == 0 && same_function(&all, a[i], b[k]);
        i += order <= 0;
        k += order >= 0;
        if (!same && !all.failed) {
            all.failed = !add_name(names, count, &capacity, name);
        }
    }
    free(a);
    free(b);
    free(all.base.places);
    free(all.head.places);
    free(all.matched);
    free(all.trail);
    return !all.failed;
}
