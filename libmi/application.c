#include "libmi/application.h"

#include "libmi/cim_error.h"
#include "libmi/options.h"
#include "libmi/serializer.h"
#include "libmi/session.h"
#include "mi/class_decl.h"
#include "mi/class_impl.h"
#include "mi/instance_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#define SYSTEM_SOCKET "/run/mihost/mihost.sock"

static Application *application_of(const MI_Application *handle)
{
    if (handle == NULL || handle->ft != &mi_application_ft)
        return NULL;
    return (Application *)(uintptr_t)handle->reserved2;
}

void application_show(Application *application, MI_Application *ret)
{
    *ret =
        (MI_Application){.reserved2 = (ptrdiff_t)(uintptr_t)application, .ft = &mi_application_ft};
}

/* With the lock held. Who waits for the last one may free the application once it is released. */
static void remove_session(Application *application, Session *session)
{
    list_unlink(&session->link);
    session_free(session);
    pthread_cond_broadcast(&application->changed);
}

void application_remove(Application *application, Session *session)
{
    pthread_mutex_lock(&application->lock);
    remove_session(application, session);
    pthread_mutex_unlock(&application->lock);
}

void application_remove_aside(Application *application, Session *session)
{
    pthread_t before;
    bool has_before;

    pthread_mutex_lock(&application->lock);
    before = application->closer;
    has_before = application->has_closer;
    application->closer = pthread_self();
    application->has_closer = true;
    remove_session(application, session);
    pthread_mutex_unlock(&application->lock);
    if (has_before)
        (void)pthread_join(before, NULL);
}

/* With the lock held: whether this thread is in a callback of one of its sessions. */
static bool is_inside(const Application *application)
{
    list_for_each (link, &application->sessions)
        if (workers_is_inside(list_entry(link, Session, link)))
            return true;
    return false;
}

/* Says in *@extended (may be NULL) why something failed. */
static MI_Result refuse(MI_Result result, const char *why, MI_Instance **extended)
{
    if (extended != NULL)
        *extended = cim_error_new(result, why);
    return result;
}

MI_Result application_new(MI_Application *ret, MI_Instance **extended)
{
    Application *application;

    if (extended != NULL)
        *extended = NULL;
    if (ret == NULL)
        return refuse(MI_RESULT_INVALID_PARAMETER, "there is no application", extended);
    *ret = (MI_Application){0};
    application = calloc(1, sizeof(*application));
    if (application == NULL)
        return MI_RESULT_SERVER_LIMITS_EXCEEDED;
    pthread_mutex_init(&application->lock, NULL);
    pthread_cond_init(&application->changed, NULL);
    list_init(&application->sessions);
    application_show(application, ret);
    return MI_RESULT_OK;
}

static MI_Result MI_CALL Close(MI_Application *handle)
{
    Application *application = application_of(handle);

    if (application == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    pthread_mutex_lock(&application->lock);
    if (is_inside(application)) {
        pthread_mutex_unlock(&application->lock);
        return MI_RESULT_FAILED; /* it would wait for itself */
    }
    application->state = APPLICATION_CLOSING;
    list_for_each (link, &application->sessions) {
        session_begin_close(list_entry(link, Session, link));
    }
    while (!list_is_empty(&application->sessions))
        pthread_cond_wait(&application->changed, &application->lock);
    pthread_mutex_unlock(&application->lock);
    if (application->has_closer)
        (void)pthread_join(application->closer, NULL);
    pthread_mutex_destroy(&application->lock);
    pthread_cond_destroy(&application->changed);
    free(application);
    *handle = (MI_Application){0};
    return MI_RESULT_OK;
}

/* ---- Sessions ---- */

static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strcasecmp(text, *words) == 0)
            return true;
    return false;
}

/* The socket that a destination means, at *@ret: this machine's, or the one at a path. False: it is
 * another machine. */
static bool find_path(const char *destination, const char **ret)
{
    static const char *const local[] = {"", ".", "localhost", "127.0.0.1", "::1", NULL};

    *ret = secure_getenv("MIHOST_SOCKET");
    if (*ret == NULL || (*ret)[0] == '\0')
        *ret = SYSTEM_SOCKET;
    if (destination == NULL || is_one_of(destination, local))
        return true;
    if (strncmp(destination, "unix:", 5) == 0)
        destination += 5;
    *ret = destination;
    return destination[0] == '/';
}

static MI_Result add_session(Application *application, Session *session)
{
    MI_Result r = MI_RESULT_OK;

    pthread_mutex_lock(&application->lock);
    if (application->state == APPLICATION_OPEN)
        list_append(&application->sessions, &session->link);
    else
        r = MI_RESULT_FAILED;
    pthread_mutex_unlock(&application->lock);
    return r;
}

static MI_Result MI_CALL NewSession(MI_Application *handle, const MI_Char *protocol,
                                    const MI_Char *destination, MI_DestinationOptions *options,
                                    MI_SessionCallbacks *callbacks, MI_Instance **extended,
                                    MI_Session *ret)
{
    static const char *const protocols[] = {"", "MIHOST", "LOCAL", NULL};
    const OptionList *list = destination_options_list(options);
    Application *application = application_of(handle);
    const char *path;
    Session *session;
    MI_Result r;

    if (extended != NULL)
        *extended = NULL;
    if (ret != NULL)
        *ret = (MI_Session){0};
    if (application == NULL || ret == NULL)
        return refuse(MI_RESULT_INVALID_PARAMETER, "there is no application, or no session",
                      extended);
    if (protocol != NULL && !is_one_of(protocol, protocols))
        return refuse(MI_RESULT_NOT_SUPPORTED,
                      "this library speaks one protocol, 'MIHOST': give that, or NULL", extended);
    if (!find_path(destination, &path))
        return refuse(
            MI_RESULT_NOT_SUPPORTED,
            "this library reaches the host of this machine: give NULL as the destination, "
            "or the path of its socket; mihostctl bridge reaches others",
            extended);
    r = session_new(application, path, callbacks,
                    option_list_milliseconds(list, MI_DEST_OPTION_TIMEOUT),
                    option_list_string(list, MI_DEST_OPTION_UI_LOCALE, NULL), &session);
    if (r != MI_RESULT_OK)
        return refuse(r, "out of memory", extended);
    r = add_session(application, session);
    if (r != MI_RESULT_OK) {
        session_free(session);
        return refuse(r, "the application is being closed", extended);
    }
    session_show(session, ret);
    return MI_RESULT_OK;
}

/* ---- What needs no host ---- */

/* What a client has not set isn't sent. */
static MI_Result unmodified(MI_Result r, MI_Instance *const *instance)
{
    if (r == MI_RESULT_OK)
        instance_mark_unmodified(*instance);
    return r == MI_RESULT_FAILED ? MI_RESULT_SERVER_LIMITS_EXCEEDED : r;
}

static MI_Result MI_CALL NewInstance(MI_Application *handle, const MI_Char *class_name,
                                     const MI_ClassDecl *decl, MI_Instance **ret)
{
    if (ret != NULL)
        *ret = NULL;
    if (application_of(handle) == NULL || ret == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    if (decl == NULL)
        return instance_new_dynamic(class_name, MI_FLAG_CLASS, ret);
    if (class_check(decl, NULL) < 0)
        return MI_RESULT_INVALID_PARAMETER;
    return unmodified(instance_new(decl, ret), ret);
}

static MI_Result MI_CALL NewInstanceFromClass(MI_Application *handle, const MI_Char *class_name,
                                              const MI_Class *class_object, MI_Instance **ret)
{
    if (ret != NULL)
        *ret = NULL;
    if (application_of(handle) == NULL || ret == NULL || !class_is_valid(class_object))
        return MI_RESULT_INVALID_PARAMETER;
    if (class_name != NULL && !class_name_equals(class_name, class_object->classDecl->name))
        return MI_RESULT_INVALID_CLASS;
    if (class_shared(class_object) != NULL)
        return unmodified(instance_new_shared(class_shared(class_object), ret), ret);
    return unmodified(instance_new(class_object->classDecl, ret), ret);
}

static MI_Result MI_CALL NewClass(MI_Application *handle, const MI_ClassDecl *decl,
                                  const MI_Char *name_space, const MI_Char *server_name,
                                  MI_Class **ret)
{
    if (ret != NULL)
        *ret = NULL;
    if (application_of(handle) == NULL || ret == NULL || decl == NULL ||
        class_check(decl, NULL) < 0)
        return MI_RESULT_INVALID_PARAMETER;
    return class_new(decl, name_space, server_name, ret);
}

static MI_Result MI_CALL NewDestinationOptions(MI_Application *handle, MI_DestinationOptions *ret)
{
    return application_of(handle) == NULL ? MI_RESULT_INVALID_PARAMETER
                                          : destination_options_new(ret);
}

static MI_Result MI_CALL NewOperationOptions(MI_Application *handle, MI_Boolean must_understand,
                                             MI_OperationOptions *ret)
{
    (void)must_understand; /* the host refuses what it doesn't understand in any case */
    return application_of(handle) == NULL ? MI_RESULT_INVALID_PARAMETER
                                          : operation_options_new(ret);
}

static MI_Result MI_CALL NewSubscriptionDeliveryOptions(MI_Application *handle,
                                                        MI_SubscriptionDeliveryType type,
                                                        MI_SubscriptionDeliveryOptions *ret)
{
    if (application_of(handle) == NULL ||
        (type != MI_SubscriptionDeliveryType_Pull && type != MI_SubscriptionDeliveryType_Push))
        return MI_RESULT_INVALID_PARAMETER;
    return subscription_delivery_options_new(ret);
}

static MI_Result MI_CALL NewSerializer(MI_Application *handle, MI_Uint32 flags, MI_Char *format,
                                       MI_Serializer *ret)
{
    return application_of(handle) == NULL ? MI_RESULT_INVALID_PARAMETER
                                          : serializer_new(flags, format, ret);
}

static MI_Result MI_CALL NewDeserializer(MI_Application *handle, MI_Uint32 flags, MI_Char *format,
                                         MI_Deserializer *ret)
{
    return application_of(handle) == NULL ? MI_RESULT_INVALID_PARAMETER
                                          : deserializer_new(flags, format, ret);
}

/* Providers run in agents of the host: none can live in a client. */
static MI_Result MI_CALL NewHostedProvider(MI_Application *handle, const MI_Char *name_space,
                                           const MI_Char *provider, MI_MainFunction main_function,
                                           MI_Instance **extended, MI_HostedProvider *ret)
{
    (void)name_space;
    (void)provider;
    (void)main_function;
    if (extended != NULL)
        *extended = NULL;
    if (ret != NULL)
        *ret = (MI_HostedProvider){.ft = &mi_hosted_provider_ft};
    if (application_of(handle) == NULL || ret == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    return refuse(MI_RESULT_NOT_SUPPORTED,
                  "a provider runs in an agent of the host, not in a client: register it there",
                  extended);
}

static MI_Result MI_CALL hosted_provider_close(MI_HostedProvider *provider)
{
    (void)provider;
    return MI_RESULT_NOT_SUPPORTED;
}

static MI_Result MI_CALL hosted_provider_get_application(MI_HostedProvider *provider,
                                                         MI_Application *application)
{
    (void)provider;
    if (application != NULL)
        *application = (MI_Application){0};
    return MI_RESULT_NOT_SUPPORTED;
}

const MI_HostedProviderFT mi_hosted_provider_ft = {
    .Close = hosted_provider_close,
    .GetApplication = hosted_provider_get_application,
};

const MI_ApplicationFT mi_application_ft = {
    .Close = Close,
    .NewSession = NewSession,
    .NewHostedProvider = NewHostedProvider,
    .NewInstance = NewInstance,
    .NewDestinationOptions = NewDestinationOptions,
    .NewOperationOptions = NewOperationOptions,
    .NewSubscriptionDeliveryOptions = NewSubscriptionDeliveryOptions,
    .NewSerializer = NewSerializer,
    .NewDeserializer = NewDeserializer,
    .NewInstanceFromClass = NewInstanceFromClass,
    .NewClass = NewClass,
};
