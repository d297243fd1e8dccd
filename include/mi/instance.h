/*
 * mi/instance.h: an instance of a class.
 *
 * An instance has elements: its properties, or the parameters of a method call. They are found
 * by name or by index, from 0 to the count. One that was made from an MI_ClassDecl has the
 * elements of that class, at fixed indexes; a dynamic one has those that were added to it.
 *
 * Who makes one: MI_Context_NewInstance and MI_Instance_Clone, on the heap, ended by
 * MI_Instance_Delete; MI_Context_ConstructInstance, in memory of the caller, ended by
 * MI_Instance_Destruct.
 */
#ifndef MIHOST_MI_INSTANCE_H
#define MIHOST_MI_INSTANCE_H

#include <mi/declarations.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _MI_InstanceFT MI_InstanceFT;

/* The instance in a structure that was generated for a class. */
#define MI_InstanceOf(object) (&(object)->__instance)

/* The functions of an instance; MI_Instance_* calls them. [page] */
typedef struct _MI_InstanceFT {
    MI_Result (*Clone)(const MI_Instance *self, MI_Instance **newInstance);
    MI_Result (*Destruct)(MI_Instance *self);
    MI_Result (*Delete)(MI_Instance *self);
    MI_Result (*IsA)(const MI_Instance *self, const MI_ClassDecl *classDecl, MI_Boolean *flag);
    MI_Result (*GetClassName)(const MI_Instance *self, const MI_Char **className);
    MI_Result (*SetNameSpace)(MI_Instance *self, const MI_Char *nameSpace);
    MI_Result (*GetNameSpace)(const MI_Instance *self, const MI_Char **nameSpace);
    MI_Result (*GetElementCount)(const MI_Instance *self, MI_Uint32 *count);
    MI_Result (*AddElement)(MI_Instance *self, const MI_Char *name, const MI_Value *value,
                            MI_Type type, MI_Uint32 flags);
    MI_Result (*SetElement)(MI_Instance *self, const MI_Char *name, const MI_Value *value,
                            MI_Type type, MI_Uint32 flags);
    MI_Result (*SetElementAt)(MI_Instance *self, MI_Uint32 index, const MI_Value *value,
                              MI_Type type, MI_Uint32 flags);
    MI_Result (*GetElement)(const MI_Instance *self, const MI_Char *name, MI_Value *value,
                            MI_Type *type, MI_Uint32 *flags, MI_Uint32 *index);
    MI_Result (*GetElementAt)(const MI_Instance *self, MI_Uint32 index, const MI_Char **name,
                              MI_Value *value, MI_Type *type, MI_Uint32 *flags);
    MI_Result (*ClearElement)(MI_Instance *self, const MI_Char *name);
    MI_Result (*ClearElementAt)(MI_Instance *self, MI_Uint32 index);
    MI_Result (*GetServerName)(const MI_Instance *self, const MI_Char **name);
    MI_Result (*SetServerName)(MI_Instance *self, const MI_Char *name);
    MI_Result (*GetClass)(const MI_Instance *self, MI_Class **instanceClass);
} MI_InstanceFT;

/*
 * An instance of a class. The members are for the library; a structure that is generated for a
 * class begins with one. [page]
 */
typedef struct _MI_Instance {
    const MI_InstanceFT *ft;
    const MI_ClassDecl *classDecl;
    const MI_Char *serverName;
    const MI_Char *nameSpace;
    ptrdiff_t reserved[4];
} MI_Instance;

/* Makes a deep copy, to be ended with MI_Instance_Delete. [page] */
MI_INLINE MI_Result MI_Instance_Clone(const MI_Instance *self, MI_Instance **newInstance)
{
    return MI_FORWARD(self, Clone, (self, newInstance));
}

/* Ends an instance in memory of the caller: releases what its elements hold. [page] */
MI_INLINE MI_Result MI_Instance_Destruct(MI_Instance *self)
{
    return MI_FORWARD(self, Destruct, (self));
}

/* Ends an instance that New or Clone made. [page] */
MI_INLINE MI_Result MI_Instance_Delete(MI_Instance *self)
{
    return MI_FORWARD(self, Delete, (self));
}

/* Tells whether the class of the instance is classDecl or derived from it. [page] */
MI_INLINE MI_Result MI_Instance_IsA(const MI_Instance *self, const MI_ClassDecl *classDecl,
                                    MI_Boolean *flag)
{
    return MI_FORWARD(self, IsA, (self, classDecl, flag));
}

/* Gets the name of the class of the instance. [page] */
MI_INLINE MI_Result MI_Instance_GetClassName(const MI_Instance *self, const MI_Char **className)
{
    return MI_FORWARD(self, GetClassName, (self, className));
}

/* Gets the class of the instance as data, to be ended with MI_Class_Delete. [page] */
MI_INLINE MI_Result MI_Instance_GetClass(const MI_Instance *self, MI_Class **instanceClass)
{
    return MI_FORWARD(self, GetClass, (self, instanceClass));
}

/* Sets the namespace that the instance is said to be in. [page] */
MI_INLINE MI_Result MI_Instance_SetNameSpace(MI_Instance *self, const MI_Char *nameSpace)
{
    return MI_FORWARD(self, SetNameSpace, (self, nameSpace));
}

/* Gets the namespace of the instance, NULL if it was never set. [page] */
MI_INLINE MI_Result MI_Instance_GetNameSpace(const MI_Instance *self, const MI_Char **nameSpace)
{
    return MI_FORWARD(self, GetNameSpace, (self, nameSpace));
}

/* Sets the name of the machine that the instance is said to be from. [page] */
MI_INLINE MI_Result MI_Instance_SetServerName(MI_Instance *self, const MI_Char *name)
{
    return MI_FORWARD(self, SetServerName, (self, name));
}

/* Gets the machine of the instance, NULL if it was never set. [page] */
MI_INLINE MI_Result MI_Instance_GetServerName(const MI_Instance *self, const MI_Char **name)
{
    return MI_FORWARD(self, GetServerName, (self, name));
}

/* Gets the number of elements. [page] */
MI_INLINE MI_Result MI_Instance_GetElementCount(const MI_Instance *self, MI_Uint32 *count)
{
    return MI_FORWARD(self, GetElementCount, (self, count));
}

/*
 * Adds an element to a dynamic instance; flags are MI_FLAG_KEY and the like, and as for
 * SetElement. MI_RESULT_ALREADY_EXISTS if there is one of that name. [page]
 */
MI_INLINE MI_Result MI_Instance_AddElement(MI_Instance *self, const MI_Char *name,
                                           const MI_Value *value, MI_Type type, MI_Uint32 flags)
{
    return MI_FORWARD(self, AddElement, (self, name, value, type, flags));
}

/*
 * Sets an element, of exactly its type (MI_RESULT_TYPE_MISMATCH); value NULL makes it null. By
 * default the value is copied. flags: MI_FLAG_BORROW keeps pointers into it, which must live as
 * long as the instance; MI_FLAG_ADOPT takes it over; MI_FLAG_NULL makes it null;
 * MI_FLAG_NOT_MODIFIED sets without counting as a change. [page]
 */
MI_INLINE MI_Result MI_Instance_SetElement(MI_Instance *self, const MI_Char *name,
                                           const MI_Value *value, MI_Type type, MI_Uint32 flags)
{
    return MI_FORWARD(self, SetElement, (self, name, value, type, flags));
}

/* Sets an element by index, as MI_Instance_SetElement. [page] */
MI_INLINE MI_Result MI_Instance_SetElementAt(MI_Instance *self, MI_Uint32 index,
                                             const MI_Value *value, MI_Type type, MI_Uint32 flags)
{
    return MI_FORWARD(self, SetElementAt, (self, index, value, type, flags));
}

/*
 * Gets an element: its value, which stays the instance's, its type, its flags (MI_FLAG_NULL
 * among them: then value says nothing) and its index. MI_RESULT_NO_SUCH_PROPERTY. [page]
 */
MI_INLINE MI_Result MI_Instance_GetElement(const MI_Instance *self, const MI_Char *name,
                                           MI_Value *value, MI_Type *type, MI_Uint32 *flags,
                                           MI_Uint32 *index)
{
    return MI_FORWARD(self, GetElement, (self, name, value, type, flags, index));
}

/* Gets an element by index, as MI_Instance_GetElement. MI_RESULT_NOT_FOUND past the last. [page] */
MI_INLINE MI_Result MI_Instance_GetElementAt(const MI_Instance *self, MI_Uint32 index,
                                             const MI_Char **name, MI_Value *value, MI_Type *type,
                                             MI_Uint32 *flags)
{
    return MI_FORWARD(self, GetElementAt, (self, index, name, value, type, flags));
}

/* Makes an element null. [page] */
MI_INLINE MI_Result MI_Instance_ClearElement(MI_Instance *self, const MI_Char *name)
{
    return MI_FORWARD(self, ClearElement, (self, name));
}

/* Makes an element null, by index. [page] */
MI_INLINE MI_Result MI_Instance_ClearElementAt(MI_Instance *self, MI_Uint32 index)
{
    return MI_FORWARD(self, ClearElementAt, (self, index));
}

#ifdef __cplusplus
}
#endif

#endif
