#include "bench/latency.h"

#include "bench/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define STREAMED   100000 /* as the provider has it */
#define BUFFER     ((size_t)1 << 20)
#define ONE_LENGTH 200 /* a request is shorter */

void latency_get(Lines *lines, const char *name_space, unsigned size, uint64_t *times, size_t count)
{
    const char *request = request_get(name_space, size);

    for (size_t i = 0; i < count; i++) {
        uint64_t begin = bench_now();
        char *line;
        lines_ask(lines, request, &line);
        times[i] = bench_now() - begin;
    }
}

double latency_stream(Lines *lines)
{
    uint64_t begin = bench_now();
    char *line;

    lines_ask(lines, request_stream("bench", "Bench_Item", 2), &line);
    return STREAMED / ((double)(bench_now() - begin) / 1e9);
}

static void send_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
        if (sent <= 0)
            bench_fail("send");
        data += sent;
        size -= (size_t)sent;
    }
}

/* As many requests as fit, with ids from *@sent on, up to @limit. */
static size_t put_requests(char *out, size_t *sent, size_t limit)
{
    size_t size = 0;

    for (; *sent < limit && size + ONE_LENGTH < BUFFER; ++*sent)
        size += (size_t)snprintf(out + size, ONE_LENGTH,
                                 "{\"jsonrpc\":\"2.0\",\"id\":%zu,\"method\":\"mi/getInstance\","
                                 "\"params\":{\"namespace\":\"root/bench\",\"instance\":{\"class\":"
                                 "\"Bench_Item\",\"properties\":{\"Id\":1}}}}\n",
                                 *sent);
    return size;
}

/* How many answers end in what is read; each has to be a result, of which a sample is looked at. */
static size_t count_answers(int fd, char *in)
{
    ssize_t size = read(fd, in, BUFFER);
    size_t count = 0;

    if (size <= 0)
        bench_fail("read");
    if (memmem(in, (size_t)size, "\"error\"", 7) != NULL) {
        fprintf(stderr, "bench: unexpected answer: %.300s\n", in);
        exit(1);
    }
    for (char *at = in; (at = memchr(at, '\n', (size_t)(in + size - at))) != NULL; at++)
        count++;
    return count;
}

double latency_in_flight(const Daemon *daemon, unsigned window, size_t count)
{
    char *out = malloc(BUFFER), *in = malloc(BUFFER);
    size_t sent = 0, received = 0;
    int fd = daemon_connect(daemon);
    uint64_t begin = bench_now();

    if (out == NULL || in == NULL)
        bench_fail("malloc");
    while (received < count) {
        size_t limit = received + window < count ? received + window : count;
        send_all(fd, out, put_requests(out, &sent, limit));
        received += count_answers(fd, in);
    }
    close(fd);
    free(out);
    free(in);
    return (double)count / ((double)(bench_now() - begin) / 1e9);
}
