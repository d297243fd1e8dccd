#include "bench/peers.h"

#include <stdio.h>
#include <string.h>

static void take(Rounds *rounds, const char *line, const char *before)
{
    const char *at = strstr(line, before);
    double value;

    if (at != NULL && sscanf(at + strlen(before), "%lf", &value) == 1)
        rounds_add(rounds, value);
}

void peers_measure(Peers *peers, const char *program)
{
    FILE *output = popen(program, "re"); /* a path of the build's own */
    char line[512];

    if (output == NULL)
        bench_fail(program);
    while (fgets(line, sizeof(line), output) != NULL) {
        if (strstr(line, "skipped") != NULL)
            printf("  %s", line);
        if (strstr(line, "dbus-broker sd-bus echo") != NULL)
            take(&peers->dbus, line, "p50=");
        if (strstr(line, "window64") != NULL)
            take(&peers->dbus_in_flight, line, "B: ");
        if (strstr(line, "nginx+FastCGI UDS GET") != NULL)
            take(&peers->nginx, line, "p50=");
    }
    (void)pclose(output);
}
