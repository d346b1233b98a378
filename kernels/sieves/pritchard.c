/* sieve.pritchard: a wheel that grows by rolling, and loses the multiples of one prime after another.
 *
 * Idea    the numbers prime to the first few primes repeat: 1, 5 (, 7, 11, 13, 17, ...) for 2 and 3, with length 6.
 * Take the next member, p; roll the wheel p times as far as it is long (not beyond n); take out p w for every member w
 *         of the wheel as it was. What is left is the wheel for the primes up to p. When it reaches n it rolls no more,
 *         and when p^2 is beyond n its members but 1 are the primes left.
 * Time    O(n / log log n): every number that enters has no factor among the first primes, and leaves once at the most.
 *         No known sieve has a better order; but its links are all over memory.
 * Memory  4 n bytes: two links of four bytes for every odd number (the wheel of 2 is where it starts), and the primes
 * up to the root. Source  Pritchard, "A sublinear additive sieve for finding prime numbers", Communications of the ACM
 * 24, 1981, and "Explaining the wheel sieve", Acta Informatica 17, 1982.
 *
 * p w goes out in descending order of w: so what goes out is never a w that is still to come. */
#include "sieve.h"

/* Of an odd number, which is its place's double and 1: numbers. The next of the last member is 0. A number that was
 * taken out is its own next, and its previous leads down to a member. */
struct link {
    uint32_t next, previous;
};

/* The block begins with this. */
struct pritchard {
    struct link *links;
    uint32_t *primes; /* those that have left the wheel, but 2 */
    size_t count;
    uint64_t length; /* members are numbers 1 to this */
    uint64_t last;   /* member, while the wheel grows */
};

static size_t link_room(uint64_t limit)
{
    return (size_t)limit / 2 + 1;
}

/* The odd primes up to the root are at most every second number. */
static size_t pritchard_size(uint64_t limit)
{
    return sizeof(struct pritchard) + link_room(limit) * sizeof(struct link) +
           (size_t)(sieve_root(limit) / 2 + 2) * sizeof(uint32_t);
}

/* Members are appended as far as `to`: one `length` beyond each member, the new ones among them. */
static APART void pritchard_roll(struct pritchard *self, uint64_t to)
{
    struct link *links = self->links;
    uint64_t last = self->last;
    for (uint64_t w = 1; self->length + w <= to; w = links[w / 2].next) {
        uint64_t appended = self->length + w;
        links[last / 2].next = (uint32_t)appended;
        links[appended / 2] = (struct link){ 0, (uint32_t)last };
        last = appended;
    }
    self->last = last;
    self->length = to;
}

static inline void take_out(struct link *links, uint64_t number)
{
    struct link *link = &links[number / 2];
    links[link->previous / 2].next = link->next;
    links[link->next / 2].previous = link->previous; /* behind the last: to 1, whose previous means nothing */
    link->next = (uint32_t)number;
    ASSAY_COUNT(1);
}

/* Takes out p w for the members w from the largest with p w in the wheel, which is not above `from`, down to 1. That
 * largest is returned: larger primes begin below it. */
static APART uint64_t pritchard_delete(struct pritchard *self, uint64_t p, uint64_t from)
{
    struct link *links = self->links;
    while (p * from > self->length || links[from / 2].next == from) {
        from = links[from / 2].previous;
    }
    for (uint64_t w = from; w > 1; w = links[w / 2].previous) {
        take_out(links, p * w);
    }
    take_out(links, p);
    return from;
}

static APART void pritchard_sieve(void *block, uint64_t limit)
{
    struct pritchard *self = block;
    self->links = (struct link *)(void *)(self + 1);
    self->primes = (uint32_t *)(void *)(self->links + link_room(limit));
    self->count = 0;
    self->length = 2; /* the wheel of 2: 1 */
    self->last = 1;
    self->links[0] = (struct link){ 0, 0 };
    uint64_t p = 3, from = 1;
    for (; p * p < limit; p = self->links[0].next) {
        if (self->length < limit - 1) {
            from = self->last;
            pritchard_roll(self, p * self->length < limit - 1 ? p * self->length : limit - 1);
        }
        from = pritchard_delete(self, p, from);
        self->primes[self->count++] = (uint32_t)p;
    }
    if (self->length + 1 < limit) {
        pritchard_roll(self, limit - 1);
    }
}

static void pritchard_primes(const void *block, uint64_t limit, sieve_take take, void *context)
{
    const struct pritchard *self = block;
    (void)limit;
    take(context, 2);
    for (size_t i = 0; i < self->count; i++) {
        take(context, self->primes[i]);
    }
    for (uint64_t p = self->links[0].next; p != 0; p = self->links[p / 2].next) {
        take(context, p);
    }
}

/* How many of 1 to n have no factor among the first `count` primes, at most 10: Legendre's phi(n, count). */
static uint64_t phi(uint64_t n, uint64_t count)
{
    static const uint64_t first[] = { 2, 3, 5, 7, 11, 13, 17, 19, 23, 29 };
    return count == 0 || n == 0 ? n : phi(n, count - 1) - phi(n / first[count - 1], count - 1);
}

/* What enters, 1 with it, less what is left in the end: 1, and the primes above the last p. */
static uint64_t pritchard_crossings(uint64_t limit)
{
    uint64_t primes = sieve_count_primes(limit), entered = 1, length = 2, gone = 1; /* the prime 2 */
    if (primes < 2) {
        return 0;
    }
    for (uint64_t p = 3; p * p < limit; p += 2) {
        if (sieve_is_prime(p)) {
            uint64_t to = p * length < limit - 1 ? p * length : limit - 1;
            entered += length < to ? phi(to, gone) - phi(length, gone) : 0;
            length = to;
            gone++;
        }
    }
    entered += length < limit - 1 ? phi(limit - 1, gone) - phi(length, gone) : 0;
    return entered - (1 + primes - gone);
}

const struct sieve_design sieve_pritchard = {
    .name = "sieve.pritchard",
    .summary = "a wheel that grows by rolling and loses multiples (Pritchard)",
    .most = "1000000000",
    /* Wheel: the rules' name for sets of small primes projected onto the sieve, here one after another. Faithful: it
     * takes out multiples of primes, and all its state is in the block; what says that an odd number is there are two
     * links. */
    .tags = { "primes", "sieve", "algorithm=wheel", "faithful=yes", "bits=64", NULL },
    .size = pritchard_size,
    .sieve = pritchard_sieve,
    .primes = pritchard_primes,
    .crossings = pritchard_crossings,
};
