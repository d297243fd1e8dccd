#include "bench/peers.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void take(Rounds *rounds, const char *line, const char *before)
{
    const char *at = strstr(line, before);
    double value;

    if (at != NULL && sscanf(at + strlen(before), "%lf", &value) == 1)
        rounds_add(rounds, value);
}

/* Starts @program; what it prints is read from what is returned. */
static FILE *start(const char *program, pid_t *pid)
{
    char *arguments[] = {(char *)program, NULL};
    posix_spawn_file_actions_t actions;
    FILE *output;
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) < 0)
        bench_fail("pipe");
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    if (posix_spawn(pid, program, &actions, NULL, arguments, environ) != 0)
        bench_fail(program);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    output = fdopen(ends[0], "r");
    if (output == NULL)
        bench_fail("fdopen");
    return output;
}

void peers_measure(Peers *peers, const char *program)
{
    char line[512];
    pid_t pid;
    FILE *output = start(program, &pid);

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
    fclose(output);
    waitpid(pid, NULL, 0);
}
