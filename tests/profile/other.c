/* Another object, without hooks: it calls back (exact.callback of threads.c) and jumps (exact.unseen of jumps.c). */
#include <setjmp.h>

__attribute__((visibility("default"))) void exact_apply(void (*function)(void), int times);

void exact_apply(void (*function)(void), int times)
{
    for (int i = 0; i < times; i++) {
        function();
    }
}

/* A jump that no hook of the plug-in's sees begin. */
__attribute__((visibility("default"))) _Noreturn void exact_jump(jmp_buf place);

void exact_jump(jmp_buf place)
{
    longjmp(place, 1);
}
