/* The ring of words: release and acquire order on its counter, and a futex (Drepper, "Futexes are tricky", 2011) for
 * who wants to sleep on it. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "box.h"

#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define COUNT (BOX_CLOSED - 1) /* the bits of `sent` that count */

struct box *boxes_new(void)
{
    void *memory = mmap(NULL, 2 * sizeof(struct box), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory != MAP_FAILED ? memory : NULL;
}

void boxes_free(struct box *boxes)
{
    if (boxes != NULL) {
        munmap(boxes, 2 * sizeof *boxes);
    }
}

void box_put(struct box *box, uint64_t word)
{
    uint32_t sent = atomic_load_explicit(&box->sent, memory_order_relaxed);
    box->words[sent % BOX_ROOM] = word;
    atomic_store_explicit(&box->sent, (sent + 1) & COUNT, memory_order_release);
}

enum moved box_take(struct box *box, uint64_t *word)
{
    uint32_t sent = atomic_load_explicit(&box->sent, memory_order_acquire);
    if ((sent & COUNT) == box->taken) {
        return (sent & BOX_CLOSED) != 0 ? ENDED : NOTHING;
    }
    *word = box->words[box->taken % BOX_ROOM];
    box->taken = (box->taken + 1) & COUNT;
    return MOVED;
}

void box_close(struct box *box)
{
    atomic_fetch_or(&box->sent, BOX_CLOSED);
}

size_t box_queued(const struct box *box)
{
    return (atomic_load(&box->sent) - box->taken) & COUNT;
}

static void futex(struct box *box, int operation, bool crosses, uint32_t value)
{
    (void)syscall(SYS_futex, &box->sent, crosses ? operation : operation | FUTEX_PRIVATE_FLAG, value, NULL, NULL, 0);
}

/* Either the receiver sees what was put, or the sender sees that it may sleep: each writes, then reads the other's, in
 * one order for both. What is put in between makes the futex return at once. */
void box_sleep(struct box *box, bool crosses)
{
    atomic_store(&box->asleep, 1);
    uint32_t sent = atomic_load(&box->sent);
    if (sent == box->taken) {
        futex(box, FUTEX_WAIT, crosses, sent);
    }
    atomic_store(&box->asleep, 0);
}

void box_wake(struct box *box, bool crosses)
{
    atomic_thread_fence(memory_order_seq_cst);
    if (atomic_load_explicit(&box->asleep, memory_order_relaxed) != 0) {
        futex(box, FUTEX_WAKE, crosses, 1);
    }
}
