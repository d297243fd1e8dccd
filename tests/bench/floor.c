#include "bench/floor.h"

#include "bench/report.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#define SIZE    1024
#define WARM_UP BENCH_SIZE(1000, 10)

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

static uv_pipe_t pipes[2];

static void on_alloc(uv_handle_t *handle, size_t size, uv_buf_t *buffer)
{
    static char data[2][65536];

    (void)size;
    *buffer = uv_buf_init(data[handle == (uv_handle_t *)&pipes[1]], sizeof(data[0]));
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer)
{
    uv_stream_t *other = (uv_stream_t *)&pipes[stream == (uv_stream_t *)&pipes[0]];
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
        uv_pipe_init(&loop, &pipes[i], 0);
        uv_pipe_open(&pipes[i], i == 0 ? client : worker);
        uv_read_start((uv_stream_t *)&pipes[i], on_alloc, on_read);
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

void floor_ping(uint64_t *times, size_t count)
{
    int ends[2];
    char data[SIZE] = {0};
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0 || (pid = fork()) < 0)
        bench_fail("ping");
    if (pid == 0) {
        close(ends[0]);
        work(ends[1]);
    }
    close(ends[1]);
    for (size_t i = 0; i < count; i++) {
        uint64_t begin = bench_now();
        pass_all(ends[0], data, pass_out);
        pass_all(ends[0], data, read);
        times[i] = (bench_now() - begin) / 2;
    }
    close(ends[0]);
    waitpid(pid, NULL, 0);
}

uint64_t floor_spawn(const char *library)
{
    char *arguments[] = {(char *)"/proc/self/exe", (char *)FLOOR_CHILD, (char *)library, NULL};
    posix_spawn_file_actions_t actions;
    uint64_t begin = bench_now(), end;
    int ends[2];
    char byte;
    pid_t pid;

    if (pipe2(ends, O_CLOEXEC) < 0)
        bench_fail("pipe");
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    if (posix_spawn(&pid, arguments[0], &actions, NULL, arguments, environ) != 0 ||
        (close(ends[1]), read(ends[0], &byte, 1) != 1))
        bench_fail("spawn");
    end = bench_now();
    posix_spawn_file_actions_destroy(&actions);
    close(ends[0]);
    waitpid(pid, NULL, 0);
    return end - begin;
}

void floor_child(const char *library)
{
    if (dlopen(library, RTLD_NOW) == NULL || write(STDOUT_FILENO, "x", 1) != 1)
        _exit(1);
    _exit(0);
}
