/*
 * mi/lifecycle.h: the context of lifecycle indications.
 *
 * A provider whose class has lifecycle indications asks for this context once, in its
 * EnableIndications function (MI_Context_GetLifecycleIndicationContext), keeps it until
 * DisableIndications, and reports what happens to its instances.
 */
#ifndef MIHOST_MI_LIFECYCLE_H
#define MIHOST_MI_LIFECYCLE_H

#include <mi/context.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What can happen to an instance: bits of a mask. */
#define MI_LIFECYCLE_INDICATION_NONE       0
#define MI_LIFECYCLE_INDICATION_CREATE     1
#define MI_LIFECYCLE_INDICATION_MODIFY     2
#define MI_LIFECYCLE_INDICATION_DELETE     4
#define MI_LIFECYCLE_INDICATION_READ       8
#define MI_LIFECYCLE_INDICATION_METHODCALL 16
#define MI_LIFECYCLE_INDICATION_ALL                                                                \
    (MI_LIFECYCLE_INDICATION_CREATE | MI_LIFECYCLE_INDICATION_MODIFY |                             \
     MI_LIFECYCLE_INDICATION_DELETE | MI_LIFECYCLE_INDICATION_READ |                               \
     MI_LIFECYCLE_INDICATION_METHODCALL)

/*
 * Called when the set of types that are subscribed to changes; types is a mask of
 * MI_LIFECYCLE_INDICATION_*.
 */
typedef void (*MI_LifecycleIndicationCallback)(MI_Uint32 types, void *callbackData);

/* The functions of a lifecycle context; MI_LifecycleIndicationContext_* calls them. */
typedef struct _MI_LifecycleIndicationContextFT {
    MI_Result (*PostCreate)(MI_LifecycleIndicationContext *context, const MI_Instance *instance);
    MI_Result (*PostModify)(MI_LifecycleIndicationContext *context,
                            const MI_Instance *orginalInstance, const MI_Instance *instance);
    MI_Result (*PostDelete)(MI_LifecycleIndicationContext *context,
                            const MI_Instance *orginalInstance);
    MI_Result (*PostRead)(MI_LifecycleIndicationContext *context, const MI_Instance *instance);
    MI_Result (*PostMethodCall)(MI_LifecycleIndicationContext *context, const MI_Instance *instance,
                                const MI_Char *methodName, MI_Boolean precall,
                                const MI_Instance *parameter, const MI_Char *returnValue);
    MI_Result (*PostResult)(MI_LifecycleIndicationContext *context, MI_Result result);
    MI_Result (*ConstructInstance)(MI_LifecycleIndicationContext *context,
                                   const MI_ClassDecl *classDecl, MI_Instance *instance);
    MI_Result (*ConstructParameters)(MI_LifecycleIndicationContext *context,
                                     const MI_MethodDecl *methodDecl, MI_Instance *instance);
    MI_Result (*NewInstance)(MI_LifecycleIndicationContext *context, const MI_ClassDecl *classDecl,
                             MI_Instance **instance);
    MI_Result (*NewDynamicInstance)(MI_LifecycleIndicationContext *context,
                                    const MI_Char *className, MI_Uint32 flags,
                                    MI_Instance **instance);
    MI_Result (*NewParameters)(MI_LifecycleIndicationContext *context,
                               const MI_MethodDecl *methodDecl, MI_Instance **instance);
    MI_Result (*SetSupportedTypes)(MI_LifecycleIndicationContext *context, MI_Uint32 types);
    MI_Result (*GetTypes)(MI_LifecycleIndicationContext *context, MI_Uint32 *types);
    MI_Result (*RegisterCallback)(MI_LifecycleIndicationContext *context,
                                  MI_LifecycleIndicationCallback callback, void *callbackData);
} MI_LifecycleIndicationContextFT;

/* Where a provider reports what happens to its instances. */
typedef struct _MI_LifecycleIndicationContext {
    const MI_LifecycleIndicationContextFT *ft;
    ptrdiff_t reserved[3];
} MI_LifecycleIndicationContext;

/* An instance was created. */
MI_INLINE MI_Result MI_LifecycleIndicationContext_PostCreate(MI_LifecycleIndicationContext *context,
                                                             const MI_Instance *instance)
{
    return MI_FORWARD(context, PostCreate, (context, instance));
}

/* An instance was modified: as it was, and as it is. */
MI_INLINE MI_Result MI_LifecycleIndicationContext_PostModify(MI_LifecycleIndicationContext *context,
                                                             const MI_Instance *orginalInstance,
                                                             const MI_Instance *instance)
{
    return MI_FORWARD(context, PostModify, (context, orginalInstance, instance));
}

/* An instance was deleted: as it was. */
MI_INLINE MI_Result MI_LifecycleIndicationContext_PostDelete(MI_LifecycleIndicationContext *context,
                                                             const MI_Instance *orginalInstance)
{
    return MI_FORWARD(context, PostDelete, (context, orginalInstance));
}

/* An instance was read. */
MI_INLINE MI_Result MI_LifecycleIndicationContext_PostRead(MI_LifecycleIndicationContext *context,
                                                           const MI_Instance *instance)
{
    return MI_FORWARD(context, PostRead, (context, instance));
}

/* A method is about to be called on an instance; parameter has its in parameters, or is NULL. */
MI_INLINE MI_Result MI_LifecycleIndicationContext_PostMethodCall_Before(
    MI_LifecycleIndicationContext *context, const MI_Instance *instance, const MI_Char *methodName,
    const MI_Instance *parameter)
{
    return MI_FORWARD(context, PostMethodCall,
                      (context, instance, methodName, MI_TRUE, parameter, NULL));
}

/*
 * A method was called on an instance; parameter has its out parameters, or is NULL, returnvalue
 * what it returned, as a string.
 */
MI_INLINE MI_Result MI_LifecycleIndicationContext_PostMethodCall_After(
    MI_LifecycleIndicationContext *context, const MI_Instance *instance, const MI_Char *methodName,
    const MI_Instance *parameter, const MI_Char *returnvalue)
{
    return MI_FORWARD(context, PostMethodCall,
                      (context, instance, methodName, MI_FALSE, parameter, returnvalue));
}

/* Ends the reports: nothing can be posted after it. */
MI_INLINE MI_Result MI_LifecycleIndicationContext_PostResult(MI_LifecycleIndicationContext *context,
                                                             MI_Result result)
{
    return MI_FORWARD(context, PostResult, (context, result));
}

/* As MI_Context_ConstructInstance. */
MI_INLINE MI_Result MI_LifecycleIndicationContext_ConstructInstance(
    MI_LifecycleIndicationContext *context, const MI_ClassDecl *classDecl, MI_Instance *instance)
{
    return MI_FORWARD(context, ConstructInstance, (context, classDecl, instance));
}

/* As MI_Context_ConstructParameters. */
MI_INLINE MI_Result MI_LifecycleIndicationContext_ConstructParameters(
    MI_LifecycleIndicationContext *context, const MI_MethodDecl *methodDecl, MI_Instance *instance)
{
    return MI_FORWARD(context, ConstructParameters, (context, methodDecl, instance));
}

/* As MI_Context_NewInstance. */
MI_INLINE MI_Result MI_LifecycleIndicationContext_NewInstance(
    MI_LifecycleIndicationContext *context, const MI_ClassDecl *classDecl, MI_Instance **instance)
{
    return MI_FORWARD(context, NewInstance, (context, classDecl, instance));
}

/* As MI_Context_NewDynamicInstance. */
MI_INLINE MI_Result MI_LifecycleIndicationContext_NewDynamicInstance(
    MI_LifecycleIndicationContext *context, const MI_Char *className, MI_Uint32 flags,
    MI_Instance **instance)
{
    return MI_FORWARD(context, NewDynamicInstance, (context, className, flags, instance));
}

/* As MI_Context_NewParameters. */
MI_INLINE MI_Result MI_LifecycleIndicationContext_NewParameters(
    MI_LifecycleIndicationContext *context, const MI_MethodDecl *methodDecl, MI_Instance **instance)
{
    return MI_FORWARD(context, NewParameters, (context, methodDecl, instance));
}

/* Says what the provider reports: a mask of MI_LIFECYCLE_INDICATION_*. */
MI_INLINE MI_Result MI_LifecycleIndicationContext_SetSupportedTypes(
    MI_LifecycleIndicationContext *context, MI_Uint32 types)
{
    return MI_FORWARD(context, SetSupportedTypes, (context, types));
}

/*
 * Gets what is subscribed to, a mask of MI_LIFECYCLE_INDICATION_*: a provider need not report
 * more.
 */
MI_INLINE MI_Result MI_LifecycleIndicationContext_GetTypes(MI_LifecycleIndicationContext *context,
                                                           MI_Uint32 *types)
{
    return MI_FORWARD(context, GetTypes, (context, types));
}

/* Registers the function that is called when that mask changes; only the last one counts. */
MI_INLINE MI_Result MI_LifecycleIndicationContext_RegisterCallback(
    MI_LifecycleIndicationContext *context, MI_LifecycleIndicationCallback callback,
    void *callbackData)
{
    return MI_FORWARD(context, RegisterCallback, (context, callback, callbackData));
}

#ifdef __cplusplus
}
#endif

#endif
