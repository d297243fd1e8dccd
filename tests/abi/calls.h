/*
 * What a recorder in a function table keeps of the last call, for the program that
 * generate_calls.py writes.
 */
#ifndef MIHOST_TESTS_ABI_CALLS_H
#define MIHOST_TESTS_ABI_CALLS_H

#include <mi.h>

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* What a recorder returns: an error, so that nobody looks at out parameters. */
#define RECORDED MI_RESULT_CLASS_HAS_CHILDREN

static struct {
    const char *function;
    uintptr_t arguments[16];
} recorded;

static unsigned wrong;

static void check(const char *function, const char *what, int holds)
{
    if (holds)
        return;
    fprintf(stderr, "%s: %s\n", function, what);
    wrong += 1;
}

static int called(const char *function)
{
    return recorded.function && strcmp(recorded.function, function) == 0;
}

static int verdict(unsigned functions)
{
    printf("%u inline functions called, %u things wrong\n", functions, wrong);
    return wrong != 0 || functions == 0;
}

#endif
