/* What a round costs beside its batch: choose, send, run an empty batch, receive, judge, journal. Drives the coordinator's own
 * code over a worker with an empty kernel, in runs of a thousand rounds.
 *
 *     round WORKER PLUGIN.so CPU_OF_COORDINATOR CPU_OF_WORKER RUNS
 *
 * prints two figures a run: microseconds a round, and microseconds of a bare pipe's turn there and back between the same
 * processors, which no round can be faster than. */
#include "base/clock.h"
#include "machine/machine.h"
#include "measure/run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 1000 };

static void pin(pid_t pid, const char *processor)
{
    bool set[ASSAY_PROCESSORS_MAX] = { false };
    set[strtoul(processor, NULL, 10) % ASSAY_PROCESSORS_MAX] = true;
    (void)assay_machine_pin(pid, set, ASSAY_PROCESSORS_MAX, NULL);
}

/* A plan of one benchmark, the empty kernel, as the planner would make it. */
static void plan_empty(struct assay_plan *plan, struct assay_planned *item, struct assay_source *source,
                       struct assay_kernel_description *kernel, char **command)
{
    *source = (struct assay_source){ .path = command[1], .command = command };
    *kernel = (struct assay_kernel_description){ .name = (char *)"self.empty", .deterministic = true };
    *item = (struct assay_planned){ .id = (char *)"self.empty",
                                    .source = source,
                                    .kernel = kernel,
                                    .kernel_name = (char *)"self.empty",
                                    .implementation = (char *)"c",
                                    .mode = (char *)"warm",
                                    .threads = 1 };
    *plan = (struct assay_plan){ .items = item,
                                 .count = 1,
                                 .seed = 1,
                                 .processors = (char *)"all",
                                 .jobs = 1,
                                 .protocol = { .warmup_s = 0, .batch_s = 1e-5, .timeout_s = 30, .processes = 1, .samples = 1000000000 } };
}

/* A child that gives every byte back. */
static pid_t start_echo(int pipes[2][2])
{
    if (pipe(pipes[0]) != 0 || pipe(pipes[1]) != 0) {
        return -1;
    }
    pid_t pid = fork();
    if (pid == 0) {
        char byte = 0;
        close(pipes[0][1]);
        while (read(pipes[0][0], &byte, 1) == 1 && write(pipes[1][1], &byte, 1) == 1) {
        }
        _exit(0);
    }
    close(pipes[0][0]);
    close(pipes[1][1]);
    return pid;
}

static double turn_us(int pipes[2][2])
{
    char byte = 0;
    int64_t start_ns = assay_clock_ns();
    for (int i = 0; i < ROUNDS; i++) {
        if (write(pipes[0][1], &byte, 1) != 1 || read(pipes[1][0], &byte, 1) != 1) {
            return NAN;
        }
    }
    return (double)(assay_clock_ns() - start_ns) / ROUNDS / 1000;
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr, "usage: round WORKER PLUGIN.so CPU_OF_COORDINATOR CPU_OF_WORKER RUNS\n");
        return 2;
    }
    struct assay_plan plan;
    struct assay_planned item;
    struct assay_source source;
    struct assay_kernel_description kernel;
    char *command[] = { argv[1], argv[2], NULL };
    char directory[] = "/tmp/assay-round-XXXXXX";
    struct assay_error error = { 0 };
    struct assay_places places = { 0 };
    plan_empty(&plan, &item, &source, &kernel, command);
    struct assay_measure_options options = { .places = &places, .command = "round", .journal = mkdtemp(directory) };
    struct assay_run run;
    struct assay_journal_head head = { .id = "round", .created = "", .command = "round" };
    const uint32_t benches[] = { 0 };
    uint32_t batches[ASSAY_SCHEDULE_WINDOW] = { ROUNDS };
    int result = assay_run_new(&run, &plan, &options, &error);
    result = result != 0 ? result : assay_journal_create(&run.journal, options.journal, &head, &plan, &error);
    result = result != 0 ? result : assay_run_begin(&run, &error);
    result = result != 0 ? result : assay_slots_open(&run, benches, 1, &error);
    if (result != 0 || run.slots[0].channel == NULL) {
        fprintf(stderr, "round: %s%s\n", error.text, run.benches[0].failure.message);
        return 2;
    }
    run.benches[0].iterations = 1;
    pin(0, argv[3]);
    pin(run.slots[0].channel->process.pid, argv[4]);
    int pipes[2][2];
    pid_t echo = start_echo(pipes);
    pin(echo, argv[4]);
    struct assay_samples *samples = &run.document->benchmarks[0].samples;
    for (unsigned long i = 0; i <= strtoul(argv[5], NULL, 10) && result == 0; i++) {
        size_t before = samples->count;
        int64_t start_ns = assay_clock_ns();
        result = assay_batches_run(&run, batches, true, &error);
        double spent_ns = (double)(assay_clock_ns() - start_ns);
        for (size_t k = before; k < samples->count; k++) {
            spent_ns -= samples->elapsed_ns[k];
        }
        if (i > 0) { /* the first run warms up */
            printf("%.3f %.3f\n", spent_ns / ROUNDS / 1000, turn_us(pipes));
        }
    }
    close(pipes[0][1]);
    (void)waitpid(echo, NULL, 0);
    (void)assay_journal_remove(run.journal.path, NULL);
    (void)assay_slots_close(&run, NULL);
    assay_run_release(&run);
    (void)remove(directory);
    return result == 0 ? 0 : 2;
}
