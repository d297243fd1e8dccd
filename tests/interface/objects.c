/*
 * Calls each function of the objects behind <mi.h> once, through its table, with arguments that
 * should do; and prints a line for each: `MI_InstanceFT.Clone 0`, the MI_Result behind the name.
 * check_objects.py compares that with docs/interface.md.
 */
#include "mi/class_impl.h"
#include "mi/filter_impl.h"
#include "mi/instance_impl.h"
#include "mi/property_set_impl.h"
#include "tests/unit/declared.h"

#include <stdio.h>
#include <stdlib.h>

/* @arguments: all, in parentheses. */
#define CALL(Table, Function, object, arguments)                                                   \
    (void)printf(#Table "." #Function " %d\n", (int)(object)->ft->Function arguments)

static void must(MI_Result result)
{
    if (result == MI_RESULT_OK)
        return;
    (void)fprintf(stderr, "an object to call functions on cannot be made: %d\n", (int)result);
    exit(1);
}

static void call_instance(void)
{
    CLEANUP(instance_freep) MI_Instance *self = NULL;
    CLEANUP(instance_freep) MI_Instance *dynamic = NULL;
    CLEANUP(class_freep) MI_Class *class = NULL;
    MI_Instance *clone = NULL;
    Base constructed;
    MI_Value value = {.uint32 = 1};
    const MI_Char *text;
    MI_Boolean flag;
    MI_Uint32 count;

    must(instance_new(&device_class, &self));
    must(instance_new_dynamic("Test_Dynamic", 0, &dynamic));
    must(instance_construct(&base_class, &constructed.instance));
    CALL(MI_InstanceFT, Clone, self, (self, &clone));
    if (clone == NULL)
        must(instance_clone(self, &clone, 1));
    CALL(MI_InstanceFT, Delete, clone, (clone));
    CALL(MI_InstanceFT, Destruct, &constructed.instance, (&constructed.instance));
    CALL(MI_InstanceFT, IsA, self, (self, &base_class, &flag));
    CALL(MI_InstanceFT, GetClassName, self, (self, &text));
    CALL(MI_InstanceFT, SetNameSpace, self, (self, "root/test"));
    CALL(MI_InstanceFT, GetNameSpace, self, (self, &text));
    CALL(MI_InstanceFT, SetServerName, self, (self, "here"));
    CALL(MI_InstanceFT, GetServerName, self, (self, &text));
    CALL(MI_InstanceFT, GetElementCount, self, (self, &count));
    CALL(MI_InstanceFT, AddElement, dynamic, (dynamic, "Level", &value, MI_UINT32, 0));
    CALL(MI_InstanceFT, SetElement, self, (self, "Level", &value, MI_UINT32, 0));
    CALL(MI_InstanceFT, SetElementAt, self, (self, 1, &value, MI_UINT32, 0));
    CALL(MI_InstanceFT, GetElement, self, (self, "Level", &value, NULL, NULL, NULL));
    CALL(MI_InstanceFT, GetElementAt, self, (self, 1, NULL, &value, NULL, NULL));
    CALL(MI_InstanceFT, ClearElement, self, (self, "Level"));
    CALL(MI_InstanceFT, ClearElementAt, self, (self, 1));
    CALL(MI_InstanceFT, GetClass, self, (self, &class));
}

static void call_property_set(void)
{
    CLEANUP(property_set_freep) MI_PropertySet *self = NULL;
    MI_PropertySet *clone = NULL, *other = NULL;
    const MI_Char *name;
    MI_Boolean flag;
    MI_Uint32 count;

    must(property_set_new(&self));
    must(property_set_new(&other));
    CALL(MI_PropertySetFT, AddElement, self, (self, "Level"));
    CALL(MI_PropertySetFT, GetElementCount, self, (self, &count));
    CALL(MI_PropertySetFT, ContainsElement, self, (self, "Level", &flag));
    CALL(MI_PropertySetFT, GetElementAt, self, (self, 0, &name));
    CALL(MI_PropertySetFT, Clone, self, (self, &clone));
    CALL(MI_PropertySetFT, Clear, self, (self));
    CALL(MI_PropertySetFT, Destruct, self, (self));
    CALL(MI_PropertySetFT, Delete, other, (other));
    property_set_free(clone);
}

static void call_filter(void)
{
    CLEANUP(filter_freep) MI_Filter *self = NULL;
    CLEANUP(instance_freep) MI_Instance *instance = NULL;
    const MI_Char *language, *expression;
    MI_Boolean flag;

    must(filter_new("WQL", "SELECT * FROM Test_Device", &self));
    must(instance_new(&device_class, &instance));
    CALL(MI_FilterFT, Evaluate, self, (self, instance, &flag));
    CALL(MI_FilterFT, GetExpression, self, (self, &language, &expression));
}

static void call_qualifier_set(const MI_Class *class)
{
    const MI_Char *name;
    MI_QualifierSet self;
    MI_Uint32 number;
    MI_Value value;
    MI_Type type;

    must(MI_Class_GetClassQualifierSet(class, &self));
    CALL(MI_QualifierSetFT, GetQualifierCount, &self, (&self, &number));
    CALL(MI_QualifierSetFT, GetQualifierAt, &self, (&self, 0, &name, &type, &number, &value));
    CALL(MI_QualifierSetFT, GetQualifier, &self,
         (&self, "Version", &type, &number, &value, &number));
}

static void call_parameter_set(const MI_Class *class)
{
    MI_QualifierSet qualifiers;
    MI_ParameterSet self;
    const MI_Char *name;
    MI_Char *of_class;
    MI_Uint32 number;
    MI_Type type;

    must(MI_Class_GetMethod(class, "Measure", NULL, &self, NULL));
    CALL(MI_ParameterSetFT, GetMethodReturnType, &self, (&self, &type, &qualifiers));
    CALL(MI_ParameterSetFT, GetParameterCount, &self, (&self, &number));
    CALL(MI_ParameterSetFT, GetParameterAt, &self,
         (&self, 0, &name, &type, &of_class, &qualifiers));
    CALL(MI_ParameterSetFT, GetParameter, &self,
         (&self, "Path", &type, &of_class, &qualifiers, &number));
}

static void call_class(void)
{
    CLEANUP(class_freep) MI_Class *self = NULL;
    CLEANUP(class_freep) MI_Class *parent = NULL;
    MI_Class *clone = NULL;
    MI_QualifierSet qualifiers;
    MI_ParameterSet parameters;
    const MI_Char *text;
    MI_Boolean exists;
    MI_Char *of_class;
    MI_Uint32 number;
    MI_Value value;
    MI_Type type;

    must(class_new(&device_class, "root/test", "here", &self));
    CALL(MI_ClassFT, GetClassName, self, (self, &text));
    CALL(MI_ClassFT, GetNameSpace, self, (self, &text));
    CALL(MI_ClassFT, GetServerName, self, (self, &text));
    CALL(MI_ClassFT, GetElementCount, self, (self, &number));
    CALL(MI_ClassFT, GetElement, self,
         (self, "Level", &value, &exists, &type, &of_class, &qualifiers, &number, &number));
    CALL(MI_ClassFT, GetElementAt, self,
         (self, 1, &text, &value, &exists, &type, &of_class, &qualifiers, &number));
    CALL(MI_ClassFT, GetClassQualifierSet, self, (self, &qualifiers));
    CALL(MI_ClassFT, GetMethodCount, self, (self, &number));
    CALL(MI_ClassFT, GetMethodAt, self, (self, 0, &text, &qualifiers, &parameters));
    CALL(MI_ClassFT, GetMethod, self, (self, "Measure", &qualifiers, &parameters, &number));
    CALL(MI_ClassFT, GetParentClassName, self, (self, &text));
    CALL(MI_ClassFT, GetParentClass, self, (self, &parent));
    CALL(MI_ClassFT, Clone, self, (self, &clone));
    if (clone == NULL)
        must(class_new(&device_class, NULL, NULL, &clone));
    CALL(MI_ClassFT, Delete, clone, (clone));
    call_qualifier_set(self);
    call_parameter_set(self);
}

int main(void)
{
    call_instance();
    call_property_set();
    call_filter();
    call_class();
    return 0;
}
