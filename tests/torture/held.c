#include "tests/torture/held.h"

#include <link.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define SLOTS (1U << 16)
#define GONE  ((void *)1) /* a piece was here: who looks for one goes on */

extern void *__libc_stack_end; /* the loader's: where the first thread's stack began */

static HeldPiece pieces[SLOTS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Of held_tell_lost alone: pieces by address, and those that were reached, which are looked through
 * one after the other. */
static const HeldPiece *sorted[SLOTS];
static bool reached[SLOTS];
static size_t waiting[SLOTS];
static size_t sorted_count, waiting_count;

static bool is_piece(const HeldPiece *slot)
{
    return slot->memory != NULL && slot->memory != GONE;
}

static HeldPiece *slot_at(const void *memory, size_t step)
{
    return &pieces[((((uintptr_t)memory >> 4) * 0x9E3779B97F4A7C15ULL >> 48) + step) % SLOTS];
}

void held_add(const HeldPiece *piece)
{
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < SLOTS; i++) {
        HeldPiece *slot = slot_at(piece->memory, i);

        if (is_piece(slot))
            continue;
        *slot = *piece;
        break;
    }
    pthread_mutex_unlock(&lock);
}

void held_remove(const void *memory)
{
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < SLOTS; i++) {
        HeldPiece *slot = slot_at(memory, i);

        if (slot->memory == memory)
            slot->memory = GONE;
        else if (slot->memory != NULL)
            continue;
        break;
    }
    pthread_mutex_unlock(&lock);
}

/* ---- What is lost ---- */

/* The piece that @address points into counts as reached. */
static void reach(uintptr_t address)
{
    size_t low = 0, high = sorted_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uintptr_t begin = (uintptr_t)sorted[middle]->memory;

        if (address < begin) {
            high = middle;
        } else if (address - begin > sorted[middle]->size) {
            low = middle + 1;
        } else {
            if (!reached[middle])
                waiting[waiting_count++] = middle;
            reached[middle] = true;
            return;
        }
    }
}

static void look_through(const void *begin, size_t size)
{
    uintptr_t address = ((uintptr_t)begin + sizeof(void *) - 1) / sizeof(void *) * sizeof(void *);
    uintptr_t end = (uintptr_t)begin + size;

    for (; address + sizeof(void *) <= end; address += sizeof(void *))
        reach(*(const uintptr_t *)address);
}

/* Of dl_iterate_phdr(): variables of one library, but for our own. */
static int look_through_library(struct dl_phdr_info *info, size_t size, void *data)
{
    uintptr_t own = (uintptr_t)pieces;

    (void)size;
    (void)data;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        uintptr_t begin = info->dlpi_addr + part->p_vaddr;

        if (part->p_type == PT_TLS && info->dlpi_tls_data != NULL)
            look_through(info->dlpi_tls_data, part->p_memsz);
        if (part->p_type == PT_LOAD && (part->p_flags & PF_W) != 0 &&
            (own < begin || own >= begin + part->p_memsz))
            look_through((const void *)begin, part->p_memsz);
    }
    return 0;
}

/* Shell's: qsort() allocates. */
static void sort(void)
{
    for (size_t gap = sorted_count / 2; gap > 0; gap /= 2) {
        for (size_t i = gap; i < sorted_count; i++) {
            const HeldPiece *piece = sorted[i];
            size_t at = i;

            for (; at >= gap && sorted[at - gap]->memory > piece->memory; at -= gap)
                sorted[at] = sorted[at - gap];
            sorted[at] = piece;
        }
    }
}

void held_tell_lost(void (*tell)(const HeldPiece *piece))
{
    const void *here = __builtin_frame_address(0);

    for (size_t i = 0; i < SLOTS; i++)
        if (is_piece(&pieces[i]))
            sorted[sorted_count++] = &pieces[i];
    sort();
    look_through(here, (size_t)((const char *)__libc_stack_end - (const char *)here));
    (void)dl_iterate_phdr(look_through_library, NULL);
    while (waiting_count > 0) {
        const HeldPiece *piece = sorted[waiting[--waiting_count]];

        look_through(piece->memory, piece->size);
    }
    for (size_t i = 0; i < sorted_count; i++)
        if (!reached[i])
            tell(sorted[i]);
}
