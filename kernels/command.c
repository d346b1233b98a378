/* A program from outside as a kernel: one iteration starts it and waits for its end, so that its start-up is part of
 * the time. Words are split here and executed directly: no shell stands between, which would be measured too. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <assay/kernel.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

struct state {
    const struct assay_host *host;
    char **words; /* the command, NULL-terminated; the strings lie in `text` */
    char *text;
    char *prepare;       /* for /bin/sh -c; NULL: none */
    int null;            /* /dev/null, read and write */
    struct rusage usage; /* of the last command */
};

static int refuse(const struct assay_host *host, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int refuse(const struct assay_host *host, const char *format, ...)
{
    char reason[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    host->fail(host->context, reason);
    return 1;
}

/* ---- Splitting a line into words --------------------------------------------------------------------- */

/* Why a line cannot be split: a text, and the byte it is about ('\0': none). */
struct objection {
    const char *what;
    char byte;
};

/* What a shell would act upon, and this splitter would take for itself: better refused than measured wrongly. */
static bool is_syntax(char byte, bool first)
{
    return strchr("|&;<>()$`*?[\n", byte) != NULL || (first && (byte == '~' || byte == '#'));
}

/* Copies what stands in quotes (the opening one is at *at) and moves *at behind the closing one. */
static bool take_quoted(const char **at, char **to)
{
    char quote = *(*at)++;
    for (; **at != quote; (*at)++) {
        if (**at == '\0') {
            return false;
        }
        if (quote == '"' && **at == '\\' && (*at)[1] != '\0' && strchr("\"\\$`", (*at)[1]) != NULL) {
            (*at)++;
        }
        *(*to)++ = **at;
    }
    (*at)++;
    return true;
}

/* Copies one word, NUL included. False with *objection set. */
static bool take_word(const char **at, char **to, struct objection *objection)
{
    for (bool first = true; **at != '\0' && **at != ' ' && **at != '\t'; first = false) {
        if (**at == '\'' || **at == '"') {
            char quote = **at;
            if (!take_quoted(at, to)) {
                *objection = (struct objection){ "a quote is not closed", quote };
                return false;
            }
        } else if (**at == '\\') {
            if ((*at)[1] == '\0') {
                *objection = (struct objection){ "nothing follows the last backslash", '\0' };
                return false;
            }
            *(*to)++ = (*at)[1];
            *at += 2;
        } else if (is_syntax(**at, first)) {
            *objection = (struct objection){ "quote it, or run the line through sh -c", **at };
            return false;
        } else {
            *(*to)++ = *(*at)++;
        }
    }
    *(*to)++ = '\0';
    return true;
}

/* Fills words and text, both of at least strlen(line) + 2 items. */
static bool split(char **words, char *text, const char *line, struct objection *objection)
{
    size_t count = 0;
    for (;;) {
        line += strspn(line, " \t");
        if (*line == '\0') {
            break;
        }
        words[count++] = text;
        if (!take_word(&line, &text, objection)) {
            return false;
        }
    }
    words[count] = NULL;
    *objection = (struct objection){ "want a command and its arguments", '\0' };
    return count > 0;
}

/* ---- Starting a process and waiting for it ----------------------------------------------------------- */

/* Its process id, or -1 with errno, also when the program could not be executed. vfork: the child borrows this
 * process's memory until it executes, so that the size of the worker does not count; it calls nothing but the
 * system. A child dies with its worker. */
static pid_t start(char *const *words, int null)
{
    volatile int refused = 0;
    sigset_t none;
    sigemptyset(&none);
    pid_t pid = vfork();
    if (pid == 0) {
        if (dup2(null, STDIN_FILENO) >= 0 && dup2(null, STDOUT_FILENO) >= 0 && dup2(null, STDERR_FILENO) >= 0 &&
            prctl(PR_SET_PDEATHSIG, SIGKILL) == 0) {
            signal(SIGPIPE, SIG_DFL);
            sigprocmask(SIG_SETMASK, &none, NULL);
            execvp(words[0], words);
        }
        refused = errno;
        _exit(127);
    }
    if (pid > 0 && refused != 0) {
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
        }
        errno = refused;
        return -1;
    }
    return pid;
}

/* Runs the words to their end. Non-zero after host->fail. */
static int run_words(struct state *self, char *const *words, const char *what)
{
    int status = 0;
    pid_t pid = start(words, self->null);
    if (pid < 0) {
        return refuse(self->host, "cannot start %s '%.200s': %s", what, words[0], strerror(errno));
    }
    while (wait4(pid, &status, 0, &self->usage) < 0) {
        if (errno != EINTR) {
            return refuse(self->host, "cannot wait for %s '%.200s': %s", what, words[0], strerror(errno));
        }
    }
    if (WIFSIGNALED(status)) {
        return refuse(self->host, "%s '%.200s' was ended by signal %d (%s)", what, words[0], WTERMSIG(status),
                      strsignal(WTERMSIG(status)));
    }
    if (WEXITSTATUS(status) != 0) {
        return refuse(self->host, "%s '%.200s' ended with status %d, want 0", what, words[0], WEXITSTATUS(status));
    }
    return 0;
}

/* ---- The kernel -------------------------------------------------------------------------------------- */

static void command_teardown(void *state)
{
    struct state *self = state;
    if (self->null >= 0) {
        close(self->null);
    }
    free(self->prepare);
    free(self->text);
    free(self->words);
    free(self);
}

static int read_line(struct state *self, const char *line)
{
    struct objection objection;
    size_t room = strlen(line) + 2;
    self->words = calloc(room, sizeof *self->words);
    self->text = malloc(room);
    if (self->words == NULL || self->text == NULL) {
        return refuse(self->host, "out of memory");
    }
    if (split(self->words, self->text, line, &objection)) {
        return 0;
    }
    if (objection.byte == '\0') {
        return refuse(self->host, "bad line '%.200s': %s", line, objection.what);
    }
    return refuse(self->host, "bad line '%.200s': %c: %s", line, objection.byte == '\n' ? ' ' : objection.byte,
                  objection.what);
}

static int command_setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,
                         void **state)
{
    const char *prepare = assay_argument_text(arguments, "prepare");
    struct state *self = calloc(1, sizeof *self);
    (void)seed;
    if (self == NULL) {
        return refuse(host, "out of memory");
    }
    self->host = host;
    self->null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (self->null < 0) {
        refuse(host, "cannot open /dev/null: %s", strerror(errno));
        goto failed;
    }
    if (prepare != NULL && prepare[0] != '\0') {
        self->prepare = strdup(prepare);
        if (self->prepare == NULL) {
            refuse(host, "out of memory");
            goto failed;
        }
    }
    if (read_line(self, assay_argument_text(arguments, "line")) != 0) {
        goto failed;
    }
    *state = self;
    return 0;
failed:
    command_teardown(self);
    return 1;
}

static int command_prepare(void *state, uint64_t iterations)
{
    struct state *self = state;
    char shell[] = "/bin/sh", option[] = "-c";
    char *words[] = { shell, option, self->prepare, NULL };
    (void)iterations; /* always one */
    return self->prepare == NULL ? 0 : run_words(self, words, "the preparation by");
}

static int command_run(void *state, uint64_t iterations)
{
    struct state *self = state;
    for (uint64_t i = 0; i < iterations; i++) {
        if (run_words(self, self->words, "command") != 0) {
            return 1;
        }
    }
    return 0;
}

static double nanoseconds(struct timeval time)
{
    return (double)time.tv_sec * 1e9 + (double)time.tv_usec * 1e3;
}

enum { USER, SYSTEM, RESIDENT };

/* No values: what the program printed is not kept. Only its exit status is checked. */
static int command_answer(void *state, const struct assay_sink *sink)
{
    const struct state *self = state;
    sink->measure(sink->context, USER, nanoseconds(self->usage.ru_utime));
    sink->measure(sink->context, SYSTEM, nanoseconds(self->usage.ru_stime));
    sink->measure(sink->context, RESIDENT, (double)self->usage.ru_maxrss * 1024.0);
    return 0;
}

#define SIZE(type) ((uint32_t)sizeof(struct type))

static const struct assay_parameter line = {
    SIZE(assay_parameter), ASSAY_TEXT, "line", "command and arguments, quoted as for a shell", "true", NULL, NULL, NULL
};
static const struct assay_parameter prepare = {
    SIZE(assay_parameter), ASSAY_TEXT, "prepare", "run by /bin/sh -c before every run, untimed", "", NULL, NULL, NULL
};
static const struct assay_parameter *const parameters[] = { &line, &prepare, NULL };
static const struct assay_measure user = { SIZE(assay_measure), ASSAY_LOWER, "user", "ns" };
static const struct assay_measure kernel_time = { SIZE(assay_measure), ASSAY_LOWER, "system", "ns" };
static const struct assay_measure resident = { SIZE(assay_measure), ASSAY_LOWER, "max_resident", "bytes" };
static const struct assay_measure *const measures[] = {
    [USER] = &user, [SYSTEM] = &kernel_time, [RESIDENT] = &resident, NULL
};
static const char *const tags[] = { "process", NULL };

static const struct assay_kernel run_kernel = {
    .struct_size = SIZE(assay_kernel),
    .flags = ASSAY_FORKS | ASSAY_ONE_ITERATION,
    .name = "command.run",
    .summary = "starts a program and waits for its end, start-up included",
    .version = "1.0.0",
    .tags = tags,
    .parameters = parameters,
    .measures = measures,
    .setup = command_setup,
    .prepare = command_prepare,
    .run = command_run,
    .answer = command_answer,
    .teardown = command_teardown,
};

ASSAY_PLUGIN(&run_kernel)
