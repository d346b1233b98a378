/* What this computer is: every fact with its source, or the reason why it is not known. Also the small
 * readings that a run takes while it goes on. Knows no kernel and no document.
 * libcpuid is touched in cpu.c alone. Works without privileges; keeps no state between calls. */
#ifndef ASSAY_MACHINE_MACHINE_H
#define ASSAY_MACHINE_MACHINE_H

#include "base/error.h"
#include "base/facts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Gathers all groups: cpu, caches, topology, memory, kernel, virtualization, frequency, clock, counters, libraries,
 * git (of the current directory), machine; not load. docs/environment.md lists every fact. Takes tens of milliseconds
 * (git is run, and cpuid traps under a hypervisor); never fails as a whole: what cannot be found out is a fact without
 * value. */
void assay_machine_collect(struct assay_facts *facts);
/* Adds the version of a library to the group "libraries"; for those who link it. `version` NULL or empty: none. */
void assay_machine_library(struct assay_facts *facts, const char *name, const char *version, const char *source);
/* What changes while a run goes on: load averages, steal time, memory that is free. `prefix` is "before" or
 * "after": the facts are load.before_1m, load.before_steal_ns, ... */
void assay_machine_collect_load(struct assay_facts *facts, const char *prefix);

/* Readings. Negative or false when not known. */
int64_t assay_machine_steal_ns(int processor);           /* since boot; processor -1: all; tick 10 ms */
int64_t assay_machine_resident_bytes(pid_t pid);         /* of one process */
int64_t assay_machine_group_resident_bytes(pid_t group); /* of all processes of a process group: sum; reads a file
                                                           of every process there is, some 5 us each */
int64_t assay_machine_available_bytes(void);             /* memory that is free for use; cgroup limit respected */
double assay_machine_quota(void);                        /* processors' worth of time that control groups grant; negative:
                                                           no limit, as far as is visible */
uint64_t assay_machine_cache_bytes(void);                /* largest data cache of processor 0; 64 MiB if unknown */

/* The processors this process may run on; `set` has a bit each; returns how many. */
unsigned assay_machine_processors(bool *set, unsigned capacity);
int assay_machine_pin(pid_t pid, const bool *set, unsigned capacity, struct assay_error *error); /* pid 0: self */

/* Whether two processors share a core or a cache, by Linux's topology; then `what` says it: "processors 0 and 1 share their
 * level 3 cache". What is not told counts as not shared. */
bool assay_machine_share(char *what, size_t size, int a, int b);

/* A chain of `multiplications` dependent 64-bit multiplications on the calling thread, timed by CLOCK_MONOTONIC.
 * The processor cannot shorten it (chains of immediate additions are folded at rename). */
int64_t assay_machine_chain_ns(uint64_t multiplications);
/* Nanoseconds a clock cycle, from the best of several chains of multiplications of latency 3 cycles (x86-64) or
 * 4 (elsewhere): the floor of plausibility. Takes about 5 ms. */
double assay_machine_cycle_ns(void);

/* Whether hardware counters can be opened here for the calling process; else the reason (static or in `reason`). */
bool assay_machine_has_counters(char *reason, size_t size);

#endif
