/* Starts a child and waits for it, passing on what asks us to stop. Knows no command. */
#include "base/attend.h"
#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long a wait may sleep: a signal that comes just before it is seen after so long. */
enum { NAP_MS = 500, NAP_BLIND_MS = 50 };

/* ---- in the child ---- */

static bool lead(int descriptor, const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    return file >= 0 && dup2(file, descriptor) == descriptor;
}

static bool arrange(const struct assay_attended *child)
{
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    bool right = null >= 0 && dup2(null, 0) == 0;
    right = right && (!child->output || lead(1, child->output));
    if (right && child->errors && child->output && strcmp(child->errors, child->output) == 0) {
        right = dup2(1, 2) == 2;
    } else if (right && child->errors) {
        right = lead(2, child->errors);
    }
    for (const char *const *each = child->environment; right && each && *each; each++) {
        right = (strchr(*each, '=') ? putenv((char *)(uintptr_t)*each) : unsetenv(*each)) == 0;
    }
    return right && (!child->directory || chdir(child->directory) == 0);
}

/* Never returns. What goes wrong before exec is said through the pipe, which exec closes. */
static void become(const struct assay_attended *child, pid_t parent, int said)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    static const int reset[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ };
    for (size_t i = 0; i < sizeof reset / sizeof *reset; i++) {
        signal(reset[i], SIG_DFL);
    }
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) {
        _exit(127); /* we died before the line above */
    }
    if (arrange(child)) {
        execvp(child->argv[0], (char *const *)(uintptr_t)child->argv);
    }
    int problem = errno;
    ssize_t ignored = write(said, &problem, sizeof problem);
    (void)ignored;
    _exit(127);
}

/* ---- beside it ---- */

static int start(pid_t *pid, const struct assay_attended *child, struct assay_error *error)
{
    int said[2];
    int problem = 0;
    if (pipe2(said, O_CLOEXEC) != 0) {
        return assay_fail_errno(error, errno, "cannot make a pipe for '%s'", child->argv[0]);
    }
    pid_t parent = getpid();
    *pid = fork();
    if (*pid == 0) {
        become(child, parent, said[1]);
    }
    int failed = *pid < 0 ? errno : 0;
    close(said[1]);
    while (!failed && read(said[0], &problem, sizeof problem) < 0 && errno == EINTR) {
    }
    close(said[0]);
    if (failed) {
        return assay_fail_errno(error, failed, "cannot start '%s'", child->argv[0]);
    }
    if (problem != 0) {
        (void)waitpid(*pid, NULL, 0);
        return assay_fail_errno(error, problem, "cannot start '%s'", child->argv[0]);
    }
    (void)setpgid(*pid, *pid);
    return 0;
}

/* Whether it has ended, having slept a moment if not. */
static bool has_ended(int *status, pid_t pid, int watch)
{
    struct pollfd watched = { .fd = watch, .events = POLLIN };
    pid_t ended = waitpid(pid, status, WNOHANG);
    if (ended == pid || (ended < 0 && errno != EINTR)) {
        return true;
    }
    (void)poll(&watched, 1, watch >= 0 ? NAP_MS : NAP_BLIND_MS);
    return false;
}

int assay_attend(int *status, const struct assay_attended *child, struct assay_error *error)
{
    pid_t pid = -1;
    int code = start(&pid, child, error);
    if (code) {
        return code;
    }
    int watch = pidfd_open(pid, 0); /* an old kernel has none: then we look twenty times a second */
    int64_t end_ns = child->timeout_s > 0.0 ? assay_clock_ns() + (int64_t)(child->timeout_s * 1e9) : INT64_MAX;
    bool told = false, late = false;
    int ended = 0;
    while (!has_ended(&ended, pid, watch)) {
        if (child->stop && *child->stop && !told) {
            told = true;
            (void)kill(-pid, *child->stop);
        }
        if (assay_clock_ns() >= end_ns && !late) {
            late = true;
            (void)kill(-pid, SIGKILL);
        }
    }
    if (watch >= 0) {
        close(watch);
    }
    if (late) {
        return assay_fail(error, ASSAY_EIO, "'%s' took longer than %g s", child->argv[0], child->timeout_s);
    }
    *status = ended;
    return 0;
}
