/*
 * The functions of a session: what starts operations, and Close.
 *
 * Each says what is asked for as the params of a method, between begin() and send(), which do what
 * all have in common. An operation that can't be sent is one that has ended: its client hears of it
 * as of any other end.
 */
#include "libmi/options.h"
#include "libmi/request.h"
#include "libmi/session.h"
#include "protocol/rpc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a client gave to each of these functions. */
typedef struct Start {
    MI_Session *handle;
    MI_Uint32 flags;
    const MI_OperationOptions *options;
    const MI_Char *name_space;
    MI_OperationCallbacks *callbacks;
    MI_Operation *client;
} Start;

/* What is known of the operation: its kind, and what is needed when its results are read. */
typedef struct Kind {
    const char *method;
    OperationShape shape;
    const char *class_name, *method_name; /* NULL: none */
} Kind;

/* An operation that is being written. */
typedef struct Draft {
    Session *session;
    Operation *operation; /* NULL: there was none to be made, and the client was told */
    const OptionList *options;
    RequestHead head;
    Buffer request;
    int error; /* negative: why it can't be sent */
} Draft;

/* Ends what has no Operation: without a session, or without memory. */
static void refuse(const Start *start, OperationShape shape, MI_Result result, const char *why)
{
    const MI_OperationCallbacks *callbacks = start->callbacks;

    if (start->client != NULL)
        *start->client = (MI_Operation){0};
    if (callbacks == NULL)
        return;
    if ((shape == SHAPE_CLASS || shape == SHAPE_CLASSES) && callbacks->classResult != NULL)
        callbacks->classResult(NULL, callbacks->callbackContext, NULL, MI_FALSE, result, why, NULL,
                               NULL);
    else if (shape == SHAPE_INDICATIONS && callbacks->indicationResult != NULL)
        callbacks->indicationResult(NULL, callbacks->callbackContext, NULL, NULL, NULL, MI_FALSE,
                                    result, why, NULL, NULL);
    else if (shape < SHAPE_CLASS && callbacks->instanceResult != NULL)
        callbacks->instanceResult(NULL, callbacks->callbackContext, NULL, MI_FALSE, result, why,
                                  NULL, NULL);
}

/* Whether messages of @channel are wanted: who has a callback gets all, but for those that were
 * disabled. */
static bool wants_channel(const OptionList *list, MI_Uint32 channel)
{
    for (MI_Uint32 i = 0; list != NULL && i < list->count; i++) {
        const Option *option = &list->options[i];

        if (strcasecmp(option->name, MI_OP_OPTION_CHANNEL) == 0 && option->type == MI_UINT32 &&
            option->value.uint32 == channel)
            return option->flags == 0;
    }
    return true;
}

static unsigned wants(const Operation *operation, const OptionList *list)
{
    unsigned all = 0;

    if (operation->is_acknowledged)
        all |= REQUEST_WANTS_PARTS;
    if (operation->callbacks.writeProgress != NULL)
        all |= REQUEST_WANTS_PROGRESS;
    if ((operation->callbacks.promptUser != NULL &&
         operation->prompt_mode != MI_CALLBACKMODE_IGNORE) ||
        (operation->callbacks.writeError != NULL &&
         operation->error_mode != MI_CALLBACKMODE_IGNORE))
        all |= REQUEST_WANTS_PROMPTS;
    for (MI_Uint32 channel = 0; operation->callbacks.writeMessage != NULL && channel < 3; channel++)
        if (wants_channel(list, channel))
            all |= (unsigned)REQUEST_WANTS_WARNINGS << channel;
    return all;
}

static MI_CallbackMode mode_of(const OptionList *list, const char *name)
{
    MI_Uint32 mode = option_list_number(list, name, MI_CALLBACKMODE_INQUIRE);

    return mode > MI_CALLBACKMODE_IGNORE ? MI_CALLBACKMODE_INQUIRE : (MI_CallbackMode)mode;
}

/* Copies @text, unless it is NULL, to *@ret. */
static bool copy(const char *text, char **ret)
{
    *ret = text == NULL ? NULL : strdup(text);
    return text == NULL || *ret != NULL;
}

/* Makes the operation, on the session's connection if there is one. With the lock. */
static Operation *make(Session *session, const Start *start, const Kind *kind,
                       const OptionList *list)
{
    Operation *operation =
        operation_new(session, kind->shape, start->flags, start->callbacks, start->client);
    char why[CONNECTION_WHY] = "the session is being closed";
    MI_Result r = MI_RESULT_FAILED;

    if (operation == NULL)
        return NULL;
    operation->prompt_mode = mode_of(list, MI_OP_OPTION_PROMPT_MODE);
    operation->error_mode = mode_of(list, MI_OP_OPTION_WRITE_ERROR_MODE);
    operation->unasked_answer =
        option_list_number(list, MI_OP_OPTION_PROMPT_ANSWER, MI_TRUE) != 0 ? MI_TRUE : MI_FALSE;
    operation->is_acknowledged =
        kind->shape == SHAPE_INSTANCES ||
        (kind->shape == SHAPE_PARAMETERS && operation->callbacks.streamedParameterResult != NULL);
    if (session->state == SESSION_OPEN)
        r = session_connect(session, &operation->connection, why);
    if (r == MI_RESULT_OK && session->state != SESSION_OPEN) /* while the lock was released */
        r = MI_RESULT_FAILED;
    if (r == MI_RESULT_OK &&
        (!copy(start->name_space == NULL ? REQUEST_DEFAULT_NAMESPACE : start->name_space,
               &operation->name_space) ||
         !copy(kind->class_name, &operation->class_name) ||
         !copy(kind->method_name, &operation->method_name) ||
         connection_add(operation->connection, &operation->pending) < 0)) {
        r = MI_RESULT_SERVER_LIMITS_EXCEEDED;
        snprintf(why, sizeof(why), "out of memory");
    }
    if (r == MI_RESULT_OK && operation->connection->state == CONNECTION_LOST) {
        connection_remove(operation->connection, &operation->pending);
        r = operation->connection->result;
        snprintf(why, sizeof(why), "%s", operation->connection->why);
    }
    if (r != MI_RESULT_OK)
        operation_fail_at_once(operation, r, why);
    return operation;
}

/* Begins an operation: the session's lock is held if there is one (draft->operation). */
static Draft begin(const Start *start, const Kind *kind)
{
    Draft draft = {.session = session_of(start->handle)};
    const OptionList *list = operation_options_list(start->options);

    if (draft.session == NULL || start->client == NULL) {
        refuse(start, kind->shape, MI_RESULT_INVALID_PARAMETER,
               "there is no session, or no operation");
        return draft;
    }
    pthread_mutex_lock(&draft.session->lock);
    draft.operation = make(draft.session, start, kind, list);
    if (draft.operation == NULL) {
        pthread_mutex_unlock(&draft.session->lock);
        refuse(start, kind->shape, MI_RESULT_SERVER_LIMITS_EXCEEDED, "out of memory");
        return draft;
    }
    draft.head = (RequestHead){
        .method = kind->method,
        .name_space = draft.operation->name_space == NULL ? "" : draft.operation->name_space,
        .id = draft.operation->pending.id,
        .timeout = option_list_milliseconds(list, MI_OP_OPTION_TIMEOUT),
        .locale = draft.session->locale,
        .options = list,
        .wants = wants(draft.operation, list),
    };
    if (draft.head.timeout == 0)
        draft.head.timeout = draft.session->timeout;
    draft.error = request_begin(&draft.request, &draft.head);
    return draft;
}

/* A class that will be needed is asked for along with the operation. */
static void ask_class(const Draft *draft)
{
    Operation *operation = draft->operation;
    const char *name = operation->class_name;
    const ClassEntry *entry;
    ClassEntry *asked;

    if (name == NULL || name[0] == '\0' || (operation->flags & MI_OPERATIONFLAGS_NO_RTTI) != 0 ||
        operation->shape >= SHAPE_CLASS || operation->shape == SHAPE_NOTHING)
        return;
    entry = class_cache_find(&draft->session->classes, operation->name_space, span_of(name));
    if (entry == NULL || entry->state == CLASS_LOST || entry->state == CLASS_UNKNOWN)
        (void)class_cache_ask(&draft->session->classes, operation->connection,
                              operation->name_space, span_of(name), &asked);
}

/* What an operation that goes to callbacks has to say where no thread can be made for it. */
static void end_here(Operation *operation)
{
    const Start start = {.callbacks = &operation->callbacks};
    char why[CONNECTION_WHY];

    operation->state = OPERATION_ENDED;
    snprintf(why, sizeof(why), "%s", operation->why);
    list_unlink(&operation->ready_link);
    pthread_mutex_unlock(&operation->session->lock);
    refuse(&start, operation->shape, operation->failure, why);
    pthread_mutex_lock(&operation->session->lock);
}

/* Sends it, or ends it, and gives the lock back. Careful: with callbacks it may be gone already. */
static void send(Draft *draft)
{
    Operation *operation = draft->operation;
    bool is_async = operation->is_async;
    bool has_worker = !is_async || workers_start(draft->session);

    request_end(&draft->request);
    if (operation->state == OPERATION_RUNNING &&
        (draft->error < 0 || !has_worker || buffer_failed(&draft->request))) {
        connection_remove(operation->connection, &operation->pending);
        operation_fail_at_once(operation,
                               draft->error == -EINVAL ? MI_RESULT_INVALID_PARAMETER
                                                       : MI_RESULT_SERVER_LIMITS_EXCEEDED,
                               draft->error == -EINVAL
                                   ? "an argument, or an option, is none of MI's, or has no JSON"
                                   : "there is no memory, or no thread, for the operation");
    }
    if (operation->state == OPERATION_RUNNING) {
        Connection *connection = connection_ref(operation->connection);

        ask_class(draft);
        connection_send(connection, &draft->request);
        connection_unref(connection);
    } else if (!has_worker) {
        end_here(operation);
    }
    buffer_deinit(&draft->request);
    pthread_mutex_unlock(&draft->session->lock);
}

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
static void start_instance(const Start *start, const char *method, OperationShape shape,
                           const MI_Instance *instance, bool keys_only)
{
    Draft draft = begin(start, &(Kind){method, shape, class_of(instance), NULL});

    if (draft.operation == NULL)
        return;
    note(&draft, request_put_instance(&draft.request, instance, keys_only));
    send(&draft);
}

static void MI_CALL GetInstance(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                                const MI_Char *name_space, const MI_Instance *instance,
                                MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    start_instance(&(Start){session, flags, options, name_space, callbacks, operation},
                   "mi/getInstance", SHAPE_INSTANCE, instance, true);
}

static void MI_CALL ModifyInstance(MI_Session *session, MI_Uint32 flags,
                                   MI_OperationOptions *options, const MI_Char *name_space,
                                   const MI_Instance *instance, MI_OperationCallbacks *callbacks,
                                   MI_Operation *operation)
{
    start_instance(&(Start){session, flags, options, name_space, callbacks, operation},
                   "mi/modifyInstance", SHAPE_INSTANCE, instance, false);
}

static void MI_CALL CreateInstance(MI_Session *session, MI_Uint32 flags,
                                   MI_OperationOptions *options, const MI_Char *name_space,
                                   const MI_Instance *instance, MI_OperationCallbacks *callbacks,
                                   MI_Operation *operation)
{
    start_instance(&(Start){session, flags, options, name_space, callbacks, operation},
                   "mi/createInstance", SHAPE_INSTANCE, instance, false);
}

static void MI_CALL DeleteInstance(MI_Session *session, MI_Uint32 flags,
                                   MI_OperationOptions *options, const MI_Char *name_space,
                                   const MI_Instance *instance, MI_OperationCallbacks *callbacks,
                                   MI_Operation *operation)
{
    start_instance(&(Start){session, flags, options, name_space, callbacks, operation},
                   "mi/deleteInstance", SHAPE_NOTHING, instance, true);
}

static void MI_CALL Invoke(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                           const MI_Char *name_space, const MI_Char *class_name,
                           const MI_Char *method_name, const MI_Instance *instance,
                           const MI_Instance *parameters, MI_OperationCallbacks *callbacks,
                           MI_Operation *operation)
{
    const Start start = {session, flags, options, name_space, callbacks, operation};
    const char *name = class_name != NULL ? class_name : class_of(instance);
    Draft draft = begin(&start, &(Kind){"mi/invoke", SHAPE_PARAMETERS, name == NULL ? "" : name,
                                        method_name == NULL ? "" : method_name});

    if (draft.operation == NULL)
        return;
    if (instance != NULL)
        note(&draft, request_put_instance(&draft.request, instance, true));
    else
        request_put_text(&draft.request, "class", class_name == NULL ? "" : class_name);
    request_put_text(&draft.request, "method", method_name == NULL ? "" : method_name);
    note(&draft, request_put_parameters(&draft.request, parameters));
    send(&draft);
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
    const Start start = {session, flags, options, name_space, callbacks, operation};
    Draft draft =
        begin(&start, &(Kind){"mi/enumerateInstances", SHAPE_INSTANCES, class_name, NULL});

    if (draft.operation == NULL)
        return;
    request_put_text(&draft.request, "class", class_name == NULL ? "" : class_name);
    request_put_flag(&draft.request, "keysOnly", keys_only);
    request_put_text(&draft.request, "depth", depth_of(flags));
    send(&draft);
}

static void MI_CALL QueryInstances(MI_Session *session, MI_Uint32 flags,
                                   MI_OperationOptions *options, const MI_Char *name_space,
                                   const MI_Char *dialect, const MI_Char *expression,
                                   MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    const Start start = {session, flags, options, name_space, callbacks, operation};
    Draft draft = begin(&start, &(Kind){"mi/queryInstances", SHAPE_INSTANCES, NULL, NULL});

    if (draft.operation == NULL)
        return;
    request_put_text(&draft.request, "dialect", dialect);
    request_put_text(&draft.request, "query", expression);
    send(&draft);
}

static void MI_CALL AssociatorInstances(MI_Session *session, MI_Uint32 flags,
                                        MI_OperationOptions *options, const MI_Char *name_space,
                                        const MI_Instance *instance, const MI_Char *assoc_class,
                                        const MI_Char *result_class, const MI_Char *role,
                                        const MI_Char *result_role, MI_Boolean keys_only,
                                        MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    const Start start = {session, flags, options, name_space, callbacks, operation};
    Draft draft =
        begin(&start, &(Kind){"mi/associatorInstances", SHAPE_INSTANCES, result_class, NULL});

    if (draft.operation == NULL)
        return;
    note(&draft, request_put_instance(&draft.request, instance, true));
    request_put_text(&draft.request, "associationClass", assoc_class);
    request_put_text(&draft.request, "resultClass", result_class);
    request_put_text(&draft.request, "role", role);
    request_put_text(&draft.request, "resultRole", result_role);
    request_put_flag(&draft.request, "keysOnly", keys_only);
    send(&draft);
}

static void MI_CALL ReferenceInstances(MI_Session *session, MI_Uint32 flags,
                                       MI_OperationOptions *options, const MI_Char *name_space,
                                       const MI_Instance *instance, const MI_Char *result_class,
                                       const MI_Char *role, MI_Boolean keys_only,
                                       MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    const Start start = {session, flags, options, name_space, callbacks, operation};
    Draft draft =
        begin(&start, &(Kind){"mi/referenceInstances", SHAPE_INSTANCES, result_class, NULL});

    if (draft.operation == NULL)
        return;
    note(&draft, request_put_instance(&draft.request, instance, true));
    request_put_text(&draft.request, "resultClass", result_class);
    request_put_text(&draft.request, "role", role);
    request_put_flag(&draft.request, "keysOnly", keys_only);
    send(&draft);
}

static void MI_CALL Subscribe(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                              const MI_Char *name_space, const MI_Char *dialect,
                              const MI_Char *expression,
                              const MI_SubscriptionDeliveryOptions *delivery,
                              MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    const Start start = {session, flags, options, name_space, callbacks, operation};
    Draft draft = begin(&start, &(Kind){"mi/subscribe", SHAPE_INDICATIONS, NULL, NULL});

    (void)delivery;
    if (draft.operation == NULL)
        return;
    request_put_text(&draft.request, "dialect", dialect);
    request_put_text(&draft.request, "query", expression);
    send(&draft);
}

static void MI_CALL GetClass(MI_Session *session, MI_Uint32 flags, MI_OperationOptions *options,
                             const MI_Char *name_space, const MI_Char *class_name,
                             MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    const Start start = {session, flags, options, name_space, callbacks, operation};
    Draft draft = begin(&start, &(Kind){"mi/getClass", SHAPE_CLASS, class_name, NULL});

    if (draft.operation == NULL)
        return;
    request_put_text(&draft.request, "class", class_name == NULL ? "" : class_name);
    send(&draft);
}

static void MI_CALL EnumerateClasses(MI_Session *session, MI_Uint32 flags,
                                     MI_OperationOptions *options, const MI_Char *name_space,
                                     const MI_Char *class_name, MI_Boolean names_only,
                                     MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    const Start start = {session, flags, options, name_space, callbacks, operation};
    bool is_shallow = (flags & MI_OPERATIONFLAGS_POLYMORPHISM_SHALLOW) != 0;
    Draft draft = begin(&start, &(Kind){"mi/enumerateClasses", SHAPE_CLASSES, class_name, NULL});

    if (draft.operation == NULL)
        return;
    request_put_text(&draft.request, "class", class_name);
    request_put_flag(&draft.request, "deep", !is_shallow);
    request_put_flag(&draft.request, "namesOnly", names_only);
    send(&draft);
}

static void MI_CALL TestConnection(MI_Session *session, MI_Uint32 flags,
                                   MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    const Start start = {session, flags, NULL, NULL, callbacks, operation};
    Draft draft = begin(&start, &(Kind){"host/info", SHAPE_NOTHING, NULL, NULL});
    char id[24];

    if (draft.operation == NULL)
        return;
    /* It has no params at all. */
    buffer_clear(&draft.request);
    snprintf(id, sizeof(id), "%lld", (long long)draft.head.id);
    rpc_put_request_head(&draft.request, span_of(id), draft.head.method);
    buffer_put_char(&draft.request, '{');
    send(&draft);
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
    session_finish_close(closing.session, closing.callback, closing.context);
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
    pthread_detach(thread);
    return MI_RESULT_OK;
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
    if (callback != NULL)
        r = close_aside(session, context, callback);
    else
        session_finish_close(session, NULL, NULL);
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
