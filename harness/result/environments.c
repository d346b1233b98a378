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

/* What is said of several. */
#define MACHINE "compare on one machine"
#define FEATURES "use one hypervisor setting for the processor's features, or compare on one machine"
#define PROCESSORS "give both the same processors: `taskset`, the container's cpuset, the virtual machine's size"
#define MEMORY "give both the same memory and limits: the container's or the service's settings"
#define KERNEL "start the same kernel with the same settings on both"
#define SYSTEM "run both on the same image of the same distribution"
#define BUILD "build both with one compiler and the same flags"
#define INSTALL "install the same versions: the list of `assay env export --format debian`"
#define MODULES "install the same versions: the export lists each interpreter's packages"
#define ANYTHING "make it equal on both sides, or find out whether it moves the times"

/* A name of NULL stands for all others of its group. What is not here is a caution. */
static const struct grading {
    const char *group;
    const char *name;
    enum assay_grade grade;
    const char *remedy; /* NULL: nothing need be done */
} gradings[] = {
    { "cpu", "model", BLOCKING, MACHINE },
    { "cpu", "vendor", BLOCKING, MACHINE },
    { "cpu", "family", BLOCKING, MACHINE },
    { "cpu", "model_number", BLOCKING, MACHINE },
    { "cpu", "stepping", BLOCKING, MACHINE },
    { "cpu", "architecture", BLOCKING, MACHINE ", built for one architecture" },
    { "cpu", "codename", INFORMATION, NULL }, /* a name for what the numbers above say */
    { "cpu", "features", CAUTION, FEATURES },
    { "cpu", "features_more", CAUTION, FEATURES },
    { "cpu", "microcode", CAUTION, "install the same microcode on both, and start them anew" },
    { "caches", "l1d_bytes", BLOCKING, MACHINE },
    { "caches", "l1i_bytes", BLOCKING, MACHINE },
    { "caches", "l2_bytes", BLOCKING, MACHINE },
    { "caches", "l3_bytes", BLOCKING, MACHINE },
    { "caches", "l1d_ways", BLOCKING, MACHINE },
    { "caches", "l1i_ways", BLOCKING, MACHINE },
    { "caches", "l2_ways", BLOCKING, MACHINE },
    { "caches", "l3_ways", BLOCKING, MACHINE },
    { "caches", "line_bytes", BLOCKING, MACHINE },
    { "caches", NULL, CAUTION, "give both processors that share caches alike: `taskset`, the virtual machine's topology" },
    { "topology", "sockets", BLOCKING, PROCESSORS },
    { "topology", "cores", BLOCKING, PROCESSORS },
    { "topology", "processors", BLOCKING, PROCESSORS },
    { "topology", "smt", CAUTION, "set it alike: /sys/devices/system/cpu/smt/control" },
    { "topology", NULL, CAUTION, PROCESSORS },
    { "memory", "total_bytes", CAUTION, MEMORY }, /* a few pages come and go with the kernel */
    { "memory", "available_bytes", INFORMATION, NULL },
    { "memory", "swap_bytes", INFORMATION, NULL },
    { "memory", "swap_free_bytes", INFORMATION, NULL },
    { "memory", "page_bytes", CAUTION, KERNEL },
    { "memory", "transparent_hugepages", CAUTION, "set them alike: /sys/kernel/mm/transparent_hugepage/enabled" },
    { "memory", NULL, CAUTION, MEMORY },
    { "kernel", "aslr", CAUTION, "set it alike: sysctl kernel.randomize_va_space=2" },
    { "kernel", "distribution", CAUTION, SYSTEM },
    { "kernel", NULL, CAUTION, KERNEL },
    { "virtualization", "hypervisor", BLOCKING, "compare under one hypervisor, or on bare metal, on one machine" },
    { "virtualization", NULL, CAUTION, "run both in the same kind of machine and container" },
    { "frequency", "governor", CAUTION, "set the same governor: cpupower frequency-set -g performance" },
    { "frequency", "turbo", CAUTION, "set it alike: intel_pstate/no_turbo, or cpufreq/boost" },
    { "frequency", NULL, CAUTION, "set the same driver and bounds: cpupower frequency-set -d LEAST -u MOST" },
    { "clock", "source", CAUTION, "use the same clock: /sys/devices/system/clocksource/clocksource0/current_clocksource" },
    { "clock", NULL, INFORMATION, NULL },
    { "counters", NULL, INFORMATION, NULL },
    { "load", NULL, INFORMATION, NULL },
    { "libraries", "libcpuid", INFORMATION, NULL }, /* these read machines, documents and suites, and run no kernel */
    { "libraries", "jansson", INFORMATION, NULL },
    { "libraries", "yajl", INFORMATION, NULL },
    { "libraries", "libyaml", INFORMATION, NULL },
    { "libraries", "boost", INFORMATION, NULL },
    { "libraries", NULL, CAUTION, SYSTEM },
    { "plugins", NULL, CAUTION, BUILD },
    { "compilers", "cc", BLOCKING, BUILD }, /* what plug-ins are built by */
    { "compilers", NULL, CAUTION, "install the same compilers, or leave these out of what is compared" },
    { "toolchain", NULL, CAUTION, INSTALL }, /* packages; another revision of the same compiler */
    { "packages", NULL, INFORMATION, NULL },
    { "interpreters", NULL, CAUTION, "run kernels in the same interpreters: ASSAY_PYTHON chooses one" },
    { "modules", "cython", CAUTION, MODULES }, /* an interpreter's packages; these run kernels */
    { "modules", "numba", CAUTION, MODULES },
    { "modules", "numpy", CAUTION, MODULES },
    { "modules", "scipy", CAUTION, MODULES },
    { "modules", NULL, INFORMATION, NULL },
    { "git", NULL, INFORMATION, NULL },
    { "import", NULL, INFORMATION, NULL }, /* which file results of another tool came from */
    { "machine", "fingerprint", CAUTION, MACHINE }, /* computed from what is graded above, and from the memory in GiB */
};

const char *assay_grade_word(enum assay_grade grade)
{
    static const char *const words[] = { "information", "caution", "blocking" };
    return (unsigned)grade < sizeof words / sizeof words[0] ? words[grade] : "caution";
}

static const struct grading *grading_of(const char *group, const char *name)
{
    static const struct grading other = { "", NULL, CAUTION, ANYTHING };
    const char *slash = strrchr(name, '/'); /* "python3/numpy" is graded as numpy */
    name = slash ? slash + 1 : name;
    for (size_t i = 0; i < sizeof gradings / sizeof gradings[0]; i++) {
        if (strcmp(gradings[i].group, group) == 0 && (!gradings[i].name || strcmp(gradings[i].name, name) == 0)) {
            return &gradings[i];
        }
    }
    return &other;
}

const char *assay_environments_remedy(const char *group, const char *name)
{
    return grading_of(group, name)->remedy;
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
    *made = (struct assay_difference){ .grade = grading_of(either->group, either->name)->grade,
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
