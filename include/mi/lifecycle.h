/* mi/lifecycle.h: part of the MI interface. */
#ifndef MIHOST_MI_LIFECYCLE_H
#define MIHOST_MI_LIFECYCLE_H

#include <mi/context.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Lifecycle indication types, a bit mask. */

#define MI_LIFECYCLE_INDICATION_NONE       0
#define MI_LIFECYCLE_INDICATION_CREATE     1
#define MI_LIFECYCLE_INDICATION_MODIFY     2
#define MI_LIFECYCLE_INDICATION_DELETE     4
#define MI_LIFECYCLE_INDICATION_READ       8
#define MI_LIFECYCLE_INDICATION_METHODCALL 16

typedef void(MI_CALL *MI_LifecycleIndicationCallback)(MI_Uint32 types, void *callbackData);

typedef struct _MI_LifecycleIndicationContextFT {
    MI_Result(MI_CALL *PostCreate)(MI_LifecycleIndicationContext *context,
                                   const MI_Instance *instance);
    MI_Result(MI_CALL *PostModify)(MI_LifecycleIndicationContext *context,
                                   const MI_Instance *orginalInstance, const MI_Instance *instance);
    MI_Result(MI_CALL *PostDelete)(MI_LifecycleIndicationContext *context,
                                   const MI_Instance *orginalInstance);
    MI_Result(MI_CALL *PostRead)(MI_LifecycleIndicationContext *context,
                                 const MI_Instance *instance);
    MI_Result(MI_CALL *PostMethodCall)(MI_LifecycleIndicationContext *context,
                                       const MI_Instance *instance, const MI_Char *methodName,
                                       MI_Boolean isPost, const MI_Instance *parameter,
                                       const MI_Char *returnValue);
    MI_Result(MI_CALL *PostResult)(MI_LifecycleIndicationContext *context, MI_Result result);
    MI_Result(MI_CALL *ConstructInstance)(MI_LifecycleIndicationContext *context,
                                          const MI_ClassDecl *classDecl, MI_Instance *instance);
    MI_Result(MI_CALL *ConstructParameters)(MI_LifecycleIndicationContext *context,
                                            const MI_MethodDecl *methodDecl, MI_Instance *instance);
    MI_Result(MI_CALL *NewInstance)(MI_LifecycleIndicationContext *context,
                                    const MI_ClassDecl *classDecl, MI_Instance **instance);
    MI_Result(MI_CALL *NewDynamicInstance)(MI_LifecycleIndicationContext *context,
                                           const MI_Char *className, MI_Uint32 flags,
                                           MI_Instance **instance);
    MI_Result(MI_CALL *NewParameters)(MI_LifecycleIndicationContext *context,
                                      const MI_MethodDecl *methodDecl, MI_Instance **instance);
    MI_Result(MI_CALL *SetSupportedTypes)(MI_LifecycleIndicationContext *context, MI_Uint32 types);
    MI_Result(MI_CALL *GetTypes)(MI_LifecycleIndicationContext *context, MI_Uint32 *types);
    MI_Result(MI_CALL *RegisterCallback)(MI_LifecycleIndicationContext *context,
                                         MI_LifecycleIndicationCallback callback,
                                         void *callbackData);
} MI_LifecycleIndicationContextFT;

typedef struct _MI_LifecycleIndicationContext {
    const MI_LifecycleIndicationContextFT *ft;
    ptrdiff_t reserved[3];
} MI_LifecycleIndicationContext;

MI_INLINE MI_Result MI_CALL MI_LifecycleIndicationContext_PostCreate(
    MI_LifecycleIndicationContext *context, const MI_Instance *instance)
{
    return MI_FORWARD(context, PostCreate, (context, instance));
}

MI_INLINE MI_Result MI_CALL MI_LifecycleIndicationContext_PostModify(
    MI_LifecycleIndicationContext *context, const MI_Instance *orginalInstance,
    const MI_Instance *instance)
{
    return MI_FORWARD(context, PostModify, (context, orginalInstance, instance));
}

MI_INLINE MI_Result MI_CALL MI_LifecycleIndicationContext_PostDelete(
    MI_LifecycleIndicationContext *context, const MI_Instance *orginalInstance)
{
    return MI_FORWARD(context, PostDelete, (context, orginalInstance));
}

MI_INLINE MI_Result MI_CALL MI_LifecycleIndicationContext_PostRead(
    MI_LifecycleIndicationContext *context, const MI_Instance *instance)
{
    return MI_FORWARD(context, PostRead, (context, instance));
}

MI_INLINE MI_Result MI_CALL MI_LifecycleIndicationContext_PostMethodCall_Before(
    MI_LifecycleIndicationContext *context, const MI_Instance *instance, const MI_Char *methodName,
    const MI_Instance *parameter)
{
    return MI_FORWARD(context, PostMethodCall,
                      (context, instance, methodName, MI_FALSE, parameter, NULL));
}

MI_INLINE MI_Result MI_CALL MI_LifecycleIndicationContext_PostMethodCall_After(
    MI_LifecycleIndicationContext *context, const MI_Instance *instance, const MI_Char *methodName,
    const MI_Instance *parameter, const MI_Char *returnvalue)
{
    return MI_FORWARD(context, PostMethodCall,
                      (context, instance, methodName, MI_TRUE, parameter, returnvalue));
}

MI_INLINE MI_Result MI_CALL
MI_LifecycleIndicationContext_PostResult(MI_LifecycleIndicationContext *context, MI_Result result)
{
    return MI_FORWARD(context, PostResult, (context, result));
}

MI_INLINE MI_Result MI_CALL MI_LifecycleIndicationContext_ConstructInstance(
    MI_LifecycleIndicationContext *context, const MI_ClassDecl *classDecl, MI_Instance *instance)
{
    return MI_FORWARD(context, ConstructInstance, (context, classDecl, instance));
}

MI_INLINE MI_Result MI_CALL MI_LifecycleIndicationContext_ConstructParameters(
    MI_LifecycleIndicationContext *context, const MI_MethodDecl *methodDecl, MI_Instance *instance)
{
    return MI_FORWARD(context, ConstructParameters, (context, methodDecl, instance));
}

MI_INLINE MI_Result MI_CALL MI_LifecycleIndicationContext_NewInstance(
    MI_LifecycleIndicationContext *context, const MI_ClassDecl *classDecl, MI_Instance **instance)
{
    return MI_FORWARD(context, NewInstance, (context, classDecl, instance));
}

MI_INLINE MI_Result MI_CALL MI_LifecycleIndicationContext_NewDynamicInstance(
    MI_LifecycleIndicationContext *context, const MI_Char *className, MI_Uint32 flags,
    MI_Instance **instance)
{
    return MI_FORWARD(context, NewDynamicInstance, (context, className, flags, instance));
}

MI_INLINE MI_Result MI_CALL MI_LifecycleIndicationContext_NewParameters(
    MI_LifecycleIndicationContext *context, const MI_MethodDecl *methodDecl, MI_Instance **instance)
{
    return MI_FORWARD(context, NewParameters, (context, methodDecl, instance));
}

MI_INLINE MI_Result MI_CALL MI_LifecycleIndicationContext_SetSupportedTypes(
    MI_LifecycleIndicationContext *context, MI_Uint32 types)
{
    return MI_FORWARD(context, SetSupportedTypes, (context, types));
}

MI_INLINE MI_Result MI_CALL
MI_LifecycleIndicationContext_GetTypes(MI_LifecycleIndicationContext *context, MI_Uint32 *types)
{
    return MI_FORWARD(context, GetTypes, (context, types));
}

MI_INLINE MI_Result MI_CALL MI_LifecycleIndicationContext_RegisterCallback(
    MI_LifecycleIndicationContext *context, MI_LifecycleIndicationCallback callback,
    void *callbackData)
{
    return MI_FORWARD(context, RegisterCallback, (context, callback, callbackData));
}

#ifdef __cplusplus
}
#endif

#endif
