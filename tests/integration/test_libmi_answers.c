/*
 * libmi.so and each kind of answer that a host may give, to operations that are fetched: the host
 * is a thread of the test (tests/support/fake_host.h). What a client may do with its operations is
 * in test_libmi_asking.c.
 */
#include "tests/support/fake_host.h"
#include "tests/support/mi_client.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* What starts the one operation of a test. */
typedef void (*Starter)(MI_Session *session, MI_Operation *operation);

static void enumerate(MI_Session *session, MI_Operation *operation)
{
    MI_Session_EnumerateInstances(session, 0, NULL, "root/x", "A", MI_FALSE, NULL, operation);
}

static void get_class(MI_Session *session, MI_Operation *operation)
{
    MI_Session_GetClass(session, 0, NULL, "root/x", "A", NULL, operation);
}

/* The text of what was seen last. */
static char seen[512];

static void look(const MI_Instance *instance, void *data)
{
    const MI_Char *name;
    MI_Uint32 flags = 0;
    MI_Value value = {0};
    MI_Type type = MI_BOOLEAN;

    (void)data;
    assert_int_equal(MI_Instance_GetElementAt(instance, 0, &name, &value, &type, &flags), 0);
    snprintf(seen, sizeof(seen), "%s of type %d", name, (int)type);
}

/* One operation beside a host that says @script. */
static MiOutcome run(Fixture *f, Starter start, const char *const *script, FakeHost *fake)
{
    MI_Operation operation;
    MiOutcome outcome;

    seen[0] = '\0';
    fake_start(fake, f, script, false);
    MiClient client = mi_client_open_at(fake->path);
    start(&client.session, &operation);
    outcome = start == get_class ? mi_drain_classes(&operation, NULL, NULL)
                                 : mi_drain(&operation, look, NULL);
    mi_client_close(&client);
    fake_stop(fake);
    return outcome;
}

/* ---- Errors ---- */

typedef struct Refusal {
    const char *error;
    MI_Result result;
    const char *message;
} Refusal;

static void an_error_means_what_its_data_say_or_else_its_code(Fixture *f)
{
    static const Refusal refusals[] = {
        {"{'code':-32602,'message':'wrong'}", MI_RESULT_INVALID_PARAMETER, "wrong"},
        {"{'code':-32601,'message':'what?'}", MI_RESULT_NOT_SUPPORTED, "what?"},
        {"{'code':7,'message':'hm'}", MI_RESULT_FAILED, "hm"},
        {"{'code':7,'message':'hm','data':7}", MI_RESULT_FAILED, "hm"},
        {"{'code':7,'message':'hm','data':{'result':6}}", MI_RESULT_NOT_FOUND, "hm"},
        {"{'code':7,'message':'hm','data':{'result':'six'}}", MI_RESULT_FAILED, "hm"},
        /* What is no error, or none of MI's, is a failure all the same. */
        {"{'code':7,'message':'hm','data':{'result':0}}", MI_RESULT_FAILED, "hm"},
        {"{'code':7,'message':'hm','data':{'result':9999}}", MI_RESULT_FAILED, "hm"},
        {"{'code':7,'message':'hm','data':{'result':-1}}", MI_RESULT_FAILED, "hm"},
        {"{'code':7,'message':'hm','data':{'result':99999999999}}", MI_RESULT_FAILED, "hm"},
        {"{'code':7,'message':'hm','data':{'result':1.5}}", MI_RESULT_FAILED, "hm"},
        /* There is always a sentence. */
        {"{'code':7,'message':'','data':{'result':6}}", MI_RESULT_NOT_FOUND,
         "the requested object could not be found"},
    };
    char error[512];
    FakeHost fake;

    for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
        const char *script[] = {FAKE_INFO, FAKE_CLASS, error, NULL};

        snprintf(error, sizeof(error), "{'jsonrpc':'2.0','id':2,'error':%s}\n", refusals[i].error);
        MiOutcome outcome = run(f, enumerate, script, &fake);
        assert_int_equal(outcome.result, refusals[i].result);
        assert_string_equal(outcome.message, refusals[i].message);
        assert_string_equal(outcome.details, "CIM_Error");
    }
}

/* The class of the details is asked for, as of any instance. */
static void an_error_has_the_details_of_the_provider(Fixture *f)
{
    static const char *const details[] = {
        "{'code':7,'message':'m','data':{'result':6,"
        "'cimError':{'class':'My_Error','properties':{'Message':'x'}}}}",
        /* A canceled operation's are those of what it came to. */
        "{'code':-32800,'message':'m','data':{'reason':'none',"
        "'result':{'result':6,'cimError':{'class':'My_Error','properties':{'Message':'x'}}}}}",
    };
    char error[512];
    FakeHost fake;

    for (size_t i = 0; i < ARRAY_SIZE(details); i++) {
        const char *script[] = {FAKE_INFO, FAKE_CLASS, error,
                                FAKE_ERROR("4", "{'code':7,'message':'no such class'}"), NULL};

        snprintf(error, sizeof(error), "{'jsonrpc':'2.0','id':2,'error':%s}\n", details[i]);
        assert_string_equal(run(f, enumerate, script, &fake).details, "My_Error");
    }
}

static void details_that_are_none_are_made_anew(Fixture *f)
{
    static const char *const script[] = {
        FAKE_INFO, FAKE_CLASS,
        FAKE_ERROR("2", "{'code':7,'message':'m','data':{'result':6,'cimError':"
                        "{'class':'My_Error','properties':7}}}"),
        FAKE_ERROR("4", "{'code':7,'message':'no such class'}"), NULL};
    FakeHost fake;
    MiOutcome outcome = run(f, enumerate, script, &fake);

    assert_int_equal(outcome.result, MI_RESULT_NOT_FOUND);
    assert_string_equal(outcome.details, "CIM_Error");
}

/* ---- Results ---- */

static void a_list_that_is_missing_is_empty(Fixture *f)
{
    static const char *const results[] = {FAKE_RESULT("2", "{}"), FAKE_RESULT("2", "7"),
                                          FAKE_RESULT("2", "{'instances':{}}")};
    FakeHost fake;

    for (size_t i = 0; i < ARRAY_SIZE(results); i++) {
        const char *script[] = {FAKE_INFO, FAKE_CLASS, results[i], NULL};
        MiOutcome outcome = run(f, enumerate, script, &fake);
        assert_int_equal(outcome.result, MI_RESULT_OK);
        assert_int_equal(outcome.instances, 0);
    }
}

/* Without its class a value has the type that it looks like. */
static void an_instance_whose_class_nobody_knows_is_read_all_the_same(Fixture *f)
{
    static const char *const classes[] = {FAKE_ERROR("3", "{'code':7,'message':'no such class'}"),
                                          FAKE_RESULT("3", "{}"), FAKE_RESULT("3", "{'class':7}"),
                                          FAKE_RESULT("3", "{'class':{'class':7}}")};
    FakeHost fake;

    for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
        const char *script[] = {
            FAKE_INFO, classes[i],
            FAKE_RESULT("2", "{'instances':[{'class':'A','properties':{'Id':'x'}}]}"), NULL};
        MiOutcome outcome = run(f, enumerate, script, &fake);
        assert_int_equal(outcome.result, MI_RESULT_OK);
        assert_int_equal(outcome.instances, 1);
        assert_string_equal(seen, "Id of type 13"); /* MI_STRING */
    }
}

static void a_class_name_that_is_too_long_ends_the_operation(Fixture *f)
{
    char name[300] = "", part[600];
    const char *script[] = {FAKE_INFO, FAKE_CLASS, part, NULL};
    FakeHost fake;

    memset(name, 'x', sizeof(name) - 1);
    snprintf(part, sizeof(part),
             FAKE_RESULT("2", "{'instances':[{'class':'%s','properties':{'Id':1}}]}"), name);
    MiOutcome outcome = run(f, enumerate, script, &fake);
    assert_int_equal(outcome.result, MI_RESULT_FAILED);
    assert_non_null(
        strstr(outcome.message, "the name of a class, or of its namespace, is too long"));
}

static void a_class_that_is_none_is_an_error(Fixture *f)
{
    static const char *const script[] = {
        FAKE_INFO, FAKE_RESULT("2", "{'class':{'class':'A','properties':7}}"), NULL};
    FakeHost fake;
    MiOutcome outcome = run(f, get_class, script, &fake);

    assert_int_equal(outcome.result, MI_RESULT_FAILED);
    assert_non_null(strstr(outcome.message, "a result of the host can't be read: "));
    assert_non_null(strstr(outcome.message, "the class is broken: "));
    assert_int_equal(outcome.classes, 0);
}

static void what_means_nothing_is_passed_by(Fixture *f)
{
    static const char *const notices[] = {
        FAKE_NOTICE("$/progress", "{'token':2}"),
        FAKE_NOTICE("$/progress", "{'value':[]}"),
        FAKE_NOTICE("$/progress", "{'token':'two','value':[]}"),
        FAKE_NOTICE("$/progress", "{'token':99999999999999999999,'value':[{'class':'A'}]}"),
        FAKE_NOTICE("$/progress", "{'token':2.5,'value':[{'class':'A','properties':{}}]}"),
        FAKE_NOTICE("mi/message", "{'id':'two','channel':'debug','message':'m'}"),
        FAKE_NOTICE("mi/message", "{'id':2,'channel':'debug','message':'m'}"),
        FAKE_NOTICE("$/cancelRequest", "{}"),
        FAKE_NOTICE("$/progress", "{'token':2,'value':{'kind':'begin','title':'t'}}"),
        FAKE_NOTICE("$/progress", "{'token':2,'value':{'parameter':'P','values':[1]}}"),
    };
    FakeHost fake;

    for (size_t i = 0; i < ARRAY_SIZE(notices); i++) {
        char text[512];
        const char *script[] = {FAKE_INFO, FAKE_CLASS, text, NULL};

        snprintf(text, sizeof(text), "%s%s", notices[i], FAKE_RESULT("2", "{'instances':[]}"));
        MiOutcome outcome = run(f, enumerate, script, &fake);
        assert_int_equal(outcome.result, MI_RESULT_OK);
        assert_int_equal(outcome.instances, 0);
    }
}

static void questions_that_nobody_takes_are_refused(Fixture *f)
{
    static const char *const questions[] = {
        FAKE_QUESTION("7", "mi/promptUser", "{}"),
        FAKE_QUESTION("7", "mi/promptUser", "{'id':2}"),
        FAKE_QUESTION("7", "mi/writeError", "{'id':2,'error':{}}"),
    };
    FakeHost fake;

    for (size_t i = 0; i < ARRAY_SIZE(questions); i++) {
        char text[512];
        const char *script[] = {FAKE_INFO, FAKE_CLASS, text, FAKE_RESULT("2", "{'instances':[]}"),
                                NULL};

        snprintf(text, sizeof(text), "%s", questions[i]);
        assert_int_equal(run(f, enumerate, script, &fake).result, MI_RESULT_OK);
        assert_non_null(strstr(fake.heard, "\"id\":7,\"error\""));
    }
}

static void a_host_that_could_not_read_a_request_is_given_up(Fixture *f)
{
    char text[700], words[400] = "";
    const char *script[] = {FAKE_INFO, text, NULL};
    FakeHost fake;

    memset(words, 'w', sizeof(words) - 1);
    snprintf(text, sizeof(text), FAKE_ERROR("null", "{'code':-32700,'message':'%s'}"), words);
    MiOutcome outcome = run(f, enumerate, script, &fake);
    assert_int_equal(outcome.result, MI_RESULT_FAILED);
    assert_non_null(strstr(outcome.message, "it could not read a request: {\"code\":-32700"));
}

static void a_protocol_without_a_number_is_another_one(Fixture *f)
{
    static const char *const script[] = {FAKE_RESULT("1", "{'name':'x','protocol':'new'}"), NULL};
    FakeHost fake;
    MiOutcome outcome = run(f, enumerate, script, &fake);

    assert_int_equal(outcome.result, MI_RESULT_NOT_SUPPORTED);
    assert_non_null(strstr(outcome.message, "install those of one release"));
}

/* ---- Who can't be reached ---- */

static MiOutcome test_connection(const char *path)
{
    MiClient client = mi_client_open_at(path);
    MI_Operation operation;
    MiOutcome outcome;

    MI_Session_TestConnection(&client.session, 0, NULL, &operation);
    outcome = mi_drain(&operation, NULL, NULL);
    mi_client_close(&client);
    return outcome;
}

static void who_can_not_be_reached_is_told_apart(Fixture *f)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char path[128], text[200];
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    MiOutcome outcome;

    snprintf(path, sizeof(path), "%s/deaf", f->folder);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/deaf", f->folder);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    outcome = test_connection(path);
    assert_int_equal(outcome.result, MI_RESULT_FAILED);
    assert_non_null(strstr(outcome.message, "nobody listens there"));

    snprintf(text, sizeof(text), "%s/deaf", path);
    assert_non_null(strstr(test_connection(text).message, "there is no such socket"));
    snprintf(text, sizeof(text), "/%0150d", 0);
    assert_non_null(strstr(test_connection(text).message, "too long"));

    /* Root may go anywhere: it is somebody else for this. */
    assert_int_equal(chmod(path, 0), 0);
    if (geteuid() == 0)
        assert_int_equal(seteuid(65534), 0);
    outcome = test_connection(path);
    if (getuid() == 0)
        assert_int_equal(seteuid(0), 0);
    assert_int_equal(outcome.result, MI_RESULT_ACCESS_DENIED);
    assert_non_null(strstr(outcome.message, "permission denied"));
    close(fd);
    unlink(path);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(an_error_means_what_its_data_say_or_else_its_code),
        TEST(an_error_has_the_details_of_the_provider),
        TEST(details_that_are_none_are_made_anew),
        TEST(a_list_that_is_missing_is_empty),
        TEST(an_instance_whose_class_nobody_knows_is_read_all_the_same),
        TEST(a_class_name_that_is_too_long_ends_the_operation),
        TEST(a_class_that_is_none_is_an_error),
        TEST(what_means_nothing_is_passed_by),
        TEST(questions_that_nobody_takes_are_refused),
        TEST(a_host_that_could_not_read_a_request_is_given_up),
        TEST(a_protocol_without_a_number_is_another_one),
        TEST(who_can_not_be_reached_is_told_apart),
    };

    return RUN_TESTS("libmi_answers", tests);
}
