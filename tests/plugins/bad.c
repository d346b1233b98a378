/* Kernels that misbehave, each in one way, and a good one among them that must come through. Nothing here may be copied
 * as an example of a kernel. */
#include <assay/kernel.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* What all of them share: a value to answer with, and what the parameters say. */
struct state {
    const struct assay_host *host;
    uint64_t value;
    uint64_t batches;
    uint64_t process; /* bad.wrong_late: which process this is, from 1; 0: not counted */
    char path[512];   /* of the parameter `file` */
    int done;
};

static int make_state(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed, void **out)
{
    struct state *state = calloc(1, sizeof *state);
    const char *path = assay_argument_text(arguments, "file");
    (void)seed;
    if (state == NULL) {
        return -1;
    }
    state->host = host;
    state->value = 7;
    snprintf(state->path, sizeof state->path, "%s", path != NULL ? path : "");
    *out = state;
    return 0;
}

/* Some hundred nanoseconds of work that no compiler removes. */
static int work(void *pointer, uint64_t iterations)
{
    struct state *state = pointer;
    for (uint64_t i = 0; i < iterations; i++) {
        for (volatile int j = 0; j < 100; j++) {
        }
        assay_use(state);
    }
    state->batches++;
    return 0;
}

static int answer_value(void *pointer, const struct assay_sink *sink)
{
    struct state *state = pointer;
    sink->integer(sink->context, state->value);
    return 0;
}

static int expect_seven(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    (void)arguments;
    expected->known = ASSAY_KNOWS_COUNT | ASSAY_KNOWS_SUM;
    expected->count = 1;
    expected->sum = 7;
    expected->source = "the test that asks";
    return 0;
}

/* ---- deaths ------------------------------------------------------------------------------------------ */

static int run_segfault(void *pointer, uint64_t iterations)
{
    volatile int *volatile nowhere = NULL;
    work(pointer, iterations);
    *nowhere = 1;
    return 0;
}

static int run_abort(void *pointer, uint64_t iterations)
{
    work(pointer, iterations);
    abort();
}

static int run_hang(void *pointer, uint64_t iterations)
{
    (void)iterations;
    for (;;) {
        assay_use(pointer);
    }
    return 0;
}

static int run_exit(void *pointer, uint64_t iterations)
{
    work(pointer, iterations);
    exit(0);
}

/* Slow enough that whoever watches can see it come: at most some GB a second. */
static int run_memory(void *pointer, uint64_t iterations)
{
    const size_t piece = (size_t)4 << 20;
    const struct timespec pause = { 0, 2000000 };
    (void)pointer;
    (void)iterations;
    for (;;) {
        char *memory = malloc(piece);
        if (memory == NULL) {
            return -1;
        }
        memset(memory, 1, piece);
        assay_use(memory);
        nanosleep(&pause, NULL);
    }
}

/* ---- disturbances ------------------------------------------------------------------------------------ */

/* Lines that look like replies, more of them than a pipe holds, wherever a channel might be. */
static int run_scribble(void *pointer, uint64_t iterations)
{
    static const char line[] = "{\"id\":1,\"ok\":true,\"batches\":[{\"iterations\":1,\"elapsed_ns\":1}]}\n";
    work(pointer, iterations);
    for (int i = 0; i < 2000; i++) {
        fputs(line, stdout);
    }
    fflush(stdout);
    fputs("scribbled\n", stderr);
    for (int fd = 3; fd < 10; fd++) {
        if (write(fd, line, sizeof line - 1) < 0) {
            continue; /* no such descriptor, as it should be */
        }
    }
    return 0;
}

/* Leaves a process behind and its number in the file. A stubborn one does all it can to stay: its own session, no
 * parent-death signal, deaf to what can be ignored. */
static int leave_behind(struct state *state, uint64_t iterations, int stubborn)
{
    work(state, iterations);
    if (state->done) {
        return 0;
    }
    state->done = 1;
    pid_t child = fork();
    if (child != 0) {
        return child > 0 ? 0 : -1;
    }
    if (stubborn) {
        setsid();
        prctl(PR_SET_PDEATHSIG, 0);
        signal(SIGTERM, SIG_IGN);
        signal(SIGHUP, SIG_IGN);
        signal(SIGPIPE, SIG_IGN);
    }
    FILE *file = state->path[0] != '\0' ? fopen(state->path, "a") : NULL;
    if (file != NULL) {
        fprintf(file, "%ld\n", (long)getpid());
        fclose(file);
    }
    for (int i = 0; i < 600; i++) { /* not for ever: a failing test must not litter the machine */
        sleep(1);
    }
    _exit(0);
}

static int run_orphan(void *pointer, uint64_t iterations)
{
    return leave_behind(pointer, iterations, 1);
}

static int run_child(void *pointer, uint64_t iterations)
{
    return leave_behind(pointer, iterations, 0);
}

static int setup_slow(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed, void **out)
{
    double seconds = assay_argument_real(arguments, "seconds");
    struct timespec pause = { (time_t)seconds, (long)((seconds - floor(seconds)) * 1e9) };
    nanosleep(&pause, NULL);
    return make_state(host, arguments, seed, out);
}

/* ---- wrong answers ----------------------------------------------------------------------------------- */

/* Adds a byte to the counter file, whose size then is the number of this process. */
static int setup_wrong_late(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,
                            void **out)
{
    struct stat status;
    if (make_state(host, arguments, seed, out) != 0) {
        return -1;
    }
    struct state *state = *out;
    const char *path = state->path[0] != '\0' ? state->path : getenv("ASSAY_TEST_COUNTER");
    if (path == NULL) {
        return 0;
    }
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0 || write(fd, ".", 1) != 1 || fstat(fd, &status) != 0) {
        host->fail(host->context, "cannot count in the file");
        if (fd >= 0) {
            close(fd);
        }
        free(state);
        return -1;
    }
    state->process = (uint64_t)status.st_size;
    close(fd);
    return 0;
}

static int answer_wrong_late(void *pointer, const struct assay_sink *sink)
{
    struct state *state = pointer;
    int wrong = state->process == 3 && state->batches == 10;
    sink->integer(sink->context, wrong ? state->value + 1 : state->value);
    return 0;
}

static int answer_wrong(void *pointer, const struct assay_sink *sink)
{
    (void)pointer;
    sink->integer(sink->context, 6);
    sink->integer(sink->context, 1);
    return 0;
}

/* Another answer every time, though it says it is deterministic. */
static int answer_fickle(void *pointer, const struct assay_sink *sink)
{
    struct state *state = pointer;
    sink->integer(sink->context, state->batches);
    return 0;
}

/* The loop that a compiler removed: a million operations are claimed, none is done, and the answer is right. */
static int run_removed(void *pointer, uint64_t iterations)
{
    (void)pointer;
    (void)iterations;
    return 0;
}

static int work_removed(const struct assay_arguments *arguments, struct assay_work *said)
{
    (void)arguments;
    said->items = 1e6;
    said->least_operations = 1e6;
    return 0;
}

/* ---- errors ------------------------------------------------------------------------------------------ */

static int setup_fails(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,
                       void **out)
{
    (void)arguments;
    (void)seed;
    (void)out;
    host->fail(host->context, "first this");
    host->fail(host->context, "the input is missing");
    return -1;
}

static int setup_no_memory(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,
                           void **out)
{
    (void)arguments;
    (void)seed;
    (void)out;
    host->fail(host->context, "no memory for the table");
    errno = ENOMEM;
    return -1;
}

static int run_fails(void *pointer, uint64_t iterations)
{
    struct state *state = pointer;
    (void)iterations;
    state->host->fail(state->host->context, "lost\nits way");
    return 3;
}

static int answer_fails(void *pointer, const struct assay_sink *sink)
{
    (void)pointer;
    (void)sink;
    return 5; /* without a reason */
}

static int answer_not_finite(void *pointer, const struct assay_sink *sink)
{
    sink->measure(sink->context, 0, (double)NAN);
    return answer_value(pointer, sink);
}

static int answer_line_feed(void *pointer, const struct assay_sink *sink)
{
    (void)pointer;
    sink->text(sink->context, "two\nlines", 9);
    return 0;
}

/* ---- the list ---------------------------------------------------------------------------------------- */

static const struct assay_parameter file = {
    sizeof(struct assay_parameter), ASSAY_TEXT, "file", "a file to leave traces in", "", NULL, NULL, NULL
};
static const struct assay_parameter seconds = {
    sizeof(struct assay_parameter), ASSAY_REAL, "seconds", "how long setup takes", "1", "0", "600", NULL
};
static const struct assay_parameter *const with_file[] = { &file, NULL };
static const struct assay_parameter *const with_seconds[] = { &seconds, NULL };
static const struct assay_measure odd_measure = { sizeof(struct assay_measure), ASSAY_LOWER, "odd", "1" };
static const struct assay_measure *const odd_measures[] = { &odd_measure, NULL };

#define KERNEL(NAME, SUMMARY, ...)                                                                                     \
    {                                                                                                                  \
        .struct_size = sizeof(struct assay_kernel), .flags = ASSAY_DETERMINISTIC, .name = NAME, .summary = SUMMARY,    \
        .version = "1.0.0", .teardown = free, __VA_ARGS__                                                              \
    }
#define USUAL .setup = make_state, .run = work, .answer = answer_value
#define DYING(RUN) .setup = make_state, .run = RUN, .answer = answer_value, .expect = expect_seven

static const struct assay_kernel list[] = {
    KERNEL("good.quick", "does as it should", USUAL, .expect = expect_seven),
    KERNEL("bad.segfault", "writes to address 0", DYING(run_segfault)),
    KERNEL("bad.abort", "aborts", DYING(run_abort)),
    KERNEL("bad.hang", "never returns", DYING(run_hang)),
    KERNEL("bad.exit", "ends the process with status 0", DYING(run_exit)),
    KERNEL("bad.memory", "takes memory without end", DYING(run_memory)),
    KERNEL("bad.scribble", "prints what looks like replies", DYING(run_scribble)),
    KERNEL("bad.orphan", "leaves a process behind that wants to stay", DYING(run_orphan), .parameters = with_file),
    KERNEL("bad.child", "leaves a process behind", DYING(run_child), .parameters = with_file),
    KERNEL("bad.slow_setup", "takes its time to set up", .setup = setup_slow, .run = work, .answer = answer_value,
           .parameters = with_seconds),
    KERNEL("bad.wrong", "gives a wrong answer", .setup = make_state, .run = work, .answer = answer_wrong,
           .expect = expect_seven),
    KERNEL("bad.wrong_late", "gives a wrong answer in the tenth batch of its third process", .setup = setup_wrong_late,
           .run = work, .answer = answer_wrong_late, .expect = expect_seven, .parameters = with_file),
    KERNEL("bad.fickle", "gives another answer every time", .setup = make_state, .run = work, .answer = answer_fickle),
    KERNEL("bad.removed", "claims work that it does not do", DYING(run_removed), .work = work_removed),
    KERNEL("bad.fail_setup", "fails to set up", .setup = setup_fails, .run = work),
    KERNEL("bad.no_memory", "finds no memory", .setup = setup_no_memory, .run = work),
    KERNEL("bad.fail_run", "fails to run", .setup = make_state, .run = run_fails),
    KERNEL("bad.fail_answer", "fails to answer", .setup = make_state, .run = work, .answer = answer_fails),
    KERNEL("bad.not_finite", "measures something that is no number", .setup = make_state, .run = work,
           .answer = answer_not_finite, .measures = odd_measures),
    KERNEL("bad.line_feed", "answers two lines in one", .setup = make_state, .run = work, .answer = answer_line_feed),
};

ASSAY_PLUGIN(&list[0], &list[1], &list[2], &list[3], &list[4], &list[5], &list[6], &list[7], &list[8], &list[9],
             &list[10], &list[11], &list[12], &list[13], &list[14], &list[15], &list[16], &list[17], &list[18],
             &list[19])
