/* Calls whose numbers are known by arithmetic. F(n) is the n-th Fibonacci number, F(21) = 10946 (OEIS A000045).
 *
 * exact.fib        fib(20): 2 F(21) - 1 = 21891 calls; a chain of contexts from fib(20) to fib(1): 20
 * exact.parity     even(1000): even for 1000, 998, ... 0: 501; odd for 999, ... 1: 500; each call in a context of its
 * own exact.tail       first(100) calls second(99) calls first(98) ... as tail calls: 51 and 50 exact.inlined    outer
 * calls small 100 times and cold once; both are small enough to be inlined exact.wide       left(10) calls left(9) and
 * right(9) ...: 2^11 - 1 = 2047 calls, in as many contexts; left 1024, right 1023 exact.wider      left(20): 2^21 - 1 =
 * 2097151 calls; left 1048576, right 1048575 exact.deep       down(200000): 200001 calls, in a thread with a stack for
 * it exact.children   dispatch calls 26 different leaves 1000 times in turn: 1000 each */
#include "exact.h"

#include <pthread.h>

static volatile uint64_t sink;

KEPT static uint64_t fib(uint64_t n)
{
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}
EXACT_RUN(fibonacci, sink = fib(20))
EXACT_KERNEL(fibonacci, "exact.fib", "recursion")

KEPT static int odd(int n);
KEPT static int even(int n)
{
    return n == 0 ? 1 : odd(n - 1) + 0 * (int)sink;
}
KEPT static int odd(int n)
{
    return n == 0 ? 0 : even(n - 1) + 0 * (int)sink;
}
EXACT_RUN(parity, sink = (uint64_t)even(1000))
EXACT_KERNEL(parity, "exact.parity", "mutual recursion")

KEPT static uint64_t second(uint64_t n);
KEPT static uint64_t first(uint64_t n)
{
    return n == 0 ? 7 : second(n - 1);
}
KEPT static uint64_t second(uint64_t n)
{
    return n == 0 ? 8 : first(n - 1);
}
EXACT_RUN(tail, sink = first(100))
EXACT_KERNEL(tail, "exact.tail", "tail calls")

static inline uint64_t small(uint64_t x)
{
    return 3 * x + 1;
}
/* gcc aligns no cold function: it has no counter of its own in a table by address. */
__attribute__((cold)) static void cold(void)
{
    sink++;
}
KEPT static void outer(void)
{
    uint64_t x = sink;
    for (int i = 0; i < 100; i++) {
        x = small(x);
    }
    sink = x;
    cold();
}
EXACT_RUN(inlined, outer())
EXACT_KERNEL(inlined, "exact.inlined", "inlined functions and a cold one")

KEPT static void right(int depth);
KEPT static void left(int depth)
{
    if (depth > 0) {
        left(depth - 1);
        right(depth - 1);
    }
    sink++;
}
KEPT static void right(int depth)
{
    if (depth > 0) {
        left(depth - 1);
        right(depth - 1);
    }
    sink++;
}
EXACT_RUN(wide, left(10))
EXACT_KERNEL(wide, "exact.wide", "every call in a context of its own")
EXACT_RUN(wider, left(20))
EXACT_KERNEL(wider, "exact.wider", "the same, a thousand times as many")

KEPT static uint64_t down(uint64_t n)
{
    return n == 0 ? 0 : 1 + down(n - 1);
}
UNSEEN static void *down_there(void *unused)
{
    sink = down(200000);
    return unused;
}
UNSEEN static int dive(void)
{
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    int result = pthread_attr_setstacksize(&attributes, (size_t)64 << 20) != 0 ||
                 pthread_create(&thread, &attributes, down_there, NULL) != 0 || pthread_join(thread, NULL) != 0;
    pthread_attr_destroy(&attributes);
    return result;
}
UNSEEN static int deep_run(void *state, uint64_t iterations)
{
    (void)state;
    int result = 0;
    for (uint64_t i = 0; i < iterations && result == 0; i++) {
        result = dive();
    }
    return result;
}
EXACT_KERNEL(deep, "exact.deep", "recursion, 200,000 deep")

#define LEAF(name)                                                                                                     \
    KEPT static void name(void)                                                                                        \
    {                                                                                                                  \
        sink++;                                                                                                        \
    }
#define LEAVES(DO)                                                                                                     \
    DO(la)                                                                                                             \
    DO(lb) DO(lc) DO(ld) DO(le) DO(lf) DO(lg) DO(lh) DO(li) DO(lj) DO(lk) DO(ll) DO(lm) DO(ln) DO(lo) DO(lp) DO(lq)    \
        DO(lr) DO(ls) DO(lt) DO(lu) DO(lv) DO(lw) DO(lx) DO(ly) DO(lz)
LEAVES(LEAF)
#define NAMED(name) name,
static void (*const leaves[])(void) = { LEAVES(NAMED) };
KEPT static void dispatch(void)
{
    for (int i = 0; i < 1000; i++) {
        for (int k = 0; k < 26; k++) {
            leaves[k]();
        }
    }
}
EXACT_RUN(children, dispatch())
EXACT_KERNEL(children, "exact.children", "one caller of many functions")

#ifdef BROKEN /* what the comparison must see: a number that is wrong */
#define FIB_CALLS 21890
#else
#define FIB_CALLS 21891
#endif
#define LEAF_EXACT(name) EXACT("exact.children", name, 1000, 1000, 1),
const struct exact exact_calls[] = {
    EXACT("exact.fib", fib, FIB_CALLS, 1, 20),
    EXACT("exact.parity", even, 501, 1, 501),
    EXACT("exact.parity", odd, 500, 1, 500),
    EXACT("exact.tail", first, 51, 1, 51),
    EXACT("exact.tail", second, 50, 1, 50),
    EXACT("exact.inlined", outer, 1, 1, 1),
    EXACT("exact.inlined", small, 100, 100, 1),
    EXACT("exact.inlined", cold, 1, 1, 1),
    EXACT("exact.wide", left, 1024, 1, 1024),
    EXACT("exact.wide", right, 1023, 10, 1023), /* below left ... left: one for each depth */
    EXACT("exact.wider", left, 1048576, 0, 0),
    EXACT("exact.wider", right, 1048575, 0, 0),
    EXACT("exact.deep", down, 200001, 0, 0),
    EXACT("exact.children", dispatch, 1, 1, 1),
    LEAVES(LEAF_EXACT) EXACT_END,
};

ASSAY_PLUGIN(&fibonacci, &parity, &tail, &inlined, &wide, &wider, &deep, &children)
