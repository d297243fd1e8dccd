#include "tests/support/scene.h"

#include "tests/support/fixture.h"

Scene scene_begin(Fixture *fixture)
{
    Scene scene;

    daemon_start(fixture, NULL);
    scene.client = client_connect(fixture, CLIENT_LINES);
    scene.id = ask_run(scene.client, "a");
    scene.puppet = gate_await(fixture->gate, "invoke a");
    return scene;
}
