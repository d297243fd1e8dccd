#include "server/spawn.h"

#include <string.h>
#include <unistd.h>

/* The agent's environment: nothing of the server's but what sanitizers need. */
static char **make_environment(char *entries[7])
{
    static const char *const kept[] = {"ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS",
                                       "LSAN_OPTIONS"};
    static char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    static char language[] = "LANG=C.UTF-8";
    size_t count = 0;

    entries[count++] = path;
    entries[count++] = language;
    for (char **entry = environ; *entry != NULL; entry++)
        for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
            size_t length = strlen(kept[i]);
            if (strncmp(*entry, kept[i], length) == 0 && (*entry)[length] == '=' && count < 6)
                entries[count++] = *entry;
        }
    entries[count] = NULL;
    return entries;
}

int spawn_agent(uv_loop_t *loop, uv_process_t *process, const Spawn *spawn)
{
    char who[32], *environment[7];
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
        .env = make_environment(environment),
        .cwd = "/",
        .flags = UV_PROCESS_DETACHED, /* a process group of its own, to be killed as a whole */
        .stdio_count = 4,
        .stdio = stdio,
    };

    snprintf(who, sizeof(who), "uid=%u", (unsigned)spawn->identity->uid);
    return uv_spawn(loop, process, &options);
}
