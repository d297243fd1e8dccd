/*
 * Held: the memory that a program under torture has not freed yet, and which of it is lost.
 *
 * What nothing points at any more is lost: no root (the stack, variables of the program and of its
 * libraries), and nothing that a root leads to. A number that looks like an address counts as one,
 * so some that is lost may go unseen, and none is said to be that is not. Nothing in here
 * allocates.
 */
#pragma once

#include <stddef.h>

#define HELD_DEPTH 24

typedef struct HeldPiece {
    void *memory;
    size_t size;
    void *frames[HELD_DEPTH]; /* what led to its allocation */
    int count;
} HeldPiece;

/* More than 65536 at a time are not looked at. Any thread. */
void held_add(const HeldPiece *piece);
/* Harmless if it was not added. Any thread. */
void held_remove(const void *memory);

/* Calls @tell with each piece that is lost. No other thread may allocate meanwhile, and none but
 * the first may have called this: it is its stack that counts. */
void held_tell_lost(void (*tell)(const HeldPiece *piece));
