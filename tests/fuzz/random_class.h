/*
 * Random classes: a schema that a target makes of the bytes that steer it.
 *
 * Every class is one that class_check() accepts: its fields lie where their types want them. Names
 * are short, so that a fuzzer hits them: classes are A, B, ...; properties P0, P1, ...; methods M0,
 * ...; parameters Q0, ...
 */
#pragma once

#include "mi/class_decl.h"
#include "mi/field.h"

#include "tests/fuzz/fuzz.h"

#define RANDOM_CLASSES    4
#define RANDOM_PROPERTIES 8
#define RANDOM_METHODS    2
#define RANDOM_PARAMETERS 4

typedef struct RandomMethod {
    MI_MethodDecl decl;
    char name[4];
    MI_ParameterDecl parameters[RANDOM_PARAMETERS];
    const MI_ParameterDecl *list[RANDOM_PARAMETERS];
    char names[RANDOM_PARAMETERS][4];
} RandomMethod;

typedef struct RandomClass {
    MI_ClassDecl decl;
    char name[2];
    MI_PropertyDecl properties[RANDOM_PROPERTIES];
    const MI_PropertyDecl *list[RANDOM_PROPERTIES];
    char names[RANDOM_PROPERTIES][4];
    RandomMethod methods[RANDOM_METHODS];
    const MI_MethodDecl *method_list[RANDOM_METHODS];
} RandomClass;

typedef struct RandomSchema {
    MI_SchemaDecl decl;
    RandomClass classes[RANDOM_CLASSES];
    const MI_ClassDecl *list[RANDOM_CLASSES];
} RandomSchema;

/* One of the 32 types: an array has bit 4. */
static inline MI_Uint32 random_type(Script *script)
{
    return script_byte(script) % 32;
}

/* What a reference or an instance is of: a class that there is, one that there isn't, or any. */
static inline const char *random_class_name(Script *script, MI_Uint32 type)
{
    static const char *const names[] = {"A", "B", "C", "D", "Z", NULL};

    if ((type & 15) < MI_REFERENCE)
        return NULL;
    return names[script_byte(script) % 6];
}

/* Where the next field goes. */
static inline MI_Uint32 random_offset(MI_Uint32 *size, MI_Uint32 type)
{
    MI_Uint32 alignment = (MI_Uint32)value_alignment(type);
    MI_Uint32 offset = (*size + alignment - 1) / alignment * alignment;

    *size = offset + (MI_Uint32)field_size(type);
    return offset;
}

static inline void random_method(Script *script, RandomMethod *method, unsigned number)
{
    unsigned count = script_byte(script) % (RANDOM_PARAMETERS + 1);
    MI_Uint32 size = sizeof(MI_Instance);

    snprintf(method->name, sizeof(method->name), "M%u", number % 10);
    for (unsigned i = 0; i < count; i++) {
        MI_ParameterDecl *decl = &method->parameters[i];
        unsigned way = script_byte(script);

        snprintf(method->names[i], sizeof(method->names[i]), "Q%u", i % 10);
        decl->name = i == 0 && way % 2 == 1 ? "MIReturn" : method->names[i];
        decl->flags = MI_FLAG_PARAMETER | ((way & 2) != 0 ? MI_FLAG_IN : 0U) |
                      ((way & 4) != 0 ? MI_FLAG_OUT : 0U) |
                      ((way & 8) != 0 ? MI_FLAG_REQUIRED : 0U);
        decl->type = random_type(script);
        decl->className = random_class_name(script, decl->type);
        decl->offset = random_offset(&size, decl->type);
        method->list[i] = decl;
    }
    method->decl = (MI_MethodDecl){
        .flags = MI_FLAG_METHOD,
        .name = method->name,
        .parameters = method->list,
        .numParameters = count,
        .size = (size + 7) / 8 * 8,
        .returnType = random_type(script),
    };
}

static inline void random_class(Script *script, RandomSchema *schema, unsigned number)
{
    RandomClass *class = &schema->classes[number];
    unsigned count = script_byte(script) % (RANDOM_PROPERTIES + 1);
    unsigned methods = script_byte(script) % (RANDOM_METHODS + 1);
    unsigned base = script_byte(script) % 8;
    MI_Uint32 size = sizeof(MI_Instance);

    class->name[0] = (char)('A' + number);
    for (unsigned i = 0; i < count; i++) {
        MI_PropertyDecl *decl = &class->properties[i];
        unsigned way = script_byte(script);

        snprintf(class->names[i], sizeof(class->names[i]), "P%u", i % 10);
        decl->name = class->names[i];
        decl->type = random_type(script);
        decl->flags = MI_FLAG_PROPERTY | (way % 4 == 0 ? MI_FLAG_KEY : 0U) |
                      (way / 4 % 4 == 0 ? MI_FLAG_REQUIRED : 0U);
        decl->className = random_class_name(script, decl->type);
        decl->offset = random_offset(&size, decl->type);
        class->list[i] = decl;
    }
    for (unsigned i = 0; i < methods; i++) {
        random_method(script, &class->methods[i], i);
        class->method_list[i] = &class->methods[i].decl;
    }
    class->decl = (MI_ClassDecl){
        .flags = MI_FLAG_CLASS,
        .name = class->name,
        .properties = class->list,
        .numProperties = count,
        .size = (size + 7) / 8 * 8,
        .methods = class->method_list,
        .numMethods = methods,
    };
    if (base < number) {
        class->decl.superClass = schema->classes[base].name;
        class->decl.superClassDecl = &schema->classes[base].decl;
    }
    schema->list[number] = &class->decl;
}

static inline void random_schema(Script *script, RandomSchema *schema)
{
    unsigned count = 1 + script_byte(script) % RANDOM_CLASSES;

    *schema = (RandomSchema){0};
    for (unsigned i = 0; i < count; i++)
        random_class(script, schema, i);
    schema->decl = (MI_SchemaDecl){.classDecls = schema->list, .numClassDecls = count};
}
