#include "tests/support/mi_client.h"

#include <stdio.h>
#include <string.h>

MiClient mi_client_open_at(const char *path)
{
    MiClient client;

    assert_int_equal(MI_Application_InitializeV1(0, "test", NULL, &client.application),
                     MI_RESULT_OK);
    assert_int_equal(MI_Application_NewSession(&client.application, NULL, path, NULL, NULL, NULL,
                                               &client.session),
                     MI_RESULT_OK);
    return client;
}

MiClient mi_client_open(const Fixture *f)
{
    return mi_client_open_at(f->socket);
}

void mi_client_close(MiClient *client)
{
    assert_int_equal(MI_Session_Close(&client->session, NULL, NULL), MI_RESULT_OK);
    assert_int_equal(MI_Application_Close(&client->application), MI_RESULT_OK);
}

static void note(MiOutcome *outcome, MI_Result result, const char *message,
                 const MI_Instance *details)
{
    const MI_Char *name = "";

    outcome->result = result;
    snprintf(outcome->message, sizeof(outcome->message), "%s", message == NULL ? "" : message);
    if (details != NULL)
        assert_int_equal(MI_Instance_GetClassName(details, &name), MI_RESULT_OK);
    snprintf(outcome->details, sizeof(outcome->details), "%s", name);
}

MiOutcome mi_drain(MI_Operation *operation, void (*look)(const MI_Instance *instance, void *data),
                   void *data)
{
    const MI_Instance *instance, *details;
    MI_Boolean more = MI_TRUE;
    const MI_Char *message;
    MiOutcome outcome = {0};
    MI_Result result;

    while (more) {
        assert_int_equal(
            MI_Operation_GetInstance(operation, &instance, &more, &result, &message, &details),
            MI_RESULT_OK);
        if (instance != NULL) {
            outcome.instances++;
            if (look != NULL)
                look(instance, data);
        }
        note(&outcome, result, message, details);
    }
    assert_int_equal(MI_Operation_Close(operation), MI_RESULT_OK);
    return outcome;
}

MiOutcome mi_drain_classes(MI_Operation *operation,
                           void (*look)(const MI_Class *class_result, void *data), void *data)
{
    const MI_Class *class_result;
    const MI_Instance *details;
    MI_Boolean more = MI_TRUE;
    const MI_Char *message;
    MiOutcome outcome = {0};
    MI_Result result;

    while (more) {
        assert_int_equal(
            MI_Operation_GetClass(operation, &class_result, &more, &result, &message, &details),
            MI_RESULT_OK);
        if (class_result != NULL) {
            outcome.classes++;
            if (look != NULL)
                look(class_result, data);
        }
        note(&outcome, result, message, details);
    }
    assert_int_equal(MI_Operation_Close(operation), MI_RESULT_OK);
    return outcome;
}

static MI_Instance *make_path(MiClient *client, const char *class_name, const char *key,
                              MI_Value value, MI_Type type)
{
    MI_Instance *path;

    assert_int_equal(MI_Application_NewInstance(&client->application, class_name, NULL, &path),
                     MI_RESULT_OK);
    assert_int_equal(MI_Instance_AddElement(path, key, &value, type, MI_FLAG_KEY), MI_RESULT_OK);
    return path;
}

MI_Instance *mi_path_number(MiClient *client, const char *class_name, const char *key,
                            MI_Uint32 number)
{
    return make_path(client, class_name, key, (MI_Value){.uint32 = number}, MI_UINT32);
}

MI_Instance *mi_path_string(MiClient *client, const char *class_name, const char *key,
                            const char *text)
{
    return make_path(client, class_name, key, (MI_Value){.string = (MI_Char *)(uintptr_t)text},
                     MI_STRING);
}

void mi_run(MiClient *client, const char *name, MI_OperationOptions *options,
            MI_OperationCallbacks *callbacks, MI_Operation *operation)
{
    MI_Value value = {.string = (MI_Char *)(uintptr_t)name};
    MI_Instance *parameters;

    assert_int_equal(MI_Application_NewParameterSet(&client->application, NULL, &parameters),
                     MI_RESULT_OK);
    assert_int_equal(MI_Instance_AddElement(parameters, "Name", &value, MI_STRING, 0),
                     MI_RESULT_OK);
    MI_Session_Invoke(&client->session, 0, options, "root/cimv2", "Test_Puppet", "Run", NULL,
                      parameters, callbacks, operation);
    MI_Instance_Delete(parameters);
}

MI_Value mi_element(const MI_Instance *instance, const char *name, MI_Type type)
{
    MI_Uint32 flags = 0;
    MI_Value value = {0};
    MI_Type found;

    assert_int_equal(MI_Instance_GetElement(instance, name, &value, &found, &flags, NULL),
                     MI_RESULT_OK);
    assert_int_equal(found, type);
    assert_false(flags & MI_FLAG_NULL);
    return value;
}
