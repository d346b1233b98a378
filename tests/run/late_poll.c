/* Preloaded: a poll() that looks at descriptors one after the other with time in between, as a kernel may on a loaded machine. Of a worker
 * that writes its last reply and ends, it reports the end and not yet the reply. */
#include <dlfcn.h>
#include <poll.h>
#include <unistd.h>

enum { BETWEEN_US = 20000 };

int poll(struct pollfd *polls, nfds_t count, int timeout_ms)
{
    int (*real)(struct pollfd *, nfds_t, int) = (int (*)(struct pollfd *, nfds_t, int))dlsym(RTLD_NEXT, "poll");
    static struct pollfd late;
    if (count < 3) { /* not a wait for replies */
        return real(polls, count, timeout_ms);
    }
    (void)usleep(BETWEEN_US);
    int ready = real(polls, count, timeout_ms);
    for (nfds_t i = 0; i + 1 < count && ready > 1; i++) {
        if ((polls[i].revents & POLLIN) && (polls[i + 1].revents & POLLIN) && polls[i].fd != late.fd) {
            late = polls[i];
            polls[i].revents = 0;
            return ready - 1;
        }
    }
    late.fd = -1;
    return ready;
}
