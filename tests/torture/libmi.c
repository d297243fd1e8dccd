/*
 * libmi while the n-th call fails: for each scene, that is, for what a client does in a few lines,
 * and for each call of each kind that it makes (faults.h), once that call alone, and where it
 * matters all from it on. It is beside a real host, which knows nothing of it.
 *
 * What has to hold, whatever fails:
 * - every operation ends, with one last result; an error has a sentence;
 * - a result that isn't OK is one that says so: SERVER_LIMITS_EXCEEDED, or, for who lost its host,
 *   FAILED;
 * - if all was OK, the client saw what it sees on any day: nothing is left out silently;
 * - afterwards the same session works, both closes are OK, and no block and no descriptor is left.
 */
#include "tests/support/fixture.h"
#include "tests/torture/libmi_program.h"
#include "tests/torture/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- One scene, again and again ---- */

typedef struct Scene {
    const char *name;
    void (*play)(Program *client);
} Scene;

#define SCENE(function)                                                                            \
    {                                                                                              \
#function, function                                                                        \
    }

static const Scene scenes[] = {
    SCENE(options_are_made_copied_and_read),
    SCENE(instances_are_made_copied_and_serialized),
    SCENE(an_enumeration_with_options_is_fetched),
    SCENE(an_instance_is_kept_and_its_class_too),
    SCENE(an_error_of_the_provider_has_details),
    SCENE(classes_are_fetched),
    SCENE(a_method_gives_back_what_it_was_given),
    SCENE(an_instance_is_created_changed_and_deleted),
    SCENE(associations_are_followed),
    SCENE(operations_are_given_up),
    SCENE(questions_are_answered),
    SCENE(what_a_provider_tells_is_heard),
    SCENE(results_come_to_callbacks),
    SCENE(objects_of_a_provider_are_made_and_copied),
    SCENE(a_session_is_closed_aside),
    SCENE(threads_share_a_session),
};

/* Whether @result may be what a call that failed in this way comes to. */
static bool is_shortage(MI_Result result)
{
    return result == MI_RESULT_SERVER_LIMITS_EXCEEDED || result == MI_RESULT_FAILED;
}

static bool makes_session(Program *client, const char *path)
{
    MI_DestinationOptions options = {0};
    bool is_made;

    if (!is_ok(client, MI_Application_InitializeV1(0, "torture", NULL, &client->application)))
        return false;
    if (is_ok(client, MI_Application_NewDestinationOptions(&client->application, &options)))
        (void)is_ok(client, MI_DestinationOptions_SetUILocale(&options, "en"));
    is_made = is_ok(client, MI_Application_NewSession(&client->application, NULL, path, &options,
                                                      NULL, NULL, &client->session));
    MI_DestinationOptions_Delete(&options);
    return is_made;
}

/* The session is as good as new. */
static void expect_working(Program *client)
{
    const MI_Instance *instance;
    const MI_Char *message = NULL;
    MI_Result result = MI_RESULT_FAILED;
    MI_Operation operation;

    MI_Session_TestConnection(&client->session, 0, NULL, &operation);
    if (MI_Operation_GetInstance(&operation, &instance, NULL, &result, &message, NULL) !=
            MI_RESULT_OK ||
        result != MI_RESULT_OK)
        trial_complain("afterwards the session doesn't work: %s", message == NULL ? "-" : message);
    assert_int_equal(MI_Operation_Close(&operation), MI_RESULT_OK);
}

/* Plays @scene while the @nth call of @kind fails. True if one did. */
static bool play(const Scene *scene, const char *path, FaultKind kind, unsigned nth,
                 FaultExtent extent, Program *client)
{
    size_t descriptors = process_descriptors();
    long blocks = faults_blocks();
    bool has_failed;

    *client = (Program){.failure = MI_RESULT_OK};
    pthread_mutex_init(&client->lock, NULL);
    trial_begin("libmi", scene->name, kind, nth, extent);
    faults_arm(kind, nth, extent);
    if (makes_session(client, path))
        scene->play(client);
    faults_disarm();
    has_failed = faults_failed() > 0;
    if (client->session.ft != NULL) {
        expect_working(client);
        assert_int_equal(MI_Session_Close(&client->session, NULL, NULL), MI_RESULT_OK);
    }
    if (client->application.ft != NULL)
        assert_int_equal(MI_Application_Close(&client->application), MI_RESULT_OK);
    alarm(0);
    pthread_mutex_destroy(&client->lock);
    if (client->failure != MI_RESULT_OK && !has_failed)
        trial_complain("nothing failed, but the result was %d: %s", (int)client->failure,
                       client->sentence);
    if (client->failure != MI_RESULT_OK && !is_shortage(client->failure))
        trial_complain("the result was %d: %s", (int)client->failure, client->sentence);
    if (client->failure != MI_RESULT_OK && client->sentence[0] == '\0')
        trial_complain("the result was %d, and nothing says why", (int)client->failure);
    if (faults_blocks() != blocks)
        trial_complain("%ld blocks were left", faults_blocks() - blocks);
    if (process_descriptors() != descriptors)
        trial_complain("%zd descriptors were left", (ssize_t)(process_descriptors() - descriptors));
    return has_failed;
}

/* Every n of @kind. How many failed. */
static unsigned torture(const Scene *scene, const char *path, FaultKind kind, FaultExtent extent,
                        const Program *calm)
{
    static Program client;
    unsigned count = 0;

    for (unsigned n = 1;; n++) {
        if (!play(scene, path, kind, n, extent, &client))
            return count;
        count++;
        if (client.failure == MI_RESULT_OK && strcmp(client.seen, calm->seen) != 0)
            trial_complain("all was said to be well, but the client saw\n%s\ninstead of\n%s",
                           client.seen, calm->seen);
    }
}

static unsigned totals[FAULT_KIND_COUNT];

static void torture_scene(const Scene *scene, const char *path)
{
    static Program calm;

    (void)play(scene, path, FAULT_memory, 0, FAULT_ONCE, &calm);
    for (FaultKind kind = 0; kind < FAULT_KIND_COUNT; kind++) {
        if (faults_calls(kind) == 0)
            continue;
        totals[kind] += torture(scene, path, kind, FAULT_ONCE, &calm);
    }
    totals[FAULT_memory] += torture(scene, path, FAULT_memory, FAULT_SINCE, &calm);
    totals[FAULT_cut] += torture(scene, path, FAULT_cut, FAULT_SINCE, &calm);
}

static void libmi_survives_whatever_fails(Fixture *f)
{
    char recorder[160];

    snprintf(recorder, sizeof(recorder), "%s/recorder.so", f->folder);
    fixture_copy(RECORDER, recorder);
    registration_write(f, "recorder", "LIBRARY=%s\nHOSTING=@requestor@\nCLASS=Test_Recorder\n",
                       recorder);
    registration_write(f, "house",
                       "LIBRARY=house\nHOSTING=@requestor@\nCLASS=Test_Place\n"
                       "CLASS=Test_Room:Test_Place\nCLASS=Test_Hall:Test_Room:Test_Place\n"
                       "CLASS=Test_Door{Test_Room,Test_Room}\n");
    registration_write(f, "ticker",
                       "LIBRARY=%s\nHOSTING=@requestor@\nCLASS=Demo_Ticker\nCALLS=parallel\n",
                       TICKER);
    daemon_start(f, NULL);
    trials_begin();
    for (size_t i = 0; i < ARRAY_SIZE(scenes); i++)
        torture_scene(&scenes[i], f->socket);
    for (FaultKind kind = 0; kind < FAULT_KIND_COUNT; kind++)
        if (totals[kind] > 0)
            print_message("%u failures of %s\n", totals[kind], fault_name(kind));
    assert_int_equal(trials_wrong(), 0);
    /* Or nothing was tried. */
    for (FaultKind kind = 0; kind <= FAULT_thread; kind++)
        assert_true(totals[kind] > 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(libmi_survives_whatever_fails),
    };

    return RUN_TESTS("torture_libmi", tests);
}
