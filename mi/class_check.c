/*
 * class_check() and schema_check(): what may be relied upon in a declaration that a foreign library
 * holds.
 *
 * Each check takes the place that it is at ("class 'C'", "class 'C', method 'M'"), so that the
 * sentence begins with it. Nothing is dereferenced before its count or its pointer was checked.
 */
#include "mi/class_decl.h"
#include "mi/field.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What is being checked, in words, and where the sentence goes. */
typedef struct Check {
    ClassError *error;
    char place[2 * CLASS_MAX_NAME + 64];
} Check;

static int PRINTF_LIKE(2, 3) fail(const Check *check, const char *format, ...)
{
    char sentence[sizeof(check->error->message) - sizeof(check->place) - sizeof(": ")];
    va_list arguments;

    if (check->error == NULL)
        return -EINVAL;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof(sentence), format, arguments);
    va_end(arguments);
    snprintf(check->error->message, sizeof(check->error->message), "%s: %s", check->place,
             sentence);
    return -EINVAL;
}

/* A CIM name: letters, digits, underscores and anything beyond ASCII, no digit first. */
static bool is_name(const char *name)
{
    const unsigned char *c = (const unsigned char *)name;
    size_t size = strnlen(name, CLASS_MAX_NAME + 1);

    if (size == 0 || size > CLASS_MAX_NAME || (c[0] >= '0' && c[0] <= '9'))
        return false;
    for (size_t i = 0; i < size; i++) {
        bool letter = (c[i] | 0x20) >= 'a' && (c[i] | 0x20) <= 'z';
        bool digit = c[i] >= '0' && c[i] <= '9';

        if (!letter && !digit && c[i] != '_' && c[i] < 0x80)
            return false;
    }
    return true;
}

/* A list of @count pointers of which none is NULL; @what is "property", and so on. */
static int check_list(const Check *check, const char *what, const void *list, MI_Uint32 count,
                      MI_Uint32 maximum)
{
    const void *const *entries = list;

    if (count > maximum)
        return fail(check, "%u is no plausible number of %s declarations, at most %u are allowed",
                    count, what, maximum);
    if (count > 0 && entries == NULL)
        return fail(check, "the list of its %u %s declarations is NULL", count, what);
    for (MI_Uint32 i = 0; i < count; i++)
        if (entries[i] == NULL)
            return fail(check, "%s declaration %u of %u is NULL", what, i + 1, count);
    return 0;
}

static int check_name(const Check *check, const char *what, MI_Uint32 index, const char *name)
{
    if (name == NULL)
        return fail(check, "%s %u has no name", what, index + 1);
    if (!is_name(name))
        return fail(check, "the name of %s %u, '%.64s', is no CIM name", what, index + 1, name);
    return 0;
}

/* A declared value: the arrays of the interface, not yet what their elements point to. */
static bool is_value(const void *value, MI_Uint32 type)
{
    MI_Array array;

    if (value == NULL || !value_type_is_array(type))
        return true;
    memcpy(&array, value, sizeof(array));
    return array.data != NULL || array.size == 0;
}

/* One qualifier: @index of @qualifiers, of which those before it were accepted. */
static int check_qualifier(const Check *check, const MI_Qualifier *const *qualifiers,
                           MI_Uint32 index)
{
    const MI_Qualifier *qualifier = qualifiers[index];

    if (qualifier->name == NULL)
        return fail(check, "qualifier %u has no name", index + 1);
    if (!value_type_is_valid(qualifier->type))
        return fail(check, "qualifier '%.64s': %u is no MI_Type", qualifier->name, qualifier->type);
    if (!is_value(qualifier->value, qualifier->type))
        return fail(check, "qualifier '%.64s': its value is an array whose elements are NULL",
                    qualifier->name);
    for (MI_Uint32 i = 0; i < index; i++)
        if (class_name_equals(qualifiers[i]->name, qualifier->name))
            return fail(check, "qualifier '%.64s' is there twice", qualifier->name);
    return 0;
}

static int check_qualifiers(const Check *check, const MI_Qualifier *const *qualifiers,
                            MI_Uint32 count)
{
    int r;

    r = check_list(check, "qualifier", qualifiers, count, CLASS_MAX_FEATURES);
    for (MI_Uint32 i = 0; r == 0 && i < count; i++)
        r = check_qualifier(check, qualifiers, i);
    return r;
}

/* One property or parameter: only the part that both have is read. */
static int check_feature(const Check *check, const MI_ObjectDecl *decl, const char *what,
                         MI_Uint32 index)
{
    const MI_PropertyDecl *feature = decl->properties[index];
    size_t size;
    int r;

    r = check_name(check, what, index, feature->name);
    if (r == 0)
        r = check_qualifiers(check, feature->qualifiers, feature->numQualifiers);
    if (r < 0)
        return r;
    if (!value_type_is_valid(feature->type))
        return fail(check, "%s '%s': %u is no MI_Type", what, feature->name, feature->type);
    if (feature->offset == CLASS_NO_FIELD && (feature->flags & MI_FLAG_STREAM) != 0)
        return 0; /* its values are never in the struct: WriteStreamParameter sends them */
    size = field_size(feature->type);
    if (feature->offset < sizeof(MI_Instance) || feature->offset > decl->size ||
        size > decl->size - feature->offset)
        return fail(check, "%s '%s': its field, %zu bytes at offset %u, isn't between %zu and %u",
                    what, feature->name, size, feature->offset, sizeof(MI_Instance), decl->size);
    if (feature->offset % value_alignment(feature->type) != 0)
        return fail(check, "%s '%s': its offset, %u, isn't aligned for %s", what, feature->name,
                    feature->offset, value_type_name(feature->type));
    return 0;
}

/* No two of the same name, or in the same place. All were accepted by check_feature(). */
static int check_distinct(const Check *check, const MI_ObjectDecl *decl, const char *what)
{
    for (MI_Uint32 i = 1; i < decl->numProperties; i++) {
        const MI_PropertyDecl *a = decl->properties[i];

        for (MI_Uint32 j = 0; j < i; j++) {
            const MI_PropertyDecl *b = decl->properties[j];

            if (class_name_equals(a->name, b->name))
                return fail(check, "%s '%s' is declared twice", what, a->name);
            if (a->offset == CLASS_NO_FIELD || b->offset == CLASS_NO_FIELD)
                continue;
            if (a->offset < b->offset + field_size(b->type) &&
                b->offset < a->offset + field_size(a->type))
                return fail(check, "the fields of %s '%s' and '%s' overlap", what, a->name,
                            b->name);
        }
    }
    return 0;
}

/* What a class and a method have in common: a struct of fields. */
static int check_object(const Check *check, const MI_ObjectDecl *decl, const char *what)
{
    int r;

    r = check_qualifiers(check, decl->qualifiers, decl->numQualifiers);
    if (r < 0)
        return r;
    if (decl->size < sizeof(MI_Instance) || decl->size > CLASS_MAX_SIZE)
        return fail(check, "its size, %u, isn't between %zu (an MI_Instance) and %u", decl->size,
                    sizeof(MI_Instance), CLASS_MAX_SIZE);
    r = check_list(check, what, decl->properties, decl->numProperties, CLASS_MAX_FEATURES);
    for (MI_Uint32 i = 0; r == 0 && i < decl->numProperties; i++)
        r = check_feature(check, decl, what, i);
    return r == 0 ? check_distinct(check, decl, what) : r;
}

/* What parameters don't have. Of properties that check_object() accepted. */
static int check_defaults(const Check *check, const MI_ClassDecl *decl)
{
    for (MI_Uint32 i = 0; i < decl->numProperties; i++) {
        const MI_PropertyDecl *property = decl->properties[i];

        if (!is_value(property->value, property->type))
            return fail(check, "property '%s': its default is an array whose elements are NULL",
                        property->name);
    }
    return 0;
}

/* One method: @index of those of @decl, of which those before it were accepted. */
static int check_method(const Check *check, const MI_ClassDecl *decl, MI_Uint32 index)
{
    const MI_MethodDecl *method = decl->methods[index];
    Check inner = {.error = check->error};
    int r = check_name(check, "method", index, method->name);

    if (r < 0)
        return r;
    for (MI_Uint32 i = 0; i < index; i++)
        if (class_name_equals(decl->methods[i]->name, method->name))
            return fail(check, "method '%s' is declared twice", method->name);
    snprintf(inner.place, sizeof(inner.place), "class '%s', method '%s'", decl->name, method->name);
    if (!value_type_is_valid(method->returnType))
        return fail(&inner, "it returns %u, which is no MI_Type", method->returnType);
    return check_object(&inner, class_method_object(method), "parameter");
}

static int check_methods(const Check *check, const MI_ClassDecl *decl)
{
    int r;

    r = check_list(check, "method", decl->methods, decl->numMethods, CLASS_MAX_FEATURES);
    for (MI_Uint32 i = 0; r == 0 && i < decl->numMethods; i++)
        r = check_method(check, decl, i);
    return r;
}

/* One class, without its ancestors. */
static int check_class(ClassError *error, const MI_ClassDecl *decl)
{
    Check check = {.error = error, .place = "a class"};
    int r;

    if (decl->name == NULL)
        return fail(&check, "it has no name");
    if (!is_name(decl->name))
        return fail(&check, "its name, '%.64s', is no CIM name", decl->name);
    snprintf(check.place, sizeof(check.place), "class '%s'", decl->name);
    r = check_object(&check, class_object(decl), "property");
    if (r == 0)
        r = check_defaults(&check, decl);
    return r == 0 ? check_methods(&check, decl) : r;
}

int class_check(const MI_ClassDecl *decl, ClassError *error)
{
    Check check = {.error = error, .place = "a class"};
    const MI_ClassDecl *ancestor = decl;
    int r;

    if (decl == NULL)
        return fail(&check, "its declaration is NULL");
    for (unsigned i = 0; ancestor != NULL; ancestor = ancestor->superClassDecl, i++) {
        r = i < CLASS_MAX_ANCESTORS
                ? check_class(error, ancestor)
                : fail(&check, "class '%s' has more than %d ancestors, or is its own", decl->name,
                       CLASS_MAX_ANCESTORS);
        if (r < 0)
            return r;
    }
    return 0;
}

int schema_check(const MI_SchemaDecl *schema, ClassError *error)
{
    Check check = {.error = error, .place = "the schema"};
    int r;

    if (schema == NULL)
        return fail(&check, "its declaration is NULL");
    r = check_list(&check, "class", schema->classDecls, schema->numClassDecls, CLASS_MAX_CLASSES);
    if (r == 0)
        r = check_list(&check, "qualifier", schema->qualifierDecls, schema->numQualifierDecls,
                       CLASS_MAX_FEATURES);
    for (MI_Uint32 i = 0; r == 0 && i < schema->numQualifierDecls; i++) {
        if (schema->qualifierDecls[i]->name == NULL)
            r = fail(&check, "qualifier declaration %u has no name", i + 1);
    }
    for (MI_Uint32 i = 0; r == 0 && i < schema->numClassDecls; i++) {
        r = check_name(&check, "class", i, schema->classDecls[i]->name);
        if (r == 0)
            r = class_check(schema->classDecls[i], error);
        if (r == 0 && class_find(schema, schema->classDecls[i]->name) != schema->classDecls[i])
            r = fail(&check, "class '%s' is declared twice", schema->classDecls[i]->name);
    }
    return r;
}
