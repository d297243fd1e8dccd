#include "tests/integration/silence.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void deaf_start(Deaf *deaf, const Fixture *f, int backlog)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(deaf->path, sizeof(deaf->path), "%s/deaf", f->folder);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/deaf", f->folder);
    deaf->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(deaf->listener >= 0);
    assert_int_equal(bind(deaf->listener, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(deaf->listener, backlog), 0);
}

void deaf_stop(Deaf *deaf)
{
    close(deaf->listener);
    unlink(deaf->path);
}

MI_OperationOptions within(MiClient *client, MI_Interval interval)
{
    MI_OperationOptions options;

    assert_int_equal(MI_Application_NewOperationOptions(&client->application, MI_FALSE, &options),
                     MI_RESULT_OK);
    assert_int_equal(MI_OperationOptions_SetTimeout(&options, &interval), MI_RESULT_OK);
    return options;
}

MI_OperationOptions moment(MiClient *client)
{
    return within(client, (MI_Interval){.microseconds = 1});
}

MiClient open_hasty(const char *path)
{
    const MI_Interval interval = {.microseconds = 1};
    MiClient client;
    MI_DestinationOptions options;

    assert_int_equal(MI_Application_InitializeV1(0, NULL, NULL, &client.application), MI_RESULT_OK);
    assert_int_equal(MI_Application_NewDestinationOptions(&client.application, &options),
                     MI_RESULT_OK);
    assert_int_equal(MI_DestinationOptions_SetTimeout(&options, &interval), MI_RESULT_OK);
    assert_int_equal(MI_Application_NewSession(&client.application, NULL, path, &options, NULL,
                                               NULL, &client.session),
                     MI_RESULT_OK);
    MI_DestinationOptions_Delete(&options);
    return client;
}

void enumerate(MiClient *client, MI_OperationOptions *options, MI_Operation *operation)
{
    MI_Session_EnumerateInstances(&client->session, 0, options, "root/x", "A", MI_FALSE, NULL,
                                  operation);
}

void *run_fetch(void *data)
{
    Fetch *fetch = data;

    fetch->outcome = mi_drain(&fetch->operation, NULL, NULL);
    return NULL;
}

void fetch_start(Fetch *fetch)
{
    assert_int_equal(pthread_create(&fetch->thread, NULL, run_fetch, fetch), 0);
}

void fetch_end(Fetch *fetch)
{
    assert_int_equal(pthread_join(fetch->thread, NULL), 0);
}

void expect_silence(const MiOutcome *outcome, const char *path)
{
    assert_int_equal(outcome->result, MI_RESULT_FAILED);
    assert_non_null(strstr(outcome->message, path));
    assert_non_null(strstr(outcome->message, "has not answered for"));
    assert_non_null(strstr(outcome->message, "restart it"));
}
