#include "libmi/draft.h"

#include "libmi/options.h"
#include "libmi/refused.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The callback that is told of the end: as of an operation, which may be NULL. False: there is
 * none.
 */
static bool tell(MI_Operation *operation, OperationShape shape,
                 const MI_OperationCallbacks *callbacks, MI_Result result, const char *why)
{
    if (callbacks == NULL)
        return false;
    if ((shape == SHAPE_CLASS || shape == SHAPE_CLASSES) && callbacks->classResult != NULL)
        callbacks->classResult(operation, callbacks->callbackContext, NULL, MI_FALSE, result, why,
                               NULL, NULL);
    else if (shape == SHAPE_INDICATIONS && callbacks->indicationResult != NULL)
        callbacks->indicationResult(operation, callbacks->callbackContext, NULL, NULL, NULL,
                                    MI_FALSE, result, why, NULL, NULL);
    else if (shape < SHAPE_CLASS && callbacks->instanceResult != NULL)
        callbacks->instanceResult(operation, callbacks->callbackContext, NULL, MI_FALSE, result,
                                  why, NULL, NULL);
    else
        return false;
    return true;
}

/* Ends what has no session, or nowhere to be. */
static void refuse(const DraftStart *start, OperationShape shape)
{
    if (start->client != NULL)
        *start->client = (MI_Operation){0};
    (void)tell(NULL, shape, start->callbacks, MI_RESULT_INVALID_PARAMETER,
               "there is no session, or no operation");
}

/* Ends what there is no memory for. */
static void refuse_memory(Session *session, const DraftStart *start, OperationShape shape)
{
    refused_show(session, REFUSED_ENDED, start->client);
    if (!tell(start->client, shape, start->callbacks, MI_RESULT_SERVER_LIMITS_EXCEEDED,
              "there is no memory for the operation"))
        refused_show(session, REFUSED_OWES_RESULT, start->client);
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

/* Its own, its session's, or that of its kind. */
static MI_Uint64 timeout_of(const Session *session, const DraftKind *kind, const OptionList *list)
{
    MI_Uint64 timeout = option_list_milliseconds(list, MI_OP_OPTION_TIMEOUT);

    if (timeout == 0)
        timeout = session->timeout;
    return timeout == 0 ? kind->timeout : timeout;
}

/* Makes the operation, on the session's connection if there is one. With the lock. */
static Operation *make(Session *session, const DraftStart *start, const DraftKind *kind,
                       const OptionList *list)
{
    Operation *operation =
        operation_new(session, kind->shape, start->flags, start->callbacks, start->client);
    char why[CONNECTION_WHY] = "the session is being closed";
    MI_Result r = MI_RESULT_FAILED;

    if (operation == NULL)
        return NULL;
    operation->timeout = timeout_of(session, kind, list);
    operation->pending.due = due_in(operation->timeout);
    operation->prompt_mode = mode_of(list, MI_OP_OPTION_PROMPT_MODE);
    operation->error_mode = mode_of(list, MI_OP_OPTION_WRITE_ERROR_MODE);
    operation->unasked_answer =
        option_list_number(list, MI_OP_OPTION_PROMPT_ANSWER, MI_TRUE) != 0 ? MI_TRUE : MI_FALSE;
    operation->is_acknowledged =
        kind->shape == SHAPE_INSTANCES ||
        (kind->shape == SHAPE_PARAMETERS && operation->callbacks.streamedParameterResult != NULL);
    if (session->state == SESSION_OPEN)
        r = session_connect(session, operation->timeout, &operation->connection, why);
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

Draft draft_begin(const DraftStart *start, const DraftKind *kind)
{
    Draft draft = {.session = session_of(start->handle)};
    const OptionList *list = operation_options_list(start->options);

    if (draft.session == NULL || start->client == NULL) {
        refuse(start, kind->shape);
        return draft;
    }
    pthread_mutex_lock(&draft.session->lock);
    draft.operation = make(draft.session, start, kind, list);
    if (draft.operation == NULL) {
        pthread_mutex_unlock(&draft.session->lock);
        refuse_memory(draft.session, start, kind->shape);
        return draft;
    }
    draft.head = (RequestHead){
        .method = kind->method,
        .name_space = draft.operation->name_space == NULL ? "" : draft.operation->name_space,
        .id = draft.operation->pending.id,
        .timeout = draft.operation->timeout,
        .locale = draft.session->locale,
        .options = list,
        .wants = wants(draft.operation, list),
    };
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
    if (entry == NULL || (entry->state != CLASS_ASKED && entry->state != CLASS_KNOWN))
        (void)class_cache_ask(&draft->session->classes, operation->connection,
                              operation->name_space, span_of(name), &asked);
}

void draft_send(Draft *draft)
{
    Operation *operation = draft->operation;
    bool is_async = operation->is_async;
    bool has_worker = !is_async || workers_start(draft->session);
    bool is_short;

    request_end(&draft->request);
    is_short = !has_worker || buffer_failed(&draft->request);
    if (operation->state == OPERATION_RUNNING && (draft->error < 0 || is_short)) {
        connection_remove(operation->connection, &operation->pending);
        if (is_short) /* whatever came of it */
            operation_fail_at_once(operation, MI_RESULT_SERVER_LIMITS_EXCEEDED,
                                   "there is no memory, or no thread, for the operation");
        else
            operation_fail_at_once(operation, MI_RESULT_INVALID_PARAMETER,
                                   "an argument, or an option, is none of MI's, or has no JSON");
    }
    if (operation->state == OPERATION_RUNNING) {
        Connection *connection = connection_ref(operation->connection);

        ask_class(draft);
        connection_send(connection, &draft->request);
        connection_unref(connection);
    } else if (!has_worker) {
        workers_serve_here(operation);
    }
    buffer_deinit(&draft->request);
    pthread_mutex_unlock(&draft->session->lock);
}
