/* What a kernel takes with several sets of arguments, interleaved: the differences are the truth that profiles are held
 * against. Must not know any profile, or any hook.
 *
 * usage: hookcost-truth PLUGIN.so KERNEL MILLISECONDS ROUNDS SET...        SET: NAME=VALUE,NAME=VALUE,...
 *
 * First a line: ticks of the time-stamp counter in a nanosecond (0: this processor has none). Then a line a round:
 * nanoseconds an iteration for each set, in the order given. In a round every set has so many milliseconds, in ten
 * pieces that lie in random order between those of the others, and the fastest of its pieces counts: what else runs on
 * the machine takes the processor for some milliseconds at a time, and leaves most pieces alone. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "one_kernel.h"

#include <dlfcn.h>
#include <math.h>

enum { MOST_SETS = 32, MOST_WORDS = 8, PIECES = 10 };

struct set {
    struct one_kernel one;
    uint64_t iterations;
    double ns;
};

static int init_set(struct set *set, const struct assay_plugin *plugin, const char *kernel, char *text)
{
    char *words[MOST_WORDS], *rest = NULL;
    int count = 0;
    for (char *word = strtok_r(text, ",", &rest); word != NULL && count < MOST_WORDS;
         word = strtok_r(NULL, ",", &rest)) {
        words[count++] = word;
    }
    return one_kernel_init(&set->one, plugin, kernel, words, count);
}

static int run_set(struct set *set)
{
    double start_ns = now_ns();
    int failed = set->one.kernel->run(set->one.state, set->iterations);
    set->ns = (now_ns() - start_ns) / (double)set->iterations;
    return failed;
}

/* How many iterations last so long. */
static int calibrate(struct set *set, double batch_ns)
{
    set->iterations = 1;
    for (;;) {
        if (run_set(set) != 0) {
            return -1;
        }
        if (set->ns * (double)set->iterations >= batch_ns / 4) {
            double wanted = batch_ns / set->ns;
            set->iterations = wanted > 1 ? (uint64_t)wanted : 1;
            return 0;
        }
        set->iterations *= 2;
    }
}

static int run_pieces(struct set *sets, int count, double *least_ns, uint64_t *random)
{
    int order[MOST_SETS];
    for (int i = 0; i < count; i++) {
        order[i] = i;
    }
    for (int i = count - 1; i > 0; i--) {
        *random = *random * UINT64_C(6364136223846793005) + 1;
        int other = (int)((*random >> 33) % (uint64_t)(i + 1)), kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
    for (int i = 0; i < count; i++) {
        struct set *set = &sets[order[i]];
        if (run_set(set) != 0) {
            return -1;
        }
        if (set->ns < least_ns[order[i]]) {
            least_ns[order[i]] = set->ns;
        }
    }
    return 0;
}

static int run_round(struct set *sets, int count, uint64_t *random)
{
    double least_ns[MOST_SETS];
    for (int i = 0; i < count; i++) {
        least_ns[i] = INFINITY;
    }
    for (int piece = 0; piece < PIECES; piece++) {
        if (run_pieces(sets, count, least_ns, random) != 0) {
            return -1;
        }
    }
    for (int i = 0; i < count; i++) {
        printf("%.9g%c", least_ns[i], i + 1 < count ? ' ' : '\n');
    }
    return fflush(stdout);
}

/* What "20 ticks" means here. */
static double ticks_per_ns(void)
{
#if defined(__x86_64__)
    double start_ns = now_ns(), end_ns = start_ns;
    uint64_t start = __builtin_ia32_rdtsc();
    while (end_ns < start_ns + 5e7) {
        end_ns = now_ns();
    }
    return (double)(__builtin_ia32_rdtsc() - start) / (end_ns - start_ns);
#else
    return 0;
#endif
}

int main(int argc, char **argv)
{
    static struct set sets[MOST_SETS];
    uint64_t random = (uint64_t)now_ns();
    if (argc < 6 || argc - 5 > MOST_SETS) {
        fprintf(stderr, "usage: hookcost-truth PLUGIN.so KERNEL MILLISECONDS ROUNDS SET...\n");
        return 2;
    }
    int count = argc - 5, rounds = atoi(argv[4]);
    void *object = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    const struct assay_plugin *plugin = object != NULL ? dlsym(object, "assay_plugin") : NULL;
    if (plugin == NULL) {
        fprintf(stderr, "%s\n", object == NULL ? dlerror() : "no plug-in");
        return 1;
    }
    for (int i = 0; i < count; i++) {
        if (init_set(&sets[i], plugin, argv[2], argv[i + 5]) != 0 ||
            calibrate(&sets[i], atof(argv[3]) * 1e6 / PIECES) != 0) {
            return 1;
        }
    }
    printf("%.6g\n", ticks_per_ns());
    for (int i = 0; i < rounds; i++) {
        if (run_round(sets, count, &random) != 0) {
            return 1;
        }
    }
    for (int i = 0; i < count; i++) {
        sets[i].one.kernel->teardown(sets[i].one.state);
    }
    return 0;
}
