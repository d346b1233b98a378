/* Starts a worker so that nothing of it can outlive us. Knows no message. */
#include "measure/spawn.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long a process that was killed with its group may take to end. */
enum { ENDING_MS = 200 };
enum { TURN_IN = 6, TURN_OUT = 7 };
enum { REQUEST_END, REPLY_END, NOISE_END, EXEC_END, PIPES };

/* In the child, which shares our memory until exec (vfork: our page tables need not be copied): system calls only, and
 * nothing of ours is changed. Never returns. */
static void become_worker(const struct assay_launch *launch, char **environment, int pipes[PIPES][2], pid_t parent)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(127); /* the coordinator died before the line above */
    }
    /* Out of the way of 0 to 4 first, or one dup2 could overwrite the source of the next. */
    int request = fcntl(pipes[REQUEST_END][0], F_DUPFD_CLOEXEC, 10);
    int reply = fcntl(pipes[REPLY_END][1], F_DUPFD_CLOEXEC, 10);
    int noise = fcntl(pipes[NOISE_END][1], F_DUPFD_CLOEXEC, 10);
    int exec = fcntl(pipes[EXEC_END][1], F_DUPFD_CLOEXEC, 10);
    int image = launch->has_image ? fcntl(launch->image, F_DUPFD_CLOEXEC, 10) : -1;
    int turn_in = launch->has_turns ? fcntl(launch->turns[0], F_DUPFD_CLOEXEC, 10) : -1;
    int turn_out = launch->has_turns ? fcntl(launch->turns[1], F_DUPFD_CLOEXEC, 10) : -1;
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(null, 0);
    dup2(noise, 1);
    dup2(noise, 2);
    dup2(request, 3);
    dup2(reply, 4);
    if (image >= 0) {
        dup2(image, ASSAY_IMAGE_FD);
    }
    if (launch->has_turns) {
        dup2(turn_in, TURN_IN);
        dup2(turn_out, TURN_OUT);
    }
    if (launch->pinned) {
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET((size_t)launch->processor, &set);
        (void)sched_setaffinity(0, sizeof set, &set); /* in vain: it starts where we are */
    }
    execvpe(launch->argv[0], (char *const *)(uintptr_t)launch->argv, environment);
    int problem = errno;
    ssize_t ignored = write(exec, &problem, sizeof problem);
    (void)ignored;
    _exit(127);
}

/* Apart, so that nothing of the caller lives across vfork. */
static __attribute__((noinline)) pid_t begin_worker(const struct assay_launch *launch, char **environment, int pipes[PIPES][2],
                                                    pid_t parent)
{
    pid_t pid = vfork();
    if (pid == 0) {
        become_worker(launch, environment, pipes, parent);
    }
    return pid;
}

static void close_pipes(int pipes[PIPES][2])
{
    for (int i = 0; i < PIPES; i++) {
        for (int k = 0; k < 2; k++) {
            if (pipes[i][k] >= 0) {
                close(pipes[i][k]);
                pipes[i][k] = -1;
            }
        }
    }
}

static void close_one(int *fd)
{
    close(*fd);
    *fd = -1;
}

/* What exec said through the close-on-exec pipe: 0 when it went well. */
static int exec_problem(int fd)
{
    int problem = 0;
    ssize_t got;
    while ((got = read(fd, &problem, sizeof problem)) < 0 && errno == EINTR) {
    }
    return got == (ssize_t)sizeof problem ? problem : 0;
}

static bool is_same_name(const char *a, const char *b)
{
    size_t length = strcspn(a, "=");
    return strncmp(a, b, length + 1) == 0;
}

/* Our environment with `more` in it or in its place; a heap array of borrowed texts. */
static char **join_environment(const char *const *more)
{
    size_t own = 0, added = 0, count = 0;
    while (environ[own] != NULL) {
        own++;
    }
    while (more != NULL && more[added] != NULL) {
        added++;
    }
    char **joined = calloc(own + added + 1, sizeof *joined);
    for (size_t i = 0; joined != NULL && i < own; i++) {
        bool replaced = false;
        for (size_t k = 0; k < added; k++) {
            replaced = replaced || is_same_name(more[k], environ[i]);
        }
        if (!replaced) {
            joined[count++] = environ[i];
        }
    }
    for (size_t k = 0; joined != NULL && k < added; k++) {
        joined[count++] = (char *)(uintptr_t)more[k];
    }
    return joined;
}

int assay_spawn(struct assay_spawned *out, const struct assay_launch *launch, struct assay_error *error)
{
    int pipes[PIPES][2] = { { -1, -1 }, { -1, -1 }, { -1, -1 }, { -1, -1 } };
    char **environment = NULL;
    int result = 0;
    for (int i = 0; i < PIPES; i++) {
        if (pipe2(pipes[i], O_CLOEXEC) != 0) {
            result = assay_fail_errno(error, errno, "cannot make a pipe to a worker");
            goto done;
        }
    }
    environment = join_environment(launch->environment);
    if (environment == NULL) {
        result = assay_fail(error, ASSAY_ENOMEM, "out of memory");
        goto done;
    }
    pid_t parent = getpid();
    pid_t pid = begin_worker(launch, environment, pipes, parent);
    if (pid < 0) {
        result = assay_fail_errno(error, errno, "cannot start '%s'", launch->argv[0]);
        goto done;
    }
    (void)setpgid(pid, pid); /* both sides set it: whoever comes first */
    close_one(&pipes[EXEC_END][1]);
    int problem = exec_problem(pipes[EXEC_END][0]);
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (problem != 0 || pidfd < 0) {
        int why = problem != 0 ? problem : errno;
        (void)kill(pid, SIGKILL);
        (void)waitpid(pid, NULL, 0);
        result = assay_fail_errno(error, why, "cannot start '%s'", launch->argv[0]);
        goto done;
    }
    (void)fcntl(pipes[NOISE_END][0], F_SETFL, O_NONBLOCK);
    (void)fcntl(pipes[REQUEST_END][1], F_SETFL, O_NONBLOCK);
    *out = (struct assay_spawned){ .pid = pid,
                                   .pidfd = pidfd,
                                   .request_fd = pipes[REQUEST_END][1],
                                   .reply_fd = pipes[REPLY_END][0],
                                   .noise_fd = pipes[NOISE_END][0] };
    pipes[REQUEST_END][1] = pipes[REPLY_END][0] = pipes[NOISE_END][0] = -1;
done:
    free(environment);
    close_pipes(pipes);
    return result;
}

int assay_spawn_adopt(struct assay_error *error)
{
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) {
        return assay_fail_errno(error, errno, "cannot become the reaper of workers' children");
    }
    return 0;
}

static bool is_known(pid_t pid, const pid_t *known, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (known[i] == pid) {
            return true;
        }
    }
    return false;
}

/* The parent of `pid` by /proc/PID/stat; 0 if it is gone. The name in brackets may hold anything: look behind the last. */
static pid_t parent_of(pid_t pid)
{
    char path[64];
    char line[512];
    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return 0;
    }
    size_t got = fread(line, 1, sizeof line - 1, file);
    fclose(file);
    line[got] = '\0';
    const char *bracket = strrchr(line, ')');
    int parent = 0;
    if (bracket == NULL || sscanf(bracket + 1, " %*c %d", &parent) != 1) {
        return 0;
    }
    return parent;
}

/* Whether the environment that a process was started with holds `marker` as one of its entries. */
static bool carries(pid_t pid, const char *marker)
{
    char path[64];
    char *entry = NULL;
    size_t capacity = 0;
    bool found = false;
    (void)snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
    FILE *file = fopen(path, "re");
    while (file != NULL && !found && getdelim(&entry, &capacity, '\0', file) > 0) {
        found = strcmp(entry, marker) == 0;
    }
    if (file != NULL) {
        fclose(file);
    }
    free(entry);
    return found;
}

/* Whether a child ends by itself, and reaps it: what died with its worker may take a moment. */
static bool is_ending(pid_t pid)
{
    struct pollfd death = { (int)syscall(SYS_pidfd_open, pid, 0), POLLIN, 0 };
    bool ends = waitpid(pid, NULL, WNOHANG) != 0;
    if (!ends && death.fd >= 0) {
        ends = poll(&death, 1, ENDING_MS) > 0 && waitpid(pid, NULL, WNOHANG) != 0;
    }
    if (death.fd >= 0) {
        close(death.fd);
    }
    return ends;
}

/* Ends one child if it is a stray; whether it still ran. */
static bool end_stray(pid_t pid, const char *marker, const pid_t *known, size_t count)
{
    if (pid <= 0 || is_known(pid, known, count) || (marker != NULL && !carries(pid, marker))) {
        return false;
    }
    if (is_ending(pid)) {
        return false;
    }
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
    return true;
}

/* Our children by the kernel's list of them; false where the kernel keeps none (CONFIG_PROC_CHILDREN). */
static bool sweep_list(size_t *found, const char *marker, const pid_t *known, size_t count)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    pid_t pids[256];
    size_t listed = 0;
    int pid = 0;
    while (listed < sizeof pids / sizeof pids[0] && fscanf(file, "%d", &pid) == 1) {
        pids[listed++] = pid;
    }
    fclose(file);
    for (size_t i = 0; i < listed; i++) {
        *found += end_stray(pids[i], marker, known, count);
    }
    return true;
}

static void sweep_all(size_t *found, const char *marker, const pid_t *known, size_t count)
{
    DIR *directory = opendir("/proc");
    if (directory == NULL) {
        return;
    }
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
        if (pid > 0 && parent_of(pid) == getpid()) {
            *found += end_stray(pid, marker, known, count);
        }
    }
    closedir(directory);
}

size_t assay_spawn_sweep(const char *marker, const pid_t *known, size_t count)
{
    size_t all = 0;
    /* What it killed may have had children of its own, which come to us now. */
    for (int pass = 0; pass < 16; pass++) {
        size_t found = 0;
        if (!sweep_list(&found, marker, known, count)) {
            sweep_all(&found, marker, known, count);
        }
        all += found;
        if (found == 0) {
            break;
        }
    }
    return all;
}
