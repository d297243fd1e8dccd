/*
 * Classes: as their library declares them, and their instances, those of derived classes and of
 * other providers included.
 */
#include "tests/support/fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* The halls are another provider's, in another agent. */
static Client *enter_house(Fixture *f)
{
    registration_write(f, "rooms",
                       "LIBRARY=house\nHOSTING=@requestor@\nCLASS=Test_Room:Test_Place\n"
                       "CALLS=parallel\n");
    registration_write(f, "halls",
                       "LIBRARY=house\nHOSTING=@requestor@\n"
                       "CLASS=Test_Hall:Test_Room:Test_Place\nCALLS=parallel\n");
    daemon_start(f, NULL);
    return client_connect(f, CLIENT_LINES);
}

static long ask_class(Client *client, const char *name)
{
    return client_request(client, "mi/getClass", "{'namespace':'root/cimv2','class':'%s'}", name);
}

/* The instance called @name among @result's, or NULL. */
static const cJSON *find_place(const cJSON *result, const char *name)
{
    const cJSON *instance;

    cJSON_ArrayForEach(instance, json_at(result, "instances"))
    {
        if (strcmp(json_text(instance, "properties.Name"), name) == 0)
            return instance;
    }
    return NULL;
}

/* ---- Declarations ---- */

static void a_class_is_told_as_its_library_declares_it(Fixture *f)
{
    Client *client = enter_house(f);
    const cJSON *got = expect_result(client, ask_class(client, "test_hall"));

    assert_string_equal(json_text(got, "class.class"), "Test_Hall");
    assert_string_equal(json_text(got, "class.superClass"), "Test_Room");
    expect_json(got, "class.properties.Name.key", "true");
    assert_string_equal(json_text(got, "class.properties.Doors.type"), "uint32");
    assert_non_null(json_at(got, "class.methods.Describe"));
    expect_json(got, "class.methods.Survey.returnType", "'uint32'");
}

static void an_abstract_class_is_told_by_the_provider_of_a_derived_one(Fixture *f)
{
    Client *client = enter_house(f);
    const cJSON *got = expect_result(client, ask_class(client, "Test_Place"));

    assert_string_equal(json_text(got, "class.class"), "Test_Place");
    assert_null(json_at(got, "class.properties.Area"));
}

static void a_class_that_nobody_implements_is_told_by_the_library_that_declares_it(Fixture *f)
{
    registration_write(f, "declared",
                       "LIBRARY=house\nHOSTING=@requestor@\nEXTRACLASS=Test_Wall\n"
                       "INDICATIONCLASS=Test_Door\n");
    Client *client = enter_house(f);

    assert_string_equal(
        json_text(expect_result(client, ask_class(client, "Test_Wall")), "class.class"),
        "Test_Wall");
    assert_string_equal(
        json_text(expect_result(client, ask_class(client, "Test_Door")), "class.class"),
        "Test_Door");
    long id = client_request(client, "mi/enumerateClasses", "{'namespace':'root/cimv2'}");
    (void)expect_result(client, id);
    daemon_log_contains(f, ": mi/enumerateClasses: done after ");
    const cJSON *none = expect_result(client, ask_enumerate(client, "Test_Wall", ""));
    assert_int_equal(json_count(none, "instances"), 0);
}

static void a_class_that_its_library_lacks_is_the_registrations_mistake(Fixture *f)
{
    registration_write(f, "ghost", "LIBRARY=house\nHOSTING=@requestor@\nCLASS=Test_Ghost\n");
    Client *client = enter_house(f);
    const cJSON *error = expect_error(client, ask_class(client, "Test_Ghost"), CODE_FAILED,
                                      "MI_RESULT_INVALID_CLASS");

    expect_contains(json_text(error, "message"), "Test_Ghost");
    expect_contains(json_text(error, "message"), "libhouse.so");
    (void)expect_result(client, ask_class(client, "Test_Room"));
}

static void classes_are_enumerated_across_providers(Fixture *f)
{
    Client *client = enter_house(f);
    long id = client_request(client, "mi/enumerateClasses",
                             "{'namespace':'root/cimv2','class':'Test_Place','deep':true}");
    const cJSON *result = expect_result(client, id);

    assert_int_equal(json_count(result, "classes"), 2);
}

/* ---- Instances ---- */

static void instances_of_derived_classes_come_too_across_providers(Fixture *f)
{
    Client *client = enter_house(f);
    const cJSON *all = expect_result(client, ask_enumerate(client, "Test_Place", ""));

    assert_int_equal(json_count(all, "instances"), 3);
    expect_json(find_place(all, "kitchen"), "",
                "{'class':'Test_Room','properties':{'Name':'kitchen','Floor':1,'Area':20}}");
    expect_json(find_place(all, "entrance"), "",
                "{'class':'Test_Hall','properties':"
                "{'Name':'entrance','Floor':1,'Area':8,'Doors':3}}");
}

static void a_shallow_enumeration_has_the_class_itself_alone(Fixture *f)
{
    Client *client = enter_house(f);
    const cJSON *rooms =
        expect_result(client, ask_enumerate(client, "Test_Room", ",'depth':'shallow'"));

    assert_int_equal(json_count(rooms, "instances"), 2);
    assert_null(find_place(rooms, "entrance"));
}

static void base_properties_only_are_those_of_the_class_that_was_asked_for(Fixture *f)
{
    Client *client = enter_house(f);
    const cJSON *all =
        expect_result(client, ask_enumerate(client, "Test_Place", ",'depth':'deepBaseProperties'"));

    assert_int_equal(json_count(all, "instances"), 3);
    expect_json(find_place(all, "entrance"), "",
                "{'class':'Test_Hall','properties':{'Name':'entrance','Floor':1}}");
    all = expect_result(client, ask_enumerate(client, "Test_Room",
                                              ",'depth':'deepBaseProperties'"
                                              ",'properties':['Area']"));
    expect_json(find_place(all, "entrance"), "",
                "{'class':'Test_Hall','properties':{'Name':'entrance','Area':8}}");
    (void)expect_error(
        client,
        ask_enumerate(client, "Test_Room", ",'depth':'deepBaseProperties','properties':['Doors']"),
        CODE_INVALID_PARAMS, NULL);
}

static void the_host_honours_keys_only_where_the_provider_does_not(Fixture *f)
{
    Client *client = enter_house(f);
    const cJSON *all =
        expect_result(client, ask_enumerate(client, "Test_Place", ",'keysOnly':true"));

    expect_json(find_place(all, "entrance"), "",
                "{'class':'Test_Hall','properties':{'Name':'entrance'}}");
}

static void an_instance_is_found_by_enumeration_if_there_is_no_other_way(Fixture *f)
{
    Client *client = enter_house(f);
    const cJSON *got = expect_result(
        client, ask_get(client, "Test_Room", "'Name':'cellar'", ",'properties':['Area']"));

    expect_json(got, "instance", "{'class':'Test_Room','properties':{'Name':'cellar','Area':30}}");
    (void)expect_error(client, ask_get(client, "Test_Room", "'Name':'attic'", ""), CODE_FAILED,
                       "MI_RESULT_NOT_FOUND");
}

/* ---- Methods ---- */

static long ask_describe(Client *client, const char *target, const char *method)
{
    return client_request(client, "mi/invoke", "{'namespace':'root/cimv2',%s,'method':'%s'}",
                          target, method);
}

#define KITCHEN  "'instance':{'class':'Test_Room','properties':{'Name':'kitchen'}}"
#define ANY_ROOM "'instance':{'class':'Test_Room','properties':{}}"

static void a_method_of_an_instance_gets_its_path(Fixture *f)
{
    Client *client = enter_house(f);

    expect_json(expect_result(client, ask_describe(client, KITCHEN, "Describe")), "",
                "{'returnValue':0,'parameters':{'Text':'Test_Room.Describe of kitchen'}}");
    expect_json(expect_result(client, ask_describe(client, "'class':'Test_Room'", "Survey")),
                "parameters.Text", "'Test_Room.Survey of nothing'");
}

static void a_method_of_an_instance_needs_one_and_all_of_its_keys(Fixture *f)
{
    Client *client = enter_house(f);
    const cJSON *error = expect_error(
        client, ask_describe(client, "'class':'Test_Room'", "Describe"), CODE_INVALID_PARAMS, NULL);

    expect_contains(json_text(error, "message"), "Describe");
    error =
        expect_error(client, ask_describe(client, ANY_ROOM, "Describe"), CODE_INVALID_PARAMS, NULL);
    expect_contains(json_text(error, "message"), "Name");
}

static void a_static_method_gets_the_instance_that_it_does_not_need(Fixture *f)
{
    Client *client = enter_house(f);

    expect_json(expect_result(client, ask_describe(client, KITCHEN, "Survey")), "parameters.Text",
                "'Test_Room.Survey of kitchen'");
    expect_json(expect_result(client, ask_describe(client, ANY_ROOM, "Survey")), "parameters.Text",
                "'Test_Room.Survey of '");
}

static void what_a_provider_has_no_function_for_is_refused_by_its_name(Fixture *f)
{
    Client *client = enter_house(f);
    long id = client_request(client, "mi/deleteInstance",
                             "{'namespace':'root/cimv2',"
                             "'instance':{'class':'Test_Hall','properties':{'Name':'entrance'}}}");
    const cJSON *error = expect_error(client, id, CODE_FAILED, "MI_RESULT_NOT_SUPPORTED");

    expect_contains(json_text(error, "message"), "Test_Hall");
    expect_contains(json_text(error, "message"), "DeleteInstance");
}

/* ---- mihost-agent --schema ---- */

/* What the agent prints about @library; its exit status to *@status. */
static const char *read_schema(const char *library, int *status)
{
    static char text[4096];
    size_t size = 0;
    ssize_t more;
    int ends[2];
    pid_t pid;

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        execl(MIHOST_AGENT_PROGRAM, "mihost-agent", "--schema", library, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    while ((more = read(ends[0], text + size, sizeof(text) - 1 - size)) > 0)
        size += (size_t)more;
    close(ends[0]);
    text[size] = '\0';
    assert_int_equal(waitpid(pid, status, 0), pid);
    *status = WEXITSTATUS(*status);
    return text;
}

static void the_agent_prints_what_a_library_declares(Fixture *f)
{
    int status;

    (void)f;
    assert_string_equal(read_schema(TEST_PROVIDERS "/libhouse.so", &status),
                        "{\"classes\":[{\"name\":\"Test_Place\",\"bases\":[],\"extra\":true},"
                        "{\"name\":\"Test_Room\",\"bases\":[\"Test_Place\"]},"
                        "{\"name\":\"Test_Hall\",\"bases\":[\"Test_Room\",\"Test_Place\"]},"
                        "{\"name\":\"Test_Door\",\"bases\":[],"
                        "\"association\":{\"left\":\"Test_Room\",\"right\":\"Test_Room\"}},"
                        "{\"name\":\"Test_Wall\",\"bases\":[],"
                        "\"association\":{\"left\":\"Test_Room\",\"right\":\"Test_Room\"}}]}\n");
    assert_int_equal(status, 0);
}

static void a_library_is_looked_at_as_nobody(Fixture *f)
{
    char expected[64];
    int status;

    (void)f;
    snprintf(expected, sizeof(expected), "called by uid %u and gid %u\n",
             geteuid() == 0 ? 65534 : (unsigned)geteuid(),
             geteuid() == 0 ? 65534 : (unsigned)getegid());
    expect_contains(read_schema(TEST_PROVIDERS "/libmistaken-NONE.so", &status), expected);
    assert_int_equal(status, 0);
    expect_contains(read_schema(TEST_PROVIDERS "/libmistaken-HOLE.so", &status),
                    "property declaration 2 of 2");
    assert_int_equal(status, 1);
}

static void a_library_that_is_no_provider_has_no_schema(Fixture *f)
{
    int status;

    (void)f;
    expect_contains(read_schema(TEST_PROVIDERS "/libempty.so", &status), "no function MI_Main");
    assert_int_equal(status, 1);
    expect_contains(read_schema("/nonexistent.so", &status), "/nonexistent.so");
    assert_int_equal(status, 1);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(a_class_is_told_as_its_library_declares_it),
        TEST(an_abstract_class_is_told_by_the_provider_of_a_derived_one),
        TEST(a_class_that_nobody_implements_is_told_by_the_library_that_declares_it),
        TEST(a_class_that_its_library_lacks_is_the_registrations_mistake),
        TEST(classes_are_enumerated_across_providers),
        TEST(instances_of_derived_classes_come_too_across_providers),
        TEST(a_shallow_enumeration_has_the_class_itself_alone),
        TEST(base_properties_only_are_those_of_the_class_that_was_asked_for),
        TEST(the_host_honours_keys_only_where_the_provider_does_not),
        TEST(an_instance_is_found_by_enumeration_if_there_is_no_other_way),
        TEST(a_method_of_an_instance_gets_its_path),
        TEST(a_method_of_an_instance_needs_one_and_all_of_its_keys),
        TEST(a_static_method_gets_the_instance_that_it_does_not_need),
        TEST(what_a_provider_has_no_function_for_is_refused_by_its_name),
        TEST(the_agent_prints_what_a_library_declares),
        TEST(a_library_is_looked_at_as_nobody),
        TEST(a_library_that_is_no_provider_has_no_schema),
    };

    return RUN_TESTS("classes", tests);
}
