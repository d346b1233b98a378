/* Descriptors are moved to high numbers: a kernel that closes or writes to "3 and up" should meet its own mistakes
 * only. */
#include "worker/process.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { REQUESTS = 3, REPLIES = 4, OUT_OF_THE_WAY = 200 };

/* The limit of open files may be lower than where we want to be. */
static int move_away(int fd)
{
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, OUT_OF_THE_WAY);
    return moved >= 0 ? moved : fcntl(fd, F_DUPFD_CLOEXEC, REPLIES + 1);
}

int assay_channel_from_descriptors(struct assay_channel *out, struct assay_error *error)
{
    struct assay_channel channel;
    if ((channel.requests = move_away(REQUESTS)) < 0 || (channel.replies = move_away(REPLIES)) < 0) {
        return assay_fail(error, ASSAY_EIO,
                          "descriptors 3 and 4 are not open: start it from assay, or add --channel stdio");
    }
    close(REQUESTS);
    close(REPLIES);
    *out = channel;
    return 0;
}

int assay_channel_from_stdio(struct assay_channel *out, struct assay_error *error)
{
    struct assay_channel channel = { move_away(STDIN_FILENO), move_away(STDOUT_FILENO) };
    if (channel.requests < 0 || channel.replies < 0) {
        return assay_fail_errno(error, errno, "cannot move standard input and output");
    }
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0) {
        return assay_fail_errno(error, errno, "cannot open /dev/null");
    }
    /* Without a standard error the prints of kernels go nowhere. */
    if (dup2(STDERR_FILENO, STDOUT_FILENO) < 0 && dup2(nothing, STDOUT_FILENO) < 0) {
        return assay_fail_errno(error, errno, "cannot redirect standard output");
    }
    if (nothing > STDERR_FILENO) {
        close(nothing);
    }
    if (!isatty(channel.requests)) { /* another group than the terminal's could not read from it */
        setpgid(0, 0);               /* fails for a session's leader, whose group is its own already */
    }
    *out = channel;
    return 0;
}

int assay_process_move_descriptor(int fd)
{
    int moved = move_away(fd);
    if (moved >= 0) {
        close(fd);
    }
    return moved;
}

void assay_process_keep_descriptor(int fd)
{
    int flags = fcntl(fd, F_GETFD);
    if (flags >= 0) {
        fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
    }
}

/* The parent of the fork under way, for the child to see whether it died meanwhile. Forks of several threads at once
 * all write the same value. */
static pid_t forking;

static void before_fork(void)
{
    __atomic_store_n(&forking, getpid(), __ATOMIC_RELAXED);
}

static void in_child(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != __atomic_load_n(&forking, __ATOMIC_RELAXED)) {
        _exit(1);
    }
}

int assay_process_bind(struct assay_error *error)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
        return assay_fail_errno(error, errno, "cannot ask to die with the parent");
    }
    int code = pthread_atfork(before_fork, NULL, in_child);
    return code == 0 ? 0 : assay_fail_errno(error, code, "cannot watch over forks");
}
