/*
 * A scene of libmi.c about the object model itself (mi/), which a provider has to do with, too:
 * sets of properties, filters, parameters, classes, and instances in the provider's own memory.
 */
#include "mi/class_impl.h"
#include "mi/filter_impl.h"
#include "mi/instance_impl.h"
#include "mi/property_set_impl.h"
#include "tests/torture/libmi_program.h"
#include "tests/unit/declared.h"

#include <stdlib.h>
#include <string.h>

static void make_a_set(Program *client)
{
    CLEANUP(property_set_freep) MI_PropertySet *set = NULL, *copy = NULL;
    MI_Uint32 count = 0;

    if (!is_ok(client, property_set_new(&set)))
        return;
    (void)is_ok(client, MI_PropertySet_AddElement(set, "Id"));
    (void)is_ok(client, MI_PropertySet_AddElement(set, "Level"));
    if (is_ok(client, MI_PropertySet_Clone(set, &copy)))
        (void)is_ok(client, MI_PropertySet_GetElementCount(copy, &count));
    note(client, "%u names\n", count);
}

static void make_a_filter(Program *client)
{
    CLEANUP(filter_freep) MI_Filter *filter = NULL;
    const MI_Char *language = "-", *expression = "-";

    if (is_ok(client, filter_new("WQL", "SELECT * FROM A", &filter)))
        (void)is_ok(client, MI_Filter_GetExpression(filter, &language, &expression));
    note(client, "%s: %s\n", language, expression);
}

static void make_a_class(Program *client, const MI_Instance *instance)
{
    CLEANUP(class_freep) MI_Class *of_it = NULL, *copy = NULL;

    if (is_ok(client, MI_Instance_GetClass(instance, &of_it)) &&
        is_ok(client, MI_Class_Clone(of_it, &copy)))
        note_class(client, copy);
}

static void copy_it(Program *client, const MI_Instance *instance)
{
    CLEANUP(instance_freep) MI_Instance *copy = NULL;

    if (is_ok(client, MI_Instance_Clone(instance, &copy)))
        note_instance(client, copy);
}

/* An array of strings that the instance is to own. */
static void give_names(Program *client, MI_Instance *instance)
{
    MI_Char **names = calloc(2, sizeof(*names));
    MI_Value value = {.stringa = {names, 2}};
    MI_Result result = MI_RESULT_FAILED;

    if (names != NULL) {
        names[0] = strdup("one");
        names[1] = strdup("two");
        if (names[0] != NULL && names[1] != NULL)
            result = MI_Instance_SetElement(instance, "Names", &value, MI_STRINGA, MI_FLAG_ADOPT);
    }
    if (is_ok(client, result))
        return;
    if (names != NULL) { /* what was refused is still the caller's */
        free(names[0]);
        free(names[1]);
    }
    free(names);
}

/* The provider's own struct, whose fields it may set by itself. */
static void use_own_memory(Program *client)
{
    Device device = {.Level = {7, MI_TRUE, 0}};
    MI_Value id = text("own");

    if (!is_ok(client, instance_construct(&device_class, &device.instance)))
        return;
    device.Level = (MI_Uint32Field){7, MI_TRUE, 0};
    (void)is_ok(client, MI_Instance_SetElement(&device.instance, "Id", &id, MI_STRING, 0));
    copy_it(client, &device.instance);
    (void)MI_Instance_Destruct(&device.instance);
}

void objects_of_a_provider_are_made_and_copied(Program *client)
{
    CLEANUP(instance_freep) MI_Instance *device = NULL, *parameters = NULL, *dynamic = NULL;
    MI_Value value = text("a device with an identity that is longer than some");

    make_a_set(client);
    make_a_filter(client);
    if (is_ok(client, instance_new(&device_class, &device))) {
        (void)is_ok(client, MI_Instance_SetElement(device, "Id", &value, MI_STRING, 0));
        give_names(client, device);
        copy_it(client, device);
        make_a_class(client, device);
    }
    if (is_ok(client, instance_new_parameters(device_class.methods[0], &parameters))) {
        copy_it(client, parameters);
        make_a_class(client, parameters);
    }
    if (is_ok(client, instance_new_dynamic("A", MI_FLAG_CLASS, &dynamic)) &&
        is_ok(client, MI_Instance_AddElement(dynamic, "Text", &value, MI_STRING, 0)))
        make_a_class(client, dynamic);
    use_own_memory(client);
}
