/* sieve.incremental: primes one after another without an end in sight, each composite awaited in a priority queue.
 *
 * Idea    keep, for every prime p found, the next of its multiples that is to come. Go through the odd numbers: if the
 *         least multiple awaited is this number, it is composite, and each prime that awaited it moves on by 2p; else
 * it is prime. No table, so no limit need be known. A prime enters the queue only when its square is reached: smaller
 * multiples have a smaller factor. Time    O(n log n log log n): each crossing moves an entry down a heap of the primes
 * up to the root. Memory  O(sqrt n / log n) for the queue, 16 bytes an entry; and 4 bytes for each prime found, which
 * are the answer. Source  O'Neill, "The genuine sieve of Eratosthenes", Journal of Functional Programming 19, 2009.
 * There the queue takes every prime as soon as it is found; to wait for its square keeps the queue at the primes up to
 * the root. A heap of multiples is older: Singleton, Algorithm 356, Communications of the ACM 12, 1969.
 *
 * It is what primes.trial and its kin would like to be: they too give one prime after another, by division. */
#include "sieve.h"

/* Entry of the queue: the prime whose double is `step` awaits `multiple`. */
struct entry {
    uint64_t multiple, step;
};

/* The block begins with this. */
struct incremental {
    struct entry *queue; /* a binary heap, the least multiple first */
    size_t waiting;      /* entries in it */
    uint32_t *found;     /* the primes */
    size_t count;
};

/* Room for the odd primes up to the root, which are at most every second number. */
static size_t queue_room(uint64_t limit)
{
    return (size_t)sieve_root(limit) / 2 + 4;
}

static size_t incremental_size(uint64_t limit)
{
    return sizeof(struct incremental) + queue_room(limit) * sizeof(struct entry) +
           (size_t)(sieve_most_primes(limit) + 2) * sizeof(uint32_t);
}

/* The first entry's multiple has grown: down it goes, behind those that are less. */
static void sink(struct entry *queue, size_t waiting)
{
    struct entry moved = queue[0];
    size_t at = 0;
    for (size_t child = 1; child < waiting; child = 2 * at + 1) {
        /* Which of two children is less is as good as random: add the answer, do not branch on it. */
        child += child + 1 < waiting && queue[child + 1].multiple < queue[child].multiple;
        if (moved.multiple <= queue[child].multiple) {
            break;
        }
        queue[at] = queue[child];
        at = child;
    }
    queue[at] = moved;
}

static void enter(struct incremental *self, struct entry entry)
{
    size_t at = self->waiting++;
    for (; at > 0 && entry.multiple < self->queue[(at - 1) / 2].multiple; at = (at - 1) / 2) {
        self->queue[at] = self->queue[(at - 1) / 2];
    }
    self->queue[at] = entry;
}

/* Every prime that awaited `number` awaits its next odd multiple instead. */
static APART void incremental_cross(struct incremental *self, uint64_t number)
{
    while (self->queue[0].multiple == number) {
        self->queue[0].multiple += self->queue[0].step;
        sink(self->queue, self->waiting);
        ASSAY_COUNT(1);
    }
}

static APART void incremental_sieve(void *block, uint64_t limit)
{
    struct incremental *self = block;
    self->queue = (struct entry *)(void *)(self + 1);
    self->found = (uint32_t *)(void *)(self->queue + queue_room(limit));
    self->queue[0].multiple = 0; /* is awaited by nobody */
    self->waiting = 0;
    self->found[0] = 2;
    self->found[1] = 3;
    self->count = 2;
    size_t entering = 1; /* the prime that enters next */
    uint64_t square = 9;
    for (uint64_t n = 5; n < limit; n += 2) {
        if (n == square) {
            uint64_t p = self->found[entering++];
            enter(self, (struct entry){ n + 2 * p, 2 * p });
            ASSAY_COUNT(1);
            square = (uint64_t)self->found[entering] * self->found[entering];
        } else if (self->queue[0].multiple == n) {
            incremental_cross(self, n);
        } else {
            self->found[self->count++] = (uint32_t)n;
        }
    }
}

static void incremental_primes(const void *block, uint64_t limit, sieve_take take, void *context)
{
    const struct incremental *self = block;
    (void)limit;
    for (size_t i = 0; i < self->count; i++) {
        take(context, self->found[i]);
    }
}

const struct sieve_design sieve_incremental = {
    .name = "sieve.incremental",
    .summary = "no table: composites awaited in a priority queue (O'Neill)",
    .most = "1000000000",
    /* Other, and not faithful: there is no buffer of the sieve's size. No flags, so no bits. */
    .tags = { "primes", "sieve", "algorithm=other", "faithful=no", NULL },
    .size = incremental_size,
    .sieve = incremental_sieve,
    .primes = incremental_primes,
    .crossings = sieve_odd_crossings, /* the same pairs of prime and multiple as in a table, in another order */
};
