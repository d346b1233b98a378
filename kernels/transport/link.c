/* Opens and releases links, and waits for descriptors. Knows no transport but by name. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "link.h"

#include "box.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

const struct transport *const transports[] = {
    &transport_condition, &transport_pipe, &transport_socketpair, &transport_eventfd,
    &transport_futex,     &transport_ring, &transport_mqueue,     NULL,
};

static const char *const waitings[] = { [BLOCK] = "block", [SPIN] = "spin", [SPIN_THEN_BLOCK] = "spin_then_block" };
enum { WAITINGS = sizeof waitings / sizeof waitings[0] };

bool link_refuse(struct link *link, const char *what)
{
    int kept = errno;
    (void)snprintf(link->reason, sizeof link->reason, "transport=%s: %s: %s", link->transport->name, what,
                   strerror(kept));
    errno = kept;
    return false;
}

/* Fills in what the options say. */
static bool choose(struct link *link, const struct link_options *options)
{
    size_t transport = 0, waiting = 0;
    while (transports[transport] != NULL && strcmp(transports[transport]->name, options->transport) != 0) {
        transport++;
    }
    if (transports[transport] != NULL && strcmp(options->waiting, "usual") == 0) {
        waiting = transports[transport]->waits & 1u << BLOCK ? BLOCK : SPIN_THEN_BLOCK;
    }
    while (waiting < WAITINGS && strcmp(options->waiting, "usual") != 0 && strcmp(waitings[waiting], options->waiting) != 0) {
        waiting++;
    }
    if (transports[transport] == NULL || waiting == WAITINGS || options->depth < 1 || options->depth > DEPTH_MOST) {
        (void)snprintf(link->reason, sizeof link->reason, "no transport=%s with wait=%s and depth=%u",
                       options->transport, options->waiting, options->depth);
        return false;
    }
    link->transport = transports[transport];
    link->waiting = (enum waiting)waiting;
    link->crosses = options->crosses;
    link->depth = options->depth;
    if ((link->transport->waits & 1u << waiting) == 0) {
        (void)snprintf(link->reason, sizeof link->reason, "transport=%s with wait=%s makes no sense: %s",
                       options->transport, options->waiting, link->transport->why_not);
        return false;
    }
    return true;
}

bool link_open(struct link *link, const struct link_options *options)
{
    *link = (struct link){ .transport = NULL };
    for (size_t i = 0; i < DESCRIPTORS; i++) {
        link->descriptors[i] = -1;
    }
    if (!choose(link, options)) {
        return false;
    }
    if (link->transport->in_memory && (link->boxes = boxes_new()) == NULL) {
        return link_refuse(link, "cannot share memory");
    }
    if (link->transport->open != NULL && !link->transport->open(link)) {
        int kept = errno;
        link_release(link);
        errno = kept;
        return false;
    }
    return true;
}

void link_keep(struct link *link, enum side side)
{
    if (link->transport->keep != NULL) {
        link->transport->keep(link, side);
    }
}

void link_release(struct link *link)
{
    for (size_t i = 0; i < DESCRIPTORS; i++) {
        descriptor_close(&link->descriptors[i]);
    }
    boxes_free(link->boxes);
    link->boxes = NULL;
}

void descriptor_close(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

size_t descriptor_bytes(int fd)
{
    int bytes = 0;
    return ioctl(fd, FIONREAD, &bytes) == 0 && bytes > 0 ? (size_t)bytes : 0;
}

UNSEEN void spin_once(uint32_t looks)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
    if (looks >= SPINS_BEFORE_YIELDING) {
        sched_yield();
    }
}

enum moved descriptor_receive(int fd, enum waiting waiting, descriptor_try attempt, uint64_t *word)
{
    for (uint32_t looks = 0;;) {
        int64_t got = attempt(fd, waiting, word);
        if (got == (int64_t)sizeof *word) {
            return MOVED;
        }
        if (got == 0 || (got < 0 && errno == ECONNRESET)) {
            return ENDED;
        }
        if (got > 0 || (errno != EAGAIN && errno != EINTR)) {
            return BROKEN;
        }
        if (waiting == SPIN_THEN_BLOCK && looks >= SPINS_BEFORE_BLOCKING) {
            (void)poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, -1);
        } else {
            spin_once(looks);
            looks += looks < SPINS_BEFORE_YIELDING;
        }
    }
}
