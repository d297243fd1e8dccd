/* mi/property_set.h: part of the MI interface. */
#ifndef MIHOST_MI_PROPERTY_SET_H
#define MIHOST_MI_PROPERTY_SET_H

#include <mi/instance.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _MI_PropertySet MI_PropertySet;
typedef struct _MI_Filter MI_Filter;

typedef struct _MI_PropertySetFT {
    MI_Result(MI_CALL *GetElementCount)(const MI_PropertySet *self, MI_Uint32 *count);
    MI_Result(MI_CALL *ContainsElement)(const MI_PropertySet *self, const MI_Char *name,
                                        MI_Boolean *flag);
    MI_Result(MI_CALL *AddElement)(MI_PropertySet *self, const MI_Char *name);
    MI_Result(MI_CALL *GetElementAt)(const MI_PropertySet *self, MI_Uint32 index,
                                     const MI_Char **name);
    MI_Result(MI_CALL *Clear)(MI_PropertySet *self);
    MI_Result(MI_CALL *Destruct)(MI_PropertySet *self);
    MI_Result(MI_CALL *Delete)(MI_PropertySet *self);
    MI_Result(MI_CALL *Clone)(const MI_PropertySet *self, MI_PropertySet **newPropertySet);
} MI_PropertySetFT;

typedef struct _MI_PropertySet {
    const MI_PropertySetFT *ft;
    ptrdiff_t reserved[3];
} MI_PropertySet;

MI_INLINE MI_Result MI_CALL MI_PropertySet_GetElementCount(const MI_PropertySet *self,
                                                           MI_Uint32 *count)
{
    return MI_FORWARD(self, GetElementCount, (self, count));
}

MI_INLINE MI_Result MI_CALL MI_PropertySet_ContainsElement(const MI_PropertySet *self,
                                                           const MI_Char *name, MI_Boolean *flag)
{
    return MI_FORWARD(self, ContainsElement, (self, name, flag));
}

MI_INLINE MI_Result MI_CALL MI_PropertySet_AddElement(MI_PropertySet *self, const MI_Char *name)
{
    return MI_FORWARD(self, AddElement, (self, name));
}

MI_INLINE MI_Result MI_CALL MI_PropertySet_GetElementAt(const MI_PropertySet *self, MI_Uint32 index,
                                                        const MI_Char **name)
{
    return MI_FORWARD(self, GetElementAt, (self, index, name));
}

MI_INLINE MI_Result MI_CALL MI_PropertySet_Clear(MI_PropertySet *self)
{
    return MI_FORWARD(self, Clear, (self));
}

MI_INLINE MI_Result MI_CALL MI_PropertySet_Destruct(MI_PropertySet *self)
{
    return MI_FORWARD(self, Destruct, (self));
}

MI_INLINE MI_Result MI_CALL MI_PropertySet_Delete(MI_PropertySet *self)
{
    return MI_FORWARD(self, Delete, (self));
}

MI_INLINE MI_Result MI_CALL MI_PropertySet_Clone(const MI_PropertySet *self,
                                                 MI_PropertySet **newPropertySet)
{
    return MI_FORWARD(self, Clone, (self, newPropertySet));
}

typedef struct _MI_FilterFT {
    MI_Result(MI_CALL *Evaluate)(const MI_Filter *self, const MI_Instance *instance,
                                 MI_Boolean *result);
    MI_Result(MI_CALL *GetExpression)(const MI_Filter *self, const MI_Char **queryLang,
                                      const MI_Char **queryExpr);
} MI_FilterFT;

typedef struct _MI_Filter {
    const MI_FilterFT *ft;
    ptrdiff_t reserved[3];
} MI_Filter;

MI_INLINE MI_Result MI_CALL MI_Filter_Evaluate(const MI_Filter *self, const MI_Instance *instance,
                                               MI_Boolean *result)
{
    return MI_FORWARD(self, Evaluate, (self, instance, result));
}

MI_INLINE MI_Result MI_CALL MI_Filter_GetExpression(const MI_Filter *self,
                                                    const MI_Char **queryLang,
                                                    const MI_Char **queryExpr)
{
    return MI_FORWARD(self, GetExpression, (self, queryLang, queryExpr));
}

/* Query dialects. */

#define MI_QUERY_DIALECT_CQL      MI_T("CQL")
#define MI_QUERY_DIALECT_SELECTOR MI_T("selectorFilter")
#define MI_QUERY_DIALECT_WQL      MI_T("WQL")

#ifdef __cplusplus
}
#endif

#endif
