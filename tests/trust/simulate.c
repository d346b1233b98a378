/* The error rates of the statistics of `assay compare`, by simulation with fixed seeds: a table of figures, what their
 * number of trials bounds, and what was promised. PASS: shown; SHORT: too few trials to show it; FAIL: shown not to
 * hold. Measures nothing. Exit status 1 where a promise fails, and with --full where one is short. */
// links: stats base
#include "../unit/simulations.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>

#define CONFIDENCE 0.999
#define MARGIN 0.01
#define LOOKS 400

/* What a figure must show: its one-sided 95 % bound lies on the right side of a limit. */
struct promise {
    double least; /* 0: none */
    double most;  /* 1: none */
};

static size_t short_cells, failed_cells;

static void print_cell(const char *name, size_t hits, size_t n, struct promise promise)
{
    struct assay_interval bounds;
    assay_wilson(&bounds, hits, n, 0.90);
    bool kept = bounds.low >= promise.least && bounds.high <= promise.most;
    struct assay_interval beyond_doubt; /* among so many cells, one in twenty is wrong by chance */
    assay_wilson(&beyond_doubt, hits, n, 0.998);
    bool broken = beyond_doubt.high < promise.least || beyond_doubt.low > promise.most;
    short_cells += !kept && !broken;
    failed_cells += broken;
    char wanted[64];
    if (promise.least > 0 && promise.most < 1) {
        snprintf(wanted, sizeof wanted, "%g to %g %%", 100 * promise.least, 100 * promise.most);
    } else if (promise.least > 0) {
        snprintf(wanted, sizeof wanted, "at least %g %%", 100 * promise.least);
    } else {
        snprintf(wanted, sizeof wanted, "at most %g %%", 100 * promise.most);
    }
    printf("%-58s %7zu  %8.3f %%  [%.3f, %.3f]  %-16s %s\n", name, n, 100.0 * (double)hits / (double)n,
           100 * bounds.low, 100 * bounds.high, wanted,
           kept     ? "PASS"
           : broken ? "FAIL"
                    : "SHORT");
    fflush(stdout);
}

static void print_false_alarms(size_t scale)
{
    char name[96];
    for (size_t i = 0; i < SIMULATED_NOISES; i++) {
        struct simulation simulation = { .noise = &simulated_noises[i],
                                         .trials = 600 * scale,
                                         .blocks = LOOKS,
                                         .confidence = CONFIDENCE,
                                         .seed = 100 + i,
                                         .drift = 0.5 };
        snprintf(name, sizeof name, "false alarms, %s, %d looks", simulation.noise->name, LOOKS);
        print_cell(name, simulated_misses(&simulation), simulation.trials, (struct promise){ 0, 0.001 });
    }
    for (size_t i = 0; i < SIMULATED_NOISES; i++) {
        struct simulation simulation = { .noise = &simulated_noises[i],
                                         .trials = 20 * scale,
                                         .blocks = LOOKS,
                                         .confidence = CONFIDENCE,
                                         .seed = 100 + i,
                                         .drift = 0.5 };
        snprintf(name, sizeof name, "naive t test at 0.001 on the same, %s, fails", simulation.noise->name);
        print_cell(name, simulated_naive_misses(&simulation), simulation.trials, (struct promise){ 0.002, 1 });
        simulation.confidence = 0.95;
        snprintf(name, sizeof name, "naive t test at 0.05 on the same, %s, fails", simulation.noise->name);
        print_cell(name, simulated_naive_misses(&simulation), simulation.trials, (struct promise){ 0.1, 1 });
    }
    struct simulation twin = { .noise = &simulated_noises[0],
                               .trials = 20 * scale,
                               .blocks = LOOKS,
                               .confidence = CONFIDENCE,
                               .seed = 100,
                               .drift = 0.5,
                               .no_coin = true };
    print_cell("without the coin, a drift of half a spread, fails", simulated_misses(&twin), twin.trials,
               (struct promise){ 0.5, 1 });
}

static void print_power(size_t scale)
{
    static const size_t sizes[] = { 17, 20, 30, 50, 100, 200, 400 };
    char name[96];
    struct simulation simulation = { .noise = &simulated_noises[0],
                                     .trials = 40 * scale,
                                     .blocks = 40,
                                     .effect = log1p(0.01),
                                     .confidence = CONFIDENCE,
                                     .seed = 200 };
    print_cell("+1 % at a spread of 0.9 % proven within 40 blocks", simulated_found(&simulation), simulation.trials,
               (struct promise){ 0.9, 1 });
    simulation.effect = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (size_t noise = 0; noise < SIMULATED_NOISES; noise += SIMULATED_NOISES - 1) {
            simulation.noise = &simulated_noises[noise];
            simulation.blocks = sizes[i];
            simulation.seed = 300 + i;
            snprintf(name, sizeof name, "power at the printed MDE of %zu blocks, %s", sizes[i], simulation.noise->name);
            print_cell(name, simulated_found_at_detectable(&simulation), simulation.trials,
                       (struct promise){ 0.80, 0.97 });
        }
    }
}

static void print_runs(size_t scale)
{
    static const double effects[] = { 0, 0.0025, 0.005, 0.0075, 0.01, 0.015, 0.02 };
    char name[96];
    size_t contradictions = 0;
    size_t pairs = 0;
    for (size_t i = 0; i < sizeof effects / sizeof *effects; i++) {
        struct simulation simulation = { .noise = &simulated_noises[0],
                                         .trials = (i == 0 ? 20 : 10) * scale,
                                         .blocks = LOOKS,
                                         .effect = log1p(effects[i]),
                                         .confidence = CONFIDENCE,
                                         .seed = 400 + i };
        struct simulated_outcomes outcomes = simulated_pairs_of_runs(&simulation, MARGIN);
        size_t runs = 2 * simulation.trials;
        printf("  true effect %.2f %%: ", 100 * effects[i]);
        for (unsigned verdict = 0; verdict < ASSAY_VERDICT_COUNT; verdict++) {
            printf("%s %.1f %%, ", assay_verdict_word((enum assay_verdict)verdict),
                   100.0 * (double)outcomes.verdicts[verdict] / (double)runs);
        }
        printf("%.0f blocks on average\n", (double)outcomes.blocks / (double)runs);
        snprintf(name, sizeof name, "two runs contradict each other, +%g %%", 100 * effects[i]);
        print_cell(name, outcomes.contradictions, simulation.trials, (struct promise){ 0, 0.003 });
        contradictions += outcomes.contradictions;
        pairs += simulation.trials;
        if (i == 0) {
            size_t *verdicts = outcomes.verdicts;
            print_cell("nothing differs: same at a margin of 1 %", verdicts[ASSAY_VERDICT_SAME], runs,
                       (struct promise){ 0.95, 1 });
            print_cell("nothing differs: slower, faster or shifted",
                       verdicts[ASSAY_VERDICT_SLOWER] + verdicts[ASSAY_VERDICT_FASTER] +
                           verdicts[ASSAY_VERDICT_SHIFTED],
                       runs, (struct promise){ 0, 0.001 });
        }
    }
    print_cell("two runs contradict each other, all effects", contradictions, pairs, (struct promise){ 0, 0.003 });
}

static void print_intervals(size_t scale)
{
    char name[96];
    for (size_t i = 0; i < SIMULATED_NOISES; i++) {
        static const size_t sizes[] = { 10, 50, 200 };
        for (size_t size = 0; size < sizeof sizes / sizeof *sizes; size++) {
            struct simulation simulation = { .noise = &simulated_noises[i],
                                             .trials = 100 * scale,
                                             .blocks = sizes[size],
                                             .effect = 0.013,
                                             .confidence = 0.95,
                                             .seed = 500 + i };
            snprintf(name, sizeof name, "95 %% interval of %zu blocks covers, %s", sizes[size], simulation.noise->name);
            print_cell(name, simulated_covered(&simulation), simulation.trials, (struct promise){ 0.93, 0.97 });
        }
    }
}

int main(int argc, char **argv)
{
    static const struct option options[] = { { "quick", no_argument, NULL, 'q' },
                                             { "full", no_argument, NULL, 'f' },
                                             { NULL, 0, NULL, 0 } };
    bool full = false;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option == '?') {
            fprintf(stderr, "usage: simulate [--quick | --full]\n");
            return 2;
        }
        full = option == 'f';
    }
    size_t scale = full ? 100 : 2;
    printf("%-58s %7s  %10s  %s\n", "cell", "n", "figure", "95 % bounds (one-sided, Wilson), wanted");
    print_false_alarms(scale);
    print_power(scale);
    print_runs(scale);
    print_intervals(scale);
    return failed_cells > 0 || (full && short_cells > 0) ? 1 : 0;
}
