/*
 * Operations of several parts: an enumeration across the classes of two providers, each of which
 * has an agent of its own. Test_Serial is the base here, and Test_Other derives from it.
 */
#include "tests/support/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BASE    "Test_Serial"
#define DERIVED "Test_Other"

/* A client that enumerates the base, and the two providers in their functions. */
typedef struct Scene {
    Client *client;
    long id;
    Puppet *base, *derived;
} Scene;

static void register_both(Fixture *f)
{
    registration_write(f, "base", "LIBRARY=%s\nCLASS=" BASE "\nCALLS=parallel\n",
                       f->puppet_library);
    registration_write(f, "derived", "LIBRARY=%s\nCLASS=" DERIVED ":" BASE "\nCALLS=parallel\n",
                       f->puppet_library);
}

static Scene begin(Fixture *f, const char *more)
{
    Scene scene;
    Puppet *one, *other;

    register_both(f);
    daemon_start(f, NULL);
    scene.client = client_connect(f, CLIENT_LINES);
    scene.id = ask_enumerate(scene.client, BASE, more);
    one = gate_await(f->gate, "enumerate");
    other = gate_await(f->gate, "enumerate");
    bool is_base = atoi(puppet_ask(one, "pid")) == agent_pid_of(scene.client, "base");
    scene.base = is_base ? one : other;
    scene.derived = is_base ? other : one;
    return scene;
}

/* The provider posts @result and returns. */
static void finish(Puppet *puppet, const char *result)
{
    puppet_do(puppet, result, "0");
    puppet_return(puppet);
}

/* How many of the instances of @result are of @class_name. */
static int count_of(const cJSON *result, const char *class_name)
{
    const cJSON *instance;
    int count = 0;

    cJSON_ArrayForEach(instance, json_at(result, "instances"))
    {
        count += strcmp(json_text(instance, "class"), class_name) == 0;
    }
    return count;
}

static void a_deep_enumeration_has_what_both_providers_post(Fixture *f)
{
    Scene s = begin(f, "");

    puppet_do(s.derived, "post 3", "3 0");
    finish(s.derived, "result 0");
    expect_served(s.client);
    assert_false(response_came(s.client, s.id)); /* the base is not at its end */
    puppet_do(s.base, "post 2", "2 0");
    finish(s.base, "result 0");
    const cJSON *result = expect_result(s.client, s.id);
    assert_int_equal(json_count(result, "instances"), 5);
    assert_int_equal(count_of(result, BASE), 2);
    assert_int_equal(count_of(result, DERIVED), 3);
}

static void a_shallow_enumeration_asks_one_provider(Fixture *f)
{
    register_both(f);
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_enumerate(client, BASE, ",'depth':'shallow'");
    Puppet *base = gate_await(f->gate, "enumerate");

    puppet_do(base, "post 2", "2 0");
    finish(base, "result 0");
    assert_int_equal(count_of(expect_result(client, id), BASE), 2);
    assert_int_equal(agent_count_of(client, "derived"), 0);
}

static void an_enumeration_of_the_derived_class_asks_its_provider_alone(Fixture *f)
{
    register_both(f);
    daemon_start(f, NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask_enumerate(client, DERIVED, "");
    Puppet *derived = gate_await(f->gate, "enumerate");

    puppet_do(derived, "post 1", "1 0");
    finish(derived, "result 0");
    assert_int_equal(count_of(expect_result(client, id), DERIVED), 1);
    assert_int_equal(agent_count_of(client, "base"), 0);
}

static void a_part_that_fails_names_its_provider_after_what_the_other_sent(Fixture *f)
{
    Scene s = begin(f, ",'partialResultToken':'t'");

    finish(s.base, "error 6 it is not there");
    expect_served(s.client);
    assert_false(response_came(s.client, s.id));
    puppet_do(s.derived, "post 1", "1 0");
    const cJSON *progress = expect_notification(s.client, "$/progress");
    expect_json(progress, "value.0.class", "'" DERIVED "'");
    finish(s.derived, "result 0");
    const cJSON *error = expect_error(s.client, s.id, CODE_FAILED, "MI_RESULT_NOT_FOUND");
    expect_contains(json_text(error, "message"), "provider 'base'");
    expect_contains(json_text(error, "message"), "it is not there");
}

static void a_part_that_supports_no_enumeration_spoils_nothing(Fixture *f)
{
    Scene s = begin(f, "");

    finish(s.base, "result 7");
    puppet_do(s.derived, "post 2", "2 0");
    finish(s.derived, "result 0");
    assert_int_equal(count_of(expect_result(s.client, s.id), DERIVED), 2);
}

static void when_no_part_supports_it_nobody_does(Fixture *f)
{
    Scene s = begin(f, "");

    finish(s.derived, "result 7");
    finish(s.base, "result 7");
    (void)expect_error(s.client, s.id, CODE_FAILED, "MI_RESULT_NOT_SUPPORTED");
}

static void C4_a_cancel_goes_to_each_part(Fixture *f)
{
    Scene s = begin(f, "");

    puppet_do(s.base, "register it", "0");
    puppet_do(s.derived, "register it", "0");
    client_cancel(s.client, s.id, "timeout");
    puppet_return(gate_await(f->gate, "callback it of enumerate, reason 1"));
    puppet_return(gate_await(f->gate, "callback it of enumerate, reason 1"));
    finish(s.base, "result 1");
    expect_served(s.client);
    assert_false(response_came(s.client, s.id));
    finish(s.derived, "result 1");
    expect_json(expect_canceled(s.client, s.id, "timeout"), "delivered", "true");
    expect_operations(s.client, 0);
}

static void a_part_that_has_ended_is_not_canceled(Fixture *f)
{
    Scene s = begin(f, "");

    puppet_do(s.base, "register never", "0");
    puppet_do(s.base, "post 2", "2 0");
    finish(s.base, "result 0");
    puppet_do(s.derived, "post 1", "1 0");
    expect_served(s.client);
    client_cancel(s.client, s.id, NULL);
    puppet_await_canceled(s.derived);
    finish(s.derived, "result 1");
    const cJSON *data = expect_canceled(s.client, s.id, "none");
    expect_json(data, "delivered", "false");
    expect_json(data, "discarded", "3");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(a_deep_enumeration_has_what_both_providers_post),
        TEST(a_shallow_enumeration_asks_one_provider),
        TEST(an_enumeration_of_the_derived_class_asks_its_provider_alone),
        TEST(a_part_that_fails_names_its_provider_after_what_the_other_sent),
        TEST(a_part_that_supports_no_enumeration_spoils_nothing),
        TEST(when_no_part_supports_it_nobody_does),
        TEST(C4_a_cancel_goes_to_each_part),
        TEST(a_part_that_has_ended_is_not_canceled),
    };

    return RUN_TESTS("parts", tests);
}
