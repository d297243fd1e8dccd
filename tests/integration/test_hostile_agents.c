/*
 * What an agent must not do. Each breach ends that agent alone, with the reason in the log; who
 * waits for it is answered once, and whoever else there is doesn't notice.
 *
 * The agents are scripts (tests/agents/scripted.c), the frames those of mihost-protocol(7).
 */
#include "tests/support/fixture.h"

#include <stdio.h>
#include <unistd.h>

#define KILLED      ": killed: "
#define BROKEN      KILLED "a RESULT frame of it is broken"
#define BATCH       KILLED "an INSTANCES frame of it is broken"
#define OUT_OF_TURN KILLED "it sent a frame that the state of its operation doesn't allow"
#define STRANGE     KILLED "it sent a frame for an operation that it doesn't have"
#define NO_TYPE     KILLED "a frame of a type or with flags that this side may not send"
#define MISPLACED   KILLED "a frame with an operation where there is none to be, or without one"
#define TOO_LONG    KILLED "a frame that is too long"
#define CUT_SHORT   KILLED "its connection ended"

#define BEGIN "greet 1;operation;frame STARTED op;"
#define POST  "u32:8 u32:0 u32:0 u32:0 s: s:"
#define GOOD  "frame RESULT op " POST " t:{'instance':null};"

typedef enum Ask {
    ASK_GET,
    ASK_LIST,   /* and collect */
    ASK_STREAM, /* and don't read what comes */
    ASK_PROMPT, /* and answer nothing */
} Ask;

typedef struct Villainy {
    const char *what;
    Ask ask;
    const char *script;
    const char *logged; /* behind "agent PID (PROVIDER, uid UID)" */
    enum {
        UNANSWERED, /* the client gets an error that says why */
        ANSWERED,   /* it came too late to spoil the answer */
    } answer;
} Villainy;

/* clang-format off */
static const Villainy greetings[] = {
    {"no HELLO", ASK_GET, "frame PONG 0", KILLED "a first frame that is no HELLO", UNANSWERED},
    {"two", ASK_GET, "greet 1;greet 1", KILLED "a first frame that is no HELLO, or a second HELLO", UNANSWERED},
    {"half a version", ASK_GET, "frame HELLO 0 u8:1", KILLED "its HELLO is broken", UNANSWERED},
    {"for an operation", ASK_GET, "frame HELLO 7 u32:1", MISPLACED, UNANSWERED},
    {"more than a version", ASK_GET, "frame HELLO 0 u32:1 u32:2", KILLED "its HELLO is broken", UNANSWERED},
    {"noise", ASK_GET, "bytes many:9999:noise", NO_TYPE, UNANSWERED},
    {"zeros", ASK_GET, "bytes x:00000000000000000000000000000000", NO_TYPE, UNANSWERED},
    {"nothing, and a close", ASK_GET, "close", CUT_SHORT, UNANSWERED},
    {"nothing, and an exit", ASK_GET, "exit 7", " ended with exit status 7", UNANSWERED},
    {"half a header", ASK_GET, "bytes x:040000;close", CUT_SHORT, UNANSWERED},
};

static const Villainy frames[] = {
    {"an unknown type", ASK_GET, BEGIN "header 0 200 0 op", NO_TYPE, UNANSWERED},
    {"the type 0", ASK_GET, BEGIN "header 0 0 0 op", NO_TYPE, UNANSWERED},
    {"the last type", ASK_GET, BEGIN "header 0 65535 0 op", NO_TYPE, UNANSWERED},
    {"a type of the server", ASK_GET, BEGIN "frame CANCEL op u32:0", NO_TYPE, UNANSWERED},
    {"flags", ASK_GET, BEGIN "header 0 15 1 op", NO_TYPE, UNANSWERED},
    {"2^32 - 1 bytes", ASK_GET, BEGIN "header 0xffffffff 14 0 op", TOO_LONG, UNANSWERED},
    {"64 MiB and 1", ASK_GET, BEGIN "header 0x4000001 14 0 op", TOO_LONG, UNANSWERED},
    {"half a frame", ASK_GET, BEGIN "half RESULT op " POST " t:{};close", CUT_SHORT, UNANSWERED},
    {"half a frame, and an exit", ASK_GET, BEGIN "half RESULT op " POST " t:{};exit 0", " ended with exit status 0", UNANSWERED},
    {"no operation", ASK_GET, BEGIN "frame RESULT 0 " POST, MISPLACED, UNANSWERED},
    {"an operation for PONG", ASK_GET, BEGIN "frame PONG op", MISPLACED, UNANSWERED},
    {"an operation for KEEP", ASK_GET, BEGIN "frame KEEP op", MISPLACED, UNANSWERED},
    {"PONG without PING", ASK_GET, BEGIN "frame PONG 0", KILLED "it sent PONG without PING", UNANSWERED},
    {"UNLOAD with a payload", ASK_GET, BEGIN "frame UNLOAD 0 u8:0", KILLED "a KEEP or UNLOAD frame of it is broken", UNANSWERED},
    {"STARTED with a payload", ASK_GET, "greet 1;operation;frame STARTED op u8:0", KILLED "a STARTED frame of it is broken", UNANSWERED},
    {"RELEASED with a payload", ASK_GET, BEGIN GOOD "frame RELEASED op u8:0", KILLED "a RELEASED frame of it is broken", ANSWERED},
    {"an unknown channel", ASK_GET, BEGIN "frame MESSAGE op u32:3 s:ho", KILLED "a MESSAGE frame of it is broken", UNANSWERED},
    {"a text with 0", ASK_GET, BEGIN "frame MESSAGE op u32:0 u32:2 x:4100", KILLED "a MESSAGE frame of it is broken", UNANSWERED},
    {"a text that is longer than the frame", ASK_GET, BEGIN "frame MESSAGE op u32:0 u32:4294967295 t:ho", KILLED "a MESSAGE frame of it is broken", UNANSWERED},
    {"half of progress", ASK_GET, BEGIN "frame PROGRESS op u32:0", KILLED "a PROGRESS frame of it is broken", UNANSWERED},
    {"an unknown question", ASK_PROMPT, BEGIN "frame PROMPT op u32:1 u32:5 u32:0 s:a s:b", KILLED "a PROMPT frame of it is broken", UNANSWERED},
    {"a parameter of no method", ASK_STREAM, BEGIN "frame PARAMETER op s:a t:[1]", KILLED "it sent PARAMETER for an operation that streams none", UNANSWERED},
};

static const Villainy turns[] = {
    {"two results", ASK_GET, BEGIN GOOD GOOD, OUT_OF_TURN, ANSWERED},
    {"a result after the release", ASK_GET, BEGIN GOOD "frame RELEASED op;" GOOD, STRANGE, ANSWERED},
    {"two releases", ASK_GET, BEGIN GOOD "frame RELEASED op;frame RELEASED op", STRANGE, ANSWERED},
    {"a result without a start", ASK_GET, "greet 1;operation;" GOOD, OUT_OF_TURN, UNANSWERED},
    {"instances without a start", ASK_LIST, "greet 1;operation;frame INSTANCES op u32:1 t:[{}]", OUT_OF_TURN, UNANSWERED},
    {"two starts", ASK_GET, BEGIN "frame STARTED op", OUT_OF_TURN, UNANSWERED},
    {"a release without a result", ASK_GET, BEGIN "frame RELEASED op", OUT_OF_TURN, UNANSWERED},
    {"instances after the result", ASK_LIST, BEGIN "frame RESULT op " POST " t:[];frame INSTANCES op u32:1 t:[{}]", OUT_OF_TURN, ANSWERED},
    {"a question after the result", ASK_PROMPT, BEGIN GOOD "frame PROMPT op u32:1 u32:1 u32:0 s:a s:", OUT_OF_TURN, ANSWERED},
    {"an answer for somebody else", ASK_GET, BEGIN "frame RESULT 1 " POST " t:{}", STRANGE, UNANSWERED},
    {"an answer for what is to come", ASK_GET, BEGIN "frame RESULT op+1 " POST " t:{}", STRANGE, UNANSWERED},
    {"a result for an operation that nobody has", ASK_GET, BEGIN "frame RESULT 0xffffffffffffffff " POST, STRANGE, UNANSWERED},
    {"a cancel of its own", ASK_GET, BEGIN "frame RESULT op u32:1 u32:1 u32:0 u32:0 s: s:", KILLED "it says that an operation was canceled which was not", UNANSWERED},
    {"a list where one is asked for", ASK_GET, BEGIN "frame INSTANCES op u32:1 t:[{}]", KILLED "it sent INSTANCES for an operation that has one result", UNANSWERED},
    {"more than its window", ASK_STREAM, BEGIN "repeat 100 frame INSTANCES op u32:1 t:[1 many:20000:,1 t:]", KILLED "it sent more than the window of its operation holds", UNANSWERED},
    {"more questions than may be open", ASK_PROMPT, BEGIN "repeat 65 frame PROMPT op u32:1 u32:1 u32:0 s:a s:", KILLED "it asks more at a time than it may", UNANSWERED},
};

static const Villainy values[] = {
    {"no JSON", ASK_GET, BEGIN "frame RESULT op " POST " t:{", BROKEN, UNANSWERED},
    {"two values", ASK_GET, BEGIN "frame RESULT op " POST " t:{}{}", BROKEN, UNANSWERED},
    {"a way out of the message", ASK_GET, BEGIN "frame RESULT op " POST " t:{}},{'a':{}", BROKEN, UNANSWERED},
    {"two lines", ASK_GET, BEGIN "frame RESULT op " POST " x:7b0a7d", BROKEN, UNANSWERED},
    {"no UTF-8", ASK_GET, BEGIN "frame RESULT op " POST " x:7b22ff223a317d", BROKEN, UNANSWERED},
    {"a 0", ASK_GET, BEGIN "frame RESULT op " POST " x:7b7d00", BROKEN, UNANSWERED},
    {"a depth of 10,000", ASK_GET, BEGIN "frame RESULT op " POST " t:{'a': many:10000:[ many:10000:] t:}", BROKEN, UNANSWERED},
    {"an array for an object", ASK_GET, BEGIN "frame RESULT op " POST " t:[]", BROKEN, UNANSWERED},
    {"an object for an array", ASK_LIST, BEGIN "frame RESULT op " POST " t:{}", BROKEN, UNANSWERED},
    {"unknown flags", ASK_GET, BEGIN "frame RESULT op u32:64 u32:0 u32:0 u32:0 s: s:", BROKEN, UNANSWERED},
    {"a CIM error that is none", ASK_GET, BEGIN "frame RESULT op u32:8 u32:1 u32:0 u32:0 s:no s:[]", BROKEN, UNANSWERED},
    {"a CIM error without an end", ASK_GET, BEGIN "frame RESULT op u32:8 u32:1 u32:0 u32:0 s:no u32:5000", BROKEN, UNANSWERED},
    {"instances that are none", ASK_LIST, BEGIN "frame INSTANCES op u32:2 t:[]", BATCH, UNANSWERED},
    {"more instances than bytes", ASK_LIST, BEGIN "frame INSTANCES op u32:4294967295 t:[{}]", BATCH, UNANSWERED},
    {"no instances", ASK_LIST, BEGIN "frame INSTANCES op u32:0 t:[]", BATCH, UNANSWERED},
    {"instances in no array", ASK_LIST, BEGIN "frame INSTANCES op u32:1 t:{'a':1}", BATCH, UNANSWERED},
};
/* clang-format on */

/* Each has a class of its own. */
static const char *class_of(const Villainy *villainy)
{
    static char name[32];

    snprintf(name, sizeof(name), "Scripted_%lx", (unsigned long)(uintptr_t)villainy);
    return name;
}

static void register_villain(Fixture *f, const Villainy *villainy, const char *name)
{
    registration_write(f, name, "LIBRARY=%s\nCLASS=%s\n",
                       fixture_write(f, name, "%s", villainy->script), class_of(villainy));
}

static long ask(Client *client, const Villainy *villainy)
{
    switch (villainy->ask) {
    case ASK_GET:
        return ask_get(client, class_of(villainy), "", "");
    case ASK_LIST:
        return ask_enumerate(client, class_of(villainy), "");
    case ASK_STREAM:
        return ask_enumerate(client, class_of(villainy), ",'partialResultToken':'t'");
    case ASK_PROMPT:
        return ask_get(client, class_of(villainy), "", ",'prompts':true");
    }
    return 0;
}

/* The log has what ended the agent of provider @name, and its client heard of it. */
static void expect_end(Fixture *f, const Villainy *villainy, const char *name)
{
    Client *client = client_connect(f, CLIENT_LINES);
    long id = ask(client, villainy);
    char text[256];

    snprintf(text, sizeof(text), " (%s, uid %u)%s", name, getuid(), villainy->logged);
    daemon_log_contains(f, text);
    if (villainy->answer == ANSWERED) {
        (void)expect_result(client, id);
    } else {
        const cJSON *error = expect_error(client, id, CODE_FAILED, "MI_RESULT_FAILED");
        const char *why = strrchr(villainy->logged, ':');
        expect_contains(json_text(error, "message"), name);
        expect_contains(json_text(error, "message"), why == NULL ? villainy->logged : why + 2);
    }
    expect_served(client);
    client_hang_up(client);
}

/* Somebody else has an operation with another agent all the while, and asks another one between. */
static void expect_ends(Fixture *f, const Villainy *villainies, size_t count)
{
    char name[32];

    daemon_script_agents(f);
    for (size_t i = 0; i < count; i++) {
        snprintf(name, sizeof(name), "scripted-%zu", i);
        register_villain(f, &villainies[i], name);
    }
    daemon_start(f, "window=64K", NULL);
    Client *good = client_connect(f, CLIENT_LINES);
    long id = ask_run(good, "a");
    Puppet *puppet = gate_await(f->gate, "invoke a");
    for (size_t i = 0; i < count; i++) {
        print_message("             %s\n", villainies[i].what);
        snprintf(name, sizeof(name), "scripted-%zu", i);
        expect_end(f, &villainies[i], name);
        expect_agents(good, name, 0);
        (void)expect_result(good, ask_get(good, "Test_Sample", "'Id':1", ""));
    }
    expect_operations(good, 1);
    puppet_finish(puppet, "result 0");
    (void)expect_result(good, id);
}

static void a_greeting_that_is_none_ends_its_agent_alone(Fixture *f)
{
    expect_ends(f, greetings, ARRAY_SIZE(greetings));
}

static void a_frame_that_is_none_ends_its_agent_alone(Fixture *f)
{
    expect_ends(f, frames, ARRAY_SIZE(frames));
}

static void a_frame_out_of_turn_ends_its_agent_alone(Fixture *f)
{
    expect_ends(f, turns, ARRAY_SIZE(turns));
}

static void a_value_that_is_none_ends_its_agent_alone(Fixture *f)
{
    expect_ends(f, values, ARRAY_SIZE(values));
}

static void an_agent_that_never_greets_is_found(Fixture *f)
{
    static const Villainy silent = {"silence", ASK_GET, "cancel", "", UNANSWERED};

    daemon_script_agents(f);
    register_villain(f, &silent, "scripted-silent");
    daemon_start(f, "agentResponse=500ms", NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    const cJSON *error =
        expect_error(client, ask(client, &silent), CODE_FAILED, "MI_RESULT_FAILED");
    expect_contains(json_text(error, "message"), "scripted-silent");
    daemon_log_contains(f, KILLED "it didn't answer within 'agentResponse'");
    expect_served(client);
}

static void what_a_provider_says_in_other_letters_is_given_on_as_utf_8(Fixture *f)
{
    static const Villainy babble = {
        "babble", ASK_GET, BEGIN "frame RESULT op u32:8 u32:1 u32:0 u32:0 u32:3 x:61ff62 s:", "",
        UNANSWERED};

    daemon_script_agents(f);
    register_villain(f, &babble, "scripted-babble");
    daemon_start(f, "stopTime=500ms", NULL); /* it never says that it has let go */
    Client *client = client_connect(f, CLIENT_LINES);
    const cJSON *error = expect_error(client, ask(client, &babble), CODE_FAILED, NULL);
    assert_string_equal(json_text(error, "message"), "a\xef\xbf\xbd"
                                                     "b");
}

static void a_frame_that_never_ends_is_charged_to_the_user_of_the_agent(Fixture *f)
{
    static const Villainy hoard = {"a hoard", ASK_GET,
                                   BEGIN "header 60000000 14 0 op;bytes many:20000:0123456789", "",
                                   UNANSWERED};
    const cJSON *status;

    daemon_script_agents(f);
    register_villain(f, &hoard, "scripted-hoard");
    daemon_start(f, "grace=10ms", "drain=10ms", NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    (void)ask(client, &hoard);
    WAIT_UNTIL((status = expect_result(client, client_request(client, "host/status", "{}")),
                json_number(status, "users.0.bufferedBytes") >= 200000),
               "the frame to be charged");
    assert_int_equal(json_number(status, "users.0.uid"), getuid());
    client_hang_up(client);
    daemon_stop(f);

    daemon_start(f, "maxUserBuffered=128K", "maxMessage=64K", NULL);
    client = client_connect(f, CLIENT_LINES);
    const cJSON *error = expect_error(client, ask(client, &hoard), CODE_FAILED, "MI_RESULT_FAILED");
    expect_contains(json_text(error, "message"),
                    "the frames that it has begun are over 'maxUserBuffered'");
    expect_served(client);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(a_greeting_that_is_none_ends_its_agent_alone),
        TEST(a_frame_that_is_none_ends_its_agent_alone),
        TEST(a_frame_out_of_turn_ends_its_agent_alone),
        TEST(a_value_that_is_none_ends_its_agent_alone),
        TEST(an_agent_that_never_greets_is_found),
        TEST(a_frame_that_never_ends_is_charged_to_the_user_of_the_agent),
        TEST(what_a_provider_says_in_other_letters_is_given_on_as_utf_8),
    };

    return RUN_TESTS("hostile agents", tests);
}
