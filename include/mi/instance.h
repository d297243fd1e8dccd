/* mi/instance.h: part of the MI interface. */
#ifndef MIHOST_MI_INSTANCE_H
#define MIHOST_MI_INSTANCE_H

#include <mi/declarations.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _MI_InstanceFT MI_InstanceFT;

typedef struct _MI_InstanceFT {
    MI_Result(MI_CALL *Clone)(const MI_Instance *self, MI_Instance **newInstance);
    MI_Result(MI_CALL *Destruct)(MI_Instance *self);
    MI_Result(MI_CALL *Delete)(MI_Instance *self);
    MI_Result(MI_CALL *IsA)(const MI_Instance *self, const MI_ClassDecl *classDecl,
                            MI_Boolean *flag);
    MI_Result(MI_CALL *GetClassName)(const MI_Instance *self, const MI_Char **className);
    MI_Result(MI_CALL *SetNameSpace)(MI_Instance *self, const MI_Char *nameSpace);
    MI_Result(MI_CALL *GetNameSpace)(const MI_Instance *self, const MI_Char **nameSpace);
    MI_Result(MI_CALL *GetElementCount)(const MI_Instance *self, MI_Uint32 *count);
    MI_Result(MI_CALL *AddElement)(MI_Instance *self, const MI_Char *name, const MI_Value *value,
                                   MI_Type type, MI_Uint32 flags);
    MI_Result(MI_CALL *SetElement)(MI_Instance *self, const MI_Char *name, const MI_Value *value,
                                   MI_Type type, MI_Uint32 flags);
    MI_Result(MI_CALL *SetElementAt)(MI_Instance *self, MI_Uint32 index, const MI_Value *value,
                                     MI_Type type, MI_Uint32 flags);
    MI_Result(MI_CALL *GetElement)(const MI_Instance *self, const MI_Char *name, MI_Value *value,
                                   MI_Type *type, MI_Uint32 *flags, MI_Uint32 *index);
    MI_Result(MI_CALL *GetElementAt)(const MI_Instance *self, MI_Uint32 index, const MI_Char **name,
                                     MI_Value *value, MI_Type *type, MI_Uint32 *flags);
    MI_Result(MI_CALL *ClearElement)(MI_Instance *self, const MI_Char *name);
    MI_Result(MI_CALL *ClearElementAt)(MI_Instance *self, MI_Uint32 index);
    MI_Result(MI_CALL *GetServerName)(const MI_Instance *self, const MI_Char **name);
    MI_Result(MI_CALL *SetServerName)(MI_Instance *self, const MI_Char *name);
    MI_Result(MI_CALL *GetClass)(const MI_Instance *self, MI_Class **instanceClass);
} MI_InstanceFT;

typedef struct _MI_Instance {
    const MI_InstanceFT *ft;
    const MI_ClassDecl *classDecl;
    const MI_Char *serverName;
    const MI_Char *nameSpace;
    ptrdiff_t reserved[4];
} MI_Instance;

MI_INLINE MI_Result MI_CALL MI_Instance_Clone(const MI_Instance *self, MI_Instance **newInstance)
{
    return MI_FORWARD(self, Clone, (self, newInstance));
}

MI_INLINE MI_Result MI_CALL MI_Instance_Destruct(MI_Instance *self)
{
    return MI_FORWARD(self, Destruct, (self));
}

MI_INLINE MI_Result MI_CALL MI_Instance_Delete(MI_Instance *self)
{
    return MI_FORWARD(self, Delete, (self));
}

MI_INLINE MI_Result MI_CALL MI_Instance_IsA(const MI_Instance *self, const MI_ClassDecl *classDecl,
                                            MI_Boolean *flag)
{
    return MI_FORWARD(self, IsA, (self, classDecl, flag));
}

MI_INLINE MI_Result MI_CALL MI_Instance_GetClassName(const MI_Instance *self,
                                                     const MI_Char **className)
{
    return MI_FORWARD(self, GetClassName, (self, className));
}

MI_INLINE MI_Result MI_CALL MI_Instance_GetClass(const MI_Instance *self, MI_Class **instanceClass)
{
    return MI_FORWARD(self, GetClass, (self, instanceClass));
}

MI_INLINE MI_Result MI_CALL MI_Instance_SetNameSpace(MI_Instance *self, const MI_Char *nameSpace)
{
    return MI_FORWARD(self, SetNameSpace, (self, nameSpace));
}

MI_INLINE MI_Result MI_CALL MI_Instance_GetNameSpace(const MI_Instance *self,
                                                     const MI_Char **nameSpace)
{
    return MI_FORWARD(self, GetNameSpace, (self, nameSpace));
}

MI_INLINE MI_Result MI_CALL MI_Instance_SetServerName(MI_Instance *self, const MI_Char *name)
{
    return MI_FORWARD(self, SetServerName, (self, name));
}

MI_INLINE MI_Result MI_CALL MI_Instance_GetServerName(const MI_Instance *self, const MI_Char **name)
{
    return MI_FORWARD(self, GetServerName, (self, name));
}

MI_INLINE MI_Result MI_CALL MI_Instance_GetElementCount(const MI_Instance *self, MI_Uint32 *count)
{
    return MI_FORWARD(self, GetElementCount, (self, count));
}

MI_INLINE MI_Result MI_CALL MI_Instance_AddElement(MI_Instance *self, const MI_Char *name,
                                                   const MI_Value *value, MI_Type type,
                                                   MI_Uint32 flags)
{
    return MI_FORWARD(self, AddElement, (self, name, value, type, flags));
}

MI_INLINE MI_Result MI_CALL MI_Instance_SetElement(MI_Instance *self, const MI_Char *name,
                                                   const MI_Value *value, MI_Type type,
                                                   MI_Uint32 flags)
{
    return MI_FORWARD(self, SetElement, (self, name, value, type, flags));
}

MI_INLINE MI_Result MI_CALL MI_Instance_SetElementAt(MI_Instance *self, MI_Uint32 index,
                                                     const MI_Value *value, MI_Type type,
                                                     MI_Uint32 flags)
{
    return MI_FORWARD(self, SetElementAt, (self, index, value, type, flags));
}

MI_INLINE MI_Result MI_CALL MI_Instance_GetElement(const MI_Instance *self, const MI_Char *name,
                                                   MI_Value *value, MI_Type *type, MI_Uint32 *flags,
                                                   MI_Uint32 *index)
{
    return MI_FORWARD(self, GetElement, (self, name, value, type, flags, index));
}

MI_INLINE MI_Result MI_CALL MI_Instance_GetElementAt(const MI_Instance *self, MI_Uint32 index,
                                                     const MI_Char **name, MI_Value *value,
                                                     MI_Type *type, MI_Uint32 *flags)
{
    return MI_FORWARD(self, GetElementAt, (self, index, name, value, type, flags));
}

MI_INLINE MI_Result MI_CALL MI_Instance_ClearElement(MI_Instance *self, const MI_Char *name)
{
    return MI_FORWARD(self, ClearElement, (self, name));
}

MI_INLINE MI_Result MI_CALL MI_Instance_ClearElementAt(MI_Instance *self, MI_Uint32 index)
{
    return MI_FORWARD(self, ClearElementAt, (self, index));
}

#ifdef __cplusplus
}
#endif

#endif
