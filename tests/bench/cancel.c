#include "bench/cancel.h"

#include "bench/floor.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CANCELS 3000

static CancelTimes times_of(uint64_t *times, size_t count)
{
    return (CancelTimes){.p50 = bench_percentile(times, count, 0.5),
                         .p99 = bench_percentile(times, count, 0.99),
                         .p999 = bench_percentile(times, count, 0.999)};
}

static CancelTimes measure_cancels(const Daemon *daemon)
{
    static const char request[] =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"mi/"
        "enumerateInstances\",\"params\":{\"namespace\":"
        "\"root/bench\",\"class\":\"Bench_Waiter\",\"partialResultToken\":1}}\n";
    static const char cancel[] =
        "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":1}}\n";
    static uint64_t times[CANCELS];
    static Lines lines;

    lines = (Lines){.fd = daemon_connect(daemon)};
    for (size_t i = 0; i < CANCELS; i++) {
        char *line;
        send_line(lines.fd, request);
        (void)next_line(&lines, &line); /* it is registered, and waits */
        uint64_t begin = bench_now();
        send_line(lines.fd, cancel);
        size_t length = next_line(&lines, &line);
        line[length] = '\0';
        char *entered = strstr(line, "entered ");
        if (entered == NULL) {
            fprintf(stderr, "bench: unexpected answer: %s\n", line);
            exit(1);
        }
        times[i] = strtoull(entered + 8, NULL, 10) - begin;
    }
    close(lines.fd);
    return times_of(times, CANCELS);
}

/* A client that asks for the instances of root/loadN again and again, and reads them. */
static pid_t start_load(const Daemon *daemon, int number)
{
    static Lines lines;
    char request[256], *line;
    pid_t pid = fork();

    if (pid < 0)
        bench_fail("fork");
    if (pid > 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    snprintf(request, sizeof(request),
             "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"mi/enumerateInstances\",\"params\":{"
             "\"namespace\":\"root/load%d\",\"class\":\"Bench_Item\",\"partialResultToken\":1}}\n",
             number);
    lines = (Lines){.fd = daemon_connect(daemon)};
    for (;;) {
        send_line(lines.fd, request);
        do {
            size_t length = next_line(&lines, &line);
            line[length < 60 ? length : 60] = '\0';
        } while (strstr(line, "\"method\"") != NULL);
    }
}

/* Half a round trip of two bare processes. */
static CancelTimes measure_pings(void)
{
    static uint64_t times[CANCELS];
    int ends[2];
    char data[1024] = {0};
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0 || (pid = fork()) < 0)
        bench_fail("ping");
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        while (recv(ends[1], data, sizeof(data), MSG_WAITALL) == (ssize_t)sizeof(data) &&
               send(ends[1], data, sizeof(data), MSG_NOSIGNAL) == (ssize_t)sizeof(data))
            ;
        _exit(0);
    }
    for (size_t i = 0; i < CANCELS; i++) {
        uint64_t begin = bench_now();
        if (send(ends[0], data, sizeof(data), MSG_NOSIGNAL) != (ssize_t)sizeof(data) ||
            recv(ends[0], data, sizeof(data), MSG_WAITALL) != (ssize_t)sizeof(data))
            bench_fail("ping");
        times[i] = (bench_now() - begin) / 2;
    }
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    close(ends[0]);
    close(ends[1]);
    return times_of(times, CANCELS);
}

void cancel_measure(const Daemon *daemon, CancelFigures *figures)
{
    pid_t loads[HOST_LOADS];

    figures->idle = measure_cancels(daemon);
    for (int i = 0; i < HOST_LOADS; i++)
        loads[i] = start_load(daemon, i + 1);
    usleep(300000);
    figures->loaded = measure_cancels(daemon);
    figures->ping = measure_pings();
    for (int i = 0; i < HOST_LOADS; i++) {
        kill(loads[i], SIGKILL);
        waitpid(loads[i], NULL, 0);
    }
}
