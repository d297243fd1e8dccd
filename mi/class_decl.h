/*
 * Declarations of classes: looked up, and checked.
 *
 * Declarations are tables in a provider's library. Nothing in them is used before class_check() or
 * schema_check() accepted it: counts are plausible, nothing that is needed is NULL, names are CIM
 * names, fields lie within their struct. Whether a pointer is one nobody can check. Names are
 * compared without regard to case, as CIM has it. <mi/class.h> is about something else, MI_Class.
 */
#pragma once

#include <mi.h>
#include <stdbool.h>
#include <stdint.h>

/* What a declaration may have at most: no real one comes near. */
#define CLASS_MAX_CLASSES 16384
#define CLASS_MAX_FEATURES                                                                         \
    4096 /* properties or methods of a class, parameters of a method, qualifiers */
#define CLASS_MAX_ANCESTORS 64
#define CLASS_MAX_NAME      256 /* bytes, without the 0 */
#define CLASS_MAX_SIZE      (16U << 20)
#define CLASS_NOT_FOUND     UINT32_MAX
#define CLASS_NO_FIELD                                                                             \
    UINT32_MAX /* the offset of a streamed parameter: it is never in an instance */

/* Where a declaration has a hole: a sentence that names the class and the member. */
typedef struct ClassError {
    char message[1024];
} ClassError;

/* 0; or -EINVAL with @error (may be NULL) set. */
int class_check(const MI_ClassDecl *decl, ClassError *error);

/* class_check() on every class, and on what holds them. */
int schema_check(const MI_SchemaDecl *schema, ClassError *error);

/* The class called @name, or NULL. @schema and @name may be NULL. */
const MI_ClassDecl *class_find(const MI_SchemaDecl *schema, const char *name);

/* The method called @name, of the class or the nearest ancestor that has it; or NULL. */
const MI_MethodDecl *class_find_method(const MI_ClassDecl *decl, const char *name);

/* The parameter called @name, "MIReturn" included; or NULL. */
const MI_ParameterDecl *class_find_parameter(const MI_MethodDecl *method, const char *name);

/* The index of the property, or the parameter, called @name; CLASS_NOT_FOUND. */
MI_Uint32 class_find_property(const MI_ObjectDecl *decl, const char *name);

/* Whether @decl is the class called @name or derives from it. */
bool class_is_a(const MI_ClassDecl *decl, const char *name);

bool class_has_keys(const MI_ObjectDecl *decl);

/* Whether two names are the same to CIM. */
bool class_name_equals(const char *a, const char *b);

/* A class, or the common beginning of a method, as what both have in common. */
static inline const MI_ObjectDecl *class_object(const MI_ClassDecl *decl)
{
    return (const MI_ObjectDecl *)(const void *)decl;
}

static inline const MI_ObjectDecl *class_method_object(const MI_MethodDecl *decl)
{
    return (const MI_ObjectDecl *)(const void *)decl;
}
