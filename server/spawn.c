#include "server/spawn.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ENVIRONMENT 8 /* entries, and the NULL behind them */

/* The agent's environment: nothing of the server's but where it listens, for providers that are
 * clients themselves, and what sanitizers need. */
static char **make_environment(const char *address, char socket[PATH_MAX],
                               char *entries[ENVIRONMENT])
{
    static const char *const kept[] = {"ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS",
                                       "LSAN_OPTIONS"};
    static char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    static char language[] = "LANG=C.UTF-8";
    size_t count = 0;

    entries[count++] = path;
    entries[count++] = language;
    if (*address != '\0' && snprintf(socket, PATH_MAX, "MIHOST_SOCKET=%s", address) < PATH_MAX)
        entries[count++] = socket;
    for (char **entry = environ; *entry != NULL; entry++)
        for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
            size_t length = strlen(kept[i]);
            if (strncmp(*entry, kept[i], length) == 0 && (*entry)[length] == '=' &&
                count < ENVIRONMENT - 1)
                entries[count++] = *entry;
        }
    entries[count] = NULL;
    return entries;
}

int spawn_agent(uv_loop_t *loop, uv_process_t *process, const Spawn *spawn)
{
    char who[32], socket[PATH_MAX], *environment[ENVIRONMENT];
    char *arguments[] = {(char *)"mihost-agent", (char *)(uintptr_t)spawn->provider, who, NULL};
    uv_stdio_container_t stdio[4] = {
        {.flags = UV_IGNORE},
        {.flags = UV_INHERIT_FD, .data.fd = spawn->output},
        {.flags = UV_INHERIT_FD, .data.fd = spawn->output},
        {.flags = UV_INHERIT_FD, .data.fd = spawn->socket},
    };
    uv_process_options_t options = {
        .exit_cb = spawn->on_exit,
        .file = spawn->config->agent,
        .args = arguments,
        .env = make_environment(spawn->address, socket, environment),
        .cwd = "/",
        .flags = UV_PROCESS_DETACHED, /* a process group of its own, to be killed as a whole */
        .stdio_count = 4,
        .stdio = stdio,
    };

    snprintf(who, sizeof(who), "uid=%u", (unsigned)spawn->identity->uid);
    return uv_spawn(loop, process, &options);
}
