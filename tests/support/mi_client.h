/*
 * MiClient: the client of a test that uses libmi.so, as a program of somebody else's would.
 */
#pragma once

#include "tests/support/fixture.h"

#include <mi.h>

typedef struct MiClient {
    MI_Application application;
    MI_Session session;
} MiClient;

/* A session to the fixture's daemon. */
MiClient mi_client_open(const Fixture *f);
/* A session to the host whose socket is at @path. */
MiClient mi_client_open_at(const char *path);
/* Both closes must succeed. */
void mi_client_close(MiClient *client);

/* What an operation answered in all: the results counted, the last one kept. */
typedef struct MiOutcome {
    unsigned instances, classes;
    MI_Result result;
    char message[512];
    char details[64]; /* the class of the error's details; "" if there were none */
} MiOutcome;

/* Fetches all results of @operation, and closes it. @look (may be NULL) sees each instance. */
MiOutcome mi_drain(MI_Operation *operation, void (*look)(const MI_Instance *instance, void *data),
                   void *data);
MiOutcome mi_drain_classes(MI_Operation *operation,
                           void (*look)(const MI_Class *class_result, void *data), void *data);

/* A path of @class_name whose key is a number, or a string. */
MI_Instance *mi_path_number(MiClient *client, const char *class_name, const char *key,
                            MI_Uint32 number);
MI_Instance *mi_path_string(MiClient *client, const char *class_name, const char *key,
                            const char *text);

/* Starts Test_Puppet.Run: the puppet comes as "invoke NAME". */
void mi_run(MiClient *client, const char *name, MI_OperationOptions *options,
            MI_OperationCallbacks *callbacks, MI_Operation *operation);

/* The element called @name, which must be there and of @type. */
MI_Value mi_element(const MI_Instance *instance, const char *name, MI_Type type);
