/*
 * mi/class.h: a class as data.
 *
 * What MI_Session_GetClass and MI_Instance_GetClass bring: the properties (here "elements"), the
 * methods and the qualifiers of a class, found by name or by index, from 0 to the count.
 *
 * The sets that come out of a class are views of it, in memory of the caller: they need no end,
 * and are valid as long as the class is.
 */
#ifndef MIHOST_MI_CLASS_H
#define MIHOST_MI_CLASS_H

#include <mi/instance.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _MI_QualifierSet MI_QualifierSet;
typedef struct _MI_ParameterSet MI_ParameterSet;

/* The functions of a qualifier set; MI_QualifierSet_* calls them. [page] */
typedef struct _MI_QualifierSetFT {
    MI_Result (*GetQualifierCount)(const MI_QualifierSet *self, MI_Uint32 *count);
    MI_Result (*GetQualifierAt)(const MI_QualifierSet *self, MI_Uint32 index, const MI_Char **name,
                                MI_Type *qualifierType, MI_Uint32 *qualifierFlags,
                                MI_Value *qualifierValue);
    MI_Result (*GetQualifier)(const MI_QualifierSet *self, const MI_Char *name,
                              MI_Type *qualifierType, MI_Uint32 *qualifierFlags,
                              MI_Value *qualifierValue, MI_Uint32 *index);
} MI_QualifierSetFT;

/* The qualifiers of a class, an element, a method or a parameter. [page] */
typedef struct _MI_QualifierSet {
    MI_Uint64 reserved1;
    ptrdiff_t reserved2;
    const MI_QualifierSetFT *ft;
} MI_QualifierSet;

/* Gets the number of qualifiers. [page] */
MI_INLINE MI_Result MI_QualifierSet_GetQualifierCount(const MI_QualifierSet *self, MI_Uint32 *count)
{
    return MI_FORWARD(self, GetQualifierCount, (self, count));
}

/*
 * Gets a qualifier by index: name, type, how it propagates (MI_FLAG_*) and value.
 * MI_RESULT_NOT_FOUND past the last. [page]
 */
MI_INLINE MI_Result MI_QualifierSet_GetQualifierAt(const MI_QualifierSet *self, MI_Uint32 index,
                                                   const MI_Char **name, MI_Type *qualifierType,
                                                   MI_Uint32 *qualifierFlags,
                                                   MI_Value *qualifierValue)
{
    return MI_FORWARD(self, GetQualifierAt,
                      (self, index, name, qualifierType, qualifierFlags, qualifierValue));
}

/* Gets a qualifier by name, and its index. MI_RESULT_NOT_FOUND. [page] */
MI_INLINE MI_Result MI_QualifierSet_GetQualifier(const MI_QualifierSet *self, const MI_Char *name,
                                                 MI_Type *qualifierType, MI_Uint32 *qualifierFlags,
                                                 MI_Value *qualifierValue, MI_Uint32 *index)
{
    return MI_FORWARD(self, GetQualifier,
                      (self, name, qualifierType, qualifierFlags, qualifierValue, index));
}

/* The functions of a parameter set; MI_ParameterSet_* calls them. [page] */
typedef struct _MI_ParameterSetFT {
    MI_Result (*GetMethodReturnType)(const MI_ParameterSet *self, MI_Type *returnType,
                                     MI_QualifierSet *qualifierSet);
    MI_Result (*GetParameterCount)(const MI_ParameterSet *self, MI_Uint32 *count);
    MI_Result (*GetParameterAt)(const MI_ParameterSet *self, MI_Uint32 index, const MI_Char **name,
                                MI_Type *parameterType, MI_Char **referenceClass,
                                MI_QualifierSet *qualifierSet);
    MI_Result (*GetParameter)(const MI_ParameterSet *self, const MI_Char *name,
                              MI_Type *parameterType, MI_Char **referenceClass,
                              MI_QualifierSet *qualifierSet, MI_Uint32 *index);
} MI_ParameterSetFT;

/* The parameters of a method, without the result. [page] */
typedef struct _MI_ParameterSet {
    MI_Uint64 reserved1;
    ptrdiff_t reserved2;
    const MI_ParameterSetFT *ft;
} MI_ParameterSet;

/* Gets the type of the result of the method, and its qualifiers. [page] */
MI_INLINE MI_Result MI_ParameterSet_GetMethodReturnType(const MI_ParameterSet *self,
                                                        MI_Type *returnType,
                                                        MI_QualifierSet *qualifierSet)
{
    return MI_FORWARD(self, GetMethodReturnType, (self, returnType, qualifierSet));
}

/* Gets the number of parameters. [page] */
MI_INLINE MI_Result MI_ParameterSet_GetParameterCount(const MI_ParameterSet *self, MI_Uint32 *count)
{
    return MI_FORWARD(self, GetParameterCount, (self, count));
}

/*
 * Gets a parameter by index: name, type, for references and instances the name of their class
 * (else NULL), and qualifiers. MI_RESULT_NOT_FOUND past the last. [page]
 */
MI_INLINE MI_Result MI_ParameterSet_GetParameterAt(const MI_ParameterSet *self, MI_Uint32 index,
                                                   const MI_Char **name, MI_Type *parameterType,
                                                   MI_Char **referenceClass,
                                                   MI_QualifierSet *qualifierSet)
{
    return MI_FORWARD(self, GetParameterAt,
                      (self, index, name, parameterType, referenceClass, qualifierSet));
}

/* Gets a parameter by name, and its index. MI_RESULT_NOT_FOUND. [page] */
MI_INLINE MI_Result MI_ParameterSet_GetParameter(const MI_ParameterSet *self, const MI_Char *name,
                                                 MI_Type *parameterType, MI_Char **referenceClass,
                                                 MI_QualifierSet *qualifierSet, MI_Uint32 *index)
{
    return MI_FORWARD(self, GetParameter,
                      (self, name, parameterType, referenceClass, qualifierSet, index));
}

/* The functions of a class; MI_Class_* calls them. [page] */
typedef struct _MI_ClassFT {
    MI_Result (*GetClassName)(const MI_Class *self, const MI_Char **className);
    MI_Result (*GetNameSpace)(const MI_Class *self, const MI_Char **nameSpace);
    MI_Result (*GetServerName)(const MI_Class *self, const MI_Char **serverName);
    MI_Result (*GetElementCount)(const MI_Class *self, MI_Uint32 *count);
    MI_Result (*GetElement)(const MI_Class *self, const MI_Char *name, MI_Value *value,
                            MI_Boolean *valueExists, MI_Type *type, MI_Char **referenceClass,
                            MI_QualifierSet *qualifierSet, MI_Uint32 *flags, MI_Uint32 *index);
    MI_Result (*GetElementAt)(const MI_Class *self, MI_Uint32 index, const MI_Char **name,
                              MI_Value *value, MI_Boolean *valueExists, MI_Type *type,
                              MI_Char **referenceClass, MI_QualifierSet *qualifierSet,
                              MI_Uint32 *flags);
    MI_Result (*GetClassQualifierSet)(const MI_Class *self, MI_QualifierSet *qualifierSet);
    MI_Result (*GetMethodCount)(const MI_Class *self, MI_Uint32 *count);
    MI_Result (*GetMethodAt)(const MI_Class *self, MI_Uint32 index, const MI_Char **name,
                             MI_QualifierSet *qualifierSet, MI_ParameterSet *parameterSet);
    MI_Result (*GetMethod)(const MI_Class *self, const MI_Char *name, MI_QualifierSet *qualifierSet,
                           MI_ParameterSet *parameterSet, MI_Uint32 *index);
    MI_Result (*GetParentClassName)(const MI_Class *self, const MI_Char **name);
    MI_Result (*GetParentClass)(const MI_Class *self, MI_Class **parentClass);
    MI_Result (*Delete)(MI_Class *self);
    MI_Result (*Clone)(const MI_Class *self, MI_Class **newClass);
} MI_ClassFT;

/* A class, as data. [page] */
typedef struct _MI_Class {
    const MI_ClassFT *ft;
    MI_CONST MI_ClassDecl *classDecl;
    MI_CONST MI_Char *namespaceName;
    MI_CONST MI_Char *serverName;
    ptrdiff_t reserved[4];
} MI_Class;

/* Gets the name of the class. [page] */
MI_INLINE MI_Result MI_Class_GetClassName(const MI_Class *self, const MI_Char **className)
{
    return MI_FORWARD(self, GetClassName, (self, className));
}

/* Gets the namespace that the class came from, or NULL. [page] */
MI_INLINE MI_Result MI_Class_GetNameSpace(const MI_Class *self, const MI_Char **nameSpace)
{
    return MI_FORWARD(self, GetNameSpace, (self, nameSpace));
}

/* Gets the machine that the class came from, or NULL. [page] */
MI_INLINE MI_Result MI_Class_GetServerName(const MI_Class *self, const MI_Char **serverName)
{
    return MI_FORWARD(self, GetServerName, (self, serverName));
}

/*
 * Gets the name of the class that this one is derived from. MI_RESULT_INVALID_SUPERCLASS if
 * there is none. [page]
 */
MI_INLINE MI_Result MI_Class_GetParentClassName(const MI_Class *self, const MI_Char **name)
{
    return MI_FORWARD(self, GetParentClassName, (self, name));
}

/*
 * Gets the class that this one is derived from, to be ended with MI_Class_Delete.
 * MI_RESULT_INVALID_SUPERCLASS if there is none. [page]
 */
MI_INLINE MI_Result MI_Class_GetParentClass(const MI_Class *self, MI_Class **parentClass)
{
    return MI_FORWARD(self, GetParentClass, (self, parentClass));
}

/* Gets the number of properties, the inherited ones included. [page] */
MI_INLINE MI_Result MI_Class_GetElementCount(const MI_Class *self, MI_Uint32 *count)
{
    return MI_FORWARD(self, GetElementCount, (self, count));
}

/*
 * Gets a property by name: its default value (if valueExists), its type, for references and
 * instances the name of their class (else NULL), qualifiers, flags (MI_FLAG_*) and index.
 * MI_RESULT_NO_SUCH_PROPERTY. [page]
 */
MI_INLINE MI_Result MI_Class_GetElement(const MI_Class *self, const MI_Char *name, MI_Value *value,
                                        MI_Boolean *valueExists, MI_Type *type,
                                        MI_Char **referenceClass, MI_QualifierSet *qualifierSet,
                                        MI_Uint32 *flags, MI_Uint32 *index)
{
    return MI_FORWARD(
        self, GetElement,
        (self, name, value, valueExists, type, referenceClass, qualifierSet, flags, index));
}

/* Gets a property by index, as MI_Class_GetElement. MI_RESULT_NOT_FOUND past the last. [page] */
MI_INLINE MI_Result MI_Class_GetElementAt(const MI_Class *self, MI_Uint32 index,
                                          const MI_Char **name, MI_Value *value,
                                          MI_Boolean *valueExists, MI_Type *type,
                                          MI_Char **referenceClass, MI_QualifierSet *qualifierSet,
                                          MI_Uint32 *flags)
{
    return MI_FORWARD(
        self, GetElementAt,
        (self, index, name, value, valueExists, type, referenceClass, qualifierSet, flags));
}

/* Gets the qualifiers of the class itself. [page] */
MI_INLINE MI_Result MI_Class_GetClassQualifierSet(const MI_Class *self,
                                                  MI_QualifierSet *qualifierSet)
{
    return MI_FORWARD(self, GetClassQualifierSet, (self, qualifierSet));
}

/* Gets the number of methods, the inherited ones included. [page] */
MI_INLINE MI_Result MI_Class_GetMethodCount(const MI_Class *self, MI_Uint32 *count)
{
    return MI_FORWARD(self, GetMethodCount, (self, count));
}

/*
 * Gets a method by index: name, qualifiers and parameters. MI_RESULT_NOT_FOUND past the last.
 * [page]
 */
MI_INLINE MI_Result MI_Class_GetMethodAt(const MI_Class *self, MI_Uint32 index,
                                         const MI_Char **name, MI_QualifierSet *qualifierSet,
                                         MI_ParameterSet *parameterSet)
{
    return MI_FORWARD(self, GetMethodAt, (self, index, name, qualifierSet, parameterSet));
}

/* Gets a method by name, and its index. MI_RESULT_METHOD_NOT_FOUND. [page] */
MI_INLINE MI_Result MI_Class_GetMethod(const MI_Class *self, const MI_Char *name,
                                       MI_QualifierSet *qualifierSet, MI_ParameterSet *parameterSet,
                                       MI_Uint32 *index)
{
    return MI_FORWARD(self, GetMethod, (self, name, qualifierSet, parameterSet, index));
}

/* Makes a copy, to be ended with MI_Class_Delete. [page] */
MI_INLINE MI_Result MI_Class_Clone(const MI_Class *self, MI_Class **newClass)
{
    return MI_FORWARD(self, Clone, (self, newClass));
}

/* Ends a class that Clone, GetParentClass or MI_Instance_GetClass made. [page] */
MI_INLINE MI_Result MI_Class_Delete(MI_Class *self)
{
    return MI_FORWARD(self, Delete, (self));
}

#ifdef __cplusplus
}
#endif

#endif
