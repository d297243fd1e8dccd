/*
 * The verbs of mihostctl that administer the server, show classes, change instances and follow
 * associations: what each one asks, and what it makes of the answer.
 */
#include "tests/unit/ctl_fake.h"

#include <stdio.h>
#include <string.h>

#define NS               "\"namespace\":\"root/cimv2\""
#define PATH             "\"instance\":{\"class\":\"P\",\"properties\":{\"Id\":\"1\"}}"
#define INSTANCE         "{\"class\":\"P\",\"properties\":{\"Id\":\"1\",\"Name\":\"init\"}}"
#define TOKEN            "\"partialResultToken\":\"instances\""
#define BROKEN(sentence) "mihostctl: the server's answer makes no sense: " sentence "\n"

/* Forgets what was printed, for a test that runs more than once. */
static void begin_anew(Fixture *fixture)
{
    assert_int_equal(ftruncate(fixture->out, 0), 0);
    assert_int_equal(ftruncate(fixture->err, 0), 0);
    assert_int_equal(lseek(fixture->out, 0, SEEK_SET), 0);
    assert_int_equal(lseek(fixture->err, 0, SEEK_SET), 0);
}

/* Operations. */

#define OPERATION                                                                                  \
    "{\"operation\":\"5\",\"method\":\"mi/invoke\",\"namespace\":\"root/cimv2\",\"class\":\"U\","  \
    "\"provider\":\"usage\",\"uid\":1000,\"state\":\"running\",\"ageMs\":1234}"

static void operations_are_a_table_with_the_provider(void **state)
{
    expect_run(*state, "operations|--table",
               SCRIPT(REQUEST("host/status", ""),
                      RESULT("{\"agents\":[],\"operations\":[" OPERATION "]}")),
               EXIT_STATUS_DONE,
               "OPERATION  METHOD     CLASS  PROVIDER  UID   STATE    AGE\n"
               "5          mi/invoke  U      usage     1000  running  1.2s\n",
               "");
}

static void operations_are_a_line_of_json_each(void **state)
{
    expect_run(*state, "operations",
               SCRIPT(REQUEST("host/status", ""),
                      RESULT("{\"agents\":[],\"operations\":[" OPERATION "," OPERATION "]}")),
               EXIT_STATUS_DONE, OPERATION "\n" OPERATION "\n", "");
}

static void a_status_without_operations_is_no_answer(void **state)
{
    expect_run(*state, "operations", SCRIPT(REQUEST("host/status", ""), RESULT("{\"agents\":[]}")),
               EXIT_STATUS_BROKEN, "", BROKEN("a result without operations"));
}

/* Cancel. */

static void cancel_names_the_operation_and_the_reason(void **state)
{
    expect_run(*state, "cancel|--table|17|--reason|servicestop",
               SCRIPT(REQUEST("host/cancel", "\"operation\":\"17\",\"reason\":\"serviceStop\""),
                      RESULT("{\"canceled\":true}")),
               EXIT_STATUS_DONE, "canceled\n", "");
}

static void cancel_without_a_reason_sends_none(void **state)
{
    expect_run(
        *state, "cancel|17",
        SCRIPT(REQUEST("host/cancel", "\"operation\":\"17\""), RESULT("{ \"canceled\" : true }")),
        EXIT_STATUS_DONE, "{\"canceled\":true}\n", "");
}

static void a_cancel_of_nothing_fails(void **state)
{
    expect_run(
        *state, "cancel|17",
        SCRIPT(REQUEST("host/cancel", "\"operation\":\"17\""), RESULT("{\"canceled\":false}")),
        EXIT_STATUS_FAILED, "{\"canceled\":false}\n",
        "mihostctl: there is no running operation 17, or it is canceled already\n");
    begin_anew(*state);
    expect_run(
        *state, "cancel|17|--table",
        SCRIPT(REQUEST("host/cancel", "\"operation\":\"17\""), RESULT("{\"canceled\":false}")),
        EXIT_STATUS_FAILED, "",
        "mihostctl: there is no running operation 17, or it is canceled already\n");
}

static void a_cancel_that_is_refused_says_why(void **state)
{
    expect_run(*state, "cancel|17",
               SCRIPT(REQUEST("host/cancel", "\"operation\":\"17\""),
                      ERROR("\"code\":-32803,\"message\":\"m\",\"data\":{\"result\":2,"
                            "\"resultName\":\"MI_RESULT_ACCESS_DENIED\",\"message\":\"only an "
                            "administrator may\"}")),
               EXIT_STATUS_FAILED, "",
               "mihostctl: operation 17: MI_RESULT_ACCESS_DENIED: only an administrator may\n");
}

static void a_cancel_that_says_neither_is_no_answer(void **state)
{
    expect_run(*state, "cancel|17",
               SCRIPT(REQUEST("host/cancel", "\"operation\":\"17\""), RESULT("{\"canceled\":1}")),
               EXIT_STATUS_BROKEN, "", BROKEN("a result that doesn't say whether it was canceled"));
}

/* Stop. */

#define STOP REQUEST("host/stopProvider", "\"provider\":\"processes\"")

static void stop_says_how_many_operations_it_ended(void **state)
{
    expect_run(*state, "stop|processes|--table", SCRIPT(STOP, RESULT("{\"canceled\":3}")),
               EXIT_STATUS_DONE, "stopped, 3 operations canceled\n", "");
    begin_anew(*state);
    expect_run(*state, "stop|processes|--table", SCRIPT(STOP, RESULT("{\"canceled\":1}")),
               EXIT_STATUS_DONE, "stopped, 1 operation canceled\n", "");
    begin_anew(*state);
    expect_run(*state, "stop|processes", SCRIPT(STOP, RESULT("{\"canceled\":0}")), EXIT_STATUS_DONE,
               "{\"canceled\":0}\n", "");
}

static void a_stop_without_a_number_is_no_answer(void **state)
{
    expect_run(*state, "stop|processes", SCRIPT(STOP, RESULT("{}")), EXIT_STATUS_BROKEN, "",
               BROKEN("a result without the number of operations that were canceled"));
}

/* Reload and providers. */

#define MISTAKES                                                                                   \
    "[{\"file\":\"/etc/x.reg\",\"line\":3,\"message\":\"no\\u001bsuch key\"},"                     \
    "{\"file\":\"/etc/y.reg\",\"line\":0,\"message\":\"no class\"}]"

static void reload_lists_what_is_in_force(void **state)
{
    expect_run(*state, "reload|--table",
               SCRIPT(REQUEST("host/reload", ""),
                      RESULT("{\"providers\":[\"processes\",\"usage\"],\"errors\":[]}")),
               EXIT_STATUS_DONE, "processes\nusage\n", "");
}

static void reload_fails_when_a_registration_has_a_mistake(void **state)
{
    expect_run(*state, "reload",
               SCRIPT(REQUEST("host/reload", ""),
                      RESULT("{\"providers\":[\"usage\"],\"errors\":" MISTAKES "}")),
               EXIT_STATUS_FAILED, "{\"providers\":[\"usage\"],\"errors\":" MISTAKES "}\n",
               "mihostctl: /etc/x.reg:3: no?such key\n"
               "mihostctl: /etc/y.reg: no class\n");
}

static void a_reload_without_errors_listed_is_no_answer(void **state)
{
    expect_run(*state, "reload", SCRIPT(REQUEST("host/reload", ""), RESULT("{\"providers\":[]}")),
               EXIT_STATUS_BROKEN, "", BROKEN("a result without providers or errors"));
}

#define PROVIDERS                                                                                  \
    "{\"providers\":[{\"name\":\"processes\",\"namespace\":\"root/cimv2\",\"file\":\"/p.reg\","    \
    "\"library\":\"/libp.so\",\"calls\":\"parallel\",\"classes\":["                                \
    "{\"name\":\"A\",\"bases\":[],\"hosting\":\"requestor\"},"                                     \
    "{\"name\":\"B\",\"bases\":[],\"hosting\":\"requestor\"},"                                     \
    "{\"name\":\"C\",\"bases\":[],\"uid\":12}],"                                                   \
    "\"agents\":2},{\"name\":\"broken\",\"namespace\":\"root/cimv2\","                             \
    "\"file\":\"/b.reg\",\"library\":\"/libb.so\",\"calls\":\"serial\",\"classes\":[],"            \
    "\"agents\":0,\"error\":\"it lacks class C\"}],\"errors\":" MISTAKES "}"

static void providers_are_a_table_with_what_is_wrong_below_it(void **state)
{
    expect_run(*state, "providers|--table",
               SCRIPT(REQUEST("host/providers", ""), RESULT(PROVIDERS)), EXIT_STATUS_DONE,
               "PROVIDER   NAMESPACE   HOSTING           CALLS     AGENTS  CLASSES  LIBRARY\n"
               "processes  root/cimv2  requestor,uid 12  parallel  2       A,B,C    /libp.so\n"
               "broken     root/cimv2  -                 serial    0       -        /libb.so\n"
               "\n"
               "broken: it lacks class C\n"
               "/etc/x.reg:3: no?such key\n"
               "/etc/y.reg: no class\n",
               "");
}

static void providers_as_json_are_what_the_server_says(void **state)
{
    expect_run(*state, "providers", SCRIPT(REQUEST("host/providers", ""), RESULT(PROVIDERS)),
               EXIT_STATUS_DONE, PROVIDERS "\n", "");
}

static void providers_without_a_list_are_no_answer(void **state)
{
    expect_run(*state, "providers",
               SCRIPT(REQUEST("host/providers", ""), RESULT("{\"providers\":7,\"errors\":[]}")),
               EXIT_STATUS_BROKEN, "", BROKEN("a result without providers or errors"));
}

/* Classes. */

#define CLASS                                                                                      \
    "{\"class\":\"P\",\"superClass\":\"B\",\"properties\":{\"Id\":{\"type\":\"string\","           \
    "\"key\":true}}}"
#define MOF "class P : B\n{\n    [Key]\n    string Id;\n};\n"

static void class_reads_like_mof_or_is_json(void **state)
{
    expect_run(*state, "class|--table|--timeout|1s|P",
               SCRIPT(REQUEST("mi/getClass", NS ",\"timeoutMs\":1000,\"class\":\"P\""),
                      RESULT("{\"class\":" CLASS "}")),
               EXIT_STATUS_DONE, MOF, "");
    begin_anew(*state);
    expect_run(*state, "class|root/x:P",
               SCRIPT(REQUEST("mi/getClass", "\"namespace\":\"root/x\",\"class\":\"P\""),
                      RESULT("{\"class\":" CLASS "}")),
               EXIT_STATUS_DONE, CLASS "\n", "");
}

static void what_is_no_class_is_not_printed(void **state)
{
    expect_run(*state, "class|P",
               SCRIPT(REQUEST("mi/getClass", NS ",\"class\":\"P\""), RESULT("{\"class\":{}}")),
               EXIT_STATUS_BROKEN, "", BROKEN("a class without name"));
    begin_anew(*state);
    expect_run(*state, "class|P",
               SCRIPT(REQUEST("mi/getClass", NS ",\"class\":\"P\""), RESULT("{}")),
               EXIT_STATUS_BROKEN, "", BROKEN("a result without class"));
}

static void classes_of_a_namespace_are_listed_by_name(void **state)
{
    expect_run(*state, "classes|--names|--table",
               SCRIPT(REQUEST("mi/enumerateClasses", NS ",\"namesOnly\":true"),
                      RESULT("{\"classes\":[\"A\",\"B\"]}")),
               EXIT_STATUS_DONE, "A\nB\n", "");
    begin_anew(*state);
    expect_run(*state, "classes|--names|--deep|B",
               SCRIPT(REQUEST("mi/enumerateClasses",
                              NS ",\"class\":\"B\",\"deep\":true,\"namesOnly\":true"),
                      RESULT("{\"classes\":[\"A\",\"B\"]}")),
               EXIT_STATUS_DONE, "\"A\"\n\"B\"\n", "");
}

static void classes_without_names_are_whole(void **state)
{
    expect_run(
        *state, "classes|--table",
        SCRIPT(REQUEST("mi/enumerateClasses", NS), RESULT("{\"classes\":[" CLASS "," CLASS "]}")),
        EXIT_STATUS_DONE, MOF "\n" MOF, "");
    begin_anew(*state);
    expect_run(
        *state, "classes",
        SCRIPT(REQUEST("mi/enumerateClasses", NS), RESULT("{\"classes\":[" CLASS "," CLASS "]}")),
        EXIT_STATUS_DONE, CLASS "\n" CLASS "\n", "");
}

static void what_are_no_classes_is_said(void **state)
{
    expect_run(*state, "classes",
               SCRIPT(REQUEST("mi/enumerateClasses", NS), RESULT("{\"classes\":{}}")),
               EXIT_STATUS_BROKEN, "", BROKEN("a result without classes"));
    begin_anew(*state);
    expect_run(*state, "classes",
               SCRIPT(REQUEST("mi/enumerateClasses", NS), RESULT("{\"classes\":[7]}")),
               EXIT_STATUS_BROKEN, "", BROKEN("a class without name"));
}

/* Changes. */

static void create_sends_the_properties_and_shows_what_was_made(void **state)
{
    expect_run(*state, "create|--table|P|Id=1|Size:=7|Nothing:=null",
               SCRIPT(REQUEST("mi/createInstance",
                              NS ",\"instance\":{\"class\":\"P\",\"properties\":{\"Id\":\"1\","
                                 "\"Size\":7,\"Nothing\":null}}"),
                      RESULT("{\"instance\":" INSTANCE "}")),
               EXIT_STATUS_DONE, "P\n  Id    1\n  Name  init\n", "");
}

static void a_provider_need_not_show_what_it_made(void **state)
{
    static const char *const nothing[] = {"null", "{}", "{\"instance\":null}"};

    for (size_t i = 0; i < ARRAY_SIZE(nothing); i++) {
        char line[128];

        (void)snprintf(line, sizeof(line), "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":%s}",
                       nothing[i]);
        expect_run(*state, "create|P|Id=1",
                   SCRIPT(REQUEST("mi/createInstance", NS "," PATH), {STEP_SEND, line, 0}),
                   EXIT_STATUS_DONE, "", "");
    }
}

static void modify_sends_the_keys_and_what_changes(void **state)
{
    expect_run(*state, "modify|P.Id=\"1\"|Name=x|Old:=null",
               SCRIPT(REQUEST("mi/modifyInstance",
                              NS ",\"instance\":{\"class\":\"P\",\"properties\":{\"Id\":\"1\","
                                 "\"Name\":\"x\",\"Old\":null}}"),
                      RESULT("{\"instance\":" INSTANCE "}")),
               EXIT_STATUS_DONE, INSTANCE "\n", "");
}

static void delete_sends_the_path_and_prints_nothing(void **state)
{
    expect_run(
        *state, "delete|--messages|warning|P.Id=\"1\"",
        SCRIPT(REQUEST("mi/deleteInstance", NS ",\"messages\":[\"warning\"]," PATH), RESULT("{}")),
        EXIT_STATUS_DONE, "", "");
}

static void a_change_that_gives_no_instance_back_is_no_answer(void **state)
{
    expect_run(*state, "modify|P.Id=\"1\"|Name=x",
               SCRIPT(REQUEST("mi/modifyInstance",
                              NS ",\"instance\":{\"class\":\"P\",\"properties\":{\"Id\":\"1\","
                                 "\"Name\":\"x\"}}"),
                      RESULT("{\"instance\":7}")),
               EXIT_STATUS_BROKEN, "", BROKEN("an instance has no class or no properties"));
}

/* Lists. */

static void associators_sends_what_narrows_it_and_prints_batches(void **state)
{
    expect_run(
        *state,
        "associators|--association-class|A|--result-class|R|--role|Left|--result-role|"
        "Right|--keys-only|--properties|Id|P.Id=\"1\"",
        SCRIPT(REQUEST("mi/associatorInstances", NS ",\"properties\":[\"Id\"]," PATH
                                                    ",\"keysOnly\":true,\"associationClass\":\"A\","
                                                    "\"resultClass\":\"R\",\"role\":\"Left\","
                                                    "\"resultRole\":\"Right\"," TOKEN),
               PROGRESS("instances", "[" INSTANCE "]"), RESULT("{\"instances\":[]}")),
        EXIT_STATUS_DONE, INSTANCE "\n", "");
}

static void references_sends_what_narrows_it_and_prints_batches(void **state)
{
    expect_run(*state, "references|--table|--result-class|R|--role|Left|P.Id=\"1\"",
               SCRIPT(REQUEST("mi/referenceInstances",
                              NS "," PATH ",\"resultClass\":\"R\",\"role\":\"Left\"," TOKEN),
                      PROGRESS("instances", "[" INSTANCE "]"), RESULT("{\"instances\":[]}")),
               EXIT_STATUS_DONE, "Id  Name\n1   init\n", "");
}

static void enumerate_may_leave_out_what_derived_classes_add(void **state)
{
    expect_run(*state, "enumerate|--base-properties|P",
               SCRIPT(REQUEST("mi/enumerateInstances",
                              NS ",\"class\":\"P\",\"depth\":\"deepBaseProperties\"," TOKEN),
                      RESULT("{\"instances\":[]}")),
               EXIT_STATUS_DONE, "", "");
}

/* What all have in common. */

static void expect_usage(Fixture *fixture, const char *words, const char *why)
{
    begin_anew(fixture);
    assert_int_equal(run(fixture, words), EXIT_STATUS_USAGE);
    assert_non_null(strstr(read_back(fixture, fixture->err), why));
    expect_out(fixture, "");
}

static void a_wrong_command_line_is_explained(void **state)
{
    Fixture *fixture = *state;

    expect_usage(fixture, "cancel", "cancel: something is missing");
    expect_usage(fixture, "cancel|x", "'x' is not an operation's number");
    expect_usage(fixture, "cancel|123456789012345678901", "is not an operation's number");
    expect_usage(fixture, "cancel|1|--reason|bored", "--reason bored: a reason is none, timeout");
    expect_usage(fixture, "stop", "stop: something is missing");
    expect_usage(fixture, "stop|a|b", "stop takes no 'b'");
    expect_usage(fixture, "class|P.Id=1", "names an instance, and class wants a class");
    expect_usage(fixture, "classes|P.Id=1", "names an instance, and classes wants a class");
    expect_usage(fixture, "classes|A|B", "classes takes no 'B'");
    expect_usage(fixture, "create|P.Id=1", "names an instance, and create wants a class");
    expect_usage(fixture, "create|P|Id", "'Id' is not Name=Value");
    expect_usage(fixture, "modify|P.Id=1", "modify: something is missing");
    expect_usage(fixture, "delete|P",
                 "names a class, and delete wants an instance, such as P.Key=");
    expect_usage(fixture, "associators|P", "names a class, and associators wants an instance");
    expect_usage(fixture, "references|P.Id=1|--result-role|R", "references takes no --result-role");
    expect_usage(fixture, "associators|P.Id=1|--role|a b", "--role a b: not a name");
    expect_usage(fixture, "enumerate|P|--shallow|--base-properties",
                 "--shallow and --base-properties exclude each other");
    expect_usage(fixture, "get|P|--messages|warning,noise", "'noise' is not a channel");
    expect_usage(fixture, "stop|a|--timeout|1s", "stop takes no --timeout");
}

static void a_result_that_is_none_is_said_by_the_oldest_verbs_too(void **state)
{
    expect_run(*state, "get|P.Id=\"1\"",
               SCRIPT(REQUEST("mi/getInstance", NS "," PATH), RESULT("{}")), EXIT_STATUS_BROKEN, "",
               BROKEN("a result without instance"));
    begin_anew(*state);
    expect_run(*state, "invoke|U|M",
               SCRIPT(REQUEST("mi/invoke", NS ",\"class\":\"U\",\"method\":\"M\","
                                              "\"parameters\":{},\"partialResultToken\":"
                                              "\"instances\",\"workDoneToken\":\"progress\""),
                      RESULT("{\"returnValue\":0}")),
               EXIT_STATUS_BROKEN, "", BROKEN("a result without returnValue or parameters"));
    begin_anew(*state);
    expect_run(*state, "invoke|U|M",
               SCRIPT(REQUEST("mi/invoke", NS ",\"class\":\"U\",\"method\":\"M\",\"parameters\":{},"
                                              "\"partialResultToken\":\"instances\","
                                              "\"workDoneToken\":\"progress\""),
                      PROGRESS("instances", "[1]")),
               EXIT_STATUS_BROKEN, "",
               BROKEN("values of a parameter without its name or without values"));
    begin_anew(*state);
    expect_run(*state, "info", SCRIPT(REQUEST("host/info", ""), RESULT("7")), EXIT_STATUS_BROKEN,
               "", BROKEN("a result that is no object"));
    begin_anew(*state);
    expect_run(*state, "status", SCRIPT(REQUEST("host/status", ""), RESULT("{\"agents\":[]}")),
               EXIT_STATUS_BROKEN, "", BROKEN("a result without agents or operations"));
}

static void every_verb_of_the_overview_is_found(void **state)
{
    Fixture *fixture = *state;
    char overview[8192], *line, *rest = overview;
    size_t count = 0;

    assert_int_equal(run(fixture, "help"), EXIT_STATUS_DONE);
    (void)snprintf(overview, sizeof(overview), "%s",
                   strstr(read_back(fixture, fixture->out), "Verbs:\n") + strlen("Verbs:\n"));
    while ((line = strsep(&rest, "\n")) != NULL && line[0] != '\0') {
        char words[64], usage[64];

        begin_anew(fixture);
        line[2 + strcspn(line + 2, " ")] = '\0';
        (void)snprintf(words, sizeof(words), "help|%s", line + 2);
        (void)snprintf(usage, sizeof(usage), "Usage: mihostctl %s", line + 2);
        assert_int_equal(run(fixture, words), EXIT_STATUS_DONE);
        assert_non_null(strstr(read_back(fixture, fixture->out), usage));
        assert_non_null(strstr(fixture->text, "\nExamples:\n  mihostctl "));
        count++;
    }
    assert_true(count >= 24);
}

static void what_a_provider_says_is_shown_if_it_was_asked_for(void **state)
{
#define MESSAGE(channel, text)                                                                     \
    SEND("{\"jsonrpc\":\"2.0\",\"method\":\"mi/message\",\"params\":{\"id\":1,\"channel\":"        \
         "\"" channel "\",\"message\":\"" text "\"}}")
    expect_run(*state, "get|P.Id=\"1\"|--messages|warning,verbose",
               SCRIPT(REQUEST("mi/getInstance", NS ",\"messages\":[\"warning\",\"verbose\"]," PATH),
                      MESSAGE("warning", "it is\\u001b old"), MESSAGE("verbose", "looked twice"),
                      SEND("{\"jsonrpc\":\"2.0\",\"method\":\"mi/message\",\"params\":{}}"),
                      RESULT("{\"instance\":" INSTANCE "}")),
               EXIT_STATUS_DONE, INSTANCE "\n", "warning: it is? old\nverbose: looked twice\n");
    begin_anew(*state);
    expect_run(*state, "get|P.Id=\"1\"",
               SCRIPT(REQUEST("mi/getInstance", NS "," PATH), MESSAGE("warning", "unasked"),
                      RESULT("{\"instance\":" INSTANCE "}")),
               EXIT_STATUS_DONE, INSTANCE "\n", "");
}

#define test(function) cmocka_unit_test_setup_teardown(function, make_fixture, end_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(operations_are_a_table_with_the_provider),
        test(operations_are_a_line_of_json_each),
        test(a_status_without_operations_is_no_answer),
        test(cancel_names_the_operation_and_the_reason),
        test(cancel_without_a_reason_sends_none),
        test(a_cancel_of_nothing_fails),
        test(a_cancel_that_is_refused_says_why),
        test(a_cancel_that_says_neither_is_no_answer),
        test(stop_says_how_many_operations_it_ended),
        test(a_stop_without_a_number_is_no_answer),
        test(reload_lists_what_is_in_force),
        test(reload_fails_when_a_registration_has_a_mistake),
        test(a_reload_without_errors_listed_is_no_answer),
        test(providers_are_a_table_with_what_is_wrong_below_it),
        test(providers_as_json_are_what_the_server_says),
        test(providers_without_a_list_are_no_answer),
        test(class_reads_like_mof_or_is_json),
        test(what_is_no_class_is_not_printed),
        test(classes_of_a_namespace_are_listed_by_name),
        test(classes_without_names_are_whole),
        test(what_are_no_classes_is_said),
        test(create_sends_the_properties_and_shows_what_was_made),
        test(a_provider_need_not_show_what_it_made),
        test(modify_sends_the_keys_and_what_changes),
        test(delete_sends_the_path_and_prints_nothing),
        test(a_change_that_gives_no_instance_back_is_no_answer),
        test(associators_sends_what_narrows_it_and_prints_batches),
        test(references_sends_what_narrows_it_and_prints_batches),
        test(enumerate_may_leave_out_what_derived_classes_add),
        test(a_wrong_command_line_is_explained),
        test(a_result_that_is_none_is_said_by_the_oldest_verbs_too),
        test(every_verb_of_the_overview_is_found),
        test(what_a_provider_says_is_shown_if_it_was_asked_for),
    };
    return cmocka_run_group_tests_name("ctl: verbs", tests, NULL, NULL);
}
