/*
 * mi/property_set.h: which properties are wanted, and which instances.
 *
 * Both come as arguments of a provider's functions, as hints: NULL means everything. They belong
 * to the caller, and end with the operation.
 */
#ifndef MIHOST_MI_PROPERTY_SET_H
#define MIHOST_MI_PROPERTY_SET_H

#include <mi/instance.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _MI_PropertySet MI_PropertySet;
typedef struct _MI_Filter MI_Filter;

/* The functions of a property set; MI_PropertySet_* calls them. [page] */
typedef struct _MI_PropertySetFT {
    MI_Result (*GetElementCount)(const MI_PropertySet *self, MI_Uint32 *count);
    MI_Result (*ContainsElement)(const MI_PropertySet *self, const MI_Char *name, MI_Boolean *flag);
    MI_Result (*AddElement)(MI_PropertySet *self, const MI_Char *name);
    MI_Result (*GetElementAt)(const MI_PropertySet *self, MI_Uint32 index, const MI_Char **name);
    MI_Result (*Clear)(MI_PropertySet *self);
    MI_Result (*Destruct)(MI_PropertySet *self);
    MI_Result (*Delete)(MI_PropertySet *self);
    MI_Result (*Clone)(const MI_PropertySet *self, MI_PropertySet **newPropertySet);
} MI_PropertySetFT;

/* A set of names of properties: those that a client wants, or wants to modify. [page] */
typedef struct _MI_PropertySet {
    const MI_PropertySetFT *ft;
    ptrdiff_t reserved[3];
} MI_PropertySet;

/* Gets the number of names. [page] */
MI_INLINE MI_Result MI_PropertySet_GetElementCount(const MI_PropertySet *self, MI_Uint32 *count)
{
    return MI_FORWARD(self, GetElementCount, (self, count));
}

/* Tells whether a name is in the set. [page] */
MI_INLINE MI_Result MI_PropertySet_ContainsElement(const MI_PropertySet *self, const MI_Char *name,
                                                   MI_Boolean *flag)
{
    return MI_FORWARD(self, ContainsElement, (self, name, flag));
}

/* Adds a name; one that is there already is no error. [page] */
MI_INLINE MI_Result MI_PropertySet_AddElement(MI_PropertySet *self, const MI_Char *name)
{
    return MI_FORWARD(self, AddElement, (self, name));
}

/* Gets a name by index. MI_RESULT_NOT_FOUND past the last. [page] */
MI_INLINE MI_Result MI_PropertySet_GetElementAt(const MI_PropertySet *self, MI_Uint32 index,
                                                const MI_Char **name)
{
    return MI_FORWARD(self, GetElementAt, (self, index, name));
}

/* Removes all names. [page] */
MI_INLINE MI_Result MI_PropertySet_Clear(MI_PropertySet *self)
{
    return MI_FORWARD(self, Clear, (self));
}

/* Ends a set in memory of the caller. [page] */
MI_INLINE MI_Result MI_PropertySet_Destruct(MI_PropertySet *self)
{
    return MI_FORWARD(self, Destruct, (self));
}

/* Ends a set that Clone made. [page] */
MI_INLINE MI_Result MI_PropertySet_Delete(MI_PropertySet *self)
{
    return MI_FORWARD(self, Delete, (self));
}

/* Makes a copy, to be ended with MI_PropertySet_Delete. [page] */
MI_INLINE MI_Result MI_PropertySet_Clone(const MI_PropertySet *self,
                                         MI_PropertySet **newPropertySet)
{
    return MI_FORWARD(self, Clone, (self, newPropertySet));
}

/* The functions of a filter; MI_Filter_* calls them. [page] */
typedef struct _MI_FilterFT {
    MI_Result (*Evaluate)(const MI_Filter *self, const MI_Instance *instance, MI_Boolean *result);
    MI_Result (*GetExpression)(const MI_Filter *self, const MI_Char **queryLang,
                               const MI_Char **queryExpr);
} MI_FilterFT;

/* A condition on instances: what a client asked for in a query or a subscription. [page] */
typedef struct _MI_Filter {
    const MI_FilterFT *ft;
    ptrdiff_t reserved[3];
} MI_Filter;

/*
 * Tells whether an instance passes. An instance that lacks a property of the condition does not.
 * [page]
 */
MI_INLINE MI_Result MI_Filter_Evaluate(const MI_Filter *self, const MI_Instance *instance,
                                       MI_Boolean *result)
{
    return MI_FORWARD(self, Evaluate, (self, instance, result));
}

/* Gets the query behind the filter: its dialect (MI_QUERY_DIALECT_*) and text. [page] */
MI_INLINE MI_Result MI_Filter_GetExpression(const MI_Filter *self, const MI_Char **queryLang,
                                            const MI_Char **queryExpr)
{
    return MI_FORWARD(self, GetExpression, (self, queryLang, queryExpr));
}

/* Query dialects: what a filter is written in. */
#define MI_QUERY_DIALECT_CQL      MI_T("CQL")
#define MI_QUERY_DIALECT_SELECTOR MI_T("selectorFilter")
#define MI_QUERY_DIALECT_WQL      MI_T("WQL")

#ifdef __cplusplus
}
#endif

#endif
