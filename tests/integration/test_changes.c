/*
 * Instances that are created, modified and deleted.
 */
#include "tests/support/fixture.h"

static Client *enter_house(Fixture *f)
{
    registration_write(f, "rooms",
                       "LIBRARY=house\nHOSTING=@requestor@\nCLASS=Test_Room:Test_Place\n"
                       "CLASS=Test_Hall:Test_Room:Test_Place\nCALLS=parallel\n");
    daemon_start(f, NULL);
    return client_connect(f, CLIENT_LINES);
}

static long ask_change(Client *client, const char *method, const char *properties, const char *more)
{
    return client_request(client, method,
                          "{'namespace':'root/cimv2',"
                          "'instance':{'class':'Test_Room','properties':{%s}}%s}",
                          properties, more);
}

static void an_instance_is_created_and_is_there(Fixture *f)
{
    Client *client = enter_house(f);

    expect_json(expect_result(client, ask_change(client, "mi/createInstance",
                                                 "'Name':'attic','Floor':2,'Area':12", "")),
                "",
                "{'instance':{'class':'Test_Room','properties':"
                "{'Name':'attic','Floor':2,'Area':12}}}");
    expect_json(expect_result(client, ask_get(client, "Test_Room", "'Name':'attic'", "")),
                "instance.properties.Floor", "2");
}

static void what_exists_is_not_created_again(Fixture *f)
{
    Client *client = enter_house(f);

    (void)expect_error(client, ask_change(client, "mi/createInstance", "'Name':'cellar'", ""),
                       CODE_FAILED, "MI_RESULT_ALREADY_EXISTS");
}

static void an_instance_is_modified(Fixture *f)
{
    Client *client = enter_house(f);

    expect_json(expect_result(client, ask_change(client, "mi/modifyInstance",
                                                 "'Name':'kitchen','Floor':3,'Area':21", "")),
                "", "null");
    expect_json(expect_result(client, ask_get(client, "Test_Room", "'Name':'kitchen'", "")),
                "instance.properties", "{'Name':'kitchen','Floor':3,'Area':21}");
}

static void only_the_named_properties_are_modified(Fixture *f)
{
    Client *client = enter_house(f);

    (void)expect_result(client, ask_change(client, "mi/modifyInstance",
                                           "'Name':'kitchen','Floor':3,'Area':21",
                                           ",'properties':['Area']"));
    expect_json(expect_result(client, ask_get(client, "Test_Room", "'Name':'kitchen'", "")),
                "instance.properties", "{'Name':'kitchen','Floor':1,'Area':21}");
}

static void an_instance_is_deleted_once(Fixture *f)
{
    Client *client = enter_house(f);

    expect_json(
        expect_result(client, ask_change(client, "mi/deleteInstance", "'Name':'cellar'", "")), "",
        "{}");
    const cJSON *error =
        expect_error(client, ask_change(client, "mi/deleteInstance", "'Name':'cellar'", ""),
                     CODE_FAILED, "MI_RESULT_NOT_FOUND");
    assert_string_equal(json_text(error, "data.message"), "there is no such room");
}

static void an_instance_that_does_not_fit_its_class_reaches_nobody(Fixture *f)
{
    Client *client = enter_house(f);
    const cJSON *error = expect_error(
        client, ask_change(client, "mi/createInstance", "'Name':'attic','Area':'large'", ""),
        CODE_INVALID_PARAMS, NULL);

    expect_contains(json_text(error, "message"), "Area");
    error = expect_error(client,
                         ask_change(client, "mi/createInstance", "'Name':'attic','Colour':1", ""),
                         CODE_INVALID_PARAMS, NULL);
    expect_contains(json_text(error, "message"), "Colour");
    (void)expect_error(client, ask_get(client, "Test_Room", "'Name':'attic'", ""), CODE_FAILED,
                       "MI_RESULT_NOT_FOUND");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(an_instance_is_created_and_is_there),
        TEST(what_exists_is_not_created_again),
        TEST(an_instance_is_modified),
        TEST(only_the_named_properties_are_modified),
        TEST(an_instance_is_deleted_once),
        TEST(an_instance_that_does_not_fit_its_class_reaches_nobody),
    };

    return RUN_TESTS("changes", tests);
}
