/* Facts with their sources. Knows no JSON. */
#include "base/facts.h"
#include "base/text.h"
#include "base/vector.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void fact_release(struct assay_fact *fact)
{
    free(fact->group);
    free(fact->name);
    free(fact->text);
    free(fact->origin);
}

void assay_facts_release(struct assay_facts *facts)
{
    for (size_t i = 0; i < facts->count; i++) {
        fact_release(&facts->items[i]);
    }
    free(facts->items);
    *facts = (struct assay_facts)ASSAY_FACTS_INIT;
}

const struct assay_fact *assay_facts_find(const struct assay_facts *facts, const char *group, const char *name)
{
    for (size_t i = 0; i < facts->count; i++) {
        if (strcmp(facts->items[i].group, group) == 0 && strcmp(facts->items[i].name, name) == 0) {
            return &facts->items[i];
        }
    }
    return NULL;
}

static char *clean(const char *text)
{
    return text == NULL ? NULL : assay_utf8_clean(text, strlen(text), NULL);
}

/* Where a new fact of `group` goes: behind the last of its group, so that groups stay together. */
static size_t place(const struct assay_facts *facts, const char *group)
{
    for (size_t i = facts->count; i > 0; i--) {
        if (strcmp(facts->items[i - 1].group, group) == 0) {
            return i;
        }
    }
    return facts->count;
}

/* Puts `value` (its strings not yet copied) under group and name. */
static void put(struct assay_facts *facts, const char *group, const char *name, struct assay_fact value)
{
    struct assay_fact made = value;
    made.group = assay_copy(group);
    made.name = assay_copy(name);
    made.text = clean(value.text);
    made.origin = clean(value.origin == NULL ? "" : value.origin);
    void *items = facts->items;
    if (made.group == NULL || made.name == NULL || made.origin == NULL || (value.text != NULL && made.text == NULL) ||
        !assay_reserve(&items, &facts->capacity, facts->count + 1, sizeof *facts->items)) {
        fact_release(&made);
        facts->failed = true;
        return;
    }
    facts->items = items;
    struct assay_fact *old = (struct assay_fact *)(uintptr_t)assay_facts_find(facts, group, name);
    if (old != NULL) {
        fact_release(old);
        *old = made;
        return;
    }
    size_t at = place(facts, group);
    memmove(&facts->items[at + 1], &facts->items[at], (facts->count - at) * sizeof *facts->items);
    facts->items[at] = made;
    facts->count++;
}

/* put() copies both strings: the casts drop const only on the way there. */
static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

void assay_facts_text(struct assay_facts *facts, const char *group, const char *name, const char *text,
                      const char *source)
{
    put(facts, group, name,
        (struct assay_fact){ .kind = ASSAY_FACT_TEXT, .text = borrowed(text), .origin = borrowed(source) });
}

void assay_facts_integer(struct assay_facts *facts, const char *group, const char *name, int64_t value,
                         const char *source)
{
    put(facts, group, name,
        (struct assay_fact){ .kind = ASSAY_FACT_INTEGER, .integer = value, .origin = borrowed(source) });
}

void assay_facts_real(struct assay_facts *facts, const char *group, const char *name, double value, const char *source)
{
    if (!isfinite(value)) {
        assay_facts_none(facts, group, name, "not a finite number");
        return;
    }
    put(facts, group, name, (struct assay_fact){ .kind = ASSAY_FACT_REAL, .real = value, .origin = borrowed(source) });
}

void assay_facts_bool(struct assay_facts *facts, const char *group, const char *name, bool value, const char *source)
{
    put(facts, group, name, (struct assay_fact){ .kind = ASSAY_FACT_BOOL, .truth = value, .origin = borrowed(source) });
}

void assay_facts_none(struct assay_facts *facts, const char *group, const char *name, const char *reason)
{
    put(facts, group, name, (struct assay_fact){ .kind = ASSAY_FACT_NONE, .origin = borrowed(reason) });
}

void assay_facts_copy(struct assay_facts *to, const struct assay_facts *from)
{
    for (size_t i = 0; i < from->count; i++) {
        put(to, from->items[i].group, from->items[i].name, from->items[i]);
    }
}

char *assay_fact_show(const struct assay_fact *fact)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    switch (fact->kind) {
    case ASSAY_FACT_TEXT:
        assay_text_append(&text, fact->text);
        break;
    case ASSAY_FACT_INTEGER:
        assay_text_format(&text, "%lld", (long long)fact->integer);
        break;
    case ASSAY_FACT_REAL:
        assay_text_append_real(&text, fact->real);
        break;
    case ASSAY_FACT_BOOL:
        assay_text_append(&text, fact->truth ? "true" : "false");
        break;
    case ASSAY_FACT_NONE:
        assay_text_append(&text, "-");
        break;
    }
    return assay_text_take(&text);
}
