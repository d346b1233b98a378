/* Results of the prime-sieve drag race as a document: a benchmark a line, and which of them cannot be true. Knows no
 * grammar (drag_race_line.h) and no bound (least.h). */
#include "import/drag_race_line.h"
#include "import/import.h"
#include "import/least.h"

#include "base/number.h"
#include "base/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct assay_drag_race_place begin_of(const struct assay_import_source *source)
{
    return (struct assay_drag_race_place){ .name = source->name, .rest = { source->bytes, source->length } };
}

static unsigned bits_of(const struct assay_benchmark *benchmark)
{
    uint64_t bits = 0;
    const char *tag = assay_benchmark_tag_value(benchmark, "bits");
    bool known = tag && assay_piece_whole(&bits, (struct assay_piece){ tag, strlen(tag) }, ASSAY_LEAST_BITS_MOST);
    return known ? (unsigned)bits : 0;
}

static char *disbelief(double pass_ns, const struct assay_least *least, bool threads, uint64_t limit)
{
    char own[32], floor[32];
    const char *each = threads ? "a pass of a thread" : "a pass";
    (void)assay_format_ns(own, pass_ns);
    (void)assay_format_ns(floor, least->ns);
    if (least->bytes > 0) {
        return assay_formatted("%s %s, but writing the smallest table to %" PRIu64 " takes %s or more: %" PRIu64
                               " bytes, %.0f a cycle, at %.1f GHz",
                               own, each, limit, floor, least->bytes, ASSAY_LEAST_BYTES_A_CYCLE, ASSAY_LEAST_CLOCK_GHZ);
    }
    return assay_formatted(
        "%s %s, but sieving to %" PRIu64 " takes %s or more: %.0f flags cleared one by one, %.0f a cycle, at %.1f GHz",
        own, each, limit, floor, least->operations, ASSAY_LEAST_OPERATIONS_A_CYCLE, ASSAY_LEAST_CLOCK_GHZ);
}

/* Marks what is faster than the work could be done. Passes are those of all threads, in the same time. */
static bool judge(struct assay_benchmark *benchmark, const struct assay_drag_race_line *line,
                  const struct assay_least_limit *limit)
{
    struct assay_least least;
    double pass_ns = line->elapsed_ns * (double)line->threads / (double)line->passes;
    assay_least_pass(&least, limit, assay_benchmark_tag_value(benchmark, "algorithm"), bits_of(benchmark));
    benchmark->least_operations = least.operations;
    if (pass_ns >= least.ns) {
        return true;
    }
    benchmark->status = ASSAY_STATUS_IMPLAUSIBLE;
    benchmark->message = disbelief(pass_ns, &least, line->threads > 1, limit->limit);
    return benchmark->message != NULL;
}

static bool add_tags(struct assay_benchmark *benchmark, const struct assay_drag_race_line *line)
{
    bool good = true;
    for (size_t i = 0; i < line->tag_count && good; i++) {
        char *tag = assay_copy_bytes(line->tags[i].at, line->tags[i].length);
        good = tag && assay_benchmark_tag(benchmark, tag);
        free(tag);
    }
    return good;
}

/* A line is one process with one sample; of the sample it says two of ten columns. */
static bool add_sample(struct assay_document *document, struct assay_benchmark *benchmark,
                       const struct assay_drag_race_line *line)
{
    const double row[ASSAY_COLUMN_COUNT] = {
        (double)line->passes, line->elapsed_ns, NAN, NAN, 0, NAN, NAN, NAN, NAN, NAN
    };
    struct assay_process *process = assay_benchmark_add_process(benchmark);
    if (!process) {
        return false;
    }
    process->session = (uint32_t)(document->session_count - 1);
    return assay_samples_append(&benchmark->samples, row);
}

static bool add_benchmark(struct assay_document *document, const struct assay_drag_race_line *line,
                          const struct assay_least_limit *limit)
{
    struct assay_benchmark *benchmark = assay_document_add(document);
    bool changed = false;
    if (!benchmark) {
        return false;
    }
    benchmark->id = assay_utf8_clean(line->label.at, line->label.length, &changed);
    benchmark->kernel = assay_copy(benchmark->id);
    benchmark->implementation = assay_copy("imported");
    benchmark->group = assay_formatted("drag race to %" PRIu64, limit->limit);
    benchmark->threads = (uint32_t)line->threads;
    if (!benchmark->kernel || !benchmark->implementation || !benchmark->group ||
        (changed && !assay_benchmark_flag(benchmark, "invalid-utf8"))) {
        return false;
    }
    return add_sample(document, benchmark, line) && add_tags(benchmark, line) && judge(benchmark, line, limit);
}

static bool begin_session(struct assay_document *document, const char *name)
{
    static const char unsaid[] = "a line of the drag race does not say where it was measured";
    struct assay_session *session = assay_document_add_session(document);
    if (!session) {
        return false;
    }
    assay_facts_text(&session->environment, "import", "format", "drag-race", name);
    assay_facts_none(&session->environment, "cpu", "model", unsaid);
    assay_facts_none(&session->environment, "machine", "fingerprint", unsaid);
    return !session->environment.failed;
}

static bool warn(struct assay_document *document, const struct assay_import_source *source, size_t others)
{
    char *words =
        assay_formatted("a line of the drag race says neither up to which number a pass sieved (taken: %" PRIu64
                        "; --limit says otherwise), nor whether its answer was right, nor where and when it "
                        "was measured: no line is verified",
                        source->limit);
    bool good = words && assay_import_warn_once(document, words);
    free(words);
    if (good && others > 0) {
        good = assay_document_warn(document, "%.160s: %zu line%s of other output %s ignored", source->name, others,
                                   others == 1 ? "" : "s", others == 1 ? "was" : "were");
    }
    return good;
}

/* All lines; counts the results, and the lines of other output. */
static int read_lines(size_t *results, size_t *others, struct assay_document *document,
                      const struct assay_import_source *source, struct assay_error *error)
{
    struct assay_drag_race_place place = begin_of(source);
    struct assay_drag_race_line line;
    struct assay_least_limit limit;
    enum assay_drag_race_found found;
    assay_least_limit_init(&limit, source->limit);
    while ((found = assay_drag_race_next(&place)) != ASSAY_DRAG_RACE_END) {
        *others += found == ASSAY_DRAG_RACE_OTHER;
        if (found != ASSAY_DRAG_RACE_RESULT) {
            continue;
        }
        int code = assay_drag_race_read(&line, &place, error);
        if (!code && ++*results > ASSAY_IMPORT_BENCHMARKS) {
            code = assay_fail(error, ASSAY_EINPUT, "%.160s:%zu: want at most %u results", source->name, place.number,
                              ASSAY_IMPORT_BENCHMARKS);
        }
        if (!code && !add_benchmark(document, &line, &limit)) {
            code = assay_fail(error, ASSAY_ENOMEM, "out of memory");
        }
        if (code) {
            return code;
        }
    }
    return 0;
}

int assay_import_read_drag_race(struct assay_document *document, const struct assay_import_source *source,
                                struct assay_error *error)
{
    size_t results = 0, others = 0;
    if (!begin_session(document, source->name)) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    int code = read_lines(&results, &others, document, source, error);
    if (code) {
        return code;
    }
    if (results == 0) {
        return assay_fail(error, ASSAY_EINPUT, "no line of a drag race in '%.160s': want label;passes;duration;threads",
                          source->name);
    }
    return warn(document, source, others) ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

/* By its name, or by one good line. */
bool assay_import_sniff_drag_race(const struct assay_import_source *source)
{
    static const char suffix[] = ".drag-race";
    struct assay_drag_race_place place = begin_of(source);
    struct assay_drag_race_line line;
    enum assay_drag_race_found found;
    size_t length = strlen(source->name);
    size_t end = sizeof suffix - 1;
    if (length > end && strcmp(source->name + length - end, suffix) == 0) {
        return true;
    }
    while ((found = assay_drag_race_next(&place)) != ASSAY_DRAG_RACE_END) {
        if (found == ASSAY_DRAG_RACE_RESULT && assay_drag_race_read(&line, &place, NULL) == 0) {
            return true;
        }
    }
    return false;
}
