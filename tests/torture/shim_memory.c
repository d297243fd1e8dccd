/*
 * Memory: allocations that fail, and pieces that nothing points at any more when the program ends.
 *
 * The real allocator is found by dlsym, which may itself allocate: what it wants before then comes
 * from a small array, and is never given back.
 */
#include "tests/torture/shim_call.h"

#include "tests/torture/held.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- Before the real allocator can be had: dlsym itself may allocate ---- */

static char early[16384];
static size_t early_used;

static void *early_alloc(size_t size)
{
    size_t begin = early_used;

    size = (size + 31) & ~(size_t)15;
    if (size > sizeof(early) - begin)
        _exit(97);
    early_used += size;
    memcpy(early + begin, &size, sizeof(size));
    return early + begin + 16;
}

static bool is_early(const void *memory)
{
    return (const char *)memory >= early && (const char *)memory < early + sizeof(early);
}

/* ---- Memory that is lost ---- */

/* @memory, which may be NULL, is held from here on. Returns it. */
static __attribute__((noinline)) void *hold(void *memory, size_t size)
{
    HeldPiece piece = {.memory = memory, .size = size};

    if (shim_state == NULL || memory == NULL || shim_is_inside || shim_is_finding ||
        shim_is_child())
        return memory;
    shim_is_inside = true;
    piece.count = backtrace(piece.frames, HELD_DEPTH);
    shim_is_inside = false;
    held_add(&piece);
    return memory;
}

/* @memory is about to be freed, or to be moved. */
static void let_go(const void *memory)
{
    if (shim_state != NULL && !shim_is_child())
        held_remove(memory);
}

/* What the C library keeps for itself, it may keep where only it can see it. */
static bool is_its_own(const HeldPiece *piece)
{
    static const char *const keepers[] = {"dlerror",      "dlopen",   "dlsym",         "getgrnam",
                                          "getgrouplist", "getpwnam", "pthread_create"};
    Dl_info info;

    for (int i = 0; i < piece->count; i++)
        for (size_t j = 0; j < sizeof(keepers) / sizeof(keepers[0]); j++)
            if (dladdr(piece->frames[i], &info) != 0 && info.dli_sname != NULL &&
                strcmp(info.dli_sname, keepers[j]) == 0)
                return true;
    return false;
}

static void note_lost(const HeldPiece *piece)
{
    char line[SHIM_WHERE];
    size_t size = (size_t)snprintf(line, sizeof(line), "%zu ", piece->size), at;

    if (is_its_own(piece))
        return;
    size +=
        shim_put_frames(line + size, sizeof(line) - size - 1, piece->frames + 2, piece->count - 2);
    line[size++] = '\n';
    at = atomic_fetch_add(&shim_state->lost_size, (unsigned)size);
    if (at + size <= SHIM_LOST)
        memcpy(shim_state->lost + at, line, size);
}

/* Of a process that ends in order. */
static __attribute__((destructor)) void tell_lost(void)
{
    if (shim_state == NULL || shim_is_child())
        return;
    torture_shim_rest();
    shim_is_inside = true;
    held_tell_lost(note_lost);
}

/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): the C library names the
 * parameters as only a C library may. */

/* ---- Memory ---- */

EXPORT void *malloc(size_t size)
{
    if (shim_is_finding)
        return early_alloc(size);
    NEXT(malloc);
    return shim_fails_with(SHIM_malloc, ENOMEM) ? NULL : hold(next_(size), size);
}

EXPORT void *calloc(size_t count, size_t size)
{
    if (shim_is_finding)
        return early_alloc(count * size); /* static memory is zero */
    NEXT(calloc);
    return shim_fails_with(SHIM_malloc, ENOMEM) ? NULL : hold(next_(count, size), count * size);
}

EXPORT void free(void *memory)
{
    if (memory == NULL || is_early(memory) || shim_is_finding)
        return;
    NEXT(free);
    let_go(memory);
    next_(memory);
}

EXPORT void *realloc(void *memory, size_t size)
{
    if (memory == NULL)
        return malloc(size);
    if (is_early(memory)) {
        size_t before;
        void *copy = malloc(size);
        memcpy(&before, (char *)memory - 16, sizeof(before));
        before -= 16;
        return copy == NULL ? NULL : memcpy(copy, memory, before < size ? before : size);
    }
    NEXT(realloc);
    if (shim_fails_with(SHIM_malloc, ENOMEM))
        return NULL;
    let_go(memory);
    return hold(next_(memory, size), size);
}

EXPORT int posix_memalign(void **memory, size_t alignment, size_t size)
{
    NEXT(posix_memalign);
    int r = shim_fails(SHIM_malloc) ? ENOMEM : next_(memory, alignment, size);
    if (r == 0)
        (void)hold(*memory, size);
    return r;
}

/* The C library's own calls of malloc can't be met in a program under a sanitizer. */
EXPORT char *strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = malloc(size);

    return copy == NULL ? NULL : memcpy(copy, text, size);
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
