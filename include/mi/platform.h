/* mi/platform.h: part of the MI interface. */
#ifndef MIHOST_MI_PLATFORM_H
#define MIHOST_MI_PLATFORM_H

#include <stddef.h>
#include <string.h>

/* The version of the interface: a module says in MI_Module.version which one it was built against.
 */
#define MI_MAJOR    1
#define MI_MINOR    1
#define MI_REVISION 0
#define MI_MAKE_VERSION(major, minor, revision)                                                    \
    (((MI_Uint32)(major) << 24) | ((MI_Uint32)(minor) << 16) | ((MI_Uint32)(revision) << 8))
#define MI_VERSION MI_MAKE_VERSION(MI_MAJOR, MI_MINOR, MI_REVISION)

#ifndef MI_API_VERSION
#define MI_API_VERSION 2
#elif MI_API_VERSION != 2
#error "only MI_API_VERSION 2 is supported"
#endif

/* The character type: 1 is char (UTF-8 here), the only one. */
#ifndef MI_CHAR_TYPE
#define MI_CHAR_TYPE 1
#elif MI_CHAR_TYPE != 1
#error "only MI_CHAR_TYPE 1 (char) is supported"
#endif
#define MI_T(text) text

#define MI_TRUE  1
#define MI_FALSE 0

/* The calling conventions, of which there is only one here. */
#define MI_CALL
#define MI_MAIN_CALL

#ifdef __cplusplus
#define MI_EXTERN_C extern "C"
#else
#define MI_EXTERN_C extern
#endif

#define MI_EXPORT __attribute__((visibility("default")))
#define MI_INLINE static inline

/* Generated declarations write MI_CONST; one who wants to change them at run time defines it empty.
 */
#ifndef MI_CONST
#define MI_CONST const
#endif

#define MI_COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MI_UNUSED(name) ((void)(name))

/*
 * How the functions below reach the table of their object: no object, or one that was never made,
 * is MI_RESULT_INVALID_PARAMETER.
 */
#define MI_FORWARD(object, function, arguments)                                                    \
    ((object) && (object)->ft ? (object)->ft->function arguments : MI_RESULT_INVALID_PARAMETER)

#endif
