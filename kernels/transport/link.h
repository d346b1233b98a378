/* A link between a driver and a server: requests go one way, answers the other, one word each, in order. How a word
 * gets across is a transport's business, one file a transport; who the two are, and what the words mean, is not.
 *
 * A link is made before its server is. It then joins two threads of a process (`crosses` false), which share all of it,
 * or two processes: the server is forked after link_open(), and each process calls link_keep() for its side.
 *
 * Each side has one thread, which sends and receives. At most `depth` words are under way in all, between the sending
 * of a request and the receipt of its answer, and one more (a closing, or a message that nobody answers): no send waits
 * for room for ever. */
#ifndef ASSAY_TRANSPORT_LINK_H
#define ASSAY_TRANSPORT_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum side { DRIVER, SERVER };
enum waiting { BLOCK, SPIN, SPIN_THEN_BLOCK };

/* What became of a word. */
enum moved {
    MOVED,
    ENDED,   /* the other side closed, or died: nothing comes from there any more */
    BROKEN,  /* the system refused: errno */
    NOTHING, /* not yet; no transport's send or receive returns it */
};

enum { DEPTH_MOST = 1024, DESCRIPTORS = 4 };

struct box;

struct link {
    const struct transport *transport;
    enum waiting waiting;
    bool crosses; /* from one process to another */
    uint32_t depth;
    struct box *boxes;            /* shared memory, [side that sends]; NULL: the transport has none */
    int descriptors[DESCRIPTORS]; /* numbered by the transport; -1: none */
    char reason[240];             /* why link_open() failed */
};

struct transport {
    const char *name;
    unsigned waits;                  /* the sum of 1 << enum waiting of those that make sense */
    const char *why_not;             /* what is wrong with the others */
    bool in_memory;                  /* link_open() makes boxes for it */
    bool (*open)(struct link *link); /* false: link->reason says why. NULL: nothing to open */
    /* In a process that has one side: closes what is the other's alone. NULL: nothing is. */
    void (*keep)(struct link *link, enum side side);
    enum moved (*send)(struct link *link, enum side side, uint64_t word);
    /* Waits for a word. */
    enum moved (*receive)(struct link *link, enum side side, uint64_t *word);
    /* `side` sends no more. Once the other has received what was sent before, it gets ENDED, also where it is waiting
     * already. May be called on behalf of a side that died; twice is as good as once. */
    void (*close)(struct link *link, enum side side);
    /* How many words are there for `side` to receive. */
    size_t (*queued)(struct link *link, enum side side);
};

struct link_options {
    const char *transport;
    const char *waiting; /* block, spin, spin_then_block; usual: block where the transport can, else the last */
    bool crosses;
    uint32_t depth; /* 1 to DEPTH_MOST */
};

/* False: link->reason says why, and nothing is left behind. */
bool link_open(struct link *link, const struct link_options *options);
void link_keep(struct link *link, enum side side);
/* Frees what this process has of the link; harmless on one that is released, or failed to open. Nobody may be in it. */
void link_release(struct link *link);

/* The transports by name; NULL at the end. */
extern const struct transport *const transports[];
extern const struct transport transport_condition, transport_pipe, transport_socketpair, transport_eventfd,
    transport_futex, transport_ring, transport_mqueue;

/* ---- For transports ------------------------------------------------------------------------------------ */

static inline enum side other_side(enum side side)
{
    return side == DRIVER ? SERVER : DRIVER;
}

/* Sets link->reason to `what`, and what errno means. Always false. */
bool link_refuse(struct link *link, const char *what);
void descriptor_close(int *fd);
/* Bytes that could be read; 0 if that cannot be told. */
size_t descriptor_bytes(int fd);

/* One try to read a word: 8; 0 at the end of all words; or -1 and errno, EAGAIN if there is none yet. With BLOCK it
 * waits for one. */
typedef int64_t (*descriptor_try)(int fd, enum waiting waiting, uint64_t *word);
/* Tries until there is a word, and between two tries does what `waiting` says. */
enum moved descriptor_receive(int fd, enum waiting waiting, descriptor_try attempt, uint64_t *word);

/* Said of what is called in a loop while nothing happens: the hooks of instrumented builds leave it out. */
#define UNSEEN __attribute__((no_instrument_function))

/* Looks in vain: so many before SPIN_THEN_BLOCK blocks; so many before SPIN lets others have the processor between two
 * looks, for machines with more spinners than processors. Chosen by estimate,
 * not by measurement: longer than most round trips, and than any on an idle machine. */
enum { SPINS_BEFORE_BLOCKING = 1000, SPINS_BEFORE_YIELDING = 1 << 15 };
void spin_once(uint32_t looks);

#endif
