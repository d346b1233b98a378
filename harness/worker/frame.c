/* The call frame information of exceptions, .eh_frame (Linux Standard Base Core 5.0, section 10.6), which the C compilers
 * write for all code; only its rule for the frame's address is followed. */
#include "worker/frame.h"

#include <stdbool.h>
#include <string.h>

#if defined(__x86_64__)

enum { STACK_POINTER = 7, /* System V ABI for x86-64, figure 3.36 */
       REMEMBERED = 8 };

/* Of libgcc, which finds exceptions' handlers by it: in no header that is installed. */
struct dwarf_eh_bases {
    void *text, *data;
    void *function; /* where it begins */
};
extern const void *_Unwind_Find_FDE(void *instruction, struct dwarf_eh_bases *bases);

/* Bytes that are read; past the end everything is 0. */
struct reader {
    const unsigned char *at, *end;
};

static uint64_t fixed(struct reader *reader, size_t size)
{
    uint64_t value = 0; /* little-endian, as this processor is */
    if ((size_t)(reader->end - reader->at) < size) {
        reader->at = reader->end;
        return 0;
    }
    memcpy(&value, reader->at, size);
    reader->at += size;
    return value;
}

static void skip(struct reader *reader, uint64_t size)
{
    size_t left = (size_t)(reader->end - reader->at);
    reader->at += size < left ? (size_t)size : left;
}

static uint64_t uleb(struct reader *reader)
{
    uint64_t value = 0;
    for (unsigned shift = 0; reader->at < reader->end; shift += 7) {
        unsigned char byte = *reader->at++;
        value |= shift < 64 ? (uint64_t)(byte & 0x7f) << shift : 0;
        if ((byte & 0x80) == 0) {
            break;
        }
    }
    return value;
}

static int64_t sleb(struct reader *reader)
{
    uint64_t value = 0;
    unsigned shift = 0;
    unsigned char byte = 0;
    do {
        byte = (unsigned char)fixed(reader, 1);
        value |= shift < 64 ? (uint64_t)(byte & 0x7f) << shift : 0;
        shift += 7;
    } while ((byte & 0x80) != 0 && reader->at < reader->end);
    if (shift < 64 && (byte & 0x40) != 0) {
        value |= ~UINT64_C(0) << shift;
    }
    return (int64_t)value;
}

/* What a common entry says of those that share it. */
struct common {
    uint64_t code_factor;
    int64_t data_factor;
    unsigned encoding; /* of addresses */
    bool augmented;
    struct reader program;
};

/* Bytes of an encoded pointer; 0: of a kind that is not fixed. */
static size_t encoded_size(unsigned encoding)
{
    static const size_t sizes[16] = { [0] = 8, [2] = 2, [3] = 4, [4] = 8, [10] = 2, [11] = 4, [12] = 8 };
    return sizes[encoding & 0x0f];
}

static struct reader entry_at(const unsigned char *at)
{
    struct reader reader = { at, at + 4 };
    uint64_t length = fixed(&reader, 4);
    reader.end = length < 0xfffffff0 ? reader.at + length : reader.at; /* 64-bit entries are not written for code */
    return reader;
}

static bool read_common(struct common *out, const unsigned char *at)
{
    struct reader reader = entry_at(at);
    skip(&reader, 4); /* its number, 0 */
    uint64_t version = fixed(&reader, 1);
    const char *letters = (const char *)reader.at;
    skip(&reader, strnlen(letters, (size_t)(reader.end - reader.at)) + 1);
    *out = (struct common){ .code_factor = uleb(&reader) };
    out->data_factor = sleb(&reader);
    if (version == 1) {
        skip(&reader, 1); /* the return address's register */
    } else {
        uleb(&reader);
    }
    out->augmented = letters[0] == 'z';
    if (letters[0] != '\0' && !out->augmented) {
        return false;
    }
    struct reader data = reader;
    if (out->augmented) {
        uint64_t size = uleb(&reader);
        data = reader;
        skip(&reader, size);
    }
    for (const char *letter = letters + out->augmented; *letter != '\0'; letter++) {
        if (*letter == 'R') {
            out->encoding = (unsigned)fixed(&data, 1);
        } else if (*letter == 'P') {
            skip(&data, encoded_size((unsigned)fixed(&data, 1)));
        } else if (*letter == 'L') {
            skip(&data, 1);
        }
    }
    out->program = reader;
    return encoded_size(out->encoding) > 0;
}

/* The frame's address: a register and an offset; `known` is false where it is an expression. */
struct rule {
    uint64_t reg;
    int64_t offset;
    bool known;
};

struct machine {
    const struct common *common;
    uint64_t location, wanted;
    struct rule rule, remembered[REMEMBERED];
    size_t depth;
    bool failed;
};

static void advance(struct machine *machine, uint64_t delta)
{
    machine->location += delta * machine->common->code_factor;
}

/* Instructions that define the frame's address. False: another. */
static bool define(struct machine *machine, struct reader *reader, unsigned code)
{
    struct rule *rule = &machine->rule;
    switch (code) {
    case 0x0c: *rule = (struct rule){ .reg = uleb(reader), .known = true }; rule->offset = (int64_t)uleb(reader); return true;
    case 0x0d: rule->reg = uleb(reader); return true;
    case 0x0e: rule->offset = (int64_t)uleb(reader); return true;
    case 0x0f: rule->known = false; skip(reader, uleb(reader)); return true;
    case 0x12: *rule = (struct rule){ .reg = uleb(reader), .known = true };
        rule->offset = sleb(reader) * machine->common->data_factor;
        return true;
    case 0x13: rule->offset = sleb(reader) * machine->common->data_factor; return true;
    default: return false;
    }
}

/* All others that stand in a byte; of those about registers only the length matters. */
static void step(struct machine *machine, struct reader *reader, unsigned code)
{
    switch (code) {
    case 0x00: return;
    case 0x02: advance(machine, fixed(reader, 1)); return;
    case 0x03: advance(machine, fixed(reader, 2)); return;
    case 0x04: advance(machine, fixed(reader, 4)); return;
    case 0x0a:
        if (machine->depth < REMEMBERED) {
            machine->remembered[machine->depth++] = machine->rule;
            return;
        }
        break;
    case 0x0b:
        if (machine->depth > 0) {
            machine->rule = machine->remembered[--machine->depth];
            return;
        }
        break;
    case 0x06: case 0x07: case 0x08: case 0x2e: uleb(reader); return;
    case 0x05: case 0x09: case 0x14: case 0x2f: uleb(reader); uleb(reader); return;
    case 0x11: case 0x15: uleb(reader); sleb(reader); return;
    case 0x10: case 0x16: uleb(reader); skip(reader, uleb(reader)); return;
    default: break;
    }
    machine->failed = true;
}

static void run(struct machine *machine, struct reader reader)
{
    while (reader.at < reader.end && !machine->failed) {
        unsigned code = (unsigned)fixed(&reader, 1);
        struct rule before = machine->rule;
        if ((code & 0xc0) == 0x40) {
            advance(machine, code & 0x3f);
        } else if ((code & 0xc0) == 0x80) {
            uleb(&reader);
        } else if ((code & 0xc0) == 0 && !define(machine, &reader, code)) {
            step(machine, &reader, code);
        }
        if (machine->location > machine->wanted) { /* what follows holds further on */
            machine->rule = before;
            return;
        }
    }
}

uint64_t assay_frame_caller(uint64_t instruction, const uint64_t *top, size_t count)
{
    struct dwarf_eh_bases bases = { NULL, NULL, NULL };
    struct common common;
    const unsigned char *found = _Unwind_Find_FDE((void *)(uintptr_t)instruction, &bases);
    if (found == NULL) {
        return 0;
    }
    struct reader reader = entry_at(found);
    const unsigned char *here = reader.at;
    uint64_t back = fixed(&reader, 4);
    if (!read_common(&common, here - back)) {
        return 0;
    }
    skip(&reader, 2 * encoded_size(common.encoding));
    if (common.augmented) {
        skip(&reader, uleb(&reader));
    }
    struct machine machine = { .common = &common, .location = (uintptr_t)bases.function, .wanted = instruction };
    run(&machine, common.program);
    run(&machine, reader);
    const struct rule *rule = &machine.rule;
    if (machine.failed || !rule->known || rule->reg != STACK_POINTER || rule->offset < 8 || rule->offset % 8 != 0) {
        return 0;
    }
    size_t place = (size_t)rule->offset / 8 - 1;
    return place < count ? top[place] : 0;
}

#else

uint64_t assay_frame_caller(uint64_t instruction, const uint64_t *top, size_t count)
{
    (void)instruction; /* elsewhere the return address is in a register, which no sample holds */
    (void)top;
    (void)count;
    return 0;
}

#endif
