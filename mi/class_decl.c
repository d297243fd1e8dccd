#include "mi/class_decl.h"

#include <strings.h>

bool class_name_equals(const char *a, const char *b)
{
    return strcasecmp(a, b) == 0;
}

const MI_ClassDecl *class_find(const MI_SchemaDecl *schema, const char *name)
{
    if (schema == NULL || name == NULL)
        return NULL;
    for (MI_Uint32 i = 0; i < schema->numClassDecls; i++)
        if (class_name_equals(schema->classDecls[i]->name, name))
            return schema->classDecls[i];
    return NULL;
}

const MI_MethodDecl *class_find_method(const MI_ClassDecl *decl, const char *name)
{
    for (; decl != NULL; decl = decl->superClassDecl)
        for (MI_Uint32 i = 0; i < decl->numMethods; i++)
            if (class_name_equals(decl->methods[i]->name, name))
                return decl->methods[i];
    return NULL;
}

MI_Uint32 class_find_property(const MI_ObjectDecl *decl, const char *name)
{
    for (MI_Uint32 i = 0; i < decl->numProperties; i++)
        if (class_name_equals(decl->properties[i]->name, name))
            return i;
    return CLASS_NOT_FOUND;
}

const MI_ParameterDecl *class_find_parameter(const MI_MethodDecl *method, const char *name)
{
    MI_Uint32 index = class_find_property(class_method_object(method), name);

    return index == CLASS_NOT_FOUND ? NULL : method->parameters[index];
}

bool class_is_a(const MI_ClassDecl *decl, const char *name)
{
    for (; decl != NULL; decl = decl->superClassDecl) {
        if (class_name_equals(decl->name, name))
            return true;
        /* The oldest ancestor may be known by name alone. */
        if (decl->superClassDecl == NULL && decl->superClass != NULL)
            return class_name_equals(decl->superClass, name);
    }
    return false;
}

bool class_has_keys(const MI_ObjectDecl *decl)
{
    for (MI_Uint32 i = 0; i < decl->numProperties; i++)
        if ((decl->properties[i]->flags & MI_FLAG_KEY) != 0)
            return true;
    return false;
}
