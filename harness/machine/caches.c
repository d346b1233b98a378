/* The group "caches", and how much memory it takes to evict them. */
#include "machine/caches.h"

#include "machine/gather.h"
#include "machine/machine.h"
#include "machine/read.h"

#include <stdio.h>
#include <string.h>

#define CACHE "/sys/devices/system/cpu/cpu0/cache"
/* Where nothing is told: twice the largest last level of common desktop processors. */
#define CACHE_GUESS_BYTES (64ull << 20)

static int64_t read_field(unsigned index, const char *field)
{
    char path[128];
    int64_t number;
    snprintf(path, sizeof path, CACHE "/index%u/%s", index, field);
    return assay_read_number(&number, path) ? number : -1;
}

bool assay_cache_read(struct assay_cache *cache, unsigned index)
{
    char text[64];
    struct assay_cache found = { 0 };
    if (!assay_read_at(text, sizeof text, CACHE "/index%u/size", index) ||
        !assay_parse_cache_size(&found.bytes, text)) {
        return false;
    }
    if (!assay_read_at(text, sizeof text, CACHE "/index%u/type", index)) {
        return false;
    }
    found.data = strcmp(text, "Instruction") != 0;
    found.instructions = strcmp(text, "Data") != 0;
    found.level = read_field(index, "level");
    found.ways = read_field(index, "ways_of_associativity");
    found.line_bytes = read_field(index, "coherency_line_size");
    if (!assay_read_at(found.shared_by, sizeof found.shared_by, CACHE "/index%u/shared_cpu_list", index)) {
        found.shared_by[0] = 0;
    }
    *cache = found;
    return true;
}

/* "l1d", "l1i", "l2", ... */
static void name_cache(char name[16], const struct assay_cache *cache)
{
    snprintf(name, 16, "l%u%s", (unsigned)cache->level % 100, !cache->instructions ? "d" : !cache->data ? "i" : "");
}

static void gather_details(struct assay_facts *facts, const struct assay_cache *cache, const char *name)
{
    char fact[40];
    if (cache->ways > 0) {
        snprintf(fact, sizeof fact, "%s_ways", name);
        assay_facts_integer(facts, "caches", fact, cache->ways, CACHE);
    }
    if (cache->shared_by[0]) {
        snprintf(fact, sizeof fact, "%s_shared_by", name);
        assay_facts_text(facts, "caches", fact, cache->shared_by, CACHE);
    }
    if (cache->line_bytes > 0 && strcmp(name, "l1d") == 0) {
        assay_facts_integer(facts, "caches", "line_bytes", cache->line_bytes, CACHE);
    }
}

void assay_gather_caches(struct assay_facts *facts, const struct assay_gathering *from)
{
    static const char *const names[] = { "l1d", "l1i", "l2", "l3" };
    const int64_t kib[] = { from->cpuid->l1d_kib, from->cpuid->l1i_kib, from->cpuid->l2_kib, from->cpuid->l3_kib };
    struct assay_cache found[4];
    bool known[4] = { false };
    for (unsigned index = 0; index < ASSAY_CACHES_MOST; index++) {
        struct assay_cache cache;
        char name[16];
        if (!assay_cache_read(&cache, index)) {
            continue;
        }
        name_cache(name, &cache);
        for (size_t i = 0; i < 4; i++) {
            if (strcmp(name, names[i]) == 0) {
                found[i] = cache;
                known[i] = true;
            }
        }
    }
    for (size_t i = 0; i < 4; i++) {
        char fact[40];
        snprintf(fact, sizeof fact, "%s_bytes", names[i]);
        assay_fact_two_numbers(facts, "caches", fact, known[i] ? found[i].bytes : -1, CACHE,
                               kib[i] > 0 ? kib[i] * 1024 : -1, from->cpuid);
        if (known[i]) {
            gather_details(facts, &found[i], names[i]);
        }
    }
}

uint64_t assay_machine_cache_bytes(void)
{
    int64_t largest = 0;
    for (unsigned index = 0; index < ASSAY_CACHES_MOST; index++) {
        struct assay_cache cache;
        if (assay_cache_read(&cache, index) && cache.data && cache.bytes > largest) {
            largest = cache.bytes;
        }
    }
    return largest > 0 ? (uint64_t)largest : CACHE_GUESS_BYTES;
}
