/* Documents in a page: base64 of raw deflate, lengths and digests, there and back. Knows no page. */
#include "reports/html/page.h"

#include <errno.h>
#include <limits.h>
#include <sha256.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define PIECE 49152 /* a multiple of 3: whole groups of base64 */
/* Columns of digits have few long matches, and Z_FILTERED passes over the short ones: of a document of 5.9 MB with 100,000 samples
 * level 5 so leaves 1,853,004 characters; zlib's usual strategy at level 6 1,974,065, in more time. */
#define LEVEL 5
#define MEMORY 8

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* `text` has room for 4 characters every 3 bytes begun; returns how many there are. */
static size_t encode(char *text, const unsigned char *bytes, size_t count)
{
    char *to = text;
    for (size_t i = 0; i < count; i += 3) {
        size_t left = count - i;
        unsigned second = left > 1 ? bytes[i + 1] : 0, third = left > 2 ? bytes[i + 2] : 0;
        unsigned group = (unsigned)bytes[i] << 16 | second << 8 | third;
        *to++ = alphabet[group >> 18];
        *to++ = alphabet[group >> 12 & 63];
        *to++ = '=';
        *to++ = '=';
        if (left > 1) {
            to[-2] = alphabet[group >> 6 & 63];
        }
        if (left > 2) {
            to[-1] = alphabet[group & 63];
        }
    }
    return (size_t)(to - text);
}

void assay_pack_digest(char digest[52], const char *text, size_t length)
{
    uint8_t raw[SHA256_DIGEST_LENGTH];
    SHA256_CTX context;
    SHA256Init(&context);
    SHA256Update(&context, (const uint8_t *)text, length);
    SHA256Final(raw, &context);
    memcpy(digest, "sha256-", 7);
    digest[7 + encode(digest + 7, raw, sizeof raw)] = '\0';
}

int assay_pack_measure(struct assay_packed *packed, FILE *from, struct assay_error *error)
{
    SHA256_CTX context;
    uint64_t length = 0;
    unsigned char *piece = malloc(PIECE);
    if (!piece) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    SHA256Init(&context);
    rewind(from);
    for (size_t got; (got = fread(piece, 1, PIECE, from)) > 0; length += got) {
        SHA256Update(&context, piece, got);
    }
    free(piece);
    if (ferror(from)) {
        return assay_fail_errno(error, errno, "reading the document anew");
    }
    packed->length = length;
    SHA256End(&context, packed->sha256);
    return 0;
}

struct packing {
    z_stream stream;
    FILE *to;
    unsigned char in[PIECE], out[PIECE];
    char text[PIECE / 3 * 4];
    uint64_t written;
};

static bool put(struct packing *packing)
{
    size_t characters = encode(packing->text, packing->out, PIECE - packing->stream.avail_out);
    packing->stream.next_out = packing->out;
    packing->stream.avail_out = PIECE;
    packing->written += characters;
    return fwrite(packing->text, 1, characters, packing->to) == characters;
}

/* Only full pieces leave before the end, so that base64 has no padding within. */
static int pack(struct packing *packing, FILE *from, struct assay_error *error)
{
    int code = Z_OK;
    packing->stream.next_out = packing->out;
    packing->stream.avail_out = PIECE;
    while (code != Z_STREAM_END) {
        if (packing->stream.avail_in == 0 && !feof(from)) {
            packing->stream.next_in = packing->in;
            packing->stream.avail_in = (uInt)fread(packing->in, 1, PIECE, from);
            if (ferror(from)) {
                return assay_fail_errno(error, errno, "reading the document anew");
            }
        }
        code = deflate(&packing->stream, feof(from) ? Z_FINISH : Z_NO_FLUSH);
        if ((packing->stream.avail_out == 0 || code == Z_STREAM_END) && !put(packing)) {
            return assay_fail_errno(error, errno, "writing the page");
        }
    }
    return 0;
}

int assay_pack_write(uint64_t *written, FILE *from, FILE *to, struct assay_error *error)
{
    struct packing *packing = calloc(1, sizeof *packing);
    if (!packing || deflateInit2(&packing->stream, LEVEL, Z_DEFLATED, -MAX_WBITS, MEMORY, Z_FILTERED) != Z_OK) {
        free(packing);
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    packing->to = to;
    rewind(from);
    int code = pack(packing, from, error);
    deflateEnd(&packing->stream);
    *written = packing->written;
    free(packing);
    return code;
}

/* ---- back ---- */

static void fill_values(signed char values[256])
{
    memset(values, -1, 256);
    for (int i = 0; i < 64; i++) {
        values[(unsigned char)alphabet[i]] = (signed char)i;
    }
}

/* `bytes` has room for 3 every 4 characters. False: no base64. */
static bool decode(unsigned char *bytes, size_t *count, const char *text, size_t length)
{
    signed char values[256];
    unsigned group = 0, digits = 0, padding = 0;
    size_t made = 0;
    fill_values(values);
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            continue;
        }
        if (c == '=' && digits % 4 >= 2) {
            padding++;
            group <<= 6;
        } else if (values[c] >= 0 && padding == 0) {
            group = group << 6 | (unsigned)values[c];
        } else {
            return false;
        }
        if (++digits % 4 == 0) {
            bytes[made++] = (unsigned char)(group >> 16);
            bytes[made++] = (unsigned char)(group >> 8);
            bytes[made++] = (unsigned char)group;
            group = 0;
        }
    }
    *count = made - padding;
    return digits % 4 == 0 && padding <= 2;
}

/* Room grows as bytes arrive: what the page says of its length is not believed. */
static char *grown(char *out, size_t *room, uint64_t most)
{
    uint64_t wanted = *room ? (uint64_t)*room * 2 : PIECE;
    wanted = wanted > most + 1 ? most + 1 : wanted;
    char *larger = wanted < SIZE_MAX ? realloc(out, (size_t)wanted) : NULL;
    if (larger) {
        *room = (size_t)wanted;
    }
    return larger;
}

/* The buffer keeps one byte for the NUL, which a byte too many would take: so "longer" is seen. */
static int expand(char **out, z_stream *stream, uint64_t said, const char *name, struct assay_error *error)
{
    size_t room = 0, made = 0;
    for (int code = Z_OK; code != Z_STREAM_END;) {
        if (made == room) {
            if (room > said) {
                return assay_fail(error, ASSAY_EINPUT, "%s is longer than the %llu bytes that it says", name,
                                  (unsigned long long)said);
            }
            char *larger = grown(*out, &room, said);
            if (!larger) {
                return assay_fail(error, ASSAY_ENOMEM, "out of memory");
            }
            *out = larger;
        }
        size_t free_bytes = room - made > UINT_MAX ? UINT_MAX : room - made;
        stream->next_out = (unsigned char *)*out + made;
        stream->avail_out = (uInt)free_bytes;
        code = inflate(stream, Z_NO_FLUSH);
        made += free_bytes - stream->avail_out;
        if (code == Z_BUF_ERROR || (code == Z_OK && stream->avail_in == 0 && stream->avail_out > 0)) {
            return assay_fail(error, ASSAY_EINPUT, "%s is truncated", name);
        }
        if (code != Z_OK && code != Z_STREAM_END) {
            return assay_fail(error, ASSAY_EINPUT, "%s is damaged: no deflate", name);
        }
    }
    if (made != said) {
        return assay_fail(error, ASSAY_EINPUT, "%s is %s than the %llu bytes that it says", name,
                          made < said ? "shorter" : "longer", (unsigned long long)said);
    }
    char *ended = room > said ? *out : grown(*out, &room, said); /* it may have filled its room to the last byte */
    if (!ended) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    *out = ended;
    (*out)[said] = '\0';
    return 0;
}

static int check_digest(const char *bytes, const struct assay_packed *said, const char *name, struct assay_error *error)
{
    char sha256[SHA256_DIGEST_STRING_LENGTH];
    SHA256Data((const uint8_t *)bytes, (size_t)said->length, sha256);
    if (strcmp(sha256, said->sha256) != 0) {
        return assay_fail(error, ASSAY_EINPUT, "%s is damaged: its SHA-256 is %.12s..., want %.12s...", name, sha256,
                          said->sha256);
    }
    return 0;
}

int assay_unpack(char **out, const struct assay_packed *said, const char *base64, size_t length, const char *name,
                 struct assay_error *error)
{
    z_stream stream = { 0 };
    size_t count = 0;
    char *bytes = NULL;
    unsigned char *packed = malloc(length / 4 * 3 + 3);
    int code = packed ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    bool open = !code && inflateInit2(&stream, -MAX_WBITS) == Z_OK;
    if (!code && !open) {
        code = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    if (!code && (!decode(packed, &count, base64, length) || count > UINT_MAX)) {
        code = assay_fail(error, ASSAY_EINPUT, "%s is damaged: no base64", name);
    }
    if (!code) {
        stream.next_in = packed;
        stream.avail_in = (uInt)count;
        code = expand(&bytes, &stream, said->length, name, error);
    }
    if (!code) {
        code = check_digest(bytes, said, name, error);
    }
    if (open) {
        inflateEnd(&stream);
    }
    free(packed);
    if (code) {
        free(bytes);
        return code;
    }
    *out = bytes;
    return 0;
}
