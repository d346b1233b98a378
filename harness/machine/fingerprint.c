/* The fact machine.fingerprint: equal on machines that should measure alike. Made of what decides speed, never of
 * names, addresses or serial numbers. */
#include "base/text.h"
#include "machine/gather.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a, 64 bits (Fowler, Noll and Vo, 1991); a NUL ends each part. */
static uint64_t mix(uint64_t hash, const char *text)
{
    for (const char *at = text;; at++) {
        hash = (hash ^ (unsigned char)*at) * UINT64_C(1099511628211);
        if (!*at) {
            return hash;
        }
    }
}

/* Firmware and kernel keep a little of the memory, not always the same: whole GiB. */
static uint64_t mix_memory(uint64_t hash, const struct assay_facts *facts)
{
    const struct assay_fact *fact = assay_facts_find(facts, "memory", "total_bytes");
    char text[32] = "-";
    if (fact && fact->kind == ASSAY_FACT_INTEGER) {
        snprintf(text, sizeof text, "%" PRId64, (fact->integer + (INT64_C(1) << 29)) >> 30);
    }
    return mix(hash, text);
}

static uint64_t mix_kernel(uint64_t hash, const struct assay_facts *facts)
{
    const struct assay_fact *fact = assay_facts_find(facts, "kernel", "release");
    char text[32] = "-";
    if (fact && fact->kind == ASSAY_FACT_TEXT) {
        snprintf(text, sizeof text, "%.*s", (int)(strcspn(fact->text, ".") % 16), fact->text);
    }
    return mix(hash, text);
}

void assay_gather_fingerprint(struct assay_facts *facts, const struct assay_gathering *from)
{
    static const char *const parts[][2] = {
        { "cpu", "model" },        { "cpu", "vendor" },
        { "cpu", "family" },       { "cpu", "model_number" },
        { "cpu", "stepping" },     { "cpu", "architecture" },
        { "caches", "l1d_bytes" }, { "caches", "l2_bytes" },
        { "caches", "l3_bytes" },  { "virtualization", "hypervisor" },
    };
    (void)from;
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const struct assay_fact *fact = assay_facts_find(facts, parts[i][0], parts[i][1]);
        char *shown = fact ? assay_fact_show(fact) : NULL;
        hash = mix(hash, shown ? shown : "-");
        free(shown);
    }
    hash = mix_kernel(mix_memory(hash, facts), facts);
    char text[32];
    snprintf(text, sizeof text, "%016" PRIx64, hash);
    assay_facts_text(facts, "machine", "fingerprint", text,
                     "FNV-1a of processor, caches, whole GiB of memory, kernel's major version and hypervisor");
}
