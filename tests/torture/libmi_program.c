#include "tests/torture/libmi_program.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void note(Program *client, const char *format, ...)
{
    va_list list;
    int size;

    pthread_mutex_lock(&client->lock);
    va_start(list, format);
    size = vsnprintf(client->seen + client->size, SEEN - client->size, format, list);
    va_end(list);
    if (size > 0)
        client->size += (size_t)size;
    if (client->size >= SEEN)
        client->size = SEEN - 1;
    pthread_mutex_unlock(&client->lock);
}

bool takes(Program *client, MI_Result result, MI_Result expected, const char *sentence)
{
    if (result == expected)
        return true;
    pthread_mutex_lock(&client->lock);
    if (client->failure == MI_RESULT_OK) {
        client->failure = result;
        snprintf(client->sentence, sizeof(client->sentence), "%s", sentence);
    }
    pthread_mutex_unlock(&client->lock);
    return false;
}

bool is_ok(Program *client, MI_Result result)
{
    return takes(client, result, MI_RESULT_OK, "-");
}

void note_value(Program *client, MI_Type type, const MI_Value *value)
{
    if (type == MI_STRING)
        note(client, "\"%s\"", value->string);
    else if (type == MI_BOOLEAN || type == MI_UINT8)
        note(client, "%u", value->uint8);
    else if (type == MI_UINT32)
        note(client, "%u", value->uint32);
    else if (type == MI_UINT64)
        note(client, "%llu", value->uint64);
    else if (type == MI_REAL64)
        note(client, "%g", value->real64);
    else if (type == MI_INSTANCE)
        note(client, "instance");
    else if ((type & MI_ARRAY) != 0)
        note(client, "[%u]", value->array.size);
    else
        note(client, "?");
}

void note_instance(Program *client, const MI_Instance *instance)
{
    const MI_Char *name = NULL, *name_space = NULL;
    MI_Uint32 count = 0, flags = 0;
    MI_Value value;
    MI_Type type = MI_BOOLEAN;

    if (instance == NULL) {
        note(client, "nothing\n");
        return;
    }
    (void)is_ok(client, MI_Instance_GetClassName(instance, &name));
    (void)is_ok(client, MI_Instance_GetNameSpace(instance, &name_space));
    (void)is_ok(client, MI_Instance_GetElementCount(instance, &count));
    note(client, "%s of %s:", name, name_space == NULL ? "-" : name_space);
    for (MI_Uint32 i = 0; i < count; i++) {
        if (!is_ok(client, MI_Instance_GetElementAt(instance, i, &name, &value, &type, &flags)))
            continue;
        note(client, " %s %x(%x)=", name, (unsigned)type, flags & MI_FLAG_NULL);
        if ((flags & MI_FLAG_NULL) == 0)
            note_value(client, type, &value);
    }
    note(client, "\n");
}

void note_class(Program *client, const MI_Class *found)
{
    const MI_Char *name = NULL;
    MI_Uint32 elements = 0, methods = 0;

    if (found == NULL) {
        note(client, "no class\n");
        return;
    }
    (void)is_ok(client, MI_Class_GetClassName(found, &name));
    (void)is_ok(client, MI_Class_GetElementCount(found, &elements));
    (void)is_ok(client, MI_Class_GetMethodCount(found, &methods));
    note(client, "class %s, %u elements, %u methods\n", name, elements, methods);
}

/* ---- Operations, fetched ---- */

void take_last(Program *client, MI_Result result, MI_Result expected, const MI_Char *message)
{
    if (result != MI_RESULT_OK && (message == NULL || message[0] == '\0'))
        note(client, "%d, and nothing says why\n", (int)result);
    if (takes(client, result, expected, message == NULL ? "" : message))
        note(client, "ended with %d\n", (int)result);
}

void drain(Program *client, MI_Operation *operation, MI_Result expected)
{
    const MI_Instance *instance;
    MI_Boolean more = MI_TRUE;
    const MI_Char *message = NULL;
    MI_Result result = MI_RESULT_OK;

    while (more) {
        if (!is_ok(client,
                   MI_Operation_GetInstance(operation, &instance, &more, &result, &message, NULL)))
            break; /* there is no operation */
        if (instance != NULL)
            note_instance(client, instance);
    }
    if (!more)
        take_last(client, result, expected, message);
    (void)is_ok(client, MI_Operation_Close(operation));
}

void drain_classes(Program *client, MI_Operation *operation)
{
    const MI_Class *found;
    MI_Boolean more = MI_TRUE;
    const MI_Char *message = NULL;
    MI_Result result = MI_RESULT_OK;

    while (more) {
        if (!is_ok(client,
                   MI_Operation_GetClass(operation, &found, &more, &result, &message, NULL)))
            break;
        if (found != NULL)
            note_class(client, found);
    }
    if (!more)
        take_last(client, result, MI_RESULT_OK, message);
    (void)is_ok(client, MI_Operation_Close(operation));
}

/* ---- What operations are given ---- */

MI_Instance *new_with(Program *client, const char *class_name, const char *name, MI_Value value,
                      MI_Type type, MI_Uint32 flags)
{
    MI_Instance *instance = NULL;

    if (class_name == NULL)
        (void)is_ok(client, MI_Application_NewParameterSet(&client->application, NULL, &instance));
    else
        (void)is_ok(client,
                    MI_Application_NewInstance(&client->application, class_name, NULL, &instance));
    if (instance != NULL)
        (void)is_ok(client, MI_Instance_AddElement(instance, name, &value, type, flags));
    return instance;
}

MI_Value text(const char *string)
{
    return (MI_Value){.string = (MI_Char *)(uintptr_t)string};
}

MI_Instance *new_sample_path(Program *client, MI_Uint32 id)
{
    return new_with(client, "Test_Sample", "Id", (MI_Value){.uint32 = id}, MI_UINT32, MI_FLAG_KEY);
}

void drop(MI_Instance *instance)
{
    if (instance != NULL)
        (void)MI_Instance_Delete(instance);
}
