/*
 * Scenes of libmi.c: what a program does without a host, and what it fetches from one.
 */
#include "tests/support/cmocka.h"
#include "tests/torture/faults.h"
#include "tests/torture/libmi_program.h"

/* ---- Scenes without a host ---- */

void options_are_made_copied_and_read(Program *client)
{
    const MI_UserCredentials credentials = {
        .authenticationType = MI_AUTH_TYPE_BASIC,
        .credentials.usernamePassword = {.domain = "d", .username = "me", .password = "secret"},
    };
    const MI_Interval interval = {.seconds = 1};
    MI_OperationOptions options = {0}, copy = {0};
    MI_DestinationOptions destination = {0}, other = {0};
    MI_Uint8 bytes[] = {1, 2, 3};
    MI_Value value = {.uint8a = {bytes, 3}};
    MI_Uint32 count = 0;
    const MI_Char *found = "";

    if (is_ok(client,
              MI_Application_NewOperationOptions(&client->application, MI_FALSE, &options))) {
        (void)is_ok(client, MI_OperationOptions_SetString(&options, "a", "first", 0));
        (void)is_ok(client, MI_OperationOptions_SetString(&options, "a", "second", 0));
        (void)is_ok(client, MI_OperationOptions_SetNumber(&options, "n", 7, 0));
        (void)is_ok(client, MI_OperationOptions_SetTimeout(&options, &interval));
        (void)is_ok(client,
                    MI_OperationOptions_SetCustomOption(&options, "c", MI_UINT8A, &value, 0));
        (void)is_ok(client, MI_OperationOptions_EnableChannel(&options, 1));
        (void)is_ok(client, MI_OperationOptions_DisableChannel(&options, 2));
        (void)is_ok(client, MI_OperationOptions_Clone(&options, &copy));
        MI_OperationOptions_Delete(&options);
        if (copy.ft != NULL) {
            (void)is_ok(client, MI_OperationOptions_GetOptionCount(&copy, &count));
            (void)is_ok(client, MI_OperationOptions_GetString(&copy, "a", &found, NULL, NULL));
        }
        note(client, "%u options, a is %s\n", count, found);
        MI_OperationOptions_Delete(&copy);
    }
    if (is_ok(client, MI_Application_NewDestinationOptions(&client->application, &destination))) {
        (void)is_ok(client, MI_DestinationOptions_SetUILocale(&destination, "de"));
        (void)is_ok(client,
                    MI_DestinationOptions_AddDestinationCredentials(&destination, &credentials));
        (void)is_ok(client, MI_DestinationOptions_Clone(&destination, &other));
        MI_DestinationOptions_Delete(&destination);
        if (other.ft != NULL)
            (void)is_ok(client, MI_DestinationOptions_GetCredentialsCount(&other, &count));
        note(client, "%u credentials\n", count);
        MI_DestinationOptions_Delete(&other);
    }
}

/* A value of each kind that is copied in its own way. */
void instances_are_made_copied_and_serialized(Program *client)
{
    const MI_SerializerFT *out = mi_clientFT_V1->serializerFT;
    const MI_DeserializerFT *in = mi_clientFT_V1->deserializerFT;
    MI_Char *texts[] = {(MI_Char *)(uintptr_t) "x", (MI_Char *)(uintptr_t) "y"};
    MI_Instance *inner = new_sample_path(client, 1), *copy = NULL, *read = NULL;
    MI_Instance *outer = new_with(client, "A", "Text", text("t"), MI_STRING, 0);
    MI_Instance *inners[2] = {inner, inner};
    MI_Value value = {.instance = inner};
    MI_Deserializer reader = {0};
    MI_Serializer writer = {0};
    MI_Uint8 bytes[2048];
    MI_Uint32 size = 0, used = 0, length;
    MI_Char name[16];

    if (outer != NULL && inner != NULL) {
        (void)is_ok(client, MI_Instance_AddElement(outer, "In", &value, MI_INSTANCE, 0));
        value.instancea = (MI_InstanceA){inners, 2};
        (void)is_ok(client, MI_Instance_AddElement(outer, "Ins", &value, MI_INSTANCEA, 0));
        value.stringa = (MI_StringA){texts, 2};
        (void)is_ok(client, MI_Instance_AddElement(outer, "Texts", &value, MI_STRINGA, 0));
        value = text("other");
        (void)is_ok(client, MI_Instance_SetElement(outer, "Text", &value, MI_STRING, 0));
        (void)is_ok(client, MI_Instance_SetNameSpace(outer, "root/x"));
        (void)is_ok(client, MI_Instance_Clone(outer, &copy));
    }
    if (copy != NULL)
        note_instance(client, copy);
    (void)is_ok(client, MI_Application_NewSerializer(&client->application, 0, NULL, &writer));
    (void)is_ok(client, MI_Application_NewDeserializer(&client->application, 0, NULL, &reader));
    if (copy != NULL && writer.reserved2 != 0)
        (void)is_ok(client, out->SerializeInstance(&writer, 0, copy, bytes, sizeof(bytes), &size));
    if (size > 0 && reader.reserved2 != 0 &&
        is_ok(client, in->DeserializeInstance(&reader, 0, bytes, size, NULL, 0, NULL, NULL, &used,
                                              &read, NULL)))
        note_instance(client, read);
    length = sizeof(name);
    if (size > 0 && reader.reserved2 != 0 &&
        is_ok(client, in->Instance_GetClassName(&reader, bytes, size, name, &length, NULL)))
        note(client, "%s\n", name);
    note(client, "%u of %u bytes\n", used, size);
    (void)out->Close(&writer);
    (void)in->Close(&reader);
    drop(read);
    drop(copy);
    drop(outer);
    drop(inner);
}

/* ---- Scenes with one ---- */

void an_enumeration_with_options_is_fetched(Program *client)
{
    const MI_Interval timeout = {.minutes = 5};
    MI_Value value = text("custom");
    MI_OperationOptions options = {0};
    MI_Operation operation = {0};

    if (!is_ok(client,
               MI_Application_NewOperationOptions(&client->application, MI_FALSE, &options)))
        return;
    (void)is_ok(client, MI_OperationOptions_SetTimeout(&options, &timeout));
    (void)is_ok(client, MI_OperationOptions_SetCustomOption(&options, "c", MI_STRING, &value, 0));
    MI_Session_EnumerateInstances(&client->session, 0, &options, NAMESPACE, "Test_Sample", MI_FALSE,
                                  NULL, &operation);
    MI_OperationOptions_Delete(&options);
    drain(client, &operation, MI_RESULT_OK);
}

void an_instance_is_kept_and_its_class_too(Program *client)
{
    MI_Instance *path = new_sample_path(client, 2), *kept = NULL;
    const MI_Instance *instance = NULL;
    MI_Operation operation = {0};
    MI_Result result = MI_RESULT_OK;
    MI_Class *of_it = NULL;

    if (path == NULL)
        return;
    MI_Session_GetInstance(&client->session, 0, NULL, NAMESPACE, path, NULL, &operation);
    drop(path);
    if (is_ok(client, MI_Operation_GetInstance(&operation, &instance, NULL, &result, NULL, NULL)) &&
        is_ok(client, result))
        (void)is_ok(client, MI_Instance_Clone(instance, &kept));
    (void)is_ok(client, MI_Operation_Close(&operation));
    if (kept == NULL)
        return;
    note_instance(client, kept);
    if (is_ok(client, MI_Instance_GetClass(kept, &of_it)))
        note_class(client, of_it);
    drop(kept);
    if (of_it != NULL)
        MI_Class_Delete(of_it);
}

void an_error_of_the_provider_has_details(Program *client)
{
    MI_Instance *path = new_sample_path(client, 99);
    MI_Operation operation = {0};

    if (path == NULL)
        return;
    MI_Session_GetInstance(&client->session, 0, NULL, NAMESPACE, path, NULL, &operation);
    drop(path);
    drain(client, &operation, MI_RESULT_NOT_FOUND);
}

void classes_are_fetched(Program *client)
{
    MI_Operation operation = {0};

    MI_Session_GetClass(&client->session, 0, NULL, NAMESPACE, "Test_Types", NULL, &operation);
    drain_classes(client, &operation);
    MI_Session_EnumerateClasses(&client->session, 0, NULL, NAMESPACE, "Test_Place", MI_TRUE, NULL,
                                &operation);
    drain_classes(client, &operation);
    MI_Session_EnumerateClasses(&client->session, 0, NULL, NAMESPACE, "Test_Room", MI_FALSE, NULL,
                                &operation);
    drain_classes(client, &operation);
}

void a_method_gives_back_what_it_was_given(Program *client)
{
    MI_Instance *parameters = new_with(client, NULL, "String", text("\xc3\xa9"), MI_STRING, 0);
    MI_Uint8 bytes[] = {0, 255};
    MI_Value value = {.uint8a = {bytes, 2}};
    MI_Operation operation = {0};

    if (parameters == NULL)
        return;
    (void)is_ok(client, MI_Instance_AddElement(parameters, "Uint8A", &value, MI_UINT8A, 0));
    MI_Session_Invoke(&client->session, 0, NULL, NAMESPACE, "Test_Types", "Echo", NULL, parameters,
                      NULL, &operation);
    drop(parameters);
    drain(client, &operation, MI_RESULT_OK);
}

void an_instance_is_created_changed_and_deleted(Program *client)
{
    MI_Instance *room =
        new_with(client, "Test_Room", "Name", text("attic"), MI_STRING, MI_FLAG_KEY);
    MI_Value value = {.uint32 = 3};
    MI_Operation operation = {0};
    const MI_Instance *none;

    if (room == NULL)
        return;
    (void)is_ok(client, MI_Instance_AddElement(room, "Floor", &value, MI_UINT32, 0));
    if (client->failure == MI_RESULT_OK) {
        MI_Session_CreateInstance(&client->session, 0, NULL, NAMESPACE, room, NULL, &operation);
        drain(client, &operation, MI_RESULT_OK);
        MI_Session_ModifyInstance(&client->session, 0, NULL, NAMESPACE, room, NULL, &operation);
        drain(client, &operation, MI_RESULT_OK);
    }
    /* The room is not to stay, whatever has failed so far. */
    faults_disarm();
    MI_Session_DeleteInstance(&client->session, 0, NULL, NAMESPACE, room, NULL, &operation);
    for (MI_Boolean more = MI_TRUE; more;)
        assert_int_equal(MI_Operation_GetInstance(&operation, &none, &more, NULL, NULL, NULL), 0);
    assert_int_equal(MI_Operation_Close(&operation), MI_RESULT_OK);
    drop(room);
}

void associations_are_followed(Program *client)
{
    MI_Instance *room =
        new_with(client, "Test_Room", "Name", text("kitchen"), MI_STRING, MI_FLAG_KEY);
    MI_Operation operation = {0};

    if (room == NULL)
        return;
    MI_Session_AssociatorInstances(&client->session, 0, NULL, NAMESPACE, room, "Test_Door", NULL,
                                   NULL, NULL, MI_FALSE, NULL, &operation);
    drain(client, &operation, MI_RESULT_OK);
    MI_Session_ReferenceInstances(&client->session, 0, NULL, NAMESPACE, room, "Test_Door", NULL,
                                  MI_FALSE, NULL, &operation);
    drain(client, &operation, MI_RESULT_OK);
    MI_Session_QueryInstances(&client->session, 0, NULL, NAMESPACE, "WQL",
                              "SELECT * FROM Test_Place", NULL, &operation);
    drain(client, &operation, MI_RESULT_NOT_SUPPORTED);
    drop(room);
}

/* One is canceled, one closed before its end, and one left to the end of the session. */
void operations_are_given_up(Program *client)
{
    MI_Operation operation = {0}, other = {0};
    const MI_Instance *instance;

    MI_Session_EnumerateInstances(&client->session, 0, NULL, NAMESPACE, "Demo_Ticker", MI_FALSE,
                                  NULL, &operation);
    MI_Session_EnumerateInstances(&client->session, 0, NULL, NAMESPACE, "Demo_Ticker", MI_FALSE,
                                  NULL, &other);
    (void)is_ok(client, MI_Operation_GetInstance(&other, &instance, NULL, NULL, NULL, NULL));
    (void)is_ok(client, MI_Operation_Cancel(&operation, MI_REASON_TIMEOUT));
    (void)is_ok(client, MI_Operation_Close(&other));
    for (MI_Boolean more = MI_TRUE; more;)
        if (MI_Operation_GetInstance(&operation, &instance, &more, NULL, NULL, NULL) !=
            MI_RESULT_OK)
            break;
    (void)is_ok(client, MI_Operation_Close(&operation));
    MI_Session_EnumerateInstances(&client->session, 0, NULL, NAMESPACE, "Demo_Ticker", MI_FALSE,
                                  NULL, &operation);
    (void)is_ok(client, MI_Operation_Close(&operation));
}
