/*
 * A provider's generated header, as it were: classes with a field of every type, a method, and
 * their declarations. For the tests of the object model and of its JSON.
 */
#pragma once

#include "base/macros.h"

#include <mi.h>
#include <stddef.h>

/* type, C type: in the order of MI_Type */
#define EVERY_SCALAR(X)                                                                            \
    X(BOOLEAN, Boolean)                                                                            \
    X(UINT8, Uint8)                                                                                \
    X(SINT8, Sint8)                                                                                \
    X(UINT16, Uint16)                                                                              \
    X(SINT16, Sint16)                                                                              \
    X(UINT32, Uint32)                                                                              \
    X(SINT32, Sint32)                                                                              \
    X(UINT64, Uint64)                                                                              \
    X(SINT64, Sint64)                                                                              \
    X(REAL32, Real32)                                                                              \
    X(REAL64, Real64)                                                                              \
    X(CHAR16, Char16)                                                                              \
    X(DATETIME, Datetime)                                                                          \
    X(STRING, String)                                                                              \
    X(REFERENCE, Reference)                                                                        \
    X(INSTANCE, Instance)

/* Test_Point: key Name, X, Y. */
typedef struct Point {
    MI_Instance instance;
    MI_StringField Name;
    MI_Sint32Field X;
    MI_Sint32Field Y;
} Point;

#define POINT_PROPERTY(field, mi_type, more)                                                       \
    &(const MI_PropertyDecl)                                                                       \
    {                                                                                              \
        .flags = MI_FLAG_PROPERTY | (more), .name = #field, .type = (mi_type),                     \
        .offset = offsetof(Point, field)                                                           \
    }

static const MI_PropertyDecl *const point_properties[] = {
    POINT_PROPERTY(Name, MI_STRING, MI_FLAG_KEY),
    POINT_PROPERTY(X, MI_SINT32, 0),
    POINT_PROPERTY(Y, MI_SINT32, 0),
};

static const MI_ClassDecl point_class = {
    .flags = MI_FLAG_CLASS,
    .name = "Test_Point",
    .properties = point_properties,
    .numProperties = ARRAY_SIZE(point_properties),
    .size = sizeof(Point),
};

/* Test_Everything: key Id, and a property of each type, scalar and array, named after it. */
typedef struct Everything {
    MI_Instance instance;
    MI_StringField Id;
#define EVERYTHING_FIELDS(TYPE, Type)                                                              \
    MI_##Type##Field Type;                                                                         \
    MI_##Type##AField Type##A;
    EVERY_SCALAR(EVERYTHING_FIELDS)
} Everything;

static const MI_PropertyDecl *const everything_properties[] = {
    &(const MI_PropertyDecl){.flags = MI_FLAG_PROPERTY | MI_FLAG_KEY,
                             .name = "Id",
                             .type = MI_STRING,
                             .offset = offsetof(Everything, Id)},
#define EVERYTHING_PROPERTY(field, mi_type)                                                        \
    &(const MI_PropertyDecl){.flags = MI_FLAG_PROPERTY,                                            \
                             .name = #field,                                                       \
                             .type = (mi_type),                                                    \
                             .className = ((mi_type)&15) >= MI_REFERENCE ? "Test_Point" : NULL,    \
                             .offset = offsetof(Everything, field)},
#define EVERYTHING_PROPERTIES(TYPE, Type)                                                          \
    EVERYTHING_PROPERTY(Type, MI_##TYPE)                                                           \
    EVERYTHING_PROPERTY(Type##A, MI_##TYPE##A)
    EVERY_SCALAR(EVERYTHING_PROPERTIES)};

/* Test_Everything.Mix: In and Both go in, Both and Out come out. */
typedef struct Mix {
    MI_Instance instance;
    MI_Uint32Field MIReturn;
    MI_StringField In;
    MI_Sint32Field Both;
    MI_StringAField Out;
    MI_InstanceField Where;
} Mix;

#define MIX_PARAMETER(field, mi_type, more, class_name)                                            \
    &(const MI_ParameterDecl)                                                                      \
    {                                                                                              \
        .flags = MI_FLAG_PARAMETER | (more), .name = #field, .type = (mi_type),                    \
        .className = (class_name), .offset = offsetof(Mix, field)                                  \
    }

static const MI_ParameterDecl *const mix_parameters[] = {
    MIX_PARAMETER(MIReturn, MI_UINT32, MI_FLAG_OUT, NULL),
    MIX_PARAMETER(In, MI_STRING, MI_FLAG_IN | MI_FLAG_REQUIRED, NULL),
    MIX_PARAMETER(Both, MI_SINT32, MI_FLAG_IN | MI_FLAG_OUT, NULL),
    MIX_PARAMETER(Out, MI_STRINGA, MI_FLAG_OUT, NULL),
    MIX_PARAMETER(Where, MI_INSTANCE, MI_FLAG_IN, "Test_Point"),
};

static const MI_MethodDecl mix_method = {
    .flags = MI_FLAG_METHOD,
    .name = "Mix",
    .parameters = mix_parameters,
    .numParameters = ARRAY_SIZE(mix_parameters),
    .size = sizeof(Mix),
    .returnType = MI_UINT32,
};

static const MI_MethodDecl *const everything_methods[] = {&mix_method};

static const MI_ClassDecl everything_class = {
    .flags = MI_FLAG_CLASS,
    .name = "Test_Everything",
    .properties = everything_properties,
    .numProperties = ARRAY_SIZE(everything_properties),
    .size = sizeof(Everything),
    .methods = everything_methods,
    .numMethods = ARRAY_SIZE(everything_methods),
};

/* Test_Point3 derives from Test_Point and adds nothing. */
static const MI_ClassDecl point3_class = {
    .flags = MI_FLAG_CLASS,
    .name = "Test_Point3",
    .properties = point_properties,
    .numProperties = ARRAY_SIZE(point_properties),
    .size = sizeof(Point),
    .superClass = "Test_Point",
    .superClassDecl = &point_class,
};

static const MI_ClassDecl *const everything_classes[] = {&point_class, &point3_class,
                                                         &everything_class};

static const MI_SchemaDecl everything_schema = {
    .classDecls = everything_classes,
    .numClassDecls = ARRAY_SIZE(everything_classes),
};
