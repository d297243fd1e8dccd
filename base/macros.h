/*
 * The few macros that every layer uses.
 *
 * CLEANUP ties a destructor to a variable, so that a constructor has one shape: a cleanup variable,
 * allocate, build, publish, disarm (take_pointer).
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* The object of type @type whose member @member is at @pointer. */
#define container_of(pointer, type, member)                                                        \
    ((type *)(void *)((char *)(uintptr_t)(pointer)-offsetof(type, member)))

/* Runs @function(&variable) when the variable leaves its scope. */
#define CLEANUP(function) __attribute__((cleanup(function)))

/* DEFINE_CLEANUP(Client, client_free): makes client_freep() for CLEANUP(client_freep). */
#define DEFINE_CLEANUP(Type, function)                                                             \
    static inline void function##p(Type **pointer)                                                 \
    {                                                                                              \
        if (*pointer != NULL)                                                                      \
            function(*pointer);                                                                    \
    }

/* The pointer's value, leaving NULL behind: hands it from a cleanup variable to its owner. */
#define take_pointer(pointer)                                                                      \
    __extension__({                                                                                \
        __typeof__(pointer) taken_ = (pointer);                                                    \
        (pointer) = NULL;                                                                          \
        taken_;                                                                                    \
    })

#define PRINTF_LIKE(text, arguments) __attribute__((format(printf, text, arguments)))
