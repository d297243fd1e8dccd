#include "bench/floor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#define SIZE    1024
#define WARM_UP 1000

void bench_fail(const char *what)
{
    fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
    exit(1);
}

uint64_t bench_now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000U + (uint64_t)time.tv_nsec;
}

static int compare_times(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

double bench_percentile(uint64_t *times, size_t count, double fraction)
{
    qsort(times, count, sizeof(*times), compare_times);
    return (double)times[(size_t)((double)(count - 1) * fraction)] / 1000;
}

static int compare_figures(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

void bench_sort(double *figures, size_t count)
{
    qsort(figures, count, sizeof(*figures), compare_figures);
}

/* Passes SIZE bytes in one direction; ends the process at the end of the stream. */
static void pass_all(int fd, char *data, ssize_t (*pass)(int, void *, size_t))
{
    for (size_t done = 0; done < SIZE;) {
        ssize_t size = pass(fd, data + done, SIZE - done);
        if (size <= 0)
            _exit(0);
        done += (size_t)size;
    }
}

static ssize_t pass_out(int fd, void *data, size_t size)
{
    return write(fd, data, size);
}

static void work(int fd)
{
    char data[SIZE];

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        pass_all(fd, data, read);
        pass_all(fd, data, pass_out);
    }
}

static uv_pipe_t ends[2];

static void on_alloc(uv_handle_t *handle, size_t size, uv_buf_t *buffer)
{
    static char data[2][65536];

    (void)size;
    *buffer = uv_buf_init(data[handle == (uv_handle_t *)&ends[1]], sizeof(data[0]));
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer)
{
    uv_stream_t *other = (uv_stream_t *)&ends[stream == (uv_stream_t *)&ends[0]];
    uv_buf_t out = uv_buf_init(buffer->base, (unsigned)(size < 0 ? 0 : size));

    if (size < 0 || (size > 0 && uv_try_write(other, &out, 1) != size))
        _exit(0);
}

static void relay(int client, int worker)
{
    uv_loop_t loop;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    uv_loop_init(&loop);
    for (int i = 0; i < 2; i++) {
        uv_pipe_init(&loop, &ends[i], 0);
        uv_pipe_open(&ends[i], i == 0 ? client : worker);
        uv_read_start((uv_stream_t *)&ends[i], on_alloc, on_read);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
}

void floor_measure(uint64_t *times, size_t count)
{
    int client[2], worker[2];
    char data[SIZE] = {0};
    pid_t children[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, client) < 0 ||
        socketpair(AF_UNIX, SOCK_STREAM, 0, worker) < 0)
        bench_fail("socketpair");
    for (int i = 0; i < 2; i++) {
        children[i] = fork();
        if (children[i] < 0)
            bench_fail("fork");
        if (children[i] == 0) {
            close(client[0]);
            close(i == 0 ? worker[0] : worker[1]);
            if (i == 0)
                work(worker[1]);
            relay(client[1], worker[0]);
            _exit(0);
        }
    }
    close(client[1]);
    close(worker[0]);
    close(worker[1]);
    for (size_t i = 0; i < WARM_UP + count; i++) {
        uint64_t begin = bench_now();
        pass_all(client[0], data, pass_out);
        pass_all(client[0], data, read);
        if (i >= WARM_UP)
            times[i - WARM_UP] = bench_now() - begin;
    }
    close(client[0]);
    for (int i = 0; i < 2; i++) {
        kill(children[i], SIGKILL);
        waitpid(children[i], NULL, 0);
    }
}
