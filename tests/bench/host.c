#include "bench/host.h"

#include "bench/floor.h"

#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[32];

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
        bench_fail(path);
}

static int connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        bench_fail("socket");
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
        return fd;
    close(fd);
    return -1;
}

/* Registers the provider for the namespace root/@name. */
static void register_provider(const char *name)
{
    char path[96];

    snprintf(path, sizeof(path), "%s/root-%s", folder, name);
    (void)mkdir(path, 0700);
    strcat(path, "/bench.reg");
    write_file(path, "LIBRARY=bench\nHOSTING=@requestor@\nCALLS=parallel\n"
                     "CLASS=Bench_Item\nCLASS=Bench_Waiter\n");
}

static void unregister_provider(const char *name)
{
    char path[96];

    snprintf(path, sizeof(path), "%s/root-%s/bench.reg", folder, name);
    (void)unlink(path);
    snprintf(path, sizeof(path), "%s/root-%s", folder, name);
    (void)rmdir(path);
}

/* Calls @visit for each namespace that the benchmark uses. */
static void for_each_name_space(void (*visit)(const char *name))
{
    char name[16];

    visit("bench");
    for (int i = 1; i <= HOST_LOADS; i++) {
        snprintf(name, sizeof(name), "load%d", i);
        visit(name);
    }
}

int daemon_connect(const Daemon *daemon)
{
    return connect_to(daemon->socket);
}

void daemon_start(Daemon *daemon)
{
    char *arguments[] = {(char *)MIHOSTD,
                         (char *)"--config",
                         (char *)"/dev/null",
                         (char *)"--socket",
                         daemon->socket,
                         (char *)"--registrations",
                         folder,
                         (char *)"--providers",
                         (char *)BENCH_PROVIDERS,
                         (char *)"--agent",
                         (char *)MIHOST_AGENT,
                         (char *)"--log-level",
                         (char *)"error",
                         NULL};

    snprintf(folder, sizeof(folder), "/tmp/mihost-bench-XXXXXX");
    if (mkdtemp(folder) == NULL)
        bench_fail("mkdtemp");
    for_each_name_space(register_provider);
    snprintf(daemon->socket, sizeof(daemon->socket), "%s/sock", folder);
    if (posix_spawn(&daemon->pid, MIHOSTD, NULL, NULL, arguments, environ) != 0)
        bench_fail(MIHOSTD);
    for (int i = 0, fd; i < 5000; i++, usleep(1000))
        if ((fd = daemon_connect(daemon)) >= 0) {
            close(fd);
            return;
        }
    bench_fail("mihostd did not start");
}

void daemon_stop(Daemon *daemon)
{
    int status;

    kill(daemon->pid, SIGTERM);
    if (waitpid(daemon->pid, &status, 0) != daemon->pid || status != 0)
        fprintf(stderr, "bench: mihostd ended with status %#x\n", status);
    for_each_name_space(unregister_provider);
    (void)rmdir(folder);
}

size_t next_line(Lines *lines, char **line)
{
    size_t scanned = lines->begin;

    for (;;) {
        char *newline = memchr(lines->data + scanned, '\n', lines->end - scanned);
        if (newline != NULL) {
            *line = lines->data + lines->begin;
            lines->begin = (size_t)(newline - lines->data) + 1;
            return (size_t)(newline - *line);
        }
        memmove(lines->data, lines->data + lines->begin, lines->end - lines->begin);
        lines->end -= lines->begin;
        lines->begin = 0;
        scanned = lines->end;
        ssize_t size = read(lines->fd, lines->data + lines->end, sizeof(lines->data) - lines->end);
        if (size <= 0)
            bench_fail("the connection was lost");
        lines->end += (size_t)size;
    }
}

void send_line(int fd, const char *text)
{
    if (send(fd, text, strlen(text), MSG_NOSIGNAL) != (ssize_t)strlen(text))
        bench_fail("send");
}
