/*
 * Scene: how most tests of cancellation begin: a daemon, a client, and Test_Puppet.Run "a", which
 * has come as far as its provider.
 */
#pragma once

#include "tests/support/client.h"
#include "tests/support/puppet.h"

typedef struct Scene {
    Client *client;
    long id;        /* of the request */
    Puppet *puppet; /* in the provider's function */
} Scene;

Scene scene_begin(Fixture *fixture);
