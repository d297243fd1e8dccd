/*
 * The host that is measured: a private mihostd in a temporary folder, and clients that don't parse.
 *
 * Its provider is registered for root/bench, and for root/load1 to root/loadN, each of which has an
 * agent of its own. Whatever fails ends the benchmark, and with it what it started.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define HOST_LOADS 100

typedef struct Daemon {
    pid_t pid;
    char socket[64];
} Daemon;

/* A connection that looks for line ends only. */
typedef struct Lines {
    int fd;
    char *data; /* HOST_LINES bytes */
    size_t begin, end;
} Lines;

/* Starts mihostd, and waits until it answers; it is the only one at a time. The ns that it took. */
uint64_t daemon_start(Daemon *daemon);
/* The same with @classes more registered classes. */
uint64_t daemon_start_with(Daemon *daemon, unsigned classes);
/* Stops it, and removes its folder. */
void daemon_stop(Daemon *daemon);
/* Ends the provider's agents, of which there is one at most, and waits until it is gone. */
void daemon_stop_agents(const Daemon *daemon);

/* A connected socket. */
int daemon_connect(const Daemon *daemon);

void lines_open(Lines *lines, const Daemon *daemon);
void lines_close(Lines *lines);
void lines_send(Lines *lines, const char *text);
/* The length of the next line, which lies at *@line, and ends with a NUL in place of its end. Ends
 * the benchmark if there is none. */
size_t lines_next(Lines *lines, char **line);
/* Sends @text, and reads to its response; ends the benchmark if that is an error. */
size_t lines_ask(Lines *lines, const char *text, char **line);

/* A mi/getInstance of about @size bytes of JSON from root/@name_space. */
const char *request_get(const char *name_space, unsigned size);
/* A streaming mi/enumerateInstances of @class_name, with this id. */
const char *request_stream(const char *name_space, const char *class_name, unsigned id);

/* Proportional set size in KiB. */
long memory_pss(pid_t pid);
pid_t daemon_agent(const Daemon *daemon);

/* Clients that do something again and again until they are stopped. */
typedef struct Load {
    pid_t pids[HOST_LOADS];
    unsigned count;
} Load;

/* @count clients, each of which streams the instances of a root/loadN, and reads them. */
void load_stream(Load *load, const Daemon *daemon, unsigned count);
/* @count clients, each with a function that blocks in root/loadN. Returns when all are inside. */
void load_block(Load *load, const Daemon *daemon, unsigned count);
void load_stop(Load *load);
