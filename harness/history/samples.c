/* Samples packed: neighbours differ in their low bits only, so their differences, sorted by bytes, are mostly zeros. The one place of
 * history/ that knows libdeflate. Knows no database. */
#include "history/samples.h"

#include <libdeflate.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT 1
#define HEAD 9
#define LEVEL 6
#define MOST_RATIO 1032 /* of deflate: a longest match takes two bits */

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

/* ---- differences, byte by byte ---- */

static void spread(unsigned char *bytes, const double *samples, size_t count)
{
    uint64_t before = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t bits = 0;
        memcpy(&bits, &samples[i], sizeof bits);
        uint64_t difference = bits - before, negative = difference >> 63;
        uint64_t zigzag = difference << 1 ^ (0 - negative);
        before = bits;
        for (size_t byte = 0; byte < 8; byte++) {
            bytes[byte * count + i] = (unsigned char)(zigzag >> (8 * byte));
        }
    }
}

static void gather(double *samples, const unsigned char *bytes, size_t count)
{
    uint64_t before = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t zigzag = 0;
        for (size_t byte = 0; byte < 8; byte++) {
            zigzag |= (uint64_t)bytes[byte * count + i] << (8 * byte);
        }
        before += zigzag >> 1 ^ (0 - (zigzag & 1));
        memcpy(&samples[i], &before, sizeof before);
    }
}

/* ---- packing ---- */

int assay_samples_pack(void **bytes, size_t *length, const double *samples, size_t count, struct assay_error *error)
{
    if (count > SIZE_MAX / 64) {
        return no_memory(error);
    }
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(LEVEL);
    size_t room = compressor ? libdeflate_zlib_compress_bound(compressor, 8 * count) : 0;
    unsigned char *spreaded = compressor ? malloc(8 * count + 1) : NULL, *packed = spreaded ? malloc(HEAD + room) : NULL;
    size_t used = 0;
    if (packed) {
        spread(spreaded, samples, count);
        packed[0] = FORMAT;
        for (size_t byte = 0; byte < 8; byte++) {
            packed[1 + byte] = (unsigned char)((uint64_t)count >> (8 * byte));
        }
        used = libdeflate_zlib_compress(compressor, spreaded, 8 * count, packed + HEAD, room);
    }
    free(spreaded);
    libdeflate_free_compressor(compressor);
    if (used == 0) {
        free(packed);
        return no_memory(error);
    }
    *bytes = packed;
    *length = HEAD + used;
    return 0;
}

/* The number that the head names, if that many can be behind it. */
static bool read_head(size_t *count, const unsigned char *bytes, size_t length)
{
    uint64_t number = 0;
    if (length <= HEAD || bytes[0] != FORMAT) {
        return false;
    }
    for (size_t byte = 0; byte < 8; byte++) {
        number |= (uint64_t)bytes[1 + byte] << (8 * byte);
    }
    *count = (size_t)number;
    return number <= (length - HEAD) / 8 * MOST_RATIO + MOST_RATIO;
}

int assay_samples_unpack(double **samples, size_t *count, const void *bytes, size_t length, struct assay_error *error)
{
    size_t number = 0;
    if (!read_head(&number, bytes, length)) {
        return assay_fail(error, ASSAY_EINPUT, "samples of %zu bytes that are not packed as assay packs them", length);
    }
    struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
    unsigned char *spreaded = decompressor ? malloc(8 * number + 1) : NULL;
    double *made = spreaded ? malloc(8 * number + 1) : NULL;
    bool good = made && libdeflate_zlib_decompress(decompressor, (const unsigned char *)bytes + HEAD, length - HEAD, spreaded, 8 * number,
                                                   NULL) == LIBDEFLATE_SUCCESS;
    if (good) {
        gather(made, spreaded, number);
    }
    bool memory = made != NULL;
    libdeflate_free_decompressor(decompressor);
    free(spreaded);
    if (!good) {
        free(made);
        return memory ? assay_fail(error, ASSAY_EINPUT, "samples of %zu bytes are damaged", length) : no_memory(error);
    }
    *samples = made;
    *count = number;
    return 0;
}
