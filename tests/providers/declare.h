/*
 * Declarations of classes, as a generator would write them, in a line each.
 */
#pragma once

#include <mi.h>

#define PROPERTY(Class, flag, word, mi_type)                                                       \
    static const MI_PropertyDecl Class##_##word = {.flags = MI_FLAG_PROPERTY | (flag),             \
                                                   .name = #word,                                  \
                                                   .type = (mi_type),                              \
                                                   .offset = offsetof(Class, word),                \
                                                   .origin = #Class,                               \
                                                   .propagator = #Class}

#define PARAMETER(Method, flag, word, mi_type)                                                     \
    static const MI_ParameterDecl Method##_##word = {.flags = MI_FLAG_PARAMETER | (flag),          \
                                                     .name = #word,                                \
                                                     .type = (mi_type),                            \
                                                     .offset = offsetof(Method, word)}
