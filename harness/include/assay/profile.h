/*
 * assay/profile.h: what the profile and counts builds of a plug-in export beside `assay_plugin`: the data symbol
 * `assay_profile`, version 1.0. The worker finds it by dlsym, starts it, runs batches, stops it and reads it.
 * C99, libc only, also valid C++. A kernel's author needs nothing of this: assay_add_kernel() links it in.
 *
 * Promise: as in assay/kernel.h. Sizes come first, fields are only appended, a field that is not there reads as zero.
 */
#ifndef ASSAY_PROFILE_H
#define ASSAY_PROFILE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASSAY_PROFILE_MAJOR 1
#define ASSAY_PROFILE_MINOR 0
#define ASSAY_PROFILE_MAGIC "ASSAYPRF"

/* What a build can record, and what `start` is asked for. */
#define ASSAY_PROFILE_CALLS 1u /* how often each function was entered: exact, inlined ones too */

/* One function. Valid during the call of the visitor. */
struct assay_profile_function {
    uint32_t struct_size;
    uint32_t reserved;
    uint64_t address; /* of the function in this process; dladdr gives the object and its base */
    uint64_t calls;   /* entries between start and stop, all threads together */
};

/* Takes one function; non-zero ends the reading, and `read` returns it. */
typedef int (*assay_profile_visitor)(void *context, const struct assay_profile_function *function);

struct assay_profile {
    char magic[8]; /* ASSAY_PROFILE_MAGIC, without a NUL */
    uint32_t struct_size;
    uint16_t major;
    uint16_t minor;
    uint32_t records; /* ASSAY_PROFILE_..., all that this build can record */
    uint32_t reserved;
    /* Forgets what was recorded and begins. 0, or -1: `records` asks for what this build cannot do. Call start, stop
     * and read from one thread, while no other thread is inside the kernel. */
    int (*start)(uint32_t records);
    /* Ends recording. Calls of threads that still run are no longer counted. */
    void (*stop)(void);
    /* Hands over every function that was entered, in ascending order of address. 0; -1: memory ran out at some
     * point, so that counts are missing (nothing is handed over); else what the visitor returned. */
    int (*read)(assay_profile_visitor visitor, void *context);
};

#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
extern const struct assay_profile assay_profile;

#ifdef __cplusplus
}
#endif
#endif
