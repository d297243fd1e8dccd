/*
 * mi/platform.h: what the compiler must know.
 *
 * The macros below are those that sources for the interface are written with, generated ones
 * above all. On Linux most of them have nothing to do.
 */
#ifndef MIHOST_MI_PLATFORM_H
#define MIHOST_MI_PLATFORM_H

#include <stddef.h>
#include <string.h>

/* The version of the interface; MI_Module.version says which one a provider was built against. */
#define MI_MAJOR                                1
#define MI_MINOR                                1
#define MI_REVISION                             0
#define MI_MAKE_VERSION(major, minor, revision) (((major) << 16) | ((minor) << 8) | (revision))
#define MI_VERSION                              MI_MAKE_VERSION(MI_MAJOR, MI_MINOR, MI_REVISION)

#ifndef MI_API_VERSION
#define MI_API_VERSION 2
#elif MI_API_VERSION != 2
#error "only MI_API_VERSION 2 is supported"
#endif

/* The type of characters: 1 is char, the only one here. */
#ifndef MI_CHAR_TYPE
#define MI_CHAR_TYPE 1
#elif MI_CHAR_TYPE != 1
#error "only MI_CHAR_TYPE 1 (char) is supported"
#endif
#define MI_T(text) text

#define MI_TRUE  1
#define MI_FALSE 0

/* Calling conventions, of which there is only one here. */
#define MI_CALL
#define MI_MAIN_CALL

#ifdef __cplusplus
#define MI_EXTERN_C extern "C"
#else
#define MI_EXTERN_C extern
#endif

#define MI_EXPORT __attribute__((visibility("default")))
#define MI_IMPORT
#define MI_LINKAGE MI_EXPORT
#define MI_INLINE  static inline

/*
 * What declarations and the structures that begin with MI_Const point to is MI_CONST: who wants
 * to change it at run time defines that as nothing before the first #include.
 */
#ifndef MI_CONST
#define MI_CONST const
#endif

#define MI_COUNT(array)                 (sizeof(array) / sizeof((array)[0]))
#define MI_OFFSETOF(type, member)       offsetof(type, member)
#define MI_UNREFERENCED_PARAMETER(name) ((void)(name))
#define MI_UNUSED(name)                 ((void)(name))

/* 64-bit literals. */
#define MI_LL(number)  number##LL
#define MI_ULL(number) number##ULL

/*
 * What an object of the client part holds before it is made, as MI_SESSION_NULL: its functions
 * return MI_RESULT_INVALID_PARAMETER, and to end it is harmless.
 */
#define MI_NOT_MADE                                                                                \
    {                                                                                              \
        0, 0, NULL                                                                                 \
    }

/* How the functions of an object reach its table; no object is no reason to crash. */
#define MI_FORWARD(object, function, arguments)                                                    \
    ((object) && (object)->ft ? (object)->ft->function arguments : MI_RESULT_INVALID_PARAMETER)

#endif
