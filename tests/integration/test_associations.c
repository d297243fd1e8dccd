/*
 * Associations: traversed by asking each provider of an association class that can tie the
 * instance to something.
 */
#include "tests/support/fixture.h"

#define PATH(class, name) "'instance':{'class':'" class "','properties':{'Name':'" name "'}}"

static Client *enter_house(Fixture *f)
{
    registration_write(f, "rooms",
                       "LIBRARY=house\nHOSTING=@requestor@\nCLASS=Test_Room:Test_Place\n"
                       "CLASS=Test_Hall:Test_Room:Test_Place\nCALLS=parallel\n");
    registration_write(f, "doors",
                       "LIBRARY=house\nHOSTING=@requestor@\nCLASS=Test_Door{Test_Room,Test_Room}\n"
                       "CALLS=parallel\n");
    registration_write(f, "walls",
                       "LIBRARY=house\nHOSTING=@requestor@\nCLASS=Test_Wall{Test_Room,Test_Room}\n"
                       "CALLS=parallel\n");
    /* A room that the library of the doors has never heard of. */
    registration_write(
        f, "far", "LIBRARY=sample\nHOSTING=@requestor@\nCLASS=Test_Far:Test_Room:Test_Place\n");
    daemon_start(f, NULL);
    return client_connect(f, CLIENT_LINES);
}

static long ask_associators(Client *client, const char *path, const char *more)
{
    return client_request(client, "mi/associatorInstances", "{'namespace':'root/cimv2',%s%s}", path,
                          more);
}

static long ask_references(Client *client, const char *path, const char *more)
{
    return client_request(client, "mi/referenceInstances", "{'namespace':'root/cimv2',%s%s}", path,
                          more);
}

static void the_other_end_is_found(Fixture *f)
{
    Client *client = enter_house(f);
    const cJSON *found = expect_result(client, ask_associators(client, PATH("Test_Room", "kitchen"),
                                                               ",'associationClass':'Test_Door'"));

    expect_json(found, "",
                "{'instances':[{'class':'Test_Hall','properties':"
                "{'Name':'entrance','Floor':1,'Area':8,'Doors':3}}]}");
    found =
        expect_result(client, ask_associators(client, PATH("Test_Hall", "entrance"),
                                              ",'associationClass':'Test_Door','keysOnly':true"));
    expect_json(found, "", "{'instances':[{'class':'Test_Room','properties':{'Name':'kitchen'}}]}");
    found = expect_result(client, ask_associators(client, PATH("Test_Room", "cellar"),
                                                  ",'associationClass':'Test_Door'"));
    expect_json(found, "", "{'instances':[]}");
}

static void the_association_itself_is_found(Fixture *f)
{
    Client *client = enter_house(f);
    const cJSON *found = expect_result(
        client, ask_references(client, PATH("Test_Room", "kitchen"), ",'resultClass':'Test_Door'"));

    assert_int_equal(json_count(found, "instances"), 1);
    expect_json(found, "instances.0.properties.Width", "90");
    expect_json(found, "instances.0.properties.From",
                "{'class':'Test_Room','properties':{'Name':'kitchen'}}");
    expect_json(found, "instances.0.properties.To",
                "{'class':'Test_Hall','properties':{'Name':'entrance'}}");
}

static void a_provider_that_does_not_support_it_spoils_no_other_answer(Fixture *f)
{
    Client *client = enter_house(f);
    const cJSON *found =
        expect_result(client, ask_associators(client, PATH("Test_Room", "kitchen"), ""));

    assert_int_equal(json_count(found, "instances"), 1);
    found = expect_result(client, ask_references(client, PATH("Test_Room", "kitchen"), ""));
    assert_int_equal(json_count(found, "instances"), 1);
}

static void only_what_was_asked_for_of_the_properties_arrives(Fixture *f)
{
    Client *client = enter_house(f);
    const cJSON *found = expect_result(
        client, ask_associators(client, PATH("Test_Room", "kitchen"), ",'properties':['Doors']"));

    expect_json(found, "instances.0.properties", "{'Name':'entrance','Doors':3}");
}

static void what_narrows_a_traversal_reaches_the_provider(Fixture *f)
{
    Client *client = enter_house(f);
    const cJSON *error =
        expect_error(client,
                     ask_associators(client, PATH("Test_Room", "kitchen"),
                                     ",'associationClass':'Test_Door','resultClass':'Test_Hall',"
                                     "'role':'Tell','resultRole':'To','keysOnly':true"),
                     CODE_FAILED, "MI_RESULT_FAILED");

    expect_contains(json_text(error, "message"),
                    "Test_Room kitchen: class Test_Hall, role Tell, other role To, keys only");
    error = expect_error(client,
                         ask_references(client, PATH("Test_Room", "kitchen"),
                                        ",'resultClass':'Test_Door','role':'Tell'"),
                         CODE_FAILED, "MI_RESULT_FAILED");
    expect_contains(json_text(error, "message"),
                    "Test_Room kitchen: class -, role Tell, other role -");
}

static void an_end_of_a_class_that_the_library_does_not_declare_reaches_it(Fixture *f)
{
    Client *client = enter_house(f);
    const cJSON *error =
        expect_error(client,
                     ask_associators(client, PATH("Test_Far", "tower"),
                                     ",'associationClass':'Test_Door','role':'Tell'"),
                     CODE_FAILED, "MI_RESULT_FAILED");

    expect_contains(json_text(error, "message"), "Test_Far tower");
}

static void an_end_without_its_keys_is_refused(Fixture *f)
{
    Client *client = enter_house(f);
    const cJSON *error =
        expect_error(client,
                     ask_associators(client, "'instance':{'class':'Test_Room','properties':{}}",
                                     ",'associationClass':'Test_Door'"),
                     CODE_INVALID_PARAMS, NULL);

    expect_contains(json_text(error, "message"), "Name");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(the_other_end_is_found),
        TEST(the_association_itself_is_found),
        TEST(a_provider_that_does_not_support_it_spoils_no_other_answer),
        TEST(only_what_was_asked_for_of_the_properties_arrives),
        TEST(what_narrows_a_traversal_reaches_the_provider),
        TEST(an_end_of_a_class_that_the_library_does_not_declare_reaches_it),
        TEST(an_end_without_its_keys_is_refused),
    };

    return RUN_TESTS("associations", tests);
}
