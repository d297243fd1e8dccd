#include "agent/context.h"

#include "agent/cim_error.h"
#include "agent/context_options.h"
#include "agent/context_prompts.h"
#include "agent/local_session.h"
#include "agent/operations.h"
#include "base/log.h"
#include "mi/filter_impl.h"
#include "mi/instance_impl.h"
#include "mi/property_set_impl.h"

#include <stdio.h>
#include <unistd.h>

/* ---- Final posts ---- */

static MI_Result finish(MI_Context *context, Outcome *outcome)
{
    Operation *operation = operation_enter(context);
    MI_Result r;

    if (operation == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    outcome->flags = RESULT_POSTED;
    r = operation_finish(operation, outcome);
    operation_leave(operation);
    return r;
}

static MI_Result post_result(MI_Context *context, MI_Result result)
{
    return finish(context, &(Outcome){.result = result});
}

static MI_Result post_error(MI_Context *context, MI_Uint32 code, const MI_Char *type,
                            const MI_Char *message)
{
    Buffer text CLEANUP(buffer_deinit) = BUFFER_INIT;

    cim_error_put_text(&text, code, type, message);
    return finish(context, &(Outcome){.result = cim_error_result_of_code(code, type),
                                      .message = buffer_string(&text)});
}

static MI_Result post_cim_error(MI_Context *context, const MI_Instance *instance)
{
    CimError error CLEANUP(cim_error_deinit) = {0};

    if (cim_error_read(&error, instance) != MI_RESULT_OK)
        return MI_RESULT_INVALID_PARAMETER;
    return finish(context, &(Outcome){.result = error.result,
                                      .message = error.message,
                                      .cim_error = buffer_span(&error.json)});
}

/* ---- Instances ---- */

static MI_Result post(MI_Context *context, const MI_Instance *instance)
{
    Operation *operation = operation_enter(context);
    MI_Result r;

    if (operation == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    r = operation_post_instance(operation, instance);
    operation_leave(operation);
    return r;
}

static MI_Result post_instance(MI_Context *context, const MI_Instance *instance)
{
    CLEANUP(instance_freep) MI_Instance *copy = NULL;

    if (!instance_is_foreign(instance))
        return post(context, instance);
    /* Before the operation is entered: another library's functions are called. */
    if (instance_import(instance, &copy, VALUE_MAX_DEPTH) != MI_RESULT_OK)
        return MI_RESULT_INVALID_PARAMETER;
    return post(context, copy);
}

static MI_Result post_indication(MI_Context *context, const MI_Instance *indication,
                                 MI_Uint32 subscription_count, const MI_Char *bookmark)
{
    (void)context, (void)indication, (void)subscription_count, (void)bookmark;
    return MI_RESULT_NOT_SUPPORTED;
}

static MI_Result construct_instance(MI_Context *context, const MI_ClassDecl *decl,
                                    MI_Instance *instance)
{
    return context == NULL ? MI_RESULT_INVALID_PARAMETER : instance_construct(decl, instance);
}

static MI_Result construct_parameters(MI_Context *context, const MI_MethodDecl *decl,
                                      MI_Instance *instance)
{
    return context == NULL ? MI_RESULT_INVALID_PARAMETER
                           : instance_construct_parameters(decl, instance);
}

static MI_Result new_instance(MI_Context *context, const MI_ClassDecl *decl, MI_Instance **instance)
{
    if (instance != NULL)
        *instance = NULL;
    return context == NULL ? MI_RESULT_INVALID_PARAMETER : instance_new(decl, instance);
}

static MI_Result new_dynamic_instance(MI_Context *context, const MI_Char *class_name,
                                      MI_Uint32 flags, MI_Instance **instance)
{
    if (instance != NULL)
        *instance = NULL;
    return context == NULL ? MI_RESULT_INVALID_PARAMETER
                           : instance_new_dynamic(class_name, flags, instance);
}

static MI_Result new_parameters(MI_Context *context, const MI_MethodDecl *decl,
                                MI_Instance **instance)
{
    if (instance != NULL)
        *instance = NULL;
    return context == NULL ? MI_RESULT_INVALID_PARAMETER : instance_new_parameters(decl, instance);
}

/* ---- Cancellation ---- */

static MI_Result canceled(const MI_Context *context, MI_Boolean *flag)
{
    Operation *operation;

    if (flag == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *flag = MI_FALSE;
    operation = operation_enter(context);
    if (operation == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *flag = cancel_is_canceled(&operation->cancel);
    operation_leave(operation);
    return MI_RESULT_OK;
}

static MI_Result register_cancel(MI_Context *context, MI_CancelCallback callback, void *data)
{
    Operation *operation = operation_enter(context);
    MI_Result r;

    if (operation == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    r = operation_register_cancel(operation, callback, data);
    operation_leave(operation);
    return r;
}

/* ---- Talking to the client ---- */

static MI_Result write_message(MI_Context *context, MI_Uint32 channel, const MI_Char *message)
{
    MessageFrame content = {.channel = channel, .text = payload_cut_text(span_of(message))};
    Buffer frame CLEANUP(buffer_deinit) = BUFFER_INIT;
    Operation *operation;
    MI_Result r = MI_RESULT_OK;

    if (message == NULL || channel > MI_WRITEMESSAGE_CHANNEL_DEBUG)
        return MI_RESULT_INVALID_PARAMETER;
    operation = operation_enter(context);
    if (operation == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    /* A channel that the client didn't ask for is taken and dropped: that is what asking is for. */
    if (operation->task == NULL) {
        log_info("the provider says: %s", message);
    } else if ((operation->task->flags & ((uint32_t)OPERATION_MESSAGES_WARNING << channel)) != 0) {
        payload_put_message(&frame, operation->id, &content);
        r = operation_write(operation, &frame, OPERATION_WRITES_REPORT);
    }
    operation_leave(operation);
    return r;
}

static MI_Result write_progress(MI_Context *context, const MI_Char *activity,
                                const MI_Char *current_operation, const MI_Char *status,
                                MI_Uint32 percent, MI_Uint32 seconds)
{
    ProgressFrame content = {.percent = percent,
                             .seconds = seconds,
                             .activity = payload_cut_text(span_of(activity)),
                             .current_operation = payload_cut_text(span_of(current_operation)),
                             .status = payload_cut_text(span_of(status))};
    Buffer frame CLEANUP(buffer_deinit) = BUFFER_INIT;
    Operation *operation = operation_enter(context);
    MI_Result r = MI_RESULT_OK;

    if (operation == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    if (operation->task != NULL && (operation->task->flags & OPERATION_PROGRESS) != 0) {
        payload_put_progress(&frame, operation->id, &content);
        r = operation_write(operation, &frame, OPERATION_WRITES_REPORT);
    }
    operation_leave(operation);
    return r;
}

static MI_Result write_stream_parameter(MI_Context *context, const MI_Char *name,
                                        const MI_Value *value, MI_Type type, MI_Uint32 flags)
{
    Operation *operation = operation_enter(context);
    MI_Result r = MI_RESULT_INVALID_PARAMETER;

    if (operation == NULL)
        return r;
    if (name != NULL)
        r = streamed_write(operation, name, value, type, flags);
    operation_leave(operation);
    return r;
}

/* ---- The life of the provider ---- */

/* What it refused on this context it allows again, also when the operation is over; others may have
 * refused too. */
static MI_Result request_unload(MI_Context *context)
{
    Operation *operation = operation_enter(context);

    if (operation == NULL && context != NULL && context->ft == &context_ft)
        return operations_request_unload_late(context) ? MI_RESULT_OK : MI_RESULT_INVALID_PARAMETER;
    if (operation == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    operations_request_unload(operation->operations, operation->unload == UNLOAD_REFUSED);
    operation->unload = UNLOAD_ALLOWED;
    operation_leave(operation);
    return MI_RESULT_OK;
}

/* Holds beyond the life of the context: most refuse in Load. */
static MI_Result refuse_unload(MI_Context *context)
{
    Operation *operation = operation_enter(context);

    if (operation == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    if (operation->unload == UNLOAD_ALLOWED)
        operations_refuse_unload(operation->operations);
    operation->unload = UNLOAD_REFUSED;
    operation_leave(operation);
    return MI_RESULT_OK;
}

static MI_Result get_lifecycle_indication_context(const MI_Context *context,
                                                  MI_LifecycleIndicationContext **ret)
{
    (void)context;
    if (ret != NULL)
        *ret = NULL;
    return MI_RESULT_NOT_SUPPORTED;
}

const MI_ContextFT context_ft = {
    .PostResult = post_result,
    .PostInstance = post_instance,
    .PostIndication = post_indication,
    .ConstructInstance = construct_instance,
    .ConstructParameters = construct_parameters,
    .NewInstance = new_instance,
    .NewDynamicInstance = new_dynamic_instance,
    .NewParameters = new_parameters,
    .Canceled = canceled,
    .GetLocale = context_get_locale,
    .RegisterCancel = register_cancel,
    .RequestUnload = request_unload,
    .RefuseUnload = refuse_unload,
    .GetLocalSession = context_get_local_session,
    .SetStringOption = context_set_string_option,
    .GetStringOption = context_get_string_option,
    .GetNumberOption = context_get_number_option,
    .GetCustomOption = context_get_custom_option,
    .GetCustomOptionCount = context_get_custom_option_count,
    .GetCustomOptionAt = context_get_custom_option_at,
    .WriteMessage = write_message,
    .WriteProgress = write_progress,
    .WriteStreamParameter = write_stream_parameter,
    .WriteCimError = context_write_cim_error,
    .PromptUser = context_prompt_user,
    .ShouldProcess = context_should_process,
    .ShouldContinue = context_should_continue,
    .PostError = post_error,
    .PostCimError = post_cim_error,
    .WriteError = context_write_error,
    .GetLifecycleIndicationContext = get_lifecycle_indication_context,
};

/* ---- MI_Server ---- */

static MI_Result get_version(MI_Uint32 *version)
{
    if (version == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *version = MI_VERSION;
    return MI_RESULT_OK;
}

static char system_name[256];

static void read_system_name(void)
{
    if (gethostname(system_name, sizeof(system_name) - 1) < 0)
        snprintf(system_name, sizeof(system_name), "localhost");
}

static MI_Result get_system_name(const MI_Char **name)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    if (name == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    pthread_once(&once, read_system_name);
    *name = system_name;
    return MI_RESULT_OK;
}

static const MI_ServerFT server_ft = {.GetVersion = get_version, .GetSystemName = get_system_name};

MI_Server context_server = {
    .serverFT = &server_ft,
    .contextFT = &context_ft,
    .instanceFT = &mi_instance_ft,
    .propertySetFT = &mi_property_set_ft,
    .filterFT = &mi_filter_ft,
};
