#include "bench/libmi.h"

#include "bench/report.h"

#include <mi.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct LibmiClient {
    MI_Application application;
    MI_Session session;
    MI_Instance *path;
};

static void must(MI_Result result, const char *what)
{
    if (result == MI_RESULT_OK)
        return;
    fprintf(stderr, "bench: libmi: %s: result %d\n", what, (int)result);
    exit(1);
}

LibmiClient *libmi_open(const char *socket)
{
    LibmiClient *client = calloc(1, sizeof(*client));
    MI_Value id = {.uint32 = 1};

    must(client == NULL ? MI_RESULT_FAILED : MI_RESULT_OK, "memory");
    must(MI_Application_InitializeV1(0, "bench", NULL, &client->application), "application");
    must(MI_Application_NewSession(&client->application, NULL, socket, NULL, NULL, NULL,
                                   &client->session),
         "session");
    must(MI_Application_NewInstance(&client->application, "Bench_Item", NULL, &client->path),
         "path");
    must(MI_Instance_AddElement(client->path, "Id", &id, MI_UINT32, MI_FLAG_KEY), "key");
    return client;
}

void libmi_close(LibmiClient *client)
{
    MI_Instance_Delete(client->path);
    must(MI_Session_Close(&client->session, NULL, NULL), "end of the session");
    must(MI_Application_Close(&client->application), "end of the application");
    free(client);
}

/* Reads all properties, as a program does that wants them. */
static void read_all(const MI_Instance *instance)
{
    MI_Uint32 count, flags;
    const MI_Char *name;
    MI_Value value;
    MI_Type type;

    must(MI_Instance_GetElementCount(instance, &count), "count");
    for (MI_Uint32 i = 0; i < count; i++)
        must(MI_Instance_GetElementAt(instance, i, &name, &value, &type, &flags), "property");
}

/* Fetches all results; how many had an instance. */
static size_t drain(MI_Operation *operation)
{
    MI_Result result = MI_RESULT_FAILED;
    const MI_Instance *instance;
    MI_Boolean more = MI_TRUE;
    size_t instances = 0;

    while (more) {
        must(MI_Operation_GetInstance(operation, &instance, &more, &result, NULL, NULL), "fetch");
        if (instance != NULL) {
            read_all(instance);
            instances++;
        }
    }
    must(result, "operation");
    must(MI_Operation_Close(operation), "end of an operation");
    return instances;
}

static void get(LibmiClient *client)
{
    MI_Operation operation;

    MI_Session_GetInstance(&client->session, 0, NULL, "root/bench", client->path, NULL, &operation);
    must(drain(&operation) == 1 ? MI_RESULT_OK : MI_RESULT_FAILED, "one instance");
}

void libmi_measure_get(LibmiClient *client, uint64_t *times, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t begin = bench_now();

        get(client);
        times[i] = bench_now() - begin;
    }
}

typedef struct Caller {
    LibmiClient *client;
    size_t count;
} Caller;

static void *run_caller(void *data)
{
    const Caller *caller = data;

    for (size_t i = 0; i < caller->count; i++)
        get(caller->client);
    return NULL;
}

double libmi_measure_threads(LibmiClient *client, size_t count)
{
    pthread_t threads[LIBMI_THREADS];
    Caller caller = {client, count};
    uint64_t begin = bench_now();

    for (size_t i = 0; i < LIBMI_THREADS; i++)
        must(pthread_create(&threads[i], NULL, run_caller, &caller) == 0 ? MI_RESULT_OK
                                                                         : MI_RESULT_FAILED,
             "a thread");
    for (size_t i = 0; i < LIBMI_THREADS; i++)
        pthread_join(threads[i], NULL);
    return (double)(count * LIBMI_THREADS) / ((double)(bench_now() - begin) / 1e9);
}

double libmi_measure_stream(LibmiClient *client)
{
    uint64_t begin = bench_now();
    MI_Operation operation;
    size_t count;

    MI_Session_EnumerateInstances(&client->session, 0, NULL, "root/bench", "Bench_Item", MI_FALSE,
                                  NULL, &operation);
    count = drain(&operation);
    return (double)count / ((double)(bench_now() - begin) / 1e9);
}
