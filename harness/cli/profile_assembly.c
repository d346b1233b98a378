/* The instructions of the hottest functions with their samples: objdump's text, annotated. Measures nothing. */
#include "cli/profile.h"

#include "base/child.h"
#include "catalog/sections.h"
#include "profile/symbols.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define OBJDUMP_S 30.0
#define BEHIND 4096 /* bytes behind the last sample that are disassembled: a function's end is told by the next name   \
                     */
enum { FUNCTIONS_SHOWN = 3, AROUND = 5 };

/* One symbol and its samples. */
struct hot {
    uint32_t symbol;
    double samples;
    uint64_t first, last; /* addresses that were sampled */
};

struct instruction { /* a line of objdump's text */
    const char *text;
    size_t length;
    double samples;
};

struct listing {
    const struct assay_profile *profile;
    struct hot hot;
    struct instruction *lines;
    size_t count;
};

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

/* ---- which functions ---- */

static int most_samples_first(const void *a, const void *b)
{
    const struct hot *x = a, *y = b;
    return x->samples > y->samples ? -1 : x->samples < y->samples ? 1 : x->symbol < y->symbol ? -1 : 1;
}

/* By symbol, the hottest first; heap. */
static struct hot *gather(size_t *count, const struct assay_profile *profile)
{
    struct hot *found = calloc(profile->function_count + 1, sizeof(*found));
    *count = 0;
    for (size_t i = 0; found && i < profile->address_count; i++) {
        const struct assay_profile_address *address = &profile->addresses[i];
        size_t at = 0;
        while (at < *count && found[at].symbol != address->symbol) {
            at++;
        }
        if (at == *count) {
            found[(*count)++] = (struct hot){ address->symbol, 0, address->address, address->address };
        }
        found[at].samples += address->samples;
        found[at].first = address->address < found[at].first ? address->address : found[at].first;
        found[at].last = address->address > found[at].last ? address->address : found[at].last;
    }
    if (found) {
        qsort(found, *count, sizeof(*found), most_samples_first);
    }
    return found;
}

/* ---- objdump's text ---- */

static double samples_at(const struct listing *listing, uint64_t address)
{
    const struct assay_profile *profile = listing->profile;
    double sum = 0;
    for (size_t i = 0; i < profile->address_count; i++) {
        bool here = profile->addresses[i].address == address && profile->addresses[i].symbol == listing->hot.symbol;
        sum += here ? profile->addresses[i].samples : 0;
    }
    return sum;
}

/* "    1139:\tpush   %rbp" */
static bool read_address(uint64_t *address, const char *line)
{
    char *end = NULL;
    const char *at = line + strspn(line, " ");
    if (at == line || !isxdigit((unsigned char)*at)) {
        return false;
    }
    errno = 0;
    *address = strtoull(at, &end, 16);
    return errno == 0 && end[0] == ':' && end[1] == '\t';
}

/* The lines up to the name of the function behind the last sample. */
static bool read_lines(struct listing *listing, const char *text)
{
    size_t capacity = 1;
    uint64_t address = 0;
    for (const char *at = text; *at; at++) {
        capacity += *at == '\n';
    }
    listing->lines = calloc(capacity, sizeof(*listing->lines));
    for (const char *at = text; listing->lines && *at;) {
        size_t length = strcspn(at, "\n");
        if (read_address(&address, at)) {
            listing->lines[listing->count++] = (struct instruction){ at, length, samples_at(listing, address) };
        } else if (isxdigit((unsigned char)*at) && listing->count && address > listing->hot.last) {
            break; /* the next function's name */
        }
        at += length + (at[length] == '\n');
    }
    return listing->lines != NULL;
}

static bool is_near(const struct listing *listing, size_t line)
{
    size_t first = line > AROUND ? line - AROUND : 0;
    for (size_t i = first; i < listing->count && i <= line + AROUND; i++) {
        if (listing->lines[i].samples > 0) {
            return true;
        }
    }
    return false;
}

static void append_lines(struct assay_text *text, const struct listing *listing)
{
    bool skipped = false;
    for (size_t i = 0; i < listing->count; i++) {
        const struct instruction *line = &listing->lines[i];
        if (!is_near(listing, i)) {
            skipped = true;
            continue;
        }
        if (skipped) {
            assay_text_append(text, "           ...\n");
        }
        skipped = false;
        if (line->samples > 0) {
            assay_text_format(text, "%6.1f %%  ", line->samples / listing->profile->sample_count * 100);
        } else {
            assay_text_append(text, "          ");
        }
        for (size_t k = 0; k < line->length; k++) {
            assay_text_append_char(text, line->text[k] == '\t' ? ' ' : line->text[k]);
        }
        assay_text_append_char(text, '\n');
    }
}

/* ---- one function ---- */

static int disassemble(struct assay_text *text, struct listing *listing, uint64_t start, struct assay_error *error)
{
    struct assay_child_result result = { 0 };
    struct assay_error failure = { 0 };
    char *from = assay_formatted("--start-address=0x%llx", (unsigned long long)start);
    char *to = assay_formatted("--stop-address=0x%llx", (unsigned long long)listing->hot.last + BEHIND);
    const char *const argv[] = {
        "objdump", "-d", "--no-show-raw-insn", from, to, "--", listing->profile->object, NULL
    };
    int code = from && to ? 0 : no_memory(error);
    if (!code && assay_child_run(&result, argv, OBJDUMP_S, &failure)) {
        assay_text_format(text, "  not shown: %s (objdump is in Debian's package binutils)\n", failure.text);
    } else if (!code && result.status != 0) {
        assay_text_format(text, "  not shown: objdump: %.*s\n", (int)strcspn(result.err ? result.err : "", "\n"),
                          result.err ? result.err : "");
    } else if (!code && !read_lines(listing, result.out ? result.out : "")) {
        code = no_memory(error);
    } else if (!code) {
        append_lines(text, listing);
    }
    free(from);
    free(to);
    free(listing->lines);
    assay_child_result_release(&result);
    return code;
}

static int append_function(struct assay_text *text, const struct assay_profile *profile, const struct hot *hot,
                           struct assay_symbols *symbols, struct assay_error *error)
{
    struct listing listing = { .profile = profile, .hot = *hot };
    const struct assay_frame *frames = NULL;
    size_t count = 0;
    if (hot->symbol >= profile->function_count) {
        return 0;
    }
    int code = assay_symbols_find(&frames, &count, symbols, profile->object, hot->first, error);
    if (code) {
        return code;
    }
    uint64_t start = count && frames[count - 1].start ? frames[count - 1].start : hot->first;
    char *name = assay_profile_function_text(&profile->functions[hot->symbol]);
    assay_text_format(text, "%s: %.1f %% of the samples\n", name ? name : "",
                      hot->samples / profile->sample_count * 100);
    free(name);
    return disassemble(text, &listing, start, error);
}

/* ---- a profile ---- */

/* Addresses are of the file that was run: a file that was built since has others. */
static bool is_another(const struct assay_benchmark *benchmark, const char *object)
{
    struct assay_sections sections = { 0 };
    struct assay_error error = { 0 };
    bool another = false;
    if (assay_sections_read(&sections, object, &error)) {
        return false; /* objdump will say why */
    }
    for (size_t i = 0; sections.build_id && i < benchmark->process_count; i++) {
        const char *ran = benchmark->processes[i].build_id;
        another = another || (ran && strcmp(ran, sections.build_id) != 0);
    }
    assay_sections_release(&sections);
    return another;
}

static const char *obstacle(const struct assay_profile *profile, const struct assay_benchmark *benchmark)
{
    if (!profile->object || !isfinite(profile->sample_count)) {
        return "it was not sampled";
    }
    if (profile->address_count == 0) {
        return "no addresses were kept: profile with --asm, or none of its own instructions was sampled";
    }
    return is_another(benchmark, profile->object) ? "the plug-in was built anew since" : NULL;
}

static int append_profile(struct assay_text *text, const struct assay_document *document, size_t index,
                          struct assay_symbols *symbols, struct assay_error *error)
{
    const struct assay_profile *profile = &document->profiles[index];
    const struct assay_benchmark *benchmark = &document->benchmarks[profile->benchmark];
    const char *reason = obstacle(profile, benchmark);
    if (document->profile_count > 1) {
        assay_text_format(text, "%s%s\n", index ? "\n" : "", benchmark->id);
    }
    if (reason) {
        assay_text_format(text, "  not shown: %s\n", reason);
        return 0;
    }
    size_t count = 0;
    struct hot *hot = gather(&count, profile);
    int code = hot ? 0 : no_memory(error);
    for (size_t i = 0; i < count && i < FUNCTIONS_SHOWN && !code; i++) {
        assay_text_append(text, i ? "\n" : "");
        code = append_function(text, profile, &hot[i], symbols, error);
    }
    free(hot);
    return code;
}

int assay_profile_assembly(char **out, const struct assay_document *document, struct assay_error *error)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    struct assay_symbols *symbols = NULL;
    int code = assay_symbols_new(&symbols, error);
    for (size_t i = 0; i < document->profile_count && !code; i++) {
        code = append_profile(&text, document, i, symbols, error);
    }
    assay_text_append(&text, "");
    if (!code && text.failed) {
        code = no_memory(error);
    }
    if (!code) {
        *out = assay_text_take(&text);
    }
    assay_text_release(&text);
    assay_symbols_free(symbols);
    return code;
}
