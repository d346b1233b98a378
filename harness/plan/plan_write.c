/* A plan as JSON, for the journal. plan_read.c reads it back; docs/journal.md says where it stands. */
#include "plan/plan.h"

#include <string.h>

static void put_bool(struct assay_text *json, const char *key, bool value)
{
    assay_text_format(json, ",\"%s\":%s", key, value ? "true" : "false");
}

/* Integers that may pass 2^53 are decimal strings. */
static void put_large(struct assay_text *json, const char *key, uint64_t value)
{
    assay_text_format(json, ",\"%s\":\"%llu\"", key, (unsigned long long)value);
}

static void put_seconds(struct assay_text *json, const char *key, double value)
{
    assay_text_format(json, "\"%s\":", key);
    if (value < 0.0) {
        assay_text_append(json, "null,");
    } else {
        assay_text_append_real(json, value);
        assay_text_append(json, ",");
    }
}

static void put_protocol(struct assay_text *json, const struct assay_protocol *protocol)
{
    assay_text_append(json, ",\"protocol\":{");
    put_seconds(json, "warmup_s", protocol->warmup_s);
    put_seconds(json, "batch_s", protocol->batch_s);
    put_seconds(json, "budget_s", protocol->budget_s);
    put_seconds(json, "timeout_s", protocol->timeout_s);
    if (protocol->samples < 0) {
        assay_text_append(json, "\"samples\":null");
    } else {
        assay_text_format(json, "\"samples\":%lld", (long long)protocol->samples);
    }
    assay_text_format(json, ",\"processes\":%lld,", (long long)protocol->processes);
    assay_text_append_json_member(json, "order", protocol->order == 1 ? "sequential" : "interleaved");
    assay_text_append(json, "}");
}

static void put_expected(struct assay_text *json, const struct assay_planned *item)
{
    const struct assay_message_answer *answer = &item->expected;
    if (!item->has_expected) {
        assay_text_append(json, ",\"expected\":null");
        return;
    }
    assay_text_append(json, ",\"expected\":{");
    assay_text_append_json_member(json, "source", answer->source);
    if (answer->count_known) {
        assay_text_format(json, ",\"count\":%llu", (unsigned long long)answer->count);
    }
    if (answer->sum_known) {
        put_large(json, "sum", answer->sum);
    }
    if (answer->sha256_known) {
        assay_text_append(json, ",");
        assay_text_append_json_member(json, "sha256", answer->sha256);
    }
    assay_text_append(json, "}");
}

static void put_item(struct assay_text *json, const struct assay_planned *item)
{
    const struct assay_source *source = item->source;
    assay_text_append(json, "{");
    assay_text_append_json_member(json, "id", item->id);
    assay_text_append(json, ",");
    assay_text_append_json_member(json, "source", source != NULL ? source->path : NULL);
    assay_text_append(json, ",");
    assay_text_append_json_member(json, "build_id", source != NULL ? source->description.build_id : NULL);
    assay_text_append(json, ",");
    assay_text_append_json_member(json, "kernel", item->kernel_name);
    assay_text_append(json, ",");
    assay_text_append_json_member(json, "implementation", item->implementation);
    assay_text_append(json, ",\"parameters\":{");
    for (size_t i = 0; i < item->argument_count; i++) {
        assay_text_append(json, i > 0 ? "," : "");
        assay_text_append_json_member(json, item->arguments[i].name, item->arguments[i].text);
    }
    assay_text_append(json, "},");
    assay_text_append_json_member(json, "group", item->group);
    assay_text_append(json, ",");
    assay_text_append_json_member(json, "mode", item->mode);
    assay_text_format(json, ",\"threads\":%u,\"jobs\":%u", item->threads, item->jobs);
    put_bool(json, "baseline", item->baseline);
    put_bool(json, "by_user", item->by_user);
    assay_text_append(json, ",");
    assay_text_append_json_member(json, "unavailable", item->unavailable);
    put_expected(json, item);
    assay_text_append(json, "}");
}

static void put_requirements(struct assay_text *json, const struct assay_plan *plan)
{
    assay_text_append(json, ",\"requirements\":[");
    for (size_t i = 0; i < plan->requirement_count; i++) {
        const struct assay_suite_requirement *requirement = &plan->requirements[i];
        assay_text_append(json, i > 0 ? ",{" : "{");
        assay_text_append_json_member(json, "fact", requirement->fact);
        assay_text_append(json, ",");
        assay_text_append_json_member(json, "wish", requirement->wish);
        put_bool(json, "warn_only", requirement->warn_only);
        assay_text_append(json, "}");
    }
    assay_text_append(json, "]");
}

void assay_plan_write(struct assay_text *json, const struct assay_plan *plan)
{
    assay_text_append(json, "{");
    assay_text_append_json_member(json, "suite", plan->suite);
    assay_text_append(json, ",");
    assay_text_append_json_member(json, "suite_version", plan->suite_version);
    put_large(json, "seed", plan->seed);
    put_large(json, "memory_bytes", plan->memory_bytes);
    assay_text_format(json, ",\"jobs\":%u,", plan->jobs);
    assay_text_append_json_member(json, "processors", plan->processors);
    put_bool(json, "counters", plan->want_counters);
    put_bool(json, "allocations", plan->want_allocations);
    put_bool(json, "operations", plan->want_operations);
    put_bool(json, "layouts", plan->layouts);
    put_protocol(json, &plan->protocol);
    put_requirements(json, plan);
    assay_text_append(json, ",\"benchmarks\":[");
    for (size_t i = 0; i < plan->count; i++) {
        assay_text_append(json, i > 0 ? "," : "");
        put_item(json, &plan->items[i]);
    }
    assay_text_append(json, "]}");
}
