/*
 * Calls each function of the client part once, as a program that is linked with libmi.so, and
 * prints a line for each: `MI_SessionFT.GetInstance 0`, the MI_Result behind the name; for what
 * starts an operation that of the operation, for a callback 0 when it was called. check_client.py
 * runs it beside a host with the recorder, and compares that with docs/interface.md.
 */
#include <mi.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define NAMESPACE "root/test"
#define CLASS     "Test_Recorder"

/* @arguments: all, in parentheses. */
#define CALL(Table, Function, object, arguments)                                                   \
    report(#Table "." #Function, (object)->ft->Function arguments)
#define CALL_VOID(Table, Function, object, arguments)                                              \
    ((object)->ft->Function arguments, report(#Table "." #Function, MI_RESULT_OK))

static MI_Application application;
static MI_Session session;

static MI_Result report(const char *name, MI_Result result)
{
    (void)printf("%s %d\n", name, (int)result);
    return result;
}

static void must(MI_Result result, const char *what)
{
    if (result == MI_RESULT_OK)
        return;
    (void)fprintf(stderr, "%s: %d\n", what, (int)result);
    exit(1);
}

/* Fetches all results; the last one's. */
static MI_Result end_of(MI_Operation *operation, int is_class)
{
    MI_Result result = MI_RESULT_FAILED;
    const MI_Instance *instance;
    const MI_Class *found;
    MI_Boolean more = MI_TRUE;

    while (more)
        must(is_class ? MI_Operation_GetClass(operation, &found, &more, &result, NULL, NULL)
                      : MI_Operation_GetInstance(operation, &instance, &more, &result, NULL, NULL),
             "a result");
    must(MI_Operation_Close(operation), "the end of an operation");
    return result;
}

static MI_Instance *new_path(void)
{
    MI_Value key = {.string = (MI_Char *)(size_t) "a"};
    MI_Instance *path;

    must(MI_Application_NewInstance(&application, CLASS, NULL, &path), "a path");
    must(MI_Instance_AddElement(path, "Id", &key, MI_STRING, MI_FLAG_KEY), "its key");
    return path;
}

/* What has the provider call the function of its context that is called @function. */
static MI_Instance *new_parameters(const char *function)
{
    MI_Value value = {.string = (MI_Char *)(size_t)function};
    MI_Instance *parameters;

    must(MI_Application_NewParameterSet(&application, NULL, &parameters), "parameters");
    must(MI_Instance_AddElement(parameters, "Function", &value, MI_STRING, 0), "a parameter");
    return parameters;
}

/* ---- Operations ---- */

#define START(Function, is_class, ...)                                                             \
    (session.ft->Function(&session, __VA_ARGS__, NULL, &operation),                                \
     report("MI_SessionFT." #Function, end_of(&operation, is_class)))

static void call_session(void)
{
    MI_Instance *path = new_path(), *parameters = new_parameters("MI_ServerFT.GetVersion");
    MI_Application same;
    MI_Operation operation;
    const MI_Instance *indication;
    MI_Boolean more = MI_TRUE;
    MI_Result result = MI_RESULT_OK;

    CALL(MI_SessionFT, GetApplication, &session, (&session, &same));
    START(GetInstance, 0, 0, NULL, NAMESPACE, path);
    START(ModifyInstance, 0, 0, NULL, NAMESPACE, path);
    START(CreateInstance, 0, 0, NULL, NAMESPACE, path);
    START(DeleteInstance, 0, 0, NULL, NAMESPACE, path);
    START(Invoke, 0, 0, NULL, NAMESPACE, CLASS, "Call", NULL, parameters);
    START(EnumerateInstances, 0, 0, NULL, NAMESPACE, CLASS, MI_FALSE);
    START(QueryInstances, 0, 0, NULL, NAMESPACE, "WQL", "SELECT * FROM " CLASS);
    START(AssociatorInstances, 0, 0, NULL, NAMESPACE, path, "Test_Link", NULL, NULL, NULL,
          MI_FALSE);
    START(ReferenceInstances, 0, 0, NULL, NAMESPACE, path, "Test_Link", NULL, MI_FALSE);
    START(GetClass, 1, 0, NULL, NAMESPACE, CLASS);
    START(EnumerateClasses, 1, 0, NULL, NAMESPACE, NULL, MI_FALSE);
    START(TestConnection, 0, 0);
    session.ft->Subscribe(&session, 0, NULL, NAMESPACE, "WQL", "SELECT * FROM Test_Signal", NULL,
                          NULL, &operation);
    while (more)
        must(MI_Operation_GetIndication(&operation, &indication, NULL, NULL, &more, &result, NULL,
                                        NULL),
             "an indication");
    must(MI_Operation_Close(&operation), "the end of a subscription");
    report("MI_SessionFT.Subscribe", result);
    report("MI_OperationFT.GetIndication", result);
    MI_Instance_Delete(path);
    MI_Instance_Delete(parameters);
}

static void call_operation(void)
{
    const MI_Instance *instance;
    MI_Operation operation;
    const MI_Class *found;
    MI_Session same;

    MI_Session_EnumerateInstances(&session, 0, NULL, NAMESPACE, CLASS, MI_FALSE, NULL, &operation);
    CALL(MI_OperationFT, GetSession, &operation, (&operation, &same));
    CALL(MI_OperationFT, GetInstance, &operation, (&operation, &instance, NULL, NULL, NULL, NULL));
    CALL(MI_OperationFT, Cancel, &operation, (&operation, MI_REASON_NONE));
    CALL(MI_OperationFT, Close, &operation, (&operation));
    MI_Session_GetClass(&session, 0, NULL, NAMESPACE, CLASS, NULL, &operation);
    CALL(MI_OperationFT, GetClass, &operation, (&operation, &found, NULL, NULL, NULL, NULL));
    must(MI_Operation_Close(&operation), "the end of an operation");
}

/* ---- Callbacks ---- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int ended;
static MI_Result ended_with;

static void end(MI_Result result)
{
    pthread_mutex_lock(&lock);
    ended = 1;
    ended_with = result;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
}

static MI_Result await_end(MI_Operation *operation)
{
    pthread_mutex_lock(&lock);
    while (!ended)
        pthread_cond_wait(&changed, &lock);
    ended = 0;
    pthread_mutex_unlock(&lock);
    must(MI_Operation_Close(operation), "the end of an operation");
    return ended_with;
}

static int is_reported[8]; /* once is enough */

static void report_once(int which, const char *name)
{
    if (!is_reported[which]++)
        report(name, MI_RESULT_OK);
}

static void prompt_user(MI_Operation *operation, void *context, const MI_Char *message,
                        MI_PromptType type,
                        MI_Result (*answer)(MI_Operation *operation,
                                            MI_OperationCallback_ResponseType response))
{
    (void)context;
    (void)message;
    (void)type;
    report_once(0, "MI_OperationCallbacks.promptUser");
    must(answer(operation, MI_OperationCallback_ResponseType_Yes), "an answer");
}

static void write_error(MI_Operation *operation, void *context, MI_Instance *instance,
                        MI_Result (*answer)(MI_Operation *operation,
                                            MI_OperationCallback_ResponseType response))
{
    (void)context;
    (void)instance;
    report_once(1, "MI_OperationCallbacks.writeError");
    must(answer(operation, MI_OperationCallback_ResponseType_Yes), "an answer");
}

static void write_message(MI_Operation *operation, void *context, MI_Uint32 channel,
                          const MI_Char *message)
{
    (void)operation;
    (void)context;
    (void)channel;
    (void)message;
    report_once(2, "MI_OperationCallbacks.writeMessage");
}

static void write_progress(MI_Operation *operation, void *context, const MI_Char *activity,
                           const MI_Char *current, const MI_Char *status, MI_Uint32 percent,
                           MI_Uint32 seconds)
{
    (void)operation;
    (void)context;
    (void)activity;
    (void)current;
    (void)status;
    (void)percent;
    (void)seconds;
    report_once(3, "MI_OperationCallbacks.writeProgress");
}

static void instance_result(MI_Operation *operation, void *context, const MI_Instance *instance,
                            MI_Boolean more, MI_Result result, const MI_Char *message,
                            const MI_Instance *details,
                            MI_Result (*acknowledge)(MI_Operation *operation))
{
    (void)operation;
    (void)context;
    (void)instance;
    (void)message;
    (void)details;
    (void)acknowledge;
    report_once(4, "MI_OperationCallbacks.instanceResult");
    if (!more)
        end(result);
}

static void indication_result(MI_Operation *operation, void *context, const MI_Instance *instance,
                              const MI_Char *bookmark, const MI_Char *machine, MI_Boolean more,
                              MI_Result result, const MI_Char *message, const MI_Instance *details,
                              MI_Result (*acknowledge)(MI_Operation *operation))
{
    (void)operation;
    (void)context;
    (void)instance;
    (void)bookmark;
    (void)machine;
    (void)message;
    (void)details;
    (void)acknowledge;
    report("MI_OperationCallbacks.indicationResult", result);
    if (!more)
        end(result);
}

static void class_result(MI_Operation *operation, void *context, const MI_Class *found,
                         MI_Boolean more, MI_Result result, const MI_Char *message,
                         const MI_Instance *details,
                         MI_Result (*acknowledge)(MI_Operation *operation))
{
    (void)operation;
    (void)context;
    (void)found;
    (void)message;
    (void)details;
    (void)acknowledge;
    report_once(5, "MI_OperationCallbacks.classResult");
    if (!more)
        end(result);
}

static void streamed(MI_Operation *operation, void *context, const MI_Char *name, MI_Type type,
                     const MI_Value *value, MI_Result (*acknowledge)(MI_Operation *operation))
{
    (void)operation;
    (void)context;
    (void)name;
    (void)type;
    (void)value;
    (void)acknowledge;
    report_once(6, "MI_OperationCallbacks.streamedParameterResult");
}

static void call_callbacks(void)
{
    static const char *const functions[] = {
        "MI_ContextFT.PromptUser",           "MI_ContextFT.WriteError",
        "MI_ContextFT.WriteMessage",         "MI_ContextFT.WriteProgress",
        "MI_ContextFT.WriteStreamParameter",
    };
    MI_OperationCallbacks callbacks = {
        .promptUser = prompt_user,
        .writeError = write_error,
        .writeMessage = write_message,
        .writeProgress = write_progress,
        .instanceResult = instance_result,
        .indicationResult = indication_result,
        .classResult = class_result,
        .streamedParameterResult = streamed,
    };
    MI_Operation operation;

    for (size_t i = 0; i < MI_COUNT(functions); i++) {
        MI_Instance *parameters = new_parameters(functions[i]);

        MI_Session_Invoke(&session, 0, NULL, NAMESPACE, CLASS, "Call", NULL, parameters, &callbacks,
                          &operation);
        MI_Instance_Delete(parameters);
        (void)await_end(&operation);
    }
    MI_Session_GetClass(&session, 0, NULL, NAMESPACE, CLASS, &callbacks, &operation);
    (void)await_end(&operation);
    MI_Session_Subscribe(&session, 0, NULL, NAMESPACE, "WQL", "SELECT * FROM Test_Signal", NULL,
                         &callbacks, &operation);
    (void)await_end(&operation);
}

/* ---- Options ---- */

static const MI_UserCredentials credentials = {
    .authenticationType = MI_AUTH_TYPE_BASIC,
    .credentials.usernamePassword = {.username = "me", .password = "secret"},
};

static void call_operation_options(void)
{
    MI_Value value = {.uint32 = 1};
    MI_OperationOptions options, clone;
    const MI_Interval interval = {.seconds = 1};
    MI_Interval got;
    MI_Uint32 number, channels[3];
    const MI_Char *text;

    must(CALL(MI_ApplicationFT, NewOperationOptions, &application,
              (&application, MI_FALSE, &options)),
         "options");
    CALL(MI_OperationOptionsFT, SetString, &options, (&options, "a", "b", 0));
    CALL(MI_OperationOptionsFT, SetNumber, &options, (&options, "n", 1, 0));
    CALL(MI_OperationOptionsFT, SetCustomOption, &options,
         (&options, "c", MI_UINT32, &value, MI_FALSE, 0));
    CALL(MI_OperationOptionsFT, SetInterval, &options,
         (&options, MI_OP_OPTION_TIMEOUT, &interval, 0));
    CALL(MI_OperationOptionsFT, GetString, &options, (&options, "a", &text, NULL, NULL));
    CALL(MI_OperationOptionsFT, GetNumber, &options, (&options, "n", &number, NULL, NULL));
    CALL(MI_OperationOptionsFT, GetInterval, &options,
         (&options, MI_OP_OPTION_TIMEOUT, &got, NULL, NULL));
    CALL(MI_OperationOptionsFT, GetOptionCount, &options, (&options, &number));
    CALL(MI_OperationOptionsFT, GetOptionAt, &options, (&options, 0, &text, &value, NULL, NULL));
    CALL(MI_OperationOptionsFT, GetOption, &options, (&options, "a", &value, NULL, NULL, NULL));
    CALL(MI_OperationOptionsFT, GetEnabledChannels, &options,
         (&options, MI_OP_OPTION_CHANNEL, channels, 3, &number, NULL));
    must(CALL(MI_OperationOptionsFT, Clone, &options, (&options, &clone)), "a clone");
    MI_OperationOptions_Delete(&clone);
    CALL_VOID(MI_OperationOptionsFT, Delete, &options, (&options));
}

static void call_destination_options(void)
{
    MI_DestinationOptions options, clone;
    const MI_Interval interval = {.seconds = 1};
    MI_UserCredentials shown;
    MI_Interval got;
    MI_Char password[16];
    MI_Uint32 number;
    MI_Value value;
    const MI_Char *text;

    must(CALL(MI_ApplicationFT, NewDestinationOptions, &application, (&application, &options)),
         "options");
    CALL(MI_DestinationOptionsFT, SetString, &options, (&options, "a", "b", 0));
    CALL(MI_DestinationOptionsFT, SetNumber, &options, (&options, "n", 1, 0));
    CALL(MI_DestinationOptionsFT, SetInterval, &options, (&options, "i", &interval, 0));
    CALL(MI_DestinationOptionsFT, AddCredentials, &options,
         (&options, MI_DEST_OPTION_CREDENTIALS, &credentials, 0));
    CALL(MI_DestinationOptionsFT, GetString, &options, (&options, "a", &text, NULL, NULL));
    CALL(MI_DestinationOptionsFT, GetNumber, &options, (&options, "n", &number, NULL, NULL));
    CALL(MI_DestinationOptionsFT, GetInterval, &options, (&options, "i", &got, NULL, NULL));
    CALL(MI_DestinationOptionsFT, GetOptionCount, &options, (&options, &number));
    CALL(MI_DestinationOptionsFT, GetOptionAt, &options, (&options, 0, &text, &value, NULL, NULL));
    CALL(MI_DestinationOptionsFT, GetOption, &options, (&options, "a", &value, NULL, NULL, NULL));
    CALL(MI_DestinationOptionsFT, GetCredentialsCount, &options, (&options, &number));
    CALL(MI_DestinationOptionsFT, GetCredentialsAt, &options, (&options, 0, &text, &shown, NULL));
    CALL(MI_DestinationOptionsFT, GetCredentialsPasswordAt, &options,
         (&options, 0, &text, password, sizeof(password), &number, NULL));
    must(CALL(MI_DestinationOptionsFT, Clone, &options, (&options, &clone)), "a clone");
    MI_DestinationOptions_Delete(&clone);
    CALL_VOID(MI_DestinationOptionsFT, Delete, &options, (&options));
}

static void call_delivery_options(void)
{
    MI_SubscriptionDeliveryOptions options, clone;
    const MI_Datetime datetime = {.isTimestamp = 1, .u.timestamp = {.year = 2026, .month = 1}};
    const MI_Interval interval = {.seconds = 1};
    MI_UserCredentials shown;
    MI_Datetime got_datetime;
    MI_Interval got;
    MI_Char password[16];
    MI_Uint32 number;
    MI_Value value;
    const MI_Char *text;

    must(CALL(MI_ApplicationFT, NewSubscriptionDeliveryOptions, &application,
              (&application, MI_SubscriptionDeliveryType_Pull, &options)),
         "options");
    CALL(MI_SubscriptionDeliveryOptionsFT, SetString, &options, (&options, "a", "b", 0));
    CALL(MI_SubscriptionDeliveryOptionsFT, SetNumber, &options, (&options, "n", 1, 0));
    CALL(MI_SubscriptionDeliveryOptionsFT, SetDateTime, &options, (&options, "d", &datetime, 0));
    CALL(MI_SubscriptionDeliveryOptionsFT, SetInterval, &options, (&options, "i", &interval, 0));
    CALL(MI_SubscriptionDeliveryOptionsFT, AddCredentials, &options,
         (&options, MI_SUB_OPTION_CREDENTIALS, &credentials, 0));
    CALL(MI_SubscriptionDeliveryOptionsFT, GetString, &options, (&options, "a", &text, NULL, NULL));
    CALL(MI_SubscriptionDeliveryOptionsFT, GetNumber, &options,
         (&options, "n", &number, NULL, NULL));
    CALL(MI_SubscriptionDeliveryOptionsFT, GetDateTime, &options,
         (&options, "d", &got_datetime, NULL, NULL));
    CALL(MI_SubscriptionDeliveryOptionsFT, GetInterval, &options,
         (&options, "i", &got, NULL, NULL));
    CALL(MI_SubscriptionDeliveryOptionsFT, GetOptionCount, &options, (&options, &number));
    CALL(MI_SubscriptionDeliveryOptionsFT, GetOptionAt, &options,
         (&options, 0, &text, &value, NULL, NULL));
    CALL(MI_SubscriptionDeliveryOptionsFT, GetOption, &options,
         (&options, "a", &value, NULL, NULL, NULL));
    CALL(MI_SubscriptionDeliveryOptionsFT, GetCredentialsCount, &options, (&options, &number));
    CALL(MI_SubscriptionDeliveryOptionsFT, GetCredentialsAt, &options,
         (&options, 0, &text, &shown, NULL));
    CALL(MI_SubscriptionDeliveryOptionsFT, GetCredentialsPasswordAt, &options,
         (&options, 0, &text, password, sizeof(password), &number, NULL));
    must(CALL(MI_SubscriptionDeliveryOptionsFT, Clone, &options, (&options, &clone)), "a clone");
    must(MI_SubscriptionDeliveryOptions_Delete(&clone), "its end");
    CALL(MI_SubscriptionDeliveryOptionsFT, Delete, &options, (&options));
}

/* ---- The rest ---- */

static void call_serializers(const MI_Class *known)
{
    const MI_SerializerFT *out = mi_clientFT_V1->serializerFT;
    const MI_DeserializerFT *in = mi_clientFT_V1->deserializerFT;
    MI_Uint8 bytes[4096], class_bytes[4096];
    MI_Instance *path = new_path(), *copy = NULL;
    MI_Uint32 size = 0, class_size = 0, used, length;
    MI_Deserializer reader;
    MI_Serializer writer;
    MI_Class *read = NULL;
    MI_Char name[64];

    must(CALL(MI_ApplicationFT, NewSerializer, &application, (&application, 0, NULL, &writer)),
         "a serializer");
    must(CALL(MI_ApplicationFT, NewDeserializer, &application, (&application, 0, NULL, &reader)),
         "a deserializer");
    report("MI_SerializerFT.SerializeInstance",
           out->SerializeInstance(&writer, 0, path, bytes, sizeof(bytes), &size));
    report("MI_SerializerFT.SerializeClass",
           out->SerializeClass(&writer, 0, known, class_bytes, sizeof(class_bytes), &class_size));
    report(
        "MI_DeserializerFT.DeserializeInstance",
        in->DeserializeInstance(&reader, 0, bytes, size, NULL, 0, NULL, NULL, &used, &copy, NULL));
    report("MI_DeserializerFT.DeserializeClass",
           in->DeserializeClass(&reader, 0, class_bytes, class_size, NULL, NULL, NULL, NULL, NULL,
                                &used, &read, NULL));
    length = sizeof(name);
    report("MI_DeserializerFT.Instance_GetClassName",
           in->Instance_GetClassName(&reader, bytes, size, name, &length, NULL));
    length = sizeof(name);
    report("MI_DeserializerFT.Class_GetClassName",
           in->Class_GetClassName(&reader, class_bytes, class_size, name, &length, NULL));
    length = sizeof(name);
    report("MI_DeserializerFT.Class_GetParentClassName",
           in->Class_GetParentClassName(&reader, (MI_Uint8 *)(size_t) "{\"superClass\":\"A\"}", 18,
                                        name, &length, NULL));
    report("MI_SerializerFT.Close", out->Close(&writer));
    report("MI_DeserializerFT.Close", in->Close(&reader));
    MI_Instance_Delete(path);
    MI_Instance_Delete(copy);
    MI_Class_Delete(read);
}

static void call_utilities(void)
{
    const MI_UtilitiesFT *utilities = mi_clientFT_V1->utilitiesFT;
    MI_Instance *error = NULL;

    report("MI_UtilitiesFT.MapErrorToMiErrorCategory",
           utilities->MapErrorToMiErrorCategory(MI_RESULT_TYPE_MI, MI_RESULT_ACCESS_DENIED) ==
                   MI_ERRORCATEGORY_ACCESS_DENIED
               ? MI_RESULT_OK
               : MI_RESULT_FAILED);
    report("MI_UtilitiesFT.CimErrorFromErrorCode",
           utilities->CimErrorFromErrorCode(2, MI_RESULT_TYPE_ERRNO, "no such file", &error));
    MI_Instance_Delete(error);
}

/* What is made of a class, and of the declaration that it shows. */
static void call_makers(void)
{
    MI_HostedProvider provider;
    MI_Application same;
    const MI_Class *found;
    MI_Operation operation;
    MI_Instance *instance;
    MI_Class *made;

    MI_Session_GetClass(&session, 0, NULL, NAMESPACE, CLASS, NULL, &operation);
    must(MI_Operation_GetClass(&operation, &found, NULL, NULL, NULL, NULL), "a class");
    must(CALL(MI_ApplicationFT, NewInstance, &application, (&application, CLASS, NULL, &instance)),
         "an instance");
    MI_Instance_Delete(instance);
    must(CALL(MI_ApplicationFT, NewInstanceFromClass, &application,
              (&application, CLASS, found, &instance)),
         "an instance of a class");
    MI_Instance_Delete(instance);
    must(CALL(MI_ApplicationFT, NewClass, &application,
              (&application, found->classDecl, NAMESPACE, NULL, &made)),
         "a class of a declaration");
    MI_Class_Delete(made);
    call_serializers(found);
    must(MI_Operation_Close(&operation), "the end of an operation");
    CALL(MI_ApplicationFT, NewHostedProvider, &application,
         (&application, NAMESPACE, "a", NULL, NULL, &provider));
    CALL(MI_HostedProviderFT, GetApplication, &provider, (&provider, &same));
    CALL(MI_HostedProviderFT, Close, &provider, (&provider));
}

static void refused(MI_Result result, const char *what)
{
    must(result == MI_RESULT_INVALID_PARAMETER ? MI_RESULT_OK : MI_RESULT_FAILED, what);
}

/* A program that failed early ends what it has not made, too. */
static void end_what_was_not_made(void)
{
    MI_Application no_application = MI_APPLICATION_NULL;
    MI_HostedProvider no_provider = MI_HOSTEDPROVIDER_NULL;
    MI_Session no_session = MI_SESSION_NULL;
    MI_Operation no_operation = MI_OPERATION_NULL;
    MI_OperationOptions no_options = MI_OPERATIONOPTIONS_NULL;
    MI_DestinationOptions no_destination = MI_DESTINATIONOPTIONS_NULL;
    MI_SubscriptionDeliveryOptions no_delivery = MI_SUBSCRIPTIONDELIVERYOPTIONS_NULL;

    refused(MI_Operation_Close(&no_operation), "an operation that was not made");
    refused(MI_Session_Close(&no_session, NULL, NULL), "a session that was not made");
    refused(MI_HostedProvider_Close(&no_provider), "a hosted provider that was not made");
    refused(MI_Application_Close(&no_application), "an application that was not made");
    MI_OperationOptions_Delete(&no_options);
    MI_DestinationOptions_Delete(&no_destination);
    MI_SubscriptionDeliveryOptions_Delete(&no_delivery);
}

int main(int argc, char **argv)
{
    (void)argc;
    end_what_was_not_made();
    report("Functions.MI_Application_InitializeV1",
           MI_Application_InitializeV1(0, "interface", NULL, &application));
    must(CALL(MI_ApplicationFT, NewSession, &application,
              (&application, NULL, argv[1], NULL, NULL, NULL, &session)),
         "a session");
    call_session();
    call_operation();
    call_callbacks();
    call_operation_options();
    call_destination_options();
    call_delivery_options();
    call_utilities();
    call_makers();
    CALL(MI_SessionFT, Close, &session, (&session, NULL, NULL));
    CALL(MI_ApplicationFT, Close, &application, (&application));
    return 0;
}
