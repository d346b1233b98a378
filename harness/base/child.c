/* Runs a short command to its end and gathers what it says. Knows no worker. */
#include "base/child.h"
#include "base/clock.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OUT_LIMIT = 16 << 20, ERR_LIMIT = 64 << 10 };

extern char **environ;

void assay_child_result_release(struct assay_child_result *result)
{
    free(result->out);
    free(result->err);
    *result = (struct assay_child_result){ 0 };
}

static int start(pid_t *pid, const char *const *argv, int out, int err)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int problem = posix_spawn_file_actions_init(&actions);
    if (problem != 0) {
        return problem;
    }
    problem = posix_spawnattr_init(&attributes);
    if (problem == 0) {
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions, out, 1);
        posix_spawn_file_actions_adddup2(&actions, err, 2);
        sigset_t none;
        sigemptyset(&none);
        posix_spawnattr_setsigmask(&attributes, &none);
        /* A group of its own: its grandchildren die with it when time is up. */
        posix_spawnattr_setpgroup(&attributes, 0);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
        /* posix_spawnp takes the array as it is and changes nothing: the cast is POSIX's own wart. */
        problem = posix_spawnp(pid, argv[0], &actions, &attributes, (char *const *)(uintptr_t)argv, environ);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return problem;
}

/* Reads once into `text`, keeping at most `limit` bytes; false at the end of file. */
static bool drain(int fd, struct assay_text *text, size_t limit)
{
    char bytes[8192];
    ssize_t got = read(fd, bytes, sizeof bytes);
    if (got < 0) {
        return errno == EINTR || errno == EAGAIN;
    }
    size_t room = limit - text->length;
    assay_text_append_bytes(text, bytes, (size_t)got < room ? (size_t)got : room);
    return got > 0;
}

/* Gathers both pipes until they close or `deadline_ns` passes; false when it passed. */
static bool gather(int out_fd, int err_fd, struct assay_text *out, struct assay_text *err, int64_t deadline_ns)
{
    struct pollfd polls[2] = { { out_fd, POLLIN, 0 }, { err_fd, POLLIN, 0 } };
    while (polls[0].fd >= 0 || polls[1].fd >= 0) {
        int64_t left_ms = (deadline_ns - assay_clock_ns()) / 1000000;
        if (left_ms <= 0) {
            return false;
        }
        if (poll(polls, 2, left_ms > 1000 ? 1000 : (int)left_ms) < 0 && errno != EINTR) {
            return false;
        }
        if (polls[0].revents != 0 && !drain(out_fd, out, OUT_LIMIT)) {
            polls[0].fd = -1;
        }
        if (polls[1].revents != 0 && !drain(err_fd, err, ERR_LIMIT)) {
            polls[1].fd = -1;
        }
        polls[0].revents = polls[1].revents = 0;
    }
    return true;
}

static void close_pair(int pair[2])
{
    for (int i = 0; i < 2; i++) {
        if (pair[i] >= 0) {
            close(pair[i]);
            pair[i] = -1;
        }
    }
}

int assay_child_run(struct assay_child_result *result, const char *const *argv, double timeout_s,
                    struct assay_error *error)
{
    int out_pipe[2] = { -1, -1 }, err_pipe[2] = { -1, -1 };
    struct assay_text out = ASSAY_TEXT_INIT, err = ASSAY_TEXT_INIT;
    pid_t pid = -1;
    int status = 0;
    int code = 0;
    if (pipe2(out_pipe, O_CLOEXEC) != 0 || pipe2(err_pipe, O_CLOEXEC) != 0) {
        code = assay_fail_errno(error, errno, "cannot make a pipe for '%s'", argv[0]);
        goto done;
    }
    int problem = start(&pid, argv, out_pipe[1], err_pipe[1]);
    if (problem != 0) {
        code = assay_fail_errno(error, problem, "cannot start '%s'", argv[0]);
        goto done;
    }
    close(out_pipe[1]);
    close(err_pipe[1]);
    out_pipe[1] = err_pipe[1] = -1;
    bool in_time = gather(out_pipe[0], err_pipe[0], &out, &err, assay_clock_ns() + (int64_t)(timeout_s * 1e9));
    if (!in_time) {
        (void)kill(-pid, SIGKILL);
        (void)kill(pid, SIGKILL);
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (!in_time) {
        code = assay_fail(error, ASSAY_EIO, "'%s' took longer than %g s", argv[0], timeout_s);
        goto done;
    }
    struct assay_child_result made = { .status = status, .length = out.length };
    made.out = assay_text_take(&out);
    made.err = assay_text_take(&err);
    if (made.out == NULL || made.err == NULL) {
        assay_child_result_release(&made);
        code = assay_fail(error, ASSAY_ENOMEM, "out of memory reading from '%s'", argv[0]);
        goto done;
    }
    *result = made;
done:
    close_pair(out_pipe);
    close_pair(err_pipe);
    assay_text_release(&out);
    assay_text_release(&err);
    return code;
}
