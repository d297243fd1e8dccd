/*
 * How a fact about <mi.h> is asked in C and in C++, for the program that generate.py writes.
 *
 * What a compiler can know is asserted when the program is compiled: C++ is the stricter one,
 * because C takes an enumeration and its underlying integer for the same type. Strings and aliases
 * are compared when it runs. Each comparison counts the facts that it stands for, and a number that
 * is not the one that is in the file fails.
 */
#ifndef MIHOST_TESTS_ABI_COMPARE_H
#define MIHOST_TESTS_ABI_COMPARE_H

#include <mi.h>

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#ifdef __cplusplus
#include <type_traits>

#define LANGUAGE                  "C++"
#define ASSERT_NOW(what, name)    static_assert(what, name)
#define SAME_TYPE(a, b)           (std::is_same<a, b>::value)
#define MEMBER(type, member)      decltype(static_cast<type *>(nullptr)->member)
#define ADDRESS_OF(function)      decltype(&function)
#define FUNCTION(function)        reinterpret_cast<any_function>(&function)
#define ENUMERATOR_OF(type, name) (std::is_same<decltype(name), type>::value)
#define IS_STRUCT(type)           (std::is_class<type>::value && std::is_standard_layout<type>::value)
#define IS_UNION(type)            (std::is_union<type>::value)
#else
#define LANGUAGE                  "C"
#define ASSERT_NOW(what, name)    _Static_assert(what, name)
/* Pointers to the types, because qualifiers of a type itself are not compared. */
#define SAME_TYPE(a, b)           __builtin_types_compatible_p(__typeof__(a) *, __typeof__(b) *)
#define MEMBER(type, member)      __typeof__(((type *)0)->member)
#define ADDRESS_OF(function)      __typeof__(&function)
#define FUNCTION(function)        (any_function)(&function)
/* In C an enumerator is an int, whatever its enumeration; check_header.py says where it stands. */
#define ENUMERATOR_OF(type, name) (sizeof(type) == sizeof(int))
/* `struct x` and `union x` are checked by the compiler when the tag is of the other kind. */
#define IS_STRUCT(type)           (sizeof(type) > 0)
#define IS_UNION(type)            (sizeof(type) > 0)
#endif

#define EXPANSION_OF_EXPANDED(x) #x
#define EXPANSION(x)             EXPANSION_OF_EXPANDED(x)

#define FACT(facts, name, what)                                                                    \
    do {                                                                                           \
        ASSERT_NOW(what, name);                                                                    \
        compared += (facts);                                                                       \
    } while (0)

#define FACT_AT_RUN_TIME(facts, name, what)                                                        \
    do {                                                                                           \
        if (!(what)) {                                                                             \
            fprintf(stderr, "not so: %s\n", name);                                                 \
            wrong += 1;                                                                            \
        }                                                                                          \
        compared += (facts);                                                                       \
    } while (0)

typedef void (*any_function)(void);

static unsigned compared, wrong;

/* Keeps the compiler from knowing that the address of a function is never null. */
static int is_there(any_function function)
{
    any_function volatile address = function;

    return address != NULL;
}

static int verdict(unsigned expected)
{
    printf("%u facts compared in " LANGUAGE ", %u of them wrong\n", compared, wrong);
    if (compared != expected)
        fprintf(stderr, "%u facts were to be compared\n", expected);
    return wrong != 0 || compared != expected;
}

#endif
