/* Facts of two machines side by side: what differs, and how much that means for times. docs/environment.md lists the
 * facts; the table below grades them. */
#include "result/environments.h"

#include "base/text.h"
#include "base/vector.h"

#include <stdlib.h>
#include <string.h>

#define INFORMATION ASSAY_GRADE_INFORMATION
#define CAUTION ASSAY_GRADE_CAUTION
#define BLOCKING ASSAY_GRADE_BLOCKING

/* A name of NULL stands for all others of its group. What is not here is a caution. */
static const struct grading {
    const char *group;
    const char *name;
    enum assay_grade grade;
} gradings[] = {
    { "cpu", "model", BLOCKING },
    { "cpu", "vendor", BLOCKING },
    { "cpu", "family", BLOCKING },
    { "cpu", "model_number", BLOCKING },
    { "cpu", "stepping", BLOCKING },
    { "cpu", "architecture", BLOCKING },
    { "cpu", "codename", INFORMATION }, /* a name for what the numbers above say */
    { "cpu", "features", CAUTION },
    { "cpu", "features_more", CAUTION },
    { "cpu", "microcode", CAUTION },
    { "caches", "l1d_bytes", BLOCKING },
    { "caches", "l1i_bytes", BLOCKING },
    { "caches", "l2_bytes", BLOCKING },
    { "caches", "l3_bytes", BLOCKING },
    { "caches", "l1d_ways", BLOCKING },
    { "caches", "l1i_ways", BLOCKING },
    { "caches", "l2_ways", BLOCKING },
    { "caches", "l3_ways", BLOCKING },
    { "caches", "line_bytes", BLOCKING },
    { "caches", NULL, CAUTION }, /* who shares them */
    { "topology", "sockets", BLOCKING },
    { "topology", "cores", BLOCKING },
    { "topology", "processors", BLOCKING },
    { "topology", NULL, CAUTION },
    { "memory", "total_bytes", CAUTION }, /* a few pages come and go with the kernel */
    { "memory", "available_bytes", INFORMATION },
    { "memory", "swap_bytes", INFORMATION },
    { "memory", "swap_free_bytes", INFORMATION },
    { "memory", NULL, CAUTION },
    { "kernel", NULL, CAUTION },
    { "virtualization", "hypervisor", BLOCKING },
    { "virtualization", NULL, CAUTION },
    { "frequency", NULL, CAUTION },
    { "clock", "source", CAUTION },
    { "clock", NULL, INFORMATION },
    { "counters", NULL, INFORMATION },
    { "load", NULL, INFORMATION },
    { "libraries", "libcpuid", INFORMATION }, /* these read machines, documents and suites, and run no kernel */
    { "libraries", "jansson", INFORMATION },
    { "libraries", "yajl", INFORMATION },
    { "libraries", "libyaml", INFORMATION },
    { "libraries", "boost", INFORMATION },
    { "libraries", NULL, CAUTION },
    { "plugins", NULL, CAUTION },
    { "git", NULL, INFORMATION },
    { "import", NULL, INFORMATION }, /* which file results of another tool came from */
    { "machine", "fingerprint", CAUTION }, /* computed from what is graded above, and from the memory in GiB */
};

const char *assay_grade_word(enum assay_grade grade)
{
    static const char *const words[] = { "information", "caution", "blocking" };
    return (unsigned)grade < sizeof words / sizeof words[0] ? words[grade] : "caution";
}

static enum assay_grade grade_of(const char *group, const char *name)
{
    for (size_t i = 0; i < sizeof gradings / sizeof gradings[0]; i++) {
        if (strcmp(gradings[i].group, group) == 0 && (!gradings[i].name || strcmp(gradings[i].name, name) == 0)) {
            return gradings[i].grade;
        }
    }
    return CAUTION;
}

/* ---- facts in order, so that both sides are walked once ---- */

static int compare_facts(const void *a, const void *b)
{
    const struct assay_fact *x = *(const struct assay_fact *const *)a;
    const struct assay_fact *y = *(const struct assay_fact *const *)b;
    int group = strcmp(x->group, y->group);
    return group ? group : strcmp(x->name, y->name);
}

/* Heap; NULL: out of memory. */
static const struct assay_fact **sorted(const struct assay_facts *facts)
{
    const struct assay_fact **made = calloc(facts->count + 1, sizeof *made);
    for (size_t i = 0; made && i < facts->count; i++) {
        made[i] = &facts->items[i];
    }
    if (made) {
        qsort(made, facts->count, sizeof *made, compare_facts);
    }
    return made;
}

static bool is_number(const struct assay_fact *fact)
{
    return fact->kind == ASSAY_FACT_INTEGER || fact->kind == ASSAY_FACT_REAL;
}

static bool is_known(const struct assay_fact *fact)
{
    return fact && fact->kind != ASSAY_FACT_NONE;
}

/* Both known. A whole number may have been read as a real. */
static bool same_value(const struct assay_fact *a, const struct assay_fact *b)
{
    if (is_number(a) && is_number(b) && a->kind != b->kind) {
        double x = a->kind == ASSAY_FACT_REAL ? a->real : (double)a->integer;
        double y = b->kind == ASSAY_FACT_REAL ? b->real : (double)b->integer;
        return x == y;
    }
    if (a->kind != b->kind) {
        return false;
    }
    switch (a->kind) {
    case ASSAY_FACT_TEXT:
        return strcmp(a->text ? a->text : "", b->text ? b->text : "") == 0;
    case ASSAY_FACT_INTEGER:
        return a->integer == b->integer;
    case ASSAY_FACT_REAL:
        return a->real == b->real;
    case ASSAY_FACT_BOOL:
        return a->truth == b->truth;
    case ASSAY_FACT_NONE:
        break;
    }
    return true;
}

/* ---- differences ---- */

static bool add(struct assay_differences *out, size_t *capacity, const struct assay_fact *base,
                const struct assay_fact *head)
{
    const struct assay_fact *either = base ? base : head;
    void *items = out->items;
    bool room = assay_reserve(&items, capacity, out->count + 1, sizeof *out->items);
    out->items = items;
    if (!room) {
        return false;
    }
    struct assay_difference *made = &out->items[out->count++];
    *made = (struct assay_difference){ .grade = grade_of(either->group, either->name),
                                       .group = assay_copy(either->group),
                                       .name = assay_copy(either->name),
                                       .base = is_known(base) ? assay_fact_show(base) : NULL,
                                       .head = is_known(head) ? assay_fact_show(head) : NULL };
    bool both = is_known(base) && is_known(head);
    if (!both && made->grade == BLOCKING) {
        made->grade = CAUTION;
    }
    out->blocking += made->grade == BLOCKING;
    out->caution += made->grade == CAUTION;
    return made->group && made->name && (made->base || !is_known(base)) && (made->head || !is_known(head));
}

static int compare_differences(const void *a, const void *b)
{
    const struct assay_difference *x = a;
    const struct assay_difference *y = b;
    if (x->grade != y->grade) {
        return x->grade > y->grade ? -1 : 1;
    }
    int group = strcmp(x->group, y->group);
    return group ? group : strcmp(x->name, y->name);
}

static bool walk(struct assay_differences *out, const struct assay_fact *const *base, size_t base_count,
                 const struct assay_fact *const *head, size_t head_count)
{
    size_t capacity = 0;
    size_t b = 0;
    size_t h = 0;
    while (b < base_count || h < head_count) {
        int order = b == base_count ? 1 : h == head_count ? -1 : compare_facts(&base[b], &head[h]);
        const struct assay_fact *left = order <= 0 ? base[b++] : NULL;
        const struct assay_fact *right = order >= 0 ? head[h++] : NULL;
        if (!is_known(left) && !is_known(right)) {
            continue;
        }
        if (is_known(left) && is_known(right) && same_value(left, right)) {
            continue;
        }
        if (!add(out, &capacity, left, right)) {
            return false;
        }
    }
    return true;
}

bool assay_environments_compare(struct assay_differences *out, const struct assay_facts *base,
                                const struct assay_facts *head)
{
    struct assay_differences made = { 0 };
    const struct assay_fact **left = sorted(base);
    const struct assay_fact **right = sorted(head);
    bool good = left && right && walk(&made, left, base->count, right, head->count);
    free(left);
    free(right);
    if (!good) {
        assay_differences_release(&made);
        return false;
    }
    if (made.count > 0) {
        qsort(made.items, made.count, sizeof *made.items, compare_differences);
    }
    *out = made;
    return true;
}

void assay_differences_release(struct assay_differences *differences)
{
    for (size_t i = 0; i < differences->count; i++) {
        free(differences->items[i].group);
        free(differences->items[i].name);
        free(differences->items[i].base);
        free(differences->items[i].head);
    }
    free(differences->items);
    *differences = (struct assay_differences){ 0 };
}
