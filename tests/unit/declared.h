/*
 * Classes whose declarations have all that one can: qualifiers of many types, defaults, a
 * superclass, overridden and inherited methods. For the tests of classes as data.
 *
 * Test_Device derives from Test_Base, which is abstract. It overrides Ping, inherits Stop without
 * repeating it, and adds Measure.
 */
#pragma once

#include "base/macros.h"

#include <mi.h>
#include <stddef.h>

typedef struct Base {
    MI_Instance instance;
    MI_StringField Id;
} Base;

typedef struct Device {
    MI_Instance instance;
    MI_StringField Id;
    MI_Uint32Field Level;
    MI_Uint64Field Serial;
    MI_StringAField Names;
    MI_ReferenceField Owner;
    MI_InstanceAField Parts;
    MI_StringField Note;
    MI_DatetimeField Made;
} Device;

typedef struct DeviceMeasure {
    MI_Instance instance;
    MI_StringField Path;
    MI_Sint32Field MIReturn;
    MI_ReferenceField Where;
    MI_Real64AField Sizes;
} DeviceMeasure;

#define QUALIFIER(qualifier, mi_type, how, from)                                                   \
    static const MI_Qualifier qualifier##_qualifier = {                                            \
        .name = #qualifier, .type = (mi_type), .flavor = (how), .value = (from)}

static const MI_Char *const version_value = "2.1";
static const MI_Char *const units_value = "Milli\"Seconds\"";
static const MI_Boolean counter_value = MI_TRUE;
static MI_Uint8 range_elements[] = {1, 255};
static const MI_Uint8A range_value = {range_elements, 2};
static const MI_Char *const no_string = NULL;

QUALIFIER(Version, MI_STRING, MI_FLAG_ENABLEOVERRIDE | MI_FLAG_RESTRICTED, &version_value);
QUALIFIER(Units, MI_STRING, MI_FLAG_TOSUBCLASS | MI_FLAG_TRANSLATABLE, &units_value);
QUALIFIER(Counter, MI_BOOLEAN, 0, &counter_value);
QUALIFIER(Range, MI_UINT8A, 0, &range_value);
QUALIFIER(Nothing, MI_STRING, 0, &no_string);

static const MI_Qualifier *const device_qualifiers[] = {&Version_qualifier};
static const MI_Qualifier *const level_qualifiers[] = {&Units_qualifier, &Range_qualifier,
                                                       &Nothing_qualifier};
static const MI_Qualifier *const path_qualifiers[] = {&Counter_qualifier};
static const MI_Qualifier *const result_qualifiers[] = {&Units_qualifier};

static const MI_Uint32 level_default = 7;
static const MI_Uint64 serial_default = 18446744073709551615ULL;
static const MI_Char *names_elements[] = {"a", ""};
static const MI_ConstStringA names_default = {names_elements, 2};
static const MI_Datetime made_default = {.isTimestamp = 0, .u.interval = {.days = 1}};

#define BASE_ID(propagated)                                                                        \
    &(const MI_PropertyDecl)                                                                       \
    {                                                                                              \
        .flags = MI_FLAG_PROPERTY | MI_FLAG_KEY, .name = "Id", .type = MI_STRING,                  \
        .offset = offsetof(Base, Id), .origin = "Test_Base", .propagator = (propagated)            \
    }

#define DEVICE_PROPERTY(field, mi_type, more, ...)                                                 \
    &(const MI_PropertyDecl)                                                                       \
    {                                                                                              \
        .flags = MI_FLAG_PROPERTY | (more), .name = #field, .type = (mi_type),                     \
        .offset = offsetof(Device, field), .origin = "Test_Device", .propagator = "Test_Device",   \
        __VA_ARGS__                                                                                \
    }

static const MI_PropertyDecl *const base_properties[] = {BASE_ID("Test_Base")};

static const MI_PropertyDecl *const device_properties[] = {
    BASE_ID("Test_Base"),
    DEVICE_PROPERTY(Level, MI_UINT32, MI_FLAG_READONLY, .value = &level_default,
                    .qualifiers = level_qualifiers, .numQualifiers = 3),
    DEVICE_PROPERTY(Serial, MI_UINT64, 0, .value = &serial_default),
    DEVICE_PROPERTY(Names, MI_STRINGA, 0, .subscript = 3, .value = &names_default),
    DEVICE_PROPERTY(Owner, MI_REFERENCE, MI_FLAG_REQUIRED, .className = "Test_Base"),
    DEVICE_PROPERTY(Parts, MI_INSTANCEA, MI_FLAG_EXPENSIVE, .className = "Test_Device"),
    DEVICE_PROPERTY(Note, MI_STRING, 0, .value = &no_string),
    DEVICE_PROPERTY(Made, MI_DATETIME, 0, .value = &made_default),
};

#define MEASURE_PARAMETER(field, mi_type, more, ...)                                               \
    &(const MI_ParameterDecl)                                                                      \
    {                                                                                              \
        .flags = MI_FLAG_PARAMETER | (more), .name = #field, .type = (mi_type),                    \
        .offset = offsetof(DeviceMeasure, field), __VA_ARGS__                                      \
    }

/* The result stands in the middle, to be left out there. */
static const MI_ParameterDecl *const measure_parameters[] = {
    MEASURE_PARAMETER(Path, MI_STRING, MI_FLAG_IN | MI_FLAG_REQUIRED, .qualifiers = path_qualifiers,
                      .numQualifiers = 1),
    MEASURE_PARAMETER(MIReturn, MI_SINT32, MI_FLAG_OUT, .qualifiers = result_qualifiers,
                      .numQualifiers = 1),
    MEASURE_PARAMETER(Where, MI_REFERENCE, MI_FLAG_IN, .className = "Test_Base"),
    MEASURE_PARAMETER(Sizes, MI_REAL64A, MI_FLAG_IN | MI_FLAG_OUT, .subscript = 2),
};

static const MI_MethodDecl device_measure = {
    .flags = MI_FLAG_METHOD | MI_FLAG_STATIC,
    .name = "Measure",
    .qualifiers = path_qualifiers,
    .numQualifiers = 1,
    .parameters = measure_parameters,
    .numParameters = ARRAY_SIZE(measure_parameters),
    .size = sizeof(DeviceMeasure),
    .returnType = MI_SINT32,
    .origin = "Test_Device",
    .propagator = "Test_Device",
};

/* Without parameters, and without a declared result: returnType alone says what it returns. */
#define PLAIN_METHOD(word, by)                                                                     \
    &(const MI_MethodDecl)                                                                         \
    {                                                                                              \
        .flags = MI_FLAG_METHOD, .name = (word), .size = sizeof(MI_Instance),                      \
        .returnType = MI_UINT32, .origin = "Test_Base", .propagator = (by)                         \
    }

static const MI_MethodDecl *const base_methods[] = {PLAIN_METHOD("Ping", "Test_Base"),
                                                    PLAIN_METHOD("Stop", "Test_Base")};
static const MI_MethodDecl *const device_methods[] = {&device_measure,
                                                      PLAIN_METHOD("Ping", "Test_Device")};

static const MI_ClassDecl base_class = {
    .flags = MI_FLAG_CLASS | MI_FLAG_ABSTRACT,
    .name = "Test_Base",
    .properties = base_properties,
    .numProperties = ARRAY_SIZE(base_properties),
    .size = sizeof(Base),
    .methods = base_methods,
    .numMethods = ARRAY_SIZE(base_methods),
};

static const MI_ClassDecl device_class = {
    .flags = MI_FLAG_CLASS | MI_FLAG_TERMINAL,
    .name = "Test_Device",
    .qualifiers = device_qualifiers,
    .numQualifiers = 1,
    .properties = device_properties,
    .numProperties = ARRAY_SIZE(device_properties),
    .size = sizeof(Device),
    .superClass = "Test_Base",
    .superClassDecl = &base_class,
    .methods = device_methods,
    .numMethods = ARRAY_SIZE(device_methods),
};
