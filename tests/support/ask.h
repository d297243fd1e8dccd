/*
 * The requests that tests make most, in a line each. What is asked for lies in root/cimv2.
 *
 * JSON is written with ' for ", here as in client_request. @more is the text of further params,
 * ",'timeoutMs':5" or "".
 */
#pragma once

#include "tests/support/client.h"

long ask_enumerate(Client *client, const char *class_name, const char *more);

/* @keys: the properties of the path, "'Id':1". */
long ask_get(Client *client, const char *class_name, const char *keys, const char *more);

/* @parameters: "'Name':'a'". */
long ask_invoke(Client *client, const char *class_name, const char *method, const char *parameters,
                const char *more);

/* Invokes Test_Puppet.Run: the puppet comes as "invoke NAME". */
long ask_run(Client *client, const char *name);
long ask_run_with(Client *client, const char *name, const char *more);
