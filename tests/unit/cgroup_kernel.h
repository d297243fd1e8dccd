/*
 * The kernel's cgroups, with a folder in their place: CI has no cgroup to give away, and what a
 * kernel's does with limits is the kernel's to test.
 *
 * It stands in for the kernel where that does more than a folder: a leaf that is made has its files
 * at once, one that is removed may still have processes, and /proc/self says where the server is.
 * These stand-ins are for the whole program that is linked with cgroup_kernel.c.
 */
#pragma once

#include "tests/unit/scratch.h"

#include <stdbool.h>
#include <sys/types.h>

typedef struct Kernel {
    char folder[SCRATCH_PATH]; /* where cgroups are mounted */
    const char *missing;       /* a file that leaves don't have; NULL: they have all */
    const char *delegated;     /* the folder below `folder` that was given away; NULL: none */
    const char *mark;          /* by which it is marked */
    unsigned busy;             /* so many removals fail yet */
    uid_t uid;                 /* of the server */
    char mounts[256];          /* /proc/self/mountinfo; "": it can't be read */
    char own[256];             /* /proc/self/cgroup; "": it can't be read */
} Kernel;

/* What a test may change at any time. */
extern Kernel kernel;

/* A mounted cgroup2 without cgroups, and its end. */
void kernel_begin(void);
void kernel_end(void);

/* The path of @name below the folder; valid until the fourth call from here. */
const char *at(const char *name);

void put_folder(const char *name);
void put_file(const char *name, const char *text);

/* A cgroup whose leaves the kernel can limit. */
void put_cgroup(const char *name);

/* cgroup2 is mounted, the server is in @own, and @delegated was given away. */
void be_in(const char *own, const char *delegated);

bool is_there(const char *name);

/* Fails unless the first line of the file @name is @text. */
void expect_file(const char *name, const char *text);
