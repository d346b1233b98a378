/* One worker process seen from the coordinator. Knows no schedule. */
#include "measure/channel.h"

#include "base/clock.h"
#include "machine/machine.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOISE_KEPT = 4096, NOISE_READS = 64, WATCH_MS = 50, MOST_CHANNELS = 64 };

int assay_channel_open(struct assay_channel **out, const struct assay_launch *launch, struct assay_error *error)
{
    struct assay_channel *channel = calloc(1, sizeof *channel);
    if (channel == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    int result = assay_spawn(&channel->process, launch, error);
    if (result != 0) {
        free(channel);
        return result;
    }
    assay_line_reader_init(&channel->reader, channel->process.reply_fd, ASSAY_REPLY_LINE_MAX);
    *out = channel;
    return 0;
}

/* Keeps the last NOISE_KEPT bytes: what a worker said before it died is what a person wants to read. */
static void take_noise(struct assay_channel *channel)
{
    char bytes[4096];
    ssize_t got;
    /* Not for ever: one that never stops printing must not keep us from the clock. */
    for (int i = 0; i < NOISE_READS && (got = read(channel->process.noise_fd, bytes, sizeof bytes)) > 0; i++) {
        channel->noise_bytes += (uint64_t)got;
        assay_text_append_bytes(&channel->noise, bytes, (size_t)got);
        if (channel->noise.length > NOISE_KEPT) {
            size_t extra = channel->noise.length - NOISE_KEPT;
            memmove(channel->noise.bytes, channel->noise.bytes + extra, NOISE_KEPT + 1);
            channel->noise.length = NOISE_KEPT;
        }
    }
}

/* The last line that the worker wrote to standard error or output; "" if none. Borrowed. */
static const char *last_words(struct assay_channel *channel)
{
    take_noise(channel);
    size_t end = channel->noise.length;
    while (end > 0 && channel->noise.bytes[end - 1] == '\n') {
        channel->noise.bytes[--end] = '\0';
    }
    size_t start = end;
    while (start > 0 && channel->noise.bytes[start - 1] != '\n') {
        start--;
    }
    return end > 0 ? channel->noise.bytes + start : "";
}

static void judge_death(struct assay_channel *channel, int status, struct assay_failure *failure)
{
    const char *words = last_words(channel);
    const char *colon = words[0] != '\0' ? ": " : "";
    const char *during = assay_request_word(channel->kind);
    if (WIFSIGNALED(status)) {
        int number = WTERMSIG(status);
        const char *hint = number == SIGKILL ? " (perhaps by the kernel, for want of memory)" : "";
        assay_failure_set(failure, ASSAY_STATUS_CRASHED, "killed by signal %d, %s, during '%s'%s%s%s", number,
                          strsignal(number), during, hint, colon, words);
    } else {
        assay_failure_set(failure, ASSAY_STATUS_EXITED, "exited with status %d during '%s'%s%s", WEXITSTATUS(status), during,
                          colon, words);
    }
}

/* Reaps the worker if it has ended; true then. */
static bool reap(struct assay_channel *channel, int *status, int options)
{
    if (channel->over) {
        return false;
    }
    pid_t got;
    while ((got = waitpid(channel->process.pid, status, options)) < 0 && errno == EINTR) {
    }
    channel->over = got == channel->process.pid;
    return channel->over;
}

static void fail_too_large(struct assay_channel *channel, uint64_t limit, struct assay_failure *failure)
{
    (void)kill(-channel->process.pid, SIGKILL);
    assay_failure_set(failure, ASSAY_STATUS_OUT_OF_MEMORY, "grew to %.0f MiB, over the limit of %.0f MiB (--memory)",
                      channel->resident_bytes / 0x1p20, (double)limit / 0x1p20);
}

/* Looks at the worker's memory; true while it is within its limit. */
static bool within_memory(struct assay_channel *channel, const struct assay_channel_limits *limits,
                          struct assay_failure *failure)
{
    if (limits->memory_bytes == 0) {
        return true;
    }
    int64_t resident = assay_machine_group_resident_bytes(channel->process.pid);
    if ((double)resident > channel->resident_bytes) {
        channel->resident_bytes = (double)resident;
    }
    if (resident <= 0 || (uint64_t)resident <= limits->memory_bytes) {
        return true;
    }
    fail_too_large(channel, limits->memory_bytes, failure);
    return false;
}

static void set_deadline(struct assay_channel *channel, const struct assay_channel_limits *limits)
{
    channel->sent_ns = assay_clock_ns();
    channel->watched_ns = channel->sent_ns;
    channel->deadline_ns = channel->sent_ns + (int64_t)(limits->timeout_s * 1e9);
    channel->limit_s = limits->timeout_s;
    channel->at_budget_end = limits->budget_end_ns > 0 && limits->budget_end_ns < channel->deadline_ns;
    if (channel->at_budget_end) {
        channel->deadline_ns = limits->budget_end_ns;
    }
}

static void fail_late(struct assay_channel *channel, struct assay_failure *failure)
{
    (void)kill(-channel->process.pid, SIGKILL);
    if (channel->at_budget_end) {
        assay_failure_set(failure, ASSAY_STATUS_TIMED_OUT, "the budget ended during '%s'", assay_request_word(channel->kind));
        failure->at_budget_end = true;
    } else {
        assay_failure_set(failure, ASSAY_STATUS_TIMED_OUT, "no reply to '%s' within %g s (--timeout)",
                          assay_request_word(channel->kind), channel->limit_s);
    }
}

/* A channel as poll sees it: its reply pipe, its process, its noise. */
enum { POLL_REPLY, POLL_DEATH, POLL_NOISE, POLLS };

static int next_wake_ms(struct assay_channel *const *channels, size_t count)
{
    int64_t now = assay_clock_ns();
    int64_t wake = WATCH_MS;
    for (size_t i = 0; i < count; i++) {
        int64_t left = (channels[i]->deadline_ns - now) / 1000000;
        wake = left < wake ? left : wake;
    }
    return wake < 0 ? 0 : (int)wake + 1;
}

/* A whole line, if one is there: 1; none yet: 0; the stream is broken or over: -1 with `failure`. */
static int try_line(struct assay_channel *channel, char **line, size_t *length, struct assay_failure *failure)
{
    struct assay_error error = { 0 };
    int got = assay_line_next(line, length, &channel->reader, &error);
    if (got == ASSAY_LINE_READY) {
        channel->received_ns = assay_clock_ns();
        return 1;
    }
    if (got == ASSAY_LINE_AGAIN) {
        return 0;
    }
    if (got < 0) {
        assay_failure_set(failure, ASSAY_STATUS_PROTOCOL_ERROR, "%s", error.text);
        return -1;
    }
    /* End of file: death tells more than a closed pipe, and follows it closely if it follows. */
    struct pollfd death = { channel->process.pidfd, POLLIN, 0 };
    int status = 0;
    if (poll(&death, 1, 200) > 0 && reap(channel, &status, 0)) {
        judge_death(channel, status, failure);
    } else {
        assay_failure_set(failure, ASSAY_STATUS_PROTOCOL_ERROR, "closed its replies and lives on");
    }
    return -1;
}

/* Every so often, however much it prints: memory, deadline. False with `failure`. */
static bool still_within(struct assay_channel *channel, const struct assay_channel_limits *limits,
                         struct assay_failure *failure)
{
    int64_t now_ns = assay_clock_ns();
    if (now_ns - channel->watched_ns >= WATCH_MS * 1000000LL) {
        channel->watched_ns = now_ns;
        if (!within_memory(channel, limits, failure)) {
            return false;
        }
    }
    if (now_ns >= channel->deadline_ns) {
        fail_late(channel, failure);
        return false;
    }
    return true;
}

/* What one poll saw is not of one instant: between its look at the pipe and its look at the process a reply may have come. */
static bool has_replied(const struct assay_channel *channel)
{
    struct pollfd reply = { channel->process.reply_fd, POLLIN, 0 };
    return poll(&reply, 1, 0) > 0;
}

/* Waits until a line of any channel is there. True: *which, line. False: failure of *which. */
static bool wait_line(size_t *which, char **line, size_t *length, struct assay_channel *const *channels, size_t count,
                      const struct assay_channel_limits *limits, struct assay_failure *failure)
{
    struct pollfd polls[MOST_CHANNELS * POLLS];
    count = count < MOST_CHANNELS ? count : MOST_CHANNELS;
    for (size_t i = 0; i < count; i++) {
        polls[i * POLLS + POLL_REPLY] = (struct pollfd){ channels[i]->process.reply_fd, POLLIN, 0 };
        polls[i * POLLS + POLL_DEATH] = (struct pollfd){ channels[i]->process.pidfd, POLLIN, 0 };
        polls[i * POLLS + POLL_NOISE] = (struct pollfd){ channels[i]->process.noise_fd, POLLIN, 0 };
    }
    for (;;) {
        int ready = poll(polls, (nfds_t)(count * POLLS), next_wake_ms(channels, count));
        if (limits->stop != NULL && *limits->stop != 0) {
            *which = 0;
            assay_failure_set(failure, ASSAY_STATUS_INTERRUPTED, "interrupted");
            return false;
        }
        for (size_t i = 0; i < count; i++) {
            *which = i;
            if (ready > 0 && polls[i * POLLS + POLL_NOISE].revents != 0) {
                take_noise(channels[i]);
                if ((polls[i * POLLS + POLL_NOISE].revents & (POLLHUP | POLLERR)) != 0) {
                    polls[i * POLLS + POLL_NOISE].fd = -1;
                }
            }
            short replied = ready > 0 ? polls[i * POLLS + POLL_REPLY].revents : 0;
            short died = ready > 0 ? polls[i * POLLS + POLL_DEATH].revents : 0;
            int got = replied != 0 ? try_line(channels[i], line, length, failure) : 0;
            if (got != 0) {
                return got > 0;
            }
            /* Its replies may stay open in the hands of a child: death is learnt from the process. */
            int status = 0;
            if (replied == 0 && died != 0 && !has_replied(channels[i]) && reap(channels[i], &status, WNOHANG)) {
                judge_death(channels[i], status, failure);
                return false;
            }
            if (!still_within(channels[i], limits, failure)) {
                return false;
            }
        }
    }
}

bool assay_channel_greet(struct assay_channel *channel, const struct assay_channel_limits *limits,
                         struct assay_failure *failure)
{
    size_t which = 0;
    char *line = NULL;
    size_t length = 0;
    set_deadline(channel, limits);
    if (!wait_line(&which, &line, &length, &channel, 1, limits, failure)) {
        return false;
    }
    struct assay_error error = { 0 };
    if (assay_hello_read(&channel->hello, line, length, &error) != 0) {
        assay_failure_set(failure, ASSAY_STATUS_PROTOCOL_ERROR, "%s", error.text);
        return false;
    }
    return true;
}

/* Writes the request. A worker that does not read is waited for no longer than one that does not reply. */
static bool push(struct assay_channel *channel, const struct assay_channel_limits *limits, struct assay_failure *failure)
{
    size_t done = 0;
    while (done < channel->line.length) {
        ssize_t put = write(channel->process.request_fd, channel->line.bytes + done, channel->line.length - done);
        if (put < 0 && errno != EAGAIN && errno != EINTR) {
            return true; /* closed: a worker that is dying. The wait will tell of what. */
        }
        done += put > 0 ? (size_t)put : 0;
        if (done == channel->line.length) {
            break;
        }
        struct pollfd polls[2] = { { channel->process.request_fd, POLLOUT, 0 }, { channel->process.pidfd, POLLIN, 0 } };
        (void)poll(polls, 2, next_wake_ms(&channel, 1));
        if (limits->stop != NULL && *limits->stop != 0) {
            assay_failure_set(failure, ASSAY_STATUS_INTERRUPTED, "interrupted");
            return false;
        }
        take_noise(channel);
        if (polls[1].revents != 0) {
            return true;
        }
        if (!still_within(channel, limits, failure)) {
            return false;
        }
    }
    return true;
}

bool assay_channel_send(struct assay_channel *channel, struct assay_request *request,
                        const struct assay_channel_limits *limits, struct assay_failure *failure)
{
    request->id = ++channel->id;
    channel->kind = request->kind;
    assay_text_clear(&channel->line);
    assay_request_write(&channel->line, request);
    assay_text_append_char(&channel->line, '\n');
    if (channel->line.failed) {
        assay_failure_set(failure, ASSAY_STATUS_FAILED, "out of memory writing a request");
        return false;
    }
    set_deadline(channel, limits);
    return push(channel, limits, failure);
}

bool assay_channel_wait(size_t *which, struct assay_reply *reply, struct assay_channel *const *channels, size_t count,
                        const struct assay_channel_limits *limits, struct assay_failure *failure)
{
    char *line = NULL;
    size_t length = 0;
    if (!wait_line(which, &line, &length, channels, count, limits, failure)) {
        return false;
    }
    struct assay_error error = { 0 };
    if (assay_reply_read(reply, line, length, &error) != 0) {
        assay_failure_set(failure, ASSAY_STATUS_PROTOCOL_ERROR, "%s", error.text);
        return false;
    }
    struct assay_channel *channel = channels[*which];
    if (reply->id != channel->id) {
        assay_failure_set(failure, ASSAY_STATUS_PROTOCOL_ERROR, "replied to request %llu, want %llu",
                          (unsigned long long)reply->id, (unsigned long long)channel->id);
        return false;
    }
    return true;
}

bool assay_channel_judge(const struct assay_reply *reply, struct assay_failure *failure)
{
    if (reply->ok) {
        return true;
    }
    enum assay_status status = ASSAY_STATUS_FAILED;
    if (reply->status == NULL || !assay_status_parse(&status, reply->status) || status == ASSAY_STATUS_OK) {
        status = ASSAY_STATUS_PROTOCOL_ERROR;
    }
    assay_failure_set(failure, status, "%s", reply->message != NULL ? reply->message : "no reason given");
    return false;
}

bool assay_channel_call(struct assay_channel *channel, struct assay_request *request, struct assay_reply *reply,
                        const struct assay_channel_limits *limits, struct assay_failure *failure)
{
    size_t which = 0;
    return assay_channel_send(channel, request, limits, failure) &&
           assay_channel_wait(&which, reply, &channel, 1, limits, failure) && assay_channel_judge(reply, failure);
}

bool assay_channel_leave(struct assay_channel *channel, double wait_s, struct assay_failure *failure)
{
    struct pollfd death = { channel->process.pidfd, POLLIN, 0 };
    int status = 0;
    if (poll(&death, 1, (int)(wait_s * 1000)) <= 0 || !reap(channel, &status, WNOHANG)) {
        return true;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        return true;
    }
    judge_death(channel, status, failure);
    return false;
}

void assay_channel_close(struct assay_channel *channel)
{
    if (channel == NULL) {
        return;
    }
    int status = 0;
    (void)kill(-channel->process.pid, SIGKILL);
    if (!channel->over) {
        (void)kill(channel->process.pid, SIGKILL);
        (void)reap(channel, &status, 0);
    }
    close(channel->process.pidfd);
    close(channel->process.request_fd);
    close(channel->process.reply_fd);
    close(channel->process.noise_fd);
    assay_line_reader_release(&channel->reader);
    assay_hello_release(&channel->hello);
    assay_text_release(&channel->line);
    assay_text_release(&channel->noise);
    free(channel);
}
