/* One question to each of many workers, a few at a time. Never blocks on a worker: pipes are polled, and what hangs,
 * floods or dies is killed with its process group. */
#include "catalog/describe.h"

#include "base/clock.h"
#include "base/text.h"
#include "protocol/line.h"
#include "protocol/message.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PARALLEL = 2, COMPLAINT_MAX = 200 };

/* A worker that is being asked. */
struct asked {
    struct assay_describe *question; /* NULL: this place is free */
    pid_t pid;
    int reply;     /* read end of its descriptor 4 */
    int complaint; /* read end of its standard error; -1 once closed */
    struct assay_line_reader reader;
    bool greeted;
    int64_t deadline_ns;
    char last_words[COMPLAINT_MAX + 1]; /* the beginning of its standard error */
    size_t last_words_length;
};

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

static void close_pair(int pair[2])
{
    close_fd(&pair[0]);
    close_fd(&pair[1]);
}

static void set_problem(struct asked *asked, const char *text)
{
    if (asked->question->problem == NULL) {
        asked->question->problem = assay_copy(text);
    }
}

/* In the child, between fork and exec: only what is safe there. */
static void become_worker(char *const *command, pid_t parent, int request, int reply, int complaint)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(127);
    }
    /* Out of the way first: the pipes may themselves be 3 or 4. */
    int from = fcntl(request, F_DUPFD_CLOEXEC, 10);
    int to = fcntl(reply, F_DUPFD_CLOEXEC, 10);
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (from < 0 || to < 0 || nothing < 0 || dup2(complaint, 2) < 0 || dup2(nothing, 0) < 0 || dup2(nothing, 1) < 0 ||
        dup2(from, 3) < 0 || dup2(to, 4) < 0) {
        _exit(127);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    execvp(command[0], command);
    static const char refused[] = "cannot be started\n";
    (void)!write(2, refused, sizeof refused - 1);
    _exit(127);
}

/* The question and the farewell, written before anybody reads: small enough for a pipe, so this neither blocks nor
 * meets a broken pipe. */
static int write_requests(int fd, struct assay_error *error)
{
    static const enum assay_request_kind kinds[] = { ASSAY_REQUEST_DESCRIBE, ASSAY_REQUEST_QUIT };
    struct assay_text line = ASSAY_TEXT_INIT;
    int code = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && code == 0; i++) {
        struct assay_request request = { .id = i + 1, .kind = kinds[i], .threads = 1, .batches = 1 };
        assay_text_clear(&line);
        assay_request_write(&line, &request);
        code = line.failed ? assay_fail(error, ASSAY_ENOMEM, "out of memory")
                           : assay_line_write(fd, line.bytes, line.length, error);
    }
    assay_text_release(&line);
    return code;
}

static int start(struct asked *asked, struct assay_describe *question, struct assay_error *error)
{
    int request[2] = { -1, -1 }, reply[2] = { -1, -1 }, complaint[2] = { -1, -1 };
    int code = 0;
    if (pipe2(request, O_CLOEXEC) != 0 || pipe2(reply, O_CLOEXEC) != 0 || pipe2(complaint, O_CLOEXEC) != 0) {
        code = assay_fail_errno(error, errno, "cannot make a pipe to a worker");
        goto done;
    }
    code = write_requests(request[1], error);
    if (code != 0) {
        goto done;
    }
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        become_worker(question->command, parent, request[0], reply[1], complaint[1]);
    }
    if (pid < 0) {
        code = assay_fail_errno(error, errno, "cannot start a worker");
        goto done;
    }
    setpgid(pid, pid); /* whoever is first */
    fcntl(complaint[0], F_SETFL, O_NONBLOCK);
    fcntl(reply[0], F_SETFL, O_NONBLOCK);
    *asked = (struct asked){ .question = question,
                             .pid = pid,
                             .reply = reply[0],
                             .complaint = complaint[0],
                             .deadline_ns = assay_clock_ns() + ASSAY_DESCRIBE_TIMEOUT_NS };
    assay_line_reader_init(&asked->reader, asked->reply, ASSAY_REPLY_LINE_MAX);
    reply[0] = complaint[0] = -1;
done:
    close_pair(request);
    close_pair(reply);
    close_pair(complaint);
    return code;
}

static void take_complaint(struct asked *asked)
{
    char bytes[4096];
    ssize_t got = read(asked->complaint, bytes, sizeof bytes);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
        close_fd(&asked->complaint);
    }
    size_t room = COMPLAINT_MAX - asked->last_words_length;
    if (got > 0 && room > 0) {
        size_t taken = (size_t)got < room ? (size_t)got : room;
        memcpy(asked->last_words + asked->last_words_length, bytes, taken);
        asked->last_words_length += taken;
    }
}

/* Why a worker ended before it answered, from its status and its standard error's first line. */
static void explain_death(struct asked *asked, int status)
{
    if (asked->complaint >= 0) {
        take_complaint(asked);
    }
    asked->last_words[strcspn(asked->last_words, "\n")] = '\0';
    char *words = assay_utf8_clean(asked->last_words, strlen(asked->last_words), NULL);
    const char *mark = words != NULL && words[0] != '\0' ? ": " : "";
    char *text = NULL;
    if (WIFSIGNALED(status)) {
        text = assay_formatted("its worker was ended by signal %d (%s) before it described itself%s%s", WTERMSIG(status),
                               strsignal(WTERMSIG(status)), mark, words != NULL ? words : "");
    } else {
        text = assay_formatted("its worker ended with status %d before it described itself%s%s", WEXITSTATUS(status), mark,
                               words != NULL ? words : "");
    }
    set_problem(asked, text != NULL ? text : "its worker ended before it described itself");
    free(text);
    free(words);
}

/* Ends the worker, whatever it does, and frees its place. `own_death`: it is ending by itself; its status is the problem. */
static void finish(struct asked *asked, bool own_death)
{
    int status = 0;
    if (!own_death) {
        kill(-asked->pid, SIGKILL);
        kill(asked->pid, SIGKILL);
    }
    while (waitpid(asked->pid, &status, 0) < 0 && errno == EINTR) {
    }
    kill(-asked->pid, SIGKILL); /* what it left behind */
    if (own_death) {
        explain_death(asked, status);
    }
    assay_line_reader_release(&asked->reader);
    close_fd(&asked->reply);
    close_fd(&asked->complaint);
    asked->question = NULL;
}

/* The reply to `describe`; true when the question is settled. */
static void take_reply(struct asked *asked, const char *line, size_t length)
{
    struct assay_error error = { 0 };
    struct assay_reply reply = { 0 };
    if (assay_reply_read(&reply, line, length, &error) != 0) {
        set_problem(asked, error.text);
        return;
    }
    if (!reply.ok) {
        set_problem(asked, reply.message != NULL ? reply.message : "its worker refuses to describe it");
    } else if (reply.id != 1 || !reply.has_description) {
        set_problem(asked, "its worker answers another question than describe");
    } else {
        asked->question->description = reply.description;
        reply.description = (struct assay_description){ 0 };
        reply.has_description = false;
    }
    assay_reply_release(&reply);
}

static bool take_hello(struct asked *asked, const char *line, size_t length)
{
    struct assay_error error = { 0 };
    struct assay_hello hello = { 0 };
    if (assay_hello_read(&hello, line, length, &error) != 0) {
        set_problem(asked, error.text);
        return false;
    }
    bool right = hello.major == ASSAY_PROTOCOL_MAJOR;
    if (!right) {
        char *text = assay_formatted("worker speaks protocol %u, want %d", hello.major, ASSAY_PROTOCOL_MAJOR);
        set_problem(asked, text != NULL ? text : "worker speaks another protocol");
        free(text);
    }
    assay_hello_release(&hello);
    return right;
}

/* Whether the process has ended; it is not reaped. */
static bool has_ended(const struct asked *asked)
{
    siginfo_t info = { 0 };
    return waitid(P_PID, (id_t)asked->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == asked->pid;
}

/* Reads what has come, line by line. Settles the question if it can: then the worker is ended. */
static void listen_to(struct asked *asked)
{
    for (;;) {
        struct assay_error error = { 0 };
        char *line = NULL;
        size_t length = 0;
        int got = assay_line_next(&line, &length, &asked->reader, &error);
        struct pollfd more = { .fd = asked->reply, .events = POLLIN };
        if (got == ASSAY_LINE_AGAIN && poll(&more, 1, 0) > 0) {
            continue; /* a piece was read, and there is more */
        }
        if (got == ASSAY_LINE_AGAIN) {
            return;
        }
        if (got == ASSAY_LINE_END) {
            close_fd(&asked->reply); /* death is learnt from the process */
            return;
        }
        if (got == ASSAY_LINE_READY && !asked->greeted && take_hello(asked, line, length)) {
            asked->greeted = true;
            continue;
        }
        if (got == ASSAY_LINE_READY && asked->greeted) {
            take_reply(asked, line, length);
        } else if (got < 0) {
            set_problem(asked, error.text);
        }
        finish(asked, false);
        return;
    }
}

/* Waits until something can be said of one of them, at most `PAUSE_MS` (a death without a closed pipe is found then). */
static void wait_for_news(struct asked *asked, size_t count)
{
    enum { PAUSE_MS = 50 };
    struct pollfd fds[2 * PARALLEL];
    nfds_t used = 0;
    for (size_t i = 0; i < count; i++) {
        int both[2] = { asked[i].reply, asked[i].complaint };
        for (size_t k = 0; asked[i].question != NULL && k < 2; k++) {
            if (both[k] >= 0) {
                fds[used++] = (struct pollfd){ .fd = both[k], .events = POLLIN };
            }
        }
    }
    poll(fds, used, used > 0 ? PAUSE_MS : 1);
}

/* One look at a worker: what it says, whether it is dead, whether its time is up. */
static void attend(struct asked *asked)
{
    bool ended = has_ended(asked); /* asked before listening: what a dead worker said is all in the pipe by now */
    if (asked->complaint >= 0) {
        take_complaint(asked);
    }
    if (asked->reply >= 0) {
        listen_to(asked);
    }
    if (asked->question == NULL) {
        return;
    }
    if (ended) {
        finish(asked, true);
    } else if (assay_clock_ns() >= asked->deadline_ns) {
        set_problem(asked, "its worker did not describe itself within 5 s");
        finish(asked, false);
    }
}

int assay_describe_all(struct assay_describe *questions, size_t count, struct assay_error *error)
{
    struct asked asked[PARALLEL] = { { .question = NULL } };
    size_t next = 0, busy = 0;
    int code = 0;
    while (next < count || busy > 0) {
        for (size_t i = 0; i < PARALLEL && next < count && code == 0; i++) {
            if (asked[i].question == NULL) {
                struct assay_error inner = { 0 };
                struct assay_describe *question = &questions[next++];
                if (start(&asked[i], question, &inner) != 0) {
                    question->problem = assay_copy(inner.text);
                }
            }
        }
        wait_for_news(asked, PARALLEL);
        busy = 0;
        for (size_t i = 0; i < PARALLEL; i++) {
            if (asked[i].question != NULL) {
                attend(&asked[i]);
            }
            busy += asked[i].question != NULL;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (questions[i].problem == NULL && questions[i].description.implementation == NULL) {
            code = assay_fail(error, ASSAY_ENOMEM, "out of memory describing plug-ins");
        }
    }
    return code;
}
