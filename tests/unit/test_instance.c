/*
 * Instances as providers use them: through their table, and directly through their fields.
 *
 * What is freed twice, or never, the sanitizers see.
 */
#include "tests/unit/instances.h"

static void every_element_of_a_new_instance_is_null(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_everything();
    MI_Uint32 count, flags;

    (void)state;
    assert_ok(MI_Instance_GetElementCount(instance, &count));
    assert_int_equal(count, 33);
    for (MI_Uint32 i = 0; i < count; i++) {
        assert_ok(MI_Instance_GetElementAt(instance, i, NULL, NULL, NULL, &flags));
        assert_int_equal(flags, everything_properties[i]->flags | MI_FLAG_NULL);
    }
}

static void a_value_of_every_type_is_copied(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_everything();

    (void)state;
    set_all_and_compare(instance, 1, 0);
    set_all_and_compare(instance, 2, 0);
}

static void a_value_of_every_type_is_borrowed(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_everything();

    (void)state;
    set_all_and_compare(instance, 1, 0);
    set_all_and_compare(instance, 2, MI_FLAG_BORROW);
    set_all_and_compare(instance, 3, 0);
}

static void a_value_is_read_to_its_end_and_no_further(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_everything();
    MI_Uint8 *byte = malloc(1); /* the sanitizer watches the byte behind it */

    (void)state;
    assert_non_null(byte);
    *byte = 200;
    assert_ok(MI_Instance_SetElement(instance, "Uint8", (MI_Value *)(void *)byte, MI_UINT8, 0));
    assert_int_equal(((Everything *)instance)->Uint8.value, 200);
    free(byte);
}

static void an_adopted_value_is_freed_with_the_instance(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_everything();
    MI_Value value;
    char *text = strdup("adopted");

    (void)state;
    assert_ok(set_string(instance, "String", text, MI_FLAG_ADOPT));
    assert_ptr_equal(get_string(instance, "String"), text);
    value.instance = new_point("adopted", 1);
    assert_ok(MI_Instance_SetElement(instance, "Instance", &value, MI_INSTANCE, MI_FLAG_ADOPT));
    value.uint8a = (MI_Uint8A){malloc(3), 3};
    assert_ok(MI_Instance_SetElement(instance, "Uint8A", &value, MI_UINT8A, MI_FLAG_ADOPT));
    value.referencea = (MI_ReferenceA){calloc(1, sizeof(MI_Instance *)), 1};
    value.referencea.data[0] = new_point("adopted", 2);
    assert_ok(MI_Instance_SetElement(instance, "ReferenceA", &value, MI_REFERENCEA, MI_FLAG_ADOPT));
    value.instance = new_point("another", 3); /* frees the first one */
    assert_ok(MI_Instance_SetElement(instance, "Instance", &value, MI_INSTANCE, MI_FLAG_ADOPT));
}

static void a_refused_value_is_still_its_callers(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_everything();
    char *text = strdup("mine");

    (void)state;
    assert_int_equal(set_string(instance, "Uint8", text, MI_FLAG_ADOPT), MI_RESULT_TYPE_MISMATCH);
    assert_int_equal(set_string(instance, "String", text, MI_FLAG_ADOPT | MI_FLAG_BORROW),
                     MI_RESULT_INVALID_PARAMETER);
    free(text);
    assert_true(is_null(instance, "String"));
}

static void null_is_set_by_flag_and_by_pointer_and_by_clearing(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_everything();

    (void)state;
    assert_ok(set_string(instance, "String", "text", 0));
    assert_ok(set_string(instance, "String", "text", MI_FLAG_NULL));
    assert_true(is_null(instance, "String"));
    assert_ok(set_string(instance, "String", "text", 0));
    assert_ok(MI_Instance_SetElement(instance, "String", NULL, MI_STRING, 0));
    assert_true(is_null(instance, "String"));
    assert_ok(set_string(instance, "String", "text", 0));
    assert_ok(MI_Instance_ClearElement(instance, "string"));
    assert_true(is_null(instance, "String"));
    assert_null(get_string(instance, "String"));
}

static void a_wrong_type_changes_nothing(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_everything();
    MI_Value value = {.uint32 = 5};

    (void)state;
    assert_ok(set_string(instance, "String", "text", 0));
    assert_int_equal(MI_Instance_SetElement(instance, "String", &value, MI_UINT32, 0),
                     MI_RESULT_TYPE_MISMATCH);
    assert_int_equal(MI_Instance_SetElement(instance, "Uint32", &value, MI_SINT32, 0),
                     MI_RESULT_TYPE_MISMATCH);
    assert_int_equal(MI_Instance_SetElement(instance, "Uint32", &value, (MI_Type)99, 0),
                     MI_RESULT_TYPE_MISMATCH);
    assert_string_equal(get_string(instance, "String"), "text");
    assert_true(is_null(instance, "Uint32"));
}

static void an_unknown_element_is_named_as_such(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_everything();
    MI_Value value = {.uint32 = 5};

    (void)state;
    assert_int_equal(MI_Instance_SetElement(instance, "Nothing", &value, MI_UINT32, 0),
                     MI_RESULT_NO_SUCH_PROPERTY);
    assert_int_equal(MI_Instance_GetElement(instance, "Nothing", NULL, NULL, NULL, NULL),
                     MI_RESULT_NO_SUCH_PROPERTY);
    assert_int_equal(MI_Instance_ClearElement(instance, "Nothing"), MI_RESULT_NO_SUCH_PROPERTY);
    assert_int_equal(MI_Instance_SetElementAt(instance, 33, &value, MI_UINT32, 0),
                     MI_RESULT_NOT_FOUND);
    assert_int_equal(MI_Instance_GetElementAt(instance, 33, NULL, NULL, NULL, NULL),
                     MI_RESULT_NOT_FOUND);
    assert_int_equal(MI_Instance_ClearElementAt(instance, UINT32_MAX), MI_RESULT_NOT_FOUND);
}

static void an_element_is_found_without_regard_to_case(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_everything();
    MI_Uint32 index, flags;
    const MI_Char *name;

    (void)state;
    assert_ok(MI_Instance_GetElement(instance, "iD", NULL, NULL, &flags, &index));
    assert_int_equal(index, 0);
    assert_int_equal(flags, MI_FLAG_PROPERTY | MI_FLAG_KEY | MI_FLAG_NULL);
    assert_ok(MI_Instance_GetElementAt(instance, 0, &name, NULL, NULL, NULL));
    assert_string_equal(name, "Id");
}

static void a_clone_lives_longer_than_its_original(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_everything(), *clone = NULL;
    CLEANUP(instance_freep) MI_Instance *point = new_point("embedded", 9);
    const MI_Char *name;

    (void)state;
    set_all_and_compare(instance, 9, 0);
    assert_ok(MI_Instance_SetNameSpace(instance, "root/test"));
    assert_ok(MI_Instance_SetServerName(instance, "here"));
    assert_ok(MI_Instance_ClearElement(instance, "Real32A"));
    assert_ok(MI_Instance_Clone(instance, &clone));
    assert_ok(MI_Instance_Delete(take_pointer(instance)));

    for (MI_Uint32 i = 0; i < ARRAY_SIZE(everything_properties); i++) {
        MI_Type type = (MI_Type)everything_properties[i]->type;
        MI_Value expected = some_value(type, 9, point), value;

        if (type == MI_REAL32A)
            continue;
        assert_ok(MI_Instance_GetElementAt(clone, i, NULL, &value, NULL, NULL));
        assert_same(type, &value, &expected);
    }
    assert_true(is_null(clone, "Real32A"));
    assert_ok(MI_Instance_GetNameSpace(clone, &name));
    assert_string_equal(name, "root/test");
    assert_ok(MI_Instance_GetServerName(clone, &name));
    assert_string_equal(name, "here");
}

static void a_clone_of_what_contains_itself_fails(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_everything();
    MI_Instance *clone = instance;
    MI_Value value = {.instance = instance};

    (void)state;
    assert_ok(MI_Instance_SetElement(instance, "Instance", &value, MI_INSTANCE, MI_FLAG_BORROW));
    assert_int_equal(MI_Instance_Clone(instance, &clone), MI_RESULT_FAILED);
    assert_null(clone);
}

static void the_names_can_be_set_and_taken_back(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_everything();
    const MI_Char *name = "";

    (void)state;
    assert_ok(MI_Instance_GetClassName(instance, &name));
    assert_string_equal(name, "Test_Everything");
    assert_ok(MI_Instance_GetNameSpace(instance, &name));
    assert_null(name);
    assert_ok(MI_Instance_SetNameSpace(instance, "one"));
    assert_ok(MI_Instance_SetNameSpace(instance, "two"));
    assert_string_equal(instance->nameSpace, "two");
    assert_ok(MI_Instance_SetNameSpace(instance, instance->nameSpace));
    assert_string_equal(instance->nameSpace, "two");
    assert_ok(MI_Instance_SetNameSpace(instance, NULL));
    assert_null(instance->nameSpace);
}

static void an_instance_is_what_its_class_derives_from(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = NULL;
    MI_Boolean flag;

    (void)state;
    assert_ok(instance_new(&point3_class, &instance));
    assert_ok(MI_Instance_IsA(instance, &point3_class, &flag));
    assert_true(flag);
    assert_ok(MI_Instance_IsA(instance, &point_class, &flag));
    assert_true(flag);
    assert_ok(MI_Instance_IsA(instance, &everything_class, &flag));
    assert_false(flag);
}

static void the_class_can_be_had(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_everything();
    MI_Class *class = NULL;

    (void)state;
    assert_ok(MI_Instance_GetClass(instance, &class));
    assert_ptr_equal(class->classDecl, &everything_class);
    assert_ok(MI_Class_Delete(class));
}

static void an_instance_in_the_providers_memory_works_alike(void **state)
{
    Everything everything;
    MI_Instance *instance = &everything.instance;

    (void)state;
    memset(&everything, 0xAA, sizeof(everything));
    assert_ok(instance_construct(&everything_class, instance));
    assert_true(is_null(instance, "Uint64"));
    set_all_and_compare(instance, 1, 0);
    set_all_and_compare(instance, 2, 0);
    assert_int_equal(MI_Instance_Delete(instance), MI_RESULT_INVALID_PARAMETER);
    assert_ok(MI_Instance_Destruct(instance));
    assert_null(instance->ft);
    assert_int_equal(MI_Instance_Destruct(instance), MI_RESULT_INVALID_PARAMETER);
}

static void a_provider_reads_what_was_set_in_its_fields(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_everything();
    const Everything *self = (const Everything *)instance;
    MI_Value value = {.uint64 = UINT64_MAX};

    (void)state;
    assert_ok(MI_Instance_SetElement(instance, "Uint64", &value, MI_UINT64, 0));
    assert_ok(set_string(instance, "String", "text", MI_FLAG_BORROW));
    assert_true(self->Uint64.exists);
    assert_true(self->Uint64.value == UINT64_MAX);
    assert_string_equal(self->String.value, "text");
    assert_int_equal(self->String.flags, MI_FLAG_BORROW >> 24);
    assert_false(self->Sint8.exists);
}

static void what_a_provider_writes_into_its_fields_is_read(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_everything();
    Everything *self = (Everything *)instance;
    char text[] = "of the provider's own";
    MI_Value value;

    (void)state;
    self->String.value = text;
    self->String.exists = MI_TRUE;
    self->Datetime.value.u.interval.days = 7;
    self->Datetime.exists = MI_TRUE;
    assert_ptr_equal(get_string(instance, "String"), text);
    assert_ok(MI_Instance_GetElement(instance, "Datetime", &value, NULL, NULL, NULL));
    assert_int_equal(value.datetime.u.interval.days, 7);
    self->String.exists = MI_FALSE;
    assert_true(is_null(instance, "String"));
}

static void overwriting_a_field_neither_leaks_nor_frees_the_wrong_thing(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_everything();
    Everything *self = (Everything *)instance;
    MI_Char text[] = "not from malloc", *strings[] = {text};
    CLEANUP(instance_freep) MI_Instance *point = new_point("the provider's", 1);

    (void)state;
    for (unsigned char i = 1; i < 4; i++) {
        set_all_and_compare(instance, i, 0);
        self->String.value = text; /* flags and exists are left as they are */
        self->StringA.value.data[0] = text;
        self->StringA.value = (MI_StringA){strings, 1};
        self->InstanceA.value.data[0] = point;
        memset(&self->Instance, 0, sizeof(self->Instance));
        self->Reference.value = point;
        self->Uint8A.value.data++;
    }
    assert_ok(MI_Instance_ClearElement(instance, "StringA"));
    assert_ok(MI_Instance_ClearElement(instance, "Reference"));
    assert_string_equal(get_string(point, "Name"), "the provider's");
}

static void setting_a_field_to_itself_keeps_it(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_everything();
    Everything *self = (Everything *)instance;

    (void)state;
    assert_ok(set_string(instance, "String", "text", 0));
    assert_ok(MI_Instance_SetElement(instance, "String", (MI_Value *)(void *)&self->String,
                                     MI_STRING, 0));
    assert_string_equal(get_string(instance, "String"), "text");
    assert_ok(set_string(instance, "String", self->String.value + 1, 0));
    assert_string_equal(get_string(instance, "String"), "ext");
}

static void changing_in_place_allocates_nothing(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_everything();
    MI_Value value = {.uint32 = 0};
    MI_Uint16 numbers[] = {1, 2, 3};
    const void *string, *array;

    (void)state;
    value.uint16a = (MI_Uint16A){numbers, 3};
    assert_ok(set_string(instance, "String", "one", 0));
    assert_ok(MI_Instance_SetElement(instance, "Uint16A", &value, MI_UINT16A, 0));
    string = get_string(instance, "String");
    array = ((Everything *)instance)->Uint16A.value.data;
    for (unsigned i = 0; i < 100; i++) {
        assert_ok(set_string(instance, "String", i % 2 == 0 ? "two" : "fifteen", 0));
        assert_ok(MI_Instance_ClearElement(instance, "String"));
        assert_ok(set_string(instance, "String", "three", 0));
        assert_ok(MI_Instance_SetElement(instance, "Uint16A", &value, MI_UINT16A, 0));
    }
    assert_ptr_equal(get_string(instance, "String"), string);
    assert_ptr_equal(((Everything *)instance)->Uint16A.value.data, array);
}

static void a_destructed_instance_of_ours_is_empty_and_still_to_be_deleted(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_everything();

    (void)state;
    set_all_and_compare(instance, 1, 0);
    assert_ok(MI_Instance_Destruct(instance));
    assert_true(is_null(instance, "String"));
    set_all_and_compare(instance, 2, 0);
}

static void what_was_never_set_is_told_from_what_was_set_to_null(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_everything(), *clone = NULL;
    MI_Uint32 flags;

    (void)state;
    instance_mark_unmodified(instance);
    assert_ok(MI_Instance_SetElement(instance, "String", NULL, MI_STRING, 0));
    assert_ok(MI_Instance_Clone(instance, &clone));
    assert_ok(MI_Instance_GetElement(clone, "String", NULL, NULL, &flags, NULL));
    assert_int_equal(flags, MI_FLAG_PROPERTY | MI_FLAG_NULL);
    assert_ok(MI_Instance_GetElement(clone, "Uint8", NULL, NULL, &flags, NULL));
    assert_int_equal(flags, MI_FLAG_PROPERTY | MI_FLAG_NULL | MI_FLAG_NOT_MODIFIED);
}

static void nulls_are_refused(void **state)
{
    CLEANUP(instance_freep) MI_Instance *instance = new_everything();
    MI_Instance unmade = {0}, *made = instance;
    MI_Value value = {.string = NULL};
    MI_Boolean flag;

    (void)state;
    assert_int_equal(instance_new(NULL, &made), MI_RESULT_INVALID_PARAMETER);
    assert_null(made);
    assert_int_equal(instance_new(&point_class, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(instance_new_dynamic(NULL, 0, &made), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(instance_construct(NULL, &unmade), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(instance_construct(&point_class, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Instance_SetElement(instance, NULL, &value, MI_STRING, 0),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Instance_SetElement(instance, "String", &value, MI_STRING, 0),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Instance_AddElement(instance, NULL, &value, MI_STRING, 0),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Instance_GetElement(instance, NULL, &value, NULL, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Instance_GetElementCount(instance, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Instance_GetClassName(instance, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Instance_GetNameSpace(instance, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Instance_GetServerName(instance, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Instance_IsA(instance, NULL, &flag), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Instance_IsA(instance, &point_class, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Instance_GetClass(instance, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Instance_Clone(instance, NULL), MI_RESULT_INVALID_PARAMETER);
    instance_free(NULL);
}

static void what_is_no_instance_is_refused_by_every_function(void **state)
{
    MI_Instance unmade = {0};
    const MI_InstanceFT *ft = &mi_instance_ft;
    MI_Instance *clone;

    (void)state;
    MI_Instance *const selves[] = {NULL, &unmade};
    for (size_t i = 0; i < ARRAY_SIZE(selves); i++) {
        MI_Instance *self = selves[i];

        assert_int_equal(ft->Clone(self, &clone), MI_RESULT_INVALID_PARAMETER);
        assert_int_equal(ft->Destruct(self), MI_RESULT_INVALID_PARAMETER);
        assert_int_equal(ft->Delete(self), MI_RESULT_INVALID_PARAMETER);
        assert_int_equal(ft->SetNameSpace(self, "x"), MI_RESULT_INVALID_PARAMETER);
        assert_int_equal(ft->SetServerName(self, "x"), MI_RESULT_INVALID_PARAMETER);
        assert_int_equal(ft->AddElement(self, "x", NULL, MI_UINT8, 0), MI_RESULT_INVALID_PARAMETER);
        assert_int_equal(ft->SetElement(self, "x", NULL, MI_UINT8, 0), MI_RESULT_INVALID_PARAMETER);
        assert_int_equal(ft->SetElementAt(self, 0, NULL, MI_UINT8, 0), MI_RESULT_INVALID_PARAMETER);
        assert_int_equal(ft->GetElementAt(self, 0, NULL, NULL, NULL, NULL),
                         MI_RESULT_INVALID_PARAMETER);
        assert_int_equal(ft->ClearElement(self, "x"), MI_RESULT_INVALID_PARAMETER);
        assert_int_equal(ft->ClearElementAt(self, 0), MI_RESULT_INVALID_PARAMETER);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_element_of_a_new_instance_is_null),
        cmocka_unit_test(a_value_of_every_type_is_copied),
        cmocka_unit_test(a_value_of_every_type_is_borrowed),
        cmocka_unit_test(a_value_is_read_to_its_end_and_no_further),
        cmocka_unit_test(an_adopted_value_is_freed_with_the_instance),
        cmocka_unit_test(a_refused_value_is_still_its_callers),
        cmocka_unit_test(null_is_set_by_flag_and_by_pointer_and_by_clearing),
        cmocka_unit_test(a_wrong_type_changes_nothing),
        cmocka_unit_test(an_unknown_element_is_named_as_such),
        cmocka_unit_test(an_element_is_found_without_regard_to_case),
        cmocka_unit_test(a_clone_lives_longer_than_its_original),
        cmocka_unit_test(a_clone_of_what_contains_itself_fails),
        cmocka_unit_test(the_names_can_be_set_and_taken_back),
        cmocka_unit_test(an_instance_is_what_its_class_derives_from),
        cmocka_unit_test(the_class_can_be_had),
        cmocka_unit_test(an_instance_in_the_providers_memory_works_alike),
        cmocka_unit_test(a_provider_reads_what_was_set_in_its_fields),
        cmocka_unit_test(what_a_provider_writes_into_its_fields_is_read),
        cmocka_unit_test(overwriting_a_field_neither_leaks_nor_frees_the_wrong_thing),
        cmocka_unit_test(setting_a_field_to_itself_keeps_it),
        cmocka_unit_test(changing_in_place_allocates_nothing),
        cmocka_unit_test(a_destructed_instance_of_ours_is_empty_and_still_to_be_deleted),
        cmocka_unit_test(what_was_never_set_is_told_from_what_was_set_to_null),
        cmocka_unit_test(nulls_are_refused),
        cmocka_unit_test(what_is_no_instance_is_refused_by_every_function),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
