/* mi/class.h: part of the MI interface. */
#ifndef MIHOST_MI_CLASS_H
#define MIHOST_MI_CLASS_H

#include <mi/instance.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _MI_QualifierSet MI_QualifierSet;
typedef struct _MI_ParameterSet MI_ParameterSet;

typedef struct _MI_QualifierSetFT {
    MI_Result(MI_CALL *GetQualifierCount)(const MI_QualifierSet *self, MI_Uint32 *count);
    MI_Result(MI_CALL *GetQualifierAt)(const MI_QualifierSet *self, MI_Uint32 index,
                                       const MI_Char **name, MI_Type *qualifierType,
                                       MI_Uint32 *qualifierFlags, MI_Value *qualifierValue);
    MI_Result(MI_CALL *GetQualifier)(const MI_QualifierSet *self, const MI_Char *name,
                                     MI_Type *qualifierType, MI_Uint32 *qualifierFlags,
                                     MI_Value *qualifierValue, MI_Uint32 *index);
} MI_QualifierSetFT;

typedef struct _MI_QualifierSet {
    MI_Uint64 reserved1;
    ptrdiff_t reserved2;
    const MI_QualifierSetFT *ft;
} MI_QualifierSet;

MI_INLINE MI_Result MI_CALL MI_QualifierSet_GetQualifierCount(const MI_QualifierSet *self,
                                                              MI_Uint32 *count)
{
    return MI_FORWARD(self, GetQualifierCount, (self, count));
}

MI_INLINE MI_Result MI_CALL MI_QualifierSet_GetQualifierAt(const MI_QualifierSet *self,
                                                           MI_Uint32 index, const MI_Char **name,
                                                           MI_Type *qualifierType,
                                                           MI_Uint32 *qualifierFlags,
                                                           MI_Value *qualifierValue)
{
    return MI_FORWARD(self, GetQualifierAt,
                      (self, index, name, qualifierType, qualifierFlags, qualifierValue));
}

MI_INLINE MI_Result MI_CALL MI_QualifierSet_GetQualifier(const MI_QualifierSet *self,
                                                         const MI_Char *name,
                                                         MI_Type *qualifierType,
                                                         MI_Uint32 *qualifierFlags,
                                                         MI_Value *qualifierValue, MI_Uint32 *index)
{
    return MI_FORWARD(self, GetQualifier,
                      (self, name, qualifierType, qualifierFlags, qualifierValue, index));
}

typedef struct _MI_ParameterSetFT {
    MI_Result(MI_CALL *GetMethodReturnType)(const MI_ParameterSet *self, MI_Type *returnType,
                                            MI_QualifierSet *qualifierSet);
    MI_Result(MI_CALL *GetParameterCount)(const MI_ParameterSet *self, MI_Uint32 *count);
    MI_Result(MI_CALL *GetParameterAt)(const MI_ParameterSet *self, MI_Uint32 index,
                                       const MI_Char **name, MI_Type *parameterType,
                                       MI_Char **referenceClass, MI_QualifierSet *qualifierSet);
    MI_Result(MI_CALL *GetParameter)(const MI_ParameterSet *self, const MI_Char *name,
                                     MI_Type *parameterType, MI_Char **referenceClass,
                                     MI_QualifierSet *qualifierSet, MI_Uint32 *index);
} MI_ParameterSetFT;

typedef struct _MI_ParameterSet {
    MI_Uint64 reserved1;
    ptrdiff_t reserved2;
    const MI_ParameterSetFT *ft;
} MI_ParameterSet;

MI_INLINE MI_Result MI_CALL MI_ParameterSet_GetMethodReturnType(const MI_ParameterSet *self,
                                                                MI_Type *returnType,
                                                                MI_QualifierSet *qualifierSet)
{
    return MI_FORWARD(self, GetMethodReturnType, (self, returnType, qualifierSet));
}

MI_INLINE MI_Result MI_CALL MI_ParameterSet_GetParameterCount(const MI_ParameterSet *self,
                                                              MI_Uint32 *count)
{
    return MI_FORWARD(self, GetParameterCount, (self, count));
}

MI_INLINE MI_Result MI_CALL MI_ParameterSet_GetParameterAt(const MI_ParameterSet *self,
                                                           MI_Uint32 index, const MI_Char **name,
                                                           MI_Type *parameterType,
                                                           MI_Char **referenceClass,
                                                           MI_QualifierSet *qualifierSet)
{
    return MI_FORWARD(self, GetParameterAt,
                      (self, index, name, parameterType, referenceClass, qualifierSet));
}

MI_INLINE MI_Result MI_CALL MI_ParameterSet_GetParameter(
    const MI_ParameterSet *self, const MI_Char *name, MI_Type *parameterType,
    MI_Char **referenceClass, MI_QualifierSet *qualifierSet, MI_Uint32 *index)
{
    return MI_FORWARD(self, GetParameter,
                      (self, name, parameterType, referenceClass, qualifierSet, index));
}

typedef struct _MI_ClassFT {
    MI_Result(MI_CALL *GetClassName)(const MI_Class *self, const MI_Char **className);
    MI_Result(MI_CALL *GetNameSpace)(const MI_Class *self, const MI_Char **nameSpace);
    MI_Result(MI_CALL *GetServerName)(const MI_Class *self, const MI_Char **serverName);
    MI_Result(MI_CALL *GetElementCount)(const MI_Class *self, MI_Uint32 *count);
    MI_Result(MI_CALL *GetElement)(const MI_Class *self, const MI_Char *name, MI_Value *value,
                                   MI_Boolean *valueExists, MI_Type *type, MI_Char **referenceClass,
                                   MI_QualifierSet *qualifierSet, MI_Uint32 *flags,
                                   MI_Uint32 *index);
    MI_Result(MI_CALL *GetElementAt)(const MI_Class *self, MI_Uint32 index, const MI_Char **name,
                                     MI_Value *value, MI_Boolean *valueExists, MI_Type *type,
                                     MI_Char **referenceClass, MI_QualifierSet *qualifierSet,
                                     MI_Uint32 *flags);
    MI_Result(MI_CALL *GetClassQualifierSet)(const MI_Class *self, MI_QualifierSet *qualifierSet);
    MI_Result(MI_CALL *GetMethodCount)(const MI_Class *self, MI_Uint32 *count);
    MI_Result(MI_CALL *GetMethodAt)(const MI_Class *self, MI_Uint32 index, const MI_Char **name,
                                    MI_QualifierSet *qualifierSet, MI_ParameterSet *parameterSet);
    MI_Result(MI_CALL *GetMethod)(const MI_Class *self, const MI_Char *name,
                                  MI_QualifierSet *qualifierSet, MI_ParameterSet *parameterSet,
                                  MI_Uint32 *index);
    MI_Result(MI_CALL *GetParentClassName)(const MI_Class *self, const MI_Char **name);
    MI_Result(MI_CALL *GetParentClass)(const MI_Class *self, MI_Class **parentClass);
    MI_Result(MI_CALL *Delete)(MI_Class *self);
    MI_Result(MI_CALL *Clone)(const MI_Class *self, MI_Class **newClass);
} MI_ClassFT;

typedef struct _MI_Class {
    const MI_ClassFT *ft;
    const MI_ClassDecl *classDecl;
    const MI_Char *namespaceName;
    const MI_Char *serverName;
    ptrdiff_t reserved[4];
} MI_Class;

MI_INLINE MI_Result MI_CALL MI_Class_GetClassName(const MI_Class *self, const MI_Char **className)
{
    return MI_FORWARD(self, GetClassName, (self, className));
}

MI_INLINE MI_Result MI_CALL MI_Class_GetNameSpace(const MI_Class *self, const MI_Char **nameSpace)
{
    return MI_FORWARD(self, GetNameSpace, (self, nameSpace));
}

MI_INLINE MI_Result MI_CALL MI_Class_GetServerName(const MI_Class *self, const MI_Char **serverName)
{
    return MI_FORWARD(self, GetServerName, (self, serverName));
}

MI_INLINE MI_Result MI_CALL MI_Class_GetParentClassName(const MI_Class *self, const MI_Char **name)
{
    return MI_FORWARD(self, GetParentClassName, (self, name));
}

MI_INLINE MI_Result MI_CALL MI_Class_GetParentClass(const MI_Class *self, MI_Class **parentClass)
{
    return MI_FORWARD(self, GetParentClass, (self, parentClass));
}

MI_INLINE MI_Result MI_CALL MI_Class_GetElementCount(const MI_Class *self, MI_Uint32 *count)
{
    return MI_FORWARD(self, GetElementCount, (self, count));
}

MI_INLINE MI_Result MI_CALL MI_Class_GetElement(const MI_Class *self, const MI_Char *name,
                                                MI_Value *value, MI_Boolean *valueExists,
                                                MI_Type *type, MI_Char **referenceClass,
                                                MI_QualifierSet *qualifierSet, MI_Uint32 *flags,
                                                MI_Uint32 *index)
{
    return MI_FORWARD(
        self, GetElement,
        (self, name, value, valueExists, type, referenceClass, qualifierSet, flags, index));
}

MI_INLINE MI_Result MI_CALL MI_Class_GetElementAt(const MI_Class *self, MI_Uint32 index,
                                                  const MI_Char **name, MI_Value *value,
                                                  MI_Boolean *valueExists, MI_Type *type,
                                                  MI_Char **referenceClass,
                                                  MI_QualifierSet *qualifierSet, MI_Uint32 *flags)
{
    return MI_FORWARD(
        self, GetElementAt,
        (self, index, name, value, valueExists, type, referenceClass, qualifierSet, flags));
}

MI_INLINE MI_Result MI_CALL MI_Class_GetClassQualifierSet(const MI_Class *self,
                                                          MI_QualifierSet *qualifierSet)
{
    return MI_FORWARD(self, GetClassQualifierSet, (self, qualifierSet));
}

MI_INLINE MI_Result MI_CALL MI_Class_GetMethodCount(const MI_Class *self, MI_Uint32 *count)
{
    return MI_FORWARD(self, GetMethodCount, (self, count));
}

MI_INLINE MI_Result MI_CALL MI_Class_GetMethodAt(const MI_Class *self, MI_Uint32 index,
                                                 const MI_Char **name,
                                                 MI_QualifierSet *qualifierSet,
                                                 MI_ParameterSet *parameterSet)
{
    return MI_FORWARD(self, GetMethodAt, (self, index, name, qualifierSet, parameterSet));
}

MI_INLINE MI_Result MI_CALL MI_Class_GetMethod(const MI_Class *self, const MI_Char *name,
                                               MI_QualifierSet *qualifierSet,
                                               MI_ParameterSet *parameterSet, MI_Uint32 *index)
{
    return MI_FORWARD(self, GetMethod, (self, name, qualifierSet, parameterSet, index));
}

MI_INLINE MI_Result MI_CALL MI_Class_Clone(const MI_Class *self, MI_Class **newClass)
{
    return MI_FORWARD(self, Clone, (self, newClass));
}

MI_INLINE MI_Result MI_CALL MI_Class_Delete(MI_Class *self)
{
    return MI_FORWARD(self, Delete, (self));
}

#ifdef __cplusplus
}
#endif

#endif
