/* pprof's profile.proto (github.com/google/pprof), by a hand-written encoder of protocol buffers (protobuf.dev,
 * "Encoding"), through gzip: a sample a context, its functions from the innermost. Whole nanoseconds of an iteration.
 * The one file that includes zlib. */
#include "reports/profiles/profiles.h"

#include "base/text.h"
#include "reports/profiles/foreign.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

/* Field numbers of profile.proto. */
enum { VARINT = 0, BYTES = 2 };
enum {
    PROFILE_SAMPLE_TYPE = 1,
    PROFILE_SAMPLE = 2,
    PROFILE_MAPPING = 3,
    PROFILE_LOCATION = 4,
    PROFILE_FUNCTION = 5,
    PROFILE_STRING_TABLE = 6,
    PROFILE_TIME_NANOS = 9,
    PROFILE_DURATION_NANOS = 10,
    PROFILE_PERIOD_TYPE = 11,
    PROFILE_PERIOD = 12,
    PROFILE_COMMENT = 13,
    PROFILE_DEFAULT_SAMPLE_TYPE = 14
};
enum { TYPE_TYPE = 1, TYPE_UNIT = 2 };
enum { SAMPLE_LOCATION_ID = 1, SAMPLE_VALUE = 2 };
enum { MAPPING_ID = 1, MAPPING_LIMIT = 3, MAPPING_FILENAME = 5, MAPPING_HAS_FUNCTIONS = 7, MAPPING_HAS_INLINES = 10 };
enum { LOCATION_ID = 1, LOCATION_MAPPING_ID = 2, LOCATION_ADDRESS = 3, LOCATION_LINE = 4 };
enum { LINE_FUNCTION_ID = 1, LINE_LINE = 2 };
enum { FUNCTION_ID = 1, FUNCTION_NAME = 2, FUNCTION_SYSTEM_NAME = 3, FUNCTION_FILENAME = 4, FUNCTION_START_LINE = 5 };

struct proto {
    struct assay_text out;     /* the profile */
    struct assay_text part;    /* the message that is being made */
    struct assay_text strings; /* the string table, encoded */
    uint64_t string_count;
    const struct assay_profile *profile;
    char **names;
    uint64_t *addresses; /* of each function: the lowest that was sampled; 0: not known */
};

static void put_varint(struct assay_text *to, uint64_t value)
{
    while (value >= 0x80) {
        assay_text_append_char(to, (char)((value & 0x7f) | 0x80));
        value >>= 7;
    }
    assay_text_append_char(to, (char)value);
}

/* Numbers that are 0 are left out, as proto3 wants it. */
static void put_number(struct assay_text *to, unsigned field, uint64_t value)
{
    if (value != 0) {
        put_varint(to, field << 3 | VARINT);
        put_varint(to, value);
    }
}

static void put_bytes(struct assay_text *to, unsigned field, const char *bytes, size_t length)
{
    put_varint(to, field << 3 | BYTES);
    put_varint(to, length);
    if (length > 0) {
        assay_text_append_bytes(to, bytes, length);
    }
}

/* The finished part becomes a field of the profile. */
static void put_part(struct proto *proto, unsigned field)
{
    put_bytes(&proto->out, field, proto->part.bytes, proto->part.length);
    proto->out.failed = proto->out.failed || proto->part.failed;
    assay_text_clear(&proto->part);
}

/* Its index in the string table. */
static uint64_t string(struct proto *proto, const char *text)
{
    char *clean = assay_utf8_clean(text, strlen(text), NULL);
    proto->strings.failed = proto->strings.failed || !clean;
    put_bytes(&proto->strings, PROFILE_STRING_TABLE, clean ? clean : "", clean ? strlen(clean) : 0);
    free(clean);
    return proto->string_count++;
}

static uint64_t put_type(struct proto *proto, unsigned field, const char *type, const char *unit)
{
    uint64_t name = string(proto, type);
    put_number(&proto->part, TYPE_TYPE, name);
    put_number(&proto->part, TYPE_UNIT, string(proto, unit));
    put_part(proto, field);
    return name;
}

/* The values of a context, in the order of the types. */
struct values {
    const double *columns[3];
    size_t count;
};

static struct values put_types(struct proto *proto)
{
    const struct assay_profile_tree *tree = &proto->profile->tree;
    const char *cost = proto->profile->cost;
    uint64_t shown;
    if (strcmp(cost, "allocations") == 0) {
        shown = put_type(proto, PROFILE_SAMPLE_TYPE, "allocations", "count");
        (void)put_type(proto, PROFILE_SAMPLE_TYPE, "space", "bytes");
        put_number(&proto->out, PROFILE_DEFAULT_SAMPLE_TYPE, shown);
        return (struct values){ { tree->own, tree->second }, 2 };
    }
    bool time = strcmp(cost, "time") == 0;
    (void)put_type(proto, PROFILE_SAMPLE_TYPE, "calls", "count");
    shown = put_type(proto, PROFILE_SAMPLE_TYPE, cost, time ? "nanoseconds" : "count");
    (void)put_type(proto, PROFILE_SAMPLE_TYPE, "samples", "count");
    put_number(&proto->out, PROFILE_DEFAULT_SAMPLE_TYPE, shown);
    return (struct values){ { tree->calls, tree->own, tree->samples }, 3 };
}

static int put_samples(struct proto *proto, const struct values *values, struct assay_error *error)
{
    const struct assay_profile *profile = proto->profile;
    bool memory = false;
    uint32_t *frames = calloc(assay_foreign_depth(profile, &memory) + 1, sizeof *frames);
    struct assay_text list = ASSAY_TEXT_INIT;
    for (size_t node = 0; frames && memory && node < profile->tree.count; node++) {
        uint64_t any = 0;
        for (size_t i = 0; i < values->count; i++) {
            any |= assay_foreign_whole(values->columns[i][node]);
        }
        if (any == 0) {
            continue;
        }
        for (size_t i = assay_foreign_frames(profile, node, frames); i-- > 0;) {
            put_varint(&list, frames[i] + (uint64_t)1);
        }
        put_bytes(&proto->part, SAMPLE_LOCATION_ID, list.bytes, list.length);
        memory = !list.failed;
        assay_text_clear(&list);
        for (size_t i = 0; i < values->count; i++) {
            put_varint(&list, assay_foreign_whole(values->columns[i][node]));
        }
        put_bytes(&proto->part, SAMPLE_VALUE, list.bytes, list.length);
        memory = memory && !list.failed;
        assay_text_clear(&list);
        put_part(proto, PROFILE_SAMPLE);
    }
    assay_text_release(&list);
    free(frames);
    return frames && memory ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

/* Addresses are those in the object's file: the mapping begins at 0. */
static void put_mapping(struct proto *proto)
{
    const struct assay_profile *profile = proto->profile;
    uint64_t limit = 0;
    for (size_t i = 0; i < profile->address_count; i++) {
        uint64_t address = profile->addresses[i].address;
        uint64_t *known = &proto->addresses[profile->addresses[i].symbol];
        *known = *known == 0 || address < *known ? address : *known;
        limit = address >= limit ? address + 1 : limit;
    }
    if (!profile->object) {
        return;
    }
    put_number(&proto->part, MAPPING_ID, 1);
    put_number(&proto->part, MAPPING_LIMIT, limit);
    put_number(&proto->part, MAPPING_FILENAME, string(proto, profile->object));
    for (unsigned field = MAPPING_HAS_FUNCTIONS; field <= MAPPING_HAS_INLINES; field++) {
        put_number(&proto->part, field, 1);
    }
    put_part(proto, PROFILE_MAPPING);
}

static bool is_in_object(const struct assay_profile_function_row *row)
{
    return row->kind != ASSAY_FUNCTION_LIBRARY && row->kind != ASSAY_FUNCTION_OUTSIDE;
}

static void put_functions(struct proto *proto)
{
    const struct assay_profile *profile = proto->profile;
    struct assay_text line = ASSAY_TEXT_INIT;
    for (size_t i = 0; i < profile->function_count; i++) {
        const struct assay_profile_function_row *row = &profile->functions[i];
        put_number(&line, LINE_FUNCTION_ID, i + 1);
        put_number(&line, LINE_LINE, row->line);
        put_number(&proto->part, LOCATION_ID, i + 1);
        put_number(&proto->part, LOCATION_MAPPING_ID, profile->object && is_in_object(row) ? 1 : 0);
        put_number(&proto->part, LOCATION_ADDRESS, proto->addresses[i]);
        put_bytes(&proto->part, LOCATION_LINE, line.bytes, line.length);
        proto->part.failed = proto->part.failed || line.failed;
        put_part(proto, PROFILE_LOCATION);
        assay_text_clear(&line);
        uint64_t name = string(proto, proto->names[i]);
        put_number(&proto->part, FUNCTION_ID, i + 1);
        put_number(&proto->part, FUNCTION_NAME, name);
        put_number(&proto->part, FUNCTION_SYSTEM_NAME, name);
        put_number(&proto->part, FUNCTION_FILENAME, row->file ? string(proto, row->file) : 0);
        put_number(&proto->part, FUNCTION_START_LINE, row->line);
        put_part(proto, PROFILE_FUNCTION);
    }
    assay_text_release(&line);
}

/* RFC 3339 in UTC as nanoseconds since 1970; 0: no such time. */
static uint64_t nanoseconds(const char *created)
{
    struct tm time = { 0 };
    const char *rest = created ? strptime(created, "%Y-%m-%dT%H:%M:%S", &time) : NULL;
    time_t seconds = rest ? timegm(&time) : 0;
    return seconds > 0 && seconds < 9000000000 ? (uint64_t)seconds * 1000000000 : 0;
}

static int make(struct proto *proto, const struct assay_document *document, struct assay_error *error)
{
    const struct assay_profile *profile = proto->profile;
    (void)string(proto, ""); /* the first is the empty one */
    struct values values = put_types(proto);
    int result = put_samples(proto, &values, error);
    if (result) {
        return result;
    }
    put_mapping(proto);
    put_functions(proto);
    put_number(&proto->out, PROFILE_TIME_NANOS, nanoseconds(document->created));
    put_number(&proto->out, PROFILE_DURATION_NANOS, assay_foreign_whole(profile->plain_ns));
    if (assay_foreign_whole(profile->period_ns) > 0) {
        (void)put_type(proto, PROFILE_PERIOD_TYPE, "cpu", "nanoseconds");
        put_number(&proto->out, PROFILE_PERIOD, assay_foreign_whole(profile->period_ns));
    }
    put_number(&proto->out, PROFILE_COMMENT, string(proto, document->benchmarks[profile->benchmark].id));
    for (size_t i = 0; i < profile->note_count; i++) {
        put_number(&proto->out, PROFILE_COMMENT, string(proto, profile->notes[i]));
    }
    assay_text_append_bytes(&proto->out, proto->strings.bytes, proto->strings.length);
    bool failed = proto->out.failed || proto->strings.failed;
    return failed ? assay_fail(error, ASSAY_ENOMEM, "out of memory") : 0;
}

static int compressed(const struct assay_text *text, FILE *to, struct assay_error *error)
{
    enum { GZIP_WINDOW = 15 + 16, MEMORY_LEVEL = 8 };
    unsigned char piece[65536];
    z_stream stream = { 0 };
    if (text->length > UINT32_MAX) {
        return assay_fail(error, ASSAY_EINPUT, "the profile is too large for pprof: %zu bytes", text->length);
    }
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    stream.next_in = (unsigned char *)text->bytes;
    stream.avail_in = (uInt)text->length;
    int status = Z_OK;
    while (status == Z_OK) {
        stream.next_out = piece;
        stream.avail_out = sizeof piece;
        status = deflate(&stream, Z_FINISH);
        (void)fwrite(piece, 1, sizeof piece - stream.avail_out, to);
    }
    (void)deflateEnd(&stream);
    return status == Z_STREAM_END ? assay_foreign_finish(to, "pprof", error)
                                  : assay_fail(error, ASSAY_EIO, "zlib cannot compress the profile");
}

int assay_report_pprof(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                       struct assay_error *error)
{
    const struct assay_document *document = report->parts[0].document;
    (void)options;
    int result = assay_foreign_check(document, "pprof", true, error);
    result = result ? result : assay_foreign_needs_tree(&document->profiles[0], "pprof's samples", error);
    if (result) {
        return result;
    }
    const struct assay_profile *profile = &document->profiles[0];
    struct proto proto = { .profile = profile,
                           .names = assay_foreign_names(profile),
                           .addresses = calloc(profile->function_count + 1, sizeof(uint64_t)) };
    result = proto.names && proto.addresses ? make(&proto, document, error)
                                            : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    if (!result) {
        result = compressed(&proto.out, to, error);
    }
    assay_text_release(&proto.out);
    assay_text_release(&proto.part);
    assay_text_release(&proto.strings);
    assay_foreign_names_free(proto.names, profile);
    free(proto.addresses);
    return result;
}
