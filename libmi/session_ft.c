/*
 * The functions of a session: what starts operations, and Close.
 *
 * Each says what is asked for as the params of a method, between draft_begin() and draft_send(),
 * which do what all have in common.
 */
#include "libmi/draft.h"
#include "libmi/session.h"
#include "protocol/rpc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ms that MI_Session_TestConnection takes where nothing else is said: who asks whether the host is
 * there is to be told when it isn't. */
#define TEST_TIMEOUT 20000

/* ---- The operations ---- */

static void note(Draft *draft, int r)
{
    if (r < 0 && draft->error == 0)
        draft->error = r;
}

static const char *class_of(const MI_Instance *instance)
{
    const MI_Char *name = NULL;

    (void)MI_Instance_GetClassName(instance, &name);
    return name;
}

/* An operation on one instance. */
static void start_instance(const DraftStart *start, const char *method, OperationShape shape,
                           const MI_Instance *instance, bool keys_only)
{
    Draft draft = draft_begin(
        start, &(DraftKind){.method = method, .shape = shape, .class_name = class_of(instance)});

    if (draft.operation == NULL)
        return;
    note(&draft, request_put_instance(&draft.request, instance, keys_only));
    draft_send(&draft);
}

static void MI_CALL GetInstance(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                                const MI_Char *name_space, const MI_Instance *instance,
                                MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    start_instance(&(DraftStart){session, flags, options, name_space, callbacks, operation},
                   "mi/getInstance", SHAPE_INSTANCE, instance, true);
}

static void MI_CALL ModifyInstance(MI_Session *session, MI_Uint32 flags,
                                   MI_OperationOptions *options, const MI_Char *name_space,
                                   const MI_Instance *instance, MI_OperationCallbacks *callbacks,
                                   MI_Operation *operation)
{
    start_instance(&(DraftStart){session, flags, options, name_space, callbacks, operation},
                   "mi/modifyInstance", SHAPE_INSTANCE, instance, false);
}

static void MI_CALL CreateInstance(MI_Session *session, MI_Uint32 flags,
                                   MI_OperationOptions *options, const MI_Char *name_space,
                                   const MI_Instance *instance, MI_OperationCallbacks *callbacks,
                                   MI_Operation *operation)
{
    start_instance(&(DraftStart){session, flags, options, name_space, callbacks, operation},
                   "mi/createInstance", SHAPE_INSTANCE, instance, false);
}

static void MI_CALL DeleteInstance(MI_Session *session, MI_Uint32 flags,
                                   MI_OperationOptions *options, const MI_Char *name_space,
                                   const MI_Instance *instance, MI_OperationCallbacks *callbacks,
                                   MI_Operation *operation)
{
    start_instance(&(DraftStart){session, flags, options, name_space, callbacks, operation},
                   "mi/deleteInstance", SHAPE_NOTHING, instance, true);
}

static void MI_CALL Invoke(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                           const MI_Char *name_space, const MI_Char *class_name,
                           const MI_Char *method_name, const MI_Instance *instance,
                           const MI_Instance *parameters, MI_OperationCallbacks *callbacks,
                           MI_Operation *operation)
{
    const DraftStart start = {session, flags, options, name_space, callbacks, operation};
    const char *name = class_name != NULL ? class_name : class_of(instance);
    Draft draft =
        draft_begin(&start, &(DraftKind){.method = "mi/invoke",
                                         .shape = SHAPE_PARAMETERS,
                                         .class_name = name == NULL ? "" : name,
                                         .method_name = method_name == NULL ? "" : method_name});

    if (draft.operation == NULL)
        return;
    if (instance != NULL)
        note(&draft, request_put_instance(&draft.request, instance, true));
    else
        request_put_text(&draft.request, "class", class_name == NULL ? "" : class_name);
    request_put_text(&draft.request, "method", method_name == NULL ? "" : method_name);
    note(&draft, request_put_parameters(&draft.request, parameters));
    draft_send(&draft);
}

static const char *depth_of(MI_Uint32 flags)
{
    if ((flags & MI_OPERATIONFLAGS_POLYMORPHISM_DEEP_BASE_PROPS_ONLY) ==
        MI_OPERATIONFLAGS_POLYMORPHISM_DEEP_BASE_PROPS_ONLY)
        return "deepBaseProperties";
    return (flags & MI_OPERATIONFLAGS_POLYMORPHISM_SHALLOW) != 0 ? "shallow" : NULL;
}

static void MI_CALL EnumerateInstances(MI_Session *session, MI_Uint32 flags,
                                       MI_OperationOptions *options, const MI_Char *name_space,
                                       const MI_Char *class_name, MI_Boolean keys_only,
                                       MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    const DraftStart start = {session, flags, options, name_space, callbacks, operation};
    Draft draft = draft_begin(&start, &(DraftKind){.method = "mi/enumerateInstances",
                                                   .shape = SHAPE_INSTANCES,
                                                   .class_name = class_name});

    if (draft.operation == NULL)
        return;
    request_put_text(&draft.request, "class", class_name == NULL ? "" : class_name);
    request_put_flag(&draft.request, "keysOnly", keys_only);
    request_put_text(&draft.request, "depth", depth_of(flags));
    draft_send(&draft);
}

static void MI_CALL QueryInstances(MI_Session *session, MI_Uint32 flags,
                                   MI_OperationOptions *options, const MI_Char *name_space,
                                   const MI_Char *dialect, const MI_Char *expression,
                                   MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    const DraftStart start = {session, flags, options, name_space, callbacks, operation};
    Draft draft =
        draft_begin(&start, &(DraftKind){.method = "mi/queryInstances", .shape = SHAPE_INSTANCES});

    if (draft.operation == NULL)
        return;
    request_put_text(&draft.request, "dialect", dialect);
    request_put_text(&draft.request, "query", expression);
    draft_send(&draft);
}

static void MI_CALL AssociatorInstances(MI_Session *session, MI_Uint32 flags,
                                        MI_OperationOptions *options, const MI_Char *name_space,
                                        const MI_Instance *instance, const MI_Char *assoc_class,
                                        const MI_Char *result_class, const MI_Char *role,
                                        const MI_Char *result_role, MI_Boolean keys_only,
                                        MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    const DraftStart start = {session, flags, options, name_space, callbacks, operation};
    Draft draft = draft_begin(&start, &(DraftKind){.method = "mi/associatorInstances",
                                                   .shape = SHAPE_INSTANCES,
                                                   .class_name = result_class});

    if (draft.operation == NULL)
        return;
    note(&draft, request_put_instance(&draft.request, instance, true));
    request_put_text(&draft.request, "associationClass", assoc_class);
    request_put_text(&draft.request, "resultClass", result_class);
    request_put_text(&draft.request, "role", role);
    request_put_text(&draft.request, "resultRole", result_role);
    request_put_flag(&draft.request, "keysOnly", keys_only);
    draft_send(&draft);
}

static void MI_CALL ReferenceInstances(MI_Session *session, MI_Uint32 flags,
                                       MI_OperationOptions *options, const MI_Char *name_space,
                                       const MI_Instance *instance, const MI_Char *result_class,
                                       const MI_Char *role, MI_Boolean keys_only,
                                       MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    const DraftStart start = {session, flags, options, name_space, callbacks, operation};
    Draft draft = draft_begin(&start, &(DraftKind){.method = "mi/referenceInstances",
                                                   .shape = SHAPE_INSTANCES,
                                                   .class_name = result_class});

    if (draft.operation == NULL)
        return;
    note(&draft, request_put_instance(&draft.request, instance, true));
    request_put_text(&draft.request, "resultClass", result_class);
    request_put_text(&draft.request, "role", role);
    request_put_flag(&draft.request, "keysOnly", keys_only);
    draft_send(&draft);
}

static void MI_CALL Subscribe(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                              const MI_Char *name_space, const MI_Char *dialect,
                              const MI_Char *expression,
                              const MI_SubscriptionDeliveryOptions *delivery,
                              MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    const DraftStart start = {session, flags, options, name_space, callbacks, operation};
    Draft draft =
        draft_begin(&start, &(DraftKind){.method = "mi/subscribe", .shape = SHAPE_INDICATIONS});

    (void)delivery;
    if (draft.operation == NULL)
        return;
    request_put_text(&draft.request, "dialect", dialect);
    request_put_text(&draft.request, "query", expression);
    draft_send(&draft);
}

static void MI_CALL GetClass(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                             const MI_Char *name_space, const MI_Char *class_name,
                             MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    const DraftStart start = {session, flags, options, name_space, callbacks, operation};
    Draft draft = draft_begin(
        &start,
        &(DraftKind){.method = "mi/getClass", .shape = SHAPE_CLASS, .class_name = class_name});

    if (draft.operation == NULL)
        return;
    request_put_text(&draft.request, "class", class_name == NULL ? "" : class_name);
    draft_send(&draft);
}

static void MI_CALL EnumerateClasses(MI_Session *session, MI_Uint32 flags,
                                     MI_OperationOptions *options, const MI_Char *name_space,
                                     const MI_Char *class_name, MI_Boolean names_only,
                                     MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    const DraftStart start = {session, flags, options, name_space, callbacks, operation};
    bool is_shallow = (flags & MI_OPERATIONFLAGS_POLYMORPHISM_SHALLOW) != 0;
    Draft draft = draft_begin(&start, &(DraftKind){.method = "mi/enumerateClasses",
                                                   .shape = SHAPE_CLASSES,
                                                   .class_name = class_name});

    if (draft.operation == NULL)
        return;
    request_put_text(&draft.request, "class", class_name);
    request_put_flag(&draft.request, "deep", !is_shallow);
    request_put_flag(&draft.request, "namesOnly", names_only);
    draft_send(&draft);
}

static void MI_CALL TestConnection(MI_Session *session, MI_Uint32 flags,
                                   MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    const DraftStart start = {session, flags, NULL, NULL, callbacks, operation};
    Draft draft = draft_begin(
        &start,
        &(DraftKind){.method = "host/info", .shape = SHAPE_NOTHING, .timeout = TEST_TIMEOUT});
    char id[24];

    if (draft.operation == NULL)
        return;
    /* It has no params at all. */
    buffer_clear(&draft.request);
    snprintf(id, sizeof(id), "%lld", (long long)draft.head.id);
    rpc_put_request_head(&draft.request, span_of(id), draft.head.method);
    buffer_put_char(&draft.request, '{');
    draft_send(&draft);
}

/* ---- The session itself ---- */

/* A session that is closed by a thread of its own, so that its client need not wait. */
typedef struct Closing {
    Session *session;
    void *context;
    void (*callback)(void *context);
} Closing;

static void *close_and_tell(void *data)
{
    Closing closing = *(Closing *)data;

    free(data);
    session_finish_close(closing.session);
    workers_call(closing.session, closing.callback, closing.context);
    application_remove_aside(closing.session->application, closing.session);
    return NULL;
}

static MI_Result close_aside(Session *session, void *context, void (*callback)(void *context))
{
    Closing *closing = malloc(sizeof(*closing));
    pthread_t thread;

    if (closing == NULL)
        return MI_RESULT_SERVER_LIMITS_EXCEEDED;
    *closing = (Closing){session, context, callback};
    session_begin_close(session);
    if (pthread_create(&thread, NULL, close_and_tell, closing) != 0) {
        free(closing);
        return MI_RESULT_SERVER_LIMITS_EXCEEDED;
    }
    return MI_RESULT_OK; /* who joins it: application_remove_aside() */
}

static MI_Result MI_CALL Close(MI_Session *handle, void *context,
                               void(MI_CALL *callback)(void *context))
{
    Session *session = session_of(handle);
    MI_Result r = MI_RESULT_OK;

    if (session == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    if (callback == NULL && workers_is_inside(session))
        return MI_RESULT_FAILED; /* it would wait for itself */
    if (callback != NULL) {
        r = close_aside(session, context, callback);
    } else {
        session_finish_close(session);
        application_remove(session->application, session);
    }
    if (r == MI_RESULT_OK)
        *handle = (MI_Session){0};
    return r;
}

static MI_Result MI_CALL GetApplication(MI_Session *handle, MI_Application *application)
{
    const Session *session = session_of(handle);

    if (session == NULL || application == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    application_show(session->application, application);
    return MI_RESULT_OK;
}

const MI_SessionFT mi_session_ft = {
    .Close = Close,
    .GetApplication = GetApplication,
    .GetInstance = GetInstance,
    .ModifyInstance = ModifyInstance,
    .CreateInstance = CreateInstance,
    .DeleteInstance = DeleteInstance,
    .Invoke = Invoke,
    .EnumerateInstances = EnumerateInstances,
    .QueryInstances = QueryInstances,
    .AssociatorInstances = AssociatorInstances,
    .ReferenceInstances = ReferenceInstances,
    .Subscribe = Subscribe,
    .GetClass = GetClass,
    .EnumerateClasses = EnumerateClasses,
    .TestConnection = TestConnection,
};
