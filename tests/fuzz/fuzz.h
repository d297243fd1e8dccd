/*
 * What the fuzz targets share.
 *
 * A target takes any bytes, gives them to a decoder, and requires more than that nothing crashes:
 * that the cuts of a stream make no difference, that what was read is written back the same. Each
 * byte that steers the target itself is taken off the beginning of the input.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define require(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition);          \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* What is left of an input that steers. */
typedef struct Script {
    const uint8_t *data;
    size_t size;
} Script;

/* The next byte; 0 behind the last. */
static inline unsigned script_byte(Script *script)
{
    if (script->size == 0)
        return 0;
    script->size--;
    return *script->data++;
}

/* libFuzzer's name for a target. Always 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
