/* Documents out of what a page carries: base64 of raw deflate, its length and its digest. Knows no page. */
#include "reports/html/page.h"

#include "reports/html/base64.h"

#include <limits.h>
#include <sha256.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define FIRST_ROOM 49152

/* Room grows as bytes arrive: what the page says of its length is not believed. */
static char *grown(char *out, size_t *room, uint64_t most)
{
    uint64_t wanted = *room ? (uint64_t)*room * 2 : FIRST_ROOM;
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
    if (!code && (!assay_base64_decode(packed, &count, base64, length) || count > UINT_MAX)) {
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
