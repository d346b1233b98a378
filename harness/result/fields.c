/* Which field of the JSON goes where: one table a kind of object, and what is checked when one is complete. Here the
 * document, its sessions and its facts; a benchmark's are in benchmark_fields.c, a comparison's in comparison_fields.c, a
 * profile's in profile_fields.c, a history's in history_fields.c.
 * The order and names are those of write.c and docs/result-document.md. */
#include "result/reader.h"

#include <stdlib.h>

static int fail(struct assay_reader *reader, const char *text)
{
    return assay_reader_fail(reader, ASSAY_EINPUT, "%s", text);
}

/* Facts. */

static int close_fact(struct assay_reader *reader, void *target)
{
    struct assay_fact *fact = target;
    struct assay_facts *facts = reader->facts;
    const char *group = reader->frames[reader->depth - 3].key;
    const char *name = reader->frames[reader->depth - 2].key;
    const char *origin = fact->origin ? fact->origin : "";
    if (facts->count >= ASSAY_MOST_FACTS) {
        return fail(reader, "too many facts");
    }
    switch (fact->kind) {
    case ASSAY_FACT_TEXT:
        assay_facts_text(facts, group, name, fact->text, origin);
        break;
    case ASSAY_FACT_INTEGER:
        assay_facts_integer(facts, group, name, fact->integer, origin);
        break;
    case ASSAY_FACT_REAL:
        assay_facts_real(facts, group, name, fact->real, origin);
        break;
    case ASSAY_FACT_BOOL:
        assay_facts_bool(facts, group, name, fact->truth, origin);
        break;
    case ASSAY_FACT_NONE:
        assay_facts_none(facts, group, name, origin);
        break;
    }
    return facts->failed ? assay_reader_fail(reader, ASSAY_ENOMEM, "out of memory") : 0;
}

static void *open_fact(struct assay_reader *reader)
{
    free(reader->fact.text);
    free(reader->fact.origin);
    reader->fact = (struct assay_fact){ .kind = ASSAY_FACT_NONE };
    return &reader->fact;
}

#define IN(member) .offset = offsetof(struct assay_fact, member)
static const struct assay_field fact_fields[] = {
    { "value", assay_set_fact, .required = true, IN(text) },
    { "source", assay_set_text, IN(origin) },
    { "reason", assay_set_text, IN(origin) },
};
static const struct assay_shape fact_shape = ASSAY_SHAPE(fact_fields, close_fact);
const struct assay_field assay_field_fact = { .name = "", .shape = &fact_shape, .open = open_fact };
#undef IN

/* Sessions. */

static int close_reference(struct assay_reader *reader, void *target)
{
    struct assay_reader_reference *reference = target;
    struct assay_session *session = &reader->document->sessions[reader->document->session_count - 1];
    if (reference->start_ns.count != reference->elapsed_ns.count) {
        return fail(reader, "start_ns and elapsed_ns differ in length");
    }
    session->reference_operations = reference->operations;
    session->reference_start_ns = reference->start_ns.values;
    session->reference_elapsed_ns = reference->elapsed_ns.values;
    session->reference_count = reference->start_ns.count;
    session->reference_capacity = reference->start_ns.count;
    *reference = (struct assay_reader_reference){ 0 };
    return 0;
}

static void *open_reference(struct assay_reader *reader)
{
    return &reader->reference;
}

static void *open_session(struct assay_reader *reader)
{
    return assay_document_add_session(reader->document);
}

#define IN(member) offsetof(struct assay_reader_reference, member)
static const struct assay_field reference_fields[] = {
    { "operations", assay_set_said, .offset = IN(operations) },
    { "start_ns", .required = true, ASSAY_REALS(IN(start_ns)) },
    { "elapsed_ns", .required = true, ASSAY_REALS(IN(elapsed_ns)) },
};
static const struct assay_shape reference_shape = ASSAY_SHAPE(reference_fields, close_reference);
#undef IN

#define IN(member) .offset = offsetof(struct assay_session, member)
static const struct assay_field session_fields[] = {
    { "id", assay_set_needed, .required = true, IN(id) },
    { "created", assay_set_time, .required = true, IN(created) },
    { "command", assay_set_text, IN(command) },
    { "seed", assay_set_u64, IN(seed) },
    { "duration_s", assay_set_real, IN(duration_s) },
    { "environment", assay_set_null, .opens = ASSAY_OPENS_ENVIRONMENT, .most = ASSAY_MOST_FACTS, IN(environment) },
    { "reference", assay_set_null, .opens = ASSAY_OPENS_OBJECT, .shape = &reference_shape, .open = open_reference },
};
static const struct assay_shape session_shape = ASSAY_SHAPE(session_fields, NULL);
#undef IN

/* The document. */

#define IN(member) .offset = offsetof(struct assay_document, member)
static const struct assay_field tool_fields[] = {
    { "version", assay_set_text, IN(tool_version) },
    { "commit", assay_set_text, IN(tool_commit) },
};
static const struct assay_shape tool_shape = ASSAY_SHAPE(tool_fields, NULL);

static const struct assay_field suite_fields[] = {
    { "name", assay_set_needed, .required = true, IN(suite) },
    { "version", assay_set_text, IN(suite_version) },
};
static const struct assay_shape suite_shape = ASSAY_SHAPE(suite_fields, NULL);
#undef IN

static void *open_top(struct assay_reader *reader)
{
    return &reader->top.environment;
}

/* The document's own command and seed are those of its first session. */
static ASSAY_SETTER(set_command)
{
    static const struct assay_field command = { .offset = offsetof(struct assay_session, command) };
    (void)field, (void)target;
    return assay_set_text(reader, &command, &reader->top, value);
}

static ASSAY_SETTER(set_seed)
{
    static const struct assay_field seed = { .offset = offsetof(struct assay_session, seed) };
    (void)field, (void)target;
    return assay_set_u64(reader, &seed, &reader->top, value);
}

static void *open_benchmark(struct assay_reader *reader)
{
    return assay_document_add(reader->document);
}

static void *open_comparison(struct assay_reader *reader)
{
    return assay_document_add_comparison(reader->document);
}

static void *open_crossover(struct assay_reader *reader)
{
    return assay_document_add_crossover(reader->document);
}

static void *open_history(struct assay_reader *reader)
{
    return assay_document_add_history(reader->document);
}

static void *open_scaling(struct assay_reader *reader)
{
    return assay_document_add_scaling(reader->document);
}

static void *open_profile(struct assay_reader *reader)
{
    return assay_document_add_profile(reader->document);
}

static void *open_difference(struct assay_reader *reader)
{
    return assay_document_add_difference(reader->document);
}

#define IN(member) .offset = offsetof(struct assay_document, member)
static const struct assay_field document_fields[] = {
    { "schema", assay_set_schema, .required = true },
    { "id", assay_set_needed, .required = true, IN(id) },
    { "created", assay_set_time, .required = true, IN(created) },
    { "tool", .required = true, ASSAY_OBJECT(tool_shape) },
    { "command", set_command, .required = false },
    { "seed", set_seed, .required = false },
    { "suite", assay_set_null, ASSAY_OBJECT(suite_shape) },
    { "environment", .required = true, .opens = ASSAY_OPENS_ENVIRONMENT, .most = ASSAY_MOST_FACTS, .open = open_top },
    { "sessions", ASSAY_OBJECTS(session_shape, open_session, ASSAY_MOST_SESSIONS) },
    { "benchmarks", .required = true, ASSAY_OBJECTS(assay_shape_benchmark, open_benchmark, ASSAY_MOST_BENCHMARKS) },
    { "comparisons", ASSAY_OBJECTS(assay_shape_comparison, open_comparison, ASSAY_MOST_COMPARISONS) },
    { "common_cause", assay_set_text, IN(common_cause) },
    { "crossovers", ASSAY_OBJECTS(assay_shape_crossover, open_crossover, ASSAY_MOST_CROSSOVERS) },
    { "scalings", ASSAY_OBJECTS(assay_shape_scaling, open_scaling, ASSAY_MOST_BENCHMARKS) },
    { "profiles", ASSAY_OBJECTS(assay_shape_profile, open_profile, ASSAY_MOST_PROFILES) },
    { "profile_differences", ASSAY_OBJECTS(assay_shape_difference, open_difference, ASSAY_MOST_PROFILES) },
    { "history", ASSAY_OBJECTS(assay_shape_history, open_history, ASSAY_MOST_HISTORIES) },
    { "warnings", .opens = ASSAY_OPENS_TEXTS, .most = ASSAY_MOST_WORDS, IN(warnings),
      .count_offset = offsetof(struct assay_document, warning_count) },
};
const struct assay_shape assay_shape_document = ASSAY_SHAPE(document_fields, NULL);
