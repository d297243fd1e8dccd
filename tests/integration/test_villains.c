/*
 * Providers that break the rules: each client gets its one answer, and nobody else suffers.
 */
#include "tests/support/fixture.h"

static void register_villains(Fixture *f)
{
    registration_write(f, "villain",
                       "LIBRARY=villain\nHOSTING=@requestor@\nCLASS=Villain_Confession\n"
                       "CLASS=Villain_Twice\nCLASS=Villain_Crowd\nCLASS=Villain_Mute\n"
                       "CLASS=Villain_Stranger\nCLASS=Villain_Nulls\nCLASS=Villain_Later\n"
                       "CLASS=Villain_Release\nCLASS=Villain_BadLoad\n"
                       "CLASS=Villain_EndlessLoad\nCALLS=parallel\n");
}

static Client *meet_villains(Fixture *f)
{
    register_villains(f);
    daemon_start(f, NULL);
    return client_connect(f, CLIENT_LINES);
}

/* Where nobody is waited for long. */
static Client *meet_villains_impatiently(Fixture *f)
{
    register_villains(f);
    daemon_start(f, "grace=100ms", "drain=100ms", NULL);
    return client_connect(f, CLIENT_LINES);
}

/* What the villain was told; the agent is well. */
static const char *hear_confession(Client *client)
{
    const cJSON *all = expect_result(client, ask_enumerate(client, "Villain_Confession", ""));

    return json_text(all, "instances.0.properties.Text");
}

/* Waits until the villain has something to say: it may go on after the client's answer. */
static void expect_confession(Client *client, const char *expected)
{
    const char *text = "";

    WAIT_UNTIL((text = hear_confession(client), *text != '\0'), "a confession");
    assert_string_equal(text, expected);
}

static void what_is_posted_after_the_result_is_refused(Fixture *f)
{
    Client *client = meet_villains(f);
    const cJSON *all = expect_result(
        client, ask_enumerate(client, "Villain_Twice",
                              ",'messages':['warning'],'workDoneToken':'w','prompts':true"));

    assert_int_equal(json_count(all, "instances"), 1);
    expect_operations(client, 0);
    assert_string_equal(hear_confession(client),
                        "result 4 error 4 instance 4 message 4 progress 4 question 4 register 4");
}

static void five_threads_post_and_one_result_is_taken(Fixture *f)
{
    Client *client = meet_villains(f);
    const cJSON *all = expect_result(client, ask_enumerate(client, "Villain_Crowd", ""));

    assert_int_equal(json_count(all, "instances"), 100);
    expect_confession(client, "taken 1");
}

static void a_provider_that_never_posts_costs_its_client_the_deadline(Fixture *f)
{
    Client *client = meet_villains_impatiently(f);
    (void)hear_confession(client); /* its agent is there: the time is the provider's own */
    long id = ask_enumerate(client, "Villain_Mute", ",'timeoutMs':400");
    const cJSON *data = expect_canceled(client, id, "timeout");

    expect_json(data, "abandoned", "true");
    (void)hear_confession(client); /* of a fresh agent */
    expect_agents(client, "villain", 1);
    expect_operations(client, 0);
}

static void what_is_no_instance_of_the_class_is_refused(Fixture *f)
{
    Client *client = meet_villains(f);

    expect_json(expect_result(client, ask_enumerate(client, "Villain_Stranger", "")), "",
                "{'instances':[]}");
    assert_string_equal(hear_confession(client), "other 4 null 4 zero 4 ended 4 broken 4");
}

static void nothing_at_all_is_an_argument_that_harms_nobody(Fixture *f)
{
    Client *client = meet_villains(f);
    pid_t agent;

    (void)hear_confession(client);
    agent = agent_pid_of(client, "villain");
    (void)expect_error(client, ask_enumerate(client, "Villain_Nulls", ""), CODE_FAILED,
                       "MI_RESULT_FAILED");
    (void)hear_confession(client);
    assert_int_equal(agent_pid_of(client, "villain"), agent);
}

static void a_function_may_return_long_before_its_result_is_posted(Fixture *f)
{
    Client *client = meet_villains(f);
    long id = ask_enumerate(client, "Villain_Later", "");

    expect_confession(client, "waiting");
    assert_false(response_came(client, id));
    (void)expect_result(client, ask_enumerate(client, "Villain_Release", ""));
    expect_json(expect_result(client, id), "instances.0.properties.Text", "'but here'");
}

static void a_load_that_fails_is_the_answer_and_is_remembered(Fixture *f)
{
    Client *client = meet_villains(f);
    const cJSON *error = expect_error(client, ask_enumerate(client, "Villain_BadLoad", ""),
                                      CODE_FAILED, "MI_RESULT_ACCESS_DENIED");

    expect_contains(json_text(error, "message"), "the moon is full");
    expect_contains(json_text(error, "message"), "libvillain.so");
    const cJSON *providers = expect_result(client, client_request(client, "host/providers", "{}"));
    char *text = cJSON_PrintUnformatted(providers);
    expect_contains(text, "the moon is full");
    cJSON_free(text);
    (void)hear_confession(client);
}

static void a_load_that_never_ends_costs_its_client_the_deadline(Fixture *f)
{
    Client *client = meet_villains_impatiently(f);
    long id = ask_enumerate(client, "Villain_EndlessLoad", ",'timeoutMs':50");

    (void)expect_canceled(client, id, "timeout");
    (void)hear_confession(client);
    expect_agents(client, "villain", 1);
    expect_operations(client, 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_posted_after_the_result_is_refused),
        TEST(five_threads_post_and_one_result_is_taken),
        TEST(a_provider_that_never_posts_costs_its_client_the_deadline),
        TEST(what_is_no_instance_of_the_class_is_refused),
        TEST(nothing_at_all_is_an_argument_that_harms_nobody),
        TEST(a_function_may_return_long_before_its_result_is_posted),
        TEST(a_load_that_fails_is_the_answer_and_is_remembered),
        TEST(a_load_that_never_ends_costs_its_client_the_deadline),
    };

    return RUN_TESTS("villains", tests);
}
