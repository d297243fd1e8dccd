/*
 * shim: lets the n-th call of a kind fail, in a program that knows nothing of it.
 *
 * It is preloaded; MIHOST_SHIM names the file that says what is to fail (shim.h). Without that
 * variable it does nothing. Here it is decided which call fails; the calls are in shim_memory.c,
 * shim_system.c and shim_io.c.
 */
#include "tests/torture/shim_call.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DEPTH 24

ShimState *shim_state;
__thread bool shim_is_inside, shim_is_finding;

static pid_t own_pid;
static atomic_bool rests;            /* from here on nothing fails */
static uintptr_t own_begin, own_end; /* the program, without its libraries */

void *shim_find(const char *name)
{
    void *found;

    shim_is_finding = true;
    found = dlsym(RTLD_NEXT, name);
    shim_is_finding = false;
    return found;
}

/* Of dl_iterate_phdr(), which begins with the program. */
static int note_own(struct dl_phdr_info *info, size_t size, void *data)
{
    (void)size;
    (void)data;
    own_begin = info->dlpi_addr;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        uintptr_t end = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr + info->dlpi_phdr[i].p_memsz;
        if (info->dlpi_phdr[i].p_type == PT_LOAD && end > own_end)
            own_end = end;
    }
    return 1;
}

static __attribute__((constructor)) void begin(void)
{
    const char *path = getenv("MIHOST_SHIM");
    void *frames[1];
    void *memory;
    long fd = path == NULL ? -1 : syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);

    if (fd < 0)
        return;
    own_pid = getpid();
    (void)dl_iterate_phdr(note_own, NULL);
    (void)backtrace(frames, 1); /* loads what it needs, once */
    memory = mmap(NULL, sizeof(ShimState), PROT_READ | PROT_WRITE, MAP_SHARED, (int)fd, 0);
    syscall(SYS_close, fd);
    if (memory != MAP_FAILED)
        shim_state = memory;
}

size_t shim_put_frames(char *text, size_t size, void *const *frames, int count)
{
    size_t used = 0;

    for (int i = 0; i < count && used < size; i++) {
        Dl_info info;
        if (dladdr(frames[i], &info) != 0 && info.dli_fname != NULL)
            used +=
                (size_t)snprintf(text + used, size - used, "%s+0x%lx ", info.dli_fname,
                                 (unsigned long)((char *)frames[i] - (char *)info.dli_fbase - 1));
    }
    return used < size ? used : size;
}

static void note_place(void)
{
    void *frames[DEPTH];
    int count = backtrace(frames, DEPTH);

    (void)shim_put_frames(shim_state->where, SHIM_WHERE, frames + 2, count - 2);
}

static uint64_t place_of(void *const *frames, int count)
{
    uint64_t hash = 14695981039346656037ULL; /* FNV-1a, of offsets instead of bytes */

    for (int i = 0; i < count; i++) {
        uintptr_t address = (uintptr_t)frames[i];
        if (address >= own_begin && address < own_end)
            hash = (hash ^ (address - own_begin)) * 1099511628211ULL;
    }
    return hash == 0 ? 1 : hash;
}

static uint64_t find_place(void)
{
    void *frames[DEPTH];

    return place_of(frames, backtrace(frames, DEPTH));
}

static void keep_place(ShimKind kind, uint64_t place)
{
    for (size_t i = 0; i < SHIM_PLACES; i++) {
        uint64_t there = 0;
        if (atomic_compare_exchange_strong(&shim_state->places[kind][(place + i) % SHIM_PLACES],
                                           &there, place) ||
            there == place)
            return;
    }
}

EXPORT void torture_shim_rest(void)
{
    atomic_store(&rests, true);
}

bool shim_is_child(void)
{
    return getpid() != own_pid;
}

bool shim_is_own(const void *caller)
{
    return (uintptr_t)caller >= own_begin && (uintptr_t)caller < own_end;
}

/* ---- Which calls fail ---- */

/* True if the call, the @now-th of @kind, is one that is to fail. */
static bool is_meant(ShimKind kind, unsigned now)
{
    uint64_t place;

    if (shim_state->nth != 0)
        return kind == (ShimKind)shim_state->kind &&
               (now == shim_state->nth || (kind == SHIM_bytewise && now > shim_state->nth));
    if (shim_state->place != 0 &&
        (kind != (ShimKind)shim_state->kind || atomic_load(&shim_state->failed) > 0))
        return false;
    place = find_place();
    keep_place(kind, place);
    return place == shim_state->place;
}

bool shim_fails(ShimKind kind)
{
    bool meant;

    if (shim_state == NULL || atomic_load(&rests) || shim_is_inside || shim_is_finding ||
        (shim_is_child() && kind != SHIM_exec))
        return false;
    shim_is_inside = true;
    meant = is_meant(kind, atomic_fetch_add(&shim_state->counts[kind], 1) + 1);
    if (meant && atomic_fetch_add(&shim_state->failed, 1) == 0)
        note_place();
    shim_is_inside = false;
    return meant;
}
