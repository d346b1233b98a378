/* Replays synthetic series point by point, through the search for changes or what it stands beside, and prints what was
 * counted: one line of numbers for figures.py. Every alarm counts, also one that is followed by another back. */
// links: stats base
#include "stats/changes.h"

#include "noise.h"
#include "rivals.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SEED 20240607
#define WITHIN 5   /* points after a step, that of the step included, in which it must be found */
#define LEVEL 0.01 /* of the permutation test */
#define PERMUTATIONS 199

/* One method with one series. */
struct method {
    const char *name;
    struct assay_changes *changes;
    struct oracle oracle;
    struct edivisive edivisive;
};
struct seen {
    size_t alarms;
    double shift;
    bool creep;
};

static struct assay_changes *new_changes(double margin)
{
    struct assay_changes_options options = ASSAY_CHANGES_OPTIONS_INIT;
    options.margin = margin;
    struct assay_changes *changes;
    if (assay_changes_new(&changes, &options) != 0) {
        abort();
    }
    return changes;
}

/* `threshold` and `least`: the oracle's alone. */
static void begin(struct method *method, const char *name, const struct noise *noise, size_t length, uint64_t seed,
                  double threshold)
{
    *method = (struct method){ .name = name };
    if (strcmp(name, "assay") == 0) {
        method->changes = new_changes(0);
    } else if (strcmp(name, "oracle") == 0) {
        oracle_init(&method->oracle, noise->correlation, threshold, 3);
    } else if (edivisive_init(&method->edivisive, length, LEVEL, PERMUTATIONS, seed) != 0) {
        abort();
    }
}

static struct seen add(struct method *method, double value, uint32_t kind)
{
    struct seen seen = { 0 };
    if (method->changes) {
        bool found;
        struct assay_change change;
        assay_changes_add(method->changes, &found, &change, value, NAN, kind);
        if (found) {
            seen = (struct seen){ 1, change.shift, change.since >= 0 };
        }
    } else if (method->edivisive.values) {
        seen.alarms = edivisive_add(&method->edivisive, &seen.shift, value);
    } else {
        seen.alarms = oracle_add(&method->oracle, &seen.shift, value);
    }
    return seen;
}

static void end(struct method *method)
{
    assay_changes_free(method->changes);
    edivisive_release(&method->edivisive);
}

/* Points, alarms, of them creep, series with any. */
struct counted {
    size_t points, alarms, creeps, marked;
};
static struct counted count_false(const char *name, const struct noise *noise, size_t first, size_t count,
                                  size_t length, double threshold)
{
    struct counted counted = { 0 };
    for (size_t number = first; number < first + count; number++) {
        struct stream stream;
        struct method method;
        size_t alarms = 0;
        stream_init(&stream, noise, SEED, number);
        begin(&method, name, noise, length, number, threshold);
        for (size_t point = 0; point < length; point++) {
            double value = stream_next(&stream);
            struct seen seen = add(&method, value, stream.kind);
            alarms += seen.alarms;
            counted.creeps += seen.creep;
        }
        end(&method);
        counted.points += length;
        counted.alarms += alarms;
        counted.marked += alarms > 0;
    }
    return counted;
}

static void print_false(const char *name, const struct noise *noise, size_t first, size_t count, size_t length,
                        double threshold)
{
    struct counted counted = count_false(name, noise, first, count, length, threshold);
    printf("%zu %zu %zu %zu\n", counted.points, counted.alarms, counted.creeps, counted.marked);
}

/* Trials, found, of them said to be creep. `step` is in long-run standard deviations. */
static void print_power(const char *name, const struct noise *noise, size_t first, size_t count, size_t history,
                        double step, double threshold)
{
    size_t found = 0;
    size_t creeps = 0;
    for (size_t number = first; number < first + count; number++) {
        struct stream stream;
        struct method method;
        stream_init(&stream, noise, SEED + 1, number);
        begin(&method, name, noise, history + WITHIN, number, threshold);
        bool is_found = false;
        bool is_creep = false;
        for (size_t point = 0; point < history + WITHIN; point++) {
            double value = stream_next(&stream);
            if (point >= history) {
                value += step * noise_long_run(noise);
            }
            struct seen seen = add(&method, value, stream.kind);
            if (point >= history && seen.alarms > 0 && seen.shift > 0 && !is_found) {
                is_found = true;
                is_creep = seen.creep;
            }
        }
        end(&method);
        found += is_found;
        creeps += is_creep;
    }
    printf("%zu %zu %zu\n", count, found, creeps);
}

/* The oracle's threshold with which it gives `rate` false alarms a point. */
static void print_threshold(const struct noise *noise, double rate)
{
    double low = 2;
    double high = 24; /* plain means need as much where spikes are */
    for (int i = 0; i < 12; i++) {
        double middle = (low + high) / 2;
        struct counted counted = count_false("oracle", noise, 0, 500, 1000, middle);
        if ((double)counted.alarms > rate * (double)counted.points) {
            low = middle;
        } else {
            high = middle;
        }
    }
    printf("%.3f\n", (low + high) / 2);
}

/* Ten commits of +0.3 % each, `gap` points apart, after 100 quiet ones and with 60 after, at a margin of 1 %. Trials;
 * in which anything was found; a creep; a step; changes in all; trials of one such commit alone, in which it was found.
 */
static void print_creep(double spread, size_t gap, size_t first, size_t count)
{
    enum { HISTORY = 100, COMMITS = 10, AFTER = 60 };
    size_t any = 0, creeps = 0, steps = 0, changes = 0, alone = 0;
    for (size_t number = first; number < first + count; number++) {
        for (size_t commits = 1; commits <= COMMITS; commits += COMMITS - 1) {
            struct stream stream;
            stream_init(&stream, &noises[0], SEED + 2 + commits, number);
            struct assay_changes *state = new_changes(0.01);
            size_t of[2] = { 0, 0 };
            for (size_t point = 0; point < HISTORY + commits * gap + AFTER; point++) {
                size_t so_far = point < HISTORY ? 0 : 1 + (point - HISTORY) / gap;
                double value =
                    spread * stream_next(&stream) + (double)(so_far < commits ? so_far : commits) * log1p(0.003);
                bool found;
                struct assay_change change;
                assay_changes_add(state, &found, &change, value, NAN, 0);
                if (found) {
                    of[change.since >= 0]++;
                }
            }
            assay_changes_free(state);
            if (commits == 1) {
                alone += of[0] + of[1] > 0;
                continue;
            }
            any += of[0] + of[1] > 0;
            steps += of[0] > 0;
            creeps += of[1] > 0;
            changes += of[0] + of[1];
        }
    }
    printf("%zu %zu %zu %zu %zu %zu\n", count, any, creeps, steps, changes, alone);
}

static double now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec * 1e-3;
}

static bool add_point(struct assay_changes *changes, double value)
{
    bool found;
    struct assay_change change;
    assay_changes_add(changes, &found, &change, value, NAN, 0);
    return found;
}

/* Microseconds a point, of 100 times 1,000 points behind the first `length`: a line. Then of single points at which a
 * change is found, the two reads of the clock included: a line. */
static void print_cost(const struct noise *noise, size_t length)
{
    enum { BATCH = 1000, BATCHES = 100, CHANGES = 100 };
    struct stream stream;
    stream_init(&stream, noise, SEED, 0);
    struct assay_changes *changes = new_changes(0);
    for (size_t batch = 0; batch < length / BATCH + BATCHES; batch++) {
        double values[BATCH];
        for (size_t i = 0; i < BATCH; i++) {
            values[i] = stream_next(&stream);
        }
        double began = now_us();
        for (size_t i = 0; i < BATCH; i++) {
            add_point(changes, values[i]);
        }
        if (batch >= length / BATCH) {
            printf("%.4f ", (now_us() - began) / BATCH);
        }
    }
    printf("\n");
    double level = 0;
    for (size_t found = 0, point = 0; found < CHANGES; point++) {
        level += point % 60 == 0 ? 6 : 0;
        double value = level + stream_next(&stream);
        double began = now_us();
        bool is_found = add_point(changes, value);
        double took = now_us() - began;
        if (is_found) {
            printf("%.4f ", took);
            found++;
        }
    }
    printf("\n");
    assay_changes_free(changes);
}

static size_t natural(const char *text)
{
    return (size_t)strtoull(text, NULL, 10);
}

static double threshold_of(int argc, char **argv, int index)
{
    return index < argc ? strtod(argv[index], NULL) : 0;
}

int main(int argc, char **argv)
{
    const struct noise *noise = argc > 2 && natural(argv[2]) < NOISES ? &noises[natural(argv[2])] : &noises[0];
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "noises") == 0) {
        for (size_t i = 0; i < NOISES; i++) {
            printf("%s\n", noises[i].name);
        }
    } else if (strcmp(what, "false") == 0 && argc >= 7) {
        print_false(argv[3], noise, natural(argv[4]), natural(argv[5]), natural(argv[6]), threshold_of(argc, argv, 7));
    } else if (strcmp(what, "power") == 0 && argc >= 8) {
        print_power(argv[3], noise, natural(argv[4]), natural(argv[5]), natural(argv[6]), strtod(argv[7], NULL),
                    threshold_of(argc, argv, 8));
    } else if (strcmp(what, "threshold") == 0 && argc == 4) {
        print_threshold(noise, strtod(argv[3], NULL));
    } else if (strcmp(what, "creep") == 0 && argc == 6) {
        print_creep(strtod(argv[2], NULL), natural(argv[3]), natural(argv[4]), natural(argv[5]));
    } else if (strcmp(what, "cost") == 0 && argc == 4) {
        print_cost(noise, natural(argv[3]));
    } else {
        fprintf(stderr,
                "usage: replay noises | false NOISE METHOD FIRST SERIES POINTS [THRESHOLD] | power NOISE METHOD FIRST "
                "SERIES HISTORY "
                "STEP [THRESHOLD]\n       | threshold NOISE RATE | creep SPREAD GAP FIRST SERIES | cost NOISE LENGTH\n"
                "METHOD: assay, oracle, edivisive\n");
        return 2;
    }
    return 0;
}
