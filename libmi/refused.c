#include "libmi/refused.h"

static MI_Result MI_CALL Close(MI_Operation *handle)
{
    if (handle == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *handle = (MI_Operation){0};
    return MI_RESULT_OK;
}

static MI_Result MI_CALL Cancel(MI_Operation *handle, MI_CancellationReason reason)
{
    (void)reason;
    return handle == NULL ? MI_RESULT_INVALID_PARAMETER : MI_RESULT_OK;
}

static MI_Result MI_CALL GetSession(MI_Operation *handle, MI_Session *session)
{
    if (handle == NULL || session == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    session_show((Session *)(uintptr_t)handle->reserved2, session);
    return MI_RESULT_OK;
}

/* What all three ways to fetch answer with. */
static MI_Result fetch(MI_Operation *handle, MI_Boolean *more, MI_Result *result,
                       const MI_Char **message, const MI_Instance **details)
{
    bool is_owed = handle != NULL && handle->reserved1 == REFUSED_OWES_RESULT;

    if (more != NULL)
        *more = MI_FALSE;
    if (result != NULL)
        *result = MI_RESULT_SERVER_LIMITS_EXCEEDED;
    if (message != NULL)
        *message = is_owed ? "there is no memory for the operation" : NULL;
    if (details != NULL)
        *details = NULL;
    if (!is_owed)
        return MI_RESULT_FAILED;
    handle->reserved1 = REFUSED_ENDED;
    return MI_RESULT_OK;
}

static MI_Result MI_CALL GetInstance(MI_Operation *handle, const MI_Instance **instance,
                                     MI_Boolean *more, MI_Result *result, const MI_Char **message,
                                     const MI_Instance **details)
{
    if (instance != NULL)
        *instance = NULL;
    return fetch(handle, more, result, message, details);
}

static MI_Result MI_CALL GetIndication(MI_Operation *handle, const MI_Instance **instance,
                                       const MI_Char **bookmark, const MI_Char **machine,
                                       MI_Boolean *more, MI_Result *result, const MI_Char **message,
                                       const MI_Instance **details)
{
    if (bookmark != NULL)
        *bookmark = NULL;
    if (machine != NULL)
        *machine = NULL;
    return GetInstance(handle, instance, more, result, message, details);
}

static MI_Result MI_CALL GetClass(MI_Operation *handle, const MI_Class **class_result,
                                  MI_Boolean *more, MI_Result *result, const MI_Char **message,
                                  const MI_Instance **details)
{
    if (class_result != NULL)
        *class_result = NULL;
    return fetch(handle, more, result, message, details);
}

static const MI_OperationFT refused_ft = {
    .Close = Close,
    .Cancel = Cancel,
    .GetSession = GetSession,
    .GetInstance = GetInstance,
    .GetIndication = GetIndication,
    .GetClass = GetClass,
};

void refused_show(Session *session, RefusedState state, MI_Operation *ret)
{
    *ret = (MI_Operation){
        .reserved1 = state,
        .reserved2 = (ptrdiff_t)(uintptr_t)session,
        .ft = &refused_ft,
    };
}
