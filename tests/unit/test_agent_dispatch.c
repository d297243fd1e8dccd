/*
 * From an OPERATION frame to the provider's function, where test_agent.c does not look: classes,
 * base classes, static methods, ends of associations, options, and who may be unloaded.
 */
#include "tests/unit/agent_harness.h"

#include <stdio.h>

static const ServerOptions defaults = {0};

static ResultFrame expect_started_result(Server *server, uint64_t operation)
{
    expect(server, FRAME_STARTED, operation);
    return expect_answer(server, operation);
}

/* ---- Classes ---- */

static void a_class_is_told_and_nothing_of_the_provider_is_called(void **state)
{
    Server *server = server_start(&defaults);
    ResultFrame result;

    (void)state;
    server_send(server, 1, OPERATION_GET_CLASS, 0, "test_part", NULL, "{\"class\":\"test_part\"}");
    result = expect_started_result(server, 1);
    assert_int_equal(result.result, MI_RESULT_OK);
    assert_int_equal(result.flags, 0);
    assert_span_contains(result.body, "{\"class\":{\"class\":\"Test_Part\"");
    assert_span_contains(result.body, "\"superClass\":\"Test_Thing\"");
    assert_span_contains(result.body, "\"namespace\":\"root/test\"");
    assert_int_equal(script.loads, 0);
    server_stop(server);
}

static void a_class_that_the_library_lacks_is_its_fault(void **state)
{
    Server *server = server_start(&defaults);
    ResultFrame result;

    (void)state;
    server_send(server, 1, OPERATION_GET_CLASS, 0, "Test_Absent", NULL, "{}");
    result = expect_started_result(server, 1);
    assert_int_equal(result.result, MI_RESULT_INVALID_CLASS);
    assert_int_equal(result.flags, RESULT_FAULT | RESULT_CLASS_FAULT);
    assert_span_contains(result.message, "Test_Absent");
    server_stop(server);
}

static void enumerate_parts(Server *server, uint64_t operation, const char *base)
{
    Buffer frames = BUFFER_INIT;
    OperationFrame frame = {.kind = OPERATION_ENUMERATE_INSTANCES,
                            .name_space = SPAN("root/test"),
                            .class_name = SPAN("Test_Part"),
                            .base_class = span_of(base),
                            .params = SPAN("{\"depth\":\"deepBaseProperties\"}")};

    payload_put_operation(&frames, operation, &frame);
    server_write(server, &frames);
    server->operations++;
}

static void post_part(MI_Context *context)
{
    post_instance_of(context, &part_decl, "p", 1);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void base_properties_are_those_of_the_base_class(void **state)
{
    Server *server = server_start(&defaults);
    ResultFrame result;

    (void)state;
    script.enumerate = post_part;
    enumerate_parts(server, 1, "Test_Thing");
    result = expect_started_result(server, 1);
    assert_span_equal(result.body,
                      "[{\"class\":\"Test_Part\",\"properties\":{\"Id\":\"p\",\"Value\":1}}]");
    enumerate_parts(server, 2, "Test_Other");
    result = expect_started_result(server, 2);
    assert_int_equal(result.result, MI_RESULT_INVALID_SUPERCLASS);
    assert_int_equal(result.flags, RESULT_FAULT | RESULT_CLASS_FAULT);
    assert_span_contains(result.message, "Test_Other");
    server_stop(server);
}

/* ---- Methods ---- */

/* Runs the static method Run on @instance, and expects that it is refused with @part. */
static void expect_no_run(Server *server, uint64_t id, const char *instance, const char *part)
{
    char params[200];
    ResultFrame result;

    snprintf(params, sizeof(params), "{\"instance\":%s}", instance);
    server_send(server, id, OPERATION_INVOKE, 0, "Test_Thing", "Run", params);
    result = expect_started_result(server, id);
    assert_int_equal(result.flags, RESULT_INVALID_PARAMS);
    assert_span_contains(result.message, part);
    assert_int_equal(script.calls, 0);
}

static void an_instance_that_a_static_method_does_not_need_is_checked(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    expect_no_run(server, 1, "{\"class\":\"Test_Thing\",\"properties\":{\"Id\":1}}", "Id");
    expect_no_run(server, 2, "{\"class\":\"Test_Thing\",\"properties\":{\"Value\":1}}", "no key");
    expect_no_run(server, 3, "{\"class\":\"Test_Thing\",\"properties\":{\"Nothing\":1}}",
                  "Nothing");
    server_stop(server);
}

static void an_association_without_functions_is_refused_by_their_names(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    server_send(server, 1, OPERATION_ASSOCIATOR_INSTANCES, 0, "Test_Thing", NULL, "{}");
    assert_span_contains(expect_started_result(server, 1).message, "AssociatorInstances");
    server_send(server, 2, OPERATION_REFERENCE_INSTANCES, 0, "Test_Thing", NULL, "{}");
    assert_span_contains(expect_started_result(server, 2).message, "ReferenceInstances");
    server_stop(server);
}

/* ---- Options ---- */

static MI_Result missing;
static char first[16], second[16];

static void set_options(MI_Context *context)
{
    const MI_Char *text = "", *other = "";

    missing = MI_Context_GetStringOption(context, "Mode", &text);
    MI_Context_SetStringOption(context, "Mode", "slow");
    MI_Context_GetStringOption(context, "mode", &text);
    MI_Context_SetStringOption(context, "Mode", "fast");
    MI_Context_GetStringOption(context, "mode", &other);
    snprintf(first, sizeof(first), "%s", text); /* what was read stays */
    snprintf(second, sizeof(second), "%s", other);
    MI_Context_PostResult(context, MI_Context_SetStringOption(context, NULL, "x") ==
                                           MI_RESULT_INVALID_PARAMETER
                                       ? MI_RESULT_OK
                                       : MI_RESULT_FAILED);
}

static void a_provider_sets_options_of_its_own(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = set_options;
    server_enumerate(server, 1, 0);
    assert_int_equal(expect_started_result(server, 1).result, MI_RESULT_OK);
    assert_int_equal(missing, MI_RESULT_NOT_FOUND);
    assert_string_equal(first, "slow");
    assert_string_equal(second, "fast");
    server_stop(server);
}

/* ---- Instances that the provider didn't get from its context ---- */

typedef struct Error {
    MI_Instance instance;
    MI_ConstUint16Field CIMStatusCode;
    MI_ConstStringField Message;
} Error;

static const MI_PropertyDecl *const error_properties[] = {
    &(const MI_PropertyDecl){.flags = MI_FLAG_PROPERTY,
                             .name = "CIMStatusCode",
                             .type = MI_UINT16,
                             .offset = offsetof(Error, CIMStatusCode)},
    &(const MI_PropertyDecl){.flags = MI_FLAG_PROPERTY,
                             .name = "Message",
                             .type = MI_STRING,
                             .offset = offsetof(Error, Message)},
};

static const MI_ClassDecl error_decl = {
    .flags = MI_FLAG_CLASS,
    .name = "Test_Error",
    .properties = error_properties,
    .numProperties = ARRAY_SIZE(error_properties),
    .size = sizeof(Error),
};

static MI_Result bare_result, methods_result;

/* A struct of its own, and nothing of it made here. */
static void post_bare_structs(MI_Context *context)
{
    Thing thing = {.instance.classDecl = &thing_decl, .Id = {.value = "bare", .exists = MI_TRUE}};
    MI_Instance parameters = {.classDecl = (const MI_ClassDecl *)(const void *)&thing_run_method};

    bare_result = MI_Context_PostInstance(context, &thing.instance);
    methods_result = MI_Context_PostInstance(context, &parameters);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void a_struct_that_the_provider_laid_out_is_posted(void **state)
{
    Server *server = server_start(&defaults);
    ResultFrame result;

    (void)state;
    script.enumerate = post_bare_structs;
    server_enumerate(server, 1, 0);
    result = expect_started_result(server, 1);
    assert_int_equal(result.result, MI_RESULT_OK);
    assert_span_contains(result.body, "\"Id\":\"bare\"");
    assert_int_equal(result.count, 1);
    assert_int_equal(bare_result, MI_RESULT_OK);
    assert_int_equal(methods_result, MI_RESULT_INVALID_PARAMETER);
    server_stop(server);
}

/* Of a library that has functions of its own for instances. */
static MI_Result foreign_class_name(const MI_Instance *self, const MI_Char **name)
{
    (void)self;
    *name = "Test_Thing";
    return MI_RESULT_OK;
}

static MI_Result foreign_count(const MI_Instance *self, MI_Uint32 *count)
{
    (void)self;
    *count = 1;
    return MI_RESULT_OK;
}

static MI_Result foreign_element_at(const MI_Instance *self, MI_Uint32 index, const MI_Char **name,
                                    MI_Value *value, MI_Type *type, MI_Uint32 *flags)
{
    (void)self, (void)index;
    *name = "Id";
    *type = MI_STRING;
    value->string = (char *)(uintptr_t) "foreign";
    *flags = MI_FLAG_KEY;
    return MI_RESULT_OK;
}

static void post_foreign(MI_Context *context)
{
    static const MI_InstanceFT functions = {.GetClassName = foreign_class_name,
                                            .GetElementCount = foreign_count,
                                            .GetElementAt = foreign_element_at};
    MI_Instance foreign = {.ft = &functions};

    MI_Context_PostResult(context, MI_Context_PostInstance(context, &foreign));
}

static void an_instance_of_another_librarys_making_is_posted(void **state)
{
    Server *server = server_start(&defaults);
    ResultFrame result;

    (void)state;
    script.enumerate = post_foreign;
    server_enumerate(server, 1, 0);
    result = expect_started_result(server, 1);
    assert_int_equal(result.result, MI_RESULT_OK);
    assert_span_contains(result.body,
                         "\"class\":\"Test_Thing\",\"properties\":{\"Id\":\"foreign\"}");
    server_stop(server);
}

static void post_bare_error(MI_Context *context)
{
    Error error = {.instance.classDecl = &error_decl,
                   .CIMStatusCode = {.value = MI_RESULT_NOT_FOUND, .exists = MI_TRUE},
                   .Message = {.value = "it was here yesterday", .exists = MI_TRUE}};

    MI_Context_PostCimError(context, &error.instance);
}

static void an_error_that_the_provider_laid_out_is_read(void **state)
{
    Server *server = server_start(&defaults);
    ResultFrame result;

    (void)state;
    script.enumerate = post_bare_error;
    server_enumerate(server, 1, 0);
    result = expect_started_result(server, 1);
    assert_int_equal(result.result, MI_RESULT_NOT_FOUND);
    assert_span_equal(result.message, "it was here yesterday");
    assert_span_contains(result.cim_error, "\"CIMStatusCode\":6");
    server_stop(server);
}

/* ---- Who may be unloaded ---- */

static void request_unload(MI_Context *context)
{
    MI_Context_RequestUnload(context);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void refuse_and_request(MI_Context *context)
{
    MI_Context_RefuseUnload(context);
    MI_Context_RefuseUnload(context);
    MI_Context_RequestUnload(context);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static MI_Context *refusing;

static void refuse_in_load(MI_Context *context)
{
    refusing = context;
    MI_Context_RefuseUnload(context);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void a_provider_that_wants_to_be_unloaded_is_heard(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.enumerate = request_unload;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_UNLOAD, 0);
    script.enumerate = refuse_and_request;
    expect_whole(server, 1, MI_RESULT_OK);
    server_enumerate(server, 2, 0);
    expect(server, FRAME_KEEP, 0);
    expect(server, FRAME_UNLOAD, 0);
    server_stop(server);
}

static void a_refusal_in_load_outlives_its_operation(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.load_class = refuse_in_load;
    script.enumerate = request_unload;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_KEEP, 0);
    expect_whole(server, 1, MI_RESULT_OK);
    expect_alive(server); /* the next frame about the agent as a whole is PONG */
    server_stop(server);
    assert_int_equal(script.unloads, 2);
}

static void post_nothing(MI_Context *context)
{
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void a_refusal_is_taken_back_on_its_context_however_old_it_is(void **state)
{
    Server *server = server_start(&defaults);

    (void)state;
    script.load_class = refuse_in_load;
    script.enumerate = post_nothing;
    /* More of them than are put aside before their memory is used again. */
    for (uint64_t id = 1; id <= OPERATIONS_RESTING + 10; id++) {
        server_enumerate(server, id, 0);
        expect_whole(server, id, MI_RESULT_OK);
    }
    expect(server, FRAME_KEEP, 0);
    assert_int_equal(MI_Context_RefuseUnload(refusing), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(MI_Context_RequestUnload(refusing), MI_RESULT_OK);
    expect(server, FRAME_UNLOAD, 0);
    assert_int_equal(MI_Context_RequestUnload(refusing), MI_RESULT_INVALID_PARAMETER);
    expect_alive(server);
    server_stop(server);
}

static void the_provider_is_kept_until_each_refusal_is_taken_back(void **state)
{
    Server *server = server_start(&defaults);
    MI_Context *earlier;

    (void)state;
    script.enumerate = refuse_in_load;
    server_enumerate(server, 1, 0);
    expect(server, FRAME_KEEP, 0);
    expect_whole(server, 1, MI_RESULT_OK);
    earlier = refusing;
    server_enumerate(server, 2, 0);
    expect_whole(server, 2, MI_RESULT_OK);
    assert_int_equal(MI_Context_RequestUnload(earlier), MI_RESULT_OK);
    expect_alive(server);
    assert_int_equal(MI_Context_RequestUnload(refusing), MI_RESULT_OK);
    expect(server, FRAME_UNLOAD, 0);
    server_stop(server);
}

#define TEST(function) cmocka_unit_test_setup(function, script_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_class_is_told_and_nothing_of_the_provider_is_called),
        TEST(a_class_that_the_library_lacks_is_its_fault),
        TEST(base_properties_are_those_of_the_base_class),
        TEST(an_instance_that_a_static_method_does_not_need_is_checked),
        TEST(an_association_without_functions_is_refused_by_their_names),
        TEST(a_provider_sets_options_of_its_own),
        TEST(a_struct_that_the_provider_laid_out_is_posted),
        TEST(an_instance_of_another_librarys_making_is_posted),
        TEST(an_error_that_the_provider_laid_out_is_read),
        TEST(a_provider_that_wants_to_be_unloaded_is_heard),
        TEST(a_refusal_in_load_outlives_its_operation),
        TEST(a_refusal_is_taken_back_on_its_context_however_old_it_is),
        TEST(the_provider_is_kept_until_each_refusal_is_taken_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
