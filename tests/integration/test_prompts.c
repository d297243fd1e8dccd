/*
 * Questions of a provider: the client is asked while the operation runs, if it wants to be, and
 * else the documented default holds at once.
 */
#include "tests/support/fixture.h"

#include <stdio.h>

/* An operation, in the provider. */
typedef struct Scene {
    Client *client;
    long id;
    Puppet *puppet;
} Scene;

static Scene run_with(Fixture *f, const char *more)
{
    Scene s;

    daemon_start(f, NULL);
    s.client = client_connect(f, CLIENT_LINES);
    s.id = ask_run_with(s.client, "a", more);
    s.puppet = gate_await(f->gate, "invoke a");
    return s;
}

static bool is_request(const cJSON *message, const void *data)
{
    const cJSON *method = json_at(message, "method");

    return cJSON_IsString(method) && strcmp(method->valuestring, data) == 0;
}

/* The next question called @method, whose params are about @s. */
static const cJSON *expect_question(const Scene *s, const char *method)
{
    const cJSON *question = client_find(s->client, is_request, method, method);

    assert_true((long)json_number(question, "params.id") == s->id);
    return question;
}

/* Answers with @member, "'result':{'answer':true}" with " for '. */
static void answer_with(const Scene *s, const cJSON *question, const char *member)
{
    char text[256];

    snprintf(text, sizeof(text), "{\"jsonrpc\":\"2.0\",\"id\":%.0f,%s}",
             json_number(question, "id"), member);
    client_send_message(s->client, text);
}

static void answer(const Scene *s, const cJSON *question, bool yes)
{
    answer_with(s, question,
                yes ? "\"result\":{\"answer\":true}" : "\"result\":{\"answer\":false}");
}

static void expect_said(Puppet *puppet, const char *command, const char *expected)
{
    assert_string_equal(puppet_answer(puppet, command), expected);
}

static void end(const Scene *s)
{
    puppet_do(s->puppet, "result 0", "0");
    puppet_return(s->puppet);
    (void)expect_result(s->client, s->id);
}

static void the_client_says_yes_or_no(Fixture *f)
{
    Scene s = run_with(f, ",'prompts':true");

    puppet_tell(s.puppet, "process delete");
    const cJSON *question = expect_question(&s, "mi/shouldProcess");
    assert_string_equal(json_text(question, "params.target"), "a target");
    assert_string_equal(json_text(question, "params.action"), "delete");
    answer(&s, question, true);
    expect_said(s.puppet, "process delete", "0 1");

    puppet_tell(s.puppet, "continue for good");
    question = expect_question(&s, "mi/shouldContinue");
    assert_string_equal(json_text(question, "params.message"), "for good");
    answer(&s, question, false);
    expect_said(s.puppet, "continue for good", "0 0");

    puppet_tell(s.puppet, "prompt really");
    question = expect_question(&s, "mi/promptUser");
    assert_string_equal(json_text(question, "params.type"), "critical");
    answer(&s, question, true);
    expect_said(s.puppet, "prompt really", "0 1");
    end(&s);
}

static void an_error_that_ends_nothing_is_shown_and_asked_about(Fixture *f)
{
    Scene s = run_with(f, ",'prompts':true");

    puppet_tell(s.puppet, "complain 6 it is gone");
    const cJSON *question = expect_question(&s, "mi/writeError");
    assert_string_equal(json_text(question, "params.error.resultName"), "MI_RESULT_NOT_FOUND");
    assert_string_equal(json_text(question, "params.error.message"), "it is gone");
    answer(&s, question, false);
    expect_said(s.puppet, "complain 6 it is gone", "0 0");
    end(&s);
}

static void an_error_for_an_answer_is_the_default(Fixture *f)
{
    Scene s = run_with(f, ",'prompts':true");

    puppet_tell(s.puppet, "process delete");
    answer_with(&s, expect_question(&s, "mi/shouldProcess"),
                "\"error\":{\"code\":-32601,\"message\":\"what?\"}");
    expect_said(s.puppet, "process delete", "0 1");
    end(&s);
}

static void who_does_not_want_to_be_asked_is_not(Fixture *f)
{
    Scene s = run_with(f, "");

    puppet_do(s.puppet, "process delete", "0 1");
    puppet_do(s.puppet, "continue for good", "0 1");
    puppet_do(s.puppet, "prompt really", "0 1");
    puppet_do(s.puppet, "complain 6 it is gone", "0 1");
    end(&s);
}

static void two_threads_ask_at_the_same_time(Fixture *f)
{
    Scene s = run_with(f, ",'prompts':true");

    puppet_do(s.puppet, "thread other", "0");
    Puppet *other = gate_await(f->gate, "thread other of a");
    puppet_tell(s.puppet, "process delete");
    const cJSON *first = expect_question(&s, "mi/shouldProcess");
    puppet_tell(other, "continue for good");
    const cJSON *second = expect_question(&s, "mi/shouldContinue");
    answer(&s, second, false);
    expect_said(other, "continue for good", "0 0");
    answer(&s, first, true);
    expect_said(s.puppet, "process delete", "0 1");
    puppet_return(other);
    end(&s);
}

static void P10_a_cancel_ends_the_wait_for_an_answer(Fixture *f)
{
    Scene s = run_with(f, ",'prompts':true");

    puppet_tell(s.puppet, "process delete");
    const cJSON *question = expect_question(&s, "mi/shouldProcess");
    client_cancel(s.client, s.id, "timeout");
    expect_said(s.puppet, "process delete", "1 0");
    answer(&s, question, true); /* nobody waits for it */
    puppet_do(s.puppet, "process delete", "1 0");
    puppet_do(s.puppet, "result 1", "0");
    puppet_return(s.puppet);
    (void)expect_canceled(s.client, s.id, "timeout");
    expect_served(s.client);
}

static void the_final_post_of_another_thread_ends_the_wait_for_an_answer(Fixture *f)
{
    Scene s = run_with(f, ",'prompts':true");

    puppet_do(s.puppet, "thread other", "0");
    Puppet *other = gate_await(f->gate, "thread other of a");
    puppet_tell(s.puppet, "process delete");
    (void)expect_question(&s, "mi/shouldProcess");
    puppet_do(other, "result 0", "0");
    expect_said(s.puppet, "process delete", "4 0");
    puppet_return(other);
    puppet_return(s.puppet);
    (void)expect_result(s.client, s.id);
}

static void a_client_that_hangs_up_answers_nothing(Fixture *f)
{
    Scene s = run_with(f, ",'prompts':true");

    puppet_tell(s.puppet, "process delete");
    (void)expect_question(&s, "mi/shouldProcess");
    client_hang_up(s.client);
    expect_said(s.puppet, "process delete", "1 0");
    puppet_do(s.puppet, "result 1", "0");
    puppet_return(s.puppet);
    expect_operations(client_connect(f, CLIENT_LINES), 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(the_client_says_yes_or_no),
        TEST(an_error_that_ends_nothing_is_shown_and_asked_about),
        TEST(an_error_for_an_answer_is_the_default),
        TEST(who_does_not_want_to_be_asked_is_not),
        TEST(two_threads_ask_at_the_same_time),
        TEST(P10_a_cancel_ends_the_wait_for_an_answer),
        TEST(the_final_post_of_another_thread_ends_the_wait_for_an_answer),
        TEST(a_client_that_hangs_up_answers_nothing),
    };

    return RUN_TESTS("prompts", tests);
}
