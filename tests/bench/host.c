#include "bench/host.h"

#include "bench/report.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINES_SIZE ((size_t)4 << 20)

static char folder[32];
static pid_t running, owner; /* the daemon, and who ends it */
static unsigned more_classes;

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
        bench_fail(path);
}

/* ---- The folder ---- */

static void register_provider(const char *name)
{
    char path[96];

    snprintf(path, sizeof(path), "%s/root-%s", folder, name);
    (void)mkdir(path, 0700);
    strcat(path, "/bench.reg");
    write_file(path, "LIBRARY=bench\nHOSTING=@requestor@\nCALLS=parallel\n"
                     "CLASS=Bench_Item\nCLASS=Bench_Waiter\nCLASS=Bench_Endless\n");
}

static void unregister_provider(const char *name)
{
    char path[96];

    snprintf(path, sizeof(path), "%s/root-%s/bench.reg", folder, name);
    (void)unlink(path);
    snprintf(path, sizeof(path), "%s/root-%s", folder, name);
    (void)rmdir(path);
}

static void for_each_name_space(void (*visit)(const char *name))
{
    char name[16];

    visit("bench");
    for (int i = 1; i <= HOST_LOADS; i++) {
        snprintf(name, sizeof(name), "load%d", i);
        visit(name);
    }
}

/* Registrations of a library that is never asked for. */
static void register_more(void)
{
    char path[96], text[160];

    snprintf(path, sizeof(path), "%s/root-more", folder);
    (void)mkdir(path, 0700);
    for (unsigned i = 0; i < more_classes; i++) {
        snprintf(path, sizeof(path), "%s/root-more/more%u.reg", folder, i);
        snprintf(text, sizeof(text), "LIBRARY=bench\nHOSTING=@requestor@\nCLASS=More_Class%u\n", i);
        write_file(path, text);
    }
}

static void unregister_more(void)
{
    char path[96];

    for (unsigned i = 0; i < more_classes; i++) {
        snprintf(path, sizeof(path), "%s/root-more/more%u.reg", folder, i);
        (void)unlink(path);
    }
    snprintf(path, sizeof(path), "%s/root-more", folder);
    (void)rmdir(path);
}

static void remove_folder(void)
{
    char path[96];

    for_each_name_space(unregister_provider);
    unregister_more();
    snprintf(path, sizeof(path), "%s/bench.conf", folder);
    (void)unlink(path);
    snprintf(path, sizeof(path), "%s/sock", folder);
    (void)unlink(path);
    (void)rmdir(folder);
}

/* ---- The daemon ---- */

static void end_daemon(void)
{
    if (running == 0 || getpid() != owner)
        return;
    kill(running, SIGKILL);
    waitpid(running, NULL, 0);
    remove_folder();
    running = 0;
}

static int try_to_connect(const Daemon *daemon)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        bench_fail("socket");
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", daemon->socket);
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
        return fd;
    close(fd);
    return -1;
}

int daemon_connect(const Daemon *daemon)
{
    int fd = try_to_connect(daemon);

    if (fd < 0)
        bench_fail(daemon->socket);
    return fd;
}

static void wait_for_answer(const Daemon *daemon)
{
    Lines lines;
    char *line;

    for (int i = 0, fd; i < 50000; i++, usleep(100))
        if ((fd = try_to_connect(daemon)) >= 0) {
            close(fd);
            lines_open(&lines, daemon);
            lines_ask(&lines, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"host/info\"}\n", &line);
            lines_close(&lines);
            return;
        }
    bench_fail("mihostd did not start");
}

uint64_t daemon_start_with(Daemon *daemon, unsigned classes)
{
    char conf[64];
    char *arguments[] = {(char *)MIHOSTD,
                         (char *)"--config",
                         conf,
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
    uint64_t begin;

    snprintf(folder, sizeof(folder), "/tmp/mihost-bench-XXXXXX");
    if (mkdtemp(folder) == NULL)
        bench_fail("mkdtemp");
    for_each_name_space(register_provider);
    more_classes = classes;
    register_more();
    snprintf(conf, sizeof(conf), "%s/bench.conf", folder);
    /* What limits how many there may be, and nothing that changes how fast one is. */
    write_file(conf, "maxClients=20000\nmaxUserClients=20000\nmaxRequests=20000\nmaxAgents="
                     "200\nmaxUserAgents=200\n");
    snprintf(daemon->socket, sizeof(daemon->socket), "%s/sock", folder);
    begin = bench_now();
    if (posix_spawn(&daemon->pid, MIHOSTD, NULL, NULL, arguments, environ) != 0)
        bench_fail(MIHOSTD);
    if (owner == 0)
        atexit(end_daemon);
    owner = getpid();
    running = daemon->pid;
    wait_for_answer(daemon);
    return bench_now() - begin;
}

uint64_t daemon_start(Daemon *daemon)
{
    return daemon_start_with(daemon, 0);
}

void daemon_stop(Daemon *daemon)
{
    int status;

    kill(daemon->pid, SIGTERM);
    if (waitpid(daemon->pid, &status, 0) != daemon->pid || status != 0)
        fprintf(stderr, "bench: mihostd ended with status %#x\n", status);
    running = 0;
    remove_folder();
}

static pid_t find_agent(Lines *lines)
{
    char *line, *pid;

    lines_ask(lines, "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"host/status\"}\n", &line);
    pid = strstr(line, "\"agents\":[{");
    pid = pid == NULL ? NULL : strstr(pid, "\"pid\":");
    return pid == NULL ? 0 : (pid_t)atol(pid + 6);
}

pid_t daemon_agent(const Daemon *daemon)
{
    Lines lines;
    pid_t pid;

    lines_open(&lines, daemon);
    pid = find_agent(&lines);
    lines_close(&lines);
    return pid;
}

void daemon_stop_agents(const Daemon *daemon)
{
    pid_t agent = daemon_agent(daemon);
    Lines lines;
    char *line;

    lines_open(&lines, daemon);
    lines_ask(&lines,
              "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"host/stopProvider\",\"params\":{"
              "\"provider\":\"bench\"}}\n",
              &line);
    while (agent > 0 && kill(agent, 0) == 0)
        usleep(1000);
    lines_close(&lines);
}

long memory_pss(pid_t pid)
{
    char path[64], text[256];
    long size = -1;

    snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(text, sizeof(text), file) != NULL)
        if (sscanf(text, "Pss: %ld", &size) == 1)
            break;
    if (file != NULL)
        fclose(file);
    return size;
}

/* ---- Clients ---- */

void lines_open(Lines *lines, const Daemon *daemon)
{
    *lines = (Lines){.fd = daemon_connect(daemon), .data = malloc(LINES_SIZE)};
    if (lines->data == NULL)
        bench_fail("malloc");
}

void lines_close(Lines *lines)
{
    close(lines->fd);
    free(lines->data);
}

size_t lines_next(Lines *lines, char **line)
{
    size_t scanned = lines->begin;

    for (;;) {
        char *newline = memchr(lines->data + scanned, '\n', lines->end - scanned);
        if (newline != NULL) {
            *line = lines->data + lines->begin;
            *newline = '\0';
            lines->begin = (size_t)(newline - lines->data) + 1;
            return (size_t)(newline - *line);
        }
        memmove(lines->data, lines->data + lines->begin, lines->end - lines->begin);
        lines->end -= lines->begin;
        lines->begin = 0;
        scanned = lines->end;
        ssize_t size = read(lines->fd, lines->data + lines->end, LINES_SIZE - lines->end);
        if (size <= 0)
            bench_fail("the connection was lost");
        lines->end += (size_t)size;
    }
}

void lines_send(Lines *lines, const char *text)
{
    if (send(lines->fd, text, strlen(text), MSG_NOSIGNAL) != (ssize_t)strlen(text))
        bench_fail("send");
}

size_t lines_ask(Lines *lines, const char *text, char **line)
{
    size_t length;

    lines_send(lines, text);
    do {
        length = lines_next(lines, line);
    } while (memmem(*line, length < 40 ? length : 40, "\"method\"", 8) != NULL);
    if (memmem(*line, length < 60 ? length : 60, "\"result\"", 8) == NULL) {
        fprintf(stderr, "bench: unexpected answer: %.300s\n", *line);
        exit(1);
    }
    return length;
}

const char *request_get(const char *name_space, unsigned size)
{
    static char text[256];

    snprintf(text, sizeof(text),
             "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"mi/getInstance\",\"params\":{"
             "\"namespace\":\"root/%s\",\"instance\":{\"class\":\"Bench_Item\",\"properties\":{"
             "\"Id\":%u}}}}\n",
             name_space, size);
    return text;
}

const char *request_stream(const char *name_space, const char *class_name, unsigned id)
{
    static char text[256];

    snprintf(text, sizeof(text),
             "{\"jsonrpc\":\"2.0\",\"id\":%u,\"method\":\"mi/enumerateInstances\",\"params\":{"
             "\"namespace\":\"root/%s\",\"class\":\"%s\",\"partialResultToken\":1}}\n",
             id, name_space, class_name);
    return text;
}

/* ---- Loads ---- */

static void start_clients(Load *load, const Daemon *daemon, unsigned count, int ready,
                          void (*run)(Lines *lines, const char *name_space, int ready))
{
    *load = (Load){.count = count};
    for (unsigned i = 0; i < count; i++) {
        char name[16];
        Lines lines;

        load->pids[i] = fork();
        if (load->pids[i] < 0)
            bench_fail("fork");
        if (load->pids[i] > 0)
            continue;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        snprintf(name, sizeof(name), "load%u", i + 1);
        lines_open(&lines, daemon);
        run(&lines, name, ready);
        _exit(0);
    }
}

static void wait_for_clients(int ready[2], unsigned count)
{
    char byte;

    close(ready[1]);
    for (unsigned i = 0; i < count; i++)
        if (read(ready[0], &byte, 1) != 1)
            bench_fail("a client of the load ended");
    close(ready[0]);
}

static void stream_on(Lines *lines, const char *name_space, int ready)
{
    char *line;

    for (bool first = true;; first = false) {
        lines_ask(lines, request_stream(name_space, "Bench_Item", 2), &line);
        if (first && write(ready, "x", 1) != 1)
            _exit(1);
    }
}

static void block_on(Lines *lines, const char *name_space, int ready)
{
    char *line;

    lines_send(lines, request_stream(name_space, "Bench_Waiter", 2));
    lines_next(lines, &line); /* it has posted, and waits */
    if (write(ready, "x", 1) == 1)
        lines_next(lines, &line);
}

static void start_load(Load *load, const Daemon *daemon, unsigned count,
                       void (*run)(Lines *lines, const char *name_space, int ready))
{
    int ready[2];

    if (pipe(ready) < 0)
        bench_fail("pipe");
    start_clients(load, daemon, count, ready[1], run);
    wait_for_clients(ready, count);
}

void load_stream(Load *load, const Daemon *daemon, unsigned count)
{
    start_load(load, daemon, count, stream_on);
}

void load_block(Load *load, const Daemon *daemon, unsigned count)
{
    start_load(load, daemon, count, block_on);
}

void load_stop(Load *load)
{
    for (unsigned i = 0; i < load->count; i++) {
        kill(load->pids[i], SIGKILL);
        waitpid(load->pids[i], NULL, 0);
    }
}
