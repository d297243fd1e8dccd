/* reserved1 is the address of the MI_MethodDecl. Every output may be left out. */
#include "mi/parameter_set_impl.h"

#include "mi/class_decl.h"
#include "mi/qualifier_set_impl.h"
#include "mi/value.h"

#define RESULT_NAME "MIReturn"

void parameter_set_init(MI_ParameterSet *self, const MI_MethodDecl *decl)
{
    if (self != NULL)
        *self = (MI_ParameterSet){.reserved1 = (uintptr_t)decl, .ft = &mi_parameter_set_ft};
}

const MI_ParameterDecl *parameter_set_result(const MI_MethodDecl *decl)
{
    return class_find_parameter(decl, RESULT_NAME);
}

MI_Uint32 parameter_set_result_type(const MI_MethodDecl *decl)
{
    const MI_ParameterDecl *result = parameter_set_result(decl);

    return result != NULL ? result->type : decl->returnType;
}

/* The method that @self is a view of; NULL if it is none. */
static const MI_MethodDecl *method_of(const MI_ParameterSet *self)
{
    if (self == NULL || self->ft != &mi_parameter_set_ft)
        return NULL;
    return (const MI_MethodDecl *)(uintptr_t)self->reserved1;
}

/* Where the result stands among the declared parameters; behind them if it isn't declared. */
static MI_Uint32 result_place(const MI_MethodDecl *decl)
{
    MI_Uint32 index = class_find_property(class_method_object(decl), RESULT_NAME);

    return index == CLASS_NOT_FOUND ? decl->numParameters : index;
}

static MI_Result MI_CALL GetMethodReturnType(const MI_ParameterSet *self, MI_Type *type,
                                             MI_QualifierSet *qualifiers)
{
    const MI_MethodDecl *decl = method_of(self);
    const MI_ParameterDecl *result;

    if (decl == NULL || type == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    if (!value_type_is_valid(parameter_set_result_type(decl)))
        return MI_RESULT_FAILED;
    *type = (MI_Type)parameter_set_result_type(decl);
    result = parameter_set_result(decl);
    if (result != NULL)
        qualifier_set_init(qualifiers, result->qualifiers, result->numQualifiers);
    else
        qualifier_set_init(qualifiers, NULL, 0);
    return MI_RESULT_OK;
}

static MI_Result MI_CALL GetParameterCount(const MI_ParameterSet *self, MI_Uint32 *count)
{
    const MI_MethodDecl *decl = method_of(self);

    if (decl == NULL || count == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *count = decl->numParameters - (result_place(decl) < decl->numParameters ? 1 : 0);
    return MI_RESULT_OK;
}

static MI_Result MI_CALL GetParameterAt(const MI_ParameterSet *self, MI_Uint32 index,
                                        const MI_Char **name, MI_Type *type,
                                        MI_Char **reference_class, MI_QualifierSet *qualifiers)
{
    const MI_MethodDecl *decl = method_of(self);
    const MI_ParameterDecl *parameter;

    if (decl == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    if (index >= decl->numParameters)
        return MI_RESULT_NOT_FOUND;
    if (index >= result_place(decl) && ++index >= decl->numParameters)
        return MI_RESULT_NOT_FOUND;
    parameter = decl->parameters[index];
    if (name != NULL)
        *name = parameter->name;
    if (type != NULL)
        *type = (MI_Type)parameter->type;
    if (reference_class != NULL)
        *reference_class = (MI_Char *)(uintptr_t)parameter->className;
    qualifier_set_init(qualifiers, parameter->qualifiers, parameter->numQualifiers);
    return MI_RESULT_OK;
}

static MI_Result MI_CALL GetParameter(const MI_ParameterSet *self, const MI_Char *name,
                                      MI_Type *type, MI_Char **reference_class,
                                      MI_QualifierSet *qualifiers, MI_Uint32 *index)
{
    const MI_MethodDecl *decl = method_of(self);
    MI_Uint32 place, result;

    if (decl == NULL || name == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    place = class_find_property(class_method_object(decl), name);
    result = result_place(decl);
    if (place == CLASS_NOT_FOUND || place == result)
        return MI_RESULT_NOT_FOUND;
    if (place > result)
        place--;
    if (index != NULL)
        *index = place;
    return GetParameterAt(self, place, NULL, type, reference_class, qualifiers);
}

const MI_ParameterSetFT mi_parameter_set_ft = {
    .GetMethodReturnType = GetMethodReturnType,
    .GetParameterCount = GetParameterCount,
    .GetParameterAt = GetParameterAt,
    .GetParameter = GetParameter,
};
