/*
 * Declaring a class or a method as one table.
 *
 *     #define DEMO_TICKER(PROPERTY, Class)           \
 *         PROPERTY(Class, UINT64, Tick, MI_FLAG_KEY) \
 *         PROPERTY(Class, DATETIME, Time, 0)
 *     DECLARE_PROPERTIES(Demo_Ticker, DEMO_TICKER);
 *
 * makes the structure Demo_Ticker, which is an MI_Instance with a field for each property behind
 * it, and the array Demo_Ticker_properties, which tells the host the names, the types and where the
 * fields are. Both come from the same lines, so they cannot disagree. A method's parameters are
 * declared alike with DECLARE_PARAMETERS. Everything else of a provider is plain <mi.h>.
 */
#pragma once

#include <mi.h>

/*
 * The code by which MI finds a name quickly: its first and last letter in lower case, and its
 * length. For names that begin and end with a letter or a digit.
 */
#define DECLARE_CODE(name)                                                                         \
    ((MI_Uint32)((name)[0] | 0x20) << 16 | (MI_Uint32)((name)[sizeof(name) - 2] | 0x20) << 8 |     \
     (MI_Uint32)(sizeof(name) - 1))

/* The field that holds a value of each type. */
#define DECLARE_FIELD_BOOLEAN  MI_ConstBooleanField
#define DECLARE_FIELD_UINT16   MI_ConstUint16Field
#define DECLARE_FIELD_UINT32   MI_ConstUint32Field
#define DECLARE_FIELD_UINT64   MI_ConstUint64Field
#define DECLARE_FIELD_DATETIME MI_ConstDatetimeField
#define DECLARE_FIELD_STRING   MI_ConstStringField
#define DECLARE_FIELD_STRINGA  MI_ConstStringAField

/* What DECLARE_PROPERTIES and DECLARE_PARAMETERS make of each line of a table. */
#define DECLARE_FIELD(Class, Type, Name, Flags)   DECLARE_FIELD_##Type Name;
#define DECLARE_POINTER(Class, Type, Name, Flags) &Class##_##Name##_declaration,

#define DECLARE_PROPERTY(Class, Type, Name, Flags)                                                 \
    static MI_CONST MI_PropertyDecl Class##_##Name##_declaration = {                               \
        .flags = MI_FLAG_PROPERTY | MI_FLAG_READONLY | (Flags),                                    \
        .code = DECLARE_CODE(#Name),                                                               \
        .name = #Name,                                                                             \
        .type = MI_##Type,                                                                         \
        .offset = offsetof(Class, Name),                                                           \
        .origin = #Class,                                                                          \
        .propagator = #Class,                                                                      \
    };

#define DECLARE_PARAMETER(Method, Type, Name, Flags)                                               \
    static MI_CONST MI_ParameterDecl Method##_##Name##_declaration = {                             \
        .flags = MI_FLAG_PARAMETER | (Flags),                                                      \
        .code = DECLARE_CODE(#Name),                                                               \
        .name = #Name,                                                                             \
        .type = MI_##Type,                                                                         \
        .offset = offsetof(Method, Name),                                                          \
    };

#define DECLARE_STRUCTURE(Class, TABLE)                                                            \
    typedef struct Class {                                                                         \
        MI_Instance instance;                                                                      \
        TABLE(DECLARE_FIELD, Class)                                                                \
    } Class;

/* struct @Class and @Class_properties. */
#define DECLARE_PROPERTIES(Class, TABLE)                                                           \
    DECLARE_STRUCTURE(Class, TABLE)                                                                \
    TABLE(DECLARE_PROPERTY, Class)                                                                 \
    static MI_PropertyDecl MI_CONST *MI_CONST Class##_properties[] = {TABLE(DECLARE_POINTER, Class)}

/* struct @Method and @Method_parameters. */
#define DECLARE_PARAMETERS(Method, TABLE)                                                          \
    DECLARE_STRUCTURE(Method, TABLE)                                                               \
    TABLE(DECLARE_PARAMETER, Method)                                                               \
    static MI_ParameterDecl MI_CONST *MI_CONST Method##_parameters[] = {                           \
        TABLE(DECLARE_POINTER, Method)}
